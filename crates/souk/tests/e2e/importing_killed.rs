//! An import that is killed at ten points and run again leaves what one in one go leaves, and nothing of it twice.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use serde_json::{Value, json};

use crate::process::{Folder, PATIENCE};
use crate::{books, store_file};

const PRODUCTS: usize = 400;
const KILLS: u64 = 10;

/// In Medusa's form, which says when a product was made: what does not is dated when it is brought in.
fn export() -> String {
    let header = "Product Handle,Product Title,Product Status,Product Created At,Product Tag 1,Product Type,\
        Variant Title,Variant Sku,Variant Manage Inventory,Variant Inventory Quantity,Variant Price EUR,\
        Variant Option 1 Name,Variant Option 1 Value\n";
    let rows = (0..PRODUCTS).flat_map(|product| {
        ["S", "M", "L"].into_iter().enumerate().map(move |(at, size)| {
            let status = if product % 10 == 9 { "draft" } else { "published" };
            format!(
                "h {product}/x,Thing {product},{status},2025-03-0{}T10:00:00Z,tag {},Shelf {},{size},SKU {product}/{size},true,{},{}.{at}0,Size,{size}\n",
                product % 9 + 1,
                product % 7,
                product % 12,
                product + at,
                product % 90 + 1,
            )
        })
    });
    header.to_owned() + &rows.collect::<String>()
}

/// An import that runs, and how many lines it has told.
struct Import {
    child: Child,
    told: Arc<AtomicU64>,
    listening: JoinHandle<()>,
}

impl Import {
    fn start(folder: &Folder) -> Self {
        let mut import = folder.command(&["import", "products.csv"]);
        let mut child = import.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let told = Arc::new(AtomicU64::new(0));
        let counted = told.clone();
        let listening = std::thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|_| {
                counted.fetch_add(1, Ordering::SeqCst);
            });
        });
        Self { child, told, listening }
    }

    fn told(&self) -> u64 {
        self.told.load(Ordering::SeqCst)
    }

    /// How many lines it told from its beginning to its end.
    fn end(mut self) -> u64 {
        assert!(self.child.wait().unwrap().success());
        self.listening.join().unwrap();
        self.told.load(Ordering::SeqCst)
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.listening.join().unwrap();
    }
}

#[test]
fn an_import_that_is_killed_at_ten_points_goes_on_and_doubles_nothing() {
    let whole = Folder::new();
    if !whole.keeps_its_store() {
        // The points are told by the store's file.
        return;
    }
    let text = export();
    let with_export = |folder: Folder| {
        std::fs::write(folder.path().join("products.csv"), &text).unwrap();
        folder
    };
    let whole = with_export(whole);
    let lines = Import::start(&whole).end();
    let (exported, events) = (whole.run(&["export", "products"]), store_file::events(&whole));
    assert_eq!(exported.lines().count(), PRODUCTS);
    let all: u64 = events.values().sum();
    let again = whole.json(&["import", "products.csv"]);
    assert_eq!(
        (&again["products"]["unchanged"], &again["position"]),
        (&json!(PRODUCTS), &Value::Null),
        "{again}"
    );
    assert_eq!(store_file::events(&whole), events, "what is there already is no event");

    let mut unfinished = 0;
    for kill in 0..KILLS {
        let killed = with_export(Folder::new());
        let mut import = Import::start(&killed);
        let since = Instant::now();
        let written = || match store_file::is_there(&killed) {
            true => store_file::events(&killed).values().sum::<u64>(),
            false => 0,
        };
        // While it writes the store by what stands there, and while it fills the rest by what it has told.
        let is_there = |import: &Import| match kill % 2 {
            0 => written() > all * kill / KILLS,
            _ => import.told() > lines * kill / KILLS,
        };
        while !is_there(&import) {
            assert!(since.elapsed() < PATIENCE, "kill {kill}: the point does not come");
            assert_eq!(import.child.try_wait().unwrap(), None, "kill {kill}: it ended before its point");
        }
        let told = import.told();
        import.kill();
        let was_unfinished = store_file::load_is_unfinished(&killed);
        unfinished += u32::from(was_unfinished);
        let left = all - written();
        println!("kill {kill}: {left} of {all} events were left to be written, {told} of {lines} lines told");

        let report = killed.json(&["import", "products.csv"]);
        assert_eq!(report["interrupted_before"].is_string(), was_unfinished, "{report}");
        assert_eq!(report["rejected"], json!(0), "{report}");
        assert!(killed.run(&["export", "products"]) == exported, "kill {kill}: another export");
        // That it began twice is no more than the truth, unless nothing but its end was left to be told.
        let mut expected = events.clone();
        *expected.entry("load-started".to_owned()).or_default() += u64::from(was_unfinished && left > 1);
        let found = store_file::events(&killed);
        assert_eq!(found, expected, "kill {kill}: something is there twice, or not at all");
        let again = killed.json(&["import", "products.csv"]);
        assert_eq!((&again["products"]["unchanged"], &again["position"]), (&json!(PRODUCTS), &Value::Null));
        assert_eq!(store_file::events(&killed), expected, "kill {kill}: importing again writes nothing");
        store_file::is_whole(&killed);
        books::of_everything(&killed);
    }
    assert!(unfinished >= 3, "{unfinished} of {KILLS} kills met an import that was writing");
}
