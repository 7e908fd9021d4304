//! `Idempotency-Key`: the same key and the same call have one effect, however often they come.

use souk_shop::orders::{IdempotencyKey, request_hash};

use super::Problem;

/// The key of a call, with a hash over the call as sent, part by part: another body under the same key is another call.
pub fn idempotency_key(key: &str, call: &[&[u8]]) -> Result<IdempotencyKey, Problem> {
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    if !visible || !(1..=255).contains(&key.len()) {
        return Err(Problem::invalid(
            "an `Idempotency-Key` is one text of 1 to 255 visible ASCII characters",
        ));
    }
    Ok(IdempotencyKey { key: key.to_owned(), request_hash: request_hash(call) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_visible_ascii_of_a_bounded_length() {
        for bad in ["", "a b", &"x".repeat(256), "\u{e9}"] {
            assert!(idempotency_key(bad, &[b"{}"]).is_err(), "{bad}");
        }
        let key = |body| idempotency_key(&"x".repeat(255), &[b"POST", b"/orders", body]).unwrap();
        assert_eq!(key(b"{}").request_hash, key(b"{}").request_hash);
        assert_ne!(key(b"{}").request_hash, key(b"{ }").request_hash);
    }
}
