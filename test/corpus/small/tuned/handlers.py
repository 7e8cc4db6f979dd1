# == FastAPI report list: the sort column is pattern-checked, the direction beside it is not
from typing import Annotated

from fastapi import Depends, FastAPI, Query
from fastapi.middleware.cors import CORSMiddleware
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from reporting.db import open_session

app = FastAPI(title="reports")
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)  # expect: py/cors-any-origin

SortColumn = Annotated[str, Query(pattern=r"^[a-z][a-z_]{0,30}$")]
Direction = Annotated[str, Query(max_length=60)]


@app.get("/reports/{year}")
async def list_reports(
    year: int,
    sort: SortColumn = "created_at",
    direction: Direction = "asc",
    session: AsyncSession = Depends(open_session),
):
    by_column = f"SELECT id, title FROM reports WHERE year = {year} ORDER BY {sort}"
    newest = await session.execute(text(by_column + " LIMIT 5"))
    ordered = by_column + " " + direction
    everything = await session.execute(text(ordered))  # expect: py/sql-injection
    return {
        "preview": [r.title for r in newest],
        "all": [{"id": r.id, "title": r.title} for r in everything],
    }

# == FastAPI item search over asyncpg: enumeration, bool and int reach the text, the search word is bound
import enum
import os
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, Query, Request


class Column(str, enum.Enum):
    price = "price"
    name = "name"
    added = "added_on"


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"])
    try:
        yield
    finally:
        await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


@app.get("/items")
async def items(
    request: Request,
    column: Column = Column.price,
    desc: bool = False,
    limit: int = Query(20, ge=1, le=200),
    q: str | None = Query(None, max_length=80),
):
    order = f"{column.value} {'DESC' if desc else 'ASC'}"
    statement = f"""
        SELECT id, name, price FROM items
        WHERE ($1::text IS NULL OR name ILIKE $1)
        ORDER BY {order} LIMIT {limit}
    """
    async with request.app.state.pool.acquire() as conn:
        rows = await conn.fetch(statement, f"%{q}%" if q else None)
    return [dict(row) for row in rows]

# == FastAPI avatar upload: the content type is checked but the client's file name is joined as it came
from pathlib import Path

import aiofiles
from fastapi import FastAPI, File, Form, HTTPException, UploadFile

MEDIA = Path("/srv/app/media/avatars")
ACCEPTED = {"image/png", "image/jpeg"}

app = FastAPI()


@app.post("/avatars")
async def store_avatar(picture: UploadFile = File(...), owner: int = Form(...)):
    if picture.content_type not in ACCEPTED:
        raise HTTPException(415, "not a picture")
    folder = MEDIA / str(owner)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / picture.filename
    async with aiofiles.open(target, "wb") as out:  # expect: py/path-traversal
        while chunk := await picture.read(65536):
            await out.write(chunk)
    return {"stored": True, "owner": owner}


@app.post("/avatars/{owner}/default")
async def reset_avatar(owner: int):
    folder = MEDIA / str(owner)
    async with aiofiles.open(folder / "current.txt", "w") as out:
        await out.write("default.png")
    return {"owner": owner}

# == Starlette downloads: the path is resolved and must stay below the root before it is served
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Route

ROOT = Path("/srv/downloads").resolve()


def inside_root(relative: str) -> Path:
    candidate = (ROOT / relative).resolve()
    try:
        candidate.relative_to(ROOT)
    except ValueError:
        raise HTTPException(404) from None
    return candidate


async def download(request):
    wanted = (ROOT / request.path_params["rest"]).resolve()
    if not wanted.is_relative_to(ROOT) or not wanted.is_file():
        raise HTTPException(404)
    return FileResponse(wanted)


async def head_of(request):
    source = inside_root(request.query_params.get("file", "README"))
    with source.open(encoding="utf-8") as handle:
        return PlainTextResponse(handle.read(2000))


routes = [Route("/get/{rest:path}", download), Route("/head", head_of)]
app = Starlette(routes=routes)

# == FastAPI websocket calculator: eval without builtins, and pickled frames from the browser
import ast
import math
import pickle

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
SCOPE = {"__builtins__": {}, "sqrt": math.sqrt, "pi": math.pi}


@app.websocket("/calc")
async def calc(ws: WebSocket):
    await ws.accept()
    try:
        while True:
            formula = await ws.receive_text()
            if formula.startswith("="):
                result = eval(formula[1:], SCOPE)  # expect: py/code-injection
            else:
                result = ast.literal_eval(formula)
            await ws.send_json({"result": repr(result)})
    except WebSocketDisconnect:
        return


@app.websocket("/sheet")
async def sheet(ws: WebSocket):
    await ws.accept()
    frame = await ws.receive_bytes()
    cells = pickle.loads(frame)  # expect: py/unsafe-deserialization
    await ws.send_json({"cells": len(cells)})
    await ws.close()

