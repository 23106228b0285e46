"""The photographs of a set that occur more than once, as pictures, drawn once for everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from resnet_core.figures.photographs import Group, groups_html
from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.duplicates import Photograph
from resnet_core.ui.hand_set import SPLIT_WORDS


@dataclass(frozen=True)
class DuplicateSheets:
    """The duplicates, ready to be shown.

    Attributes:
        across: HTML of the sets with members in both splits; "" where there are none.
        across_count: How many such sets.
        within: HTML of the sets inside one split; "" where there are none.
        within_count: How many such sets.
        reencoded: Whether some are the same only up to the noise of an encoding.
        contradictions: One sentence for each set whose members carry different labels.
    """

    across: str
    across_count: int
    within: str
    within_count: int
    reencoded: bool
    contradictions: tuple[str, ...]


def duplicate_sheets(hands: HandSigns) -> DuplicateSheets:
    """Draws the photographs of a set that occur more than once."""
    return _drawn(hands.digest, hands)


@st.cache_resource(max_entries=4, show_spinner=False)
def _drawn(digest: str, _hands: HandSigns) -> DuplicateSheets:
    report = _hands.duplicates
    across = [group for group in report.groups if len({member.split for member in group}) > 1]
    within = [group for group in report.groups if group not in across]
    return DuplicateSheets(
        across=_html(_hands, across),
        across_count=len(across),
        within=_html(_hands, within),
        within_count=len(within),
        reencoded=bool(report.reencoded),
        contradictions=tuple(_contradiction(_hands, group) for group in report.contradictions),
    )


def _html(hands: HandSigns, groups: list[tuple[Photograph, ...]]) -> str:
    return groups_html([_group(hands, group) for group in groups]) if groups else ""


def _group(hands: HandSigns, group: tuple[Photograph, ...]) -> Group:
    splits = {"train": hands.train_x, "test": hands.test_x}
    photographs = np.stack([splits[member.split][member.index] for member in group])
    return Group(photographs, [_name(member) for member in group])


def _contradiction(hands: HandSigns, group: tuple[Photograph, ...]) -> str:
    names = " and ".join(sorted({hands.classes[member.label] for member in group}))
    return f"One photograph has two labels, {names}: {', '.join(_name(member) for member in group)}."


def _name(member: Photograph) -> str:
    return f"{SPLIT_WORDS[member.split]} {member.index}"
