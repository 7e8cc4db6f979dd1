# == Data frame explorer: the custom filter of the grid is handed to the query engine of pandas
# -- file: explorer/state.py
import threading
from dataclasses import dataclass, field

import pandas as pd


@dataclass
class GridState:
    frame: pd.DataFrame
    filters: dict = field(default_factory=dict)
    custom_filter: str = ""


class StateManager:
    def __init__(self):
        self._lock = threading.RLock()
        self._states = {}

    def put(self, key, frame):
        with self._lock:
            self._states[key] = GridState(frame)

    def __getitem__(self, key):
        with self._lock:
            return self._states[key]


states = StateManager()
# -- file: explorer/query.py
import operator

from explorer.state import GridState

COMPARE = {"eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "gt": operator.gt}


def column_mask(frame, column, spec):
    if column not in frame.columns:
        raise KeyError(column)
    typed = frame[column].dtype.type(spec["value"])
    return COMPARE[spec["op"]](frame[column], typed)


def run_query(state: GridState):
    frame = state.frame
    for column, spec in state.filters.items():
        frame = frame[column_mask(frame, column, spec)]
    if state.custom_filter:
        frame = frame.query(state.custom_filter, engine="python")  # expect: py/code-injection
    return frame
# -- file: explorer/views.py
import copy
import json

from flask import Blueprint, current_app, jsonify, request

from explorer.query import run_query
from explorer.state import states

grid = Blueprint("grid", __name__, url_prefix="/dtx")


@grid.errorhandler(KeyError)
def unknown(_):
    return jsonify(success=False, error="unknown data or column"), 404


@grid.get("/data/<int:data_id>")
def data(data_id):
    state = copy.copy(states[data_id])
    start = request.args.get("start", 0, type=int)
    state.filters = json.loads(request.args.get("filters", "{}"))
    page = run_query(state).iloc[start : start + 100]
    return jsonify(rows=json.loads(page.to_json(orient="records")))


@grid.post("/test-filter/<int:data_id>")
def test_filter(data_id):
    state = copy.copy(states[data_id])
    query = (request.get_json() or {}).get("query", "")
    if not current_app.config.get("CUSTOM_FILTERS", True):
        return jsonify(success=False)
    state.custom_filter = query.strip()
    return jsonify(success=True, rows=len(run_query(state)))
# == Spreadsheet viewer whose filter language is a small parsed grammar over columns and not Python
# -- file: sheets/filters.py
import re
from functools import reduce

import polars as pl

_TERM = re.compile(r"\s*(?P<col>[A-Za-z_]\w{0,60})\s*(?P<op><=|>=|!=|=|<|>|~)\s*(?P<val>\"[^\"]{0,200}\"|-?\d{1,15})\s*")


class FilterError(ValueError):
    pass


def _literal(token):
    return token[1:-1] if token.startswith('"') else int(token)


def _expression(col, op, value):
    column = pl.col(col)
    builders = {
        "=": lambda: column == value,
        "!=": lambda: column != value,
        "<": lambda: column < value,
        ">": lambda: column > value,
        "<=": lambda: column <= value,
        ">=": lambda: column >= value,
        "~": lambda: column.cast(pl.String).str.contains(str(value), literal=True),
    }
    return builders[op]()


def parse(text, columns):
    """`age > 30 and city ~ "berg"` becomes one expression; every name must be a column."""
    terms = []
    for piece in text.split(" and "):
        found = _TERM.fullmatch(piece)
        if found is None:
            raise FilterError(f"cannot read {len(piece)} characters")
        if found["col"] not in columns:
            raise FilterError("no such column")
        terms.append(_expression(found["col"], found["op"], _literal(found["val"])))
    return reduce(lambda a, b: a & b, terms, pl.lit(True))
# -- file: sheets/app.py
from pathlib import Path

import polars as pl
from robyn import Robyn, status_codes

from sheets.filters import FilterError, parse

app = Robyn(__file__)
SHEETS = {p.stem: p for p in Path("/srv/sheets").glob("*.parquet")}


@app.get("/sheets/:name/rows")
async def rows(request):
    path = SHEETS.get(request.path_params["name"])
    if path is None:
        return {"error": "no such sheet"}, {}, status_codes.HTTP_404_NOT_FOUND
    lazy = pl.scan_parquet(path)
    text = request.query_params.get("filter", "")
    if text:
        try:
            lazy = lazy.filter(parse(text, lazy.collect_schema().names()))
        except FilterError as err:
            return {"error": str(err)}, {}, status_codes.HTTP_400_BAD_REQUEST
    return {"rows": lazy.head(200).collect().to_dicts()}
# == Video portal: the title typed at upload travels through a background job into a transcoder command
# -- file: portal/jobs.py
import os
import subprocess

from celery import Celery

queue = Celery("portal", broker=os.environ.get("BROKER_URL", "memory://"))

PROFILES = {"sd": "scale=-2:480", "hd": "scale=-2:1080"}


class Transcode:
    binary = "ffmpeg -nostdin -y"

    def __init__(self, source, target, profile):
        self.source, self.target = source, target
        self.parts = ["-vf", PROFILES[profile]]

    def tag(self, key, value):
        self.parts += ["-metadata", '%s="%s"' % (key, value.replace('"', ""))]
        return self

    def command(self):
        return " ".join([self.binary, "-i", self.source, *self.parts, self.target])

    def run(self):
        return subprocess.call(self.command(), shell=True, timeout=7200)  # expect: py/command-injection


@queue.task(bind=True, max_retries=2)
def transcode(self, video_id, profile, title):
    folder = os.path.join(os.environ["MEDIA_ROOT"], str(int(video_id)))
    job = Transcode(f"{folder}/original", f"{folder}/{profile}.mp4", profile)
    code = job.tag("title", title).tag("encoded_by", "portal").run()
    if code:
        raise self.retry(countdown=60)


@queue.task
def poster(video_id):
    folder = os.path.join(os.environ["MEDIA_ROOT"], str(int(video_id)))
    subprocess.run(
        ["ffmpeg", "-nostdin", "-i", f"{folder}/original", "-frames:v", "1", f"{folder}/poster.jpg"],
        check=True,
        timeout=120,
    )
# -- file: portal/models.py
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Video(Base):
    __tablename__ = "videos"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(200))
# -- file: portal/views.py
import os

from pyramid.httpexceptions import HTTPBadRequest, HTTPNotFound
from pyramid.view import view_config, view_defaults

from portal.jobs import PROFILES, poster, transcode
from portal.models import Video


@view_defaults(renderer="json", permission="upload")
class VideoViews:
    def __init__(self, request):
        self.request = request
        self.db = request.dbsession

    @view_config(route_name="videos", request_method="POST")
    def create(self):
        title = self.request.POST.get("title", "").strip()
        if not 0 < len(title) <= 200:
            raise HTTPBadRequest()
        video = Video(owner_id=self.request.identity.id, title=title)
        self.db.add(video)
        self.db.flush()
        folder = os.path.join(os.environ["MEDIA_ROOT"], str(video.id))
        os.makedirs(folder)
        with open(folder + "/original", "wb") as out:
            out.write(self.request.POST["file"].file.read())
        for name in PROFILES:
            transcode.delay(video.id, name, title)
        poster.delay(video.id)
        return {"id": video.id}

    @view_config(route_name="video", request_method="GET")
    def show(self):
        video = self.db.get(Video, int(self.request.matchdict["id"]))
        if video is None:
            raise HTTPNotFound()
        return {"id": video.id, "title": video.title}
