//! How hard to try: counts of work, never seconds.

/// The size of the uniform sampling set of random entries.
pub(super) const SAMPLES: u64 = 1 << 24;

/// How hard to try, in counts of work; seconds decide nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct Effort {
    /// The seed of everything random.
    pub seed: u64,
    /// Small instances to try in order, for each ring.
    pub enumerated: u64,
    /// Random instances to try, for each ring.
    pub random: u64,
    /// Work to spend on one box, and on the search over one ring: sums and products of small numbers.
    pub work: u64,
    /// Evaluations on basis vectors, or of instances over a finite field, to spend on one box.
    pub evaluations: u64,
    /// The largest size, integer and support window of the box; chosen by cost where there is none.
    pub max_size: Option<usize>,
}

impl Default for Effort {
    fn default() -> Self {
        Effort {
            seed: 2026,
            enumerated: 6_000,
            random: 150,
            work: 1_000_000,
            evaluations: 15_000,
            max_size: None,
        }
    }
}

impl Effort {
    /// Somewhat less than the default for a box, and a sixth of its search.
    pub fn low() -> Self {
        Effort { enumerated: 1_000, random: 30, work: 800_000, evaluations: 6_000, ..Effort::default() }
    }

    /// A hundred times the default and more, for a box.
    pub fn high() -> Self {
        Effort {
            enumerated: 100_000,
            random: 3_000,
            work: 400_000_000,
            evaluations: 3_000_000,
            ..Effort::default()
        }
    }
}
