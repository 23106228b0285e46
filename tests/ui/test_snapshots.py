"""What a browser sends as snapshots of the camera: used where it is right, or else refused."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from resnet_core.engine.engine import EngineError
from resnet_core.ui import services, snapshots
from tests.hands_factory import pictures
from tests.pages.standing import StandingEngine


class FindingEngine(StandingEngine):
    """Finds a hand at the right of a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.looked = 0

    def at_once(
        self, function: Any, jpeg: bytes, size: tuple[int, int]
    ) -> tuple[tuple[int, int, int, int], ...]:
        self.looked += 1
        if self.refusal is not None:
            raise self.refusal
        return ((size[0] - 100, 0, size[0], 100),)


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> FindingEngine:
    standing = FindingEngine()
    monkeypatch.setattr(services, "engine", lambda: standing)
    monkeypatch.setattr(snapshots, "available", lambda: True)
    return standing


def address(pixels: np.ndarray, kind: str = "jpeg") -> str:
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, format=kind.upper(), quality=95)
    return f"data:image/{kind};base64," + base64.b64encode(written.getvalue()).decode()


def script() -> None:
    import streamlit as st

    from resnet_core.ui import snapshots

    if "given" in st.session_state:
        snapshots._taken(*st.session_state.pop("given"))
    for sentence in st.session_state.get("refused snapshots", []):
        st.warning(sentence)
    st.text(len(snapshots.collected()))


def taken(sign: Any, given: Any, app: AppTest | None = None) -> AppTest:
    """The session after the camera has given something."""
    app = app or AppTest.from_function(script, default_timeout=60)
    app.session_state["given"] = (sign, given)
    app.run()
    assert [str(one.value) for one in app.exception] == []
    return app


def test_snapshots_are_kept_as_the_pixels_around_the_hand(engine: FindingEngine) -> None:
    picture = np.zeros((100, 300, 3), np.uint8)
    picture[:, 200:] = (255, 0, 0)
    app = taken("3", [address(picture)])
    (kept,) = app.session_state["snapshots"]
    assert (kept.label, kept.pixels.shape, engine.looked) == (3, (64, 64, 3), 1)
    assert (np.abs(kept.pixels[:, 4:].astype(int) - (255, 0, 0)) < 30).all()


def test_without_an_answer_of_the_engine_the_middle_square_serves(engine: FindingEngine) -> None:
    engine.refusal = EngineError("The engine did not answer.")
    picture = np.zeros((100, 300, 3), np.uint8)
    picture[:, 100:200] = (0, 0, 255)
    (kept,) = taken("3", [address(picture)]).session_state["snapshots"]
    assert (np.abs(kept.pixels[:, 4:-4].astype(int) - (0, 0, 255)) < 30).all()


def test_what_a_network_was_given_before_is_not_cut_again(engine: FindingEngine) -> None:
    pixels = pictures(np.array([2]), 1)[0]
    taken("2", [address(pixels)])
    assert engine.looked == 0


def test_after_ten_of_a_sign_the_next_that_has_too_few_is_shown() -> None:
    given = [address(one) for one in pictures(np.full(10, 5), 1)]
    app = taken("5", given)
    assert len(app.session_state["snapshots"]) == 10
    assert app.session_state["sign"] == "0"
    app = taken("0", [address(one) for one in pictures(np.full(9, 0), 2)], app)
    assert app.session_state["sign"] == "0"
    app = taken("0", [address(one) for one in pictures(np.full(1, 0), 3)], app)
    assert app.session_state["sign"] == "1"


@pytest.mark.parametrize(
    ("sign", "given"),
    [
        ("6", ["x"]), ("", ["x"]), (3, ["x"]), (None, None), (["3"], ["x"]), ("3", []), ("3", ["x"] * 11),
        ("3", "x"), ("3", {"0": "x"}),
    ],
)  # fmt: skip
def test_anything_else_is_refused_whole(sign: Any, given: Any) -> None:
    app = taken(sign, given)
    assert "something else came" in app.warning[0].value
    assert app.text[0].value == "0"


@pytest.mark.parametrize(
    "picture",
    [
        "x", "", 7, None, {}, "data:image/jpeg;base64,", "data:image/jpeg;base64,?",
        "data:image/jpeg;base64," + base64.b64encode(b"not a picture").decode(),
        "data:text/html;base64," + base64.b64encode(b"<b>").decode(), "data:image/jpeg;base64,é",
    ],
)  # fmt: skip
def test_a_snapshot_that_is_no_picture_gets_a_sentence_and_the_others_are_kept(picture: Any) -> None:
    app = taken("3", [picture, address(pictures(np.array([1]), 1)[0])])
    assert "The snapshot" in app.warning[0].value
    assert app.text[0].value == "1"
