"""Random views of photographs of hands, made by TensorFlow beside the training step."""

from __future__ import annotations

import math
from typing import Any

#: How far a view may differ: half-widths of uniform distributions.
TURN = math.radians(15)
ZOOM = 0.12
SHIFT = 0.10
LIGHT = 0.20
TINT = 0.08


def augment(images: Any, seed: Any) -> Any:
    """One random view of each photograph.

    A hand sign means the same when it is turned a little, nearer or farther, off the centre, shown with
    the other hand (mirrored) or in another light. Each of these is drawn independently for every
    photograph. The same seed gives the same views.

    Args:
        images: tensor (N, height, width, 3), float32, 0 to 1.
        seed: int32 tensor of two numbers.

    Returns:
        A tensor of the same shape and range.
    """
    import tensorflow as tf

    count, height, width = tf.shape(images)[0], images.shape[1], images.shape[2]

    def draw(index: int, half_width: float, columns: int = 1) -> Any:
        own = seed + tf.constant([0, index])
        return tf.random.stateless_uniform((count, columns), own, -half_width, half_width)

    turn, zoom = draw(0, TURN), 1 + draw(1, ZOOM)
    mirror = tf.sign(draw(2, 1.0))
    across, down = draw(3, SHIFT * width), draw(4, SHIFT * height)
    # The transform maps a pixel of the result to one of the source, both seen from the centre.
    a, b = mirror * tf.cos(turn) / zoom, -mirror * tf.sin(turn) / zoom
    c, d = tf.sin(turn) / zoom, tf.cos(turn) / zoom
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    shift_x = centre_x - a * centre_x - b * centre_y + across
    shift_y = centre_y - c * centre_x - d * centre_y + down
    zero = tf.zeros_like(a)
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.concat([a, b, shift_x, c, d, shift_y, zero, zero], axis=1),
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",  # the wall goes on beyond the edge; black corners would be a sign of their own
    )
    gain = 1 + draw(5, LIGHT)[:, :, None, None] + draw(6, TINT, 3)[:, None, None, :]
    lift = draw(7, LIGHT / 2)[:, :, None, None]
    return tf.clip_by_value(moved * gain + lift, 0.0, 1.0)
