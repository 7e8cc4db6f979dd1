# == Account service with FastAPI, Motor and python-jose
# -- file: accounts/config.py
import os

SIGNING_KEY = os.environ["ACCOUNTS_SIGNING_KEY"]
KEYS = {"2024": SIGNING_KEY, "2023": os.environ.get("ACCOUNTS_OLD_KEY", SIGNING_KEY)}
MONGO_URL = os.environ["ACCOUNTS_MONGO"]
SMTP_HOST = os.environ.get("ACCOUNTS_SMTP", "smtp.example.com")
SENDER = "accounts@example.com"
# -- file: accounts/schemas.py
from typing import Literal

from pydantic import BaseModel, EmailStr, Field


class Login(BaseModel):
    email: EmailStr
    password: str = Field(min_length=8)


class ResetWish(BaseModel):
    email: EmailStr
    way: Literal["mail", "link"] = "mail"


class Contact(BaseModel):
    subject: str
    text: str
# -- file: accounts/store.py
from motor.motor_asyncio import AsyncIOMotorClient

from accounts.config import MONGO_URL


class UserStore:
    def __init__(self):
        self._users = AsyncIOMotorClient(MONGO_URL).accounts.users

    async def by_email(self, email: str):
        return await self._users.find_one({"email": email})

    async def by_device(self, device, pin):
        return await self._users.find_one({"device": device, "pin": pin})  # expect: py/nosql-injection

    async def by_kiosk(self, number, pin):
        return await self._users.find_one({"kiosk": int(number), "pin": str(pin)})

    async def remember_code(self, email: str, code: str):
        await self._users.update_one({"email": email}, {"$set": {"code": code}})


def user_store() -> UserStore:
    return UserStore()
# -- file: accounts/tokens.py
import random
import secrets
from datetime import datetime, timedelta, timezone

from fastapi import HTTPException
from jose import JWTError, jwt

from accounts.config import KEYS, SIGNING_KEY


def _later(**kw):
    return datetime.now(timezone.utc) + timedelta(**kw)


def access_token(user):
    return jwt.encode({"sub": str(user["_id"]), "exp": _later(minutes=15)}, SIGNING_KEY, algorithm="HS256")


def device_token(user):
    claims = {"sub": str(user["_id"]), "kind": "device"}
    return jwt.encode(claims, SIGNING_KEY, algorithm="HS256")  # expect: py/jwt-no-expiry


def subject(token):
    kid = jwt.get_unverified_header(token).get("kid", "2024")
    try:
        return jwt.decode(token, KEYS[kid], algorithms=["HS256"])["sub"]
    except (JWTError, KeyError) as exc:
        raise HTTPException(401) from exc


def subject_fast(token):
    claims = jwt.get_unverified_claims(token)  # expect: py/jwt-not-verified
    return claims["sub"]


def reset_code():
    return str(random.randint(100000, 999999))  # expect: py/weak-random


def reset_link():
    return "https://accounts.example.com/reset#" + secrets.token_urlsafe(32)


def jitter():
    return random.uniform(0.05, 0.25)
# -- file: accounts/mailer.py
import smtplib
import ssl
from email.message import EmailMessage

from accounts.config import SENDER, SMTP_HOST


def _connect():
    return smtplib.SMTP_SSL(SMTP_HOST, 465, timeout=10, context=ssl.create_default_context())


def to_support(subject, text):
    lines = ["From: " + SENDER, "To: support@example.com", "Subject: [web] " + subject, "", text]
    with _connect() as smtp:
        smtp.sendmail(SENDER, ["support@example.com"], "\r\n".join(lines).encode())  # expect: py/email-injection


def to_user(address, text):
    msg = EmailMessage()
    msg["From"] = SENDER
    msg["To"] = address
    msg["Subject"] = "Your account"
    msg.set_content(text)
    with _connect() as smtp:
        smtp.send_message(msg)
# -- file: accounts/routes.py
import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Body, Depends, Header, HTTPException
from passlib.hash import argon2

from accounts import mailer, tokens
from accounts.schemas import Contact, Login, ResetWish
from accounts.store import UserStore, user_store

router = APIRouter(prefix="/accounts")
Store = Annotated[UserStore, Depends(user_store)]


@router.post("/login")
async def login(data: Login, store: Store):
    user = await store.by_email(data.email)
    await asyncio.sleep(tokens.jitter())
    if not user or not argon2.verify(data.password, user["hash"]):
        raise HTTPException(401, "wrong e-mail address or password")
    return {"token": tokens.access_token(user)}


@router.post("/login/device")
async def login_device(body: Annotated[dict[str, Any], Body()], store: Store):
    user = await store.by_device(body.get("device"), body.get("pin"))
    if not user:
        raise HTTPException(401)
    return {"token": tokens.device_token(user)}


@router.post("/login/kiosk")
async def login_kiosk(body: Annotated[dict[str, Any], Body()], store: Store):
    try:
        user = await store.by_kiosk(body["number"], body["pin"])
    except (KeyError, TypeError, ValueError) as exc:
        raise HTTPException(422) from exc
    if not user:
        raise HTTPException(401)
    return {"token": tokens.access_token(user)}


@router.post("/reset", status_code=202)
async def reset(wish: ResetWish, store: Store, later: BackgroundTasks):
    if wish.way == "link":
        text = code = tokens.reset_link()
    else:
        code = tokens.reset_code()
        text = "Your code is " + code
    await store.remember_code(wish.email, code)
    later.add_task(mailer.to_user, wish.email, text)
    return {}


@router.post("/contact", status_code=202)
async def contact(data: Contact, later: BackgroundTasks):
    later.add_task(mailer.to_support, data.subject, data.text)
    return {}


@router.get("/me")
async def me(x_token: Annotated[str, Header()], quick: bool = False):
    return {"sub": tokens.subject_fast(x_token) if quick else tokens.subject(x_token)}
# -- file: accounts/main.py
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from accounts.routes import router

app = FastAPI(docs_url=None)
app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://www.example.com"],
    allow_credentials=True,
    allow_methods=["*"],
)
app.include_router(router)
# == Customer records on Flask-SQLAlchemy with letters and an import
# -- file: crm/__init__.py
import os

from flask import Flask

from crm.extensions import db
from crm.views import crm


def create_app(**settings):
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=os.environ["CRM_SECRET"],
        SQLALCHEMY_DATABASE_URI=os.environ["CRM_DATABASE"],
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.config.update(settings)
    db.init_app(app)
    app.register_blueprint(crm, url_prefix="/crm")
    return app
# -- file: crm/extensions.py
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
# -- file: crm/models.py
from datetime import date

from crm.extensions import db


class Customer(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(120), nullable=False)
    city = db.Column(db.String(80))
    email = db.Column(db.String(200))
    since = db.Column(db.Date, default=date.today)

    SORTABLE = {"name": name, "city": city, "since": since}

    def as_dict(self):
        return {"id": self.id, "name": self.name, "city": self.city}
# -- file: crm/repository.py
from sqlalchemy import bindparam, text

from crm.extensions import db
from crm.models import Customer


