import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RULES, scan } from '../../src/scan/index.ts';
import { LIBRARIES } from '../../src/scan/models/all.ts';
import {
  type Condition,
  type LibraryModel,
  modelSchema,
  type SinkModel,
  type SourceModel,
} from '../../src/scan/models/schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-models-'));
after(() => rmSync(folder, { recursive: true }));

/** How code comes by the things that the models name by their kind. */
const OPENERS: readonly (readonly [string, string, string?])[] = [
  ['db.Cursor.', "sqlite3.connect('x').cursor()", 'sqlite3'],
  ['db.Connection.', "sqlite3.connect('x')", 'sqlite3'],
  ['asyncpg.Connection.', 'asyncpg.connect()', 'asyncpg'],
  ['sqlalchemy.Connection.', "sqlalchemy.create_engine('x').connect()", 'sqlalchemy'],
  ['sqlalchemy.Engine.', "sqlalchemy.create_engine('x')", 'sqlalchemy'],
  ['sqlalchemy.Session.', 'sqlalchemy.orm.Session()', 'sqlalchemy.orm'],
  ['peewee.Database.', "peewee.SqliteDatabase('x')", 'peewee'],
  ['records.Database.', "records.Database('x')", 'records'],
  ['mongo.', 'pymongo.MongoClient().shop.users', 'pymongo'],
  ['lxml.Element.', "lxml.etree.parse('x')", 'lxml.etree'],
  ['xml.Element.', "xml.etree.ElementTree.parse('x')", 'xml.etree.ElementTree'],
  ['ldap.Connection.', "ldap.initialize('x')", 'ldap'],
  ['ldap3.Conn.', "ldap3.Connection('x')", 'ldap3'],
  ['logging.Logger.', "logging.getLogger('x')", 'logging'],
  ['django.db.RawSQL', 'django.db.models.expressions.RawSQL', 'django.db.models.expressions'],
  ['http.Handler.', 'http.server.BaseHTTPRequestHandler()', 'http.server'],
  ['werkzeug.FileStorage.', "request.files['f']"],
];

const TEXT: Record<string, string> = {
  sql: "'SELECT a FROM t WHERE b = ' + value",
  nosql: "{'$where': 'x' + value}",
  ldap: "'(uid=' + value + ')'",
};

const literal = (value: unknown): string =>
  value === true ? 'True' : value === false ? 'False' : value === null ? 'None' : JSON.stringify(value);

/** A value that a condition is content with. */
const meets = ({ is, like, names }: Condition): string | null =>
  is !== undefined ? literal(is[0]) : like !== undefined ? "'text/html'" : (names?.[0] ?? null);

/** What stands at position `i` before the argument that is looked at. */
const fixed = (sink: SinkModel, i: number): string => {
  const wanted = sink.when?.find(({ arg }) => arg === i);
  return wanted === undefined ? "'x'" : (meets(wanted) ?? "'x'");
};

const callOf = (sink: SinkModel): { imports: string; call: string } => {
  const dot = sink.name.lastIndexOf('.');
  const opener = OPENERS.find(([prefix]) => sink.name.startsWith(prefix));
  const root = sink.name.split('.')[0] ?? '';
  let callee = sink.name;
  let imports = '';
  if (opener !== undefined) {
    const [prefix, made, module] = opener;
    callee = prefix.endsWith('.') ? `${made}.${sink.name.slice(prefix.length)}` : made;
    imports = module === undefined ? '' : `import ${module}`;
  } else if (root === '*') callee = `thing.${sink.name.slice(2)}`;
  else if (root === 'builtins') callee = sink.name.slice(dot + 1);
  else if (sink.name.startsWith('tornado.Handler.'))
    callee = `tornado.web.RequestHandler().${sink.name.slice(16)}`;
  if (opener === undefined && !['*', 'builtins'].includes(root)) {
    const module =
      callee
        .split('(')[0]
        ?.split('.')
        .filter((part) => /^[a-z_0-9]+$/.test(part)) ?? [];
    imports = `import ${root === 'tornado' ? 'tornado.web, tornado.template' : root}\nimport ${module.slice(0, -1).join('.') || root}`;
  }
  callee = callee.replaceAll('[]', "['x']");
  const text = TEXT[sink.context] ?? 'value';
  const [spec] = sink.args;
  const keyword = typeof spec === 'string' && spec !== '*' && spec !== 'self' ? spec : null;
  const at = typeof spec === 'number' ? spec : Array.isArray(spec) ? spec[0] : 0;
  const positional =
    keyword !== null || spec === 'self'
      ? []
      : [...Array.from({ length: at }, (_, i) => fixed(sink, i)), text];
  const named = (sink.when ?? []).flatMap((condition) => {
    const name = Array.isArray(condition.arg) ? condition.arg[1] : String(condition.arg);
    const value = meets(condition);
    return value === null || condition.absent === true || typeof condition.arg === 'number'
      ? []
      : [`${name}=${value}`];
  });
  if (keyword !== null) named.push(`${keyword}=${text}`);
  if (spec === 'self')
    callee = callee.replace('pathlib.Path()', 'pathlib.Path(value)').replace('open()', 'open(value)');
  return { imports, call: `${callee}(${[...positional, ...named].join(', ')})` };
};

const FLAGS: Record<string, string> = {
  'external-entities':
    '    import xml.sax, xml.sax.handler\n    p = xml.sax.make_parser()\n    p.setFeature(xml.sax.handler.feature_external_ges, True)\n',
  'cgi-page': "    print('Content-Type: text/html')\n",
  'html-answer':
    "    import http.server\n    http.server.BaseHTTPRequestHandler().send_header('Content-Type', 'text/html')\n",
};

