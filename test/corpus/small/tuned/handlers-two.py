# == FastAPI network probe: the pattern of the model has no anchors, the one of the path parameter has
import asyncio
from asyncio.subprocess import PIPE
from typing import Annotated

from fastapi import FastAPI, Path
from pydantic import BaseModel, Field, StringConstraints

app = FastAPI()

LooseHost = Annotated[str, StringConstraints(pattern=r"[a-z0-9.-]+", max_length=120)]
StrictHost = Annotated[str, Path(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", max_length=120)]


class Probe(BaseModel):
    host: LooseHost
    count: int = Field(1, ge=1, le=5)


@app.post("/probe")
async def probe(asked: Probe):
    command = f"ping -c {asked.count} {asked.host}"
    proc = await asyncio.create_subprocess_shell(command, stdout=PIPE)  # expect: py/command-injection
    out, _ = await proc.communicate()
    return {"reachable": proc.returncode == 0, "lines": out.decode().splitlines()}


@app.get("/resolve/{host}")
async def resolve(host: StrictHost):
    proc = await asyncio.create_subprocess_exec("getent", "hosts", host, stdout=PIPE)
    out, _ = await proc.communicate()
    return {"host": host, "answer": out.decode().strip()}

# == FastAPI document upload: a fresh name and a suffix out of a table, the client's name is only told back
import uuid
from pathlib import Path, PurePosixPath

import aiofiles
from fastapi import Depends, FastAPI, HTTPException, UploadFile

app = FastAPI()
SUFFIXES = {".pdf": ".pdf", ".txt": ".txt", ".markdown": ".md", ".md": ".md"}


class Shelf:
    def __init__(self, root: Path = Path("/srv/documents")) -> None:
        self.root = root

    def place_for(self, client_name: str) -> Path:
        suffix = SUFFIXES.get(PurePosixPath(client_name).suffix.lower())
        if suffix is None:
            raise HTTPException(415, "unsupported kind of document")
        return self.root / (uuid.uuid4().hex + suffix)


def get_shelf() -> Shelf:
    return Shelf()


@app.post("/documents", status_code=201)
async def add(document: UploadFile, shelf: Shelf = Depends(get_shelf)):
    place = shelf.place_for(document.filename or "")
    async with aiofiles.open(place, "xb") as out:
        await out.write(await document.read())
    return {"id": place.stem, "original": document.filename}


@app.get("/documents/{ident}")
async def size(ident: uuid.UUID, shelf: Shelf = Depends(get_shelf)):
    return {"bytes": (shelf.root / f"{ident.hex}.pdf").stat().st_size}

# == Starlette assets: startswith on a joined path that nobody resolved
import os

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

BASE = "/srv/site/assets/"


class Assets(HTTPEndpoint):
    max_age = 3600

    async def get(self, request):
        joined = os.path.join(BASE, request.path_params["rest"])
        if not joined.startswith(BASE):
            raise HTTPException(status_code=404)
        headers = {"Cache-Control": f"max-age={self.max_age}"}
        return FileResponse(joined, headers=headers)  # expect: py/path-traversal


class Theme(Assets):
    names = {"dark": "dark.css", "light": "light.css"}

    async def get(self, request):
        name = self.names.get(request.query_params.get("theme"), "light.css")
        return FileResponse(os.path.join(BASE, "themes", name))


app = Starlette(
    routes=[
        Route("/assets/{rest:path}", Assets),
        Route("/theme.css", Theme),
        Mount("/static", StaticFiles(directory="/srv/site/static")),
    ]
)

# == FastAPI websocket chat store: verified token, dispatch over a table and named values with databases
import os

import jwt
from databases import Database
from fastapi import FastAPI, WebSocket, WebSocketDisconnect, status

app = FastAPI()
database = Database(os.environ["DATABASE_URL"])


async def post(user, message):
    await database.execute(
        query="INSERT INTO line(author, room, body) VALUES (:author, :room, :body)",
        values={"author": user, "room": message["room"], "body": message["body"]},
    )
    return {"posted": True}


async def recent(user, message):
    limit = min(int(message.get("limit", 20)), 100)
    rows = await database.fetch_all(
        f"SELECT author, body FROM line WHERE room = :room ORDER BY id DESC LIMIT {limit}",
        {"room": message["room"]},
    )
    return {"lines": [dict(r._mapping) for r in rows]}


ACTIONS = {"post": post, "recent": recent}


@app.websocket("/chat")
async def chat(ws: WebSocket, token: str):
    try:
        claims = jwt.decode(token, os.environ["JWT_KEY"], algorithms=["HS256"])
    except jwt.InvalidTokenError:
        await ws.close(code=status.WS_1008_POLICY_VIOLATION)
        return
    await ws.accept()
    try:
        while True:
            message = await ws.receive_json()
            action = ACTIONS.get(message.get("do"), recent)
            await ws.send_json(await action(claims["sub"], message))
    except WebSocketDisconnect:
        return

# == Starlette chart page: html.escape within a JavaScript template literal, JSON done right beside it
import html
import json

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse
from starlette.routing import Route


def js_value(value) -> str:
    text = json.dumps(value)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


async def chart(request):
    label = html.escape(request.query_params.get("label", "sales"))
    body = "<canvas id=c></canvas><script>draw(`" + label + "`)</script>"
    return HTMLResponse(body)  # expect: py/xss


async def chart_json(request):
    label = js_value(request.query_params.get("label", "sales"))
    return HTMLResponse("<canvas id=c></canvas><script>draw(" + label + ")</script>")


async def heading(request):
    label = html.escape(request.query_params.get("label", "sales"))
    return HTMLResponse(f"<h1>{label}</h1>")


app = Starlette(
    routes=[Route("/chart", chart), Route("/chart2", chart_json), Route("/heading", heading)],
    middleware=[
        Middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True),  # expect: py/cors-any-origin
    ],
)

# == FastAPI log-out and short links: only local addresses pass the helper, short links come from a table
from urllib.parse import urlsplit

from fastapi import FastAPI, Form, HTTPException
from fastapi.responses import RedirectResponse

app = FastAPI()
SHORT = {"docs": "https://docs.shop.example/", "status": "https://status.shop.example/"}


def local_only(target: str, fallback: str = "/") -> str:
    if not target.isprintable() or "\\" in target:
        return fallback
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return fallback
    if not target.startswith("/") or target.startswith("//"):
        return fallback
    return target


@app.post("/logout")
async def logout(back: str = Form("/")):
    response = RedirectResponse(local_only(back), status_code=303)
    response.delete_cookie("sid", secure=True, httponly=True, samesite="lax")
    return response


@app.get("/s/{key}")
async def short(key: str):
    try:
        return RedirectResponse(SHORT[key])
    except KeyError:
        raise HTTPException(404, "no such link") from None

# == Django language switch: the allowed host is read out of the very address that is to be checked
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views import View


class SetLanguage(View):
    session_key = "language"

    def back_to(self):
        request = self.request
        target = request.POST.get("next") or request.META.get("HTTP_REFERER") or "/"
        hosts = {urlsplit(target).netloc, *settings.ALLOWED_HOSTS}
        if not url_has_allowed_host_and_scheme(target, allowed_hosts=hosts):
            target = "/"
        return target

    def post(self, request):
        code = request.POST.get("language", "")
        if check_for_language(code) and code in dict(settings.LANGUAGES):
            request.session[self.session_key] = code
        request.session["font"] = request.POST.get("font", "serif")  # expect: py/trust-boundary
        return HttpResponseRedirect(self.back_to())  # expect: py/open-redirect

# == Django book search: filter keys out of a table, extra, RawSQL and raw with parameters
from django.db.models.expressions import RawSQL
from django.http import JsonResponse
from django.views.decorators.http import require_GET

from library.models import Book

LOOKUPS = {"t": "title__icontains", "a": "author__name__iexact", "y": "year"}
ORDERS = {"new": "-year", "old": "year", "title": "title"}


@require_GET
def search(request):
    wanted = {LOOKUPS[key]: value for key, value in request.GET.items() if key in LOOKUPS}
    books = Book.objects.filter(**wanted)
    if longest := request.GET.get("longest"):
        books = books.extra(where=["char_length(title) <= %s"], params=[longest])
    books = books.annotate(
        rank=RawSQL("ts_rank(vector, plainto_tsquery(%s))", (request.GET.get("q", ""),))
    )
    order = ORDERS.get(request.GET.get("sort"), "title")
    return JsonResponse({"books": list(books.order_by(order).values("title", "rank"))})


@require_GET
def by_isbn(request):
    query = "SELECT id, title FROM library_book WHERE isbn = %s"
    return JsonResponse({"books": [b.title for b in Book.objects.raw(query, [request.GET.get("isbn")])]})

# == Django ledger: the column comes from POST and stands between double quotes, which keep nobody out
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import connection
from django.http import JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt


def quoted(identifier):
    return '"%s"' % identifier


@method_decorator(csrf_exempt, name="dispatch")  # expect: py/csrf-off
class LedgerView(LoginRequiredMixin, View):
    columns = "id, booked, amount, text"

    def rows(self, sql, *params):
        with connection.cursor() as cursor:
            cursor.execute(sql, params)  # expect: py/sql-injection
            names = [d[0] for d in cursor.description]
            return [dict(zip(names, row)) for row in cursor]

    def post(self, request, account):
        request.user.touched(account)
        column = request.POST.get("column", "booked")
        sql = f"SELECT {self.columns} FROM ledger WHERE account = %s ORDER BY {quoted(column)}"
        return JsonResponse({"rows": self.rows(sql, account)})

# == Django archive: int, uuid and slug converters make the path arguments harmless
# -- file: archive/urls.py
from django.urls import path

from . import views

urlpatterns = [
    path("year/<int:year>/", views.year, name="year"),
    path("item/<uuid:ident>/", views.item, name="item"),
    path("note/<slug:name>/", views.note, name="note"),
]
# -- file: archive/views.py
from pathlib import Path

from django.db import connection
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.utils.html import format_html

ITEMS = Path("/srv/archive/items")
NOTES = Path("/srv/archive/notes")


def year(request, year):
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, title FROM item WHERE year = %d ORDER BY title" % year)
        found = cursor.fetchall()
    return JsonResponse({"items": found, "asked": request.GET.get("q", "")})


def item(request, ident):
    path = ITEMS / f"{ident}.pdf"
    if not path.exists():
        raise Http404("no such item")
    return FileResponse(path.open("rb"), content_type="application/pdf")


def note(request, name):
    path = NOTES.joinpath(name).with_suffix(".txt")
    if not path.is_file():
        raise Http404("no such note")
    return HttpResponse(format_html("<h1>{}</h1><pre>{}</pre>", request.GET.get("title", name), path.read_text()))

# == Django guest book: a clean method which only strips, format_html misused, a nested quantifier
import re

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html


class GuestForm(forms.Form):
    name = forms.CharField(max_length=80)
    nickname = forms.CharField(max_length=400, required=False)

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean_nickname(self):
        nick = self.cleaned_data["nickname"]
        if nick and not re.match(r"^(\s*\w+\s*)+\Z", nick):  # expect: py/redos
            raise forms.ValidationError("letters and digits only")
        return nick


def sign(request):
    form = GuestForm(request.POST or None)
    if not form.is_valid():
        return render(request, "guests/form.html", {"form": form})
    name = form.cleaned_data["name"]
    if form.cleaned_data["nickname"]:
        return HttpResponse(format_html("<p>{} alias {}</p>", name, form.cleaned_data["nickname"]))
    return HttpResponse(format_html(f"<p>Thank you, <b>{name}</b></p>"))  # expect: py/xss

# == DRF catalogue upload: SAX with external general entities for one endpoint and without for the other
import xml.sax
from xml.sax.handler import ContentHandler, feature_external_ges

import defusedxml.sax
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView


class Titles(ContentHandler):
    def __init__(self):
        super().__init__()
        self.found, self._inside = [], False

    def startElement(self, name, attrs):
        self._inside = name == "title"

    def characters(self, content):
        if self._inside:
            self.found.append(content)


class CatalogueUpload(APIView):
    parser_classes = [MultiPartParser]
    permission_classes = [IsAuthenticated]

    def post(self, request):
        titles = Titles()
        reader = xml.sax.make_parser()
        reader.setFeature(feature_external_ges, True)
        reader.setContentHandler(titles)
        reader.parse(request.FILES["feed"])  # expect: py/xxe
        return Response({"titles": titles.found})


class CatalogueCheck(CatalogueUpload):
    def post(self, request):
        titles = Titles()
        defusedxml.sax.parse(request.FILES["feed"], titles)
        return Response({"count": len(titles.found)})

# == DRF network tools: address, choice and slug fields are validated before a command and a file name
import subprocess

from django.core.files.storage import default_storage
from django.utils.crypto import get_random_string
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from network.models import Device


class DeviceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Device
        fields = ["id", "address", "owner"]


class TraceSerializer(serializers.Serializer):
    address = serializers.IPAddressField(protocol="ipv4")
    mode = serializers.ChoiceField(choices=["icmp", "tcp"])


class UploadSerializer(serializers.Serializer):
    label = serializers.SlugField(max_length=30)
    plan = serializers.FileField(max_length=100)


class DeviceViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    queryset = Device.objects.all()
    serializer_class = DeviceSerializer

    @action(detail=False, methods=["post"], serializer_class=TraceSerializer)
    def trace(self, request):
        data = self.get_serializer(data=request.data)
        data.is_valid(raise_exception=True)
        command = ["traceroute", f"--{data.validated_data['mode']}", data.validated_data["address"]]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return Response({"hops": done.stdout.splitlines()})

    @action(detail=False, methods=["post"], serializer_class=UploadSerializer)
    def plan(self, request):
        data = self.get_serializer(data=request.data)
        data.is_valid(raise_exception=True)
        name = "plans/{}-{}.png".format(data.validated_data["label"], get_random_string(12))
        return Response({"stored": default_storage.save(name, data.validated_data["plan"])})

# == aiohttp image proxy: the address must begin with the CDN's name, which other names do too
import secrets

import aiohttp
from aiohttp import web

CDN = "https://images.shop.example"
LIMIT = 5 * 1024 * 1024


async def http_session(app):
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        app["session"] = session
        yield


async def proxy(request):
    url = request.query.get("url", "")
    if not url.startswith(CDN):
        raise web.HTTPForbidden(text="images of the shop only")
    session = request.app["session"]
    async with session.get(url, allow_redirects=False) as upstream:  # expect: py/ssrf
        payload = await upstream.content.read(LIMIT)
    return web.Response(body=payload, content_type="image/png")


async def logo(request):
    async with request.app["session"].get(f"{CDN}/logo.png") as upstream:
        answer = web.Response(body=await upstream.read(), content_type="image/png")
    answer.set_cookie("visitor_session", secrets.token_hex(16))  # expect: py/insecure-cookie
    return answer


app = web.Application()
app.cleanup_ctx.append(http_session)
app.router.add_get("/image", proxy)
app.router.add_get("/logo", logo)

# == aiohttp todo list over aiosqlite: the route admits digits only, values are bound, names sanitised for the log
import logging

import aiosqlite
from aiohttp import web

log = logging.getLogger("todo")
DB = "/var/lib/todo/todo.db"
routes = web.RouteTableDef()


def one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


@routes.get(r"/todo/{number:[0-9]+}")
async def show(request):
    number = int(request.match_info["number"])
    async with aiosqlite.connect(DB) as db:
        async with db.execute(f"SELECT title, done FROM todo WHERE id = {number}") as cursor:
            row = await cursor.fetchone()
    if row is None:
        raise web.HTTPNotFound()
    return web.json_response({"title": row[0], "done": bool(row[1])})


@routes.post("/todo")
async def add(request):
    payload = await request.json()
    title = payload["title"]
    async with aiosqlite.connect(DB) as db:
        cursor = await db.execute("INSERT INTO todo(title, done) VALUES (?, 0)", (title,))
        await db.commit()
    log.info("added %s", one_line(title))
    return web.json_response({"id": cursor.lastrowid}, status=201)


app = web.Application()
app.add_routes(routes)

# == Tornado manual pages: '../' is taken out once, the page's name is logged with its line ends
import logging
import os.path

import tornado.web

log = logging.getLogger(__name__)
ROOT = "/srv/manual"


class Manual(tornado.web.RequestHandler):
    def prepare(self):
        self.set_header("Content-Type", "text/plain; charset=utf-8")

    def get(self, page):
        log.warning("manual page %s requested", page)  # expect: py/log-injection
        clean = page.replace("../", "")
        with open(os.path.join(ROOT, clean)) as fh:  # expect: py/path-traversal
            self.finish(fh.read())


class Edition(Manual):
    def get(self, number):
        with open(os.path.join(ROOT, "editions", "%03d.txt" % int(number))) as fh:
            self.finish(fh.read())


app = tornado.web.Application(
    [
        (r"/manual/(.*)", Manual),
        (r"/edition/([0-9]+)", Edition),
        (r"/static/(.*)", tornado.web.StaticFileHandler, {"path": "/srv/static"}),
    ]
)

# == Tornado tag filter: as many placeholders as arguments, a column through a table, JSON from the body
import json
import sqlite3

import tornado.web


class Database:
    def __init__(self, path):
        self._conn = sqlite3.connect(path)

    def query(self, sql, values=()):
        return self._conn.execute(sql, values).fetchall()


class Tags(tornado.web.RequestHandler):
    SORTS = {"a": "name", "n": "uses"}

    def initialize(self, db):
        self.db = db

    def get(self):
        tags = self.get_query_arguments("tag") or ["all"]
        marks = ",".join("?" * len(tags))
        column = self.SORTS.get(self.get_query_argument("by", "a"), "name")
        sql = "SELECT name, uses FROM tag WHERE name IN (%s) ORDER BY %s" % (marks, column)
        self.write({"tags": self.db.query(sql, tags)})

    def post(self):
        wanted = json.loads(self.request.body)
        rows = self.db.query("SELECT uses FROM tag WHERE name = :name", {"name": wanted["name"]})
        self.set_header("Content-Type", "application/json")
        self.write(json.dumps({"asked": wanted["name"], "uses": rows}))


app = tornado.web.Application([(r"/tags", Tags, {"db": Database("/srv/data/tags.db")})])

# == Bottle preferences: a cookie with the query's value, one from a table, and an error page that repeats the path
from html import escape

from bottle import Bottle, redirect, request, response

app = Bottle()
THEMES = {"d": "dark", "l": "light"}
FLAGS = dict(path="/", secure=True, httponly=True, samesite="lax")


@app.get("/prefs/lang")
def language():
    lang = request.query.get("lang", "en")
    response.set_cookie("lang", lang, **FLAGS)  # expect: py/cookie-injection
    return {"ok": True}


@app.get("/prefs/theme")
def theme():
    chosen = THEMES.get(request.query.get("t"), "light")
    response.set_cookie("theme", chosen, **FLAGS)
    return redirect("/")


@app.error(404)
def missing(error):
    return f"<h1>Nothing at {request.path}</h1>"  # expect: py/xss


@app.error(403)
def forbidden(error):
    return f"<h1>No entrance to {escape(request.path)}</h1>"

# == Pyramid contact page: renderers for JSON and text, a redirect to a route, a mail by the message class
import os
import smtplib
import ssl
from email.message import EmailMessage

from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPFound
from pyramid.view import view_config


@view_config(route_name="echo", renderer="json")
def echo(request):
    return {"name": request.matchdict["name"], "markup": "<i>%s</i>" % request.GET.get("q", "")}


@view_config(route_name="plain", renderer="string")
def plain(request):
    return "You asked for %s" % request.params.get("q", "")


@view_config(route_name="contact", request_method="POST", require_csrf=True)
def contact(request):
    message = EmailMessage()
    message["From"] = "web@shop.example"
    message["To"] = "desk@shop.example"
    message["Subject"] = "".join(c for c in request.POST.get("subject", "") if c.isprintable())
    message.set_content(request.POST.get("text", ""))
    with smtplib.SMTP(os.environ["SMTP_HOST"], 587, timeout=10) as relay:
        relay.starttls(context=ssl.create_default_context())
        relay.send_message(message)
    return HTTPFound(request.route_url("echo", name="thanks"))


def main(global_config, **settings):
    with Configurator(settings=settings) as config:
        config.add_route("echo", "/echo/{name}")
        config.add_route("plain", "/plain")
        config.add_route("contact", "/contact")
        config.scan()
    return config.make_wsgi_app()

# == Pyramid price list: the name is escaped for XML text, which leaves the quotes of an XPath string alone
from xml.sax.saxutils import escape

from lxml import etree
from pyramid.httpexceptions import HTTPNotFound
from pyramid.view import view_config, view_defaults

TREE = etree.parse("/srv/data/prices.xml", etree.XMLParser(resolve_entities=False, no_network=True))


def quote(text):
    return "'" + escape(text.strip()) + "'"


@view_defaults(renderer="json")
class Prices:
    def __init__(self, request):
        self.request = request

    @view_config(route_name="price")
    def price(self):
        query = "//item[public='yes' and name=" + quote(self.request.params.get("name", "")) + "]/price"
        found = TREE.xpath(query)  # expect: py/xpath-injection
        if not found:
            raise HTTPNotFound()
        return {"price": found[0].text}

    @view_config(route_name="price_by_number")
    def by_number(self):
        number = int(self.request.matchdict["number"])
        found = TREE.xpath("//item[@number=%d]/price" % number)
        return {"price": found[0].text if found else None}

# == Falcon directory: search filter and distinguished name are each escaped in their own way
import os
import ssl

import falcon
from ldap3 import BASE, SUBTREE, Connection, Server, Tls
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

PEOPLE = "ou=people,dc=corp,dc=example"


def open_directory():
    tls = Tls(validate=ssl.CERT_REQUIRED, version=ssl.PROTOCOL_TLS_CLIENT)
    server = Server(os.environ["LDAP_HOST"], port=636, use_ssl=True, tls=tls)
    return Connection(server, auto_bind=True, read_only=True)


class Search:
    attributes = ("cn", "telephoneNumber")

    def on_get(self, req, resp):
        word = escape_filter_chars(req.get_param("q", required=True))
        with open_directory() as conn:
            conn.search(PEOPLE, f"(|(cn={word}*)(sn={word}*))", SUBTREE, attributes=self.attributes)
            resp.media = [entry.entry_attributes_as_dict for entry in conn.entries]


class Entry:
    def on_get(self, req, resp, uid):
        dn = "uid=%s,%s" % (escape_rdn(uid), PEOPLE)
        with open_directory() as conn:
            conn.search(dn, "(objectClass=person)", BASE, attributes=["cn"])
            resp.media = {"found": len(conn.entries) == 1}


app = falcon.App()
app.add_route("/people", Search())
app.add_route("/people/{uid}", Entry())

# == Sanic sign-in with motor: the body's JSON is the query, and a cookie is unpickled
import base64
import os
import pickle

from motor.motor_asyncio import AsyncIOMotorClient
from sanic import Sanic
from sanic.exceptions import NotFound, Unauthorized
from sanic.response import json

app = Sanic("accounts")


@app.before_server_start
async def connect(app, _):
    app.ctx.users = AsyncIOMotorClient(os.environ["MONGO_URL"]).site.users


@app.post("/invite/redeem")
async def redeem(request):
    wanted = request.json
    users = request.app.ctx.users
    user = await users.find_one({"email": wanted["email"], "invite": wanted["invite"]})  # expect: py/nosql-injection
    if user is None:
        raise Unauthorized("no such invitation")
    return json({"name": user["name"]})


@app.get("/basket")
async def basket(request):
    packed = request.cookies.get("basket")
    if not packed:
        return json({"lines": []})
    lines = pickle.loads(base64.urlsafe_b64decode(packed))  # expect: py/unsafe-deserialization
    return json({"lines": lines})


@app.get("/users/<number:int>")
async def by_number(request, number):
    user = await request.app.ctx.users.find_one({"number": number}, {"name": 1})
    if user is None:
        raise NotFound("no such user")
    return json({"name": user["name"]})

# == CherryPy table browser: psycopg composes identifiers and literals, answers are JSON
import os
from contextlib import closing

import cherrypy
import psycopg
from psycopg import sql


class Browser:
    def __init__(self, dsn):
        self.dsn = dsn

    def run(self, query, params=()):
        with closing(psycopg.connect(self.dsn)) as conn:
            return conn.execute(query, params).fetchall()

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def table(self, name="orders", order="id", limit="20", city=None):
        query = sql.SQL("SELECT * FROM {}.{} ").format(sql.Identifier("open"), sql.Identifier(name))
        if city is not None:
            query += sql.SQL("WHERE city = {} ").format(sql.Literal(city))
        query += sql.SQL("ORDER BY {} LIMIT %s").format(sql.Identifier(order))
        return self.run(query, (int(limit),))

    @cherrypy.expose
    @cherrypy.tools.json_out()
    @cherrypy.tools.json_in()
    def find(self):
        keys = [k for k in ("city", "zip") if k in cherrypy.request.json]
        where = " AND ".join(f"{k} = %({k})s" for k in keys) or "true"
        return self.run(f"SELECT id, name FROM open.shop WHERE {where}", cherrypy.request.json)


def mount():
    cherrypy.tree.mount(Browser(os.environ["DSN"]), "/browse")

# == Quart notes: the heading is formatted into the template's source, words become patterns and session keys
import os
import re

from quart import Quart, jsonify, render_template_string, request, session

app = Quart(__name__)
app.secret_key = os.environ["QUART_KEY"]
NOTES = ["buy milk", "call the bank", "write the report"]


@app.get("/notes/heading")
async def heading():
    title = request.args.get("title", "Notes")
    source = "<h1>{}</h1>{{{{ count }}}} notes".format(title)
    return await render_template_string(source, count=len(NOTES))  # expect: py/template-injection


@app.get("/notes/find")
async def find():
    word = request.args.get("word") or "."
    hits = [n for n in NOTES if re.search(word, n, re.IGNORECASE)]  # expect: py/regex-injection
    return jsonify(hits)


@app.post("/notes/pin")
async def pin():
    form = await request.form
    session["colour"] = "red" if form.get("colour") == "red" else "blue"
    session[form["slot"]] = True  # expect: py/trust-boundary
    return jsonify(pinned=True)

# == FastAPI greeting page by Jinja: select_autoescape, an explicitly escaped fragment, values as values
import os

from fastapi import Cookie, FastAPI, Form, Header
from fastapi.responses import HTMLResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup, escape

env = Environment(
    loader=FileSystemLoader(os.path.join(os.path.dirname(__file__), "templates")),
    autoescape=select_autoescape(["html", "xml"], default_for_string=True),
)
WELCOME = env.from_string("<p>Welcome {{ name }}{% if last %}, last seen as {{ last }}{% endif %}</p>")

app = FastAPI()


@app.post("/welcome", response_class=HTMLResponse)
async def welcome(name: str = Form(...), last: str | None = Cookie(None)):
    return HTMLResponse(WELCOME.render(name=name, last=last))


@app.get("/profile", response_class=HTMLResponse)
async def profile(title: str = "Me"):
    heading = Markup("<h1>%s</h1>") % title
    return HTMLResponse(env.get_template("profile.html").render(heading=heading))


@app.get("/agent")
async def agent(user_agent: str = Header("")):
    return PlainTextResponse("You are " + user_agent)


@app.get("/agent.html", response_class=HTMLResponse)
async def agent_page(user_agent: str = Header("")):
    return "<code>" + str(escape(user_agent)) + "</code>"

# == Pyramid with Mako: the lookup escapes by default, one template switches that off for one value
# -- file: guide/templates/place.mako
<h1>${name | n}</h1>
<p>${remark}</p>
# -- file: guide/templates/remark.mako
<p>${remark}</p>
# -- file: guide/rendering.py
from pathlib import Path

from mako.lookup import TemplateLookup

lookup = TemplateLookup(
    directories=[str(Path(__file__).parent / "templates")],
    default_filters=["h"],
    input_encoding="utf-8",
)
# -- file: guide/views.py
from pyramid.response import Response
from pyramid.view import view_config

from guide.rendering import lookup


@view_config(route_name="place")
def place(request):
    name = request.matchdict["name"]
    remark = request.params.get("remark", "")
    page = lookup.get_template("place.mako")
    return Response(page.render(name=name, remark=remark))  # missed: py/template-autoescape


@view_config(route_name="remark")
def remark(request):
    text = request.params.get("remark", "")
    return Response(lookup.get_template("remark.mako").render(remark=text))


@view_config(route_name="place_json", renderer="json")
def place_json(request):
    return {"name": request.matchdict["name"]}

# == Streamlit customer search: the text field goes into the query, the date and the radio button do not harm
import datetime
import os

import pandas as pd
import sqlalchemy as sa
import streamlit as st

engine = sa.create_engine(os.environ["CRM_DB"])


def customers(condition: str, **values) -> pd.DataFrame:
    return pd.read_sql(sa.text("SELECT name, city FROM customer WHERE " + condition), engine, params=values)  # expect: py/sql-injection


name = st.text_input("Name begins with")
since = st.date_input("Customer since", value=datetime.date(2020, 1, 1))
if name:
    st.dataframe(customers(f"name LIKE '{name}%'"))

kind = {"Firm": "f", "Person": "p"}[st.radio("Kind", ["Firm", "Person"])]
with engine.connect() as conn:
    total = conn.execute(
        sa.text(f"SELECT count(*) FROM customer WHERE kind = '{kind}' AND since >= :since AND city = :city"),
        {"since": since, "city": st.text_input("City")},
    ).scalar_one()
st.metric("Customers", total)
st.markdown("<hr>", unsafe_allow_html=True)

# == Dash measurements: the choice goes through a table, the upload is read in memory, text stays text
import base64
import io
import os
import re

import pandas as pd
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from sqlalchemy import create_engine, text

engine = create_engine(os.environ["LAB_DB"])
COLUMNS = {"Temperature": "temp_c", "Pressure": "press_hpa"}

app = Dash(__name__)
app.layout = html.Div(
    [
        dcc.Dropdown(list(COLUMNS), "Temperature", id="what"),
        dcc.Input(id="station"),
        dcc.Upload("Drop a CSV", id="upload"),
        html.Div(id="table"),
        html.Div(id="file"),
    ]
)


@app.callback(Output("table", "children"), Input("what", "value"), Input("station", "value"))
def table(what, station):
    if what not in COLUMNS:
        return no_update
    query = text(f"SELECT taken, {COLUMNS[what]} AS value FROM measure WHERE station = :s").bindparams(s=station)
    frame = pd.read_sql(query, engine)
    label = "by what" if ctx.triggered_id == "what" else "by station"
    return html.P([html.B(station or "all"), f" {len(frame)} rows, {label}"])


@app.callback(Output("file", "children"), Input("upload", "contents"), State("upload", "filename"))
def read(contents, filename):
    if not contents:
        return no_update
    _, encoded = contents.split(",", 1)
    frame = pd.read_csv(io.BytesIO(base64.b64decode(encoded)))
    odd = [c for c in frame.columns if re.search(re.escape(str(filename)), c)]
    return html.Div(f"{filename}: {len(frame)} rows, {len(odd)} odd columns")

# == Dash upload folder: the file's name comes from the browser, and archives are unpacked name by name
import base64
import io
import os
import zipfile

from dash import Dash, Input, Output, State, callback, dcc, html

FOLDER = "/srv/dash/uploads"

app = Dash(__name__)
app.layout = html.Div([dcc.Upload("Files here", id="drop", multiple=False), html.Ul(id="stored")])


def decode(contents):
    return base64.b64decode(contents.partition(",")[2])


def unpack(payload):
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or entry.filename.startswith("__MACOSX"):
                continue
            target = os.path.join(FOLDER, entry.filename)
            with open(target, "wb") as out:  # expect: py/zip-slip
                out.write(archive.read(entry))


@callback(
    Output("stored", "children"),
    Input("drop", "contents"),
    State("drop", "filename"),
    prevent_initial_call=True,
)
def store(contents, filename):
    payload = decode(contents)
    if filename.endswith(".zip"):
        unpack(payload)
    else:
        with open(os.path.join(FOLDER, filename), "wb") as out:  # expect: py/path-traversal
            out.write(payload)
    return [html.Li(name) for name in sorted(os.listdir(FOLDER))]

# == Gradio word counter and domain look-up: full match before an argument list, options ended by a double dash
import re
import subprocess

import gradio as gr

DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")


def whois(domain: str) -> str:
    domain = domain.strip().lower()
    if not DOMAIN.fullmatch(domain):
        raise gr.Error("not a domain")
    done = subprocess.run(["whois", "--", domain], capture_output=True, text=True, timeout=20)
    return done.stdout


def count(text: str, unit: str) -> str:
    option = {"words": "-w", "lines": "-l"}.get(unit, "-c")
    done = subprocess.run(["wc", option], input=text, capture_output=True, text=True, timeout=5)
    return f"{done.stdout.strip()} {unit}"


lookup = gr.Interface(whois, inputs="text", outputs="text", title="Whois")
counter = gr.Interface(
    fn=count,
    inputs=[gr.Textbox(lines=8), gr.Radio(["words", "lines", "letters"])],
    outputs=gr.Textbox(),
)
demo = gr.TabbedInterface([lookup, counter], ["Whois", "Count"])

if __name__ == "__main__":
    demo.launch(server_name="127.0.0.1")

# == AWS Lambda device API: path parameter in SQL text, a callback header fetched, the agent logged
import json
import logging
import os
import urllib.request

import psycopg

logger = logging.getLogger()
DSN = os.environ["DSN"]


def answer(body, status=200):
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


def handler(event, context):
    headers = event["headers"]
    logger.info("agent: " + headers.get("user-agent", "-"))  # expect: py/log-injection
    serial = event["pathParameters"]["serial"]
    match event["httpMethod"]:
        case "GET":
            with psycopg.connect(DSN) as conn:
                row = conn.execute(f"SELECT name, state FROM device WHERE serial = '{serial}'").fetchone()  # expect: py/sql-injection
            return answer({"device": row})
        case "PUT":
            state = json.loads(event["body"])["state"]
            with psycopg.connect(DSN) as conn:
                conn.execute("UPDATE device SET state = %s WHERE serial = %s", (state, serial))
            callback = headers.get("x-callback")
            if callback and callback.startswith("https://"):
                urllib.request.urlopen(callback, data=b"{}", timeout=3).close()  # expect: py/ssrf
            return answer({"state": state})
    return answer({"error": "method"}, 405)

# == WSGI application: parse_qs, escaped HTML, plain text and a fixed set of redirect targets
import json
from html import escape
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

PLACES = {"shop": "/shop/", "help": "/help/"}


def first(environ, key, default=""):
    return parse_qs(environ.get("QUERY_STRING", "")).get(key, [default])[0]


def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    name = first(environ, "name", "you")
    yield b"<h1>Hello "
    yield escape(name).encode()
    yield b"</h1>"


def jump(environ, start_response):
    start_response("303 See Other", [("Location", PLACES.get(first(environ, "to"), "/"))])
    return [b""]


def plain(environ, start_response):
    length = min(int(environ.get("CONTENT_LENGTH") or 0), 65536)
    body = json.loads(environ["wsgi.input"].read(length) or b"{}")
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [f"agent={environ.get('HTTP_USER_AGENT')} keys={sorted(body)}".encode()]


def application(environ, start_response):
    handlers = {"/hello": hello, "/jump": jump}
    return handlers.get(environ["PATH_INFO"], plain)(environ, start_response)


if __name__ == "__main__":
    make_server("127.0.0.1", 8090, application).serve_forever()

# == socketserver log counter: shlex.quote within double quotes of its own protects nothing
import shlex
import socketserver
import subprocess

LOG = "/var/log/app/app.log"


def run(line):
    done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=10)  # expect: py/command-injection
    return done.stdout


