//! Continuous convolution held to its definition: the integral, worked out again point by point; its laws; the
//! closed formula of B-splines; Riemann sums with the order of their error measured; and wrong twins.

use dashu_ratio::RBig;
use faltung::{
    conv::definition,
    scalar::exact::Element,
    signal::{
        Signal,
        piecewise::{Continuous, ContinuousError, Gaussian, Gaussians, Piecewise, Polynomial},
    },
};
use proptest::prelude::*;

fn q(n: i64, d: u64) -> RBig {
    RBig::from_parts(n.into(), d.into())
}

fn int(n: i64) -> RBig {
    RBig::from(n)
}

/// `∫ x(a) w(t − a) da` over the given times a: the definition, by the antiderivatives of the products of pieces.
fn integral(x: &Piecewise, w: &Piecewise, t: &RBig, over: impl Fn(&RBig, &RBig) -> (RBig, RBig)) -> RBig {
    let mut sum = RBig::ZERO;
    for (x_from, x_to, p) in x.pieces() {
        for (w_from, w_to, r) in w.pieces() {
            // a runs where a is in [x_from, x_to] and t − a is in [w_from, w_to]
            let (from, to) = (x_from.clone().max(t - w_to), x_to.clone().min(t - w_from));
            let (from, to) = over(&from, &to);
            if from < to {
                let product = p.times(&r.reflected().shifted(t)).antiderivative();
                sum += product.at(&to) - product.at(&from);
            }
        }
    }
    sum
}

fn whole(from: &RBig, to: &RBig) -> (RBig, RBig) {
    (from.clone(), to.clone())
}

fn sums_of_breaks(x: &Piecewise, w: &Piecewise) -> Vec<RBig> {
    let mut sums: Vec<RBig> = x.breaks().iter().flat_map(|a| w.breaks().iter().map(move |b| a + b)).collect();
    sums.sort();
    sums.dedup();
    sums
}

fn degree(x: &Piecewise) -> usize {
    x.pieces().map(|(.., p)| p.coefficients().len()).max().unwrap_or(0)
}

/// Whether y is x ∗ w: at more points between any two sums of breakpoints than the polynomials there can agree at by
/// chance, and its breakpoints are among those sums.
fn judge(x: &Piecewise, w: &Piecewise, y: &Piecewise) -> Result<(), String> {
    let sums = sums_of_breaks(x, w);
    if let Some(at) = y.breaks().iter().find(|at| !sums.contains(at)) {
        return Err(format!("a breakpoint at {at}, where none can be"));
    }
    let points = degree(x) + degree(w) + degree(y) + 1;
    for ends in sums.windows(2) {
        for k in 0..points {
            let t = &ends[0] + (&ends[1] - &ends[0]) * q(k as i64, points as u64);
            let (wanted, got) = (integral(x, w, &t, whole), y.at(&t));
            if wanted != got {
                return Err(format!("{got} at {t}, and the integral is {wanted}"));
            }
        }
    }
    Ok(())
}

fn convolved(x: &Piecewise, w: &Piecewise) -> Piecewise {
    x.convolve(w).expect("small")
}

fn indicator(from: RBig, to: RBig) -> Piecewise {
    Piecewise::indicator(from, to).expect("increasing")
}

/// The triangle of height 1 over [−1, 1].
fn hat() -> Piecewise {
    Piecewise::polyline(&[(int(-1), int(0)), (int(0), int(1)), (int(1), int(0))]).expect("it is continuous")
}

fn rational() -> impl Strategy<Value = RBig> {
    (-9_i64..=9, 1_u64..=4).prop_map(|(n, d)| q(n, d))
}

fn times() -> impl Strategy<Value = Vec<RBig>> {
    prop::collection::btree_set(rational(), 2..6).prop_map(|times| times.into_iter().collect())
}

