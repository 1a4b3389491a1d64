"""The application that a web server serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mlcanvas.settings")

application = get_wsgi_application()

# After the applications are loaded: settings name the limits.
from mlcanvas.web.press import start  # noqa: E402

start()

# What is there now stays as long as the process: no collection needs to look at it again.
gc.collect()
gc.freeze()
