//! What is accepted in a review or a comment.
//!
//! Unlike the catalogue's texts these may hold anything that can be typed, markup too: it is kept as text, and what
//! shows it escapes it. Each check answers with the reason for its refusal, in words that follow the name of the field.

use crate::catalog::texts::is_control;

pub(crate) const MAX_TITLE: usize = 200;
/// Characters of a review, and of a comment.
pub(crate) const MAX_CONTENT: usize = 5_000;
pub(crate) const MAX_IMAGES: usize = 5;
const MAX_PATH: usize = 200;
/// Where souk shows its own images.
const MEDIA: &str = "/media/";

/// One line.
pub(crate) fn title(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.contains(['\n', '\r', '\t']) {
        return Err("has more than one line".to_owned());
    }
    checked(text, MAX_TITLE)
}

/// One line or several; line ends become `\n`.
pub(crate) fn content(text: &str) -> Result<String, String> {
    checked(text.replace("\r\n", "\n").trim(), MAX_CONTENT)
}

fn checked(text: &str, max: usize) -> Result<String, String> {
    if text.is_empty() {
        return Err("is missing".to_owned());
    }
    let length = text.chars().count();
    if length > max {
        return Err(format!("has {length} characters, more than {max}"));
    }
    if text.chars().any(|c| is_control(c) && !matches!(c, '\n' | '\t')) {
        return Err("has control characters".to_owned());
    }
    Ok(text.to_owned())
}

pub(crate) fn images(paths: &[String]) -> Result<(), String> {
    if paths.len() > MAX_IMAGES {
        return Err(format!("has {} entries, more than {MAX_IMAGES}", paths.len()));
    }
    paths.iter().try_for_each(|path| image(path))
}

/// A path of souk's own: pictures from elsewhere would tell their owners who looks at them.
pub(crate) fn image(path: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let name = path.strip_prefix(MEDIA).filter(|name| !name.is_empty());
    if name.is_none() || path.contains("..") || path.contains("//") || !path.chars().all(plain) {
        return Err(format!("has an entry that is no path of the shop's own (`{MEDIA}…`)"));
    }
    if path.len() > MAX_PATH {
        return Err(format!("has an entry of more than {MAX_PATH} characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_typed_is_kept_and_what_cannot_is_refused() {
        assert_eq!(title("  <b>Fine</b> & 'good' 🥣 ").unwrap(), "<b>Fine</b> & 'good' 🥣");
        assert_eq!(content("One\r\ntwo\n\n= three").unwrap(), "One\ntwo\n\n= three");
        for bad in ["", "  ", "a\nb", "a\u{0}b", "a\u{202e}b", "a\u{1b}[2Jb", &"x".repeat(MAX_TITLE + 1)] {
            assert!(title(bad).is_err(), "{bad:?}");
        }
        assert!(title(&"ö".repeat(MAX_TITLE)).is_ok());
        assert!(content(&"ö".repeat(MAX_CONTENT)).is_ok());
        assert!(content(&"x".repeat(MAX_CONTENT + 1)).is_err());
    }

    #[test]
    fn images_are_souks_own() {
        assert_eq!(image("/media/products/p001-1.webp"), Ok(()));
        for bad in [
            "https://elsewhere.example/a.png",
            "//elsewhere.example/media/a.png",
            "/media/",
            "/media/../etc/passwd",
            "/media//a",
            "/media/a?x=1",
            "/media/<b>",
            "javascript:alert(1)",
            "",
        ] {
            assert!(image(bad).is_err(), "{bad}");
        }
        assert!(images(&vec!["/media/a".to_owned(); MAX_IMAGES + 1]).is_err());
    }
}
