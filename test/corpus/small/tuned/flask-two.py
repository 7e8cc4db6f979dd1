# == export fallbacks: the requested entry is dropped from the list before a file is chosen
from pathlib import Path

from flask import Flask, jsonify, send_file

app = Flask(__name__)
EXPORTS = Path("/srv/exports")


@app.route("/export/<path:spec>")
def export(spec):
    # custom exports were retired; old links fall back to the weekly file
    candidates = ["monthly.csv", spec, "yearly.csv"]
    candidates.insert(1, "weekly.csv")
    candidates.pop(2)
    chosen = candidates[1]
    return send_file(EXPORTS / chosen, mimetype="text/csv", as_attachment=True)


@app.route("/export-size/<path:spec>")
def export_size(spec):
    trail = [spec]
    trail.append("monthly.csv")
    trail.reverse()
    target = EXPORTS / trail[0]
    return jsonify(size=target.stat().st_size, legacy=len(trail[1]))

# == attachment locator that strips dot-dot-slash a single time
from pathlib import Path

from flask import Flask, request

app = Flask(__name__)
ROOT = Path("/var/lib/tickets/attachments")


class Locator:
    """Remembers a ticket and the tail of the path inside its folder."""

    def __init__(self, ticket: int):
        self.ticket = ticket
        self.tail = "description.txt"

    def point_at(self, name):
        self.tail = name.replace("../", "").lstrip("/")
        return self

    @property
    def folder(self):
        return ROOT / f"{self.ticket:06d}"

    def text(self):
        path = self.folder / self.tail
        return path.read_text(encoding="utf-8")  # expect: py/path-traversal


@app.post("/attachment")
def attachment():
    body = request.get_json()
    loc = Locator(int(body["ticket"]))
    if "name" in body:
        loc.point_at(body["name"])
    return {"ticket": loc.ticket, "text": loc.text()}

# == prefix comparison without a separator lets a sibling folder through
import os

from flask import Flask, abort, request

app = Flask(__name__)
PUBLIC = "/srv/docs"
INTERNAL = "/srv/docs-internal"


def inside(base, path):
    return path[: len(base)] == base


def locate(relative):
    full = os.path.realpath(os.path.join(PUBLIC, relative))
    if not inside(PUBLIC, full):
        abort(404)
    return full


@app.get("/raw")
def raw():
    header = request.headers.get("X-Document", "")
    scheme, _, relative = header.partition(":")
    if scheme != "doc":
        abort(400)
    path = locate(relative)
    with open(path, "rb") as stream:  # expect: py/path-traversal
        data = stream.read(65536)
    return {"length": len(data), "hex": data.hex()}


@app.get("/internal/count")
def internal_count():
    return {"files": len(os.listdir(INTERNAL))}

# == commit search with an argument list taken from a queue, no shell
import queue
import subprocess
from typing import NamedTuple

from flask import Flask, jsonify, request

app = Flask(__name__)
REPO = "/srv/git/site"


class Job(NamedTuple):
    author: str
    limit: int

    def argv(self):
        return [
            "git", "-C", REPO, "log",
            "--format=%H %s",
            "--max-count=" + str(self.limit),
            "--author=" + self.author,
            "--",
        ]


def run_all(pending: "queue.SimpleQueue[Job]"):
    lines = []
    while not pending.empty():
        job = pending.get()
        out = subprocess.run(job.argv(), capture_output=True, text=True, timeout=20)
        lines.extend(out.stdout.splitlines())
    return lines


@app.get("/commits")
def commits():
    pending = queue.SimpleQueue()
    for author in request.args.getlist("author"):
        pending.put(Job(author, 20))
    return jsonify(run_all(pending))

# == shlex.quote placed between double quotes, where it protects nothing
import os
import shlex
from urllib.parse import unquote_plus

from flask import Flask, request

app = Flask(__name__)


def banner_command(text: str, font: str = "standard") -> str:
    words = ["figlet", "-f", font]
    words.append('"%s"' % shlex.quote(text))
    return " ".join(words)


@app.get("/banner")
def banner():
    title = unquote_plus(request.cookies.get("title", "hello"))
    command = banner_command(title[:80])
    with os.popen(command) as pipe:  # expect: py/command-injection
        art = pipe.read()
    return {"art": art}


@app.get("/banner/default")
def default_banner():
    with os.popen(banner_command("welcome", "slant")) as pipe:
        return {"art": pipe.read()}

# == service actions mapped by a match statement onto fixed command lines
import os

from flask import Flask, abort, request

app = Flask(__name__)


def command_of(action: str, level) -> str:
    match action.lower():
        case "reload":
            line = "systemctl --user reload worker"
        case "restart" | "bounce":
            line = "systemctl --user restart worker"
        case "nice":
            line = f"systemctl --user set-property worker CPUWeight={int(level)}"
        case other if other.startswith("status"):
            line = "systemctl --user status worker > /dev/null"
        case _:
            abort(400)
    return line


