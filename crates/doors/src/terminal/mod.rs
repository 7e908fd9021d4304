//! Talking to people on a terminal, and to programs that read what would go there.
//!
//! Answers go to standard output, everything else (notes, progress, errors) to standard error. With `--json` an answer
//! is the JSON that HTTP gives, on one line, and an error is a problem document.

mod progress;
mod style;
mod table;

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde::Serialize;

use crate::gate::Problem;

pub use progress::Progress;
pub use style::Style;
pub use table::{Table, Tone};

#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    pub json: bool,
    /// For what goes to standard output.
    style: Style,
    /// For what goes to standard error.
    error_style: Style,
    /// How this shop is named on a command line, where it is not the one of the folder: ` --data DIR`. It lives as long
    /// as the process, of which there is one command.
    which_shop: &'static str,
    /// Notes and failures are lines of the log, because that is made for programs.
    notes_in_log: bool,
}

impl Terminal {
    /// Looks at the two streams and at `NO_COLOR`.
    pub fn new(json: bool) -> Self {
        let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let style = |terminal: bool| Style::new(colour && terminal);
        Self {
            json,
            style: style(io::stdout().is_terminal()),
            error_style: style(io::stderr().is_terminal()),
            which_shop: "",
            notes_in_log: false,
        }
    }

    /// Of the shop that these flags name. Commands that are printed repeat them, so that they can be pasted.
    pub fn about(self, config: Option<&Path>, data: Option<&Path>) -> Self {
        let flags: String = [("--config", config), ("--data", data)]
            .into_iter()
            .filter_map(|(flag, path)| Some(format!(" {flag} {}", quoted(path?))))
            .collect();
        Self { which_shop: flags.leak(), ..self }
    }

    /// With notes and failures as lines of the log.
    pub fn noting_in_log(self) -> Self {
        Self { notes_in_log: true, ..self }
    }

    /// A command for this shop, as it can be pasted: `souk --data DIR orders pay 1`.
    pub fn souk(&self, command: &str) -> String {
        format!("souk{} {command}", self.which_shop)
    }

    /// The text with each command in it (`` `souk …` ``) as it can be pasted.
    pub fn pasteable(&self, text: &str) -> String {
        text.replace("`souk ", &format!("`souk{} ", self.which_shop))
    }

    /// Prints an answer: as JSON, or in the words that `people` finds for it.
    pub fn answer<T: Serialize + ?Sized>(
        &self,
        value: &T,
        people: impl FnOnce(Style) -> String,
    ) -> Result<(), Problem> {
        let text = if self.json {
            serde_json::to_string(value)
                .map_err(|error| souk_ports::Error::internal("writing the answer", error))?
        } else {
            people(self.style)
        };
        self.print(&text)
    }

    /// Prints text as it is. A reader that has gone away (`| head`) has seen enough.
    pub fn print(&self, text: &str) -> Result<(), Problem> {
        let mut out = io::stdout().lock();
        let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(newline.as_bytes()));
        match written.and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(souk_ports::Error::internal("writing to standard output", error).into())
            }
            _ => Ok(()),
        }
    }

    /// Says something on the side; programs that read JSON answers are spared.
    pub fn note(&self, text: &str) {
        if self.notes_in_log {
            tracing::info!("{text}");
        } else if !self.json {
            let text = self.pasteable(text);
            // Nobody may be listening; there is nobody to tell that either.
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// Reports a failure, and what may help.
    pub fn failure(&self, problem: Problem) {
        let text = if self.json {
            serde_json::to_string(&problem.document()).unwrap_or_default()
        } else if self.notes_in_log {
            tracing::error!(code = problem.code.slug(), causes = ?problem.causes, "{}", problem.detail);
            return;
        } else {
            let style = self.error_style;
            let mut text = format!("{} {}", style.bad("error:"), problem.detail);
            for cause in &problem.causes {
                text.push_str(&format!("\n  because: {cause}"));
            }
            if let Some(hint) = hint(&problem) {
                text.push_str(&format!("\n{} {hint}", style.dim("hint:")));
            }
            self.pasteable(&text)
        };
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    pub fn style(&self) -> Style {
        self.style
    }

    pub fn error_style(&self) -> Style {
        self.error_style
    }
}

/// The path as a shell takes it for one word.
fn quoted(path: &Path) -> String {
    let path = path.to_string_lossy();
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    if !path.is_empty() && path.chars().all(is_plain) {
        return path.into_owned();
    }
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// What to try next.
fn hint(problem: &Problem) -> Option<&'static str> {
    use souk_kernel::ErrorCode::*;
    Some(match problem.code {
        NoShop => {
            "`souk load all` makes one, `souk demo` makes one and serves it; --data or --config names one elsewhere"
        }
        NotFound => {
            "find things with `souk products list`, `souk search text WORDS` and `souk orders history USER`; \
             `souk load all` fills an empty shop"
        }
        OutOfStock => "`souk products show PRODUCT` tells what is left",
        PriceChanged => "`souk cart update USER PRODUCT --quantity N` takes today's price over",
        PriceOnRequest => "`souk products set PRODUCT --price AMOUNT` gives it a price",
        NotForSale => {
            "`souk cart remove USER PRODUCT` takes it out of a cart, `souk products list` tells what is sold, and \
             `souk products set PRODUCT --active true` sells it again"
        }
        EmptyCart => "`souk cart add USER PRODUCT` puts something in",
        OrderState => "`souk orders show ORDER` tells where the order stands",
        Busy | Unavailable => "try again in a moment; `souk doctor` tells what can be reached",
        Conflict => "try again",
        Internal => "`souk doctor` looks at every part of the shop",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Issue 16: a hint that left out `--data` led to another shop.
    #[test]
    fn a_printed_command_is_about_the_same_shop() {
        let here = Terminal::new(false);
        assert_eq!(here.souk("orders pay 1"), "souk orders pay 1");
        let there = here.about(Some(Path::new("my shop.yaml")), Some(Path::new("it's")));
        assert_eq!(there.souk("orders pay 1"), r"souk --config 'my shop.yaml' --data 'it'\''s' orders pay 1");
        let there = here.about(None, Some(Path::new("/srv/souk-1")));
        assert_eq!(
            there.pasteable("run `souk doctor`, or `souk load all`"),
            "run `souk --data /srv/souk-1 doctor`, or `souk --data /srv/souk-1 load all`"
        );
    }
}
