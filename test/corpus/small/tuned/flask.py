# == reads a manual page whose name has been parked in a configparser section
import configparser
import os

from flask import Flask, request

app = Flask(__name__)
MANUALS = "/srv/manuals"


def settings_for(req):
    cfg = configparser.ConfigParser(interpolation=None)
    cfg["defaults"] = {"volume": "en", "page": "index.txt"}
    cfg.add_section("request")
    cfg.set("request", "volume", "de")
    cfg.set("request", "page", req.args.get("page", "index.txt"))
    return cfg


@app.get("/manual")
def manual():
    cfg = settings_for(request)
    volume = cfg["request"]["volume"]
    page = cfg.get("request", "page")
    with open(os.path.join(MANUALS, volume, page), encoding="utf-8") as fh:  # expect: py/path-traversal
        return {"volume": volume, "text": fh.read()}


@app.get("/manual/front")
def front():
    cfg = settings_for(request)
    with open(os.path.join(MANUALS, cfg["defaults"]["volume"], cfg["defaults"]["page"]), encoding="utf-8") as fh:
        return {"text": fh.read()}

# == upload stored under a generated name and an allow-listed folder
import os
from dataclasses import dataclass, field
from uuid import uuid4

from flask import Flask, abort, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
UPLOADS = "/var/lib/portal/uploads"
KINDS = ("invoice", "contract", "misc")


@dataclass
class Incoming:
    raw_name: str
    kind: str = "misc"
    stored_name: str = field(init=False)

    def __post_init__(self):
        if self.kind not in KINDS:
            self.kind = "misc"
        self.stored_name = uuid4().hex + "_" + secure_filename(self.raw_name)

    @property
    def target(self) -> str:
        return os.path.join(UPLOADS, self.kind, self.stored_name)


@app.post("/upload")
def upload():
    part = request.files.get("document")
    if part is None or not part.filename:
        abort(400)
    item = Incoming(part.filename, request.form.get("kind", "misc"))
    part.save(item.target)
    return {"id": item.stored_name[:32], "kind": item.kind}, 201

# == Quart document server that checks the raw query before it is decoded
from urllib.parse import unquote

from quart import Quart, abort, request, send_file

app = Quart(__name__)
DOCS = "/srv/handbook/"


def raw_params(query: bytes) -> dict:
    text = query.decode("ascii", "replace")
    pairs = (chunk.partition("=") for chunk in text.split("&") if chunk)
    return {key: value for key, _, value in pairs}


@app.route("/doc")
async def doc():
    params = raw_params(request.query_string)
    wanted = params.get("doc", "readme.md")
    if ".." in wanted or wanted.startswith("/"):
        abort(400)
    name = unquote(wanted)
    return await send_file(DOCS + name)  # expect: py/path-traversal


@app.route("/contents")
async def contents():
    params = raw_params(request.query_string)
    depth = int(params.get("depth", "1"))
    return await send_file(DOCS + "contents-%d.html" % min(depth, 3))

# == image conversion command assembled in a StringIO and handed to a shell
import io
import subprocess

from flask import Flask, request

app = Flask(__name__)


@app.post("/thumb")
def thumb():
    width = request.form.get("w", 200, type=int)
    fmt = request.form.get("fmt", "png")
    buf = io.StringIO()
    buf.write("convert /srv/in/source.jpg ")
    buf.write("-resize %dx " % width)
    buf.write("/srv/out/thumb.")
    buf.write(fmt.lower())
    buf.seek(0)
    line = buf.readline().strip()
    done = subprocess.run(line, shell=True, capture_output=True, timeout=30)  # expect: py/command-injection
    return {"status": done.returncode}


@app.post("/strip")
def strip():
    width = request.form.get("w", 200, type=int)
    buf = io.StringIO()
    buf.write("convert /srv/in/source.jpg -strip -resize ")
    buf.write(str(width))
    buf.write("x /srv/out/stripped.png")
    done = subprocess.run(buf.getvalue(), shell=True, capture_output=True, timeout=30)
    return {"status": done.returncode}

# == log search through a shell pipe with every word quoted for it
import shlex
import subprocess

from flask import Flask, request

app = Flask(__name__)
PIPE = "zgrep -h -F {flags} -- /var/log/shop/app.log.*.gz | tail -n {lines}"


def flags_for(terms):
    return " ".join("-e " + word for word in map(shlex.quote, terms))


@app.get("/logs/search")
def search_logs():
    terms = [t for t in request.values.getlist("term") if t.strip()]
    if not terms:
        return {"error": "nothing to look for"}, 400
    lines = max(1, min(int(request.values.get("lines", "50")), 500))
    command = PIPE.format(flags=flags_for(terms), lines=lines)
    found = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    return {"found": found.stdout.splitlines()}

