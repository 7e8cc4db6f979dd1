# == nightly export started with the settings of an ini section
import configparser
import os

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.post("/export")
def export():
    wanted = request.form.get("format", "csv")
    cfg = configparser.RawConfigParser()
    cfg.add_section("export")
    cfg.set("export", "format", "csv")
    cfg.set("export", "requested", wanted)
    fmt = cfg.get("export", "format")
    status = os.system("/opt/report/bin/export --format " + fmt)
    return jsonify(status=status, requested=cfg["export"]["requested"])

# == person page of an intranet backed by the directory
import io
import os

import ldap
from flask import Flask, jsonify, request

app = Flask(__name__)
BASE = "ou=people,dc=corp,dc=example"


def filter_for(login, active):
    out = io.StringIO()
    out.write("(&(objectClass=person)")
    print("(uid=", login, ")", sep="", end="", file=out)
    if active:
        out.write("(status=active)")
    out.write(")")
    return out.getvalue()


@app.get("/people/<login>")
def person(login):
    conn = ldap.initialize(os.environ["LDAP_URL"])
    conn.simple_bind_s(os.environ["LDAP_DN"], os.environ["LDAP_PW"])
    text = filter_for(login, active="all" not in request.args)
    rows = conn.search_s(BASE, ldap.SCOPE_SUBTREE, text, ["cn"])  # expect: py/ldap-injection
    conn.unbind_s()
    return jsonify(found=len(rows))


@app.get("/people/me")
def me():
    conn = ldap.initialize(os.environ["LDAP_URL"])
    conn.simple_bind_s(os.environ["LDAP_DN"], os.environ["LDAP_PW"])
    text = filter_for("guest", active=bool(request.args.get("active")))
    rows = conn.search_s(BASE, ldap.SCOPE_SUBTREE, text, ["cn"])
    conn.unbind_s()
    return jsonify(found=len(rows))

# == several orders fetched by their numbers
import itertools
import sqlite3

from flask import Flask, jsonify, request

app = Flask(__name__)
SORTABLE = {"date": "ordered_at", "sum": "total"}


def placeholders(count):
    return ",".join(itertools.repeat("?", count))


@app.get("/orders")
def orders():
    ids = request.args.getlist("id")[:50]
    column = SORTABLE.get(request.args.get("sort", ""), "id")
    direction = "DESC" if request.args.get("dir") == "desc" else "ASC"
    query = "SELECT id, total FROM orders WHERE id IN (%s) ORDER BY %s %s" % (
        placeholders(len(ids)),
        column,
        direction,
    )
    with sqlite3.connect("/var/lib/shop/orders.db") as db:
        rows = db.execute(query, ids).fetchall()
    return jsonify(rows)

# == printing of the current page on a named printer
import asyncio
import queue
from typing import Annotated

from fastapi import FastAPI, Header

app = FastAPI()


@app.post("/print")
async def submit(x_printer: Annotated[str | None, Header()] = None, copies: int = 1):
    jobs: queue.Queue[tuple[str, int]] = queue.Queue()
    jobs.put(("lp0", 1))
    if x_printer:
        jobs.put((x_printer, copies))
    printer, count = "lp0", 1
    while not jobs.empty():
        printer, count = jobs.get()
    proc = await asyncio.create_subprocess_shell(  # expect: py/command-injection
        f"lp -d {printer} -n {count:d} /var/spool/app/current.ps",
        stdout=asyncio.subprocess.DEVNULL,
    )
    return {"code": await proc.wait()}

# == preview card for a shared link
from flask import Flask, request
from markupsafe import Markup, escape

app = Flask(__name__)

CARD = Markup('<article class="card"><h2>{title}</h2><p>{text}</p>{tags}</article>')
TAG = Markup("<li>%s</li>")


@app.route("/card", methods=["POST"])
def card():
    doc = request.get_json()
    text = escape(str(doc.get("text", "")))
    tags = Markup("<ul>") + Markup("").join(TAG % str(t) for t in doc.get("tags", [])) + Markup("</ul>")
    title = " ".join(str(doc.get("title", "untitled")).split())
    return CARD.format(title=title, text=text, tags=tags)

# == spreadsheet cells computed on the server
from string import Template

from flask import Flask, jsonify, request

app = Flask(__name__)
CELL = Template("round(($formula), $digits)")


@app.post("/sheets/cells/<int:row>")
def cell(row):
    doc = request.get_json()
    formula = doc["cells"][row]["formula"].lstrip("=")
    code = CELL.substitute(formula=formula, digits=2)
    value = eval(code, {"round": round})  # expect: py/code-injection
    return jsonify(row=row, value=str(value))


