# == Warehouse stock through a store object that builds its condition once in the constructor
import os
import sqlite3

from flask import Flask, g, jsonify, request

app = Flask(__name__)
DB_FILE = os.environ.get("STOCK_DB", "stock.db")


class ShelfStore:
    def __init__(self, conn, warehouse):
        self._conn = conn
        self.warehouse = warehouse
        self._where = "warehouse = '%s'" % warehouse

    def total(self):
        row = self._conn.execute("SELECT SUM(qty) FROM shelf WHERE " + self._where).fetchone()  # expect: py/sql-injection
        return row[0] or 0

    def items(self, limit):
        return self._conn.execute(
            "SELECT sku, qty FROM shelf WHERE warehouse = ? LIMIT ?",
            (self.warehouse, limit),
        ).fetchall()


def store():
    if "conn" not in g:
        g.conn = sqlite3.connect(DB_FILE)
    return ShelfStore(g.conn, request.args.get("warehouse", "main"))


@app.get("/stock/total")
def stock_total():
    return jsonify(total=store().total())


@app.get("/stock/items")
def stock_items():
    limit = request.args.get("limit", default=20, type=int)
    return jsonify(items=[list(row) for row in store().items(limit)])
# == Small-ads search with a chained query builder whose order comes from an enum
import enum
import sqlite3

from flask import Flask, jsonify, request

app = Flask(__name__)


class Sort(enum.Enum):
    NEWEST = "created_at DESC"
    CHEAPEST = "price ASC, created_at DESC"
    DEAREST = "price DESC"


class Select:
    def __init__(self, table):
        self._table = table
        self._clauses = []
        self._args = []
        self._order = ""

    def where(self, clause, *args):
        self._clauses.append(clause)
        self._args.extend(args)
        return self

    def order_by(self, sort: Sort):
        self._order = " ORDER BY " + sort.value
        return self

    def run(self, conn):
        sql = f"SELECT id, title, price FROM {self._table}"
        if self._clauses:
            sql += " WHERE " + " AND ".join(self._clauses)
        return conn.execute(sql + self._order, self._args).fetchall()


@app.route("/ads")
def ads():
    try:
        sort = Sort[request.args.get("sort", "NEWEST").upper()]
    except KeyError:
        return jsonify(error="unknown sort"), 400
    query = Select("ads").where("town = ?", request.args.get("town", ""))
    if ceiling := request.args.get("max"):
        query.where("price <= ?", ceiling)
    if word := request.args.get("q"):
        query.where("title LIKE '%' || ? || '%'", word)
    with sqlite3.connect("ads.db") as conn:
        return jsonify(query.order_by(sort).run(conn))
# == Document export through an abstract base class where only one subclass goes through the shell
import abc
import os
import subprocess

from flask import Flask, jsonify, request

app = Flask(__name__)


class Exporter(abc.ABC):
    source = "/srv/docs/handbook.md"

    def __init__(self, title):
        self.title = title

    def export(self):
        self.prepare()
        return self.spawn()

    def prepare(self):
        os.makedirs("/srv/out", exist_ok=True)

    @abc.abstractmethod
    def spawn(self):
        """Start the converter and return its exit code."""


class PdfExporter(Exporter):
    def spawn(self):
        argv = ["pandoc", self.source, f"--metadata=title:{self.title}", "-o", "/srv/out/handbook.pdf"]
        return subprocess.run(argv, timeout=60).returncode


class EpubExporter(Exporter):
    def __init__(self, title):
        super().__init__(title.strip())

    def spawn(self):
        return os.system(  # expect: py/command-injection
            "pandoc %s --metadata=title:'%s' -o /srv/out/handbook.epub" % (self.source, self.title)
        )


EXPORTERS = {"pdf": PdfExporter, "epub": EpubExporter}


@app.post("/export/<kind>")
def export(kind):
    cls = EXPORTERS.get(kind)
    if cls is None:
        return jsonify(error="no such format"), 404
    return jsonify(code=cls(request.form["title"]).export())
# == Manual reader whose property setter refuses names that leave the folder
from pathlib import Path

from flask import Flask, Response, abort, request

app = Flask(__name__)
BASE = Path("/srv/manuals").resolve()


class Manual:
    def __init__(self, name):
        self._path = None
        self.name = name

    @property
    def name(self):
        return self._path.name

    @name.setter
    def name(self, value):
        candidate = (BASE / value).resolve()
        if not candidate.is_relative_to(BASE) or candidate.suffix != ".txt":
            raise ValueError("outside of the manuals")
        self._path = candidate

    def text(self):
        with open(self._path, encoding="utf-8") as handle:
            return handle.read()


@app.get("/manual")
def manual():
    try:
        doc = Manual(request.args.get("name", "index.txt"))
        body = doc.text()
    except (ValueError, OSError):
        abort(404)
    return Response(body, mimetype="text/plain")
# == Three report downloads: a prefix without its separator, one with it, and dots taken out once
import os

from flask import Flask, abort, request, send_file

app = Flask(__name__)
ROOT = os.path.realpath("/srv/reports")


def under_root(path):
    return path.startswith(ROOT)


def strictly_under_root(path):
    return path.startswith(ROOT + os.sep)


@app.get("/report")
def report():
    wanted = os.path.realpath(os.path.join(ROOT, request.args["file"]))
    if not under_root(wanted):
        abort(403)
    return send_file(wanted)  # expect: py/path-traversal


@app.get("/report/archive")
def archived():
    wanted = os.path.realpath(os.path.join(ROOT, "archive", request.args["file"]))
    if not strictly_under_root(wanted):
        abort(403)
    return send_file(wanted, as_attachment=True)


@app.get("/report/header")
def first_line():
    name = request.args["file"].replace("../", "")
    with open(f"{ROOT}/{name}", encoding="utf-8") as handle:  # expect: py/path-traversal
        return {"first": handle.readline()}
