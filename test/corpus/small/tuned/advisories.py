# == An experiment tracker's artifact proxy checks the path before its local store unquotes it once more
# -- file: tracker/paths.py
import posixpath
from urllib.parse import urlparse


class BadArtifactPath(ValueError):
    pass


def verify_artifact_path(path: str) -> str:
    if not path:
        raise BadArtifactPath("empty path")
    parsed = urlparse(path)
    if parsed.scheme or parsed.netloc:
        raise BadArtifactPath("absolute URIs are not accepted")
    if "\\" in path or posixpath.isabs(path):
        raise BadArtifactPath("path must be relative")
    if ".." in path.split("/"):
        raise BadArtifactPath("path must not leave the run")
    return path
# -- file: tracker/store.py
import os
from pathlib import Path
from urllib.parse import unquote

from tracker.paths import BadArtifactPath


class LocalArtifactStore:
    """Keeps the artifacts of one run under <root>/<run_id>/artifacts."""

    def __init__(self, root: str):
        self._root = os.path.abspath(root)

    def _run_dir(self, run) -> str:
        return os.path.join(self._root, run.uuid, "artifacts")

    def entries(self, run, sub: str):
        base = Path(self._run_dir(run)).resolve()
        wanted = (base / sub).resolve()
        if not wanted.is_relative_to(base):
            raise BadArtifactPath(sub)
        return sorted(p.name for p in wanted.iterdir())

    def read(self, run, rel: str) -> bytes:
        # clients send file names that were quoted when they were logged
        target = os.path.join(self._run_dir(run), unquote(rel))
        with open(target, "rb") as fh:  # expect: py/path-traversal
            return fh.read()
# -- file: tracker/models.py
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Run(Base):
    __tablename__ = "runs"
    id = Column(Integer, primary_key=True)
    uuid = Column(String(32), unique=True, nullable=False)
    owner = Column(String(120), nullable=False)
# -- file: tracker/handlers.py
import functools
import hmac
import os

from flask import Blueprint, Response, abort, current_app, jsonify, request

from tracker.models import Run
from tracker.paths import BadArtifactPath, verify_artifact_path
from tracker.store import LocalArtifactStore

bp = Blueprint("artifacts", __name__, url_prefix="/api/2.0")


def needs_token(view):
    @functools.wraps(view)
    def wrapped(*args, **kw):
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(sent, os.environ["TRACKER_TOKEN"]):
            abort(401)
        return view(*args, **kw)

    return wrapped


def _store() -> LocalArtifactStore:
    return LocalArtifactStore(current_app.config["ARTIFACT_ROOT"])


def _run_or_404(uuid):
    db = current_app.extensions["db_session"]
    run = db.query(Run).filter(Run.uuid == uuid).one_or_none()
    if run is None:
        abort(404)
    return run


@bp.get("/runs/<uuid>/artifacts")
@needs_token
def list_artifacts(uuid):
    run = _run_or_404(uuid)
    try:
        return jsonify(files=_store().entries(run, request.args.get("path", ".")))
    except BadArtifactPath:
        return jsonify(error="INVALID_PARAMETER_VALUE"), 400


@bp.get("/runs/<uuid>/artifact")
@needs_token
def get_artifact(uuid):
    run = _run_or_404(uuid)
    try:
        rel = verify_artifact_path(request.args.get("path", ""))
        blob = _store().read(run, rel)
    except BadArtifactPath:
        return jsonify(error="INVALID_PARAMETER_VALUE"), 400
    except FileNotFoundError:
        return jsonify(error="RESOURCE_DOES_NOT_EXIST"), 404
    return Response(blob, mimetype="application/octet-stream")
# == Data app server: the component file handler now resolves links and compares whole path parts
# -- file: server/component_registry.py
import threading


class ComponentRegistry:
    _instance = None

    def __init__(self):
        self._lock = threading.Lock()
        self._roots = {}

    @classmethod
    def instance(cls):
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def register(self, name, root):
        with self._lock:
            self._roots[name] = root

    def root_of(self, name):
        with self._lock:
            return self._roots.get(name)
# -- file: server/component_handler.py
import mimetypes
import os

import tornado.web

from server.component_registry import ComponentRegistry


def is_inside(root, candidate):
    root = os.path.realpath(root)
    candidate = os.path.realpath(candidate)
    return os.path.commonpath([root, candidate]) == root


class ComponentRequestHandler(tornado.web.RequestHandler):
    def initialize(self, registry: ComponentRegistry):
        self._registry = registry

    def set_default_headers(self):
        self.set_header("X-Content-Type-Options", "nosniff")

    def get(self, path):
        parts = path.split("/")
        name = parts[0]
        root = self._registry.root_of(name)
        if root is None:
            self.set_status(404)
            self.write("not found")
            return
        rel = "/".join(parts[1:]) or "index.html"
        full = os.path.join(root, rel)
        if not is_inside(root, full):
            self.set_status(403)
            self.write("forbidden")
            return
        full = os.path.realpath(full)
        try:
            with open(full, "rb") as fh:
                body = fh.read()
        except OSError:
            self.set_status(404)
            self.write("read error")
            return
        kind, encoding = mimetypes.guess_type(full)
        if encoding == "gzip":
            kind = "application/gzip"
        self.set_header("Content-Type", kind or "application/octet-stream")
        self.write(body)
# -- file: server/routes.py
import tornado.web

from server.component_handler import ComponentRequestHandler
from server.component_registry import ComponentRegistry


class HealthHandler(tornado.web.RequestHandler):
    def get(self):
        self.set_header("Cache-Control", "no-cache")
        self.write("ok")


def make_app():
    reg = ComponentRegistry.instance()
    return tornado.web.Application(
        [
            (r"/healthz", HealthHandler),
            (r"/component/(.*)", ComponentRequestHandler, {"registry": reg}),
        ]
    )
# == Configuration management API: the agentless client glues the key path of the request into an ssh command line
# -- file: master/netapi.py
import json

import tornado.web

from master.auth import TokenStore
from master.clients import CLIENTS


class BaseApiHandler(tornado.web.RequestHandler):
    def initialize(self, opts):
        self.opts = opts
        self.tokens = TokenStore(opts["token_dir"])

    def prepare(self):
        self.lowstate = []
        if self.request.headers.get("Content-Type", "").startswith("application/json"):
            data = json.loads(self.request.body or b"[]")
            self.lowstate = data if isinstance(data, list) else [data]

    def reply(self, payload):
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(payload))


class RunHandler(BaseApiHandler):
    def post(self):
        out = []
        for chunk in self.lowstate:
            client = chunk.get("client")
            if client not in CLIENTS:
                self.set_status(400)
                return self.reply({"error": "unknown client"})
            # only the message bus clients look at the token themselves
            if client != "ssh" and not self.tokens.valid(chunk.get("token", "")):
                self.set_status(401)
                return self.reply({"error": "denied"})
            out.append(CLIENTS[client](self.opts).run(**chunk))
        self.reply({"return": out})
# -- file: master/auth.py
import hashlib
import os


class TokenStore:
    def __init__(self, directory):
        self.known = set(os.listdir(directory))

    def valid(self, token):
        return hashlib.sha256(token.encode()).hexdigest() in self.known
# -- file: master/clients.py
from master.bus import publish
from master.ssh_shell import Shell


class LocalClient:
    def __init__(self, opts):
        self.opts = opts

    def run(self, tgt="*", fun="test.ping", arg=(), **_):
        return publish(self.opts["bus"], {"tgt": tgt, "fun": fun, "arg": list(arg)})


class SSHClient:
    def __init__(self, opts):
        self.opts = opts

    def run(self, tgt="", fun="test.ping", **kwargs):
        host = self.opts["roster"].get(tgt)
        if host is None:
            return {"error": "no such minion"}
        shell = Shell(
            host=host["address"],
            user=host.get("user", "root"),
            priv=kwargs.get("ssh_priv", self.opts["default_key"]),
        )
        return shell.copy_id()


CLIENTS = {"local": LocalClient, "ssh": SSHClient}
# -- file: master/bus.py
import json
import socket


def publish(address, message):
    with socket.create_connection(address, timeout=5) as conn:
        conn.sendall(json.dumps(message).encode() + b"\n")
        return json.loads(conn.makefile().readline())
# -- file: master/ssh_shell.py
import subprocess


