//! GTINs: the numbers under bar codes, with the check digit of GS1.

/// The digits of a GTIN. Some systems put an apostrophe before it, so that no spreadsheet takes it for a number.
pub fn gtin(text: &str) -> Result<String, String> {
    let text = text.trim().trim_start_matches('\'');
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    if !matches!(digits.len(), 8 | 12 | 13 | 14) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("is no GTIN: {}", crate::amount::shown(text)));
    }
    let weighted = |(at, byte): (usize, u8)| u32::from(byte - b'0') * if at % 2 == 0 { 1 } else { 3 };
    let sum: u32 = digits.bytes().rev().enumerate().map(weighted).sum();
    if !sum.is_multiple_of(10) {
        return Err(format!("has a wrong check digit: `{digits}`"));
    }
    Ok(digits)
}

#[cfg(test)]
mod tests {
    use super::gtin;

    #[test]
    fn check_digits_are_checked() {
        for (text, is_right) in [
            ("4006381333931", true),
            ("'4006381333931", true),
            ("036000291452", true),
            ("96385074", true),
            ("4006381333932", false),
            ("12345", false),
            ("4,00638E+12", false),
        ] {
            assert_eq!(gtin(text).is_ok(), is_right, "{text}");
        }
    }
}
