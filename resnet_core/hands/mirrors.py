"""The two SIGNS files, by size and digest, and the public addresses that hold them at a fixed commit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RemoteFile:
    """A file that is known before it is fetched.

    Attributes:
        name: its name.
        size: bytes.
        sha256: SHA-256 of the content, in hexadecimal.
        blob: git's name for the content: SHA-1 of "blob", the size and the content, in hexadecimal.
    """

    name: str
    size: int
    sha256: str
    blob: str

    def difference(self, path: Path) -> str:
        """What is different in the file at `path`, in words; "" when it is this file."""
        size = path.stat().st_size
        if size != self.size:
            return f"{size:,} bytes instead of {self.size:,}"
        sha256 = hashlib.sha256()
        blob = hashlib.sha1(f"blob {self.size}\0".encode(), usedforsecurity=False)
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                sha256.update(piece)
                blob.update(piece)
        if sha256.hexdigest() != self.sha256:
            return f"SHA-256 {sha256.hexdigest()[:12]} instead of {self.sha256[:12]}"
        if blob.hexdigest() != self.blob:
            return f"blob {blob.hexdigest()[:12]} instead of {self.blob[:12]}"
        return ""


@dataclass(frozen=True)
class Mirror:
    """A folder on a server.

    Attributes:
        title: what sentences call it.
        folder: its address; the name of a file follows after a slash.
    """

    title: str
    folder: str

    def url(self, file: RemoteFile) -> str:
        """The address of `file` here."""
        return f"{self.folder}/{file.name}"


SIGNS_FILES = (
    RemoteFile(
        "train_signs.h5",
        13_281_872,
        "47480709d99f2ea6ae428ecc491fc6f65ff1d05336736dd859d5565e0ad3cf74",
        "15904fbeb148848aea50d42c96a539b7bd11c4e5",
    ),
    RemoteFile(
        "test_signs.h5",
        1_477_712,
        "539fb746ed9e947eb244cfca73f4d1b03f9bf5524d609eeed2cd76ddb1b179be",
        "ac34131b87c829b90f5c0913f90d509f1c1f8ed0",
    ),
)


def _repository(name: str, commit: str, folder: str = "") -> Mirror:
    path = "/".join(part for part in (name, commit, folder) if part)
    return Mirror(name, f"https://raw.githubusercontent.com/{path}")


SOURCES = (
    _repository(
        "priya-dwivedi/Deep-Learning",
        "35a3ea2842eaa4a194a19f95436294a0a38cdc72",
        "resnet_keras/datasets",
    ),
    _repository("shivance/HandSigns", "86467f48a34c39a79cc7f933ec8753e73b384478", "datasets"),
    _repository("DrAlexSanz/CNN-in-TF", "5f0da09b23d8920755c2d0087debebdfe3ce8bf0"),
    _repository(
        "YETI-WU/Image_Classification_ResNet50_Single-Hand-Sign",
        "9c132d972d700f4a570f12feeb623e8652887a5d",
        "datasets",
    ),
    _repository("Aviral3364/Resnet50", "f7566ee323f3ab0d3a772154afc32b34a49a92f3"),
)
