//! Accounts over HTTP and on the command line, in a shop that asks for them.

use std::io::Write as _;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::souk::{Answer, Server, Souk, read};

/// As a shop that is open to others is served; passwords cost little, so that what is waited for is souk.
const ASKS: [(&str, &str); 3] = [
    ("SOUK_ACCOUNTS_REQUIRED", "true"),
    ("SOUK_ACCOUNTS_ARGON2_MEMORY_KIB", "64"),
    ("SOUK_ACCOUNTS_ARGON2_PASSES", "1"),
];
const PASSWORD: &str = "correct horse";

pub(crate) fn serve(souk: &Souk) -> Server {
    souk.serve_with(&ASKS)
}

/// Sends a request with a session's token.
pub(crate) async fn send(
    server: &Server,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<Value>,
) -> Answer {
    let mut request = server.request(method, path);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.json(&body);
    }
    read(request.send().await.unwrap()).await
}

/// The token of a new session of this user, begun on the command line.
pub(crate) fn token(souk: &Souk, user: &str) -> String {
    let said = souk.run(&["users", "token", user]);
    assert_eq!(said.code, 0, "{}", said.err);
    said.out.trim().to_owned()
}

async fn sign_in(server: &Server, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    send(server, "POST", "/api/v1/sessions", None, Some(body)).await
}

fn with_input(souk: &Souk, arguments: &[&str], line: &str) -> Value {
    let mut command = souk.command(&[arguments, &["--json"]].concat());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn somebody_opens_an_account_orders_and_locks_a_lost_phone_out() {
    let souk = Souk::loaded();
    let server = serve(&souk);
    let new = json!({ "name": "Anna Berg", "email": "anna@example.org", "password": PASSWORD });
    let opened = send(&server, "POST", "/api/v1/accounts", None, Some(new.clone())).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let user = opened.ok()["user_id"].as_str().unwrap().to_owned();
    assert!(!opened.body.contains(PASSWORD) && !opened.body.contains("argon2"), "{opened:?}");
    send(&server, "POST", "/api/v1/accounts", None, Some(new)).await.is_problem(409, "email-taken");
    // So is the address of a customer whom a file brought.
    let email = souk.json(&["users", "show", "U001"])["email"].clone();
    let theirs = json!({ "name": "X", "email": email, "password": PASSWORD });
    send(&server, "POST", "/api/v1/accounts", None, Some(theirs)).await.is_problem(409, "email-taken");

    let wrong = sign_in(&server, "anna@example.org", "battery staple").await;
    let unknown = sign_in(&server, "nobody@example.org", PASSWORD).await;
    for refused in [&wrong, &unknown] {
        refused.is_problem(401, "sign-in-refused");
    }
    assert_eq!(wrong.json()["detail"], unknown.json()["detail"]);
    let phone = sign_in(&server, "ANNA@example.org", PASSWORD).await;
    assert_eq!(phone.status, 201, "{phone:?}");
    let phone = phone.ok()["token"].as_str().unwrap().to_owned();
    let laptop = sign_in(&server, "anna@example.org", PASSWORD).await.ok();
    let laptop = laptop["token"].as_str().unwrap().to_owned();
    let account = send(&server, "GET", "/api/v1/account", Some(&phone), None).await.ok();
    assert_eq!((&account["user_id"], &account["roles"]), (&json!(user), &json!([])));
    let sessions = send(&server, "GET", "/api/v1/sessions", Some(&phone), None).await.ok();
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 2);

    // The address is theirs to give; a customer who has none is asked for it.
    let item = json!({ "product_id": "P001", "quantity": 1 });
    send(&server, "POST", "/api/v1/cart/items", Some(&phone), Some(item)).await.ok();
    let cart = send(&server, "GET", "/api/v1/cart", Some(&laptop), None).await.ok();
    assert_eq!(cart["items"].as_array().unwrap().len(), 1, "{cart}");
    let to = json!({ "name": "Anna Berg", "line1": "1 Kiln Lane", "city": "Porto", "postal_code": "4050-253", "country": "PT" });
    let order =
        send(&server, "POST", "/api/v1/orders", Some(&laptop), Some(json!({ "shipping_address": to }))).await;
    assert_eq!(order.status, 201, "{order:?}");
    let order = order.ok()["number"].to_string();
    let path = format!("/api/v1/orders/{order}");
    send(&server, "GET", &path, Some(&laptop), None).await.ok();

    // Another's order is none, and what is for staff is refused.
    let other = token(&souk, "U002");
    for path in [&path, &format!("{path}/events")] {
        send(&server, "GET", path, Some(&other), None).await.is_problem(404, "not-found");
        send(&server, "GET", path, None, None).await.is_problem(401, "identity-required");
    }
    send(&server, "POST", &format!("{path}/cancel"), Some(&other), Some(json!({})))
        .await
        .is_problem(404, "not-found");
    let tracked = Some(json!({ "tracking_number": "1" }));
    send(&server, "POST", &format!("{path}/ship"), Some(&laptop), tracked).await.is_problem(403, "forbidden");
    let change = Some(json!({ "price": 1 }));
    for token in [Some(&*laptop), None] {
        let refused = send(&server, "PATCH", "/api/v1/products/P001", token, change.clone()).await;
        assert_eq!(refused.status, if token.is_some() { 403 } else { 401 }, "{refused:?}");
    }
    // Who names somebody proves nothing.
    let named = server.request("GET", &path).header("X-User-Id", &user).send().await.unwrap();
    read(named).await.is_problem(401, "identity-required");

    let new = json!({ "current_password": PASSWORD, "new_password": "battery staple" });
    let changed = send(&server, "PUT", "/api/v1/account/password", Some(&laptop), Some(new)).await.ok();
    let laptop = changed["token"].as_str().unwrap().to_owned();
    send(&server, "GET", "/api/v1/account", Some(&phone), None).await.is_problem(401, "identity-required");
    sign_in(&server, "anna@example.org", PASSWORD).await.is_problem(401, "sign-in-refused");
    // Also once the process is another.
    server.stop();
    let server = serve(&souk);
    send(&server, "GET", "/api/v1/account", Some(&phone), None).await.is_problem(401, "identity-required");
    send(&server, "GET", &path, Some(&laptop), None).await.ok();
    let gone = send(&server, "DELETE", "/api/v1/sessions/this", Some(&laptop), None).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    send(&server, "GET", &path, Some(&laptop), None).await.is_problem(401, "identity-required");
}

