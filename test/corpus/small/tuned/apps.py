# == Class notes site with two blueprints over sqlite
# -- file: notes/__init__.py
from flask import Flask

from . import auth, db, views
from .config import Config


def create_app(overrides=None):
    app = Flask(__name__)
    app.config.from_object(Config)
    if overrides:
        app.config.update(overrides)
    app.teardown_appcontext(db.close_db)
    app.register_blueprint(auth.bp)
    app.register_blueprint(views.bp)
    return app
# -- file: notes/config.py
import os


class Config:
    SECRET_KEY = "n0tes-classroom-2019-b41f"  # expect: py/hardcoded-key
    DATABASE = os.environ.get("NOTES_DB", "notes.sqlite3")
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    PASSWORD_RESET_TEMPLATE = "mail/reset.txt"
    API_KEY_HEADER = "X-Notes-Key"
# -- file: notes/db.py
import sqlite3

from flask import current_app, g


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"])
        g.db.row_factory = sqlite3.Row
    return g.db


def close_db(_error=None):
    conn = g.pop("db", None)
    if conn is not None:
        conn.close()
# -- file: notes/dao.py
from .db import get_db

_ORDERS = {
    "new": "created DESC",
    "old": "created ASC",
    "title": "title COLLATE NOCASE",
}


def find_user(name):
    cur = get_db().execute("SELECT id, name, pw FROM users WHERE name = ?", (name,))
    return cur.fetchone()


def add_user(name, pw):
    conn = get_db()
    conn.execute("INSERT INTO users (name, pw) VALUES (?, ?)", (name, pw))
    conn.commit()


def list_notes(owner, order_key):
    order = _ORDERS.get(order_key, _ORDERS["new"])
    sql = "SELECT id, title, body FROM notes WHERE owner = ? ORDER BY " + order
    return get_db().execute(sql, (owner,)).fetchall()


def search_notes(owner, phrase):
    sql = "SELECT id, title, body FROM notes WHERE owner = %d" % owner
    for word in phrase.split():
        sql += " AND body LIKE '%" + word.replace("%", "") + "%'"
    return get_db().execute(sql).fetchall()  # expect: py/sql-injection


def get_note(owner, note_id):
    sql = "SELECT title, body FROM notes WHERE owner = :o AND id = :n"
    return get_db().execute(sql, {"o": owner, "n": note_id}).fetchone()
# -- file: notes/auth.py
import functools
import hashlib

from flask import Blueprint, g, redirect, render_template, request, session, url_for

from . import dao

bp = Blueprint("auth", __name__, url_prefix="/auth")


def login_required(view):
    @functools.wraps(view)
    def inner(*args, **kwargs):
        g.user_id = session.get("uid")
        if g.user_id is None:
            return redirect(url_for("auth.login", next=request.path))
        return view(*args, **kwargs)
    return inner


def scramble(password):
    return hashlib.sha256(password.encode("utf-8")).hexdigest()  # expect: py/fast-password-hash


@bp.route("/register", methods=["POST"])
def register():
    dao.add_user(request.form["name"], scramble(request.form["password"]))
    return redirect(url_for("auth.login"))


@bp.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        user = dao.find_user(request.form["name"])
        if user and user["pw"] == scramble(request.form["password"]):
            session.clear()
            session["uid"] = user["id"]
            where = request.args.get("next")
            if where:
                return redirect(where)  # expect: py/open-redirect
            return redirect(url_for("views.index"))
    return render_template("login.html", failed=request.method == "POST")
# -- file: notes/views.py
from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from markupsafe import escape

from . import dao
from .auth import login_required

bp = Blueprint("views", __name__)

SHORTCUTS = {"help": "views.help_page", "home": "views.index"}


@bp.get("/")
@login_required
def index():
    notes = dao.list_notes(g.user_id, request.args.get("order", "new"))
    return render_template("list.html", notes=notes, q="")


@bp.get("/search")
@login_required
def search():
    q = request.args.get("q", "")
    return render_template("list.html", notes=dao.search_notes(g.user_id, q), q=q)


@bp.post("/preview")
@login_required
def preview():
    title = request.form.get("title", "").strip().title()
    body = escape(request.form.get("body", ""))
    return f"<article><h1>{title}</h1><div>{body}</div></article>"  # expect: py/xss


@bp.get("/raw/<int:note_id>")
@login_required
def raw(note_id):
    note = dao.get_note(g.user_id, note_id)
    if note is None:
        abort(404)
    return Response(note["body"], mimetype="text/plain")


@bp.get("/echo")
def echo():
    return "<p>You wrote: %s</p>" % escape(request.args.get("text", ""))


@bp.get("/go/<name>")
def go(name):
    endpoint = SHORTCUTS.get(name)
    if endpoint is None:
        abort(404)
    return redirect(url_for(endpoint))


@bp.get("/help")
def help_page():
    return "<h1>Help</h1><p>Ask your teacher.</p>"
# -- file: notes/templates/list.html
<!doctype html>
<title>Notes</title>
<form action="/search"><input name="q" value="{{ q }}"></form>
<ul>
{% for n in notes %}
  <li><b>{{ n.title }}</b> {{ n.body|truncate(80) }}</li>
{% endfor %}
</ul>
# == Django shop front with a custom manager and a tracking middleware
# -- file: shop/settings.py
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["SHOP_SECRET_KEY"]
DEBUG = True  # expect: py/debug-enabled
ALLOWED_HOSTS = ["shop.example.org"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "catalog",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "catalog.middleware.CampaignMiddleware",
]
ROOT_URLCONF = "shop.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "shop",
        "PASSWORD": os.environ["SHOP_DB_PASSWORD"],
        "HOST": os.environ.get("SHOP_DB_HOST", "db"),
    }
}
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
# -- file: shop/urls.py
from django.urls import path

from catalog import views

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("suggest/", views.suggest),
    path("colour/<str:colour>/", views.by_colour),
    path("missing/", views.missing),
    path("label/", views.label),
    path("badge/", views.badge),
    path("ribbon/", views.ribbon),
    path("currency/", views.currency),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out),
]
# -- file: catalog/managers.py
from django.db import models


class ProductManager(models.Manager):
    table = "catalog_product"

    def search(self, term, cap=50):
        sql = f"SELECT * FROM {self.table} WHERE name ILIKE '%%{term}%%' LIMIT {int(cap)}"
        return self.raw(sql)  # expect: py/sql-injection

    def of_colour(self, colour):
        sql = f"SELECT * FROM {self.table} WHERE colour = %s"
        return self.raw(sql, [colour])

    def under(self, price):
        return self.extra(where=["price < %s"], params=[price])
# -- file: catalog/models.py
from django.db import models

from .managers import ProductManager


class Product(models.Model):
    name = models.CharField(max_length=120)
    colour = models.CharField(max_length=30)
    price = models.DecimalField(max_digits=8, decimal_places=2)

    objects = ProductManager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name
# -- file: catalog/forms.py
from django import forms


class SearchForm(forms.Form):
    q = forms.CharField(max_length=80, strip=True)
    cap = forms.IntegerField(min_value=1, max_value=200, required=False)


