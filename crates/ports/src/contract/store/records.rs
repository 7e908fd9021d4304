//! Records: found by their indexes, guarded, unique, upcast and erased like everything else.

use serde::{Deserialize, Serialize};

use super::*;
use crate::records::{Index, Record, Upcast, deleted, row};
use crate::rows::{Address, CustomerProfile, Person, RecordContent, RecordEntry, RecordKey, RecordRow, User};
use crate::store::Versioned;

const BY_NAME: Index = Index::of("name").unique();
const BY_OWNER: Index = Index::of("owner");
const BY_EMAIL: Index = Index::of("email").personal();

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    id: Uuid,
    owner: UserId,
    name: String,
    /// Orders the notes of an owner.
    rank: i64,
    email: Option<String>,
}

impl Record for Note {
    const KIND: &'static str = "note";
    const INDEXES: &'static [Index] = &[BY_NAME, BY_OWNER, BY_EMAIL];
    const PERSONAL: &'static [&'static str] = &["email"];
    /// The first form called the name a title.
    const UPCASTS: &'static [Upcast] = &[|fields| {
        let title = fields.remove("title").unwrap_or_default();
        fields.insert("name".to_owned(), title);
    }];
    fn id(&self) -> Uuid {
        self.id
    }
    fn person(&self) -> Option<UserId> {
        Some(self.owner)
    }
    fn entries(&self) -> Vec<RecordEntry> {
        let email = self.email.clone().map(|email| BY_EMAIL.entry(email, 0));
        let all = [BY_NAME.entry(self.name.clone(), 0), BY_OWNER.entry(self.owner.to_string(), self.rank)];
        all.into_iter().chain(email).collect()
    }
}

fn new(owner: UserId, name: &str, rank: i64) -> Note {
    Note { id: Uuid::now_v7(), owner, name: name.to_owned(), rank, email: None }
}

/// A note for cases about other things.
pub(super) fn note(id: Uuid, name: &str) -> RecordRow {
    row(&Note { id, ..new(UserId(Uuid::from_u128(1)), name, 0) }).unwrap()
}

pub(super) fn deleted_note(id: Uuid) -> RecordRow {
    deleted::<Note>(id)
}

fn putting(note: &Note) -> Commit {
    Commit { rows: vec![row(note).unwrap().into()], ..commit() }
}

fn deleting(note: &Note) -> Commit {
    Commit { rows: vec![deleted::<Note>(note.id).into()], ..commit() }
}

fn key(note: &Note) -> RowKey {
    crate::records::key::<Note>(note.id)
}

async fn found(store: &dyn Store, index: &Index, value: &str, window: Window) -> (Vec<Note>, u64) {
    let mut snapshot = store.snapshot().await.unwrap();
    let (rows, total) = snapshot.records_by::<Note>(index, value, window).await.unwrap();
    (rows.into_iter().map(|row| row.row).collect(), total)
}

async fn show(store: &dyn Store, note: &Note) -> Option<Versioned<Note>> {
    store.snapshot().await.unwrap().record::<Note>(note.id).await.unwrap()
}

fn taken(value: &str) -> Refusal {
    Refusal::Taken { kind: "note".to_owned(), index: "name".to_owned(), value: value.to_owned() }
}

