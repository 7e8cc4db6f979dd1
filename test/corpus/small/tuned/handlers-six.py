# == The domain goes there and back through base64 before a shell asks for its records
import base64
import subprocess
from flask import Flask, request, jsonify

app = Flask(__name__)


def pack(text):
    return base64.b64encode(text.encode()).decode()


def unpack(text):
    return base64.b64decode(text).decode()


@app.route("/dns", methods=["GET", "POST"])
def dns():
    ticket = pack(request.values.get("domain", "example.com"))
    lines = subprocess.getoutput("dig +short " + unpack(ticket))  # expect: py/command-injection
    return jsonify(lines.split("\n"))

# == A whole command line is split by shlex and run without a shell, which does not help at all
import shlex
import subprocess
from bottle import Bottle, request, response

app = Bottle()


@app.post("/admin/run")
def run():
    words = shlex.split(request.forms.get("command"))
    if not words:
        response.status = 400
        return {"error": "empty"}
    done = subprocess.run(args=words, capture_output=True, timeout=15)  # expect: py/command-injection
    return {"code": done.returncode}

# == A Lambda joins its arguments into shell text, each of them quoted for the shell
import json
import shlex
import subprocess


def archive_command(names):
    quoted = " ".join(shlex.quote(n) for n in names)
    return "tar -cz -- " + quoted + " | wc -c"


def handler(event, context):
    names = json.loads(event["body"])["names"]
    size = subprocess.check_output(archive_command(names), shell=True, cwd="/mnt/data", timeout=50)
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"},
            "body": json.dumps({"size": int(size)})}

# == The request sits under one key of a ConfigParser, the command reads its neighbour
import configparser
import os
from flask import Flask, request, jsonify

app = Flask(__name__)


@app.route("/backup/<target>")
def backup(target):
    plan = configparser.ConfigParser(interpolation=None)
    plan["job"] = {"label": target[:40], "folder": "/srv/data"}
    plan.set("job", "tool", "rsync")
    command = "{} -a {} /mnt/backup".format(plan.get("job", "tool"), plan["job"]["folder"])
    code = os.system(command)
    return jsonify(label=plan["job"]["label"], ok=code == 0)

# == Escaped and unescaped again, the text of a JSON field is as good as new when eval gets it
# -- file: texts.py
import html


class Escaped:
    def __init__(self, text):
        self._text = html.escape(text)

    @property
    def original(self):
        return html.unescape(self._text)


# -- file: sheet.py
from flask import Flask, request, jsonify
from texts import Escaped

app = Flask(__name__)


@app.post("/sheet/cell")
def cell():
    data = request.get_json()
    content = Escaped(data.get("content", ""))
    if not content.original.startswith("="):
        return jsonify(kind="text")
    value = eval(content.original[1:])  # expect: py/code-injection
    return jsonify(kind="number", value=float(value))

# == The operation is looked up in a table of functions, there is nothing to evaluate
import operator
from flask import Flask, abort, request, jsonify

app = Flask(__name__)
EVAL = {"add": operator.add, "sub": operator.sub, "mul": operator.mul}


def evaluate(op, *numbers):
    try:
        return EVAL[op](*numbers)
    except KeyError:
        abort(404)


@app.get("/eval/<op>")
def run_operation(op):
    left, right = (request.args.get(k, 0, type=float) for k in ("left", "right"))
    return jsonify(result=evaluate(op, left, right))

# == The script of the request is only a comment of the code, and that only by its length
from flask import Flask, request

app = Flask(__name__)
STEPS = ("state['n'] += 1", "state['n'] *= 2")


@app.post("/simulate")
def simulate():
    remark = request.form.get("script", "")
    state = {"n": len(remark)}
    program = ["# %d characters of remark" % len(remark)]
    for step in STEPS:
        program.append(step)
    exec("\n".join(program), {"__builtins__": {}, "state": state})
    return {"n": state["n"]}

# == A saved model arrives within JSON, in base64, in two halves
import base64
import dill
from flask import Flask, request

app = Flask(__name__)


def whole(halves):
    first, *rest = halves
    for part in rest:
        first += part
    return base64.b64decode(first)


@app.route("/model", methods=["POST"])
def model():
    message = request.get_json()
    blob = whole([message["head"], message["tail"]])
    estimator = dill.loads(blob)  # expect: py/unsafe-deserialization
    return {"features": int(estimator.n_features)}

