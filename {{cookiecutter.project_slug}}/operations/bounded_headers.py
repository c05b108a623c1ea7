"""Uvicorn's protocol with an end to headers, which its fast parser reads into memory whatever their size."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Bytes. nginx sends far less, and refuses clients that send more.
MAX_HEADERS = 64 * 1024


class BoundedHeaders(HttpToolsProtocol):
    """Closes a connection on which much comes that is no body: headers, trailers, extensions of chunks."""

    _received = 0  # since the last byte of a body

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._received = 0
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body, which Uvicorn bounds by itself."""
        self._received = 0
        super().on_body(body)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and refuse to go on when it is too much."""
        self._received += len(data)
        super().data_received(data)
        if self._received > MAX_HEADERS and not self.transport.is_closing():
            self.send_400_response("The headers are too large.")
