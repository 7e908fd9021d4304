//! Made-up purchases from outside: SIGKILL while they are made up and while what is derived from them is built anew.

use std::process::Stdio;
use std::time::Duration;

use crate::books;
use crate::process::{Folder, times};
use crate::store_file;

const ORDERS: u64 = 600;
const GENERATE: [&str; 10] = [
    "purchases",
    "generate",
    "--orders",
    "600",
    "--seed",
    "7",
    "--days",
    "30",
    "--until",
    "2026-11-20T12:00:00Z",
];

#[test]
fn what_is_killed_comes_to_the_same_end() {
    let loaded = Folder::new();
    loaded.run(&["load", "all"]);
    let whole = loaded.copy();
    let generated = whole.json(&GENERATE);
    assert_eq!(generated["summary"]["orders"], ORDERS, "{generated}");
    let told = books::story(&whole);

    // So many kills, at least, meet a history that has begun and is not complete.
    let (wanted, rebuilds_wanted) = (times(3, 12), times(3, 8));
    let (mut kills, mut within, mut ends) = (0, 0, 0);
    let mut last = None;
    while within < wanted {
        let killed = loaded.copy();
        while !kill_after(&killed, rand::random_range(1..ORDERS / 12)) {
            kills += 1;
            let orders = books::of_the_store(&killed).orders as u64;
            within += u32::from(orders > 0 && orders < ORDERS);
        }
        let report = killed.json(&GENERATE);
        assert_eq!(report["summary"], generated["summary"]);
        assert_eq!(report["orders_before"], ORDERS, "the one before had come to its end");
        assert!(books::story(&killed) == told, "the story differs from one that was told in one go");
        ends += 1;
        assert!(ends < 20, "{kills} kills, of which {within} met a history that was being written");
        last = Some(killed);
    }
    println!("{kills} kills, {within} of them within a history, {ends} histories came to their end");

    let killed = last.unwrap();
    let names = books::projections(&killed);
    let mut rebuilds = 0;
    while rebuilds < rebuilds_wanted {
        for name in &names {
            let rebuild = ["projections", "rebuild", name];
            let finished = kill_somewhen(&killed, &rebuild, Duration::from_millis(300));
            rebuilds += u32::from(!finished);
        }
    }
    println!("{rebuilds} kills of rebuilds");
    for name in &names {
        let dumps = [&whole, &killed].map(|folder| folder.run(&["projections", "dump", name]));
        assert!(dumps[0] == dumps[1], "the dump of {name} differs from that of a history in one go");
    }
    let books = books::of_everything(&killed);
    assert_eq!(books.orders as u64, ORDERS);
    books::rebuilds_change_nothing(&killed);
    books::stock_was_never_below_zero(&killed);
    assert!(books::percent_in_stock(&killed) >= 90);
}

/// Makes purchases up until there are so many more. Whether it came to its end before.
fn kill_after(folder: &Folder, more: u64) -> bool {
    let wanted = store_file::count_of_orders(folder) + more;
    let mut child = folder.command(&GENERATE).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    loop {
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success(), "it ended with {ended:?}");
            return true;
        }
        if store_file::count_of_orders(folder) >= wanted {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    // Between orders, and between their steps.
    std::thread::sleep(Duration::from_millis(20).mul_f64(rand::random()));
    child.kill().unwrap();
    child.wait().unwrap();
    false
}

/// Whether it had come to its end, and well, before it was killed.
fn kill_somewhen(folder: &Folder, command: &[&str], latest: Duration) -> bool {
    let mut child = folder.command(command).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(latest.mul_f64(rand::random()));
    let ended = child.try_wait().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(ended.is_none_or(|ended| ended.success()), "{command:?} ended with {ended:?}");
    ended.is_some()
}

#[test]
fn a_shop_without_anything_to_sell_says_so() {
    let folder = Folder::new();
    let empty = folder.path().join("catalogue");
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(empty.join("categories.csv"), "id,name,description,parent,image\n").unwrap();
    folder.run(&["load", "relational", "--from", "catalogue"]);
    let output = folder.command(&["purchases", "generate"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("nothing to buy") && said.contains("`souk --data data load all`"), "{said}");
    for bad in [
        ["--orders", "0"],
        ["--orders", "1000001"],
        ["--days", "0"],
        ["--until", "2999-01-01"],
        ["--seed", "x"],
    ] {
        let output = folder.command(&[&["purchases", "generate"], &bad[..]].concat()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{bad:?}: {said}");
        assert!(said.contains(bad[1]), "{bad:?}: {said}");
    }
}
