//! Scripts that run on the server as one step.

use redis::{Cmd, Script};

/// A script and its hash, by which a server knows it once it has run there.
pub(super) struct Lua {
    text: &'static str,
    script: Script,
}

impl Lua {
    pub(super) fn new(text: &'static str) -> Self {
        Self { text, script: Script::new(text) }
    }

    pub(super) fn by_hash(&self, keys: &[String], arguments: &[String]) -> Cmd {
        command("EVALSHA", self.script.get_hash(), keys, arguments)
    }

    pub(super) fn in_full(&self, keys: &[String], arguments: &[String]) -> Cmd {
        command("EVAL", self.text, keys, arguments)
    }
}

fn command(name: &str, script: &str, keys: &[String], arguments: &[String]) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(script).arg(keys.len()).arg(keys).arg(arguments);
    command
}

/// Names the script in a file beside this one.
macro_rules! lua {
    ($name:ident, $file:literal) => {
        pub(super) static $name: std::sync::LazyLock<super::lua::Lua> =
            std::sync::LazyLock::new(|| super::lua::Lua::new(include_str!($file)));
    };
}
pub(super) use lua;
