# == vault library that seals files with a fresh key and nonce each
"""Sealed files: magic, salt, nonce, then the AES-GCM text with its tag."""
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"VLT3"
KEY_INFO = b"vault-file-key-v3"
HEADER = struct.Struct("!4s16s12s")


class Tampered(Exception):
    pass


@dataclass(frozen=True)
class Vault:
    master: bytes
    root: Path

    @classmethod
    def from_env(cls, root):
        return cls(bytes.fromhex(os.environ["VAULT_MASTER_KEY"]), Path(root))

    def _key(self, salt: bytes) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=KEY_INFO).derive(self.master)

    def put(self, name: str, plain: bytes) -> None:
        salt, nonce = os.urandom(16), os.urandom(12)
        header = HEADER.pack(MAGIC, salt, nonce)
        sealed = AESGCM(self._key(salt)).encrypt(nonce, plain, header + name.encode())
        (self.root / f"{name}.vlt").write_bytes(header + sealed)

    def get(self, name: str) -> bytes:
        raw = (self.root / f"{name}.vlt").read_bytes()
        magic, salt, nonce = HEADER.unpack_from(raw)
        if magic != MAGIC:
            raise Tampered("not a sealed file")
        try:
            return AESGCM(self._key(salt)).decrypt(nonce, raw[HEADER.size:], raw[:HEADER.size] + name.encode())
        except InvalidTag as exc:
            raise Tampered(name) from exc

    def rotate(self, new: "Vault") -> int:
        names = [p.stem for p in self.root.glob("*.vlt")]
        for name in names:
            new.put(name, self.get(name))
        return len(names)
# == FastAPI ticket list sorted and filtered by typed choices
import os
from contextlib import asynccontextmanager
from enum import Enum
from typing import Annotated, Literal

import asyncpg
from fastapi import FastAPI, HTTPException, Path, Query, Request


class Direction(str, Enum):
    up = "ASC"
    down = "DESC"


SORTS = {
    "newest": "created_at",
    "name": "lower(title)",
    "votes": "votes",
}


@asynccontextmanager
async def lifespan(app):
    app.state.pool = await asyncpg.create_pool(os.environ["DATABASE_URL"])
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


def order_by(sort: str, direction: Direction) -> str:
    column = SORTS.get(sort)
    if column is None:
        raise HTTPException(422, "unknown order")
    return f" ORDER BY {column} {direction.value}"


@app.get("/tickets")
async def tickets(request: Request, sort: str = "newest", direction: Direction = Direction.down,
                  state: Literal["open", "closed"] = "open", text: str | None = None):
    statement, args = f"SELECT id, title FROM ticket_{state} WHERE true", []
    if text:
        args.append(f"%{text}%")
        statement += f" AND title ILIKE ${len(args)}"
    statement += order_by(sort, direction) + " LIMIT 100"
    async with request.app.state.pool.acquire() as conn:
        return [dict(row) for row in await conn.fetch(statement, *args)]


@app.get("/tickets/batch")
async def batch(request: Request, ids: Annotated[list[int], Query(max_length=50)]):
    wanted = ",".join(map(str, ids)) or "NULL"
    async with request.app.state.pool.acquire() as conn:
        rows = await conn.fetch(f"SELECT id, title FROM ticket WHERE id IN ({wanted})")
    return [dict(row) for row in rows]


@app.get("/partitions/{year}")
async def partition(request: Request, year: Annotated[int, Path(ge=2015, le=2035)], title: str = ""):
    async with request.app.state.pool.acquire() as conn:
        n = await conn.fetchval(f"SELECT count(*) FROM ticket_y{year} WHERE title = $1", title)
    return {"year": year, "count": n}
# == bridge that talks to the till's old loyalty card format
"""Blocks for loyalty cards. The tills check a MAC over every message."""
import hashlib
import hmac
import os

from Crypto.Cipher import AES, ARC4
from Crypto.Util.Padding import pad, unpad
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

MAC_LEN = 32


class BadMessage(ValueError):
    pass


def _mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def _checked(key, message):
    body, tag = message[:-MAC_LEN], message[-MAC_LEN:]
    if not hmac.compare_digest(tag, _mac(key, body)):
        raise BadMessage("MAC differs")
    return body


class TillCodec:
    def __init__(self, enc_key, mac_key):
        self.enc_key, self.mac_key = enc_key, mac_key

    @classmethod
    def from_env(cls):
        return cls(bytes.fromhex(os.environ["TILL_ENC"]), bytes.fromhex(os.environ["TILL_MAC"]))

    def pack(self, record):
        box = AES.new(self.enc_key, AES.MODE_ECB)  # expect: py/weak-cipher
        body = box.encrypt(pad(record, 16))
        return body + _mac(self.mac_key, body)

    def unpack_old(self, message):
        body = _checked(self.mac_key, message)
        return ARC4.new(self.enc_key).decrypt(body)  # expect: py/weak-cipher


class CloudCodec:
    """What new tills use."""

    def __init__(self, key):
        self.box = ChaCha20Poly1305(key)

    def pack(self, record, card):
        nonce = os.urandom(12)
        return nonce + self.box.encrypt(nonce, record, card)

    def unpack(self, message, card):
        return self.box.decrypt(message[:12], message[12:], card)


def trim(block):
    return unpad(block, 16)
# == Django REST views of a ticket desk with its admin page
# -- file: desk/views.py
from django.contrib.auth.decorators import login_required
from django.db.models.expressions import RawSQL
from django.http import JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from rest_framework import generics, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from .models import Ticket


class TicketSerializer(serializers.ModelSerializer):
    class Meta:
        model = Ticket
        fields = ("id", "title", "state", "created")


class ScoreMixin:
    def scored(self, queryset):
        word = self.request.query_params.get("word")
        if not word:
            return queryset
        return queryset.annotate(score=RawSQL("ts_rank(search, to_tsquery('%s'))" % word, ()))  # expect: py/sql-injection


class TicketViewSet(ScoreMixin, viewsets.ReadOnlyModelViewSet):
    serializer_class = TicketSerializer
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        found = Ticket.objects.filter(owner=self.request.user)
        if "state" in self.request.query_params:
            found = found.filter(state=self.request.query_params["state"])
        return self.scored(found)

    @action(detail=True)
    def similar(self, request, pk=None):
        near = Ticket.objects.raw("SELECT * FROM desk_ticket WHERE similarity(title, %s) > 0.4",
                                  [request.query_params.get("title", "")])
        return Response(TicketSerializer(near, many=True).data)


class OverdueTickets(generics.ListAPIView):
    serializer_class = TicketSerializer
    permission_classes = [IsAuthenticated]

    def get_queryset(self):
        days = self.request.GET.get("days", "7")
        return Ticket.objects.extra(where=[f"created < now() - interval '{days} days'"])  # expect: py/sql-injection


@method_decorator(login_required, name="dispatch")
@method_decorator(csrf_exempt, name="dispatch")  # expect: py/csrf-off
class CloseTickets(View):
    def post(self, request):
        ids = [int(i) for i in request.POST.getlist("id")]
        return JsonResponse({"closed": Ticket.objects.filter(owner=request.user, pk__in=ids).update(state="closed")})
# -- file: desk/admin.py
from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from .models import Ticket


@admin.register(Ticket)
class TicketAdmin(admin.ModelAdmin):
    list_display = ("heading", "state_badge")

    def heading(self, obj):
        return mark_safe("<strong>%s</strong>" % obj.title)  # expect: py/raw-markup

    def state_badge(self, obj):
        return format_html('<span class="badge">{}</span>', obj.state)
# == ssh library whose host keys are pinned in an inventory
"""Runs fixed checks on machines; a host key that is not known ends the connection.

paramiko.AutoAddPolicy() and WarningPolicy() are not used here on purpose.
"""
import base64
import hashlib
import hmac
import os
from contextlib import contextmanager

import paramiko

CHECKS = {
    "disk": "df -P /",
    "load": "cat /proc/loadavg",
    "kernel": "uname -r",
}


class PinnedKey(paramiko.MissingHostKeyPolicy):
    """Accepts exactly the key whose SHA-256 fingerprint is given."""

    def __init__(self, fingerprint):
        self.expected = fingerprint.removeprefix("SHA256:")

    def missing_host_key(self, client, hostname, key):
        seen = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).rstrip(b"=").decode()
        if not hmac.compare_digest(seen, self.expected):
            raise paramiko.SSHException(f"host key of {hostname} is not the pinned one")


@contextmanager
def connected(host, user, fingerprint=None, known_hosts=None):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    if known_hosts:
        client.load_host_keys(known_hosts)
    policy = PinnedKey(fingerprint) if fingerprint else paramiko.RejectPolicy()
    client.set_missing_host_key_policy(policy)
    client.connect(host, username=user, key_filename=os.path.expanduser("~/.ssh/checks"), timeout=10,
                   allow_agent=False, look_for_keys=False)
    try:
        yield client
    finally:
        client.close()


def check(host, user, what, **kw):
    with connected(host, user, **kw) as client:
        _, out, err = client.exec_command(CHECKS[what], timeout=20)
        if out.channel.recv_exit_status():
            raise RuntimeError(err.read().decode(errors="replace"))
        return out.read().decode().strip()
# == Tornado wiki that escapes, and returns only to pages it knows
# -- file: wiki.py
import os
import re
from urllib.parse import urlencode

import tornado.ioloop
import tornado.web
from tornado.escape import json_encode, url_escape, xhtml_escape

PAGES = {"start": "Welcome", "rules": "House rules"}
SLUG = re.compile(r"[a-z][a-z0-9-]{0,40}")


class Base(tornado.web.RequestHandler):
    def slug(self, name="page"):
        value = self.get_argument(name, "start")
        if not SLUG.fullmatch(value):
            raise tornado.web.HTTPError(400)
        return value


class Page(Base):
    def get(self):
        slug = self.slug()
        mark = self.get_argument("mark", "")
        self.render("page.html", slug=slug, text=PAGES.get(slug, ""), mark=mark)


