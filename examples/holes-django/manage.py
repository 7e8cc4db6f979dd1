"""A document shelf with holes, FOR PRACTICE ONLY: every hole is meant, and it answers on loopback alone.

    gatehouse scan examples/holes-django --save
    cd examples/holes-django && gatehouse run -- python manage.py runserver
"""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shelf.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
