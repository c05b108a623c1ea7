"""Takes the texts of errors out of spans, in which libraries repeat what a caller sent."""

from collections.abc import Mapping

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status
from opentelemetry.util.types import AttributeValue

TEXTS = {"exception.message", "exception.stacktrace"}


class SpansWithoutTexts(BatchSpanProcessor):
    """Sends what kind of error it was, but not its text: pydantic's has the arguments of the call."""

    def on_end(self, span: ReadableSpan) -> None:
        """Queue a copy of the span, which cannot be changed any more."""
        events = [Event(event.name, _kept(event.attributes or {}), event.timestamp) for event in span.events]
        copy = ReadableSpan(
            span.name,
            span.context,
            span.parent,
            span.resource,
            span.attributes,
            events,
            span.links,
            span.kind,
            status=Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )
        super().on_end(copy)


def _kept(attributes: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    return {name: value for name, value in attributes.items() if name not in TEXTS}
