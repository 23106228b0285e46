"""What a hand wears: a sleeve, a watch or band, a ring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.rendering import surface
from tools.rendering.noise import Waves
from tools.rendering.photograph import decoded
from tools.rendering.pictures import colour
from tools.rendering.posed import PosedHand


@dataclass(frozen=True)
class Tube:
    """Cloth or a band around the forearm, between two places behind the wrist.

    Attributes:
        start, end: metres behind the wrist.
        away: metres from the skin.
        folds: metres, depth of the folds.
        colours: (2, 3) linear; the second for stripes.
        stripe: metres, width of a stripe; 0 for none.
        roughness: of its surface, 0 to 1; below 0.4 it shines like metal.
        seed: of the folds.
    """

    start: float
    end: float
    away: float
    folds: float
    colours: np.ndarray
    stripe: float
    roughness: float
    seed: int


@dataclass(frozen=True)
class Worn:
    """What a hand wears: tubes about the forearm, and a ring's finger (0 for none) and colour."""

    tubes: tuple[Tube, ...]
    ring: int
    ring_colour: tuple[float, float, float]


def draw_worn(rng: np.random.Generator) -> Worn:
    """Draws what is worn: mostly nothing, often a sleeve, at times a watch, a band or a ring."""
    tubes = []
    if rng.random() < 0.42:
        start = rng.uniform(0.012, 0.05) if rng.random() < 0.5 else rng.uniform(0.05, 0.16)
        paint = np.stack([decoded(colour(rng, 1.4, (0.04, 0.95))) for _ in range(2)])
        stripe = rng.uniform(0.012, 0.04) if rng.random() < 0.2 else 0.0
        folds = rng.uniform(0.0, 0.0035)
        tubes.append(Tube(start, 0.37, rng.uniform(0.003, 0.011), folds, paint, stripe, 0.9, _seed(rng)))
    if rng.random() < 0.14 and not (tubes and tubes[0].start < 0.045):
        start = rng.uniform(0.008, 0.022)
        metal = rng.random() < 0.4
        paint = np.array([[0.6, 0.58, 0.55]]) if metal else decoded(colour(rng, 1.2, (0.02, 0.6)))[None]
        width = rng.uniform(0.006, 0.024)
        paint = np.repeat(paint, 2, axis=0)
        tubes.append(Tube(start, start + width, 0.002, 0.0, paint, 0.0, 0.3 if metal else 0.6, _seed(rng)))
    ring = int(rng.integers(1, 6)) if rng.random() < 0.10 else 0
    gold = (0.72, 0.50, 0.22) if rng.random() < 0.5 else (0.62, 0.61, 0.60)
    return Worn(tuple(tubes), ring, gold)


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def with_ring(colours: np.ndarray, hand: PosedHand, worn: Worn) -> np.ndarray:
    """Returns the skin's colours (V, 3) with a ring painted at the root of a finger."""
    if worn.ring == 0:
        return colours
    there = (hand.part == worn.ring) & (np.abs(hand.along - 0.2) < 0.035)
    return np.where(there[:, None], np.array(worn.ring_colour), colours)


@dataclass(frozen=True)
class Piece:
    """A surface of its own: vertices (V, 3), normals (V, 3), faces (F, 3), colours (V, 3) and roughness."""

    vertices: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    colours: np.ndarray
    roughness: float


def piece(hand: PosedHand, tube: Tube) -> Piece | None:
    """Makes a tube of the forearm's skin, moved outwards; None where no face lies between its ends."""
    behind = -hand.rest[:, 1]
    own = (hand.part == 6) & (behind >= tube.start) & (behind <= tube.end)
    kept = hand.faces[own[hand.faces].all(axis=1)]
    if len(kept) == 0:
        return None
    used, numbers = np.unique(kept, return_inverse=True)
    faces = numbers.reshape(kept.shape)
    waves = Waves(np.random.default_rng(tube.seed), 0.035)(hand.rest[used] * np.array([1, 2.0, 1]))
    away = tube.away + tube.folds * np.clip(waves, -1.2, 1.2) * 0.8
    away = np.maximum(away, 0.0015)
    vertices = hand.vertices[used] + hand.normals[used] * away[:, None]
    striped = tube.stripe > 0 and np.array((behind[used] // max(tube.stripe, 1e-6)) % 2, dtype=bool)
    colours = np.where(np.broadcast_to(striped, len(used))[:, None], tube.colours[1], tube.colours[0])
    return Piece(vertices, surface.normals(vertices, faces), faces, colours, tube.roughness)
