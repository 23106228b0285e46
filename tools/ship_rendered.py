"""Draws the rendered hands that ship from a large set: `python -m tools.ship_rendered SET.h5`.

The large set comes from the renderer: `x` uint8 (N, 64, 64, 3), `y` int64 (N,) with -1 for "no sign", and
`record`, a JSON text a picture. Of each sign 180 pictures for training and 20 for the test are drawn, spread
evenly over poses and sides, and written as two mosaics, a table and the data card.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import h5py
import numpy as np
from PIL import Image

from resnet_core.figures.text import size
from resnet_core.hands.dataset import SIZE
from resnet_core.hands.rendered import (
    ACROSS,
    CARD,
    CLASSES,
    COLUMNS,
    FOLDER,
    MOSAICS,
    TABLE,
    load_rendered,
)

TRAINING, TEST = 180, 20
"""Pictures of each sign: those of SIGNS."""

QUALITY = 92
SEED = 1
TEMPLATE = Path(__file__).with_name("rendered_card.md")


@dataclass(frozen=True, eq=False)
class LargeSet:
    """What the renderer wrote: pictures (N, 64, 64, 3), labels (N,) with -1 for none, and N records."""

    x: np.ndarray
    y: np.ndarray
    records: Sequence[Mapping[str, Any]]


def read_large(path: Path) -> LargeSet:
    """Reads a large set.

    Raises:
        ValueError: Saying what was expected and what came.
    """
    with h5py.File(path, "r") as file:
        missing = sorted({"x", "y", "record"} - set(file))
        if missing:
            raise ValueError(f"{path.name} should have x, y and record, but {', '.join(missing)} is missing.")
        x, y = file["x"][...], file["y"][...].astype(np.int64)
        records = [json.loads(text) for text in file["record"].asstr()[...]]
    if x.dtype != np.uint8 or x.shape[1:] != (SIZE, SIZE, 3) or not len(x) == len(y) == len(records):
        raise ValueError(
            f"{path.name} should have as many labels and records as pictures of shape (N, 64, 64, 3), "
            f"uint8, but {x.dtype} of shape {x.shape}, {len(y)} labels and {len(records)} records came."
        )
    for index, record in enumerate(records):
        lacking = [name for name in ("label", "side", "pose", "seed") if name not in record]
        if lacking and y[index] >= 0:
            raise ValueError(f"Record {index} should have {', '.join(lacking)}, but does not.")
    return LargeSet(x, y, records)


def spread(groups: Mapping[Any, Sequence[int]], count: int, generator: np.random.Generator) -> list[int]:
    """Draws `count` members without repetition, one from each group in turn while it has any.

    What is drawn first is spread as evenly as what is drawn in all.

    Raises:
        ValueError: When the groups have fewer members.
    """
    queues = [list(generator.permutation(np.array(groups[name]))) for name in sorted(groups)]
    drawn: list[int] = []
    while len(drawn) < count:
        if not any(queues):
            raise ValueError(f"Expected at least {count} pictures of a sign. Received {len(drawn)}.")
        order = generator.permutation(len(queues))
        drawn += [int(queues[place].pop()) for place in order if queues[place]]
    return drawn[:count]


def choose(
    large: LargeSet, training: int = TRAINING, test: int = TEST, seed: int = SEED
) -> dict[str, list[int]]:
    """Chooses the pictures of each split, in an order that mixes the signs.

    Args:
        large: From which they are drawn.
        training: Pictures of each sign.
        test: Likewise, none of which is for training.
        seed: Of the draw.

    Raises:
        ValueError: When there are too few pictures of a sign.
    """
    generator = np.random.default_rng(seed)
    chosen: dict[str, list[int]] = {split: [] for split in MOSAICS}
    for label in range(len(CLASSES)):
        groups: dict[tuple[str, str], list[int]] = {}
        for index in np.flatnonzero(large.y == label).tolist():
            record = large.records[index]
            groups.setdefault((str(record["pose"]), str(record["side"])), []).append(index)
        drawn = spread(groups, training + test, generator)
        chosen["test"] += drawn[:test]
        chosen["train"] += drawn[test:]
    return {split: [int(index) for index in generator.permutation(kept)] for split, kept in chosen.items()}


def mosaic(pictures: np.ndarray) -> bytes:
    """Puts pictures (N, 64, 64, 3) side by side into one JPEG; places without a picture are black."""
    rows = -(-len(pictures) // ACROSS)
    tiles = np.zeros((rows * ACROSS, SIZE, SIZE, 3), np.uint8)
    tiles[: len(pictures)] = pictures
    sheet = tiles.reshape(rows, ACROSS, SIZE, SIZE, 3).swapaxes(1, 2).reshape(rows * SIZE, ACROSS * SIZE, 3)
    written = io.BytesIO()
    Image.fromarray(sheet).save(written, "JPEG", quality=QUALITY, subsampling=0)
    return written.getvalue()


def flat(record: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Writes a record as cells of a table: what lies inside another gets both names, lists one cell."""
    cells: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            cells |= flat(value, f"{prefix}{name}_")
        elif isinstance(value, list):
            cells[f"{prefix}{name}"] = " ".join(_cell(one) for one in value)
        else:
            cells[f"{prefix}{name}"] = _cell(value)
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return json.dumps(value) if isinstance(value, (list, Mapping, bool)) else str(value)