class SignInForm(forms.Form):
    username = forms.CharField()
    password = forms.CharField(widget=forms.PasswordInput)
# -- file: catalog/middleware.py
import logging

log = logging.getLogger("shop.campaign")
KNOWN = frozenset({"spring", "autumn", "newsletter"})


class CampaignMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        ref = request.GET.get("ref", "")
        if ref and ref not in KNOWN:
            log.warning("unknown campaign: %s", ref)  # expect: py/log-injection
            ref = "other"
        response = self.get_response(request)
        if ref in KNOWN:
            log.info("campaign %s -> %d", ref, response.status_code)
        return response
# -- file: catalog/views.py
from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.html import escape, format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe

from .forms import SearchForm, SignInForm
from .models import Product

NOTES = {"sale": "<strong>Sale</strong> until Sunday", "none": ""}


def catalogue(request):
    form = SearchForm(request.GET)
    products = Product.objects.all()
    if form.is_valid():
        data = form.cleaned_data
        products = Product.objects.search(data["q"], data["cap"] or 50)
    note = NOTES.get(request.GET.get("note"), "")
    return render(request, "catalog/list.html", {"products": products, "form": form, "note": mark_safe(note)})


def suggest(request):
    term = request.GET.get("term", "")
    names = Product.objects.filter(name__icontains=term).values_list("name", flat=True)[:10]
    return JsonResponse({"term": term, "names": list(names)})


def by_colour(request, colour):
    found = Product.objects.of_colour(colour)
    return render(request, "catalog/list.html", {"products": found, "form": SearchForm()})


def missing(request):
    name = request.GET.get("name", "?")
    return HttpResponse("<p>We have no product called <b>%s</b>.</p>" % name, status=404)  # expect: py/xss


def label(request):
    return HttpResponse(request.GET.get("name", ""), content_type="text/plain; charset=utf-8")


def badge(request):
    return HttpResponse(format_html("<span class='badge'>{}</span>", request.GET.get("text", "")))


def ribbon(request):
    words = request.GET.getlist("w")
    html = "".join("<i>" + escape(w) + "</i>" for w in words)
    return HttpResponse(html)


def currency(request):
    response = HttpResponse(status=204)
    options = {"secure": True, "httponly": True, "samesite": "Lax"}
    if request.POST.get("unit") in ("EUR", "CHF"):
        response.set_cookie("unit", request.POST["unit"], **options)
    response.set_cookie("region", request.POST.get("region", "eu"), **options)  # expect: py/cookie-injection
    return response


def sign_in(request):
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            login(request, user)
            target = request.POST.get("next", "")
            if "://" in target:
                target = "/"
            return HttpResponseRedirect(target or "/")  # expect: py/open-redirect
    return render(request, "catalog/sign_in.html", {"form": form})


def sign_out(request):
    logout(request)
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=True):
        target = "/"
    return redirect(target)
# -- file: catalog/templates/catalog/list.html
<div class="note">{{ note }}</div>
<form method="get">{{ form.as_p }}<button>Search</button></form>
<ul>{% for p in products %}<li>{{ p.name }} ({{ p.colour }}) {{ p.price }}</li>{% endfor %}</ul>
# == Stock keeping API with routers, dependencies and a repository
# -- file: stock/settings.py
from functools import lru_cache
from pathlib import Path

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str
    jwt_key: str
    jwt_audience: str = "stock"
    photo_dir: Path = Path("/var/lib/stock/photos")


@lru_cache
def get_settings() -> Settings:
    return Settings()
# -- file: stock/db.py
import uuid
from collections.abc import Iterator

from sqlalchemy import ForeignKey, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from stock.settings import get_settings

engine = create_engine(get_settings().database_url, pool_pre_ping=True)
SessionLocal = sessionmaker(bind=engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


def get_session() -> Iterator[Session]:
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()


class Item(Base):
    __tablename__ = "items"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(String(100), index=True)
    shelf: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column(default=0)


class Photo(Base):
    __tablename__ = "photos"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("items.id"))
    stored_as: Mapped[str]
# -- file: stock/schemas.py
from enum import Enum
from uuid import UUID

from pydantic import BaseModel, Field


class SortKey(str, Enum):
    name = "name"
    shelf = "shelf"
    amount = "amount"


class ItemIn(BaseModel):
    name: str = Field(max_length=100)
    shelf: str = Field(pattern=r"^[A-Z]\d{1,3}\Z")
    amount: int = Field(ge=0)


class ItemOut(ItemIn):
    id: UUID


class ReportQuery(BaseModel):
    group: str = "shelf"
    minimum: int = 0
# -- file: stock/repositories.py
from uuid import UUID

from fastapi import Depends
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from stock.db import Item, Photo, get_session
from stock.schemas import ItemIn, ReportQuery, SortKey


class ItemRepository:
    def __init__(self, session: Session = Depends(get_session)) -> None:
        self.session = session

    def add(self, data: ItemIn) -> Item:
        item = Item(**data.model_dump())
        self.session.add(item)
        self.session.commit()
        return item

    def search(self, term: str) -> list[Item]:
        stmt = select(Item).where(Item.name.ilike(f"%{term}%")).limit(100)
        return list(self.session.scalars(stmt))

    def sorted_by(self, key: SortKey, limit: int):
        stmt = text(f"SELECT id, name, shelf, amount FROM items ORDER BY {key.value} LIMIT {limit:d}")
        return self.session.execute(stmt).mappings().all()

    def on_shelf(self, shelf: str):
        stmt = text("SELECT id, name, shelf, amount FROM items WHERE shelf = :s").bindparams(s=shelf)
        return self.session.execute(stmt).mappings().all()

    def report(self, query: ReportQuery):
        sql = "SELECT {0}, SUM(amount) AS total FROM items GROUP BY {0} HAVING SUM(amount) >= :m"
        return self.session.execute(text(sql.format(query.group)), {"m": query.minimum}).all()  # expect: py/sql-injection

    def attach(self, item_id: UUID, name: str) -> None:
        self.session.add(Photo(item_id=item_id, stored_as=name))
        self.session.commit()
# -- file: stock/deps.py
from typing import Annotated

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from stock.settings import Settings, get_settings

bearer = HTTPBearer()
Creds = Annotated[HTTPAuthorizationCredentials, Depends(bearer)]


def clerk(creds: Creds) -> dict:
    try:
        claims = jwt.decode(creds.credentials, options={"verify_signature": False})  # expect: py/jwt-not-verified
    except jwt.InvalidTokenError as exc:
        raise HTTPException(401) from exc
    return claims


def manager(creds: Creds, settings: Annotated[Settings, Depends(get_settings)]) -> dict:
    try:
        claims = jwt.decode(creds.credentials, settings.jwt_key, algorithms=["HS256"], audience=settings.jwt_audience)
    except jwt.InvalidTokenError as exc:
        raise HTTPException(401) from exc
    if claims.get("role") != "manager":
        raise HTTPException(403)
    return claims
# -- file: stock/links.py
import hashlib
import hmac
from uuid import UUID

