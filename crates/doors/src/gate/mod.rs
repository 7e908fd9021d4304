//! What every HTTP request passes on its way in and every answer on its way out, whatever the feature.
//!
//! Nothing here knows a use case. What has nothing to do with HTTP stands in [`crate::call`].

mod answer;
mod arriving;
mod body;
mod enter;
mod extract;
mod layers;
mod meter;
mod params;

pub use answer::{Done, Located, Rendered, Tagged};
pub use body::{FileBody, FileOrJson, JsonBody, JsonList, Line, Lines, PatchBody};
pub(crate) use body::{MERGE_PATCH, parse};
pub use enter::{Doorkeeper, Gate, Limits};
pub(crate) use enter::{no_such_method, no_such_route};
pub use extract::{IfMatch, idempotency_key};
pub use layers::{Front, Layers, Origins};
pub use meter::Meter;
pub use params::{Params, PathRef, PathText, Query, blank_is_absent, named};

pub use crate::call::{Answered, Asker, Caller, Given, Problem, ProblemDocument, ThisSession, Token, page};
