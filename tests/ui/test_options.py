"""Options read their own values back, and refuse what is not theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.ui.options import Choice, Number, Several, Switch, Text

NETWORK = Choice("network", "Network", {"resnet50": "ResNet-50", "plain50": "Plain-50"}, "resnet50")
DEPTH = Number("depth", "Depth", 20, 8, 110, 6)
RATE = Number("rate", "Learning rate", 1e-3, 1e-5, 1.0, 1e-4)
RUNS = Several("runs", "Runs", {"a": "A", "b": "B", "c": "C"}, (), most=2)
LIGHT = Switch("light", "Light")


@given(st.integers(0, 17))
def test_whole_numbers_come_back(step: int) -> None:
    value = 8 + 6 * step
    assert DEPTH.parse(DEPTH.write(value)) == value


@given(st.floats(1e-5, 1.0))
def test_decimal_numbers_come_back_to_six_digits(value: float) -> None:
    assert RATE.parse(RATE.write(value)) == pytest.approx(value, rel=1e-5)


@given(st.text())
def test_whatever_an_address_says_is_read_or_refused(raw: str) -> None:
    for option in (NETWORK, DEPTH, RATE, RUNS, LIGHT):
        try:
            value = option.parse(raw)
        except ValueError:
            continue
        assert option.parse(option.write(value)) == value  # type: ignore[arg-type]


@pytest.mark.parametrize("raw", ["9", "7", "116", "20.0", "1e2", "", "٢٠", "nan", "-20"])
def test_numbers_off_the_range_or_between_steps_are_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="a number from 8 to 110 in steps of 6"):
        DEPTH.parse(raw)


@pytest.mark.parametrize("raw", ["nan", "inf", "1e999", "2", "0", "0x1"])
def test_decimals_off_the_range_are_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="a number from 1e-05 to 1"):
        RATE.parse(raw)


def test_unknown_names_are_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="one of resnet50, plain50"):
        NETWORK.parse("vgg16")
    with pytest.raises(ValueError, match="up to 2 of a, b, c"):
        RUNS.parse("a,b,c")
    with pytest.raises(ValueError, match="on or off"):
        LIGHT.parse("yes")
    assert [LIGHT.parse(raw) for raw in ("on", "1", "off", "0")] == [True, True, False, False]


def test_a_text_is_tidied_and_refused_by_its_own_grammar() -> None:
    def tidy(text: str) -> str:
        if not text.strip().isdigit():
            raise ValueError("Expected digits.")
        return text.strip()

    option = Text("code", "Code", "1", tidy, 5)
    assert option.parse(" 12 ") == "12"
    assert option.write("12") == "12"
    with pytest.raises(ValueError, match="Expected digits"):
        option.parse("a")
    with pytest.raises(ValueError, match="at most 5 characters, but 6 came"):
        option.parse("123456")
