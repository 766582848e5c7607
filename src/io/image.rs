//! PNG and JPEG: pixels to integers 0 … 2^bits − 1 and back.

use super::{Channels, Data, Fault, Form, Format, IntType, Loaded, Range, Rendering};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, Limits,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::{CompressionType, FilterType, PngDecoder, PngEncoder},
    },
    metadata::Orientation,
};
use ndarray::ArrayD;
use std::io::Cursor;

/// The largest image that is read, in pixels.
const MAX_PIXELS: u64 = 1 << 28;

/// No PNG or JPEG says more than this with one byte: deflate stops at 1032 bytes, and a JPEG spends at least
/// one bit on every block of 64, which is 1536 samples at most where its chroma is subsampled.
const MAX_EXPANSION: u64 = 2048;

const JPEG_QUALITY: u8 = 92;

/// Reads an image: rows × columns, and channels where there is more than one. Palettes become RGB, depths
/// below 8 bits become 8, and the orientation that EXIF asks for is applied.
pub fn decode(bytes: &[u8], format: Format) -> Result<Loaded, Fault> {
    let bad = |e: ImageError| Fault::new(e.to_string(), "is it whole, and does its ending say what it is?");
    match format {
        Format::Jpeg if !is_whole_jpeg(bytes) => {
            let problem = "expected a JPEG up to its end marker, this is none or is cut off";
            Err(Fault::new(problem, "copy the file again, or name the right ending"))
        }
        Format::Jpeg => {
            JpegDecoder::new(Cursor::new(bytes)).map_err(bad).and_then(|d| pixels(d, bytes.len()))
        }
        _ => PngDecoder::with_limits(Cursor::new(bytes), limits())
            .map_err(bad)
            .and_then(|d| pixels(d, bytes.len())),
    }
}

/// Whether a JPEG has an end marker after its last scan: the decoder fills in grey where data is missing.
/// (Within a scan the byte FF is always followed by 00 or a restart marker, so the search is exact.)
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    let last = |marker| bytes.windows(2).rposition(|pair| pair == [0xff, marker]);
    matches!((last(0xda), last(0xd9)), (Some(scan), Some(end)) if scan < end)
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_PIXELS * 8);
    limits
}

fn pixels(mut decoder: impl ImageDecoder, length: usize) -> Result<Loaded, Fault> {
    let bad = |e: ImageError| Fault::new(e.to_string(), "the file is damaged: copy or save it again");
    let (width, height) = decoder.dimensions();
    if width as u64 * height as u64 > MAX_PIXELS {
        let problem = format!("images of at most {MAX_PIXELS} pixels are read, this has {width} × {height}");
        return Err(Fault::new(problem, "cut it into tiles"));
    }
    if decoder.total_bytes() / MAX_EXPANSION > length as u64 {
        let problem = format!("{width} × {height} pixels cannot be in {length} bytes");
        return Err(Fault::new(problem, "it is cut off or damaged: copy it again"));
    }
    decoder.set_limits(limits()).map_err(bad)?;
    let mut notes = Vec::new();
    let orientation = decoder.orientation().map_err(bad)?;
    if decoder.icc_profile().map_err(bad)?.is_some() {
        notes.push("its colour profile is not interpreted".into());
    }
    let mut image = DynamicImage::from_decoder(decoder).map_err(bad)?;
    if orientation != Orientation::NoTransforms {
        notes.push(format!("the orientation of its EXIF data is applied ({})", orientation.to_exif()));
        image.apply_orientation(orientation);
    }
    use Channels::*;
    let (columns, rows) = (image.width() as usize, image.height() as usize);
    let (channels, bits, entries): (_, _, Vec<i64>) = match image {
        DynamicImage::ImageLuma8(i) => (Gray, 8, wide(i.into_raw())),
        DynamicImage::ImageLumaA8(i) => (GrayAlpha, 8, wide(i.into_raw())),
        DynamicImage::ImageRgb8(i) => (Rgb, 8, wide(i.into_raw())),
        DynamicImage::ImageRgba8(i) => (Rgba, 8, wide(i.into_raw())),
        DynamicImage::ImageLuma16(i) => (Gray, 16, wide(i.into_raw())),
        DynamicImage::ImageLumaA16(i) => (GrayAlpha, 16, wide(i.into_raw())),
        DynamicImage::ImageRgb16(i) => (Rgb, 16, wide(i.into_raw())),
        DynamicImage::ImageRgba16(i) => (Rgba, 16, wide(i.into_raw())),
        _ => return Err(Fault::new("levels of 8 or 16 bits are read, these are floats", "save it as PNG")),
    };
    let shape = if channels == Gray { vec![rows, columns] } else { vec![rows, columns, channels.count()] };
    let array = ArrayD::from_shape_vec(shape, entries).map_err(|e| {
        Fault::new(format!("the decoder's pixels do not fill the image: {e}"), "save it again")
    })?;
    let kind = if bits == 8 { IntType::U8 } else { IntType::U16 };
    Ok(Loaded { data: Data::Int(array, kind), form: Form::Image { channels, bits }, notes })
}

fn wide<T: Into<i64>>(levels: Vec<T>) -> Vec<i64> {
    levels.into_iter().map(Into::into).collect()
}

