# == Catalogue filter whose conditions are combined by overloaded operators, columns named by the client
import sqlite3

from flask import Flask, jsonify, request

app = Flask(__name__)


class Cond:
    def __init__(self, text="1 = 1", *args):
        self.text = text
        self.args = args

    def __and__(self, other):
        return Cond(f"({self.text}) AND ({other.text})", *self.args, *other.args)

    def __invert__(self):
        return Cond(f"NOT ({self.text})", *self.args)

    @classmethod
    def eq(cls, column, value):
        return cls(column + " = ?", value)


def find(conn, cond):
    return conn.execute("SELECT id, title FROM book WHERE " + cond.text, cond.args).fetchall()  # expect: py/sql-injection


@app.get("/books")
def books():
    cond = ~Cond.eq("state", "lost")
    for key, value in request.args.items():
        cond &= Cond.eq(key, value)
    with sqlite3.connect("library.db") as conn:
        return jsonify(find(conn, cond))
# == Paged listing that checks column names against a frozenset and numbers by conversion
import os
from typing import NamedTuple

import psycopg2
from flask import Flask, g, jsonify, request

app = Flask(__name__)


class Page(NamedTuple):
    order: str
    direction: str
    size: int
    start: int

    @classmethod
    def from_args(cls, args):
        order = args.get("order", "id")
        if order not in PeopleRepository.SORTABLE:
            order = "id"
        direction = "DESC" if args.get("dir") == "down" else "ASC"
        size = min(int(args.get("size", 25)), 100)
        return cls(order, direction, size, size * max(0, int(args.get("page", 1)) - 1))


class PeopleRepository:
    SORTABLE = frozenset(("id", "surname", "born"))

    def __init__(self, conn):
        self.conn = conn

    def page(self, page):
        sql = f"SELECT id, surname, born FROM people ORDER BY {page.order} {page.direction}"
        sql += " LIMIT %d OFFSET %d" % (page.size, page.start)
        with self.conn.cursor() as cur:
            cur.execute(sql)
            return cur.fetchall()


@app.before_request
def connect():
    g.people = PeopleRepository(psycopg2.connect(os.environ["PEOPLE_DSN"]))


@app.teardown_request
def disconnect(_exc):
    repo = g.pop("people", None)
    if repo is not None:
        repo.conn.close()


@app.get("/people")
def people():
    try:
        page = Page.from_args(request.args)
    except ValueError:
        return jsonify(error="page and size are numbers"), 400
    return jsonify([{"id": i, "name": n, "born": str(b)} for i, n, b in g.people.page(page)])
# == Attachments made by a class method that cleans the file name but not the folder
import os

from flask import Flask, jsonify, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
STORE = "/srv/attachments"


class Attachment:
    def __init__(self, folder, name, stream):
        self.folder = folder
        self.name = name
        self.stream = stream

    @classmethod
    def from_request(cls, req):
        upload = req.files["file"]
        name = secure_filename(upload.filename) or "unnamed"
        return cls(req.form.get("ticket", "misc"), name, upload)

    @property
    def target(self):
        return os.path.join(STORE, self.folder, self.name)

    def keep(self):
        self.stream.save(self.target)  # expect: py/path-traversal
        return self.name

    def keep_flat(self):
        self.stream.save(os.path.join(STORE, "inbox", self.name))


@app.post("/attach")
def attach():
    attachment = Attachment.from_request(request)
    if request.form.get("flat") == "yes":
        attachment.keep_flat()
        return jsonify(stored="inbox")
    return jsonify(stored=attachment.keep())
# == Gallery that compares common paths and keeps drafts under secured names
import os
import uuid
from functools import wraps

from flask import Flask, abort, jsonify, request, send_file
from werkzeug.utils import secure_filename

app = Flask(__name__)
PICTURES = os.path.realpath("/srv/gallery")


def inside(view):
    @wraps(view)
    def wrapper(rel):
        path = os.path.realpath(os.path.join(PICTURES, rel))
        if os.path.commonpath([PICTURES, path]) != PICTURES:
            abort(404)
        return view(path)

    return wrapper


@app.get("/pictures/<path:rel>")
@inside
def picture(path):
    if not os.path.isfile(path):
        abort(404)
    return send_file(path)  # wrongly: py/path-traversal


@app.post("/pictures")
def upload():
    picture = request.files["picture"]
    stem, ext = os.path.splitext(secure_filename(picture.filename or ""))
    if ext.lower() not in {".png", ".jpg"}:
        return jsonify(error="type"), 415
    name = f"{stem[:40]}-{uuid.uuid4().hex}{ext}"
    picture.save(os.path.join(PICTURES, name))
    return jsonify(name=name), 201


@app.delete("/pictures/<uuid:key>")
def remove(key):
    os.unlink(os.path.join(PICTURES, "drafts", f"{key}.png"))
    return jsonify(removed=str(key))
# == Web-hook registration whose host test lacks the dot
import logging
from urllib.parse import urlparse

import requests
from flask import Flask, jsonify, request

app = Flask(__name__)
log = logging.getLogger("hooks")


class HookError(Exception):
    def __init__(self, status, **details):
        super().__init__(status)
        self.status = status
        self.details = details


class Hooks:
    domain = "tenants.example"

    def __init__(self):
        self.urls = []

    def validate(self, url):
        parsed = urlparse(url)
        if parsed.scheme != "https" or not (parsed.hostname or "").endswith(self.domain):
            raise HookError(422, reason="host")
        return url

    def add(self, url):
        url = self.validate(url)
        answer = requests.post(url, json={"challenge": len(self.urls)}, timeout=4)  # expect: py/ssrf
        if not answer.ok:
            raise HookError(424, reason="no answer", code=answer.status_code)
        self.urls.append(url)


class StrictHooks(Hooks):
    domain = "." + Hooks.domain

    def add(self, url):
        host = urlparse(self.validate(url)).hostname.removesuffix(self.domain)
        if not host.isalnum():
            raise HookError(422, reason="tenant")
        requests.post(f"https://{host}.tenants.example/hook", json={}, timeout=4)


hooks, strict = Hooks(), StrictHooks()


@app.errorhandler(HookError)
def hook_error(err):
    return jsonify(err.details), err.status


@app.post("/hooks/<mode>")
def register(mode):
    (strict if mode == "strict" else hooks).add(request.get_json()["url"])
    return jsonify(count=len(hooks.urls)), 201
# == Device console that reaches only addresses of one private network
import ipaddress

import requests
from flask import Flask, jsonify, request

app = Flask(__name__)
LAB = ipaddress.ip_network("10.77.4.0/24")
ACTIONS = dict(status="/api/status", load="/api/load", uptime="/api/uptime")