class CustomerRepository:
    def listed(self, sort, way):
        query = Customer.query
        if sort:
            column = Customer.SORTABLE.get(sort, Customer.name)
            query = query.order_by(column.desc() if way == "desc" else column)
        return query.limit(200).all()

    def listed_by_expression(self, expression):
        return Customer.query.order_by(text(expression)).limit(200).all()  # expect: py/sql-injection

    def in_cities(self, cities):
        stmt = text("SELECT id, name FROM customer WHERE city IN :cities")
        stmt = stmt.bindparams(bindparam("cities", expanding=True))
        return db.session.execute(stmt, {"cities": cities}).all()

    def counted(self, kind):
        unit = {"y": "year", "m": "month"}.get(kind, "year")
        return db.session.execute(text(f"SELECT date_trunc('{unit}', since), count(*) FROM customer GROUP BY 1")).all()

    def add_all(self, names):
        db.session.add_all(Customer(name=n) for n in names)
        db.session.commit()
# -- file: crm/letters.py
import hashlib
import hmac

from flask import current_app
from jinja2 import Environment
from jinja2.sandbox import SandboxedEnvironment

GREETING = "<p>Dear {{ customer.name }},</p>{{ text }}"
plain = Environment(autoescape=False)  # expect: py/autoescape-off
rich = Environment(autoescape=True)
caged = SandboxedEnvironment(autoescape=True)


def birthday(customer):
    return plain.from_string(GREETING).render(customer=customer, text="Many happy returns!")


def greeting(customer, text):
    return rich.from_string(GREETING).render(customer=customer, text=text)


def draft(source, customer):
    return rich.from_string(source).render(customer=customer)  # expect: py/template-injection


def draft_caged(source, customer):
    return caged.from_string(source).render(name=customer.name)


def opt_out_mark(customer_id):
    seed = "%s|%d" % (current_app.config["SECRET_KEY"], customer_id)
    return hashlib.md5(seed.encode()).hexdigest()  # expect: py/weak-hash


def opt_in_mark(customer_id):
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, b"in|%d" % customer_id, hashlib.sha256).hexdigest()


def etag(body):
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
# -- file: crm/importer.py
import csv
import io
import xml.sax
import xml.sax.handler


class NameCollector(xml.sax.handler.ContentHandler):
    def __init__(self):
        super().__init__()
        self.names, self._text = [], None

    def startElement(self, tag, attrs):
        self._text = [] if tag == "name" else self._text

    def characters(self, content):
        if self._text is not None:
            self._text.append(content)

    def endElement(self, tag):
        if tag == "name":
            self.names.append("".join(self._text))
            self._text = None


def from_xml(stream):
    handler = NameCollector()
    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_external_ges, True)
    reader.setContentHandler(handler)
    reader.parse(stream)  # expect: py/xxe
    return handler.names


def from_csv(stream):
    rows = csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8"))
    return [row["name"] for row in rows]
# -- file: crm/views.py
from flask import Blueprint, Response, abort, jsonify, make_response, render_template_string, request, session

from crm import importer, letters
from crm.models import Customer
from crm.repository import CustomerRepository

crm = Blueprint("crm", __name__)
customers = CustomerRepository()
DENSITIES = ("wide", "tight")
PAGE = "<title>{{ heading }}</title>{% for c in rows %}<p>{{ c.name }}, {{ c.city }}</p>{% endfor %}"


@crm.before_request
def signed_in_only():
    if "user_id" not in session:
        abort(401)


@crm.get("/")
def listing():
    if "expr" in request.args:
        rows = customers.listed_by_expression(request.args["expr"])
    else:
        rows = customers.listed(request.args.get("sort"), request.args.get("way"))
    body = render_template_string(PAGE, heading=request.args.get("heading", "Customers"), rows=rows)
    answer = make_response(body)
    answer.set_etag(letters.etag(body))
    return answer


@crm.get("/cities")
def cities():
    return jsonify([list(r) for r in customers.in_cities(request.args.getlist("city"))])


@crm.get("/growth")
def growth():
    return jsonify([[str(a), b] for a, b in customers.counted(request.args.get("by"))])


@crm.post("/<int:number>/letter")
def letter(number):
    customer = Customer.query.get_or_404(number)
    kind = request.form.get("kind", "text")
    source = request.form.get("text", "")
    if kind == "birthday":
        done = letters.birthday(customer)
    elif kind == "draft":
        done = letters.draft(source, customer)
    elif kind == "caged":
        done = letters.draft_caged(source, customer)
    else:
        done = letters.greeting(customer, source)
    return jsonify(letter=done, out=letters.opt_out_mark(number), again=letters.opt_in_mark(number))


@crm.post("/import")
def bring_in():
    upload = request.files["customers"]
    read = importer.from_xml if upload.mimetype == "application/xml" else importer.from_csv
    names = read(upload.stream)
    customers.add_all(names)
    return Response("\n".join(names), mimetype="text/plain")


@crm.post("/look")
def look():
    answer = make_response("", 204)
    density = request.form.get("density", "")
    flags = {"secure": True, "httponly": True, "samesite": "Lax"}
    if density in DENSITIES:
        answer.set_cookie("density", density, **flags)
    answer.set_cookie("columns", request.form.get("columns", ""), **flags)  # expect: py/cookie-injection
    return answer
# == Small content system on Django with template filters and a restore command
# -- file: cms/settings.py
import os

SECRET_KEY = os.environ["CMS_SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["www.example.org"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.sessions", "django.contrib.messages", "pages"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pages.middleware.PreviewMiddleware",
]
ROOT_URLCONF = "cms.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_SECURE = False  # expect: py/insecure-cookie
SESSION_COOKIE_HTTPONLY = True
MEDIA_ROOT = os.environ.get("CMS_MEDIA", "/srv/cms/media")
# -- file: cms/urls.py
from django.urls import path

from pages import views

urlpatterns = [
    path("", views.front),
    path("p/<slug:slug>/", views.PageView.as_view(), name="page"),
    path("search/", views.SearchView.as_view(), name="search"),
    path("file/", views.media),
    path("file/<int:number>/", views.media_by_number),
    path("language/", views.language),
    path("oops/", views.oops),
]
# -- file: pages/models.py
from django.db import connection, models


class PageQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state="public")

    def about(self, words):
        return self.extra(where=["body ILIKE %s"], params=["%" + words + "%"])