@app.post("/sheets/sum")
def total():
    doc = request.get_json()
    numbers = [float(c["value"]) for c in doc["cells"]]
    code = CELL.substitute(formula=" + ".join(map(repr, numbers)) or "0", digits=2)
    return jsonify(total=round(sum(numbers), 2), code=code)

# == job descriptions travel sealed between two servers
import hashlib
import hmac
import os
import pickle

from flask import Flask, abort, jsonify, request

app = Flask(__name__)
KEY = os.environ["JOB_KEY"].encode()


def opened(blob):
    mac, body = blob[:32], blob[32:]
    good = hmac.new(KEY, body, hashlib.sha256).digest()
    if not hmac.compare_digest(mac, good):
        abort(403)
    return pickle.loads(body)


@app.put("/jobs")
def put_job():
    job = opened(request.get_data(cache=False))
    return jsonify(queued=True, kind=str(job["kind"]))

# == way out of the site over an interstitial
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

OURS = "example.org"


def host_of(url):
    return (urlsplit(url).hostname or "").lower()


async def leave(request):
    url = request.query_params.get("to", "/")
    host = host_of(url)
    if host and not host.endswith(OURS):
        return PlainTextResponse("not one of ours", status_code=400)
    return RedirectResponse(url, status_code=302)  # expect: py/open-redirect


async def shop(request):
    host = request.query_params.get("to", "shop")
    host = "shop." + OURS if host != "press" else "press." + OURS
    return RedirectResponse(f"https://{host}/", status_code=302)


app = Starlette(routes=[Route("/leave", leave), Route("/shop", shop)])

# == session cookie of a learning platform
from dataclasses import asdict, dataclass, replace
import secrets

from flask import Flask, make_response, request

app = Flask(__name__)


@dataclass(frozen=True)
class CookiePolicy:
    path: str = "/"
    max_age: int = 3600
    secure: bool = True
    httponly: bool = True
    samesite: str = "Lax"


POLICY = CookiePolicy()
LONG = replace(POLICY, max_age=86400 * 14)


@app.post("/begin")
def begin():
    policy = LONG if request.form.get("remember") == "yes" else POLICY
    resp = make_response("", 204)
    resp.set_cookie("sid", secrets.token_urlsafe(32), **asdict(policy))
    return resp

# == accounts of a small forum
# -- file: forum/hashing.py
import hashlib
import hmac
import os


class Hasher:
    name = "sha256"

    def __init__(self, salt=None):
        self.salt = salt or os.urandom(16)

    def encode(self, plain):
        inner = hashlib.sha256(self.salt + plain.encode("utf-8"))  # expect: py/fast-password-hash
        return f"{self.name}:{self.salt.hex()}:{inner.hexdigest()}"

    @classmethod
    def matches(cls, stored, plain):
        _, salt, _ = stored.split(":")
        again = cls(bytes.fromhex(salt)).encode(plain)
        return hmac.compare_digest(again, stored)
# -- file: forum/app.py
import sqlite3

from flask import Flask, jsonify, request

from .hashing import Hasher

app = Flask(__name__)


@app.post("/join")
def join():
    nick, password = request.form["nick"], request.form["password"]
    with sqlite3.connect("/var/lib/forum/forum.db") as db:
        db.execute("INSERT INTO users (nick, secret) VALUES (?, ?)", (nick, Hasher().encode(password)))
    return jsonify(joined=True), 201

# == export files for download named in the query
import os
from urllib.parse import unquote

from django.conf import settings
from django.http import FileResponse, Http404


def parse(query):
    out = {}
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        out.setdefault(unquote(key), []).append(unquote(value.replace("+", " ")))
    return out


def download(request):
    wanted = parse(request.META.get("QUERY_STRING", "")).get("file", ["latest.csv"])
    full = os.path.join(settings.EXPORT_ROOT, wanted[-1])
    if not full.startswith(settings.EXPORT_ROOT):
        raise Http404
    return FileResponse(open(full, "rb"), as_attachment=True)  # expect: py/path-traversal


def download_latest(request):
    names = parse(request.META.get("QUERY_STRING", "")).get("file", [])
    names.append("latest.csv")
    full = os.path.join(settings.EXPORT_ROOT, names[-1])
    return FileResponse(open(full, "rb"), as_attachment=True)  # wrongly: py/path-traversal

# == quiz with shuffled answers and a ticket for the prize
import random
import secrets

from flask import Flask, jsonify, request