class Device:
    def __init__(self, address: ipaddress.IPv4Address):
        self.address = address

    @staticmethod
    def parse(text):
        address = ipaddress.IPv4Address(text)
        if address not in LAB:
            raise ValueError("not one of our devices")
        return Device(address)

    def __getitem__(self, action):
        url = f"https://{self.address}:8443{ACTIONS[action]}"
        return requests.get(url, timeout=2, allow_redirects=False, verify="/etc/ssl/lab-ca.pem").json()


@app.get("/device/<action>")
def device(action):
    try:
        box = Device.parse(request.args.get("ip", ""))
        return jsonify(box[action])
    except (ValueError, KeyError):
        return jsonify(error="unknown device or action"), 404


@app.get("/device/<int:number>/serial")
def serial(number):
    answer = requests.get("https://inventory.lab.example/devices/%d/serial" % number, timeout=2)
    return jsonify(serial=answer.text)
# == Video cutter whose command line grows inside a closure
import os

from flask import Flask, jsonify, request

app = Flask(__name__)


def command_line(program):
    line = program

    def add(option, value=None):
        nonlocal line
        line += f" -{option}"
        if value is not None:
            line += f" {value}"
        return add

    def launch():
        with os.popen(line + " 2>&1") as pipe:  # expect: py/shell-call
            return pipe.read()

    add.launch = launch
    return add


@app.post("/cut")
def cut():
    form = request.form
    opt = command_line("ffmpeg")
    opt("y")("i", "/srv/in/raw.mp4")
    opt("ss", float(form.get("from", 0)))("t", int(form.get("seconds", 10)))
    opt("metadata", "title=" + form.get("title", "cut"))
    return jsonify(output=opt.launch()[-500:])
# == Print service that joins its shell line correctly and ignores the key a client controls
import shlex
import subprocess

from flask import Flask, jsonify, request

app = Flask(__name__)

PRINTERS = {
    "hall": {"queue": "hp-hall", "options": ["-o", "sides=two-sided-long-edge"], "note": ""},
    "desk": {"queue": "oki-desk", "options": [], "note": ""},
}


def job(printer, title, copies):
    argv = ["lp", "-d", printer["queue"], *printer["options"], "-n", str(copies), "-t", title, "/srv/print/current.pdf"]
    return shlex.join(argv)


def logged(command):
    line = command + " && date >> /var/log/print.times"
    return subprocess.run(line, shell=True, check=False, timeout=30).returncode


@app.post("/print/<name>")
def send(name):
    if name not in PRINTERS:
        return jsonify(error="printer"), 404
    printer = dict(PRINTERS[name])
    printer["note"] = request.form.get("note", "")
    copies = int(request.form.get("copies", "1"))
    code = logged(job(printer, request.form.get("title", "untitled"), copies))
    return jsonify(code=code, note=printer["note"])


@app.get("/print/<name>/queue")
def waiting(name):
    match PRINTERS.get(name):
        case {"queue": queue}:
            out = subprocess.check_output(f"lpstat -o {queue} | wc -l", shell=True, text=True)
            return jsonify(jobs=int(out))
        case _:
            return jsonify(error="printer"), 404
# == Search page where HTML escaping is right in one place and wrong in two
import html

from flask import Flask, request

app = Flask(__name__)


def e(text):
    return html.escape(text, quote=True)


class Results:
    def __init__(self, query, hits):
        self.query = query
        self.hits = hits

    def __iter__(self):
        yield "<ol>"
        yield from (f"<li>{e(hit)}</li>" for hit in self.hits)
        yield "</ol>"

    def __len__(self):
        return len(self.hits)


def lookup(query):
    shelf = ["Aspic & Apple", "Barley soup", "Cabbage rolls"]
    return Results(query, [dish for dish in shelf if query.lower() in dish.lower()])


@app.get("/search")
def search():
    results = lookup(request.args.get("q", ""))
    return f"<p>{len(results)} for {e(results.query)}</p>" + "".join(results)


@app.get("/search/box")
def box():
    q = e(request.args.get("q", ""))
    return "<input name=q value=" + q + ">"  # expect: py/xss


@app.get("/search/track")
def track():
    results = lookup(request.args.get("q", ""))
    script = "track(%s, %d)" % (e(results.query), len(results))
    return "<script>%s</script>" % script  # expect: py/xss
# == Map page that hands its data to a script by tojson in an escaped template
# -- file: maps/views.py
from dataclasses import asdict, dataclass, field

from flask import Blueprint, render_template, request

bp = Blueprint("maps", __name__, template_folder="templates")


@dataclass
class Marker:
    label: str
    lat: float
    lon: float
    tags: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.lat = max(-90.0, min(90.0, float(self.lat)))
        self.lon = max(-180.0, min(180.0, float(self.lon)))


def markers(args):
    triples = zip(args.getlist("label"), args.getlist("lat"), args.getlist("lon"))
    for label, lat, lon in triples:
        yield Marker(label, lat, lon, tags=[t.strip() for t in args.get("tags", "").split(",") if t.strip()])


@bp.get("/map")
def show():
    found = [asdict(m) for m in markers(request.args)]
    return render_template("map.html", title=request.args.get("title", "Map"), markers=found)
# -- file: maps/templates/map.html
<!doctype html>
<title>{{ title }}</title>
<h1 title="{{ title }}">{{ title|upper }}</h1>
<script>
  const markers = {{ markers|tojson }};
</script>
<ul>{% for m in markers %}<li>{{ m.label }} ({{ "%.3f"|format(m.lat) }})</li>{% endfor %}</ul>
# == Rules engine that compiles what the client posts into callable objects
import threading

from flask import Flask, jsonify, request

app = Flask(__name__)


class Rule:
    def __init__(self, name, body):
        self.name = name
        self._scope = {}
        source = f"def rule(order):\n    return ({body})\n"
        exec(source, self._scope)  # expect: py/code-injection

    def __call__(self, order):
        return self._scope["rule"](order)

    def __str__(self):
        return self.name


class RuleBook:
    def __init__(self):
        self._rules = {"free": Rule("free", "order['sum'] >= 50")}
        self._lock = threading.RLock()

    def __setitem__(self, name, rule):
        with self._lock:
            self._rules[name] = rule

    def __iter__(self):
        with self._lock:
            return iter(list(self._rules.values()))


book = RuleBook()


@app.put("/rules/<name>")
def put_rule(name):
    book[name] = Rule(name, request.get_json()["when"])
    return jsonify(rules=[str(rule) for rule in book])


@app.post("/orders/check")
def check():
    order = {"sum": float(request.form["sum"])}
    return jsonify({str(rule): bool(rule(order)) for rule in book})
# == Calculator that walks the syntax tree by itself
import ast
import operator

from flask import Flask, jsonify, request

app = Flask(__name__)

BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
UNARY = {ast.USub: operator.neg, ast.UAdd: operator.pos}


