"""Yours: the settings of this project. They come last, and no update of the template touches this file.

Everything that the files beside this one set can be set anew here, or changed. Add to lists
(+=), and do not set them anew: options put their guards there.

    from operations.environment import env
    from config.settings.base import INSTALLED_APPS

    INSTALLED_APPS += ["shop"]
    REPORTS_URL = env.str("REPORTS_URL", default="http://localhost:9000")
"""
