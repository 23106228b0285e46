"""Every channel of a layer in numbers, as columns of a file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def channel_table(maps: NDArray[np.floating]) -> dict[str, list[object]]:
    """A row for each channel: its mean, variance, smallest and largest value, and how much of it is 0.

    Args:
        maps: (height, width, channels).
    """
    values = np.asarray(maps, np.float64).reshape(-1, maps.shape[2])
    return {
        "channel": list(range(values.shape[1])),
        "mean": values.mean(0).tolist(),
        "variance": values.var(0).tolist(),
        "smallest": values.min(0).tolist(),
        "largest": values.max(0).tolist(),
        "share_of_zeros": (values == 0).mean(0).tolist(),
    }
