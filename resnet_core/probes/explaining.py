"""What can be asked of an answer, and what is found: which parts of a picture a score hangs on.

Four methods, all for the score of one class before the softmax. Grad-CAM (Selvaraju et al. 2017,
arXiv:1610.02391) weighs the maps of a layer, the gradient (Simonyan et al. 2014, arXiv:1312.6034) and
SmoothGrad (Smilkov et al. 2017, arXiv:1706.03825) look at single pixels, occlusion (Zeiler and Fergus 2014,
arXiv:1311.2901) covers the picture piece by piece. Needs no TensorFlow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.accounting import LayerAccount, account
from resnet_core.network.layers import choice, number, whole
from resnet_core.network.spec import AveragePool, Flatten, GlobalAveragePool, MaxPool, NetworkSpec, Shape
from resnet_core.training.calibration import softmax

Floats = NDArray[np.float64]

METHODS = ("gradcam", "gradient", "smoothgrad", "occlusion")
FILLS = ("grey", "mean", "black", "white")
"""What a piece of the picture is covered with; `mean` is the mean colour of the picture."""
MOST_SAMPLES = 128
MOST_PATCHES = 1024
"""Places that are covered, one after the other, at most: each is a forward pass."""
HEAD = "head"
_ENDS_OF_MAPS = (AveragePool, Flatten, GlobalAveragePool, MaxPool)


@dataclass(frozen=True)
class Place:
    """Where Grad-CAM is taken: the maps that leave a stage, or those that enter the pooling of the head.

    Attributes:
        name: of the stage, such as `conv4`, or `HEAD`.
        layer: that the maps leave, as in `graph.walk`.
        shape: (height, width, channels) of the maps.
        field: side of the square of pixels on which one cell can depend, not cut at the border.
    """

    name: str
    layer: str
    shape: Shape
    field: int


def places(spec: NetworkSpec) -> tuple[Place, ...]:
    """The end of every stage, from the input on.

    What the head pools comes last where it is not what leaves the last stage: pre-activation networks have
    batch norm and ReLU between the two.

    Args:
        spec: of any network; a stage without any layer is left out.
    """
    layers = account(spec).layers
    found: dict[str, Place] = {}
    for counted in layers:
        node = counted.node
        if node.stage is not None and len(counted.output_shape) == 3:
            found[node.stage] = _place(node.stage, counted)
    known = {counted.node.name: counted for counted in layers}
    head = [counted.node for counted in layers if counted.node.part == "head"]
    pooled = next((node.inputs[0] for node in head if isinstance(node.layer, _ENDS_OF_MAPS)), None)
    if pooled in known and pooled not in {place.layer for place in found.values()}:
        found[HEAD] = _place(HEAD, known[pooled])
    return tuple(found.values())


def _place(name: str, counted: LayerAccount) -> Place:
    return Place(name, counted.node.name, counted.output_shape, counted.receptive_field)


@dataclass(frozen=True)
class Smoothing:
    """How SmoothGrad adds noise.

    Attributes:
        samples: n, noisy copies of the picture, over whose gradients the mean is taken.
        sigma: standard deviation of the noise, as a share of the range of values in the picture.
        seed: of the noise.
    """

    samples: int = 32
    sigma: float = 0.15
    seed: int = 1

    def __post_init__(self) -> None:
        whole("the number of noisy copies", self.samples, 1, MOST_SAMPLES)
        number("sigma", self.sigma, 0.0, 1.0)
        whole("the seed", self.seed, 0, 9999)


@dataclass(frozen=True)
class Covering:
    """How occlusion covers the picture.

    Attributes:
        patch: side of the square that covers it, in pixels.
        stride: from one square to the next, in pixels; the last one always ends at the edge.
        fill: one of `FILLS`.
    """

    patch: int = 16
    stride: int = 8
    fill: str = "grey"

    def __post_init__(self) -> None:
        whole("the side of the patch", self.patch, 1, 4096)
        whole("the stride", self.stride, 1, 4096)
        choice("the fill", self.fill, FILLS)

    def starts(self, length: int) -> tuple[int, ...]:
        """Where squares begin along a side of so many pixels.

        Raises:
            ValueError: the square is larger than the picture.
        """
        last = length - self.patch
        if last < 0:
            raise ValueError(f"the patch must have at most {length} pixels a side, got {self.patch}")
        steps = tuple(range(0, last + 1, self.stride))
        return steps if steps[-1] == last else (*steps, last)


@dataclass(frozen=True, eq=False)
class Cam:
    """Grad-CAM at one place.

    Attributes:
        place: where.
        weights: (channels,), alpha: the mean over all cells of how fast the score grows with each.
        weighted: (height, width), the sum of the maps, each times its weight; may be negative.
    """

    place: Place
    weights: Floats
    weighted: Floats

    @property
    def map(self) -> Floats:
        """Grad-CAM itself: ReLU of the weighted sum, so that only what speaks for the class is left."""
        return np.maximum(self.weighted, 0.0)


@dataclass(frozen=True, eq=False)
class Looked:
    """What one forward and one backward pass tell.

    Attributes:
        scores: (classes,) before the softmax.
        label: of the class whose score was looked at.
        cams: Grad-CAM at every place, from the input on.
        gradient: (height, width, 3), how fast the score grows with each value of the picture, 0 to 1.
        seconds: that the passes took.
    """

    scores: Floats
    label: int
    cams: tuple[Cam, ...]
    gradient: Floats
    seconds: float

    @property
    def answer(self) -> int:
        """The class with the highest score."""
        return int(self.scores.argmax())

    @property
    def probabilities(self) -> Floats:
        """Softmax of the scores, without the temperature of a calibration."""
        return probabilities(self.scores)


@dataclass(frozen=True, eq=False)
class Smoothed:
    """SmoothGrad.

    Attributes:
        smoothing: how.
        label: of the class.
        gradient: (height, width, 3), the mean over all noisy copies.
        seconds: that all passes took.
    """

    smoothing: Smoothing
    label: int
    gradient: Floats
    seconds: float


@dataclass(frozen=True, eq=False)
class Covered:
    """Occlusion: the scores with one square of the picture covered, for every place of the square.

    Attributes:
        covering: how.
        rows, columns: first pixels of the squares.
        shape: height and width of the picture in pixels.
        plain: (classes,) scores of the picture as it is.
        scores: (rows, columns, classes) with the square there.
        seconds: that all passes took.
    """

    covering: Covering
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    shape: tuple[int, int]
    plain: Floats
    scores: Floats
    seconds: float

    def drops(self, label: int) -> Floats:
        """(rows, columns): by how much the score of a class falls; negative where it rises."""
        return self.plain[label] - self.scores[..., label]

    def probability_drops(self, label: int) -> Floats:
        """(rows, columns): by how much the probability of a class falls; negative where it rises."""
        return probabilities(self.plain)[label] - probabilities(self.scores)[..., label]

    def answers(self) -> NDArray[np.intp]:
        """(rows, columns): the class with the highest score where the square lies there."""
        return self.scores.argmax(axis=-1)

    def map(self, label: int) -> Floats:
        """(height, width) of the picture: at each pixel the mean drop over the squares that cover it.

        0 where none does, which a stride larger than the patch makes.
        """
        total, count = np.zeros(self.shape), np.zeros(self.shape)
        side, drops = self.covering.patch, self.drops(label)
        for i, row in enumerate(self.rows):
            for j, column in enumerate(self.columns):
                total[row : row + side, column : column + side] += drops[i, j]
                count[row : row + side, column : column + side] += 1
        return total / np.maximum(count, 1)


def strongest_colour(gradient: Floats) -> Floats:
    """The map of a gradient: the largest of its three sizes at each pixel (Simonyan et al. 2014, 3.1).

    Args:
        gradient: (height, width, 3).
    """
    return np.abs(gradient).max(axis=-1)


def probabilities(scores: Floats) -> Floats:
    """Softmax over the last axis."""
    return softmax(scores.reshape(-1, scores.shape[-1])).reshape(scores.shape)
