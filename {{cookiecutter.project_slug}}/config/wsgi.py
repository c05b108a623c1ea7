"""The web process: pages and admin, served by Gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from operations.content_type import with_plain_content_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = with_plain_content_type(get_wsgi_application())
