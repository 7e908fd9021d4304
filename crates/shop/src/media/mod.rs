//! Pictures of products: drawn where there are none, brought by staff, shown in three sizes.
//!
//! A picture that is brought is put among the objects first and named by the product's row afterwards, so a row never names
//! one that is not there. A drawn picture is named first, and drawn when somebody asks for it or when there is nothing else
//! to do. One that lies elsewhere is fetched once and then brought as any other. What stands under a name never changes.
//! Left out: drawing and reading pictures itself (`souk_pictures`), and who may change them.

mod change_images;
mod draw;
mod draw_missing;
mod error;
mod names;
mod projections;
mod show_picture;
mod work;

use change_images::forget_files;
pub use change_images::{How, MAX_IMAGES, bring_image, fetch_image, remove_image};
pub use draw::Drawings;
pub use draw_missing::{Drawn, Undrawn, draw_missing, name_missing, undrawn};
pub use error::Error;
pub use names::{PictureName, SIZES};
pub(crate) use names::{addresses, category_address};
pub(crate) use projections::originals;
pub use projections::{IMAGE_SIZES, ImageSizes};
pub use show_picture::{Shown, picture_link, show_picture};
pub use souk_pictures::MAX_BYTES;
