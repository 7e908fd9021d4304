//! What a server's settings mean for carts, told when a connection is made.
//!
//! A server that may throw carts away is used all the same, with a warning: its settings can be changed at any time, so a
//! refusal at the start would promise nothing, and it would cost every shopper the cart where the other costs some.

use std::collections::BTreeSet;

pub(super) fn warn_of(all: &[(String, String)]) {
    for concern in concerns(all) {
        tracing::warn!("the cache's server {concern}");
    }
}

/// What is wrong for data that is owned, for people.
pub(super) fn concerns(all: &[(String, String)]) -> BTreeSet<String> {
    let mut concerns = BTreeSet::new();
    for (_, info) in all {
        if let Some(policy) = value(info, "maxmemory_policy")
            && policy != "noeviction"
        {
            concerns.insert(format!(
                "throws carts away when its memory is full (maxmemory-policy is {policy}, not noeviction)"
            ));
        }
        if value(info, "aof_enabled") == Some("0") {
            concerns.insert("forgets its last carts when it is restarted (appendonly is off)".to_owned());
        }
    }
    concerns
}

/// Such as `Redis 7.0.15`.
pub(super) fn version(all: &[(String, String)]) -> String {
    let Some((_, info)) = all.first() else { return "Redis".to_owned() };
    match (value(info, "valkey_version"), value(info, "redis_version")) {
        (Some(version), _) => format!("Valkey {version}"),
        (None, Some(version)) => format!("Redis {version}"),
        (None, None) => "Redis".to_owned(),
    }
}

fn value<'a>(info: &'a str, name: &str) -> Option<&'a str> {
    info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_endangers_carts_is_told_once() {
        let info = |policy: &str, aof: u8| {
            let text =
                format!("# Memory\r\nmaxmemory_policy:{policy}\r\n# Persistence\r\naof_enabled:{aof}\r\n");
            ("it".to_owned(), text)
        };
        assert!(concerns(&[info("noeviction", 1)]).is_empty());
        assert_eq!(
            concerns(&[info("allkeys-lru", 0), info("allkeys-lru", 0), info("noeviction", 1)]).len(),
            2
        );
    }

    #[test]
    fn a_server_says_what_it_is() {
        let is = |info: &str| version(&[("it".to_owned(), info.to_owned())]);
        assert_eq!(is("redis_version:7.0.15\r\n"), "Redis 7.0.15");
        assert_eq!(is("redis_version:7.2.4\r\nvalkey_version:8.1.0\r\n"), "Valkey 8.1.0");
    }
}
