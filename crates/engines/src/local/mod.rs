//! What the local engines share: SQLite files opened the same way everywhere, and generations of derived data as
//! folders. Nothing here knows a role.

pub(crate) mod ahead;
pub(crate) mod derived_file;
mod folders;
pub(crate) mod generations;
pub(crate) mod owned_file;
pub(crate) mod sqlite;
pub(crate) mod turnstile;

/// `Derived` for an engine with the fields `path` and `generations`, whose contents are a tuple struct around one
/// [`derived_file::DerivedFile`], in a module that says `WHAT` the role is. `$title` is what people call the engine.
macro_rules! derived_in_sqlite {
    ($engine:ty, $title:expr) => {
        #[async_trait::async_trait]
        impl souk_ports::derived::Derived for $engine {
            async fn live(&self, projection: ProjectionName) -> Result<Option<Generation>> {
                self.generations.live_number(projection)
            }

            async fn begin(&self, projection: ProjectionName) -> Result<Generation> {
                self.generations.begin(projection).await
            }

            async fn promote(
                &self,
                projection: ProjectionName,
                expected: Option<Generation>,
                next: Generation,
            ) -> Result<()> {
                self.generations.promote(projection, expected, next).await
            }

            async fn lock(
                &self,
                projection: ProjectionName,
                generation: Generation,
            ) -> Result<Option<Box<dyn souk_ports::derived::Lock>>> {
                self.generations.lock(projection, generation).await
            }

            async fn checkpoint(
                &self,
                projection: ProjectionName,
                generation: Generation,
            ) -> Result<Checkpoint> {
                self.generations.get(projection, generation)?.0.checkpoint().await
            }

            async fn settle(&self, projection: ProjectionName, generation: Generation) -> Result<()> {
                let target = self.generations.get(projection, generation)?;
                if target.0.ahead().kept().is_none() {
                    return Ok(());
                }
                crate::local::sqlite::blocking(WHAT, move || target.0.settle()).await
            }

            async fn describe(&self) -> Result<String> {
                Ok(format!("{} in {}", $title, self.path.display()))
            }
        }
    };
}
pub(crate) use derived_in_sqlite;
