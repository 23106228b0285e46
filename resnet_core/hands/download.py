"""Fetching the two SIGNS files from public addresses, on a person's click and never otherwise.

SIGNS has no stated licence, so this project ships none of it. Each address is pinned to a commit, and what
it sends gets its name only after its digest has been compared with the one written in `mirrors`. What has
come so far stays in a `.part` file, from which a later try, at this address or another, goes on.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import requests

from resnet_core.hands.dataset import HandsError
from resnet_core.hands.mirrors import SIGNS_FILES, SOURCES, Mirror, RemoteFile
from resnet_core.hands.signs import SignsFiles, read_h5
from resnet_core.hands.transfer import TransferError, transfer
from resnet_core.places import data_folder

ATTEMPTS = 3
_ONE_AT_A_TIME = threading.Lock()


class FetchError(HandsError):
    """A file could not be had; the message is one sentence with what was expected and what came."""


class FetchCancelledError(HandsError):
    """The person stopped the download; what has come so far is kept."""


@dataclass(frozen=True)
class Progress:
    """How far the download is.

    Attributes:
        file: the name of the file that is coming.
        mirror: the title of the address it comes from, or "" when it was there already.
        done: bytes of all files that are here.
        total: bytes of all files.
    """

    file: str
    mirror: str
    done: int
    total: int


@dataclass
class _Job:
    """What one call of `fetch_signs` carries along."""

    folder: Path
    report: Callable[[Progress], None]
    cancel: threading.Event
    total: int
    before: int = 0
    unreachable: set[str] = field(default_factory=set)
    session: requests.Session = field(default_factory=requests.Session)

    def step(self, file: RemoteFile, mirror: str, done: int) -> None:
        """Report `done` bytes of `file`, or stop when the person wants it."""
        if self.cancel.is_set():
            raise FetchCancelledError(f"The download was stopped after {self.before + done:,} bytes.")
        self.report(Progress(file.name, mirror, self.before + done, self.total))


def fetch_signs(
    folder: Path | str | None = None,
    progress: Callable[[Progress], None] | None = None,
    sources: tuple[Mirror, ...] = SOURCES,
    files: tuple[RemoteFile, RemoteFile] = SIGNS_FILES,
    cancel: threading.Event | None = None,
) -> SignsFiles:
    """Fetch the training and the test file into `folder` (by default the data folder).

    Proxies are taken from the environment (`HTTPS_PROXY`, `NO_PROXY`). A file that is there already and right
    is not fetched again.

    Args:
        folder: where the files go; it is made when it is missing.
        progress: called after every piece of at most 64 KiB.
        sources: addresses, tried in this order.
        files: the training file, then the test file.
        cancel: set it to stop the download before the next piece.

    Raises:
        FetchError: when no address has the right bytes, or they cannot be written.
        FetchCancelledError: when `cancel` was set.
    """
    root = Path(folder) if folder is not None else data_folder()
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        raise FetchError("A download should run alone, but another one is running already.")
    try:
        root.mkdir(parents=True, exist_ok=True)
        total = sum(file.size for file in files)
        job = _Job(root, progress or (lambda _: None), cancel or threading.Event(), total)
        with job.session:
            for file in files:
                _fetch(job, file, sources)
                job.before += file.size
    except OSError as error:
        raise FetchError(f"The files cannot be written to {root}: {error.strerror or error}.") from error
    finally:
        _ONE_AT_A_TIME.release()
    return SignsFiles(root / files[0].name, root / files[1].name)


def _fetch(job: _Job, file: RemoteFile, sources: tuple[Mirror, ...]) -> None:
    path, part = job.folder / file.name, job.folder / f"{file.name}.part"
    if path.exists() and _is_there(path, file):
        job.step(file, "", file.size)
        return
    reasons = []
    for mirror in sources:
        host = urlsplit(mirror.folder).netloc
        if host in job.unreachable:
            continue
        try:
            _fetch_from(job, file, mirror, part)
        except TransferError as error:
            # Without a connection the other repositories of the same server need not be asked.
            if error.unreachable:
                job.unreachable.add(host)
            reasons.append(f"{host if error.unreachable else mirror.title} {error}")
        else:
            os.replace(part, path)
            return
    tried = "; ".join(reasons) or f"{', '.join(sorted(job.unreachable))} could not be reached"
    raise FetchError(
        f"{file.name} should come from one of {len(sources)} public addresses, but none had it: {tried}."
    )


def _is_there(path: Path, file: RemoteFile) -> bool:
    """Whether the right file is there; one that is another data set is not written over."""
    if not file.difference(path):
        return True
    try:
        read_h5(path, "any")
    except HandsError:
        return False
    raise FetchError(
        f"{path} should be the published file or be absent, but other photographs are there; "
        "move them to another folder first."
    )


def _fetch_from(job: _Job, file: RemoteFile, mirror: Mirror, part: Path) -> None:
    """Bring `part` to the right content from one address, or raise `TransferError`."""

    def step(done: int) -> None:
        job.step(file, mirror.title, done)

    for attempt in range(1, ATTEMPTS + 1):
        try:
            resumed = transfer(job.session, mirror.url(file), part, file.size, step)
        except TransferError as error:
            if not error.again or attempt == ATTEMPTS:
                raise
            continue
        difference = file.difference(part)
        if not difference:
            return
        part.unlink()
        # The fault may lie in what was here before: then this address gets a whole try.
        if not resumed:
            raise TransferError(f"sent other bytes ({difference})")
    raise TransferError("sent other bytes each time")
