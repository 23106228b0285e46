"""Where the camera stands: view of the hand, framing, projection, and whether the sign can be read.

The hand is turned in front of a camera that looks along -z with +y up. It stands straight in front of the
middle of the picture, `distance` metres from the plane z = 0 in which the hand's middle lies. Coordinates in
the picture run from 0 to 1, x to the right and y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

SIZE = 64
NEAR = 0.06
"""Metres from the lens that nothing may come nearer to."""


class Readable(Protocol):
    """What is asked of a hand: (V,) parts, (V,) ways along the fingers, and the fingers to be seen."""

    @property
    def part(self) -> np.ndarray: ...  # noqa: D102
    @property
    def along(self) -> np.ndarray: ...  # noqa: D102
    @property
    def raised(self) -> tuple[int, ...]: ...  # noqa: D102


@dataclass(frozen=True)
class View:
    """How a hand is held before the camera.

    Attributes:
        facing: "palm", "back" or "side".
        yaw: radians by which the hand turns about its long axis, 0 with the palm to the camera.
        pitch: radians about the picture's horizontal, positive with the fingertips towards the camera.
        roll: radians in the picture, positive anticlockwise.
    """

    facing: str
    yaw: float
    pitch: float
    roll: float

    def rotation(self) -> np.ndarray:
        """Returns the (3, 3) rotation from the hand's frame into the camera's."""
        return _about(2, self.roll) @ _about(0, self.pitch) @ _about(1, self.yaw)


@dataclass(frozen=True)
class Camera:
    """A pinhole camera.

    Attributes:
        x, y: metres, the point of the plane z = 0 in the middle of the picture.
        distance: metres from that plane.
        half: metres, half the width of what is seen of that plane.
    """

    x: float
    y: float
    distance: float
    half: float

    @property
    def field(self) -> float:
        """The angle of view, in degrees."""
        return float(2 * np.degrees(np.arctan2(self.half, self.distance)))

    def project(self, points: np.ndarray) -> np.ndarray:
        """Returns where points (N, 3) appear: (N, 3) of x and y in the picture and depth in metres."""
        depth = self.distance - points[:, 2]
        scale = self.distance / (2 * self.half * np.maximum(depth, 1e-6))
        across = 0.5 + (points[:, 0] - self.x) * scale
        down = 0.5 - (points[:, 1] - self.y) * scale
        return np.stack([across, down, depth], axis=1)


def _about(axis: int, angle: float) -> np.ndarray:
    one, two = [number for number in range(3) if number != axis]
    matrix = np.eye(3)
    sign = -1 if axis == 1 else 1
    matrix[one, one] = matrix[two, two] = np.cos(angle)
    matrix[one, two], matrix[two, one] = -sign * np.sin(angle), sign * np.sin(angle)
    return matrix


def draw_view(
    rng: np.random.Generator, side: str, name: str, azimuths: tuple[float, float] = (-180.0, 180.0)
) -> View:
    """Draws how the hand is held: mostly the palm, often the back, at times the side.

    Args:
        rng: to draw with.
        side: "right" or "left".
        name: how the sign is shown; an O is mostly shown so that its hole is seen, from the thumb's side.
        azimuths: degrees about the hand's long axis from which it can be read, lowest and highest; 0 faces
            the palm, and a right hand's thumb is at +90.
    """
    thumb = 1.0 if side == "right" else -1.0
    facing, azimuth = "side", 360.0
    for _ in range(8):
        chance = rng.random()
        if name == "O" and chance < 0.8:
            facing, azimuth = "side", thumb * rng.uniform(15, 105)
        elif chance < 0.62:
            facing, azimuth = "palm", rng.normal(0, 22)
        elif chance < 0.9:
            facing, azimuth = "back", (rng.normal(0, 24) + 360) % 360 - 180
        else:
            facing, azimuth = "side", rng.choice([-1.0, 1.0]) * rng.uniform(50, 125)
        if azimuths[0] <= azimuth <= azimuths[1]:
            break
    else:
        facing, azimuth = "side", rng.uniform(*azimuths)
    roll = rng.normal(0, 55 if rng.random() < 0.25 else 17)
    yaw, pitch, roll = np.radians([-azimuth, rng.normal(0, 17), roll]).tolist()
    return View(facing, yaw, pitch, roll)


def box_of(projected: np.ndarray) -> tuple[float, float, float, float]:
    """Returns left, top, right and bottom of projected points (N, 2 or 3)."""
    left, top = projected[:, :2].min(axis=0)
    right, bottom = projected[:, :2].max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def draw_camera(rng: np.random.Generator, hand: np.ndarray) -> Camera:
    """Frames a hand: most pictures as in SIGNS, filled by it, others carelessly, small and off the middle.

    Args:
        rng: to draw with.
        hand: (N, 3) the hand's vertices without the forearm, turned into the camera's frame.
    """
    careful = rng.random() < 0.62
    share = rng.uniform(0.52, 0.93) if careful else rng.uniform(0.30, 0.8)
    loose = 0.55 if careful else 0.95
    distance = float(np.exp(rng.uniform(np.log(0.33), np.log(1.6))))
    camera = Camera(float(hand[:, 0].mean()), float(hand[:, 1].mean()), distance, 0.1)
    off = rng.uniform(-1, 1, 2) * loose * (1 - share) / 2
    for _ in range(3):
        left, top, right, bottom = box_of(camera.project(hand))
        half = camera.half * max(right - left, bottom - top) / share
        x = camera.x + camera.half * (left + right - 1) + 2 * half * off[0]
        y = camera.y - camera.half * (top + bottom - 1) + 2 * half * off[1]
        camera = Camera(float(x), float(y), distance, float(half))
    return camera


def in_frame(box: tuple[float, float, float, float], margin: float = 0.0) -> bool:
    """Tells whether a box lies in the picture, at least `margin` from its edges."""
    left, top, right, bottom = box
    return left >= margin and top >= margin and right <= 1 - margin and bottom <= 1 - margin


def seen_parts(camera: Camera, vertices: np.ndarray, normals: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Returns the part seen at each of SIZE x SIZE pixels, -1 where none is: an image of identities.

    Vertices that face the camera are set as points of 2 x 2 pixels, the nearest on top; they must lie closer
    together than pixels do.

    Args:
        camera: the camera.
        vertices: (V, 3) float, in the camera's frame.
        normals: (V, 3) float, likewise.
        part: (V,) int, not negative.
    """
    towards = np.array([camera.x, camera.y, camera.distance]) - vertices
    front = (normals * towards).sum(axis=1) > 0
    places = camera.project(vertices[front])
    parts = part[front]
    order = np.argsort(-places[:, 2])
    corner = np.floor(places[order, :2] * SIZE - 0.5).astype(int)
    picture = np.full((SIZE, SIZE), -1)
    rows = (corner[:, 1, None] + np.array([0, 0, 1, 1])).ravel()
    columns = (corner[:, 0, None] + np.array([0, 1, 0, 1])).ravel()
    owner = np.repeat(parts[order], 4)
    inside = (rows >= 0) & (rows < SIZE) & (columns >= 0) & (columns < SIZE)
    picture[rows[inside], columns[inside]] = owner[inside]
    return picture


