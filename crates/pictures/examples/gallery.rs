//! Draws subjects, one a line on standard input, into a folder: `id|name|category, …|material, …|colour, …`. For
//! looking at what a template has become: `cargo run -p souk-pictures --example gallery -- FOLDER < subjects`.

use std::io::{BufRead, Error, Result, stdin};
use std::path::PathBuf;
use std::time::Instant;

use souk_pictures::{Subject, draw, shrink};

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or_else(|| Error::other("name a folder"))?);
    let (mut bytes, mut count, mut drawing, mut shrinking) = (0, 0, 0, 0);
    for line in stdin().lock().lines() {
        let line = line?;
        let fields: Vec<&str> = line.split('|').collect();
        let [id, name, categories, materials, colours] = fields[..] else { continue };
        let list = |text: &str| text.split(", ").filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let subject = Subject {
            id: id.bytes().fold(7, |sum: u128, byte| sum.wrapping_mul(1_000_003).wrapping_add(byte.into())),
            name: name.to_owned(),
            categories: list(categories),
            materials: list(materials),
            colours: colours.split(';').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        };
        let begun = Instant::now();
        let original = draw(&subject).map_err(Error::other)?;
        drawing += begun.elapsed().as_micros();
        let begun = Instant::now();
        let middle = shrink(&original, 600).map_err(Error::other)?;
        let small = shrink(&original, 200).map_err(Error::other)?;
        shrinking += begun.elapsed().as_micros();
        bytes += original.len();
        count += 1;
        std::fs::write(folder.join(format!("{id}-600.webp")), &middle)?;
        std::fs::write(folder.join(format!("{id}-200.webp")), &small)?;
        println!("{id} {name}: {} {} {}", original.len(), middle.len(), small.len());
    }
    let count = count.max(1);
    println!(
        "{count} pictures, {} bytes, drawn in {} us, shrunk in {} us each",
        bytes / count as usize,
        drawing / count,
        shrinking / count
    );
    Ok(())
}
