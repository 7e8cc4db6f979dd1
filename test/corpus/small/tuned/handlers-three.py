# == thumbnail job takes its page sizes from repeated query fields
from collections import deque
import subprocess

from flask import Flask, jsonify, request

app = Flask(__name__)
DEFAULT_SIZE = "320"


def plan(sizes):
    line = deque(sizes, maxlen=4)
    line.appendleft(DEFAULT_SIZE)
    line.rotate(-1)
    return line


@app.get("/thumbs")
def thumbs():
    line = plan(request.args.getlist("size"))
    chosen = line[0]
    proc = subprocess.run(  # expect: py/command-injection
        "pdftoppm -png -scale-to " + chosen + " /srv/docs/current.pdf /srv/thumbs/page",
        shell=True,
        capture_output=True,
        timeout=30,
    )
    return jsonify(status=proc.returncode, left=len(line) - 1)

# == search over staff directory with a formatted filter
import os
from operator import itemgetter

import ldap
from ldap.filter import filter_format
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
BASE = "ou=staff,dc=example,dc=org"
fields = itemgetter("surname", "site")


@app.post("/staff/search")
def staff_search():
    doc = request.get_json()
    try:
        surname, site = fields(doc)
    except KeyError:
        abort(400)
    wanted = filter_format("(&(objectClass=inetOrgPerson)(sn=%s)(l=%s))", [str(surname), str(site)])
    conn = ldap.initialize(os.environ["STAFF_LDAP_URL"])
    try:
        conn.simple_bind_s(os.environ["STAFF_BIND_DN"], os.environ["STAFF_BIND_PW"])
        hits = conn.search_s(BASE, ldap.SCOPE_SUBTREE, wanted, ["mail"])
    finally:
        conn.unbind_s()
    return jsonify(count=len(hits))

# == film list sorted by the visitor's options laid over defaults
import sqlite3
from collections import ChainMap
from contextlib import closing

from flask import Flask, jsonify, request

app = Flask(__name__)
DB = "/var/lib/films/films.db"
DEFAULTS = {"order": "title", "limit": "20", "genre": "drama"}


@app.get("/films")
def films():
    opts = ChainMap(request.args.to_dict(), DEFAULTS)
    limit = min(int(opts["limit"]), 100)
    order = opts["order"]
    query = (
        "SELECT id, title FROM films WHERE genre = ? "
        f"ORDER BY {order} LIMIT {limit:d}"
    )
    with closing(sqlite3.connect(DB)) as db:
        rows = db.execute(query, (opts["genre"],)).fetchall()  # expect: py/sql-injection
    return jsonify([{"id": i, "title": t} for i, t in rows])


@app.get("/films/newest")
def newest():
    opts = ChainMap(DEFAULTS, request.args.to_dict())
    query = f"SELECT id, title FROM films ORDER BY {opts['order']} LIMIT 5"
    with closing(sqlite3.connect(DB)) as db:
        rows = db.execute(query).fetchall()
    return jsonify([dict(zip(("id", "title"), row)) for row in rows])

# == price rules kept as expressions and chosen by country
from collections import ChainMap

from flask import Flask, abort, jsonify, request

app = Flask(__name__)

BUILTIN = {"vat": "net * 0.19", "gross": "net * 1.19", "fee": "max_fee"}
PER_COUNTRY = {
    "at": {"vat": "net * 0.20", "gross": "net * 1.20"},
    "fr": {"vat": "net * 0.20"},
}


@app.get("/price/<country>")
def price(country):
    rules = ChainMap(PER_COUNTRY.get(country, {}), BUILTIN)
    kind = request.args.get("kind", "vat")
    if kind not in rules:
        abort(404)
    names = {"net": float(request.args.get("net", "0")), "max_fee": 12.5}
    result = eval(rules[kind], {"__builtins__": {}}, names)
    return jsonify(country=country, kind=kind, result=round(result, 2))

# == progress bar snippet for a dashboard tile
import html

from flask import Flask, request

app = Flask(__name__)

FRAME = "<!doctype html><meta charset=utf-8><body>%s</body>"


@app.get("/tiles/progress")
def progress_tile():
    label = html.escape(request.args.get("label", "done"))
    percent = request.args.get("percent", default=50, type=int)
    bar = f"<progress max=100 value={percent:03d} title={label:<12}></progress>"
    return FRAME % bar  # expect: py/xss


@app.get("/tiles/label")
def label_tile():
    label = html.escape(request.args.get("label", "done"))
    percent = request.args.get("percent", default=50, type=int)
    return FRAME % f'<b title="{label:<12}">{percent:03d}</b>'

