//! When people buy: the hours of the day, the days of the week, the seasons, and a shop that slowly becomes known.

pub(super) const MINUTE_MS: i64 = 60_000;
pub(super) const HOUR_MS: i64 = 60 * MINUTE_MS;
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;

/// Of a day's orders, hour by hour (UTC): a first peak at noon, a higher one in the evening.
const HOURS: [f64; 24] = [
    0.35, 0.2, 0.12, 0.1, 0.12, 0.25, 0.5, 0.8, 1.0, 1.15, 1.25, 1.35, 1.45, 1.3, 1.15, 1.1, 1.15, 1.3, 1.55,
    1.85, 2.0, 1.75, 1.2, 0.7,
];
/// From Monday on.
const WEEKDAYS: [f64; 7] = [1.0, 0.95, 0.95, 1.0, 1.05, 1.15, 1.3];
/// How much more is ordered at the end of a year than at its beginning, were all seasons alike.
const GROWTH_A_YEAR: f64 = 0.5;
const YEAR_MS: f64 = 365.2425 * DAY_MS as f64;

/// How the orders of a span of time lie in it.
#[derive(Debug, Clone)]
pub(super) struct Rhythm {
    from: i64,
    /// Which part of all orders has come by the end of each hour; the last one is 1.
    by: Vec<f64>,
}

impl Rhythm {
    /// `days` of 24 hours that end at `until`.
    pub(super) fn new(until: i64, days: u32) -> Self {
        let from = until - i64::from(days) * DAY_MS;
        let mut by: Vec<f64> = Vec::with_capacity(days as usize * 24);
        let mut sum = 0.0;
        for hour in 0..i64::from(days) * 24 {
            sum += liveliness(from + hour * HOUR_MS, from);
            by.push(sum);
        }
        by.iter_mut().for_each(|end| *end /= sum);
        Self { from, by }
    }

    /// The moment by which this part of all orders (0 to 1) has come; a greater part, a later moment.
    pub(super) fn moment(&self, part: f64) -> i64 {
        let hour = self.by.partition_point(|end| *end <= part).min(self.by.len() - 1);
        let before = if hour == 0 { 0.0 } else { self.by[hour - 1] };
        let within = ((part - before) / (self.by[hour] - before)).clamp(0.0, 1.0);
        self.from + hour as i64 * HOUR_MS + (within * (HOUR_MS - 1) as f64) as i64
    }
}

fn liveliness(at: i64, from: i64) -> f64 {
    let day = at.div_euclid(DAY_MS);
    let hour = at.rem_euclid(DAY_MS) / HOUR_MS;
    // 1970 began on a Thursday.
    let weekday = (day + 3).rem_euclid(7);
    let year = (at as f64 / YEAR_MS).fract();
    // Presents are bought from the end of November on, and January is quiet.
    let presents = 0.8 * bump(year, 0.94, 0.045);
    let spring = 0.12 * bump(year, 0.35, 0.06);
    let quiet = 0.2 * bump(year, 0.06, 0.05);
    let season = 1.0 + presents + spring - quiet;
    let growth = 1.0 + GROWTH_A_YEAR * (at - from) as f64 / YEAR_MS;
    HOURS[hour as usize] * WEEKDAYS[weekday as usize] * season * growth
}

/// 1 at `middle`, and falling away on both sides of it; years follow each other.
fn bump(year: f64, middle: f64, width: f64) -> f64 {
    let away = (year - middle).abs();
    let away = away.min(1.0 - away) / width;
    (-0.5 * away * away).exp()
}

/// From -1 in the middle of July to 1 in the middle of January.
pub(super) fn winter(at: i64) -> f64 {
    let year = (at as f64 / YEAR_MS).fract();
    (std::f64::consts::TAU * (year - 0.04)).cos()
}

/// The first moment, not before `at`, at which people are at work.
pub(super) fn at_work(at: i64) -> i64 {
    let (day, time) = (at.div_euclid(DAY_MS), at.rem_euclid(DAY_MS));
    let (begin, end) = (8 * HOUR_MS, 17 * HOUR_MS);
    // What comes outside working hours keeps its place in the queue, a few seconds apart.
    let spread = time / 40;
    let is_sunday = |day: i64| (day + 3).rem_euclid(7) == 6;
    let workday = |day: i64| day + i64::from(is_sunday(day));
    if is_sunday(day) || time >= end {
        workday(day + 1) * DAY_MS + begin + spread
    } else {
        day * DAY_MS + if time < begin { begin + spread } else { time }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Saturday, noon.
    const UNTIL: i64 = 1_795_262_400_000;

    #[test]
    fn greater_parts_come_later_and_all_of_them_within_the_span() {
        let rhythm = Rhythm::new(UNTIL, 30);
        let moments: Vec<i64> = (0..1_000).map(|part| rhythm.moment(f64::from(part) / 1_000.0)).collect();
        assert!(moments.is_sorted());
        assert!(moments[0] >= UNTIL - 30 * DAY_MS && rhythm.moment(1.0) < UNTIL);
    }

    #[test]
    fn evenings_and_sundays_are_livelier_than_nights_and_mondays() {
        let rhythm = Rhythm::new(UNTIL, 28);
        let (mut hours, mut weekdays) = ([0; 24], [0; 7]);
        for part in 0..10_000 {
            let at = rhythm.moment(f64::from(part) / 10_000.0);
            hours[(at.rem_euclid(DAY_MS) / HOUR_MS) as usize] += 1;
            weekdays[(at.div_euclid(DAY_MS) + 3).rem_euclid(7) as usize] += 1;
        }
        assert!(hours[20] > 10 * hours[3], "{hours:?}");
        assert!(weekdays[6] > weekdays[0], "{weekdays:?}");
    }

    #[test]
    fn nobody_works_at_night_or_on_sundays() {
        let saturday = UNTIL.div_euclid(DAY_MS) * DAY_MS;
        for at in [saturday, saturday + 12 * HOUR_MS, saturday + 20 * HOUR_MS, saturday + 30 * HOUR_MS] {
            let work = at_work(at);
            assert!(work >= at && work < at + 2 * DAY_MS, "{at} {work}");
            assert!((8..17).contains(&(work.rem_euclid(DAY_MS) / HOUR_MS)), "{at} {work}");
            assert_ne!((work.div_euclid(DAY_MS) + 3).rem_euclid(7), 6);
        }
    }
}
