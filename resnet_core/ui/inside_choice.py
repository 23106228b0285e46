"""With what a network is looked into: a run, an epoch, a picture and a layer; all in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.network.graph import walk
from resnet_core.network.spec import NetworkSpec
from resnet_core.probes.opened import Which
from resnet_core.training.checkpoint import checkpoints
from resnet_core.training.records import Run
from resnet_core.training.store import RunStore
from resnet_core.ui.given import MIRROR, PRIVATE, Given, from_camera, from_files, part_option
from resnet_core.ui.notices import empty, problem, recorded_tag
from resnet_core.ui.options import Choice
from resnet_core.ui.page import just_entered, scaled
from resnet_core.ui.picker import Offered, pick
from resnet_core.ui.plain import plain
from resnet_core.ui.run_choice import TrainedRun, run_choice, trained_runs
from resnet_core.ui.samples import from_samples, sample_option
from resnet_core.ui.services import store
from resnet_core.ui.state import adopt, adopt_afresh, choose, hold

SOURCES = {"sample": "Sample", "files": "Your file", "camera": "Snapshot"}
BEFORE = 0
"""The step before the first: the random weights with which a run began."""
CHANNEL, TOP = "channel", "first"
"""The channel in the address; without a number it is the first in the order that is chosen."""
_OPEN = "picture inside"


@dataclass(frozen=True, eq=False)
class Chosen:
    """What is looked at.

    Attributes:
        run: the run.
        step: of the checkpoint; `BEFORE` for the network before training.
        steps: all that can be looked at, with what each is called, oldest first.
        which: the network for a worker: `engine().measure(function, chosen.which, ...)`.
        spec: its description.
        pixels: (64, 64, 3) of unsigned bytes.
        words: what the picture is.
        label: its class where it is known.
        classes: what the classes are called.
        layer: name of the layer, as in `graph.walk`.
    """

    run: Run
    step: int
    steps: Mapping[int, str]
    which: Which
    spec: NetworkSpec
    pixels: np.ndarray
    words: str
    label: int | None
    classes: tuple[str, ...]
    layer: str

    @property
    def run_id(self) -> str:
        """The id of the run."""
        return self.run.id

    def at(self, step: int) -> Which:
        """The same run at another step of `steps`."""
        return replace(self.which, weights=weights_at(store(), self.run, step))


def steps_of(runs: RunStore, run: Run) -> dict[int, str]:
    """Every step at which a run can be looked at, and what people call it."""
    epochs = {record.step: record.epoch for record in runs.epochs(run.id)}
    kept = [one.step for one in checkpoints(runs.checkpoints(run.id))]
    found = {step: f"Epoch {epochs[step]}" if step in epochs else f"Step {step}" for step in kept}
    if run.settings.base or run.settings.weights:  # it began with weights that another one had learned
        return found
    return {BEFORE: "Before training", **found}


def weights_at(runs: RunStore, run: Run, step: int) -> str:
    """The file of a run's weights at a step; "" before training."""
    found = {one.step: str(one.path) for one in checkpoints(runs.checkpoints(run.id))}
    return "" if step == BEFORE else found[step]


def classes_of(run: Run, hands: HandSigns | None) -> tuple[str, ...]:
    """What the run's answers are called: as in its data, if that is here, or else by number."""
    if hands is not None and hands.digest == run.card.get("data", {}).get("digest"):
        return hands.classes
    return tuple(str(label) for label in range(run.classes))


def tags_of(chosen: Chosen) -> tuple[str, ...]:
    """The tag of pictures that were made with the weights of a recorded run."""
    recorded = chosen.run.recorded
    return (recorded_tag(recorded, "weights of a recorded run"),) if recorded else ()