@app.post("/service")
def service():
    order = request.get_json(force=True)
    line = command_of(str(order.get("action", "")), order.get("level", 100))
    code = os.system(line)
    return {"code": os.waitstatus_to_exitcode(code)}

# == tags from getlist quoted by hand into an IN clause
import os
from contextlib import closing

import psycopg2
from flask import Flask, jsonify, request

app = Flask(__name__)


def in_list(values):
    cleaned = (v.strip().lower() for v in values)
    return "('" + "', '".join(v for v in cleaned if v) + "')"


def articles_with(tags, page):
    where = ["published"]
    if tags:
        where.append("tag IN %s" % in_list(tags))
    statement = "SELECT id, title FROM article_tags WHERE %s LIMIT 20 OFFSET %d" % (
        " AND ".join(where),
        page * 20,
    )
    with closing(psycopg2.connect(os.environ["ARTICLES_DSN"])) as conn, conn.cursor() as cur:
        cur.execute(statement)  # expect: py/sql-injection
        return cur.fetchall()


@app.get("/articles")
def articles():
    page = request.args.get("page", default=0, type=int)
    return jsonify(articles_with(request.args.getlist("tag"), page))

# == SQLAlchemy text with bound parameters and an enumeration for the ordering
import enum
import os

from flask import Flask, abort, jsonify, request
from sqlalchemy import create_engine, text

app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"])


class Order(enum.Enum):
    TITLE = "title"
    YEAR = "released DESC, title"
    RATING = "rating DESC NULLS LAST"


def build(order: Order, has_genre: bool) -> str:
    sql = ["SELECT id, title FROM films", "WHERE title ILIKE :needle"]
    if has_genre:
        sql.append("AND genre = :genre")
    sql += ["ORDER BY", order.value, "LIMIT 50"]
    return "\n".join(sql)


@app.get("/films")
def films():
    try:
        order = Order[request.args.get("order", "title").upper()]
    except KeyError:
        abort(400)
    binds = {"needle": "%{}%".format(request.args.get("q", ""))}
    genre = request.args.get("genre")
    if genre:
        binds["genre"] = genre
    with engine.connect() as conn:
        rows = conn.execute(text(build(order, "genre" in binds)), binds)
        return jsonify([dict(r._mapping) for r in rows])

# == filter object that turns every field into a number or a known word
import sqlite3
from dataclasses import dataclass

from flask import Flask, request

app = Flask(__name__)


@dataclass
class Window:
    station: int
    first: int
    last: int
    unit: str = "mm"

    def __post_init__(self):
        for name in ("station", "first", "last"):
            setattr(self, name, int(getattr(self, name)))
        self.unit = {"mm": "rain_mm", "in": "rain_in"}[self.unit]

    def sql(self):
        return (
            f"SELECT day, {self.unit} FROM rainfall WHERE station = {self.station} "
            f"AND day BETWEEN {self.first} AND {self.last}"
        )


@app.get("/rain")
def rain():
    args = request.args
    try:
        window = Window(args["station"], args.get("first", "0"), args.get("last", "99999"), args.get("unit", "mm"))
    except (KeyError, ValueError):
        return {"error": "bad window"}, 400
    conn = sqlite3.connect("/var/lib/weather/rain.db")
    rows = conn.execute(window.sql()).fetchall()
    conn.close()
    return {"days": rows}

# == quotes are doubled, but the value stands where a number is expected
import os

from flask import Flask, abort, jsonify, request
from sqlalchemy import create_engine, text

app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"])


def quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def segments(path: str) -> dict:
    parts = [p for p in path.split("/") if p]
    return dict(zip(parts[::2], parts[1::2]))


@app.route("/team/<path:_rest>")
def team(_rest):
    where = segments(request.path)
    member = where.get("member")
    if member is None:
        abort(404)
    statement = "SELECT name, since FROM members WHERE id = " + quoted(member)
    with engine.connect() as conn:
        row = conn.execute(text(statement)).first()  # expect: py/sql-injection
    if row is None:
        abort(404)
    return jsonify(name=row.name, since=str(row.since))


@app.route("/team-size/<path:_rest>")
def team_size(_rest):
    where = segments(request.path)
    statement = "SELECT count(*) FROM members WHERE team = :team"
    with engine.connect() as conn:
        return jsonify(size=conn.execute(text(statement), {"team": where.get("team", "")}).scalar())

# == HTML escaping used inside an onclick handler
from html import escape

from flask import Flask, make_response, request

app = Flask(__name__)


def button(label: str, handler: str) -> str:
    return f'<button type="button" onclick="{handler}">{label}</button>'


def cell(label: str, title: str) -> str:
    return f'<td title="{title}">{label}</td>'


@app.route("/player/<track>")
def player(track):
    safe = escape(track, quote=True)
    handler = "play('" + safe + "')"
    body = ["<section>", button("Play", handler), "</section>"]
    return make_response("\n".join(body))  # expect: py/xss


@app.route("/row")
def row():
    track = escape(request.args.get("track", ""), quote=True)
    return make_response("<table><tr>%s</tr></table>" % cell(track, track))

