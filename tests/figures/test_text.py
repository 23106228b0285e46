"""Numbers are written alike everywhere."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.figures import text

T = text.THIN


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.958, "0.958"),
        (9.996, "10.0"),
        (25.03, "25.0"),
        (1234.5, f"1{T}230"),
        (0.0123456, "0.0123"),
        (6.2e-9, "6.20·10⁻⁹"),
        (3.858e9, "3.86·10⁹"),
        (0, "0"),
        (-0.5, "−0.500"),
        (math.nan, "not a number"),
        (-math.inf, "−infinity"),
    ],
)
def test_three_significant_digits(value: float, written: str) -> None:
    assert text.significant(value) == written


def test_whole_numbers_in_full_with_thin_spaces() -> None:
    assert text.whole(23600006) == f"23{T}600{T}006"
    assert text.whole(-1200) == f"−1{T}200"
    assert text.plural(1, "run") == "1 run"
    assert text.plural(1080, "photograph") == f"1{T}080 photographs"


def test_large_counts_in_words() -> None:
    assert text.large(23600006) == f"23.6{T}million"
    assert text.large(3.858e9) == f"3.86{T}billion"
    assert text.large(999_999) == f"1.00{T}million"
    assert text.large(4320) == f"4{T}320"


def test_percentages() -> None:
    assert text.percent(0.9583333) == f"95.8{T}%"
    assert text.percent(1.0) == f"100{T}%"
    assert text.percent(0.0) == f"0{T}%"
    assert text.interval(0.9153, 0.9792) == f"91.5 to 97.9{T}%"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0.0004, f"0.4{T}ms"),
        (0.0434, f"43.4{T}ms"),
        (5.123, f"5.12{T}s"),
        (57.3, f"57{T}s"),
        (59.7, f"1{T}min"),
        (167, f"2{T}min 47{T}s"),
        (3599.9, f"1{T}h"),
        (3900, f"1{T}h 5{T}min"),
    ],
)
def test_durations(seconds: float, written: str) -> None:
    assert text.duration(seconds) == written


def test_sizes_and_shapes() -> None:
    assert text.size(512) == f"512{T}bytes"
    assert text.size(94_400) == f"94.4{T}kB"
    assert text.size(999_999) == f"1.00{T}MB"
    assert text.shape((16, 16, 256)) == "16×16×256"
    assert text.shape((None, 6)) == "any×6"


@given(st.floats(min_value=1e-12, max_value=1e12), st.integers(1, 5))
def test_what_is_written_is_the_value_to_so_many_digits(value: float, digits: int) -> None:
    written = text.significant(value, digits).replace(T, "").replace("−", "-")
    superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
    for sign, plain in zip(superscripts, "0123456789-", strict=True):
        written = written.replace(sign, plain)
    read = float(written.replace("·10", "e"))
    assert read == pytest.approx(value, rel=0.5 * 10 ** (1 - digits) * 1.0001)


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers_lose_nothing(value: int) -> None:
    assert int(text.whole(value).replace(T, "").replace("−", "-")) == value


@given(st.floats(min_value=0, max_value=1e6))
def test_no_duration_says_sixty(seconds: float) -> None:
    assert not re.search(rf"(?<![\d.])60{T}(s|min)", text.duration(seconds))
