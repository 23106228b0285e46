"""The two networks that find hands: fetched once, verified, and kept in the Python environment.

They lie in the wheel of mediapipe 0.10.21 (Apache-2.0), a package that cannot be installed beside TensorFlow
2.21. So the wheel is taken as what it is, an archive, wherever the package installer gets its packages from;
the two files are taken out and the rest is deleted. Without them the app works with a square that people
place, so nothing here is ever required.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from resnet_core.places import APP, write_beside

WHEEL = "mediapipe==0.10.21"
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"

# The light palm network finds more small hands than the full one in less time; of the landmark networks the
# full one takes fewer things for hands.
PALMS = "palm_detection_lite.tflite"
LANDMARKS = "hand_landmark_full.tflite"
LICENCE = "LICENSE"

NOTE = f"""\
{PALMS} and {LANDMARKS} are two files of the Python package {WHEEL}, unchanged.
Copyright The MediaPipe Authors; Apache License, Version 2.0, which is in the file {LICENCE}.
"""


class DetectorError(ValueError):
    """The files could not be had or are not the right ones; the message is one sentence."""


_FILES = {
    PALMS: (
        "mediapipe/modules/palm_detection",
        1_985_440,
        "e9a4aaddf90dda56a87235303cf00e4c2d3fb28725f68fd88772997dac905c18",
    ),
    LANDMARKS: (
        "mediapipe/modules/hand_landmark",
        5_478_917,
        "11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
    ),
    LICENCE: (
        "mediapipe-0.10.21.dist-info",
        12_331,
        "8707eef0533987efc5b155d64761eeb6e20793f50b9bd1a68dad1cf4719d0ed8",
    ),
}
"""For each file: its folder in the wheel, its bytes, and their SHA-256."""

# One wheel for every machine: what is taken out of it is no program of any of them.
_COMMON = ("--no-deps", "--require-hashes", "--python-version", "3.11", "--only-binary", ":all:")
_PIP = ("--platform", "manylinux_2_28_x86_64", "--no-compile", "--no-cache-dir", "--retries", "1", "--quiet")
_UV = ("--python-platform", "x86_64-manylinux_2_28", "--no-cache", "--quiet")
_LIMIT = 600.0


def detector_folder() -> Path:
    """Where the files lie: in this Python environment, so that they go when it goes."""
    return Path(sys.prefix) / "share" / APP / "hand-detector"


def fetched() -> bool:
    """Tells whether all files are there, by their sizes; `checked` looks at their content."""
    folder = detector_folder()
    try:
        return all((folder / name).stat().st_size == size for name, (_, size, _) in _FILES.items())
    except OSError:
        return False


def checked(name: str, folder: Path | None = None) -> bytes:
    """Reads one of the files and verifies it.

    Args:
        name: `PALMS`, `LANDMARKS` or `LICENCE`.
        folder: Where it lies; by default `detector_folder()`.

    Raises:
        DetectorError: It cannot be read, or is another file.
    """
    path, expected = (folder or detector_folder()) / name, _FILES[name][2]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DetectorError(
            f"The file {name} of the hand detector cannot be read: {error.strerror}."
        ) from error
    came = hashlib.sha256(content).hexdigest()
    if came != expected:
        raise DetectorError(
            f"The file {name} of the hand detector should have the SHA-256 {expected[:16]}..., but "
            f"{came[:16]}... came."
        )
    return content


def fetch() -> Path:
    """Fetches the files through this environment's package installer, about 36 MB of which 7 MB stay.

    Returns:
        The folder in which they lie now.

    Raises:
        DetectorError: They cannot be had or kept; one sentence says why.
    """
    with tempfile.TemporaryDirectory() as name:
        unpacked = Path(name) / "unpacked"
        _unpack(unpacked, Path(name) / "wheel.txt")
        files = {file: checked(file, unpacked / inside) for file, (inside, _, _) in _FILES.items()}
    folder = detector_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in {**files, "README.txt": NOTE.encode()}.items():
            write_beside(folder / file, content)
            (folder / file).chmod(0o644)  # an environment may be one person's and used by others
    except OSError as error:
        raise DetectorError(
            f"The hand detector cannot be written to the Python environment: {error.strerror}."
        ) from error
    return folder


def _unpack(target: Path, pinned: Path) -> None:
    """Lets the first installer there is fetch the wheel, verify its digest and unpack it into a folder."""
    pinned.write_text(f"{WHEEL} --hash=sha256:{WHEEL_SHA256}\n", encoding="ascii")
    command = [*_installer(), *_COMMON, "--target", str(target), "--requirement", str(pinned)]
    try:
        answer = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_LIMIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DetectorError("The package installer did not answer, so there is no hand detector.") from error
    if answer.returncode != 0:
        lines = [line.strip() for line in answer.stderr.splitlines() if line.strip()]
        why = lines[-1].removeprefix("ERROR: ") if lines else "without a word"
        raise DetectorError(f"The hand detector could not be fetched ({why.rstrip('.')[:200]}).")


def _installer() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "install", *_PIP]
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is not None:
        return [uv, "pip", "install", *_UV]
    raise DetectorError("The hand detector is fetched with pip or uv, but neither is installed here.")
