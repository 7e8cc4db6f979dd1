# == voucher download that removes dot-dot-slash a single time before joining
import os
from flask import Flask, Response, abort, request

app = Flask(__name__)
VOUCHER_DIR = "/srv/vouchers"


def scrub(name):
    for bad in ("../", "..\\"):
        name = name.replace(bad, "")
    return name


@app.get("/voucher")
def voucher():
    raw = request.args.get("doc", "")
    if not raw:
        abort(404)
    parts = [VOUCHER_DIR]
    parts += [scrub(raw)]
    target = os.path.join(*parts)
    with open(target, "rb") as fh:  # expect: py/path-traversal
        body = fh.read()
    return Response(body, mimetype="application/pdf")
# == price list chosen with match, where every branch yields a literal file name
from pathlib import Path

from flask import Blueprint, Response, request

bp = Blueprint("prices", __name__, url_prefix="/prices")
ROOT = Path("/srv/prices")
FREE_CHOICE = False


@bp.route("/<region>")
def price_list(region: str):
    wanted = (region.casefold(), request.args.get("fmt", "csv"))
    match wanted:
        case ("north", "csv"):
            leaf = "north.csv"
        case ("south" | "west", fmt) if fmt == "csv":
            leaf = "south_west.csv"
        case (_, "txt"):
            leaf = "all.txt"
        case _:
            leaf = "empty.csv"
    return Response((ROOT / leaf).read_text("utf-8"), mimetype="text/plain")


@bp.route("/archive")
def archive():
    year = request.args["year"] if FREE_CHOICE else "2023"
    with open(f"/srv/prices/archive/{year}.csv", encoding="utf-8") as handle:
        return Response(handle.read(), mimetype="text/csv")
# == ticket attachments as a MethodView with startswith on a path that was never resolved
from flask import Flask, request, send_file
from flask.views import MethodView
from werkzeug.exceptions import NotFound

app = Flask(__name__)


class AttachmentView(MethodView):
    base = "/var/lib/tickets"

    def _locate(self, ticket, name):
        path = f"{self.base}/{ticket}/{name}"
        if not path.startswith(self.base + "/"):
            raise NotFound()
        return path

    def get(self, ticket):
        name = request.args["name"]
        return send_file(self._locate(ticket, name))  # expect: py/path-traversal


class PreviewView(MethodView):
    def get(self, ticket):
        return send_file(f"/var/lib/tickets/previews/{ticket:08d}.png")


app.add_url_rule("/t/<int:ticket>/file", view_func=AttachmentView.as_view("file"))
app.add_url_rule("/t/<int:ticket>/preview", view_func=PreviewView.as_view("preview"))
# == recipe vault whose item access resolves the path and refuses anything outside
from pathlib import Path

from flask import Flask, jsonify, request
from werkzeug.utils import secure_filename

app = Flask(__name__)


class Vault:
    def __init__(self, root: str) -> None:
        self.root = Path(root).resolve()

    def __getitem__(self, key: str) -> Path:
        candidate = (self.root / key).resolve()
        if not candidate.is_relative_to(self.root):
            raise PermissionError("outside of the vault")
        return candidate


vault = Vault("/srv/recipes")


@app.errorhandler(PermissionError)
def refused(_exc):
    return jsonify(error="refused"), 403


@app.get("/recipe/<path:which>")
def recipe(which):
    text = vault[which].read_text(encoding="utf-8")
    return jsonify(text=text)


@app.put("/recipe")
def store():
    upload = request.files["recipe"]
    leaf = secure_filename(upload.filename or "") or "unnamed.txt"
    upload.save(vault.root / "incoming" / leaf)
    return jsonify(stored=True), 201
# == thumbnail job whose command line grows in a fluent builder and is turned to text by __str__
import subprocess

from flask import Flask, request

app = Flask(__name__)


class CommandLine:
    def __init__(self, program):
        self._words = [program]

    def flag(self, name, value=None):
        if value is None:
            self._words.append(f"--{name}")
        else:
            self._words.append(f"--{name}={value}")
        return self

    def __str__(self):
        return " ".join(self._words)


@app.post("/thumbs")
def thumbs():
    form = request.form
    cmd = (
        CommandLine("make-thumbs")
        .flag("quiet")
        .flag("size", form.get("size", 128, type=int))
        .flag("album", form["album"].strip().lower())
    )
    proc = subprocess.run(str(cmd), shell=True, capture_output=True, timeout=60)  # expect: py/command-injection
    return {"code": proc.returncode}
# == reachability probe with a parsed address, and a queue from which the request value was taken out
import ipaddress
import os
import subprocess
from collections import deque

from flask import Flask, Response, abort, request

app = Flask(__name__)


def _target(raw: str) -> str:
    try:
        return str(ipaddress.IPv4Address(raw))
    except ipaddress.AddressValueError:
        abort(400)


@app.route("/probe")
def probe():
    host, count = _target(request.args.get("host", "")), request.args.get("n", "1")
    argv = ["ping", "-c", str(max(1, min(int(count), 5))), "-W", "2", host]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30)
    return Response(done.stdout, mimetype="text/plain")


@app.route("/uptime")
def uptime():
    words = deque(["uptime"])
    words.append(request.args.get("style", "long"))
    words.append("-p")
    style = words[1]
    del words[1]
    pretty = "pretty" if style == "long" else "plain"
    text = os.popen(" ".join(words)).read()
    return {"style": pretty, "uptime": text}
# == commit log where the quoted values are merged away by the raw ones
import os
import shlex

from flask import Flask, Response, abort, request

app = Flask(__name__)
LINE = "git --git-dir=/srv/repos/{repo}.git log --oneline -n 20 {branch}"


@app.route("/log", methods=["POST"])
def history():
    fields = {k: request.form.get(k, "") for k in ("repo", "branch")}
    quoted = {k: shlex.quote(v) for k, v in fields.items()}
    if any(v == "''" for v in quoted.values()):
        abort(400)
    line = LINE.format(**{**quoted, **fields})
    with os.popen(line) as pipe:  # expect: py/command-injection
        out = pipe.read()
    return Response(out, content_type="text/plain; charset=utf-8")
# == parts catalogue ordered by a column name that is merely put in double quotes
import sqlite3
from contextlib import closing

from flask import Flask, g, jsonify, request

app = Flask(__name__)


def ident(name):
    return '"' + name + '"'


@app.before_request
def read_view_options():
    g.view = {
        "order": request.args.get("order", "sku"),
        "maker": request.args.get("maker", ""),
    }


@app.get("/parts")
def parts():
    sql = "SELECT sku, title, price FROM parts WHERE maker = ? ORDER BY "
    sql += ident(g.view["order"])
    with closing(sqlite3.connect("parts.db")) as db:
        rows = db.execute(sql, (g.view["maker"],)).fetchall()  # expect: py/sql-injection
    return jsonify([dict(zip(("sku", "title", "price"), r)) for r in rows])
# == product search whose sort column and direction can only be one of the literals
import sqlite3
from typing import NamedTuple

from flask import Flask, jsonify, request

app = Flask(__name__)
SORTS = {"name": "p.name", "cost": "p.price", "new": "p.created_at"}


class Listing(NamedTuple):
    column: str
    direction: str
    limit: int


def listing_from(args) -> Listing:
    column = SORTS.get(args.get("sort", ""), "p.id")
    direction = "DESC" if args.get("dir") == "desc" else "ASC"
    return Listing(column, direction, min(int(args.get("limit", 20)), 100))


