"""The addresses of downloads and uploads."""

from django.urls import path

from documents import views

urlpatterns = [
    path("", views.download, name="download"),
    path("upload", views.upload, name="upload"),
]
