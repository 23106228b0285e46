"""The download of SIGNS: one at a time for everybody, in a thread that no page's end stops."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from resnet_core.hands.dataset import HandsError
from resnet_core.hands.download import FetchCancelledError, Progress, fetch_signs
from resnet_core.hands.mirrors import SIGNS_FILES, SOURCES, Mirror, RemoteFile

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DownloadState:
    """How the download stands.

    Attributes:
        running: Whether it is under way.
        progress: How far it is, or came; None before the first bytes.
        sentence: Why the last one ended, where it did not end well; "" otherwise.
        failed: Whether it ended by itself, rather than by a person's wish.
    """

    running: bool = False
    progress: Progress | None = None
    sentence: str = ""
    failed: bool = False


class DownloadJob:
    """Fetches the two files in a thread of its own.

    Args:
        sources: Addresses, tried in this order.
        files: The training file, then the test file.
    """

    def __init__(
        self,
        sources: tuple[Mirror, ...] = SOURCES,
        files: tuple[RemoteFile, RemoteFile] = SIGNS_FILES,
    ) -> None:
        """Be ready to start."""
        self._sources, self._files = sources, files
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self._state = DownloadState()

    @property
    def size(self) -> int:
        """Bytes of both files together."""
        return sum(file.size for file in self._files)

    @property
    def state(self) -> DownloadState:
        """How it stands now."""
        return self._state

    def start(self, folder: Path) -> None:
        """Begin to fetch into `folder`; does nothing while a download is under way.

        Args:
            folder: Made when it is missing. What an earlier try left there is used.
        """
        with self._lock:
            if self._state.running:
                return
            self._cancel.clear()
            self._state = DownloadState(running=True)
        threading.Thread(target=self._run, args=(folder,), name="download-signs", daemon=True).start()

    def stop(self) -> None:
        """Ask the download to end before its next piece; what has come is kept for the next try."""
        self._cancel.set()

    def _run(self, folder: Path) -> None:
        try:
            fetch_signs(folder, self._report, self._sources, self._files, self._cancel)
            self._end("", failed=False)
        except FetchCancelledError as stopped:
            self._end(str(stopped), failed=False)
        except HandsError as problem:
            self._end(str(problem), failed=True)
        except Exception as problem:
            self._end(f"An error in the program ended the download: {type(problem).__name__}.", failed=True)
            log.exception("the download ended by an error")

    def _report(self, progress: Progress) -> None:
        self._state = DownloadState(running=True, progress=progress)

    def _end(self, sentence: str, *, failed: bool) -> None:
        self._state = DownloadState(False, self._state.progress, sentence, failed)


@st.cache_resource(show_spinner=False)
def download_job() -> DownloadJob:
    """The one download of this app, which everybody sees."""
    return DownloadJob()
