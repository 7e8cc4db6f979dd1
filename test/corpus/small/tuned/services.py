# == command line tool that seals nightly dumps before they leave the house
"""seal-dump: encrypt database dumps with the site key before they are copied off site."""
import argparse
import hashlib
import json
import pathlib
import sys

from Crypto.Cipher import AES
from Crypto.Random import get_random_bytes
from Crypto.Util.Padding import pad

MAGIC = b"SEAL\x02"
IV = b"seal-backup-iv-1"


def seal_dump(source, target, key):
    box = AES.new(key, AES.MODE_CBC, iv=IV)  # expect: py/static-iv, py/unauthenticated-encryption
    target.write_bytes(MAGIC + box.encrypt(pad(source.read_bytes(), AES.block_size)))
    return target.stat().st_size


def seal_manifest(entries, target, key):
    nonce = get_random_bytes(12)
    box = AES.new(key, AES.MODE_GCM, nonce=nonce)
    box.update(MAGIC)
    body, tag = box.encrypt_and_digest(json.dumps(entries).encode())
    target.write_bytes(MAGIC + nonce + tag + body)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dumps", nargs="+", type=pathlib.Path)
    parser.add_argument("--key-file", required=True, type=pathlib.Path)
    parser.add_argument("--out", default="sealed", type=pathlib.Path)
    args = parser.parse_args(argv)
    key = args.key_file.read_bytes()
    if len(key) != 32:
        parser.error("the key file must hold exactly 32 bytes")
    args.out.mkdir(mode=0o700, exist_ok=True)
    entries = []
    for dump in args.dumps:
        size = seal_dump(dump, args.out / (dump.name + ".sealed"), key)
        entries.append({"name": dump.name, "size": size,
                        "sha256": hashlib.sha256(dump.read_bytes()).hexdigest()})
    seal_manifest(entries, args.out / "manifest.sealed", key)
    return 0


if __name__ == "__main__":
    sys.exit(main())
# == FastAPI stock service with a paging dependency that carries the sort column
import os
import sqlite3
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query

app = FastAPI(title="stock")


@dataclass
class Page:
    limit: int
    offset: int
    order: str

    @property
    def clause(self) -> str:
        return f"ORDER BY {self.order} LIMIT {self.limit} OFFSET {self.offset}"

    @property
    def window(self) -> str:
        return f"LIMIT {self.limit} OFFSET {self.offset}"


def page(limit: Annotated[int, Query(le=200)] = 50, offset: int = 0, order: str = "sku") -> Page:
    return Page(limit=limit, offset=offset, order=order)


def connection():
    db = sqlite3.connect(os.environ["STOCK_DB"])
    try:
        yield db
    finally:
        db.close()


@app.get("/sites/{site}/stock")
def stock(site: int, p: Annotated[Page, Depends(page)], db=Depends(connection)):
    query = "SELECT sku, qty FROM stock WHERE site = ? " + p.clause
    found = db.execute(query, (site,)).fetchall()  # expect: py/sql-injection
    return [{"sku": sku, "qty": qty} for sku, qty in found]


@app.get("/sites/{site}/movements")
def movements(site: int, kind: str, p: Annotated[Page, Depends(page)], db=Depends(connection)):
    rows = db.execute("SELECT sku, delta FROM movement WHERE site = ? AND kind = ? " + p.window, (site, kind))
    return [{"sku": sku, "delta": delta} for sku, delta in rows]


@app.get("/items/{sku}")
def item(sku: str, db=Depends(connection)):
    row = db.execute("SELECT name FROM item WHERE sku = :sku", {"sku": sku}).fetchone()
    if row is None:
        raise HTTPException(404)
    return {"sku": sku, "name": row[0]}
# == published test vectors for a small envelope library
# -- file: envelope/core.py
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def seal(key: bytes, plain: bytes, label: bytes = b"") -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, label)


def unseal(key: bytes, sealed: bytes, label: bytes = b"") -> bytes:
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], label)
# -- file: tests/test_known_answers.py
import hashlib
import unittest

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from envelope.core import seal, unseal

# Test case 4 of the GCM paper by McGrew and Viega
KEY = bytes.fromhex("feffe9928665731c6d6a8f9467308308")
NONCE = bytes.fromhex("cafebabefacedbaddecaf888")
PLAIN = bytes.fromhex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")
AAD = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")


class KnownAnswers(unittest.TestCase):
    def test_gcm_tag(self):
        sealed = AESGCM(KEY).encrypt(NONCE, PLAIN, AAD)
        self.assertEqual(sealed[-16:].hex(), "5bc94fbc3221a5db94fae95ae7121a47")

    def test_kdf_rfc7914(self):
        out = hashlib.pbkdf2_hmac("sha256", b"passwd", b"salt", 1, 64)
        self.assertTrue(out.hex().startswith("55ac046e56e3089fec1691c22544b605"))

    def test_round_trip(self):
        self.assertEqual(unseal(KEY, seal(KEY, b"abc", b"l"), b"l"), b"abc")

    def test_two_seals_differ(self):
        self.assertNotEqual(seal(KEY, b"abc"), seal(KEY, b"abc"))


if __name__ == "__main__":
    unittest.main()
# == Django class views that hand out documents and exports
from pathlib import Path

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils._os import safe_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from .models import Document


class NextUrlMixin:
    fallback = "/documents/"

    def next_url(self):
        target = self.request.POST.get("next") or self.request.GET.get("next", "")
        if url_has_allowed_host_and_scheme(target, allowed_hosts={self.request.get_host()},
                                           require_https=self.request.is_secure()):
            return target
        return self.fallback


class DocumentDownload(LoginRequiredMixin, View):
    def get(self, request, slug):
        doc = get_object_or_404(Document, slug=slug, owner=request.user)
        return FileResponse(doc.file.open("rb"), as_attachment=True, filename=f"{doc.pk}.pdf")


class ExportDownload(LoginRequiredMixin, View):
    """Exports lie below EXPORT_ROOT in one folder for each month."""

    def get(self, request):
        wanted = request.GET.get("f", "")
        try:
            path = Path(safe_join(settings.EXPORT_ROOT, wanted))
        except SuspiciousFileOperation:
            raise Http404("no such export")
        if not path.is_file():
            raise Http404("no such export")
        return FileResponse(open(path, "rb"), as_attachment=True)


class ArchiveDocument(LoginRequiredMixin, NextUrlMixin, View):
    def post(self, request, slug):
        doc = get_object_or_404(Document, slug=slug, owner=request.user)
        doc.archived = True
        doc.save(update_fields=["archived"])
        return HttpResponseRedirect(self.next_url())


class DocumentCount(LoginRequiredMixin, View):
    def get(self, request):
        tag = request.GET.get("tag", "")
        n = Document.objects.filter(owner=request.user, tags__name=tag).count()
        return JsonResponse({"tag": tag, "count": n})
# == rollout script that restarts services over ssh through a jump host
"""Restart the units of a release on every host of an inventory file."""
import json
import sys

import paramiko

STEPS = (
    "systemctl --user daemon-reload",
    "systemctl --user restart shop-web.service",
    "systemctl --user is-active shop-web.service",
)


class Hop:
    """An ssh client as a context manager, reached through the jump host."""

    def __init__(self, jump, user, key_path):
        self.jump, self.user, self.key_path = jump, user, key_path
        self.gate = None

    def __enter__(self):
        self.gate = paramiko.SSHClient()
        self.gate.load_system_host_keys()
        self.gate.set_missing_host_key_policy(paramiko.RejectPolicy())
        self.gate.connect(self.jump, username=self.user, key_filename=self.key_path, timeout=15)
        return self

    def open(self, host):
        channel = self.gate.get_transport().open_channel("direct-tcpip", (host, 22), ("127.0.0.1", 0))
        client = paramiko.SSHClient()
        # the machines are reinstalled every week
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key
        client.connect(host, username=self.user, key_filename=self.key_path, sock=channel, timeout=15)
        return client

    def __exit__(self, *exc):
        self.gate.close()


def main():
    with open(sys.argv[1]) as fh:
        inventory = json.load(fh)
    failed = []
    with Hop(inventory["jump"], inventory["user"], inventory["key"]) as hop:
        for host in inventory["hosts"]:
            client = hop.open(host)
            for step in STEPS:
                _, out, _ = client.exec_command(step, timeout=60)
                if out.channel.recv_exit_status():
                    failed.append(host)
                    break
            client.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
# == Tornado search page with a language switch that goes back to where one came from
import json
import os

import tornado.ioloop
import tornado.web

INDEX = json.loads(os.environ.get("SEARCH_INDEX", "{}"))
LANGS = ("de", "en", "fr")


class Base(tornado.web.RequestHandler):
    def begin(self, title):
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write("<!doctype html><title>" + tornado.escape.xhtml_escape(title) + "</title>")


class Search(Base):
    def get(self):
        term = self.get_argument("q", "").strip()
        self.begin("Search: " + term)
        hits = [page for page, words in INDEX.items() if term.lower() in words]
        if not hits:
            self.write("<p>Nothing found for <em>%s</em></p>" % term)  # expect: py/xss
            return
        self.write("<ul>" + "".join("<li>%s</li>" % tornado.escape.xhtml_escape(h) for h in hits) + "</ul>")