# == probes behind a base class, one of which asks a shell to do the work
import abc
import subprocess

from flask import Flask, abort, request

app = Flask(__name__)


class Probe(abc.ABC):
    def __init__(self, target):
        self._target = target

    @abc.abstractmethod
    def argv(self):
        ...


class PingProbe(Probe):
    def argv(self):
        return ["/bin/sh", "-c", "ping -c 1 -W 2 " + self._target + " | tail -n 1"]


class LookupProbe(Probe):
    def argv(self):
        return ["/usr/bin/getent", "--", "hosts", self._target]


def probe_for(kind, target):
    registry = {"ping": PingProbe, "lookup": LookupProbe}
    try:
        return registry[kind](target)
    except KeyError:
        abort(404)


@app.route("/probe/<kind>", methods=["GET", "POST"])
def probe(kind):
    chosen = probe_for(kind, request.values["host"].strip())
    result = subprocess.run(chosen.argv(), capture_output=True, text=True, timeout=10)  # expect: py/command-injection
    return {"output": result.stdout}

# == sort column looked up in a dict whose fallback is the key itself
import sqlite3

from flask import Flask, g, request

app = Flask(__name__)
COLUMNS = {"newest": "created_at DESC", "cheapest": "price ASC", "name": "title ASC"}


def db():
    if "db" not in g:
        g.db = sqlite3.connect("/var/lib/shop/shop.db")
        g.db.row_factory = sqlite3.Row
    return g.db


@app.teardown_appcontext
def close(_exc):
    handle = g.pop("db", None)
    if handle is not None:
        handle.close()


@app.get("/products")
def products():
    key = request.args.get("sort", "newest")
    order = COLUMNS.get(key, key)
    query = "SELECT id, title, price FROM products WHERE hidden = ? ORDER BY " + order
    rows = db().execute(query, (0,)).fetchall()  # expect: py/sql-injection
    return {"items": [dict(r) for r in rows]}


@app.get("/products/short")
def short_list():
    key = request.args.get("sort", "newest")
    order = COLUMNS.get(key, "id ASC")
    rows = db().execute("SELECT id, title FROM products ORDER BY " + order + " LIMIT 10").fetchall()
    return {"items": [dict(r) for r in rows]}

# == as many question marks as there are ids, and the ids are bound
import sqlite3

from flask import Flask, abort, request

app = Flask(__name__)
DB = "/var/lib/crm/crm.db"
TEMPLATE = "SELECT id, company, city FROM customers WHERE city IN ({marks}) AND owner = ? ORDER BY {order}"


def fetch(sql, values):
    conn = sqlite3.connect(DB)
    try:
        return conn.execute(sql, values).fetchall()
    finally:
        conn.close()


@app.post("/customers")
def customers():
    raw = request.get_data(as_text=True)
    cities = [line.strip() for line in raw.splitlines() if line.strip()]
    if not 0 < len(cities) <= 50:
        abort(400)
    values = list(cities)
    values.append(request.headers.get("X-Owner", "nobody"))
    order = "company" if request.args.get("by") == "company" else "city"
    sql = TEMPLATE.format(marks=", ".join("?" * len(cities)), order=order)
    return {"rows": fetch(sql, tuple(values))}

# == named format fields, one converted to a number and the other one left as it came
import os

import mysql.connector
from flask import Flask, request

app = Flask(__name__)

REPORT = (
    "SELECT day, total FROM sales "
    "WHERE shop = {shop} AND currency = '{currency}' "
    "ORDER BY day"
)


def connection():
    return mysql.connector.connect(
        host=os.environ["DB_HOST"], user=os.environ["DB_USER"], password=os.environ["DB_PASS"], database="sales"
    )


def collect(multi):
    fields = {"shop": 0, "currency": "EUR"}
    for name, value in multi.items():
        if name in fields:
            fields[name] = value
    fields["shop"] = int(fields["shop"])
    return fields


@app.post("/sales")
def sales():
    fields = collect(request.form)
    conn = connection()
    try:
        cur = conn.cursor(dictionary=True)
        cur.execute(REPORT.format(**fields))  # expect: py/sql-injection
        return {"rows": cur.fetchall()}
    finally:
        conn.close()

# == table and column names composed with psycopg2.sql, values left to the driver
import os

import psycopg2
from flask import Flask, jsonify, request
from psycopg2 import sql

app = Flask(__name__)


def update_statement(table, changes):
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder()) for column in changes
    )
    return sql.SQL("UPDATE {} SET {} WHERE id = %s").format(sql.Identifier("profile", table), assignments)