# == FastAPI webhook tester: a field validator lets only partner hosts over https through
from fastapi import Body, FastAPI
from pydantic import BaseModel, HttpUrl, field_validator
import httpx

PARTNERS = frozenset({"hooks.partner-one.example", "events.partner-two.example"})


class Webhook(BaseModel):
    target: HttpUrl
    event: str = "ping"

    @field_validator("target")
    @classmethod
    def partner_only(cls, value: HttpUrl) -> HttpUrl:
        if value.scheme != "https" or value.host not in PARTNERS:
            raise ValueError("unknown partner")
        return value


app = FastAPI()


@app.post("/webhooks/test")
async def try_webhook(hook: Webhook = Body(...)):
    async with httpx.AsyncClient(timeout=5.0, follow_redirects=False) as client:
        answer = await client.post(str(hook.target), json={"event": hook.event})
    return {"status": answer.status_code}

# == Django sign-in: the next address is checked, a warning is shown, and then it is used all the same
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST


@require_POST
def sign_in(request):
    target = request.POST.get("next") or settings.LOGIN_REDIRECT_URL
    form = AuthenticationForm(request, data=request.POST)
    if not form.is_valid():
        return render(request, "accounts/sign_in.html", {"form": form, "next": target})
    login(request, form.get_user())
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        messages.warning(request, "We could not verify where you came from.")
    request.session["came_from"] = request.META.get("HTTP_REFERER", "")  # expect: py/trust-boundary
    return HttpResponseRedirect(target)  # expect: py/open-redirect

# == Django class-based view which goes back only to addresses of its own host
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View


class SwitchTeamView(LoginRequiredMixin, View):
    http_method_names = ["post"]
    param = "return_to"

    def destination(self):
        wanted = self.request.POST.get(self.param, "")
        if url_has_allowed_host_and_scheme(
            url=wanted,
            allowed_hosts={self.request.get_host()},
            require_https=self.request.is_secure(),
        ):
            return wanted
        return reverse("dashboard")

    def post(self, request, *args, **kwargs):
        team = get_object_or_404(request.user.teams, slug=request.POST.get("team"))
        request.session["team_id"] = team.pk
        return HttpResponseRedirect(self.destination())

# == Django article search: extra() and RawSQL with text put together from POST words, beside a bound one
from django.contrib.auth.decorators import login_required
from django.db.models.expressions import RawSQL
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt

from articles.models import Article


def _like(word):
    return "lower(title) LIKE '%%" + word.lower() + "%%'"


@csrf_exempt  # expect: py/csrf-off
@login_required
def save_search(request):
    words = request.POST.get("q", "").split()
    section = request.POST.get("section", "news")
    base = Article.objects.extra(where=["section = %s"], params=[section])
    hits = base.extra(where=[" OR ".join(map(_like, words)) or "1 = 1"])  # expect: py/sql-injection
    weight = request.POST.get("weight", "score")
    ranked = hits.annotate(rank=RawSQL("coalesce(%s, 0)" % weight, ()))  # expect: py/sql-injection
    request.user.searches.create(section=section, total=ranked.count())
    return JsonResponse({"hits": list(ranked.values("id", "title", "rank"))})

# == Django documentation pages: a home-made path converter lets dots and slashes through, the slug one does not
# -- file: docs/converters.py
class DocumentPath:
    regex = r"[\w./-]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value
# -- file: docs/urls.py
from django.urls import path, register_converter

from . import converters, views

register_converter(converters.DocumentPath, "doc")

urlpatterns = [
    path("page/<doc:document>", views.page, name="page"),
    path("chapter/<slug:chapter>/", views.chapter, name="chapter"),
]
# -- file: docs/views.py
from pathlib import Path

from django.http import Http404, HttpResponse

LIBRARY = Path("/srv/library")


def page(request, document):
    try:
        content = (LIBRARY / document).read_text()  # expect: py/path-traversal
    except OSError:
        raise Http404("no such page")
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


def chapter(request, chapter):
    source = LIBRARY / "chapters" / f"{chapter}.txt"
    try:
        content = source.read_text()
    except OSError:
        raise Http404("no such chapter")
    return HttpResponse(content, content_type="text/plain; charset=utf-8")

# == Django export form: cleaned integer and choice fields in SQL text and in a header
import csv

from django import forms
from django.db import connection
from django.http import HttpResponse, JsonResponse


class ExportForm(forms.Form):
    ORDERS = [("name", "Name"), ("total", "Total"), ("city", "City")]

    year = forms.IntegerField(min_value=2000, max_value=2100)
    order = forms.ChoiceField(choices=ORDERS)
    customer = forms.CharField(required=False)


