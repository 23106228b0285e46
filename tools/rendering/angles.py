"""Joints in anatomical terms, their limits and natural coupling, and the skin that follows them.

The angles of a hand are a (26, 3) float array in radians, one row a joint of `model.JOINTS`: flexion
(positive closes the hand), abduction (positive towards the thumb's side) and twist (positive turns the
thumb's pad towards the fingers). The forearm's row tilts the forearm against the hand: positive flexion
brings it forward on the palm's side, as when the wrist bends.
"""

from __future__ import annotations

import numpy as np

from tools.rendering.model import CHAINS, FOREARM, JOINTS, PARENTS

DISTAL_SHARE = 2 / 3
"""How far the last joint bends with the one before it when nothing presses on the fingertip."""

LIMITS = {
    "thumb-metacarpal": ((-46, 50), (-28, 60), (-30, 65)),
    "thumb-phalanx-proximal": ((-15, 65), (-12, 12), (-8, 8)),
    "thumb-phalanx-distal": ((-30, 76), (0, 0), (0, 0)),
    "phalanx-proximal": ((-35, 95), (-50, 32), (-10, 10)),
    "phalanx-intermediate": ((-8, 112), (0, 0), (0, 0)),
    "phalanx-distal": ((-12, 80), (0, 0), (0, 0)),
    "finger-metacarpal": ((-2, 22), (-4, 6), (-6, 6)),
    "forearm": ((-75, 80), (-35, 25), (0, 0)),
}
"""Degrees: flexion, abduction and twist of the joints whose name ends so; the first that fits holds."""


def _limits() -> np.ndarray:
    table = np.zeros((len(JOINTS), 3, 2))
    for number, name in enumerate(JOINTS):
        found = [limits for ending, limits in LIMITS.items() if name.endswith(ending)]
        if found:
            table[number] = np.radians(found[0])
    return table


BOUNDS = _limits()
"""(26, 3, 2) radians: the lowest and highest flexion, abduction and twist of every joint."""


def _levels() -> list[tuple[np.ndarray, np.ndarray]]:
    """Joints by their distance from the wrist, nearest first, each level with its parents."""
    depth = np.zeros(len(JOINTS), int)
    for joint, parent in enumerate(PARENTS):
        depth[joint] = 0 if parent < 0 else depth[parent] + 1
    levels = [np.flatnonzero(depth == step) for step in range(1, depth.max() + 1)]
    return [(level, np.array(PARENTS)[level]) for level in levels]


LEVELS = _levels()

FAN = (0.0, 0.0, -1.0, 7.0, 4.0)
"""Degrees of twist of each finger whose knuckle is at a right angle: folded ones then lie side by side."""


def still() -> np.ndarray:
    """Returns the angles of the hand at rest, (26, 3) zeros."""
    return np.zeros((len(JOINTS), 3))


def limited(angles: np.ndarray) -> np.ndarray:
    """Returns the angles moved into what joints can do."""
    return np.clip(angles, BOUNDS[:, :, 0], BOUNDS[:, :, 1])


def within_limits(angles: np.ndarray) -> bool:
    """Tells whether every joint can do this, to a thousandth of a radian."""
    return bool(np.abs(limited(angles) - angles).max() <= 1e-3)


def bend(angles: np.ndarray, finger: int, knuckle: float, middle: float, spread: float = 0.0) -> None:
    """Bends a finger in place, its last joint following the middle one.

    Args:
        angles: (26, 3), changed.
        finger: 1 index to 4 little.
        knuckle: flexion of the MCP joint, degrees.
        middle: flexion of the PIP joint, degrees.
        spread: abduction towards the thumb's side, degrees; a bent knuckle spreads less, and not at all
            at a right angle, as its ligaments then are tight.
    """
    first, second, last = CHAINS[finger][:3]
    free = float(np.clip(1 - knuckle / 90, 0, 1))
    angles[first, :2] = np.radians([knuckle, spread * free])
    angles[first, 2] = np.radians(FAN[finger] * np.clip(knuckle / 90, 0, 1))
    angles[second, 0] = np.radians(middle)
    angles[last, 0] = np.radians(DISTAL_SHARE * max(middle, 0))


def coupled(curls: np.ndarray) -> np.ndarray:
    """Lets the ring finger follow its neighbours, whose tendons and muscle it shares.

    Args:
        curls: (5,) how far each finger is closed, 0 to 1, thumb first.

    Returns:
        The curls with the ring finger's within 0.8 of the middle's and 0.85 of the little's.
    """
    tied = curls.copy()
    tied[3] = np.clip(tied[3], curls[2] - 0.8, curls[2] + 0.8)
    tied[3] = np.clip(tied[3], curls[4] - 0.85, curls[4] + 0.85)
    return tied


def rotation(angles: np.ndarray) -> np.ndarray:
    """Returns the rotations about a joint's own axes: twist, then flexion, then abduction.

    Args:
        angles: (..., 3) flexion, abduction, twist.

    Returns:
        (..., 3, 3).
    """
    cosine, sine = np.cos(angles), np.sin(angles)
    (cf, ca, ct), (sf, sa, st) = np.moveaxis(cosine, -1, 0), np.moveaxis(sine, -1, 0)
    zero, one = np.zeros_like(cf), np.ones_like(cf)

    def matrix(*entries: np.ndarray) -> np.ndarray:
        return np.stack(entries, axis=-1).reshape((*cf.shape, 3, 3))

    flex = matrix(one, zero, zero, zero, cf, sf, zero, -sf, cf)
    sideways = matrix(ca, zero, sa, zero, one, zero, -sa, zero, ca)
    roll = matrix(ct, -st, zero, st, ct, zero, zero, zero, one)
    return sideways @ flex @ roll


def motions(joints: np.ndarray, axes: np.ndarray, angles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns how each joint moves what is fixed to it, from rest to the pose.

    Args:
        joints: (26, 3) places at rest.
        axes: (26, 3, 3) axes at rest.
        angles: (26, 3).

    Returns:
        (26, 3, 3) rotations and (26, 3) shifts: a point p at rest comes to rotation @ p + shift.
    """
    own = axes @ rotation(angles) @ axes.transpose(0, 2, 1)
    turns, shifts = np.empty((len(joints), 3, 3)), np.empty((len(joints), 3))
    turns[0], shifts[0] = own[0], joints[0] - own[0] @ joints[0]
    for level, parents in LEVELS:  # all joints equally far from the wrist at once
        turns[level] = turns[parents] @ own[level]
        at_rest = joints[level][:, :, None]
        here = (turns[parents] - turns[level]) @ at_rest
        shifts[level] = here[:, :, 0] + shifts[parents]
    return turns, shifts


def moved(points: np.ndarray, turns: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Moves one point per joint, (26, 3), with its joint."""
    return np.einsum("jxy,jy->jx", turns, points) + shifts


def skinned(vertices: np.ndarray, weights: np.ndarray, turns: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Moves the skin: each vertex by the weighted mean of its joints' motions (linear blend skinning).

    Args:
        vertices: (V, 3).
        weights: (V, 26).
        turns: (26, 3, 3).
        shifts: (26, 3).
    """
    blended = weights @ np.concatenate([turns.reshape(-1, 9), shifts], axis=1)
    return np.einsum("vxy,vy->vx", blended[:, :9].reshape(-1, 3, 3), vertices) + blended[:, 9:]


def forearm_tilt(angles: np.ndarray, flexion: float, sideways: float) -> None:
    """Tilts the wrist in place, degrees: flexion to the side of the palm, sideways to that of the thumb."""
    angles[FOREARM, :2] = np.radians([flexion, sideways])
