# == Flask asset tracker whose list endpoint lets the sort parameter reach ORDER BY (advisory: authenticated SQL injection in inventory listing)
# -- file: tracker/auth.py
from functools import wraps

from flask import abort, g, session

from tracker.store import connection


def login_required(view):
    @wraps(view)
    def inner(*args, **kwargs):
        uid = session.get("uid")
        if uid is None:
            abort(401)
        row = connection().execute("SELECT id, role FROM staff WHERE id = ?", (uid,)).fetchone()
        if row is None:
            abort(401)
        g.staff = row
        return view(*args, **kwargs)
    return inner
# -- file: tracker/store.py
import os
import sqlite3

from flask import g

PAGE = 50


def connection():
    if "db" not in g:
        g.db = sqlite3.connect(os.environ["TRACKER_DB"])
        g.db.row_factory = sqlite3.Row
    return g.db


class AssetStore:
    columns = ("id", "label", "bought_on", "room")

    def __init__(self, conn):
        self.conn = conn

    def listing(self, *, room=None, order="id", direction="asc", page=0):
        where, params = "1 = 1", []
        if room:
            where += " AND room = ?"
            params.append(room)
        way = "DESC" if direction.lower() == "desc" else "ASC"
        sql = "SELECT {cols} FROM asset WHERE {where} ORDER BY {order} {way} LIMIT ? OFFSET ?".format(
            cols=", ".join(self.columns), where=where, order=order, way=way)
        params += [PAGE, page * PAGE]
        return self.conn.execute(sql, params).fetchall()  # expect: py/sql-injection

    def one(self, asset_id):
        return self.conn.execute("SELECT * FROM asset WHERE id = ?", (asset_id,)).fetchone()
# -- file: tracker/views.py
from flask import Blueprint, abort, jsonify, request

from tracker.auth import login_required
from tracker.store import AssetStore, connection

bp = Blueprint("assets", __name__, url_prefix="/assets")


@bp.get("/")
@login_required
def index():
    q = request.args
    rows = AssetStore(connection()).listing(
        room=q.get("room"),
        order=q.get("sort", "id"),
        direction=q.get("dir", "asc"),
        page=q.get("page", 0, type=int),
    )
    return jsonify([dict(r) for r in rows])


@bp.get("/<int:asset_id>")
@login_required
def detail(asset_id):
    row = AssetStore(connection()).one(asset_id)
    if row is None:
        abort(404)
    return jsonify(dict(row))
# == Flask theme manager that unpacks an uploaded tarball after a prefix test on the unresolved path (advisory: arbitrary file write through theme upload)
# -- file: themes/installer.py
import os
import tarfile

from themes.errors import BadTheme

ALLOWED = {".css", ".html", ".png", ".svg", ".json"}


class ThemeInstaller:
    """Installs themes below one directory, one folder each."""

    def __init__(self, root):
        self.root = root

    def _inside(self, folder, name):
        return os.path.join(folder, name).startswith(folder)

    def install(self, slug, stream):
        folder = os.path.join(self.root, slug)
        os.makedirs(folder, exist_ok=True)
        written = 0
        with tarfile.open(fileobj=stream, mode="r:gz") as bundle:
            for entry in bundle:
                ext = os.path.splitext(entry.name)[1]
                if not entry.isfile() or ext not in ALLOWED:
                    continue
                if not self._inside(folder, entry.name):
                    raise BadTheme("entry leaves the theme folder")
                bundle.extract(entry, folder)  # expect: py/zip-slip
                written += 1
        return written
# -- file: themes/errors.py
class BadTheme(ValueError):
    pass
# -- file: themes/routes.py
import re
import uuid

from flask import Blueprint, current_app, jsonify, request
from flask_login import current_user, login_required

from themes.errors import BadTheme
from themes.installer import ThemeInstaller

bp = Blueprint("themes", __name__)


@bp.errorhandler(BadTheme)
def bad_theme(exc):
    return jsonify(error="invalid theme"), 422


@bp.post("/admin/themes")
@login_required
def upload():
    if not current_user.is_admin:
        return jsonify(error="forbidden"), 403
    sent = request.files.get("bundle")
    if sent is None or not re.fullmatch(r"[\w-]{1,60}\.tar\.gz", sent.filename):
        return jsonify(error="send a .tar.gz"), 400
    slug = uuid.uuid4().hex
    count = ThemeInstaller(current_app.config["THEME_ROOT"]).install(slug, sent.stream)
    current_app.logger.info("theme %s installed with %d files", slug, count)
    return jsonify(slug=slug, files=count), 201
# == Flask course platform after the zip upload fix: every member is resolved and compared before it is written
# -- file: courses/unpack.py
import shutil
import zipfile
from pathlib import Path

MAX_TOTAL = 200 * 1024 * 1024


class RejectedArchive(Exception):
    """The archive holds a member that must not be written."""


def _target(base: Path, member: str) -> Path:
    out = (base / member).resolve()
    if not out.is_relative_to(base):
        raise RejectedArchive("member outside of the course folder")
    return out


def unpack(upload, base: Path) -> list[str]:
    base = base.resolve()
    done: list[str] = []
    with zipfile.ZipFile(upload) as zf:
        if sum(i.file_size for i in zf.infolist()) > MAX_TOTAL:
            raise RejectedArchive("too large")
        for info in zf.infolist():
            if info.is_dir():
                continue
            out = _target(base, info.filename)
            out.parent.mkdir(parents=True, exist_ok=True)
            with zf.open(info) as src, out.open("wb") as dst:
                shutil.copyfileobj(src, dst)
            done.append(out.relative_to(base).as_posix())
    return done
# -- file: courses/api.py
from pathlib import Path

from flask import Blueprint, abort, current_app, jsonify, request, send_from_directory
from flask_login import current_user, login_required

from courses.models import Course, db
from courses.unpack import RejectedArchive, unpack

bp = Blueprint("courses", __name__, url_prefix="/api/courses")


def _owned(course_id: int) -> Course:
    course = db.session.get(Course, course_id)
    if course is None or course.teacher_id != current_user.id:
        abort(404)
    return course


@bp.post("/<int:course_id>/package")
@login_required
def put_package(course_id):
    course = _owned(course_id)
    part = request.files["package"]
    try:
        names = unpack(part.stream, Path(current_app.config["COURSE_DIR"]) / str(course.id))
    except RejectedArchive:
        return jsonify(error="archive rejected"), 422
    course.file_count = len(names)
    db.session.commit()
    return jsonify(files=names)


@bp.get("/<int:course_id>/content/<path:name>")
@login_required
def content(course_id, name):
    course = _owned(course_id)
    folder = Path(current_app.config["COURSE_DIR"]) / str(course.id)
    return send_from_directory(folder, name, as_attachment=True)
