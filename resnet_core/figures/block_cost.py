"""What each layer of a block costs and sees, as a table: parameters, multiply-adds, memory, field."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from resnet_core.figures.block_words import PATHS, whole_shape, words
from resnet_core.figures.text import plural, size, whole
from resnet_core.network.inspection import BYTES_OF_A_VALUE, Inspection, LayerView, Totals, difference

HEADS = ("Layer", "Leaves", "Parameters", "Multiply-adds", "Activations", "Receptive field")
_NONE = '<span class="rx-none">–</span>'


def cost_html(seen: Inspection, before: Inspection, name: str) -> str:
    """The table, with the sum and with the difference to the block that it came from.

    Args:
        seen: the block.
        before: the block that it came from.
        name: of that block, for people.
    """
    totals = seen.totals
    rows = [_row(layer, totals) for layer in seen.layers]
    rows.append(_sum("The block", _figures(totals), whole_shape(seen.output)))
    changed = difference(before.totals, totals)
    rows.append(_sum(f"Beside {html.escape(name)}", _figures(changed, signed=True), ""))
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    return (
        '<div class="rx-scroll" tabindex="0" role="region" aria-label="What each layer costs">'
        f'<table class="rx-table rx-cost"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def cost_columns(seen: Inspection) -> dict[str, Sequence[Any]]:
    """The same numbers in full, for a file; the receptive field in pixels of x, memory in bytes."""
    layers = seen.layers
    return {
        "layer": [layer.node.name for layer in layers],
        "part": [layer.node.part for layer in layers],
        "kind": [" ".join(filter(None, words(layer.node.layer))) for layer in layers],
        "output": [whole_shape(layer.output) for layer in layers],
        "parameters": [layer.parameters for layer in layers],
        "trainable": [layer.trainable for layer in layers],
        "multiply_adds": [layer.multiply_adds for layer in layers],
        "activation_bytes": [BYTES_OF_A_VALUE * layer.activations for layer in layers],
        "receptive_field": [layer.receptive_field for layer in layers],
    }


def what_it_costs(seen: Inspection) -> str:
    """The reading of the table, made from its numbers."""
    totals = seen.totals
    if not totals.parameters:
        return "Nothing in this block is learnt: it has no parameters."
    heaviest = max(seen.layers, key=lambda layer: layer.parameters)
    name = " ".join(filter(None, words(heaviest.node.layer)))
    share = round(100 * heaviest.parameters / totals.parameters)
    where = PATHS.get(heaviest.node.part, "after the addition")
    field = (
        f" One value of y depends on a square of {plural(totals.receptive_field, 'pixel')} a side of x."
        if totals.receptive_field
        else ""
    )
    return (
        f"The {name} {where} holds {share}\u202f% of the {whole(totals.parameters)} parameters. For one "
        f"picture, {size(totals.bytes)} of activations leave the layers; training keeps most of them for the "
        f"way back.{field}"
    )


def _row(layer: LayerView, totals: Totals) -> str:
    name, detail = words(layer.node.layer)
    where = PATHS.get(layer.node.part, "" if layer.node.part == "add" else "after the addition")
    title = "addition" if layer.node.part == "add" else f"{name} {detail}".strip()
    quiet = f' <span class="rx-none">{where}</span>' if where else ""
    cells = (
        (layer.parameters, whole(layer.parameters), layer.parameters / max(1, totals.parameters)),
        (layer.multiply_adds, whole(layer.multiply_adds), layer.multiply_adds / max(1, totals.multiply_adds)),
        (
            layer.activations,
            size(BYTES_OF_A_VALUE * layer.activations),
            layer.activations / max(1, totals.activations),
        ),
    )
    figures = "".join(f"<td>{_share(text, share) if count else _NONE}</td>" for count, text, share in cells)
    field = f"{layer.receptive_field} px" if layer.receptive_field else _NONE
    shape = whole_shape(layer.output)
    return (
        f'<tr><th scope="row">{html.escape(title)}{quiet}</th><td>{shape}</td>{figures}<td>{field}</td></tr>'
    )


def _share(text: str, share: float) -> str:
    return f'{text}<i class="rx-share" style="--share:{100 * share:.2f}%"></i>'


def _figures(totals: Totals, signed: bool = False) -> tuple[str, str, str, str]:
    field = totals.receptive_field
    return (
        _signed(totals.parameters, whole, signed),
        _signed(totals.multiply_adds, whole, signed),
        _signed(totals.bytes, size, signed),
        _NONE if field is None else f"{_signed(field, whole, signed)} px",
    )


def _signed(count: int, write: Any, signed: bool) -> str:
    if not signed:
        return str(write(count))
    return f"{'+' if count > 0 else '−' if count < 0 else '±'}{write(abs(count))}"


def _sum(name: str, figures: tuple[str, ...], shape: str) -> str:
    cells = "".join(f"<td>{figure}</td>" for figure in figures)
    return f'<tr class="rx-sums"><th scope="row">{name}</th><td>{shape}</td>{cells}</tr>'
