"""What a challenge can ask of a block: a closed list of conditions, each with a hint where it is not met.

A hint is made from what the block is: its shapes, counts and layers. `layer_conditions` has those that ask
for an order of layers or for what training does, and the list of all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from resnet_core.challenges.called import ON, a, called, counted, timed
from resnet_core.challenges.condition import Condition, named, what_does_not_fit
from resnet_core.network.editing import PARTS
from resnet_core.network.inspection import Inspection, LayerView, inspect
from resnet_core.network.layers import choice, flag, shown, whole
from resnet_core.network.spec import AveragePool, BlockSpec, Conv, MaxPool, Shape

WHOLE = "block"
_MOST = 10**12


@dataclass(frozen=True)
class Fits(Condition):
    """Every layer can work on what reaches it, and both paths bring one shape to the addition."""

    check: ClassVar[str] = "fits"

    def demand(self) -> str:
        """What is asked, in a few words."""
        return "Every layer fits, and so does the sum"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """Where it does not fit, and which shapes met there."""
        return what_does_not_fit(inspect(block, shape))


@dataclass(frozen=True)
class OutputShape(Condition):
    """A certain shape leaves the block, `shape = "8x8x128"`."""

    check: ClassVar[str] = "output_shape"
    shape: str

    def __post_init__(self) -> None:
        sides = self.shape.split("x") if isinstance(self.shape, str) else []
        if len(sides) != 3 or not all(side.isdecimal() and 0 < int(side) <= 65_536 for side in sides):
            raise ValueError(f"shape must be height x width x channels, as 8x8x128, got {shown(self.shape)}")

    @property
    def sides(self) -> Shape:
        """Height, width, channels."""
        return tuple(map(int, self.shape.split("x")))

    def demand(self) -> str:
        """What is asked, in a few words."""
        return f"{timed(self.sides)} leaves the block"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """What leaves now, and what sets the side that differs."""
        seen = inspect(block, shape)
        if seen.output is None:
            return f"What leaves cannot be told yet. {what_does_not_fit(seen)}"
        if seen.output == self.sides:
            return ""
        if len(seen.output) != 3:
            return f"{counted(seen.output[0])} single values leave now, no maps."
        said = [f"{timed(seen.output)} leaves now."]
        if seen.output[:2] != self.sides[:2]:
            wanted, now = timed(self.sides[:2]), timed(seen.output[:2])
            said.append(f"Strides, poolings and paddings make {wanted} of {now}.")
        if seen.output[2] != self.sides[2]:
            wanted, now = str(self.sides[2]), str(seen.output[2])
            said.append(f"The last convolution of a path sets its channels: {wanted} are asked, not {now}.")
        return " ".join(said)


@dataclass(frozen=True)
class _AtMost(Condition):
    """A count with an upper limit, over the block or one of its parts."""

    noun: ClassVar[str] = ""
    most: int
    part: str = WHOLE

    def __post_init__(self) -> None:
        whole("most", self.most, 0, _MOST)
        choice("part", self.part, (WHOLE, *PARTS))

    def count(self, view: LayerView) -> int:
        """What one layer costs."""
        raise NotImplementedError

    def demand(self) -> str:
        """What is asked, in a few words."""
        return f"{f'At most {counted(self.most)}' if self.most else 'No'} {self.noun}{self._where()}"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """How many there are too many, and which layer has the most."""
        views = [view for view in inspect(block, shape).layers if self._counts(view)]
        if any(view.output is None and view.place is not None for view in views):
            return f"The {self.noun} cannot be counted yet. {what_does_not_fit(inspect(block, shape))}"
        total = sum(map(self.count, views))
        if total <= self.most:
            return ""
        largest = max(views, key=self.count)
        return (
            f"There are {counted(total)} {self.noun}{self._where()}, {counted(total - self.most)} too many. "
            f"The most, {counted(self.count(largest))}, are in {named(largest)}."
        )

    def _where(self) -> str:
        return "" if self.part == WHOLE else f" {ON[self.part]}"

    def _counts(self, view: LayerView) -> bool:
        return self.part == WHOLE or (view.place is not None and view.place.part == self.part)


@dataclass(frozen=True)
class ParametersAtMost(_AtMost):
    """No more parameters than `most`, trained or not, in the block or in one `part`."""

    check: ClassVar[str] = "parameters_at_most"
    noun: ClassVar[str] = "parameters"

    def count(self, view: LayerView) -> int:
        """Its parameters."""
        return view.parameters


@dataclass(frozen=True)
class MultiplyAddsAtMost(_AtMost):
    """No more multiply-adds for one picture than `most`, in the block or in one `part`."""

    check: ClassVar[str] = "multiply_adds_at_most"
    noun: ClassVar[str] = "multiply-adds"

    def count(self, view: LayerView) -> int:
        """Its multiply-adds."""
        return view.multiply_adds


@dataclass(frozen=True)
class ReceptiveFieldAtLeast(Condition):
    """One value that leaves depends on a square of at least `least` pixels a side of x."""

    check: ClassVar[str] = "receptive_field_at_least"
    least: int

    def __post_init__(self) -> None:
        whole("least", self.least, 1, 4096)

    def demand(self) -> str:
        """What is asked, in a few words."""
        return f"A receptive field of at least {self.least} pixels a side"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """How far the block sees, and with which windows."""
        seen = inspect(block, shape)
        now = seen.totals.receptive_field
        if now is None:
            return f"The receptive field cannot be told yet. {what_does_not_fit(seen)}"
        if now >= self.least:
            return ""
        sizes = list(_windows(seen))
        listed = f"windows of {_listed(sizes)} pixels" if sizes else "no windows"
        return (
            f"One value of y depends on {now}×{now} pixels of x. The branch has {listed} a side; without "
            "strides, each window of k pixels adds k − 1."
        )


@dataclass(frozen=True)
class ConvolutionsAtLeast(Condition):
    """The branch has so many convolutions with a window of `kernel` and `filters`, or larger and more."""

    check: ClassVar[str] = "convolutions_at_least"
    least: int
    kernel: int = 1
    filters: int = 1

    def __post_init__(self) -> None:
        whole("least", self.least, 1, 64)
        whole("kernel", self.kernel, 1, 63)
        whole("filters", self.filters, 1, 65_536)

    def demand(self) -> str:
        """What is asked, in a few words."""
        many = "1 convolution" if self.least == 1 else f"{self.least} convolutions"
        window = f" of {self.kernel}×{self.kernel} or larger" if self.kernel > 1 else ""
        filters = f" with {self.filters} filters or more" if self.filters > 1 else ""
        return f"At least {many}{window}{filters} on the branch"

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """How many there are, and why another does not count."""
        convs = [layer for layer in block.branch if isinstance(layer, Conv)]
        few = [conv for conv in convs if conv.kernel < self.kernel or conv.filters < self.filters]
        good = len(convs) - len(few)
        if good >= self.least:
            return ""
        found = f"The branch has {good} of the {self.least} convolutions that are asked."
        if not few:
            return found
        small = few[0].kernel < self.kernel
        return (
            f"{found} Its {called(few[0])} has too {'small a window' if small else 'few filters'} to count."
        )


@dataclass(frozen=True)
class HasShortcut(Condition):
    """A shortcut leads past the branch; with `identity = true` it must be x itself."""

    check: ClassVar[str] = "has_shortcut"
    identity: bool = False

    def __post_init__(self) -> None:
        flag("identity", self.identity)

    def demand(self) -> str:
        """What is asked, in a few words."""
        return (
            "The shortcut is x itself, the identity" if self.identity else "A shortcut leads past the branch"
        )

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """That there is none, or which layer stands on it."""
        if block.shortcut is None:
            return "The block has no shortcut, so nothing is added to F(x)."
        if self.identity and block.shortcut:
            return f"On the shortcut, x meets {a(block.shortcut[0])}."
        return ""


def _windows(seen: Inspection) -> Iterable[int]:
    for view in seen.layers:
        if view.node.part in ("entry", "branch"):
            match view.node.layer:
                case Conv(kernel=size) | MaxPool(size=size) | AveragePool(size=size):
                    yield size


def _listed(numbers: list[int]) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} and {last}" if most else last