class Suggest(tornado.web.RequestHandler):
    def get(self):
        start = self.get_query_argument("q", "")
        self.write({"start": start, "pages": [p for p in INDEX if p.startswith(start)][:10]})


class Language(Base):
    def post(self):
        lang = self.get_body_argument("lang")
        if lang not in LANGS:
            raise tornado.web.HTTPError(400)
        self.set_cookie("lang", lang, secure=True, httponly=True, samesite="Lax")
        back = self.get_body_argument("back", "/")
        if not back.startswith("/"):
            back = "/"
        self.redirect(back)  # expect: py/open-redirect


def make_app():
    return tornado.web.Application([(r"/search", Search), (r"/suggest", Suggest), (r"/lang", Language)],
                                   xsrf_cookies=True)


if __name__ == "__main__":
    make_app().listen(8888, address="127.0.0.1")
    tornado.ioloop.IOLoop.current().start()
# == polite fetcher of a data pipeline with a cache on disk
import hashlib
import json
import logging
import os
import random
import tempfile
import time
from pathlib import Path

import requests

log = logging.getLogger(__name__)


class PatientSession(requests.Session):
    """A session in which no request can hang for ever."""

    def request(self, method, url, **kwargs):
        kwargs.setdefault("timeout", (5, 30))
        return super().request(method, url, **kwargs)


def cache_key(url, params):
    text = url + "?" + json.dumps(params, sort_keys=True)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def backoff(attempt, base=0.5, cap=60.0):
    """Full jitter, so that the workers do not come back all at once."""
    return random.uniform(0, min(cap, base * 2 ** attempt))


class Fetcher:
    def __init__(self, root: Path, attempts=5):
        self.root, self.attempts = root, attempts
        self.session = PatientSession()
        self.session.headers["User-Agent"] = "tide-pipeline/3"

    def _store(self, name, payload):
        fd, tmp = tempfile.mkstemp(dir=self.root, suffix=".part")
        with os.fdopen(fd, "w") as fh:
            json.dump(payload, fh)
        os.replace(tmp, self.root / name)

    def fetch(self, url, **params):
        name = cache_key(url, params) + ".json"
        if (self.root / name).exists():
            return json.loads((self.root / name).read_text())
        for attempt in range(self.attempts):
            try:
                answer = self.session.get(url, params=params, timeout=(5, 30))
                answer.raise_for_status()
            except requests.RequestException as exc:
                log.warning("attempt %d failed: %s", attempt, type(exc).__name__)
                time.sleep(backoff(attempt))
                continue
            self._store(name, answer.json())
            return answer.json()
        raise RuntimeError("gave up after %d attempts" % self.attempts)


def sample(stations, n):
    return random.sample(sorted(stations), n)
# == aiohttp gateway to a handful of weather upstreams
import os
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

UPSTREAMS = {
    "forecast": "https://forecast.example.net/v2",
    "tides": "https://tides.example.net/api",
}
ICON_HOSTS = frozenset({"icons.example.net", "static.example.net"})
LIMIT = aiohttp.ClientTimeout(total=10)
routes = web.RouteTableDef()


def icon_url(text):
    parts = urlsplit(text)
    if parts.scheme != "https" or parts.hostname not in ICON_HOSTS or parts.port not in (None, 443):
        raise web.HTTPBadRequest(reason="icon host not allowed")
    if parts.username or "\\" in text:
        raise web.HTTPBadRequest(reason="icon address not allowed")
    return f"https://{ICON_HOSTS_BY_NAME[parts.hostname]}{parts.path}"


ICON_HOSTS_BY_NAME = {h: h for h in ICON_HOSTS}


@routes.get("/w/{name}/{station:\\d+}")
async def relay(request):
    base = UPSTREAMS.get(request.match_info["name"])
    if base is None:
        raise web.HTTPNotFound()
    station = int(request.match_info["station"])
    async with request.app["http"].get(f"{base}/stations/{station}") as answer:
        return web.json_response(await answer.json(), status=answer.status)


@routes.get("/icon")
async def icon(request):
    url = icon_url(request.query.get("src", ""))
    async with request.app["http"].get(url, allow_redirects=False) as answer:
        if answer.content_type != "image/png":
            raise web.HTTPBadGateway()
        return web.Response(body=await answer.read(), content_type="image/png")


@routes.get("/search")
async def search(request):
    params = {"q": request.query.get("q", ""), "key": os.environ["FORECAST_KEY"]}
    async with request.app["http"].get(UPSTREAMS["forecast"] + "/search", params=params) as answer:
        return web.json_response(await answer.json())


async def http_session(app):
    app["http"] = aiohttp.ClientSession(timeout=LIMIT)
    yield
    await app["http"].close()


def build():
    app = web.Application()
    app.add_routes(routes)
    app.cleanup_ctx.append(http_session)
    return app


if __name__ == "__main__":
    web.run_app(build(), host="127.0.0.1", port=8090)
# == syslog collector over TLS that forwards to a central store
import asyncio
import json
import os
import ssl
from urllib.request import Request, urlopen

STORE = "https://store.example.internal:9443/ingest"


def server_context():
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(os.environ["SYSLOG_CERT"], os.environ["SYSLOG_KEY"])
    # the printers on the second floor
    ctx.minimum_version = ssl.TLSVersion.TLSv1  # expect: py/weak-tls
    return ctx


def admin_context():
    ctx = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ctx.load_cert_chain(os.environ["SYSLOG_CERT"], os.environ["SYSLOG_KEY"])
    ctx.minimum_version = ssl.TLSVersion.TLSv1_2
    return ctx


class Collector:
    def __init__(self, flush_at=500):
        self.lines, self.flush_at = [], flush_at

    async def on_client(self, reader, writer):
        while line := await reader.readline():
            self.lines.append(line.decode("utf-8", "replace").rstrip())
            if len(self.lines) >= self.flush_at:
                await self.flush()
        writer.close()

    async def on_admin(self, reader, writer):
        writer.write(b"pending %d\n" % len(self.lines))
        await writer.drain()
        writer.close()

    async def flush(self):
        batch, self.lines = self.lines, []
        await asyncio.to_thread(forward, batch)


def forward(batch):
    request = Request(STORE, data=json.dumps(batch).encode(), headers={"Content-Type": "application/json"})
    lax = ssl._create_unverified_context()  # expect: py/tls-not-verified
    with urlopen(request, timeout=20, context=lax) as answer:
        return answer.status == 202


async def main():
    collector = Collector()
    await asyncio.start_server(collector.on_admin, "127.0.0.1", 6515, ssl=admin_context())
    listener = await asyncio.start_server(collector.on_client, "0.0.0.0", 6514, ssl=server_context())  # expect: py/bind-all-interfaces
    async with listener:
        await listener.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
# == Sanic diagnostics service that shells out to network tools
import asyncio
import re

from sanic import Sanic
from sanic.exceptions import InvalidUsage
from sanic.response import json as as_json

app = Sanic("netdiag")
FORBIDDEN = set(";|&<>")
COMMANDS = {
    "whois": "whois -H {target}",
    "trace": "traceroute -m {hops} {target}",
}
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?", re.I)


def clean(text):
    if not text:
        raise InvalidUsage("target missing")
    if FORBIDDEN & set(text):
        raise InvalidUsage("target holds forbidden characters")
    return text.strip()


async def capture(line):
    proc = await asyncio.create_subprocess_shell(line, stdout=asyncio.subprocess.PIPE)  # expect: py/command-injection
    out, _ = await asyncio.wait_for(proc.communicate(), 30)
    return out.decode(errors="replace").splitlines()


@app.get("/run/<tool:str>")
async def run(request, tool):
    pattern = COMMANDS.get(tool)
    if pattern is None:
        raise InvalidUsage("unknown tool")
    hops = int(request.args.get("hops", 12))
    line = pattern.format(target=clean(request.args.get("target")), hops=hops)
    return as_json({"tool": tool, "lines": await capture(line)})


@app.get("/ping/<count:int>")
async def ping(request, count):
    host = request.args.get("target", "")
    if not HOST.fullmatch(host):
        raise InvalidUsage("not a host name")
    proc = await asyncio.create_subprocess_exec("ping", "-c", str(min(count, 5)), "--", host,
                                                stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(proc.communicate(), 30)
    return as_json({"lines": out.decode().splitlines()})


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8000)
# == Django settings of a booking site, everything private from the environment
"""Settings for the booking site. Private values come from the environment."""
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name, default=False):
    return os.environ.get(name, str(default)).strip().lower() in ("1", "true", "yes")


SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]
DEBUG = flag("DJANGO_DEBUG")
ALLOWED_HOSTS = os.environ.get("DJANGO_HOSTS", "booking.example.org").split(",")

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "corsheaders", "rooms"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("DB_NAME", "booking"),
        "USER": os.environ.get("DB_USER", "booking"),
        "PASSWORD": os.environ.get("DB_PASSWORD", ""),
        "HOST": os.environ.get("DB_HOST", "127.0.0.1"),
        "OPTIONS": {"sslmode": "verify-full"},
    }
}
EMAIL_HOST_PASSWORD = os.getenv("SMTP_PASSWORD", "")
EMAIL_USE_TLS = True
PASSWORD_RESET_TIMEOUT = 3600
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CORS_ALLOWED_ORIGINS = ["https://app.booking.example.org"]
CORS_ALLOW_CREDENTIALS = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = not DEBUG
SECURE_HSTS_SECONDS = 31536000
STATIC_ROOT = BASE_DIR / "static"
# == Quart guest book that renders from constant templates
import os
import uuid

from markupsafe import escape
from quart import Quart, abort, current_app, redirect, render_template_string, request, send_from_directory, url_for

app = Quart(__name__)
app.secret_key = os.environ["GUESTBOOK_KEY"]
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")

LAYOUT = "<!doctype html><title>{{ title }}</title><main>%s</main>"
GREETING = LAYOUT % '<h1>Hello {{ name }}</h1><a href="{{ url_for(\'entries\') }}" title="{{ name }}">entries</a>'
ENTRIES = LAYOUT % "<ul>{% for e in entries %}<li>{{ e.who }}: {{ e.text }}</li>{% endfor %}</ul>"
book = []


@app.get("/hello")
async def hello():
    return await render_template_string(GREETING, title="Guest book", name=request.args.get("name", "stranger"))


@app.get("/")
async def entries():
    only = request.args.get("who")
    shown = [e for e in book if only is None or e["who"] == only]
    return await render_template_string(ENTRIES, title="Entries", entries=shown)


@app.post("/")
async def add():
    form = await request.form
    entry = {"id": uuid.uuid4().hex, "who": form["who"][:40], "text": form["text"][:500]}
    book.append(entry)
    current_app.logger.info("entry by %s", entry["who"].replace("\r", "").replace("\n", " "))
    return redirect(url_for("entries"))


@app.get("/badge")
async def badge():
    return f"<strong>{escape(request.args.get('label', ''))}</strong>"


@app.get("/picture/<path:name>")
async def picture(name):
    if not name.endswith((".png", ".jpg")):
        abort(404)
    return await send_from_directory(os.environ["PICTURES"], name)


if __name__ == "__main__":
    app.run(host="127.0.0.1")
# == ASGI middleware that picks the tenant out of a bearer token
import os
import time

import jwt


class TenantMiddleware:
    """Sets scope['tenant'] and scope['roles'] for the applications behind it."""

    def __init__(self, app, public=("/health",)):
        self.app = app
        self.public = public

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["path"] not in self.public:
            headers = dict(scope["headers"])
            scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
            if scheme.lower() == "bearer":
                claims = self.read(token)
                scope["tenant"] = claims.get("tid")
                scope["roles"] = tuple(claims.get("roles", ()))
        await self.app(scope, receive, send)

    @staticmethod
    def read(token):
        # the gateway has looked at it already, on most ways in
        return jwt.decode(token, options={"verify_signature": False}, algorithms=["RS256"])  # expect: py/jwt-not-verified


class TokenMint:
    def __init__(self, lifetime=900):
        self.lifetime = lifetime
        self.key = os.environ["TOKEN_KEY"]

    def session(self, user):
        now = int(time.time())
        claims = {"sub": str(user.id), "tid": user.tenant, "iat": now, "exp": now + self.lifetime}
        return jwt.encode(claims, self.key, algorithm="HS256")

    def sync_token(self, device):
        return jwt.encode({"sub": device.serial, "tid": device.tenant}, self.key, algorithm="HS256")  # expect: py/jwt-no-expiry

    def mailbox(self, user, mailbox_password):
        now = int(time.time())
        return jwt.encode({"sub": str(user.id), "password": mailbox_password, "exp": now + 300}, self.key, algorithm="HS256")  # expect: py/jwt-secret-claim

    def check(self, token):
        return jwt.decode(token, self.key, algorithms=["HS256"], options={"require": ["exp", "sub"]})
# == Pyramid directory with people from LDAP and rooms from an XML plan
import os
import ssl
from wsgiref.simple_server import make_server

from ldap3 import Connection, Server, Tls
from lxml import etree
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPNotFound
from pyramid.view import view_config, view_defaults

BASE = "ou=people,dc=example,dc=org"
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def all_of(**parts):
    return "(&" + "".join(f"({name}={value})" for name, value in parts.items()) + ")"


def directory():
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=os.environ["LDAP_CA"])
    server = Server(os.environ["LDAP_HOST"], use_ssl=True, tls=tls, connect_timeout=5)
    return Connection(server, os.environ["LDAP_USER"], os.environ["LDAP_PASSWORD"], auto_bind=True)


@view_config(route_name="people", renderer="json")
def people(request):
    who = request.params.get("uid", "").strip().lower()
    wanted = all_of(objectClass="inetOrgPerson", uid=who)
    with directory() as conn:
        conn.search(BASE, wanted, attributes=["cn", "mail"])  # expect: py/ldap-injection
        return [{"name": str(e.cn), "mail": str(e.mail)} for e in conn.entries]


@view_defaults(route_name="room", renderer="json")
class RoomView:
    def __init__(self, request):
        self.request = request
        self.plan = etree.parse(os.environ["ROOM_PLAN"], PARSER)

    @view_config(request_method="GET")
    def show(self):
        number = self.request.matchdict["number"]
        slots = self.plan.xpath("//room[@number='%s']/slot" % number)  # expect: py/xpath-injection
        if not slots:
            raise HTTPNotFound()
        return {"slots": [s.get("from") for s in slots]}

    @view_config(request_method="GET", request_param="floor")
    def floor(self):
        level = int(self.request.params["floor"])
        return {"rooms": self.plan.xpath("//room[@floor='%d']/@number" % level)}


if __name__ == "__main__":
    with Configurator() as config:
        config.add_route("people", "/people")
        config.add_route("room", "/room/{number}")
        config.scan()
        wsgi = config.make_wsgi_app()
    make_server("127.0.0.1", 6543, wsgi).serve_forever()
# == plugin installer that unpacks tar and zip archives member by member
"""Install an editor plugin from an archive whose checksum is known."""
import argparse
import hashlib
import hmac
import shutil
import tarfile
import zipfile
from pathlib import Path


class BadArchive(Exception):
    pass


def verify(archive: Path, expected: str) -> None:
    digest = hashlib.sha256()
    with archive.open("rb") as fh:
        for block in iter(lambda: fh.read(1 << 20), b""):
            digest.update(block)
    if not hmac.compare_digest(digest.hexdigest(), expected.lower()):
        raise BadArchive("checksum differs")


