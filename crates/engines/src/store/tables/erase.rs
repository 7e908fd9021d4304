//! What is erased with a person, in the words that every relational store understands.

/// A statement without its last part.
pub(in crate::store) struct Erase {
    /// What goes, up to where the condition begins.
    pub(in crate::store) what: &'static str,
    /// The condition; what stands for the person is `{}`.
    pub(in crate::store) whose: &'static str,
}

const fn erase(what: &'static str, whose: &'static str) -> Erase {
    Erase { what, whose }
}

/// No two of them change the same rows, and none reads what another has changed: so they may run in any order, or at once.
pub(in crate::store) const ERASE: [Erase; 6] = [
    erase("DELETE FROM event_personal", "WHERE person = {}"),
    erase("DELETE FROM persons", "WHERE user_id = {}"),
    erase("DELETE FROM customer_profiles", "WHERE user_id = {}"),
    erase(
        "UPDATE orders SET shipping_address = NULL, row_version = row_version + 1",
        "WHERE user_id = {} AND shipping_address IS NOT NULL",
    ),
    erase(
        "DELETE FROM record_index",
        "WHERE is_personal AND EXISTS (SELECT 1 FROM records \
         WHERE records.kind = record_index.kind AND records.id = record_index.id AND records.person = {})",
    ),
    erase(
        "UPDATE records SET personal = NULL, row_version = row_version + 1",
        "WHERE person = {} AND data IS NOT NULL",
    ),
];
