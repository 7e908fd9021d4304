//! Pictures from outside: what browsers and staff do, and what they should not.

use reqwest::StatusCode;
use serde_json::Value;

use crate::profile;
use crate::souk::{Answer, Server, Souk, read};

/// A catalogue of three products, so that drawing all of it is quick.
fn small(souk: &Souk) -> String {
    let folder = souk.folder().join("small");
    std::fs::create_dir(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "users.csv",
        "id,name,email,join_date,phone,address_line1,address_line2,city,region,postal_code,country\n\
         U001,Ada,ada@example.org,2024-01-01,,1 Kiln Lane,,Porto,,4050-253,PT\n",
    );
    write("categories.csv", "id,name,description,parent,image\nC1,Baskets,,,\nC2,Things,,,\n");
    write(
        "sellers.csv",
        "id,name,rating,user_id,city,country,founded,description\nS1,Weavers,4.5,U001,,,,Two weavers.\n",
    );
    write(
        "products.csv",
        "id,name,description,price,category_id,seller_id,brand,tags,is_active,materials,care,created_at\n\
         B1,Willow Basket,Woven.,30,C1,S1,,,true,,,2025-01-01\nB2,Log Basket,Woven.,40,C1,S1,,,true,,,2025-01-01\n\
         X1,Thing,It is there.,5,C2,S1,,,true,,,2025-01-01\n",
    );
    write(
        "variants.csv",
        "product,size,color,sku,price_adjustment,stock\nB1,,brown,B1-a,0,3\nB2,,brown,B2-a,0,3\nX1,,blue,X1-a,0,3\n",
    );
    folder.to_string_lossy().into_owned()
}

fn load(souk: &Souk, from: &str) -> Value {
    let mut command = souk.command(&["load", "all", "--from", from, "--json"]);
    let output = command.env("SOUK_MEDIA_DRAW", "true").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn send(server: &Server, method: &str, path: &str, body: Vec<u8>) -> Answer {
    read(server.request(method, path).header("Content-Type", "image/png").body(body).send().await.unwrap())
        .await
}

async fn image(server: &Server, product: &str) -> Value {
    server.get(&format!("/api/v1/products/{product}")).await.ok()["images"][0].clone()
}

#[tokio::test]
async fn pictures_are_drawn_once_served_for_ever_and_rebuilt_alike() {
    let souk = Souk::empty();
    let from = small(&souk);
    load(&souk, &from);
    let bowl = souk.folder().join("bowl.png");
    std::fs::write(&bowl, picture(64, 48)).unwrap();
    souk.json(&["products", "set-image", "B2", bowl.to_str().unwrap()]);
    // Drawings are made in all sizes at once; sizes are derived of what was brought.
    let dump = souk.run(&["projections", "dump", "image-sizes"]);
    assert_eq!((dump.code, dump.out.lines().count()), (0, 2), "{}", dump.err);
    let before = souk.json(&["products", "show", "B1"])["images"].clone();
    let again = load(&souk, &from);
    assert_eq!((&again["products"]["unchanged"], &again["position"]), (&3.into(), &Value::Null));
    assert_eq!(souk.json(&["products", "show", "B1"])["images"], before);
    // The catalogue again, changed: the pictures stay.
    let products = souk.folder().join("small/products.csv");
    let text = std::fs::read_to_string(&products).unwrap().replace("Woven.", "Woven by hand.");
    std::fs::write(&products, text).unwrap();
    assert_eq!(load(&souk, &from)["products"]["changed"], 2);
    assert_eq!(souk.json(&["products", "show", "B1"])["images"], before);
    assert_eq!(souk.run(&["projections", "rebuild", "image-sizes"]).code, 0);
    assert_eq!(souk.run(&["projections", "dump", "image-sizes"]).out, dump.out);

    let server = souk.serve();
    let shown = image(&server, "B1").await;
    assert_eq!(shown["alt"], "Willow Basket");
    let mut lengths = Vec::new();
    for url in [&shown["url"], &shown["sizes"]["600"], &shown["sizes"]["200"]] {
        let url = url.as_str().unwrap();
        let answer = server.request("GET", url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "image/webp");
        assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let etag = header("etag");
        let bytes = answer.bytes().await.unwrap();
        assert!(bytes.starts_with(b"RIFF") && &bytes[8..12] == b"WEBP");
        lengths.push(bytes.len());

        for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
            let answer = server.request("GET", url).header("If-None-Match", &known).send().await.unwrap();
            assert_eq!(
                (answer.status(), answer.headers()["etag"].to_str().unwrap()),
                (StatusCode::NOT_MODIFIED, etag.as_str())
            );
            assert!(answer.bytes().await.unwrap().is_empty());
        }
        let other = server.request("GET", url).header("If-None-Match", "\"other\"").send().await.unwrap();
        assert_eq!(other.status(), StatusCode::OK);
        let head = server.request("HEAD", url).send().await.unwrap();
        assert_eq!(
            (head.status(), head.headers()["etag"].to_str().unwrap()),
            (StatusCode::OK, etag.as_str())
        );
        assert_eq!(head.headers()["content-length"].to_str().unwrap(), bytes.len().to_string());
    }
    assert!(lengths[0] > lengths[1] && lengths[1] > lengths[2], "{lengths:?}");
    let hash = "0".repeat(64);
    for name in [
        format!("{hash}.webp"),
        format!("{hash}-600.webp"),
        "x".into(),
        "..%2f..%2fsouk.db".into(),
        "%00".into(),
    ] {
        server.get(&format!("/media/{name}")).await.is_problem(404, "not-found");
    }
    let found = server.get("/api/v1/products").await.ok();
    assert!(
        found["products"].as_array().unwrap().iter().all(|one| one["images"][0]["sizes"]["200"].is_string())
    );
}