class Counter(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self):
        verb, _, rest = self.rfile.readline(1024).decode("utf-8", "replace").strip().partition(" ")
        method = getattr(self, "do_" + verb, None) if verb in ("count", "tail") else None
        self.wfile.write((method(rest) if method else "unknown\n").encode())

    def do_count(self, word):
        return run('grep -c "%s" %s' % (shlex.quote(word), LOG))

    def do_tail(self, lines):
        number = min(int(lines or 10), 100)
        done = subprocess.run(["tail", "-n", str(number), LOG], capture_output=True, text=True, timeout=10)
        return done.stdout


if __name__ == "__main__":
    socketserver.TCPServer(("127.0.0.1", 7070), Counter).serve_forever()

# == CGI contact form: the message is one formatted string, the thank-you page repeats the sender
import cgi
import os
import smtplib
import ssl
import sys
from string import Template

MAIL = Template("From: form@club.example\nTo: $to\nReply-To: $sender\nSubject: Contact\n\n$text\n")
HEAD = "Content-Type: text/html; charset=utf-8\n"


def deliver(message):
    relay = smtplib.SMTP_SSL(os.environ["SMTP_HOST"], timeout=10, context=ssl.create_default_context())
    try:
        relay.sendmail("form@club.example", ["board@club.example"], message)  # missed: py/email-injection
    finally:
        relay.quit()


