//! The font of figures, cut down to the characters that they use, so that a page can carry it.
//!
//! Figures are laid out by the metrics of DejaVu Sans. A browser that drew them in a font of its own would draw
//! wider or narrower words; with these few kilobytes it draws the very letters that were measured. A TrueType font
//! is a directory of tables; the outlines that are needed are copied (without their hints, which need programs that
//! are left out), numbered anew, and the tables that speak of numbers are written again.
//!
//! Source: the OpenType specification, chapters `glyf`, `loca`, `cmap`, `hmtx`.

use super::data_uri;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};
use ttf_parser::{Face, GlyphId, Tag, loca};

/// The name under which style sheets know it.
pub(super) const FAMILY: &str = "Figure";

/// `@font-face` rules for the words of all drawings in that text; none where there are none.
pub(super) fn faces(drawings: &str) -> String {
    let mut css = String::new();
    for (font, weight, bold) in [(dejavu::sans::regular(), 400, false), (dejavu::sans::bold(), 700, true)] {
        let characters = characters(drawings, bold);
        if let Some(bytes) = (!characters.is_empty()).then(|| subset(font, &characters)).flatten() {
            let _ = write!(
                css,
                "@font-face{{font-family:{FAMILY};font-weight:{weight};src:url({})}}",
                data_uri("font/ttf", &bytes)
            );
        }
    }
    css
}

/// The characters in the `<text>` elements that are bold, or in those that are not.
fn characters(drawings: &str, bold: bool) -> BTreeSet<char> {
    drawings
        .split("<text")
        .skip(1)
        .filter_map(|rest| rest.split("</text>").next()?.split_once('>'))
        .filter(|(attributes, _)| attributes.contains("font-weight=\"bold\"") == bold)
        .flat_map(|(_, words)| {
            let words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            words.replace("&amp;", "&").chars().filter(|c| !c.is_control()).collect::<Vec<_>>()
        })
        .collect()
}

/// A font with the outlines of these characters only; characters it lacks are left out. `None` where the font is not
/// one of TrueType outlines.
fn subset(font: &[u8], characters: &BTreeSet<char>) -> Option<Vec<u8>> {
    let face = Face::parse(font, 0).ok()?;
    let table = |name: &[u8; 4]| face.raw_face().table(Tag::from_bytes(name));
    let format = face.tables().head.index_to_location_format;
    let loca = loca::Table::parse(face.tables().maxp.number_of_glyphs, format, table(b"loca")?)?;
    let glyf = table(b"glyf")?;
    let outline = |old: u16| loca.glyph_range(GlyphId(old)).and_then(|range| glyf.get(range)).unwrap_or(&[]);

    // The missing glyph is number 0; then characters in order; then the parts that these are composed of.
    let mut olds: Vec<u16> = vec![0];
    let mut places: BTreeMap<u16, u16> = BTreeMap::new();
    for character in characters {
        if let (Some(glyph), Ok(code)) = (face.glyph_index(*character), u16::try_from(u32::from(*character)))
        {
            places.insert(code, number(&mut olds, glyph.0));
        }
    }
    let (mut outlines, mut starts, mut metrics) = (Vec::new(), Vec::new(), Vec::new());
    let mut n = 0;
    while n < olds.len() {
        let glyph = GlyphId(olds[n]);
        starts.push(outlines.len() as u32);
        outlines.extend(copied(outline(glyph.0), &mut olds)?);
        outlines.resize(outlines.len().next_multiple_of(4), 0);
        metrics.extend(face.glyph_hor_advance(glyph)?.to_be_bytes());
        metrics.extend(face.glyph_hor_side_bearing(glyph).unwrap_or(0).to_be_bytes());
        n += 1;
    }
    starts.push(outlines.len() as u32);

    let count = u16::try_from(olds.len()).ok()?;
    let with = |name: &[u8; 4], at: usize, value: u16| {
        let mut copy = table(name)?.to_vec();
        copy.get_mut(at..at + 2)?.copy_from_slice(&value.to_be_bytes());
        Some(copy)
    };
    // No glyph has a name: version 3.
    let post = [&[0, 3, 0, 0][..], table(b"post")?.get(4..32)?].concat();
    Some(assembled(&[
        (b"OS/2", table(b"OS/2")?.to_vec()),
        (b"cmap", cmap(&places)),
        (b"glyf", outlines),
        (b"head", with(b"head", 50, 1)?),
        (b"hhea", with(b"hhea", 34, count)?),
        (b"hmtx", metrics),
        (b"loca", starts.iter().flat_map(|start| start.to_be_bytes()).collect()),
        (b"maxp", with(b"maxp", 4, count)?),
        (b"name", names()),
        (b"post", post),
    ]))
}

