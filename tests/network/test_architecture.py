"""What names a network: the catalogue's is the catalogue's, a block and its plan are what stacking makes."""

from __future__ import annotations

import pytest

from resnet_core.network import blocktext
from resnet_core.network.architecture import OWN, USUAL_BLOCK, USUAL_PLAN, Architecture, own
from resnet_core.network.blocks import basic_block, plain
from resnet_core.network.catalogue import NAMES, network
from resnet_core.network.stacking import StagePlan, stack

SHAPE = (16, 16, 64)


def test_a_name_is_that_of_the_catalogue() -> None:
    assert OWN not in NAMES
    assert Architecture("resnet18", 0.5).spec(size=32, classes=10) == network(
        "resnet18", size=32, classes=10, width=0.5
    )


def test_a_block_and_a_plan_are_stacked() -> None:
    block = basic_block(64, 2, "B")
    meant = Architecture(OWN, 0.5, blocktext.write(block, SHAPE), "1-3~1-2~1-2~small")
    plan = StagePlan((1, 3), (1.0, 2.0), (1, 2), "small")
    assert meant.spec(size=32, classes=4) == stack(block, SHAPE, plan, size=32, classes=4, width=0.5)


def test_texts_that_mean_the_same_make_the_same() -> None:
    by_hand = own("16x16x64 | 3x3,64 bn relu 3x3,64 bn | id | relu", "2, 2, 2 | 1, 2, 4 | 1, 2, 2")
    assert by_hand == own(by_hand.block, USUAL_PLAN)
    assert own(USUAL_BLOCK).spec().title == "Own block, 6 times"


def test_without_shortcut_it_says_so_in_name_and_title() -> None:
    spec = own(blocktext.write(plain(basic_block(64)), SHAPE), "1~1~1").spec()
    assert spec.name.startswith("plain_own_")
    assert spec.title == "Plain own block, once"


@pytest.mark.parametrize(
    ("block", "plan", "sentence"),
    [
        ("<script>", USUAL_PLAN, "A block begins with the shape"),
        (USUAL_BLOCK, "<script>", "A stage plan is written as"),
        ("16x16x64~3x3-32~id", USUAL_PLAN, "cannot be stacked so: in conv2_block1_add"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(block: str, plan: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Architecture(OWN, block=block, plan=plan).spec()