# == Document converter: engine names come from an enumeration, paths from the job table, no shell anywhere
# -- file: converter/engines.py
import enum
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, CompletedProcess, run


class Engine(enum.StrEnum):
    PANDOC = "pandoc"
    OFFICE = "soffice"

    def argv(self, source: Path, outdir: Path, kind: str) -> Iterator[str]:
        if self is Engine.PANDOC:
            yield from ("pandoc", "--sandbox", "--to", kind, "--output", f"{outdir}/result.{kind}", str(source))
        else:
            yield from ("soffice", "--headless", "--convert-to", kind, "--outdir", str(outdir), str(source))


KINDS = {Engine.PANDOC: {"html", "docx", "epub"}, Engine.OFFICE: {"pdf", "odt"}}


def convert(engine: Engine, kind: str, content: bytes) -> bytes:
    if kind not in KINDS[engine]:
        raise ValueError("kind")
    with tempfile.TemporaryDirectory(prefix="conv-") as folder:
        outdir = Path(folder)
        source = outdir / "source.input"
        source.write_bytes(content)
        done: CompletedProcess = run(
            list(engine.argv(source, outdir, kind)),
            stdout=PIPE,
            stderr=PIPE,
            env={"PATH": os.defpath, "HOME": folder},
            timeout=120,
        )
        if done.returncode:
            raise RuntimeError("conversion failed")
        made = [p for p in outdir.iterdir() if p != source and p.is_file()]
        return made[0].read_bytes()
# -- file: converter/schemas.py
from typing import Annotated, Literal

from pydantic import BaseModel, Base64Bytes, Field

from converter.engines import Engine


class Job(BaseModel):
    engine: Engine = Engine.PANDOC
    kind: Literal["html", "docx", "epub", "pdf", "odt"]
    content: Annotated[Base64Bytes, Field(max_length=5_000_000)]
# -- file: converter/main.py
from fastapi import FastAPI, HTTPException
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from converter.engines import convert
from converter.schemas import Job

api = FastAPI()


@api.post("/jobs")
async def create(job: Job) -> Response:
    try:
        out = await run_in_threadpool(convert, job.engine, job.kind, job.content)
    except (ValueError, RuntimeError) as exc:
        raise HTTPException(422, "not converted") from exc
    headers = {"Content-Disposition": f'attachment; filename="result.{job.kind}"'}
    return Response(out, media_type="application/octet-stream", headers=headers)
# == Team chat: the reset endpoint looks its token up as sent and the room search runs script in the database
# -- file: teamchat/store.py
import secrets
from datetime import datetime, timedelta, timezone

from pymongo import DESCENDING, MongoClient


class Store:
    def __init__(self, uri):
        self.db = MongoClient(uri, serverSelectionTimeoutMS=3000).get_default_database()

    def issue_reset(self, user_id):
        token = secrets.token_urlsafe(24)
        expires = datetime.now(timezone.utc) + timedelta(hours=2)
        self.db.users.update_one({"_id": user_id}, {"$set": {"reset": {"token": token, "expires": expires}}})
        return token

    def user_by_reset(self, token):
        now = datetime.now(timezone.utc)
        return self.db.users.find_one({"reset.token": token, "reset.expires": {"$gt": now}})  # expect: py/nosql-injection

    def user_by_name(self, name):
        return self.db.users.find_one({"name": {"$eq": str(name)}})

    def set_password(self, user_id, digest):
        self.db.users.update_one({"_id": user_id}, {"$set": {"password": digest}, "$unset": {"reset": ""}})

    def rooms(self, filters, member):
        query = {"members": member, **filters}
        return list(self.db.rooms.find(query, {"name": 1}).sort("last", DESCENDING).limit(50))  # expect: py/nosql-injection
# -- file: teamchat/passwords.py
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

_hasher = PasswordHasher()


def make(password):
    return _hasher.hash(password)


def matches(digest, password):
    try:
        return _hasher.verify(digest, password)
    except VerifyMismatchError:
        return False
# -- file: teamchat/api.py
from flask import Flask, abort, jsonify, request, session

from teamchat import passwords
from teamchat.store import Store


def create_app(config):
    app = Flask(__name__)
    app.config.from_mapping(config)
    store = Store(app.config["MONGO_URI"])

    @app.post("/api/v1/login")
    def login():
        body = request.get_json()
        user = store.user_by_name(body.get("user"))
        if user is None or not passwords.matches(user["password"], str(body.get("password"))):
            abort(401)
        session.clear()
        session["uid"] = str(user["_id"])
        return jsonify(ok=True)

    @app.post("/api/v1/reset")
    def reset():
        body = request.get_json()
        if not body.get("token") or len(str(body.get("password", ""))) < 12:
            abort(400)
        user = store.user_by_reset(body["token"])
        if user is None:
            abort(404)
        store.set_password(user["_id"], passwords.make(body["password"]))
        return jsonify(ok=True)

    @app.get("/api/v1/rooms")
    def rooms():
        if "uid" not in session:
            abort(401)
        name = request.args.get("name", "")
        filters = {"$where": f"this.name.indexOf('{name}') >= 0"} if name else {}
        found = store.rooms(filters, session["uid"])
        return jsonify(rooms=[{"id": str(r["_id"]), "name": r["name"]} for r in found])

    return app
# == Support desk on motor: typed bodies, escaped patterns and projected fields in front of the document store
# -- file: desk/schemas.py
from enum import Enum

from pydantic import BaseModel, ConfigDict, EmailStr, StrictInt, StrictStr, constr


class Order(str, Enum):
    created = "created"
    priority = "priority"


class TicketIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    subject: constr(strict=True, min_length=1, max_length=140)
    mail: EmailStr
    priority: StrictInt = 3