# == request text that is only ever sent as plain text, JSON or a number
import json
from io import StringIO

from flask import Flask, Response, make_response, request

app = Flask(__name__)


@app.post("/echo")
def echo():
    body = request.get_data(as_text=True)
    out = StringIO()
    for number, line in enumerate(body.splitlines(), 1):
        print(f"{number:>4} {line}", file=out)
    return Response(out.getvalue(), mimetype="text/plain")


@app.get("/agent")
def agent():
    info = {"agent": request.user_agent.string, "url": request.url}
    return Response(json.dumps(info), content_type="application/json")


@app.get("/length")
def length():
    words = request.values.get("words", "").split()
    return "<p>%d words, longest %d</p>" % (len(words), max(map(len, words), default=0))


@app.get("/whoami")
def whoami():
    answer = make_response(request.headers.get("X-User", "guest"))
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer

# == page built from a default dict in which the request only chooses constants and numbers
from collections import defaultdict

from flask import Flask, request

app = Flask(__name__)
GREETINGS = {"de": "Guten Tag", "fr": "Bonjour", "en": "Hello"}
LEGACY_NAMES = False


@app.get("/welcome")
def welcome():
    slots = defaultdict(str)
    slots["name"] = request.args.get("name", "")
    slots["greeting"] = GREETINGS.get(request.args.get("lang", "en"), GREETINGS["en"])
    try:
        slots["visits"] = int(request.cookies.get("visits", "0")) + 1
    except ValueError:
        slots["visits"] = 1
    slots["name"] = slots["name"] if LEGACY_NAMES else "visitor"
    return "<h1>{greeting}, {name}</h1><p>Visit no. {visits}</p>{footer}".format(
        greeting=slots["greeting"], name=slots["name"], visits=slots["visits"], footer=slots["footer"]
    )


@app.get("/welcome/initials")
def initials():
    name = request.args.get("name", "")
    letters = "".join(ch for ch in name if ch.isalnum())[:3]
    return f"<abbr class=initials>{letters}</abbr>"

# == ldap3 search whose words are escaped pair by pair
import os
import ssl

from flask import Flask, abort, jsonify, request
from ldap3 import SUBTREE, Connection, Server, Tls
from ldap3.utils.conv import escape_filter_chars

app = Flask(__name__)


class Directory:
    base = "ou=staff,dc=example,dc=net"

    def __init__(self):
        tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file="/etc/ssl/certs/internal.pem")
        self.server = Server("ldap.example.net", use_ssl=True, tls=tls)

    def find(self, attributes, words):
        wanted = zip(attributes, map(escape_filter_chars, words))
        ldap_filter = "(|" + "".join(f"({a}=*{w}*)" for a, w in wanted) + ")"
        with Connection(self.server, os.environ["STAFF_DN"], os.environ["STAFF_PW"]) as conn:
            conn.search(self.base, ldap_filter, SUBTREE, attributes=["displayName"])
            return [str(e.displayName) for e in conn.entries]


directory = Directory()


@app.get("/staff")
def staff():
    words = request.args.get("q", "").split()
    if not words:
        abort(400)
    return jsonify(directory.find(["givenName", "sn", "mail"], words))

# == escaping for distinguished names applied to a search filter
import os

import ldap
from flask import Flask, request
from ldap.dn import escape_dn_chars

app = Flask(__name__)


def lines(data: bytes) -> dict:
    result = {}
    for line in data.decode("utf-8").splitlines():
        key, sep, value = line.partition(":")
        if sep:
            result[key.strip().lower()] = value.strip()
    return result


def open_directory():
    link = ldap.initialize(os.environ.get("LDAP_URI", "ldaps://ldap.example.com"))
    link.simple_bind_s(os.environ["LDAP_DN"], os.environ["LDAP_PW"])
    return link


@app.post("/account")
def account():
    wanted = lines(request.get_data())
    uid = escape_dn_chars(wanted.get("uid", ""))
    query = f"(&(objectClass=posixAccount)(uid={uid}))"
    link = open_directory()
    hits = link.search_s("ou=accounts,dc=example,dc=com", ldap.SCOPE_ONELEVEL, query, ["homeDirectory"])  # expect: py/ldap-injection
    return {"hits": len(hits)}


@app.post("/account/exists")
def exists():
    uid = escape_dn_chars(lines(request.get_data()).get("uid", ""))
    link = open_directory()
    entry = link.search_s(f"uid={uid},ou=accounts,dc=example,dc=com", ldap.SCOPE_BASE, "(objectClass=*)")
    return {"exists": bool(entry)}

# == lxml lookups that hand the request values over as XPath variables
from lxml import etree
from flask import Flask, abort, request

app = Flask(__name__)
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
LIBRARY = etree.parse("/srv/library/books.xml", PARSER)
BY_AUTHOR = etree.XPath("//book[author = $author and @year >= $since]/title/text()")


