"""Pictures that show nothing: flat colours, noise, gradients, stripes, blots. Drawn from a seed."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

SIZE = 64


def drawn(count: int, seed: int) -> np.ndarray:
    """`count` pictures of (64, 64, 3) unsigned bytes, the kinds in turn."""
    random = np.random.default_rng(seed)
    kinds = (_flat, _noise, _gradient, _stripes, _blots, _smooth)
    return np.stack([_finished(kinds[i % len(kinds)](random), random) for i in range(count)])


def _flat(random: np.random.Generator) -> np.ndarray:
    return np.ones((SIZE, SIZE, 3)) * random.uniform(0, 1, 3)


def _noise(random: np.random.Generator) -> np.ndarray:
    grain = int(random.choice([1, 2, 4, 8, 16]))
    small = random.uniform(0, 1, (SIZE // grain, SIZE // grain, 3))
    return small.repeat(grain, 0).repeat(grain, 1)


def _gradient(random: np.random.Generator) -> np.ndarray:
    one, other = random.uniform(0, 1, (2, 3))
    share = _across(random)[..., None]
    return one * (1 - share) + other * share


def _stripes(random: np.random.Generator) -> np.ndarray:
    one, other = random.uniform(0, 1, (2, 3))
    share = (0.5 + 0.5 * np.sin(_across(random) * random.uniform(10, 90)))[..., None]
    return one * (1 - share) + other * share


def _blots(random: np.random.Generator) -> np.ndarray:
    picture = _flat(random)
    down, across = np.mgrid[0:SIZE, 0:SIZE]
    for _ in range(int(random.integers(1, 9))):
        middle, size = random.uniform(0, SIZE, 2), random.uniform(3, 28, 2)
        inside = ((across - middle[0]) / size[0]) ** 2 + ((down - middle[1]) / size[1]) ** 2 < 1
        picture[inside] = random.uniform(0, 1, 3)
    return picture


def _smooth(random: np.random.Generator) -> np.ndarray:
    small = Image.fromarray((random.uniform(0, 1, (6, 6, 3)) * 255).astype(np.uint8))
    return np.asarray(small.resize((SIZE, SIZE), Image.Resampling.BICUBIC)) / 255


def _across(random: np.random.Generator) -> np.ndarray:
    """0 to 1 from one edge to the other, in a direction drawn at random."""
    angle = random.uniform(0, 2 * np.pi)
    down, across = np.mgrid[0:SIZE, 0:SIZE] - SIZE / 2
    along = across * np.cos(angle) + down * np.sin(angle)
    return (along - along.min()) / (along.max() - along.min())


def _finished(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    noisy = np.clip(picture + random.normal(0, random.uniform(0, 0.05), picture.shape), 0, 1)
    image = Image.fromarray((noisy * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(float(random.choice([0, 0, 1, 2])))))
