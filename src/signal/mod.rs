//! Arrays and signals, on top of ndarray.
//!
//! * a *signal* on Z^d has finite support: an [origin and an array](Signal), so a shift needs no boundary;
//! * a *cyclic* signal on Z/n1 × … × Z/nd is an array whose [indices wrap](Cyclic);
//! * a signal on a [finite group](Group) has [an entry for each element](OnGroup);
//! * a [*continuous*](piecewise) signal on the real line is a piecewise polynomial or a sum of Gaussians;
//! * an *array* is plain `ndarray::ArrayD`, whose border is somebody else's business.

pub mod array;
pub mod boundary;
mod cyclic;
mod group;
mod line;
pub mod piecewise;

pub use boundary::Boundary;
pub use cyclic::Cyclic;
pub use group::{Group, OnGroup};
pub use line::Signal;
