"""The rendered hands: read tile by tile, refused in a sentence, and the same everywhere once they ship."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from resnet_core.hands.dataset import HandsError, HandSigns
from resnet_core.hands.rendered import ACROSS, FOLDER, card, load_rendered, records
from tests.hands_factory import pictures
from tools.ship_rendered import mosaic

HEAD = "split,index,label,side,pose,seed,camera"
TRAIN, TEST = np.arange(40) % 6, np.arange(6)


def rows(split: str, labels: np.ndarray) -> list[str]:
    return [f"{split},{index},{label},left,half-bent,{index + 7},0.5" for index, label in enumerate(labels)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty pictures for training, which is more than one row of a mosaic, and six for the test."""
    for name, labels, seed in (("train", TRAIN, 1), ("test", TEST, 2)):
        (tmp_path / f"{name}.jpg").write_bytes(mosaic(pictures(labels, seed)))
    write_table(tmp_path, [HEAD, *rows("train", TRAIN), *rows("test", TEST)])
    (tmp_path / "CARD.md").write_text("# Card", encoding="utf-8")
    return tmp_path


def write_table(folder: Path, lines: list[str]) -> None:
    (folder / "hands.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_tiles_are_read_row_by_row_with_their_labels(folder: Path) -> None:
    hands = load_rendered(folder)
    assert (hands.name, hands.title, hands.rendered) == ("rendered", "Rendered hands", True)
    assert hands.noun == "picture"
    assert (hands.train_y == TRAIN).all()
    assert (hands.test_y == TEST).all()
    sheet = np.asarray(Image.open(folder / "train.jpg"))
    for index in (0, 35, 36, 39):
        top, left = 64 * (index // ACROSS), 64 * (index % ACROSS)
        assert (hands.train_x[index] == sheet[top : top + 64, left : left + 64]).all()
        # The bright bar tells the label.
        bright = hands.train_x[index].max(axis=2).mean(axis=1).argmax()
        assert abs(int(bright) - (8 + 10 * TRAIN[index])) <= 4


def test_a_tile_decodes_as_in_a_file_of_its_own(folder: Path) -> None:
    """No block of the JPEG reaches across two pictures."""
    alone = io.BytesIO()
    Image.fromarray(pictures(TRAIN, 1)[37]).save(alone, "JPEG", quality=92, subsampling=0)
    assert (np.asarray(Image.open(alone)) == load_rendered(folder).train_x[37]).all()


def test_records_tell_how_each_picture_was_made(folder: Path) -> None:
    told = records(folder)
    assert [len(told[split]) for split in ("train", "test")] == [40, 6]
    record = told["train"][39]
    assert (record.split, record.index, record.label, record.seed) == ("train", 39, 3, "46")
    assert record.words == "half-bent (left)"
    assert record.more == {"camera": "0.5"}


def test_files_are_read_once_and_again_when_they_change(folder: Path) -> None:
    first = load_rendered(folder)
    assert load_rendered(folder) is first
    (folder / "test.jpg").write_bytes(mosaic(pictures(TEST, 9)))
    assert load_rendered(folder).digest != first.digest


@pytest.mark.parametrize("name", ["train.jpg", "test.jpg", "hands.csv"])
def test_a_missing_file_is_a_sentence(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(HandsError, match=rf"^The rendered hands should be in .* but {name} is not there\.$"):
        load_rendered(folder)
    with pytest.raises(HandsError):
        records(folder)


def test_a_missing_card_is_a_sentence(folder: Path) -> None:
    assert card(folder) == "# Card"
    (folder / "CARD.md").write_bytes(b"\xff\xfe")
    with pytest.raises(HandsError, match="cannot be read"):
        card(folder)
    (folder / "CARD.md").unlink()
    with pytest.raises(HandsError, match="cannot be read"):
        card(folder)


def jpeg(image: Image.Image, form: str = "JPEG") -> bytes:
    written = io.BytesIO()
    image.save(written, form)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no picture", "cannot be read"),
        (
            jpeg(Image.new("RGB", (2304, 64))),
            "JPEG of 2304x128 pixels for 40 pictures, but JPEG RGB of 2304x64",
        ),
        (jpeg(Image.new("L", (2304, 128))), "JPEG L of"),
        (jpeg(Image.new("RGB", (2304, 128)), "PNG"), "PNG RGB of"),
        (mosaic(pictures(TRAIN, 1))[:-2000], "cannot be read"),
    ],
)
def test_another_mosaic_is_refused(folder: Path, content: bytes, sentence: str) -> None:
    (folder / "train.jpg").write_bytes(content)
    with pytest.raises(HandsError, match=sentence):
        load_rendered(folder)


GOOD = [*rows("train", TRAIN), *rows("test", TEST)]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["split,index,label,side,pose", *GOOD], "seed is missing"),
        ([], "are missing"),
        ([HEAD, *rows("train", TRAIN)], "pictures of test, but it tells of none"),
        ([HEAD, *GOOD[1:]], "line 2, should tell of picture 0 of train, but 1 came"),
        ([HEAD, GOOD[0], *GOOD], "line 3, should tell of picture 1"),
        ([HEAD, "train,0,6,left,fist,1,0", *GOOD[1:]], "'6' came"),
        ([HEAD, "train,-1,3,left,fist,1,0", *GOOD[1:]], "'-1'"),
        ([HEAD, "held,0,3,left,fist,1,0", *GOOD[1:]], "'held'"),
        ([HEAD, "train,0,3,left", *GOOD[1:]], "line 2, should have 7 cells"),
        ([HEAD, "train,0,3,left,fist,1,0,9", *GOOD[1:]], "line 2, should have"),
        ([HEAD, *rows("train", np.arange(80) % 6), *rows("test", TEST)], "2304x192"),
    ],
)
def test_another_table_is_refused(folder: Path, lines: list[str], sentence: str) -> None:
    write_table(folder, lines)
    with pytest.raises(HandsError, match=sentence):
        load_rendered(folder)


def test_what_ships_has_the_size_and_split_of_signs_and_is_small(rendered: HandSigns) -> None:
    assert rendered.counts("train") == (180,) * 6
    assert rendered.counts("test") == (20,) * 6
    assert rendered.clean_test.all()
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 3_000_000


def test_what_ships_decodes_to_the_digest_in_its_card(rendered: HandSigns) -> None:
    """A decoder that gives other pixels would make accuracies of other machines incomparable."""
    assert re.findall(r"`([0-9a-f]{64})`", card()) == [rendered.digest]


def test_of_what_ships_every_sign_is_shown_with_both_hands(rendered: HandSigns) -> None:
    for split, told in records().items():
        assert {(record.label, record.side) for record in told} == {
            (label, side) for label in range(6) for side in ("left", "right")
        }, split
