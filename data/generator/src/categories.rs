//! The two-level tree of categories. Products hang in the leaves.

pub struct Category {
    pub id: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    pub parent: &'static str,
}

const fn category(
    id: &'static str,
    name: &'static str,
    parent: &'static str,
    description: &'static str,
) -> Category {
    Category { id, name, description, parent }
}

/// Top-level categories first, so that a parent stands before its children.
pub const CATEGORIES: &[Category] = &[
    category(
        "C23",
        "Kitchen & Dining",
        "",
        "Everything for cooking, laying the table and lingering at it, made by turners, potters, smiths and weavers.",
    ),
    category(
        "C24",
        "Home & Living",
        "",
        "Blankets, baskets, candles, glass and wall hangings that make rooms warmer.",
    ),
    category(
        "C25",
        "Clothing & Accessories",
        "",
        "Things to wear and carry: scarves, knitwear, leather and felt.",
    ),
    category(
        "C26",
        "Jewellery",
        "",
        "Silver from the bench and beads from the needle, in small numbers and by hand.",
    ),
    category(
        "C27",
        "Paper & Art",
        "",
        "Bound, printed, cut and sharpened: goods for the desk and pictures for the wall.",
    ),
    category(
        "C28",
        "Children & Nursery",
        "",
        "Toys, dolls and first things for small people, made to be handed on.",
    ),
    category(
        "C29",
        "Garden & Pets",
        "",
        "For the balcony, the apple tree and everyone in the house on four legs.",
    ),
    category(
        "C01",
        "Wooden Kitchenware",
        "C23",
        "Bowls turned on the lathe, boards, spoons and boxes from olive, oak, walnut, ash, cherry, beech and other hardwoods.",
    ),
    category(
        "C02",
        "Stoneware & Teaware",
        "C23",
        "Mugs, teapots, tumblers, plates and jars thrown on the wheel and fired to stoneware.",
    ),
    category(
        "C03",
        "Kitchen Knives & Forged Tools",
        "C23",
        "Blades and hearth tools forged and ground by hand, with handles you can have refitted.",
    ),
    category(
        "C04",
        "Table Linen",
        "C23",
        "Tablecloths, napkins, runners, aprons and tea cosies in linen and cotton.",
    ),
    category(
        "C05",
        "Blankets, Quilts & Cushions",
        "C24",
        "Woven wool, pieced cotton and soft cushions for sofas and beds.",
    ),
    category(
        "C06",
        "Baskets",
        "C24",
        "Willow, rattan, seagrass and splint, woven into baskets for bread, logs, laundry and market day.",
    ),
    category(
        "C07",
        "Candles",
        "C24",
        "Beeswax, soya and rapeseed wax candles, dipped, rolled and poured in small batches.",
    ),
    category(
        "C08",
        "Glass",
        "C24",
        "Glass blown at the furnace and stained-glass panels leaded at the bench.",
    ),
    category(
        "C09",
        "Wall Hangings & Embroidery",
        "C24",
        "Macramé knotted from cotton cord and pictures stitched by hand.",
    ),
    category(
        "C10",
        "Scarves & Knitwear",
        "C25",
        "Hand-woven scarves and shawls, jumpers, hats, mittens and socks.",
    ),
    category(
        "C11",
        "Leather Goods",
        "C25",
        "Wallets, belts, satchels and cases cut and saddle-stitched from vegetable-tanned hide.",
    ),
    category(
        "C12",
        "Felt & Slippers",
        "C25",
        "Wool felted with water, soap and patience: slippers, hats, bags and things for the house.",
    ),
    category(
        "C13",
        "Silver Jewellery",
        "C26",
        "Rings, earrings, pendants and bangles made at the silversmith's bench.",
    ),
    category(
        "C14",
        "Beadwork",
        "C26",
        "Necklaces, bracelets and earrings strung and knotted from glass, amber, lava and wood.",
    ),
    category(
        "C15",
        "Soap & Bath",
        "",
        "Cold-process soaps, balms, bath salts and brushes with short lists of ingredients.",
    ),
    category(
        "C16",
        "Journals, Paper & Desk",
        "C27",
        "Hand-bound books, block-printed papers and small furniture for the writing desk.",
    ),
    category("C17", "Woodcut Prints", "C27", "Relief prints pulled by hand in small numbered editions."),
    category(
        "C18",
        "Wooden Toys",
        "C28",
        "Blocks, animals, vehicles and puzzles with round edges and plain finishes.",
    ),
    category(
        "C19",
        "Rag Dolls & Baby Goods",
        "C28",
        "Dolls, soft animals, bibs, bonnets and blankets sewn from natural cloth.",
    ),
    category(
        "C20",
        "Garden",
        "C29",
        "Terracotta planters, bird houses and wind chimes for gardens, yards and window sills.",
    ),
    category(
        "C21",
        "Pet Goods",
        "C29",
        "Collars, leads, beds and bowls for dogs and cats, made in the workshop next to the real ones.",
    ),
    category(
        "C22",
        "Musical Instruments",
        "",
        "Kalimbas, frame drums, flutes and rain sticks tuned by ear and built to be played.",
    ),
];
