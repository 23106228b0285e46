"""A run out of this app: as a model of Keras, event file, table, card or notebook."""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from resnet_core.network.accounting import account
from resnet_core.places import write_beside
from resnet_core.training import checkpoint
from resnet_core.training.export_events import write_events
from resnet_core.training.export_model import network_of, save_model
from resnet_core.training.export_notebook import notebook
from resnet_core.training.export_tables import exported_card, metrics_csv
from resnet_core.training.records import Run, RunError
from resnet_core.training.store import RunStore

_BESIDE_WEIGHTS = 100_000
"""Bytes of a file of Keras that are no weights: names, shapes and configuration, roughly."""


@dataclass(frozen=True)
class Form:
    """One way in which a run can leave.

    Attributes:
        name: in commands and addresses.
        title: for people.
        ending: of its file.
        why: one line that explains it.
        weights: whether it holds the weights, and is made where Keras is.
        mime: of its file.
    """

    name: str
    title: str
    ending: str
    why: str
    weights: bool = False
    mime: str = "application/octet-stream"

    @property
    def heavy(self) -> bool:
        """Whether it is made with TensorFlow, in a worker."""
        return self.weights or self.name == "tensorboard"


FORMS = {
    form.name: form
    for form in (
        Form(
            "keras", "Keras model (.keras)", ".keras",
            "The network with its weights, which plain Keras opens with keras.models.load_model. It takes "
            "pictures with values from 0 to 1 and gives probabilities.",
            weights=True,
        ),
        Form(
            "weights", "Weights alone (.weights.h5)", ".weights.h5",
            "For load_weights of the model that the program on the Network page, or in the notebook, builds.",
            weights=True,
        ),
        Form(
            "h5", "Keras model, old form (.h5)", ".h5",
            "The same model as one HDF5 file, for older programs such as the course notebook's.",
            weights=True,
        ),
        Form(
            "tensorboard", "TensorBoard events", ".tfevents",
            "Every metric over steps and epochs with its wall time: put it in a folder, and start "
            "tensorboard --logdir on that folder.",
        ),
        Form(
            "csv", "Metrics as a table (.csv)", ".csv",
            "A row for every step and for every epoch, as the charts draw them.",
            mime="text/csv",
        ),
        Form(
            "card", "Card of the run (.json)", ".json",
            "Settings, versions, machine, digest of the pictures, and the accuracy with its interval.",
            mime="application/json",
        ),
        Form(
            "notebook", "Notebook that repeats it (.ipynb)", ".ipynb",
            "Trains the same run again with this project's package, and holds the network as a program of "
            "plain Keras.",
            mime="application/x-ipynb+json",
        ),
    )
}  # fmt: skip
"""Every form by its name."""


def form_called(name: str) -> Form:
    """The form of that name.

    Raises:
        RunError: when there is none.
    """
    if name not in FORMS:
        raise RunError(f"A run is exported as one of {', '.join(FORMS)}, not as {name[:40]!r}.")
    return FORMS[name]


def export_run(store: RunStore, run_id: str, name: str, path: Path) -> None:
    """Write a run in one form; the file appears only when it is whole.

    Args:
        store: that has the run.
        run_id: in that store.
        name: of a form in `FORMS`.
        path: of the file.

    Raises:
        RunError: when there is no such run or form, it has no weights yet, or cannot be repeated.
        OSError: when the file cannot be written.
    """
    form, run = form_called(name), store.run(run_id)
    if not form.heavy:
        write_beside(path, light_export(store, run, form).encode())
        return
    # Keras goes by the ending of a name, so what is not whole yet keeps it, in a folder of its own.
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        part = Path(folder) / f"run{form.ending}"
        if form.weights:
            save_model(part, network_of(run), _weights(store, run_id).path)
        else:
            write_events(part, run, store.steps(run_id), store.epochs(run_id))
        os.replace(part, path)


def light_export(store: RunStore, run: Run, form: Form) -> str:
    """The text of a form that needs no TensorFlow.

    Raises:
        RunError: when the run cannot be repeated by a notebook.
    """
    steps, epochs = store.steps(run.id), store.epochs(run.id)
    if form.name == "csv":
        return metrics_csv(steps, epochs)
    if form.name == "card":
        kept = checkpoint.checkpoints(store.checkpoints(run.id))
        card = exported_card(run, kept[-1].step if kept else None, store.rate_changes(run.id))
        return json.dumps(card, indent=2) + "\n"
    return json.dumps(notebook(run, steps, epochs, store.rate_changes(run.id)), indent=1) + "\n"


def _weights(store: RunStore, run_id: str) -> checkpoint.Checkpoint:
    kept = checkpoint.checkpoints(store.checkpoints(run_id))
    if not kept and store.run(run_id).recorded:
        raise RunError("Of this recorded run the curves are kept, and not its weights.")
    if not kept:
        raise RunError("This run has no weights yet: the first are kept at the end of its first epoch.")
    return kept[-1]


def export_name(run: Run, form: Form) -> str:
    """The name of the file for people; TensorBoard looks for `tfevents` in it."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", run.title).strip("-").lower()[:60] or "run"
    if form.name == "tensorboard":
        return f"events.out.tfevents.{run.created:.0f}.{words}"
    return f"{words}-step{run.step}{form.ending}"


def expected_bytes(run: Run, form: Form) -> int:
    """About how large the file of a heavy form will be.

    Raises:
        ValueError: when the network of the run cannot be built any more.
    """
    if form.weights:
        return 4 * account(network_of(run)).parameters + _BESIDE_WEIGHTS
    return 90 * run.step + 160 * run.epoch


def export_file(store: RunStore, run: Run, form: Form) -> Path:
    """Where the file of a heavy form is kept once it is made; it goes when the run is deleted."""
    return store.folder / run.id / "exports" / export_name(run, form)


def export_kept(folder: str, run_id: str, name: str, asked: int) -> str:
    """What a worker does for a page: write the file of `export_file`, and return its path.

    Args:
        folder: of the store.
        run_id: in that store.
        name: of a form in `FORMS`.
        asked: when, which keeps the answer from being shared with another time.

    Raises:
        RunError: as in `export_run`.
        OSError: when the file cannot be written.
    """
    del asked
    store = RunStore(folder)
    run, form = store.run(run_id), form_called(name)
    path = export_file(store, run, form)
    path.parent.mkdir(parents=True, exist_ok=True)
    export_run(store, run_id, name, path)
    return str(path)
