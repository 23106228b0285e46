"""A scene for Mitsuba: hands, what they wear, what stands around, light and camera; rendered to linear light.

`scalar_rgb` is the one variant that runs on every processor without a compiler. A picture is rendered at its
own size with a path of at most three bounces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import drjit
import mitsuba
import numpy as np

from tools.rendering import light as lights
from tools.rendering.camera import SIZE, Camera
from tools.rendering.light import Light
from tools.rendering.room import Room, behind
from tools.rendering.worn import Piece

SAMPLES = 25
"""Of each pixel, as 5 x 5 jittered cells, which leaves a third of the noise that independent samples do."""

DEPTH = 3

mitsuba.set_variant("scalar_rgb")
drjit.set_thread_count(1)


@dataclass(frozen=True)
class Scene:
    """All that is rendered.

    Attributes:
        pieces: surfaces in the camera's frame.
        room: what stands around.
        light: what shines.
        camera: where it is seen from.
        seed: of the renderer's samples.
    """

    pieces: tuple[Piece, ...]
    room: Room
    light: Light
    camera: Camera
    seed: int


def rendered(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """Renders a scene.

    Returns:
        (SIZE, SIZE, 3) linear light, and (SIZE, SIZE) how much of each pixel is not far background.
    """
    parts: dict[str, Any] = {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": DEPTH, "rr_depth": 10, "hide_emitters": True},
        "sensor": _sensor(scene.camera),
        **lights.shapes(scene.light, _look_at),
    }
    for number, piece in enumerate(scene.pieces):
        parts[f"piece{number}"] = _mesh(piece, number)
    parts |= _things(scene)
    if scene.room.wall > 0:
        parts["wall"] = _wall(scene.room, scene.camera)
    made = mitsuba.load_dict(parts, parallel=False)
    pixels = np.array(mitsuba.render(made, seed=scene.seed), dtype=float)
    colour, share = pixels[..., :3], np.clip(pixels[..., 3], 0, 1)
    if scene.room.wall == 0:
        shine = scene.light.ambient * 0.5 + scene.light.colour * 0.35
        colour = colour + (1 - share[..., None]) * behind(scene.room, SIZE) * shine
    return colour, share


def _look_at(origin: list[float], target: list[float], scale: float) -> Any:
    up = (
        [0.0, 1.0, 0.0] if abs(origin[0] - target[0]) + abs(origin[2] - target[2]) > 1e-3 else [0.0, 0.0, 1.0]
    )
    frame = mitsuba.ScalarTransform4f()
    return frame.look_at(origin=origin, target=target, up=up).scale([scale, scale, 1.0])


def _sensor(camera: Camera) -> dict[str, Any]:
    frame = mitsuba.ScalarTransform4f()
    return {
        "type": "perspective",
        "fov": camera.field,
        "near_clip": 0.01,
        "to_world": frame.look_at(
            origin=[camera.x, camera.y, camera.distance], target=[camera.x, camera.y, 0.0], up=[0.0, 1.0, 0.0]
        ),
        "film": {
            "type": "hdrfilm",
            "width": SIZE,
            "height": SIZE,
            "pixel_format": "rgba",
            "component_format": "float32",
            "rfilter": {"type": "box"},
        },
        "sampler": {"type": "multijitter", "sample_count": SAMPLES},
    }


def _mesh(piece: Piece, number: int) -> Any:
    """Makes a mesh with colours at its vertices; shading is two-sided, since cuffs are open."""
    surface = {
        "type": "principled",
        "base_color": {"type": "mesh_attribute", "name": "vertex_color"},
        "roughness": piece.roughness,
        "specular": 0.36,
        "sheen": 0.2,
    }
    properties = mitsuba.Properties()
    properties["bsdf"] = mitsuba.load_dict({"type": "twosided", "bsdf": surface})
    mesh = mitsuba.Mesh(
        f"piece{number}", len(piece.vertices), len(piece.faces), has_vertex_normals=True, props=properties
    )
    mesh.add_attribute("vertex_color", 3, piece.colours.astype(np.float32).ravel())
    values = mitsuba.traverse(mesh)
    values["vertex_positions"] = piece.vertices.astype(np.float32).ravel()
    values["vertex_normals"] = piece.normals.astype(np.float32).ravel()
    values["faces"] = piece.faces.astype(np.uint32).ravel()
    values.update()
    return mesh


def _wall(room: Room, camera: Camera) -> dict[str, Any]:
    """A wall behind the hand, large enough to fill the picture and to give its colour back to the hand."""
    frame = mitsuba.ScalarTransform4f()
    seen = camera.half * (camera.distance + room.wall) / camera.distance
    size = max(3.0 * seen, 1.2)
    turn = (
        frame.translate([camera.x, camera.y, -room.wall])
        .rotate([0, 1, 0], float(np.degrees(room.turn[0])))
        .rotate([1, 0, 0], float(np.degrees(room.turn[1])))
    )
    picture = mitsuba.TensorXf(np.ascontiguousarray(room.picture, dtype=np.float32))
    texture = {
        "type": "bitmap",
        "data": picture,
        "raw": True,
        "wrap_mode": "mirror",
        "to_uv": frame.scale([size / seen * room.repeat, size / seen * room.repeat, 1.0]),
    }
    surface = {"type": "twosided", "bsdf": {"type": "diffuse", "reflectance": texture}}
    return {"type": "rectangle", "to_world": turn.scale([size, size, 1.0]), "bsdf": surface}


def _things(scene: Scene) -> dict[str, Any]:
    made = {}
    for number, thing in enumerate(scene.room.things):
        frame = mitsuba.ScalarTransform4f().translate(thing.place.tolist())
        turned = frame.rotate([0.3, 1.0, 0.2], float(np.degrees(thing.turn))).scale(thing.size.tolist())
        if thing.kind == "sphere":
            turned = frame.scale(float(thing.size.min()))
        # A vivid colour drawn at random may lie a little outside of what a surface can reflect.
        colour = {"type": "rgb", "value": np.clip(thing.colour, 0, 1).tolist()}
        made[f"thing{number}"] = {
            "type": thing.kind,
            "to_world": turned,
            "bsdf": {"type": "diffuse", "reflectance": colour},
        }
    return made