class Page(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    body = models.TextField()
    year = models.IntegerField(default=2024)
    state = models.CharField(max_length=10, default="draft")

    objects = PageQuerySet.as_manager()

    @classmethod
    def in_year(cls, year, state):
        with connection.cursor() as cur:
            cur.execute("SELECT slug FROM pages_page WHERE year = %s AND state = '%s'" % ("%s", state), [year])  # expect: py/sql-injection
            return [row[0] for row in cur]


class Attachment(models.Model):
    path = models.CharField(max_length=255)
# -- file: pages/templatetags/pages_extra.py
import bleach
from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

register = template.Library()
TAGS = ["p", "b", "i", "ul", "li"]


@register.filter
def boxed(value):
    return mark_safe("<div class='box'>%s</div>" % value)  # expect: py/raw-markup


@register.filter
def bulleted(lines):
    return mark_safe("".join("<li>%s</li>" % conditional_escape(x) for x in lines))


@register.filter
def tidy(value):
    return mark_safe(bleach.clean(value, tags=TAGS, attributes={}))


@register.simple_tag
def mail_link(address):
    return format_html('<a href="mailto:{0}">{0}</a>', address)
# -- file: pages/middleware.py
from django.http import HttpResponseForbidden


class PreviewMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        wanted = request.GET.get("preview")
        if wanted and not request.user.is_staff:
            return HttpResponseForbidden("<p>No preview of " + wanted + " for you.</p>")  # expect: py/xss
        if wanted and not wanted.isdigit():
            return HttpResponseForbidden("<p>Previews have numbers.</p>")
        return self.get_response(request)
# -- file: pages/views.py
import logging
import os

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.html import strip_tags
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import DetailView, TemplateView

from .models import Attachment, Page

log = logging.getLogger(__name__)


def front(request):
    year = request.GET.get("year", "")
    slugs = Page.in_year(int(year), request.GET.get("state", "public")) if year.isdigit() else []
    log.info("front page for year %d", int(year) if year.isdigit() else 0)
    return render(request, "pages/front.html", {"slugs": slugs})


class PageView(DetailView):
    model = Page
    template_name = "pages/page.html"

    def get_queryset(self):
        return super().get_queryset().published()


class SearchView(TemplateView):
    template_name = "pages/search.html"

    def get_context_data(self, **kwargs):
        q = self.request.GET.get("q", "")
        found = Page.objects.published().about(q)
        return super().get_context_data(q=q, found=found, hint=self.request.GET.get("hint", ""), **kwargs)  # expect: py/template-autoescape


def media(request):
    name = os.path.normpath(request.GET.get("name", ""))
    if name.startswith("/"):
        raise Http404
    return FileResponse(open(os.path.join(settings.MEDIA_ROOT, name), "rb"))  # expect: py/path-traversal


def media_by_number(request, number):
    found = get_object_or_404(Attachment, pk=number)
    return FileResponse(open(os.path.join(settings.MEDIA_ROOT, found.path), "rb"))


def language(request):
    target = request.GET.get("back", "/")
    if url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return HttpResponseRedirect(target)
    return HttpResponseRedirect("/")


def oops(request):
    what = strip_tags(request.GET.get("what", ""))
    return HttpResponse("Something went wrong: " + what, content_type="text/plain", status=500)
# -- file: pages/templates/pages/search.html
{% load pages_extra %}
<h1>Search for {{ q }}</h1>
<aside>{{ hint|safe }}</aside>
<form><input name="q" value="{{ q }}"></form>
{% for p in found %}<article><h2>{{ p.title }}</h2>{{ p.body|tidy }}</article>{% endfor %}
# -- file: pages/management/commands/restore_media.py
import tarfile

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("archive")
        parser.add_argument("--careful", action="store_true")

    def handle(self, *args, archive, careful, **options):
        with tarfile.open(archive) as tar:
            if careful:
                tar.extractall(settings.MEDIA_ROOT, filter="data")
            else:
                tar.extractall(settings.MEDIA_ROOT)  # expect: py/unchecked-extract
# == Admin console of a games studio on Tornado with a websocket
# -- file: console/db.py
import os

import pymysql
import pymysql.cursors


def connect():
    return pymysql.connect(
        host=os.environ["GAME_DB_HOST"],
        user="console",
        password=os.environ["GAME_DB_PASSWORD"],
        database="game",
        cursorclass=pymysql.cursors.DictCursor,
        ssl={"ca": "/etc/ssl/game-ca.pem"},
    )


def rows(sql, params=()):
    conn = connect()
    try:
        with conn.cursor() as cur:
            cur.execute(sql, params)  # expect: py/sql-injection
            return cur.fetchall()
    finally:
        conn.close()
# -- file: console/players.py
from .db import rows

RANKS = ("level", "gold", "last_seen")


class PlayerDao:
    fields = "id, nick, level, gold"

    def by_nick(self, nick):
        return rows("SELECT " + self.fields + " FROM players WHERE nick = '" + nick + "'")

    def by_guild(self, guild):
        return rows("SELECT " + self.fields + " FROM players WHERE guild = %s", (guild,))

    def top(self, column, count):
        if column not in RANKS:
            raise ValueError("unknown column")
        return rows("SELECT %s FROM players ORDER BY %s DESC LIMIT %d" % (self.fields, column, count))
# -- file: console/commands.py
import ast
import operator

_OPS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def calc(text):
    def walk(node):
        match node:
            case ast.Expression(body=inner):
                return walk(inner)
            case ast.Constant(value=int() | float()):
                return node.value
            case ast.BinOp(left=a, op=op, right=b) if type(op) in _OPS:
                return _OPS[type(op)](walk(a), walk(b))
        raise ValueError("not a sum")

    return walk(ast.parse(text, mode="eval"))


def script(world, source):
    space = {"world": world, "out": []}
    exec(compile(source, "<console>", "exec"), space)  # expect: py/code-injection
    return [str(x) for x in space["out"]]


def who(world, _text):
    return sorted(world.get("online", ()))


NAMED = {"who": who, "count": lambda world, _text: len(world.get("online", ()))}
# -- file: console/handlers.py
import hmac
import json
import os

import tornado.template
import tornado.web
import tornado.websocket

from . import commands
from .players import PlayerDao

WORLD = {"online": set()}
MOTD = tornado.template.Template("<p>{{ text }}</p>")


class Base(tornado.web.RequestHandler):
    players = PlayerDao()

    def get_current_user(self):
        who = self.get_signed_cookie("console")
        return who.decode() if who else None

    def let_in(self, role):
        self.set_signed_cookie("console", role, expires_days=1, secure=True, httponly=True, samesite="Strict")


class SignIn(Base):
    def post(self):
        given = self.get_body_argument("password", "")
        if hmac.compare_digest(given.encode(), os.environ["CONSOLE_PASSWORD"].encode()):
            self.let_in("operator")
        elif self.get_body_argument("master", "") == "op3nS3same!":  # missed: py/literal-password-check
            self.let_in("owner")
        else:
            raise tornado.web.HTTPError(403)
        wanted = self.get_query_argument("next", "/players")
        self.redirect(wanted)  # expect: py/open-redirect


class SignOut(Base):
    def post(self):
        self.clear_cookie("console")
        wanted = self.get_query_argument("next", "")
        self.redirect(wanted if wanted in ("/sign-in", "/players") else "/sign-in")


class Players(Base):
    @tornado.web.authenticated
    def get(self):
        if nick := self.get_query_argument("nick", None):
            found = self.players.by_nick(nick)
        elif guild := self.get_query_argument("guild", None):
            found = self.players.by_guild(guild)
        else:
            try:
                found = self.players.top(self.get_query_argument("by", "level"), 20)
            except ValueError:
                raise tornado.web.HTTPError(400) from None
        self.write({"players": found})


class Message(Base):
    @tornado.web.authenticated
    def post(self):
        text = self.get_body_argument("text")
        if self.get_body_argument("fancy", "no") == "yes":
            page = tornado.template.Template("<p>" + text + "</p>").generate(online=len(WORLD["online"]))  # expect: py/template-injection
        else:
            page = MOTD.generate(text=text)
        with open("motd.html", "wb") as out:
            out.write(page)
        self.write({"saved": len(page)})


class Console(tornado.websocket.WebSocketHandler):
    def get_current_user(self):
        return self.get_signed_cookie("console")

    def open(self):
        if not self.current_user:
            self.close(4001, "sign in")

    def on_message(self, message):
        ask = json.loads(message)
        kind, text = ask.get("kind"), ask.get("text", "")
        if kind == "calc":
            try:
                answer = commands.calc(text)
            except (SyntaxError, ValueError, ZeroDivisionError):
                answer = None
        elif kind == "script":
            answer = commands.script(WORLD, text)
        else:
            action = commands.NAMED.get(kind)
            answer = action(WORLD, text) if action else None
        self.write_message(json.dumps({"kind": kind, "answer": answer}))
# -- file: console/server.py
import os

import tornado.ioloop
import tornado.web

from .handlers import Console, Message, Players, SignIn, SignOut

SETTINGS = {
    "cookie_secret": "kJ3+9dQvYx81mZrTgL0pWc",  # expect: py/hardcoded-key
    "xsrf_cookies": True,
    "login_url": "/sign-in",
    "template_path": os.path.join(os.path.dirname(__file__), "templates"),
}


def main():
    app = tornado.web.Application(
        [(r"/sign-in", SignIn), (r"/sign-out", SignOut), (r"/players", Players), (r"/message", Message), (r"/console", Console)],
        debug=bool(os.environ.get("CONSOLE_DEBUG")),
        **SETTINGS,
    )
    app.listen(int(os.environ.get("PORT", "9000")), address="127.0.0.1")
    tornado.ioloop.IOLoop.current().start()


if __name__ == "__main__":
    main()
# == Sales dashboard in Streamlit with its own formulas and uploads
# -- file: dashboard/data.py
import os
import sqlite3

import pandas as pd

DATABASE = os.environ.get("SALES_DB", "sales.db")


def connect():
    return sqlite3.connect(DATABASE, check_same_thread=False)


def regions():
    with connect() as conn:
        return pd.read_sql_query("SELECT DISTINCT region FROM sales", conn)["region"].tolist()


def by_customer(pattern):
    query = f"SELECT day, customer, amount FROM sales WHERE customer LIKE '{pattern}'"
    with connect() as conn:
        return pd.read_sql_query(query, conn)  # expect: py/sql-injection


def by_region(region, minimum):
    query = "SELECT day, customer, amount FROM sales WHERE region = ? AND amount >= ?"
    with connect() as conn:
        return pd.read_sql_query(query, conn, params=(region, minimum))


def totals(column, top):
    query = "SELECT %s AS label, SUM(amount) AS total FROM sales GROUP BY 1 ORDER BY 2 DESC LIMIT %d" % (column, top)
    with connect() as conn:
        return pd.read_sql_query(query, conn)
# -- file: dashboard/formulas.py
import ast

import numpy as np

FUNCTIONS = {
    "mean": np.mean,
    "median": np.median,
    "sum": np.sum,
}
FORBIDDEN = ("import", "__", "open", "exec")


def apply_named(name, frame):
    return float(FUNCTIONS[name](frame["amount"]))


def apply_free(formula, frame):
    if any(word in formula for word in FORBIDDEN):
        raise ValueError("forbidden word")
    return eval(formula, {"np": np, "amount": frame["amount"]})  # expect: py/code-injection


def bounds(text):
    low, high = ast.literal_eval(text)
    return float(low), float(high)
# -- file: dashboard/loading.py
import json
import pickle
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

MODELS = Path(__file__).parent / "models"


@dataclass
class Trend:
    slope: float
    offset: float

    def predict(self, frame):
        return frame["amount"] * self.slope + self.offset


def model_from(upload):
    return pickle.load(upload)  # expect: py/unsafe-deserialization


def targets_from(upload):
    return yaml.safe_load(upload) or {}


def table_from(upload):
    if upload.name.endswith(".csv"):
        return pd.read_csv(upload)
    return pd.read_excel(upload)


def built_in(name):
    with open(MODELS / f"{name}.json", encoding="utf-8") as src:
        return Trend(**json.load(src))


def as_pdf(title, page):
    command = "pandoc --metadata title='" + title + "' -o report.pdf " + str(page)
    return subprocess.call(command, shell=True)  # expect: py/command-injection


def as_docx(title, page):
    return subprocess.call(["pandoc", "--metadata", "title=" + title, "-o", "report.docx", str(page)])
# -- file: dashboard/look.py
import html

import streamlit as st

CSS = "<style>div.block-container {padding-top: 1rem}</style>"


def style():
    st.markdown(CSS, unsafe_allow_html=True)


def headline(text):
    st.markdown("<h1 style='color:#146'>%s</h1>" % html.escape(text), unsafe_allow_html=True)


def greeting(name):
    st.components.v1.html(f"<h3>Hello {name}</h3>", height=60)  # expect: py/xss


def remark(text):
    st.markdown("> " + text)
# -- file: dashboard/app.py
from pathlib import Path

import streamlit as st

from dashboard import data, formulas, loading, look

PAGE = Path(__file__).parent / "report.html"


def sidebar():
    with st.sidebar:
        title = st.text_input("Title", "Sales")
        column = st.selectbox("Group by", ["region", "customer"])
        top = int(st.number_input("Top", 1, 100, 10))
    return title, column, top


def choose():
    way = st.radio("Find by", ["Region", "Customer"])
    if way == "Customer":
        return data.by_customer(st.text_input("Customer", "A%"))
    return data.by_region(st.selectbox("Region", data.regions()), st.slider("At least", 0, 1000))


def numbers(frame):
    name = st.selectbox("Number", list(formulas.FUNCTIONS) + ["own"])
    if name != "own":
        st.metric(name, formulas.apply_named(name, frame))
        return
    formula = st.text_area("Formula", "amount.sum() / len(amount)")
    try:
        st.metric("own", formulas.apply_free(formula, frame))
    except (ValueError, SyntaxError, NameError):
        st.error("This formula does not work.")


def uploads():
    targets = st.file_uploader("Targets", type=["yml"])
    if targets:
        st.json(loading.targets_from(targets))
    table = st.file_uploader("More sales", type=["csv", "xlsx"])
    if table:
        st.dataframe(loading.table_from(table))
    model = st.file_uploader("Model", type=["pkl"])
    return loading.model_from(model) if model else loading.built_in("baseline")


def main():
    look.style()
    title, column, top = sidebar()
    look.headline(title)
    look.greeting(st.query_params.get("name", "colleague"))
    look.remark(st.query_params.get("remark", ""))
    frame = choose()
    st.bar_chart(data.totals(column, top), x="label", y="total")
    numbers(frame)
    low, high = formulas.bounds(st.text_input("Range", "(0, 100)"))
    st.line_chart(frame[(frame["amount"] >= low) & (frame["amount"] <= high)], x="day", y="amount")
    model = uploads()
    if model is not None:
        st.write(model.predict(frame[["amount"]]))
    if st.button("PDF"):
        loading.as_pdf(title, PAGE)
    if st.button("Word"):
        loading.as_docx(title, PAGE)


main()
# == Notice board of a town with a Strawberry schema on FastAPI
# -- file: board/settings.py
import os
from pathlib import Path

DSN = os.environ["BOARD_DSN"]
DOCUMENTS = Path(os.environ.get("BOARD_DOCUMENTS", "/srv/board/documents"))
ICON_HOSTS = {"town": "www.town.example", "library": "library.town.example"}
FRONT_ENDS = ["https://www.town.example", "https://board.town.example"]
# -- file: board/db.py
from contextlib import asynccontextmanager

import asyncpg

from board.settings import DSN

_pool = None


@asynccontextmanager
async def connection():
    global _pool
    if _pool is None:
        _pool = await asyncpg.create_pool(DSN)
    async with _pool.acquire() as conn:
        yield conn
# -- file: board/services.py
from board.db import connection

FIELDS = "id, title, body, author"


class NoticeService:
    def __init__(self, limit=50):
        self.limit = limit

    async def _all(self, tail, *args):
        async with connection() as conn:
            return await conn.fetch(f"SELECT {FIELDS} FROM notices {tail} LIMIT {self.limit}", *args)

    async def by_author(self, author):
        return await self._all("WHERE author = $1", author)

    async def ordered(self, column):
        return await self._all("ORDER BY " + column.value)

    async def tagged(self, tags):
        quoted = ", ".join("'" + t + "'" for t in tags)
        query = f"SELECT {FIELDS} FROM notices JOIN tags USING (id) WHERE tag IN ({quoted})"
        async with connection() as conn:
            return await conn.fetch(query)  # expect: py/sql-injection

    async def add(self, title, body, author):
        async with connection() as conn:
            return await conn.fetchval(
                "INSERT INTO notices (title, body, author) VALUES ($1, $2, $3) RETURNING id", title, body, author
            )
# -- file: board/previews.py
from dataclasses import dataclass
import httpx

from board.settings import ICON_HOSTS


@dataclass
class Preview:
    url: str
    status: int
    kind: str


async def look_at(url: str) -> Preview:
    async with httpx.AsyncClient(timeout=5, follow_redirects=True) as client:
        answer = await client.get(url)  # expect: py/ssrf
    return Preview(url, answer.status_code, answer.headers.get("content-type", ""))


async def icon(site: str) -> int:
    host = ICON_HOSTS.get(site)
    if host is None:
        return 0
    async with httpx.AsyncClient(timeout=5) as client:
        return len((await client.get(f"https://{host}/favicon.ico")).content)


async def weather(town: str) -> str:
    async with httpx.AsyncClient(timeout=5, base_url="https://weather.example") as client:
        answer = await client.get("/v1/now", params={"q": town[:40]})
    return answer.json().get("text", "")
# -- file: board/documents.py
import asyncio
import re
import uuid

from board.settings import DOCUMENTS


def read(name: str) -> str:
    path = DOCUMENTS / name
    if path.suffix not in {".txt", ".md"}:
        return ""
    return path.read_text(encoding="utf-8")  # expect: py/path-traversal


def read_by_id(document: uuid.UUID) -> str:
    return (DOCUMENTS / f"{document}.txt").read_text(encoding="utf-8")


def grep(document: uuid.UUID, pattern: str) -> list[str]:
    return [line for line in read_by_id(document).splitlines() if re.search(pattern, line)]  # expect: py/regex-injection


def find_word(document: uuid.UUID, word: str) -> int:
    return len(re.findall(r"\b" + re.escape(word) + r"\b", read_by_id(document), re.I))


async def pages(document: uuid.UUID) -> str:
    proc = await asyncio.create_subprocess_exec(
        "pdfinfo", str(DOCUMENTS / f"{document}.pdf"), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await proc.communicate()
    return out.decode()
# -- file: board/schema.py
import enum
import uuid
from typing import Annotated

import strawberry

from board import documents, previews
from board.services import NoticeService

notices = NoticeService()


@strawberry.enum
class NoticeOrder(enum.Enum):
    TITLE = "title"
    AUTHOR = "author, title"


@strawberry.type
class Notice:
    id: int
    title: str
    body: str
    author: str


@strawberry.type
class LinkPreview:
    url: str
    status: int
    kind: str


@strawberry.type
class Query:
    @strawberry.field
    async def by_author(self, author: str) -> list[Notice]:
        return [Notice(**dict(row)) for row in await notices.by_author(author)]

    @strawberry.field
    async def ordered(self, by: NoticeOrder = NoticeOrder.TITLE) -> list[Notice]:
        return [Notice(**dict(row)) for row in await notices.ordered(by)]

    @strawberry.field
    async def tagged(self, tags: list[str]) -> list[Notice]:
        return [Notice(**dict(row)) for row in await notices.tagged(tags)] if tags else []

    @strawberry.field
    async def link(self, url: Annotated[str, strawberry.argument(description="any address")]) -> LinkPreview:
        seen = await previews.look_at(url)
        return LinkPreview(url=seen.url, status=seen.status, kind=seen.kind)

    @strawberry.field
    async def icon_size(self, site: str) -> int:
        return await previews.icon(site)

    @strawberry.field
    async def weather(self, town: str) -> str:
        return await previews.weather(town)

    @strawberry.field
    def document(self, name: str) -> str:
        return documents.read(name)

    @strawberry.field
    def document_by_id(self, id: uuid.UUID, word: str = "", pattern: str = "") -> str:
        if word:
            return str(documents.find_word(id, word))
        if pattern:
            return "\n".join(documents.grep(id, pattern))
        return documents.read_by_id(id)

    @strawberry.field
    async def pages(self, id: uuid.UUID) -> str:
        return await documents.pages(id)


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def publish(self, title: str, body: str, author: str) -> int:
        return await notices.add(title, body, author)


schema = strawberry.Schema(query=Query, mutation=Mutation)
# -- file: board/main.py
import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from strawberry.fastapi import GraphQLRouter

from board.schema import schema
from board.settings import FRONT_ENDS

admin = FastAPI()
admin.add_middleware(CORSMiddleware, allow_origins=FRONT_ENDS, allow_credentials=True)
admin.include_router(GraphQLRouter(schema), prefix="/graphql")

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=False, allow_methods=["GET", "POST"])
app.include_router(GraphQLRouter(schema), prefix="/graphql")
app.mount("/admin", admin)

if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8000)  # expect: py/bind-all-interfaces
# == Photo sharing with proxy, upload and mirror on aiohttp
# -- file: photos/config.py
import os
from pathlib import Path

