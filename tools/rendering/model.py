"""The hand at rest: a smooth surface, twenty-six joints, and where palm, nails and fingers lie on it.

The frame is that of a right hand whose palm faces the viewer: the wrist at the origin, +x to the thumb,
+y along the fingers, +z out of the palm; lengths in metres. Each joint has axes of its own, the columns of a
rotation: x across the joint towards the little finger (fingers bend about it), y out of the back, z back
along the bone towards the wrist.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.rendering import surface
from tools.rendering.fetch import SHA256, cache_folder, fetched_hand
from tools.rendering.regions import Regions, regions

FINGERS = ("thumb", "index", "middle", "ring", "pinky")
JOINTS = (
    "wrist",
    *(f"thumb-{part}" for part in ("metacarpal", "phalanx-proximal", "phalanx-distal", "tip")),
    *(
        f"{finger}-finger-{part}"
        for finger in FINGERS[1:]
        for part in (
            "metacarpal",
            "phalanx-proximal",
            "phalanx-intermediate",
            "phalanx-distal",
            "tip",
        )
    ),
    "forearm",
)
PARENTS = (-1, 0, 1, 2, 3, *(parent for f in range(4) for parent in (0, *range(5 + 5 * f, 9 + 5 * f))), 0)
CHAINS = ((1, 2, 3, 4), *(tuple(range(6 + 5 * f, 10 + 5 * f)) for f in range(4)))
"""The joints of each finger: for the thumb CMC, MCP, IP and tip, for the others MCP, PIP, DIP and tip."""

FOREARM = len(JOINTS) - 1
CUT_AT = -0.010
"""Where the stump of the file's mesh is cut off, metres along y."""

SUBDIVISIONS = 2
VERSION = 2
"""Part of the cache's name: to be raised when this module makes another hand of the same file."""


@dataclass(frozen=True)
class HandModel:
    """The right hand at rest.

    Attributes:
        vertices: (V, 3) float, metres.
        faces: (F, 3) int, anticlockwise seen from outside.
        weights: (V, 26) float, how much each joint moves each vertex; rows sum to 1.
        joints: (26, 3) float, places of the joints `JOINTS`.
        axes: (26, 3, 3) float, the joints' axes as columns.
        regions: what lies where on the skin.
    """

    vertices: np.ndarray
    faces: np.ndarray
    weights: np.ndarray
    joints: np.ndarray
    axes: np.ndarray
    regions: Regions


@dataclass(frozen=True)
class Rig:
    """What the file holds, in the frame of this module: a coarse closed surface with weights, and joints."""

    vertices: np.ndarray
    faces: np.ndarray
    weights: np.ndarray
    joints: np.ndarray
    axes: np.ndarray


def read_rig(path: Path) -> Rig:
    """Reads the right hand's GLB (glTF 2.0, one binary chunk).

    Raises:
        ValueError: The file is no GLB, or its joints are not those of `JOINTS`.
    """
    content = path.read_bytes()
    if content[:4] != b"glTF" or len(content) < 20:
        raise ValueError(f"{path.name} should be a GLB file, but begins with {content[:4]!r}.")
    length = struct.unpack_from("<I", content, 12)[0]
    head, binary = json.loads(content[20 : 20 + length]), content[28 + length :]
    names = [head["nodes"][node]["name"] for node in head["skins"][0]["joints"]]
    if set(names) != set(JOINTS[:-1]):
        raise ValueError(f"The hand should have the joints of JOINTS, but has {', '.join(names)}.")
    primitive = head["meshes"][0]["primitives"][0]
    fields = primitive["attributes"]
    indices = _accessor(head, binary, primitive["indices"]).reshape(-1, 3).astype(int)
    points = _accessor(head, binary, fields["POSITION"]).astype(float)
    weights = np.zeros((len(points), len(JOINTS)))
    order = np.array([JOINTS.index(name) for name in names])
    chosen = order[_accessor(head, binary, fields["JOINTS_0"])]
    np.add.at(
        weights, (np.arange(len(points))[:, None], chosen), _accessor(head, binary, fields["WEIGHTS_0"])
    )
    inverse = _accessor(head, binary, head["skins"][0]["inverseBindMatrices"]).reshape(-1, 4, 4)
    bind = np.empty((len(names), 4, 4))
    bind[order] = np.linalg.inv(inverse.transpose(0, 2, 1).astype(float))
    turn = np.array([[0.0, 0, -1], [0, -1, 0], [-1, 0, 0]])  # the file: thumb -z, fingers -y, palm -x
    places = bind[:, :3, 3] @ turn.T
    left, _, right = np.linalg.svd(turn @ bind[:, :3, :3])
    axes = left @ right  # the nearest true rotations: the file's are so to seven digits only
    wrist = places[0]
    return Rig(
        points @ turn.T - wrist,
        indices,
        weights / weights.sum(axis=1, keepdims=True),
        np.concatenate([places - wrist, np.zeros((1, 3))]),
        np.concatenate([axes, axes[:1]]),
    )


