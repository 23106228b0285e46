"""The challenges that ship can be solved, begin unsolved, and give hints that tell of the block."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.challenges.called import counted, timed
from resnet_core.challenges.challenge import Challenge, check, faults, judge
from resnet_core.challenges.first_steps import asleep, starts_as_identity, starts_at_zero
from resnet_core.challenges.layer_conditions import CONDITIONS, SameLayersAs
from resnet_core.challenges.text import SHIPPED, load
from resnet_core.network.blocktext import read, write
from resnet_core.network.inspection import inspect
from resnet_core.network.presets import PRESETS
from resnet_core.network.spec import BlockSpec, Shape
from tests.network.strategies import ANY_BLOCK

ALL = {challenge.name: challenge for challenge in load(SHIPPED)}
BUILT = [challenge for challenge in ALL.values() if challenge.start]
ASKED = [challenge for challenge in ALL.values() if challenge.blocks]
SHAPES = st.tuples(*[st.integers(1, 40)] * 3)


def hints(name: str, text: str) -> str:
    return " ".join(check(ALL[name], *read(text)).hints)


def test_there_are_ten_and_more_of_both_kinds_and_no_condition_is_idle() -> None:
    assert len(ALL) >= 10
    assert len(ASKED) == 2
    used = {condition.check for challenge in BUILT for condition in challenge.conditions}
    assert used == set(CONDITIONS)


@pytest.mark.parametrize("challenge", BUILT, ids=lambda one: one.name)
def test_each_is_solved_by_its_solution_and_not_by_its_start(challenge: Challenge) -> None:
    assert faults(challenge) == ()
    assert challenge.start is not None
    assert challenge.solution is not None
    assert not check(challenge, *challenge.start).solved
    assert check(challenge, *challenge.solution).solved
    assert challenge.start[1] == challenge.solution[1]


@pytest.mark.parametrize("challenge", ASKED, ids=lambda one: one.name)
def test_only_the_right_block_with_the_right_reason_answers_a_question(challenge: Challenge) -> None:
    right = [
        (block, reason)
        for block in range(len(challenge.blocks))
        for reason in range(len(challenge.reasons))
        if judge(challenge, block, reason).solved
    ]
    assert len(right) == 1
    wrong = next(i for i, one in enumerate(challenge.blocks) if not one.right)
    assert judge(challenge, wrong, right[0][1]).hints == (challenge.blocks[wrong].hint,)
    for one in (-1, 9):
        with pytest.raises(ValueError, match="A block from 0 to 2 is expected"):
            judge(challenge, one, 0)


@pytest.mark.parametrize("challenge", BUILT, ids=lambda one: one.name)
@given(block=ANY_BLOCK, shape=SHAPES)
def test_any_block_is_judged_and_every_miss_has_a_hint(
    challenge: Challenge, block: BlockSpec, shape: Shape
) -> None:
    verdict = check(challenge, block, shape)
    assert len(verdict.findings) == 1 + len(challenge.conditions)
    assert verdict.solved == (not verdict.hints)
    assert all(hint.endswith(".") and hint[0] != " " for hint in verdict.hints)
    if not inspect(block, shape).fits or shape != (challenge.start or (None, None))[1]:
        assert not verdict.solved


@given(ANY_BLOCK, ANY_BLOCK)
def test_the_same_layers_are_the_same_and_others_are_told_apart(one: BlockSpec, other: BlockSpec) -> None:
    condition = SameLayersAs(write(one, (8, 8, 4)))
    assert not condition.missing(one, (8, 8, 4))
    if kinds(one) != kinds(other):
        assert condition.missing(other, (8, 8, 4))


def kinds(block: BlockSpec) -> list[object]:
    parts = (block.entry, block.branch, block.shortcut, block.exit)
    return [None if part is None else [type(layer) for layer in part] for part in parts]


def test_a_hint_says_which_shapes_met() -> None:
    text = "16x16x64 | 3x3,128,s2 bn relu 3x3,128 bn | id | relu"
    seen = inspect(*read(text))
    assert seen.addition is not None
    branch, shortcut = seen.addition.inputs
    assert (branch, shortcut) == ((8, 8, 128), (16, 16, 64))
    assert "the branch brings 8×8×128, the shortcut 16×16×64" in hints("halve", text)


def test_a_hint_counts_what_is_too_many() -> None:
    text = "16x16x64 | 3x3,64,nobias bn relu 3x3,72,nobias bn 1x1,64,nobias | id | relu"
    seen = inspect(*read(text))
    total, largest = seen.totals.parameters, max(view.parameters for view in seen.layers)
    said = hints("small", text)
    assert f"{counted(total)} parameters, {counted(total - 69_999)} too many" in said
    assert f"{counted(largest)}, are in the 3×3 convolution with 72 filters, layer 4 of the branch" in said


def test_a_hint_says_how_far_a_block_sees() -> None:
    text = "16x16x64 | 1x1,64 bn relu 3x3,64 bn | id | relu"
    assert inspect(*read(text)).totals.receptive_field == 3
    assert "depends on 3×3 pixels of x. The branch has windows of 1 and 3 pixels a side" in hints(
        "small", text
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "15x15x256 | 1x1,64 bn relu | id | relu",
            "All before layer 4 of the branch is right. 5 layers are missing",
        ),
        ("15x15x256 | 1x1,64 relu bn | id", "The ReLU there should be another kind of layer"),
        ("15x15x256 | 1x1,32 bn | id", "layer 1 of the branch, is of the right kind; look at its filters"),
        (
            "15x15x256 | 1x1,64 bn relu 3x3,64 bn relu 1x1,256 bn relu | id | relu",
            "The ReLU, layer 9 of the branch, is one layer too many",
        ),
        ("15x15x256 | 1x1,64 bn relu 3x3,64 bn relu 1x1,256 bn | plain | relu", "no shortcut"),
        ("8x8x256 | 1x1,64 bn relu 3x3,64 bn relu 1x1,256 bn | id | relu", "8×8×256 enters now"),
    ],
)
def test_rebuilding_is_led_to_the_first_difference_without_the_answer(text: str, said: str) -> None:
    found = hints("identity", text)
    assert said in found
    assert "1×1 convolution with 64" not in found


def test_the_courses_own_block_solves_the_first() -> None:
    preset = PRESETS["identity_block"]
    assert check(ALL["identity"], preset.block, preset.shape).solved


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("subtract", "16x16x64 | 3x3,64,nobias bn relu 3x3,64,nobias bn tanh | id | relu"),
        ("halve", "16x16x64 | 3x3,128 bn relu 3x3,128,s2 bn | avgpool,2 1x1,128 | relu"),
        ("free_shortcut", "16x16x64 | 3x3,128,s2 bn relu 3x3,128 bn | maxpool,2 zeros,128 | relu"),
        ("half", "16x16x256 | 1x1,64 bn relu 3x3,64,g64 bn relu 1x1,256,g4 bn | id | relu"),
        ("zero_start", "16x16x64 | 3x3,64 relu 3x3,64 scale,0,learn | id | relu"),
        ("preactivation", "16x16x64 | bn relu 3x3,64 bn relu 3x3,64 bn relu 3x3,64 | id"),
    ],
)
def test_other_ways_are_taken_too(name: str, text: str) -> None:
    assert hints(name, text) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("16x16x64 | 3x3,64 bn relu 3x3,64 bn,zeros relu | id", "a ReLU reads only zeros"),
        ("16x16x64 | 3x3,64 bn relu 3x3,64 bn scale,0 | id", "a fixed scale of 0 stays 0"),
        ("16x16x64 | 3x3,64 3x3,64 bn,zeros scale,0,learn | id", "each waits for the other to move"),
        ("16x16x64 | 3x3,64 bn relu 3x3,64 bn | id", "the branch ends with a batch norm"),
        ("16x16x64 | 3x3,64 bn relu 3x3,64 bn,zeros | 1x1,64", "x meets a 1×1 convolution with 64 filters"),
    ],
)
def test_what_keeps_a_block_from_waking_is_said(text: str, said: str) -> None:
    assert said in hints("zero_start", text)


def test_what_the_questions_say_of_their_blocks_is_so() -> None:
    for answer in ALL["which_fails"].blocks:
        seen = inspect(answer.block, answer.shape)
        assert seen.fits
        assert not starts_at_zero(answer.block)
        assert timed(seen.output or ()) == "16×16×64"
    costs = [inspect(one.block, one.shape).totals.parameters for one in ALL["which_fails"].blocks]
    assert costs[0] == costs[1] < costs[2]
    sleeping = ALL["which_sleeps"].blocks
    assert all(starts_as_identity(one.block) for one in sleeping)
    assert [one.right for one in sleeping] == [bool(asleep(one.block)) for one in sleeping]
