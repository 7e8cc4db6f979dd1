# == a report object remembers its region between two calls
import sqlite3

from flask import Flask, g, jsonify, request

app = Flask(__name__)


class OrderReport:
    def __init__(self, conn):
        self._conn = conn
        self._region = "all"
        self._since = 0

    def restrict(self, region, since):
        self._region = region
        self._since = int(since)

    def totals(self):
        query = "SELECT day, SUM(net) FROM orders WHERE region = '%s' AND day >= %d GROUP BY day" % (
            self._region,
            self._since,
        )
        return self._conn.execute(query).fetchall()  # expect: py/sql-injection

    def number(self):
        return self._conn.execute("SELECT COUNT(*) FROM orders WHERE day >= %d" % self._since).fetchone()[0]


def report():
    if "report" not in g:
        g.report = OrderReport(sqlite3.connect("orders.db"))
    return g.report


@app.before_request
def restrict_report():
    report().restrict(request.args.get("region", "all"), request.args.get("since", "0"))


@app.get("/totals")
def totals():
    return jsonify(rows=report().totals(), number=report().number())
# == a base class reads what its subclasses locate
import hashlib
from abc import ABC, abstractmethod
from pathlib import Path

from flask import Flask, Response, request

app = Flask(__name__)


class Shelf(ABC):
    def __init__(self, root):
        self.root = Path(root)

    @abstractmethod
    def locate(self, key):
        """Gives the path that belongs to a key."""

    def fetch(self, key):
        return self.load(self.locate(key))

    @abstractmethod
    def load(self, path): ...


class DigestShelf(Shelf):
    def locate(self, key):
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.root / name[:2] / name

    def load(self, path):
        return path.read_bytes()


class NameShelf(Shelf):
    suffix = ".txt"

    def locate(self, key):
        return self.root.joinpath(key.lower() + self.suffix)

    def load(self, path):
        return path.read_bytes()  # expect: py/path-traversal


class NumberShelf(Shelf):
    def locate(self, key):
        return self.root / f"{int(key):08d}.txt"

    def load(self, path):
        with open(path, "rb") as handle:
            return handle.read()


SHELVES = {"digest": DigestShelf("blobs"), "number": NumberShelf("numbered")}
names = NameShelf("notes")


@app.get("/blob/<kind>")
def blob(kind):
    shelf = SHELVES.get(kind, SHELVES["digest"])
    return Response(shelf.fetch(request.args["key"]), mimetype="application/octet-stream")


@app.get("/note")
def note():
    return Response(names.fetch(request.args["key"]), mimetype="text/plain")
# == a property setter that takes only what it knows
import subprocess

from flask import Flask, jsonify, request, send_file

app = Flask(__name__)


class Plot:
    UNITS = ("mm", "cm", "m")

    def __init__(self):
        self._unit = "m"
        self._width = 640

    @property
    def unit(self):
        return self._unit

    @unit.setter
    def unit(self, value):
        if value not in self.UNITS:
            raise ValueError("unit")
        self._unit = value

    @property
    def width(self):
        return self._width

    @width.setter
    def width(self, value):
        self._width = min(max(int(value), 64), 4096)

    def script(self):
        return f'set term png size {self.width},480; set ylabel "{self.unit}"; plot "levels.dat"'


@app.errorhandler(ValueError)
def refused(_error):
    return jsonify(error="bad value"), 400


@app.get("/plot")
def plot():
    picture = Plot()
    picture.unit = request.args.get("unit", "m")
    picture.width = request.args.get("width", 640)
    subprocess.run("gnuplot -e '%s' > level.png" % picture.script(), shell=True, timeout=20)
    return send_file("level.png")
# == a frozen dataclass converts its fields after it was made
import sqlite3
from dataclasses import dataclass
from enum import Enum

from flask import Flask, jsonify, request

app = Flask(__name__)


class SortKey(Enum):
    NAME = "name"
    AGE = "born DESC"


@dataclass(frozen=True)
class Window:
    page: int = 1
    size: int = 25
    sort: SortKey = SortKey.NAME

    def __post_init__(self):
        object.__setattr__(self, "page", max(1, int(self.page)))
        object.__setattr__(self, "size", min(100, int(self.size)))
        object.__setattr__(self, "sort", SortKey[str(self.sort).upper()])

    @property
    def offset(self):
        return (self.page - 1) * self.size

    def clause(self):
        return f"ORDER BY {self.sort.value} LIMIT {self.size} OFFSET {self.offset}"


@app.get("/horses")
def horses():
    try:
        window = Window(
            request.args.get("page", "1"), request.args.get("size", "25"), request.args.get("sort", "name")
        )
    except (KeyError, ValueError):
        return jsonify(error="bad window"), 400
    with sqlite3.connect("stable.db") as conn:
        rows = conn.execute("SELECT name, born FROM horses " + window.clause()).fetchall()
    return jsonify(rows)
# == a class method makes a badge out of the request, one field of it converted
from dataclasses import dataclass, field
from html import escape

from flask import Flask, request

app = Flask(__name__)


@dataclass
class Badge:
    label: str
    size: int
    owner: str
    classes: list = field(default_factory=lambda: ["badge"])

    @classmethod
    def from_values(cls, values):
        label, size, owner = (values.get(name, "") for name in ("label", "size", "owner"))
        return cls(label.strip(), int(size or 12), escape(owner))

    def style(self):
        return f"font-size:{self.size}px"

    def to_html(self):
        return '<span class="%s" style="%s">%s</span>' % (" ".join(self.classes), self.style(), self.label)

    def to_caption(self):
        return f"<small>{self.owner}, {self.size}px</small>"


@app.route("/badge")
def badge():
    made = Badge.from_values(request.args)
    made.classes.append("big" if made.size > 20 else "small")
    return made.to_html()  # expect: py/xss


