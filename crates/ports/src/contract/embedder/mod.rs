//! The promises of [`crate::embedder`], one case each. All cases share one set of weights, which must be here.

use std::sync::Arc;

use serde::Deserialize;

use super::{Opener, rounds};
use crate::embedder::{DIMENSIONS, Embedder};

super::cases! { dyn Embedder:
    vectors_agree_with_the_reference, vectors_have_length_one, a_text_has_one_vector_whatever_stands_beside_it,
    vectors_stand_at_the_places_of_their_texts, a_long_text_counts_with_its_beginning, near_in_meaning_is_near_in_space,
    no_texts_have_no_vectors, several_tasks_embed_at_once, a_call_that_was_given_up_harms_no_other,
    what_is_here_is_not_fetched_again, models_are_told_apart,
}

/// Texts of every kind, with the vectors of the reference implementation: `scripts/reference-vectors.py` made them.
const REFERENCE: &str = include_str!("reference.json");

#[derive(Deserialize)]
struct Sentence {
    text: String,
    /// In millionths.
    vector: Vec<i32>,
}

fn sentences() -> Vec<Sentence> {
    serde_json::from_str(REFERENCE).expect("the reference is JSON")
}

async fn embed(embedder: &dyn Embedder, texts: &[&str]) -> Vec<Vec<f32>> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    embedder.embed(texts).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Short and long texts, so that they meet in different batches.
fn many(count: usize) -> Vec<String> {
    let things = ["bowl", "walnut", "blue", "for tea", "hand-thrown", "gift", "glass, mouth-blown", "lamp"];
    let text = |at: usize| {
        let words = (0..=at * 7 % 31).map(|word| things[(at + word * word) % things.len()]);
        format!("{at} {}", words.collect::<Vec<_>>().join(" "))
    };
    (0..count).map(text).collect()
}

fn difference(one: &[f32], other: &[f32]) -> f32 {
    assert_eq!(one.len(), other.len());
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
}

fn similarity(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

async fn vectors_agree_with_the_reference(open: Opener<dyn Embedder>) {
    let embedder = open.open().await;
    let sentences = sentences();
    assert!(sentences.len() >= 10);
    let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    for (sentence, vector) in sentences.iter().zip(embed(&*embedder, &texts).await) {
        let expected: Vec<f32> = sentence.vector.iter().map(|number| *number as f32 / 1e6).collect();
        let difference = difference(&vector, &expected);
        assert!(difference < 1e-4, "{:?} differs by {difference}", sentence.text);
    }
}

async fn vectors_have_length_one(open: Opener<dyn Embedder>) {
    let embedder = open.open().await;
    for sentence in sentences() {
        let vector = embed(&*embedder, &[&sentence.text]).await.remove(0);
        assert_eq!(vector.len(), DIMENSIONS);
        assert!((similarity(&vector, &vector) - 1.0).abs() < 1e-5, "{:?}", sentence.text);
    }
}

async fn a_text_has_one_vector_whatever_stands_beside_it(open: Opener<dyn Embedder>) {
    let embedder = open.open().await;
    let mut texts = many(60);
    texts.extend(sentences().into_iter().map(|sentence| sentence.text));
    let together = embedder.embed(texts.clone()).await.unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        let alone = embed(&*embedder, &[text]).await.remove(0);
        let difference = difference(&alone, vector);
        assert!(difference < 1e-5, "{text:?} differs by {difference}");
    }
}

async fn vectors_stand_at_the_places_of_their_texts(open: Opener<dyn Embedder>) {
    let embedder = open.open().await;
    let texts = many(700);
    let forwards = embedder.embed(texts.clone()).await.unwrap();
    let backwards = embedder.embed(texts.iter().rev().cloned().collect()).await.unwrap();
    assert_eq!(forwards.len(), texts.len());
    for (text, (one, other)) in texts.iter().zip(forwards.iter().zip(backwards.iter().rev())) {
        assert!(difference(one, other) < 1e-5, "{text:?}");
    }
    // Each text begins with a number of its own, so no two are the same.
    assert!(difference(&forwards[0], &forwards[1]) > 1e-3);
}

async fn a_long_text_counts_with_its_beginning(open: Opener<dyn Embedder>) {
    let embedder = open.open().await;
    let long = "a bowl of walnut ".repeat(200);
    let longer = format!("{long}{}", "and a lamp of blue glass ".repeat(40_000));
    let vectors = embed(&*embedder, &[&long, &longer, "a bowl of walnut"]).await;
    assert!(difference(&vectors[0], &vectors[1]) < 1e-5);
    assert!(difference(&vectors[0], &vectors[2]) > 1e-3, "more than the first words count");
}

async fn near_in_meaning_is_near_in_space(open: Opener<dyn Embedder>) {
    let embedder = open.open().await;
    let texts =
        ["something to keep my tea warm", "knitted cosy for a teapot", "silver ring with a small ruby"];
    let vectors = embed(&*embedder, &texts).await;
    let (cosy, ring) = (similarity(&vectors[0], &vectors[1]), similarity(&vectors[0], &vectors[2]));
    assert!(cosy > ring + 0.2, "{cosy} {ring}");
}

async fn no_texts_have_no_vectors(open: Opener<dyn Embedder>) {
    assert!(embed(&*open.open().await, &[]).await.is_empty());
}

async fn several_tasks_embed_at_once(open: Opener<dyn Embedder>) {
    let embedder = open.open().await;
    let expected = Arc::new(embedder.embed(many(40)).await.unwrap());
    let tasks: Vec<_> = (0..20)
        .map(|task| {
            let (embedder, expected) = (embedder.clone(), expected.clone());
            tokio::spawn(async move {
                let found = embedder.embed(many(task * 2 + 1)).await.unwrap();
                found.iter().zip(&*expected).all(|(found, expected)| difference(found, expected) < 1e-5)
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
}

async fn a_call_that_was_given_up_harms_no_other(open: Opener<dyn Embedder>) {
    let embedder = open.open().await;
    let expected = embed(&*embedder, &["tea"]).await;
    for _ in 0..rounds(5, 30) {
        let given_up = tokio::spawn({
            let embedder = embedder.clone();
            async move { embedder.embed(many(400)).await }
        });
        tokio::task::yield_now().await;
        given_up.abort();
    }
    assert!(difference(&embed(&*embedder, &["tea"]).await[0], &expected[0]) < 1e-5);
}

async fn what_is_here_is_not_fetched_again(open: Opener<dyn Embedder>) {
    let embedder = open.open().await;
    assert!(embedder.is_here().await.unwrap(), "the weights are missing; run `souk model fetch`");
    let progress = |done, total| panic!("{done} of {total} bytes were fetched");
    embedder.fetch(&progress).await.unwrap();
    assert!(embedder.is_here().await.unwrap());
}

async fn models_are_told_apart(open: Opener<dyn Embedder>) {
    let embedder = open.open().await;
    assert!(!embedder.model().is_empty());
    assert!(!embedder.describe().await.unwrap().is_empty());
    assert_eq!(embedder.content_hash("tea"), embedder.content_hash("tea"));
    assert_ne!(embedder.content_hash("tea"), embedder.content_hash("teas"));
}
