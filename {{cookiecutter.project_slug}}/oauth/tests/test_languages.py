"""The consent page is in the language of its reader, and answers to apps are in English."""

import json

import pytest
from django.test import Client
from pytest_django import Settings

from oauth.tests.flow import authorize_url, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(signed_in: Client, settings: Settings) -> Client:
    """The browser of somebody who reads traditional Chinese, even if the project ignores its language."""
    settings.LANGUAGE_CODE = "zh-hant"
    return signed_in


def test_consent(reader: Client) -> None:
    client_id = register(reader, client_name="Nice app")["client_id"]
    html = reader.get(authorize_url(client_id)).content.decode()
    for words in (
        "允許 <bdi>Nice app</bdi> 以您的身分操作",
        "未驗證",
        ">連線</button>",
        ">取消</button>",
        "僅限我勾選的",
        "個讀取",
    ):
        assert words in html
    for words in ("It wants", "Cancel", "It may use", "change data"):
        assert words not in html
    refused = reader.post(authorize_url(client_id), {"allow": "1", "limit": "some"}).content.decode()
    assert "請至少勾選一個工具" in refused


def test_what_an_app_is_told(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a translated error of Django in an answer that developers read in a log."""
    monkeypatch.setattr("oauth.registration.clean_name", lambda _name: "x" * 300)
    metadata = {"redirect_uris": ["https://app.example/"]}
    answer = reader.post("/oauth/register", json.dumps(metadata), "application/json").json()
    assert "at most 255 characters" in answer["error_description"]
