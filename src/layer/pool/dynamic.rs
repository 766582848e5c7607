//! Dynamic pooling: other regions for every input, found by clustering the locations of what stands out in it (Boureau et
//! al. 2011, in the simplest form: k-means on locations).
//!
//! Everything is decided in integers, so the regions are the same on every machine, and those of a shifted input are
//! shifted as well: what is pooled over them stays.
//!
//! ```
//! use faltung::layer::{Layer, pool::{Max, dynamic}};
//! use ndarray::{ArrayD, Axis};
//! let x = ArrayD::from_shape_vec(vec![1, 1, 8], vec![0, 3, 1, 0, 0, 0, 2, 5_i64]).unwrap();
//! let regions = dynamic::regions(x.index_axis(Axis(0), 0), &0, 2)?;
//! let y = Max { regions }.forward(x.view())?;
//! assert_eq!(y.into_raw_vec_and_offset().0, [3, 5]);
//! # Ok::<(), faltung::layer::LayerError>(())
//! ```

use super::Regions;
use crate::layer::LayerError;
use ndarray::{ArrayViewD, Axis, Dimension, IxDyn};

/// How many rounds of k-means there are at most. It settles in a few, and must end.
const ROUNDS: usize = 100;

/// With so many locations times coordinates, squared distances times squared counts fit in 128 bits.
const SPREAD: usize = 1 << 30;

/// The regions of one input (C × spatial axes): the locations where an entry of any channel exceeds the threshold, in
/// `count` clusters. Locations that do not are in no region.
///
/// # Errors
/// No channels, fewer locations than clusters, no clusters, and more locations than can be told apart exactly.
pub fn regions<S: PartialOrd>(x: ArrayViewD<S>, threshold: &S, count: usize) -> Result<Regions, LayerError> {
    let spatial = match x.shape() {
        [channels, spatial @ ..] if *channels > 0 => spatial.to_vec(),
        shape => {
            let hint = "dynamic pooling looks at one input of the batch at a time";
            return Err(LayerError::shape("the input", shape, "C × spatial axes", hint));
        }
    };
    let stands_out = |index: &[usize]| {
        (0..x.len_of(Axis(0))).any(|channel| x[IxDyn(&[&[channel], index].concat())] > *threshold)
    };
    let indices = ndarray::indices(IxDyn(&spatial)).into_iter().map(|index| index.as_array_view().to_vec());
    let locations: Vec<Vec<usize>> = indices.filter(|index| stands_out(index)).collect();
    let flat = |location: &Vec<usize>| location.iter().zip(&spatial).fold(0, |flat, (i, n)| flat * n + i);
    let clusters = cluster(&locations, count)?;
    let regions = clusters.iter().map(|members| members.iter().map(|i| flat(&locations[*i])).collect());
    Ok(Regions::Fixed { regions: regions.collect(), spatial: spatial.clone() })
}

/// Locations in `count` clusters, as lists of their numbers: k-means from centres that are far apart, the first of which
/// is the first location; ties go to what comes first. The clusters come in the order of their first members, and none is
/// empty.
///
/// Cost: locations × clusters, a few times.
///
/// # Errors
/// No clusters, fewer locations than clusters, and more locations than can be told apart exactly.
pub fn cluster(locations: &[Vec<usize>], count: usize) -> Result<Vec<Vec<usize>>, LayerError> {
    if count == 0 || locations.len() < count {
        return Err(LayerError::Value {
            what: "the number of regions",
            got: count.to_string(),
            expected: format!("1 … {} of them, for so many locations stand out", locations.len()),
            hint: "lower the threshold, or ask for fewer regions",
        });
    }
    let largest = locations.iter().flatten().max().map_or(1, |most| most.saturating_add(1));
    if largest.saturating_mul(locations.len()) > SPREAD {
        return Err(LayerError::Size { what: "the set of locations", shape: vec![locations.len(), largest] });
    }
    let mut clusters = nearest(locations, &scattered(locations, count));
    for _ in 0..ROUNDS {
        let means: Vec<Centre> = clusters.iter().map(|members| Centre::mean(locations, members)).collect();
        let next = nearest(locations, &means);
        // a round that would empty a cluster is not made
        if next == clusters || next.iter().any(Vec::is_empty) {
            break;
        }
        clusters = next;
    }
    clusters.sort();
    Ok(clusters)
}

/// The mean of `count` locations whose coordinates add up to `sums`.
struct Centre {
    sums: Vec<u128>,
    count: u128,
}

impl Centre {
    fn mean(locations: &[Vec<usize>], members: &[usize]) -> Centre {
        let mut sums = vec![0; locations[members[0]].len()];
        for member in members {
            sums.iter_mut().zip(&locations[*member]).for_each(|(sum, i)| *sum += *i as u128);
        }
        Centre { sums, count: members.len() as u128 }
    }

    /// The squared distance times the squared count.
    fn distance(&self, location: &[usize]) -> u128 {
        let axis = |(sum, i): (&u128, &usize)| (self.count * *i as u128).abs_diff(*sum).pow(2);
        self.sums.iter().zip(location).map(axis).sum()
    }

    /// Whether it is nearer to a location than another centre.
    fn nearer(&self, other: &Centre, location: &[usize]) -> bool {
        self.distance(location) * other.count.pow(2) < other.distance(location) * self.count.pow(2)
    }
}

/// Locations far apart: each next one is the farthest from those there are.
fn scattered(locations: &[Vec<usize>], count: usize) -> Vec<Centre> {
    let mut centres = vec![Centre::mean(locations, &[0])];
    // from each location to the nearest centre
    let mut gaps = vec![u128::MAX; locations.len()];
    while centres.len() < count {
        let newest = &centres[centres.len() - 1];
        gaps.iter_mut().zip(locations).for_each(|(gap, at)| *gap = newest.distance(at).min(*gap));
        let farthest =
            (0..locations.len()).rev().max_by_key(|i| gaps[*i]).expect("as many locations as clusters");
        centres.push(Centre::mean(locations, &[farthest]));
    }
    centres
}

fn nearest(locations: &[Vec<usize>], centres: &[Centre]) -> Vec<Vec<usize>> {
    let mut clusters = vec![vec![]; centres.len()];
    for (number, location) in locations.iter().enumerate() {
        let better = |best: usize, next: usize| centres[next].nearer(&centres[best], location);
        let best = (0..centres.len()).reduce(|best, next| if better(best, next) { next } else { best });
        clusters[best.expect("at least one cluster")].push(number);
    }
    clusters
}

#[cfg(test)]
mod tests {
    use super::scattered;

    /// With as many clusters as locations, looking at all centres for each next one would be a cube.
    #[test]
    fn many_centres_are_found_in_time() {
        let locations: Vec<Vec<usize>> = (0..3000).map(|i| vec![i]).collect();
        let centres = scattered(&locations, 3000);
        assert_eq!([0, 1, 2].map(|i| centres[i].sums[0]), [0, 2999, 1499]);
        let mut all: Vec<u128> = centres.iter().map(|centre| centre.sums[0]).collect();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..3000));
    }
}