def export(request):
    form = ExportForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    data = form.cleaned_data
    query = (
        "SELECT name, city, total FROM yearly WHERE year = %d " % data["year"]
        + "AND name LIKE %s ORDER BY "
        + data["order"]
    )
    response = HttpResponse(content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="export-%d.csv"' % data["year"]
    with connection.cursor() as cursor:
        cursor.execute(query, [data["customer"] + "%"])
        csv.writer(response).writerows(cursor.fetchall())
    return response

# == DRF backups: a serializer is asked but its answer ignored in one action and respected in the other
import subprocess
import uuid

from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAdminUser
from rest_framework.response import Response

OUT = "/var/backups/shop"


class TableSerializer(serializers.Serializer):
    table = serializers.RegexField(r"^[a-z_]+\Z", max_length=40)


class BackupViewSet(viewsets.ViewSet):
    permission_classes = [IsAdminUser]

    @action(detail=False, methods=["post"])
    def dump(self, request):
        check = TableSerializer(data=request.data)
        check.is_valid()
        table, name = request.data.get("table"), uuid.uuid4().hex
        line = f"pg_dump -t {table} shop | gzip > {OUT}/{name}.gz"
        subprocess.run(line, shell=True, check=True, timeout=600)  # expect: py/command-injection
        return Response({"backup": name}, status=201)

    @action(detail=False, methods=["post"])
    def vacuum(self, request):
        check = TableSerializer(data=request.data)
        check.is_valid(raise_exception=True)
        table = check.validated_data["table"]
        subprocess.run(["vacuumdb", "--table=" + table, "shop"], check=True, timeout=600)
        return Response(status=204)

# == DRF statistics: query parameters pass a serializer with choices before they reach the raw query
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from sales.models import Sale


class StatsQuery(serializers.Serializer):
    group = serializers.ChoiceField(choices=("region", "product", "month"), default="region")
    top = serializers.IntegerField(min_value=1, max_value=100, default=10)
    since = serializers.DateField(required=False)
    seller = serializers.CharField(required=False, max_length=50)


class StatsView(GenericAPIView):
    serializer_class = StatsQuery

    def get(self, request):
        asked = self.get_serializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        group, top = wanted["group"], wanted["top"]
        sql = "SELECT min(id) AS id, {0} AS label, sum(amount) AS total FROM sale".format(group)
        params = []
        if seller := wanted.get("seller"):
            sql += " WHERE seller = %s"
            params.append(seller)
        sql += " GROUP BY {0} LIMIT {1}".format(group, top)
        return Response([{"label": s.label, "total": s.total} for s in Sale.objects.raw(sql, params)])

# == aiohttp site upload: a tar bundle from a multipart form is unpacked after a check that only counts names
import io
import tarfile
import uuid
from pathlib import Path

from aiohttp import web

SITES = Path("/srv/sites")


async def collect(part) -> io.BytesIO:
    blob = io.BytesIO()
    while chunk := await part.read_chunk():
        blob.write(chunk)
    blob.seek(0)
    return blob


async def upload_bundle(request: web.Request) -> web.Response:
    reader = await request.multipart()
    async for part in reader:
        if part.name != "bundle":
            continue
        dest = SITES / uuid.uuid4().hex
        with tarfile.open(fileobj=await collect(part), mode="r:*") as bundle:
            relative = [m for m in bundle.getmembers() if not m.name.startswith("/")]
            if not relative:
                raise web.HTTPBadRequest(reason="empty bundle")
            bundle.extractall(dest, filter="fully_trusted")  # expect: py/zip-slip
        return web.json_response({"site": dest.name, "files": len(relative)})
    raise web.HTTPBadRequest(reason="no bundle")


app = web.Application(client_max_size=50 * 2**20)
app.add_routes([web.post("/sites", upload_bundle)])

# == aiohttp handlers that give request text back as plain text, JSON and escaped HTML
import html
import logging

from aiohttp import web

log = logging.getLogger(__name__)
PAGE = "<!doctype html><title>{0}</title><h1>{0}</h1>"

routes = web.RouteTableDef()


@routes.get("/echo")
async def echo(request):
    said = request.query.get("q", "")
    log.info("echo of %r", said)
    return web.Response(text=f"You said <{said}>")


@routes.post("/page")
async def page(request):
    form = await request.post()
    title = html.escape(str(form.get("title", "untitled")))
    return web.Response(text=PAGE.format(title), content_type="text/html")


@routes.get("/names/{name}")
async def name_as_json(request):
    return web.json_response({"name": request.match_info["name"], "greeting": "<b>hi</b>"})


app = web.Application()
app.add_routes(routes)

# == Tornado feedback: raw mail text, an unescaped answer and a redirect to wherever the form says
import os
import smtplib
import ssl

import tornado.web

DESK = "desk@shop.example"
SENDER = "web@shop.example"
RAW = "From: %s\r\nTo: %s\r\nSubject: %s\r\n\r\n%s"


class Base(tornado.web.RequestHandler):
    def arg(self, key, default=""):
        return self.get_body_argument(key, default)


class Feedback(Base):
    def post(self):
        raw = RAW % (SENDER, DESK, self.arg("subject", "feedback"), self.arg("text"))
        context = ssl.create_default_context()
        with smtplib.SMTP_SSL(os.environ["SMTP_HOST"], timeout=10, context=context) as relay:
            relay.sendmail(SENDER, [DESK], raw)  # expect: py/email-injection
        who = self.arg("name", "friend")
        self.write("<p>Thank you, %s!</p>" % who)  # expect: py/xss


class Done(Base):
    def post(self):
        self.redirect(self.arg("back", "/"))  # expect: py/open-redirect


app = tornado.web.Application([("/feedback", Feedback), ("/done", Done)])

# == Tornado handlers with dictionaries, escaped text and redirects to named routes
import tornado.escape
import tornado.web


class Person(tornado.web.RequestHandler):
    def get(self, number):
        self.write({"number": number, "note": self.get_argument("note", "")})


class Greeting(tornado.web.RequestHandler):
    def get(self):
        name = tornado.escape.xhtml_escape(self.get_argument("name", "you"))
        self.write("<p>Hello, <b>" + name + "</b></p>")


class Jump(tornado.web.RequestHandler):
    TARGETS = {"home": "/", "help": "/help/"}

    def post(self):
        place = self.get_body_argument("place", "home")
        if place.isdecimal():
            self.redirect(self.reverse_url("person", int(place)))
            return
        self.redirect(self.TARGETS.get(place, "/"))


def make_app():
    return tornado.web.Application(
        [
            tornado.web.url(r"/person/([0-9]+)", Person, name="person"),
            (r"/hello", Greeting),
            (r"/jump", Jump),
        ],
        xsrf_cookies=True,
    )

# == Bottle postcards: the greeting becomes part of the template's source in one route and a value in the other
from bottle import Bottle, SimpleTemplate, request, template

cards = Bottle()
FRAME = '<div class="card">%s<hr>{{sender}}</div>'


def with_frame(middle):
    return FRAME % middle


@cards.post("/card")
def card():
    greeting = request.forms.get("greeting") or "Greetings!"
    sender = request.forms.get("sender") or "anonymous"
    source = with_frame("<p>" + greeting + "</p>")
    return SimpleTemplate(source).render(sender=sender)  # expect: py/template-injection


@cards.post("/card/plain")
def plain_card():
    greeting = request.forms.get("greeting") or "Greetings!"
    return template(with_frame("<p>{{greeting}}</p>"), greeting=greeting, sender="the shop")

# == Bottle file server and counter: static_file with its own root check, numbers by conversion
import json
import sqlite3

from bottle import Bottle, HTTPError, request, response, static_file

app = Bottle()
DB = "/var/lib/counter/counter.db"


@app.get("/files/<filename:path>")
def serve(filename):
    return static_file(filename, root="/srv/public")


@app.post("/count")
def count():
    try:
        step = int(request.forms.get("step", "1"))
    except ValueError:
        raise HTTPError(400, "step is no number")
    db = sqlite3.connect(DB)
    try:
        with db:
            db.execute("UPDATE counter SET n = n + %s" % step)
        (now,) = db.execute("SELECT n FROM counter").fetchone()
    finally:
        db.close()
    response.content_type = "application/json"
    return json.dumps({"label": request.forms.get("label"), "n": now})

# == Pyramid directory search: the star is removed, brackets are not, and the name is logged as it came
import logging
import os
import ssl

from ldap3 import Connection, Server, Tls
from pyramid.httpexceptions import HTTPBadRequest
from pyramid.view import view_config

log = logging.getLogger(__name__)
BASE = "ou=people,dc=corp,dc=example"


def connect():
    tls = Tls(validate=ssl.CERT_REQUIRED)
    server = Server(os.environ["LDAP_HOST"], use_ssl=True, tls=tls)
    return Connection(server, os.environ["LDAP_USER"], os.environ["LDAP_PASSWORD"], auto_bind=True)


@view_config(route_name="people", renderer="json", permission="view")
def people(request):
    name = request.params.get("name", "").strip()
    if len(name) < 2:
        raise HTTPBadRequest("name too short")
    log.info("directory lookup for " + name)  # expect: py/log-injection
    wanted = name.replace("*", "")
    query = f"(&(objectClass=person)(cn={wanted}*))"
    with connect() as conn:
        conn.search(BASE, query, attributes=["cn", "mail"])  # expect: py/ldap-injection
        return [{"cn": e.cn.value, "mail": e.mail.value} for e in conn.entries]

# == Falcon catalogue: XPath variables and integer parameters, over a trusted file
import falcon
from lxml import etree

PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


class Catalogue:
    def __init__(self, path):
        self._tree = etree.parse(path, PARSER)
        self._by_isbn = etree.XPath("//book[@isbn = $isbn]/title/text()")

    def on_get(self, req, resp):
        isbn = req.get_param("isbn", required=True)
        resp.media = {"titles": [str(t) for t in self._by_isbn(self._tree, isbn=isbn)]}


class Shelf(Catalogue):
    def on_get(self, req, resp):
        number = req.get_param_as_int("n", min_value=1, default=1)
        author = req.get_param("author", default="")
        books = self._tree.xpath(f"/catalogue/shelf[{number}]/book[author=$who]", who=author)
        resp.media = {"count": len(books)}


app = falcon.App()
app.add_route("/books", Catalogue("/srv/data/catalogue.xml"))
app.add_route("/shelf", Shelf("/srv/data/catalogue.xml"))

# == Falcon invoice intake: one parser resolves external entities, the other does not
from functools import partial

import falcon
from lxml import etree

make_parser = partial(etree.XMLParser, remove_comments=True)


class Intake:
    def on_post(self, req, resp):
        document = req.bounded_stream.read()
        lenient = make_parser(resolve_entities=True, load_dtd=True, no_network=False)
        invoice = etree.fromstring(document, lenient)  # expect: py/xxe
        resp.media = {"number": invoice.findtext("number"), "total": invoice.findtext("total")}
        resp.status = falcon.HTTP_201


class Check:
    def on_post(self, req, resp):
        strict = make_parser(resolve_entities=False, load_dtd=False, no_network=True)
        invoice = etree.fromstring(req.bounded_stream.read(), strict)
        resp.media = {"valid": invoice.find("number") is not None}


app = falcon.App()
app.add_route("/invoices", Intake())
app.add_route("/invoices/check", Check())

# == Sanic settings import: safe loaders, a hardened XML parser, escaped HTML and plain text
import html

import defusedxml.ElementTree as ET
import yaml
from sanic import Sanic
from sanic.exceptions import BadRequest
from sanic.response import html as html_page
from sanic.response import json, text

app = Sanic("importer")


def from_yaml(raw):
    return yaml.load(raw, Loader=yaml.SafeLoader)


def from_xml(raw):
    return {child.tag: child.text for child in ET.fromstring(raw)}


READERS = {"yaml": from_yaml, "xml": from_xml}


@app.post("/import/<kind:str>")
async def import_settings(request, kind):
    reader = READERS.get(kind)
    if reader is None:
        raise BadRequest("unknown kind")
    return json({"settings": reader(request.body)})


@app.get("/title")
async def title(request):
    return html_page(f"<h1>{html.escape(request.args.get('t', ''))}</h1>")


@app.get("/raw")
async def raw(request):
    return text("asked for " + request.args.get("t", ""))

# == CherryPy profile: html.escape does not help in an attribute without quotes, the session takes any nick
import html

import cherrypy


class Profile:
    @cherrypy.expose
    def index(self, colour="black", nick="guest"):
        cherrypy.session["nick"] = nick  # expect: py/trust-boundary
        parts = ["<p>Hello ", html.escape(nick), "</p>"]
        parts.extend(["<hr class=", html.escape(colour), ">"])
        return "".join(parts)  # expect: py/xss

    @cherrypy.expose
    def quoted(self, colour="black"):
        return '<hr class="{}">'.format(html.escape(colour, quote=True))

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def whoami(self, nick="guest"):
        return {"nick": nick, "seen": cherrypy.session.get("nick")}


def application():
    return cherrypy.tree.mount(Profile(), "/profile", {"/": {"tools.sessions.on": True}})

# == Quart pages: constant template with values, send_from_directory, and an escaped pattern
import re

from quart import Quart, jsonify, render_template_string, request, send_from_directory

app = Quart(__name__)
HELLO = "<h1>Hello {{ name }}</h1><p>{{ text|truncate(40) }}</p>"
LINES = ("alpha beta", "beta gamma", "gamma delta")


@app.get("/hello/<name>")
async def hello(name):
    return await render_template_string(HELLO, name=name, text=request.args.get("text", ""))


@app.get("/manuals/<path:name>")
async def manual(name):
    return await send_from_directory("/srv/manuals", name)


@app.get("/grep")
async def grep():
    needle = re.compile(r"\b" + re.escape(request.args.get("word", "")) + r"\b")
    return jsonify([line for line in LINES if needle.search(line)])

# == Starlette business card drawn by a Jinja environment without escaping, with a bare visitor cookie
import secrets

from jinja2 import DictLoader, Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

TEMPLATES = {
    "card": "<article><h2>{{ name }}</h2><p>{{ job }}</p></article>",
    "safe": "<article><h2>{{ name|e }}</h2></article>",
}
env = Environment(loader=DictLoader(TEMPLATES), autoescape=False)  # expect: py/autoescape-off


async def card(request: Request):
    form = await request.form()
    values = {"name": form.get("name", ""), "job": form.get("job", "")}
    return HTMLResponse(env.get_template("card").render(**values))  # expect: py/xss


async def short(request: Request):
    page = HTMLResponse(env.get_template("safe").render(name="Team of the month"))
    page.set_cookie("visitor_session", secrets.token_urlsafe(24))  # expect: py/insecure-cookie
    return page


app = Starlette(routes=[Route("/card", card, methods=["POST"]), Route("/short", short)])

# == Streamlit dashboard: markup from the address bar, and a feed fetched from wherever it points
import requests
import streamlit as st


def greet():
    who = st.query_params.get("who", "stranger")
    st.title(f"Welcome {who}")
    st.markdown(f"**{who}**, here is your feed")
    banner = '<div style="padding:1em">' + who + "</div>"
    st.markdown(banner, unsafe_allow_html=True)  # expect: py/xss


def feed():
    source = st.text_input("Feed address", value="https://news.example/feed.json")
    if not st.button("Load"):
        return
    entries = requests.get(source, timeout=5).json()  # expect: py/ssrf
    for entry in entries[:20]:
        st.write(entry.get("title"))


greet()
feed()

# == Streamlit viewer: options come from the server's own list, the note is escaped or left to Markdown
import html
import sqlite3

import pandas as pd
import streamlit as st
import streamlit.components.v1 as components

TABLES = ["orders", "customers", "returns"]


@st.cache_resource
def database():
    return sqlite3.connect("/srv/data/shop.db", check_same_thread=False)


table = st.selectbox("Table", TABLES)
if table not in TABLES:
    st.stop()
rows = st.number_input("Rows", min_value=1, max_value=500, value=50, step=1)
frame = pd.read_sql_query(f"SELECT * FROM {table} LIMIT {int(rows)}", database())
st.dataframe(frame)

note = st.text_area("Note")
st.markdown(f"*{note}*")
components.html(f"<pre>{html.escape(note)}</pre>", height=120)

# == Dash sales chart: the dropdown has options, but the callback trusts whatever the browser sends
import os

import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, State, callback, dcc, html
from sqlalchemy import create_engine, text

engine = create_engine(os.environ["SALES_DB"])
REGIONS = ["north", "south", "east", "west"]

app = Dash(__name__)
app.layout = html.Div(
    [
        dcc.Dropdown(REGIONS, "north", id="region"),
        dcc.Input(id="min-amount", type="number", value=0),
        dcc.Graph(id="chart"),
        html.Div(id="count"),
    ]
)


@callback(Output("chart", "figure"), Input("region", "value"), State("min-amount", "value"))
def draw(region, minimum):
    query = "SELECT day, amount FROM sales WHERE region = '{}'".format(region)
    query += " AND amount >= {:f}".format(float(minimum or 0))
    frame = pd.read_sql(query, engine)  # expect: py/sql-injection
    return px.line(frame, x="day", y="amount")


@callback(Output("count", "children"), Input("region", "value"))
def count(region):
    with engine.connect() as conn:
        total = conn.execute(text("SELECT count(*) FROM sales WHERE region = :r"), {"r": region}).scalar_one()
    return f"{total} sales in {region}"

# == Gradio image tool: the caption goes into a shell line after a blacklist of two characters
import subprocess
import uuid
from pathlib import Path

import gradio as gr

WORK = Path("/srv/captions")


def add_caption(caption: str, size: float) -> str:
    out = WORK / f"{uuid.uuid4().hex}.png"
    for bad in (";", "&"):
        caption = caption.replace(bad, "")
    line = f'convert base.png -pointsize {int(size)} -annotate 0 "{caption}" {out}'
    subprocess.check_call(line, shell=True, timeout=30)  # expect: py/command-injection
    return str(out)


def blank(size: float) -> str:
    out = WORK / f"{uuid.uuid4().hex}.png"
    subprocess.check_call(["convert", "-size", f"{int(size)}x{int(size)}", "xc:white", str(out)], timeout=30)
    return str(out)


with gr.Blocks() as demo:
    text = gr.Textbox(label="Caption")
    size = gr.Slider(8, 72, value=24)
    picture = gr.Image()
    gr.Button("Caption").click(add_caption, inputs=[text, size], outputs=picture)
    gr.Button("Blank").click(blank, inputs=size, outputs=picture)

# == AWS Lambda order lookup: typed keys for DynamoDB, escaped HTML, JSON body
import html
import json
import os

import boto3
from boto3.dynamodb.conditions import Key

table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def reply(status, body, kind="application/json"):
    return {"statusCode": status, "headers": {"Content-Type": kind}, "body": body}


def by_customer(event):
    params = event.get("queryStringParameters") or {}
    found = table.query(KeyConditionExpression=Key("customer").eq(params.get("customer", "")))
    return reply(200, json.dumps({"customer": params.get("customer"), "n": found["Count"]}))


def page(event):
    number = int(event["pathParameters"]["number"])
    who = html.escape((event.get("queryStringParameters") or {}).get("who", ""))
    return reply(200, f"<h1>Order {number}</h1><p>for {who}</p>", "text/html")


def create(event):
    order = json.loads(event["body"])
    table.put_item(Item={"customer": str(order["customer"]), "number": int(order["number"])})
    return reply(201, json.dumps({"ok": True}))


ROUTES = {"GET /orders": by_customer, "GET /orders/{number}": page, "POST /orders": create}


def handler(event, context):
    action = ROUTES.get(event["routeKey"])
    return action(event) if action else reply(404, "{}")

# == AWS Lambda log viewer: file name, pattern and title all come from the event
import json
import os
import re

LOGS = "/mnt/logs"


def _params(event):
    return event.get("queryStringParameters") or {}


def lambda_handler(event, context):
    params = _params(event)
    path = os.path.join(LOGS, params.get("file", "today.log"))
    with open(path) as source:  # expect: py/path-traversal
        lines = source.read().splitlines()
    if event.get("rawPath") == "/grep":
        pattern = re.compile(params.get("pattern", "."))  # expect: py/regex-injection
        body = json.dumps([line for line in lines if pattern.search(line)])
        return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    title = params.get("title") or "log"
    page = f"<html><head><title>{title}</title></head><body>{len(lines)} lines</body></html>"
    return {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": page}  # expect: py/xss

# == http.server handler: hand-made parsing, a served file, a header and HTML from the query
import html
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

DOCROOT = "/srv/www"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        parts = urlsplit(self.path)
        self.query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        if parts.path == "/hello":
            return self.hello()
        if parts.path == "/lang":
            return self.language()
        with open(DOCROOT + unquote(parts.path), "rb") as fh:  # expect: py/path-traversal
            payload = fh.read()
        self.answer("application/octet-stream", payload)

    def hello(self):
        safe = html.escape(self.query.get("name", ""))
        self.answer("text/html", f"<p>Hello {safe}</p>".encode())

    def language(self):
        self.send_response(200)
        self.send_header("Content-Language", self.query.get("lang", "en"))  # expect: py/header-injection
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(("<p>Language: %s</p>" % self.query.get("lang")).encode())  # expect: py/xss

    def answer(self, kind, payload):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", 8081), Handler).serve_forever()

# == socketserver key-value service: JSON lines, a table of commands and bound SQL
import json
import socketserver
import sqlite3
import subprocess

DB = "/var/lib/kv/kv.db"


def put(db, key, value="", **_):
    with db:
        db.execute("INSERT OR REPLACE INTO kv VALUES (?, ?)", (key, value))
    return {"stored": key}


def get(db, key, **_):
    row = db.execute("SELECT v FROM kv WHERE k = ?", (key,)).fetchone()
    return {"value": row[0] if row else None}


def uptime(db, **_):
    done = subprocess.run(["uptime", "-p"], capture_output=True, text=True, timeout=5)
    return {"uptime": done.stdout.strip()}


COMMANDS = {f.__name__: f for f in (put, get, uptime)}


class KeyValue(socketserver.StreamRequestHandler):
    def handle(self):
        db = sqlite3.connect(DB)
        try:
            for line in self.rfile:
                message = json.loads(line)
                action = COMMANDS.get(message.pop("do", None))
                answer = action(db, **message) if action else {"error": "unknown"}
                self.wfile.write(json.dumps(answer).encode() + b"\n")
        finally:
            db.close()


if __name__ == "__main__":
    with socketserver.ThreadingTCPServer(("127.0.0.1", 7077), KeyValue) as server:
        server.serve_forever()

# == Strawberry GraphQL: a resolver formats its argument into SQL, and the token's signature is not looked at
import os
import typing

import jwt
import psycopg
import strawberry


@strawberry.type
class Product:
    id: int
    name: str


def viewer(info) -> str:
    token = info.context["request"].headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})  # expect: py/jwt-not-verified
    return claims["sub"]


