"""The download of weights of ImageNet: one at a time for everybody, in a thread that no page's end stops."""

from __future__ import annotations

import logging
import threading

import streamlit as st

from resnet_core.figures.text import size
from resnet_core.hands.dataset import HandsError
from resnet_core.hands.download import FetchCancelledError, Progress
from resnet_core.network.accounting import account
from resnet_core.network.catalogue import network
from resnet_core.training.imagenet_weights import FOLDER, fetch_imagenet
from resnet_core.ui.download_job import DownloadState
from resnet_core.ui.notices import problem
from resnet_core.ui.plain import plain

log = logging.getLogger(__name__)
_ALIVE = 0.5


class WeightsJob:
    """Fetches the file in a thread of its own."""

    def __init__(self) -> None:
        """Be ready to start."""
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self.state = DownloadState()

    def start(self) -> None:
        """Begin to fetch; does nothing while that is under way."""
        with self._lock:
            if self.state.running:
                return
            self._cancel.clear()
            self.state = DownloadState(running=True)
        threading.Thread(target=self._run, name="download-weights", daemon=True).start()

    def stop(self) -> None:
        """Ask it to end before its next piece; what has come is kept for the next try."""
        self._cancel.set()

    def _run(self) -> None:
        try:
            fetch_imagenet(self._report, self._cancel)
            self.state = DownloadState()
        except FetchCancelledError as stopped:
            self.state = DownloadState(False, None, str(stopped))
        except (HandsError, ValueError) as refusal:
            self.state = DownloadState(False, None, str(refusal), failed=True)
        except Exception as error:
            log.exception("the download of weights ended by an error")
            said = f"An error in the program ended the download: {type(error).__name__}."
            self.state = DownloadState(False, None, said, failed=True)

    def _report(self, progress: Progress) -> None:
        self.state = DownloadState(running=True, progress=progress)


@st.cache_resource(show_spinner=False)
def weights_job() -> WeightsJob:
    """The one download of weights of this app, which everybody sees."""
    return WeightsJob()


def offer_imagenet() -> None:
    """Draws the download of ResNet-50's weights: the button, how far it is, or why it did not come."""
    job = weights_job()
    if job.state.running:
        _under_way()
        return
    if job.state.failed:
        problem(plain(job.state.sentence))
    st.markdown(
        "ResNet-50 after ImageNet, without its head, is published by the makers of Keras: for *ResNet-50* at "
        "full width, with its pixels prepared as on ImageNet. It comes from "
        f"`{FOLDER}`, and is compared with the MD5 that Keras names."
    )
    st.button(f"Download it (about {size(_bytes())})", on_click=job.start)


def _bytes() -> int:
    """Of the numbers in the file: those of the network without its last layer."""
    counted = account(network("resnet50"))
    return 4 * (counted.parameters - counted.layers[-1].parameters)


@st.fragment(run_every=_ALIVE)
def _under_way() -> None:
    state = weights_job().state
    if not state.running:
        st.rerun()
    come = state.progress
    share = min(1.0, come.done / come.total) if come else 0.0
    st.progress(share, text=f"{size(come.done)} of {size(come.total)}" if come else "Asking for the weights.")
    st.button("Stop the download", on_click=weights_job().stop, key="stop weights")
