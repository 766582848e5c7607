//! The definition of convolution, run on numbers, on roots of unity, and on formal variables: there it is a proof.
//!
//! Run it: `cargo run --example one_kernel_many_scalars`.

use faltung::{
    conv::definition,
    scalar::exact::{Element, Polynomial, Ring, Variable, judge},
};
use ndarray::{ArrayD, arr1};

fn main() {
    let (x, w) = (arr1(&[1.0, 2.0, 3.0]).into_dyn(), arr1(&[1.0, -1.0]).into_dyn());
    println!("on floats:            {}", definition::full(x.view(), w.view()));

    let zeta = Ring::Cyclotomic.root_of_unity(3).expect("all roots of unity are cyclotomic");
    let roots = arr1(&[Element::from(1), zeta]).into_dyn();
    println!("(1 + zeta z)^2:       {}", shown(&definition::full(roots.view(), roots.view())));

    // six unknowns: what comes out equal here is equal for every choice of their values, in every commutative ring
    let unknown = |i: u32| Element::Polynomial(Polynomial::variable(Variable::Plain(i)));
    let (x, w) = (arr1(&[0, 1, 2].map(unknown)).into_dyn(), arr1(&[3, 4, 5].map(unknown)).into_dyn());
    let (y, z) = (definition::full(x.view(), w.view()), definition::full(w.view(), x.view()));
    println!("on formal variables:  {}", shown(&y));
    let commutes = y.iter().zip(&z).all(|(a, b)| judge::same(a, b));
    assert!(commutes, "x * w = w * x for all signals of three entries");
    println!("x * w = w * x for every x and w with three entries, in every commutative ring");
}

fn shown(y: &ArrayD<Element>) -> String {
    y.iter().map(Element::to_string).collect::<Vec<_>>().join(",  ")
}
