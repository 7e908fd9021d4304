//! URLs as they may be shown.

/// A URL as it may be shown: with the user's name, without the password and without options that are secret. Whatever
/// stands before the last `@` belongs to the secret, also where it should have been encoded.
pub fn without_secrets(url: &str) -> String {
    const SECRET: [&str; 4] = ["secret", "password", "token", "key"];
    let Some((scheme, rest)) = url.split_once("://") else {
        return if url.contains('@') { "***".to_owned() } else { url.to_owned() };
    };
    let (user, open) = match rest.rfind('@') {
        Some(at) => {
            let name = rest[..at].split([':', '/', '?', '#', '@']).next().unwrap_or_default();
            (format!("{name}:***@"), &rest[at + 1..])
        }
        None => (String::new(), rest),
    };
    let (place, options) = open.split_once('?').unwrap_or((open, ""));
    let is_open = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default().to_lowercase();
        !pair.is_empty() && !SECRET.iter().any(|word| name.contains(word))
    };
    let options: Vec<&str> = options.split('&').filter(is_open).collect();
    let mark = if options.is_empty() { "" } else { "?" };
    format!("{scheme}://{user}{place}{mark}{}", options.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_in_a_url_is_not_shown() {
        for (url, shown) in [
            ("sqlite://souk.db", "sqlite://souk.db"),
            ("sqlite://souk.db?synchronous=off", "sqlite://souk.db?synchronous=off"),
            ("neo4j://neo4j:s3:cr@t@host:7687?namespace=a", "neo4j://neo4j:***@host:7687?namespace=a"),
            ("s3://souk?region=eu&access_key_id=A&secret_access_key=B", "s3://souk?region=eu"),
            ("redis://host:6379?ca=/etc/ca.pem", "redis://host:6379?ca=/etc/ca.pem"),
            ("redis://:s3cret@host", "redis://:***@host"),
            ("postgres:me:s3cret@host", "***"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(without_secrets(url), shown);
        }
        let passwords =
            ["s3cret", "s3%40cret", "s3:cret", "s3%2Fcret", "s3%25cret", "s3%23cret", "s3%3Fcret"];
        let raw = ["s3/cret", "s3?cret", "s3#cret", "s3@cret", "s3%cret", "s3?a=b&cret", "s3@x/cret"];
        for password in passwords.into_iter().chain(raw) {
            let shown = without_secrets(&format!("postgres://me:{password}@host:5432/db?schema=souk"));
            assert_eq!(shown, "postgres://me:***@host:5432/db?schema=souk", "{password}");
        }
    }
}
