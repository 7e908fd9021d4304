//! Smaller sizes of every image that was brought for a product. Drawings are made in all sizes at once.
//!
//! Which images a product had once stands in its own history, so what has gone is taken away without a memory of our own.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::Deserialize;
use souk_kernel::{Position, ProductId};
use souk_pictures::{CONTENT_TYPE, shrink};
use souk_ports::derived::{Checkpoint, Derived, Generation, ProjectionName};
use souk_ports::event::{EventFilter, RecordedEvent, StreamKind};
use souk_ports::objects::{Object, ObjectKey, ObjectWrite, Objects};
use souk_ports::projection::{LazySnapshot, Projection};
use souk_ports::rows::{Image, Product};
use souk_ports::{Error as PortError, Result};
use tokio::task::JoinSet;

use super::names::{PictureName, SIZES};
use super::work::{cores, work};

pub const IMAGE_SIZES: ProjectionName = "image-sizes";

/// Each of these may be a picture to decode; together they take a second or two.
const BATCH: u32 = 64;
/// Requests come first, but not for ever.
const PATIENCE: Duration = Duration::from_secs(60);
const DUMP_BATCH: u32 = 1_000;
/// The events that may tell of pictures.
const TELLING: [&str; 2] = ["product-added", "product-changed"];

pub struct ImageSizes {
    objects: Arc<dyn Objects>,
}

impl ImageSizes {
    pub fn new(objects: Arc<dyn Objects>) -> Self {
        Self { objects }
    }

    /// All sizes of one picture; none where the original is gone or cannot be read: there is nothing to show then, and
    /// the other pictures must not wait for it.
    async fn sizes_of(objects: Arc<dyn Objects>, name: PictureName) -> Result<Vec<(PictureName, Object)>> {
        let Some(original) = objects.get(&name.original().key()?).await? else {
            tracing::warn!(picture = %name, "a product names a picture that is not there");
            return Ok(Vec::new());
        };
        let bytes = original.object.bytes;
        let made = work(PATIENCE, move || {
            SIZES
                .into_iter()
                .map(|size| Ok((size, smaller(&bytes, size)?)))
                .collect::<Result<Vec<_>, souk_pictures::Error>>()
        });
        match made.await {
            Ok(Ok(sizes)) => Ok(sizes.into_iter().map(|(size, object)| (name.sized(size), object)).collect()),
            Ok(Err(error)) => {
                tracing::warn!(picture = %name, %error, "a picture cannot be made smaller");
                Ok(Vec::new())
            }
            Err(error) => Err(PortError::Unavailable {
                what: "making pictures smaller".to_owned(),
                source: Some(error.into()),
            }),
        }
    }
}

pub(super) fn smaller(original: &[u8], size: u32) -> Result<Object, souk_pictures::Error> {
    Ok(Object { bytes: Bytes::from(shrink(original, size)?), content_type: CONTENT_TYPE.to_owned() })
}

#[async_trait]
impl Projection for ImageSizes {
    fn name(&self) -> ProjectionName {
        IMAGE_SIZES
    }

    fn target(&self) -> Arc<dyn Derived> {
        self.objects.clone()
    }

    fn events(&self) -> EventFilter {
        EventFilter::Kinds(&TELLING)
    }

    fn batch(&self) -> u32 {
        BATCH
    }