@app.get("/products")
def products():
    want = listing_from(request.args)
    needle = "%{}%".format(request.args.get("q", ""))
    statement = f"SELECT p.id, p.name FROM products p WHERE p.name LIKE ? ORDER BY {want.column} {want.direction} LIMIT {want.limit:d}"
    db = sqlite3.connect("shop.db")
    try:
        found = db.execute(statement, [needle]).fetchall()
    finally:
        db.close()
    return jsonify(found)
# == invoice lookup that doubles the quotes although the value stands unquoted in a numeric comparison
import os

import psycopg2
from flask import Flask, jsonify, request
from flask.views import View

app = Flask(__name__)


class InvoiceQuery:
    template = "SELECT id, total, due FROM invoices WHERE customer_id = %s AND total >= %s"

    def __init__(self, customer, floor):
        self.customer = customer
        self._floor = floor

    @property
    def floor(self):
        return self._floor.replace("'", "''").replace(";", "")

    def text(self):
        return self.template % (int(self.customer), self.floor)


class Invoices(View):
    methods = ["GET"]

    def dispatch_request(self, customer):
        query = InvoiceQuery(customer, request.args.get("min", "0"))
        with psycopg2.connect(os.environ["BILLING_DSN"]) as conn, conn.cursor() as cur:
            cur.execute(query.text())  # expect: py/sql-injection
            return jsonify(cur.fetchall())


app.add_url_rule("/c/<customer>/invoices", view_func=Invoices.as_view("invoices"))
# == report over a table and columns from the request, composed by psycopg2.sql with bound values
import os

import psycopg2
from flask import Blueprint, jsonify, request
from psycopg2 import sql

reports = Blueprint("reports", __name__)


def connect():
    return psycopg2.connect(os.environ["REPORTS_DSN"])


@reports.route("/report/<table>")
def report(table):
    columns = request.args.getlist("col") or ["id"]
    ids = [part for part in request.args.get("ids", "").split(",") if part]
    query = sql.SQL("SELECT {cols} FROM {tab} WHERE id IN ({marks})").format(
        cols=sql.SQL(", ").join(map(sql.Identifier, columns)),
        tab=sql.Identifier("public", table),
        marks=sql.SQL(", ").join(sql.Placeholder() * len(ids)),
    )
    with connect() as conn:
        with conn.cursor() as cur:
            cur.execute(query, ids)
            data = cur.fetchall()
    return jsonify(rows=data)


@reports.route("/report/count")
def count():
    names = request.args.getlist("name")
    marks = ",".join(["%s"] * len(names))
    with connect() as conn, conn.cursor() as cur:
        cur.execute("SELECT count(*) FROM people WHERE name IN (" + marks + ")", tuple(names))
        return jsonify(n=cur.fetchone()[0])
# == employee search joining conditions made by a generator, next to a route that binds them
import os

from flask import Flask, jsonify, request
from sqlalchemy import create_engine, text

app = Flask(__name__)
engine = create_engine(os.environ["HR_DATABASE_URL"])


def conditions(pairs):
    for column, value in pairs:
        if column in ("dept", "site", "grade"):
            yield "{0} = '{1}'".format(column, value)


def bound_conditions(pairs):
    for column, value in pairs:
        if column in ("dept", "site", "grade"):
            yield f"{column} = :{column}"


@app.route("/employees")
def employees():
    where = " AND ".join(conditions(request.args.items())) or "1=1"
    with engine.connect() as conn:
        rows = conn.execute(text(f"SELECT id, name FROM employees WHERE {where}"))  # expect: py/sql-injection
        return jsonify([tuple(r) for r in rows])


@app.route("/contractors")
def contractors():
    chosen = {c: request.args[c] for c in ("dept", "site", "grade") if c in request.args}
    where = " AND ".join(bound_conditions(chosen.items())) or "1=1"
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT id, name FROM contractors WHERE " + where), chosen)
        return jsonify([tuple(r) for r in rows])
# == library catalogue through the SQLAlchemy ORM with an attribute looked up only after an allow-list
from flask import Flask, abort, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import bindparam, desc, select, text

db = SQLAlchemy()
app = Flask(__name__)


class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(200))
    author = db.Column(db.String(120))
    shelf = db.Column(db.String(10))


SORTABLE = frozenset({"title", "author"})
BY_SHELF = text("SELECT id, title FROM book WHERE shelf = :shelf").bindparams(bindparam("shelf"))


@app.get("/books")
def books():
    key = request.args.get("by", "title")
    if key not in SORTABLE:
        abort(400)
    q = request.args.get("q", "")
    stmt = (
        select(Book)
        .where(Book.title.ilike(f"%{q}%") | (Book.author == q))
        .order_by(desc(getattr(Book, key)))
        .limit(request.args.get("n", 25, type=int))
    )
    return jsonify([{"id": b.id, "title": b.title} for b in db.session.scalars(stmt)])


@app.get("/shelf")
def shelf():
    result = db.session.execute(BY_SHELF, {"shelf": request.args.get("s", "A1")})
    return jsonify([list(row) for row in result])
# == shop in three files: the blueprint hands a criteria object to a repository that writes the SQL
# -- file: app.py
from flask import Flask

from shop.routes import bp


def create_app():
    app = Flask(__name__)
    app.register_blueprint(bp, url_prefix="/api")
    return app
# -- file: shop/routes.py
from dataclasses import dataclass, field

from flask import Blueprint, jsonify, request

from .repo import OrderRepository

bp = Blueprint("orders", __name__)


@dataclass
class Criteria:
    status: str = "open"
    customer: int = 0
    tags: list = field(default_factory=list)


@bp.get("/orders")
def orders():
    crit = Criteria(customer=int(request.args.get("customer", 0)))
    crit.status = request.args.get("status", crit.status)
    crit.tags.extend(request.args.getlist("tag"))
    return jsonify(OrderRepository().search(crit))


@bp.get("/orders/tagged")
def tagged():
    crit = Criteria(tags=request.args.getlist("tag"))
    return jsonify(OrderRepository().tagged(crit))
# -- file: shop/repo.py
import os

import mysql.connector


class OrderRepository:
    def __init__(self):
        self.conn = mysql.connector.connect(
            host=os.environ["DB_HOST"], user=os.environ["DB_USER"], password=os.environ["DB_PASSWORD"], database="shop"
        )

    def search(self, crit):
        cur = self.conn.cursor()
        cur.execute("SELECT id, total FROM orders WHERE customer_id = %d AND status = '%s'" % (crit.customer, crit.status))  # expect: py/sql-injection
        return cur.fetchall()

    def tagged(self, crit):
        cur = self.conn.cursor()
        found = []
        for tag in crit.tags:
            cur.execute("SELECT order_id FROM order_tags WHERE tag = %s", (tag,))
            found += cur.fetchall()
        return found
# == Flask-RESTful meter readings with constant statements in another file and everything bound
# -- file: api.py
from flask import Flask
from flask_restful import Api, Resource, reqparse

import statements
from store import Store

app = Flask(__name__)
api = Api(app)

parser = reqparse.RequestParser()
parser.add_argument("meter", type=str, required=True, location="args")
parser.add_argument("unit", type=str, choices=("kwh", "m3"), default="kwh", location="args")
parser.add_argument("note", type=str, location="args")


class Readings(Resource):
    def get(self):
        args = parser.parse_args()
        table = statements.TABLE_FOR[args["unit"]]
        rows = Store().rows(statements.READINGS % table, meter=args["meter"])
        return {"rows": rows}

    def post(self):
        args = parser.parse_args()
        Store().run(statements.ADD_NOTE, meter=args.meter, note=args.note)
        return {"ok": True}, 201


api.add_resource(Readings, "/readings")
# -- file: statements.py
TABLE_FOR = {"kwh": "power_readings", "m3": "gas_readings"}
READINGS = "SELECT taken, amount FROM %s WHERE meter = :meter ORDER BY taken"
ADD_NOTE = "INSERT INTO notes (meter, note) VALUES (:meter, :note)"
# -- file: store.py
import sqlite3


