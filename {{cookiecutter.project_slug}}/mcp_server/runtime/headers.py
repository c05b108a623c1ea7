"""Normalises headers that HTTP allows in several forms to the one that the SDK understands."""

type Headers = list[tuple[bytes, bytes]]


def as_usual(headers: Headers) -> Headers:
    """Return `headers` without blanks after values, with media types in lower case and one line of `Accept`.

    See RFC 9110. Section 5.5: blanks around a value are not part of it, but httptools keeps those after it.
    Section 5.3: several lines of `Accept` are one list. Section 8.3.1: the case of a media type does not
    matter.
    """
    accept: list[bytes] = []
    is_usual = True
    for name, value in headers:
        if name == b"accept":
            accept.append(value)
        elif name == b"content-type" and not value.islower():
            is_usual = False
        if value.endswith((b" ", b"\t")):
            is_usual = False
    if is_usual and len(accept) < 2:  # noqa: PLR2004 - nearly all
        return headers
    usual = [(name, _usual(name, value)) for name, value in headers if name != b"accept"]
    return [*usual, (b"accept", b", ".join(accept))] if accept else usual


def _usual(name: bytes, value: bytes) -> bytes:
    value = value.rstrip(b" \t")
    if name == b"content-type":
        media_type, semicolon, parameters = value.partition(b";")
        return media_type.lower() + semicolon + parameters
    return value
