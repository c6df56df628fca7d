"""The pods: their times add up, their probes are answered, they are locked down and found."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from impl.settings import PREFIX, Settings
from tests.contract.deploy.dockerfile import read
from tests.contract.deploy.manifests import DEPLOY, ROOT, containers, one, settings

HANDING_OVER_S = 15
SPARE_S = 5


@pytest.mark.parametrize("overlay", ["base", "production"])
def test_the_times_add_up(overlay: str) -> None:
    """A replica that stops has the time for all that it has promised, and the ingress waits a
    little longer than the store lets a request take."""
    given = settings(DEPLOY / "base/settings.env")
    if overlay != "base":
        given |= settings(DEPLOY / "overlays" / overlay / "settings.env")
    chosen = Settings(
        development=True,
        **{name.removeprefix(PREFIX).lower(): value for name, value in given.items()},
    )
    pod = one("Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    pre_stop = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    needed = pre_stop + chosen.shutdown_timeout + HANDING_OVER_S + SPARE_S
    assert pod["terminationGracePeriodSeconds"] == needed

    readiness = container["readinessProbe"]
    assert pre_stop >= readiness["periodSeconds"], "or traffic comes to a replica that is gone"
    assert chosen.request_timeout <= chosen.longest_request_timeout <= chosen.shutdown_timeout
    assert chosen.placement_timeout <= chosen.longest_request_timeout
    ingress = one("Ingress")["metadata"]["annotations"]
    waits = int(ingress["nginx.ingress.kubernetes.io/proxy-read-timeout"])
    assert chosen.longest_request_timeout < waits
    assert chosen.keep_alive > 60, "nginx keeps idle connections for 60 s"

    startup = container["startupProbe"]
    starts = startup["periodSeconds"] * startup["failureThreshold"]
    assert starts < one("Deployment")["spec"]["progressDeadlineSeconds"]
    for probe in (startup, readiness, container["livenessProbe"]):
        assert probe["timeoutSeconds"] <= probe["periodSeconds"]


@pytest.mark.slow
def test_probes_ask_what_the_store_answers(store: Any) -> None:
    """Each probe's path is one of the health routes; the port is the image's."""
    (container,) = containers(one("Deployment"))
    expected = {"startup": "startup", "readiness": "ready", "liveness": "live"}
    for name, check in expected.items():
        asked = container[f"{name}Probe"]["httpGet"]
        assert asked == {"path": f"/health/{check}", "port": "http"}
        assert httpx.get(f"{store.url}{asked['path']}").status_code == 200
    (port,) = container["ports"]
    _, stages = read(ROOT / "Dockerfile")
    assert f"STORE_PORT={port['containerPort']}" in {
        word for one in stages["store"].of("ENV") for word in one.words
    }


def test_pods_are_locked_down() -> None:
    """Not root but the image's user, a read-only root, no capability, no token, and no variables
    of Services, of which STORE_PORT would be one."""
    _, stages = read(ROOT / "Dockerfile")
    user = int(stages["runtime"].of("USER")[0].text.split(":")[0])
    for kind, name in (("Deployment", "store"), ("Job", "store-migrate")):
        pod = one(kind, name)["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == user
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert "memory" in container["resources"]["limits"]
            assert "cpu" not in container["resources"]["limits"]


def test_selectors_find_their_pods() -> None:
    """Service, disruption budget and spread select the replicas and not the migration; the network
    policy holds for both."""
    replica = one("Deployment")["spec"]["template"]["metadata"]["labels"]
    migration = one("Job", "store-migrate")["spec"]["template"]["metadata"]["labels"]
    deployment = one("Deployment")["spec"]
    spread = deployment["template"]["spec"]["topologySpreadConstraints"]
    for selector in (
        one("Service")["spec"]["selector"],
        one("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        deployment["selector"]["matchLabels"],
        *(constraint["labelSelector"]["matchLabels"] for constraint in spread),
    ):
        assert selector.items() <= replica.items()
        assert not selector.items() <= migration.items()
    policy = one("NetworkPolicy")["spec"]["podSelector"]["matchLabels"]
    assert policy.items() <= replica.items()
    assert policy.items() <= migration.items()
