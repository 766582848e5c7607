//! What becomes of the laws where sums become integrals: the derivative, the scale and the Taylor coefficients of the
//! Fourier transform of a convolution on the line, exact for piecewise polynomials.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    signal::piecewise::{ContinuousError, Piecewise, Polynomial},
    theorem::Level,
};
use dashu_ratio::RBig;

pub(super) const DERIVATIVE: &str = "derivative-of-a-continuous-convolution";
pub(super) const DILATION: &str = "dilating-both-on-the-line";
pub(super) const TRANSFORM: &str = "transform-of-a-continuous-convolution";

const SEED: u64 = 2026;
const PAIRS: usize = 40;
/// Taylor coefficients of a Fourier transform that are compared.
const MOMENTS: usize = 9;

/// The convolution, or what is held against it.
type Convolution = fn(&Piecewise, &Piecewise) -> Result<Piecewise, ContinuousError>;

/// Polylines with three to six corners, not zero, at whole and half times.
fn polylines() -> impl Iterator<Item = Piecewise> {
    let mut draw = integers(SEED, 4);
    std::iter::repeat_with(move || {
        let mut next = || draw.next().expect("there is no end");
        let corners = 3 + next().unsigned_abs() as usize % 4;
        let mut t = RBig::from(next());
        let mut points = vec![(t.clone(), RBig::ZERO)];
        for corner in 0..corners {
            t += RBig::from_parts((1 + next().abs()).into(), 2_u8.into());
            // the first corner is not at zero, so that the signal is not
            points.push((t.clone(), RBig::from(next()) + RBig::from(if corner == 0 { 20 } else { 0 })));
        }
        points.push((t + RBig::ONE, RBig::ZERO));
        Piecewise::polyline(&points).expect("times increase, and the ends are zero")
    })
}

fn pairs() -> impl Iterator<Item = (Piecewise, Piecewise)> {
    polylines().take(PAIRS).zip(polylines().skip(PAIRS))
}

/// Each pair looked at; `None` where the law holds for it.
fn judge(
    id: &'static str,
    shows: &'static str,
    look: impl Fn(&Piecewise, &Piecewise) -> Result<Option<String>, ContinuousError>,
) -> Result<u64, Unmet> {
    let mut cases = 0;
    for (x, w) in pairs() {
        let found = look(&x, &w).unwrap_or_else(|error| Some(error.to_string()));
        if let Some(found) = found {
            return Err(Unmet { id, shows, found: format!("for x = {x} and w = {w} {found}") });
        }
        cases += 1;
    }
    Ok(cases)
}

fn found(statement: String, cases: u64) -> Found {
    Found { statement, level: Level::Exact, cases, seed: Some(SEED), worst: None }
}

/// (x ∗ w)′ = x′ ∗ w = x ∗ w′, and the product rule gives twice that.
pub(super) fn derivative() -> Result<Found, Unmet> {
    derivative_of(Piecewise::convolve)
}

fn derivative_of(convolve: Convolution) -> Result<Found, Unmet> {
    let shows = "only one factor is differentiated";
    let cases = judge(DERIVATIVE, shows, |x, w| {
        let whole = convolve(x, w)?.derivative()?;
        let (first, second) = (convolve(&x.derivative()?, w)?, convolve(x, &w.derivative()?)?);
        Ok(match () {
            _ if whole != first || whole != second => Some("the three differ".into()),
            _ if first.plus(&second) != whole.scaled(&RBig::from(2))
                || whole == whole.scaled(&RBig::from(2)) =>
            {
                Some("the product rule does not give twice the derivative".into())
            }
            _ => None,
        })
    })?;
    Ok(found(
        format!(
            "For {cases} pairs of polylines $x$, $w$ with rational corners, $(x * w)' = x' * w = x * w'$ as piecewise \
             polynomials, and $x' * w + x * w'$ is exactly twice as much: in none of them does the product rule hold."
        ),
        cases,
    ))
}

/// x(a·) ∗ w(a·) = (x ∗ w)(a·) / |a|.
pub(super) fn dilation() -> Result<Found, Unmet> {
    dilation_of(Piecewise::convolve)
}

