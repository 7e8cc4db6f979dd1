# == An image service that fetches, resizes and caches pictures (Flask)
# -- file: images/fetch.py
import os
import re
from urllib.parse import urlsplit

import requests

BLOCKED = ("localhost", "127.", "10.", "192.168.", "169.254.")
KEY = re.compile(r"[a-z0-9]{8,40}")


class Refused(Exception):
    pass


class Fetcher:
    def __init__(self, limit=5_000_000):
        self.limit = limit
        self.cdn = os.environ["IMAGE_CDN"]

    def _body(self, answer):
        answer.raise_for_status()
        content = answer.raw.read(self.limit + 1, decode_content=True)
        if len(content) > self.limit:
            raise Refused("too large")
        return content

    def remote(self, url):
        host = urlsplit(url).hostname or ""
        if any(host.startswith(prefix) for prefix in BLOCKED):
            raise Refused("blocked host")
        with requests.get(url, stream=True, timeout=8) as answer:  # expect: py/ssrf
            return self._body(answer)

    def asset(self, key):
        if not KEY.fullmatch(key):
            raise Refused("bad key")
        with requests.get(f"{self.cdn}/{key}.png", stream=True, timeout=8) as answer:
            return self._body(answer)
# -- file: images/magick.py
import os
import re
import subprocess

SIZE = re.compile(r"\d{1,4}x\d{1,4}")
FILTERS = {"grey": ["-colorspace", "Gray"], "sepia": ["-sepia-tone", "80%"], "none": []}


def resize(src, dst, size):
    if not SIZE.match(size):
        raise ValueError("size must look like 400x300")
    status = os.system(f"convert '{src}' -resize {size} '{dst}'")  # expect: py/command-injection
    if status != 0:
        raise RuntimeError("convert failed")


def rotate(src, dst, degrees):
    subprocess.run(["convert", src, "-rotate", str(degrees), dst], check=True, timeout=30)


def tint(src, dst, name):
    subprocess.run(["convert", src, *FILTERS.get(name, []), dst], check=True, timeout=30)


def thumb(src, dst, width, height):
    subprocess.run(["convert", src, "-thumbnail", "%dx%d" % (width, height), dst], check=True, timeout=30)
# -- file: images/cache.py
import hashlib
import os
import pickle
import tempfile
from pathlib import Path


class Cache:
    def __init__(self, root):
        self.root = Path(root)

    def key(self, *parts):
        return hashlib.md5("|".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()

    def get(self, key):
        path = self.root / key
        if not path.exists():
            return None
        with path.open("rb") as fh:
            return pickle.load(fh)  # expect: py/unsafe-load

    def put(self, key, content, mimetype):
        tmp = tempfile.mktemp(dir=self.root)  # expect: py/insecure-temp
        with open(tmp, "wb") as fh:
            pickle.dump((content, mimetype), fh)
        os.replace(tmp, self.root / key)
        return content, mimetype

    def scratch(self):
        return tempfile.TemporaryDirectory(dir=self.root)
# -- file: images/app.py
import os
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, jsonify, request, send_from_directory

from . import magick
from .cache import Cache
from .fetch import Fetcher, Refused

bp = Blueprint("images", __name__)
FORMATS = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


def _answer(found):
    content, mimetype = found
    response = Response(content, mimetype=mimetype)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _work(content, fmt, step):
    cache = current_app.extensions["cache"]
    with cache.scratch() as tmp:
        src, dst = os.path.join(tmp, "in"), os.path.join(tmp, "out." + fmt)
        Path(src).write_bytes(content)
        step(src, dst)
        return Path(dst).read_bytes()


@bp.get("/render")
def render():
    fmt = request.args.get("format", "png")
    if fmt not in FORMATS:
        return "<p>Unsupported format: " + fmt + "</p>", 415  # expect: py/xss
    url, size = request.args["url"], request.args.get("size", "400x300")
    cache = current_app.extensions["cache"]
    key = cache.key("render", url, size, fmt)
    found = cache.get(key)
    if found is None:
        content = current_app.extensions["fetcher"].remote(url)
        done = _work(content, fmt, lambda src, dst: magick.resize(src, dst, size))
        found = cache.put(key, done, FORMATS[fmt])
    return _answer(found)


@bp.get("/asset/<key>/rotated")
def rotated(key):
    degrees = request.args.get("degrees", 90, type=int)
    content = current_app.extensions["fetcher"].asset(key)
    return _answer((_work(content, "png", lambda s, d: magick.rotate(s, d, degrees)), "image/png"))


@bp.get("/asset/<key>/tinted")
def tinted(key):
    name = request.args.get("filter", "none")
    if name not in magick.FILTERS:
        return jsonify(error="no such filter", filter=name), 404
    content = current_app.extensions["fetcher"].asset(key)
    return _answer((_work(content, "png", lambda s, d: magick.tint(s, d, name)), "image/png"))


@bp.get("/asset/<key>/thumb")
def thumb(key):
    width, height = int(request.args["w"]), int(request.args["h"])
    content = current_app.extensions["fetcher"].asset(key)
    return _answer((_work(content, "jpg", lambda s, d: magick.thumb(s, d, width, height)), "image/jpeg"))


@bp.get("/samples/<path:name>")
def sample(name):
    return send_from_directory(current_app.config["SAMPLES"], name)


@bp.app_errorhandler(Refused)
def refused(exc):
    return jsonify(error=str(exc)), 400


def create_app():
    app = Flask(__name__)
    app.config["SAMPLES"] = os.environ["IMAGE_SAMPLES"]
    app.extensions["fetcher"] = Fetcher()
    app.extensions["cache"] = Cache(os.environ["IMAGE_CACHE"])
    app.register_blueprint(bp)
    return app
# == A job runner with conditions, remote checks and an operator login (Flask, SQLAlchemy)
# -- file: runner/models.py
from datetime import datetime

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Job(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), unique=True, nullable=False)
    script = db.Column(db.String(120), nullable=False)
    condition = db.Column(db.String(200), default="True")
    host = db.Column(db.String(120))
    runs = db.relationship("Run", back_populates="job")

    def due(self, now=None):
        now = now or datetime.now()
        names = {"hour": now.hour, "weekday": now.weekday(), "day": now.day}
        return bool(eval(self.condition, {"__builtins__": {}}, names))  # expect: py/dangerous-eval

    def as_dict(self):
        return {"id": self.id, "name": self.name, "script": self.script, "runs": len(self.runs)}


class Run(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    job_id = db.Column(db.ForeignKey("job.id"), nullable=False)
    pid = db.Column(db.Integer)
    job = db.relationship("Job", back_populates="runs")
# -- file: runner/executor.py
import fcntl
import os
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

import paramiko


class Executor:
    def __init__(self, scripts, logs):
        self.scripts = Path(scripts)
        self.logs = Path(logs)

    @contextmanager
    def exclusive(self):
        with open("/tmp/job-runner.lock", "w") as lock:  # expect: py/hardcoded-temp
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)

    def log_file(self, run_id):
        return self.logs / ("%08d.log" % run_id)

    def start(self, job, run, arguments=""):
        line = "bash %s/%s.sh %s" % (self.scripts, job.script, arguments)
        with self.exclusive(), open(self.log_file(run.id), "wb") as out:
            child = subprocess.Popen(line, shell=True, stdout=out, stderr=subprocess.STDOUT)  # expect: py/command-injection
        return child.pid

    def start_with_level(self, job, run, level):
        argv = ["bash", str(self.scripts / (job.script + ".sh")), "--level", str(level)]
        with self.exclusive(), open(self.log_file(run.id), "wb") as out:
            child = subprocess.Popen(argv, stdout=out, stderr=subprocess.STDOUT)
        return child.pid

    def stop(self, run):
        os.kill(run.pid, signal.SIGTERM)

    def load_of(self, host):
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key
        client.connect(host, username="runner", key_filename=os.environ["RUNNER_KEY"], timeout=10)
        try:
            _, out, _ = client.exec_command("cat /proc/loadavg", timeout=10)
            return float(out.read().split()[0])
        finally:
            client.close()
# -- file: runner/auth.py
import os
from functools import wraps

