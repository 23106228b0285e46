"""A block and the shape that enters it as one short text, which can stand in an address, and back.

    16x16x64~1x1-16_bn_relu_3x3-16_bn_relu_1x1-64_bn~id~relu

Parts are kept apart by `~`: the shape, the layers of the branch, those of the shortcut (`id` for none,
`plain` for no shortcut at all) and, where there are any, those behind the addition. Five parts begin with
the layers before the fork. Layers are kept apart by `_`, the values of a layer by `-`; `m` is the minus sign.
What a layer usually is stays unwritten. By hand, `|`, spaces and commas may stand for `~`, `_` and `-`:

    16x16x64 | 1x1,16 bn relu 3x3,16 bn relu 1x1,64 bn | id | relu

Every text may be a stranger's: whatever is not such a text is refused with the place, what was expected and
what came.
"""

from __future__ import annotations

import difflib
import re

from resnet_core.network.layers import shown
from resnet_core.network.layerwords import NAMES, layer_of, word_of
from resnet_core.network.spec import MOST_LAYERS, BlockSpec, Layers, Shape

MOST_CHARACTERS = 2_000
IDENTITY, PLAIN = "id", "plain"
_PARTS = {
    3: ("branch", "shortcut"),
    4: ("branch", "shortcut", "exit"),
    5: ("entry", "branch", "shortcut", "exit"),
}
_SHAPE = re.compile(r"([1-9][0-9]{0,3})x([1-9][0-9]{0,3})x([1-9][0-9]{0,3})")
_LARGEST = 4096


def write(block: BlockSpec, shape: Shape) -> str:
    """The text of a block; equal blocks have the same, and `read` turns it back.

    Args:
        block: any, whether its shapes fit or not.
        shape: what enters, (height, width, channels).

    Returns:
        Letters, digits and `-._~` only, at most `MOST_CHARACTERS`.

    Raises:
        ValueError: the shape is not three whole numbers from 1 to 4096, or the text would be too long.
    """
    size = "x".join(map(str, shape))
    _read_shape(size)
    shortcut = PLAIN if block.shortcut is None else _path(block.shortcut)
    parts = [size, _path(block.branch), shortcut]
    if block.exit or block.entry:
        parts.append(_path(block.exit))
    if block.entry:
        parts.insert(1, _path(block.entry))
    text = "~".join(parts)
    if len(text) > MOST_CHARACTERS:
        raise ValueError(
            f"The text of a block can have at most {MOST_CHARACTERS} characters, "
            f"and this block's has {len(text)}."
        )
    return text


def spaced(text: str) -> str:
    """A text from `write` as people type it; `read` turns it back as well."""
    return text.replace("~", " | ").replace("_", " ").replace("-", ",")


def read(text: str) -> tuple[BlockSpec, Shape]:
    """The block and the shape that enters it.

    Raises:
        ValueError: one sentence with the place, what was expected and what came.
    """
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        came = f"{len(text)} characters" if isinstance(text, str) else shown(text)
        raise ValueError(f"A block is a text of at most {MOST_CHARACTERS} characters, but {came} came.")
    size, *paths = _written_by_hand(text).split("~")
    shape = _read_shape(size)
    if len(paths) + 1 not in _PARTS:
        raise ValueError(
            "A block is written as its shape, branch, shortcut and what follows the addition, with ~ or | "
            f"between them, but {len(paths) + 1} part{'s' if paths else ''} came."
        )
    found: dict[str, Layers | None] = {}
    for part, path in zip(_PARTS[len(paths) + 1], paths, strict=True):
        found[part] = None if part == "shortcut" and path == PLAIN else _read_path(part, path)
    branch, shortcut = found["branch"] or (), found["shortcut"]
    return BlockSpec(branch, shortcut, found.get("exit") or (), found.get("entry") or ()), shape


def _path(layers: Layers) -> str:
    return "_".join(map(word_of, layers)) or IDENTITY


def _written_by_hand(text: str) -> str:
    """The text with the signs of addresses in the place of those that people type."""
    text = re.sub(r"\s*([,|~])\s*", r"\1", text.strip()).replace("|", "~").replace(",", "-")
    return re.sub(r"[\s_]+", "_", text).replace("--", "-m")


def _read_shape(text: str) -> Shape:
    match = _SHAPE.fullmatch(text)
    sides = tuple(map(int, match.groups())) if match else ()
    if not sides or max(sides) > _LARGEST:
        raise ValueError(
            "A block begins with the shape that enters it, height x width x channels from 1 to "
            f"{_LARGEST} such as 16x16x64, but {shown(text)} came."
        )
    return sides


def _read_path(part: str, text: str) -> Layers:
    if text == IDENTITY:
        return ()
    words = text.split("_")
    if len(words) > MOST_LAYERS:
        raise ValueError(f"The {part} can hold {MOST_LAYERS} layers at most, but {len(words)} came.")
    layers = []
    for number, word in enumerate(words, start=1):
        try:
            layers.append(layer_of(word))
        except ValueError as error:
            raise ValueError(f"Layer {number} of the {part}, {shown(word)}: {error}.") from None
        except LookupError:
            raise ValueError(_unknown(part, number, word)) from None
    return tuple(layers)


def _unknown(part: str, number: int, word: str) -> str:
    first = word.split("-", maxsplit=1)[0][:40]
    near = difflib.get_close_matches(first, NAMES, n=3, cutoff=0.4)
    hint = " or ".join(near) if near else "a layer such as 3x3-64, bn or relu"
    return f"Layer {number} of the {part} must be {hint}, but {shown(word)} came."
