"""What is asked of a block: with which weights, with and without its shortcut, and whether it is too large.

Needs no TensorFlow, so that pages ask with the very values that the workers are given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from resnet_core.network.accounting import account
from resnet_core.network.alone import STAGE
from resnet_core.network.inspection import inspect
from resnet_core.network.layers import Activation, BatchNorm, Conv, choice, whole
from resnet_core.network.spec import BlockSpec, NetworkSpec, Shape
from resnet_core.training.settings import RunSettings

INITIALIZERS = (
    "he_normal",
    "he_uniform",
    "glorot_normal",
    "glorot_uniform",
    "lecun_normal",
    "orthogonal",
)
"""How random kernels can be drawn; names of `network.model.INITIALIZERS`."""

MOST_SEED = 9999
MOST_VALUES = 2_500_000
"""Values on all edges of a block together; as 64-bit floats they are 20 MB, which travel to the page."""
MOST_WEIGHTS = 5_000_000
MOST_MULTIPLY_ADDS = 2_000_000_000
PREFIX = f"{STAGE}_block1_"
"""How the names of a lone block's layers begin, as in `graph.walk(alone(block, shape))`."""


@dataclass(frozen=True)
class Start:
    """Random weights, as a network that is about to be trained has them.

    Attributes:
        seed: of all kernels; each draws from a seed of its own, made of this one and the layer's name.
        initializer: one of `INITIALIZERS`.
    """

    seed: int = 1
    initializer: str = "he_normal"

    def __post_init__(self) -> None:
        whole("the seed", self.seed, 0, MOST_SEED)
        choice("the initialiser", self.initializer, INITIALIZERS)


@dataclass(frozen=True)
class Trained:
    """The weights that a run learned for one of its blocks.

    Attributes:
        settings: of the run.
        weights: file of its checkpoint.
        classes: of its data set.
        block: `conv2_block3`: the stage and the number of the block in it, from 1.
    """

    settings: RunSettings
    weights: str
    classes: int
    block: str


Weighing = Start | Trained


@dataclass(frozen=True)
class Twins:
    """A block with its shortcut and without, everything else the same.

    Attributes:
        residual: with the shortcut; `None` for a plain block whose F(x) has another shape than x.
        plain: without it.
        added: whether the block had no shortcut, and the identity was set beside it to compare.
    """

    residual: BlockSpec | None
    plain: BlockSpec
    added: bool


def twins(block: BlockSpec, shape: Shape) -> Twins:
    """The block with and without its shortcut.

    Args:
        block: whose shapes fit.
        shape: (height, width, channels) that enters it.
    """
    plain = replace(block, shortcut=None)
    if block.shortcut is not None:
        return Twins(block, plain, added=False)
    with_identity = replace(block, shortcut=())
    fits = inspect(with_identity, shape).fits
    return Twins(with_identity if fits else None, plain, added=fits)


def stem(shape: Shape) -> NetworkSpec:
    """What makes x where weights are random: a 3x3 convolution, batch norm and ReLU.

    It is given the picture, values 0 to 1, less the mean of each colour.

    Args:
        shape: (height, width, channels) of x; the picture has the same height and width.
    """
    layers = (Conv(shape[2], 3, use_bias=False), BatchNorm(), Activation("relu"))
    return NetworkSpec("stem", "Makes x of a picture", (shape[0], shape[1], 3), layers, (), ())


def refusal(block: BlockSpec, shape: Shape) -> str:
    """Why nothing can flow through a block, in one sentence; empty where it can."""
    seen = inspect(block, shape)
    if not seen.fits:
        return f"Nothing can flow yet: {seen.problem}."
    values = seen.shape[0] * seen.shape[1] * seen.shape[2] + seen.totals.activations
    for count, most, what in (
        (values, MOST_VALUES, "values on its edges"),
        (seen.totals.parameters, MOST_WEIGHTS, "weights"),
        (seen.totals.multiply_adds, MOST_MULTIPLY_ADDS, "multiply-adds"),
    ):
        if count > most:
            return (
                f"This block is too large to be looked at number by number: it has {_spaced(count)} {what}, "
                f"and {_spaced(most)} are the most. Make x smaller, or take fewer filters."
            )
    return ""


def _spaced(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def blocks_of(spec: NetworkSpec) -> dict[str, tuple[BlockSpec, Shape]]:
    """Every block of a network and the shape that enters it, by stage and number: `conv2_block3`."""
    stages = zip(spec.stages, account(spec).stages, strict=True)
    return {
        counted.name: (block, counted.input_shape)
        for stage, counts in stages
        for block, counted in zip(stage.blocks, counts.blocks, strict=True)
    }