#[tokio::test]
async fn a_base_url_comes_before_our_own_pictures() {
    let souk = Souk::empty();
    load(&souk, &small(&souk));
    let server = souk.serve_with(&[("SOUK_MEDIA_BASE_URL", "https://cdn.example.org/")]);
    let shown = image(&server, "B1").await;
    for url in [&shown["url"], &shown["sizes"]["200"]] {
        assert!(url.as_str().unwrap().starts_with("https://cdn.example.org/media/"), "{url}");
    }
}

/// On files there is no other server: souk serves them, whatever the setting.
#[tokio::test]
async fn pictures_are_fetched_from_where_they_lie() {
    let souk = Souk::empty();
    load(&souk, &small(&souk));
    let served = souk.serve();
    let sent_on = souk.serve_with(&[("SOUK_MEDIA_REDIRECT", "true")]);
    let shown = image(&served, "B1").await;
    for url in [&shown["url"], &shown["sizes"]["200"]] {
        let url = url.as_str().unwrap();
        let through_us = served.request("GET", url).send().await.unwrap().bytes().await.unwrap();
        let answer = sent_on.request("GET", url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"].to_str().unwrap(), "image/webp");
        assert_eq!(
            answer.url().query().is_some(),
            profile::is_on_a_server("SOUK_OBJECTS"),
            "{}",
            answer.url()
        );
        assert_eq!(answer.bytes().await.unwrap(), through_us);
        let head = sent_on.request("HEAD", url).send().await.unwrap();
        assert_eq!((head.status(), head.url().query()), (StatusCode::OK, None));
    }
}

#[tokio::test]
async fn staff_bring_and_remove_pictures() {
    let souk = Souk::loaded();
    let server = souk.serve();
    let images = "/api/v1/products/P001/images";
    let png = picture(64, 48);
    let added = send(&server, "POST", &format!("{images}?alt=From%20above"), png.clone()).await;
    assert_eq!((added.status, added.position.is_some()), (201, true), "{added:?}");
    assert_eq!(added.json()["images"][0]["alt"], "From above");
    let replaced = send(&server, "PUT", images, picture(48, 64)).await.ok();
    assert_eq!(replaced["images"].as_array().unwrap().len(), 1);
    let small = replaced["images"][0]["sizes"]["200"].as_str().unwrap().to_owned();
    let shown = server.request("GET", &small).send().await.unwrap();
    assert_eq!(
        (shown.status(), shown.headers()["content-type"].to_str().unwrap()),
        (StatusCode::OK, "image/webp")
    );
    send(&server, "DELETE", &format!("{images}/2"), vec![]).await.is_problem(404, "not-found");
    send(&server, "DELETE", &format!("{images}/first"), vec![]).await.is_problem(400, "invalid-input");
    let left = send(&server, "DELETE", &format!("{images}/1"), vec![]).await.ok();
    assert_eq!(left["images"], serde_json::json!([]));
    assert_eq!(server.get(replaced["images"][0]["url"].as_str().unwrap()).await.status, 404);
    server.stop();

    let file = souk.folder().join("bowl.png");
    std::fs::write(&file, &png).unwrap();
    let path = file.to_str().unwrap();
    let set = souk.json(&["products", "set-image", "P001", path, "--alt", "A bowl"]);
    assert_eq!(
        (set["images"][0]["alt"].as_str(), set["images"].as_array().unwrap().len()),
        (Some("A bowl"), 1)
    );
    let said = souk.run(&["products", "set-image", "P001", path]);
    assert!(said.code == 0 && said.out.contains("/media/"), "{} {}", said.out, said.err);
    let missing = souk.run(&["products", "set-image", "P001", "no-such-file.png"]);
    assert!(missing.code == 2 && missing.err.contains("no-such-file.png"), "{}", missing.err);
    std::fs::write(&file, "no picture").unwrap();
    assert_eq!(souk.run(&["products", "set-image", "P001", path]).code, 2);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_changes_nothing() {
    let souk = Souk::to_read();
    let server = souk.serve();
    let images = "/api/v1/products/P001/images";
    let png = picture(64, 48);
    // The header promises more than a decoder may unpack; the rest need not even be there.
    let bomb = |width: u32, height: u32| {
        let mut file = png.clone();
        file[16..20].copy_from_slice(&width.to_be_bytes());
        file[20..24].copy_from_slice(&height.to_be_bytes());
        let crc = crc32(&file[12..29]);
        file[29..33].copy_from_slice(&crc.to_be_bytes());
        file
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("nothing", vec![], 400, "invalid-input"),
        ("text", b"this is no picture".to_vec(), 415, "unsupported-media-type"),
        ("SVG", svg, 415, "unsupported-media-type"),
        ("GIF", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec(), 415, "unsupported-media-type"),
        ("cut short", png[..png.len() / 2].to_vec(), 400, "invalid-input"),
        ("only a header", png[..8].to_vec(), 400, "invalid-input"),
        ("wide", bomb(60_000, 60_000), 400, "invalid-input"),
        ("tall", bomb(1, 1_000_000), 400, "invalid-input"),
        ("more than there is", bomb(6_000, 6_000), 400, "invalid-input"),
        ("no size", bomb(0, 0), 400, "invalid-input"),
        ("20 MB", [png.clone(), vec![0; 20 << 20]].concat(), 413, "payload-too-large"),
    ];
    for (what, file, status, code) in cases {
        for method in ["POST", "PUT"] {
            let answer = send(&server, method, images, file.clone()).await;
            assert_eq!(answer.status, status, "{what}: {answer:?}");
            answer.is_problem(status, code);
        }
    }
    send(&server, "POST", &format!("{images}?alt=%20b"), png.clone()).await.is_problem(400, "invalid-input");
    send(&server, "POST", "/api/v1/products/P999999/images", png).await.is_problem(404, "not-found");
    assert_eq!(server.get("/api/v1/products/P001").await.ok()["images"], serde_json::json!([]));
}

/// A PNG of one colour, stored and not deflated.
pub(crate) fn picture(width: u32, height: u32) -> Vec<u8> {
    let row = [vec![0], vec![180; width as usize * 3]].concat();
    let rows = row.repeat(height as usize);
    let mut zlib = vec![0x78, 0x01, 0x01];
    zlib.extend((rows.len() as u16).to_le_bytes());
    zlib.extend((!(rows.len() as u16)).to_le_bytes());
    zlib.extend(&rows);
    let (a, b) = rows.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65521;
        (a, (b + a) % 65521)
    });
    zlib.extend(((b << 16) | a).to_be_bytes());
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &head), (b"IDAT", &zlib), (b"IEND", &vec![])] {
        file.extend((data.len() as u32).to_be_bytes());
        let from = file.len();
        file.extend(kind.iter().chain(data));
        let crc = crc32(&file[from..]);
        file.extend(crc.to_be_bytes());
    }
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// A server of somebody else's on this machine.
fn elsewhere() -> std::net::SocketAddr {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or(0);
            let head = String::from_utf8_lossy(&head[..read]).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default();
            let (status, location, body) = match path {
                "/bowl.png" => ("200 OK", "", picture(32, 24)),
                "/text.png" => ("200 OK", "", b"no picture".to_vec()),
                "/large.png" => ("200 OK", "", vec![0; (10 << 20) + 1]),
                "/moved" => ("302 Found", "Location: /bowl.png\r\n", vec![]),
                "/round" => ("302 Found", "Location: /round\r\n", vec![]),
                "/inside" => ("302 Found", "Location: http://127.0.0.2/bowl.png\r\n", vec![]),
                "/mail" => ("302 Found", "Location: mailto:ada@example.org\r\n", vec![]),
                _ => ("404 Not Found", "", vec![]),
            };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\n{location}Content-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            // Whoever has read enough goes away.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    address
}

