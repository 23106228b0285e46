"""Backgrounds painted as pictures: walls, rooms, gardens, stripes, wood, clutter, people out of focus.

All are (SIZE, SIZE, 3) float of linear colour between 0 and 1, drawn from a generator.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from tools.rendering.noise import clouds
from tools.rendering.photograph import decoded
from tools.rendering.skin import tone

SIZE = 128


def colour(
    rng: np.random.Generator, strongest: float = 1.0, light: tuple[float, float] = (0.1, 0.95)
) -> np.ndarray:
    """Draws a colour (3,), sRGB of 0 to 1: mostly pale or grey, at times strong."""
    value = rng.uniform(*light)
    saturation = min(rng.beta(1.0, 2.6) * strongest, 1.0)
    around = np.abs((rng.random() * 6 + np.array([0, 4, 2])) % 6 - 3) - 1
    return value * (1 - saturation * (1 - np.clip(around, 0, 1)))


def cream(rng: np.random.Generator) -> np.ndarray:
    """Draws the colour of a painted wall in sRGB: white to cream, or grey."""
    value = rng.uniform(0.7, 0.97)
    return np.clip(value * (1 + np.array([0.025, 0.0, -0.05]) * rng.normal(0.5, 1.0)), 0, 1)


def wall(rng: np.random.Generator) -> np.ndarray:
    """A painted wall: white, cream, grey or any colour, with stains, texture, a switch or a board."""
    paint = cream(rng) if rng.random() < 0.76 else colour(rng, 0.9)
    picture = np.broadcast_to(decoded(paint), (SIZE, SIZE, 3)).copy()
    stains = clouds(rng, SIZE, rng.uniform(0.2, 0.8))[..., None] - 0.5
    picture *= 1 + rng.uniform(0, 0.22) * stains
    picture *= 1 + rng.uniform(0, 0.025) * rng.normal(size=(SIZE, SIZE, 1))
    if rng.random() < 0.3:
        image = _image(picture)
        _things(ImageDraw.Draw(image), rng, int(rng.integers(1, 3)), (0.04, 0.3))
        picture = _linear(image)
    return picture


def stripes(rng: np.random.Generator) -> np.ndarray:
    """Stripes, checks or tiles of two colours, turned by any angle: cloth, blinds, wallpaper, bathroom."""
    angle, width = rng.uniform(0, np.pi), rng.uniform(0.03, 0.22)
    rows, columns = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    along = np.cos(angle) * columns + np.sin(angle) * rows
    mask = _square(along / width, rng.uniform(0.25, 0.75))
    if rng.random() < 0.3:
        across = -np.sin(angle) * columns + np.cos(angle) * rows
        other = _square(across / width, rng.uniform(0.25, 0.75))
        mask = np.abs(mask - other) if rng.random() < 0.5 else np.minimum(mask, other)
    one, two = decoded(colour(rng)), decoded(colour(rng))
    return (one + mask[..., None] * (two - one)) * (0.8 + 0.4 * clouds(rng, SIZE, 0.4)[..., None])


def _square(phase: np.ndarray, share: float) -> np.ndarray:
    """Soft-edged stripes of period 1: 1 within `share` of each, else 0."""
    away = np.abs((phase % 1.0) - 0.5)
    return np.clip((share / 2 - away) * 40 + 0.5, 0, 1)


def wood(rng: np.random.Generator) -> np.ndarray:
    """Planks with a grain: floor, table, door."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    if rng.random() < 0.5:
        rows, columns = columns, rows
    planks = rng.integers(1, 7)
    which = np.floor(columns * planks).astype(int)
    shift = rng.random(int(planks) + 1)[which]
    rings = columns * rng.uniform(8, 30) + 1.8 * clouds(rng, SIZE, 0.5) + 6 * shift
    grain = 0.5 + 0.5 * np.sin(rings * 2 * np.pi + 2 * np.sin(rows * rng.uniform(2, 9)))
    stain = np.array([0.62, 0.42, 0.25]) * rng.uniform(0.45, 1.45) * np.exp(rng.normal(0, 0.08, 3))
    shade = (0.8 + 0.25 * grain * rng.uniform(0.2, 1) + 0.3 * (shift - 0.5))[..., None]
    seams = np.where((columns * planks) % 1 < 0.03, 0.55, 1.0)[..., None]
    return np.clip(decoded(np.clip(stain, 0, 1)) * shade * seams, 0, 1)


