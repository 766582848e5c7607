//! The experiments of the book, one file each, called by name from the chapters.
//!
//! An experiment is a check that no claim can state: about programs, counts and rounding. It returns what it found,
//! as data, and fails by an error value; what it says is computed from what it found. Each has a wrong twin in its
//! tests that makes it fail.

mod admissibility_constants;
mod algorithms_agree;
pub(super) mod aliasing_bounds;
mod banks_reconstruct;
mod batch_norm_folds;
mod circular_layer_norm;
mod commutators;
mod continuous_laws;
mod daubechies_banks;
mod decimated_frame_bounds;
mod deformation;
pub(super) mod deformation_bounds;
mod dual_frame_inverse;
mod enclosed_constants;
mod energy_decays;
mod energy_is_accounted_for;
mod exact_scattering;
mod heisenberg;
mod integral_over_scales;
mod karatsuba_counts;
mod lifting_steps;
mod lipschitz_of_networks;
mod many_channels;
mod minimal_filtering;
mod network_learns_shapes;
mod one_step_keeps_half;
mod pooling_norm;
pub(super) mod rounding_bounds;
mod scattered;
mod scattering_bounds;
mod scattering_moves;
mod shapes_told_apart;
mod shifted_details;
mod softmax_sums_to_one;
mod subsampling_cost;
mod three_operations_suffice;
mod tone_ridges;
mod turned_cube;
mod uncertainty;
mod wavelet_covariance;
mod whole_network_moves_along;
mod windowed_frame_bounds;
mod worst_pairs;

use crate::{
    book::{Checked, Unmet},
    theorem::Level,
};

/// What an experiment found where it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What was checked, in Markdown; computed from what was done.
    pub statement: String,
    /// The level that was reached.
    pub level: Level,
    /// How many cases were tried.
    pub cases: u64,
    /// The seed, where chance was involved.
    pub seed: Option<u64>,
    /// The worst case, in words.
    pub worst: Option<String>,
}

/// Every experiment of the book.
pub const EXPERIMENTS: &[Checked<Found>] = &[
    Checked { id: admissibility_constants::ID, run: admissibility_constants::run },
    Checked { id: algorithms_agree::ID, run: algorithms_agree::run },
    Checked { id: aliasing_bounds::ID, run: aliasing_bounds::run },
    Checked { id: banks_reconstruct::ID, run: banks_reconstruct::run },
    Checked { id: batch_norm_folds::ID, run: batch_norm_folds::run },
    Checked { id: circular_layer_norm::ID, run: circular_layer_norm::run },
    Checked { id: commutators::ID, run: commutators::run },
    Checked { id: continuous_laws::DERIVATIVE, run: continuous_laws::derivative },
    Checked { id: continuous_laws::DILATION, run: continuous_laws::dilation },
    Checked { id: continuous_laws::TRANSFORM, run: continuous_laws::transform },
    Checked { id: daubechies_banks::ID, run: daubechies_banks::run },
    Checked { id: decimated_frame_bounds::ID, run: decimated_frame_bounds::run },
    Checked { id: deformation::ID, run: deformation::run },
    Checked { id: deformation_bounds::ID, run: deformation_bounds::run },
    Checked { id: dual_frame_inverse::ID, run: dual_frame_inverse::run },
    Checked { id: enclosed_constants::ID, run: enclosed_constants::run },
    Checked { id: energy_decays::ID, run: energy_decays::run },
    Checked { id: energy_is_accounted_for::ID, run: energy_is_accounted_for::run },
    Checked { id: exact_scattering::ID, run: exact_scattering::run },
    Checked { id: heisenberg::ID, run: heisenberg::run },
    Checked { id: integral_over_scales::ID, run: integral_over_scales::run },
    Checked { id: karatsuba_counts::ID, run: karatsuba_counts::run },
    Checked { id: lifting_steps::ID, run: lifting_steps::run },
    Checked { id: lipschitz_of_networks::ID, run: lipschitz_of_networks::run },
    Checked { id: many_channels::ID, run: many_channels::run },
    Checked { id: minimal_filtering::ID, run: minimal_filtering::run },
    Checked { id: network_learns_shapes::ID, run: network_learns_shapes::run },
    Checked { id: one_step_keeps_half::ID, run: one_step_keeps_half::run },
    Checked { id: pooling_norm::ID, run: pooling_norm::run },
    Checked { id: rounding_bounds::ID, run: rounding_bounds::run },
    Checked { id: scattering_bounds::ID, run: scattering_bounds::run },
    Checked { id: scattering_moves::ID, run: scattering_moves::run },
    Checked { id: shapes_told_apart::ID, run: shapes_told_apart::run },
    Checked { id: shifted_details::ID, run: shifted_details::run },
    Checked { id: softmax_sums_to_one::ID, run: softmax_sums_to_one::run },
    Checked { id: subsampling_cost::ID, run: subsampling_cost::run },
    Checked { id: three_operations_suffice::ID, run: three_operations_suffice::run },
    Checked { id: tone_ridges::ID, run: tone_ridges::run },
    Checked { id: turned_cube::ID, run: turned_cube::run },
    Checked { id: uncertainty::ID, run: uncertainty::run },
    Checked { id: wavelet_covariance::ID, run: wavelet_covariance::run },
    Checked { id: whole_network_moves_along::ID, run: whole_network_moves_along::run },
    Checked { id: windowed_frame_bounds::ID, run: windowed_frame_bounds::run },
    Checked { id: worst_pairs::ID, run: worst_pairs::run },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_experiment_holds_and_says_the_same_twice() {
        for entry in EXPERIMENTS {
            let found = (entry.run)().unwrap_or_else(|unmet| panic!("{unmet}"));
            assert!(found.cases > 0 && !found.statement.is_empty());
            assert_eq!((entry.run)(), Ok(found));
            assert_eq!(EXPERIMENTS.iter().filter(|other| other.id == entry.id).count(), 1);
        }
    }
}
