"""The values of the chosen layer as controls: every change goes onto the bench at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from resnet_core.figures.bench_words import symbols
from resnet_core.figures.block_words import words
from resnet_core.network.formula import formula
from resnet_core.network.layers import ACTIVATIONS, GAMMAS, PADDINGS
from resnet_core.network.spec import (
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Gate,
    Layer,
    MaxPool,
    PadChannels,
    Scale,
    Subsample,
    ZeroPad,
)
from resnet_core.network.workbench import Workbench
from resnet_core.ui.bench import change
from resnet_core.ui.mirror import mirror, when_moved


@dataclass(frozen=True)
class Field:
    """One value of a layer.

    Attributes:
        name: as in the layer.
        label: in plain words.
        low: the least number.
        high: the greatest number.
        step: of the field's buttons.
        names: what may be chosen instead of a number, and how people read it.
    """

    name: str
    label: str
    low: float = 0
    high: float = 0
    step: float = 1
    names: tuple[tuple[Any, str], ...] = ()


def _named(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name.replace("_", " ")) for name in names)


_YES_NO = ((True, "yes"), (False, "no"))
_PADDING = Field("padding", "Padding", names=((PADDINGS[0], "none"), (PADDINGS[1], "same size")))
_STRIDE = Field("stride", "Stride", 1, 63)
_POOL = (Field("size", "Window, pixels", 1, 63), _STRIDE, _PADDING)
FIELDS: dict[type, tuple[Field, ...]] = {
    Conv: (
        Field("filters", "Filters", 1, 65_536),
        Field("kernel", "Window, pixels", 1, 63),
        _STRIDE,
        _PADDING,
        Field("groups", "Groups", 1, 65_536),
        Field("use_bias", "Biases", names=_YES_NO),
    ),
    BatchNorm: (
        Field("momentum", "Momentum of the averages", 0.0, 1.0, 0.01),
        Field("gamma", "Scale γ begins at", names=((GAMMAS[0], "1"), (GAMMAS[1], "0"))),
    ),
    Activation: (Field("function", "Function", names=_named(*ACTIVATIONS)),),
    Dropout: (Field("rate", "Share set to zero", 0.0, 0.999, 0.05),),
    ZeroPad: (Field("pixels", "Pixels of zeros", 0, 63),),
    MaxPool: _POOL,
    AveragePool: _POOL,
    Dense: (Field("units", "Units", 1, 65_536), Field("activation", "Function", names=_named(*ACTIVATIONS))),
    Subsample: (_STRIDE,),
    PadChannels: (Field("filters", "Channels in all", 1, 65_536),),
    Scale: (
        Field("value", "Factor", -1e6, 1e6, 0.1),
        Field("learnable", "Learnt", names=_YES_NO),
    ),
    Gate: (
        Field("bias", "Biases begin at b", -1e3, 1e3, 1.0),
        Field("complement", "Passes", names=((True, "1 − g"), (False, "g"))),
    ),
}
"""By the class of a layer, the values that can be changed, in the order in which they are shown."""


def show_layer(now: Workbench) -> None:
    """Draws the controls of the chosen layer, else what the symbols of the formula mean, in the same room."""
    with st.container(key="rx-layer-fields", horizontal=True, vertical_alignment="bottom"):
        layer = now.layer
        if layer is None:
            st.caption(symbols(formula(now.block, now.shape)))
            return
        name, detail = words(layer)
        st.markdown(f"**{name}** {detail}".strip(), width="content")
        for field in FIELDS.get(type(layer), ()):
            _draw(now.chosen, layer, field)


def _draw(chosen: str, layer: Layer, field: Field) -> None:
    key = f"layer {type(layer).__name__} {chosen} {field.name}"
    mirror(key, getattr(layer, field.name))
    moved = when_moved(
        key, lambda value: change(lambda bench: bench.with_layer(_with(bench.layer, field.name, value)))
    )

    if field.names:
        shown: dict[Any, str] = dict(field.names)
        if len(shown) > 3:
            st.selectbox(
                field.label, list(shown), format_func=shown.__getitem__, key=key, on_change=moved, width=160
            )
            return
        st.segmented_control(
            field.label, list(shown), format_func=shown.__getitem__, key=key, on_change=moved, required=True
        )
        return
    number = type(field.low)
    st.number_input(
        field.label,
        min_value=field.low,
        max_value=field.high,
        step=number(field.step),
        format=None if number is int else "%g",
        key=key,
        on_change=moved,
        width=150,
    )


def _with(layer: Layer | None, name: str, value: Any) -> Layer:
    if layer is None:
        raise ValueError("No layer is chosen; choose one in the diagram first.")
    return replace(layer, **{name: value})
