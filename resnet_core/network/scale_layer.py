"""A layer that Keras does not bring: a number that is learnt."""

from __future__ import annotations

import keras


@keras.saving.register_keras_serializable(package="resnet_explainer")
class Scale(keras.layers.Layer):
    """Multiply by one learnable number (SkipInit, De and Smith 2020; ReZero, Bachlechner et al. 2020)."""

    def __init__(self, value: float, **kwargs: object) -> None:
        """Begin at `value`; other arguments are those of every Keras layer."""
        super().__init__(**kwargs)
        self.value = value
        self.scale = self.add_weight(shape=(), initializer=keras.initializers.Constant(value), name="scale")

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Return `scale * x`."""
        return self.scale * x

    def get_config(self) -> dict:
        """What `from_config` needs to make the layer again."""
        return {**super().get_config(), "value": self.value}
