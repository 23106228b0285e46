"""The residual meter against NumPy by hand, and what excites a channel against looking at every picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from resnet_core.hands import sets
from resnet_core.hands.dataset import HandSigns
from resnet_core.network.catalogue import network
from resnet_core.network.graph import walk
from resnet_core.probes import survey
from resnet_core.probes.opened import Which, open_spec, opened
from resnet_core.probes.passes import as_maps, pass_through, passed
from resnet_core.probes.residuals import Addition, additions, moments, residual, residuals
from resnet_core.probes.survey import (
    BEST,
    known_set,
    look,
    merged,
    parts,
    pictures_of,
    residuals_in,
    survey_part,
)
from resnet_core.training.settings import RunSettings
from tests.probes.blocks import PICTURE

WHICH = Which(RunSettings("cifar_resnet8", 0.5, epochs=1, seed=5), "")
ADDITION = Addition("conv2_block1", "f", "s", "sum", True)
VALUES = st.floats(-1e3, 1e3, width=32)


def by_hand(f: np.ndarray, s: np.ndarray) -> tuple[float, float, float]:
    f, s = f.astype(np.float64).ravel(), s.astype(np.float64).ravel()
    length = np.linalg.norm(f) * np.linalg.norm(s)
    return float(f.std()), float(s.std()), float(f @ s / length) if length else 0.0


def test_the_meter_is_what_numpy_says_of_the_maps() -> None:
    maps = passed(WHICH, PICTURE).maps
    found = residuals(WHICH, PICTURE)
    assert [row.block for row in found] == ["conv2_block1", "conv3_block1", "conv4_block1"]
    for row, addition in zip(found, additions(WHICH.spec), strict=True):
        np.testing.assert_allclose(
            maps[addition.branch] + maps[addition.shortcut], maps[addition.sum], atol=1e-5
        )
        np.testing.assert_allclose(
            (row.branch, row.shortcut, row.cosine),
            by_hand(maps[addition.branch], maps[addition.shortcut]),
            rtol=1e-6,
        )
    # In option A the shape of conv2 does not change: x itself is added there, and only there.
    assert [row.identity for row in found] == [True, False, False]


def test_a_plain_net_adds_nothing() -> None:
    assert additions(network("cifar_plain8")) == ()


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(arrays(np.float32, 6, elements=VALUES), arrays(np.float32, 6, elements=VALUES)),
        min_size=1,
        max_size=4,
    )
)
def test_moments_of_several_pictures_add_up(drawn: list[tuple[np.ndarray, np.ndarray]]) -> None:
    total = sum(moments(f, s) for f, s in drawn)
    found = residual(ADDITION, np.asarray(total))
    f, s = (np.concatenate(each) for each in zip(*drawn, strict=True))
    branch, shortcut, cosine = by_hand(f, s)
    room = 1e-5 * (1 + float(np.abs(np.concatenate([f, s])).max()))
    assert found.branch == pytest.approx(branch, abs=room)
    assert found.shortcut == pytest.approx(shortcut, abs=room)
    assert found.cosine == pytest.approx(cosine, abs=1e-6)
    assert -1 <= found.cosine <= 1


@pytest.mark.parametrize("batch", [3, 60])
def test_a_survey_is_what_looking_at_every_picture_finds(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "_BATCH", batch)
    model = open_spec(network("cifar_resnet8", size=16, width=0.25))
    pictures = np.random.default_rng(3).integers(0, 256, (11, 16, 16, 3), np.uint8)
    pictures[7] = pictures[2]  # equal ones: the lower number first
    found = merged([look(model, pictures[:5]), look(model, pictures[5:], 5)])
    assert found.count == 11
    every = [pass_through(model, one).maps for one in pictures]
    for node in walk(model.spec):
        highest = np.stack([as_maps(maps[node.name]).max((0, 1)) for maps in every])
        np.testing.assert_allclose(
            found.peaks[node.name].values, -np.sort(-highest, axis=0)[:BEST], rtol=1e-4, atol=1e-5
        )
        told = np.take_along_axis(highest, found.peaks[node.name].pictures.astype(int), 0)
        np.testing.assert_allclose(told, found.peaks[node.name].values, rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(found.dead(node.name), (highest <= 0).all(0))
    for addition in additions(model.spec):
        f, s = (np.stack([maps[name] for maps in every]) for name in (addition.branch, addition.shortcut))
        row = residual(addition, found.moments[addition.block])
        np.testing.assert_allclose(
            (row.branch, row.shortcut, row.cosine), by_hand(f, s), rtol=1e-4, atol=1e-5
        )


def test_the_set_of_a_run_is_looked_at_in_parts(
    small_rendered: HandSigns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "PART", 50)
    monkeypatch.setattr(sets, "find_signs", lambda: None)
    hands, own = known_set("rendered", small_rendered.digest)
    assert own
    assert known_set("rendered-large+digits", "") == (hands, False)
    count = len(pictures_of(hands))
    assert parts(count) == [(0, 50), (50, 100), (100, count)]
    found = merged([survey_part(WHICH, "rendered", hands.digest, *part) for part in parts(count)])
    assert found.count == count
    whole = look(opened(WHICH), pictures_of(hands))
    for one, other in zip(residuals_in(WHICH, found), residuals_in(WHICH, whole), strict=True):
        assert one.ratio == pytest.approx(other.ratio, rel=1e-6)
    with pytest.raises(ValueError, match="changed meanwhile"):
        survey_part(WHICH, "rendered", "another", 0, 50)
