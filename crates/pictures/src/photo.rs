//! Pictures that people bring: checked by content before they are decoded, turned upright, freed of what a camera noted,
//! and encoded anew. And smaller sizes of any picture.
//!
//! What comes from outside is decoded by safe code only; libwebp encodes what we have decoded. Encoding anew means that
//! nothing of a file that was uploaded is ever served: no place where it was taken, no thumbnail, no script behind the
//! image. Of an animation the first frame is kept.

use std::io::Cursor;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::Error;

/// Of a file that is uploaded.
pub const MAX_BYTES: usize = 10 << 20;
pub const MAX_PIXELS: u64 = 40_000_000;
/// What is larger, either way, is made smaller when it is uploaded.
pub const MAX_SIDE: u32 = 2400;
/// Either way; no camera makes longer ones.
const MAX_EDGE: u32 = 20_000;
/// Four bytes a pixel, twice, and something for the decoder.
const DECODER_BYTES: u64 = MAX_PIXELS * 8 + (64 << 20);
/// Of libwebp, 0 to 100.
const QUALITY: f32 = 82.0;
const PHOTO_QUALITY: f32 = 90.0;

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the picture is empty")]
    Empty,
    #[error("the picture is larger than {} MiB", MAX_BYTES >> 20)]
    TooManyBytes,
    #[error("the file is no PNG, JPEG or WebP")]
    UnknownType,
    #[error("the picture is {width} x {height} pixels; {} million are the most", MAX_PIXELS / 1_000_000)]
    TooManyPixels { width: u32, height: u32 },
    #[error("the file begins like a picture but cannot be read: {reason}")]
    Broken { reason: String },
}

/// Reads a PNG, JPEG or WebP that somebody uploaded, and gives it back as WebP.
pub fn photo(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(Refusal::TooManyBytes);
    }
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => format,
        _ => return Err(Refusal::UnknownType),
    };
    let image = decode(bytes, format)?;
    let image = within(image, MAX_SIDE).map_err(|error| Refusal::Broken { reason: error.to_string() })?;
    lossy(image, PHOTO_QUALITY).map_err(|error| Refusal::Broken { reason: error.to_string() })
}

/// A picture of ours, no larger than `side` either way, as WebP.
pub fn shrink(picture: &[u8], side: u32) -> Result<Vec<u8>, Error> {
    let image = decode(picture, ImageFormat::WebP).map_err(|refusal| Error::new("a picture", refusal))?;
    smaller(image, side)
}

/// No larger than `side` either way, as WebP.
pub(crate) fn smaller(image: RgbaImage, side: u32) -> Result<Vec<u8>, Error> {
    lossy(within(image, side)?, QUALITY)
}

/// The size is read from the header and judged before anything is unpacked.
fn decode(bytes: &[u8], format: ImageFormat) -> Result<RgbaImage, Refusal> {
    let broken = |error: image::ImageError| Refusal::Broken { reason: error.to_string() };
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || width.max(height) > MAX_EDGE {
        return Err(Refusal::TooManyPixels { width, height });
    }
    // A picture without a readable note of how the camera was held is taken as it is.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let profile = decoder.icc_profile().unwrap_or(None);
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(orientation);
    let image = image.into_rgba8();
    Ok(match profile.and_then(|profile| in_srgb(&image, &profile)) {
        Some(converted) => converted,
        None => image,
    })
}

/// The colours that a profile means, as those that a picture without one has. `None` where they are these already as far as can
/// be told: the profile cannot be read, or is one of inks or of greys, whose pixels the decoder has made colours of.
fn in_srgb(image: &RgbaImage, profile: &[u8]) -> Option<RgbaImage> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    if profile.color_space != DataColorSpace::Rgb {
        return None;
    }
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let transform = profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgba, options).ok()?;
    let mut pixels = vec![0; image.as_raw().len()];
    transform.transform(image.as_raw(), &mut pixels).ok()?;
    RgbaImage::from_raw(image.width(), image.height(), pixels)
}

