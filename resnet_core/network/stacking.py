"""A block of one's own stacked into a network by a plan: repeats, widths and strides of its stages.

The first block of a stage changes the shape where the plan says so; the others keep it, as in He et al. 2015,
section 3.3. Nothing of the branch is changed but strides and numbers of filters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from resnet_core.network.accounting import account
from resnet_core.network.layers import number, shown, whole
from resnet_core.network.shapes import ShapeError
from resnet_core.network.spec import (
    Activation,
    AveragePool,
    BatchNorm,
    BlockSpec,
    Conv,
    Dense,
    GlobalAveragePool,
    Layer,
    Layers,
    MaxPool,
    NetworkSpec,
    PadChannels,
    Shape,
    StageSpec,
    Subsample,
    ZeroPad,
)

STEMS = ("large", "small")
MOST_REPEATS, MOST_STAGES = 50, 6
_RELU = Activation("relu")
_STRIDED = (Conv, MaxPool, AveragePool, Subsample)


@dataclass(frozen=True)
class StagePlan:
    """How a block is stacked; the three rows have one value for each stage.

    Attributes:
        repeats: blocks in each stage.
        widths: factor on the filters of the block in each stage.
        strides: of the first block of each stage.
        stem: `large`, a 7x7 convolution and a pooling that divide the sides by 4, as in He et al. 2015,
            Table 1; or `small`, a 3x3 convolution, as in their section 4.2.
    """

    repeats: tuple[int, ...] = (2, 2, 2)
    widths: tuple[float, ...] = (1.0, 2.0, 4.0)
    strides: tuple[int, ...] = (1, 2, 2)
    stem: str = "large"

    def __post_init__(self) -> None:
        whole("the number of stages", len(self.repeats), 1, MOST_STAGES)
        if not len(self.repeats) == len(self.widths) == len(self.strides):
            raise ValueError(
                f"repeats, widths and strides must have one value for each stage, got "
                f"{len(self.repeats)}, {len(self.widths)} and {len(self.strides)}"
            )
        for repeats, width, stride in zip(self.repeats, self.widths, self.strides, strict=True):
            whole("repeats", repeats, 1, MOST_REPEATS)
            number("widths", width, 0.05, 64.0)
            whole("strides", stride, 1, 4)
        if self.stem not in STEMS:
            raise ValueError(f"stem must be one of {', '.join(STEMS)}, got {shown(self.stem)}")


def stack(
    block: BlockSpec, shape: Shape, plan: StagePlan, *, size: int = 64, classes: int = 6, width: float = 1.0
) -> NetworkSpec:
    """The network made of a block.

    Args:
        block: what is repeated.
        shape: (height, width, channels) that enters the block; only its channels matter here: the stem makes
            so many, times the width of the first stage.
        plan: the stages.
        size: side of the picture in pixels, 8 to 1024.
        classes: units of the last layer, 2 to 10,000.
        width: one more factor on every number of filters, 0.01 to 4.

    Raises:
        ValueError: a value out of range, or a block that cannot be stacked; the sentence says what met where.
    """
    whole("size", size, 8, 1024)
    whole("classes", classes, 2, 10_000)
    number("width", width, 0.01, 4.0)
    if len(shape) != 3:
        raise ValueError(f"a block is stacked on maps of height, width and channels, got {shown(shape)}")
    channels = _scaled(shape[2], plan.widths[0] * width)
    before, stages = channels, []
    for index, (repeats, factor, stride) in enumerate(
        zip(plan.repeats, plan.widths, plan.strides, strict=True)
    ):
        kept = _sized(_strided(block, 1), factor * width)
        after = _scaled(shape[2], factor * width)
        first = _sized(_strided(block, stride), factor * width)
        if stride > 1 or after != before:
            first = _fitted(first, stride, after)
        stages.append(StageSpec(f"conv{index + 2}", (first, *[kept] * (repeats - 1))))
        before = after
    spec = NetworkSpec(
        name=_name(block, shape, plan),
        title=_title(block, plan) + ("" if width == 1 else f", width {width:g}"),
        input_shape=(size, size, 3),
        stem=_stem(plan, channels, block),
        stages=tuple(stages),
        head=(*_activated(block), GlobalAveragePool(), Dense(classes, "softmax")),
    )
    try:
        account(spec)
    except ShapeError as error:
        raise ValueError(f"This block cannot be stacked so: in {error}") from None
    return spec


def _name(block: BlockSpec, shape: Shape, plan: StagePlan) -> str:
    """A name for layers and files; the same block and plan have the same."""
    own = "plain_own_" if block.shortcut is None else "own_"
    return own + hashlib.sha256(repr((block, shape, plan)).encode()).hexdigest()[:12]


def _title(block: BlockSpec, plan: StagePlan) -> str:
    own = "Plain own block" if block.shortcut is None else "Own block"
    times = sum(plan.repeats)
    return f"{own}, once" if times == 1 else f"{own}, {times} times"


def _stem(plan: StagePlan, channels: int, block: BlockSpec) -> Layers:
    norms = () if _activated(block) else _norm(block)
    relu = () if _activated(block) else (_RELU,)
    if plan.stem == "small":
        return (Conv(channels, 3, use_bias=not norms), *norms, *relu)
    conv = Conv(channels, 7, 2, "valid", use_bias=not norms)
    return (ZeroPad(3), conv, *norms, *relu, ZeroPad(1), MaxPool(3, 2))


def _activated(block: BlockSpec) -> Layers:
    """What must stand behind the last block: a block that begins with its activation ends without one."""
    first = (*block.entry, *block.branch)[:1]
    if block.exit or not first or isinstance(first[0], Conv):
        return ()
    return (*_norm(block), _RELU)


def _norm(block: BlockSpec) -> Layers:
    """The batch norm of the block, with its scale from one on, where it has any."""
    layers = chain(block.entry, block.branch, block.exit)
    return tuple(replace(layer, gamma="ones") for layer in layers if isinstance(layer, BatchNorm))[:1]


def _strided(block: BlockSpec, stride: int) -> BlockSpec:
    """The block with one stride on each path, where it had its first, else on its first convolution."""
    main = (*block.entry, *block.branch, *block.exit)
    place = _place_of_stride(main)
    changed = _with_stride(main, place, stride)
    one, two = len(block.entry), len(block.entry) + len(block.branch)
    shortcut = block.shortcut
    # What both paths share, or what stands behind the sum, is strided once for both.
    shared = place is not None and not one <= place < two
    if shortcut:
        shortcut = _with_stride(shortcut, _place_of_stride(shortcut), 1 if shared else stride)
    return BlockSpec(entry=changed[:one], branch=changed[one:two], exit=changed[two:], shortcut=shortcut)


def _place_of_stride(layers: Layers) -> int | None:
    places = [i for i, layer in enumerate(layers) if isinstance(layer, _STRIDED)]
    strided = [i for i in places if layers[i].stride > 1]  # type: ignore[union-attr]
    convolutions = [i for i in places if isinstance(layers[i], (Conv, Subsample))]
    return next(iter((*strided, *convolutions, *places)), None)


def _with_stride(layers: Layers, place: int | None, stride: int) -> Layers:
    return tuple(
        replace(layer, stride=stride if i == place else 1) if isinstance(layer, _STRIDED) else layer
        for i, layer in enumerate(layers)
    )


def _sized(block: BlockSpec, factor: float) -> BlockSpec:
    """The block with `factor` times as many filters everywhere."""

    def change(layer: Layer) -> Layer:
        if isinstance(layer, Conv):
            return replace(layer, filters=_scaled(layer.filters, factor, layer.groups))
        if isinstance(layer, PadChannels):
            return PadChannels(_scaled(layer.filters, factor))
        return layer

    return _each(block, lambda layers: tuple(map(change, layers)))


def _each(block: BlockSpec, change: Callable[[Layers], Layers]) -> BlockSpec:
    shortcut = None if block.shortcut is None else change(block.shortcut)
    return BlockSpec(change(block.branch), shortcut, change(block.exit), change(block.entry))


def _fitted(block: BlockSpec, stride: int, filters: int) -> BlockSpec:
    """The block with a shortcut that follows the branch to its new shape.

    A shortcut that already has a convolution or zero padding does so with its own layers; one that only lets
    x pass gets a 1x1 projection before its layers (He et al. 2015, equation 2). Plain blocks need none.
    """
    shortcut = block.shortcut
    if shortcut is None or _has(shortcut, (Conv, PadChannels)):
        return block
    norms = _norm(block) if not _activated(block) else ()
    rest = tuple(layer for layer in shortcut if not isinstance(layer, Subsample))
    projection: Layers = (Conv(filters, 1, stride, "valid", use_bias=not norms), *norms)
    return replace(block, shortcut=(*projection, *rest))


def _has(layers: Sequence[Layer], kinds: tuple[type, ...]) -> bool:
    return any(isinstance(layer, kinds) for layer in layers)


def _scaled(filters: int, factor: float, groups: int = 1) -> int:
    """`filters` times `factor`, rounded to whole groups, at least one of each."""
    return max(1, round(filters * factor / groups)) * groups