@app.route("/caption")
def caption():
    return Badge.from_values(request.args).to_caption()
# == a closure holds the address of a service without a slash at its end
from urllib.parse import quote

import requests
from flask import Flask, jsonify, request

app = Flask(__name__)


def getter(base, encode=None):
    calls = 0

    def get(rest):
        nonlocal calls
        calls += 1
        return requests.get(base + rest, timeout=3).json()  # expect: py/ssrf

    def get_part(rest):
        nonlocal calls
        calls += 1
        return requests.get(f"{base}/{encode(rest, safe='')}", timeout=3).json()

    return get_part if encode else get


weather = getter("https://weather.internal.example")
tides = getter("https://tides.internal.example", encode=quote)


@app.get("/weather")
def show_weather():
    return jsonify(weather(request.args["place"]))


@app.get("/tides")
def show_tides():
    return jsonify(tides(request.args["port"]))
# == a decorator hands query values over as keyword arguments
import os
import subprocess
from functools import wraps

from flask import Flask, abort, jsonify, request

app = Flask(__name__)


def query(**wanted):
    def outer(view):
        @wraps(view)
        def inner(*args, **kwargs):
            for name, convert in wanted.items():
                if name not in request.args:
                    abort(400)
                kwargs[name] = convert(request.args[name])
            return view(*args, **kwargs)

        return inner

    return outer


@app.get("/usage")
@query(folder=str.strip, depth=int)
def usage(folder, depth):
    with os.popen("du -h -d %d /srv/shares/%s" % (depth, folder)) as pipe:  # expect: py/command-injection
        return jsonify(lines=pipe.read().splitlines())


@app.get("/quota")
@query(uid=int)
def quota(uid):
    done = subprocess.run(f"quota -u {uid} | tail -n 1", shell=True, capture_output=True, text=True, timeout=9)
    return jsonify(line=done.stdout)
# == a decorator turns the address of the path into an object before the view sees it
import ipaddress
import subprocess
from functools import wraps

from flask import Flask, jsonify

app = Flask(__name__)


def with_address(view):
    @wraps(view)
    def inner(address, **rest):
        try:
            parsed = ipaddress.IPv4Address(address)
        except ipaddress.AddressValueError:
            return jsonify(error="not an IPv4 address"), 400
        return view(parsed, **rest)

    return inner


@app.get("/arp/<address>")
@with_address
def arp(address):
    output = subprocess.check_output(f"ip neigh show {address} | awk '{{print $5}}'", shell=True, text=True)
    return jsonify(address=str(address), mac=output.strip())


@app.get("/private/<address>")
@with_address
def private(address):
    return f"<p>{address} is {'private' if address.is_private else 'public'}</p>"
# == a context manager opens only what lies below its folder
import os
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, Response, abort, jsonify, request

app = Flask(__name__)
LOGS = Path(os.environ.get("LOG_FOLDER", "logs")).resolve()


class Outside(Exception):
    pass


@contextmanager
def log_file(name, mode="r"):
    place = (LOGS / name).resolve()
    if LOGS not in place.parents:
        raise Outside
    handle = place.open(mode, encoding="utf-8", errors="replace")
    try:
        yield handle
    finally:
        handle.close()


@app.errorhandler(Outside)
def outside(_error):
    return jsonify(error="no such log"), 404


@app.get("/tail")
def tail():
    count = request.args.get("lines", 50, type=int)
    if not 0 < count <= 5000:
        abort(400)
    with log_file(request.args.get("name", "app.log")) as handle:
        lines = handle.readlines()[-count:]
    return Response("".join(lines), mimetype="text/plain")
# == two generators write a table, row by row
from html import escape

from flask import Flask, Response, request, stream_with_context

app = Flask(__name__)


def pairs(form):
    for key in sorted(form):
        for value in form.getlist(key):
            yield key, value


def cells(items):
    for key, value in items:
        yield "<tr>"
        yield "<th>" + escape(key) + "</th>"
        yield "<td>" + value + "</td>"
        yield "</tr>"


def safe_cells(items):
    for pair in items:
        yield "<tr>" + "".join(f"<td>{escape(part)}</td>" for part in pair) + "</tr>"


def table(rows):
    yield "<table>"
    yield from rows
    yield "</table>"


@app.post("/echo")
def echo():
    return Response(stream_with_context(table(cells(pairs(request.form)))), mimetype="text/html")  # expect: py/xss


@app.post("/echo/escaped")
def echo_escaped():
    return Response(stream_with_context(table(safe_cells(pairs(request.form)))), mimetype="text/html")


@app.post("/echo/lines")
def echo_lines():
    return Response((f"{k}={v}\n" for k, v in pairs(request.form)), mimetype="text/plain")
# == feeds are fetched together by a coroutine
import asyncio

import httpx
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

MIRRORS = {"north": "https://north.mirror.example/list", "south": "https://south.mirror.example/list"}


async def size_of(client, address):
    answer = await client.get(address)  # expect: py/ssrf
    return len(answer.content)


async def mirror_size(client, key):
    answer = await client.get(MIRRORS[key])
    return len(answer.content)


async def sizes(request):
    wanted = (await request.json()).get("feeds", [])[:10]
    async with httpx.AsyncClient(timeout=5) as client:
        found = await asyncio.gather(*(size_of(client, address) for address in wanted))
    return JSONResponse({"sizes": found})


async def mirrors(request):
    keys = [key for key in request.query_params.getlist("mirror") if key in MIRRORS]
    async with httpx.AsyncClient(timeout=5) as client:
        found = await asyncio.gather(*[mirror_size(client, key) for key in keys])
    return JSONResponse(dict(zip(keys, found)))


app = Starlette(routes=[Route("/sizes", sizes, methods=["POST"]), Route("/mirrors", mirrors)])
# == subprocess.run prepared twice by functools.partial
import subprocess
from functools import partial

