"""Skin: colour at every vertex, from very light to very dark, and the small unevenness of its surface.

Paint is laid out in the coordinates of the hand at rest, so that it follows the skin. Colours are linear.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from tools.rendering.noise import Waves
from tools.rendering.photograph import decoded
from tools.rendering.posed import PosedHand
from tools.rendering.regions import smoothstep

TONES = decoded(
    np.array(
        [
            (244, 216, 196),
            (232, 194, 168),
            (219, 176, 144),
            (198, 149, 115),
            (168, 119, 86),
            (128, 86, 60),
            (92, 62, 45),
            (62, 43, 35),
        ]
    )
    / 255
)
"""Colours of the back of the hand from very light to very dark skin, by eye."""

BLOOD = np.array([0.10, 0.52, 0.42])
"""How much a unit of blood takes from red, green and blue, as a logarithm: most from green."""

LINES = (
    ((-0.042, 0.064), (-0.022, 0.067), (-0.002, 0.075), (0.010, 0.089)),
    ((0.031, 0.066), (0.010, 0.062), (-0.014, 0.054), (-0.034, 0.040)),
    ((0.031, 0.067), (0.018, 0.052), (0.011, 0.030), (0.010, 0.008)),
    ((-0.028, 0.002), (0.0, -0.001), (0.026, 0.003)),
)
"""The palm's lines on the hand at rest, x and y in metres: heart, head, life, and the wrist's fold."""


@dataclass(frozen=True)
class Skin:
    """How a skin looks.

    Attributes:
        depth: 0 very light to 1 very dark.
        redness: blood in the whole hand, about 0.
        yellow: how much more yellow (positive) or pink the undertone is.
        mottle: strength of patches.
        creases: strength of the lines at joints and in the palm.
        bump: slope of the small unevenness.
        roughness: of the surface, 0 to 1.
        polish: colour of the nails' polish, linear, or None.
        seed: of patches and unevenness.
    """

    depth: float
    redness: float
    yellow: float
    mottle: float
    creases: float
    bump: float
    roughness: float
    polish: tuple[float, float, float] | None
    seed: int


def draw_skin(rng: np.random.Generator) -> Skin:
    """Draws a skin; all depths are about as frequent, with the middle somewhat more so."""
    red, green, blue = rng.uniform(0.02, 0.7, 3).tolist()
    polish = (red, green, blue) if rng.random() < 0.05 else None
    return Skin(
        depth=float(np.clip(rng.beta(1.25, 1.4), 0, 1)),
        redness=float(rng.normal(0.0, 0.16)),
        yellow=float(rng.normal(0.0, 0.09)),
        mottle=float(rng.uniform(0.4, 1.5)),
        creases=float(rng.uniform(0.35, 1.3)),
        bump=float(rng.uniform(0.03, 0.12)),
        roughness=float(rng.uniform(0.42, 0.72)),
        polish=polish,
        seed=int(rng.integers(2**31)),
    )


def tone(depth: np.ndarray) -> np.ndarray:
    """Returns the linear colours (N, 3) at depths (N,) of 0 to 1."""
    places = np.linspace(0, 1, len(TONES))
    logs = np.log(TONES)
    return np.exp(np.stack([np.interp(depth, places, logs[:, channel]) for channel in range(3)], axis=-1))


def painted(hand: PosedHand, skin: Skin) -> np.ndarray:
    """Returns the skin's linear colour at every vertex, (V, 3)."""
    rng = np.random.default_rng(skin.seed)
    rest = hand.rest
    palmar = hand.palmar * smoothstep(-0.035, 0.012, rest[:, 1])
    finger = (hand.part >= 1) & (hand.part <= 5)
    patches = Waves(rng, 0.022)(rest) * 0.7 + Waves(rng, 0.009)(rest) * 0.3
    blotches = Waves(rng, 0.016)(rest) * 0.7 + Waves(rng, 0.007)(rest) * 0.3
    lines = skin.creases * crease_depth(hand)
    depth = skin.depth - palmar * (0.04 + 0.34 * skin.depth**2) + 0.016 * skin.mottle * patches
    knuckles = _knuckles(hand) * (1 - hand.palmar)
    depth = depth + 0.05 * knuckles * (0.4 + skin.depth) + (0.05 + 0.06 * skin.depth) * lines
    tips = np.where(finger, smoothstep(0.55, 1.0, hand.along), 0)
    blood = skin.redness + 0.12 * palmar + 0.30 * tips + 0.22 * knuckles + 0.11 * skin.mottle * blotches
    blood = blood * (1 - 0.55 * skin.depth) + 0.25 * lines
    colour = tone(np.clip(depth, 0, 1)) * np.exp(-blood[:, None] * BLOOD)
    colour = colour * np.exp(skin.yellow * np.array([0.25, 0.0, -0.9]))
    colour = colour * (1 - 0.30 * np.clip(lines, 0, 1.2)[:, None])
    veins = _veins(rng, hand) * (1 - hand.palmar) * (1 - skin.depth)
    colour = colour * (1 - veins[:, None] * np.array([0.20, 0.10, 0.04]))
    return np.clip(_nails(colour, hand, skin), 0.004, 0.95)