@app.patch("/profile/<int:profile_id>")
def patch_profile(profile_id):
    body = request.get_json()
    changes = {k: v for k, v in body.items() if k in {"nickname", "city", "motto"}}
    if not changes:
        return jsonify(changed=0)
    values = [*changes.values(), profile_id]
    with psycopg2.connect(os.environ["PROFILE_DSN"]) as conn:
        with conn.cursor() as cur:
            cur.execute(update_statement("basic", changes), values)
            return jsonify(changed=cur.rowcount)

# == escaped first, percent-decoded afterwards
import html
from urllib.parse import unquote

from flask import Flask, request

app = Flask(__name__)
PAGE = "<!doctype html><title>Search</title><h1>Results for {term}</h1><p>{count} hits</p>"


class Term:
    def __init__(self, raw):
        self._raw = raw
        self._steps = []

    def then(self, step):
        self._steps.append(step)
        return self

    def value(self):
        current = self._raw
        for step in self._steps:
            current = step(current)
        return current


@app.get("/search")
def search():
    term = Term(request.args.get("q", "")).then(str.strip).then(html.escape).then(unquote)
    return PAGE.format(term=term.value(), count=0)  # expect: py/xss


@app.get("/search/strict")
def strict():
    term = Term(request.args.get("q", "")).then(unquote).then(str.strip).then(html.escape)
    return PAGE.format(term=term.value(), count=0)  # wrongly: py/xss

# == Markup objects whose operators escape what is put into them
from flask import Flask, request
from markupsafe import Markup, escape

app = Flask(__name__)
ITEM = Markup('<li><a href="/topics/{0}">{1}</a></li>')
FRAME = Markup("<html><body><h2>%s</h2><ul>%s</ul></body></html>")


def items(names):
    for number, name in enumerate(names, start=1):
        yield ITEM.format(number, name)


@app.get("/topics")
def topics():
    names = request.args.getlist("name")
    listing = Markup("\n").join(items(names))
    heading = request.args.get("heading", "Topics")
    return FRAME % (heading, listing)


@app.get("/topics/last")
def last_topic():
    names = request.args.getlist("name") or ["none"]
    text = "<p>"
    text += escape(names[-1])
    text += "</p>"
    return str(text)

# == streamed guest book, once with the escaping generator and once with the bare one
from flask import Flask, request, stream_with_context
from markupsafe import escape

app = Flask(__name__)
ENTRIES = ["First!", "Nice page"]


def bare(lines):
    for line in lines:
        yield "<li>"
        yield line
        yield "</li>"


def escaped(lines):
    yield from bare(map(str, map(escape, lines)))


def with_visitor():
    visitor = request.referrer or "nowhere"
    lines = list(reversed(ENTRIES))
    lines.insert(0, "You come from " + visitor)
    return lines


@app.get("/book")
def book():
    return app.response_class(stream_with_context(escaped(with_visitor())), mimetype="text/html")


@app.get("/book/full")
def book_full():
    return app.response_class(stream_with_context(bare(with_visitor())), mimetype="text/html")  # expect: py/xss


@app.get("/book/static")
def book_static():
    return app.response_class(bare(with_visitor()[1:]), mimetype="text/html")

# == ldap3 filter joined from a list of clauses
import os
import ssl

from flask import Flask, request
from ldap3 import Connection, Server, Tls

app = Flask(__name__)
TLS = Tls(validate=ssl.CERT_REQUIRED)
SERVER = Server("directory.example.org", port=636, use_ssl=True, tls=TLS)


def bound():
    return Connection(SERVER, os.environ["LDAP_BIND_DN"], os.environ["LDAP_BIND_PW"], auto_bind=True)


def clauses(form):
    yield "(objectClass=person)"
    for attribute in ("sn", "department"):
        value = form.get(attribute)
        if value:
            yield "(" + attribute + "=" + value + ")"


@app.post("/people")
def people():
    parts = list(clauses(request.form))
    parts.insert(0, "(&")
    parts.append(")")
    conn = bound()
    conn.search("ou=people,dc=example,dc=org", "".join(parts), attributes=["cn", "mail"])  # expect: py/ldap-injection
    return {"people": [entry.entry_attributes_as_dict for entry in conn.entries]}


@app.get("/people/count")
def count():
    conn = bound()
    conn.search("ou=people,dc=example,dc=org", "(&" + "".join(clauses({})) + ")", attributes=["cn"])
    return {"count": len(conn.entries)}

# == python-ldap search with filter_format and a base taken from a table
import os

import ldap
from flask import Flask, abort, request
from ldap.filter import filter_format

app = Flask(__name__)
BASES = {
    "berlin": "ou=berlin,dc=corp,dc=example",
    "paris": "ou=paris,dc=corp,dc=example",
}


def connect():
    link = ldap.initialize("ldaps://ldap.corp.example")
    link.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
    link.simple_bind_s(os.environ["CORP_DN"], os.environ["CORP_PW"])
    return link


