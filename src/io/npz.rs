//! NumPy's NPZ files: a ZIP archive with one NPY file for each array, `name.npy`; stored or deflated.
//!
//! An archive is written as `numpy.savez` writes it, stored, and with a fixed time, so that equal arrays give equal
//! files. What it declares is not believed: an array's declared size is held against [`MAX_BYTES`] and against what
//! its compressed bytes can say at all before memory is taken, and against what comes while it is inflated.

use super::{Data, Fault, Loaded, MAX_BYTES, npy};
use std::io::{Cursor, Read, Write};
use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// The name of an array that was given none, as `numpy.savez` names its first.
const UNNAMED: &str = "arr_0";

/// Deflate says at most 1032 bytes with one.
const MAX_EXPANSION: u64 = 1032;

/// Whether the bytes begin as a ZIP archive does.
pub fn is_npz(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads the array of that name; an archive with one array needs no name.
pub fn decode(bytes: &[u8], name: Option<&str>) -> Result<Loaded, Fault> {
    let mut archive = open(bytes)?;
    let names = arrays(&archive)?;
    let name = chosen(&names, name)?;
    let inner = extracted(&mut archive, &format!("{name}.npy"))?;
    drop(archive);
    npy::decode(&inner)
        .map_err(|fault| Fault::new(format!("array {name:?}: {}", fault.problem), fault.advice))
}

/// An archive with this array; what else was in the archive `old` stays in it, without being unpacked.
pub fn encode(data: &Data, name: Option<&str>, old: Option<&[u8]>) -> Result<Vec<u8>, Fault> {
    let name = name.unwrap_or(UNNAMED);
    plain(name)?;
    let (file, array) = (format!("{name}.npy"), npy::encode(data)?);
    let failed = |e: ZipError| Fault::new(format!("the archive cannot be made: {e}"), "write .npy");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    if let Some(old) = old {
        let mut old = open(old)?;
        arrays(&old)?;
        for k in 0..old.len() {
            let member = old.by_index_raw(k).map_err(failed)?;
            if member.name_raw() != file.as_bytes() {
                writer.raw_copy_file(member).map_err(failed)?;
            }
        }
    }
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::DEFAULT)
        .large_file(u32::try_from(array.len()).is_err());
    writer.start_file(file, options).map_err(failed)?;
    writer.write_all(&array).map_err(|e| failed(e.into()))?;
    Ok(writer.finish().map_err(failed)?.into_inner())
}

fn open(bytes: &[u8]) -> Result<ZipArchive<Cursor<&[u8]>>, Fault> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| {
        let problem = format!("expected an NPZ file, which is a ZIP archive: {e}");
        Fault::new(problem, "it is cut off or something else: copy it again, or save it with numpy.savez")
    })?;
    if archive.has_duplicate_names() {
        return Err(Fault::new("two arrays in it have the same name", "save it again with numpy.savez"));
    }
    Ok(archive)
}

/// The names of the arrays, in the order of the archive.
fn arrays(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<Vec<String>, Fault> {
    let names = archive.file_names_raw().map(|name| std::str::from_utf8(name)).collect::<Result<Vec<_>, _>>();
    let names =
        names.map_err(|_| Fault::new("a name in it is not text in UTF-8", "save it with numpy.savez"))?;
    Ok(names.iter().filter_map(|name| name.strip_suffix(".npy")).map(str::to_owned).collect())
}

fn chosen<'a>(names: &'a [String], wanted: Option<&str>) -> Result<&'a str, Fault> {
    const MOST: usize = 12;
    let listed = || {
        let more =
            if names.len() > MOST { format!(" and {} more", names.len() - MOST) } else { String::new() };
        format!("{}{more}", names.iter().take(MOST).map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", "))
    };
    let name = match (wanted, names) {
        (_, []) => return Err(Fault::new("there is no array in it", "save one with numpy.savez")),
        (Some(wanted), _) => names.iter().find(|name| *name == wanted).ok_or_else(|| {
            let advice = format!("name another one, as in file.npz:{}", names[0]);
            Fault::new(format!("there is no array {wanted:?} in it; it has {}", listed()), advice)
        })?,
        (None, [only]) => only,
        (None, _) => {
            let problem = format!("there are {} arrays in it: {}", names.len(), listed());
            return Err(Fault::new(problem, format!("name one of them, as in file.npz:{}", names[0])));
        }
    };
    plain(name)?;
    Ok(name)
}

/// A name of an array is one word, not a way through folders.
fn plain(name: &str) -> Result<(), Fault> {
    if name.is_empty() || name.contains(['/', '\\', '\0']) || name.len() > 255 {
        let problem =
            format!("expected the name of an array, without folders and of at most 255 bytes, got {name:?}");
        return Err(Fault::new(problem, "rename it: numpy.savez(\"x.npz\", name=a)"));
    }
    Ok(())
}

fn extracted(archive: &mut ZipArchive<Cursor<&[u8]>>, file: &str) -> Result<Vec<u8>, Fault> {
    let damaged = |e: ZipError| {
        Fault::new(format!("{file} cannot be unpacked: {e}"), "the archive is damaged: copy it again")
    };
    let index = archive.index_for_name(file).ok_or_else(|| damaged(ZipError::FileNotFound))?;
    let entry = archive.by_index_data(index).map_err(damaged)?;
    if entry.encrypted() {
        return Err(Fault::new(format!("{file} is encrypted"), "save it without a password"));
    }
    if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        let problem = format!("{file} is packed by {}, which NumPy does not use", entry.compression());
        return Err(Fault::new(problem, "save it with numpy.savez_compressed"));
    }
    let (declared, packed) = (entry.size(), entry.compressed_size());
    if declared > MAX_BYTES {
        let problem = format!("at most {MAX_BYTES} bytes are unpacked, {file} declares {declared}");
        return Err(Fault::new(problem, "split it into parts"));
    }
    let wrong = |found: &str| {
        let problem = format!("{file} declares {declared} bytes, {found}");
        Fault::new(problem, "the archive is damaged: copy it again, or save it with numpy.savez")
    };
    if declared / MAX_EXPANSION > packed {
        return Err(wrong(&format!("which {packed} packed bytes cannot hold")));
    }
    let member = archive.by_index(index).map_err(damaged)?;
    let mut bytes = Vec::new();
    member.take(declared + 1).read_to_end(&mut bytes).map_err(|e| damaged(e.into()))?;
    if bytes.len() as u64 != declared {
        return Err(wrong(&format!("{} came", bytes.len())));
    }
    Ok(bytes)
}