def skin_like(rng: np.random.Generator) -> np.ndarray:
    """A background as a skin is coloured: bare arm or face close by, cork, sand, cardboard."""
    base = tone(np.array([rng.uniform(0, 0.85)]))[0] * np.exp(rng.normal(0, 0.08, 3))
    shade = 0.6 + 0.8 * clouds(rng, SIZE, rng.uniform(0.3, 1.0), 5)[..., None]
    return np.clip(base * shade, 0, 1)


def garden(rng: np.random.Generator) -> np.ndarray:
    """Leaves, grass and perhaps sky, sharp or far."""
    leaves = clouds(rng, SIZE, rng.uniform(0.08, 0.3), 5)
    tint = np.array([rng.uniform(0.2, 0.6), rng.uniform(0.45, 0.8), rng.uniform(0.08, 0.35)])
    picture = decoded(tint) * (0.15 + 1.4 * leaves[..., None] ** 1.6)
    rows = np.mgrid[0:SIZE, 0:SIZE][0] / SIZE
    edge = rng.uniform(-0.3, 0.65) + 0.3 * (clouds(rng, SIZE, 0.5) - 0.5)
    sky = np.array([rng.uniform(0.45, 0.9), rng.uniform(0.65, 0.92), 0.97]) * rng.uniform(0.7, 1.0)
    above = np.clip((edge - rows) * 30, 0, 1)[..., None]
    return np.clip(picture * (1 - above) + decoded(sky) * above, 0, 1)


def office(rng: np.random.Generator) -> np.ndarray:
    """A room: wall and floor, shelves with books, screens, doors, a bright window, boxes."""
    image = Image.new("RGB", (SIZE, SIZE), _paint(cream(rng) if rng.random() < 0.6 else colour(rng)))
    pen = ImageDraw.Draw(image)
    if rng.random() < 0.5:
        pen.rectangle(
            (0, int(rng.uniform(0.6, 0.95) * SIZE), SIZE, SIZE), fill=_paint(colour(rng, light=(0.1, 0.6)))
        )
    if rng.random() < 0.5:
        _shelf(pen, rng)
    if rng.random() < 0.5:
        _window(pen, rng)
    _things(pen, rng, int(rng.integers(1, 9)), (0.06, 0.5))
    return _linear(image)


def clutter(rng: np.random.Generator) -> np.ndarray:
    """Boxes, discs and lines of any colour over one another."""
    image = Image.new("RGB", (SIZE, SIZE), _paint(colour(rng)))
    _things(ImageDraw.Draw(image), rng, int(rng.integers(8, 40)), (0.04, 0.45))
    picture = _linear(image)
    return np.clip(picture * (0.7 + 0.6 * clouds(rng, SIZE, 0.3)[..., None]), 0, 1)


def person(rng: np.random.Generator) -> np.ndarray:
    """Somebody behind the hand: room, torso, neck, head with hair, and eyes and mouth where it is near."""
    picture = _image(office(rng) if rng.random() < 0.6 else wall(rng))
    pen = ImageDraw.Draw(picture)
    size, x, y = rng.uniform(0.14, 0.42), rng.uniform(0.1, 0.9), rng.uniform(0.05, 0.5)
    skin = tone(np.array([rng.uniform(0, 0.95)]))[0]
    shirt, hair = _paint(colour(rng)), _paint(np.array([0.35, 0.24, 0.16]) * rng.uniform(0.15, 2.2))
    face = _paint(_encoded(skin))

    def oval(cx: float, cy: float, rx: float, ry: float, fill: tuple[int, int, int]) -> None:
        box = [(x + (cx - rx) * size) * SIZE, (y + (cy - ry) * size) * SIZE]
        pen.ellipse((*box, (x + (cx + rx) * size) * SIZE, (y + (cy + ry) * size) * SIZE), fill=fill)

    oval(0, 2.9, 1.5 * rng.uniform(0.8, 1.1), 1.6, shirt)
    oval(0, 1.1, 0.33, 0.5, face)
    long_ = rng.uniform(0, 0.6)
    oval(0, -0.05 + long_ / 2, 0.68, 0.85 + long_ / 2, hair)
    oval(0, 0.1, 0.55, 0.75, face)
    for side in (-1, 1):
        oval(side * 0.22, 0.0, 0.09, 0.045, _paint(np.array([0.2, 0.15, 0.12])))
    oval(0, 0.48, 0.18, 0.05, _paint(_encoded(skin * np.array([0.75, 0.45, 0.45]))))
    shaded = _linear(picture)
    return shaded * (0.75 + 0.5 * clouds(rng, SIZE, 0.6)[..., None])