from flask import Flask, jsonify, request

app = Flask(__name__)
base = partial(subprocess.run, capture_output=True, text=True, timeout=20, cwd="repo")
sh = partial(base, shell=True)
git = partial(base, check=False)


def first_lines(done, count=20):
    return done.stdout.splitlines()[:count]


@app.get("/log")
def log():
    branch = request.args.get("branch") or "main"
    return jsonify(first_lines(sh(f"git log --oneline {branch} | head -n 20")))  # expect: py/command-injection


@app.get("/grep")
def grep():
    words = request.args.get("words", "")
    return jsonify(first_lines(git(["git", "grep", "-n", "-F", "-e", words, "--", "docs"])))


@app.get("/tags")
def tags():
    return jsonify(first_lines(sh("git tag --sort=-creatordate | head -n 20")))
# == a table of operations, looked up by the name in the request
import operator

from flask import Flask, abort, jsonify, request

app = Flask(__name__)


def evaluate(operation, numbers):
    total, *rest = numbers
    for number in rest:
        total = operation(total, number)
    return total


OPERATIONS = {
    "add": operator.add,
    "multiply": lambda a, b: a * b,
    "max": max,
    "exec": lambda a, b: a if a > b else b,
}


@app.post("/evaluate/<name>")
def run(name):
    operation = OPERATIONS.get(name)
    if operation is None:
        abort(404)
    body = request.get_json()
    try:
        numbers = [float(item) for item in body["numbers"]]
    except (KeyError, TypeError, ValueError):
        abort(400)
    match numbers:
        case []:
            return jsonify(result=None)
        case [only]:
            return jsonify(result=only)
        case _:
            return jsonify(result=evaluate(operation, numbers))
# == filters of a search are passed on as keyword arguments
# -- file: plants/search.py
class PlantSearch:
    columns = frozenset({"family", "colour", "height"})

    def __init__(self, cursor):
        self.cursor = cursor

    def loose(self, limit=50, **filters):
        where = " AND ".join(f"{name} = %s" for name in filters) or "1 = 1"
        self.cursor.execute(f"SELECT id, name FROM plants WHERE {where} LIMIT %s", [*filters.values(), limit])  # expect: py/sql-injection
        return self.cursor.fetchall()

    def strict(self, limit=50, **filters):
        kept = {name: value for name, value in filters.items() if name in self.columns}
        where = " AND ".join(f"{name} = %s" for name in kept) or "1 = 1"
        self.cursor.execute(f"SELECT id, name FROM plants WHERE {where} LIMIT %s", [*kept.values(), limit])
        return self.cursor.fetchall()
# -- file: plants/service.py
import os
from contextlib import closing

import psycopg2

from .search import PlantSearch


def ask(how, **kwargs):
    with closing(psycopg2.connect(os.environ["PLANTS_DSN"])) as conn, conn.cursor() as cursor:
        return getattr(PlantSearch(cursor), "strict" if how == "strict" else "loose")(**kwargs)
# -- file: plants/web.py
from flask import Flask, jsonify, request

from .service import ask

app = Flask(__name__)


@app.get("/plants")
def plants():
    return jsonify(ask("loose", limit=20, **request.args.to_dict()))


@app.get("/plants/strict")
def plants_strict():
    return jsonify(ask("strict", limit=20, **request.args.to_dict()))
# == a builder of queries that knows its columns and binds the values
import sqlite3

from flask import Flask, jsonify, request

app = Flask(__name__)


class Select:
    OPERATORS = {"is": "=", "from": ">=", "to": "<=", "like": "LIKE"}

    def __init__(self, table, columns):
        self.table, self.columns = table, columns
        self._where, self._values, self._order = [], [], None

    def _known(self, name):
        if name not in self.columns:
            raise LookupError("column")
        return name

    def where(self, name, how, value):
        self._where.append(f"{self._known(name)} {self.OPERATORS[how]} ?")
        self._values.append(value)
        return self

    def order(self, name, descending=False):
        self._order = self._known(name) + (" DESC" if descending else "")
        return self

    def __iter__(self):
        sql = f"SELECT {', '.join(self.columns)} FROM {self.table}"
        if self._where:
            sql += " WHERE " + " AND ".join(self._where)
        if self._order:
            sql += f" ORDER BY {self._order}"
        with sqlite3.connect("wine.db") as conn:
            yield from conn.execute(sql, self._values)


@app.errorhandler(LookupError)
def unknown(_error):
    return jsonify(error="unknown column or comparison"), 400


@app.get("/wines")
def wines():
    query = Select("wines", ("name", "year", "region"))
    for key, value in request.args.items(multi=True):
        if key == "order":
            query.order(value.lstrip("-"), value.startswith("-"))
        else:
            name, _, how = key.partition("__")
            query = query.where(name, how or "is", value)
    return jsonify([list(row) for row in query])
# == a fluent query whose text comes out of __str__
import os

import pymysql
from flask import Flask, jsonify, request

app = Flask(__name__)


class Query:
    def __init__(self, source):
        self._chunks = {"select": [], "from": [source], "group by": [], "having": []}

    def __getattr__(self, name):
        clause = name.replace("_", " ")

        def add(*parts):
            self._chunks[clause].extend(parts)
            return self

        return add

    def __str__(self):
        text = []
        for clause, parts in self._chunks.items():
            if parts:
                glue = " AND " if clause == "having" else ", "
                text.append(f"{clause.upper()} {glue.join(parts)}")
        return " ".join(text)


def rows(query):
    conn = pymysql.connect(read_default_file=os.environ["MY_CNF"])
    with conn, conn.cursor() as cursor:
        cursor.execute(str(query))  # expect: py/sql-injection
        return cursor.fetchall()


def count(query):
    conn = pymysql.connect(read_default_file=os.environ["MY_CNF"])
    with conn, conn.cursor() as cursor:
        return cursor.execute(str(query))