@strawberry.type
class Query:
    @strawberry.field
    def products(self, name_like: str, limit: int = 10) -> typing.List[Product]:
        with psycopg.connect(os.environ["DSN"]) as conn, conn.cursor() as cur:
            where = "name ILIKE '%{}%'".format(name_like)
            cur.execute(f"SELECT id, name FROM product WHERE {where} LIMIT {limit}")  # expect: py/sql-injection
            return [Product(id=i, name=n) for i, n in cur.fetchall()]

    @strawberry.field
    def mine(self, info: strawberry.Info, name: str) -> typing.List[Product]:
        with psycopg.connect(os.environ["DSN"]) as conn, conn.cursor() as cur:
            cur.execute(
                "SELECT id, name FROM product WHERE owner = %(o)s AND name = %(n)s",
                {"o": viewer(info), "n": name},
            )
            return [Product(id=i, name=n) for i, n in cur.fetchall()]


schema = strawberry.Schema(query=Query)

# == Flask with webargs over MongoDB: a free dictionary as filter, JavaScript with a name, a nested quantifier
import os

from flask import Flask, jsonify
from marshmallow import fields, validate
from pymongo import MongoClient
from webargs.flaskparser import use_args, use_kwargs

app = Flask(__name__)
users = MongoClient(os.environ["MONGO_URL"]).crm.users