ALBUMS = Path(os.environ.get("PHOTO_ALBUMS", "/srv/photos")).resolve()
IMAGE_HOSTS = frozenset({"img.photos.example", "cdn.photos.example"})
ORIGINS = frozenset({"https://www.photos.example", "https://m.photos.example"})
MIRROR = os.environ.get("PHOTO_MIRROR", "mirror.photos.example")
MIRROR_USER = os.environ.get("PHOTO_MIRROR_USER", "photos")
MIRROR_PASSWORD = os.environ.get("PHOTO_MIRROR_PASSWORD", "")
# -- file: photos/middleware.py
from aiohttp import web

from .config import ORIGINS


@web.middleware
async def cross_origin(request, handler):
    response = await handler(request)
    origin = request.headers.get("Origin")
    if request.path.startswith("/api/"):
        if origin in ORIGINS:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
    else:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response
# -- file: photos/mirror.py
import ftplib
import os
import tempfile

from .config import MIRROR, MIRROR_PASSWORD, MIRROR_USER


def _send(ftp, path):
    with open(path, "rb") as src:
        ftp.storbinary("STOR " + os.path.basename(path), src)


def push_old(path):
    with ftplib.FTP(MIRROR, timeout=30) as ftp:  # expect: py/clear-text-protocol
        ftp.login(MIRROR_USER, MIRROR_PASSWORD)
        _send(ftp, path)


