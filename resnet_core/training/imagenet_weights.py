"""The weights of ResNet-50 after ImageNet, without its head, fetched on a person's click and never otherwise.

Address and digest are those of `keras/src/applications/resnet.py` in Keras 3: `BASE_WEIGHTS_PATH`, and of
`WEIGHTS_HASHES["resnet50"]` the second, of the file without the head. A test compares them. What comes is
read as data, like any other file that a person gives.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import requests

from resnet_core.hands.download import ATTEMPTS, FetchCancelledError, FetchError, Progress
from resnet_core.hands.hdf5 import MAX_FILE_BYTES
from resnet_core.hands.transfer import CONNECT_S, READ_S, TransferError, transfer
from resnet_core.places import weights_folder
from resnet_core.training.weights_files import WeightsFile, keep

FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications/resnet/"
NAME = "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
MD5 = "4d473c1dd8becc155b73f8504c6f6626"


def fetch_imagenet(
    progress: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
    *,
    address: str = FOLDER + NAME,
    md5: str = MD5,
) -> WeightsFile:
    """Fetch the file and keep it beside those that people give; what has come goes on from where it stopped.

    Args:
        progress: called after every piece.
        cancel: set it to stop before the next piece.
        address: of the file.
        md5: of its content, in hexadecimal.

    Raises:
        FetchError: when it cannot be had, is another file, or cannot be written; a sentence.
        FetchCancelledError: when `cancel` was set.
    """
    server = urlsplit(address).netloc
    part = weights_folder() / f"{NAME}.part"

    def step(done: int) -> None:
        if cancel is not None and cancel.is_set():
            raise FetchCancelledError(f"The download was stopped after {done:,} bytes.")
        if progress is not None:
            progress(Progress(NAME, server, done, size))

    try:
        weights_folder().mkdir(parents=True, exist_ok=True)
        with requests.Session() as session:
            size = _size(session, address)
            _transferred(session, address, part, size, step)
        return _kept(part, md5, server)
    except TransferError as error:
        raise FetchError(f"{NAME} should come from {server}, but it {error}.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FetchError(f"{NAME} cannot be written to {weights_folder()}: {reason}.") from error


def _size(session: requests.Session, address: str) -> int:
    """Bytes of the file as the server announces them, which what is kept already is compared with."""
    try:
        headers = {"Accept-Encoding": "identity"}
        with session.get(address, headers=headers, stream=True, timeout=(CONNECT_S, READ_S)) as answer:
            if answer.status_code != requests.codes.ok:
                raise TransferError(f"answered {answer.status_code} {answer.reason or ''}".rstrip())
            announced = answer.headers.get("Content-Length", "")
    except requests.exceptions.RequestException as error:
        raise TransferError("could not be reached", unreachable=True) from error
    if not announced.isdecimal() or not 0 < int(announced) <= MAX_FILE_BYTES:
        raise TransferError(f"announced {announced[:20] or 'no'} bytes instead of at most {MAX_FILE_BYTES:,}")
    return int(announced)


def _transferred(
    session: requests.Session, address: str, part: Path, size: int, step: Callable[[int], None]
) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            transfer(session, address, part, size, step)
            return
        except TransferError as error:
            if not error.again or attempt == ATTEMPTS:
                raise


def _kept(part: Path, md5: str, server: str) -> WeightsFile:
    content = part.read_bytes()
    part.unlink()
    came = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if came != md5:
        raise FetchError(
            f"{NAME} should have the MD5 {md5[:12]}, but {server} sent a file with {came[:12]}; "
            "it has been thrown away."
        )
    return keep(content, NAME)