class Store:
    def __init__(self, path="meters.sqlite"):
        self.db = sqlite3.connect(path)

    def rows(self, statement, **binds):
        return self.db.execute(statement, binds).fetchall()

    def run(self, statement, **binds):
        with self.db:
            self.db.execute(statement, binds)
# == search box that escapes the value but prints it in an attribute without quotes
from html import escape
from string import Template

from flask import Flask, request

app = Flask(__name__)

FORM = Template(
    "<form action=/find><input name=q value=$term><button>Go</button></form>"
    "<p>$hits hits</p>"
)


def count_hits(term):
    return sum(1 for line in open("index.txt", encoding="utf-8") if term in line)


@app.route("/find")
def find():
    term = request.values.get("q", "")
    page = FORM.substitute(term=escape(term, quote=True), hits=count_hits(term))
    return page  # expect: py/xss


@app.route("/find/quoted")
def find_quoted():
    term = request.values.get("q", "")
    return '<input name="q" value="{}">'.format(escape(term, quote=True))
# == guest list written into a StringIO page by a writer that escapes each cell
import io

from flask import Flask, make_response, request
from markupsafe import Markup, escape

app = Flask(__name__)


class PageWriter:
    def __init__(self):
        self._out = io.StringIO()

    def raw(self, fixed):
        self._out.write(fixed)
        return self

    def cell(self, value):
        self._out.write("<td>" + str(escape(value)) + "</td>")
        return self

    def finish(self):
        return self._out.getvalue()


@app.post("/guests")
def guests():
    page = PageWriter().raw("<table>")
    for name, diet in zip(request.form.getlist("name"), request.form.getlist("diet")):
        page.raw("<tr>").cell(name).cell(diet or "none").raw("</tr>")
    return make_response(page.raw("</table>").finish())


@app.get("/greet")
def greet():
    who = request.args.get("who", "guest")
    seats = [who, "balcony"]
    seats[0] = "stalls"
    return Markup("<section>{}<i>{}</i></section>").format(Markup("<p>Hi {}</p>").format(who), seats[0])
# == error pages of a wiki: the 404 page repeats the path, the 405 answer is JSON
from urllib.parse import unquote

from flask import Flask, jsonify, request

app = Flask(__name__)

PAGE = """<!doctype html>
<title>Nothing here</title>
<h1>Nothing here</h1>
<p>There is no article called <em>%(title)s</em>. <a href="/new">Write it?</a></p>
"""


def title_of(path):
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return unquote(last).replace("_", " ").capitalize()


@app.errorhandler(404)
def missing(error):
    values = {"title": title_of(request.path), "code": error.code}
    return PAGE % values, 404  # expect: py/xss


@app.errorhandler(405)
def wrong_verb(error):
    return jsonify(error="method", asked=request.method, path=request.path), 405
# == staff directory over ldap3 that removes only stars from the search word
import os
import ssl
from functools import reduce

from flask import Flask, jsonify, request
from ldap3 import SUBTREE, Connection, Server, Tls

app = Flask(__name__)
FORBIDDEN = ["*", "\x00"]


def directory():
    tls = Tls(validate=ssl.CERT_REQUIRED)
    server = Server(os.environ["LDAP_HOST"], port=636, use_ssl=True, tls=tls)
    return Connection(server, os.environ["LDAP_USER"], os.environ["LDAP_PASSWORD"], auto_bind=True)


def without(text, chars):
    return reduce(lambda acc, ch: acc.replace(ch, ""), chars, text)


@app.route("/staff")
def staff():
    word = without(request.args.get("name", "").strip(), FORBIDDEN)
    bits = ["(&(objectClass=person)", "(|(cn=", word, "*)(mail=", word, "*)))"]
    with directory() as conn:
        conn.search("ou=people,dc=example,dc=org", "".join(bits), SUBTREE, attributes=["cn", "mail"])  # expect: py/ldap-injection
        return jsonify([e.entry_attributes_as_dict for e in conn.entries])
# == badge lookup with python-ldap, filter and DN escaped by the library's own functions
import os

import ldap
from flask import Flask, jsonify, request
from ldap.dn import escape_dn_chars
from ldap.filter import escape_filter_chars, filter_format

app = Flask(__name__)
BASE = "ou=badges,dc=example,dc=org"


def open_directory():
    conn = ldap.initialize("ldaps://directory.example.org")
    conn.simple_bind_s(os.environ["BIND_DN"], os.environ["BIND_SECRET"])
    return conn


@app.route("/badge/<uid>")
def badge(uid):
    spec = filter_format("(&(objectClass=badge)(uid=%s))", [uid])
    hits = open_directory().search_s(BASE, ldap.SCOPE_SUBTREE, spec, ["number"])
    return jsonify(len(hits))


@app.route("/badges")
def badges():
    unit = escape_dn_chars(request.args.get("unit", "hq"))
    alternatives = "".join(
        "(number={})".format(escape_filter_chars(n)) for n in request.args.getlist("n")
    )
    hits = open_directory().search_s(f"ou={unit},{BASE}", ldap.SCOPE_ONELEVEL, "(|" + alternatives + ")")
    return jsonify([dn for dn, _attrs in hits])
# == course register: a base64 field is decoded, cut apart and put into an XPath expression
import base64
from collections import namedtuple

from flask import Flask, jsonify, request
from lxml import etree

app = Flask(__name__)
Lookup = namedtuple("Lookup", "term room")
HARD = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def decode_lookup(token):
    plain = base64.urlsafe_b64decode(token.encode("ascii")).decode("utf-8")
    return Lookup(*plain.split("|")[:2])


@app.get("/courses")
def courses():
    lookup = decode_lookup(request.args["l"])
    tree = etree.parse("courses.xml", parser=HARD)
    room = lookup.room.replace('"', "")
    nodes = tree.xpath(f"/courses/course[term='{lookup.term}'][room='{room}']/title")  # expect: py/xpath-injection
    return jsonify([n.text for n in nodes])
# == plant register asked by XPath variables and by an index that is a number
from flask import Flask, jsonify, request
from lxml import etree

app = Flask(__name__)
HARD = etree.XMLParser(resolve_entities=False, no_network=True)
by_code = etree.XPath("//plant[@code = $code and @zone = $zone]")

EXPRESSIONS = {
    "tall": "//plant[height > 200]",
    "short": "//plant[height <= 200]",
}


def garden():
    return etree.parse("garden.xml", parser=HARD)


@app.get("/plant")
def plant():
    found = by_code(garden(), code=request.args.get("code", ""), zone=request.args.get("zone", "7"))
    return jsonify([p.get("name") for p in found])


@app.get("/plant/latin")
def latin():
    found = garden().xpath("//plant[latin = $wanted]", wanted=request.args["latin"])
    return jsonify(len(found))


@app.get("/plant/nth/<n>")
def nth(n):
    position = int(n) + 1
    return jsonify(garden().xpath("string(//plant[%d]/@name)" % position))


@app.get("/plants/<kind>")
def by_kind(kind):
    expression = EXPRESSIONS.get(kind)
    if expression is None:
        return jsonify([]), 404
    return jsonify([p.get("name") for p in garden().xpath(expression)])
# == formula field for a spreadsheet evaluated with emptied builtins and a word blacklist
import math

from flask import Flask, jsonify, request

app = Flask(__name__)
BANNED = ("import", "open", "exec", "os.", "sys.")


def scope(cells):
    names = {k: getattr(math, k) for k in ("sqrt", "sin", "cos", "floor")}
    names.update({c["ref"]: float(c["value"]) for c in cells})
    return names


