from __future__ import annotations

import logging
from typing import Any

import structlog

from accord.runtime import context


def test_both_kinds_of_loggers_write_json_with_ids(log_lines: Any) -> None:
    """A structlog line and a standard library line have the same form and the request's id."""
    token = context.request_id.set("request-1")
    structlog.get_logger("service").warning("stock_low", sku="MUG-1")
    logging.getLogger("uvicorn.error").warning("odd %s", "thing")
    context.request_id.reset(token)
    ours, theirs = log_lines()
    assert (ours["event"], ours["sku"], ours["level"]) == ("stock_low", "MUG-1", "warning")
    assert (theirs["event"], theirs["logger"]) == ("odd thing", "uvicorn.error")
    assert ours["request_id"] == theirs["request_id"] == "request-1"
    assert ours["time"]


def test_exceptions_are_whole_but_show_no_variables(log_lines: Any) -> None:
    """A traceback is one JSON string on one line, without the values of local variables."""
    token_of_a_customer = "s3cr3t"
    try:
        raise LookupError(len(token_of_a_customer))
    except LookupError:
        structlog.get_logger().exception("failed")
    (line,) = log_lines()
    assert "LookupError: 6" in line["exception"]
    assert "s3cr3t" not in str(line["exception"]).replace('"s3cr3t"', "")


def test_level_and_strange_values(log_lines: Any) -> None:
    """Lines below the level are not written; a value that is no JSON is shown by its repr."""
    structlog.get_logger().debug("hidden")
    structlog.get_logger().info("shown", value=object, text='"}\n{"forged":1')
    (line,) = log_lines()
    assert line["value"] == "<class 'object'>"
    assert "forged" not in line
