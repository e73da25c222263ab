"""Paper and scanner: ranges, types, and that ink stays visible."""

from __future__ import annotations

import numpy as np

from digitnet.synthesis.paper import background, lay_ink, rulings, scan


def test_paper_is_light_and_of_the_shape_asked() -> None:
    rng = np.random.default_rng(0)
    papers = [background(rng, (48, 100)) for _ in range(40)]
    assert all(paper.shape == (48, 100) and paper.dtype == np.float32 for paper in papers)
    means = [float(paper.mean()) for paper in papers]
    assert min(means) > 80
    assert max(means) > 230  # some is white
    assert max(float(paper.std()) for paper in papers) > 5  # some is patterned


def test_ink_darkens_the_paper_where_it_is() -> None:
    ink = np.zeros((48, 100), np.float32)
    ink[10:30, 20:60] = 1
    for seed in range(20):
        image = lay_ink(np.random.default_rng(seed), np.full((48, 100), 200, np.float32), ink)
        assert image[20, 40] < 190
        assert image[40, 80] == 200


def test_rulings_come_now_and_then() -> None:
    rng = np.random.default_rng(0)
    drawn = [bool(rulings(rng, (48, 192)).max() > 0.1) for _ in range(100)]
    assert 30 < sum(drawn) < 75


def test_a_scan_is_a_grey_picture_that_keeps_the_stroke() -> None:
    for seed in range(30):
        image = np.full((48, 100), 230, np.float32)
        image[10:40, 48:54] = 40
        pixels = scan(np.random.default_rng(seed), image, detail=30)
        assert pixels.shape == (48, 100)
        assert pixels.dtype == np.uint8
        assert pixels[15:30, 49:53].mean() < pixels[15:30, 10:30].mean() - 60, seed
