"""A hand of sticks: joints in rough places with plain axes, for what needs no mesh and no network."""

from __future__ import annotations

import numpy as np

from tools.rendering.model import CHAINS, JOINTS
from tools.rendering.shape import METACARPALS
from tools.rendering.skeleton import RADII, Skeleton

FLAT = np.array([[-1.0, 0, 0], [0, 0, -1], [0, -1, 0]])
"""Axes of a finger that points along +y, its back to -z: across, back, and back along the bone as columns."""


def stick_hand() -> Skeleton:
    """Four straight fingers along +y, and a thumb that stands off to +x and forward, thumb turned to them."""
    joints, axes = np.zeros((len(JOINTS), 3)), np.tile(FLAT, (len(JOINTS), 1, 1))
    for finger, across in enumerate((0.024, 0.003, -0.017, -0.036), start=1):
        joints[METACARPALS[finger]] = across / 2, 0.03, 0
        for joint, along in zip(CHAINS[finger], (0.09, 0.134, 0.158, 0.169), strict=True):
            joints[joint] = across, along, 0
    bone = _unit(np.array([0.55, 0.72, 0.42]))
    side = _unit(np.cross([0.7, -0.2, -0.68], -bone))
    for joint, along in zip(CHAINS[0], (0, 0.032, 0.066, 0.081), strict=True):
        joints[joint] = np.array([0.028, 0.036, 0.019]) + along * bone
        axes[joint] = np.stack([side, np.cross(-bone, side), -bone], axis=1)
    return Skeleton(joints, axes, RADII / 1000)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
