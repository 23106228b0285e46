"""Why a run answers as it does, at any of its checkpoints and before training: what pages and commands ask.

One network of each description is traced and kept; other weights of the same description are set in it, so
that going through the epochs of a run traces nothing anew.
"""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.spec import NetworkSpec
from resnet_core.network.weights import Weights, read_weights, set_weights
from resnet_core.probes.differentiated import ANSWER, Differentiated
from resnet_core.probes.explaining import (
    Covered,
    Covering,
    Looked,
    Place,
    Smoothed,
    Smoothing,
    places,
)
from resnet_core.probes.explanations import cover, look, smooth
from resnet_core.probes.opened import Which, opened

#: Networks held in a worker's memory, one of each description; a full-width ResNet-50 takes about 95 MB.
KEPT = 2

Pixels = NDArray[np.uint8]


@dataclass(eq=False)
class _Kept:
    """A traced network, where Grad-CAM is taken in it, and which weights it has now."""

    network: Differentiated
    where: tuple[Place, ...]
    weights: tuple[str, int, int] | None = None


_kept: OrderedDict[NetworkSpec, _Kept] = OrderedDict()
_lock = threading.RLock()


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
    with _asked(which) as kept:
        return look(kept.network, kept.where, _values(which, pixels), label)


def why_smoothed(which: Which, pixels: Pixels, label: int, smoothing: Smoothing) -> Smoothed:
    """SmoothGrad; arguments and errors as in `why`."""
    with _asked(which) as kept:
        return smooth(kept.network, _values(which, pixels), label, smoothing)


def why_covered(which: Which, pixels: Pixels, covering: Covering) -> Covered:
    """Occlusion, for all classes at once; arguments and errors as in `why`."""
    with _asked(which) as kept:
        return cover(kept.network, _values(which, pixels), covering)


def film(steps: Sequence[Which], pixels: Pixels, label: int) -> tuple[Looked, ...]:
    """`why` at several checkpoints of one run, without the gradients, which are large and not shown."""
    found = []
    for which in steps:
        one = why(which, pixels, label)
        found.append(Looked(one.scores, one.label, one.cams, np.zeros((0, 0, 3)), one.seconds))
    return tuple(found)


def forget_explained() -> None:
    """Drop the networks in this process' memory; each is traced again when it is asked for."""
    with _lock:
        _kept.clear()
    gc.collect()  # a model and its graphs hold each other


@contextmanager
def _asked(which: Which) -> Iterator[_Kept]:
    """The traced network with the weights that are meant; nobody else sets others meanwhile."""
    from resnet_core.network.model import keras_model

    spec, path = which.spec, which.weights
    # Training that goes on from an older checkpoint writes a file of the same name anew.
    wanted = (path, Path(path).stat().st_mtime_ns if path else 0, 0 if path else which.settings.seed)
    with _lock:
        kept = _kept.get(spec)
        if kept is None:
            where = places(spec)
            model = keras_model(spec, logits=True)
            kept = _kept[spec] = _Kept(Differentiated(model, [place.layer for place in where]), where)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(spec)
        if kept.weights != wanted:
            weights = _weights(which, spec)
            kept.weights = None
            set_weights(kept.network.model, weights)
            kept.weights = wanted
        yield kept


def _weights(which: Which, spec: NetworkSpec) -> Weights:
    return read_weights(which.weights, spec) if which.weights else opened(which).weights


def _values(which: Which, pixels: Pixels) -> NDArray[Any]:
    """The picture as the network sees it: values from 0 to 1."""
    expected = which.spec.input_shape
    if pixels.shape != expected:
        sides = "×".join(map(str, expected))
        came = "×".join(map(str, pixels.shape))
        raise ValueError(f"This network is given pictures of {sides}, but {came} came.")
    return pixels.astype(np.float32) / 255
