"""Trains the network that ships with the app, and records its run.

    python -m tools.train_shipped --rendered SET.h5 ... [--digits DIGITS.h5] --runs FOLDER [--seed 1]
    python -m tools.train_shipped ... --ship assets/runs/shipped
    python -m tools.train_shipped ... --before FOLDER --rate 0.001 --ship assets/runs/shipped

With --before the run is a second round: it begins with the weights of a run recorded in FOLDER, and what is
recorded are both rounds, one after the other.

Each SET.h5 comes from `tools.render_hands`. Digits are Sign Language Digits (Mavi 2020, arXiv:2011.08927,
Apache-2.0). SIGNS is never read here: it stays the examination. A tenth of the rendered signs and a fifth of
the digits are held back; one half of them chooses temperature and threshold, the other measures them.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from resnet_core.hands.dataset import PICTURE_SHAPE, HandSigns
from resnet_core.hands.sets import Labelled, labelled
from resnet_core.training.loop import train
from resnet_core.training.predict import forward_pass, newest_weights
from resnet_core.training.recorder import write_recording
from resnet_core.training.recording import Recording, read_recording
from resnet_core.training.records import DONE
from resnet_core.training.reliance import Reliance, calibrate, rely
from resnet_core.training.settings import RunSettings
from resnet_core.training.store import RunStore
from tools.no_sign import drawn
from tools.rounds import second_round

#: Shares held back: of the rendered signs, of the digits, and of pictures without a sign.
SIGNS, DIGITS, OTHERS = 0.1, 0.2, 0.3
#: How often an epoch shows each digit: photographs are few beside the rendered hands, and what is examined
#: are photographs.
TIMES = 2
#: Epochs, beside the last, whose weights ship, so that pages can show how the network learned.
EARLY = (1, 4)
#: Pictures of noise, stripes and colours that the tool draws itself.
DRAWN = 600
CLASSES = tuple("012345")


@dataclasses.dataclass(frozen=True)
class Part:
    """Labelled pictures: x (N, 64, 64, 3) uint8 and y (N,) int64."""

    x: np.ndarray
    y: np.ndarray

    def split(self, share: float, seed: int) -> tuple[Part, Part]:
        """What is kept, and a share that is held back."""
        order = np.random.default_rng(seed).permutation(len(self.y))
        held = round(share * len(order))
        return self.at(order[held:]), self.at(order[:held])

    def at(self, indices: np.ndarray) -> Part:
        """The pictures at these positions."""
        return Part(self.x[indices], self.y[indices])

    def __add__(self, other: Part) -> Part:
        """One after the other."""
        return Part(np.concatenate([self.x, other.x]), np.concatenate([self.y, other.y]))

    def __rmul__(self, times: int) -> Part:
        """All of them several times."""
        return Part(np.concatenate([self.x] * times), np.concatenate([self.y] * times))


@dataclasses.dataclass(frozen=True)
class Material:
    """What is learned from, and what was held back of each kind."""

    hands: HandSigns
    others: np.ndarray
    signs_held: dict[str, Part]
    others_held: dict[str, np.ndarray]


def material(rendered: Sequence[Path], digits: Path | None) -> Material:
    """Read and split the pictures.

    The split of a set does not depend on the seed of a run, nor on the other sets: what was held back of it
    in one round is held back in the next.
    """
    sets = [_rendered(path) for path in rendered]
    kept, held = _joined([one.at(np.flatnonzero(one.y >= 0)).split(SIGNS, 0) for one in sets])
    without, without_held = _joined([one.at(np.flatnonzero(one.y < 0)).split(OTHERS, 1) for one in sets])
    patterns = drawn(DRAWN, seed=1)
    signs_held = {"Rendered hands": held}
    name, title, source = (
        "rendered-large",
        "Rendered hands, large set",
        f"{sum(len(one.y) for one in sets):,} rendered pictures",
    )
    if digits is not None:
        found = labelled(str(digits), "any")
        photographs, photographs_held = _digits_split(found)
        kept, signs_held["Sign Language Digits"] = kept + TIMES * photographs, photographs_held
        name, title = "rendered-large+digits", "Rendered hands, large set, and Sign Language Digits"
        source += " and Sign Language Digits (Mavi 2020, arXiv:2011.08927)"
    all_held = Part(
        np.concatenate([p.x for p in signs_held.values()]), np.concatenate([p.y for p in signs_held.values()])
    )
    hands = HandSigns(
        name, title, kept.x, kept.y, all_held.x, all_held.y, CLASSES, rendered=digits is None, source=source
    )
    third = round(OTHERS * DRAWN)
    return Material(
        hands,
        np.concatenate([without.x, patterns[third:]]),
        signs_held,
        {
            "Rendered rooms, other gestures and two hands": without_held.x,
            "Noise, stripes and colours": patterns[:third],
        },
    )


def _rendered(path: Path) -> Part:
    with h5py.File(path) as file:
        return Part(file["x"][()], file["y"][()].astype(np.int64))


def _joined(splits: Sequence[tuple[Part, Part]]) -> tuple[Part, Part]:
    """What is kept of all sets, and what is held back of all of them."""
    nothing = Part(np.empty((0, *PICTURE_SHAPE), np.uint8), np.empty(0, np.int64))
    kept, held = zip(*splits, strict=True)
    return sum(kept, nothing), sum(held, nothing)


def held_back_digits(digits: Labelled) -> Labelled:
    """Those of Sign Language Digits that no network of this tool learned from."""
    _, held = _digits_split(digits)
    return Labelled(f"{digits.title}, held back", held.x, held.y, digits.classes)


def _digits_split(digits: Labelled) -> tuple[Part, Part]:
    return Part(digits.pictures, digits.labels).split(DIGITS, 2)


def trained(
    store: RunStore, found: Material, *, seed: int, epochs: int, rate: float | None, before: Recording | None
) -> str:
    """Train a run to its end and return its id."""
    settings = RunSettings(
        network="resnet50", width=0.25, data=found.hands.name, recipe="long", epochs=epochs, batch_size=64,
        learning_rate=rate, seed=seed, validation_share=0.05,
    )  # fmt: skip
    run_id = store.create(settings, "The network that ships" if not found.hands.rendered else "")
    start = before.weights if before else None
    train(run_id, store.folder, print, data=found.hands, others=found.others, start=start)
    run = store.run(run_id)
    if run.status != DONE:
        raise SystemExit(f"The run ended as {run.status}: {run.reason}")
    return run_id


def reliance(store: RunStore, run_id: str, found: Material) -> Reliance:
    """Choose temperature and threshold on one half of what was held back, and measure them on the other."""
    settings = store.run(run_id).settings
    mirrored = settings.recipe_used.views is not None  # every recipe with views shows the other hand too
    forward = forward_pass(settings, str(newest_weights(store, run_id)), mirrored=mirrored)

    def logits(x: np.ndarray) -> np.ndarray:
        return np.concatenate([forward(x[at : at + 120]) for at in range(0, len(x), 120)])

    signs = {name: (logits(part.x), part.y) for name, part in found.signs_held.items()}
    others = {name: logits(x) for name, x in found.others_held.items()}
    chosen = calibrate(
        np.concatenate([table[::2] for table, _ in signs.values()]),
        np.concatenate([labels[::2] for _, labels in signs.values()]),
        np.concatenate([table[::2] for table in others.values()]),
        mirrored=mirrored,
    )
    return rely(
        chosen,
        {name: (table[1::2], labels[1::2]) for name, (table, labels) in signs.items()},
        {name: table[1::2] for name, table in others.items()},
        chosen_on="held-back " + ", ".join([*signs, *others]),
        measured_on="the other half of the held-back " + " and ".join(signs),
    )


def main() -> None:
    """Train, measure, and record where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rendered", type=Path, nargs="+", required=True, help="sets from tools/render_hands.py"
    )
    parser.add_argument(
        "--digits", type=Path, help="digits_train.h5; without it the network learns rendered hands only"
    )
    parser.add_argument("--runs", type=Path, required=True, help="folder in which the run is kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--rate", type=float, help="peak learning rate; by default that of the recipe")
    parser.add_argument("--before", type=Path, help="folder of the recorded run that this one goes on from")
    parser.add_argument("--run", help="record this run of the folder instead of training one")
    parser.add_argument("--ship", type=Path, help="folder to record the run in")
    given = parser.parse_args()
    store = RunStore(given.runs, recordings=())
    found = material(given.rendered, given.digits)
    before = read_recording(given.before) if given.before else None
    run_id = given.run or trained(
        store, found, seed=given.seed, epochs=given.epochs, rate=given.rate, before=before
    )
    measured = reliance(store, run_id, found)
    print(f"run {run_id}: {measured.calibration}, calibration error {measured.error:.1%}")
    for kind in measured.abstentions:
        print(f"  no answer on {kind.value:.1%} of {kind.count} pictures: {kind.name}")
    if given.ship is not None and before is not None:
        second_round(before, store, run_id, given.ship, measured)
    elif given.ship is not None:
        each = store.run(run_id).steps // store.run(run_id).epoch
        write_recording(
            store, run_id, given.ship, checkpoints=[each * epoch for epoch in EARLY], reliance=measured
        )


if __name__ == "__main__":
    main()
