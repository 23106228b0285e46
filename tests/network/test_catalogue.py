"""The catalogue against the figures of He et al. 2015 and of `keras.applications`."""

from __future__ import annotations

from typing import Any

import pytest

from resnet_core.network import blocks
from resnet_core.network.accounting import account
from resnet_core.network.catalogue import NAMES, TABLE_6, network, plain_twin, with_batch_norm
from resnet_core.network.graph import walk
from resnet_core.network.shapes import ShapeError
from resnet_core.network.spec import Add, BatchNorm, BlockSpec, Conv, Dense

SMALL_NAMES = [name for name in NAMES if "1202" not in name]


def test_resnet50_with_six_classes_has_the_known_parameters() -> None:
    for name in ("resnet50", "notebook_resnet50"):
        counted = account(network(name))
        assert (counted.parameters, counted.trainable) == (23_600_006, 23_546_886)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("resnet50", 25_636_712),
        ("resnet101", 44_707_176),
        ("resnet152", 60_419_944),
        # The same convolutions in pre-activation order: what keras.applications counts for version 2.
        ("preact_resnet50", 25_613_800),
        ("preact_resnet101", 44_675_560),
        ("preact_resnet152", 60_380_648),
    ],
)
def test_parameters_with_the_imagenet_head(name: str, parameters: int) -> None:
    assert account(network(name, size=224, classes=1000)).parameters == parameters


@pytest.mark.parametrize(
    ("depth", "millions"), [(20, 0.27), (32, 0.46), (44, 0.66), (56, 0.85), (110, 1.7), (1202, 19.4)]
)
def test_parameters_of_table_6(depth: int, millions: float) -> None:
    """The paper rounds; trained parameters agree within half of its last digit."""
    trained = account(network(f"cifar_resnet{depth}", size=32, classes=10)).trainable / 1e6
    assert trained == pytest.approx(millions, abs=0.05 if millions >= 1 else 0.005)


@pytest.mark.parametrize(("depth", "billions"), [(18, 1.8), (34, 3.6), (50, 3.8), (101, 7.6), (152, 11.3)])
def test_multiply_adds_of_table_1(depth: int, billions: float) -> None:
    """Within one unit of the paper's last digit: it cuts 3.858 to 3.8 and 3.66 to 3.6, but rounds 7.57."""
    counted = account(network(f"resnet{depth}", size=224, classes=1000)).multiply_adds / 1e9
    assert counted == pytest.approx(billions, abs=0.1)


def test_multiply_adds_follow_the_area_of_the_picture() -> None:
    """3.858e9 at 224 (stride on the first 1x1); at 64 every map has (64 / 224) squared of the pixels."""
    large = account(network("resnet50", size=224, classes=1000)).multiply_adds
    assert large == 3_857_973_248
    convolutions = (large - 2048 * 1000) * 64**2 // 224**2
    assert account(network("resnet50")).multiply_adds == convolutions + 2048 * 6


def test_stages_of_table_1() -> None:
    counted = account(network("resnet50", size=224, classes=1000))
    assert [stage.output_shape for stage in counted.stages] == [
        (56, 56, 256),
        (28, 28, 512),
        (14, 14, 1024),
        (7, 7, 2048),
    ]
    assert [len(stage.blocks) for stage in counted.stages] == [3, 4, 6, 3]


def test_maps_of_the_course_notebook() -> None:
    spec = network("notebook_resnet50")
    counted = account(spec)
    pool = counted.stem.layers[-1].output_shape[0]
    stages = [stage.output_shape[0] for stage in counted.stages]
    assert [spec.input_shape[0], counted.stem.layers[1].output_shape[0], *stages] == [64, 32, 15, 8, 4, 2]
    assert pool == 15


@pytest.mark.parametrize("name", NAMES)
def test_the_depth_in_the_name_counts_the_layers_with_kernels(name: str) -> None:
    """Convolutions and dense layers on the longest path, the projections of shortcuts left out."""
    kernels = [n for n in walk(network(name)) if isinstance(n.layer, (Conv, Dense)) and n.part != "shortcut"]
    assert name.endswith(f"{'resnet' if 'resnet' in name else 'plain'}{len(kernels)}")


@pytest.mark.parametrize("name", [name for name in SMALL_NAMES if "plain" in name])
def test_a_plain_twin_has_the_same_layers_less_the_shortcut(name: str) -> None:
    plain, residual = network(name), network(name.replace("plain", "resnet"))
    assert plain_twin(residual) == plain
    main = [(n.name, n.layer) for n in walk(residual) if n.part not in ("shortcut", "add")]
    assert [(node.name, node.layer) for node in walk(plain)] == main
    assert not any(isinstance(node.layer, Add) for node in walk(plain))
    assert sum(isinstance(node.layer, Add) for node in walk(residual)) == len(list(residual.blocks()))