const programOf = (sink: SinkModel): string => {
  const { imports, call } = callOf(sink);
  const flag = FLAGS[sink.needs ?? ''] ?? '';
  return `from flask import Flask, request, Blueprint\n${imports}\nbp = Blueprint('b', __name__)\n@bp.route('/x')\ndef view(thing=None):\n    value = request.get_json()\n${flag}    result = ${call}\n    return {}\n`;
};

const found = (source: string, rule: string): boolean => {
  const file = join(folder, 'model.py');
  writeFileSync(file, source);
  return scan([file]).findings.some((finding) => finding.rule === rule);
};

for (const model of LIBRARIES) {
  test(`${model.library}: the model fits its schema, and its rules exist`, () => {
    modelSchema.parse(model);
    for (const sink of model.sinks ?? []) assert.ok(RULES.has(sink.rule), sink.rule);
  });
  test(`${model.library}: a value of the request that goes into a sink is found there`, () => {
    const missed = (model.sinks ?? []).filter((sink) => !found(programOf(sink), sink.rule));
    assert.deepEqual(
      missed.map((sink) => `${sink.name}\n${programOf(sink)}`),
      [],
    );
  });
}

const REQUESTS: Record<string, string> = {
  'starlette.requests.Request':
    'from fastapi import FastAPI, Request\nimport os\napp = FastAPI()\n@app.get("/x")\nasync def view(request: Request):\n',
  'aiohttp.web.Request': 'from aiohttp import web\nimport os\nasync def view(request):\n',
  'django.http.HttpRequest': 'from django.http import HttpRequest\nimport os\ndef view(request):\n',
  'sanic.Request': 'from sanic import Sanic\nimport os\nasync def view(request):\n',
  'flask.Request':
    'from flask import Flask, request\nimport os\napp = Flask("x")\n@app.route("/x")\ndef view():\n',
  'pyramid.request.Request':
    'from pyramid.view import view_config\nimport os\n@view_config(renderer="json")\ndef view(request):\n',
  'falcon.Request': 'import falcon\nimport os\nclass R:\n  def on_get(self, request, response):\n',
  'twisted.web.Request':
    'from twisted.web.resource import Resource\nimport os\nclass R(Resource):\n  def render_GET(self, request):\n',
  'azure.functions.HttpRequest':
    'import azure.functions as func\nimport os\ndef main(request: func.HttpRequest):\n',
  'robyn.Request':
    'from robyn import Robyn\nimport os\napp = Robyn(__file__)\n@app.get("/x")\ndef view(request):\n',
  'telegram.Update':
    'import telegram.ext\nimport os\nasync def start(update, context):\n    request = update\n',
  'telegram.Context':
    'import telegram.ext\nimport os\nasync def start(update, context):\n    request = context\n',
  'channels.Consumer':
    'from channels.generic.websocket import WebsocketConsumer\nimport os\nclass C(WebsocketConsumer):\n  def connect(self):\n    request = self\n',
  'bottle.request': 'from bottle import route, request\nimport os\n@route("/x")\ndef view():\n',
};

// The name of a member: `zipfile.ZipFile().infolist()[].filename`.
const archiveProgram = ({ name }: SourceModel): string => {
  const read = name.replace('()', "('a')").replace(/\.(getinfo|getmember)\(\)/, ".$1('x')");
  const [of = '', member = ''] = read.split('[]');
  const open = read.includes('[]')
    ? `for member in ${of}:\n    open('/srv/' + member${member}, 'wb')\n`
    : `open('/srv/' + ${read}, 'wb')\n`;
  return `import tarfile, zipfile\n${open}`;
};

const sourceProgram = (source: SourceModel, model: LibraryModel): string | null => {
  if (source.kind === 'archive') return archiveProgram(source);
  const owner = Object.keys(REQUESTS).find((name) => source.name.startsWith(`${name}.`));
  if (owner !== undefined)
    return `${REQUESTS[owner]}    value = request.${source.name.slice(owner.length + 1)}\n    os.system('echo ' + str(value))\n`;
  const parser = /^(\w+)\.reqparse\./.exec(source.name)?.[1];
  if (parser !== undefined) {
    return `from ${parser} import reqparse\nimport os\ndef view():\n    os.system('echo ' + reqparse.RequestParser().parse_args()['x'])\n`;
  }
  if (
    /^(streamlit|nicegui|panel|cgi|chalice|cherrypy)$/.test(model.library) ||
    /^flask\.websocket/.test(source.name)
  )
    return `import ${source.name.split('.')[0]}\nimport os\nvalue = ${source.name.replaceAll('()', "('x')")}\nos.system('echo ' + str(value))\n`;
  if (model.library === 'http.server') {
    const path = source.name.replace('http.Handler', 'self');
    return `import http.server\nimport os\nclass H(http.server.BaseHTTPRequestHandler):\n    def do_GET(self):\n        os.system('echo ' + str(${path}))\n`;
  }
  if (model.library === 'tornado') {
    const path = source.name
      .replace('tornado.Handler', 'self')
      .replace('tornado.Request', 'self.request')
      .replace('()', "('x')");
    return `import tornado.web\nimport os\nclass H(tornado.web.RequestHandler):\n    def get(self):\n        os.system('echo ' + str(${path}))\n`;
  }
  return null;
};

for (const model of LIBRARIES.filter((each) => (each.sources ?? []).length > 0)) {
  test(`${model.library}: what is read from a source is followed`, () => {
    const missed = (model.sources ?? []).filter((source) => {
      const program = sourceProgram(source, model);
      assert.ok(program !== null, source.name);
      return !found(program, source.kind === 'archive' ? 'py/zip-slip' : 'py/command-injection');
    });
    assert.deepEqual(
      missed.map((source) => source.name),
      [],
    );
  });
}