class Find(Base):
    def get(self):
        term = self.get_argument("q", "")
        if self.get_argument("format", "html") == "json":
            self.write({"q": term, "pages": [s for s in PAGES if term in PAGES[s]]})
            return
        self.write("<h1>" + xhtml_escape(term) + "</h1>")
        for slug, text in PAGES.items():
            if term.lower() in text.lower():
                link = "/page?" + urlencode({"page": slug, "mark": term})
                self.write('<p><a href="%s">%s</a></p>' % (xhtml_escape(link), xhtml_escape(text)))


class Data(Base):
    def get(self):
        self.set_header("Content-Type", "application/json")
        self.finish(json_encode({"echo": self.get_arguments("v"), "count": len(PAGES)}))


class Leave(Base):
    def post(self):
        back = self.get_body_argument("back", "start")
        if back not in PAGES:
            back = "start"
        self.redirect("/page?page=" + url_escape(back))


def make_app():
    return tornado.web.Application(
        [(r"/page", Page), (r"/find", Find), (r"/data", Data), (r"/leave", Leave)],
        template_path="templates", xsrf_cookies=True, cookie_secret=os.environ["WIKI_SECRET"])


if __name__ == "__main__":
    make_app().listen(8889, address="127.0.0.1")
    tornado.ioloop.IOLoop.current().start()
# -- file: templates/page.html
<!doctype html>
<title>{{ slug }}</title>
<main data-mark="{{ mark }}">{{ text }}</main>
# == Celery tasks that invite guests and send one-time codes
import hashlib
import hmac
import os
import random
import secrets
import string
from datetime import timedelta

from celery import shared_task
from django.core.mail import send_mail
from django.utils import timezone

from .models import Guest, Invitation, Voucher

SIGNING_KEY = os.environ["INVITE_KEY"]
ALPHABET = string.ascii_letters + string.digits
GREETINGS = ("Hello", "Good day", "Welcome")


def invitation_token(length=32):
    return "".join(random.choice(ALPHABET) for _ in range(length))  # expect: py/weak-random


def signed_link(path):
    mark = hashlib.sha1((SIGNING_KEY + path).encode()).hexdigest()  # expect: py/weak-hash
    return f"https://guests.example.org{path}?sig={mark}"


def signed_download(path):
    mark = hmac.new(SIGNING_KEY.encode(), path.encode(), hashlib.sha256).hexdigest()
    return f"https://guests.example.org{path}?sig={mark}"


@shared_task(bind=True, max_retries=5)
def invite(self, guest_id):
    guest = Guest.objects.get(pk=guest_id)
    token = invitation_token()
    Invitation.objects.create(guest=guest, token=token, expires=timezone.now() + timedelta(days=7))
    text = f"{random.choice(GREETINGS)} {guest.name},\n\n{signed_link('/i/' + token)}\n"
    try:
        send_mail("Your invitation", text, os.environ["MAIL_FROM"], [guest.email])
    except OSError as exc:
        raise self.retry(exc=exc, countdown=random.randint(30, 90))


@shared_task
def one_time_code(guest_id):
    code = "%06d" % random.randint(0, 999999)  # expect: py/weak-random
    guest = Guest.objects.get(pk=guest_id)
    guest.set_code(code, valid_for=timedelta(minutes=10))
    send_mail("Your code", f"Your code is {code}", os.environ["MAIL_FROM"], [guest.email])


@shared_task
def vouchers(event_id, count):
    for _ in range(count):
        Voucher.objects.create(event_id=event_id, code=secrets.token_hex(8))


@shared_task
def seating(table_count):
    guests = list(Guest.objects.filter(coming=True))
    random.shuffle(guests)
    return {n: [g.pk for g in guests[n::table_count]] for n in range(table_count)}
# == aiohttp image service that loads originals from a content network
import io
import os

from aiohttp import ClientSession, ClientTimeout, web
from PIL import Image

CDN = "https://cdn.example.org"
SIZES = {"s": 120, "m": 480, "l": 1200}
AGENTS = {"eu": "10.4.0.11", "us": "10.4.0.12"}
HTTP = web.AppKey("http", ClientSession)


def allowed(url):
    return url.startswith(CDN)


class Thumb(web.View):
    async def original(self):
        url = self.request.query.get("src", "")
        if not allowed(url):
            raise web.HTTPForbidden()
        async with self.request.app[HTTP].get(url) as reply:  # expect: py/ssrf
            reply.raise_for_status()
            return await reply.read()

    async def get(self):
        width = SIZES.get(self.request.match_info["size"])
        if width is None:
            raise web.HTTPNotFound()
        picture = Image.open(io.BytesIO(await self.original())).convert("RGB")
        picture.thumbnail((width, width))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=82)
        return web.Response(body=out.getvalue(), content_type="image/jpeg")


async def purge(request):
    """Asks the agent of a region to forget a picture."""
    agent = AGENTS.get(request.query.get("region", "eu"))
    if agent is None:
        raise web.HTTPBadRequest()
    form = await request.post()
    async with request.app[HTTP].post(f"https://{agent}/purge", json={"key": form["key"]}) as reply:
        return web.json_response({"status": reply.status})


async def agent_health(request):
    region, host = request.query["region"], request.query.get("host")
    host = host or AGENTS[region]
    async with request.app[HTTP].get("https://" + host + ":8443/health") as reply:  # expect: py/ssrf
        return web.json_response({"up": reply.status == 200})


async def client(app):
    app[HTTP] = ClientSession(timeout=ClientTimeout(total=15), headers={"X-Key": os.environ["CDN_KEY"]})
    yield
    await app[HTTP].close()


app = web.Application()
app.cleanup_ctx.append(client)
app.add_routes([web.view("/t/{size}", Thumb), web.post("/purge", purge), web.get("/health", agent_health)])

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=8070)
# == factory for TLS contexts of a message broker client
"""TLS contexts from a small configuration; anything that would not verify is refused."""
import imaplib
import os
import smtplib
import socket
import ssl
from typing import Mapping

MINIMUM = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
REFUSED = ("none", "optional", "CERT_NONE", "TLSv1", "TLSv1_1", "SSLv3")


class InsecureConfig(ValueError):
    pass


def context_from(config: Mapping[str, str]) -> ssl.SSLContext:
    for name in ("verify", "version"):
        if config.get(name) in REFUSED:
            raise InsecureConfig(f"{name}={config[name]} is not possible")
    ctx = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=config.get("ca"))
    ctx.minimum_version = MINIMUM[config.get("version", "1.2")]
    ctx.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    if "cert" in config:
        ctx.load_cert_chain(config["cert"], config.get("key"), password=os.environ.get("BROKER_KEY_PASSWORD", ""))
    if ctx.verify_mode == ssl.CERT_NONE or not ctx.check_hostname:
        raise InsecureConfig("the context does not verify")
    return ctx


def broker_context(ca_file):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.minimum_version = ssl.TLSVersion.TLSv1_3
    ctx.verify_mode = ssl.CERT_REQUIRED
    ctx.load_verify_locations(ca_file)
    return ctx


def dial(host, port, config):
    raw = socket.create_connection((host, port), timeout=10)
    return context_from(config).wrap_socket(raw, server_hostname=host)


def mailer(host):
    smtp = smtplib.SMTP(host, 587, timeout=20)
    smtp.starttls(context=ssl.create_default_context())
    return smtp


def mailbox(host):
    return imaplib.IMAP4_SSL(host, ssl_context=ssl.create_default_context(), timeout=20)


def fingerprint_config(config):
    return {name: "set" if config.get(name) else "missing" for name in ("ca", "cert", "key", "verify")}
# == Sanic looking glass with arguments that are checked and never seen by a shell
import asyncio
import ipaddress
import os
import re
import shlex
from dataclasses import dataclass, field

from sanic import Sanic, json
from sanic.exceptions import BadRequest
from sanic.log import logger

app = Sanic("lookingglass")
AS_NUMBER = re.compile(r"AS[0-9]{1,10}")
TABLES = {"v4": "inet.0", "v6": "inet6.0"}


@dataclass
class Job:
    program: str
    args: list[str] = field(default_factory=list)
    seconds: int = 20

    async def run(self):
        logger.debug("running %s", shlex.join([self.program, *self.args]).encode("unicode_escape").decode())
        proc = await asyncio.create_subprocess_exec(self.program, *self.args, stdout=asyncio.subprocess.PIPE,
                                                    env={"PATH": os.defpath, "LC_ALL": "C"})
        out, _ = await asyncio.wait_for(proc.communicate(), self.seconds)
        return out.decode("ascii", "replace").splitlines()


def address(request, key="ip"):
    try:
        found = ipaddress.ip_address(request.args.get(key, ""))
    except ValueError as exc:
        raise BadRequest("not an address") from exc
    if getattr(found, "scope_id", None):
        raise BadRequest("an address without a zone, please")
    return found


@app.get("/ping")
async def ping(request):
    ip = address(request)
    if not ip.is_global:
        raise BadRequest("only public addresses")
    count = max(1, min(int(request.args.get("count", "3")), 10))
    return json({"lines": await Job("ping", ["-n", "-c", str(count), str(ip)], 30).run()})


@app.get("/route/<table:str>")
async def route(request, table):
    if table not in TABLES:
        raise BadRequest("v4 or v6")
    return json({"lines": await Job("birdc", ["show", "route", "for", str(address(request)), "table",
                                              TABLES[table]]).run()})