# == Feed preview with a frozen dataclass that checks its address in __post_init__
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from flask import Flask, jsonify, request

app = Flask(__name__)
PUBLISHERS = frozenset({"feeds.morning-post.example", "rss.harbour.example"})


@dataclass(frozen=True)
class FeedAddress:
    url: str

    def __post_init__(self):
        parts = urlsplit(self.url)
        if parts.scheme != "https" or parts.hostname not in PUBLISHERS:
            raise ValueError("publisher is not on the list")

    def fetch(self) -> bytes:
        answer = requests.get(self.url, timeout=5, allow_redirects=False)
        answer.raise_for_status()
        return answer.content


@app.post("/feeds/preview")
def preview():
    try:
        feed = FeedAddress(request.get_json()["url"])
    except ValueError as err:
        return jsonify(error=str(err)), 422
    return jsonify(size=len(feed.fetch()))
# == Avatar import with a prefix check that forgets the slash behind the host
import functools
import io
import ipaddress
from urllib.parse import urlsplit

import requests
from flask import Flask, jsonify, request
from PIL import Image

app = Flask(__name__)
CDN = "https://img.partner.example"

download = functools.partial(requests.get, timeout=(3, 10))


def from_cdn(url):
    """True if the picture lies with our partner."""
    return url.lower().startswith(CDN)


def public(host):
    try:
        return not ipaddress.ip_address(host).is_private
    except ValueError:
        return True


class AvatarService:
    def __init__(self, check):
        self.check = check
        self.last_size = None

    def load(self, url):
        if not self.check(url):
            raise PermissionError("foreign picture")
        blob = requests.get(url, timeout=5).content  # expect: py/ssrf
        self.last_size = Image.open(io.BytesIO(blob)).size
        return self.last_size

    def mirror(self, url):
        if not public(urlsplit(url).hostname or "localhost"):
            raise PermissionError("inside address")
        return len(download(url).content)  # expect: py/ssrf

    def placeholder(self):
        return Image.open(io.BytesIO(download(CDN + "/blank.png").content)).size


@app.put("/me/avatar")
def set_avatar():
    service = AvatarService(from_cdn)
    url = request.form.get("url")
    if mirrored := request.form.get("mirror"):
        return jsonify(bytes=service.mirror(mirrored))
    size = service.load(url) if url else service.placeholder()
    return jsonify(width=size[0], height=size[1])
# == Decorator that hands request fields to the view as keyword arguments
import functools

from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)


def takes(**spec):
    def wrap(view):
        @functools.wraps(view)
        def inner(*args, **kwargs):
            for key, convert in spec.items():
                kwargs[key] = convert(request.values.get(key, ""))
            return view(*args, **kwargs)

        return inner

    return wrap


@app.get("/badge")
@takes(label=str, count=int)
def badge(label, count):
    return f"<span class='badge'>{label}: {count}</span>"  # expect: py/xss


@app.get("/counter")
@takes(label=escape, count=int)
def counter(label, count):
    return f"<em>{label}</em> <b>{count:03d}</b>"
# == Tag objects that escape their children and attributes in __str__
import html

from flask import Flask, Response, request

app = Flask(__name__)


class Tag:
    def __init__(self, name, *children, **attrs):
        self.name = name
        self.children = list(children)
        self.attrs = attrs

    def __call__(self, *more):
        self.children.extend(more)
        return self

    def __add__(self, other):
        return Tag("div", self, other)

    def __str__(self):
        inner = "".join(str(c) if isinstance(c, Tag) else html.escape(str(c)) for c in self.children)
        attrs = "".join(f' {k.rstrip("_")}="{html.escape(str(v), quote=True)}"' for k, v in self.attrs.items())
        return f"<{self.name}{attrs}>{inner}</{self.name}>"


def p(*children):
    return Tag("p", *children, class_="body")


@app.get("/hello")
def hello():
    who = request.args.get("who", "nobody")
    page = Tag("h1", title=who)("Hello, ", who) + p("You are visitor ", Tag("b", 42))
    return Response(str(page), mimetype="text/html")
# == Statistics service with a table of lambdas, one of which runs what the client sends
import statistics

from flask import Flask, jsonify, request

app = Flask(__name__)

REDUCERS = {
    "mean": lambda values, _expr: statistics.fmean(values),
    "max": lambda values, _expr: max(values),
    "span": lambda values, _expr: max(values) - min(values),
    "custom": lambda values, expr: eval(expr, {"__builtins__": {}}, {"values": values}),  # expect: py/code-injection
}


@app.post("/stats/<how>")
def stats(how):
    body = request.get_json()
    values = [float(v) for v in body.get("values", [])]
    reducer = REDUCERS.get(how)
    if reducer is None or not values:
        return jsonify(error="cannot reduce"), 400
    return jsonify(result=float(reducer(values, body.get("expr", ""))))
# == Robot control by getattr on names taken from a fixed command set
import ast

from flask import Flask, jsonify, request

app = Flask(__name__)


class Arm:
    commands = frozenset({"lift", "turn", "grip"})

    def __init__(self):
        self.position = {"height": 0, "angle": 0, "grip": False}

    def lift(self, amount):
        self.position["height"] += amount

    def turn(self, amount):
        self.position["angle"] = (self.position["angle"] + amount) % 360

    def grip(self, amount):
        self.position["grip"] = bool(amount)

    def reset(self):
        self.position.update(height=0, angle=0, grip=False)


arm = Arm()


@app.post("/arm/<command>")
def drive(command):
    if command not in Arm.commands:
        return jsonify(error="unknown command"), 404
    try:
        amount = ast.literal_eval(request.form.get("amount", "1"))
    except (ValueError, SyntaxError):
        return jsonify(error="amount must be a literal"), 400
    if not isinstance(amount, (int, float)):
        return jsonify(error="amount must be a number"), 400
    getattr(arm, command)(amount)
    return jsonify(arm.position)