@app.post("/cell")
def cell():
    payload = request.get_json()
    formula = payload["formula"].removeprefix("=")
    if any(word in formula for word in BANNED):
        return jsonify(error="#NAME?"), 400
    value = eval(formula, {"__builtins__": {}}, scope(payload["cells"]))  # expect: py/code-injection
    return jsonify(value=float(value))
# == calculator that looks like eval but dispatches on a table and reads literals only
import ast
import operator

from flask import Flask, jsonify, request
from flask.views import MethodView

app = Flask(__name__)
OPS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "max": max}


class Evaluator:
    def __init__(self, table):
        self.table = table

    def eval(self, op, operands):
        return self.table[op](*operands)

    def exec(self, steps):
        total = 0.0
        for op, amount in steps:
            total = self.eval(op, (total, amount))
        return total


class Calc(MethodView):
    engine = Evaluator(OPS)

    def post(self):
        body = request.get_json()
        try:
            numbers = ast.literal_eval(body["numbers"])
            pairs = [(str(op), float(n)) for op, n in zip(body["ops"], numbers)]
            return jsonify(result=self.engine.exec(pairs))
        except (KeyError, TypeError, ValueError, SyntaxError):
            return jsonify(error="not a calculation"), 400


app.add_url_rule("/calc", view_func=Calc.as_view("calc"))
# == wizard state in a cookie: the signature is computed and compared, and the outcome thrown away
import base64
import hashlib
import hmac
import os
import pickle

from flask import Flask, jsonify, request

app = Flask(__name__)
KEY = os.environ["WIZARD_KEY"].encode()


def signature_ok(blob, given):
    expected = hmac.new(KEY, blob, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, given)


def restore(cookie):
    sig, _, body = cookie.partition(".")
    blob = base64.b64decode(body)
    signature_ok(blob, sig)
    return pickle.loads(blob)  # expect: py/unsafe-deserialization


@app.route("/wizard")
def wizard():
    cookie = request.cookies.get("wizard")
    state = restore(cookie) if cookie else {"step": 1}
    return jsonify(step=int(state["step"]))
# == import of machine settings through safe loaders behind an interface named like pickle
import json
from dataclasses import asdict, dataclass

import yaml
from flask import Flask, jsonify, request

app = Flask(__name__)


@dataclass(frozen=True)
class Machine:
    name: str
    cores: int

    @classmethod
    def of(cls, mapping):
        return cls(name=str(mapping["name"]), cores=int(mapping["cores"]))


class Pickler:
    """Keeps the names of the module that it replaced."""

    def loads(self, blob: bytes):
        return Machine.of(json.loads(blob.decode("utf-8")))

    def dumps(self, machine: Machine) -> bytes:
        return json.dumps(asdict(machine)).encode("utf-8")


pickle = Pickler()


@app.post("/machine")
def machine():
    made = pickle.loads(request.get_data())
    return jsonify(cores=made.cores)


@app.post("/machines")
def machines():
    text = request.files["settings"].read()
    docs = yaml.load(text, Loader=yaml.SafeLoader)
    more = list(yaml.safe_load_all(request.form.get("extra", "")))
    return jsonify(n=len(docs) + len(more))
# == password reset and API key issued from the ordinary random module
import random
import string
import time

from flask import Flask, jsonify, request

app = Flask(__name__)
PENDING = {}
ALPHABET = string.ascii_letters + string.digits


def reset_token(length=20):
    return "".join(random.choices(ALPHABET, k=length))  # expect: py/weak-random


class ApiKeys:
    prefix = "ak_"

    def issue(self, owner):
        secret = random.getrandbits(128).to_bytes(16, "big")  # expect: py/weak-random
        return self.prefix + secret.hex()


@app.post("/forgot")
def forgot():
    token = reset_token()
    PENDING[request.form["email"]] = (token, time.time() + 900)
    return jsonify(sent=True)


@app.post("/keys")
def keys():
    return jsonify(key=ApiKeys().issue("me")), 201
# == quiz that shuffles by random, while everything secret comes from the operating system
import random
import secrets
import string

from flask import Flask, jsonify, request

app = Flask(__name__)
QUESTIONS = ["capital", "river", "peak", "lake", "coast"]
sysrand = random.SystemRandom()


@app.get("/quiz")
def quiz():
    order = QUESTIONS[:]
    random.Random(request.args.get("seed", 1, type=int)).shuffle(order)
    jitter = random.uniform(0.1, 0.4)
    return jsonify(order=order, wait=jitter, hint=random.choice(["easy", "hard"]))


@app.post("/quiz/token")
def quiz_token():
    pin = "".join(sysrand.choice(string.digits) for _ in range(8))
    return jsonify(token=secrets.token_urlsafe(32), pin=pin, password=secrets.token_hex(12))
# == time-limited links signed by md5 over secret and path, next to a harmless ETag
import hashlib
import hmac
import os
import time

from flask import Flask, abort, jsonify, request, url_for

app = Flask(__name__)
SECRET = os.environ["LINK_SECRET"]


def link_signature(number: int, expires: int) -> str:
    material = "|".join([SECRET, str(number), str(expires)])
    return hashlib.md5(material.encode("utf-8")).hexdigest()  # expect: py/weak-hash


@app.get("/share/<int:number>")
def share(number):
    until = int(time.time()) + 3600
    return jsonify(link=url_for("fetch", number=number, e=until, s=link_signature(number, until)))


@app.get("/fetch/<int:number>")
def fetch(number):
    until = request.args.get("e", 0, type=int)
    if until < time.time() or not hmac.compare_digest(link_signature(number, until), request.args.get("s", "")):
        abort(403)
    answer = jsonify(number=number)
    answer.set_etag(hashlib.md5(answer.get_data(), usedforsecurity=False).hexdigest())
    return answer
# == member sign-up that salts the password and runs sha512 three times over it
import hashlib
import os
import sqlite3

from flask import Blueprint, jsonify, request

members = Blueprint("members", __name__)


class Credentials:
    rounds = 3

    def __init__(self, password: str, salt: bytes | None = None):
        self.salt = salt or os.urandom(16)
        self._password = password

    @property
    def digest(self) -> bytes:
        material = self.salt + self._password.encode()
        for _ in range(self.rounds):
            material = hashlib.sha512(material).digest()  # expect: py/fast-password-hash
        return material


@members.post("/signup")
def signup():
    made = Credentials(request.form["password"])
    with sqlite3.connect("members.db") as db:
        db.execute(
            "INSERT INTO member (mail, salt, digest) VALUES (?, ?, ?)",
            (request.form["mail"], made.salt, made.digest),
        )
    return jsonify(ok=True), 201
# == sign-in hashed by scrypt, with sha256 only for the checksum of an uploaded document
import hashlib
import hmac
import os

from flask import Flask, jsonify, request
from werkzeug.security import generate_password_hash

app = Flask(__name__)
USERS = {}


def stretch(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=32)


@app.post("/register")
def register():
    salt = os.urandom(16)
    USERS[request.form["user"]] = (salt, stretch(request.form["password"], salt))
    return jsonify(ok=True)


@app.post("/signin")
def signin():
    salt, stored = USERS.get(request.form["user"], (os.urandom(16), b""))
    ok = hmac.compare_digest(stored, stretch(request.form["password"], salt))
    return jsonify(ok=ok), (200 if ok else 401)


@app.post("/invite")
def invite():
    return jsonify(hash_method=generate_password_hash(request.form["password"]).split(":")[0])


@app.post("/document")
def document():
    upload = request.files["passport"]
    seen = hashlib.sha256()
    for chunk in iter(lambda: upload.stream.read(65536), b""):
        seen.update(chunk)
    return jsonify(checksum=seen.hexdigest())