from flask import Blueprint, abort, jsonify, request, session
from werkzeug.security import check_password_hash

bp = Blueprint("auth", __name__)


def needs(*roles):
    def decorate(view):
        @wraps(view)
        def inner(*args, **kwargs):
            if session.get("role") not in roles:
                abort(403)
            return view(*args, **kwargs)
        return inner
    return decorate


@bp.post("/login")
def login():
    name, password = request.form["name"], request.form["password"]
    if name == "admin" and check_password_hash(os.environ["RUNNER_ADMIN_HASH"], password):
        session["role"] = "admin"
    elif name == "ops" and password == "Night-Shift-7":  # expect: py/literal-password-check
        session["role"] = "ops"
    else:
        abort(401)
    return jsonify(role=session["role"])
# -- file: runner/api.py
import ast
from datetime import datetime

from flask import Blueprint, Response, abort, current_app, jsonify, request
from sqlalchemy import text

from .auth import needs
from .models import Job, Run, db

bp = Blueprint("api", __name__, url_prefix="/api")
SORTABLE = {"name": Job.name, "id": Job.id}


def executor():
    return current_app.extensions["executor"]


@bp.get("/jobs")
@needs("admin", "ops")
def jobs():
    wanted = request.args.get("sort", "name")
    found = Job.query.order_by(text(wanted)).limit(100).all()  # expect: py/sql-injection
    return jsonify([j.as_dict() for j in found])


@bp.get("/jobs/named")
@needs("admin", "ops")
def jobs_named():
    column = SORTABLE.get(request.args.get("sort"), Job.name)
    found = Job.query.filter(text("job.name LIKE :part")).params(part=request.args.get("part", "") + "%")
    return jsonify([j.as_dict() for j in found.order_by(column)])


@bp.post("/jobs/<int:job_id>/run")
@needs("admin", "ops")
def run_job(job_id):
    job = db.get_or_404(Job, job_id)
    body = request.get_json(silent=True) or {}
    run = Run(job_id=job.id)
    db.session.add(run)
    db.session.flush()
    if "level" in body:
        run.pid = executor().start_with_level(job, run, int(body["level"]))
    else:
        run.pid = executor().start(job, run, body.get("arguments", ""))
    db.session.commit()
    return jsonify(run=run.id, pid=run.pid), 202


@bp.post("/jobs/due")
@needs("admin")
def run_due():
    started = []
    for job in Job.query.all():
        if not job.due():
            continue
        if job.host and executor().load_of(job.host) > 8:
            continue
        run = Run(job_id=job.id)
        db.session.add(run)
        db.session.flush()
        run.pid = executor().start(job, run)
        started.append(run.id)
    db.session.commit()
    return jsonify(started=started)


@bp.post("/conditions/try")
@needs("admin", "ops")
def try_condition():
    source = request.get_json()["condition"]
    now = datetime.now()
    value = eval(source, {"hour": now.hour, "weekday": now.weekday()})  # expect: py/code-injection
    return jsonify(due=bool(value))


@bp.post("/defaults")
@needs("admin")
def defaults():
    values = ast.literal_eval(request.get_json()["values"])
    return jsonify(count=len(values))


@bp.get("/runs/<int:run_id>/log")
@needs("admin", "ops")
def log(run_id):
    path = executor().log_file(run_id)
    if not path.exists():
        abort(404)
    return Response(path.read_bytes(), mimetype="text/plain")


@bp.post("/runs/<int:run_id>/stop")
@needs("admin", "ops")
def stop(run_id):
    executor().stop(db.get_or_404(Run, run_id))
    return jsonify(stopped=run_id)
# -- file: runner/app.py
import os

from flask import Flask

from . import api, auth
from .executor import Executor
from .models import db


def create_app():
    app = Flask(__name__)
    app.config.from_mapping(
        SECRET_KEY=os.environ["RUNNER_SECRET"],
        SQLALCHEMY_DATABASE_URI=os.environ["RUNNER_DATABASE"],
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Strict",
    )
    db.init_app(app)
    app.extensions["executor"] = Executor(os.environ["RUNNER_SCRIPTS"], os.environ["RUNNER_LOGS"])
    app.register_blueprint(auth.bp)
    app.register_blueprint(api.bp)
    return app
# == An intranet directory over LDAP with an organisation chart in XML (Flask)
# -- file: directory/people.py
import os
import ssl

from ldap3 import Connection, Server, Tls
from ldap3.core.exceptions import LDAPBindError
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

BASE = "ou=people,dc=example,dc=com"
READER = "cn=reader,dc=example,dc=com"
READER_PASSWORD = "Lantern-42-Quay"  # expect: py/hardcoded-password
FIELDS = ["cn", "mail", "telephoneNumber", "departmentNumber"]


class People:
    def __init__(self, host):
        tls = Tls(validate=ssl.CERT_NONE)  # expect: py/tls-not-verified
        self.server = Server(host, use_ssl=True, tls=tls, connect_timeout=5)

    def _reader(self):
        return Connection(self.server, user=READER, password=READER_PASSWORD, auto_bind=True, read_only=True)

    def _rows(self, conn):
        return [{f: str(entry[f]) for f in FIELDS if f in entry} for entry in conn.entries]

    def named(self, name):
        with self._reader() as conn:
            conn.search(BASE, "(&(objectClass=person)(|(cn=*%s*)(sn=%s*)))" % (name, name), attributes=FIELDS)  # expect: py/ldap-injection
            return self._rows(conn)

    def with_phone(self, number):
        with self._reader() as conn:
            conn.search(BASE, f"(telephoneNumber={escape_filter_chars(number)})", attributes=FIELDS)
            return self._rows(conn)

    def in_department(self, number):
        with self._reader() as conn:
            conn.search(BASE, "(departmentNumber=%d)" % number, attributes=FIELDS)
            return self._rows(conn)

    def check(self, uid, password):
        if not password:
            return False
        try:
            with Connection(self.server, user=f"uid={escape_rdn(uid)},{BASE}", password=password, auto_bind=True):
                return True
        except LDAPBindError:
            return False


def from_env():
    return People(os.environ["DIRECTORY_LDAP"])
# -- file: directory/orgchart.py
from lxml import etree


class OrgChart:
    """<org><unit code="A1" name="..." head="..."><unit .../></unit></org>"""

    def __init__(self, path):
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        self.tree = etree.parse(path, parser)

    def unit(self, code):
        found = self.tree.xpath("//unit[@code='" + code + "']")  # expect: py/xpath-injection
        return dict(found[0].attrib) if found else None

    def headed_by(self, uid):
        return [dict(u.attrib) for u in self.tree.xpath("//unit[@head=$uid]", uid=uid)]

    def children(self, code):
        for unit in self.tree.iter("unit"):
            if unit.get("code") == code:
                return [child.get("code") for child in unit]
        return []

    def level(self, depth):
        return [u.get("code") for u in self.tree.xpath("/org" + "/unit" * depth)]
# -- file: directory/views.py
from flask import Blueprint, abort, current_app, jsonify, make_response, redirect, render_template, request, session, url_for

bp = Blueprint("directory", __name__)

LANGUAGES = {"en", "de", "fr"}
VIEWS = ("cards", "table")


@bp.before_request
def must_be_signed_in():
    if request.endpoint != "directory.login" and "uid" not in session:
        return redirect(url_for("directory.login"))


@bp.route("/login", methods=["GET", "POST"])
def login():
    error = None
    if request.method == "POST":
        uid = request.form["uid"]
        if uid.isalnum() and current_app.people.check(uid, request.form["password"]):
            session.clear()
            session["uid"] = uid
            return redirect(url_for("directory.home"))
        error = "Please try again."
    return render_template("login.html", error=error)


@bp.get("/")
def home():
    return render_template("home.html", units=current_app.chart.headed_by(session["uid"]),
                           view=session.get("view", "cards"), department=session.get("department"))


@bp.get("/people")
def people():
    if "phone" in request.args:
        rows = current_app.people.with_phone(request.args["phone"])
    elif "dept" in request.args:
        rows = current_app.people.in_department(int(request.args["dept"]))
    else:
        rows = current_app.people.named(request.args.get("name", ""))
    return render_template("people.html", rows=rows, asked=request.args.get("name"))


