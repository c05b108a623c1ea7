import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from documents.links import make_link
from documents.models import Document, StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def document(user: User) -> Document:
    return Document.objects.create(owner=user, title="Minutes", text="We met.")


@pytest.fixture
def file(user: User) -> StoredFile:
    file = StoredFile.objects.create(
        owner=user, name="notes.txt", content_type="text/plain", size=2, stored_at=timezone.now()
    )
    storages["files"].save(file.path, ContentFile(b"Hi"))
    return file


@pytest.mark.parametrize("model", ["document", "storedfile"])
def test_lists_open(site: Client, document: Document, file: StoredFile, model: str) -> None:
    response = site.get(reverse(f"admin:documents_{model}_changelist"), {"q": "user@example.com"})
    assert response.status_code == 200
    assert b"user@example.com" in response.content


def test_an_edit_is_a_new_version(site: Client, document: Document) -> None:
    form = {"owner": document.owner_id, "title": "Minutes", "text": "We left.", "version": 1}
    response = site.post(reverse("admin:documents_document_change", args=[document.pk]), form)
    assert response.status_code == 302
    before = document.updated_at
    document.refresh_from_db()
    assert (document.text, document.version) == ("We left.", 2)
    assert document.updated_at > before


@pytest.mark.parametrize("version", ["1", "", "x"])
def test_an_edit_of_an_old_version_is_refused(site: Client, document: Document, version: str) -> None:
    Document.objects.update(text="Written meanwhile.", version=2)
    form = {"owner": document.owner_id, "title": "Minutes", "text": "We left.", "version": version}
    response = site.post(reverse("admin:documents_document_change", args=[document.pk]), form)
    assert b"Somebody else has changed this document" in response.content
    document.refresh_from_db()
    assert (document.text, document.version) == ("Written meanwhile.", 2)


def test_adding_a_document(site: Client, user: User) -> None:
    page = site.get(reverse("admin:documents_document_add"))
    assert b'name="version" value="1"' in page.content
    form = {"owner": user.pk, "title": "Plan", "text": "", "version": 1}
    assert site.post(reverse("admin:documents_document_add"), form).status_code == 302
    assert Document.objects.get().version == 1


def test_a_file_is_shown_with_a_link_and_stays_as_it_is(site: Client, file: StoredFile) -> None:
    address = reverse("admin:documents_storedfile_change", args=[file.pk])
    assert make_link(file).partition("?")[0].encode() in site.get(address).content
    assert site.post(address, {"name": "other.txt"}).status_code == 403
    assert site.get(reverse("admin:documents_storedfile_add")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_deleting_many_files_removes_their_contents(site: Client, file: StoredFile) -> None:
    form = {"action": "delete_selected", "_selected_action": [file.pk], "post": "yes"}
    site.post(reverse("admin:documents_storedfile_changelist"), form)
    assert not StoredFile.objects.exists()
    assert not storages["files"].exists(file.path)


@pytest.mark.django_db(transaction=True)
def test_a_deletion_that_is_rolled_back_keeps_the_content(file: StoredFile) -> None:
    path = file.path
    with transaction.atomic():
        file.delete()
        transaction.set_rollback(True)
    assert storages["files"].exists(path)


@pytest.mark.parametrize(("text", "found"), [("{title}", 1), ("{email}", 1), ("zeppelin", 0), ("@", 0)])
def test_documents_are_found_by_words_and_owner(
    site: Client, document: Document, text: str, found: int
) -> None:
    assert document.owner
    text = text.format(title=document.title.upper(), email=document.owner.email)
    page = site.get("/admin/documents/document/", {"q": text})
    assert page.context["cl"].result_count == found
