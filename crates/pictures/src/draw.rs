//! Drawing a product: one template per category, the shape by the product's name, its colours by its variants and
//! materials, its proportions and background by its id.

use image::RgbaImage;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::Error;
use crate::colour::{self, Colour};
use crate::photo::{lossless, smaller};
use crate::seed::Seed;
use crate::template::{Shape, Template, Values};

/// Pixels, each way.
pub const SIDE: u32 = 1200;

/// What is drawn.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// Equal ids vary alike.
    pub id: u128,
    pub name: String,
    /// Names, the product's own category first.
    pub categories: Vec<String>,
    pub materials: Vec<String>,
    /// As the variants name them, the first one first.
    pub colours: Vec<String>,
}

/// A drawing, encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InSizes {
    /// As [`draw`] makes it.
    pub original: Vec<u8>,
    /// Each with the pixels of its longer edge: the bytes that [`shrink`](crate::shrink) makes of the original.
    pub smaller: Vec<(u32, Vec<u8>)>,
}

/// A picture of the subject, as lossless WebP: the same bytes for an equal subject.
pub fn draw(subject: &Subject) -> Result<Vec<u8>, Error> {
    lossless(&rgb(&pixels(subject)?), SIDE, SIDE)
}

/// The same with smaller sizes of it, which are made from its pixels.
pub fn draw_in_sizes(subject: &Subject, sizes: &[u32]) -> Result<InSizes, Error> {
    let pixels = pixels(subject)?;
    let original = lossless(&rgb(&pixels), SIDE, SIDE)?;
    let image = RgbaImage::from_raw(SIDE, SIDE, pixels);
    let image = image.ok_or_else(|| Error::new("a drawing", "its pixels do not fill it"))?;
    let smaller = sizes.iter().map(|size| Ok((*size, smaller(image.clone(), *size)?)));
    Ok(InSizes { original, smaller: smaller.collect::<Result<_, Error>>()? })
}

/// RGBA, opaque.
fn pixels(subject: &Subject) -> Result<Vec<u8>, Error> {
    let svg = compose(subject)?;
    let tree = Tree::from_str(&svg, &Options::default())
        .map_err(|error| Error::new(format!("the drawing of `{}`", subject.name), error))?;
    let mut pixmap = Pixmap::new(SIDE, SIDE).ok_or_else(|| Error::new("a drawing", "it has no size"))?;
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    Ok(pixmap.take())
}

/// The background is opaque, so nothing is lost with the alpha channel.
fn rgb(pixels: &[u8]) -> Vec<u8> {
    pixels.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}

macro_rules! templates {
    ($($name:literal: [$($word:literal),*];)*) => {
        /// Each with words that name a category; the first template that has one is taken.
        const TEMPLATES: &[(Template, &[&str])] = &[
            $((Template { name: $name, text: include_str!(concat!("../templates/", $name, ".svg")) }, &[$($word),*]),)*
        ];
    };
}

templates! {
    "forged": ["knives", "knife", "forged", "tools", "cutlery"];
    "linen": ["table linen", "linens", "textile"];
    "blankets": ["blanket", "quilt", "cushion", "bedding", "rug"];
    "baskets": ["basket"];
    "candles": ["candle", "home & living"];
    "glass": ["glass"];
    "hangings": ["hanging", "embroidery", "macram"];
    "knitwear": ["scarves", "scarf", "knit", "clothing", "apparel"];
    "leather": ["leather", "bags", "wallet"];
    "felt": ["felt", "slippers"];
    "beads": ["bead"];
    "silver": ["silver", "jewellery", "jewelry"];
    "soap": ["soap", "bath", "beauty"];
    "prints": ["print", "woodcut", "linocut", "art prints"];
    "paper": ["journal", "paper", "stationery", "desk"];
    "dolls": ["doll", "baby"];
    "toys": ["toy", "children"];
    "pets": ["pet goods", "pet supplies", "dogs"];
    "garden": ["garden"];
    "music": ["music", "instrument"];
    "stoneware": ["stoneware", "teaware", "pottery", "ceramic", "kitchen & dining"];
    "wood": ["wooden", "woodenware"];
}

const GENERIC: Template = Template { name: "parcel", text: include_str!("../templates/parcel.svg") };
const SCENE: Template = Template { name: "scene", text: include_str!("../templates/scene.svg") };
const CLOTH: Template = Template { name: "cloth", text: include_str!("../templates/cloth.svg") };