@app.get("/sales")
def sales():
    query = Query("sales").select("shop", "SUM(total) AS t").group_by("shop")
    least = request.args.get("least")
    if least:
        query.having("t >= " + least)
    return jsonify(rows(query))


@app.get("/shops")
def shops():
    least = request.args.get("least", default=0, type=float)
    return jsonify(count(Query("sales").select("shop").group_by("shop").having(f"SUM(total) >= {least}")))
# == exporters register themselves when their class is made
import csv
import io
import json
from pathlib import Path

from flask import Flask, Response, abort, request

app = Flask(__name__)
ROWS = [{"id": 1, "city": "Ulm"}, {"id": 2, "city": "Jena"}]


class Exporter:
    known = {}
    mime = "text/plain"
    stylesheet = "plain.css"

    def __init_subclass__(cls, *, key, **rest):
        super().__init_subclass__(**rest)
        Exporter.known[key] = cls

    @classmethod
    def by_name(cls, name):
        return cls.known[name]()

    def head(self):
        return (Path("styles") / self.stylesheet).read_text(encoding="utf-8")


class CsvExporter(Exporter, key="csv"):
    mime = "text/csv"

    def body(self, rows):
        out = io.StringIO()
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()


class JsonExporter(Exporter, key="json"):
    mime = "application/json"
    stylesheet = "json.css"

    def body(self, rows):
        return json.dumps(rows)


@app.get("/export")
def export():
    wanted = request.args.get("format", "csv")
    try:
        exporter = Exporter.by_name(wanted)
    except KeyError:
        abort(404)
    if request.args.get("style"):
        return Response(exporter.head(), mimetype="text/css")
    return Response(exporter.body(ROWS), mimetype=exporter.mime)
# == a singleton of a module carries the letter from one request to the next
# -- file: letters/state.py
class Draft:
    """The one letter that the office works on."""

    def __init__(self):
        self.head = "Dear {{ name }},"
        self.text = "we thank you for your order."
        self.signature = ""

    def assemble(self):
        return "\n\n".join((self.head, self.text, "Yours"))

    def names(self):
        return [part for part in (self.signature,) if part]


draft = Draft()
# -- file: letters/edit.py
from flask import Blueprint, jsonify, request

from .state import draft

edit = Blueprint("edit", __name__)


@edit.put("/text")
def put_text():
    draft.text = request.get_json()["text"]
    return jsonify(ok=True)


@edit.put("/signature")
def put_signature():
    draft.signature = request.get_json()["signature"]
    return jsonify(ok=True)
# -- file: letters/show.py
from flask import Blueprint, render_template_string

from .state import draft

show = Blueprint("show", __name__)
SIGNED = "<p>Signed by {% for n in names %}{{ n }} {% endfor %}</p>"


@show.get("/letter")
def letter():
    return render_template_string(draft.assemble(), name="Mr Ito")  # expect: py/template-injection


@show.get("/signed")
def signed():
    return render_template_string(SIGNED, names=draft.names())
# == the tenant of a request is kept in flask.g
import os

import psycopg2
from flask import Flask, abort, g, jsonify, request

app = Flask(__name__)


@app.before_request
def find_tenant():
    g.tenant = request.headers.get("X-Tenant", "public")
    g.limit = request.args.get("limit", 100, type=int)


class OrderDao:
    def _cursor(self):
        if "conn" not in g:
            g.conn = psycopg2.connect(os.environ["ORDERS_DSN"])
        return g.conn.cursor()

    def all(self):
        cursor = self._cursor()
        cursor.execute(f"SELECT id, total FROM {g.tenant}.orders ORDER BY id DESC")  # expect: py/sql-injection
        return cursor.fetchall()

    def newest(self):
        cursor = self._cursor()
        cursor.execute("SELECT id, total FROM shared.orders ORDER BY id DESC LIMIT %d" % g.limit)
        return cursor.fetchall()

    def of_tenant(self):
        cursor = self._cursor()
        cursor.execute("SELECT id, total FROM shared.orders WHERE tenant = %s", (g.tenant,))
        return cursor.fetchall()


orders = OrderDao()


@app.get("/orders/<which>")
def show(which):
    found = {"all": orders.all, "newest": orders.newest, "mine": orders.of_tenant}.get(which)
    return jsonify(found()) if found else abort(404)


@app.teardown_request
def close(_error):
    if "conn" in g:
        g.conn.close()
# == a small HTML builder made of dunder methods
from html import escape

from flask import Flask, request

app = Flask(__name__)


class Node:
    __slots__ = ("name", "children", "attributes")

    def __init__(self, name, **attributes):
        self.name, self.attributes, self.children = name, attributes, []

    def __call__(self, *children):
        self.children += children
        return self

    def __iadd__(self, child):
        self.children.append(child)
        return self

    def __setitem__(self, key, value):
        self.attributes[key] = value

    def __str__(self):
        attributes = "".join(f' {k}="{escape(str(v), quote=True)}"' for k, v in self.attributes.items())
        inner = "".join(str(c) if isinstance(c, Node) else escape(str(c)) for c in self.children)
        return f"<{self.name}{attributes}>{inner}</{self.name}>"


def node(name):
    return lambda **attributes: Node(name, **attributes)


div, p, b = map(node, ("div", "p", "b"))


@app.get("/card")
def card():
    who = request.args.get("who", "nobody")
    box = div(id="card")
    box["title"] = who
    box += p()("Hello ", b()(who))
    box += request.args.get("text", "")
    return str(box)
# == what went wrong is told by the exception
from flask import Flask, jsonify, request
from markupsafe import escape

app = Flask(__name__)


class Unknown(Exception):
    def __init__(self, kind, name):
        super().__init__(f"{kind} {name} is not known")
        self.kind = kind
        self.name = name