# == shop that sets three cookies, each with another protection left out
import secrets

from flask import Flask, jsonify, make_response

app = Flask(__name__)

RELAXED = dict(httponly=True, samesite="Lax", max_age=3600)


@app.post("/cart")
def cart():
    resp = make_response(jsonify(ok=True))
    resp.set_cookie("cart_session", secrets.token_hex(16), **RELAXED)  # expect: py/insecure-cookie
    return resp


@app.post("/remember")
def remember():
    resp = jsonify(ok=True)
    resp.set_cookie(  # expect: py/cookie-without-httponly
        "remember",
        value=secrets.token_urlsafe(24),
        secure=True,
        samesite="Strict",
    )
    return resp


@app.post("/partner")
def partner():
    resp = make_response({"ok": True})
    resp.set_cookie("partner_sid", secrets.token_hex(16), secure=True, httponly=True, samesite="None")  # expect: py/cookie-without-samesite
    return resp
# == cookie helper whose defaults are complete, and a response header reduced to hexadecimal digits
import os
import re
import secrets

from flask import Flask, jsonify, request

app = Flask(__name__)
app.config.update(
    SECRET_KEY=os.environ["APP_SECRET"],
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_HTTPONLY=True,
    SESSION_COOKIE_SAMESITE="Lax",
)

COOKIE = {"secure": True, "httponly": True, "samesite": "Lax", "path": "/"}


def put_cookie(resp, name, value, **changes):
    options = {**COOKIE, **changes}
    resp.set_cookie(name, value, **options)
    return resp


@app.after_request
def trace(resp):
    wanted = request.headers.get("X-Trace", "")
    resp.headers["X-Trace"] = re.sub(r"[^0-9a-f]", "", wanted)[:32] or "none"
    return resp


@app.post("/theme/<name>")
def theme(name):
    chosen = {"dark": "dark", "light": "light"}.get(name, "light")
    return put_cookie(jsonify(ok=True), "theme", chosen, max_age=86400)


@app.post("/start")
def start():
    resp = jsonify(ok=True)
    resp.set_cookie("flow", secrets.token_hex(16), secure=True, httponly=True, samesite="Strict")
    return resp
# == tenant and preferences are copied from the request into the session before every view
import os

from flask import Flask, jsonify, request, session

app = Flask(__name__)
app.secret_key = os.environ["SESSION_KEY"]
IGNORED = {"page", "per_page"}


@app.before_request
def adopt_tenant():
    tenant = request.headers.get("X-Tenant") or request.cookies.get("tenant")
    if tenant:
        session["tenant"] = tenant.strip().lower()  # expect: py/trust-boundary


@app.post("/prefs")
def prefs():
    kept = [(k, v) for k, v in request.form.items() if k not in IGNORED]
    for key, value in kept:
        session[key] = value  # expect: py/trust-boundary
    session["prefs_count"] = len(kept)
    return jsonify(kept=len(kept))
# == only checked or converted values reach the session
import os
import time
import uuid
from enum import Enum

from flask import Flask, abort, jsonify, request, session

app = Flask(__name__)
app.secret_key = os.environ["SESSION_KEY"]
LANGS = ("en", "de", "fr")


class Density(Enum):
    COMPACT = "compact"
    WIDE = "wide"


@app.post("/settings")
def settings():
    lang = request.form.get("lang", "en")
    session["lang"] = lang if lang in LANGS else "en"
    session["page_size"] = max(10, min(int(request.form.get("size", "20")), 100))
    try:
        session["density"] = Density(request.form.get("density", "wide")).value
    except ValueError:
        abort(400)
    session["newsletter"] = request.form.get("news") == "on"
    return jsonify(ok=True)


@app.post("/visit")
def visit():
    referrer = request.form.get("from", "")
    referrer = "direct"
    session["source"] = referrer
    session["visit"] = str(uuid.uuid4())
    session["since"] = int(time.time())
    return jsonify(ok=True)
# == login that believes every address beginning with a slash stays on the site
import os

from flask import Flask, redirect, request, session, url_for
from itsdangerous import URLSafeTimedSerializer

app = Flask(__name__)
app.secret_key = os.environ["SESSION_KEY"]
tickets = URLSafeTimedSerializer(os.environ["TICKET_KEY"])


def is_local(target: str) -> bool:
    return target.startswith("/")


@app.post("/login")
def login():
    user_id = tickets.loads(request.form["ticket"], max_age=120)["uid"]
    session.clear()
    session["uid"] = int(user_id)
    if (onward := request.args.get("next", "")) and is_local(onward):
        return redirect(onward, code=303)  # expect: py/open-redirect
    return redirect(url_for("home"))


@app.get("/")
def home():
    return {"home": True}
# == outbound links rebuilt from a partner host list, internal ones named through url_for
from urllib.parse import quote, urlsplit, urlunsplit

from flask import Blueprint, abort, redirect, request, url_for

go = Blueprint("go", __name__)
PARTNERS = {"docs.example.org", "status.example.org"}
PAGES = {"faq": "go.faq", "prices": "go.prices"}


@go.get("/out")
def out():
    parts = urlsplit(request.args.get("u", ""))
    if parts.scheme != "https" or parts.hostname not in PARTNERS:
        abort(400)
    return redirect(urlunsplit(("https", parts.hostname, quote(parts.path), "", "")))


@go.get("/page")
def page():
    name = request.args.get("p", "faq")
    return redirect(url_for(PAGES.get(name, "go.faq"), ref=request.args.get("ref", "")))


@go.get("/search")
def search():
    return redirect("/results?q=" + quote(request.args.get("q", ""), safe=""))


@go.get("/faq")
def faq():
    return {"page": "faq"}


@go.get("/prices")
def prices():
    return {"page": "prices"}
# == mail preview: one route renders a constant template with the value, the other builds the template from it
from flask import Flask, render_template_string, request

app = Flask(__name__)

LETTER = """<p>Dear {{ name }},</p>
<p>{{ body }}</p>"""


class Draft:
    def __init__(self, **fields):
        self.__dict__.update(fields)

    def source(self):
        lines = ["<p>Dear " + self.name + ",</p>"]
        lines.append("<p>{{ body }}</p>")
        return "\n".join(lines)


@app.post("/letter")
def letter():
    return render_template_string(LETTER, name=request.form["name"], body=request.form["body"])


@app.post("/draft")
def draft():
    made = Draft(name=request.form["name"].replace("<", "&lt;"), kind="draft")
    return render_template_string(made.source(), body="(empty)")  # expect: py/template-injection
# == Mongo sign-in where the JSON values may be operators, and a $where clause with text in it
import os

from flask import Flask, jsonify, request
from pymongo import MongoClient

app = Flask(__name__)
db = MongoClient(os.environ["MONGO_URL"]).club


def pick(source, *names):
    return {n: source[n] for n in names if n in source}


@app.post("/pin")
def pin():
    body = request.get_json(force=True)
    criteria = pick(body, "member", "pin")
    found = db.members.find_one(criteria, {"_id": 0, "level": 1})  # expect: py/nosql-injection
    return jsonify(found or {}), (200 if found else 401)


@app.get("/events")
def events():
    town = request.args.get("town", "")
    rows = db.events.find({"$where": "this.town == '" + town + "'"})  # expect: py/nosql-injection
    return jsonify([r["title"] for r in rows])


@app.get("/member")
def member():
    row = db.members.find_one({"member": str(request.args.get("id", "")), "active": True})
    return jsonify(known=row is not None)
# == contact form writing the message by hand, with the subject in the header block
import os
import smtplib
import ssl
from textwrap import shorten