# == Event log filters produced by nested generators with yield from
import os

import psycopg2
from flask import Blueprint, jsonify, request

bp = Blueprint("events", __name__)


def time_range(args):
    if "since" in args:
        yield "ts >= %s", args["since"]
    if "until" in args:
        yield "ts < %s", args["until"]


def labels(args):
    for label in args.getlist("label"):
        yield f"labels ->> 'kind' = '{label}'", None


def conditions(args):
    yield "deleted = %s", False
    yield from time_range(args)
    yield from labels(args)


@bp.get("/events")
def events():
    texts, values = [], []
    for text, value in conditions(request.args):
        texts.append(text)
        if value is not None:
            values.append(value)
    conn = psycopg2.connect(os.environ["EVENTS_DSN"])
    try:
        with conn.cursor() as cur:
            cur.execute("SELECT id, ts, message FROM events WHERE " + " AND ".join(texts), values)  # expect: py/sql-injection
            return jsonify([{"id": i, "ts": str(t), "message": m} for i, t, m in cur])
    finally:
        conn.close()
# == Bulk lookup with an IN list whose text is only question marks
import sqlite3
from collections import namedtuple

from flask import Flask, jsonify, request

app = Flask(__name__)
Product = namedtuple("Product", "sku name price")
COLUMNS = {"sku": "sku", "name": "name COLLATE NOCASE", "price": "price"}


def marks(values):
    return ", ".join("?" for _ in values)


def lookup(conn, skus, order):
    if not skus:
        return []
    column = COLUMNS.get(order, "sku")
    rows = conn.execute(
        f"SELECT sku, name, price FROM products WHERE sku IN ({marks(skus)}) ORDER BY {column}",
        tuple(skus),
    )
    return [Product(*row) for row in rows]


@app.post("/products/lookup")
def products():
    payload = request.get_json(force=True)
    skus = [str(s) for s in payload["skus"]][:200]
    conn = sqlite3.connect("file:shop.db?mode=ro", uri=True)
    try:
        found = lookup(conn, skus, payload.get("order"))
    finally:
        conn.close()
    return jsonify([p._asdict() for p in found])
# == Backup endpoint that quotes a name for the shell inside double quotes
import shlex
import subprocess

from flask import Flask, jsonify, request

app = Flask(__name__)


def archive_command(label: str) -> str:
    safe = shlex.quote(label)
    return f'tar -czf "/var/backups/site-{safe}.tgz" -C /srv/site .'


def list_command(label: str) -> str:
    return "ls -l /var/backups/ | grep -F -- " + shlex.quote(label)


def sh(command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120)  # expect: py/command-injection


@app.post("/backup")
def backup():
    done = sh(archive_command(request.form["label"]))
    return jsonify(ok=done.returncode == 0)


@app.get("/backup")
def backups():
    done = sh(list_command(request.args["label"]))
    return jsonify(lines=done.stdout.splitlines())
# == Spell checker wrapped into a context manager that feeds text over standard input
import subprocess

from flask import Flask, jsonify, request

app = Flask(__name__)
DICTIONARIES = {"en": "en_GB", "de": "de_DE", "fr": "fr_FR"}


class Speller:
    def __init__(self, language):
        self.argv = ["/usr/bin/aspell", "list", "--lang=" + DICTIONARIES[language]]
        self.proc = None

    def __enter__(self):
        self.proc = subprocess.Popen(self.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *exc_info):
        if self.proc.poll() is None:
            self.proc.kill()
        self.proc.wait()
        return False

    def __call__(self, text):
        out, _err = self.proc.communicate(text, timeout=10)
        return sorted(set(out.split()))


@app.post("/spell")
def spell():
    language = request.form.get("lang", "en")
    if language not in DICTIONARIES:
        return jsonify(error="language"), 400
    with Speller(language) as check:
        return jsonify(wrong=check(request.form.get("text", "")))
# == Return address kept on flask.g by a hook, where one view ignores the answer of the check
import os
from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for

app = Flask(__name__)
app.secret_key = os.environ["PORTAL_SECRET"]


def is_local(target):
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc and target.startswith("/") and "\\" not in target


@app.before_request
def remember_target():
    g.after = request.values.get("after") or "/"


@app.get("/")
def home():
    return {"signed_in": "uid" in session}


@app.post("/signin")
def signin():
    session["uid"] = 7
    if is_local(g.after):
        return redirect(g.after)
    return redirect(url_for("home"))


@app.post("/signout")
def signout():
    session.clear()
    is_local(g.after)
    return redirect(g.after)  # expect: py/open-redirect
# == Invoice import that reads XML with entities refused
import asyncio
from typing import Iterator

from defusedxml import ElementTree as SafeTree
from fastapi import FastAPI, HTTPException, Request
from lxml import etree

app = FastAPI()
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


class Invoice:
    def __init__(self, raw: bytes):
        self._root = etree.fromstring(raw, parser=PARSER)

    def __iter__(self) -> Iterator[tuple[str, float]]:
        for item in self._root.iter("item"):
            yield item.get("name", ""), float(item.get("price", 0))

    @property
    def total(self) -> float:
        return sum(price for _, price in self)


@app.post("/invoices")
async def add(request: Request):
    raw = await request.body()
    try:
        invoice = await asyncio.to_thread(Invoice, raw)
    except etree.XMLSyntaxError:
        raise HTTPException(400, "not XML")
    return {"items": list(invoice), "total": invoice.total}


@app.post("/invoices/summary")
async def summary(request: Request):
    root = SafeTree.fromstring(await request.body())
    return {"tag": root.tag, "children": len(root)}
# == Page assembled by functools.reduce before the template engine sees it
from functools import reduce

from flask import Flask, render_template_string, request

app = Flask(__name__)

FRAME = ("<html><head><title>{{ heading }}</title></head><body>", "</body></html>")


def add_section(page, section):
    name, text = section
    return page + "<section id='s%d'>" % name + text + "</section>"