def main():
    form = cgi.FieldStorage()
    sender = form.getfirst("sender", "")
    text = form.getfirst("text", "")
    if "@" not in sender:
        sys.stdout.write(HEAD + "\n<p>Please give an address.</p>")
        return
    deliver(MAIL.substitute(to="board@club.example", sender=sender, text=text))
    print(HEAD)
    print("<p>Thank you, %s, we shall answer.</p>" % sender)  # expect: py/xss
    print("<p>Your text had %d characters.</p>" % len(text))


if __name__ == "__main__":
    main()

# == Ariadne resolvers: bound text, ORM expressions and a sort column taken from a table of columns
import os

from ariadne import MutationType, QueryType, gql, make_executable_schema
from sqlalchemy import bindparam, create_engine, select, text
from sqlalchemy.orm import Session

from shop.models import Product

engine = create_engine(os.environ["SHOP_DB"])
query, mutation = QueryType(), MutationType()

TYPES = gql(
    """
    type Product { id: Int name: String }
    type Query { products(name: String!, sort: String, desc: Boolean): [Product] total(city: String!): Int }
    type Mutation { rename(id: Int!, name: String!): Boolean }
    """
)
SORTS = {"name": Product.name, "price": Product.price}
TOTAL = text("SELECT count(*) FROM orders WHERE city = :city").bindparams(bindparam("city"))