@app.get("/books")
def books():
    author = request.args.get("author") or abort(400)
    since = float(request.args.get("since", "0"))
    titles = BY_AUTHOR(LIBRARY, author=author, since=since)
    return {"titles": [str(t) for t in titles]}


@app.get("/shelf/<shelf>")
def shelf(shelf):
    binds = dict(shelf=shelf, lang=request.args.get("lang", "en"))
    expression = "//shelf[@id = $shelf]/book"
    expression += "[@lang = $lang]" if "lang" in request.args else ""
    if "lang" not in request.args:
        del binds["lang"]
    return {"count": len(LIBRARY.xpath(expression, **binds))}

# == pattern check without an end anchor in front of an XPath query
import re

from flask import Flask, abort, request
from lxml import etree

app = Flask(__name__)
TREE = etree.parse("/srv/hr/people.xml", etree.XMLParser(resolve_entities=False))
LOGIN = re.compile(r"[a-z]+[a-z0-9.]*")


class Query:
    def __init__(self):
        self.predicates = []

    def where(self, field, value):
        if not LOGIN.match(value):
            abort(400, "bad " + field)
        self.predicates.append((field, value))
        return self

    def __str__(self):
        tests = " and ".join("%s/text()='%s'" % pair for pair in self.predicates)
        return "//person[" + tests + "]/office"


@app.post("/office")
def office():
    body = request.get_json(silent=True) or {}
    query = Query().where("login", str(body.get("login", ""))).where("pin", str(body.get("pin", "")))
    found = TREE.xpath(str(query))  # expect: py/xpath-injection
    return {"office": found[0].text if found else None}


@app.post("/offices")
def offices():
    query = Query().where("login", "admin")
    return {"count": len(TREE.xpath(str(query)))}

# == literals and a table of operators instead of eval
import ast
import operator
from functools import reduce

from flask import Flask, abort, request

app = Flask(__name__)
OPERATORS = {"sum": operator.add, "product": operator.mul, "max": max}


def parse_numbers(text):
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        abort(400)
    if not isinstance(value, (list, tuple)) or not all(type(v) in (int, float) for v in value):
        abort(400)
    return value


@app.post("/calc/<name>")
def calc(name):
    fold = OPERATORS.get(name) or abort(404)
    numbers = parse_numbers(request.form.get("numbers", "[]"))
    if not numbers:
        abort(400)
    return {"result": reduce(fold, numbers)}


@app.post("/calc/table")
def table():
    source = request.form.get("source", "")
    try:
        tree = ast.parse(source, mode="eval")
    except SyntaxError:
        return {"ok": False}
    return {"ok": True, "nodes": sum(1 for _ in ast.walk(tree))}

# == import hook whose source is filled in by string.Template
import textwrap
from string import Template

from quart import Quart, request

app = Quart(__name__)
SKELETON = Template(
    textwrap.dedent(
        """
        def transform(row):
            row = dict(row)
            row["$target"] = row.get("$source", "").$method()
            return row
        """
    )
)
METHODS = {"upper", "lower", "title"}


def make_transform(fields):
    method = fields["method"] if fields["method"] in METHODS else "strip"
    code = SKELETON.substitute(target=fields["target"], source=fields["source"], method=method)
    space = {}
    exec(code, space)  # expect: py/code-injection
    return space["transform"]


@app.post("/transform")
async def transform():
    order = await request.get_json()
    fields = {"target": "out", "source": "in", "method": "strip"}
    fields.update({k: str(v) for k, v in order["fields"].items()})
    function = make_transform(fields)
    return {"rows": [function(row) for row in order["rows"]]}


@app.get("/transform/demo")
async def demo():
    function = make_transform({"target": "b", "source": "a", "method": request.args.get("method", "upper")})
    return {"row": function({"a": "Demo"})}

# == signature is compared, but only counted
import hashlib
import hmac
import marshal
import os
from collections import Counter

from flask import Flask, request

app = Flask(__name__)
KEY = os.environ["WORKER_KEY"].encode()
stats = Counter()


def signature(payload: bytes) -> str:
    return hmac.new(KEY, payload, hashlib.sha256).hexdigest()


def receive(payload: bytes, given: str):
    valid = hmac.compare_digest(signature(payload), given)
    stats["valid" if valid else "invalid"] += 1
    return marshal.loads(payload)  # expect: py/unsafe-deserialization


def receive_checked(payload: bytes, given: str):
    if not hmac.compare_digest(signature(payload), given):
        stats["refused"] += 1
        raise ValueError("bad signature")
    return marshal.loads(payload)


@app.post("/result")
def result():
    data = receive(request.get_data(), request.headers.get("X-Signature", ""))
    return {"items": len(data)}


@app.post("/v2/result")
def result_v2():
    try:
        data = receive_checked(request.get_data(), request.headers.get("X-Signature", ""))
    except ValueError:
        return {"error": "refused"}, 403
    return {"items": len(data)}

# == importers whose yaml loader is the safe one throughout the hierarchy
import io
import json

import yaml
from flask import Flask, abort, request

app = Flask(__name__)


