"""The live camera: frames from the browser to a trained network, and its answers on the picture.

The browser sends one frame at a time as a trigger of its component, which Streamlit keeps no longer than the
run of this fragment; the answer goes back as the component's data. No address of its own, no other server.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from resnet_core.engine.engine import EngineError
from resnet_core.figures.given_numbers import in_short, to_try
from resnet_core.figures.probabilities import written
from resnet_core.figures.text import duration
from resnet_core.hands.detector import available
from resnet_core.hands.quality import Usual
from resnet_core.training.looking import GUIDE, Look, Network, look, make_ready
from resnet_core.training.predict import Answer
from resnet_core.ui import services
from resnet_core.ui.component import asset, component
from resnet_core.ui.options import Switch
from resnet_core.ui.run_choice import TrainedRun
from resnet_core.ui.smoothing import Smoothed, smoothed
from resnet_core.ui.state import switch

ABSTAINED = "No hand, or not sure"
LOADING = "The network is being loaded."
LARGEST = 400_000
"""Characters of a frame; a frame of 320 by 240 pixels has about 30 000."""

FIND = Switch(
    "find",
    "Find the hand",
    True,
    "Looks for the hand in each frame; where none is found, the square in the middle is taken.",
)

_KEY, _FRAME, _SMOOTHED, _READY = "live", "live frame", "live answers", "live network"


@dataclass(frozen=True)
class Frame:
    """A frame as the browser sent it.

    Attributes:
        number: Of the frame, by which its answer is known.
        jpeg: The whole frame, or its guide square alone.
        whole: Which of the two.
        first: Whether somebody has just started the camera.
    """

    number: int
    jpeg: bytes
    whole: bool
    first: bool


@dataclass(frozen=True)
class _Ready:
    network: Network
    usual: Usual | None


def show_live(trained: TrainedRun, classes: Sequence[str]) -> None:
    """Draws the camera, which a person starts and stops, and answers its frames.

    Args:
        trained: The run that is asked.
        classes: What to call each of its classes.
    """
    run = trained.run
    automatic = available() and switch(FIND)
    network = Network(run.settings, str(trained.weights), len(classes), run.calibration)
    _live(network, str(run.card.get("data", {}).get("digest", "")), tuple(classes), automatic)
    st.caption(
        f"Hold up one hand, {'anywhere in the picture' if automatic else 'as large as the square'}. Frames "
        "go to the machine that runs this app and no further, and none of them is kept."
    )


@st.fragment
def _live(network: Network, digest: str, classes: tuple[str, ...], automatic: bool) -> None:
    frame = st.session_state.pop(_FRAME, None)
    answer = None if frame is None else _answered(frame, network, digest, classes)
    _component()(
        key=_KEY,
        data={"classes": classes, "whole": automatic, "guide": GUIDE, "answer": answer},
        on_frame_change=_keep_until_answered,
    )


def _keep_until_answered() -> None:
    sent = st.session_state.get(_KEY)  # None for a last frame that comes when the camera has left the page
    if sent is not None:
        st.session_state[_FRAME] = sent["frame"]


def _answered(sent: Any, network: Network, digest: str, classes: tuple[str, ...]) -> dict[str, Any]:
    """The answer to a frame: what was seen, "wait" with a sentence, or "stop" with one."""
    number = sent.get("number") if isinstance(sent, dict) else None
    try:
        frame = read_frame(sent)
        usual = _ready(frame, network, digest)
        seen = services.engine().at_once(look, network, frame.jpeg, frame.whole, usual)
    except _NotYet as wait:
        return {"number": number, "kind": "wait", "sentence": str(wait)}
    except EngineError as trouble:  # its worker may have been started again, and knows the network no more
        st.session_state.pop(_READY, None)
        return {"number": number, "kind": "wait", "sentence": str(trouble)}
    except (ValueError, OSError) as refusal:
        return {"number": number, "kind": "stop", "sentence": str(refusal)}
    return {"number": number, "kind": "answer"} | _seen(seen, frame, network, classes)


def read_frame(sent: Any) -> Frame:
    """Checks what came from the browser.

    Args:
        sent: The value of the component's trigger.

    Raises:
        ValueError: For anything but a numbered frame of a reasonable size.
    """
    if (
        not isinstance(sent, dict)
        or not isinstance(sent.get("jpeg"), str)
        or type(sent.get("number")) is not int
    ):
        raise ValueError("The browser should send a numbered frame, but something else came.")
    if len(sent["jpeg"]) > LARGEST:
        raise ValueError(
            f"A frame should have at most {LARGEST:,} characters, but one of {len(sent['jpeg']):,} came."
        )
    try:
        jpeg = base64.b64decode(sent["jpeg"], validate=True)
    except (binascii.Error, ValueError) as nonsense:
        raise ValueError("The frame that the browser sent is not in base 64.") from nonsense
    return Frame(sent["number"], jpeg, sent.get("whole") is True, sent.get("first") is True)


class _NotYet(Exception):
    """The sentence that says what the camera waits for."""


def _ready(frame: Frame, network: Network, digest: str) -> Usual | None:
    """Sees to it that engine and network are there.

    Returns:
        What is usual of the training pictures.

    Raises:
        _NotYet: While they are not.
        EngineError: When the engine does not start.
        ValueError: When the weights are not of that network.
    """
    ready: _Ready | None = st.session_state.get(_READY)
    engine = services.engine()
    state = engine.state()
    if not state.ready:
        if state.failed and not frame.first:  # what cannot start waits for a person to ask again
            raise ValueError(state.sentence)
        engine.wake()
        raise _NotYet(state.sentence)
    if ready is None or ready.network != network:
        asked = engine.measure(make_ready, network, digest, page=services.session_page("live"))
        if not asked.done():
            raise _NotYet(LOADING)
        ready = st.session_state[_READY] = _Ready(network, asked.result())
    return ready.usual


def _seen(seen: Look, frame: Frame, network: Network, classes: tuple[str, ...]) -> dict[str, Any]:
    """What the browser draws of a look, its probabilities smoothed."""
    now = smoothed(
        st.session_state.get(_SMOOTHED), seen.answer.probabilities[0], time.monotonic(), network.weights
    )
    st.session_state[_SMOOTHED] = now
    label = label_of(now, seen.answer)
    return {
        "label": None if label is None else classes[label],
        "share": written(float(now.probabilities.max())),
        "shares": [round(float(share), 4) for share in now.probabilities],
        "words": [written(float(share)) for share in now.probabilities],
        "abstained": ABSTAINED,
        "pixels": base64.b64encode(np.ascontiguousarray(seen.pixels).tobytes()).decode("ascii"),
        "box": list(seen.box) if seen.found else None,
        "remark": remark(seen, frame.whole),
        "network": duration(seen.answer.seconds),
    }


def label_of(now: Smoothed, answer: Answer) -> int | None:
    """The label of smoothed probabilities; None below the threshold of the answer's calibration."""
    return Answer(now.probabilities[None].astype(np.float32), answer.seconds, answer.calibration).labels[0]


def remark(seen: Look, whole: bool) -> str:
    """Says what is measured to be unusual of a frame; "" where nothing is.

    Args:
        seen: The frame.
        whole: Whether a hand was looked for.
    """
    if whole and not seen.found:
        return "No hand was found, so the network is given the square in the middle."
    if seen.cut:
        return "The hand is cut off by the edge of the picture."
    if seen.small:
        return "The hand is small in the picture: hold it nearer to the camera."
    if not seen.unusual:
        return ""
    return f"Unlike the pictures it was trained on: {in_short(seen.unusual)}. {to_try(seen.unusual)}"


@cache
def _component() -> Any:
    return component("live", asset("live.html"))
