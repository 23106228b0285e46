"""A block as a formula, in the letters of He et al. 2015 (equations 1 and 2) and 2016 (equations 1 and 2).

`y = σ(F(x, {Wᵢ}) + x)`: each piece of it stands for layers of the block and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from resnet_core.network.alone import alone
from resnet_core.network.graph import Node, walk
from resnet_core.network.spec import Activation, BatchNorm, BlockSpec, Conv, Dense, Gate, Scale, Shape


@dataclass(frozen=True)
class Term:
    """A piece of the formula.

    Attributes:
        text: in plain characters.
        html: the same with `<i>` and `<sub>`, safe to put into a page.
        nodes: names of the layers that it stands for, as in `graph.walk(alone(block, shape))`.
        meaning: one sentence; empty for signs such as `=`.
    """

    text: str
    html: str
    nodes: tuple[str, ...] = ()
    meaning: str = ""


X = "<i>x</i>"
_WEIGHTS = "{W\u1d62}"


def formula(block: BlockSpec, shape: Shape) -> tuple[Term, ...]:
    """The block from left to right; every layer belongs to at least one term.

    Args:
        block: any, whether its shapes fit or not.
        shape: (height, width, channels) that enters it.

    Raises:
        ValueError: `shape` is not three whole numbers from 1 to 4096.
    """
    nodes = walk(alone(block, shape))
    parts = {part: [node for node in nodes if node.part == part] for part in ("entry", "branch", "shortcut")}
    leave = [node for node in nodes if node.part == "exit"]
    add = [node for node in nodes if node.part == "add"]
    terms = [Term("y", "<i>y</i>", (), "y is what leaves the block."), _sign(" = ")]
    terms += _after(leave)
    terms += _branch(parts["branch"], parts["entry"])
    if add:
        meaning = "The element-wise addition: value by value, channel by channel."
        terms.append(Term(" + ", " + ", (add[0].name,), meaning))
        terms += _shortcut(parts["shortcut"], parts["entry"])
    return (*terms, _sign(")")) if leave else tuple(terms)


def _after(leave: Sequence[Node]) -> Iterator[Term]:
    if not leave:
        return
    names = _names(leave)
    if len(leave) == 1 and leave[0].layer == Activation("relu"):
        yield Term("σ", "σ", names, "σ is the ReLU after the addition: what is negative becomes zero.")
    else:
        yield Term("f", "<i>f</i>", names, "f is what follows the addition.")
    yield _sign("(")


def _branch(branch: Sequence[Node], entry: Sequence[Node]) -> Iterator[Term]:
    layers = list(branch)
    if layers and isinstance(layers[-1].layer, Scale):
        scale = layers.pop()
        assert isinstance(scale.layer, Scale)
        how = "is learnt and begins at" if scale.layer.learnable else "stays"
        meaning = f"α scales the branch; it {how} {scale.layer.value:g}."
        yield Term("α ", "α ", (scale.name,), meaning)
    if not layers:
        yield _input(entry, "The branch is empty here, so what it brings is x itself.")
        return
    meaning = "F is the branch, the residual function: what the block learns to add to x."
    yield Term("F", "<i>F</i>", _names(layers), meaning)
    yield _sign("(")
    yield _input(entry, "x is what enters the block.")
    weights = [node for node in layers if isinstance(node.layer, (Conv, Dense))]
    if weights:
        yield _sign(", ")
        html = "{<i>W</i><sub>i</sub>}"
        yield Term(
            _WEIGHTS, html, _names(weights), "Wᵢ are the weights of the branch's layers, biases left out."
        )
    yield _sign(")")


def _shortcut(shortcut: Sequence[Node], entry: Sequence[Node]) -> Iterator[Term]:
    names = _names(shortcut)
    layers = [node.layer for node in shortcut]
    weights = [layer for layer in layers if isinstance(layer, Conv)]
    if not layers:
        yield _input(entry, "The shortcut: x itself, which costs nothing.")
        return
    if len(weights) == 1 and all(isinstance(layer, (Conv, BatchNorm)) for layer in layers):
        meaning = (
            "W\u209b is the projection on the shortcut: it brings x to the shape of the branch (equation 2)."
        )
        yield Term("W\u209b", "<i>W<sub>s</sub></i>", names, meaning)
        yield _sign(" ")
        yield _input(entry, "x is what enters the block.")
    elif len(layers) == 1 and isinstance(layers[0], Scale):
        meaning = f"λ scales the shortcut; here it is {layers[0].value:g}."
        yield Term("λ ", "λ ", names, meaning)
        yield _input(entry, "x is what enters the block.")
    elif len(layers) == 1 and isinstance(layers[0], Gate):
        text = "(1 − g(x))" if layers[0].complement else "g(x)"
        meaning = "g is the gate: the sigmoid of a 1×1 convolution of x, between 0 and 1 for each value."
        yield Term(f"{text} ", text.replace("g(x)", f"<i>g</i>({X})") + " ", names, meaning)
        yield _input(entry, "x is what enters the block.")
    else:
        yield Term(
            "h", "<i>h</i>", names, "h is what the shortcut does to x; in the original block, nothing."
        )
        yield _sign("(")
        yield _input(entry, "x is what enters the block.")
        yield _sign(")")


def _input(entry: Sequence[Node], meaning: str) -> Term:
    """The x that a path begins with: what enters, or what the layers before the fork make of it."""
    if not entry:
        return Term("x", X, (), meaning)
    shared = "f\u0302 is the activation before the fork, which both paths share."
    return Term("f\u0302(x)", f"<i>f\u0302</i>({X})", _names(entry), shared)


def _sign(text: str) -> Term:
    return Term(text, text)


def _names(nodes: Sequence[Node]) -> tuple[str, ...]:
    return tuple(node.name for node in nodes)