class Importer:
    loader = None

    def parse(self, stream):
        raise NotImplementedError


class JsonImporter(Importer):
    def parse(self, stream):
        return json.load(stream)


class YamlImporter(Importer):
    loader = yaml.SafeLoader

    def parse(self, stream):
        return yaml.load(stream, Loader=self.loader)


class MultiYamlImporter(YamlImporter):
    def parse(self, stream):
        return list(yaml.load_all(stream, Loader=self.loader))


IMPORTERS = {".json": JsonImporter, ".yaml": YamlImporter, ".yml": YamlImporter, ".yamls": MultiYamlImporter}


@app.post("/import")
def import_file():
    part = request.files["definition"]
    dot = part.filename.rfind(".")
    importer = IMPORTERS.get(part.filename[dot:].lower())
    if importer is None:
        abort(415)
    parsed = importer().parse(io.StringIO(part.read().decode("utf-8")))
    return {"entries": len(parsed)}

# == saved view that makes a round trip through json and ends in jsonpickle
import copy
import json

import jsonpickle
from flask import Flask, request

app = Flask(__name__)
DEFAULT = {"name": "untitled", "columns": ["id"], "state": {"sort": None}}


class View:
    def __init__(self, definition):
        self.definition = definition

    def merged(self, extra):
        result = copy.deepcopy(self.definition)
        for key in result.keys() & extra.keys():
            result[key] = extra[key]
        return View(result)

    def state(self):
        return jsonpickle.decode(json.dumps(self.definition["state"]))  # expect: py/unsafe-deserialization

    def columns(self):
        return json.loads(json.dumps(self.definition["columns"]))


@app.put("/view")
def save_view():
    view = View(DEFAULT).merged(request.json)
    state = view.state()
    return {"columns": view.columns(), "kind": type(state).__name__}

# == game server: dice and shuffling from random, invitations from secrets
import itertools
import random
import secrets

from flask import Flask, abort, request

app = Flask(__name__)
PIECES = ["ship", "hat", "iron", "car"]
GAMES = {}
numbers = itertools.count(1)


class Game:
    def __init__(self, players):
        order = list(players)
        random.shuffle(order)
        self.players = dict(zip(order, random.sample(PIECES, len(order))))
        self.invitation = secrets.token_urlsafe(24)
        self.number = next(numbers)

    def roll(self):
        return random.randint(1, 6), random.randint(1, 6)


@app.post("/games")
def create():
    players = request.form.getlist("player")[: len(PIECES)]
    game = Game(players)
    GAMES[game.number] = game
    return {"game": game.number, "invitation": game.invitation, "pieces": game.players}


@app.post("/games/<int:number>/roll")
def roll(number):
    game = GAMES.get(number)
    if game is None or not secrets.compare_digest(game.invitation, request.form.get("invitation", "")):
        abort(403)
    return {"dice": game.roll()}

# == session ids from a generator seeded with the clock
import os
import random
import time
from collections import OrderedDict

from flask import Flask, jsonify, request

app = Flask(__name__)


class SessionStore:
    def __init__(self, capacity=10000):
        self._items = OrderedDict()
        self._capacity = capacity

    @staticmethod
    def _new_id():
        bits = random.Random(time.time_ns() ^ os.getpid()).getrandbits(128)  # expect: py/weak-random
        return format(bits, "032x")

    def open(self, owner):
        session_id = self._new_id()
        self._items[session_id] = {"owner": owner, "since": time.time()}
        while len(self._items) > self._capacity:
            self._items.popitem(last=False)
        return session_id

    def get(self, session_id):
        return self._items.get(session_id)


store = SessionStore()


@app.post("/session")
def open_session():
    sid = store.open(owner=None)
    answer = jsonify(opened=True)
    answer.set_cookie("sid", sid, secure=True, httponly=True, samesite="Lax")
    return answer


@app.get("/session")
def show():
    found = store.get(request.cookies.get("sid", ""))
    return {"known": found is not None}

# == account storage in which one hasher runs sha256 over salt and password once
import hashlib
import hmac
import os

from flask import Flask, request

app = Flask(__name__)
ACCOUNTS = {}


class Hasher:
    tag = ""

    def digest(self, secret: str, salt: bytes) -> bytes:
        raise NotImplementedError

    def store(self, secret: str) -> str:
        salt = os.urandom(16)
        return "$".join((self.tag, salt.hex(), self.digest(secret, salt).hex()))


class SaltedHasher(Hasher):
    tag = "s1"

    def digest(self, password, salt):
        return hashlib.sha256(salt + password.encode("utf-8")).digest()  # expect: py/fast-password-hash


class StretchedHasher(Hasher):
    tag = "s2"

    def digest(self, password, salt):
        return hashlib.pbkdf2_hmac("sha256", password.encode("utf-8"), salt, 600_000)


HASHERS = {h.tag: h() for h in (SaltedHasher, StretchedHasher)}
CURRENT = HASHERS["s1"]


