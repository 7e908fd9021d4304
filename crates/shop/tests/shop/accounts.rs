//! Accounts and sessions on the embedded engines.

use std::collections::BTreeMap;
use std::sync::Arc;

use souk_kernel::{Coded, UserId};
use souk_ports::cache::{Hash, HashWrite};
use souk_shop::access::{Caller, Permission, Roles};
use souk_shop::accounts::{
    Error, NewAccount, SignedIn, change_password, change_roles, check, create_admin, end_all, end_session,
    end_this, list_sessions, register, set_password, sign_in, sign_in_as, sign_in_for_show,
};
use souk_shop::customers::find_user;

use crate::world::{World, user};

const PASSWORD: &str = "correct horse";

fn anna() -> NewAccount {
    let (name, email) = ("Anna".to_owned(), "Anna@Example.org".to_owned());
    NewAccount { name, email, password: PASSWORD.to_owned() }
}

async fn opened(world: &World) -> UserId {
    register(&world.shop, &anna()).await.unwrap().account.user_id
}

async fn signed_in(world: &World) -> SignedIn {
    sign_in(&world.shop, "anna@example.org", PASSWORD, Some("a test")).await.unwrap()
}

async fn who(world: &World, session: &SignedIn) -> Caller {
    check(&world.shop, &session.token).await.unwrap().0
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code().slug()
}

#[tokio::test]
async fn whoever_opens_an_account_signs_in_with_it_however_the_address_is_written() {
    let world = World::new().await;
    let user = opened(&world).await;
    let customer = find_user(&world.shop, user).await.unwrap();
    assert_eq!(customer.person.unwrap().email, "Anna@Example.org");
    for email in ["Anna@Example.org", "anna@example.org", " ANNA@EXAMPLE.ORG "] {
        let session = sign_in(&world.shop, email, PASSWORD, None).await.unwrap();
        let caller = Caller::User { id: user, roles: Roles::NONE };
        assert_eq!(who(&world, &session).await, caller, "{email}");
    }
    for (email, password) in [
        ("anna@example.org", "Correct horse"),
        ("anna@example.org", ""),
        ("anna@example.org", &*"x".repeat(1 << 20)),
        ("bert@example.org", PASSWORD),
        (&*"a".repeat(1 << 20), PASSWORD),
        ("", ""),
    ] {
        let refused = sign_in(&world.shop, email, password, None).await.unwrap_err();
        assert_eq!(refused.to_string(), Error::SignInRefused.to_string());
    }
    assert_eq!(code(register(&world.shop, &NewAccount { name: "B".into(), ..anna() }).await), "email-taken");
    for odd in ["", "souk_", "souk_0", &*"x".repeat(1 << 20)] {
        assert_eq!(check(&world.shop, odd).await.unwrap().0, Caller::Nobody);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_who_want_an_address_at_once_gets_it() {
    let world = World::new().await;
    let tries = (0..8).map(|_| {
        let shop = world.shop.clone();
        tokio::spawn(async move { register(&shop, &anna()).await })
    });
    let mut opened = 0;
    for one in tries.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Ok(_) => opened += 1,
            Err(error) => assert_eq!(error.code().slug(), "email-taken"),
        }
    }
    assert_eq!(opened, 1);
}

#[tokio::test]
async fn another_password_ends_every_session_and_begins_one() {
    let world = World::new().await;
    let user = opened(&world).await;
    let (phone, laptop) = (signed_in(&world).await, signed_in(&world).await);
    let new = "another horse";
    let wrong = change_password(&world.shop, user, "not it", new, None).await;
    assert_eq!(code(wrong), "sign-in-refused");
    assert_eq!(code(change_password(&world.shop, user, PASSWORD, "short", None).await), "invalid-input");
    assert!(who(&world, &phone).await != Caller::Nobody);
    let fresh = change_password(&world.shop, user, PASSWORD, new, None).await.unwrap();
    assert_eq!(who(&world, &phone).await, Caller::Nobody);
    assert_eq!(who(&world, &laptop).await, Caller::Nobody);
    assert!(who(&world, &fresh).await != Caller::Nobody);
    assert_eq!(code(sign_in(&world.shop, "anna@example.org", PASSWORD, None).await), "sign-in-refused");
    sign_in(&world.shop, "anna@example.org", new, None).await.unwrap();
}