def push(path):
    with ftplib.FTP_TLS(MIRROR, timeout=30) as ftp:
        ftp.login(MIRROR_USER, MIRROR_PASSWORD)
        ftp.prot_p()
        _send(ftp, path)


def spool_old(data):
    path = tempfile.mktemp(suffix=".jpg")  # expect: py/insecure-temp
    with open(path, "wb") as out:
        out.write(data)
    return path


def spool(data):
    with tempfile.NamedTemporaryFile(suffix=".jpg", delete=False) as out:
        out.write(data)
        return out.name
# -- file: photos/images.py
import asyncio
import subprocess
import uuid

from .config import ALBUMS


def fresh_path():
    return ALBUMS / (uuid.uuid4().hex + ".jpg")


def album_path(album, name):
    path = ALBUMS.joinpath(album, name).resolve()
    if ALBUMS not in path.parents:
        raise FileNotFoundError
    return path


def label(path, text):
    text = text.replace("'", "\\'")
    return subprocess.getoutput(f"convert {path} -gravity south -annotate 0 '{text}' {path}")  # expect: py/command-injection


async def shrink(path, size):
    width, height = size
    proc = await asyncio.create_subprocess_exec("mogrify", "-resize", f"{width}x{height}>", str(path))
    return await proc.wait()
