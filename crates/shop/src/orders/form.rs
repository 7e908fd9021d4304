//! Checks of form for what comes from outside: texts, addresses, idempotency keys.
//!
//! Only what would break something later is refused: control characters, texts without end, an address that no post
//! office could use. Whether a street exists is not looked up.

use souk_ports::rows::Address;

use super::{Error, IdempotencyKey};

const MAX_NAME_CHARS: usize = 200;
/// Of a reason that somebody gives in words.
const MAX_REASON_CHARS: usize = 500;
const MAX_KEY_BYTES: usize = 255;

/// A name that somebody else gave: `payment_id`, `tracking_number`.
pub(super) fn name(field: &str, text: &str) -> Result<(), Error> {
    checked(field, text, MAX_NAME_CHARS)
}

pub(super) fn reason(text: &str) -> Result<(), Error> {
    checked("reason", text, MAX_REASON_CHARS)
}

pub(super) fn key(key: &IdempotencyKey) -> Result<(), Error> {
    let visible = key.key.bytes().all(|byte| byte.is_ascii_graphic());
    if (1..=MAX_KEY_BYTES).contains(&key.key.len()) && visible {
        Ok(())
    } else {
        Err(Error::invalid(format!("an idempotency key has 1 to {MAX_KEY_BYTES} visible ASCII characters")))
    }
}

/// The address with its country in capitals.
pub(super) fn address(mut address: Address) -> Result<Address, Error> {
    let required = [
        ("name", &address.name),
        ("line1", &address.line1),
        ("city", &address.city),
        ("postal_code", &address.postal_code),
    ];
    let optional = [("line2", &address.line2), ("region", &address.region)];
    let optional = optional.into_iter().filter_map(|(field, text)| Some((field, text.as_ref()?)));
    for (field, text) in required.into_iter().chain(optional) {
        checked(&format!("shipping_address.{field}"), text, MAX_NAME_CHARS)?;
    }
    address.country.make_ascii_uppercase();
    if address.country.len() == 2 && address.country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(address)
    } else {
        Err(Error::invalid("`shipping_address.country` is a code of two letters, such as PT"))
    }
}

fn checked(field: &str, text: &str, max: usize) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(Error::invalid(format!("`{field}` is empty")));
    }
    if text.chars().count() > max {
        return Err(Error::invalid(format!("`{field}` has more than {max} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid(format!("`{field}` contains control characters")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Address {
        Address {
            name: "Ada Byron".into(),
            line1: "12 Kiln Lane".into(),
            line2: None,
            city: "Porto".into(),
            region: None,
            postal_code: "4050-253".into(),
            country: "pt".into(),
        }
    }

    #[test]
    fn an_address_is_complete_and_its_country_in_capitals() {
        assert_eq!(address(home()).unwrap().country, "PT");
        for broken in [
            Address { name: " ".into(), ..home() },
            Address { line2: Some(String::new()), ..home() },
            Address { city: "Por\0to".into(), ..home() },
            Address { line1: "x".repeat(201), ..home() },
            Address { country: "Portugal".into(), ..home() },
            Address { country: "é".into(), ..home() },
        ] {
            assert!(matches!(address(broken.clone()), Err(Error::Invalid { .. })), "{broken:?}");
        }
    }

    #[test]
    fn a_key_is_visible_and_short() {
        let with = |key: &str| key_result(key);
        assert!(with("7f-1").is_ok());
        for bad in ["", "a b", "é", "a\n", &"x".repeat(256)] {
            assert!(with(bad).is_err(), "{bad:?}");
        }
    }

    fn key_result(text: &str) -> Result<(), Error> {
        key(&IdempotencyKey { key: text.into(), request_hash: [0; 32] })
    }
}
