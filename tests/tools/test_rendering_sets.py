"""Large sets: what is to be drawn, going on after an interruption, and a picture made again."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import render_hands
from tools.rendering import sets
from tools.rendering.fetch import cached_hand


def drawn(job: sets.Job) -> sets.Drawn:
    """A picture that tells its seed, as quick as nothing."""
    label = -1 if job.label is None else job.label
    record = {"seed": job.seed, "kind": job.kind, "label": label}
    return sets.Drawn(np.full((64, 64, 3), job.seed % 251, np.uint8), label, record)


def test_labels_are_balanced_and_the_rest_has_its_share() -> None:
    jobs = [sets.job(index, 1, 0.12) for index in range(1000)]
    labels = Counter(job.label for job in jobs if job.kind == "sign")
    assert sum(job.kind != "sign" for job in jobs) == 120
    assert set(labels) == set(range(6))
    assert max(labels.values()) - min(labels.values()) <= 1
    assert {job.kind for job in jobs} == {"sign", "other", "room", "two hands"}


@given(st.integers(0, 5000), st.integers(0, 5), st.floats(0, 1))
def test_no_two_pictures_share_a_seed(index: int, seed: int, share: float) -> None:
    one = sets.job(index, seed, share)
    assert one.seed != sets.job(index + 1, seed, share).seed
    assert one.seed != sets.job(index, seed + 1, share).seed
    assert (one.label is None) == (one.kind != "sign")


@pytest.mark.parametrize(("index", "seed", "share"), [(0, 1, 1.5), (0, -1, 0.1), (sets.PER_SET, 1, 0.1)])
def test_impossible_jobs_are_refused(index: int, seed: int, share: float) -> None:
    with pytest.raises(ValueError, match="came"):
        sets.job(index, seed, share)


def test_a_set_goes_on_where_it_was(tmp_path: Path) -> None:
    path, jobs = tmp_path / "set.h5", [sets.job(index, 2, 0.2) for index in range(30)]
    assert sets.prepare(path, 2, 0.2) == 0
    sets.append(path, 0, [drawn(job) for job in jobs[:20]])
    assert sets.prepare(path, 2, 0.2) == 20
    with h5py.File(path, "r+") as file:  # interrupted between two of the three arrays
        file["x"].resize(26, axis=0)
    assert sets.prepare(path, 2, 0.2) == 20
    sets.append(path, 20, [drawn(job) for job in jobs[20:]])
    with h5py.File(path, "r") as file:
        np.testing.assert_array_equal(file["x"][:, 0, 0, 0], [job.seed % 251 for job in jobs])
        np.testing.assert_array_equal(file["y"], [-1 if job.label is None else job.label for job in jobs])
    assert [sets.read(path, index)[1] for index in range(30)] == jobs


def test_another_set_is_not_gone_on_with(tmp_path: Path) -> None:
    sets.prepare(tmp_path / "set.h5", 2, 0.2)
    with pytest.raises(ValueError, match="seed 3"):
        sets.prepare(tmp_path / "set.h5", 3, 0.2)


def test_a_missing_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.h5"
    sets.prepare(path, 2, 0.2)
    sets.append(path, 0, [drawn(sets.job(0, 2, 0.2))])
    with pytest.raises(ValueError, match="0 to 0, but 1 came"):
        sets.read(path, 1)


def test_the_sheet_has_a_block_for_each_label(tmp_path: Path) -> None:
    path = tmp_path / "set.h5"
    sets.prepare(path, 2, 0.2)
    sets.append(path, 0, [drawn(sets.job(index, 2, 0.2)) for index in range(40)])
    assert sets.sheet(path, across=4, rows=2, scale=1).size == (4 * 64, 7 * 2 * 64)


def renderer_is_missing() -> str:
    """Why nothing can be rendered here, or an empty text."""
    if importlib.util.find_spec("mitsuba") is None:
        return "Mitsuba is not installed (tools/rendering/requirements.txt)"
    return "" if cached_hand() else "the hand was not fetched (tools/rendering/fetch.py)"


@pytest.mark.skipif(bool(renderer_is_missing()), reason=renderer_is_missing())
def test_a_picture_is_rendered_and_made_again(tmp_path: Path) -> None:
    path = tmp_path / "set.h5"
    render_hands.render(path, 8, seed=1, no_sign_share=0.25, workers=1)
    with h5py.File(path, "r") as file:
        assert sorted(file["y"]) == [-1, -1, 0, 1, 2, 3, 4, 5]
        assert all(picture.std() > 4 for picture in file["x"])
    assert render_hands.made_again(path, 3) == "the same"
    with h5py.File(path, "r+") as file:
        file["x"][3] = 255 - file["x"][3]
    assert render_hands.made_again(path, 3) == "another one"
