//! Integers: sizes, shifts, exponents. `mod` and `floor` are Euclidean, with divisors at least 1.

use super::{Halt, Value, int};
use dashu_int::{
    IBig,
    ops::{Abs, BitTest, DivEuclid, Gcd, RemEuclid},
};

pub(super) fn abs(n: &IBig) -> IBig {
    n.clone().abs()
}

pub(super) fn power(base: &IBig, n: &IBig) -> Result<IBig, Halt> {
    if *n < IBig::ZERO {
        return Err(Halt::Undefined("a negative power"));
    }
    let n = usize::try_from(n).map_err(|_| Halt::Large("an exponent"))?;
    if base.bit_len().saturating_mul(n) > 1 << 16 {
        return Err(Halt::Large("a power"));
    }
    Ok(base.pow(n))
}

fn divisor(b: &IBig) -> Result<&IBig, Halt> {
    if *b >= IBig::ONE { Ok(b) } else { Err(Halt::Undefined("a divisor below 1")) }
}

pub(super) fn modulo(a: &IBig, m: &IBig) -> Result<IBig, Halt> {
    Ok(IBig::from(a.rem_euclid(divisor(m)?)))
}

pub(super) fn floor(a: &IBig, b: &IBig) -> Result<IBig, Halt> {
    Ok(a.div_euclid(divisor(b)?))
}

pub(super) fn ceil(a: &IBig, b: &IBig) -> Result<IBig, Halt> {
    Ok(-floor(&-a.clone(), b)?)
}

pub(super) fn gcd(a: &IBig, b: &IBig) -> IBig {
    // the gcd of 0 and 0 is 0, as every integer divides 0
    if *a == IBig::ZERO && *b == IBig::ZERO { IBig::ZERO } else { IBig::from(a.gcd(b)) }
}

/// `n (n−1) … (n−k+1) / k!`, one factor and one exact division at a time.
pub(super) fn binomial(n: &IBig, k: &IBig) -> Result<IBig, Halt> {
    if *k < IBig::ZERO || k > n {
        return Ok(IBig::ZERO);
    }
    let least = usize::try_from(k.min(&(n - k))).map_err(|_| Halt::Large("a binomial coefficient"))?;
    if n.bit_len().saturating_mul(least) > 1 << 16 {
        return Err(Halt::Large("a binomial coefficient"));
    }
    Ok((0..least).fold(IBig::ONE, |product, j| product * (n - IBig::from(j)) / IBig::from(j + 1)))
}

/// `floor((n + 2p − d(k−1) − 1)/s) + 1`: where the dilated window does not fit there is no output size.
pub(super) fn outsize(args: &[Value]) -> Result<IBig, Halt> {
    let [n, k, s, p, d] = [0, 1, 2, 3, 4].map(|i| int(&args[i]).clone());
    if k < IBig::ONE || s < IBig::ONE || d < IBig::ONE || p < IBig::ZERO {
        return Err(Halt::Undefined("outsize wants k, s, d >= 1 and p >= 0"));
    }
    let room = n + IBig::from(2) * p - d * (k - IBig::ONE) - IBig::ONE;
    if room < IBig::ZERO {
        return Err(Halt::Undefined("a window that does not fit"));
    }
    Ok(floor(&room, &s)? + IBig::ONE)
}

pub(super) fn receptive(args: &[Value]) -> Result<IBig, Halt> {
    if args.len() % 2 == 1 {
        return Err(Halt::Undefined("receptive wants pairs of kernel size and stride"));
    }
    let (mut field, mut jump) = (IBig::ONE, IBig::ONE);
    for layer in args.chunks(2) {
        let (k, s) = (int(&layer[0]), int(&layer[1]));
        if *k < IBig::ONE || *s < IBig::ONE {
            return Err(Halt::Undefined("receptive wants kernel sizes and strides of at least 1"));
        }
        field += (k - IBig::ONE) * &jump;
        jump *= s;
    }
    Ok(field)
}