STATIONS = {"ulm": 8000170, "jena": 8011956}


def station(name):
    try:
        return STATIONS[name.lower()]
    except KeyError as error:
        raise Unknown("station", name) from error


@app.get("/station")
def show():
    try:
        return jsonify(number=station(request.args.get("name", "")))
    except Unknown as problem:
        return f"<p class=error>{problem}</p>", 404  # expect: py/xss


@app.get("/station/checked")
def show_checked():
    try:
        number = station(request.args.get("name", ""))
    except Unknown as problem:
        return f"<p>No {problem.kind} with the name {escape(problem.name)}</p>", 404
    return f"<p>{number}</p>"


@app.errorhandler(Unknown)
def any_unknown(problem):
    return "<p>%s not found</p>" % problem.kind, 404
# == a tree of conditions becomes SQL, branch by branch
import sqlite3

from flask import Flask, jsonify, request

app = Flask(__name__)
FIELDS = {"title": "b.title", "year": "b.year", "author": "a.name"}
COMPARE = {"eq": "=", "lt": "<", "gt": ">", "like": "LIKE"}


def compile_node(node, values, depth=0):
    if depth > 6:
        raise ValueError("too deep")
    kind = node.get("kind")
    if kind in ("and", "or"):
        inner = [compile_node(child, values, depth + 1) for child in node["nodes"]]
        return "(" + f" {kind} ".join(inner or ["1"]) + ")"
    if kind == "not":
        return "NOT " + compile_node(node["node"], values, depth + 1)
    values.append(node["value"])
    return "%s %s ?" % (FIELDS[node["field"]], COMPARE[node["op"]])


@app.post("/books")
def books():
    values = []
    try:
        where = compile_node(request.get_json(), values)
    except (KeyError, TypeError, ValueError, AttributeError):
        return jsonify(error="cannot read the condition"), 400
    sql = "SELECT b.title, a.name FROM books b JOIN authors a ON a.id = b.author WHERE " + where
    conn = sqlite3.connect("books.db")
    try:
        return jsonify(conn.execute(sql, values).fetchall())
    finally:
        conn.close()
# == a check that answers with a boolean, and two callers of it
import ipaddress
import logging
import socket
from urllib.parse import urlsplit

import requests
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
log = logging.getLogger("unfurl")
ALLOWED = {"img.example.org", "cdn.example.org"}


def is_allowed(address):
    parts = urlsplit(address)
    return parts.scheme == "https" and parts.hostname in ALLOWED


def is_public(host):
    try:
        return ipaddress.ip_address(socket.gethostbyname(host)).is_global
    except OSError:
        return False


@app.get("/unfurl")
def unfurl():
    address = request.args.get("url", "")
    fine = is_allowed(address) or is_public("example.org")
    if not fine:
        log.warning("an address is not on the list")
    return jsonify(size=len(requests.get(address, timeout=4).content))  # expect: py/ssrf


@app.get("/image")
def image():
    address = request.args.get("url", "")
    if not is_allowed(address):
        abort(400)
    return jsonify(size=len(requests.get(address, timeout=4, allow_redirects=False).content))
# == a validator that raises stands before the file is opened
import os
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import FileResponse, JsonResponse

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def require_slug(value):
    if len(value) > 60 or not SLUG.fullmatch(value):
        raise ValidationError("not a slug")


def require_year(value):
    if not (value.isascii() and value.isdigit() and len(value) == 4):
        raise ValidationError("not a year")


def magazine(request):
    slug = request.GET.get("slug", "")
    year = request.GET.get("year", "")
    try:
        for check, value in ((require_slug, slug), (require_year, year)):
            check(value)
    except ValidationError as error:
        return JsonResponse({"errors": error.messages}, status=400)
    return FileResponse(open(os.path.join(settings.MEDIA_ROOT, year, slug + ".pdf"), "rb"))


def cover(request, number):
    slug = request.GET.get("slug", "")
    require_slug(slug)
    target = os.path.join(settings.MEDIA_ROOT, f"{slug}-{number:d}.jpg")
    return FileResponse(open(target, "rb"), content_type="image/jpeg")
# == the cleaned name is looked at, another name is used
import os
import uuid
from collections import namedtuple

from flask import Flask, abort, jsonify, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
app.config["UPLOADS"] = os.environ.get("UPLOADS", "uploads")
Checked = namedtuple("Checked", "clean original suffix")


def check(upload):
    clean = secure_filename(upload.filename)
    stem, dot, suffix = clean.rpartition(".")
    if not (stem and dot) or suffix.lower() not in {"png", "jpg", "webp"}:
        abort(400)
    return Checked(clean, upload.filename, suffix.lower())


@app.post("/pictures")
def picture():
    upload = request.files["picture"]
    checked = check(upload)
    upload.save(os.path.join(app.config["UPLOADS"], checked.original))  # expect: py/path-traversal
    return jsonify(name=checked.clean)


@app.post("/portraits")
def portrait():
    upload = request.files["portrait"]
    clean, _, suffix = check(upload)
    upload.save(os.path.join(app.config["UPLOADS"], "portraits", clean))
    return jsonify(name=clean, kind=suffix, ref=uuid.uuid4().hex)
# == patterns with and without an end
import re
import subprocess

import tornado.web

NAME = r"[a-z][a-z0-9_]{0,30}"


def shell(text):
    return subprocess.run(text, shell=True, capture_output=True, text=True, timeout=30)


class Restart(tornado.web.RequestHandler):
    def post(self):
        service = self.get_body_argument("service")
        if not re.match(NAME, service):
            raise tornado.web.HTTPError(400)
        done = subprocess.run("systemctl restart " + service, shell=True, timeout=30)  # expect: py/command-injection
        self.write({"code": done.returncode})