class NotAllowed(ValueError):
    def __init__(self, node):
        self.kind = type(node).__name__
        super().__init__(self.kind)


def evaluate(node):
    match node:
        case ast.Expression(body=body):
            return evaluate(body)
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return BINARY[type(op)](evaluate(left), evaluate(right))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in UNARY:
            return UNARY[type(op)](evaluate(operand))
        case _:
            raise NotAllowed(node)


@app.get("/calc")
def calc():
    text = request.args.get("expr", "0")
    if len(text) > 100:
        return jsonify(error="too long"), 413
    try:
        tree = ast.parse(text, mode="eval")
        value = evaluate(tree)
    except NotAllowed as err:
        return jsonify(error="not allowed", kind=err.kind), 400
    except (SyntaxError, ZeroDivisionError):
        return jsonify(error="cannot calculate"), 400
    else:
        return jsonify(value=value)
# == Layout preferences carried by the browser, read back inside a context manager
import base64
import contextlib
import json

import yaml
from flask import Flask, jsonify, make_response, request

app = Flask(__name__)
DEFAULT = {"columns": 2, "theme": "light"}


def _decode(raw):
    text = base64.urlsafe_b64decode(raw.encode("ascii")).decode("utf-8")
    return yaml.load(text, Loader=yaml.Loader)  # expect: py/unsafe-deserialization


@contextlib.contextmanager
def layout():
    raw = request.cookies.get("layout")
    prefs = {**DEFAULT, **(_decode(raw) if raw else {})}
    yield prefs


@app.get("/layout")
def show():
    with layout() as prefs:
        return jsonify(columns=int(prefs["columns"]))


@app.post("/layout")
def save():
    columns = request.form.get("columns", 2, type=int)
    theme = "dark" if request.form.get("theme") == "dark" else "light"
    packed = base64.urlsafe_b64encode(json.dumps({"columns": columns, "theme": theme}).encode()).decode()
    resp = make_response(jsonify(ok=True))
    resp.set_cookie("layout", packed, secure=True, httponly=True, samesite="Lax", max_age=86400)
    return resp
# == Resume tokens checked by HMAC and read as JSON, with a class registry behind them
import base64
import hashlib
import hmac
import json
import os

from flask import Flask, jsonify, request

app = Flask(__name__)
KEY = os.environ["RESUME_KEY"].encode()


class Step:
    registry = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Step.registry[cls.__name__.lower()] = cls

    def __init__(self, **data):
        self.data = data

    def describe(self):
        raise NotImplementedError


class Address(Step):
    def describe(self):
        return {"street": str(self.data.get("street", ""))}


class Payment(Step):
    def describe(self):
        return {"method": str(self.data.get("method", "card"))}


def unpack(token):
    body, _, tag = token.partition(".")
    wanted = hmac.new(KEY, body.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, tag):
        raise PermissionError("token")
    return json.loads(base64.urlsafe_b64decode(body))


@app.post("/resume")
def resume():
    try:
        state = unpack(request.form.get("token", ""))
        step = Step.registry[state["step"]](**state["data"])
    except (PermissionError, KeyError):
        return jsonify(error="cannot resume"), 400
    return jsonify(step.describe())
# == Checkout wizard as a state machine that trusts any path beginning with a slash
import enum
import os

from flask import Flask, redirect, request, session

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["WIZARD_KEY"]


class State(enum.Enum):
    CART = "cart"
    ADDRESS = "address"
    DONE = "done"

    def following(self):
        order = list(State)
        return order[min(order.index(self) + 1, len(order) - 1)]


def advance(current, filled):
    state = current
    while state is not State.DONE:
        if state.value not in filled:
            break
        state = state.following()
    return state


@app.post("/wizard")
def wizard():
    try:
        current = State(session.get("state", "cart"))
    except ValueError:
        current = State.CART
    state = advance(current, request.form)
    session["state"] = state.value
    if state is not State.DONE:
        return redirect("/wizard/" + state.value)
    back = request.form.get("back", "")
    if not back.startswith("/"):
        back = "/thanks"
    return redirect(back)  # expect: py/open-redirect
# == Menu whose targets are enum members and whose language lies in a nested table
import enum
import re

from flask import Flask, redirect, request, url_for

app = Flask(__name__)
LANG = re.compile(r"[a-z]{2}")
TEXTS = {"en": {"home": "/en/", "help": "/en/help"}, "de": {"home": "/de/", "help": "/de/hilfe"}}


class Target(str, enum.Enum):
    HOME = "home"
    HELP = "help"

    @classmethod
    def _missing_(cls, value):
        return cls.HOME


@app.get("/to/<name>")
def to(name):
    lang = request.args.get("lang", "en")
    page = TEXTS.get(lang, TEXTS["en"])[Target(name).value]
    return redirect(page)


@app.get("/item/<int:number>")
def item(number):
    return {"item": number}


@app.get("/jump")
def jump():
    lang = request.args.get("lang", "en")
    if not LANG.fullmatch(lang):
        lang = "en"
    number = request.args.get("n", type=int)
    if number is None:
        return redirect("/" + lang + "/")
    return redirect(url_for("item", number=number, lang=lang))
# == Git mirror whose branch pattern lacks an end while its tag pattern has one
import re
import subprocess

from flask import Flask, jsonify, request

app = Flask(__name__)

BRANCH = re.compile(r"[a-z][a-z0-9/_.-]*", re.I)
TAG = re.compile(
    r"""
    v(?P<major>\d{1,3})      # major
    \.(?P<minor>\d{1,3})     # minor
    (?:-rc\d{1,2})?          # release candidate
    """,
    re.VERBOSE,
)


def branch_ok(name):
    return BRANCH.match(name) is not None


def tag_ok(name):
    return TAG.fullmatch(name) is not None


def git(line):
    return subprocess.check_output("git -C /srv/mirror.git " + line, shell=True, text=True)  # expect: py/command-injection


@app.get("/branch")
def branch():
    name = request.args.get("name", "main")
    if not branch_ok(name):
        return jsonify(error="branch name"), 400
    return jsonify(log=git("log --oneline -n 5 " + name).splitlines())


@app.get("/tag")
def tag():
    name = request.args.get("name", "v1.0")
    if not tag_ok(name):
        return jsonify(error="tag name"), 400
    return jsonify(log=git("show --no-patch " + name).splitlines())
# == Timetable in XML, asked by one path with variables and by one put together from text
import functools

from flask import Flask, jsonify, request
from lxml import etree

app = Flask(__name__)


@functools.lru_cache(maxsize=None)
def timetable():
    return etree.parse("/srv/timetable.xml", etree.XMLParser(resolve_entities=False))


BY_LINE = etree.XPath("//stop[@line = $line and @zone = $zone]/@name")


