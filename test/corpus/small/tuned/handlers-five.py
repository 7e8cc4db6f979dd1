# == A support page pings the host a technician typed, the command line glued together inside a small class
import os
from flask import Flask, request, jsonify

app = Flask(__name__)


class Probe:
    count = 3

    def __init__(self, target):
        self.target = target.strip()

    def line(self):
        return "ping -c %d -W 2 %s > /dev/null" % (self.count, self.target)


@app.route("/support/reach")
def reach():
    probe = Probe(request.args.get("target", "localhost"))
    status = os.system(probe.line())  # expect: py/command-injection
    return jsonify(reachable=status == 0)

# == Several branch names arrive as repeated values and end up as separate arguments behind a double dash
import subprocess
from flask import Blueprint, request, abort

bp = Blueprint("git", __name__)


def argument_vector(kind, names):
    match kind:
        case "log":
            head = ["git", "log", "--oneline", "-n", "20"]
        case "show":
            head = ["git", "show", "--stat"]
        case _:
            head = ["git", "status"]
    return [*head, "--", *names]


@bp.get("/repo/<kind>")
def inspect_repo(kind):
    names = [n for n in request.args.getlist("path") if n]
    if len(names) > 10:
        abort(400)
    done = subprocess.run(argument_vector(kind, names), capture_output=True, text=True,
                          cwd="/srv/repo", timeout=20)
    return {"lines": done.stdout.splitlines()}

# == A print queue hands its last entry to the shell's -c although the call itself takes a list
from collections import deque
import subprocess

from flask import Flask, request

app = Flask(__name__)


@app.route("/print", methods=["POST"])
def enqueue_print():
    jobs = deque(maxlen=4)
    jobs.append("lpstat -a")
    jobs.append("lp -d " + request.headers.get("X-Printer", "main") + " cover.ps")
    job = jobs.pop()
    proc = subprocess.Popen(["/bin/sh", "-c", job], stdout=subprocess.PIPE)  # expect: py/command-injection
    out, _ = proc.communicate(timeout=30)
    return {"spooled": bool(out)}

# == The volume name would reach du only if twelve dozen were less than a hundred
import os
from flask import Flask, request, jsonify

app = Flask(__name__)
DOZEN = 12


@app.route("/disk/usage", methods=["POST"])
def disk_usage():
    wanted = request.form.get("volume", "")
    gross = DOZEN * 12
    if gross < 100:
        volume = wanted
    else:
        volume = "home"
    pipe = os.popen("du -sk /vol/" + volume)
    try:
        first = pipe.readline().split("\t")[0]
    finally:
        pipe.close()
    return jsonify(kilobytes=first, asked=len(wanted))

# == The name of an uploaded scan goes through a partial that prepares the call of an OCR tool
import functools
import subprocess
from aiohttp import web

routes = web.RouteTableDef()

shell = functools.partial(subprocess.check_output, shell=True, timeout=60)


def ocr_line(name, lang="eng"):
    stem, dot, ext = name.rpartition(".")
    return f"tesseract 'inbox/{stem}.{ext}' stdout -l {lang}"


@routes.post("/scan")
async def scan(request):
    form = await request.post()
    upload = form["scan"]
    text = shell(ocr_line(upload.filename))  # expect: py/command-injection
    return web.json_response({"characters": len(text)})


app = web.Application()
app.add_routes(routes)

# == A calculator field keeps digits and operators out of the blacklist but lets everything else run
from flask import Flask, request, jsonify

app = Flask(__name__)
FORBIDDEN = ("import", "os.", "open(")


def tidy(expression):
    for word in FORBIDDEN:
        expression = expression.replace(word, "")
    return expression.strip()


@app.post("/calc")
def calc():
    body = request.get_json(force=True)
    formula = tidy(body["formula"])
    names = {"pi": 3.14159, "e": 2.71828}
    value = eval(formula, {}, names)  # expect: py/code-injection
    return jsonify(result=str(value))

# == A report column is computed by an expression from a table, the request only names the row of it
from flask import Flask, request, jsonify

app = Flask(__name__)

EXPRESSIONS = {
    "net": "price * amount",
    "gross": "price * amount * 1.19",
    "half": "price * amount / 2",
}


@app.route("/report/sum")
def report_sum():
    wanted = request.values.get("column", "net")
    expression = EXPRESSIONS.get(wanted, EXPRESSIONS["gross"])
    total = eval(expression, {"__builtins__": {}}, {"price": 12.5, "amount": 3})
    return jsonify(total=round(total, 2))

# == A rule editor compiles the source it got in pieces and runs it afterwards
import io
from flask import Flask, request

app = Flask(__name__)


def assemble(pieces):
    sheet = io.StringIO()
    sheet.write("def rule(row):\n")
    for piece in pieces:
        sheet.write("    " + piece + "\n")
    sheet.write("    return row\n")
    return sheet.getvalue()