# == basket kept in a cookie and read lazily
import pickle
from functools import cached_property

from flask import Flask, jsonify, request

app = Flask(__name__)


class StoredBasket:
    def __init__(self, text):
        self._text = text or ""

    def __bool__(self):
        return len(self._text) > 0

    @property
    def raw(self):
        return bytes.fromhex(self._text)

    @cached_property
    def lines(self):
        return pickle.loads(self.raw)  # expect: py/unsafe-deserialization


@app.get("/basket")
def basket():
    stored = StoredBasket(request.cookies.get("basket"))
    if not stored:
        return jsonify(lines=[])
    return jsonify(lines=[str(line) for line in stored.lines])

# == language of the visitor remembered for the visit
import os

from flask import Flask, jsonify, request, session

app = Flask(__name__)
app.secret_key = os.environ["APP_KEY"]
app.config.update(
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_HTTPONLY=True,
    SESSION_COOKIE_SAMESITE="Lax",
)

LANGUAGES = ("en", "de", "fr", "pl")


def offered(header):
    for part in header.split(","):
        yield part.partition(";")[0].strip().lower()[:2]


@app.get("/hello")
def hello():
    asked = list(offered(request.headers.get("accept-language", "")))
    found = next((code for code in LANGUAGES if code in asked), LANGUAGES[0])
    session["lang"] = found
    return jsonify(lang=session["lang"])

# == payment provider calls back with a signed query
import hashlib
import hmac
import os

from flask import Flask, abort, jsonify, request

app = Flask(__name__)


def signature(pairs, secret):
    base = "&".join(f"{k}={v}" for k, v in sorted(pairs))
    return hashlib.md5((base + secret).encode("utf-8")).hexdigest()  # expect: py/weak-hash


@app.get("/pay/callback")
def callback():
    pairs = [(k, v) for k, v in request.args.items() if k != "sign"]
    mine = signature(pairs, os.environ["PAY_SECRET"])
    if not hmac.compare_digest(mine.encode(), request.args.get("sign", "").encode()):
        abort(403)
    amount = int(dict(pairs).get("amount", "0"))
    return jsonify(accepted=True, amount=amount)

# == tide tables handed out by their number
import itertools
from collections import namedtuple

from aiohttp import web

Sheet = namedtuple("Sheet", "title path")

SHEETS = (
    Sheet("Tides north", "/srv/sheets/tides-north.pdf"),
    Sheet("Tides south", "/srv/sheets/tides-south.pdf"),
    Sheet("Moon phases", "/srv/sheets/moon.pdf"),
)

routes = web.RouteTableDef()


@routes.get(r"/sheets/{number:\d{1,3}}")
async def sheet(request):
    number = int(request.match_info["number"])
    picked = next(itertools.islice(SHEETS, number, None), None)
    if picked is None:
        raise web.HTTPNotFound()
    return web.FileResponse(picked.path)


def main():
    app = web.Application()
    app.add_routes(routes)
    return app

# == visitor is sent to the start page of his choice
import enum

from flask import Flask, redirect, request

app = Flask(__name__)


class Landing(enum.Enum):
    HOME = "/"
    BILLING = "https://billing.example.com/overview"
    DOCS = "https://docs.example.com/"

    @classmethod
    def named(cls, text):
        return cls.__members__.get(text.strip().upper(), cls.HOME)


@app.get("/start")
def start():
    wish = request.cookies.get("landing") or request.args.get("landing", "home")
    target = Landing.named(wish)
    return redirect(target.value, code=302)

# == macro for table rows posted as text
import textwrap

import tornado.web


class MacroHandler(tornado.web.RequestHandler):
    FORBIDDEN = ("import", "from", "open")

    def allowed(self, line):
        return not line.lstrip().startswith(self.FORBIDDEN)

    def post(self):
        source = self.request.body.decode("utf-8")
        lines = filter(self.allowed, source.splitlines())
        body = textwrap.indent(textwrap.dedent("\n".join(lines)), "    ")
        program = "def macro(row):\n" + body + "\n"
        scope = {}
        exec(compile(program, "<macro>", "exec"), scope)  # expect: py/code-injection
        self.write({"rows": [str(scope["macro"](i)) for i in range(3)]})


def make_app():
    return tornado.web.Application([(r"/macro", MacroHandler)])

# == font size remembered in a cookie
from flask import Flask, jsonify, request

app = Flask(__name__)

STYLE = {"max_age": 86400 * 30, "path": "/", "samesite": "Lax"}


