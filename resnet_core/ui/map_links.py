"""Where the rows of the map lead: a block to where it is built, a layer to where it is seen at work."""

from __future__ import annotations

from urllib.parse import urlencode

from resnet_core.figures.network_map import Link
from resnet_core.network import blocktext
from resnet_core.network.parts import Part
from resnet_core.ui import navigation
from resnet_core.ui.page import presenter


def elsewhere(part: Part) -> Link | None:
    """Tells where a part can be looked at from another side; None where there is no page for that."""
    if part.block is not None and navigation.has("build"):
        try:
            return _link("build", {"block": blocktext.write(part.block, part.enters)}, "in the builder")
        except ValueError:  # too long for an address
            return None
    if part.fold == "layer" and navigation.has("inside"):
        return _link("inside", {"layer": part.name}, "its maps")
    return None


def _link(page: str, options: dict[str, str], words: str) -> Link:
    size = {"size": "presenter"} if presenter() else {}
    return Link(f"{page}?{urlencode({**options, **size})}", words)