fn dilation_of(convolve: Convolution) -> Result<Found, Unmet> {
    let factors = [(2, 1), (1, 2), (-1, 1), (-3, 2), (5, 3)];
    let mut cases = 0;
    for (p, q) in factors {
        let a = RBig::from_parts(i64::into(p), u8::into(q));
        let size = if a < RBig::ZERO { -a.clone() } else { a.clone() };
        let by = RBig::ONE / &a;
        cases += judge(DILATION, "both may be drawn to another scale, at the price of a factor", |x, w| {
            let own = convolve(&x.dilated(&by), &w.dilated(&by))?;
            let whole = convolve(x, w)?.dilated(&by).scaled(&(RBig::ONE / &size));
            Ok((own != whole).then(|| format!("the two differ at the scale {a}")))
        })?;
    }
    Ok(found(
        format!(
            "For {PAIRS} pairs of polylines and each of {} factors $a$, negative ones too, \
             $x(a\\,\\cdot) * w(a\\,\\cdot) = (x * w)(a\\,\\cdot)/|a|$ as piecewise polynomials.",
            factors.len()
        ),
        cases,
    ))
}

/// The Taylor coefficients of the Fourier transforms: ∫ t^n (x ∗ w) = Σ_k C(n, k) ∫ t^k x · ∫ t^(n−k) w.
pub(super) fn transform() -> Result<Found, Unmet> {
    transform_of(Piecewise::convolve)
}

fn transform_of(convolve: Convolution) -> Result<Found, Unmet> {
    let shows = "the transform of a convolution is the product of the transforms";
    let cases = judge(TRANSFORM, shows, |x, w| {
        let [x_moments, w_moments, moments] = [x, w, &convolve(x, w)?].map(moments);
        let product = |n: usize| {
            (0..=n).fold(RBig::ZERO, |sum, k| sum + binomial(n, k) * &x_moments[k] * &w_moments[n - k])
        };
        Ok((0..MOMENTS)
            .find(|n| product(*n) != moments[*n])
            .map(|n| format!("the moments of order {n} differ")))
    })?;
    Ok(found(
        format!(
            "The Fourier transform of a signal of bounded support is the power series \
             $\\hat x(\\omega) = \\sum_n (-i\\omega)^n \\mu_n(x)/n!$ with the moments $\\mu_n(x) = \\int t^n x(t)\\,dt$. For {cases} \
             pairs of polylines the series of $x * w$ is the product of the two series, exactly, in its first {MOMENTS} \
             coefficients: $\\mu_n(x * w) = \\sum_k \\binom{{n}}{{k}} \\mu_k(x)\\,\\mu_{{n-k}}(w)$."
        ),
        cases * MOMENTS as u64,
    ))
}

/// ∫ t^n x(t) dt for the first n.
fn moments(x: &Piecewise) -> Vec<RBig> {
    let moment = |n: usize| {
        let mut power = vec![RBig::ZERO; n];
        power.push(RBig::ONE);
        let power = Polynomial::new(power);
        x.pieces().fold(RBig::ZERO, |sum, (from, to, piece)| {
            let antiderivative = piece.times(&power).antiderivative();
            sum + antiderivative.at(to) - antiderivative.at(from)
        })
    };
    (0..MOMENTS).map(moment).collect()
}

fn binomial(n: usize, k: usize) -> RBig {
    (0..k).fold(RBig::ONE, |product, i| product * RBig::from(n - i) / RBig::from(i + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As [`Piecewise::convolve`], and a little more at one place.
    fn more(x: &Piecewise, w: &Piecewise) -> Result<Piecewise, ContinuousError> {
        let bump =
            Piecewise::polyline(&[(0, 0), (1, 1), (2, 0)].map(|(t, y)| (RBig::from(t), RBig::from(y))))?;
        Ok(x.convolve(w)?.plus(&bump))
    }

    /// The product at each time is no convolution.
    fn pointwise(x: &Piecewise, w: &Piecewise) -> Result<Piecewise, ContinuousError> {
        Ok(x.times(w))
    }

    #[test]
    fn what_is_no_convolution_is_caught() {
        for wrong in [more as Convolution, pointwise] {
            assert!(derivative_of(wrong).is_err() && dilation_of(wrong).is_err());
            assert!(transform_of(wrong).is_err_and(|unmet| unmet.found.contains("order 0")));
        }
    }

    #[test]
    fn no_signal_is_zero() {
        assert!(polylines().take(2 * PAIRS).all(|x| x.support().is_some()));
    }
}
