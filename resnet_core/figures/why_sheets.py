"""Which maps stand beside each other: every stage, the methods, and the same of an untrained network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_core.figures.base import Look
from resnet_core.figures.text import shape
from resnet_core.figures.why import Panel, Row, sheet_svg
from resnet_core.figures.why_words import FILL_WORDS, describe, place_words, sentence_case
from resnet_core.probes.explaining import Cam, Covered, Floats, Looked, Smoothed, strongest_colour

Picture = NDArray[np.uint8]
Maps = Mapping[str, Mapping[str, Floats]]
"""Maps by their names in files, by the name of their network."""

CAM, GRADIENT, SMOOTHGRAD, OCCLUSION = "gradcam", "gradient", "smoothgrad", "occlusion"


@dataclass(frozen=True, eq=False)
class Seen:
    """What was found in one network.

    Attributes:
        name: of the network, as the page calls it: `epoch 98`.
        looked: Grad-CAM and gradient.
        smoothed: SmoothGrad.
        covered: occlusion.
    """

    name: str
    looked: Looked
    smoothed: Smoothed | None = None
    covered: Covered | None = None

    @property
    def maps(self) -> dict[str, Floats]:
        """Every map that there is, by its name in files."""
        found = {f"{CAM}_{cam.place.name}": cam.map for cam in self.looked.cams}
        found[GRADIENT] = strongest_colour(self.looked.gradient)
        if self.smoothed is not None:
            found[SMOOTHGRAD] = strongest_colour(self.smoothed.gradient)
        if self.covered is not None:
            found[OCCLUSION] = self.covered.map(self.looked.label)
        return found

    def arrays(self, prefix: str = "") -> dict[str, Any]:
        """Everything as it was found, for a file of arrays."""
        label = self.looked.label
        found: dict[str, Any] = {**self.maps, "scores": self.looked.scores, "label": np.int64(label)}
        found |= {f"{CAM}_{cam.place.name}_before_relu": cam.weighted for cam in self.looked.cams}
        found["gradient_signed"] = self.looked.gradient
        if self.smoothed is not None:
            found["smoothgrad_signed"] = self.smoothed.gradient
        if self.covered is not None:
            found |= {"occlusion_scores": self.covered.scores, "occlusion_drops": self.covered.drops(label)}
            found |= {"occlusion_rows": self.covered.rows, "occlusion_columns": self.covered.columns}
        return {f"{prefix}{name}": values for name, values in found.items()}


@dataclass(frozen=True, eq=False)
class Sheet:
    """Rows of maps over one picture.

    Attributes:
        key: names the figure on its page and its files: letters, digits and hyphens.
        title: a few words.
        rows: of panels.
        picture: (height, width, 3) of unsigned bytes.
        alt: what is to be seen, with its main numbers.
        caption: sentence under the picture.
        maps: the numbers in it.
    """

    key: str
    title: str
    rows: tuple[Row, ...]
    picture: Picture
    alt: str
    caption: str
    maps: Maps = field(repr=False)

    def svg(self, look: Look, *, narrow: bool = False) -> str:
        """The sheet as one drawing."""
        return sheet_svg(
            self.rows, self.picture, look, name=self.key, title=self.title, alt=self.alt, narrow=narrow
        )

    def columns(self) -> dict[str, Sequence[Any]]:
        """Every cell of every map, a row each."""
        rows = [
            (network, name, row, column, float(values[row, column]))
            for network, named in self.maps.items()
            for name, values in named.items()
            for row, column in np.ndindex(values.shape)
        ]
        names = ("network", "map", "row", "column", "value")
        return dict(zip(names, zip(*rows, strict=True), strict=True))


def stages_sheet(seen: Sequence[Seen], picture: Picture, classes: Sequence[str]) -> Sheet:
    """Grad-CAM at the end of every stage, of one network or of several.

    Args:
        seen: at least one, all asked about the same class.
        picture: that they were asked about.
        classes: what each class is called.
    """
    first = Panel("The picture", f"{shape(picture.shape[:2])} pixels")
    rows = tuple(Row(_title(one, seen), (first, *map(_cam_panel, one.looked.cams))) for one in seen)
    described = [
        (row.title, [(f"Grad-CAM at {place_words(cam.place)}", cam.map) for cam in one.looked.cams])
        for row, one in zip(rows, seen, strict=True)
    ]
    caption = (
        f"Grad-CAM for {classes[seen[0].looked.label]} at the end of every stage, {seen[0].name}; each map "
        "has its own scale and is enlarged bilinearly between the centres of its cells."
    )
    maps = {
        one.name: {name: values for name, values in one.maps.items() if name.startswith(CAM)} for one in seen
    }
    title = "Grad-CAM at the end of every stage"
    return Sheet("why-stages", title, rows, picture, describe(described), caption, maps)


def methods_sheet(seen: Sequence[Seen], place: int, picture: Picture, classes: Sequence[str]) -> Sheet:
    """The methods side by side, of one network or of several.

    Args:
        seen: at least one, with all methods, all asked about the same class.
        place: number of the place of Grad-CAM.
        picture: that they were asked about.
        classes: what each class is called.
    """
    names = method_names(seen[0], place)
    rows = tuple(
        Row(
            _title(one, seen),
            (
                Panel("The picture", f"{shape(picture.shape[:2])} pixels"),
                *(Panel(*words, one.maps[key], signed=key == OCCLUSION) for key, words in names.items()),
            ),
        )
        for one in seen
    )
    described = [
        (row.title, [(words[0], one.maps[key]) for key, words in names.items()])
        for row, one in zip(rows, seen, strict=True)
    ]
    covered, name = seen[0].covered, classes[seen[0].looked.label]
    caption = f"Methods for the score of {name}, {seen[0].name}; each map has its own scale."
    if covered is not None:
        fill = FILL_WORDS[covered.covering.fill]
        caption += (
            f" Squares are filled with {fill}; each pixel has the mean fall of the score over the squares "
            "that cover it."
        )
    maps = {one.name: {key: one.maps[key] for key in names} for one in seen}
    return Sheet("why-methods", "Methods side by side", rows, picture, describe(described), caption, maps)


def method_names(seen: Seen, place: int) -> dict[str, tuple[str, str]]:
    """What each method is called and with what it was asked, by the name of its map in files."""
    cam = seen.looked.cams[place]
    cells = f"{place_words(cam.place)}, {shape(cam.map.shape)} cells"
    found = {f"{CAM}_{cam.place.name}": ("Grad-CAM", cells), GRADIENT: ("Gradient", "each pixel")}
    if seen.smoothed is not None:
        how = seen.smoothed.smoothing
        found[SMOOTHGRAD] = ("SmoothGrad", f"n = {how.samples}, σ = {how.sigma:g}, seed {how.seed}")
    if seen.covered is not None:
        square = seen.covered.covering
        found[OCCLUSION] = ("Occlusion", f"square {square.patch}, stride {square.stride}")
    return found


def _title(one: Seen, seen: Sequence[Seen]) -> str:
    """Rows are named where there are several."""
    return sentence_case(one.name) if len(seen) > 1 else ""


def _cam_panel(cam: Cam) -> Panel:
    words = place_words(cam.place)
    title = sentence_case(words) if " " in words else words
    return Panel(title, f"{shape(cam.place.shape[:2])} cells, field {cam.place.field}", cam.map)
