"""Which network is meant, in a few plain values: a name of the catalogue, or a block and its stage plan.

Runs and addresses carry these values; with the size of a picture and the classes they make the description.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from resnet_core.network import blocktext, plantext
from resnet_core.network.blocks import basic_block
from resnet_core.network.catalogue import network, without_batch_norm
from resnet_core.network.imagenet import with_imagenet_pixels
from resnet_core.network.spec import NetworkSpec
from resnet_core.network.stacking import StagePlan, stack

OWN = "own"
"""The name under which a block of one's own is stacked; the catalogue has none of that name."""

USUAL_BLOCK = blocktext.write(basic_block(64), (16, 16, 64))
"""What is stacked where nobody has built a block yet: the basic block of He et al. 2015, Figure 5."""

USUAL_PLAN = plantext.write(StagePlan())


@dataclass(frozen=True)
class Architecture:
    """A network, but for the size of its pictures and the number of its classes.

    Attributes:
        name: in the catalogue, or `OWN`.
        width: factor on every number of filters.
        block: the text of a block (see `blocktext`); "" unless the name is `OWN`.
        plan: the text of its stage plan (see `plantext`); "" unless the name is `OWN`.
        batch_norm: whether it has batch norm; without, every one is left out.
        imagenet_pixels: whether a first layer prepares pixels as on ImageNet (see `imagenet`).
    """

    name: str
    width: float = 1.0
    block: str = ""
    plan: str = ""
    batch_norm: bool = True
    imagenet_pixels: bool = False

    def spec(self, *, size: int = 64, classes: int = 6) -> NetworkSpec:
        """The description.

        Args:
            size: side of the picture in pixels.
            classes: units of the last layer.

        Raises:
            ValueError: an unknown name, a text that is none of a block or plan, values out of range, or
                layers that do not fit; a sentence with what was expected and what came.
        """
        if self.name == OWN:
            spec = _stacked(self, size, classes)
        else:
            spec = network(self.name, size=size, classes=classes, width=self.width)
        spec = spec if self.batch_norm else without_batch_norm(spec)
        return with_imagenet_pixels(spec) if self.imagenet_pixels else spec


def own(block: str, plan: str = USUAL_PLAN, width: float = 1.0) -> Architecture:
    """A block of one's own, stacked; texts that mean the same make the same.

    Raises:
        ValueError: a text that is none of a block or plan.
    """
    written = blocktext.write(*blocktext.read(block))
    return Architecture(OWN, width, written, plantext.write(plantext.read(plan)))


@lru_cache(maxsize=64)
def _stacked(meant: Architecture, size: int, classes: int) -> NetworkSpec:
    block, shape = blocktext.read(meant.block)
    return stack(block, shape, plantext.read(meant.plan), size=size, classes=classes, width=meant.width)