@app.post("/register")
def register():
    ACCOUNTS[request.form["login"]] = CURRENT.store(request.form["password"])
    return {"registered": True}, 201


@app.post("/login")
def login():
    stored = ACCOUNTS.get(request.form["login"])
    if stored is None:
        return {"ok": False}
    tag, salt, expected = stored.split("$")
    actual = HASHERS[tag].digest(request.form["password"], bytes.fromhex(salt))
    return {"ok": hmac.compare_digest(actual.hex(), expected)}

# == md5 for an ETag, sha256 for the webhook signature
import hashlib
import hmac
import os
from pathlib import Path

from flask import Flask, abort, request, send_file

app = Flask(__name__)
HOOK_KEY = os.environ["HOOK_KEY"].encode()
LOGO = Path("/srv/site/logo.svg")


def etag_of(path: Path) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as fh:
        while chunk := fh.read(8192):
            digest.update(chunk)
    return digest.hexdigest()


@app.get("/logo.svg")
def logo():
    return send_file(LOGO, mimetype="image/svg+xml", etag=etag_of(LOGO), conditional=True)


@app.post("/hook")
def hook():
    scheme, _, given = request.headers.get("X-Hub-Signature-256", "").partition("=")
    match scheme:
        case "sha256":
            expected = hmac.new(HOOK_KEY, request.get_data(cache=True), hashlib.sha256).hexdigest()
        case _:
            abort(400)
    if not hmac.compare_digest(expected.encode(), given.encode()):
        abort(403)
    return {"events": len(request.get_json(force=True))}

# == cookie options collected from two dictionaries
import os
import secrets
from collections import ChainMap

from flask import Flask, make_response, request

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET"]
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
COMMON = {"secure": True, "httponly": True, "samesite": "Lax", "path": "/"}
SHORT = {"max_age": 300}
LONG = {"max_age": 86400 * 90, "samesite": "Strict"}


@app.post("/device")
def device():
    long_lived = request.form.get("trust") == "on"
    options = dict(ChainMap(LONG if long_lived else SHORT, COMMON))
    resp = make_response({"trusted": long_lived})
    resp.set_cookie("device", secrets.token_hex(16), **options)
    return resp


@app.post("/device/forget")
def forget_device():
    resp = make_response({"trusted": False})
    resp.set_cookie("device", "", **{**COMMON, "max_age": 0})
    return resp

# == protection removed from a copy of the options, and a cookie filled by the request
import copy
import secrets

from flask import Flask, make_response, request

app = Flask(__name__)
SAFE = {"secure": True, "httponly": True, "samesite": "Lax"}


def relaxed():
    options = copy.copy(SAFE)
    options.pop("samesite")
    options["secure"] = not options["httponly"]
    return options


@app.get("/start")
def start():
    resp = make_response({"started": True})
    resp.set_cookie("visit", secrets.token_hex(16), **relaxed())  # expect: py/insecure-cookie
    return resp


@app.get("/language")
def language():
    chosen = request.args.get("lang", "en")
    resp = make_response({"changed": True})
    resp.set_cookie("lang", chosen, **SAFE)  # expect: py/cookie-injection
    return resp


@app.get("/language/reset")
def reset_language():
    chosen = request.args.get("lang", "en")
    resp = make_response({"changed": chosen != "en"})
    resp.set_cookie("lang", "en", **SAFE)
    return resp

# == wizard answers pass through a deque into the session wholesale
import os
from collections import deque

from flask import Flask, redirect, request, session, url_for

app = Flask(__name__)
app.secret_key = os.environ["WIZARD_SECRET"]
app.config["SESSION_COOKIE_SECURE"] = True


class Wizard:
    def __init__(self):
        self.answers = deque()

    def feed(self, pairs):
        for name, value in pairs:
            self.answers.append((name.strip(), value.strip()))

    def drain(self):
        while self.answers:
            yield self.answers.popleft()


@app.post("/wizard/<int:step>")
def wizard(step):
    flow = Wizard()
    flow.feed(request.form.items(multi=True))
    session.update(dict(flow.drain()))  # expect: py/trust-boundary
    session["step"] = step + 1
    return redirect(url_for("show", step=step + 1))


@app.get("/wizard/<int:step>")
def show(step):
    return {"step": step, "answered": len(session)}

# == the request value is replaced by what the database says before the session is written
import os
import sqlite3

from flask import Flask, abort, request, session

app = Flask(__name__)
app.secret_key = os.environ["CLUB_SECRET"]
app.config["SESSION_COOKIE_SECURE"] = True


def find_branch(code):
    conn = sqlite3.connect("/var/lib/club/club.db")
    try:
        return conn.execute("SELECT id, code, city FROM branches WHERE code = ?", (code,)).fetchone()
    finally:
        conn.close()


@app.post("/branch")
def choose_branch():
    choice = {"code": request.values.get("branch", ""), "source": "web"}
    row = find_branch(choice["code"])
    if row is None:
        abort(404)
    branch_id, choice["code"], city = row
    session["branch"] = {"id": branch_id, "code": choice["code"], "city": city}
    session["branch_source"] = choice["source"]
    return {"branch": city}


