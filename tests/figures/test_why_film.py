"""The film over the epochs: its drawing, its frames and its sentence, against the numbers in them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.figures.base import Look
from resnet_core.figures.probabilities import written
from resnet_core.figures.why_film import Frame, film_reading, film_svg, frame_words, frames_data

PICTURE = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
CLASSES = tuple("012345")
SVG = "{http://www.w3.org/2000/svg}"


def a_frame(number: int, seed: int) -> Frame:
    random = np.random.default_rng(seed)
    weights = random.random(6) ** 4
    values = np.maximum(0, random.normal(-0.2, 1, (4, 4))) * (seed % 4 > 0)
    return Frame(f"Epoch {number}", values, weights / weights.sum())


@given(st.lists(st.integers(0, 999), min_size=2, max_size=7), st.integers(0, 5))
def test_what_is_said_of_the_film_follows_from_its_frames(seeds: list[int], label: int) -> None:
    frames = [a_frame(number, seed) for number, seed in enumerate(seeds, start=1)]
    said = film_reading(frames, CLASSES, label)
    first, last = (written(float(frame.shares[label])) for frame in (frames[0], frames[-1]))
    assert f"the probability of {label} goes from {first} to {last}" in said
    answers = [int(frame.shares.argmax()) for frame in frames]
    assert f"its answer is {answers[-1]} " in said
    if "throughout" in said:
        assert set(answers) == {answers[-1]}
    elif "at the last checkpoint" in said:
        assert answers[-2] != answers[-1]
    else:
        since = int(re.findall(r"from epoch (\d+) on", said)[0])
        assert set(answers[since - 1 :]) == {answers[-1]}
        assert answers[since - 2] != answers[-1]


@given(st.integers(0, 999))
def test_what_is_said_of_a_frame_follows_from_its_numbers(seed: int) -> None:
    frame = a_frame(3, seed)
    said = frame_words(frame, CLASSES)
    assert said.startswith(f"Epoch 3: the answer is {frame.shares.argmax()}, with ")
    if not frame.values.any():
        assert "0 everywhere" in said
        return
    row, column = map(int, re.findall(r"row (\d+), column (\d+)", said)[0])
    assert frame.values[row, column] == frame.values.max()


@pytest.mark.parametrize("narrow", [False, True])
def test_what_the_browser_changes_is_in_the_drawing_and_equals_it(narrow: bool) -> None:
    """What the drawing shows at a frame is what the browser would put there for it."""
    frame = a_frame(2, 5)
    text = film_svg(frame, PICTURE, CLASSES, Look("dark"), name="film", alt="x", narrow=narrow)
    drawn = ElementTree.fromstring(text)
    by_class = {
        name: [one for one in drawn.iter() if one.get("class") == name]
        for name in ("rx-film-when", "rx-film-most", "rx-film-bar", "rx-film-share", "rx-why-smooth",
                     "rx-why-cells", "rx-film-sign")
    }  # fmt: skip
    (data,) = frames_data([frame], PICTURE, "dark")
    assert [one.text for one in by_class["rx-film-when"]] == [data["when"]] == ["Epoch 2"]
    assert [one.text for one in by_class["rx-film-most"]] == [data["most"]]
    assert [one.get("href") for one in by_class["rx-why-smooth"]] == [data["smooth"]]
    assert [one.get("href") for one in by_class["rx-why-cells"]] == [data["cells"]]
    assert [one.text for one in by_class["rx-film-share"]] == data["shares"]
    bars = by_class["rx-film-bar"]
    assert [float(one.get("width", "")) for one in bars] == pytest.approx(data["lengths"][narrow], abs=0.01)
    fills = [one.get("fill") for one in bars]
    assert fills.count(Look("dark").ground.text) == 1
    assert fills.index(Look("dark").ground.text) == data["best"]
    width = float(drawn.get("viewBox", "").split()[2])
    assert max(float(one.get("x", "")) for one in by_class["rx-film-share"]) < width
    assert len(by_class["rx-film-sign"]) == len(CLASSES)
