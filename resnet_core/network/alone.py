"""One block as a whole network, so that everything that reads networks reads a single block too."""

from __future__ import annotations

from resnet_core.network.spec import BlockSpec, NetworkSpec, Shape, StageSpec

STAGE = "own"
"""The stage of a block that stands alone; the names of its layers begin with `own_block1_`."""


def alone(block: BlockSpec, shape: Shape, *, name: str = "own_block") -> NetworkSpec:
    """The network that consists of one block, without stem and head.

    Args:
        block: whose shapes need not fit; whoever reads the network says where they do not.
        shape: what enters, (height, width, channels).
        name: of the network, and of the function that `source.source` writes.

    Raises:
        ValueError: a shape that is not three whole numbers from 1 to 4096, or a wrong name.
    """
    stage = StageSpec(STAGE, (block,))
    return NetworkSpec(name, "A block of its own", shape, (), (stage,), ())  # type: ignore[arg-type]
