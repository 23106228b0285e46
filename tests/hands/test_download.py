from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnet_core.hands.download import FetchCancelledError, FetchError, Progress, fetch_signs
from resnet_core.hands.mirrors import SIGNS_FILES, SOURCES, Mirror, RemoteFile
from resnet_core.hands.signs import load_signs
from resnet_core.hands.transfer import CHUNK_BYTES
from tests.hands.servers import Library, library
from tests.hands_factory import h5_bytes, signs_arrays

TRAIN, TEST = "train_signs.h5", "test_signs.h5"
CONTENTS = {
    TRAIN: h5_bytes(signs_arrays("train", count=24)),  # 297 kB: several pieces
    TEST: h5_bytes(signs_arrays("test", count=6)),
}


def described(name: str, content: bytes) -> RemoteFile:
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
    return RemoteFile(name, len(content), hashlib.sha256(content).hexdigest(), blob.hexdigest())


FILES = (described(TRAIN, CONTENTS[TRAIN]), described(TEST, CONTENTS[TEST]))
SIZE = FILES[0].size


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with library(CONTENTS) as running:
        yield running


def fetch(folder: Path, *mirrors: Mirror, **more: object) -> None:
    files = fetch_signs(folder, sources=mirrors, files=FILES, **more)  # type: ignore[arg-type]
    assert files.train.read_bytes() == CONTENTS[TRAIN]
    assert files.test.read_bytes() == CONTENTS[TEST]
    assert sorted(path.name for path in folder.iterdir()) == [TEST, TRAIN]


def test_right_bytes_come_with_progress_and_can_be_read(server: Library, tmp_path: Path) -> None:
    seen: list[Progress] = []
    fetch(tmp_path / "new", server.mirror("good"), progress=seen.append)
    assert load_signs(tmp_path / "new").counts("train") == (4,) * 6
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert len(done) > 4
    assert (seen[-1].done, seen[-1].total) == (SIZE + FILES[1].size,) * 2
    assert {progress.file for progress in seen} == {TRAIN, TEST}
    assert server.asked == [(f"/good/{TRAIN}", ""), (f"/good/{TEST}", "")]


def test_a_right_file_is_not_fetched_again(server: Library, tmp_path: Path) -> None:
    (tmp_path / TRAIN).write_bytes(CONTENTS[TRAIN])
    fetch(tmp_path, server.mirror("good"))
    assert server.asked == [(f"/good/{TEST}", "")]


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("wrong", "wrong sent other bytes (SHA-256"),
        ("missing", "missing answered 404 Not Found"),
        ("html", "html sent an HTML page instead of an HDF5 file"),
        ("pointer", "pointer sent a large-file pointer"),
        ("large", "large sent more than the"),
        ("announced", f"announced announced {2 * SIZE:,} bytes instead of {SIZE:,}"),
    ],
)
def test_a_mirror_that_fails_is_named_with_the_reason_and_the_next_one_is_asked(
    server: Library, tmp_path: Path, behaviour: str, reason: str
) -> None:
    with pytest.raises(FetchError) as error:
        fetch(tmp_path / "one", server.mirror(behaviour))
    assert reason in str(error.value)
    assert str(error.value).startswith(f"{TRAIN} should come from one of 1 public addresses")
    assert not (tmp_path / "one" / TRAIN).exists()
    fetch(tmp_path / "two", server.mirror(behaviour), server.mirror("good"))


@pytest.mark.parametrize("behaviour", ["cut", "silent-cut"])
def test_a_cut_connection_goes_on_where_it_was_cut(server: Library, tmp_path: Path, behaviour: str) -> None:
    fetch(tmp_path, server.mirror(behaviour))
    asked = [asked_range for path, asked_range in server.asked if path.endswith(TRAIN)]
    assert len(asked) == 2
    assert asked[0] == ""
    # What was on its way in the last piece may be lost, and no more.
    went_on = int(asked[1].removeprefix("bytes=").removesuffix("-"))
    assert SIZE // 2 - CHUNK_BYTES < went_on <= SIZE // 2


def test_what_came_from_one_mirror_is_completed_by_another(server: Library, tmp_path: Path) -> None:
    (tmp_path / f"{TRAIN}.part").write_bytes(CONTENTS[TRAIN][:1000])
    fetch(tmp_path, server.mirror("missing"), server.mirror("html"), server.mirror("good"))
    assert (f"/good/{TRAIN}", "bytes=1000-") in server.asked


@pytest.mark.parametrize("behaviour", ["html", "pointer", "missing", "announced", "shifted"])
def test_a_refused_answer_leaves_what_has_come_before(
    server: Library, tmp_path: Path, behaviour: str
) -> None:
    part = tmp_path / f"{TRAIN}.part"
    part.write_bytes(CONTENTS[TRAIN][:100_000])
    with pytest.raises(FetchError, match=behaviour):
        fetch(tmp_path, server.mirror(behaviour))
    assert part.read_bytes() == CONTENTS[TRAIN][:100_000]


