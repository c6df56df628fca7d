"""Overlays: what they change, and what is said where they are wrong."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from accord.errors import ContractErrors
from accord.spec import Contract, read

CONTRACT = """\
openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      operationId: listThings
      tags: [things]
      parameters:
        - {name: a, in: query, schema: {type: string}}
        - {name: b, in: query, schema: {type: string}}
        - {name: c, in: query, schema: {type: string}}
      responses: {'204': {description: None.}}
    delete: {operationId: dropThings, responses: {'204': {description: Gone.}}}
"""


def overlaid(
    folder: Path, actions: str, *, beside: bool = True, version: str = "1.0.0"
) -> Contract:
    """The contract with an overlay of these actions."""
    contract = folder / "things.yaml"
    contract.write_text(CONTRACT, "utf-8")
    overlay = folder / ("things.overlay.yaml" if beside else "other.yaml")
    head = f"overlay: {version}\ninfo: {{title: Ours, version: 1.0.0}}\nactions:\n"
    overlay.write_text(head + dedent(actions).strip("\n") + "\n", "utf-8")
    return read(contract, base=folder, overlays=[] if beside else [overlay])


def parameters(contract: Contract) -> list[tuple[str, Any]]:
    return [(one.name, one.schema.get("type")) for one in contract.operations[0].parameters]


@pytest.mark.parametrize("beside", [True, False])
def test_updates_merge_and_removals_remove(tmp_path: Path, beside: bool) -> None:
    """One beside the contract is applied by itself, others where they are named."""
    contract = overlaid(
        tmp_path,
        """
        - target: $.info
          update: {title: Our things, description: Ours.}
        - target: $.paths['/things'].delete
          remove: true
        - target: $.paths['/things'].get.parameters[?@.name=='a']
          remove: true
        - target: $.paths['/things'].get.parameters
          update: {name: d, in: query, schema: {type: integer}}
        - target: $.paths['/things'].get
          update: {tags: [more], security: [{key: []}]}
        - target: $
          update:
            components: {securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}}
        """,
        beside=beside,
    )
    assert (contract.title, contract.description) == ("Our things", "Ours.")
    assert [operation.id for operation in contract.operations] == ["listThings"]
    assert parameters(contract) == [("b", "string"), ("c", "string"), ("d", "integer")]
    assert contract.operations[0].security == ({"key": ()},)
    assert contract.document["paths"]["/things"]["get"]["tags"] == ["things", "more"]


def test_copies_and_values(tmp_path: Path) -> None:
    """What 1.1 adds: one value copied to others, and values replaced."""
    contract = overlaid(
        tmp_path,
        """
        - target: $.paths
          update: {/copies: {}}
        - target: $.paths['/copies']
          copy: $.paths['/things']
        - target: $.paths['/copies'].*.operationId
          update: copied
        - target: $.paths['/copies'].delete
          remove: true
        """,
        version="1.1.0",
    )
    assert [operation.id for operation in contract.operations] == [
        "listThings",
        "dropThings",
        "copied",
    ]


def test_a_change_of_the_overlay_is_a_change_of_the_contract(tmp_path: Path) -> None:
    """Its digest says so."""
    first = overlaid(tmp_path, "- {target: $.info, update: {title: A}}").digest
    assert overlaid(tmp_path, "- {target: $.info, update: {title: B}}").digest != first


@pytest.mark.parametrize(
    ("actions", "text"),
    [
        (
            "- {target: '$.paths[', update: {}}",
            "things.overlay.yaml:4:4: #/actions/0/target\n  what: '$.paths[' is not a JSONPath: ",
        ),
        (
            "- {target: $.info}",
            "things.overlay.yaml:4:3: #/actions/0\n"
            "  what: the action does nothing\n"
            "  mend: add `update:`, or `remove: true`\n",
        ),
        (
            "- {target: $.info, update: [1]}",
            "things.overlay.yaml:4:20: #/actions/0/update\n"
            "  what: the update does not fit what is at #/info\n"
            "  mend: write a mapping for a mapping, an item for a list, a value for a value\n",
        ),
        (
            "- {target: $, remove: true}",
            "things.overlay.yaml:4:3: #/actions/0\n"
            "  what: the whole contract cannot be removed\n"
            "  mend: name a part of it\n",
        ),
    ],
)
def test_a_wrong_overlay_is_refused(tmp_path: Path, actions: str, text: str) -> None:
    """With its file, line and place."""
    with pytest.raises(ContractErrors) as refused:
        overlaid(tmp_path, actions)
    assert f"{refused.value}\n".startswith(text)


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("openapi: 3.1.0", "the file is not an overlay"),
        ("overlay: 2.0.0", "Overlay '2.0.0' is not supported"),
        ("overlay: 1.0.0", "the overlay has no actions"),
    ],
)
def test_a_file_that_is_no_overlay_is_refused(tmp_path: Path, head: str, text: str) -> None:
    """With what it lacks."""
    (tmp_path / "things.yaml").write_text(CONTRACT, "utf-8")
    (tmp_path / "things.overlay.yaml").write_text(f"{head}\n", "utf-8")
    with pytest.raises(ContractErrors, match=text):
        read(tmp_path / "things.yaml", base=tmp_path)


def test_faults_name_the_overlay_that_wrote_them(tmp_path: Path) -> None:
    """And the contract's own places stay true where an overlay moved them."""
    with pytest.raises(ContractErrors) as refused:
        overlaid(
            tmp_path,
            """
            - target: $.paths['/things'].get.parameters[0]
              remove: true
            - target: $.paths['/things'].get.parameters[1].schema
              update: {type: strin}
            - target: $.paths['/things'].get.parameters
              update: {name: d, in: quer, schema: {type: integer}}
            - target: $.paths['/things'].get.parameters[0]
              update: {in: cookies}
            """,
        )
    places = [(fault.file, fault.line, fault.pointer) for fault in refused.value.faults]
    assert places == [
        ("things.overlay.yaml", 7, "/actions/1/update/type"),
        ("things.overlay.yaml", 9, "/actions/2/update/in"),
        ("things.overlay.yaml", 11, "/actions/3/update/in"),
    ]
    twice = "- {target: '$.paths.*.get.parameters[0]', remove: true}\n" * 2
    added = """- target: $.paths
  update: {/others: {get: {operationId: listThings, responses: {}}}}"""
    with pytest.raises(ContractErrors) as refused:
        overlaid(tmp_path, twice + added)
    assert "things.overlay.yaml:7" in str(refused.value)
    broken = CONTRACT.replace("name: c, in: query, schema: {type: string}", "name: c, in: queries")
    (tmp_path / "things.yaml").write_text(broken, "utf-8")
    with pytest.raises(ContractErrors) as refused:
        read(tmp_path / "things.yaml", base=tmp_path)
    assert any(
        (fault.file, fault.line, fault.pointer)
        == ("things.yaml", 11, "/paths/~1things/get/parameters/2/in")
        for fault in refused.value.faults
    )


def test_an_action_that_finds_nothing_is_a_warning(tmp_path: Path) -> None:
    """A fault under strict: the contract has changed below the overlay."""
    contract = overlaid(tmp_path, "- {target: $.paths.gone, remove: true}")
    assert [str(warning).partition("\n")[0] for warning in contract.warnings] == [
        "things.overlay.yaml:4:4: #/actions/0/target"
    ]
    with pytest.raises(ContractErrors):
        read(tmp_path / "things.yaml", base=tmp_path, strict=True)
