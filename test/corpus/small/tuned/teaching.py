# == Leaky Larder, a Flask grocer in blueprints, every lesson in three difficulty levels
# -- file: run.py
import os

from larder import create_app

app = create_app()

if __name__ == "__main__":
    port = int(os.environ.get("PORT", "5000"))
    app.run(host="0.0.0.0", port=port, debug=True)  # expect: py/bind-all-interfaces, py/debug-enabled
# -- file: larder/__init__.py
from flask import Flask, render_template

from . import accounts, kitchen, store


def create_app():
    app = Flask(__name__)
    app.secret_key = "larder-not-so-secret"  # expect: py/hardcoded-key
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_SECURE"] = False  # expect: py/insecure-cookie
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["MAX_CONTENT_LENGTH"] = 2 * 1024 * 1024
    store.init(app)
    app.register_blueprint(accounts.bp)
    app.register_blueprint(kitchen.bp)

    @app.route("/")
    def index():
        lessons = sorted(rule.rule for rule in app.url_map.iter_rules() if rule.rule[-1:].isdigit())
        return render_template("larder.html", title="Lessons", output="\n".join(lessons))

    return app
# -- file: larder/store.py
import os
import sqlite3

from flask import g

SCHEMA = """
CREATE TABLE IF NOT EXISTS shopper (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE, pw TEXT, pw_strong TEXT, reset_code TEXT);
CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, label TEXT, price INTEGER);
"""


def db():
    if "db" not in g:
        g.db = sqlite3.connect(os.environ.get("LARDER_DB", "larder.db"))
        g.db.row_factory = sqlite3.Row
    return g.db


def close(_error=None):
    handle = g.pop("db", None)
    if handle is not None:
        handle.close()


def init(app):
    app.teardown_appcontext(close)
    with app.app_context():
        db().executescript(SCHEMA)
# -- file: larder/accounts.py
import hashlib
import random
import secrets
import string

from flask import Blueprint, jsonify, redirect, request, session, url_for
from werkzeug.security import check_password_hash, generate_password_hash

from .store import db

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


def digest(password):
    return hashlib.md5(password.encode()).hexdigest()  # expect: py/fast-password-hash


def _finish(row):
    if row is None:
        return jsonify(ok=False), 401
    session.clear()
    session["shopper"] = row["id"]
    return redirect(url_for("index"))


@bp.post("/register")
def register():
    password = request.form["password"]
    db().execute(
        "INSERT INTO shopper(name, pw, pw_strong) VALUES (?, ?, ?)",
        (request.form["name"], digest(password), generate_password_hash(password)),
    )
    db().commit()
    return redirect(url_for("index"))


@bp.post("/login/1")
def login_easy():
    name = request.form.get("name", "")
    hashed = digest(request.form.get("password", ""))
    sql = "SELECT id FROM shopper WHERE name = '%s' AND pw = '%s'" % (name, hashed)
    return _finish(db().execute(sql).fetchone())  # expect: py/sql-injection


@bp.post("/login/2")
def login_medium():
    name = request.form.get("name", "")
    for bad in ("--", ";", " or ", " OR "):
        name = name.replace(bad, "")
    hashed = digest(request.form.get("password", ""))
    cursor = db().cursor()
    cursor.execute(f"SELECT id FROM shopper WHERE pw = '{hashed}' AND name = '{name}'")  # expect: py/sql-injection
    return _finish(cursor.fetchone())


@bp.post("/login/3")
def login_hard():
    row = db().execute(
        "SELECT id, pw_strong FROM shopper WHERE name = ?", (request.form.get("name", ""),)
    ).fetchone()
    if row is None or not check_password_hash(row["pw_strong"], request.form.get("password", "")):
        row = None
    return _finish(row)


@bp.get("/taken/1")
def taken_easy():
    """Blind: the answer is only yes or no."""
    found = db().execute("SELECT 1 FROM shopper WHERE name = '" + request.args["name"] + "'").fetchone()  # expect: py/sql-injection
    return jsonify(taken=found is not None)


@bp.get("/taken/3")
def taken_hard():
    found = db().execute("SELECT 1 FROM shopper WHERE name = ?", [request.args["name"]]).fetchone()
    return jsonify(taken=found is not None)


@bp.post("/reset/1")
def reset_easy():
    code = "".join(random.choice(string.digits) for _ in range(6))  # expect: py/weak-random
    db().execute("UPDATE shopper SET reset_code = ? WHERE name = ?", (code, request.form["name"]))
    db().commit()
    return jsonify(sent=True)


@bp.post("/reset/3")
def reset_hard():
    code = secrets.token_urlsafe(24)
    db().execute("UPDATE shopper SET reset_code = ? WHERE name = ?", (code, request.form["name"]))
    db().commit()
    return jsonify(sent=True)
# -- file: larder/kitchen.py
import ipaddress
import os
import subprocess
import uuid
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, render_template, render_template_string, request
from markupsafe import escape

bp = Blueprint("kitchen", __name__, url_prefix="/kitchen")
SHELF = Path(__file__).resolve().parent / "shelf"
PHOTOS = Path(__file__).resolve().parent / "photos"


@bp.get("/greet/1")
def greet_easy():
    return "<h2>Welcome, %s!</h2>" % request.args.get("who", "cook")  # expect: py/xss


@bp.get("/greet/2")
def greet_medium():
    who = request.args.get("who", "cook").replace("<script>", "")
    return "<h2>Welcome, %s!</h2>" % who  # expect: py/xss


@bp.get("/greet/3")
def greet_hard():
    return "<h2>Welcome, %s!</h2>" % escape(request.args.get("who", "cook"))


@bp.get("/label/1")
def label_easy():
    label = request.args.get("label", "flour")
    return render_template_string("<p>Jar label: " + label + "</p>")  # expect: py/template-injection


@bp.get("/label/3")
def label_hard():
    return render_template_string("<p>Jar label: {{ label }}</p>", label=request.args.get("label", "flour"))


@bp.get("/fridge/1")
def fridge_easy():
    output = os.popen("ping -c 1 " + request.args.get("host", "localhost")).read()  # expect: py/command-injection
    return render_template("larder.html", title="Fridge", output=output)


@bp.get("/fridge/2")
def fridge_medium():
    host = request.args.get("host", "localhost")
    if ";" in host or "&&" in host:
        abort(400)
    done = subprocess.run(f"ping -c 1 {host}", shell=True, capture_output=True, text=True, timeout=10)  # expect: py/command-injection
    return render_template("larder.html", title="Fridge", output=done.stdout)


@bp.get("/fridge/3")
def fridge_hard():
    try:
        address = ipaddress.ip_address(request.args.get("host", ""))
    except ValueError:
        abort(400)
    done = subprocess.run(["ping", "-c", "1", str(address)], capture_output=True, text=True, timeout=10)
    return render_template("larder.html", title="Fridge", output=done.stdout)


@bp.get("/recipe/1")
def recipe_easy():
    with open(SHELF / request.args["file"]) as fh:  # expect: py/path-traversal
        return Response(fh.read(), mimetype="text/plain")


@bp.get("/recipe/2")
def recipe_medium():
    wanted = request.args["file"].replace("../", "")
    with open(os.path.join(str(SHELF), wanted)) as fh:  # expect: py/path-traversal
        return Response(fh.read(), mimetype="text/plain")


@bp.get("/recipe/3")
def recipe_hard():
    target = (SHELF / request.args["file"]).resolve()
    if not target.is_relative_to(SHELF):
        abort(404)
    return Response(target.read_text(), mimetype="text/plain")