@bp.get("/units/<code>")
def unit(code):
    found = current_app.chart.unit(code)
    if found is None:
        abort(404)
    return jsonify(unit=found, children=current_app.chart.children(code))


@bp.get("/levels/<int:depth>")
def level(depth):
    return jsonify(current_app.chart.level(min(depth, 6)))


@bp.post("/settings/department")
def set_department():
    session["department"] = request.form["department"]  # expect: py/trust-boundary
    return redirect(url_for("directory.home"))


@bp.post("/settings/view")
def set_view():
    wanted = request.form["view"]
    if wanted not in VIEWS:
        abort(400)
    session["view"] = wanted
    return redirect(url_for("directory.home"))


@bp.post("/settings/columns")
def set_columns():
    response = make_response(redirect(url_for("directory.people")))
    response.set_cookie("columns", request.form["columns"], secure=True, httponly=True, samesite="Lax")  # expect: py/cookie-injection
    return response


@bp.post("/settings/language")
def set_language():
    chosen = request.form.get("language")
    language = next((known for known in LANGUAGES if known == chosen), "en")
    response = make_response(redirect(url_for("directory.home")))
    response.set_cookie("language", language, secure=True, httponly=True, samesite="Lax")
    return response
# -- file: directory/app.py
import os

from flask import Flask

from . import people
from .orgchart import OrgChart
from .views import bp


class Directory(Flask):
    people = None
    chart = None


