"""The error of documents and files. Tools show its sentence to the model, and pages to a person."""

from http import HTTPStatus


class RefusedError(Exception):
    """The request is refused, and nothing was changed.

    Args:
        sentence: what is wrong, and what to do.
        status: the HTTP status of a page.
    """

    def __init__(self, sentence: str, status: HTTPStatus = HTTPStatus.CONFLICT) -> None:
        super().__init__(sentence)
        self.status = status
