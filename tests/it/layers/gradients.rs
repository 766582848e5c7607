//! Backward passes are what they claim to be: adjoints, entry by entry of the matrix, and derivatives, by dual numbers over
//! the rationals; both exactly.

use super::{distinct, pattern, specimens};
use dashu_ratio::RBig;
use faltung::{
    layer::{Dense, Layer},
    scalar::{Dual, Ring, Semiring},
};
use ndarray::ArrayD;
use num_complex::Complex;

/// Whether ⟨Ax, y⟩ = ⟨x, Aᴴy⟩ for all basis vectors x and y, where A is the layer without what it adds.
fn is_adjoint<S: Ring + PartialEq>(layer: &dyn Layer<S>, shape: &[usize]) -> bool {
    let matrix = Dense::of(layer, &shape[1..]).expect("a linear layer").weights;
    let one = [&[1], &shape[1..]].concat();
    let output = layer.output_shape(&one).expect("a shape");
    let x = ArrayD::from_shape_simple_fn(&one[..], S::zero);
    (0..output.iter().product()).all(|o| {
        let mut basis = ArrayD::from_shape_simple_fn(&output[..], S::zero);
        *basis.iter_mut().nth(o).expect("an entry") = S::one();
        let row = layer.backward(x.view(), basis.view()).expect("a gradient").input;
        row.shape() == one && row.iter().zip(matrix.row(o)).all(|(back, forth)| *back == forth.conj())
    })
}

trait Rows<S> {
    fn row(&self, o: usize) -> ndarray::ArrayViewD<'_, S>;
}

impl<S> Rows<S> for ArrayD<S> {
    fn row(&self, o: usize) -> ndarray::ArrayViewD<'_, S> {
        self.index_axis(ndarray::Axis(0), o)
    }
}

#[test]
fn backward_is_the_adjoint_on_every_pair_of_basis_vectors() {
    for (name, shape, layer) in specimens::linear::<i64>(&|n| n) {
        assert!(is_adjoint(&*layer, &shape), "{name}");
    }
}

#[test]
fn with_complex_weights_backward_conjugates() {
    // small integers in both parts: every sum is exact
    let embed = |n: i64| Complex::new(n as f64, (n * 3 % 5) as f64);
    let mut proper = 0;
    for (name, shape, layer) in specimens::linear::<Complex<f64>>(&embed) {
        assert!(is_adjoint(&*layer, &shape), "{name}");
        let matrix = Dense::of(&*layer, &shape[1..]).expect("a linear layer").weights;
        proper += usize::from(matrix.iter().any(|entry| entry.im != 0.0));
    }
    assert!(proper > 15, "only {proper} layers with complex weights");
}

type D = Dual<RBig>;

/// The derivative of ⟨layer(x), dy⟩, when the dual layer or input has ε in one place.
fn derivative(layer: &dyn Layer<D>, x: &ArrayD<D>, dy: &ArrayD<RBig>) -> RBig {
    let y = layer.forward(x.view()).expect("an output");
    y.iter().zip(dy).fold(RBig::ZERO, |sum, (y, dy)| sum + &y.derivative * dy)
}

/// Whether the gradients in input and parameters are the derivatives; how many derivatives were compared.
fn differs(exact: &dyn Layer<RBig>, dual: &mut dyn Layer<D>, shape: &[usize]) -> Result<usize, String> {
    let x = distinct(shape).mapv(RBig::from);
    let output = exact.output_shape(shape).map_err(|error| error.to_string())?;
    let y = exact.forward(x.view()).map_err(|error| error.to_string())?;
    if y.shape() != output {
        return Err(format!("{:?} was promised, and {:?} returned", output, y.shape()));
    }
    let dy = pattern(&output, [3, 2, 5]).mapv(RBig::from);
    let gradients = exact.backward(x.view(), dy.view()).map_err(|error| error.to_string())?;
    let mut point = x.mapv(D::constant);
    let mut compared = 0;
    for (i, gradient) in gradients.input.iter().enumerate() {
        let variable =
            |point: &mut ArrayD<D>, e: RBig| point.iter_mut().nth(i).expect("an entry").derivative = e;
        variable(&mut point, RBig::ONE);
        if derivative(dual, &point, &dy) != *gradient {
            return Err(format!("input {i}"));
        }
        variable(&mut point, RBig::ZERO);
        compared += 1;
    }
    if gradients.parameters.len() != exact.parameters().len() {
        return Err("the number of parameters".into());
    }
    for (number, gradient) in gradients.parameters.iter().enumerate() {
        if gradient.shape() != exact.parameters()[number].1.shape() {
            return Err(format!("the shape of parameter {number}"));
        }
        for (i, gradient) in gradient.iter().enumerate() {
            let variable = |dual: &mut dyn Layer<D>, e: RBig| {
                dual.parameters_mut()[number].iter_mut().nth(i).expect("an entry").derivative = e;
            };
            variable(dual, RBig::ONE);
            if derivative(dual, &point, &dy) != *gradient {
                return Err(format!("parameter {number}, entry {i}"));
            }
            variable(dual, RBig::ZERO);
            compared += 1;
        }
    }
    Ok(compared)
}