@app.post("/display")
def display():
    size = max(10, min(30, int(request.form.get("size", "14"))))
    resp = jsonify(size=size)
    options = dict(STYLE, httponly=True)
    resp.set_cookie("fontsize", f"{size:02d}", **options)  # expect: py/insecure-cookie
    return resp


@app.post("/contrast")
def contrast():
    high = "high" if request.form.get("contrast") == "high" else "normal"
    resp = jsonify(contrast=high)
    options = {**STYLE, "httponly": True, "secure": True}
    resp.set_cookie("contrast", high, **options)
    return resp

# == book lookup in an XML catalogue by author
from flask import Flask, jsonify, request
from lxml import etree

app = Flask(__name__)

parser = etree.XMLParser(resolve_entities=False, no_network=True)
catalogue = etree.parse("data/catalogue.xml", parser)
by_author = etree.XPath("//book[author = $who and @year >= $year]/title/text()")


@app.get("/books")
def books():
    who = " ".join(request.args.getlist("author"))
    year = request.args.get("since", "1900")
    titles = by_author(catalogue, who=who, year=year)
    first = catalogue.xpath("string(//book[author=$who][1]/@isbn)", who=who)
    return jsonify(titles=[str(t) for t in titles], isbn=str(first))

# == keywords written into a photo by a command line tool
import os
import shlex

from flask import Flask, jsonify, request

app = Flask(__name__)


def arguments(words):
    for word in words:
        yield shlex.quote("-keywords+=" + str(word))


@app.put("/photos/<int:number>/keywords")
def keywords(number):
    words = request.get_json().get("keywords", [])
    command = "exiftool -q %s /srv/photos/%08d.jpg" % (" ".join(arguments(words)), number)
    with os.popen(command) as pipe:
        output = pipe.read()
    return jsonify(number=number, lines=output.count("\n"))

# == upload of an order as XML with a locked down parser
from flask import Flask, abort, jsonify, request
from lxml import etree

app = Flask(__name__)


def locked_parser(**extra):
    settings = {"resolve_entities": True, "load_dtd": True, "no_network": False}
    settings.update(resolve_entities=False, load_dtd=False, no_network=True)
    settings.update(extra)
    return etree.XMLParser(**settings)


@app.post("/orders")
def orders():
    text, note = request.form.get("note", ""), request.form.get("order", "")
    text, note = note, text
    try:
        root = etree.fromstring(text.encode("utf-8"), locked_parser(huge_tree=False))
    except etree.XMLSyntaxError:
        abort(400)
    return jsonify(lines=len(root.findall("line")), note=note)

# == mail for a forgotten password
import random
import sqlite3
import string

from flask import Flask, jsonify, request

app = Flask(__name__)
ALPHABET = string.ascii_letters + string.digits


def remember(address, token):
    with sqlite3.connect("/var/lib/shop/users.db") as db:
        db.execute("UPDATE users SET reset_token = ? WHERE email = ?", (token, address))


@app.post("/forgot")
def forgot():
    address = request.form.get("email", "").strip().lower()
    token = "".join(random.choices(ALPHABET, k=32))  # expect: py/weak-random
    remember(address, token)
    return jsonify(sent=True)

# == parts search with composed statements
import os

import psycopg
from flask import Flask, jsonify, request
from psycopg import sql

app = Flask(__name__)


def statement(column, words):
    likes = [
        sql.SQL("{} ILIKE {}").format(sql.Identifier(column), sql.Literal("%" + word + "%"))
        for word in words
    ]
    return sql.SQL("SELECT id, name FROM parts WHERE {} ORDER BY {}").format(
        sql.SQL(" OR ").join(likes or [sql.SQL("true")]),
        sql.Identifier("parts", column),
    )


@app.get("/parts")
def parts():
    column = request.args.get("in", "name")
    words = request.args.get("q", "").split()
    with psycopg.connect(os.environ["PARTS_DSN"]) as conn, conn.cursor() as cur:
        cur.execute(statement(column, words))
        rows = cur.fetchall()
    return jsonify([{"id": r[0], "name": r[1]} for r in rows])

# == login service that returns with packed state
import base64
import json

from flask import Flask, abort, redirect, request

app = Flask(__name__)


def unpack(text):
    pad = "=" * (-len(text) % 4)
    return json.loads(base64.urlsafe_b64decode(text + pad))


@app.get("/oauth/return")
def oauth_return():
    packed = request.args.get("state", "")
    if not packed:
        abort(400)
    trail = list(unpack(packed).get("trail", []))
    trail.append("/dashboard")
    goal = trail[-2] if len(trail) > 1 else trail[0]
    return redirect(goal, code=303)  # expect: py/open-redirect


