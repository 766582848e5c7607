//! A normalisation with fixed statistics is drawn into the convolution before or behind it, exactly.

use super::{Found, Unmet};
use crate::{
    book::portable::integers,
    layer::{BatchNorm, Conv, Layer, LayerError, Sequential, Sliding},
    theorem::Level,
};
use dashu_ratio::RBig;
use ndarray::ArrayD;

pub(super) const ID: &str = "batch-norm-folds";

const SHOWS: &str = "the folded convolution does what the two layers do";
const SIDE: usize = 6;
const DRAWS: usize = 3;
const SEED: u64 = 2026;

type Folded = Result<Conv<RBig>, LayerError>;
type Behind = fn(&Conv<RBig>, &BatchNorm<RBig>) -> Folded;
type Before = fn(&BatchNorm<RBig>, &Conv<RBig>, &[usize]) -> Folded;

/// What makes one convolution of a convolution and a normalisation, behind it or before it.
struct Ways {
    behind: Behind,
    before: Before,
}

pub(super) fn run() -> Result<Found, Unmet> {
    judge(&Ways {
        behind: |conv, norm| norm.fold_after(conv),
        before: |norm, conv, input| norm.fold_before(conv, input),
    })
}

/// Rationals p/q with |p| < 16 and 0 < q < 8.
fn fractions(seed: u64) -> impl Iterator<Item = RBig> {
    let mut numbers = integers(seed, 4);
    std::iter::from_fn(move || {
        let (above, below) = (numbers.next()?, numbers.next()?);
        Some(RBig::from(above) / RBig::from(below.rem_euclid(7) + 1))
    })
}

fn normalisation(channels: usize, numbers: &mut impl Iterator<Item = RBig>) -> BatchNorm<RBig> {
    let mut vector = || numbers.take(channels).collect::<Vec<RBig>>();
    let array = |entries: Vec<RBig>| ArrayD::from_shape_vec(vec![channels], entries).expect("a vector");
    let (gamma, beta, mean) = (array(vector()), array(vector()), vector());
    // a deviation is positive
    let deviation = vector().into_iter().map(|v| &v * &v + RBig::ONE).collect();
    BatchNorm { gamma, beta, mean, deviation }
}

fn judge(ways: &Ways) -> Result<Found, Unmet> {
    let unmet = |found: String| Unmet { id: ID, shows: SHOWS, found };
    let refused = |error: LayerError| unmet(error.to_string());
    let mut numbers = fractions(SEED);
    let mut cases = 0;
    // channels before and behind, groups, stride, and zeros on either side
    let sizes = [
        (1, 1, 1, 1, 0),
        (2, 3, 1, 1, 0),
        (3, 2, 1, 2, 0),
        (2, 2, 2, 1, 0),
        (4, 6, 2, 2, 0),
        (2, 3, 1, 1, 1),
        (2, 4, 2, 2, 2),
    ];
    for (inputs, outputs, groups, stride, zeros) in sizes {
        let shape = [1, inputs, SIDE, SIDE];
        for _ in 0..DRAWS {
            let mut array = |shape: &[usize]| {
                let entries = numbers.by_ref().take(shape.iter().product()).collect();
                ArrayD::from_shape_vec(shape, entries).expect("as many entries")
            };
            let (weights, bias, x) =
                (array(&[outputs, inputs / groups, 3, 3]), array(&[outputs]), array(&shape));
            let sliding = Sliding::of(&[3, 3]).stride(stride).pad(zeros, zeros);
            let bias: Vec<RBig> = bias.iter().cloned().collect();
            let conv = Conv::new(sliding, weights).groups(groups).bias(&bias);
            let mut compare = |whole: Conv<RBig>, parts: Sequential<RBig>| {
                let one = whole.forward(x.view()).map_err(refused)?;
                if one != parts.forward(x.view()).map_err(refused)? {
                    let sizes = (inputs, outputs, groups, stride, zeros);
                    return Err(unmet(format!("it does something else for {sizes:?}")));
                }
                cases += 1;
                Ok(())
            };
            let norm = normalisation(outputs, &mut numbers);
            let whole = (ways.behind)(&conv, &norm).map_err(refused)?;
            compare(whole, Sequential(vec![Box::new(conv.clone()), Box::new(norm)]))?;
            let norm = normalisation(inputs, &mut numbers);
            match (ways.before)(&norm, &conv, &shape) {
                Ok(_) if zeros > 0 => {
                    return Err(unmet("zeros that were not normalised are folded in".to_owned()));
                }
                Ok(whole) => compare(whole, Sequential(vec![Box::new(norm), Box::new(conv)]))?,
                Err(_) if zeros > 0 => {}
                Err(error) => return Err(refused(error)),
            }
        }
    }
    Ok(Found {
        statement: format!(
            "For {} sizes of a convolution on pictures of {SIDE} by {SIDE}, with several channels, groups, strides and a bias, {DRAWS} \
             times each with random fractions: a normalisation behind it, and one before it where nothing is padded, are drawn into its \
             weights and its bias, and the one layer returns the same fractions as the two. Where zeros are padded between \
             normalisation and convolution, the library refuses.",
            sizes.len()
        ),
        level: Level::Exact,
        cases,
        seed: Some(SEED),
        worst: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bias_that_is_not_scaled_and_zeros_that_are_folded_in_are_caught() {
        let behind: Behind = |conv, norm| norm.fold_after(conv);
        let before: Before = |norm, conv, input| norm.fold_before(conv, input);
        let unscaled: Behind = |conv, norm| {
            let (bias, folded) = (conv.bias.clone(), norm.fold_after(&Conv { bias: None, ..conv.clone() })?);
            let sums = folded.bias.iter().zip(&bias).flat_map(|(a, b)| a.values.iter().zip(&b.values));
            let sums: Vec<RBig> = sums.map(|(a, b)| a + b).collect();
            Ok(folded.bias(&sums))
        };
        let heedless: Before = |norm, conv, input| {
            let sliding = Sliding::of(&[3, 3]).stride(conv.sliding.windows[0].stride);
            let inner = norm.fold_before(&Conv { sliding, ..conv.clone() }, input)?;
            Ok(Conv { sliding: conv.sliding.clone(), ..inner })
        };
        assert!(judge(&Ways { behind, before }).is_ok());
        assert!(judge(&Ways { behind: unscaled, before }).is_err());
        assert!(judge(&Ways { behind, before: heedless }).is_err_and(|unmet| unmet.found.contains("zeros")));
    }
}
