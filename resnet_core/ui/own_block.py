"""The learner's own block and its stages as options of a page; both stand in the address."""

from __future__ import annotations

import streamlit as st

from resnet_core.network import blocktext, plantext
from resnet_core.network.architecture import OWN, USUAL_BLOCK, Architecture
from resnet_core.network.blocks import plain as without_shortcut
from resnet_core.network.stacking import STEMS, StagePlan
from resnet_core.ui.options import Choice, Option, Text
from resnet_core.ui.page import just_entered
from resnet_core.ui.state import adopt, adopt_afresh, choose, reset, text_of, type_in

_USUAL = StagePlan()


def _block(text: str) -> str:
    return blocktext.write(*blocktext.read(text))


def _whole(what: str, text: str) -> str:
    return plantext.write_row(plantext.read_whole(what, text)) if text.strip() else ""


def _numbers(what: str, text: str) -> str:
    return plantext.write_row(plantext.read_row(what, text)) if text.strip() else ""


BLOCK = Text(
    "block",
    "Block: shape | branch | shortcut | after the sum",
    USUAL_BLOCK,
    _block,
    blocktext.MOST_CHARACTERS,
    "As the block builder writes it, or by hand: 16x16x64 | 3x3,64 bn relu 3x3,64 bn | id | relu.",
)
REPEATS = Text(
    "repeats", "Blocks in each stage", plantext.write_row(_USUAL.repeats),
    lambda text: _whole("repeats", text) or plantext.write_row(_USUAL.repeats),
)  # fmt: skip
WIDTHS = Text(
    "widths", "Filters, times", "", lambda text: _numbers("widths", text),
    help="The factor on the filters of the block in each stage; where nothing is said, 1-2-4 and so on.",
    empty="doubled, 1-2-4",
)  # fmt: skip
STRIDES = Text(
    "strides", "Stride of each first block", "", lambda text: _whole("strides", text),
    help="Where nothing is said, 1-2-2 and so on: every stage but the first halves the sides.",
    empty="halved, 1-2-2",
)  # fmt: skip
STEM = Choice("stem", "Stem", {"large": "7×7 and pooling", "small": "3×3"}, STEMS[0])
OWN_OPTIONS: tuple[Option, ...] = (BLOCK, REPEATS, WIDTHS, STRIDES, STEM)


def adopt_own() -> None:
    """Takes the block and its stages from the address and tells what was wrong with them."""
    (adopt_afresh if just_entered() else adopt)(*OWN_OPTIONS)  # the builder calls its block the same


def choose_own() -> None:
    """Draws the fields for the block and its stages."""
    type_in(BLOCK)
    for column, option in zip(st.columns(3), (REPEATS, WIDTHS, STRIDES), strict=True):
        with column:
            type_in(option)
    choose(STEM)
    reset(*OWN_OPTIONS, label="Back to the usual block")


def own_architecture(width: float = 1.0, *, shortcuts: bool = True) -> Architecture:
    """What the fields say, whether or not they are drawn; to be adopted first.

    Args:
        width: Factor on every number of filters.
        shortcuts: Without them it is the plain twin.

    Raises:
        ValueError: The rows of the plan do not have one number for each stage, or one is out of range.
    """
    rows = [text_of(option) for option in (REPEATS, WIDTHS, STRIDES)]
    plan = plantext.write(plantext.plan_of(rows[0], rows[1], rows[2], st.session_state[STEM.key]))
    block = text_of(BLOCK)
    if not shortcuts:
        read, shape = blocktext.read(block)
        block = blocktext.write(without_shortcut(read), shape)
    return Architecture(OWN, width, block, plan)


def own_address(architecture: Architecture) -> dict[str, str]:
    """The options by which another page finds the same block, stacked in the same way.

    Raises:
        ValueError: It is a network of the catalogue, or its plan cannot be read.
    """
    plan = plantext.read(architecture.plan)
    repeats = plantext.write_row(plan.repeats)
    usual = plantext.plan_of(repeats)
    said = {
        BLOCK.key: architecture.block,
        REPEATS.key: repeats if plan.repeats != _USUAL.repeats else "",
        WIDTHS.key: plantext.write_row(plan.widths) if plan.widths != usual.widths else "",
        STRIDES.key: plantext.write_row(plan.strides) if plan.strides != usual.strides else "",
        STEM.key: plan.stem if plan.stem != usual.stem else "",
    }
    return {"network": OWN} | {key: text for key, text in said.items() if text}
