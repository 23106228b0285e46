"""Every kind of network and every symbol of the charts is explained."""

from __future__ import annotations

import pytest

from resnet_core.figures.gradient_symbols import FIRST_WORDS, words_of
from resnet_core.probes.gradient_setting import KINDS, Setting
from tests.figures.measured_profiles import OWN


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_drawn_is_explained(kind: str, norm: bool) -> None:
    said = " ".join([FIRST_WORDS, *words_of([Setting(kind, 8, norm, block=OWN if kind == "own" else "")])])
    for symbol in ("**L**", "dL/dx", "|dL/dx|", "**W**", "|dL/dW|", "std(x)", "stem", "conv2_x", "kernel"):
        assert symbol in said
    name = {"preactivation": "pre-activation", "scaled": "scaled residual", "own": "your block"}.get(
        kind, kind
    )
    assert f"*{name}" in said.lower()
    assert f"**Batch norm** is {'on' if norm else 'off'} here" in said
