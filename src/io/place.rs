//! Where bytes come from and go to: addresses, files written whole or not at all, and the standard streams.

use super::{Fault, IoError, MAX_BYTES};
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

/// The file that an address names, and the array in it: `x.npz:name` is the array `name` in the file `x.npz`, and
/// any other address is a file and nothing more.
///
/// ```
/// use faltung::io::address;
/// use std::path::{Path, PathBuf};
/// assert_eq!(address(Path::new("data/x.npz:left")), (PathBuf::from("data/x.npz"), Some("left".into())));
/// assert_eq!(address(Path::new("x.npy")), (PathBuf::from("x.npy"), None));
/// ```
pub fn address(path: &Path) -> (PathBuf, Option<String>) {
    const END: &str = ".npz:";
    let text = path.to_string_lossy();
    match text.to_ascii_lowercase().find(END) {
        Some(place) => {
            let (file, name) = text.split_at(place + END.len());
            (PathBuf::from(&file[..file.len() - 1]), Some(name.to_owned()))
        }
        None => (path.to_owned(), None),
    }
}

/// Whether a path means a standard stream: `-`, or `-` with an ending that says the format, as in `-.npy`.
pub fn is_stream(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "-") && path.components().count() == 1
}

/// How a message calls a source.
pub fn source_name(path: &Path) -> String {
    if is_stream(path) { "standard input".into() } else { path.display().to_string() }
}

/// How a message calls a destination.
pub fn destination_name(path: &Path) -> String {
    if is_stream(path) { "standard output".into() } else { path.display().to_string() }
}

pub(super) fn failed(name: String, doing: &'static str) -> impl FnOnce(io::Error) -> IoError {
    move |source| IoError::System { name, doing, source }
}

/// All bytes of a file or of standard input; refuses more than [`MAX_BYTES`].
pub fn read(path: &Path) -> Result<Vec<u8>, IoError> {
    let too_large = |what: String| IoError::Contents {
        name: source_name(path),
        fault: Fault::new(format!("at most {MAX_BYTES} bytes are read, {what}"), "split it into parts"),
    };
    let mut source: Box<dyn Read> = if is_stream(path) {
        Box::new(io::stdin().lock())
    } else {
        let (file, bytes) = open(path)?;
        if bytes > MAX_BYTES {
            return Err(too_large(format!("the file has {bytes}")));
        }
        Box::new(file)
    };
    let mut bytes = Vec::new();
    source
        .by_ref()
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed(source_name(path), "cannot be read"))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(too_large("there are more".into()));
    }
    Ok(bytes)
}

/// A file and its size in bytes.
pub fn open(path: &Path) -> Result<(File, u64), IoError> {
    let file = File::open(path).map_err(failed(source_name(path), "cannot be opened"))?;
    let facts = file.metadata().map_err(failed(source_name(path), "cannot be opened"))?;
    if facts.is_dir() {
        return Err(IoError::Contents {
            name: source_name(path),
            fault: Fault::new("expected a file, this is a directory", "name a file in it"),
        });
    }
    Ok((file, facts.len()))
}

/// Refuses a destination whose directory does not exist, or that is something other than a plain file, or one that may not
/// be written to: a rename would ask the directory alone.
pub fn writable(path: &Path) -> Result<(), IoError> {
    let refuse = |problem: &str, advice: &str| {
        Err(IoError::Contents { name: destination_name(path), fault: Fault::new(problem, advice) })
    };
    if is_stream(path) {
        return Ok(());
    }
    let end = led_to(path).map_err(failed(destination_name(path), "cannot be followed"))?;
    if !directory(&end).is_dir() {
        return refuse("its directory does not exist", "make the directory first, or name another");
    }
    match fs::metadata(path) {
        Ok(facts) if !facts.is_file() => refuse("expected a plain file there", "name another file"),
        Ok(_) => File::options().append(true).open(path).map(|_| ()).or_else(|e| {
            let problem = format!("the file that is there may not be written to ({e})");
            refuse(&problem, "allow it to be, or name another file")
        }),
        Err(_) => Ok(()),
    }
}

/// Writes bytes to a file, as [`replace`] does, or to standard output where the path is `-`.
///
/// # Errors
/// When the folder does not exist, or the file is none or cannot be written to.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), IoError> {
    let cannot = |e| failed(destination_name(path), "cannot be written")(e);
    if is_stream(path) {
        let mut out = io::stdout().lock();
        return out.write_all(bytes).and_then(|()| out.flush()).map_err(cannot);
    }
    writable(path)?;
    replace(path, bytes).map_err(cannot)
}

/// Puts these bytes into a file: written beside it, brought to the disk, and renamed. What was there stays until then,
/// and on failure for good. Through symbolic links the file is replaced or made that they lead to, not a link.
///
/// # Errors
/// What the operating system says; nothing is left behind then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut part = Part::create(path)?;
    part.file.write_all(bytes)?;
    part.finish()
}

fn directory(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// The most symbolic links that are followed, as in Linux.
const MAX_LINKS: usize = 40;

/// Where a path leads through symbolic links, be it to a file that is not there yet.
fn led_to(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..=MAX_LINKS {
        match fs::read_link(&path) {
            // from the folder of the link, unless it begins at the root
            Ok(target) => path = directory(&path).join(target),
            // no link, or nothing: what else is wrong, who opens it finds out
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other(format!("there are more than {MAX_LINKS} symbolic links in a row")))
}

/// A file that is not yet what it will be; removed unless it is finished.
pub struct Part {
    destination: PathBuf,
    /// Where it is.
    pub path: PathBuf,
    /// What is written to.
    pub file: File,
    finished: bool,
}

impl Part {
    /// Beside a file that it is to become; through symbolic links, beside what they lead to.
    pub fn create(destination: &Path) -> io::Result<Part> {
        let destination = led_to(destination)?;
        // a rename asks the folder alone
        if destination.is_file() {
            File::options().append(true).open(&destination)?;
        }
        static COUNT: AtomicU32 = AtomicU32::new(0);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            // The destination's own name may be as long as names can be: this one says nothing of it.
            let name = format!(".faltung-{}-{count}.part", std::process::id());
            let path = directory(&destination).join(name);
            // a process that is told to end in between is to know of it
            let mut unfinished = unfinished();
            match File::options().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    unfinished.push(path.clone());
                    return Ok(Part { destination, path, file, finished: false });
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(e) => return Err(e),
            }
        }
    }

    /// It takes the place of what is there.
    pub fn finish(mut self) -> io::Result<()> {
        if let Ok(old) = fs::metadata(&self.destination) {
            self.file.set_permissions(old.permissions())?;
        }
        // Or a crash soon after the rename could leave an empty file where the old one was.
        self.file.sync_all()?;
        fs::rename(&self.path, &self.destination)?;
        self.finished = true;
        // The name is in the folder, which goes to the disk by itself, where the file system can bring it there.
        #[cfg(unix)]
        if let Ok(folder) = File::open(directory(&self.destination)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_file(&self.path);
        }
        unfinished().retain(|path| *path != self.path);
    }
}

/// The parts that are not finished.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(vec![]);

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all files that are being written and have not taken their names yet, and lets none be begun after them: for a process
/// that ends now. It waits for no more than the making of one file.
pub fn abandon() {
    let parts = unfinished();
    parts.iter().for_each(|path| {
        let _ = fs::remove_file(path);
    });
    // who would begin or end one waits, and the process ends
    std::mem::forget(parts);
}
