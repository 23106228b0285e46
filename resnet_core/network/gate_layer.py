"""A layer that Keras does not bring: a gate that is learnt."""

from __future__ import annotations

import keras


@keras.saving.register_keras_serializable(package="resnet_explainer")
class Gate(keras.layers.Layer):
    """Multiply x by g(x) or 1 - g(x); g is the sigmoid of a 1x1 convolution (He et al. 2016, section 3.1)."""

    def __init__(
        self, bias: float, complement: bool, kernel_initializer: object = "he_normal", **kwargs: object
    ) -> None:
        """Begin with all biases at `bias`; other arguments are those of every Keras layer."""
        super().__init__(**kwargs)
        self.start = bias
        self.complement = complement
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights for maps (batch, height, width, channels)."""
        channels = input_shape[-1]
        start = keras.initializers.Constant(self.start)
        self.kernel = self.add_weight((1, 1, channels, channels), self.kernel_initializer, name="kernel")
        self.bias = self.add_weight((channels,), start, name="bias")

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Return `g(x) * x`, or `(1 - g(x)) * x`; 1 - sigmoid(z) is sigmoid(-z)."""
        z = keras.ops.conv(x, self.kernel) + self.bias
        return keras.ops.sigmoid(-z if self.complement else z) * x

    def get_config(self) -> dict:
        """What `from_config` needs to make the layer again."""
        kernel = keras.initializers.serialize(self.kernel_initializer)
        own = {"bias": self.start, "complement": self.complement, "kernel_initializer": kernel}
        return {**super().get_config(), **own}