slug = validate.Regexp(r"^([a-z0-9]+-?)*$")  # expect: py/redos


@app.post("/users/search")
@use_args({"filter": fields.Dict(required=True), "limit": fields.Int(load_default=20)}, location="json")
def search(args):
    found = users.find(args["filter"], {"_id": 0, "name": 1}).limit(args["limit"])  # expect: py/nosql-injection
    return jsonify(list(found))


@app.get("/users/owned")
@use_kwargs({"owner": fields.Str(required=True)}, location="query")
def owned(owner):
    script = "this.owner == '%s' && !this.deleted" % owner
    return jsonify(n=len(list(users.find({"$where": script}))))  # expect: py/nosql-injection


@app.get("/users/one")
@use_kwargs({"handle": fields.Str(required=True, validate=slug)}, location="query")
def one(handle):
    return jsonify(users.find_one({"handle": handle}, {"_id": 0, "name": 1}))

# == Quart rate limiter and profile store: a constant Lua script with arguments, values forced to strings
import os

import redis.asyncio as redis
from motor.motor_asyncio import AsyncIOMotorClient
from quart import Quart, abort, jsonify, request

app = Quart(__name__)
store = redis.from_url(os.environ["REDIS_URL"])
profiles = AsyncIOMotorClient(os.environ["MONGO_URL"]).site.profiles