class Status(tornado.web.RequestHandler):
    def get(self):
        service = self.get_query_argument("service")
        if (found := re.fullmatch(NAME, service)) is None:
            raise tornado.web.HTTPError(400)
        self.write({"text": shell(f"systemctl is-active {found[0]} || true").stdout})


class Journal(tornado.web.RequestHandler):
    def get(self):
        lines = re.sub(r"[^0-9]", "", self.get_query_argument("lines", "20")) or "20"
        self.write({"text": shell("journalctl -u gate -n " + lines).stdout})


app = tornado.web.Application([(r"/restart", Restart), (r"/status", Status), (r"/journal", Journal)])
# == where a click may lead, decided from the parts of the address
from urllib.parse import urlsplit, urlunsplit

import requests
from flask import Flask, jsonify, redirect, request, url_for

app = Flask(__name__)
PARTNERS = frozenset(["shop.example.com", "help.example.com"])


def own_path(target):
    """Keeps the path and the query of an address, drops scheme and host."""
    parts = urlsplit(target)
    path = "/" + parts.path.replace("\\", "/").lstrip("/")
    return urlunsplit(("", "", path, parts.query, ""))


def partner(target):
    parts = urlsplit(target)
    if parts.scheme == "https" and parts.netloc in PARTNERS:
        return target
    return None


@app.get("/continue")
def go_on():
    return redirect(own_path(request.args.get("to", "")))


@app.get("/partner")
def go_partner():
    target = partner(request.args.get("to", ""))
    return redirect(target or url_for("go_on"))


@app.get("/partner/status")
def partner_status():
    if (target := partner(request.args.get("to", ""))) is None:
        return jsonify(error="not a partner"), 400
    return jsonify(code=requests.head(target, timeout=3, allow_redirects=False).status_code)
# == sealing of files with several modes, old and new
import os

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

START = b"0123456789abcdef"
MODE_NAMES = {"ecb": "electronic code book", "gcm": "Galois counter mode"}


def padded(data):
    padder = padding.PKCS7(128).padder()
    return padder.update(data) + padder.finalize()


def seal_v1(key, data):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # expect: py/weak-cipher
    return encryptor.update(padded(data)) + encryptor.finalize()


def seal_v2(key, data):
    encryptor = Cipher(algorithms.AES(key), modes.CBC(START)).encryptor()  # expect: py/static-iv, py/unauthenticated-encryption
    return encryptor.update(padded(data)) + encryptor.finalize()


def seal_v3(key, data):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, data, START)


def key_pair(kind):
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=1024)  # expect: py/weak-key-size
    return ec.generate_private_key(ec.SECP256R1())


def long_pair(bits=3072):
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def fingerprint(data):
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize().hex()
# == collecting of readings from old and new machines
import ftplib
import socket
import ssl

import paramiko
import requests


def old_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # expect: py/weak-tls
    context.load_verify_locations("plant-ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    return context


def lenient_context():
    context = ssl._create_unverified_context()  # expect: py/tls-not-verified
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def read_line(host, port, context):
    with socket.create_connection((host, port), timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname=host) as secure:
            return secure.recv(512)


def over_ssh(host, user, key_file):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key
    client.connect(host, username=user, key_filename=key_file, timeout=10)
    return client


def over_ssh_known(host, user, key_file):
    client = paramiko.SSHClient()
    client.load_host_keys("known_machines")
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect(host, username=user, key_filename=key_file, timeout=10)
    return client


def over_ftp(host):
    with ftplib.FTP(host, timeout=20) as ftp:  # expect: py/clear-text-protocol
        ftp.login()
        return ftp.nlst()


def over_ftps(host):
    with ftplib.FTP_TLS(host, timeout=20, context=ssl.create_default_context()) as ftp:
        ftp.login()
        ftp.prot_p()
        return ftp.nlst()


def over_https(address, ca):
    return requests.get(address, verify=ca)  # expect: py/no-timeout
# == tokens of a job runner
import os
import time

import jwt

ISSUER = "runner.example"
FALLBACK_KEY = "tq7-runner-shared-2f91"  # expect: py/hardcoded-key
KEY_ID = "runner-key-2024-05"


def key():
    return os.environ.get("RUNNER_KEY") or FALLBACK_KEY


def job_token(job):
    return jwt.encode({"iss": ISSUER, "job": job.ident}, key(), algorithm="HS256")  # expect: py/jwt-no-expiry


def agent_token(agent):
    claims = {"iss": ISSUER, "sub": agent.name, "exp": int(time.time()) + 600}
    return jwt.encode(claims, key(), algorithm="HS256", headers={"kid": KEY_ID})


def registry_token(agent):
    claims = dict(sub=agent.name, exp=int(time.time()) + 600, registry_password=agent.registry_password)
    return jwt.encode(claims, key(), algorithm="HS256")  # expect: py/jwt-secret-claim


def peek(token):
    return jwt.get_unverified_header(token).get("kid")


def claims_of(token):
    return jwt.decode(token, key(), algorithms=["HS256"], issuer=ISSUER)


def job_of(token):
    return jwt.decode(token, key(), algorithms=["HS256"], options=dict(verify_signature=False))["job"]  # expect: py/jwt-not-verified
# == scratch files and their permissions
import os
import stat
import tempfile
from pathlib import Path


def scratch_name():
    return tempfile.mktemp(suffix=".part")  # expect: py/insecure-temp


def scratch_file():
    handle, name = tempfile.mkstemp(suffix=".part")
    os.close(handle)
    return name


def write_lock(number):
    with open("/tmp/spooler.lock", "w") as lock:  # expect: py/hardcoded-temp
        lock.write(str(number))


def write_state(folder, text):
    place = Path(folder) / "tmp" / "state.json"
    place.write_text(text, encoding="utf-8")
    place.chmod(stat.S_IRUSR | stat.S_IWUSR)


def publish(path):
    os.chmod(path, 0o777)  # expect: py/loose-permissions


def publish_readable(path):
    os.chmod(path, 0o644)


def close_up(path):
    mode = stat.S_IMODE(os.stat(path).st_mode)
    os.chmod(path, mode & ~(stat.S_IRWXG | stat.S_IRWXO))


def shared_queue(path):
    os.mkfifo(path, 0o600)
    Path(path).chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)  # expect: py/loose-permissions
