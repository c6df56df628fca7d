"""compose.yaml starts the store as it is, with everything around it."""

from __future__ import annotations

import re
from typing import Any

import yaml

from impl.fakes import SERVICES
from impl.settings import DEVELOPMENT_KEY, PREFIX, Settings
from tests.contract.deploy.dockerfile import read
from tests.contract.deploy.manifests import ROOT, one, written

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVED: dict[str, Any] = COMPOSE["services"]


def test_everything_is_there() -> None:
    """The store, its migration and its fakes, PostgreSQL, Redis, Prometheus and Grafana; who
    depends on a service names one that is there, and that says when it is healthy."""
    assert set(SERVED) == {
        "store", "migrate", "fakes", "postgresql", "redis", "prometheus", "grafana",
    }  # fmt: skip
    for service in SERVED.values():
        needed = service.get("depends_on", {})
        conditions = needed if isinstance(needed, dict) else {name: {} for name in needed}
        for name, condition in conditions.items():
            assert name in SERVED
            if condition.get("condition") == "service_healthy":
                assert "healthcheck" in SERVED[name]


def test_every_variable_is_a_setting() -> None:
    """What store and migration are told are settings, with values that they take, for the servers
    beside them."""
    for name in ("store", "migrate"):
        given = SERVED[name]["environment"]
        chosen = {key.removeprefix(PREFIX).lower(): value for key, value in given.items()}
        assert chosen.keys() <= set(Settings.model_fields)
        read_back = Settings(**chosen)
        assert "@postgresql/" in read_back.database_url
        assert read_back.redis_url is not None
        assert "//redis:" in read_back.redis_url


def test_images_are_built_here_or_pinned() -> None:
    """Ours are stages of the Dockerfile; others have a version, the same as in the cluster."""
    _, stages = read(ROOT / "Dockerfile")
    clusters = {
        container["image"]
        for _, manifest in written()
        if manifest["kind"] == "Deployment"
        for container in manifest["spec"]["template"]["spec"]["containers"]
    }
    for name, service in SERVED.items():
        if "build" in service:
            assert service["build"]["target"] in stages
            continue
        assert re.search(r":v?\d+(\.\d+)*(-alpine)?$", service["image"])
        if name in ("postgresql", "redis"):
            assert service["image"] in clusters


def test_the_fakes_are_where_the_store_looks() -> None:
    """On the store's loopback, on the ports and with the key that its settings have by default."""
    command = SERVED["fakes"]["command"]
    options = dict(word.removeprefix("--").split("=", 1) for word in command[1:])
    assert SERVED["fakes"]["network_mode"] == "service:store"
    first = int(options["port-base"])
    expected = {name: f"http://127.0.0.1:{first + index}" for index, name in enumerate(SERVICES)}
    assert Settings(development=True).downstream_urls == expected
    assert options["api-key"] == DEVELOPMENT_KEY


def test_it_is_locked_down_as_in_the_cluster() -> None:
    """A read-only root, no capabilities, the image's user; ports are open to this machine only."""
    _, stages = read(ROOT / "Dockerfile")
    for name in ("store", "migrate", "fakes"):
        assert SERVED[name]["read_only"] is True
        assert SERVED[name]["cap_drop"] == ["ALL"]
    assert SERVED["store"]["user"] == stages["runtime"].of("USER")[0].text
    ports = [port for service in SERVED.values() for port in service.get("ports", ())]
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_it_is_given_the_time_to_stop() -> None:
    """As long as in the cluster, less the pause before SIGTERM, which compose does not make."""
    pod = one("Deployment")["spec"]["template"]["spec"]
    pause = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    expected = pod["terminationGracePeriodSeconds"] - pause
    assert SERVED["store"]["stop_grace_period"] == f"{expected}s"


def test_mounted_files_exist() -> None:
    """Every file that is mounted is in the repository, and read-only."""
    for service in SERVED.values():
        for volume in service.get("volumes", ()):
            source, _, rest = volume.partition(":")
            if source.startswith("."):
                assert (ROOT / source).is_file()
                assert rest.endswith(":ro")
            else:
                assert source in COMPOSE["volumes"]