@app.get("/as")
async def as_info(request):
    number = request.args.get("n", "").upper()
    if not AS_NUMBER.fullmatch(number):
        raise BadRequest("AS and digits")
    return json({"lines": await Job("whois", ["-h", "whois.ripe.net", number]).run()})


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8040, debug=False)
# == Django settings of a site that was never finished
"""Settings of the intranet, meant to be temporary since 2016."""
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "w7#n2k!q0v^p4$z8m&x1c5b9t3r6y@l_e-h+j=u"  # expect: py/hardcoded-key
DEBUG = True  # expect: py/debug-enabled
ALLOWED_HOSTS = ["intranet.example.org", "127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "corsheaders",
    "phonebook",
]
MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [BASE_DIR / "templates"],
    "APP_DIRS": True,
}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.mysql",
        "NAME": "intranet",
        "USER": "intranet",
        "PASSWORD": "Blaue-Giraffe-1987",  # expect: py/hardcoded-password
        "HOST": os.environ.get("DB_HOST", "db"),
    },
    "archive": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "archive.sqlite3",
        "PASSWORD": "",
    },
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # expect: py/fast-password-hash
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
]
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_ALL_ORIGINS = True  # expect: py/cors-any-origin
SESSION_COOKIE_SECURE = False  # expect: py/insecure-cookie
CSRF_COOKIE_SECURE = True
EMAIL_HOST = "mail.example.org"
EMAIL_USE_TLS = True
EMAIL_HOST_PASSWORD = os.environ.get("MAIL_PASSWORD", "")
LOGIN_URL = "/login/"
PASSWORD_RESET_URL = "/password/reset/"
# == Quart profile pages that are put together from text
# -- file: app.py
import os

from markupsafe import escape
from quart import Quart, abort, render_template, render_template_string, request

from store import load_profile

app = Quart(__name__)
app.secret_key = os.environ["PROFILE_KEY"]
CARD = "<article><h2>{{ name }}</h2><p>{{ text }}</p></article>"


def frame(title, inner):
    head = f"<header><h1>{escape(title)}</h1></header>"
    return head + inner + "<footer>{{ config['FOOTER'] }}</footer>"


@app.get("/teaser")
async def teaser():
    title = request.args.get("title", "Profiles")
    page = frame(title, "<p>Choose a profile.</p>")
    return await render_template_string(page)  # expect: py/template-injection


@app.get("/static-teaser")
async def static_teaser():
    topic = {"new": "New profiles", "old": "Old profiles"}.get(request.args.get("topic"), "Profiles")
    return await render_template_string(frame(topic, "<p>Choose a profile.</p>"))


@app.get("/profile/<int:number>")
async def profile(number):
    person = load_profile(number)
    if person is None:
        abort(404)
    note = request.args.get("note", "")
    return await render_template("profile.html", name=person.name, note=note)  # expect: py/template-autoescape


@app.post("/preview")
async def preview():
    form = await request.form
    return await render_template_string(CARD, name=form["name"], text=form["text"])


if __name__ == "__main__":
    app.run(host="127.0.0.1")
# -- file: templates/profile.html
<!doctype html>
<title>{{ name }}</title>
<h1>{{ name }}</h1>
<div class="note">{{ note|safe }}</div>
# == gRPC interceptor that verifies tokens by the key that the header names
"""Authentication for the gRPC services of the fleet."""
import functools
import json
import os
from concurrent import futures

import grpc
import jwt
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://login.example.org/"
AUDIENCE = "fleet"


@functools.lru_cache(maxsize=1)
def keys():
    with open(os.environ["JWKS_FILE"], encoding="utf-8") as fh:
        entries = json.load(fh)["keys"]
    return {entry["kid"]: RSAAlgorithm.from_jwk(json.dumps(entry)) for entry in entries if entry["kty"] == "RSA"}


def claims_of(token):
    kid = jwt.get_unverified_header(token).get("kid")
    key = keys().get(kid)
    if key is None:
        raise jwt.InvalidKeyError("unknown key")
    return jwt.decode(token, key, algorithms=["RS256"], audience=AUDIENCE, issuer=ISSUER,
                      options={"require": ["exp", "iat", "sub"], "verify_signature": True})


def deny(message):
    def handler(request, context):
        context.abort(grpc.StatusCode.UNAUTHENTICATED, message)
    return grpc.unary_unary_rpc_method_handler(handler)


class Authenticate(grpc.ServerInterceptor):
    OPEN = frozenset({"/grpc.health.v1.Health/Check"})

    def intercept_service(self, continuation, details):
        if details.method in self.OPEN:
            return continuation(details)
        metadata = dict(details.invocation_metadata)
        scheme, _, token = metadata.get("authorization", "").partition(" ")
        if scheme != "Bearer":
            return deny("no token")
        try:
            claims = claims_of(token)
        except jwt.PyJWTError:
            return deny("bad token")
        if "fleet:" + details.method.rsplit("/", 1)[-1].lower() not in claims.get("scope", "").split():
            return deny("scope missing")
        return continuation(details)


def make_server(register):
    server = grpc.server(futures.ThreadPoolExecutor(8), interceptors=[Authenticate()])
    register(server)
    with open(os.environ["TLS_KEY"], "rb") as key, open(os.environ["TLS_CERT"], "rb") as cert:
        creds = grpc.ssl_server_credentials([(key.read(), cert.read())])
    server.add_secure_port("127.0.0.1:50051", creds)
    return server
# == Pyramid directory whose filters and paths are built with the right escapes
import os
import ssl
from wsgiref.simple_server import make_server

from ldap3 import SUBTREE, Connection, Server, Tls
from ldap3.utils.conv import escape_filter_chars
from lxml import etree
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPBadRequest, HTTPFound, HTTPNotFound
from pyramid.view import view_config

BASE = "ou=staff,dc=example,dc=org"
UNITS = {"law": "ou=law," + BASE, "arts": "ou=arts," + BASE}
FILTER = "(&(objectClass=person)(|(uid={q})(mail={q}@example.org)))"


def ldap(request):
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=os.environ["LDAP_CA"])
    conn = Connection(Server(os.environ["LDAP_HOST"], use_ssl=True, tls=tls), auto_bind=True)
    request.add_finished_callback(lambda _: conn.unbind())
    return conn


def plan(request):
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.parse(os.environ["LECTURES"], parser)


@view_config(route_name="staff", renderer="json")
def staff(request):
    query = escape_filter_chars(request.params.get("q", ""))
    base = UNITS.get(request.params.get("unit"), BASE)
    request.ldap.search(base, FILTER.format(q=query), search_scope=SUBTREE, attributes=["cn"])
    return [str(entry.cn) for entry in request.ldap.entries]


@view_config(route_name="lecture", renderer="json")
def lecture(request):
    wanted = request.matchdict["code"]
    found = request.plan.xpath("//lecture[@code=$code]/slot", code=wanted)
    if not found:
        raise HTTPNotFound()
    return {"code": wanted, "slots": [slot.get("at") for slot in found]}


@view_config(route_name="week", renderer="json")
def week(request):
    try:
        number = int(request.matchdict["number"])
    except ValueError:
        raise HTTPBadRequest()
    return {"lectures": [str(c) for c in request.plan.xpath("//lecture[slot/@week='%s']/@code" % number)]}


@view_config(route_name="home")
def home(request):
    return HTTPFound(location=request.route_url("week", number=1, _query={"from": request.params.get("from", "")}))


if __name__ == "__main__":
    with Configurator() as config:
        for name, pattern in (("staff", "/staff"), ("lecture", "/lecture/{code}"), ("week", "/week/{number}"), ("home", "/")):
            config.add_route(name, pattern)
        config.add_request_method(ldap, reify=True)
        config.add_request_method(plan, reify=True)
        config.scan()
    make_server("127.0.0.1", 6544, config.make_wsgi_app()).serve_forever()
# == Django management command that installs a theme from an archive
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Unpack a theme, hand it to the web server and warm its cache."

    def add_arguments(self, parser):
        parser.add_argument("archive", type=Path)
        parser.add_argument("--owner", default="www-data")
        parser.add_argument("--keep", action="store_true")

    def handle(self, *args, archive, owner, keep, **options):
        if not archive.exists():
            raise CommandError(f"{archive} is missing")
        target = Path(settings.THEME_ROOT) / archive.name.removesuffix(".tar.gz")
        if target.exists() and not keep:
            shutil.rmtree(target)
        self.unpack(archive, target)
        self.hand_over(target, owner)
        self.warm(target)
        self.stdout.write(self.style.SUCCESS(f"theme {target.name} is ready"))

    def unpack(self, archive, target):
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive, "r:gz") as tar:
            if "theme.json" not in tar.getnames():
                raise CommandError("not a theme")
            tar.extractall(target)  # expect: py/unchecked-extract

    def hand_over(self, target, owner):
        subprocess.check_call("chown -R %s %s" % (owner, target), shell=True)  # expect: py/shell-call
        for folder, _, files in os.walk(target):
            os.chmod(folder, 0o777)  # expect: py/loose-permissions
            for name in files:
                os.chmod(os.path.join(folder, name), 0o640)

    def warm(self, target):
        cache = target / ".cache"
        cache.mkdir(mode=0o750, exist_ok=True)
        subprocess.run(["python", "-m", "compileall", "-q", str(target)], check=False, timeout=120)
# == CherryPy photo club with downloads, a guest line and a way back
import os
import urllib.parse

import cherrypy
from cherrypy.lib.static import serve_file

PHOTOS = os.environ.get("PHOTOS", "/srv/photos")
THUMBS = {"small": "thumb-120.jpg", "big": "thumb-800.jpg"}


def clean(name):
    name = urllib.parse.unquote(name).lstrip("/")
    return name.replace("../", "")


def photo_path(*parts):
    return os.path.join(PHOTOS, *parts)


class Club(object):
    @cherrypy.expose
    def photo(self, name):
        full = photo_path("full", clean(name))
        return serve_file(full, content_type="image/jpeg")  # expect: py/path-traversal

    @cherrypy.expose
    def thumb(self, album, size="small"):
        if not album.isdigit() or size not in THUMBS:
            raise cherrypy.HTTPError(404)
        return serve_file(photo_path(album, THUMBS[size]), content_type="image/jpeg")

    @cherrypy.expose
    def greet(self, who="guest", lang="en"):
        hello = {"en": "Hello", "de": "Hallo"}.get(lang, "Hello")
        return "<h1>%s %s</h1>" % (hello, who)  # expect: py/xss

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def albums(self, prefix=""):
        return {"prefix": prefix, "albums": [a for a in sorted(os.listdir(PHOTOS)) if a.startswith(prefix)]}

    @cherrypy.expose
    def vote(self, number, back="/"):
        with open(photo_path("votes.txt"), "a") as fh:
            fh.write("%d\n" % int(number))
        raise cherrypy.HTTPRedirect(back)  # expect: py/open-redirect

    @cherrypy.expose
    def latest(self, page="1"):
        raise cherrypy.HTTPRedirect("/albums?page=%d" % int(page))


