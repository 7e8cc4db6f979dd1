from collections import deque
from urllib.parse import unquote

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from shop.forms import EntryForm

entries: deque = deque(maxlen=100)


def person(request) -> str:
    return unquote(request.headers.get("X-Gatehouse-Name", "")) or "a guest"


@require_GET
def home(request):
    return render(request, "home.html", {"form": EntryForm(), "entries": list(entries), "person": person(request)})


@require_POST
def sign(request):
    form = EntryForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(
            request, "home.html", {"form": form, "entries": list(entries), "person": person(request)}, status=422
        )
    picture = form.cleaned_data["picture"]
    entries.appendleft(
        {
            "text": form.cleaned_data["text"],
            "stars": "★" * form.cleaned_data["stars"],
            "by": person(request),
            "picture": f"{picture.name}, {picture.size} bytes" if picture else "",
        }
    )
    request.session["signed"] = True
    return redirect("home")


@require_GET
def about_request(request):
    """What Django believes about the request: https and the public name, when it runs behind the gate."""
    return JsonResponse(
        {"secure": request.is_secure(), "host": request.get_host(), "address": request.build_absolute_uri("/")}
    )


@require_GET
def statistics(request):
    """Fails on purpose, so that DEBUG would show settings and sources to the visitor."""
    secret_of_the_shop = "the safe opens with 0451"
    return JsonResponse({"average": len(entries) / 0, "secret": secret_of_the_shop})