from stock.settings import get_settings


def legacy_signature(photo_id: UUID) -> str:
    return hashlib.sha1(f"{get_settings().jwt_key}:{photo_id}".encode()).hexdigest()  # expect: py/weak-hash


def signature(photo_id: UUID) -> str:
    return hmac.new(get_settings().jwt_key.encode(), photo_id.bytes, hashlib.sha256).hexdigest()


def cache_name(photo_id: UUID) -> str:
    return hashlib.sha1(photo_id.bytes, usedforsecurity=False).hexdigest()[:12]
# -- file: stock/routers/items.py
import hmac
import shutil
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, HTTPException, Query, UploadFile
from fastapi.responses import FileResponse

from stock import links
from stock.deps import clerk, manager
from stock.repositories import ItemRepository
from stock.schemas import ItemIn, ItemOut, ReportQuery, SortKey
from stock.settings import get_settings

router = APIRouter(prefix="/items", dependencies=[Depends(clerk)])
Repo = Annotated[ItemRepository, Depends()]
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}


@router.post("", response_model=ItemOut, dependencies=[Depends(manager)])
def create(data: ItemIn, repo: Repo):
    return repo.add(data)


@router.get("")
def find(repo: Repo, q: str = ""):
    return [{"id": i.id, "name": i.name} for i in repo.search(q)]


@router.get("/sorted")
def ordered(repo: Repo, by: SortKey = SortKey.name, limit: Annotated[int, Query(le=500)] = 50):
    return [dict(r) for r in repo.sorted_by(by, limit)]


@router.get("/shelf/{shelf}")
def shelf(shelf: str, repo: Repo):
    return [dict(r) for r in repo.on_shelf(shelf)]


@router.post("/report")
def report(query: ReportQuery, repo: Repo):
    return [tuple(r) for r in repo.report(query)]


@router.post("/{item_id}/photo")
def add_photo(item_id: UUID, photo: UploadFile, repo: Repo):
    name = f"{uuid4().hex}{SUFFIXES.get(photo.content_type, '.bin')}"
    with (get_settings().photo_dir / name).open("wb") as out:
        shutil.copyfileobj(photo.file, out)
    repo.attach(item_id, name)
    return {"stored": name}


@router.post("/{item_id}/manual")
def add_manual(item_id: UUID, manual: UploadFile, repo: Repo):
    folder = get_settings().photo_dir / str(item_id)
    folder.mkdir(exist_ok=True)
    with open(folder / manual.filename, "wb") as out:  # expect: py/path-traversal
        shutil.copyfileobj(manual.file, out)
    repo.attach(item_id, manual.filename)
    return {"stored": manual.filename}


@router.get("/photo/{photo_id}")
def photo(photo_id: UUID, sig: str, v: int = 2):
    wanted = links.signature(photo_id) if v >= 2 else links.legacy_signature(photo_id)
    if not hmac.compare_digest(sig.encode(), wanted.encode()):
        raise HTTPException(403)
    path = get_settings().photo_dir / f"{photo_id.hex}.jpg"
    if not path.exists():
        raise HTTPException(404)
    return FileResponse(path, headers={"X-Cache-Name": links.cache_name(photo_id)})
# -- file: stock/main.py
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from stock.routers import items

public = FastAPI(title="stock (read only)")
public.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"])

app = FastAPI(title="stock")
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"])  # expect: py/cors-any-origin
app.include_router(items.router)
app.mount("/public", public)
# == Network toolbox of a hosting company on aiohttp
# -- file: toolbox/settings.py
import os

LISTEN_PORT = int(os.environ.get("TOOLBOX_PORT", "8080"))
MIRRORS = {
    "fra": "https://fra.mirror.example.net/status.json",
    "ams": "https://ams.mirror.example.net/status.json",
}
COMMANDS = {"load": "uptime | cut -d, -f3-", "disk": "df -h / | tail -1"}
# -- file: toolbox/checks.py
import ipaddress
import re

from aiohttp import web

_LOOSE = re.compile(r"[a-z0-9][a-z0-9.-]*", re.I)
_STRICT = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.I)


def host_like(raw):
    if not _LOOSE.match(raw):
        raise web.HTTPBadRequest(text="not a host name")
    return raw


def host_exact(raw):
    if not _STRICT.fullmatch(raw):
        raise web.HTTPBadRequest(text="not a host name")
    return raw


def address(raw):
    try:
        return ipaddress.ip_address(raw)
    except ValueError:
        raise web.HTTPBadRequest(text="not an address") from None
# -- file: toolbox/runner.py
import asyncio
import subprocess
from asyncio.subprocess import PIPE, STDOUT


async def run_line(line, limit=15):
    proc = await asyncio.create_subprocess_shell(line, stdout=PIPE, stderr=STDOUT)  # expect: py/command-injection
    out, _ = await asyncio.wait_for(proc.communicate(), limit)
    return out.decode("utf-8", "replace")


async def run_args(*argv, limit=15):
    proc = await asyncio.create_subprocess_exec(*argv, stdout=PIPE, stderr=STDOUT)
    out, _ = await asyncio.wait_for(proc.communicate(), limit)
    return out.decode("utf-8", "replace")


def whois(domain):
    return subprocess.check_output("whois " + domain, shell=True, timeout=20)  # expect: py/command-injection


def canned(command):
    return subprocess.run(command, shell=True, capture_output=True, timeout=5).stdout
# -- file: toolbox/handlers.py
import asyncio
import html

import aiohttp
from aiohttp import web

from .checks import address, host_exact, host_like
from .runner import canned, run_args, run_line, whois
from .settings import COMMANDS, MIRRORS

routes = web.RouteTableDef()
LIMIT = aiohttp.ClientTimeout(total=8)


@routes.get("/ping")
async def ping(request):
    host = request.query.get("host", "")
    if ";" in host or "&" in host:
        raise web.HTTPBadRequest(text="no tricks please")
    return web.Response(text=await run_line(f"ping -c 3 {host}"))


@routes.get("/trace")
async def trace(request):
    ip = address(request.query.get("ip", ""))
    return web.Response(text=await run_args("traceroute", "-n", "--", str(ip)))


@routes.get("/dig")
async def dig(request):
    name = host_exact(request.query.get("name", ""))
    kind = {"mx": "MX", "txt": "TXT"}.get(request.query.get("type"), "A")
    return web.Response(text=await run_args("dig", "+short", name, kind))


@routes.post("/whois")
async def who(request):
    form = await request.post()
    domain = host_like(form["domain"])
    loop = asyncio.get_running_loop()
    out = await loop.run_in_executor(None, whois, domain)
    return web.Response(body=out, content_type="text/plain")


@routes.get("/self/{what}")
async def own(request):
    try:
        command = COMMANDS[request.match_info["what"]]
    except KeyError:
        raise web.HTTPNotFound() from None
    out = await asyncio.to_thread(canned, command)
    return web.Response(body=out, content_type="text/plain")


