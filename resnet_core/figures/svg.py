"""The few shapes that our diagrams are drawn from, as SVG text. Every string is escaped on its way in."""

from __future__ import annotations

import html
from collections.abc import Iterable


def element(tag: str, *children: str, **attributes: object) -> str:
    """Writes one element; `class_` becomes `class`, underscores become hyphens, numbers get two decimals.

    Args:
        tag: Of the element.
        children: Finished SVG, or text that went through `escape`.
        attributes: Values are escaped; None leaves an attribute out.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(_value(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{''.join(children)}</{tag}>" if children else f"<{tag}{written}/>"


def escape(text: str) -> str:
    """Makes any text safe between tags."""
    return html.escape(text, quote=False)


def label(text: str, x: float, y: float, class_: str = "", *, anchor: str = "start") -> str:
    """Writes a text whose baseline starts, is centred on, or ends at (x, y)."""
    return element("text", escape(text), x=x, y=y, class_=class_ or None, text_anchor=anchor)


def box(left: float, top: float, width: float, height: float, class_: str, *, radius: float = 6) -> str:
    """Writes a rounded rectangle."""
    return element(
        "rect", x=left, y=top, width=width, height=height, rx=min(radius, width / 2), class_=class_
    )


def group(children: Iterable[str], class_: str = "", title: str = "", transform: str | None = None) -> str:
    """Writes shapes that belong together; `title` is shown when they are pointed at."""
    heading = [element("title", escape(title))] if title else []
    return element("g", *heading, *children, class_=class_ or None, transform=transform)


def document(
    body: str, width: float, height: float, *, name: str, title: str, description: str, role: str = "img"
) -> str:
    """Writes a whole svg element that names and describes itself to screen readers.

    Args:
        body: Finished SVG.
        width: Of the drawing, in its own units.
        height: Of the drawing, in its own units.
        name: Makes the ids unique on a page: letters, digits, hyphens.
        title: A few words.
        description: What is to be seen.
        role: "group" where parts of the drawing can be chosen one by one.

    The drawing fills its column up to 1.4 times its own size, in rem, so that it grows with the text
    of the page and not beyond what a screen holds.
    """
    return element(
        "svg",
        element("title", escape(title), id=f"{name}-title"),
        element("desc", escape(description), id=f"{name}-description"),
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        role=role,
        class_="rx-diagram",
        style=f"max-width:{1.4 * width / 16:g}rem",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-description",
    )


def text_width(text: str, size: float) -> float:
    """Estimates the width of a text in the units of its size, a little on the wide side for our font."""
    return 0.48 * size * len(text)


def _value(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