def layer_option(spec: NetworkSpec) -> Choice:
    """Declares the choice of the layer; by default the end of an early block, whose maps have form."""
    nodes = walk(spec)
    ends = {(node.stage, node.block): node.name for node in nodes if node.block is not None}
    places = list(ends.values())
    default = places[len(places) // 4] if places else nodes[-1].name
    names = {node.name: node.name for node in nodes}
    return Choice("layer", "Layer", names, default, expected="the name of a layer of this network")


def layer_now(spec: NetworkSpec) -> str:
    """The layer that is looked at now; it may have changed since the page was drawn, in a part of it."""
    return hold(layer_option(spec))


def look_at(name: object) -> None:
    """Moves to another layer, and there to the first of its maps; from the callback of a component.

    Args:
        name: of the layer, or whatever else a browser has sent.
    """
    if isinstance(name, str):
        st.session_state["layer"] = name
        st.session_state[CHANNEL] = TOP


def ask_inside() -> Chosen | None:
    """Draws the choices; None where there is nothing to look into yet, which a sentence then says."""
    runs = sorted(trained_runs(store()), key=lambda one: not one.run.recorded)
    if not runs:
        empty(
            "No network has been trained on this machine yet. Its first checkpoint is written after its "
            "first epoch, and can be looked into at once.",
            "Train a network",
            "train",
        )
        return None
    hands = samples()
    names = SOURCES if hands is not None else {key: SOURCES[key] for key in ("files", "camera")}
    source, which, parts = (
        Choice("picture", "Picture from", names, next(iter(names))),
        run_choice(runs),
        part_option(),
    )
    (adopt_afresh if just_entered() else adopt)(which, source)
    adopt(parts, MIRROR)
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-inside"):
        run = choose_run(runs, which)
        steps = steps_of(store(), run)
        step = choose_step("step", "Epoch", steps, max(steps))
        chosen = choose(source)
        part = choose(parts) if chosen != "sample" else parts.default
    network = network_at(run, step)
    if network is None:
        return None
    picture = _picture(chosen, part, hands)
    if picture is None:
        return None
    pixels, words, label = picture
    spec = network.spec
    adopt(layer_option(spec))
    layer = layer_now(spec)
    classes = classes_of(run, hands)
    return Chosen(run, step, steps, network, spec, pixels, words, label, classes, layer)


def choose_run(runs: Sequence[TrainedRun], option: Choice) -> Run:
    """Draws the choice of a run, which has been adopted."""
    with st.container(width=scaled(420)):
        run_id = choose(option, "select")
    return next(one.run for one in runs if one.run.id == run_id)


def choose_step(key: str, label: str, steps: Mapping[int, str], default: int) -> int:
    """Draws the choice of a checkpoint.

    Args:
        key: in the address.
        label: over it.
        steps: as in `steps_of`.
        default: the one that is chosen where the address names none.
    """
    names = {str(step): words for step, words in steps.items()}
    option = Choice(key, label, names, str(default), expected="the step of a checkpoint of this run")
    adopt(option)
    with st.container(width=scaled(260)):
        return int(choose(option, "scrub" if len(steps) > 1 else "select"))


def network_at(run: Run, step: int) -> Which | None:
    """The network of a run at a step; None where its settings describe none, which a sentence then says."""
    found = Which(run.settings, weights_at(store(), run, step), run.classes)
    try:
        _ = found.spec
    except ValueError as refusal:
        problem(plain(str(refusal)))
        return None
    return found


def samples() -> HandSigns | None:
    """The set whose test pictures are the samples; a sentence tells why there is none."""
    try:
        return sets.load(sets.default_name())
    except HandsError as refusal:
        problem(plain(f"There are no samples: {refusal}"))
        return None


def _picture(source: str, part: str, hands: HandSigns | None) -> tuple[np.ndarray, str, int | None] | None:
    if source == "sample" and hands is not None:
        option = sample_option(hands)
        adopt(option)
        given = from_samples(hands, option)
    else:
        given = from_camera(part) if source == "camera" else from_files(part)
        st.caption(PRIVATE)
    for sentence in given.refused:
        st.error(plain(sentence))
    if not given.pictures:
        st.markdown("Give one picture, or choose a sample.")
        return None
    number = _open(given)
    return given.pictures[number].pixels, given.pictures[number].name, given.label


def _open(given: Given) -> int:
    """Which of several files is looked at."""
    if len(given.pictures) == 1:
        return 0
    ids = [file.name_of_its_own for file in given.files]
    number = ids.index(st.session_state[_OPEN]) if st.session_state.get(_OPEN) in ids else 0
    offered = [Offered(i, one.pixels, f"Open {one.name}") for i, one in enumerate(given.pictures)]
    pick("given inside", offered, number, lambda one: st.session_state.update({_OPEN: ids[one]}))
    return number
