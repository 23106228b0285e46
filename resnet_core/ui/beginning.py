"""With which weights a run begins on the Train page: drawn at random, or out of a file of a person's."""

from __future__ import annotations

import dataclasses

import streamlit as st

from resnet_core import places
from resnet_core.figures.text import plural
from resnet_core.hands.hdf5 import MAX_FILE_BYTES
from resnet_core.network.naming import APPLICATIONS
from resnet_core.training import weights_files
from resnet_core.training.beginning import Fit, fit
from resnet_core.training.imagenet_weights import NAME
from resnet_core.training.settings import RunSettings
from resnet_core.training.weights_files import WeightsFile
from resnet_core.ui.asking import measured
from resnet_core.ui.notices import problem
from resnet_core.ui.options import Choice, Number, Switch
from resnet_core.ui.plain import plain
from resnet_core.ui.state import adopt, choose, enter, slide, switch
from resnet_core.ui.weights_job import offer_imagenet

DRAWN = "random"
FROZEN = Number(
    "freeze", "Frozen stages, from the input", 0, 0, 5,
    help="Their weights never change, and their batch norm uses its moving averages in training too, as "
    "Keras does where trainable=False. The stem, conv1, is the first stage.",
)  # fmt: skip
LOWER = Number(
    "lower", "Learning rate below the head, factor", 0.1, 1e-4, 1.0, 0.01,
    help="The learning rate of all layers but the last dense one is multiplied by it, so that what they "
    "have learned is changed with care.",
)  # fmt: skip
PIXELS = Switch(
    "imagenet", "Prepare pixels as on ImageNet",
    help="The weights of keras.applications expect blue, green and red from 0 to 255, less the means of "
    "ImageNet. A first layer that never learns then computes that.",
)  # fmt: skip
_UPLOAD, _SAID = "upload weights", "what came of the weights"
_SHORT = 12


def choose_beginning(settings: RunSettings, classes: int) -> RunSettings | None:
    """Draws with which weights the run begins, and what is asked where those are out of a file.

    Args:
        settings: of the run, but for its beginning.
        classes: of its pictures.

    Returns:
        The settings with the beginning; None while the file is being compared, or where it does not fit.
    """
    files = {file.digest[:_SHORT]: file for file in weights_files.kept()}
    titles = {DRAWN: "Random weights", **{key: file.title for key, file in files.items()}}
    option = Choice("begin", "Begin with", titles, DRAWN)
    adopt(option)
    file = files.get(st.session_state[option.key])
    title = f"Begin with: {plain(file.name) if file else 'random weights'}"
    with st.container(key="rx-beginning"), st.expander(title, expanded=file is not None):
        if files:
            choose(option, "select")
        begun = settings if file is None else _choose_how(settings, file)
        _offer_upload(file)
    if file is None:
        return settings
    found = measured(
        "train/weights", f"Comparing {plain(file.name)} with the network.", 40, fit, begun, classes
    )
    if found is None:
        return None
    st.markdown(fit_sentence(found, pixels=begun.imagenet_pixels))
    return begun


def _choose_how(settings: RunSettings, file: WeightsFile) -> RunSettings:
    prepare = dataclasses.replace(PIXELS, default=file.name == NAME)
    adopt(FROZEN, LOWER, prepare)
    frozen, lower, pixels = slide(FROZEN), enter(LOWER), switch(prepare)
    return dataclasses.replace(
        settings,
        weights=file.digest, frozen_stages=frozen, rate_below_head=lower, imagenet_pixels=pixels,
    )  # fmt: skip


def fit_sentence(found: Fit, *, pixels: bool) -> str:
    """What of a file is taken, and what is not.

    Args:
        found: how it fits.
        pixels: whether pixels are prepared as on ImageNet.
    """
    words = f"The weights of {plural(found.taken, 'layer')} are taken, named as by {found.title}."
    if found.replaced:
        words += " The head is drawn anew, because the file has other classes, or no head."
    if found.title == APPLICATIONS and not pixels:
        words += " If they were trained on ImageNet, switch on its preparation of pixels."
    return words


def _offer_upload(shown: WeightsFile | None) -> None:
    with st.popover("Give a file" if shown is None else "Give another file", width="stretch"):
        st.markdown(
            "A `.keras`, `.weights.h5` or `.h5` that Keras, the course notebook or this app wrote, of the "
            "network chosen on the page. Its numbers are read, and nothing in it is run. It is kept in "
            f"`{places.weights_folder()}`."
        )
        limit = MAX_FILE_BYTES >> 20
        kinds = ["h5", "hdf5", "keras"]
        st.file_uploader("A file of weights", type=kinds, key=_UPLOAD, max_upload_size=limit)
        if st.session_state.get(_UPLOAD) is not None:
            st.button("Keep this file", on_click=_keep)
        offer_imagenet()
    said = st.session_state.pop(_SAID, "")
    if said:
        problem(plain(said))
    if shown is not None:
        st.button(
            f"Forget {shown.title}", on_click=_forget, args=(shown.digest,), width="stretch", type="tertiary"
        )


def _keep() -> None:
    given = st.session_state.get(_UPLOAD)
    if given is None:
        return
    try:
        file = weights_files.keep(given.getvalue(), given.name)
    except (ValueError, OSError) as refusal:
        st.session_state[_SAID] = str(refusal)
        return
    st.session_state["begin"] = file.digest[:_SHORT]


def _forget(digest: str) -> None:
    weights_files.forget(digest)
    st.session_state["begin"] = DRAWN
