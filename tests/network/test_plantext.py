"""A stage plan as text: reading undoes writing, and whatever is no plan is refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.network.plantext import MOST_CHARACTERS, plan_of, read, write
from resnet_core.network.stacking import STEMS, StagePlan

PLANS = st.integers(1, 6).flatmap(
    lambda n: st.builds(
        StagePlan,
        st.tuples(*[st.integers(1, 50)] * n),
        st.tuples(*[st.floats(0.05, 64)] * n),
        st.tuples(*[st.integers(1, 4)] * n),
        st.sampled_from(STEMS),
    )
)


@given(PLANS)
def test_reading_undoes_writing(plan: StagePlan) -> None:
    text = write(plan)
    assert read(text) == plan
    assert len(text) <= MOST_CHARACTERS
    assert set(text) <= set("0123456789.-~abcdefghijklmnopqrstuvwxyz")


def test_it_can_be_written_by_hand() -> None:
    plan = StagePlan((2, 3), (1.0, 0.5), (1, 2), "small")
    assert read("2, 3 | 1,0.5 | 1 2 | small") == read("2-3~1-0.5~1-2~small") == plan


def test_rows_left_out_double_the_filters_and_halve_the_sides() -> None:
    assert plan_of("1, 1, 4") == StagePlan((1, 1, 4), (1.0, 2.0, 4.0), (1, 2, 2))
    assert plan_of("3") == StagePlan((3,), (1.0,), (1,))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "but 1 part came"),
        ("2~1", "but 2 parts came"),
        ("2~1~1~small~2", "but 5 parts came"),
        (
            "2.5~1~1",
            "repeats must be 1 to 6 whole numbers, one for each stage, such as 2-2-2, but '2.5' came",
        ),
        ("1-1-1-1-1-1-1~1~1", "repeats must be 1 to 6 whole"),
        ("\u0661~1~1", "repeats must be"),
        ("2~1e3~1", "widths must be 1 to 6 numbers"),
        ("2~nan~1", "widths must be 1 to 6 numbers"),
        ("0~1~1", "repeats must be a whole number from 1 to 50, got 0"),
        ("2-2~1~1", "one value for each stage, got 2, 1 and 1"),
        ("2~1~1~<b>", "stem must be one of large, small"),
        ("2" * 300, "at most 200 characters"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read(text)
