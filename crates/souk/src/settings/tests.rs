use super::*;

fn lay(file: &str, variables: &[(&str, &str)]) -> Result<Settings, Error> {
    let defaults = layers::defaults()?;
    let mut value = defaults.clone();
    layers::lay_file(&mut value, &defaults, file, "`souk.yaml`")?;
    let variables = variables.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    layers::lay_variables(&mut value, &defaults, variables, "the environment")?;
    Settings::from_value(value)
}

fn refusal(file: &str, variables: &[(&str, &str)]) -> String {
    lay(file, variables).unwrap_err().to_string()
}

#[test]
fn the_default_file_is_complete() {
    let settings = lay("", &[]).unwrap();
    assert_eq!(settings.server.listen, "127.0.0.1:8080");
    assert_eq!(settings.carts.ttl_hours, 24);
    assert_eq!(settings.store, "sqlite://souk.db");
}

#[test]
fn a_file_changes_only_what_it_names_and_the_environment_goes_on_top() {
    let file = "server:\n  listen: 0.0.0.0:80\ncarts:\n  ttl_hours: 2\n";
    let settings = lay(file, &[("SOUK_CARTS_TTL_HOURS", "3"), ("HOME", "/root")]).unwrap();
    assert_eq!(settings.server.listen, "0.0.0.0:80");
    assert_eq!(settings.server.body_bytes, 1 << 20);
    assert_eq!(settings.carts.ttl_hours, 3);
    assert_eq!(settings.carts.signed_in_ttl_hours, 168);
}

#[test]
fn what_is_unknown_names_the_nearest_setting() {
    assert_eq!(
        refusal("server:\n  lisen: x\n", &[]),
        "`souk.yaml` has an unknown setting `server.lisen`; did you mean `server.listen`?"
    );
    assert_eq!(
        refusal("", &[("SOUK_STROE", "x")]),
        "the environment has an unknown setting `SOUK_STROE`; did you mean `SOUK_STORE`?"
    );
    assert!(refusal("postgres: x\n", &[]).contains("unknown setting `postgres`"));
}

#[test]
fn a_value_of_the_wrong_kind_is_named_with_its_place() {
    for (file, expected) in [
        (
            "carts:\n  ttl_hours: many\n",
            "`souk.yaml`: `carts.ttl_hours` must be a whole number, not \"many\"",
        ),
        ("carts:\n  ttl_hours: -1\n", "`souk.yaml`: `carts.ttl_hours` must be a whole number, not -1"),
        ("server: 8080\n", "`souk.yaml`: `server` must be a group of settings, not 8080"),
        ("store:\n", "`souk.yaml`: `store` must be a text, not null"),
        ("carts:\n  ttl_hours: 0\n", "the setting `carts.ttl_hours` must be between 1 and 8760, not `0`"),
        ("log:\n  format: xml\n", "the setting `log.format` must be text or json, not `xml`"),
    ] {
        assert_eq!(refusal(file, &[]), expected);
    }
    assert_eq!(
        refusal("", &[("SOUK_CARTS_TTL_HOURS", "1e9")]),
        "the environment: `SOUK_CARTS_TTL_HOURS` must be a whole number, not `1e9`"
    );
    let refused = refusal("", &[("SOUK_SHOP_CURRENCY", "XXX")]);
    assert_eq!(
        refused,
        "the setting `shop.currency` must be a code of ISO 4217 in capitals, such as EUR, JPY or KWD, not `XXX`"
    );
    for (name, value, expected) in [
        (
            "SOUK_SERVER_TLS_KEY",
            "key.pem",
            "`server.tls.certificate` must be a file, because `server.tls.key` is one",
        ),
        ("SOUK_SERVER_TLS_CERTIFICATE", "a.pem", "`server.tls.key` must be a file"),
        (
            "SOUK_SERVER_CORS_ORIGINS",
            "https://a b.example",
            "`server.cors_origins` must be empty, `*`, or sites",
        ),
        ("SOUK_MEDIA_FETCH_FROM", "10.0.0.0/8, ten", "`media.fetch_from` must be empty, or networks"),
        ("SOUK_DATA", "", "`data` must be a folder"),
        ("SOUK_DATA", "  ", "`data` must be a folder"),
        ("SOUK_SERVER_LISTEN", "8195", "`server.listen` must be a host and a port"),
        ("SOUK_SERVER_LISTEN", ":80", "`server.listen` must be a host and a port"),
        ("SOUK_SERVER_LISTEN", "127.0.0.1:65536", "`server.listen` must be a host and a port"),
        ("SOUK_SERVER_BODIES_BYTES", "1048576", "`server.bodies_bytes` must be between 20971520 and"),
    ] {
        let refused = refusal("", &[(name, value)]);
        assert!(refused.contains(expected), "{refused}");
    }
    assert!(refusal("a: [", &[]).contains("`souk.yaml` is not valid YAML"));
    assert!(refusal("just words", &[]).contains("expected keys and values"));
}

/// Issue 16: `loud` was taken for the name of a target, and everything was logged of it.
#[test]
fn a_level_is_one_of_those_there_are() {
    for good in ["info", "WARN", "off", "info,souk_doors=debug", "warn,hyper=off", "souk[span]=trace"] {
        assert_eq!(lay("", &[("SOUK_LOG_LEVEL", good)]).unwrap().log.level, good);
    }
    for bad in ["loud", "", "info,", "info,souk", "souk_doors=loud", "=debug", "info;debug", "[=trace"] {
        let refused = refusal("", &[("SOUK_LOG_LEVEL", bad)]);
        assert!(refused.starts_with("the setting `log.level` must be error, warn, "), "{bad}: {refused}");
        assert!(refused.ends_with(&format!("not `{bad}`")), "{refused}");
    }
}

#[test]
fn every_setting_has_a_variable_of_its_own_in_the_example() {
    let example = layers::env_example().unwrap();
    let names: Vec<_> = example.lines().filter_map(|line| line.strip_prefix("# SOUK_")).collect();
    let unique: std::collections::HashSet<_> = names.iter().map(|line| line.split('=').next()).collect();
    assert_eq!(names.len(), unique.len());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.env.example");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, &example).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, example, "run the tests with UPDATE_SNAPSHOTS=1 to write .env.example again");
}

#[test]
fn another_shop_lies_where_its_own_variables_say() {
    let variables = [
        ("SOUK_STORE", "sqlite://here.db"),
        ("SOUK_TO_STORE", "postgres://there"),
        ("SOUK_MEDIA_DRAW", "false"),
        ("SOUK_TO_MEDIA_DRAW", "true"),
        ("SOUK_CARTS_TTL_HOURS", "7"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let defaults = layers::defaults().unwrap();
    let (mut here, mut there) = (defaults.clone(), defaults.clone());
    layers::lay_variables(&mut here, &defaults, variables.clone(), "here").unwrap();
    let other = layers::of_other(variables, &super::PLACES);
    layers::lay_variables(&mut there, &defaults, other, "there").unwrap();
    assert_eq!((&here["store"], &there["store"]), (&"sqlite://here.db".into(), &"postgres://there".into()));
    assert_eq!((&here["media"]["draw"], &there["media"]["draw"]), (&false.into(), &true.into()));
    assert_eq!((&here["carts"]["ttl_hours"], &there["carts"]["ttl_hours"]), (&7.into(), &7.into()));
    let unknown = [("SOUK_TO_STOER".to_owned(), "x".to_owned())].to_vec();
    let refused =
        layers::lay_variables(&mut there, &defaults, layers::of_other(unknown, &super::PLACES), "there");
    assert!(refused.unwrap_err().to_string().contains("SOUK_STORE"));
}