#[tokio::test]
async fn whoever_has_the_shop_makes_staff_and_staff_works() {
    let souk = Souk::loaded();
    let server = serve(&souk);
    server.ready().await;
    let boss = with_input(&souk, &["admin", "create", "boss@example.org"], "correct horse\n");
    assert_eq!(boss["roles"], json!(["admin"]));
    let boss = sign_in(&server, "boss@example.org", PASSWORD).await.ok();
    let boss = boss["token"].as_str().unwrap();
    send(&server, "PATCH", "/api/v1/products/P001", Some(boss), Some(json!({ "price": 31 }))).await.ok();

    let before = token(&souk, "U003");
    assert_eq!(
        souk.json(&["users", "grant", "U003", "orders", "analytics"])["roles"],
        json!(["orders", "analytics"])
    );
    send(&server, "GET", "/api/v1/orders", Some(&before), None).await.is_problem(401, "identity-required");
    let worker = token(&souk, "U003");
    send(&server, "GET", "/api/v1/orders", Some(&worker), None).await.ok();
    send(&server, "GET", "/api/v1/analytics/stock/P001", Some(&worker), None).await.ok();
    let change = Some(json!({ "price": 1 }));
    send(&server, "PATCH", "/api/v1/products/P001", Some(&worker), change).await.is_problem(403, "forbidden");
    assert_eq!(souk.run(&["users", "grant", "U003", "root"]).code, 2);

    let set = with_input(&souk, &["users", "set-password", "U004"], "correct horse\n");
    let email = set["email"].as_str().unwrap();
    assert_eq!(sign_in(&server, email, PASSWORD).await.status, 201);
    let customer = token(&souk, "U004");
    assert_eq!(souk.json(&["users", "sessions", "U004"])["sessions"].as_array().unwrap().len(), 2);
    souk.json(&["users", "sign-out", "U004"]);
    send(&server, "GET", "/api/v1/cart", Some(&customer), None).await.is_problem(401, "identity-required");
    // Nobody signs in here with one click.
    let demo = send(&server, "POST", "/api/v1/sessions/demo", None, Some(json!({}))).await;
    demo.is_problem(404, "route-not-found");
}

