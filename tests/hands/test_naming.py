"""Labels at the beginning of file names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.hands.naming import label_in_name

CLASSES = ("0", "1", "2", "3", "4", "5")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("3_anything.jpg", 3), ("3.jpg", 3), ("3", 3), ("0_IMG_1128.JPG", 0),
        ("5 (2).png", 5), ("4-ü.webp", 4),
        ("mine/2_x.jpg", 2), ("mine\\2_x.jpg", 2), ("30.jpg", None), ("3d.jpg", None),
        ("IMG_3.jpg", None), ("6_hand.jpg", None), ("", None), (" 3.jpg", None), ("3²", None),
    ],
)  # fmt: skip
def test_the_label_is_read_or_there_is_none(name: str, label: int | None) -> None:
    assert label_in_name(name, CLASSES) == label


def test_the_longest_name_of_a_class_is_meant() -> None:
    assert label_in_name("thumb up_2.jpg", ("thumb", "thumb up", "")) == 1
    assert label_in_name("thumb 2.jpg", ("thumb", "thumb up", "")) == 0


@given(st.sampled_from(range(6)), st.text(max_size=9))
def test_what_follows_a_separator_does_not_matter(label: int, rest: str) -> None:
    folderless = rest.replace("/", "").replace("\\", "")
    assert label_in_name(f"{label}_{folderless}", CLASSES) == label
