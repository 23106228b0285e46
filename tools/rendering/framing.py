"""Hands before a camera: posed, held, framed, and drawn again until everything needed is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from tools.rendering.camera import (
    Camera,
    View,
    box_of,
    can_be_read,
    draw_camera,
    draw_view,
    in_frame,
    seen_parts,
)
from tools.rendering.model import HandModel, load_model
from tools.rendering.posed import PosedHand, posed
from tools.rendering.poses import draw_other, draw_pose
from tools.rendering.shape import draw_shape
from tools.rendering.skeleton import skeleton_of

VIEWS = 25
"""Ways to hold a hand that are tried before another pose is drawn."""

POSES = 12
"""Poses that are tried before the picture is given up, which has not been seen to happen."""


@dataclass(frozen=True)
class Held:
    """A hand before the camera: all its places and directions are in the camera's frame."""

    hand: PosedHand
    view: View

    @property
    def without_forearm(self) -> np.ndarray:
        """The vertices of the hand alone."""
        return self.hand.vertices[self.hand.part != 6]


@lru_cache(maxsize=1)
def _model() -> HandModel:
    return load_model()


def framed(rng: np.random.Generator, kind: str, label: int | None) -> tuple[Camera, tuple[Held, ...]]:
    """Poses one or two hands and finds a camera that sees them well; draws anew until it does."""
    for _ in range(POSES):
        try:
            hands = [_pose(rng, kind, label) for _ in range(2 if kind == "two hands" else 1)]
        except RuntimeError:  # this body's fingers do not reach: another one is drawn
            continue
        for _ in range(VIEWS):
            held = tuple(_hold(rng, hand, number, len(hands)) for number, hand in enumerate(hands))
            camera = draw_camera(rng, np.concatenate([hand.without_forearm for hand in held]))
            if all(_is_well_seen(camera, hand) for hand in held):
                return camera, held
    raise RuntimeError(f"A hand should fit into the picture within {POSES * VIEWS} tries, but did not.")


def _pose(rng: np.random.Generator, kind: str, label: int | None) -> PosedHand:
    shape, side = draw_shape(rng), "right" if rng.random() < 0.5 else "left"
    skeleton = skeleton_of(_model(), shape)
    if kind == "other":
        pose = draw_other(rng, skeleton)
    else:
        pose = draw_pose(label if label is not None else int(rng.integers(6)), rng, skeleton)
    return posed(_model(), shape, pose, side)


def _hold(rng: np.random.Generator, hand: PosedHand, number: int, count: int) -> Held:
    """Turns a hand before the camera, its middle at the origin, or beside it where there are two."""
    view = draw_view(rng, hand.side, hand.name, hand.azimuths)
    turn = view.rotation().T
    own = hand.vertices[hand.part != 6] @ turn
    shift = -(own.min(axis=0) + own.max(axis=0)) / 2
    if count > 1:
        beside = (2 * number - 1) * rng.uniform(0.055, 0.12)
        shift = shift + np.array([beside, rng.normal(0, 0.03), rng.normal(0, 0.02)])
    moved = replace(
        hand,
        vertices=hand.vertices @ turn + shift,
        normals=hand.normals @ turn,
        joints={name: place @ turn + shift for name, place in hand.joints.items()},
        fingertips=hand.fingertips @ turn + shift,
    )
    return Held(moved, view)


def _is_well_seen(camera: Camera, held: Held) -> bool:
    """Whether the hand is in the picture, its forearm leaves it, and raised fingers can be seen."""
    vertices = held.hand.vertices
    depth = camera.distance - vertices[:, 2]
    if depth.min() < 0.07 or not in_frame(box_of(camera.project(held.without_forearm)), 0.004):
        return False
    end = held.hand.rest[:, 1] < -0.375
    if not bool((np.abs(camera.project(vertices[end])[:, :2] - 0.5).max(axis=1) > 0.5).all()):
        return False
    return can_be_read(camera, vertices, held.hand.normals, held.hand)


def room_camera(rng: np.random.Generator) -> tuple[Camera, tuple[Held, ...]]:
    """Draws a camera for a room in which no hand is."""
    half = float(np.exp(rng.uniform(np.log(0.08), np.log(0.5))))
    return Camera(0.0, 0.0, float(half * rng.uniform(1.5, 4)), half), ()


def subject(camera: Camera, held: tuple[Held, ...]) -> np.ndarray | None:
    """Where the hands are, (64, 64) of 0 or 1, for the camera's meter."""
    if not held:
        return None
    seen = [seen_parts(camera, one.hand.vertices, one.hand.normals, one.hand.part) >= 0 for one in held]
    return np.any(seen, axis=0).astype(float)
