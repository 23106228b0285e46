"""What can be done when the two paths of a block do not meet in one shape, and what each way would cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from resnet_core.network.inspection import Inspection, difference, inspect
from resnet_core.network.spec import (
    AveragePool,
    BatchNorm,
    BlockSpec,
    Conv,
    Layer,
    Layers,
    MaxPool,
    PadChannels,
    Shape,
    Subsample,
)

MOST_STRIDE = 63
_WINDOWS = (Conv, MaxPool, AveragePool)


@dataclass(frozen=True)
class Repair:
    """One way to make the sum fit.

    Attributes:
        title: a few words for a button.
        sentence: what it changes and why that helps.
        block: the block with the change made.
        parameters: what it has more than the block as it is.
        multiply_adds: what it has more than the block as it is, for one picture.
    """

    title: str
    sentence: str
    block: BlockSpec
    parameters: int
    multiply_adds: int


def repairs(block: BlockSpec, shape: Shape) -> tuple[Repair, ...]:
    """The ways that lead to a sum that fits; none where it fits already, or where something before it fails.

    Args:
        block: any.
        shape: (height, width, channels) that enters it.

    Raises:
        ValueError: `shape` is not three whole numbers from 1 to 4096.
    """
    now = inspect(block, shape)
    add = now.addition
    if add is None or not add.problem:
        return ()
    branch, shortcut = add.inputs
    fork = _fork(now)
    if branch is None or shortcut is None or not len(branch) == len(shortcut) == len(fork) == 3:
        return ()
    found = []
    for title, sentence, changed in _ways(block, fork, branch, shortcut):
        after = inspect(changed, shape)
        if after.fits:
            more = difference(now.totals, after.totals)
            found.append(Repair(title, sentence, changed, more.parameters, more.multiply_adds))
    return tuple(found)


def _fork(now: Inspection) -> Shape:
    """The shape from which both paths begin."""
    entry = [layer.output for layer in now.layers if layer.place and layer.place.part == "entry"]
    return (entry[-1] or ()) if entry else now.shape


def _ways(
    block: BlockSpec, fork: Shape, branch: Shape, shortcut: Shape
) -> Iterator[tuple[str, str, BlockSpec]]:
    """All that might help, whether it does or not."""
    stride = _stride(fork, branch)
    if stride:
        norm = tuple(layer for layer in block.branch if isinstance(layer, BatchNorm))[:1]
        norm = tuple(replace(one, gamma="ones") for one in norm)
        habits = (layer.use_bias for layer in block.branch if isinstance(layer, Conv))
        projection: Layers = (Conv(branch[2], 1, stride, "valid", use_bias=next(habits, not norm)), *norm)
        yield (
            "Project x",
            f"A 1×1 convolution with {branch[2]} filters{_every(stride)} on the shortcut brings x to the "
            "shape of the branch (option B).",
            replace(block, shortcut=projection),
        )
        taken: Layers = (Subsample(stride),) if stride > 1 else ()
        filled: Layers = (PadChannels(branch[2]),) if branch[2] > fork[2] else ()
        if branch[2] >= fork[2] and (taken or filled):
            yield (
                "Pad x with zeros",
                "The shortcut " + " and ".join(_padding(stride, branch[2] - fork[2])) + " (option A).",
                replace(block, shortcut=(*taken, *filled)),
            )
    step = _stride(fork, shortcut)
    if step:
        yield (
            "Change the branch",
            f"The branch is made to bring {'×'.join(map(str, shortcut))}, as the shortcut does.",
            replace(block, branch=_brought_to(block.branch, shortcut[2], step)),
        )


def _stride(before: Shape, after: Shape) -> int | None:
    """The stride of a 1x1 window that leads from one height and width to the other, if there is any."""
    for stride in range(1, MOST_STRIDE + 1):
        if all(-(-one // stride) == other for one, other in zip(before[:2], after[:2], strict=True)):
            return stride
    return None


def _every(stride: int) -> str:
    return f" and a stride of {stride}" if stride > 1 else ""


def _padding(stride: int, missing: int) -> list[str]:
    taken = [f"takes only each {_ordinal(stride)} pixel of each {_ordinal(stride)} row"] if stride > 1 else []
    return [*taken, f"fills {missing} more channels with zeros"] if missing else taken


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in {11, 12, 13} else ends.get(number % 10, 'th')}"


def _brought_to(layers: Layers, channels: int, stride: int) -> Layers:
    """The branch with one stride, on its first window, paddings that keep the sides, and the channels asked.

    A branch without a convolution gets a 1x1 behind it.
    """
    places = [index for index, layer in enumerate(layers) if isinstance(layer, _WINDOWS)]
    kept = [layer for layer in layers if not isinstance(layer, Subsample)]
    if not any(isinstance(layer, Conv) for layer in layers):
        return (*(_kept(layer, 1) for layer in kept), Conv(channels, 1, stride, "valid"))
    changed = [_kept(layer, stride if index == places[0] else 1) for index, layer in enumerate(layers)]
    last = max(index for index, layer in enumerate(changed) if isinstance(layer, Conv))
    final = changed[last]
    assert isinstance(final, Conv)
    groups = final.groups if channels % final.groups == 0 else 1
    changed[last] = replace(final, filters=channels, groups=groups)
    return tuple(layer for layer in changed if not isinstance(layer, Subsample))


def _kept(layer: Layer, stride: int) -> Layer:
    return replace(layer, stride=stride, padding="same") if isinstance(layer, _WINDOWS) else layer