@app.get("/phone")
def phone():
    site = request.headers.get("X-Site", "berlin").lower()
    base = BASES.get(site)
    if base is None:
        abort(404)
    assertion = [request.args.get("uid", ""), request.args.get("room", "")]
    template = "(&(uid=%s)(roomNumber=%s))" if assertion[1] else "(uid=%s)"
    if not assertion[1]:
        assertion.pop()
    link = connect()
    try:
        found = link.search_s(base, ldap.SCOPE_SUBTREE, filter_format(template, assertion), ["telephoneNumber"])
    finally:
        link.unbind_s()
    return {"phones": [dn for dn, _attrs in found]}

# == elementpath selection with a key that went through a bytearray
import xml.etree.ElementTree as ElementTree

import elementpath
from flask import Flask, jsonify, request

app = Flask(__name__)
CATALOGUE = ElementTree.parse("/srv/catalogue/parts.xml").getroot()


def normalised(text):
    raw = bytearray(text, "utf-8")
    while raw and raw[-1] in b"; ":
        del raw[-1]
    raw[:0] = b"P-"
    return raw.decode("utf-8")


@app.route("/part")
def part():
    key = normalised(request.cookies.get("last_part", "0"))
    path = ".//part[@number='%(number)s']/name" % {"number": key, "lang": "en"}
    names = elementpath.select(CATALOGUE, path)  # expect: py/xpath-injection
    return jsonify([n.text for n in names])


@app.route("/part/langs")
def langs():
    values = {"number": normalised(request.cookies.get("last_part", "0")), "lang": "en"}
    names = elementpath.select(CATALOGUE, ".//name[@lang='%(lang)s']" % values)
    return jsonify(count=len(names))

# == ElementTree paths from checked words and an index
import re
import xml.etree.ElementTree as ET

from flask import Flask, abort, jsonify, request

app = Flask(__name__)
MENU = ET.parse("/srv/canteen/menu.xml").getroot()
WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,30}")


def word(text):
    if text is None or WORD.fullmatch(text) is None:
        abort(400)
    return text


@app.get("/dishes")
def dishes():
    day = word(request.args.get("day"))
    path = f"./day[@name='{day}']/dish"
    return jsonify([d.get("title") for d in MENU.findall(path)])


@app.get("/dishes/nth")
def nth():
    position = max(1, request.args.get("n", 1, type=int))
    dish = MENU.find("./day/dish[" + str(position) + "]")
    return jsonify(title=None if dish is None else dish.get("title"))


@app.get("/dishes/free")
def free_search():
    needle = request.args.get("q", "").casefold()
    hits = [d.get("title") for d in MENU.iter("dish") if needle in d.get("title", "").casefold()]
    return jsonify(hits)

# == formula evaluated without builtins behind a list of forbidden words
import math

from flask import Flask, request

app = Flask(__name__)
FORBIDDEN = ("import", "open", "exec", "os.")


def acceptable(formula):
    lowered = formula.lower()
    return not any(bad in lowered for bad in FORBIDDEN)


def evaluate(formula, **names):
    scope = {"__builtins__": {}}
    scope.update({n: getattr(math, n) for n in ("sin", "cos", "sqrt", "pi")})
    return eval(formula, scope, names)  # expect: py/code-injection


@app.get("/plot")
def plot():
    formula = request.args.get("f", "x")
    if not acceptable(formula):
        return {"error": "formula not allowed"}, 400
    points = [evaluate(formula, x=step / 10) for step in range(100)]
    return {"points": points}

# == pricing rules from the module are evaluated, the request supplies numbers only
from decimal import Decimal, InvalidOperation

from flask import Flask, abort, request

app = Flask(__name__)
RULES = {
    "flat": "base",
    "volume": "base * amount * (Decimal('0.9') if amount > 100 else 1)",
    "express": "base * amount + 15",
}
COMPILED = {name: compile(text, f"<rule {name}>", "eval") for name, text in RULES.items()}


def number(name, default):
    try:
        value = Decimal(request.values.get(name, default))
    except InvalidOperation:
        abort(400)
    if not value.is_finite():
        abort(400)
    return value


@app.route("/price", methods=["GET", "POST"])
def price():
    rule = COMPILED.get(request.values.get("rule", "flat"))
    if rule is None:
        abort(404)
    names = {"base": number("base", "10"), "amount": number("amount", "1"), "Decimal": Decimal}
    total = eval(rule, {"__builtins__": {}}, names)
    return {"total": str(total)}

# == compressed basket read back out of a cookie
import base64
import pickle
import zlib

from flask import Flask, request

app = Flask(__name__)


class Basket:
    def __init__(self, lines=()):
        self.lines = list(lines)

    @classmethod
    def thaw(cls, packed):
        padded = packed + "=" * (-len(packed) % 4)
        blob = zlib.decompress(base64.urlsafe_b64decode(padded))
        return cls(pickle.loads(blob))  # expect: py/unsafe-deserialization

    def copy(self):
        return pickle.loads(pickle.dumps(Basket(self.lines[:0])))


