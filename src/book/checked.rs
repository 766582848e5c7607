//! What the book says by checked code: a figure or an experiment has a name, is run, and may turn out not to be so.

/// A piece of checked code, called by name from the chapters.
#[derive(Clone, Copy, Debug)]
pub struct Checked<T> {
    /// The name by which a chapter calls it.
    pub id: &'static str,
    /// Computes it, and checks what it is to show. The same each time.
    pub run: fn() -> Result<T, Unmet>,
}

/// What was to be shown, and is not so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{id}` is to show that {shows}, but {found}")]
pub struct Unmet {
    /// The figure or the experiment.
    pub id: &'static str,
    /// What it is to show.
    pub shows: &'static str,
    /// What was found instead.
    pub found: String,
}

impl Unmet {
    /// Unless it holds; what was found is put into words only then.
    pub(super) fn unless(
        holds: bool,
        id: &'static str,
        shows: &'static str,
        found: impl FnOnce() -> String,
    ) -> Result<(), Unmet> {
        if holds { Ok(()) } else { Err(Unmet { id, shows, found: found() }) }
    }
}

/// The piece of that name.
///
/// ```
/// use faltung::book::{experiments::EXPERIMENTS, figures::FIGURES, find};
/// let figure = (find(FIGURES, "impulse-and-kernel").expect("it is in the list").run)()?;
/// assert_eq!(figure.id, "impulse-and-kernel");
/// let found = (find(EXPERIMENTS, "karatsuba-counts-multiplications").expect("it is in the list").run)()?;
/// assert!(found.cases > 0);
/// # Ok::<(), faltung::book::Unmet>(())
/// ```
pub fn find<T>(all: &'static [Checked<T>], id: &str) -> Option<&'static Checked<T>> {
    all.iter().find(|checked| checked.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_is_not_put_into_words() {
        assert_eq!(Unmet::unless(true, "x", "y", || panic!("not asked")), Ok(()));
        let unmet = Unmet::unless(false, "x", "all is well", || "it is not".into()).expect_err("it does not");
        assert_eq!(unmet.to_string(), "`x` is to show that all is well, but it is not");
    }
}