@query.field("products")
def resolve_products(_, info, name, sort="name", desc=False):
    column = SORTS.get(sort, Product.name)
    statement = select(Product).where(Product.name.like(f"%{name}%"))
    statement = statement.order_by(column.desc() if desc else column.asc())
    with Session(engine) as session:
        return [{"id": p.id, "name": p.name} for p in session.scalars(statement)]


@query.field("total")
def resolve_total(*_, city):
    with engine.connect() as conn:
        return conn.execute(TOTAL, {"city": city}).scalar_one()


@mutation.field("rename")
def resolve_rename(_, info, id, name):
    with Session(engine) as session, session.begin():
        return session.query(Product).filter(Product.id == id).update({"name": name}) == 1


schema = make_executable_schema(TYPES, query, mutation)

# == flask-restx catalogue over pymongo: reqparse with types and choices, values made strings, log line in repr
import logging
import os

from flask import Flask
from flask_restx import Api, Resource, inputs, reqparse
from pymongo import ASCENDING, DESCENDING, MongoClient

app = Flask(__name__)
api = Api(app)
log = app.logger
log.setLevel(logging.INFO)
films = MongoClient(os.environ["MONGO_URL"]).media.films

listing = reqparse.RequestParser()
listing.add_argument("sort", choices=("title", "year"), default="title", location="args")
listing.add_argument("page", type=int, default=1, location="args")
listing.add_argument("desc", type=inputs.boolean, default=False, location="args")
listing.add_argument("director", type=str, location="args")

