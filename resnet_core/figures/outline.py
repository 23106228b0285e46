"""What a diagram of a network shows: its sections, and in them blocks, folded where they are alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from resnet_core.figures.palette import Kind, kind_of
from resnet_core.figures.text import large, plural, shape, whole
from resnet_core.network.accounting import Account, BlockAccount, LayerAccount, account
from resnet_core.network.parts import depth
from resnet_core.network.spec import BlockSpec, Conv, Dense, NetworkSpec, PadChannels, Subsample

Shortcut = Literal["none", "identity", "projection", "padding"]


@dataclass(frozen=True)
class Unit:
    """One rectangle of a diagram: a block, several blocks alike, or the layers of stem or head.

    Attributes:
        label: "1", or "2 to 4" for folded blocks.
        count: Blocks it stands for.
        bars: Channels of each layer with weights on the way through, in order.
        shortcut: Kind of its shortcut.
        title: What it is in full: name, shapes, parameters and multiply-adds.
    """

    label: str
    count: int
    bars: tuple[int, ...]
    shortcut: Shortcut
    title: str


@dataclass(frozen=True)
class Section:
    """Stem, a stage, or head.

    Attributes:
        name: "stem", "conv2", ... "head".
        units: What stands in it.
        shape: What leaves it.
        layers: Its layers in the manner of He et al. 2015, Table 1: "1×1 64, 3×3 64, 1×1 256".
        blocks: How many blocks it has; 0 for stem and head.
    """

    name: str
    units: tuple[Unit, ...]
    shape: str
    layers: str
    blocks: int


@dataclass(frozen=True)
class Outline:
    """A network as a diagram shows it.

    Attributes:
        name: Of the network in the catalogue.
        title: For people.
        kind: Its sign.
        input_shape: Of the picture.
        sections: From input to output.
        facts: Layers, parameters, multiply-adds and shortcuts, as short phrases.
    """

    name: str
    title: str
    kind: Kind
    input_shape: str
    sections: tuple[Section, ...]
    facts: tuple[str, ...]

    @property
    def units(self) -> int:
        """Rectangles in the stages."""
        return sum(len(section.units) for section in self.sections if section.blocks)

    @property
    def description(self) -> str:
        """The network in one sentence, for who cannot see the diagram."""
        stages = "; ".join(
            f"{section.name} with {plural(section.blocks, 'block')} ({section.layers}) to {section.shape}"
            for section in self.sections
            if section.blocks
        )
        return f"{self.title}: {', '.join(self.facts)}. Input {self.input_shape}, then {stages}."


def outline(spec: NetworkSpec, fold: bool) -> Outline:
    """Reads a description as a diagram shows it.

    Args:
        spec: The network.
        fold: Whether neighbouring blocks of a stage that are alike become one rectangle.
    """
    counted = account(spec)
    stages = []
    for stage, stage_account in zip(spec.stages, counted.stages, strict=True):
        pairs = list(zip(stage.blocks, stage_account.blocks, strict=True))
        units = tuple(_units(stage.name, pairs, fold))
        layers = _table_1(stage_account.blocks[-1].layers) if pairs else ""
        stages.append(
            Section(stage.name, units, shape(stage_account.output_shape), layers, len(stage.blocks))
        )
    sections = (_end("stem", counted.stem), *stages, _end("head", counted.head))
    return Outline(
        name=spec.name,
        title=spec.title,
        kind=kind_of(spec.name),
        input_shape=shape(spec.input_shape),
        sections=sections,
        facts=_facts(spec, counted),
    )


def _facts(spec: NetworkSpec, counted: Account) -> tuple[str, ...]:
    kinds = [shortcut_of(block) for stage in spec.stages for block in stage.blocks]
    shortcuts = [kind for kind in kinds if kind != "none"]
    changed = [kind for kind in shortcuts if kind != "identity"]
    facts = [
        plural(depth(counted.layers), "layer"),
        f"{whole(counted.parameters)} parameters",
        f"{large(counted.multiply_adds)} multiply-adds",
    ]
    if not shortcuts:
        return (*facts, "no shortcuts")
    word = "padded" if "padding" in changed else "projections"
    return (*facts, f"{plural(len(shortcuts), 'shortcut')}, {whole(len(changed))} {word}")


def shortcut_of(block: BlockSpec) -> Shortcut:
    """Tells the kind of a block's shortcut: options A (padding), B and C (projection) of He et al. 2015."""
    if block.shortcut is None:
        return "none"
    if any(isinstance(layer, Conv) for layer in block.shortcut):
        return "projection"
    if any(isinstance(layer, (PadChannels, Subsample)) for layer in block.shortcut):
        return "padding"
    return "identity"


def _units(stage: str, pairs: Sequence[tuple[BlockSpec, BlockAccount]], fold: bool) -> Iterable[Unit]:
    """The rectangles of a stage; blocks are alike when they have the same layers and the same shapes."""
    numbered = list(enumerate(pairs, start=1))
    likeness = groupby(numbered, key=_shape_and_layers if fold else _number)
    for _, members in likeness:
        alike = list(members)
        (first, (block, counts)), last = alike[0], alike[-1][0]
        name = f"{stage} block {first}" if first == last else f"{stage} blocks {first} to {last}"
        yield Unit(
            label=str(first) if first == last else f"{first} to {last}",
            count=len(alike),
            bars=_bars(counts.layers),
            shortcut=shortcut_of(block),
            title=_title(name, counts, len(alike)),
        )


def _shape_and_layers(item: tuple[int, tuple[BlockSpec, BlockAccount]]) -> object:
    _, (block, counts) = item
    return block, counts.input_shape


def _number(item: tuple[int, tuple[BlockSpec, BlockAccount]]) -> object:
    return item[0]


def _title(name: str, counts: BlockAccount, count: int) -> str:
    each = " each" if count > 1 else ""
    return (
        f"{name}: {_table_1(counts.layers)}; {shape(counts.input_shape)} to {shape(counts.output_shape)}; "
        f"{whole(counts.parameters)} parameters, {large(counts.multiply_adds)} multiply-adds{each}"
    )


def _end(name: str, counts: BlockAccount) -> Section:
    unit = Unit("", 1, _bars(counts.layers), "none", _title(name, counts, 1))
    return Section(name, (unit,), shape(counts.output_shape), _table_1(counts.layers), 0)


def _bars(layers: Iterable[LayerAccount]) -> tuple[int, ...]:
    found = []
    for counts in layers:
        layer = counts.node.layer
        if counts.node.part == "shortcut":
            continue
        if isinstance(layer, Conv):
            found.append(layer.filters)
        elif isinstance(layer, Dense):
            found.append(layer.units)
    return tuple(found)


def _table_1(layers: Iterable[LayerAccount]) -> str:
    """Writes the layers on the way through as He et al. 2015, Table 1, does."""
    words = []
    for counts in layers:
        layer = counts.node.layer
        if counts.node.part == "shortcut":
            continue
        if isinstance(layer, Conv):
            words.append(f"{layer.kernel}×{layer.kernel} {layer.filters}")
        elif isinstance(layer, Dense):
            words.append(f"dense {layer.units}")
        elif layer.kind == "pool" and counts.node.part in {"stem", "head"}:
            words.append("pool")
    return ", ".join(words)