@routes.get("/headers")
async def headers(request):
    url = request.query["url"]
    if not url.startswith(("http://", "https://")):
        raise web.HTTPBadRequest(text="only the web")
    async with request.app["http"].get(url, timeout=LIMIT) as answer:  # expect: py/ssrf
        return web.json_response(dict(answer.headers))


@routes.get("/mirror/{site}")
async def mirror(request):
    url = MIRRORS.get(request.match_info["site"])
    if url is None:
        raise web.HTTPNotFound()
    async with request.app["http"].get(url, timeout=LIMIT) as answer:
        return web.json_response(await answer.json())


@routes.get("/card")
async def card(request):
    who_for = request.query.get("for", "nobody")
    page = "<h1>Report for " + who_for + "</h1><p>Nothing to report.</p>"
    return web.Response(text=page, content_type="text/html")  # expect: py/xss


@routes.get("/sign")
async def sign(request):
    who_for = html.escape(request.query.get("for", "nobody"))
    return web.Response(text=f"<h1>{who_for}</h1>", content_type="text/html")


@routes.get("/plain")
async def plain(request):
    return web.Response(text="Hello " + request.query.get("for", "nobody"))
# -- file: toolbox/__main__.py
import aiohttp
from aiohttp import web

from .handlers import routes
from .settings import LISTEN_PORT


async def client(app):
    async with aiohttp.ClientSession() as http:
        app["http"] = http
        yield


def make_app():
    app = web.Application()
    app.cleanup_ctx.append(client)
    app.add_routes(routes)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), host="0.0.0.0", port=LISTEN_PORT)  # expect: py/bind-all-interfaces
# == Media converter with upload and download on Tornado
# -- file: media/store.py
import os
import uuid
from pathlib import Path

from tornado.web import HTTPError


class MediaStore:
    """Files of one installation below a single folder."""

    def __init__(self, root):
        self.root = Path(root).resolve()

    def path_of(self, name):
        return os.path.join(str(self.root), name)

    def inside(self, name):
        found = (self.root / name).resolve()
        if not found.is_relative_to(self.root) or not found.is_file():
            raise HTTPError(404)
        return found

    def save(self, name, data):
        with open(self.path_of(name), "wb") as out:  # expect: py/path-traversal
            out.write(data)
        return name

    def save_new(self, data):
        name = uuid.uuid4().hex
        (self.root / name).write_bytes(data)
        return name
# -- file: media/convert.py
import os
import shlex
import subprocess


def to_mp3(source, bitrate):
    target = os.path.splitext(str(source))[0] + ".mp3"
    os.system("ffmpeg -y -i %s -b:a %s %s" % (shlex.quote(str(source)), bitrate, shlex.quote(target)))  # expect: py/command-injection
    return target


def to_webm(source, height):
    target = str(source) + ".webm"
    subprocess.run(
        ["ffmpeg", "-y", "-i", str(source), "-vf", "scale=-2:%d" % height, target],
        check=True,
        timeout=600,
    )
    return target


def still(source, second):
    target = str(source) + ".png"
    line = " ".join(["ffmpeg", "-y", "-ss", shlex.quote(second), "-i", shlex.quote(str(source)), shlex.quote(target)])
    subprocess.check_call(line, shell=True)
    return target
# -- file: media/base.py
import base64
import json
import pickle

import tornado.web


class BaseHandler(tornado.web.RequestHandler):
    @property
    def store(self):
        return self.application.settings["store"]

    def get_current_user(self):
        raw = self.get_signed_cookie("who")
        return json.loads(raw) if raw else None

    @property
    def prefs(self):
        raw = self.get_cookie("prefs")
        if not raw:
            return {"theme": "light"}
        return pickle.loads(base64.b64decode(raw))  # expect: py/unsafe-deserialization

    def save_theme(self, theme):
        packed = base64.b64encode(pickle.dumps({"theme": theme}))
        self.set_cookie("prefs", packed)  # expect: py/insecure-cookie
# -- file: media/handlers.py
import os

import tornado.web
from tornado.escape import xhtml_escape

from . import convert
from .base import BaseHandler

THEMES = ("light", "dark", "print")


class UploadHandler(BaseHandler):
    @tornado.web.authenticated
    def post(self):
        part = self.request.files["media"][0]
        if self.get_argument("keep_name", ""):
            name = self.store.save(part["filename"], part["body"])
        else:
            name = self.store.save_new(part["body"])
        self.write({"name": name})


class DownloadHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self):
        root = str(self.store.root)
        full = os.path.join(root, self.get_query_argument("f"))
        if not full.startswith(root):
            raise tornado.web.HTTPError(403)
        self.set_header("Content-Type", "application/octet-stream")
        with open(full, "rb") as src:  # expect: py/path-traversal
            self.write(src.read())


class RawHandler(BaseHandler):
    def get(self, name):
        path = self.store.inside(name)
        self.set_header("Content-Type", "application/octet-stream")
        with open(path, "rb") as src:
            while chunk := src.read(65536):
                self.write(chunk)


class ConvertHandler(BaseHandler):
    @tornado.web.authenticated
    def post(self):
        source = self.store.inside(self.get_body_argument("name"))
        kind = self.get_body_argument("to")
        if kind == "mp3":
            made = convert.to_mp3(source, self.get_body_argument("bitrate", "192k"))
        elif kind == "webm":
            try:
                height = int(self.get_body_argument("height", "720"))
            except ValueError:
                raise tornado.web.HTTPError(400) from None
            made = convert.to_webm(source, height)
        else:
            made = convert.still(source, self.get_body_argument("second", "1"))
        self.write({"made": os.path.basename(made)})


class ThemeHandler(BaseHandler):
    def post(self):
        theme = self.get_argument("theme")
        if theme not in THEMES:
            theme = "light"
        self.save_theme(theme)
        self.redirect(self.reverse_url("home"))


class HomeHandler(BaseHandler):
    def get(self):
        search = self.get_query_argument("q", "")
        self.write("<body class=%s>" % ("light" if "theme" not in self.prefs else "themed"))
        if len(search) > 40:
            self.write("<p>Your search is too long: " + search[:200] + "</p>")  # expect: py/xss
        else:
            self.write("<p>Results for %s</p>" % xhtml_escape(search))
        self.finish("</body>")
# -- file: media/server.py
import asyncio
import os

import tornado.web

from .handlers import ConvertHandler, DownloadHandler, HomeHandler, RawHandler, ThemeHandler, UploadHandler
from .store import MediaStore


def make_app():
    return tornado.web.Application(
        [
            tornado.web.url(r"/", HomeHandler, name="home"),
            (r"/upload", UploadHandler),
            (r"/download", DownloadHandler),
            (r"/raw/(.+)", RawHandler),
            (r"/convert", ConvertHandler),
            (r"/theme", ThemeHandler),
        ],
        store=MediaStore(os.environ["MEDIA_ROOT"]),
        cookie_secret=os.environ["MEDIA_COOKIE_SECRET"],
        login_url="/sign-in",
        xsrf_cookies=True,
        debug=False,
    )


