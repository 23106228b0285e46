"""From light to a photograph: what lens, sensor and the camera's software do to a picture.

Pictures come as linear light, (H, W, 3) float with 1 for white, and leave as uint8 of the same size.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage


@dataclass(frozen=True)
class Photograph:
    """How a picture is taken.

    Attributes:
        exposure: stops against what the camera would choose by itself.
        balance: how much of the light's colour the camera takes out, 0 to 1.
        tint: (3,) factors that are left over from the white balance.
        vignette: how much darker the corners are, 0 to 1.
        blur: pixels, standard deviation of what is out of focus.
        motion: (2,) pixels, how far the hand moves during the exposure.
        contrast: strength of the tone curve, 0 for none.
        saturation: 1 leaves colours as they are.
        sharpening: how much the camera's software sharpens.
        clarity: how much it lifts contrast between near places, as phones do.
        noise: standard deviation at mid grey.
        chroma_noise: share of the noise that differs between the colours.
        pixels: side of the picture before it is enlarged to its size; SIZE or more leaves it.
        quality: of the JPEG, 1 to 95; 0 for none.
        seed: of the noise.
    """

    exposure: float
    balance: float
    tint: tuple[float, float, float]
    vignette: float
    blur: float
    motion: tuple[float, float]
    contrast: float
    saturation: float
    sharpening: float
    clarity: float
    noise: float
    chroma_noise: float
    pixels: int
    quality: int
    seed: int


def draw_photograph(rng: np.random.Generator) -> Photograph:
    """Draws how a picture is taken: most well, some carelessly or with a poor camera."""
    poor = rng.random() < 0.18
    moving = rng.random() < (0.25 if poor else 0.05)
    angle, far = rng.uniform(0, np.pi), rng.uniform(0.8, 2.4) if moving else 0.0
    tint = np.exp(rng.normal(0, 0.045, 3))
    exposure = rng.normal(0.25, 0.35)
    if rng.random() < 0.15:
        exposure = rng.uniform(-1.9, -0.7) if rng.random() < 0.7 else rng.uniform(0.4, 0.8)
    return Photograph(
        exposure=float(exposure),
        balance=float(rng.uniform(0.35, 1.0)),
        tint=(float(tint[0]), float(tint[1]), float(tint[2])),
        vignette=float(rng.uniform(0, 0.25) if rng.random() < 0.75 else rng.uniform(0.3, 0.7)),
        blur=float(
            rng.uniform(0.6, 1.3) if rng.random() < (0.35 if poor else 0.06) else rng.uniform(0, 0.45)
        ),
        motion=(float(far * np.cos(angle)), float(far * np.sin(angle))),
        contrast=float(rng.uniform(0.0, 0.9)),
        saturation=float(np.clip(rng.normal(1.0, 0.16), 0.35, 1.5)),
        sharpening=float(rng.uniform(0.3, 1.3) if rng.random() < 0.5 else 0.0),
        clarity=float(rng.uniform(0.1, 0.6) if rng.random() < 0.5 else 0.0),
        noise=float(rng.uniform(0.012, 0.05) if poor else rng.uniform(0.001, 0.012)),
        chroma_noise=float(rng.uniform(0.1, 0.6)),
        pixels=int(rng.integers(32, 52)) if poor and rng.random() < 0.4 else 64,
        quality=int(rng.integers(25, 75)) if poor else int(rng.integers(70, 96)) if rng.random() < 0.8 else 0,
        seed=int(rng.integers(2**31)),
    )


def denoised(linear: np.ndarray) -> np.ndarray:
    """Takes a path tracer's noise out: single bright grains first, then a bilateral mean of 3 x 3 pixels.

    Works on the logarithm, so that dark and bright places are smoothed alike.
    """
    logs = np.log(np.maximum(linear, 0) + 0.01)
    around = np.stack([_shifted(logs, i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    others = np.delete(around, 4, axis=0)
    limit = np.sort(others, axis=0)
    logs = np.clip(logs, limit[1], limit[6])
    away = ((around - logs) ** 2).sum(axis=-1, keepdims=True)
    near = np.array([0.35, 0.6, 0.35, 0.6, 1, 0.6, 0.35, 0.6, 0.35])[:, None, None, None]
    weights = near * np.exp(-away / (2 * 0.12**2))
    return np.maximum(np.exp((weights * around).sum(axis=0) / weights.sum(axis=0)) - 0.01, 0)


def _shifted(values: np.ndarray, down: int, right: int) -> np.ndarray:
    padded = np.pad(values, ((1, 1), (1, 1), (0, 0)), mode="edge")
    return padded[1 + down : 1 + down + values.shape[0], 1 + right : 1 + right + values.shape[1]]


def encoded(linear: np.ndarray) -> np.ndarray:
    """Applies the curve of sRGB (IEC 61966-2-1) to values of 0 to 1."""
    kept = np.clip(linear, 0, 1)
    return np.where(kept <= 0.0031308, 12.92 * kept, 1.055 * kept ** (1 / 2.4) - 0.055)


def decoded(values: np.ndarray) -> np.ndarray:
    """Undoes `encoded`."""
    return np.where(values <= 0.04045, values / 12.92, ((np.maximum(values, 0) + 0.055) / 1.055) ** 2.4)


def meter(linear: np.ndarray, subject: np.ndarray | None, exposure: float = 0.0) -> float:
    """Returns the factor that a camera's meter chooses: a fifth in the middle, between picture and subject.

    However dark or bright the rest is, the subject stays between deep shadow and white.

    Args:
        linear: (H, W, 3).
        subject: (H, W) share of the hand at each pixel, or None where there is none.
        exposure: stops by which the photographer corrects it.
    """
    light = linear.mean(axis=2) + 1e-6
    level = float(np.exp(np.log(light).mean()))
    if subject is not None and subject.sum() > 10:
        own = float(np.exp((np.log(light) * subject).sum() / subject.sum()))
        level = level**0.5 * own**0.5
        return float(np.clip(2.0**exposure * 0.27 / level, 2.0**exposure * 0.05 / own, 0.42 / own))
    return float(2.0**exposure * 0.27 / level)


def developed(
    linear: np.ndarray, light: np.ndarray, how: Photograph, subject: np.ndarray | None = None
) -> np.ndarray:
    """Takes the photograph.

    Args:
        linear: (H, W, 3) float, any scale.
        light: (3,) float, the colour of the light, which white balance takes out in part.
        how: the photograph.
        subject: (H, W) share of the hand at each pixel, on which the exposure rests in part.

    Returns:
        (H, W, 3) uint8.
    """
    gains = (light.mean() / np.maximum(light, 1e-3)) ** how.balance * np.array(how.tint)
    values = linear * gains
    values = values * meter(values, subject, how.exposure) * _vignette(values.shape, how.vignette)
    values = blurred(values, how.blur, how.motion)
    values = toned(values, how.contrast, how.saturation)
    values = clear(values, how.clarity)
    if how.sharpening > 0:
        values = values + how.sharpening * (values - ndimage.gaussian_filter(values, (0.9, 0.9, 0)))
    values = reduced(values, how.pixels)
    values = values + _noise(values, how)
    return jpeg(np.round(np.clip(values, 0, 1) * 255).astype(np.uint8), how.quality)


def toned(linear: np.ndarray, contrast: float, saturation: float) -> np.ndarray:
    """Applies a shoulder to what is too bright, sRGB's curve, contrast about the middle, and saturation."""
    shoulder = np.where(linear > 0.7, 0.7 + 0.3 * np.tanh((linear - 0.7) / 0.3), linear)
    values = encoded(shoulder)
    curve = values * values * (3 - 2 * values)
    values = values + 0.6 * contrast * (curve - values)
    grey = values @ np.array([0.299, 0.587, 0.114])
    return np.clip(grey[..., None] + saturation * (values - grey[..., None]), 0, 1)