/// Random breakpoints, and random polynomials of degree 3 at most between them; gaps and zero among them.
fn piecewise() -> impl Strategy<Value = Piecewise> {
    let piece = prop::collection::vec(rational(), 0..=4).prop_map(Polynomial::new);
    (times(), prop::collection::vec(piece, 5)).prop_map(|(breaks, mut pieces)| {
        pieces.truncate(breaks.len() - 1);
        Piecewise::new(breaks, pieces).expect("sorted")
    })
}

fn continuous() -> impl Strategy<Value = Piecewise> {
    (times(), prop::collection::vec(rational(), 5)).prop_map(|(times, mut values)| {
        let last = times.len() - 1;
        (values[0], values[last.min(4)]) = (RBig::ZERO, RBig::ZERO);
        values.truncate(times.len());
        let points: Vec<_> = times.into_iter().zip(values).collect();
        Piecewise::polyline(&points).expect("zero at both ends")
    })
}

fn gaussians() -> impl Strategy<Value = Gaussians> {
    let one = (rational(), rational(), 1_i64..9, 1_u64..4).prop_map(|(weight, mean, n, d)| {
        Gaussians::one(Gaussian { weight, mean, variance: q(n, d) }).expect("a positive variance")
    });
    prop::collection::vec(one, 0..4)
        .prop_map(|terms| terms.iter().fold(Gaussians::default(), |sum, term| sum.plus(term)))
}

/// The laws that both kinds have.
fn laws(x: &Continuous, w: &Continuous, v: &Continuous, c: &RBig) {
    let conv = |x: &Continuous, w: &Continuous| x.convolve(w).expect("of one kind, and small");
    let (xw, wv) = (conv(x, w), conv(w, v));
    assert_eq!(xw, conv(w, x));
    assert_eq!(conv(&xw, v), conv(x, &wv));
    assert_eq!(conv(x, &w.plus(v).expect("of one kind")), xw.plus(&conv(x, v)).expect("of one kind"));
    assert_eq!(conv(&x.scaled(c), w), xw.scaled(c));
    assert_eq!(conv(&x.shifted(c), w), xw.shifted(c));
    assert_eq!(conv(&x.reflected(), &w.reflected()), xw.reflected());
    assert_eq!(xw.integral(), x.integral() * w.integral());
    assert_eq!(x.shifted(c).integral(), x.integral());
    assert_eq!(x.reflected().reflected(), *x);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_convolution_is_its_integral(x in piecewise(), w in piecewise()) {
        prop_assert_eq!(judge(&x, &w, &convolved(&x, &w)), Ok(()));
    }

    #[test]
    fn piecewise_polynomials_keep_the_laws(x in piecewise(), w in piecewise(), v in piecewise(), c in rational()) {
        laws(&Continuous::Piecewise(x), &Continuous::Piecewise(w), &Continuous::Piecewise(v), &c);
    }

    #[test]
    fn gaussians_keep_the_laws(x in gaussians(), w in gaussians(), v in gaussians(), c in rational()) {
        laws(&Continuous::Gaussians(x), &Continuous::Gaussians(w), &Continuous::Gaussians(v), &c);
    }

    #[test]
    fn the_other_operations_are_what_their_values_say(x in piecewise(), w in piecewise(), t in rational(), c in rational()) {
        prop_assert_eq!(x.plus(&w).at(&t), x.at(&t) + w.at(&t));
        prop_assert_eq!(x.minus(&w).at(&t), x.at(&t) - w.at(&t));
        prop_assert_eq!(x.times(&w).at(&t), x.at(&t) * w.at(&t));
        prop_assert_eq!(x.scaled(&c).at(&t), &c * x.at(&t));
        prop_assert_eq!(x.shifted(&c).at(&t), x.at(&(&t - &c)));
        prop_assert_eq!(x.reflected().left_limit(&t), x.at(&-t.clone()));
        prop_assert_eq!(x.minus(&x), Piecewise::default());
        // the part before t, cut out
        let before = x.support().map(|(first, _)| first.clone()).filter(|first| *first < t);
        let part = before.map_or(Piecewise::default(), |first| x.times(&indicator(first, t.clone())));
        prop_assert_eq!(x.integral_to(&t), part.integral());
    }

    #[test]
    fn the_derivative_of_a_convolution_falls_on_one_factor(x in continuous(), w in piecewise()) {
        let slope = x.derivative().expect("it is continuous");
        let y = convolved(&x, &w);
        prop_assert_eq!(y.derivative().expect("a convolution with a continuous signal is continuous"), convolved(&slope, &w));
        prop_assert_eq!(slope.antiderivative().expect("its integral is 0"), x);
    }

    #[test]
    fn supports_add(x in piecewise(), w in piecewise()) {
        let ends = |x: &Piecewise| x.support().map(|(first, last)| (first.clone(), last.clone()));
        let sum = ends(&x).zip(ends(&w)).map(|((a, b), (c, d))| (a + c, b + d));
        prop_assert_eq!(ends(&convolved(&x, &w)), sum);
    }
}