#[test]
fn backward_is_the_derivative_in_the_input_and_in_every_parameter() {
    let rational = |n: i64| RBig::from(n);
    let dual = |n: i64| D::constant(RBig::from(n));
    let exact = specimens::linear(&rational).into_iter().chain(specimens::ordered(&rational));
    let duals = specimens::linear(&dual).into_iter().chain(specimens::ordered(&dual));
    let mut compared = 0;
    for ((name, shape, exact), (_, _, mut dual)) in exact.zip(duals) {
        match differs(&*exact, &mut *dual, &shape) {
            Ok(count) => compared += count,
            Err(what) => panic!("{name}: {what}"),
        }
    }
    assert!(compared > 1000, "{compared} derivatives");
}

/// A layer whose backward pass is another's.
#[derive(Debug)]
struct Liar<S> {
    honest: Box<dyn Layer<S>>,
    lie: fn(faltung::layer::Gradients<S>) -> faltung::layer::Gradients<S>,
}

impl<S: Semiring> Layer<S> for Liar<S> {
    fn name(&self) -> &'static str {
        "Liar"
    }
    fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, faltung::layer::LayerError> {
        self.honest.output_shape(input)
    }
    fn forward(&self, x: ndarray::ArrayViewD<S>) -> Result<ArrayD<S>, faltung::layer::LayerError> {
        self.honest.forward(x)
    }
    fn backward(
        &self,
        x: ndarray::ArrayViewD<S>,
        dy: ndarray::ArrayViewD<S>,
    ) -> Result<faltung::layer::Gradients<S>, faltung::layer::LayerError> {
        Ok((self.lie)(self.honest.backward(x, dy)?))
    }
    fn parameters(&self) -> Vec<(&'static str, &ArrayD<S>)> {
        self.honest.parameters()
    }
    fn parameters_mut(&mut self) -> Vec<&mut ArrayD<S>> {
        self.honest.parameters_mut()
    }
}

#[test]
fn wrong_gradients_are_caught() {
    let (rational, dual) = (|n: i64| RBig::from(n), |n: i64| D::constant(RBig::from(n)));
    let first = || {
        let (_, shape, layer) = specimens::linear(&rational).remove(0);
        let (_, _, dual) = specimens::linear(&dual).remove(0);
        (shape, layer, dual)
    };
    let lies: [fn(faltung::layer::Gradients<RBig>) -> faltung::layer::Gradients<RBig>; 3] = [
        |mut gradients| {
            *gradients.input.iter_mut().last().expect("an entry") += RBig::ONE;
            gradients
        },
        |mut gradients| {
            gradients.parameters[0] = gradients.parameters[0].mapv(|weight| weight * RBig::from(2));
            gradients
        },
        |mut gradients| {
            gradients.parameters[1].fill(RBig::ZERO);
            gradients
        },
    ];
    for lie in lies {
        let (shape, honest, mut dual) = first();
        let liar = Liar { honest, lie };
        assert!(differs(&liar, &mut *dual, &shape).is_err());
    }
    // without the conjugate it is no adjoint
    let embed = |n: i64| Complex::new(n as f64, (n * 3 % 5) as f64);
    let (_, shape, honest) = specimens::linear::<Complex<f64>>(&embed).remove(0);
    let liar = Liar {
        honest,
        lie: |mut gradients| {
            gradients.input.iter_mut().for_each(|entry| *entry = entry.conj());
            gradients
        },
    };
    assert!(!is_adjoint(&liar, &shape));
}
