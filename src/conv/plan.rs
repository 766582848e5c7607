//! Which algorithm, and why: a plan is data, made before anything is allocated.

use super::{Algorithm, Declined, Problem, Reduction, Scalar, Spec, SpecError, count, depth::Depths};
use ndarray::{ArrayD, ArrayViewD};
use std::{fmt, mem::size_of};

/// What is known about the data, and the memory that may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Whether no entry is NaN or infinite.
    pub finite: bool,
    /// Whether all sums fit into the type (see [`Scalar::sums_fit`]).
    pub fits: bool,
    /// The bits of the largest entry of x and of w, for integers (see [`Scalar::bits`]).
    pub bits: [usize; 2],
    /// Whether w is an exact product of one factor per axis, and has been tested (see [`separable`](super::separable)).
    pub separable: bool,
    /// By how many bits some stretch of the result lies below what the norms of the data allow, so far as blocks of the
    /// data tell: 0 where they are all of a size. An error that is relative to the norms is that much worse there.
    pub depth: u32,
    /// The same against the norm of the part of x that reaches the stretch.
    pub depth_nearby: u32,
    /// Bytes that one array may take.
    pub memory: u64,
}

impl Default for Facts {
    /// Well-behaved data, integers of 31 bits, and 8 GiB for one array.
    fn default() -> Self {
        Facts {
            finite: true,
            fits: true,
            bits: [31; 2],
            separable: false,
            depth: 0,
            depth_nearby: 0,
            memory: 8 << 30,
        }
    }
}

impl Facts {
    /// Of these arrays, by one pass through each (a few through a small w that is separable).
    pub fn of<S: Scalar>(x: ArrayViewD<S>, w: ArrayViewD<S>) -> Self {
        let hoped = Facts::hoped(&x, &w);
        // Exact scalars have no norms to look at.
        if S::ROUNDING.is_none() {
            return hoped;
        }
        let depths = Depths::of(&x, &w);
        Facts { finite: depths.finite, depth: depths.whole, depth_nearby: depths.nearby, ..hoped }
    }

    /// The same, but that floats are finite and of one size is hoped, not looked at.
    fn hoped<S: Scalar>(x: &ArrayViewD<S>, w: &ArrayViewD<S>) -> Self {
        Facts {
            bits: [x, w].map(largest_bits),
            separable: super::separable::is_separable(w.view()),
            fits: S::sums_fit(x.view(), w.view()),
            ..Facts::default()
        }
    }
}

/// The bits of the largest entry; floats are not looked at.
pub(super) fn largest_bits<S: Scalar>(a: &ArrayViewD<S>) -> usize {
    if S::ROUNDING.is_some() { 0 } else { a.iter().map(S::bits).max().unwrap_or(0) }
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
    /// Why it should not be used, if it can but would rather not.
    pub unwise: Option<String>,
}