@app.get("/basket")
def basket():
    packed = request.cookies.get("basket", "")
    current = Basket.thaw(packed) if packed else Basket()
    return {"lines": len(current.lines)}


@app.get("/basket/empty")
def empty():
    return {"lines": len(Basket().copy().lines)}

# == draft kept by the client, unpickled only after its signature holds
import binascii
import hashlib
import hmac
import os
import pickle

from flask import Flask, abort, request

app = Flask(__name__)


class SealedBox:
    size = hashlib.sha256().digest_size

    def __init__(self, key: bytes):
        self._key = key

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")

    def seal(self, value) -> str:
        body = pickle.dumps(value)
        return (self._tag(body) + body).hex()

    def unseal(self, text: str):
        raw = binascii.unhexlify(text)
        tag, body = raw[: self.size], raw[self.size:]
        if not hmac.compare_digest(tag, self._tag(body)):
            raise PermissionError("draft was tampered with")
        return pickle.loads(body)


box = SealedBox(os.environ["DRAFT_KEY"].encode())


@app.post("/draft/restore")
def restore():
    try:
        draft = box.unseal(request.form["draft"])
    except (binascii.Error, PermissionError):
        abort(400)
    return {"title": draft.get("title"), "words": len(draft.get("body", "").split())}

# == shelf with a fixed file name, the request names a key in it
import shelve

from flask import Flask, abort, request

app = Flask(__name__)
SHELF = "/var/lib/quiz/questions"


def lookup(key, fallback=None):
    with shelve.open(SHELF, flag="r") as shelf:
        return shelf.get(key, fallback)


def remember(key, score):
    with shelve.open(SHELF + "-scores", flag="c", writeback=False) as shelf:
        previous = shelf.get(key, [])
        shelf[key] = previous + [score]


@app.get("/question")
def question():
    found = lookup(request.args.get("id", "q1"))
    if found is None:
        abort(404)
    return {"text": found["text"], "choices": found["choices"]}


@app.post("/score")
def score():
    remember(request.form["player"], request.form.get("score", 0, type=int))
    return {"saved": True}

# == password reset code drawn with the ordinary generator
import random
import string
import time

from flask import Flask, request

app = Flask(__name__)
PENDING = {}
ALPHABET = string.ascii_letters + string.digits


def fresh_code(length=24):
    return "".join(random.choices(ALPHABET, k=length))  # expect: py/weak-random


def deliver(address, code):
    PENDING[code] = (address, time.time() + 1800)


@app.post("/forgot")
def forgot():
    address = request.form.get("email", "").strip().lower()
    if "@" in address:
        deliver(address, fresh_code())
    return {"message": "If the address is known, a mail is on its way."}


@app.post("/reset")
def reset():
    address, until = PENDING.pop(request.form.get("code", ""), (None, 0))
    if address is None or until < time.time():
        return {"error": "code unknown or too old"}, 400
    return {"reset": True}

# == one-time codes from the generator of the operating system under another name
import hmac
from collections import defaultdict
from random import SystemRandom as Generator

from flask import Flask, request

app = Flask(__name__)


class OneTimeCodes:
    random = Generator()

    def __init__(self, digits=8):
        self.digits = digits
        self.open = {}
        self.failed = defaultdict(int)

    def issue(self, account):
        code = "".join(str(self.random.randrange(10)) for _ in range(self.digits))
        self.open[account] = code
        return code

    def redeem(self, account, given):
        if self.failed[account] >= 5:
            return False
        good = hmac.compare_digest(self.open.get(account, "").encode(), given.encode())
        if good and given:
            del self.open[account]
            return True
        self.failed[account] += 1
        return False


codes = OneTimeCodes()


@app.post("/code")
def issue():
    codes.issue(request.form.get("account", ""))
    return {"sent": True}, 202


@app.post("/code/check")
def check():
    return {"ok": codes.redeem(request.form.get("account", ""), request.form.get("code", ""))}

# == link signatures by an algorithm named in an ini text of the module
import configparser
import hashlib
import hmac
import os
import time

from flask import Flask, abort, request, send_from_directory

app = Flask(__name__)
INI = """
[links]
digest = sha1
lifetime = 600

[cache]
digest = sha256
"""
config = configparser.ConfigParser()
config.read_string(INI)
SECRET = os.environ["LINK_SECRET"]


def sign(number, until):
    state = hashlib.new(config.get("links", "digest"))  # expect: py/weak-hash
    for piece in (SECRET, str(number), str(until)):
        state.update(piece.encode())
    return state.hexdigest()


