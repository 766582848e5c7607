//! Filter banks: perfect reconstruction, proved where their numbers live, and what PyWavelets says.

mod exact;
mod peers;
mod refused;
mod separable;