/// The new number of a glyph; one that has none gets the next.
fn number(olds: &mut Vec<u16>, old: u16) -> u16 {
    let place = olds.iter().position(|other| *other == old).unwrap_or_else(|| {
        olds.push(old);
        olds.len() - 1
    });
    place as u16
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// An outline without its hints, with its parts under their new numbers.
fn copied(outline: &[u8], olds: &mut Vec<u16>) -> Option<Vec<u8>> {
    const WORDS: u16 = 0x1;
    const MORE: u16 = 0x20;
    const HINTS: u16 = 0x100;
    // One scale, two, or a matrix, and the bytes that it takes.
    const SCALES: [(u16, usize); 3] = [(0x8, 2), (0x40, 4), (0x80, 8)];
    if outline.is_empty() {
        return Some(Vec::new());
    }
    let contours = i16::from_be_bytes(outline.get(..2)?.try_into().ok()?);
    if let Ok(contours) = usize::try_from(contours) {
        let ends = 10 + 2 * contours;
        let hints = usize::from(word(outline, ends)?);
        return Some([outline.get(..ends)?, &[0, 0], outline.get(ends + 2 + hints..)?].concat());
    }
    let mut copy = outline.to_vec();
    let mut at = 10;
    loop {
        let flags = word(&copy, at)?;
        let part = number(olds, word(&copy, at + 2)?);
        copy[at..at + 2].copy_from_slice(&(flags & !HINTS).to_be_bytes());
        copy[at + 2..at + 4].copy_from_slice(&part.to_be_bytes());
        at += 4 + if flags & WORDS != 0 { 4 } else { 2 };
        at += SCALES.iter().find(|(flag, _)| flags & flag != 0).map_or(0, |(_, bytes)| *bytes);
        if flags & MORE == 0 {
            copy.truncate(at);
            return Some(copy);
        }
    }
}

/// Which glyph is which character: format 4, a segment for each, and the one that must be last.
fn cmap(places: &BTreeMap<u16, u16>) -> Vec<u8> {
    let segments: Vec<(u16, u16)> = places
        .iter()
        .map(|(code, glyph)| (*code, glyph.wrapping_sub(*code)))
        .chain([(u16::MAX, 1)])
        .collect();
    let count = segments.len() as u16;
    let (search, selector) = (1 << count.ilog2(), count.ilog2() as u16);
    let codes = || segments.iter().map(|(code, _)| *code);
    let header = [4, 16 + 8 * count, 0, 2 * count, 2 * search, selector, 2 * (count - search)];
    // One subtable, for Windows and Unicode, twelve bytes on.
    let words = [0, 1, 3, 1, 0, 12].into_iter().chain(header).chain(codes()).chain([0]).chain(codes());
    let deltas = segments.iter().map(|(_, delta)| *delta);
    words.chain(deltas).chain(segments.iter().map(|_| 0)).flat_map(u16::to_be_bytes).collect()
}

/// What the licence asks every copy to say, under the only name there is here.
fn names() -> Vec<u8> {
    let notice = "Copyright (c) 2003 by Bitstream, Inc. All Rights Reserved. Copyright (c) 2006 by Tavmjong Bah. \
                  DejaVu changes are in public domain. A subset of DejaVu Sans.";
    let records = [(0u16, notice), (1, FAMILY)];
    let text: Vec<Vec<u8>> =
        records.map(|(_, text)| text.encode_utf16().flat_map(u16::to_be_bytes).collect()).into();
    let mut offset = 0;
    let mut words: Vec<u16> = vec![0, 2, 6 + 12 * 2];
    for ((id, _), text) in records.iter().zip(&text) {
        words.extend([3, 1, 0x409, *id, text.len() as u16, offset]);
        offset += text.len() as u16;
    }
    words.into_iter().flat_map(u16::to_be_bytes).chain(text.into_iter().flatten()).collect()
}

/// A font file of tables, in the order of their names.
fn assembled(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let count = tables.len() as u16;
    let (search, selector) = (1 << count.ilog2(), count.ilog2() as u16);
    let mut file: Vec<u8> = [0, 1, 0, 0]
        .into_iter()
        .chain([count, 16 * search, selector, 16 * (count - search)].into_iter().flat_map(u16::to_be_bytes))
        .collect();
    let mut body = Vec::new();
    for (name, table) in tables {
        let offset = 12 + 16 * tables.len() + body.len();
        file.extend_from_slice(*name);
        file.extend([sum(table), offset as u32, table.len() as u32].into_iter().flat_map(u32::to_be_bytes));
        body.extend_from_slice(table);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    file.extend(body);
    // The file's own sum is in `head`, counted as zero there and so computed last.
    if let Some(place) = tables.iter().position(|(name, _)| *name == b"head") {
        let offset = 12
            + 16 * tables.len()
            + tables[..place].iter().map(|(_, t)| t.len().next_multiple_of(4)).sum::<usize>();
        file[offset + 8..offset + 12].fill(0);
        let head = sum(&file[offset..offset + tables[place].1.len()]);
        let entry = 12 + 16 * place + 4;
        file[entry..entry + 4].copy_from_slice(&head.to_be_bytes());
        let whole = 0xB1B0_AFBAu32.wrapping_sub(sum(&file));
        file[offset + 8..offset + 12].copy_from_slice(&whole.to_be_bytes());
    }
    file
}

/// The sum of a table's 32-bit words, as fonts count it.
fn sum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0u32, |sum, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ttf_parser::OutlineBuilder;

    /// An outline as text.
    #[derive(Default)]
    struct Drawn(String);

    impl OutlineBuilder for Drawn {
        fn move_to(&mut self, x: f32, y: f32) {
            let _ = write!(self.0, "M{x} {y}");
        }
        fn line_to(&mut self, x: f32, y: f32) {
            let _ = write!(self.0, "L{x} {y}");
        }
        fn quad_to(&mut self, a: f32, b: f32, x: f32, y: f32) {
            let _ = write!(self.0, "Q{a} {b} {x} {y}");
        }
        fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
            let _ = write!(self.0, "C{a} {b} {c} {d} {x} {y}");
        }
        fn close(&mut self) {
            self.0.push('Z');
        }
    }

    fn drawn(face: &Face, character: char) -> Option<(u16, String)> {
        let glyph = face.glyph_index(character)?;
        let mut outline = Drawn::default();
        face.outline_glyph(glyph, &mut outline);
        Some((face.glyph_hor_advance(glyph)?, outline.0))
    }

    #[test]
    fn the_letters_are_the_same_and_no_others_are_there() {
        let characters: BTreeSet<char> = " 09azé‖∗−≤ȧǻÅ²₂".chars().collect();
        for font in [dejavu::sans::regular(), dejavu::sans::bold()] {
            let bytes = subset(font, &characters).expect("a TrueType font");
            assert!(bytes.len() < 12_000, "{} bytes", bytes.len());
            let (whole, part) =
                (Face::parse(font, 0).expect("a font"), Face::parse(&bytes, 0).expect("a font"));
            for character in &characters {
                assert_eq!(drawn(&whole, *character), drawn(&part, *character), "{character}");
            }
            assert!(
                drawn(&part, 'é').is_some_and(|(_, outline)| outline.len() > 100),
                "a letter of two parts"
            );
            // a table ends with U+FFFF, which is the missing glyph
            let missing = |other: &char| part.glyph_index(*other).is_none_or(|glyph| glyph == GlyphId(0));
            assert!(['b', 'A', '\u{10ffff}', '\u{ffff}'].iter().all(missing));
            assert_eq!(part.units_per_em(), whole.units_per_em());
            assert_eq!((part.ascender(), part.descender()), (whole.ascender(), whole.descender()));
            assert_eq!(sum(&bytes), 0xB1B0_AFBA, "the sum of a whole font");
        }
        assert!(subset(b"no font", &characters).is_none());
        let truncated = &dejavu::sans::regular()[..5000];
        assert!(subset(truncated, &characters).is_none());
    }

    #[test]
    fn what_is_not_used_is_not_carried() {
        assert_eq!(faces("<p>words</p>"), "");
        let one = "<svg><text x=\"1\">a &lt; b</text><p>c</p></svg>";
        assert_eq!(faces(one).matches("@font-face").count(), 1);
        assert_eq!(characters(one, false), " <ab".chars().collect());
        let two = "<text x=\"1\">a</text><text font-weight=\"bold\">b</text>";
        assert_eq!(faces(two).matches("@font-face").count(), 2);
        assert_eq!((characters(two, false), characters(two, true)), (['a'].into(), ['b'].into()));
    }
}
