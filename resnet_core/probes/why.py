"""Why a run answers as it does, at any of its checkpoints and before training: for pages and commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.probes.differentiated import ANSWER, Differentiated
from resnet_core.probes.explaining import Covered, Covering, Floats, Looked, Smoothed, Smoothing, places
from resnet_core.probes.explanations import cover, look, smooth
from resnet_core.probes.opened import Opened, Which, opened
from resnet_core.probes.passes import maps_of, passed

Pixels = NDArray[np.uint8]


def why(which: Which, pixels: Pixels, label: int = ANSWER) -> Looked:
    """Grad-CAM at the end of every stage and the gradient, in one pass there and back.

    Args:
        which: the network; this pass is that of the picture alone, without its mirror image.
        pixels: (height, width, 3) of unsigned bytes, of the size that the network takes.
        label: of the class that is asked about; by default the answer.

    Raises:
        ValueError: no such class, a picture of another size, or weights that cannot be read.
        OSError: there is no such file of weights.
    """
    network = opened(which)
    return look(_differentiated(network), places(network.spec), _values(which, pixels), label)


def why_smoothed(which: Which, pixels: Pixels, label: int, smoothing: Smoothing) -> Smoothed:
    """SmoothGrad; arguments and errors as in `why`."""
    return smooth(_differentiated(opened(which)), _values(which, pixels), label, smoothing)


def why_covered(which: Which, pixels: Pixels, covering: Covering) -> Covered:
    """Occlusion, for all classes at once; arguments and errors as in `why`."""
    return cover(_differentiated(opened(which)), _values(which, pixels), covering)


def film(steps: Sequence[Which], pixels: Pixels, label: int) -> tuple[Looked, ...]:
    """`why` at several checkpoints of one run, without the gradients, which are large and not shown."""
    found = []
    for which in steps:
        one = why(which, pixels, label)
        found.append(Looked(one.scores, one.label, one.cams, np.zeros((0, 0, 3)), one.seconds))
    return tuple(found)


def map_film(
    steps: Sequence[Which], pixels: Pixels, layer: str, channel: int
) -> tuple[tuple[Floats, Floats], ...]:
    """The scores, and one map, at several checkpoints of one run.

    Args:
        steps: the checkpoints.
        pixels: as in `why`.
        layer: that the map leaves, as in `graph.walk`.
        channel: of the map, from 0.

    Raises:
        ValueError: the network has no such map, or as in `why`.
    """
    found = []
    for which in steps:
        maps = maps_of(which, pixels, layer)
        if not 0 <= channel < maps.shape[2]:
            raise ValueError(f"{layer[:60]} has the channels 0 to {maps.shape[2] - 1}, but {channel} came.")
        scores = passed(which, pixels).logits
        found.append((scores.astype(np.float64), maps[:, :, channel].astype(np.float64)))
    return tuple(found)


def _differentiated(network: Opened) -> Differentiated:
    """The graphs there and back, traced once for all weights of a description."""
    if "why" not in network.traced:
        layers = [place.layer for place in places(network.spec)]
        network.traced["why"] = Differentiated(network.model, layers)
    found: Differentiated = network.traced["why"]
    return found


def _values(which: Which, pixels: Pixels) -> NDArray[Any]:
    """The picture as the network sees it: values from 0 to 1."""
    expected = which.spec.input_shape
    if pixels.shape != expected:
        sides, came = ("×".join(map(str, shape)) for shape in (expected, pixels.shape))
        raise ValueError(f"This network is given pictures of {sides}, but {came} came.")
    return pixels.astype(np.float32) / 255