# == a script for the nightly copy of a database
import argparse
import sqlite3
import subprocess
from pathlib import Path

MARKS = "?"


def tables(conn):
    return [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def prune(conn, table, column, days):
    conn.execute(f"DELETE FROM {table} WHERE {column} < date('now', ?)", (f"-{int(days)} days",))  # expect: py/sql-built-from-text


def drop_ids(conn, ids):
    marks = ", ".join(MARKS * len(ids))
    conn.execute("DELETE FROM jobs WHERE id IN (" + marks + ")", ids)


def pack(folder, target, level):
    subprocess.check_call("tar c %s | xz -%d > %s" % (folder, level, target), shell=True)  # expect: py/shell-call


def sync():
    subprocess.check_call("sync && sleep 1", shell=True)


def send(target, host):
    subprocess.check_call(["rsync", "-a", "--", str(target), f"{host}:backup/"])


def main():
    options = argparse.ArgumentParser()
    options.add_argument("database", type=Path)
    options.add_argument("--host", default="vault.example.org")
    options.add_argument("--prune", action="append", default=[], metavar="TABLE:COLUMN")
    options.add_argument("--days", type=int, default=30)
    given = options.parse_args()
    with sqlite3.connect(given.database) as conn:
        for pair in given.prune:
            prune(conn, *pair.split(":", 1), given.days)
        if "jobs" in tables(conn):
            drop_ids(conn, [row[0] for row in conn.execute("SELECT id FROM jobs WHERE broken = 1")])
    target = given.database.with_suffix(".tar.xz")
    pack(given.database.parent, target, 6)
    sync()
    send(target, given.host)


if __name__ == "__main__":
    main()
# == readers of stored files, some trusting and some not
import json
import pickle
import tarfile

import yaml
from lxml import etree


def read_model(path):
    with open(path, "rb") as handle:
        return pickle.load(handle)  # expect: py/unsafe-load


def read_settings(path):
    with open(path, encoding="utf-8") as handle:
        return yaml.load(handle, yaml.Loader)  # expect: py/unsafe-load


def read_plain_settings(path):
    with open(path, encoding="utf-8") as handle:
        return yaml.load(handle, yaml.CSafeLoader)


def read_index(path):
    with open(path, "rb") as handle:
        return json.load(handle)


def read_names(path):
    tree = etree.parse(path, etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False))  # expect: py/unsafe-xml
    return [node.tag for node in tree.iter()]


def read_titles(path):
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    return [node.text for node in etree.parse(path, parser).iter("title")]


def unpack(path, folder):
    with tarfile.open(path) as archive:
        archive.extractall(folder)  # expect: py/unchecked-extract


def unpack_checked(path, folder):
    with tarfile.open(path) as archive:
        archive.extractall(path=folder, filter=tarfile.data_filter)
# == a vault that seals with fresh nonces and derived keys
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305


@dataclass(frozen=True)
class Sealed:
    salt: bytes
    nonce: bytes
    body: bytes

    SALT_SIZE = 16
    IV_SIZE = 12


class Vault:
    """The passphrase is never kept, only what is derived from it."""

    CONTEXT = b"vault/des-migration/v3"

    def __init__(self, passphrase):
        self._derive = lambda salt: hashlib.scrypt(passphrase.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=32)

    def seal(self, data):
        salt = os.urandom(Sealed.SALT_SIZE)
        nonce = secrets.token_bytes(Sealed.IV_SIZE)
        body = ChaCha20Poly1305(self._derive(salt)).encrypt(nonce, data, self.CONTEXT)
        return Sealed(salt, nonce, body)

    def open(self, sealed):
        return ChaCha20Poly1305(self._derive(sealed.salt)).decrypt(sealed.nonce, sealed.body, self.CONTEXT)


def rotate(old_key, new_key, token):
    return Fernet(new_key).encrypt(Fernet(old_key).decrypt(token))


