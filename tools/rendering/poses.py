"""The six signs as people really show them, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tools.rendering import angles as kinematics
from tools.rendering import gestures, grips
from tools.rendering.skeleton import Skeleton, held, is_clear, plain_skeleton
from tools.rendering.solve import Solution, finger_pad, finger_to, ring_of

LABELS = (0, 1, 2, 3, 4, 5)
TRIES, PATIENCE = 200, 20
"""Attempts before giving up, and attempts at one way before another is drawn."""

MOST_ERROR = 0.005
"""Metres that the thumb's pad may stay away from what it should touch."""

LEAST_THUMB = 0.22
"""How far a thumb that counts stays from the index finger, against the index finger's length."""


@dataclass(frozen=True)
class Pose:
    """A way to hold a hand.

    Attributes:
        label: 0 to 5, or -1 for a gesture that is no sign.
        name: how it is shown, such as "fist" or "O".
        angles: (26, 3) float, radians, see `angles`.
        raised: fingers that must be seen for it to be read, 1 thumb to 5 little.
        azimuths: the directions from which it can be read, degrees about +y, 0 facing the palm and positive
            towards the thumb's side, lowest and highest.
    """

    label: int
    name: str
    angles: np.ndarray
    raised: tuple[int, ...]
    azimuths: tuple[float, float] = (-180.0, 180.0)


@dataclass(frozen=True)
class Way:
    """One way to show something: how often it is drawn, its name, the fingers up, and how it is made."""

    weight: float
    name: str
    raised: tuple[int, ...]
    make: Callable[[Skeleton, np.random.Generator], Solution]
    azimuths: tuple[float, float] = (-180.0, 180.0)


def draw_pose(label: int, rng: np.random.Generator, skeleton: Skeleton | None = None) -> Pose:
    """Draws one of the ways to show a sign.

    Args:
        label: 0 to 5.
        rng: the only source of chance.
        skeleton: the hand that shall touch itself where it should, from `skeleton_of`; the model's if None.

    Raises:
        ValueError: There is no such sign.
    """
    if label not in WAYS:
        raise ValueError(f"The sign should be one of 0 to 5, but {label!r} came.")
    return _drawn(label, WAYS[label], rng, skeleton)


def draw_other(rng: np.random.Generator, skeleton: Skeleton | None = None) -> Pose:
    """Draws a gesture that nobody takes for one of the six signs; see `draw_pose`."""
    return _drawn(-1, OTHERS, rng, skeleton)


def _drawn(label: int, ways: tuple[Way, ...], rng: np.random.Generator, skeleton: Skeleton | None) -> Pose:
    bones = plain_skeleton() if skeleton is None else skeleton
    weights = np.array([way.weight for way in ways])
    for attempt in range(TRIES):
        if attempt % PATIENCE == 0:
            way = ways[rng.choice(len(ways), p=weights / weights.sum())]
        solution = way.make(bones, rng)
        angles = kinematics.limited(solution.angles)
        if solution.error <= MOST_ERROR and is_possible(bones, angles, way.raised):
            angles[kinematics.FOREARM] = _wrist(rng)
            return Pose(label, way.name, angles, way.raised, way.azimuths)
    raise RuntimeError(
        f"A hand should be able to show {label}, but {TRIES} tries failed, the last as {way.name}."
    )


def is_possible(skeleton: Skeleton, angles: np.ndarray, raised: tuple[int, ...]) -> bool:
    """Tells whether no finger goes through another, and a raised thumb stands clear of the index finger."""
    hand = held(skeleton, angles)
    if not is_clear(hand):
        return False
    index = hand.joints[6] + np.linspace(0, 1, 8)[:, None] * (hand.joints[9] - hand.joints[6])
    apart = np.linalg.norm(index - hand.joints[4], axis=1).min()
    return 1 not in raised or bool(apart > LEAST_THUMB * np.linalg.norm(hand.joints[9] - hand.joints[6]))


def _wrist(rng: np.random.Generator) -> np.ndarray:
    """Tilts of the forearm: mostly a few degrees, now and then as far as it goes."""
    wide = 2.2 if rng.random() < 0.2 else 1.0
    tilt = np.radians(
        [np.clip(wide * rng.normal(0, 14), -60, 60), np.clip(wide * rng.normal(0, 7), -28, 18), 0]
    )
    return tilt