/// Calm tints for the wall, each with its floor.
const BACKGROUNDS: [u32; 9] =
    [0xe9e1d4, 0xdfe4da, 0xdbe3e8, 0xeedfd8, 0xe4dfe8, 0xe8e4df, 0xdde6e2, 0xf0e6d2, 0xe3dbd0];

/// Colours for subjects that name none.
const UNNAMED: [u32; 8] = [0xb98a5c, 0x7f9c8c, 0xc4734f, 0x6f86a3, 0xcf9f3a, 0x9a7a92, 0x6d8c5f, 0xb4655a];

fn compose(subject: &Subject) -> Result<String, Error> {
    let (template, shape) = chosen(subject)?;
    compose_as(subject, template, shape)
}

fn compose_as(subject: &Subject, template: Template, shape: Shape) -> Result<String, Error> {
    let mut seed = Seed::new(subject.id);
    let colours = Colours::of(subject, &mut seed);
    let scene = shape.setting("scene").unwrap_or("table");
    let ground: f64 = shape.setting("ground").and_then(|ground| ground.parse().ok()).unwrap_or(300.0);
    let (scale_x, scale_y) = (seed.between(0.93, 1.05), seed.between(0.94, 1.05));
    // On a table there is room around; what lies or hangs fills its picture already.
    let zoom = if scene == "table" { 1.12 } else { 1.0 };
    let (scale_x, scale_y) = (scale_x * zoom, scale_y * zoom);
    let tilt = seed.between(-5.0, 5.0);

    let mut values = Values::new(seed);
    colours.into_values(&mut values);
    values.set("scale-x", format!("{scale_x:.3}"));
    values.set("scale-y", format!("{scale_y:.3}"));
    values.set("tilt", format!("{tilt:.2}"));
    values.set("ground", format!("{:.0}", ground * scale_x));
    values.set("ground-wide", format!("{:.0}", ground * scale_x * 1.3));
    // What lies is close to what it lies on; what hangs is not.
    let (x, y, blur) = if scene == "flat" { (10, 20, 16) } else { (16, 30, 24) };
    values.set("drop-x", x);
    values.set("drop-y", y);
    values.set("drop-blur", blur);
    for (name, text) in template.parts() {
        let text = values.fill(text)?;
        values.set(name, text);
    }
    let pattern = cloth(subject).ok_or_else(|| Error::new("cloth.svg", "it has no shapes"))?;
    let pattern = values.fill(pattern.text)?;
    values.set("cloth", pattern);
    let object = values.fill(shape.text)?;
    values.set("object", object);
    let stage = SCENE.shapes().find(|stage| stage.name == scene);
    let stage = stage.ok_or_else(|| Error::new(template.name, format!("there is no scene `{scene}`")))?;
    Ok(format!("{}{}</svg>", values.fill(SCENE.head())?, values.fill(stage.text)?))
}

fn chosen(subject: &Subject) -> Result<(Template, Shape), Error> {
    let all = words(&subject.name);
    // "with", "of" and the like begin what is not the thing itself.
    let lower = subject.name.to_lowercase();
    let cuts = [" with ", ", ", " for ", " in ", " of ", " ("];
    let head = cuts.iter().filter_map(|cut| lower.find(cut)).min().map_or(lower.as_str(), |at| &lower[..at]);
    let head = words(head);
    let of_category = subject.categories.iter().find_map(|category| {
        let category = category.to_lowercase();
        TEMPLATES
            .iter()
            .find(|(_, names)| names.iter().any(|name| category.contains(name)))
            .map(|found| found.0)
    });
    if let Some(template) = of_category {
        let shape =
            template.named(&head).or_else(|| template.named(&all)).or_else(|| template.shapes().next());
        return Ok((template, shape.ok_or_else(|| Error::new(template.name, "it has no shapes"))?));
    }
    // A category that nobody knows: the name may still say what it is.
    let by_name = TEMPLATES.iter().find_map(|(template, _)| Some((*template, template.named(&head)?)));
    let generic = || Some((GENERIC, GENERIC.shapes().next()?));
    by_name.or_else(generic).ok_or_else(|| Error::new(GENERIC.name, "it has no shapes"))
}

fn cloth(subject: &Subject) -> Option<Shape> {
    let mut told = words(&subject.name);
    told.extend(subject.colours.first().into_iter().flat_map(|colour| words(colour)));
    CLOTH.named(&told).or_else(|| CLOTH.shapes().next())
}