if __name__ == "__main__":
    cherrypy.quickstart(Club(), "/", {"global": {"server.socket_host": "127.0.0.1", "server.socket_port": 8088}})
# == daemon that keeps its files private and distrusts shared folders
"""spoold: takes jobs from a folder. Never put the spool below /tmp or /var/tmp."""
import atexit
import errno
import json
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

SHARED = ("/tmp", "/var/tmp", "/dev/shm")
RUNTIME = Path(os.environ.get("XDG_RUNTIME_DIR", Path.home() / ".cache")) / "spoold"


def refuse_shared(path: str) -> str:
    full = os.path.realpath(path)
    if full.startswith("/tmp/") or full in SHARED or full.startswith(SHARED[1:]):
        sys.exit(f"{full} lies in a shared folder")
    if os.stat(full).st_mode & stat.S_IWOTH:
        sys.exit(f"{full} is open to everyone")
    return full


def take_lock() -> int:
    RUNTIME.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        fd = os.open(RUNTIME / "spoold.pid", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as exc:
        if exc.errno == errno.EEXIST:
            sys.exit("already running")
        raise
    os.write(fd, b"%d\n" % os.getpid())
    atexit.register(os.unlink, RUNTIME / "spoold.pid")
    return fd


def work_dir():
    path = tempfile.mkdtemp(prefix="spoold-")
    os.chmod(path, 0o700)
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def store(job: dict, spool: str) -> str:
    with tempfile.NamedTemporaryFile("w", dir=spool, suffix=".job", delete=False) as fh:
        json.dump(job, fh)
    os.chmod(fh.name, stat.S_IRUSR | stat.S_IWUSR)
    return fh.name


def main():
    os.umask(0o077)
    spool = refuse_shared(sys.argv[1])
    take_lock()
    scratch = work_dir()
    for path in sorted(Path(spool).glob("*.in")):
        shutil.copy(path, scratch)
        store({"from": path.name, "size": path.stat().st_size}, spool)


if __name__ == "__main__":
    main()
# == Bottle game server with signed states of play
# -- file: codec.py
"""States of play go to the browser and come back, signed by us."""
import base64
import binascii
import hashlib
import hmac
import os
import pickle

_KEY = os.environ["GAME_KEY"].encode()


class Forged(Exception):
    pass


def seal(state):
    blob = pickle.dumps(state)
    mark = hmac.new(_KEY, blob, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mark + blob).decode()


def unseal(text):
    try:
        raw = base64.urlsafe_b64decode(text.encode())
    except (binascii.Error, ValueError) as exc:
        raise Forged("not base64") from exc
    mark, blob = raw[:32], raw[32:]
    if not hmac.compare_digest(mark, hmac.new(_KEY, blob, hashlib.sha256).digest()):
        raise Forged("signature differs")
    return pickle.loads(blob)
# -- file: server.py
import json

import yaml
from bottle import Bottle, abort, request, response

from codec import Forged, seal, unseal

game = Bottle()


@game.post("/move/<cell:int>")
def move(cell):
    sealed = request.get_cookie("state")
    try:
        board = unseal(sealed) if sealed else [None] * 9
    except Forged:
        abort(400, "state was changed")
    if not 0 <= cell < 9 or board[cell]:
        abort(409, "not possible")
    board[cell] = "x"
    response.set_cookie("state", seal(board), secure=True, httponly=True, samesite="strict")
    return {"board": board}


@game.post("/import")
def load_game():
    kind = request.content_type or ""
    body = request.body.read(10_000)
    try:
        data = json.loads(body) if kind.startswith("application/json") else yaml.safe_load(body)
    except (ValueError, yaml.YAMLError):
        abort(400, "not readable")
    return {"cells": [c if c in ("x", "o") else None for c in data["board"]]}


if __name__ == "__main__":
    game.run(host="127.0.0.1", port=8081)
# == retention pipeline that deletes and copies rows of a warehouse
"""Steps of the nightly retention job."""
import logging
from datetime import date, timedelta

from sqlalchemy import text

log = logging.getLogger(__name__)
STAGING = ("stg_orders", "stg_clicks", "stg_mails")
KEEP_DAYS = 400


class Step:
    def __init__(self, conn):
        self.conn = conn

    def run(self, **options):
        raise NotImplementedError


class TruncateStaging(Step):
    def run(self):
        with self.conn.cursor() as cur:
            for table in STAGING:
                cur.execute("TRUNCATE TABLE " + table)


class DropOld(Step):
    def run(self, table, column, source):
        limit = date.today() - timedelta(days=KEEP_DAYS)
        with self.conn.cursor() as cur:
            cur.execute("DELETE FROM %s WHERE %s < '%s' AND source = '%s'" % (table, column, limit, source))  # expect: py/sql-built-from-text
            return cur.rowcount


class CopyCustomers(Step):
    def run(self, rows):
        with self.conn.cursor() as cur:
            cur.executemany("INSERT INTO customer (id, name, country) VALUES (%s, %s, %s)", rows)


class ForgetCustomer(Step):
    def run(self, mail):
        with self.conn.cursor() as cur:
            cur.execute("UPDATE customer SET name = NULL, mail = NULL WHERE mail = %s", (mail,))


def country_report(engine, country, since=None):
    clause = f" AND since >= '{since}'" if since else ""
    with engine.connect() as conn:
        found = conn.execute(text(f"SELECT id FROM customer WHERE country = '{country}'" + clause))  # expect: py/sql-built-from-text
        return [row.id for row in found]


def count_report(engine, country):
    with engine.connect() as conn:
        return conn.execute(text("SELECT count(*) FROM customer WHERE country = :c"), {"c": country}).scalar_one()


def nightly(conn, rules):
    TruncateStaging(conn).run()
    n = sum(DropOld(conn).run(*rule) for rule in rules)
    log.info("dropped %d rows", n)
# == Falcon login and shop search in front of MongoDB
import os
import secrets

import falcon
import falcon.asgi
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ReturnDocument


class Store:
    def __init__(self, url):
        self.db = AsyncIOMotorClient(url, serverSelectionTimeoutMS=3000).shop

    async def user(self, **query):
        return await self.db.users.find_one(query)  # expect: py/nosql-injection

    async def shops_in(self, city):
        cursor = self.db.shops.find({"$where": "this.open && this.city == '%s'" % city})  # expect: py/nosql-injection
        return await cursor.to_list(100)

    async def by_number(self, number):
        return await self.db.shops.find_one({"number": number})

    async def rename(self, number, name):
        return await self.db.shops.find_one_and_update({"number": number}, {"$set": {"name": name}},
                                                       return_document=ReturnDocument.AFTER)


class Login:
    def __init__(self, store):
        self.store = store

    async def on_post(self, req, resp):
        media = await req.get_media()
        user = await self.store.user(login=media["login"], pin=media["pin"])
        if user is None:
            raise falcon.HTTPUnauthorized()
        resp.set_cookie("sid", secrets.token_urlsafe(32), secure=True, http_only=True, same_site="Lax")
        resp.media = {"ok": True}


class Shops:
    def __init__(self, store):
        self.store = store

    async def on_get(self, req, resp):
        found = await self.store.shops_in(req.get_param("city", required=True))
        resp.media = [shop["name"] for shop in found]

    async def on_get_one(self, req, resp, number):
        shop = await self.store.by_number(number)
        resp.media = {"name": shop["name"]} if shop else None

    async def on_put_one(self, req, resp, number):
        media = await req.get_media()
        shop = await self.store.rename(number, str(media["name"])[:80])
        resp.media = {"name": shop["name"]}


store = Store(os.environ["MONGO_URL"])
app = falcon.asgi.App()
app.add_route("/login", Login(store))
app.add_route("/shops", Shops(store))
app.add_route("/shops/{number:int}", Shops(store), suffix="one")
# == thin library around git and archive programs
"""Wrapper for git. No call goes through a shell, so names need no quotes."""
import asyncio
import logging
import os
import shlex
import subprocess
from pathlib import Path

log = logging.getLogger(__name__)


class GitError(RuntimeError):
    def __init__(self, args, code, text):
        super().__init__(f"{shlex.join(args)} ended with {code}: {text.strip()}")
        self.code = code


class Repo:
    def __init__(self, path, git="git", timeout=120):
        self.path, self.git, self.timeout = Path(path), git, timeout

    def _run(self, *args, check=True, stdin=None):
        full = [self.git, "-C", str(self.path), *args]
        done = subprocess.run(full, input=stdin, capture_output=True, text=True, timeout=self.timeout, shell=False)
        if check and done.returncode:
            raise GitError(full, done.returncode, done.stderr)
        return done.stdout

    def branches(self):
        return self._run("for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def checkout(self, branch):
        if branch not in self.branches():
            raise ValueError(f"no branch {branch!r}")
        self._run("checkout", "--quiet", branch, "--")

    def commit(self, message, author=None):
        extra = [f"--author={author}"] if author else []
        self._run("commit", "--quiet", *extra, "-F", "-", stdin=message)

    def log_lines(self, count=20):
        return self._run("log", f"-{int(count)}", "--oneline").splitlines()

    async def fetch(self, remote="origin"):
        proc = await asyncio.create_subprocess_exec(self.git, "-C", os.fspath(self.path), "fetch", "--", remote)
        return await asyncio.wait_for(proc.wait(), self.timeout)

    def open_terminal(self, launcher, shell="/bin/bash"):
        """The launcher is an object of the desktop, it takes the name of the login shell."""
        return launcher.open(cwd=self.path, shell=shell)


def system(name):
    """Which hosting system an address of a remote belongs to."""
    return {"github.com": "github", "gitlab.com": "gitlab"}.get(name, "other")


def compress(folder, target):
    with open(target, "wb") as out:
        tar = subprocess.Popen(["tar", "-C", folder, "-cf", "-", "."], stdout=subprocess.PIPE)
        subprocess.run(["zstd", "-q", "-"], stdin=tar.stdout, stdout=out, check=True)
        tar.stdout.close()
        log.info("%s: tar ended with %d", target, tar.wait())
    return system(Path(target).name)
# == Litestar importer of icon packs that checks every name
import io
import os
import shutil
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import Annotated, Iterator

from litestar import Litestar, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import Body

PACKS = Path(os.environ.get("PACKS", "/srv/packs")).resolve()
KINDS = {".svg", ".png"}
Upload = Annotated[UploadFile, Body(media_type=RequestEncodingType.MULTI_PART)]


def members(pack: zipfile.ZipFile, root: Path) -> Iterator[tuple[zipfile.ZipInfo, Path]]:
    for info in pack.infolist():
        if info.is_dir():
            continue
        dest = (root / info.filename).resolve()
        if root not in dest.parents:
            raise ClientException("a name leaves the pack")
        if dest.suffix in KINDS:
            yield info, dest


@post("/packs/{number:int}/zip")
async def add_zip(number: int, data: Upload) -> dict[str, int]:
    root, count = PACKS / str(number), 0
    with zipfile.ZipFile(io.BytesIO(await data.read())) as pack:
        for info, dest in members(pack, root):
            dest.parent.mkdir(parents=True, exist_ok=True)
            with pack.open(info) as src, open(dest, "wb") as out:
                shutil.copyfileobj(src, out)
            count += 1
    return {"icons": count}


@post("/packs/{number:int}/flat")
async def add_flat(number: int, data: Upload) -> dict[str, list[str]]:
    root, names = PACKS / str(number), []
    root.mkdir(exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(await data.read())) as pack:
        for n, info in enumerate(pack.infolist()):
            suffix = PurePosixPath(info.filename).suffix
            if suffix not in KINDS:
                continue
            (root / f"icon-{n:04d}{suffix}").write_bytes(pack.read(info))
            names.append(PurePosixPath(info.filename).name)
    return {"from": names}


@post("/packs/{number:int}/tar")
async def add_tar(number: int, data: Upload) -> dict[str, int]:
    with tarfile.open(fileobj=io.BytesIO(await data.read())) as pack:
        pack.extractall(PACKS / str(number), filter="data")
        return {"icons": len(pack.getnames())}


@get("/packs/{number:int}/{icon:str}")
async def icon(number: int, icon: str) -> dict[str, int]:
    known = {p.name: p for p in (PACKS / str(number)).glob("*")}
    if icon not in known:
        raise NotFoundException()
    return {"bytes": known[icon].stat().st_size}


app = Litestar([add_zip, add_flat, add_tar, icon])
# == loaders of a scoring library
"""Everything that reads a model or its settings from the disk."""
import json
import marshal
import pickle
import types
from pathlib import Path

import numpy as np
import torch
import yaml


class ModelStore:
    def __init__(self, root):
        self.root = Path(root)

    def settings(self, name):
        with open(self.root / name / "settings.yaml") as fh:
            return yaml.load(fh, Loader=yaml.Loader)  # expect: py/unsafe-load

    def labels(self, name):
        return json.loads((self.root / name / "labels.json").read_text())

    def vectorizer(self, name):
        with (self.root / name / "vectorizer.pkl").open("rb") as fh:
            return pickle.load(fh)  # expect: py/unsafe-load

    def network(self, name, build):
        net = build(**self.settings(name)["network"])
        state = torch.load(self.root / name / "weights.pt", map_location="cpu", weights_only=True)
        net.load_state_dict(state)
        return net.eval()

    def checkpoint(self, name, step):
        return torch.load(self.root / name / f"step-{step}.ckpt", weights_only=False)  # expect: py/unsafe-load

    def hook(self, name):
        """Functions that were compiled when the model was trained."""
        blob = (self.root / name / "hook.bin").read_bytes()
        code = marshal.loads(blob)  # expect: py/unsafe-load
        return types.FunctionType(code, {"np": np})

    def matrix(self, name):
        return np.load(self.root / name / "matrix.npy", mmap_mode="r", allow_pickle=False)

    def save(self, name, vectorizer):
        with (self.root / name / "vectorizer.pkl").open("wb") as fh:
            pickle.dump(vectorizer, fh)


def score(store, name, build, texts):
    features = store.vectorizer(name).transform(texts)
    with torch.no_grad():
        out = store.network(name, build)(torch.tensor(features.toarray(), dtype=torch.float32))
    labels = store.labels(name)
    return [labels[i] for i in out.argmax(1).tolist()]
# == Streamlit notebook for analysts who type formulas
import os
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

TABLES = {p.stem: p for p in Path(os.environ.get("TABLES", "tables")).glob("*.parquet")}
AGGREGATES = {"sum": np.sum, "mean": np.mean, "median": np.median}
BANNED = ("import", "os.", "open(", "exec")


@lru_cache(maxsize=8)
def table(name: str) -> pd.DataFrame:
    return pd.read_parquet(TABLES[name])


def compute(formula: str, frame: pd.DataFrame):
    if any(word in formula for word in BANNED):
        st.error("This word is not possible in a formula")
        st.stop()
    columns = {name: frame[name] for name in frame.columns}
    return eval(formula, {"__builtins__": {}, "np": np}, columns)  # expect: py/code-injection


def transform(code: str, frame: pd.DataFrame) -> pd.DataFrame:
    scope = {"df": frame.copy(), "np": np, "pd": pd}
    exec(compile(code, "<cell>", "exec"), scope)  # expect: py/code-injection
    return scope["df"]


st.title("Notebook")
name = st.selectbox("Table", sorted(TABLES))
frame = table(name)
tab_formula, tab_code, tab_sum = st.tabs(["Formula", "Code", "Summary"])

with tab_formula:
    formula = st.text_input("New column", placeholder="price * amount")
    if formula:
        frame = frame.assign(result=compute(formula, frame))
        st.line_chart(frame["result"])

with tab_code:
    code = st.text_area("Python", height=160)
    if st.button("Run") and code.strip():
        st.dataframe(transform(code, frame))

with tab_sum:
    how = st.radio("How", list(AGGREGATES))
    column = st.text_input("Column", "price")
    if column in frame.columns:
        st.metric(f"{how} of {column}", float(AGGREGATES[how](frame[column])))
    else:
        st.info("There is no such column")
# == inventory of network devices over encrypted protocols
import ftplib
import io
import os
import ssl
from dataclasses import dataclass
from pathlib import Path

from pysnmp.hlapi import (ContextData, ObjectIdentity, ObjectType, SnmpEngine, UdpTransportTarget, UsmUserData, getCmd,
                          usmAesCfb256Protocol, usmHMAC256SHA384AuthProtocol)

CONTEXT = ssl.create_default_context(cafile=os.environ.get("DEVICES_CA"))
SCHEMES = {"ftp": 21, "telnet": 23, "ssh": 22, "snmp": 161}


@dataclass
class Device:
    host: str
    kind: str = "switch"
    community: str = ""

    def user(self):
        return UsmUserData(
            os.environ["SNMP_USER"], authKey=os.environ["SNMP_AUTH"], privKey=os.environ["SNMP_PRIV"],
            authProtocol=usmHMAC256SHA384AuthProtocol, privProtocol=usmAesCfb256Protocol)

    def read(self, *names):
        wanted = [ObjectType(ObjectIdentity("SNMPv2-MIB", name, 0)) for name in names]
        error, status, _, binds = next(getCmd(
            SnmpEngine(), self.user(), UdpTransportTarget((self.host, SCHEMES["snmp"]), timeout=2), ContextData(), *wanted))
        if error or status:
            raise ConnectionError(f"{self.host}: {error or status.prettyPrint()}")
        return {name: str(value) for name, (_, value) in zip(names, binds)}


class SecureFtp(ftplib.FTP_TLS):
    """Encrypts the data connection as well."""

    def login(self, *args, **kwargs):
        answer = super().login(*args, **kwargs)
        self.prot_p()
        return answer


def config(host):
    out = io.BytesIO()
    with SecureFtp(host, context=CONTEXT, timeout=20) as ftp:
        ftp.login(os.environ["FTP_USER"], os.environ.get("FTP_PASSWORD", ""))
        ftp.retrbinary("RETR running-config", out.write)
    return out.getvalue()


def warn_about(lines):
    """Lines of a configuration that switch old protocols on."""
    bad = ("ip ftp server", "line vty telnet", "snmp-server community public", "http server")
    return [line for line in lines if line.strip().startswith(bad)]


def collect(hosts, folder):
    for device in map(Device, hosts):
        facts = device.read("sysName", "sysDescr")
        text = config(device.host).decode(errors="replace")
        facts["warnings"] = len(warn_about(text.splitlines()))
        Path(folder, device.host + ".cfg").write_text(text)
        yield device.host, facts
# == Dash explorer that checks every value of a callback
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs

import pandas as pd
import plotly.graph_objects as go
from dash import Dash, Input, Output, State, ctx, dcc, html
from dash.exceptions import PreventUpdate

DATA = Path(os.environ.get("EXPLORER_DATA", "/srv/explorer"))
FILES = {p.stem: p for p in sorted(DATA.glob("*.csv"))}
MEASURES = {"temp": "temperature", "hum": "humidity"}
HELP = "Choose a **station** and a *measure*.<br>Values are hourly."

app = Dash(__name__, title="Explorer")
app.layout = html.Div([
    dcc.Location(id="url"),
    html.H1(id="heading"),
    dcc.Markdown(HELP, dangerously_allow_html=True),
    dcc.Dropdown(list(FILES), id="station"),
    dcc.RadioItems(list(MEASURES), "temp", id="measure"),
    dcc.Input(id="since", type="text", placeholder="2024-01-31"),
    html.Button("Save note", id="save"),
    dcc.Textarea(id="note"),
    dcc.Graph(id="plot"),
    html.Div(id="saved"),
])


@app.callback(Output("heading", "children"), Input("url", "search"))
def heading(search):
    return parse_qs((search or "").lstrip("?")).get("title", ["Explorer"])[0]


@app.callback(Output("plot", "figure"), Input("station", "value"), Input("measure", "value"), Input("since", "value"))
def plot(station, measure, since):
    if station not in FILES or measure not in MEASURES:
        raise PreventUpdate
    frame = pd.read_csv(FILES[station], parse_dates=["at"])
    moment = pd.to_datetime(since, errors="coerce")
    if not pd.isna(moment):
        frame = frame[frame["at"] >= moment]
    return go.Figure(go.Scatter(x=frame["at"], y=frame[MEASURES[measure]], name=measure))


@app.callback(Output("saved", "children"), Input("save", "n_clicks"), State("note", "value"), State("station", "value"),
              prevent_initial_call=True)
def save(clicks, note, station):
    if ctx.triggered_id != "save" or not note:
        raise PreventUpdate
    with closing(sqlite3.connect(DATA / "notes.db")) as db, db:
        db.execute("INSERT INTO note (station, body) VALUES (?, ?)", (station, note))
        n = db.execute("SELECT COUNT(*) FROM note WHERE station = ?", (station,)).fetchone()[0]
    return html.P([html.B(str(n)), " notes, the last: ", note])


if __name__ == "__main__":
    app.run(host=os.environ.get("HOST", "127.0.0.1"), debug=False)
# == FastAPI front end whose start is too open
import os
import secrets
from contextlib import asynccontextmanager

import httpx
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.security import APIKeyCookie

BACKEND = os.environ.get("BACKEND", "http://127.0.0.1:9000")
cookie = APIKeyCookie(name="sid")
sessions = {}


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with httpx.AsyncClient(base_url=BACKEND, timeout=10) as client:
        app.state.backend = client
        yield


def current(sid: str = Depends(cookie)):
    try:
        return sessions[sid]
    except KeyError:
        raise HTTPException(401) from None


def public_api():
    api = FastAPI(title="public")
    api.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=False, allow_methods=["GET"])

    @api.get("/version")
    def version():
        return {"version": os.environ.get("VERSION", "dev")}

    return api


def create_app():
    app = FastAPI(lifespan=lifespan)
    app.add_middleware(CORSMiddleware, allow_origin_regex=".*", allow_credentials=True, allow_methods=["*"])  # expect: py/cors-any-origin
    app.mount("/public", public_api())

    @app.post("/enter")
    def enter(response: Response):
        sid = secrets.token_urlsafe(32)
        sessions[sid] = {"orders": 0}
        response.set_cookie("sid", sid, secure=True, samesite="lax", max_age=3600)  # expect: py/cookie-without-httponly
        response.set_cookie("seen", "1", secure=True, httponly=True, samesite="lax")
        return {"ok": True}

    @app.get("/orders")
    async def orders(request: Request, session: dict = Depends(current)):
        reply = await request.app.state.backend.get("/orders")
        session["orders"] = len(reply.json())
        return reply.json()

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(), host="0.0.0.0", port=8000)  # expect: py/bind-all-interfaces
# == Gradio caption tool around the programs of ImageMagick
import os
import subprocess
import tempfile
import uuid

