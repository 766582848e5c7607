"""Writes peers.json: what PyTorch and the node tests of ONNX say, for `tests/it/layers/peers.rs`.

python peers.py > peers.json   (PyTorch 2.15.0, onnx 1.23.2)

The inputs of the PyTorch cases follow a formula that the test repeats, so only the outputs are written down. The ONNX cases
(Apache-2.0) are those whose arrays are small and written in a few digits.
"""
import itertools, json, math, warnings
import numpy as np, torch, torch.nn.functional as F
warnings.filterwarnings("ignore")

def entries(shape, a, b, m):
    i = np.arange(math.prod(shape))
    return torch.tensor((((a * i + i // b) % m) - m // 2).reshape(shape), dtype=torch.float64)

X = lambda shape: entries(shape, 7, 5, 11)
W = lambda shape: entries(shape, 5, 3, 7)
B = lambda n: torch.arange(n, dtype=torch.float64) - 1
short = lambda v: int(v) if float(v).is_integer() else round(float(v), 9)
flat = lambda t: [short(v) for v in np.asarray(t).ravel()]
cases = []

def case(op, x, y, **how):
    cases.append(dict(op=op, input=list(x), shape=list(y.shape), y=flat(y), **how))

CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRAN = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
for x, w, how in [
    ((2, 2, 7), (3, 2, 3), dict(stride=[2], padding=[1], dilation=[1], groups=1)),
    ((1, 4, 9), (4, 2, 2), dict(stride=[3], padding=[0], dilation=[2], groups=2)),
    ((1, 3, 6), (6, 1, 4), dict(stride=[1], padding=[2], dilation=[1], groups=3)),
    ((1, 2, 5, 6), (3, 2, 3, 2), dict(stride=[2, 1], padding=[1, 0], dilation=[1, 2], groups=1)),
    ((2, 4, 5, 5), (6, 2, 2, 3), dict(stride=[2, 2], padding=[0, 1], dilation=[1, 1], groups=2)),
    ((1, 3, 5, 5), (2, 3, 3, 3), dict(stride=[2, 2], padding=[1, 1], dilation=[1, 1], groups=1)),
    ((1, 3, 4, 4), (2, 3, 1, 1), dict(stride=[1, 1], padding=[0, 0], dilation=[1, 1], groups=1)),
    ((1, 2, 4, 3, 5), (2, 2, 2, 3, 2), dict(stride=[1, 2, 3], padding=[1, 1, 0], dilation=[2, 1, 1], groups=1)),
]:
    xs, ws, d = X(x).requires_grad_(), W(w).requires_grad_(), len(x) - 2
    bs = B(w[0]).requires_grad_()
    y = CONV[d](xs, ws, bs, **how)
    dy = entries(tuple(y.shape), 3, 2, 5)
    y.backward(dy)
    case("Conv", x, y.detach(), weights=list(w), dx=flat(xs.grad), dw=flat(ws.grad), db=flat(bs.grad), **how)
for x, w, how in [
    ((1, 2, 4), (2, 3, 3), dict(stride=[2], padding=[1], output_padding=[1], dilation=[1], groups=1)),
    ((2, 4, 3), (4, 1, 2), dict(stride=[3], padding=[0], output_padding=[2], dilation=[1], groups=2)),
    ((1, 2, 4), (2, 2, 3), dict(stride=[1], padding=[2], output_padding=[1], dilation=[3], groups=1)),
    ((1, 3, 3, 2), (3, 2, 2, 3), dict(stride=[2, 3], padding=[1, 0], output_padding=[0, 2], dilation=[1, 2], groups=1)),
    ((1, 4, 2, 3), (4, 3, 3, 3), dict(stride=[2, 2], padding=[1, 1], output_padding=[1, 0], dilation=[1, 1], groups=4)),
    ((1, 2, 2, 2, 2), (2, 1, 2, 2, 3), dict(stride=[2, 1, 2], padding=[0, 0, 1], output_padding=[1, 0, 1], dilation=[1, 1, 1], groups=1)),
]:
    xs, ws, d = X(x).requires_grad_(), W(w).requires_grad_(), len(x) - 2
    bs = B(w[1] * how["groups"]).requires_grad_()
    y = TRAN[d](xs, ws, bs, **how)
    dy = entries(tuple(y.shape), 3, 2, 5)
    y.backward(dy)
    case("ConvTranspose", x, y.detach(), weights=list(w), dx=flat(xs.grad), dw=flat(ws.grad), db=flat(bs.grad), **how)
AVG = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
MAX = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
for n, k, s, p, ceil in itertools.product([5, 6, 7, 8], [2, 3, 4], [1, 2, 3, 4], [0, 1, 2], [False, True]):
    if p > k // 2 or n + 2 * p < k:
        continue
    for include in [False, True]:
        y = AVG[1](X((1, 1, n)), k, s, p, ceil, include)
        case("AveragePool", (1, 1, n), y, kernel=[k], stride=[s], padding=[p], ceil=ceil, include=include)
    y, i = MAX[1](X((1, 1, n)), k, s, p, 1, ceil, return_indices=True)
    case("MaxPool", (1, 1, n), y, kernel=[k], stride=[s], padding=[p], dilation=[1], ceil=ceil, indices=flat(i))
for x, k, s, p, ceil, include in [
    ((2, 2, 5, 6), [3, 2], [2, 2], [1, 1], True, True), ((2, 2, 5, 6), [3, 2], [2, 2], [1, 1], True, False),
    ((1, 2, 4, 5, 6), [2, 3, 3], [2, 2, 3], [1, 0, 1], True, True), ((1, 1, 4, 7), [2, 4], [3, 3], [1, 2], True, True),
]:
    case("AveragePool", x, AVG[len(k)](X(x), k, s, p, ceil, include), kernel=k, stride=s, padding=p, ceil=ceil, include=include)
for x, k, s, p, d, ceil in [((2, 2, 5, 6), [3, 2], [2, 2], [1, 1], [1, 2], True), ((1, 2, 4, 5, 6), [2, 2, 3], [2, 2, 3], [1, 0, 1], [2, 1, 1], True)]:
    y, i = MAX[len(k)](X(x), k, s, p, d, ceil, return_indices=True)
    case("MaxPool", x, y, kernel=k, stride=s, padding=p, dilation=d, ceil=ceil, indices=flat(i))
for x, k in [((1, 1, 5, 7), (3, 3)), ((1, 2, 7, 4), (2, 5)), ((1, 1, 2, 3), (4, 1))]:
    case("AdaptiveAvgPool", x, F.adaptive_avg_pool2d(X(x), k), output=list(k))
    case("AdaptiveMaxPool", x, F.adaptive_max_pool2d(X(x), k), output=list(k))
for x, k, how in [((1, 2, 4, 5), [2, 3], dict(stride=[2, 1], padding=[1, 0], dilation=[1, 2])), ((2, 1, 5, 4), [3, 2], dict(stride=[1, 3], padding=[0, 1], dilation=[2, 1]))]:
    y = F.unfold(X(x), k, **how)
    case("Unfold", x, y, kernel=k, **how)
    case("Fold", y.shape, F.fold(X(tuple(y.shape)), x[2:], k, **how), image=list(x[2:]), kernel=k, **how)
for mode in ["reflect", "replicate", "circular"]:
    case("Pad", (1, 2, 4, 3), F.pad(X((1, 2, 4, 3)), (2, 1, 1, 3), mode), before=[1, 2], after=[3, 1], mode=mode)
for name, f in [("Sigmoid", torch.sigmoid), ("Tanh", torch.tanh), ("Softmax", lambda x: torch.softmax(x, 1)), ("Relu", F.relu), ("LeakyRelu", lambda x: F.leaky_relu(x, 0.25))]:
    x = X((2, 3, 2)).requires_grad_()
    y = f(x)
    y.backward(entries((2, 3, 2), 3, 2, 5))
    case(name, (2, 3, 2), y.detach(), dx=flat(x.grad))
for p in [1, 2, 3]:
    # positive entries: PyTorch takes no absolute values
    x = (X((1, 2, 5, 4)).abs() + 1).requires_grad_()
    y = F.lp_pool2d(x, p, [2, 3], [2, 1])
    y.backward(entries(tuple(y.shape), 3, 2, 5))
    case("LpPool", (1, 2, 5, 4), y.detach(), kernel=[2, 3], stride=[2, 1], p=p, dx=flat(x.grad))
x = X((2, 3, 4)).requires_grad_()
y = F.batch_norm(x, torch.tensor([1., 0, -2]).double(), torch.tensor([3., 0.25, 8]).double(), torch.tensor([2., -1, 3]).double(), torch.tensor([1., 2, 0]).double(), eps=1.0)
case("BatchNorm", (2, 3, 4), y.detach())

import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import load_model_tests
WANTED = {"Conv", "ConvTranspose", "ConvInteger", "AveragePool", "MaxPool", "GlobalAveragePool", "GlobalMaxPool", "MaxUnpool", "Col2Im", "Pad"}
for test in load_model_tests(kind="node"):
    if test.model is None or len(test.model.graph.node) != 1 or test.model.graph.node[0].op_type not in WANTED:
        continue
    node, (inputs, outputs) = test.model.graph.node[0], test.data_sets[0]
    arrays = [np.asarray(a, dtype=np.float64) for a in [*inputs, *outputs] if not isinstance(a, (list, type(None)))]
    if any(a.size > 400 or not np.all(a * 1000 == np.round(a * 1000)) for a in arrays):
        continue
    attrs = {a.name: (lambda v: v.decode() if isinstance(v, bytes) else list(v) if hasattr(v, "__len__") else v)(onnx.helper.get_attribute_value(a)) for a in node.attribute}
    pack = lambda a: dict(shape=list(np.asarray(a).shape), y=flat(a))
    cases.append(dict(onnx=test.name, op=node.op_type, names=list(node.input), attrs=attrs, inputs=[pack(a) for a in inputs], outputs=[pack(a) for a in outputs]))
print("[" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "]")
