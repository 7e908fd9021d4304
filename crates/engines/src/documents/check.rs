//! The rules of the port that hold whatever is stored already; checked before anything is written.

use souk_ports::documents::{DocumentWrite, IndexEntry};
use souk_ports::{Error, Result};

/// An entry that is given twice counts once; two places under one value are a mistake of the caller.
pub(super) fn checked(mut write: DocumentWrite) -> Result<DocumentWrite> {
    if let Some(content) = &mut write.content {
        content.index.sort_unstable();
        content.index.dedup();
        let twice = |pair: &&[IndexEntry]| pair[0].index == pair[1].index && pair[0].value == pair[1].value;
        if let Some(pair) = content.index.windows(2).find(twice) {
            let reason =
                format!("document `{}` stands twice under one value of `{}`", write.id, pair[0].index);
            return Err(Error::invalid(reason));
        }
    }
    Ok(write)
}
