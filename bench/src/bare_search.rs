//! Bare Tantivy as its own examples use it: stemmed names and descriptions, all words required, the name boosted, the
//! best twenty with their stored documents, and counts by brand and category over everything found.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tantivy::aggregation::AggregationCollector;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{Index, ReloadPolicy, Searcher, TantivyDocument, Term, doc};

use crate::made;

pub(crate) struct Bare {
    index: Index,
    searcher: Searcher,
    name: Field,
    description: Field,
    content: Field,
}

impl Bare {
    pub(crate) fn build(folder: &Path, count: usize) -> anyhow::Result<Self> {
        let mut schema = Schema::builder();
        let stemmed = TextFieldIndexing::default()
            .set_tokenizer("en_stem")
            .set_index_option(IndexRecordOption::WithFreqs);
        let text = TextOptions::default().set_indexing_options(stemmed);
        let name = schema.add_text_field("name", text.clone());
        let description = schema.add_text_field("description", text);
        let brand = schema.add_text_field("brand", STRING | FAST);
        let category = schema.add_text_field("category", STRING | FAST);
        let content = schema.add_text_field("content", STORED);
        std::fs::create_dir_all(folder)?;
        let index = Index::create_in_dir(folder, schema.build())?;
        let mut writer = index.writer_with_num_threads(1, 100 << 20)?;
        for product in made::products(count) {
            let json = serde_json::json!({ "id": product.id, "name": product.name, "description": product.description, "brand": product.brand, "category": product.category, "price": product.price });
            writer.add_document(
                doc!(name => product.name, description => product.description, brand => product.brand,
                category => product.category, content => json.to_string()),
            )?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        Ok(Self { index, searcher, name, description, content })
    }

    /// Searches a second on two threads.
    pub(crate) fn run(&self, questions: &[String], time: Duration) -> anyhow::Result<f64> {
        let next = Arc::new(AtomicUsize::new(0));
        let begin = Instant::now();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| -> anyhow::Result<()> {
                        while begin.elapsed() < time {
                            let at = next.fetch_add(1, Ordering::Relaxed);
                            self.search(&questions[at % questions.len()])?;
                        }
                        Ok(())
                    })
                })
                .collect();
            threads.into_iter().try_for_each(|thread| {
                thread.join().map_err(|_| anyhow::anyhow!("a searching thread panicked"))?
            })
        })?;
        Ok(next.load(Ordering::Relaxed) as f64 / begin.elapsed().as_secs_f64())
    }

    fn search(&self, question: &str) -> anyhow::Result<usize> {
        let mut analyzer =
            self.index.tokenizers().get("en_stem").ok_or_else(|| anyhow::anyhow!("no stemmer"))?;
        let mut words: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut stream = analyzer.token_stream(question);
        stream.process(&mut |token| {
            let term = |field| {
                Box::new(TermQuery::new(
                    Term::from_field_text(field, &token.text),
                    IndexRecordOption::WithFreqs,
                ))
            };
            let name: Box<dyn Query> = Box::new(BoostQuery::new(term(self.name), 4.0));
            let either =
                vec![(Occur::Should, name), (Occur::Should, term(self.description) as Box<dyn Query>)];
            words.push((Occur::Must, Box::new(BooleanQuery::new(either))));
        });
        let query = BooleanQuery::new(words);
        let counts = serde_json::from_value(serde_json::json!({
            "brands": { "terms": { "field": "brand", "size": 100 } },
            "categories": { "terms": { "field": "category", "size": 100 } }
        }))?;
        let facets = AggregationCollector::from_aggs(counts, Default::default());
        let (top, count, _facets) =
            self.searcher.search(&query, &(TopDocs::with_limit(20).order_by_score(), Count, facets))?;
        let mut bytes = count;
        for (_, address) in top {
            let document: TantivyDocument = self.searcher.doc(address)?;
            bytes += document.get_first(self.content).and_then(|value| value.as_str()).map_or(0, str::len);
        }
        Ok(bytes)
    }
}
