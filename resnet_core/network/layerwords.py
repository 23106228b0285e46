"""Each layer as one word of `blocktext`, such as `3x3-64-s2` or `bn`, and back.

A word is the layer's name, then the values that it must have, then those that are not as usual, with a `-`
before each. `m` is the minus sign: `scale-m0.5`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields

from resnet_core.network.layers import (
    ACTIVATIONS,
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Gate,
    GlobalAveragePool,
    Layer,
    MaxPool,
    PadChannels,
    Scale,
    Subsample,
    ZeroPad,
    shown,
)

Values = dict[str, object]


@dataclass(frozen=True)
class _Option:
    """A field that is written only where it is not as usual.

    Attributes:
        field: of the layer.
        usual: its usual value, which may depend on the fields before it.
        prefix: what stands before a number, `s` in `s2`.
        words: what stands for a value that is no number.
    """

    field: str
    usual: Callable[[Values], object]
    prefix: str = ""
    words: Mapping[str, object] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class _Grammar:
    """How one kind of layer is written: the fields that must be there, and those that may."""

    kind: type
    needed: tuple[str, ...] = ()
    options: tuple[_Option, ...] = ()


def _as_made(kind: type, name: str) -> Callable[[Values], object]:
    """The default of a layer's class as what is usual."""
    (default,) = (one.default for one in fields(kind) if one.name == name)
    return lambda _: default


def _option(kind: type, name: str, prefix: str = "", **words: object) -> _Option:
    return _Option(name, _as_made(kind, name), prefix, words)


_FUNCTIONS = {name.replace("_", ""): name for name in ACTIVATIONS}
_PADDING = {"same": "same", "valid": "valid"}
_CONV = _Grammar(
    Conv,
    ("filters",),
    (
        _option(Conv, "stride", "s"),
        # A window of one pixel needs no padding; larger ones usually keep height and width.
        _Option("padding", lambda read: "valid" if read["kernel"] == 1 else "same", words=_PADDING),
        _option(Conv, "use_bias", nobias=False, bias=True),
        _option(Conv, "groups", "g"),
    ),
)
_POOLING = (
    _Option("stride", lambda read: read["size"], "s"),
    _Option("padding", lambda _: "valid", words=_PADDING),
)
_BY_NAME = {
    "bn": _Grammar(
        BatchNorm,
        (),
        (
            _option(BatchNorm, "momentum", "mom"),
            _option(BatchNorm, "epsilon", "eps"),
            _option(BatchNorm, "gamma", zeros="zeros", ones="ones"),
        ),
    ),
    "dropout": _Grammar(Dropout, ("rate",)),
    "scale": _Grammar(Scale, ("value",), (_option(Scale, "learnable", learn=True, fixed=False),)),
    "gate": _Grammar(Gate, ("bias",), (_option(Gate, "complement", open=False, shut=True),)),
    "maxpool": _Grammar(MaxPool, ("size",), _POOLING),
    "avgpool": _Grammar(AveragePool, ("size",), _POOLING),
    "subsample": _Grammar(Subsample, ("stride",)),
    "zeros": _Grammar(PadChannels, ("filters",)),
    "pad": _Grammar(ZeroPad, ("pixels",)),
    "mean": _Grammar(GlobalAveragePool),
    "flatten": _Grammar(Flatten),
    "dense": _Grammar(Dense, ("units",), (_option(Dense, "activation", "", **_FUNCTIONS),)),
}
_NAME_OF = {grammar.kind: name for name, grammar in _BY_NAME.items()}
NAMES = (*_BY_NAME, *_FUNCTIONS)
"""The names of all layers but the convolution, whose name is its window, such as `3x3`."""

_WINDOW = re.compile(r"([0-9]{1,2})x([0-9]{1,2})")
_NUMBER = re.compile(r"m?[0-9]{1,12}(\.[0-9]{1,25})?(em?[0-9]{1,3})?")


def word_of(layer: Layer) -> str:
    """The word of a layer; equal layers have the same."""
    if isinstance(layer, Activation):
        return layer.function.replace("_", "")
    if isinstance(layer, Conv):
        return "-".join([f"{layer.kernel}x{layer.kernel}", *_written(layer, _CONV)])
    name = _NAME_OF[type(layer)]
    return "-".join([name, *_written(layer, _BY_NAME[name])])


def layer_of(word: str) -> Layer:
    """The layer that a word stands for.

    Raises:
        LookupError: the word begins with the name of no layer.
        ValueError: a value is missing, or cannot be; what was expected and what came.
    """
    name, *texts = word.split("-")
    window = _WINDOW.fullmatch(name)
    if window:
        if int(window[1]) != int(window[2]):
            raise ValueError(f"the window of a convolution must be square, got {name}")
        return _read(_CONV, texts, {"kernel": int(window[1])})
    if name in _FUNCTIONS:
        return _read(_Grammar(Activation), texts, {"function": _FUNCTIONS[name]})
    return _read(_BY_NAME[name], texts, {})


def _written(layer: Layer, grammar: _Grammar) -> Iterator[str]:
    values = {one.name: getattr(layer, one.name) for one in fields(layer)}
    for name in grammar.needed:
        yield _decimal(values[name])
    for option in grammar.options:
        value = values[option.field]
        if value != option.usual(values):
            known = (word for word, meant in option.words.items() if meant == value)
            yield next(known) if option.words else option.prefix + _decimal(value)


def _read(grammar: _Grammar, texts: list[str], values: Values) -> Layer:
    whole = {one.name: str(one.type) == "int" for one in fields(grammar.kind)}
    for index, name in enumerate(grammar.needed):
        values[name] = _number(name, texts[index] if index < len(texts) else "", whole[name])
    given: Values = {}
    for text in texts[len(grammar.needed) :]:
        option = _meant(grammar, text)
        if option.field in given:
            raise ValueError(f"one {option.field} is expected, and {shown(text)} is another")
        prefixed = text[len(option.prefix) :]
        known = option.words.get(text)
        given[option.field] = known if option.words else _number(option.field, prefixed, whole[option.field])
    for option in grammar.options:
        values[option.field] = given.get(option.field, option.usual(values))
    made: Layer = grammar.kind(**values)
    return made


def _meant(grammar: _Grammar, text: str) -> _Option:
    """The option that a value sets."""
    for option in grammar.options:
        digits = text[len(option.prefix) :]
        if text in option.words or (
            option.prefix and text.startswith(option.prefix) and digits[:1].isdigit()
        ):
            return option
    ways = [word for option in grammar.options for word in option.words or (f"{option.prefix}1",)]
    expected = f"one of {', '.join(ways)}" if ways else "nothing more"
    raise ValueError(f"{expected} is expected, got {shown(text)}")


def _number(name: str, text: str, whole: bool) -> float:
    if not _NUMBER.fullmatch(text) or (whole and not text.isdecimal()):
        wanted = "a whole number" if whole else "a number"
        raise ValueError(f"{name} must be {wanted}, got {shown(text) if text else 'nothing'}")
    return int(text) if whole else float(text.replace("m", "-"))


def _decimal(value: object) -> str:
    """A number in the signs of an address; minus zero is zero."""
    assert isinstance(value, (int, float))
    text = str(value) if isinstance(value, int) else repr(value + 0.0)
    return text.removesuffix(".0").replace("-", "m")