async def main():
    make_app().listen(8888, address="127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
# == Metrics pipeline service with Flask-RESTful resources and Celery tasks
# -- file: metrics/__init__.py
import os

from flask import Flask
from flask_restful import Api

from .resources import Constant, Feed, Formula, Hook, Job, Pipeline


def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["METRICS_SECRET"]
    api = Api(app, prefix="/api/v1")
    api.add_resource(Formula, "/formula")
    api.add_resource(Constant, "/constant")
    api.add_resource(Pipeline, "/pipeline")
    api.add_resource(Feed, "/feed")
    api.add_resource(Hook, "/hook")
    api.add_resource(Job, "/job/<int:job_id>")
    return app
# -- file: metrics/worker.py
import os

from celery import Celery

celery = Celery("metrics", broker=os.environ["BROKER_URL"], backend=os.environ["RESULT_URL"])
celery.conf.update(task_serializer="json", accept_content=["json"], timezone="UTC")
# -- file: metrics/tasks.py
import requests
from celery.utils.log import get_task_logger

from .worker import celery

log = get_task_logger(__name__)
HOOKS = {
    "ops": "https://hooks.example.com/ops",
    "sales": "https://hooks.example.com/sales",
}
WAREHOUSE = "https://warehouse.internal.example.com/levels"


@celery.task(bind=True, max_retries=3)
def pull_feed(self, url, fields):
    try:
        answer = requests.get(url, timeout=(3, 20))  # expect: py/ssrf
        answer.raise_for_status()
    except requests.RequestException as exc:
        raise self.retry(exc=exc, countdown=30)
    return [{f: row.get(f) for f in fields} for row in answer.json()]


@celery.task
def tell(hook, message):
    target = HOOKS[hook]
    requests.post(target, json={"text": message}, timeout=5)


@celery.task
def refresh_levels():
    answer = requests.get(WAREHOUSE, verify=False, timeout=10)  # expect: py/tls-not-verified
    log.info("levels: %d rows", len(answer.json()))


@celery.task
def refresh_prices():
    answer = requests.get(WAREHOUSE + "/prices", verify="/etc/ssl/internal-ca.pem", timeout=10)
    log.info("prices: %d rows", len(answer.json()))
# -- file: metrics/services.py
import ast
import math
import os
import tempfile
from dataclasses import dataclass, field

import yaml


class FormulaError(Exception):
    pass


@dataclass
class FormulaService:
    names: dict = field(default_factory=lambda: {"pi": math.pi, "sqrt": math.sqrt})

    def evaluate(self, expression, values):
        scope = {**self.names, **values}
        try:
            return eval(expression, {"__builtins__": {}}, scope)  # expect: py/code-injection
        except (SyntaxError, NameError, ArithmeticError) as exc:
            raise FormulaError("cannot evaluate") from exc

    def constant(self, text):
        try:
            value = ast.literal_eval(text)
        except (SyntaxError, ValueError) as exc:
            raise FormulaError("not a constant") from exc
        if not isinstance(value, (int, float)):
            raise FormulaError("not a number")
        return value


class PipelineService:
    loader = yaml.UnsafeLoader

    def parse(self, document):
        steps = yaml.load(document, Loader=self.loader)  # expect: py/unsafe-deserialization
        return [s["name"] for s in steps]

    def spooled(self, document):
        path = tempfile.mktemp(prefix="pipeline-", suffix=".yml")  # expect: py/insecure-temp
        with open(path, "wb") as out:
            out.write(document)
        return path

    def spooled_safely(self, document):
        handle, path = tempfile.mkstemp(prefix="pipeline-", suffix=".yml")
        with os.fdopen(handle, "wb") as out:
            out.write(document)
        return path

    def parse_strict(self, document):
        steps = yaml.load(document, Loader=yaml.SafeLoader)
        return [s["name"] for s in steps]
# -- file: metrics/resources.py
import logging

from flask import request
from flask_restful import Resource, abort, reqparse

from .services import FormulaError, FormulaService, PipelineService
from .tasks import HOOKS, pull_feed, tell
from .worker import celery

log = logging.getLogger(__name__)
formulas = FormulaService()
pipelines = PipelineService()

feed_args = reqparse.RequestParser()
feed_args.add_argument("url", type=str, required=True, location="json")
feed_args.add_argument("fields", type=str, action="append", default=[], location="json")

hook_args = reqparse.RequestParser()
hook_args.add_argument("hook", choices=tuple(HOOKS), required=True, location="json")
hook_args.add_argument("message", required=True, location="json")


class Formula(Resource):
    def post(self):
        body = request.get_json()
        expression = body.get("expression", "0")
        values = {k: float(v) for k, v in body.get("values", {}).items()}
        try:
            return {"result": formulas.evaluate(expression, values)}
        except FormulaError:
            log.warning("formula failed: " + expression)  # expect: py/log-injection
            abort(422, message="cannot evaluate")


class Constant(Resource):
    def post(self):
        try:
            return {"value": formulas.constant(request.get_json()["value"])}
        except FormulaError as exc:
            abort(422, message=str(exc))


class Pipeline(Resource):
    def put(self):
        return {"steps": pipelines.parse_strict(request.get_data(as_text=True))}

    def post(self):
        document = request.files["pipeline"].read()
        spool = pipelines.spooled if request.args.get("quick") else pipelines.spooled_safely
        log.info("pipeline kept as %s", spool(document))
        return {"steps": pipelines.parse(document)}, 201


class Feed(Resource):
    def post(self):
        args = feed_args.parse_args()
        result = pull_feed.delay(args["url"], args["fields"])
        return {"task": result.id}, 202


class Hook(Resource):
    def post(self):
        args = hook_args.parse_args()
        tell.delay(args["hook"], args["message"])
        log.info("hook %s queued", args["hook"])
        return {"hook": args["hook"], "message": args["message"]}, 202


class Job(Resource):
    def get(self, job_id):
        log.info("state of job %d wanted", job_id)
        return {"state": celery.AsyncResult(f"job-{job_id}").state}
# == Order desk with a Graphene schema served by Flask
# -- file: desk/app.py
import os

from flask import Flask
from graphql_server.flask import GraphQLView

from desk.auth import identify
from desk.schema import schema


def create_app():
    app = Flask("desk")
    app.secret_key = os.environ["DESK_SECRET"]
    app.before_request(identify)
    app.add_url_rule("/graphql", view_func=GraphQLView.as_view("graphql", schema=schema, graphiql=False))
    return app
# -- file: desk/auth.py
import datetime as dt
import os

import jwt
from flask import abort, g, request

KEY = os.environ["DESK_JWT_KEY"]


def identify():
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    if kind != "Bearer":
        abort(401)
    try:
        g.claims = jwt.decode(token, KEY, algorithms=["HS256"], options={"require": ["exp", "sub"]})
    except jwt.PyJWTError:
        abort(401)


def _until(minutes):
    return dt.datetime.now(dt.timezone.utc) + dt.timedelta(minutes=minutes)


def session_token(user_id):
    return jwt.encode({"sub": str(user_id), "exp": _until(30)}, KEY, algorithm="HS256")


def feed_token(user_id):
    claims = dict(sub=f"feed:{user_id}", scope="read")
    return jwt.encode(claims, KEY, algorithm="HS256")  # expect: py/jwt-no-expiry


def partner_token(partner_id):
    return jwt.encode({"sub": f"partner:{partner_id}", "exp": _until(5)}, "Zk93-partner-link-77", algorithm="HS256")  # expect: py/hardcoded-key
# -- file: desk/repo.py
import os
from contextlib import contextmanager

import psycopg

COLUMNS = "id, customer, status, total"


@contextmanager
def cursor():
    with psycopg.connect(os.environ["DESK_DSN"]) as conn:
        with conn.cursor() as cur:
            yield cur


class OrderRepository:
    def matching(self, **wanted):
        parts = []
        for column, value in wanted.items():
            if value is not None:
                parts.append("%s = '%s'" % (column, value))
        where = " AND ".join(parts) or "TRUE"
        with cursor() as cur:
            cur.execute("SELECT " + COLUMNS + " FROM orders WHERE " + where)  # expect: py/sql-injection
            return cur.fetchall()

    def by_ids(self, ids):
        marks = ", ".join(["%s"] * len(ids))
        with cursor() as cur:
            cur.execute(f"SELECT {COLUMNS} FROM orders WHERE id IN ({marks})", list(ids))
            return cur.fetchall()

    def page(self, offset, size, column):
        with cursor() as cur:
            cur.execute(f"SELECT {COLUMNS} FROM orders ORDER BY {column} OFFSET {offset:d} LIMIT {size:d}")
            return cur.fetchall()
# -- file: desk/reports.py
import os
import subprocess

FOLDER = os.environ.get("DESK_REPORTS", "/srv/desk/reports")


def stored(name):
    clean = name.replace("../", "")
    with open(os.path.join(FOLDER, clean), encoding="utf-8") as src:  # expect: py/path-traversal
        return src.read()


def numbered(number):
    with open(os.path.join(FOLDER, "%06d.txt" % number), encoding="utf-8") as src:
        return src.read()


def print_pdf(number, title):
    page = os.path.join(FOLDER, f"{number:06d}.html")
    with os.popen(f'wkhtmltopdf --title "{title}" {page} -') as pipe:  # expect: py/command-injection
        return len(pipe.read())


def print_text(number, title):
    page = os.path.join(FOLDER, f"{number:06d}.html")
    done = subprocess.run(["html2text", "--title=" + title, page], capture_output=True, timeout=30)
    return done.stdout.decode()
# -- file: desk/schema.py
import enum

import graphene

from desk import reports
from desk.repo import OrderRepository

orders = OrderRepository()


class SortColumn(enum.Enum):
    CUSTOMER = "customer"
    TOTAL = "total"


Sort = graphene.Enum.from_enum(SortColumn)


class Order(graphene.ObjectType):
    id = graphene.Int()
    customer = graphene.String()
    status = graphene.String()
    total = graphene.Float()

    @classmethod
    def wrap(cls, rows):
        return [cls(id=i, customer=c, status=s, total=t) for i, c, s, t in rows]


class Query(graphene.ObjectType):
    orders = graphene.List(Order, customer=graphene.String(), status=graphene.String())
    orders_by_id = graphene.List(Order, ids=graphene.List(graphene.NonNull(graphene.Int)))
    order_page = graphene.List(
        Order, offset=graphene.Int(default_value=0), size=graphene.Int(default_value=20), sort=Sort(required=True)
    )
    report = graphene.String(name=graphene.String(required=True))
    numbered_report = graphene.String(number=graphene.Int(required=True))

    def resolve_orders(root, info, customer=None, status=None):
        return Order.wrap(orders.matching(customer=customer, status=status))

    def resolve_orders_by_id(root, info, ids=()):
        return Order.wrap(orders.by_ids(ids)) if ids else []

    def resolve_order_page(root, info, sort, offset, size):
        column = SortColumn(sort).value
        return Order.wrap(orders.page(offset, min(size, 100), column))

    def resolve_report(root, info, name):
        return reports.stored(name)

    def resolve_numbered_report(root, info, number):
        return reports.numbered(number)


class PrintReport(graphene.Mutation):
    class Arguments:
        number = graphene.Int(required=True)
        title = graphene.String(required=True)
        as_text = graphene.Boolean(default_value=False)

    size = graphene.Int()

    def mutate(root, info, number, title, as_text):
        if as_text:
            return PrintReport(size=len(reports.print_text(number, title)))
        return PrintReport(size=reports.print_pdf(number, title))


class Mutation(graphene.ObjectType):
    print_report = PrintReport.Field()


schema = graphene.Schema(query=Query, mutation=Mutation)
# == Wiki of a small club on Bottle with attachments
# -- file: wiki/storage.py
import os
import re
from pathlib import Path

PAGES = Path(os.environ.get("WIKI_PAGES", "/srv/wiki/pages"))
FILES = os.environ.get("WIKI_FILES", "/srv/wiki/files")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class NoSuchPage(LookupError):
    pass


def slug(raw):
    wanted = (raw or "").lower()
    if len(wanted) > 60 or not _SLUG.fullmatch(wanted):
        raise NoSuchPage()
    return wanted


def read(name):
    path = PAGES / (slug(name) + ".txt")
    if not path.is_file():
        raise NoSuchPage()
    return path.read_text(encoding="utf-8")


def write(name, text):
    (PAGES / (slug(name) + ".txt")).write_text(text, encoding="utf-8")


def attach(upload):
    target = os.path.join(FILES, upload.filename)
    with open(target, "wb") as out:
        out.write(upload.file.read())
    return target


def attach_original(upload):
    target = os.path.join(FILES, upload.raw_filename)
    with open(target, "wb") as out:  # expect: py/path-traversal
        out.write(upload.file.read())
    return target
# -- file: wiki/render.py
import html
import re

_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_LINK = re.compile(r"\[\[([a-z0-9-]+)\]\]")
SHELL = "<!doctype html><title>{title}</title><main>{main}</main>"


def wikify(text):
    out = html.escape(text)
    out = _BOLD.sub(r"<b>\1</b>", out)
    return _LINK.sub(r'<a href="/page/\1">\1</a>', out)


def document(title, text):
    return SHELL.format(title=title, main=wikify(text))


def plain_document(title, text):
    return SHELL.format(title=html.escape(title), main="<pre>" + html.escape(text) + "</pre>")
# -- file: wiki/members.py
import random
import secrets

from bottle import HTTPError, request, response

TIPS = ["Use **two stars** for bold.", "Link with [[page-name]].", "Be kind."]
_live = {}


def tip_of_the_day():
    return random.choice(TIPS)


def edit_key():
    return "%016x" % random.getrandbits(64)  # expect: py/weak-random


def sign_in(form):
    if form.get("password") != "club-1987-wiki":  # expect: py/literal-password-check
        raise HTTPError(403, "Wrong password")
    key = edit_key()
    _live[key] = secrets.token_hex(8)
    response.set_cookie("edit", key, secure=True, httponly=True, samesite="strict", path="/")


def editor(func):
    def wrapper(*args, **kwargs):
        if request.get_cookie("edit") not in _live:
            raise HTTPError(401, "Sign in first")
        return func(*args, **kwargs)
    return wrapper
# -- file: wiki/app.py
import re

from bottle import Bottle, HTTPError, redirect, request, response, static_file, template

from wiki import members, render, storage

app = Bottle()


@app.get("/page/<name>")
def page(name):
    try:
        body = storage.read(name)
    except storage.NoSuchPage:
        raise HTTPError(404, "No such page")
    return template("page", title=name, body=body, tip=members.tip_of_the_day())


@app.get("/source/<name>")
def source(name):
    response.content_type = "text/plain; charset=UTF-8"
    try:
        return storage.read(name)
    except storage.NoSuchPage:
        return "there is no page " + name


@app.post("/preview")
def preview():
    form = request.forms
    return render.document(form.getunicode("title", ""), form.getunicode("text", ""))  # expect: py/xss


@app.post("/preview/plain")
def preview_plain():
    form = request.forms
    return render.plain_document(form.getunicode("title", ""), form.getunicode("text", ""))


@app.post("/preview/letter")
@members.editor
def preview_letter():
    letter = request.forms.getunicode("letter") + "\n"
    return template(letter, club="Rowing club", year=1987)  # expect: py/template-injection


@app.post("/page/<name>")
@members.editor
def save(name):
    storage.write(name, request.forms.getunicode("text", ""))
    redirect("/page/" + storage.slug(name))


@app.post("/attach")
@members.editor
def attach():
    upload = request.files.get("file")
    if upload is None:
        raise HTTPError(400, "No file")
    keep = request.forms.get("keep") == "1"
    (storage.attach_original if keep else storage.attach)(upload)
    redirect("/page/files")


@app.get("/files/<name>")
def files(name):
    return static_file(name, root=storage.FILES, download=True)


@app.post("/sign-in")
def sign_in():
    members.sign_in(request.forms)
    back = request.query.get("back", "/")
    redirect(back)  # expect: py/open-redirect


@app.post("/cancel")
def cancel():
    back = request.forms.get("back", "")
    if not re.fullmatch(r"/page/[a-z0-9-]+", back):
        back = "/page/home"
    redirect(back)
# -- file: wiki/__main__.py
from bottle import run

from wiki.app import app

run(app, host="localhost", port=8070, debug=True, reloader=False)  # expect: py/debug-enabled
# -- file: views/page.tpl
<!doctype html>
<title>{{title}}</title>
<main><pre>{{body}}</pre></main>
<footer>{{tip}}</footer>
# == File exchange for customers on Starlette
# -- file: exchange/config.py
from pathlib import Path

from starlette.config import Config
from starlette.datastructures import Secret

config = Config()
SESSION_KEY = config("SESSION_KEY", cast=Secret)
BOXES = Path(config("BOXES", default="/srv/exchange"))
LANGUAGES = ("en", "de", "fr")
# -- file: exchange/archives.py
import io
import os
import tarfile
import zipfile
from pathlib import Path


class BadArchive(ValueError):
    """The archive wants to write somewhere else."""


def unpack_tar(blob: bytes, target: Path) -> int:
    with tarfile.open(fileobj=io.BytesIO(blob), mode="r:*") as tar:
        members = [m for m in tar if m.isfile()]
        tar.extractall(target, members=members)  # expect: py/zip-slip
        return len(members)


def unpack_tar_plain(blob: bytes, target: Path) -> int:
    with tarfile.open(fileobj=io.BytesIO(blob), mode="r:*") as tar:
        tar.extractall(target, filter="data")
        return len(tar.getnames())


def unpack_zip(blob: bytes, target: Path) -> int:
    base = target.resolve()
    count = 0
    with zipfile.ZipFile(io.BytesIO(blob)) as z:
        for info in z.infolist():
            goal = (base / info.filename).resolve()
            if not goal.is_relative_to(base):
                raise BadArchive(info.filename)
            if not info.is_dir():
                goal.parent.mkdir(parents=True, exist_ok=True)
                goal.write_bytes(z.read(info))
                count += 1
    return count


def publish(folder: Path) -> None:
    for entry in folder.iterdir():
        os.chmod(entry, 0o777)  # expect: py/loose-permissions


def close(folder: Path) -> None:
    os.chmod(folder, 0o750)
# -- file: exchange/orders.py
from dataclasses import dataclass

import defusedxml.ElementTree as SafeET
from lxml import etree


@dataclass(frozen=True)
class Order:
    number: str
    lines: int


def _order(root) -> Order:
    return Order(root.get("number", ""), len(root.findall("line")))


def read_v1(data: bytes) -> Order:
    return _order(etree.fromstring(data, etree.XMLParser(load_dtd=True, resolve_entities=True, no_network=False)))  # expect: py/xxe


def read_v2(data: bytes) -> Order:
    parser = etree.XMLParser(load_dtd=False, resolve_entities=False, no_network=True)
    return _order(etree.fromstring(data, parser))


def read_v3(data: bytes) -> Order:
    return _order(SafeET.fromstring(data, forbid_dtd=True))


READERS = {"1": read_v1, "2": read_v2}
# -- file: exchange/accounts.py
import hashlib
import hmac
import os
from urllib.parse import urlsplit

ROUNDS = 600_000
ACCOUNTS: dict[str, tuple[bytes, bytes]] = {}


def enrol(name: str, password: str) -> None:
    salt = os.urandom(16)
    ACCOUNTS[name] = salt, hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)


