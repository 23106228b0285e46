"""The chart and the sentences on learning rates say what the losses say."""

from __future__ import annotations

import numpy as np
import pytest

from resnet_core.figures.base import Look
from resnet_core.figures.rate_range import Ranged, describe_ranges, range_figure, ranges_table
from resnet_core.figures.rate_words import answer, compared, reading, rounded, suggestion
from resnet_core.training.rate_range import before_explosion

RATES = np.logspace(-6, 0, 100)
AT = np.arange(100)


def one(label: str = "ResNet-50", fall: float = 50, rank: int = 0) -> Ranged:
    losses = 0.4 + 1.4 / (1 + np.exp((AT - fall) / 3)) + 0.3 * np.exp(np.clip((AT - 75) / 3, -50, 20))
    return Ranged(label, "residual", RATES, losses, rank)


def test_the_answer_is_where_the_loss_falls_fastest() -> None:
    ranged = one()
    place = ranged.found.steepest
    assert place is not None
    assert suggestion(ranged) == rounded(float(RATES[place])) == pytest.approx(RATES[50], rel=0.5)
    assert f"About **{suggestion(ranged):g}** for ResNet-50" in answer(ranged)
    said = reading(ranged)
    assert "falls fastest at a rate of" in said
    assert "4 times the lowest" in said
    assert "is suggested, a factor of" in said


def test_what_does_not_fall_suggests_nothing() -> None:
    flat = Ranged("Plain-50", "plain", RATES, np.full(100, 1.8), failed=True)
    assert suggestion(flat) is None
    assert "did not fall clearly" in answer(flat)
    assert "no number any more" in reading(flat)
    assert "cannot be compared" in compared(one(), flat)


def test_two_settings_are_compared_by_their_suggestions() -> None:
    assert "ResNet-50 takes a learning rate" in compared(one(fall=55), one("Plain-50", 35))
    assert "about the same learning rate" in compared(one(), one("again"))


def test_the_chart_marks_its_places_and_cuts_what_explodes() -> None:
    both = [one(), one("8 pictures a step", 40, 1)]
    figure = range_figure(both, Look(), 1.0)
    notes = [note.text for note in figure.layout.annotations]
    for name in ("falls fastest: ", "begins to rise: ", "explodes: "):
        assert any(note.startswith(name) for note in notes)
    assert figure.layout.yaxis.range[1] == 3.0
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [line.name for line in lines] == ["ResNet-50", "8 pictures a step"]
    assert len(lines[0].y) == len(before_explosion(both[0].losses)) < 100
    assert len({line.line.dash for line in lines}) == 2, "never colour alone"
    assert "explodes at" in describe_ranges(both)
    assert ranges_table(both)["ResNet-50 loss"] == both[0].losses.tolist()