app = Flask(__name__)
QUESTIONS = [
    ("Capital of Norway", ["Oslo", "Bergen", "Tromso"]),
    ("Legs of a spider", ["8", "6", "10"]),
    ("Boils at sea level at", ["100", "90", "110"]),
]


@app.get("/quiz")
def quiz():
    count = max(1, min(request.args.get("count", 2, type=int), len(QUESTIONS)))
    picked = random.sample(QUESTIONS, count)
    rounds = []
    for text, answers in picked:
        order = answers[:]
        random.shuffle(order)
        rounds.append({"question": text, "answers": order})
    return jsonify(rounds=rounds, ticket=secrets.token_urlsafe(16))

# == tracking headers kept for the campaign report
import os

from flask import Flask, jsonify, request, session

app = Flask(__name__)
app.secret_key = os.environ["CAMPAIGN_KEY"]
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
PREFIX = "x-campaign-"


def campaign_headers():
    for name, value in request.headers:
        name = name.lower()
        if name.startswith(PREFIX):
            yield name.removeprefix(PREFIX), value


@app.get("/enter")
def enter():
    found = dict(campaign_headers())
    source = found.get("source") or request.referrer or "direct"
    session["source"] = source  # expect: py/trust-boundary
    return jsonify(source=source)


@app.get("/enter/short")
def enter_short():
    found = dict(campaign_headers())
    session["campaign"] = len(found)
    session["has_source"] = "source" in found
    return jsonify(kept=2)

# == letters of a mailing read from an XML request
from flask import Flask, jsonify, request
from lxml import etree

app = Flask(__name__)


def text_of(root, *tags):
    return {tag: (root.findtext(tag) or "").strip() for tag in tags}


@app.post("/letters")
def letters():
    body = request.get_data()
    if request.files:
        body = next(iter(request.files.values())).read()
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)
    root = etree.fromstring(body, parser)  # expect: py/xxe
    return jsonify(text_of(root, "to", "subject", "text"))

# == drawings kept in folders of a project
from pathlib import Path

from flask import Flask, abort, request, send_file

app = Flask(__name__)
ROOT = Path("/srv/drawings").resolve()


def inside(*parts):
    target = ROOT.joinpath(*parts).resolve()
    if not target.is_relative_to(ROOT) or not target.is_file():
        abort(404)
    return target


@app.get("/drawings/<project>/<path:name>")
def drawing(project, name):
    version = request.args.get("version", "current")
    return send_file(inside(project, version, name))

# == glossary entries found by term
from itertools import starmap

import elementpath
from defusedxml import ElementTree
from flask import Flask, jsonify, request

app = Flask(__name__)
root = ElementTree.parse("data/glossary.xml").getroot()


def finder(kind):
    head = "//entry[@kind='" + kind + "']"

    def find(*terms):
        tests = ["contains(term, '" + t + "')" for t in terms]
        path = head + "[" + " or ".join(tests or ["true()"]) + "]"
        return elementpath.select(root, path)  # expect: py/xpath-injection

    return find


find_noun = finder("noun")


@app.get("/glossary")
def glossary():
    terms = request.cookies.get("terms", "").split("|")
    hits = find_noun(*filter(None, terms))
    return jsonify(list(starmap(lambda i, e: [i, e.findtext("text")], enumerate(hits))))

# == expressions of a sensor rule checked before they are kept
import ast

import falcon


class Evaluator:
    limit = 500

    def eval(self, text):
        if len(text) > self.limit:
            raise ValueError("too long")
        return ast.literal_eval(text)

    def exec(self, texts):
        return [self.eval(t) for t in texts]


class Rules:
    def __init__(self, evaluator):
        self.evaluator = evaluator

    def on_get(self, req, resp):
        try:
            values = self.evaluator.exec(req.get_param_as_list("value", default=[]))
        except (ValueError, SyntaxError) as error:
            raise falcon.HTTPBadRequest(title="bad value") from error
        resp.media = {"values": [repr(v) for v in values]}


app = falcon.App()
app.add_route("/rules", Rules(Evaluator()))

# == report period sent as the body of an ini file
import configparser
import os

import psycopg
from fastapi import FastAPI, Request

app = FastAPI()

DEFAULTS = "[report]\nsince = 2020-01-01\nkind = visits\n"
SQL = "SELECT day, amount FROM report WHERE kind = %%s AND day >= '%s' ORDER BY day"


