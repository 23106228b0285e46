"""Pictures made smaller by taking means, for networks that see fewer pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def reduced(pictures: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Pictures of `side` pixels a side, each pixel the mean of those it takes the place of.

    Args:
        pictures: (N, height, width, 3) of unsigned bytes.
        side: height and width that are wanted; pictures that have them already come back as they are.
    """
    if pictures.shape[1:3] == (side, side):
        return pictures
    small = [np.asarray(Image.fromarray(one).resize((side, side), Image.Resampling.BOX)) for one in pictures]
    return np.stack(small) if small else np.empty((0, side, side, 3), np.uint8)
