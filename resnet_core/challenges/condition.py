"""What every condition of a challenge is, and the words that their hints share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from resnet_core.challenges.called import called, placed
from resnet_core.network.inspection import Inspection, LayerView
from resnet_core.network.spec import BlockSpec, Shape


@dataclass(frozen=True)
class Condition:
    """One thing that a block must be.

    Attributes:
        hint: what a lecturer adds to the hint that is made from the block; may be empty.
    """

    check: ClassVar[str] = ""
    hint: str = field(default="", kw_only=True)

    def demand(self) -> str:
        """What is asked, in a few words."""
        raise NotImplementedError

    def missing(self, block: BlockSpec, shape: Shape) -> str:
        """What is still missing, said from what the block is; empty where the condition is met."""
        raise NotImplementedError


def what_does_not_fit(seen: Inspection) -> str:
    """A sentence on the first problem of a block; empty where there is none."""
    if seen.fits:
        return ""
    where = "At the addition" if seen.place is None else f"At {placed(seen.place)}"
    return f"{where}: {seen.problem.replace(' x ', '×')}."


def named(view: LayerView) -> str:
    """A layer and its place: `the 3×3 convolution with 64 filters, layer 1 of the branch`."""
    return f"the {called(view.node.layer)}{f', {placed(view.place)}' if view.place else ''}"
