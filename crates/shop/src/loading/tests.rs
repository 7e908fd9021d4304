//! Given files, when they are read and checked, then these rows can be loaded and those are refused, and why.

use std::borrow::Cow;
use std::collections::HashSet;

use souk_kernel::{CategoryId, Currency, Timestamp};
use souk_ports::rows::RowKey;

use super::check::{Catalogue, Known, check, missing};
use super::read::read;
use super::{Error, Files, Reject};

const USERS: &str =
    "id,name,email,join_date,phone,address_line1,address_line2,city,region,postal_code,country\n";
const CATEGORIES: &str = "id,name,description,parent,image\n";
const SELLERS: &str = "id,name,rating,user_id,city,country,founded,description\n";
const PRODUCTS: &str =
    "id,name,description,price,category_id,seller_id,brand,tags,is_active,materials,care,created_at\n";
const VARIANTS: &str = "product,size,color,sku,price_adjustment,stock\n";

/// A sound catalogue of one user, category, seller, product and variant; and rows after them.
struct Given([Vec<u8>; 5]);

impl Given {
    fn sound() -> Self {
        let file = |header: &str, row: &str| format!("{header}{row}\n").into_bytes();
        Self([
            file(USERS, "U1,Ada,ada@example.org,2024-05-01,+49 30 12,Weg 1,,Köln,,50667,DE"),
            file(CATEGORIES, "C1,Bowls,Turned,,categories/c1.svg"),
            file(SELLERS, "S1,Ash & Oak,4.5,U1,Köln,DE,1999,\"Two, turning\""),
            file(
                PRODUCTS,
                "P1,Oak bowl,Big,39.90,C1,S1,Ash & Oak,bowl|oak|bowl,true,oak,\"Oil it\",2025-01-02",
            ),
            file(VARIANTS, "P1,20 cm,brown,P1-A,0,10"),
        ])
    }

    fn and(mut self, file: &str, row: impl AsRef<[u8]>) -> Self {
        let at = super::files::NAMES.iter().position(|name| *name == file).unwrap();
        self.0[at].extend_from_slice(row.as_ref());
        self.0[at].push(b'\n');
        self
    }

    fn instead(mut self, file: &str, content: impl Into<Vec<u8>>) -> Self {
        let at = super::files::NAMES.iter().position(|name| *name == file).unwrap();
        self.0[at] = content.into();
        self
    }

    fn when_checked(self) -> (Catalogue, Vec<Reject>) {
        self.when_checked_beside(&Known::default())
    }

    fn when_checked_beside(self, known: &Known) -> (Catalogue, Vec<Reject>) {
        let mut rejects = Vec::new();
        let rows = read(&self.files(), &mut |reject| {
            rejects.push(reject);
            Ok(())
        });
        let (catalogue, more) = check(rows.unwrap(), known, Currency::EUR, Timestamp::from_ms(0));
        rejects.extend(more);
        (catalogue, rejects)
    }

    fn files(self) -> Files {
        Files {
            source: "test".into(),
            contents: self.0.map(|content| Some(Cow::Owned(content))),
            told: Default::default(),
        }
    }

    /// Then the one row that was added is refused, and nothing else.
    fn refuses_it(self, line: u64, column: &str, words: &str) -> Catalogue {
        let (catalogue, rejects) = self.when_checked();
        assert_eq!(rejects.len(), 1, "{rejects:?}");
        let reject = &rejects[0];
        assert_eq!((reject.line, reject.column.as_str()), (line, column), "{reject}");
        assert!(reject.reason.contains(words), "{reject}");
        catalogue
    }
}

#[test]
fn a_sound_catalogue_is_read_as_it_is() {
    let (catalogue, rejects) = Given::sound().when_checked();
    assert_eq!(rejects, []);
    let product = &catalogue.products[0];
    assert_eq!(product.product.tags, ["bowl", "oak"], "each once");
    assert_eq!(product.product.price, Some("39.90".parse().unwrap()));
    assert_eq!(product.variants[0].it.loaded_stock, Some(10));
    let person = &catalogue.users[0].it.1;
    assert_eq!(person.address.as_ref().unwrap().name, "Ada");
    assert_eq!(catalogue.sellers[0].it.description, "Two, turning");
}

