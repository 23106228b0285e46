"""A picture from a number: everything about it is drawn from its seed, so it can be made again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from tools.rendering.camera import Camera, box_of
from tools.rendering.framing import Held, framed, room_camera, subject
from tools.rendering.light import Light, draw_light
from tools.rendering.photograph import Photograph, denoised, developed, draw_photograph
from tools.rendering.posed import PosedHand
from tools.rendering.room import Room, draw_room
from tools.rendering.scene import Scene, rendered
from tools.rendering.skin import Skin, draw_skin, painted, uneven
from tools.rendering.worn import Piece, Worn, draw_worn, piece, with_ring

KINDS = ("sign", "other", "two hands", "room")


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
class Shot:
    """All that is drawn for one picture besides its camera."""

    held: tuple[Held, ...]
    room: Room
    light: Light
    how: Photograph
    skin: Skin
    worn: Worn


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
    camera, held = room_camera(rng) if kind == "room" else framed(rng, kind, label)
    room = _out_of_the_way(draw_room(rng, camera), held)
    shot = Shot(held, room, draw_light(rng), draw_photograph(rng), draw_skin(rng), draw_worn(rng))
    pieces = tuple(part for hand in held for part in _pieces(hand, shot.skin, shot.worn))
    linear, _ = rendered(Scene(pieces, room, shot.light, camera, int(rng.integers(2**31))))
    pixels = developed(denoised(linear), _cast(shot.light), shot.how, subject(camera, held))
    shown = label if kind == "sign" and label is not None else -1
    return Rendered(pixels, shown, _record(shot, camera, seed, kind, shown))


@lru_cache(maxsize=1)
def code() -> str:
    """Returns eight digits that change with any line of the renderer, and with it perhaps every picture."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


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
        "code": code(),
    }