/// Never larger than it is.
fn within(image: RgbaImage, side: u32) -> Result<RgbaImage, Error> {
    let (width, height) = image.dimensions();
    let longest = width.max(height);
    if longest <= side {
        return Ok(image);
    }
    let scaled = |edge: u32| ((f64::from(edge) * f64::from(side) / f64::from(longest)).round() as u32).max(1);
    let failed = |error: &dyn std::fmt::Display| Error::new("making a picture smaller", error);
    let source =
        ImageRef::new(width, height, image.as_raw(), PixelType::U8x4).map_err(|error| failed(&error))?;
    let mut target = Image::new(scaled(width), scaled(height), PixelType::U8x4);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut target, &options).map_err(|error| failed(&error))?;
    RgbaImage::from_raw(target.width(), target.height(), target.into_vec())
        .ok_or_else(|| failed(&"the pixels do not fill it"))
}

fn lossy(image: RgbaImage, quality: f32) -> Result<Vec<u8>, Error> {
    let (width, height) = image.dimensions();
    let opaque = image.pixels().all(|pixel| pixel.0[3] == 255);
    let encoded = if opaque {
        let rgb: Vec<u8> = image.pixels().flat_map(|pixel| [pixel.0[0], pixel.0[1], pixel.0[2]]).collect();
        webp::Encoder::from_rgb(&rgb, width, height).encode_simple(false, quality)
    } else {
        webp::Encoder::from_rgba(&image, width, height).encode_simple(false, quality)
    };
    encoded
        .map(|memory| memory.to_vec())
        .map_err(|error| Error::new("encoding a picture", format!("{error:?}")))
}

