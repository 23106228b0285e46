"""What a block does to one picture, in one row that reads like its diagram: x, the branch, the sum, y."""

from __future__ import annotations

import html
from collections.abc import Sequence

from resnet_core.figures.inside_strip import layer_name
from resnet_core.figures.maps import Range, bar_html, range_of
from resnet_core.figures.mosaic import is_signed, mosaic_address
from resnet_core.figures.palette import Theme
from resnet_core.figures.text import shape, significant
from resnet_core.probes.inside import Station


def row_html(stations: Sequence[Station], chosen: str, theme: Theme) -> str:
    """Returns the row; every picture in it is a button that leads to all maps of its layer.

    Args:
        stations: of one block, from the probe.
        chosen: the layer that is looked at.
        theme: of the page.
    """
    common = _common_range(stations)
    paths = {part: [one for one in stations if one.part == part] for part in _parts(stations)}
    arrow = '<span class="rx-row-arrow" aria-hidden="true">→</span>'
    symbols = {one.name: symbol_of(one, stations) for one in stations}
    drawn = {
        part: arrow.join(_cell(one, symbols[one.name], chosen, common, theme) for one in members)
        for part, members in paths.items()
    }
    adds = "add" in paths
    before = arrow.join(filter(None, (drawn["x"], drawn.get("entry"))))
    branch, beside = drawn.get("branch", ""), drawn.get("shortcut", "")
    middle = f'<div class="rx-row-branch"><span class="rx-row-title">branch F</span>{branch}</div>'
    if adds:
        fork = "h" if "entry" in paths else "x"
        carried = beside or f'<span class="rx-row-carried">{fork}, unchanged</span>'
        middle += f'<div class="rx-row-shortcut"><span class="rx-row-title">shortcut</span>{carried}</div>'
    count = max(len(paths.get("branch", [])), len(paths.get("shortcut", [])), 1)
    plus = '<span class="rx-row-plus" aria-hidden="true">+</span>' if adds else arrow
    after = arrow.join(filter(None, (drawn.get("add"), drawn.get("exit"))))
    return (
        f'<div class="rx-row">{before}{arrow}'
        f'<div class="rx-row-paths" style="--rx-count: {count}">{middle}</div>'
        f"{plus}{after}</div>{_legend(stations, common, theme)}"
    )


def symbol_of(station: Station, stations: Sequence[Station]) -> str:
    """What a station is called in He et al. 2015: x, F(x), s(x), the sum, y; empty between two layers.

    Layers before the fork make h of x, and the paths are then F(h) and s(h).
    """
    last = {one.part: one.name for one in stations}
    fork = "h" if "entry" in last else "x"
    beside = f"s({fork})" if "shortcut" in last else fork
    if station.part == "x":
        return "x"
    if station.part == "add":
        return f"F({fork}) + {beside}"
    if station.name != last[station.part]:
        return ""
    return {"entry": "h", "branch": f"F({fork})", "shortcut": beside, "exit": "y"}.get(station.part, "")


def _parts(stations: Sequence[Station]) -> list[str]:
    return list(dict.fromkeys(one.part for one in stations))


def _common_range(stations: Sequence[Station]) -> Range:
    """The scale that x, F(x), what the shortcut brings, the sum and y share, so that they seem to add up."""
    maps = [one.maps for one in stations if one.common]
    return range_of(maps, any(is_signed(one) for one in maps))  # type: ignore[arg-type]


def _cell(one: Station, symbol: str, chosen: str, common: Range, theme: Theme) -> str:
    signed = is_signed(one.maps)
    scale = common if one.common else range_of([one.maps], signed)  # type: ignore[list-item]
    address = mosaic_address(one.maps, scale, theme, signed=scale.signed)
    name = "what enters" if one.node is None else layer_name(one.node)
    said = (
        f"{symbol + ': ' if symbol else ''}{name}, {shape(one.shape)}, standard deviation "
        f"{significant(one.spread)}"
    )
    strong = f"<b>{html.escape(symbol)}</b>" if symbol else ""
    return (
        f'<button type="button" data-layer="{html.escape(one.name)}" aria-pressed='
        f'"{str(one.name == chosen).lower()}" title="{html.escape(said)}"><img src="{address}" '
        f'alt="{html.escape(said)}"><span>{strong}{html.escape(name)}<small>±{significant(one.spread)}'
        "</small></span></button>"
    )


def _legend(stations: Sequence[Station], common: Range, theme: Theme) -> str:
    shown = max(len(one.channels) for one in stations)
    return (
        f'<div class="rx-row-legend">{bar_html(common, theme)}<p>Of each layer {shown} channels at most. '
        "Those of F(x), of what the shortcut brings, of the sum and of y are the same channels, those in "
        "which F(x) is largest on average, and share this scale, so that one sees them add up; every other "
        "layer has a scale of its own and its own largest channels. ± is the standard deviation of all "
        "values.</p></div>"
    )
