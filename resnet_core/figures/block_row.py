"""What a block does to one picture, in one row that reads like its diagram: x, the branch, the sum, y."""

from __future__ import annotations

import html
from collections.abc import Sequence

from resnet_core.figures.inside_strip import layer_words
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
    adds = "add" in paths
    cells = [_cell(one, "x", chosen, common, theme) for one in paths["x"]]
    cells += [_cell(one, "h", chosen, common, theme) for one in paths.get("entry", [])]
    branch = _path(paths.get("branch", []), "F(x)", chosen, common, theme)
    beside = _path(paths.get("shortcut", []), "s(x)", chosen, common, theme)
    middle = f'<div class="rx-row-branch"><span class="rx-row-title">branch F</span>{branch}</div>'
    if adds:
        carried = beside or '<span class="rx-row-carried">x, unchanged</span>'
        middle += f'<div class="rx-row-shortcut"><span class="rx-row-title">shortcut</span>{carried}</div>'
    end = [_cell(one, "sum", chosen, common, theme) for one in paths.get("add", [])]
    end += [_cell(one, "y", chosen, common, theme) for one in paths.get("exit", [])]
    count = max(len(paths.get("branch", [])), len(paths.get("shortcut", [])), 1)
    arrow = '<span class="rx-row-arrow" aria-hidden="true">→</span>'
    plus = '<span class="rx-row-plus" aria-hidden="true">+</span>' if adds else arrow
    return (
        f'<div class="rx-row">{arrow.join(cells)}{arrow}'
        f'<div class="rx-row-paths" style="--rx-count: {count}">{middle}</div>'
        f"{plus}{arrow.join(end)}</div>{_legend(stations, common, theme)}"
    )


def symbol_of(station: Station, stations: Sequence[Station]) -> str:
    """What a station is called in He et al. 2015: x, F(x), s(x), the sum, y; empty between two layers."""
    last = {one.part: one.name for one in stations}
    if station.part == "x":
        return "x"
    if station.part == "add":
        return "F(x) + s(x)" if "shortcut" in last else "F(x) + x"
    if station.name != last[station.part]:
        return ""
    return {"entry": "h", "branch": "F(x)", "shortcut": "s(x)", "exit": "y"}.get(station.part, "")


def _parts(stations: Sequence[Station]) -> list[str]:
    return list(dict.fromkeys(one.part for one in stations))


def _common_range(stations: Sequence[Station]) -> Range:
    """The scale that x, F(x), what the shortcut brings, the sum and y share, so that they seem to add up."""
    maps = [one.maps for one in stations if one.common]
    return range_of(maps, any(is_signed(one) for one in maps))  # type: ignore[arg-type]


def _path(stations: Sequence[Station], symbol: str, chosen: str, common: Range, theme: Theme) -> str:
    if not stations:
        return ""
    cells = [_cell(one, "", chosen, common, theme) for one in stations[:-1]]
    cells.append(_cell(stations[-1], symbol, chosen, common, theme))
    return '<span class="rx-row-arrow" aria-hidden="true">→</span>'.join(cells)


def _cell(one: Station, symbol: str, chosen: str, common: Range, theme: Theme) -> str:
    signed = is_signed(one.maps)
    scale = common if one.common else range_of([one.maps], signed)  # type: ignore[list-item]
    address = mosaic_address(one.maps, scale, theme, signed=scale.signed)
    name = "what enters" if one.node is None else layer_words(one.node)
    name = name.removesuffix(", branch").removesuffix(", shortcut").removesuffix(", after the sum")
    title = {"sum": "the sum"}.get(symbol, symbol)
    said = (
        f"{title + ': ' if title else ''}{name}, {shape(one.shape)}, standard deviation "
        f"{significant(one.spread)}"
    )
    strong = f"<b>{html.escape(title)}</b>" if title else ""
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