def walk(node, depth=0):
    yield depth, node.get("name")
    for child in node:
        yield from walk(child, depth + 1)


@app.get("/stops")
def stops():
    names = BY_LINE(timetable(), line=request.args.get("line", ""), zone=request.args.get("zone", "A"))
    return jsonify([str(n) for n in names])


@app.get("/stops/tree")
def tree():
    name = request.args.get("root", "centre").replace('"', "")
    roots = timetable().xpath("//stop[@name='%s']" % name)  # expect: py/xpath-injection
    return jsonify([list(walk(root)) for root in roots])


@app.get("/stops/<int:number>")
def one(number):
    return jsonify([str(n) for n in timetable().xpath(f"//stop[{number}]/@name")])
# == Theme upload that unpacks an archive member by member, checking the wrong end of the name
import os
import shutil
import zipfile

from flask import Flask, jsonify, request

app = Flask(__name__)
THEMES = "/srv/themes"
ALLOWED = {".css", ".png", ".svg"}


class ThemeArchive:
    def __init__(self, stream, home):
        self._zip = zipfile.ZipFile(stream)
        self.home = home

    def __iter__(self):
        for name in self._zip.namelist():
            if os.path.splitext(name)[1] in ALLOWED and not name.startswith("/"):
                yield name

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._zip.close()

    def unpack(self):
        count = 0
        os.makedirs(self.home, exist_ok=True)
        for count, name in enumerate(self, start=1):
            target = os.path.join(self.home, name)
            with self._zip.open(name) as src, open(target, "wb") as dst:  # expect: py/zip-slip
                shutil.copyfileobj(src, dst)
        return count


@app.post("/themes/<int:number>")
def upload(number):
    with ThemeArchive(request.files["theme"].stream, os.path.join(THEMES, str(number))) as archive:
        return jsonify(files=archive.unpack())
# == Course material taken out of an archive only below its own folder
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from flask import Flask, jsonify, request

app = Flask(__name__)
COURSES = Path("/srv/courses")


def safe_members(archive, home):
    home = home.resolve()
    for info in archive.infolist():
        if info.is_dir():
            continue
        target = (home / info.filename).resolve()
        if home not in target.parents:
            raise ValueError(info.filename)
        yield info, target


@app.post("/courses/<int:course>/zip")
def add_zip(course):
    home = COURSES / str(course)
    written = []
    with zipfile.ZipFile(request.files["material"].stream) as archive:
        for info, target in safe_members(archive, home):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(info))
            written.append(target.name)
    return jsonify(written)


@app.post("/courses/<int:course>/tar")
def add_tar(course):
    upload = request.files["material"]
    with tarfile.open(fileobj=upload.stream, mode="r:gz") as archive:
        archive.extractall(COURSES / str(course), filter="data")
        names = [PurePosixPath(m.name).name for m in archive]
    return jsonify(names)
# == Sensor journal that writes a JavaScript condition for Mongo
import os
from datetime import datetime

from flask import Flask, jsonify, request
from pymongo import MongoClient

app = Flask(__name__)


class Journal:
    def __init__(self, coll):
        self.coll = coll
        self.filters = {}

    def since(self, text):
        self.filters["at"] = {"$gte": datetime.fromisoformat(text)}
        return self

    def of(self, sensor):
        self.filters["sensor"] = {"$eq": str(sensor)}
        return self

    def above(self, limit):
        self.filters["$where"] = "this.value > " + limit
        return self

    def __iter__(self):
        yield from self.coll.find(self.filters, {"_id": False})  # expect: py/nosql-injection


class NumericJournal(Journal):
    def above(self, limit):
        self.filters["value"] = {"$gt": float(limit)}
        return self


def collection():
    return MongoClient(os.environ["JOURNAL_URL"]).plant.journal


@app.get("/journal")
def journal():
    entries = Journal(collection()).of(request.args["sensor"])
    if "above" in request.args:
        entries.above(request.args["above"])
    return jsonify([doc["value"] for doc in entries])


@app.get("/journal/strict")
def strict():
    entries = NumericJournal(collection()).of(request.args["sensor"])
    entries.since(request.args["since"]).above(request.args.get("above", "0"))
    return jsonify(list(entries.coll.find(entries.filters, {"_id": False})))
# == Network probe in FastAPI whose async generator yields the output of a shell line
import asyncio
import ipaddress

from fastapi import Depends, FastAPI
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

app = FastAPI(title="probe")


class Target(BaseModel):
    host: str
    count: int = 3


def target(host: str, count: int = 3) -> Target:
    return Target(host=host, count=min(count, 10))


async def lines(command: str):
    proc = await asyncio.create_subprocess_shell(command, stdout=asyncio.subprocess.PIPE)  # expect: py/command-injection
    async for line in proc.stdout:
        yield line
    await proc.wait()


@app.get("/ping")
async def ping(to: Target = Depends(target)):
    return StreamingResponse(lines(f"ping -c {to.count} {to.host}"), media_type="text/plain")


@app.get("/trace/{address}")
async def trace(address: ipaddress.IPv4Address):
    proc = await asyncio.create_subprocess_exec("traceroute", "-n", str(address), stdout=asyncio.subprocess.PIPE)
    out, _ = await proc.communicate()
    return {"hops": out.decode().splitlines()[1:]}
# == Login service that puts only its own values into session and cookies
import os
import secrets
import sqlite3
from dataclasses import dataclass

from flask import Flask, jsonify, make_response, request, session
from werkzeug.security import check_password_hash

app = Flask(__name__)
app.config.from_mapping(SECRET_KEY=os.environ["LOGIN_KEY"], SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=True)
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"


@dataclass(slots=True)
class User:
    id: int
    login: str
    hash: str

    @classmethod
    def load(cls, login):
        with sqlite3.connect("users.db") as conn:
            row = conn.execute("SELECT id, login, hash FROM users WHERE login = :l", {"l": login}).fetchone()
        return cls(*row) if row else None


class SessionService:
    def __init__(self, store):
        self.store = store

    def open(self, user):
        self.store.clear()
        self.store["uid"] = user.id
        self.store["login"] = user.login
        self.store["csrf"] = secrets.token_urlsafe(24)

    @property
    def csrf(self):
        return self.store["csrf"]


@app.post("/login")
def login():
    user = User.load(request.form["login"])
    if user is None or not check_password_hash(user.hash, request.form["password"]):
        return jsonify(error="wrong"), 401
    service = SessionService(session)
    service.open(user)
    theme = {"d": "dark", "l": "light"}.get(request.form.get("theme"), "light")
    resp = make_response(jsonify(login=user.login))
    resp.set_cookie("csrf", service.csrf, secure=True, httponly=True, samesite="Strict")
    resp.set_cookie("theme", theme, secure=True, httponly=True, samesite="Lax")
    return resp