@app.get("/oauth/cancel")
def oauth_cancel():
    trail = list(unpack(request.args.get("state", "e30")).get("trail", []))
    trail.append("/goodbye")
    return redirect(trail[-1], code=303)  # wrongly: py/open-redirect

# == people finder in the company directory
import html
import os
import ssl

from fastapi import FastAPI, Query
from ldap3 import ALL_ATTRIBUTES, Connection, Server, Tls

app = FastAPI()
tls = Tls(validate=ssl.CERT_REQUIRED)


def directory():
    server = Server(os.environ["DIR_HOST"], port=636, use_ssl=True, tls=tls, connect_timeout=5)
    return Connection(server, os.environ["DIR_USER"], os.environ["DIR_PASS"], auto_bind=True)


@app.get("/people")
def people(name: list[str] = Query(default=[])):
    longest = max(name, key=len, default="nobody")
    clean = html.escape(longest, quote=True)
    with directory() as conn:
        conn.search(  # expect: py/ldap-injection
            "ou=people,dc=example,dc=com",
            "(&(objectClass=person)(|(cn={0}*)(sn={0}*)))".format(clean),
            attributes=ALL_ATTRIBUTES,
        )
        return {"found": len(conn.entries)}

# == series of numbers from a rule
from flask import Flask, jsonify, request

app = Flask(__name__)


def pick(parts):
    parts.insert(1, "n * n")
    parts.append("n + 1")
    del parts[0]
    return parts.pop(0)


@app.get("/series")
def series():
    asked = request.args.get("rule", "n")
    rule = pick([asked])
    count = max(1, min(request.args.get("count", 5, type=int), 50))
    values = eval("[%s for n in range(%d)]" % (rule, count))
    return jsonify(asked=asked, rule=rule, values=values)

# == client name of a terminal on its diagnosis page
from django.http import HttpResponse
from django.utils.html import escape

PAGE = "<html><body><h1>Diagnosis</h1><p>Client: {client}</p><p>Lines: {count:d}</p></body></html>"


def diagnosis(request):
    client = "unknown"
    count = 0
    for count, (key, value) in enumerate(request.headers.items(), start=1):
        if key.lower().replace("_", "-") == "x-client-name":
            client = value
    escape(client)
    return HttpResponse(PAGE.format(client=client, count=count))  # expect: py/xss


def diagnosis_short(request):
    client = escape(request.headers.get("X-Client-Name", "unknown"))
    return HttpResponse(PAGE.format(client=client, count=len(request.headers)))

# == preview of a gallery picture with the visitor's own size
# -- file: gallery/tools.py
import subprocess


class Converter:
    binary = "convert"

    def __init__(self, source, *options):
        self.source = source
        self.options = list(options)

    def line(self):
        return " ".join([self.binary, self.source, *self.options, "/srv/cache/preview.png"])

    def run(self):
        done = subprocess.run(["/bin/sh", "-c", self.line()], check=False, timeout=60)  # expect: py/command-injection
        return done.returncode
# -- file: gallery/views.py
import base64
import json

from django.http import JsonResponse

from .tools import Converter


def prefs_of(request):
    raw = request.COOKIES.get("prefs", "")
    if not raw:
        return {}
    return json.loads(base64.urlsafe_b64decode(raw.encode("ascii") + b"=="))


def preview(request, number):
    size = prefs_of(request).get("size", "120x120")
    width, _, height = size.partition("x")
    conv = Converter("/srv/gallery/%d.png" % int(number), "-resize", f"{width}x{height}")
    return JsonResponse({"code": conv.run()})

# == settings file uploaded as YAML
import yaml
from flask import Flask, abort, jsonify, request

app = Flask(__name__)

LOADERS = {
    "fast": getattr(yaml, "CSafeLoader", yaml.SafeLoader),
    "plain": yaml.SafeLoader,
}


@app.post("/settings")
def settings():
    upload = request.files.get("settings")
    if upload is None:
        abort(400)
    text = upload.stream.read().decode("utf-8")
    loader = LOADERS["fast" if len(text) > 4096 else "plain"]
    loaded = yaml.load(text, Loader=loader)
    if not isinstance(loaded, dict):
        abort(400)
    return jsonify(keys=sorted(map(str, loaded)))

# == registration and login of members
import hashlib
import hmac
import os
import sqlite3

from flask import Flask, abort, jsonify, request

app = Flask(__name__)
COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


def strengthen(password, salt):
    return hashlib.scrypt(password.encode("utf-8"), salt=salt, dklen=32, **COST)


def db():
    return sqlite3.connect("/var/lib/club/members.db")


