"""``train`` and ``runs``: a run from its beginning to its end, and the list of all of them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from resnet_core.commands.data import WHICH
from resnet_core.commands.output import json_option, one_sentence, progress, say
from resnet_core.commands.own import architecture, own_options
from resnet_core.hands import sets
from resnet_core.training import weights_files
from resnet_core.training.beginning import Fit, fit
from resnet_core.training.precision import training_environment, usual_precision
from resnet_core.training.recipes import COMMANDED, PRECISIONS
from resnet_core.training.records import DONE, Run
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

_WEIGHTS = "A file to begin with: .keras, .weights.h5 or .h5 of Keras, or a checkpoint of a run."
_WIDTH = f"Multiplier of the filters; by default {RunSettings.width:g}, and 1 of a block of your own."


@click.command()
@click.option("--network", help=f"Name in the catalogue; {RunSettings.network} where no block is given.")
@own_options
@click.option("--width", type=float, help=_WIDTH)
@click.option("--data", type=click.Choice(sets.NAMES), help=WHICH)
@click.option("--recipe", default=RunSettings.recipe, show_default=True, type=click.Choice(list(COMMANDED)))
@click.option("--epochs", type=int, help="Passes over the photographs; by default the recipe's.")
@click.option("--batch-size", default=RunSettings.batch_size, show_default=True)
@click.option("--learning-rate", type=float, help="Peak learning rate; by default the recipe's.")
@click.option("--seed", default=RunSettings.seed, show_default=True)
@click.option("--validation-share", default=RunSettings.validation_share, show_default=True)
@click.option("--weights", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=_WEIGHTS)
@click.option("--freeze", default=0, show_default=True, help="Stages from the input that never change.")
@click.option("--lower", default=1.0, show_default=True, help="Factor on the learning rate below the head.")
@click.option(
    "--imagenet", is_flag=True, help="The weights expect pixels as keras.applications prepares them."
)
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    help="Of the numbers between the layers; by default what is fastest here, float32 for the notebook's.",
)
@click.option("--title", default="", help="A name for the run.")
@json_option
@one_sentence
def train(title: str, as_json: bool, **chosen: Any) -> None:
    """Train a network, or a stacked --block, in this process; it stands in the list of the app, too."""
    for name, value in training_environment().items():
        os.environ.setdefault(name, value)
    from resnet_core.training import loop

    if chosen["epochs"] is None:
        chosen["epochs"] = COMMANDED[chosen["recipe"]].epochs
    if chosen["precision"] is None:
        chosen["precision"] = usual_precision(COMMANDED[chosen["recipe"]])
    if chosen["data"] is None:
        chosen["data"] = sets.default_name()
    settings = _settings(**chosen)
    settings.spec()  # what cannot be built is refused before it stands in the list
    if settings.weights:
        _say_fit(fit(settings, len(sets.load(settings.data).classes)))
    store = RunStore()
    run_id = store.create(settings, title)
    progress(f"run {run_id}: {store.run(run_id).title}")
    loop.train(run_id, store.folder, progress)
    run = store.run(run_id)
    say(as_json, _values(run, store), _line(run))
    if run.status != DONE:
        progress(run.reason or f"The run was {run.status} before its end.")
        sys.exit(1)


def _say_fit(found: Fit) -> None:
    anew = f"; drawn anew: {', '.join(found.replaced)}" if found.replaced else ""
    progress(f"weights of {found.taken} layers, named as by {found.title}{anew}")


def _settings(
    network: str | None,
    width: float | None,
    *,
    weights: Path | None,
    freeze: int,
    lower: float,
    imagenet: bool,
    **chosen: Any,
) -> RunSettings:
    if weights is not None:
        chosen["weights"] = weights_files.keep(weights.read_bytes(), weights.name).digest
    chosen |= {"frozen_stages": freeze, "rate_below_head": lower, "imagenet_pixels": imagenet}
    own = {name: chosen.pop(name) for name in ("block", "repeats", "widths", "strides", "stem")}
    if not network and not own["block"]:
        network = RunSettings.network
    if width is None:
        width = 1.0 if own["block"] else RunSettings.width
    meant = architecture(network, width, **own)
    return RunSettings(network=meant.name, width=width, block=meant.block, plan=meant.plan, **chosen)


@click.command()
@json_option
@one_sentence
def runs(as_json: bool) -> None:
    """List the runs, newest first, then those that ship with the app."""
    store = RunStore()
    found = store.runs()
    text = "\n".join(_line(run) for run in found) or "There are no runs yet."
    say(as_json, [_values(run, store) for run in found], text)


def _values(run: Run, store: RunStore) -> dict[str, Any]:
    epochs = store.epochs(run.id)
    last = epochs[-1] if epochs else None
    found = run.evaluation
    return {
        "run": run.id,
        "title": run.title,
        "status": run.status,
        "recorded": run.recorded or None,
        "reason": run.reason,
        "settings": run.settings.to_dict(),
        "seconds": round(run.seconds, 2),
        "epochs": run.epoch,
        "train_accuracy": last.train_accuracy if last else None,
        "validation_accuracy": last.validation_accuracy if last else None,
        "test_accuracy": found.all.value if found else None,
        "test_interval": list(found.all.interval) if found else None,
        "clean_test_accuracy": found.clean.value if found else None,
    }


def _line(run: Run) -> str:
    line = f"{run.id}  {run.status:<11}  {run.title}: {run.epoch} epochs, {run.seconds:.0f} s"
    line += f", recorded {run.recorded}" if run.recorded else ""
    if run.evaluation is None:
        return line
    low, high = run.evaluation.all.interval
    return (
        f"{line}, test {run.evaluation.all.value:.1%} ({low:.1%} to {high:.1%}), "
        f"clean {run.evaluation.clean.value:.1%}"
    )
