//! The fixed workloads of scattering that `faltung bench` and `cargo bench` time: 32-bit floats, two orders, filters at hand.
//!
//! `scattering1d/batch=8,T=8192,J=8,Q=8` is 8 signals of 8192 samples; `scattering2d/batch=32,N=32,J=3,L=8` is 32 images of
//! 32 × 32.

use super::{Scattering, Settings};
use crate::conv::workload::{Prepared, Workload, normal};

/// All of them.
///
/// ```
/// let all = faltung::wavelet::scattering::workload::all();
/// assert_eq!(all.len(), 4);
/// assert!(all.iter().all(|workload| workload.id.starts_with("scattering")));
/// ```
pub fn all() -> Vec<Workload> {
    let line = [(8, 8192, 8, 8), (1, 65_536, 10, 16)].map(|(batch, n, scale, q)| {
        let settings = Settings { per_octave: vec![q, 1], ..Settings::of(&[n], scale) };
        workload(format!("scattering1d/batch={batch},T={n},J={scale},Q={q}"), batch, settings)
    });
    let plane = [(32, 32, 3), (4, 256, 4)].map(|(batch, n, scale)| {
        let id = format!("scattering2d/batch={batch},N={n},J={scale},L=8");
        workload(id, batch, Settings::of(&[n, n], scale))
    });
    line.into_iter().chain(plane).collect()
}

fn workload(id: String, batch: usize, settings: Settings) -> Workload {
    Workload::new(id, move || {
        let plan = Scattering::new(&settings).expect("sound settings");
        let x = normal(&[&[batch], &settings.shape[..]].concat(), |v| v as f32);
        Ok(Prepared::new("transforms", move || plan.forward(x.view()).expect("the shape of the plan")))
    })
}