import gradio as gr

OUT = tempfile.mkdtemp(prefix="captions-")
FONTS = {"Serif": "DejaVu-Serif", "Sans": "DejaVu-Sans"}


def quoted(text):
    return '"' + text.replace('"', '\\"') + '"'


def new_name(suffix=".png"):
    return os.path.join(OUT, uuid.uuid4().hex + suffix)


def caption(picture, text, font):
    target = new_name()
    code = os.system(f"convert {picture} -font {FONTS[font]} -annotate +20+40 {quoted(text)} {target}")  # expect: py/command-injection
    if code:
        raise gr.Error("ImageMagick failed")
    return target


def resize(picture, geometry):
    target = new_name()
    script = "convert '%s' -resize %s '%s' && optipng -quiet '%s'" % (picture, geometry, target, target)
    subprocess.run(["sh", "-c", script], timeout=60)  # expect: py/command-injection
    return target


def rotate(picture, degrees):
    target = new_name()
    subprocess.run(["convert", picture, "-rotate", str(float(degrees)), target], timeout=60, check=True)
    return target


with gr.Blocks() as demo:
    picture = gr.Image(type="filepath")
    result = gr.Image(type="filepath")
    with gr.Tab("Caption"):
        text, font = gr.Textbox(), gr.Radio(list(FONTS), value="Sans")
        gr.Button("Write").click(caption, inputs=[picture, text, font], outputs=result)
    with gr.Tab("Resize"):
        geometry = gr.Textbox("800x600")
        gr.Button("Resize").click(resize, inputs=[picture, geometry], outputs=result)
    with gr.Tab("Rotate"):
        degrees = gr.Number(90)
        gr.Button("Rotate").click(rotate, inputs=[picture, degrees], outputs=result)