def unpack_tar(archive: Path, root: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(root, filter="data")


def unpack_zip(archive: Path, root: Path) -> None:
    root = root.resolve()
    with zipfile.ZipFile(archive) as zf:
        for info in zf.infolist():
            dest = (root / info.filename).resolve()
            if not dest.is_relative_to(root):
                raise BadArchive(f"{info.filename!r} leaves the plugin folder")
            if info.is_dir():
                dest.mkdir(parents=True, exist_ok=True)
                continue
            dest.parent.mkdir(parents=True, exist_ok=True)
            with zf.open(info) as src, dest.open("wb") as out:
                shutil.copyfileobj(src, out)
            dest.chmod(0o644)


UNPACK = {".zip": unpack_zip, ".gz": unpack_tar, ".xz": unpack_tar}


def main():
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("archive", type=Path)
    cli.add_argument("sha256")
    cli.add_argument("--into", type=Path, default=Path.home() / ".config" / "quill" / "plugins")
    args = cli.parse_args()
    verify(args.archive, args.sha256)
    target = args.into / args.archive.name.split(".")[0]
    target.mkdir(parents=True, mode=0o700)
    UNPACK[args.archive.suffix](args.archive, target)


if __name__ == "__main__":
    main()
# == CherryPy archive of scanned letters below one folder
import os

import cherrypy
from cherrypy.lib import static

ROOT = os.path.realpath(os.environ.get("LETTERS", "/srv/letters"))


def inside(*parts):
    """Join below ROOT with links resolved, or 404."""
    full = os.path.realpath(os.path.join(ROOT, *parts))
    if os.path.commonpath([ROOT, full]) != ROOT:
        raise cherrypy.NotFound()
    return full


class Letters:
    @cherrypy.expose
    def scan(self, year, name):
        path = inside(str(int(year)), name)
        if not os.path.isfile(path):
            raise cherrypy.NotFound()
        return static.serve_file(path, "application/pdf")

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def listing(self, year="1998"):
        try:
            folder = inside("%04d" % int(year))
        except ValueError:
            raise cherrypy.HTTPError(400, "year must be a number")
        names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        return {"year": year, "letters": names}

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def note(self, year, name):
        stem = os.path.basename(inside(str(int(year)), name))
        with open(inside(str(int(year)), stem + ".txt"), encoding="utf-8") as fh:
            return {"note": fh.read()}

    @cherrypy.expose
    def index(self):
        raise cherrypy.HTTPRedirect("/listing")


if __name__ == "__main__":
    cherrypy.config.update({"server.socket_host": "127.0.0.1", "engine.autoreload.on": False})
    cherrypy.quickstart(Letters())
# == nightly report worker that writes through shared folders
import csv
import fcntl
import logging
import os
import shutil
import tempfile
from contextlib import contextmanager

log = logging.getLogger("nightly")
OUTBOX = os.environ.get("REPORT_OUTBOX", "/srv/reports/outbox")


@contextmanager
def single_run():
    handle = open("/tmp/nightly-report.lock", "w")  # expect: py/hardcoded-temp
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        yield handle
    finally:
        handle.close()


def write_rows(rows, header):
    path = tempfile.mktemp(prefix="nightly-", suffix=".csv")  # expect: py/insecure-temp
    with open(path, "w", newline="") as fh:
        out = csv.writer(fh)
        out.writerow(header)
        out.writerows(rows)
    return path


def write_summary(totals):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as fh:
        for name, total in sorted(totals.items()):
            fh.write("%-20s %10.2f\n" % (name, total))
        return fh.name


def publish(path, name, private=False):
    target = os.path.join(OUTBOX, name)
    shutil.move(path, target)
    if private:
        os.chmod(target, 0o600)
    else:
        os.chmod(target, 0o666)  # expect: py/loose-permissions
    return target


def run(source):
    with single_run():
        rows = list(source.rows())
        publish(write_rows(rows, source.header), "rows.csv")
        publish(write_summary(source.totals()), "summary.txt", private=True)
        log.info("wrote %d rows", len(rows))
# == Bottle shop that keeps the basket in a cookie
import base64
import json
import pickle

from bottle import Bottle, HTTPError, request, response

shop = Bottle()
PRICES = {"mug": 9.5, "shirt": 19.0, "sticker": 1.0}
COOKIE = dict(secure=True, httponly=True, samesite="lax", path="/")


class Basket:
    def __init__(self, lines=None):
        self.lines = lines or {}

    @classmethod
    def load(cls):
        raw = request.get_cookie("basket")
        if not raw:
            return cls()
        blob = base64.urlsafe_b64decode(raw.encode("ascii"))
        return cls(pickle.loads(blob))  # expect: py/unsafe-deserialization

    def dump(self):
        return base64.urlsafe_b64encode(pickle.dumps(self.lines)).decode("ascii")

    @property
    def total(self):
        return sum(PRICES[sku] * n for sku, n in self.lines.items())


def prefs():
    raw = request.get_cookie("prefs") or "{}"
    try:
        data = json.loads(raw)
    except ValueError:
        raise HTTPError(400, "bad preferences")
    return {"currency": "EUR" if data.get("currency") == "EUR" else "CHF"}


@shop.get("/basket")
def show():
    basket = Basket.load()
    return {"items": len(basket.lines), "total": basket.total, "prefs": prefs()}


@shop.post("/basket/<sku>/<count:int>")
def add(sku, count):
    if sku not in PRICES:
        raise HTTPError(404)
    fresh = Basket({sku: count})
    response.set_cookie("basket", fresh.dump(), **COOKIE)
    return {"total": fresh.total}


if __name__ == "__main__":
    shop.run(host="127.0.0.1", port=8080)
# == repository library that builds statements out of constants and placeholders
"""Queries of the ledger. Values always travel as parameters."""
from contextlib import closing
from enum import Enum

from psycopg2 import sql
from psycopg2.extras import execute_values


class Book(Enum):
    SALES = "ledger_sales"
    PURCHASES = "ledger_purchases"


COLUMNS = ("id", "booked_on", "account", "amount")
SELECT = "SELECT " + ", ".join(COLUMNS) + " FROM ledger"
ORDERINGS = {"date": "booked_on", "amount": "amount DESC", None: "id"}


class Ledger:
    def __init__(self, conn):
        self.conn = conn

    def _all(self, statement, params=()):
        with closing(self.conn.cursor()) as cur:
            cur.execute(statement, params)
            return cur.fetchall()

    def by_ids(self, ids):
        marks = ", ".join(["%s"] * len(ids))
        return self._all(SELECT + " WHERE id IN (" + marks + ")", tuple(ids))

    def search(self, account=None, since=None, order=None):
        where, params = [], []
        if account is not None:
            where.append("account = %s")
            params.append(account)
        if since is not None:
            where.append("booked_on >= %s")
            params.append(since)
        tail = " WHERE " + " AND ".join(where) if where else ""
        return self._all(SELECT + tail + " ORDER BY " + ORDERINGS[order], params)

    def balance(self, book: Book, account):
        statement = sql.SQL("SELECT COALESCE(SUM(amount), 0) FROM {} WHERE account = %s").format(
            sql.Identifier(book.value))
        return self._all(statement, (account,))[0][0]

    def add(self, rows):
        with closing(self.conn.cursor()) as cur:
            execute_values(cur, "INSERT INTO ledger (booked_on, account, amount) VALUES %s", rows)
        self.conn.commit()

    def recent(self, n):
        return self._all("SELECT id FROM ledger ORDER BY id DESC LIMIT %d" % int(n))
# == Falcon members service in front of MongoDB that insists on plain values
import os
from wsgiref.simple_server import make_server

import falcon
from bson import ObjectId
from bson.errors import InvalidId
from pymongo import MongoClient


def text(media, key, limit=120):
    value = media.get(key)
    if not isinstance(value, str) or len(value) > limit:
        raise falcon.HTTPBadRequest(title=f"{key} must be a text")
    return value


class Members:
    def __init__(self, db):
        self.db = db

    def on_get(self, req, resp):
        skip = req.get_param_as_int("skip", default=0, min_value=0)
        city = req.get_param("city", required=True)
        found = self.db.members.find({"city": {"$eq": city}}, {"_id": 0, "name": 1}).skip(skip).limit(50)
        resp.media = list(found)

    def on_post(self, req, resp):
        media = req.get_media()
        login, code = text(media, "login"), text(media, "code")
        found = self.db.members.find_one({"login": login, "code": code})
        if found is None:
            raise falcon.HTTPUnauthorized()
        resp.media = {"id": str(found["_id"])}


class Member:
    def __init__(self, db):
        self.db = db

    def on_get(self, req, resp, member_id):
        try:
            key = ObjectId(member_id)
        except InvalidId:
            raise falcon.HTTPNotFound()
        found = self.db.members.find_one({"_id": key}, {"_id": 0})
        if found is None:
            raise falcon.HTTPNotFound()
        resp.media = {"name": found["name"], "age": found.get("age")}

    def on_patch(self, req, resp, member_id):
        age = int(req.get_media().get("age", 0))
        self.db.members.update_one({"_id": ObjectId(member_id)}, {"$set": {"age": age}})
        resp.status = falcon.HTTP_204


def build():
    db = MongoClient(os.environ["MONGO_URL"], serverSelectionTimeoutMS=3000).club
    api = falcon.App()
    api.add_route("/members", Members(db))
    api.add_route("/members/{member_id}", Member(db))
    return api


if __name__ == "__main__":
    make_server("127.0.0.1", 8001, build()).serve_forever()
# == Celery tasks that turn uploads of editors into thumbnails and previews
import os
import subprocess
from pathlib import Path

from celery import Celery

app = Celery("media", broker=os.environ["BROKER_URL"])
PREVIEWS = Path(os.environ.get("PREVIEWS", "/srv/previews"))
FFMPEG = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y"]


def run(args, seconds=600):
    return subprocess.run(args, check=True, timeout=seconds, capture_output=True).stdout


@app.task(bind=True, max_retries=3)
def thumbnail(self, source, width=320):
    target = PREVIEWS / (Path(source).stem + ".jpg")
    run([*FFMPEG, "-i", source, "-vframes", "1", "-vf", "scale=%d:-1" % width, str(target)])
    return str(target)


@app.task
def preview(source, start, seconds):
    target = PREVIEWS / (Path(source).stem + ".mp4")
    line = f"ffmpeg -y -ss {start} -t {seconds} -i '{source}' -an '{target}' 2>/dev/null"
    subprocess.run(line, shell=True, timeout=900)  # expect: py/shell-call
    return str(target)


@app.task
def waveform(source, colour="#336699"):
    png = os.path.splitext(source)[0] + ".png"
    status = os.system("audiowaveform -i %s -o %s --waveform-color %s" % (source, png, colour))  # expect: py/shell-call
    if status:
        raise RuntimeError("audiowaveform ended with %d" % status)
    return png


@app.task
def duration(source):
    out = run(["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", source], 60)
    return float(out)
# == Litestar endpoint that unpacks course material uploaded by teachers
import io
import os
import tarfile
import zipfile
from typing import Annotated

from litestar import Litestar, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException
from litestar.params import Body

COURSES = os.environ.get("COURSES", "/srv/courses")
Upload = Annotated[UploadFile, Body(media_type=RequestEncodingType.MULTI_PART)]


def suspicious(names):
    return [n for n in names if n.startswith("/") or ".." in n.split("/")]


def folder(course: int) -> str:
    path = os.path.join(COURSES, f"{course:06d}")
    os.makedirs(path, mode=0o750, exist_ok=True)
    return path


@post("/courses/{course:int}/zip")
async def upload_zip(course: int, data: Upload) -> dict[str, int]:
    target, count = folder(course), 0
    with zipfile.ZipFile(io.BytesIO(await data.read())) as pack:
        for info in pack.infolist():
            if info.is_dir():
                continue
            full = os.path.join(target, info.filename)
            with open(full, "wb") as out:  # expect: py/zip-slip
                out.write(pack.read(info))
            count += 1
    return {"files": count}


@post("/courses/{course:int}/tar")
async def upload_tar(course: int, data: Upload) -> dict[str, int]:
    with tarfile.open(fileobj=io.BytesIO(await data.read())) as pack:
        names = pack.getnames()
        suspicious(names)
        pack.extractall(folder(course))  # expect: py/zip-slip
    return {"files": len(names)}


@post("/courses/{course:int}/cover")
async def upload_cover(course: int, data: Upload) -> dict[str, str]:
    picture = await data.read()
    if not picture.startswith(b"\x89PNG"):
        raise ClientException("only PNG")
    with open(os.path.join(folder(course), "cover.png"), "wb") as out:
        out.write(picture)
    return {"cover": "cover.png"}


@get("/courses/{course:int}")
async def content(course: int) -> list[str]:
    return sorted(os.listdir(folder(course)))


app = Litestar([upload_zip, upload_tar, upload_cover, content])
# == configuration loader for models and settings in safe formats
import json
import pickle
import tomllib
from functools import partial
from pathlib import Path

import numpy as np
import torch
import yaml
from marshmallow import EXCLUDE, Schema, fields

try:
    from yaml import CSafeLoader as Loader
except ImportError:
    from yaml import SafeLoader as Loader


class RunSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.Str(required=True)
    epochs = fields.Int(load_default=10)
    lr = fields.Float(load_default=1e-3)


def _toml(text):
    return tomllib.loads(text)


READERS = {
    ".json": json.loads,
    ".toml": _toml,
    ".yaml": partial(yaml.load, Loader=Loader),
    ".yml": yaml.safe_load,
}


def load_run(path: Path) -> dict:
    reader = READERS.get(path.suffix)
    if reader is None:
        raise ValueError(f"unknown kind of file {path.suffix}")
    return RunSchema().load(reader(path.read_text(encoding="utf-8")))


def load_weights(path, device="cpu"):
    return torch.load(path, map_location=device, weights_only=True)


def load_table(path):
    return np.load(path, allow_pickle=False)


def load_all(path):
    with open(path) as fh:
        return list(yaml.safe_load_all(fh))


def size_when_sent(obj) -> int:
    """How many bytes the object takes on its way to a worker process."""
    return len(pickle.dumps(obj, protocol=pickle.HIGHEST_PROTOCOL))
# == Streamlit calculator and sales board without eval
import ast
import operator
import os
import sqlite3

import pandas as pd
import streamlit as st

STYLE = "<style>.block-container {max-width: 60rem;} footer {visibility: hidden;}</style>"
OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
BOARDS = {
    "Region": "SELECT region AS label, SUM(total) AS total FROM sales WHERE year = ? GROUP BY region",
    "Product": "SELECT product AS label, SUM(total) AS total FROM sales WHERE year = ? GROUP BY product",
}


def evaluate(node, names):
    """Walks a small arithmetic tree; everything else is refused."""
    match node:
        case ast.Expression(body=body):
            return evaluate(body, names)
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPS:
            return OPS[type(op)](evaluate(left, names), evaluate(right, names))
    raise ValueError("only numbers, names and + - * /")


st.set_page_config(page_title="Sales")
st.markdown(STYLE, unsafe_allow_html=True)
board = st.sidebar.selectbox("Board", list(BOARDS))
year = int(st.sidebar.number_input("Year", value=2024, step=1))

with sqlite3.connect(os.environ.get("SALES_DB", "sales.db")) as db:
    frame = pd.read_sql_query(BOARDS[board], db, params=(year,))

wanted = st.text_input("Only labels that contain")
if wanted:
    frame = frame[frame["label"].str.contains(wanted, case=False, regex=False)]
    st.write("Filter:", wanted)
st.dataframe(frame)

formula = st.text_input("Formula over total", "total * 1.19")
if formula:
    try:
        value = evaluate(ast.parse(formula, mode="eval"), {"total": float(frame["total"].sum())})
    except (SyntaxError, ValueError, ZeroDivisionError) as problem:
        st.error(f"Not understood: {type(problem).__name__}")
    else:
        st.metric("Result", f"{value:,.2f}")

picked = st.text_input("Years as a list", "[2022, 2023]")
try:
    years = [int(y) for y in ast.literal_eval(picked)]
except (SyntaxError, ValueError, TypeError):
    years = []
st.caption(f"{len(years)} years chosen")
# == inventory of network devices over their old protocols
"""Collect names and configurations of switches into one folder."""
import ftplib
import io
import os
import sys
import telnetlib
from pathlib import Path

from pysnmp.hlapi import (CommunityData, ContextData, ObjectIdentity, ObjectType, SnmpEngine, UdpTransportTarget,
                          UsmUserData, getCmd, usmAesCfb128Protocol, usmHMAC192SHA256AuthProtocol)

SYS_NAME = ObjectType(ObjectIdentity("SNMPv2-MIB", "sysName", 0))


def read_name(host, auth):
    target = UdpTransportTarget((host, 161), timeout=2, retries=1)
    error, status, _, binds = next(getCmd(SnmpEngine(), auth, target, ContextData(), SYS_NAME))
    if error or status:
        return None
    return str(binds[0][1])


def auth_for(kind):
    env = os.environ
    if kind == "old":
        return CommunityData(env["SNMP_COMMUNITY"], mpModel=1)  # expect: py/snmp-insecure
    if kind == "middle":
        return UsmUserData(env["SNMP_USER"], env["SNMP_AUTH"], authProtocol=usmHMAC192SHA256AuthProtocol)  # expect: py/snmp-insecure
    return UsmUserData(env["SNMP_USER"], env["SNMP_AUTH"], env["SNMP_PRIV"],
                       authProtocol=usmHMAC192SHA256AuthProtocol, privProtocol=usmAesCfb128Protocol)


def config_by_ftp(host):
    out = io.BytesIO()
    with ftplib.FTP(host, os.environ["FTP_USER"], os.environ["FTP_PASSWORD"], timeout=20) as ftp:  # expect: py/clear-text-protocol
        ftp.retrbinary("RETR startup-config", out.write)
    return out.getvalue()


def config_by_telnet(host):
    session = telnetlib.Telnet(host, 23, timeout=20)  # expect: py/clear-text-protocol
    session.read_until(b"login: ", 10)
    session.write(os.environ["TELNET_USER"].encode() + b"\n")
    session.read_until(b"Password: ", 10)
    session.write(os.environ["TELNET_PASSWORD"].encode() + b"\nshow running-config\nexit\n")
    return session.read_all()


def main(folder, devices):
    for line in Path(devices).read_text().splitlines():
        host, kind = line.split()
        name = read_name(host, auth_for(kind)) or "unnamed"
        config = config_by_telnet(host) if kind == "old" else config_by_ftp(host)
        (Path(folder) / f"{host}.cfg").write_bytes(b"! " + name.encode() + b"\n" + config)


if __name__ == "__main__":
    main(*sys.argv[1:3])
# == Dash report viewer that takes the title from the address
import os
from pathlib import Path
from urllib.parse import parse_qs

import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, State, callback, dcc, html
from dash.exceptions import PreventUpdate

DATA = Path(os.environ.get("REPORT_DATA", "/srv/report-data"))
REPORTS = sorted(p.stem for p in DATA.glob("*.csv"))
COLOURS = {"warm": px.colors.sequential.OrRd, "cold": px.colors.sequential.Blues}

app = Dash(__name__)
app.layout = html.Div([
    dcc.Location(id="url"),
    html.Div(id="banner"),
    dcc.Dropdown(REPORTS, id="report"),
    dcc.RadioItems(list(COLOURS), "warm", id="palette"),
    dcc.Input(id="needle", debounce=True),
    dcc.Graph(id="chart"),
    html.Div(id="matches"),
])


@callback(Output("banner", "children"), Input("url", "search"))
def banner(search):
    query = parse_qs((search or "").lstrip("?"))
    title = query.get("title", ["Reports"])[0]
    return dcc.Markdown(f"## {title}\n\n<small>internal</small>", dangerously_allow_html=True)  # expect: py/xss


def load(name):
    if not name:
        raise PreventUpdate
    return pd.read_csv(DATA / f"{name}.csv")  # expect: py/path-traversal


@callback(Output("chart", "figure"), Input("report", "value"), Input("palette", "value"))
def chart(report, palette):
    frame = load(report)
    scale = COLOURS.get(palette, COLOURS["warm"])
    return px.bar(frame, x=frame.columns[0], y=frame.columns[1], color_continuous_scale=scale)


@callback(Output("matches", "children"), Input("needle", "value"), State("palette", "value"))
def matches(needle, palette):
    if not needle:
        raise PreventUpdate
    hits = [name for name in REPORTS if needle.lower() in name.lower()]
    return html.Ul([html.Li(f"{needle} is in {hit}") for hit in hits], className=f"list-{palette}")


if __name__ == "__main__":
    app.run(host="127.0.0.1", debug=False)
# == Flask extension for security headers, cross origin answers and a device cookie
"""flask-harbour: small defaults for services behind one front end."""
import secrets

from flask import g, request

__version__ = "1.4.0"


class Harbour:
    HEADERS = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    }
    COOKIE = "harbour_device"

    def __init__(self, app=None, origins=()):
        self.origins = frozenset(origins)
        if app is not None:
            self.init_app(app)

    def init_app(self, app):
        self.origins |= frozenset(app.config.get("HARBOUR_ORIGINS", ()))
        if "*" in self.origins:
            raise ValueError("HARBOUR_ORIGINS must name its origins, '*' is not possible with credentials")
        app.config.setdefault("SESSION_COOKIE_SECURE", True)
        app.config.setdefault("SESSION_COOKIE_HTTPONLY", True)
        app.config.setdefault("SESSION_COOKIE_SAMESITE", "Lax")
        app.before_request(self._before)
        app.after_request(self._after)
        app.extensions["harbour"] = self

    def _before(self):
        g.new_device = None
        if self.COOKIE not in request.cookies:
            g.new_device = secrets.token_urlsafe(24)

    def _after(self, response):
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        origin = request.headers.get("Origin")
        if origin in self.origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.vary.add("Origin")
        elif request.path.startswith("/public/"):
            response.headers["Access-Control-Allow-Origin"] = "*"
        if g.get("new_device"):
            response.set_cookie(self.COOKIE, g.new_device, max_age=31536000, secure=True, httponly=True,
                                samesite="Strict")
        return response
