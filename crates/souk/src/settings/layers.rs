//! Laying one source of settings over another, and refusing what the default file does not know.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::nearest::nearest;
use super::{DEFAULTS, Error};

/// What every variable of souk's begins with.
const PREFIX: &str = "SOUK_";
/// What the variables begin with that say where another shop lies.
const OTHER: &str = "SOUK_TO_";

pub(super) fn defaults() -> Result<Value, Error> {
    parse_file(DEFAULTS, "the default settings")
}

/// Reads a settings file into a JSON object; an empty file is an empty object.
fn parse_file(text: &str, origin: &str) -> Result<Value, Error> {
    let yaml = |reason: String| Error::Yaml { origin: origin.to_owned(), reason };
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Value::Object(Map::new()));
    }
    let value: Value = serde_saphyr::from_str(text).map_err(|error| yaml(error.to_string()))?;
    if value.is_object() { Ok(value) } else { Err(yaml("expected keys and values".to_owned())) }
}

/// The text of the file that was named, or of the usual one where it exists.
pub(super) fn read(named: Option<&Path>, usual: &Path) -> Result<Option<(PathBuf, String)>, Error> {
    let path = match named {
        Some(path) => path,
        None if usual.exists() => usual,
        None => return Ok(None),
    };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.to_owned(), text))),
        Err(source) => Err(Error::Read { path: path.to_owned(), source }),
    }
}

/// The variables of `.env`, which need not exist. The environment of the process is left as it is.
pub(super) fn dot_env() -> Result<Vec<(String, String)>, Error> {
    if !Path::new(".env").exists() {
        return Ok(Vec::new());
    }
    let variables = dotenvy::from_path_iter(".env").map_err(|error| Error::DotEnv(error.to_string()))?;
    variables.collect::<Result<_, _>>().map_err(|error| Error::DotEnv(error.to_string()))
}

pub(super) fn lay_file(value: &mut Value, defaults: &Value, text: &str, origin: &str) -> Result<(), Error> {
    let known: Vec<String> = leaves(defaults).into_iter().map(|(path, _)| path).collect();
    merge(value, defaults, &parse_file(text, origin)?, "", &|name| {
        let nearest = nearest(name, known.iter().map(String::as_str)).unwrap_or_default().to_owned();
        Error::Unknown { origin: origin.to_owned(), name: name.to_owned(), nearest }
    })
    .map_err(|error| error.at(origin))
}

/// Lays every `SOUK_*` of these variables over the value; the others are someone else's.
pub(super) fn lay_variables(
    value: &mut Value,
    defaults: &Value,
    variables: impl IntoIterator<Item = (String, String)>,
    origin: &str,
) -> Result<(), Error> {
    let known: Vec<(String, String, &Value)> =
        leaves(defaults).into_iter().map(|(path, default)| (variable(&path), path, default)).collect();
    for (name, text) in variables {
        if !name.starts_with(PREFIX) || name.starts_with(OTHER) {
            continue;
        }
        let Some((_, path, default)) = known.iter().find(|(variable, ..)| *variable == name) else {
            let nearest = nearest(&name, known.iter().map(|(variable, ..)| variable.as_str()));
            let nearest = nearest.unwrap_or_default().to_owned();
            return Err(Error::Unknown { origin: origin.to_owned(), name, nearest });
        };
        let read = match default {
            Value::Number(_) => text.trim().parse::<u64>().map(Value::from).ok(),
            Value::Bool(_) => text.trim().parse::<bool>().map(Value::from).ok(),
            _ => Some(Value::String(text.clone())),
        };
        let Some(read) = read else {
            let found = format!("`{text}`");
            return Err(Error::Kind { origin: origin.to_owned(), name, expected: kind(default), found });
        };
        let slot = path.split('.').fold(&mut *value, |slot, key| &mut slot[key]);
        *slot = read;
    }
    Ok(())
}

/// The variables as another shop has them: `SOUK_TO_STORE` is its `SOUK_STORE`, and those that say where something of this
/// shop lies are none of its own.
pub(super) fn of_other(variables: Vec<(String, String)>, places: &[&str]) -> Vec<(String, String)> {
    let (its, mut shared): (Vec<_>, Vec<_>) =
        variables.into_iter().partition(|(name, _)| name.starts_with(OTHER));
    shared.retain(|(name, _)| !places.iter().any(|place| variable(place) == *name));
    // The later ones win.
    shared.extend(its.into_iter().map(|(name, value)| (name.replacen(OTHER, PREFIX, 1), value)));
    shared
}

/// Every setting with its default, in the order of their paths.
fn leaves(defaults: &Value) -> Vec<(String, &Value)> {
    fn collect<'a>(value: &'a Value, path: String, into: &mut Vec<(String, &'a Value)>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    collect(value, join(&path, key), into);
                }
            }
            leaf => into.push((path, leaf)),
        }
    }
    let mut all = Vec::new();
    collect(defaults, String::new(), &mut all);
    all
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The variable of a setting: `server.listen` is `SOUK_SERVER_LISTEN`.
fn variable(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "_").to_uppercase())
}

fn kind(default: &Value) -> &'static str {
    match default {
        Value::Number(_) => "a whole number",
        Value::Bool(_) => "true or false",
        Value::Object(_) => "a group of settings",
        _ => "a text",
    }
}

fn merge(
    value: &mut Value,
    defaults: &Value,
    over: &Value,
    path: &str,
    unknown: &dyn Fn(&str) -> Error,
) -> Result<(), Error> {
    let same_kind = match (defaults, over) {
        (Value::Object(_), Value::Object(_)) | (Value::String(_), Value::String(_)) => true,
        (Value::Bool(_), Value::Bool(_)) => true,
        (Value::Number(_), over) => over.is_u64(),
        _ => false,
    };
    if !same_kind {
        let (origin, found) = (String::new(), over.to_string());
        return Err(Error::Kind { origin, name: path.to_owned(), expected: kind(defaults), found });
    }
    let Value::Object(over) = over else {
        *value = over.clone();
        return Ok(());
    };
    for (key, over) in over {
        let path = join(path, key);
        let default = defaults.get(key).ok_or_else(|| unknown(&path))?;
        merge(&mut value[key], default, over, &path, unknown)?;
    }
    Ok(())
}

impl Error {
    fn at(self, place: &str) -> Self {
        match self {
            Self::Kind { name, expected, found, .. } => {
                Self::Kind { origin: place.to_owned(), name, expected, found }
            }
            other => other,
        }
    }
}

/// `.env.example`, written from the default file.
#[cfg(test)]
pub(super) fn env_example() -> Result<String, Error> {
    let mut text =
        "# Settings for the environment or for a file `.env`: every one there is, with its default.\n\
                    # What each means stands in config/souk.default.yaml.\n"
            .to_owned();
    let defaults = defaults()?;
    // The default file's own order reads better than the alphabet.
    let mut all = leaves(&defaults);
    all.sort_by_key(|(path, _)| DEFAULTS.find(&format!("\n{}:", path.split('.').next().unwrap_or(path))));
    let mut group = String::new();
    for (path, default) in all {
        let now = path.split_once('.').map_or("", |(group, _)| group).to_owned();
        if now != group {
            text.push('\n');
            group = now;
        }
        let default = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
        text.push_str(&format!("# {}={default}\n", variable(&path)));
    }
    Ok(text)
}