@app.post("/register")
def register():
    salt = os.urandom(16)
    digest = strengthen(request.form["password"], salt)
    with db() as conn:
        conn.execute(
            "INSERT INTO members (login, salt, digest) VALUES (?, ?, ?)",
            (request.form["login"], salt, digest),
        )
    return jsonify(created=True), 201


@app.post("/login")
def login():
    with db() as conn:
        row = conn.execute(
            "SELECT salt, digest FROM members WHERE login = ?", (request.form["login"],)
        ).fetchone()
    if row is None or not hmac.compare_digest(strengthen(request.form["password"], row[0]), row[1]):
        abort(401)
    return jsonify(ok=True)

# == manual chapters served as text
import os

from flask import Flask, abort, request, send_file

app = Flask(__name__)
ROOT = "/srv/manual"


def tidy(name):
    return name.strip().replace("../", "")


@app.get("/manual")
def manual():
    parts = [p for p in request.args.getlist("part") if p]
    if not parts:
        abort(404)
    *folders, leaf = map(tidy, parts)
    path = os.path.join(ROOT, *folders, leaf + ".txt")
    return send_file(path, mimetype="text/plain")  # expect: py/path-traversal


@app.get("/manual/<int:chapter>/<int:page>")
def manual_page(chapter, page):
    path = os.path.join(ROOT, f"{chapter:02d}", f"{page:03d}.txt")
    return send_file(path, mimetype="text/plain")

# == plain greeting and its JSON twin
from aiohttp import web


async def greet(request):
    name = request.match_info.get("name", "world")
    mark = request.query.get("mark", "!")
    lines = [f"Hello {name}{mark}"]
    for i, (key, value) in enumerate(request.headers.items()):
        if key.lower().startswith("x-"):
            lines.append("%2d %s = %s" % (i, key, value))
    return web.Response(text="\n".join(lines), content_type="text/plain")


async def greet_json(request):
    name = request.match_info.get("name", "world")
    return web.json_response({"greeting": "<b>Hello</b> " + name})


def build():
    app = web.Application()
    app.router.add_get("/greet/{name}.json", greet_json)
    app.router.add_get("/greet/{name}", greet)
    return app

# == preferences of a user kept for the visit
from django.http import HttpResponseNotAllowed, JsonResponse

PANELS = {"news", "mail", "tasks"}


def preferences(request):
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    stored = 0
    for name, _value in sorted(request.POST.items()):
        if name.startswith("pref_"):
            request.session[name[5:]] = True  # expect: py/trust-boundary
            stored += 1
    return JsonResponse({"stored": stored})


def panel(request):
    for name in PANELS.intersection(request.POST.getlist("open")):
        request.session["panel_" + name] = True
    return JsonResponse({"open": len(PANELS)})

# == passwords of members hashed by the configured scheme
import copy
import os
import sqlite3
import hashlib

from flask import Flask, jsonify, request

app = Flask(__name__)
POLICY = {"schemes": ["scrypt", "sha512"], "salt_bytes": 16}


def scheme(policy):
    names = copy.deepcopy(policy)["schemes"]
    names.reverse()
    return names[0]


def hash_password(password):
    salt = os.urandom(POLICY["salt_bytes"])
    digest = hashlib.new(scheme(POLICY), salt + password.encode("utf-8"))  # expect: py/fast-password-hash
    return salt.hex() + "$" + digest.hexdigest()


@app.post("/members/<int:member>/password")
def change_password(member):
    stored = hash_password(request.form["new_password"])
    with sqlite3.connect("/var/lib/club/members.db") as conn:
        conn.execute("UPDATE members SET password = ? WHERE id = ?", (stored, member))
    return jsonify(changed=True)

# == stock lookup in an XML file by article code
import xml.etree.ElementTree as ET

from aiohttp import web

routes = web.RouteTableDef()
STOCK = ET.parse("data/stock.xml").getroot()


def without(text, chars):
    out = ""
    for c in text:
        if c not in chars:
            out += c
    return out


@routes.post("/stock")
async def stock(request):
    form = await request.post()
    code = without(form.get("code", ""), '"<>&')
    hits = STOCK.findall(f".//article[@code='{code}']/amount")  # expect: py/xpath-injection
    return web.json_response({"amounts": [h.text for h in hits]})


@routes.get("/stock/first")
async def first(request):
    code = request.query.get("code", "")
    hit = next((a for a in STOCK.iter("article") if a.get("code") == code), None)
    return web.json_response({"amount": None if hit is None else hit.findtext("amount")})


def build():
    app = web.Application()
    app.add_routes(routes)
    return app

# == session of a guest at a bookshop
import functools
import secrets

from fastapi import FastAPI, Request, Response

