//! What becomes of an order after it was placed, and when.

use super::dice::Dice;
use super::rhythm::{DAY_MS, HOUR_MS, MINUTE_MS, at_work};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Step {
    Pay,
    Ship,
    Deliver,
    /// By the customer, who thought better of it.
    Cancel,
    /// Nobody paid.
    GiveUp,
}

/// Of 1,000 orders: cancelled by the customer before and after paying, never paid, paid by a transfer.
const CANCELLED_UNPAID: f64 = 0.012;
const CANCELLED_PAID: f64 = 0.016;
const NEVER_PAID: f64 = 0.01;
const BY_TRANSFER: f64 = 0.08;
/// An order that nobody pays is given up after so many days.
const GIVEN_UP_DAYS: i64 = 7;
/// Parcels that take as long again.
const SLOW: f64 = 0.06;

/// The steps of an order that was placed at `placed`, with their times; each comes after the one before it.
pub(super) fn life(placed: i64, dice: &mut Dice) -> Vec<(i64, Step)> {
    let minutes = |dice: &mut Dice, low: f64, high: f64| (dice.between(low, high) * MINUTE_MS as f64) as i64;
    let what = dice.share();
    if what < CANCELLED_UNPAID {
        return vec![(placed + minutes(dice, 4.0, 600.0), Step::Cancel)];
    }
    if what < CANCELLED_UNPAID + NEVER_PAID {
        return vec![(placed + GIVEN_UP_DAYS * DAY_MS + minutes(dice, 0.0, 120.0), Step::GiveUp)];
    }
    let paid = placed
        + if dice.chance(BY_TRANSFER) { minutes(dice, 1_200.0, 4_000.0) } else { minutes(dice, 0.5, 9.0) };
    if what < CANCELLED_UNPAID + NEVER_PAID + CANCELLED_PAID {
        return vec![(paid, Step::Pay), (paid + minutes(dice, 20.0, 900.0), Step::Cancel)];
    }
    let packed = (dice.between(2.0, 52.0) * HOUR_MS as f64) as i64;
    let shipped = at_work(paid + packed);
    let slow = if dice.chance(SLOW) { 2.0 } else { 1.0 };
    let travelled = (dice.between(1.4, 6.5) * slow * DAY_MS as f64) as i64;
    let delivered = at_work(shipped + travelled);
    vec![(paid, Step::Pay), (shipped, Step::Ship), (delivered, Step::Deliver)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_orders_arrive_and_their_steps_follow_each_other() {
        let mut dice = Dice::new(7, "life");
        let lives: Vec<Vec<(i64, Step)>> = (0..5_000).map(|at| life(at * HOUR_MS, &mut dice)).collect();
        for (placed, life) in (0..).map(|at| at * HOUR_MS).zip(&lives) {
            assert!(life[0].0 > placed && life.windows(2).all(|two| two[0].0 < two[1].0), "{life:?}");
        }
        let ending =
            |step| lives.iter().filter(|life| life.last().is_some_and(|last| last.1 == step)).count();
        assert!(ending(Step::Deliver) > 4_700, "{}", ending(Step::Deliver));
        assert!((50..250).contains(&(ending(Step::Cancel) + ending(Step::GiveUp))));
    }
}
