"""``export``: a run as a model of Keras, event file, table, card or notebook."""

from __future__ import annotations

from pathlib import Path

import click

from resnet_core.commands.output import json_option, one_sentence, say
from resnet_core.training.export import FORMS, export_name, export_run
from resnet_core.training.store import RunStore


@click.command()
@click.argument("run")
@click.option("--as", "form", required=True, type=click.Choice(list(FORMS)), help="What to make of it.")
@click.option("--out", type=click.Path(path_type=Path), help="The file; by default named after the run.")
@json_option
@one_sentence
def export(run: str, form: str, out: Path | None, as_json: bool) -> None:
    """Write RUN, an id of the list of runs, to a file.

    A Keras model takes pictures with values from 0 to 1 and gives probabilities.
    """
    store = RunStore()
    path = (out or Path(export_name(store.run(run), FORMS[form]))).absolute()
    export_run(store, run, form, path)
    written = path.stat().st_size
    say(as_json, {"file": str(path), "bytes": written, "as": form}, f"{path}: {written:,} bytes")
