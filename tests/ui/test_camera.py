"""What the camera of the Teach page sends: each take comes in once, sent twice or overtaken."""

from __future__ import annotations

from typing import Any

import pytest

from resnet_core.ui.camera import MOST_NUMBER, new_ones


def a_take(number: int, sign: str = "3") -> dict[str, Any]:
    return {"number": number, "sign": sign, "pictures": [f"picture {number}"]}


def test_a_message_that_another_overtook_comes_with_that() -> None:
    first, second = a_take(5), a_take(9, "4")
    assert new_ones([first, second], 0) == [(5, "3", ["picture 5"]), (9, "4", ["picture 9"])]


def test_what_had_come_before_does_not_come_again() -> None:
    assert new_ones([a_take(5), a_take(9)], 5) == [(9, "3", ["picture 9"])]
    assert new_ones([a_take(5), a_take(9)], 9) == []


def test_nothing_was_sent() -> None:
    assert new_ones(None, 7) == []
    assert new_ones([], 7) == []


@pytest.mark.parametrize(
    "sent",
    [
        7, "x", {"sign": "3"}, [7], [{}], [a_take(0)], [a_take(MOST_NUMBER)], [{"number": True}],
        [{"number": 1e300}], [{"number": "9"}],
    ],
)  # fmt: skip
def test_anything_else_is_passed_on_as_nothing_that_can_be_used(sent: Any) -> None:
    assert new_ones(sent, 7) == [(7, None, None)]
