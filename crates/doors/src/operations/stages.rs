//! What a long beginning is made of, and how long each part took.

use std::time::{Duration, Instant};

use crate::gate::Problem;
use crate::terminal::{Style, Table};

/// The stages so far, in their order.
#[derive(Debug, Default)]
pub(super) struct Stages(Vec<Stage>);

#[derive(Debug)]
struct Stage {
    name: &'static str,
    outcome: String,
    took: Duration,
}

impl Stages {
    /// Does a part of the work, which says what came of it.
    pub(super) async fn run(
        &mut self,
        name: &'static str,
        work: impl Future<Output = Result<String, Problem>>,
    ) -> Result<(), Problem> {
        let begun = Instant::now();
        let outcome = work.await?;
        self.0.push(Stage { name, outcome, took: begun.elapsed() });
        Ok(())
    }

    pub(super) fn words(&self, style: Style) -> String {
        let mut table = Table::new(style, &["stage", ">seconds", ""]);
        let seconds = |took: Duration| format!("{:.1}", took.as_secs_f64());
        for Stage { name, outcome, took } in &self.0 {
            table.row([(*name).to_owned(), seconds(*took), outcome.clone()]);
        }
        let all = self.0.iter().map(|stage| stage.took).sum();
        table.row(["all".to_owned(), seconds(all), String::new()]);
        table.render()
    }
}