def _shelf(pen: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    left, right = np.sort(rng.uniform(-0.3, 1.3, 2)) * SIZE
    height = rng.uniform(0.12, 0.3) * SIZE
    top = rng.uniform(-0.1, 0.3) * SIZE
    frame = _paint(colour(rng))
    for _ in range(int(rng.integers(2, 5))):
        x = left
        while x < right:
            width, tall = rng.uniform(0.015, 0.06) * SIZE, rng.uniform(0.55, 0.9) * height
            pen.rectangle((x, top + height - tall, x + width, top + height), fill=_paint(colour(rng, 1.4)))
            x += width
        pen.rectangle((left, top + height, right, top + height + 3), fill=frame)
        top += height + 3


def _window(pen: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    left, top = rng.uniform(-0.2, 0.8, 2) * SIZE
    width, height = rng.uniform(0.2, 0.6, 2) * SIZE
    pen.rectangle((left - 4, top - 4, left + width + 4, top + height + 4), fill=_paint(cream(rng)))
    pen.rectangle((left, top, left + width, top + height), fill=_paint(np.array([0.93, 0.97, 1.0])))
    pen.line((left + width / 2, top, left + width / 2, top + height), fill=_paint(cream(rng)), width=3)


def _things(
    pen: ImageDraw.ImageDraw, rng: np.random.Generator, count: int, sizes: tuple[float, float]
) -> None:
    for _ in range(count):
        x, y = rng.uniform(-0.1, 1.0, 2) * SIZE
        wide, high = np.exp(rng.uniform(np.log(sizes[0]), np.log(sizes[1]), 2)) * SIZE
        fill, kind = _paint(colour(rng, 1.3, (0.03, 1.0))), rng.random()
        if kind < 0.6:
            pen.rectangle((x, y, x + wide, y + high), fill=fill)
        elif kind < 0.85:
            pen.ellipse((x, y, x + wide, y + high), fill=fill)
        else:
            pen.line(
                (x, y, x + rng.normal(0, wide), y + rng.normal(0, high)),
                fill=fill,
                width=int(rng.integers(1, 6)),
            )


def _paint(values: np.ndarray) -> tuple[int, int, int]:
    red, green, blue = np.round(np.clip(values, 0, 1) * 255).astype(int).tolist()
    return red, green, blue


def _encoded(linear: np.ndarray) -> np.ndarray:
    return np.clip(linear, 0, 1) ** (1 / 2.2)


def _image(linear: np.ndarray) -> Image.Image:
    return Image.fromarray(np.round(_encoded(linear) * 255).astype(np.uint8))


def _linear(image: Image.Image) -> np.ndarray:
    return decoded(np.asarray(image) / 255)


PAINTERS: dict[str, tuple[float, Callable[[np.random.Generator], np.ndarray]]] = {
    "wall": (0.45, wall),
    "office": (0.20, office),
    "person": (0.10, person),
    "clutter": (0.10, clutter),
    "garden": (0.06, garden),
    "stripes": (0.06, stripes),
    "wood": (0.05, wood),
    "skin-coloured": (0.05, skin_like),
}
"""How often each is drawn, and how it is painted."""


def draw_background(rng: np.random.Generator, name: str, blur: float) -> np.ndarray:
    """Paints a background of this name, out of focus by `blur` of its pixels."""
    picture = PAINTERS[name][1](rng)
    if blur > 0.3:
        picture = ndimage.gaussian_filter(picture, (blur, blur, 0), mode="nearest")
    return np.ascontiguousarray(picture[:, ::-1] if rng.random() < 0.5 else picture)
