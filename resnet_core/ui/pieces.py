"""Long measurements in pieces: one is asked for at a time, all are kept for everybody, and a page grows.

Only one piece is ever asked for, so that a click never waits for more than one, and what nobody waits for
any more never queues up.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from resnet_core.engine.engine import EngineError
from resnet_core.ui import services
from resnet_core.ui.notices import problem
from resnet_core.ui.options import Option
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt

Result = TypeVar("Result")

MOST_KEPT, MOST_BYTES = 3000, 64 * 2**20
"""Results in memory; the one that nobody asked for longest goes first."""
_AGAIN, _TOLD = "pieces drawn again", "pieces told"


@dataclass(frozen=True)
class Piece(Generic[Result]):
    """A part of a measurement.

    Attributes:
        key: tells it from all others.
        function: a pure function that workers can import.
        arguments: makes its arguments when its turn comes; they may be made of earlier results.
    """

    key: Hashable
    function: Callable[..., Result]
    arguments: Callable[[], tuple[Any, ...]]


@dataclass(frozen=True)
class Work:
    """Something that a page draws as soon as all of it has been measured.

    Attributes:
        words: what is being measured.
        pieces: of it.
    """

    words: str
    pieces: Sequence[Piece[Any]]


class Kept:
    """Results by the key of their piece."""

    def __init__(self) -> None:
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """The result, or None where there is none."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def put(self, key: Hashable, result: Any) -> None:
        """Keeps a result."""
        with self._lock:
            self._results[key] = result
            total = sum(_bytes(one) for one in self._results.values())
            while len(self._results) > 1 and (len(self._results) > MOST_KEPT or total > MOST_BYTES):
                total -= _bytes(self._results.popitem(last=False)[1])


def _bytes(result: Any) -> int:
    return int(getattr(result, "nbytes", 0))


@st.cache_resource(show_spinner=False)
def kept() -> Kept:
    """The one memory of pieces of this app."""
    return Kept()


def known(piece: Piece[Result]) -> Result | None:
    """The result of a piece, or None where it has not been measured."""
    result: Result | None = kept().get(piece.key)
    return result


def all_known(pieces: Sequence[Piece[Result]]) -> list[Result] | None:
    """The results of all of some pieces, or None where one has not been measured."""
    found = [known(piece) for piece in pieces]
    done = [one for one in found if one is not None]
    return done if len(done) == len(found) else None


def adopt_and_tell(*options: Option, afresh: Callable[..., list[str]] = adopt) -> None:
    """Takes options from the address, as `state.adopt`; what is told stays while the page grows by itself.

    Args:
        options: as for `adopt`.
        afresh: `adopt`, or `adopt_afresh` where the page was just entered.
    """
    told = afresh(*options)
    if st.session_state.pop(_AGAIN, False):
        for wrong in st.session_state.get(_TOLD, []):
            st.info(wrong)
    else:
        st.session_state[_TOLD] = told


def measure(page: str, works: Sequence[Work]) -> None:
    """Measures what is missing, one piece after the other, and draws the page again after each work.

    Args:
        page: of this person, as in `asking.measured`.
        works: in the order in which they are wanted.
    """
    left = _left(works)
    if left and services.engine().state().ready:
        _measuring(page, tuple(works), len(left))
    elif left:
        _starting()


@st.fragment(run_every=1.0)
def _starting() -> None:
    """Says how the engine stands, and draws the whole page again as soon as it is ready."""
    engine = services.engine()
    state = engine.state()
    if state.ready:
        st.session_state[_AGAIN] = True
        st.rerun()
    if state.failed:
        problem(state.sentence, "Start the engine again", engine.wake)
        return
    engine.wake()
    st.markdown(f"{state.sentence} What is missing here comes by itself.")


def _left(works: Sequence[Work]) -> list[Work]:
    return [work for work in works if all_known(work.pieces) is None]


@st.fragment(run_every=0.5)
def _measuring(page: str, works: tuple[Work, ...], drawn: int) -> None:
    try:
        while True:
            left = _left(works)
            if len(left) < drawn:
                st.session_state[_AGAIN] = True
                st.rerun()
            work = left[0]
            missing = [piece for piece in work.pieces if known(piece) is None]
            piece = missing[0]
            asked = services.engine().measure(
                piece.function, *piece.arguments(), page=services.session_page(page)
            )
            if not asked.done():
                done, total = len(work.pieces) - len(missing), len(work.pieces)
                st.progress(done / total, text=f"{work.words}: {done} of {total} parts done.")
                return
            kept().put(piece.key, asked.result())
    except (EngineError, ValueError, OSError) as refusal:
        problem(plain(str(refusal)))