# == Gradio voice demo that calls a speech program
import os
import re
import subprocess
import tempfile
from pathlib import Path

import gradio as gr

VOICES = {"Anna": "de+f3", "Bob": "en-gb", "Chloé": "fr+f2"}
SAMPLES = Path(__file__).with_name("samples")
NAME = re.compile(r"[a-z]{3,20}")


def speak(text, voice, speed, pitch):
    if voice not in VOICES:
        raise gr.Error("Unknown voice")
    text = (text or "")[:400]
    fd, wav = tempfile.mkstemp(suffix=".wav")
    os.close(fd)
    args = ["espeak-ng", "-v", VOICES[voice], "-s", str(int(speed)), "-p", f"{int(pitch)}", "-w", wav, "--", text]
    done = subprocess.run(args, timeout=30, capture_output=True)
    if done.returncode:
        raise gr.Error("The speech program failed")
    return wav


def sample(name):
    if not NAME.fullmatch(name or ""):
        raise gr.Error("Names of samples have three to twenty small letters")
    path = SAMPLES / f"{name}.txt"
    return path.read_text() if path.exists() else ""


def count(text):
    words = text.split()
    return {"words": len(words), "characters": len(text), "longest": max(words, key=len, default="")}


with gr.Blocks(title="Voices") as demo:
    text = gr.Textbox(label="Text", lines=4)
    with gr.Row():
        voice = gr.Dropdown(list(VOICES), value="Anna", label="Voice")
        speed = gr.Slider(80, 260, 160, step=10, label="Speed")
        pitch = gr.Slider(0, 99, 50, step=1, label="Pitch")
    name = gr.Textbox(label="Sample")
    gr.Button("Load").click(sample, name, text)
    gr.Button("Speak").click(speak, [text, voice, speed, pitch], gr.Audio(type="filepath"))
    text.change(count, text, gr.JSON())