@app.post("/draft")
def draft():
    sections = request.form.getlist("section")
    start, end = FRAME
    source = reduce(add_section, enumerate(sections), start) + end
    return render_template_string(source, heading="Draft")  # expect: py/template-injection


@app.post("/outline")
def outline():
    sections = request.form.getlist("section")
    slots = reduce(lambda page, i: page + "<li>{{ items[%d] }}</li>" % i, range(len(sections)), "<ol>") + "</ol>"
    return render_template_string(slots, items=sections)
# == Job queue whose worker thread unpickles what the upload view put in
import base64
import logging
import pickle
import queue
import threading

from flask import Flask, jsonify, request

app = Flask(__name__)
log = logging.getLogger("jobs")
jobs: "queue.Queue[bytes]" = queue.Queue(maxsize=100)
results = []


class Worker(threading.Thread):
    def __init__(self, inbox):
        super().__init__(daemon=True, name="job-worker")
        self.inbox = inbox

    def handle(self, blob):
        job = pickle.loads(blob)  # missed: py/unsafe-deserialization
        results.append(len(job))

    def run(self):
        while True:
            blob = self.inbox.get()
            try:
                self.handle(blob)
            except Exception:
                log.exception("job failed")
            finally:
                self.inbox.task_done()


@app.post("/jobs")
def enqueue():
    jobs.put(base64.b64decode(request.get_data()))
    return jsonify(waiting=jobs.qsize()), 202


@app.get("/jobs/results")
def finished():
    return jsonify(results)


Worker(jobs).start()
# == Registry of upload decoders that all read plain data
import configparser
import csv
import io
import json

import yaml
from flask import Flask, jsonify, request

app = Flask(__name__)
_decoders = {}


def decoder(*suffixes):
    def register(func):
        for suffix in suffixes:
            _decoders[suffix] = func
        return func

    return register


@decoder("json")
def _json(text):
    return json.loads(text)


@decoder("yml", "yaml")
def _yaml(text):
    return yaml.load(text, Loader=yaml.SafeLoader)


@decoder("csv")
def _csv(text):
    return list(csv.DictReader(io.StringIO(text)))


@decoder("ini")
def _ini(text):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


@app.post("/import")
def import_data():
    upload = request.files["data"]
    suffix = (upload.filename or "").rpartition(".")[2].lower()
    try:
        decode = _decoders[suffix]
    except KeyError:
        return jsonify(error="unsupported"), 415
    else:
        data = decode(upload.read().decode("utf-8"))
    return jsonify(kind=type(data).__name__, size=len(data))
# == Customer repository that merges the client's criteria into a Mongo filter
import os

from flask import Flask, jsonify, request
from pymongo import MongoClient

app = Flask(__name__)


class Repository:
    collection = None

    def __init__(self, database):
        self._coll = database[self.collection]

    def base_filter(self):
        return {"deleted": False}

    def find(self, **criteria):
        return list(self._coll.find({**self.base_filter(), **criteria}, {"_id": 0}).limit(50))  # expect: py/nosql-injection

    def by_number(self, number):
        return self._coll.find_one({"number": int(number)}, {"_id": 0})


class Customers(Repository):
    collection = "customers"

    def base_filter(self):
        return {**super().base_filter(), "kind": "private"}


customers = Customers(MongoClient(os.environ["MONGO_URL"])["crm"])


@app.post("/customers/search")
def search():
    return jsonify(customers.find(**request.get_json()))


@app.get("/customers/<number>")
def one(number):
    return jsonify(customers.by_number(number))
# == Greeting texts from users, filled by string.Template and by a fixed format table
import string

from flask import Flask, jsonify, request

app = Flask(__name__)


class Account:
    def __init__(self, owner, balance):
        self.owner = owner
        self.balance = balance

    def __format__(self, spec):
        match spec:
            case "short":
                return self.owner.split()[0]
            case "money":
                return f"{self.balance:,.2f}"
            case _:
                return self.owner


FORMATS = {
    "letter": "Dear {0}, you own {0:money}.",
    "chat": "hi {0:short}",
}


@app.post("/preview/fixed")
def fixed():
    account = Account(request.form["owner"] or "Nobody", 12.5)
    pattern = FORMATS.get(request.form.get("style"), FORMATS["chat"])
    return jsonify(text=pattern.format(account))


@app.post("/preview/own")
def own():
    account = Account("Iris Brandt", 40)
    values = {"owner": account.owner, "balance": f"{account:money}"}
    return jsonify(text=string.Template(request.form["pattern"]).safe_substitute(values))
# == Weather gateway that gathers several stations at once, addresses from a table
import asyncio

import httpx
from fastapi import FastAPI, HTTPException, Query

api = FastAPI()
STATIONS = {
    "harbour": "https://meteo-1.port.example/now",
    "airport": "https://meteo-2.port.example/now",
    "tower": "https://meteo-3.port.example/now",
}


async def reading(client: httpx.AsyncClient, name: str) -> tuple[str, float]:
    answer = await client.get(STATIONS[name])
    return name, float(answer.json()["celsius"])


@api.get("/weather")
async def weather(station: list[str] = Query(default=["harbour"])):
    unknown = set(station) - STATIONS.keys()
    if unknown:
        raise HTTPException(status_code=404, detail="no such station")
    async with httpx.AsyncClient(timeout=4.0) as client:
        pairs = await asyncio.gather(*(reading(client, name) for name in dict.fromkeys(station)))
    return {name: celsius for name, celsius in pairs}
# == Shop preferences spread over session and cookies by a helper with keyword arguments
import os

from flask import Flask, jsonify, make_response, request, session

app = Flask(__name__)
app.secret_key = os.environ["SHOP_KEY"]
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")

STRICT = {"secure": True, "httponly": True, "samesite": "Strict"}


def remember(**values):
    for key, value in values.items():
        session[key] = value  # expect: py/trust-boundary


