//! The graph in Neo4j 5, as a property graph that people can look at with their own tools: see [`names`] for what lies
//! where.
//!
//! **Writing.** A batch is one transaction, with its checkpoint: what it comes to is computed here from what is stored,
//! and one statement stores it, if the generation's record is still as it was when reading began. Facts count once
//! because each event has a node that lists which of its facts were counted.
//!
//! **Reading.** A walk is one statement, so nodes and edges never leave the server on the way. The numbers of edges stand
//! on the nodes; but for the few latest or heaviest edges of a node all of them are looked at, which takes some
//! microseconds an edge: a step from a product that 50,000 people bought takes a tenth of a second or two.
//!
//! **What a reader sees.** Neo4j reads what is committed at each moment of a statement: one that runs while a batch is
//! committed may see some of it. It never misses what a checkpoint says that was read before, because reading a record
//! waits for the end of a commit (see [`records`]).
//!
//! What is left out: client-side routing (with `neo4j://` a cluster routes writes itself), several databases for one
//! role, plugins.

mod batch;
mod names;
mod reads;
mod records;
mod server;
mod settings;
#[cfg(test)]
mod tests;
mod writes;

use std::sync::Arc;

use async_trait::async_trait;
use neo4rs::query;
use souk_ports::Result;
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::graph::{Edge, EdgeWrite, Graph, Path, Reached, Relation, Size, Walk};
use uuid::Uuid;

use self::batch::{Next, Wanted};
use self::records::Records;
use self::server::{Server, first};
use self::settings::Settings;
use crate::remote::fresh;
use crate::remote::generations::{Generations, derived_on_a_server};
use crate::table::{Fresh, Location};

const WHAT: &str = "graph";

/// Connects when it is first needed.
pub(super) async fn open(location: Location) -> Result<Arc<dyn Graph>> {
    let server = Arc::new(Server::new(Settings::read(location)?)?);
    let generations = Generations::new(WHAT, Records(server.clone()));
    Ok(Arc::new(Neo4jGraph { server, generations }))
}

pub(super) fn fresh() -> Fresh {
    fresh::fresh("SOUK_TEST_NEO4J", "127.0.0.1:7687", |address, name| {
        format!("neo4j://neo4j:souk-test-password@{address}?namespace={name}&pool=4")
    })
}

struct Neo4jGraph {
    server: Arc<Server>,
    generations: Arc<Generations<Records>>,
}

derived_on_a_server!(Neo4jGraph);

impl Neo4jGraph {
    fn name(&self, graph: ProjectionName, generation: Generation) -> String {
        self.generations.registry().graph(graph, generation)
    }

    async fn described(&self) -> Result<String> {
        let components = "CALL dbms.components() YIELD versions, edition
                          RETURN versions[0] + ' ' + edition AS version";
        let version: String = first(&self.server.ask(query(components)).await?, "version")?;
        Ok(format!("Neo4j {version} at {}, namespace `{}`", self.server.shown(), self.server.namespace()))
    }
}

#[async_trait]
impl Graph for Neo4jGraph {
    async fn write(
        &self,
        graph: ProjectionName,
        generation: Generation,
        writes: Vec<EdgeWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        writes.iter().try_for_each(EdgeWrite::check)?;
        let (wanted, name) = (&Wanted::new(writes), &self.name(graph, generation));
        let read = || writes::next(&self.server, name, wanted);
        let write =
            |next: Arc<Next>, step| async move { writes::write(&self.server, name, &next, step).await };
        self.generations.together_after(graph, generation, checkpoint, read, write).await
    }

    async fn walk(&self, walk: &Walk) -> Result<Vec<Reached>> {
        walk.check()?;
        let graphs: Vec<_> = walk.steps.iter().map(|step| step.path.graph).collect();
        let ask = |live: Vec<Generation>| async {
            let names: Vec<_> = graphs.iter().zip(live).map(|(graph, live)| self.name(graph, live)).collect();
            reads::walk(&self.server, &names, walk).await
        };
        self.generations.ask(&graphs, ask).await
    }

    async fn edges(&self, path: Path, nodes: &[Uuid], limit: u32) -> Result<Vec<Vec<Edge>>> {
        let ask = |live: Vec<Generation>| async move {
            reads::edges(&self.server, &self.name(path.graph, live[0]), path, nodes, limit).await
        };
        self.generations.ask(&[path.graph], ask).await
    }

    async fn busiest(&self, path: Path, limit: u32) -> Result<Vec<(Uuid, u64)>> {
        let ask = |live: Vec<Generation>| async move {
            reads::busiest(&self.server, &self.name(path.graph, live[0]), path, limit).await
        };
        self.generations.ask(&[path.graph], ask).await
    }

    async fn size(&self, graph: ProjectionName, relation: Relation) -> Result<Size> {
        let ask = |live: Vec<Generation>| async move {
            reads::size(&self.server, &self.name(graph, live[0]), relation).await
        };
        self.generations.ask(&[graph], ask).await
    }

    async fn scan(
        &self,
        graph: ProjectionName,
        after: Option<(Relation, Uuid, Uuid)>,
        limit: u32,
    ) -> Result<Vec<(Relation, Uuid, Edge)>> {
        let ask = |live: Vec<Generation>| async move {
            reads::scan(&self.server, &self.name(graph, live[0]), after, limit).await
        };
        self.generations.ask(&[graph], ask).await
    }
}
