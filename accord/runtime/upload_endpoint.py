"""Operations whose body is read as it arrives: what was opened for it is closed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.types import Receive, Scope, Send

from accord.runtime.body import BodyReader
from accord.runtime.declare import Body
from accord.runtime.dependencies import Solving
from accord.runtime.endpoint import Endpoint
from accord.runtime.media_types import covers
from accord.runtime.streamed_body import body_reader
from accord.runtime.uploads import UploadLimits, closing_uploads


class UploadEndpoint(Endpoint):
    """The route of such an operation; `limits` say how much of a form is taken."""

    def __init__(self, *declared: Any, limits: UploadLimits) -> None:
        super().__init__(*declared)
        self._limits = limits

    def _body_reader(self, body: Body) -> BodyReader:
        return body_reader(body, self._limits)

    async def takes(self, content_type: bytes, receive: Receive) -> bool:
        """Whether a body is of a type of this operation's: of what arrives in parts no more is
        looked at."""
        name = content_type.decode("latin-1")
        media = self.operation.body.media if self.operation.body else ()
        return any(covers(one.media_type, name) for one in media)

    async def serve(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        path: Sequence[str],
        head: bool,
        solving: Solving | None = None,
    ) -> None:
        async with closing_uploads():
            await super().serve(scope, receive, send, path, head, solving)