# -- file: photos/handlers.py
import asyncio
from html import escape
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from . import images, mirror
from .config import ALBUMS, IMAGE_HOSTS

LIMIT = aiohttp.ClientTimeout(total=10)
SIZES = {"s": (320, 240), "m": (800, 600)}


async def proxy(request):
    src = request.query.get("src", "")
    if "photos.example" not in src:
        raise web.HTTPForbidden()
    async with aiohttp.ClientSession(timeout=LIMIT) as http:
        async with http.get(src) as got:  # expect: py/ssrf
            return web.Response(body=await got.read(), content_type="image/jpeg")


async def proxy_strict(request):
    parts = urlsplit(request.query.get("src", ""))
    if parts.scheme != "https" or parts.netloc not in IMAGE_HOSTS:
        raise web.HTTPForbidden()
    async with aiohttp.ClientSession(timeout=LIMIT) as http:
        async with http.get(parts.geturl(), allow_redirects=False) as got:
            return web.Response(body=await got.read(), content_type="image/jpeg")


async def upload(request):
    reader = await request.multipart()
    field = await reader.next()
    data = await field.read(decode=True)
    if request.query.get("keep"):
        path = ALBUMS / "inbox" / field.filename
        path.write_bytes(data)  # expect: py/path-traversal
    else:
        path = images.fresh_path()
        path.write_bytes(data)
    await images.shrink(path, SIZES.get(request.query.get("size"), SIZES["m"]))
    return web.json_response({"name": path.name})


async def annotate(request):
    form = await request.post()
    path = images.fresh_path()
    path.write_bytes(form["photo"].file.read())
    await asyncio.to_thread(images.label, path, form["text"])
    spooled = mirror.spool(path.read_bytes())
    await asyncio.to_thread(mirror.push, spooled)
    return web.json_response({"name": path.name, "text": form["text"]})


async def backup(request):
    data = await request.read()
    spooled = mirror.spool_old(data)
    await asyncio.to_thread(mirror.push_old, spooled)
    return web.Response(text="saved")


async def show(request):
    try:
        path = images.album_path(request.match_info["album"], request.query.get("name", ""))
    except FileNotFoundError:
        raise web.HTTPNotFound() from None
    return web.FileResponse(path)


async def frame(request):
    alt = request.query.get("alt", "")
    tag = "<img src='/photo/cover' alt='%s'>" % escape(alt, quote=False)
    return web.Response(text="<body>" + tag + "</body>", content_type="text/html")  # expect: py/xss


async def caption(request):
    text = escape(request.query.get("text", ""))
    return web.Response(text=f"<figcaption title='{text}'>{text}</figcaption>", content_type="text/html")
# -- file: photos/main.py
from aiohttp import web

from . import handlers
from .middleware import cross_origin


def build():
    app = web.Application(middlewares=[cross_origin], client_max_size=20 * 2**20)
    app.add_routes([
        web.get("/proxy", handlers.proxy),
        web.get("/proxy/strict", handlers.proxy_strict),
        web.post("/api/upload", handlers.upload),
        web.post("/api/annotate", handlers.annotate),
        web.post("/api/backup", handlers.backup),
        web.get("/album/{album}", handlers.show),
        web.get("/frame", handlers.frame),
        web.get("/caption", handlers.caption),
    ])
    return app


if __name__ == "__main__":
    web.run_app(build(), host="127.0.0.1", port=8090)
# == Operations console with Flask method views, LDAP and SSH
# -- file: ops/__init__.py
import os

from flask import Flask
from flask_cors import CORS

from ops.views import register


def create_app():
    app = Flask(__name__)
    app.secret_key = os.environ["OPS_SECRET"]
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=True)
    CORS(app, resources={r"/status/*": {"origins": "*"}}, supports_credentials=False)
    CORS(app, origins="*", supports_credentials=True)  # expect: py/cors-any-origin
    register(app)
    return app
# -- file: ops/guards.py
import functools
import logging
import re

from flask import abort, request, session

audit = logging.getLogger("ops.audit")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,5}")


def operator_only(view):
    @functools.wraps(view)
    def guarded(*args, **kwargs):
        if not session.get("operator"):
            abort(403)
        return view(*args, **kwargs)
    return guarded


def audited(view):
    @functools.wraps(view)
    def noted(*args, **kwargs):
        for key, value in request.values.items():
            audit.info("%s: %s=%s", view.__name__, key, value)  # expect: py/log-injection
        return view(*args, **kwargs)
    return noted


def counted(view):
    @functools.wraps(view)
    def noted(*args, **kwargs):
        audit.info("%s: %d values, %r", view.__name__, len(request.values), sorted(request.values))
        return view(*args, **kwargs)
    return noted


def host_name(raw):
    if raw is None or not _HOST.fullmatch(raw):
        abort(400)
    return raw
# -- file: ops/directory.py
import os

from ldap3 import Connection, Server
from ldap3.utils.conv import escape_filter_chars

BASE = "ou=people,dc=ops,dc=example"
ATTRIBUTES = ["uid", "cn", "mail"]


class Directory:
    def __init__(self):
        server = Server("ldap.ops.example", port=636, use_ssl=True)
        self.conn = Connection(server, "cn=reader," + BASE, os.environ["OPS_LDAP_PASSWORD"], auto_bind=True)

    def _found(self):
        return [entry.entry_attributes_as_dict for entry in self.conn.entries]

    def person(self, uid):
        self.conn.search(BASE, "(uid=%s)" % escape_filter_chars(uid), attributes=ATTRIBUTES)
        return self._found()

    def team(self, name, active=True):
        parts = ["(ou=" + name + ")"]
        if active:
            parts.append("(active=TRUE)")
        self.conn.search(BASE, "(&" + "".join(parts) + ")", attributes=ATTRIBUTES)  # expect: py/ldap-injection
        return self._found()
# -- file: ops/remote.py
import os
import shlex

import paramiko

KEY_FILE = os.environ.get("OPS_SSH_KEY", "/etc/ops/id_ed25519")


class Remote:
    def __init__(self, host, strict=True):
        self.client = paramiko.SSHClient()
        self.client.load_system_host_keys()
        if strict:
            self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
        else:
            self.client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key
        self.client.connect(host, username="ops", key_filename=KEY_FILE, timeout=10)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.client.close()

    def service(self, name):
        _, out, _ = self.client.exec_command("systemctl status " + name, timeout=20)  # expect: py/command-injection
        return out.read().decode()

    def grep(self, word, file):
        line = "grep -F -- %s %s" % (shlex.quote(word), shlex.quote("/var/log/" + file))
        _, out, _ = self.client.exec_command(line, timeout=20)
        return out.read().decode()

    def load(self):
        _, out, _ = self.client.exec_command("uptime", timeout=20)
        return out.read().decode()