def can_be_read(
    camera: Camera,
    vertices: np.ndarray,
    normals: np.ndarray,
    hand: Readable,
) -> bool:
    """Tells whether every raised finger shows enough of itself: its upper half, measured in pixels.

    A finger must show at least 45 % of what it would show if nothing stood before it, and an area of
    0.8 % of the square of the hand's size; and of what it shows, a third must have none of the hand behind
    it. A finger laid before the palm is seen by the renderer, but by nobody who looks at 64 pixels.

    Args:
        camera: the camera.
        vertices: (V, 3) float, in the camera's frame.
        normals: (V, 3) float, likewise.
        hand: its parts and raised fingers.
    """
    part = hand.part
    shown = np.where(hand.along > 0.45, part, np.where(part == 6, 6, 0))
    seen = seen_parts(camera, vertices, normals, shown)
    left, top, right, bottom = box_of(camera.project(vertices[part != 6]))
    least = 0.008 * (max(right - left, bottom - top) * SIZE) ** 2
    for finger in hand.raised:
        own = shown == finger
        alone = (seen_parts(camera, vertices[own], normals[own], shown[own]) == finger).sum()
        pixels = (seen == finger).sum()
        if pixels < least or pixels < 0.45 * alone:
            return False
        others = part != finger
        behind = seen_parts(camera, vertices[others], normals[others], part[others]) >= 0
        if ((seen == finger) & ~behind).sum() < pixels / 3:
            return False
    return True
