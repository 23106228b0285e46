"""How it was measured: the folded part of a page that lets every number be traced to where it comes from."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import streamlit as st


def how_measured(
    method: str,
    *,
    code: Callable[..., object] | type | None = None,
    seed: int | None = None,
    downloads: dict[str, Callable[[], bytes | str]] | None = None,
    key: str = "method",
) -> None:
    """Draws the folded explanation of a measurement.

    Args:
        method: What was done with what, in Markdown.
        code: The very function that ran; its source is shown as it is.
        seed: Of all random numbers, where there were any.
        downloads: File names, each with the function that makes the file when it is asked for.
        key: Of its own where a page has several.
    """
    with st.expander("How it was measured", key=f"rx-method-{key}"):
        st.markdown(method if seed is None else f"{method}\n\nSeed: {seed}.")
        if code is not None:
            st.markdown(f"The code that ran, `{code.__module__}.{code.__qualname__}`:")
            st.code(inspect.getsource(code), language="python")
        for name, make in (downloads or {}).items():
            st.download_button(name, make, file_name=name, key=f"{key} {name}", on_click="ignore")
