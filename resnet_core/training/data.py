"""The data sets a run can name."""

from __future__ import annotations

from resnet_core.hands.dataset import HandSigns
from resnet_core.hands.signs import load_signs

_LOADERS = {"signs": load_signs}


def load_data(name: str) -> HandSigns:
    """The data set of that name.

    Raises:
        ValueError: when there is none of that name, or its files are missing or wrong.
    """
    if name not in _LOADERS:
        raise ValueError(f"data must be one of {', '.join(_LOADERS)}, but {name!r} came.")
    return _LOADERS[name]()