def reply(cookie, value, **flags):
    resp = make_response(jsonify(saved=True))
    resp.set_cookie(cookie, value, **flags)  # expect: py/cookie-injection
    return resp


@app.post("/prefs")
def prefs():
    remember(role=request.form.get("role", "guest"))
    return reply("nick", request.form.get("nick", ""), **STRICT)


@app.post("/visit")
def visit():
    resp = make_response(jsonify(ok=True))
    resp.set_cookie("visited", "1", max_age=3600)  # expect: py/insecure-cookie
    return resp


@app.post("/lang")
def lang():
    choice = request.form.get("lang")
    lang = choice if choice in ("en", "de", "pl") else "en"
    session["lang"] = lang
    return jsonify(lang=lang)
# == Django shop whose manager method lets the caller name the column
# -- file: shop/models.py
from django.db import models


class ProductQuerySet(models.QuerySet):
    def cheaper_than(self, price):
        return self.filter(price__lt=price)

    def ranked(self, column):
        return self.extra(select={"rank": f"RANK() OVER (ORDER BY {column})"})  # expect: py/sql-injection

    def similar(self, word):
        return self.extra(where=["SIMILARITY(name, %s) > 0.3"], params=[word])


class Product(models.Model):
    name = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=8, decimal_places=2)

    objects = ProductQuerySet.as_manager()
# -- file: shop/views.py
from decimal import Decimal, InvalidOperation

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from .models import Product


@require_GET
def ranking(request):
    column = request.GET.get("by", "price")
    rows = Product.objects.ranked(column).values("name", "rank")[:20]
    return JsonResponse({"rows": list(rows)})


@require_GET
def bargains(request):
    try:
        limit = Decimal(request.GET.get("limit", "10"))
    except InvalidOperation:
        return JsonResponse({"error": "limit"}, status=400)
    found = Product.objects.cheaper_than(limit)
    if word := request.GET.get("like"):
        found = found.similar(word)
    return JsonResponse({"names": [p.name for p in found]})
# == Django list page built from format_html and raw SQL with parameters
from uuid import UUID

from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.html import escape, format_html, format_html_join
from django.views import View


class TableView(View):
    columns = ()
    sql = None

    def get_params(self):
        raise NotImplementedError

    def rows(self):
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.get_params())
            yield from cursor.fetchall()

    def get(self, request, *args, **kwargs):
        caption = request.GET.get("caption", "")
        body = format_html_join("", "<tr><td>{}</td><td>{}</td></tr>", self.rows())
        return HttpResponse(format_html("<table><caption>{}</caption>{}</table>", caption, body))


class Members(TableView):
    columns = ("name", "joined")
    sql = "SELECT name, joined FROM members WHERE club = %s AND name LIKE %s"

    def get_params(self):
        pattern = self.request.GET.get("name", "").replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        return [self.kwargs["club"], pattern + "%"]


def member(request, key):
    try:
        uid = UUID(key)
    except ValueError:
        raise Http404
    if request.GET.get("format") == "json":
        return JsonResponse({"id": str(uid)})
    return HttpResponse("<p>%s / %s</p>" % (uid, escape(request.GET.get("note", ""))))
# == Logging adapter that puts the caller's name into every line
import logging

from flask import Flask, g, jsonify, request

app = Flask(__name__)
base = logging.getLogger("orders")


class CallerAdapter(logging.LoggerAdapter):
    def process(self, msg, kwargs):
        return "[%s] %s" % (self.extra["order"], msg), kwargs


def clean(text):
    return "".join(ch if ch.isprintable() else "?" for ch in text)


@app.before_request
def attach():
    g.log = CallerAdapter(base, {"order": request.headers.get("X-Order-Kind", type=int)})


@app.post("/orders")
def create():
    customer = request.form["customer"]
    g.log.info("new order for %s", clean(customer))
    if len(customer) > 80:
        g.log.warning("name too long: " + customer)  # expect: py/log-injection
        return jsonify(error="too long"), 400
    g.log.debug("accepted %r", customer)
    return jsonify(ok=True), 201
# == Newsletter invitations built by a mail builder with chained methods
import os
import re
import smtplib
from email.message import EmailMessage

from flask import Flask, jsonify, request

app = Flask(__name__)
ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")


class Mail:
    def __init__(self):
        self._msg = EmailMessage()
        self._msg["From"] = "club@letters.example"

    def to(self, address):
        if not ADDRESS.fullmatch(address):
            raise ValueError("address")
        self._msg["To"] = address
        return self

    def about(self, subject):
        self._msg["Subject"] = " ".join(subject.split())
        return self

    def saying(self, text):
        self._msg.set_content(text)
        return self

    def send(self):
        with smtplib.SMTP_SSL(os.environ["MAIL_HOST"], timeout=10) as smtp:
            smtp.login(os.environ["MAIL_USER"], os.environ["MAIL_PASS"])
            smtp.send_message(self._msg)


@app.post("/invite")
def invite():
    form = request.form
    try:
        mail = Mail().to(form["to"]).about("Invitation from " + form.get("name", "a friend"))
    except ValueError:
        return jsonify(error="bad address"), 400
    mail.saying(form.get("text", "")).send()
    return jsonify(sent=True)
# == Staff directory over LDAP with a directory object that escapes only in one method
import os

import ldap
from flask import Flask, g, jsonify, request
from ldap.filter import escape_filter_chars, filter_format

app = Flask(__name__)


