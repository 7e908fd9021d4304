//! Going through all products in the order of their ids, for comparing and for people. It looks at every id for every
//! page, which is quick, and reads only the page's contents, which is not.

use souk_kernel::ProductId;
use souk_ports::Result;
use tantivy::schema::{TantivyDocument, Value};

use super::schema::{Fields, id_of};
use super::snapshot::Snapshot;
use super::{failed, io_failed};

/// Blocks of stored contents that are kept unpacked, per segment.
const CACHED_BLOCKS: usize = 16;

pub(super) fn scan(
    snapshot: &Snapshot,
    fields: &Fields,
    after: Option<ProductId>,
    limit: usize,
) -> Result<Vec<(ProductId, String)>> {
    let mut page = Vec::new();
    for (ord, segment) in snapshot.segments.iter().enumerate() {
        // Tombstones were never created.
        let products =
            segment.reader.doc_ids_alive().filter(|doc| segment.columns.created.first(*doc).is_some());
        let ids = products.map(|doc| (segment.id(doc), ord, doc));
        page.extend(ids.filter(|(id, ..)| after.is_none_or(|after| *id > after.0.as_u128())));
    }
    if limit < page.len() {
        page.select_nth_unstable(limit);
        page.truncate(limit);
    }

    let mut contents = Vec::with_capacity(page.len());
    for (ord, segment) in snapshot.segments.iter().enumerate() {
        let mut here: Vec<_> =
            page.iter().filter(|(_, of, _)| *of == ord).map(|(id, _, doc)| (*doc, *id)).collect();
        here.sort_unstable();
        let store = segment.reader.get_store_reader(CACHED_BLOCKS).map_err(io_failed)?;
        for (doc, id) in here {
            let document: TantivyDocument = store.get(doc).map_err(failed)?;
            let content =
                document.get_first(fields.content).and_then(|content| content.as_str().map(str::to_owned));
            contents.extend(content.map(|content| (id_of(id), content)));
        }
    }
    contents.sort_unstable_by_key(|(id, _)| *id);
    Ok(contents)
}