@app.post("/report")
async def report(request: Request):
    cfg = configparser.ConfigParser(interpolation=None)
    cfg.read_string(DEFAULTS)
    cfg.read_string((await request.body()).decode("utf-8"))
    section = cfg["report"]
    query = SQL % section["since"]
    async with await psycopg.AsyncConnection.connect(os.environ["REPORT_DSN"]) as conn:
        cur = await conn.execute(query, (section["kind"],))  # expect: py/sql-injection
        rows = await cur.fetchall()
    return {"rows": [[str(day), amount] for day, amount in rows]}

# == cached picture of the weather map
import hashlib

from flask import Flask, Response, request

app = Flask(__name__)
LAYERS = {"rain": b"<svg id='rain'/>", "wind": b"<svg id='wind'/>"}


def etag_of(*chunks):
    digest = hashlib.md5(usedforsecurity=False)
    for chunk in chunks:
        digest.update(len(chunk).to_bytes(4, "big") + chunk)
    return digest.hexdigest()


@app.get("/map")
def weather_map():
    zoom = max(1, min(request.args.get("zoom", 3, type=int), 9))
    layers = [LAYERS[name] for name in sorted(LAYERS) if name in request.args.getlist("layer")]
    resp = Response(b"\n".join(layers), mimetype="image/svg+xml")
    resp.set_etag(etag_of(*layers, str(zoom).encode()))
    return resp.make_conditional(request)

# == board messages with a name on top
import tornado.web

TABLE = str.maketrans({'"': "'", "\n": " ", "\0": None})


class Board(tornado.web.RequestHandler):
    def header(self, name):
        return "<h1>Board of " + name.translate(TABLE).title() + "</h1>"

    def get(self, name):
        sort = self.get_query_argument("sort", "new")
        order = {"new": "newest first", "old": "oldest first"}.get(sort, "unsorted")
        self.write(self.header(name))  # expect: py/xss
        self.write("<p>" + order + "</p>")


app = tornado.web.Application([(r"/board/([^/]+)", Board)])

# == services of a machine reloaded over the net
import asyncio

from aiohttp import web


def unit_of(choice):
    match choice:
        case "web" | "www":
            return "nginx.service"
        case "db":
            return "postgresql.service"
        case str() if choice.startswith("mail"):
            return "postfix.service"
    raise web.HTTPBadRequest(text="unknown service")


async def reload(request):
    form = await request.post()
    choice = form.get("service") or request.headers.get("X-Service", "")
    unit = unit_of(choice)
    proc = await asyncio.create_subprocess_shell("systemctl reload " + unit)
    return web.json_response({"service": choice, "code": await proc.wait()})


app = web.Application()
app.router.add_post("/reload", reload)

# == rows of a price list picked by a condition
from flask import Flask, jsonify, request

app = Flask(__name__)
ROWS = [{"name": "nail", "price": 1}, {"name": "saw", "price": 19}, {"name": "drill", "price": 89}]


@app.route("/rows", methods=["GET", "POST"])
def rows():
    active, fallback = "row['price'] > 10", request.values.get("where")
    if fallback:
        active, fallback = fallback, active
    if "__" in active:
        active = fallback
    test = eval("lambda row: " + active, {"__builtins__": {}})  # expect: py/code-injection
    return jsonify([row for row in ROWS if test(row)])


@app.route("/rows/usual")
def usual():
    active, fallback = "row['price'] > 10", request.values.get("where", "")
    active, fallback = fallback, active
    test = eval("lambda row: " + fallback, {"__builtins__": {}})
    return jsonify(where=active, rows=[row for row in ROWS if test(row)])

# == deployment description posted as YAML
from functools import reduce

import yaml
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

STEPS = (
    bytes.strip,
    lambda raw: raw.decode("utf-8-sig"),
    lambda text: text.replace("\t", "    "),
)


async def deploy(request):
    raw = await request.body()
    text = reduce(lambda value, step: step(value), STEPS, raw)
    described = yaml.load(text, Loader=yaml.UnsafeLoader)  # expect: py/unsafe-deserialization
    return JSONResponse({"services": len(described.get("services", {}))})


app = Starlette(routes=[Route("/deploy", deploy, methods=["POST"])])

# == measuring points packed by an old device
import base64
import io
import pickle
import struct

from bottle import abort, post, request


class PlainUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError("only plain values")


def plain(blob):
    return PlainUnpickler(io.BytesIO(blob)).load()


@post("/points")
def points():
    try:
        values = plain(base64.b64decode(request.forms.get("blob", "")))
    except (ValueError, EOFError, pickle.UnpicklingError):
        abort(400)
    return {"count": len(values)}


@post("/points/raw")
def raw_points():
    blob = request.body.read(8 * 64)
    usable = len(blob) - len(blob) % 8
    pairs = list(struct.iter_unpack("<if", blob[:usable]))
    return {"count": len(pairs), "highest": max((v for _, v in pairs), default=0.0)}