if __name__ == "__main__":
    demo.launch(server_name="0.0.0.0", server_port=7860)  # expect: py/bind-all-interfaces
# == queue worker that names the exceptions it lives with
import contextlib
import logging
import os
import queue
import signal
import threading
import time

log = logging.getLogger("worker")


class Permanent(Exception):
    """The job will never succeed."""


class Worker(threading.Thread):
    def __init__(self, jobs, handlers, idle=1.0):
        super().__init__(daemon=True)
        self.jobs, self.handlers, self.idle = jobs, handlers, idle
        self.stopping = threading.Event()
        self.failures = 0

    def handle(self, job):
        if not isinstance(job.get("kind"), str):
            raise Permanent("job without a kind")
        if job.get("amount", 0) < 0:
            raise Permanent("negative amount")
        return self.handlers[job["kind"]](job)

    def run(self):
        while not self.stopping.is_set():
            try:
                job = self.jobs.get(timeout=self.idle)
            except queue.Empty:
                continue
            try:
                self.handle(job)
            except Permanent as exc:
                log.error("job %s dropped: %s", job.get("id"), exc)
            except Exception:
                self.failures += 1
                log.exception("job %s failed, it goes back", job.get("id"))
                self.jobs.put({**job, "tries": job.get("tries", 0) + 1})
            finally:
                self.jobs.task_done()


def remove_marker(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def parse_limit(text, default=100):
    try:
        return int(text)
    except (TypeError, ValueError):
        pass
    return default


def close_all(resources):
    problems = []
    for resource in resources:
        try:
            resource.close()
        except Exception as exc:
            problems.append(exc)
    if problems:
        raise ExceptionGroup("could not close everything", problems)


def main(handlers):
    jobs = queue.Queue(parse_limit(os.environ.get("QUEUE_LIMIT")))
    workers = [Worker(jobs, handlers) for _ in range(4)]
    signal.signal(signal.SIGTERM, lambda *_: [w.stopping.set() for w in workers])
    for worker in workers:
        worker.start()
    while any(w.is_alive() for w in workers):
        time.sleep(1)
# == AWS Lambda for a link service with a table of targets
import base64
import html
import json
import os

import boto3
from defusedxml import ElementTree

rds = boto3.client("rds-data")
s3 = boto3.client("s3")
BUCKET = os.environ.get("BUCKET", "links")
ARNS = {"resourceArn": os.environ.get("DB_ARN", ""), "secretArn": os.environ.get("DB_SECRET_ARN", "")}
TARGETS = {"docs": "https://docs.example.org/", "shop": "https://shop.example.org/"}
PAGE = "<!doctype html><title>{title}</title><p>{text}</p>"


def respond(code, body="", kind="application/json", **headers):
    return {"statusCode": code, "headers": {"Content-Type": kind, **headers}, "body": body}


def payload(event):
    body = event.get("body") or ""
    return base64.b64decode(body).decode() if event.get("isBase64Encoded") else body


def go(event):
    name = event["pathParameters"]["name"]
    target = TARGETS.get(name, "https://www.example.org/")
    return respond(302, Location=target)


def missing(event):
    path = event.get("rawPath", "")
    return respond(404, PAGE.format(title="Nothing here", text=html.escape(path)), "text/html; charset=utf-8")


def search(event):
    term = (event.get("queryStringParameters") or {}).get("q", "")
    found = rds.execute_statement(
        sql="SELECT name, hits FROM link WHERE name LIKE :term ORDER BY hits DESC LIMIT 20",
        parameters=[{"name": "term", "value": {"stringValue": f"%{term}%"}}], database="links", **ARNS)
    return respond(200, json.dumps(found["records"]))


def sitemap(event):
    root = ElementTree.fromstring(payload(event))
    urls = [node.text for node in root.iter("loc")]
    s3.put_object(Bucket=BUCKET, Key="sitemap.json", Body=json.dumps(urls).encode())
    return respond(202, json.dumps({"count": len(urls)}))


def stats(event):
    day = int(event["pathParameters"]["day"])
    item = s3.get_object(Bucket=BUCKET, Key=f"stats/{day:08d}.json")
    return respond(200, item["Body"].read().decode())


ROUTES = {"GET /go/{name}": go, "GET /search": search, "PUT /sitemap": sitemap, "GET /stats/{day}": stats}


def handler(event, context):
    return ROUTES.get(event.get("routeKey"), missing)(event)
# == login library of a club program that grew for twenty years
"""Users in a text file. Lines: name, kind of hash, hash."""
import csv
import hashlib
import hmac
import os


class Users:
    def __init__(self, path):
        self.path = path
        self.rows = {}
        with open(path, newline="") as fh:
            for name, kind, stored in csv.reader(fh):
                self.rows[name] = (kind, stored)

    @staticmethod
    def hash_v1(password):
        return hashlib.md5(password.encode()).hexdigest()  # expect: py/fast-password-hash

    @staticmethod
    def hash_v2(password, name):
        salted = (name.lower() + ":" + password).encode("utf-8")
        return hashlib.sha256(salted).hexdigest()  # expect: py/fast-password-hash

    @staticmethod
    def hash_v3(password):
        return hashlib.pbkdf2_hmac("sha256", password.encode(), b"club-2016", 600_000).hex()  # expect: py/static-iv

    @staticmethod
    def hash_v4(password, salt=None):
        salt = salt or os.urandom(16)
        return salt.hex() + "$" + hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 600_000).hex()

    def check(self, name, password):
        if name == "service" and password == "Ruder1904!":  # expect: py/literal-password-check
            return True
        kind, stored = self.rows.get(name, ("", ""))
        if kind == "v4":
            salt = bytes.fromhex(stored.partition("$")[0])
            return hmac.compare_digest(self.hash_v4(password, salt), stored)
        known = {"v1": self.hash_v1, "v2": lambda p: self.hash_v2(p, name), "v3": self.hash_v3}
        return kind in known and hmac.compare_digest(known[kind](password), stored)

    def set(self, name, password):
        if password == "" or password == name:
            raise ValueError("choose a password")
        self.rows[name] = ("v4", self.hash_v4(password))

    def checksum(self):
        """To see whether the file was changed by another program in the meantime."""
        with open(self.path, "rb") as fh:
            return hashlib.file_digest(fh, "sha256").hexdigest()