    async fn apply(
        &self,
        generation: Generation,
        events: &[Arc<RecordedEvent>],
        snapshot: &mut LazySnapshot<'_>,
        checkpoint: Checkpoint,
    ) -> Result<()> {
        let mut touched = BTreeSet::new();
        for event in events {
            if !images_in(event)?.is_empty() {
                touched.insert(ProductId(event.stream.id));
            }
        }
        if touched.is_empty() {
            return self.objects.write(IMAGE_SIZES, generation, Vec::new(), checkpoint).await;
        }
        let snapshot = snapshot.open().await?;
        let version = snapshot.head().await?.head.position;
        let ids: Vec<ProductId> = touched.into_iter().collect();
        let rows = snapshot.many::<Product>(&ids).await?;
        let (mut wanted, mut gone) = (Vec::new(), Vec::new());
        for (id, row) in ids.into_iter().zip(rows) {
            let now = row.map(|row| names(&row.row.images)).unwrap_or_default();
            for event in snapshot.stream(id.into()).await? {
                let Told::Images(once) = images_in(&event)? else { continue };
                gone.extend(names(&once).into_iter().filter(|name| !now.contains(name)));
            }
            wanted.extend(now);
        }
        let writes = self.writes(wanted, gone, version).await?;
        self.objects.write(IMAGE_SIZES, generation, writes, checkpoint).await
    }

    async fn dump(&self) -> Result<Vec<String>> {
        let (mut lines, mut after): (Vec<String>, Option<ObjectKey>) = (Vec::new(), None);
        loop {
            let found = self.objects.scan(IMAGE_SIZES, after.as_ref(), DUMP_BATCH).await?;
            let Some((last, _)) = found.last() else { break };
            after = Some(last.clone());
            let line = |(key, etag): &(ObjectKey, String)| {
                format!(r#"{{"key":"{}","etag":"{etag}"}}"#, key.as_str())
            };
            lines.extend(found.iter().map(line));
        }
        lines.sort_unstable();
        Ok(lines)
    }
}

impl ImageSizes {
    async fn writes(
        &self,
        wanted: Vec<PictureName>,
        gone: Vec<PictureName>,
        version: Position,
    ) -> Result<Vec<ObjectWrite>> {
        let mut writes = Vec::new();
        for name in gone {
            for size in SIZES {
                writes.push(ObjectWrite { key: name.sized(size).key()?, version, content: None });
            }
        }
        let mut waiting = wanted.into_iter();
        let mut making = JoinSet::new();
        loop {
            // A few more than there are cores, so that reading files and working on pixels go side by side.
            while making.len() < cores() + 1
                && let Some(name) = waiting.next()
            {
                making.spawn(Self::sizes_of(self.objects.clone(), name));
            }
            let Some(made) = making.join_next().await else { break };
            let made =
                made.map_err(|panicked| PortError::internal("making pictures smaller", panicked))??;
            for (name, object) in made {
                writes.push(ObjectWrite { key: name.key()?, version, content: Some(object) });
            }
        }
        Ok(writes)
    }
}

/// The keys of those images that are kept here, among what is owned.
pub(crate) fn originals(images: &[Image]) -> Result<Vec<ObjectKey>> {
    names(images).iter().map(PictureName::key).collect()
}

fn names(images: &[Image]) -> Vec<PictureName> {
    let ours = images.iter().filter_map(|image| PictureName::of_url(&image.url));
    ours.filter(|name| name.drawing().is_none()).collect()
}

/// What an event says of a product's images.
enum Told {
    Nothing,
    /// These were its images from then on.
    Images(Vec<Image>),
}

impl Told {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

fn images_in(event: &RecordedEvent) -> Result<Told> {
    let may_tell = TELLING.contains(&event.kind.as_str());
    if event.stream.kind != StreamKind::PRODUCT || !may_tell {
        return Ok(Told::Nothing);
    }
    let told: Change = serde_json::from_str(&event.data).map_err(|source| {
        PortError::internal(format!("reading the {} event at {}", event.kind, event.position), source)
    })?;
    let concerns = match told.changed {
        Some(fields) => fields.iter().any(|field| field == "images"),
        None => !told.product.images.is_empty(),
    };
    Ok(if concerns { Told::Images(told.product.images) } else { Told::Nothing })
}

#[derive(Deserialize)]
struct Change {
    product: WithImages,
    changed: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct WithImages {
    #[serde(default)]
    images: Vec<Image>,
}