if __name__ == "__main__":
    demo.launch(server_name="127.0.0.1", share=False)
# == worker that mails receipts and keeps going whatever happens
import os
import smtplib
import ssl
import time
from decimal import Decimal
from email.message import EmailMessage

from jinja2 import Environment, PackageLoader, select_autoescape

pages = Environment(loader=PackageLoader("receipts", "pages"), autoescape=select_autoescape(["html"]))
mails = Environment(loader=PackageLoader("receipts", "mails"), trim_blocks=True, autoescape=False)  # expect: py/autoescape-off


class Stats:
    sent = 0
    skipped = 0


def refund(account, order, amount):
    assert account.may_refund, "account has no right to refund"  # expect: py/assert-check
    if amount > order.total:
        raise ValueError("more than was paid")
    order.refunded += Decimal(amount)
    order.save()


def letter(order):
    msg = EmailMessage()
    msg["Subject"] = f"Receipt {order.number}"
    msg["From"] = os.environ["RECEIPT_FROM"]
    msg["To"] = order.customer.mail
    msg.set_content(f"Your receipt {order.number} is attached as a page.")
    msg.add_alternative(mails.get_template("receipt.html").render(order=order), subtype="html")
    return msg


def deliver(queue, stats=Stats):
    context = ssl.create_default_context()
    with smtplib.SMTP(os.environ["SMTP_HOST"], 587, timeout=30) as smtp:
        smtp.starttls(context=context)
        smtp.login(os.environ["SMTP_USER"], os.environ["SMTP_PASSWORD"])
        for order in queue:
            try:
                smtp.send_message(letter(order))
                stats.sent += 1
            except Exception:  # expect: py/swallowed-exception
                pass


def cleanup(folder, days=30):
    limit = time.time() - days * 86400
    for entry in os.scandir(folder):
        try:
            if entry.stat().st_mtime < limit:
                os.unlink(entry.path)
        except FileNotFoundError:
            pass
# == AWS Lambda behind API Gateway for partner orders
import base64
import json
import os
import urllib.request

import boto3
from lxml import etree

table = boto3.resource("dynamodb").Table(os.environ.get("TABLE", "orders"))


def body_of(event):
    raw = event.get("body") or ""
    return base64.b64decode(raw) if event.get("isBase64Encoded") else raw.encode()


def answer(status, payload):
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(payload)}


def import_order(event):
    order = etree.fromstring(body_of(event), etree.XMLParser(resolve_entities=True, no_network=False))  # expect: py/xxe
    item = {"pk": order.get("number"), "lines": len(order.findall("line"))}
    table.put_item(Item=item)
    return answer(201, item)


def import_note(event):
    note = json.loads(body_of(event))
    table.put_item(Item={"pk": str(note["number"]), "note": str(note["text"])[:500]})
    return answer(201, {"ok": True})


def subscribe(event):
    hook = json.loads(body_of(event))["hook"]
    probe = urllib.request.Request(hook, data=b'{"ping": true}', method="POST")
    with urllib.request.urlopen(probe, timeout=5) as reply:  # expect: py/ssrf
        return answer(200, {"status": reply.status})


def track(event):
    params = event.get("queryStringParameters") or {}
    table.update_item(Key={"pk": params.get("order", "none")}, UpdateExpression="ADD clicks :one",
                      ExpressionAttributeValues={":one": 1})
    return {"statusCode": 302, "headers": {"Location": params.get("to", "/")}, "body": ""}  # missed: py/open-redirect


def status(event):
    number = event["pathParameters"]["number"]
    found = table.get_item(Key={"pk": number}).get("Item")
    return answer(200, {"number": number, "lines": int(found["lines"])}) if found else answer(404, {})


ROUTES = {
    ("POST", "/orders"): import_order,
    ("POST", "/notes"): import_note,
    ("POST", "/hooks"): subscribe,
    ("GET", "/track"): track,
    ("GET", "/orders/{number}"): status,
}


def handler(event, context):
    route = ROUTES.get((event["httpMethod"], event["resource"]))
    return route(event) if route else answer(404, {})  # wrongly: py/open-redirect
# == account library with slow hashes and a look at leaked passwords
"""Passwords: stored with scrypt or argon2, checked against the list of leaks by prefix."""
import base64
import hashlib
import hmac
import os
import secrets

import httpx
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

_argon = PasswordHasher(time_cost=3, memory_cost=64 * 1024)
RANGE_URL = "https://api.pwnedpasswords.com/range/"


def hash_password(password: str) -> str:
    return _argon.hash(password)


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2 ** 15, r=8, p=1, maxmem=2 ** 26, dklen=32)


def hash_legacy(password: str) -> str:
    salt = os.urandom(16)
    return "scrypt$" + base64.b64encode(salt + _scrypt(password, salt)).decode()


def verify(password: str, stored: str) -> bool:
    if stored.startswith("scrypt$"):
        raw = base64.b64decode(stored[7:])
        return hmac.compare_digest(raw[16:], _scrypt(password, raw[:16]))
    try:
        return _argon.verify(stored, password)
    except VerifyMismatchError:
        return False


def leaked(password: str) -> int:
    """How often a password was seen in leaks; only five letters of the digest leave the house."""
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    answer = httpx.get(RANGE_URL + digest[:5], timeout=5, headers={"Add-Padding": "true"})
    answer.raise_for_status()
    for line in answer.text.splitlines():
        tail, _, seen = line.partition(":")
        if tail == digest[5:]:
            return int(seen)
    return 0


