//! Files that no shop has, imported all the same: refused in words, within bounded memory, and nothing is written.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::process::PATIENCE;
use crate::souk::Souk;

/// A line that does not end.
const LONG_BYTES: u64 = 1024 * 1024 * 1024;
/// What an import may take beside what the program takes anyway. A file that is held takes many times as much.
const MAX_MORE_KIB: u64 = 128 * 1024;

const HEADER: &str = "Handle,Title,Vendor,Variant SKU,Variant Price,Status\n";

/// Of a file that is mostly hole: it takes no room on the disk, and reads as zeros.
fn sparse(path: &Path, head: &str, bytes: u64) {
    let mut file = File::create(path).unwrap();
    file.write_all(head.as_bytes()).unwrap();
    file.set_len(bytes).unwrap();
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

struct Ended {
    code: i32,
    err: String,
    /// The most memory that it had at once.
    peak_kib: u64,
}

/// Runs an import, and looks at its memory all the while.
fn import(souk: &Souk, file: &Path) -> Ended {
    let mut command = souk.command(&["import", file.to_str().unwrap()]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let since = Instant::now();
    let mut peak_kib = 0;
    let code = loop {
        peak_kib = peak_kib.max(peak_of(&child).unwrap_or_default());
        match child.try_wait().unwrap() {
            Some(status) => break status.code().unwrap_or(-1),
            None => assert!(since.elapsed() < PATIENCE * 5, "it does not end: {}", file.display()),
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    Ended { code, err, peak_kib }
}

fn peak_of(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[test]
fn what_is_too_large_too_deep_or_a_trap_is_refused_in_words_and_in_little_memory() {
    let souk = Souk::empty();
    let at = |name: &str| souk.folder().join(name);
    let small = at("small.csv");
    std::fs::write(&small, format!("{HEADER}cup,Cup,Clay,CUP,3.00,active\n")).unwrap();
    let usual = import(&souk, &small);
    assert_eq!(usual.code, 0, "{}", usual.err);
    let before = souk.json(&["status"]);

    let text = |name: &str, content: String| {
        std::fs::write(at(name), content).unwrap();
        at(name)
    };
    let hole = |name: &str, head: &str| {
        sparse(&at(name), head, LONG_BYTES);
        at(name)
    };
    let bomb = |name: &str| {
        // 3 GiB of zeros in 3 MiB: one member of 32 MiB, again and again.
        let member = packed(&vec![0; 32 * 1024 * 1024]);
        let mut file = File::create(at(name)).unwrap();
        file.write_all(&packed(HEADER.as_bytes())).unwrap();
        (0..100).for_each(|_| file.write_all(&member).unwrap());
        at(name)
    };
    let entities = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY c SYSTEM \
        \"file:///etc/passwd\">]><rss><channel><item><title>&b;&c;</title></item></channel></rss>";
    let columns: Vec<String> = (0..5_000).map(|at| format!("c{at}")).collect();
    let refused: Vec<(PathBuf, &str)> = vec![
        (hole("line.csv", &format!("{HEADER}cup,Cup")), "longer than 1048576 bytes"),
        (hole("quote.csv", &format!("{HEADER}cup,\"Cup")), "is a quote left open?"),
        (hole("header.csv", "Handle,Title"), "longer than 1048576 bytes"),
        (hole("record.json", "[{\"handle\":\"cup\",\"title\":\"Cup"), "record longer than 8388608 bytes"),
        (hole("key.json", "{\"products"), "record longer than 8388608 bytes"),
        (hole("element.xml", "<rss><channel><item><title>Cup"), "longer than 8388608 bytes"),
        (hole("tag.xml", "<rss><channel><item a=\""), "longer than 8388608 bytes"),
        (bomb("bomb.csv.gz"), "unpacks to more than 250 times its size"),
        (text("entities.xml", entities.to_owned()), "has a document type"),
        (
            text("deep.json", format!("[{{\"id\":{}1{}}}]", "[".repeat(10_000), "]".repeat(10_000))),
            "deeper than 64 levels",
        ),
        (text("deep.xml", format!("<rss>{}", "<a>".repeat(10_000))), "deeper than 64 levels"),
        (text("wide.csv", columns.join(",")), "more than 4000 columns"),
        (text("twice.csv", "Handle,Title,Title,Vendor\na,b,c,d\n".to_owned()), "`Title` 2 times"),
    ];
    for (file, words) in &refused {
        let ended = import(&souk, file);
        let name = file.file_name().unwrap().to_string_lossy();
        println!("{name}: {} KiB beside {} KiB: {}", ended.peak_kib, usual.peak_kib, ended.err.trim());
        assert_eq!(ended.code, 2, "{name}: {}", ended.err);
        assert!(ended.err.contains(words) && ended.err.contains(&*name), "{name}: {}", ended.err);
        assert!(ended.peak_kib < usual.peak_kib + MAX_MORE_KIB, "{name}: {} KiB", ended.peak_kib);
    }
    assert_eq!(souk.json(&["status"]), before, "nothing is written");

    // A line of its own keeps no other out.
    let line =
        "{\"souk_product\":1,\"key\":\"pot\",\"name\":\"Pot\",\"variants\":[{\"sku\":\"POT\"}]}\n{\"key\":\"";
    let ended = import(&souk, &hole("lines.ndjson", line));
    assert!(
        ended.code == 1 && ended.peak_kib < usual.peak_kib + MAX_MORE_KIB,
        "{}: {}",
        ended.peak_kib,
        ended.err
    );
    let shown = souk.json(&["products", "show", "pot"]);
    assert_eq!(shown["name"], "Pot", "{}", ended.err);
}
