"""Patterns put together at random: what they match is what JavaScript's own engine says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from random import Random

import pytest
from pydantic_core import SchemaValidator, core_schema

from accord.codegen.patterns import python_pattern, rust_pattern

NODE = shutil.which("node")
ATOMS = [
    *("a", "b", "1", " ", ".", r"\.", r"\/", r"\-", r"\_", r"\x41", r"\u0041", r"\cJ", r"\t"),
    *(r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", "[a-c]", "[^a]", r"[\w-.]", r"[\d\s]", "[[a]"),
    *("[a&&b]", "[^]", "[]", r"[\b]", r"[.-]", "{", "}", "{a}", "(?:ab)", "(a|b)", "(?<n>a|1)"),
]
MARKS = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "*?", "{0,}"]
BETWEEN = ["", "", "", "|", r"\b", r"\B", "^", "$", "(?=a)", "(?!b)"]
LETTERS = "abcAB01 .-_{}[&/\n\t\x08\u0663\xe9\u2028\ufeff\x1c"
ASK = """
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const answer = ([pattern, texts]) => {
  try { const made = new RegExp(pattern); return texts.map((text) => made.test(text)); }
  catch { return null; }
};
console.log(JSON.stringify(asked.map(answer)));
"""


def _pattern(random: Random) -> str:
    parts = [random.choice(["", "^"])]
    for _ in range(random.randint(1, 4)):
        parts += [random.choice(ATOMS), random.choice(MARKS), random.choice(BETWEEN)]
    return "".join([*parts, random.choice(["", "$"])])


@pytest.mark.skipif(NODE is None, reason="needs Node, whose engine is asked")
def test_what_matches_is_what_javascript_says() -> None:
    """In Python's dialect always, in pydantic's wherever its engine takes the pattern."""
    random = Random(20_260_101)
    asked = []
    for _ in range(1500):
        texts = ["".join(random.choices(LETTERS, k=random.randint(0, 5))) for _ in range(20)]
        asked.append((_pattern(random), texts))
    done = subprocess.run(
        [NODE or "node", "-e", ASK],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(done.stdout)
    native = 0
    for (pattern, texts), expected in zip(asked, answers, strict=True):
        if expected is None:
            continue  # it is no pattern
        compiled = re.compile(python_pattern(pattern))
        assert [bool(compiled.search(text)) for text in texts] == expected, (pattern, texts)
        rust = rust_pattern(pattern)
        if rust is not None:
            native += 1
            validator = SchemaValidator(core_schema.str_schema(pattern=rust))
            found = [validator.isinstance_python(text) for text in texts]
            assert found == expected, (pattern, rust, texts)
    assert native > len(asked) // 2
