"""Asking a network about a picture and its mirror image at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def logits(model: Callable[[Any], Any], images: Any, mirrored: bool) -> Any:
    """What a model says of pictures.

    A left hand is a right one mirrored, so to a network that learned from both the two pictures show the same
    sign. It errs on them differently, and the mean of both answers errs less often.

    Args:
        model: gives logits (N, classes) of images.
        images: tensor (N, height, width, 3), float32, 0 to 1.
        mirrored: whether to ask about the mirror images too.

    Returns:
        A tensor (N, classes): logits, or the means of the two logits of each class.
    """
    import tensorflow as tf

    if not mirrored:
        return model(images)
    both = model(tf.concat([images, tf.reverse(images, axis=[2])], axis=0))
    return tf.reduce_mean(tf.reshape(both, (2, -1, both.shape[-1])), axis=0)
