"""A block stacked into a network: what keeps the shape, what changes it, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnet_core.network.accounting import account
from resnet_core.network.blocks import (
    CIFAR,
    basic_block,
    convolutional_block,
    identity_block,
    plain,
    preactivation,
)
from resnet_core.network.catalogue import network
from resnet_core.network.spec import BatchNorm, BlockSpec, Conv, Scale
from resnet_core.network.stacking import StagePlan, stack

SHAPE = (16, 16, 64)
BLOCKS = {
    "identity": identity_block((16, 16, 64)),
    "convolutional": convolutional_block((16, 16, 64)),
    "basic": basic_block(64),
    "option A": basic_block(64, 2, "A"),
    "option B": basic_block(64, 2, "B"),
    "plain": plain(basic_block(64)),
    "full pre-activation": preactivation(basic_block(64)),
    "scaled": replace(basic_block(64), shortcut=(Scale(0.5),)),
    "grouped": BlockSpec((Conv(64, 3, groups=8), BatchNorm()), ()),
}
PLANS = st.integers(1, 3).flatmap(
    lambda n: st.builds(
        StagePlan,
        st.tuples(*[st.integers(1, 3)] * n),
        st.tuples(*[st.sampled_from((0.25, 0.5, 1.0, 2.0))] * n),
        st.tuples(*[st.integers(1, 2)] * n),
        st.sampled_from(("large", "small")),
    )
)


@given(st.sampled_from(sorted(BLOCKS)), PLANS)
def test_every_stage_has_the_shape_of_the_plan(name: str, plan: StagePlan) -> None:
    if name == "option A" and list(plan.widths) != sorted(plan.widths):
        with pytest.raises(ValueError, match="zero padding cannot make"):
            stack(BLOCKS[name], SHAPE, plan)
        return
    counted = account(stack(BLOCKS[name], SHAPE, plan, size=64))
    side = 16 if plan.stem == "large" else 64
    for stage, repeats, width, stride in zip(
        counted.stages, plan.repeats, plan.widths, plan.strides, strict=True
    ):
        side = -(-side // stride)
        assert stage.output_shape == (side, side, round(64 * width))
        assert len(stage.blocks) == repeats
        assert {block.output_shape for block in stage.blocks} == {stage.output_shape}


def test_blocks_that_keep_the_shape_are_the_block_itself() -> None:
    spec = stack(BLOCKS["basic"], SHAPE, StagePlan((3, 3), (1.0, 2.0), (1, 2)))
    assert spec.stages[0].blocks == (BLOCKS["basic"],) * 3
    assert spec.stages[1].blocks[1:] == (basic_block(128),) * 2
    projection = (Conv(128, 1, 2, "valid", False), BatchNorm())
    assert spec.stages[1].blocks[0] == replace(basic_block(128, 2), shortcut=projection)


def test_the_basic_block_makes_the_branches_of_the_networks_for_cifar() -> None:
    """Shortcuts differ: the catalogue pads with zeros, here a projection changes the shape."""
    spec = stack(
        basic_block(16, 1, "identity", CIFAR), (32, 32, 16), StagePlan((3, 3, 3), stem="small"), size=32
    )
    twin = network("cifar_resnet20", size=32)
    assert [[block.branch for block in stage.blocks] for stage in spec.stages] == [
        [block.branch for block in stage.blocks] for stage in twin.stages
    ]
    assert account(spec).stages[-1].output_shape == account(twin).stages[-1].output_shape


def test_plain_blocks_stay_plain_and_a_scale_stays_on_its_shortcut() -> None:
    plan = StagePlan((2, 2), (1.0, 2.0), (1, 2))
    assert all(block.shortcut is None for block in stack(BLOCKS["plain"], SHAPE, plan).blocks())
    scaled = [block.shortcut for block in stack(BLOCKS["scaled"], SHAPE, plan).blocks()]
    assert all(shortcut is not None and shortcut[-1] == Scale(0.5) for shortcut in scaled)
    assert [len(shortcut or ()) for shortcut in scaled] == [1, 1, 3, 1]


def test_the_same_block_and_plan_have_the_same_name_and_others_another() -> None:
    names = {stack(BLOCKS[name], SHAPE, StagePlan()).name for name in ("basic", "plain", "basic")}
    assert len(names) == 2


def test_width_is_one_more_factor() -> None:
    spec = stack(BLOCKS["identity"], SHAPE, StagePlan(), width=0.25)
    assert [stage.output_shape[2] for stage in account(spec).stages] == [16, 32, 64]
    assert "width 0.25" in spec.title


def test_a_block_whose_sum_does_not_fit_is_refused_with_what_met() -> None:
    wrong = BlockSpec((Conv(48, 3),), ())
    with pytest.raises(ValueError, match=r"cannot be stacked so: in conv2_block1_add: the branch brings"):
        stack(wrong, SHAPE, StagePlan())


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"repeats": ()}, "the number of stages must be a whole number from 1 to 6, got 0"),
        ({"repeats": (1, 2)}, "one value for each stage, got 2, 3 and 3"),
        ({"repeats": (0, 1, 1)}, "repeats must be a whole number from 1 to 50, got 0"),
        ({"widths": (1.0, 2.0, float("nan"))}, "widths must be a number from 0.05 to 64"),
        ({"strides": (1, 2, 9)}, "strides must be a whole number from 1 to 4, got 9"),
        ({"stem": "<b>"}, "stem must be one of large, small"),
    ],
)
def test_plans_out_of_range_are_refused(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        StagePlan(**values)  # type: ignore[arg-type]


def test_a_vector_is_refused() -> None:
    with pytest.raises(ValueError, match="height, width and channels, got"):
        stack(BLOCKS["basic"], (64,), StagePlan())
