//! The port's side of it, the same for every engine.

/// `Derived` for an engine with the field `generations`. Its method `described` says where it lies.
macro_rules! derived_on_a_server {
    ($engine:ty) => {
        #[async_trait::async_trait]
        impl souk_ports::derived::Derived for $engine {
            async fn live(
                &self,
                projection: souk_ports::derived::ProjectionName,
            ) -> souk_ports::Result<Option<souk_ports::derived::Generation>> {
                self.generations.live(projection).await
            }

            async fn begin(
                &self,
                projection: souk_ports::derived::ProjectionName,
            ) -> souk_ports::Result<souk_ports::derived::Generation> {
                self.generations.begin(projection).await
            }

            async fn promote(
                &self,
                projection: souk_ports::derived::ProjectionName,
                expected: Option<souk_ports::derived::Generation>,
                next: souk_ports::derived::Generation,
            ) -> souk_ports::Result<()> {
                self.generations.promote(projection, expected, next).await
            }

            async fn lock(
                &self,
                projection: souk_ports::derived::ProjectionName,
                generation: souk_ports::derived::Generation,
            ) -> souk_ports::Result<Option<Box<dyn souk_ports::derived::Lock>>> {
                self.generations.lock(projection, generation).await
            }

            async fn checkpoint(
                &self,
                projection: souk_ports::derived::ProjectionName,
                generation: souk_ports::derived::Generation,
            ) -> souk_ports::Result<souk_ports::derived::Checkpoint> {
                self.generations.checkpoint(projection, generation).await
            }

            async fn describe(&self) -> souk_ports::Result<String> {
                self.described().await
            }
        }
    };
}
pub(crate) use derived_on_a_server;
