"""Remove the files of options that are off, and write `.env` with new secrets.

This runs inside the new project, with cookiecutter's own interpreter. It may use only the standard library:
no network, and no program besides Python.
"""

import json
import os
import re
import secrets
import shutil
import tempfile
from pathlib import Path

Answers = dict[str, object]

# Paths that belong to an option. They stay only if the option has this value.
OWNED: dict[tuple[str, object], tuple[str, ...]] = {
    ("example_app", True): (
        "inventory",
        "documents/mcp_tools/research.py",
        "documents/tests/test_research.py",
        "mcp_server/toolkit/research.py",
        "mcp_server/tools/products.py",
        "mcp_server/tools/research.py",
        "mcp_server/tools/sales.py",
        "mcp_server/tools/stock.py",
        "mcp_server/views",
        "tenants/management/commands/create_demo_data.py",
        "tenants/tests/test_row_security.py",
        "tenants/tests/isolation/shop.py",
        "tenants/tests/test_admin_of_shop.py",
        "mcp_server/tests/tools/test_products.py",
        "mcp_server/tests/tools/test_research.py",
        "mcp_server/tests/tools/test_sales.py",
        "mcp_server/tests/tools/test_stock.py",
        "sql_access/tests/test_tenancy.py",
    ),
    ("oauth", True): (
        "config/settings/oauth.py",
        "config/settings/oauth_and_tenants.py",
        "deploy/kubernetes/base/clear-oauth.yaml",
        "deploy/nginx/templates/limits/oauth.conf.template",
        "deploy/nginx/templates/locations/oauth.conf.template",
        "docs/oauth.md",
        "mcp_server/http_api/tests/test_apps.py",
        "mcp_server/pages/hosted_clients.py",
        "accounts/tests/test_notices_of_apps.py",
        "tenants/consent.py",
        "tenants/tests/test_admin_of_apps.py",
        "tenants/templates/tenants",
        "tenants/tests/test_choice_of_apps.py",
        "tenants/tests/test_consent.py",
        "oauth",
        "config/settings/identity_assertion.py",
        "sign_in/identity_assertion.py",
        "sign_in/identity_assertion_doctor.py",
        "sign_in/tests/test_consent.py",
        "sign_in/tests/test_identity_assertion.py",
        "tenants/tests/test_identity_assertion.py",
    ),
    ("oauth", False): (
        "deploy/kubernetes/base/ingress-discovery.yaml",
        "deploy/nginx/templates/locations/discovery.conf.template",
    ),
    ("multi_tenancy", True): (
        "config/settings/files_and_tenants.py",
        "config/settings/oauth_and_tenants.py",
        "config/settings/sql_and_tenants.py",
        "config/settings/tenants.py",
        "deploy/nginx/templates/locations/tenants.conf.template",
        "docs/tenancy.md",
        "documents/migrations/0003_tenant.py",
        "documents/migrations/0005_merge_tenant.py",
        "documents/migrations/0007_merge_tenant_again.py",
        "inventory/migrations/0002_tenant.py",
        "inventory/migrations/0004_merge_tenant.py",
        "inventory/migrations/0006_merge_tenant_again.py",
        "mcp_server/migrations/0003_tenant.py",
        "mcp_server/migrations/0004_all_tenants.py",
        "mcp_server/migrations/0008_tenant_merge.py",
        "mcp_server/migrations/0006_tenant_default.py",
        "mcp_server/http_api/tests/test_tenants.py",
        "inventory/mcp_tools.py",
        "oauth/migrations/0002_tenant.py",
        "sql_access/signature.py",
        "oauth/migrations/0004_all_tenants.py",
        "oauth/migrations/0006_merge_tenant.py",
        "sql_access/engines/tenants.py",
        "sql_access/tenancy.py",
        "sql_access/tests/test_tenancy.py",
        "tenants",
    ),
    ("multi_tenancy", False): ("mcp_server/tests/test_staff.py",),
    ("sql_tools", True): (
        "config/settings/sql.py",
        "config/settings/sql_and_tenants.py",
        "docs/sql.md",
        "sql_access",
        "tenants/tests/isolation/sql.py",
    ),
    ("file_tools", True): (
        "config/settings/files.py",
        "config/settings/files_and_tenants.py",
        "documents",
        "oauth/tests/test_uploads.py",
        "docs/files.md",
        "deploy/kubernetes/files",
        "deploy/nginx/templates/limits/files.conf.template",
        "deploy/nginx/templates/locations/files.conf.template",
        "tenants/tests/isolation/files.py",
        "tenants/tests/test_admin_of_documents.py",
        "tenants/tests/test_quota.py",
        "tenants/tests/test_uploads.py",
        "tenants/uploads.py",
    ),
    ("http_api", True): (
        "config/settings/http_api.py",
        "deploy/kubernetes/base/ingress-http-api.yaml",
        "deploy/nginx/templates/locations/http-api.conf.template",
        "docs/http-api.md",
        "mcp_server/http_api",
    ),
    ("sign_in", "allauth"): (
        "config/settings/identity_assertion.py",
        "config/settings/sign_in.py",
        "docs/company.md",
        "tenants/tests/test_identity_assertion.py",
        "sign_in",
    ),
    ("ci", "github"): (".github",),
    ("ci", "gitlab"): (".gitlab-ci.yml",),
}
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "GRAFANA_PASSWORD")


def unwanted(answers: Answers) -> list[str]:
    """Return the paths that belong to other answers than the ones that were given."""
    return [path for (option, value), paths in OWNED.items() if answers[option] != value for path in paths]


def remove(path: Path) -> None:
    """Remove a file or folder if it exists, and then its parent folders that are empty."""
    if not path.exists():
        return
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    for folder in path.parents:
        if folder == Path() or any(folder.iterdir()):
            break
        folder.rmdir()


def write_env(example: Path, env: Path) -> None:
    """Copy the example, with a new value for each secret. An existing `.env` keeps its secrets."""
    if env.exists():
        return
    text = re.sub(
        rf"^({'|'.join(SECRETS)})=.*$",
        lambda line: f"{line[1]}={secrets.token_urlsafe(48)}",
        example.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    # Never readable by others, not even for a moment.
    descriptor = os.open(env, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def is_for_comparison() -> bool:
    """Whether `cruft update` or `cruft diff` makes this project, in a folder that it removes again."""
    folder = Path.cwd().parent
    return folder.parent == Path(tempfile.gettempdir()).resolve() and bool(
        re.fullmatch(r"tmp[a-z0-9_]{8}", folder.name)
    )


def next_steps(slug: str) -> str:
    return f"""
{slug} is ready. Next:

    cd {slug}
    make dev              # on SQLite: sets everything up, starts both servers, prints a log-in and a token
    docker compose up     # or as in production: PostgreSQL, nginx, Gunicorn, Uvicorn
"""


def main() -> None:
    # A raw string, so that backslashes and quotes in an answer arrive as they are.
    answers = json.loads(r"""{{ cookiecutter | tojson }}""")
    for path in unwanted(answers):
        remove(Path(path))
    write_env(Path(".env.example"), Path(".env"))
    if not is_for_comparison():
        print(next_steps(answers["project_slug"]))


if __name__ == "__main__":
    main()
