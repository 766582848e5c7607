//! Locally connected (unshared) and tiled layers, and how they contain convolution.
//!
//! A locally connected layer has the windows of a convolution and a set of weights of its own for every output (LeCun
//! 1989); a tiled one has t sets that are cycled (Gregor & LeCun 2010; Le et al. 2010). They are [`Conv`] with another
//! [`Sharing`]. As subspaces of all weights of the unshared layer they nest: tied everywhere ⊂ tied with period t ⊂
//! tied with a multiple of t ⊂ all. [`Conv::untied`] is the inclusion, [`Conv::tied`] the orthogonal projection back, which is
//! what the infinitely strong prior of convolution does to weights (Goodfellow, Bengio & Courville 2016, §9.4).
//!
//! ```
//! use faltung::layer::{Conv, Layer, Sharing, Sliding};
//! use ndarray::ArrayD;
//! let w = ArrayD::from_shape_vec(vec![1, 1, 2], vec![1.0, -1.0]).unwrap();
//! let convolution = Conv::new(Sliding::of(&[2]), w);
//! let local = convolution.untied(&[1, 1, 4])?; // 3 outputs, each with its own 2 weights
//! assert_eq!(local.weights.shape(), [3, 1, 1, 2]);
//! assert_eq!(local.tied(Sharing::Shared, &[1, 1, 4])?, convolution);
//! # Ok::<(), faltung::layer::LayerError>(())
//! ```

use super::{Conv, LayerError, Sharing, conv::array};
use crate::scalar::{Semiring, Units, natural};
use ndarray::ArrayD;

impl<S: Semiring> Conv<S> {
    /// The same layer with a set of weights per output: locally connected, and equal on inputs of this shape.
    ///
    /// # Errors
    /// As [`Conv::shape`].
    pub fn untied(&self, input: &[usize]) -> Result<Conv<S>, LayerError> {
        let outputs = self.shape(input)?[2..].to_vec();
        let (class, _) = self.sharing.classes(&outputs)?;
        let (set, kernel) = self.sets(&outputs);
        let weights = self.weights.as_standard_layout();
        let weights = weights.as_slice().expect("standard layout");
        let all = (0..outputs.iter().product()).flat_map(|p| &weights[class(p) * set..(class(p) + 1) * set]);
        let weights = array(&[&outputs[..], &kernel].concat(), all.cloned().collect());
        Ok(Conv { sharing: Sharing::Unshared, weights, ..self.clone() })
    }

    /// The layer with weights shared like that which is nearest to this one on inputs of this shape: every shared weight is the
    /// mean of those it stands for. It is the same layer if these were equal.
    ///
    /// # Errors
    /// As [`Conv::shape`]; a period longer than the outputs, or numbers of outputs without an inverse.
    pub fn tied(&self, sharing: Sharing, input: &[usize]) -> Result<Conv<S>, LayerError>
    where
        S: Units,
    {
        let untied = self.untied(input)?;
        let outputs = untied.sharing_outputs();
        let (class, classes) = sharing.classes(&outputs)?;
        let (set, kernel) = untied.sets(&outputs);
        let (mut sums, mut counts) = (vec![S::zero(); classes * set], vec![0; classes]);
        let weights = untied.weights.as_slice().expect("standard layout");
        for (p, weights) in weights.chunks(set).enumerate() {
            counts[class(p)] += 1;
            let sums = &mut sums[class(p) * set..(class(p) + 1) * set];
            sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum = sum.plus(weight));
        }
        for (sums, count) in sums.chunks_mut(set).zip(counts) {
            let none = || LayerError::Inverse {
                what: "the number of outputs that share weights",
                value: count.to_string(),
                hint: "a mean divides by it: take a period that is no longer than the outputs, and scalars with inverses",
            };
            let share = natural::<S>(count).unit_inverse().ok_or_else(none)?;
            sums.iter_mut().for_each(|sum| *sum = sum.times(&share));
        }
        let weights: ArrayD<S> = array(&[sharing.lead(&outputs), kernel].concat(), sums);
        Ok(Conv { sharing, weights, ..untied })
    }

    /// The number of weights of one output, and their shape.
    fn sets(&self, outputs: &[usize]) -> (usize, Vec<usize>) {
        let kernel = self.weights.shape()[self.sharing.lead(outputs).len()..].to_vec();
        (kernel.iter().product(), kernel)
    }

    /// The outputs of an unshared layer, which its weights say.
    fn sharing_outputs(&self) -> Vec<usize> {
        self.weights.shape()[..self.sliding.windows.len()].to_vec()
    }
}
