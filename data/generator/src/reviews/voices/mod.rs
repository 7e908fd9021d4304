//! What customers say of each craft. The texts are templates; see `text`.

mod home;
mod kitchen;
mod play_and_garden;
mod wear;

use crate::crafts::Lines;

/// Sentences that are true of every piece of a craft, and some for single pieces.
pub struct Voice {
    /// The key of the craft, or `craft/piece`.
    pub craft: &'static str,
    pub praise: Lines,
    /// What is found after weeks and months.
    pub later: Lines,
    /// Small things that cost one star.
    pub quibble: Lines,
    /// What costs three or four.
    pub fault: Lines,
    /// By the noun of the piece: how well it does what it is for.
    pub pieces: &'static [(&'static str, Lines)],
}

impl Voice {
    /// A piece that is used quite differently from the others of its craft has a voice of its own.
    pub fn of(craft: &str, noun: &str) -> &'static Voice {
        let own = format!("{craft}/{noun}");
        let find = |key: &str| {
            let mut all =
                [kitchen::VOICES, home::VOICES, wear::VOICES, play_and_garden::VOICES].into_iter().flatten();
            all.find(|voice| voice.craft == key)
        };
        find(&own).or_else(|| find(craft)).unwrap_or_else(|| panic!("nobody speaks of {craft}"))
    }

    pub fn of_piece(&self, noun: &str) -> Lines {
        let piece = self.pieces.iter().find(|(known, _)| *known == noun);
        piece.unwrap_or_else(|| panic!("nobody speaks of a {noun}")).1
    }
}
