"""A guest book: forms with Django's own CSRF protection, and a page that fails on purpose.

    gatehouse run -- python examples/django/manage.py runserver
"""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
