"""accord's own wheel, for a project that carries it until accord is published."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit
from urllib.request import url2pathname

from accord.errors import UsageError

_FIXED_TIME = (2020, 1, 1, 0, 0, 0)


def own_wheel(folder: Path) -> Path:
    """Puts the wheel of the accord that runs into `folder`, and returns its path.

    From a checkout it is built, else put together again from what is installed. Raises
    `UsageError` where it cannot be built.
    """
    folder.mkdir(parents=True, exist_ok=True)
    installed = distribution("accord")
    origin = json.loads(installed.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        return _build(Path(url2pathname(urlsplit(origin["url"]).path)), folder)
    return _pack(installed, folder)


def _build(checkout: Path, folder: Path) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UsageError(f"accord's own wheel cannot be built from {checkout}:\n{done.stderr}")
    return next(folder.glob("accord-*.whl"))


def _pack(installed: Distribution, folder: Path) -> Path:
    """The wheel again, from the files that were installed from it."""
    info = f"accord-{installed.version}.dist-info"
    made_here = {f"{info}/{name}" for name in ("INSTALLER", "REQUESTED", "RECORD")}
    made_here.add(f"{info}/direct_url.json")
    names = sorted(
        str(file)
        for file in installed.files or ()
        # Scripts and byte code are made by whoever installs.
        if ".." not in file.parts and file.suffix != ".pyc" and str(file) not in made_here
    )
    path = folder / f"accord-{installed.version}-py3-none-any.whl"
    record = io.StringIO()
    rows = csv.writer(record, lineterminator="\n")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name in names:
            data = Path(str(installed.locate_file(PurePosixPath(name)))).read_bytes()
            _add(wheel, name, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            rows.writerow([name, f"sha256={digest}", len(data)])
        rows.writerow([f"{info}/RECORD", "", ""])
        _add(wheel, f"{info}/RECORD", record.getvalue().encode())
    return path


def _add(wheel: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _FIXED_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    wheel.writestr(entry, data)
