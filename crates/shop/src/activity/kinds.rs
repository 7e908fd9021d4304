//! What can be done, by name.

use souk_ports::series::ActivityKind;

use crate::FEATURES;

/// A kind of activity that a feature declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeclaredActivity {
    pub kind: ActivityKind,
    /// As clients report it, in snake case; derived data holds it too, so it never changes.
    pub name: &'static str,
    /// How much it says about the interest in its product; `None`: it counts for nothing, and leaves no fact.
    pub points: Option<i64>,
}

pub(super) const KINDS: &[DeclaredActivity] = &[
    of(ActivityKind::VIEW, "view", Some(1)),
    of(ActivityKind::ADD_TO_CART, "add_to_cart", Some(5)),
    // Orders count.
    of(ActivityKind::PURCHASE, "purchase", None),
    of(ActivityKind::CLICK, "click", Some(2)),
    // To have been shown says nothing.
    of(ActivityKind::IMPRESSION, "impression", Some(0)),
];

const fn of(kind: ActivityKind, name: &'static str, points: Option<i64>) -> DeclaredActivity {
    DeclaredActivity { kind, name, points }
}

/// `None` for a kind that only a later souk knows.
pub(crate) fn declared(kind: ActivityKind) -> Option<&'static DeclaredActivity> {
    kinds().find(|declared| declared.kind == kind)
}

/// All kinds that there are.
pub fn kinds() -> impl Iterator<Item = &'static DeclaredActivity> {
    FEATURES.iter().flat_map(|feature| feature.activities)
}
