//! What things are called in the database.
//!
//! ```text
//! (:SoukRecord {key, revision, text, lock, sizes})    a record of the generations; `sizes` of a generation's own
//! (:SoukNode   {graph, id, purchased_out: 3, …})      a node of one graph: its numbers of edges, and versions
//!     -[:PURCHASED {w, at}]->                         an edge; `w` is above 0, or its facts have been taken back
//! (:SoukEvent  {graph, position, seen})               which facts of an event have been counted
//! ```
//!
//! A *graph* is a generation: `<namespace>/<projection>.<generation>`. It is a property, not a label, and relations have
//! one type each: labels and types are never given back, and there are 65,536 of a type at most. Nodes of one
//! graph only have edges to nodes of the same one.

use souk_ports::graph::{Direction, Path, Relation};

pub(super) const RELATIONS: usize = Relation::ALL.len();

/// The type of a relation's edges.
pub(super) fn edge(relation: Relation) -> &'static str {
    match relation {
        Relation::Purchased => "PURCHASED",
        Relation::Viewed => "VIEWED",
        Relation::BelongsTo => "BELONGS_TO",
        Relation::SimilarTo => "SIMILAR_TO",
        Relation::Contains => "CONTAINS",
    }
}

/// The property of a node that holds the number of its edges; it is not there while that is 0.
pub(super) fn degree(relation: Relation, direction: Direction) -> &'static str {
    match (relation, direction) {
        (Relation::Purchased, Direction::Out) => "purchased_out",
        (Relation::Purchased, Direction::In) => "purchased_in",
        (Relation::Viewed, Direction::Out) => "viewed_out",
        (Relation::Viewed, Direction::In) => "viewed_in",
        (Relation::BelongsTo, Direction::Out) => "belongs_to_out",
        (Relation::BelongsTo, Direction::In) => "belongs_to_in",
        (Relation::SimilarTo, Direction::Out) => "similar_to_out",
        (Relation::SimilarTo, Direction::In) => "similar_to_in",
        (Relation::Contains, Direction::Out) => "contains_out",
        (Relation::Contains, Direction::In) => "contains_in",
    }
}

/// The property of a node that holds the version of its replaced edges.
pub(super) fn version(relation: Relation) -> String {
    format!("{}_version", edge(relation).to_lowercase())
}

/// Where a relation stands among all of them.
pub(super) fn place(relation: Relation) -> usize {
    Relation::ALL.iter().position(|one| *one == relation).unwrap_or_default()
}

pub(super) fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Out => Direction::In,
        Direction::In => Direction::Out,
    }
}

/// A pattern of the path's edges from the variable `from`.
pub(super) fn pattern(path: Path, from: &str, edge_name: &str, to: &str) -> String {
    let edge = edge(path.relation);
    match path.direction {
        Direction::Out => format!("({from})-[{edge_name}:{edge}]->({to})"),
        Direction::In => format!("({from})<-[{edge_name}:{edge}]-({to})"),
    }
}

/// In which order the edges of a node are followed.
pub(super) fn rank(relation: Relation) -> &'static str {
    if relation.is_replaced() { "r.w DESC" } else { "r.at DESC" }
}

/// By name: what is unique of which nodes.
pub(super) const CONSTRAINTS: [(&str, &str); 3] = [
    ("souk_record", "(n:SoukRecord) REQUIRE n.key"),
    ("souk_node", "(n:SoukNode) REQUIRE (n.graph, n.id)"),
    ("souk_event", "(n:SoukEvent) REQUIRE (n.graph, n.position)"),
];

/// Constraints and indexes, each with its name.
pub(super) fn schema() -> Vec<String> {
    let constraint = |(name, what)| format!("CREATE CONSTRAINT {name} IF NOT EXISTS FOR {what} IS UNIQUE");
    let mut all: Vec<String> = CONSTRAINTS.into_iter().map(constraint).collect();
    for relation in Relation::ALL {
        for direction in [Direction::Out, Direction::In] {
            let degree = degree(relation, direction);
            all.push(format!(
                "CREATE INDEX souk_{degree} IF NOT EXISTS FOR (n:SoukNode) ON (n.graph, n.{degree})"
            ));
        }
    }
    all
}
