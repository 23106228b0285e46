"""A picture from a number: everything about it is drawn from its seed, so it can be made again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

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
from tools.rendering.light import Light, draw_light
from tools.rendering.model import HandModel, load_model
from tools.rendering.photograph import Photograph, denoised, developed, draw_photograph
from tools.rendering.posed import PosedHand, posed
from tools.rendering.poses import draw_other, draw_pose
from tools.rendering.room import Room, draw_room
from tools.rendering.scene import Scene, rendered
from tools.rendering.shape import draw_shape
from tools.rendering.skeleton import skeleton_of
from tools.rendering.skin import Skin, draw_skin, painted, uneven
from tools.rendering.worn import Piece, Worn, draw_worn, piece, with_ring

KINDS = ("sign", "other", "two hands", "room")
VIEWS = 25
"""Ways to hold a hand that are tried before another pose is drawn."""

POSES = 12
"""Poses that are tried before the picture is given up, which has not been seen to happen."""


@dataclass(frozen=True)
class Rendered:
    """A picture.

    Attributes:
        pixels: (64, 64, 3) uint8.
        label: 0 to 5, or -1 for no sign.
        record: how it was made, ready for JSON.
    """

    pixels: np.ndarray
    label: int
    record: dict[str, Any]


@dataclass(frozen=True)
class Held:
    """A hand before the camera: all its places and directions are in the camera's frame."""

    hand: PosedHand
    view: View

    @property
    def without_forearm(self) -> np.ndarray:
        """The vertices of the hand alone."""
        return self.hand.vertices[self.hand.part != 6]


@dataclass(frozen=True)
class Shot:
    """All that is drawn for one picture besides its camera."""

    held: tuple[Held, ...]
    room: Room
    light: Light
    how: Photograph
    skin: Skin
    worn: Worn


@lru_cache(maxsize=1)
def _model() -> HandModel:
    return load_model()


def picture(seed: int, kind: str = "sign", label: int | None = None) -> Rendered:
    """Draws a picture.

    Args:
        seed: of everything in it.
        kind: "sign", "other" (a gesture that is none), "two hands", or "room" (no hand at all).
        label: of the sign, 0 to 5; drawn from the seed where it is None.

    Raises:
        ValueError: The kind or the label is none of these.
    """
    if kind not in KINDS:
        raise ValueError(f"The kind should be one of {', '.join(KINDS)}, but {kind!r} came.")
    if label is not None and (kind != "sign" or label not in range(6)):
        raise ValueError(f"Only a sign has a label, 0 to 5, but {label!r} came for the kind {kind!r}.")
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    if kind == "sign" and label is None:
        label = int(rng.integers(6))
    camera, held = _room_camera(rng) if kind == "room" else _framed(rng, kind, label)
    room = _out_of_the_way(draw_room(rng, camera), held)
    shot = Shot(held, room, draw_light(rng), draw_photograph(rng), draw_skin(rng), draw_worn(rng))
    pieces = tuple(part for hand in held for part in _pieces(hand, shot.skin, shot.worn))
    linear, _ = rendered(Scene(pieces, room, shot.light, camera, int(rng.integers(2**31))))
    pixels = developed(denoised(linear), _cast(shot.light), shot.how, _subject(camera, held))
    shown = label if kind == "sign" and label is not None else -1
    return Rendered(pixels, shown, _record(shot, camera, seed, kind, shown))


def _framed(rng: np.random.Generator, kind: str, label: int | None) -> tuple[Camera, tuple[Held, ...]]:
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


def _room_camera(rng: np.random.Generator) -> tuple[Camera, tuple[Held, ...]]:
    half = float(np.exp(rng.uniform(np.log(0.08), np.log(0.5))))
    return Camera(0.0, 0.0, float(half * rng.uniform(1.5, 4)), half), ()


def _out_of_the_way(room: Room, held: tuple[Held, ...]) -> Room:
    """Moves a wall back until the hands and what leans before it are clear of it."""
    if room.wall == 0 or not held:
        return room
    slope = np.tan(np.abs(np.array(room.turn)).sum())
    places = np.concatenate([one.hand.vertices for one in held])
    reach = float((slope * np.abs(places[:, :2]).max(axis=1) - places[:, 2]).max())
    wall = room.wall + reach
    moved = tuple(
        replace(thing, place=thing.place - np.array([0, 0, wall - room.wall])) for thing in room.things
    )
    return replace(room, wall=wall, things=moved)


def _pieces(held: Held, skin: Skin, worn: Worn) -> list[Piece]:
    """Paints and dresses a hand; triangles of 3 mm, less than a pixel, are fine enough."""
    hand = coarser(held.hand)
    colours = with_ring(painted(hand, skin), hand, worn)
    pieces = [Piece(hand.vertices, uneven(hand, skin), hand.faces, colours, skin.roughness)]
    return pieces + [made for tube in worn.tubes if (made := piece(hand, tube)) is not None]


def coarser(hand: PosedHand) -> PosedHand:
    """Undoes the hand's last subdivision, which put the old vertices first and split every face in four.

    See `surface.subdivided`: each of the first three quarters of the faces holds one corner
    of every old face, with the lowest number.
    The vertices stay on the fine surface and keep its normals.
    """
    first, second, third, _ = np.split(hand.faces, 4)
    faces = np.stack([part.min(axis=1) for part in (first, second, third)], axis=1)
    kept = slice(0, int(faces.max()) + 1)
    return replace(
        hand,
        faces=faces,
        **{name: getattr(hand, name)[kept] for name in ("vertices", "rest", "normals", "part", "along")},
        **{name: getattr(hand, name)[kept] for name in ("nail", "palmar")},
    )


def _cast(light: Light) -> np.ndarray:
    """The colour in which the scene appears: lamp and surroundings together."""
    colour = light.colour + light.ambient
    return colour / colour.max()


def _subject(camera: Camera, held: tuple[Held, ...]) -> np.ndarray | None:
    """Where the hands are, (64, 64) of 0 or 1, for the camera's meter."""
    if not held:
        return None
    seen = [seen_parts(camera, one.hand.vertices, one.hand.normals, one.hand.part) >= 0 for one in held]
    return np.any(seen, axis=0).astype(float)


def _record(shot: Shot, camera: Camera, seed: int, kind: str, label: int) -> dict[str, Any]:
    """What is kept of a picture, ready for JSON: enough to sort by; its seed makes the rest again."""
    hand = shot.held[0] if shot.held else None
    whole = [one.without_forearm for one in shot.held]
    box = [round(64 * edge, 1) for edge in box_of(camera.project(np.concatenate(whole)))] if whole else []
    turns = np.degrees([hand.view.yaw, hand.view.pitch, hand.view.roll]).round(1).tolist() if hand else []
    return {
        "label": label,
        "kind": kind,
        "seed": seed,
        "side": hand.hand.side if hand else "",
        "pose": " and ".join(one.hand.name for one in shot.held),
        "box": box,
        "camera": {
            "facing": hand.view.facing if hand else "",
            "yaw_pitch_roll": turns,
            "distance": round(camera.distance, 3),
            "field": round(camera.field, 1),
        },
        "room": shot.room.name,
        "wall": round(shot.room.wall, 3),
        "light": shot.light.kind,
        "kelvin": round(shot.light.kelvin),
        "skin": round(shot.skin.depth, 3),
        "sleeve": any(tube.roughness > 0.8 for tube in shot.worn.tubes),
        "exposure": round(shot.how.exposure, 2),
        "quality": shot.how.quality,
    }