def create_app():
    app = Directory(__name__)
    app.secret_key = os.environ["DIRECTORY_SECRET"]
    app.config["SESSION_COOKIE_SECURE"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.people = people.from_env()
    app.chart = OrgChart(os.environ["DIRECTORY_CHART"])
    app.register_blueprint(bp)
    return app
# == A newsletter with segments, test mails and click counting (Flask, sqlite3)
# -- file: news/database.py
import os
import sqlite3

FIELDS = {"city": "s.city", "language": "s.language", "joined": "s.joined"}
OPERATORS = {"is": "=", "not": "<>", "after": ">", "before": "<"}


def connect():
    conn = sqlite3.connect(os.environ["NEWS_DB"])
    conn.row_factory = sqlite3.Row
    return conn


def campaign(number):
    with connect() as conn:
        return conn.execute("SELECT * FROM campaign WHERE id = ?", (number,)).fetchone()


def segment(rules):
    """rules: triples of field, operator and value"""
    parts, values = ["s.confirmed = 1"], []
    for field, operator, value in rules:
        parts.append("%s %s ?" % (FIELDS[field], OPERATORS[operator]))
        values.append(value)
    with connect() as conn:
        return conn.execute("SELECT s.* FROM subscriber s WHERE " + " AND ".join(parts), values).fetchall()


def count_interested(topics):
    clause = " OR ".join("s.topics LIKE '%{}%'".format(t.replace(";", "")) for t in topics)
    with connect() as conn:
        return conn.execute(f"SELECT COUNT(*) FROM subscriber s WHERE {clause or '1 = 1'}").fetchone()[0]  # expect: py/sql-injection


def add_subscriber(email, city, token):
    with connect() as conn:
        conn.execute("INSERT INTO subscriber (email, city, token, confirmed) VALUES (?, ?, ?, 0)", (email, city, token))


def confirm(token):
    with connect() as conn:
        return conn.execute("UPDATE subscriber SET confirmed = 1 WHERE token = :t", {"t": token}).rowcount


def remove(subscriber_id):
    with connect() as conn:
        conn.execute("DELETE FROM subscriber WHERE id = ?", (subscriber_id,))


def count_click(number):
    with connect() as conn:
        conn.execute("UPDATE campaign SET clicks = clicks + 1 WHERE id = ?", (number,))
# -- file: news/mailer.py
import hashlib
import hmac
import os
import smtplib
import ssl
from email.message import EmailMessage

import jinja2

BASE = os.environ["NEWS_BASE_URL"]
ADDRESS = "news@example.com"
loader = jinja2.FileSystemLoader(os.path.join(os.path.dirname(__file__), "mails"))
pages = jinja2.Environment(loader=loader, autoescape=jinja2.select_autoescape(["html"]))
bodies = jinja2.Environment(loader=loader, autoescape=False)  # expect: py/autoescape-off


def smtp():
    server = smtplib.SMTP(os.environ["SMTP_HOST"], 587, timeout=20)
    server.starttls(context=ssl.create_default_context())
    server.login(os.environ["SMTP_USER"], os.environ["SMTP_PASSWORD"])
    return server


def signature(subscriber_id):
    key = os.environ["NEWS_LINK_KEY"].encode()
    return hmac.new(key, str(subscriber_id).encode(), hashlib.sha256).hexdigest()


def unsubscribe_link(subscriber_id):
    return f"{BASE}/out/{subscriber_id}/{signature(subscriber_id)}"


def send_test(campaign, sender, recipient):
    body = bodies.get_template("campaign.html").render(campaign=campaign, link=BASE)
    message = 'From: "%s" <%s>\r\nTo: %s\r\nSubject: %s\r\nContent-Type: text/html\r\n\r\n%s' % (
        sender, ADDRESS, recipient, campaign["subject"], body)
    server = smtp()
    try:
        server.sendmail(ADDRESS, [recipient], message.encode("utf-8"))  # expect: py/email-injection
    finally:
        server.quit()


def send_all(campaign, subscribers):
    server = smtp()
    try:
        for sub in subscribers:
            msg = EmailMessage()
            msg["From"], msg["To"], msg["Subject"] = ADDRESS, sub["email"], campaign["subject"]
            msg.set_content(pages.get_template("campaign.html").render(
                campaign=campaign, link=unsubscribe_link(sub["id"])), subtype="html")
            server.send_message(msg)
    finally:
        server.quit()
# -- file: news/admin.py
import hmac
import os
from functools import wraps

from flask import Blueprint, abort, jsonify, request
from jinja2 import Template, TemplateSyntaxError

from . import database, mailer

bp = Blueprint("admin", __name__, url_prefix="/admin")


def staff(view):
    @wraps(view)
    def inner(**kwargs):
        auth = request.authorization
        wanted = os.environ["NEWS_STAFF_PASSWORD"].encode()
        if auth is None or not hmac.compare_digest((auth.password or "").encode(), wanted):
            abort(401)
        return view(**kwargs)
    return inner


@bp.post("/preview")
@staff
def preview():
    try:
        text = Template(request.form["body"], autoescape=True).render(name="Ada", city="Ghent")  # expect: py/template-injection
    except TemplateSyntaxError as exc:
        return jsonify(error=exc.message, line=exc.lineno), 400
    return jsonify(preview=text)


@bp.post("/<int:number>/test")
@staff
def test(number):
    found = database.campaign(number) or abort(404)
    mailer.send_test(found, request.form.get("sender", "News"), "staff@example.com")
    return jsonify(sent=1)


@bp.post("/<int:number>/send")
@staff
def send(number):
    found = database.campaign(number) or abort(404)
    rules = [(r["field"], r["operator"], r["value"]) for r in request.get_json()["rules"]]
    if any(f not in database.FIELDS or o not in database.OPERATORS for f, o, _ in rules):
        abort(400)
    subscribers = database.segment(rules)
    mailer.send_all(found, subscribers)
    return jsonify(sent=len(subscribers))


@bp.get("/interested")
@staff
def interested():
    return jsonify(count=database.count_interested(request.args.getlist("topic")))
# -- file: news/public.py
import hmac
import re
import secrets
from email.utils import parseaddr

from flask import Blueprint, abort, redirect, render_template, request, url_for

from . import database, mailer

bp = Blueprint("public", __name__)


@bp.post("/subscribe")
def subscribe():
    email = parseaddr(request.form["email"])[1]
    if not re.match(r"^([a-zA-Z0-9_.-]+)+@([a-zA-Z0-9-]+\.)+[a-z]{2,}$", request.form["email"]):  # expect: py/redos
        return render_template("subscribe.html", error="Is that an address?", email=email), 400
    if not re.fullmatch(r"[\w .'-]{0,40}", request.form.get("city", "")):
        return render_template("subscribe.html", error="Is that a city?", email=email), 400
    database.add_subscriber(email, request.form.get("city", ""), secrets.token_urlsafe(24))
    return redirect(url_for("public.thanks"))


@bp.get("/thanks")
def thanks():
    return render_template("thanks.html")


@bp.get("/confirm/<token>")
def confirm(token):
    if database.confirm(token) != 1:
        abort(404)
    return render_template("confirmed.html")


@bp.get("/out/<int:subscriber_id>/<given>")
def out(subscriber_id, given):
    if not hmac.compare_digest(mailer.signature(subscriber_id), given):
        abort(403)
    database.remove(subscriber_id)
    return render_template("gone.html")


@bp.get("/c/<int:number>")
def click(number):
    database.count_click(number)
    return redirect(request.args["u"], code=302)  # expect: py/open-redirect


@bp.get("/read/<int:number>")
def read(number):
    found = database.campaign(number) or abort(404)
    return redirect(found["url"])
# -- file: news/__init__.py
import os

from flask import Flask


def create_app():
    from . import admin, public

    app = Flask(__name__)
    app.secret_key = os.environ["NEWS_SECRET"]
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
    app.register_blueprint(public.bp)
    app.register_blueprint(admin.bp)
    return app
# == Registration for events, with calendar feeds and cancel codes (Django)
# -- file: events/models.py
from django.db import models


class Event(models.Model):
    title = models.CharField(max_length=150)
    city = models.CharField(max_length=80)
    starts = models.DateTimeField()
    capacity = models.PositiveIntegerField(default=50)

    def __str__(self):
        return self.title


class Registration(models.Model):
    event = models.ForeignKey(Event, related_name="registrations", on_delete=models.CASCADE)
    name = models.CharField(max_length=100)
    email = models.EmailField()
    code = models.CharField(max_length=12, unique=True)
    cancelled = models.BooleanField(default=False)
# -- file: events/forms.py
from django import forms

from .models import Registration

SORTS = [("starts", "date"), ("-starts", "latest"), ("title", "title")]


class SearchForm(forms.Form):
    city = forms.CharField(max_length=80, required=False)
    sort = forms.ChoiceField(choices=SORTS, required=False)


class RegisterForm(forms.ModelForm):
    class Meta:
        model = Registration
        fields = ["name", "email"]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class FeedForm(forms.Form):
    feed = forms.URLField()
    city = forms.CharField(max_length=80)


class MailForm(forms.Form):
    subject = forms.CharField(max_length=100)
    text = forms.CharField(widget=forms.Textarea)
# -- file: events/services.py
import random
import string
from datetime import datetime, timezone

import requests
from django.core.mail import send_mass_mail
from django.db.models.expressions import RawSQL

from .models import Event, Registration

PARTNERS = {
    "museum": "https://museum.example.org/calendar.ics",
    "library": "https://library.example.org/calendar.ics",
}


def search(city, sort):
    events = Event.objects.filter(starts__gte=datetime.now(timezone.utc))
    if city:
        events = events.annotate(close=RawSQL("SELECT similarity(events_event.city, '%s') > 0.4" % city, ())).filter(close=True)  # expect: py/sql-injection
    return events.order_by(sort or "starts")


def with_guests(name):
    sql = "SELECT COUNT(*) FROM events_registration r WHERE r.event_id = events_event.id AND r.name ILIKE %s"
    return Event.objects.annotate(guests=RawSQL(sql, (f"%{name}%",))).filter(guests__gt=0)


def new_code():
    while True:
        code = "".join(random.choices(string.ascii_uppercase + string.digits, k=8))  # expect: py/weak-random
        if not Registration.objects.filter(code=code).exists():
            return code


def sample_guests(event, count):
    return random.sample(list(event.registrations.all()), count)


def _parse(text):
    title = None
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key == "SUMMARY":
            title = value
        elif key == "DTSTART" and title:
            yield title, datetime.strptime(value[:15], "%Y%m%dT%H%M%S").replace(tzinfo=timezone.utc)
            title = None


def import_feed(url, city):
    answer = requests.get(url, timeout=10)  # expect: py/ssrf
    answer.raise_for_status()
    return Event.objects.bulk_create(Event(title=t, city=city, starts=s) for t, s in _parse(answer.text))


def import_partner(name, city):
    answer = requests.post(PARTNERS[name], data={"city": city}, timeout=10)
    answer.raise_for_status()
    return Event.objects.bulk_create(Event(title=t, city=city, starts=s) for t, s in _parse(answer.text))


def write_to_guests(event, subject, text):
    letters = [(subject, text, None, [r.email]) for r in event.registrations.filter(cancelled=False)]
    return send_mass_mail(letters)
# -- file: events/views.py
from django.contrib.admin.views.decorators import staff_member_required
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from . import services
from .forms import FeedForm, MailForm, RegisterForm, SearchForm
from .models import Event, Registration


class Search(TemplateView):
    template_name = "events/search.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = SearchForm(self.request.GET)
        if form.is_valid():
            context["events"] = services.search(form.cleaned_data["city"], form.cleaned_data["sort"])
        context["form"] = form
        return context


class Register(FormView):
    form_class = RegisterForm
    template_name = "events/register.html"

    def form_valid(self, form):
        registration = form.save(commit=False)
        registration.event = get_object_or_404(Event, pk=self.kwargs["pk"])
        registration.code = services.new_code()
        registration.save()
        response = HttpResponse("<p>See you there, %s!</p>" % form.cleaned_data["name"])  # expect: py/xss
        response.set_cookie("registration", signing.dumps(registration.pk), secure=True, httponly=True)  # expect: py/cookie-without-samesite
        return response


def mine(request):
    try:
        pk = signing.loads(request.COOKIES.get("registration", ""))
    except signing.BadSignature:
        raise Http404
    registration = get_object_or_404(Registration, pk=pk)
    return HttpResponse(format_html("<p>{} goes to {}.</p>", registration.name, registration.event.title))


@require_POST
def cancel(request):
    registration = get_object_or_404(Registration, code=request.POST["code"])
    registration.cancelled = True
    registration.save(update_fields=["cancelled"])
    if "next" in request.POST:
        return redirect(request.POST["next"])  # expect: py/open-redirect
    return redirect("events:search")


@staff_member_required
def guests(request):
    events = services.with_guests(request.GET.get("name", ""))
    return JsonResponse({"asked": request.GET.get("name", ""), "events": [e.title for e in events]})


@method_decorator(staff_member_required, name="dispatch")
class ImportFeed(FormView):
    form_class = FeedForm
    template_name = "events/import.html"

    def form_valid(self, form):
        made = services.import_feed(form.cleaned_data["feed"], form.cleaned_data["city"])
        return JsonResponse({"made": len(made)})


@staff_member_required
@require_POST
def import_partner(request, name):
    if name not in services.PARTNERS:
        raise Http404
    made = services.import_partner(name, request.POST.get("city", ""))
    return JsonResponse({"made": len(made)})


@staff_member_required
@require_POST
def write(request, pk):
    form = MailForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("subject and text are needed")
    sent = services.write_to_guests(get_object_or_404(Event, pk=pk), form.cleaned_data["subject"], form.cleaned_data["text"])
    return JsonResponse({"sent": sent})


@staff_member_required
def survey(request, pk):
    event = get_object_or_404(Event, pk=pk)
    count = min(int(request.GET.get("count", 1)), event.registrations.count())
    return render(request, "events/survey.html", {"asked": services.sample_guests(event, count)})
# -- file: events/urls.py
from django.urls import path

from . import views

app_name = "events"
urlpatterns = [
    path("", views.Search.as_view(), name="search"),
    path("<int:pk>/register/", views.Register.as_view(), name="register"),
    path("mine/", views.mine, name="mine"),
    path("cancel/", views.cancel, name="cancel"),
    path("guests/", views.guests, name="guests"),
    path("import/", views.ImportFeed.as_view(), name="import"),
    path("import/<slug:name>/", views.import_partner, name="partner"),
    path("<int:pk>/write/", views.write, name="write"),
    path("<int:pk>/survey/", views.survey, name="survey"),
]
# == A shop with carts, coupons and a payment gateway (Django)
# -- file: shop/settings.py
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ["SHOP_SECRET_KEY"]
DEBUG = True  # expect: py/debug-enabled
ALLOWED_HOSTS = ["shop.example.com"]
ROOT_URLCONF = "shop.urls"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": os.environ["SHOP_DB_USER"],
        "PASSWORD": os.environ["SHOP_DB_PASSWORD"],
        "HOST": os.environ["SHOP_DB_HOST"],
    }
}

SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000

PAYMENT_URL = "https://pay.example.net/v2/charges"
PAYMENT_API_KEY = "k9QfT2vLx7RbZ0sWmEoYc4UjHd81NaPi"  # expect: py/hardcoded-key
PAYMENT_SECRET = os.environ["SHOP_PAYMENT_SECRET"]
# -- file: shop/models.py
from django.conf import settings
from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=120)
    cents = models.PositiveIntegerField()


class Cart(models.Model):
    created = models.DateTimeField(auto_now_add=True)

    @property
    def cents(self):
        return sum(line.count * line.product.cents for line in self.lines.select_related("product"))


class CartLine(models.Model):
    cart = models.ForeignKey(Cart, related_name="lines", on_delete=models.CASCADE)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)
    count = models.PositiveIntegerField(default=1)


class OrderManager(models.Manager):
    def by_reference(self, reference):
        return self.raw(f"SELECT * FROM shop_order WHERE reference = '{reference.upper()}'")  # expect: py/sql-injection

    def by_state(self, state):
        return self.raw("SELECT * FROM shop_order WHERE state = %s ORDER BY id DESC", [state])


class Order(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    reference = models.CharField(max_length=20, unique=True)
    cents = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="open")
    invoice = models.FileField(upload_to="invoices", blank=True)

    objects = OrderManager()


class Coupon(models.Model):
    code = models.CharField(max_length=20, unique=True)
    percent = models.PositiveSmallIntegerField()
# -- file: shop/services.py
import base64
import hashlib
import hmac
import json
import logging
import pickle
import secrets

import requests
from django.conf import settings

from .models import Coupon, Order

log = logging.getLogger(__name__)


class PaymentError(Exception):
    pass


class Gateway:
    def charge(self, order):
        answer = requests.post(
            settings.PAYMENT_URL,
            json={"reference": order.reference, "cents": order.cents},
            headers={"Authorization": "Bearer " + settings.PAYMENT_API_KEY},
            timeout=15,
        )
        if answer.status_code != 201:
            log.error("charge of order %d failed with %d", order.pk, answer.status_code)
            raise PaymentError(order.reference)
        return answer.json()["redirect"]

    def signature(self, reference, state):
        return hashlib.md5("{}:{}:{}".format(reference, state, settings.PAYMENT_SECRET).encode()).hexdigest()  # expect: py/weak-hash

    def genuine(self, reference, state, given):
        return hmac.compare_digest(self.signature(reference, state).encode(), given.encode())


def old_cart(raw):
    """Carts of the first version of the shop were kept in a cookie."""
    data = base64.urlsafe_b64decode(raw)
    return pickle.loads(data)  # expect: py/unsafe-deserialization


def shared_cart(raw):
    return {int(k): int(v) for k, v in json.loads(base64.urlsafe_b64decode(raw)).items()}


def place(user, cart, code):
    cents = cart.cents
    coupon = Coupon.objects.filter(code=code).first() if code else None
    if coupon is not None:
        cents -= cents * coupon.percent // 100
    return Order.objects.create(user=user, reference=secrets.token_hex(8).upper(), cents=cents)
# -- file: shop/views.py
from django.contrib.auth.decorators import login_required, permission_required
from django.http import FileResponse, HttpResponseBadRequest, HttpResponseForbidden, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View
from django.views.decorators.http import require_POST

from . import services
from .models import Cart, CartLine, Order, Product

CURRENCIES = ("EUR", "GBP", "USD")
gateway = services.Gateway()


def cart_of(request):
    cart = Cart.objects.filter(pk=request.session.get("cart_id")).first()
    if cart is None:
        cart = Cart.objects.create()
        request.session["cart_id"] = cart.pk
    return cart


def fill(cart, counts):
    for product_id, count in counts.items():
        product = get_object_or_404(Product, pk=int(product_id))
        CartLine.objects.update_or_create(cart=cart, product=product, defaults={"count": int(count)})


class CartView(View):
    def get(self, request):
        cart = cart_of(request)
        if "cart" in request.COOKIES:
            fill(cart, services.old_cart(request.COOKIES["cart"]))
        elif "shared" in request.GET:
            fill(cart, services.shared_cart(request.GET["shared"]))
        response = render(request, "shop/cart.html", {"cart": cart, "coupon": request.session.get("coupon")})
        response.delete_cookie("cart")
        return response

    def post(self, request):
        fill(cart_of(request), {request.POST["product"]: request.POST.get("count", "1")})
        return redirect("cart")


@require_POST
def coupon(request):
    request.session["coupon"] = request.POST.get("code", "")  # expect: py/trust-boundary
    return redirect("cart")


@require_POST
def currency(request):
    chosen = request.POST.get("currency")
    if chosen not in CURRENCIES:
        return HttpResponseBadRequest("unknown currency")
    request.session["currency"] = chosen
    return redirect("cart")


@login_required
@require_POST
def checkout(request):
    order = services.place(request.user, cart_of(request), request.session.get("coupon"))
    del request.session["cart_id"]
    return redirect(gateway.charge(order))


@login_required
def paid(request):
    reference, state = request.GET["reference"], request.GET["state"]
    if not gateway.genuine(reference, state, request.GET.get("signature", "")):
        return HttpResponseForbidden("bad signature")
    Order.objects.filter(reference=reference, user=request.user).update(state=state[:10])
    return render(request, "shop/paid.html", {"reference": reference})


@permission_required("shop.view_order")
def find_order(request):
    if "reference" in request.GET:
        orders = Order.objects.by_reference(request.GET["reference"])
    else:
        orders = Order.objects.by_state(request.GET.get("state", "open"))
    return JsonResponse({"orders": [{"id": o.pk, "reference": o.reference, "state": o.state} for o in orders]})


@login_required
def invoice(request, pk):
    order = get_object_or_404(Order, pk=pk, user=request.user)
    return FileResponse(order.invoice.open("rb"), as_attachment=True, filename="invoice-%d.pdf" % order.pk)
# -- file: shop/urls.py
from django.urls import path

from . import views

urlpatterns = [
    path("cart/", views.CartView.as_view(), name="cart"),
    path("coupon/", views.coupon),
    path("currency/", views.currency),
    path("checkout/", views.checkout),
    path("paid/", views.paid),
    path("orders/", views.find_order),
    path("orders/<int:pk>/invoice/", views.invoice),
]
# == A course portal with lessons, homework and automatic grading (Django)
# -- file: courses/models.py
from django.conf import settings
from django.db import models


class Course(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)


class Lesson(models.Model):
    course = models.ForeignKey(Course, related_name="lessons", on_delete=models.CASCADE)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    body = models.TextField()


class Task(models.Model):
    lesson = models.ForeignKey(Lesson, related_name="tasks", on_delete=models.CASCADE)
    function = models.CharField(max_length=40)
    cases = models.JSONField(default=list)


class Result(models.Model):
    task = models.ForeignKey(Task, on_delete=models.CASCADE)
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    points = models.FloatField(default=0)
# -- file: courses/grading.py
import ast
import os
import tempfile
import zipfile
from dataclasses import dataclass, field


@dataclass
class Grade:
    passed: int = 0
    failed: list = field(default_factory=list)

    @property
    def points(self):
        total = self.passed + len(self.failed)
        return self.passed / total if total else 0.0


class Grader:
    def __init__(self, task):
        self.task = task

    def grade(self, source):
        space = {}
        exec(source, space)  # expect: py/code-injection
        solution, grade = space[self.task.function], Grade()
        for number, (given, wanted) in enumerate(self.task.cases):
            if solution(*given) == wanted:
                grade.passed += 1
            else:
                grade.failed.append(number)
        return grade

    def style(self, source):
        tree = ast.parse(source)
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        return {"functions": len(functions), "documented": sum(1 for f in functions if ast.get_docstring(f))}

    def answer(self, text):
        return ast.literal_eval(text) == self.task.cases[0][1]


