"""Light of a scene: an area that shines and light from all around, from candle to shade, soft and hard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

KINDS = ("soft", "hard", "window", "flat", "back", "flash")
SHARES = (0.34, 0.14, 0.18, 0.14, 0.10, 0.10)


@dataclass(frozen=True)
class Light:
    """What shines on a scene.

    Attributes:
        kind: one of `KINDS`.
        place: (3,) metres, where the area stands, as seen from the hand.
        size: metres, half the area's side.
        colour: (3,) linear, of the area; its largest is 1.
        ambient: (3,) linear, of what comes from all around, with its share in the light of the hand.
        kelvin: colour temperature of the area.
    """

    kind: str
    place: np.ndarray
    size: float
    colour: np.ndarray
    ambient: np.ndarray
    kelvin: float


def colour_of(kelvin: float) -> np.ndarray:
    """Returns the linear colour of a black body against one of 6,500 K, its largest channel 1.

    Planck's law at 610, 550 and 465 nm, where the eye's three primaries of sRGB have their weight.

    Args:
        kelvin: 1,500 to 20,000.
    """
    metres = np.array([610e-9, 550e-9, 465e-9])

    def shine(temperature: float) -> np.ndarray:
        return metres**-5 / np.expm1(1.4388e-2 / (metres * temperature))

    colour = shine(kelvin) / shine(6500.0)
    return colour / colour.max()


def draw_light(rng: np.random.Generator) -> Light:
    """Draws the light of a scene."""
    kind = str(rng.choice(KINDS, p=SHARES))
    kelvin = float(1e6 / rng.uniform(1e6 / 9500, 1e6 / 2500))
    around = rng.uniform(-np.pi, np.pi)
    height = np.radians(rng.uniform(5, 75))
    if kind == "window":
        around, height = (
            rng.choice([-1.0, 1.0]) * np.radians(rng.uniform(50, 110)),
            np.radians(rng.uniform(5, 35)),
        )
        kelvin = float(1e6 / rng.uniform(1e6 / 10000, 1e6 / 5200))
    elif kind == "back":
        around, height = np.pi + rng.normal(0, 0.5), np.radians(rng.uniform(15, 60))
    elif kind == "flash":
        around, height, kelvin = rng.normal(0, 0.12), np.radians(rng.uniform(2, 14)), rng.uniform(4300, 6500)
    elif kind in ("soft", "hard"):
        around = rng.normal(0, 0.9)
    far = rng.uniform(0.5, 0.9) if kind == "flash" else rng.uniform(1.2, 2.6)
    way = np.array([np.sin(around) * np.cos(height), np.sin(height), np.cos(around) * np.cos(height)])
    size = {"soft": (0.3, 0.9), "hard": (0.02, 0.1), "window": (0.4, 0.9), "flat": (0.5, 1.0)}.get(
        kind, (0.02, 0.05) if kind == "flash" else (0.3, 0.8)
    )
    share = {"soft": (0.2, 0.7), "hard": (0.12, 0.5), "window": (0.15, 0.5), "flat": (1.5, 6.0)}.get(
        kind, (0.1, 0.4) if kind == "flash" else (0.5, 1.2)
    )
    other = colour_of(float(np.clip(kelvin * np.exp(rng.normal(0, 0.22)), 2300, 12000)))
    return Light(kind, way * far, rng.uniform(*size), colour_of(kelvin), other * rng.uniform(*share), kelvin)


def shapes(light: Light, look_at: Any) -> dict[str, Any]:
    """Returns the emitters as Mitsuba's dictionaries; a hand in the middle receives an irradiance near 3.

    Args:
        light: what `draw_light` returns.
        look_at: function of origin and target, (3,) lists, that returns Mitsuba's transform.
    """
    distance = float(np.linalg.norm(light.place))
    radiance = 3.0 * distance**2 / (4 * light.size**2)
    area = {
        "type": "rectangle",
        "to_world": look_at(light.place.tolist(), [0.0, 0.0, 0.0], light.size),
        "emitter": {"type": "area", "radiance": _rgb(light.colour * radiance)},
    }
    return {"lamp": area, "around": {"type": "constant", "radiance": _rgb(light.ambient / np.pi * 3.0)}}


def _rgb(colour: np.ndarray) -> dict[str, Any]:
    return {"type": "rgb", "value": [float(part) for part in colour]}