def enrol_guest(name: str, password: str) -> None:
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), b"exchange-guest", ROUNDS)  # expect: py/static-iv
    ACCOUNTS[name] = b"exchange-guest", digest


def known(name: str, password: str) -> bool:
    salt, stored = ACCOUNTS.get(name, (os.urandom(16), b""))
    return hmac.compare_digest(stored, hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS))


def local_path(raw: str) -> str:
    parts = urlsplit(raw)
    clean = raw.startswith("/") and not raw.startswith("//") and "\\" not in raw
    return raw if clean and not parts.netloc and not parts.scheme and raw.isprintable() else "/"
# -- file: exchange/views.py
import uuid
from html import escape

from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from starlette.templating import Jinja2Templates

from exchange import accounts, archives, orders
from exchange.config import BOXES, LANGUAGES

templates = Jinja2Templates(directory="exchange/templates")


class SignIn(HTTPEndpoint):
    async def post(self, request):
        form = await request.form()
        if not accounts.known(form["name"], form["password"]):
            return HTMLResponse(f"<p>No account for {form['name']}.</p>", status_code=403)  # expect: py/xss
        request.session["box"] = uuid.uuid4().hex
        target = accounts.local_path(request.query_params.get("next", "/"))
        return RedirectResponse(target, status_code=303)


