"""What needs no TensorFlow: describing the largest network, against building it in Keras."""

from __future__ import annotations

from benchmarks.figure import Figure, median_ms
from resnet_core.network.accounting import account
from resnet_core.network.catalogue import network
from resnet_core.network.source import source
from resnet_core.network.spec import NetworkSpec


def bench() -> list[Figure]:
    """Describe, account and write the source of ResNet-152; the reference is building it in Keras once."""
    from resnet_core.network.model import keras_model

    def describe_afresh() -> NetworkSpec:  # without the cache, as for the first person who asks
        return network.__wrapped__("resnet152", size=224, classes=1000)

    spec = describe_afresh()
    built = median_ms(lambda: keras_model(spec), times=1)
    against = "building it in Keras"
    return [
        Figure("describe ResNet-152", median_ms(describe_afresh), "ms", built, against),
        Figure("account for ResNet-152", median_ms(lambda: account.__wrapped__(spec)), "ms", built, against),
        Figure("source of ResNet-152", median_ms(lambda: source.__wrapped__(spec)), "ms", built, against),
    ]