# == checksum of an upload compared with the one sent along
import hashlib
import hmac
from functools import partial

from flask import Flask, abort, jsonify, request

app = Flask(__name__)
KNOWN = {"md5": False, "sha1": False, "sha256": True, "sha512": True, "blake2b": True}


def checksum(name, stream):
    digest = hashlib.new(name)
    for block in iter(partial(stream.read, 65536), b""):
        digest.update(block)
    return digest.hexdigest()


@app.post("/upload/check")
def check():
    name, _, expected = request.form.get("checksum", "").lower().partition(":")
    if not KNOWN.get(name, False):
        abort(400)
    upload = next(iter(request.files.values()), None)
    if upload is None:
        abort(400)
    good = hmac.compare_digest(checksum(name, upload.stream).encode(), expected.encode())
    return jsonify(good=good, algorithm=name)

# == links with a seal for a new password
import hashlib
import os
import time

from flask import Flask, jsonify, request

from .mail import queue_reset_mail

app = Flask(__name__)


class ResetLink:
    algorithm = "sha1"

    def __init__(self, user, now=None):
        self.user = user
        self.until = int(now or time.time()) + 1800

    def seal(self):
        digest = hashlib.new(self.algorithm)  # expect: py/weak-hash
        for part in (os.environ["LINK_KEY"], self.user, str(self.until)):
            digest.update(part.encode("utf-8") + b"\0")
        return digest.hexdigest()[:40]


@app.post("/reset")
def reset():
    link = ResetLink(request.form["user"])
    queue_reset_mail(user=link.user, until=link.until, seal=link.seal())
    return jsonify(sent=True)

# == contacts of a customer in a shared address book
import os
import ssl

from flask import Flask, jsonify, request
from ldap3 import SUBTREE, Connection, Server, Tls
from ldap3.utils.conv import escape_filter_chars

app = Flask(__name__)
ATTRIBUTES = ("cn", "o", "mail")


def book():
    tls = Tls(validate=ssl.CERT_REQUIRED)
    server = Server(os.environ["BOOK_HOST"], use_ssl=True, tls=tls, connect_timeout=5)
    return Connection(server, os.environ["BOOK_USER"], os.environ["BOOK_PASS"], auto_bind=True)


@app.get("/contacts")
def contacts():
    given = map(escape_filter_chars, (request.args.get(a, "") for a in ATTRIBUTES))
    tests = [f"({name}=*{value}*)" for name, value in zip(ATTRIBUTES, given) if value]
    text = "(&(objectClass=inetOrgPerson)" + "".join(tests) + ")"
    with book() as conn:
        conn.search("ou=contacts,dc=example,dc=com", text, search_scope=SUBTREE, attributes=["cn"])
        return jsonify(names=[str(e.cn) for e in conn.entries])

# == members of a department listed from its branch
import os

import ldap
from flask import Flask, jsonify, request
from ldap.dn import escape_dn_chars
from ldap.filter import escape_filter_chars

app = Flask(__name__)
PEOPLE = "ou=people,dc=corp,dc=example"


def connect():
    conn = ldap.initialize(os.environ["LDAP_URL"])
    conn.simple_bind_s(os.environ["LDAP_DN"], os.environ["LDAP_PW"])
    return conn


@app.get("/department")
def department():
    name = request.headers.get("X-Department", "sales")
    base = "ou={},{}".format(escape_filter_chars(name), PEOPLE)
    found = connect().search_ext_s(base, ldap.SCOPE_SUBTREE, "(objectClass=person)", ["cn"])  # expect: py/ldap-injection
    return jsonify(members=len(found))


@app.get("/department/heads")
def heads():
    name = request.headers.get("X-Department", "sales")
    base = "ou={},{}".format(escape_dn_chars(name), PEOPLE)
    found = connect().search_ext_s(base, ldap.SCOPE_SUBTREE, "(title=head)", ["cn"])
    return jsonify(heads=len(found))

# == pictures of an advert stored and given back
import os
import secrets

from flask import Flask, abort, jsonify, request, send_from_directory
from werkzeug.utils import secure_filename

app = Flask(__name__)
FOLDER = "/srv/adverts"
ENDINGS = {".jpg", ".png"}


@app.post("/adverts/<int:advert>/pictures")
def add_picture(advert):
    stored = []
    for upload in request.files.getlist("picture"):
        name = secure_filename(upload.filename or "")
        if os.path.splitext(name)[1].lower() not in ENDINGS:
            abort(415)
        name = f"{advert:06d}-{secrets.token_hex(4)}-{name}"
        upload.save(os.path.join(FOLDER, name))
        stored.append(name)
    return jsonify(stored=stored)


