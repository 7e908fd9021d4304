//! URLs of servers, taken apart in one place.
//!
//! A URL is `SCHEME://[USER[:PASSWORD]@]HOST[:PORT][,HOST[:PORT]…][/PATH][?OPTION=VALUE&…]`. The crate `url` reads it as browsers
//! do, but for several hosts, which it does not know: so each host is read by itself. In names and passwords the
//! characters `/ ? # @ %` are percent-encoded; where one is not, nobody can say where the password ends, and the URL is
//! refused without being repeated. Options are [`crate::Location`]'s.

use percent_encoding::percent_decode_str;
use souk_ports::{Error, Result};
use url::Url;

/// Where a server is, and as whom it is asked.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) scheme: String,
    /// As it stands in the URL, with its `@`; empty where nobody is named.
    userinfo: String,
    /// Each with its port where it has one, at least one.
    pub(crate) hosts: Vec<String>,
    /// What follows the first `/`, as it stands in the URL.
    pub(crate) path: String,
}

impl Address {
    /// Never repeats more of the URL than its scheme in an error.
    pub(crate) fn read(url: &str) -> Result<Self> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let refuse = |what: &str| Err(Error::invalid(format!("the URL `{scheme}://…` {what}")));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, after) = rest.split_at(end);
        if after.contains('@') {
            return refuse(
                "has a `@` after its hosts; in a user's name, a password and an option `/`, `?`, `#`, `@` and `%` are \
                 written as %2F, %3F, %23, %40 and %25",
            );
        }
        let (userinfo, hosts) = match authority.rfind('@') {
            Some(at) => authority.split_at(at + 1),
            None => ("", authority),
        };
        let hosts: Vec<String> = hosts.split(',').map(str::to_owned).collect();
        if !hosts.iter().all(|host| is_host(host)) {
            return refuse(
                "names no host, or one that cannot be read; it is like `SCHEME://USER:PASSWORD@HOST:PORT`",
            );
        }
        let path = after.split(['?', '#']).next().unwrap_or_default();
        Ok(Self {
            scheme: scheme.to_owned(),
            userinfo: userinfo.to_owned(),
            hosts,
            path: path.strip_prefix('/').unwrap_or(path).to_owned(),
        })
    }

    /// The name and the password, decoded; `None` where a `%` is not followed by two digits, or the bytes are no text.
    pub(crate) fn user(&self) -> Option<(String, String)> {
        let (name, password) = self
            .userinfo
            .trim_end_matches('@')
            .split_once(':')
            .unwrap_or_else(|| (self.userinfo.trim_end_matches('@'), ""));
        Some((decoded(name)?, decoded(password)?))
    }

    /// A URL of one of the hosts, or of all, for whoever opens the connection. It holds the password.
    pub(crate) fn with_secrets(&self, scheme: &str, host: &str) -> String {
        format!("{scheme}://{}{host}", self.userinfo)
    }

    /// Without user, password and options, for people and errors.
    pub(crate) fn shown(&self) -> String {
        format!("{}://{}{}", self.scheme, self.hosts.join(","), self.slash_path())
    }

    /// The path with its `/`; empty where there is none.
    pub(crate) fn slash_path(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("/{}", self.path) }
    }
}

/// `name`, `name:port`, `[::1]:port`; what a scheme of nobody may have as its host.
fn is_host(text: &str) -> bool {
    Url::parse(&format!("souk://{text}")).is_ok_and(|url| {
        url.host_str().is_some_and(|host| !host.is_empty())
            && url.path().is_empty()
            && url.username().is_empty()
    })
}

fn decoded(text: &str) -> Option<String> {
    let mut after = text.split('%').skip(1);
    let is_sound =
        |digits: &str| digits.len() >= 2 && digits.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
    let all = after.all(is_sound);
    all.then(|| percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned())).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of each the password, as it stands in a URL and as it is.
    const PASSWORDS: [(&str, &str); 8] = [
        ("s3cret", "s3cret"),
        ("s3%40cret", "s3@cret"),
        ("s3%3Acret", "s3:cret"),
        ("s3:cret", "s3:cret"),
        ("s3%2Fcret", "s3/cret"),
        ("s3%25cret", "s3%cret"),
        ("s3%23cret", "s3#cret"),
        ("s3%3Fcret", "s3?cret"),
    ];

    #[test]
    fn an_address_is_taken_apart() {
        for (written, password) in PASSWORDS {
            let address = Address::read(&format!("mongodb://me:{written}@one:1,[::1]:2/shop?a=b")).unwrap();
            assert_eq!(address.user().unwrap(), ("me".to_owned(), password.to_owned()));
            assert_eq!(
                (address.hosts.join(" "), address.path.as_str()),
                ("one:1 [::1]:2".to_owned(), "shop")
            );
            assert_eq!(address.shown(), "mongodb://one:1,[::1]:2/shop");
            assert_eq!(address.with_secrets("x", "two"), format!("x://me:{written}@two"));
        }
        let address = Address::read("redis://one").unwrap();
        assert_eq!((address.user().unwrap(), address.path), ((String::new(), String::new()), String::new()));
        // An `@` too many before the hosts belongs to the password: the last one ends it.
        let address = Address::read("neo4j://me:s3@cret@one").unwrap();
        assert_eq!(address.user().unwrap().1, "s3@cret");
        assert_eq!(address.shown(), "neo4j://one");
        assert_eq!(Address::read("neo4j://me:%zz@one").unwrap().user(), None);
        assert_eq!(Address::read("neo4j://me:%f@one").unwrap().user(), None);
    }

    #[test]
    fn what_cannot_be_taken_apart_is_refused_without_a_word_of_it() {
        for bad in [
            "a://me:s3/cret@one",
            "a://me:s3?cret@one",
            "a://me:s3#cret@one",
            "a://me:x@s3/cret@one:1/db",
            "a://me:x@s3?cret@one",
            "a://me:s3cret@",
            "a://me:s3cret@one two",
            "a://me:s3cret@one:port",
            "a://me:s3cret@one,,two",
            "a://me:s3cret@one:99999",
            "a://",
        ] {
            let error = Address::read(bad).err().unwrap_or_else(|| panic!("{bad}"));
            let said = format!("{error} {error:?}");
            assert!(!said.contains("s3") && !said.contains("cret") && !said.contains("me:"), "{bad}: {said}");
        }
    }
}
