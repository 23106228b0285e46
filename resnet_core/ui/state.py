"""Options drawn as controls and kept in the address, so that one address is one picture.

Streamlit can bind a widget to the address by itself, but then writes the label that people read, and drops
a bad value in silence. Here the address carries short names that stay the same when a label is reworded,
the default leaves the address clean, and a bad value is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import streamlit as st

from resnet_core.ui.address import forget, is_news, take, write
from resnet_core.ui.options import Choice, Number, Option, Several, Switch, Text, labels
from resnet_core.ui.plain import plain


def adopt(*options: Option) -> list[str]:
    """Takes the values of options from the address and tells what was wrong with it. Near a page's top.

    Args:
        options: All that the page has, so that the notices stand together.

    Returns:
        What was told.
    """
    told = [wrong for option in options if (wrong := _adopt(option))]
    for wrong in told:
        st.info(wrong)
    return told


def adopt_afresh(*options: Option) -> list[str]:
    """Takes options from the address whatever was seen of it before, and tells what was wrong with it.

    For a page that was just entered: another page may use the same name in the address, in its own way.

    Args:
        options: As for `adopt`.

    Returns:
        What was told.
    """
    for option in options:
        for key in (option.key, _kept(option)):
            st.session_state.pop(key, None)
        forget(option.key)
    return adopt(*options)


def choose(option: Choice, style: Literal["segmented", "select", "radio", "scrub"] = "segmented") -> str:
    """Draws a choice and keeps it in the address.

    Args:
        option: What may be chosen.
        style: "segmented" for two to five short names, "select" for many, "radio" for names with a sentence,
            "scrub" for names in an order, at least two.
    """
    _adopt(option)
    shared: dict[str, Any] = {
        "label": option.label,
        "options": list(option.names),
        "format_func": labels(option.names).__getitem__,
        "key": option.key,
        "help": option.help,
    }
    if st.session_state[option.key] not in option.names:  # what was chosen is no longer there
        st.session_state[option.key] = option.default
    if style == "segmented":
        return _keep(option, st.segmented_control(**shared, required=True))
    if style == "select":
        return _keep(option, st.selectbox(**shared))
    if style == "scrub":
        return _keep(option, st.select_slider(**shared))
    return _keep(option, st.radio(**shared))


def hold(option: Choice) -> str:
    """Keeps a choice in the address that no control of Streamlit shows: a component of our own sets it.

    Args:
        option: Whose value stands in the session under its key.
    """
    _adopt(option)
    if st.session_state[option.key] not in option.names:  # what was chosen is no longer there
        st.session_state[option.key] = option.default
    return str(_keep(option, st.session_state[option.key]))


@contextmanager
def in_popover(label: str, *options: Option) -> Iterator[None]:
    """Draws a popover for controls; within it they are drawn, and begin with their values.

    A browser makes such controls only when the popover is opened. The value that the first run sent is lost
    by then, and they would begin with their least value, which the next click then brings back to us: so
    their values are sent in every run.

    Args:
        label: On its button.
        *options: Of the controls in it, adopted before.
    """
    for option in options:
        st.session_state[option.key] = st.session_state[option.key]
    with st.popover(label):
        yield


def choose_several(option: Several) -> list[str]:
    """Draws a field for several names and keeps them in the address."""
    _adopt(option)
    chosen = st.multiselect(
        option.label,
        list(option.names),
        format_func=labels(option.names).__getitem__,
        key=option.key,
        help=option.help,
        max_selections=option.most,
    )
    return _keep(option, chosen)


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


def type_in(option: Text) -> str:
    """Draws a field for a text and keeps it in the address.

    What cannot be read is told under the field and stays in it; until it is mended, the last text that could
    be read holds.
    """
    _adopt(option)
    typed = st.text_input(
        option.label, key=option.key, help=option.help, max_chars=option.most, placeholder=option.empty
    )
    try:
        st.session_state[_readable(option)] = option.parse(typed)
    except ValueError as problem:
        st.error(plain(str(problem)))
    return str(_keep(option, text_of(option)))


def text_of(option: Text) -> str:
    """The text that holds, whether or not its field is drawn; to be adopted first."""
    return str(st.session_state.get(_readable(option), option.default))


def _readable(option: Text) -> str:
    return f"readable {option.key}"


def reset(*options: Option, label: str = "Reset") -> None:
    """Draws the button that brings options back to their defaults.

    Args:
        options: Which.
        label: What the button says.
    """
    st.button(label, key="reset " + options[0].key, on_click=_set_defaults, args=(options,), type="tertiary")


def _set_defaults(options: tuple[Option, ...]) -> None:
    for option in options:
        st.session_state[option.key] = _default(option)
        if isinstance(option, Text):
            st.session_state[_readable(option)] = option.default


def _default(option: Option) -> Any:
    return list(option.default) if isinstance(option, Several) else option.default


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
    moved = st.session_state.get(option.key) != st.session_state.get(_kept(option))
    if option.key in st.session_state and (moved or not is_news(option.key)):
        return None
    raw = take(option.key)
    value, wrong = _default(option), None
    if raw is not None:
        try:
            value = option.parse(raw)
        except ValueError as problem:
            wrong = _notice(option, raw, str(problem))
    st.session_state[option.key] = st.session_state[_kept(option)] = value
    if isinstance(option, Text):
        st.session_state[_readable(option)] = value
    return wrong


def _notice(option: Option, raw: str, right: str) -> str:
    shown = (
        plain(option.names[option.default]) if isinstance(option, Choice) else option.write(_default(option))
    )
    asked = re.sub(r"[^\w .,+-]", "", raw)[:40]
    if isinstance(option, Text):
        return f"The address says {option.key} = {asked}. {plain(right)} Shown here: {plain(shown)}."
    return f"The address says {option.key} = {asked}, which should be {right}. Shown here: {shown}."


def _keep(option: Option, value: Any) -> Any:
    """Writes a widget's value to the address, or clears it there where it is the default."""
    write(option.key, None if value == _default(option) else option.write(value))
    st.session_state[_kept(option)] = value
    return value


def _kept(option: Option) -> str:
    """Where the value of the last run is; a control that shows another one was moved since."""
    return f"kept {option.key}"
