//! Pictures of products: drawn where there are none, brought by staff, shown in three sizes.
//!
//! A picture is put among the objects first and named by the product's row afterwards, so a row never names what is not
//! there. Its name is a hash, so what stands under a name never changes. Left out: drawing and reading pictures itself
//! (`souk_pictures`), and who may change them.

mod change_images;
mod draw_missing;
mod error;
mod names;
mod projections;
mod show_picture;
mod work;

pub use change_images::{How, MAX_IMAGES, bring_image, remove_image};
pub use draw_missing::{Drawn, draw_missing};
pub use error::Error;
pub(crate) use names::addresses;
pub use names::{PictureName, SIZES};
pub(crate) use projections::originals;
pub use projections::{IMAGE_SIZES, ImageSizes};
pub use show_picture::{Shown, picture_link, show_picture};
pub use souk_pictures::MAX_BYTES;
