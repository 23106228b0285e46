"""What needs no TensorFlow: describing the largest network, against building it in Keras."""

from __future__ import annotations

from benchmarks.figure import Figure, median_ms
from resnet_core.network.accounting import account
from resnet_core.network.catalogue import network
from resnet_core.network.source import source


def bench() -> list[Figure]:
    """Describe, account and write the source of ResNet-152; the reference is building it in Keras once."""
    from resnet_core.network.model import keras_model

    spec = network("resnet152", size=224, classes=1000)
    account_afresh = getattr(account, "__wrapped__", account)
    built = median_ms(lambda: keras_model(spec), times=1)
    against = "building it in Keras"
    return [
        Figure("describe ResNet-152", median_ms(lambda: network("resnet152")), "ms", built, against),
        Figure("account for ResNet-152", median_ms(lambda: account_afresh(spec)), "ms", built, against),
        Figure("source of ResNet-152", median_ms(lambda: source(spec)), "ms", built, against),
    ]