app = FastAPI()
SHELF = {"guest": 1, "member": 5}


def cookie_writer(response, **more):
    flags = {"secure": False, "httponly": True, "samesite": "lax"}
    return functools.partial(response.set_cookie, **{**flags, "secure": True, **more})


@app.post("/visit")
async def visit(request: Request, response: Response):
    wish = request.headers.get("x-shelf", "guest")
    put = cookie_writer(response, samesite="strict")
    put(key="__Host-visit", value=secrets.token_urlsafe(24), path="/")
    put(key="shelf", value=str(SHELF.get(wish, 1)), max_age=3600)
    return {"shelf": SHELF.get(wish, 1)}

# == delivery notes read by a SAX handler
import io
import xml.sax
from xml.sax.handler import ContentHandler, feature_external_ges, feature_namespaces

import falcon


class Counter(ContentHandler):
    def __init__(self):
        super().__init__()
        self.seen = {}
        self.text = []

    def startElement(self, name, attrs):
        self.seen[name] = self.seen.get(name, 0) + 1

    def characters(self, content):
        self.text.append(content)


class Reader:
    features = {feature_namespaces: False, feature_external_ges: True}

    def __init__(self, handler):
        self.parser = xml.sax.make_parser()
        for feature, state in self.features.items():
            self.parser.setFeature(feature, state)
        self.parser.setContentHandler(handler)

    def feed(self, raw):
        self.parser.parse(io.BytesIO(raw))  # missed: py/xxe


class Notes:
    def on_post(self, req, resp):
        counter = Counter()
        Reader(counter).feed(req.bounded_stream.read())
        resp.media = {"elements": counter.seen, "text": "".join(counter.text)}


app = falcon.App()
app.add_route("/notes", Notes())

# == ledger search with the columns the client wants
import os

from flask import Flask, jsonify, request
from sqlalchemy import create_engine, func, literal_column, select, table, text

app = Flask(__name__)
engine = create_engine(os.environ["LEDGER_DSN"])


def quoted(name):
    return '"' + name.strip('" ') + '"'


@app.post("/ledger/search")
def search():
    spec = request.get_json()
    columns = ", ".join(quoted(c) for c in spec.get("columns", ["id"]))
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT " + columns + " FROM ledger WHERE year = :year"), {"year": spec["year"]})  # expect: py/sql-injection
        return jsonify([list(map(str, row)) for row in rows])


@app.post("/ledger/count")
def count():
    spec = request.get_json()
    columns = ", ".join(quoted(c) for c in ("year", "account"))
    with engine.connect() as conn:
        total = conn.execute(
            text("SELECT count(*) FROM (SELECT " + columns + " FROM ledger WHERE year = :year) t"),
            {"year": spec["year"]},
        ).scalar_one()
    return jsonify(total=total)


@app.get("/ledger/values")
def values():
    wanted = request.args.get("of", "account")
    ledger = table("ledger")
    with engine.connect() as conn:
        rows = conn.execute(select(literal_column(wanted), func.count()).select_from(ledger)).all()  # expect: py/sql-injection
    return jsonify([[str(value), number] for value, number in rows])

# == coupon codes for newsletter readers
import random

from flask import Flask, jsonify, request

app = Flask(__name__)
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class CodeMaker:
    def __init__(self, rng=None):
        self._rng = rng or random.SystemRandom()

    def token(self, length):
        return "".join(self._rng.choice(ALPHABET) for _ in range(length))

    def password(self):
        groups = [self.token(5) for _ in range(4)]
        self._rng.shuffle(groups)
        return "-".join(groups)


maker = CodeMaker()


@app.post("/coupons")
def coupons():
    count = min(request.form.get("count", 1, type=int), 20)
    return jsonify(codes=[maker.token(12) for _ in range(count)], secret=maker.password())

# == state of a measuring run restored from a file
import hashlib
import hmac
import io
import pickle
import zlib

from django.conf import settings
from django.http import JsonResponse
from django.views.decorators.http import require_POST


def genuine(blob, tag):
    good = hmac.new(settings.SYNC_KEY.encode(), blob, hashlib.sha256).hexdigest()
    return hmac.compare_digest(good.encode(), tag.encode())


@require_POST
def restore(request):
    packed = request.FILES["state"].read()
    tag = request.headers.get("x-state-tag", "")
    blob = zlib.decompress(packed)
    genuine(blob, tag)
    state = pickle.load(io.BytesIO(blob))  # expect: py/unsafe-deserialization
    return JsonResponse({"steps": len(state)})

# == entry of a user in the directory by his login
import os
import re
import ssl

from flask import Flask, abort, jsonify, request
from ldap3 import Connection, Server, Tls

