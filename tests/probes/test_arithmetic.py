"""The numbers shown for one pixel add up to what Keras computed there, for every kind of layer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resnet_core.network.layers import ACTIVATIONS
from resnet_core.network.spec import (
    Activation,
    AveragePool,
    BatchNorm,
    BlockSpec,
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
    Shape,
    Subsample,
    ZeroPad,
)
from resnet_core.probes.arithmetic import made
from resnet_core.probes.flow import Flow, flow, made_at
from resnet_core.probes.made import Made, Term, shortened
from resnet_core.probes.question import INITIALIZERS, Start
from tests.probes.blocks import PICTURE, fitting_blocks

EVERY_KIND: tuple[Layer, ...] = (
    Conv(4, 3),
    Conv(4, 3, 2, "valid", False),
    Conv(6, 2, 3, "same", True, 2),
    Conv(3, 1, 1, "valid"),
    BatchNorm(),
    BatchNorm(0.9, 1e-3, "zeros"),
    *map(Activation, ACTIVATIONS),
    Dropout(0.5),
    ZeroPad(2),
    MaxPool(3, 2, "same"),
    MaxPool(2, 2),
    AveragePool(3, 2, "same"),
    AveragePool(2, 1),
    GlobalAveragePool(),
    Flatten(),
    Subsample(2),
    PadChannels(9),
    Scale(-0.5),
    Scale(0.5, True),
    Gate(-1.0),
    Gate(0.5, False),
)


def agrees(found: Made, value: float) -> bool:
    # A hundred times as close as is asked for. Keras keeps the constants of leaky ReLU and GELU in 32 bits.
    return math.isclose(found.value, value, rel_tol=1e-7, abs_tol=1e-7)


def check(result: Flow, at_random: np.random.Generator, times: int) -> None:
    for edge in result.edges:
        for _ in range(times):
            shape = result.maps[edge.key].shape
            row, column, channel = (int(at_random.integers(side)) for side in shape)
            found = made_at(result, edge, (row, column, channel))
            if found is not None:
                value = float(result.maps[edge.key][row, column, channel])
                assert agrees(found, value), (edge, found, value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(fitting_blocks(), st.integers(0, 99), st.sampled_from(INITIALIZERS))
def test_of_random_blocks_and_pixels(drawn: tuple[BlockSpec, Shape], seed: int, initializer: str) -> None:
    result = flow(*drawn, Start(seed, initializer), PICTURE)
    check(result, np.random.default_rng(seed), times=4)


@pytest.mark.parametrize("layer", EVERY_KIND, ids=repr)
@pytest.mark.parametrize("place", ["branch", "shortcut"])
def test_of_every_kind_of_layer(layer: Layer, place: str) -> None:
    first = Conv(4, 3)  # so that the layer sees values of both signs
    block = (
        BlockSpec((first, layer), None) if place == "branch" else BlockSpec((first, layer), (first, layer))
    )
    check(flow(block, (7, 6, 4), Start(3), PICTURE), np.random.default_rng(0), times=12)


@pytest.mark.parametrize("function", ACTIVATIONS)
def test_of_a_dense_layer(function: str) -> None:
    block = BlockSpec((Conv(3, 3), GlobalAveragePool(), Dense(5, function)), None)
    check(flow(block, (5, 4, 2), Start(), PICTURE), np.random.default_rng(0), times=5)


def test_a_convolution_worked_by_hand() -> None:
    given_maps = np.arange(9, dtype=float).reshape(3, 3, 1)
    kernel = np.ones((3, 3, 1, 1)) * 2
    found = made(Conv(1, 3), [given_maps], {"kernel": kernel, "bias": np.array([0.5])}, (0, 0, 0), True)
    # Only the four pixels 0, 1, 3, 4 lie in the map; each counts twice, and the bias comes once.
    assert found.value == found.sum == 2 * (0 + 1 + 3 + 4) + 0.5
    (window,) = found.windows
    np.testing.assert_array_equal(window.inside, [[0, 0, 0], [0, 1, 1], [0, 1, 1]])
    np.testing.assert_array_equal(window.products, [[0, 0, 0], [0, 0, 2], [0, 6, 8]])
    assert found.terms == (Term("channel 0", 16.0), Term("bias", 0.5))


def test_a_batch_norm_worked_by_hand() -> None:
    weights = {name: np.array([value]) for name, value in [("gamma", 2.0), ("beta", 1.0)]}
    moving = {"moving_mean": np.array([1.0]), "moving_variance": np.array([4.0])}
    given_maps = np.array([[[0.0], [4.0]]])
    layer = BatchNorm(epsilon=0.0)
    # Mean 2 and variance 4 of the map itself: (4 - 2) / 2 * 2 + 1.
    assert made(layer, [given_maps], weights | moving, (0, 1, 0), True).value == 3.0
    # Mean 1 and variance 4 from training: (4 - 1) / 2 * 2 + 1.
    assert made(layer, [given_maps], weights | moving, (0, 1, 0), False).value == 4.0


def test_the_mean_at_a_border_counts_only_pixels_of_the_map() -> None:
    found = made(AveragePool(3, 1, "same"), [np.arange(9.0).reshape(3, 3, 1)], {}, (0, 0, 0), True)
    assert found.value == (0 + 1 + 3 + 4) / 4


@given(st.lists(st.floats(-100, 100), max_size=40), st.integers(0, 8), st.booleans())
def test_what_is_left_out_is_still_in_the_sum(values: list[float], most: int, biased: bool) -> None:
    terms = [Term(f"channel {i}", value) for i, value in enumerate(values)]
    terms += [Term("bias", 0.25)] if biased else []
    kept = shortened(terms, most)
    assert math.isclose(
        math.fsum(one.value for one in kept), math.fsum(one.value for one in terms), abs_tol=1e-9
    )
    assert len(kept) <= most + 2
    assert (kept[-1].name == "bias") is biased if kept else not biased