def _accessor(head: dict, binary: bytes, number: int) -> np.ndarray:
    accessor = head["accessors"][number]
    view = head["bufferViews"][accessor["bufferView"]]
    kind = {5121: np.uint8, 5123: np.uint16, 5126: np.float32}[accessor["componentType"]]
    width = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}[accessor["type"]]
    start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
    return np.frombuffer(binary, kind, accessor["count"] * width, start).reshape(-1, width)


def hand_of(rig: Rig) -> HandModel:
    """Cuts the stump off, adds a forearm, smooths, and finds the regions."""
    table, faces = surface.welded(np.hstack([rig.vertices, rig.weights]), rig.faces)
    kept = (table[faces][:, :, 1] > CUT_AT).all(axis=1)
    table, faces = surface.without_unused(table, faces[kept])
    rim = surface.boundary(faces)
    table, faces = surface.extended(table, faces, rim, _forearm(table[rim]))
    for _ in range(SUBDIVISIONS):
        table, faces = surface.subdivided(table, faces)
    vertices, weights = table[:, :3], _with_forearm(table[:, :3], table[:, 3:])
    found = regions(vertices, surface.normals(vertices, faces), weights, rig.joints, rig.axes)
    return HandModel(vertices, faces, weights, rig.joints, rig.axes, found)


def _forearm(rim: np.ndarray) -> list[np.ndarray]:
    """Rings from the rim of the wrist to behind the elbow's height, ever more elliptic."""
    middle = rim[:, :3].mean(axis=0)
    angle = np.arctan2(rim[:, 2] - middle[2], rim[:, 0] - middle[0])
    rings = []
    # distance behind the wrist, half width, half depth (metres), and how much of an ellipse it is
    for back, width, depth, round_ in (
        (0.022, 0.0265, 0.0185, 0.5),
        (0.036, 0.0270, 0.0195, 0.9),
        (0.060, 0.0290, 0.0225, 1.0),
        (0.095, 0.0335, 0.0280, 1.0),
        (0.140, 0.0390, 0.0345, 1.0),
        (0.200, 0.0430, 0.0390, 1.0),
        (0.280, 0.0440, 0.0410, 1.0),
        (0.380, 0.0450, 0.0430, 1.0),
    ):
        ring = np.zeros_like(rim)
        ellipse = np.stack([width * np.cos(angle), depth * np.sin(angle)], axis=1)
        ring[:, [0, 2]] = middle[[0, 2]] + round_ * ellipse + (1 - round_) * (rim[:, [0, 2]] - middle[[0, 2]])
        ring[:, 1] = -back
        ring[:, 3] = 1.0  # the wrist's weight; _with_forearm shares it out
        rings.append(ring)
    return rings


def _with_forearm(vertices: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Lets the forearm take over from the hand across the wrist, so that it bends there and not in a line."""
    ramp = np.clip((0.016 - vertices[:, 1]) / 0.046, 0, 1)
    forearm = (ramp * ramp * (3 - 2 * ramp))[:, None]
    shared = weights * (1 - forearm)
    shared[:, FOREARM] += forearm[:, 0]
    return shared / shared.sum(axis=1, keepdims=True)


def load_model() -> HandModel:
    """Returns the hand, fetched and built on the first call of this user, then read from the cache.

    Raises:
        FetchError: The hand cannot be fetched.
    """
    path = cache_folder() / f"hand-{SHA256[:8]}-{SUBDIVISIONS}-{VERSION}.npz"
    if not path.is_file():
        _keep(hand_of(read_rig(fetched_hand())), path)
    with np.load(path) as kept:
        values = {name: kept[name] for name in kept.files}
    own = {name: values.pop(name) for name in ("vertices", "faces", "weights", "joints", "axes")}
    return HandModel(**own, regions=Regions(**values))


def _keep(hand: HandModel, path: Path) -> None:
    values = {**vars(hand), **vars(hand.regions)}
    del values["regions"]
    part = path.with_suffix(".part.npz")
    np.savez(part, **values)
    part.replace(path)
