//! The backward pass of every kind of layer against two other ways to its derivatives: dual numbers, exactly, and differences.

use super::Unmet;
use crate::{
    figure::{Content, Figure, Panel, Table, number},
    layer::{
        BatchNorm, Bias, Conv, Dense, Fill, Layer, LayerError, LeakyRelu, Pad, Recurrent, Relu, Residual,
        Sequential, Sharing, Skip, Sliding, Transposed, Unfold, Upsample,
        pool::{Average, Max, Maxout, Regions, Weighted},
    },
    scalar::{Dual, Ring, Semiring, Units},
    signal::Boundary,
};
use dashu_ratio::RBig;
use ndarray::ArrayD;

pub(super) const ID: &str = "gradient-check";

type D = Dual<RBig>;
type Box_<S> = Box<dyn Layer<S>>;

/// A kind of layer: its name, the shape of an input, and the layer.
type Specimen<S> = (&'static str, Vec<usize>, Box_<S>);

/// The same layers over three kinds of numbers.
struct Specimens {
    exact: fn() -> Vec<Specimen<RBig>>,
    dual: fn() -> Vec<Specimen<D>>,
    float: fn() -> Vec<Specimen<f64>>,
}

const ALL: Specimens = Specimens {
    exact: || specimens(&|n| rational(n)),
    dual: || specimens(&|n| Dual::constant(rational(n))),
    float: || specimens(&|n| float(n)),
};

/// Numbers are odd multiples of one fourteenth: none is 0, where rectifiers have a kink, and floats must round them.
const PART: i64 = 14;

fn rational(n: i64) -> RBig {
    RBig::from(n) / RBig::from(PART)
}

fn float(n: i64) -> f64 {
    n as f64 / PART as f64
}

/// Different odd numbers between −101 and 101, as long as there are no more than 101 of them.
fn odd(k: usize, from: i64) -> i64 {
    2 * ((37 * k as i64 + from) % 101) - 101
}

fn filled<S: Clone>(shape: &[usize], from: i64, embed: &dyn Fn(i64) -> S) -> ArrayD<S> {
    let mut next = 0;
    ArrayD::from_shape_simple_fn(shape, || {
        next += 1;
        embed(odd(next, from))
    })
}

fn specimens<S: Ring + Units + PartialOrd>(embed: &dyn Fn(i64) -> S) -> Vec<Specimen<S>> {
    let w = |shape: &[usize]| filled(shape, 40, embed);
    let bias = |n: usize| -> Vec<S> { w(&[n]).into_raw_vec_and_offset().0 };
    let conv = |sliding: Sliding, shape: &[usize]| Conv::new(sliding, w(shape));
    let windows = || Regions::Sliding(Sliding::of(&[3]).stride(2).pad(1, 1));
    let sharing = Sharing::Tiled(vec![2]);
    vec![
        ("convolution, stride, padding, bias", vec![1, 2, 5], {
            Box::new(conv(Sliding::of(&[3]).stride(2).pad(1, 1), &[3, 2, 3]).bias(&bias(3)))
        }),
        ("convolution of pictures, dilation", vec![1, 1, 5, 5], {
            Box::new(conv(Sliding::of(&[2, 2]).dilation(3), &[2, 1, 2, 2]))
        }),
        ("convolution in groups, reflecting", vec![1, 4, 5], {
            let sliding = Sliding::of(&[3]).pad(1, 1).boundary(Boundary::Reflect);
            Box::new(conv(sliding, &[4, 2, 3]).groups(2))
        }),
        ("tiled", vec![1, 1, 6], {
            let bias = Bias { sharing: sharing.clone(), values: w(&[2, 2]) };
            Box::new(Conv { sharing, bias: Some(bias), ..conv(Sliding::of(&[3]), &[2, 2, 1, 3]) })
        }),
        ("locally connected", vec![1, 2, 4], {
            Box::new(Conv { sharing: Sharing::Unshared, ..conv(Sliding::of(&[2]), &[3, 2, 2, 2]) })
        }),
        ("transposed, stride 2", vec![1, 2, 3, 3], {
            Box::new(
                Transposed::new(Sliding::of(&[3, 3]).stride(2).pad(1, 1), w(&[2, 1, 3, 3])).bias(&bias(1)),
            )
        }),
        ("dense", vec![1, 3, 4], Box::new(Dense { weights: w(&[4, 12]), bias: Some(w(&[4])) })),
        ("windows as columns", vec![1, 2, 5], Box::new(Unfold { sliding: Sliding::of(&[3]).pad(1, 1) })),
        ("padding by reflection", vec![1, 2, 4], {
            Box::new(Pad { before: vec![2], after: vec![1], fill: Fill::Boundary(Boundary::Reflect) })
        }),
        ("repetition", vec![1, 2, 3], Box::new(Upsample { factors: vec![2] })),
        ("largest of windows", vec![1, 2, 7], Box::new(Max { regions: windows() })),
        ("average of windows", vec![1, 2, 7], Box::new(Average { regions: windows(), include_pad: false })),
        ("weighted average", vec![1, 2, 7], Box::new(Weighted { regions: windows(), weights: bias(3) })),
        ("largest of channels", vec![1, 6, 3], Box::new(Maxout { pieces: 3 })),
        ("rectifier", vec![1, 3, 4], Box::new(Relu)),
        ("leaky rectifier", vec![1, 3, 4], Box::new(LeakyRelu { slope: embed(1) })),
        ("batch normalisation, fixed", vec![1, 3, 4], {
            let (mean, deviation) = (bias(3), vec![embed(3), embed(5), embed(9)]);
            Box::new(BatchNorm { gamma: w(&[3]), beta: w(&[3]), mean, deviation })
        }),
        ("shortcut round two layers", vec![1, 2, 4], {
            let same = || Sliding::of(&[3]).pad(1, 1);
            let layers: Vec<Box_<S>> =
                vec![Box::new(conv(same(), &[3, 2, 3])), Box::new(Relu), Box::new(conv(same(), &[2, 3, 3]))];
            Box::new(Residual { branch: Box::new(Sequential(layers)), shortcut: None })
        }),
        ("skip, down and up", vec![1, 2, 4], {
            let down: Box_<S> = Box::new(conv(Sliding::of(&[2]).stride(2), &[3, 2, 2]));
            Box::new(Skip {
                inner: Box::new(Sequential(vec![down, Box::new(Upsample { factors: vec![2] })])),
            })
        }),
        ("the same layer four times", vec![1, 1, 4], {
            let step = Box::new(conv(Sliding::of(&[3]).pad(1, 1), &[1, 2, 3]).bias(&bias(1)));
            Box::new(Recurrent { step, state: 1, times: 4 })
        }),
    ]
}

/// The number in that place of the input and of the parameters, one after the other, changed.
fn changed<S: Semiring>(layer: &mut Box_<S>, x: &mut ArrayD<S>, place: usize, change: impl Fn(&S) -> S) {
    let entries = x.len();
    let entry = if place < entries {
        x.iter_mut().nth(place)
    } else {
        layer.parameters_mut().into_iter().flat_map(|values| values.iter_mut()).nth(place - entries)
    };
    if let Some(entry) = entry {
        *entry = change(entry);
    }
}

/// Σ y · dy.
fn pairing<S: Semiring>(layer: &dyn Layer<S>, x: &ArrayD<S>, dy: &ArrayD<S>) -> Result<S, LayerError> {
    let y = layer.forward(x.view())?;
    Ok(y.iter().zip(dy).fold(S::zero(), |sum, (y, dy)| sum.plus(&y.times(dy))))
}

/// Σ y · dy for layer number n, after the number in that place was changed.
fn along<S: Semiring>(
    layers: fn() -> Vec<Specimen<S>>,
    n: usize,
    shape: &[usize],
    outputs: &[usize],
    place: usize,
    embed: &dyn Fn(i64) -> S,
    change: &dyn Fn(&S) -> S,
) -> Result<S, LayerError> {
    let (mut x, mut layer) = (filled(shape, 7, embed), layers().remove(n).2);
    changed(&mut layer, &mut x, place, change);
    pairing(&*layer, &x, &filled(outputs, 23, embed))
}

/// What was found for one kind of layer.
struct Checked {
    name: &'static str,
    operator: &'static str,
    entries: usize,
    parameters: usize,
    /// How many derivatives by the backward pass are those of dual numbers.
    equal: usize,
    /// The largest errors of difference quotients: exactly, and in floats.
    errors: [f64; 2],
}

/// The two places of a difference are one part of so many to either side: a power of two, so that floats have it exactly.
const STEPS: i32 = 1024;

fn check(all: &Specimens) -> Result<Vec<Checked>, LayerError> {
    let mut found = vec![];
    for (n, (name, shape, layer)) in (all.exact)().into_iter().enumerate() {
        let x = filled(&shape, 7, &rational);
        let outputs = layer.output_shape(&shape)?;
        let gradients = layer.backward(x.view(), filled(&outputs, 23, &rational).view())?;
        let parameters = layer.parameters().iter().map(|(_, values)| values.len()).sum();
        let backward: Vec<RBig> =
            gradients.input.iter().chain(gradients.parameters.iter().flatten()).cloned().collect();
        let (mut equal, mut errors) = (0, [0.0_f64; 2]);
        for (place, slope) in backward.iter().enumerate() {
            let dual = along(all.dual, n, &shape, &outputs, place, &|n| Dual::constant(rational(n)), &|v| {
                Dual::variable(v.value.clone())
            })?;
            equal += usize::from(dual.derivative == *slope);
            let step = RBig::ONE / RBig::from(STEPS);
            let beside = |step: RBig| along(all.exact, n, &shape, &outputs, place, &rational, &|v| v + &step);
            let exact = (beside(step.clone())? - beside(-step)?) * RBig::from(STEPS) / RBig::from(2);
            let beside = |step: f64| along(all.float, n, &shape, &outputs, place, &float, &|v| v + step);
            let step = 1.0 / f64::from(STEPS);
            let rounded = (beside(step)? - beside(-step)?) / (2.0 * step);
            let slope = slope.to_f64().value();
            errors[0] = errors[0].max((exact.to_f64().value() - slope).abs());
            errors[1] = errors[1].max((rounded - slope).abs());
        }
        let (entries, operator) = (x.len(), layer.name());
        found.push(Checked { name, operator, entries, parameters, equal, errors });
    }
    Ok(found)
}

/// The derivative of the rectifier at its kink: by its backward pass, by dual numbers, by a difference.
fn kink() -> Result<[f64; 3], LayerError> {
    let at = |v: f64| ArrayD::from_elem(vec![1, 1, 1], v);
    let one = |y: ArrayD<f64>| y.iter().sum::<f64>();
    let dual = Relu.forward(at(0.0).mapv(Dual::variable).view())?;
    let backward = one(Relu.backward(at(0.0).view(), at(1.0).view())?.input);
    let step = 1.0 / f64::from(STEPS);
    let [above, below] = [Relu.forward(at(step).view())?, Relu.forward(at(-step).view())?].map(one);
    Ok([backward, dual.iter().map(|y| y.derivative).sum(), (above - below) / (2.0 * step)])
}

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&ALL)
}