def cache_name(text):
    return hashlib.new(config["cache"]["digest"], text.encode()).hexdigest()


@app.get("/download/<int:number>")
def download(number):
    until = request.args.get("until", 0, type=int)
    given = request.args.get("sig", "")
    if until < time.time() or not hmac.compare_digest(sign(number, until).encode(), given.encode()):
        abort(403)
    return send_from_directory("/srv/files", cache_name("file-%d" % number))

# == passwords by scrypt, random access tokens by sha256
import base64
import hashlib
import hmac
import os
import secrets

from flask import Flask, abort, request

app = Flask(__name__)
USERS = {}
TOKENS = {}
COST = dict(n=2**14, r=8, p=5)


def stretch(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, dklen=32, **COST)


def fingerprint(access_token):
    # 256 random bits need no slow function
    return hashlib.sha256(access_token.encode("ascii", "ignore")).hexdigest()


@app.post("/users")
def add_user():
    body = request.get_json()
    salt = os.urandom(16)
    USERS[str(body["name"])] = base64.b64encode(salt + stretch(str(body["password"]), salt))
    return {"created": True}, 201


@app.post("/tokens")
def new_token():
    body = request.get_json()
    packed = base64.b64decode(USERS.get(str(body["name"]), b""))
    salt, known = packed[:16], packed[16:]
    if not known or not hmac.compare_digest(stretch(str(body["password"]), salt), known):
        abort(401)
    token = secrets.token_hex(32)
    TOKENS[fingerprint(token)] = str(body["name"])
    return {"token": token}

# == remember-me cookie hidden from scripts but sent without encryption
import secrets
from datetime import timedelta

from flask import Flask, after_this_request, request

app = Flask(__name__)
REMEMBERED = {}
MONTH = timedelta(days=30)


def remember(owner):
    token = secrets.token_urlsafe(32)
    REMEMBERED[token] = owner

    @after_this_request
    def attach(response):
        response.set_cookie("remember", token, max_age=MONTH, httponly=True)  # expect: py/insecure-cookie
        return response


@app.post("/remember")
def remember_me():
    if request.form.get("stay") == "yes":
        remember("somebody")
    return {"ok": True}


@app.post("/forget")
def forget():
    REMEMBERED.pop(request.cookies.get("remember", ""), None)

    @after_this_request
    def detach(response):
        response.delete_cookie("remember")
        return response

    return {"ok": True}

# == cookies written through a partial that carries the protection
import secrets
from functools import partial

from flask import Flask, make_response, request

app = Flask(__name__)
THEMES = frozenset({"light", "dark", "contrast"})


class Jar:
    def __init__(self, response):
        self.response = response
        self.put = partial(response.set_cookie, secure=True, httponly=True, samesite="Strict")

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.response.headers["Cache-Control"] = "no-store"
        return False


@app.post("/settings")
def settings():
    theme = request.form.get("theme", "light")
    if theme not in THEMES:
        theme = "light"
    size = min(max(request.form.get("size", 12, type=int), 8), 32)
    with Jar(make_response("", 204)) as jar:
        jar.put("theme", theme, max_age=31536000)
        jar.put("size", str(size))
        jar.put("visit", secrets.token_hex(8))
    return jar.response

# == request headers decide under which keys the session is written
import os

from quart import Quart, request, session

app = Quart(__name__)
app.secret_key = os.environ["QUART_SECRET"]
app.config["SESSION_COOKIE_SECURE"] = True
PREFIX = "x-pref-"


def preferences(headers):
    for name, value in headers.items():
        lowered = name.lower()
        if lowered.startswith(PREFIX):
            yield lowered[len(PREFIX):], value


@app.post("/preferences")
async def store_preferences():
    changed = 0
    for name, value in preferences(request.headers):
        session[name] = value == "on"  # expect: py/trust-boundary
        changed += 1
    return {"changed": changed}


@app.post("/preferences/sound")
async def sound():
    form = await request.form
    session["sound"] = form.get("sound") == "on"
    return {"sound": session["sound"]}

# == only known words, numbers and truth values get into the session
import enum
import os

from flask import Flask, abort, request, session

app = Flask(__name__)
app.secret_key = os.environ["SHOP_SECRET"]
app.config["SESSION_COOKIE_SECURE"] = True


class Currency(enum.Enum):
    EUR = "eur"
    CHF = "chf"
    SEK = "sek"


PAGE_SIZES = {"s": 10, "m": 25, "l": 100}
VIEWS = ("grid", "list")


@app.post("/shop/settings")
def settings():
    form = request.form
    try:
        session["currency"] = Currency(form.get("currency", "eur")).value
        session["favourite"] = int(form.get("favourite", "0"))
    except ValueError:
        abort(400)
    session["page_size"] = PAGE_SIZES.get(form.get("size"), 25)
    session["newsletter"] = "newsletter" in form
    view = form.get("view")
    if view in VIEWS:
        session["view"] = view
    return {"stored": sorted(session.keys())}