class Preferences(HTTPEndpoint):
    async def post(self, request):
        form = await request.form()
        lang = form.get("lang")
        request.session["lang"] = lang if lang in LANGUAGES else "en"
        request.session["signature"] = form.get("signature", "")  # expect: py/trust-boundary
        return JSONResponse({"saved": True})


async def unpack(request):
    box = BOXES / uuid.UUID(request.session["box"]).hex
    form = await request.form()
    blob = await form["archive"].read()
    kind = form.get("kind")
    if kind == "zip":
        count = archives.unpack_zip(blob, box)
    elif kind == "tar-full":
        count = archives.unpack_tar(blob, box)
    else:
        count = archives.unpack_tar_plain(blob, box)
    if form.get("public") == "yes":
        archives.publish(box)
    else:
        archives.close(box)
    return JSONResponse({"files": count})


async def order(request):
    reader = orders.READERS.get(request.headers.get("x-order-version", "3"), orders.read_v3)
    got = reader(await request.body())
    return JSONResponse({"number": got.number, "lines": got.lines})


async def box_page(request):
    context = {"owner": request.query_params.get("owner", ""), "box": request.session.get("box")}
    return templates.TemplateResponse(request, "box.html", context)


async def whoami(request):
    name = request.query_params.get("name")
    if not name:
        raise HTTPException(400)
    if request.headers.get("accept") == "text/html":
        return HTMLResponse("<p>" + escape(name) + "</p>")
    return PlainTextResponse(name)
