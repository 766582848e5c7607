"""Writes convolve.json: small convolutions and correlations as SciPy 1.17.1 computes them.

Run as `python3 convolve.py > convolve.json`, with NumPy and SciPy installed. All entries are small integers, so
that every result is exact.
"""
import json

import numpy as np
from scipy import ndimage, signal

rng = np.random.default_rng(7)
cases = []


def entries(shape, complex_too):
    real = rng.integers(-9, 10, shape)
    return real + 1j * rng.integers(-9, 10, shape) if complex_too else real + 0j


def flat(a):
    a = np.asarray(a)
    return {"shape": list(a.shape), "re": a.real.astype(int).ravel().tolist(), "im": a.imag.astype(int).ravel().tolist()}


def case(call, mode, boundary, correlate, x, w, y, lag=None):
    cases.append(dict(call=call, mode=mode, boundary=boundary, correlate=correlate, x=flat(x), w=flat(w), y=flat(y), lag=lag))


SHAPES = [([5], [3]), ([6], [4]), ([3], [2]), ([4], [4]), ([3], [5]), ([4, 5], [3, 2]), ([3, 4, 3], [2, 2, 3])]
for n, m in SHAPES:
    for complex_too in (False, True):
        x, w = entries(n, complex_too), entries(m, complex_too)
        fits = all(a >= b for a, b in zip(n, m))
        for mode in ["full", "same"] + ["valid"] * fits:
            case("signal.convolve", mode, "zero", False, x, w, signal.convolve(x, w, mode, method="direct"))
            lag = None
            if len(n) == 1 and not (mode == "same" and n[0] % 2 == 1 and m[0] % 2 == 0):
                # Where x is odd and w even, 1.17.1's lags for mode same are off by one; there none is recorded.
                lag = int(signal.correlation_lags(n[0], m[0], mode)[0])
            case("signal.correlate", mode, "zero", True, x, w, signal.correlate(x, w, mode, method="direct"), lag)

for theirs, ours in [("symm", "symmetric"), ("wrap", "wrap")]:
    for m in ([3, 3], [2, 3], [4, 2]):
        x, w = entries([4, 5], True), entries(m, True)
        case("signal.convolve2d", "same", ours, False, x, w, signal.convolve2d(x, w, "same", theirs))

for theirs, ours in [("mirror", "reflect"), ("reflect", "symmetric"), ("nearest", "replicate"), ("grid-wrap", "wrap")]:
    for n, m in [([5], [3]), ([3], [7]), ([4, 5], [3, 5])]:
        x, w = entries(n, False).real, entries(m, False).real
        case("ndimage.convolve", "same", ours, False, x, w, ndimage.convolve(x, w, mode=theirs))

for n, m in [([5], [3]), ([4], [4]), ([3, 4], [2, 2])]:
    x, w = entries(n, True), entries(m, True)
    padded = np.zeros(n, complex)
    padded[tuple(slice(k) for k in m)] = w
    y = np.rint(np.fft.ifftn(np.fft.fftn(x) * np.fft.fftn(padded)).view(float)).view(complex)
    case("numpy.fft", "circular", "zero", False, x, w, y)

lines = ",\n".join(json.dumps(c) for c in cases)
print(f"[\n{lines}\n]")
