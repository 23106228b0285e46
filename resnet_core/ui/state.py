"""The state of a page, declared once as options, each bound to one name in the address.

Streamlit can bind a widget to the address by itself, but then writes the label that people read, and drops
a bad value in silence. Here the address carries short names that stay the same when a label is reworded,
the default leaves the address clean, and a bad value is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import streamlit as st


@dataclass(frozen=True)
class Choice:
    """One of several names.

    Attributes:
        key: Its name in the address.
        label: What it is, in plain words, with its symbol.
        names: What may be chosen, as written in the address, and what people read for each.
        default: One of the names.
        help: A sentence more, on demand.
    """

    key: str
    label: str
    names: Mapping[str, str] = field(hash=False)
    default: str
    help: str | None = None

    def parse(self, raw: str) -> str:
        """Reads a value from an address; a ValueError says what would have been right."""
        if raw not in self.names:
            raise ValueError(f"one of {', '.join(self.names)}")
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
        """Reads a value from an address; a ValueError says what would have been right."""
        if raw not in {"on", "off"}:
            raise ValueError("on or off")
        return raw == "on"

    def write(self, value: bool) -> str:
        """Writes a value for an address."""
        return "on" if value else "off"


Option = Choice | Number | Switch


def adopt(*options: Option) -> None:
    """Takes the values of options from the address and tells what was wrong with it. Near a page's top.

    Args:
        options: All that the page has, so that the notices stand together.
    """
    for option in options:
        wrong = _adopt(option)
        if wrong:
            st.info(wrong)


def choose(option: Choice, style: Literal["segmented", "select", "radio"] = "segmented") -> str:
    """Draws a choice and keeps it in the address.

    Args:
        option: What may be chosen.
        style: "segmented" for two to five short names, "select" for many, "radio" for names with a sentence.
    """
    _adopt(option)
    shared: dict[str, Any] = {
        "label": option.label,
        "options": list(option.names),
        "format_func": option.names.__getitem__,
        "key": option.key,
        "help": option.help,
    }
    if style == "segmented":
        return _keep(option, st.segmented_control(**shared, required=True))
    return _keep(option, (st.selectbox if style == "select" else st.radio)(**shared))


def slide(option: Number) -> Any:
    """Draws a number as a slider and keeps it in the address. Returns an int where the option is whole."""
    return _number(option, st.slider)


def enter(option: Number) -> Any:
    """Draws a number as a field to type in and keeps it in the address; for seeds and learning rates."""
    return _number(option, st.number_input, format=None if option.whole else "%.6g")


def switch(option: Switch) -> bool:
    """Draws a switch and keeps it in the address."""
    _adopt(option)
    return bool(_keep(option, st.toggle(option.label, key=option.key, help=option.help)))


def reset(*options: Option, label: str = "Reset") -> None:
    """Draws the button that brings options back to their defaults.

    Args:
        options: Which.
        label: What the button says.
    """
    st.button(label, key="reset " + options[0].key, on_click=_set_defaults, args=(options,), type="tertiary")


def _set_defaults(options: tuple[Option, ...]) -> None:
    for option in options:
        st.session_state[option.key] = option.default


def _number(option: Number, widget: Callable[..., Any], **more: Any) -> Any:
    _adopt(option)
    value = widget(
        option.label,
        min_value=option.low,
        max_value=option.high,
        step=option.step,
        key=option.key,
        help=option.help,
        **more,
    )
    return _keep(option, value)


def _adopt(option: Option) -> str | None:
    """Moves a value from the address to the widget, if the address is news; returns what was wrong with it.

    What was last written is remembered, so that the address wins when the learner changed it (a link, the
    browser's way back) and the widget wins when the learner moved that.
    """
    raw = st.query_params.get(option.key)
    if option.key in st.session_state and st.session_state.get(_written(option)) == raw:
        return None
    value, wrong = option.default, None
    if raw is not None:
        try:
            value = option.parse(raw)
        except ValueError as problem:
            shown = (
                option.names[option.default] if isinstance(option, Choice) else option.write(option.default)
            )  # type: ignore[arg-type]
            wrong = _notice(option, raw, str(problem), shown)
    st.session_state[option.key] = value
    st.session_state[_written(option)] = raw
    return wrong


def _notice(option: Option, raw: str, right: str, shown: str) -> str:
    asked = re.sub(r"[^\w .,+-]", "", raw)[:40]
    return f"The address says {option.key} = {asked}, which should be {right}. Shown here: {shown}."


def _keep(option: Option, value: Any) -> Any:
    """Writes a widget's value to the address, or clears it there where it is the default."""
    raw = None if value == option.default else option.write(value)
    if st.query_params.get(option.key) != raw:
        if raw is None:
            del st.query_params[option.key]
        else:
            st.query_params[option.key] = raw
    st.session_state[_written(option)] = raw
    return value


def _written(option: Option) -> str:
    return f"address of {option.key}"