from flask import Flask, jsonify, request

app = Flask(__name__)
OFFICE = "office@example.org"


def compose(headers, body):
    head = "\r\n".join(f"{k}: {v}" for k, v in headers.items())
    return head + "\r\n\r\n" + body


@app.post("/contact")
def contact():
    subject, reply = request.form["subject"], request.form["mail"]
    message = compose(
        {"From": OFFICE, "To": OFFICE, "Reply-To": reply[:120], "Subject": "[web] " + subject},
        shorten(request.form["text"], 2000),
    )
    with smtplib.SMTP_SSL(os.environ["SMTP_HOST"], 465, timeout=10, context=ssl.create_default_context()) as smtp:
        smtp.sendmail(OFFICE, [OFFICE], message.encode("utf-8"))  # expect: py/email-injection
    return jsonify(ok=True)
# == Django list views: raw() and extra() with the text interpolated, filter() with it bound
from django.db import connection, models
from django.http import JsonResponse
from django.views import View


class Parcel(models.Model):
    code = models.CharField(max_length=20)
    town = models.CharField(max_length=80)
    weight = models.IntegerField()


class ParcelList(View):
    def get(self, request):
        town = request.GET.get("town", "")
        sql = "SELECT id, code FROM depot_parcel WHERE town LIKE '%%{}%%'".format(town)
        rows = Parcel.objects.raw(sql)  # expect: py/sql-injection
        return JsonResponse({"codes": [p.code for p in rows]})


class HeavyParcels(View):
    def get(self, request, *args, **kwargs):
        limit = request.GET.get("over", "10")
        heavy = Parcel.objects.extra(where=["weight > " + limit])  # expect: py/sql-injection
        return JsonResponse({"n": heavy.count()})


class ParcelCount(View):
    def get(self, request):
        town = request.GET.get("town", "")
        same = Parcel.objects.filter(town__icontains=town).count()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM depot_parcel WHERE town = %s", [town])
            (exact,) = cursor.fetchone()
        return JsonResponse({"similar": same, "exact": exact})
# == Django return-to after sign-in, checked by the framework's own function
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

STEPS = {"1": "checkout-address", "2": "checkout-payment"}


def next_url(request):
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=True):
        return target
    return reverse("home")


@require_POST
def signed_in(request):
    response = HttpResponseRedirect(next_url(request))
    response.set_cookie("seen", "1", secure=True, httponly=True, samesite="Lax")
    return response


def step(request, number):
    if number not in STEPS:
        return JsonResponse({"error": "no such step"}, status=404)
    return redirect(STEPS[number])


def product(request):
    return redirect("product-page", pk=int(request.GET["pk"]))
# == Django badges made by format_html and escape, nothing raw from the request
import json

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe

RULE = mark_safe("<hr>")


def badge(request):
    label = request.GET.get("label", "new")
    html = format_html('<span class="badge" title="{}">{}</span>', label, label.upper())
    return HttpResponse(html)


def badges(request):
    items = ((n, t) for n, t in enumerate(request.GET.getlist("t"), start=1))
    return HttpResponse(RULE + format_html_join("", "<li>{} {}</li>", items))


def echo(request):
    pieces = {"said": request.POST.get("said", ""), "mode": "plain"}
    body = "<p>%s</p><!-- %s -->" % (escape(pieces["said"]), pieces["mode"])
    return HttpResponse(body)


def as_text(request):
    return HttpResponse(json.dumps({"said": request.GET.get("said")}), content_type="application/json")


def page(request):
    return render(request, "badges.html", {"label": request.GET.get("label", "")})


def listing(request):
    return JsonResponse({"labels": request.GET.getlist("t")})
# == FastAPI link preview that accepts every host whose name ends with the company's
from urllib.parse import urlparse

import httpx
from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel

router = APIRouter()
HOME = "example.com"


class Preview(BaseModel):
    status: int
    length: int


def company_url(url: str = Query(...)) -> str:
    host = urlparse(url).hostname or ""
    if not host.lower().endswith(HOME):
        raise HTTPException(400, "not one of ours")
    return url


@router.get("/preview", response_model=Preview)
async def preview(url: str = Depends(company_url)) -> Preview:
    async with httpx.AsyncClient(timeout=5.0) as client:
        answer = await client.get(url)  # expect: py/ssrf
    return Preview(status=answer.status_code, length=len(answer.content))
# == FastAPI weather proxy: the host comes from an enumeration, the rest is typed or passed as a parameter
from enum import Enum
from pathlib import Path as FsPath

import httpx
from fastapi import FastAPI, HTTPException, Path
from fastapi.responses import FileResponse

app = FastAPI()


class Provider(str, Enum):
    metno = "metno"
    owm = "owm"


HOSTS = {Provider.metno: "https://api.met.example", Provider.owm: "https://api.owm.example"}
MAPS = {p.name: p for p in FsPath("/srv/maps").glob("*.png")}


@app.get("/weather/{provider}/{station}")
async def weather(provider: Provider, station: int = Path(ge=1), lang: str = "en"):
    base = HOSTS[provider]
    async with httpx.AsyncClient(timeout=httpx.Timeout(4.0)) as client:
        answer = await client.get(f"{base}/stations/{station}", params={"lang": lang})
    return answer.json()


@app.get("/icon/{provider}")
async def icon(provider: Provider):
    return FileResponse(f"/srv/icons/{provider.value}.svg")


@app.get("/map/{name}")
async def weather_map(name: str):
    known = MAPS.get(name)
    if known is None:
        raise HTTPException(status_code=404)
    return FileResponse(known)
# == FastAPI theme upload: members of zip and tar files are written where their names say
import io
import os
import tarfile
import zipfile

from fastapi import FastAPI, File, UploadFile

app = FastAPI()
THEMES = "/srv/themes"


def names_ok(names):
    return all(not os.path.isabs(n) for n in names)


@app.post("/themes/zip")
async def theme_zip(package: UploadFile = File(...)):
    archive = zipfile.ZipFile(io.BytesIO(await package.read()))
    if not names_ok(archive.namelist()):
        return {"ok": False}
    written = 0
    for info in archive.infolist():
        if info.is_dir():
            continue
        target = os.path.join(THEMES, info.filename)
        with open(target, "wb") as out:  # expect: py/zip-slip
            out.write(archive.read(info))
        written += 1
    return {"ok": True, "files": written}


@app.post("/themes/tar")
async def theme_tar(package: UploadFile = File(...)):
    buffer = io.BytesIO(await package.read())
    with tarfile.open(fileobj=buffer, mode="r:gz") as tar:
        wanted = [m for m in tar.getmembers() if m.name.endswith((".css", ".png"))]
        tar.extractall(THEMES, members=wanted, filter="fully_trusted")  # expect: py/zip-slip
    return {"ok": True, "files": len(wanted)}
# == aiohttp manuals: the name is checked first and decoded afterwards
from pathlib import Path
from urllib.parse import unquote

from aiohttp import web

MANUALS = Path("/srv/manuals")
routes = web.RouteTableDef()


def refuse_dots(handler):
    async def wrapped(request):
        if ".." in request.query.get("name", "") or request.query.get("name", "/").startswith("/"):
            raise web.HTTPForbidden()
        return await handler(request)

    return wrapped


@routes.get("/manual")
@refuse_dots
async def manual(request):
    name = unquote(request.query["name"])
    return web.FileResponse(MANUALS / name)  # expect: py/path-traversal


@routes.get("/cover")
async def cover(request):
    name = Path(unquote(request.query["name"])).name
    if name in {"", ".", ".."}:
        raise web.HTTPNotFound()
    return web.FileResponse(MANUALS / "covers" / name)


def make_app():
    app = web.Application()
    app.add_routes(routes)
    return app
