"""Descriptions refuse wrong values with a sentence, and are values: equal, hashable, unchangeable."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import pytest

from resnet_core.network.catalogue import network
from resnet_core.network.spec import (
    Activation,
    Add,
    BatchNorm,
    BlockSpec,
    Conv,
    Dense,
    Dropout,
    Gate,
    MaxPool,
    NetworkSpec,
    PadChannels,
    Scale,
    StageSpec,
    Subsample,
    ZeroPad,
)

NETWORK = NetworkSpec("net", "Net", (8, 8, 3), (Conv(4, 3),), (), ())


@pytest.mark.parametrize(
    ("kind", "values", "sentence"),
    [
        (Conv, (0, 3), "filters must be a whole number from 1 to 65536, got 0"),
        (Conv, (4, 3.0), "kernel must be a whole number from 1 to 63, got 3.0"),
        (Conv, (True, 3), "filters must be a whole number from 1 to 65536, got True"),
        (Conv, (4, 3, 1, "full"), "padding must be one of valid, same, got 'full'"),
        (Conv, (4, 3, 1, "same", 1), "use_bias must be true or false, got 1"),
        (Conv, (4, 3, 1, "same", True, 3), "filters must divide into 3 groups, got 4 filters"),
        (BatchNorm, (1.5,), "momentum must be a number from 0 to 1, got 1.5"),
        (BatchNorm, (float("nan"),), "momentum must be a number from 0 to 1, got nan"),
        (BatchNorm, (0.9, 1e-3, "twos"), "gamma must be one of ones, zeros, got 'twos'"),
        (Activation, ("exec",), "function must be one of relu, "),
        (Dropout, (1.0,), "rate must be a number from 0 to 0.999, got 1.0"),
        (ZeroPad, (-1,), "pixels must be a whole number from 0 to 63, got -1"),
        (MaxPool, (3, 0), "stride must be a whole number from 1 to 63, got 0"),
        (Dense, (6, None), "activation must be one of relu, "),
        (Subsample, ("2",), "stride must be a whole number from 1 to 63, got '2'"),
        (PadChannels, (10**9,), "filters must be a whole number from 1 to 65536, got 1000000000"),
        (Scale, (float("inf"),), r"value must be a number from -1e\+06 to 1e\+06, got inf"),
        (Gate, ("-6",), "bias must be a number from -1000 to 1000, got '-6'"),
        (Gate, (-6.0, 1), "complement must be true or false, got 1"),
        (BlockSpec, ([Conv(4, 3)],), "branch must be a tuple of at most 64 layers"),
        (BlockSpec, ((Add(),),), r"branch must hold layers, got Add\(\)"),
        (BlockSpec, ((Conv(4, 3),) * 65,), "branch must be a tuple of at most 64 layers"),
        (StageSpec, ("Conv2", ()), "the name of a stage must be 1 to 40 small letters"),
        (StageSpec, ("conv2", (Conv(4, 3),)), "blocks of conv2 must be a tuple of at most 1000 BlockSpec"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(kind: Any, values: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        kind(*values)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "x'); import os"}, "the name of a network must be 1 to 40 small letters"),
        ({"title": "two\nlines"}, "title must be at most 120 printable characters"),
        ({"input_shape": (8, 8)}, "input_shape must be height, width, channels"),
        ({"input_shape": (8, 8, 10**6)}, "each part of input_shape must be a whole number from 1 to 4096"),
        ({"stages": (StageSpec("a", ()), StageSpec("a", ()))}, "each stage must have a name of its own"),
    ],
)
def test_a_wrong_network_is_refused_with_a_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        dataclasses.replace(NETWORK, **change)


def test_equal_descriptions_are_equal_keys() -> None:
    again = NetworkSpec("net", "Net", (8, 8, 3), (Conv(4, 3),), (), ())
    assert {NETWORK: 1}[again] == 1
    assert dataclasses.replace(NETWORK, stem=(Conv(5, 3),)) != NETWORK


def test_descriptions_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        NETWORK.stem[0].filters = 5  # type: ignore[misc, union-attr]


def test_messages_stay_short_however_long_the_value() -> None:
    with pytest.raises(ValueError, match="must be one of") as refusal:
        Activation("x" * 100_000)
    assert len(str(refusal.value)) < 300


def test_a_hash_that_was_counted_does_not_travel_to_another_process() -> None:
    spec = network("resnet18")
    assert hash(spec) == hash(dataclasses.replace(spec))
    sent = pickle.loads(pickle.dumps(spec))
    assert "_hash" not in sent.__dict__, "strings are hashed differently there"
    assert (sent, hash(sent)) == (spec, hash(spec))
