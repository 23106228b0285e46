"""He et al. 2015, Table 1, as printed, beside what this program counts, with the reason for differences.

What is printed was read in arXiv:1512.03385v1. "FLOPs" there are multiply-adds of one 224x224 picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from resnet_core.network.accounting import account
from resnet_core.network.catalogue import STAGES, network
from resnet_core.network.spec import BlockSpec, Conv, Layers

SOURCE = "He, Zhang, Ren and Sun 2015, arXiv:1512.03385v1, Table 1"
PRINTED = {18: 1.8e9, 34: 3.6e9, 50: 3.8e9, 101: 7.6e9, 152: 11.3e9}
"""Multiply-adds by depth, as printed, with two or three digits."""
PRINTED_SIDES = (56, 28, 14, 7)
"""Height and width of the maps that leave conv2_x to conv5_x, as printed."""


@dataclass(frozen=True)
class Row:
    """One network of the table.

    Attributes:
        name: in the catalogue.
        depth: layers, as the paper counts them.
        blocks: in conv2 to conv5, as printed and as built.
        sides: of the maps behind conv2 to conv5, as counted.
        printed: multiply-adds in the paper.
        counted: multiply-adds counted here, with the stride where the paper has it.
        moved: the same with the stride on the 3x3 convolution; `None` where there is no 1x1 before it.
        bare: the same without the projections of the shortcuts.
        reason: one sentence on the difference between printed and counted.
    """

    name: str
    depth: int
    blocks: tuple[int, ...]
    sides: tuple[int, ...]
    printed: float
    counted: int
    moved: int | None
    bare: int
    reason: str


@cache
def rows() -> tuple[Row, ...]:
    """The five columns of the table as rows, each counted at 224x224 pixels and 1,000 classes."""
    return tuple(_row(depth) for depth in STAGES)


def stride_on_3x3(block: BlockSpec) -> BlockSpec:
    """The block with the stride of its first 1x1 convolution moved to the 3x3 that follows.

    Blocks that begin otherwise stay as they are. Widely used implementations do so; the paper does not.
    """
    convs = [i for i, layer in enumerate(block.branch) if isinstance(layer, Conv)]
    if len(convs) < 2:
        return block
    layers: Layers = block.branch
    first, second = layers[convs[0]], layers[convs[1]]
    assert isinstance(first, Conv)
    assert isinstance(second, Conv)
    if first.kernel != 1 or second.kernel != 3:
        return block
    changed = list(layers)
    changed[convs[0]] = replace(first, stride=1)
    changed[convs[1]] = replace(second, stride=first.stride)
    return replace(block, branch=tuple(changed))


def _row(depth: int) -> Row:
    spec = network(f"resnet{depth}", size=224, classes=1000)
    counted = account(spec)
    moved_spec = spec.change_blocks(stride_on_3x3)
    moved = account(moved_spec).multiply_adds if moved_spec != spec else None
    shortcuts = sum(layer.multiply_adds for layer in counted.layers if layer.node.part == "shortcut")
    bare = counted.multiply_adds - shortcuts
    return Row(
        name=spec.name,
        depth=depth,
        blocks=tuple(len(stage.blocks) for stage in spec.stages),
        sides=tuple(stage.output_shape[0] for stage in counted.stages),
        printed=PRINTED[depth],
        counted=counted.multiply_adds,
        moved=moved,
        bare=bare,
        reason=_reason(PRINTED[depth], counted.multiply_adds, bare, moved),
    )


def _reason(printed: float, counted: int, bare: int, moved: int | None) -> str:
    """Why the two numbers differ, from the numbers themselves; the paper does not say how it rounded."""
    rounded, cut = round(counted / 1e9, 1), counted // 10**8 / 10
    if rounded == printed / 1e9:
        sentence = "The same, to the digit that is printed."
    elif round(bare / 1e9, 1) == printed / 1e9:
        sentence = (
            f"Ours projects where the shape grows (option B). Without these projections, as with option A, "
            f"it is {bare / 1e9:.2f} billion, which rounds to what is printed."
        )
    elif cut == printed / 1e9:
        sentence = (
            f"Rounded, the count would be {rounded:g} billion; cut after one digit it is {cut:g}, as printed."
        )
    else:
        sentence = "No reason is known."
    if moved is not None and moved != counted:
        sentence += f" With the stride on the 3x3 it would be {moved / 1e9:.2f} billion."
    return sentence