pub(super) async fn records_are_found_by_their_indexes(open: Open) {
    let store = open.open().await;
    let (owner, other) = (UserId::new(), UserId::new());
    let mut notes: Vec<Note> = (0..5).map(|at| new(owner, &format!("n{at}"), -at)).collect();
    // Notes of one rank come in the order of their ids.
    notes.push(Note { email: Some("ü@b".to_owned()), ..new(owner, "n5", -4) });
    let foreign = new(other, "foreign", 0);
    let rows = notes.iter().chain([&foreign]).map(|note| row(note).unwrap().into()).collect();
    must(&*store, Commit { rows, ..commit() }).await;
    for store in [store.clone(), open.open().await] {
        assert_eq!(show(&*store, &notes[5]).await, Some(Versioned { version: 1, row: notes[5].clone() }));
        assert_eq!(show(&*store, &new(owner, "n0", 0)).await, None);
        let expected: Vec<Note> = [4, 5, 3, 2, 1, 0].map(|at: usize| notes[at].clone()).to_vec();
        let of_owner = owner.to_string();
        let all = found(&*store, &BY_OWNER, &of_owner, Window::ALL).await;
        assert_eq!(all, (expected.clone(), 6));
        let page = found(&*store, &BY_OWNER, &of_owner, Window { offset: 1, limit: 2 }).await;
        assert_eq!(page, (expected[1..3].to_vec(), 6));
        let beyond = found(&*store, &BY_OWNER, &of_owner, Window { offset: 6, limit: 2 }).await;
        assert_eq!(beyond, (Vec::new(), 6));
        assert_eq!(found(&*store, &BY_EMAIL, "ü@b", Window::ALL).await.0, [notes[5].clone()]);
        // Another kind and another index have values of their own.
        assert_eq!(found(&*store, &BY_NAME, "ü@b", Window::ALL).await.1, 0);
        let other_kind = Find::Records { kind: "memo", index: "name", value: "n0".to_owned() };
        assert_eq!(store.snapshot().await.unwrap().find(&other_kind, Window::ALL).await.unwrap().total, 0);
    }
    // What a record was found by before is forgotten.
    let renamed = Note { name: "renamed".to_owned(), rank: -9, email: None, ..notes[5].clone() };
    must(&*store, putting(&renamed)).await;
    assert_eq!(found(&*store, &BY_NAME, "n5", Window::ALL).await.1, 0);
    assert_eq!(found(&*store, &BY_EMAIL, "ü@b", Window::ALL).await.1, 0);
    assert_eq!(found(&*store, &BY_OWNER, &owner.to_string(), Window::ALL).await.0[0], renamed);
}

pub(super) async fn a_unique_index_is_held_by_one_of_many(open: Open) {
    const WRITERS: usize = 64;
    let processes = [open.open().await, open.open().await];
    // Whoever has written remembers where the log is.
    must(&*processes[0], commit()).await;
    let tasks: Vec<_> = (0..WRITERS)
        .map(|at| {
            let store = processes[at % 2].clone();
            let note = new(UserId::new(), "one", 0);
            tokio::spawn(async move { (note.clone(), store.commit(putting(&note)).await.unwrap()) })
        })
        .collect();
    let mut holders = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            (note, Outcome::Committed(_)) => holders.push(note),
            (_, outcome) => assert_eq!(outcome, Outcome::Refused(taken("one"))),
        }
    }
    assert_eq!(holders.len(), 1);
    assert_eq!(found(&*processes[0], &BY_NAME, "one", Window::ALL).await.0, holders);
    // A refused commit wrote nothing.
    assert_eq!(head(&*processes[0]).await, 2);
}

pub(super) async fn a_unique_value_is_free_once_it_is_given_up(open: Open) {
    let store = open.open().await;
    let owner = UserId::new();
    let (one, two) = (new(owner, "one", 0), new(owner, "two", 0));
    let rename = |note: &Note, name: &str| Note { name: name.to_owned(), ..note.clone() };
    must(&*store, putting(&one)).await;
    must(&*store, putting(&two)).await;
    // A record's own value is no obstacle.
    must(&*store, putting(&Note { rank: 1, ..one.clone() })).await;
    assert_eq!(refusal(&*store, putting(&rename(&two, "one"))).await, taken("one"));
    // Within one commit a value is not handed over.
    let rows = vec![deleted::<Note>(one.id).into(), row(&rename(&two, "one")).unwrap().into()];
    assert_eq!(refusal(&*store, Commit { rows, ..commit() }).await, taken("one"));
    must(&*store, putting(&rename(&one, "former"))).await;
    must(&*store, putting(&rename(&two, "one"))).await;
    must(&*store, deleting(&two)).await;
    assert_eq!(show(&*store, &two).await, None);
    must(&*store, putting(&rename(&one, "two"))).await;
    must(&*store, putting(&rename(&one, "one"))).await;
    assert_eq!(found(&*store, &BY_NAME, "two", Window::ALL).await.1, 0);
    // Another process is refused the value, and gets one that is free.
    let another = rename(&two, "one");
    assert_eq!(refusal(&*open.open().await, putting(&another)).await, taken("one"));
    must(&*open.open().await, putting(&two)).await;
    assert_eq!(refusal(&*store, putting(&rename(&one, "two"))).await, taken("two"));
}

