"""Pictures made smaller: each pixel is the mean of those it takes the place of."""

from __future__ import annotations

import numpy as np

from resnet_core.hands.reduced import reduced


def test_each_pixel_is_a_mean() -> None:
    pictures = np.random.default_rng(2).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    means = pictures.reshape(3, 32, 2, 32, 2, 3).mean((2, 4))
    small = reduced(pictures, 32)
    assert (small.dtype, small.shape) == (np.uint8, (3, 32, 32, 3))
    assert np.abs(small - means).max() <= 1
    assert reduced(pictures, 64) is pictures
    assert reduced(pictures[:0], 32).shape == (0, 32, 32, 3)
