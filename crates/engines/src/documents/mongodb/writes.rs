//! A batch of documents as a few `insert` and `update` commands, each of which can be repeated.
//!
//! All are inserted first: filling a collection, which writes the most, writes what was not there. Where the id is taken,
//! by this command's own first try too, the document replaces what is stored unless that is of a higher version; then
//! the filter matches nothing. No document ever goes, so that second answer is final.

use std::collections::HashMap;

use mongodb::bson::{Document, doc};
use souk_ports::Result;
use souk_ports::documents::DocumentWrite;
use uuid::Uuid;

use super::form;
use super::server::{self, Server};

/// What one command carries. It is bounded by the 16 MiB of a BSON document, which is up to six times as long as its
/// JSON (an array of small numbers is), and by the time that a call may take.
const MOST_DOCUMENTS: usize = 1_000;
const MOST_TEXT_BYTES: usize = 2 << 20;

struct Statement {
    filter: Document,
    document: Document,
}

/// What remains of the writes to each document: the last one of the highest version.
pub(super) fn latest(writes: Vec<DocumentWrite>) -> Vec<DocumentWrite> {
    let mut latest: HashMap<Uuid, DocumentWrite> = HashMap::with_capacity(writes.len());
    for write in writes {
        if latest.get(&write.id).is_none_or(|former| former.version <= write.version) {
            latest.insert(write.id, write);
        }
    }
    let mut latest: Vec<_> = latest.into_values().collect();
    // In the order of the primary index.
    latest.sort_unstable_by_key(|write| write.id);
    latest
}

pub(super) async fn write(server: &Server, name: &str, writes: &[DocumentWrite]) -> Result<()> {
    for part in parts(writes) {
        let statements = part.iter().map(statement).collect::<Result<Vec<_>>>()?;
        let taken = insert(server, name, &statements).await?;
        if !taken.is_empty() {
            update(server, name, &taken).await?;
        }
    }
    Ok(())
}

fn statement(write: &DocumentWrite) -> Result<Statement> {
    let filter = doc! { "_id": form::id(write.id), "version": { "$lte": write.version as i64 } };
    Ok(Statement { filter, document: form::document(write)? })
}

fn parts(writes: &[DocumentWrite]) -> Vec<&[DocumentWrite]> {
    let (mut parts, mut begin, mut bytes) = (Vec::new(), 0, 0);
    for (place, write) in writes.iter().enumerate() {
        let size = write.content.as_ref().map_or(0, |content| content.json.len());
        if place > begin && (place - begin == MOST_DOCUMENTS || bytes + size > MOST_TEXT_BYTES) {
            parts.push(&writes[begin..place]);
            (begin, bytes) = (place, 0);
        }
        bytes += size;
    }
    if begin < writes.len() {
        parts.push(&writes[begin..]);
    }
    parts
}

/// The statements whose id was taken.
async fn insert<'s>(server: &Server, name: &str, statements: &'s [Statement]) -> Result<Vec<&'s Statement>> {
    let documents: Vec<_> = statements.iter().map(|statement| statement.document.clone()).collect();
    let mut taken = Vec::new();
    for error in run(server, doc! { "insert": name, "documents": documents }).await? {
        let place = error.get_i32("index").ok().and_then(|place| usize::try_from(place).ok());
        match place.and_then(|place| statements.get(place)) {
            Some(statement) if server::is_duplicate_in(&error) => taken.push(statement),
            _ => return Err(server.refused(&error)),
        }
    }
    Ok(taken)
}

async fn update(server: &Server, name: &str, statements: &[&Statement]) -> Result<()> {
    let updates: Vec<_> = statements
        .iter()
        .map(|Statement { filter, document }| doc! { "q": filter.clone(), "u": document.clone() })
        .collect();
    let errors = run(server, doc! { "update": name, "updates": updates }).await?;
    errors.first().map_or(Ok(()), |error| Err(server.refused(error)))
}

/// What the command was refused, statement by statement.
async fn run(server: &Server, mut command: Document) -> Result<Vec<Document>> {
    command.insert("ordered", false);
    command.insert("writeConcern", server.durably());
    let command = &command;
    let reply = server.repeat(|database| async move { database.run_command(command.clone()).await }).await?;
    if let Ok(error) = reply.get_document("writeConcernError") {
        return Err(server.refused(error));
    }
    let errors = reply.get_array("writeErrors").into_iter().flatten();
    Ok(errors.map(|error| error.as_document().cloned().unwrap_or_default()).collect())
}

#[cfg(test)]
mod tests {
    use souk_ports::documents::DocumentContent;

    use super::*;

    fn write(id: u128, version: u64, bytes: usize) -> DocumentWrite {
        let content = DocumentContent { json: "x".repeat(bytes), index: Vec::new() };
        DocumentWrite { id: Uuid::from_u128(id), version, content: Some(content) }
    }

    #[test]
    fn of_each_document_the_last_of_the_highest_version_remains() {
        let left =
            latest(vec![write(2, 5, 1), write(1, 3, 1), write(2, 4, 2), write(2, 5, 3), write(1, 2, 2)]);
        assert_eq!(left, [write(1, 3, 1), write(2, 5, 3)]);
    }

    #[test]
    fn no_part_is_too_large_and_none_is_lost() {
        let writes: Vec<_> = (0..2500)
            .map(|id| write(id, 1, if id % 100 == 0 { MOST_TEXT_BYTES } else { 10 }))
            .chain((2500..5000).map(|id| write(id, 1, 0)))
            .collect();
        let parts = parts(&writes);
        assert_eq!(parts.concat(), writes);
        for part in parts {
            let bytes: usize = part.iter().map(|write| write.content.as_ref().unwrap().json.len()).sum();
            assert!(part.len() <= MOST_DOCUMENTS && (bytes <= MOST_TEXT_BYTES || part.len() == 1));
        }
    }
}
