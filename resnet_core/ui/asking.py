"""Asking about pictures, through the engine and without ever stopping the page for long."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from resnet_core.engine.engine import EngineError
from resnet_core.figures.text import plural
from resnet_core.hands.autocrop import boxes_in
from resnet_core.hands.likeness import Likeness, likeness
from resnet_core.hands.picture import Box
from resnet_core.hands.prepared import Prepared
from resnet_core.training.answer_here import answer_here, is_quick
from resnet_core.training.predict import Answer, predict
from resnet_core.ui import services
from resnet_core.ui.notices import problem, waiting
from resnet_core.ui.plain import plain
from resnet_core.ui.run_choice import TrainedRun

Result = TypeVar("Result")


def ask(trained: TrainedRun, pixels: np.ndarray, classes: int, height: int) -> Answer | None:
    """Asks a run about pictures, and draws what is waited for, or what went wrong, where it is called.

    A run that ships answers a few pictures at once, here. All else the engine keeps: asking the same again
    costs a few milliseconds.

    Args:
        trained: The run.
        pixels: (N, 64, 64, 3) of unsigned bytes, at least one picture.
        classes: How many the run was trained on.
        height: Of what will be drawn with the answer, in pixels.

    Returns:
        The answer, or None where there is none yet.
    """
    run = trained.run
    if is_quick(run, len(pixels)):
        try:
            return answer_here(run, trained.weights, pixels)
        except (ValueError, OSError) as refusal:
            problem(plain(str(refusal)))
            return None
    sentence = f"Asking {plain(run.title)} about {plural(len(pixels), 'picture')}."
    if not services.engine().state().ready:
        _until_ready(height)
        return None
    arguments = (run.settings, str(trained.weights), pixels, classes, run.calibration)
    return _measured("classify", sentence, height, predict, *arguments)


def compare(trained: TrainedRun, pixels: np.ndarray, height: int) -> Likeness | None:
    """Compares pictures with what a run was trained on; draws what is waited for, as `ask` does.

    Args:
        trained: The run.
        pixels: (N, 64, 64, 3) of unsigned bytes, at least one picture.
        height: Of what will be drawn with the result, in pixels.

    Returns:
        The comparison, or None where there is none yet.
    """
    if not services.engine().state().ready:
        _until_ready(height)
        return None
    digest = str(trained.run.card.get("data", {}).get("digest", ""))
    sentence = "Looking for the most similar training pictures."
    arguments = (trained.run.settings.data, digest, pixels)
    return _measured("classify/likeness", sentence, height, likeness, *arguments)


def find_hands(pictures: Mapping[str, Prepared]) -> dict[str, tuple[Box, ...]]:
    """Looks for the hands in pictures; draws what is waited for, or what went wrong, where it is called.

    Args:
        pictures: By a name of their own.

    Returns:
        For each picture the squares around its hands, the one seen best first, in pixels of the original;
        nothing where the engine is not ready or could not do it.
    """
    engine, place = services.engine(), st.empty()
    if not engine.state().ready:
        return {}
    try:
        # A request takes the place of an older one of its page, so each picture asks as a page of its own.
        asked = {
            name: engine.measure(boxes_in, one.jpeg, one.size, page=services.session_page(f"hands/{name}"))
            for name, one in pictures.items()
        }
        found = {}
        for number, (name, one) in enumerate(asked.items(), start=1):
            place.progress(number / len(asked), text=f"Looking for the hand in {number} of {len(asked)}.")
            found[name] = one.result()
        return found
    except (EngineError, ValueError, OSError) as refusal:
        problem(plain(str(refusal)))
        return {}
    finally:
        place.empty()


def measured(
    page: str, sentence: str, height: int, function: Callable[..., Result], *arguments: Any
) -> Result | None:
    """Measures something, and draws what is waited for, or what went wrong, where it is called.

    Args:
        page: of this person, whose newer requests take the place of older ones that have not begun.
        sentence: what is being done.
        height: of what will be drawn with the result, in pixels.
        function: a pure function of a module that workers can import.
        *arguments: plain values and arrays.

    Returns:
        The result, or None where there is none yet.
    """
    if not services.engine().state().ready:
        _until_ready(height)
        return None
    return _measured(page, sentence, height, function, *arguments)


def measured_in_place(
    page: str, sentence: str, height: int, function: Callable[..., Result], *arguments: Any
) -> Result | None:
    """The same as `measured`, where components of our own are drawn below.

    What is waited for stands in a room that is always there: else what follows would be one place further
    down while something is waited for, and a browser would make each component anew.
    """
    with st.container():
        return measured(page, sentence, height, function, *arguments)


def measured_in_parts(
    page: str, sentence: str, function: Callable[..., Result], parts: Sequence[tuple[Any, ...]]
) -> list[Result] | None:
    """Measures something part by part, and draws how many parts are done; else as `measured`.

    Args:
        page: as in `measured`.
        sentence: what is being done.
        function: as in `measured`.
        parts: the arguments of each part.
    """
    engine, place = services.engine(), st.empty()
    if not engine.state().ready:
        return None
    try:
        # A request takes the place of an older one of its page, so each part asks as a page of its own.
        asked = [
            engine.measure(function, *arguments, page=services.session_page(f"{page}/{number}"))
            for number, arguments in enumerate(parts)
        ]
        found = []
        for number, one in enumerate(asked):
            if not one.done():
                place.progress(number / len(asked), text=f"{sentence}: {number} of {len(asked)} parts done.")
            found.append(one.result())
        return found
    except (EngineError, ValueError, OSError) as refusal:
        problem(plain(str(refusal)))
        return None
    finally:
        place.empty()


def _measured(
    page: str, sentence: str, height: int, function: Callable[..., Result], *arguments: Any
) -> Result | None:
    try:
        asked = services.engine().measure(function, *arguments, page=services.session_page(page))
        if asked.done():
            return asked.result()
        with waiting(sentence, height):
            return asked.result()
    except (EngineError, ValueError, OSError) as refusal:
        problem(plain(str(refusal)), "Ask again")
        return None


@st.fragment(run_every=1.0)
def _until_ready(height: int) -> None:
    """Says how the engine stands, and draws the whole page again as soon as it is ready."""
    engine = services.engine()
    state = engine.state()
    if state.ready:
        st.rerun()
    if state.failed:
        problem(state.sentence, "Start the engine again", engine.wake)
        return
    engine.wake()
    with st.container(key="rx-waiting-engine"):
        st.markdown(f"{state.sentence} The answer comes by itself.")
        st.skeleton(height=height)