class Directory:
    base = "ou=people,dc=harbour,dc=example"

    def __init__(self):
        self._conn = None

    @property
    def conn(self):
        if self._conn is None:
            self._conn = ldap.initialize(os.environ["LDAP_URI"])
            self._conn.set_option(ldap.OPT_NETWORK_TIMEOUT, 5)
        return self._conn

    def _search(self, text):
        return [dn for dn, _ in self.conn.search_s(self.base, ldap.SCOPE_SUBTREE, text, ["cn"])]

    def by_mail(self, mail):
        return self._search("(&(objectClass=person)(mail=%s))" % escape_filter_chars(mail))

    def by_room(self, building, room):
        return self._search(filter_format("(&(building=%s)(room=%s))", [building, room]))

    def by_team(self, team):
        escape_filter_chars(team)
        query = "".join(["(&(objectClass=person)(ou=", team, "))"])
        return self.conn.search_s(self.base, ldap.SCOPE_ONELEVEL, query)  # expect: py/ldap-injection


@app.before_request
def open_directory():
    g.directory = Directory()


@app.get("/staff")
def staff():
    args, directory = request.args, g.directory
    if "mail" in args:
        return jsonify(directory.by_mail(args["mail"]))
    if "room" in args:
        return jsonify(directory.by_room(args.get("building", "A"), args["room"]))
    return jsonify(count=len(directory.by_team(args.get("team", "all"))))
# == Configuration singleton that the admin view changes and another view reads
import threading

from flask import Flask, Response, jsonify, request
from markupsafe import escape

app = Flask(__name__)


class Settings:
    _instance = None
    _lock = threading.Lock()

    def __new__(cls):
        with cls._lock:
            if cls._instance is None:
                cls._instance = super().__new__(cls)
                cls._instance._values = {"motd": "Welcome", "footer": "&copy; 2024"}
        return cls._instance

    def __getitem__(self, key):
        return self._values[key]

    def __setitem__(self, key, value):
        self._values[key] = value


@app.put("/settings/motd")
def set_motd():
    text = request.get_json()["text"]
    Settings()["motd"] = text
    return jsonify(motd=text)


@app.get("/plain")
def plain():
    return Response(Settings()["motd"], mimetype="text/plain")


@app.get("/framed")
def framed():
    conf = Settings()
    return "<div>{}</div><footer>{}</footer>".format(escape(conf["motd"]), conf["footer"])


@app.get("/banner")
def banner():
    conf = Settings()
    return "<marquee>" + conf["motd"] + "</marquee>"  # missed: py/xss
# == Envelope cipher class with one nonce for every message
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305


class Envelope:
    NONCE = bytes.fromhex("000102030405060708090a0b")

    def __init__(self, key: bytes):
        self._aead = AESGCM(key)

    def seal(self, plain: bytes, context: bytes = b"") -> bytes:
        return self._aead.encrypt(self.NONCE, plain, context)  # expect: py/static-iv

    def open(self, sealed: bytes, context: bytes = b"") -> bytes:
        return self._aead.decrypt(self.NONCE, sealed, context)


class FreshEnvelope(Envelope):
    def __init__(self, key):
        super().__init__(key)
        self._aead = ChaCha20Poly1305(key)

    def seal(self, plain, context=b""):
        nonce = os.urandom(12)
        return nonce + self._aead.encrypt(nonce, plain, context)

    def open(self, sealed, context=b""):
        return self._aead.decrypt(sealed[:12], sealed[12:], context)
# == CBC with an HMAC over the ciphertext, keys derived apart, checked before decryption
import hashlib
import hmac
import os

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def split_key(master: bytes):
    block = hashlib.sha512(master).digest()
    return block[:32], block[32:]


def encrypt(master: bytes, plain: bytes) -> bytes:
    enc_key, mac_key = split_key(master)
    iv = os.urandom(16)
    padder = padding.PKCS7(128).padder()
    enc = Cipher(algorithms.AES(enc_key), modes.CBC(iv)).encryptor()
    body = iv + enc.update(padder.update(plain) + padder.finalize()) + enc.finalize()
    return body + hmac.new(mac_key, body, hashlib.sha256).digest()


def decrypt(master: bytes, token: bytes) -> bytes:
    enc_key, mac_key = split_key(master)
    body, tag = token[:-32], token[-32:]
    if not hmac.compare_digest(tag, hmac.new(mac_key, body, hashlib.sha256).digest()):
        raise ValueError("token was changed")
    dec = Cipher(algorithms.AES(enc_key), modes.CBC(body[:16])).decryptor()
    unpadder = padding.PKCS7(128).unpadder()
    return unpadder.update(dec.update(body[16:]) + dec.finalize()) + unpadder.finalize()
# == Account table that stores a salted but fast digest of the password
import hashlib
import hmac
import os
import sqlite3
from dataclasses import dataclass, field


@dataclass
class Account:
    login: str
    password: str = field(repr=False)
    salt: bytes = field(default_factory=lambda: os.urandom(16))
    digest: str = ""

    def __post_init__(self):
        material = self.salt + self.password.encode()
        for _ in range(3):
            material = hashlib.new("sha256", material).digest()  # expect: py/fast-password-hash
        self.digest = material.hex()


class Accounts:
    def __init__(self, path):
        self.conn = sqlite3.connect(path)

    def save(self, account):
        with self.conn:
            self.conn.execute(
                "INSERT INTO account(login, salt, digest) VALUES (?, ?, ?)",
                (account.login, account.salt, account.digest),
            )

    def check(self, login, password):
        row = self.conn.execute("SELECT salt, digest FROM account WHERE login = ?", (login,)).fetchone()
        if row is None:
            return False
        return hmac.compare_digest(Account(login, password, row[0]).digest, row[1])
# == Password vault on scrypt next to fingerprints that protect nothing
import hashlib
import hmac
import os
import secrets
import zlib


class PasswordHasher:
    cost = dict(n=2**15, r=8, p=1, maxmem=64 * 1024 * 1024)

    def hash(self, password: str) -> str:
        salt = secrets.token_bytes(16)
        raw = hashlib.scrypt(password.encode(), salt=salt, dklen=32, **self.cost)
        return f"{salt.hex()}${raw.hex()}"

    def verify(self, password: str, stored: str) -> bool:
        salt, _, raw = stored.partition("$")
        again = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), dklen=32, **self.cost)
        return hmac.compare_digest(again.hex(), raw)


