"""What a page can be set to, declared once: options with a name in the address, a default, and a range."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Choice:
    """One of several names.

    Attributes:
        key: Its name in the address.
        label: What it is, in plain words, with its symbol.
        names: What may be chosen, as written in the address, and what people read for each.
        default: One of the names.
        help: A sentence more, on demand.
        expected: What an address should have named, where the names are too many to list.
    """

    key: str
    label: str
    names: Mapping[str, str] = field(hash=False)
    default: str
    help: str | None = None
    expected: str = ""

    def parse(self, raw: str) -> str:
        """Reads a value from an address; a ValueError says what would have been right."""
        if raw not in self.names:
            raise ValueError(self.expected or f"one of {', '.join(self.names)}")
        return raw

    def write(self, value: str) -> str:
        """Writes a value for an address."""
        return value


@dataclass(frozen=True)
class Number:
    """A whole or decimal number in a range. It is whole where default, ends and step are.

    Attributes:
        key: Its name in the address.
        label: What it is, in plain words, with its symbol and unit.
        default: Within the range.
        low: Smallest.
        high: Largest.
        step: Distance of neighbours from `low` on; an address need not keep to a decimal step.
        help: A sentence more, on demand.
    """

    key: str
    label: str
    default: float
    low: float
    high: float
    step: float = 1
    help: str | None = None

    @property
    def whole(self) -> bool:
        """Whether only integers are allowed."""
        return all(isinstance(value, int) for value in (self.default, self.low, self.high, self.step))

    def parse(self, raw: str) -> float:
        """Reads a value from an address; a ValueError says what would have been right."""
        pattern = r"[+-]?\d{1,12}" if self.whole else r"[+-]?(\d{1,12}\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"
        value = None
        if re.fullmatch(pattern, raw, re.ASCII):
            value = int(raw) if self.whole else float(raw)
        if value is None or not self.low <= value <= self.high or self._off_step(value):
            raise ValueError(self._range())
        return value

    def write(self, value: float) -> str:
        """Writes a value for an address."""
        return str(int(value)) if self.whole else f"{value:.6g}"

    def _off_step(self, value: float) -> bool:
        return self.whole and (value - self.low) % self.step != 0

    def _range(self) -> str:
        steps = f" in steps of {self.step:g}" if self.whole and self.step != 1 else ""
        return f"a number from {self.low:g} to {self.high:g}{steps}"


@dataclass(frozen=True)
class Switch:
    """On or off.

    Attributes:
        key: Its name in the address.
        label: What is on.
        default: On or off.
        help: A sentence more, on demand.
    """

    key: str
    label: str
    default: bool = False
    help: str | None = None

    def parse(self, raw: str) -> bool:
        """Reads a value from an address, 1 and 0 too; a ValueError says what would have been right."""
        if raw not in {"on", "off", "1", "0"}:
            raise ValueError("on or off")
        return raw in {"on", "1"}

    def write(self, value: bool) -> str:
        """Writes a value for an address."""
        return "on" if value else "off"


@dataclass(frozen=True)
class Several:
    """Any number of several names.

    Attributes:
        key: Its name in the address.
        label: What they are, in plain words.
        names: What may be chosen, as written in the address (without commas), and what people read for each.
        default: Some of the names.
        most: How many may be chosen at once.
        help: A sentence more, on demand.
    """

    key: str
    label: str
    names: Mapping[str, str] = field(hash=False)
    default: tuple[str, ...] = ()
    most: int = 8
    help: str | None = None

    def parse(self, raw: str) -> list[str]:
        """Reads a value from an address; a ValueError says what would have been right."""
        names = list(dict.fromkeys(filter(None, raw.split(","))))
        if not set(names) <= set(self.names) or len(names) > self.most:
            raise ValueError(f"up to {self.most} of {', '.join(self.names)}")
        return names

    def write(self, value: Sequence[str]) -> str:
        """Writes a value for an address."""
        return ",".join(value)


@dataclass(frozen=True)
class Text:
    """A short text with a grammar of its own, such as that of a block.

    Attributes:
        key: Its name in the address.
        label: What it is, in plain words, with how it is written.
        default: Which it is at first, as `tidy` returns it.
        tidy: Returns a text as it stands in an address; a ValueError is a sentence with what is wrong.
        most: Characters at most.
        help: A sentence more, on demand.
        empty: What an empty field stands for, shown in it.
    """

    key: str
    label: str
    default: str
    tidy: Callable[[str], str]
    most: int = 200
    help: str | None = None
    empty: str | None = None

    def parse(self, raw: str) -> str:
        """Reads a value from an address or a field; a ValueError says what is wrong with it."""
        if len(raw) > self.most:
            raise ValueError(f"It can have at most {self.most} characters, but {len(raw)} came.")
        return self.tidy(raw)

    def write(self, value: str) -> str:
        """Writes a value for an address."""
        return value


def labels(names: Mapping[str, str]) -> dict[str, str]:
    """What people read for each name; names that would read the same are told apart.

    A widget knows its values by what is read, so two that read the same would be taken for one another.
    """
    read = Counter(names.values())
    return {name: text if read[text] == 1 else f"{text} ({name})" for name, text in names.items()}


Option = Choice | Number | Several | Switch | Text