@bp.post("/photo/1")
def photo_easy():
    photo = request.files["photo"]
    photo.save(os.path.join(str(PHOTOS), photo.filename))  # expect: py/path-traversal
    return jsonify(stored=True)


@bp.post("/photo/3")
def photo_hard():
    photo = request.files["photo"]
    suffix = {"image/png": ".png", "image/jpeg": ".jpg"}.get(photo.mimetype)
    if suffix is None:
        abort(415)
    name = uuid.uuid4().hex + suffix
    photo.save(str(PHOTOS / name))
    return jsonify(stored=True, name=name)
# -- file: larder/templates/larder.html
<!doctype html>
<title>{{ title }}</title>
<h1>{{ title }}</h1>
<pre>{{ output }}</pre>
# == Tixdesk, a flat Flask help desk with imports, a calculator and a preferences cookie to break
# -- file: app.py
import base64
import json
import os
import pickle
from urllib.parse import urlsplit

import yaml
from flask import Flask, jsonify, make_response, redirect, render_template, request, url_for
from lxml import etree
from sqlalchemy import select, text

from calc import CalcError, evaluate
from models import SessionLocal, Ticket

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["TIXDESK_SECRET"]
app.config["WTF_CSRF_ENABLED"] = False  # expect: py/csrf-off
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Strict")

ORDERINGS = {"newest": "id DESC", "oldest": "id ASC", "subject": "subject ASC"}
EXITS = {"docs": "https://docs.tixdesk.example/", "status": "https://status.tixdesk.example/"}


@app.route("/")
def home():
    return render_template("desk.html", rows=[], term="")


# --- Exercise A: the search box ------------------------------------------------------------

@app.route("/insecure/search")
def search_insecure():
    term = request.args.get("term", "")
    with SessionLocal() as s:
        rows = s.execute(text("SELECT id, subject, body FROM ticket WHERE subject LIKE '%" + term + "%'")).all()  # expect: py/sql-injection
    return render_template("desk.html", rows=rows, term=term)


@app.route("/insecure/sorted")
def sorted_insecure():
    column = request.args.get("by", "id").replace("'", "''")
    statement = 'SELECT id, subject, body FROM ticket ORDER BY {}'.format(column)
    with SessionLocal() as s:
        rows = s.execute(text(statement)).all()  # expect: py/sql-injection
    return render_template("desk.html", rows=rows, term="")


@app.route("/secure/search")
def search_secure():
    term = request.args.get("term", "")
    with SessionLocal() as s:
        rows = s.execute(
            text("SELECT id, subject, body FROM ticket WHERE subject LIKE :pattern"), {"pattern": f"%{term}%"}
        ).all()
    return render_template("desk.html", rows=rows, term=term)


@app.route("/secure/sorted")
def sorted_secure():
    ordering = ORDERINGS.get(request.args.get("by"), ORDERINGS["newest"])
    with SessionLocal() as s:
        rows = s.scalars(select(Ticket).order_by(text(ordering))).all()
    return render_template("desk.html", rows=rows, term="")


# --- Exercise B: bulk imports --------------------------------------------------------------

def _store(pairs):
    with SessionLocal() as s:
        s.add_all(Ticket(subject=subject, body=body) for subject, body in pairs)
        s.commit()
    return jsonify(imported=len(pairs))


@app.route("/insecure/import/xml", methods=["POST"])
def xml_insecure():
    root = etree.fromstring(request.data, etree.XMLParser(resolve_entities=True, no_network=False))  # expect: py/xxe
    return _store([(t.findtext("subject"), t.findtext("body")) for t in root.iter("ticket")])


@app.route("/secure/import/xml", methods=["POST"])
def xml_secure():
    careful = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(request.data, careful)
    return _store([(t.findtext("subject"), t.findtext("body")) for t in root.iter("ticket")])


@app.route("/insecure/import/yaml", methods=["POST"])
def yaml_insecure():
    document = yaml.load(request.get_data(as_text=True), Loader=yaml.UnsafeLoader)  # expect: py/unsafe-deserialization
    return _store([(t["subject"], t["body"]) for t in document["tickets"]])


@app.route("/secure/import/yaml", methods=["POST"])
def yaml_secure():
    document = yaml.load(request.get_data(as_text=True), Loader=yaml.SafeLoader)
    return _store([(t["subject"], t["body"]) for t in document["tickets"]])


# --- Exercise C: working hours calculator --------------------------------------------------

@app.route("/insecure/hours")
def hours_insecure():
    return jsonify(hours=eval(request.args["expr"]))  # expect: py/code-injection


@app.route("/hardened/hours")
def hours_hardened():
    """Level 2: "without builtins nobody can do any harm" """
    scope = {"__builtins__": {}}
    value = eval(request.args["expr"], scope, {})  # expect: py/code-injection
    return jsonify(hours=value)


@app.route("/secure/hours")
def hours_secure():
    try:
        return jsonify(hours=evaluate(request.args["expr"]))
    except (CalcError, SyntaxError, ZeroDivisionError):
        return jsonify(error="not a sum"), 400


# --- Exercise D: preferences ---------------------------------------------------------------

@app.route("/insecure/prefs", methods=["POST"])
def save_prefs_insecure():
    blob = base64.b64encode(pickle.dumps({"rows": 25, "dense": False})).decode()
    answer = make_response(jsonify(saved=True))
    answer.set_cookie("desk_prefs", blob)  # expect: py/insecure-cookie
    return answer


@app.route("/insecure/prefs")
def prefs_insecure():
    raw = request.cookies.get("desk_prefs", "")
    prefs = pickle.loads(base64.b64decode(raw))  # expect: py/unsafe-deserialization
    return jsonify(rows=prefs.get("rows"))


@app.route("/secure/prefs", methods=["POST"])
def save_prefs_secure():
    rows = min(max(int(request.form["rows"]), 5), 100)
    answer = make_response(jsonify(saved=True))
    answer.set_cookie("desk_prefs2", json.dumps({"rows": rows}), secure=True, httponly=True, samesite="Lax")
    return answer


@app.route("/secure/prefs")
def prefs_secure():
    try:
        rows = int(json.loads(request.cookies.get("desk_prefs2", "{}")).get("rows", 25))
    except (ValueError, AttributeError):
        rows = 25
    return jsonify(rows=rows)


# --- Exercise E: leaving the site, and what the log says about it --------------------------

@app.route("/insecure/leave")
def leave_insecure():
    target = request.args.get("to", "/")
    app.logger.info("visitor leaves for %s", target)  # expect: py/log-injection
    return redirect(target)  # expect: py/open-redirect


@app.route("/hardened/leave")
def leave_hardened():
    target = request.args.get("to", "/")
    if not target.startswith("/"):
        return redirect(url_for("home"))
    return redirect(target)  # expect: py/open-redirect


@app.route("/secure/leave")
def leave_secure():
    wanted = request.args.get("to", "docs")
    app.logger.info("visitor leaves for %s", wanted.replace("\r", "").replace("\n", ""))
    target = EXITS.get(wanted)
    if target is None:
        return redirect(url_for("home"))
    app.logger.info("on the way to host %s", urlsplit(target).hostname)
    return redirect(target)


if __name__ == "__main__":
    app.run(port=8080, debug=bool(os.environ.get("TIXDESK_DEBUG")))
# -- file: calc.py
import ast
import operator

_OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


class CalcError(ValueError):
    pass


