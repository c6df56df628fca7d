"""A contract of several files moves into a new project."""

from __future__ import annotations

from pathlib import Path

import pytest

from accord.errors import UsageError
from accord.new.project import _copy_contract
from accord.spec import read
from accord.spec.files import Files

API = """\
openapi: 3.1.0
info: {title: Pets, version: 0.1.0, description: See my-api.yaml and api.yaml.bak.}
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses:
        '200':
          description: All.
          content: {application/json: {schema: {$ref: 'schemas/pet.yaml'}}}
components:
  schemas:
    Name: {type: string, maxLength: 10}
"""
PET = """\
type: object
properties:
  name: {$ref: '../api.yaml#/components/schemas/Name'}
  other: {$ref: "../api.yaml#/components/schemas/Name"}
"""


def copied(source: Path, into: Path) -> None:
    files = Files()
    read(source / "api.yaml", name="shop/v1", files=files)
    _copy_contract(files.paths, into)


def test_files_that_refer_back_do_so_by_the_new_name(tmp_path: Path) -> None:
    """The contract is called v1 from then on; what only looks like its name stays."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "api.yaml").write_text(API)
    (tmp_path / "schemas/pet.yaml").write_text(PET)
    copied(tmp_path, tmp_path / "shop")
    assert (tmp_path / "shop/schemas/pet.yaml").read_text() == PET.replace("api", "v1")
    assert (tmp_path / "shop/v1.yaml").read_text() == API
    read(tmp_path / "shop/v1.yaml", name="shop/v1", files=Files())


def test_a_part_that_has_the_new_name_is_not_overwritten(tmp_path: Path) -> None:
    """Nor does it overwrite the contract."""
    (tmp_path / "api.yaml").write_text(API.replace("schemas/pet.yaml", "v1.yaml"))
    (tmp_path / "v1.yaml").write_text("type: object\n")
    with pytest.raises(UsageError, match="rename"):
        copied(tmp_path, tmp_path / "shop")
