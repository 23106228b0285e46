"""What lies where on the skin of the hand at rest: parts, nails, palm side, and how far along a finger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FINGER_CHAINS = ((2, 3, 4), (6, 7, 8, 9), (11, 12, 13, 14), (16, 17, 18, 19), (21, 22, 23, 24))
"""The joints of each finger beyond the palm, as numbers of `model.JOINTS`; for the thumb MCP, IP and tip."""

PARTS = ("palm", "thumb", "index", "middle", "ring", "little", "forearm")


@dataclass(frozen=True)
class Regions:
    """Masks and coordinates at the vertices.

    Attributes:
        part: (V,) int, the number in `PARTS`.
        along: (V,) float, 0 at a finger's first knuckle to 1 at its tip; 0 on the palm.
        nail: (V,) float, 1 on a nail, 0 beside it, soft between.
        palmar: (V,) float, 1 where the skin faces as the palm does, 0 on the back.
        tips: (5,) int, the foremost vertex of each finger.
    """

    part: np.ndarray
    along: np.ndarray
    nail: np.ndarray
    palmar: np.ndarray
    tips: np.ndarray


def smoothstep(low: float, high: float, value: np.ndarray) -> np.ndarray:
    """Returns 0 below `low`, 1 above `high`, and a smooth ramp between (falling where low > high)."""
    ramp = np.clip((value - low) / (high - low), 0, 1)
    return ramp * ramp * (3 - 2 * ramp)


def regions(
    vertices: np.ndarray, normals: np.ndarray, weights: np.ndarray, joints: np.ndarray, axes: np.ndarray
) -> Regions:
    """Finds the regions of a hand at rest.

    Args:
        vertices: (V, 3) float, metres.
        normals: (V, 3) float, unit.
        weights: (V, 26) float.
        joints: (26, 3) float.
        axes: (26, 3, 3) float.
    """
    shares = np.stack([weights[:, list(chain)].sum(axis=1) for chain in FINGER_CHAINS], axis=1)
    part = np.where(shares.max(axis=1) > 0.5, shares.argmax(axis=1) + 1, 0)
    part = np.where(weights[:, -1] > 0.5, 6, part)
    along, nail, tips = np.zeros(len(vertices)), np.zeros(len(vertices)), []
    for number, chain in enumerate(FINGER_CHAINS, start=1):
        own = part == number
        distal = chain[-2]
        bone = -axes[distal, :, 2]
        tips.append(int(np.where(own, vertices @ bone, -np.inf).argmax()))
        line = np.concatenate([joints[list(chain[:-1])], vertices[tips[-1]][None]])
        along[own] = _along(vertices[own], line)
        nail[own] = _nail(vertices[own], normals[own], joints[distal], axes[distal], vertices[tips[-1]])
    back = np.einsum("vj,jx->vx", weights, axes[:, :, 1])
    back /= np.maximum(np.linalg.norm(back, axis=1, keepdims=True), 1e-9)
    palmar = smoothstep(0.35, -0.35, (normals * back).sum(axis=1))
    return Regions(part, along, nail, palmar, np.array(tips))


def _along(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Returns how far along a line of joints the nearest place on it lies, 0 to 1 of its length."""
    steps = np.diff(line, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    share = ((points[:, None] - line[:-1]) * steps).sum(axis=2) / lengths**2
    share = np.clip(share, 0, 1)
    nearest = line[:-1] + share[:, :, None] * steps
    distance = np.linalg.norm(points[:, None] - nearest, axis=2)
    best = distance.argmin(axis=1)
    before = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
    rows = np.arange(len(points))
    return (before[best] + share[rows, best] * lengths[best]) / lengths.sum()


def _nail(
    points: np.ndarray, normals: np.ndarray, joint: np.ndarray, axes: np.ndarray, tip: np.ndarray
) -> np.ndarray:
    """Returns a soft mask of the nail: an oval on the back of the last bone, cut straight at its root."""
    local = (points - joint) @ axes
    length = -float((tip - joint) @ axes[:, 2])
    half_width = np.percentile(np.abs(local[:, 0][(-local[:, 2] > 0.3 * length)]), 97)
    across = local[:, 0] / (0.72 * half_width)
    forward = (-local[:, 2] / length - 0.70) / 0.27
    inside = np.sqrt(np.abs(across) ** 3 + np.abs(forward) ** 3)
    up = smoothstep(0.15, 0.4, normals @ axes[:, 1])
    return smoothstep(1.1, 0.9, inside) * up * (local[:, 2] < 0)
