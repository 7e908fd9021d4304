//! Days as numbers, to draw one between two others.

/// A day, counted from 1970-01-01.
pub type Day = i64;

/// Reads `YYYY-MM-DD`.
pub fn day(date: &str) -> Day {
    let number = |part: &str| -> i64 { part.parse().expect("a date") };
    let mut parts = date.split('-').map(number);
    let mut next = || parts.next().expect("year, month and day");
    from_civil(next(), next(), next())
}

/// Writes `YYYY-MM-DD`.
pub fn date_of(day: Day) -> String {
    let (year, month, day) = to_civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": `days_from_civil`.
fn from_civil(year: i64, month: i64, day: i64) -> Day {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The same: `civil_from_days`.
fn to_civil(day: Day) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = (shifted_month + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbered_from_1970_and_back() {
        assert_eq!(day("1970-01-01"), 0);
        assert_eq!(day("2000-02-29"), 11_016);
        for number in day("2023-01-01")..day("2027-01-01") {
            assert_eq!(day(&date_of(number)), number);
        }
        assert_eq!(date_of(day("2024-02-28") + 1), "2024-02-29");
    }
}
