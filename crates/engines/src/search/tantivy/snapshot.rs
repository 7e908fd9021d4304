//! One commit of the index, opened for reading: its segments, their columns, and the checkpoint that came with it.
//!
//! Opening a column costs more than a small search, so each segment's are opened once and go from snapshot to snapshot
//! as long as the segment lives. Brand and category path of every product are held in memory as numbers that mean the
//! same in all segments (8 bytes a product): facets are counted by adding one at two places. What else products share has
//! numbers of the segment (12 bytes a product): a filter is decided once for each number.

use std::collections::HashMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use souk_kernel::{CategoryId, Position, ProductId, SellerId};
use souk_ports::derived::Checkpoint;
use souk_ports::{BoxError, Error, Result};
use tantivy::columnar::{Column, StrColumn};
use tantivy::directory::{Directory, META_LOCK};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::{InvertedIndexReader, SegmentReader};
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Index, TERMINATED, Term};

use super::schema::{self, Fields, read_category_path};
use super::{failed, io_failed};

/// <https://en.wikipedia.org/wiki/Okapi_BM25>: how soon more of the same word ceases to count. Later than with the usual
/// 1.2, because counts are weighted: a word in the name counts as many.
const K1: f32 = 4.0;
/// How much a long text counts less. Less than the usual 0.75: most of a product's weighted length is its name, and one
/// with a long name is no lesser match.
const B: f32 = 0.25;

pub(super) struct Snapshot {
    pub(super) segments: Vec<Segment>,
    pub(super) names: Arc<Names>,
    pub(super) checkpoint: Checkpoint,
    /// Documents in all segments, with those deleted.
    pub(super) docs: u64,
    /// The part of BM25 that depends on the length alone, by the length's code.
    pub(super) length_norms: [f32; 256],
}

#[derive(Clone)]
pub(super) struct Segment {
    pub(super) reader: SegmentReader,
    pub(super) columns: Arc<Columns>,
}

/// What of a segment does not change while it lives.
pub(super) struct Columns {
    pub(super) id_high: Column<u64>,
    pub(super) id_low: Column<u64>,
    version: Column<u64>,
    pub(super) prices: Column<i64>,
    pub(super) rating: Column<f64>,
    /// As names are put in order; `None` where no product has one.
    pub(super) name: Option<StrColumn>,
    pub(super) in_stock: Column<bool>,
    /// Missing for tombstones.
    pub(super) created: Column<i64>,
    /// By document, the number in [`Names`].
    pub(super) brand: Vec<u32>,
    pub(super) path: Vec<u32>,
    pub(super) seller: Shared<Option<SellerId>>,
    pub(super) tags: Shared<Vec<String>>,
    /// Of each variant.
    pub(super) choices: Shared<Vec<Vec<String>>>,
    pub(super) lengths: FieldNormReader,
    pub(super) ids: Arc<InvertedIndexReader>,
    pub(super) words: Arc<InvertedIndexReader>,
    pub(super) spelling: Arc<InvertedIndexReader>,
}

/// What products of a segment share.
pub(super) struct Shared<T> {
    /// The first one is that of products without any.
    pub(super) values: Vec<T>,
    /// By document, the place among the values.
    pub(super) of: Vec<u32>,
}

/// Numbers for brands and category paths, across segments. They are never taken back while the index is open.
#[derive(Clone)]
pub(super) struct Names {
    /// 0 is no brand.
    pub(super) brands: Vec<Arc<str>>,
    brand_numbers: HashMap<Arc<str>, u32>,
    /// Each path as numbers of `categories`; 0 is the empty path.
    pub(super) paths: Vec<Vec<u32>>,
    path_numbers: HashMap<String, u32>,
    pub(super) categories: Vec<CategoryId>,
    category_numbers: HashMap<CategoryId, u32>,
}

impl Snapshot {
    /// Opens the last commit, with what can be kept of the one before.
    pub(super) fn open(index: &Index, fields: &Fields, former: Option<&Snapshot>) -> Result<Self> {
        let mut readers = Vec::new();
        let meta = {
            // Keeps a writer, in whatever process, from removing files that are just about to be opened.
            let _guard = index
                .directory()
                .acquire_lock(&META_LOCK)
                .map_err(|error| Error::internal("search", error))?;
            let meta = index.load_metas().map_err(failed)?;
            for segment in &meta.segments {
                let kept = former.and_then(|former| former.segment(segment.id()));
                let unchanged = kept.filter(|kept| kept.reader.delete_opstamp() == segment.delete_opstamp());
                let reader = match unchanged {
                    Some(unchanged) => unchanged.reader.clone(),
                    None => SegmentReader::open(&index.segment(segment.clone())).map_err(failed)?,
                };
                readers.push((reader, kept.map(|kept| kept.columns.clone())));
            }
            meta
        };
        let mut names = former.map_or_else(|| Arc::new(Names::new()), |former| former.names.clone());
        let mut segments = Vec::with_capacity(readers.len());
        for (reader, columns) in readers {
            let columns = match columns {
                Some(columns) => columns,
                None => Arc::new(Columns::open(&reader, fields, &mut names)?),
            };
            segments.push(Segment { reader, columns });
        }
        // The larger first: the score that a product has to beat rises sooner.
        segments.sort_by_key(|segment| std::cmp::Reverse(segment.reader.num_docs()));

        let checkpoint = checkpoint(meta.payload.as_deref())?;
        let docs = segments.iter().map(|segment| u64::from(segment.reader.max_doc())).sum();
        let tokens: u64 = segments.iter().map(|segment| segment.columns.words.total_num_tokens()).sum();
        Ok(Self { segments, names, checkpoint, docs, length_norms: length_norms(tokens, docs) })
    }

