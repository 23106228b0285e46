"""The download of weights of ImageNet: from a server on this machine, whole, cut, wrong and stopped."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
from keras.src.applications import resnet

from resnet_core import places
from resnet_core.hands.download import FetchCancelledError, FetchError, Progress
from resnet_core.training import weights_files
from resnet_core.training.imagenet_weights import FOLDER, MD5, NAME, fetch_imagenet
from tests.hands.servers import Library


def a_file() -> bytes:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file["conv1_conv/kernel"] = np.random.default_rng(1).random((40, 1000), np.float32)
    return stream.getvalue()


CONTENT = a_file()
SUM = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setenv("RESNET_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    library = Library({NAME: CONTENT})
    threading.Thread(target=library.serve_forever, daemon=True).start()
    yield library
    library.shutdown()
    library.server_close()


def address(server: Library, behaviour: str) -> str:
    return f"http://{server.host}/{behaviour}/{NAME}"


def test_address_and_digest_are_those_of_keras() -> None:
    assert FOLDER == resnet.BASE_WEIGHTS_PATH
    assert resnet.WEIGHTS_HASHES["resnet50"][1] == MD5


@pytest.mark.parametrize("behaviour", ["good", "ignores-range"])
def test_the_right_file_is_kept_with_the_others(server: Library, behaviour: str) -> None:
    seen: list[Progress] = []
    file = fetch_imagenet(seen.append, address=address(server, behaviour), md5=SUM)
    assert weights_files.kept() == (file,)
    assert weights_files.content_of(file.digest) == CONTENT
    assert (file.name, seen[-1].done, seen[-1].total) == (NAME, len(CONTENT), len(CONTENT))
    assert not list(places.weights_folder().glob("*.part"))


def test_a_stopped_download_goes_on_where_it_was(server: Library) -> None:
    cancel = threading.Event()
    with pytest.raises(FetchCancelledError, match="was stopped after"):
        fetch_imagenet(lambda _: cancel.set(), cancel, address=address(server, "good"), md5=SUM)
    fetch_imagenet(address=address(server, "good"), md5=SUM)
    assert [asked for _, asked in server.asked if asked]
    assert len(weights_files.kept()) == 1


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        ("wrong", "should have the MD5 .*, but 127.0.0.1:.* sent a file with"),
        ("missing", "but it answered 404"),
        ("html", "sent an HTML page instead of an HDF5 file"),
    ],
)
def test_another_file_is_refused_and_not_kept(server: Library, behaviour: str, sentence: str) -> None:
    with pytest.raises(FetchError, match=sentence):
        fetch_imagenet(address=address(server, behaviour), md5=SUM)
    assert weights_files.kept() == ()


def test_without_a_network_a_sentence_says_so(server: Library) -> None:
    with pytest.raises(FetchError, match="but it could not be reached"):
        fetch_imagenet(address=f"http://127.0.0.1:9/{NAME}", md5=SUM)
