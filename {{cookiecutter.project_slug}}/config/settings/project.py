"""Yours: the settings of this project. They come last, and no update of the template touches this file.

You can override every setting of the other files here. Add to lists with +=, and do not replace them:
options put their guards there.

    from operations.environment import env
    from config.settings.base import INSTALLED_APPS

    INSTALLED_APPS += ["shop"]
    REPORTS_URL = env.str("REPORTS_URL", default="http://localhost:9000")
"""
