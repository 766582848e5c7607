//! Scattering, held to kymatio, to a slow evaluation by the definition, and to theory.

mod definition;
mod inside;
mod peers;
mod plane;
mod solid;
mod theory;

/// The entries that `peers.py` makes by the same formula.
fn formula(shape: &[usize]) -> ndarray::ArrayD<f64> {
    let mut i = 0_u64;
    ndarray::ArrayD::from_shape_simple_fn(shape, || {
        let value = (7 * i * i + 3 * i + i / 5) % 41;
        i += 1;
        value as f64 / 16.0 - 1.25
    })
}