#[tokio::test]
async fn a_picture_is_fetched_once_from_where_it_lies_and_from_nowhere_inside() {
    let souk = Souk::empty();
    load(&souk, &small(&souk));
    let there = elsewhere();
    let ask = async |server: &Server, url: &str| {
        let path = "/api/v1/products/X1/images?alt=A+bowl";
        server.send("PUT", path, None, Some(serde_json::json!({ "url": url }))).await
    };
    let refused = async |server: &Server, url: &str, says: &str| {
        let problem = ask(server, url).await.is_problem(400, "invalid-input");
        assert!(problem["detail"].as_str().unwrap().contains(says), "{url}: {problem}");
    };
    let server = souk.serve();
    let (own, named) =
        (format!("http://{there}/bowl.png"), format!("http://localhost:{}/bowl.png", there.port()));
    for inside in [
        own.as_str(),
        named.as_str(),
        "http://[::1]/",
        "http://0x7f.1/",
        "http://169.254.169.254/",
        "http://[::ffff:10.0.0.1]/",
    ] {
        refused(&server, inside, "which is not in the public network").await;
    }
    refused(&server, "ftp://example.org/bowl.png", "neither http nor https").await;
    refused(&server, "http://ada:secret@example.org/", "a name or a password").await;
    refused(&server, "bowl.png", "cannot be read").await;
    drop(server);

    let server = souk.serve_with(&[("SOUK_MEDIA_FETCH_FROM", "10.0.0.0/8, 127.0.0.1")]);
    let at = |path: &str| format!("http://{there}{path}");
    for (path, says) in [
        ("/none.png", "404"),
        ("/round", "led on more than 3 times"),
        ("/inside", "leads to 127.0.0.2, which is not in the public network"),
        ("/mail", "neither http nor https"),
        ("/large.png", "more than 10485760 bytes"),
    ] {
        refused(&server, &at(path), says).await;
    }
    ask(&server, &at("/text.png")).await.is_problem(415, "unsupported-media-type");
    let brought = ask(&server, &at("/moved")).await.ok();
    assert_eq!(
        (brought["images"].as_array().unwrap().len(), &brought["images"][0]["alt"]),
        (1, &"A bowl".into())
    );
    let url = brought["images"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(server.request("GET", &url).send().await.unwrap().status(), StatusCode::OK);
    drop(server);
    let address = at("/bowl.png");
    let mut command = souk.command(&["products", "set-image", "X1", &address, "--alt", "A bowl", "--json"]);
    let said = command.env("SOUK_MEDIA_FETCH_FROM", "127.0.0.1").output().unwrap();
    let again: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(again["images"], brought["images"], "the same picture has the same name");
}