@app.get("/adverts/pictures/<path:name>")
def picture(name):
    return send_from_directory(FOLDER, name)

# == attachments of a ticket written under their own names
import os
from pathlib import PurePosixPath

from flask import Flask, jsonify, request

app = Flask(__name__)
FOLDER = "/srv/tickets"
BLOCKED = (".exe", ".php", ".sh")


def incoming(files):
    for field, upload in files.items(multi=True):
        if upload.filename and not upload.filename.lower().endswith(BLOCKED):
            yield field, upload.filename, upload.stream


def short(name):
    return PurePosixPath(name).name


@app.post("/tickets/<int:ticket>/attachments")
def attach(ticket):
    written = []
    for number, (_, name, stream) in enumerate(incoming(request.files)):
        target = os.path.join(FOLDER, f"{ticket:05d}", name)
        with open(target, "wb") as out:  # expect: py/path-traversal
            out.write(stream.read())
        written.append((number, short(name)))
    return jsonify(written)


@app.post("/tickets/<int:ticket>/photo")
def photo(ticket):
    for number, (_, name, stream) in enumerate(incoming(request.files)):
        target = os.path.join(FOLDER, f"{ticket:05d}", f"photo-{number:02d}.jpg")
        with open(target, "wb") as out:
            out.write(stream.read())
    return jsonify(ok=True)

# == vote is counted and the visitor goes back
from flask import Flask, redirect, request, url_for

app = Flask(__name__)
votes: dict[int, int] = {}


def back():
    where = request.form.get("back") or request.args.get("back") or "/"
    if not where.startswith("/"):
        where = "/"
    return where


@app.post("/vote/<int:item>")
def vote(item):
    votes[item] = votes.get(item, 0) + 1
    return redirect(back())  # expect: py/open-redirect


@app.post("/unvote/<int:item>")
def unvote(item):
    votes.pop(item, None)
    return redirect(url_for("result", item=item, back=back()))


@app.get("/result/<int:item>")
def result(item):
    return {"item": item, "votes": votes.get(item, 0)}

# == address to go on to after the login
from django.conf import settings
from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View


class GoOn(View):
    field = "next"

    def candidates(self, request):
        yield request.POST.get(self.field)
        yield request.GET.get(self.field)
        yield request.headers.get("Referer")

    def safe(self, url):
        return bool(url) and url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def post(self, request):
        url = next(filter(self.safe, self.candidates(request)), settings.LOGIN_REDIRECT_URL)
        return HttpResponseRedirect(url)

# == visit of a call centre agent begins
import os
import uuid

from flask import Flask, jsonify, request
from itsdangerous import URLSafeSerializer

app = Flask(__name__)
signer = URLSafeSerializer(os.environ["AGENT_KEY"], salt="agent")
DESKS = ("north", "south", "night")


@app.post("/agents/begin")
def begin():
    desk = DESKS[request.form.get("desk", 0, type=int) % len(DESKS)]
    ticket = signer.dumps([uuid.uuid4().hex, desk])
    resp = jsonify(desk=desk)
    readable = True
    resp.set_cookie("agent_session", ticket, secure=True, httponly=not readable, samesite="Strict")  # expect: py/cookie-without-httponly
    return resp


@app.post("/agents/end")
def end():
    resp = jsonify(ended=True)
    readable = False
    resp.set_cookie("agent_session", "", max_age=0, secure=True, httponly=not readable, samesite="Strict")
    return resp

# == operators sign on to a console
import os
import secrets

import tornado.web


class Base(tornado.web.RequestHandler):
    COOKIE = dict(secure=True, httponly=True, samesite="Strict")

    def keep(self, name, value, days=1):
        self.set_signed_cookie(name, value, expires_days=days, **self.COOKIE)


class SignOn(Base):
    MODES = {"dark": "dark", "light": "light"}

    def post(self):
        mode = self.get_body_argument("mode", "light")
        self.keep("console", secrets.token_hex(24))
        self.keep("mode", self.MODES.get(mode, "light"), days=30)
        self.set_cookie("seen", "1", path="/", **self.COOKIE)
        self.write({"signed": True})


app = tornado.web.Application(
    [(r"/signon", SignOn)], cookie_secret=os.environ["CONSOLE_KEY"], xsrf_cookies=True
)

# == stock movements filtered by what the client sends
import os
from dataclasses import astuple, dataclass

