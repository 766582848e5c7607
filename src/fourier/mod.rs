//! The discrete Fourier transform: by definition, and fast.
