//! Convolution by every algorithm, and how far each may be from the truth.
//!
//! Run it: `cargo run --example convolve`.

use faltung::conv::{self, Facts, PlanError, Scalar, Spec};
use ndarray::Array1;

fn main() -> Result<(), PlanError> {
    // a noisy ramp, and a weighted average that trusts recent measurements more
    let x = Array1::from_iter((0..200).map(|t| f64::from(t) + f64::from(t * 7919 % 13) / 13.0)).into_dyn();
    let w = Array1::from_iter([0.4, 0.3, 0.2, 0.1]).into_dyn();
    let spec = Spec::default();
    let facts = Facts::of(x.view(), w.view());
    for algorithm in f64::algorithms() {
        let name = algorithm.name();
        match conv::plan::<f64>(x.shape(), w.shape(), facts, spec, Some(name)) {
            Ok(plan) => {
                let y = plan.run(x.view(), w.view());
                let bound = conv::worst(x.view(), w.view(), spec, *algorithm)?;
                println!("{name:<23} y[100] = {:.12}   at most {bound:.1e} from the exact sum", y[[100]]);
            }
            Err(PlanError::Declined { why, .. }) => println!("{name:<23} declines: {why}"),
            Err(other) => return Err(other),
        }
    }
    let chosen = conv::plan::<f64>(x.shape(), w.shape(), facts, spec, None)?;
    println!("the planner would take {}: {}", chosen.algorithm.name(), chosen.why);
    Ok(())
}
