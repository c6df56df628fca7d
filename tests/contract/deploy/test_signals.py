"""What is asked of Prometheus is what the store exports: alerts, dashboard and autoscalers."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
import yaml

import accord.downstream.metrics
from tests.contract.deploy.manifests import DEPLOY, containers, one, settings

OTHERS = {"up", "kube_job_status_failed"}  # Prometheus' own, and kube-state-metrics'
OPERATORS = {"and", "or"}


def test_keda_is_valid_in_place_of_hpa() -> None:
    """Both scale the same Deployment between the same bounds, and only one of them is used."""
    scaled, hpa = one("ScaledObject")["spec"], one("HorizontalPodAutoscaler")["spec"]
    bounds = (scaled["minReplicaCount"], scaled["maxReplicaCount"])
    assert bounds == (hpa["minReplicas"], hpa["maxReplicas"])
    assert scaled["scaleTargetRef"]["name"] == hpa["scaleTargetRef"]["name"] == "store"
    production = yaml.safe_load((DEPLOY / "overlays/production/kustomization.yaml").read_text())
    assert [name for name in production["components"] if "scaling" in name] == ["../../scaling/hpa"]


def rules() -> list[dict[str, Any]]:
    """The records and alerts of all groups."""
    groups = one("PrometheusRule")["spec"]["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    """What alerts, dashboard and autoscalers ask for."""
    board = json.loads((DEPLOY / "grafana/store.json").read_text())
    autoscaler = one("HorizontalPodAutoscaler")["spec"]
    return [
        *(rule["expr"] for rule in rules()),
        *(target["expr"] for panel in board["panels"] for target in panel["targets"]),
        *(trigger["metadata"]["query"] for trigger in one("ScaledObject")["spec"]["triggers"]),
        *(metric["pods"]["metric"]["name"] for metric in autoscaler["metrics"]),
    ]


@pytest.mark.slow
def test_every_metric_that_is_asked_for_exists(store: Any) -> None:
    """Alerts, dashboard and autoscalers name only what the store exports, what a rule records, or
    what others are known to export."""
    text = httpx.get(f"{store.url}/metrics").text
    exported = documented() | set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    known = exported | recorded | OTHERS | OPERATORS
    for expression in expressions():
        bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^]]*\]|\b(?:by|without) *\([^)]*\)', "", expression)
        asked = re.findall(r"[a-z][a-z0-9_:]*(?![a-z0-9_:]* *\()", bare)
        assert asked, expression
        for name in asked:
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            assert name in known or family in known, (name, expression)


def documented() -> set[str]:
    """The metrics of calls to other services, by their names in the collector's module."""
    text = accord.downstream.metrics.__doc__ or ""
    return set(re.findall(r"\b(downstream_[a-z_]+)\{", text))


def test_alerts_say_what_to_do_with_them() -> None:
    """Each has a severity and a summary, and the limits that they speak of are the real ones."""
    alerts = {rule["alert"]: rule for rule in rules() if "alert" in rule}
    for rule in alerts.values():
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"]
    limit = int(settings(DEPLOY / "base/settings.env")["STORE_LIMIT_CONCURRENCY"])
    assert alerts["StoreNearlyFull"]["expr"].endswith(f"> {limit * 8 // 10}")
    memory = containers(one("Deployment"))[0]["resources"]["limits"]["memory"]
    assert memory.removesuffix("Mi") in alerts["StoreMemory"]["expr"]
