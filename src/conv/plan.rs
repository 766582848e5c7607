//! Which algorithm, and why: a plan is data, made before anything is allocated.

use super::{Algorithm, Declined, Problem, Reduction, Scalar, Spec, SpecError};
use ndarray::{ArrayD, ArrayViewD};
use std::{fmt, mem::size_of};

/// What is known about the data, and the memory that may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Whether no entry is NaN or infinite.
    pub finite: bool,
    /// Whether all sums fit into the type (see [`Scalar::sums_fit`]).
    pub fits: bool,
    /// Whether w is an exact product of one factor per axis, and has been tested (see [`separable`](super::separable)).
    pub separable: bool,
    /// The bits of the largest entry of x and of w, for integers (see [`Scalar::bits`]).
    pub bits: [usize; 2],
    /// Bytes that one array may take.
    pub memory: u64,
}

impl Default for Facts {
    /// Well-behaved data, integers of 31 bits, and 8 GiB for one array.
    fn default() -> Self {
        Facts { finite: true, fits: true, separable: false, bits: [31; 2], memory: 8 << 30 }
    }
}

impl Facts {
    /// Of these arrays, by one pass through each (a few through a small w that is separable).
    pub fn of<S: Scalar>(x: ArrayViewD<S>, w: ArrayViewD<S>) -> Self {
        Facts {
            finite: x.iter().chain(&w).all(Scalar::is_finite),
            separable: super::separable::is_separable(w.view()),
            bits: [&x, &w].map(|a| a.iter().map(S::bits).max().unwrap_or(0)),
            fits: S::sums_fit(x, w),
            ..Facts::default()
        }
    }
}

impl Problem {
    pub(super) fn sums_fit(&self) -> Result<(), Declined> {
        if self.facts.fits {
            return Ok(());
        }
        Err(Declined("a sum of these products may not fit into 64 bits: use integers of any size".into()))
    }
}

/// An algorithm that was considered.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// Its name.
    pub name: &'static str,
    /// The scalar multiplications that it would perform.
    pub cost: u128,
    /// Why it cannot be used, if it cannot.
    pub declined: Option<String>,
}

/// Why there is no plan.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum PlanError {
    #[error(transparent)]
    Spec(#[from] SpecError),
    #[error("{what} of {shape:?} entries takes {needed} bytes, more than the {memory} that are allowed")]
    Memory { what: &'static str, shape: Vec<usize>, needed: u128, memory: u64 },
    #[error("there is no algorithm {name:?} for {scalar}; there are {}", names.join(", "))]
    Unknown { name: String, scalar: &'static str, names: Vec<&'static str> },
    #[error("{name} cannot be used here: {why}")]
    Declined { name: &'static str, why: String },
    #[error("no algorithm can be used here: {0}")]
    None(String),
}

/// A convolution, decided: which algorithm, on which window, and why.
#[derive(Clone)]
pub struct Plan<S: 'static> {
    /// What was asked.
    pub spec: Spec,
    /// The shape of the result.
    pub shape: Vec<usize>,
    /// The index (for a correlation the lag) of its first entry.
    pub origin: Vec<isize>,
    /// What the algorithm is asked.
    pub problem: Problem,
    /// The algorithm.
    pub algorithm: &'static dyn Algorithm<S>,
    /// Why this one: a sentence.
    pub why: String,
    /// Every algorithm of the list, with its cost and its reason to decline.
    pub candidates: Vec<Candidate>,
    reduction: Reduction,
}

impl<S> fmt::Debug for Plan<S> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Plan")
            .field("spec", &self.spec)
            .field("algorithm", &self.algorithm.name())
            .field("why", &self.why)
            .field("candidates", &self.candidates)
            .finish_non_exhaustive()
    }
}