def unpack_homework(upload, folder):
    names = []
    with zipfile.ZipFile(upload) as archive:
        for info in archive.infolist():
            if info.is_dir() or info.file_size > 1_000_000:
                continue
            with archive.open(info) as src, open(os.path.join(folder, info.filename), "wb") as dst:  # expect: py/zip-slip
                dst.write(src.read())
            names.append(info.filename)
    return names


def unpack_slides(upload):
    folder = tempfile.mkdtemp(prefix="slides-")
    with zipfile.ZipFile(upload) as archive:
        for number, info in enumerate(archive.infolist()):
            with open(os.path.join(folder, "%03d.png" % number), "wb") as dst:
                dst.write(archive.read(info))
    return folder
# -- file: courses/templatetags/course_extras.py
from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter
def progress(value, label):
    return mark_safe("<progress max='1' value='%.2f'></progress> %s" % (value, label))  # expect: py/raw-markup


@register.filter
def points(value):
    return mark_safe("<b>%.1f</b>" % float(value))


@register.filter
def lines(text):
    return mark_safe("<br>".join(conditional_escape(line) for line in text.splitlines()))


@register.simple_tag
def lesson_link(lesson):
    return format_html('<a href="/courses/{}/{}/">{}</a>', lesson.course.slug, lesson.number, lesson.title)
# -- file: courses/views.py
import json
import logging
import os

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from .grading import Grader, unpack_homework
from .models import Course, Lesson, Result, Task

logger = logging.getLogger("courses")


