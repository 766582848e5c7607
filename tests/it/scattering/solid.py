"""Writes solid.json: what kymatio 0.3.0 says of solid-harmonic scattering, for `tests/it/scattering/solid.rs`.

python solid.py > solid.json   (kymatio 0.3.0, SciPy 1.14.1, NumPy 2.2.6)

The inputs follow a formula that the test repeats. kymatio computes its filters and its sums in single precision; with `double`
its filters are computed in double precision by its own functions, whose only change is the type of numbers.
"""
import inspect, json, warnings
import numpy as np
warnings.filterwarnings("ignore")
import kymatio.scattering3d.filter_bank as bank
import kymatio.scattering3d.backend.numpy_backend as backend
from kymatio.numpy import HarmonicScattering3D

def entries(shape):
    i = np.arange(int(np.prod(shape)), dtype=np.int64)
    return (((7 * i * i + 3 * i + i // 5) % 41) / 16 - 1.25).reshape(shape)

def widened(function):
    """The function with double precision for single."""
    text = inspect.getsource(function)
    for single, double in [("complex64", "complex128"), ("float32", "float64")]:
        text = text.replace(single, double)
    scope = {**function.__globals__}
    exec(text, scope)
    return scope[function.__name__]

cases = []
def case(double, shape, J, **how):
    s = HarmonicScattering3D(J=J, shape=tuple(shape[-3:]), integral_powers=[0.5, 1.0, 2.0], **how)
    x = entries(shape)
    if double:
        widest = widened(bank.solid_harmonic_3d)
        s.filters = [np.stack([widest(*shape[-3:], s.sigma_0 * 2**j, l) for j in range(J + 1)]) for l in range(s.L + 1)]
        s.backend = type("Double", (s.backend,), dict(compute_integrals=staticmethod(
            lambda u, powers: np.stack([(u**q).reshape(len(u), -1).sum(axis=1) for q in powers], axis=-1))))
    y = s(x)
    cases.append(dict(double=double, x=list(shape), J=J, shape=list(y.shape), y=[float("%.15g" % v) for v in y.ravel()], **how))

for double in [True, False]:
    case(double, [8, 8, 8], 1, L=3, sigma_0=1.0, max_order=2)
    case(double, [2, 6, 4, 8], 2, L=2, sigma_0=0.75, max_order=2)
    case(double, [7, 5, 6], 1, L=2, sigma_0=1.0, max_order=2)
    case(double, [6, 6, 6], 1, L=4, sigma_0=1.5, max_order=1)
    case(double, [6, 6, 6], 1, L=2, sigma_0=1.0, max_order=2, rotation_covariant=False)
print("[" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "]")
