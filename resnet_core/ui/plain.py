"""Names that people gave, written so that Markdown takes none of their signs for its own."""

from __future__ import annotations

_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>$~#|"})


def plain(text: str) -> str:
    """Writes a file name, a title or a sentence with one in it so that Markdown shows it as it is."""
    return text.translate(_SIGNS)
