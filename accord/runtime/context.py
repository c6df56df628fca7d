"""What a request carries along without being passed: set by middlewares, read by logging,
problems and outgoing calls only."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being served; empty outside a request."""

deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
"""When the answer is due, in seconds of the running loop's clock; None: no deadline."""

traceparent: ContextVar[str] = ContextVar("traceparent", default="")
"""The W3C trace context of the request being served; empty: none."""

tracestate: ContextVar[str] = ContextVar("tracestate", default="")
"""The `tracestate` that came with the trace context; empty: none."""

problem_types: ContextVar[str] = ContextVar("problem_types", default="")
"""What the service's kinds of problems are found below: `/problems`; empty: they have no pages."""