def fist(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Folds everything, the thumb over or beside the fingers."""
    angles = grips.fingers(skeleton, (), grips.Stance(0, 0, rng.uniform(0.9, 1.0)), rng)
    if rng.random() < 0.7:
        return grips.thumb_over(skeleton, angles, int(rng.choice([2, 3, 4], p=[0.4, 0.5, 0.1])), rng)
    return grips.thumb_beside(skeleton, angles, 2, rng)


def letter_o(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Rounds thumb and index finger to an O, the other fingers beside the index or curled further."""
    angles = kinematics.still()
    angles[[6, 11, 16, 21], 1] = np.radians(grips.TOGETHER[1:] * rng.uniform(0.7, 1.1))
    grips.cup(angles, 0.5, rng)
    index = np.array([rng.uniform(34, 57), rng.uniform(50, 78)])
    ring = ring_of(skeleton, angles, np.array([-2.0, 38, 26, 24, 40]) + rng.normal(0, 6, 5), index)
    angles, closer = ring.angles, rng.uniform(2, 13)
    touching = rng.random() < 0.6
    for finger in range(2, 5):
        bent = np.degrees(angles[[6, 7], 0]) + closer * (finger - 1) * np.array([0.8, 0.6])
        if touching:
            hand = held(skeleton, angles)
            beside = finger_pad(hand, finger - 1)[0] + 0.013 * hand.axes[9][:, 0]
            angles = finger_to(skeleton, angles, finger, beside, bent).angles
        else:
            kinematics.bend(angles, finger, bent[0], bent[1])
            angles[1 + 5 * finger, 1] = np.radians(grips.TOGETHER[finger])
    return Solution(angles, ring.error)


def one(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Raises the index finger; the thumb holds the others, leans on them or hangs."""
    return _closed(skeleton, rng, (2,), ((0.62, 3), (0.13, 4)), 3)


def two(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Raises index and middle finger, from side by side to wide apart."""
    return _closed(skeleton, rng, (2, 3), ((0.72, 4), (0.08, 5)), 0)


def _closed(
    skeleton: Skeleton,
    rng: np.random.Generator,
    up: tuple[int, ...],
    over: tuple[tuple[float, int], ...],
    beside: int,
) -> Solution:
    """Raises some fingers and brings the thumb over one of the others, beside one (0: none) or nowhere."""
    angles = grips.fingers(skeleton, up, grips.draw_stance(rng), rng)
    if up == (2, 3):
        wide = rng.uniform(-0.1, 1.1) if rng.random() < 0.7 else rng.uniform(1.0, 1.9)
        angles[[6, 11], 1] += np.radians([6 * wide, -16 * wide])
    chance = rng.random()
    for share, finger in over:
        if chance < share:
            return grips.thumb_over(skeleton, angles, finger, rng)
        chance -= share
    if beside and chance < 0.12:
        return grips.thumb_beside(skeleton, angles, beside, rng)
    return grips.thumb_slack(angles, rng)


def three_with_thumb(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Raises thumb, index and middle finger."""
    angles = grips.fingers(skeleton, (2, 3), grips.draw_stance(rng, loose=0.6), rng)
    wide = rng.uniform(0, 0.9) if rng.random() < 0.7 else rng.uniform(0.9, 1.7)
    angles[[6, 11], 1] += np.radians([5 * wide, -12 * wide])
    return grips.thumb_out(angles, rng)


def three_fingers(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Raises index, middle and ring finger; the thumb holds the little finger or lies in the palm."""
    angles = grips.fingers(skeleton, (2, 3, 4), grips.draw_stance(rng), rng)
    if rng.random() < 0.7:
        return grips.thumb_over(skeleton, angles, 5, rng)
    return grips.thumb_in_palm(skeleton, angles, 4, rng)


def four(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Raises all but the thumb, which lies across the palm."""
    angles = grips.fingers(skeleton, (2, 3, 4, 5), grips.draw_stance(rng), rng)
    root = int(rng.choice([2, 3, 4, 5], p=[0.05, 0.35, 0.45, 0.15]))
    return grips.thumb_in_palm(skeleton, angles, root, rng)


def five(skeleton: Skeleton, rng: np.random.Generator) -> Solution:
    """Raises everything."""
    return grips.thumb_out(grips.fingers(skeleton, (2, 3, 4, 5), grips.draw_stance(rng), rng), rng)


WAYS = {
    0: (Way(0.68, "O", (), letter_o, (20.0, 125.0)), Way(0.32, "fist", (), fist)),
    1: (Way(1.0, "index", (2,), one),),
    2: (Way(1.0, "index and middle", (2, 3), two),),
    3: (
        Way(0.65, "thumb, index and middle", (1, 2, 3), three_with_thumb),
        Way(0.35, "index, middle and ring", (2, 3, 4), three_fingers),
    ),
    4: (Way(1.0, "four fingers", (2, 3, 4, 5), four),),
    5: (Way(1.0, "open hand", (1, 2, 3, 4, 5), five),),
}
OTHERS = (
    Way(0.2, "horns", (2, 5), gestures.horns),
    Way(0.1, "horns and thumb", (1, 2, 5), gestures.horns_and_thumb),
    Way(0.10, "little finger", (5,), gestures.little, (-60.0, 50.0)),
    Way(0.06, "little finger", (5,), gestures.little, (135.0, 215.0)),
    Way(0.16, "call me", (1, 5), gestures.call_me),
    Way(0.18, "claw", (), gestures.claw, (-75.0, 35.0)),
    Way(0.08, "beak", (), gestures.beak, (35.0, 115.0)),
    Way(0.08, "edge", (), gestures.edge, (78.0, 102.0)),
)