#[test]
fn souks_own_catalogue_is_sound() {
    let mut rejects = Vec::new();
    let rows = read(&Files::artisan(), &mut |reject| {
        rejects.push(reject);
        Ok(())
    })
    .unwrap();
    assert_eq!(missing(&rows), []);
    let (catalogue, more) = check(rows, &Known::default(), Currency::EUR, Timestamp::from_ms(0));
    rejects.extend(more);
    assert_eq!(rejects, []);
    assert!(catalogue.products.iter().all(|product| !product.variants.is_empty()));
    assert!(catalogue.products.len() >= 600 && catalogue.users.len() >= 1_000);
}

#[test]
fn each_kind_of_bad_row_is_refused_with_its_place_and_reason() {
    let product = |row: &str| Given::sound().and("products.csv", row);
    let tail = "C1,S1,,,true,,,2025-01-02";
    product(&format!("P2,,Big,1,{tail}")).refuses_it(3, "name", "missing");
    product(&format!(",Bowl,Big,1,{tail}")).refuses_it(3, "id", "missing");
    product(&format!("P\u{7}2,Bowl,Big,1,{tail}")).refuses_it(3, "id", "no id");
    product(&format!("{},Bowl,Big,1,{tail}", "x".repeat(256))).refuses_it(3, "id", "255 characters");
    product("P2,Bowl,Big,1,C9,S1,,,true,,,2025-01-02").refuses_it(3, "category_id", "no category");
    product("P2,Bowl,Big,1,C1,S9,,,true,,,2025-01-02").refuses_it(3, "seller_id", "no seller");
    product(&format!("P2,Bowl,Big,-1,{tail}")).refuses_it(3, "price", "negative");
    product(&format!("P2,Bowl,Big,0,{tail}")).refuses_it(3, "price", "zero");
    product(&format!("P2,Bowl,Big,1.999,{tail}")).refuses_it(3, "price", "more decimals");
    product(&format!("P2,Bowl,Big,1e3,{tail}")).refuses_it(3, "price", "amount");
    product(&format!("P1,Bowl,Big,1,{tail}")).refuses_it(3, "id", "line 2");
    product(&format!("P2,Bo\u{7}wl,Big,1,{tail}")).refuses_it(3, "name", "control");
    product(&format!("P2,{},Big,1,{tail}", "x".repeat(301))).refuses_it(3, "name", "301");
    product(&format!("P2,Bowl,{},1,{tail}", "x".repeat(10_001))).refuses_it(3, "description", "10001");
    product("P2,Bowl,Big,1,C1,S1,,,perhaps,,,2025-01-02").refuses_it(3, "is_active", "neither");
    product("P2,Bowl,Big,1,C1,S1,,,true,,,2025-13-02").refuses_it(3, "created_at", "no date");
    product("P2,Bowl,Big,1").refuses_it(3, "", "has 4 columns, not 12");
    product(&format!("P2,Bowl,Big,1,{tail},more")).refuses_it(3, "", "has 13 columns");

    let variant = |row: &str| Given::sound().and("variants.csv", row);
    variant("P9,,,P9-A,0,1").refuses_it(3, "product", "no product");
    variant("P1,,,P1-A,0,1").refuses_it(3, "sku", "line 2");
    variant("P1,,,P1-B,0,-1").refuses_it(3, "stock", "whole number");
    variant("P1,,,P1-B,0,1.5").refuses_it(3, "stock", "whole number");
    variant("P1,,,P1-B,0,").refuses_it(3, "stock", "missing");
    variant("P1,,,P1-B,-39.90,1").refuses_it(3, "price_adjustment", "zero");
    variant("P1,,,P1-B,-50,1").refuses_it(3, "price_adjustment", "negative");

    let seller = |row: &str| Given::sound().and("sellers.csv", row);
    seller("S2,Kiln,6,U1,,,,").refuses_it(3, "rating", "between 0 and 5");
    seller("S2,Kiln,NaN,U1,,,,").refuses_it(3, "rating", "between 0 and 5");
    seller("S2,Kiln,4,U9,,,,").refuses_it(3, "user_id", "no user");
    seller("S2,Kiln,4,U1,,Germany,,").refuses_it(3, "country", "two capital letters");

    let user = |row: &str| Given::sound().and("users.csv", row);
    user("U2,Bo,ADA@example.org,2024-05-01,,,,,,,").refuses_it(3, "email", "line 2");
    user("U2,Bo,bo,2024-05-01,,,,,,,").refuses_it(3, "email", "no email");
    user("U2,Bo,bo@example.org,2024-05-01,call me,,,,,,").refuses_it(3, "phone", "no phone");
    user("U2,Bo,bo@example.org,2024-05-01,,Weg 2,,,,,").refuses_it(3, "city", "missing");

    let category = |row: &str| Given::sound().and("categories.csv", row);
    category("C2,Cups,,C9,").refuses_it(3, "parent", "no category");
    category("C2,Cups,,C2,").refuses_it(3, "parent", "lies in this one");
    category("C2,Cups,,,javascript:alert(1)").refuses_it(3, "image", "address");
}