def crease_depth(hand: PosedHand) -> np.ndarray:
    """Returns how deep in a crease each vertex lies, 0 to 1: palm lines and folds at the fingers' joints."""
    folds = np.zeros(len(hand.rest))
    palm = (hand.part == 0) & (hand.palmar > 0.5)
    near = np.min([_distance(hand.rest[palm, :2], np.array(line)) for line in LINES], axis=0)
    folds[palm] = np.exp(-((near / 0.0021) ** 2))
    for finger in range(1, 6):
        own = hand.part == finger
        inner = np.array([0.02, *_joint_places(hand, finger)])
        away = np.abs(hand.along[own, None] - inner).min(axis=1)
        folds[own] = np.exp(-((away / 0.018) ** 2)) * (0.35 + 0.65 * hand.palmar[own])
    return folds


def _joint_places(hand: PosedHand, finger: int) -> list[float]:
    """How far along a finger its inner joints lie, 0 to 1 of its length."""
    names = [name for name in hand.joints if name.startswith(_NAMES[finger])]
    chain = [name for name in names if "phalanx" in name]
    points = np.array([*(hand.joints[name] for name in chain), hand.fingertips[finger - 1]])
    reach = np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))
    return [float(place / reach[-1]) for place in reach[:-1]]


_NAMES = ("", "thumb", "index", "middle", "ring", "pinky")


def _knuckles(hand: PosedHand) -> np.ndarray:
    """Returns 1 on the knuckles and the backs of the joints, softly 0 around."""
    found = np.zeros(len(hand.rest))
    for finger in range(1, 6):
        own = hand.part == finger
        away = np.abs(hand.along[own, None] - np.array(_joint_places(hand, finger))).min(axis=1)
        found[own] = np.exp(-((away / 0.06) ** 2))
        first = next(
            place for name, place in hand.joints.items() if name.startswith(_NAMES[finger]) and "prox" in name
        )
        far = np.linalg.norm(hand.vertices - first, axis=1)
        found = np.maximum(found, np.where(hand.part != 6, np.exp(-((far / 0.013) ** 4)), 0))
    return found


def _veins(rng: np.random.Generator, hand: PosedHand) -> np.ndarray:
    """Returns 1 on winding lines along the back of the hand and the forearm."""
    wind = Waves(rng, 0.03)(hand.rest)
    across = hand.rest[:, 0] / 0.014 + 0.8 * wind + rng.uniform(0, 2 * np.pi)
    return np.where((hand.part == 0) | (hand.part == 6), smoothstep(0.9, 1.0, np.sin(across)), 0)


def _nails(colour: np.ndarray, hand: PosedHand, skin: Skin) -> np.ndarray:
    """Lays the nails over the skin: paler and pinker, white at the rim, or polished."""
    if skin.polish is not None:
        nail = np.broadcast_to(np.array(skin.polish), colour.shape)
    else:
        bed = tone(np.array([0.10 + 0.32 * skin.depth]))[0] * np.array([0.98, 0.86, 0.86])
        rim = np.clip(bed * 1.25, 0, 0.9)
        nail = np.where((hand.along > 0.975)[:, None], rim, bed)
    return colour + hand.nail[:, None] * (0.6 if skin.polish is None else 0.95) * (nail - colour)


def uneven(hand: PosedHand, skin: Skin) -> np.ndarray:
    """Returns the normals tilted by the skin's small unevenness, its creases and the tendons, (V, 3)."""
    rng = np.random.default_rng(skin.seed + 1)
    tilt = np.stack([Waves(rng, 0.008)(hand.rest) for _ in range(3)], axis=1)
    strength = skin.bump * np.where(hand.nail > 0.5, 0.2, 1.0)
    tendons = np.sin(hand.rest[:, 0] / 0.0195 * 2 * np.pi + 0.6) * (1 - hand.palmar)
    tendons = tendons * (hand.part == 0) * smoothstep(0.02, 0.05, hand.rest[:, 1])
    across = hand.joints["index-finger-phalanx-proximal"] - hand.joints["pinky-finger-phalanx-proximal"]
    across = across / np.linalg.norm(across)
    turned = hand.normals + tilt * strength[:, None] + 0.16 * tendons[:, None] * across
    return turned / np.linalg.norm(turned, axis=1, keepdims=True)


def _distance(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Returns the distance of points (N, 2) from a line of corners (M, 2)."""
    best = np.full(len(points), np.inf)
    for start, end in itertools.pairwise(line):
        way = end - start
        share = np.clip((points - start) @ way / (way @ way), 0, 1)
        best = np.minimum(best, np.linalg.norm(points - start - share[:, None] * way, axis=1))
    return best
