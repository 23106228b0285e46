"""The data sets a run can name."""

from __future__ import annotations

from resnet_core.hands import sets
from resnet_core.hands.dataset import HandSigns


def load_data(name: str) -> HandSigns:
    """The data set of that name, to be learned from: one of `resnet_core.hands.sets.NAMES`.

    Raises:
        ValueError: when there is none of that name, or its files are missing or wrong.
    """
    return sets.load(name)
