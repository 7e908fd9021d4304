use std::collections::BTreeSet;

use rand::rngs::SmallRng;
use rand::{RngCore, SeedableRng};

use super::*;

/// Vectors around centres that are no two alike: within a few directions, as sentences are, and a little in all others.
fn clustered(count: usize, seed: u64) -> Vec<Vector> {
    const DIRECTIONS: usize = 24;
    let mut random = SmallRng::seed_from_u64(seed);
    let mut numbers = |count: usize| -> Vec<f32> {
        let uniform = |bits: u64| bits as u16 as f32 / 32_768.0 - 1.0;
        let sum = |bits: u64| uniform(bits) + uniform(bits >> 16) + uniform(bits >> 32) + uniform(bits >> 48);
        (0..count).map(|_| sum(random.next_u64())).collect()
    };
    let map = numbers(DIRECTIONS * DIMENSIONS);
    let centres: Vec<Vec<f32>> = (0..count.div_ceil(50)).map(|_| numbers(DIRECTIONS)).collect();
    (0..count)
        .map(|at| {
            let (centre, away) = (&centres[at % centres.len()], numbers(DIRECTIONS));
            let noise = numbers(DIMENSIONS);
            let vector: [f32; DIMENSIONS] = std::array::from_fn(|to| {
                let along = centre.iter().zip(&away).zip(map[to * DIRECTIONS..].iter());
                along.map(|((centre, away), map)| (centre + 0.6 * away) * map).sum::<f32>() + 0.5 * noise[to]
            });
            let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
            Vector(vector.map(|number| number / length))
        })
        .collect()
}

fn pushed(vectors: &[Vector]) -> Index {
    let mut index = Index::default();
    for vector in vectors {
        index.push(*vector);
    }
    index
}

fn linked(vectors: &[Vector], threads: usize) -> Index {
    let mut index = pushed(vectors);
    while let Some(plan) = plan(|| &index, threads) {
        assert!(index.link(plan));
    }
    index
}

fn nearest(index: &Index, to: &Vector, counts: &dyn Fn(u32) -> bool) -> BTreeSet<u32> {
    let mut found = Vec::new();
    let wanted = (0..index.len()).filter(|number| counts(*number)).map(|number| (number, number));
    index.scan(to, wanted, |score, number| found.push(Found { score, number }));
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.iter().take(10).map(|found| found.number).collect()
}

/// The part of the true ten nearest that is found.
fn recall(index: &Index, counts: Option<&dyn Fn(u32) -> bool>) -> f64 {
    let questions = clustered(index.len() as usize + 100, 1).split_off(index.len() as usize);
    let costs = Costs::of(10);
    let mut hits = 0;
    for to in &questions {
        let truly = nearest(index, to, counts.unwrap_or(&|_| true));
        let found = index.search(to, costs, counts).unwrap();
        assert!(found.is_sorted_by(|a, b| a > b), "best first, each once");
        assert!(found.iter().all(|found| counts.is_none_or(|counts| counts(found.number))));
        hits += found.iter().take(10).filter(|found| truly.contains(&found.number)).count();
    }
    hits as f64 / (10 * questions.len()) as f64
}

#[test]
fn nearly_all_of_the_nearest_are_found_with_and_without_a_filter() {
    let index = linked(&clustered(4_000, 1), 2);
    assert_eq!((index.linked(), index.len()), (4_000, 4_000));
    for share in [1, 2, 10] {
        let found = recall(&index, Some(&|number| number % share == 0));
        assert!(found >= 0.98, "{found} with one in {share}");
    }
    let found = recall(&index, None);
    assert!(found >= 0.98, "{found}");
}

#[test]
fn a_search_that_would_cost_too_much_gives_up() {
    let index = linked(&clustered(2_000, 1), 1);
    let costs = Costs { breadth: 10, comparisons: 300 };
    assert!(index.search(index.vector(0), costs, None).is_some());
    assert_eq!(index.search(index.vector(0), costs, Some(&|_| false)), None);
}

#[test]
fn the_graph_does_not_depend_on_the_number_of_threads() {
    let vectors = clustered(1_500, 3);
    assert_eq!(linked(&vectors, 1).links, linked(&vectors, 3).links);
}

#[test]
fn a_plan_is_out_of_date_when_others_were_linked_since() {
    let mut index = pushed(&clustered(100, 5));
    let (next, late) = (plan(|| &index, 1).unwrap(), plan(|| &index, 1).unwrap());
    assert!(index.link(next));
    let before = index.links.clone();
    assert!(!index.link(late));
    assert_eq!(index.links, before);
}

#[test]
fn vectors_that_are_the_same_do_not_cut_others_off() {
    let mut vectors = vec![clustered(1, 7)[0]; 300];
    vectors.extend(clustered(300, 8));
    let index = linked(&vectors, 1);
    let costs = Costs::of(10);
    for (number, vector) in vectors.iter().enumerate().skip(300) {
        assert_eq!(index.search(vector, costs, None).unwrap()[0].number, number as u32);
    }
}

#[test]
fn a_stored_graph_is_the_same_and_a_damaged_one_is_refused() {
    let vectors = clustered(1_200, 9);
    let index = linked(&vectors[..1_000], 1);
    let bytes = index.graph();
    let mut other = pushed(&vectors);
    other.restore(&bytes).unwrap();
    assert_eq!((&other.links, other.linked()), (&index.links, 1_000));
    // What came since is linked on top of it.
    while let Some(plan) = plan(|| &other, 1) {
        other.link(plan);
    }
    assert_eq!(other.linked(), 1_200);

    let mut few = pushed(&vectors[..999]);
    assert_eq!(few.restore(&bytes), Err(Malformed));
    let mut astray = bytes.clone();
    astray[4..8].copy_from_slice(&1_000u32.to_le_bytes());
    for bad in [&[][..], &bytes[..bytes.len() - 1], &bytes[..bytes.len() - 4], &astray] {
        assert_eq!(few.restore(bad), Err(Malformed));
        assert_eq!(few.linked(), 0);
    }
}

#[test]
fn an_empty_index_finds_nothing() {
    let index = Index::default();
    let costs = Costs { breadth: 10, comparisons: 10 };
    assert_eq!(index.search(&clustered(1, 1)[0], costs, None), Some(Vec::new()));
    assert!(index.is_empty() && plan(|| &index, 1).is_none());
}