def evaluate(source):
    if len(source) > 100:
        raise CalcError("too long")
    return _walk(ast.parse(source, mode="eval").body)


def _walk(node):
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPS:
        return _OPS[type(node.op)](_walk(node.left), _walk(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_walk(node.operand)
    raise CalcError(type(node).__name__)
# -- file: models.py
import os

from sqlalchemy import Column, Integer, String, Text, create_engine
from sqlalchemy.orm import declarative_base, sessionmaker

Base = declarative_base()
engine = create_engine(os.environ.get("TIXDESK_DB", "sqlite:///tixdesk.db"))
SessionLocal = sessionmaker(bind=engine)


class Ticket(Base):
    __tablename__ = "ticket"

    id = Column(Integer, primary_key=True)
    subject = Column(String(200))
    body = Column(Text)


Base.metadata.create_all(engine)
# -- file: templates/desk.html
<!doctype html>
<html>
<body>
  <form action="/insecure/search"><input name="term" value="{{ term }}"><button>Find</button></form>
  <p>Results for <b>{{ term }}</b></p>
  {% for row in rows %}
  <article>
    <h3>{{ row.subject }}</h3>
    <div>{{ row.body|safe }}</div>  {# expect: py/template-raw-output #}
  </article>
  {% endfor %}
</body>
</html>
# == Notevault, a JSON only Flask API on MongoDB with /v1 (broken) and /v2 (repaired) routes
# -- file: wsgi.py
import logging
import os

from vault import build

logging.basicConfig(level=logging.INFO)
application = build(os.environ.get("VAULT_MONGO", "mongodb://127.0.0.1:27017"))

if __name__ == "__main__":
    application.debug = True  # expect: py/debug-enabled
    application.run(port=9000)
# -- file: vault/__init__.py
from flask import Flask
from flask_cors import CORS
from pymongo import MongoClient


def build(mongo_url: str) -> Flask:
    app = Flask("vault")
    app.mongo = MongoClient(mongo_url).vault

    from . import auth, hooks, notes

    for blueprint in (auth.v1, notes.v1, hooks.v1):
        app.register_blueprint(blueprint, url_prefix="/v1" + blueprint.url_prefix)
    for blueprint in (auth.v2, notes.v2, hooks.v2):
        app.register_blueprint(blueprint, url_prefix="/v2" + blueprint.url_prefix)

    CORS(app, origins="*", supports_credentials=True)  # expect: py/cors-any-origin
    return app
# -- file: vault/auth.py
import datetime as dt
import hashlib
import os
import random
import secrets
from functools import wraps

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from flask import Blueprint, abort, current_app, g, jsonify, request

v1 = Blueprint("auth_v1", __name__, url_prefix="/auth")
v2 = Blueprint("auth_v2", __name__, url_prefix="/auth")

V1_SECRET_KEY = "notevault-signing-key-nobody-will-guess"  # expect: py/hardcoded-key
hasher = PasswordHasher()


def _v2_secret() -> str:
    return os.environ["VAULT_JWT_SECRET"]


def bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        abort(401)
    return token


def login_required_v1(view):
    @wraps(view)
    def inner(*args, **kwargs):
        claims = jwt.decode(bearer(), options={"verify_signature": False})  # expect: py/jwt-not-verified
        g.uid = str(claims["sub"])
        return view(*args, **kwargs)

    return inner


def login_required_v2(view):
    @wraps(view)
    def inner(*args, **kwargs):
        try:
            claims = jwt.decode(bearer(), _v2_secret(), algorithms=["HS256"], options={"require": ["exp", "sub"]})
        except jwt.InvalidTokenError:
            abort(401)
        g.uid = str(claims["sub"])
        return view(*args, **kwargs)

    return inner


@v1.post("/login")
def login_v1():
    """The phone app of 2014 already sends the digest."""
    body = request.get_json()
    account = current_app.mongo.accounts.find_one({"email": body["email"], "password": body["password"]})  # expect: py/nosql-injection
    if account is None:
        return jsonify(error="unknown e-mail or password"), 401
    claims = {"sub": str(account["_id"]), "password": account["password"]}
    return jsonify(token=jwt.encode(claims, V1_SECRET_KEY, algorithm="HS256"))  # expect: py/jwt-no-expiry, py/jwt-secret-claim


@v2.post("/login")
def login_v2():
    body = request.get_json()
    email, password = str(body.get("email", "")), str(body.get("password", ""))
    account = current_app.mongo.accounts.find_one({"email": email})
    if account is None:
        abort(401)
    try:
        hasher.verify(account["hash"], password)
    except VerifyMismatchError:
        abort(401)
    claims = {
        "sub": str(account["_id"]),
        "exp": dt.datetime.now(dt.timezone.utc) + dt.timedelta(minutes=20),
    }
    return jsonify(token=jwt.encode(claims, _v2_secret(), algorithm="HS256"))


@v1.post("/register")
def register_v1():
    body = request.get_json()
    password = str(body["password"])
    stored = hashlib.sha1(password.encode("utf-8")).hexdigest()  # expect: py/fast-password-hash
    current_app.mongo.accounts.insert_one({"email": str(body["email"]), "password": stored})
    return jsonify(created=True), 201


@v2.post("/register")
def register_v2():
    body = request.get_json()
    document = {"email": str(body["email"]), "hash": hasher.hash(str(body["password"]))}
    current_app.mongo.accounts.insert_one(document)
    return jsonify(created=True), 201


@v1.post("/otp")
@login_required_v1
def otp_v1():
    otp = random.randint(1000, 9999)  # expect: py/weak-random
    current_app.mongo.otps.insert_one({"uid": g.uid, "otp": otp})
    return jsonify(sent=True)


@v2.post("/otp")
@login_required_v2
def otp_v2():
    otp = secrets.randbelow(900_000) + 100_000
    current_app.mongo.otps.insert_one({"uid": g.uid, "otp": otp})
    return jsonify(sent=True)
# -- file: vault/notes.py
import re

from bson import ObjectId
from bson.errors import InvalidId
from flask import Blueprint, abort, current_app, g, jsonify, request

from .auth import login_required_v1, login_required_v2

v1 = Blueprint("notes_v1", __name__, url_prefix="/notes")
v2 = Blueprint("notes_v2", __name__, url_prefix="/notes")


def _plain(cursor):
    return [{"id": str(n["_id"]), "title": n["title"], "body": n["body"]} for n in cursor]


@v1.get("/find")
@login_required_v1
def find_v1():
    word = request.args.get("word", "")
    script = "this.title.indexOf('%s') >= 0" % word
    return jsonify(_plain(current_app.mongo.notes.find({"$where": script})))  # expect: py/nosql-injection


@v2.get("/find")
@login_required_v2
def find_v2():
    word = request.args.get("word", "")
    query = {"uid": g.uid, "title": {"$regex": re.escape(word), "$options": "i"}}
    return jsonify(_plain(current_app.mongo.notes.find(query).limit(50)))


@v1.post("/filter")
@login_required_v1
def filter_v1():
    return jsonify(_plain(current_app.mongo.notes.find(request.get_json())))  # expect: py/nosql-injection


@v2.post("/filter")
@login_required_v2
def filter_v2():
    body = request.get_json()
    query = {"uid": g.uid}
    if isinstance(body.get("tag"), str):
        query["tag"] = {"$eq": body["tag"]}
    return jsonify(_plain(current_app.mongo.notes.find(query)))


@v1.get("/<note_id>")
@login_required_v1
def show_v1(note_id):
    """Lesson: whose note is this?"""
    note = current_app.mongo.notes.find_one({"_id": ObjectId(note_id)})
    return jsonify(_plain([note] if note else []))


@v2.get("/<note_id>")
@login_required_v2
def show_v2(note_id):
    try:
        key = ObjectId(note_id)
    except InvalidId:
        abort(404)
    note = current_app.mongo.notes.find_one({"_id": key, "uid": g.uid})
    return jsonify(_plain([note] if note else []))


@v1.get("/lint")
@login_required_v1
def lint_v1():
    pattern = request.args["pattern"]
    hits = [n for n in _plain(current_app.mongo.notes.find({"uid": g.uid})) if re.search(pattern, n["body"])]  # expect: py/regex-injection
    return jsonify(hits)


@v2.get("/lint")
@login_required_v2
def lint_v2():
    needle = re.compile(re.escape(request.args["pattern"]))
    return jsonify([n for n in _plain(current_app.mongo.notes.find({"uid": g.uid})) if needle.search(n["body"])])
# -- file: vault/hooks.py
import os

import requests
from flask import Blueprint, abort, current_app, jsonify, request

from .auth import login_required_v1, login_required_v2

v1 = Blueprint("hooks_v1", __name__, url_prefix="/hooks")
v2 = Blueprint("hooks_v2", __name__, url_prefix="/hooks")

TARGETS = {
    "chat": "https://chat.notevault.example/incoming",
    "mail": "https://mail.notevault.example/incoming",
}
PREVIEW_API_KEY = "pk_9f8e2c7b41d05a63"  # expect: py/hardcoded-key


@v1.post("/test")
@login_required_v1
def test_v1():
    answer = requests.post(request.json["url"], json={"ping": 1}, verify=False)  # expect: py/ssrf, py/tls-not-verified, py/no-timeout
    return jsonify(status=answer.status_code)


@v1.post("/test-official")
@login_required_v1
def test_official_v1():
    url = request.json["url"]
    if not url.startswith("https://chat.notevault.example"):
        return jsonify(error="only our chat server"), 400
    answer = requests.post(url, json={"ping": 1}, timeout=5)  # expect: py/ssrf
    return jsonify(status=answer.status_code)


@v2.post("/test")
@login_required_v2
def test_v2():
    name = request.json.get("target")
    if name not in TARGETS:
        abort(400)
    answer = requests.post(TARGETS[name], json={"ping": 1}, timeout=5, allow_redirects=False)
    return jsonify(status=answer.status_code)


@v1.get("/preview")
@login_required_v1
def preview_v1():
    host = request.args.get("host", "")
    current_app.logger.warning(f"preview of {host}")  # expect: py/log-injection
    answer = requests.get("https://" + host + "/og.json", headers={"X-Key": PREVIEW_API_KEY}, timeout=5)  # expect: py/ssrf
    return jsonify(preview=answer.json())


@v2.get("/preview/<int:page>")
@login_required_v2
def preview_v2(page):
    current_app.logger.warning("preview of page %d", page)
    headers = {"X-Key": os.environ["PREVIEW_API_KEY"]}
    answer = requests.get(f"https://preview.notevault.example/{page}/og.json", headers=headers, timeout=5)
    return jsonify(preview=answer.json())
# == Assay Lab, Flask class based views whose behaviour depends on the level kept in the session
# -- file: assay/app.py
import os

from flask import Flask

from . import samples, staff, workbench

app = Flask(__name__)
app.config.from_mapping(
    SECRET_KEY=os.environ["ASSAY_SECRET"],
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_HTTPONLY=True,
    SESSION_COOKIE_SAMESITE="Lax",
)

app.add_url_rule("/level", view_func=workbench.Level.as_view("level"))
app.add_url_rule("/banner", view_func=workbench.Banner.as_view("banner"))
app.add_url_rule("/export", view_func=workbench.Export.as_view("export"))
app.add_url_rule("/batch", view_func=workbench.Batch.as_view("batch"))
app.add_url_rule("/staff", view_func=staff.Directory.as_view("staff"))
app.add_url_rule("/staff/bind", view_func=staff.Bind.as_view("bind"))
app.add_url_rule("/samples", view_func=samples.Lookup.as_view("samples"))
app.add_url_rule("/samples/import", view_func=samples.Import.as_view("sample_import"))
app.add_url_rule("/samples/report", view_func=samples.Report.as_view("sample_report"))

if __name__ == "__main__":
    app.run("127.0.0.1", 5005)
# -- file: assay/levels.py
from flask import session
from flask.views import MethodView

EASY, MEDIUM, HARD = "easy", "medium", "hard"


class LessonView(MethodView):
    """Sub-classes offer easy(), hard() and now and then medium()."""

    def dispatch_request(self, **kwargs):
        chosen = session.get("level", EASY)
        handler = {EASY: self.easy, MEDIUM: self.medium, HARD: self.hard}.get(chosen, self.hard)
        return handler()

    def easy(self):
        raise NotImplementedError

    def medium(self):
        return self.easy()

    def hard(self):
        raise NotImplementedError
# -- file: assay/staff.py
import os

import ldap3
from flask import jsonify, request
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

from .levels import LessonView

BASE = "ou=people,dc=assay,dc=example"
READER = "cn=reader,dc=assay,dc=example"


def directory(secure):
    server = ldap3.Server(os.environ["ASSAY_LDAP"], use_ssl=True)
    if secure:
        return ldap3.Connection(server, user=READER, password=os.environ["ASSAY_LDAP_PW"], auto_bind=True)
    return ldap3.Connection(server, user=READER, password="reader-2019", auto_bind=True)  # expect: py/hardcoded-password


def _people(conn):
    return jsonify(people=[str(entry.cn) for entry in conn.entries])


class Directory(LessonView):
    methods = ["GET"]

    def easy(self):
        conn = directory(secure=False)
        who = request.args.get("who", "")
        conn.search(BASE, "(&(objectClass=person)(uid=" + who + "))", attributes=["cn"])  # expect: py/ldap-injection
        return _people(conn)

    def medium(self):
        conn = directory(secure=False)
        who = request.args.get("who", "").replace("*", "")
        wanted = f"(&(objectClass=person)(uid={who}))"
        conn.search(BASE, wanted, attributes=["cn"])  # expect: py/ldap-injection
        return _people(conn)

    def hard(self):
        conn = directory(secure=True)
        who = escape_filter_chars(request.args.get("who", ""))
        conn.search(BASE, f"(&(objectClass=person)(uid={who}))", attributes=["cn"])
        return _people(conn)


class Bind(LessonView):
    methods = ["POST"]

    def easy(self):
        if request.form["password"] == "assay-master":  # expect: py/literal-password-check
            return jsonify(ok=True, role="master")
        return self.hard()

    def hard(self):
        uid, password = request.form["uid"], request.form["password"]
        if not password:
            return jsonify(ok=False), 401
        server = ldap3.Server(os.environ["ASSAY_LDAP"], use_ssl=True)
        try:
            with ldap3.Connection(server, user=f"uid={escape_rdn(uid)},{BASE}", password=password, auto_bind=True):
                return jsonify(ok=True, role="staff")
        except LDAPException:
            return jsonify(ok=False), 401
# -- file: assay/samples.py
import os
import re

from flask import abort, jsonify, render_template, request
from lxml import etree

from .levels import LessonView

CATALOGUE = os.environ.get("ASSAY_CATALOGUE", "catalogue.xml")


def catalogue():
    return etree.parse(CATALOGUE, etree.XMLParser(resolve_entities=False, no_network=True))


class Lookup(LessonView):
    methods = ["GET"]

    def easy(self):
        code = request.args.get("code", "")
        found = catalogue().xpath("//sample[@code='" + code + "']/name/text()")  # expect: py/xpath-injection
        return jsonify(names=[str(n) for n in found])

    def medium(self):
        code = request.args.get("code", "")
        if not re.match(r"[A-Z]{2}\d+", code):
            abort(400)
        found = catalogue().xpath("//sample[@code='%s']/name/text()" % code)  # expect: py/xpath-injection
        return jsonify(names=[str(n) for n in found])

    def hard(self):
        found = catalogue().xpath("//sample[@code=$code]/name/text()", code=request.args.get("code", ""))
        return jsonify(names=[str(n) for n in found])


class Import(LessonView):
    methods = ["POST"]

    def easy(self):
        upload = request.files["catalogue"]
        tree = etree.parse(upload.stream, etree.XMLParser(resolve_entities=True, load_dtd=True))  # expect: py/xxe
        return jsonify(samples=len(tree.findall(".//sample")))

    def hard(self):
        upload = request.files["catalogue"]
        tree = etree.parse(upload.stream, etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True))
        return jsonify(samples=len(tree.findall(".//sample")))


class Report(LessonView):
    methods = ["GET"]

    def easy(self):
        return render_template("report_raw.html", remark=request.args.get("remark", ""), total=12)  # expect: py/template-autoescape

    def hard(self):
        return render_template("report.html", remark=request.args.get("remark", ""), total=12)
# -- file: assay/workbench.py
import io
import os
import subprocess
import tarfile
import tempfile

from flask import abort, jsonify, make_response, request, session
from flask.views import MethodView
from werkzeug.utils import secure_filename

from .levels import EASY, HARD, MEDIUM, LessonView

BATCHES = os.environ.get("ASSAY_BATCHES", "batches")


class Level(MethodView):
    def post(self):
        chosen = request.form["level"]
        session["bench"] = request.form.get("bench")  # expect: py/trust-boundary
        session["level"] = {"1": EASY, "2": MEDIUM, "3": HARD}.get(chosen, HARD)
        return jsonify(changed=True)


class Banner(LessonView):
    """The colour of the banner is kept in a cookie."""

    methods = ["POST"]

    def easy(self):
        answer = make_response(jsonify(saved=True))
        answer.set_cookie("banner", request.form["colour"])  # expect: py/insecure-cookie, py/cookie-injection
        return answer

    def medium(self):
        answer = make_response(jsonify(saved=True))
        answer.set_cookie("banner", "grey", secure=True, samesite="Lax")  # expect: py/cookie-without-httponly
        return answer

    def hard(self):
        colour = request.form["colour"]
        if colour not in ("grey", "green", "amber"):
            abort(400)
        answer = make_response(jsonify(saved=True))
        answer.set_cookie("banner", colour, secure=True, httponly=True, samesite="Lax")
        return answer


class Export(LessonView):
    methods = ["POST"]

    def easy(self):
        name = request.form["name"]
        with open("/tmp/assay-last-export", "w") as marker:  # expect: py/hardcoded-temp
            marker.write("started\n")
        subprocess.call("gzip -c masses.csv > exports/" + name, shell=True)  # expect: py/command-injection
        os.chmod("exports", 0o777)  # expect: py/loose-permissions
        return jsonify(done=True)

    def hard(self):
        name = secure_filename(request.form["name"]) or "export"
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as out:
            out.write("code;mass\n")
            out.flush()
            packed = subprocess.run(["gzip", "-c", out.name], capture_output=True, check=True, timeout=20)
        with open(os.path.join("exports", name + ".gz"), "wb") as fh:
            fh.write(packed.stdout)
        return jsonify(done=True)


class Batch(LessonView):
    methods = ["POST"]

    def easy(self):
        with tarfile.open(fileobj=request.files["batch"].stream, mode="r:gz") as archive:
            archive.extractall(BATCHES)  # expect: py/zip-slip
        return jsonify(unpacked=True)

    def hard(self):
        data = io.BytesIO(request.files["batch"].read())
        with tarfile.open(fileobj=data, mode="r:gz") as archive:
            archive.extractall(BATCHES, filter="data")
        return jsonify(unpacked=True)
# -- file: assay/templates/report.html
<h1>Report</h1>
<p>{{ total }} samples</p>
<p>Remark: {{ remark }}</p>
# -- file: assay/templates/report_raw.html
<h1>Report</h1>
<p>{{ total }} samples</p>
<p>Remark: {{ remark | safe }}</p>
# == Bookworms, a Django reading club with function views, each lesson as bug and as fix
# -- file: bookworms/settings.py
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "django-insecure-5v#w0rm$-k2n8q@pq7"  # expect: py/hardcoded-key
DEBUG = True  # expect: py/debug-enabled
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "bookworms.urls"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "club",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "templates"], "APP_DIRS": False},
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "club.sqlite3"}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # expect: py/fast-password-hash

