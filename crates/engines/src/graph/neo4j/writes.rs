//! How a batch gets into the database: what it touches is read, what it comes to is computed ([`super::batch`]), and one
//! statement stores that together with the checkpoint, if nobody has written meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use neo4rs::{BoltMap, BoltString, BoltType, Query, Row, query};
use souk_kernel::Position;
use souk_ports::graph::{Direction, Relation};
use souk_ports::{Error, Result};
use uuid::Uuid;

use super::batch::{Degrees, Link, Next, Sizes, Stored, Sum, Wanted};
use super::names::{self, RELATIONS};
use super::server::{self, Server, get, map};
use crate::remote::generations::Step;

/// One for all batches, so that the server plans it once. The record's lock comes first: batches of one graph follow each
/// other, and none waits for a node that another has. A graph has the name of its record.
static STATEMENT: LazyLock<String> = LazyLock::new(|| {
    let mut text = "MATCH (r:SoukRecord {key: $graph}) SET r.lock = 0
        WITH r WHERE r.revision = $seen
        SET r.revision = $seen + 1, r.text = $text, r.sizes = $sizes
        WITH r
        CALL { UNWIND $events AS e MERGE (n:SoukEvent {graph: $graph, position: e.position}) SET n.seen = e.seen }
        CALL { UNWIND $nodes AS e MERGE (n:SoukNode {graph: $graph, id: e.id}) SET n += e.set }"
        .to_owned();
    for relation in Relation::ALL {
        let (edge, place) = (names::edge(relation), names::place(relation));
        let _ = write!(
            text,
            "
        CALL {{ UNWIND $edges{place} AS e
            MATCH (a:SoukNode {{graph: $graph, id: e.from}}) MATCH (b:SoukNode {{graph: $graph, id: e.to}})
            MERGE (a)-[r:{edge}]->(b) SET r.w = e.w, r.at = e.at }}"
        );
        if relation.is_replaced() {
            let _ = write!(
                text,
                "
        CALL {{ UNWIND $gone{place} AS e
            MATCH (:SoukNode {{graph: $graph, id: e.from}})-[r:{edge}]->(:SoukNode {{graph: $graph, id: e.to}})
            DELETE r }}"
            );
        }
    }
    text.push_str("\n        RETURN 1 AS done");
    text
});

pub(super) fn id(id: Uuid) -> String {
    id.simple().to_string()
}

pub(super) fn node(row: &Row, name: &str) -> Result<Uuid> {
    Uuid::try_parse(&get::<String>(row, name)?)
        .map_err(|error| Error::internal(format!("reading `{name}` of an answer of Neo4j"), error))
}

/// What the batch comes to, given what is stored.
pub(super) async fn next(server: &Server, graph: &str, wanted: &Wanted) -> Result<Next> {
    let asking = Asking { server, graph };
    let mut stored = Stored { sizes: sizes(server, graph).await?, ..Stored::default() };
    asking.seen(&wanted.positions(), &mut stored).await?;
    asking.sums(&wanted.links(), &mut stored).await?;
    asking.lists(wanted, &mut stored).await?;
    let mut next = Next::of(wanted, &stored);
    asking.degrees(&next.nodes(), &mut stored).await?;
    next.count(&stored);
    Ok(next)
}

/// Whether it was stored: nothing is, where the record is not as the step has seen it.
pub(super) async fn write(server: &Server, graph: &str, next: &Next, step: Step) -> Result<bool> {
    match server.write(statement(graph, &step, next)).await {
        Err(error) if server::is_gone(&error) => Ok(false),
        result => Ok(!result?.is_empty()),
    }
}

struct Asking<'a> {
    server: &'a Server,
    graph: &'a str,
}

