from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_newest")]

    operations = [
        migrations.AlterField(
            "storedfile", "size", models.PositiveIntegerField(null=True, verbose_name="bytes")
        ),
    ]
