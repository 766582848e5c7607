//! The backward pass of every kind of layer against two other ways to its derivatives: dual numbers, exactly, and differences.

use super::Unmet;
use crate::{
    figure::{Content, Figure, Panel, Table, number},
    layer::{
        BatchNorm, Bias, Conv, Dense, Fill, Layer, LayerError, LeakyRelu, Pad, Recurrent, Relu, Residual, Sequential,
        Sharing, Skip, Sliding, Transposed, Unfold, Upsample,
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
            Box::new(Transposed::new(Sliding::of(&[3, 3]).stride(2).pad(1, 1), w(&[2, 1, 3, 3])).bias(&bias(1)))
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
            Box::new(Skip { inner: Box::new(Sequential(vec![down, Box::new(Upsample { factors: vec![2] })])) })
        }),
        ("the same layer three times", vec![1, 1, 4], {
            let step = Box::new(conv(Sliding::of(&[3]).pad(1, 1), &[1, 2, 3]).bias(&bias(1)));
            Box::new(Recurrent { step, state: 1, times: 3 })
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

/// What was found for one kind of layer.
struct Checked {
    name: &'static str,
    operator: &'static str,
    entries: usize,
    parameters: usize,
    /// How many derivatives by the backward pass are those of dual numbers.
    equal: usize,
    /// The largest error of a difference quotient.
    error: f64,
}

/// Half the distance of the two places of a difference: a power of two, so that it is exact.
const STEP: f64 = 1.0 / 1024.0;

fn check(all: &Specimens) -> Result<Vec<Checked>, LayerError> {
    let mut found = vec![];
    for (n, (name, shape, layer)) in (all.exact)().into_iter().enumerate() {
        let x = filled(&shape, 7, &rational);
        let outputs = layer.output_shape(&shape)?;
        let gradients = layer.backward(x.view(), filled(&outputs, 23, &rational).view())?;
        let parameters = layer.parameters().iter().map(|(_, values)| values.len()).sum();
        let backward: Vec<RBig> =
            gradients.input.iter().chain(gradients.parameters.iter().flatten()).cloned().collect();
        let (mut equal, mut error) = (0, 0.0_f64);
        for (place, slope) in backward.iter().enumerate() {
            let (mut x, mut layer) = (filled(&shape, 7, &|n| Dual::constant(rational(n))), (all.dual)().remove(n).2);
            let dy = filled(&outputs, 23, &|n| Dual::constant(rational(n)));
            changed(&mut layer, &mut x, place, |v| Dual::variable(v.value.clone()));
            equal += usize::from(pairing(&*layer, &x, &dy)?.derivative == *slope);
            let beside = |step: f64| {
                let (mut x, mut layer) = (filled(&shape, 7, &float), (all.float)().remove(n).2);
                changed(&mut layer, &mut x, place, |v| v + step);
                pairing(&*layer, &x, &filled(&outputs, 23, &float))
            };
            let quotient = (beside(STEP)? - beside(-STEP)?) / (2.0 * STEP);
            error = error.max((quotient - slope.to_f64().value()).abs());
        }
        let (entries, operator) = (x.len(), layer.name());
        found.push(Checked { name, operator, entries, parameters, equal, error });
    }
    Ok(found)
}

/// The derivative of the rectifier at its kink: by its backward pass, by dual numbers, by a difference.
fn kink() -> Result<[f64; 3], LayerError> {
    let at = |v: f64| ArrayD::from_elem(vec![1, 1, 1], v);
    let one = |y: ArrayD<f64>| y.iter().sum::<f64>();
    let dual = Relu.forward(at(0.0).mapv(Dual::variable).view())?;
    let backward = one(Relu.backward(at(0.0).view(), at(1.0).view())?.input);
    let [above, below] = [Relu.forward(at(STEP).view())?, Relu.forward(at(-STEP).view())?].map(one);
    Ok([backward, dual.iter().map(|y| y.derivative).sum(), (above - below) / (2.0 * STEP)])
}

pub(super) fn make() -> Result<Figure, Unmet> {
    draw(&ALL)
}

fn draw(all: &Specimens) -> Result<Figure, Unmet> {
    let refused = |error: LayerError| Unmet { id: ID, shows: "the layers take their inputs", found: error.to_string() };
    let found = check(all).map_err(refused)?;
    for row in &found {
        let derivatives = row.entries + row.parameters;
        let shows = "backward passes give the derivatives that dual numbers give";
        Unmet::unless(row.equal == derivatives && derivatives > 0, ID, shows, || {
            format!("for `{}` {} of {derivatives} are the same", row.name, row.equal)
        })?;
        Unmet::unless(row.error < 1e-3, ID, "differences come near", || format!("`{}` is off by {}", row.name, row.error))?;
    }
    let [backward, dual, difference] = kink().map_err(refused)?;
    let apart = backward != dual && backward + dual == 2.0 * difference;
    let shows = "at a kink the difference is the mean of the slopes on both sides";
    Unmet::unless(apart, ID, shows, || format!("they are {backward}, {dual}, {difference}"))?;
    let derivatives: usize = found.iter().map(|row| row.entries + row.parameters).sum();
    let worst = found.iter().map(|row| row.error).fold(0.0, f64::max);
    let exact = found.iter().filter(|row| row.error < 1e-9).count();
    let row = |row: &Checked| {
        let equal = format!("{} of {}", row.equal, row.entries + row.parameters);
        let (entries, parameters) = (row.entries.to_string(), row.parameters.to_string());
        vec![row.name.to_owned(), row.operator.to_owned(), entries, parameters, equal, number(row.error)]
    };
    let head = ["layer", "operator", "entries", "parameters", "backward = dual", "largest error of a difference"];
    let table = Table { head: head.map(str::to_owned).to_vec(), rows: found.iter().map(row).collect() };
    let kinds = found.len();
    let half = number(1.0 / STEP);
    Ok(Figure {
        id: ID.to_owned(),
        title: "Gradients, checked in two ways".to_owned(),
        caption: format!(
            "{kinds} layers, {derivatives} derivatives: of a sum of outputs with fixed coefficients, in each entry and in each parameter. The \
             backward pass and dual numbers both run over the rationals, and give the same, to the last digit. Differences over two \
             steps of $1/{half}$ run in double precision. For {exact} layers they err only by rounding, as what is differentiated is linear in each \
             single number; for the others, with higher powers, by up to {}. And where a rectifier is at its kink, 0, nobody is \
             wrong and no two agree: the backward pass says {}, dual numbers, which look to the right, {}, and the difference {}. (Layers with \
             exponentials have no rational values and are not in the table.)",
            number(worst),
            number(backward),
            number(dual),
            number(difference)
        ),
        alt: format!(
            "A table of {kinds} layers, with the numbers of entries and of parameters, how many derivatives by the backward pass equal those \
             by dual numbers (all), and the largest error of a difference quotient."
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
