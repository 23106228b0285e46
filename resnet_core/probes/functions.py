"""The activation functions on one number, written out in plain Python, as Keras defines them."""

from __future__ import annotations

import math
from collections.abc import Callable

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
_LEAK = 0.2


def sigmoid(z: float) -> float:
    """1 / (1 + exp(-z)), without overflow on either side."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    grown = math.exp(z)
    return grown / (1 + grown)


def _elu(z: float) -> float:
    return z if z > 0 else math.expm1(z)


def _softplus(z: float) -> float:
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


FUNCTIONS: dict[str, tuple[Callable[[float], float], str]] = {
    "relu": (lambda z: max(0.0, z), "max(0, z)"),
    "leaky_relu": (lambda z: z if z > 0 else _LEAK * z, "z where z > 0, else 0.2 · z"),
    "elu": (_elu, "z where z > 0, else exp(z) − 1"),
    "selu": (
        lambda z: _SELU_SCALE * (z if z > 0 else _SELU_ALPHA * math.expm1(z)),
        "1.0507 · z where z > 0, else 1.0507 · 1.6733 · (exp(z) − 1)",
    ),
    "gelu": (lambda z: z * 0.5 * (1 + math.erf(z / math.sqrt(2))), "z · Φ(z), Φ the normal distribution"),
    "silu": (lambda z: z * sigmoid(z), "z / (1 + exp(−z))"),
    "tanh": (math.tanh, "tanh(z)"),
    "sigmoid": (sigmoid, "1 / (1 + exp(−z))"),
    "softplus": (_softplus, "ln(1 + exp(z))"),
    "linear": (lambda z: z, "z"),
}
"""Each function and how it is written. Softmax looks at all channels at once and is not among them."""
