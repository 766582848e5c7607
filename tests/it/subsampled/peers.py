"""Writes peers.json: what PyWavelets says of discrete wavelet transforms, for `tests/it/subsampled/peers.rs` and `separable.rs`.

python peers.py > peers.json   (PyWavelets 1.9.0, NumPy 2.2.6)

The inputs follow a formula that the test repeats, so only outputs are written down.
"""
import json, itertools, warnings
import numpy as np, pywt
warnings.filterwarnings("ignore")

def entries(n):
    i = np.arange(n, dtype=np.int64)
    return ((7 * i * i + 3 * i + i // 5) % 41) / 16 - 1.25

flat = lambda a: [float("%.15g" % v) for v in np.asarray(a).ravel()]
cases = []
for wavelet in ["haar", "db2", "bior2.2"]:
    w = pywt.Wavelet(wavelet)
    cases.append(dict(op="filters", wavelet=wavelet, parts=[flat(f) for f in w.filter_bank]))
    for mode, n in itertools.product(["zero", "symmetric", "reflect", "constant", "periodic", "periodization"], [8, 11]):
        cases.append(dict(op="dwt", wavelet=wavelet, mode=mode, n=n, parts=[flat(p) for p in pywt.dwt(entries(n), wavelet, mode)]))
    for mode, n, levels in [("symmetric", 21, 2), ("periodization", 24, 3)]:
        cases.append(dict(op="wavedec", wavelet=wavelet, mode=mode, n=n, levels=levels, parts=[flat(p) for p in pywt.wavedec(entries(n), wavelet, mode, level=levels)]))
    cases.append(dict(op="swt", wavelet=wavelet, n=16, levels=2, parts=[flat(p) for p in pywt.swt(entries(16), wavelet, level=2, trim_approx=True)]))

for wavelet in [f"db{moments}" for moments in range(3, 11)]:
    cases.append(dict(op="filters", wavelet=wavelet, parts=[flat(f) for f in pywt.Wavelet(wavelet).filter_bank]))
    for mode, n in [("symmetric", 23), ("periodization", 24)]:
        cases.append(dict(op="dwt", wavelet=wavelet, mode=mode, n=n, parts=[flat(p) for p in pywt.dwt(entries(n), wavelet, mode)]))
    cases.append(dict(op="swt", wavelet=wavelet, n=32, levels=1, parts=[flat(p) for p in pywt.swt(entries(32), wavelet, level=1, trim_approx=True)]))

def bands(transform):
    """The averages, then the bands of each level by name."""
    return [flat(transform[0])] + [flat(level[name]) for level in transform[1:] for name in sorted(level)]

arrays = lambda shape: entries(int(np.prod(shape))).reshape(shape)
for wavelet, (mode, shape, axes, levels) in itertools.product(["haar", "db2", "bior2.2"], [
    ("periodization", [8, 4], [0, 1], 2), ("symmetric", [7, 6], [0, 1], 2), ("zero", [5, 4], [0, 1], 1),
    ("periodization", [4, 2, 4], [0, 1, 2], 1), ("reflect", [2, 5, 4], [2, 1], 1),
]):
    parts = bands(pywt.wavedecn(arrays(shape), wavelet, mode, level=levels, axes=axes))
    cases.append(dict(op="wavedecn", wavelet=wavelet, mode=mode, shape=shape, axes=axes, levels=levels, parts=parts))
for wavelet in ["haar", "db2", "bior2.2"]:
    parts = bands(pywt.swtn(arrays([8, 4]), wavelet, level=2, trim_approx=True))
    cases.append(dict(op="swtn", wavelet=wavelet, shape=[8, 4], axes=[0, 1], levels=2, parts=parts))
print("[" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "]")
