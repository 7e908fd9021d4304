//! Pictures: drawn, brought, shown, made smaller, taken away.

use souk_ports::Error as PortError;
use souk_ports::event::Actor;
use souk_ports::objects::ObjectKey;
use souk_ports::projection::Projection;
use souk_ports::rows::Image;
use souk_shop::catalog::show_product;
use souk_shop::media::{
    Drawn, Error, How, IMAGE_SIZES, ImageSizes, MAX_IMAGES, bring_image, draw_missing, name_missing,
    remove_image, show_picture, undrawn,
};

use crate::world::{Trick, World, product, row, write};

/// A PNG of one colour, 40 by 20.
fn png(colour: u8) -> Vec<u8> {
    // Stored, not deflated: header, one zlib block, end. The checksums are right, since decoders look at them.
    let rows: Vec<u8> = (0..20).flat_map(|_| [0].into_iter().chain([colour; 120])).collect();
    let mut zlib = vec![0x78, 0x01, 0x01];
    zlib.extend((rows.len() as u16).to_le_bytes());
    zlib.extend((!(rows.len() as u16)).to_le_bytes());
    zlib.extend(&rows);
    let (a, b) = rows.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    zlib.extend(((b << 16) | a).to_be_bytes());
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8], data: &[u8]| {
        file.extend((data.len() as u32).to_be_bytes());
        let from = file.len();
        file.extend(kind.iter().chain(data));
        let crc = file[from..].iter().fold(u32::MAX, |crc, byte| {
            (0..8)
                .fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
        });
        file.extend((!crc).to_be_bytes());
    };
    chunk(b"IHDR", &[0, 0, 0, 40, 0, 0, 0, 20, 8, 2, 0, 0, 0]);
    chunk(b"IDAT", &zlib);
    chunk(b"IEND", &[]);
    file
}

async fn images(world: &World, external: &str) -> Vec<Image> {
    let mut snapshot = world.shop.store.snapshot().await.unwrap();
    snapshot.one::<souk_ports::rows::Product>(product(external)).await.unwrap().unwrap().row.images
}

async fn bring(world: &World, external: &str, colour: u8, how: How) -> Result<(), Error> {
    bring_image(&world.shop, product(external), png(colour).into(), None, how, Actor::Staff).await.map(drop)
}

async fn names_of_sizes(world: &World) -> Vec<String> {
    let found = world.shop.objects.scan(IMAGE_SIZES, None, 1_000).await.unwrap();
    found.into_iter().map(|(key, _)| key.as_str().to_owned()).collect()
}

fn stem(image: &Image) -> String {
    image.url.trim_start_matches("/media/").trim_end_matches(".webp").to_owned()
}

async fn with_two_products() -> World {
    let world = World::new().await;
    world.sells("P001", "10", 1).await;
    world.sells("P002", "10", 1).await;
    world
}

/// Of products, and one of their category.
#[tokio::test]
async fn what_has_no_picture_gets_one_and_only_once() {
    let world = with_two_products().await;
    let drawn = draw_missing(&world.shop, &|_, _| {}).await.unwrap();
    assert_eq!((drawn.drawn, drawn.unchanged), (3, 0));
    let (one, other) = (images(&world, "P001").await, images(&world, "P002").await);
    assert_eq!((one.len(), one[0].alt.as_str()), (1, "Bowl P001"));
    assert_ne!(one[0].url, other[0].url);
    let again = draw_missing(&world.shop, &|_, _| {}).await.unwrap();
    assert_eq!(again, Drawn { drawn: 0, unchanged: 2, position: None });
    assert_eq!(images(&world, "P001").await, one);

    let view = show_product(&world.shop, product("P001")).await.unwrap().product;
    assert_eq!(view.images[0].url, one[0].url);
    assert_eq!(view.images[0].sizes["600"], format!("/media/{}-600.webp", stem(&one[0])));
}