pub(super) async fn versions_guard_records_and_go_on_after_a_deletion(open: Open) {
    let store = open.open().await;
    let note = new(UserId::new(), "n", 0);
    let guarded = |version, commit: Commit| Commit {
        guards: vec![Guard::RowVersion { key: key(&note), version }],
        ..commit
    };
    let moved = |actual| Refusal::RowVersion { key: key(&note), actual };
    assert_eq!(refusal(&*store, guarded(1, putting(&note))).await, moved(0));
    must(&*store, guarded(0, putting(&note))).await;
    assert_eq!(refusal(&*store, guarded(0, putting(&note))).await, moved(1));
    must(&*store, guarded(1, putting(&note))).await;
    must(&*store, guarded(2, deleting(&note))).await;
    assert_eq!(show(&*store, &note).await, None);
    assert_eq!(found(&*store, &BY_OWNER, &note.owner.to_string(), Window::ALL).await.1, 0);
    for version in [1, 2, 3] {
        assert_eq!(refusal(&*store, guarded(version, putting(&note))).await, moved(0));
    }
    must(&*store, guarded(0, putting(&note))).await;
    // Whoever has seen the former one at version 1 does not take this one for it.
    for store in [store.clone(), open.open().await] {
        assert_eq!(show(&*store, &note).await.map(|row| row.version), Some(4));
        assert_eq!(refusal(&*store, guarded(1, putting(&note))).await, moved(4));
    }
    // Of many that saw the same version, one writes.
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (store, commit) = (store.clone(), guarded(4, putting(&note)));
            tokio::spawn(async move { store.commit(commit).await.unwrap() })
        })
        .collect();
    let mut passed = 0;
    for task in tasks {
        passed += usize::from(matches!(task.await.unwrap(), Outcome::Committed(_)));
    }
    assert_eq!(passed, 1);
}