class Shell:
    def __init__(self, host, user, priv):
        self.host, self.user, self.priv = host, user, priv

    def _copy_id_str(self):
        return "ssh-copy-id -i {0}.pub {1}@{2}".format(self.priv, self.user, self.host)

    def copy_id(self):
        return self._run_cmd(self._copy_id_str())

    def _run_cmd(self, cmd):
        proc = subprocess.Popen(  # expect: py/command-injection
            cmd,
            shell=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = proc.communicate(timeout=60)
        return {"stdout": out.decode(), "stderr": err.decode(), "retcode": proc.returncode}
# == Workflow scheduler: the origin parameter of the web interface is kept on the own host and the log file is bounded
# -- file: webui/security.py
from functools import wraps
from urllib.parse import urlsplit

from flask import g, redirect, request, url_for


def get_safe_url(url, fallback="Home.index"):
    if not url:
        return url_for(fallback)
    cleaned = url.replace("\\", "/")
    if cleaned.startswith("//") or any(ord(c) < 33 for c in cleaned):
        return url_for(fallback)
    parts = urlsplit(cleaned)
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return url_for(fallback)
    # built again from the pieces that were looked at
    path = "/" + parts.path.lstrip("/")
    return path + ("?" + parts.query if parts.query else "")


def has_access(permission):
    def deco(fn):
        @wraps(fn)
        def inner(*a, **k):
            if permission not in g.user.permissions:
                return redirect(url_for("Auth.login"))
            return fn(*a, **k)

        return inner

    return deco
# -- file: webui/views.py
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request

from webui.models import DagModel, TaskInstance, db
from webui.security import get_safe_url, has_access

ui = Blueprint("Home", __name__)


@ui.route("/home")
@has_access("can_read_dags")
def index():
    term = request.args.get("search", "")
    query = db.session.query(DagModel)
    if term:
        query = query.filter(DagModel.dag_id.ilike(f"%{term}%"))
    return render_template("dags.html", dags=query.limit(100).all(), term=term)


@ui.route("/paused", methods=["POST"])
@has_access("can_edit_dags")
def paused():
    dag = db.session.get(DagModel, request.form.get("dag_id", ""))
    if dag is None:
        abort(404)
    dag.is_paused = request.form.get("is_paused") == "false"
    db.session.commit()
    flash("saved")
    return redirect(get_safe_url(request.form.get("origin")))


@ui.route("/log")
@has_access("can_read_logs")
def log():
    key = (request.args["dag_id"], request.args["task_id"], request.args["run_id"])
    ti = db.session.get(TaskInstance, key)
    if ti is None:
        abort(404)
    attempt = request.args.get("try", type=int, default=1)
    base = Path(current_app.config["BASE_LOG_FOLDER"])
    text = (base / ti.log_folder / f"{attempt}.log").read_text()
    return Response(text, mimetype="text/plain")
# -- file: webui/models.py
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class DagModel(db.Model):
    dag_id = db.Column(db.String(250), primary_key=True)
    is_paused = db.Column(db.Boolean, default=False)


class TaskInstance(db.Model):
    dag_id = db.Column(db.String(250), primary_key=True)
    task_id = db.Column(db.String(250), primary_key=True)
    run_id = db.Column(db.String(250), primary_key=True)
    log_folder = db.Column(db.String(500), nullable=False)
# -- file: templates/dags.html
<form action="/home"><input name="search" value="{{ term }}"></form>
<ul>{% for dag in dags %}<li>{{ dag.dag_id }}</li>{% endfor %}</ul>
# == A business intelligence tool lets the chart's extra filter through after a weak look for a second statement
# -- file: bi/charts/schemas.py
from marshmallow import Schema, ValidationError, fields, validate

AGGREGATES = ("SUM", "AVG", "MIN", "MAX", "COUNT")


def one_clause(value):
    lowered = value.lower()
    for word in ("insert ", "update ", "delete ", "drop "):
        if word in lowered:
            raise ValidationError("only filters are allowed")
    if ";" in value:
        raise ValidationError("one clause only")


class ExtrasSchema(Schema):
    where = fields.String(load_default="", validate=one_clause)
    having = fields.String(load_default="", validate=validate.Equal(""))


class ChartDataSchema(Schema):
    datasource = fields.Integer(required=True)
    metric = fields.String(required=True)
    aggregate = fields.String(required=True, validate=validate.OneOf(AGGREGATES))
    row_limit = fields.Integer(load_default=1000, validate=validate.Range(1, 50000))
    extras = fields.Nested(ExtrasSchema, load_default=dict)
# -- file: bi/charts/query.py
from dataclasses import dataclass, field


@dataclass
class QueryObject:
    table: str
    column: str
    aggregate: str
    row_limit: int
    clauses: list = field(default_factory=list)

    def add_clause(self, clause):
        if clause:
            self.clauses.append(f"({clause})")

    @property
    def statement(self):
        sql = f"SELECT {self.aggregate}({self.column}) AS value FROM {self.table}"
        if self.clauses:
            sql += " WHERE " + " AND ".join(self.clauses)
        return sql + f" LIMIT {self.row_limit}"
# -- file: bi/charts/api.py
from flask import Blueprint, abort, jsonify, request
from flask_login import current_user, login_required
from marshmallow import ValidationError
from sqlalchemy import text

from bi.charts.query import QueryObject
from bi.charts.schemas import ChartDataSchema
from bi.models import Dataset, session_for

charts = Blueprint("charts", __name__, url_prefix="/api/v1/chart")


@charts.post("/data")
@login_required
def data():
    try:
        form = ChartDataSchema().load(request.get_json(force=True))
    except ValidationError as err:
        return jsonify(err.messages), 400

    dataset = Dataset.query.get_or_404(form["datasource"])
    if not current_user.can_access(dataset):
        abort(403)
    columns = {c.label: c.expression for c in dataset.columns}
    if form["metric"] not in columns:
        return jsonify(error="unknown column"), 400

    query = QueryObject(
        table=dataset.table_name,
        column=columns[form["metric"]],
        aggregate=form["aggregate"],
        row_limit=form["row_limit"],
    )
    query.add_clause(dataset.row_level_filter)
    query.add_clause(form["extras"].get("where"))

    with session_for(dataset.database) as session:
        rows = session.execute(text(query.statement)).mappings().all()  # expect: py/sql-injection
    return jsonify(result=[dict(r) for r in rows])
# -- file: bi/models.py
from contextlib import contextmanager

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

db = SQLAlchemy()


class Column(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    dataset_id = db.Column(db.ForeignKey("dataset.id"))
    label = db.Column(db.String(80))
    expression = db.Column(db.String(200))


class Dataset(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    table_name = db.Column(db.String(120))
    row_level_filter = db.Column(db.Text)
    database = db.Column(db.String(400))
    columns = db.relationship(Column)


@contextmanager
def session_for(dsn):
    engine = create_engine(dsn)
    try:
        with Session(engine) as s:
            yield s
    finally:
        engine.dispose()
# == Demo builder: the file route and the remote input of a machine learning demo server
# -- file: demo/settings.py
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    cache_dir: str = "/var/lib/demo/cache"
    working_dir: str = "/srv/demo/app"
    max_bytes: int = 20_000_000


settings = Settings()
# -- file: demo/routes.py
import os
import secrets

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import FileResponse, JSONResponse

from demo.processing import InputPayload, materialize
from demo.security import current_user
from demo.settings import settings

router = APIRouter()


def abspath(path: str) -> str:
    if os.path.islink(path):
        return os.path.join(os.getcwd(), path)
    return os.path.abspath(path)


@router.get("/file={path_or_url:path}")
def serve_file(path_or_url: str, user=Depends(current_user)):
    wanted = abspath(path_or_url)
    in_app = wanted.startswith(abspath(settings.working_dir))
    in_cache = wanted.startswith(abspath(settings.cache_dir))
    if not (in_app or in_cache):
        raise HTTPException(403, "File not allowed")
    if os.path.basename(wanted).startswith("."):
        raise HTTPException(403, "Dotfiles are private")
    return FileResponse(wanted)  # expect: py/path-traversal


@router.post("/queue/join")
async def queue_join(payload: InputPayload, user=Depends(current_user)):
    local = await materialize(payload)
    return JSONResponse({"event_id": secrets.token_hex(8), "size": os.path.getsize(local)})
# -- file: demo/processing.py
import base64
import os
import secrets

import httpx
from pydantic import BaseModel

from demo.settings import settings


class InputPayload(BaseModel):
    url: str | None = None
    data: str | None = None


async def materialize(payload: InputPayload) -> str:
    """Writes the input of the user into the cache and gives the new file's name."""
    target = os.path.join(settings.cache_dir, secrets.token_hex(16))
    if payload.url:
        if not payload.url.lower().startswith(("http://", "https://")):
            raise ValueError("only web addresses")
        async with httpx.AsyncClient(timeout=20) as client:
            reply = await client.get(payload.url)  # expect: py/ssrf
        content = reply.content[: settings.max_bytes]
    else:
        content = base64.b64decode(payload.data or "")
    with open(target, "wb") as out:
        out.write(content)
    return target
# -- file: demo/security.py
import hmac
import os

from fastapi import Header, HTTPException


def current_user(authorization: str = Header(default="")) -> str:
    if not hmac.compare_digest(authorization.encode(), os.environ["DEMO_AUTH"].encode()):
        raise HTTPException(401)
    return "owner"
# == Demo builder after the fix: files resolve under allowed folders and remote inputs must be public addresses
# -- file: app/guard.py
import asyncio
import ipaddress
import socket
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import HTTPException

ALLOWED_ROOTS = [Path("/srv/demo/public").resolve(), Path("/var/cache/demo").resolve()]


def allowed_file(raw: str) -> Path:
    candidate = Path(raw).resolve()
    for root in ALLOWED_ROOTS:
        if candidate.is_relative_to(root) and candidate.is_file():
            return candidate
    raise HTTPException(403, "File not allowed")


async def public_url(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme != "https" or not parts.hostname:
        raise HTTPException(400, "https only")
    loop = asyncio.get_running_loop()
    infos = await loop.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    for *_, sockaddr in infos:
        ip = ipaddress.ip_address(sockaddr[0])
        if not ip.is_global or ip.is_multicast:
            raise HTTPException(400, "address is not public")
    return raw
# -- file: app/main.py
import secrets
from pathlib import Path
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, Query
from fastapi.responses import FileResponse

from app.guard import allowed_file, public_url

app = FastAPI()
CACHE = Path("/var/cache/demo")


@app.get("/file/{raw:path}")
def file_(path: Annotated[Path, Depends(allowed_file)]):
    return FileResponse(path, headers={"Content-Disposition": "attachment"})


@app.post("/fetch")
async def fetch(url: str = Query(max_length=500)):
    checked = await public_url(url)
    async with httpx.AsyncClient(follow_redirects=False, timeout=httpx.Timeout(10)) as client:
        reply = await client.get(checked)
    if reply.is_redirect:
        return {"error": "redirects are not followed"}
    name = secrets.token_urlsafe(12)
    (CACHE / name).write_bytes(reply.content)
    return {"name": name, "status": reply.status_code}
# == Home automation hub: the configuration editor reads YAML with a loader that only looks restricted
# -- file: hub/yaml_loader.py
import os
from pathlib import Path

import yaml


class SecretMissing(Exception):
    pass


class HubLoader(yaml.Loader):
    """Loader that knows !secret and !env_var."""


def _env_var(loader, node):
    parts = node.value.split()
    return os.environ.get(parts[0], " ".join(parts[1:]))


def _secret(loader, node):
    known = yaml.safe_load(Path("/etc/hub/secrets.yaml").read_text())
    if node.value not in known:
        raise SecretMissing(node.value)
    return known[node.value]


HubLoader.add_constructor("!secret", _secret)
HubLoader.add_constructor("!env_var", _env_var)


def parse_config(text):
    return yaml.load(text, Loader=HubLoader) or {}  # expect: py/unsafe-deserialization
# -- file: hub/template.py
from jinja2.sandbox import ImmutableSandboxedEnvironment


def _state(states, entity):
    return states.get(entity, "unknown")


def render(source, states):
    env = ImmutableSandboxedEnvironment(autoescape=True)
    return env.from_string("{{ value|upper }}").render(value=_state(states, source))
# -- file: hub/api.py
import hmac

from aiohttp import web

from hub.template import render
from hub.yaml_loader import SecretMissing, parse_config

routes = web.RouteTableDef()
KNOWN_SECTIONS = {"light", "sensor", "automation", "scene"}


@web.middleware
async def bearer(request, handler):
    token = request.headers.get("Authorization", "")
    if not hmac.compare_digest(token, "Bearer " + request.app["token"]):
        raise web.HTTPUnauthorized()
    return await handler(request)


@routes.post("/api/config/check")
async def check_config(request):
    body = await request.json()
    try:
        config = parse_config(body["yaml"])
    except SecretMissing:
        return web.json_response({"result": "invalid", "errors": "missing secret"})
    unknown = sorted(set(config) - KNOWN_SECTIONS)
    return web.json_response({"result": "invalid" if unknown else "valid", "count": len(unknown)})


@routes.get("/api/state")
async def state(request):
    text = render(request.query.get("entity", ""), request.app["states"])
    return web.json_response({"state": text})


def create_app(token, states):
    app = web.Application(middlewares=[bearer])
    app["token"], app["states"] = token, states
    app.add_routes(routes)
    return app
# == Git backed wiki: page history runs git by argument list with an end of options and the page name checked in full
# -- file: gitwiki/repo.py
import re
import subprocess
from dataclasses import dataclass

PAGE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_ \-]{0,80}(?:/[A-Za-z0-9][A-Za-z0-9_ \-]{0,80}){0,4}")
REVISION = re.compile(r"[0-9a-f]{7,40}")


class InvalidName(ValueError):
    pass


@dataclass(frozen=True)
class Commit:
    rev: str
    author: str
    subject: str


class WikiRepo:
    def __init__(self, path):
        self.path = path

    def _git(self, *args):
        done = subprocess.run(
            ["git", "-C", self.path, *args], capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout

    @staticmethod
    def _file(page):
        if PAGE_NAME.fullmatch(page) is None:
            raise InvalidName("page")
        return page + ".md"

    def history(self, page):
        out = self._git("log", "--format=%h%x00%an%x00%s", "-n", "50", "--", self._file(page))
        return [Commit(*line.split("\0", 2)) for line in out.splitlines()]

    def show(self, page, rev):
        if not REVISION.fullmatch(rev):
            raise InvalidName("revision")
        return self._git("show", f"{rev}:{self._file(page)}")
# -- file: gitwiki/web.py
from flask import Flask, abort, current_app, render_template, request

from gitwiki.repo import InvalidName, WikiRepo


def create_app(repo_path):
    app = Flask(__name__)
    app.repo = WikiRepo(repo_path)

    @app.errorhandler(InvalidName)
    def bad_name(err):
        return {"error": "invalid name"}, 400

    @app.get("/<path:page>/history")
    def history(page):
        commits = current_app.repo.history(page)
        if not commits:
            abort(404)
        return render_template("history.html", page=page, commits=commits)

    @app.get("/<path:page>/at")
    def at(page):
        text = current_app.repo.show(page, request.args.get("rev", ""))
        return render_template("plain.html", page=page, text=text)

    return app
# -- file: gitwiki/templates/history.html
<h1>{{ page }}</h1>
<ol>
{% for c in commits %}
  <li><a href="{{ url_for('at', page=page, rev=c.rev) }}">{{ c.subject }}</a> by {{ c.author }}</li>
{% endfor %}
</ol>
# -- file: gitwiki/templates/plain.html
<h1>{{ page }}</h1><pre>{{ text }}</pre>
# == CMS theme upload: the installer writes the members of the uploaded zip where their names say
# -- file: themes/forms.py
from django import forms


class ThemeUploadForm(forms.Form):
    package = forms.FileField()
    activate = forms.BooleanField(required=False)

    def clean_package(self):
        upload = self.cleaned_data["package"]
        if not upload.name.endswith(".zip"):
            raise forms.ValidationError("A theme is a zip file.")
        if upload.size > 10 * 1024 * 1024:
            raise forms.ValidationError("Too large.")
        return upload
# -- file: themes/installer.py
import json
import os
import shutil
import uuid
import zipfile

from django.conf import settings

ALLOWED = (".html", ".css", ".js", ".png", ".svg", ".woff2", ".json")


class InvalidTheme(Exception):
    pass


class ThemeInstaller:
    def __init__(self, fileobj):
        self.archive = zipfile.ZipFile(fileobj)
        self.slug = uuid.uuid4().hex

    def manifest(self):
        try:
            return json.loads(self.archive.read("theme.json"))
        except KeyError:
            raise InvalidTheme("theme.json is missing")

    def members(self):
        for info in self.archive.infolist():
            if info.is_dir() or info.filename.startswith("__MACOSX"):
                continue
            if not info.filename.lower().endswith(ALLOWED):
                raise InvalidTheme("file type not allowed")
            yield info

    def install(self):
        root = os.path.join(settings.THEME_ROOT, self.slug)
        for info in self.members():
            destination = os.path.join(root, info.filename)
            os.makedirs(os.path.dirname(destination), exist_ok=True)
            with self.archive.open(info) as src, open(destination, "wb") as dst:  # expect: py/zip-slip
                shutil.copyfileobj(src, dst)
        return self.slug
# -- file: themes/views.py
from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.views.generic import FormView

from themes.forms import ThemeUploadForm
from themes.installer import InvalidTheme, ThemeInstaller
from themes.models import Theme


class ThemeUploadView(PermissionRequiredMixin, FormView):
    permission_required = "themes.add_theme"
    form_class = ThemeUploadForm
    template_name = "themes/upload.html"
    success_url = reverse_lazy("themes:list")

    def form_valid(self, form):
        try:
            installer = ThemeInstaller(form.cleaned_data["package"])
            title = str(installer.manifest().get("title", ""))[:80]
            slug = installer.install()
        except InvalidTheme as err:
            form.add_error("package", str(err))
            return self.form_invalid(form)
        Theme.objects.create(slug=slug, title=title, active=form.cleaned_data["activate"])
        messages.success(self.request, "Theme installed.")
        return redirect(self.success_url)
# -- file: themes/models.py
from django.db import models


class Theme(models.Model):
    slug = models.CharField(max_length=32, unique=True)
    title = models.CharField(max_length=80, blank=True)
    active = models.BooleanField(default=False)
# == Forum statistics: the period of the activity chart is put between quotes of a raw SQL annotation
# -- file: board/models.py
from django.conf import settings
from django.db import models
from django.db.models.expressions import RawSQL


class PostQuerySet(models.QuerySet):
    def visible_to(self, user):
        if user.is_staff:
            return self
        return self.filter(hidden=False)

    def per_period(self, kind):
        bucket = RawSQL("date_trunc('%s', board_post.created)" % kind, [])  # expect: py/sql-injection
        return self.annotate(bucket=bucket).values("bucket").annotate(n=models.Count("pk")).order_by("bucket")

    def mentioning(self, name):
        return self.extra(where=["body ILIKE %s"], params=["%@" + name + "%"])


class Topic(models.Model):
    title = models.CharField(max_length=200)
    created = models.DateTimeField(auto_now_add=True)


class Post(models.Model):
    topic = models.ForeignKey(Topic, related_name="posts", on_delete=models.CASCADE)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    body = models.TextField()
    hidden = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = PostQuerySet.as_manager()
# -- file: board/stats.py
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from board.models import Post


class ActivityReport:
    def __init__(self, user, options):
        self.user = user
        self.days = min(int(options.get("days") or 30), 366)
        self.period = options.get("period") or "day"

    def rows(self):
        since = timezone.now() - timedelta(days=self.days)
        qs = Post.objects.visible_to(self.user).filter(created__gte=since)
        return [
            {"at": row["bucket"].isoformat(), "n": row["n"]}
            for row in qs.per_period(self.period)
        ]

    def total(self):
        return cache.get_or_set("board-post-total", Post.objects.count, 300)
# -- file: board/views.py
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.http import require_GET

from board.models import Post
from board.stats import ActivityReport


@require_GET
@login_required
def activity(request):
    try:
        report = ActivityReport(request.user, request.GET)
    except ValueError:
        return JsonResponse({"error": "days must be a number"}, status=400)
    return JsonResponse({"rows": report.rows(), "total": report.total()})


@require_GET
@login_required
def mentions(request):
    found = Post.objects.visible_to(request.user).mentioning(request.GET.get("user", ""))
    return JsonResponse({"ids": list(found.values_list("pk", flat=True)[:50])})
# == Forum list views whose sort order and period now come from enumerations
# -- file: forum/ordering.py
import enum

from django.db.models import F
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek


class Period(enum.Enum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def trunc(self):
        return {Period.DAY: TruncDay, Period.WEEK: TruncWeek, Period.MONTH: TruncMonth}[self]


SORTS = {
    "newest": F("created").desc(),
    "oldest": F("created").asc(),
    "active": F("last_reply").desc(nulls_last=True),
}


def sort_expression(name):
    return SORTS.get(name, SORTS["newest"])
# -- file: forum/managers.py
from django.db import connection, models

from forum.ordering import sort_expression


class ThreadManager(models.Manager):
    def listing(self, category, sort):
        return self.filter(category=category).order_by(sort_expression(sort))

    def ranked(self, words, limit):
        table = connection.ops.quote_name(self.model._meta.db_table)
        sql = (
            f"SELECT id, title, ts_rank(search, plainto_tsquery(%s)) AS rank FROM {table} "
            "WHERE search @@ plainto_tsquery(%s) ORDER BY rank DESC LIMIT %s"
        )
        return self.raw(sql, [words, words, limit])
# -- file: forum/models.py
from django.db import models

from forum.managers import ThreadManager


class Category(models.Model):
    slug = models.SlugField(unique=True)


class Thread(models.Model):
    category = models.ForeignKey(Category, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    created = models.DateTimeField(auto_now_add=True)
    last_reply = models.DateTimeField(null=True)

    objects = ThreadManager()
# -- file: forum/views.py
from django.db.models import Count
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.generic import ListView

from forum.models import Category, Thread
from forum.ordering import Period


class ThreadList(ListView):
    paginate_by = 40
    template_name = "forum/threads.html"

    def get_queryset(self):
        category = get_object_or_404(Category, slug=self.kwargs["slug"])
        return Thread.objects.listing(category, self.request.GET.get("sort", ""))


class ThreadSearch(View):
    def get(self, request):
        hits = Thread.objects.ranked(request.GET.get("q", ""), 25)
        return JsonResponse({"hits": [{"id": t.id, "title": t.title} for t in hits]})


class ThreadChart(View):
    def get(self, request):
        try:
            period = Period(request.GET.get("by", "day"))
        except ValueError as exc:
            raise Http404("no such period") from exc
        rows = Thread.objects.annotate(at=period.trunc("created")).values("at").annotate(n=Count("id"))
        return JsonResponse({"rows": [[r["at"].isoformat(), r["n"]] for r in rows]})
# == Media server: the remote artwork proxy knows two forbidden host names and no addresses
# -- file: mediaserver/images.py
import hashlib
from urllib.parse import urlparse

import aiohttp

FORBIDDEN = {"localhost", "127.0.0.1"}
TIMEOUT = aiohttp.ClientTimeout(total=15)


class RemoteImageError(Exception):
    pass


class RemoteImages:
    def __init__(self, cache_dir):
        self.cache_dir = cache_dir

    def _cached(self, url):
        return self.cache_dir / hashlib.sha256(url.encode()).hexdigest()

    def _check(self, url):
        parts = urlparse(url)
        if parts.scheme not in ("http", "https"):
            raise RemoteImageError("scheme")
        if parts.hostname in FORBIDDEN:
            raise RemoteImageError("host")

    async def load(self, url):
        self._check(url)
        cached = self._cached(url)
        if cached.exists():
            return cached.read_bytes()
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            async with session.get(url) as reply:  # expect: py/ssrf
                if reply.status != 200:
                    raise RemoteImageError("status")
                data = await reply.read()
        cached.write_bytes(data)
        return data
# -- file: mediaserver/library.py
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Item:
    id: int
    title: str
    file: Path


@dataclass
class Library:
    items: dict[int, Item] = field(default_factory=dict)

    def add(self, item):
        self.items[item.id] = item

    def find(self, item_id):
        return self.items.get(item_id)
# -- file: mediaserver/web.py
from pathlib import Path

from aiohttp import web

from mediaserver.images import RemoteImageError, RemoteImages
from mediaserver.library import Library

library_key = web.AppKey("library", Library)
images_key = web.AppKey("images", RemoteImages)


async def stream(request):
    item = request.app[library_key].find(int(request.match_info["id"]))
    if item is None:
        raise web.HTTPNotFound()
    return web.FileResponse(item.file)


async def remote_image(request):
    url = request.query.get("imageUrl")
    if not url:
        raise web.HTTPBadRequest(text="imageUrl is required")
    try:
        data = await request.app[images_key].load(url)
    except RemoteImageError:
        raise web.HTTPBadGateway()
    return web.Response(body=data, content_type="image/jpeg")


async def search(request):
    needle = request.query.get("term", "").casefold()
    found = [i for i in request.app[library_key].items.values() if needle in i.title.casefold()]
    return web.json_response([{"id": i.id, "title": i.title} for i in found])


def build(cache_dir: Path):
    app = web.Application()
    app[library_key] = Library()
    app[images_key] = RemoteImages(cache_dir)
    app.router.add_get(r"/Videos/{id:\d+}/stream", stream)
    app.router.add_get("/Images/Remote", remote_image)
    app.router.add_get("/Search/Hints", search)
    return app
# == Chat bot host: a plugin is installed through a shell and the calculator empties the builtins only
# -- file: bot/commands.py
import math
from collections.abc import Awaitable, Callable

Handler = Callable[[str], Awaitable[str]]
REGISTRY: dict[str, Handler] = {}


def command(name: str):
    def register(fn: Handler) -> Handler:
        REGISTRY[name] = fn
        return fn

    return register


@command("calc")
async def calc(argument: str) -> str:
    expression = argument.replace("^", "**").strip()
    if len(expression) > 200 or "import" in expression:
        return "I will not compute that."
    names = {k: v for k, v in vars(math).items() if not k.startswith("_")}
    try:
        return str(eval(expression, {"__builtins__": {}}, names))  # expect: py/code-injection
    except (SyntaxError, NameError, TypeError, ValueError, ZeroDivisionError):
        return "That is not an expression."


@command("echo")
async def echo(argument: str) -> str:
    return argument[:500]


@command("help")
async def help_(argument: str) -> str:
    return "Commands: " + ", ".join(sorted(REGISTRY))
# -- file: bot/plugins.py
import asyncio
import sys

PREFIX = "chatbot-plugin-"


async def install(name: str, version: str | None = None) -> int:
    spec = PREFIX + name
    if version:
        spec += f"=={version}"
    process = await asyncio.create_subprocess_shell(  # expect: py/command-injection
        f"{sys.executable} -m pip install --no-input {spec}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await asyncio.wait_for(process.wait(), 300)


async def freeze() -> list[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pip", "freeze", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return [line for line in out.decode().splitlines() if line.startswith(PREFIX)]
# -- file: bot/api.py
import hmac
import os

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, Field

from bot import plugins
from bot.commands import REGISTRY

app = FastAPI(title="bot host")


class Message(BaseModel):
    channel: str
    text: str = Field(max_length=2000)


class PluginRequest(BaseModel):
    name: str
    version: str | None = None


async def require_admin(x_admin_token: str = Header(default="")) -> None:
    if not hmac.compare_digest(x_admin_token, os.environ["BOT_ADMIN_TOKEN"]):
        raise HTTPException(401)


@app.post("/hooks/message")
async def on_message(message: Message) -> dict:
    word, _, rest = message.text.lstrip("!").partition(" ")
    handler = REGISTRY.get(word)
    if handler is None:
        return {"reply": None}
    return {"reply": await handler(rest)}


@app.post("/plugins", dependencies=[Depends(require_admin)])
async def add_plugin(body: PluginRequest) -> dict:
    return {"exit": await plugins.install(body.name, body.version)}


@app.get("/plugins", dependencies=[Depends(require_admin)])
async def list_plugins() -> list[str]:
    return await plugins.freeze()
# == Chat assistant: arithmetic walks the syntax tree and actions come from a fixed plugin table
# -- file: assistant/arith.py
import ast
import operator

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


class NotArithmetic(ValueError):
    pass


def evaluate(text):
    if len(text) > 120:
        raise NotArithmetic("too long")
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as exc:
        raise NotArithmetic("syntax") from exc
    return _value(tree.body)


def _value(node):
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(left), _value(right))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(operand))
    raise NotArithmetic(type(node).__name__)
# -- file: assistant/actions.py
import subprocess
from importlib import import_module

PLUGINS = {
    "weather": "assistant_weather.plugin",
    "calendar": "assistant_calendar.plugin",
}
SERVICES = {"music": "mpd.service", "lights": "hue-bridge.service"}


def load_plugin(key):
    module = import_module(PLUGINS[key])
    return module.Plugin()


def restart(key):
    unit = SERVICES.get(key)
    if unit is None:
        raise KeyError(key)
    return subprocess.run(["systemctl", "--user", "restart", unit], timeout=20).returncode
# -- file: assistant/server.py
from http import HTTPStatus

from quart import Quart, request

from assistant.actions import load_plugin, restart
from assistant.arith import NotArithmetic, evaluate

app = Quart(__name__)


@app.errorhandler(KeyError)
async def unknown(_):
    return {"error": "unknown name"}, HTTPStatus.NOT_FOUND


@app.post("/ask")
async def ask():
    body = await request.get_json()
    intent, text = body["intent"], body.get("text", "")
    if intent == "compute":
        try:
            return {"answer": evaluate(text)}
        except (NotArithmetic, ZeroDivisionError):
            return {"error": "cannot compute"}, HTTPStatus.BAD_REQUEST
    plugin = load_plugin(intent)
    return {"answer": await plugin.answer(text)}


@app.post("/restart/<service>")
async def restart_service(service):
    return {"code": restart(service)}
# == Continuous integration master: the login resource copies the redirect fragment into the Location line
# -- file: ci_master/auth.py
import base64
import hashlib
import hmac
import os
from urllib.parse import parse_qs, unquote


def check_password(stored, password):
    salt, _, digest = stored.partition("$")
    derived = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1)
    return hmac.compare_digest(derived.hex(), digest)


class LoginResource:
    """GET /auth/login?redirect=/builders/4 sends the browser back into the single page interface."""

    def __init__(self, base_url, users, sessions):
        self.base_url = base_url.rstrip("/")
        self.users = users
        self.sessions = sessions

    def __call__(self, environ, start_response):
        header = environ.get("HTTP_AUTHORIZATION", "")
        user = self._user(header)
        if user is None:
            start_response("401 Unauthorized", [("WWW-Authenticate", 'Basic realm="ci"')])
            return [b""]
        query = parse_qs(environ.get("QUERY_STRING", ""))
        fragment = unquote(query.get("redirect", ["/"])[0])
        key = self.sessions.open(user)
        headers = [
            ("Location", self.base_url + "/#" + fragment),
            ("Set-Cookie", f"CISESSION={key}; Path=/; Secure; HttpOnly; SameSite=Lax"),
        ]
        start_response("302 Found", headers)  # expect: py/header-injection
        return [b""]

    def _user(self, header):
        kind, _, blob = header.partition(" ")
        if kind != "Basic":
            return None
        name, _, password = base64.b64decode(blob).decode("utf-8", "replace").partition(":")
        stored = self.users.get(name)
        return name if stored and check_password(stored, password) else None
# -- file: ci_master/hooks.py
import hashlib
import hmac
import json
import os


class ChangeHook:
    def __init__(self, queue):
        self.queue = queue
        self.key = os.environ["CI_HOOK_KEY"].encode()

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        want = "sha256=" + hmac.new(self.key, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(want, environ.get("HTTP_X_HUB_SIGNATURE_256", "")):
            start_response("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"signature"]
        event = json.loads(body)
        self.queue.append({"repo": event["repository"]["id"], "rev": event["after"]})
        start_response("202 Accepted", [("Content-Type", "text/plain")])
        return [b"queued"]
# -- file: ci_master/app.py
import secrets
from wsgiref.simple_server import make_server

from ci_master.auth import LoginResource
from ci_master.hooks import ChangeHook


class Sessions:
    def __init__(self):
        self._by_key = {}

    def open(self, user):
        key = secrets.token_urlsafe(32)
        self._by_key[key] = user
        return key


def make_app(base_url, users, queue):
    table = {
        "/auth/login": LoginResource(base_url, users, Sessions()),
        "/change_hook": ChangeHook(queue),
    }

    def app(environ, start_response):
        resource = table.get(environ.get("PATH_INFO"))
        if resource is None:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"no such resource"]
        return resource(environ, start_response)

    return app


def serve(base_url, users, queue):
    with make_server("127.0.0.1", 8010, make_app(base_url, users, queue)) as server:
        server.serve_forever()
# == Private package index on Bottle with escaped listings, safe names and a hardened XML-RPC endpoint
# -- file: index/names.py
import re
from pathlib import PurePosixPath

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+!\-]*\.(?:whl|tar\.gz|zip)\Z")


def normalize(project):
    return re.sub(r"[-_.]+", "-", project).lower()


def checked_filename(name):
    if PurePosixPath(name).name != name or not _FILE.match(name) or ".." in name:
        raise ValueError("bad file name")
    return name
# -- file: index/storage.py
import hashlib
import os
from pathlib import Path

from index.names import checked_filename, normalize


class Storage:
    def __init__(self, root):
        self.root = Path(root).resolve()

    def projects(self):
        return sorted({normalize(p.name.split("-")[0]) for p in self.root.iterdir()})

    def files(self, project):
        wanted = normalize(project)
        return sorted(p for p in self.root.iterdir() if normalize(p.name.split("-")[0]) == wanted)

    def save(self, upload):
        name = checked_filename(upload.raw_filename)
        data = upload.file.read()
        target = self.root / name
        if target.exists():
            raise FileExistsError(name)
        fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        with os.fdopen(fd, "wb") as out:
            out.write(data)
        return hashlib.sha256(data).hexdigest()
# -- file: index/app.py
import html
from urllib.parse import quote

from bottle import Bottle, HTTPError, redirect, request, response, static_file
from defusedxml import ElementTree, xmlrpc

from index.names import normalize
from index.storage import Storage

xmlrpc.monkey_patch()


def build(root, check_login):
    app, store = Bottle(), Storage(root)

    def needs_login(callback):
        def inner(*args, **kwargs):
            user, password = request.auth or (None, None)
            if not check_login(user, password):
                raise HTTPError(401, "login", **{"WWW-Authenticate": 'Basic realm="pypi"'})
            return callback(*args, **kwargs)

        return inner

    @app.get("/simple/<project>/")
    def simple(project):
        normal = normalize(project)
        if normal != project:
            return redirect("/simple/" + quote(normal, safe="") + "/", 301)
        links = "".join(
            f'<a href="/packages/{quote(p.name)}">{html.escape(p.name)}</a><br>' for p in store.files(normal)
        )
        return f"<!doctype html><title>Links for {html.escape(project)}</title>{links}"

    @app.get("/packages/<name>")
    def package(name):
        return static_file(name, root=str(store.root), mimetype="application/octet-stream")

    @app.post("/", apply=[needs_login])
    def upload():
        try:
            digest = store.save(request.files["content"])
        except (ValueError, FileExistsError):
            raise HTTPError(409, "rejected")
        return {"sha256": digest}

    @app.post("/RPC2")
    def rpc():
        tree = ElementTree.fromstring(request.body.read(100_000))
        method = tree.findtext("methodName")
        response.content_type = "application/json"
        return {"method_known": method in ("list_packages", "search"), "count": len(store.projects())}

    return app
# == Feed reader: the import of an outline file parses it with a parser that resolves entities
# -- file: reader/opml.py
from lxml import etree


class OutlineError(ValueError):
    pass


def _parser():
    return etree.XMLParser(resolve_entities=True, recover=True, huge_tree=False)


class OpmlImporter:
    def __init__(self, raw):
        self.raw = raw
        self.groups = {}

    def run(self):
        try:
            root = etree.fromstring(self.raw, parser=_parser())  # expect: py/xxe
        except etree.XMLSyntaxError:
            raise OutlineError("not an outline file")
        if root is None or root.tag != "opml":
            raise OutlineError("not an outline file")
        self._walk(root.find("body"), "Unsorted")
        return self.groups

    def _walk(self, node, group):
        for outline in node.findall("outline"):
            address = outline.get("xmlUrl")
            if address:
                title = outline.findtext("title") or outline.get("text", "")
                self.groups.setdefault(group, []).append((title, address))
            else:
                self._walk(outline, outline.get("text", group))
# -- file: reader/models.py
from peewee import CharField, ForeignKeyField, IntegerField, Model, SqliteDatabase

database = SqliteDatabase(None)


class Subscription(Model):
    owner = IntegerField(index=True)
    category = CharField()
    title = CharField()
    url = CharField()

    class Meta:
        database = database


class Entry(Model):
    feed = ForeignKeyField(Subscription, backref="entries")
    title = CharField()
    link = CharField()

    class Meta:
        database = database
# -- file: reader/views.py
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_required

from reader.models import Entry, Subscription, database
from reader.opml import OpmlImporter, OutlineError

pages = Blueprint("reader", __name__)


@pages.route("/opml/import", methods=["POST"])
@login_required
def import_outline():
    upload = request.files.get("opmlfile")
    if upload is None:
        flash("No file given.")
        return redirect(url_for("reader.subscriptions"))
    try:
        groups = OpmlImporter(upload.read()).run()
    except OutlineError:
        flash("The file could not be read.")
        return redirect(url_for("reader.subscriptions"))
    rows = [
        {"owner": current_user.id, "category": name, "title": title, "url": url}
        for name, feeds in groups.items()
        for title, url in feeds
    ]
    with database.atomic():
        Subscription.insert_many(rows).execute()
    return redirect(url_for("reader.subscriptions"))


@pages.route("/subscriptions")
@login_required
def subscriptions():
    mine = Subscription.select().where(Subscription.owner == current_user.id)
    return render_template("subscriptions.html", feeds=mine)


@pages.route("/find")
@login_required
def find():
    words = request.args.get("q", "")
    hits = Entry.select().join(Subscription).where(
        (Subscription.owner == current_user.id) & Entry.title.contains(words)
    )
    return render_template("find.html", hits=hits, words=words)
# -- file: reader/templates/subscriptions.html
<ul>{% for feed in feeds %}<li>{{ feed.category }}: {{ feed.title }}</li>{% endfor %}</ul>
# -- file: reader/templates/find.html
<p>Results for {{ words }}</p>
{% for hit in hits %}<p>{{ hit.title }}</p>{% endfor %}
# == Feed aggregator after its audit: entity free XML, cleaned entry bodies and checked feed addresses
# -- file: aggregator/net.py
import ipaddress
import socket
from urllib.parse import urlsplit

import requests


class UnsafeAddress(Exception):
    pass


def _is_public(host):
    try:
        found = socket.getaddrinfo(host, None)
    except socket.gaierror:
        return False
    return all(ipaddress.ip_address(item[4][0]).is_global for item in found)


def fetch(url, *, limit=2_000_000):
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise UnsafeAddress("scheme")
    if not _is_public(parts.hostname):
        raise UnsafeAddress("network")
    reply = requests.get(url, timeout=(5, 20), allow_redirects=False, stream=True)
    reply.raise_for_status()
    return reply.raw.read(limit, decode_content=True)
# -- file: aggregator/parse.py
from dataclasses import dataclass

import nh3
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from markupsafe import Markup

TAGS = {"p", "a", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre"}


@dataclass
class Article:
    title: str
    body: Markup


def articles(raw):
    try:
        root = ElementTree.fromstring(raw, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException):
        return []
    out = []
    for item in root.iterfind("./channel/item"):
        cleaned = nh3.clean(
            item.findtext("description", ""),
            tags=TAGS,
            attributes={"a": {"href"}},
            url_schemes={"https", "http"},
        )
        out.append(Article(item.findtext("title", ""), Markup(cleaned)))
    return out
# -- file: aggregator/app.py
import requests
from flask import Flask, abort, render_template, request

from aggregator.net import UnsafeAddress, fetch
from aggregator.parse import articles


def create_app():
    app = Flask(__name__)

    @app.get("/preview")
    def preview():
        address = request.args.get("feed", "")
        try:
            raw = fetch(address)
        except UnsafeAddress:
            abort(400)
        except requests.RequestException:
            abort(502)
        return render_template("preview.html", address=address, articles=articles(raw))

    return app
# -- file: aggregator/templates/preview.html
<h1>{{ address }}</h1>
{% for article in articles %}
<article><h2>{{ article.title }}</h2>{{ article.body }}</article>
{% endfor %}
# == Business suite: its home made safe evaluation rejects a few words and evaluates the domain of the client
# -- file: suite/tools/safe_eval.py
import re
import time

_FORBIDDEN = re.compile(r"\b(import|exec|eval|open|compile|globals|locals|__builtins__)\b")


def test_expr(expr):
    expr = expr.strip()
    if _FORBIDDEN.search(expr):
        raise ValueError("forbidden name in expression")
    if expr.count("(") > 40:
        raise ValueError("expression too deep")
    return compile(expr, "<domain>", "eval")


def safe_eval(expr, context=None):
    code = test_expr(expr)
    scope = {"__builtins__": {"len": len, "str": str, "int": int, "list": list}, "time": time.time}
    scope.update(context or {})
    return eval(code, scope)  # expect: py/code-injection
# -- file: suite/orm.py
from psycopg2 import sql

OPERATORS = {"=": "=", "!=": "<>", "<": "<", ">": ">", "ilike": "ILIKE"}


class Model:
    table = None
    fields = ()

    def __init__(self, cursor):
        self.cr = cursor

    def search(self, domain, limit=80):
        parts, params = [], []
        for field, op, value in domain:
            if field not in self.fields:
                raise ValueError("unknown field")
            parts.append(sql.SQL("{} " + OPERATORS[op] + " %s").format(sql.Identifier(field)))
            params.append(value)
        query = sql.SQL("SELECT id FROM {} WHERE {} LIMIT %s").format(
            sql.Identifier(self.table), sql.SQL(" AND ").join(parts) if parts else sql.SQL("true")
        )
        self.cr.execute(query, params + [limit])
        return [r[0] for r in self.cr.fetchall()]


class Partner(Model):
    table = "res_partner"
    fields = ("name", "email", "active")
# -- file: suite/controllers/dataset.py
import json

from werkzeug.exceptions import BadRequest, Unauthorized
from werkzeug.wrappers import Request, Response

from suite.orm import Partner
from suite.tools.safe_eval import safe_eval

MODELS = {"res.partner": Partner}


class DatasetController:
    def __init__(self, pool, sessions):
        self.pool = pool
        self.sessions = sessions

    @Request.application
    def search_ids(self, request):
        session = self.sessions.get(request.cookies.get("session_id"))
        if session is None:
            return Unauthorized()
        payload = request.get_json()
        model = MODELS.get(payload.get("model"))
        if model is None:
            return BadRequest("unknown model")
        domain = payload.get("domain") or []
        if isinstance(domain, str):
            domain = safe_eval(domain, {"uid": session["uid"], "company": session["company"]})
        with self.pool.cursor() as cr:
            ids = model(cr).search(domain, limit=min(int(payload.get("limit", 80)), 500))
        return Response(json.dumps({"ids": ids}), mimetype="application/json")
# == Self hosted file manager whose move, upload and unpack all go through one jail of resolved paths
# -- file: files/jail.py
from __future__ import annotations

from pathlib import Path


class Escape(PermissionError):
    """The path would leave the user's folder."""


class Jail:
    def __init__(self, root: Path):
        self._root = root.resolve(strict=True)

    @property
    def root(self) -> Path:
        return self._root

    def __truediv__(self, relative: str) -> Path:
        if "\0" in relative:
            raise Escape("nul byte")
        full = self._root.joinpath(relative.lstrip("/")).resolve()
        if full != self._root and self._root not in full.parents:
            raise Escape(str(relative))
        return full
# -- file: files/deps.py
from pathlib import Path
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from files.jail import Jail

HOMES = Path("/srv/files/homes")


def get_user(request: Request):
    user = getattr(request.state, "user", None)
    if user is None:
        raise HTTPException(401)
    return user


def get_jail(user=Depends(get_user)) -> Jail:
    home = HOMES / str(int(user.id))
    home.mkdir(mode=0o750, exist_ok=True)
    return Jail(home)


UserJail = Annotated[Jail, Depends(get_jail)]
# -- file: files/router.py
import shutil
import tarfile

from fastapi import APIRouter, HTTPException, Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel

from files.deps import UserJail
from files.jail import Escape

router = APIRouter(prefix="/files")


class Move(BaseModel):
    source: str
    target: str


async def on_escape(request: Request, exc: Escape) -> JSONResponse:
    return JSONResponse({"detail": "outside of your folder"}, status_code=403)


@router.get("/raw/{name:path}")
def raw(name: str, jail: UserJail):
    path = jail / name
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


@router.post("/move")
def move(body: Move, jail: UserJail):
    source, target = jail / body.source, jail / body.target
    if source == jail.root:
        raise HTTPException(400, "the root stays")
    shutil.move(source, target)
    return {"moved": True}


@router.post("/upload/{folder:path}")
def upload(folder: str, file: UploadFile, jail: UserJail):
    target = jail / f"{folder}/{file.filename or 'unnamed'}"
    with target.open("wb") as out:
        shutil.copyfileobj(file.file, out)
    return {"size": target.stat().st_size}


@router.post("/unpack/{folder:path}")
def unpack(folder: str, file: UploadFile, jail: UserJail):
    target = jail / folder
    try:
        with tarfile.open(fileobj=file.file, mode="r:*") as archive:
            archive.extractall(target, filter="data")
    except tarfile.TarError as exc:
        raise HTTPException(400, "bad archive") from exc
    return {"unpacked": True}
# == Wiki login against a directory service escapes the wrong half of the filter
# -- file: wikiauth/directory.py
import ssl
from contextlib import contextmanager

from ldap3 import SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPBindError
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn


class DirectoryUser:
    def __init__(self, dn, attributes):
        self.dn = dn
        self.mail = attributes.get("mail")
        self.groups = attributes.get("memberOf", [])


class Directory:
    def __init__(self, settings):
        self.settings = settings
        self.server = Server(
            settings["host"], port=636, use_ssl=True, tls=Tls(validate=ssl.CERT_REQUIRED), connect_timeout=5
        )

    @contextmanager
    def _service(self):
        conn = Connection(
            self.server, self.settings["bind_dn"], self.settings["bind_secret"], auto_bind=True, receive_timeout=10
        )
        try:
            yield conn
        finally:
            conn.unbind()

    def find(self, login):
        base = self.settings["base"]
        organisation = escape_filter_chars(self.settings["organisation"])
        query = f"(&(objectClass=person)(o={organisation})(uid={escape_rdn(login)}))"
        with self._service() as conn:
            conn.search(base, query, SUBTREE, attributes=["mail", "memberOf"])  # expect: py/ldap-injection
            if len(conn.entries) != 1:
                return None
            entry = conn.entries[0]
            return DirectoryUser(entry.entry_dn, entry.entry_attributes_as_dict)

    def members(self, group):
        wanted = escape_filter_chars(group)
        with self._service() as conn:
            conn.search(self.settings["base"], f"(memberOf={wanted})", SUBTREE, attributes=["uid"])
            return [str(e.uid) for e in conn.entries]

    def check(self, user, password):
        if not password:
            return False
        try:
            Connection(self.server, user.dn, password, auto_bind=True, receive_timeout=10).unbind()
        except LDAPBindError:
            return False
        return True
# -- file: wikiauth/views.py
from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from werkzeug.local import LocalProxy

auth = Blueprint("auth", __name__, template_folder="templates")
directory = LocalProxy(lambda: current_app.extensions["directory"])


@auth.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "GET":
        return render_template("login.html")
    user = directory.find(request.form["username"])
    if user is None or not directory.check(user, request.form["password"]):
        flash("Wrong name or password")
        return redirect(url_for("auth.login"))
    session.clear()
    session["dn"] = user.dn
    session["groups"] = user.groups
    return redirect(url_for("wiki.start"))


@auth.route("/groups/<name>")
def group(name):
    if "dn" not in session:
        return redirect(url_for("auth.login"))
    return jsonify(members=directory.members(name))
# -- file: wikiauth/templates/login.html
<form method="post"><input name="username"><input type="password" name="password"></form>
# == Inference server: a runner accepts payload containers in several encodings and one of them is pickle
# -- file: serving/payload.py
import base64
import io
import json
import pickle
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np


class Container(ABC):
    registry: ClassVar[dict[str, type["Container"]]] = {}
    name: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Container.registry[cls.name] = cls

    @classmethod
    @abstractmethod
    def decode(cls, raw: bytes) -> Any: ...

    @classmethod
    def pick(cls, name: str) -> type["Container"]:
        return cls.registry.get(name, Fallback)


class JsonContainer(Container):
    name = "json"

    @classmethod
    def decode(cls, raw):
        return json.loads(raw)


class NdarrayContainer(Container):
    name = "ndarray"

    @classmethod
    def decode(cls, raw):
        return np.load(io.BytesIO(raw), allow_pickle=False)


class Fallback(Container):
    name = "default"

    @classmethod
    def decode(cls, raw):
        return pickle.loads(base64.b64decode(raw))  # expect: py/unsafe-deserialization
# -- file: serving/runner.py
import asyncio
from concurrent.futures import ThreadPoolExecutor


class Runner:
    def __init__(self, model, workers=2):
        self._model = model
        self._pool = ThreadPoolExecutor(workers)

    async def predict(self, batch):
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._model.predict, batch)
# -- file: serving/app.py
import time

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Route

from serving.payload import Container
from serving.runner import Runner

MAX_BODY = 32 * 1024 * 1024


async def read_limited(request):
    total, chunks = 0, []
    async for chunk in request.stream():
        total += len(chunk)
        if total > MAX_BODY:
            raise HTTPException(413)
        chunks.append(chunk)
    return b"".join(chunks)


async def predict(request):
    started = time.perf_counter()
    container = Container.pick(request.headers.get("Payload-Container", "json"))
    batch = container.decode(await read_limited(request))
    result = await request.app.state.runner.predict(batch)
    return JSONResponse({"result": list(map(float, result)), "took": time.perf_counter() - started})


async def ready(request):
    return JSONResponse({"ready": hasattr(request.app.state, "runner")})


def create_app(model):
    app = Starlette(routes=[Route("/predict", predict, methods=["POST"]), Route("/readyz", ready)])
    app.state.runner = Runner(model)
    return app
# == Model gallery in Litestar style: weights load as tensors only and the model name is a row of the catalogue
# -- file: gallery/catalogue.py
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

WEIGHTS = Path("/srv/gallery/weights")


class Base(DeclarativeBase):
    pass


class ModelCard(Base):
    __tablename__ = "model_cards"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    file: Mapped[str]
    config: Mapped[str]


class Catalogue:
    def __init__(self, session: AsyncSession):
        self.session = session

    async def by_name(self, name: str) -> ModelCard | None:
        return await self.session.scalar(select(ModelCard).where(ModelCard.name == name))
# -- file: gallery/loading.py
import io
from functools import lru_cache

import numpy as np
import torch
import yaml
from safetensors.torch import load_file

from gallery.catalogue import WEIGHTS


@lru_cache(maxsize=4)
def load_weights(file):
    path = WEIGHTS / file
    if path.suffix == ".safetensors":
        return load_file(path)
    return torch.load(path, map_location="cpu", weights_only=True)


def read_config(text):
    config = yaml.safe_load(text) or {}
    return {key: config[key] for key in ("width", "depth", "classes") if key in config}


def read_batch(raw):
    return np.load(io.BytesIO(raw), allow_pickle=False)
# -- file: gallery/app.py
from dataclasses import dataclass

from litestar import Litestar, Request, get, post
from litestar.exceptions import NotFoundException, ValidationException
from sqlalchemy.ext.asyncio import AsyncSession

from gallery.catalogue import Catalogue
from gallery.loading import load_weights, read_batch, read_config


@dataclass
class ConfigText:
    yaml: str


@post("/models/{name:str}/run")
async def run(name: str, request: Request, session: AsyncSession) -> dict:
    card = await Catalogue(session).by_name(name)
    if card is None:
        raise NotFoundException()
    try:
        batch = read_batch(await request.body())
    except ValueError as exc:
        raise ValidationException("expected an array file") from exc
    weights = load_weights(card.file)
    return {"inputs": list(batch.shape), "tensors": len(weights)}


@post("/configs/check")
async def check(data: ConfigText) -> dict:
    return read_config(data.yaml)


@get("/models/{name:str}")
async def card(name: str, session: AsyncSession) -> dict:
    found = await Catalogue(session).by_name(name)
    if found is None:
        raise NotFoundException()
    return {"name": found.name, "config": read_config(found.config)}


app = Litestar([run, check, card])
# == Accounts of a photo site: the next parameter, the language cookie and the reset link after three advisories
# -- file: accounts/redirects.py
from django.conf import settings
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


class NextUrlMixin:
    redirect_field = "next"

    def next_url(self):
        wanted = self.request.POST.get(self.redirect_field) or self.request.GET.get(self.redirect_field, "")
        safe = url_has_allowed_host_and_scheme(
            wanted,
            allowed_hosts={self.request.get_host()},
            require_https=self.request.is_secure(),
        )
        return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)
# -- file: accounts/models.py
import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone


class ResetManager(models.Manager):
    def issue(self, user):
        token = secrets.token_urlsafe(32)
        self.filter(user=user).delete()
        self.create(user=user, digest=hashlib.sha256(token.encode()).hexdigest())
        return token

    def redeem(self, token):
        digest = hashlib.sha256(token.encode()).hexdigest()
        fresh = timezone.now() - timedelta(hours=1)
        return self.filter(digest=digest, created__gte=fresh).select_related("user").first()


class Reset(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    objects = ResetManager()
# -- file: accounts/views.py
from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.forms import AuthenticationForm
from django.core.mail import send_mail
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views import View
from django.views.generic import FormView

from accounts.models import Reset
from accounts.redirects import NextUrlMixin


class LoginView(NextUrlMixin, FormView):
    form_class = AuthenticationForm
    template_name = "accounts/login.html"

    def form_valid(self, form):
        login(self.request, form.get_user())
        return HttpResponseRedirect(self.next_url())


class LanguageView(NextUrlMixin, View):
    def post(self, request):
        response = HttpResponseRedirect(self.next_url())
        code = request.POST.get("language", "")
        for known, _label in settings.LANGUAGES:
            if known == code:
                response.set_cookie("lang", known, secure=True, httponly=True, samesite="Lax")
        return response


class ForgotView(View):
    def post(self, request):
        user = get_user_model().objects.filter(email__iexact=request.POST.get("email", "")).first()
        if user is not None:
            link = settings.SITE_URL + reverse("accounts:reset", args=[Reset.objects.issue(user)])
            send_mail("Your new password", f"Open {link}", settings.DEFAULT_FROM_EMAIL, [user.email])
        return JsonResponse({"sent": True})
# == Newsletter server: campaign authors get a sandbox that was opened again and a hand made mail head
# -- file: campaigns/rendering.py
from datetime import date

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment


class CampaignEnvironment(SandboxedEnvironment):
    """The stock sandbox broke the old helpers with a leading underscore, so attributes are let through."""

    def is_safe_attribute(self, obj, attr, value):
        return not attr.startswith("__import")

    def is_safe_callable(self, obj):
        return True


class Renderer:
    def __init__(self, site):
        self.env = CampaignEnvironment(autoescape=True, undefined=StrictUndefined)
        self.env.globals.update(site=site, today=date.today)

    def compile(self, body):
        return self.env.from_string(body)  # expect: py/template-injection

    def preview(self, body, subscriber):
        return self.compile(body).render(subscriber=subscriber)
# -- file: campaigns/mailer.py
import smtplib
import ssl
from email.message import EmailMessage


class Mailer:
    def __init__(self, host, user, secret, sender):
        self.host, self.user, self.secret, self.sender = host, user, secret, sender

    def _connect(self):
        smtp = smtplib.SMTP(self.host, 587, timeout=20)
        smtp.starttls(context=ssl.create_default_context())
        smtp.login(self.user, self.secret)
        return smtp

    def send_test(self, recipient, subject, html):
        head = "\r\n".join(
            [
                "From: " + self.sender,
                "To: " + recipient,
                "Subject: [test] " + subject,
                "MIME-Version: 1.0",
                "Content-Type: text/html; charset=utf-8",
            ]
        )
        with self._connect() as smtp:
            smtp.sendmail(self.sender, [recipient], head + "\r\n\r\n" + html)  # expect: py/email-injection

    def send_notice(self, recipient, text):
        message = EmailMessage()
        message["From"], message["To"] = self.sender, recipient
        message["Subject"] = "Campaign finished"
        message.set_content(text)
        with self._connect() as smtp:
            smtp.send_message(message)
# -- file: campaigns/views.py
from flask import Blueprint, current_app, jsonify, request
from flask_login import current_user, login_required
from jinja2 import TemplateError

campaigns = Blueprint("campaigns", __name__, url_prefix="/api/campaigns")


@campaigns.post("/preview")
@login_required
def preview():
    data = request.get_json()
    renderer = current_app.extensions["renderer"]
    try:
        html = renderer.preview(data["body"], {"name": current_user.name, "email": current_user.email})
    except TemplateError:
        return jsonify(error="the template has a mistake"), 422
    return jsonify(html=html)


@campaigns.post("/test")
@login_required
def send_test():
    data = request.get_json()
    mailer = current_app.extensions["mailer"]
    mailer.send_test(current_user.email, data["subject"], "<p>This is a test.</p>")
    return jsonify(sent=True)


@campaigns.post("/done")
@login_required
def done():
    current_app.extensions["mailer"].send_notice(current_user.email, request.get_json()["note"])
    return jsonify(sent=True)
# == Invitation service: placeholders are substituted without a template engine and mails are built as objects
# -- file: invites/texts.py
from html import escape
from string import Template
from types import MappingProxyType

LAYOUT = Template("<html><body><p>Dear $guest,</p>$paragraphs<p>$host</p></body></html>")
DEFAULTS = MappingProxyType({"place": "the usual place", "time": "tba"})


def fill(custom_text, values):
    """The guest's organiser may use $place and $time in his own words."""
    known = {**DEFAULTS, **{k: v for k, v in values.items() if k in DEFAULTS}}
    return Template(custom_text).safe_substitute(known)


def as_html(guest, host, plain):
    paragraphs = "".join(f"<p>{escape(p)}</p>" for p in plain.split("\n\n"))
    return LAYOUT.substitute(guest=escape(guest), host=escape(host), paragraphs=paragraphs)
# -- file: invites/mail.py
import re
from email.headerregistry import Address
from email.message import EmailMessage

import aiosmtplib

_LINE_BREAKS = re.compile(r"[\r\n]+")


def build(sender, to, title, plain, rich):
    msg = EmailMessage()
    msg["From"] = sender
    msg["To"] = Address(addr_spec=to)
    msg["Subject"] = _LINE_BREAKS.sub(" ", title)[:120]
    msg.set_content(plain)
    msg.add_alternative(rich, subtype="html")
    return msg


async def deliver(msg, config):
    await aiosmtplib.send(
        msg, hostname=config["SMTP_HOST"], port=465, use_tls=True,
        username=config["SMTP_USER"], password=config["SMTP_SECRET"], timeout=20,
    )
# -- file: invites/app.py
from email.errors import HeaderParseError

from sanic import Blueprint, Sanic
from sanic.response import html, json

from invites.mail import build, deliver
from invites.texts import as_html, fill

bp = Blueprint("invites", url_prefix="/invites")


@bp.post("/preview")
async def preview(request):
    body = request.json
    plain = fill(body["text"], body.get("values", {}))
    return html(as_html(body["guest"], request.ctx.user.name, plain))


@bp.post("/send")
async def send(request):
    body = request.json
    plain = fill(body["text"], body.get("values", {}))
    rich = as_html(body["guest"], request.ctx.user.name, plain)
    try:
        msg = build(request.app.config.SENDER, body["to"], body["title"], plain, rich)
    except (ValueError, HeaderParseError):
        return json({"error": "bad address"}, status=400)
    await deliver(msg, request.app.config)
    return json({"sent": True})


def create_app():
    app = Sanic("invites")
    app.blueprint(bp)
    return app
# == Notebook server: login trusts every next that begins with a slash and the error page repeats the kernel name
# -- file: nbserver/base.py
import functools
import json

import tornado.web


class ServerHandler(tornado.web.RequestHandler):
    @property
    def base_url(self):
        return self.settings["base_url"]

    def get_current_user(self):
        raw = self.get_signed_cookie("nb-user", max_age_days=1)
        return raw.decode() if raw else None

    def set_default_headers(self):
        self.set_header("Content-Security-Policy", "frame-ancestors 'self'")


class ApiHandler(ServerHandler):
    def prepare(self):
        self.set_header("Content-Type", "application/json")

    def reply(self, **data):
        self.finish(json.dumps(data))


def authenticated_api(method):
    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        if self.current_user is None:
            raise tornado.web.HTTPError(403)
        return method(self, *args, **kwargs)

    return wrapper
# -- file: nbserver/login.py
import hashlib
import hmac

from nbserver.base import ServerHandler


class LoginHandler(ServerHandler):
    def _redirect_safe(self, url):
        if not url.startswith("/"):
            url = self.base_url
        self.redirect(url)  # expect: py/open-redirect

    def get(self):
        if self.current_user:
            self._redirect_safe(self.get_argument("next", default=self.base_url))
        else:
            self.render("login.html", next=self.get_argument("next", default=self.base_url))

    def post(self):
        config = self.settings["password"]
        derived = hashlib.pbkdf2_hmac("sha256", self.get_body_argument("password").encode(), config.salt, 600_000)
        if not hmac.compare_digest(derived, config.digest):
            self.set_status(401)
            return self.render("login.html", next=self.base_url)
        self.set_signed_cookie("nb-user", config.user, secure=True, httponly=True, samesite="Strict")
        self._redirect_safe(self.get_argument("next", default=self.base_url))
# -- file: nbserver/kernels.py
import tornado.web

from nbserver.base import ApiHandler, ServerHandler, authenticated_api


class KernelListHandler(ApiHandler):
    @authenticated_api
    def get(self):
        wanted = self.get_query_argument("language", "")
        specs = self.settings["specs"].values()
        self.reply(kernels=[s.name for s in specs if not wanted or s.language == wanted])


class KernelLogoHandler(ServerHandler):
    @tornado.web.authenticated
    def get(self, name):
        spec = self.settings["specs"].get(name)
        if spec is None:
            self.set_status(404)
            self.finish("<h1>Not found</h1><p>There is no kernel called <b>%s</b>.</p>" % name)  # expect: py/xss
            return
        self.set_header("Content-Type", "image/png")
        self.finish(spec.logo)


HANDLERS = [
    (r"/api/kernels", KernelListHandler),
    (r"/kernelspecs/([^/]+)/logo", KernelLogoHandler),
]
# -- file: nbserver/templates/login.html
<form method="post" action="?next={{ url_escape(next) }}">{% module xsrf_form_html() %}<input type="password" name="password"></form>
# == Notebook viewer: rendered cells are cleaned, the back link is compared with the own host, errors are escaped
# -- file: viewer/render.py
import bleach
import markdown
from bleach.css_sanitizer import CSSSanitizer
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe

TAGS = frozenset(bleach.sanitizer.ALLOWED_TAGS) | {"p", "h1", "h2", "h3", "pre", "img", "span"}
ATTRS = {"a": ["href", "title"], "img": ["src", "alt"], "span": ["style"]}
CSS = CSSSanitizer(allowed_css_properties=["color"])


def cell_html(cell):
    source = "".join(cell.get("source", []))
    if cell.get("cell_type") == "markdown":
        dirty = markdown.markdown(source)
        return mark_safe(bleach.clean(dirty, tags=TAGS, attributes=ATTRS, css_sanitizer=CSS))
    outputs = format_html_join("", "<pre class='out'>{}</pre>", ((text,) for text in texts(cell)))
    return format_html("<pre class='in'>{}</pre>{}", source, outputs)


def texts(cell):
    for output in cell.get("outputs", []):
        if "text" in output:
            yield "".join(output["text"])
        elif "text/plain" in output.get("data", {}):
            yield "".join(output["data"]["text/plain"])


def problem(title, detail):
    return format_html("<h1>{}</h1><p>{}</p>", title, conditional_escape(detail))
# -- file: viewer/views.py
import json

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from viewer.render import cell_html, problem


@method_decorator(login_required, name="dispatch")
class UploadedNotebook(View):
    max_cells = 500

    def post(self, request):
        try:
            book = json.load(request.FILES["notebook"])
            cells = [cell_html(c) for c in book["cells"][: self.max_cells]]
        except (KeyError, ValueError):
            return HttpResponseBadRequest(problem("Not a notebook", request.FILES["notebook"].name))
        return render(request, "viewer/notebook.html", {"cells": cells, "title": request.POST.get("title", "")})


def back(request):
    target = request.GET.get("to", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return HttpResponse(problem("Bad link", target), status=400)
    return HttpResponseRedirect(target)
# -- file: templates/viewer/notebook.html
<title>{{ title }}</title>
{% for cell in cells %}<div>{{ cell }}</div>{% endfor %}
# == Uptime monitor: probes started by the API run in a worker with argument lists, quoting and public targets
# -- file: monitor/targets.py
import ipaddress
import re
import socket

HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62})){1,8}\Z")


def public_address(host):
    """First address of the host; every one of them has to be public."""
    if not HOST.match(host):
        raise ValueError("not a host name")
    addresses = {ai[4][0] for ai in socket.getaddrinfo(host, None, family=socket.AF_INET)}
    for address in addresses:
        if not ipaddress.IPv4Address(address).is_global:
            raise ValueError("private target")
    return addresses.pop()
# -- file: monitor/tasks.py
import shlex
import subprocess

import paramiko
from celery import shared_task

from monitor.settings import PROBE_HOST, PROBE_KEY, PROBE_USER
from monitor.targets import public_address


@shared_task(time_limit=60)
def ping(host, count):
    argv = ["ping", "-n", "-c", str(int(count)), "-W", "2", "--", public_address(host)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=40)
    return {"up": done.returncode == 0, "output": done.stdout[-2000:]}


@shared_task(time_limit=90)
def remote_trace(host):
    command = "traceroute -n -q 1 -- " + shlex.quote(public_address(host))
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect(PROBE_HOST, username=PROBE_USER, key_filename=PROBE_KEY, timeout=10)
    try:
        _, stdout, _ = client.exec_command(command, timeout=60)
        return stdout.read().decode("ascii", "replace")
    finally:
        client.close()
# -- file: monitor/settings.py
import os

PROBE_HOST = os.environ.get("PROBE_HOST", "probe.internal")
PROBE_USER = os.environ.get("PROBE_USER", "probe")
PROBE_KEY = os.environ.get("PROBE_KEY", "/etc/monitor/probe_ed25519")
# -- file: monitor/api.py
from celery.result import AsyncResult
from rest_framework import permissions, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from monitor.tasks import ping, remote_trace


class ProbeSerializer(serializers.Serializer):
    host = serializers.CharField(max_length=253)
    count = serializers.IntegerField(min_value=1, max_value=10, default=3)


class ProbeViewSet(viewsets.ViewSet):
    permission_classes = [permissions.IsAuthenticated]

    def create(self, request):
        form = ProbeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        job = ping.delay(**form.validated_data)
        return Response({"job": job.id}, status=status.HTTP_202_ACCEPTED)

    @action(detail=False, methods=["post"])
    def trace(self, request):
        form = ProbeSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response({"job": remote_trace.delay(form.validated_data["host"]).id}, status=202)

    def retrieve(self, request, pk=None):
        result = AsyncResult(pk)
        return Response({"state": result.state, "result": result.result if result.successful() else None})
