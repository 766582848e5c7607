//! What the registers of a machine hold: how many kernels are taken in a block, how many neighbouring outputs in a panel,
//! and the code for that in its vector instructions.

use crate::scalar::Semiring;
use pulp::{Arch, Simd, WithSimd};
use std::marker::PhantomData;

/// Of 512 bits each, and 32 of them; else 16 of 256 bits, or whatever the compiler makes of code that is written for those.
const fn wide<V: Simd>() -> bool {
    V::F32_LANES > 8
}

/// Kernels in a block, each with two registers of sums.
const ROWS: [usize; 2] = [6, 8];

/// How many scalars fill two registers of 256 bits.
const fn two<S>() -> usize {
    match size_of::<S>() {
        ..=4 => 16,
        5..=8 => 8,
        _ => 4,
    }
}

/// The vector instructions that are used, and what their registers hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Registers {
    arch: Arch,
    wide: bool,
}

impl Registers {
    pub(super) fn of_this_machine() -> Registers {
        Registers::of(Arch::new())
    }

    pub(super) fn of(arch: Arch) -> Registers {
        struct Wide;
        impl WithSimd for Wide {
            type Output = bool;
            fn with_simd<V: Simd>(self, _: V) -> bool {
                wide::<V>()
            }
        }
        Registers { arch, wide: arch.dispatch(Wide) }
    }

    /// Kernels in a block, and lanes of a panel; a kernel that is alone, as those of depthwise layers, has six registers of 256
    /// bits.
    pub(super) const fn tiles<S>(self, alone: bool) -> (usize, usize) {
        match (alone, self.wide) {
            (true, _) => (1, 3 * two::<S>()),
            (false, false) => (ROWS[0], two::<S>()),
            (false, true) => (ROWS[1], 2 * two::<S>()),
        }
    }

    /// The work in blocks and panels of these sizes.
    pub(super) fn run<S>(self, alone: bool, work: impl Packed) {
        self.arch.dispatch(Vectors { alone, work, scalar: PhantomData::<S> });
    }
}

/// What can run with a block of so many rows and panels of so many lanes.
pub(super) trait Packed {
    fn run<const ROWS: usize, const PANEL: usize>(self);
}

/// The same in vector instructions.
struct Vectors<S, P> {
    alone: bool,
    work: P,
    scalar: PhantomData<S>,
}

impl<S, P: Packed> WithSimd for Vectors<S, P> {
    type Output = ();

    // conditions that are constants: only what the scalar wants is compiled
    #[inline(always)]
    fn with_simd<V: Simd>(self, _: V) {
        let Vectors { alone, work, .. } = self;
        if alone {
            if const { two::<S>() == 16 } {
                work.run::<1, 48>();
            } else if const { two::<S>() == 8 } {
                work.run::<1, 24>();
            } else {
                work.run::<1, 12>();
            }
        } else if const { wide::<V>() } {
            if const { two::<S>() == 16 } {
                work.run::<{ ROWS[1] }, 32>();
            } else if const { two::<S>() == 8 } {
                work.run::<{ ROWS[1] }, 16>();
            } else {
                work.run::<{ ROWS[1] }, 8>();
            }
        } else if const { two::<S>() == 16 } {
            work.run::<{ ROWS[0] }, 16>();
        } else if const { two::<S>() == 8 } {
            work.run::<{ ROWS[0] }, 8>();
        } else {
            work.run::<{ ROWS[0] }, 4>();
        }
    }
}

/// Adds to the sums what every kernel of a block gives with panels: of each step, an entry of every kernel and a panel.
#[inline(always)]
pub(super) fn add<'a, S: Semiring, const ROWS: usize, const PANEL: usize>(
    all: &mut [[S; PANEL]; ROWS],
    steps: impl Iterator<Item = (&'a [S; ROWS], &'a [S; PANEL])>,
) {
    // sums that nobody else refers to stay in registers
    let mut sums = all.clone();
    for (w, x) in steps {
        // row after row, written out: of a loop over rows the compiler makes one over columns, which gathers and scatters
        macro_rules! rows {
            ($($row:literal)*) => {$(
                if const { $row < ROWS } {
                    // the factor in every lane: without that not all scalars fill registers
                    let w: [S; PANEL] = std::array::from_fn(|_| w[$row].clone());
                    for lane in 0..PANEL {
                        S::mul_add_into(&mut sums[$row][lane], &w[lane], &x[lane]);
                    }
                }
            )*};
        }
        const { assert!(ROWS <= 8) };
        rows!(0 1 2 3 4 5 6 7);
    }
    *all = sums;
}

#[inline(always)]
pub(super) fn zeros<S: Semiring, const ROWS: usize, const PANEL: usize>() -> [[S; PANEL]; ROWS] {
    std::array::from_fn(|_| std::array::from_fn(|_| S::zero()))
}
