"""Limits the memory of answers that clients do not read.

Uvicorn takes an answer of any size at once, and keeps it until the client has read it. So this module sends a
long answer in pieces, each after most of the earlier ones were read. It disconnects a client that reads
nothing for a minute.
"""

import asyncio
import logging

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

PIECE = 64 * 1024  # bytes
SECONDS_UNREAD = 60


async def serve_in_pieces(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let `app` answer an HTTP request, and cancel it if the client does not read the answer."""
    running = anyio.CancelScope()

    async def send_in_time(message: Message) -> None:
        try:
            async with asyncio.timeout(SECONDS_UNREAD):
                await send(message)  # waits while a piece is unread
        except TimeoutError:
            logger.warning("A client read nothing of its answer for %s seconds.", SECONDS_UNREAD)
            running.cancel()
            await anyio.sleep_forever()

    async def send_in_pieces(message: Message) -> None:
        body = message.get("body", b"")
        last = max(len(body) - 1, 0) // PIECE * PIECE
        for start in range(0, last, PIECE):
            piece = body[start : start + PIECE]
            await send_in_time({"type": "http.response.body", "body": piece, "more_body": True})
        await send_in_time({**message, "body": body[last:]} if last else message)

    with running:
        await app(scope, receive, send_in_pieces)