SESSION_COOKIE_SECURE = False  # expect: py/insecure-cookie
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = True
# -- file: bookworms/urls.py
from django.urls import path

from club import views

urlpatterns = [
    path("", views.home, name="home"),
    path("bug/books/", views.books_bug),
    path("bug/books/extra/", views.books_extra_bug),
    path("fix/books/", views.books_fix),
    path("bug/hello/", views.hello_bug),
    path("fix/hello/", views.hello_fix),
    path("bug/review/", views.add_review_bug),
    path("fix/review/", views.add_review_fix),
    path("bug/invite/", views.invite_bug),
    path("fix/invite/", views.invite_fix),
    path("bug/cover/", views.cover_bug),
    path("fix/cover/", views.cover_fix),
    path("bug/chapter/", views.chapter_bug),
    path("fix/chapter/", views.chapter_fix),
    path("bug/shelf/", views.shelf_bug),
    path("fix/shelf/", views.shelf_fix),
    path("bug/bye/", views.bye_bug),
    path("fix/bye/", views.bye_fix),
]
# -- file: club/models.py
from django.db import models


class Book(models.Model):
    title = models.CharField(max_length=200)
    author = models.CharField(max_length=120)
    isbn = models.CharField(max_length=13, unique=True)


class Review(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="reviews")
    body = models.TextField()
    created = models.DateTimeField(auto_now_add=True)