    /// The checkpoint of an index whose fields are others, and nothing of what it holds.
    pub(super) fn unread(index: &Index) -> Result<Self> {
        let meta = index.load_metas().map_err(failed)?;
        Ok(Self {
            segments: Vec::new(),
            names: Arc::new(Names::new()),
            checkpoint: checkpoint(meta.payload.as_deref())?,
            docs: 0,
            length_norms: length_norms(0, 0),
        })
    }

    fn segment(&self, id: tantivy::index::SegmentId) -> Option<&Segment> {
        self.segments.iter().find(|segment| segment.reader.segment_id() == id)
    }

    /// The version of a product or of its tombstone.
    pub(super) fn version(&self, fields: &Fields, id: ProductId) -> Result<Option<Position>> {
        let term = fields.id_term(id);
        for segment in &self.segments {
            let Some(info) = segment.columns.ids.get_term_info(&term).map_err(io_failed)? else { continue };
            if let Some(doc) = segment.first_alive(&segment.columns.ids, &info)? {
                return Ok(segment.columns.version.first(doc));
            }
        }
        Ok(None)
    }

    /// Where a word's postings lie, by segment; `None` when it stands in no product that is still there.
    pub(super) fn postings_of(&self, term: &Term) -> Result<Option<Vec<Option<TermInfo>>>> {
        let lookups = self.segments.iter().map(|segment| segment.columns.words.get_term_info(term));
        let infos = lookups.collect::<std::io::Result<Vec<_>>>().map_err(io_failed)?;
        for (segment, info) in self.segments.iter().zip(&infos) {
            if let Some(info) = info
                && segment.first_alive(&segment.columns.words, info)?.is_some()
            {
                return Ok(Some(infos));
            }
        }
        Ok(None)
    }
}

impl Segment {
    pub(super) fn id(&self, doc: DocId) -> u128 {
        let half = |column: &Column<u64>| u128::from(column.first(doc).unwrap_or(0));
        half(&self.columns.id_high) << 64 | half(&self.columns.id_low)
    }

    /// The first document of a term that has not been deleted since.
    pub(super) fn first_alive(&self, field: &InvertedIndexReader, info: &TermInfo) -> Result<Option<DocId>> {
        let mut postings =
            field.read_postings_from_terminfo(info, IndexRecordOption::Basic).map_err(io_failed)?;
        while postings.doc() != TERMINATED && self.reader.is_deleted(postings.doc()) {
            postings.advance();
        }
        Ok(Some(postings.doc()).filter(|doc| *doc != TERMINATED))
    }
}

impl Columns {
    fn open(reader: &SegmentReader, fields: &Fields, names: &mut Arc<Names>) -> Result<Self> {
        let columns = reader.fast_fields();
        let docs = reader.max_doc();
        // A segment in which no document has a value has no such column.
        macro_rules! column {
            ($name:expr) => {
                columns.column_opt($name).map_err(failed)?.unwrap_or_else(|| Column::build_empty_column(docs))
            };
        }
        let brand =
            numbered(columns.str(schema::BRAND).map_err(failed)?, docs, |brand| Ok(names.brand(brand)))?;
        let path = numbered(columns.str(schema::CATEGORIES).map_err(failed)?, docs, |path| names.path(path))?;
        let texts = |name| columns.str(name).map_err(failed);
        let seller =
            Shared::read(texts(schema::SELLER)?, docs, |text| text.parse().map(Some).map_err(unreadable))?;
        let tags = Shared::read(texts(schema::TAGS)?, docs, read_json)?;
        let choices = Shared::read(texts(schema::CHOICES)?, docs, read_json)?;
        let field = |field| reader.inverted_index(field).map_err(failed);
        Ok(Self {
            id_high: column!(schema::ID_HIGH),
            id_low: column!(schema::ID_LOW),
            version: column!(schema::VERSION),
            prices: column!(schema::PRICES),
            rating: column!(schema::RATING),
            name: texts(schema::NAME)?,
            in_stock: column!(schema::IN_STOCK),
            created: column!(schema::CREATED),
            brand,
            path,
            seller,
            tags,
            choices,
            lengths: reader.get_fieldnorms_reader(fields.words).map_err(failed)?,
            ids: field(fields.id)?,
            words: field(fields.words)?,
            spelling: field(fields.spelling)?,
        })
    }
}