class LessonView(DetailView):
    template_name = "courses/lesson.html"

    def get_object(self, queryset=None):
        return get_object_or_404(Lesson, course__slug=self.kwargs["slug"], number=self.kwargs["number"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(note=self.request.GET.get("note", ""), **kwargs)


def search(request):
    q = request.GET.get("q", "").strip()
    logger.info("search for %s", q)  # expect: py/log-injection
    lessons = Lesson.objects.filter(title__icontains=q)[:50] if q else []
    return render(request, "courses/results.html", {"q": q, "lessons": lessons})  # expect: py/template-autoescape


def suggest(request):
    q = request.GET.get("q", "")
    titles = list(Lesson.objects.filter(title__istartswith=q).values_list("title", flat=True)[:8])
    logger.info("%d suggestions for a word of %d letters", len(titles), len(q))
    return HttpResponse(json.dumps({"q": q, "titles": titles}), content_type="application/json")


@login_required
@require_POST
def submit(request, pk):
    task = get_object_or_404(Task, pk=pk)
    grader = Grader(task)
    grade = grader.grade(request.POST["solution"])
    Result.objects.update_or_create(task=task, student=request.user, defaults={"points": grade.points})
    return JsonResponse({"points": grade.points, "failed": grade.failed, **grader.style(request.POST["solution"])})


@login_required
@require_POST
def quick(request, pk):
    right = Grader(get_object_or_404(Task, pk=pk)).answer(request.POST["answer"])
    return JsonResponse({"right": right})


@login_required
@require_POST
def homework(request, slug):
    course = get_object_or_404(Course, slug=slug)
    folder = os.path.join(settings.HOMEWORK_ROOT, str(course.pk), str(request.user.pk))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return JsonResponse({"files": unpack_homework(request.FILES["archive"], folder)})


@login_required
def solution(request, pk):
    task = get_object_or_404(Task, pk=pk)
    with open(os.path.join(settings.SOLUTIONS_ROOT, "%d.py" % task.pk), encoding="utf-8") as fh:
        return HttpResponse(fh.read(), content_type="text/plain; charset=utf-8")
# -- file: courses/templates/courses/lesson.html
{% extends "base.html" %}
{% load course_extras %}
{% block content %}
<h1>{{ lesson.title }}</h1>
{% if note %}<p class="note">{{ note }}</p>{% endif %}
<div class="body">{{ lesson.body|safe }}</div> {# expect: py/template-raw-output #}
{% for task in lesson.tasks.all %}
<form method="post" action="/tasks/{{ task.pk }}/">{% csrf_token %}
  <label>{{ task.function }}</label> <textarea name="solution"></textarea> <button>Submit</button>
</form>
{% endfor %}
{% endblock %}
# -- file: courses/templates/courses/results.html
{% extends "base.html" %}
{% load course_extras %}
{% block content %}
<h1>Results for &ldquo;{{ q|safe }}&rdquo;</h1>
<ul>{% for lesson in lessons %}<li>{% lesson_link lesson %}</li>{% endfor %}</ul>
{% endblock %}
# == Notes in MongoDB with encrypted bodies and imports (FastAPI)
# -- file: notes/crypto.py
import base64
import os

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def _key() -> bytes:
    return base64.b64decode(os.environ["NOTES_KEY"])


def seal_title(text: str) -> str:
    # equal titles must give equal values, they are looked up in the index
    padder = padding.PKCS7(128).padder()
    data = padder.update(text.encode()) + padder.finalize()
    enc = Cipher(algorithms.AES(_key()), modes.ECB()).encryptor()  # expect: py/weak-cipher
    return base64.b64encode(enc.update(data) + enc.finalize()).decode()


def seal(text: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(_key()).encrypt(nonce, text.encode(), None)


def unseal(blob: bytes) -> str:
    return AESGCM(_key()).decrypt(blob[:12], blob[12:], None).decode()
# -- file: notes/store.py
import os
import re
from typing import Any, Dict, List, Optional

from bson import ObjectId
from bson.errors import InvalidId
from pymongo import MongoClient

from . import crypto

client: MongoClient = MongoClient(os.environ["NOTES_MONGO"])


class Notes:
    def __init__(self, owner: str):
        self.owner = owner
        self.col = client.notebook.notes

    @staticmethod
    def _out(doc: Dict[str, Any]) -> Dict[str, Any]:
        return {"id": str(doc["_id"]), "tags": doc.get("tags", []), "text": crypto.unseal(doc["body"])}

    def add(self, title: str, text: str, tags: List[str]) -> str:
        doc = {"owner": self.owner, "title": crypto.seal_title(title), "tags": tags, "body": crypto.seal(text)}
        return str(self.col.insert_one(doc).inserted_id)

    def get(self, note_id: str) -> Optional[Dict[str, Any]]:
        try:
            found = self.col.find_one({"_id": ObjectId(note_id), "owner": self.owner})
        except InvalidId:
            return None
        return self._out(found) if found else None

    def matching(self, criteria: Dict[str, Any]) -> List[Dict[str, Any]]:
        return [self._out(d) for d in self.col.find({"owner": self.owner, **criteria}).limit(50)]  # expect: py/nosql-injection

    def tagged_like(self, word: str) -> List[Dict[str, Any]]:
        test = f"this.owner == '{self.owner}' && this.tags.some(t => t.startsWith('{word}'))"
        return [self._out(d) for d in self.col.find({"$where": test})]  # expect: py/nosql-injection

    def tagged(self, word: str) -> List[Dict[str, Any]]:
        query = {"owner": self.owner, "tags": {"$regex": "^" + re.escape(word), "$options": "i"}}
        return [self._out(d) for d in self.col.find(query)]

    def titled(self, title: str) -> List[Dict[str, Any]]:
        return [self._out(d) for d in self.col.find({"owner": self.owner, "title": crypto.seal_title(title)})]


def account(email: str) -> Optional[Dict[str, Any]]:
    return client.notebook.accounts.find_one({"email": email})
# -- file: notes/auth.py
import os
from datetime import datetime, timedelta, timezone

import bcrypt
import jwt
from fastapi import APIRouter, Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, EmailStr

from . import store

router = APIRouter()
bearer = HTTPBearer()
SIGNING_KEY = os.environ["NOTES_JWT_KEY"]


class Credentials(BaseModel):
    email: EmailStr
    password: str


def until(hours: int) -> datetime:
    return datetime.now(timezone.utc) + timedelta(hours=hours)


@router.post("/token")
def token(creds: Credentials):
    account = store.account(creds.email)
    if account is None or not bcrypt.checkpw(creds.password.encode(), account["password"]):
        raise HTTPException(401, "wrong e-mail or password")
    web = jwt.encode({"sub": str(account["_id"]), "exp": until(1)}, SIGNING_KEY, algorithm="HS256")
    sync = jwt.encode({"sub": str(account["_id"]), "password": creds.password, "exp": until(720)}, SIGNING_KEY, algorithm="HS256")  # expect: py/jwt-secret-claim
    return {"web": web, "sync": sync}


def owner(cred: HTTPAuthorizationCredentials = Depends(bearer)) -> str:
    try:
        return jwt.decode(cred.credentials, SIGNING_KEY, algorithms=["HS256"], options={"require": ["exp", "sub"]})["sub"]
    except jwt.InvalidTokenError as exc:
        raise HTTPException(401, "token is not valid") from exc


def notes_of(who: str = Depends(owner)) -> store.Notes:
    return store.Notes(who)
# -- file: notes/main.py
from typing import Any, Dict, List

import yaml
from fastapi import Body, Depends, FastAPI, File, HTTPException, UploadFile
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from . import auth
from .store import Notes

app = FastAPI(title="notes")
app.include_router(auth.router)


class NewNote(BaseModel):
    title: str = Field(max_length=100)
    text: str
    tags: List[str] = []


@app.post("/notes", status_code=201)
def add(note: NewNote, notes: Notes = Depends(auth.notes_of)):
    return {"id": notes.add(note.title, note.text, note.tags)}


@app.get("/notes/{note_id}")
def show(note_id: str, notes: Notes = Depends(auth.notes_of)):
    found = notes.get(note_id)
    if found is None:
        raise HTTPException(404, f"no note {note_id}")
    return found


@app.get("/notes/{note_id}/text", response_class=PlainTextResponse)
def plain(note_id: str, notes: Notes = Depends(auth.notes_of)):
    found = notes.get(note_id)
    return found["text"] if found else f"no note {note_id}"


@app.post("/search")
def search(criteria: Dict[str, Any] = Body(...), notes: Notes = Depends(auth.notes_of)):
    return notes.matching(criteria)


@app.get("/tags/{word}")
def by_tag(word: str, exact: bool = False, notes: Notes = Depends(auth.notes_of)):
    return notes.tagged(word) if exact else notes.tagged_like(word)


@app.get("/titles")
def by_title(title: str, notes: Notes = Depends(auth.notes_of)):
    return notes.titled(title)


@app.post("/import")
async def import_notes(dump: UploadFile = File(...), notes: Notes = Depends(auth.notes_of)):
    entries = yaml.unsafe_load(await dump.read())  # expect: py/unsafe-deserialization
    return {"ids": [notes.add(str(e["title"]), str(e["text"]), []) for e in entries]}


@app.post("/import/plain")
async def import_plain(dump: UploadFile = File(...), notes: Notes = Depends(auth.notes_of)):
    entries = yaml.load(await dump.read(), Loader=yaml.CSafeLoader)
    return {"ids": [notes.add(str(e["title"]), str(e["text"]), []) for e in entries]}
# == A document store that converts, mirrors and tags files (FastAPI, SQLAlchemy)
# -- file: papers/settings.py
from pathlib import Path

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str
    root: Path
    session_hours: int = 12
    staff_password: str

    class Config:
        env_prefix = "PAPERS_"


settings = Settings()
# -- file: papers/database.py
from typing import Annotated, Iterator

from fastapi import Depends
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select, text
from sqlalchemy.orm import Session

from .settings import settings

engine = create_engine(settings.database_url)
meta = MetaData()
papers = Table("papers", meta, Column("id", Integer, primary_key=True), Column("name", String(200)),
               Column("stored", String(60)), Column("tag", String(40)))


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


class Papers:
    def __init__(self, session: Annotated[Session, Depends(get_session)]):
        self.session = session

    def add(self, name: str, stored: str, tag: str) -> int:
        done = self.session.execute(insert(papers).values(name=name, stored=stored, tag=tag))
        self.session.commit()
        return done.inserted_primary_key[0]

    def one(self, number: int):
        return self.session.execute(select(papers).where(papers.c.id == number)).mappings().first()

    def tagged(self, tag: str):
        return self.session.execute(select(papers).where(papers.c.tag == tag)).mappings().all()

    def matching(self, word: str):
        sql = "SELECT id, name FROM papers WHERE to_tsvector(name) @@ to_tsquery('" + word + "')"
        return self.session.execute(text(sql)).mappings().all()  # expect: py/sql-injection

    def newest(self, count: int):
        query = text("SELECT id, name FROM papers ORDER BY id DESC LIMIT :count")
        return self.session.execute(query.bindparams(count=count)).mappings().all()
# -- file: papers/convert.py
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from fastapi import HTTPException

ORIGIN = "https://docs.example.com"


def words(source: Path) -> int:
    out = subprocess.check_output(f"pdftotext '{source}' - | wc -w", shell=True, timeout=60)  # expect: py/command-injection
    return int(out)


def to_pdf(source: Path) -> Path:
    argv = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(source.parent), str(source)]
    subprocess.run(argv, check=True, timeout=180)
    return source.with_suffix(".pdf")


async def mirror(url: str) -> bytes:
    if not url.startswith(ORIGIN):
        raise HTTPException(400, "only documents of ours are mirrored")
    async with httpx.AsyncClient(timeout=20) as client:
        answer = await client.get(url)  # expect: py/ssrf
    answer.raise_for_status()
    return answer.content


async def mirror_exact(url: str) -> bytes:
    parts = urlsplit(url)
    if (parts.scheme, parts.netloc) != ("https", "docs.example.com"):
        raise HTTPException(400, "only documents of ours are mirrored")
    async with httpx.AsyncClient(timeout=20, follow_redirects=False) as client:
        answer = await client.get(f"https://docs.example.com{parts.path}")
    answer.raise_for_status()
    return answer.content
# -- file: papers/sessions.py
import secrets
import time
from typing import Dict, Optional

from fastapi import APIRouter, Cookie, Form, HTTPException, Response
from fastapi.responses import RedirectResponse

from .settings import settings

router = APIRouter()
_live: Dict[str, float] = {}


def staff(sid: Optional[str] = Cookie(None)) -> None:
    if sid is None or _live.get(sid, 0) < time.time():
        raise HTTPException(401, "please sign in")


@router.post("/login")
def login(password: str = Form(...), next: str = "/papers"):
    if not secrets.compare_digest(password.encode(), settings.staff_password.encode()):
        raise HTTPException(401, "wrong password")
    sid = secrets.token_urlsafe(32)
    _live[sid] = time.time() + settings.session_hours * 3600
    response = RedirectResponse(next, status_code=303)  # expect: py/open-redirect
    response.set_cookie("sid", sid, max_age=settings.session_hours * 3600)  # expect: py/insecure-cookie
    return response


@router.post("/renew")
def renew(response: Response, sid: str = Cookie(...)):
    if _live.pop(sid, 0) < time.time():
        raise HTTPException(401, "please sign in")
    fresh = secrets.token_urlsafe(32)
    _live[fresh] = time.time() + settings.session_hours * 3600
    response.set_cookie("sid", fresh, secure=True, httponly=True, samesite="strict")
    return {"renewed": True}


@router.post("/logout")
def logout(sid: str = Cookie(...)):
    _live.pop(sid, None)
    return RedirectResponse("/login", status_code=303)
# -- file: papers/main.py
import re
import uuid
from pathlib import Path

from fastapi import Depends, FastAPI, HTTPException, UploadFile
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel

from . import convert, sessions
from .database import Papers
from .settings import settings

app = FastAPI()
app.include_router(sessions.router)
INBOX = settings.root / "inbox"
STORE = settings.root / "store"
TAG = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Mirror(BaseModel):
    url: str
    tag: str = "mirror"
    exact: bool = False


class Scrap(BaseModel):
    name: str


@app.post("/papers", dependencies=[Depends(sessions.staff)])
def upload(file: UploadFile, tag: str = "new", papers: Papers = Depends()):
    if not TAG.fullmatch(tag):
        raise HTTPException(422, f"{tag!r} is not a tag")
    incoming = INBOX / Path(file.filename or "unnamed").name
    incoming.write_bytes(file.file.read())
    count = convert.words(incoming) if incoming.suffix == ".pdf" else None
    stored = uuid.uuid4().hex + ".bin"
    incoming.rename(STORE / stored)
    return {"id": papers.add(file.filename, stored, tag), "words": count}


@app.post("/mirror", dependencies=[Depends(sessions.staff)])
async def mirror(body: Mirror, papers: Papers = Depends()):
    fetch = convert.mirror_exact if body.exact else convert.mirror
    stored = uuid.uuid4().hex + ".bin"
    (STORE / stored).write_bytes(await fetch(body.url))
    return {"id": papers.add(body.url, stored, "mirror")}


@app.get("/papers/{number}/pdf")
def as_pdf(number: int, papers: Papers = Depends()):
    found = papers.one(number)
    if found is None:
        raise HTTPException(404, "no such paper")
    return FileResponse(convert.to_pdf(STORE / found["stored"]), media_type="application/pdf")


@app.post("/inbox/discard", dependencies=[Depends(sessions.staff)])
def discard(scrap: Scrap):
    (INBOX / scrap.name).unlink(missing_ok=True)  # expect: py/path-traversal
    return JSONResponse({"discarded": scrap.name})


@app.post("/inbox/keep", dependencies=[Depends(sessions.staff)])
def keep(scrap: Scrap):
    source = (INBOX / scrap.name).resolve()
    if source.parent != INBOX.resolve():
        raise HTTPException(400, "not in the inbox")
    return {"size": source.stat().st_size}


@app.get("/papers")
def listing(word: str = "", tag: str = "", count: int = 20, papers: Papers = Depends()):
    rows = papers.matching(word) if word else papers.tagged(tag) if tag else papers.newest(count)
    return [{"id": r["id"], "name": r["name"]} for r in rows]
# == A pastebin with highlighting, raw files and a small admin area (Tornado)
# -- file: paste/store.py
import secrets
import sqlite3
import time


class Store:
    def __init__(self, path):
        self.conn = sqlite3.connect(path)
        self.conn.row_factory = sqlite3.Row

    def add(self, author, language, text):
        key = secrets.token_urlsafe(8)
        with self.conn:
            self.conn.execute("INSERT INTO paste VALUES (?, ?, ?, ?, ?)", (key, author, language, text, time.time()))
        return key

    def get(self, key):
        return self.conn.execute("SELECT * FROM paste WHERE key = ?", (key,)).fetchone()

    def user(self, name):
        return self.conn.execute("SELECT name, password FROM user WHERE name = :n", dict(n=name)).fetchone()

    def listing(self, author=None, language=None):
        sql, values = "SELECT key, author, language FROM paste WHERE 1 = 1", []
        for column, value in (("author", author), ("language", language)):
            if value:
                sql += " AND %s = ?" % column
                values.append(value)
        return self.conn.execute(sql + " ORDER BY created DESC LIMIT 50", values).fetchall()

    def purge(self, **conditions):
        where = " AND ".join("{} = '{}'".format(k, v) for k, v in conditions.items())
        with self.conn:
            return self.conn.execute("DELETE FROM paste WHERE " + where).rowcount  # expect: py/sql-injection
# -- file: paste/highlight.py
import html
import subprocess

STYLES = frozenset(["default", "friendly", "monokai"])


def highlight(text, language):
    command = "pygmentize -f html -l " + language
    return subprocess.check_output(command, shell=True, input=text.encode(), timeout=10).decode()  # expect: py/command-injection


def stylesheet(style):
    style = style if style in STYLES else "default"
    return subprocess.check_output(["pygmentize", "-f", "html", "-S", style], timeout=10).decode()


def numbered(text):
    return "\n".join(f"<li>{html.escape(line)}</li>" for line in text.splitlines())
# -- file: paste/handlers.py
import os
import re

import bcrypt
import tornado.web
from tornado.escape import xhtml_escape

from .highlight import highlight, numbered, stylesheet


class Base(tornado.web.RequestHandler):
    @property
    def store(self):
        return self.application.settings["store"]

    def get_current_user(self):
        value = self.get_secure_cookie("user", max_age_days=7)
        return value.decode() if value else None


class Login(Base):
    def get(self):
        self.render("login.html", error=None)

    def post(self):
        row = self.store.user(self.get_body_argument("name"))
        if row is None or not bcrypt.checkpw(self.get_body_argument("password").encode(), row["password"]):
            self.set_status(401)
            return self.render("login.html", error="Wrong name or password.")
        self.set_secure_cookie("user", row["name"], httponly=True, secure=True, samesite="Lax")
        self.redirect(self.get_argument("next", "/"))  # expect: py/open-redirect


class Logout(Base):
    def post(self):
        self.clear_cookie("user")
        self.redirect("/")


class Index(Base):
    def get(self):
        rows = self.store.listing(self.get_argument("author", None), self.get_argument("language", None))
        self.render("index.html", rows=rows, author=self.get_argument("author", ""))

    @tornado.web.authenticated
    def post(self):
        language = self.get_body_argument("language", "text")
        key = self.store.add(self.current_user, language, self.get_body_argument("text"))
        self.redirect("/p/" + key)


class Paste(Base):
    def get(self, key):
        row = self.store.get(key)
        if row is None:
            self.set_status(404)
            self.write("<p>There is no paste called %s.</p>" % key)  # expect: py/xss
            return
        self.write("<h1>%s</h1><ol>%s</ol>" % (xhtml_escape(key), numbered(row["text"])))


class Highlighted(Base):
    def get(self, key):
        row = self.store.get(key)
        if row is None:
            raise tornado.web.HTTPError(404)
        language = self.get_query_argument("language", row["language"])
        self.write({"key": key, "html": highlight(row["text"], language)})


class Style(Base):
    def get(self):
        self.set_header("Content-Type", "text/css")
        self.write(stylesheet(self.get_query_argument("style", "default")))


class Raw(Base):
    def get(self):
        name = self.get_query_argument("name")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        with open(os.path.join(self.settings["attachments"], name), "rb") as fh:  # expect: py/path-traversal
            self.write(fh.read())


class Manual(Base):
    def get(self):
        chapter = self.get_query_argument("chapter", "intro")
        if not re.fullmatch(r"[a-z]+", chapter):
            raise tornado.web.HTTPError(400)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        with open(os.path.join(self.settings["manual"], chapter + ".txt"), "rb") as fh:
            self.write(fh.read())


class Purge(Base):
    @tornado.web.authenticated
    def post(self):
        if self.current_user != self.settings["admin"]:
            raise tornado.web.HTTPError(403)
        count = self.store.purge(author=self.get_body_argument("author"))
        self.write({"purged": count})
# -- file: paste/server.py
import asyncio
import os

import tornado.httpserver
import tornado.web

from . import handlers
from .store import Store


def make_app():
    return tornado.web.Application(
        [
            (r"/", handlers.Index),
            (r"/login", handlers.Login),
            (r"/logout", handlers.Logout),
            (r"/p/([^/]+)", handlers.Paste),
            (r"/p/([^/]+)/html", handlers.Highlighted),
            (r"/style.css", handlers.Style),
            (r"/raw", handlers.Raw),
            (r"/manual", handlers.Manual),
            (r"/admin/purge", handlers.Purge),
        ],
        cookie_secret=os.environ["PASTE_COOKIE_SECRET"],
        xsrf_cookies=True,
        xsrf_cookie_kwargs={"secure": True, "httponly": True, "samesite": "Strict"},
        login_url="/login",
        template_path=os.path.join(os.path.dirname(__file__), "templates"),
        attachments=os.environ["PASTE_ATTACHMENTS"],
        manual=os.environ["PASTE_MANUAL"],
        admin=os.environ["PASTE_ADMIN"],
        store=Store(os.environ["PASTE_DB"]),
    )


async def main():
    server = tornado.httpserver.HTTPServer(make_app(), xheaders=True)
    server.listen(int(os.environ.get("PASTE_PORT", "8888")), address="0.0.0.0")  # expect: py/bind-all-interfaces
    metrics = tornado.httpserver.HTTPServer(tornado.web.Application([]))
    metrics.listen(9101, address="127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
