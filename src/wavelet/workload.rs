//! The fixed workloads of the continuous wavelet transform that `faltung bench` and `cargo bench` time: 32-bit floats, with
//! the filters and the memory for the result at hand, as fCWT wants them.
//!
//! `cwt/morlet n=10000,scales=300` is [fCWT's transform](super::conventions::fcwt) of 10 000 samples with the parameter 2, at 300
//! frequencies in equal ratios from 0.4 to 0.001 cycles per sample, on fCWT's circle: the next power of two.

use super::conventions::{fcwt, fcwt_wavelet};
use super::{Cwt, filter};
use crate::conv::workload::{Prepared, Workload, normal};
use num_complex::Complex;

/// All of them.
///
/// ```
/// let all = faltung::wavelet::workload::all();
/// assert_eq!(all[0].id, "cwt/morlet n=10000,scales=300");
/// let mut prepared = all[0].prepare()?;
/// prepared.run();
/// # Ok::<(), faltung::conv::PlanError>(())
/// ```
pub fn all() -> Vec<Workload> {
    [10_000, 100_000].map(|n| cwt(n, 300)).into()
}

fn cwt(n: usize, scales: usize) -> Workload {
    Workload::new(format!("cwt/morlet n={n},scales={scales}"), move || {
        let wavelet = fcwt_wavelet(2.0).expect("a parameter in range");
        let down = |l: usize| 0.4 * 400_f64.powf(-(l as f64) / (scales - 1) as f64);
        let frequencies: Vec<f64> = (0..scales).map(down).collect();
        let padding = Some((n.next_power_of_two() - n) / 2);
        let cwt = Cwt { padding, ..fcwt(&wavelet, &frequencies) };
        let plan = cwt.plan::<f32>(n).expect("sound scales");
        let x = normal(&[n], |v| v as f32);
        let mut y = filter::zeros(&[scales, n]).expect("there is memory");
        Ok(Prepared::new("transforms", move || {
            plan.forward_into(x.mapv(Complex::from).view(), y.view_mut()).expect("the shape of the plan");
        }))
    })
}