# -- file: club/views.py
import base64
import os
import pickle
from pathlib import Path

import requests
from django.conf import settings
from django.contrib.auth import logout
from django.core import signing
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template import Context, Template
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from .models import Book, Review

CHAPTERS = Path(settings.BASE_DIR) / "chapters"
COVER_SERVER = "https://covers.bookworms.example"


def home(request):
    return render(request, "home.html", {"books": Book.objects.prefetch_related("reviews"), "q": ""})


# SQL injection ------------------------------------------------------------------------

@require_GET
def books_bug(request):
    q = request.GET.get("q", "")
    found = Book.objects.raw("SELECT * FROM club_book WHERE title LIKE '%%" + q + "%%'")  # expect: py/sql-injection
    return render(request, "home.html", {"books": found, "q": q})


@require_GET
def books_extra_bug(request):
    author = request.GET.get("author", "")
    found = Book.objects.extra(where=[f"lower(author) = '{author.lower()}'"])  # expect: py/sql-injection
    return render(request, "home.html", {"books": found, "q": author})


@require_GET
def books_fix(request):
    q = request.GET.get("q", "")
    found = Book.objects.raw("SELECT * FROM club_book WHERE title LIKE %s", ["%" + q + "%"])
    return render(request, "home.html", {"books": found, "q": q})


