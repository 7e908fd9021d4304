//! What the local engines share: SQLite files opened the same way everywhere, and generations of derived data as
//! folders. Nothing here knows a role.

pub(crate) mod derived_file;
mod folders;
pub(crate) mod generations;
pub(crate) mod sqlite;