#[test]
fn a_window_with_itself_is_a_triangle() {
    let window = indicator(q(-1, 2), q(1, 2));
    assert_eq!(convolved(&window, &window), hat());
    assert_eq!(hat().to_string(), "1 + t on [-1, 0), 1 - t on [0, 1)");
    // windows of different widths give a trapezium
    let wide = convolved(&window, &indicator(int(0), int(3)));
    assert_eq!(wide.breaks(), [q(-1, 2), q(1, 2), q(5, 2), q(7, 2)]);
    assert_eq!(wide.at(&int(1)), int(1));
}

/// `B_n(t) = Σ_k (−1)^k C(n, k) (t − k)₊^(n−1) / (n−1)!` (Schoenberg 1946): the n-fold convolution power of the
/// window [0, 1).
fn b_spline(n: i64, t: &RBig) -> RBig {
    let (mut binomial, mut factorial) = (int(1), int(1));
    (1..n).for_each(|k| factorial *= int(k));
    let mut sum = RBig::ZERO;
    for k in 0..=n {
        if *t >= int(k) {
            let power = (1..n).fold(int(1), |power, _| power * (t - int(k)));
            sum += power * &binomial * int(if k % 2 == 0 { 1 } else { -1 });
        }
        binomial = binomial * int(n - k) / int(k + 1);
    }
    sum / factorial
}

#[test]
fn b_splines_are_the_closed_formula() {
    let window = indicator(int(0), int(1));
    let mut spline = window.clone();
    for n in 1..=12 {
        assert_eq!(spline.support(), Some((&int(0), &int(n))));
        assert_eq!(spline.integral(), int(1));
        for k in -3..=12 * n + 3 {
            let t = q(k, 12);
            assert_eq!(spline.at(&t), b_spline(n, &t), "n = {n}, t = {t}");
        }
        spline = convolved(&spline, &window);
    }
}

/// Which point of each cell of a Riemann sum is taken.
#[derive(Clone, Copy, PartialEq)]
enum Riemann {
    Left,
    Middle,
}

/// `h Σ_j x((j + o) h) w((k − j − o) h)`, a discrete convolution of samples with step h = 1/n: its largest error at
/// multiples of 1/4. The point of a cell is at o.
fn error(x: &Piecewise, w: &Piecewise, n: i64, rule: Riemann) -> RBig {
    let o = if rule == Riemann::Middle { q(1, 2) } else { int(0) };
    let sample = |x: &Piecewise, o: RBig| {
        let entries = (-4 * n..=4 * n).map(|j| Element::Rational(x.at(&((int(j) + &o) / int(n)))));
        Signal::line(-4 * n as isize, entries.collect())
    };
    let y = definition::signals(&sample(x, o.clone()), &sample(w, -o));
    let exact = convolved(x, w);
    let errors = (-16..=16).map(|k| {
        let sum = y.at(&[(k * n / 4) as isize]).and_then(Element::rational).expect("within the samples");
        let off = sum / int(n) - exact.at(&q(k, 4));
        if off < RBig::ZERO { -off } else { off }
    });
    errors.max().expect("there are multiples")
}