/// The cache may lose its last moments: what was ended stays so, and the others go on.
#[tokio::test]
async fn a_cache_that_is_set_back_signs_nobody_in_again() {
    let world = World::new().await;
    let user = opened(&world).await;
    let (one, other, third) = (signed_in(&world).await, signed_in(&world).await, signed_in(&world).await);
    let before = hashes(&world, user, &[&one, &other, &third]).await;
    let session = check(&world.shop, &one.token).await.unwrap().1.unwrap();
    end_this(&world.shop, session, Caller::System).await.unwrap();
    end_session(&world.shop, user, other.session_id, Caller::System).await.unwrap();
    set_back(&world, before).await;
    // Also for a process that has never heard of them.
    for shop in [&*world.shop, &world.another_process().await] {
        assert_eq!(check(shop, &one.token).await.unwrap().0, Caller::Nobody);
        assert_eq!(check(shop, &other.token).await.unwrap().0, Caller::Nobody);
        assert!(check(shop, &third.token).await.unwrap().0 != Caller::Nobody);
    }
    let listed = list_sessions(&world.shop, user, Some(third.session_id)).await.unwrap().sessions;
    assert_eq!(
        listed.iter().map(|one| (one.session_id, one.is_this)).collect::<Vec<_>>(),
        [(third.session_id, true)]
    );
    assert_eq!(listed[0].device.as_deref(), Some("a test"));
    assert_eq!(code(end_session(&world.shop, user, one.session_id, Caller::System).await), "not-found");
    end_all(&world.shop, user, Caller::System).await.unwrap();
    assert_eq!(who(&world, &third).await, Caller::Nobody);
    assert!(list_sessions(&world.shop, user, None).await.unwrap().sessions.is_empty());
}

