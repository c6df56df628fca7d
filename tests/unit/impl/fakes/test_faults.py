"""What the fakes can be told to do wrong, by flag and by the call on `/_faults`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from impl.fakes import Plan, WrongFaults, given_plan, running
from impl.fakes.faults import Exponential, Faults, LogNormal, Slow, Uniform, read_plan
from impl.fakes.misbehaviour import ADMIN_PATH, Misbehaviour

OPERATIONS = {"payments": ["getPayment", "voidPayment"], "pricing": ["getQuote"]}


def plan(*faults: dict[str, Any], seed: int = 0) -> Plan:
    return Plan.model_validate({"seed": seed, "faults": faults})


def strikes(faults: Faults, times: int) -> list[bool]:
    return [faults.strike("payments", "getPayment")[1] is not None for _ in range(times)]


def test_the_same_seed_strikes_the_same_requests() -> None:
    """A run can be had again; another seed is another run."""
    fault = {"kind": "reset", "rate": 0.3}
    first = strikes(Faults(OPERATIONS, plan(fault, seed=1)), 200)
    assert first == strikes(Faults(OPERATIONS, plan(fault, seed=1)), 200)
    assert first != strikes(Faults(OPERATIONS, plan(fault, seed=2)), 200)
    assert 40 <= first.count(True) <= 80


def test_faults_have_dice_of_their_own() -> None:
    """One fault strikes the same requests whether or not there is another."""
    slow = {"kind": "slow", "seconds": 0.0, "rate": 0.5}
    reset = {"kind": "reset", "rate": 0.3}
    alone = strikes(Faults(OPERATIONS, plan({**slow, "service": "pricing"}, reset)), 100)
    assert alone == strikes(Faults(OPERATIONS, plan(slow, reset)), 100)


def test_counts_services_and_operations() -> None:
    """A fault strikes no more often than it may, and no others than it is meant for."""
    faults = Faults(
        OPERATIONS,
        plan({"kind": "hang", "service": "payments", "operation": "getPayment", "count": 2}),
    )
    assert faults.strike("payments", "voidPayment")[1] is None
    assert faults.strike("pricing", "getQuote")[1] is None
    assert strikes(faults, 5) == [True, True, False, False, False]
    assert faults.as_json()["faults"][0]["hits"] == 2
    assert faults.requests == {
        "payments": {"getPayment": 5, "voidPayment": 1},
        "pricing": {"getQuote": 1},
    }


def test_the_first_that_strikes_decides_and_slowness_adds_up() -> None:
    """A fault that did not get its turn is not used up."""
    slow = {"kind": "slow", "seconds": 0.25}
    faults = Faults(OPERATIONS, plan(slow, {"kind": "reset", "count": 1}, slow, {"kind": "hang"}))
    for kind in ("reset", "hang"):
        held_up, fault = faults.strike("pricing", "getQuote")
        assert held_up == 0.5
        assert fault is not None
        assert fault.kind == kind
    assert [each["hits"] for each in faults.as_json()["faults"]] == [2, 1, 2, 1]


@pytest.mark.parametrize(
    ("seconds", "middle"),
    [
        (Uniform(distribution="uniform", low=1, high=3), 2.0),
        (Exponential(distribution="exponential", mean=1), 0.693),
        (LogNormal(distribution="lognormal", median=2), 2.0),
    ],
)
def test_distributions(seconds: Any, middle: float) -> None:
    """Delays are drawn as described: half of them are below the median."""
    faults = Faults(OPERATIONS, Plan(faults=(Slow(kind="slow", seconds=seconds),)))
    drawn = sorted(faults.strike("pricing", "getQuote")[0] for _ in range(2001))
    assert drawn[1000] == pytest.approx(middle, rel=0.15)
    assert drawn[0] >= 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "the plan: Invalid JSON"),
        ('{"fault": []}', "fault: Extra inputs"),
        ('[{"kind": "explode"}]', "'explode'"),
        ('[{"kind": "reset", "seconds": 1}]', "seconds: Extra inputs"),
        ('[{"kind": "slow"}]', "seconds: Field required"),
        ('[{"kind": "fail", "rate": 0}]', "rate: Input should be greater than 0"),
        ('[{"kind": "fail", "status": 200}]', "status: Input should be greater"),
        ("7", "the plan: Input should be a valid dictionary"),
    ],
)
def test_wrong_plans(text: str, complaint: str) -> None:
    """What cannot be meant is refused, with its place."""
    with pytest.raises(WrongFaults) as caught:
        read_plan(text)
    assert complaint in str(caught.value)


def test_names_that_do_not_exist() -> None:
    """A fault that could never strike is a mistake, and changes nothing."""
    faults = Faults(OPERATIONS, plan({"kind": "hang"}))
    with pytest.raises(WrongFaults, match="no service is called 'paymnts'; there are payments, "):
        faults.replace(plan({"kind": "reset", "service": "paymnts"}))
    with pytest.raises(WrongFaults, match="no operation of 'pricing' is called 'getPayment'"):
        faults.add(plan({"kind": "reset", "service": "pricing", "operation": "getPayment"}))
    assert [each["kind"] for each in faults.as_json()["faults"]] == ["hang"]


def test_plans_on_the_command_line(tmp_path: Path) -> None:
    """JSON, or a file of it; a single fault and a list of them are plans too."""
    text = '{"kind": "hang", "service": "payments"}'
    file = tmp_path / "faults.json"
    file.write_text(text)
    assert given_plan(text) == given_plan(f"[{text}]") == given_plan(str(file))
    with pytest.raises(WrongFaults, match="give a file, or JSON"):
        given_plan(str(tmp_path / "nothing"))


async def test_told_over_http(state: Path) -> None:
    """Any port takes the call for all six: list, replace, add and clear."""
    async with running(state, api_key="k") as fakes, httpx.AsyncClient() as http:
        admin = fakes["pricing"] + ADMIN_PATH
        customers = fakes["customers"] + "/customers"

        async def status() -> int:
            return (await http.get(customers, headers={"X-Api-Key": "k"})).status_code

        assert await status() == 200
        told = await http.put(
            admin, json={"seed": 7, "faults": [{"kind": "fail", "service": "customers"}]}
        )
        assert told.json()["seed"] == 7
        assert await status() == 503
        await http.post(admin, json={"kind": "limit", "service": "payments", "retry_after": 3})
        listed = (await http.get(admin)).json()
        assert [(each["kind"], each["hits"]) for each in listed["faults"]] == [
            ("fail", 1),
            ("limit", 0),
        ]
        assert listed["requests"]["customers"] == {"listCustomers": 2}
        limited = await http.get(fakes["payments"] + "/payments/pay_2k3l4m5n6o")
        assert (limited.status_code, limited.headers["Retry-After"]) == (429, "3")
        assert limited.json()["code"] == "too_many_requests"

        wrong = await http.put(admin, json=[{"kind": "fail", "service": "nobody"}])
        assert wrong.status_code == 422
        assert "no service is called 'nobody'" in wrong.json()["detail"]
        assert (await http.patch(admin)).status_code == 405

        left = await http.delete(admin, params={"service": "customers"})
        assert [each["kind"] for each in left.json()["faults"]] == ["limit"]
        assert await status() == 200
        assert (await http.delete(admin)).json()["faults"] == []


@pytest.mark.parametrize(
    ("caller", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.7", 404)]
)
async def test_told_from_this_machine_only(caller: str, status: int) -> None:
    """For others there is no such call."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body"})

    fakes = Misbehaviour(app, service="pricing", operations=(), faults=Faults(OPERATIONS))
    transport = httpx.ASGITransport(fakes, client=(caller, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://fakes") as http:
        assert (await http.get(ADMIN_PATH)).status_code == status


def test_the_flag(tmp_path: Path) -> None:
    """`--faults` is there from the first request on; a wrong one stops the start."""
    root = Path(__file__).parents[4]
    command = [sys.executable, "-m", "impl.fakes", "--state", str(tmp_path), "--api-key", "k"]
    wrong = subprocess.run(
        [*command, "--faults", '[{"kind": "hang", "service": "nobody"}]'],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert wrong.returncode == 2
    assert "--faults: no service is called 'nobody'" in wrong.stderr
    flags = ["--faults", '{"kind": "reset", "service": "customers"}']
    with subprocess.Popen([*command, *flags], cwd=root, stdout=subprocess.PIPE, text=True) as fakes:
        try:
            assert fakes.stdout is not None
            addresses = json.loads(fakes.stdout.readline())
            with pytest.raises(httpx.ReadError):
                httpx.get(addresses["customers"] + "/customers")
        finally:
            fakes.kill()