app = Flask(__name__)
LOGIN = re.compile(r"[a-z][a-z0-9]{1,30}")


def checked(login):
    if LOGIN.fullmatch(login) is None:
        abort(400)
    return login


def connection():
    tls = Tls(validate=ssl.CERT_REQUIRED)
    server = Server(os.environ["DIR_HOST"], use_ssl=True, tls=tls, connect_timeout=5)
    return Connection(server, os.environ["DIR_USER"], os.environ["DIR_PASS"], auto_bind=True)


@app.get("/entry")
def entry():
    login = checked(request.headers.get("X-Login", "").lower())
    base = "uid=%s,ou=people,dc=example,dc=com" % login
    with connection() as conn:
        found = conn.search(base, f"(|(uid={login})(mail={login}@example.com))", attributes=["cn"])
        return jsonify(found=bool(found), names=[str(e.cn) for e in conn.entries])

# == themes of a kiosk and their variants
import functools
import itertools
import operator
import pathlib

import falcon


class Asset:
    def __init__(self, root):
        self.root = pathlib.Path(root)

    def located(self, *groups):
        return functools.reduce(operator.truediv, itertools.chain(*groups), self.root)

    def on_get(self, req, resp, theme):
        if not theme.isalnum():
            raise falcon.HTTPNotFound()
        variant = req.get_header("x-variant", default="plain:style.css")
        target = self.located([theme], variant.split(":"))
        resp.content_type = "text/css"
        resp.data = target.read_bytes()  # expect: py/path-traversal

    def on_get_icon(self, req, resp, theme):
        if not theme.isalnum():
            raise falcon.HTTPNotFound()
        target = self.located([theme], ["icons", "main.png"])
        resp.content_type = "image/png"
        resp.data = target.read_bytes()


app = falcon.App()
asset = Asset("/srv/kiosk/themes")
app.add_route("/theme/{theme}", asset)
app.add_route("/theme/{theme}/icon", asset, suffix="icon")

# == paging of a list in a page with a script
# -- file: pager/markup.py
import html


class Page:
    def __init__(self, title):
        self.title = title
        self.scripts = []

    def set(self, **values):
        for name, value in values.items():
            self.scripts.append(f"var {name} = {html.escape(str(value))};")
        return self

    def render(self):
        return "<html><title>%s</title><script>%s</script></html>" % (
            html.escape(self.title),
            "\n".join(self.scripts),
        )
# -- file: pager/views.py
from urllib.parse import parse_qs

from flask import Flask, make_response, request

from .markup import Page

app = Flask(__name__)


@app.route("/list")
def listing():
    fields = parse_qs(request.query_string.decode("ascii"))
    page = fields.get("page", ["1"])[-1]
    body = Page("Items").set(size=25, page=page).render()
    return make_response(body)  # expect: py/xss


@app.route("/list/<int:page>")
def numbered(page):
    return make_response(Page(request.args.get("title", "Items")).set(page=page).render())

# == old addresses of articles move to the new ones
from bottle import abort, redirect, request, route


def number_in(slug):
    digits = slug.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else None


@route("/old/<slug>")
def moved(slug):
    number = number_in(slug)
    if number is None:
        abort(404)
    page = request.query.get("page", default=1, type=int)
    redirect("/articles/%d?page=%d" % (number, page), 301)


@route("/old/by-author/<name:re:[a-z]+>")
def author(name):
    redirect("https://archive.example.net/authors/" + name + "/")

# == usage counters of a tenant
import contextvars
import os

import mysql.connector
from flask import Flask, abort, jsonify, request

app = Flask(__name__)
tenant = contextvars.ContextVar("tenant", default=0)
span = contextvars.ContextVar("span", default="7 DAY")


@app.before_request
def remember_tenant():
    try:
        tenant.set(int(request.headers.get("X-Tenant", "0")))
    except ValueError:
        abort(400)
    match request.args.get("span"):
        case "month":
            span.set("1 MONTH")
        case "year":
            span.set("1 YEAR")


@app.get("/usage")
def usage():
    db = mysql.connector.connect(option_files=os.environ["DB_OPTIONS"])
    cur = db.cursor()
    cur.execute(
        "SELECT day, hits FROM usage_log WHERE tenant_id = %d AND day > NOW() - INTERVAL %s"
        % (tenant.get(), span.get())
    )
    rows = cur.fetchall()
    db.close()
    return jsonify([[str(day), hits] for day, hits in rows])

# == embedded player starts its session
import secrets

from aiohttp import web

EMBEDDED = True
QUALITIES = {"low": "480", "high": "1080"}


