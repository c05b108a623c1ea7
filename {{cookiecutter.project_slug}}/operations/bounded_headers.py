"""Uvicorn's HTTP protocol, with a limit for headers, and without upgrades."""

import sys

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Bytes. nginx sends far less, and refuses clients that send more.
MAX_HEADERS = 64 * 1024


class BoundedHeaders(HttpToolsProtocol):
    """Closes a connection that sends too much besides bodies: headers, trailers, chunk extensions.

    The parser, httptools, reads those into memory whatever their size. It also drops the body of a request
    that asks for an upgrade. Java's HTTP client asks for HTTP/2 with each request, so its calls would lose
    their arguments. A server may ignore the Upgrade header (RFC 9110, section 7.8), so such a request is
    parsed again without it.
    """

    _received = 0  # since the last byte of a body
    _fed = b""

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._received = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Pass the request to the application, unless it will be parsed again."""
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body. Uvicorn limits how much of it waits in memory."""
        self._received = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Finish a request, unless it will be parsed again."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Parse `data`, and close the connection if too much came since the last body."""
        self._received += len(data)
        self._fed = data
        super().data_received(data)
        if self._received > MAX_HEADERS and not self.transport.is_closing():
            self.send_400_response("The headers are too large.")

    def _unsupported_upgrade_warning(self) -> None:
        """Parse the request again. Uvicorn calls this while it handles the parser's exception."""
        method, stopped = self.parser.get_method(), sys.exception()
        if method == b"CONNECT" or not isinstance(stopped, httptools.HttpParserUpgrade):
            self.send_400_response("This server is not a proxy.")
            return
        rest = self._fed[stopped.args[0] :]
        headers = [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as Uvicorn does
        head = b"\r\n".join([b"%s %s HTTP/1.1" % (method, self.url), *headers, b"", b""])
        super().data_received(head + rest)
