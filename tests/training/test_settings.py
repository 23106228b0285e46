"""Settings and recipes: what is accepted, what is refused and how it is said."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.training.recipes import NOTEBOOK, OURS, RECIPES
from resnet_core.training.settings import RunSettings, SettingsError


@given(
    st.builds(
        RunSettings,
        width=st.floats(0.05, 2),
        epochs=st.integers(1, 500),
        batch_size=st.integers(2, 256),
        learning_rate=st.none() | st.floats(1e-6, 10),
        seed=st.integers(0, 2**31 - 1),
        validation_share=st.floats(0, 0.5),
        recipe=st.sampled_from(sorted(RECIPES)),
    )
)
def test_settings_survive_json(settings: RunSettings) -> None:
    assert RunSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0), ("epochs", 1.5), ("epochs", True), ("epochs", "3"), ("epochs", 10**9),
        ("batch_size", 1), ("learning_rate", 0.0), ("learning_rate", float("nan")),
        ("learning_rate", float("inf")), ("width", None), ("seed", -1), ("validation_share", 0.6),
        ("recipe", "magic"), ("network", 50), ("base", None),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_what_came(name: str, value: Any) -> None:
    with pytest.raises(SettingsError) as refusal:
        RunSettings(**{name: value})
    assert name in str(refusal.value)
    assert repr(value) in str(refusal.value)


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match="colour"):
        RunSettings.from_dict({"colour": "blue"})


def test_a_chosen_learning_rate_takes_the_place_of_the_recipes() -> None:
    assert RunSettings(learning_rate=0.5).recipe_used.learning_rate == 0.5
    assert RunSettings().recipe_used == OURS


@given(st.integers(2, 3000))
def test_the_cosine_rises_to_its_peak_and_falls_to_nearly_nothing(steps: int) -> None:
    rates = [OURS.learning_rate_at(step, steps) for step in range(steps)]
    top = rates.index(max(rates))
    assert max(rates) == pytest.approx(OURS.learning_rate)
    assert all(a <= b for a, b in itertools.pairwise(rates[: top + 1]))
    assert all(a >= b for a, b in itertools.pairwise(rates[top:]))
    assert all(rate > 0 for rate in rates)


def test_the_notebooks_learning_rate_never_changes() -> None:
    assert {NOTEBOOK.learning_rate_at(step, 300) for step in range(300)} == {1e-3}
