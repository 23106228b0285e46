"""The icon that ships is the one that its script draws."""

from __future__ import annotations

import numpy as np
from PIL import Image

from resnet_core.figures.palette import channels, sign
from tools.icon import SIZE, TARGET, icon


def test_the_icon_is_what_the_script_draws() -> None:
    shipped, drawn = np.asarray(Image.open(TARGET), np.int16), np.asarray(icon(), np.int16)
    assert shipped.shape == drawn.shape == (SIZE, SIZE, 4)
    assert np.abs(shipped - drawn).max() <= 8  # versions of Pillow smooth edges a little differently


def test_its_corners_are_clear_and_its_ground_is_the_blue_of_residual() -> None:
    picture = Image.open(TARGET)
    assert picture.getpixel((0, 0))[3] == 0
    assert picture.getpixel((SIZE // 2, 8)) == (*channels(sign("residual").colour), 255)