def test_a_server_that_ignores_the_range_sends_the_whole_file(server: Library, tmp_path: Path) -> None:
    (tmp_path / f"{TRAIN}.part").write_bytes(CONTENTS[TRAIN][:70_000])
    fetch(tmp_path, server.mirror("ignores-range"))
    assert server.asked[0] == (f"/ignores-range/{TRAIN}", "bytes=70000-")


@pytest.mark.parametrize("length", [5000, SIZE, SIZE + 1])
def test_a_part_with_wrong_bytes_is_thrown_away_and_fetched_whole(
    server: Library, tmp_path: Path, length: int
) -> None:
    (tmp_path / f"{TRAIN}.part").write_bytes(b"\x89HDF\r\n\x1a\n".ljust(length, b"x"))
    fetch(tmp_path, server.mirror("good"))


def test_a_whole_part_only_needs_its_name(server: Library, tmp_path: Path) -> None:
    (tmp_path / f"{TRAIN}.part").write_bytes(CONTENTS[TRAIN])
    fetch(tmp_path, server.mirror("good"))
    assert server.asked == [(f"/good/{TEST}", "")]


def test_a_stopped_download_keeps_what_came_and_goes_on_later(server: Library, tmp_path: Path) -> None:
    cancel = threading.Event()
    with pytest.raises(FetchCancelledError, match="stopped after 131,072 bytes"):
        fetch(tmp_path, server.mirror("good"), progress=lambda _: cancel.set(), cancel=cancel)
    kept = (tmp_path / f"{TRAIN}.part").stat().st_size
    assert 0 < kept < SIZE
    fetch(tmp_path, server.mirror("good"))
    assert (f"/good/{TRAIN}", f"bytes={kept}-") in server.asked


def test_a_server_that_is_away_is_asked_for_one_repository_only(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        away = f"127.0.0.1:{free.getsockname()[1]}"
    mirrors = [Mirror(title, f"http://{away}/{title}") for title in ("first", "second")]
    with pytest.raises(FetchError) as error:
        fetch_signs(tmp_path, sources=tuple(mirrors), files=FILES)
    assert str(error.value).endswith(f"but none had it: {away} could not be reached.")


def test_proxies_are_used(server: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://{server.host}")
    fetch(tmp_path, Mirror("through a proxy", "http://photographs.invalid/good"))
    assert server.asked[0] == (f"http://photographs.invalid/good/{TRAIN}", "")


def test_other_photographs_are_not_written_over_and_rubbish_is(server: Library, tmp_path: Path) -> None:
    mine = h5_bytes(signs_arrays("train", count=6, seed=9))
    (tmp_path / TRAIN).write_bytes(mine)
    with pytest.raises(FetchError, match="other photographs are there"):
        fetch(tmp_path, server.mirror("good"))
    assert (tmp_path / TRAIN).read_bytes() == mine
    (tmp_path / TRAIN).write_bytes(mine[:500])
    fetch(tmp_path, server.mirror("good"))


def test_a_folder_that_cannot_be_made_gets_a_sentence(server: Library, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FetchError, match="cannot be written to"):
        fetch(tmp_path / "file" / "data", server.mirror("good"))


def test_two_downloads_at_once_are_refused(server: Library, tmp_path: Path) -> None:
    refused: list[str] = []

    def again(_: Progress) -> None:
        with pytest.raises(FetchError, match="another one is running") as error:
            fetch_signs(tmp_path, sources=(server.mirror("good"),), files=FILES)
        refused.append(str(error.value))

    fetch(tmp_path, server.mirror("good"), progress=again)
    assert refused


def test_both_digests_count(server: Library, tmp_path: Path) -> None:
    wrong_blob = RemoteFile(TRAIN, SIZE, FILES[0].sha256, "0" * 40)
    with pytest.raises(FetchError, match=r"other bytes \(blob"):
        fetch_signs(tmp_path, sources=(server.mirror("good"),), files=(wrong_blob, FILES[1]))


def test_the_public_addresses_are_pinned_to_commits() -> None:
    assert len(SOURCES) == 5
    for mirror in SOURCES:
        owner_and_name = mirror.title
        assert mirror.folder.startswith(f"https://raw.githubusercontent.com/{owner_and_name}/")
        commit = mirror.folder.split("/")[5]
        assert len(commit) == 40
        assert int(commit, 16)
    assert SOURCES[2].url(SIGNS_FILES[1]).endswith("3ce8bf0/test_signs.h5")


@pytest.mark.photographs
def test_the_genuine_test_file_has_the_digests_written_here(photographs_folder: Path) -> None:
    path = photographs_folder / "signs" / TEST
    assert SIGNS_FILES[1].difference(path) == ""
    assert "bytes instead of" in SIGNS_FILES[0].difference(path)
