"""Writes wavelets.json: continuous wavelet transforms as PyWavelets 1.9.0, ssqueezepy 0.6.6 and fCWT 0.1.18 compute them.

Run as `python3 wavelets.py > wavelets.json`, with these and NumPy installed (fCWT wants libfftw3f.so.3 on the library path). The
signals follow a formula that the test repeats; of the transforms some columns are written down.
"""
import json
import sys

import numpy as np
import pywt

k = np.arange(4000)
signal = lambda n: np.sin(0.01 * k[:n] ** 2) + 0.25 * np.cos(3.0 * k[:n]) + 0.125
cases = []


def case(peer, y, columns, **how):
    y = np.asarray(y)[:, columns]
    cases.append(dict(peer=peer, columns=columns, re=[[float(v) for v in row] for row in y.real], im=[[float(v) for v in row] for row in np.imag(y)], **how))


for name in ["mexh", "morl", *(f"gaus{p}" for p in range(1, 9)), *(f"cgau{p}" for p in range(1, 9)), "cmor1.5-1.0", "shan0.5-1.0", "fbsp2-1.5-1.0"]:
    scales = [1.0, 2.5, 7.0]
    y, f = pywt.cwt(signal(50), scales, name, precision=10)
    case("pywt", y, [0, 17, 49], name=name, scales=scales, n=50)

import ssqueezepy as ssq

for name, l1 in [("gmw", True), ("morlet", True), ("morlet", False)]:
    scales = np.array([8.0, 9.5, 12.0])
    wavelet = ssq.Wavelet(name, N=256, dtype="float64")
    y, _ = ssq.cwt(signal(128), wavelet, scales=scales, padtype="reflect", l1_norm=l1, astensor=False)
    case("ssqueezepy", y, [0, 31, 64, 127], name=name, scales=list(scales), n=128, l1=l1)

for order in range(2, 11):
    cases.append(dict(peer="pywt.Wavelet", name=f"db{order}", low=pywt.Wavelet(f"db{order}").rec_lo))

import fcwt

morlet = fcwt.Morlet(2.0)
x = signal(4000).astype(np.float32)
rows = []
for frequency in [0.4, 0.2, 0.1, 0.05]:
    # a transform for each row: rows after the first carry what the work buffer still holds of those before
    scales = fcwt.Scales(morlet, fcwt.FCWT_LOGSCALES, 1, frequency / 2, frequency, 2)
    y = np.zeros((2, 4000), np.complex64)
    fcwt.FCWT(morlet, 1, False, True).cwt(x, scales, y)
    rows.append(y[0])
case("fcwt", rows, [1000, 2000, 3000], frequencies=[0.4, 0.2, 0.1, 0.05], n=4000)

json.dump(cases, sys.stdout, indent=0)
