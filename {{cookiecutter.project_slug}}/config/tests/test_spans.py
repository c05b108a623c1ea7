"""What a span that is sent to a collector says of an error."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from operations.spans_without_texts import SpansWithoutTexts


def test_the_kind_of_an_error_is_sent_and_no_text() -> None:
    """The text of pydantic's has the arguments of the call."""
    sent, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SpansWithoutTexts(sent))
    with (
        pytest.raises(ValueError, match="hunter2"),
        provider.get_tracer("x").start_as_current_span("tools/call login", attributes={"token": "token-1"}),
    ):
        raise ValueError("input_value='hunter2'")
    provider.shutdown()
    (span,) = sent.get_finished_spans()
    assert (span.name, span.attributes) == ("tools/call login", {"token": "token-1"})
    assert not span.status.is_ok
    assert [dict(event.attributes or {})["exception.type"] for event in span.events] == ["ValueError"]
    assert "hunter2" not in span.to_json()
