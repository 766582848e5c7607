//! Scalars that count: how many additions and multiplications an algorithm performs, exactly.

use super::{Field, Ring, Roots, Semiring};
use rayon::ThreadPoolBuilder;
use std::{cell::Cell, ops::Add};

/// How many operations were performed.
///
/// [`plus`](Semiring::plus) and [`minus`](Ring::minus) are one addition, [`times`](Semiring::times) is one
/// multiplication, [`mul_add_into`](Semiring::mul_add_into) is one of each, [`inverse`](Field::inverse) is one
/// inversion, whatever the operands: adding a product to a zero counts, and so does multiplying by one. A sum of n
/// products that starts from zero is n multiplications and n additions. Conjugation, copies and constants are free.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Operations {
    /// Sums and differences.
    pub additions: u64,
    /// Products.
    pub multiplications: u64,
    /// Inverses.
    pub inversions: u64,
}

impl Add for Operations {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Operations {
            additions: self.additions + other.additions,
            multiplications: self.multiplications + other.multiplications,
            inversions: self.inversions + other.inversions,
        }
    }
}

const ADDITION: Operations = Operations { additions: 1, multiplications: 0, inversions: 0 };
const MULTIPLICATION: Operations = Operations { additions: 0, multiplications: 1, inversions: 0 };
const INVERSION: Operations = Operations { additions: 0, multiplications: 0, inversions: 1 };

thread_local! {
    /// What this thread has performed.
    static TALLY: Cell<Operations> = const { Cell::new(Operations { additions: 0, multiplications: 0, inversions: 0 }) };
}

fn note(operations: Operations) {
    TALLY.set(TALLY.get() + operations);
}

/// What `work` returns, and the operations that it performed on [`Counted`] scalars.
///
/// The work runs on threads of its own, as many as it would have had, and each of them counts for itself: what other
/// threads do in the meantime is not counted, and nothing is shared that could race. Counts may be nested, and then
/// the outer one includes the inner one. Threads that `work` starts by other means than rayon are not counted.
///
/// ```
/// use faltung::{conv::definition, scalar::{Counted, counted::count}};
/// use ndarray::ArrayD;
/// let x = ArrayD::from_elem(vec![10], Counted(1_i64));
/// let w = ArrayD::from_elem(vec![3], Counted(2_i64));
/// let (y, operations) = count(|| definition::full(x.view(), w.view()));
/// assert_eq!(y[[4]], Counted(6));
/// assert_eq!((operations.multiplications, operations.additions), (30, 30));
/// ```
///
/// # Panics
/// When the system gives no threads, or `work` panics.
pub fn count<R: Send>(work: impl FnOnce() -> R + Send) -> (R, Operations) {
    let threads = ThreadPoolBuilder::new().num_threads(rayon::current_num_threads()).build();
    let threads = threads.expect("the system gives threads");
    let result = threads.install(work);
    // A new thread starts from nothing, so what its tally says belongs to this work.
    let total = threads.broadcast(|_| TALLY.get()).into_iter().fold(Operations::default(), Add::add);
    note(total);
    (result, total)
}

/// A scalar of `S` whose operations are counted, see [`count`]. It computes what `S` computes. Comparisons are free.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Counted<S>(pub S);

impl<S: Semiring> Semiring for Counted<S> {
    fn zero() -> Self {
        Counted(S::zero())
    }
    fn one() -> Self {
        Counted(S::one())
    }
    fn plus(&self, other: &Self) -> Self {
        note(ADDITION);
        Counted(self.0.plus(&other.0))
    }
    fn times(&self, other: &Self) -> Self {
        note(MULTIPLICATION);
        Counted(self.0.times(&other.0))
    }
    fn mul_add_into(sum: &mut Self, a: &Self, b: &Self) {
        note(ADDITION + MULTIPLICATION);
        S::mul_add_into(&mut sum.0, &a.0, &b.0);
    }
}

impl<S: Ring> Ring for Counted<S> {
    fn minus(&self, other: &Self) -> Self {
        note(ADDITION);
        Counted(self.0.minus(&other.0))
    }
    fn conj(&self) -> Self {
        Counted(self.0.conj())
    }
}

impl<S: Field> Field for Counted<S> {
    fn inverse(&self) -> Option<Self> {
        note(INVERSION);
        self.0.inverse().map(Counted)
    }
}

impl<S: Roots> Roots for Counted<S> {
    fn root_of_unity(n: usize) -> Option<Self> {
        S::root_of_unity(n).map(Counted)
    }
    fn root_power(n: usize, k: usize) -> Option<Self> {
        S::root_power(n, k).map(Counted)
    }
    fn inverse_of(n: usize) -> Option<Self> {
        S::inverse_of(n).map(Counted)
    }
}
