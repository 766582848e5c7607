//! Writing a report into a directory.

use super::{Report, data::Block, error::PageError, page::page};
use crate::{figure::svg, io::replace};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Why a report could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// It could not be typeset.
    #[error(transparent)]
    Page(#[from] PageError),
    /// It could not be put into JSON.
    #[error("cannot write the report as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A file could not be written.
    #[error("cannot write {path}: {source}; choose a directory that you may write to with --out", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Writes `index.html`, `report.json` and `figures/*.svg` below that directory, and gives the files that changed.
///
/// Everything is typeset before anything is written. A file is written beside its place and then renamed, so none is
/// ever half written, and one that would not change is left alone.
///
/// # Errors
/// When the report cannot be typeset, or the directory cannot be written to.
pub fn write(report: &Report, directory: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let mut files = vec![
        (directory.join("index.html"), page(report)?),
        (directory.join("report.json"), serde_json::to_string_pretty(report)? + "\n"),
    ];
    files.extend(report.chapters.iter().flat_map(|chapter| &chapter.blocks).filter_map(
        |block| match block {
            Block::Figure(figure) => {
                Some((directory.join("figures").join(format!("{}.svg", figure.id)), svg::standalone(figure)))
            }
            _ => None,
        },
    ));
    let mut changed = Vec::new();
    for (path, text) in files {
        match put(&path, &text) {
            Ok(true) => changed.push(path),
            Ok(false) => {}
            Err(source) => return Err(WriteError::File { path, source }),
        }
    }
    Ok(changed)
}

/// Whether the file had to be written.
fn put(path: &Path, text: &str) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(false);
    }
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    replace(path, text.as_bytes()).map(|()| true)
}
