"""``data check`` and ``data fetch``: the hands on this machine, and the SIGNS photographs from elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from resnet_core import places
from resnet_core.commands.output import json_option, one_sentence, progress, say
from resnet_core.hands import rendered, sets
from resnet_core.hands.download import Progress, fetch_signs
from resnet_core.hands.rendered import load_rendered
from resnet_core.hands.signs import load_signs

WHICH = "Data set; by default SIGNS where it is found, else the rendered hands."


@click.group()
def data() -> None:
    """Look at the data set, or fetch it."""


@data.command()
@click.option("--data", "name", type=click.Choice(sets.NAMES), help=WHICH)
@click.option("--folder", type=click.Path(path_type=Path), help="Where its files are, if in another folder.")
@json_option
@one_sentence
def check(name: str | None, folder: Path | None, as_json: bool) -> None:
    """Check the files of a data set and tell what is in them, duplicates included."""
    if folder is None:
        found = sets.load(name or sets.default_name())
    else:
        found = load_rendered(folder) if name == "rendered" else load_signs(folder)
    where = str(folder or (rendered.FOLDER if found.rendered else places.data_folder()))
    leaked = int((~found.clean_test).sum())
    values = {
        "name": found.name,
        "source": found.source,
        "rendered": found.rendered,
        "folder": where,
        "digest": found.digest,
        "training": len(found.train_y),
        "test": len(found.test_y),
        "test_also_in_training": leaked,
        "classes": [int(c) for c in found.classes],
    }
    noun = f"{found.noun}s"
    text = (
        f"{found.title} in {where}: {len(found.train_y):,} training and {len(found.test_y):,} test "
        f"{noun}, {leaked} of the test {noun} are also training {noun}."
    )
    say(as_json, values, text)


@data.command()
@click.option("--folder", type=click.Path(path_type=Path), help="By default the data folder of the app.")
@json_option
@one_sentence
def fetch(folder: Path | None, as_json: bool) -> None:
    """Download the two SIGNS files from public addresses and verify them."""
    target = folder or places.data_folder()
    tenth = -1

    def show(at: Progress) -> None:
        nonlocal tenth
        if at.total and at.done * 10 // at.total != tenth:
            tenth = at.done * 10 // at.total
            progress(f"{at.file}: {at.done:,} of {at.total:,} bytes from {at.mirror}")

    fetch_signs(target, progress=show)
    say(as_json, {"folder": str(target)}, f"SIGNS is now in {target}.")
