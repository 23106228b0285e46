"""What a block is asked with: a picture, and random weights or those that a run learned for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from resnet_core.figures.block_words import in_signs
from resnet_core.hands import sets
from resnet_core.hands.dataset import HandsError
from resnet_core.hands.picture import PictureError
from resnet_core.hands.prepared import prepare
from resnet_core.network.blocktext import write
from resnet_core.network.spec import BlockSpec, Shape
from resnet_core.probes.question import INITIALIZERS, MOST_SEED, Start, Trained, Weighing, blocks_of, refusal
from resnet_core.training.records import Run
from resnet_core.ui.notices import problem
from resnet_core.ui.options import Choice, Number, labels
from resnet_core.ui.page import scaled
from resnet_core.ui.plain import plain
from resnet_core.ui.run_choice import TrainedRun, run_words, trained_runs
from resnet_core.ui.samples import from_samples, sample_option
from resnet_core.ui.services import store
from resnet_core.ui.state import adopt, choose, enter

WEIGHTS = Choice(
    "flow",
    "Weights",
    {"random": "Random", "trained": "Trained"},
    "random",
    "Random weights are those with which a network begins; trained ones are what a run learned for it.",
)
SEED = Number("flowseed", "Seed", 1, 0, MOST_SEED)
_NAMES = {
    "he_normal": "He normal",
    "he_uniform": "He uniform",
    "glorot_normal": "Glorot normal",
    "glorot_uniform": "Glorot uniform",
    "lecun_normal": "LeCun normal",
    "orthogonal": "Orthogonal",
}
INITIALIZER = Choice(
    "flowinit",
    "Kernels drawn as",
    {name: _NAMES[name] for name in INITIALIZERS},
    "he_normal",
    "He normal is what He et al. 2015 take (section 3.4); Glorot uniform is what Keras takes by itself.",
)
PICTURE = Choice("flowpicture", "Picture", {"sample": "Sample", "file": "Your file"}, "sample")
SOURCE_OPTIONS = (WEIGHTS, SEED, INITIALIZER, PICTURE)
LARGEST_MB = 20


@dataclass(frozen=True)
class Asked:
    """What a block is asked with.

    Attributes:
        weighing: random weights, or those of a run.
        picture: (64, 64, 3) of unsigned bytes.
        picture_words: what the picture is.
        weight_words: what the weights are, in one sentence.
    """

    weighing: Weighing
    picture: np.ndarray
    picture_words: str
    weight_words: str


def ask_with(block: BlockSpec, shape: Shape) -> Asked | None:
    """Draws the choices; None where the block cannot be run or a choice is open, which a sentence then says.

    Args:
        block: at hand.
        shape: of x.
    """
    reason = refusal(block, shape)
    if reason:
        st.markdown(in_signs(reason))
        return None
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-flow"):
        kind = choose(WEIGHTS)
        if kind == "random":
            with st.container(width=scaled(130)):
                seed = int(enter(SEED))
            with st.container(width=scaled(180)):
                initializer = choose(INITIALIZER, "select")
            weighing: tuple[Weighing, str] | None = _random(seed, initializer)
        source = choose(PICTURE)
    if kind == "trained":
        weighing = _trained(block, shape)
    given = _sample() if source == "sample" else _file()
    if weighing is None or given is None:
        return None
    return Asked(weighing[0], given[0], given[1], weighing[1])


def _random(seed: int, initializer: str) -> tuple[Weighing, str]:
    words = (
        f"Random weights, {_NAMES[initializer]}, seed {seed}, as before the first step of training. The "
        "picture is shrunk or enlarged to the height and width of x (Lanczos), and its mean colour is taken "
        "away; a 3\u00d73 convolution, batch norm and ReLU with random weights of the same kind make x of "
        "it. Batch norm takes the mean and variance of each map of this one picture, as in a step of "
        "training whose batch is this picture alone."
    )
    return Start(seed, initializer), words


def _trained(block: BlockSpec, shape: Shape) -> tuple[Weighing, str] | None:
    """The block of a run that equals this one; where there is none, the way to one that a run has."""
    runs = sorted(trained_runs(store()), key=lambda one: not one.run.recorded)
    if not runs:
        st.markdown("No run has been trained on this machine yet, so there are no learnt weights.")
        return None
    alike = {one.run.id: _alike(one.run, block, shape) for one in runs}
    fitting = [one for one in runs if alike[one.run.id]]
    if not fitting:
        _offer(runs)
        return None
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-flow-trained"):
        run_id = _choose_run(fitting)
        at = _choose_place(alike[run_id], alike[run_id][0])
    trained = next(one for one in fitting if one.run.id == run_id)
    run = trained.run
    words = (
        f"The weights of {plain(run.title)} at {at.replace('_', ', ')}, newest checkpoint. x is what really "
        "enters this block there. Batch norm takes the moving averages of training, as it does when the "
        "network is asked."
    )
    return Trained(run.settings, str(trained.weights), run.classes, at), words


def _choose_run(runs: Sequence[TrainedRun]) -> str:
    which = Choice(
        "flowrun", "Trained run", labels({one.run.id: run_words(one.run) for one in runs}), runs[0].run.id
    )
    adopt(which)
    with st.container(width=scaled(460)):
        return choose(which, "select")


def _choose_place(names: Iterable[str], first: str) -> str:
    place = Choice("flowat", "Block", {name: name.replace("_", ", ") for name in names}, first)
    adopt(place)
    with st.container(width=scaled(220)):
        return choose(place, "select")


def _alike(run: Run, block: BlockSpec, shape: Shape) -> list[str]:
    return [name for name, found in _blocks(run).items() if found == (block, shape)]


def _blocks(run: Run) -> dict[str, tuple[BlockSpec, Shape]]:
    try:
        return blocks_of(run.settings.spec(classes=run.classes))
    except ValueError:  # a run of a network that this version does not know
        return {}


def _offer(runs: Sequence[TrainedRun]) -> None:
    """Says why there are no learnt weights, and puts a block of a run on the bench when asked."""
    st.markdown(
        "No trained run has a block with exactly these layers and this x, so there are no learnt weights for "
        "it. A block of a run can be put on the bench instead:"
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key="rx-controls-flow-offer"):
        run_id = _choose_run(runs)
        run = next(one.run for one in runs if one.run.id == run_id)
        found = _blocks(run)
        if not found:
            return
        at = _choose_place(
            found, next((name for name in found if name.endswith("_block2")), next(iter(found)))
        )
        if st.button("Put it on the bench", key="flow bench", type="primary"):
            st.query_params["block"] = write(*found[at])
            st.rerun()


def _sample() -> tuple[np.ndarray, str] | None:
    try:
        hands = sets.load(sets.default_name())
    except HandsError as refusal:
        problem(plain(f"There are no samples: {refusal}"))
        return None
    option = replace(sample_option(hands), key="flowsample")
    adopt(option)
    given = from_samples(hands, option)
    return given.pictures[0].pixels, f"{given.pictures[0].name} of {hands.title}"


def _file() -> tuple[np.ndarray, str] | None:
    file = st.file_uploader(
        f"One picture: JPEG, PNG or WebP, up to {LARGEST_MB} MB",
        key="flow file",
        max_upload_size=LARGEST_MB,
        help="Its middle square is shrunk to 64\u00d764 pixels. It goes to the machine of this app only.",
    )
    if file is None:
        st.markdown("Give one picture, or choose a sample.")
        return None
    try:
        one = prepare(file.getvalue(), file.name)
    except PictureError as refusal:
        problem(plain(str(refusal)))
        return None
    return one.pixels, one.name
