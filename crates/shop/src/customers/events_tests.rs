use super::*;

fn user() -> User {
    User {
        id: "U001".parse().unwrap(),
        external_id: Some("U001".into()),
        joined_at: Timestamp::parse("2024-05-01").unwrap(),
    }
}

fn personal() -> PersonalPart {
    PersonalPart {
        name: "Ada Byron".into(),
        email: "ada@example.org".into(),
        phone: Some("+351 22 1".into()),
        address: Some(Address {
            name: "Ada Byron".into(),
            line1: "12 Kiln Lane".into(),
            line2: None,
            city: "Porto".into(),
            region: None,
            postal_code: "4050-253".into(),
            country: "PT".into(),
        }),
    }
}

fn samples() -> [UserEvent; 2] {
    let personal = || Some(personal());
    [
        UserEvent::UserRegistered(UserRegistered { user: user(), personal: personal() }),
        UserEvent::UserChanged(UserChanged {
            user: user(),
            changed: vec!["phone".into()],
            personal: personal(),
        }),
    ]
}

#[test]
fn every_event_comes_back_and_nothing_personal_lies_in_the_data() {
    for event in samples() {
        let new = event.clone().into_new(Timestamp::from_ms(0), Actor::Staff, None).unwrap();
        for word in ["Byron", "example.org", "351", "Kiln"] {
            assert!(!new.data.contains(word), "{}", new.data);
        }
        let kept = new.personal.unwrap();
        assert_eq!(kept.person, user().id);
        let read = UserEvent::parse(&new.kind, new.schema, &new.data, Some(&kept.data));
        assert_eq!(read.unwrap().unwrap(), event);
        let erased = UserEvent::parse(&new.kind, new.schema, &new.data, None).unwrap().unwrap();
        assert_ne!(erased, event);
    }
}

/// These files were written by the first version that wrote such events. They are never edited: a log may hold them.
#[test]
fn events_of_every_schema_ever_written_can_be_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/events");
    for sample in samples() {
        let kind = sample.kind();
        let data = std::fs::read_to_string(format!("{folder}/{kind}.1.json")).unwrap();
        let personal = std::fs::read_to_string(format!("{folder}/{kind}.1.personal.json")).unwrap();
        assert_eq!(UserEvent::parse(kind, 1, &data, Some(&personal)).unwrap().unwrap(), sample);
    }
}

#[test]
fn one_mailbox_has_one_key() {
    assert_eq!(email_key(" Ada@Example.org"), email_key("ada@example.org"));
}