# -- file: courses/models.py
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Course(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    teacher_id = db.Column(db.Integer, nullable=False, index=True)
    title = db.Column(db.String(120), nullable=False)
    file_count = db.Column(db.Integer, default=0)
# == student web shop in Flask: login by string formatting, unsalted digests and the session key in the repository
# -- file: shop/__init__.py
from flask import Flask

from shop.accounts import accounts


def create_app():
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="shop-4-semester-project-2021",  # expect: py/hardcoded-key
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.register_blueprint(accounts)
    return app
# -- file: shop/database.py
import os

import pymysql


class Db:
    def __enter__(self):
        self.con = pymysql.connect(
            host=os.environ.get("DB_HOST", "localhost"),
            user=os.environ["DB_USER"],
            password=os.environ["DB_PASS"],
            database="shop",
        )
        return self.con.cursor()

    def __exit__(self, kind, value, tb):
        if kind is None:
            self.con.commit()
        self.con.close()
# -- file: shop/accounts.py
import hashlib

from flask import Blueprint, flash, redirect, render_template, request, session, url_for

from shop.database import Db

accounts = Blueprint("accounts", __name__)


def digest(pw):
    return hashlib.sha256(pw.encode("utf-8")).hexdigest()  # expect: py/fast-password-hash


@accounts.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        email = request.form["email"].strip()
        pw = digest(request.form["password"])
        with Db() as cur:
            cur.execute("SELECT id FROM customers WHERE email = '%s' AND pw = '%s'" % (email, pw))  # expect: py/sql-injection
            found = cur.fetchone()
        if found:
            session.clear()
            session["customer"] = found[0]
            return redirect(url_for("accounts.profile"))
        flash("Wrong e-mail or password")
    return render_template("login.html")


@accounts.route("/register", methods=["POST"])
def register():
    with Db() as cur:
        cur.execute("INSERT INTO customers (email, name, pw) VALUES (%s, %s, %s)",
                    (request.form["email"], request.form["name"], digest(request.form["password"])))
    return redirect(url_for("accounts.login"))


@accounts.route("/me")
def profile():
    if "customer" not in session:
        return redirect(url_for("accounts.login"))
    with Db() as cur:
        cur.execute("SELECT name, email FROM customers WHERE id = %s", (session["customer"],))
        return render_template("profile.html", row=cur.fetchone())
# == Flask wiki login after the redirect fix: the target has to be of the same host and backslashes are refused
# -- file: wiki/urls.py
from urllib.parse import urljoin, urlsplit

from flask import request


def is_local_target(target):
    """True only for http(s) addresses of this very host."""
    if not target or "\\" in target or any(ord(c) < 32 for c in target):
        return False
    here = urlsplit(request.host_url)
    there = urlsplit(urljoin(request.host_url, target))
    return there.scheme in ("http", "https") and there.netloc == here.netloc
# -- file: wiki/login.py
from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.security import check_password_hash
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from wiki.models import Account
from wiki.urls import is_local_target

bp = Blueprint("login", __name__)


class LoginForm(FlaskForm):
    name = StringField("Name", [InputRequired(), Length(max=80)])
    password = PasswordField("Password", [InputRequired()])


@bp.route("/login", methods=["GET", "POST"])
def login():
    form = LoginForm()
    if form.validate_on_submit():
        account = Account.query.filter_by(name=form.name.data).one_or_none()
        if account and check_password_hash(account.pw_hash, form.password.data):
            login_user(account)
            target = request.args.get("next", "")
            if not is_local_target(target):
                target = url_for("pages.front")
            return redirect(target)
        form.password.errors = ["The name or the password is wrong."]
    return render_template("login.html", form=form)


@bp.post("/logout")
def logout():
    logout_user()
    return redirect(url_for("pages.front"))
# -- file: wiki/models.py
from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Account(UserMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), unique=True)
    pw_hash = db.Column(db.String(255))
# == Flask notebook hub whose logout target check accepts scheme-relative addresses (advisory: open redirect after logout)
# -- file: hub/navigation.py
class Navigator:
    """Finds out where a browser goes after an action."""

    def __init__(self, args, fallback="/hub/home"):
        self._args = args
        self.fallback = fallback

    @property
    def wanted(self):
        return self._args.get("continue") or self.fallback

    def after_logout(self):
        place = self.wanted
        if place.startswith("/"):
            return place
        return self.fallback

    def after_spawn(self, server_name):
        return "/user/" + server_name + "/lab"
# -- file: hub/handlers.py
import os
from http import HTTPStatus

from flask import Flask, abort, redirect, request, session

from hub.navigation import Navigator
from hub.spawner import Spawner

app = Flask(__name__)
app.secret_key = os.environ["HUB_COOKIE_SECRET"]
app.config["SESSION_COOKIE_SECURE"] = True
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
spawner = Spawner()


@app.before_request
def need_user():
    if request.endpoint not in ("logout", "health") and "user_id" not in session:
        abort(HTTPStatus.UNAUTHORIZED)


@app.get("/health")
def health():
    return {"ok": True}


@app.route("/logout")
def logout():
    nav = Navigator(request.args)
    session.pop("user_id", None)
    goal = nav.after_logout()
    return redirect(goal, code=303)  # expect: py/open-redirect


@app.post("/spawn")
def spawn():
    name = spawner.start(session["user_id"])
    return redirect(Navigator(request.args).after_spawn(name))
# -- file: hub/spawner.py
import itertools


class Spawner:
    def __init__(self):
        self._running = {}
        self._count = itertools.count(1)

    def start(self, user_id):
        if user_id not in self._running:
            self._running[user_id] = "srv%d" % next(self._count)
        return self._running[user_id]
# == Flask bookmark service with a preview fetcher protected by a blacklist only (advisory: SSRF through link preview)
# -- file: marks/preview.py
import re
from dataclasses import dataclass
from urllib.parse import urlparse

import requests

FORBIDDEN = ("localhost", "127.0.0.1", "169.254.169.254", "[::1]")
TITLE = re.compile(r"<title>([^<]{0,300})</title>", re.I)


@dataclass
class Card:
    url: str
    title: str = ""
    status: int = 0


class PreviewError(Exception):
    pass


def refuse_internal(address: str) -> str:
    parts = urlparse(address)
    if parts.scheme not in {"http", "https"}:
        raise PreviewError("scheme")
    if parts.hostname in FORBIDDEN:
        raise PreviewError("internal address")
    return address


def build_card(address: str) -> Card:
    clean = refuse_internal(address)
    answer = requests.get(clean, timeout=(3, 8), headers={"User-Agent": "marks-preview/2"})  # expect: py/ssrf
    found = TITLE.search(answer.text[:20000])
    return Card(url=clean, title=found.group(1).strip() if found else "", status=answer.status_code)
# -- file: marks/api.py
from dataclasses import asdict

import requests
from flask import Blueprint, current_app, jsonify, request

from marks.preview import PreviewError, build_card
from marks.security import token_required

api = Blueprint("api", __name__, url_prefix="/api/v1")


@api.post("/preview")
@token_required
def preview():
    payload = request.get_json()
    try:
        card = build_card(payload["url"])
    except PreviewError:
        return jsonify(error="address not allowed"), 400
    except requests.RequestException:
        current_app.logger.warning("preview failed")
        return jsonify(error="unreachable"), 502
    return jsonify(asdict(card))


@api.get("/status")
def upstream_status():
    answer = requests.get(current_app.config["SEARCH_URL"] + "/_health", timeout=3)
    return jsonify(search=answer.ok)
# -- file: marks/security.py
import hmac
import os
from functools import wraps

from flask import abort, request


def token_required(fn):
    @wraps(fn)
    def guard(*a, **kw):
        sent = request.headers.get("X-Api-Token", "")
        if not hmac.compare_digest(sent.encode(), os.environ["MARKS_TOKEN"].encode()):
            abort(403)
        return fn(*a, **kw)
    return guard
# == Flask map proxy after the SSRF fix: the client names a source, the address comes from a table and numbers are numbers
# -- file: tiles/sources.py
from enum import Enum
from typing import NamedTuple


class Source(NamedTuple):
    base: str
    max_zoom: int


class Layer(str, Enum):
    STREET = "street"
    TERRAIN = "terrain"
    AERIAL = "aerial"


SOURCES = {
    Layer.STREET: Source("https://tile.example.org/street", 19),
    Layer.TERRAIN: Source("https://tile.example.org/terrain", 15),
    Layer.AERIAL: Source("https://aerial.example.net/v2", 18),
}
# -- file: tiles/proxy.py
import hashlib

import requests
from flask import Blueprint, Response, abort, request

from tiles.sources import SOURCES, Layer

bp = Blueprint("tiles", __name__)
_http = requests.Session()


def fetch(layer, z, x, y):
    source = SOURCES[layer]
    if not 0 <= z <= source.max_zoom:
        abort(404)
    side = 1 << z
    if not (0 <= x < side and 0 <= y < side):
        abort(404)
    return _http.get(f"{source.base}/{z}/{x}/{y}.png", timeout=6, allow_redirects=False)


@bp.get("/proxy")
def proxy():
    # up to 3.1 this view took ?url= and fetched whatever it said
    try:
        layer = Layer(request.args.get("layer", "street"))
        z, x, y = (int(request.args[k]) for k in ("z", "x", "y"))
    except (KeyError, ValueError):
        abort(400)
    upstream = fetch(layer, z, x, y)
    if upstream.status_code != 200:
        abort(502)
    out = Response(upstream.content, mimetype="image/png")
    out.set_etag(hashlib.md5(upstream.content, usedforsecurity=False).hexdigest())
    out.headers["X-Tile-Layer"] = layer.value
    return out
# == Flask newsletter tool whose preview builds the Jinja source from the submitted body (advisory: SSTI in campaign preview)
# -- file: letters/render.py
from flask import render_template, render_template_string

FRAME = """<!doctype html>
<html><body>
<header>{{ sender }}</header>
%s
<footer>You get this because you subscribed.</footer>
</body></html>"""


class CampaignRenderer:
    def __init__(self, sender):
        self.sender = sender

    def context(self, **more):
        ctx = {"sender": self.sender, "first_name": "Ada"}
        ctx.update(more)
        return ctx

    def preview(self, body):
        source = FRAME % body
        return render_template_string(source, **self.context())  # expect: py/template-injection

    def overview(self, campaigns):
        return render_template("letters/overview.html", **self.context(campaigns=campaigns))
# -- file: letters/views.py
from flask import Blueprint, abort, redirect, request, url_for
from flask.views import MethodView
from flask_login import current_user, login_required

from letters.models import Campaign, db
from letters.render import CampaignRenderer

bp = Blueprint("letters", __name__, url_prefix="/letters")


class CampaignView(MethodView):
    decorators = [login_required]

    def get(self):
        rows = Campaign.query.filter_by(owner_id=current_user.id).order_by(Campaign.created.desc()).all()
        return CampaignRenderer(current_user.company).overview(rows)

    def post(self):
        campaign = Campaign(owner_id=current_user.id, subject=request.form["subject"][:150])
        db.session.add(campaign)
        db.session.commit()
        return redirect(url_for("letters.campaigns"))


class PreviewView(MethodView):
    decorators = [login_required]

    def post(self):
        draft = request.form.get("body", "")
        if len(draft) > 50_000:
            abort(413)
        return CampaignRenderer(current_user.company).preview(draft)


bp.add_url_rule("/", view_func=CampaignView.as_view("campaigns"))
bp.add_url_rule("/preview", view_func=PreviewView.as_view("preview"))
# -- file: letters/models.py
from datetime import datetime, timezone

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Campaign(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, index=True)
    subject = db.Column(db.String(150))
    created = db.Column(db.DateTime, default=lambda: datetime.now(timezone.utc))
# == Flask error pages and search after the template injection fix: fixed sources, request text is only a variable
# -- file: portal/errors.py
from flask import render_template_string, request
from markupsafe import escape

NOT_FOUND = """
<title>Not found</title>
<h1>Sorry</h1>
<p>There is no page <code>{{ where }}</code>.</p>
<p><a href="{{ url_for('portal.home') }}">Home</a></p>
"""


def not_found(exc):
    return render_template_string(NOT_FOUND, where=request.path), 404


def too_large(exc):
    limit = request.max_content_length or 0
    return "<p>%s may hold up to %d bytes.</p>" % (escape(request.path), limit), 413


def register(app):
    for code, handler in ((404, not_found), (413, too_large)):
        app.register_error_handler(code, handler)
# -- file: portal/views.py
from flask import Blueprint, Flask, render_template, request

from portal import errors
from portal.index import SearchIndex

bp = Blueprint("portal", __name__)
index = SearchIndex()
THEMES = ("light", "dark", "contrast")


@bp.get("/")
def home():
    return render_template("home.html")


@bp.get("/search")
def search():
    words = request.args.get("q", "").split()[:8]
    chosen = request.args.get("theme")
    theme = THEMES[THEMES.index(chosen)] if chosen in THEMES else THEMES[0]
    return render_template(f"search/{theme}.html", words=words, hits=index.find(words))


def create_app(settings):
    app = Flask(__name__)
    app.config.from_mapping(settings)
    app.register_blueprint(bp)
    errors.register(app)
    return app
# -- file: portal/index.py
class SearchIndex:
    def __init__(self):
        self._pages = {}

    def add(self, page_id, text):
        self._pages[page_id] = set(text.lower().split())

    def find(self, words):
        wanted = {w.lower() for w in words}
        return sorted(k for k, have in self._pages.items() if wanted and wanted <= have)
# -- file: templates/search/light.html
<ul>{% for h in hits %}<li>{{ h }}</li>{% endfor %}</ul><p>{{ words|join(", ") }}</p>
# == Flask micro-service for tickets: token payload read without a signature check and reset codes from a plain generator
# -- file: desk/tokens.py
import os
import random
import string
from datetime import datetime, timedelta, timezone

import jwt

KEY = os.environ["DESK_JWT_KEY"]
ALPHABET = string.ascii_uppercase + string.digits


def issue(user):
    now = datetime.now(timezone.utc)
    claims = {"sub": str(user.id), "role": user.role, "iat": now, "exp": now + timedelta(minutes=20)}
    return jwt.encode(claims, KEY, algorithm="HS256")


def verified(token):
    return jwt.decode(token, KEY, algorithms=["HS256"])


def peek(token):
    return jwt.decode(token, options={"verify_signature": False})  # expect: py/jwt-not-verified


def reset_code(length=8):
    return "".join(random.choice(ALPHABET) for _ in range(length))  # expect: py/weak-random
# -- file: desk/guards.py
from functools import wraps

import jwt
from flask import abort, g, request

from desk import tokens


def _bearer():
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not value:
        abort(401)
    return value


def user_only(view):
    @wraps(view)
    def wrapped(**kw):
        try:
            g.claims = tokens.verified(_bearer())
        except jwt.PyJWTError:
            abort(401)
        return view(**kw)
    return wrapped


def role(name):
    def deco(view):
        @wraps(view)
        def wrapped(**kw):
            claims = tokens.peek(_bearer())
            if claims.get("role") != name:
                abort(403)
            g.claims = claims
            return view(**kw)
        return wrapped
    return deco
# -- file: desk/views.py
from flask import Blueprint, g, jsonify, request

from desk import tokens
from desk.guards import role, user_only
from desk.mailer import queue_code
from desk.models import ResetRequest, Ticket, User, db

bp = Blueprint("desk", __name__)


@bp.get("/tickets")
@user_only
def mine():
    rows = Ticket.query.filter(Ticket.owner_id == int(g.claims["sub"])).all()
    return jsonify([t.as_dict() for t in rows])


@bp.delete("/tickets/<int:ticket_id>")
@role("admin")
def remove(ticket_id):
    Ticket.query.filter_by(id=ticket_id).delete()
    db.session.commit()
    return "", 204


@bp.post("/forgot")
def forgot():
    user = User.query.filter_by(email=request.json["email"]).first()
    if user is not None:
        code = tokens.reset_code()
        db.session.add(ResetRequest(user_id=user.id, code=code))
        db.session.commit()
        queue_code(user.id)
    return jsonify(sent=True)
# == Flask video converter after the command injection fix: argument lists, numbers converted, presets looked up
# -- file: clips/jobs.py
import logging
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

log = logging.getLogger(__name__)
pool = ThreadPoolExecutor(max_workers=2)

PRESETS = {
    "web": ["-c:v", "libx264", "-crf", "23"],
    "small": ["-c:v", "libx264", "-crf", "30", "-vf", "scale=640:-2"],
    "audio": ["-vn", "-c:a", "libmp3lame"],
}


def convert(source: Path, target: Path, preset: str, start: float, length: int) -> int:
    flags = PRESETS[preset]
    argv = ["ffmpeg", "-nostdin", "-y", "-ss", f"{start:.2f}", "-t", str(length),
            "-i", str(source), *flags, str(target)]
    done = subprocess.run(argv, capture_output=True, timeout=900, check=False)
    if done.returncode:
        log.error("ffmpeg ended with %d", done.returncode)
    return done.returncode


def enqueue(*args) -> None:
    pool.submit(convert, *args)
# -- file: clips/views.py
import uuid
from pathlib import Path

from flask import Blueprint, abort, current_app, jsonify, request

from clips import jobs
from clips.access import requires_scope

bp = Blueprint("clips", __name__)
SUFFIX = {"video/mp4": ".mp4", "video/webm": ".webm", "video/quicktime": ".mov"}


@bp.post("/clips")
@requires_scope("clips:write")
def create():
    sent = request.files.get("clip")
    if sent is None or sent.mimetype not in SUFFIX:
        abort(415)
    preset = request.form.get("preset", "web")
    if preset not in jobs.PRESETS:
        abort(400, "unknown preset")
    try:
        start = max(0.0, float(request.form.get("start", 0)))
        length = min(3600, int(request.form.get("length", 60)))
    except ValueError:
        abort(400, "start and length are numbers")
    work = Path(current_app.config["CLIP_DIR"])
    key = uuid.uuid4().hex
    source = work / (key + SUFFIX[sent.mimetype])
    sent.save(source)
    jobs.enqueue(source, work / f"{key}.out.mp4", preset, start, length)
    return jsonify(id=key), 202
# -- file: clips/access.py
from functools import wraps

from flask import abort, g


def requires_scope(scope):
    def outer(fn):
        @wraps(fn)
        def inner(*args, **kwargs):
            if scope not in getattr(g, "scopes", ()):
                abort(403)
            return fn(*args, **kwargs)
        return inner
    return outer
# == Flask router console: the diagnostics plug-in hands its host to a shell in a worker thread (advisory: OS command injection in network tools)
# -- file: console/plugins.py
import ipaddress
import subprocess

REGISTRY = {}


def plugin(name):
    def add(cls):
        REGISTRY[name] = cls()
        return cls
    return add


class Tool:
    def run(self, options):
        raise NotImplementedError


@plugin("ping")
class Ping(Tool):
    def run(self, options):
        address = ipaddress.ip_address(options["host"])
        return subprocess.run(["ping", "-c", "3", str(address)], capture_output=True, text=True, timeout=20).stdout


@plugin("trace")
class Trace(Tool):
    BAD = (";", "&", "|")

    def run(self, options):
        host = options["host"]
        for ch in self.BAD:
            host = host.replace(ch, "")
        hops = int(options.get("hops", 15))
        line = "traceroute -m %d %s" % (hops, host)
        return subprocess.check_output(line, shell=True, text=True, timeout=60)  # expect: py/command-injection


@plugin("uptime")
class Uptime(Tool):
    def run(self, options):
        return subprocess.check_output(["uptime"], text=True)
# -- file: console/app.py
import os
import threading
import uuid

from flask import Flask, abort, jsonify, request, session

from console.plugins import REGISTRY

app = Flask(__name__)
app.config.update(
    SECRET_KEY=os.environ["CONSOLE_SECRET"],
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_SAMESITE="Strict",
)
results = {}


@app.before_request
def only_operators():
    if session.get("level") != "operator":
        abort(403)


def _work(key, tool, options):
    try:
        results[key] = {"state": "done", "output": tool.run(options)}
    except Exception:
        app.logger.exception("tool run %s failed", key)
        results[key] = {"state": "failed"}


@app.post("/tools/<name>")
def start(name):
    tool = REGISTRY.get(name)
    if tool is None:
        abort(404)
    key = uuid.uuid4().hex
    results[key] = {"state": "running"}
    threading.Thread(target=_work, args=(key, tool, request.get_json()), daemon=True).start()
    return jsonify(job=key), 202


@app.get("/jobs/<uuid:key>")
def job(key):
    return jsonify(results.get(key.hex, {"state": "unknown"}))
# == company phone book in Flask: the login filter is escaped, the directory search is not (write-up: LDAP filter injection)
# -- file: phonebook/directory.py
import os
from contextlib import contextmanager

from ldap3 import ALL_ATTRIBUTES, SUBTREE, Connection, Server
from ldap3.utils.conv import escape_filter_chars

BASE = "ou=people,dc=corp,dc=example"
PUBLIC = ["cn", "mail", "telephoneNumber", "departmentNumber"]


@contextmanager
def service_bind():
    server = Server(os.environ["LDAP_HOST"], use_ssl=True, connect_timeout=5)
    conn = Connection(server, os.environ["LDAP_BIND_DN"], os.environ["LDAP_BIND_PW"], auto_bind=True)
    try:
        yield conn
    finally:
        conn.unbind()


def entry_of(uid):
    with service_bind() as conn:
        conn.search(BASE, "(&(objectClass=person)(uid=%s))" % escape_filter_chars(uid), SUBTREE,
                    attributes=ALL_ATTRIBUTES)
        return conn.entries[0] if len(conn.entries) == 1 else None


def find_people(criteria):
    parts = ["(objectClass=person)", "(!(hidden=TRUE))"]
    parts.extend("(%s=*%s*)" % (attr, text) for attr, text in criteria.items() if text)
    with service_bind() as conn:
        conn.search(BASE, "(&" + "".join(parts) + ")", SUBTREE, attributes=PUBLIC, size_limit=200)  # expect: py/ldap-injection
        return [e.entry_attributes_as_dict for e in conn.entries]
# -- file: phonebook/views.py
from flask import Blueprint, abort, jsonify, render_template, request

from phonebook.directory import entry_of, find_people

bp = Blueprint("phonebook", __name__)


@bp.route("/people")
def people():
    criteria = {
        "cn": request.args.get("name"),
        "departmentNumber": request.args.get("dept"),
    }
    if not any(criteria.values()):
        return render_template("people.html", rows=[])
    return render_template("people.html", rows=find_people(criteria))


@bp.route("/people/<uid>")
def person(uid):
    entry = entry_of(uid)
    if entry is None:
        abort(404)
    return jsonify(name=str(entry.cn), mail=str(entry.mail))
# -- file: templates/people.html
<table>{% for r in rows %}<tr><td>{{ r.cn[0] }}</td><td>{{ r.mail[0] }}</td></tr>{% endfor %}</table>
# == Flask cart after the pickle cookie fix: JSON with a signature and an age limit, all cookie flags set
# -- file: cart/codec.py
import os
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

WEEK = 7 * 24 * 3600