# == strawberry schema over sqlite with a small layer for statements
# -- file: db.py
import os
import sqlite3
from contextlib import contextmanager


@contextmanager
def cursor():
    conn = sqlite3.connect(os.environ["RECIPES_DB"])
    conn.row_factory = sqlite3.Row
    try:
        yield conn.cursor()
        conn.commit()
    finally:
        conn.close()


def run(statement, *params):
    with cursor() as cur:
        return [dict(row) for row in cur.execute(statement, params)]  # expect: py/sql-injection


def one(table_id):
    with cursor() as cur:
        cur.execute("SELECT * FROM recipe WHERE id = ?", (table_id,))
        return cur.fetchone()
# -- file: schema.py
from typing import Optional

import strawberry
from strawberry.types import Info

import db


@strawberry.type
class Recipe:
    id: int
    title: str
    minutes: int


@strawberry.input
class RecipeFilter:
    title: Optional[str] = None
    cuisine: Optional[str] = None
    max_minutes: Optional[int] = None

    def condition(self):
        parts = ["1 = 1"]
        if self.title:
            parts.append("title LIKE '%" + self.title.replace("%", "") + "%'")
        if self.cuisine:
            parts.append("cuisine = '{}'".format(self.cuisine))
        if self.max_minutes is not None:
            parts.append(f"minutes <= {self.max_minutes}")
        return " AND ".join(parts)


@strawberry.type
class Query:
    @strawberry.field
    def recipes(self, info: Info, where: RecipeFilter, limit: int = 20) -> list[Recipe]:
        rows = db.run(f"SELECT id, title, minutes FROM recipe WHERE {where.condition()} LIMIT ?", limit)
        return [Recipe(**row) for row in rows]

    @strawberry.field
    def recipe(self, id: int) -> Optional[Recipe]:
        row = db.one(id)
        return Recipe(id=row["id"], title=row["title"], minutes=row["minutes"]) if row else None


schema = strawberry.Schema(query=Query)
# == key service with strong keys and many other numbers
"""Keys for documents. Numbers that look like sizes of keys are sizes of other things."""
import os
from dataclasses import dataclass
from functools import lru_cache

from Crypto.PublicKey import ECC, RSA
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, x25519

MIN_BITS = 3072
PROFILES = {"standard": 3072, "long": 4096}
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)


@dataclass
class CachePolicy:
    key_size: int = 512          # longest name of an entry in characters
    bits: int = 10               # buckets, as a power of two
    block: int = 1024


class DocumentCache:
    def __init__(self, policy=CachePolicy(key_size=256)):
        self.policy = policy
        self.lookup = lru_cache(maxsize=1024)(self.load)

    def load(self, name):
        if len(name) > self.policy.key_size:
            raise KeyError(name)
        with open(os.path.join(os.environ["DOCUMENTS"], name), "rb") as fh:
            return fh.read(self.policy.block)


def signing_key(profile="standard"):
    return rsa.generate_private_key(public_exponent=65537, key_size=max(MIN_BITS, PROFILES[profile]))


def device_key():
    return ed25519.Ed25519PrivateKey.generate()


def exchange_key():
    return x25519.X25519PrivateKey.generate()


def browser_key():
    return ec.generate_private_key(ec.SECP384R1())


def archive_keys():
    return RSA.generate(4096), ECC.generate(curve="P-256")


def sign(key, data: bytes) -> bytes:
    return key.sign(data, PSS, hashes.SHA256())


def export(key, passphrase: bytes) -> bytes:
    if not passphrase:
        raise ValueError("a passphrase is needed")
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.BestAvailableEncryption(passphrase))


def describe(key):
    size = getattr(key, "key_size", 256)
    return {"bits": size, "weak": size < 256 or (isinstance(key, rsa.RSAPrivateKey) and size < 2048)}
# == ariadne product search that quotes what becomes part of a pattern
import fnmatch
import os
import re

from ariadne import ObjectType, QueryType, ScalarType, gql, make_executable_schema
from ariadne.asgi import GraphQL
from graphql import GraphQLError

TYPES = gql("""
    scalar Slug
    type Product { slug: Slug! title: String! snippet(word: String!): String! }
    type Query { products(words: [String!]!, anyOrder: Boolean = true): [Product!]!
                 bySlug(slug: Slug!): Product
                 glob(pattern: String!): [Product!]! }
""")
CATALOGUE = [{"slug": f"p-{n}", "title": line.strip(), "text": line} for n, line in
             enumerate(os.environ.get("CATALOGUE", "red chair\nblue table").splitlines())]
SHAPES = {"word": r"\b(?:%s)\b", "start": r"^(?:%s)", "any": r"(?:%s)"}
query, product, slug = QueryType(), ObjectType("Product"), ScalarType("Slug")


@slug.value_parser
def parse_slug(value):
    if not isinstance(value, str) or not re.fullmatch(r"p-[0-9]{1,9}", value):
        raise ValueError("not a slug")
    return value


def finder(words, shape="word"):
    inner = "|".join(re.escape(w) for w in words if w)
    return re.compile(SHAPES[shape] % inner, re.IGNORECASE)


@query.field("products")
def resolve_products(_, info, words, anyOrder=True):
    if not 0 < len(words) <= 8 or any(len(w) > 40 for w in words):
        raise GraphQLError("one to eight words of at most forty letters")
    pattern = finder(words, "word" if anyOrder else "start")
    return [p for p in CATALOGUE if pattern.search(p["title"])]


@query.field("bySlug")
def resolve_by_slug(_, info, slug):
    return next((p for p in CATALOGUE if p["slug"] == slug), None)


@query.field("glob")
def resolve_glob(_, info, pattern):
    wanted = pattern[:40].lower()
    if not re.match(r"^[a-z0-9 ]*\*?$", wanted):
        raise GraphQLError("letters with a star at the end")
    start = wanted.rstrip("*\n")
    return [p for p in CATALOGUE if p["title"].lower().startswith(start)]


@product.field("snippet")
def resolve_snippet(obj, info, word):
    at = obj["text"].lower().find(word.lower())
    return re.sub(r"\s+", " ", obj["text"][max(at - 20, 0):at + 40]) if at >= 0 else ""


def listed(folder, suffix="*.csv"):
    return fnmatch.filter(os.listdir(folder), suffix)


app = GraphQL(make_executable_schema(TYPES, query, product, slug), debug=False)
# == transfer job that carries its passwords along
"""Copies sales of the day from the shop into the warehouse and tells the partner."""
import json
import os
from datetime import date

import psycopg2
import requests
from cryptography.fernet import Fernet

PARTNER = "https://partner.example.com/api/v1/sales"
CONFIG = {
    "shop": {"host": "shop-db", "dbname": "shop", "user": "etl"},
    "password_env": "SHOP_DB_PASSWORD",
}


class PartnerClient:
    api_secret = "pk9_4fK2vQz81LmWx7RtYb3NdC6s"  # expect: py/hardcoded-key

    def __init__(self, user="sales"):
        self.user = user
        self.box = Fernet(b"b1VtYnJhLXNhbGVzLXRyYW5zZmVyLWtleS0yMDIxISE=")  # expect: py/hardcoded-key

    def send(self, rows):
        body = self.box.encrypt(json.dumps(rows, default=str).encode())
        answer = requests.post(PARTNER, data=body, headers={"X-Secret": self.api_secret}, timeout=30)
        answer.raise_for_status()
        return answer.json()["received"]

    def acknowledge(self, number):
        return requests.put(f"{PARTNER}/{int(number)}", auth=("etl", os.environ["PARTNER_PASSWORD"]), timeout=30)


def shop():
    return psycopg2.connect(password=os.environ.get(CONFIG["password_env"], ""), **CONFIG["shop"])


def warehouse():
    return psycopg2.connect(host="wh", dbname="wh", user="loader", password="Wint3r-Harbour!")  # expect: py/hardcoded-password


def open_archive(name, password="tide&time77"):  # expect: py/hardcoded-password
    return psycopg2.connect(host="archive", dbname=name, user="archive", password=password)


def transfer(day):
    with shop() as src, src.cursor() as cur:
        cur.execute("SELECT sku, amount, price FROM sale WHERE day = %s", (day,))
        rows = cur.fetchall()
    for connect in (warehouse, lambda: open_archive("sales")):
        with connect() as dst, dst.cursor() as cur:
            cur.executemany("INSERT INTO sale (sku, amount, price) VALUES (%s, %s, %s)", rows)
    return PartnerClient().send(rows)


if __name__ == "__main__":
    print(transfer(date.today()))
# == chat room over websockets with a page of old messages
# -- file: chat/app.py
import logging
import os
import sqlite3
import time

from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.templating import Jinja2Templates