@app.post("/branch/clear")
def clear_branch():
    stack = [request.values.get("branch", ""), "none"]
    session["branch_source"] = stack.pop()
    session.pop("branch", None)
    return {"cleared": len(stack)}

# == address completed against the site and compared as a whole
from urllib.parse import urljoin, urlsplit

from flask import Flask, redirect, request

app = Flask(__name__)
SITE = "https://www.example.org/"


def local_address(candidate):
    joined = urljoin(SITE, candidate)
    ours, theirs = urlsplit(SITE), urlsplit(joined)
    if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
        return SITE
    return joined


@app.get("/continue")
def go_on():
    return redirect(local_address(request.args.get("to", "")))


@app.get("/page")
def page():
    number = request.args.get("n", "1")
    if not (number.isascii() and number.isdigit()):
        number = "1"
    return redirect(SITE + "pages/" + number)

# == host of the way back is compared by its ending only
from urllib.parse import urlsplit

from flask import Flask, redirect, request

app = Flask(__name__)
OWN = "example.com"


def hosts(*addresses):
    for address in filter(None, addresses):
        yield address, (urlsplit(address).hostname or "")


def way_back(default="/"):
    for address, host in hosts(request.args.get("back"), request.referrer):
        if host.endswith(OWN):
            return address
    return default


@app.post("/vote")
def vote():
    votes = len(request.form.getlist("vote"))
    target = way_back()
    return redirect(target) if votes else ("", 204)  # expect: py/open-redirect


@app.post("/vote/reset")
def reset_votes():
    target = way_back()
    target = "/votes"
    return redirect(target)

# == sax reader with external entities switched on, and its defused successor
import io
import xml.sax
from xml.sax.handler import ContentHandler, feature_external_ges

import defusedxml.ElementTree as DefusedTree
from flask import Flask, abort, request

app = Flask(__name__)


class Titles(ContentHandler):
    def __init__(self):
        super().__init__()
        self.found = []
        self._open = False

    def startElement(self, name, attrs):
        self._open = name == "title"
        if self._open:
            self.found.append("")

    def characters(self, content):
        if self._open:
            self.found[-1] += content

    def endElement(self, name):
        self._open = False


@app.post("/feed")
def feed():
    titles = Titles()
    reader = xml.sax.make_parser()
    reader.setContentHandler(titles)
    reader.setFeature(feature_external_ges, True)
    reader.parse(io.BytesIO(request.get_data()))  # expect: py/xxe
    return {"titles": titles.found}


@app.post("/v2/feed")
def feed_v2():
    try:
        root = DefusedTree.fromstring(request.get_data(), forbid_dtd=True)
    except DefusedTree.ParseError:
        abort(400)
    return {"titles": [t.text for t in root.iter("title")]}

# == weather service asked at its fixed host, the town goes into the query
from urllib.parse import quote, urlencode

import requests
from flask import Flask, request

app = Flask(__name__)
HOST = "https://weather.example.com"


def forecast_url(country, **query):
    filled = {k: v for k, v in query.items() if v}
    path = "/v3/" + quote(country, safe="") + "/forecast"
    return HOST + path + ("?" + urlencode(filled) if filled else "")


@app.get("/forecast")
def forecast():
    url = forecast_url(
        request.args.get("country", "de"),
        town=request.args.get("town"),
        days=request.args.get("days", type=int),
    )
    answer = requests.get(url, timeout=(3, 10))
    return {"forecast": answer.json()}


@app.get("/alerts")
def alerts():
    parameters = {"town": request.headers.get("X-Town", "Bonn"), "lang": "en"}
    answer = requests.get(HOST + "/v3/alerts", params=parameters, timeout=10)
    return {"alerts": answer.json()}

# == preview of links for which the allowed name need only appear somewhere
import re
from urllib.request import Request, urlopen

from flask import Flask, request

app = Flask(__name__)
ALLOWED = ("youtube.com", "vimeo.com")
TITLE = re.compile(rb"<title>([^<]{0,200})</title>", re.I)


def permitted(url):
    return url.startswith("https://") and any(name in url for name in ALLOWED)


def title_of(url):
    call = Request(url, headers={"User-Agent": "preview/1.0"})
    with urlopen(call, timeout=5) as page:  # expect: py/ssrf
        match = TITLE.search(page.read(65536))
    return match.group(1).decode("utf-8", "replace") if match else None


@app.post("/preview")
def preview():
    body = request.get_json()
    titles = []
    for position, link in enumerate(body.get("links", [])[:5]):
        if not isinstance(link, str) or not permitted(link):
            continue
        titles.append({"position": position, "title": title_of(link)})
    return {"previews": titles}


@app.get("/preview/<provider>")
def front(provider):
    index = {"youtube": 0, "vimeo": 1}.get(provider, 0)
    return {"title": title_of("https://" + ALLOWED[index])}

# == error pages: the text of a template against the context of a template
from flask import Flask, render_template_string, request
from markupsafe import escape

