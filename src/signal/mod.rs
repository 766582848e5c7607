//! Arrays and signals, on top of ndarray.
//!
//! * a *signal* on Z^d has finite support: an [origin and an array](Signal), so a shift needs no boundary;
//! * a *cyclic* signal on Z/n1 × … × Z/nd is an array whose [indices wrap](Cyclic);
//! * an *array* is plain `ndarray::ArrayD`, whose border is somebody else's business.

pub mod array;
pub mod boundary;
mod cyclic;
mod line;

pub use boundary::Boundary;
pub use cyclic::Cyclic;
pub use line::Signal;