/// For drawings: they keep every pixel, so that what is made from them is as good as can be.
pub(crate) fn lossless(rgb: &[u8], width: u32, height: u32) -> Result<Vec<u8>, Error> {
    let failed = |why: &dyn std::fmt::Debug| Error::new("encoding a drawing", format!("{why:?}"));
    let mut config = webp::WebPConfig::new().map_err(|()| failed(&"no configuration"))?;
    config.lossless = 1;
    config.method = 1;
    config.quality = 20.0;
    let encoded = webp::Encoder::from_rgb(rgb, width, height).encode_advanced(&config);
    encoded.map(|memory| memory.to_vec()).map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage};

    use super::*;

    /// Left half red, right half blue.
    fn flag(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(
            width,
            height,
            |x, _| if x * 2 < width { Rgb([220, 30, 30]) } else { Rgb([30, 30, 220]) },
        )
    }

    fn jpeg(image: &RgbImage, exif: Option<Vec<u8>>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
        if let Some(exif) = exif {
            encoder.set_exif_metadata(exif).unwrap();
        }
        encoder.write_image(image, image.width(), image.height(), ExtendedColorType::Rgb8).unwrap();
        bytes
    }

    fn png(image: &RgbImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        encoder.write_image(image, image.width(), image.height(), ExtendedColorType::Rgb8).unwrap();
        bytes
    }

    fn opened(webp: &[u8]) -> RgbaImage {
        image::load_from_memory_with_format(webp, ImageFormat::WebP).unwrap().into_rgba8()
    }

    #[test]
    fn every_type_comes_out_as_webp_and_large_ones_smaller() {
        for bytes in [png(&flag(60, 40)), jpeg(&flag(60, 40), None), photo(&png(&flag(60, 40))).unwrap()] {
            let taken = opened(&photo(&bytes).unwrap());
            assert_eq!(taken.dimensions(), (60, 40));
            let (left, right) = (taken.get_pixel(10, 20), taken.get_pixel(50, 20));
            assert!(left[0] > 150 && left[2] < 90 && right[2] > 150 && right[0] < 90, "{left:?} {right:?}");
        }
        let large = photo(&png(&flag(4_800, 10))).unwrap();
        assert_eq!(opened(&large).dimensions(), (MAX_SIDE, 5));
        let thin = photo(&png(&flag(5_000, 1))).unwrap();
        assert_eq!(opened(&thin).dimensions(), (MAX_SIDE, 1));
    }

    #[test]
    fn a_camera_held_on_its_side_is_set_right_and_its_notes_are_gone() {
        // TIFF, little endian, one entry: orientation (0x0112), a short, 6: turn right by 90 degrees. Then a word.
        let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend(b"SECRET-PLACE");
        let bytes = jpeg(&flag(60, 40), Some(exif));
        assert!(bytes.windows(12).any(|window| window == b"SECRET-PLACE"));
        let taken = photo(&bytes).unwrap();
        assert!(!taken.windows(12).any(|window| window == b"SECRET-PLACE"));
        let image = opened(&taken);
        assert_eq!(image.dimensions(), (40, 60));
        assert!(image.get_pixel(20, 10)[0] > 150 && image.get_pixel(20, 50)[2] > 150);
    }

    #[test]
    fn colours_of_a_wide_profile_are_converted_and_a_broken_profile_changes_nothing() {
        let taken = |profile: Vec<u8>| {
            let plain = RgbImage::from_pixel(40, 40, Rgb([200, 100, 50]));
            let mut bytes = Vec::new();
            let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
            encoder.set_icc_profile(profile).unwrap();
            encoder.write_image(&plain, 40, 40, ExtendedColorType::Rgb8).unwrap();
            opened(&photo(&bytes).unwrap()).get_pixel(20, 20).0
        };
        let near = |found: [u8; 4], wanted: [u8; 3]| {
            assert!(found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 4), "{found:?}, not {wanted:?}");
        };
        // By the matrices of Display P3 and sRGB (CSS Color Module Level 4, section 18).
        near(taken(ColorProfile::new_display_p3().encode().unwrap()), [215, 93, 31]);
        near(taken(ColorProfile::new_srgb().encode().unwrap()), [200, 100, 50]);
        near(taken(b"no profile".to_vec()), [200, 100, 50]);
    }

    #[test]
    fn what_is_see_through_stays_so() {
        let clear = RgbaImage::from_pixel(30, 30, image::Rgba([10, 200, 10, 0]));
        let mut bytes = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        encoder.write_image(&clear, 30, 30, ExtendedColorType::Rgba8).unwrap();
        assert_eq!(opened(&photo(&bytes).unwrap()).get_pixel(5, 5)[3], 0);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(photo(b""), Err(Refusal::Empty));
        for bytes in
            [&b"hello"[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"BM", b"%PDF-1.7"]
        {
            assert_eq!(photo(bytes), Err(Refusal::UnknownType));
        }
        assert_eq!(photo(&vec![0; MAX_BYTES + 1]), Err(Refusal::TooManyBytes));
        let whole = png(&flag(60, 40));
        for end in [8, 20, 33, whole.len() / 2] {
            assert!(matches!(photo(&whole[..end]), Err(Refusal::Broken { .. })), "{end}");
        }
        for bytes in [&b"\xff\xd8\xff\xe0"[..], b"RIFF\x10\0\0\0WEBPVP8 "] {
            assert!(matches!(photo(bytes), Err(Refusal::Broken { .. })));
        }
    }

    #[test]
    fn a_small_file_that_unpacks_to_much_is_refused_by_its_header() {
        // 49 million pixels of one colour are a few thousand bytes.
        let bomb = png(&RgbImage::new(7_000, 7_000));
        assert!(bomb.len() < MAX_BYTES);
        assert_eq!(photo(&bomb), Err(Refusal::TooManyPixels { width: 7_000, height: 7_000 }));
        let long = png(&RgbImage::new(20_001, 1));
        assert_eq!(photo(&long), Err(Refusal::TooManyPixels { width: 20_001, height: 1 }));
    }

    #[test]
    fn smaller_sizes_keep_the_shape_and_never_grow() {
        let original = photo(&png(&flag(300, 150))).unwrap();
        assert_eq!(opened(&shrink(&original, 200).unwrap()).dimensions(), (200, 100));
        assert_eq!(opened(&shrink(&original, 600).unwrap()).dimensions(), (300, 150));
        assert_eq!(shrink(&original, 200).unwrap(), shrink(&original, 200).unwrap());
        assert!(shrink(b"RIFF", 200).is_err());
    }
}
