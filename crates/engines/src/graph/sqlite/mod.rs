//! The graph in SQLite: one file per generation, with its edges in both directions, their numbers and the checkpoint.
//!
//! What is left out: any knowledge of what the nodes are. A walk is done here, over short ranges of edges that lie in
//! the order in which it follows them; SQL only fetches the ranges.

mod reads;
mod tables;
mod walk;
mod writes;

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use souk_ports::Result;
use souk_ports::derived::{Checkpoint, Generation, ProjectionName};
use souk_ports::graph::{Edge, EdgeWrite, Graph, Path, Reached, Relation, Size, Walk};
use uuid::Uuid;

use crate::local::derived_file::DerivedFile;
use crate::local::derived_in_sqlite;
use crate::local::generations::{Contents, Generations};
use crate::local::sqlite::blocking;
use crate::table::Location;

const WHAT: &str = "graph";

pub(super) async fn open(location: Location) -> Result<Arc<dyn Graph>> {
    location.only_options(&[])?;
    let generations = Generations::new(WHAT, &location.path);
    Ok(Arc::new(SqliteGraph { path: location.path, generations }))
}

struct SqliteGraph {
    path: PathBuf,
    generations: Arc<Generations<Edges>>,
}

struct Edges(DerivedFile);

impl Contents for Edges {
    fn create(folder: &FilePath) -> Result<()> {
        DerivedFile::create(WHAT, folder, tables::SCHEMA)
    }

    fn open(folder: &FilePath) -> Result<Self> {
        Ok(Self(DerivedFile::open(WHAT, folder)))
    }
}

derived_in_sqlite!(SqliteGraph, format_args!("SQLite {}", rusqlite::version()));

#[async_trait]
impl Graph for SqliteGraph {
    async fn write(
        &self,
        graph: ProjectionName,
        generation: Generation,
        writes: Vec<EdgeWrite>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        writes.iter().try_for_each(EdgeWrite::check)?;
        let target = self.generations.get(graph, generation)?;
        if writes.is_empty() && target.0.ahead().keep(checkpoint) {
            return Ok(());
        }
        blocking(WHAT, move || target.0.write(checkpoint, |transaction| writes::write(transaction, &writes)))
            .await
    }

    async fn walk(&self, walk: &Walk) -> Result<Vec<Reached>> {
        walk.check()?;
        // Steps in one graph see one moment of it.
        let runs: Vec<_> = walk.steps.chunk_by(|one, next| one.path.graph == next.path.graph).collect();
        let graphs = runs.iter().map(|run| self.generations.read(run[0].path.graph));
        let graphs = graphs.collect::<Result<Vec<_>>>()?;
        let mut nodes = walk::begin(&walk.from);
        for (run, graph) in runs.iter().zip(&graphs).take(runs.len() - 1) {
            let (rows, steps) = (walk::rows(nodes.len(), run), run.to_vec());
            nodes = graph.0.readers().read(rows, move |file| walk::go(file, nodes, &steps)).await?;
        }
        let last = runs[runs.len() - 1];
        let (rows, walk) = (walk::rows(nodes.len(), last), Walk { steps: last.to_vec(), ..walk.clone() });
        graphs[runs.len() - 1].0.readers().read(rows, move |file| walk::arrive(file, nodes, &walk)).await
    }

    async fn edges(&self, path: Path, nodes: &[Uuid], limit: u32) -> Result<Vec<Vec<Edge>>> {
        let live = self.generations.read(path.graph)?;
        let nodes = nodes.to_vec();
        let rows = u64::from(limit).saturating_mul(nodes.len() as u64);
        live.0.readers().read(rows, move |file| reads::edges(file, path, &nodes, limit)).await
    }

    async fn busiest(&self, path: Path, limit: u32) -> Result<Vec<(Uuid, u64)>> {
        let live = self.generations.read(path.graph)?;
        live.0.readers().read(u64::MAX, move |file| reads::busiest(file, path, limit)).await
    }

    async fn size(&self, graph: ProjectionName, relation: Relation) -> Result<Size> {
        let live = self.generations.read(graph)?;
        live.0.readers().read(1, move |file| reads::size(file, relation)).await
    }

    async fn scan(
        &self,
        graph: ProjectionName,
        after: Option<(Relation, Uuid, Uuid)>,
        limit: u32,
    ) -> Result<Vec<(Relation, Uuid, Edge)>> {
        let live = self.generations.read(graph)?;
        live.0.readers().read(u64::MAX, move |file| reads::scan(file, after, limit)).await
    }
}