#[tokio::test]
async fn a_picture_is_named_first_and_drawn_when_somebody_asks_for_it() {
    let world = with_two_products().await;
    let named = name_missing(&world.shop).await.unwrap();
    assert_eq!((named.drawn, named.unchanged, named.position.is_some()), (0, 0, true));
    let head = world.shop.store.snapshot().await.unwrap().head().await.unwrap().head;
    let image = images(&world, "P001").await[0].clone();
    assert_eq!(world.shop.objects.list("", None, 10).await.unwrap(), []);
    assert_eq!(undrawn(&world.shop).await.unwrap().count(), 3);

    // Of many who ask at once, for any size, one draws it and all get it.
    let ask = |size: &str| {
        let name = format!("{}{size}.webp", stem(&image)).parse().unwrap();
        let shop = &world.shop;
        async move { show_picture(shop, &name).await.unwrap() }
    };
    let (small, again, large, whole) = tokio::join!(ask("-200"), ask("-200"), ask("-600"), ask(""));
    assert_eq!(small.picture, again.picture);
    assert!(small.is_final && large.is_final && whole.is_final);
    let bytes = [&small, &large, &whole].map(|shown| shown.picture.object.bytes.len());
    assert!(bytes.is_sorted(), "{bytes:?}");
    assert_eq!(world.shop.objects.list("", None, 10).await.unwrap().len(), 3);
    // Nothing in the shop has changed by it.
    assert_eq!(world.shop.store.snapshot().await.unwrap().head().await.unwrap().head, head);

    let mut rest = undrawn(&world.shop).await.unwrap();
    assert_eq!(rest.count(), 2);
    while rest.draw_next(&world.shop).await.unwrap() {}
    assert_eq!(undrawn(&world.shop).await.unwrap().count(), 0);

    // What no row names is no picture, and leaves no file.
    remove_image(&world.shop, product("P001"), 1, Actor::Staff).await.unwrap().unwrap();
    let name = format!("{}-200.webp", stem(&image)).parse().unwrap();
    assert!(matches!(show_picture(&world.shop, &name).await, Err(Error::UnknownPicture { .. })));
    assert_eq!(world.shop.objects.list("", None, 10).await.unwrap().len(), 6);
}

#[tokio::test]
async fn a_picture_keeps_its_name_when_its_product_gets_another_one() {
    let world = with_two_products().await;
    name_missing(&world.shop).await.unwrap();
    let image = images(&world, "P001").await[0].clone();
    let mut renamed = row("P001", None, true);
    (renamed.name, renamed.images) = ("Plate".to_owned(), vec![image.clone()]);
    write(&*world.shop.store, vec![renamed.into()], vec![]).await;
    let name = format!("{}.webp", stem(&image)).parse().unwrap();
    assert!(show_picture(&world.shop, &name).await.is_ok());
    assert_eq!(name_missing(&world.shop).await.unwrap().position, None);
    assert_eq!(images(&world, "P001").await, [image]);
}

#[tokio::test]
async fn a_picture_that_is_brought_while_one_is_drawn_stays() {
    let world = with_two_products().await;
    let mut brought = row("P001", None, true);
    brought.images = vec![Image { url: "https://example.org/a.jpg".into(), alt: "mine".into() }];
    let expected = brought.images.clone();
    world.store.plays([Trick::Before(Box::new(move |store| {
        Box::pin(async move { write(&*store, vec![brought.into()], vec![]).await })
    }))]);
    let drawn = draw_missing(&world.shop, &|_, _| {}).await.unwrap();
    assert!(world.store.has_played_all());
    // Of the other product, and of their category.
    assert_eq!(drawn.drawn, 2);
    assert_eq!(images(&world, "P001").await, expected);
}

#[tokio::test]
async fn sizes_follow_the_images_of_a_product_and_rebuilding_gives_the_same() {
    let world = with_two_products().await;
    let projection = ImageSizes::new(world.shop.objects.clone());
    bring(&world, "P001", 40, How::Add).await.unwrap();
    bring(&world, "P002", 60, How::Add).await.unwrap();
    bring(&world, "P001", 10, How::Add).await.unwrap();
    world.project(&projection).await;
    let before = projection.dump().await.unwrap();
    assert_eq!(before.len(), 6);

    let removed = images(&world, "P001").await[0].clone();
    remove_image(&world.shop, product("P001"), 1, Actor::Staff).await.unwrap().unwrap();
    bring(&world, "P002", 20, How::Replace).await.unwrap();
    // Forwards from where it stands, and in another world from the start: the same.
    let generation = world.shop.objects.live(IMAGE_SIZES).await.unwrap().unwrap();
    let at = world.shop.objects.checkpoint(IMAGE_SIZES, generation).await.unwrap();
    let (mut snapshot, events, to) = world.events_after(at.at.position).await;
    projection.apply(generation, &events, &mut snapshot, to).await.unwrap();
    drop(snapshot);
    let followed = projection.dump().await.unwrap();
    world.project(&projection).await;
    assert_eq!(projection.dump().await.unwrap(), followed);
    assert_ne!(followed, before);

    let there = names_of_sizes(&world).await;
    assert_eq!(there.len(), 4);
    for external in ["P001", "P002"] {
        let images = images(&world, external).await;
        assert_eq!(images.len(), 1);
        for size in [200, 600] {
            assert!(there.contains(&format!("{}-{size}", stem(&images[0]))), "{external} {there:?}");
        }
    }
    let gone = ObjectKey::parse(&format!("images/{}", stem(&removed))).unwrap();
    assert_eq!(world.shop.objects.get(&gone).await.unwrap(), None);
}

