#![doc = include_str!("../README.md")]
//!
//! # The floors
//!
//! The order of the modules below is the architecture: a module imports only modules above it
//! (`tests/it/tidy.rs` holds every file to that). Two wings, numbers and words, meet in `theorem`.

// Number systems: what a signal's entries are. Static ones for speed, exact ones as values for proofs.
pub mod scalar;

// Arrays and signals: finite support on Z^d, cyclic on Z/n1 x … x Z/nd, and what lies beyond a border.
pub mod signal;

// Figures as data, and drawn.
pub mod figure;

// Files: a path to an array by its ending, and back; the built-in kernels.
pub mod io;

// The discrete Fourier transform: by definition, and fast.
pub mod fourier;

// Convolution: its definition, and every algorithm that must agree with it.
pub mod conv;

// The layers of convolutional networks: forward, backward, and their sizes.
pub mod layer;

// Wavelets and windows: their transforms and inverses, filter banks, scattering.
pub mod wavelet;

// The claim language: one table of operators; parse, print, check kinds.
pub mod expr;

// What words mean in numbers: search, evidence, verdict.
pub mod theorem;

// The content: chapters of claims, experiments and figures, read from Markdown.
pub mod book;

// The page: everything that was found, as data, then as one offline file.
pub mod report;
