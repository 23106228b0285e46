"""Challenges out of a text file in TOML, which a lecturer can write; the README names the fields.

Every file may be a stranger's: it is parsed as data, and what is not a challenge is refused with the
challenge, the field, what was expected and what came.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from resnet_core import places
from resnet_core.challenges.challenge import Bench, BlockAnswer, Challenge, Reason
from resnet_core.challenges.condition import Condition
from resnet_core.challenges.layer_conditions import CONDITIONS
from resnet_core.network import blocktext
from resnet_core.network.layers import flag, shown

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SHIPPED = places.ASSETS / "challenges.toml"
MOST_BYTES = 256 * 1024
MOST_CHALLENGES, MOST_CONDITIONS, MOST_ANSWERS = 100, 12, 6
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
# A lecturer writes 70,000 and 25.03 %; pages show both with thin spaces, at which no line breaks.
_THOUSANDS, _SHARE = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))"), re.compile(r"([0-9]) %")
_SHARED = ("name", "title", "task", "after", "source")
_BUILDING, _ASKING = ("start", "conditions", "solution"), ("blocks", "reasons")
Read = TypeVar("Read")


class ChallengeError(ValueError):
    """A file is not a file of challenges; the message is one sentence with the place and what came."""


def read_challenges(text: str) -> tuple[Challenge, ...]:
    """The challenges in a text, in its order.

    Raises:
        ChallengeError: the text is not TOML, or something in it is not a challenge.
    """
    if len(text) > MOST_BYTES:
        raise ChallengeError(
            f"A file of challenges has at most {MOST_BYTES} characters, but {len(text)} came."
        )
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ChallengeError(
            f"Challenges are written in TOML, and this is none: {str(error)[:200]}."
        ) from None
    tables: Any = found.get("challenge")
    if set(found) != {"challenge"} or not _are_tables(tables, 1, MOST_CHALLENGES):
        raise ChallengeError(
            f"A file of challenges holds 1 to {MOST_CHALLENGES} tables [[challenge]] and nothing else, "
            f"but it has {shown(list(found)) if found else 'nothing'}."
        )
    challenges = tuple(_challenge(number, table) for number, table in enumerate(tables, start=1))
    names = [challenge.name for challenge in challenges]
    for number, name in enumerate(names, start=1):
        if name in names[: number - 1]:
            raise ChallengeError(
                f"Challenge {number}, name: each has its own, but {name} came a second time."
            )
    return challenges


def load(path: Path) -> tuple[Challenge, ...]:
    """The challenges in a file.

    Raises:
        ChallengeError: the file cannot be read, is too large, or is not a file of challenges.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ChallengeError(f"The challenges in {path} cannot be read: {error.strerror}.") from None
    if len(content) > MOST_BYTES:
        raise ChallengeError(f"A file of challenges has at most {MOST_BYTES} bytes, but {path} is larger.")
    try:
        return read_challenges(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise ChallengeError(f"A file of challenges is a text in UTF-8, but {path} is not.") from None


def offered() -> tuple[tuple[Challenge, ...], str]:
    """All challenges, those that ship and then those of the file that `RESNET_CHALLENGES` names.

    Returns:
        The challenges, and a sentence where that file is of no use; it is read again when it has changed.
    """
    ours, extra = _loaded(SHIPPED, 0, 0), places.challenges_file()
    if extra is None:
        return ours, ""
    try:
        stat = extra.stat()
        more = _loaded(extra, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        return ours, f"The challenges in {extra} cannot be read: {error.strerror}."
    except ChallengeError as refusal:
        return ours, str(refusal)
    taken = {challenge.name for challenge in ours} & {challenge.name for challenge in more}
    if taken:
        return ours, f"The name {min(taken)} in {extra} is that of a challenge which ships; give it another."
    return (*ours, *more), ""


@lru_cache(maxsize=8)
def _loaded(path: Path, changed: int, size: int) -> tuple[Challenge, ...]:
    return load(path)


def _challenge(number: int, table: Mapping[str, Any]) -> Challenge:
    name = table.get("name")
    named = isinstance(name, str) and _NAME.fullmatch(name)
    here = f"Challenge {number} ({name})" if named else f"Challenge {number}"

    def field(key: str, read: Callable[[Any], Read]) -> Read:
        try:
            if key not in table:
                raise ValueError("it is missing")
            return read(table[key])
        except ValueError as error:
            raise ChallengeError(f"{here}, {key}: {str(error).rstrip('.')}.") from None

    if not named:
        field("name", _refuse_name)
    asks = "blocks" in table or "reasons" in table
    known = (*_SHARED, *(_ASKING if asks else _BUILDING))
    for key in table:
        if key not in known:
            raise ChallengeError(f"{here}: its fields are {', '.join(known)}, but {shown(key)} came.")
    told = Challenge(
        str(name),
        title=field("title", _text(80)),
        task=field("task", _text(600)),
        after=field("after", _text(600)),
        source=field("source", _text(300)) if "source" in table else "",
    )
    if asks:
        return replace(told, blocks=field("blocks", _blocks), reasons=field("reasons", _reasons))
    return replace(
        told,
        start=field("start", blocktext.read),
        conditions=field("conditions", _conditions),
        solution=field("solution", blocktext.read),
    )


def _refuse_name(value: object) -> None:
    raise ValueError(
        f"1 to 40 small letters, digits or underscores are expected, a letter first, but {shown(value)} came"
    )


def _text(most: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        written = " ".join(value.split()) if isinstance(value, str) else ""
        if not written or len(written) > most or not written.isprintable():
            raise ValueError(f"1 to {most} printable characters are expected, but {shown(value)} came")
        return _SHARE.sub("\\1\u202f%", _THOUSANDS.sub("\u202f", written))

    return read


def _are_tables(value: object, least: int, most: int) -> bool:
    return isinstance(value, list) and least <= len(value) <= most and all(isinstance(x, dict) for x in value)


def _tables(value: Any, least: int, most: int, example: str) -> list[dict[str, Any]]:
    if not _are_tables(value, least, most):
        raise ValueError(f"{least} to {most} tables such as {example} are expected, but {shown(value)} came")
    return list(value)


def _conditions(value: object) -> tuple[Condition, ...]:
    tables = _tables(value, 1, MOST_CONDITIONS, '{ check = "fits" }')
    return tuple(_condition(number, table) for number, table in enumerate(tables, start=1))


def _condition(number: int, table: Mapping[str, Any]) -> Condition:
    check = table.get("check")
    kind = CONDITIONS.get(check) if isinstance(check, str) else None
    if kind is None:
        raise ValueError(
            f"condition {number}: check is one of {', '.join(CONDITIONS)}, but {shown(check)} came"
        )
    known = {one.name: one for one in fields(kind)}
    given = {key: value for key, value in table.items() if key != "check"}
    for key in given:
        if key not in known:
            expected = ", ".join(known)
            raise ValueError(f"condition {number}: {check} takes {expected}, but {shown(key)} came")
    for key, one in known.items():
        if one.default is MISSING and key not in given:
            raise ValueError(f"condition {number}: {check} needs {key}, and it is missing")
    try:
        if "hint" in given:
            given["hint"] = _text(300)(given["hint"])
        return kind(**given)
    except ValueError as error:
        raise ValueError(f"condition {number}, {check}: {error}") from None


def _answers(value: object, key: str, example: str) -> list[dict[str, Any]]:
    """The tables of a question's answers, with `right` and `hint` filled in and only one of them right."""
    found = []
    for number, table in enumerate(_tables(value, 2, MOST_ANSWERS, example), start=1):
        for name in table:
            if name not in (key, "right", "hint"):
                raise ValueError(f"answer {number} takes {key}, right and hint, but {shown(name)} came")
        right = table.get("right", False)
        flag(f"right of answer {number}", right)
        if key not in table or (not right and "hint" not in table):
            raise ValueError(f"answer {number} needs {key} and, unless it is right, hint")
        found.append({key: table[key], "right": right, "hint": _text(300)(table.get("hint", "none"))})
    if sum(answer["right"] for answer in found) != 1:
        raise ValueError(f"one answer is right = true, but {sum(one['right'] for one in found)} are")
    return found


def _blocks(value: object) -> tuple[BlockAnswer, ...]:
    answers = _answers(value, "block", '{ block = "16x16x64 | bn relu | id", hint = "..." }')
    return tuple(BlockAnswer(*_bench(one["block"]), one["right"], one["hint"]) for one in answers)


def _bench(value: Any) -> Bench:
    return blocktext.read(value)


def _reasons(value: object) -> tuple[Reason, ...]:
    answers = _answers(value, "text", '{ text = "...", hint = "..." }')
    return tuple(Reason(_text(200)(one["text"]), one["right"], one["hint"]) for one in answers)