# == Compiled code of a plugin is read by marshal out of an uploaded file after a look at its first bytes
import marshal
from flask import Flask, abort, request, jsonify

app = Flask(__name__)
HEADER = 16


@app.post("/plugin")
def plugin():
    raw = request.files["plugin"].stream.read()
    if len(raw) < HEADER or raw[2:4] != b"\r\n":
        abort(415)
    code = marshal.loads(raw[HEADER:])  # expect: py/unsafe-deserialization
    return jsonify(names=list(code.co_names))

# == An unpickler that refuses every class reads the cookie
import base64
import io
import pickle
from flask import Flask, abort, request, jsonify

app = Flask(__name__)


class DataOnly(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError("no classes here")


@app.get("/recent")
def recent():
    raw = base64.b64decode(request.cookies.get("recent", "") or "gARdlC4=")
    try:
        seen = DataOnly(io.BytesIO(raw)).load()
    except (pickle.UnpicklingError, EOFError, IndexError):
        abort(400)
    return jsonify(count=len(seen))

# == A shelf of our own is asked for one entry, only the key comes from the query
import shelve
from flask import Flask, request, jsonify

app = Flask(__name__)
SHELF = "/srv/state/preferences"


@app.route("/preference")
def preference():
    key = request.args.get("key", "theme")
    with shelve.open(SHELF, flag="r") as shelf:
        found = shelf.get(key)
    return jsonify(value=found, known=found is not None)

# == The digest's name is put together from a word and a number before it is looked up in hashlib
import hashlib
import os
from flask import Flask, request, jsonify

app = Flask(__name__)
SECRET = os.environ["LINK_SECRET"]


class Signer:
    family = "sha"
    bits = 1

    def sign(self, path):
        make = getattr(hashlib, self.family + str(self.bits))
        return make((SECRET + path).encode()).hexdigest()  # expect: py/weak-hash


@app.get("/sign")
def sign():
    path = request.args.get("path", "/")
    return jsonify(path=path, signature=Signer().sign(path))

# == A licence key is checked against an MD5 that the cryptography package makes
from cryptography.hazmat.primitives import hashes
from flask import Flask, request

app = Flask(__name__)


def licence_digest(*fields):
    state = hashes.Hash(hashes.MD5())  # expect: py/weak-hash
    for field in fields:
        state.update(field.encode("utf-16-le"))
    return state.finalize().hex()


@app.post("/licence")
def licence():
    form = request.form
    good = licence_digest(form["owner"], form["product"])
    return {"valid": good == form["key"]}

# == The old digest leaves the list before anyone takes its head
import hashlib
from flask import Flask, request, jsonify

app = Flask(__name__)


def preferred():
    order = ["md5", "sha1", "sha256", "sha3_512"]
    while len(order) > 2:
        order.pop(0)
    return order[0]


@app.route("/artifact", methods=["PUT"])
def artifact():
    digest = hashlib.new(preferred(), request.get_data())
    return jsonify(integrity=digest.hexdigest(), size=digest.digest_size)

# == The account's name is tested for odd letters, but nobody looks at what the test says
import os
from flask import Flask, request, jsonify
from ldap3 import Connection, Server

app = Flask(__name__)


def plain(text):
    return text.isascii() and text.isalnum()


class Directory:
    def __enter__(self):
        self.conn = Connection(Server("ldaps://directory.internal", use_ssl=True),
                               os.environ["BIND_DN"], os.environ["BIND_PW"], auto_bind=True)
        return self

    def __exit__(self, *exc):
        self.conn.unbind()

    def one(self, attribute, value):
        wanted = "(" + "=".join([attribute, value]) + ")"
        return self.conn.search("dc=corp", wanted, attributes=["mail"])  # expect: py/ldap-injection


@app.route("/mailbox/<uid>")
def mailbox(uid):
    plain(uid)
    with Directory() as directory:
        return jsonify(exists=directory.one("uid", uid))

# == Every value of the form is escaped for the filter while it is collected
import os
from flask import Flask, request, jsonify
from ldap3 import Connection, Server
from ldap3.utils.conv import escape_filter_chars

app = Flask(__name__)
FIELDS = ("cn", "sn", "mail")


@app.route("/people/find", methods=["POST"])
def find():
    clauses = [f"({name}=*{escape_filter_chars(value)}*)"
               for name in FIELDS if (value := request.form.get(name, "").strip())]
    if not clauses:
        return jsonify([])
    conn = Connection(Server("ldaps://directory.internal", use_ssl=True),
                      os.environ["BIND_DN"], os.environ["BIND_PW"], auto_bind=True)
    conn.search("ou=people,dc=corp", "(&" + "".join(clauses) + ")", attributes=["cn"])
    return jsonify([e.cn.value for e in conn.entries])

# == A generator yields the departments of a header one by one into python-ldap filters
import os
import ldap
from flask import Flask, request

app = Flask(__name__)


def departments(header):
    for piece in header.split(","):
        if piece := piece.strip():
            yield piece


@app.get("/headcount")
def headcount():
    link = ldap.initialize("ldaps://directory.internal")
    link.simple_bind_s(os.environ["BIND_DN"], os.environ["BIND_PW"])
    total = {}
    for position, name in enumerate(departments(request.headers.get("X-Departments", ""))):
        text = "(departmentNumber=%s)" % name
        rows = link.search_ext_s("ou=people,dc=corp", ldap.SCOPE_SUBTREE, text)  # expect: py/ldap-injection
        total[position] = len(rows)
    return total

# == The path begins with the right folder, but nobody has resolved it yet
import io
import os
from flask import Flask, abort, request, jsonify

app = Flask(__name__)
BASE = "/srv/exports/"


def located(parts):
    full = BASE + os.sep.join(parts)
    if not full.startswith(BASE):
        abort(403)
    return full


@app.post("/exports/head")
def head():
    spec = request.get_json()
    with io.open(located([spec["year"], spec["file"]]), "r", encoding="utf-8") as f:  # expect: py/path-traversal
        return jsonify(first=f.readline())

# == The uploaded name is made harmless by werkzeug before it is part of a path
from pathlib import Path
from uuid import uuid4
from flask import Flask, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
INBOX = Path("/srv/inbox")


@app.post("/inbox")
def inbox():
    stored = []
    for upload in request.files.getlist("file"):
        name = secure_filename(upload.filename or "")
        target = INBOX / f"{uuid4().hex}-{name}"
        upload.save(target)
        stored.append(target.name)
    return {"stored": stored}, 201

# == FastAPI sends a file whose folder is an enumeration but whose name is free
from enum import Enum
from pathlib import Path
from fastapi import FastAPI
from fastapi.responses import FileResponse

app = FastAPI()
ROOT = Path("/srv/media")


class Shelf(str, Enum):
    audio = "audio"
    video = "video"


@app.get("/media/{shelf}/{name:path}")
def media(shelf: Shelf, name: str):
    place = ROOT.joinpath(shelf.value, name)
    return FileResponse(place)  # expect: py/path-traversal

# == A helper in another file takes only dates, and the file removed is named after the date
# -- file: naming.py
from datetime import date


def report_name(text: str) -> str:
    day = date.fromisoformat(text)
    return f"report-{day:%Y%m%d}.pdf"


# -- file: views.py
import os
from flask import Flask, abort, request
from naming import report_name

app = Flask(__name__)


@app.delete("/reports")
def drop_report():
    try:
        name = report_name(request.args.get("day", ""))
    except ValueError:
        abort(400)
    os.remove(os.path.join("/srv/reports", name))
    return "", 204

# == What follows the slash of a catch-all route may begin with another slash
from flask import Flask, redirect

app = Flask(__name__)
PREFIX = "old/"


@app.route("/old/<path:rest>")
def moved(rest):
    if rest.startswith(PREFIX):
        rest = rest[len(PREFIX):]
    return redirect("/" + rest, 301)  # expect: py/open-redirect

# == Names and values are zipped, and the redirect picks a value that was always ours
from flask import Flask, redirect, request

app = Flask(__name__)


@app.route("/leave")
def leave():
    names = ["seen", "target", "back"]
    values = [request.referrer or "-", "/goodbye", request.args.get("back", "")]
    table = dict(zip(names, values))
    table["back"] = "/"
    stop = table["target"] if table["seen"] != "-" else table["back"]
    return redirect(stop)

# == A Lambda answers a click with the address that the query holds
import os
from urllib.parse import unquote


def first(event, key, default):
    parameters = event.get("queryStringParameters") or {}
    return parameters.get(key, default)


def lambda_handler(event, context):
    goal = unquote(first(event, "u", os.environ.get("HOME_URL", "/")))
    if not goal.startswith("http"):
        goal = "/"
    return {"statusCode": 302, "headers": {"Location": goal}}  # expect: py/open-redirect

# == aiohttp sets the cookie of a login with two of the three protections
import secrets
from aiohttp import web

sessions = {}


async def login(request):
    data = await request.post()
    token = secrets.token_hex(32)
    sessions[token] = data.get("user")
    answer = web.json_response({"ok": True})
    answer.set_cookie("login", token, secure=True, httponly=True, samesite="None")  # expect: py/cookie-without-samesite
    return answer


app = web.Application()
app.router.add_post("/login", login)

# == A Tornado handler sets a cookie of its own making, chosen by what the visitor asks
import tornado.web


class DensityHandler(tornado.web.RequestHandler):
    choices = {"0": "wide", "1": "normal", "2": "narrow"}

    def put_cookie(self, name, value):
        self.set_cookie(name, value, secure=True, httponly=True, samesite="Strict", expires_days=90)

    def post(self):
        asked = self.get_body_argument("density", "1")
        self.put_cookie("density", self.choices.get(asked, "normal"))
        self.set_status(204)


app = tornado.web.Application([("/density", DensityHandler)])

# == FastAPI hands a refresh token to the browser in a cookie that need not be sent over TLS
import secrets
from fastapi import APIRouter, Response

router = APIRouter()
PRODUCTION = 2
STAGE = 1


@router.post("/token/refresh")
def refresh(response: Response):
    tls_only = True if STAGE >= PRODUCTION else False
    response.set_cookie("refresh", secrets.token_urlsafe(40), secure=tls_only,  # expect: py/insecure-cookie
                        httponly=True, samesite="strict", max_age=7200)
    return {"expires": 7200}

# == Django's raw gets a condition that was percent-formatted from the query
from django.http import JsonResponse
from library.models import Loan


def overdue(request):
    branch = request.GET.get("branch", "main").strip().lower()
    condition = "branch = '%s' AND due < CURRENT_DATE" % branch
    loans = Loan.objects.raw("SELECT * FROM library_loan WHERE " + condition)  # expect: py/sql-injection
    return JsonResponse({"ids": [loan.pk for loan in loans]})

# == The same kind of raw query with its values handed over as parameters
from django.http import JsonResponse
from library.models import Loan

QUERY = """
    SELECT * FROM library_loan
    WHERE branch = %(branch)s AND reader LIKE %(reader)s
    ORDER BY due
"""


def loans_of(request, branch):
    values = {"branch": branch, "reader": "%" + request.GET.get("reader", "") + "%"}
    found = Loan.objects.raw(QUERY, values)
    return JsonResponse({"due": [loan.due.isoformat() for loan in found]})

# == Statements wait in a queue until one script is made of them
import queue
import sqlite3
from contextlib import closing
from flask import Flask, request, jsonify

app = Flask(__name__)


def drain(waiting):
    while not waiting.empty():
        yield waiting.get_nowait()


@app.route("/tags", methods=["POST"])
def tags():
    waiting = queue.Queue()
    for tag in request.form.getlist("tag"):
        waiting.put("INSERT OR IGNORE INTO tag(name) VALUES ('%s');" % tag.replace('"', ""))
    waiting.put("DELETE FROM tag WHERE name = '';")
    with closing(sqlite3.connect("tags.db")) as db:
        db.executescript("\n".join(drain(waiting)))  # expect: py/sql-injection
    return jsonify(stored=True)

# == Whatever the parsing brings, the finally writes a constant into the name of the table
import sqlite3
from contextlib import closing
from flask import Flask, request, jsonify

app = Flask(__name__)


@app.route("/rows")
def rows():
    table = request.args.get("table", "")
    known = False
    try:
        known = table.index("archive") >= 0
    except ValueError:
        known = False
    finally:
        table = "entry"
    with closing(sqlite3.connect("journal.db")) as db:
        number, = db.execute("SELECT COUNT(*) FROM " + table).fetchone()
    return jsonify(rows=number, archive=known)

# == The language is checked, the time zone beside it is not, and both are remembered
import os
from flask import Flask, request, session

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET"]
LANGUAGES = {"de", "en", "pl"}


@app.post("/locale")
def locale():
    if (lang := request.form.get("lang")) in LANGUAGES:
        session["lang"] = lang
        zone = request.form.get("zone", "UTC")
        session["zone"] = zone  # expect: py/trust-boundary
        return {"changed": True}
    return {"changed": False}, 400

# == The role is read from a cookie by a closure and becomes the role of the session
import os
from urllib.parse import unquote
from flask import Flask, request, session, jsonify

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET"]


def reader(name, fallback):
    def read():
        raw = request.cookies.get(name)
        return unquote(raw) if raw else fallback
    return read


role = reader("role", "guest")


@app.route("/start")
def start():
    session.setdefault("role", role())  # expect: py/trust-boundary
    return jsonify(started=True)

# == The session counts visits and keeps a flag, the parameter only decides between two constants
import os
from flask import Flask, request, session

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET"]


@app.get("/list")
def view_list():
    session["visits"] = session.get("visits", 0) + 1
    session["view"] = "grid" if request.args.get("view") == "grid" else "table"
    match request.args.get("density"):
        case "tight":
            session["rows"] = 100
        case _:
            session["rows"] = 25
    return {"rows": session["rows"]}

# == The number of a session is 128 bits of the wrong generator
import random
from flask import Flask, request, jsonify

app = Flask(__name__)
STORE = {}


class SessionStore:
    def open(self, user):
        sid = "%032x" % random.getrandbits(128)  # expect: py/weak-random
        STORE[sid] = {"user": user}
        return sid


@app.post("/api/session")
def api_session():
    user = request.authorization.username if request.authorization else "anonymous"
    return jsonify(session_id=SessionStore().open(user))

# == Random picks some tokens, but the tokens are the words of a text
import random
from flask import Flask, request

app = Flask(__name__)


def tokens(text):
    return [w.strip(".,;!?") for w in text.lower().split()]


@app.post("/text/sample")
def sample():
    words = tokens(request.get_data(as_text=True)) or ["nothing"]
    picked = random.sample(words, min(3, len(words)))
    random.shuffle(words)
    return {"sample": picked, "temperature": random.gauss(0.7, 0.1)}

# == A key for the remember-me list is made by one of two makers, and both are sound
import secrets
import uuid
from flask import Flask, jsonify, request

app = Flask(__name__)
MAKERS = {"long": lambda: secrets.token_hex(48), "short": lambda: uuid.uuid4().hex}
remembered = {}


@app.route("/remember-me", methods=["POST"])
def remember_me():
    maker = MAKERS.get(request.args.get("kind"), MAKERS["long"])
    random_key = maker()
    remembered[random_key] = request.remote_addr
    answer = jsonify(done=True)
    answer.set_cookie("remember_me", random_key, secure=True, httponly=True, samesite="Lax")
    return answer

# == A room of the path is put between the brackets of an element tree's path
from defusedxml import ElementTree
from flask import Flask, request, jsonify

app = Flask(__name__)
TREE = ElementTree.parse("data/rooms.xml")


def predicate(**attributes):
    return "".join("[@%s='%s']" % pair for pair in attributes.items())


@app.route("/rooms/<floor>/<room>")
def rooms(floor, room):
    where = predicate(**request.view_args)
    seats = TREE.iterfind(".//place" + where + "/seat")  # expect: py/xpath-injection
    return jsonify(seats=[s.get("n") for s in seats])

# == The position is a whole number when it comes into the predicate of the path
from flask import Flask, request, jsonify
from lxml import etree

app = Flask(__name__)
MENU = etree.parse("data/menu.xml", etree.XMLParser(resolve_entities=False, no_network=True))


@app.get("/menu/dish")
def dish():
    text = request.args.get("position", "1")
    position = int(text) if text.isdecimal() else 1
    names = MENU.xpath(f"/menu/dish[{position}]/name/text()")
    return jsonify(dish=str(names[0]) if names else None)

# == Escaped text stands in an attribute without quotes, where a blank begins the next attribute
import html
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

app = FastAPI()


def field(name: str, value: str) -> str:
    return "<input name=%s value=%s>" % (name, html.escape(value))


@app.get("/form")
def form(town: str = ""):
    page = ["<!doctype html>", "<form method=post>", field("town", town), "<button>go</button>", "</form>"]
    return HTMLResponse("\n".join(page))  # expect: py/xss

# == The visitor's text is rendered into a template file that lets it through raw
# -- file: templates/search.html
<!doctype html>
<title>Search</title>
<h1>{{ heading }}</h1>
<p>You looked for <em>{{ phrase|safe }}</em></p>
# -- file: app.py
from types import SimpleNamespace
from flask import Flask, render_template, request

app = Flask(__name__)


def model():
    return SimpleNamespace(heading="Search", phrase=" ".join(request.args.getlist("q")))


@app.get("/search")
def search():
    return render_template("search.html", **vars(model()))  # expect: py/template-autoescape

# == Markup's own format escapes its arguments, whatever they are
from flask import Flask, request
from markupsafe import Markup

app = Flask(__name__)
ROW = Markup("<tr><th>{}</th><td>{}</td></tr>")


@app.route("/show", methods=["POST"])
def show():
    rows = Markup("").join(ROW.format(k, v) for k, v in request.form.items())
    return Markup("<table>%s</table>") % rows

# == The whole answer is plain text that the browser must not sniff
from urllib.parse import parse_qsl
from flask import Flask, make_response, request

app = Flask(__name__)


@app.get("/debug/query")
def query():
    pairs = parse_qsl(request.query_string.decode("utf-8", "replace"))
    text = "".join(f"{key} = {value}\n" for key, value in pairs)
    answer = make_response(text)
    answer.mimetype = "text/plain"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer

# == minidom gets a reader that was told to fetch external entities
import tornado.web
import xml.sax
from xml.dom import minidom
from xml.sax import handler


def reader():
    made = xml.sax.make_parser()
    for feature, on in ((handler.feature_namespaces, False), (handler.feature_external_ges, True)):
        made.setFeature(feature, on)
    return made


class PlanHandler(tornado.web.RequestHandler):
    def put(self):
        text = self.request.body.decode("utf-8")
        plan = minidom.parseString(text, parser=reader())  # expect: py/xxe
        self.write({"root": plan.documentElement.tagName})

# == The features for entities are off when the sax reader sees the upload
import io
import xml.sax
from xml.sax import handler
from flask import Flask, request, jsonify

app = Flask(__name__)


class Counter(handler.ContentHandler):
    total = 0

    def startElement(self, name, attrs):
        self.total += 1


@app.post("/count")
def count():
    counter = Counter()
    parser = xml.sax.make_parser()
    for feature in (handler.feature_external_ges, handler.feature_external_pes):
        parser.setFeature(feature, False)
    parser.setContentHandler(counter)
    parser.parse(io.BytesIO(request.files["doc"].read()))
    return jsonify(elements=counter.total)

# == A long price list is read event by event with entities resolved and the DTD loaded
import io
from flask import Flask, request
from lxml import etree

app = Flask(__name__)


def prices(stream):
    for _, node in etree.iterparse(stream, tag="price", resolve_entities=True,  # expect: py/xxe
                                   load_dtd=True, no_network=False):
        yield node.text
        node.clear()


@app.route("/prices", methods=["POST"])
def import_prices():
    stream = io.BytesIO(request.get_data())
    return {"prices": list(prices(stream))}

# == The address must begin with our domain's letters, which many other hosts do too
import aiohttp
from aiohttp import web

OURS = "https://files.example.com"


async def mirror(request):
    url = (await request.json())["url"]
    if not url.startswith(OURS):
        raise web.HTTPForbidden()
    limit = aiohttp.ClientTimeout(total=8)
    async with aiohttp.ClientSession(timeout=limit) as client:
        async with client.get(url) as reply:  # expect: py/ssrf
            blob = await reply.read()
    return web.json_response({"size": len(blob)})


app = web.Application()
app.add_routes([web.post("/mirror", mirror)])

# == A line break can no longer be part of the name that a handler writes to its header and log
import logging
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, quote, urlsplit

log = logging.getLogger(__name__)


class Export(BaseHTTPRequestHandler):
    def do_GET(self):
        fields = parse_qs(urlsplit(self.path).query)
        name = quote(fields.get("name", ["export"])[0], safe="")
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Disposition", "attachment; filename*=UTF-8''" + name)
        self.end_headers()
        self.wfile.write(b"id;amount\n")
        log.info("exported %s", name)

# == The footer of a letter is pasted into the source of a template before Jinja compiles it
from flask import Flask, render_template_string, request

app = Flask(__name__)

LETTER = "<p>Dear {{ reader }},</p>%s<p>Yours</p>"


@app.post("/letter")
def letter():
    fields = request.get_json()
    source = LETTER % fields.get("footer", "")
    return render_template_string(source, reader="reader")  # expect: py/template-injection

# == A Bottle hook logs every agent after all control characters became question marks
import logging
from bottle import Bottle, request

app = Bottle()
log = logging.getLogger("access")


def one_line(text, limit=120):
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown[:limit]


@app.hook("before_request")
def note():
    agent = one_line(request.get_header("User-Agent", "-"))
    log.info("agent=" + agent)


@app.get("/alive")
def alive():
    return {"alive": True}
