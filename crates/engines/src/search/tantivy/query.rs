//! Answering a question: which words it asks for, which products have them, how many there are of what, and which come
//! first.
//!
//! One walk over the postings does all of it. A facet leaves out the filter on its own field, and each product knows
//! which filters it passes, so no facet needs a walk of its own. All products found are counted, so none can be
//! skipped, and Tantivy's own search, which is made to skip, would be no faster.

use std::collections::HashSet;

use souk_ports::Result;
use souk_ports::search::{FEW, Hit, SearchHits, SearchQuery};
use souk_ports::store::Window;
use tantivy::fastfield::AliveBitSet;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED, Term};

use super::facets::Facets;
use super::filter::Filter;
use super::order::Order;
use super::schema::{Fields, id_of};
use super::snapshot::{Segment, Snapshot, word_weight};
use super::top::Top;
use super::{correct, io_failed};
use crate::search::keys;
use crate::search::words::{MAX_CORRECTIONS, MAX_WORDS, Words};

pub(super) fn search(
    snapshot: &Snapshot,
    fields: &Fields,
    query: &SearchQuery,
    window: Window,
) -> Result<SearchHits> {
    keys::check_order(&query.order)?;
    let asked = Asked::read(snapshot, fields, &query.text)?;
    let has_words = !asked.nothing;
    let mut walk = Walk::new(snapshot, query, window, has_words);
    if asked.nothing {
        walk.everything()?;
    } else {
        if asked.unknown == 0 {
            walk.all_words(&asked.words)?;
        }
        if walk.found < FEW && asked.words.len() + asked.unknown > 1 {
            walk = Walk::new(snapshot, query, window, has_words);
            walk.any_word(&asked.words, asked.unknown == 0)?;
        }
    }
    Ok(walk.hits(window, query.facet_limit, asked.corrected))
}

/// The words of a question, as far as the index knows them.
#[derive(Default)]
struct Asked {
    /// There are no words at all.
    nothing: bool,
    words: Vec<KnownWord>,
    /// How many words are known nowhere, not even with a letter changed.
    unknown: usize,
    corrected: Vec<(String, String)>,
}

struct KnownWord {
    /// Where its postings lie, by segment.
    postings: Vec<Option<TermInfo>>,
    weight: f32,
}

impl Asked {
    fn read(snapshot: &Snapshot, fields: &Fields, text: &str) -> Result<Self> {
        let mut analyzers = Words::analyzers();
        let words = analyzers.of_question(text, MAX_WORDS);
        let mut asked = Self { nothing: words.is_empty(), ..Self::default() };
        let mut corrections = 0;
        // Two words may be taken for the same one.
        let mut known = HashSet::new();
        for word in words {
            let mut stem = word.stem;
            let mut postings = snapshot.postings_of(&Term::from_field_text(fields.words, &stem))?;
            if postings.is_none() && corrections < MAX_CORRECTIONS {
                corrections += 1;
                if let Some(nearest) = correct::nearest(snapshot, fields, &word.plain)? {
                    stem = analyzers.stem(&nearest);
                    postings = snapshot.postings_of(&Term::from_field_text(fields.words, &stem))?;
                    asked.corrected.push((word.plain, nearest));
                }
            }
            match postings {
                None => asked.unknown += 1,
                Some(_) if !known.insert(stem) => {}
                Some(postings) => {
                    let docs_with = postings.iter().flatten().map(|info| u64::from(info.doc_freq)).sum();
                    asked.words.push(KnownWord { postings, weight: word_weight(docs_with, snapshot.docs) });
                }
            }
        }
        Ok(asked)
    }
}

/// One walk over everything that has the words: counts what passes the filters, and keeps what comes first.
struct Walk<'a> {
    snapshot: &'a Snapshot,
    filter: Filter,
    facets: Option<Facets>,
    order: Order,
    /// How many of the first are kept.
    kept: usize,
    top: Top,
    /// The first of each segment that was left, where its ranks say nothing beside those of others.
    named: Vec<(String, u128)>,
    found: u64,
}

/// One word's postings in one segment.
struct Cursor {
    postings: SegmentPostings,
    weight: f32,
}

impl<'a> Walk<'a> {
    fn new(snapshot: &'a Snapshot, query: &SearchQuery, window: Window, has_words: bool) -> Self {
        let wanted = window.offset.saturating_add(u64::from(window.limit));
        let kept = usize::try_from(wanted.min(snapshot.docs)).unwrap_or(usize::MAX);
        Self {
            snapshot,
            filter: Filter::new(&query.filter, &snapshot.names),
            facets: (query.facet_limit > 0).then(|| Facets::new(&snapshot.names)),
            order: Order::of(&query.order, has_words),
            kept,
            top: Top::new(kept),
            named: Vec::new(),
            found: 0,
        }
    }

    /// Counts a product, and keeps it where it ranks high enough; `score` is worked out only if it passes the filters and
    /// is ranked by it.
    #[inline(always)]
    fn meet(&mut self, segment: &Segment, doc: DocId, score: impl FnOnce() -> u64) {
        let (brand, path) = (segment.columns.brand[doc as usize], segment.columns.path[doc as usize]);
        let (of_brand, in_path) = (self.filter.brand(brand), self.filter.path(path));
        if !(of_brand || in_path) || !self.filter.rest(&segment.columns, doc) {
            return;
        }
        if let Some(facets) = &mut self.facets {
            facets.brands[brand as usize] += u32::from(in_path);
            facets.paths[path as usize] += u32::from(of_brand);
        }
        if of_brand && in_path {
            self.found += 1;
            self.top.offer(self.order.rank(segment, doc, score), || segment.id(doc));
        }
    }