# == aiohttp print service: no shell, options ended by a double dash, Mongo values forced to text
import asyncio
import os
import re

from aiohttp import web
from motor.motor_asyncio import AsyncIOMotorClient

PRINTERS = ("lobby", "office", "lab")


async def print_text(request: web.Request) -> web.Response:
    data = await request.json()
    printer = next((p for p in PRINTERS if p == data.get("printer")), "lobby")
    title = str(data.get("title", ""))[:60]
    proc = await asyncio.create_subprocess_exec(
        "lp", "-d", printer, "-t", title, "--", "/srv/print/blank.ps", stdin=asyncio.subprocess.PIPE
    )
    await proc.communicate(str(data.get("text", "")).encode())
    return web.json_response({"printed": proc.returncode == 0})


async def jobs(request: web.Request) -> web.Response:
    body = await request.json()
    owner = body.get("owner")
    if not isinstance(owner, str):
        raise web.HTTPBadRequest()
    coll = request.app["mongo"].printing.jobs
    found = await coll.find_one({"owner": owner, "state": {"$in": ["queued", "held"]}})
    by_title = await coll.count_documents({"title": {"$regex": re.escape(str(body.get("title", "")))}})
    return web.json_response({"waiting": found is not None, "same": by_title})


def build():
    app = web.Application()
    app["mongo"] = AsyncIOMotorClient(os.environ["MONGO_URL"])
    app.router.add_post("/print", print_text)
    app.router.add_post("/jobs", jobs)
    return app
# == Tornado map page: the value is HTML-escaped but lands as bare code in a script
import tornado.escape
import tornado.web


class MapHandler(tornado.web.RequestHandler):
    PAGE = """<!doctype html><div id="map"></div>
<script>
  var zoom = {zoom};
  draw(document.getElementById("map"), zoom, {places});
</script>"""

    def get(self):
        zoom = tornado.escape.xhtml_escape(self.get_argument("zoom", "4"))
        places = tornado.escape.json_encode(["harbour", "station"])
        self.write(self.PAGE.format(zoom=zoom, places=places))  # expect: py/xss


class LegendHandler(tornado.web.RequestHandler):
    def get(self):
        entries = [tornado.escape.xhtml_escape(e) for e in self.get_arguments("e")]
        self.write("<ul><li>" + "</li><li>".join(entries) + "</li></ul>")


class StateHandler(tornado.web.RequestHandler):
    def get(self):
        self.write({"zoom": self.get_argument("zoom", "4")})


def make_app():
    return tornado.web.Application([(r"/map", MapHandler), (r"/legend", LegendHandler), (r"/state", StateHandler)])
# == Tornado audit trail that takes line breaks out, escapes or converts before each log line
import json
import logging

import tornado.web

log = logging.getLogger("audit")
FLAT = {10: " ", 13: " ", 0x2028: " ", 0x2029: " ", 0x85: " ", 11: " ", 12: " "}


def flat(value: str) -> str:
    return value.translate(FLAT)


class SearchHandler(tornado.web.RequestHandler):
    def prepare(self):
        log.info("call by %s", flat(self.request.headers.get("User-Agent", "-")))

    def get(self):
        term = self.get_query_argument("q", "")
        page = int(self.get_query_argument("page", "1"))
        log.info("search %s page %d", json.dumps(term), page)
        size = len(term)
        log.debug("term of %d letters, %s", size, "long" if size > 40 else "short")
        self.finish({"page": page})

    def post(self):
        action = self.get_body_argument("action", "")
        known = {"save": "save", "drop": "drop"}.get(action)
        log.warning("action=%s", known)
        note = self.get_body_argument("note", "").replace("\r", "").replace("\n", " ")
        log.info("note: %s", note)
        self.finish({"ok": known is not None})


app = tornado.web.Application([(r"/search", SearchHandler)])
# == Bottle word finder with a pattern from the query and a greeting template glued from it
import re

from bottle import Bottle, request, template

app = Bottle()
WORDS = ["apple", "apricot", "banana", "blackberry", "cherry"]


def finder(source):
    def matches(word, _cache={}):
        if source not in _cache:
            _cache[source] = re.compile("^" + source + "$")  # expect: py/regex-injection
        return _cache[source].match(word)

    return matches


@app.get("/words")
def words():
    wanted = finder(request.query.get("p", "a.*"))
    return {"words": [w for w in WORDS if wanted(w)]}


@app.get("/hello")
def hello():
    name = request.query.name or "you"
    page = "<h1>Words for " + name + "</h1>\n% for w in words:\n<p>{{w}}</p>\n% end\n"
    return template(page, words=WORDS)  # expect: py/template-injection


@app.get("/hello2")
def hello_again():
    return template("<h1>Words for {{name}}</h1>", name=request.query.name)
# == Bottle file and log search: root-bound static files, escaped patterns, fixed headers
import re
from itertools import islice

from bottle import Bottle, abort, request, response, static_file

app = Bottle()
LEVELS = {"e": r"\bERROR\b", "w": r"\bWARN(?:ING)?\b"}


@app.get("/files/<name:path>")
def files(name):
    return static_file(name, root="/srv/public")


@app.get("/grep")
def grep():
    response.content_type = "application/json"
    pattern = re.compile(re.escape(request.query.get("q", "")), re.IGNORECASE)
    with open("/var/log/shop/app.log", encoding="utf-8") as log:
        lines = [line.rstrip() for line in islice(log, 5000) if pattern.search(line)]
    return {"lines": lines}


@app.get("/level/<code>")
def level(code):
    if code not in LEVELS:
        abort(404, "no such level")
    rx = re.compile(LEVELS[code])
    with open("/var/log/shop/app.log", encoding="utf-8") as log:
        return {"n": sum(1 for line in log if rx.search(line))}


@app.get("/after")
def after():
    response.set_header("X-Kind", "csv" if request.query.kind == "csv" else "json")
    start = int(request.query.get("from", 0))
    with open("/var/log/shop/app.log", encoding="utf-8") as log:
        return {"lines": list(islice(log, start, start + 50))}
# == Quart order intake: one parser switched to external entities, one closed against them
import io
import xml.sax
from xml.sax.handler import ContentHandler, feature_external_ges

from lxml import etree
from quart import Quart, request

app = Quart(__name__)


class Lines(ContentHandler):
    def __init__(self):
        super().__init__()
        self.texts = []

    def characters(self, content):
        self.texts.append(content)


LENIENT = {"resolve_entities": True, "no_network": False, "load_dtd": True}


@app.post("/orders/sax")
async def sax_orders():
    reader = xml.sax.make_parser()
    reader.setFeature(feature_external_ges, True)
    lines = Lines()
    reader.setContentHandler(lines)
    reader.parse(io.BytesIO(await request.get_data()))  # expect: py/xxe
    return {"lines": lines.texts}


@app.post("/orders/tree")
async def tree_orders():
    form = await request.form
    parser = etree.XMLParser(**LENIENT)
    root = etree.fromstring(form["xml"].encode(), parser)  # expect: py/xxe
    return {"customer": root.findtext("customer")}


@app.post("/orders/strict")
async def strict_orders():
    body = await request.get_data()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(body, parser)
    return {"customer": root.findtext("customer")}
# == Quart backup restore that uses the data filter, reduces names and keeps inside the folder
import io
import tarfile
import zipfile
from pathlib import Path

from quart import Quart, request

app = Quart(__name__)
HOME = Path("/srv/restore").resolve()


def inside(name: str) -> Path:
    place = (HOME / name).resolve()
    if HOME not in place.parents:
        raise ValueError("leaves the folder")
    return place


@app.errorhandler(ValueError)
async def bad_archive(_error):
    return {"error": "bad archive"}, 400


