//! `--exact`: convolutions of floats, every entry the exact one rounded once, real and complex.
//!
//! The exact entries are integers times one power of two for each array. How long these integers are depends on how
//! far apart the exponents of the data are; so that is looked at before any of them is made.

use super::{account::MAX_MEMORY, output::Failure};
use faltung::{
    conv::{Spec, count, exact},
    scalar::Real,
};
use ndarray::{ArrayD, ArrayViewD, Zip};
use num_complex::Complex;

/// The convolution of real floats.
pub fn real<T: Real>(x: ArrayViewD<T>, w: ArrayViewD<T>, spec: Spec) -> Result<ArrayD<T>, Failure> {
    affordable(Width::of(x.iter().copied()), Width::of(w.iter().copied()), &[x.shape(), w.shape()], 1, spec)?;
    Ok(exact::rounded_once(x, w, spec)?)
}

/// The convolution of complex floats: four of their real and imaginary parts, exact, added exactly, and then rounded.
pub fn complex<T: Real>(
    x: ArrayViewD<Complex<T>>,
    w: ArrayViewD<Complex<T>>,
    spec: Spec,
) -> Result<ArrayD<Complex<T>>, Failure> {
    let width = |a: &ArrayViewD<Complex<T>>| Width::of(a.iter().flat_map(|z| [z.re, z.im]));
    affordable(width(&x), width(&w), &[x.shape(), w.shape()], 4, spec)?;
    let parts = |a: ArrayViewD<Complex<T>>| (a.map(|z| z.re), a.map(|z| z.im));
    let ((x_re, x_im), (w_re, w_im)) = (parts(x), parts(w));
    // A correlation conjugates w, which it cannot see in its real parts.
    let w_im = if spec.correlate { w_im.mapv(|im| -im) } else { w_im };
    let product = |x: &ArrayD<T>, w: &ArrayD<T>| exact::dyadic(x.view(), w.view(), spec);
    let (re_re, im_im) = (product(&x_re, &w_re)?, product(&x_im, &w_im)?);
    let re = Zip::from(&re_re).and(&im_im).map_collect(|a, b| T::rounded(&a.minus(b)));
    let (re_im, im_re) = (product(&x_re, &w_im)?, product(&x_im, &w_re)?);
    let im = Zip::from(&re_im).and(&im_re).map_collect(|a, b| T::rounded(&a.plus(b)));
    Ok(Zip::from(&re).and(&im).map_collect(|re, im| Complex::new(*re, *im)))
}

/// Where the binary digits of an array's entries lie.
#[derive(Clone, Copy, Debug)]
struct Width {
    /// The exponent of the last digit of any entry.
    lowest: i64,
    /// One above that of the first digit of any.
    top: i64,
}

impl Width {
    /// Of these entries. Zeros have no digits; what is NaN or infinite is refused elsewhere.
    fn of<T: Real>(entries: impl Iterator<Item = T>) -> Width {
        // A float has its digits within the precision below its exponent.
        let precision = 1 - T::UNIT_ROUNDOFF.log2() as i64;
        let exponents = entries.filter_map(T::exponent).map(i64::from);
        let (least, most) = exponents.fold((i64::MAX, i64::MIN), |(a, b), e| (a.min(e), b.max(e)));
        if least > most {
            Width { lowest: 0, top: 0 }
        } else {
            Width { lowest: least - precision, top: most + 1 }
        }
    }

    fn bits(self) -> u128 {
        self.top.abs_diff(self.lowest).into()
    }
}

/// Whether the integers take a bearable amount of memory: their digits, and three words for each.
fn affordable(x: Width, w: Width, shapes: &[&[usize]; 2], products: u128, spec: Spec) -> Result<(), Failure> {
    let entries = |shape: &[usize]| shape.iter().map(|n| *n as u128).product::<u128>();
    let bytes = |entries: u128, bits: u128| entries.saturating_mul(24 + bits.div_ceil(64) * 8);
    let results = entries(&spec.output_shape(shapes[0], shapes[1])?);
    // A sum is as long as a product and a few digits more, and lives twice: as a sum and with its exponent.
    let sums = bytes(2 * results, x.bits() + w.bits() + 64);
    let needed = bytes(entries(shapes[0]), x.bits()) + bytes(entries(shapes[1]), w.bits()) + sums;
    let needed = needed.saturating_mul(if products > 1 { 2 } else { 1 });
    if needed <= MAX_MEMORY {
        return Ok(());
    }
    let problem = format!(
        "exact integers of {} and {} binary digits would take about {} bytes of memory; x reaches from 2^{} to 2^{}, w from 2^{} to 2^{}",
        x.bits(),
        w.bits(),
        count(needed),
        x.lowest,
        x.top,
        w.lowest,
        w.top,
    );
    Err(Failure::input(problem, "leave out --exact, cut x into parts, or set what is tiny to zero"))
}

#[cfg(test)]
mod tests {
    use super::{Width, affordable};
    use faltung::conv::Spec;

    #[test]
    fn the_width_covers_every_digit() {
        let width = Width::of([1.5_f64, -3.0, 0.0].into_iter());
        assert!(width.lowest <= -53 && width.top == 2, "{width:?}");
        let all = Width::of([f64::MAX, f64::from_bits(1)].into_iter());
        assert!(all.lowest <= -1074 && all.top == 1024, "{all:?}");
        assert_eq!(Width::of([0.0_f32].into_iter()).bits(), 0);
    }

    #[test]
    fn extreme_exponents_are_refused_where_there_are_many_of_them() {
        let (plain, extreme) = (Width { lowest: -53, top: 1 }, Width { lowest: -1127, top: 1024 });
        let x: &[usize] = &[20_000_000];
        let affordable = |x_width, w_width, products| {
            affordable(x_width, w_width, &[x, &[100]], products, Spec::default())
        };
        assert!(affordable(plain, plain, 1).is_ok());
        let refused = affordable(extreme, extreme, 1).unwrap_err().to_string();
        assert!(refused.contains("2151") && refused.contains("2^1024"), "{refused}");
    }
}
