"""The form of a document in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from documents.models import Document


class DocumentForm(forms.ModelForm):
    """Has the version that its user sees, and refuses to overwrite a later one."""

    class Meta:
        model = Document
        fields = ("owner", "title", "text", "version")
        widgets = {"version": forms.HiddenInput}

    def clean(self) -> dict[str, Any] | None:
        """Compare the version with the one in the database."""
        if self.instance.pk and self.cleaned_data.get("version") != self.instance.version:
            raise ValidationError(_("Somebody else has changed this document: open it again, then edit it."))
        return super().clean()
