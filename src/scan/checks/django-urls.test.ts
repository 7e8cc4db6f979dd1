import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { scan } from '../scan.ts';

test('findings in views know their route through path, re_path and include', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-django-'));
  context.after(() => rmSync(folder, { recursive: true }));
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
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const found = scan([folder]).findings.filter(({ rule }) => rule === 'py/path-traversal');
  assert.deepEqual(
    found.map(({ source }) => ({ route: source?.route, methods: source?.methods, in: source?.parameter.in })),
    [
      { route: '/shop/read/<str:name>/', methods: ['GET'], in: 'path' },
      { route: '/old/', methods: [], in: 'query' },
    ],
  );
});