/// log₂ of the error's quotient from one step to half of it, twice.
fn orders(x: &Piecewise, w: &Piecewise, rule: Riemann) -> [f64; 2] {
    let errors = [4, 8, 16].map(|n| error(x, w, n, rule));
    [0, 1].map(|k| (&errors[k] / &errors[k + 1]).to_f64_fast().log2())
}

/// Where the integrand jumps, a sum over left ends is off by a multiple of the step, and a sum over midpoints by h² if
/// the jumps lie on the grid. Where it is continuous with kinks on the grid, both are off by h². Where its derivative
/// is continuous too, the h² term of Euler and Maclaurin's formula vanishes, and h⁴ is left. The orders are measured,
/// the errors being exact.
#[test]
fn riemann_sums_approach_it_with_the_order_that_theory_says() {
    let window = indicator(int(0), int(1));
    let smooth = convolved(&convolved(&window, &window), &window);
    let near = |orders: [f64; 2], wanted: f64| {
        assert!(orders.iter().all(|order| (order - wanted).abs() < 0.15), "{orders:?} for {wanted}");
    };
    near(orders(&window, &window, Riemann::Left), 1.0);
    near(orders(&window, &hat(), Riemann::Left), 1.0);
    near(orders(&window, &smooth, Riemann::Middle), 2.0);
    assert_eq!(error(&window, &hat(), 4, Riemann::Middle), int(0), "midpoints are exact on straight pieces");
    near(orders(&hat(), &hat(), Riemann::Left), 2.0);
    near(orders(&hat(), &hat(), Riemann::Middle), 2.0);
    near(orders(&smooth, &smooth, Riemann::Left), 4.0);
    near(orders(&smooth, &smooth, Riemann::Middle), 4.0);
    // breakpoints in the middle of cells: a jump costs a whole order, whatever the rule
    let off_grid = indicator(q(1, 64), int(1));
    assert!(orders(&off_grid, &window, Riemann::Middle).iter().all(|order| *order < 1.5));
}

/// A twin made from values of its own integral, by interpolation between the sums of breakpoints it knows.
fn twin(x: &Piecewise, w: &Piecewise, known: &[RBig], value: impl Fn(&RBig) -> RBig) -> Piecewise {
    let points = degree(x) + degree(w);
    let pieces = known.windows(2).map(|ends| {
        let at = |k: usize| &ends[0] + (&ends[1] - &ends[0]) * q(2 * k as i64 + 1, 2 * points as u64);
        let lagrange = |k: usize| {
            let others = (0..points).filter(|j| *j != k).map(at);
            let one = Polynomial::new(vec![value(&at(k))]);
            others.fold(one, |product, other| {
                let factor = Polynomial::new(vec![-other.clone(), int(1)]);
                product.times(&factor).scaled(&(int(1) / (at(k) - other)))
            })
        };
        (0..points).map(lagrange).fold(Polynomial::default(), |sum, term| sum.plus(&term))
    });
    let pieces = pieces.collect();
    Piecewise::new(known.to_vec(), pieces).expect("sorted")
}

