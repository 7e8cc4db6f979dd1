"""Says what Django's own server made of a request line; /admin answers with a marker."""
import sys

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import re_path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="for this test alone")


def admin(request):
    return HttpResponse("MARKER of the administrator")


def echo(request):
    return JsonResponse({"raw": None, "path": request.path})


urlpatterns = [re_path(r"^admin(?:/|\Z)", admin), re_path(r"(?s:.*)", echo)]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
