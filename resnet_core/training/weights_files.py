"""Files of weights that a person has given, kept in the data folder by the SHA-256 of their content."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from resnet_core.hands.filekind import HDF5_SIGNATURE, kind_of
from resnet_core.hands.hdf5 import MAX_FILE_BYTES
from resnet_core.network.weights import WeightsError
from resnet_core.places import weights_folder, write_beside

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_NOTE = 4096


@dataclass(frozen=True)
class WeightsFile:
    """One kept file.

    Attributes:
        digest: SHA-256 of its content, in hexadecimal; runs name it by that.
        name: that it had when it was given.
        size: bytes.
        path: where it is kept.
    """

    digest: str
    name: str
    size: int
    path: Path

    @property
    def title(self) -> str:
        """Its name and the beginning of its digest."""
        return f"{self.name} ({self.digest[:8]})"


def keep(content: bytes, name: str) -> WeightsFile:
    """Keep a file; whether it fits a network is asked when it is read.

    Raises:
        WeightsError: when it is too large, or of another kind.
        OSError: when it cannot be written.
    """
    if len(content) > MAX_FILE_BYTES:
        raise WeightsError(
            f"{name[:80]} should have at most {MAX_FILE_BYTES:,} bytes, but it has {len(content):,}."
        )
    if not content.startswith((HDF5_SIGNATURE, b"PK\x03\x04")):
        raise WeightsError(
            f"{name[:80]} should be a .keras or .h5 of Keras, but {kind_of(content[:512])} came."
        )
    digest = hashlib.sha256(content).hexdigest()
    weights_folder().mkdir(parents=True, exist_ok=True)
    note = {"name": Path(name).name[:80] or "weights", "size": len(content)}
    write_beside(weights_folder() / digest, content)
    write_beside(weights_folder() / f"{digest}.json", json.dumps(note).encode())
    return _kept(weights_folder() / digest)


def kept() -> tuple[WeightsFile, ...]:
    """All kept files, by name."""
    if not weights_folder().is_dir():
        return ()
    files = [_kept(path) for path in weights_folder().iterdir() if _DIGEST.fullmatch(path.name)]
    return tuple(sorted(files, key=lambda file: (file.name, file.digest)))


def called(digest: str) -> str:
    """What people call the file of that digest, whether or not it is still here; "" for no digest."""
    if not digest:
        return ""
    path = weights_folder() / digest
    return _kept(path).title if _DIGEST.fullmatch(digest) and path.is_file() else digest[:8]


def forget(digest: str) -> None:
    """Remove a kept file; runs that began with it can go on, and none can begin with it."""
    if _DIGEST.fullmatch(digest):
        (weights_folder() / digest).unlink(missing_ok=True)
        (weights_folder() / f"{digest}.json").unlink(missing_ok=True)


def content_of(digest: str) -> bytes:
    """The content of the file of that digest, compared with it.

    Raises:
        WeightsError: when it is not here, or is another file now.
    """
    path = weights_folder() / digest
    if not _DIGEST.fullmatch(digest) or not path.is_file():
        raise WeightsError(
            f"The weights {digest[:8]} that a run begins with should be in {weights_folder()}, "
            "but they are not there."
        )
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise WeightsError(f"The file of the weights {digest[:8]} has been changed since it was given.")
    return content


def _kept(path: Path) -> WeightsFile:
    name = path.name[:8]
    try:
        with path.with_name(f"{path.name}.json").open("rb") as note:
            read = json.loads(note.read(_MOST_NOTE))
        name = str(read["name"])[:80] or name
    except (OSError, ValueError, KeyError, TypeError):
        pass  # the file is what counts; without its note it goes by its digest
    return WeightsFile(path.name, name, path.stat().st_size, path)
