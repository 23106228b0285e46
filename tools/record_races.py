"""Records the races that ship: plain and residual networks trained on the same batches of rendered hands.

    python -m tools.record_races                          # those that ship, to assets/races
    python -m tools.record_races --only 20-he --epochs 1 --folder FOLDER

What is kept of a race are its curves, the norms of its gradients, its settings, versions and date; its
weights are not. It takes about a quarter of an hour on two cores.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
import time
from pathlib import Path

from resnet_core.hands import sets
from resnet_core.places import ASSETS
from resnet_core.training.loop import train
from resnet_core.training.race import BATCH, Race, Side, side_of, title
from resnet_core.training.race_recording import RecordedRace, write_race
from resnet_core.training.records import DONE
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore

#: The races that ship, by the names of their folders: the corner of He et al. 2015, and the one in which a
#: plain net of that depth does not train at all.
RACES = {
    "20-he": Race(depth=20, epochs=10),
    "56-he": Race(depth=56, epochs=10),
    "20-glorot": Race(
        depth=20, batch_norm=False, initializer="glorot_uniform", epochs=40, learning_rate=5e-4
    ),
}


def recorded(name: str, race: Race, folder: Path, pictures: int) -> RecordedRace:
    """Train both runs of a race, one after the other, and record it.

    Args:
        name: of the race.
        race: what to train.
        folder: in which a folder of that name is made.
        pictures: to train on.
    """
    with tempfile.TemporaryDirectory() as scratch:
        store = RunStore(scratch, recordings=())
        one, other = (
            _trained(store, f"{name}, {kind}", kind, settings)
            for kind, settings in zip(race.pair, race.settings(pictures), strict=True)
        )
        return write_race(folder / name, (one, other))


def _trained(store: RunStore, words: str, kind: str, settings: RunSettings) -> Side:
    run_id, began = store.create(settings, title(settings)), time.monotonic()
    train(run_id, store.folder, lambda line: print(f"{words}: {line}", flush=True))
    run = store.run(run_id)
    if run.status != DONE:
        raise SystemExit(f"{words}: the run ended as {run.status}: {run.reason}")
    print(f"{words}: done after {time.monotonic() - began:.0f} s", flush=True)
    return side_of(store, kind, run)


def main() -> None:
    """Record what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=RACES, nargs="+", default=list(RACES), help="names of races")
    parser.add_argument("--epochs", type=int, help="in place of those that ship, to try it out")
    parser.add_argument("--rate", type=float, help="learning rate in place of theirs")
    parser.add_argument("--folder", type=Path, default=ASSETS / "races", help="to record in")
    given = parser.parse_args()
    pictures = len(sets.load("rendered").train_y)
    print(f"{len(given.only)} races on {pictures} rendered pictures, {pictures // BATCH} steps an epoch")
    for name in given.only:
        race = RACES[name]
        changed = dataclasses.replace(
            race, epochs=given.epochs or race.epochs, learning_rate=given.rate or race.learning_rate
        )
        made = recorded(name, changed, given.folder, pictures)
        size = sum(path.stat().st_size for path in (given.folder / name).rglob("*.*"))
        print(f"{name}: {made.sides[0].run.step} steps, {size:,} bytes", flush=True)


if __name__ == "__main__":
    main()
