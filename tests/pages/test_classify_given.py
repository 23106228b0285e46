"""What people give the Classify page: files, good and bad, and snapshots of the camera."""

from __future__ import annotations

import json

import pytest

from resnet_core.hands.picture import Box
from resnet_core.hands.prepared import Prepared, prepare
from resnet_core.training.store import RunStore
from tests.hands.hostile import NOTED, REFUSED, hostile_files
from tests.hands.pictures import encoded
from tests.pages.giving import give, halves
from tests.pages.standing import StandingEngine, a_run
from tests.pages.visiting import raised, visit, words

pytestmark = pytest.mark.usefixtures("standing_engine")


@pytest.fixture(autouse=True)
def no_detector(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether hands can be found here is not what most of these tests are about."""
    monkeypatch.setattr("resnet_core.ui.given.available", lambda: False)


def test_one_picture_is_shown_with_its_square_and_answered(
    own_store: RunStore, standing_engine: StandingEngine
) -> None:
    a_run(own_store)
    app = give(visit("classify", picture="files"), ("hand_*of*_me.png", encoded(halves())))
    assert raised(app) == []
    assert "hand_*of*_me.png, 200×100 pixels" in words(app)
    (seen,) = standing_engine.asked[-1]
    assert (seen[:, :24] == (255, 0, 0)).all()
    assert (seen[:, 40:] == (0, 0, 255)).all()


def test_several_pictures_are_answered_and_each_bad_one_gets_its_sentence(
    own_store: RunStore, standing_engine: StandingEngine
) -> None:
    a_run(own_store)
    whole, glass = encoded(halves(), "JPEG"), halves().convert("RGBA")
    glass.putalpha(100)
    app = give(
        visit("classify", picture="files"),
        ("a.png", encoded(glass)),
        ("not a picture.jpg", b"just a text"),
        ("<b>.webp", encoded(halves(), "WEBP")),
        ("cut.jpg", whole[: len(whole) // 2]),
    )
    assert raised(app) == []
    assert len(app.error) == 1
    assert "not a picture.jpg should be a JPEG, PNG or WebP picture, but a text came" in words(app)
    assert "cut.jpg is cut off or damaged" in words(app)
    assert standing_engine.asked[-1].shape == (2, 64, 64, 3)
    assert "Ours looked at 2 pictures in one forward pass" in words(app)
    table = app.dataframe(key="answers").value
    assert table["file"].tolist() == ["a.png", "<b>.webp"]
    assert table["answer"].tolist() == ["2", "2"]
    assert table["notes"][0].startswith("Its transparent parts are shown white.")
    assert "None of these names does, so there is no confusion matrix" in words(app)
    assert "CSV of all answers" in [button.proto.label for button in app.get("download_button")]


def test_names_that_begin_with_the_label_give_a_confusion_matrix(own_store: RunStore) -> None:
    a_run(own_store)
    one = encoded(halves(16, 16))
    app = give(
        visit("classify", picture="files"),
        *((name, one) for name in ("2_a.png", "2.png", "4-b.png", "mine.png", "25.png")),
    )
    assert raised(app) == []
    assert "It is right on 2 of the 3 with a label in their name (66.7\u202f%" in words(app)
    matrix = json.loads(app.get("plotly_chart")[1].proto.spec)
    counts = [note["text"] for note in matrix["layout"]["annotations"] if note.get("name") != "y title"]
    assert counts == [{14: "2", 26: "1"}.get(cell, "0") for cell in range(36)]
    assert "Left out: 2 pictures without a label." in words(app)


def test_a_row_of_the_table_opens_its_picture(own_store: RunStore) -> None:
    a_run(own_store)
    app = give(
        visit("classify", picture="files"),
        ("a.png", encoded(halves())),
        ("b.png", encoded(halves(120, 90))),
    )
    assert "a.png, 200×100 pixels" in words(app)
    app.session_state["open picture"] = app.file_uploader(key="pictures").value[1].file_id
    assert "b.png, 120×90 pixels" in words(app.run())


def test_the_hand_is_given_where_one_is_found_and_else_the_square(
    own_store: RunStore, standing_engine: StandingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnet_core.ui.given.available", lambda: True)
    a_run(own_store)
    standing_engine.hands = ((120, 10, 180, 70),)
    app = give(visit("classify", picture="files"), ("a.png", encoded(halves())))
    assert raised(app) == []
    assert app.segmented_control(key="crop").value == "auto"
    assert (standing_engine.asked[-1] == (0, 0, 255)).all()
    assert "Its part has 60 pixels across, fewer than the 64" in words(app)
    standing_engine.hands = ()
    app = give(visit("classify", picture="files"), ("a.png", encoded(halves())))
    assert "No hand was found in it." in words(app)
    assert (standing_engine.asked[-1][0, :, :24] == (255, 0, 0)).all()


def test_without_a_detector_the_square_is_given(own_store: RunStore) -> None:
    a_run(own_store)
    app = visit("classify", picture="files", crop="auto")
    assert "which should be one of square, none" in words(app)
    assert app.segmented_control(key="crop").value == "square"


def test_the_whole_picture_can_be_given(own_store: RunStore, standing_engine: StandingEngine) -> None:
    a_run(own_store)
    give(visit("classify", picture="files", crop="none"), ("a.png", encoded(halves())))
    (seen,) = standing_engine.asked[-1]
    assert (seen[:, :28] == (255, 0, 0)).all()
    assert (seen[:, 36:] == (0, 0, 255)).all()


def test_hostile_files_get_a_sentence_each_and_the_good_one_is_answered(
    own_store: RunStore, standing_engine: StandingEngine
) -> None:
    a_run(own_store)
    app = give(visit("classify", picture="files"), *hostile_files(), ("good.png", encoded(halves())))
    assert raised(app) == []
    (notice,) = app.error
    said = [line.removeprefix("- ") for line in str(notice.value).replace("\\", "").splitlines()]
    assert len(said) == len(REFUSED)
    for name, sentence in REFUSED.items():
        assert any(one.startswith(name) and sentence in one for one in said), (name, said)
    assert len(standing_engine.asked[-1]) == len(hostile_files()) - len(REFUSED) + 1
    notes = dict(zip(*(app.dataframe(key="answers").value[key] for key in ("file", "notes")), strict=True))
    for name, sentence in NOTED.items():
        assert sentence in notes[name]


def test_more_pictures_than_can_be_had_at_once_are_cut_with_a_sentence(
    own_store: RunStore, standing_engine: StandingEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnet_core.ui.given.MOST", 2)
    a_run(own_store)
    one = encoded(halves(16, 16))
    app = give(visit("classify", picture="files"), *((f"{n}.png", one) for n in range(3)))
    assert "At most 2 pictures should come at once, but 3 came" in words(app)
    assert len(standing_engine.asked[-1]) == 2


def test_a_picture_is_opened_once_and_forgotten_with_its_file(
    own_store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def noticed(data: bytes, name: str, *, mirrored: bool, crop: str | Box) -> Prepared:
        opened.append(name)
        return prepare(data, name, mirrored=mirrored, crop=crop)

    monkeypatch.setattr("resnet_core.ui.given.prepare", noticed)
    a_run(own_store)
    app = give(visit("classify", picture="files"), ("a.png", encoded(halves())))
    app.run()
    assert opened == ["a.png"]
    assert len(app.session_state["prepared pictures"]) == 1
    app.segmented_control(key="picture").set_value("sample").run()
    assert app.session_state["prepared pictures"] == {}


def test_the_camera_is_not_asked_for_before_its_switch_is_on(own_store: RunStore) -> None:
    a_run(own_store)
    app = visit("classify", picture="camera")
    assert raised(app) == []
    assert len(app.camera_input) == 0
    assert "localhost or over HTTPS" in words(app)
    app.toggle(key="camera on").set_value(True).run()
    assert len(app.camera_input) == 1


@pytest.mark.parametrize("mirror", ["on", "off"])
def test_a_snapshot_is_answered_mirrored_if_wanted(
    own_store: RunStore, standing_engine: StandingEngine, mirror: str
) -> None:
    a_run(own_store)
    app = visit("classify", picture="camera", mirror=mirror)
    app.toggle(key="camera on").set_value(True).run()
    app.camera_input(key="camera").upload("snapshot.jpg", encoded(halves(), "JPEG", quality=95)).run()
    assert raised(app) == []
    (seen,) = standing_engine.asked[-1]
    red_on_the_left = seen[32, 5, 0] > 200
    assert red_on_the_left == (mirror == "off")
    assert "Your snapshot, 200×100 pixels" in words(app)
