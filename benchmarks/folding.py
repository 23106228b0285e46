"""Folding the map of the deepest networks, which the page server does without TensorFlow."""

from __future__ import annotations

import json

from benchmarks.figure import Figure, median_ms
from resnet_core.figures.network_map import NetworkMap
from resnet_core.network.accounting import account
from resnet_core.network.catalogue import network
from resnet_core.network.parts import paired, tree
from resnet_core.ui.map_tree import FOLDS, levels_of

NAMES = ("resnet152", "cifar_resnet110")


def bench() -> list[Figure]:
    """Draw every fold, for the first time and again; the reference is accounting for the same network."""
    return [figure for name in NAMES for figure in _folds(name)]


def _folds(name: str) -> list[Figure]:
    spec = network(name)
    counted = median_ms(lambda: account.__wrapped__(spec))
    against = "accounting for it"

    def afresh() -> NetworkMap:  # as for the first person who opens the page
        return NetworkMap(paired(tree.__wrapped__(spec)), [spec])

    kept, levels, figures = afresh(), levels_of(afresh().root), []
    for fold, words in FOLDS.items():
        label = f"{spec.title}, open to {words.lower()}"
        figures += [
            Figure(label, median_ms(lambda: afresh().html(levels[fold])), "ms", counted, against),  # noqa: B023
            Figure(f"{label}, again", median_ms(lambda: kept.html(levels[fold])), "ms", counted, against),  # noqa: B023
        ]
    sent = len(json.dumps(kept.html(levels["layers"]))) / 1e3
    return [*figures, Figure(f"{spec.title}, sent for all layers", sent, "kB")]