/// Chooses an algorithm for arrays of these shapes: the one named, or the cheapest that applies.
///
/// ```
/// use faltung::conv::{Facts, Spec, plan};
/// let plan = plan::<f64>(&[1_000_000], &[5], Facts::default(), Spec::default(), None)?;
/// assert_eq!(plan.algorithm.name(), "direct");
/// assert_eq!(plan.shape, [1_000_004]);
/// # Ok::<(), faltung::conv::PlanError>(())
/// ```
///
/// # Errors
/// A specification that the shapes do not meet, arrays beyond the memory allowed, a name that is not in the list,
/// and an algorithm that declines.
pub fn plan<S: Scalar>(
    x: &[usize],
    w: &[usize],
    facts: Facts,
    spec: Spec,
    forced: Option<&str>,
) -> Result<Plan<S>, PlanError> {
    let reduction = spec.reduce(x, w)?;
    let problem = Problem { x: reduction.x.clone(), w: w.to_vec(), window: reduction.window.clone(), facts };
    let shape = spec.output_shape(x, w)?;
    for (what, shape) in [("the result", &shape), ("x with its border", &problem.x)] {
        let entries: u128 = shape.iter().map(|n| *n as u128).product();
        let needed = entries.saturating_mul(size_of::<S>() as u128);
        if needed > u128::from(facts.memory) {
            return Err(PlanError::Memory { what, shape: shape.clone(), needed, memory: facts.memory });
        }
    }
    let candidates: Vec<Candidate> = S::algorithms()
        .iter()
        .map(|algorithm| Candidate {
            name: algorithm.name(),
            cost: algorithm.cost(&problem),
            declined: algorithm.applies(&problem).err().map(|declined| declined.to_string()),
        })
        .collect();
    let (algorithm, why) = choose::<S>(&candidates, &problem, forced)?;
    Ok(Plan { spec, shape, origin: spec.origin(x, w)?, problem, algorithm, why, candidates, reduction })
}

fn choose<S: Scalar>(
    candidates: &[Candidate],
    problem: &Problem,
    forced: Option<&str>,
) -> Result<(&'static dyn Algorithm<S>, String), PlanError> {
    let list = S::algorithms();
    if let Some(name) = forced {
        let unknown = || PlanError::Unknown {
            name: name.to_owned(),
            scalar: S::NAME,
            names: list.iter().map(|algorithm| algorithm.name()).collect(),
        };
        let place = candidates.iter().position(|candidate| candidate.name == name).ok_or_else(unknown)?;
        if let Some(why) = &candidates[place].declined {
            return Err(PlanError::Declined { name: candidates[place].name, why: why.clone() });
        }
        let algorithm = list[place];
        return Ok((algorithm, format!("{name}: asked for by name; {}", algorithm.work(problem))));
    }
    let time = |algorithm: &dyn Algorithm<S>| algorithm.cost(problem) as f64 * algorithm.weight();
    let mut able: Vec<&'static dyn Algorithm<S>> = list
        .iter()
        .zip(candidates)
        .filter(|(_, candidate)| candidate.declined.is_none())
        .map(|(algorithm, _)| *algorithm)
        .collect();
    able.sort_by(|a, b| time(*a).total_cmp(&time(*b)));
    let Some((first, others)) = able.split_first() else {
        let reason = |candidate: &Candidate| {
            format!("{} ({})", candidate.name, candidate.declined.as_deref().unwrap_or_default())
        };
        return Err(PlanError::None(candidates.iter().map(reason).collect::<Vec<_>>().join("; ")));
    };
    let against = match others.first() {
        Some(second) => {
            let each = second.weight() / first.weight();
            let slower =
                if each == 1.0 { String::new() } else { format!(", each taking {each:.2} times as long") };
            format!(", against {} for {}{slower}", count(second.cost(problem)), second.name())
        }
        None => "; nothing else applies".to_owned(),
    };
    Ok((*first, format!("{}: {}{against}", first.name(), first.work(problem))))
}

impl<S: Scalar> Plan<S> {
    /// Carries it out.
    ///
    /// # Panics
    /// When x or w has another shape than the plan was made for.
    pub fn run(&self, x: ArrayViewD<S>, w: ArrayViewD<S>) -> ArrayD<S> {
        assert_eq!(
            self.spec.reduce(x.shape(), w.shape()).as_ref(),
            Ok(&self.reduction),
            "the plan's own shapes"
        );
        let (x, w) = (self.reduction.extended(x), self.spec.kernel(w));
        self.algorithm.convolve(x.view(), w.view(), &self.reduction.window)
    }
}

/// A count for a person, three digits of it: `812`, `4.19M`.
pub fn count(n: u128) -> String {
    let (scale, unit) = match n {
        0..10_000 => return n.to_string(),
        10_000..1_000_000 => (1e3, "k"),
        1_000_000..1_000_000_000 => (1e6, "M"),
        1_000_000_000..1_000_000_000_000 => (1e9, "G"),
        _ => (1e12, "T"),
    };
    let scaled = n as f64 / scale;
    let digits = if scaled < 10.0 {
        2
    } else if scaled < 100.0 {
        1
    } else {
        0
    };
    format!("{scaled:.digits$}{unit}")
}