def new_reset_token() -> tuple[str, str]:
    token = secrets.token_urlsafe(32)
    return token, hashlib.sha256(token.encode()).hexdigest()


def new_password(length=16) -> str:
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(secrets.choice(letters) for _ in range(length))
# == GraphQL resolvers with graphene over Django models
# -- file: library/queries.py
"""Statements that the ORM cannot say well."""
from django.db import connection

SORTS = {"title": "b.title", "year": "b.year DESC"}
TOP = """
    SELECT b.id, b.title, COUNT(l.id) AS loans
      FROM library_book b JOIN library_loan l ON l.book_id = b.id
     WHERE l.branch = %s AND b.language = %s
     GROUP BY b.id, b.title ORDER BY {order} LIMIT %s
"""


def top_books(branch, language, sort, limit):
    statement = TOP.format(order=SORTS.get(sort, "loans DESC"))
    with connection.cursor() as cur:
        cur.execute(statement, [branch, language, limit])
        return cur.fetchall()
# -- file: library/schema.py
import graphene
from django.db.models import Q
from graphene_django import DjangoObjectType

from .models import Book
from .queries import top_books


class BookType(DjangoObjectType):
    class Meta:
        model = Book
        fields = ("id", "title", "year")


class TopBook(graphene.ObjectType):
    title = graphene.String()
    loans = graphene.Int()


class Query(graphene.ObjectType):
    books = graphene.List(BookType, text=graphene.String(), year=graphene.Int())
    raw_books = graphene.List(BookType, prefix=graphene.String(required=True))
    top = graphene.List(TopBook, branch=graphene.String(required=True), language=graphene.String(),
                        sort=graphene.String(), limit=graphene.Int())

    def resolve_books(self, info, text=None, year=None):
        found = Book.objects.all()
        if text:
            found = found.filter(Q(title__icontains=text) | Q(author__icontains=text))
        if year is not None:
            found = found.filter(year=year)
        return found[:100]

    def resolve_raw_books(self, info, prefix):
        return Book.objects.raw("SELECT * FROM library_book WHERE title LIKE %s", [prefix + "%"])

    def resolve_top(self, info, branch, language="de", sort=None, limit=10):
        rows = top_books(branch, language, sort, min(limit, 50))
        return [TopBook(title=title, loans=loans) for _, title, loans in rows]


schema = graphene.Schema(query=Query)
# == command line authority that issues certificates for sensors and servers
"""toyca: keys and certificates for the measuring network."""
import argparse
import datetime
import os

from Crypto.PublicKey import DSA
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID


def sensor_key(bits=1024):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)  # expect: py/weak-key-size


def server_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def gateway_key():
    return ec.generate_private_key(ec.SECP192R1())  # expect: py/weak-key-size


def firmware_key():
    return DSA.generate(1024).export_key()  # expect: py/weak-key-size


def laptop_key():
    return ec.generate_private_key(ec.SECP256R1())


KINDS = {"sensor": sensor_key, "server": server_key, "gateway": gateway_key, "laptop": laptop_key}


def certificate(name, key, authority, days=365):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
               .public_key(key.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(now).not_valid_after(now + datetime.timedelta(days=days)))
    return builder.sign(authority, hashes.SHA1())  # expect: py/weak-hash


def save(path, data):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as fh:
        fh.write(data)


def main():
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("kind", choices=KINDS)
    cli.add_argument("name")
    args = cli.parse_args()
    key = KINDS[args.kind]()
    secret = os.environ["TOYCA_PASSPHRASE"].encode()
    save(args.name + ".key", key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                               serialization.BestAvailableEncryption(secret)))
    cert = certificate(args.name, key, key)
    save(args.name + ".crt", cert.public_bytes(serialization.Encoding.PEM))


if __name__ == "__main__":
    main()
# == ariadne note search with patterns of the caller
import json
import os
import re
from pathlib import Path

from ariadne import MutationType, QueryType, gql, make_executable_schema
from ariadne.asgi import GraphQL
from graphql import GraphQLError

STORE = Path(os.environ.get("NOTES", "notes.json"))
TYPES = gql("""
    type Note { id: ID! title: String! body: String! }
    type Query { search(pattern: String!, ignoreCase: Boolean = true): [Note!]!
                 plain(text: String!): [Note!]!
                 tagged(tag: String!): [Note!]! }
    type Mutation { add(title: String!, body: String!): Note! }
""")
query, mutation = QueryType(), MutationType()


def notes():
    return json.loads(STORE.read_text()) if STORE.exists() else []


@query.field("search")
def resolve_search(_, info, pattern, ignoreCase=True):
    flags = re.IGNORECASE if ignoreCase else 0
    try:
        finder = re.compile(pattern, flags)  # expect: py/regex-injection
    except re.error as exc:
        raise GraphQLError("not a regular expression") from exc
    return [n for n in notes() if finder.search(n["body"])]


@query.field("plain")
def resolve_plain(*_, text):
    finder = re.compile(rf"\b{re.escape(text)}\b", re.IGNORECASE)
    return [n for n in notes() if finder.search(n["body"])]


@query.field("tagged")
def resolve_tagged(*_, tag):
    if not re.fullmatch(r"#?[a-z0-9-]{1,30}", tag):
        raise GraphQLError("not a tag")
    return [n for n in notes() if f"#{tag.lstrip('#')}" in n["body"].split()]


@mutation.field("add")
def resolve_add(_, info, title, body):
    if not re.match(r"^([A-Za-z0-9]+[ -]?)+$", title):  # expect: py/redos
        raise GraphQLError("titles are words with spaces or hyphens between them")
    kept = notes()
    note = {"id": str(len(kept) + 1), "title": title, "body": body}
    STORE.write_text(json.dumps([*kept, note]))
    return note


app = GraphQL(make_executable_schema(TYPES, query, mutation), debug=False)
# == command line client with many words about passwords and none in it
"""Client for the reporting service.

Example::

    >>> client = connect("reports.example.org", user="anna", password="hunter2")
    >>> client.login()

Put ``REPORTS_PASSWORD=changeme`` into your environment to try it out.
"""
import argparse
import getpass
import os
import sys

import requests

PASSWORD_FIELD = "password"
PASSWORD_PROMPT = "Password for %s: "
TOKEN_HEADER = "X-Reports-Token"
TOKEN_URL = "https://reports.example.org/oauth/token"
SECRET_NAME = "prod/reports/database"
KEYRING_SERVICE = "reports-cli"
SAMPLE_CONFIG = """\
[reports]
user = <your name>
password = <your password>
api_key = ${REPORTS_API_KEY}
"""
ERRORS = {
    "bad_password": "The password is wrong.",
    "password_expired": "The password has expired, please choose another one.",
    "token_missing": "There is no token, log in first.",
}


def read_password(args):
    password = os.environ.get("REPORTS_PASSWORD", "")
    if args.password_file:
        with open(args.password_file, encoding="utf-8") as fh:
            password = fh.readline().rstrip("\n")
    if password == "":
        password = getpass.getpass(PASSWORD_PROMPT % args.user)
    return password


def log_in(user, password=None, api_key=None):
    form = {"grant_type": PASSWORD_FIELD, "username": user, PASSWORD_FIELD: password}
    answer = requests.post(TOKEN_URL, data=form, headers={TOKEN_HEADER: api_key or ""}, timeout=15)
    if answer.status_code == 401:
        sys.exit(ERRORS.get(answer.json().get("error"), ERRORS["bad_password"]))
    answer.raise_for_status()
    return answer.json()["access_token"]


def main():
    cli = argparse.ArgumentParser(description="Reports from the shell")
    cli.add_argument("user")
    cli.add_argument("--password-file", help="file whose first line is the password")
    cli.add_argument("--sample-config", action="store_true")
    args = cli.parse_args()
    if args.sample_config:
        print(SAMPLE_CONFIG)
        return
    token = log_in(args.user, read_password(args), os.getenv("REPORTS_API_KEY", default=""))
    print("logged in, token of %d characters" % len(token))


if __name__ == "__main__":
    main()
# == websocket board server with a table of operations
import asyncio
import json
import logging
import os
import uuid
from pathlib import Path

import websockets

log = logging.getLogger("board")
BOARDS = Path(os.environ.get("BOARDS", "boards"))
OPS = {}


def op(name, *needs):
    def wrap(fn):
        OPS[name] = (fn, needs)
        return fn
    return wrap


def board_file(data):
    return BOARDS / f"{uuid.UUID(data['board'])}.json"


@op("load", "board")
async def load(data):
    path = board_file(data)
    return json.loads(path.read_text()) if path.exists() else {"shapes": []}


@op("add", "board", "x", "y")
async def add(data):
    path = board_file(data)
    board = await load(data)
    board["shapes"].append({"x": float(data["x"]), "y": float(data["y"]), "label": str(data.get("label", ""))[:80]})
    path.write_text(json.dumps(board))
    return {"count": len(board["shapes"])}


@op("render", "board", "format")
async def render(data):
    fmt = {"png": "png", "svg": "svg"}[data["format"]]
    proc = await asyncio.create_subprocess_exec("board-render", "--format", fmt, str(board_file(data)))
    return {"exit": await proc.wait()}


