import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { scan } from '../scan.ts';

const routesIn = (context: TestContext, files: Record<string, string>): string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-prefixes-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return scan([folder])
    .findings.filter(({ rule }) => rule === 'py/path-traversal')
    .map(({ source }) => `${source?.methods.join(',')} ${source?.route}`);
};

const READ = '    return open(request.args["file"]).read()\n';

test('a view of a blueprint has the prefix of the blueprint, or the one of its registration', (context) => {
  const files = {
    'app/__init__.py': `from flask import Flask
def create_app():
    from app import views
    from app.more import more as other
    app = Flask(__name__)
    app.register_blueprint(views.own)
    app.register_blueprint(other, url_prefix="/given/")
    return app
`,
    'app/views.py': `from flask import Blueprint, request
own = Blueprint("own", __name__, url_prefix="/own")
alone = Blueprint("alone", __name__)
@own.route("/a", methods=["POST"])
def a():
${READ}
@alone.get("/b")
def b():
${READ}
@own.route("")
def c():
${READ}`,
    'app/more.py': `from flask import Blueprint, request
more = Blueprint("more", __name__, url_prefix="/replaced")
@more.route("/d")
def d():
${READ}
def e():
${READ}
more.add_url_rule("/e", view_func=e)
`,
  };
  assert.deepEqual(routesIn(context, files), [
    'GET /given/d',
    ' /given/e',
    'POST /own/a',
    'GET /b',
    'GET /own',
  ]);
});

test('blueprints in blueprints, in a factory and in a loop have their whole prefix', (context) => {
  const files = {
    'app.py': `from flask import Blueprint, Flask, request
outer = Blueprint("outer", __name__, url_prefix="/outer")
inner = Blueprint("inner", __name__, url_prefix="/inner")
looped = Blueprint("looped", __name__)
@inner.route("/a/<name>")
def a(name):
    return open(name).read()
@looped.route("/b")
def b():
${READ}
def make():
    made = Blueprint("made", __name__, url_prefix="/made")
    @made.route("/c")
    def c():
        return open(request.args["file"]).read()
    return made
outer.register_blueprint(inner)
app = Flask(__name__)
app.register_blueprint(outer, url_prefix="/v1")
for each in (looped, make()):
    app.register_blueprint(each)
`,
  };
  assert.deepEqual(routesIn(context, files), ['GET /v1/inner/a/<name>', 'GET /b', 'GET /made/c']);
});

test('a part of the path that only the prefix names is a source, and a prefix that is no constant is left out', (context) => {
  const files = {
    'app.py': `import os
from flask import Blueprint, Flask, request
tenant = Blueprint("tenant", __name__, url_prefix="/t/<name>")
moved = Blueprint("moved", __name__, url_prefix=os.environ["PREFIX"])
@tenant.route("/a")
def a(name):
    return open(name).read()
@moved.route("/b")
def b():
${READ}
app = Flask(__name__)
app.register_blueprint(tenant)
app.register_blueprint(moved)
`,
  };
  assert.deepEqual(routesIn(context, files), ['GET /t/<name>/a', 'GET /b']);
});

test('a view of a router has the prefixes of all that include it', (context) => {
  const files = {
    'main.py': `from fastapi import FastAPI
import items
app = FastAPI()
app.include_router(items.router, prefix="/api")
`,
    'items.py': `from fastapi import APIRouter
from deep import router as deep
router = APIRouter(prefix="/items")
@router.get("/read")
def read(file: str):
    return open(file).read()
router.include_router(deep, prefix="/x")
`,
    'deep.py': `from fastapi import APIRouter
router = APIRouter(prefix="/deep")
@router.post("/{file}")
def read(file: str):
    return open(file).read()
def plain(file: str):
    return open(file).read()
router.add_api_route("/plain", plain, methods=["GET"])
`,
  };
  assert.deepEqual(routesIn(context, files), [
    'POST /api/items/x/deep/{file}',
    'GET /api/items/x/deep/plain',
    'GET /api/items/read',
  ]);
});
