"""Settings of the project. What differs between machines comes from the environment.

`.env.example` describes these variables. If there is a `.env` beside `manage.py`, it is read; a variable
that is already set wins over it. Each file has one topic; `project.py` is yours.
"""

from config.settings.env_file import *
from mcp_server.settings import *
from config.settings.base import *
from config.settings.database import *
from config.settings.cache import *
from config.settings.security import *
from config.settings.mail import *
from config.settings.logging import *
from config.settings.sentry import *
# % for topic, wanted in [("oauth", cookiecutter.oauth), ("sign_in", cookiecutter.sign_in == "allauth"), ("identity_assertion", cookiecutter.oauth and cookiecutter.sign_in == "allauth"), ("files", cookiecutter.file_tools), ("sql", cookiecutter.sql_tools), ("http_api", cookiecutter.http_api), ("tenants", cookiecutter.multi_tenancy), ("oauth_and_tenants", cookiecutter.oauth and cookiecutter.multi_tenancy), ("files_and_tenants", cookiecutter.file_tools and cookiecutter.multi_tenancy), ("sql_and_tenants", cookiecutter.sql_tools and cookiecutter.multi_tenancy)] if wanted
from config.settings.{{ topic }} import *
# % endfor
from config.settings.project import *  # the last word is yours