# == Order intake in XML with a parser factory that turns entities on for old partners
from contextlib import contextmanager

from flask import Flask, jsonify, request
from lxml import etree

app = Flask(__name__)


def parser_for(partner):
    options = {"remove_comments": True, "resolve_entities": False, "no_network": True}
    if partner == "legacy":
        options.update(resolve_entities=True, no_network=False, load_dtd=True)
    return etree.XMLParser(**options)


@contextmanager
def document(raw, parser):
    root = etree.fromstring(raw, parser)  # expect: py/xxe
    try:
        yield root
    finally:
        root.clear()


@app.post("/orders/<partner>")
def orders(partner):
    with document(request.get_data(), parser_for(partner)) as root:
        lines = [(line.get("sku"), int(line.get("qty", "1"))) for line in root.iterfind(".//line")]
    return jsonify(lines=lines)
# == Landing pages picked by structural matching, so that only our own addresses are answered
from flask import Flask, redirect, request

app = Flask(__name__)
SHOPS = {"de": "https://shop.lindgren.example/de/", "at": "https://shop.lindgren.example/at/"}


def destination(args):
    match args:
        case {"shop": country} if country in SHOPS:
            return SHOPS[country]
        case {"page": ("news" | "about" | "jobs") as page}:
            return "/" + page
        case {"order": number} if number.isdecimal():
            return f"/orders/{int(number)}"
        case {"back": str()}:
            return "/"
        case _:
            return None


@app.get("/go")
def go():
    target = destination(request.args.to_dict())
    if target is None:
        return {"error": "nowhere to go"}, 404
    return redirect(target, code=303)
# == Django statistics page with a cursor helper and one report that formats the value in
from contextlib import contextmanager

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt


@contextmanager
def rows(sql, params=None):
    cursor = connection.cursor()
    try:
        cursor.execute(sql, params)  # expect: py/sql-injection
        yield cursor.fetchall()
    finally:
        cursor.close()


class ReportView(View):
    period = "month"

    def dispatch(self, request, *args, **kwargs):
        self.region = request.GET.get("region", "north")
        return super().dispatch(request, *args, **kwargs)

    def query(self):
        return "SELECT %s, SUM(amount) FROM sales WHERE region = %%s GROUP BY 1" % self.period, [self.region]

    def get(self, request):
        with rows(*self.query()) as found:
            return JsonResponse({"rows": [list(r) for r in found]})


class YearReport(ReportView):
    period = "year"

    def query(self):
        return "SELECT {0}, COUNT(*) FROM sales WHERE region = '{1}' GROUP BY 1".format(self.period, self.region), None


@method_decorator(csrf_exempt, name="dispatch")  # expect: py/csrf-off
class Headline(View):
    def post(self, request):
        text = request.POST.get("text", "").replace("<script", "")
        return HttpResponse("<h1>%s</h1>" % text)  # expect: py/xss
# == Django search through Q objects with look-ups taken from a table
# -- file: desk/forms.py
from django import forms
from django.core.validators import RegexValidator


class TicketForm(forms.Form):
    state = forms.ChoiceField(choices=[("open", "Open"), ("done", "Done")])
    number = forms.IntegerField(min_value=1, required=False)
    code = forms.CharField(validators=[RegexValidator(r"\A[A-Z]{2}-\d+\Z")], required=False)
    text = forms.CharField(max_length=60, required=False)
# -- file: desk/views.py
from functools import reduce
from operator import or_

from django.db.models import F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat
from django.http import JsonResponse

from .forms import TicketForm
from .models import Ticket

LOOKUPS = {"title": "title__icontains", "body": "body__icontains", "owner": "owner__username__iexact"}


def text_condition(text, fields):
    parts = (Q(**{LOOKUPS[name]: text}) for name in fields if name in LOOKUPS)
    return reduce(or_, parts, Q(pk__in=[]))


def tickets(request):
    form = TicketForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    data = form.cleaned_data
    found = Ticket.objects.filter(state=data["state"])
    if data["text"]:
        found = found.filter(text_condition(data["text"], request.GET.getlist("in")))
    if data["number"]:
        found = found.annotate(age=RawSQL("EXTRACT(day FROM now() - opened)", ())).filter(pk=data["number"])
    found = found.annotate(label=Concat(F("code"), Value(": "), F("title")))
    return JsonResponse({"tickets": list(found.values_list("label", flat=True)[:50])})
# == Bare HTTP server whose handler writes response headers from the query
import http.server
import json
import os
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    kinds = {"a": "text/plain", "b": "application/json"}

    @property
    def query(self):
        parts = urllib.parse.urlsplit(self.path)
        return {k: v[-1] for k, v in urllib.parse.parse_qs(parts.query).items()}

    def answer(self, payload, **headers):
        body = json.dumps(payload).encode()
        self.send_response(200)
        for name, value in headers.items():
            self.send_header("X-" + name.title(), value)  # expect: py/header-injection
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        query = self.query
        match query:
            case {"kind": kind} if kind in self.kinds:
                self.send_response(204)
                self.send_header("X-Kind", self.kinds[kind])
                self.send_header("X-Page", str(int(query.get("page", "1"))))
                self.end_headers()
            case _:
                self.answer({"kinds": sorted(self.kinds)}, trace=query.get("trace", "none"))


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8800"))), Handler).serve_forever()
# == Log viewer that escapes search words, logs them cleaned and keeps the raw form apart
import logging
import re
from types import SimpleNamespace

from flask import Flask, g, jsonify, request

app = Flask(__name__)
log = logging.getLogger("viewer")
LINE = re.compile(r"^(?P<level>[A-Z]+) (?P<text>.*)$")


def one_line(text):
    return text.replace("\r", " ").replace("\n", " ")


class Search:
    def __init__(self, words):
        self.words = list(words)

    @property
    def pattern(self):
        return "|".join(re.escape(word) for word in self.words)

    def __contains__(self, line):
        return re.search(self.pattern, line, re.IGNORECASE) is not None


@app.before_request
def collect():
    raw = request.args.get("q", "")
    g.ask = SimpleNamespace(raw=raw, shown=one_line(raw), level=request.args.get("level", "INFO"))


@app.get("/lines")
def lines():
    if g.ask.level not in ("DEBUG", "INFO", "ERROR"):
        g.ask.level = "INFO"
    log.info("search for %s at level %s", g.ask.shown, g.ask.level)
    search = Search(g.ask.raw.split())
    with open("/var/log/app/current.log", encoding="utf-8") as handle:
        matches = (m for line in handle if (m := LINE.match(line)))
        found = [m["text"] for m in matches if m["level"] == g.ask.level and m["text"] in search]
    return jsonify(query=g.ask.raw, lines=found[-100:])