#[tokio::test]
async fn a_browser_keeps_its_session_in_a_cookie_that_other_sites_cannot_use() {
    let souk = Souk::loaded();
    let server = souk.serve_with(&[ASKS[0], ("SOUK_ACCOUNTS_DEMO", "true")]);
    let body = json!({ "user_id": "U001", "cookie": true });
    let response = server.request("POST", "/api/v1/sessions/demo").json(&body).send().await.unwrap();
    let set = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    for attribute in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    let answer = read(response).await;
    assert!(answer.ok().get("token").is_none(), "{answer:?}");
    let cookie = set.split(';').next().unwrap();
    let ask = async |method: &str, path: &str, sent: &[(&str, &str)], body: Option<Value>| {
        let mut request = server.request(method, path).header("Cookie", cookie);
        for (name, value) in sent {
            request = request.header(*name, *value);
        }
        let request = body.into_iter().fold(request, |request, body| request.json(&body));
        request.send().await.unwrap()
    };
    let own = ask("GET", "/api/v1/cart", &[], None).await;
    assert_eq!((own.status().as_u16(), own.headers()["cache-control"].to_str().unwrap()), (200, "no-store"));
    let item = || Some(json!({ "product_id": "P001", "quantity": 1 }));
    let add = "/api/v1/cart/items";
    for sent in
        [[("Sec-Fetch-Site", "cross-site")], [("Origin", "https://evil.example.org")], [("Origin", "null")]]
    {
        read(ask("POST", add, &sent, item()).await).await.is_problem(403, "forbidden");
    }
    let cart = read(ask("GET", "/api/v1/cart", &[], None).await).await.ok();
    assert_eq!(cart["items"], json!([]));
    let origin = format!("http://{}", server.address());
    read(ask("POST", add, &[("Origin", &origin)], item()).await).await.ok();
    let out = ask("DELETE", "/api/v1/sessions/this", &[("Sec-Fetch-Site", "same-origin")], None).await;
    assert!(out.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    read(ask("GET", "/api/v1/cart", &[], None).await).await.is_problem(401, "identity-required");
}

/// Anybody may sign in as staff there.
#[test]
fn a_shop_for_show_is_not_served_to_others_without_a_secret() {
    let souk = Souk::empty();
    for command in ["serve", "demo"] {
        let mut serve = souk.command(&[command, "--listen", "0.0.0.0:0", "--json"]);
        if command == "serve" {
            serve.env("SOUK_ACCOUNTS_DEMO", "true");
        }
        let output = serve.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("accounts.demo_secret"), "{said}");
    }
}

#[tokio::test]
async fn odd_credentials_are_refused_and_say_nothing() {
    let souk = Souk::to_read();
    let server = serve(&souk);
    let long = "x".repeat(4_000);
    for authorization in
        ["Bearer", "Bearer ", "Basic dTpw", "bearer souk_0", "Bearer a b", &format!("Bearer {long}")]
    {
        let request = server.request("GET", "/api/v1/cart").header("Authorization", authorization);
        read(request.send().await.unwrap()).await.is_problem(401, "identity-required");
    }
    let mb = "x".repeat(900_000);
    sign_in(&server, "anna@example.org", &mb).await.is_problem(401, "sign-in-refused");
    let body = json!({ "name": "A", "email": "a@example.org", "password": mb });
    send(&server, "POST", "/api/v1/accounts", None, Some(body)).await.is_problem(400, "invalid-input");
    for email in ["", "anna", "a@b@c", "<a@example.org>", "a@example.org\nBcc: b@example.org"] {
        let body = json!({ "name": "A", "email": email, "password": PASSWORD });
        send(&server, "POST", "/api/v1/accounts", None, Some(body)).await.is_problem(400, "invalid-input");
    }
}