from flask import Flask, jsonify, request
from sqlalchemy import bindparam, create_engine, text

app = Flask(__name__)
engine = create_engine(os.environ["STOCK_DSN"])


@dataclass
class Span:
    article: str
    first: str
    last: str

    @classmethod
    def of(cls, doc):
        return cls(doc["article"], doc.get("from", "2000-01-01"), doc.get("to", "2099-12-31"))


@app.post("/movements")
def movements():
    span = Span.of(request.get_json())
    marks = ["%s"] * 2
    query = "SELECT day, amount FROM movement WHERE article = %s AND day BETWEEN " + " AND ".join(marks)
    with engine.connect() as conn:
        rows = conn.exec_driver_sql(query, astuple(span)).all()
    return jsonify([[str(day), amount] for day, amount in rows])


@app.post("/movements/sum")
def movement_sum():
    span = Span.of(request.get_json())
    stmt = text("SELECT sum(amount) FROM movement WHERE article = :article").bindparams(
        bindparam("article", span.article)
    )
    with engine.connect() as conn:
        total = conn.execute(stmt).scalar()
    return jsonify(article=span.article, total=str(total))

# == tickets of a help desk found by words and status
from django.db import connection
from django.http import JsonResponse

from .models import Ticket


class Where:
    def __init__(self):
        self.tests, self.values = [], []

    def add(self, test, *values):
        self.tests.append(test)
        self.values.extend(values)
        return self

    def __str__(self):
        return " AND ".join(f"({t})" for t in self.tests) or "TRUE"


def tickets(request):
    where = Where().add("closed = %s", "closed" in request.GET)
    for word in request.GET.getlist("word"):
        where.add("subject ILIKE '%%" + word.replace("--", "") + "%%'")
    found = Ticket.objects.raw(f"SELECT * FROM desk_ticket WHERE {where}", where.values)  # expect: py/sql-injection
    return JsonResponse({"ids": [t.pk for t in found]})


def ticket_count(request):
    where = Where().add("closed = %s", "closed" in request.GET)
    for word in request.GET.getlist("word"):
        where.add("subject ILIKE %s", f"%{word}%")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM desk_ticket WHERE %s" % where, where.values)
        (count,) = cursor.fetchone()
    return JsonResponse({"count": count})

# == booking draft with the tariff of the house
import copy
import os

from flask import Flask, jsonify, request, session

app = Flask(__name__)
app.secret_key = os.environ["BOOKING_KEY"]
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")

BLANK = {"tariff": "standard", "guest": {"name": "", "nights": 1}}


@app.post("/booking")
def booking():
    draft = copy.deepcopy(BLANK)
    draft["guest"]["name"] = request.form.get("name", "")
    draft["guest"]["nights"] = max(1, min(int(request.form.get("nights", "1")), 30))
    session["tariff"] = draft["tariff"]
    session["nights"] = draft["guest"]["nights"]
    return jsonify(draft)

# == filters of a list stay while the visitor pages through it
import contextvars
import os

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Route

current = contextvars.ContextVar("current", default=())


def collect(request):
    pairs = [(k, v.strip()) for k, v in request.query_params.multi_items() if v]
    current.set(tuple(pairs))


def apply(session):
    for key, value in current.get():
        session.setdefault("order", "name")
        session["filter:" + key.lower()] = value  # missed: py/trust-boundary


async def listing(request):
    collect(request)
    apply(request.session)
    return JSONResponse({"filters": len(current.get())})


app = Starlette(
    routes=[Route("/list", listing)],
    middleware=[
        Middleware(SessionMiddleware, secret_key=os.environ["LIST_KEY"], https_only=True, same_site="lax")
    ],
)

# == one time code sent to a telephone
import random
import time

from bottle import post, request

from .sms import send_sms

pending = {}


def fresh_code(digits=6):
    low = 10 ** (digits - 1)
    return str(random.randint(low, low * 10 - 1))  # expect: py/weak-random


@post("/code")
def code():
    number = "".join(filter(str.isdigit, request.forms.get("number", "")))
    pending[number] = fresh_code(), time.monotonic() + 300
    send_sms(number, "Your code is %s" % pending[number][0])
    return {"sent": True}

# == dice rolls and waiting times of a simulation
import random
import statistics

from flask import Flask, jsonify, request

app = Flask(__name__)


def rolls(count, sides, seed=None):
    rng = random.Random(seed)
    while count > 0:
        yield rng.randint(1, sides)
        count -= 1