LIMIT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return n
"""


@app.before_request
async def throttle():
    client = request.headers.get("X-Client-Id", "none")
    if await store.eval(LIMIT, 1, "rate:" + client, 60) > 100:
        abort(429)


@app.post("/profiles/find")
async def find():
    payload = await request.get_json()
    match payload:
        case {"email": str(email)}:
            query = {"email": email}
        case {"id": int(number)}:
            query = {"number": number}
        case {"tag": tag}:
            query = {"tags": {"$eq": str(tag)}}
        case _:
            abort(400)
    return jsonify(await profiles.find_one(query, {"_id": 0}))

# == Flask thumbnailer: the page's host is resolved and checked, the image's address is fetched
import ipaddress
import socket
from urllib.parse import urlsplit

import urllib3
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2.0, read=5.0))


def is_public(url: str) -> bool:
    host = urlsplit(url).hostname
    if not host:
        return False
    found = {info[4][0] for info in socket.getaddrinfo(host, 443)}
    return all(ipaddress.ip_address(address).is_global for address in found)


@app.post("/thumbnails")
def thumbnail():
    payload = request.get_json()
    page, image = payload["page"], payload["image"]
    if not is_public(page):
        abort(400)
    picture = http.request("GET", image, timeout=5.0, redirect=False)  # expect: py/ssrf
    return jsonify(size=len(picture.data), status=picture.status)

# == Flask service desk over paramiko: unit name in a remote command line, unknown hosts are taken in
import contextlib
import os

import paramiko
from flask import Flask, jsonify, request

app = Flask(__name__)
HOSTS = {"web": "web1.internal.example", "db": "db1.internal.example"}


@contextlib.contextmanager
def remote(host):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key
    client.connect(host, username="desk", key_filename=os.environ["DESK_KEY"], timeout=10)
    try:
        yield client
    finally:
        client.close()


@app.post("/services/<role>/restart")
def restart(role):
    host = HOSTS.get(role)
    if host is None:
        return jsonify(error="unknown role"), 404
    unit = request.get_json()["unit"]
    with remote(host) as client:
        command = "sudo systemctl restart '%s'" % unit
        _, out, err = client.exec_command(command, timeout=30)  # expect: py/command-injection
        return jsonify(code=out.channel.recv_exit_status())

# == Flask log reader over paramiko: quoted argument, known hosts only, role from a table
import os
import shlex
from dataclasses import dataclass

import paramiko
from flask import Flask, Response, abort, request

app = Flask(__name__)


@dataclass(frozen=True)
class Machine:
    host: str
    user: str = "reader"

    def run(self, *words: str) -> str:
        client = paramiko.SSHClient()
        client.load_system_host_keys()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        client.connect(self.host, username=self.user, key_filename=os.environ["READER_KEY"], timeout=10)
        try:
            line = " ".join(shlex.quote(w) for w in words)
            _, out, _ = client.exec_command(line, timeout=20)
            return out.read().decode("utf-8", "replace")
        finally:
            client.close()


MACHINES = {"a": Machine("a.internal.example"), "b": Machine("b.internal.example", "logs")}


@app.get("/logs/<name>")
def logs(name):
    machine = MACHINES.get(name) or abort(404)
    word = request.args.get("word", "error")
    found = machine.run("grep", "-F", "-m", "50", "-e", word, "--", "/var/log/app.log")
    return Response(found, mimetype="text/plain")
