"""Giving pictures to the Classify page."""

from __future__ import annotations

from PIL import Image
from streamlit.testing.v1 import AppTest


def halves(width: int = 200, height: int = 100) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), (255, 0, 0))
    image.paste((0, 0, 255), (width // 2, 0, width, height))
    return image


def give(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    for name, content in files:
        app.file_uploader(key="pictures").upload(name, content)
    return app.run()
