"""The dashboard shows what the store exports."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import httpx

from tests.conftest import ROOT
from tests.integration.impl.conftest import item_body, order_body

BOARD = json.loads((ROOT / "deploy" / "grafana" / "store.json").read_text())
METRIC = re.compile(r"\b([a-z]+(?:_[a-z]+){1,})\{")


def test_every_metric_on_the_dashboard_is_exported(store: Any) -> None:
    """A renamed metric would leave a panel empty, which nobody notices until it matters."""
    bearer = {"authorization": f"Bearer {store.token}"}
    item = httpx.post(f"{store.url}/v2/items", json=item_body(), headers=bearer).json()
    # A series begins with the first call.
    httpx.post(
        f"{store.url}/v2/orders",
        json=order_body(item["id"]),
        headers=bearer | {"idempotency-key": uuid4().hex},
    )
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
