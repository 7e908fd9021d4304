//! What is read of a graph: edges, the busiest nodes, sizes, and walks, each in one statement.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use neo4rs::{BoltType, Row, query};
use souk_kernel::Timestamp;
use souk_ports::Result;
use souk_ports::graph::{Edge, Path, Reached, Relation, Size, Walk};
use uuid::Uuid;

use super::names;
use super::server::{Server, get, map};
use super::writes::{id, node, sizes};

pub(super) async fn edges(
    server: &Server,
    graph: &str,
    path: Path,
    nodes: &[Uuid],
    limit: u32,
) -> Result<Vec<Vec<Edge>>> {
    let pattern = names::pattern(path, "n", "r", "m");
    let statement = format!(
        "UNWIND $nodes AS id MATCH (n:SoukNode {{graph: $graph, id: id}})
         CALL {{ WITH n MATCH {pattern} WHERE r.w > 0
                 RETURN m.id AS to, r.w AS w, r.at AS at ORDER BY {}, to LIMIT $limit }}
         RETURN id, to, w, at",
        names::rank(path.relation)
    );
    let asked: BTreeSet<Uuid> = nodes.iter().copied().collect();
    let asked: BoltType = asked.into_iter().map(id).collect();
    let question =
        query(&statement).param("graph", graph).param("nodes", asked).param("limit", i64::from(limit));
    let mut found: HashMap<Uuid, Vec<Edge>> = HashMap::new();
    for row in server.read(question).await? {
        found.entry(node(&row, "id")?).or_default().push(edge(&row)?);
    }
    Ok(nodes.iter().map(|node| found.get(node).cloned().unwrap_or_default()).collect())
}

fn edge(row: &Row) -> Result<Edge> {
    let at = get::<Option<i64>>(row, "at")?.unwrap_or(0);
    Ok(Edge { to: node(row, "to")?, weight: get(row, "w")?, at: Timestamp::from_ms(at) })
}

/// The order names the graph, too, because so it is the index's own and ends with the limit.
pub(super) async fn busiest(
    server: &Server,
    graph: &str,
    path: Path,
    limit: u32,
) -> Result<Vec<(Uuid, u64)>> {
    let degree = names::degree(path.relation, path.direction);
    let statement = format!(
        "MATCH (n:SoukNode) WHERE n.graph = $graph AND n.{degree} > 0
         RETURN n.id AS id, n.{degree} AS degree
         ORDER BY n.graph DESC, n.{degree} DESC, n.id LIMIT $limit"
    );
    let question = query(&statement).param("graph", graph).param("limit", i64::from(limit));
    let rows = server.read(question).await?;
    rows.iter().map(|row| Ok((node(row, "id")?, get::<i64>(row, "degree")? as u64))).collect()
}

pub(super) async fn size(server: &Server, graph: &str, relation: Relation) -> Result<Size> {
    let [edges, from, to] = sizes(server, graph).await?[names::place(relation)].map(|count| count as u64);
    Ok(Size { edges, from, to })
}

pub(super) async fn scan(
    server: &Server,
    graph: &str,
    after: Option<(Relation, Uuid, Uuid)>,
    limit: u32,
) -> Result<Vec<(Relation, Uuid, Edge)>> {
    let mut relations = Relation::ALL;
    relations.sort_unstable();
    let mut found = Vec::new();
    for relation in relations {
        let (from, to) = match after {
            Some((last, ..)) if relation < last => continue,
            Some((last, from, to)) if relation == last => (id(from), id(to)),
            // No id is shorter.
            _ => (String::new(), String::new()),
        };
        let left = i64::from(limit) - found.len() as i64;
        if left <= 0 {
            break;
        }
        let statement = format!(
            "MATCH (n:SoukNode)-[r:{}]->(m) WHERE n.graph = $graph AND n.id >= $from AND r.w > 0
               AND (n.id > $from OR m.id > $to)
             RETURN n.id AS id, m.id AS to, r.w AS w, r.at AS at
             ORDER BY n.graph, n.id, m.id LIMIT $limit",
            names::edge(relation)
        );
        let question =
            query(&statement).param("graph", graph).param("from", from).param("to", to).param("limit", left);
        for row in server.ask(question).await? {
            found.push((relation, node(&row, "id")?, edge(&row)?));
        }
    }
    Ok(found)
}

/// `graphs` has the graph of each step.
pub(super) async fn walk(server: &Server, graphs: &[String], walk: &Walk) -> Result<Vec<Reached>> {
    let mut from: BTreeMap<Uuid, f64> = BTreeMap::new();
    for (node, weight) in &walk.from {
        *from.entry(*node).or_default() += weight;
    }
    let from: BoltType = from
        .into_iter()
        .map(|(node, weight)| map([("id", id(node).into()), ("weight", weight.into())]))
        .collect();
    let without: BoltType = walk.without.iter().copied().map(id).collect();
    let mut question = query(&statement(graphs, walk))
        .param("from", from)
        .param("without", without)
        .param("limit", i64::from(walk.limit));
    for (number, (step, graph)) in walk.steps.iter().zip(graphs).enumerate() {
        question = question
            .param(&format!("graph{number}"), graph.as_str())
            .param(&format!("per_node{number}"), i64::from(step.per_node))
            .param(&format!("keep{number}"), i64::from(step.keep))
            .param(&format!("damping{number}"), step.damping);
    }
    let rows = server.read(question).await?;
    let reached = |row| {
        Ok(Reached {
            id: node(row, "id")?,
            weight: get(row, "weight")?,
            paths: get::<i64>(row, "paths")? as u64,
            degree: get::<i64>(row, "degree")? as u64,
        })
    };
    rows.iter().map(reached).collect()
}

/// Depends on the paths alone, so that the server plans each kind of walk once; numbers and graphs are parameters. The
/// nodes of step `i` are `n<i>`, and their weights `w<i>`.
fn statement(graphs: &[String], walk: &Walk) -> String {
    let mut text = "UNWIND $from AS f MATCH (n0:SoukNode {graph: $graph0, id: f.id})
        WITH n0, f.weight AS w0"
        .to_owned();
    for (i, step) in walk.steps.iter().enumerate() {
        let next = i + 1;
        if i > 0 && graphs[i] != graphs[i - 1] {
            text += &format!(
                "
        WITH n{i}.id AS id, w{i} MATCH (n{i}:SoukNode {{graph: $graph{i}, id: id}}) WITH n{i}, w{i}"
            );
        }
        let pattern = names::pattern(step.path, &format!("n{i}"), "r", "m");
        let rank = names::rank(step.path.relation);
        let degree = names::degree(step.path.relation, step.path.direction);
        let strength = if step.weighted { "r.w" } else { "1.0" };
        text += &format!(
            "
        CALL {{ WITH n{i} MATCH {pattern} WHERE r.w > 0
                RETURN m, {strength} AS s ORDER BY {rank}, m.id LIMIT $per_node{i} }}
        WITH m AS n{next}, sum(w{i} / n{i}.{degree} ^ $damping{i} * s) AS w{next}, count(*) AS paths"
        );
        text += &if next < walk.steps.len() {
            format!(" ORDER BY w{next} DESC, n{next}.id LIMIT $keep{i}")
        } else {
            let back = names::degree(step.path.relation, names::opposite(step.path.direction));
            format!(
                " WHERE NOT n{next}.id IN $without
        RETURN n{next}.id AS id, w{next} AS weight, paths, coalesce(n{next}.{back}, 0) AS degree
        ORDER BY weight DESC, id LIMIT $limit"
            )
        };
    }
    text
}