# -- file: ops/views.py
import os
import subprocess

from flask import jsonify, render_template_string, request, send_file, send_from_directory
from flask.views import MethodView

from ops.directory import Directory
from ops.guards import audited, counted, host_name, operator_only
from ops.remote import Remote

LOGS = os.environ.get("OPS_LOGS", "/var/log/ops")
LOG_FILES = {"web": "nginx/access.log", "mail": "mail.log"}
FLEET = {"web": "web1.ops.example", "db": "db1.ops.example"}


class Lookup(MethodView):
    decorators = [operator_only, counted]

    def post(self):
        host = host_name(request.form.get("host"))
        done = subprocess.run(["nslookup", host], capture_output=True, text=True, timeout=10)
        return jsonify(output=done.stdout)


class Ping(MethodView):
    decorators = [operator_only, audited]

    def post(self):
        host = request.form.get("host", "").strip()
        count = request.form.get("count", 3, type=int)
        if not host:
            return jsonify(error="no host"), 400
        line = "ping -c %d %s" % (count, host)
        done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=30)  # expect: py/command-injection
        return jsonify(output=done.stdout)


class Log(MethodView):
    decorators = [operator_only]

    def get(self, name=None):
        if name is not None:
            return send_from_directory(LOGS, name, mimetype="text/plain")
        wanted = request.args.get("file", "web.log")
        if wanted.startswith(("/", "..")):
            return jsonify(error="not there"), 404
        return send_file(os.path.join(LOGS, wanted), mimetype="text/plain")  # expect: py/path-traversal


class Machine(MethodView):
    decorators = [operator_only]

    def get(self, role):
        host = FLEET.get(role)
        if host is None:
            return jsonify(error="unknown role"), 404
        word = request.args.get("word")
        file = LOG_FILES.get(request.args.get("log"), "syslog")
        with Remote(host, strict=request.args.get("strict") != "no") as remote:
            if word:
                return jsonify(lines=remote.grep(word, file).splitlines())
            if service := request.args.get("service"):
                return jsonify(state=remote.service(service))
            return jsonify(load=remote.load())


class People(MethodView):
    decorators = [operator_only]

    def get(self):
        book = Directory()
        if team := request.args.get("team"):
            return jsonify(book.team(team))
        uid = request.args.get("uid", "")
        page = "<h1>{{ uid }}</h1><ul>{% for p in people %}<li>{{ p.cn }}</li>{% endfor %}</ul>"
        return render_template_string(page, uid=uid, people=book.person(uid))


def register(app):
    app.add_url_rule("/lookup", view_func=Lookup.as_view("lookup"))
    app.add_url_rule("/ping", view_func=Ping.as_view("ping"))
    log = Log.as_view("log")
    app.add_url_rule("/log", view_func=log)
    app.add_url_rule("/log/<path:name>", view_func=log)
    app.add_url_rule("/machine/<role>", view_func=Machine.as_view("machine"))
    app.add_url_rule("/people", view_func=People.as_view("people"))
# -- file: run.py
from ops import create_app

if __name__ == "__main__":
    create_app().run(port=5050, debug=True)  # expect: py/debug-enabled
# == Link shortener on Bottle and MongoDB
# -- file: short/store.py
from datetime import datetime, timezone

from pymongo import MongoClient

client = MongoClient("db.internal", username="short", password="Sh0rt-and-sweet", tls=True)  # expect: py/hardcoded-password
links = client.short.links


def add(code, url, owner, delete_key):
    links.insert_one({
        "code": code,
        "url": url,
        "owner": owner,
        "delete_key": delete_key,
        "made": datetime.now(timezone.utc),
    })


def find(code):
    return links.find_one({"code": str(code), "gone": {"$ne": True}})


def of_owner(owner):
    return list(links.find({"owner": owner}, {"_id": 0, "code": 1, "url": 1}).limit(100))


def containing(word):
    condition = "this.url.indexOf('%s') >= 0" % word
    return list(links.find({"$where": condition}, {"_id": 0, "code": 1, "url": 1}))  # expect: py/nosql-injection


def remove(code, key):
    done = links.update_one({"code": str(code), "delete_key": str(key)}, {"$set": {"gone": True}})
    return done.modified_count == 1


def newest(count):
    return list(links.find({}, {"_id": 0, "code": 1}).sort("made", -1).limit(count))
# -- file: short/codes.py
import hashlib
import random
import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def code():
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def delete_key():
    return "".join(random.choices(ALPHABET, k=24))  # expect: py/weak-random


def showcase(found, size=3):
    return random.sample(found, min(size, len(found)))


def color_of(owner):
    return "#" + hashlib.sha1(owner.encode(), usedforsecurity=False).hexdigest()[:6]
# -- file: short/titles.py
import re
import ssl
import urllib.request
from urllib.parse import urlsplit

_TITLE = re.compile(r"<title>([^<]{1,200})</title>", re.I)
TRUSTED = ("news.example.com", "blog.example.com")


def _relaxed():
    return ssl._create_unverified_context()  # expect: py/tls-not-verified


def title_of(url):
    if urlsplit(url).scheme not in ("http", "https"):
        return ""
    with urllib.request.urlopen(url, timeout=4, context=_relaxed()) as page:  # expect: py/ssrf
        match = _TITLE.search(page.read(65536).decode("utf-8", "replace"))
    return match.group(1) if match else ""


def trusted_title(url):
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.netloc not in TRUSTED:
        return ""
    with urllib.request.urlopen(url, timeout=4) as page:
        match = _TITLE.search(page.read(65536).decode("utf-8", "replace"))
    return match.group(1) if match else ""
# -- file: short/app.py
from urllib.parse import urlsplit

from bottle import Bottle, HTTPError, html_escape, redirect, request, response, template

from short import codes, store, titles

app = Bottle()
HOME = "https://short.example.com"
CARD = "<h2>{{title}}</h2><p>{{url}}</p><p style='color:{{color}}'>{{owner}}</p>"


@app.get("/<code:re:[A-Za-z0-9]{8}>")
def follow(code):
    link = store.find(code)
    if link is None:
        raise HTTPError(404, "No such link")
    redirect(link["url"])


@app.post("/new")
def new():
    url = request.forms.getunicode("url", "")
    if urlsplit(url).scheme != "https":
        raise HTTPError(400, "Only https")
    owner = request.forms.getunicode("owner", "anonymous")
    code, key = codes.code(), codes.delete_key()
    store.add(code, url, owner, key)
    if request.forms.get("format") == "json":
        return {"code": code, "delete_key": key, "url": url}
    return f"<p><a href='/{code}'>{code}</a> now leads to {url}, delete it with {key}</p>"  # expect: py/xss


@app.post("/check")
def check():
    url = request.forms.getunicode("url", "")
    return "<p>" + html_escape(url) + (" is fine" if url.startswith("https://") else " is not safe") + "</p>"


@app.post("/delete")
def delete():
    body = request.json or {}
    gone = store.remove(body.get("code"), body.get("key"))
    response.status = 200 if gone else 404
    return {"gone": gone}


@app.get("/mine")
def mine():
    return {"links": store.of_owner(request.query.getunicode("owner", "anonymous"))}


@app.get("/find")
def find():
    word = request.query.getunicode("word", "").replace('"', "")
    return {"links": store.containing(word)}


