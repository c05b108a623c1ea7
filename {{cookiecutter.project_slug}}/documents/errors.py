"""What is refused, in one sentence for whoever asked: tools tell it to the model, pages to a person."""

from http import HTTPStatus


class RefusedError(Exception):
    """Nothing was changed.

    Args:
        sentence: What is wrong, and what to do.
        status: What a page answers with.
    """

    def __init__(self, sentence: str, status: HTTPStatus = HTTPStatus.CONFLICT) -> None:
        super().__init__(sentence)
        self.status = status
