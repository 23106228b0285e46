"""How a person gets the photographs: a download, an upload of the two files, or a folder that has them."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import streamlit as st

from resnet_core import places
from resnet_core.figures.text import THIN, significant, size
from resnet_core.hands.dataset import HandsError
from resnet_core.hands.signs import TEST_FILE, TRAIN_FILE, load_signs, save_upload
from resnet_core.ui.download_job import DownloadState, download_job
from resnet_core.ui.notices import empty, problem
from resnet_core.ui.plain import plain

LARGEST_MB = 20
_ALIVE = 0.5
_DONE = "photographs were changed"


def offer_download(sentence: str) -> None:
    """Draws what stands in place of the photographs: the download under way, or the button that starts it.

    Args:
        sentence: What is missing and why it would be good to have.
    """
    job = download_job()
    if job.state.running:
        _under_way()
        return
    last = job.state
    if last.failed:
        problem(plain(last.sentence))
    elif last.sentence:
        st.info(f"{last.sentence} The next try goes on from there.")
    megabytes = significant(job.size / 1e6, 2)
    if empty(sentence, f"Download SIGNS ({megabytes}{THIN}MB)"):
        job.start(places.data_folder())
        st.rerun()
    st.caption(
        "From public GitHub addresses at fixed commits, checked against known digests before use, into "
        f"`{places.data_folder()}`. SIGNS has no stated licence; this project ships none of it."
    )


@st.fragment(run_every=_ALIVE)
def _under_way() -> None:
    state = download_job().state
    if not state.running:
        st.rerun()
    share, words = download_words(state, download_job().size)
    with st.container(key="rx-empty-download"):
        st.markdown("SIGNS is being downloaded. You can leave this page: it goes on, and everybody sees it.")
        st.progress(share, text=words)
        if st.button("Stop the download", key="stop download"):
            download_job().stop()


def download_words(state: DownloadState, total: int) -> tuple[float, str]:
    """Says how far a download is.

    Args:
        state: Of the job.
        total: Bytes of all files.

    Returns:
        The share that is here, 0 to 1, and words with bytes and the address.
    """
    progress = state.progress
    if progress is None:
        return 0.0, f"Asking for {size(total)}."
    come = f"{size(progress.done)} of {size(progress.total)}"
    return min(1.0, progress.done / progress.total), f"{come}, {progress.file}" + (
        f" from {progress.mirror}" if progress.mirror else ""
    )


def other_photographs(*, there: bool) -> None:
    """Draws the two other ways, folded: files from this computer, and another folder.

    Args:
        there: Whether the page shows photographs already, which uploaded ones would replace.
    """
    with st.expander("More: files of your own, another folder", key="rx-more-data"):
        if st.session_state.pop(_DONE, False):
            st.success("These are the photographs now.")
        _upload(there=there)
        st.divider()
        _folder()


def _upload(*, there: bool) -> None:
    folder = places.data_folder()
    with st.form("upload signs", border=False):
        st.markdown(
            f"Two HDF5 files in the layout of the course, at most {LARGEST_MB} MB each. They are checked and "
            f"then kept in `{folder}`" + (", where they replace files of the same names." if there else ".")
        )
        files = {
            split: st.file_uploader(
                f"{words} ({name})", type=["h5", "hdf5"], key=f"upload {split}", max_upload_size=LARGEST_MB
            )
            for split, words, name in (("train", "Training", TRAIN_FILE), ("test", "Test", TEST_FILE))
        }
        wanted = st.form_submit_button("Replace the photographs" if there else "Use these files")
    if not wanted:
        return
    train, test = files["train"], files["test"]
    if train is None or test is None:
        st.error("Two files should be given, one for training and one for test, but one is missing.")
        return
    try:
        save_upload(train.getvalue(), test.getvalue())
    except HandsError as refusal:
        st.error(plain(str(refusal)))
        return
    st.session_state[_DONE] = True
    st.rerun()


def _folder() -> None:
    named = os.environ.get("RESNET_DATA_DIR")
    if named:
        st.markdown(
            f"The folder is `{places.data_folder()}`, because the environment variable RESNET_DATA_DIR names "
            "it. Start the app without that variable to choose another folder here."
        )
        return
    with st.form("folder of signs", border=False):
        given = st.text_input(
            f"Folder with {TRAIN_FILE} and {TEST_FILE}", value=str(places.data_folder()), key="data folder"
        )
        wanted = st.form_submit_button("Use this folder")
    if wanted:
        _use_folder(given)


def _use_folder(given: str) -> None:
    try:
        folder = Path(given.strip()).expanduser()
        load_signs(folder)
        places.save_settings(dataclasses.replace(places.load_settings(), data_folder=str(folder)))
    except (HandsError, places.SettingsError) as refusal:
        st.error(plain(str(refusal)))
    except (OSError, RuntimeError) as refusal:
        st.error(plain(f"The folder {given!r} cannot be used: {refusal}."))
    else:
        st.session_state[_DONE] = True
        st.rerun()
