"""What a network does with a whole set of hands: measured piece by piece, and kept for everybody."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import streamlit as st

from resnet_core.engine.engine import EngineError
from resnet_core.figures.text import whole
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.probes.opened import Which
from resnet_core.probes.survey import Survey, known_set, merged, parts, survey_part
from resnet_core.ui import services
from resnet_core.ui.inside_choice import Chosen
from resnet_core.ui.notices import problem
from resnet_core.ui.plain import plain

MOST_BYTES = 96 * 2**20
"""Of surveys in the memory of the app; the one that nobody asked for longest goes first."""
_Key = tuple[Which, str]


@dataclass
class _Kept:
    """Finished surveys, and the parts of those that are not."""

    whole: OrderedDict[_Key, Survey] = field(default_factory=OrderedDict)
    begun: dict[_Key, dict[tuple[int, int], Survey]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: _Key) -> Survey | None:
        with self.lock:
            if key in self.whole:
                self.whole.move_to_end(key)
            return self.whole.get(key)

    def put(self, key: _Key, part: tuple[int, int], found: Survey, count: int) -> None:
        """Keeps a part; of the last one a whole is made."""
        with self.lock:
            done = self.begun.setdefault(key, {})
            done[part] = found
            if len(done) < count:
                while len(self.begun) > 8:  # left by people who have gone
                    del self.begun[next(iter(self.begun))]
                return
            self.whole[key] = merged([done[each] for each in sorted(done)])
            self.begun.pop(key, None)
            while len(self.whole) > 1 and sum(one.bytes for one in self.whole.values()) > MOST_BYTES:
                self.whole.popitem(last=False)

    def left(self, key: _Key, wanted: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The parts that have not been measured."""
        with self.lock:
            return [one for one in wanted if one not in self.begun.get(key, {})]


@st.cache_resource(show_spinner=False)
def _kept() -> _Kept:
    return _Kept()


def set_of(chosen: Chosen) -> tuple[HandSigns, bool] | None:
    """The set that a run learned from, or else the one that is here; and whether it is its own."""
    data = chosen.run.card.get("data", {})
    try:
        return known_set(chosen.run.settings.data, str(data.get("digest", "")))
    except HandsError as refusal:
        problem(plain(str(refusal)))
        return None


def survey_of(which: Which, hands: HandSigns) -> Survey | None:
    """What was measured of a whole set; None while it has not been."""
    return _kept().get((which, hands.digest))


def count_of(hands: HandSigns) -> int:
    """How many pictures a set has, those of training and test together."""
    return len(hands.train_x) + len(hands.test_x)


def survey(which: Which, hands: HandSigns) -> None:
    """Measures what is missing and draws how far it is; the page is drawn again when all is there.

    Only one part is ever asked for, so that a click never waits for more than one.
    """
    if survey_of(which, hands) is None and services.engine().state().ready:
        _surveying(which, hands)


@st.fragment(run_every=0.4)
def _surveying(which: Which, hands: HandSigns) -> None:
    key, wanted = (which, hands.digest), parts(count_of(hands))
    try:
        while survey_of(which, hands) is None:
            left = _kept().left(key, wanted)
            part = left[0]
            asked = services.engine().measure(
                survey_part,
                which,
                _name(hands),
                hands.digest,
                *part,
                page=services.session_page("inside/set"),
            )
            if not asked.done():
                done, total = len(wanted) - len(left), count_of(hands)
                words = f"Showing the network all {whole(total)} pictures of {hands.title}"
                st.progress(done / len(wanted), text=f"{words}: {whole(part[0])} of {whole(total)} done.")
                return
            _kept().put(key, part, asked.result(), len(wanted))
        st.rerun()
    except (EngineError, ValueError, OSError) as refusal:
        problem(plain(str(refusal)))


def _name(hands: HandSigns) -> str:
    return "rendered" if hands.rendered else "signs"
