//! The fixed workloads of layers that `faltung bench` and `cargo bench` time: 32-bit floats whose products are added
//! without being rounded, one input.
//!
//! What is timed is what an engine does for each input: the [plan](super::Plan) is made and the output's memory is taken
//! before.
//!
//! `layer/resnet 1x64x56 64f 3x3` is a batch of 1 with 64 channels of 56 × 56 and 64 kernels of 3 × 3, whose padding keeps
//! the size; `7x7/2` is a kernel of 7 × 7 with stride 2.

use super::{Conv, Sliding};
use crate::{
    conv::workload::{Prepared, Workload, normal},
    scalar::{Fused, Semiring},
};
use ndarray::ArrayD;

/// All of them.
///
/// ```
/// let all = faltung::layer::workload::all();
/// assert_eq!(all.len(), 5);
/// assert!(all.iter().all(|workload| workload.id.starts_with("layer/")));
/// ```
pub fn all() -> Vec<Workload> {
    [
        ("alexnet-ish 1x3x224 64f 7x7/2", 3, 224, 64, 7, 2, 1),
        ("resnet 1x64x56 64f 3x3", 64, 56, 64, 3, 1, 1),
        ("resnet 1x256x14 256f 3x3", 256, 14, 256, 3, 1, 1),
        ("pointwise 1x256x56 64f 1x1", 256, 56, 64, 1, 1, 1),
        ("depthwise 1x256x56 3x3", 256, 56, 256, 3, 1, 256),
    ]
    .map(|(id, channels, side, kernels, taps, stride, groups)| {
        Workload::new(format!("layer/{id}"), move || {
            let x = normal(&[1, channels, side, side], |v| Fused(v as f32));
            let w = normal(&[kernels, channels / groups, taps, taps], |v| Fused(v as f32));
            let sliding = Sliding::of(&[taps, taps]).stride(stride).pad(taps / 2, taps / 2);
            let plan = Conv::new(sliding, w).groups(groups).plan(x.shape()).expect("the sizes fit");
            let mut y = ArrayD::from_elem(plan.shape(), Fused::zero());
            Ok(Prepared::new("planned", move || {
                plan.apply_into(x.view(), y.view_mut()).expect("the sizes fit")
            }))
        })
    })
    .into()
}
