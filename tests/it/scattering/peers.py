"""Writes peers.json: what kymatio 0.3.0 says of scattering, for `tests/it/scattering/peers.rs`.

python peers.py > peers.json   (kymatio 0.3.0, SciPy 1.14.1, NumPy 2.2.6)

The inputs follow a formula that the test repeats, so only outputs are written down. `kymatio-main` has no release: its cases
are those of 0.3.0 with the one function exchanged in which they differ, where the periods of a filter are added up instead
of averaged (issue 984 of kymatio); the rounding of its arithmetic is that of the release.
"""
import json, warnings
import numpy as np
warnings.filterwarnings("ignore")
import kymatio.scattering1d.filter_bank as bank
from kymatio.numpy import Scattering1D, Scattering2D

def entries(shape):
    i = np.arange(int(np.prod(shape)), dtype=np.int64)
    return (((7 * i * i + 3 * i + i // 5) % 41) / 16 - 1.25).reshape(shape)

X = {
    "formula": entries,
    "constant": lambda shape: np.full(shape, 0.75),
    "delta": lambda shape: np.eye(1, int(np.prod(shape)), int(np.prod(shape)) // 2 + 3).reshape(shape),
}
cases = []

def case(convention, what, s, x, **how):
    y = s(X[what](x))
    cases.append(dict(convention=convention, input=what, x=list(x), shape=list(y.shape), y=[float("%.10g" % v) for v in y.ravel()], **how))

mean = bank.periodize_filter_fourier
def total(h, nperiods=1):
    return h.reshape(nperiods, -1).sum(axis=0)

for convention, function in [("kymatio-0.3.0", mean), ("kymatio-main", total)]:
    bank.periodize_filter_fourier = function
    for what, x, J, Q, T, o, order in [
        ("formula", (128,), 3, (1, 1), None, 0, 2),
        ("formula", (2, 150), 4, (4, 1), None, 0, 2),
        ("formula", (256,), 5, (8, 2), 16, 0, 2),
        ("formula", (100,), 4, (2, 1), 12, 1, 2),
        ("formula", (128,), 5, (3, 2), None, 2, 1),
        ("constant", (64,), 4, (1, 1), None, 0, 2),
        ("delta", (128,), 5, (2, 1), None, 0, 2),
    ]:
        if convention == "kymatio-main" and o:
            continue  # main subsamples the moduli of oversampled transforms differently
        s = Scattering1D(J=J, shape=x[-1], Q=Q, T=T, oversampling=o, max_order=order)
        case(convention, what, s, x, J=J, Q=list(Q), T=T, oversampling=o, order=order)
bank.periodize_filter_fourier = mean
for what, x, J, L, order in [
    ("formula", (16, 16), 2, 4, 2), ("formula", (2, 24, 20), 3, 3, 2), ("formula", (19, 33), 3, 2, 2),
    ("constant", (16, 16), 2, 2, 2), ("delta", (24, 16), 3, 2, 1),
]:
    s = Scattering2D(J=J, shape=x[-2:], L=L, max_order=order)
    case("kymatio-0.3.0", what, s, x, J=J, L=L, order=order)
print("[" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "]")