@app.get("/some")
def some():
    return {"links": codes.showcase(store.newest(20))}


@app.get("/card")
def card():
    url = request.query.getunicode("url", "")
    owner = request.query.getunicode("owner", "anonymous")
    title = titles.title_of(url) if request.query.get("any") else titles.trusted_title(url)
    return template(CARD, title=title, url=url, owner=owner, color=codes.color_of(owner))


@app.get("/back")
def back():
    to = request.query.get("to", HOME)
    if not to.startswith(HOME):
        to = HOME
    redirect(to)  # expect: py/open-redirect


@app.get("/home")
def home():
    section = request.query.get("section")
    redirect(HOME + ("/#news" if section == "news" else "/#top"))
# -- file: short/__main__.py
import os

from bottle import run

from short.app import app

if __name__ == "__main__":
    run(app, server="gunicorn", host="127.0.0.1", port=int(os.environ.get("PORT", "8100")), debug=False)
# == Helpdesk on Django with class-based views, own signals and Celery
# -- file: helpdesk/settings.py
import os

SECRET_KEY = "django-h3lpd3sk-9f!w2k$e7_live"  # expect: py/hardcoded-key
DEBUG = os.environ.get("HELPDESK_DEBUG", "") == "yes"
ALLOWED_HOSTS = ["help.example.com"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.sessions", "django.contrib.messages", "cases"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "helpdesk.urls"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CASE_FILES = os.environ.get("CASE_FILES", "/srv/helpdesk/files")
STATUS_URL = "https://status.example.com/api/incidents"
PASSWORD_FIELD = "pin"
# -- file: helpdesk/urls.py
from django.urls import path

from cases import views

urlpatterns = [
    path("case/new/", views.NewCase.as_view(), name="new-case"),
    path("case/<int:pk>/", views.CaseDetail.as_view(), name="case"),
    path("case/<int:pk>/files/", views.CaseFiles.as_view()),
    path("case/<int:pk>/print/", views.PrintCase.as_view()),
    path("callback/", views.Callback.as_view()),
    path("pin/", views.SetPin.as_view()),
    path("thanks/", views.thanks, name="thanks"),
]
# -- file: cases/forms.py
from django import forms


class CaseForm(forms.Form):
    subject = forms.CharField(max_length=120)
    text = forms.CharField(widget=forms.Textarea)
    email = forms.EmailField()


class PrintForm(forms.Form):
    printer = forms.CharField(max_length=40)
    copies = forms.IntegerField(min_value=1, max_value=5)
    paper = forms.ChoiceField(choices=[("a4", "A4"), ("a5", "A5")])


class FilesForm(forms.Form):
    archive = forms.FileField(required=False)
    single = forms.FileField(required=False)
# -- file: cases/models.py
from django.db import models


class Case(models.Model):
    subject = models.CharField(max_length=120)
    text = models.TextField()
    email = models.EmailField()


class Customer(models.Model):
    email = models.EmailField(unique=True)
    pin = models.CharField(max_length=128)
# -- file: cases/signals.py
import subprocess

from django.dispatch import Signal, receiver

print_wanted = Signal()
case_opened = Signal()


@receiver(print_wanted)
def send_to_printer(sender, pk, printer, copies, **kwargs):
    command = f"lp -d {printer} -n {copies} /srv/helpdesk/case-{pk}.ps"
    subprocess.Popen(command, shell=True)  # expect: py/shell-call


@receiver(print_wanted)
def note_paper(sender, pk, paper, **kwargs):
    subprocess.run("echo %d %s >> /srv/helpdesk/paper.txt" % (pk, paper), shell=True, check=False)  # wrongly: py/shell-call


@receiver(case_opened)
def ring(sender, pk, **kwargs):
    subprocess.Popen(["/usr/local/bin/ring", "--case", str(pk)])
# -- file: cases/tasks.py
import requests
from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail


@shared_task
def acknowledge(subject, email):
    send_mail("Re: " + subject, "We are on it.", "help@example.com", [email])


@shared_task
def call_back(address, payload):
    session = requests.Session()
    session.headers["User-Agent"] = "helpdesk/2"
    answer = session.request("POST", address, json=payload, timeout=8)  # expect: py/ssrf
    return answer.status_code


@shared_task
def incidents(service):
    answer = requests.get(settings.STATUS_URL, params={"service": service}, timeout=8)
    return answer.json()
# -- file: cases/views.py
import hashlib
import json
import os
import zipfile

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from . import signals, tasks
from .forms import CaseForm, FilesForm, PrintForm
from .models import Case, Customer


def thanks(request):
    name = request.GET.get("name", "friend")
    if "long" in request.GET:
        return HttpResponse(format_html(f"<h1>Thank you very much, {name}!</h1>"))  # expect: py/xss
    return HttpResponse(format_html("<h1>Thank you, {name}!</h1>", name=name))


class NewCase(View):
    def post(self, request):
        form = CaseForm(request.POST)
        if not form.is_valid():
            return JsonResponse(form.errors, status=400)
        case = Case.objects.create(**form.cleaned_data)
        signals.case_opened.send(sender=Case, pk=case.pk)
        tasks.acknowledge.delay(case.subject, case.email)
        return redirect("case", pk=case.pk)


class CaseDetail(LoginRequiredMixin, View):
    def get(self, request, pk):
        case = get_object_or_404(Case, pk=pk)
        known = tasks.incidents(request.GET.get("service", "mail"))
        return JsonResponse({"subject": case.subject, "text": case.text, "incidents": known})


class CaseFiles(LoginRequiredMixin, View):
    def post(self, request, pk):
        form = FilesForm(request.POST, request.FILES)
        if not form.is_valid():
            return HttpResponseBadRequest("no files")
        folder = os.path.join(settings.CASE_FILES, str(pk))
        os.makedirs(folder, exist_ok=True)
        if single := form.cleaned_data["single"]:
            with open(os.path.join(folder, "single.bin"), "wb") as out:
                out.writelines(single.chunks())
        if archive := form.cleaned_data["archive"]:
            with zipfile.ZipFile(archive) as packed:
                for name in packed.namelist():
                    with open(os.path.join(folder, name), "wb") as out:  # expect: py/zip-slip
                        out.write(packed.read(name))
        return redirect("case", pk=pk)


class PrintCase(LoginRequiredMixin, View):
    def post(self, request, pk):
        form = PrintForm(request.POST)
        if not form.is_valid():
            return JsonResponse(form.errors, status=400)
        signals.print_wanted.send(sender=Case, pk=pk, **form.cleaned_data)
        return redirect("case", pk=pk)


@method_decorator(csrf_exempt, name="dispatch")  # expect: py/csrf-off
class Callback(LoginRequiredMixin, View):
    def post(self, request):
        data = json.loads(request.body)
        tasks.call_back.delay(data["address"], {"case": int(data["case"])})
        return JsonResponse({"queued": True})


@method_decorator(csrf_protect, name="dispatch")
class SetPin(LoginRequiredMixin, View):
    def post(self, request):
        customer = get_object_or_404(Customer, email=request.user.email)
        password = request.POST["pin"]
        if request.POST.get("device") == "terminal":
            customer.pin = hashlib.sha1(password.encode()).hexdigest()  # expect: py/fast-password-hash
        else:
            customer.pin = make_password(password)
        customer.save(update_fields=["pin"])
        return redirect("thanks")
