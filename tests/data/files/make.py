"""The small files of this folder, as NumPy, Pillow and Python's wave module write them.

Run in this folder with numpy and pillow installed. Every array is 0, 1, 2, … in its shape.
"""
import wave

import numpy as np
from PIL import Image

for dtype in "i1 <i2 >i2 <i4 >i4 <i8 >i8 u1 <u2 >u2 <u4 >u4 <u8 >u8 <f4 >f4 <f8 >f8 <c8 >c8 <c16 >c16".split():
    name = dtype.replace("<", "little-").replace(">", "big-")
    np.save(f"{name}.npy", np.arange(6).reshape(2, 3).astype(dtype))
np.save("fortran.npy", np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)))
np.save("fortran-big.npy", np.asfortranarray(np.arange(6).reshape(2, 3).astype(">i4")))
np.save("scalar.npy", np.array(7.0))
np.save("empty.npy", np.zeros((3, 0, 2)))
np.save("five.npy", np.arange(48, dtype="<f4").reshape(2, 3, 2, 2, 2))
np.save("bool.npy", np.array([True, False, True]))
for version in [(2, 0), (3, 0)]:
    with open(f"version-{version[0]}.npy", "wb") as f:
        np.lib.format.write_array(f, np.arange(3.0), version=version)

np.save("refused-half.npy", np.arange(3, dtype="<f2"))
np.save("refused-extended.npy", np.arange(3).astype("<f16"))
np.save("refused-text.npy", np.array(["a", "bc"]))
np.save("refused-object.npy", np.array([1, "a"], dtype=object), allow_pickle=True)
np.save("refused-structured.npy", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]))
np.save("refused-dates.npy", np.array(["2020-01-01"], dtype="datetime64[D]"))
np.save("refused-large.npy", np.array([2**63], dtype="<u8"))

np.savez("two.npz", a=np.arange(6.0).reshape(2, 3), b=np.arange(3, dtype=">i2"))
np.savez_compressed("packed.npz", a=np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)), b=np.arange(3) * 1j)
np.savez("unnamed.npz", np.arange(4))
np.savez("refused-nested.npz", **{"a/b": np.arange(3)})
np.savez("refused-half.npz", x=np.arange(3, dtype="<f2"))

ramp = np.arange(12, dtype=np.uint16).reshape(3, 4)
Image.fromarray(ramp * 5000).save("gray16.png")
Image.fromarray((ramp * 20).astype(np.uint8)).save("gray8.png")
Image.fromarray(np.stack([ramp * 20, ramp * 10, ramp * 5], -1).astype(np.uint8)).save("rgb8.png")
Image.fromarray(np.stack([ramp * 20, ramp * 10, ramp * 5, 255 - ramp], -1).astype(np.uint8)).save("rgba8.png")
Image.fromarray(np.stack([ramp * 20, 255 - ramp], -1).astype(np.uint8), "LA").save("graya8.png")
Image.fromarray((ramp % 2 == 0)).save("bilevel.png")
palette = Image.fromarray((ramp % 3).astype(np.uint8), "P")
palette.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
palette.save("palette.png")

for bits in (8, 16, 24, 32):
    with wave.open(f"int{bits}.wav", "wb") as f:
        f.setnchannels(2)
        f.setsampwidth(bits // 8)
        f.setframerate(8000)
        top = 2 ** (bits - 1)
        for v in (-top, -1, 0, 1, top // 2, top - 1):
            f.writeframes((v + (128 if bits == 8 else 0)).to_bytes(bits // 8, "little", signed=bits > 8))