#[test]
fn wrong_twins_are_caught() {
    let x = Piecewise::new(
        vec![int(-2), q(-1, 2), int(1)],
        vec![Polynomial::new(vec![int(1), int(2)]), Polynomial::new(vec![int(3)])],
    )
    .expect("sorted");
    let w = Piecewise::new(
        vec![q(-1, 3), int(1), int(3)],
        vec![Polynomial::new(vec![int(0), int(1), int(1)]), Polynomial::new(vec![int(2), int(-1)])],
    )
    .expect("sorted");
    let sums = sums_of_breaks(&x, &w);
    let right = twin(&x, &w, &sums, |t| integral(&x, &w, t, whole));
    assert_eq!(right, convolved(&x, &w), "the two ways to it meet");
    assert_eq!(judge(&x, &w, &right), Ok(()));
    let caught = |y: &Piecewise| judge(&x, &w, y).is_err();
    for forgotten in 1..sums.len() - 1 {
        let known = [&sums[..forgotten], &sums[forgotten + 1..]].concat();
        assert!(caught(&twin(&x, &w, &known, |t| integral(&x, &w, t, whole))), "without {}", sums[forgotten]);
    }
    // as if the kernel had no future: a runs up to t only
    let causal =
        twin(&x, &w, &sums, |t| integral(&x, &w, t, |from, to| (from.clone(), to.clone().min(t.clone()))));
    assert!(caught(&causal));
    // as if nothing had been before time 0
    let late =
        twin(&x, &w, &sums, |t| integral(&x, &w, t, |from, to| (from.clone().max(int(0)), to.clone())));
    assert!(caught(&late));
    assert!(caught(&convolved(&x, &w.reflected())), "a correlation");
    assert!(caught(&convolved(&x, &w).shifted(&q(1, 100))));
    assert!(caught(&x.times(&w)), "a product");
}

#[test]
fn what_is_no_signal_is_refused_in_words() {
    let refused = |result: Result<Piecewise, ContinuousError>, word: &str| {
        let text = result.expect_err("refused").to_string();
        assert!(text.contains(word) && text.contains("try"), "{text}");
    };
    refused(Piecewise::indicator(int(1), int(1)), "increase strictly");
    refused(Piecewise::new(vec![int(0), int(1)], vec![]), "breakpoints, got 2");
    refused(Piecewise::polyline(&[(int(0), int(0)), (int(1), int(2))]), "jumps at 1");
    refused(Piecewise::polyline(&[(int(0), int(0)), (int(0), int(0))]), "increase strictly");
    refused(indicator(int(0), int(1)).derivative(), "jumps at 0");
    refused(hat().antiderivative(), "got 1");
    let many: Vec<RBig> = (0..1200).map(int).collect();
    let teeth = (0..1199).map(|k| Polynomial::new(vec![int(k % 2 + 1)])).collect();
    let comb = Piecewise::new(many, teeth).expect("sorted");
    refused(comb.convolve(&comb), "fewer pieces");
    let none = Piecewise::new(vec![], vec![]).expect("zero");
    assert_eq!((none.integral(), none.to_string(), none.support()), (int(0), "0".into(), None));
    assert_eq!(convolved(&none, &hat()), none);
}

#[test]
fn a_gaussian_and_a_polynomial_decline() {
    let bell = |weight, mean, variance| Gaussians::one(Gaussian { weight, mean, variance });
    let normal = bell(int(1), int(0), int(1)).expect("positive");
    let mixed = Continuous::Gaussians(normal.clone()).convolve(&Continuous::Piecewise(hat()));
    assert_eq!(mixed, Err(ContinuousError::Mixed));
    assert!(mixed.expect_err("declined").to_string().contains("error function"));
    assert_eq!(bell(int(1), int(0), int(0)), Err(ContinuousError::Variance(int(0))));
    // the formula for the sum is the integral, numerically: a midpoint sum with a step far below the widths
    let (x, w) =
        (bell(int(2), int(1), q(1, 2)).expect("positive"), bell(int(3), int(-2), int(2)).expect("positive"));
    let value = |x: &Gaussians, t: f64| -> f64 {
        let t = RBig::try_from(t).expect("finite");
        x.terms().map(|g| g.approximately_at(&t)).sum()
    };
    let y = x.convolve(&w).expect("of one kind");
    for t in [-4.0, -1.0, 0.0, 2.5] {
        let sum: f64 = (-3200..3200)
            .map(|k| (f64::from(k) + 0.5) / 256.0)
            .map(|a| value(&x, a) * value(&w, t - a))
            .sum();
        assert!((sum / 256.0 - value(&y, t)).abs() < 1e-9, "at {t}");
    }
    assert_eq!(y.to_string(), "6 N(-1, 5/2)");
}
