"""Settings of the project. What differs between machines comes from the environment.

`.env.example` is the manual of these variables. A `.env` beside `manage.py` is read when there is
one; a variable that is already set wins over it. Each file is a topic; `project.py` is yours.
"""

from config.settings.env_file import *
from mcp_server.settings import *
from config.settings.base import *
from config.settings.database import *
from config.settings.security import *
from config.settings.mail import *
from config.settings.logging import *
from config.settings.sentry import *
# % if cookiecutter.oauth
from oauth.settings import *
from config.settings.oauth import *
# % endif
# % if cookiecutter.sign_in == "allauth"
from config.settings.sign_in import *
# % endif
# % if cookiecutter.file_tools
from config.settings.files import *
# % endif
# % if cookiecutter.sql_tools
from config.settings.sql import *
# % endif
# % if cookiecutter.multi_tenancy
from config.settings.tenants import *
# % endif
from config.settings.project import *  # the last word is yours