#[tokio::test]
async fn a_size_that_is_not_there_yet_is_made_and_is_what_will_be_kept() {
    let world = with_two_products().await;
    bring(&world, "P001", 40, How::Add).await.unwrap();
    bring(&world, "P002", 60, How::Add).await.unwrap();
    let image = images(&world, "P001").await[0].clone();
    let name = format!("{}-200.webp", stem(&image)).parse().unwrap();
    let made = show_picture(&world.shop, &name).await.unwrap();
    assert!(made.is_final && matches!(world.shop.objects.live(IMAGE_SIZES).await, Ok(None)));
    world.project(&ImageSizes::new(world.shop.objects.clone())).await;
    let kept = show_picture(&world.shop, &name).await.unwrap();
    assert_eq!(kept.picture, made.picture);

    // A picture whose file was lost is no picture, and the others go on.
    let lost = ObjectKey::parse(&format!("images/{}", stem(&image))).unwrap();
    world.shop.objects.delete(&lost).await.unwrap();
    world.project(&ImageSizes::new(world.shop.objects.clone())).await;
    assert_eq!(names_of_sizes(&world).await.len(), 2);
    assert!(matches!(show_picture(&world.shop, &name).await, Err(Error::UnknownPicture { .. })));
}

#[tokio::test]
async fn images_are_added_replaced_and_removed() {
    let world = with_two_products().await;
    for colour in 0..MAX_IMAGES as u8 {
        bring(&world, "P001", colour * 20, How::Add).await.unwrap();
    }
    let full = images(&world, "P001").await;
    assert_eq!(full.len(), MAX_IMAGES);
    // The same again is no other image; another one is too many, and leaves no file behind.
    bring(&world, "P001", 20, How::Add).await.unwrap();
    assert!(matches!(bring(&world, "P001", 255, How::Add).await, Err(Error::TooMany { .. })));
    assert_eq!(images(&world, "P001").await, full);
    assert_eq!(world.shop.objects.list("images/", None, 100).await.unwrap().len(), MAX_IMAGES);

    for number in [0, 11] {
        let removed = remove_image(&world.shop, product("P001"), number, Actor::Staff).await;
        assert!(matches!(removed, Err(Error::UnknownImage { .. })), "{removed:?}");
    }
    remove_image(&world.shop, product("P001"), 2, Actor::Staff).await.unwrap().unwrap();
    let left = images(&world, "P001").await;
    assert_eq!((left.len(), &left[1]), (MAX_IMAGES - 1, &full[2]));

    // The same file for two products is two pictures: one can go without the other.
    bring(&world, "P001", 7, How::Replace).await.unwrap();
    bring(&world, "P002", 7, How::Replace).await.unwrap();
    remove_image(&world.shop, product("P001"), 1, Actor::Staff).await.unwrap().unwrap();
    let kept = images(&world, "P002").await[0].clone();
    assert!(show_picture(&world.shop, &format!("{}.webp", stem(&kept)).parse().unwrap()).await.is_ok());
    assert_eq!(world.shop.objects.list("images/", None, 100).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_lost_answer_or_someone_faster_does_not_lose_a_picture() {
    let world = with_two_products().await;
    world.store.plays([Trick::LoseAnswer]);
    bring(&world, "P001", 1, How::Add).await.unwrap();
    world.store.plays_price("P001", "99");
    bring(&world, "P001", 2, How::Add).await.unwrap();
    // `plays_price` writes a row without images, so one is left: the newer.
    assert_eq!(images(&world, "P001").await.len(), 1);
    assert!(world.store.has_played_all());
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let world = with_two_products().await;
    let bring = |file: Vec<u8>, alt: Option<&str>| {
        bring_image(&world.shop, product("P001"), file.into(), alt.map(str::to_owned), How::Add, Actor::Staff)
    };
    let long = "x".repeat(301);
    for alt in ["", " a", "a\u{0}", &long] {
        let brought = bring(png(1), Some(alt)).await;
        assert!(matches!(brought, Err(Error::Alt { .. })), "{alt}: {brought:?}");
    }
    for file in [
        vec![],
        b"text".to_vec(),
        png(1)[..100].to_vec(),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
    ] {
        assert!(matches!(bring(file, None).await, Err(Error::Refused(_))));
    }
    let unknown =
        bring_image(&world.shop, product("P999"), png(1).into(), None, How::Add, Actor::Staff).await;
    assert!(matches!(unknown, Err(Error::UnknownProduct { .. })));
    assert_eq!(images(&world, "P001").await, []);
    assert_eq!(world.shop.objects.list("", None, 10).await.unwrap(), []);
    let none = world.shop.objects.get_derived(IMAGE_SIZES, &ObjectKey::parse("a").unwrap()).await;
    assert!(matches!(none, Err(PortError::NotFound { .. })));
}
