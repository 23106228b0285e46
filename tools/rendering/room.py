"""What stands around the hand: a wall close behind it, boxes and balls, or something far and blurred."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.rendering.camera import Camera
from tools.rendering.photograph import decoded
from tools.rendering.pictures import PAINTERS, colour, draw_background

PLAIN = ("wall", "stripes", "wood", "skin-coloured")
"""What can be a surface close behind the hand."""


@dataclass(frozen=True)
class Thing:
    """A box or a ball: "cube" or "sphere", its place, half its size, its turn in radians, and its colour."""

    kind: str
    place: np.ndarray
    size: np.ndarray
    turn: float
    colour: np.ndarray


@dataclass(frozen=True)
class Room:
    """What stands around the hand.

    Attributes:
        name: what is painted, a key of `pictures.PAINTERS`.
        picture: (S, S, 3) linear colours.
        wall: metres from the hand back to a wall that bears the picture and receives shadows, or 0 where the
            picture is far and only shines.
        turn: (2,) radians, how the wall is turned about the vertical and the horizontal.
        repeat: how much of the picture is seen on the wall's width in view.
        things: boxes and balls before the wall.
        brightness: of a far picture against the hand's surroundings.
    """

    name: str
    picture: np.ndarray
    wall: float
    turn: tuple[float, float]
    repeat: float
    things: tuple[Thing, ...]
    brightness: float


def draw_room(rng: np.random.Generator, camera: Camera) -> Room:
    """Draws what stands around a hand that this camera sees."""
    names = list(PAINTERS)
    chances = np.array([PAINTERS[name][0] for name in names])
    name = str(rng.choice(names, p=chances / chances.sum()))
    near = name in PLAIN and rng.random() < (0.85 if name == "wall" else 0.6)
    blur = rng.uniform(0, 1.0) if near or rng.random() < 0.35 else rng.uniform(1.0, 9.0)
    picture = draw_background(rng, name, blur)
    wall = float(np.exp(rng.uniform(np.log(0.07), np.log(0.9)))) if near else 0.0
    tilt = (float(rng.normal(0, 0.22)), float(rng.normal(0, 0.18)))
    things: tuple[Thing, ...] = ()
    if near and wall > 0.16 and rng.random() < 0.3:
        things = tuple(_thing(rng, camera, wall) for _ in range(int(rng.integers(1, 6))))
    return Room(
        name, picture, wall, tilt, float(rng.uniform(0.5, 1.6)), things, float(np.exp(rng.normal(0, 0.5)))
    )


def _thing(rng: np.random.Generator, camera: Camera, wall: float) -> Thing:
    """A box or ball between hand and wall, not in the room that the hand takes."""
    wide = camera.half * (camera.distance + wall) / camera.distance
    size = np.exp(rng.uniform(np.log(0.08), np.log(0.45), 3)) * wide
    # However it is turned, it ends before the hand: 0.8 + sqrt(3) < 2.6 of its half size.
    size = np.minimum(size, (wall - 0.1) / 2.6)
    place = np.array([camera.x, camera.y, 0]) + np.array([*rng.uniform(-1.2, 1.2, 2) * wide, -wall])
    place[2] += rng.uniform(0.3, 0.8) * size[2]
    kind = "cube" if rng.random() < 0.7 else "sphere"
    return Thing(kind, place, size, float(rng.uniform(0, np.pi)), decoded(colour(rng, 1.2, (0.03, 0.95))))


def behind(room: Room, size: int) -> np.ndarray:
    """Returns the part of a far picture that is seen, (size, size, 3), each pixel a mean over its area."""
    whole = len(room.picture)
    step = max(1, min(whole // size, 2))
    start = (whole - step * size) // 2
    cut = room.picture[start : start + step * size, start : start + step * size]
    return cut.reshape(size, step, size, step, 3).mean(axis=(1, 3)) * room.brightness