# == a leading slash is taken for proof of a local address
from typing import NamedTuple

from flask import Flask, redirect, request

app = Flask(__name__)


class Landing(NamedTuple):
    target: str
    code: int = 303


def landing(values):
    wanted = values.to_dict(flat=True)
    target = wanted.pop("next", "/").strip()
    if not target.startswith("/") or "://" in target:
        target = "/"
    return Landing(target)


@app.route("/signed-in", methods=["GET", "POST"])
def signed_in():
    where, code = landing(request.values)
    return redirect(where, code=code)  # expect: py/open-redirect


@app.route("/signed-out")
def signed_out():
    _, code = landing(request.values)
    return redirect("/", code=code)

# == redirects to registered partners and into one folder of the own site
from urllib.parse import quote

from flask import Flask, abort, redirect, request, url_for

app = Flask(__name__)
PARTNERS = {
    "bank": "https://bank.example.com/start",
    "post": "https://post.example.com/",
}


@app.route("/out/<partner>")
def out(partner):
    for key, address in PARTNERS.items():
        if key == partner:
            return redirect(address, 302)
    abort(404)


@app.get("/wiki")
def wiki():
    title = request.args.get("title", "Start").replace(" ", "_")
    return redirect("/wiki/" + quote(title, safe=""))


@app.get("/lookup")
def lookup():
    query = request.query_string.decode("ascii", "ignore")[:200]
    return redirect(url_for("wiki", title=query))

# == order files read by an lxml parser that was told to trust its input
from lxml import etree
from flask import Flask, request

app = Flask(__name__)
TRUSTING = {"resolve_entities": True, "load_dtd": True, "no_network": False}
CAUTIOUS = dict(TRUSTING, resolve_entities=False, load_dtd=False, no_network=True)


class Orders:
    def __init__(self):
        self.documents = []

    def add(self, upload):
        blob = upload.stream.read(1 << 20)
        self.documents.append((upload.filename, blob))

    def __iter__(self):
        for name, blob in reversed(self.documents):
            yield name, bytes(blob).lstrip()


def received(parts):
    orders = Orders()
    for part in parts:
        orders.add(part)
    return orders


@app.post("/orders")
def orders():
    seen = {}
    for number, (_name, blob) in enumerate(received(request.files.getlist("order"))):
        root = etree.fromstring(blob, etree.XMLParser(**TRUSTING))  # expect: py/xxe
        seen[number] = root.findtext("reference")
    return {"orders": seen}


@app.post("/v2/orders")
def orders_v2():
    seen = []
    for _name, blob in received(request.files.getlist("order")):
        root = etree.fromstring(blob, etree.XMLParser(**CAUTIOUS))
        seen.append(root.findtext("reference"))
    return {"orders": seen}

# == asset address glued to a host name that lacks its slash
import requests
from flask import Flask, abort, request

app = Flask(__name__)
CDN = "https://assets.example.net"


class Fetcher:
    def __init__(self, base):
        self.pieces = [base]

    def at(self, tail):
        self.pieces.append(tail)
        return self

    def fetch(self):
        url = "".join(self.pieces)
        reply = requests.get(url, timeout=5, allow_redirects=False)  # expect: py/ssrf
        return reply.status_code, len(reply.content)


@app.get("/asset/size")
def asset_size():
    tail = request.args.get("file") or abort(400)
    status, size = Fetcher(CDN).at(tail).fetch()
    return {"status": status, "size": size}


@app.get("/asset/logo")
def logo():
    status, size = Fetcher(CDN).at("/logo.svg").fetch()
    return {"status": status, "size": size}

# == Quart proxy whose upstream comes out of a table
import asyncio
from types import MappingProxyType

import httpx
from quart import Quart, abort, request

app = Quart(__name__)
UPSTREAMS = MappingProxyType(
    {
        "stock": "https://stock.internal.example/levels",
        "price": "https://price.internal.example/current",
    }
)


async def ask(client, address):
    reply = await client.get(address)
    reply.raise_for_status()
    return reply.json()


@app.post("/combined")
async def combined():
    wanted = await request.get_json()
    if not isinstance(wanted, list):
        abort(400)
    addresses = []
    for name in wanted:
        address = UPSTREAMS.get(str(name))
        if address is not None:
            addresses.append(address)
    async with httpx.AsyncClient(timeout=5.0, follow_redirects=False) as client:
        replies = await asyncio.gather(*(ask(client, a) for a in addresses))
    return {"replies": replies}


@app.get("/single")
async def single():
    name = request.args.get("name", "stock")
    url = UPSTREAMS["price"] if name == "price" else UPSTREAMS["stock"]
    async with httpx.AsyncClient(timeout=5.0) as client:
        return {"reply": await ask(client, url)}