fn draw(all: &Specimens) -> Result<Figure, Unmet> {
    let refused =
        |error: LayerError| Unmet { id: ID, shows: "the layers take their inputs", found: error.to_string() };
    let found = check(all).map_err(refused)?;
    for row in &found {
        let derivatives = row.entries + row.parameters;
        let shows = "backward passes give the derivatives that dual numbers give";
        Unmet::unless(row.equal == derivatives && derivatives > 0, ID, shows, || {
            format!("for `{}` {} of {derivatives} are the same", row.name, row.equal)
        })?;
        let shows = "differences of floats come as near as rounding and the step let them";
        let [step, float] = row.errors;
        Unmet::unless((float - step).abs() < 1e-6 && step < 1e-2, ID, shows, || {
            format!("`{}` is off by {float}, and without rounding by {step}", row.name)
        })?;
    }
    let [backward, dual, difference] = kink().map_err(refused)?;
    let apart = backward != dual && backward + dual == 2.0 * difference;
    let shows = "at a kink the difference is the mean of the slopes on both sides";
    Unmet::unless(apart, ID, shows, || format!("they are {backward}, {dual}, {difference}"))?;
    let derivatives: usize = found.iter().map(|row| row.entries + row.parameters).sum();
    let (exact, other): (Vec<&Checked>, Vec<&Checked>) = found.iter().partition(|row| row.errors[0] == 0.0);
    let rounding = exact.iter().map(|row| row.errors[1]).fold(0.0, f64::max);
    let shows = "one layer has powers that a difference does not see through";
    let [bent] = other[..] else {
        return Err(Unmet { id: ID, shows, found: format!("there are {} such layers", other.len()) });
    };
    let row = |row: &Checked| {
        let equal = format!("{} of {}", row.equal, row.entries + row.parameters);
        let (entries, parameters) = (row.entries.to_string(), row.parameters.to_string());
        let [step, float] = row.errors.map(number);
        vec![row.name.to_owned(), row.operator.to_owned(), entries, parameters, equal, step, float]
    };
    let head = [
        "layer",
        "operator",
        "entries",
        "parameters",
        "backward = dual",
        "error of the step",
        "error in floats",
    ];
    let table = Table { head: head.map(str::to_owned).to_vec(), rows: found.iter().map(row).collect() };
    let kinds = found.len();
    Ok(Figure {
        id: ID.to_owned(),
        title: "Gradients, checked in two ways".to_owned(),
        caption: format!(
            "{kinds} layers, {derivatives} derivatives: of a sum of outputs with fixed coefficients, in each entry and in each parameter. The \
             backward pass and dual numbers both run over the rationals, and give the same, to the last digit. The last two columns are the largest errors of \
             differences over a step of 1/{STEPS} to either side: without rounding, and in double precision. For {} of the layers \
             there is no error without rounding, for no single number is in them to a higher power than the second; in floats there \
             is one of up to {}. “{}” has third powers. And where a rectifier is at its kink, 0, no two agree: the backward pass says \
             {}, dual numbers, which look to the right, {}, and the difference {}. (Layers with exponentials have no rational \
             values and are not in the table.)",
            exact.len(),
            number(rounding),
            bent.name,
            number(backward),
            number(dual),
            number(difference)
        ),
        alt: format!(
            "A table of {kinds} layers, with the numbers of entries and of parameters, how many derivatives by the backward pass equal those \
             by dual numbers (all), and the largest errors of difference quotients."
        ),
        panels: vec![Panel { at: (0, 0), title: String::new(), content: Content::Table(table) }],
        ..Figure::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Gradients;
    use ndarray::ArrayViewD;

    /// A layer whose backward pass is off in one place.
    #[derive(Debug)]
    struct Off(Box_<RBig>, usize);

    impl Layer<RBig> for Off {
        fn name(&self) -> &'static str {
            self.0.name()
        }
        fn output_shape(&self, input: &[usize]) -> Result<Vec<usize>, LayerError> {
            self.0.output_shape(input)
        }
        fn forward(&self, x: ArrayViewD<RBig>) -> Result<ArrayD<RBig>, LayerError> {
            self.0.forward(x)
        }
        fn backward(&self, x: ArrayViewD<RBig>, dy: ArrayViewD<RBig>) -> Result<Gradients<RBig>, LayerError> {
            let mut gradients = self.0.backward(x, dy)?;
            let all = gradients.input.iter_mut().chain(gradients.parameters.iter_mut().flatten());
            all.skip(self.1).take(1).for_each(|slope| *slope = &*slope + RBig::ONE);
            Ok(gradients)
        }
        fn parameters(&self) -> Vec<(&'static str, &ArrayD<RBig>)> {
            self.0.parameters()
        }
    }

    fn off(kind: usize, place: usize) -> Vec<Specimen<RBig>> {
        let mut all = (ALL.exact)();
        let (name, shape, layer) = all.remove(kind);
        all.insert(kind, (name, shape, Box::new(Off(layer, place))));
        all
    }

    #[test]
    fn a_backward_pass_that_is_off_in_one_place_is_refused() {
        // in an entry of the input, in a weight, in the last bias, and with other weights in the dual layer
        for wrong in [(|| off(0, 3)) as fn() -> _, || off(0, 10 + 4), || off(0, 10 + 18 + 2), || off(14, 0)] {
            let unmet = draw(&Specimens { exact: wrong, ..ALL }).expect_err("it is off");
            assert!(unmet.to_string().contains("are the same"), "{unmet}");
        }
        let other = Specimens { float: || specimens(&|n| float(n + 2)), ..ALL };
        assert!(draw(&other).is_err());
    }
}
