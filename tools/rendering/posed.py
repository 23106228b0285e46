"""A hand in a pose: the skin's place, and everything the painter and the photographer ask about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.rendering import angles as kinematics
from tools.rendering import surface
from tools.rendering.model import JOINTS, HandModel
from tools.rendering.poses import Pose
from tools.rendering.shape import Shape, shaped

MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True)
class PosedHand:
    """A hand ready to be painted; the frame is that of `model`, for a left hand with +x away from the thumb.

    Attributes:
        vertices: (V, 3) float, metres.
        faces: (F, 3) int, anticlockwise seen from outside.
        rest: (V, 3) float, where each vertex lies on the right hand of the model at rest, whatever the
            shape, pose and side: coordinates for paint.
        normals: (V, 3) float, unit, outwards.
        part: (V,) int, 0 palm, 1 thumb to 5 little finger, 6 forearm.
        along: (V,) float, 0 at a finger's first knuckle to 1 at its tip.
        nail: (V,) float, 1 on a nail.
        palmar: (V,) float, 1 on the palm side, 0 on the back.
        joints: place of each joint by its name, (3,) each.
        fingertips: (5, 3) float, thumb first.
        raised: fingers that must be seen for the sign to be read, 1 thumb to 5 little.
        side: "right" or "left".
        label: 0 to 5, or -1 for a gesture that is no sign.
        name: how the sign is shown.
        azimuths: directions from which the pose can be read, see `Pose`; a left hand's are mirrored.
    """

    vertices: np.ndarray
    faces: np.ndarray
    rest: np.ndarray
    normals: np.ndarray
    part: np.ndarray
    along: np.ndarray
    nail: np.ndarray
    palmar: np.ndarray
    joints: dict[str, np.ndarray]
    fingertips: np.ndarray
    raised: tuple[int, ...]
    side: str
    label: int
    name: str
    azimuths: tuple[float, float]


def posed(model: HandModel, shape: Shape, pose: Pose, side: str = "right") -> PosedHand:
    """Returns the hand in a shape and a pose.

    Args:
        model: what `load_model` returns.
        shape: what `draw_shape` returns.
        pose: what `draw_pose` or `draw_other` returns.
        side: "right" or "left"; a left hand is a right one mirrored, its faces turned round.

    Raises:
        ValueError: The side is another word.
    """
    if side not in ("right", "left"):
        raise ValueError(f"The side should be right or left, but {side!r} came.")
    hand = shaped(model, shape)
    turns, shifts = kinematics.motions(hand.joints, hand.axes, pose.angles)
    vertices = kinematics.skinned(hand.vertices, hand.weights, turns, shifts)
    joints, faces, azimuths = kinematics.moved(hand.joints, turns, shifts), hand.faces, pose.azimuths
    if side == "left":
        vertices, joints, faces = vertices * MIRROR, joints * MIRROR, np.ascontiguousarray(faces[:, ::-1])
        azimuths = (-azimuths[1], -azimuths[0])
    found = hand.regions
    return PosedHand(
        vertices=vertices,
        faces=faces,
        rest=model.vertices,
        normals=surface.normals(vertices, faces),
        part=found.part,
        along=found.along,
        nail=found.nail,
        palmar=found.palmar,
        joints=dict(zip(JOINTS, joints, strict=True)),
        fingertips=vertices[found.tips],
        raised=pose.raised,
        side=side,
        label=pose.label,
        name=pose.name,
        azimuths=azimuths,
    )