@app.post("/restore/tar")
async def restore_tar():
    sent = (await request.files)["backup"]
    with tarfile.open(fileobj=io.BytesIO(sent.read())) as tar:
        tar.extractall(HOME, filter="data")
    return {"ok": True}


@app.post("/restore/zip")
async def restore_zip():
    sent = (await request.files)["backup"]
    with zipfile.ZipFile(io.BytesIO(sent.read())) as bundle:
        for info in bundle.infolist():
            if not info.is_dir():
                inside(info.filename).write_bytes(bundle.read(info))
    return {"ok": True}


@app.post("/restore/flat")
async def restore_flat():
    sent = (await request.files)["backup"]
    with zipfile.ZipFile(io.BytesIO(sent.read())) as bundle:
        for number, info in enumerate(bundle.infolist()):
            HOME.joinpath(f"part-{number:04d}.bin").write_bytes(bundle.read(info))
    return {"ok": True}
# == Sanic tournament board: nickname into HTML through a partial, and raw into the log
import logging
from functools import partial

from sanic import Sanic, response
from sanic.log import logger as sanic_logger

app = Sanic("board")
audit = logging.getLogger("board.audit")


def row(css, nick, points):
    return "<tr class=%s><td>%s</td><td>%d</td></tr>" % (css, nick, points)


lead = partial(row, "lead")


@app.get("/board")
async def board(request):
    nick = request.args.get("nick", "anon")
    points = int(request.args.get("points", "0"))
    rows = [lead(nick=nick, points=points), row("rest", "house", 12)]
    return response.html("<table>" + "".join(rows) + "</table>")  # expect: py/xss


@app.post("/score")
async def score(request):
    entry = request.json
    audit.warning("score by " + entry["nick"] + " accepted")  # expect: py/log-injection
    sanic_logger.info("points %d", int(entry["points"]))
    return response.json({"nick": entry["nick"]})


@app.get("/plain")
async def plain(request):
    return response.text("board of " + request.args.get("nick", "anon"))
# == small http.server service that copies a decoded query value into a response header
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit


class Tracker(BaseHTTPRequestHandler):
    def _first(self, name, default=""):
        values = parse_qs(urlsplit(self.path).query).get(name, [default])
        return values[0]

    def do_GET(self):
        campaign = self._first("campaign", "none")
        medium = "mail" if self._first("medium") == "mail" else "web"
        visits = int(self._first("visits", "0"))
        body = json.dumps({"medium": medium}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Medium", medium)
        self.send_header("X-Visits", f"{visits + 1}")
        self.send_header("X-Campaign", "id=" + campaign)  # expect: py/header-injection
        self.send_header("X-Source", self._first("source").replace("\r", "").replace("\n", ""))
        self.end_headers()
        self.wfile.write(body)


def main():
    HTTPServer(("127.0.0.1", 8090), Tracker).serve_forever()


if __name__ == "__main__":
    main()
# == Streamlit toolbox: a text field in a shell pipeline and an uploaded pickle
import pickle
import subprocess

import streamlit as st

st.title("Log toolbox")

word = st.text_input("Look for", "timeout")
level = st.selectbox("Level", ["INFO", "WARN", "ERROR"])
limit = st.number_input("Lines", min_value=1, max_value=500, value=50)

if st.button("Count"):
    steps = [f"grep {level} /var/log/shop/app.log", f"grep -i '{word}'", f"tail -n {int(limit)}"]
    out = subprocess.check_output(" | ".join(steps), shell=True, timeout=20)  # expect: py/command-injection
    st.code(out.decode(errors="replace"))

if st.button("Count exactly"):
    out = subprocess.run(["grep", "-c", "-F", "-e", word, "/var/log/shop/app.log"], capture_output=True, timeout=20)
    st.code(out.stdout.decode())

uploaded = st.file_uploader("Saved view")
if uploaded is not None:
    view = pickle.load(uploaded)  # expect: py/unsafe-deserialization
    st.write(view["columns"])
# == Streamlit sales board: choices looked up in a table, text bound, dates and numbers typed
import html
import sqlite3

import pandas as pd
import streamlit as st

COLUMNS = {"Town": "town", "Seller": "seller", "Month": "strftime('%m', sold_on)"}
MEASURES = [("Turnover", "sum(price)"), ("Pieces", "count(*)")]

db = sqlite3.connect("sales.db")

group = COLUMNS[st.sidebar.selectbox("Group by", list(COLUMNS))]
measure = dict(MEASURES)[st.sidebar.radio("Measure", [m for m, _ in MEASURES])]
since = st.sidebar.date_input("Since")
least = st.sidebar.slider("At least", 0, 100)
product = st.text_input("Product")

frame = pd.read_sql_query(
    f"SELECT {group} AS label, {measure} AS amount FROM sales"
    " WHERE product = ? AND sold_on >= ? GROUP BY 1 HAVING amount >= ?",
    db,
    params=(product, since.isoformat(), int(least)),
)
st.dataframe(frame)
st.markdown(f"<h3>{html.escape(product)}</h3>", unsafe_allow_html=True)
st.markdown("Results for **%s**" % product)
# == Lambda stock query: defaults and event are layered, the SQL assembled from the result
import base64
import json
import os
from collections import ChainMap

import pymysql

DEFAULTS = {"warehouse": "main", "unit": "pcs", "limit": 50}


def payload(event):
    body = event.get("body") or "{}"
    if event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode("utf-8")
    return json.loads(body)


def handler(event, context):
    settings = ChainMap({}, payload(event), event.get("queryStringParameters") or {}, DEFAULTS)
    settings["unit"] = "pcs"
    sql = ["SELECT sku, amount FROM stock"]
    sql.append("WHERE unit = '{}'".format(settings["unit"]))
    sql.append("AND warehouse = '{}'".format(settings["warehouse"]))
    sql.append("LIMIT {:d}".format(int(settings["limit"])))
    conn = pymysql.connect(
        host=os.environ["DB_HOST"], user=os.environ["DB_USER"], password=os.environ["DB_PASSWORD"], database="stock"
    )
    try:
        with conn.cursor() as cursor:
            cursor.execute(" ".join(sql))  # expect: py/sql-injection
            rows = cursor.fetchall()
    finally:
        conn.close()
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(rows, default=str)}
# == Lambda feedback: XML by defusedxml, mail through EmailMessage, page text escaped
import base64
import html
import os
import re
import smtplib
import ssl
from email.message import EmailMessage

import defusedxml.ElementTree as ET

ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")


def one_line(text):
    return " ".join((text or "").split())


def parse(event):
    raw = event["body"]
    data = base64.b64decode(raw) if event.get("isBase64Encoded") else raw.encode()
    root = ET.fromstring(data)
    return {child.tag: child.text or "" for child in root}


def page(text, status=200):
    return {"statusCode": status, "headers": {"Content-Type": "text/html; charset=utf-8"}, "body": "<p>" + html.escape(text) + "</p>"}


def handler(event, _context):
    feedback = parse(event)
    sender = feedback.get("mail", "")
    if not ADDRESS.fullmatch(sender):
        return page("This is no address: " + sender, 400)
    msg = EmailMessage()
    msg["From"] = msg["To"] = os.environ["FEEDBACK_BOX"]
    msg["Reply-To"] = sender
    msg["Subject"] = "Feedback: " + one_line(feedback.get("topic"))[:80]
    msg.set_content(feedback.get("text", ""))
    with smtplib.SMTP_SSL(os.environ["SMTP_HOST"], timeout=10, context=ssl.create_default_context()) as smtp:
        smtp.send_message(msg)
    return page("Thank you, " + feedback.get("name", "friend"))