/// Why there is no plan.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum PlanError {
    #[error(transparent)]
    Spec(#[from] SpecError),
    #[error("{what} of {shape:?} entries takes {needed} bytes, more than the {memory} that are allowed")]
    Memory { what: &'static str, shape: Vec<usize>, needed: u128, memory: u64 },
    /// A name that is in no list: all that are, and those that apply here.
    #[error("there is no algorithm {name:?} for {scalar}; here there are {}", apply.join(", "))]
    Unknown { name: String, scalar: &'static str, names: Vec<&'static str>, apply: Vec<&'static str> },
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
    among(S::algorithms(), [x, w], facts, spec, forced)
}

/// The convolution by the plan for this data, which is looked at only where that can change the plan.
///
/// # Errors
/// As [`plan()`].
pub(super) fn convolve<S: Scalar>(
    x: ArrayViewD<S>,
    w: ArrayViewD<S>,
    spec: Spec,
) -> Result<ArrayD<S>, PlanError> {
    let shapes = [x.shape(), w.shape()];
    // To compare all algorithms takes longer than a short sum.
    let list = if is_short::<S>(shapes) { &S::algorithms()[..1] } else { S::algorithms() };
    let mut plan = among(list, shapes, Facts::hoped(&x, &w), spec, None)?;
    if S::ROUNDING.is_some() && !plan.algorithm.takes_all_floats() {
        plan = among(list, shapes, Facts::of(x.view(), w.view()), spec, None)?;
    }
    Ok(plan.run(x, w))
}

/// Whether the first algorithm, the direct sum, is plainly the one to take: along one axis, so few products an entry
/// that no transform is cheaper.
fn is_short<S: Scalar>([x, w]: [&[usize]; 2]) -> bool {
    let Some(rounding) = S::ROUNDING else { return false };
    let few = if rounding.complex { 12 } else { 32 };
    x.len() == 1 && w.len() == 1 && x[0].min(w[0]) <= few
}

fn among<S: Scalar>(
    list: &'static [&'static dyn Algorithm<S>],
    [x, w]: [&[usize]; 2],
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
    let candidates: Vec<Candidate> = list
        .iter()
        .map(|algorithm| Candidate {
            name: algorithm.name(),
            cost: algorithm.cost(&problem),
            declined: algorithm.applies(&problem).err().map(|declined| declined.to_string()),
            unwise: algorithm.suits(&problem).err().map(|unwise| unwise.to_string()),
        })
        .collect();
    let (algorithm, why) = choose(list, &candidates, &problem, forced)?;
    Ok(Plan { spec, shape, origin: spec.origin(x, w)?, problem, algorithm, why, candidates, reduction })
}

fn choose<S: Scalar>(
    list: &'static [&'static dyn Algorithm<S>],
    candidates: &[Candidate],
    problem: &Problem,
    forced: Option<&str>,
) -> Result<(&'static dyn Algorithm<S>, String), PlanError> {
    if let Some(name) = forced {
        let unknown = || PlanError::Unknown {
            name: name.to_owned(),
            scalar: S::NAME,
            names: list.iter().map(|algorithm| algorithm.name()).collect(),
            apply: candidates
                .iter()
                .filter(|other| other.declined.is_none())
                .map(|other| other.name)
                .collect(),
        };
        let place = candidates.iter().position(|candidate| candidate.name == name).ok_or_else(unknown)?;
        if let Some(why) = &candidates[place].declined {
            return Err(PlanError::Declined { name: candidates[place].name, why: why.clone() });
        }
        let algorithm = list[place];
        let but = match &candidates[place].unwise {
            Some(unwise) => format!("; {unwise}"),
            None => String::new(),
        };
        return Ok((algorithm, format!("{name}: asked for by name; {}{but}", algorithm.work(problem))));
    }
    let time = |algorithm: &dyn Algorithm<S>| algorithm.cost(problem) as f64 * algorithm.weight(problem);
    let mut able: Vec<(&'static dyn Algorithm<S>, &Candidate)> =
        list.iter().copied().zip(candidates).filter(|(_, candidate)| candidate.declined.is_none()).collect();
    // Those that would rather not come last, whatever they cost.
    let order = |(algorithm, candidate): &(&dyn Algorithm<S>, &Candidate)| {
        (candidate.unwise.is_some(), time(*algorithm))
    };
    able.sort_by(|a, b| {
        let ((a, a_time), (b, b_time)) = (order(a), order(b));
        a.cmp(&b).then(a_time.total_cmp(&b_time))
    });
    let Some(((first, chosen), others)) = able.split_first() else {
        let reason = |candidate: &Candidate| {
            format!("{} ({})", candidate.name, candidate.declined.as_deref().unwrap_or_default())
        };
        return Err(PlanError::None(candidates.iter().map(reason).collect::<Vec<_>>().join("; ")));
    };
    let against = match others.iter().find(|(_, other)| other.unwise.is_none()) {
        Some((second, _)) => {
            let each = second.weight(problem) / first.weight(problem);
            let slower =
                if each == 1.0 { String::new() } else { format!(", each taking {each:.2} times as long") };
            format!(", against {} for {}{slower}", count(second.cost(problem)), second.name())
        }
        None if others.is_empty() => "; nothing else applies".to_owned(),
        None => String::new(),
    };
    // What would have been faster, and what it would have cost in digits.
    let faster = others.iter().find(|(other, _)| time(*other) < time(*first));
    let instead = match (&chosen.unwise, faster) {
        (Some(unwise), _) => format!("; {unwise}"),
        (None, Some((other, Candidate { unwise: Some(unwise), .. }))) => {
            format!("; not by {}: {unwise}", other.name())
        }
        _ => String::new(),
    };
    Ok((*first, format!("{}: {}{against}{instead}", first.name(), first.work(problem))))
}

impl<S: Scalar> Plan<S> {
    /// Carries it out.
    ///
    /// # Panics
    /// When x or w has another shape than the plan was made for; and where the data is not as the [`Facts`] said: a sum
    /// of 64-bit integers does not fit (by "ntt" it is then right modulo 2^64 only), integers are larger than four
    /// primes can hold, or w is not the product that "separable" counts on. NaN and infinity do not panic where none
    /// were expected, but transforms then spread NaN to entries whose sum does not contain them.
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

#[cfg(test)]
mod tests {
    use super::{Facts, is_short, plan};
    use crate::conv::{Mode, Scalar, Spec};
    use num_complex::Complex;

    fn short_sums_are_planned_as_direct<S: Scalar>() {
        let mut seen = 0;
        for n in (0..24).map(|k| 1_usize << k).chain([3, 1000, 99_999]) {
            for m in 1..=40 {
                for mode in [Mode::Full, Mode::Same, Mode::Circular] {
                    let spec = Spec { mode, ..Spec::default() };
                    if is_short::<S>([&[n], &[m]]) {
                        let plan = plan::<S>(&[n], &[m], Facts::default(), spec, None).expect("small");
                        assert_eq!(plan.algorithm.name(), S::algorithms()[0].name(), "{n} {m} {mode:?}");
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 500);
    }

    #[test]
    fn what_is_not_compared_would_lose() {
        short_sums_are_planned_as_direct::<f32>();
        short_sums_are_planned_as_direct::<f64>();
        short_sums_are_planned_as_direct::<Complex<f32>>();
        short_sums_are_planned_as_direct::<Complex<f64>>();
    }
}