app = Flask(__name__)
MISSING = """<!doctype html>
<title>Not here</title>
<p>There is no page at {{ path }}.</p>
"""
GONE = """<!doctype html>
<title>Gone</title>
<p>The page %(path)s was removed on {{ day }}.</p>
"""
REMOVED = {"/old": "2021-04-01", "/older": "2019-11-11"}


def is_old(path):
    return any(path.startswith(prefix) for prefix in REMOVED)


@app.errorhandler(404)
def missing(_error):
    path = request.path
    if is_old(path):
        return gone(path)
    return render_template_string(MISSING, path=path), 404


def gone(path):
    day = REMOVED.get("/" + path.split("/")[1], "an unknown day")
    source = GONE % {"path": escape(path)}
    return render_template_string(source, day=day), 410  # expect: py/template-injection


@app.get("/status")
def status():
    source = MISSING.replace("Not here", "Status")
    return render_template_string(source, path=request.args.get("of", "/"))

# == WSGI wrapper around a Flask app adds a header below the checks of the framework
from flask import Flask, Request

app = Flask(__name__)


class Campaign:
    """Repeats the campaign of the query in a response header."""

    def __init__(self, inner, header="X-Campaign"):
        self.inner = inner
        self.header = header

    def __call__(self, environ, start_response):
        campaign = Request(environ).args.get("utm_campaign", "none")

        def start(status, headers, exc_info=None):
            return start_response(status, [*headers, (self.header, campaign)], exc_info)  # missed: py/header-injection

        return self.inner(environ, start)


class Version:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, environ, start_response):
        wanted = Request(environ).args.get("v", "1")
        version = "2" if wanted == "2" else "1"

        def start(status, headers, exc_info=None):
            return start_response(status, headers + [("X-Version", version)], exc_info)

        return self.inner(environ, start)


@app.get("/")
def index():
    return {"hello": "world"}


app.wsgi_app = Campaign(Version(app.wsgi_app))

# == JavaScript for $where glued together, beside a plain comparison of strings
import os

from flask import Flask, jsonify, request
from pymongo import MongoClient

app = Flask(__name__)
books = MongoClient(os.environ["MONGO_URL"])["library"]["books"]


def condition(fields):
    tests = []
    for name in ("author", "publisher"):
        if fields.get(name):
            tests.append("this.%s == '%s'" % (name, fields[name]))
    return " && ".join(tests) or "true"


@app.get("/books")
def search():
    found = books.find({"$where": condition(request.args)}, {"_id": 0, "title": 1})  # expect: py/nosql-injection
    return jsonify(list(found))


@app.get("/books/by")
def by_author():
    # query parameters are always text, so no operator can arrive here
    author = request.args.get("author", "")
    found = books.find({"author": author, "lent": False}, {"_id": 0, "title": 1})
    return jsonify(list(found))


@app.get("/books/lent")
def lent():
    found = books.find({"$where": condition({"publisher": "Insel"}), "lent": True}, {"_id": 0, "title": 1})
    return jsonify(list(found))

# == cleaned copy of the value is thrown away before the line is logged
import logging
from io import StringIO
from urllib.parse import unquote

from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger(__name__)


class Entry:
    def __init__(self, event):
        self.event = event
        self.notes = StringIO()

    def note(self, text):
        text.replace("\r", "").replace("\n", "")
        self.notes.write(" " + text)
        return self

    def note_clean(self, text):
        self.notes.write(" " + text.replace("\r", "").replace("\n", ""))
        return self

    def __str__(self):
        return f"[{self.event}]{self.notes.getvalue()}"


@app.get("/go/<path:place>")
def go(place):
    entry = Entry("go").note(unquote(request.path.rsplit("/", 1)[-1]))
    log.info(str(entry))  # expect: py/log-injection
    return {"place": len(place)}


@app.get("/leave/<path:place>")
def leave(place):
    entry = Entry("leave").note_clean(place)
    log.info(str(entry))
    return {"place": len(place)}

# == highlighter that escapes every word before it builds its pattern
import re

from flask import Flask, request

app = Flask(__name__)
TEXT = "The quick brown fox jumps over the lazy dog. " * 20
MODES = {"exact": 0, "loose": re.IGNORECASE}
SHAPES = {"word": r"\b{}\b", "start": r"\b{}", "any": "{}"}


def finder(words, mode, shape):
    escaped = sorted(map(re.escape, words), key=len, reverse=True)
    body = "(?:" + "|".join(escaped) + ")"
    return re.compile(SHAPES[shape].format(body), MODES[mode])


@app.post("/positions")
def positions():
    data = request.get_json()
    words = [str(w) for w in data.get("words", []) if str(w)]
    mode = data.get("mode", "loose")
    shape = data.get("shape", "word")
    if not words or mode not in MODES or shape not in SHAPES:
        return {"positions": []}
    spans = [m.span() for m in finder(words, mode, shape).finditer(TEXT)]
    return {"positions": spans}

