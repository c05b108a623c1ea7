"""OpenTelemetry traces of MCP requests, when the standard OTEL_… variables ask for them.

FastMCP describes each request as a span: method, tool, kind of error, the token's number. This file only
sends them; the SDK reads its other variables (sampling, headers, attributes) itself.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.conf import settings


def is_wanted() -> bool:
    """Whether the environment names a collector, and does not switch the SDK off."""
    names = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    is_disabled = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    return any(map(os.environ.get, names)) and not is_disabled


@asynccontextmanager
async def traced() -> AsyncIterator[None]:
    """Send traces while the block runs, if they are wanted."""
    if not is_wanted():
        yield
        return
    # Imported only when used: the SDK takes memory and time.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.trace import set_tracer_provider  # noqa: PLC0415

    from operations.spans_without_texts import SpansWithoutTexts  # noqa: PLC0415

    os.environ.setdefault("OTEL_SERVICE_NAME", settings.PROJECT_NAME)
    provider = TracerProvider()
    provider.add_span_processor(SpansWithoutTexts(OTLPSpanExporter()))
    set_tracer_provider(provider)
    try:
        yield
    finally:
        await asyncio.to_thread(provider.shutdown)  # sends what it has not sent yet
