//! The workshops that sell, each with the crafts it knows.

mod home;
mod kitchen;
mod play_and_garden;
mod wear;

pub struct Workshop {
    pub name: &'static str,
    /// A second label it sells under; empty if it has none.
    pub line: &'static str,
    pub city: &'static str,
    pub founded: u32,
    /// Keys of crafts.
    pub crafts: &'static [&'static str],
    /// Names of the materials it keeps to; empty if it takes any of its crafts'.
    pub only: &'static [&'static str],
    pub story: &'static str,
}

/// All of them, in the order of their ids.
pub fn workshops() -> impl Iterator<Item = &'static Workshop> {
    [kitchen::WORKSHOPS, home::WORKSHOPS, wear::WORKSHOPS, play_and_garden::WORKSHOPS].into_iter().flatten()
}
