//! Walks: of each node a short range of edges is read, and what they carry is summed up in memory.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use foldhash::fast::RandomState;
use rusqlite::Connection;
use souk_ports::graph::{Edge, Reached, Step, Walk};
use uuid::Uuid;

use super::tables::{self, each_edge, each_other, find_end};

/// A node of the walk and its weight.
type Node = (Uuid, f64);

/// The nodes that a step reaches. Ids come from callers, so the hash has a secret.
type Reachable = HashMap<Uuid, Gathered, RandomState>;

#[derive(Default)]
struct Gathered {
    weight: f64,
    paths: u64,
}

/// The nodes that a walk begins at, each once.
pub(super) fn begin(from: &[Node]) -> Vec<Node> {
    let mut nodes = BTreeMap::new();
    for (id, weight) in from {
        *nodes.entry(*id).or_default() += weight;
    }
    nodes.into_iter().collect()
}

/// How many rows these steps may read, beginning at so many nodes.
pub(super) fn rows(nodes: usize, steps: &[Step]) -> u64 {
    let begin = (nodes as u64, 0);
    let (_, rows) = steps.iter().fold(begin, |(nodes, rows), step| {
        (u64::from(step.keep), rows + nodes.saturating_mul(u64::from(step.per_node)))
    });
    rows
}

/// Goes some steps, and gives the nodes that go on from there.
pub(super) fn go(connection: &Connection, from: Vec<Node>, steps: &[Step]) -> rusqlite::Result<Vec<Node>> {
    steps.iter().try_fold(from, |nodes, step| {
        let reached = gather(connection, &nodes, step)?;
        let kept = heaviest(reached.into_iter().collect(), step.keep as usize);
        Ok(kept.into_iter().map(|(id, gathered)| (id, gathered.weight)).collect())
    })
}

/// Goes all steps, and gives the answer of the walk.
pub(super) fn arrive(
    connection: &Connection,
    from: Vec<Node>,
    walk: &Walk,
) -> rusqlite::Result<Vec<Reached>> {
    let Some((last, steps)) = walk.steps.split_last() else { return Ok(Vec::new()) };
    let nodes = go(connection, from, steps)?;
    let without: HashSet<Uuid> = walk.without.iter().copied().collect();
    let reached = gather(connection, &nodes, last)?;
    let reached = reached.into_iter().filter(|(id, _)| !without.contains(id)).collect();
    let back = tables::path(last.path.relation, tables::opposite(last.path.direction));
    let with_degree = |(id, Gathered { weight, paths })| {
        let degree = find_end(connection, back, id)?.map_or(0, |end| end.degree as u64);
        Ok(Reached { id, weight, paths, degree })
    };
    heaviest(reached, walk.limit as usize).into_iter().map(with_degree).collect()
}

fn gather(connection: &Connection, nodes: &[Node], step: &Step) -> rusqlite::Result<Reachable> {
    let mut reached = Reachable::default();
    let path = tables::path(step.path.relation, step.path.direction);
    let per_node = i64::from(step.per_node);
    for (id, weight) in nodes {
        let Some(end) = find_end(connection, path, *id)? else { continue };
        let share = weight / (end.degree as f64).powf(step.damping);
        let mut add = |to, weight| {
            let gathered: &mut Gathered = reached.entry(to).or_default();
            gathered.weight += weight;
            gathered.paths += 1;
        };
        if step.weighted {
            let weigh = |edge: Edge| add(edge.to, share * edge.weight);
            each_edge(connection, step.path.relation, end.number, per_node, weigh)?;
        } else {
            each_other(connection, end.number, per_node, |to| add(to, share))?;
        }
    }
    Ok(reached)
}

/// The heaviest nodes in order, by id where they weigh the same.
fn heaviest(mut nodes: Vec<(Uuid, Gathered)>, count: usize) -> Vec<(Uuid, Gathered)> {
    let order = |one: &(Uuid, Gathered), other: &(Uuid, Gathered)| -> Ordering {
        other.1.weight.total_cmp(&one.1.weight).then(one.0.cmp(&other.0))
    };
    if count < nodes.len() {
        nodes.select_nth_unstable_by(count, order);
        nodes.truncate(count);
    }
    nodes.sort_unstable_by(order);
    nodes
}
