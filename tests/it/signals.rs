//! Operations on signals, held to their own formulas at every index.

use faltung::{
    conv::definition,
    scalar::Ring,
    signal::{Boundary, Cyclic, Signal, array::crop, boundary::extend},
};
use ndarray::{ArrayD, Dimension, IxDyn};
use num_complex::Complex;
use proptest::prelude::*;

fn signal() -> impl Strategy<Value = Signal<i64>> {
    (prop::array::uniform2(-4_isize..5), prop::array::uniform2(0_usize..6), prop::array::uniform8(-9_i64..10))
        .prop_map(|(origin, shape, entries)| {
            let array = ArrayD::from_shape_fn(IxDyn(&shape), |k| entries[(3 * k[0] + 5 * k[1]) % 8]);
            Signal::new(origin.to_vec(), array)
        })
}

fn torus() -> impl Strategy<Value = Cyclic<i64>> {
    (prop::array::uniform2(1_usize..6), prop::array::uniform8(-9_i64..10))
        .prop_map(|(shape, entries)| Cyclic::from_fn(&shape, |k| entries[(3 * k[0] + 5 * k[1]) as usize % 8]))
}

/// Every index of a window that holds all signals here.
fn indices() -> impl Iterator<Item = [isize; 2]> {
    (-30..30).flat_map(|i| (-30..30).map(move |j| [i, j]))
}

/// The first index at which a signal is not what a formula says.
fn off(y: &Signal<i64>, formula: impl Fn([isize; 2]) -> i64) -> Option<[isize; 2]> {
    indices().find(|n| y.at(n).copied().unwrap_or(0) != formula(*n))
}

fn cyclic_off(y: &Cyclic<i64>, formula: impl Fn([isize; 2]) -> i64) -> Option<[isize; 2]> {
    indices().find(|n| *y.at(n) != formula(*n))
}

proptest! {
    #[test]
    fn signals_on_the_plane(x in signal(), m in prop::array::uniform2(1_usize..4), a in prop::array::uniform2(-5_isize..6)) {
        let at = |n: [isize; 2]| x.at(&n).copied().unwrap_or(0);
        let [p, q] = m.map(|m| m as isize);
        prop_assert_eq!(off(&x.reversed(), |n| at(n.map(|n| -n))), None);
        prop_assert_eq!(off(&x.clone().shifted(&a), |n| at([n[0] - a[0], n[1] - a[1]])), None);
        // Beyond ±30/3 a factor of 3 leaves the window: the signals here end before.
        prop_assert_eq!(off(&x.down(&m), |n| at([p * n[0], q * n[1]])), None);
        let between = |n: [isize; 2]| n[0] % p == 0 && n[1] % q == 0;
        prop_assert_eq!(off(&x.up(&m), |n| if between(n) { at([n[0] / p, n[1] / q]) } else { 0 }), None);
        prop_assert_eq!(off(&x.up(&m).down(&m), at), None);
        let window = [a[0]..a[0] + p, a[1]..a[1] + 7];
        let cut = x.window(&window);
        prop_assert_eq!(cut.entries().shape(), [m[0], 7]);
        let inside = |n: [isize; 2]| window[0].contains(&n[0]) && window[1].contains(&n[1]);
        prop_assert_eq!(off(&cut, |n| if inside(n) { at(n) } else { 0 }), None);
        // The formula decides: without the shift it does not hold.
        prop_assert!(x.entries().iter().all(|x| *x == 0) || off(&x.clone().shifted(&[1, 0]), at).is_some());
        let z = x.map(|x| Complex::new(*x as f64, 1.0));
        prop_assert_eq!(z.conj().entries().to_owned(), z.entries().map(Ring::conj));
    }

    #[test]
    fn signals_on_the_torus(x in torus(), m in prop::array::uniform2(1_usize..4), a in prop::array::uniform2(-9_isize..10)) {
        let at = |n: [isize; 2]| *x.at(&n);
        let [p, q] = m.map(|m| m as isize);
        prop_assert_eq!(cyclic_off(&x.reversed(), |n| at(n.map(|n| -n))), None);
        prop_assert_eq!(cyclic_off(&x.shifted(&a), |n| at([n[0] - a[0], n[1] - a[1]])), None);
        let between = |n: [isize; 2]| n[0] % p == 0 && n[1] % q == 0;
        let up = x.up(&m);
        prop_assert_eq!(cyclic_off(&up, |n| if between(n) { at([n[0] / p, n[1] / q]) } else { 0 }), None);
        let down = up.down(&m).expect("a multiple");
        prop_assert_eq!(cyclic_off(&down, at), None);
        let divides = x.shape()[0].is_multiple_of(m[0]) && x.shape()[1].is_multiple_of(m[1]);
        prop_assert_eq!(x.down(&m).is_some(), divides);
        if let Some(down) = x.down(&m) {
            prop_assert_eq!(cyclic_off(&down, |n| at([p * n[0], q * n[1]])), None);
        }
        let z = x.map(|x| Complex::new(*x as f64, 1.0));
        prop_assert_eq!(z.conj().entries().to_owned(), z.entries().map(Ring::conj));
    }

    /// Wrapped round a torus, a convolution on the plane is the cyclic one of the wrapped signals.
    #[test]
    fn periodizing(x in signal(), w in signal(), shape in prop::array::uniform2(1_usize..6)) {
        let wrapped = |x: &Signal<i64>| Cyclic::periodize(x, &shape);
        let [n, m] = shape.map(|n| n as isize);
        let sum = |k: [isize; 2]| {
            let all = (-9..9).flat_map(|i| (-9..9).map(move |j| [k[0] + i * n, k[1] + j * m]));
            all.filter_map(|n| x.at(&n)).sum::<i64>()
        };
        for (k, y) in wrapped(&x).entries().indexed_iter() {
            let k = k.as_array_view();
            prop_assert_eq!(*y, sum([k[0] as isize, k[1] as isize]));
        }
        let y = wrapped(&definition::signals(&x, &w));
        let cyclic = definition::cyclic(&wrapped(&x), &wrapped(&w));
        prop_assert_eq!(y.entries(), cyclic.entries());
    }

    #[test]
    fn cropping_undoes_extending(x in torus(), amounts in prop::array::uniform4(0_usize..9)) {
        let (before, after) = amounts.split_at(2);
        for boundary in Boundary::ALL {
            let extended = extend(x.entries().view(), before, after, boundary);
            prop_assert_eq!(crop(extended.view(), before, after), x.entries().view());
        }
    }
}

#[test]
#[should_panic = "as many entries as are to go"]
fn nothing_is_cropped_from_nothing() {
    let x = ndarray::arr1(&[1, 2]).into_dyn();
    let _ = crop(x.view(), &[2], &[1]);
}
