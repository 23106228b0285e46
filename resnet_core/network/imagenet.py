"""The pixels that weights of `keras.applications` expect, prepared by a layer of the network itself.

`keras.applications.resnet.preprocess_input` takes red, green, blue from 0 to 255, turns them into blue,
green, red and subtracts the means of ImageNet, without dividing ("caffe" mode in
`keras/src/applications/imagenet_utils.py`). Here pixels go from 0 to 1, so a batch norm that never learns
stands first: with moving mean 0 and variance 1 it multiplies by gamma, 255, and adds beta, minus the means.
The order of the colours is turned in the first convolution's kernel. Both are exact, at the borders too,
where the zeros of the padding follow after the means have been subtracted.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from resnet_core.network.spec import BatchNorm, Conv, NetworkSpec
from resnet_core.network.weights import Weights, WeightsError

MEANS = (123.68, 116.779, 103.939)
"""Of red, green and blue, from 0 to 255."""

PREPARES = "stem_bn1"
"""The name of the layer that prepares; the batch norms of the stem count on from it."""

_EPSILON = BatchNorm().epsilon


def with_imagenet_pixels(spec: NetworkSpec) -> NetworkSpec:
    """The network with the layer that prepares its pixels in front."""
    return replace(spec, stem=(BatchNorm(epsilon=_EPSILON), *spec.stem))


def fixed_layers(spec: NetworkSpec) -> frozenset[str]:
    """The layer that prepares, where there is one; it must never learn."""
    return frozenset({PREPARES}) if spec.stem and isinstance(spec.stem[0], BatchNorm) else frozenset()


def prepared(weights: Weights, spec: NetworkSpec) -> Weights:
    """Weights of `spec`, as trained on ImageNet, for `with_imagenet_pixels(spec)`.

    Raises:
        WeightsError: the network does not begin with a convolution of three colours.
    """
    if not any(isinstance(layer, Conv) for layer in spec.stem) or "stem_conv1/kernel" not in weights:
        raise WeightsError(
            "Pixels can be prepared where a convolution stands first, but this network has none there."
        )
    moved = {_one_further(name): values for name, values in weights.items()}
    moved["stem_conv1/kernel"] = weights["stem_conv1/kernel"][:, :, ::-1, :].copy()
    ones = np.ones(3, np.float32)
    return moved | {
        f"{PREPARES}/gamma": 255 * ones,
        f"{PREPARES}/beta": -np.array(MEANS, np.float32),
        f"{PREPARES}/moving_mean": 0 * ones,
        f"{PREPARES}/moving_variance": (1 - _EPSILON) * ones,
    }


def _one_further(name: str) -> str:
    layer, _, variable = name.partition("/")
    number = layer.removeprefix("stem_bn")
    return f"stem_bn{int(number) + 1}/{variable}" if number.isdigit() and number != layer else name
