//! Plain text out of HTML. Nothing else touches a text: what is no HTML stays as it is.

use std::borrow::Cow;

/// Elements that begin a new line; what stands in none of the two lists is no element, and stays as text:
/// `<M and chest 90>`.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];
const INLINE: &[&str] = &[
    "a", "abbr", "b", "big", "body", "button", "cite", "code", "col", "colgroup", "del", "em", "embed",
    "font", "head", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "link", "mark", "meta",
    "object", "picture", "q", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup",
    "svg", "td", "th", "time", "title", "tt", "u", "var", "video", "audio", "wbr", "o:p", "path",
];
/// Elements whose content nobody reads.
const HIDDEN: &[&str] = &["script", "style", "noscript", "template"];

/// The text of a piece of HTML: blocks become lines, cells are parted by a gap, entities become what they stand for.
pub(crate) fn of_html(html: &str) -> String {
    let text = without_elements(html);
    let text = html_escape::decode_html_entities(&text);
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// The text of one line that may have entities, as names in WooCommerce and PrestaShop do.
pub(crate) fn of_html_line(html: &str) -> String {
    if html.contains(['<', '&']) { of_html(html).replace('\n', " ") } else { html.trim().to_owned() }
}

fn without_elements(html: &str) -> Cow<'_, str> {
    if !html.contains('<') {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        match element(rest) {
            Some((name, end)) => {
                rest = &rest[end..];
                let is_hidden = HIDDEN.contains(&name.as_str());
                if is_hidden {
                    rest = after_closing(rest, &name);
                } else if BLOCKS.contains(&name.as_str()) {
                    out.push('\n');
                } else if matches!(name.as_str(), "td" | "th") {
                    out.push(' ');
                }
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The name of the element that a tag at the beginning opens or closes, and where the tag ends.
fn element(tag: &str) -> Option<(String, usize)> {
    let inner = &tag[1..];
    let (inner, closing) = match inner.strip_prefix('/') {
        Some(inner) => (inner, 1),
        None => (inner, 0),
    };
    if inner.starts_with("!DOCTYPE") || inner.starts_with("!doctype") || inner.starts_with("?xml") {
        return tag.find('>').map(|end| (String::from("html"), end + 1));
    }
    let length = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != ':').unwrap_or(inner.len());
    let name = inner[..length].to_ascii_lowercase();
    let known = [BLOCKS, INLINE, HIDDEN].iter().any(|list| list.contains(&name.as_str()));
    let after = inner[length..].chars().next()?;
    if !known || !(after.is_whitespace() || after == '>' || after == '/') {
        return None;
    }
    // A `>` in a quoted attribute ends nothing.
    let mut quote = None;
    for (at, byte) in inner.bytes().enumerate().skip(length) {
        match (quote, byte) {
            (None, b'>') => return Some((name, 1 + closing + at + 1)),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

fn after_closing<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = rest[from..].find("</") {
        let start = from + at;
        let is_it =
            rest.get(start + 2..start + 2 + name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name));
        if is_it {
            return rest[start..].find('>').map_or("", |end| &rest[start + end + 1..]);
        }
        from = start + 2;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_text_and_nothing_vanishes() {
        for (html, wanted) in [
            ("<p>Soft<br>and warm</p>", "Soft\nand warm"),
            ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
            ("Gem&uuml;tlich &amp; warm", "Gemütlich & warm"),
            ("Sizes <M and chest > 90 and 5 < 6", "Sizes <M and chest > 90 and 5 < 6"),
            ("<a title=\"a > b\" href=x>link</a>", "link"),
            ("<style>p{}</style>kept<script>alert(1)</script>!", "kept!"),
            ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
            ("=1+1 -20 °C", "=1+1 -20 °C"),
            ("&lt;b&gt;", "<b>"),
            ("a<!-- no -->b", "ab"),
            ("<p", "<p"),
            ("", ""),
        ] {
            assert_eq!(of_html(html), wanted, "{html}");
        }
    }
}
