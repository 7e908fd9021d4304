//! Dates and moments as exports write them. They leave out what RFC 3339 has: seconds, the colon of an offset, the offset.

use souk_kernel::Timestamp;

/// Reads `2026-11-27` (midnight), or with a time of day: `2026-11-27T11:07+0100`, `2026-11-27 11:07:30`, any RFC 3339 moment.
/// Where no offset is said it is UTC, as for dates. `None` for any other text, also for dates whose parts stand in
/// another order: which of them is the month, only who wrote it knows.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let (date, rest) = text.split_at_checked(10)?;
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return if rest.is_empty() { Timestamp::parse(date) } else { None };
    };
    let is_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.');
    let (time, offset) = rest.split_at(rest.find(|c| !is_time(c)).unwrap_or(rest.len()));
    let seconds = if time.len() == "11:07".len() { ":00" } else { "" };
    Timestamp::parse(&format!("{date}T{time}{seconds}{}", offset_of(offset.trim())?))
}

/// `+01`, `+0100` and `+01:00` as `+01:00`.
fn offset_of(text: &str) -> Option<String> {
    if matches!(text, "" | "Z" | "z" | "UTC" | "GMT") {
        return Some("Z".to_owned());
    }
    let (sign, digits) = text.split_at_checked(1)?;
    let digits = digits.replacen(':', "", 1);
    if !matches!(sign, "+" | "-") || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match digits.len() {
        2 => Some(format!("{sign}{digits}:00")),
        4 => Some(format!("{sign}{}:{}", &digits[..2], &digits[2..])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_exports_write_them() {
        for (text, wanted) in [
            ("2026-11-27", "2026-11-27T00:00:00Z"),
            ("2026-11-27T11:07+0100", "2026-11-27T10:07:00Z"),
            ("2026-11-27T11:07-0530", "2026-11-27T16:37:00Z"),
            ("2026-11-27T11:07+01", "2026-11-27T10:07:00Z"),
            ("2026-11-27T11:07Z", "2026-11-27T11:07:00Z"),
            ("2026-11-27T11:07", "2026-11-27T11:07:00Z"),
            ("2026-11-27t11:07:30z", "2026-11-27T11:07:30Z"),
            ("2026-11-27 11:07:30", "2026-11-27T11:07:30Z"),
            ("2026-11-27 11:07:30 UTC", "2026-11-27T11:07:30Z"),
            ("2026-11-27 11:07:30 +0100", "2026-11-27T10:07:30Z"),
            (" 2026-11-27T11:07:30.250+01:00 ", "2026-11-27T10:07:30.25Z"),
        ] {
            assert_eq!(moment(text).map(|at| at.to_string()).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "",
            "soon",
            "27.11.2026",
            "11/27/2026",
            "2026-13-01",
            "2026-02-30",
            "2026-11-27T",
            "2026-11-27T11",
            "2026-11-27T25:00",
            "2026-11-27T11:07+1",
            "2026-11-27T11:07+01:0x",
            "2026-11-27T11:07 CET",
            "2026-11-27/2026-11-28",
            "2026-11-2é11:07",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