async fn hashes(world: &World, user: UserId, sessions: &[&SignedIn]) -> BTreeMap<String, Hash> {
    let cache = &world.shop.cache;
    let list = format!("sessions:{user}");
    let mut all = BTreeMap::from([(list.clone(), cache.hash(&list).await.unwrap().unwrap())]);
    let keys: Vec<String> = all[&list]
        .fields
        .values()
        .map(|text| {
            let listed: serde_json::Value = serde_json::from_str(text).unwrap();
            listed["key"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(keys.len(), sessions.len());
    for key in keys {
        // Whoever reads the cache has no token.
        assert!(sessions.iter().all(|one| !key.contains(&one.token[5..])), "{key}");
        let hash = cache.hash(&key).await.unwrap().unwrap();
        all.insert(key, hash);
    }
    all
}

async fn set_back(world: &World, hashes: BTreeMap<String, Hash>) {
    let cache = &world.shop.cache;
    for (key, before) in hashes {
        let now = cache.hash(&key).await.unwrap().map(|hash| hash.version);
        let write = HashWrite { set: before.fields, remove: Vec::new(), ttl_ms: 60_000 };
        cache.write_hash(&key, now, write).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_sign_in_at_once_are_all_listed_and_the_oldest_make_room() {
    let world = World::new().await;
    let user = opened(&world).await;
    let all = (0..20).map(|_| {
        let shop = world.shop.clone();
        tokio::spawn(async move { sign_in_as(&shop, user, None).await.unwrap() })
    });
    let mut ids = Vec::new();
    for one in all.collect::<Vec<_>>() {
        ids.push(one.await.unwrap().session_id);
    }
    let listed = list_sessions(&world.shop, user, None).await.unwrap().sessions;
    let mut shown: Vec<_> = listed.iter().map(|one| one.session_id).collect();
    ids.sort();
    shown.sort();
    assert_eq!(shown, ids);
    for _ in 0..40 {
        sign_in_as(&world.shop, user, None).await.unwrap();
    }
    assert_eq!(list_sessions(&world.shop, user, None).await.unwrap().sessions.len(), 50);
}

#[tokio::test]
async fn what_people_may_do_is_given_and_taken_and_ends_their_sessions() {
    let world = World::new().await;
    let user = opened(&world).await;
    let customer = signed_in(&world).await;
    let orders = Roles::of([Permission::Orders]);
    let given = change_roles(&world.shop, user, orders, Roles::NONE, Caller::System).await.unwrap();
    assert_eq!(given, orders);
    assert_eq!(who(&world, &customer).await, Caller::Nobody);
    let worker = signed_in(&world).await;
    assert!(who(&world, &worker).await.may(Permission::Orders));
    // What is so already ends nothing.
    change_roles(&world.shop, user, orders, Roles::NONE, Caller::System).await.unwrap();
    assert!(who(&world, &worker).await.may(Permission::Orders));
    change_roles(&world.shop, user, Roles::NONE, orders, Caller::System).await.unwrap();
    assert_eq!(who(&world, &worker).await, Caller::Nobody);
    assert!(!who(&world, &signed_in(&world).await).await.may(Permission::Orders));
    let nobody: UserId = "NOBODY".parse().unwrap();
    assert_eq!(
        code(change_roles(&world.shop, nobody, orders, Roles::NONE, Caller::System).await),
        "not-found"
    );

    let email = "boss@example.org".to_owned();
    create_admin(&world.shop, &NewAccount { email, ..anna() }).await.unwrap();
    let boss = sign_in(&world.shop, "boss@example.org", PASSWORD, None).await.unwrap();
    for permission in Permission::ALL {
        assert!(who(&world, &boss).await.may(permission), "{permission:?}");
    }
}

#[tokio::test]
async fn a_customer_from_a_file_gets_a_password_and_signs_in() {
    let world = World::new().await;
    assert_eq!(code(sign_in(&world.shop, "ada@example.org", PASSWORD, None).await), "sign-in-refused");
    let shown = sign_in_for_show(&world.shop, Some(user())).await.unwrap();
    assert_eq!(who(&world, &shown).await.user(), Some(user()));
    set_password(&world.shop, user(), PASSWORD, Caller::System).await.unwrap();
    assert_eq!(who(&world, &shown).await, Caller::Nobody);
    let session = sign_in(&world.shop, "ada@example.org", PASSWORD, None).await.unwrap();
    assert_eq!(who(&world, &session).await.user(), Some(user()));
    let nobody: UserId = "NOBODY".parse().unwrap();
    assert_eq!(code(set_password(&world.shop, nobody, PASSWORD, Caller::System).await), "not-found");
    assert_eq!(code(sign_in_as(&world.shop, nobody, None).await), "not-found");
    // The demo's staff is made once.
    let (one, again) = (sign_in_for_show(&world.shop, None).await, sign_in_for_show(&world.shop, None).await);
    assert_eq!(one.unwrap().user_id, again.unwrap().user_id);
}

#[tokio::test]
async fn a_session_ends_when_its_time_is_over() {
    let mut world = World::new().await;
    let clock = world.stands_at(souk_kernel::Timestamp::from_ms(1_800_000_000_000));
    opened(&world).await;
    let session = signed_in(&world).await;
    clock.advance_ms(3_600_000 - 1);
    assert!(who(&world, &session).await != Caller::Nobody);
    clock.advance_ms(1);
    assert_eq!(who(&world, &session).await, Caller::Nobody);
}

/// Passwords are hashed anew at today's cost when their owners sign in.
#[tokio::test]
async fn a_password_is_kept_at_todays_cost() {
    use souk_shop::accounts::{Cost, Passwords};
    let mut world = World::new().await;
    let user = opened(&world).await;
    let before = signed_in(&world).await;
    let shop = Arc::get_mut(&mut world.shop).expect("nobody else has it");
    shop.passwords = Passwords::new(Cost { memory_kib: 128, passes: 1 }).unwrap();
    signed_in(&world).await;
    signed_in(&world).await;
    let snapshot = &mut *world.shop.store.snapshot().await.unwrap();
    let events = snapshot.events(0, 10_000).await.unwrap();
    let kinds: Vec<&str> =
        events.iter().filter(|one| one.stream.id == user.0).map(|one| &*one.kind).collect();
    assert_eq!(kinds, ["user-registered", "account-opened", "account-password-rehashed"]);
    // It is the same password: nobody is signed out.
    assert!(who(&world, &before).await != Caller::Nobody);
}