def test_quarter_width_keeps_the_layers_and_a_sixteenth_of_the_work() -> None:
    full, quarter = account(network("resnet50")), account(network("resnet50", width=0.25))
    assert [layer.name for layer in quarter.layers] == [layer.name for layer in full.layers]
    assert sum(len(stage.blocks) for stage in quarter.stages) == 16
    for wide, narrow in zip(full.stages, quarter.stages, strict=True):
        assert wide.multiply_adds == 16 * narrow.multiply_adds
    # The stem reads three channels at any width, so it keeps a quarter of its work.
    assert full.multiply_adds / quarter.multiply_adds == pytest.approx(14.65, abs=0.01)
    assert quarter.parameters == pytest.approx(1.5e6, rel=0.03)


def test_width_rounds_and_leaves_at_least_one_filter() -> None:
    filters = {n.layer.filters for n in walk(network("resnet50", width=0.01)) if isinstance(n.layer, Conv)}
    assert filters == {1, 3, 5, 10, 20}
    assert network("resnet18", width=1.5).stem[1] == Conv(96, 7, 2, "valid")


def test_preactivation_has_the_convolutions_of_its_original() -> None:
    for depth in (18, 50):
        kernels = [
            [
                (n.name, n.layer.filters, n.layer.stride)
                for n in walk(network(name))
                if isinstance(n.layer, Conv)
            ]
            for name in (f"resnet{depth}", f"preact_resnet{depth}")
        ]
        assert kernels[0] == kernels[1]


def test_preactivation_leaves_the_identity_untouched() -> None:
    """Of every block that does not change the shape, but the first, the shortcut carries x itself."""
    found = list(network("cifar_preact_resnet20").blocks())
    assert [bool(block.entry) for block in found] == [True, False, False] * 3
    assert all(block.exit == () for block in found)
    assert [block.shortcut == () for block in found] == [
        True,
        True,
        True,
        False,
        True,
        True,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("depth", [8, 14, 1202])
def test_every_depth_6n_plus_2_exists(depth: int) -> None:
    assert len(list(network(f"cifar_plain{depth}", size=32).blocks())) == (depth - 2) // 2


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("resnet51", "resnet50"),
        ("ResNet50", "resnet50"),
        ("cifar_resnet21", "cifar_resnet20"),
        ("cifar_resnet1208", "cifar_resnet1202"),
        ("notebook_resnet18", "notebook_resnet50"),
        ("resnet50\n", "resnet50"),
        ("", "resnet18"),
    ],
)
def test_an_unknown_name_is_told_its_neighbours(name: str, nearest: str) -> None:
    with pytest.raises(ValueError, match=f"There is no network named .*; the nearest are .*{nearest}"):
        network(name)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"size": 7}, "size must be a whole number from 8 to 1024, got 7"),
        ({"classes": 1}, "classes must be a whole number from 2 to 10000, got 1"),
        ({"width": 0.0}, "width must be a number from 0.01 to 4, got 0.0"),
        ({"width": float("nan")}, "width must be a number from 0.01 to 4, got nan"),
    ],
)
def test_values_out_of_range_are_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        network("resnet18", **change)


def test_a_picture_too_small_for_the_notebook_is_refused() -> None:
    with pytest.raises(
        ShapeError, match="head_pool1: a window of 2 x 2 does not fit into maps of 1 x 1 x 2048"
    ):
        network("notebook_resnet50", size=32)


def norms(spec_part: BlockSpec) -> list[str]:
    return [layer.gamma for layer in spec_part.branch if isinstance(layer, BatchNorm)]


def test_zero_gamma_starts_residual_blocks_as_the_identity() -> None:
    changed = with_batch_norm(network("resnet50"), zero_gamma=True)
    assert all(norms(block) == ["ones", "ones", "zeros"] for block in changed.blocks())
    assert with_batch_norm(changed, zero_gamma=False) == network("resnet50")


@pytest.mark.parametrize("name", ["plain50", "preact_resnet50"])
def test_zero_gamma_spares_branches_that_it_would_kill(name: str) -> None:
    assert with_batch_norm(network(name), zero_gamma=True) == network(name)


@pytest.mark.parametrize("name", SMALL_NAMES)
def test_momentum_reaches_every_batch_norm_and_nothing_else(name: str) -> None:
    original, changed = network(name), with_batch_norm(network(name), momentum=0.9)
    found = [node.layer for node in walk(changed)]
    assert {layer.momentum for layer in found if isinstance(layer, BatchNorm)} == {0.9}
    assert with_batch_norm(changed, momentum=0.99) == original


def test_an_unknown_shortcut_option_is_refused() -> None:
    with pytest.raises(ValueError, match="option must be one of identity, A, B, got 'D'"):
        blocks.basic_block(16, 2, "D")


def test_table_6_is_in_the_catalogue() -> None:
    assert {f"cifar_resnet{depth}" for depth in TABLE_6} <= set(NAMES)
