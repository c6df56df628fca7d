"""The dashboard shows what the store exports."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx

from tests.conftest import ROOT
from tests.integration.impl.conftest import new_order

BOARD = json.loads((ROOT / "deploy" / "grafana" / "store.json").read_text())
METRIC = re.compile(r"\b([a-z]+(?:_[a-z]+){1,})\{")


def test_every_metric_on_the_dashboard_is_exported(store: Any, v2: Any, mug: Any) -> None:
    """A renamed metric would leave a panel empty, which nobody notices until it matters."""
    # A series begins with the first call.
    v2.orders.place_order(body=new_order(mug.parsed.id))
    exported = httpx.get(f"{store.url}/metrics").text
    names = set(re.findall(r"^([a-z_]+)[{ ]", exported, re.MULTILINE))
    for panel in BOARD["panels"]:
        for target in panel["targets"]:
            used = METRIC.findall(target["expr"])
            assert used, target["expr"]
            assert set(used) <= names, panel["title"]


def test_panels_do_not_overlap() -> None:
    """Each has an id and a place of its own."""
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in BOARD["panels"]]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in BOARD["panels"]})