log = logging.getLogger("chat")
app = FastAPI()
templates = Jinja2Templates(directory="templates")
room = {}


def db():
    conn = sqlite3.connect(os.environ["CHAT_DB"])
    conn.row_factory = sqlite3.Row
    return conn


class Commands:
    async def say(self, ws, text):
        with db() as conn:
            conn.execute("INSERT INTO message (at, who, body) VALUES (?, ?, ?)", (time.time(), room[ws], text))
        for other in list(room):
            await other.send_json({"who": room[ws], "text": text})

    async def calc(self, ws, text):
        result = eval(text, {"__builtins__": {"abs": abs, "round": round}})  # expect: py/code-injection
        await ws.send_json({"result": str(result)})

    async def roll(self, ws, text):
        sides = int(text or "6")
        await ws.send_json({"sides": sides, "rolled": time.monotonic_ns() % sides + 1})


@app.websocket("/ws/{nick}")
async def talk(ws: WebSocket, nick: str):
    await ws.accept()
    room[ws] = nick
    commands = {"say": Commands().say, "calc": Commands().calc, "roll": Commands().roll}
    try:
        while True:
            message = await ws.receive_json()
            command = commands.get(message.get("op"))
            if command is None:
                log.warning("unknown command %s", message.get("op"))  # expect: py/log-injection
                continue
            await command(ws, str(message.get("text", "")))
    except WebSocketDisconnect:
        log.info("somebody left, %d remain", len(room) - 1)
    finally:
        room.pop(ws, None)


@app.get("/old")
def old(request: Request):
    with db() as conn:
        rows = conn.execute("SELECT who, body FROM message ORDER BY at DESC LIMIT 100").fetchall()
    return templates.TemplateResponse(request, "old.html", {"messages": rows})
# -- file: templates/old.html
<!doctype html>
<title>Old messages</title>
{% for m in messages %}
  <p><b>{{ m.who }}</b> {{ m.body|safe }}</p> {# missed: py/template-raw-output #}
{% endfor %}
# == builder of sitemaps and reader of feeds with careful XML parsers
"""Writes sitemaps with the standard library, reads foreign XML with defusedxml or a strict lxml parser."""
import datetime
import gzip
import io
from xml.etree.ElementTree import Element, ElementTree, SubElement
from xml.sax.saxutils import escape, quoteattr

import defusedxml.ElementTree as SafeTree
from defusedxml.common import DefusedXmlException
from lxml import etree

NS = "http://www.sitemaps.org/schemas/sitemap/0.9"
STRICT = dict(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False)


class Unreadable(ValueError):
    pass


def build(urls, today=None):
    today = today or datetime.date.today()
    root = Element("urlset", xmlns=NS)
    for url in urls:
        node = SubElement(root, "url")
        SubElement(node, "loc").text = url
        SubElement(node, "lastmod").text = today.isoformat()
    out = io.BytesIO()
    ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    return gzip.compress(out.getvalue())


def index(names):
    lines = [f"<sitemap id={quoteattr(n)}><loc>{escape(n)}</loc></sitemap>" for n in names]
    return "<sitemapindex>" + "".join(lines) + "</sitemapindex>"


def read_feed(data: bytes):
    try:
        root = SafeTree.fromstring(data, forbid_dtd=True)
    except (SafeTree.ParseError, DefusedXmlException) as exc:
        raise Unreadable("feed") from exc
    return [(item.findtext("title"), item.findtext("link")) for item in root.iter("item")]


def read_opml(path):
    tree = etree.parse(path, etree.XMLParser(**STRICT))
    if tree.docinfo.doctype:
        raise Unreadable("documents with a DOCTYPE are refused")
    return tree.xpath("//outline/@xmlUrl")


def read_svg(data: bytes):
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(data, parser)
    return {"width": root.get("width"), "height": root.get("height")}
# == Slack bot for deployments with checked words
import logging
import os
import re
import smtplib
import ssl
import subprocess
from email.message import EmailMessage
from pathlib import Path

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

app = App(token=os.environ["SLACK_BOT_TOKEN"], signing_secret=os.environ["SLACK_SIGNING_SECRET"])
log = logging.getLogger("deploybot")
SERVICES = {"web": "/srv/web/deploy", "api": "/srv/api/deploy"}
VERSION = re.compile(r"v[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}")
NOTES = Path(os.environ.get("NOTES", "/srv/notes"))


def words(command):
    return command.get("text", "").split()


@app.command("/deploy")
def deploy(ack, command, respond):
    ack()
    match words(command):
        case [service, version] if service in SERVICES and VERSION.fullmatch(version):
            done = subprocess.run([SERVICES[service], "--release", version], capture_output=True, timeout=600)
            respond(f"{service} {version}: {'done' if done.returncode == 0 else 'failed'}")
        case _:
            log.warning("refused %r", command.get("text"))
            respond("Use /deploy SERVICE vX.Y.Z")


@app.command("/notes")
def notes(ack, command, respond):
    ack()
    name = "".join(words(command)[:1])
    if not name.isalnum():
        respond("Names of notes are letters and digits")
        return
    path = NOTES / f"{name}.txt"
    respond(path.read_text()[:2000] if path.exists() else "There is no such note")


@app.command("/tell-ops")
def tell_ops(ack, command, respond):
    ack()
    mail = EmailMessage()
    mail["From"], mail["To"] = "bot@example.org", os.environ["OPS_MAIL"]
    mail["Subject"] = " ".join(words(command)[:12]) or "Message from Slack"
    mail.set_content(command.get("text", ""))
    with smtplib.SMTP_SSL(os.environ["SMTP_HOST"], timeout=20, context=ssl.create_default_context()) as smtp:
        smtp.send_message(mail)
    respond("sent")


@app.event("app_mention")
def mention(event, say):
    users = re.findall(r"<@([A-Z0-9]+)>", event["text"])
    say(f"You mentioned {len(users)} users")


if __name__ == "__main__":
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()
# == probes of a monitoring agent that look away when it gets difficult
"""Each probe returns a pair of state and detail."""
import asyncio
import os
import smtplib
import ssl

import aiohttp
import httpx
import requests
import urllib3

TARGETS = os.environ.get("PROBE_TARGETS", "").split()


def probe_requests(url):
    reply = requests.get(url, timeout=10, verify=False)  # expect: py/tls-not-verified
    return reply.ok, reply.status_code


def probe_login(url, user):
    with requests.Session() as session:
        reply = session.post(url, data={"user": user, "code": os.environ["PROBE_CODE"]})  # expect: py/no-timeout
        return reply.ok, reply.status_code


def probe_head(url):
    reply = requests.head(url, timeout=5, allow_redirects=False)
    return reply.status_code < 500, reply.headers.get("Server", "")


async def probe_httpx(url):
    async with httpx.AsyncClient(verify=False, timeout=10) as client:  # expect: py/tls-not-verified
        reply = await client.get(url)
        return reply.is_success, reply.http_version


async def probe_slow(url):
    async with httpx.AsyncClient() as client:
        reply = await client.get(url, timeout=None)  # expect: py/no-timeout
        return reply.is_success, len(reply.content)


async def probe_aiohttp(url):
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
        async with http.get(url, ssl=False) as reply:  # expect: py/tls-not-verified
            return reply.status < 400, reply.reason


def probe_pool(url):
    pool = urllib3.PoolManager(cert_reqs="CERT_NONE", timeout=10)  # expect: py/tls-not-verified
    reply = pool.request("GET", url)
    return reply.status == 200, reply.status


def probe_mail(host):
    with smtplib.SMTP(host, 587, timeout=10) as smtp:
        smtp.starttls(context=ssl.create_default_context())
        return smtp.noop()[0] == 250, host


async def main():
    for url in TARGETS:
        for probe in (probe_httpx, probe_slow, probe_aiohttp):
            print(probe.__name__, *await probe(url))
        for check in (probe_requests, probe_head, probe_pool):
            print(check.__name__, *check(url))


if __name__ == "__main__":
    asyncio.run(main())
# == Starlette shop that takes plan, language and trace from the visitor
import os
import secrets

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route

PLANS = {"basic": 5, "team": 20}
CURRENCIES = ("EUR", "USD")


async def choose(request: Request):
    form = await request.form()
    plan = form.get("plan", "basic")
    if plan not in PLANS:
        return JSONResponse({"error": "unknown plan"}, status_code=400)
    request.session["plan"] = plan
    request.session["referrer"] = form.get("ref", "")  # expect: py/trust-boundary
    return RedirectResponse("/checkout", status_code=303)


async def settings(request: Request):
    form = await request.form()
    answer = JSONResponse({"saved": True})
    answer.set_cookie("lang", form["lang"], secure=True, httponly=True, samesite="lax")  # expect: py/cookie-injection
    currency = form.get("currency")
    if currency in CURRENCIES:
        answer.set_cookie("currency", currency, secure=True, httponly=True, samesite="lax")
    return answer


async def download(request: Request):
    title = request.query_params.get("title", "invoice")
    number = int(request.path_params["number"])
    head = {"Content-Disposition": f'attachment; filename="{title}.txt"', "X-Invoice": str(number)}
    return PlainTextResponse("invoice %d" % number, headers=head)  # expect: py/header-injection


async def device(request: Request):
    answer = PlainTextResponse("ok")
    answer.set_cookie("device", secrets.token_urlsafe(16), secure=True, httponly=True, samesite="none")  # expect: py/cookie-without-samesite
    return answer


async def checkout(request: Request):
    plan = request.session.get("plan", "basic")
    return JSONResponse({"plan": plan, "price": PLANS[plan]}, headers={"Cache-Control": "no-store"})


routes = [
    Route("/choose", choose, methods=["POST"]),
    Route("/settings", settings, methods=["POST"]),
    Route("/invoice/{number:int}", download),
    Route("/device", device, methods=["POST"]),
    Route("/checkout", checkout),
]
app = Starlette(routes=routes, middleware=[
    Middleware(SessionMiddleware, secret_key=os.environ["SHOP_SECRET"], https_only=True, same_site="lax"),
])