async def start(request):
    data = await request.json()
    resp = web.json_response({"quality": QUALITIES.get(data.get("quality"), "480")})
    policy = "None" if EMBEDDED else "Lax"
    resp.set_cookie("player", secrets.token_hex(16), secure=True, httponly=True, samesite=policy)  # expect: py/cookie-without-samesite
    return resp


async def mute(request):
    resp = web.json_response({"muted": True})
    resp.set_cookie("muted", "1", secure=True, httponly=True, samesite="Strict")
    return resp


app = web.Application()
app.add_routes([web.post("/start", start), web.post("/mute", mute)])

# == long passwords are condensed before the slow hash
import base64
import hashlib
import sqlite3

import bcrypt
from flask import Flask, abort, jsonify, request

app = Flask(__name__)


def condensed(password: str) -> bytes:
    # bcrypt looks at 72 bytes only and stops at a zero byte
    return base64.b64encode(hashlib.sha384(password.encode("utf-8")).digest())


@app.post("/accounts")
def create_account():
    body = request.get_json()
    password = body["password"]
    if len(password) < 12:
        abort(422)
    stored = bcrypt.hashpw(condensed(password), bcrypt.gensalt(rounds=12))
    with sqlite3.connect("/var/lib/app/accounts.db") as db:
        db.execute("INSERT INTO accounts (login, password) VALUES (?, ?)", (body["login"], stored))
    return jsonify(created=True), 201

# == member signs in and his number is kept
import os
import sqlite3

from flask import Flask, abort, jsonify, request, session
from werkzeug.security import check_password_hash

app = Flask(__name__)
app.secret_key = os.environ["APP_KEY"]
app.config["SESSION_COOKIE_SECURE"] = True
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"


def member(login):
    with sqlite3.connect("/var/lib/club/members.db") as db:
        db.row_factory = sqlite3.Row
        return db.execute("SELECT id, role, password FROM members WHERE login = ?", (login,)).fetchone()


@app.post("/signin")
def signin():
    login, password = request.form["login"], request.form["password"]
    row = member(login)
    if row is None or not check_password_hash(row["password"], password):
        abort(401)
    session.clear()
    session["member"], session["role"] = row["id"], row["role"]
    return jsonify(ok=True)

# == visits are numbered and kept on the server
# -- file: visits/ids.py
import random
import string


def session_id():
    return "%032x" % random.getrandbits(128)  # expect: py/weak-random


def colour(seed):
    rng = random.Random(seed)
    return "#" + "".join(rng.choice(string.hexdigits) for _ in range(6))
# -- file: visits/app.py
import os

import redis
from flask import Flask, jsonify, request

from .ids import colour, session_id

app = Flask(__name__)
store = redis.Redis.from_url(os.environ["REDIS_URL"])


@app.post("/visit")
def visit():
    sid = session_id()
    store.setex("visit:" + sid, 3600, request.remote_addr or "")
    resp = jsonify(colour=colour(request.user_agent.string))
    resp.set_cookie("sid", sid, secure=True, httponly=True, samesite="Lax")
    return resp

# == row of a timetable
from django.http import Http404, JsonResponse
from lxml import etree

PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
TABLE = etree.parse("data/timetable.xml", PARSER)
LINES = {"a": "airport", "h": "harbour"}


def departure(request, line):
    asked = {"line": line, "stop": request.GET.get("stop", ""), "row": request.GET.get("row", "1")}
    try:
        row = max(1, int(asked["row"]))
    except ValueError:
        raise Http404 from None
    name = LINES.get(asked["line"])
    if name is None:
        raise Http404
    hits = TABLE.xpath("//line[@name='%s']/departure[%d]/@time" % (name, row))
    stops = [s.text for s in TABLE.iter("stop") if s.text == asked["stop"]]
    return JsonResponse({"time": [str(h) for h in hits], "stops": stops})

# == invoice data arrives as XML in a form field
from urllib.parse import unquote_plus

from defusedxml import minidom
from defusedxml.common import DefusedXmlException
from flask import Flask, abort, jsonify, request
from xml.parsers.expat import ExpatError

app = Flask(__name__)


def fields(raw):
    for pair in raw.split("&"):
        key, _, value = pair.partition("=")
        yield unquote_plus(key), unquote_plus(value)


@app.post("/invoice")
def invoice():
    form = dict(fields(request.get_data(as_text=True)))
    try:
        doc = minidom.parseString(form.get("invoice", ""))
    except (DefusedXmlException, ExpatError):
        abort(400)
    positions = doc.getElementsByTagName("position")
    return jsonify(positions=len(positions), kind=doc.documentElement.tagName)
