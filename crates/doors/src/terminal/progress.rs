//! How far a long command has got: a bar on a terminal, a line now and then elsewhere, nothing with `--json`.

use std::io::{self, IsTerminal};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::Terminal;

/// Between two lines where no bar can be drawn.
const PAUSE: Duration = Duration::from_secs(2);

/// All bars of the process: two that are shown at once have a line each.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

pub struct Progress {
    what: String,
    shown: Shown,
}

enum Shown {
    Bar(ProgressBar),
    Lines(Mutex<Option<Instant>>, Terminal),
    Nothing,
}

impl Progress {
    pub fn new(terminal: Terminal, what: &str) -> Self {
        let shown = if terminal.json {
            Shown::Nothing
        } else if io::stderr().is_terminal() && !terminal.notes_in_log {
            let bar = BARS.add(ProgressBar::no_length());
            let template = "{msg:<24} [{bar:32}] {human_pos}/{human_len} {eta}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_message(what.to_owned());
            Shown::Bar(bar)
        } else {
            Shown::Lines(Mutex::new(None), terminal)
        };
        Self { what: what.to_owned(), shown }
    }

    pub fn at(&self, done: u64, total: u64) {
        match &self.shown {
            Shown::Bar(bar) => {
                bar.set_length(total);
                bar.set_position(done);
            }
            Shown::Lines(last, terminal) => {
                let Ok(mut last) = last.lock() else { return };
                let due = last.is_none_or(|last| last.elapsed() >= PAUSE);
                if due || done == total {
                    *last = Some(Instant::now());
                    terminal.note(&format!("{}: {done} of {total}", self.what));
                }
            }
            Shown::Nothing => {}
        }
    }
}

impl Drop for Progress {
    /// Clears the bar: what became of it all is said afterwards.
    fn drop(&mut self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}