impl Asking<'_> {
    async fn about(&self, statement: &str, wanted: BoltType) -> Result<Vec<Row>> {
        if matches!(&wanted, BoltType::List(list) if list.is_empty()) {
            return Ok(Vec::new());
        }
        self.server.ask(query(statement).param("graph", self.graph).param("wanted", wanted)).await
    }

    async fn seen(&self, positions: &BTreeSet<Position>, stored: &mut Stored) -> Result<()> {
        let wanted = positions.iter().map(|position| *position as i64).collect();
        let statement = "UNWIND $wanted AS position MATCH (e:SoukEvent {graph: $graph, position: position})
                         RETURN position, e.seen AS seen";
        for row in self.about(statement, wanted).await? {
            let seen = get::<Vec<i64>>(&row, "seen")?.into_iter().collect();
            stored.seen.insert(get::<i64>(&row, "position")? as u64, seen);
        }
        Ok(())
    }

    async fn sums(&self, links: &BTreeSet<Link>, stored: &mut Stored) -> Result<()> {
        for relation in Relation::ALL {
            let wanted = links.iter().filter(|link| link.relation == relation).map(ends).collect();
            let statement = format!(
                "UNWIND $wanted AS e MATCH (a:SoukNode {{graph: $graph, id: e.from}})
                 MATCH (b:SoukNode {{graph: $graph, id: e.to}}) MATCH (a)-[r:{}]->(b)
                 RETURN e.from AS from, e.to AS to, r.w AS w, r.at AS at",
                names::edge(relation)
            );
            for row in self.about(&statement, wanted).await? {
                let link = Link { relation, from: node(&row, "from")?, to: node(&row, "to")? };
                stored.sums.insert(link, Sum { weight: get(&row, "w")?, at_ms: get(&row, "at")? });
            }
        }
        Ok(())
    }

    async fn lists(&self, wanted: &Wanted, stored: &mut Stored) -> Result<()> {
        for relation in Relation::ALL.into_iter().filter(|relation| relation.is_replaced()) {
            let from =
                wanted.lists.keys().filter(|(of, _)| *of == relation).map(|(_, from)| id(*from)).collect();
            let statement = format!(
                "UNWIND $wanted AS id MATCH (n:SoukNode {{graph: $graph, id: id}})
                 OPTIONAL MATCH (n)-[r:{}]->(m)
                 RETURN id, n.{} AS version, m.id AS to, r.w AS w",
                names::edge(relation),
                names::version(relation)
            );
            for row in self.about(&statement, from).await? {
                let list = stored.lists.entry((relation, node(&row, "id")?)).or_default();
                list.version = get::<Option<i64>>(&row, "version")?.map(|version| version as u64);
                if let Some(weight) = get::<Option<f64>>(&row, "w")? {
                    list.to.insert(node(&row, "to")?, weight);
                }
            }
        }
        Ok(())
    }

    async fn degrees(&self, nodes: &BTreeSet<Uuid>, stored: &mut Stored) -> Result<()> {
        let wanted = nodes.iter().map(|node| id(*node)).collect();
        let names = Relation::ALL
            .into_iter()
            .flat_map(|relation| {
                [Direction::Out, Direction::In].map(|direction| names::degree(relation, direction))
            })
            .collect::<Vec<_>>();
        let columns = names.iter().map(|name| format!("n.{name} AS {name}")).collect::<Vec<_>>().join(", ");
        let statement =
            format!("UNWIND $wanted AS id MATCH (n:SoukNode {{graph: $graph, id: id}}) RETURN id, {columns}");
        for row in self.about(&statement, wanted).await? {
            let mut degrees = Degrees::new();
            for name in &names {
                if let Some(degree) = get::<Option<i64>>(&row, name)? {
                    degrees.insert(name, degree);
                }
            }
            stored.degrees.insert(node(&row, "id")?, degrees);
        }
        Ok(())
    }
}

/// Zeros for a graph that is empty.
pub(super) async fn sizes(server: &Server, graph: &str) -> Result<Sizes> {
    let question = query("MATCH (r:SoukRecord {key: $graph}) RETURN coalesce(r.sizes, []) AS sizes");
    let mut sizes = Sizes::default();
    if let Some(row) = server.ask(question.param("graph", graph)).await?.first() {
        for (size, stored) in sizes.iter_mut().flatten().zip(get::<Vec<i64>>(row, "sizes")?) {
            *size = stored;
        }
    }
    Ok(sizes)
}

fn ends(link: &Link) -> BoltType {
    map([("from", id(link.from).into()), ("to", id(link.to).into())])
}

fn statement(graph: &str, step: &Step, next: &Next) -> Query {
    let events = next.seen.iter().map(|(position, seen)| {
        let seen: BoltType = seen.iter().copied().collect();
        map([("position", (*position as i64).into()), ("seen", seen)])
    });
    let sizes: BoltType = next.sizes.iter().flatten().copied().collect();
    let mut statement = query(&STATEMENT)
        .param("graph", graph)
        .param("seen", step.seen as i64)
        .param("text", step.text.as_str())
        .param("sizes", sizes)
        .param("events", events.collect::<BoltType>())
        .param("nodes", nodes(next));
    let mut edges: [Vec<BoltType>; RELATIONS] = Default::default();
    let mut gone: [Vec<BoltType>; RELATIONS] = Default::default();
    for (link, sum) in &next.edges {
        let at: Option<i64> = (!link.relation.is_replaced()).then_some(sum.at_ms);
        edges[names::place(link.relation)].push(map([
            ("from", id(link.from).into()),
            ("to", id(link.to).into()),
            ("w", sum.weight.into()),
            ("at", at.into()),
        ]));
    }
    for link in &next.gone {
        gone[names::place(link.relation)].push(ends(link));
    }
    for (place, (edges, gone)) in edges.into_iter().zip(gone).enumerate() {
        statement = statement.param(&format!("edges{place}"), edges).param(&format!("gone{place}"), gone);
    }
    statement
}

/// Every node that has to be there, with what changes of it.
fn nodes(next: &Next) -> BoltType {
    let mut changes: BTreeMap<Uuid, BoltMap> =
        next.nodes().into_iter().map(|node| (node, BoltMap::new())).collect();
    for (node, degrees) in &next.degrees {
        let change = changes.entry(*node).or_default();
        for (name, degree) in degrees {
            change.put(BoltString::from(*name), Some(*degree).filter(|degree| *degree > 0).into());
        }
    }
    for ((relation, node), version) in &next.versions {
        let name = names::version(*relation);
        changes.entry(*node).or_default().put(BoltString::from(name.as_str()), (*version as i64).into());
    }
    changes
        .into_iter()
        .map(|(node, change)| map([("id", id(node).into()), ("set", BoltType::Map(change))]))
        .collect()
}
