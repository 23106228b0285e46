"""Confusion matrix, probabilities and contact sheets: the numbers on them are those that went in."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from resnet_core.figures import confusion, contact_sheet, palette, probabilities
from resnet_core.figures.base import Look
from resnet_core.figures.text import THIN

CLASSES = ["0", "1", "2", "3", "4", "5"]


@settings(max_examples=20)
@given(arrays(np.int64, (6, 6), elements=st.integers(0, 5000)))
def test_every_count_of_the_matrix_is_written_in_its_cell(counts: np.ndarray) -> None:
    figure = confusion.confusion_figure(counts, CLASSES, Look())
    cells = [note for note in figure.layout.annotations if note.name != "y title"]
    written = {(int(note.y), int(note.x)): int(note.text.replace(THIN, "")) for note in cells}
    assert written == {(i, j): counts[i, j] for i in range(6) for j in range(6)}
    assert figure.layout.yaxis.autorange == "reversed"
    assert (figure.layout.xaxis.title.text, figure.layout.annotations[0].text) == (
        "predicted sign",
        "true sign",
    )


def test_figures_can_be_read_on_every_shade_of_cividis() -> None:
    from plotly.colors import sample_colorscale

    counts = np.arange(36).reshape(6, 6)
    figure = confusion.confusion_figure(counts, CLASSES, Look())
    for note in figure.layout.annotations[1:]:
        share = int(note.text) / 35
        numbers = re.findall(r"\d+", sample_colorscale("Cividis", [share])[0])
        cell = "#" + "".join(f"{int(number):02X}" for number in numbers)
        assert palette.contrast(cell, note.font.color) >= 3.9


def test_the_matrix_is_described_by_its_worst_mistakes() -> None:
    counts = np.diag([20] * 6)
    counts[2, 3], counts[2, 2] = 4, 16
    text = confusion.describe(counts, CLASSES)
    assert text == (
        "Confusion matrix: 116 of 120 pictures right. Most frequent mistakes: 2 taken for 3 4 times."
    )
    assert confusion.describe(np.diag([20] * 6), CLASSES).endswith("No mistakes.")
    with pytest.raises(ValueError, match=r"\(5, 6\)"):
        confusion.confusion_figure(np.zeros((5, 6)), CLASSES, Look())


def test_the_likeliest_sign_stands_out_by_weight_and_filling() -> None:
    shares = [0.0004, 0.01, 0.02, 0.8696, 0.06, 0.04]
    figure = probabilities.probability_figure(shares, CLASSES, Look())
    bars = figure.data[0]
    assert list(bars.x) == shares
    assert list(bars.y) == ["0", "1", "2", "<b>3</b>", "4", "5"]
    assert bars.text[3] == f"<b>87.0{THIN}%</b>"
    assert bars.text[0] == f"below 0.1{THIN}%"
    assert len({bars.marker.color[i] for i in (0, 1, 2, 4, 5)}) == 1
    assert bars.marker.color[3] != bars.marker.color[0]


@pytest.mark.parametrize("wrong", [[0.5, 0.5], [0.5] * 6, [1.5, -0.5, 0, 0, 0, 0], [np.nan] * 6])
def test_what_is_no_distribution_is_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="Expected"):
        probabilities.probability_figure(wrong, CLASSES, Look())


def test_probabilities_are_described_the_likeliest_first() -> None:
    text = probabilities.describe([0.1, 0, 0, 0.9, 0, 0], CLASSES)
    assert text.startswith(f"Probabilities: 3 90.0{THIN}%, 0 10.0{THIN}%, 1 0{THIN}%")


PHOTOGRAPHS = arrays(np.uint8, st.tuples(st.integers(1, 9), st.just(5), st.just(7), st.just(3)))


@given(PHOTOGRAPHS, st.integers(1, 12), st.integers(0, 3), st.integers(1, 2))
def test_a_sheet_holds_every_photograph_unchanged(
    photographs: np.ndarray, columns: int, gap: int, zoom: int
) -> None:
    sheet = np.asarray(Image.open(io.BytesIO(contact_sheet.sheet_png(photographs, columns, gap, zoom))))
    columns = min(columns, len(photographs))
    for index, photograph in enumerate(photographs):
        top, left = index // columns * (5 * zoom + gap), index % columns * (7 * zoom + gap)
        assert np.array_equal(
            sheet[top : top + 5 * zoom : zoom, left : left + 7 * zoom : zoom, :3], photograph
        )
    assert sheet.shape[1] == columns * (7 * zoom + gap) - gap


@given(PHOTOGRAPHS)
def test_the_grid_shows_every_photograph_with_its_caption(photographs: np.ndarray) -> None:
    import base64

    captions = [f"<{number}>" for number in range(len(photographs))]
    text = contact_sheet.sheet_html(photographs, captions)
    found = re.findall(r'base64,([^"]+)"', text)
    shown = [np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))) for data in found]
    assert np.array_equal(np.stack(shown), photographs)
    assert text.count("<figcaption>&lt;") == len(photographs)
    assert text.count('alt="&lt;') == len(photographs)


def test_captions_and_arrays_that_do_not_fit_are_refused() -> None:
    photographs = np.zeros((2, 5, 5, 3), np.uint8)
    with pytest.raises(ValueError, match="Expected 2 captions"):
        contact_sheet.sheet_html(photographs, ["one"])
    with pytest.raises(ValueError, match="float64"):
        contact_sheet.sheet_png(photographs.astype(np.float64))
    with pytest.raises(ValueError, match="descriptions"):
        contact_sheet.sheet_html(photographs, ["one", "two"], descriptions=["one"])


def test_a_threshold_is_a_line_with_its_label_and_below_it_no_sign_stands_out() -> None:
    shares = [0.1, 0.2, 0.55, 0.05, 0.05, 0.05]
    for threshold, answered in ((0.5, True), (0.55, True), (0.56, False)):
        figure = probabilities.probability_figure(shares, CLASSES, Look(), threshold=threshold)
        (line,) = figure.layout.shapes
        assert (line.x0, line.x1, line.line.dash) == (threshold, threshold, "dash")
        (label,) = [note for note in figure.layout.annotations if note.name == "threshold"]
        assert label.text == f"threshold {100 * threshold:.1f}{THIN}%"
        assert ("<b>2</b>" in figure.data[0].y) == answered
        assert (len(set(figure.data[0].marker.color)) == 2) == answered
    assert not probabilities.probability_figure(shares, CLASSES, Look()).layout.shapes
    assert probabilities.describe(shares, CLASSES, 0.5).endswith(f"A line marks the threshold, 50.0{THIN}%.")
