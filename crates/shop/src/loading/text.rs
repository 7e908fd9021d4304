//! Plain text out of what others put into theirs: markup, entities, control characters.

use crate::catalog::texts;

/// A text of paragraphs without markup, at most `max` characters long and cut between words.
///
/// Entities are read after tags were taken out, and what they spell is taken for text unless it is a tag again:
/// `&lt;br&gt;` goes as `<br>` does. This is for reading pleasure; what shows the text must escape it all the same.
pub(super) fn plain(text: &str, max: usize) -> String {
    let mut text = without_tags(text);
    for _ in 0..3 {
        let decoded = without_tags(&decode(&text));
        if decoded == text {
            break;
        }
        text = decoded;
    }
    // What still looks like a tag after three rounds was made to: its brackets go.
    if texts::prose(&text, usize::MAX).is_err() {
        text = text.replace(['<', '>'], " ");
    }
    let lines: Vec<String> = text.lines().map(spaced).filter(|line| !line.is_empty()).collect();
    let joined = lines.join("\n");
    // It may be a bullet, and would be taken for a formula.
    cut(no_formula(&joined), max)
}

/// One line of text with its entities read and without invisible characters. Tags stay, so that the caller can refuse
/// them.
pub(super) fn one_line(text: &str) -> String {
    spaced(&decode(text))
}

/// What cannot be seen is taken for a gap, and gaps are single spaces.
fn spaced(text: &str) -> String {
    let seen: String = text.chars().map(|c| if texts::is_control(c) { ' ' } else { c }).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without the characters at the beginning that a spreadsheet takes for a formula's.
pub(super) fn no_formula(text: &str) -> &str {
    text.trim_start_matches(['=', '+', '-', '@', ' ', '\n'])
}

/// At most `max` characters, cut at a gap where there is one near the end.
pub(super) fn cut(text: &str, max: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(max.saturating_sub(1)) else { return text.to_owned() };
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let head = &text[..end];
    let head = match head.rfind(char::is_whitespace) {
        Some(gap) if gap * 10 >= end * 8 => &head[..gap],
        _ => head,
    };
    format!("{}…", head.trim_end())
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        let opens = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        match tag.find('>') {
            Some(end) if opens => {
                out.push_str(instead_of(&tag[1..end]));
                rest = &tag[end + 1..];
            }
            _ => {
                out.push('<');
                rest = &tag[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Tags that break a line leave a line break behind, others a gap.
fn instead_of(tag: &str) -> &'static str {
    let name: String =
        tag.chars().skip_while(|c| *c == '/').take_while(char::is_ascii_alphanumeric).collect();
    match name.to_ascii_lowercase().as_str() {
        "br" | "p" | "div" | "li" | "ul" | "ol" | "tr" | "h1" | "h2" | "h3" | "h4" => "\n",
        _ => " ",
    }
}

fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let end = from.char_indices().take(12).find(|(_, c)| *c == ';').map(|(at, _)| at);
        match end.and_then(|end| Some((entity(&from[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &from[end + 1..];
            }
            None => {
                out.push('&');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "bull" => '•',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "trade" => '™',
        "reg" => '®',
        "copy" => '©',
        "deg" => '°',
        "times" => '×',
        "frac12" => '½',
        "eacute" => 'é',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_text_stays() {
        for (raw, wanted) in [
            ("Soft<br>and warm", "Soft\nand warm"),
            ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
            ("Salt &amp; pepper", "Salt & pepper"),
            ("&lt;br&gt;x &amp;lt;b&amp;gt;y", "x y"),
            ("5 < 6 and I <3 it", "5 < 6 and I <3 it"),
            ("a\u{0}b\u{7f}c", "a b c"),
            ("- first\n- second", "first\n- second"),
            ("caf&#233; &#xE9; &unknown; & co", "café é &unknown; & co"),
            ("", ""),
        ] {
            assert_eq!(plain(raw, 100), wanted, "{raw}");
        }
    }

    #[test]
    fn a_line_loses_what_cannot_be_seen_and_keeps_its_tags() {
        assert_eq!(one_line(" \u{200e}Salt\u{0} &amp;\tPepper\n"), "Salt & Pepper");
        assert_eq!(one_line("&lt;b&gt;Cup"), "<b>Cup");
        assert_eq!(no_formula("=-@ red"), "red");
    }

    #[test]
    fn what_comes_out_is_accepted_as_prose() {
        for raw in ["<<b>script>x", "&amp;amp;amp;lt;b&amp;amp;amp;gt;", "<a", "@=+-x", "<!--", "x<b"] {
            let text = plain(raw, 50);
            assert_eq!(texts::prose(&text, 50), Ok(()), "{raw} became {text}");
        }
    }

    #[test]
    fn long_texts_end_at_a_gap() {
        assert_eq!(cut("abcdefgh ijkl", 11), "abcdefgh…");
        assert_eq!(cut("ööööö", 5), "ööööö");
        assert_eq!(cut("öööööö", 5), "öööö…");
    }
}
