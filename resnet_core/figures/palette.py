"""The one palette: signs of the kinds of network, grounds of the two themes, colour scales.

The hues are those of Okabe and Ito (2008), which people with the common kinds of colour blindness tell
apart. A sign is always a colour *and* a dash *and* a marker. Where a hue is too faint against a theme's
background, it is mixed towards black or white until it reaches the contrast of WCAG 2.2: 3:1 for lines
(success criterion 1.4.11), 4.5:1 for text (1.4.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, get_args

Theme = Literal["light", "dark"]
Kind = Literal["residual", "plain", "preactivation", "own"]
Split = Literal["training", "validation", "test"]

THEMES: tuple[Theme, ...] = get_args(Theme)
KINDS: tuple[Kind, ...] = get_args(Kind)
SPLITS: tuple[Split, ...] = get_args(Split)

LINE_CONTRAST = 3.0
TEXT_CONTRAST = 4.5

SPLIT_WIDTHS: Mapping[str, float] = MappingProxyType({"training": 1.5, "validation": 2.5, "test": 4.0})
"""Line width in pixels: thin for training, medium for validation, thick for test."""

SEQUENTIAL = "Cividis"
"""The scale of what cannot be negative: perceptually even, and readable without colour vision."""

_WARNING = "#E69F00"
"""The orange of Okabe and Ito: what does not fit. It stands for no kind of network."""

_HUES = {"residual": "#0072B2", "plain": "#D55E00", "preactivation": "#009E73", "own": "#CC79A7"}
_DASHES = {"residual": "solid", "plain": "dash", "preactivation": "dashdot", "own": "longdash"}
_MARKERS = {"residual": "circle", "plain": "square", "preactivation": "diamond", "own": "star"}


@dataclass(frozen=True)
class Ground:
    """The neutral colours of a theme.

    Attributes:
        background: The page.
        surface: Raised areas: a control, a layer in a diagram.
        text: Running text.
        quiet: Captions, axis titles, ticks; at least 4.5:1 on both background and surface.
        edge: Outlines that carry meaning; at least 3:1.
        rule: Grid lines; they carry no meaning by themselves and stay faint.
    """

    background: str
    surface: str
    text: str
    quiet: str
    edge: str
    rule: str


GROUNDS: Mapping[Theme, Ground] = MappingProxyType(
    {
        "light": Ground("#FFFFFF", "#F2F4F6", "#1B1F24", "#565F69", "#7D8792", "#DDE1E5"),
        "dark": Ground("#101418", "#1B2127", "#E8EBEE", "#A6AFB9", "#76808B", "#2F3740"),
    }
)


@dataclass(frozen=True)
class Sign:
    """How one kind of network is drawn, everywhere.

    Attributes:
        kind: "residual", "plain", "preactivation" or "own".
        colour: For lines and marks, at least 3:1 on background and surface.
        ink: For text in the same hue, at least 4.5:1 on background and surface.
        wash: A faint area of the hue, for bands and the ground of a shape.
        dash: Dash of lines, in plotly's terms.
        marker: Marker symbol, in plotly's terms.
    """

    kind: Kind
    colour: str
    ink: str
    wash: str
    dash: str
    marker: str


@cache
def sign(kind: str, theme: Theme = "light") -> Sign:
    """Looks up the sign of a kind of network in a theme.

    Args:
        kind: One of `KINDS`.
        theme: One of `THEMES`.

    Raises:
        ValueError: If the kind or the theme is unknown.
    """
    if kind not in KINDS:
        raise ValueError(f"The kind of a network is one of {', '.join(KINDS)}. Received: {kind!r}.")
    if theme not in GROUNDS:
        raise ValueError(f"The theme is one of {', '.join(THEMES)}. Received: {theme!r}.")
    hue, ground = _HUES[kind], GROUNDS[theme]
    return Sign(
        kind=kind,
        # Thin lines glow less than they shine on paper: on the dark ground they get the contrast of text.
        colour=legible(hue, ground, LINE_CONTRAST if theme == "light" else TEXT_CONTRAST),
        ink=legible(hue, ground, TEXT_CONTRAST),
        wash=mix(ground.background, hue, 0.14 if theme == "light" else 0.24),
        dash=_DASHES[kind],
        marker=_MARKERS[kind],
    )


def warning(theme: Theme) -> str:
    """Returns the colour of lines that do not fit together, with the contrast of text."""
    return legible(_WARNING, GROUNDS[theme], TEXT_CONTRAST)


def kind_of(network: str) -> Kind:
    """Tells the kind of a network from its catalogue name ("plain50" is plain, "my block" one's own)."""
    name = network.lower().removeprefix("cifar_").removeprefix("notebook_")
    for prefix, kind in (("preact", "preactivation"), ("plain", "plain"), ("resnet", "residual")):
        if name.startswith(prefix):
            return kind  # type: ignore[return-value]
    return "own"


def variant(colour: str, index: int, theme: Theme) -> str:
    """Tells several networks of one kind apart: the first as it is, the others nearer to the text colour."""
    return mix(colour, GROUNDS[theme].text, (0.0, 0.45, 0.7)[min(index, 2)])


def diverging(theme: Theme) -> list[list[float | str]]:
    """Returns plotly's colour scale for signed values: vermilion below, the page at zero, blue above."""
    ground = GROUNDS[theme]
    low, high = _HUES["plain"], _HUES["residual"]
    end = ground.text
    stops = (
        (0.0, mix(low, end, 0.35)),
        (0.25, low),
        (0.5, ground.surface),
        (0.75, high),
        (1.0, mix(high, end, 0.35)),
    )
    return [[position, colour] for position, colour in stops]


def css_variables() -> str:
    """Returns a style sheet with every colour as a variable that follows the page's colour scheme."""
    lines = []
    for kind in KINDS:
        light, dark = sign(kind, "light"), sign(kind, "dark")
        for part in ("colour", "ink", "wash"):
            lines.append(_variable(f"{kind}-{part}", getattr(light, part), getattr(dark, part)))
    lines.append(_variable("warning-colour", warning("light"), warning("dark")))
    for part in Ground.__dataclass_fields__:
        lines.append(_variable(part, getattr(GROUNDS["light"], part), getattr(GROUNDS["dark"], part)))
    return ":root {\n" + "\n".join(lines) + "\n}\n"


def _variable(name: str, light: str, dark: str) -> str:
    return f"  --rx-{name}: light-dark({light}, {dark});"


def legible(colour: str, ground: Ground, ratio: float) -> str:
    """Mixes a colour towards the text colour's side until it stands out by `ratio` on background and surface.

    Args:
        colour: "#RRGGBB".
        ground: The theme it has to be read on.
        ratio: WCAG contrast to reach, 1 to 21.

    Raises:
        ValueError: If not even black or white reaches the ratio.
    """
    end = "#000000" if luminance(ground.background) > 0.5 else "#FFFFFF"
    for step in range(101):
        tint = mix(colour, end, step / 100)
        if min(contrast(tint, ground.background), contrast(tint, ground.surface)) >= ratio:
            return tint
    raise ValueError(f"No tint of {colour} reaches a contrast of {ratio}:1 on {ground.background}.")


def mix(colour: str, other: str, share: float) -> str:
    """Mixes two "#RRGGBB" colours; `share` is the part of the second, 0 to 1."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def channels(colour: str) -> tuple[int, int, int]:
    """Splits "#RRGGBB" into red, green and blue, 0 to 255 each."""
    if len(colour) != 7 or not colour.startswith("#"):
        raise ValueError(f"A colour is written as #RRGGBB. Received: {colour!r}.")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Returns the relative luminance of a colour, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    linear = [_linear(channel / 255) for channel in channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Returns the WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def see_through(colour: str, opacity: float) -> str:
    """Returns a colour as plotly's rgba(), for bands that must not hide what lies under them."""
    red, green, blue = channels(colour)
    return f"rgba({red}, {green}, {blue}, {opacity:g})"
