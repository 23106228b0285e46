"""Conditions of challenges on the order of layers, and on what a block does before and in training."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

from resnet_core.challenges import first_steps
from resnet_core.challenges.called import a, called, kind_called, placed
from resnet_core.challenges.condition import Condition
from resnet_core.challenges.conditions import (
    ConvolutionsAtLeast,
    Fits,
    HasShortcut,
    MultiplyAddsAtMost,
    OutputShape,
    ParametersAtMost,
    ReceptiveFieldAtLeast,
)
from resnet_core.challenges.signs import branch_signs, output_signs
from resnet_core.network import blocktext
from resnet_core.network.editing import PARTS, Part, Place, layer_at, layers_of
from resnet_core.network.layers import choice, flag
from resnet_core.network.spec import Activation, BatchNorm, BlockSpec, Conv, Layer, Layers, Scale, Shape

_RELU = Activation("relu")
_WORDS = {
    "use_bias": "bias",
    "gamma": "initial γ",
    "function": "function",
    "learnable": "being learnt or not",
}


@dataclass(frozen=True)
class SameLayersAs(Condition):
    """The layers of the block that is written in `block`, in the same places.

    Biases of convolutions, and momentum and epsilon of batch norms may differ: they change nothing of what a
    block computes in principle. So may the padding of a window of one pixel, which needs none.
    """

    check: ClassVar[str] = "same_layers_as"
    block: str

    def __post_init__(self) -> None:
        blocktext.read(self.block)

    def demand(self) -> str:
        """What is asked, in a few words."""
        return "Every layer is the one that is asked, in its place"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """Where the first difference is and of what kind, without saying what should be there."""
        wanted, _ = blocktext.read(self.block)
        if (wanted.shortcut is None) != (block.shortcut is None):
            return (
                "The block should have a shortcut."
                if block.shortcut is None
                else "No shortcut is asked here."
            )
        found = (_first_difference(part, layers_of(block, part), layers_of(wanted, part)) for part in PARTS)
        return next(filter(None, found), "")


def _first_difference(part: Part, ours: Layers, theirs: Layers) -> str:
    for index in range(max(len(ours), len(theirs))):
        where = placed(Place(part, index))
        if index >= len(theirs):
            return f"The {called(ours[index])}, {where}, is one layer too many there."
        if index >= len(ours):
            before = f"All before {where} is right. " if index else ""
            more = "One layer is" if len(theirs) == index + 1 else f"{len(theirs) - index} layers are"
            return f"{before}{more} missing, from {where} on."
        if type(ours[index]) is not type(theirs[index]):
            stands = kind_called(ours[index])
            return f"All before {where} is right. The {stands} there should be another kind of layer."
        differing = _differing(ours[index], theirs[index])
        if differing:
            return f"The {called(ours[index])}, {where}, is of the right kind; look at its {differing}."
    return ""


def _differing(one: Layer, other: Layer) -> str:
    """The name of the first value that tells two layers of one kind apart."""
    skipped = {"use_bias", "momentum", "epsilon"}
    if isinstance(one, Conv) and isinstance(other, Conv) and one.kernel == other.kernel == 1:
        skipped.add("padding")
    for value in fields(one):
        if value.name not in skipped and getattr(one, value.name) != getattr(other, value.name):
            return _WORDS.get(value.name, value.name)
    return ""


@dataclass(frozen=True)
class XUntouched(Condition):
    """No layer on the way from x to y: none before the fork, on the shortcut, or after the addition."""

    check: ClassVar[str] = "x_untouched"

    def demand(self) -> str:
        """What is asked, in a few words."""
        return "x reaches y untouched by any layer"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """The first layer that x meets."""
        if block.shortcut is None:
            return "The block has no shortcut, so x only reaches y through the branch."
        touching = [(part, layers_of(block, part)) for part in PARTS if part != "branch"]
        for part, layers in touching:
            if layers:
                return f"On its way past the branch, x meets {a(layers[0])}: {placed(Place(part, 0))}."
        return ""


@dataclass(frozen=True)
class Preactivated(Condition):
    """Batch norm and then ReLU stand directly before each convolution of the branch."""

    check: ClassVar[str] = "preactivated"

    def demand(self) -> str:
        """What is asked, in a few words."""
        return "Batch norm and ReLU stand before each convolution of the branch"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """The first convolution before which they do not stand."""
        path, ahead = (*block.entry, *block.branch), len(block.entry)
        convs = [index for index, layer in enumerate(path) if isinstance(layer, Conv)]
        if not convs:
            return "There is no convolution on the branch."
        for index in convs:
            before = path[max(0, index - 2) : index]
            if len(before) < 2 or not isinstance(before[0], BatchNorm) or before[1] != _RELU:
                stands = " and then ".join(a(layer) for layer in before) or "nothing"
                place = Place("branch", index - ahead) if index >= ahead else Place("entry", index)
                return f"Directly before the {called(path[index])}, {placed(place)}: {stands}."
        return ""


@dataclass(frozen=True)
class StartsAsIdentity(Condition):
    """Before training F(x) = 0, and y = x for every x without negative values."""

    check: ClassVar[str] = "starts_as_identity"

    def demand(self) -> str:
        """What is asked, in a few words."""
        return "Before training, F(x) = 0 and y = x"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """What keeps F(x) from zero, or x from y."""
        touched = HasShortcut(identity=True).missing(block, shape)
        if touched:
            return touched
        if not block.branch:
            return "The branch has no layers, so F(x) is x and y is twice x."
        if not first_steps.starts_at_zero(block):
            return (
                f"F(x) is not zero at first: the branch ends with {a(block.branch[-1])}, and nothing on it "
                "that begins at 0 makes the end 0."
            )
        if first_steps.starts_as_identity(block):
            return ""
        part: Part = "entry" if block.entry else "exit"
        return f"F(x) is zero at first, but {placed(Place(part, 0))} changes what leaves."


@dataclass(frozen=True)
class BranchCanLearn(Condition):
    """Gradient descent changes every kernel and factor of the branch, if not in its first step then later."""

    check: ClassVar[str] = "branch_can_learn"

    def demand(self) -> str:
        """What is asked, in a few words."""
        return "Training reaches every layer of the branch"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """The first layer that no gradient reaches, and what holds it back."""
        weighty = [layer for layer in block.branch if first_steps.has_weights(layer)]
        if not weighty:
            return "The branch has no layer with weights, so there is nothing to learn."
        still = first_steps.asleep(block)
        if not still:
            return ""
        count = "One layer" if len(still) == 1 else f"{len(still)} layers"
        first = f"the {called(layer_at(block, still[0]))}, {placed(still[0])}"
        return f"{count} of the branch can never change, the first is {first}: {_reason(block)}."


def _reason(block: BlockSpec) -> str:
    if any(isinstance(layer, Scale) and layer.value == 0 and not layer.learnable for layer in block.branch):
        return "a fixed scale of 0 stays 0 and lets no gradient back"
    zeros = [
        index
        for index, layer in enumerate(block.branch)
        if (isinstance(layer, BatchNorm) and layer.gamma == "zeros")
        or (isinstance(layer, Scale) and layer.value == 0)
    ]
    if zeros and _RELU in block.branch[zeros[-1] :]:
        return "behind what begins at 0 a ReLU reads only zeros, and lets no gradient back"
    return "where two factors begin at 0, each waits for the other to move"


@dataclass(frozen=True)
class CanBeNegative(Condition):
    """Whether values below zero are possible in `y`, what leaves, or in `F`, what the branch brings."""

    check: ClassVar[str] = "can_be_negative"
    of: str
    possible: bool = True

    def __post_init__(self) -> None:
        choice("of", self.of, ("y", "F"))
        flag("possible", self.possible)

    def demand(self) -> str:
        """What is asked, in a few words."""
        what = "y" if self.of == "y" else "F(x), what the branch brings,"
        return f"{what} can {'be' if self.possible else 'never be'} negative"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """Whether it can be now, and which layer decides."""
        now = (output_signs(block) if self.of == "y" else branch_signs(block)).negative
        if now == self.possible:
            return ""
        what = "y" if self.of == "y" else "F(x)"
        path = (*block.entry, *block.branch) if self.of == "F" else block.exit
        last = f"what comes last on the way there is the {called(path[-1])}" if path else ""
        ends = last or ("nothing follows the addition" if self.of == "y" else "the branch has no layers")
        return f"{what} can {'be' if now else 'never be'} negative now: {ends}."


CONDITIONS: dict[str, type[Condition]] = {
    kind.check: kind
    for kind in (
        Fits,
        OutputShape,
        HasShortcut,
        SameLayersAs,
        ConvolutionsAtLeast,
        ParametersAtMost,
        MultiplyAddsAtMost,
        ReceptiveFieldAtLeast,
        CanBeNegative,
        XUntouched,
        Preactivated,
        StartsAsIdentity,
        BranchCanLearn,
    )
}
"""All conditions, by the name under `check` in a file of challenges."""
