"""Settings come from the environment, are documented, and stop the start when they are wrong."""

from __future__ import annotations

import pytest

from accord.service.settings import WrongSettings
from impl.settings import Settings

KEYS = {"STORE_CURSOR_KEY": "c" * 32, "STORE_TOKEN_KEY": "t" * 32, "STORE_DOWNSTREAM_KEY": "d" * 8}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    """Each field has a docstring, which is its description."""
    assert Settings.model_fields[name].description


def test_all_settings_are_explained() -> None:
    """`python -m impl settings` has each variable with its purpose and what is allowed; no secret,
    and nothing of this machine's environment."""
    text = Settings.explained()
    for name, field in Settings.model_fields.items():
        assert f"STORE_{name.upper()}\n" in text
        assert " ".join((field.description or "").split()) in text
    assert "STORE_PORT\n    The port to listen on; 0 takes a free one.\n" in text
    assert "allowed: 0 to 65535; 8000 where it is not set" in text
    assert KEYS["STORE_TOKEN_KEY"] not in text


def test_settings_cannot_be_changed() -> None:
    """The class is frozen."""
    with pytest.raises(ValueError, match="frozen"):
        Settings.load().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("STORE_PORT", "70000", "0 to 65535"),
        ("STORE_PORT", "eighty", "0 to 65535"),
        ("STORE_REQUEST_TIMEOUT", "0", "more than 0, up to 3600"),
        ("STORE_LOG_LEVEL", "loud", "debug, info, warning, error"),
        ("STORE_DEVELOPMENT", "perhaps", "true or false"),
        ("STORE_TRUSTED_PROXIES", "10.0.0.0/8,proxy", "a list, separated by commas"),
    ],
)
def test_a_wrong_value_names_itself_its_fault_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    """The message is enough to mend the setting."""
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings) as raised:
        Settings.load()
    message = str(raised.value)
    assert message.startswith(f"{name}: ")
    assert f"(allowed: {allowed})" in message


def test_all_wrong_values_are_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One start shows everything that has to be mended."""
    monkeypatch.setenv("STORE_PORT", "-1")
    monkeypatch.setenv("STORE_BACKLOG", "0")
    with pytest.raises(WrongSettings) as raised:
        Settings.load()
    assert [line.split(":")[0] for line in str(raised.value).splitlines()] == [
        "STORE_PORT",
        "STORE_BACKLOG",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [("STORE_DATABASE_URL", "mysql://u:hunter2@h/d"), ("STORE_TOKEN_KEY", "hunter2")],
)
def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A wrong key or URL is reported without its value."""
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings, match=name) as raised:
        Settings.load()
    assert "hunter2" not in str(raised.value)


def test_keys_are_needed_in_production_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without keys the store starts in development and nowhere else."""
    for name in KEYS:
        monkeypatch.delenv(name)
    with pytest.raises(WrongSettings, match=r"STORE_CURSOR_KEY, .*: needed unless"):
        Settings.load()
    assert len(Settings.load(development=True).key("cursor_key")) >= 32


def test_proxies_are_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses and networks are separated by commas."""
    monkeypatch.setenv("STORE_TRUSTED_PROXIES", "10.0.0.1, 10.1.0.0/16")
    assert Settings.load().trusted_proxies == ("10.0.0.1", "10.1.0.0/16")


_SCHEMA = Settings.model_json_schema()["properties"]
_WRONG = {
    "integer": "eighty",
    "number": "soon",
    "boolean": "perhaps",
}
_FREE = {"token_issuer", "token_audience", "host", "log_file", "allowed_hosts", "cors_origins"}
"""Any text will do."""


def _wrong(name: str) -> list[str]:
    """Values that a setting must refuse: of another type, and beyond its range on either side."""
    described = next(iter(_SCHEMA[name].get("anyOf", ())), _SCHEMA[name])
    values = [_WRONG.get(described.get("type", ""), " ?")]
    for bound, step in (("minimum", -1), ("maximum", 1)):
        if bound in described:
            values.append(str(described[bound] + step))
    if "exclusiveMinimum" in described:
        values.append(str(described["exclusiveMinimum"]))
    return values


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - _FREE))
def test_every_setting_refuses_what_is_not_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Each has a range, a pattern or a list of values, and its message says which."""
    variable = f"STORE_{name.upper()}"
    for value in _wrong(name):
        monkeypatch.setenv(variable, value)
        with pytest.raises(WrongSettings) as raised:
            Settings.load()
        (line,) = str(raised.value).splitlines()
        assert line.startswith(f"{variable}: ")
        assert "wrong: " in line
        allowed = line[line.index("(allowed: ") :]
        assert allowed != "(allowed: text)", f"{name} has no range"


@pytest.mark.parametrize("name", sorted(_FREE))
def test_free_settings_are_the_only_ones_without_a_range(name: str) -> None:
    """A new one without is a mistake until it is listed here."""
    described = next(iter(_SCHEMA[name].get("anyOf", ())), _SCHEMA[name])
    assert not {"enum", "pattern", "minimum", "maximum"} & described.keys()
