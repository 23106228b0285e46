"""Files of hand signs for the tests of the reader: right ones, and any wrong one."""

from __future__ import annotations

import io
from collections.abc import Callable

import h5py
import numpy as np
import pytest

from resnet_core.hands.dataset import HandsError
from resnet_core.hands.signs import read_h5
from tests.hands_factory import h5_bytes, signs_arrays

ARRAYS = signs_arrays("train", count=6)
STORED: dict[str, bytes] = {
    "plain": h5_bytes(ARRAYS),
    "gzip": h5_bytes(ARRAYS, compression="gzip", chunks=(4, 64, 64, 3)),
    "checked": h5_bytes(ARRAYS, compression="gzip", shuffle=True, fletcher32=True, chunks=(2, 32, 64, 3)),
    "growing": h5_bytes(ARRAYS, chunks=(1, 64, 64, 3), maxshape=(None, 64, 64, 3)),
}


def changed(**arrays: np.ndarray | None) -> bytes:
    """The plain file with other arrays; None leaves one out."""
    kept = {key: values for key, values in {**ARRAYS, **arrays}.items() if values is not None}
    return h5_bytes(kept)


def built(build: Callable[[h5py.File], object]) -> bytes:
    """A file with labels and classes, and whatever `build` puts in as photographs."""
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file["train_set_y"] = ARRAYS["train_set_y"]
        file["list_classes"] = ARRAYS["list_classes"]
        build(file)
    return stream.getvalue()


def refusal(data: bytes, split: str = "train") -> str:
    with pytest.raises(HandsError) as error:
        read_h5(data, split)
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence
