# == Flask app: tool lending library, application factory, blueprints and a sqlite DAO
# -- file: toolshed/__init__.py
import os

from flask import Flask

from . import auth, catalogue, db


def create_app(overrides=None):
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="k9-shed-4482-lending-hall",  # expect: py/hardcoded-key
        DATABASE=os.environ.get("TOOLSHED_DB", "toolshed.sqlite3"),
        MANUALS=os.path.join(app.root_path, "manuals"),
        PHOTOS=os.path.join(app.root_path, "photos"),
        SESSION_COOKIE_NAME="shed_secret_session",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    if overrides:
        app.config.update(overrides)
    app.teardown_appcontext(db.close)
    app.register_blueprint(auth.bp)
    app.register_blueprint(catalogue.bp, url_prefix="/tools")
    return app
# -- file: toolshed/db.py
import sqlite3

from flask import current_app, g


def connection():
    if "conn" not in g:
        g.conn = sqlite3.connect(current_app.config["DATABASE"])
        g.conn.row_factory = sqlite3.Row
    return g.conn


def close(_error=None):
    conn = g.pop("conn", None)
    if conn is not None:
        conn.close()
# -- file: toolshed/daos.py
class ToolDao:
    SHELF = {"room": "room_no", "rack": "rack_code"}

    def __init__(self, conn):
        self.conn = conn

    def search(self, term, order, offset):
        sql = "SELECT id, name, maker, fee FROM tools"
        args = []
        if term:
            sql += " WHERE name LIKE ? OR maker LIKE ?"
            args += [f"%{term}%"] * 2
        sql += " ORDER BY " + order + " LIMIT 20 OFFSET ?"
        args.append(offset)
        return self.conn.execute(sql, args).fetchall()  # expect: py/sql-injection

    def on_shelf(self, kind, code):
        column = self.SHELF.get(kind)
        if column is None:
            return []
        return self.conn.execute(
            f"SELECT id, name FROM tools WHERE {column} = ? ORDER BY name", (code,)
        ).fetchall()


class MemberDao:
    def __init__(self, conn):
        self.conn = conn

    def by_mail(self, mail):
        return self.conn.execute("SELECT * FROM members WHERE mail = ?", (mail,)).fetchone()

    def by_id(self, member_id):
        return self.conn.execute("SELECT * FROM members WHERE id = ?", (member_id,)).fetchone()

    def add(self, mail, digest):
        self.conn.execute("INSERT INTO members (mail, digest) VALUES (?, ?)", (mail, digest))
        self.conn.commit()
# -- file: toolshed/services.py
import hashlib
import hmac
from urllib.parse import urlsplit

from .daos import MemberDao, ToolDao


class Catalogue:
    PER_PAGE = 20

    def __init__(self, conn):
        self.tools = ToolDao(conn)

    def browse(self, term, sort, page):
        order = sort or "name"
        return self.tools.search(term, order, (max(page, 1) - 1) * self.PER_PAGE)

    def shelf(self, kind, code):
        return [dict(row) for row in self.tools.on_shelf(kind, code)]


class Membership:
    def __init__(self, conn):
        self.members = MemberDao(conn)

    @staticmethod
    def digest(password):
        return hashlib.md5(password.encode("utf-8")).hexdigest()  # expect: py/fast-password-hash

    def join(self, mail, password):
        self.members.add(mail, self.digest(password))

    def check(self, mail, password):
        row = self.members.by_mail(mail)
        if row is not None and hmac.compare_digest(row["digest"], self.digest(password)):
            return row
        return None


def etag_of(body):
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def local_target(target, fallback):
    parts = urlsplit(target or "")
    if parts.scheme or parts.netloc or "\\" in target or target.startswith("//"):
        return fallback
    return target if parts.path.startswith("/") else fallback
# -- file: toolshed/auth.py
from flask import Blueprint, redirect, render_template, request, session, url_for

from .db import connection
from .services import Membership, local_target

bp = Blueprint("auth", __name__)


@bp.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "GET":
        return render_template("login.html", goto=request.args.get("next", ""))
    member = Membership(connection()).check(request.form["mail"], request.form["password"])
    if member is None:
        return render_template("login.html", goto="", failed=True), 401
    session.clear()
    session["member_id"] = member["id"]
    target = request.form.get("next") or url_for("catalogue.index")
    return redirect(target)  # expect: py/open-redirect


@bp.post("/logout")
def logout():
    session.clear()
    return redirect(local_target(request.form.get("next", ""), url_for("catalogue.index")))


@bp.post("/join")
def join():
    Membership(connection()).join(request.form["mail"], request.form["password"])
    return redirect(url_for("auth.login"))
# -- file: toolshed/catalogue.py
import os

from flask import Blueprint, current_app, jsonify, render_template, request, send_file, send_from_directory

from .db import connection
from .services import Catalogue, etag_of

bp = Blueprint("catalogue", __name__)


@bp.get("/")
def index():
    term = request.args.get("q", "").strip()
    rows = Catalogue(connection()).browse(
        term, request.args.get("sort"), request.args.get("page", 1, type=int)
    )
    return render_template("tools.html", tools=rows, term=term)  # expect: py/template-autoescape


@bp.get("/shelf")
def shelf():
    found = Catalogue(connection()).shelf(request.args.get("by", "room"), request.args.get("code", ""))
    reply = jsonify(found)
    reply.set_etag(etag_of(reply.get_data()))
    return reply.make_conditional(request)


@bp.get("/<int:tool_id>/manual")
def manual(tool_id):
    name = request.args.get("file") or f"{tool_id}.pdf"
    path = os.path.join(current_app.config["MANUALS"], name)
    return send_file(path, mimetype="application/pdf")  # expect: py/path-traversal


@bp.get("/<int:tool_id>/photo")
def photo(tool_id):
    name = request.args.get("file") or f"{tool_id}.jpg"
    return send_from_directory(current_app.config["PHOTOS"], name)
# -- file: toolshed/templates/tools.html
<!doctype html>
<title>Tools{% if term %} - {{ term }}{% endif %}</title>
{% if term %}<p>Found for <b>{{ term|safe }}</b></p>{% endif %}
<ul>
{% for tool in tools %}<li>{{ tool.name }} ({{ tool.maker }}), {{ "%.2f"|format(tool.fee) }}</li>
{% endfor %}
</ul>
# -- file: toolshed/templates/login.html
<form method="post" action="/login">
<input type="hidden" name="next" value="{{ goto }}">
<input name="mail"> <input name="password" type="password">
{% if failed %}<p>That did not work.</p>{% endif %}
</form>
# == Flask app: network desk with ping, trace, previews, a calculator and preferences in a cookie
# -- file: netdesk/factory.py
import os

from flask import Flask

from .checks import NetChecks
from .prefs import Preferences
from .routes import bp
from .runner import Runner


def build():
    app = Flask("netdesk")
    app.secret_key = os.environ["NETDESK_SECRET"]
    app.extensions["checks"] = NetChecks(Runner(limit=15))
    app.extensions["prefs"] = Preferences(app.secret_key)
    app.register_blueprint(bp)
    return app
# -- file: netdesk/runner.py
import subprocess


class Runner:
    """Starts the system's own tools and gives back what they print."""

    def __init__(self, limit):
        self.limit = limit

    def line(self, text):
        done = subprocess.run(text, shell=True, capture_output=True, text=True, timeout=self.limit)  # expect: py/command-injection
        return done.stdout

    def argv(self, *parts):
        done = subprocess.run(list(parts), capture_output=True, text=True, timeout=self.limit)
        return done.stdout or done.stderr
# -- file: netdesk/checks.py
import ipaddress
import re

import requests

HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
STATUS_PAGES = {
    "dns": "https://status.dns.example.net/summary.json",
    "mail": "https://status.mail.example.net/summary.json",
}


class NetChecks:
    def __init__(self, runner):
        self._runner = runner

    def ping(self, host, count):
        return self._runner.line(f"ping -c {count} -W 2 {host}")

    def trace(self, host):
        address = ipaddress.ip_address(host)
        return self._runner.argv("traceroute", "-m", "12", str(address))

    def resolve(self, name):
        if HOST.fullmatch(name) is None:
            raise ValueError("not a host name")
        return self._runner.argv("dig", "+short", name)

    def load(self):
        return self._runner.argv("uptime", "-p")

    def preview(self, address):
        answer = requests.get(address, timeout=4, stream=True)  # expect: py/ssrf
        return {"status": answer.status_code, "type": answer.headers.get("content-type")}

    def provider(self, name):
        page = STATUS_PAGES.get(name)
        if page is None:
            return None
        return requests.get(page, timeout=4).json()
# -- file: netdesk/calc.py
import ast
import operator

_OPS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}


def eval_tree(text):
    """Works out + - * // over whole numbers, and nothing else."""

    def walk(node):
        if isinstance(node, ast.Expression):
            return walk(node.body)
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        if isinstance(node, ast.BinOp) and type(node.op) in _OPS:
            return _OPS[type(node.op)](walk(node.left), walk(node.right))
        raise ValueError("only whole numbers and + - * //")

    if len(text) > 120:
        raise ValueError("too long")
    return walk(ast.parse(text, mode="eval"))


def transfer_time(formula, size):
    names = {"__builtins__": {}, "size": size, "min": min, "max": max}
    return eval(formula, names)  # expect: py/code-injection
# -- file: netdesk/prefs.py
import base64
import pickle

from itsdangerous import BadSignature, URLSafeSerializer

THEMES = ("light", "dark", "print")


class Preferences:
    def __init__(self, secret):
        self._signer = URLSafeSerializer(secret, salt="netdesk.prefs")

    def theme(self, cookie):
        try:
            stored = self._signer.loads(cookie)
        except BadSignature:
            return THEMES[0]
        return stored.get("theme", THEMES[0])

    def pack(self, theme):
        return self._signer.dumps({"theme": theme if theme in THEMES else THEMES[0]})

    @staticmethod
    def recent(cookie):
        if not cookie:
            return []
        return pickle.loads(base64.urlsafe_b64decode(cookie))  # expect: py/unsafe-deserialization
# -- file: netdesk/routes.py
from flask import Blueprint, abort, current_app, jsonify, render_template, request

from . import calc

bp = Blueprint("desk", __name__)


def checks():
    return current_app.extensions["checks"]


@bp.get("/")
def home():
    prefs = current_app.extensions["prefs"]
    return jsonify(
        theme=prefs.theme(request.cookies.get("prefs", "")),
        recent=prefs.recent(request.cookies.get("recent")),
        load=checks().load(),
    )


@bp.post("/check/<kind>")
def check(kind):
    host = request.form.get("host", "").strip()
    if kind == "ping":
        output = checks().ping(host, request.form.get("count", 3, type=int))
    elif kind in ("trace", "resolve"):
        try:
            output = getattr(checks(), kind)(host)
        except ValueError:
            abort(400)
    else:
        abort(404)
    return render_template("output.html", host=host, output=output)


@bp.get("/preview")
def preview():
    return jsonify(checks().preview(request.args["url"]))


@bp.get("/provider/<name>")
def provider(name):
    found = checks().provider(name)
    return (jsonify(found), 200) if found else (jsonify(error="unknown"), 404)


@bp.get("/hosts-in")
def hosts_in():
    return jsonify(hosts=calc.eval_tree(request.args.get("expr", "0")))


@bp.get("/transfer")
def transfer():
    return jsonify(seconds=calc.transfer_time(request.args["formula"], request.args.get("size", 1, type=int)))


@bp.post("/theme")
def theme():
    reply = jsonify(ok=True)
    packed = current_app.extensions["prefs"].pack(request.form.get("theme"))
    reply.set_cookie("prefs", packed, secure=True, httponly=True, samesite="Lax")
    return reply
# -- file: netdesk/templates/output.html
<h2>{{ host }}</h2>
<pre>{{ output }}</pre>
<script>const host = {{ host|tojson }};</script>
# -- file: run.py
from netdesk.factory import build

if __name__ == "__main__":
    build().run(host="127.0.0.1", port=8123, debug=True)  # expect: py/debug-enabled
# == Flask app: document conversion service with uploads, bundles and imports
# -- file: papershift/app.py
import os
from pathlib import Path

from flask import Flask

from . import imports, jobs


def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["PAPERSHIFT_KEY"]
    app.config["MAX_CONTENT_LENGTH"] = 32 * 1024 * 1024
    root = Path(os.environ.get("PAPERSHIFT_HOME", app.instance_path))
    app.config["INBOX"] = root / "inbox"
    app.config["OUTBOX"] = root / "outbox"
    app.register_blueprint(jobs.bp, url_prefix="/jobs")
    app.register_blueprint(imports.bp, url_prefix="/imports")
    return app


if __name__ == "__main__":
    create_app().run(host="0.0.0.0", port=int(os.environ.get("PORT", "8080")))  # expect: py/bind-all-interfaces
# -- file: papershift/storage.py
import uuid
from pathlib import Path

from werkzeug.utils import secure_filename

KINDS = {"pdf", "png", "docx"}


class Inbox:
    def __init__(self, root):
        self.root = Path(root)

    def keep_original(self, upload):
        target = self.root / "originals" / upload.filename
        upload.save(target)  # expect: py/path-traversal
        return target

    def keep(self, upload):
        suffix = upload.filename.rpartition(".")[2].lower()
        if suffix not in KINDS:
            raise ValueError("kind of file not taken")
        target = self.root / f"{uuid.uuid4().hex}.{suffix}"
        upload.save(target)
        return target

    def keep_named(self, upload):
        name = secure_filename(upload.filename) or uuid.uuid4().hex
        target = self.root / "named" / name
        upload.save(target)
        return target
# -- file: papershift/converter.py
import os
import subprocess

FORMATS = {"a4": "794x1123", "letter": "816x1056"}


class Converter:
    def __init__(self, outbox):
        self.outbox = outbox

    def thumbnail(self, source, geometry):
        target = self.outbox / (source.stem + ".thumb.png")
        code = os.system("convert '%s[0]' -resize %s '%s'" % (source, geometry, target))  # expect: py/command-injection
        return target if code == 0 else None

    def page(self, source, paper, density):
        size = FORMATS.get(paper, FORMATS["a4"])
        target = self.outbox / (source.stem + ".page.png")
        subprocess.run(
            ["convert", "-density", str(density), str(source), "-resize", size, str(target)],
            check=True,
            timeout=60,
        )
        return target

    def text(self, source):
        done = subprocess.run(["pdftotext", "-layout", str(source), "-"], capture_output=True, timeout=60)
        return done.stdout.decode("utf-8", "replace")
# -- file: papershift/bundles.py
import os
import shutil
import zipfile


def unpack_flat(upload, folder):
    """Every member goes straight into the folder, under its last name part."""
    names = []
    with zipfile.ZipFile(upload) as bundle:
        for info in bundle.infolist():
            base = os.path.basename(info.filename.replace("\\", "/"))
            if info.is_dir() or base in ("", ".", ".."):
                continue
            with bundle.open(info) as source, open(os.path.join(folder, base), "wb") as target:
                shutil.copyfileobj(source, target)
            names.append(base)
    return names


def unpack_named(upload, folder):
    names = []
    with zipfile.ZipFile(upload) as bundle:
        for info in bundle.infolist():
            if info.is_dir():
                continue
            place = os.path.join(folder, info.filename)
            with open(place, "wb") as target:  # expect: py/zip-slip
                target.write(bundle.read(info))
            names.append(info.filename)
    return names
# -- file: papershift/jobs.py
import tempfile

from flask import Blueprint, abort, current_app, jsonify, request, send_file

from .bundles import unpack_flat, unpack_named
from .converter import Converter
from .storage import Inbox

bp = Blueprint("jobs", __name__)


def parts():
    return Inbox(current_app.config["INBOX"]), Converter(current_app.config["OUTBOX"])


@bp.post("/thumbnail")
def thumbnail():
    inbox, converter = parts()
    made = converter.thumbnail(inbox.keep(request.files["document"]), request.form.get("size", "200x200"))
    if made is None:
        abort(422)
    return send_file(made)


@bp.post("/page")
def page():
    inbox, converter = parts()
    source = inbox.keep_named(request.files["document"])
    return send_file(converter.page(source, request.form.get("paper"), request.form.get("dpi", 150, type=int)))


@bp.post("/text")
def text():
    inbox, converter = parts()
    return jsonify(text=converter.text(inbox.keep(request.files["document"])))


@bp.post("/archive")
def archive():
    inbox, _ = parts()
    inbox.keep_original(request.files["document"])
    return jsonify(kept=True)


@bp.post("/bundle/<layout>")
def bundle(layout):
    unpack = {"flat": unpack_flat, "named": unpack_named}.get(layout)
    if unpack is None:
        abort(404)
    folder = tempfile.mkdtemp(dir=current_app.config["INBOX"])
    return jsonify(files=unpack(request.files["bundle"], folder))
# -- file: papershift/imports.py
import yaml
from defusedxml import ElementTree as SafeTree
from flask import Blueprint, jsonify, request
from lxml import etree

bp = Blueprint("imports", __name__)


@bp.post("/metadata")
def metadata():
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)
    tree = etree.fromstring(request.get_data(), parser)  # expect: py/xxe
    return jsonify({field.tag: field.text for field in tree})


@bp.post("/catalogue")
def catalogue():
    root = SafeTree.fromstring(request.get_data())
    return jsonify(titles=[node.text for node in root.iter("title")])


@bp.post("/profile")
def profile():
    wanted = yaml.load(request.get_data(), Loader=yaml.UnsafeLoader)  # expect: py/unsafe-deserialization
    return jsonify(paper=str(wanted.get("paper")), density=int(wanted.get("density", 150)))


@bp.post("/rules")
def rules():
    found = yaml.load(request.get_data(), Loader=yaml.SafeLoader)
    return jsonify(count=len(found or []))
# == Flask app: newsletter with subscribers, reset codes, an API with tokens and mail
# -- file: rundbrief/config.py
import os


class Config:
    SECRET_KEY = os.environ["RUNDBRIEF_SECRET"]
    TOKEN_KEY = os.environ["RUNDBRIEF_TOKEN_KEY"]
    SQLALCHEMY_DATABASE_URI = os.environ["RUNDBRIEF_DB"]
    WTF_CSRF_ENABLED = False  # expect: py/csrf-off
    WTF_CSRF_TIME_LIMIT = 7200
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_SAMESITE = "Strict"
    SMTP_HOST = os.environ.get("SMTP_HOST", "localhost")
    BOUNCE_HOOK = os.environ["BOUNCE_HOOK"]
    STATS_HOOK = os.environ["STATS_HOOK"]
    CA_BUNDLE = os.environ.get("CA_BUNDLE", "/etc/ssl/certs/company.pem")
    DEBUG = False
# -- file: rundbrief/__init__.py
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

db = SQLAlchemy()
csrf = CSRFProtect()


def create_app(config="rundbrief.config.Config"):
    app = Flask(__name__)
    app.config.from_object(config)
    db.init_app(app)
    csrf.init_app(app)
    from .api import api
    from .site import site

    app.register_blueprint(site)
    app.register_blueprint(api, url_prefix="/api/v1")
    return app
# -- file: rundbrief/models.py
from sqlalchemy import text

from . import db


class Subscriber(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    mail = db.Column(db.String(200), unique=True)
    name = db.Column(db.String(80))
    reset_code = db.Column(db.String(40))

    @classmethod
    def by_mail(cls, mail):
        return cls.query.filter_by(mail=mail).first()

    @classmethod
    def named_like(cls, part):
        found = db.session.execute(
            text("SELECT id, name FROM subscriber WHERE name LIKE :part ORDER BY name"),
            {"part": part + "%"},
        )
        return [{"id": row.id, "name": row.name} for row in found]


class Link(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    address = db.Column(db.String(400), nullable=False)
# -- file: rundbrief/tokens.py
import random
import secrets
import string
from datetime import datetime, timedelta, timezone

import jwt
from flask import current_app


def reset_code():
    return "".join(random.choices(string.ascii_lowercase + string.digits, k=10))  # expect: py/weak-random


def confirm_code():
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(24))


def issue(subscriber_id):
    claims = {"sub": str(subscriber_id), "exp": datetime.now(timezone.utc) + timedelta(hours=2)}
    return jwt.encode(claims, current_app.config["TOKEN_KEY"], algorithm="HS256")


def holder(token):
    return jwt.decode(token, current_app.config["TOKEN_KEY"], algorithms=["HS256"])["sub"]


def holder_quick(token):
    # the gateway looked at it already
    return jwt.decode(token, options={"verify_signature": False})["sub"]  # expect: py/jwt-not-verified
# -- file: rundbrief/mailer.py
import smtplib
import ssl
from email.message import EmailMessage

import requests
from flask import current_app

SENDER = "letters@rundbrief.example"
DESK = "desk@rundbrief.example"


def _post(deliver):
    context = ssl.create_default_context()
    with smtplib.SMTP_SSL(current_app.config["SMTP_HOST"], 465, timeout=10, context=context) as smtp:
        return deliver(smtp)


def to_desk(subject, body):
    lines = ["From: " + SENDER, "To: " + DESK, "Subject: " + subject, "", body]
    _post(lambda smtp: smtp.sendmail(SENDER, [DESK], "\r\n".join(lines)))  # expect: py/email-injection


def to_subscriber(subscriber, subject, body):
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = subscriber.mail
    message["Subject"] = subject
    message.set_content(body)
    _post(lambda smtp: smtp.send_message(message))


def report_bounce(subscriber_id):
    requests.post(current_app.config["BOUNCE_HOOK"], json={"id": subscriber_id}, timeout=5, verify=False)  # expect: py/tls-not-verified


def report_open(link_id):
    requests.post(
        current_app.config["STATS_HOOK"], json={"link": link_id}, timeout=5, verify=current_app.config["CA_BUNDLE"]
    )
# -- file: rundbrief/site.py
from flask import Blueprint, redirect, render_template_string, request, url_for
from markupsafe import escape

from . import db, mailer, tokens
from .models import Link, Subscriber

site = Blueprint("site", __name__)

QUOTE = "<blockquote>{{ words }}</blockquote><p>{{ who }}</p>"


@site.get("/")
def home():
    return render_template_string("<h1>Rundbrief</h1>")


@site.post("/subscribe")
def subscribe():
    who = Subscriber(mail=request.form["mail"], name=request.form.get("name", ""), reset_code=tokens.confirm_code())
    db.session.add(who)
    db.session.commit()
    return f"<h1>Thank you, {who.name or request.form['mail']}!</h1>"  # expect: py/xss


@site.get("/thanks")
def thanks():
    return f"<h1>Good bye, {escape(request.args.get('name', 'reader'))}!</h1>"


@site.post("/letters/preview")
def preview():
    return render_template_string(request.form["letter"], name="Ada", issue=12)  # expect: py/template-injection


@site.post("/letters/quote")
def quote():
    return render_template_string(QUOTE, words=request.form["words"], who=request.form["who"])


@site.post("/forgot")
def forgot():
    who = Subscriber.by_mail(request.form["mail"])
    if who is not None:
        who.reset_code = tokens.reset_code()
        db.session.commit()
        mailer.to_subscriber(who, "Your code", who.reset_code)
    return redirect(url_for("site.home"))


@site.post("/contact")
def contact():
    mailer.to_desk(request.form["subject"], request.form["body"])
    return redirect(url_for("site.home"))


@site.get("/l/<int:link_id>")
def follow(link_id):
    link = Link.query.get_or_404(link_id)
    mailer.report_open(link.id)
    return redirect(link.address)
# -- file: rundbrief/api.py
from flask import Blueprint, abort, jsonify, request

from . import mailer, tokens
from .models import Subscriber

api = Blueprint("api", __name__)


def bearer():
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else abort(401)


@api.get("/me")
def me():
    who = Subscriber.query.get_or_404(int(tokens.holder_quick(bearer())))
    return jsonify(mail=who.mail, name=who.name)


@api.get("/subscribers")
def subscribers():
    tokens.holder(bearer())
    return jsonify(Subscriber.named_like(request.args.get("name", "")))


@api.post("/bounces/<int:subscriber_id>")
def bounce(subscriber_id):
    tokens.holder(bearer())
    mailer.report_bounce(subscriber_id)
    return jsonify(ok=True)
# == Django project: appointments of a clinic
# -- file: clinic/settings.py
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["CLINIC_SECRET_KEY"]
DEBUG = os.environ.get("CLINIC_DEBUG", "") == "yes"
ALLOWED_HOSTS = ["clinic.example.org"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "visits",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "clinic.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # expect: py/fast-password-hash
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "clinic",
        "USER": "clinic",
        "PASSWORD": os.environ["CLINIC_DB_PASSWORD"],
    }
}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = True
LETTERS_DIR = BASE_DIR / "letters"
# -- file: clinic/urls.py
from django.urls import path

from visits import views

urlpatterns = [
    path("", views.search, name="search"),
    path("day/", views.day, name="day"),
    path("letters/", views.letter, name="letter"),
    path("letters/<int:visit_id>/", views.letter_of, name="letter-of"),
    path("visits/<int:visit_id>/cancel/", views.cancel, name="cancel"),
    path("lab/callback/", views.lab_callback, name="lab-callback"),
    path("room/", views.choose_room, name="choose-room"),
]
# -- file: visits/models.py
from django.db import models


class VisitQuerySet(models.QuerySet):
    def of_patient(self, surname):
        return self.filter(patient__istartswith=surname)

    def sounding_like(self, surname):
        where = "soundex(patient) = soundex('%s')" % surname
        return self.extra(where=[where])  # expect: py/sql-injection

    def busiest(self, limit):
        return self.raw(
            "SELECT MIN(id) AS id, doctor, COUNT(*) AS n FROM visits_visit GROUP BY doctor ORDER BY n DESC LIMIT %s",
            [limit],
        )

    def sorted_by(self, field):
        return self.order_by(field if field in ("day", "patient") else "day")


class Visit(models.Model):
    patient = models.CharField(max_length=80)
    doctor = models.CharField(max_length=80)
    day = models.DateField()
    lab_result = models.TextField(blank=True)
    cancelled = models.BooleanField(default=False)

    objects = VisitQuerySet.as_manager()
# -- file: visits/forms.py
from django import forms


class SearchForm(forms.Form):
    surname = forms.CharField(max_length=80)
    fuzzy = forms.BooleanField(required=False)
    order = forms.CharField(required=False)


class DayForm(forms.Form):
    day = forms.DateField()
    top = forms.IntegerField(min_value=1, max_value=50)


class RoomForm(forms.Form):
    room = forms.ChoiceField(choices=[("a1", "A1"), ("a2", "A2"), ("b1", "B1")])
# -- file: visits/views.py
import hmac
import json
import os

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .forms import DayForm, RoomForm, SearchForm
from .models import Visit


@login_required
def search(request):
    form = SearchForm(request.GET or None)
    if not form.is_valid():
        return render(request, "visits/search.html", {"form": form, "visits": []})
    surname = form.cleaned_data["surname"]
    if form.cleaned_data["fuzzy"]:
        found = Visit.objects.sounding_like(surname)
        heading = mark_safe("Sounds like <q>" + surname + "</q>")  # expect: py/xss
    else:
        found = Visit.objects.of_patient(surname).sorted_by(form.cleaned_data["order"])
        heading = format_html("Named <q>{}</q>", surname)
    return render(request, "visits/search.html", {"form": form, "visits": found, "heading": heading})


@login_required
def day(request):
    form = DayForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest("bad day")
    visits = Visit.objects.filter(day=form.cleaned_data["day"]).values("patient", "doctor")
    top = [row.doctor for row in Visit.objects.busiest(form.cleaned_data["top"])]
    return JsonResponse({"visits": list(visits), "top": top})


@login_required
def letter(request):
    name = request.GET.get("name", "welcome.pdf").replace("../", "")
    return FileResponse(open(os.path.join(settings.LETTERS_DIR, name), "rb"))  # expect: py/path-traversal


@login_required
def letter_of(request, visit_id):
    visit = get_object_or_404(Visit, pk=visit_id)
    return FileResponse(open(settings.LETTERS_DIR / f"visit-{visit.pk}.pdf", "rb"))


@login_required
@require_POST
def cancel(request, visit_id):
    Visit.objects.filter(pk=visit_id).update(cancelled=True)
    back = request.POST.get("back", "/")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=True):
        return redirect(back)
    return redirect("search")


@csrf_exempt  # expect: py/csrf-off
@login_required
def choose_room(request):
    form = RoomForm(request.POST)
    if form.is_valid():
        request.session["room"] = form.cleaned_data["room"]
    return redirect(request.POST.get("back") or "/")  # expect: py/open-redirect


@require_POST
def lab_callback(request):
    key = os.environ["LAB_KEY"].encode()
    expected = hmac.new(key, request.body, "sha256").hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("X-Lab-Signature", "")):
        return JsonResponse({"ok": False}, status=403)
    report = json.loads(request.body)
    Visit.objects.filter(pk=int(report["visit"])).update(lab_result=str(report["text"]))
    return JsonResponse({"ok": True})
# -- file: visits/templates/visits/search.html
<h1>{{ heading|default:"Search" }}</h1>
<form>{{ form.as_p }}<button>Go</button></form>
<table>
{% for visit in visits %}<tr><td>{{ visit.day }}</td><td>{{ visit.patient }}</td><td>{{ visit.lab_result }}</td></tr>
{% endfor %}
</table>
# == Django project: asset book with labels, imports and webhooks
# -- file: assetbook/settings.py
import os

SECRET_KEY = "8#v!q0w2asset-book-prod-m1x^e4z"  # expect: py/hardcoded-key
DEBUG = True  # expect: py/debug-enabled
ALLOWED_HOSTS = [".assets.example.com"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "assets"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "assetbook.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("ASSET_DB", "assets.db")}}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
SESSION_COOKIE_SECURE = False  # expect: py/insecure-cookie
CSRF_COOKIE_SECURE = True
PASSWORD_RESET_TIMEOUT = 3600
WEBHOOK_HOSTS = frozenset({"hooks.example.com", "chat.example.com"})
DOCUMENTS = os.environ.get("ASSET_DOCUMENTS", "documents")
# -- file: assetbook/urls.py
from django.urls import path

from assets import views

urlpatterns = [
    path("", views.AssetList.as_view(), name="list"),
    path("label/", views.label, name="label"),
    path("note/", views.note, name="note"),
    path("import/xml/", views.ImportXml.as_view(), name="import-xml"),
    path("import/bundle/", views.ImportBundle.as_view(), name="import-bundle"),
    path("hooks/test/", views.test_hook, name="test-hook"),
    path("hooks/known/", views.known_hook, name="known-hook"),
]
# -- file: assets/models.py
from django.db import connection, models


class Asset(models.Model):
    tag = models.CharField(max_length=30, unique=True)
    room = models.CharField(max_length=30)
    value = models.DecimalField(max_digits=10, decimal_places=2)


def value_by_room(rooms):
    if not rooms:
        return []
    marks = ", ".join(["%s"] * len(rooms))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT room, SUM(value) FROM assets_asset WHERE room IN ({marks}) GROUP BY room", rooms)
        return cursor.fetchall()
# -- file: assets/importer.py
import tarfile
from decimal import Decimal

from lxml import etree

from .models import Asset


class XmlImporter:
    options = {"resolve_entities": False, "no_network": True}

    def parser(self):
        return etree.XMLParser(**self.options)

    def rows(self, data):
        root = etree.fromstring(data, self.parser())
        for node in root.iterfind("asset"):
            yield node.get("tag"), node.findtext("room", ""), Decimal(node.findtext("value", "0"))

    def store(self, data):
        made = [Asset(tag=tag, room=room, value=value) for tag, room, value in self.rows(data)]
        Asset.objects.bulk_create(made)
        return len(made)


class LegacyImporter(XmlImporter):
    """The old handhelds send their lists with a DTD."""

    def rows(self, data):
        parser = etree.XMLParser(load_dtd=True, resolve_entities=True, no_network=False)
        for node in etree.fromstring(data, parser).iter("item"):  # expect: py/xxe
            yield node.text, node.get("place"), Decimal(0)


def unpack_documents(handle, folder):
    with tarfile.open(fileobj=handle, mode="r:*") as bundle:
        bundle.extractall(folder)  # expect: py/zip-slip
        return bundle.getnames()


def unpack_photos(handle, folder):
    with tarfile.open(fileobj=handle, mode="r:*") as bundle:
        bundle.extractall(folder, filter="data")
        return bundle.getnames()
# -- file: assets/hooks.py
from urllib.parse import urlsplit

import requests
from django.conf import settings


class HookError(Exception):
    pass


class Hook:
    def __init__(self, address):
        self.address = address

    def send(self, payload):
        self.check()
        return requests.post(self.address, json=payload, timeout=5, allow_redirects=False).status_code  # expect: py/ssrf

    def check(self):
        if not self.address.startswith(("http://", "https://")):
            raise HookError("not a web address")


def send_known(address, payload):
    parts = urlsplit(address)
    if parts.scheme != "https" or parts.hostname not in settings.WEBHOOK_HOSTS:
        raise HookError("host not on the list")
    return requests.post(address, json=payload, timeout=5, allow_redirects=False).status_code
# -- file: assets/views.py
from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import View
from django.views.decorators.http import require_POST

from .hooks import Hook, HookError, send_known
from .importer import LegacyImporter, XmlImporter, unpack_documents, unpack_photos
from .models import Asset, value_by_room


class AssetList(LoginRequiredMixin, View):
    def get(self, request):
        rooms = request.GET.getlist("room")
        totals = value_by_room(rooms)
        assets = Asset.objects.filter(room__in=rooms)
        return render(request, "assets/list.html", {"assets": assets, "totals": totals, "rooms": rooms})


def label(request):
    context = {"tag": request.GET.get("tag", ""), "line": request.GET.get("line", "")}
    return render(request, "assets/label.html", context)  # expect: py/template-autoescape


def note(request):
    return HttpResponse("Note: " + request.GET.get("text", ""), content_type="text/plain; charset=utf-8")


class ImportXml(LoginRequiredMixin, View):
    importers = {"plain": XmlImporter, "legacy": LegacyImporter}

    def post(self, request):
        importer = self.importers.get(request.GET.get("kind"), XmlImporter)()
        return JsonResponse({"stored": importer.store(request.body)})


class ImportBundle(LoginRequiredMixin, View):
    def post(self, request):
        names = []
        if "documents" in request.FILES:
            names += unpack_documents(request.FILES["documents"], settings.DOCUMENTS)
        if "photos" in request.FILES:
            names += unpack_photos(request.FILES["photos"], settings.DOCUMENTS)
        return JsonResponse({"names": names})


@require_POST
def test_hook(request):
    try:
        status = Hook(request.POST.get("address", "")).send({"event": "test"})
    except HookError:
        return JsonResponse({"ok": False}, status=400)
    return JsonResponse({"status": status})


@require_POST
def known_hook(request):
    try:
        status = send_known(request.POST.get("address", ""), {"event": "test"})
    except HookError:
        return JsonResponse({"ok": False}, status=400)
    return JsonResponse({"status": status})
# -- file: assets/templates/assets/label.html
<div class="label">
<b>{{ tag }}</b>
{% autoescape off %}<small>{{ line }}</small>{% endautoescape %}
</div>
# -- file: assets/templates/assets/list.html
<h1>Rooms {{ rooms|join:", " }}</h1>
{% for asset in assets %}<p>{{ asset.tag }}: {{ asset.value }}</p>{% endfor %}
{% for room, total in totals %}<p>{{ room }}: {{ total }}</p>{% endfor %}
# == FastAPI service: stock room with repositories, dependencies and webhooks
# -- file: stockroom/config.py
import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    database: str = field(default_factory=lambda: os.environ["STOCK_DB"])
    token_key: str = field(default_factory=lambda: os.environ["STOCK_TOKEN_KEY"])
    token_header: str = "X-Stock-Token"
    partner_hosts: frozenset = frozenset({"orders.partner.example", "returns.partner.example"})


settings = Settings()
EXPORT_SIGNING_KEY = b"pallet-7-forklift-2291"  # expect: py/hardcoded-key
# -- file: stockroom/database.py
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from .config import settings

engine = create_engine(settings.database)
SessionLocal = sessionmaker(bind=engine)


def get_session():
    session = SessionLocal()
    try:
        yield session
    finally:
        session.close()
# -- file: stockroom/schemas.py
from enum import Enum
from typing import Annotated, Literal

from pydantic import BaseModel, Field, HttpUrl


class MoveOrder(str, Enum):
    newest = "moved_at DESC"
    oldest = "moved_at ASC"
    largest = "quantity DESC"


class ItemFilter(BaseModel):
    name: str | None = None
    supplier: str | None = None
    minimum: int = 0


class Webhook(BaseModel):
    url: HttpUrl
    event: Literal["low", "empty"]


class PartnerCall(BaseModel):
    host: str
    order_no: Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9]{6}$")]
# -- file: stockroom/repositories.py
from abc import ABC, abstractmethod

from sqlalchemy import text


class Repository(ABC):
    def __init__(self, session):
        self.session = session

    @property
    @abstractmethod
    def table(self): ...

    def count(self):
        return self.session.execute(text(f"SELECT COUNT(*) FROM {self.table}")).scalar_one()

    def rows(self, sql, **values):
        found = self.session.execute(text(sql), values)  # expect: py/sql-injection
        return [dict(row._mapping) for row in found]


class ItemRepository(Repository):
    table = "items"

    def matching(self, wanted):
        parts = ["quantity >= :minimum"]
        values = {"minimum": wanted.minimum}
        if wanted.name is not None:
            parts.append("name ILIKE :name")
            values["name"] = f"%{wanted.name}%"
        if wanted.supplier is not None:
            parts.append(f"supplier = '{wanted.supplier}'")
        return self.rows("SELECT id, name, quantity FROM items WHERE " + " AND ".join(parts), **values)


class MoveRepository(Repository):
    table = "moves"

    def history(self, item_id, order):
        found = self.session.execute(
            text(f"SELECT moved_at, quantity FROM moves WHERE item_id = :item ORDER BY {order.value} LIMIT 100"),
            {"item": item_id},
        )
        return [{"at": row.moved_at, "quantity": row.quantity} for row in found]
# -- file: stockroom/dependencies.py
from typing import Annotated

import jwt
from fastapi import Depends, Header, HTTPException

from .config import settings
from .database import get_session
from .repositories import ItemRepository, MoveRepository


def items(session=Depends(get_session)):
    return ItemRepository(session)


def moves(session=Depends(get_session)):
    return MoveRepository(session)


def clerk(x_stock_token: Annotated[str, Header()]):
    try:
        claims = jwt.decode(x_stock_token, settings.token_key, algorithms=["HS256"], options={"require": ["exp"]})
    except jwt.InvalidTokenError as error:
        raise HTTPException(401, "token not accepted") from error
    return claims["sub"]


def device(x_stock_token: Annotated[str, Header()]):
    claims = jwt.decode(x_stock_token, settings.token_key, algorithms=["HS256"], options={"verify_signature": False})  # expect: py/jwt-not-verified
    return claims["device"]
# -- file: stockroom/routers.py
import hashlib
import hmac
import json

import httpx
from fastapi import APIRouter, Depends, HTTPException

from .config import EXPORT_SIGNING_KEY, settings
from .dependencies import clerk, device, items, moves
from .schemas import ItemFilter, MoveOrder, PartnerCall, Webhook

router = APIRouter()


@router.get("/items")
def list_items(wanted: ItemFilter = Depends(), repo=Depends(items), _who=Depends(clerk)):
    return repo.matching(wanted)


@router.get("/items/{item_id}/moves")
def list_moves(item_id: int, order: MoveOrder = MoveOrder.newest, repo=Depends(moves)):
    return repo.history(item_id, order)


@router.get("/export")
def export(repo=Depends(items), _who=Depends(device)):
    body = json.dumps({"count": repo.count()})
    return {"body": body, "mac": hmac.new(EXPORT_SIGNING_KEY, body.encode(), hashlib.sha256).hexdigest()}


@router.post("/webhooks/test")
async def test_webhook(hook: Webhook, _who=Depends(clerk)):
    async with httpx.AsyncClient(timeout=5) as client:
        answer = await client.post(str(hook.url), json={"event": hook.event})  # expect: py/ssrf
    return {"status": answer.status_code}


@router.post("/partners/order")
async def partner_order(call: PartnerCall, _who=Depends(clerk)):
    if call.host not in settings.partner_hosts:
        raise HTTPException(400, "unknown partner")
    async with httpx.AsyncClient(timeout=5) as client:
        answer = await client.get(f"https://{call.host}/orders/{call.order_no}")
    return {"status": answer.status_code}
# -- file: stockroom/main.py
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from .routers import router

app = FastAPI(title="Stock room")
public = FastAPI(title="Stock room, public part")
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["GET", "POST"])  # expect: py/cors-any-origin
public.add_middleware(CORSMiddleware, allow_origins=["https://shop.example.org"], allow_credentials=True)
app.include_router(router, prefix="/api")


@public.get("/health")
def health():
    return {"ok": True}
# == FastAPI service: video clips with Mongo, ffmpeg and share pages
# -- file: clipworks/store.py
import os

from motor.motor_asyncio import AsyncIOMotorClient

client = AsyncIOMotorClient(os.environ["CLIP_MONGO"])
database = client["clipworks"]


class ClipStore:
    hidden = {"_id": 0, "owner_key": 0}

    def __init__(self, db):
        self.clips = db["clips"]

    async def one(self, slug):
        return await self.clips.find_one({"slug": slug}, self.hidden)

    async def search(self, query):
        cursor = self.clips.find(query, self.hidden)  # expect: py/nosql-injection
        return await cursor.to_list(50)

    async def longer_than(self, seconds):
        cursor = self.clips.find({"length": {"$gt": seconds}, "hidden": False}, self.hidden)
        return await cursor.to_list(50)

    async def share(self, slug, code):
        await self.clips.update_one({"slug": slug}, {"$set": {"share_code": code}})


def clip_store():
    return ClipStore(database)
# -- file: clipworks/media.py
import asyncio
import shutil
from pathlib import Path


class Transcoder:
    def __init__(self, folder):
        self.folder = Path(folder)

    def path(self, slug):
        return self.folder / (slug.replace("/", "") + ".mp4")

    async def cut(self, source, start, end):
        target = source.with_suffix(".cut.mp4")
        command = " ".join(["ffmpeg -y -i", str(source), "-ss", start, "-to", end, str(target)])
        process = await asyncio.create_subprocess_shell(command)  # expect: py/command-injection
        return await process.wait()

    async def poster(self, source, second, width):
        process = await asyncio.create_subprocess_exec(
            shutil.which("ffmpeg") or "ffmpeg",
            "-ss", f"{second:.2f}", "-i", str(source), "-vf", f"scale={width}:-1", str(source.with_suffix(".jpg")),
        )
        return await process.wait()
# -- file: clipworks/sharing.py
import random
import secrets

import httpx

ADJECTIVES = ("red", "calm", "loud", "tiny")


def share_password():
    return "%06d" % random.randint(0, 999999)  # expect: py/weak-random


def share_code():
    return secrets.token_urlsafe(12)


def sample_title():
    return random.choice(ADJECTIVES) + " clip"


async def announce(hub, slug):
    async with httpx.AsyncClient(verify=False, timeout=10) as client:  # expect: py/tls-not-verified
        await client.post(hub, json={"clip": slug})
# -- file: clipworks/models.py
from uuid import UUID

from pydantic import BaseModel, Field


class Cut(BaseModel):
    start: str = Field(min_length=1, max_length=60)
    end: str = Field(min_length=1, max_length=60)


class Poster(BaseModel):
    second: float = Field(ge=0)
    width: int = Field(320, ge=16, le=1920)


class Original(BaseModel):
    ident: UUID
# -- file: clipworks/api.py
import os
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Body, Depends, HTTPException
from fastapi.responses import FileResponse, HTMLResponse

from . import sharing
from .media import Transcoder
from .models import Cut, Original, Poster
from .store import ClipStore, clip_store

router = APIRouter()
MEDIA = Path(os.environ.get("CLIP_MEDIA", "media"))
HUB = os.environ["CLIP_HUB"]
transcoder = Transcoder(MEDIA)


async def known_clip(slug: str, store: ClipStore = Depends(clip_store)):
    clip = await store.one(slug)
    if clip is None:
        raise HTTPException(404)
    return clip


@router.post("/search")
async def search(query: dict[str, Any] = Body(...), store: ClipStore = Depends(clip_store)):
    return await store.search(query)


@router.get("/long")
async def long_clips(seconds: int = 600, store: ClipStore = Depends(clip_store)):
    return await store.longer_than(seconds)


@router.post("/clips/{slug}/cut")
async def cut(body: Cut, clip: dict = Depends(known_clip)):
    return {"code": await transcoder.cut(transcoder.path(clip["slug"]), body.start, body.end)}


@router.post("/clips/{slug}/poster")
async def poster(body: Poster, clip: dict = Depends(known_clip)):
    return {"code": await transcoder.poster(transcoder.path(clip["slug"]), body.second, body.width)}


@router.post("/clips/{slug}/share")
async def share(clip: dict = Depends(known_clip), store: ClipStore = Depends(clip_store)):
    code = sharing.share_code()
    await store.share(clip["slug"], code)
    await sharing.announce(HUB, clip["slug"])
    return {"code": code, "password": sharing.share_password()}


@router.get("/files/{name:path}")
def download(name: str):
    return FileResponse(MEDIA / "public" / name)  # expect: py/path-traversal


@router.get("/subtitles/{name:path}")
def subtitles(name: str):
    base = (MEDIA / "subtitles").resolve()
    wanted = (base / name).resolve()
    if not wanted.is_relative_to(base):
        raise HTTPException(404)
    return FileResponse(wanted, media_type="text/vtt")


@router.post("/original")
def original(body: Original):
    return FileResponse(MEDIA / "originals" / f"{body.ident}.mov")


@router.get("/embed", response_class=HTMLResponse)
def embed(title: str = "Clip", slug: str = ""):
    return HTMLResponse(f"<figure><figcaption>{title}</figcaption></figure>")  # expect: py/xss


@router.get("/card", response_class=HTMLResponse)
def card(title: str = "Clip"):
    return HTMLResponse(f"<h3 title=\"{escape(title)}\">{escape(title)}</h3>")
# -- file: clipworks/main.py
from fastapi import FastAPI

from .api import router

app = FastAPI(debug=False)
app.include_router(router)
# == aiohttp app: feed reader with previews, marks and opml files
# -- file: feedwell/store.py
import aiosqlite


class FeedStore:
    columns = ("title", "added", "unread")

    def __init__(self, path):
        self.path = path

    async def feeds(self, order, tag):
        column = order if order in self.columns else "title"
        async with aiosqlite.connect(self.path) as db:
            cursor = await db.execute(f"SELECT id, title, address FROM feeds WHERE tag = ? ORDER BY {column}", (tag,))
            return [{"id": r[0], "title": r[1], "address": r[2]} for r in await cursor.fetchall()]

    async def address(self, feed_id):
        async with aiosqlite.connect(self.path) as db:
            cursor = await db.execute("SELECT address FROM feeds WHERE id = ?", (feed_id,))
            row = await cursor.fetchone()
            return row[0] if row else None

    async def entries(self):
        async with aiosqlite.connect(self.path) as db:
            cursor = await db.execute("SELECT title FROM entries ORDER BY seen DESC LIMIT 500")
            return [r[0] for r in await cursor.fetchall()]
# -- file: feedwell/fetcher.py
from aiohttp import ClientSession, ClientTimeout


class Fetcher:
    def __init__(self):
        self.timeout = ClientTimeout(total=8)
        self.session = None

    async def __aenter__(self):
        self.session = ClientSession(timeout=self.timeout)
        return self

    async def __aexit__(self, *_details):
        await self.session.close()

    async def head(self, address):
        async with self.session.get(address) as answer:  # expect: py/ssrf
            return {"status": answer.status, "type": answer.content_type}

    async def refresh(self, address):
        async with self.session.get(address) as answer:
            return await answer.text()
# -- file: feedwell/pages.py
import html
from string import Template

PAGE = Template("<!doctype html><title>$title</title><h1>$title</h1>$body")


def page(title, body):
    return PAGE.substitute(title=html.escape(title), body=body)


def bullet_list(items):
    return "<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in items) + "</ul>"


def tag_line(tag):
    return "<p>Filed under <i>" + tag + "</i></p>"
# -- file: feedwell/search.py
import re


def by_words(entries, words):
    pattern = re.compile("|".join(re.escape(word) for word in words.split()), re.I)
    return [entry for entry in entries if pattern.search(entry)]


def by_pattern(entries, pattern):
    compiled = re.compile(pattern, re.I)  # expect: py/regex-injection
    return [entry for entry in entries if compiled.search(entry)]
# -- file: feedwell/handlers.py
import logging
import secrets
from pathlib import Path

from aiohttp import web

from . import pages, search
from .fetcher import Fetcher
from .store import FeedStore

log = logging.getLogger("feedwell")
routes = web.RouteTableDef()
STORE = web.AppKey("store", FeedStore)
OPML = web.AppKey("opml", Path)


@routes.get("/")
async def front(request):
    tag = request.query.get("tag", "all")
    feeds = await request.app[STORE].feeds(request.query.get("order"), tag)
    body = pages.bullet_list(feed["title"] for feed in feeds)
    return web.Response(text=pages.page("Feeds: " + tag, body), content_type="text/html")


@routes.get("/tag/{tag}")
async def by_tag(request):
    tag = request.match_info["tag"]
    feeds = await request.app[STORE].feeds("title", tag)
    body = pages.tag_line(tag) + pages.bullet_list(feed["title"] for feed in feeds)
    return web.Response(text=pages.page("Tag", body), content_type="text/html")  # expect: py/xss


@routes.get("/tag/{tag}/plain")
async def by_tag_plain(request):
    return web.Response(text="Filed under " + request.match_info["tag"], content_type="text/plain")


@routes.post("/preview")
async def preview(request):
    form = await request.post()
    async with Fetcher() as fetcher:
        return web.json_response(await fetcher.head(form["address"]))


@routes.post(r"/feeds/{feed_id:\d+}/refresh")
async def refresh(request):
    feed_id = int(request.match_info["feed_id"])
    address = await request.app[STORE].address(feed_id)
    if address is None:
        raise web.HTTPNotFound()
    async with Fetcher() as fetcher:
        text = await fetcher.refresh(address)
    log.info("feed %d refreshed, %d characters", feed_id, len(text))
    return web.json_response({"length": len(text)})


@routes.get("/search")
async def find(request):
    entries = await request.app[STORE].entries()
    wanted = request.query.get("q", "")
    kind = search.by_pattern if request.query.get("mode") == "pattern" else search.by_words
    log.info("search for %s", wanted)  # expect: py/log-injection
    return web.json_response(kind(entries, wanted))


@routes.get("/opml/{name}")
async def opml(request):
    name = request.query.get("version") or request.match_info["name"]
    return web.FileResponse(request.app[OPML] / f"{name}.opml")  # expect: py/path-traversal


@routes.get(r"/opml/year/{year:\d{4}}")
async def opml_of_year(request):
    return web.FileResponse(request.app[OPML] / f"{int(request.match_info['year'])}.opml")


@routes.post("/session")
async def start(request):
    reply = web.json_response({"ok": True})
    reply.set_cookie("feedwell", secrets.token_urlsafe(24), max_age=86400)  # expect: py/insecure-cookie
    reply.set_cookie("reader", secrets.token_hex(8), secure=True, httponly=True, samesite="Strict")
    return reply
# -- file: feedwell/__main__.py
import os
from pathlib import Path

from aiohttp import web

from .handlers import OPML, STORE, routes
from .store import FeedStore


def main():
    app = web.Application()
    app[STORE] = FeedStore(os.environ.get("FEEDWELL_DB", "feedwell.db"))
    app[OPML] = Path(os.environ.get("FEEDWELL_OPML", "opml")).resolve()
    app.add_routes(routes)
    web.run_app(app, host="localhost", port=8300)


if __name__ == "__main__":
    main()
# == Bottle app: phone book of a company over LDAP and an organisation chart in XML
# -- file: phonebook/config.py
import os

LDAP_SERVER = os.environ["PHONEBOOK_LDAP"]
LDAP_USER = os.environ["PHONEBOOK_LDAP_USER"]
LDAP_PASSWORD = os.environ["PHONEBOOK_LDAP_PASSWORD"]
BASE_DN = "ou=people,dc=works,dc=example"
CHART = os.environ.get("PHONEBOOK_CHART", "chart.xml")
PASSWORD_FIELD = "userPassword"
# -- file: phonebook/directory.py
import ssl

from ldap3 import SUBTREE, Connection, Server, Tls
from ldap3.utils.conv import escape_filter_chars

from . import config


class Directory:
    fields = ["cn", "telephoneNumber", "roomNumber"]

    def __init__(self, connection=None):
        self._connection = connection

    @property
    def connection(self):
        if self._connection is None:
            server = Server(config.LDAP_SERVER, use_ssl=True, tls=Tls(validate=ssl.CERT_REQUIRED))
            self._connection = Connection(server, config.LDAP_USER, config.LDAP_PASSWORD, auto_bind=True)
        return self._connection

    def by_name(self, name):
        wanted = "(&(objectClass=person)(cn=*%s*))" % name
        self.connection.search(config.BASE_DN, wanted, SUBTREE, attributes=self.fields)  # expect: py/ldap-injection
        return self._people()

    def by_room(self, room):
        wanted = "(&(objectClass=person)(roomNumber={}))".format(escape_filter_chars(room))
        self.connection.search(config.BASE_DN, wanted, SUBTREE, attributes=self.fields)
        return self._people()

    def by_extension(self, number):
        wanted = f"(telephoneNumber=*{int(number):04d})"
        self.connection.search(config.BASE_DN, wanted, SUBTREE, attributes=self.fields)
        return self._people()

    def _people(self):
        return [entry.entry_attributes_as_dict for entry in self.connection.entries]
# -- file: phonebook/orgchart.py
from lxml import etree

from . import config


class Chart:
    def __init__(self, path=config.CHART):
        self.tree = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True))

    def team(self, lead):
        nodes = self.tree.xpath("//team[@lead='" + lead + "']/member")  # expect: py/xpath-injection
        return [node.text for node in nodes]

    def teams_at(self, site):
        return [node.get("name") for node in self.tree.xpath("//team[@site=$site]", site=site)]

    def floor(self, number):
        return [node.get("name") for node in self.tree.xpath("//team[@floor=%d]" % number)]
# -- file: phonebook/access.py
import hmac
import os
from functools import wraps

from bottle import HTTPError, request


def admin_only(view):
    @wraps(view)
    def guarded(*args, **kwargs):
        if request.get_header("X-Admin-Token", "") == "blue-heron-7731":  # expect: py/literal-password-check
            return view(*args, **kwargs)
        raise HTTPError(403, "admins only")

    return guarded


def desk_only(view):
    @wraps(view)
    def guarded(*args, **kwargs):
        given = request.get_header("X-Desk-Token", "").encode()
        if hmac.compare_digest(given, os.environ["PHONEBOOK_DESK_TOKEN"].encode()):
            return view(*args, **kwargs)
        raise HTTPError(403, "desk only")

    return guarded
# -- file: phonebook/pages.py
from bottle import Bottle, HTTPError, html_escape, redirect, request, response, template

from .access import admin_only, desk_only
from .directory import Directory
from .orgchart import Chart

app = Bottle()
people = Directory()
chart = Chart()

LOOKUPS = {"room": people.by_room, "name": people.by_name}
PARTS = {"help": "/static/help.html", "news": "/static/news.html"}
ROW = "<tr><td>{{name}}</td><td>{{phone}}</td></tr>"


@app.get("/people/<kind>")
def find(kind):
    lookup = LOOKUPS.get(kind)
    if lookup is None:
        raise HTTPError(404, "no such lookup")
    response.set_header("X-Lookup", lookup.__name__)
    return {"people": lookup(request.query.getunicode("q", ""))}


@app.get("/extension/<number:int>")
def extension(number):
    return {"people": people.by_extension(number)}


@app.get("/teams")
def teams():
    found = {"team": chart.team(request.query.getunicode("lead", ""))}
    found["site"] = chart.teams_at(request.query.getunicode("site", ""))
    found["floor"] = chart.floor(int(request.query.get("floor", "0")))
    return found


@app.get("/hello")
def hello():
    return "<p>Nobody called %s here</p>" % request.query.getunicode("q", "")  # expect: py/xss


@app.get("/missing")
def missing():
    return "<p>Nobody called %s here</p>" % html_escape(request.query.getunicode("q", ""))


@app.get("/go/<part>")
def go(part):
    redirect(PARTS.get(part, "/"))


@app.post("/greeting")
@admin_only
def greeting():
    text = request.forms.getunicode("text", "")
    return template(text, company="Works")  # expect: py/template-injection


@app.post("/row")
@desk_only
def row():
    return template(ROW, name=request.forms.getunicode("name"), phone=request.forms.getunicode("phone"))
# -- file: main.py
from bottle import run

from phonebook.pages import app

if __name__ == "__main__":
    run(app, host="127.0.0.1", port=8090, server="waitress")
