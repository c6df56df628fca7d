"""`generate` on a project: what is written, when, and what is left alone."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from accord.codegen.generate import FOLDERS, generate
from accord.codegen.single import generate_one
from accord.errors import ContractErrors, UsageError


def tree(root: Path) -> dict[str, bytes]:
    """Every file of what accord owns."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.is_file()
    }


def test_everything_found_by_convention_is_generated(project: Path) -> None:
    """Served and called contracts get a server side; called ones a client, served ones a package
    for those who call them, which is no package of the project."""
    generate(project)
    files = tree(project)
    for file in ("__init__.py", "models.py", "handlers.py", "routes.py", "contract.json"):
        assert f"generated/shop/v1/{file}" in files
        assert f"generated/downstream/pay/{file}" in files
    assert "clients/downstream/pay/client.py" in files
    assert "clients/downstream/__init__.py" in files
    assert "clients/sdk/shop-v1/pyproject.toml" in files
    assert "clients/sdk/shop-v1/src/shop_v1_client/service.py" in files
    assert "clients/sdk/__init__.py" not in files
    assert not any("pay" in path for path in files if path.startswith("clients/sdk"))


def test_same_input_same_bytes(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Another folder, another run: not a byte differs, and there is nothing to do again."""
    generate(project)
    other = tmp_path_factory.mktemp("other")
    (project / "openapi").rename(other / "openapi")
    generate(other)
    assert tree(other) == tree(project)
    assert not generate(other)


def test_check_lists_what_differs_and_writes_nothing(project: Path) -> None:
    """Missing, stale and extra files are told apart."""
    generate(project)
    assert not generate(project, check=True)
    (project / "generated/shop/v1/routes.py").unlink()
    (project / "generated/shop/v1/models.py").write_text("# edited\n")
    (project / "generated/shop/v1/more.py").write_text("")
    (project / "clients/downstream/pay/more.py").write_text("")
    before = tree(project)
    assert generate(project, check=True).lines() == [
        "missing: generated/shop/v1/routes.py",
        "stale: generated/shop/v1/models.py",
        "extra: clients/downstream/pay/more.py",
        "extra: generated/shop/v1/more.py",
    ]
    assert tree(project) == before
    generate(project)
    assert not generate(project, check=True)
    assert not (project / "generated/shop/v1/more.py").exists()


def test_what_python_leaves_behind_is_not_extra(project: Path) -> None:
    """Caches beside generated modules do not count."""
    generate(project)
    cache = project / "generated" / "shop" / "__pycache__"
    cache.mkdir()
    (cache / "x.pyc").write_bytes(b"")
    assert not generate(project, check=True)


def test_a_fault_in_one_contract_leaves_the_tree_as_it_was(project: Path) -> None:
    """All faults of all contracts are told, nothing is written."""
    generate(project)
    before = tree(project)
    shop, pay = project / "openapi/shop/v1.yaml", project / "openapi/downstream/pay.yaml"
    shop.write_text(shop.read_text().replace("schemas/Item'", "schemas/Nothing'"))
    pay.write_text("openapi: 9\n")
    with pytest.raises(ContractErrors) as caught:
        generate(project)
    assert {fault.file for fault in caught.value.faults} == {
        "openapi/shop/v1.yaml",
        "openapi/downstream/pay.yaml",
    }
    assert tree(project) == before


def test_an_edit_changes_its_own_contract_only(project: Path) -> None:
    """The other contracts' files are those that were there."""
    generate(project)
    before = tree(project)
    shop = project / "openapi/shop/v1.yaml"
    shop.write_text(shop.read_text().replace("default: 5", "default: 6"))
    difference = generate(project)
    assert difference.stale == (
        "generated/manifest.json",
        "generated/shop/v1/contract.json",
        "generated/shop/v1/routes.py",
    )
    after = tree(project)
    assert {path for path in after if after[path] != before[path]} == set(difference.stale)


def test_names_choose_contracts(project: Path) -> None:
    """The others stay behind, and are found by the next full run."""
    generate(project)
    for file in ("shop/v1.yaml", "downstream/pay.yaml"):
        path = project / "openapi" / file
        path.write_text(path.read_text().replace("version: 1.0.0", "version: 1.0.1"))
    generate(project, ["shop/v1"])
    assert b"1.0.1" in tree(project)["generated/shop/v1/routes.py"]
    assert b"1.0.0" in tree(project)["generated/downstream/pay/routes.py"]
    assert generate(project, check=True)
    generate(project)
    assert b"1.0.1" in tree(project)["generated/downstream/pay/routes.py"]


def test_a_contract_that_is_gone_takes_its_files_along(project: Path) -> None:
    """Nothing of a deleted contract stays."""
    generate(project)
    (project / "openapi/downstream/pay.yaml").unlink()
    generate(project)
    assert not any("pay" in path for path in tree(project))


def test_unknown_names_and_projects_without_contracts_are_faults_of_use(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Both say what there is, or where to put one."""
    with pytest.raises(UsageError, match="there are shop/v1, downstream/pay"):
        generate(project, ["shop/v9"])
    with pytest.raises(UsageError, match="put one at"):
        generate(tmp_path_factory.mktemp("empty"))


def test_a_single_contract_becomes_a_package_anywhere(project: Path) -> None:
    """It imports under whatever name its folder has, and is checked like a project."""
    out = project / "elsewhere" / "shop_api"
    contract = project / "openapi/shop/v1.yaml"
    assert len(generate_one(contract, out, root=project, check=True).missing) == 6
    assert not out.exists()
    generate_one(contract, out, root=project)
    assert not generate_one(contract, out, root=project)
    code = "from shop_api import routes; print(routes.CONTRACT.operations[0].id)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=out.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == "listItems\n"


def test_a_folder_of_somebody_else_is_not_replaced(project: Path) -> None:
    """`--out .` must not cost anybody their files."""
    (project / "mine").mkdir()
    (project / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match=r"thesis\.txt is not accord's"):
        generate_one(project / "openapi/shop/v1.yaml", project / "mine", root=project)
    assert (project / "mine" / "thesis.txt").read_text() == "years of work"


def test_an_unchanged_project_is_recognised_without_the_generator(project: Path) -> None:
    """By content, in well under a second, with nothing heavy imported."""
    generate(project)
    code = (
        "import sys; from accord.cli import main; code = main(['generate']);"
        "heavy = {'pydantic', 'yaml', 'datamodel_code_generator', 'fastapi'} & sys.modules.keys();"
        "sys.exit(code or bool(heavy))"
    )
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "nothing to do\n")
    assert time.perf_counter() - started < 3  # 0.15 s on an idle machine


@pytest.mark.parametrize("client", [False, True])
def test_an_unchanged_contract_is_recognised_without_the_generator(
    project: Path, client: bool
) -> None:
    """Until anything that its package was made from or of is another: a file of the contract, an
    overlay beside it, a file of the package."""
    contract, out = project / "openapi/shop/v1.yaml", project / "shop_api"
    generate_one(contract, out, root=project, client=client)
    arguments = ["generate", "--contract", str(contract), "--out", str(out)]
    arguments += ["--client"] * client
    code = (
        f"import sys; from accord.cli import main; code = main({arguments!r});"
        "heavy = {'pydantic', 'yaml', 'datamodel_code_generator', 'fastapi'} & sys.modules.keys();"
        "sys.exit(code or bool(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "nothing to do\n"), done.stderr
    (out / "__init__.py").write_text("spoilt = True\n")
    assert generate_one(contract, out, root=project, client=client).stale
    assert not generate_one(contract, out, root=project, client=client)
    contract.with_name("v1.overlay.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: Another, version: '1'}\n"
        "actions: [{target: $.info, update: {title: Another shop}}]\n"
    )
    assert generate_one(contract, out, root=project, client=client).stale
    assert not generate_one(contract, out, root=project, client=client)


def test_a_client_of_one_contract(project: Path) -> None:
    """It comes with what it stands on, is made anew as a whole, and leaves what is not accord's
    alone."""
    contract, out = project / "openapi/shop/v1.yaml", project / "shop_client"
    generate_one(contract, out, root=project, client=True)
    assert (out / "wire/call.py").exists()
    assert not generate_one(contract, out, root=project, client=True, check=True)
    stale = out / "models" / "stale.py"
    stale.write_bytes((out / "client.py").read_bytes())
    generate_one(contract, out, root=project, client=True)
    assert not stale.exists()
    (out / "mine.py").write_text("mine = True\n")
    with pytest.raises(UsageError, match=r"mine\.py is not accord's"):
        generate_one(contract, out, root=project, client=True)