def cache_key(*parts) -> str:
    text = "\x1f".join(map(str, parts))
    return "v1:" + hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def etag(path) -> str:
    info = os.stat(path)
    return '"%08x"' % zlib.crc32(f"{info.st_mtime_ns}-{info.st_size}".encode())
# == Cash desk with checks that vanish under optimisation and a till opened by a fixed word
import getpass
from dataclasses import dataclass, field


class TillError(Exception):
    def __init__(self, amount):
        super().__init__(f"cannot book {amount}")
        self.amount = amount


@dataclass
class Clerk:
    name: str
    rights: set = field(default_factory=set)


class Till:
    def __init__(self, clerk):
        self._clerk = clerk
        self._sum = 0

    @property
    def balance(self):
        return self._sum

    @balance.setter
    def balance(self, value):
        if value < 0:
            raise TillError(value)
        self._sum = value

    def pay_out(self, amount):
        assert "pay-out" in self._clerk.rights, "not allowed"  # expect: py/assert-check
        self.balance -= amount

    def __iadd__(self, amount):
        self.balance += amount
        return self


def unlock(attempts=3):
    while attempts > 0:
        password = getpass.getpass("Till: ")
        if password == "kassensturz":  # expect: py/literal-password-check
            return True
        attempts -= 1
    return False


def connect(driver, user="till", password="k4sse!2020"):  # expect: py/hardcoded-password
    return driver.connect(user=user, password=password)
# == HTTP session that always has a timeout and a private certificate authority
import functools
import os

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry


class TimeoutAdapter(HTTPAdapter):
    def __init__(self, *args, timeout=8, **kwargs):
        self.timeout = timeout
        super().__init__(*args, **kwargs)

    def send(self, request, **kwargs):
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self.timeout
        return super().send(request, **kwargs)


@functools.lru_cache(maxsize=1)
def session() -> requests.Session:
    s = requests.Session()
    s.verify = os.environ.get("PRIVATE_CA", "/etc/ssl/certs/internal-ca.pem")
    s.mount("https://", TimeoutAdapter(max_retries=Retry(total=3, backoff_factor=0.5)))
    s.headers["Authorization"] = "Bearer " + os.environ["BILLING_TOKEN"]
    return s


def invoices(year: int):
    answer = session().get(f"https://billing.corp.example/invoices/{year:d}", timeout=(3, 20))
    answer.raise_for_status()
    return answer.json()


def ping(verify=True):
    return requests.head("https://billing.corp.example/", verify=verify, timeout=3).ok
# == Invitation codes and file stamps for a members' club, drawn and signed carelessly
import hashlib
import random
import string
import time
from itertools import islice


class Codes:
    alphabet = string.ascii_uppercase + string.digits

    def __init__(self, seed=None):
        self._rng = random.Random(seed or time.time())

    def letters(self):
        while True:
            yield self._rng.choice(self.alphabet)  # expect: py/weak-random

    def invitation(self, length=10):
        return "".join(islice(self.letters(), length))


def one_time_code():
    return "%06d" % random.randint(0, 999_999)  # expect: py/weak-random


def sign_download(path, secret):
    material = "|".join((path, secret))
    return hashlib.sha1(material.encode()).hexdigest()  # expect: py/weak-hash


def verify_update(blob: bytes, published: str) -> bool:
    algorithm = "md5"
    return hashlib.new(algorithm, blob).hexdigest() == published  # expect: py/weak-hash
# == Issuing and reading tokens with a key chosen by the unverified header, then verified
import datetime as dt
import os
import secrets

import jwt

KEYS = {"2023": os.environ["TOKEN_KEY_2023"], "2024": os.environ["TOKEN_KEY_2024"]}
CURRENT = "2024"
ISSUER = "id.harbour.example"


def issue(user_id: int, minutes: int = 15) -> str:
    now = dt.datetime.now(dt.timezone.utc)
    claims = {"sub": str(user_id), "iss": ISSUER, "iat": now, "jti": secrets.token_hex(8)}
    claims["exp"] = now + dt.timedelta(minutes=minutes)
    return jwt.encode(claims, KEYS[CURRENT], algorithm="HS256", headers={"kid": CURRENT})


def read(token: str) -> int:
    kid = jwt.get_unverified_header(token).get("kid")
    key = KEYS.get(kid)
    if key is None:
        raise jwt.InvalidTokenError("unknown key id")
    claims = jwt.decode(token, key, algorithms=["HS256"], issuer=ISSUER, options={"require": ["exp", "sub"]})
    return int(claims["sub"])
# == Print spooler script with guessable, open temporary files
import contextlib
import os
import stat
import tempfile


@contextlib.contextmanager
def spool_file(job):
    name = tempfile.mktemp(suffix=".ps", prefix=job + "-")  # expect: py/insecure-temp
    handle = open(name, "wb")
    try:
        yield handle
    finally:
        handle.close()
        os.unlink(name)


def publish(path, shared=True):
    mode = stat.S_IRUSR | stat.S_IWUSR
    if shared:
        mode |= stat.S_IRWXG | stat.S_IRWXO
    os.chmod(path, mode)  # expect: py/loose-permissions


def status_file():
    return open("/tmp/spooler.status", "a")  # expect: py/hardcoded-temp


def private_copy(data: bytes) -> str:
    fd, name = tempfile.mkstemp(suffix=".ps")
    with os.fdopen(fd, "wb") as handle:
        handle.write(data)
    os.chmod(name, 0o600)
    return name
# == Scratch space for a renderer: private folders, narrow modes and names that only look temporary
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

TMP_SUFFIX = ".tmp"
STATE = Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local/state")) / "renderer"


class Scratch:
    def __init__(self):
        self.dir = None

    def __enter__(self):
        self.dir = Path(tempfile.mkdtemp(prefix="render-"))
        return self

    def __truediv__(self, name):
        return self.dir / name

    def __exit__(self, *_):
        shutil.rmtree(self.dir, ignore_errors=True)


