"""The tools of documents and files."""

from documents.contents import store
from documents.models import Document
from tenants.tests.isolation.theirs import SECRET, Calls, Reads, Theirs


def fill(theirs: Theirs) -> None:
    theirs.document = Document.objects.create(
        owner=theirs.user, title=f"Plan {SECRET}", text=f"Plan {SECRET}"
    )
    theirs.file = store(theirs.user, f"plan-{SECRET}.txt", "text/plain", SECRET.encode())


CALLS: Calls = {
    # documents
    "create_document": lambda _: {"title": "x", "text": "x"},
    "get_document": lambda theirs: {"id": theirs.document.pk},
    "search_documents": lambda _: {"query": "plan"},
    "update_document": lambda theirs: {"id": theirs.document.pk, "version": 1, "text": "x"},
    # files
    "delete_file": lambda theirs: {"key": str(theirs.file.pk)},
    "get_file_url": lambda theirs: {"key": str(theirs.file.pk)},
    "list_files": lambda _: {},
    "request_upload": lambda _: {"name": "x.txt"},
    "upload_file": lambda _: {"name": "x.txt", "content": "x"},
}
READS: Reads = {
    "documents://{id}": lambda theirs: f"documents://{theirs.document.pk}",
    "files://{key}": lambda theirs: f"files://{theirs.file.pk}",
}