@app.route("/rules/try", methods=["POST"])
def try_rule():
    source = assemble(request.form.getlist("line"))
    space = {}
    code = compile(source, "rule.py", "exec")
    exec(code, space)  # expect: py/code-injection
    outcome = space["rule"]({"amount": 10})
    return {"fields": len(outcome)}

# == literal_eval stands where one might look for its namesake, and only numbers come out of it
import ast
from fastapi import FastAPI, HTTPException, Query

app = FastAPI()


def evaluate(text: str):
    return ast.literal_eval(text)


@app.get("/stats/mean")
async def mean(values: str = Query("[]", max_length=400)):
    try:
        numbers = evaluate(values)
    except (ValueError, SyntaxError) as exc:
        raise HTTPException(status_code=422, detail="not a list") from exc
    if not isinstance(numbers, list) or not numbers:
        raise HTTPException(status_code=422, detail="empty")
    return {"mean": sum(float(n) for n in numbers) / len(numbers)}

# == The names of the query's parameters, not their values, become the body of a lambda
from flask import Flask, request, jsonify

app = Flask(__name__)


def build_filter(conditions):
    joined = " and ".join(conditions) or "True"
    return eval("lambda item: " + joined)  # expect: py/code-injection


@app.get("/stock")
def stock():
    flags = [key for key in request.args.keys() if key.startswith("item")]
    keep = build_filter(flags)
    items = [{"n": n, "open": n % 2 == 0} for n in range(8)]
    return jsonify([i["n"] for i in items if keep(i)])

# == A basket comes back from a cookie that was quoted and base64 encoded, and is unpickled
import base64
import pickle
from urllib.parse import unquote_plus
from flask import Flask, request, jsonify

app = Flask(__name__)


def thaw(raw):
    data = base64.urlsafe_b64decode(unquote_plus(raw).encode("ascii"))
    return pickle.loads(data)  # expect: py/unsafe-deserialization


@app.route("/basket")
def basket():
    raw = request.cookies.get("basket")
    if raw is None:
        return jsonify(items=0)
    return jsonify(items=len(thaw(raw)))

# == The pickled state is only opened after its keyed signature has been compared
import base64
import hashlib
import hmac
import os
import pickle
from flask import Flask, request, abort, jsonify

app = Flask(__name__)
KEY = os.environ["STATE_KEY"].encode()