/// A column of texts as numbers; 0 where there is none.
fn numbered(
    column: Option<StrColumn>,
    docs: DocId,
    mut number: impl FnMut(&str) -> Result<u32>,
) -> Result<Vec<u32>> {
    let Some(column) = column else { return Ok(vec![0; docs as usize]) };
    let (terms, ords) = column.into_parts();
    let mut numbers = Vec::with_capacity(terms.num_terms());
    let mut stream = terms.stream().map_err(io_failed)?;
    while stream.advance() {
        let text = std::str::from_utf8(stream.key()).map_err(|error| Error::internal("search", error))?;
        numbers.push(number(text)?);
    }
    Ok((0..docs).map(|doc| ords.first(doc).map_or(0, |ord| numbers[ord as usize])).collect())
}

impl Names {
    fn new() -> Self {
        Self {
            brands: vec!["".into()],
            brand_numbers: HashMap::from([("".into(), 0)]),
            paths: vec![Vec::new()],
            path_numbers: HashMap::from([(String::new(), 0)]),
            categories: Vec::new(),
            category_numbers: HashMap::new(),
        }
    }

    /// Copies what older snapshots still use only when there is something new.
    fn brand(self: &mut Arc<Self>, brand: &str) -> u32 {
        if let Some(known) = self.brand_numbers.get(brand) {
            return *known;
        }
        let (this, brand) = (Arc::make_mut(self), Arc::<str>::from(brand));
        let number = this.brands.len() as u32;
        this.brands.push(brand.clone());
        this.brand_numbers.insert(brand, number);
        number
    }

    fn path(self: &mut Arc<Self>, path: &str) -> Result<u32> {
        if let Some(known) = self.path_numbers.get(path) {
            return Ok(*known);
        }
        let read = read_category_path(path).map_err(unreadable)?;
        let this = Arc::make_mut(self);
        let categories = read.into_iter().map(|category| {
            let next = this.categories.len() as u32;
            *this.category_numbers.entry(category).or_insert_with(|| {
                this.categories.push(category);
                next
            })
        });
        let categories = categories.collect();
        let number = this.paths.len() as u32;
        this.paths.push(categories);
        this.path_numbers.insert(path.to_owned(), number);
        Ok(number)
    }
}

impl<T: Default> Shared<T> {
    fn read(
        column: Option<StrColumn>,
        docs: DocId,
        mut value: impl FnMut(&str) -> Result<T>,
    ) -> Result<Self> {
        let mut values = vec![T::default()];
        let of = numbered(column, docs, |text| {
            values.push(value(text)?);
            Ok(values.len() as u32 - 1)
        })?;
        Ok(Self { values, of })
    }
}

fn read_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(unreadable)
}

/// A column does not say what it should.
fn unreadable(error: impl Into<BoxError>) -> Error {
    Error::internal("search", error)
}

fn checkpoint(payload: Option<&str>) -> Result<Checkpoint> {
    payload.map_or(Ok(Checkpoint::default()), |json| {
        serde_json::from_str(json).map_err(|error| Error::internal("search", error))
    })
}

fn length_norms(tokens: u64, docs: u64) -> [f32; 256] {
    let average = (tokens as f32 / docs.max(1) as f32).max(1.0);
    std::array::from_fn(|code| {
        let length = FieldNormReader::id_to_fieldnorm(code as u8) as f32;
        K1 * (1.0 - B + B * length / average)
    })
}

/// The weight of a word that stands in `docs_with` of `docs` documents: the limit of what it adds to a score.
pub(super) fn word_weight(docs_with: u64, docs: u64) -> f32 {
    let (with, without) = (docs_with as f32, docs.saturating_sub(docs_with) as f32);
    (1.0 + (without + 0.5) / (with + 0.5)).ln() * (1.0 + K1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_an_error_and_not_nothing() {
        let mut names = Arc::new(Names::new());
        let id = "0192d3f0-0000-7000-8000-000000000001";
        assert_eq!(names.path("").unwrap(), 0);
        assert_eq!(names.path(id).unwrap(), 1);
        assert!(names.path(&format!("{id}x")).is_err());
        assert_eq!(names.path(id).unwrap(), 1, "a path that was refused has no number");
        assert_eq!(
            read_json::<BTreeSet<String>>(r#"["gift"]"#).unwrap(),
            BTreeSet::from(["gift".to_owned()])
        );
        assert!(read_json::<BTreeSet<String>>(r#"["gift""#).is_err());
    }
}