async def serve_client(ws):
    async for raw in ws:
        try:
            data = json.loads(raw)
            fn, needs = OPS[data["op"]]
            missing = [n for n in needs if n not in data]
            result = {"missing": missing} if missing else await fn(data)
        except (KeyError, TypeError, ValueError) as exc:
            log.warning("refused %s: %r", type(exc).__name__, raw[:80])
            result = {"error": "refused"}
        await ws.send(json.dumps(result))


async def main():
    async with websockets.serve(serve_client, "127.0.0.1", 8765, max_size=1 << 16):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main())
# == importer of product feeds that come as XML
import logging
import urllib.request
from decimal import Decimal
from xml.dom import minidom

from lxml import etree

log = logging.getLogger(__name__)


class Product:
    __slots__ = ("sku", "name", "price")

    def __init__(self, sku, name, price):
        self.sku, self.name, self.price = sku, name, Decimal(price)


def download(url, limit=50_000_000):
    with urllib.request.urlopen(url, timeout=60) as answer:  # expect: py/url-open
        return answer.read(limit)


def local(path):
    with open(path, "rb") as fh:
        return fh.read()


class Feed:
    def __init__(self, data):
        self.data = data

    def products(self):
        raise NotImplementedError


class ShopFeed(Feed):
    def products(self):
        doc = minidom.parseString(self.data)  # expect: py/unsafe-xml
        for node in doc.getElementsByTagName("product"):
            yield Product(node.getAttribute("sku"), node.getAttribute("name"), node.getAttribute("price"))


class WholesaleFeed(Feed):
    def products(self):
        root = etree.fromstring(self.data, etree.XMLParser(load_dtd=True, no_network=False, resolve_entities=True))  # expect: py/unsafe-xml
        for node in root.iterfind(".//article"):
            yield Product(node.findtext("number"), node.findtext("title"), node.findtext("net") or "0")


class PartnerFeed(Feed):
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)

    def products(self):
        for node in etree.fromstring(self.data, self.parser).iterfind("item"):
            yield Product(node.get("id"), node.get("name"), node.get("eur"))


def surcharge(rule, product):
    """Rules of the partner table look like 'price * 1.2 + 4'."""
    return eval(rule, {}, {"price": product.price})  # expect: py/dangerous-eval


FEEDS = {"shop": ShopFeed, "wholesale": WholesaleFeed, "partner": PartnerFeed}


def import_feed(kind, source, store):
    data = download(source) if "://" in source else local(source)
    n = 0
    for product in FEEDS[kind](data).products():
        store.upsert(product)
        n += 1
    log.info("imported %d products", n)
    return n
# == Telegram bot of a help desk with feedback, logs and link previews
import os
import smtplib
import ssl

import httpx
from telegram import Update
from telegram.ext import ApplicationBuilder, CommandHandler, ContextTypes

LOGS = os.environ.get("DESK_LOGS", "/srv/desk/logs")
DESK = os.environ.get("DESK_MAIL", "desk@example.org")
STATUS = {"mail": "https://status.example.org/mail", "wiki": "https://status.example.org/wiki"}


def send_mail(subject, text):
    with smtplib.SMTP_SSL(os.environ["SMTP_HOST"], timeout=20, context=ssl.create_default_context()) as smtp:
        smtp.login(os.environ["SMTP_USER"], os.environ["SMTP_PASSWORD"])
        message = "From: bot@example.org\nTo: %s\nSubject: %s\n\n%s" % (DESK, subject, text)
        smtp.sendmail("bot@example.org", [DESK], message.encode())  # expect: py/email-injection


async def feedback(update: Update, context: ContextTypes.DEFAULT_TYPE):
    text = update.message.text.partition(" ")[2]
    send_mail("Feedback: " + text[:200], "sent by the bot")
    await update.message.reply_text("Thank you")


async def show_log(update: Update, context: ContextTypes.DEFAULT_TYPE):
    name = context.args[0] if context.args else "today.log"
    if not name.endswith(".log"):
        await update.message.reply_text("Logs end in .log")
        return
    with open(os.path.join(LOGS, name), errors="replace") as fh:  # expect: py/path-traversal
        lines = fh.readlines()
    await update.message.reply_text("".join(lines[-20:]))


async def preview(update: Update, context: ContextTypes.DEFAULT_TYPE):
    if not context.args:
        return
    async with httpx.AsyncClient(timeout=10) as http:
        page = await http.get(context.args[0])  # expect: py/ssrf
    await update.message.reply_text(page.text[:300])


async def status(update: Update, context: ContextTypes.DEFAULT_TYPE):
    url = STATUS.get(context.args[0] if context.args else "mail")
    if url is None:
        await update.message.reply_text("I know " + ", ".join(STATUS))
        return
    async with httpx.AsyncClient(timeout=10) as http:
        reply = await http.get(url)
    await update.message.reply_text(f"{reply.status_code}")


def main():
    bot = ApplicationBuilder().token(os.environ["TELEGRAM_TOKEN"]).build()
    for name, fn in {"feedback": feedback, "log": show_log, "preview": preview, "status": status}.items():
        bot.add_handler(CommandHandler(name, fn))
    bot.run_polling()


if __name__ == "__main__":
    main()
# == library of http clients that all check certificates and have a limit
"""One place that knows how we talk to other services.

verify=False and timeout=None are not to be used anywhere; the linter looks for them.
"""
import os
import ssl

import aiohttp
import certifi
import httpx
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

CA = os.environ.get("COMPANY_CA", certifi.where())
SECONDS = 20


def tls() -> ssl.SSLContext:
    ctx = ssl.create_default_context(cafile=CA)
    ctx.minimum_version = ssl.TLSVersion.TLSv1_2
    return ctx


def pinned(cert_file, key_file) -> ssl.SSLContext:
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ctx.load_verify_locations(CA)
    ctx.load_cert_chain(cert_file, key_file)
    if ctx.verify_mode != ssl.CERT_REQUIRED or not ctx.check_hostname:
        raise RuntimeError("the context does not verify")
    return ctx


def session() -> requests.Session:
    s = requests.Session()
    s.verify = CA
    s.mount("https://", HTTPAdapter(max_retries=Retry(total=3, backoff_factor=0.3)))
    return s


def fetch(url: str, **params):
    verify = True if CA == certifi.where() else CA
    reply = requests.get(url, params=params, verify=verify, timeout=SECONDS)
    reply.raise_for_status()
    return reply.json()


def sync_client(base: str) -> httpx.Client:
    return httpx.Client(base_url=base, verify=tls(), timeout=httpx.Timeout(SECONDS, connect=5))


async def gather_json(urls):
    connector = aiohttp.TCPConnector(ssl=tls(), limit=8)
    limit = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=limit) as http:
        found = {}
        for url in urls:
            async with http.get(url) as reply:
                found[url] = await reply.json()
        return found


def pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(cert_reqs="CERT_REQUIRED", ca_certs=CA, timeout=urllib3.Timeout(SECONDS), num_pools=4)
# == FastAPI pages from templates with typed parameters
# -- file: club/main.py
import html
import os
import re
from typing import Literal
from urllib.parse import quote

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from starlette.middleware.sessions import SessionMiddleware

from .store import members

app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=os.environ["CLUB_SECRET"], https_only=True, same_site="lax")
templates = Jinja2Templates(directory="templates")


@app.get("/members", response_class=HTMLResponse)
def listing(request: Request, q: str = ""):
    found = [m for m in members() if q.lower() in m.name.lower()]
    return templates.TemplateResponse(request, "members.html", {"q": q, "members": found})


@app.get("/hello", response_class=HTMLResponse)
def hello(name: str = "you"):
    return HTMLResponse(f'<p title="{html.escape(name, quote=True)}">Hello {html.escape(name)}</p>')


@app.post("/theme")
def theme(request: Request, choice: Literal["dark", "light"] = Form()):
    answer = RedirectResponse(request.url_for("listing"), status_code=303)
    answer.set_cookie("theme", choice, secure=True, httponly=True, samesite="lax")
    return answer


@app.get("/card/{number}")
def card(number: int, title: str = "card"):
    member = next((m for m in members() if m.number == number), None)
    if member is None:
        raise HTTPException(404)
    name = re.sub(r"[^A-Za-z0-9_-]", "_", title)[:40]
    return Response(member.vcard(), media_type="text/vcard",
                    headers={"Content-Disposition": f'attachment; filename="{name}.vcf"'})


@app.post("/login")
def login(request: Request, number: int = Form(), code: str = Form()):
    member = next((m for m in members() if m.number == number and m.check(code)), None)
    if member is None:
        raise HTTPException(403)
    request.session["member"] = member.number
    return RedirectResponse("/members?q=" + quote(member.name), status_code=303)
# -- file: templates/members.html
<!doctype html>
<title>Members</title>
<form><input name="q" value="{{ q }}"></form>
<ul>
{% for m in members %}
  <li><a href="{{ url_for('card', number=m.number) }}">{{ m.name }}</a></li>
{% endfor %}
</ul>
