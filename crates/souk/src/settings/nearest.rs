//! The known name that someone most likely meant.

/// The candidate with the fewest letters to change, add or leave out.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    candidates.min_by_key(|candidate| strsim::levenshtein(&name, &candidate.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = ["server.listen", "server.requests", "store"];
        assert_eq!(nearest("server.listne", known.into_iter()), Some("server.listen"));
        assert_eq!(nearest("stroe", known.into_iter()), Some("store"));
        assert_eq!(nearest("STORE", known.into_iter()), Some("store"));
    }
}
