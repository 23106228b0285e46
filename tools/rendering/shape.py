"""Body shapes: one hand at rest becomes many, from a child's to a tall person's, bony to plump."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.rendering import surface
from tools.rendering.model import CHAINS, FOREARM, JOINTS, PARENTS, HandModel
from tools.rendering.regions import smoothstep

METACARPALS = (1, 5, 10, 15, 20)


@dataclass(frozen=True)
class Shape:
    """How a hand differs from the model.

    Attributes:
        size: the whole hand against the model's 19 cm, 1 for the same.
        lengths: (5,) each finger's length against the model's, thumb first.
        girths: (5,) each finger's thickness against the model's.
        palm_width: the palm's width against the model's.
        inflation: how far the skin is moved outwards, metres.
        forearm: the forearm's thickness against the model's.
    """

    size: float
    lengths: np.ndarray
    girths: np.ndarray
    palm_width: float
    inflation: float
    forearm: float


def plain_shape() -> Shape:
    """Returns the shape of the model itself."""
    return Shape(1.0, np.ones(5), np.ones(5), 1.0, 0.0, 1.0)


def draw_shape(rng: np.random.Generator) -> Shape:
    """Draws a body shape: one in six is a child's, with short plump fingers."""
    child = rng.random() < 1 / 6
    size = rng.uniform(0.66, 0.86) if child else rng.normal(1.0, 0.06)
    length = rng.normal(0.94 if child else 1.0, 0.05)
    girth = rng.normal(1.12 if child else 1.06, 0.07)
    palm = float(np.clip(rng.normal(1.0, 0.05), 0.88, 1.14))
    return Shape(
        size=float(np.clip(size, 0.62, 1.16)),
        lengths=np.clip(length * rng.normal(1.0, 0.03, 5), 0.84, 1.16),
        girths=np.clip(girth * rng.normal(1.0, 0.03, 5), 0.84, 1.16 * palm),
        palm_width=palm,
        inflation=float(rng.uniform(0.0, 0.002)),
        forearm=float(np.clip(rng.normal(1.0, 0.1), 0.8, 1.3)),
    )


def shaped(model: HandModel, shape: Shape) -> HandModel:
    """Returns the hand at rest in another shape; its regions stay where they were on the skin.

    Each joint scales what it moves along and across its bone, and the joints behind it move along, so that
    a longer finger has longer bones and the same knuckles.
    """
    scales = _scales(model, shape)
    joints = _joints(model, scales)
    shifts = joints - np.einsum("jxy,jy->jx", scales, model.joints)
    blended = model.weights @ np.concatenate([scales.reshape(-1, 9), shifts], axis=1)
    vertices = np.einsum("vxy,vy->vx", blended[:, :9].reshape(-1, 3, 3), model.vertices) + blended[:, 9:]
    vertices += _inflation(model, shape)[:, None] * surface.normals(vertices, model.faces)
    return HandModel(
        shape.size * vertices, model.faces, model.weights, shape.size * joints, model.axes, model.regions
    )


def scaled_joints(model: HandModel, shape: Shape) -> np.ndarray:
    """Returns the places of the joints alone in another shape, (26, 3), metres."""
    return shape.size * _joints(model, _scales(model, shape))


def _joints(model: HandModel, scales: np.ndarray) -> np.ndarray:
    joints = model.joints.copy()
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            joints[joint] = joints[parent] + scales[parent] @ (model.joints[joint] - model.joints[parent])
    return joints


def _scales(model: HandModel, shape: Shape) -> np.ndarray:
    """Returns for each joint the (3, 3) matrix that scales its bone in the hand's frame, (26, 3, 3)."""
    factors = np.ones((len(JOINTS), 3))
    for finger, chain in enumerate(CHAINS):
        for joint in chain:
            factors[joint] = shape.girths[finger], shape.girths[finger], shape.lengths[finger]
    scales = np.einsum("jxa,ja,jya->jxy", model.axes, factors, model.axes)
    wide = np.diag([shape.palm_width, 1.0, 1 + 0.5 * (shape.palm_width - 1)])
    for joint in (0, *METACARPALS):
        scales[joint] = wide if joint != METACARPALS[0] else wide @ scales[joint]
    scales[FOREARM] = np.diag([shape.forearm, 1.0, shape.forearm])
    return scales


def _inflation(model: HandModel, shape: Shape) -> np.ndarray:
    """Metres along the normal at each vertex: full on the fingers, less on the palm and the forearm."""
    fingers = (model.regions.part >= 1) & (model.regions.part <= 5)
    share = np.where(fingers, smoothstep(-0.1, 0.15, model.regions.along), 0.0)
    return shape.inflation * np.maximum(share, 0.3)
