"""What a page is told of one pass: the answer and what each block adds, the layers of a block, one layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.network.graph import Node, walk
from resnet_core.network.spec import NetworkSpec
from resnet_core.probes.opened import Which
from resnet_core.probes.passes import Maps, Picture, as_maps, passed
from resnet_core.probes.residuals import Residual, additions, residuals

SHOWN = 16
"""Channels that are shown of each layer of a block."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network made of a picture, in short.

    Attributes:
        probabilities: (classes,), the softmax of what left the network.
        residuals: what each block added, from the input to the output.
        ends: the smallest and largest value that left each layer.
        seconds: that the pass took.
        bytes: what all its maps take in memory.
    """

    probabilities: NDArray[np.float64]
    residuals: tuple[Residual, ...]
    ends: dict[str, tuple[float, float]]
    seconds: float
    bytes: int

    @property
    def label(self) -> int:
        """The likeliest class."""
        return int(self.probabilities.argmax())


@dataclass(frozen=True, eq=False)
class Station:
    """What leaves one layer of a block, or enters it.

    Attributes:
        name: of the layer; `graph.INPUT` for the picture.
        part: `x`, or as in `graph.Node`.
        node: the layer; None for x.
        shape: of all that leaves it.
        channels: which of its channels are shown.
        maps: (height, width, up to `SHOWN`) of those channels.
        spread: standard deviation of all that leaves it.
        common: whether its channels are those of F(x) and of the sum, and are shown side by side.
    """

    name: str
    part: str
    node: Node | None
    shape: tuple[int, ...]
    channels: tuple[int, ...]
    maps: Maps
    spread: float
    common: bool


def seen(which: Which, picture: Picture) -> Seen:
    """What a network makes of a picture.

    Args:
        which: the network.
        picture: (height, width, 3) of unsigned bytes.

    Raises:
        ValueError, OSError: as in `opened.opened`.
    """
    found = passed(which, picture)
    grown = np.exp(found.logits.astype(np.float64) - found.logits.max())
    ends = {name: (float(values.min()), float(values.max())) for name, values in found.maps.items()}
    return Seen(grown / grown.sum(), residuals(which, picture), ends, found.seconds, found.bytes)


def stations(which: Which, picture: Picture, stage: str, block: int) -> tuple[Station, ...]:
    """What happens in one block: x, and what leaves each layer in the order of `graph.walk`.

    The channels that are shown are those in which F(x) is largest on average; in layers that have other
    channels, those that are largest there.

    Args:
        which: the network.
        picture: as in `seen`.
        stage: name of the stage.
        block: number in it, from 1.

    Raises:
        ValueError: there is no such block, or as in `seen`.
    """
    nodes = nodes_of(which.spec, stage, block)
    maps = passed(which, picture).maps
    addition = next((one for one in additions(which.spec) if one.block == f"{stage}_block{block}"), None)
    main = maps[addition.branch if addition else nodes[-1].name]
    best = _largest(main)
    same = {nodes[-1].name}
    if addition:
        same |= {addition.branch, addition.sum, addition.shortcut}  # whose shapes are those of the sum
        after = [node.name for node in nodes if node.part == "exit"]
        same |= {name for name in after if maps[name].shape == main.shape}
    places = [(nodes[0].inputs[0], "x", None), *((node.name, node.part, node) for node in nodes)]
    return tuple(
        _station(as_maps(maps[name]), best if name in same else None, name=name, part=part, node=node)
        for name, part, node in places
    )


def nodes_of(spec: NetworkSpec, stage: str, block: int) -> tuple[Node, ...]:
    """The layers of one block.

    Raises:
        ValueError: there is no such block.
    """
    nodes = tuple(node for node in walk(spec) if (node.stage, node.block) == (stage, block))
    if not nodes:
        raise ValueError(f"The network of this run has no block {block} in a stage {stage[:40]!r}.")
    return nodes


def _station(values: Maps, best: tuple[int, ...] | None, **place: Any) -> Station:
    """What is told of some maps: the channels `best` where they are those of F(x), else their own."""
    channels = _largest(values) if best is None else best
    spread = float(values.astype(np.float64).std())
    return Station(
        shape=values.shape,
        channels=channels,
        maps=values[:, :, channels],
        spread=spread,
        common=best is not None,
        **place,
    )


def _largest(values: Maps) -> tuple[int, ...]:
    """The channels that are largest on average, by size, in their order."""
    strong = np.abs(as_maps(values)).mean((0, 1))
    return tuple(sorted(int(one) for one in np.argsort(-strong, kind="stable")[:SHOWN]))


def place_of(spec: NetworkSpec, layer: str) -> tuple[str, int] | None:
    """Stage and number of the block in which a layer lies; None in the stem and the head."""
    node = next((one for one in walk(spec) if one.name == layer), None)
    if node is None or node.stage is None or node.block is None:
        return None
    return node.stage, node.block