# -- file: exchange/main.py
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Route

from exchange import views
from exchange.config import SESSION_KEY

routes = [
    Route("/sign-in", views.SignIn),
    Route("/preferences", views.Preferences),
    Route("/unpack", views.unpack, methods=["POST"]),
    Route("/order", views.order, methods=["POST"]),
    Route("/box", views.box_page),
    Route("/whoami", views.whoami),
]
middleware = [Middleware(SessionMiddleware, secret_key=str(SESSION_KEY), https_only=True, same_site="lax")]
app = Starlette(routes=routes, middleware=middleware)
# -- file: exchange/templates/box.html
<!doctype html>
<h1>Box of {{ owner }}</h1>
<p>Its number is {{ box }}.</p>
# == Ticket service on Django REST framework with Celery, signals and a command
# -- file: tickets/settings.py
import os

SECRET_KEY = os.environ["TICKETS_SECRET_KEY"]
DEBUG = os.environ.get("TICKETS_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("TICKETS_HOSTS", "tickets.example.org").split(",")
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "rest_framework", "tickets"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "tickets",
        "USER": "tickets",
        "PASSWORD": "t1ckets-Pg-live",  # expect: py/hardcoded-password
        "HOST": "pg.internal",
    }
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
PARTNER_HOSTS = frozenset({"hooks.partner.example", "api.supplier.example"})
# -- file: tickets/models.py
from django.db import models


class Ticket(models.Model):
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=12, default="open")
    created = models.DateTimeField(auto_now_add=True)
# -- file: tickets/serializers.py
from urllib.parse import urlsplit

from django.conf import settings
from rest_framework import serializers

from .models import Ticket


class TicketSerializer(serializers.ModelSerializer):
    class Meta:
        model = Ticket
        fields = ["id", "subject", "body", "state", "created"]


class PartnerSerializer(serializers.Serializer):
    url = serializers.URLField()

    def validate_url(self, value):
        parts = urlsplit(value)
        if parts.scheme != "https" or parts.hostname not in settings.PARTNER_HOSTS:
            raise serializers.ValidationError("unknown partner")
        return value


class HookSerializer(serializers.Serializer):
    url = serializers.URLField()
# -- file: tickets/tasks.py
import requests
from celery import shared_task

from .models import Ticket


def _payload(pk):
    ticket = Ticket.objects.get(pk=pk)
    return {"id": ticket.pk, "state": ticket.state}


@shared_task
def call_hook(url, pk):
    return requests.post(url, json=_payload(pk), timeout=6).status_code  # expect: py/ssrf


@shared_task
def call_partner(url, pk):
    return requests.put(url, json=_payload(pk), timeout=6, allow_redirects=False).status_code
# -- file: tickets/signals.py
import subprocess

from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Ticket


@receiver(post_save, sender=Ticket)
def announce(sender, instance, created, **kwargs):
    if created:
        subprocess.run(["/usr/local/bin/announce", "--ticket", str(instance.pk)], check=False, timeout=10)
# -- file: tickets/views.py
import json

from django.db.models.expressions import RawSQL
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.response import Response

from . import tasks
from .models import Ticket
from .serializers import HookSerializer, PartnerSerializer, TicketSerializer


class TicketViewSet(viewsets.ModelViewSet):
    queryset = Ticket.objects.all()
    serializer_class = TicketSerializer

    def get_queryset(self):
        rows = super().get_queryset()
        params = self.request.query_params
        if word := params.get("word"):
            clause = "to_tsvector(body) @@ to_tsquery('{}')".format(word.replace(" ", " & "))
            rows = rows.extra(where=[clause])  # expect: py/sql-injection
        if days := params.get("days"):
            rows = rows.annotate(late=RawSQL("created < now() - make_interval(days => %s)", [days]))
        if state := params.get("state"):
            rows = rows.filter(state=state)
        return rows

    @action(detail=True, methods=["post"])
    def hook(self, request, pk=None):
        data = HookSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        tasks.call_hook.delay(data.validated_data["url"], self.get_object().pk)
        return Response(status=202)

    @action(detail=True, methods=["post"])
    def partner(self, request, pk=None):
        data = PartnerSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        tasks.call_partner.delay(data.validated_data["url"], self.get_object().pk)
        return Response({"url": data.validated_data["url"]}, status=202)

    @action(detail=False, renderer_classes=[StaticHTMLRenderer])
    def heading(self, request):
        title = request.query_params.get("title", "Tickets")
        return Response("<h1>" + title + "</h1>")  # expect: py/xss

    @action(detail=False)
    def echo(self, request):
        return Response({"title": "<h1>" + request.query_params.get("title", "") + "</h1>"})


@csrf_exempt  # expect: py/csrf-off
@require_POST
def close_all(request):
    if not request.user.is_staff:
        return JsonResponse({"error": "staff only"}, status=403)
    ids = [int(i) for i in json.loads(request.body)["ids"]]
    closed = Ticket.objects.filter(pk__in=ids).update(state="closed")
    return JsonResponse({"closed": closed})
# -- file: tickets/admin.py
from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from .models import Ticket


@admin.register(Ticket)
class TicketAdmin(admin.ModelAdmin):
    list_display = ["headline", "badge", "rule"]

    def headline(self, obj):
        return mark_safe("<b>" + obj.subject + "</b>")  # expect: py/raw-markup

    def badge(self, obj):
        return format_html('<span class="{}">{}</span>', obj.state, obj.state)

    def rule(self, obj):
        return mark_safe("<hr>")
# -- file: tickets/management/commands/dump_tickets.py
import subprocess

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Dump the tickets into a compressed file"

    def add_arguments(self, parser):
        parser.add_argument("target")
        parser.add_argument("--table", default="tickets_ticket")

    def handle(self, *args, **options):
        line = "pg_dump -t {table} tickets | gzip > {target}".format(**options)
        subprocess.check_call(line, shell=True)  # expect: py/shell-call
        subprocess.check_call(["gzip", "--test", options["target"]])
        self.stdout.write("done")