def clear(values: np.ndarray, strength: float) -> np.ndarray:
    """Raises local contrast, less where a value is near to black or white already, as telephones do.

    Without that a light hand before a dark wall becomes a white shape that shows no finger.

    Args:
        values: (H, W, 3) after sRGB's curve, 0 to 1.
        strength: share of the difference from the surroundings that is added; 0 leaves them.
    """
    if strength <= 0:
        return values
    detail = values - ndimage.gaussian_filter(values, (5, 5, 0))
    room = np.where(detail > 0, 1 - values, values)
    return values + strength * detail * np.clip(2 * room, 0, 1)


def blurred(values: np.ndarray, blur: float, motion: tuple[float, float]) -> np.ndarray:
    """Blurs by defocus (a Gaussian of `blur` pixels) and by motion along a line of `motion` pixels."""
    if blur > 0.05:
        values = ndimage.gaussian_filter(values, (blur, blur, 0), mode="nearest")
    if np.hypot(*motion) > 0.3:
        steps = np.linspace(-0.5, 0.5, 7)
        moved = [
            ndimage.shift(values, (step * motion[1], step * motion[0], 0), order=1, mode="nearest")
            for step in steps
        ]
        values = np.mean(moved, axis=0)
    return values


def reduced(values: np.ndarray, pixels: int) -> np.ndarray:
    """Makes a picture of 0 to 1 small and large again, as a poor camera or a far crop does."""
    height, width = values.shape[:2]
    if pixels >= height:
        return values
    small = Image.fromarray(np.round(np.clip(values, 0, 1) * 255).astype(np.uint8))
    small = small.resize((pixels, pixels), Image.Resampling.BOX)
    return np.asarray(small.resize((width, height), Image.Resampling.BILINEAR)) / 255


def jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    """Writes and reads a JPEG of this quality; 0 leaves the pixels as they are."""
    if quality == 0:
        return pixels
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=quality)
    return np.asarray(Image.open(written))


def _vignette(shape: tuple[int, ...], strength: float) -> np.ndarray:
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    away = ((rows / (shape[0] - 1) - 0.5) ** 2 + (columns / (shape[1] - 1) - 0.5) ** 2) * 2
    return (1 - strength * away)[..., None]


def _noise(values: np.ndarray, how: Photograph) -> np.ndarray:
    """Shot noise grows with light, but the curve of sRGB flattens it: noise is largest in the shadows."""
    rng = np.random.default_rng(how.seed)
    grey = rng.normal(0, 1, (*values.shape[:2], 1))
    colour = ndimage.gaussian_filter(rng.normal(0, 1, values.shape), (0.6, 0.6, 0)) * 2
    mixed = (1 - how.chroma_noise) * grey + how.chroma_noise * colour
    return how.noise * (1.3 - 0.6 * values) * mixed
