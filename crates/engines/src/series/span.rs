//! Spans of time in UTC, as the roll-ups and the questions count them.
//!
//! Days have 86,400 s: `Timestamp` is Unix time, which knows no leap seconds.

use souk_ports::series::Bucket;

pub(super) const DAY_MS: i64 = 86_400_000;

/// The beginning of the span that a moment lies in, both in milliseconds since 1970.
pub(super) fn start(bucket: Bucket, at: i64) -> i64 {
    let floor = |length: i64| at.saturating_sub(at.rem_euclid(length));
    match bucket {
        Bucket::Minute => floor(60_000),
        Bucket::Hour => floor(3_600_000),
        Bucket::Day => floor(DAY_MS),
        Bucket::Month => {
            let day = at.div_euclid(DAY_MS);
            (day - day_of_month(day)).saturating_mul(DAY_MS)
        }
    }
}

/// The beginning of the span after the one that a moment lies in.
pub(super) fn next(bucket: Bucket, at: i64) -> i64 {
    let begin = start(bucket, at);
    match bucket {
        Bucket::Minute => begin.saturating_add(60_000),
        Bucket::Hour => begin.saturating_add(3_600_000),
        Bucket::Day => begin.saturating_add(DAY_MS),
        // No month is longer than 31 days, and none shorter than 28.
        Bucket::Month => start(Bucket::Month, begin.saturating_add(31 * DAY_MS)),
    }
}

/// From 0. `day` counts from 1970-01-01. The proleptic Gregorian calendar in years that begin in March, after
/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn day_of_month(day: i64) -> i64 {
    let day_of_era = (day + 719_468).rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    day_of_year - (153 * month + 2) / 5
}

#[cfg(test)]
mod tests {
    use souk_kernel::Timestamp;

    use super::*;

    fn ms(text: &str) -> i64 {
        Timestamp::parse(text).unwrap().ms()
    }

    #[test]
    fn every_day_of_six_centuries_lies_in_the_month_that_its_date_names() {
        let mut day = ms("1700-01-01");
        while day < ms("2300-01-01") {
            let date = Timestamp::from_ms(day).to_string();
            let month = ms(&format!("{}-01", &date[..7]));
            assert_eq!(start(Bucket::Month, day + 4711), month, "{date}");
            assert_eq!(start(Bucket::Month, next(Bucket::Month, day) - 1), month, "{date}");
            assert_eq!(start(Bucket::Day, day + DAY_MS - 1), day);
            day += DAY_MS;
        }
    }

    #[test]
    fn moments_before_1970_and_at_the_ends_of_time_have_spans_too() {
        let at = ms("1969-12-31T23:59:59.999Z");
        assert_eq!(start(Bucket::Minute, at), ms("1969-12-31T23:59:00Z"));
        assert_eq!(start(Bucket::Hour, at), ms("1969-12-31T23:00:00Z"));
        assert_eq!(next(Bucket::Month, at), 0);
        for bucket in [Bucket::Minute, Bucket::Hour, Bucket::Day, Bucket::Month] {
            assert!(start(bucket, i64::MIN) <= i64::MIN + 31 * DAY_MS);
            assert!(start(bucket, i64::MAX) <= next(bucket, i64::MAX));
        }
    }
}
