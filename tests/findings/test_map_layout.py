"""Where the map puts mentions when they are too many for t-SNE itself, and the marks that it puts there."""

from __future__ import annotations

import numpy as np
import pytest
from small_study import MENTIONS, PAPERS, make_study
from threadpoolctl import threadpool_limits

from analysis.charts.markers import marker_path
from analysis.findings import layout
from analysis.inventory.inventory import Inventory, Sense, load_inventory
from analysis.inventory.palette import palette_of
from analysis.report.page_data import page_data


def test_mentions_beyond_the_sample_lie_in_their_own_cluster(monkeypatch):
    monkeypatch.setattr(layout, "MANY", 60)
    rng = np.random.default_rng(0)
    cluster = np.repeat([0, 1], 60)
    vectors = (np.eye(2, 8)[cluster] * 5 + rng.normal(size=(120, 8)) * 0.1).astype("float32")
    places = layout.layout(vectors)
    assert places.min() == 0 and places.max() == layout.SIDE
    assert (places == layout.layout(vectors)).all()
    centres = np.array([np.median(places[cluster == side], axis=0) for side in (0, 1)])
    nearest = np.linalg.norm(places[:, None] - centres[None], axis=2).argmin(axis=1)
    assert (nearest == cluster).all()


@pytest.mark.parametrize("threads", [2, 4])
def test_places_are_the_same_on_any_number_of_threads(threads):
    vectors = np.random.default_rng(0).normal(size=(300, 96)).astype("float32")
    with threadpool_limits(threads):
        places = layout.layout(vectors)
    assert (places == layout.layout(vectors)).all()


def test_no_two_senses_share_a_shape_so_that_the_map_can_be_read_without_colour():
    induced = Inventory("x", tuple(Sense(f"sense-{i}", "", "") for i in range(12)))
    for inventory in (load_inventory(), induced):
        looks = palette_of(inventory)  # with unclear
        assert len({marker_path(look.marker) for look in looks.values()}) == len(looks)


def test_markers_fill_their_square_and_point_as_in_matplotlib():
    assert marker_path("s") == "M-1 1L1 1L1 -1L-1 -1Z"
    assert marker_path("^") == "M0 -1L-1 1L1 1Z", "y runs downwards"
    assert marker_path("D") == "M0 1L1 0L0 -1L-1 0Z", "wider than the others in matplotlib"
    assert marker_path("no marker") == marker_path("o")
    assert marker_path("bowtie") == "M-1 -1L-1 1L1 -1L1 1Z", "matplotlib has none"


def test_pages_name_stances_in_the_order_of_the_inventory(tmp_path):
    data = page_data(make_study(tmp_path / "s.study", PAPERS, MENTIONS))
    assert data.stances == ["mitigate", "measure", "exploit", "mention"]
