"""Labels at line ends never collide, and charts carry titles and our fonts."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.figures.base import Axis, Look, frame
from resnet_core.figures.labels import EndLabel, label_ends, spread

PLACES = st.lists(st.floats(-500, 1500), min_size=1, max_size=12)


@given(PLACES, st.floats(1, 60))
def test_neighbours_keep_their_distance_and_order(wanted: list[float], gap: float) -> None:
    places = spread(wanted, gap, 0.0, 1000.0)
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    moved = [places[index] for index in order]
    assert all(b - a >= gap - 1e-6 for a, b in itertools.pairwise(moved))
    assert all(-1e-6 <= place <= 1000 + 1e-6 for place in places)


@given(st.lists(st.integers(0, 20), unique=True, min_size=1, max_size=10))
def test_labels_with_room_stay_where_they_are(slots: list[int]) -> None:
    wanted = [50.0 * slot for slot in slots]
    assert spread(wanted, 40.0, 0.0, 1000.0) == pytest.approx(wanted)


def test_two_that_collide_part_evenly() -> None:
    assert spread([100.0, 104.0], 20.0, 0.0, 1000.0) == pytest.approx([92.0, 112.0])


def test_too_many_labels_share_the_range() -> None:
    assert spread([5.0] * 5, 100.0, 0.0, 100.0) == pytest.approx([0.0, 25.0, 50.0, 75.0, 100.0])


def test_axes_have_titles_and_the_presenter_size_is_larger() -> None:
    x, y = Axis("epoch"), Axis("loss (nats)", 0, 2, logarithmic=True)
    small, large = frame(Look("light"), x, y).figure(), frame(Look("dark", 1.4), x, y).figure()
    assert small.layout.xaxis.title.text == "epoch"
    assert small.layout.annotations[0].text == "loss (nats), logarithmic"
    assert large.layout.font.size == pytest.approx(1.4 * small.layout.font.size)
    assert large.layout.height == pytest.approx(1.4 * small.layout.height)
    assert small.layout.paper_bgcolor != large.layout.paper_bgcolor


def test_end_labels_make_room_and_stand_apart() -> None:
    chart = frame(Look(), Axis("epoch"), Axis("accuracy", 0, 1, percent=True))
    labels = [
        EndLabel("ResNet-50, test", 10, 0.95, "#0072B2"),
        EndLabel("plain-50, test", 10, 0.951, "#D55E00"),
    ]
    label_ends(chart, labels, (0.0, 1.0))
    figure = chart.figure()
    notes = [note for note in figure.layout.annotations if note.name == "end label"]
    height = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    places = [note.y * height + note.yshift for note in notes]
    assert abs(places[0] - places[1]) >= 19
    assert figure.layout.margin.r > 100
