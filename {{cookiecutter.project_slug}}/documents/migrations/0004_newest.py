from django.db import migrations, models

from operations.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("documents", "0002_full_text_index")]

    operations = [
        AddIndexOnline("document", models.Index(fields=["owner", "-updated_at"], name="document_of_owner")),
        AddIndexOnline("document", models.Index(fields=["-updated_at", "-id"], name="document_newest")),
        AddIndexOnline("storedfile", models.Index(fields=["-created_at"], name="file_newest")),
    ]
