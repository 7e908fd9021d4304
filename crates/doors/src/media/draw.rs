//! Drawing what is missing while somebody watches.

use souk_kernel::ErrorCode;
use souk_shop::media::{Drawn, draw_missing};

use crate::App;
use crate::gate::Problem;
use crate::server::told_to_stop;
use crate::terminal::{Progress, Terminal};

/// Draws every picture that is not there yet, and says how many, where there were any.
pub(crate) async fn draw_all(app: &App, terminal: Terminal) -> Result<Drawn, Problem> {
    let drawn = {
        let progress = Progress::new(terminal, "pictures");
        let on_progress = |done, total| progress.at(done, total);
        tokio::select! {
            drawn = draw_missing(&app.shop, &on_progress) => drawn?,
            () = told_to_stop() => {
                let detail = "the drawing was interrupted; what was committed stays, and the same command goes on from there";
                return Err(Problem::new(ErrorCode::Unavailable, detail));
            }
        }
    };
    if drawn.drawn > 0 {
        terminal.note(&format!("Drew {} pictures.", drawn.drawn));
    }
    Ok(drawn)
}