pub(super) async fn an_older_form_of_a_record_is_brought_up_to_date(open: Open) {
    let store = open.open().await;
    let note = new(UserId::new(), "old", 3);
    let (id, owner) = (note.id, note.owner);
    let written = RecordRow {
        key: RecordKey { kind: "note".to_owned(), id },
        content: Some(RecordContent {
            form: 1,
            data: format!(r#"{{"id":"{id}","owner":"{owner}","title":"old","rank":3}}"#),
            personal: Some(r#"{"email":"a@b"}"#.to_owned()),
            person: Some(owner),
            entries: vec![BY_OWNER.entry(owner.to_string(), 3)],
        }),
    };
    must(&*store, Commit { rows: vec![written.into()], ..commit() }).await;
    let expected = Note { email: Some("a@b".to_owned()), ..note };
    assert_eq!(show(&*store, &expected).await.map(|row| row.row), Some(expected.clone()));
    assert_eq!(
        found(&*store, &BY_OWNER, &owner.to_string(), Window::ALL).await.0,
        std::slice::from_ref(&expected)
    );
    // A form that only a later souk writes is an error, not a guess.
    let later = RecordRow {
        content: row(&expected).unwrap().content.map(|content| RecordContent { form: 9, ..content }),
        key: RecordKey { kind: "note".to_owned(), id },
    };
    must(&*store, Commit { rows: vec![later.into()], ..commit() }).await;
    let unknown = store.snapshot().await.unwrap().record::<Note>(id).await;
    assert!(matches!(unknown, Err(Error::Internal { .. })), "{unknown:?}");
}

pub(super) async fn what_is_personal_is_erased_with_its_person(open: Open) {
    let store = open.open().await;
    let (person, other) = (UserId::new(), UserId::new());
    let of = |owner: UserId, name: &str| Note { email: Some(format!("{name}@b")), ..new(owner, name, 0) };
    let (theirs, foreign, gone) = (of(person, "theirs"), of(other, "foreign"), of(person, "gone"));
    let address = Address {
        name: "A".to_owned(),
        line1: "1 Kiln Lane".to_owned(),
        line2: None,
        city: "Porto".to_owned(),
        region: None,
        postal_code: "4050".to_owned(),
        country: "PT".to_owned(),
    };
    let placed = Order { shipping_address: Some(address), ..order(OrderId::new(), person) };
    let told = |person| Personal { person, data: r#"{"name":"A"}"#.to_owned() };
    let profile = |user_id| CustomerProfile {
        user_id,
        about: None,
        interests: Vec::new(),
        sizes: Vec::new(),
        newsletter: false,
    };
    let named = |user_id| Person {
        user_id,
        name: "A".to_owned(),
        email: format!("{user_id}@b"),
        phone: None,
        address: None,
    };
    let mut rows: Vec<Row> =
        [&theirs, &foreign, &gone].iter().map(|note| row(*note).unwrap().into()).collect();
    rows.extend([named(person).into(), named(other).into(), profile(person).into(), profile(other).into()]);
    rows.push(placed.clone().into());
    let rows = with_named(rows);
    let events =
        [person, other].map(|person| NewEvent { personal: Some(told(person)), ..event(person) }).to_vec();
    must(&*store, Commit { number: Some(Sequence::OrderNumber), rows, events, ..commit() }).await;
    must(&*store, deleting(&gone)).await;
    let guarded = |version, note: &Note| Commit {
        guards: vec![Guard::RowVersion { key: key(note), version }],
        ..putting(note)
    };
    // So that this process remembers the version, which the erasure changes.
    must(&*store, guarded(1, &theirs)).await;

    let before = head(&*store).await;
    must(&*store, Commit { erase: Some(person), ..commit() }).await;
    for store in [store.clone(), open.open().await] {
        let mut snapshot = store.snapshot().await.unwrap();
        let log = snapshot.events(0, u32::MAX).await.unwrap();
        assert_eq!(log.len() as u64, before + 1, "the log stays");
        let kept: Vec<bool> = log.iter().map(|event| event.personal.is_some()).collect();
        assert_eq!(kept[..2], [false, true]);
        let erased = snapshot.record::<Note>(theirs.id).await.unwrap().unwrap();
        assert_eq!(erased, Versioned { version: 3, row: Note { email: None, ..theirs.clone() } });
        let stays = snapshot.record::<Note>(foreign.id).await.unwrap().unwrap();
        assert_eq!(stays, Versioned { version: 1, row: foreign.clone() });
        let personal = |user| [RowKey::Person(user), RowKey::CustomerProfile(user)];
        assert_eq!(snapshot.get(&personal(person)).await.unwrap(), [None, None]);
        assert!(snapshot.get(&personal(other)).await.unwrap().iter().all(Option::is_some));
        let order = snapshot.one::<Order>(placed.id).await.unwrap().unwrap();
        assert_eq!((order.version, order.row.shipping_address, order.row.number), (2, None, Some(1)));
        assert!(snapshot.one::<User>(person).await.unwrap().is_some(), "the account is no personal part");
        drop(snapshot);
        // Personal entries of an index are erased; the others stay.
        assert_eq!(found(&*store, &BY_EMAIL, "theirs@b", Window::ALL).await.1, 0);
        assert_eq!(found(&*store, &BY_EMAIL, "foreign@b", Window::ALL).await.1, 1);
        assert_eq!(found(&*store, &BY_NAME, "theirs", Window::ALL).await.1, 1);
        assert_eq!(show(&*store, &gone).await, None);
        let late = refusal(&*store, guarded(2, &theirs)).await;
        assert_eq!(late, Refusal::RowVersion { key: key(&theirs), actual: 3 });
    }
    // Erasures stand together with others who write at once, also the record of the same person.
    let mut tasks = Vec::new();
    for at in 0..32_i64 {
        let (store, note) = (store.clone(), Note { rank: at, ..theirs.clone() });
        let wanted = if at % 8 == 0 { Commit { erase: Some(person), ..commit() } } else { putting(&note) };
        tasks.push(tokio::spawn(async move { must(&*store, wanted).await }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    must(&*store, Commit { erase: Some(person), ..commit() }).await;
    assert_eq!(show(&*store, &theirs).await.map(|row| row.row.email), Some(None));
    assert_eq!(found(&*store, &BY_EMAIL, "theirs@b", Window::ALL).await.1, 0);
}

pub(super) async fn a_record_that_breaks_a_rule_is_refused(open: Open) {
    let store = open.open().await;
    let good = note(Uuid::now_v7(), "good");
    must(&*store, Commit { rows: vec![good.clone().into()], ..commit() }).await;
    let content = good.content.clone().unwrap();
    let with = |content: RecordContent| RecordRow { content: Some(content), ..good.clone() };
    let entry = |value: String| RecordEntry { is_unique: false, ..BY_OWNER.entry(value, 0) };
    let mut unnamed = good.clone();
    unnamed.key.kind = String::new();
    let twin = RecordRow { key: RecordKey { id: Uuid::now_v7(), ..good.key.clone() }, ..good.clone() };
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(1 << 20));
    let broken: [(&str, Vec<RecordRow>); 12] = [
        ("a kind that is not", vec![unnamed]),
        ("form 0", vec![with(RecordContent { form: 0, ..content.clone() })]),
        ("no JSON object", vec![with(RecordContent { data: "[]".to_owned(), ..content.clone() })]),
        ("no JSON object", vec![with(RecordContent { data: "{a}".to_owned(), ..content.clone() })]),
        ("is the most", vec![with(RecordContent { data: long, ..content.clone() })]),
        (
            "no person",
            vec![with(RecordContent { personal: Some("{}".to_owned()), person: None, ..content.clone() })],
        ),
        (
            "more than 512 bytes",
            vec![with(RecordContent { entries: vec![entry("x".repeat(513))], ..content.clone() })],
        ),
        (
            "two entries of one value",
            vec![with(RecordContent {
                entries: vec![entry("x".to_owned()), RecordEntry { sort: 1, ..entry("x".to_owned()) }],
                ..content.clone()
            })],
        ),
        ("U+0000", vec![with(RecordContent { entries: vec![entry("\0".to_owned())], ..content.clone() })]),
        (
            "1025 index entries",
            vec![with(RecordContent {
                entries: (0..1_025).map(|at| entry(at.to_string())).collect(),
                ..content.clone()
            })],
        ),
        ("written twice", vec![good.clone(), deleted::<Note>(good.key.id)]),
        ("two records", vec![good.clone(), twin]),
    ];
    for (why, rows) in broken {
        let rows = rows.into_iter().map(Row::from).collect();
        match store.commit(Commit { rows, ..commit() }).await {
            Err(Error::InvalidInput { reason }) => assert!(reason.contains(why), "{why}: {reason}"),
            other => panic!("{why}: {other:?}"),
        }
    }
    let erasing = Commit { rows: vec![good.clone().into()], erase: Some(UserId::new()), ..commit() };
    assert!(matches!(store.commit(erasing).await, Err(Error::InvalidInput { .. })));
    // A refused commit loses nothing that is there.
    assert_eq!(head(&*store).await, 1);
    assert_eq!(found(&*store, &BY_NAME, "good", Window::ALL).await.1, 1);
}
