"""Random views of photographs of hands, made by TensorFlow beside the training step."""

from __future__ import annotations

import dataclasses
import math
from typing import Any


@dataclasses.dataclass(frozen=True)
class Views:
    """How far a view may differ from the photograph: half-widths of uniform distributions.

    Attributes:
        turn: in radians.
        zoom: share of the size.
        shift: share of the width and of the height.
        light: share of the brightness, and half of it as an offset.
        tint: share of each colour.
        mirror: whether every other one, by chance, shows the other hand.
    """

    turn: float
    zoom: float
    shift: float
    light: float
    tint: float
    mirror: bool = True


NEAR = Views(turn=math.radians(15), zoom=0.12, shift=0.10, light=0.20, tint=0.08)
"""Views that stay close to the photograph: for short runs on few people's hands."""

SLIGHT = Views(turn=math.radians(6), zoom=0.08, shift=0.06, light=0.10, tint=0.04, mirror=False)
"""Views that hardly differ from the photograph: where a run has only a few hundred steps."""

WIDE = Views(turn=math.radians(20), zoom=0.25, shift=0.12, light=0.30, tint=0.12)
"""Views as different as strangers' snapshots: for long runs on many hands."""


#: Seeds that a step may use: one for each thing that is drawn, and some to spare.
_DRAWS = 16


@dataclasses.dataclass(frozen=True, eq=False)
class Drawn:
    """What was drawn at random for each of N photographs, as tensors of float32.

    Attributes:
        turn: (N, 1) in radians, against the clock where it is positive; after the mirror.
        zoom: (N, 1) how many times as large.
        mirror: (N, 1) -1 where left and right are exchanged, else 1.
        across, down: (N, 1) where, in pixels from the centre, the source lies of the centre of the view.
        gain: (N, 1, 1, 3) factor on each colour.
        lift: (N, 1, 1, 1) added to each colour.
    """

    turn: Any
    zoom: Any
    mirror: Any
    across: Any
    down: Any
    gain: Any
    lift: Any

    @property
    def matrix(self) -> tuple[Any, Any, Any, Any]:
        """a, b, c, d, each (N, 1): a pixel (x, y) of the view, seen from its centre, comes from the source's
        (a x + b y + across, c x + d y + down)."""
        import tensorflow as tf

        cosine, sine = tf.cos(self.turn) / self.zoom, tf.sin(self.turn) / self.zoom
        return self.mirror * cosine, -self.mirror * sine, sine, cosine


def seed_of(seed: Any, step: Any) -> Any:
    """The seed of the views of a step, counted from 0, in a run of that seed: int32, two numbers."""
    import tensorflow as tf

    return tf.stack([tf.cast(seed, tf.int32), tf.cast(step, tf.int32) * _DRAWS])


def drawn(count: Any, size: tuple[int, int], seed: Any, views: Views = NEAR) -> Drawn:
    """What `augment` changes; the same seed draws the same.

    Args:
        count: of photographs.
        size: their height and width in pixels.
        seed: int32 tensor of two numbers.
        views: how far a view may differ.
    """
    import tensorflow as tf

    def draw(index: int, half_width: float, columns: int = 1) -> Any:
        own = seed + tf.constant([0, index])
        return tf.random.stateless_uniform((count, columns), own, -half_width, half_width)

    height, width = size
    return Drawn(
        turn=draw(0, views.turn),
        zoom=1 + draw(1, views.zoom),
        mirror=tf.sign(draw(2, 1.0)) if views.mirror else tf.ones((count, 1)),
        across=draw(3, views.shift * width),
        down=draw(4, views.shift * height),
        gain=1 + draw(5, views.light)[:, :, None, None] + draw(6, views.tint, 3)[:, None, None, :],
        lift=draw(7, views.light / 2)[:, :, None, None],
    )


def augment(images: Any, seed: Any, views: Views = NEAR) -> Any:
    """One random view of each photograph.

    A hand sign means the same when it is turned a little, nearer or farther, off the centre, shown with
    the other hand (mirrored) or in another light. Each of these is drawn independently for every
    photograph. The same seed gives the same views.

    Args:
        images: tensor (N, height, width, 3), float32, 0 to 1.
        seed: int32 tensor of two numbers.
        views: how far a view may differ.

    Returns:
        A tensor of the same shape and range.
    """
    import tensorflow as tf

    count, height, width = tf.shape(images)[0], images.shape[1], images.shape[2]
    own = drawn(count, (height, width), seed, views)
    a, b, c, d = own.matrix
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    shift_x = centre_x - a * centre_x - b * centre_y + own.across
    shift_y = centre_y - c * centre_x - d * centre_y + own.down
    zero = tf.zeros_like(a)
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.concat([a, b, shift_x, c, d, shift_y, zero, zero], axis=1),
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",  # the wall goes on beyond the edge; black corners would be a sign of their own
    )
    return tf.clip_by_value(moved * own.gain + own.lift, 0.0, 1.0)
