"""Maps over a picture and their sentences, against the numbers that they are made of."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resnet_core.figures.base import Look
from resnet_core.figures.why import OPACITY, Panel, Row, enlarged, sheet_svg
from resnet_core.figures.why_words import (
    cam_reading,
    covered_reading,
    for_half,
    gradient_reading,
    likeness,
    sanity_reading,
    share_of_top,
    where,
)
from resnet_core.probes.explaining import Cam, Covered, Covering, Place

PICTURE = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
CLASSES = tuple("012345")
MAPS = arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    elements=st.floats(0, 1e3).map(lambda value: round(value, 3)),
)


def a_cam(values: np.ndarray) -> Cam:
    return Cam(Place("conv4", "conv4_add", (*values.shape, 2), 33), np.zeros(2), values)


@given(MAPS)
def test_what_is_said_of_grad_cam_follows_from_its_numbers(values: np.ndarray) -> None:
    said = cam_reading(a_cam(values), "4")
    assert "4" in said
    if not values.any():
        assert "0 everywhere" in said
        return
    if values.size == 1:
        assert "one cell" in said
        return
    row, column = map(int, re.findall(r"row (\d+), column (\d+)", said)[0])
    assert values[row, column] == values.max()
    share = float(re.findall(r"this cell is (?:above |below )?([\d.]+)", said)[0])
    assert share == pytest.approx(100 * values.max() / values.sum(), rel=0.01, abs=0.1)
    ordered = sorted(values.ravel().tolist(), reverse=True)
    count = for_half(values)
    assert sum(ordered[:count]) >= 0.5 * values.sum() * (1 - 1e-9)
    assert sum(ordered[: count - 1]) < 0.5 * values.sum()
    assert (
        f"the {count} strongest cells of {values.size} " if count > 1 else "it alone makes up half"
    ) in said


@given(arrays(np.float64, (5, 8), elements=st.floats(-10, 10).map(lambda value: round(value, 3))))
def test_only_what_speaks_for_a_class_is_in_its_map(weighted: np.ndarray) -> None:
    values = a_cam(weighted).map
    np.testing.assert_array_equal(values, np.where(weighted > 0, weighted, 0))
    assert ("0 everywhere" in cam_reading(a_cam(weighted), "4")) == (weighted.max() <= 0)


@given(MAPS)
def test_a_tenth_of_the_pixels_is_a_tenth(values: np.ndarray) -> None:
    assume(values.any())
    count, share = share_of_top(values)
    assert count == max(1, round(values.size / 10))
    best = sorted(values.ravel().tolist(), reverse=True)[:count]
    assert share == pytest.approx(sum(best) / values.sum())
    row, column = map(
        int, re.findall(r"row (\d+), column (\d+)", gradient_reading(values, "The gradient", "4"))[0]
    )
    assert values[row, column] == values.max()


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 4, 8]), st.floats(-3, 3))
def test_what_is_said_of_occlusion_follows_from_its_scores(seed: int, patch: int, up: float) -> None:
    covering = Covering(patch, 4)
    rows, columns = covering.starts(16), covering.starts(16)
    random = np.random.default_rng(seed)
    scores = random.normal(up, 2, (len(rows), len(columns), 6))
    found = Covered(covering, rows, columns, (16, 16), random.normal(0, 2, 6), scores, 0.1)
    said = covered_reading(found, 2, CLASSES)
    falls = [found.plain[2] - scores[i, j, 2] for i in range(len(rows)) for j in range(len(columns))]
    if max(falls) <= 0:
        assert f"at none of {len(falls)} places" in said
        return
    top, bottom, left, right = map(
        int, re.findall(r"rows (\d+) to (\d+) and columns (\d+) to (\d+)", said)[0]
    )
    assert (bottom - top, right - left) == (patch - 1, patch - 1)
    i, j = rows.index(top), columns.index(left)
    assert found.drops(2)[i, j] == pytest.approx(max(falls))
    before, after = (np.exp(one)[2] / np.exp(one).sum() for one in (found.plain, scores[i, j]))
    assert ("as other scores fall more" in said) == (after > before)
    others = sum(int(one.argmax() != found.plain.argmax()) for one in scores.reshape(-1, 6))
    assert (f"At {others} of {len(falls)}" in said) == bool(others)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_the_part_of_a_picture_is_named_by_thirds(height: int, width: int, data: st.DataObject) -> None:
    row, column = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    said, down, across = where(row, column, (height, width)), (row + 0.5) / height, (column + 0.5) / width
    assert ("top" in said) == (down < 1 / 3)
    assert ("bottom" in said) == (down >= 2 / 3)
    assert ("left" in said) == (across < 1 / 3)
    assert ("right" in said) == (across >= 2 / 3)


@given(arrays(np.float64, (2, 12), elements=st.integers(0, 5).map(float)))
def test_the_rank_correlation_is_that_of_ranks_counted_one_by_one(values: np.ndarray) -> None:
    one, other = values
    ranks = [[sum(b < a for b in row) + (sum(b == a for b in row) - 1) / 2 for a in row] for row in values]
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert likeness(one, other) is None
        return
    assert likeness(one, other) == pytest.approx(np.corrcoef(ranks)[0, 1])
    assert likeness(one, one**3) == pytest.approx(1)
    assert likeness(one, -one) == pytest.approx(-1)


def test_the_sanity_check_names_every_method_with_its_number() -> None:
    rising = np.arange(4.0).reshape(2, 2)
    said = sanity_reading([("Grad-CAM", rising, -rising), ("the gradient", rising, np.zeros((2, 2)))])
    assert "Grad-CAM −1.00" in said
    assert "the gradient none" in said


@pytest.mark.parametrize("cells", [(2, 2), (4, 4), (16, 16), (3, 5), (64, 64)])
def test_maps_are_enlarged_as_tensorflow_does(cells: tuple[int, int]) -> None:
    values = np.random.default_rng(1).random(cells)
    expected = tf.image.resize(values[..., None], (64, 48), method="bilinear").numpy()[..., 0]
    if cells[1] <= 48:
        np.testing.assert_allclose(enlarged(values, (64, 48)), expected, atol=1e-5)
    assert enlarged(values, (64, 64)).max() <= values.max() + 1e-6


@pytest.mark.parametrize("narrow", [False, True])
def test_a_sheet_is_one_drawing_with_its_scales_and_its_description(narrow: bool) -> None:
    rows = (
        Row("After <training>", (Panel("The picture"), Panel("conv4", "4×4 cells", np.eye(4) * 2.5))),
        Row("Before", (Panel("none", "", np.zeros((2, 2))), Panel("drop", "", -np.eye(2), signed=True))),
    )
    text = sheet_svg(rows, PICTURE, Look("dark"), name="x", title="Maps", alt="It is <so>", narrow=narrow)
    drawn = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    assert drawn.find(f"{space}desc").text == "It is <so>"  # type: ignore[union-attr]
    words = [one.text for one in drawn.iter(f"{space}text")]
    assert {"After <training>", "conv4", "2.50", "0 everywhere", "−1.00", "1.00"} <= set(words)
    images = list(drawn.iter(f"{space}image"))
    assert len(images) == 4 + 3 * 2
    assert sum(one.get("display") == "none" for one in images) == 3
    assert sum(f"{OPACITY:g}" in (one.get("style") or "") for one in images) == 6
