from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, OuterRef

READ, WRITE = "mcp:read", "mcp:write"


def take_scope_of_tokens(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Allow to write where every token may. Which consent was the newest is not known.

    The widest would keep what this field is there to end: a token that may write although its user
    consented to reading since. An app that loses by it is answered with what to ask its user for.
    """
    own = {"user": OuterRef("user"), "application": OuterRef("application")}
    models_with_scope = [apps.get_model("oauth2_provider", name) for name in ("AccessToken", "Grant")]
    tokens, grants = (model.objects.filter(**own) for model in models_with_scope)
    apps.get_model("oauth", "Connection").objects.filter(
        Exists(tokens.filter(scope__contains=WRITE)),
        ~Exists(tokens.exclude(scope__contains=WRITE)),
        ~Exists(grants.exclude(scope__contains=WRITE)),
    ).update(scope=f"{READ} {WRITE}")


class Migration(migrations.Migration):
    dependencies = [
        ("oauth", "0001_initial"),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="scope",
            field=models.CharField(
                max_length=100,
                default=f"{READ} {WRITE}",
                db_default=READ,
                help_text="What its user consented to the last time. Its tokens may have less.",
            ),
        ),
        migrations.RunPython(take_scope_of_tokens, migrations.RunPython.noop),
    ]
