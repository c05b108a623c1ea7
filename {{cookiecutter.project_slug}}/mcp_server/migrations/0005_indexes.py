from django.db import migrations, models

from operations.online_index import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("mcp_server", "0002_limits_and_audit")]

    operations = [
        AddIndexOnline("mcptoken", models.Index(fields=["-created_at"], name="mcptoken_newest")),
        AddIndexOnline("toolcall", models.Index(fields=["status", "-time"], name="tool_call_status")),
        AddIndexOnline("toolcall", models.Index(fields=["email"], name="tool_call_email")),
        AddIndexOnline("toolcall", models.Index(fields=["credential"], name="tool_call_credential")),
        AddIndexOnline("toolcall", models.Index(fields=["tool"], name="tool_call_tool")),
        AddIndexOnline("toolcall", models.Index(fields=["address"], name="tool_call_address")),
        AddIndexOnline("toolcall", models.Index(fields=["request_id"], name="tool_call_request")),
    ]