/// The array as a PNG or JPEG: as the image it came from, or 8 bits deep if it came from none.
pub fn encode(data: &Data, form: &Form, format: Format, range: Range) -> Result<(Vec<u8>, Rendering), Fault> {
    let (channels, bits) = match (form, data.shape()) {
        (Form::Sound { .. }, _) => return Err(Fault::new("this is a sound", "write .wav, .npy or .csv")),
        (Form::Image { channels, bits }, _) => (*channels, *bits),
        (Form::Plain, [_, _]) => (Channels::Gray, 8),
        (Form::Plain, [_, _, count]) if Channels::of(*count).is_some_and(|c| c != Channels::Gray) => {
            (Channels::of(*count).unwrap_or(Channels::Rgb), 8)
        }
        (Form::Plain, shape) => {
            let problem =
                format!("an image is rows × columns, or that × 2, 3 or 4 channels; this is {shape:?}");
            return Err(Fault::new(problem, "write .npy"));
        }
    };
    let (Some(rows), Some(columns)) = (
        data.shape().first().and_then(|n| u32::try_from(*n).ok()),
        data.shape().get(1).and_then(|n| u32::try_from(*n).ok()),
    ) else {
        return Err(Fault::new(format!("{:?} is beyond the size of an image", data.shape()), "write .npy"));
    };
    if rows == 0 || columns == 0 {
        return Err(Fault::new("an image has at least one pixel", "write .npy"));
    }
    if format == Format::Jpeg && (bits != 8 || channels.has_alpha()) {
        let problem = format!("JPEG holds 8 bits and no alpha, this image is {channels:?} of {bits} bits");
        return Err(Fault::new(problem, "write .png"));
    }
    let (bytes, rendering) = levels(data, channels, bits, range)?;
    use ExtendedColorType as Colour;
    let colour = match (channels, bits) {
        (Channels::Gray, 8) => Colour::L8,
        (Channels::GrayAlpha, 8) => Colour::La8,
        (Channels::Rgb, 8) => Colour::Rgb8,
        (Channels::Rgba, 8) => Colour::Rgba8,
        (Channels::Gray, _) => Colour::L16,
        (Channels::GrayAlpha, _) => Colour::La16,
        (Channels::Rgb, _) => Colour::Rgb16,
        (Channels::Rgba, _) => Colour::Rgba16,
    };
    let mut out = Vec::new();
    match format {
        Format::Jpeg => {
            JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY).encode(&bytes, columns, rows, colour)
        }
        _ => PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Adaptive)
            .write_image(&bytes, columns, rows, colour),
    }
    .map_err(|e| Fault::new(e.to_string(), "write .npy"))?;
    Ok((out, rendering))
}

/// Entries to levels, rounded half to even, as bytes in the machine's order. Opacity is never scaled.
fn levels(data: &Data, channels: Channels, bits: u8, range: Range) -> Result<(Vec<u8>, Rendering), Fault> {
    match data {
        Data::Int(a, _) => assigned(a.iter().map(|v| *v as f64), channels, bits, range),
        Data::F64(a) => assigned(a.iter().copied(), channels, bits, range),
        Data::F32(a) => assigned(a.iter().map(|v| *v as f64), channels, bits, range),
        Data::C32(_) | Data::C64(_) => {
            Err(Fault::new("levels are real, these entries are complex", "write .npy"))
        }
    }
}

fn assigned(
    entries: impl ExactSizeIterator<Item = f64> + Clone,
    channels: Channels,
    bits: u8,
    range: Range,
) -> Result<(Vec<u8>, Rendering), Fault> {
    let top = if bits == 8 { 255.0 } else { 65535.0 };
    let entries = entries.zip((0..channels.count()).cycle());
    let is_colour = |c: usize| c < channels.colours();
    let colours = || entries.clone().filter(|(_, c)| is_colour(*c)).map(|(v, _)| v);
    if let nans @ 1.. = colours().filter(|v| v.is_nan()).count() {
        return Err(Fault::new(format!("{nans} entries are NaN, which is no level"), "write .npy"));
    }
    if range != Range::Clip && colours().any(f64::is_infinite) {
        return Err(Fault::new(
            "infinite entries cannot be scaled to levels",
            "use --range clip, or write .npy",
        ));
    }
    let mut rendering = Rendering::default();
    // level = origin + scale · v
    let (origin, scale) = match range {
        Range::Clip => (0.0, 1.0),
        Range::Centre => {
            let greatest = colours().map(f64::abs).fold(0.0, f64::max);
            let middle = (top + 1.0) / 2.0;
            (middle, if greatest > 0.0 { (middle - 1.0) / greatest } else { 0.0 })
        }
        Range::Stretch => {
            let (least, greatest) =
                colours().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
            let scale = if greatest > least { top / (greatest - least) } else { 0.0 };
            (-least * scale, scale)
        }
    };
    if !(origin.is_finite() && scale.is_finite()) {
        return Err(Fault::new(
            "the entries are too large or too small to be scaled to levels",
            "use --range clip, or write .npy",
        ));
    }
    if range != Range::Clip {
        rendering.notes.push(format!("level = {origin:.6} + {scale:.6} · v"));
    }
    let mut bytes = Vec::with_capacity(entries.size_hint().0 * usize::from(bits / 8));
    for (v, c) in entries.clone() {
        let level = if is_colour(c) { origin + scale * v } else { v }.round_ties_even();
        if !(0.0..=top).contains(&level) {
            rendering.clipped += 1;
        }
        let level = level.clamp(0.0, top);
        if bits == 8 {
            bytes.push(level as u8);
        } else {
            bytes.extend((level as u16).to_ne_bytes());
        }
    }
    Ok((bytes, rendering))
}