# == mail text of the user compiled as a Jinja template
from jinja2 import Environment
from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)
ENV = Environment(autoescape=True, trim_blocks=True)
CUSTOMER = {"name": "Ada", "number": 17}


def assembled(body: str) -> list:
    lines = ["Dear {{ name }},", ""]
    lines.extend(str(escape(line)) for line in body.splitlines())
    lines += ["", "Customer no. {{ number }}"]
    return lines


@app.post("/mailing/preview")
def preview():
    body = request.get_data(as_text=True)
    text = ENV.from_string("\n".join(assembled(body))).render(CUSTOMER)  # expect: py/template-injection
    return {"preview": text}


@app.post("/mailing/plain")
def plain():
    body = request.get_data(as_text=True)
    values = dict(CUSTOMER, body=body)
    text = ENV.from_string("Dear {{ name }},\n{{ body }}\n").render(values)
    return {"preview": text}

# == names of response headers made from labels of the request
import re

from flask import Flask, make_response, request

app = Flask(__name__)
UNWANTED = re.compile(r"[^A-Za-z0-9-]")


def labels():
    given = request.args.getlist("label")
    return [label for label in given if label][:5]


@app.get("/trace")
def trace():
    resp = make_response({"labels": len(labels())})
    for label in labels():
        resp.headers["X-Trace-" + label] = "1"  # expect: py/header-injection
    return resp


@app.get("/v2/trace")
def trace_v2():
    resp = make_response({"labels": len(labels())})
    for position, label in enumerate(labels()):
        resp.headers["X-Trace-" + UNWANTED.sub("", label)] = str(position)
    return resp


@app.get("/page")
def page():
    number = request.args.get("number", 1, type=int)
    resp = make_response({"number": number})
    resp.headers["X-Next-Page"] = str(number + 1)
    return resp

# == confirmation looked up by whatever JSON value arrives
import os

from flask import Flask, abort, request
from pymongo import MongoClient

app = Flask(__name__)
db = MongoClient(os.environ["MONGO_URL"]).get_database("members")


class Lookup:
    def __init__(self, **fixed):
        self.query = dict(fixed)

    def narrow(self, body, *names):
        for name in names:
            self.query[name] = body.get(name)
        return self

    def as_text(self):
        return {name: str(value) for name, value in self.query.items()}


@app.post("/confirm")
def confirm():
    body = request.get_json()
    lookup = Lookup(state="pending").narrow(body, "email", "code")
    member = db.members.find_one(lookup.query, {"_id": 0, "email": 1})  # expect: py/nosql-injection
    if member is None:
        abort(404)
    return {"confirmed": True}


@app.post("/v2/confirm")
def confirm_v2():
    lookup = Lookup(state="pending").narrow(request.get_json(), "email", "code")
    member = db.members.find_one(lookup.as_text(), {"_id": 0, "email": 1})
    return {"confirmed": member is not None}

# == log lines whose outside parts cannot hold a line break
import json
import logging

from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger("visits")
ONE_LINE = {code: " " for code in (*range(32), 127, 0x85, 0x2028, 0x2029)}


def flat(text):
    return text.translate(ONE_LINE)


@app.before_request
def note_visit():
    log.info("agent=%r", request.user_agent.string)
    log.info("visit %s", json.dumps({"path": request.path, "from": request.referrer}))


@app.post("/feedback")
def feedback():
    text = request.form.get("text", "")
    stars = request.form.get("stars", 0, type=int)
    log.warning("feedback, %d stars, %d characters", stars, len(text))
    log.info("feedback begins: " + flat(text[:40]))
    return "", 204


@app.post("/abuse")
def abuse():
    words = request.get_data(as_text=True).split()
    log.error("abuse report: {}".format(" ".join(words)))
    return "", 202

# == words of the request joined to an alternative without being escaped
import re

from flask import Flask, jsonify, request

app = Flask(__name__)
NAMES = ["Anna Berg", "Bernd Anders", "Carla Diaz"]


def word_pattern(words):
    inner = "|".join(w.strip() for w in words if w.strip())
    return r"\b(?:%s)\b" % (inner or "(?!)")


@app.get("/names")
def names():
    pattern = word_pattern(request.args.getlist("w"))
    finder = re.compile(pattern, re.IGNORECASE)  # expect: py/regex-injection
    return jsonify([n for n in NAMES if finder.search(n)])


@app.get("/names/initial")
def initial():
    letter = request.args.get("letter", "a")
    if len(letter) != 1 or not letter.isalpha():
        return jsonify([])
    finder = re.compile("^" + letter, re.IGNORECASE)
    return jsonify(list(filter(finder.match, NAMES)))

