"""Settings and recipes: what is accepted, what is refused and how it is said."""

from __future__ import annotations

import dataclasses
import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.network import blocktext
from resnet_core.network.architecture import USUAL_BLOCK
from resnet_core.network.catalogue import network
from resnet_core.network.stacking import StagePlan, stack
from resnet_core.training.recipes import LECTURE, NOTEBOOK, OURS, RECIPES
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


OWN = RunSettings(network="own", width=1.0, block=USUAL_BLOCK, plan="1-1~1-2~1-2")


def test_settings_of_a_block_of_ones_own_survive_json_and_older_ones_are_read() -> None:
    assert RunSettings.from_dict(json.loads(json.dumps(OWN.to_dict()))) == OWN
    older = {name: value for name, value in RunSettings().to_dict().items() if name not in ("block", "plan")}
    assert RunSettings.from_dict(older) == RunSettings()


def test_the_network_is_the_catalogues_or_the_stacked_block() -> None:
    assert RunSettings(network="resnet18", width=0.5).spec(size=32, classes=10) == network(
        "resnet18", size=32, classes=10, width=0.5
    )
    block, shape = blocktext.read(USUAL_BLOCK)
    assert OWN.spec() == stack(block, shape, StagePlan((1, 1), (1.0, 2.0), (1, 2)))


@pytest.mark.parametrize(
    "values",
    [
        {"network": "own"},
        {"network": "own", "block": USUAL_BLOCK},
        {"block": USUAL_BLOCK},
        {"plan": "1~1~1"},
        {"network": "own", "block": "x" * 3000, "plan": "1~1~1"},
    ],
)
def test_a_block_stands_where_the_network_is_an_own_one_and_only_there(values: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="must be a text of 1 to"):
        RunSettings(**values)  # type: ignore[arg-type]


def test_a_block_that_is_stacked_too_high_is_refused_with_the_number() -> None:
    wide = dataclasses.replace(OWN, plan="50-50~32-64~1-1~small")
    with pytest.raises(SettingsError, match="may make at most 100,000,000 parameters, but this makes"):
        wide.spec()


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match="colour"):
        RunSettings.from_dict({"colour": "blue"})


def test_a_chosen_learning_rate_takes_the_place_of_the_recipes() -> None:
    assert RunSettings(learning_rate=0.5).recipe_used.learning_rate == 0.5
    assert RunSettings().recipe_used == LECTURE


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