def cache_name(text):
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def tag(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def same_tag(key, text, given):
    return hmac.compare_digest(tag(key, text), given)
# == connections that check what they talk to
import smtplib
import ssl
import urllib.request
from functools import lru_cache
from urllib.parse import urlsplit

import requests


@lru_cache(maxsize=None)
def context(ca_file=None, client=None):
    made = ssl.create_default_context(cafile=ca_file)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    if client:
        made.load_cert_chain(*client)
    return made


class Plant:
    def __init__(self, base, ca_file, verify=True):
        if urlsplit(base).scheme != "https":
            raise ValueError("only https")
        self.base = base
        self.session = requests.Session()
        self.session.verify = ca_file if verify else True

    def reading(self, number):
        return self.session.get(f"{self.base}/readings/{int(number)}", timeout=(3, 10)).json()


def release_notes():
    with urllib.request.urlopen("https://releases.example.org/notes.txt", timeout=10, context=context()) as answer:
        return answer.read().decode("utf-8")


def mail(host, sender, to, text):
    with smtplib.SMTP(host, 587, timeout=10) as smtp:
        smtp.starttls(context=context())
        smtp.sendmail(sender, [to], text)


def server_context(cert, key):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.load_cert_chain(cert, key)
    return made
# == sessions of a desktop client kept in signed tokens
import os
from datetime import datetime, timedelta, timezone

import jwt


class Tokens:
    algorithm = "EdDSA"
    lifetime = timedelta(minutes=20)
    required = ["exp", "iat", "sub"]

    def __init__(self, private_file, public_file):
        with open(private_file, "rb") as handle:
            self._private = handle.read()
        with open(public_file, "rb") as handle:
            self._public = {"main": handle.read()}

    def _times(self):
        now = datetime.now(timezone.utc)
        return {"iat": now, "exp": now + self.lifetime}

    def issue(self, subject, **more):
        claims = {"sub": subject, "password_changed": bool(more.pop("changed", False)), **more}
        claims.update(self._times())
        return jwt.encode(claims, self._private, algorithm=self.algorithm, headers={"kid": "main"})

    def read(self, token):
        kid = jwt.get_unverified_header(token).get("kid")
        public = self._public.get(kid)
        if public is None:
            raise jwt.InvalidTokenError("unknown key")
        options = {"require": self.required, "verify_signature": True}
        return jwt.decode(token, public, algorithms=[self.algorithm], options=options)


def service_token(name):
    expires = datetime.now(timezone.utc) + timedelta(days=1)
    return jwt.encode(dict(sub=name, exp=expires), os.environ["SERVICE_KEY"], "HS512")
# == drafts are written beside their target and moved over it
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(target):
    target = Path(target)
    with tempfile.NamedTemporaryFile("w", dir=target.parent, prefix=".tmp-", delete=False) as draft:
        try:
            yield draft
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(draft.name)
            raise
    os.chmod(draft.name, 0o640)
    os.replace(draft.name, target)


def save_secret(path, text):
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(text)


def with_work_folder(job):
    before = os.umask(0o077)
    try:
        with tempfile.TemporaryDirectory(prefix="mktemp-") as folder:
            return job(Path(folder))
    finally:
        os.umask(before)


def template_folder(root):
    folder = Path(root) / "var" / "tmp"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder
# == settings and names that only look like secrets
import getpass
import keyring
import os
import random
import secrets
from dataclasses import dataclass, field

PASSWORD_FIELD = "password"
SECRET_NAME = "prod/billing/database"
TOKEN_URL = "https://login.example.org/oauth/token"
API_KEY_HEADER = "X-Api-Key"
PASSWORD_HINT = "at least twelve characters"
SECRET_FILE = "/run/secrets/billing"


class ConfigError(RuntimeError):
    pass


def required(name):
    value = os.environ.get(name, "")
    if value == "" or value == "changeme":
        raise ConfigError(f"{name} is not set")
    return value


@dataclass
class Settings:
    user: str = "billing"
    password: str = field(default_factory=lambda: required("BILLING_PASSWORD"), repr=False)
    api_key: str = field(default_factory=lambda: read_secret(SECRET_FILE), repr=False)
    retries: int = 4

    def pause(self, attempt):
        return min(30, 2**attempt) + random.uniform(0, 1)


def read_secret(path):
    with open(path, encoding="utf-8") as handle:
        return handle.read().strip()


def ask_password(user):
    stored = keyring.get_password("billing", user)
    return stored or getpass.getpass(f"Password of {user}: ")


def first_password(words):
    return "-".join(secrets.choice(words) for _ in range(5))


def sample(rows, count, seed=7):
    return random.Random(seed).sample(rows, count)
# == programs started by a media tool without a shell in between
import shlex
import subprocess
import sys
from enum import Enum


class Codec(Enum):
    H264 = ("-c:v", "libx264", "-crf", "21")
    AV1 = ("-c:v", "libsvtav1", "-crf", "30")


class Tool:
    program = "ffmpeg"

    def __init__(self, extra=""):
        self.extra = shlex.split(extra)

    def arguments(self, source, target, codec):
        return [self.program, "-nostdin", *self.extra, "-i", source, *codec.value, target]

    def run(self, source, target, codec=Codec.H264, **options):
        options.setdefault("timeout", 3600)
        return subprocess.run(self.arguments(source, target, codec), check=True, **options)

    def show(self, *args):
        print("would run:", shlex.join(self.arguments(*args)), file=sys.stderr)


def disks():
    done = subprocess.run("df -P | tail -n +2", shell=True, capture_output=True, text=True, check=True)
    return [line.split()[-1] for line in done.stdout.splitlines()]


def python(code_file, *args):
    return subprocess.call([sys.executable, "-I", code_file, *args])


def piped(source):
    with subprocess.Popen(["sort", source], stdout=subprocess.PIPE) as first:
        return subprocess.check_output(["uniq", "-c"], stdin=first.stdout)
# == an importer of catalogues that trusts nothing it reads
import ast
import json
import tarfile
import zipfile
from pathlib import Path

import defusedxml.ElementTree as ET
import yaml


class Refused(Exception):
    pass


class Importer:
    loaders = {}

    @classmethod
    def loads(cls, suffix):
        def register(function):
            cls.loaders[suffix] = function
            return function

        return register

    @classmethod
    def load(cls, path):
        loader = cls.loaders.get(Path(path).suffix)
        if loader is None:
            raise Refused("kind of file")
        return loader(Path(path).read_text(encoding="utf-8"))


@Importer.loads(".yaml")
def from_yaml(text):
    return yaml.load(text, Loader=yaml.SafeLoader)


@Importer.loads(".xml")
def from_xml(text):
    return [dict(node.attrib) for node in ET.fromstring(text)]


@Importer.loads(".txt")
def from_literals(text):
    return [ast.literal_eval(line) for line in text.splitlines() if line]


Importer.loads(".json")(json.loads)


def unpack_tar(path, folder):
    base = Path(folder).resolve()
    with tarfile.open(path) as archive:
        for member in archive:
            if not member.isfile() or not (base / member.name).resolve().is_relative_to(base):
                raise Refused("member of the archive")
            archive.extract(member, base, filter="data")


def list_zip(path):
    with zipfile.ZipFile(path) as archive:
        return [(info.filename, info.file_size) for info in archive.infolist()]
