from django.http import HttpResponseForbidden


class LoopbackOnly:
    """This app is full of holes on purpose: it answers to this machine alone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1"):
            return HttpResponseForbidden("This app is for practice on this machine alone.")
        return self.get_response(request)
