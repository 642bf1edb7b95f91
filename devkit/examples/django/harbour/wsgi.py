import os

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbour.settings")

# As runserver does: static files of installed applications are served from where they are.
application = StaticFilesHandler(get_wsgi_application())
