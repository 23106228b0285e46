"""The hand of the npm package `@webxr-input-profiles/assets` (MIT): fetched once, checked, never in git."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@webxr-input-profiles/assets@1.0.20"
MEMBER = "package/dist/profiles/generic-hand/right.glb"
SHA256 = "291790c14f7f88a7f9bd35330c47392ed8e8d395ae6728f4bb7089f1bc1f2b96"


class FetchError(RuntimeError):
    """The hand cannot be had; the message is one sentence with what was expected and what came."""


def cache_folder() -> Path:
    """Returns the folder of this user's cache in which the hand is kept; it need not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "resnet-explainer" / "rendering"


def cached_hand() -> Path | None:
    """Returns the file of the hand where it was fetched before and is whole, else None."""
    path = cache_folder() / "right.glb"
    return path if path.is_file() and _digest(path.read_bytes()) == SHA256 else None


def fetched_hand() -> Path:
    """Returns the file of the right hand, fetched with `npm pack` (94 MB, once) where it is not cached.

    Raises:
        FetchError: npm is missing or fails, or the file is not the one that this tool was made for.
    """
    known = cached_hand()
    if known is not None:
        return known
    with tempfile.TemporaryDirectory() as folder:
        content = _member(_packed(Path(folder)))
    if _digest(content) != SHA256:
        raise FetchError(f"{MEMBER} of {PACKAGE} should have SHA-256 {SHA256}, but has {_digest(content)}.")
    path = cache_folder() / "right.glb"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"right.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
    return path


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _packed(folder: Path) -> Path:
    command = ["npm", "pack", PACKAGE, "--pack-destination", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)
    except FileNotFoundError as error:
        raise FetchError("npm should be installed to fetch the hand, but there is no npm here.") from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise FetchError(f"`{' '.join(command)}` should fetch the hand, but failed: {last}") from error
    return next(folder.glob("*.tgz"))


def _member(archive: Path) -> bytes:
    with tarfile.open(archive) as packed:
        file = packed.extractfile(MEMBER)
        if file is None:
            raise FetchError(f"{PACKAGE} should hold the file {MEMBER}, but it is no plain file there.")
        return file.read()
