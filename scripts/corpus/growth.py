"""Work grows linearly with the contract: seconds for contracts that differ in size alone."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

from accord.codegen.generate import formatted
from accord.codegen.targets import render_server
from accord.spec import read
from scripts.corpus.stage import spent

SMALL, LARGE = 200, 800


def ratio(folder: Path, rounds: int = 3) -> float:
    """Seconds of processor time for each operation of a contract of 800, to those of one of 200;
    medians of interleaved rounds."""
    figures: dict[int, list[float]] = {SMALL: [], LARGE: []}
    _seconds(folder, SMALL)  # what is imported, is imported
    for _ in range(rounds):
        for size, seconds in figures.items():
            seconds.append(_seconds(folder, size) / size)
    return statistics.median(figures[LARGE]) / statistics.median(figures[SMALL])


def _seconds(folder: Path, size: int) -> float:
    path = folder / f"{size}_operations.json"
    path.write_text(json.dumps(_contract(size)), "utf-8")
    start = spent()
    formatted(render_server(read(path), path.name), accord_is_local=False)
    return spent() - start


def _contract(size: int) -> dict[str, Any]:
    """So many operations, each with schemas of its own that refer to two others."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for index in range(size):
        others = (index * 7 + 1) % size, (index * 13 + 5) % size
        schemas[f"Thing{index}"] = {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string", "minLength": 1},
                "size": {"type": "string", "enum": ["small", "large"]},
                "first": {"$ref": f"#/components/schemas/Thing{others[0]}"},
                "more": {
                    "type": "array",
                    "items": {"$ref": f"#/components/schemas/Thing{others[1]}"},
                },
            },
        }
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/Thing{index}"}}}
        paths[f"/things{index}/{{id}}"] = {
            "post": {
                "operationId": f"changeThing{index}",
                "tags": [f"tag{index % 20}"],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "requestBody": {"required": True, "content": content},
                "responses": {"200": {"description": "Changed.", "content": content}},
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1.0.0"},
        "paths": paths,
        "components": {"schemas": schemas},
    }
