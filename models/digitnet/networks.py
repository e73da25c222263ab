"""The networks, each on one screen of Keras; needs the extra `train`."""

from __future__ import annotations

import keras
from keras import layers

from digitnet.strip_format import BLANK, CENTER_CHANNELS, HEIGHT, STRIDE


def mlp() -> keras.Model:
    """Make the multilayer network: two hidden layers of 512 with dropout.

    Input (N, 28, 28, 1) float32, 0 paper to 1 ink; output (N, 10) probabilities.
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(512, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ],
        name="mlp",
    )


def lenet() -> keras.Model:
    """Make the small convolutional network after LeNet (LeCun et al. 1998).

    Input (N, 28, 28, 1) float32, 0 paper to 1 ink; output (N, 10) probabilities.
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ],
        name="lenet",
    )


def block(
    x: keras.KerasTensor, channels: int, kernel: int | tuple[int, int] = 3, stride: int = 1
) -> keras.KerasTensor:
    """Add a convolution with normalization and ReLU; `x` is (N, H, W, C)."""
    x = layers.Conv2D(channels, kernel, strides=stride, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.98)(x))


def glyph() -> keras.Model:
    """Make the glyph network: is this crop one whole digit, which, and printed or handwritten.

    Input (N, 28, 28, 1) float32, 0 paper to 1 ink; raw logits out: `digit` (N, 11), where
    class 10 is `not one whole digit`, and `printed` (N, 1). 0.38 M parameters, 7.4 M
    multiply-adds. Each head has a hidden layer of its own: what a glyph says and who made it
    hang on different traits.
    """

    def head(x: keras.KerasTensor, hidden: int, outputs: int, name: str) -> keras.KerasTensor:
        x = layers.Dropout(0.2)(layers.Dense(hidden, activation="relu")(x))
        return layers.Dense(outputs, name=name, dtype="float32")(x)

    image = keras.Input((28, 28, 1), name="image")
    x = block(image, 16)
    x = block(x, 32, stride=2)
    x = block(x, 32)
    x = block(x, 64, stride=2)
    x = block(x, 64)
    x = block(x, 80, stride=2)
    x = layers.Add()([x, block(x, 80)])
    x = layers.Dropout(0.2)(layers.Flatten()(x))
    digit, printed = head(x, 112, 11, "digit"), head(x, 48, 1, "printed")
    return keras.Model(image, {"digit": digit, "printed": printed}, name="glyph")


def quick() -> keras.Model:
    """Make the quick network: says in a tenth of the time what the glyph network mostly would.

    Input and outputs are those of `glyph`; 0.12 M parameters, 1.0 M multiply-adds.
    """
    image = keras.Input((28, 28, 1), name="image")
    x = block(block(image, 16, stride=2), 32, stride=2)
    x = layers.Flatten()(block(block(x, 32), 64, stride=2))
    digit = layers.Dense(11, name="digit")(layers.Dense(64, activation="relu")(x))
    printed = layers.Dense(1, name="printed")(layers.Dense(24, activation="relu")(x))
    return keras.Model(image, {"digit": digit, "printed": printed}, name="quick")


def strip(channels: tuple[int, int, int] = (32, 80, 144)) -> keras.Model:
    """Make the strip network: fully convolutional, a center head and a CTC head.

    Input (N, 48, W, 1) float32 from `strip_format.normalize`, W a multiple of 8; raw logits out:
    `center` (N, 12, W/4, 16) and `ctc` (N, W/4, 11), channels as in `strip_format`.
    """
    fine, middle, coarse = channels

    def residual(x: keras.KerasTensor, width: int) -> keras.KerasTensor:
        y = layers.Conv2D(width, 3, padding="same", use_bias=False)(block(x, width))
        y = layers.BatchNormalization(momentum=0.98)(y)
        return layers.ReLU()(layers.Add()([x, y]))

    image = keras.Input((HEIGHT, None, 1))
    x = block(block(image, fine, 5, 2), fine)  # 24 rows
    x = skip = residual(block(x, middle, 3, 2), middle)  # 12
    x = block(x, coarse, 3, 2)  # 6: here a cell sees a whole digit and its neighbours
    for _ in range(3):
        x = residual(x, coarse)
    x = layers.UpSampling2D(2)(block(x, middle, 1))
    x = block(layers.Add()([skip, x]), middle + 8)  # 12
    center = layers.Conv2D(
        CENTER_CHANNELS,
        1,
        name="center",
        bias_initializer=keras.initializers.Constant([-3.0] + [0.0] * (CENTER_CHANNELS - 1)),
    )(block(x, middle))
    column = layers.Conv2D(coarse, (HEIGHT // STRIDE, 1), use_bias=False)(x)  # 1 row
    column = layers.ReLU()(layers.BatchNormalization(momentum=0.98)(column))
    column = layers.Dropout(0.1)(block(column, coarse, (1, 5)))
    ctc = layers.Conv2D(BLANK + 1, 1)(column)
    ctc = layers.Reshape((-1, BLANK + 1), name="ctc")(ctc)
    return keras.Model(image, {"center": center, "ctc": ctc}, name="strip")