# == Event bus in FastAPI with async listeners, one of them writing SQL text and one a pattern
import asyncio
import os
import re
from collections import defaultdict

from fastapi import FastAPI
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import create_async_engine

app = FastAPI()
engine = create_async_engine(os.environ["EVENTS_URL"])


class Bus:
    def __init__(self):
        self.listeners = defaultdict(list)

    def on(self, event):
        def register(listener):
            self.listeners[event].append(listener)
            return listener

        return register

    async def emit(self, event, **payload):
        return await asyncio.gather(*(listener(**payload) for listener in self.listeners[event]))


bus = Bus()


@bus.on("renamed")
async def store(old, new, **_):
    async with engine.begin() as conn:
        await conn.execute(text("UPDATE tag SET name = :new WHERE name = :old"), {"new": new, "old": old})


@bus.on("renamed")
async def audit(old, new, user=0):
    async with engine.begin() as conn:
        await conn.execute(text(f"INSERT INTO audit(who, what) VALUES ({user:d}, '{old} to {new}')"))  # missed: py/sql-injection


@bus.on("filtered")
async def matching(pattern, names):
    return [name for name in names if re.search(pattern, name)]  # missed: py/regex-injection


@app.post("/tags/{old}")
async def rename(old: str, new: str, user: int = 0):
    await bus.emit("renamed", old=old, new=new, user=user)
    return {"name": new}


@app.get("/tags")
async def tags(pattern: str = ".", ids: str = "1,2"):
    stmt = text("SELECT name FROM tag WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
    async with engine.connect() as conn:
        rows = await conn.execute(stmt, {"ids": [int(i) for i in ids.split(",")]})
    (found,) = await bus.emit("filtered", pattern=pattern, names=[row.name for row in rows])
    return found
# == Legacy message packer that picks its cipher from a table of factories
from Crypto.Cipher import AES, ARC4
from Crypto.PublicKey import RSA
from Crypto.Random import get_random_bytes
from Crypto.Util.Padding import pad


def blocks(key):
    return AES.new(key, AES.MODE_ECB)  # expect: py/weak-cipher


def stream(key):
    return ARC4.new(key, drop=3072)  # expect: py/weak-cipher


def counter(key):
    return AES.new(key, AES.MODE_CTR, nonce=get_random_bytes(8))  # expect: py/unauthenticated-encryption


def sealed(key):
    return AES.new(key, AES.MODE_GCM, nonce=get_random_bytes(12))


CIPHERS = {1: blocks, 2: stream, 3: counter, 4: sealed}


class Packer:
    def __init__(self, version, key):
        self.version = version
        self.key = key

    def pack(self, message: bytes) -> bytes:
        cipher = CIPHERS[self.version](self.key)
        if self.version == 4:
            body, tag = cipher.encrypt_and_digest(message)
            return bytes([4]) + cipher.nonce + tag + body
        head = getattr(cipher, "nonce", b"")
        return bytes([self.version]) + head + cipher.encrypt(pad(message, 16))


def exchange_key(bits=1024):
    return RSA.generate(bits)  # expect: py/weak-key-size


def signing_key():
    return RSA.generate(3072)
# == Key ring with modern primitives, salts drawn fresh and the key size in a class attribute
import os
from functools import cached_property

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC


class KeyRing:
    BITS = 1024 * 3
    ROUNDS = 600_000

    def __init__(self, passphrase: str):
        self._pass = passphrase.encode()

    @cached_property
    def rsa_key(self):
        return rsa.generate_private_key(public_exponent=65537, key_size=self.BITS)

    @cached_property
    def signer(self):
        return ed25519.Ed25519PrivateKey.generate()

    @staticmethod
    def exchange():
        return ec.generate_private_key(ec.SECP256R1())

    def _derive(self, salt: bytes) -> bytes:
        kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=self.ROUNDS)
        return kdf.derive(self._pass)

    def wrap(self, secret: bytes) -> bytes:
        salt, nonce = os.urandom(16), os.urandom(12)
        return salt + nonce + AESGCM(self._derive(salt)).encrypt(nonce, secret, None)

    def unwrap(self, blob: bytes) -> bytes:
        salt, nonce, body = blob[:16], blob[16:28], blob[28:]
        return AESGCM(self._derive(salt)).decrypt(nonce, body, None)

    def export(self) -> bytes:
        return self.rsa_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self._pass),
        )

    def encrypt_for(self, public, data: bytes) -> bytes:
        oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
        return public.encrypt(data, oaep)
# == Token reader whose default options switch the signature off
import logging
import os

import jwt

log = logging.getLogger(__name__)

DEFAULTS = {"verify_exp": True}
RELAXED = {**DEFAULTS, "verify_signature": False}


class TokenReader:
    def __init__(self, key=None, options=None):
        self.key = key
        self.options = options or RELAXED

    def subject(self, token):
        claims = jwt.decode(token, self.key, algorithms=["RS256"], options=self.options)  # expect: py/jwt-not-verified
        return claims["sub"]


def roles(token):
    """Roles of a token that came in with a message on the bus."""
    with open(os.environ["ISSUER_PEM"], "rb") as pem:
        key = pem.read()
    try:
        return jwt.decode(token, key, algorithms=["RS256"], audience="bus")["roles"]
    except jwt.ExpiredSignatureError as err:
        log.warning("old token: %s", err)
        return []


def allowed(token):
    return TokenReader().subject(token) in {"scheduler", "mailer"}
# == Dice simulation, retry jitter and shuffled playlists beside tokens from the system
import random
import secrets
import string
import time
from collections import Counter

ALPHABET = string.ascii_letters + string.digits
_system = random.SystemRandom()


def simulate(rolls, seed=20240607):
    rng = random.Random(seed)
    return Counter(rng.randint(1, 6) + rng.randint(1, 6) for _ in range(rolls))


def playlist(songs):
    songs = songs[:]
    random.shuffle(songs)
    return songs


def retry(func, attempts=5):
    for attempt in range(attempts):
        try:
            return func()
        except ConnectionError:
            if attempt == attempts - 1:
                raise
            time.sleep(2**attempt + random.uniform(0, 1))


def session_token():
    return secrets.token_urlsafe(32)


def password(length=16):
    return "".join(_system.choice(ALPHABET) for _ in range(length))


def reset_code():
    return f"{secrets.randbelow(10**8):08d}"


class SampleSet:
    def __init__(self, rows, share=0.1):
        self.rows = rows
        self.share = share

    def __iter__(self):
        return (row for row in self.rows if random.random() < self.share)
# == Fleet updater that speaks to old machines over three careless protocols
import ftplib
import os
import telnetlib

import paramiko
from pysnmp.hlapi import CommunityData, ContextData, ObjectIdentity, ObjectType, SnmpEngine, UdpTransportTarget, getCmd