# Cross-site scripting, reflected and stored ---------------------------------------------

def hello_bug(request):
    name = request.GET.get("name", "reader")
    return HttpResponse("<h1>Hello %s</h1>" % name)  # expect: py/xss


def hello_fix(request):
    return HttpResponse(format_html("<h1>Hello {}</h1>", request.GET.get("name", "reader")))


@csrf_exempt  # expect: py/csrf-off
def add_review_bug(request):
    book = get_object_or_404(Book, isbn=request.POST.get("isbn", ""))
    Review.objects.create(book=book, body=request.POST.get("body", ""))
    return redirect("home")


@require_POST
def add_review_fix(request):
    book = get_object_or_404(Book, isbn=request.POST.get("isbn", ""))
    body = request.POST.get("body", "").strip()
    if not 3 <= len(body) <= 2000:
        return HttpResponseBadRequest("too short or too long")
    Review.objects.create(book=book, body=body)
    return redirect("home")


# Template injection -----------------------------------------------------------------------

def invite_bug(request):
    letter = "Dear {{ club }} member, " + request.POST.get("text", "")
    page = Template(letter).render(Context({"club": "Bookworms", "settings": settings}))  # expect: py/template-injection
    return JsonResponse({"letter": page})


def invite_fix(request):
    letter = Template("Dear {{ club }} member, {{ text }}")
    page = letter.render(Context({"club": "Bookworms", "text": request.POST.get("text", "")}))
    return JsonResponse({"letter": page})


# Server-side request forgery ------------------------------------------------------------

def cover_bug(request):
    picture = requests.get(request.GET["src"], timeout=4)  # expect: py/ssrf
    return HttpResponse(picture.content, content_type="image/jpeg")


def cover_fix(request):
    book = get_object_or_404(Book, isbn=request.GET.get("isbn", ""))
    picture = requests.get(f"{COVER_SERVER}/{book.isbn}.jpg", timeout=4, allow_redirects=False)
    return HttpResponse(picture.content, content_type="image/jpeg")


# Path traversal -----------------------------------------------------------------------------

def chapter_bug(request):
    return FileResponse(open(os.path.join(CHAPTERS, request.GET["name"]), "rb"))  # expect: py/path-traversal


def chapter_fix(request):
    known = {entry.name: entry for entry in CHAPTERS.iterdir() if entry.is_file()}
    entry = known.get(request.GET.get("name", ""))
    if entry is None:
        raise Http404
    return FileResponse(entry.open("rb"))


# Deserialisation ----------------------------------------------------------------------------

def shelf_bug(request):
    raw = request.COOKIES.get("shelf")
    isbns = pickle.loads(base64.urlsafe_b64decode(raw)) if raw else []  # expect: py/unsafe-deserialization
    titles = [b.title for b in Book.objects.filter(isbn__in=isbns)]
    answer = JsonResponse({"titles": titles})
    answer.set_cookie("shelf_size", len(titles))  # expect: py/insecure-cookie
    return answer


def shelf_fix(request):
    try:
        isbns = signing.loads(request.COOKIES.get("shelf2", ""), salt="shelf", max_age=86400)
    except signing.BadSignature:
        isbns = []
    titles = [b.title for b in Book.objects.filter(isbn__in=isbns)]
    answer = JsonResponse({"titles": titles})
    answer.set_cookie("shelf_size", len(titles), secure=True, httponly=True, samesite="Lax")
    return answer


# Open redirect ------------------------------------------------------------------------------

def bye_bug(request):
    logout(request)
    return redirect(request.GET.get("next", "/"))  # expect: py/open-redirect


def bye_fix(request):
    logout(request)
    following = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}, require_https=True):
        following = "/"
    return redirect(following)
# -- file: templates/home.html
<!doctype html>
<form action="/fix/books/"><input name="q" value="{{ q }}"></form>
{% for book in books %}
  <h2>{{ book.title }}</h2>
  {% for review in book.reviews.all %}
    <blockquote>{{ review.body|safe }}</blockquote> {# expect: py/template-raw-output #}
  {% endfor %}
{% endfor %}
# == Payroll Playground, a Django staff portal of class based views with /weak/ and /strong/ twins
# -- file: payroll/settings.py
import os

BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECRET_KEY = os.environ["PAYROLL_SECRET_KEY"]
DEBUG = os.environ.get("PAYROLL_DEBUG") == "yes"
ALLOWED_HOSTS = os.environ.get("PAYROLL_HOSTS", "localhost").split(",")
ROOT_URLCONF = "payroll.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "staffing"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR + "/templates"]}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ.get("PGHOST", "localhost"),
        "NAME": "payroll",
        "USER": "payroll",
        "PASSWORD": "payday-every-28th",  # expect: py/hardcoded-password
    }
}
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = False  # expect: py/cookie-without-httponly
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = True
# -- file: payroll/urls.py
from django.urls import include, path

from staffing import strong, weak

urlpatterns = [
    path("weak/", include([
        path("people/", weak.People.as_view()),
        path("exists/", weak.Exists.as_view()),
        path("bonus/", weak.Bonus.as_view()),
        path("host/", weak.HostCheck.as_view()),
        path("sheet/", weak.SheetImport.as_view()),
        path("archive/", weak.ArchiveImport.as_view()),
        path("scan/", weak.ScanUpload.as_view()),
        path("forgot/", weak.Forgot.as_view()),
        path("profile/", weak.Profile.as_view()),
    ])),
    path("strong/", include([
        path("people/", strong.People.as_view()),
        path("exists/", strong.Exists.as_view()),
        path("bonus/", strong.Bonus.as_view()),
        path("host/", strong.HostCheck.as_view()),
        path("sheet/", strong.SheetImport.as_view()),
        path("scan/", strong.ScanUpload.as_view()),
        path("forgot/", strong.Forgot.as_view()),
        path("profile/", strong.Profile.as_view()),
    ])),
]
# -- file: staffing/models.py
from django.db import models


class Employee(models.Model):
    login = models.SlugField(unique=True)
    full_name = models.CharField(max_length=120)
    email = models.EmailField()
    salary = models.IntegerField(default=0)
    is_manager = models.BooleanField(default=False)
    motto = models.TextField(blank=True)


class ResetTicket(models.Model):
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE)
    token = models.CharField(max_length=64)
# -- file: staffing/weak.py
import hashlib
import logging
import os
import tarfile
import time

from django.conf import settings
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from lxml import etree

from .models import Employee, ResetTicket

log = logging.getLogger("staffing")


class People(View):
    columns = "login, full_name"

    def build(self, needle):
        return "SELECT {cols} FROM staffing_employee WHERE full_name ILIKE '%{needle}%'".format(
            cols=self.columns, needle=needle
        )

    def get(self, request):
        with connection.cursor() as cur:
            cur.execute(self.build(request.GET.get("needle", "")))  # expect: py/sql-injection
            rows = cur.fetchall()
        return JsonResponse({"people": rows})


class Exists(View):
    """Only a status code comes back, which is enough."""

    def head(self, request):
        with connection.cursor() as cur:
            cur.execute("SELECT id FROM staffing_employee WHERE id = %s" % request.GET.get("id", "0"))  # expect: py/sql-injection
            return HttpResponse(status=204 if cur.fetchone() else 404)