lookup = api.parser()
lookup.add_argument("ident", type=inputs.regex(r"^[0-9a-f]{24}$"), required=True, location="json")
lookup.add_argument("title", type=str, location="json")


@api.route("/films")
class Films(Resource):
    @api.expect(listing)
    def get(self):
        args = listing.parse_args()
        query = {"director": args["director"]} if args["director"] else {}
        log.info("films by %r", args["director"])
        direction = DESCENDING if args["desc"] else ASCENDING
        found = films.find(query, {"_id": 0}).sort(args["sort"], direction)
        return {"films": list(found.skip(20 * (args["page"] - 1)).limit(20))}

    @api.expect(lookup)
    def post(self):
        args = lookup.parse_args(strict=True)
        film = films.find_one({"ident": str(args.ident), "title": str(args.title)}, {"_id": 0})
        return (film, 200) if film else ({"asked": args.title}, 404)

# == Flask counters in Redis: the key is formatted into the Lua script, the token is read without its signature
import os

import jwt
import redis
from flask import Flask, jsonify, request

app = Flask(__name__)
r = redis.Redis.from_url(os.environ["REDIS_URL"])

BUMP = r.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1])")


def current_user():
    token = request.headers.get("Authorization", "")[7:]
    options = {"verify_signature": False, "verify_exp": True}
    return jwt.decode(token, algorithms=["HS256"], options=options)["sub"]  # expect: py/jwt-not-verified