/// In lower case, with the parts of what is hyphenated before the whole.
fn words(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for word in text.to_lowercase().split_whitespace() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if word.contains('-') {
            all.extend(word.split('-').map(str::to_owned));
        }
        all.push(word.to_owned());
    }
    all
}

struct Colours {
    main: Colour,
    accent: Colour,
    wood: Colour,
    metal: Colour,
    back: Colour,
    leaf: Colour,
    hair: Colour,
    blocks: [Colour; 4],
}

impl Colours {
    fn of(subject: &Subject, seed: &mut Seed) -> Self {
        let mut found = subject.colours.first().map(|colour| colour::named(colour)).unwrap_or_default();
        if found.is_empty() {
            let told = subject.materials.iter().chain([&subject.name]).flat_map(|text| words(text));
            found.extend(told.filter_map(|word| colour::word_of(&word)).next());
        }
        let main = found.first().copied().unwrap_or_else(|| Colour::hex(*seed.pick(&UNNAMED)));
        let accent = found.get(1).copied().unwrap_or_else(|| {
            // Something that goes with it and can be told from it.
            if main.brightness() > 0.62 { main.mix(Colour::hex(0x8a5f42), 0.5) } else { main.lighter(0.55) }
        });
        let of_material = |known: &[&str], otherwise: u32| {
            let told = subject.materials.iter().flat_map(|text| words(text));
            told.filter(|word| known.contains(&word.as_str()))
                .find_map(|word| colour::word_of(&word))
                .unwrap_or(Colour::hex(otherwise))
        };
        let wood = of_material(
            &["walnut", "oak", "beech", "birch", "maple", "cherry", "pear", "olive", "ash", "driftwood"],
            0xc69c6d,
        );
        let metal = of_material(&["brass", "silver", "steel", "iron", "copper", "gold"], 0xc9a659);
        // Of three tints the one that the product stands out from most.
        let tints =
            [*seed.pick(&BACKGROUNDS), *seed.pick(&BACKGROUNDS), *seed.pick(&BACKGROUNDS)].map(Colour::hex);
        let mut back = tints[0];
        for tint in tints {
            if tint.distance(main) > back.distance(main) {
                back = tint;
            }
        }
        // A pale product needs a darker wall.
        if main.brightness() > 0.78 {
            back = back.darker(0.2);
        }
        let leaf = Colour::hex(*seed.pick(&[0x7f9566, 0x71875e, 0x8ea07a, 0x6b8a70]));
        let hair = Colour::hex(*seed.pick(&[0x6b4a34, 0xa8683c, 0xd9b36a, 0x3f2f2a, 0x8a4a38]));
        let told = subject.colours.first().map(String::as_str).unwrap_or_default();
        let blocks = if told.contains("rainbow") {
            [0xd8614f, 0xe0b040, 0x5f9a72, 0x4f86b3].map(Colour::hex)
        } else if told.contains("pastel") {
            [0xe8b7ae, 0xf0d9a4, 0xb9d3bd, 0xb4cbe0].map(Colour::hex)
        } else {
            [main, main.darker(0.45), main.lighter(0.45), main.mix(Colour::hex(0x8a5f42), 0.5)]
        };
        Self { main, accent, wood, metal, back, leaf, hair, blocks }
    }

