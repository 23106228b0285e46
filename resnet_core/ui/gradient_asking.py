"""Asking for gradient profiles: a preview at once, the rest piece by piece, and all kept for everybody."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from resnet_core.engine.engine import EngineError
from resnet_core.hands.dataset import HandSigns
from resnet_core.probes.gradient_setting import Setting
from resnet_core.probes.gradients import Profile, profile, profiles
from resnet_core.ui import services
from resnet_core.ui.asking import measured
from resnet_core.ui.gradient_choice import AGAIN
from resnet_core.ui.notices import problem
from resnet_core.ui.plain import plain

MOST_KEPT = 4000
"""Profiles in memory, some kilobytes each."""
_PAGE = "gradients"


class Kept:
    """What was measured, by setting and pictures, for everybody who opens the same address."""

    def __init__(self) -> None:
        self._profiles: OrderedDict[tuple[Setting, str], Profile] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, setting: Setting, hands: HandSigns) -> Profile | None:
        """The profile of a setting, if it has been measured."""
        with self._lock:
            found = self._profiles.get((setting, hands.digest))
            if found is not None:
                self._profiles.move_to_end((setting, hands.digest))
            return found

    def put(self, found: Profile, hands: HandSigns) -> None:
        """Keep a profile; of too many the one that nobody asked for longest goes."""
        with self._lock:
            self._profiles[found.setting, hands.digest] = found
            while len(self._profiles) > MOST_KEPT:
                self._profiles.popitem(last=False)


@st.cache_resource(show_spinner=False)
def kept() -> Kept:
    """The one memory of profiles of this app."""
    return Kept()


def known(settings: Sequence[Setting], hands: HandSigns) -> list[Profile] | None:
    """All profiles of some settings, or None where one has not been measured yet."""
    found = [kept().get(setting, hands) for setting in settings]
    return [one for one in found if one is not None] if None not in found else None


def now(settings: Sequence[Setting], hands: HandSigns, height: int) -> list[Profile] | None:
    """Measures at once what is missing, and draws what is waited for, or what went wrong, where it is called.

    Args:
        settings: small ones.
        hands: whose test pictures are taken.
        height: of what will be drawn with them, in pixels.
    """
    missing = tuple(setting for setting in settings if kept().get(setting, hands) is None)
    if missing:
        most = max(setting.pictures for setting in missing)
        x, y = hands.test_x[:most], hands.test_y[:most]
        sentence = f"Measuring {missing[0].depth} layers, there and back."
        found = measured(_PAGE, sentence, height, profiles, missing, x, y)
        if found is None:
            return None
        for one in found:
            kept().put(one, hands)
    return known(settings, hands)


@dataclass(frozen=True)
class Step:
    """Something that the page draws as soon as all of it has been measured.

    Attributes:
        words: what is being measured.
        settings: which.
    """

    words: str
    settings: tuple[Setting, ...]


def refine(steps: Sequence[Step], hands: HandSigns) -> None:
    """Measures what is missing, one after the other, and draws the page again after each step.

    Only one measurement is ever asked for, so that what nobody waits for any more never queues up: a control
    that is moved ends this, and its own measurement takes the place of one that has not begun.
    """
    missing = [step for step in steps if known(step.settings, hands) is None]
    if missing and services.engine().state().ready:
        _refining(tuple(steps), hands, len(missing))


@st.fragment(run_every=0.6)
def _refining(steps: tuple[Step, ...], hands: HandSigns, drawn: int) -> None:
    try:
        while True:
            missing = [step for step in steps if known(step.settings, hands) is None]
            if len(missing) < drawn:
                st.session_state[AGAIN] = True
                st.rerun()
            step = missing[0]
            left = [setting for setting in step.settings if kept().get(setting, hands) is None]
            asked = services.engine().measure(
                profile, *_arguments(left[0], hands), page=services.session_page(_PAGE)
            )
            if not asked.done():
                done = len(step.settings) - len(left)
                st.progress(
                    done / len(step.settings), text=f"{step.words}: {done} of {len(step.settings)} done."
                )
                return
            kept().put(asked.result(), hands)
    except (EngineError, ValueError, OSError) as refusal:
        problem(plain(str(refusal)))


def _arguments(setting: Setting, hands: HandSigns) -> tuple[object, ...]:
    return setting, hands.test_x[: setting.pictures], hands.test_y[: setting.pictures]