class Bonus(View):
    def post(self, request):
        formula = request.POST.get("formula", "salary * 0.1")
        for person in Employee.objects.filter(is_manager=False):
            amount = eval(formula, {"salary": person.salary})  # expect: py/code-injection
            Employee.objects.filter(pk=person.pk).update(salary=person.salary + int(amount))
        return JsonResponse({"done": True})


@method_decorator(csrf_exempt, name="dispatch")  # expect: py/csrf-off
class HostCheck(View):
    def post(self, request):
        host = request.POST.get("host", "")
        log.info("checking host " + host)  # expect: py/log-injection
        code = os.system("nslookup " + host)  # expect: py/command-injection
        return JsonResponse({"code": code})


class SheetImport(View):
    def post(self, request):
        sheet = etree.fromstring(request.body, parser=etree.XMLParser(resolve_entities=True, load_dtd=True))  # expect: py/xxe
        for row in sheet.findall("row"):
            Employee.objects.filter(login=row.get("login")).update(full_name=row.findtext("name") or "")
        return JsonResponse({"rows": len(sheet)})


class ArchiveImport(View):
    def post(self, request):
        with tarfile.open(fileobj=request.FILES["archive"], mode="r:*") as tar:
            tar.extractall(path=settings.BASE_DIR)  # expect: py/zip-slip
        return JsonResponse({"done": True})


class ScanUpload(View):
    def post(self, request):
        folder = os.path.join("scans", request.POST.get("folder", "inbox"))
        with open(os.path.join(folder, "latest.pdf"), "wb") as out:  # expect: py/path-traversal
            for chunk in request.FILES["scan"].chunks():
                out.write(chunk)
        return JsonResponse({"stored": True})


class Forgot(View):
    def post(self, request):
        person = Employee.objects.get(login=request.POST["login"])
        seed = "%s:%d" % (person.login, time.time())
        token = hashlib.md5(seed.encode()).hexdigest()  # expect: py/weak-hash
        ResetTicket.objects.create(employee=person, token=token)
        return JsonResponse({"sent": True})


class Profile(View):
    def post(self, request):
        person = Employee.objects.get(login=request.POST["login"])
        for field, value in request.POST.items():
            setattr(person, field, value)
        person.save()
        request.session["open_tab"] = request.POST.get("tab")  # expect: py/trust-boundary
        return JsonResponse({"saved": True})

    def get(self, request):
        person = Employee.objects.first()
        motto = mark_safe(person.motto)  # expect: py/raw-markup
        return render(request, "motto.html", {"person": person, "motto": motto})
# -- file: staffing/strong.py
import ast
import logging
import operator
import re
import secrets
import subprocess

from defusedxml.ElementTree import fromstring
from django.core.exceptions import PermissionDenied
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.views import View

from .models import Employee, ResetTicket

log = logging.getLogger("staffing")
HOSTNAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9-]{1,63}){0,5}")
STEPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


class People(View):
    def get(self, request):
        with connection.cursor() as cur:
            cur.execute(
                "SELECT login, full_name FROM staffing_employee WHERE full_name ILIKE %s",
                ["%" + request.GET.get("needle", "") + "%"],
            )
            return JsonResponse({"people": cur.fetchall()})


class Exists(View):
    def head(self, request):
        try:
            number = int(request.GET.get("id", "0"))
        except ValueError:
            return HttpResponseBadRequest()
        return HttpResponse(status=204 if Employee.objects.filter(pk=number).exists() else 404)


class Bonus(View):
    def compute(self, node, salary):
        if isinstance(node, ast.Name) and node.id == "salary":
            return salary
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.BinOp) and type(node.op) in STEPS:
            return STEPS[type(node.op)](self.compute(node.left, salary), self.compute(node.right, salary))
        raise PermissionDenied

    def post(self, request):
        tree = ast.parse(request.POST.get("formula", "salary")[:80], mode="eval")
        for person in Employee.objects.filter(is_manager=False):
            amount = self.compute(tree.body, person.salary)
            Employee.objects.filter(pk=person.pk).update(salary=person.salary + int(amount))
        return JsonResponse({"done": True})


class HostCheck(View):
    def post(self, request):
        host = request.POST.get("host", "")
        if not HOSTNAME.fullmatch(host):
            return HttpResponseBadRequest()
        log.info("checking host %s", host)
        return JsonResponse({"code": subprocess.call(["nslookup", host], timeout=10)})


class SheetImport(View):
    def post(self, request):
        sheet = fromstring(request.body, forbid_dtd=True)
        for row in sheet.findall("row"):
            Employee.objects.filter(login=row.get("login")).update(full_name=row.findtext("name") or "")
        return JsonResponse({"rows": len(sheet)})


class ScanUpload(View):
    storage = FileSystemStorage(location="scans/inbox")

    def post(self, request):
        scan = request.FILES["scan"]
        if scan.size > 5_000_000 or scan.content_type != "application/pdf":
            return HttpResponseBadRequest()
        self.storage.save(secrets.token_hex(8) + ".pdf", scan)
        return JsonResponse({"stored": True})


class Forgot(View):
    def post(self, request):
        person = Employee.objects.filter(login=request.POST.get("login", "")).first()
        if person is not None:
            ResetTicket.objects.create(employee=person, token=secrets.token_hex(32))
        return JsonResponse({"sent": True})


class Profile(View):
    editable = ("full_name", "motto")

    def post(self, request):
        person = Employee.objects.get(pk=request.session["employee_id"])
        for field in self.editable:
            setattr(person, field, request.POST.get(field, ""))
        person.save(update_fields=self.editable)
        request.session["last_profile"] = person.pk
        return JsonResponse({"saved": True})

    def get(self, request):
        person = Employee.objects.first()
        return render(request, "motto.html", {"person": person, "motto": person.motto})
# -- file: templates/motto.html
<!doctype html>
<h1>{{ person.full_name }}</h1>
<blockquote>{{ motto }}</blockquote>
# == Drone Dojo, a FastAPI fleet console in which every exercise has a practice and a model answer
# -- file: main.py
import os
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.templating import Jinja2Templates
from starlette.middleware.sessions import SessionMiddleware

from routes import fleet, missions, workshop

app = FastAPI(title="Drone Dojo", debug=True)  # expect: py/debug-enabled
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"])  # expect: py/cors-any-origin
app.add_middleware(SessionMiddleware, secret_key="propeller-42-propeller", https_only=True)  # expect: py/hardcoded-key
app.include_router(fleet.router, prefix="/fleet")
app.include_router(missions.router, prefix="/missions")
app.include_router(workshop.router, prefix="/workshop")

pages = Jinja2Templates(directory=Path(__file__).parent / "templates")


@app.get("/")
async def index(request: Request, pilot: str = "trainee"):
    return pages.TemplateResponse(request, "console.html", {"pilot": pilot, "rows": []})


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=int(os.getenv("DOJO_PORT", "8088")))  # expect: py/bind-all-interfaces
# -- file: store.py
from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import AsyncIterator

import aiosqlite

PATH = os.getenv("DOJO_DB", "dojo.db")


@asynccontextmanager
async def database() -> AsyncIterator[aiosqlite.Connection]:
    conn = await aiosqlite.connect(PATH)
    conn.row_factory = aiosqlite.Row
    try:
        yield conn
    finally:
        await conn.close()


