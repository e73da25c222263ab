"""What the strip network is to make small: the losses of a batch; needs the extra `train`."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from digitnet.strip_format import BLANK, CLASSES, OBJECTNESS, OFFSETS, PRINTED, SIZES

Losses = dict[str, "tf.Tensor"]


def losses(
    outputs: Losses,
    near: tf.Tensor,
    exact: tf.Tensor,
    value: tf.Tensor,
    place: tf.Tensor,
    printed: tf.Tensor,
    sequence: tf.SparseTensor,
) -> Losses:
    """Compute the losses of a batch: where, which, how large and of what kind a digit is, and CTC.

    The first is the penalty-reduced focal loss of CornerNet (Law and Deng, ECCV 2018).
    """
    center = tf.cast(outputs["center"], tf.float32)
    columns = tf.cast(outputs["ctc"], tf.float32)
    found = tf.clip_by_value(tf.sigmoid(center[..., OBJECTNESS]), 1e-5, 1 - 1e-5)
    focal = exact * (1 - found) ** 2 * tf.math.log(found)
    focal += (1 - exact) * (1 - near) ** 4 * found**2 * tf.math.log(1 - found)
    weight = tf.where(near > 0.35, near, 0.0)
    total = tf.reduce_sum(weight) + 1e-3
    wrong = tf.nn.sparse_softmax_cross_entropy_with_logits(value, center[..., CLASSES])
    predicted = tf.concat([center[..., OFFSETS], center[..., SIZES]], -1)
    off = tf.reduce_sum(tf.abs(place - predicted), -1)
    kind = tf.nn.sigmoid_cross_entropy_with_logits(printed, center[..., PRINTED])
    batch, length = tf.shape(columns)[0], tf.shape(columns)[1]
    by_time = tf.transpose(columns, [1, 0, 2])
    read = tf.nn.ctc_loss(sequence, by_time, None, tf.fill([batch], length), blank_index=BLANK)
    # TensorFlow's CTC takes no empty sequence: those rows carry one label that is not used.
    blank = -tf.reduce_sum(tf.nn.log_softmax(columns)[:, :, BLANK], 1)
    read = tf.where(tf.reduce_sum(exact, [1, 2]) > 0, read, blank)
    read = tf.where(tf.math.is_finite(read), tf.minimum(read, 200.0), 0.0)
    return {
        "where": -tf.reduce_sum(focal) / tf.maximum(tf.reduce_sum(exact), 1.0),
        "which": tf.reduce_sum(weight * wrong) / total,
        "size": tf.reduce_sum(weight * off) / total,
        "kind": tf.reduce_sum(weight * kind) / total,
        "ctc": tf.reduce_mean(read),
    }


WEIGHTS = {"where": 1.0, "which": 1.2, "size": 1.0, "kind": 0.6, "ctc": 0.35}


def sequences(values: list[list[int]]) -> tf.SparseTensor:
    """Pack the digits of each strip for CTC; a strip without any gets one 0 (see `losses`)."""
    filled = [row or [0] for row in values]
    places = [(i, j) for i, row in enumerate(filled) for j in range(len(row))]
    flat = np.array([v for row in filled for v in row], np.int32)
    longest = max(map(len, filled))
    return tf.SparseTensor(np.array(places, np.int64), flat, [len(filled), longest])
