"""Records one run of each recipe on SIGNS, so that the Train page shows something true at once.

    python -m tools.record_recipes                         # each recipe, to assets/runs
    python -m tools.record_recipes --only notebook --epochs 1 --folder FOLDER

What is kept of a run are its curves, its evaluation, its settings, versions, machine and date; neither its
weights nor any photograph is, so it can be watched, played again and compared, and not asked. At a quarter of
the width it takes half a minute to three minutes a recipe on two cores.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from resnet_core.network.catalogue import network
from resnet_core.places import ASSETS
from resnet_core.training.loop import train
from resnet_core.training.precision import training_environment, usual_precision
from resnet_core.training.recipes import RECIPES
from resnet_core.training.recorder import write_recording
from resnet_core.training.recording import Recording
from resnet_core.training.records import DONE
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

WIDTHS = {1.0: "full width", 0.5: "half width", 0.25: "quarter width"}


def settings_of(recipe: str, *, epochs: int | None = None, width: float = 0.25, seed: int = 1) -> RunSettings:
    """What is trained for a recipe: network, epochs and precision as the Train page offers them with it here.

    Args:
        recipe: one of `RECIPES`.
        epochs: in place of the recipe's own.
        width: of the network, share of the filters.
        seed: of the run.
    """
    chosen = RECIPES[recipe]
    precision = usual_precision(chosen)
    return RunSettings(
        width=width, recipe=recipe, epochs=epochs or chosen.epochs, seed=seed, precision=precision
    )


def title_of(settings: RunSettings) -> str:
    """What a recording is called."""
    width = WIDTHS.get(settings.width, f"width {settings.width:g}")
    name = network(settings.network).title
    return f"{RECIPES[settings.recipe].title}: {name}, {width}, seed {settings.seed}"


def folder_of(recipe: str) -> str:
    """The name of the folder of a recording, by which addresses know it."""
    return f"recipe-{recipe}"


def recorded(settings: RunSettings, folder: Path) -> Recording:
    """Train a run and record it without its weights.

    Args:
        settings: what to train.
        folder: in which a folder for the recipe is made.
    """
    with tempfile.TemporaryDirectory() as scratch:
        store, began = RunStore(scratch, recordings=()), time.monotonic()
        run_id = store.create(settings, title_of(settings))
        train(run_id, store.folder, lambda line: print(f"{settings.recipe}: {line}", flush=True))
        run = store.run(run_id)
        if run.status != DONE:
            raise SystemExit(f"{settings.recipe}: the run ended as {run.status}: {run.reason}")
        made = write_recording(store, run_id, folder / folder_of(settings.recipe), checkpoints=())
        print(f"{settings.recipe}: done after {time.monotonic() - began:.0f} s", flush=True)
        return made


def main() -> None:
    """Record what is asked for."""
    os.environ.update(training_environment())
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=RECIPES, nargs="+", default=list(RECIPES), help="names of recipes")
    parser.add_argument("--epochs", type=int, help="in place of the recipes' own, to try it out")
    parser.add_argument("--width", type=float, default=0.25, help="share of the filters")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=ASSETS / "runs", help="to record in")
    given = parser.parse_args()
    for recipe in given.only:
        settings = settings_of(recipe, epochs=given.epochs, width=given.width, seed=given.seed)
        made = recorded(settings, given.folder)
        size = (made.folder / "run.json").stat().st_size
        found = made.run.evaluation
        right = f", {found.all.correct} of {found.all.count} right" if found else ""
        print(f"{made.run.title}: {made.run.step} steps{right}, {size:,} bytes", flush=True)


if __name__ == "__main__":
    main()