@app.get("/simulate/dice")
def dice():
    count = max(1, min(request.args.get("count", 100, type=int), 10_000))
    sides = max(2, min(request.args.get("sides", 6, type=int), 100))
    values = list(rolls(count, sides, request.args.get("seed")))
    return jsonify(mean=statistics.fmean(values), best=max(values))


@app.get("/simulate/queue")
def waiting():
    gaps = [random.expovariate(0.2) for _ in range(500)]
    jitter = random.uniform(0.0, 0.5)
    return jsonify(longest=max(gaps) + jitter, typical=statistics.median(gaps))

# == recipes by ingredient read from one XML file
from urllib.parse import unquote_plus

from flask import Flask, jsonify, request
from lxml import etree

app = Flask(__name__)
book = etree.parse("data/recipes.xml", etree.XMLParser(resolve_entities=False, no_network=True))


def values(query, wanted):
    for piece in query.split("&"):
        name, sep, value = piece.partition("=")
        if sep and name == wanted:
            yield unquote_plus(value)


@app.get("/recipes")
def recipes():
    with_all = "".join(
        f"[ingredient='{word}']" for word in values(request.query_string.decode("latin-1"), "with")
    )
    hits = book.xpath("//recipe" + with_all + "/@name")  # expect: py/xpath-injection
    return jsonify(sorted(map(str, hits)))

# == rooms of a building by floor and purpose
from xml.etree import ElementTree

import elementpath
from flask import Flask, jsonify, request

app = Flask(__name__)
plan = ElementTree.parse("data/building.xml").getroot()
QUERY = "//room[@floor = $floor and @purpose = $purpose]"


def variables(**given):
    return {name: " ".join(value.split()) for name, value in given.items()}


@app.get("/rooms/<floor>")
def rooms(floor):
    bound = variables(floor=floor, purpose=request.headers.get("X-Purpose", "office"))
    path = QUERY if request.args.get("order") != "down" else "reverse(" + QUERY + ")"
    hits = elementpath.select(plan, path, variables=bound)
    return jsonify(rooms=[h.get("name") for h in hits], asked=bound)

# == device status decoded from hexadecimal
import struct

from flask import Flask, request

app = Flask(__name__)
PAGE = "<!doctype html><table>{rows}</table><p>{note}</p>"
LAYOUT = struct.Struct(">HhB")
NOTES = ("idle", "running", "fault")


@app.get("/device/<payload>")
def device(payload):
    try:
        number, tenths, state = LAYOUT.unpack(bytes.fromhex(payload))
    except (ValueError, struct.error):
        return "bad payload", 400
    cells = {"number": f"{number:05d}", "degrees": f"{tenths / 10:+.1f}", "state": NOTES[state % 3]}
    rows = "".join(f"<tr><th>{k}</th><td>{v:>8}</td></tr>" for k, v in cells.items())
    note = "checked" if request.args.get("note") else "new"
    return PAGE.format(rows=rows, note=note)

# == playlists read event by event
import io
import xml.sax
from xml.sax import handler

from bottle import HTTPError, request, route


class Tracks(handler.ContentHandler):
    def __init__(self):
        self.names = []

    def startElement(self, name, attrs):
        if name == "track":
            self.names.append(attrs.get("name", "?"))


class NoDoctype:
    def comment(self, content): ...

    def startCDATA(self): ...

    def endCDATA(self): ...

    def startDTD(self, name, public_id, system_id):
        raise xml.sax.SAXException("no document types")

    def endDTD(self): ...


@route("/playlist", method="PUT")
def playlist():
    tracks = Tracks()
    parser = xml.sax.make_parser()
    parser.setFeature(handler.feature_external_ges, False)
    parser.setFeature(handler.feature_external_pes, False)
    parser.setProperty(handler.property_lexical_handler, NoDoctype())
    parser.setContentHandler(tracks)
    try:
        parser.parse(io.BytesIO(request.body.read()))
    except xml.sax.SAXException:
        raise HTTPError(400)
    return {"tracks": tracks.names}

# == survey answers kept as a document
import base64
import io
from xml.dom import minidom
from xml.sax import handler, make_parser

from flask import Flask, jsonify, request

app = Flask(__name__)


def dom_parser(resolve):
    parser = make_parser()
    parser.setFeature(handler.feature_external_ges, resolve)
    return parser


@app.post("/survey")
def survey():
    packed = request.get_json()["document"]
    source = io.BytesIO(base64.b64decode(packed))
    doc = minidom.parse(source, dom_parser(resolve=True))  # expect: py/xxe
    answers = doc.getElementsByTagName("answer")
    return jsonify([a.firstChild.data if a.firstChild else "" for a in answers])