    /// After the last product of a segment.
    fn leave(&mut self, segment: &Segment) -> Result<()> {
        if !matches!(self.order, Order::Name) {
            return Ok(());
        }
        let first = std::mem::replace(&mut self.top, Top::new(self.kept));
        for (rank, id) in first.into_sorted() {
            let mut name = String::new();
            if let Some(names) = &segment.columns.name {
                names.ord_to_str(u64::MAX - rank, &mut name).map_err(io_failed)?;
            }
            self.named.push((name, id));
        }
        self.named.sort_unstable();
        self.named.truncate(self.kept);
        Ok(())
    }

    fn everything(&mut self) -> Result<()> {
        for segment in &self.snapshot.segments {
            self.filter.enter(&segment.columns);
            let alive = segment.reader.alive_bitset();
            for doc in (0..segment.reader.max_doc()).filter(|doc| is_alive(alive, *doc)) {
                // A tombstone was never created.
                if segment.columns.created.first(doc).is_some() {
                    self.meet(segment, doc, || 0);
                }
            }
            self.leave(segment)?;
        }
        Ok(())
    }

    fn all_words(&mut self, words: &[KnownWord]) -> Result<()> {
        for (ord, segment) in self.snapshot.segments.iter().enumerate() {
            let mut cursors = cursors(segment, ord, words)?;
            if cursors.len() < words.len() {
                continue;
            }
            cursors.sort_by_key(|cursor| cursor.postings.doc_freq());
            let Some((rarest, others)) = cursors.split_first_mut() else { continue };
            self.filter.enter(&segment.columns);
            let alive = segment.reader.alive_bitset();
            let mut doc = rarest.postings.doc();
            'products: while doc != TERMINATED {
                for other in others.iter_mut() {
                    let mut next = other.postings.doc();
                    if next < doc {
                        next = other.postings.seek(doc);
                    }
                    if next != doc {
                        doc = rarest.postings.seek(next);
                        continue 'products;
                    }
                }
                if is_alive(alive, doc) {
                    let norm = self.norm(segment, doc);
                    self.meet(segment, doc, || {
                        let others: f64 = others.iter().map(|other| other.score(norm)).sum();
                        rank(rarest.score(norm) + others)
                    });
                }
                doc = rarest.postings.advance();
            }
            self.leave(segment)?;
        }
        Ok(())
    }

    /// Products with all the words (if `all_known`, they can have them) come before those with some.
    fn any_word(&mut self, words: &[KnownWord], all_known: bool) -> Result<()> {
        // No sum of some words is as high as this, and no sum of all of them is lower than nothing.
        let bonus: f64 = words.iter().map(|word| f64::from(word.weight)).sum();
        for (ord, segment) in self.snapshot.segments.iter().enumerate() {
            let mut cursors = cursors(segment, ord, words)?;
            self.filter.enter(&segment.columns);
            let alive = segment.reader.alive_bitset();
            while let Some(doc) = cursors.iter().map(|cursor| cursor.postings.doc()).min()
                && doc != TERMINATED
            {
                let norm = self.norm(segment, doc);
                let (mut score, mut having) = (0.0, 0);
                for cursor in cursors.iter_mut().filter(|cursor| cursor.postings.doc() == doc) {
                    score += cursor.score(norm);
                    having += 1;
                    cursor.postings.advance();
                }
                if all_known && having == words.len() {
                    score += bonus;
                }
                if is_alive(alive, doc) {
                    self.meet(segment, doc, || rank(score));
                }
            }
            self.leave(segment)?;
        }
        Ok(())
    }

    #[inline(always)]
    fn norm(&self, segment: &Segment, doc: DocId) -> f32 {
        self.snapshot.length_norms[segment.columns.lengths.fieldnorm_id(doc) as usize]
    }

    fn hits(self, window: Window, facet_limit: usize, corrected: Vec<(String, String)>) -> SearchHits {
        let is_scored = matches!(self.order, Order::Score);
        let hit = |(rank, id): (u64, u128)| Hit {
            id: id_of(id),
            score: if is_scored { f32::from_bits(rank as u32) } else { 0.0 },
        };
        // By name the ranks of one segment say nothing beside those of another.
        let first = match self.order {
            Order::Name => self.named.into_iter().map(|(_, id)| (0, id)).collect(),
            _ => self.top.into_sorted(),
        };
        let offset = usize::try_from(window.offset).unwrap_or(usize::MAX);
        let names = &self.snapshot.names;
        let (brands, categories) = match &self.facets {
            Some(facets) => {
                (facets.top_brands(names, facet_limit), facets.top_categories(names, facet_limit))
            }
            None => Default::default(),
        };
        SearchHits {
            hits: first.into_iter().skip(offset).map(hit).collect(),
            total: self.found,
            brands,
            categories,
            corrected,
        }
    }
}

impl Cursor {
    /// BM25, in 64 bits: so the order in which words are added up, which differs between segments, does not show.
    #[inline(always)]
    fn score(&self, norm: f32) -> f64 {
        let count = self.postings.term_freq() as f32;
        f64::from(self.weight * (count / (count + norm)))
    }
}

/// A score as a number of the same order: scores are not negative.
fn rank(score: f64) -> u64 {
    u64::from((score as f32).to_bits())
}

fn is_alive(alive: Option<&AliveBitSet>, doc: DocId) -> bool {
    alive.is_none_or(|alive| alive.is_alive(doc))
}

fn cursors(segment: &Segment, ord: usize, words: &[KnownWord]) -> Result<Vec<Cursor>> {
    let there = words.iter().filter_map(|word| Some((word.postings[ord].as_ref()?, word.weight)));
    there
        .map(|(info, weight)| {
            let index = &segment.columns.words;
            let postings = index.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs);
            Ok(Cursor { postings: postings.map_err(io_failed)?, weight })
        })
        .collect()
}