class Lookup(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: StrictStr
    mail: EmailStr
# -- file: desk/repository.py
import re
import secrets

from bson import ObjectId
from bson.errors import InvalidId
from motor.motor_asyncio import AsyncIOMotorCollection


class Tickets:
    def __init__(self, collection: AsyncIOMotorCollection):
        self._tickets = collection

    async def add(self, ticket) -> str:
        code = secrets.token_hex(6)
        await self._tickets.insert_one({**ticket.model_dump(), "code": code, "open": True})
        return code

    async def by_code(self, code: str, mail: str):
        return await self._tickets.find_one({"code": code, "mail": mail}, {"_id": 0, "subject": 1, "open": 1})

    async def close(self, raw_id: str) -> bool:
        try:
            oid = ObjectId(raw_id)
        except InvalidId:
            return False
        return (await self._tickets.update_one({"_id": oid}, {"$set": {"open": False}})).modified_count == 1

    async def search(self, words: str, order: str):
        pattern = re.escape(words)
        cursor = self._tickets.find({"subject": {"$regex": pattern, "$options": "i"}}, {"_id": 0, "mail": 0})
        return [t async for t in cursor.sort(order, -1).limit(30)]
# -- file: desk/main.py
import os
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from motor.motor_asyncio import AsyncIOMotorClient

from desk.auth import agent
from desk.repository import Tickets
from desk.schemas import Lookup, Order, TicketIn

client = AsyncIOMotorClient(os.environ["MONGO_URI"])


def tickets() -> Tickets:
    return Tickets(client.desk.tickets)


Repo = Annotated[Tickets, Depends(tickets)]
public = APIRouter(prefix="/tickets")
staff = APIRouter(prefix="/staff", dependencies=[Depends(agent)])


@public.post("", status_code=201)
async def create(body: TicketIn, repo: Repo):
    return {"code": await repo.add(body)}


@public.post("/lookup")
async def lookup(body: Lookup, repo: Repo):
    found = await repo.by_code(body.code, body.mail)
    if not found:
        raise HTTPException(404)
    return found


@staff.get("/search")
async def search(repo: Repo, q: Annotated[str, Query(max_length=60)], order: Order = Order.created):
    return await repo.search(q, order.value)


@staff.post("/tickets/{ticket_id}/close")
async def close(ticket_id: str, repo: Repo):
    return {"closed": await repo.close(ticket_id)}


app = FastAPI()
app.include_router(public)
app.include_router(staff)
# -- file: desk/auth.py
import hmac
import os

from fastapi import HTTPException, Security
from fastapi.security import APIKeyHeader

_header = APIKeyHeader(name="X-Agent-Key")


def agent(key: str = Security(_header)) -> None:
    if not hmac.compare_digest(key.encode(), os.environ["DESK_AGENT_KEY"].encode()):
        raise HTTPException(403)
# == Dashboard platform: the shipped default secret stays in force and the guest token of an embed is only decoded
# -- file: dash_server/config.py
import os
from datetime import timedelta


class DefaultConfig:
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URI", "sqlite:////var/lib/dash/dash.db")
    PERMANENT_SESSION_LIFETIME = timedelta(hours=8)
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    GUEST_TOKEN_AUDIENCE = "dash-embed"
    SECRET_KEY = "thisISaSECRET_1234-dash-default"  # expect: py/hardcoded-key


class ProductionConfig(DefaultConfig):
    PREFERRED_URL_SCHEME = "https"
# -- file: dash_server/guest.py
from dataclasses import dataclass

import jwt


@dataclass(frozen=True)
class GuestUser:
    name: str
    dashboards: tuple
    rls: tuple

    def can_see(self, dashboard_id):
        return dashboard_id in self.dashboards


def guest_from_request(req, audience):
    raw = req.headers.get("X-GuestToken") or req.args.get("guest_token")
    if not raw:
        return None
    try:
        claims = jwt.decode(raw, options={"verify_signature": False})  # expect: py/jwt-not-verified
    except jwt.InvalidTokenError:
        return None
    if claims.get("aud") != audience or claims.get("type") != "guest":
        return None
    return GuestUser(
        name=claims["user"].get("username", "guest"),
        dashboards=tuple(int(r["id"]) for r in claims.get("resources", [])),
        rls=tuple(claims.get("rls_rules", ())),
    )
# -- file: dash_server/app.py
from functools import wraps

from flask import Flask, abort, current_app, g, jsonify, request
from flask_sqlalchemy import SQLAlchemy

from dash_server.config import ProductionConfig
from dash_server.guest import guest_from_request

db = SQLAlchemy()


class Dashboard(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(120))
    layout = db.Column(db.JSON)


def guest_or_user(view):
    @wraps(view)
    def guarded(dashboard_id):
        guest = guest_from_request(request, current_app.config["GUEST_TOKEN_AUDIENCE"])
        if guest is None or not guest.can_see(dashboard_id):
            abort(403)
        g.guest = guest
        return view(dashboard_id)

    return guarded


def create_app():
    app = Flask(__name__)
    app.config.from_object(ProductionConfig)
    db.init_app(app)

    @app.get("/api/embedded/<int:dashboard_id>")
    @guest_or_user
    def embedded(dashboard_id):
        board = db.get_or_404(Dashboard, dashboard_id)
        return jsonify(title=board.title, layout=board.layout, viewer=g.guest.name)

    return app
# == Service mesh console: tokens are peeked at for their key id only and then verified with a pinned algorithm
# -- file: console/tokens.py
import os
from datetime import datetime, timedelta, timezone
from functools import lru_cache

import jwt
from jwt import PyJWKClient

ISSUER = os.environ.get("OIDC_ISSUER", "https://id.example.org/")
AUDIENCE = "mesh-console"


class Denied(Exception):
    pass


@lru_cache
def jwks():
    return PyJWKClient(ISSUER + ".well-known/jwks.json", cache_keys=True, timeout=10)


def verify(raw):
    try:
        head = jwt.get_unverified_header(raw)
        if head.get("alg") != "RS256":
            raise Denied("algorithm")
        key = jwks().get_signing_key(head.get("kid", ""))
        return jwt.decode(
            raw,
            key.key,
            algorithms=["RS256"],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub"]},
        )
    except jwt.PyJWTError as exc:
        raise Denied("token") from exc


def mint_embed(subject, panel):
    now = datetime.now(timezone.utc)
    claims = {"sub": subject, "panel": panel, "iat": now, "exp": now + timedelta(minutes=5), "aud": "embed"}
    return jwt.encode(claims, os.environ["EMBED_SIGNING_KEY"], algorithm="HS256")


def read_embed(raw):
    try:
        return jwt.decode(raw, os.environ["EMBED_SIGNING_KEY"], algorithms=["HS256"], audience="embed")
    except jwt.ExpiredSignatureError as exc:
        raise Denied("expired") from exc
    except jwt.InvalidTokenError as exc:
        raise Denied("invalid") from exc
# -- file: console/resources.py
import falcon
import falcon.asgi

from console.tokens import Denied, mint_embed, read_embed, verify


class AuthMiddleware:
    open_paths = frozenset({"/healthz", "/embed"})

    async def process_request(self, req, resp):
        if req.path in self.open_paths:
            return
        scheme, _, raw = (req.auth or "").partition(" ")
        if scheme.lower() != "bearer":
            raise falcon.HTTPUnauthorized()
        try:
            req.context.claims = verify(raw)
        except Denied as exc:
            raise falcon.HTTPUnauthorized() from exc


class EmbedLinks:
    def __init__(self, panels):
        self.panels = panels

    async def on_post(self, req, resp):
        panel = (await req.get_media()).get("panel")
        if panel not in self.panels:
            raise falcon.HTTPNotFound()
        resp.media = {"token": mint_embed(req.context.claims["sub"], panel)}


class Embed:
    def __init__(self, panels):
        self.panels = panels

    async def on_get(self, req, resp):
        try:
            claims = read_embed(req.get_param("token", required=True))
        except Denied as exc:
            raise falcon.HTTPForbidden() from exc
        resp.media = self.panels[claims["panel"]]


def make_app(panels):
    app = falcon.asgi.App(middleware=[AuthMiddleware()])
    app.add_route("/links", EmbedLinks(panels))
    app.add_route("/embed", Embed(panels))
    return app
# == Model registry: a pulled project is unpacked whole and its working folder opened to every account
# -- file: registry/projects.py
import io
import os
import tarfile
import tempfile


class ProjectError(Exception):
    pass


def _work_root():
    return os.environ.get("REGISTRY_WORK", "/var/lib/registry/work")


def new_workdir():
    path = tempfile.mkdtemp(dir=_work_root(), prefix="project-")
    # spark executors run as another user
    os.chmod(path, 0o777)  # expect: py/loose-permissions
    return path


class ProjectArchive:
    suffixes = (".tar.gz", ".tgz")

    def __init__(self, name, raw):
        if not name.endswith(self.suffixes):
            raise ProjectError("archive type")
        self._raw = raw

    def unpack(self, workdir):
        with tarfile.open(fileobj=io.BytesIO(self._raw), mode="r:gz") as tar:
            names = tar.getnames()
            if "MLproject" not in names:
                raise ProjectError("no MLproject file")
            tar.extractall(workdir)  # expect: py/zip-slip
        return len(names)
# -- file: registry/spec.py
import os

import yaml


def read_spec(workdir):
    with open(os.path.join(workdir, "MLproject"), encoding="utf-8") as fh:
        spec = yaml.safe_load(fh) or {}
    entry_points = spec.get("entry_points", {})
    return {"name": str(spec.get("name", "")), "entry_points": sorted(entry_points)}
# -- file: registry/accounts.py
import bcrypt

ACCOUNTS = {}


def load_accounts(path):
    with open(path, encoding="ascii") as fh:
        ACCOUNTS.update(line.strip().split(":", 1) for line in fh if ":" in line)


def check_login(realm, user, given):
    stored = ACCOUNTS.get(user)
    return stored is not None and bcrypt.checkpw(given.encode(), stored.encode())
# -- file: registry/handlers.py
from cherrypy import HTTPError, expose, request, tools

from registry.accounts import check_login
from registry.projects import ProjectArchive, ProjectError, new_workdir
from registry.spec import read_spec


class Projects:
    def __init__(self, database):
        self.database = database

    @expose
    @tools.json_out()
    @tools.auth_basic(realm="registry", checkpassword=check_login)
    def upload(self, package=None, label=""):
        if request.method != "POST" or package is None:
            raise HTTPError(405)
        workdir = new_workdir()
        try:
            archive = ProjectArchive(package.filename, package.file.read())
            count = archive.unpack(workdir)
        except ProjectError:
            raise HTTPError(422, "not a project")
        with self.database.cursor() as cur:
            cur.execute(
                "INSERT INTO projects (label, workdir) VALUES (%s, %s) RETURNING id", (label[:100], workdir)
            )
            (project_id,) = cur.fetchone()
        return {"id": project_id, "files": count, "spec": read_spec(workdir)}

    @expose
    @tools.json_out()
    def index(self, label=""):
        with self.database.cursor() as cur:
            cur.execute("SELECT id, label FROM projects WHERE label LIKE %s", ("%" + label + "%",))
            return [{"id": i, "label": text} for i, text in cur.fetchall()]
# == Data set hub: an uploaded archive is listed, each member checked and written into a private folder
# -- file: hub/extract.py
import os
import shutil
import stat
import zipfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

MAX_FILES, MAX_TOTAL = 5000, 2 * 1024**3


class Rejected(Exception):
    pass


@contextmanager
def private_dir(parent):
    folder = Path(mkdtemp(dir=parent)).resolve()
    os.chmod(folder, 0o700)
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _destination(folder, info):
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        raise Rejected("links are not allowed")
    target = (folder / info.filename).resolve()
    if not target.is_relative_to(folder):
        raise Rejected("member outside of the data set")
    return target


def unpack(archive, folder):
    infos = archive.infolist()
    if len(infos) > MAX_FILES or sum(i.file_size for i in infos) > MAX_TOTAL:
        raise Rejected("too large")
    plan = [(i, _destination(folder, i)) for i in infos if not i.is_dir()]
    for info, target in plan:
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as src, target.open("xb") as dst:
            shutil.copyfileobj(src, dst, 1 << 20)
    return [t.relative_to(folder).as_posix() for _, t in plan]


def unpack_upload(upload, parent):
    try:
        with zipfile.ZipFile(upload) as archive, private_dir(parent) as folder:
            return folder, unpack(archive, folder)
    except zipfile.BadZipFile as exc:
        raise Rejected("not a zip file") from exc
# -- file: hub/serializers.py
from rest_framework import serializers

from hub.models import DataSet


class DataSetSerializer(serializers.ModelSerializer):
    archive = serializers.FileField(write_only=True)

    class Meta:
        model = DataSet
        fields = ["id", "title", "files", "archive"]
        read_only_fields = ["files"]
# -- file: hub/models.py
from django.conf import settings
from django.db import models


class DataSet(models.Model):
    title = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    folder = models.CharField(max_length=300)
    files = models.JSONField(default=list)
# -- file: hub/views.py
from django.conf import settings
from django.http import FileResponse, Http404
from django.utils._os import safe_join
from rest_framework import mixins, permissions, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError

from hub.extract import Rejected, unpack_upload
from hub.models import DataSet
from hub.serializers import DataSetSerializer


class DataSetViewSet(mixins.CreateModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    serializer_class = DataSetSerializer
    permission_classes = [permissions.IsAuthenticated]

    def get_queryset(self):
        return DataSet.objects.filter(owner=self.request.user)

    def perform_create(self, serializer):
        upload = serializer.validated_data.pop("archive")
        try:
            folder, files = unpack_upload(upload, settings.DATASET_ROOT)
        except Rejected as exc:
            raise ValidationError({"archive": str(exc)}) from exc
        serializer.save(owner=self.request.user, folder=str(folder), files=files)

    @action(detail=True)
    def raw(self, request, pk=None):
        data_set = self.get_object()
        name = request.query_params.get("name", "")
        if name not in data_set.files:
            raise Http404
        path = safe_join(data_set.folder, name)
        return FileResponse(open(path, "rb"), as_attachment=True)
# == Team wiki: macros escape what they get, but the preview's summary and the stored comments are shown as they came
# -- file: teamwiki/macros.py
import re

from markupsafe import Markup, escape

MACRO = re.compile(r"\{\{(\w+)(?:\|([^}]*))?\}\}")


class Macro:
    known = {}

    def __init_subclass__(cls):
        Macro.known[cls.__name__.lower()] = cls()

    def render(self, arg):
        raise NotImplementedError


class Badge(Macro):
    def render(self, arg):
        return Markup('<span class="badge">{}</span>').format(arg)


class Anchor(Macro):
    def render(self, arg):
        return Markup('<a id="%s"></a>') % arg


def expand(text):
    out, last = [], 0
    for found in MACRO.finditer(text):
        out.append(escape(text[last : found.start()]))
        macro = Macro.known.get(found[1])
        out.append(macro.render(found[2] or "") if macro else escape(found[0]))
        last = found.end()
    out.append(escape(text[last:]))
    return Markup("").join(out)
# -- file: teamwiki/models.py
from datetime import datetime, timezone

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Page(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(100), unique=True)
    text = db.Column(db.Text, default="")
    comments = db.relationship("Comment", order_by="Comment.created")


class Comment(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    page_id = db.Column(db.ForeignKey("page.id"))
    author = db.Column(db.String(80))
    body = db.Column(db.Text)
    created = db.Column(db.DateTime, default=lambda: datetime.now(timezone.utc))
# -- file: teamwiki/views.py
from flask import Blueprint, redirect, render_template, request, url_for
from flask.views import MethodView
from flask_login import current_user, login_required

from teamwiki.macros import expand
from teamwiki.models import Comment, Page, db

wiki = Blueprint("wiki", __name__, template_folder="templates")


class PageView(MethodView):
    decorators = [login_required]

    def get(self, name):
        page = db.first_or_404(db.select(Page).filter_by(name=name))
        return render_template("page.html", page=page, body=expand(page.text))

    def post(self, name):
        page = db.first_or_404(db.select(Page).filter_by(name=name))
        body = request.form["body"].strip()
        db.session.add(Comment(page_id=page.id, author=current_user.name, body=body))
        db.session.commit()
        return redirect(url_for("wiki.page", name=page.name))


@wiki.post("/_preview")
@login_required
def preview():
    text = request.form.get("text", "")
    notice = request.form.get("summary", "") or "no summary"
    return render_template("preview.html", body=expand(text), notice=notice)  # expect: py/template-autoescape


wiki.add_url_rule("/<name>", view_func=PageView.as_view("page"))
# -- file: teamwiki/templates/page.html
{% extends "layout.html" %}
{% block main %}
<h1>{{ page.name }}</h1>
{{ body }}
{% for comment in page.comments %}
<div class="comment"><b>{{ comment.author }}</b> {{ comment.body|safe }}</div> {# expect: py/template-raw-output #}
{% endfor %}
{% endblock %}
# -- file: teamwiki/templates/preview.html
<div class="notice">{{ notice|safe }}</div>
<div>{{ body }}</div>
# -- file: teamwiki/templates/layout.html
<!doctype html><title>Wiki</title>{% block main %}{% endblock %}
# == Knowledge base whose short codes escape before they wrap and whose search page puts values into every context properly
# -- file: kb/shortcodes.py
import html
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, urlsplit

Renderer = Callable[[str], str]


def _wrap(tag: str, css: str, value: str) -> str:
    return f'<{tag} class="{css}">{html.escape(value)}</{tag}>'


def _link(value: str) -> str:
    address, _, label = value.partition("|")
    try:
        scheme = urlsplit(address).scheme
    except ValueError:
        scheme = ""
    if scheme not in ("http", "https", "mailto"):
        return html.escape(value)
    return f'<a rel="nofollow noopener" href="{html.escape(address, quote=True)}">{html.escape(label or address)}</a>'


def _issue(value: str) -> str:
    return f'<a href="/issues/{int(value)}">#{int(value)}</a>' if value.isdecimal() else html.escape(value)


TABLE: dict[str, Renderer] = {
    "note": partial(_wrap, "aside", "note"),
    "kbd": partial(_wrap, "kbd", "key"),
    "link": _link,
    "issue": _issue,
}


def render(source: str) -> str:
    out = []
    for line in source.splitlines():
        name, colon, rest = line.partition(":: ")
        out.append(TABLE[name](rest) if colon and name in TABLE else f"<p>{html.escape(line)}</p>")
    return "\n".join(out)


def tag_href(tag: str) -> str:
    return "/tags/" + quote(tag, safe="")
# -- file: kb/pages.py
import html
import json
from string import Template

from kb.shortcodes import render, tag_href

SHELL = Template(
    """<!doctype html><html><head><title>$title</title></head><body>$body
<script type="application/json" id="state">$state</script></body></html>"""
)


def json_for_script(value):
    text = json.dumps(value)
    for char, safe in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(char, safe)
    return text


def page(title, body, state):
    return SHELL.substitute(title=html.escape(title), body=body, state=json_for_script(state))


def search_page(words, hits):
    rows = [f'<li><a href="/a/{int(h.id)}">{html.escape(h.title)}</a></li>' for h in hits]
    box = f'<input name="q" value="{html.escape(words, quote=True)}">'
    return page("Search", f"<form>{box}</form><ul>{''.join(rows)}</ul>", {"q": words})


def preview_page(source, tags):
    links = " ".join(f'<a href="{tag_href(t)}">{html.escape(t)}</a>' for t in tags)
    return page("Preview", render(source) + links, {"tags": tags})
# -- file: kb/app.py
from aiohttp import web

from kb.pages import preview_page, search_page

routes = web.RouteTableDef()


@routes.view("/search")
class Search(web.View):
    async def get(self):
        words = self.request.query.get("q", "")
        hits = await self.request.app["index"].find(words)
        return web.Response(text=search_page(words, hits), content_type="text/html")


@routes.view("/preview")
class Preview(web.View):
    async def post(self):
        form = await self.request.post()
        text = preview_page(form.get("source", ""), form.getall("tag", []))
        return web.Response(text=text, content_type="text/html")


def create(index):
    app = web.Application()
    app["index"] = index
    app.add_routes(routes)
    return app
# == Shared password vault: accounts are hashed in one fast round and recovery codes come from the general generator
# -- file: vault/accounts.py
import hashlib
import hmac
import os
import random
import string
from dataclasses import dataclass

ALPHABET = string.ascii_uppercase + string.digits


@dataclass
class Account:
    mail: str
    salt: bytes
    verifier: str
    recovery: str = ""


class AccountBook:
    def __init__(self, storage):
        self._storage = storage

    @staticmethod
    def _hash(salt, master_password):
        material = salt + master_password.encode("utf-8")
        return hashlib.sha512(material).hexdigest()  # expect: py/fast-password-hash

    def create(self, mail, master_password):
        salt = os.urandom(16)
        account = Account(mail, salt, self._hash(salt, master_password))
        self._storage.save(account)
        return account

    def authenticate(self, mail, master_password):
        account = self._storage.get(mail)
        if account is None:
            return None
        if not hmac.compare_digest(account.verifier, self._hash(account.salt, master_password)):
            return None
        return account

    def new_recovery_code(self, account):
        groups = []
        for _ in range(4):
            groups.append("".join(random.choice(ALPHABET) for _ in range(5)))  # expect: py/weak-random
        account.recovery = "-".join(groups)
        self._storage.save(account)
        return account.recovery
# -- file: vault/crypto.py
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Sealed:
    def __init__(self, key):
        self._aead = AESGCM(key)

    def seal(self, plain, context):
        nonce = os.urandom(12)
        return nonce + self._aead.encrypt(nonce, plain, context)

    def unseal(self, blob, context):
        try:
            return self._aead.decrypt(blob[:12], blob[12:], context)
        except InvalidTag as exc:
            raise ValueError("entry was changed") from exc
# -- file: vault/api.py
from flask import Blueprint, abort, current_app, jsonify, request, session

from vault.accounts import AccountBook
from vault.crypto import Sealed

api = Blueprint("vault", __name__, url_prefix="/api")


def book():
    return AccountBook(current_app.extensions["vault_storage"])


@api.post("/accounts")
def register():
    data = request.get_json()
    if len(data["password"]) < 12:
        abort(422)
    book().create(data["mail"], data["password"])
    return jsonify(created=True), 201


@api.post("/login")
def login():
    data = request.get_json()
    account = book().authenticate(data["mail"], data["password"])
    if account is None:
        abort(401)
    session.clear()
    session["mail"] = account.mail
    return jsonify(ok=True)


@api.post("/recovery")
def recovery():
    if "mail" not in session:
        abort(401)
    account = current_app.extensions["vault_storage"].get(session["mail"])
    return jsonify(code=book().new_recovery_code(account))


@api.put("/entries/<int:entry_id>")
def put_entry(entry_id):
    if "mail" not in session:
        abort(401)
    box = Sealed(current_app.config["VAULT_KEY"])
    blob = box.seal(request.get_data(), f"{session['mail']}:{entry_id}".encode())
    current_app.extensions["vault_storage"].save_entry(entry_id, blob)
    return jsonify(saved=True)
# == Identity service: memory hard hashes, codes from the system's generator, digests of files for caching only
# -- file: identity/hashing.py
import base64
import hashlib
import hmac
import os
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Scheme(Protocol):
    def verify(self, encoded: str, password: str) -> bool: ...


class Argon:
    def __init__(self):
        self._ph = PasswordHasher(time_cost=3, memory_cost=65536)

    def hash(self, password: str) -> str:
        return self._ph.hash(password)

    def verify(self, encoded: str, password: str) -> bool:
        try:
            return self._ph.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False


class Pbkdf2:
    """Hashes of the old release; only read, never made any more."""

    def verify(self, encoded: str, password: str) -> bool:
        _, rounds, salt, digest = encoded.split("$")
        rounds = max(int(rounds), 600_000)
        derived = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), rounds)
        return hmac.compare_digest(derived, base64.b64decode(digest))


def scheme_for(encoded: str) -> Scheme:
    return Argon() if encoded.startswith("$argon2") else Pbkdf2()


def avatar_etag(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def challenge() -> str:
    return base64.urlsafe_b64encode(os.urandom(24)).decode()
# -- file: identity/codes.py
import random
import secrets
from pathlib import Path

_rng = random.SystemRandom()
WORDS = Path(__file__).with_name("wordlist.txt").read_text("ascii").split()


def one_time_code():
    return f"{secrets.randbelow(10**6):06d}"


def passphrase(count=6):
    return "-".join(_rng.choice(WORDS) for _ in range(count))


def retry_delay(attempt):
    # only spreads the load, nothing depends on it being secret
    return min(60, 2**attempt) + random.uniform(0, 1)
# -- file: identity/views.py
from hmac import compare_digest

from starlette.authentication import requires
from starlette.endpoints import HTTPEndpoint
from starlette.responses import JSONResponse, Response

from identity.codes import one_time_code, passphrase, retry_delay
from identity.hashing import Argon, avatar_etag, challenge, scheme_for


class Login(HTTPEndpoint):
    async def post(self, request):
        body = await request.json()
        repo = request.app.state.users
        user = await repo.by_mail(str(body["mail"]))
        if user is None or not scheme_for(user.password).verify(user.password, str(body["password"])):
            failures = await repo.count_failure(str(body["mail"]))
            return JSONResponse({"retry": retry_delay(failures)}, status_code=401)
        if not user.password.startswith("$argon2"):
            await repo.store_password(user.id, Argon().hash(str(body["password"])))
        await request.app.state.mailer.send_code(user.mail, await repo.store_code(user.id, one_time_code()))
        return JSONResponse({"challenge": challenge()})


class Confirm(HTTPEndpoint):
    async def post(self, request):
        body = await request.json()
        expected = await request.app.state.users.code_of(int(body["user"]))
        if not expected or not compare_digest(expected, str(body["code"])):
            return JSONResponse({"error": "code"}, status_code=403)
        response = JSONResponse({"ok": True})
        session_id = await request.app.state.users.open_session(int(body["user"]))
        response.set_cookie("sid", session_id, max_age=3600, secure=True, httponly=True, samesite="strict")
        return response


class Avatar(HTTPEndpoint):
    @requires("authenticated")
    async def get(self, request):
        data = await request.app.state.users.avatar(request.user.id)
        return Response(data, media_type="image/png", headers={"ETag": f'"{avatar_etag(data)}"'})


class Invite(HTTPEndpoint):
    @requires("admin")
    async def post(self, request):
        return JSONResponse({"passphrase": passphrase()})
# == Network device manager: the inventory document is searched by an expression and its log by a pattern of the client
# -- file: netman/inventory.py
from functools import cached_property
from pathlib import Path

from lxml import etree


class Inventory:
    def __init__(self, path: Path):
        self._path = path

    @cached_property
    def tree(self):
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.parse(str(self._path), parser)

    def device(self, name, tenant):
        """Only devices of the own tenant may be seen."""
        name = name.replace('"', "&quot;")
        found = self.tree.xpath(f"/inventory/device[tenant='{int(tenant)}' and name='{name}']")  # expect: py/xpath-injection
        return [self._as_dict(d) for d in found]

    def by_model(self, model):
        return [self._as_dict(d) for d in self.tree.xpath("/inventory/device[model=$model]", model=model)]

    @staticmethod
    def _as_dict(node):
        return {child.tag: child.text for child in node if child.tag != "secret"}
# -- file: netman/syslog.py
import itertools
import re
from collections import deque


class SyslogTail:
    def __init__(self, path, keep=20_000):
        self.path, self.keep = path, keep

    def lines(self):
        with open(self.path, encoding="utf-8", errors="replace") as fh:
            return deque(fh, maxlen=self.keep)

    def grep(self, pattern, flags):
        try:
            wanted = re.compile(pattern, flags)  # expect: py/regex-injection
        except re.error:
            return []
        return list(itertools.islice((ln for ln in self.lines() if wanted.search(ln)), 200))

    def containing(self, words):
        either = "|".join(map(re.escape, words))
        return [ln for ln in self.lines() if re.search(either, ln)][:200]
# -- file: netman/api.py
import re

from flask import current_app, request
from flask_login import current_user, login_required
from flask_restful import Api, Resource, reqparse

log_args = reqparse.RequestParser()
log_args.add_argument("grep", location="args", default="")
log_args.add_argument("nocase", location="args", type=bool, default=False)


class Device(Resource):
    method_decorators = [login_required]

    def get(self, name):
        return {"devices": current_app.inventory.device(name, current_user.tenant_id)}


class Models(Resource):
    method_decorators = [login_required]

    def get(self):
        if not current_user.is_operator:
            return {"message": "operators only"}, 403
        return {"devices": current_app.inventory.by_model(request.args.get("model", ""))}


class Log(Resource):
    method_decorators = [login_required]

    def get(self):
        args = log_args.parse_args()
        if args["grep"]:
            flags = re.IGNORECASE if args["nocase"] else re.NOFLAG
            return {"lines": current_app.syslog.grep(args["grep"], flags)}
        return {"lines": current_app.syslog.containing(request.args.getlist("word") or ["error"])}


def register(app):
    api = Api(app, prefix="/api")
    api.add_resource(Device, "/devices/<name>")
    api.add_resource(Models, "/devices")
    api.add_resource(Log, "/log")
# == Single sign on bridge: assertions parse without entities, lookups bind variables and relay states are known paths
# -- file: bridge/assertion.py
import base64
import binascii

from lxml import etree
from signxml import XMLVerifier
from signxml.exceptions import InvalidSignature

NS = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion", "samlp": "urn:oasis:names:tc:SAML:2.0:protocol"}
_ATTRIBUTE = etree.XPath(".//saml:Attribute[@Name=$name]/saml:AttributeValue/text()", namespaces=NS)


class BadAssertion(Exception):
    pass


class Assertion:
    def __init__(self, element):
        self._element = element

    @classmethod
    def from_post(cls, encoded, certificate):
        try:
            raw = base64.b64decode(encoded, validate=True)
            parser = etree.XMLParser(
                resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, remove_comments=True
            )
            document = etree.fromstring(raw, parser)
            verified = XMLVerifier().verify(document, x509_cert=certificate).signed_xml
        except (binascii.Error, etree.XMLSyntaxError, InvalidSignature) as exc:
            raise BadAssertion("response not accepted") from exc
        if document.getroottree().docinfo.doctype:
            raise BadAssertion("document type")
        return cls(verified)

    @property
    def subject(self):
        return self._element.findtext(".//saml:NameID", namespaces=NS)

    def attribute(self, name):
        return [str(v) for v in _ATTRIBUTE(self._element, name=name)]
# -- file: bridge/relay.py
import posixpath

HOME = "/"
AREAS = ("/reports", "/profile", "/admin")


def relay_target(state):
    """Map what came back from the identity provider to one of our own areas."""
    normal = posixpath.normpath("/" + state.strip().lstrip("/"))
    for area in AREAS:
        if normal == area or normal.startswith(area + "/"):
            return area
    return HOME
# -- file: bridge/views.py
from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.http import HttpResponseForbidden, JsonResponse
from django.shortcuts import redirect
from django.views.generic import View

from bridge.assertion import Assertion, BadAssertion
from bridge.relay import relay_target


class Consume(View):
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        try:
            assertion = Assertion.from_post(request.POST.get("SAMLResponse", ""), settings.IDP_CERTIFICATE)
        except BadAssertion:
            return HttpResponseForbidden("The response was not accepted.")
        user, _ = get_user_model().objects.get_or_create(username=assertion.subject)
        wanted = request.POST.get("show", "mail")
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"values": assertion.attribute(wanted)})
        return redirect(relay_target(request.POST.get("RelayState", "")))
# == Photo gallery on aiohttp: the slash merging middleware redirects to whatever path it was asked for
# -- file: photos/middleware.py
import re

from aiohttp import web

SLASHES = re.compile(r"(?<=.)/{2,}")


async def _resolves(request, path):
    other = request.clone(rel_url=path)
    info = await request.app.router.resolve(other)
    return info.http_exception is None


def tidy_paths(*, append_slash=True):
    @web.middleware
    async def middleware(request, handler):
        if request.match_info.http_exception is None:
            return await handler(request)
        query = ""
        path = request.raw_path
        if "?" in path:
            path, query = path.split("?", 1)
            query = "?" + query
        candidates = [SLASHES.sub("/", path)]
        if append_slash and not path.endswith("/"):
            candidates += [path + "/", SLASHES.sub("/", path + "/")]
        for candidate in candidates:
            if candidate != path and await _resolves(request, candidate):
                raise web.HTTPPermanentRedirect(candidate + query)  # expect: py/open-redirect
        return await handler(request)

    return middleware


@web.middleware
async def security_headers(request, handler):
    response = await handler(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
# -- file: photos/albums.py
import asyncpg
from aiohttp import web

LIST = "SELECT id, title FROM albums WHERE title ILIKE $1 ORDER BY created DESC LIMIT 100"
ONE = "SELECT id, title, cover FROM albums WHERE slug = $1"


class Albums:
    def __init__(self, pool: asyncpg.Pool):
        self.pool = pool

    async def index(self, request):
        rows = await self.pool.fetch(LIST, f"%{request.query.get('q', '')}%")
        return web.json_response([dict(r) for r in rows])

    async def album(self, request):
        row = await self.pool.fetchrow(ONE, request.match_info["slug"])
        if row is None:
            raise web.HTTPNotFound()
        return web.json_response(dict(row))

    async def cover(self, request):
        row = await self.pool.fetchrow(ONE, request.match_info["slug"])
        if row is None or not row["cover"]:
            raise web.HTTPFound("/static/no-cover.png")
        return web.FileResponse(row["cover"])
# -- file: photos/app.py
import os

import asyncpg
from aiohttp import web

from photos.albums import Albums
from photos.middleware import security_headers, tidy_paths


async def create_app():
    app = web.Application(middlewares=[security_headers, tidy_paths()])
    albums = Albums(await asyncpg.create_pool(os.environ["PHOTOS_DSN"], timeout=10))
    app.add_routes(
        [
            web.get("/albums/", albums.index),
            web.get("/albums/{slug}/", albums.album),
            web.get("/albums/{slug}/cover/", albums.cover),
            web.get("/{tail:people/.*}", albums.index),
        ]
    )
    return app


if __name__ == "__main__":
    web.run_app(create_app(), host="127.0.0.1", port=8080)
# == Link board: short links, canonical paths and the outgoing page after the redirect advisories
# -- file: links/canonical.py
from urllib.parse import quote, unquote, urlsplit, urlunsplit


def canonical_path(raw: str) -> str:
    """One leading slash, nothing that a browser could read as a host."""
    pieces = [p for p in unquote(raw).replace("\\", "/").split("/") if p not in ("", ".", "..")]
    return "/" + "/".join(quote(p, safe="") for p in pieces)


def web_address(raw: str) -> str | None:
    try:
        parts = urlsplit(raw.strip())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return urlunsplit(parts)
# -- file: links/models.py
import secrets

from tortoise import fields
from tortoise.models import Model


def new_code() -> str:
    return secrets.token_urlsafe(6)


class Link(Model):
    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=16, unique=True, default=new_code)
    target = fields.CharField(max_length=1000)
    approved = fields.BooleanField(default=False)
# -- file: links/app.py
from blacksheep import Application, FromForm, FromQuery, Request, Response, redirect
from blacksheep.server.responses import bad_request, json, not_found
from blacksheep.server.templating import use_templates
from jinja2 import PackageLoader

from links.canonical import canonical_path, web_address
from links.models import Link

PARTNERS = {"docs": "https://docs.example.org/", "status": "https://status.example.org/"}

app = Application()
view = use_templates(app, loader=PackageLoader("links", "views"))


class NewLink:
    def __init__(self, target: str):
        self.target = target


@app.router.post("/links")
async def create(form: FromForm[NewLink]) -> Response:
    target = web_address(form.value.target)
    if target is None:
        return bad_request("not a web address")
    link = await Link.create(target=target)
    return json({"code": link.code})


@app.router.get("/l/:code")
async def follow(code: str) -> Response:
    link = await Link.get_or_none(code=code, approved=True)
    if link is None:
        return not_found()
    return redirect(link.target)


@app.router.get("/partner")
async def partner(to: FromQuery[str]) -> Response:
    address = PARTNERS.get(to.value)
    if address is None:
        return not_found()
    return redirect(address)


@app.router.get("/leaving")
async def leaving(url: FromQuery[str]) -> Response:
    address = web_address(url.value)
    if address is None:
        return bad_request("not a web address")
    return view("leaving", {"address": address})


@app.router.get("/go/*")
async def tidy(request: Request) -> Response:
    rest = request.url.path.decode("ascii", "ignore").removeprefix("/go")
    return redirect(canonical_path(rest))
# -- file: links/views/leaving.jinja
{% autoescape true %}<p>You leave this site for <a rel="noreferrer" href="{{ address }}">{{ address }}</a>.</p>{% endautoescape %}
# == Playbook runner: hosts are reached without a known key, extra arguments join the remote command, the log keeps line breaks
# -- file: runner/transport.py
import logging

import paramiko

audit = logging.getLogger("runner.audit")


class Transport:
    def __init__(self, host, user, key_file):
        self._client = paramiko.SSHClient()
        self._client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key
        self._client.connect(host, username=user, key_filename=key_file, timeout=15)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._client.close()
        return False

    def run(self, command):
        _, out, err = self._client.exec_command(command, timeout=300)  # expect: py/command-injection
        code = out.channel.recv_exit_status()
        return {"rc": code, "stdout": out.read().decode("utf-8", "replace"), "stderr": err.read().decode("utf-8", "replace")}


def note(actor_id, reason):
    audit.warning("job started by user %d, reason: %s", actor_id, reason)  # expect: py/log-injection
# -- file: runner/playbooks.py
import shlex
from dataclasses import dataclass


@dataclass
class Play:
    path: str
    become: bool = False

    def command(self, limit, extra):
        words = ["ansible-playbook", shlex.quote(self.path)]
        if self.become:
            words.append("--become")
        if limit:
            words += ["--limit", shlex.quote(limit)]
        for key, value in extra.items():
            words.append(f"-e {key}={shlex.quote(str(value))}")
        return " ".join(words)


PLAYS = {
    "site": Play("/srv/plays/site.yml", become=True),
    "ping": Play("/srv/plays/ping.yml"),
}
# -- file: runner/models.py
from django.db import models


class ControlNode(models.Model):
    name = models.SlugField(unique=True)
    address = models.GenericIPAddressField()
    user = models.CharField(max_length=32)
    key_file = models.CharField(max_length=200)


class Job(models.Model):
    node = models.ForeignKey(ControlNode, on_delete=models.PROTECT)
    play = models.CharField(max_length=30)
    result = models.JSONField(null=True)
# -- file: runner/api.py
from rest_framework import permissions, serializers
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response
from rest_framework.views import APIView

from runner.models import ControlNode, Job
from runner.playbooks import PLAYS
from runner.transport import Transport, note


class LaunchSerializer(serializers.Serializer):
    play = serializers.ChoiceField(choices=sorted(PLAYS))
    limit = serializers.CharField(required=False, default="", allow_blank=True)
    reason = serializers.CharField(required=False, default="")
    extra_vars = serializers.DictField(child=serializers.CharField(), required=False, default=dict)


class LaunchView(APIView):
    permission_classes = [permissions.IsAdminUser]

    def post(self, request, node):
        form = LaunchSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        control = get_object_or_404(ControlNode, name=node)
        note(request.user.pk, data["reason"])
        with Transport(str(control.address), control.user, control.key_file) as link:
            result = link.run(PLAYS[data["play"]].command(data["limit"], data["extra_vars"]))
        job = Job.objects.create(node=control, play=data["play"], result=result)
        return Response({"job": job.pk, "rc": result["rc"]})
# == Backup console: jobs name a stored host, paths are quoted for the far shell, the audit line is one line
# -- file: backups/remote.py
import json
import logging
import os
import ssl
from shlex import join

import asyncssh
import httpx

log = logging.getLogger("backups")
KNOWN_HOSTS = os.environ.get("BACKUP_KNOWN_HOSTS", "/etc/backups/known_hosts")


def one_line(text, limit=200):
    return json.dumps(text[:limit])


class Remote:
    def __init__(self, host):
        self._host = host

    async def _execute(self, argv):
        async with asyncssh.connect(
            self._host.address, username=self._host.login, known_hosts=KNOWN_HOSTS, connect_timeout=10
        ) as link:
            done = await link.run(join(argv), check=False, timeout=600)
            return done.exit_status, str(done.stdout)

    async def archive(self, folders):
        argv = ["borg", "create", "--stats", "::{now}", "--"]
        return await self._execute([*argv, *folders])

    async def usage(self, folder):
        status, out = await self._execute(["du", "-sk", "--", folder])
        return int(out.split()[0]) if status == 0 else None


async def notify(webhook, payload):
    context = ssl.create_default_context(cafile=os.environ.get("BACKUP_CA"))
    async with httpx.AsyncClient(verify=context, timeout=10) as client:
        await client.post(webhook, json=payload)
# -- file: backups/db.py
from contextlib import asynccontextmanager

import aiosqlite

HOST_COLUMNS = ("id", "name", "address", "login")


class Host:
    __slots__ = HOST_COLUMNS

    def __init__(self, row):
        for name, value in zip(HOST_COLUMNS, row):
            setattr(self, name, value)


@asynccontextmanager
async def opened(path):
    async with aiosqlite.connect(path) as db:
        await db.execute("PRAGMA foreign_keys = ON")
        yield db
        await db.commit()


async def host_by_name(db, name):
    query = f"SELECT {', '.join(HOST_COLUMNS)} FROM hosts WHERE name = ?"
    async with db.execute(query, (name,)) as cursor:
        row = await cursor.fetchone()
    return Host(row) if row else None


async def record(db, host, status):
    await db.execute("INSERT INTO runs (host_id, status) VALUES (?, ?)", (host.id, status))
# -- file: backups/app.py
import asyncio
import os
from pathlib import PurePosixPath

from tornado.web import Application, HTTPError, RequestHandler

from backups.db import host_by_name, opened, record
from backups.remote import Remote, log, notify, one_line


class Base(RequestHandler):
    def prepare(self):
        if self.request.headers.get("X-Forwarded-User") is None:
            raise HTTPError(401)

    async def host(self, db, name):
        found = await host_by_name(db, name)
        if found is None:
            raise HTTPError(404)
        return found


class RunHandler(Base):
    async def post(self, name):
        folders = self.get_body_arguments("folder")
        if not folders or not all(PurePosixPath(f).is_absolute() for f in folders):
            raise HTTPError(400)
        log.info("backup asked for, note %s", one_line(self.get_body_argument("note", "")))
        async with opened(self.settings["database"]) as db:
            host = await self.host(db, name)
            status, _ = await Remote(host).archive(folders)
            await record(db, host, status)
        await notify(os.environ["BACKUP_WEBHOOK"], {"host": host.name, "status": status})
        self.write({"status": status})


class UsageHandler(Base):
    async def get(self, name):
        async with opened(self.settings["database"]) as db:
            host = await self.host(db, name)
        kilobytes = await Remote(host).usage(self.get_query_argument("folder", "/"))
        self.write({"kilobytes": kilobytes})


async def main():
    app = Application(
        [(r"/hosts/([\w-]+)/run", RunHandler), (r"/hosts/([\w-]+)/usage", UsageHandler)],
        database=os.environ["BACKUP_DB"],
    )
    app.listen(8899, address="127.0.0.1")
    await asyncio.Event().wait()