def render(scene: bytes, out: Path) -> None:
    with Scratch() as scratch:
        source = scratch / "scene.pov"
        source.write_bytes(scene)
        subprocess.run(["povray", str(source), f"+O{scratch / 'frame.png'}"], check=True, timeout=600)
        partial = out.with_suffix(TMP_SUFFIX)
        shutil.copyfile(scratch / "frame.png", partial)
        os.replace(partial, out)
    os.chmod(out, 0o640)


def state_dir() -> Path:
    STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
    return STATE
# == Django settings left as they were on the developer's machine
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "django-insecure-7w!k2v_x0m)q#p3r9t$y6u&b1n4c8z"  # expect: py/hardcoded-key
DEBUG = True  # expect: py/debug-enabled
ALLOWED_HOSTS = ["intranet.lindgren.example"]

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.sessions", "corsheaders", "desk"]

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
        "NAME": "desk",
        "USER": "desk",
        "PASSWORD": "Tr0lley-1974",  # expect: py/hardcoded-password
        "HOST": os.environ.get("PGHOST", "localhost"),
    }
}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = False  # expect: py/insecure-cookie
CSRF_COOKIE_SECURE = True
# == Flask configuration classes with names that sound like secrets but hold none
import os
import secrets
from datetime import timedelta


class Base:
    SECRET_KEY = os.environ.get("BOARD_SECRET") or secrets.token_hex(32)
    SECRET_KEY_FALLBACKS = [k for k in os.environ.get("BOARD_OLD_SECRETS", "").split(",") if k]
    PASSWORD_MIN_LENGTH = 12
    PASSWORD_FIELD = "password"
    PASSWORD_RESET_URL = "/account/password/reset"
    TOKEN_HEADER = "X-Board-Token"
    API_KEY_NAME = "board_api_key"
    DB_PASSWORD_FILE = "/run/secrets/db_password"
    SECRET_SANTA_DATE = "2024-12-06"
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Strict"
    PERMANENT_SESSION_LIFETIME = timedelta(hours=4)
    DEBUG = False
    TESTING = False

    @classmethod
    def dsn(cls):
        with open(cls.DB_PASSWORD_FILE, encoding="ascii") as handle:
            password = handle.read().strip()
        return f"postgresql://board:{password}@db/board"


class Production(Base):
    PREFERRED_URL_SCHEME = "https"
    DEBUG = os.environ.get("BOARD_DEBUG") == "1" and not os.environ.get("BOARD_LIVE")


CONFIGS = {"production": Production, "base": Base}
# == Scene importer for a drawing tool that runs what its files hold
import urllib.request

from lxml import etree


class Shapes:
    def __init__(self, root, scope):
        self.scope = scope
        self.root = root

    def __iter__(self):
        for shape in self.root.iter("shape"):
            yield self.number(shape.get("width", "0"))

    def number(self, text):
        try:
            return float(text)
        except ValueError:
            return eval(text, dict(self.scope))  # expect: py/dangerous-eval


def read(path, **scope):
    tree = etree.parse(path, etree.XMLParser(load_dtd=True, resolve_entities=True, no_network=False))  # expect: py/unsafe-xml
    return list(Shapes(tree.getroot(), scope))


def fetch(url, target):
    with urllib.request.urlopen(url, timeout=10) as answer, open(target, "wb") as out:  # expect: py/url-open
        out.write(answer.read())
    return target


def macro(path, scope):
    with open(path, encoding="utf-8") as handle:
        exec(compile(handle.read(), path, "exec"), scope)  # expect: py/dangerous-eval
# == Model cache with several loaders, the two dangerous ones in the middle of the table
import json
import logging
import pathlib
import pickle

import yaml

log = logging.getLogger("models")


def load_json(path):
    with open(path, encoding="utf-8") as handle:
        return json.load(handle)


def load_pickle(path):
    with open(path, "rb") as handle:
        return pickle.load(handle)  # expect: py/unsafe-load


def load_yaml(path):
    with open(path, encoding="utf-8") as handle:
        return yaml.load(handle, Loader=yaml.UnsafeLoader)  # expect: py/unsafe-load


def load_notes(path):
    return yaml.safe_load(pathlib.Path(path).read_text(encoding="utf-8"))


LOADERS = {".json": load_json, ".pkl": load_pickle, ".yml": load_yaml, ".notes": load_notes}


def load_all(folder):
    models = {}
    for path in sorted(pathlib.Path(folder).iterdir()):
        try:
            loader = LOADERS[path.suffix]
        except KeyError:
            log.info("no loader for %s", path.name)
            continue
        try:
            models[path.stem] = loader(path)
        except Exception:  # expect: py/swallowed-exception
            pass
    return models
# == Nightly clean-up over tables that a constant names, with bound values everywhere
import contextlib
import os
import sqlite3
import sys
from datetime import date, timedelta

RETENTION = (("login_log", "seen", 90), ("mail_log", "sent", 30), ("cart", "touched", 14))


def delete_statement(table, column):
    if (table, column) not in {(t, c) for t, c, _ in RETENTION}:
        raise LookupError(table)
    return 'DELETE FROM "%s" WHERE "%s" < ?' % (table, column)


def clean(conn, today):
    for table, column, days in RETENTION:
        limit = (today - timedelta(days=days)).isoformat()
        cursor = conn.execute("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
        if cursor.fetchone()[0]:
            yield table, conn.execute(delete_statement(table, column), (limit,)).rowcount


def main():
    path = os.environ.get("SHOP_DB", "shop.db")
    with contextlib.closing(sqlite3.connect(path)) as conn, conn:
        conn.execute("PRAGMA foreign_keys = ON")
        for table, count in clean(conn, date.today()):
            print(f"{table}: {count} rows gone", file=sys.stderr)


if __name__ == "__main__":
    main()