@app.get("/counter/<name>")
def show(name):
    script = "local v = redis.call('GET', 'counter:%s') return v or '0'" % name
    return jsonify(value=int(r.eval(script, 0)))  # expect: py/code-injection


@app.post("/counter/<name>")
def bump(name):
    step = request.get_json().get("step", 1)
    return jsonify(value=BUMP(keys=["counter:" + name], args=[int(step)]), by=current_user())

# == Flask preview service: exact host names, https, no redirects, or an identifier in a fixed address
import re
from urllib.parse import quote, urlsplit

import requests
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
HOSTS = {"blog.shop.example", "press.shop.example"}
API = "https://api.shop.example/v2/products/"


def checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname not in HOSTS or parts.port not in (None, 443):
        abort(400)
    return f"https://{parts.hostname}{quote(parts.path)}"


@app.get("/preview")
def preview():
    page = requests.get(checked(request.args["url"]), timeout=(2, 5), allow_redirects=False)
    found = re.search(r"<title>([^<]{0,200})</title>", page.text)
    return jsonify(title=found.group(1) if found else None)


@app.get("/product/<int:number>")
def product(number):
    with requests.Session() as session:
        answer = session.get(f"{API}{number}", timeout=5, params={"lang": request.args.get("lang", "en")})
    return jsonify(answer.json())

