"""What a block is before the first step of training, and which layers of its branch training can reach.

A factor that begins at zero, the scale of a batch norm or a learnt scale, makes the branch begin at zero. It
also holds the gradient back from what stands before it until it has moved itself, and some never can.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from resnet_core.network.editing import Place
from resnet_core.network.spec import (
    Activation,
    BatchNorm,
    BlockSpec,
    Conv,
    Dense,
    Dropout,
    Layer,
    Layers,
    Scale,
    ZeroPad,
)

_NOT_ZERO_AT_ZERO = ("sigmoid", "softplus", "softmax")
_KEEPS_Y = (Activation("relu"), Activation("linear"))


class _Value(IntEnum):
    """What is known of the values between two layers: all zero, one value in each map, or neither."""

    ZERO = 0
    CONSTANT = 1
    VARYING = 2


@dataclass
class _Weights:
    """What of a layer's weights is not zero, and whether training ever changes its kernel or factor."""

    factor: bool
    shift: bool = False
    learnt: bool = False


def starts_at_zero(block: BlockSpec) -> bool:
    """Whether F(x) is exactly zero before training, for every x."""
    return _forward(block.branch, _before_training(block.branch))[-1] == _Value.ZERO


def starts_as_identity(block: BlockSpec) -> bool:
    """Whether y = x before training, for every x without negative values, as a ReLU hands it on."""
    plain = block.shortcut != () or bool(block.entry)
    return not plain and starts_at_zero(block) and all(layer in _KEEPS_Y for layer in block.exit)


def has_weights(layer: Layer) -> bool:
    """Whether the layer holds a kernel or a factor that training changes."""
    return isinstance(layer, (Conv, Dense, BatchNorm)) or (isinstance(layer, Scale) and layer.learnable)


def asleep(block: BlockSpec) -> tuple[Place, ...]:
    """The layers of the branch whose kernel or factor no step of gradient descent ever changes.

    The gradient arrives at the end of the branch and x is not constant; ReLU lets nothing back where it reads
    exactly zero, as in TensorFlow. A gate is taken to pass both ways and is not judged itself.
    """
    layers = block.branch
    weights = _before_training(layers)
    while _step(layers, weights):
        pass
    return tuple(
        Place("branch", index)
        for index, layer in enumerate(layers)
        if has_weights(layer) and not weights[index].learnt
    )


def _before_training(layers: Layers) -> list[_Weights]:
    return [_Weights(factor=not _begins_at_zero(layer)) for layer in layers]


def _begins_at_zero(layer: Layer) -> bool:
    match layer:
        case BatchNorm(gamma="zeros") | Scale(value=0):
            return True
    return False


def _forward(layers: Layers, weights: list[_Weights]) -> list[_Value]:
    """What is known of what enters the first layer, and of what leaves each."""
    known = [_Value.VARYING]
    for layer, own in zip(layers, weights, strict=True):
        known.append(_behind(layer, own, known[-1]))
    return known


def _behind(layer: Layer, own: _Weights, before: _Value) -> _Value:
    after, shift = before, _Value.CONSTANT if own.shift else _Value.ZERO
    match layer:
        case BatchNorm() if before < _Value.VARYING or not own.factor:
            after = shift
        case Conv() | Dense() if before == _Value.ZERO:
            after = shift
        case Conv() if layer.kernel > 1 and layer.padding == "same":
            after = _Value.VARYING  # at the border it reads zeros
        case Scale() if not own.factor:
            after = _Value.ZERO
        case Activation() if before == _Value.ZERO and layer.function in _NOT_ZERO_AT_ZERO:
            after = _Value.CONSTANT
        case ZeroPad() | Dropout() if before == _Value.CONSTANT:
            after = _Value.VARYING
    return after


def _step(layers: Layers, weights: list[_Weights]) -> bool:
    """One step of training; returns whether anything moved that had not before."""
    known = _forward(layers, weights)
    arrives, moved = True, False
    for index in reversed(range(len(layers))):
        layer, own, before = layers[index], weights[index], known[index]
        after = layers[index + 1] if index + 1 < len(layers) else None
        passes = arrives and own.factor
        if arrives and has_weights(layer):
            needed = _Value.VARYING if isinstance(layer, BatchNorm) else _Value.CONSTANT
            moved |= _wakes(own, layer, before >= needed, after)
        if isinstance(layer, Activation) and layer.function == "relu" and before == _Value.ZERO:
            passes = False
        arrives = passes
    return moved


def _wakes(own: _Weights, layer: Layer, reads: bool, after: Layer | None) -> bool:
    """Moves what gets a gradient; a shift that batch norm takes out again gets none."""
    was = (own.factor, own.shift, own.learnt)
    if reads:
        own.factor = own.learnt = True
    shifts = isinstance(layer, (BatchNorm, Dense)) or (isinstance(layer, Conv) and layer.use_bias)
    if shifts and not isinstance(after, BatchNorm):
        own.shift = True
    return (own.factor, own.shift, own.learnt) != was