    fn into_values(self, values: &mut Values) {
        let shades =
            [("main", self.main), ("accent", self.accent), ("wood", self.wood), ("metal", self.metal)];
        for (name, colour) in shades {
            values.set(name, colour.text());
            values.set(format!("{name}-light"), colour.lighter(0.38).text());
            values.set(format!("{name}-dark"), colour.darker(0.3).text());
            values.set(format!("{name}-deep"), colour.darker(0.58).text());
        }
        values.set("back", self.back.darker(0.07).text());
        values.set("back-light", self.back.lighter(0.4).text());
        values.set("back-floor", self.back.darker(0.14).text());
        values.set("back-dark", self.back.darker(0.5).text());
        values.set("leaf", self.leaf.text());
        values.set("hair", self.hair.text());
        for (index, colour) in self.blocks.iter().enumerate() {
            values.set(format!("c{}", index + 1), colour.text());
        }
        // A print: the darker of the two is the ink; a pale one is the paper and no second ink.
        let sheet = Colour::hex(0xf7f0e0);
        let (ink, other) = if self.main.brightness() <= self.accent.brightness() {
            (self.main, self.accent)
        } else {
            (self.accent, self.main)
        };
        let second =
            if other.brightness() > 0.7 || other.distance(ink) < 60.0 { ink.mix(sheet, 0.5) } else { other };
        values.set("sheet", sheet.text());
        values.set("ink", ink.darker(0.1).text());
        values.set("print", second.text());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn subject(id: u128, name: &str, category: &str, colour: &str) -> Subject {
        Subject {
            id,
            name: name.into(),
            categories: vec![category.into()],
            materials: vec!["walnut".into(), "brass buckle".into()],
            colours: vec![colour.into()],
        }
    }

    /// Every shape of every template is composed, and what comes out is SVG with nothing left open.
    #[test]
    fn every_shape_can_be_composed() {
        let mut count = 0;
        for template in TEMPLATES.iter().map(|(template, _)| *template).chain([GENERIC]) {
            let names: Vec<_> = template.shapes().map(|shape| shape.name).collect();
            assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{}", template.name);
            for shape in template.shapes() {
                let scene = shape.setting("scene").unwrap_or_default();
                assert!(["table", "flat", "wall"].contains(&scene), "{} {}", template.name, shape.name);
                let svg =
                    compose_as(&subject(7, "A thing", "None", "black and honey"), template, shape).unwrap();
                assert!(!svg.contains('{') && !svg.contains('}'), "{} {}", template.name, shape.name);
                Tree::from_str(&svg, &Options::default())
                    .unwrap_or_else(|error| panic!("{} {}: {error}", template.name, shape.name));
                count += 1;
            }
        }
        assert!(count > 100, "{count}");
    }

    #[test]
    fn the_name_says_which_shape_and_the_category_which_template() {
        for (name, category, template, shape) in [
            ("Cherry Wood Spoon Rest in Leaf Shape", "Wooden Kitchenware", "wood", "rest"),
            ("Walnut Nut Bowl with Inner Ring", "Wooden Kitchenware", "wood", "bowl"),
            ("Soy Wax Jar Candle, Orange and Clove", "Candles", "candles", "jar"),
            ("Sterling Silver Stud Earrings, Folded Dots", "Silver Jewellery", "silver", "studs"),
            ("Woodcut, Fishing Harbour, on Recycled Paper", "Woodcut Prints", "prints", "sea"),
            ("Bath Salt in a Glass Jar", "Soap & Bath", "soap", "salt"),
            ("Something else", "Candles", "candles", "pillar"),
            ("Reed Teapot", "Unheard-of", "stoneware", "teapot"),
            ("USB cable", "Electronics", "parcel", "parcel"),
            ("", "", "parcel", "parcel"),
        ] {
            let found = chosen(&subject(1, name, category, "")).unwrap();
            assert_eq!((found.0.name, found.1.name), (template, shape), "{name}");
        }
    }

    #[test]
    fn a_picture_is_the_same_every_time_and_another_for_every_product() {
        let mut seen = HashSet::new();
        for (template, names) in TEMPLATES {
            let of = |id| draw(&subject(id, template.name, names[0], "dark brown")).unwrap();
            let one = of(1);
            assert_eq!(one, of(1), "{}", template.name);
            assert!(seen.insert(one) && seen.insert(of(2)), "{}", template.name);
        }
        let [red, blue] =
            ["brick red", "sky"].map(|colour| draw(&subject(1, "Bowl", "Wooden", colour)).unwrap());
        assert_ne!(red, blue);
        let picture = image::load_from_memory(&red).unwrap();
        assert_eq!((picture.width(), picture.height()), (SIDE, SIDE));
    }

    #[test]
    fn smaller_sizes_are_those_of_the_original() {
        let subject = subject(3, "Bowl", "Wooden", "oak");
        let drawn = draw_in_sizes(&subject, &[200, 600]).unwrap();
        assert_eq!(drawn.original, draw(&subject).unwrap());
        for (size, bytes) in drawn.smaller {
            assert_eq!(bytes, crate::shrink(&drawn.original, size).unwrap(), "{size}");
        }
    }

    #[test]
    fn whatever_a_catalogue_says_something_is_drawn() {
        for text in
            ["", "<script>&\"'{main}", "{1..2}", "ПРИВЕТ 茶壺 🏺", &"bowl ".repeat(5_000), "\u{0}\u{202e}"]
        {
            let strange = Subject {
                id: u128::MAX,
                name: text.into(),
                categories: vec![text.into()],
                materials: vec![text.into()],
                colours: vec![text.into()],
            };
            assert!(draw(&strange).is_ok(), "{text}");
        }
    }
}