#[test]
fn a_row_that_is_not_utf_8_is_refused_alone() {
    let mut row = b"P2,Bo\xffwl,Big,1,C1,S1,,,true,,,2025-01-02\n".to_vec();
    row.extend_from_slice(b"P3,Cup,Big,1,C1,S1,,,true,,,2025-01-02");
    let catalogue = Given::sound().and("products.csv", row).refuses_it(3, "name", "UTF-8");
    assert_eq!(catalogue.products.len(), 2);
}

#[test]
fn what_refers_to_a_refused_row_is_refused_as_well() {
    let (catalogue, rejects) = Given::sound()
        .and("categories.csv", "C2,\u{7},,,")
        .and("categories.csv", "C3,Cups,,C2,")
        .and("products.csv", "P2,Cup,,1,C3,S1,,,true,,,2025-01-02")
        .and("variants.csv", "P2,,,P2-A,0,1")
        .when_checked();
    let columns: Vec<&str> = rejects.iter().map(|reject| reject.column.as_str()).collect();
    assert_eq!(columns, ["name", "parent", "category_id", "product"]);
    assert_eq!(catalogue.products.len(), 1);
}

#[test]
fn a_parent_may_stand_below_and_what_the_store_has_may_be_missing() {
    let stored: CategoryId = "C9".parse().unwrap();
    let known = Known(HashSet::from([RowKey::Category(stored)]));
    let (catalogue, rejects) = Given::sound()
        .and("categories.csv", "C2,Small cups,,C3,")
        .and("categories.csv", "C3,Cups,,C9,")
        .when_checked_beside(&known);
    assert_eq!(rejects, []);
    let names: Vec<&str> = catalogue.categories.iter().map(|row| row.it.name.as_str()).collect();
    assert_eq!(names, ["Bowls", "Cups", "Small cups"], "parents first");
}

#[test]
fn lines_are_counted_through_quoted_and_empty_lines_and_an_open_quote_is_named() {
    let content = format!(
        "\u{feff}{VARIANTS}\r\nP1,\"20\ncm\",x,P1-A,0,1\n\nP1,s,x,P1-B,0,none\nP1,\"s,x,P1-C,0,1\nP1,s,x,P1-D,0,1\n"
    );
    let (_, rejects) = Given::sound().instead("variants.csv", content).when_checked();
    let places: Vec<(u64, &str)> =
        rejects.iter().map(|reject| (reject.line, reject.column.as_str())).collect();
    assert_eq!(places, [(3, "size"), (6, "stock"), (7, "")]);
    assert!(rejects[2].reason.contains("quote left open"), "{}", rejects[2]);
}

#[test]
fn a_wrong_header_is_an_error_of_the_file() {
    let files = Given::sound().instead("variants.csv", "product,sku\nP1,P1-A\n").files();
    let error = read(&files, &mut |_| Ok(())).unwrap_err();
    assert!(matches!(&error, Error::Header { file, .. } if file == "variants.csv"), "{error}");
    let empty = Given::sound().instead("users.csv", "").files();
    assert!(matches!(read(&empty, &mut |_| Ok(())), Err(Error::Header { .. })));
}
