//! The limit under every durable write: how long this disk takes to sync.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// The median time of appending 4 KiB and syncing them, in microseconds.
pub(crate) fn sync_us(folder: &Path) -> std::io::Result<f64> {
    let path = folder.join("sync.probe");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..300 {
        let begin = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begin.elapsed().as_secs_f64() * 1e6);
    }
    std::fs::remove_file(path)?;
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}
