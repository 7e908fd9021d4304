//! What features declare for themselves, in one place for documents and for the test that nothing is declared twice.

use souk_kernel::{Declared, ErrorCode};
use souk_ports::event::StreamKind;

use crate::activity::DeclaredActivity;

/// What one feature declares.
pub struct Declarations {
    pub error_codes: &'static [&'static Declared],
    /// Each with a name for people.
    pub stream_kinds: &'static [(&'static str, StreamKind)],
    /// The kinds of its records.
    pub records: &'static [&'static str],
    pub activities: &'static [DeclaredActivity],
}

impl Declarations {
    pub const NOTHING: Self = Self { error_codes: &[], stream_kinds: &[], records: &[], activities: &[] };
}

/// All codes that a client may meet: those that features share, and each feature's own.
pub fn error_codes() -> impl Iterator<Item = ErrorCode> {
    let own = crate::FEATURES.iter().flat_map(|feature| feature.error_codes);
    ErrorCode::SHARED.into_iter().chain(own.map(|declared| ErrorCode::Declared(declared)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fmt::Debug;
    use std::hash::Hash;

    use super::*;

    fn are_unique<T: Clone + Eq + Hash + Debug>(all: &[T]) {
        let mut seen = HashSet::new();
        let twice: Vec<&T> = all.iter().filter(|one| !seen.insert((*one).clone())).collect();
        assert!(twice.is_empty(), "declared twice: {twice:?}");
    }

    #[test]
    fn slugs_are_unique_and_statuses_are_errors() {
        let codes: Vec<ErrorCode> = error_codes().collect();
        assert!(codes.len() >= ErrorCode::SHARED.len());
        are_unique(&codes.iter().map(|code| code.slug()).collect::<Vec<_>>());
        for code in codes {
            let slug = code.slug();
            assert!(slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{slug}");
            assert!((400..600).contains(&code.http_status()) && code.exit_code() > 1, "{slug}");
            assert!((1..=16).contains(&code.grpc_code()), "{slug}");
        }
    }

    #[test]
    fn no_two_features_share_a_kind_of_streams_or_of_records() {
        const OF_TABLES: [StreamKind; 7] = [
            StreamKind::USER,
            StreamKind::SELLER,
            StreamKind::CATEGORY,
            StreamKind::PRODUCT,
            StreamKind::ORDER,
            StreamKind::LOAD,
            StreamKind::REVIEW,
        ];
        let declared: Vec<_> = crate::FEATURES.iter().flat_map(|feature| feature.stream_kinds).collect();
        are_unique(&declared.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        are_unique(&declared.iter().map(|(_, kind)| *kind).chain(OF_TABLES).collect::<Vec<_>>());
        // Stored data depends on these: they may never change.
        assert_eq!(OF_TABLES.map(StreamKind::number), [1, 2, 3, 4, 5, 6, 7]);
        let records: Vec<_> = crate::FEATURES.iter().flat_map(|feature| feature.records).collect();
        are_unique(&records);
    }

    #[test]
    fn no_two_features_share_a_kind_of_activity() {
        let declared: Vec<_> = crate::activity::kinds().collect();
        are_unique(&declared.iter().map(|one| one.name).collect::<Vec<_>>());
        are_unique(&declared.iter().map(|one| one.kind).collect::<Vec<_>>());
        // Stored data depends on these: they may never change.
        let names = ["view", "add_to_cart", "purchase", "click", "impression"];
        assert_eq!(declared[..5].iter().map(|one| one.name).collect::<Vec<_>>(), names);
        assert_eq!(declared[..5].iter().map(|one| one.kind.number()).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }
}