class CartCodec:
    """Was pickle + base64 until 2.4.1; see the advisory of that release."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="cart.v2")

    def dumps(self, cart: dict[int, int]) -> str:
        return self._signer.dumps([[k, n] for k, n in cart.items()])

    def loads(self, raw: str | None) -> dict[int, int]:
        if not raw:
            return {}
        try:
            pairs: Any = self._signer.loads(raw, max_age=WEEK)
        except BadData:
            return {}
        return {int(k): int(n) for k, n in pairs}


codec = CartCodec(os.environ["CART_SECRET"])
# -- file: cart/views.py
from flask import Blueprint, abort, jsonify, make_response, request

from cart.codec import WEEK, codec
from cart.models import Product, session_scope

bp = Blueprint("cart", __name__, url_prefix="/cart")


def _answer(cart):
    resp = make_response(jsonify(items=sum(cart.values())))
    resp.set_cookie("cart", codec.dumps(cart), max_age=WEEK, secure=True, httponly=True, samesite="Lax")
    return resp


@bp.post("/items")
def add_item():
    data = request.get_json()
    try:
        product_id, amount = int(data["product"]), int(data.get("amount", 1))
    except (KeyError, TypeError, ValueError):
        abort(400)
    with session_scope() as s:
        product = s.get(Product, product_id)
        if product is None or not 0 < amount <= product.stock:
            abort(409)
        key = product.id
    cart = codec.loads(request.cookies.get("cart"))
    cart[key] = cart.get(key, 0) + amount
    return _answer(cart)


@bp.delete("/items/<int:product_id>")
def drop_item(product_id):
    cart = codec.loads(request.cookies.get("cart"))
    cart.pop(product_id, None)
    return _answer(cart)
# -- file: cart/models.py
import os
from contextlib import contextmanager

from sqlalchemy import Integer, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    stock: Mapped[int] = mapped_column(Integer, default=0)


_maker = sessionmaker(create_engine(os.environ["SHOP_DB_URL"]))


@contextmanager
def session_scope():
    s = _maker()
    try:
        yield s
        s.commit()
    except Exception:
        s.rollback()
        raise
    finally:
        s.close()
# == Django clinic project: appointment filter through extra(), a search hint marked safe and a webhook without CSRF protection
# -- file: clinic/models.py
from django.db import models


class AppointmentQuerySet(models.QuerySet):
    def of_doctor(self, doctor):
        return self.filter(doctor=doctor)

    def in_ward(self, ward):
        return self.extra(where=["ward = '%s'" % ward])  # expect: py/sql-injection

    def upcoming(self, day):
        return self.extra(where=["day >= %s"], params=[day])


class Appointment(models.Model):
    patient = models.CharField(max_length=120)
    doctor = models.ForeignKey("auth.User", on_delete=models.PROTECT)
    ward = models.CharField(max_length=20)
    day = models.DateField()
    confirmed = models.BooleanField(default=False)

    objects = AppointmentQuerySet.as_manager()
# -- file: clinic/views.py
import hmac
import json

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import ListView

from clinic.models import Appointment


class Calendar(LoginRequiredMixin, ListView):
    template_name = "clinic/calendar.html"
    paginate_by = 40

    def get_queryset(self):
        rows = Appointment.objects.of_doctor(self.request.user).upcoming(timezone.localdate())
        ward = self.request.GET.get("ward")
        return rows.in_ward(ward) if ward else rows

    def get_context_data(self, **kwargs):
        ctx = super().get_context_data(**kwargs)
        term = self.request.GET.get("term", "")
        ctx["hint"] = mark_safe("Results for <b>" + term + "</b>")  # expect: py/xss
        ctx["crumb"] = format_html("<i>{}</i>", self.request.GET.get("ward", ""))
        return ctx


@csrf_exempt  # expect: py/csrf-off
def confirm(request, pk):
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    changed = Appointment.objects.filter(pk=pk, doctor=request.user).update(confirmed=True)
    return JsonResponse({"changed": changed})
# == Django document vault after its fixes: safe_join and ownership for downloads, secrets for share links
# -- file: vault/storage.py
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404
from django.utils._os import safe_join


class Vault:
    def __init__(self, owner_id: int):
        self.home = Path(settings.VAULT_ROOT) / f"u{owner_id:d}"

    def locate(self, name: str) -> Path:
        try:
            found = Path(safe_join(str(self.home), name))
        except (SuspiciousFileOperation, ValueError):
            raise Http404 from None
        if not found.is_file():
            raise Http404
        return found
# -- file: vault/models.py
import secrets

from django.conf import settings
from django.db import models


def new_key():
    return secrets.token_urlsafe(32)


class Share(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    file_name = models.CharField(max_length=255)
    key = models.CharField(max_length=64, unique=True, default=new_key)
    expires = models.DateTimeField()
# -- file: vault/views.py
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from vault.models import Share
from vault.storage import Vault


@login_required
@require_GET
def download(request):
    path = Vault(request.user.pk).locate(request.GET.get("name", ""))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@login_required
@require_POST
def share(request):
    path = Vault(request.user.pk).locate(request.POST["name"])
    made = Share.objects.create(owner=request.user, file_name=path.name,
                                expires=timezone.now() + timedelta(days=3))
    return JsonResponse({"link": f"/s/{made.key}"})


class Shared(View):
    def get(self, request, key):
        row = get_object_or_404(Share, key=key, expires__gt=timezone.now())
        path = Vault(row.owner_id).locate(row.file_name)
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
# == Django contact page that writes the mail headers itself and logs the raw sender (write-up: mail header injection)
# -- file: contact/mailer.py
import os
import smtplib
import ssl
from email.message import EmailMessage

TEAM = "office@example.org"


class Mailer:
    def __init__(self, host=None):
        self.host = host or os.environ["SMTP_HOST"]

    def _deliver(self, to, raw):
        with smtplib.SMTP_SSL(self.host, context=ssl.create_default_context(), timeout=15) as smtp:
            smtp.login(os.environ["SMTP_USER"], os.environ["SMTP_PASS"])
            smtp.sendmail(TEAM, [to], raw)  # expect: py/email-injection

    def forward(self, sender, subject, text):
        head = [f"From: {TEAM}", f"To: {TEAM}", f"Reply-To: {sender}", f"Subject: [web] {subject}"]
        self._deliver(TEAM, ("\r\n".join(head) + "\r\n\r\n" + text).encode("utf-8"))

    def digest(self, count):
        msg = EmailMessage()
        msg["From"] = msg["To"] = TEAM
        msg["Subject"] = "Contact form: %d new messages" % count
        msg.set_content("See the admin pages.")
        with smtplib.SMTP_SSL(self.host, context=ssl.create_default_context(), timeout=15) as smtp:
            smtp.send_message(msg)
# -- file: contact/views.py
import logging

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contact.mailer import Mailer
from contact.models import Message

log = logging.getLogger("contact")


@never_cache
@require_http_methods(["GET", "POST"])
def contact(request):
    if request.method == "GET":
        return render(request, "contact/form.html")
    sender = request.POST.get("email", "")
    subject = request.POST.get("subject", "no subject")
    text = request.POST.get("text", "")
    if "@" not in sender:
        messages.error(request, "Please give your e-mail address.")
        return render(request, "contact/form.html", {"text": text}, status=400)
    stored = Message.objects.create(sender=sender, subject=subject, text=text)
    log.info("message %d stored", stored.pk)
    log.info("contact request of " + sender)  # expect: py/log-injection
    Mailer().forward(sender, subject, text)
    return redirect("contact:thanks")
# -- file: contact/models.py
from django.db import models


class Message(models.Model):
    sender = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created",)
# == FastAPI model registry: artifact names joined to the store without a check and every origin may send credentials (advisory: arbitrary file read)
# -- file: registry/store.py
import os
from abc import ABC, abstractmethod
from typing import BinaryIO


class ArtifactStore(ABC):
    @abstractmethod
    def open(self, run_id: int, name: str) -> BinaryIO: ...

    @abstractmethod
    def names(self, run_id: int) -> list[str]: ...


class LocalStore(ArtifactStore):
    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(root)

    def _folder(self, run_id: int) -> str:
        return os.path.join(self.root, f"{run_id:08d}")

    def open(self, run_id: int, name: str) -> BinaryIO:
        name = name.replace("../", "")
        full = os.path.join(self._folder(run_id), name)
        return open(full, "rb")  # expect: py/path-traversal

    def names(self, run_id: int) -> list[str]:
        return sorted(os.listdir(self._folder(run_id)))
# -- file: registry/deps.py
import os
import secrets
from functools import lru_cache

from fastapi import Header, HTTPException

from registry.store import ArtifactStore, LocalStore


@lru_cache
def get_store() -> ArtifactStore:
    return LocalStore(os.environ["ARTIFACT_ROOT"])


def api_user(x_api_key: str = Header()) -> None:
    if not secrets.compare_digest(x_api_key.encode(), os.environ["REGISTRY_KEY"].encode()):
        raise HTTPException(401)
# -- file: registry/main.py
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import StreamingResponse

from registry.deps import api_user, get_store
from registry.store import ArtifactStore

router = APIRouter(prefix="/runs", dependencies=[Depends(api_user)])


@router.get("/{run_id}/artifacts")
def listing(run_id: int, store: ArtifactStore = Depends(get_store)) -> list[str]:
    return store.names(run_id)


@router.get("/{run_id}/artifact")
def artifact(run_id: int, path: str, store: ArtifactStore = Depends(get_store)):
    try:
        body = store.open(run_id, path)
    except FileNotFoundError:
        raise HTTPException(404, "no such artifact")
    return StreamingResponse(body, media_type="application/octet-stream")


app = FastAPI(title="registry")
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["GET"])  # expect: py/cors-any-origin
app.include_router(router)
# == FastAPI account service after the NoSQL fix: pydantic strings, operators written by the server, argon2 and listed origins
# -- file: accounts/schemas.py
from pydantic import BaseModel, ConfigDict, EmailStr, Field


class Credentials(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    email: EmailStr
    password: str = Field(min_length=10, max_length=200)


class AccountOut(BaseModel):
    email: EmailStr
    plan: str = "free"
# -- file: accounts/repo.py
import os

from motor.motor_asyncio import AsyncIOMotorClient

_client = AsyncIOMotorClient(os.environ["MONGO_URL"])


class AccountRepo:
    def __init__(self):
        self._col = _client.accounts.users

    async def by_email(self, email: str):
        return await self._col.find_one({"email": {"$eq": email}})

    async def create(self, email: str, pw_hash: str) -> None:
        await self._col.insert_one({"email": email, "pw": pw_hash, "plan": "free"})

    async def touch(self, account_id) -> None:
        await self._col.update_one({"_id": account_id}, {"$inc": {"logins": 1}})
# -- file: accounts/main.py
import os
from datetime import datetime, timedelta, timezone
from typing import Annotated

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.middleware.cors import CORSMiddleware

from accounts.repo import AccountRepo
from accounts.schemas import AccountOut, Credentials

app = FastAPI()
app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://app.example.com", "https://admin.example.com"],
    allow_credentials=True,
    allow_methods=["GET", "POST"],
)
hasher = PasswordHasher()
Repo = Annotated[AccountRepo, Depends(AccountRepo)]


@app.post("/register", status_code=201)
async def register(body: Credentials, repo: Repo) -> AccountOut:
    if await repo.by_email(body.email):
        raise HTTPException(409, "address in use")
    await repo.create(body.email, hasher.hash(body.password))
    return AccountOut(email=body.email)


@app.post("/login")
async def login(body: Credentials, response: Response, repo: Repo):
    found = await repo.by_email(body.email)
    if not found:
        raise HTTPException(401)
    try:
        hasher.verify(found["pw"], body.password)
    except VerifyMismatchError:
        raise HTTPException(401) from None
    await repo.touch(found["_id"])
    token = jwt.encode(
        {"sub": str(found["_id"]), "exp": datetime.now(timezone.utc) + timedelta(hours=1)},
        os.environ["ACCOUNT_JWT_KEY"], algorithm="HS256")
    response.set_cookie("access", token, max_age=3600, secure=True, httponly=True, samesite="strict")
    return {"ok": True}
# == FastAPI pipeline designer: a YAML import with the full loader and step conditions evaluated (advisory: remote code execution)
# -- file: designer/models.py
from pydantic import BaseModel, Field


class Probe(BaseModel):
    condition: str = Field(max_length=300)
    sample: dict[str, float]


class Step(BaseModel):
    name: str
    uses: str
    params: dict = Field(default_factory=dict)


class Pipeline(BaseModel):
    title: str
    steps: list[Step]
# -- file: designer/engine.py
import ast

import yaml

from designer.models import Pipeline


def read_pipeline(raw: bytes) -> Pipeline:
    doc = yaml.load(raw, Loader=yaml.UnsafeLoader)  # expect: py/unsafe-deserialization
    return Pipeline(**doc)


def read_defaults(raw: str) -> dict:
    return yaml.safe_load(raw) or {}


class Condition:
    def __init__(self, text: str):
        self.text = text
        self.names = sorted({n.id for n in ast.walk(ast.parse(text, mode="eval")) if isinstance(n, ast.Name)})

    def holds(self, values: dict) -> bool:
        scope = {"__builtins__": {}, **values}
        return bool(eval(self.text, scope))  # expect: py/code-injection
# -- file: designer/routes.py
from fastapi import APIRouter, Body, Depends, HTTPException, UploadFile

from designer.auth import current_user
from designer.engine import Condition, read_defaults, read_pipeline
from designer.models import Probe

router = APIRouter(prefix="/designer", tags=["designer"], dependencies=[Depends(current_user)])


@router.post("/import")
async def import_pipeline(file: UploadFile):
    raw = await file.read()
    if len(raw) > 200_000:
        raise HTTPException(413)
    pipeline = read_pipeline(raw)
    return {"title": pipeline.title, "steps": len(pipeline.steps)}


@router.post("/probe")
def probe(body: Probe):
    try:
        rule = Condition(body.condition)
    except SyntaxError:
        raise HTTPException(422, "not an expression")
    return {"holds": rule.holds(body.sample), "uses": rule.names}


@router.post("/defaults")
def defaults(text: str = Body(media_type="text/plain")):
    return read_defaults(text)
# -- file: designer/auth.py
import os

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

scheme = HTTPBearer()


def current_user(cred: HTTPAuthorizationCredentials = Depends(scheme)) -> str:
    try:
        claims = jwt.decode(cred.credentials, os.environ["DESIGNER_PUBLIC_KEY"], algorithms=["RS256"])
    except jwt.PyJWTError:
        raise HTTPException(401) from None
    return claims["sub"]
# == aiohttp chat back end: the JSON login document goes to the collection as it came (write-up: NoSQL operator injection)
# -- file: chat/users.py
import secrets

from bson import ObjectId
from bson.errors import InvalidId


class Users:
    def __init__(self, db):
        self.col = db["users"]
        self.sessions = db["sessions"]

    async def match(self, criteria):
        return await self.col.find_one(criteria, {"_id": 1, "nick": 1})  # expect: py/nosql-injection

    async def by_id(self, text):
        try:
            key = ObjectId(text)
        except (InvalidId, TypeError):
            return None
        return await self.col.find_one({"_id": key}, {"nick": 1, "joined": 1})

    async def open_session(self, user):
        sid = secrets.token_hex(24)
        await self.sessions.insert_one({"sid": sid, "user": user["_id"]})
        return sid
# -- file: chat/server.py
import os

from aiohttp import web
from motor.motor_asyncio import AsyncIOMotorClient

from chat.users import Users

routes = web.RouteTableDef()
USERS = web.AppKey("users", Users)


@routes.post("/login")
async def login(request):
    body = await request.json()
    user = await request.app[USERS].match({"nick": body.get("nick"), "pin": body.get("pin")})
    if user is None:
        raise web.HTTPUnauthorized()
    sid = await request.app[USERS].open_session(user)
    resp = web.json_response({"nick": user["nick"]})
    resp.set_cookie("sid", sid, secure=True, httponly=True, samesite="Strict", max_age=86400)
    return resp


@routes.get("/users/{uid}")
async def profile(request):
    row = await request.app[USERS].by_id(request.match_info["uid"])
    if row is None:
        raise web.HTTPNotFound()
    return web.json_response({"nick": row["nick"], "joined": row["joined"].isoformat()})


async def database(app):
    client = AsyncIOMotorClient(os.environ["CHAT_MONGO"])
    app[USERS] = Users(client["chat"])
    yield
    client.close()


def make_app():
    app = web.Application(client_max_size=64 * 1024)
    app.add_routes(routes)
    app.cleanup_ctx.append(database)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), host="127.0.0.1", port=int(os.environ.get("PORT", "8080")))
# == Tornado dashboard with a reflected message and an unprotected preference cookie (advisory: XSS in the widget error page)
# -- file: board/base.py
import json

import tornado.web


class BaseHandler(tornado.web.RequestHandler):
    def get_current_user(self):
        raw = self.get_signed_cookie("board_user", max_age_days=1)
        return json.loads(raw) if raw else None

    def fail(self, status, message):
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish("<div class='error'><h2>Problem</h2><p>%s</p></div>" % message)  # expect: py/xss
# -- file: board/handlers.py
import tornado.web
from tornado.escape import xhtml_escape

from board.base import BaseHandler
from board.widgets import WIDGETS

DENSITY = {"compact": "c", "wide": "w"}


class WidgetHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self):
        name = self.get_query_argument("widget")
        widget = WIDGETS.get(name)
        if widget is None:
            return self.fail(404, f"There is no widget {name}.")
        self.write(widget.data())


class TitleHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self):
        self.write("<h1>" + xhtml_escape(self.get_query_argument("title", "Board")) + "</h1>")


class PreferenceHandler(BaseHandler):
    @tornado.web.authenticated
    def post(self):
        code = DENSITY.get(self.get_body_argument("density"), "c")
        self.set_signed_cookie("board_density", code, expires_days=90)  # expect: py/insecure-cookie
        self.redirect("/board")
# -- file: board/widgets.py
import os
import shutil


class Load:
    def data(self):
        one, five, fifteen = os.getloadavg()
        return {"1m": one, "5m": five, "15m": fifteen}


class Disk:
    def data(self):
        use = shutil.disk_usage("/")
        return {"total": use.total, "free": use.free}


WIDGETS = {"load": Load(), "disk": Disk()}
# -- file: board/app.py
import asyncio
import os

import tornado.web

from board import handlers


def make_app():
    return tornado.web.Application(
        [(r"/api/widget", handlers.WidgetHandler), (r"/title", handlers.TitleHandler),
         (r"/prefs", handlers.PreferenceHandler)],
        cookie_secret=os.environ["BOARD_COOKIE_SECRET"],
        xsrf_cookies=True,
        login_url="/login",
    )


async def main():
    make_app().listen(8888, address="127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
# == Bottle library catalogue after the XPath fix: expressions are constant, values go in as XPath variables
# -- file: catalogue/books.py
from lxml import etree

_BY_ISBN = etree.XPath("/library/book[@isbn = $isbn]")
_BY_AUTHOR = etree.XPath("/library/book[contains(author, $who) and @year >= $since]")
FIELDS = {"title": "./title/text()", "author": "./author/text()", "shelf": "./@shelf"}


class Catalogue:
    def __init__(self, path):
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        self.tree = etree.parse(path, parser)

    def isbn(self, value):
        found = _BY_ISBN(self.tree, isbn=value)
        return found[0] if found else None

    def author(self, who, since=0):
        return _BY_AUTHOR(self.tree, who=who, since=since)

    @staticmethod
    def field(node, name):
        values = node.xpath(FIELDS[name])
        return str(values[0]) if values else ""
# -- file: catalogue/web.py
import html
import os

from bottle import Bottle, HTTPError, request, response, template

from catalogue.books import FIELDS, Catalogue

app = Bottle()
books = Catalogue(os.environ["CATALOGUE_XML"])

ROW = "<tr><td>{}</td><td>{}</td></tr>"


@app.get("/book/<isbn:re:[0-9X-]+>")
def book(isbn):
    node = books.isbn(isbn)
    if node is None:
        raise HTTPError(404)
    return {name: books.field(node, name) for name in FIELDS}


@app.get("/author")
def by_author():
    who = request.query.getunicode("name", "").strip()
    since = request.query.get("since", type=int) or 0
    if len(who) < 3:
        raise HTTPError(400, "three letters at least")
    rows = "".join(
        ROW.format(html.escape(books.field(n, "title")), html.escape(books.field(n, "author")))
        for n in books.author(who, since)
    )
    response.content_type = "text/html; charset=utf-8"
    return "<h1>Books of %s</h1><table>%s</table>" % (html.escape(who), rows)


@app.get("/field/<name>")
def one_field(name):
    if name not in FIELDS:
        raise HTTPError(404)
    node = books.isbn(request.query.get("isbn", ""))
    return {"value": books.field(node, name) if node is not None else None}


@app.get("/")
def home():
    return template("home", title="Catalogue")
# == Streamlit data explorer: uploaded models are unpickled and a git branch box ends in a shell (advisory: code execution by any visitor)
# -- file: explorer/loaders.py
import io
import pickle

import pandas as pd


def load_table(upload):
    if upload.name.endswith(".parquet"):
        return pd.read_parquet(io.BytesIO(upload.getvalue()))
    return pd.read_csv(upload, nrows=100_000)


def load_model(upload):
    model = pickle.loads(upload.getvalue())  # expect: py/unsafe-deserialization
    if not hasattr(model, "predict"):
        raise TypeError("not a model")
    return model
# -- file: explorer/gitsync.py
import subprocess
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent / "datasets"


def branches():
    out = subprocess.run(["git", "-C", str(REPO), "branch", "--format=%(refname:short)"],
                         capture_output=True, text=True, check=True)
    return out.stdout.split()


def checkout(branch):
    cmd = f"cd {REPO} && git fetch origin && git checkout {branch}"
    return subprocess.call(cmd, shell=True)  # expect: py/command-injection
# -- file: explorer/main.py
import streamlit as st

from explorer import gitsync, loaders

st.set_page_config(page_title="Explorer", layout="wide")
st.title("Data explorer")

with st.sidebar:
    st.caption("Branches here: " + ", ".join(gitsync.branches()))
    branch = st.text_input("Branch of the data sets", value="main")
    if st.button("Switch"):
        code = gitsync.checkout(branch.strip())
        st.success("switched") if code == 0 else st.error("git failed")

data_file = st.file_uploader("Table", type=["csv", "parquet"])
model_file = st.file_uploader("Model", type=["pkl"])

if data_file is not None:
    table = loaders.load_table(data_file)
    columns = st.multiselect("Columns", list(table.columns))
    view = table[columns] if columns else table
    rows = st.slider("Rows", 5, 500, 50)
    st.dataframe(view.head(rows))
    if model_file is not None:
        model = loaders.load_model(model_file)
        st.bar_chart(model.predict(view.head(rows)))
# == Gradio voice trainer: the experiment name of the text box is pasted into command lines and folder names (advisory: command injection in the training tab)
# -- file: trainer/pipeline.py
import os
import subprocess
import sys

LOGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "logs")
RATES = {"32k": 32000, "40k": 40000, "48k": 48000}


def preprocess(exp_name, rate, workers):
    sr = RATES[rate]
    cmd = '"%s" preprocess.py --name "%s" --sr %d --workers %d' % (sys.executable, exp_name, sr, int(workers))
    proc = subprocess.Popen(cmd, shell=True, stdout=subprocess.PIPE, text=True)  # expect: py/command-injection
    yield from iter(proc.stdout.readline, "")
    proc.wait()


def train(rate, epochs):
    argv = [sys.executable, "train.py", "--sr", str(RATES[rate]), "--epochs", str(int(epochs))]
    return subprocess.run(argv, check=False).returncode


def read_log(exp_name):
    with open(os.path.join(LOGS, exp_name, "train.log"), encoding="utf-8") as fh:  # expect: py/path-traversal
        return fh.read()[-8000:]
# -- file: trainer/ui.py
import gradio as gr

from trainer import pipeline


def run_preprocess(name, rate, workers):
    text = ""
    for line in pipeline.preprocess(name, rate, workers):
        text += line
        yield text


def run_train(rate, epochs):
    code = pipeline.train(rate, epochs)
    return "finished" if code == 0 else f"ended with {code}"


with gr.Blocks(title="Voice trainer") as demo:
    with gr.Tab("Prepare"):
        name = gr.Textbox(label="Experiment", value="my-voice")
        rate = gr.Radio(list(pipeline.RATES), value="40k", label="Rate")
        workers = gr.Slider(1, 8, value=2, step=1, label="Processes")
        out = gr.Textbox(label="Output", lines=10)
        gr.Button("Preprocess").click(run_preprocess, [name, rate, workers], out)
    with gr.Tab("Train"):
        epochs = gr.Number(value=20, precision=0, label="Epochs")
        state = gr.Textbox(label="State")
        log_box = gr.Textbox(label="Log")
        gr.Button("Train").click(run_train, inputs=[rate, epochs], outputs=state)
        gr.Button("Show log").click(fn=pipeline.read_log, inputs=name, outputs=log_box)

if __name__ == "__main__":
    demo.queue(max_size=8).launch(server_name="127.0.0.1")
# == Dash sales board after the SQL fix: the grouping column is looked up and every value is bound
# -- file: sales/queries.py
import os
from datetime import date

import pandas as pd
from sqlalchemy import bindparam, create_engine, text

engine = create_engine(os.environ["SALES_DB"], pool_pre_ping=True)

GROUPS = {"Region": "region", "Product": "product_line", "Month": "month"}


def totals(group_label, regions, start, end):
    column = GROUPS.get(group_label)
    if column is None:
        raise KeyError("unknown grouping")
    stmt = text(
        f"SELECT {column} AS grp, SUM(amount) AS total FROM sales"
        " WHERE region IN :regions AND sold_on BETWEEN :lo AND :hi"
        f" GROUP BY {column} ORDER BY {column}"
    ).bindparams(bindparam("regions", expanding=True))
    params = {"regions": list(regions), "lo": date.fromisoformat(start), "hi": date.fromisoformat(end)}
    with engine.connect() as conn:
        return pd.read_sql(stmt, conn, params=params)


def regions():
    with engine.connect() as conn:
        return [r[0] for r in conn.execute(text("SELECT DISTINCT region FROM sales ORDER BY 1"))]
# -- file: sales/board.py
import os

import dash
import plotly.express as px
from dash import Input, Output, State, dcc, html
from dash.exceptions import PreventUpdate

from sales import queries

app = dash.Dash(__name__, title="Sales")
server = app.server
server.secret_key = os.environ["BOARD_SECRET"]

app.layout = html.Div([
    dcc.Dropdown(list(queries.GROUPS), "Region", id="group", clearable=False),
    dcc.Dropdown(queries.regions(), multi=True, id="regions"),
    dcc.DatePickerRange(id="span"),
    dcc.Input(id="caption", type="text", maxLength=80),
    html.Button("Draw", id="draw"),
    html.H3(id="heading"),
    dcc.Graph(id="chart"),
])


@app.callback(
    Output("chart", "figure"),
    Output("heading", "children"),
    Input("draw", "n_clicks"),
    State("group", "value"),
    State("regions", "value"),
    State("span", "start_date"),
    State("span", "end_date"),
    State("caption", "value"),
)
def draw(clicks, group, chosen, start, end, caption):
    if not clicks or not chosen or not (start and end):
        raise PreventUpdate
    try:
        frame = queries.totals(group, chosen, start[:10], end[:10])
    except (KeyError, ValueError):
        raise PreventUpdate from None
    return px.bar(frame, x="grp", y="total"), html.Span(caption or "Sales")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8050, debug=False)
# == Sanic link shortener after its fixes: log lines cleaned, file name header filtered, targets taken from the table
# -- file: shorty/clean.py
import re
from urllib.parse import quote

_CTRL = re.compile(r"[\x00-\x1f\x7f]")


def one_line(text: str, limit: int = 120) -> str:
    return _CTRL.sub(" ", text.replace("\r", " ").replace("\n", " "))[:limit]


def disposition(name: str) -> str:
    return "attachment; filename*=UTF-8''" + quote(name, safe="")
# -- file: shorty/links.py
import secrets
from dataclasses import dataclass, field


@dataclass
class Link:
    target: str
    owner: int
    code: str = field(default_factory=lambda: secrets.token_urlsafe(6))
    hits: int = 0


class LinkTable:
    def __init__(self, pool):
        self.pool = pool

    async def get(self, code):
        row = await self.pool.fetchrow("SELECT target, owner, code, hits FROM link WHERE code = $1", code)
        return Link(**row) if row else None

    async def add(self, link):
        await self.pool.execute("INSERT INTO link (code, target, owner) VALUES ($1, $2, $3)",
                                link.code, link.target, link.owner)

    async def of_owner(self, owner):
        return await self.pool.fetch("SELECT code, hits FROM link WHERE owner = $1", owner)
# -- file: shorty/server.py
import logging
import os
from urllib.parse import urlsplit

import asyncpg
from sanic import Sanic, exceptions, json, redirect, text

from shorty.clean import disposition, one_line
from shorty.links import Link, LinkTable

app = Sanic("shorty")
log = logging.getLogger("shorty")
HOSTS = frozenset({"docs.example.org", "shop.example.org", "www.example.org"})


@app.before_server_start
async def connect(app, loop):
    app.ctx.links = LinkTable(await asyncpg.create_pool(os.environ["SHORTY_DSN"]))


@app.get("/<code:str>")
async def follow(request, code):
    link = await app.ctx.links.get(code)
    if link is None:
        log.info("unknown code %s", one_line(code))
        raise exceptions.NotFound("no such link")
    return redirect(link.target)


@app.post("/links")
async def create(request):
    parts = urlsplit(request.json.get("target", ""))
    if parts.scheme != "https" or parts.netloc not in HOSTS:
        raise exceptions.BadRequest("target not allowed")
    link = Link(parts.geturl(), request.ctx.user_id)
    await app.ctx.links.add(link)
    return json({"code": link.code}, status=201)


@app.get("/export")
async def export(request):
    rows = await app.ctx.links.of_owner(request.ctx.user_id)
    body = "\n".join("%s;%d" % (r["code"], r["hits"]) for r in rows)
    name = request.args.get("name", "links.csv")
    return text(body, headers={"Content-Disposition": disposition(name)}, content_type="text/csv")
# == Pyramid invoice gateway after the XXE fix: hardened parser in one place, signature compared in constant time
# -- file: gateway/xmlsafe.py
from defusedxml import ElementTree as SafeTree
from lxml import etree


class InvoiceError(ValueError):
    pass


def _parser():
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False,
                           dtd_validation=False, huge_tree=False)


def parse_invoice(payload):
    try:
        root = etree.fromstring(payload, _parser())
    except etree.XMLSyntaxError as exc:
        raise InvoiceError("not well-formed") from exc
    if root.getroottree().docinfo.doctype:
        raise InvoiceError("a document type is not allowed")
    return root


def parse_receipt(payload):
    return SafeTree.fromstring(payload, forbid_dtd=True)
# -- file: gateway/views.py
import hashlib
import hmac
from decimal import Decimal, InvalidOperation

from pyramid.httpexceptions import HTTPBadRequest, HTTPForbidden
from pyramid.view import view_config, view_defaults

from gateway.models import Invoice
from gateway.xmlsafe import InvoiceError, parse_invoice, parse_receipt


def signed(request):
    key = request.registry.settings["gateway.hmac_key"].encode()
    want = hmac.new(key, request.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(want, request.headers.get("X-Signature", ""))


@view_defaults(renderer="json", request_method="POST")
class GatewayViews:
    def __init__(self, request):
        self.request = request
        if not signed(request):
            raise HTTPForbidden()

    @view_config(route_name="invoice")
    def invoice(self):
        try:
            root = parse_invoice(self.request.body)
            amount = Decimal(root.findtext("amount", "0"))
        except (InvoiceError, InvalidOperation):
            raise HTTPBadRequest() from None
        row = Invoice(number=root.findtext("number"), amount=amount)
        self.request.dbsession.add(row)
        self.request.dbsession.flush()
        return {"id": row.id}

    @view_config(route_name="receipt")
    def receipt(self):
        root = parse_receipt(self.request.body)
        numbers = [e.text for e in root.iter("number")]
        rows = self.request.dbsession.query(Invoice).filter(Invoice.number.in_(numbers))
        return {"closed": rows.update({"closed": True}, synchronize_session=False)}
# -- file: gateway/models.py
from sqlalchemy import Boolean, Column, Integer, Numeric, Text
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    number = Column(Text, unique=True)
    amount = Column(Numeric(12, 2))
    closed = Column(Boolean, default=False)
# -- file: gateway/__init__.py
from pyramid.config import Configurator


def main(global_config, **settings):
    with Configurator(settings=settings) as config:
        config.include("pyramid_tm")
        config.add_route("invoice", "/invoices")
        config.add_route("receipt", "/receipts")
        config.scan(".views")
    return config.make_wsgi_app()
# == CherryPy survey server: imports parsed with entities on, answers looked up by a pasted XPath (advisory: XXE and XPath injection)
# -- file: survey/importer.py
from lxml import etree


class SurveyImporter(object):
    def __init__(self, strict=True):
        self.strict = strict
        self.parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)

    def questions(self, stream):
        tree = etree.parse(stream, self.parser)  # expect: py/xxe
        for node in tree.getroot().iterfind("question"):
            text = (node.text or "").strip()
            if self.strict and not text:
                raise ValueError("empty question")
            yield text


class AnswerBook(object):
    def __init__(self, path):
        self.tree = etree.parse(path, etree.XMLParser(resolve_entities=False))

    def of_person(self, code):
        return self.tree.xpath("//answers[@code='" + code + "']/answer/text()")  # expect: py/xpath-injection

    def of_question(self, number):
        return self.tree.xpath("//answer[@question=%d]/text()" % number)
# -- file: survey/root.py
import os

import cherrypy

from survey.importer import AnswerBook, SurveyImporter


def need_role(role):
    if cherrypy.session.get("role") != role:
        raise cherrypy.HTTPError(403)


cherrypy.tools.need_role = cherrypy.Tool("before_handler", need_role)


class Surveys(object):
    def __init__(self, book):
        self.book = book
        self.current = []

    @cherrypy.expose
    @cherrypy.tools.need_role(role="editor")
    @cherrypy.tools.json_out()
    def upload(self, survey):
        try:
            self.current = list(SurveyImporter().questions(survey.file))
        except ValueError:
            raise cherrypy.HTTPError(422, "empty question")
        return {"questions": self.current}

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def mine(self, code=""):
        return [str(a) for a in self.book.of_person(code)]

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def stats(self, question="1"):
        answers = self.book.of_question(int(question))
        return {"count": len(answers)}


if __name__ == "__main__":
    cherrypy.config.update({
        "server.socket_host": "127.0.0.1",
        "tools.sessions.on": True,
        "tools.sessions.secure": True,
        "tools.sessions.httponly": True,
    })
    cherrypy.quickstart(Surveys(AnswerBook(os.environ["ANSWERS_XML"])), "/surveys")
