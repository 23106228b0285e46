"""A file of challenges is read as it is meant, or refused with the challenge, the field and what came."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.challenges.challenge import faults
from resnet_core.challenges.layer_conditions import CONDITIONS
from resnet_core.challenges.text import (
    MOST_BYTES,
    SHIPPED,
    ChallengeError,
    load,
    offered,
    read_challenges,
)

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GOOD = """
[[challenge]]
name = "one"
title = "One"
task = "Do it with 70,000 and 5 % of a,b."
start = "8x8x4 | id | id"
conditions = [{ check = "fits" }, { check = "parameters_at_most", most = 5, hint = "Less." }]
solution = "8x8x4 | relu | id"
after = "Done."
"""
QUESTION = """
[[challenge]]
name = "two"
title = "Two"
task = "Which?"
blocks = [{ block = "8x8x4 | relu | id", right = true }, { block = "8x8x4 | bn | id", hint = "No." }]
reasons = [{ text = "So", hint = "No." }, { text = "Thus", right = true }]
after = "Done."
"""


def test_what_is_read_is_what_was_written() -> None:
    one, two = read_challenges(GOOD + QUESTION)
    assert (one.name, one.title, one.after, one.source) == ("one", "One", "Done.", "")
    assert one.task == "Do it with 70\u202f000 and 5\u202f% of a,b."
    assert [condition.check for condition in one.conditions] == ["fits", "parameters_at_most"]
    assert one.conditions[1].hint == "Less."
    assert [answer.right for answer in two.blocks] == [True, False]
    assert [(reason.text, reason.right) for reason in two.reasons] == [("So", False), ("Thus", True)]
    assert two.start is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "one"', "", r"Challenge 1, name: it is missing"),
        ('name = "one"', 'name = "<b>"', r"Challenge 1, name: 1 to 40 small letters.*'<b>' came"),
        ('title = "One"', "title = 3", r"Challenge 1 \(one\), title: 1 to 80 printable.*but 3 came"),
        ('title = "One"', 'title = "a\\u0007b"', r"title: 1 to 80 printable characters"),
        ('title = "One"', f'title = "{"x" * 81}"', r"title: 1 to 80 printable characters"),
        ('"8x8x4 | id | id"', '"8x8x4 | 3y3 | id"', r"\(one\), start: Layer 1 of the branch must be"),
        ('"8x8x4 | id | id"', "7", r"\(one\), start: A block is a text.*but 7 came"),
        ('check = "fits"', 'check = "nice"', r"condition 1: check is one of fits,.*but 'nice' came"),
        ('check = "fits"', "check = [1]", r"condition 1: check is one of fits,.*but \[1\] came"),
        ('check = "fits"', 'check = "fits", most = 3', r"condition 1: fits takes hint, but 'most' came"),
        ("most = 5, ", "", r"condition 2: parameters_at_most needs most"),
        ("most = 5", "most = true", r"condition 2, parameters_at_most: most must be a whole number"),
        ("most = 5", 'most = 5, part = "head"', r"part must be one of block, entry"),
        ('hint = "Less."', "hint = 1979-05-27", r"condition 2, parameters_at_most: 1 to 300 printable"),
        ('after = "Done."', 'after = "Done."\npoints = 3', r"\(one\): its fields are name.*'points' came"),
        ('solution = "8x8x4 | relu | id"', "", r"\(one\), solution: it is missing"),
        ("conditions = [", "conditions = 4 #", r"1 to 12 tables such as.*but 4 came"),
        ("[[challenge]]", "[challenge]", r"holds 1 to 100 tables \[\[challenge\]\] and nothing else"),
        ("[[challenge]]", "x = 1\n[[challenge]]", r"nothing else, but it has \['x', 'challenge'\]"),
        ("[[challenge]]", "[[challenge", r"written in TOML, and this is none: Expected"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(ChallengeError, match=said):
        read_challenges(GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", right = true }", ', hint = "No." }', r"blocks: one answer is right = true, but 0 are"),
        ('hint = "No." }]', "right = true }]", r"blocks: one answer is right = true, but 2 are"),
        (', hint = "No." }]', " }]", r"blocks: answer 2 needs block and, unless it is right, hint"),
        ("right = true", 'right = "yes"', r"right of answer 1 must be true or false"),
        ("right = true", "right = true, x = 1", r"answer 1 takes block, right and hint, but 'x' came"),
        ("reasons = ", "others = ", r"\(two\): its fields are.*'others' came"),
        ('text = "So"', "text = 4", r"reasons: 1 to 200 printable characters"),
        ('after = "Done."', 'after = "Done."\nstart = "8x8x4 | id | id"', r"its fields are.*'start' came"),
    ],
)
def test_what_is_wrong_with_a_question_is_told(old: str, new: str, said: str) -> None:
    with pytest.raises(ChallengeError, match=said):
        read_challenges(QUESTION.replace(old, new, 1))


def test_names_are_given_once() -> None:
    with pytest.raises(ChallengeError, match="Challenge 2, name: each has its own, but one came"):
        read_challenges(GOOD + GOOD)


@given(st.text(max_size=300))
def test_junk_is_refused_and_never_crashes(text: str) -> None:
    with pytest.raises(ChallengeError):
        read_challenges(text)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = ("name", "title", "task", "start", "conditions", "solution", "after", "source", "blocks", "reasons")


@given(st.dictionaries(st.sampled_from(_FIELDS), _VALUES, max_size=10), _VALUES)
def test_tables_of_anything_are_refused_and_never_crash(table: dict[str, object], other: object) -> None:
    whole = {"name": "one", "title": "t", "task": "t", "after": "a", "start": "8x8x4 | id | id"}
    text = f"challenge = [{_toml({**whole, 'conditions': [{'check': other}], **table})}]"
    with pytest.raises(ChallengeError):
        read_challenges(text)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(str(key))} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int):
        return str(value)
    return '"' + "".join(f"\\U{ord(sign) % 0xD800:08X}" for sign in str(value)) + '"'


def test_deep_and_large_texts_are_refused() -> None:
    with pytest.raises(ChallengeError, match="written in TOML"):
        read_challenges("challenge = " + "[" * 20_000)
    with pytest.raises(ChallengeError, match="at most"):
        read_challenges("#" * (MOST_BYTES + 1))


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "challenges.toml"
    with pytest.raises(ChallengeError, match="cannot be read: No such file"):
        load(file)
    with pytest.raises(ChallengeError, match="cannot be read"):
        load(tmp_path)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ChallengeError, match="a text in UTF-8"):
        load(file)
    file.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(ChallengeError, match="is larger"):
        load(file)


def test_a_lecturers_file_follows_and_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = load(SHIPPED)
    monkeypatch.delenv("RESNET_CHALLENGES", raising=False)
    assert offered() == (ours, "")
    file = tmp_path / "mine.toml"
    monkeypatch.setenv("RESNET_CHALLENGES", str(file))
    assert offered()[0] == ours
    assert "cannot be read" in offered()[1]
    file.write_text(GOOD, encoding="utf-8")
    assert [one.name for one in offered()[0]] == [*(one.name for one in ours), "one"]
    file.write_text(GOOD.replace('"One"', '"Another"'), encoding="utf-8")
    os.utime(file, (1, 1))
    assert offered()[0][-1].title == "Another"
    file.write_text(GOOD.replace('name = "one"', f'name = "{ours[0].name}"'), encoding="utf-8")
    assert offered() == (
        ours,
        f"The name identity in {file} is that of a challenge which ships; give it another.",
    )
    file.write_text("junk", encoding="utf-8")
    assert offered()[0] == ours
    assert "written in TOML" in offered()[1]


def test_the_readme_shows_a_challenge_that_works_and_names_every_condition() -> None:
    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert example
    (challenge,) = read_challenges(example[1])
    assert faults(challenge) == ()
    table = README[README.index("| `check` |") : README.index("A challenge can also ask")]
    assert set(CONDITIONS) <= set(re.findall(r"`([a-z_]+)`", table))


def test_faults_are_told() -> None:
    (challenge,) = read_challenges(GOOD)
    assert faults(challenge) == ("Challenge one: its start solves it already.",)
    (other,) = read_challenges(GOOD.replace("| relu |", "| 1x1,4 |"))
    assert faults(other)[1].startswith(
        "Challenge one: its solution does not solve it. There are 20 parameters"
    )
