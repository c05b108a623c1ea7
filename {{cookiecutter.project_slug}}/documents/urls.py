"""The address of downloads."""

from django.urls import path

from documents import views

urlpatterns = [path("", views.download, name="download")]
