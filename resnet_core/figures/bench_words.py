"""What is said of a block on the bench: of each part that is pointed at, and of each symbol."""

from __future__ import annotations

from resnet_core.figures.block_words import PATHS, in_signs, told, whole_shape
from resnet_core.figures.text import large, plural, whole
from resnet_core.network.editing import Place, gaps
from resnet_core.network.explained import explained
from resnet_core.network.formula import Term
from resnet_core.network.inspection import Inspection, LayerView, shape_at
from resnet_core.network.spec import BlockSpec
from resnet_core.network.workbench import SUM, written

EDGE = "the buttons above set a layer in here"


def said(block: BlockSpec, seen: Inspection) -> dict[str, str]:
    """One or two sentences on every layer, the addition and every edge, by their names on the bench."""
    sentences = {at_of(layer): _of_layer(layer) for layer in seen.layers}
    for place in gaps(block):
        if block.shortcut is not None or place.part != "shortcut":
            sentences["+" + written(place)] = _of_edge(block, seen, place)
    return sentences


def at_of(layer: LayerView) -> str:
    """How a layer or the addition is called on the bench."""
    return SUM if layer.place is None else written(layer.place)


def _of_layer(layer: LayerView) -> str:
    node = layer.node
    if layer.problem:
        return f"{_capital(in_signs(layer.problem))}."
    if layer.place is None:
        return f"Addition: {whole_shape(layer.output)}. {explained(node.layer)}"
    cost = [plural(layer.parameters, "parameter")] if layer.parameters else ["no parameters"]
    if layer.multiply_adds:
        cost.append(f"{large(layer.multiply_adds)} multiply-adds")
    where = told(node.layer, node.part, layer.inputs[0], layer.output)
    return f"{_capital(where)}; {', '.join(cost)}. {explained(node.layer)}"


def _of_edge(block: BlockSpec, seen: Inspection, place: Place) -> str:
    shape = whole_shape(shape_at(block, seen, place))
    what = "x" if place.part != "exit" and place.index == 0 and not block.entry else "what passes"
    if place.part == "exit" and place.index == 0:
        what = "the sum" if block.shortcut is not None else what
    return f"An edge {PATHS.get(place.part, 'after the addition')}: {what} is {shape}; {EDGE}."


def formula_html(terms: tuple[Term, ...]) -> str:
    """The formula, each symbol with a meaning a button with its number in `data-term`."""
    return "".join(
        f'<button type="button" data-term="{number}">{term.html}</button>'
        if term.meaning
        else f"<span>{term.html}</span>"
        for number, term in enumerate(terms)
    )


def symbols(terms: tuple[Term, ...]) -> str:
    """What all symbols of the formula mean, each once."""
    return " ".join(dict.fromkeys(term.meaning for term in terms if term.meaning))


def answer(block: BlockSpec, seen: Inspection, name: str) -> str:
    """The sentence that answers the page's question for this block, in HTML-free words with its numbers."""
    enters = f"{whole_shape(seen.shape)} enters"
    if not seen.fits:
        return f"{enters}, and it does not fit yet: {in_signs(seen.problem)}."
    leaves = f"**{whole_shape(seen.output)}** leaves"
    cost = f"**{whole(seen.totals.parameters)}** parameters"
    if block.shortcut is None:
        return f"{name}: {enters}, {leaves}, and nothing is added: {cost} must make all of y from x."
    branch = sum(layer.parameters for layer in seen.layers if layer.node.part == "branch")
    if not block.shortcut:
        return (
            f"{name}: {enters}, {leaves}, and x itself is in it: the branch, {cost}, only makes what is "
            "added to x."
        )
    shortcut = sum(layer.parameters for layer in seen.layers if layer.node.part == "shortcut")
    return (
        f"{name}: {enters}, {leaves}; the branch has **{whole(branch)}** parameters, and the shortcut, which "
        f"changes x on the way, **{whole(shortcut)}**."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