# == Flask operations desk: fabric, pexpect and os.execvp with words of the request, and fixed commands beside
import os

import pexpect
from fabric import Connection
from flask import Flask, jsonify, request

app = Flask(__name__)


def deployer():
    return Connection("deploy@app1.internal.example", connect_timeout=10)


@app.post("/deploy")
def deploy():
    branch = request.get_json()["branch"].strip()
    with deployer() as c:
        c.run("cd /srv/app && git pull --ff-only", hide=True)
        done = c.run(f"cd /srv/app && git checkout {branch}", hide=True)  # expect: py/command-injection
    return jsonify(ok=done.ok)


@app.post("/backup")
def backup():
    target = request.form["target"]
    child = pexpect.spawn("/bin/sh", ["-c", "rsync -a /srv/app/ backup::" + target], timeout=60)  # expect: py/command-injection
    child.expect(pexpect.EOF)
    return jsonify(output=child.before.decode("utf-8", "replace"))


@app.post("/worker")
def worker():
    tools = {"index": "/usr/bin/reindex", "clean": "/usr/bin/sweep"}
    program = tools[request.form["job"]]
    pid = os.fork()
    if pid == 0:
        os.execvp(program, [program, "--quiet"])
    return jsonify(pid=pid)

# == Flask archive intake: tarfile with the data filter, zip members checked one by one after resolving
import tarfile
import uuid
import zipfile
from pathlib import Path

from flask import Flask, abort, jsonify, request

app = Flask(__name__)
INBOX = Path("/srv/inbox").resolve()


def fresh() -> Path:
    place = INBOX / uuid.uuid4().hex
    place.mkdir(parents=True, mode=0o750)
    return place


def safe_members(archive: zipfile.ZipFile, root: Path):
    for info in archive.infolist():
        target = (root / info.filename).resolve()
        if not target.is_relative_to(root):
            abort(400, "bad name in archive")
        if not info.is_dir():
            yield info, target


@app.post("/inbox/tar")
def take_tar():
    place = fresh()
    with tarfile.open(fileobj=request.files["archive"].stream, mode="r:gz") as tar:
        tar.extractall(place, filter="data")
    return jsonify(id=place.name)


@app.post("/inbox/zip")
def take_zip():
    place, written = fresh(), 0
    with zipfile.ZipFile(request.files["archive"]) as archive:
        for info, target in safe_members(archive, place):
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, target.open("wb") as out:
                written += out.write(source.read())
    return jsonify(id=place.name, bytes=written)