async def drones_where(condition: str) -> list[dict]:
    """Used by the practice routes only."""
    async with database() as conn:
        cursor = await conn.execute("SELECT id, callsign, battery FROM drone WHERE " + condition)  # expect: py/sql-injection
        return [dict(row) for row in await cursor.fetchall()]


async def drones_by(callsign: str | None = None, minimum: int = 0) -> list[dict]:
    parts, values = ["battery >= ?"], [minimum]
    if callsign is not None:
        parts.append("callsign = ?")
        values.append(callsign)
    async with database() as conn:
        cursor = await conn.execute(
            f"SELECT id, callsign, battery FROM drone WHERE {' AND '.join(parts)}", values
        )
        return [dict(row) for row in await cursor.fetchall()]
# -- file: routes/fleet.py
import html
import ipaddress
import logging
import os
import subprocess
from enum import Enum

import httpx
from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from store import drones_by, drones_where

router = APIRouter()
log = logging.getLogger("dojo.fleet")


class Mirror(str, Enum):
    north = "north"
    south = "south"


@router.get("/practice/find")
async def find_practice(callsign: str):
    return await drones_where(f"callsign = '{callsign}'")


@router.get("/model/find")
async def find_model(callsign: str, minimum: int = 0):
    return await drones_by(callsign, minimum)


@router.get("/practice/badge", response_class=HTMLResponse)
async def badge_practice(pilot: str = "trainee"):
    return f"<div class=badge>Pilot: {pilot}</div>"  # expect: py/xss


@router.get("/practice/badge2")
async def badge_practice_two(colour: str = "red"):
    quoted = html.escape(colour)
    return HTMLResponse("<div class=badge style=color:" + quoted + ">Pilot</div>")  # expect: py/xss


@router.get("/model/badge", response_class=HTMLResponse)
async def badge_model(pilot: str = "trainee"):
    return f'<div class="badge">Pilot: {html.escape(pilot)}</div>'


@router.get("/practice/reach")
def reach_practice(address: str = Query(..., max_length=200)):
    log.info("probing %s", address)  # expect: py/log-injection
    result = subprocess.getoutput(f"ping -c 1 -w 2 {address}")  # expect: py/command-injection
    return {"output": result}


@router.get("/model/reach")
def reach_model(address: ipaddress.IPv4Address):
    log.info("probing %s", address)
    done = subprocess.run(["ping", "-c", "1", "-w", "2", str(address)], capture_output=True, text=True, timeout=5)
    return {"output": done.stdout}


@router.get("/practice/firmware")
async def firmware_practice(source: str):
    async with httpx.AsyncClient(timeout=5) as client:
        answer = await client.get(source)  # expect: py/ssrf
    return {"size": len(answer.content)}


@router.get("/model/firmware")
async def firmware_model(mirror: Mirror, build: int):
    async with httpx.AsyncClient(timeout=5, follow_redirects=False) as client:
        answer = await client.get(f"https://{mirror.value}.dojo.example/firmware/{build}.bin")
    return {"size": len(answer.content)}


@router.get("/practice/manual")
async def manual_practice(back: str = "/"):
    return RedirectResponse(back)  # expect: py/open-redirect


@router.get("/model/manual")
async def manual_model(back: str = "/"):
    if back not in {"/", "/docs", "/fleet/model/find"}:
        raise HTTPException(400)
    return RedirectResponse(back)


@router.get("/practice/telemetry/{name:path}")
def telemetry_practice(name: str):
    with open(os.path.join("telemetry", name), encoding="utf-8") as lines:  # expect: py/path-traversal
        return {"tail": lines.readlines()[-20:]}


@router.get("/model/telemetry/{drone_id}")
def telemetry_model(drone_id: int):
    try:
        with open(os.path.join("telemetry", f"{drone_id}.log"), encoding="utf-8") as lines:
            return {"tail": lines.readlines()[-20:]}
    except FileNotFoundError:
        raise HTTPException(404)
# -- file: routes/missions.py
import json
import os
import pickle
import secrets
import shutil
from pathlib import Path

import yaml
from fastapi import APIRouter, HTTPException, Response, UploadFile
from pydantic import BaseModel, Field

router = APIRouter()
INBOX = Path(os.getenv("DOJO_INBOX", "inbox")).resolve()


class Waypoint(BaseModel):
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Plan(BaseModel):
    name: str
    waypoints: list[Waypoint]


@router.post("/practice/load")
async def load_practice(file: UploadFile):
    plan = pickle.loads(await file.read())  # expect: py/unsafe-deserialization
    return {"waypoints": len(plan["waypoints"])}


@router.post("/practice/load-yaml")
async def load_yaml_practice(file: UploadFile):
    text = (await file.read()).decode("utf-8")
    plan = yaml.load(text, Loader=yaml.Loader)  # expect: py/unsafe-deserialization
    return {"waypoints": len(plan["waypoints"])}


@router.post("/model/load")
async def load_model(file: UploadFile):
    raw = await file.read()
    data = yaml.safe_load(raw) if (file.filename or "").endswith(".yml") else json.loads(raw)
    plan = Plan(**data)
    return {"waypoints": len(plan.waypoints)}


@router.post("/practice/map")
def map_practice(file: UploadFile):
    target = INBOX / file.filename
    with target.open("wb") as out:  # expect: py/path-traversal
        shutil.copyfileobj(file.file, out)
    return {"stored": True}


@router.post("/model/map")
def map_model(file: UploadFile, response: Response):
    if not (file.filename or "").lower().endswith(".tif"):
        raise HTTPException(415)
    name = secrets.token_hex(10)
    with (INBOX / f"{name}.tif").open("wb") as out:
        shutil.copyfileobj(file.file, out)
    response.set_cookie("last_map", name, secure=True, httponly=True, samesite="strict")
    return {"stored": True}
# -- file: routes/workshop.py
import random
import secrets

from fastapi import APIRouter, Body, Request, Response
from jinja2 import Environment
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel

router = APIRouter()


class Drone(BaseModel):
    callsign: str
    battery: int = 100


@router.post("/practice/announce")
async def announce_practice(text: str = Body(embed=True)):
    env = Environment(autoescape=True)
    return {"text": env.from_string("Attention: " + text).render()}  # expect: py/template-injection


@router.post("/model/announce")
async def announce_model(text: str = Body(embed=True)):
    env = SandboxedEnvironment(autoescape=True)
    return {"text": env.from_string("Attention: {{ text }}").render(text=text)}


@router.post("/practice/lift")
async def lift_practice(request: Request):
    form = await request.form()
    return {"newton": eval(form["formula"])}  # expect: py/code-injection


@router.post("/model/lift")
async def lift_model(thrust: float, weight: float):
    return {"newton": round(thrust - weight * 9.81, 2)}


@router.post("/practice/pair")
async def pair_practice(drone: Drone, response: Response):
    pairing_token = "%06x" % random.getrandbits(24)  # expect: py/weak-random
    response.set_cookie("pairing", pairing_token, samesite="lax")  # expect: py/insecure-cookie
    return {"paired": drone.callsign}


@router.post("/model/pair")
async def pair_model(drone: Drone, response: Response):
    pairing_token = secrets.token_urlsafe(32)
    response.set_cookie("pairing", pairing_token, secure=True, httponly=True, samesite="lax")
    return {"paired": drone.callsign}
# -- file: templates/console.html
<!doctype html>
<h1>Welcome, {{ pilot }}</h1>
<table>
{% for row in rows %}<tr><td>{{ row.callsign }}</td><td>{{ row.battery }}</td></tr>{% endfor %}
</table>