class Machine:
    def __init__(self, host):
        self.host = host

    def shell(self):
        client = paramiko.SSHClient()
        client.load_system_host_keys()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key
        client.connect(self.host, username="update", key_filename=os.environ["UPDATE_KEY"], timeout=10)
        return client

    def firmware(self, path):
        with ftplib.FTP(self.host, timeout=20) as ftp, open(path, "wb") as out:  # expect: py/clear-text-protocol
            ftp.login(os.environ["FTP_USER"], os.environ["FTP_PASS"])
            ftp.retrbinary("RETR firmware.bin", out.write)

    def banner(self):
        link = telnetlib.Telnet(self.host, 23, 5)  # expect: py/clear-text-protocol
        return link.read_until(b"login:", 5)

    def uptime(self):
        community = CommunityData(os.environ["SNMP_COMMUNITY"], mpModel=1)  # expect: py/snmp-insecure
        target = UdpTransportTarget((self.host, 161))
        oid = ObjectType(ObjectIdentity("1.3.6.1.2.1.1.3.0"))
        return next(getCmd(SnmpEngine(), community, target, ContextData(), oid))
# == Off-site copy over SSH and FTPS with host keys and certificates checked
import contextlib
import ftplib
import os
import smtplib
import ssl

import paramiko


@contextlib.contextmanager
def sftp(host):
    client = paramiko.SSHClient()
    client.load_host_keys(os.path.expanduser("~/.ssh/known_hosts"))
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect(host, username="copy", key_filename=os.environ["COPY_KEY"], timeout=15)
    try:
        yield client.open_sftp()
    finally:
        client.close()


def ftps(host):
    ftp = ftplib.FTP_TLS(host, timeout=30, context=ssl.create_default_context())
    ftp.login(os.environ["FTPS_USER"], os.environ["FTPS_PASS"])
    ftp.prot_p()
    return ftp


def report(lines):
    context = ssl.create_default_context(cafile=os.environ.get("MAIL_CA"))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with smtplib.SMTP("mail.corp.example", 587, timeout=10) as smtp:
        smtp.starttls(context=context)
        smtp.login(os.environ["MAIL_USER"], os.environ["MAIL_PASS"])
        smtp.sendmail("copy@corp.example", ["ops@corp.example"], "Subject: copy\r\n\r\n" + "\r\n".join(lines))


def copy(host, files):
    done = []
    with sftp(host) as remote:
        for name in files:
            remote.put(name, "/backup/" + os.path.basename(name))
            done.append(name)
    report(done)
    return done
# == Plug-in installer that takes archives apart whole
import os
import shutil
import tarfile
import zipfile
from abc import ABC, abstractmethod


class Package(ABC):
    kinds = {}

    def __init_subclass__(cls, suffix, **kwargs):
        super().__init_subclass__(**kwargs)
        Package.kinds[suffix] = cls

    def __init__(self, path):
        self.path = path

    @classmethod
    def open(cls, path):
        for suffix, kind in cls.kinds.items():
            if path.endswith(suffix):
                return kind(path)
        raise ValueError(path)

    @abstractmethod
    def unpack(self, into):
        ...


class Tarball(Package, suffix=".tar.xz"):
    def unpack(self, into):
        with tarfile.open(self.path) as tar:
            tar.extractall(into)  # expect: py/unchecked-extract


class Wheel(Package, suffix=".whl"):
    def unpack(self, into):
        with zipfile.ZipFile(self.path) as wheel:
            names = [n for n in wheel.namelist() if n.endswith(".py")]
            for name in names:
                target = os.path.join(into, os.path.basename(name))
                with wheel.open(name) as src, open(target, "wb") as dst:
                    shutil.copyfileobj(src, dst)


def install(path, home):
    folder = os.path.join(home, "plugins")
    os.makedirs(folder, mode=0o755, exist_ok=True)
    os.chmod(folder, 0o777)  # expect: py/loose-permissions
    Package.open(path).unpack(folder)
# == Back-up restore that filters the members of a tar file before they are written
import os
import sys
import tarfile
import tempfile
from pathlib import Path


def members(tar, home):
    root = Path(home).resolve()
    for member in tar.getmembers():
        if not (member.isfile() or member.isdir()):
            print("left out", member.name, file=sys.stderr)
            continue
        if not (root / member.name).resolve().is_relative_to(root):
            raise tarfile.ExtractError("leaves the folder: " + member.name)
        member.mode &= 0o750
        yield member


def restore(path, home):
    with tarfile.open(path, "r:*") as tar:
        tar.extractall(home, members=list(members(tar, home)))


def peek(path):
    with tempfile.TemporaryDirectory(prefix="peek-") as folder, tarfile.open(path) as tar:
        tar.extractall(path=folder, filter="data")
        return sorted(p.name for p in Path(folder).rglob("*") if p.is_file())


def manifest(path):
    with tarfile.open(path) as tar:
        handle = tar.extractfile("MANIFEST")
        return [] if handle is None else handle.read().decode().splitlines()


if __name__ == "__main__":
    restore(sys.argv[1], os.environ.get("RESTORE_TO", "/srv/restore"))
# == Telemetry uplink that pins an old protocol version
import json
import socket
import ssl


class Uplink:
    def __init__(self, host, port=8883, legacy=True):
        self.host, self.port = host, port
        self.context = self._legacy() if legacy else self._modern()

    @staticmethod
    def _legacy():
        context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # expect: py/weak-tls
        context.load_default_certs()
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        return context

    @staticmethod
    def _modern():
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def send(self, **fields):
        with socket.create_connection((self.host, self.port), timeout=5) as raw:
            with self.context.wrap_socket(raw, server_hostname=self.host) as conn:
                conn.sendall(json.dumps(fields).encode() + b"\n")
                return conn.recv(64)
# == Unit converter with tests of its own, where asserts and evaluated text are all constant
# -- file: units/core.py
import ast
import operator
import os
from hmac import compare_digest

FACTORS = {"km": "1000", "m": "1", "cm": "1 / 100", "mm": "1 / 1000"}
FACTOR = {unit: eval("float(1) * 1000") if unit == "km" else None for unit in FACTORS}


def factor(unit):
    head, _, tail = FACTORS[unit].partition("/")
    return ast.literal_eval(head.strip()) / ast.literal_eval(tail.strip() or "1")


class Length:
    def __init__(self, value, unit="m"):
        if unit not in FACTORS:
            raise ValueError(unit)
        self.metres = value * factor(unit)

    def __add__(self, other):
        return Length(operator.add(self.metres, other.metres))

    def __eq__(self, other):
        return isinstance(other, Length) and abs(self.metres - other.metres) < 1e-9

    def __format__(self, unit):
        return f"{self.metres / factor(unit or 'm'):g} {unit or 'm'}"


