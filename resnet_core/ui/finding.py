"""Asking the engine where the hands are in a picture that a person gave."""

from __future__ import annotations

import hashlib
import logging

from resnet_core.engine.engine import EngineError
from resnet_core.hands.autocrop import boxes_in
from resnet_core.hands.boxes import Box
from resnet_core.hands.detector import available
from resnet_core.hands.detectorfiles import DetectorError
from resnet_core.ui import services

log = logging.getLogger(__name__)


def can_find() -> bool:
    """Whether hands can be found now: a detector is installed, and the engine takes work."""
    return available() and services.engine().state().ready


def hands_in(jpeg: bytes, size: tuple[int, int]) -> tuple[Box, ...]:
    """The squares around the hands of a picture, the one seen best first.

    The engine keeps answers: asking about the same picture again costs a few milliseconds.

    Args:
        jpeg: The upright picture as it is shown.
        size: Width and height in pixels of the upright original, in which the squares are counted.

    Returns:
        Nothing where there is no hand, no detector, or no answer: the middle square then serves.
    """
    if not can_find():
        return ()
    # A name of its own for each picture: a request for one must not supersede that for another.
    name = services.session_page(f"hands/{hashlib.sha256(jpeg).hexdigest()[:16]}")
    try:
        return services.engine().measure(boxes_in, jpeg, size, page=name).result()
    except (EngineError, DetectorError):
        log.warning("hands could not be looked for", exc_info=True)
        return ()
