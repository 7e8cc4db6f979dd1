import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { scan } from '../scan.ts';

const found = (context: TestContext, files: Record<string, string>) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-django-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return scan([folder]).findings.filter(({ rule }) => rule === 'py/path-traversal');
};

test('findings in views know their route through path, re_path and include', (context) => {
  const files = {
    'site/__init__.py': '',
    'site/urls.py': `from django.urls import include, path, re_path
from site import views
urlpatterns = [path("shop/", include("site.more")), re_path(r"^old/$", views.old)]
`,
    'site/more.py': `from django.urls import path
from site import views
urlpatterns = [path("read/<str:name>/", views.read)]
`,
    'site/views.py': `from django.http import HttpResponse
from django.views.decorators.http import require_GET

@require_GET
def read(request, name):
    return HttpResponse(open(name).read(), content_type="text/plain")

def old(request):
    return HttpResponse(open(request.GET["file"]).read(), content_type="text/plain")
`,
  };
  assert.deepEqual(
    found(context, files).map(({ source }) => ({
      route: source?.route,
      methods: source?.methods,
      in: source?.parameter.in,
    })),
    [
      { route: '/shop/read/<str:name>/', methods: ['GET'], in: 'path' },
      { route: '/old/', methods: [], in: 'query' },
    ],
  );
});

test('views know their methods from decorators, and class-based views their route from as_view', (context) => {
  const files = {
    'site/__init__.py': '',
    'site/urls.py': `from django.urls import include, path
from site import views
urlpatterns = [path("a/", views.a), path("b/<name>/", views.B.as_view()), path("c/", views.C.as_view()), path("d/", views.d),
  path("e/", views.E.as_view()), path("f/", views.f), path("g/", views.g), path("api/", include([path("h/", views.h)])), path("i/", views.I.as_view())]
`,
    'site/views.py': `from django.views import View
from django.views.generic import FormView
from django.views.decorators.http import require_GET, require_POST, require_http_methods
from rest_framework.decorators import api_view
from django.contrib.auth.decorators import login_required

@require_http_methods(["GET", "HEAD"])
def a(request):
    return open(request.GET["file"]).read()

class B(View):
    def get(self, request, name):
        return open(name).read()
    def post(self, request, name):
        return open(request.POST["q"]).read()

class Base(View):
    def get(self, request):
        return open(request.GET["q"]).read()

class C(Base):
    pass

@login_required
@require_http_methods(request_method_list=("POST",))
def d(request):
    return open(request.POST["file"]).read()

class E(FormView):
    def form_valid(self, form):
        return open(self.request.POST["q"]).read()

@api_view(["PUT"])
def f(request):
    return open(request.data["file"]).read()

@require_POST
def g(request):
    return open(request.POST["file"]).read()

def h(request):
    return open(request.GET["file"]).read()

class I(View):
    def get(self, request):
        return self.read()
    def read(self):
        return open(self.request.GET["file"]).read()
`,
  };
  assert.deepEqual(
    found(context, files).map(({ source }) => `${source?.methods.join(',')} ${source?.route}`),
    [
      'GET,HEAD /a/',
      'GET /b/<name>/',
      'POST /b/<name>/',
      'GET /c/',
      'POST /d/',
      'POST /e/',
      'PUT /f/',
      'POST /g/',
      ' /api/h/',
      'GET /i/',
    ],
  );
});

test('a list of methods that is not written out says nothing of the methods', (context) => {
  const files = {
    'site/urls.py': `from django.urls import path
import views
urlpatterns = [path("a/", views.a)]
`,
    'site/views.py': `from django.views.decorators.http import require_http_methods
OTHER = "POST"
@require_http_methods(["GET", OTHER])
def a(request):
    return open(request.GET["file"]).read()
`,
  };
  assert.deepEqual(
    found(context, files).map(({ source }) => [source?.route, source?.methods]),
    [['/a/', []]],
  );
});