def table(large: LargeSet, chosen: Mapping[str, Sequence[int]]) -> str:
    """Writes the table: one row a picture, what every reader wants first."""
    rows = [
        flat(large.records[index]) | {"split": split, "index": str(place), "label": str(large.y[index])}
        for split, indices in chosen.items()
        for place, index in enumerate(indices)
    ]
    more = dict.fromkeys(name for row in rows for name in row if name not in COLUMNS)
    written = io.StringIO()
    writer = csv.DictWriter(written, [*COLUMNS, *more], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def measured(folder: Path, large: LargeSet, chosen: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """What the card tells in numbers, read back from the files that were written."""
    hands = load_rendered(folder)
    told = [(int(large.y[index]), large.records[index]) for kept in chosen.values() for index in kept]
    poses = Counter((CLASSES[label], str(record["pose"])) for label, record in told)
    sides = Counter(str(record["side"]) for _, record in told)
    names = [*MOSAICS.values(), TABLE]
    signs = [(name, *(hands.counts(split)[label] for split in MOSAICS)) for label, name in enumerate(CLASSES)]
    return {
        "signs": rows(("sign", "training", "test"), signs),
        "poses": rows(("sign", "pose", "pictures"), ((*key, count) for key, count in sorted(poses.items()))),
        "sides": ", ".join(f"{count} {side}" for side, count in sorted(sides.items())),
        "sizes": ", ".join(f"`{name}` {size((folder / name).stat().st_size)}" for name in names),
        "drawn_from": f"{len(large.y):,}",
        "digest": hands.digest,
        "quality": str(QUALITY),
        "seed": str(SEED),
    }


def rows(head: Sequence[str], body: Iterable[Sequence[object]]) -> str:
    """Writes a table in Markdown."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


def ship(large: LargeSet, folder: Path, training: int = TRAINING, test: int = TEST) -> None:
    """Writes mosaics, table and card into `folder`, which is made when it is missing."""
    chosen = choose(large, training, test)
    folder.mkdir(parents=True, exist_ok=True)
    for split, name in MOSAICS.items():
        (folder / name).write_bytes(mosaic(large.x[chosen[split]]))
    (folder / TABLE).write_text(table(large, chosen), encoding="utf-8")
    card = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(measured(folder, large, chosen))
    (folder / CARD).write_text(card, encoding="utf-8")


def main() -> None:
    """Ships what the command line names."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("set", type=Path, help="HDF5 file of a large set")
    asked.add_argument("--folder", type=Path, default=FOLDER, help="where the files go (%(default)s)")
    given = asked.parse_args()
    ship(read_large(given.set), given.folder)
    print(f"{given.folder}: {size(sum(file.stat().st_size for file in given.folder.iterdir()))}")


if __name__ == "__main__":
    main()