def may_edit(password):
    if password == "":
        return False
    return compare_digest(password.encode(), os.environ["UNITS_PASSWORD"].encode())
# -- file: tests/test_core.py
import pytest

from units.core import Length, may_edit


def test_sum():
    assert Length(1, "km") + Length(50, "cm") == Length(1000.5)
    assert f"{Length(2, 'km'):cm}" == "200000 cm"


def test_unknown_unit():
    with pytest.raises(ValueError):
        Length(1, "furlong")


def test_empty_password():
    assert not may_edit("")
# == Deployment tool that wraps commands in a runner class with a shell switch
import shlex
import subprocess
import sys
from dataclasses import dataclass


@dataclass
class Runner:
    shell: bool = False
    dry: bool = False

    def local(self, command):
        if self.dry:
            print("+", command)
            return 0
        return subprocess.call(command, shell=True)  # expect: py/shell-call

    def argv(self, command):
        parts = shlex.split(command) if isinstance(command, str) else list(command)
        return subprocess.call(parts)


def uptime():
    return subprocess.check_output("uptime | cut -d, -f1", shell=True, text=True).strip()


def deploy(version, target="/srv/app", runner=None):
    runner = runner or Runner()
    steps = [f"tar -xzf app-{version}.tgz -C {target}", f"chown -R app:app {target}"]
    for step in steps:
        if code := runner.local(step):
            sys.exit(code)
    runner.argv(["systemctl", "restart", "app"])


if __name__ == "__main__":
    print(uptime())
    deploy(sys.argv[1])
# == Holiday calendar loader with literals, safe parsers and one fixed address
import ast
import json
import urllib.request
from datetime import date
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

import yaml
from defusedxml.ElementTree import parse

SERVICE = "https://calendar.holidays.example/v2"
OPERATORS = MappingProxyType({"add": lambda a, b: a + b, "sub": lambda a, b: a - b})


def year(number: int, country: str = "AT"):
    query = urlencode({"year": number, "country": country})
    with urllib.request.urlopen(f"{SERVICE}?{query}", timeout=10) as answer:
        return [date.fromisoformat(day) for day in json.load(answer)["days"]]


def mirror(url):
    if urlsplit(url).scheme != "https":
        raise ValueError("only https")
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def local(path):
    match path.rsplit(".", 1)[-1]:
        case "xml":
            return [node.get("date") for node in parse(path).iter("day")]
        case "yml" | "yaml":
            with open(path, encoding="utf-8") as handle:
                return yaml.load(handle, yaml.CSafeLoader)
        case "txt":
            with open(path, encoding="utf-8") as handle:
                return ast.literal_eval(handle.read())
        case other:
            raise LookupError(other)


def shift(how, ordinal, days):
    return date.fromordinal(OPERATORS[how](ordinal, days))
# == Migration tool that copies tables by statements put together from names and values
import argparse
import html
import sqlite3

from markupsafe import Markup


class Copier:
    batch = 500

    def __init__(self, source, target):
        self.source = source
        self.target = target

    def columns(self, table):
        rows = self.source.execute("SELECT name FROM pragma_table_info(?)", (table,))
        return [name for (name,) in rows]

    def read(self, table, condition):
        sql = f"SELECT * FROM {table}"
        if condition:
            sql = " WHERE ".join((sql, condition))
        return self.source.execute(sql)  # expect: py/sql-built-from-text

    def write(self, table, rows):
        for row in rows:
            values = ", ".join("'%s'" % value for value in row)
            self.target.execute("INSERT INTO " + table + " VALUES (" + values + ")")  # expect: py/sql-built-from-text

    def vacuum(self):
        for statement in ("PRAGMA optimize", "VACUUM"):
            self.target.execute(statement)


def summary(title, table):
    return Markup("<h1>" + title + "</h1>") + Markup("<p>{}</p>").format(table)  # expect: py/raw-markup


def plain_summary(table):
    return "<p>" + html.escape(table) + "</p>"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--table", required=True)
    parser.add_argument("--where")
    opts = parser.parse_args()
    with sqlite3.connect(opts.target) as target:
        copier = Copier(sqlite3.connect(opts.source), target)
        copier.write(opts.table, copier.read(opts.table, opts.where))


if __name__ == "__main__":
    main()
# == Partner client that gathers its request options in keyword dictionaries
import datetime
import functools
import os

import httpx
import jwt
import requests

COMMON = {"timeout": 6, "headers": {"Accept": "application/json"}}
INTERNAL = {**COMMON, "verify": False}
KEY = os.environ["PARTNER_SIGNING_KEY"]


def token(user, **extra):
    claims = {"sub": user.login, "password": user.password, **extra}
    return jwt.encode(claims, KEY, algorithm="HS256")  # expect: py/jwt-secret-claim


def short_token(user):
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)
    return jwt.encode(dict(sub=user.login, exp=soon), KEY, algorithm="HS256")


class Partner:
    base = "https://api.partner.example"

    def __init__(self, user):
        self.auth = {"Authorization": "Bearer " + short_token(user)}

    def orders(self):
        return requests.get(self.base + "/orders", **COMMON).json()

    def stock(self):
        return requests.get(self.base + "/stock", **INTERNAL).json()  # expect: py/tls-not-verified

    def push(self, rows):
        post = functools.partial(requests.post, self.base + "/rows", headers=self.auth)
        return post(json=rows, timeout=30).status_code

    def remove(self, number):
        url = f"{self.base}/rows/{number:d}"
        return requests.delete(url, headers=self.auth).ok  # expect: py/no-timeout

    async def status(self):
        async with httpx.AsyncClient(timeout=3) as client:
            return (await client.get(self.base + "/status")).json()
# == Django production settings read from the environment, with names that resemble secrets
import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parents[2]


def flag(name, default="0"):
    return os.environ.get(name, default).lower() in {"1", "true", "yes"}


def secret(name):
    path = Path("/run/secrets") / name
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return os.environ[name.upper()]


COLLECTING = flag("COLLECTSTATIC")
SECRET_KEY = get_random_secret_key() if COLLECTING else secret("django_secret_key")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("HOSTS", "www.harbour.example").split(",")

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "harbour",
        "USER": "harbour",
        "PASSWORD": secret("db_password") if not COLLECTING else "",
        "OPTIONS": {"sslmode": "verify-full"},
    }
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation." + name}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
PASSWORD_RESET_TIMEOUT = 3600
CSRF_COOKIE_NAME = "harbour_csrf_token"
CSRF_COOKIE_SECURE = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
CORS_ALLOWED_ORIGINS = ["https://www.harbour.example"]
CORS_ALLOW_CREDENTIALS = True
MAP_API_KEY = os.environ.get("MAP_API_KEY", "")
GEO_TOKEN_URL = "https://geo.harbour.example/oauth/token"
