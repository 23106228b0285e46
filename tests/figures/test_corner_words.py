"""What is said of the four corners and before a cure, each sentence proved against random numbers."""

from __future__ import annotations

import math
import re

from hypothesis import assume, given
from hypothesis import strategies as st

from resnet_core.figures.corner_words import corner_caption, corners_reading, cure_words, ill
from resnet_core.figures.gradient_words import Facts, answer, called, corner_words, verdict
from resnet_core.figures.text import significant
from resnet_core.probes.gradient_setting import INITIALIZERS, KINDS, Setting

SIZES = st.floats(1e-12, 1e12) | st.sampled_from([0.0, math.inf, math.nan])
LOSSES = st.floats(0.0, 1e6)
PAIRS = st.lists(st.sampled_from(KINDS), min_size=2, max_size=2, unique=True)


@st.composite
def some(draw: st.DrawFn, kind: str | None = None) -> Facts:
    return Facts(
        kind or draw(st.sampled_from(KINDS)), draw(SIZES), draw(SIZES), draw(SIZES), draw(SIZES), draw(LOSSES)
    )


@st.composite
def corners(draw: st.DrawFn) -> list[list[Facts]]:
    kinds = draw(PAIRS)
    return [[draw(some(kind)) for kind in kinds] for _ in range(4)]


@given(corners())
def test_the_corners_are_counted_as_they_were_measured(rows: list[list[Facts]]) -> None:
    said = corners_reading(rows)
    assert said.startswith("Of 4 corners, ")
    for column in zip(*rows, strict=True):
        part = said.split(f"the gradient of the {called(column[0])} ")[1].split("; ")[0].split(".")[0]
        counted = {kind: int(count) for kind, count in re.findall(r"(?:, |^)(.+?) in (\d)(?=, |$)", part)}
        verdicts = [verdict(one.reaching) for one in column]
        assert counted == {kind: verdicts.count(kind) for kind in verdicts}
        assert sum(counted.values()) == 4


@given(corners())
def test_the_steadier_net_is_counted_only_where_all_corners_can_be_told(rows: list[list[Facts]]) -> None:
    said = corners_reading(rows)
    known = all(0 < one.reaching < math.inf for row in rows for one in row)
    assert ("steadier" in said) == known
    if not known:
        return
    changes = [[abs(math.log(one.reaching)) for one in row] for row in rows]
    first = sum(one < other - math.log(2) - 1e-9 for one, other in changes)
    second = sum(other < one - math.log(2) - 1e-9 for one, other in changes)
    assume(all(abs(abs(one - other) - math.log(2)) > 1e-6 for one, other in changes))
    one, other = rows[0]
    assert f"the {called(one)} is the steadier one in {first}, the {called(other)} in {second}" in said
    alike = re.search(r"and (\d) come within a factor of two", said)
    assert (int(alike[1]) if alike else 0) == 4 - first - second


@given(st.lists(some(), min_size=1, max_size=2))
def test_the_caption_of_a_corner_says_verdict_and_factor_of_each(row: list[Facts]) -> None:
    for one, said in zip(row, corner_caption(row).split("; "), strict=True):
        assert said == f"{one.name}: {verdict(one.reaching)} (×{significant(one.reaching)})"


@given(st.lists(some(), min_size=2, max_size=2), st.booleans())
def test_a_cure_is_offered_only_to_what_explodes_and_says_how(pair: list[Facts], norm: bool) -> None:
    found = ill(pair, norm)
    sick = [
        one
        for one in pair
        if one.kind not in ("plain", "own") and (one.reaching > 1000 or one.loss > 10 * math.log(6))
    ]
    assert found is (None if norm or not sick else sick[0])
    if found is None:
        return
    said = cure_words(found)
    assert said.startswith(f"**Here the {called(found)} explodes:** its ")
    assert ("its gradient grows" in said) == (found.reaching > 1000)
    assert ("its loss begins" in said) == (found.loss > 10 * math.log(6))
    if found.reaching > 1000:
        assert f"grows {significant(found.reaching)} times on its way back" in said
    if found.loss > 10 * math.log(6):
        assert f"begins at {significant(found.loss)}" in said


@given(PAIRS, st.data(), st.booleans(), st.sampled_from(INITIALIZERS), st.integers(1, 18))
def test_the_answer_gives_each_net_its_own_number_and_names_the_corner(
    kinds: list[str], data: st.DataObject, norm: bool, initializer: str, blocks: int
) -> None:
    setting = Setting("plain", 6 * blocks + 2, norm, initializer)
    pair = [data.draw(some(kind)) for kind in kinds]
    said = answer(pair, setting)
    parts = re.findall(r"(?:the gradient|that) of the (.+?) (?:is )?\*\*(.+?)\*\*", said)
    assert [name for name, _ in parts] == [called(one) for one in pair]
    for one, (_, number) in zip(pair, parts, strict=True):
        if math.isnan(one.reaching):
            assert number == "0, as it is at the output"
        else:
            assert number == f"{significant(one.reaching)} times"
    assert f"of {6 * blocks + 2} layers" in said
    assert said.endswith(f"at initialisation, with {corner_words(setting)}.")
    assert corner_words(setting).startswith("batch norm" if norm else "no batch norm")
    names = {"he_normal": "He", "glorot_uniform": "Glorot", "orthogonal": "orthogonal"}
    assert corner_words(setting).endswith(f"and {names[initializer]} kernels")