def open_sealed(token):
    mac, _, body = token.partition(".")
    payload = base64.b64decode(body)
    good = hmac.new(KEY, payload, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(mac, good):
        abort(403)
    return pickle.loads(payload)


@app.post("/wizard/next")
def wizard_next():
    state = open_sealed(request.form["state"])
    return jsonify(step=int(state["step"]) + 1)

# == A configuration upload picks its loader from a dictionary and picks the generous one
import yaml
from flask import Flask, request

app = Flask(__name__)

LOADERS = {"strict": yaml.SafeLoader, "rich": yaml.UnsafeLoader}


@app.put("/pipeline")
def put_pipeline():
    text = request.get_data(as_text=True)
    style = "rich"
    document = yaml.load(text, Loader=LOADERS[style])  # expect: py/unsafe-deserialization
    return {"stages": len(document.get("stages", []))}

# == YAML from a form field, read by a C loader of the safe kind through a subclass
import yaml
from flask import Flask, request, jsonify

app = Flask(__name__)


class DatelessLoader(yaml.CSafeLoader):
    """Reads dates as plain text."""


DatelessLoader.yaml_implicit_resolvers = {
    first: [(tag, rx) for tag, rx in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@app.route("/calendar/import", methods=["POST"])
def import_calendar():
    source = request.form["calendar"]
    entries = yaml.load(source, Loader=DatelessLoader)
    return jsonify(count=len(entries or []))

# == A Tornado handler restores a chart from the text of the request body
import json
import jsonpickle
import tornado.web


class ChartHandler(tornado.web.RequestHandler):
    def body_text(self):
        envelope = json.loads(self.request.body)
        return json.dumps(envelope["chart"])

    def post(self):
        chart = jsonpickle.decode(self.body_text())  # expect: py/unsafe-deserialization
        self.write({"series": len(chart.series)})


def make_app():
    return tornado.web.Application([(r"/chart", ChartHandler)])

# == A webhook's signature is made with a digest whose name a ternary decides from constants
import hashlib
import os
from flask import Flask, request, jsonify

app = Flask(__name__)
SALT = os.environ.get("HOOK_SALT", "")


@app.post("/hook/sign")
def sign():
    body = request.get_data()
    name = "sha512" if len("abcd") > 6 else "sha1"
    signature = hashlib.new(name, SALT.encode() + body).hexdigest()  # expect: py/weak-hash
    return jsonify(signature=signature)

# == An entity tag made by md5 that says it is not for security
import hashlib
from flask import Flask, request, make_response

app = Flask(__name__)


def fingerprint(chunks):
    h = hashlib.md5(usedforsecurity=False)
    for chunk in chunks:
        h.update(chunk.encode("utf-8"))
    return h.hexdigest()


@app.get("/catalogue")
def catalogue():
    lang = request.accept_languages.best_match(["en", "de", "fr"]) or "en"
    tag = fingerprint(["catalogue", lang, "v7"])
    resp = make_response({"lang": lang})
    resp.set_etag(tag)
    return resp.make_conditional(request)

# == An integrity check of an uploaded package takes its algorithm out of a ConfigParser
import configparser
import hashlib
from flask import Flask, request, jsonify

app = Flask(__name__)

settings = configparser.ConfigParser()
settings.add_section("package")
settings.set("package", "name", "sha384")
settings.set("package", "checksum", "md5")


@app.route("/packages", methods=["POST"])
def packages():
    blob = request.files["package"].read()
    digest = hashlib.new(settings.get("package", "checksum"))  # expect: py/weak-hash
    digest.update(blob)
    if digest.hexdigest() != request.form["checksum"].lower():
        return jsonify(error="package was altered"), 409
    return jsonify(stored=len(blob))

# == The client may name a digest, but only from three strong ones
import hashlib
from fastapi import FastAPI, Header, Request

api = FastAPI()

STRONG = {"a": "sha256", "b": "sha384", "c": "sha512"}


@api.post("/digest")
async def digest(request: Request, x_digest: str = Header("a")):
    algorithm = STRONG.get(x_digest[:1], "sha256")
    state = hashlib.new(algorithm)
    async for chunk in request.stream():
        state.update(chunk)
    return {"algorithm": algorithm, "hex": state.hexdigest()}

# == A registration stores the pass phrase as one round of a plain hash with the user's name mixed in
import hashlib
import sqlite3
from contextlib import closing
from flask import Flask, request

app = Flask(__name__)


def stored_form(user, password):
    return hashlib.sha1((user + ":" + password).encode()).hexdigest()  # expect: py/fast-password-hash


@app.post("/register")
def register():
    user, password = (request.form[k] for k in ("user", "password"))
    with closing(sqlite3.connect("accounts.db")) as db:
        db.execute("INSERT INTO account(name, pw) VALUES (?, ?)", (user, stored_form(user, password)))
        db.commit()
    return "", 201

# == A phone book search takes the surname by hand out of the raw query string
import os
from urllib.parse import unquote
from flask import Flask, request, jsonify
from ldap3 import Connection, Server

app = Flask(__name__)


def raw_value(name):
    for pair in request.query_string.decode("latin-1").split("&"):
        key, _, value = pair.partition("=")
        if key == name:
            return unquote(value)
    return ""


@app.get("/phonebook")
def phonebook():
    surname = raw_value("sn")
    server = Server("ldaps://directory.internal", use_ssl=True)
    with Connection(server, os.environ["BIND_DN"], os.environ["BIND_PW"]) as conn:
        conn.search("ou=people,dc=corp", "(&(objectClass=person)(sn={}))".format(surname),  # expect: py/ldap-injection
                    attributes=["cn", "telephoneNumber"])
        return jsonify([e.cn.value for e in conn.entries])

# == The filter is put together by filter_format, which escapes every part
import os
import ldap
import ldap.filter
from flask import Flask, request, jsonify

app = Flask(__name__)


def member_filter(group, uid):
    return ldap.filter.filter_format("(&(cn=%s)(memberUid=%s))", [group, uid])


@app.route("/groups/<group>/has")
def has(group):
    link = ldap.initialize("ldaps://directory.internal")
    link.simple_bind_s(os.environ["BIND_DN"], os.environ["BIND_PW"])
    query = member_filter(group, request.args.get("uid", ""))
    rows = link.search_s("ou=groups,dc=corp", ldap.SCOPE_ONELEVEL, query, ["cn"])
    return jsonify(member=bool(rows))

# == Escaped for a distinguished name but used within a search filter, where stars and brackets still work
import ldap
from ldap.dn import escape_dn_chars
from django.conf import settings
from django.http import JsonResponse


def _link():
    link = ldap.initialize(settings.LDAP_URL)
    link.simple_bind_s(settings.LDAP_DN, settings.LDAP_PW)
    return link


def badge(request):
    number = escape_dn_chars(request.GET.get("number", ""))
    wanted = "(&(objectClass=badge)(|(serial=" + number + ")(alias=" + number + ")))"
    found = _link().search_s("ou=badges,dc=corp", ldap.SCOPE_SUBTREE, wanted)  # expect: py/ldap-injection
    return JsonResponse({"hits": len(found)})

# == The user's initials sit at another place of the list than the one that is read for the filter
import os
from flask import Flask, request, jsonify
from ldap3 import Connection, Server, SUBTREE

app = Flask(__name__)


@app.route("/offices", methods=["POST"])
def offices():
    parts = ["berlin", request.form.get("office", ""), "oslo"]
    parts.pop(0)
    parts.append("rome")
    office = parts[1]
    conn = Connection(Server("ldaps://directory.internal", use_ssl=True),
                      user=os.environ["BIND_DN"], password=os.environ["BIND_PW"], auto_bind=True)
    conn.search(search_base="ou=offices,dc=corp", search_filter=f"(l={office})",
                search_scope=SUBTREE, attributes=["street"])
    return jsonify(total=len(conn.entries), asked=bool(parts[0]))

# == A download page removes the parent steps once, which leaves a nested one whole
import os
from flask import Flask, request, Response, abort

app = Flask(__name__)
MANUALS = "/srv/manuals"


def clean(name):
    return name.replace("../", "")


@app.route("/manual")
def manual():
    name = clean(request.args.get("doc", "index.txt"))
    full = os.path.join(MANUALS, name)
    try:
        with open(full, encoding="utf-8") as handle:  # expect: py/path-traversal
            return Response(handle.read(), mimetype="text/plain")
    except FileNotFoundError:
        abort(404)

# == The wanted log is resolved first and then must lie under its folder
from pathlib import Path
from flask import Flask, abort, request, jsonify

app = Flask(__name__)
ROOT = Path("/var/lib/shop/logs").resolve()


def inside(name: str) -> Path:
    candidate = (ROOT / name).resolve()
    if not candidate.is_relative_to(ROOT):
        abort(403)
    return candidate


@app.get("/logs/<path:name>")
def tail(name):
    target = inside(name)
    if not target.is_file():
        abort(404)
    lines = target.read_text(encoding="utf-8").splitlines()
    return jsonify(lines=lines[-50:])

# == An avatar is saved under the name the browser sent, after the extension was checked
import os
from flask import Flask, request, abort

app = Flask(__name__)
AVATARS = "/srv/avatars"
ALLOWED = {"png", "jpg", "webp"}


@app.post("/avatar")
def avatar():
    picture = request.files["picture"]
    if (ext := picture.filename.rsplit(".", 1)[-1].lower()) not in ALLOWED:
        abort(415)
    where = "/".join([AVATARS, picture.filename])
    picture.save(where)  # expect: py/path-traversal
    return {"kind": ext}, 201

# == A template of an invoice is chosen by number out of a tuple and then opened with codecs
import codecs
from flask import Flask, request, jsonify

app = Flask(__name__)
LAYOUTS = ("plain.txt", "letter.txt", "window.txt")


@app.route("/invoice/layout")
def layout():
    try:
        position = int(request.cookies.get("layout", "0"))
    except ValueError:
        position = 0
    name = LAYOUTS[position % len(LAYOUTS)]
    reader = codecs.open("/srv/layouts/" + name, "r", "utf-8")
    try:
        return jsonify(layout=reader.read())
    finally:
        reader.close()

# == A Bottle route copies a draft whose name came in the body as JSON into the outbox
import shutil
from dataclasses import dataclass
from bottle import Bottle, request

app = Bottle()


@dataclass
class Draft:
    owner: str
    title: str

    @property
    def location(self):
        return "/srv/drafts/%(owner)s/%(title)s.odt" % vars(self)


@app.post("/send")
def send():
    draft = Draft(owner="shared", title=request.json["title"])
    shutil.copyfile(draft.location, "/srv/outbox/next.odt")  # expect: py/path-traversal
    return {"sent": True}

# == After the login the visitor goes on to the address in the form, as long as it begins with a slash
from flask import Flask, redirect, request, url_for

app = Flask(__name__)


def next_page():
    goal = request.form.get("next") or url_for("home")
    return goal if goal.startswith("/") else url_for("home")


@app.route("/")
def home():
    return {"page": "home"}


@app.post("/login/done")
def login_done():
    return redirect(next_page(), code=303)  # expect: py/open-redirect

# == The next page is a key of a table of endpoints and everything else leads home
from flask import Flask, redirect, request, url_for

app = Flask(__name__)
PAGES = dict(orders="order_list", profile="profile", help="help_page")


@app.get("/go")
def go():
    wanted = request.args.get("to", "")
    endpoint = PAGES.get(wanted)
    if endpoint is None:
        endpoint = "help_page"
    return redirect(url_for(endpoint))


@app.get("/orders")
def order_list():
    return {"orders": []}


@app.get("/help")
def help_page():
    return {"help": True}


@app.get("/profile")
def profile():
    return {}

# == A language switch sends the visitor back to wherever he says he came from
from flask import Flask, make_response, redirect, request

app = Flask(__name__)


class Back:
    def __init__(self, req):
        self._req = req

    def __str__(self):
        return self._req.referrer or "/"


@app.route("/lang/<any(en, nl):code>")
def switch(code):
    answer = make_response(redirect(str(Back(request))))  # expect: py/open-redirect
    answer.set_cookie("lang", code, secure=True, httponly=True, samesite="Lax")
    return answer

# == The host part of the address is compared with our own before the redirect
from urllib.parse import urlsplit
from fastapi import FastAPI
from fastapi.responses import RedirectResponse

app = FastAPI()
HOSTS = frozenset({"shop.example.com", "help.example.com"})


def permitted(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.netloc in HOSTS and "\\" not in url


@app.get("/out")
def out(url: str = "https://shop.example.com/"):
    if not permitted(url):
        url = "https://shop.example.com/"
    return RedirectResponse(url)

# == A short link service decodes the token of the path to an address and sends a Location
import base64
from flask import Flask, Response, request

app = Flask(__name__)


def decode(token):
    missing = -len(token) % 4
    return base64.urlsafe_b64decode(token + "=" * missing).decode("utf-8")


@app.route("/s/<token>")
def follow(token):
    where = decode(request.view_args["token"])
    if "evil" in where:
        where = "/"
    return redirect_to(where)


def redirect_to(place):
    from flask import redirect
    return redirect(location=place, code=302)  # expect: py/open-redirect

# == The session's own number is handed out in a cookie that any script and any plain line may carry
import secrets
from flask import Flask, jsonify

app = Flask(__name__)


@app.post("/basket/new")
def new_basket():
    number = secrets.token_urlsafe(24)
    answer = jsonify(created=True)
    options = {"path": "/", "max_age": 60 * 60 * 24}
    answer.set_cookie("basket_id", number, **options)  # expect: py/insecure-cookie
    return answer

# == Flags of the cookie come from one dictionary for the whole application
import secrets
from flask import Flask, make_response

app = Flask(__name__)
FLAGS = dict(secure=True, httponly=True, samesite="Strict")


def with_cookie(body, name, value, **more):
    answer = make_response(body)
    answer.set_cookie(name, value, **{**FLAGS, **more})
    return answer


@app.get("/start")
def start():
    return with_cookie({"ok": 1}, "visit", secrets.token_hex(16), max_age=3600)

# == The colour theme of the query goes into a cookie as it came, flags are all there
from flask import Flask, request, make_response

app = Flask(__name__)


@app.route("/theme")
def theme():
    picked = request.args.get("theme", "light").lower()
    answer = make_response("", 204)
    answer.set_cookie("theme", picked, secure=True, httponly=True, samesite="Lax")  # expect: py/cookie-injection
    return answer

# == A Django view remembers the device for a month but lets scripts read the cookie
import secrets
from django.http import HttpResponseRedirect
from django.urls import reverse


def remember_device(request):
    device = secrets.token_urlsafe(32)
    request.user.devices.create(token=device)
    response = HttpResponseRedirect(reverse("dashboard"))
    response.set_cookie(  # expect: py/cookie-without-httponly
        key="device",
        value=device,
        max_age=30 * 86400,
        secure=True,
        httponly=False,
        samesite="Lax",
    )
    return response

# == The words of a search box are joined by OR into the condition of a query
import sqlite3
from contextlib import closing
from flask import Flask, request, jsonify

app = Flask(__name__)


def condition(words):
    for word in words:
        yield "title LIKE '%" + word + "%'"


@app.get("/books")
def books():
    words = request.args.get("q", "").split()
    where = " OR ".join(condition(words)) or "1 = 1"
    with closing(sqlite3.connect("library.db")) as db:
        rows = db.execute("SELECT id, title FROM book WHERE " + where)  # expect: py/sql-injection
        return jsonify(rows.fetchall())

# == The number of place holders depends on the list, the list itself is bound
import sqlite3
from contextlib import closing
from flask import Flask, request, jsonify

app = Flask(__name__)


@app.post("/books/some")
def some_books():
    wanted = request.get_json()["ids"]
    marks = ", ".join("?" for _ in wanted) or "NULL"
    text = "SELECT id, title FROM book WHERE id IN (%s)" % marks
    with closing(sqlite3.connect("library.db")) as db:
        return jsonify(db.execute(text, tuple(wanted)).fetchall())

# == The direction of a sort is checked, the column of it is only put in quotes
import os
import psycopg
from flask import Flask, request, jsonify

app = Flask(__name__)


def quote(name):
    return '"' + name + '"'


@app.get("/people")
def people():
    column = request.values.get("sort", "surname")
    direction = "DESC" if request.values.get("dir") == "desc" else "ASC"
    with psycopg.connect(os.environ["PEOPLE_DSN"]) as conn, conn.cursor() as cur:
        cur.execute(f"SELECT surname, town FROM people ORDER BY {quote(column)} {direction} LIMIT 50")  # expect: py/sql-injection
        return jsonify(cur.fetchall())

# == An aiohttp page of results whose offset and size are whole numbers by the time they are written
import os
import pymysql
from aiohttp import web


def window(query):
    page, size = (int(query.get(k, d)) for k, d in (("page", "1"), ("size", "20")))
    return "LIMIT %d OFFSET %d" % (min(size, 100), max(page - 1, 0) * size)


async def listing(request):
    try:
        tail = window(request.query)
    except ValueError:
        raise web.HTTPBadRequest(text="numbers only")
    conn = pymysql.connect(host="db.internal", user="web", password=os.environ["DB_PW"], database="shop")
    try:
        with conn.cursor() as cur:
            cur.execute("SELECT id, name FROM article ORDER BY name " + tail)
            return web.json_response(cur.fetchall())
    finally:
        conn.close()

# == SQLAlchemy text with a named parameter, the column behind it out of an enumeration
import enum
import os
from flask import Flask, abort, request, jsonify
from sqlalchemy import create_engine, text

app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"])


class Field(enum.Enum):
    town = "town"
    street = "street_name"
    code = "postal_code"


@app.route("/address")
def address():
    try:
        field = Field[request.args.get("by", "town")]
    except KeyError:
        abort(400)
    statement = text("SELECT id FROM address WHERE " + field.value + " = :value")
    with engine.connect() as conn:
        rows = conn.execute(statement, {"value": request.args.get("value", "")})
        return jsonify([row.id for row in rows])

# == Every preference of the form becomes an entry of the session, its key included
import os
from flask import Flask, request, session

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET"]


def trimmed(form):
    return {k.strip(): v.strip() for k, v in form.items()}


@app.post("/preferences")
def preferences():
    wishes = trimmed(request.form)
    for key, value in wishes.items():
        session[key] = value  # expect: py/trust-boundary
    return {"stored": len(wishes)}

# == Only a currency from the list finds its way into the session
import os
from flask import Flask, request, session, jsonify

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET"]
CURRENCIES = ("EUR", "CHF", "GBP", "USD")


@app.route("/currency", methods=["POST"])
def currency():
    asked = (request.get_json(silent=True) or {}).get("currency", "")
    for known in CURRENCIES:
        if known == asked.upper():
            session["currency"] = known
            break
    else:
        return jsonify(error="unknown currency"), 400
    return jsonify(currency=session["currency"])

# == The tenant of a header is kept in a thread-local and written to the session on the way out
import os
import threading
from flask import Flask, request, session

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET"]
local = threading.local()


@app.before_request
def note_tenant():
    local.tenant = request.headers.get("X-Tenant", "public")


def current():
    return getattr(local, "tenant", "public")


@app.get("/enter")
def enter():
    session.update(tenant=current())  # expect: py/trust-boundary
    return {"entered": True}

# == What goes into the session is the other entry of the little dictionary
import os
import time
from flask import Flask, request, session

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET"]


@app.route("/visit")
def visit():
    facts = {"agent": request.user_agent.string, "since": int(time.time())}
    facts["via"] = "web"
    session["since"] = facts["since"]
    session["via"] = facts["via"]
    return {"long_agent": len(facts["agent"]) > 200}

# == A Django view looks the shop up and keeps the number that the database gave
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from shops.models import Shop


def choose_shop(request, slug):
    shop = get_object_or_404(Shop, slug=slug, active=True)
    request.session["shop_id"] = shop.pk
    request.session.setdefault("basket", [])
    request.session.set_expiry(3600)
    return JsonResponse({"chosen": True, "previous": bool(request.GET.get("again"))})

# == A key that keeps users logged in is made from the ordinary generator
import random
import string
from flask import Flask, request, make_response

app = Flask(__name__)
keys = {}


def remember_key(length=40):
    alphabet = string.ascii_letters + string.digits
    return "".join(random.choices(alphabet, k=length))  # expect: py/weak-random


@app.post("/remember")
def remember():
    key = remember_key()
    keys[key] = request.form.get("user")
    answer = make_response({"remembered": True})
    answer.set_cookie("remember", key, secure=True, httponly=True, samesite="Strict", max_age=86400 * 14)
    return answer

# == The same alphabet, but the choice is made by the generator of the operating system
import random
import string
from flask import Flask, session
import os

app = Flask(__name__)
app.secret_key = os.environ["APP_SECRET"]
dice = random.SystemRandom()


class Voucher:
    alphabet = string.ascii_uppercase + "23456789"

    @classmethod
    def draw(cls):
        groups = ("".join(dice.choice(cls.alphabet) for _ in range(5)) for _ in range(4))
        return "-".join(groups)


@app.post("/voucher")
def voucher():
    code = Voucher.draw()
    session["voucher"] = code
    return {"voucher": code}

# == A code for resetting the password is a number that a seeded generator rolls
import random
import time
from fastapi import FastAPI, Form

app = FastAPI()
pending: dict[str, str] = {}


def one_time_code() -> str:
    rng = random.Random(time.time())
    return f"{rng.randint(0, 999_999):06d}"  # expect: py/weak-random


@app.post("/password/forgotten")
async def forgotten(email: str = Form(...)):
    pending[email] = one_time_code()
    return {"mailed": True}

# == Quiz answers are shuffled for show, the token of the round comes from secrets
import random
import secrets
from flask import Flask, jsonify

app = Flask(__name__)
rounds = {}


@app.get("/quiz/<int:number>")
def quiz(number):
    answers = ["north", "south", "east", "west"]
    random.shuffle(answers)
    token = secrets.token_urlsafe(18)
    rounds[token] = number
    return jsonify(token=token, answers=answers, delay=random.uniform(0.5, 2.0))

# == An employee is looked for by a number between quotes in an XPath expression
from flask import Flask, request, jsonify
from lxml import etree

app = Flask(__name__)
PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
STAFF = etree.parse("data/staff.xml", PARSER)


def locate(tree, number, *, field="phone"):
    return tree.xpath("//employee[@number='" + number + "']/" + field + "/text()")  # expect: py/xpath-injection


@app.get("/staff/phone")
def phone():
    found = locate(STAFF, request.args["number"])
    return jsonify(phones=[str(f) for f in found])

# == The name is a variable of the XPath expression and not part of its text
from flask import Flask, request, jsonify
from lxml import etree

app = Flask(__name__)
STAFF = etree.parse("data/staff.xml", etree.XMLParser(resolve_entities=False, no_network=True))
by_name = etree.XPath("//employee[name = $name and team = $team]/@number")


@app.route("/staff/number", methods=["POST"])
def number():
    fields = {k: request.form.get(k, "") for k in ("name", "team")}
    return jsonify(numbers=[str(n) for n in by_name(STAFF, **fields)])

# == Apostrophes are replaced, but the expression quotes the value with the other sign
import elementpath
from defusedxml import ElementTree
from flask import Flask, request, jsonify

app = Flask(__name__)
with open("data/parts.xml", "rb") as source:
    PARTS = ElementTree.parse(source).getroot()


@app.route("/parts/<maker>")
def parts(maker):
    maker = maker.replace("'", "&apos;")
    expression = f'./part[maker="{maker}"]/label'
    labels = elementpath.select(PARTS, expression)  # expect: py/xpath-injection
    return jsonify([node.text for node in labels])

# == Only letters and digits pass before the text enters the path of the element tree
import re
from defusedxml import ElementTree
from flask import Flask, abort, request, jsonify

app = Flask(__name__)
PARTS = ElementTree.parse("data/parts.xml").getroot()


@app.get("/parts")
def part():
    code = request.headers.get("X-Part", "")
    if not re.fullmatch(r"[A-Z0-9]{3,12}", code):
        abort(400)
    node = PARTS.find(".//part[@code='%s']" % code)
    if node is None:
        abort(404)
    return jsonify(label=node.findtext("label"))

# == A greeting is escaped for HTML but then stands within a script of the page
import html
from flask import Flask, request, make_response

app = Flask(__name__)
PAGE = """<!doctype html><title>Hi</title><p id=g></p>
<script>var user = {user}; document.getElementById("g").append(user);</script>"""


@app.route("/greet")
def greet():
    user = html.escape(request.args.get("user", "0"))
    page = PAGE.replace("{user}", user)
    return make_response(page)  # expect: py/xss

# == The note of a form is escaped and then joined with tags
from markupsafe import escape
from flask import Flask, request, make_response

app = Flask(__name__)


def paragraphs(text):
    for number, line in enumerate(text.splitlines(), 1):
        yield "<p id=l%d>%s</p>" % (number, escape(line))


@app.route("/note", methods=["POST"])
def note():
    body = "".join(paragraphs(request.form.get("note", "")))
    answer = make_response("<main>" + body + "</main>")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer

# == JSON text goes out with the type that Flask gives by itself, that of a page
import json
from flask import Flask, Response, request

app = Flask(__name__)


def dump(**fields):
    return json.dumps(fields, ensure_ascii=False, indent=1)


@app.get("/echo")
def echo():
    names = sorted(request.args)
    return Response(dump(count=len(names), names=names))  # expect: py/xss

# == The same JSON, but with a type of its own that a browser does not draw
import json
from flask import Flask, Response, request

app = Flask(__name__)


@app.get("/headers")
def headers():
    seen = [name for name, _ in request.headers]
    text = json.dumps({"seen": seen, "agent": request.headers.get("User-Agent")})
    answer = Response(text, mimetype="application/json")
    answer.cache_control.no_store = True
    return answer

# == A template string of Flask escapes the variable that the request fills
from flask import Flask, render_template_string, request
from urllib.parse import unquote

app = Flask(__name__)

CARD = """
<section class="card">
  <h2>{{ title }}</h2>
  {% for tag in tags %}<span>{{ tag }}</span>{% endfor %}
</section>
"""


@app.route("/card")
def card():
    title = unquote(request.cookies.get("title", "untitled"))
    return render_template_string(CARD, title=title, tags=request.args.getlist("tag"))

# == An order in XML is parsed with a parser that follows entities out of files
from flask import Flask, request, jsonify
from lxml import etree

app = Flask(__name__)


def order_parser():
    return etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)


@app.post("/order")
def order():
    root = etree.fromstring(request.get_data(), parser=order_parser())  # expect: py/xxe
    return jsonify(lines=len(root.findall("line")), ref=root.findtext("ref"))

# == lxml is told to leave entities alone and to load nothing
import io
from flask import Flask, request, jsonify
from lxml import etree

app = Flask(__name__)
OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False}


@app.route("/feed", methods=["PUT"])
def feed():
    upload = request.files.get("feed")
    stream = io.BytesIO(upload.read() if upload else request.get_data())
    tree = etree.parse(stream, etree.XMLParser(**OPTIONS))
    return jsonify(entries=len(tree.getroot()))

# == A sax reader has the feature for external entities switched on before it reads the form field
import io
import xml.sax
from xml.sax.handler import ContentHandler, feature_external_ges
from django.http import JsonResponse


class Collector(ContentHandler):
    def __init__(self):
        super().__init__()
        self.words = []

    def characters(self, content):
        self.words.extend(content.split())


def glossary(request):
    reader = xml.sax.make_parser()
    reader.setFeature(feature_external_ges, True)
    collector = Collector()
    reader.setContentHandler(collector)
    reader.parse(io.StringIO(request.POST["glossary"]))  # expect: py/xxe
    return JsonResponse({"words": collector.words})

# == A drawing is read by the guarded namesake of minidom
from defusedxml import minidom
from flask import Flask, request, jsonify

app = Flask(__name__)


@app.post("/drawing")
def drawing():
    svg = request.form.get("svg") or request.get_data(as_text=True)
    document = minidom.parseString(svg.encode("utf-8"), forbid_dtd=True)
    try:
        shapes = document.getElementsByTagName("path")
        return jsonify(paths=shapes.length)
    finally:
        document.unlink()

# == A preview fetches the picture of any address that a JSON body names
import requests
from flask import Flask, request, jsonify

app = Flask(__name__)


class Fetcher:
    def __init__(self, timeout=5):
        self.session = requests.Session()
        self.timeout = timeout

    def size(self, url):
        reply = self.session.get(url, timeout=self.timeout, stream=True)  # expect: py/ssrf
        return int(reply.headers.get("Content-Length", 0))


@app.post("/preview")
def preview():
    picture = request.json.get("picture", "")
    return jsonify(bytes=Fetcher().size(picture))

# == The weather service is chosen by the name of a region and its address is ours
import requests
from flask import Flask, abort, request, jsonify

app = Flask(__name__)
STATIONS = {
    "north": "https://north.weather.example/api/now",
    "south": "https://south.weather.example/api/now",
}


@app.get("/weather")
def weather():
    region = request.args.get("region", "north")
    if region not in STATIONS:
        abort(404)
    reply = requests.get(STATIONS[region], params={"unit": "c"}, timeout=4)
    reply.raise_for_status()
    return jsonify(reply.json())

# == A plain handler of the standard library writes a decoded query value into a header
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit


class Attachment(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        title = query.get("title", ["report"])[0]
        payload = b"a;b;c\n1;2;3\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("X-Report-Title", title)  # expect: py/header-injection
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

# == A failed login writes the user's name into the log the way it was sent
import logging
from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger("shop.login")


def known(name, password):
    return False


@app.post("/login")
def login():
    name = request.form.get("name", "")
    if not known(name, request.form.get("password", "")):
        log.warning("login failed for " + name)  # expect: py/log-injection
        return {"ok": False}, 401
    return {"ok": True}

# == The template is chosen by a match over constants, the request's text only fills a variable of it
from flask import Flask, render_template_string, request

app = Flask(__name__)


def layout(kind):
    match kind:
        case "short":
            return "<b>{{ name }}</b>"
        case "long":
            return "<article><h1>{{ name }}</h1><p>{{ name|length }} letters</p></article>"
        case _:
            return "<i>nothing</i>"


@app.route("/badge/<kind>")
def badge(kind):
    return render_template_string(layout(kind), name=request.values.get("name", ""))
