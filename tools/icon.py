"""Draws the icon of the app, `assets/icon.png`: a block, the addition behind it, and the shortcut over it.

Run it with `python -m tools.icon`.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from resnet_core.figures.palette import sign

TARGET = Path(__file__).resolve().parents[1] / "assets" / "icon.png"
SIZE = 128
# Drawn larger and made smaller, which smooths the edges.
FINE = 8


def icon() -> Image.Image:
    """Draws the icon, SIZE x SIZE pixels with a transparent ground outside the rounded square."""
    side = SIZE * FINE
    picture = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(picture)
    white, blue = "#FFFFFF", sign("residual").colour

    def at(*places: float) -> list[float]:
        return [place * side for place in places]

    line = round(0.075 * side)
    pen.rounded_rectangle(at(0, 0, 1, 1), 0.2 * side, fill=blue)
    pen.arc(at(0.16, 0.2, 0.76, 1.04), 180, 360, fill=white, width=line)
    pen.rectangle(at(0.08, 0.5825, 0.92, 0.6575), fill=white)
    pen.rounded_rectangle(at(0.3, 0.46, 0.56, 0.78), 0.05 * side, fill=white)
    pen.ellipse(at(0.6, 0.5, 0.84, 0.74), fill=white)
    pen.rectangle(at(0.65, 0.6, 0.79, 0.64), fill=blue)
    pen.rectangle(at(0.7, 0.55, 0.74, 0.69), fill=blue)
    return picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    icon().save(TARGET, optimize=True)
