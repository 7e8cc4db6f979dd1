# == A blog with tags, comments and a password reset (Flask, sqlite3)
# -- file: blog/__init__.py
import os
import re

from flask import Flask

from . import auth, posts
from .db import close_db

URL_RE = re.compile(r"(https?://[^\s<]+)")


def linkify(text):
    return URL_RE.sub(r'<a href="\1" rel="nofollow">\1</a>', text)


def create_app():
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=os.environ["BLOG_SECRET"],
        DATABASE=os.environ.get("BLOG_DB", "blog.sqlite"),
        BASE_URL=os.environ["BLOG_BASE_URL"],
        SMTP_HOST=os.environ["SMTP_HOST"],
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.add_template_filter(linkify)
    app.teardown_appcontext(close_db)
    app.register_blueprint(auth.bp)
    app.register_blueprint(posts.bp)
    return app
# -- file: blog/db.py
import sqlite3

from flask import current_app, g


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"])
        g.db.row_factory = sqlite3.Row
    return g.db


def close_db(_exc=None):
    db = g.pop("db", None)
    if db is not None:
        db.close()


def query(sql, args=(), one=False):
    rows = get_db().execute(sql, args).fetchall()
    if one:
        return rows[0] if rows else None
    return rows


def run(sql, args=()):
    db = get_db()
    cur = db.execute(sql, args)
    db.commit()
    return cur.lastrowid
# -- file: blog/auth.py
import random
import smtplib
import ssl
import string
import time
from email.message import EmailMessage
from functools import wraps

from flask import (Blueprint, abort, current_app, flash, g, redirect,
                   render_template, request, session, url_for)
from werkzeug.security import check_password_hash, generate_password_hash

from .db import query, run

bp = Blueprint("auth", __name__)


@bp.before_app_request
def load_user():
    uid = session.get("user_id")
    g.user = query("SELECT id, email FROM user WHERE id = ?", (uid,), one=True) if uid else None


def login_required(view):
    @wraps(view)
    def wrapped(*args, **kwargs):
        if g.user is None:
            return redirect(url_for("auth.login", next=request.path))
        return view(*args, **kwargs)
    return wrapped


@bp.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "GET":
        return render_template("login.html")
    user = query("SELECT id, password_hash FROM user WHERE email = ?", (request.form["email"],), one=True)
    if user is None or not check_password_hash(user["password_hash"], request.form["password"]):
        flash("Wrong e-mail or password.")
        return render_template("login.html"), 401
    session.clear()
    session["user_id"] = user["id"]
    target = request.args.get("next", "")
    if not target.startswith("/"):
        target = url_for("posts.index")
    return redirect(target)  # expect: py/open-redirect


@bp.post("/logout")
def logout():
    session.clear()
    return redirect(url_for("posts.index"))


def send_reset(address, token):
    msg = EmailMessage()
    msg["From"] = "blog@example.org"
    msg["To"] = address
    msg["Subject"] = "Your new password"
    msg.set_content(f"Open {current_app.config['BASE_URL']}/reset/{token} within one hour.")
    with smtplib.SMTP_SSL(current_app.config["SMTP_HOST"], timeout=10,
                          context=ssl.create_default_context()) as smtp:
        smtp.send_message(msg)


@bp.post("/forgot")
def forgot():
    user = query("SELECT id, email FROM user WHERE email = ?", (request.form["email"],), one=True)
    if user is not None:
        alphabet = string.ascii_letters + string.digits
        token = "".join(random.choice(alphabet) for _ in range(20))  # expect: py/weak-random
        run("INSERT INTO reset (user_id, token, created) VALUES (?, ?, ?)", (user["id"], token, time.time()))
        send_reset(user["email"], token)
    return render_template("forgot_done.html")


@bp.route("/reset/<token>", methods=["GET", "POST"])
def reset(token):
    row = query("SELECT user_id, created FROM reset WHERE token = ?", (token,), one=True)
    if row is None or time.time() - row["created"] > 3600:
        abort(404)
    if request.method == "POST":
        run("UPDATE user SET password_hash = ? WHERE id = ?",
            (generate_password_hash(request.form["password"]), row["user_id"]))
        run("DELETE FROM reset WHERE user_id = ?", (row["user_id"],))
        return redirect(url_for("auth.login"))
    return render_template("reset.html", token=token)
# -- file: blog/posts.py
import bleach
from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from markdown import markdown
from markupsafe import Markup

from .auth import login_required
from .db import get_db, query, run

bp = Blueprint("posts", __name__)

PER_PAGE = 10
SORTS = {"new": "created DESC", "old": "created ASC", "title": "title COLLATE NOCASE"}
ALLOWED_TAGS = ["p", "em", "strong", "code", "pre", "ul", "ol", "li", "h2", "h3"]


@bp.get("/")
def index():
    order = SORTS.get(request.args.get("sort"), SORTS["new"])
    page = request.args.get("page", 1, type=int)
    rows = query(
        f"SELECT id, title, created FROM post WHERE published = 1 ORDER BY {order} LIMIT ? OFFSET ?",
        (PER_PAGE, (page - 1) * PER_PAGE),
    )
    return render_template("index.html", posts=rows, page=page)


def posts_tagged(tags):
    quoted = ", ".join("'%s'" % t for t in tags)
    return get_db().execute("SELECT DISTINCT p.id, p.title FROM post p JOIN tag t ON t.post_id = p.id WHERE t.name IN (" + quoted + ")").fetchall()  # expect: py/sql-injection


@bp.get("/tags")
def by_tags():
    tags = [t.strip() for t in request.args.getlist("tag") if t.strip()]
    if not tags:
        return redirect(url_for("posts.index"))
    return render_template("index.html", posts=posts_tagged(tags), page=1)


@bp.get("/post/<int:post_id>")
def show(post_id):
    post = query("SELECT * FROM post WHERE id = ? AND published = 1", (post_id,), one=True)
    if post is None:
        abort(404)
    comments = query("SELECT name, body FROM comment WHERE post_id = ? ORDER BY id", (post_id,))
    body = Markup(bleach.clean(markdown(post["body"]), tags=ALLOWED_TAGS))
    return render_template("post.html", post=post, body=body, comments=comments)


@bp.post("/post/<int:post_id>/comment")
def comment(post_id):
    name = request.form.get("name", "").strip()[:60] or "anonymous"
    run("INSERT INTO comment (post_id, name, body) VALUES (?, ?, ?)", (post_id, name, request.form["body"]))
    return redirect(url_for("posts.show", post_id=post_id))


@bp.post("/post/preview")
@login_required
def preview():
    html = markdown(request.form.get("body", ""))
    return "<div class='preview'>" + html + "</div>"  # expect: py/xss


@bp.post("/post/<int:post_id>/edit")
@login_required
def edit(post_id):
    fields = {k: request.form[k] for k in ("title", "body", "published") if k in request.form}
    if not fields:
        abort(400)
    sets = ", ".join(f"{name} = ?" for name in fields)
    run(f"UPDATE post SET {sets} WHERE id = ? AND author_id = ?", (*fields.values(), post_id, g.user["id"]))
    return redirect(url_for("posts.show", post_id=post_id))
# -- file: blog/templates/post.html
{% extends "layout.html" %}
{% block content %}
<article>
  <h1>{{ post.title }}</h1>
  {{ body }}
</article>
<ul>
{% for c in comments %}
  <li><b>{{ c.name }}</b> {{ c.body|linkify|safe }}</li> {# expect: py/template-raw-output #}
{% endfor %}
</ul>
<form method="post" action="{{ url_for('posts.comment', post_id=post.id) }}">
  <input name="name"> <textarea name="body"></textarea> <button>Send</button>
</form>
{% endblock %}
# == A file share with unpacked archives and signed links (Flask, SQLAlchemy)
# -- file: share/models.py
from datetime import datetime, timezone

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


def _now():
    return datetime.now(timezone.utc)


class Upload(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    owner_id = db.Column(db.Integer, nullable=False, index=True)
    title = db.Column(db.String(200), nullable=False)
    stored = db.Column(db.String(80))
    folder = db.Column(db.String(40))
    password_hash = db.Column(db.String(200))
    created = db.Column(db.DateTime, default=_now)

    @property
    def locked(self):
        return self.password_hash is not None
# -- file: share/storage.py
import hashlib
import hmac
import os
import tarfile
import time
from pathlib import Path
from uuid import uuid4

from werkzeug.utils import secure_filename


class Storage:
    def __init__(self, root):
        self.root = Path(root).resolve()

    def put(self, upload):
        suffix = Path(secure_filename(upload.filename or "")).suffix
        stored = uuid4().hex + suffix
        upload.save(self.root / stored)
        return stored

    def unpack(self, upload):
        folder = uuid4().hex
        target = self.root / folder
        target.mkdir(mode=0o750)
        with tarfile.open(fileobj=upload.stream, mode="r:*") as tar:
            tar.extractall(target)  # expect: py/zip-slip
        return folder

    def publish(self, stored):
        path = self.root / stored
        os.chmod(path, 0o777)  # expect: py/loose-permissions
        return path

    def resolve(self, folder, inner):
        base = (self.root / folder).resolve()
        full = (base / inner).resolve()
        if not full.is_relative_to(base) or not full.is_file():
            raise FileNotFoundError(folder)
        return full

    def listing(self, folder):
        base = self.root / folder
        return sorted(str(p.relative_to(base)) for p in base.rglob("*") if p.is_file())

    def drop(self, stored):
        (self.root / stored).unlink(missing_ok=True)


class LinkSigner:
    def __init__(self, secret):
        self._secret = secret

    def sign(self, upload_id, expires):
        text = "%s:%d:%d" % (self._secret, upload_id, expires)
        return hashlib.md5(text.encode()).hexdigest()  # expect: py/weak-hash

    def valid(self, upload_id, expires, signature):
        if expires < time.time():
            return False
        return hmac.compare_digest(self.sign(upload_id, expires), signature)
# -- file: share/views.py
import os
import time

from flask import Blueprint, abort, current_app, jsonify, make_response, redirect, request, send_file, url_for
from flask_login import current_user, login_required
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.security import check_password_hash, generate_password_hash

from .models import Upload, db

bp = Blueprint("share", __name__)


def _storage():
    return current_app.extensions["storage"]


def _serializer():
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=current_app.config["UNLOCK_SALT"])


def _is_unlocked(item):
    if not item.locked:
        return True
    try:
        return _serializer().loads(request.cookies.get("unlock", ""), max_age=3600) == item.id
    except BadSignature:
        return False


@bp.post("/upload")
@login_required
def upload():
    sent = request.files["file"]
    item = Upload(owner_id=current_user.id, title=request.form.get("title", sent.filename))
    if request.form.get("unpack") == "yes":
        item.folder = _storage().unpack(sent)
    else:
        item.stored = _storage().put(sent)
    if request.form.get("password"):
        item.password_hash = generate_password_hash(request.form["password"])
    db.session.add(item)
    db.session.commit()
    return redirect(url_for("share.show", upload_id=item.id))


@bp.get("/u/<int:upload_id>")
def show(upload_id):
    item = db.get_or_404(Upload, upload_id)
    if not _is_unlocked(item):
        abort(403)
    files = _storage().listing(item.folder) if item.folder else [item.stored]
    return jsonify(title=item.title, files=files)


@bp.post("/u/<int:upload_id>/unlock")
def unlock(upload_id):
    item = db.get_or_404(Upload, upload_id)
    if not item.locked or not check_password_hash(item.password_hash, request.form["password"]):
        abort(403)
    resp = make_response(redirect(url_for("share.show", upload_id=item.id)))
    resp.set_cookie("unlock", _serializer().dumps(item.id), max_age=3600)  # expect: py/insecure-cookie
    return resp


@bp.get("/u/<int:upload_id>/file")
def inner_file(upload_id):
    item = db.get_or_404(Upload, upload_id)
    if not item.folder or not _is_unlocked(item):
        abort(403)
    inner = request.args.get("path", "")
    try:
        full = _storage().resolve(item.folder, inner)
    except FileNotFoundError:
        return f"<p>{inner} is not part of this upload.</p>", 404  # expect: py/xss
    return send_file(full, as_attachment=True)


@bp.get("/u/<int:upload_id>/raw")
def raw_file(upload_id):
    item = db.get_or_404(Upload, upload_id)
    if not item.folder or not _is_unlocked(item):
        abort(403)
    inner = request.args["path"].replace("../", "")
    full = os.path.join(_storage().root, item.folder, inner)
    return send_file(full, as_attachment=True)  # expect: py/path-traversal


@bp.post("/u/<int:upload_id>/link")
@login_required
def make_link(upload_id):
    item = Upload.query.filter_by(id=upload_id, owner_id=current_user.id).first_or_404()
    expires = int(time.time()) + request.form.get("hours", 24, type=int) * 3600
    signature = current_app.extensions["signer"].sign(item.id, expires)
    _storage().publish(item.stored)
    return jsonify(link=url_for("share.by_link", upload_id=item.id, expires=expires, signature=signature))


@bp.get("/l/<int:upload_id>/<int:expires>/<signature>")
def by_link(upload_id, expires, signature):
    if not current_app.extensions["signer"].valid(upload_id, expires, signature):
        abort(403)
    item = db.get_or_404(Upload, upload_id)
    return send_file(_storage().root / item.stored, as_attachment=True)


@bp.post("/u/<int:upload_id>/delete")
@login_required
def delete(upload_id):
    item = Upload.query.filter_by(id=upload_id, owner_id=current_user.id).first_or_404()
    if item.stored:
        _storage().drop(item.stored)
    db.session.delete(item)
    db.session.commit()
    return redirect(url_for("share.show", upload_id=upload_id))
# -- file: share/app.py
import os

from flask import Flask

from .models import db
from .storage import LinkSigner, Storage
from .views import bp


def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["SHARE_SECRET"]
    app.config["UNLOCK_SALT"] = os.environ["SHARE_UNLOCK_SALT"]
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["SHARE_DATABASE"]
    app.config["SESSION_COOKIE_SECURE"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["MAX_CONTENT_LENGTH"] = 200 * 1024 * 1024
    db.init_app(app)
    app.extensions["storage"] = Storage(os.environ["SHARE_ROOT"])
    app.extensions["signer"] = LinkSigner(os.environ["SHARE_LINK_SECRET"])
    app.register_blueprint(bp)
    return app
# == An invoice tool that prints to PDF, imports YAML and mails its invoices (Flask)
# -- file: invoices/repo.py
import sqlite3
from contextlib import contextmanager


class InvoiceRepository:
    COLUMNS = ("customer", "status", "currency")

    def __init__(self, path):
        self.conn = sqlite3.connect(path)
        self.conn.row_factory = sqlite3.Row

    @contextmanager
    def transaction(self):
        try:
            yield self.conn
            self.conn.commit()
        except sqlite3.Error:
            self.conn.rollback()
            raise

    def get(self, invoice_id):
        return self.conn.execute("SELECT * FROM invoice WHERE id = ?", (invoice_id,)).fetchone()

    def find(self, filters):
        where, values = ["1 = 1"], []
        for column in self.COLUMNS:
            if filters.get(column):
                where.append(column + " = ?")
                values.append(filters[column])
        return self.conn.execute("SELECT * FROM invoice WHERE " + " AND ".join(where), values).fetchall()

    def totals(self, year, group_by):
        sql = (
            "SELECT %s AS label, SUM(total) AS amount FROM invoice "
            "WHERE strftime('%%Y', issued) = ? GROUP BY 1" % group_by
        )
        return self.conn.execute(sql, (str(year),)).fetchall()  # expect: py/sql-injection

    def add(self, record):
        with self.transaction() as conn:
            cur = conn.execute(
                "INSERT INTO invoice (customer, currency, total, status) VALUES (:customer, :currency, :total, 'new')",
                record,
            )
        return cur.lastrowid

    def mark_sent(self, ids):
        marks = ",".join("?" for _ in ids)
        with self.transaction() as conn:
            conn.execute("UPDATE invoice SET status = 'sent' WHERE id IN (%s)" % marks, list(ids))
# -- file: invoices/pdf.py
import subprocess
import tempfile
from pathlib import Path

PAPER = {"a4": "A4", "letter": "Letter"}


def html_to_pdf(html, title, paper="a4"):
    with tempfile.TemporaryDirectory(prefix="invoice-") as tmp:
        src, out = Path(tmp, "in.html"), Path(tmp, "out.pdf")
        src.write_text(html, encoding="utf-8")
        cmd = "wkhtmltopdf -q -s {} --title '{}' {} {}".format(PAPER.get(paper, "A4"), title, src, out)
        subprocess.run(cmd, shell=True, check=True, timeout=60)  # expect: py/command-injection
        return out.read_bytes()


def merge(documents, copies):
    with tempfile.TemporaryDirectory(prefix="invoice-") as tmp:
        names = []
        for n, content in enumerate(documents):
            part = Path(tmp, "%03d.pdf" % n)
            part.write_bytes(content)
            names.extend([str(part)] * copies)
        out = Path(tmp, "all.pdf")
        subprocess.run(["pdfunite", *names, str(out)], check=True, timeout=60)
        return out.read_bytes()
# -- file: invoices/mail.py
import base64
import os
import smtplib
import ssl
from email.message import EmailMessage

SENDER = "billing@example.com"


def _connect():
    return smtplib.SMTP_SSL(os.environ["SMTP_HOST"], timeout=15, context=ssl.create_default_context())


def send_invoice(address, subject, pdf):
    body = base64.encodebytes(pdf).decode("ascii")
    lines = [
        "From: " + SENDER,
        "To: " + address,
        "Subject: " + subject,
        "Content-Type: application/pdf",
        "Content-Transfer-Encoding: base64",
        "",
        body,
    ]
    with _connect() as smtp:
        smtp.sendmail(SENDER, [address], "\r\n".join(lines))  # expect: py/email-injection


def send_reminder(address, invoice):
    msg = EmailMessage()
    msg["From"] = SENDER
    msg["To"] = address
    msg["Subject"] = "Reminder for invoice %d" % invoice["id"]
    msg.set_content("Please pay %s %.2f." % (invoice["currency"], invoice["total"]))
    with _connect() as smtp:
        smtp.send_message(msg)
# -- file: invoices/views.py
import csv
import io
from decimal import Decimal

import yaml
from flask import (Blueprint, Response, abort, current_app, jsonify, render_template,
                   render_template_string, request)
from flask_login import login_required

from . import mail, pdf

bp = Blueprint("invoices", __name__, url_prefix="/invoices")


def repo():
    return current_app.extensions["invoices"]


def invoice_or_404(invoice_id):
    found = repo().get(invoice_id)
    if found is None:
        abort(404)
    return found


@bp.get("/")
@login_required
def listing():
    return render_template("list.html", invoices=repo().find(request.args), wanted=request.args.get("status"))


@bp.get("/totals/<int:year>")
@login_required
def totals(year):
    rows = repo().totals(year, request.args.get("by", "customer"))
    return jsonify([dict(r) for r in rows])


@bp.get("/<int:invoice_id>.pdf")
@login_required
def as_pdf(invoice_id):
    invoice = invoice_or_404(invoice_id)
    html = render_template("invoice.html", invoice=invoice)
    title = request.args.get("title") or "Invoice %d" % invoice_id
    return Response(pdf.html_to_pdf(html, title, request.args.get("paper")), mimetype="application/pdf")


@bp.post("/footer/preview")
@login_required
def footer_preview():
    source = "<footer>" + request.form["footer"] + "</footer>"
    return render_template_string(source, company=current_app.config["COMPANY"])  # expect: py/template-injection


@bp.post("/notice/preview")
@login_required
def notice_preview():
    return render_template_string("<aside>{{ text }}</aside>", text=request.form["notice"])


@bp.post("/import")
@login_required
def import_yaml():
    records = yaml.load(request.files["file"].stream, Loader=yaml.Loader)  # expect: py/unsafe-deserialization
    ids = []
    for entry in records:
        ids.append(repo().add({
            "customer": str(entry["customer"]),
            "currency": str(entry["currency"])[:3],
            "total": float(Decimal(str(entry["total"]))),
        }))
    return jsonify(created=ids), 201


@bp.post("/settings")
@login_required
def settings():
    wanted = yaml.safe_load(request.get_data(as_text=True)) or {}
    return jsonify(accepted=sorted(k for k in wanted if k in ("language", "paper")))


@bp.post("/<int:invoice_id>/send")
@login_required
def send(invoice_id):
    invoice = invoice_or_404(invoice_id)
    document = pdf.merge([invoice["document"]], copies=request.form.get("copies", 1, type=int))
    mail.send_invoice(invoice["email"], request.form["subject"], document)
    repo().mark_sent([invoice_id])
    return jsonify(sent=invoice_id)


@bp.post("/<int:invoice_id>/remind")
@login_required
def remind(invoice_id):
    invoice = invoice_or_404(invoice_id)
    mail.send_reminder(invoice["email"], invoice)
    return jsonify(reminded=invoice_id)


@bp.get("/export.csv")
@login_required
def export():
    out = io.StringIO()
    writer = csv.writer(out)
    for row in repo().find(request.args):
        writer.writerow([row["id"], row["customer"], row["total"]])
    return Response(out.getvalue(), mimetype="text/csv")
# == A webhook relay that verifies, queues and forwards events (Flask)
# -- file: relay/config.py
import os
from dataclasses import dataclass, field
from typing import FrozenSet


@dataclass(frozen=True)
class Config:
    database: str
    spool: str
    admin_token: str
    status_url: str
    timeout: float = 8.0
    hosts: FrozenSet[str] = field(default_factory=frozenset)

    @classmethod
    def from_env(cls) -> "Config":
        env = os.environ
        return cls(
            database=env["RELAY_DB"],
            spool=env["RELAY_SPOOL"],
            admin_token=env["RELAY_ADMIN_TOKEN"],
            status_url=env["RELAY_STATUS_URL"],
            timeout=float(env.get("RELAY_TIMEOUT", "8")),
            hosts=frozenset(env.get("RELAY_HOSTS", "").split()),
        )
# -- file: relay/deliver.py
import logging
import pickle
from pathlib import Path
from urllib.parse import urlsplit

import requests

log = logging.getLogger("relay.deliver")


def allowed(url: str, hosts) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.hostname in hosts and parts.port in (None, 443)


class Spool:
    """Events that could not be delivered, kept on disk until the next try."""

    def __init__(self, folder: str):
        self.folder = Path(folder)

    def keep(self, number: int, event: dict) -> None:
        with open(self.folder / f"{number}.event", "wb") as fh:
            pickle.dump(event, fh)

    def waiting(self):
        for path in sorted(self.folder.glob("*.event")):
            with path.open("rb") as fh:
                yield path, pickle.load(fh)  # expect: py/unsafe-load


class Deliverer:
    def __init__(self, config):
        self.config = config
        self.http = requests.Session()

    def post(self, url: str, payload: dict) -> int:
        answer = self.http.post(url, json=payload, timeout=self.config.timeout, allow_redirects=False)  # expect: py/ssrf
        return answer.status_code

    def post_checked(self, url: str, payload: dict) -> int:
        if not allowed(url, self.config.hosts):
            raise ValueError("host is not on the list")
        answer = self.http.put(url, json=payload, timeout=self.config.timeout, allow_redirects=False)
        return answer.status_code

    def post_legacy(self, target, payload: dict) -> int:
        answer = requests.post(target["url"], data=payload, verify=False, timeout=20)  # expect: py/tls-not-verified
        return answer.status_code

    def report(self, delivered: int) -> None:
        try:
            requests.get(self.config.status_url, params={"delivered": delivered})  # expect: py/no-timeout
        except requests.RequestException as exc:
            log.warning("status page is unreachable: %s", exc)
# -- file: relay/targets.py
import hashlib
import hmac
import sqlite3


class Targets:
    def __init__(self, path: str):
        self.path = path

    def _connect(self) -> sqlite3.Connection:
        conn = sqlite3.connect(self.path)
        conn.row_factory = sqlite3.Row
        return conn

    def by_source(self, source: str):
        with self._connect() as conn:
            return conn.execute("SELECT * FROM target WHERE source = ? AND active = 1", (source,)).fetchall()

    def secret_of(self, source: str):
        with self._connect() as conn:
            row = conn.execute("SELECT secret FROM source WHERE name = ?", (source,)).fetchone()
        return row["secret"].encode() if row else None

    def add(self, source: str, url: str, legacy: bool) -> int:
        with self._connect() as conn:
            cur = conn.execute("INSERT INTO target (source, url, legacy, active) VALUES (?, ?, ?, 1)",
                               (source, url, int(legacy)))
        return cur.lastrowid

    def verify(self, source: str, body: bytes, given: str) -> bool:
        secret = self.secret_of(source)
        if secret is None:
            return False
        wanted = hmac.new(secret, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(wanted, given)
# -- file: relay/app.py
import hmac
import logging
from functools import wraps
from itertools import count

from flask import Flask, abort, jsonify, request

from .config import Config
from .deliver import Deliverer, Spool, allowed
from .targets import Targets

log = logging.getLogger("relay")
numbers = count(1)


def create_app(config=None):
    config = config or Config.from_env()
    app = Flask(__name__)
    targets, deliverer, spool = Targets(config.database), Deliverer(config), Spool(config.spool)

    def admin_only(view):
        @wraps(view)
        def inner(*args, **kwargs):
            given = request.headers.get("X-Admin-Token", "")
            if not hmac.compare_digest(given.encode(), config.admin_token.encode()):
                abort(403)
            return view(*args, **kwargs)
        return inner

    @app.post("/in/<source>")
    def receive(source):
        body = request.get_data()
        if not targets.verify(source, body, request.headers.get("X-Signature", "")):
            log.warning("bad signature on %s from agent %s" % (source, request.headers.get("User-Agent")))  # expect: py/log-injection
            abort(401)
        event = request.get_json(silent=True) or {}
        done = 0
        for target in targets.by_source(source):
            send = deliverer.post_legacy if target["legacy"] else lambda t, e: deliverer.post(t["url"], e)
            number = next(numbers)
            try:
                status = send(target, event)
            except OSError:
                log.info("event %d waits in the spool", number)
                spool.keep(number, event)
            else:
                done += status < 300
        deliverer.report(done)
        return jsonify(delivered=done), 202

    @app.post("/admin/targets")
    @admin_only
    def add_target():
        data = request.get_json()
        if not allowed(data["url"], config.hosts):
            log.info("refused target %r", data["url"])
            return jsonify(error="host is not on the list", url=data["url"]), 400
        return jsonify(id=targets.add(data["source"], data["url"], bool(data.get("legacy")))), 201

    @app.post("/admin/try")
    @admin_only
    def try_target():
        data = request.get_json()
        return jsonify(status=deliverer.post(data["url"], {"event": "test"}))

    @app.post("/admin/replace")
    @admin_only
    def replace():
        data = request.get_json()
        try:
            return jsonify(status=deliverer.post_checked(data["url"], {"event": "replace"}))
        except ValueError as exc:
            return jsonify(error=str(exc)), 400

    @app.post("/admin/retry")
    @admin_only
    def retry():
        left = 0
        for path, event in spool.waiting():
            try:
                for target in targets.by_source(event.get("source", "")):
                    deliverer.post(target["url"], event)
                path.unlink()
            except Exception:  # expect: py/swallowed-exception
                pass
        return jsonify(left=left)

    return app
# == A wiki kept in files, with history, search and imports (Flask)
# -- file: wiki/store.py
import os
import re
from datetime import datetime
from pathlib import Path

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slugify(title: str) -> str:
    return _NOT_SLUG.sub("-", title.lower()).strip("-") or "index"


class PageStore:
    def __init__(self, root: str):
        self.root = Path(root)
        self.history = self.root / "history"

    def _file(self, title: str) -> Path:
        return self.root / (slugify(title) + ".md")

    def read(self, title: str):
        path = self._file(title)
        return path.read_text("utf-8") if path.exists() else None

    def write(self, title: str, text: str) -> None:
        path = self._file(title)
        if path.exists():
            stamp = datetime.now().strftime("%Y%m%d%H%M%S")
            (self.history / f"{slugify(title)}.{stamp}").write_text(path.read_text("utf-8"), "utf-8")
        path.write_text(text, "utf-8")

    def revisions(self, title: str):
        return sorted(p.name for p in self.history.glob(slugify(title) + ".*"))

    def revision(self, title: str, name: str) -> str:
        full = os.path.join(self.history, name)
        with open(full, encoding="utf-8") as fh:  # expect: py/path-traversal
            return fh.read()

    def known_revision(self, title: str, name: str):
        for candidate in self.revisions(title):
            if candidate == name:
                return (self.history / candidate).read_text("utf-8")
        return None

    def pages(self):
        for path in sorted(self.root.glob("*.md")):
            yield path.stem, path.read_text("utf-8")

    def grep(self, pattern: str):
        rx = re.compile(pattern, re.I)  # expect: py/regex-injection
        return [name for name, text in self.pages() if rx.search(text)]

    def containing(self, words):
        rx = re.compile("|".join(re.escape(w) for w in words) or r"\Z", re.I)
        return [name for name, text in self.pages() if rx.search(text)]
# -- file: wiki/render.py
import re

from markupsafe import Markup, escape

_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_LINK = re.compile(r"\[\[([A-Za-z0-9 ]+)\]\]")


def to_html(text):
    """Escapes first, then adds the few tags that wiki text knows."""
    safe = str(escape(text))
    safe = _BOLD.sub(r"<strong>\1</strong>", safe)
    safe = _LINK.sub(lambda m: '<a href="/w/%s">%s</a>' % (m.group(1).replace(" ", "_"), m.group(1)), safe)
    return Markup(safe.replace("\n\n", "</p><p>"))
# -- file: wiki/importer.py
import json
from urllib.request import urlopen

from lxml import etree

NS = "{http://www.mediawiki.org/xml/export-0.10/}"


def from_url(source):
    with urlopen(source, timeout=10) as answer:  # expect: py/ssrf
        return answer.read().decode("utf-8", "replace")


def from_mediawiki(data):
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=True, no_network=False))  # expect: py/xxe
    for page in root.iter(NS + "page"):
        yield page.findtext(NS + "title"), page.findtext(f"{NS}revision/{NS}text") or ""


def from_opml(data):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for node in etree.fromstring(data, parser).iter("outline"):
        yield node.get("text", ""), node.get("_note", "")


def from_json(data):
    for item in json.loads(data):
        yield str(item["title"]), str(item["text"])
# -- file: wiki/views.py
from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request, url_for
from werkzeug.local import LocalProxy

from . import importer
from .render import to_html

bp = Blueprint("wiki", __name__)
store = LocalProxy(lambda: current_app.extensions["store"])
READERS = {"mediawiki": importer.from_mediawiki, "opml": importer.from_opml, "json": importer.from_json}


@bp.get("/w/<title>")
def page(title):
    text = store.read(title)
    if text is None:
        return render_template("missing.html", title=title), 404
    return render_template("page.html", title=title, body=to_html(text))


@bp.post("/w/<title>")
def save(title):
    store.write(title, request.form["text"])
    return redirect(url_for("wiki.page", title=title))


@bp.get("/w/<title>/history")
def history(title):
    rev = request.args.get("rev")
    if rev is None:
        return jsonify(store.revisions(title))
    return render_template("page.html", title=title, body=to_html(store.revision(title, rev)))


@bp.post("/w/<title>/restore")
def restore(title):
    text = store.known_revision(title, request.form["rev"])
    if text is None:
        abort(404)
    store.write(title, text)
    return redirect(url_for("wiki.page", title=title))


@bp.get("/grep")
def grep():
    return jsonify(store.grep(request.args.get("pattern", ".")))


@bp.get("/search")
def search():
    q = request.args.get("q", "")
    hits = store.containing(q.split())
    return render_template("search.html", query=q, hits=hits)  # expect: py/template-autoescape


@bp.post("/import/url")
def import_url():
    text = importer.from_url(request.form["source"])
    store.write(request.form["title"], text)
    return redirect(url_for("wiki.page", title=request.form["title"]))


@bp.post("/import/<kind>")
def import_file(kind):
    reader = READERS.get(kind)
    if reader is None:
        abort(404)
    number = 0
    for title, text in reader(request.files["dump"].read()):
        store.write(title, text)
        number += 1
    return jsonify(imported=number)
# -- file: wiki/app.py
import os

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from .store import PageStore
from .views import bp


def create_app():
    app = Flask(__name__)
    app.secret_key = os.environ["WIKI_SECRET"]
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Strict")
    CSRFProtect(app)
    app.extensions["store"] = PageStore(os.environ["WIKI_ROOT"])
    app.register_blueprint(bp)
    return app


if __name__ == "__main__":
    create_app().run(port=5080)
# -- file: wiki/templates/search.html
{% extends "layout.html" %}
{% block content %}
<p>Pages that hold <em>{{ query|safe }}</em>:</p>
<ul>
  {% for name in hits %}<li><a href="{{ url_for('wiki.page', title=name) }}">{{ name }}</a></li>{% endfor %}
</ul>
{% endblock %}
# == A ticket desk for a support team (Django)
# -- file: desk/models.py
from django.conf import settings
from django.db import models
from django.utils.html import format_html, linebreaks
from django.utils.safestring import mark_safe


class TicketQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(status=Ticket.Status.CLOSED)

    def matching(self, words):
        return self.extra(where=["desk_ticket.title LIKE '%%" + words + "%%'"])  # expect: py/sql-injection

    def mentioning(self, words):
        return self.filter(models.Q(title__icontains=words) | models.Q(body__icontains=words))

    def of_customer(self, email):
        return self.extra(where=["LOWER(desk_ticket.email) = LOWER(%s)"], params=[email])


class TicketManager(models.Manager.from_queryset(TicketQuerySet)):
    def ranked(self, column, limit=20):
        sql = "SELECT * FROM desk_ticket WHERE status <> 'closed' ORDER BY %s DESC LIMIT %d" % (column, limit)
        return self.raw(sql)  # expect: py/sql-injection


class Ticket(models.Model):
    class Status(models.TextChoices):
        NEW = "new"
        WAITING = "waiting"
        CLOSED = "closed"

    title = models.CharField(max_length=200)
    body = models.TextField()
    email = models.EmailField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(default=3)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    created = models.DateTimeField(auto_now_add=True)

    objects = TicketManager()

    @property
    def badge(self):
        return format_html('<span class="badge {}">{}</span>', self.status, self.title)

    @property
    def body_html(self):
        return mark_safe(self.body.replace("\n", "<br>"))  # expect: py/raw-markup

    @property
    def teaser_html(self):
        return linebreaks(self.body[:200], autoescape=True)


class Attachment(models.Model):
    ticket = models.ForeignKey(Ticket, related_name="attachments", on_delete=models.CASCADE)
    file = models.FileField(upload_to="tickets/%Y/%m")
    name = models.CharField(max_length=120)
# -- file: desk/forms.py
from django import forms

from .models import Attachment, Ticket


class TicketForm(forms.ModelForm):
    class Meta:
        model = Ticket
        fields = ["title", "body", "email"]


class StatusForm(forms.ModelForm):
    class Meta:
        model = Ticket
        fields = ["status", "priority"]


class AttachmentForm(forms.ModelForm):
    class Meta:
        model = Attachment
        fields = ["file", "name"]


class BulkForm(forms.Form):
    tickets = forms.ModelMultipleChoiceField(queryset=Ticket.objects.open())
# -- file: desk/views.py
import csv

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.mail import send_mail
from django.http import FileResponse, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DetailView, ListView

from .forms import AttachmentForm, BulkForm, StatusForm, TicketForm
from .models import Attachment, Ticket


class TicketList(LoginRequiredMixin, ListView):
    paginate_by = 25
    template_name = "desk/list.html"
    orders = ("created", "-created", "priority", "-priority")

    def get_queryset(self):
        tickets = Ticket.objects.open()
        words = self.request.GET.get("q")
        if words and self.request.GET.get("deep"):
            tickets = tickets.mentioning(words)
        elif words:
            tickets = tickets.matching(words)
        order = self.request.GET.get("order")
        return tickets.order_by(order if order in self.orders else "-created")


class TicketDetail(LoginRequiredMixin, DetailView):
    model = Ticket
    template_name = "desk/ticket.html"


class TicketCreate(CreateView):
    form_class = TicketForm
    template_name = "desk/new.html"

    def form_valid(self, form):
        ticket = form.save()
        send_mail("We got your ticket: " + ticket.title, "We will answer soon.", None, [ticket.email])
        return redirect("desk:new")


@login_required
def ranked(request):
    rows = Ticket.objects.ranked(request.GET.get("by", "priority"))
    return render(request, "desk/ranked.html", {"tickets": rows})


@login_required
def of_customer(request, email):
    found = Ticket.objects.of_customer(email).values("id", "title", "status")
    return JsonResponse({"email": email, "tickets": list(found)})


@login_required
@require_POST
def set_status(request, pk):
    ticket = get_object_or_404(Ticket, pk=pk)
    form = StatusForm(request.POST, instance=ticket)
    if not form.is_valid():
        return HttpResponse("<p>%s is not a status.</p>" % request.POST.get("status"), status=400)  # expect: py/xss
    form.save()
    return HttpResponse("<p>%s is now %s.</p>" % (escape(ticket.title), escape(request.POST["status"])))


@csrf_exempt  # expect: py/csrf-off
@login_required
@require_POST
def close_many(request):
    form = BulkForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    closed = form.cleaned_data["tickets"].update(status=Ticket.Status.CLOSED)
    return JsonResponse({"closed": closed})


@login_required
@require_POST
def attach(request, pk):
    ticket = get_object_or_404(Ticket, pk=pk)
    form = AttachmentForm(request.POST, request.FILES)
    if form.is_valid():
        attachment = form.save(commit=False)
        attachment.ticket = ticket
        attachment.save()
    return redirect("desk:ticket", pk=pk)


@login_required
def download(request, pk):
    attachment = get_object_or_404(Attachment, pk=pk)
    return FileResponse(attachment.file.open("rb"), as_attachment=True, filename=attachment.name)


@login_required
@require_POST
def take(request, pk):
    ticket = get_object_or_404(Ticket, pk=pk)
    ticket.assignee = request.user
    ticket.save(update_fields=["assignee"])
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=True):
        back = reverse("desk:list")
    return HttpResponseRedirect(back)


@login_required
@require_POST
def leave(request, pk):
    Ticket.objects.filter(pk=pk, assignee=request.user).update(assignee=None)
    back = request.POST.get("next", "/")
    if back.lower().startswith(("http:", "https:", "javascript:")):
        back = "/"
    return HttpResponseRedirect(back)  # expect: py/open-redirect


@login_required
def export(request):
    response = HttpResponse(content_type="text/csv")
    writer = csv.writer(response)
    for ticket in Ticket.objects.mentioning(request.GET.get("q", "")):
        writer.writerow([ticket.pk, ticket.title, ticket.status])
    return response
# -- file: desk/urls.py
from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("", views.TicketList.as_view(), name="list"),
    path("new/", views.TicketCreate.as_view(), name="new"),
    path("<int:pk>/", views.TicketDetail.as_view(), name="ticket"),
    path("<int:pk>/status/", views.set_status, name="status"),
    path("<int:pk>/attach/", views.attach, name="attach"),
    path("<int:pk>/take/", views.take, name="take"),
    path("<int:pk>/leave/", views.leave, name="leave"),
    path("file/<int:pk>/", views.download, name="download"),
    path("customer/<str:email>/", views.of_customer, name="customer"),
    path("ranked/", views.ranked, name="ranked"),
    path("close/", views.close_many, name="close"),
    path("export/", views.export, name="export"),
]
# == An inventory with admin actions, imports and repricing (Django)
# -- file: inventory/models.py
from django.db import connection, models


class Supplier(models.Model):
    name = models.CharField(max_length=100)
    feed_url = models.URLField(blank=True)

    def __str__(self):
        return self.name


class Item(models.Model):
    sku = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=150)
    note = models.TextField(blank=True)
    photo = models.CharField(max_length=80, blank=True)
    cost = models.DecimalField(max_digits=10, decimal_places=2)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock = models.IntegerField(default=0)
    supplier = models.ForeignKey(Supplier, null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["sku"]

    @classmethod
    def stock_by_prefix(cls, prefix):
        with connection.cursor() as cursor:
            cursor.execute("SELECT sku, stock FROM inventory_item WHERE sku LIKE '%s%%' ORDER BY sku" % prefix)  # expect: py/sql-injection
            return cursor.fetchall()

    @classmethod
    def stock_of(cls, skus):
        places = ", ".join(["%s"] * len(skus))
        with connection.cursor() as cursor:
            cursor.execute("SELECT sku, stock FROM inventory_item WHERE sku IN (" + places + ")", list(skus))
            return dict(cursor.fetchall())

    @classmethod
    def move(cls, sku, amount):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE inventory_item SET stock = stock + %s WHERE sku = %s", [amount, sku])
            return cursor.rowcount
# -- file: inventory/admin.py
import os
import subprocess
import tempfile

from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from .models import Item, Supplier


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):
    list_display = ["sku", "name", "stock", "picture", "remark"]
    search_fields = ["sku", "name"]
    actions = ["print_labels", "print_list", "reset_stock"]

    def picture(self, obj):
        return format_html('<img src="/photo/{}/" width="40" alt="{}">', obj.pk, obj.name)

    def remark(self, obj):
        return mark_safe("<em>" + obj.note + "</em>")  # expect: py/raw-markup

    def low(self, obj):
        return mark_safe("<b>low</b>") if obj.stock < 5 else ""

    def print_labels(self, request, queryset):
        with tempfile.NamedTemporaryFile("w", suffix=".zpl", delete=False) as label:
            for item in queryset:
                label.write("^XA^FD%s^FS^XZ\n" % item.sku)
        printer = request.POST.get("printer", "labels")
        os.system("lpr -P %s %s" % (printer, label.name))  # expect: py/command-injection
        os.unlink(label.name)
        messages.success(request, "Labels were sent to %s." % printer)

    def print_list(self, request, queryset):
        text = "\n".join("%s  %d" % (i.sku, i.stock) for i in queryset)
        copies = max(1, min(int(request.POST.get("copies", 1)), 5))
        subprocess.run(["lpr", "-#", str(copies)], input=text.encode(), check=True, timeout=30)

    def reset_stock(self, request, queryset):
        done = queryset.update(stock=0)
        self.message_user(request, f"{done} items are empty now.")


@admin.register(Supplier)
class SupplierAdmin(admin.ModelAdmin):
    list_display = ["name"]
# -- file: inventory/importers.py
import csv
import gzip
import io
import json
import pickle

from defusedxml import ElementTree

from .models import Item


class Importer:
    def rows(self, data):
        raise NotImplementedError

    def run(self, data):
        count = 0
        for row in self.rows(data):
            Item.objects.update_or_create(sku=row["sku"], defaults={"name": row["name"], "cost": row["cost"],
                                                                    "price": row["cost"]})
            count += 1
        return count


class CsvImporter(Importer):
    def rows(self, data):
        return csv.DictReader(io.StringIO(data.decode("utf-8-sig")))


class JsonImporter(Importer):
    def rows(self, data):
        return json.loads(data)["items"]


class XmlImporter(Importer):
    def rows(self, data):
        for node in ElementTree.fromstring(data).iter("item"):
            yield {key: node.findtext(key) for key in ("sku", "name", "cost")}


class SnapshotImporter(Importer):
    def rows(self, data):
        return pickle.loads(gzip.decompress(data))  # expect: py/unsafe-deserialization


IMPORTERS = {"csv": CsvImporter, "json": JsonImporter, "xml": XmlImporter, "snapshot": SnapshotImporter}
# -- file: inventory/views.py
import os
from decimal import Decimal

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from .importers import IMPORTERS
from .models import Item


def stock(request):
    if "prefix" in request.GET:
        return JsonResponse(dict(Item.stock_by_prefix(request.GET["prefix"])))
    return JsonResponse(Item.stock_of(request.GET.getlist("sku")))


def photo(request, pk):
    item = get_object_or_404(Item, pk=pk)
    if not item.photo:
        raise Http404
    return FileResponse(open(os.path.join(settings.MEDIA_ROOT, "photos", item.photo), "rb"))


def manual(request):
    name = request.GET.get("name", "index.pdf")
    if not name.endswith(".pdf"):
        raise Http404
    return FileResponse(open(os.path.join(settings.MEDIA_ROOT, "manuals", name), "rb"))  # expect: py/path-traversal


def sheet(request):
    name = os.path.basename(request.GET.get("name", "index.pdf"))
    if not name.endswith(".pdf"):
        raise Http404
    return FileResponse(open(os.path.join(settings.MEDIA_ROOT, "sheets", name), "rb"))


@method_decorator(staff_member_required, name="dispatch")
class ImportView(View):
    def get(self, request):
        return render(request, "inventory/import.html", {"kinds": sorted(IMPORTERS)})

    def post(self, request):
        kind = request.POST.get("kind")
        if kind not in IMPORTERS:
            raise Http404
        count = IMPORTERS[kind]().run(request.FILES["file"].read())
        return render(request, "inventory/import.html", {"kinds": sorted(IMPORTERS), "count": count})


@staff_member_required
@require_POST
def reprice(request):
    formula = request.POST.get("formula", "cost * 1.2")
    changed = []
    for item in Item.objects.filter(supplier_id=int(request.POST["supplier"])):
        value = eval(formula, {"__builtins__": {}}, {"cost": float(item.cost), "stock": item.stock})  # expect: py/code-injection
        item.price = Decimal(str(value)).quantize(Decimal("0.01"))
        changed.append(item)
    Item.objects.bulk_update(changed, ["price"])
    return JsonResponse({"changed": len(changed)})


@staff_member_required
@require_POST
def receive(request):
    moved = Item.move(request.POST["sku"], int(request.POST["amount"]))
    if not moved:
        return JsonResponse({"error": "unknown", "sku": request.POST["sku"]}, status=404)
    return JsonResponse({"moved": moved})
# -- file: inventory/urls.py
from django.urls import path

from . import views

urlpatterns = [
    path("stock/", views.stock),
    path("photo/<int:pk>/", views.photo),
    path("manual/", views.manual),
    path("sheet/", views.sheet),
    path("import/", views.ImportView.as_view()),
    path("reprice/", views.reprice),
    path("receive/", views.receive),
]
# == The API behind a mobile app, with sign-up by SMS code and device tokens (FastAPI)
# -- file: api/db.py
import os
from typing import Iterator, Optional

from sqlalchemy import ForeignKey, String, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

engine = create_engine(os.environ["API_DATABASE_URL"], pool_pre_ping=True)
SessionLocal = sessionmaker(bind=engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    salt: Mapped[str] = mapped_column(String(32))
    password: Mapped[str] = mapped_column(String(128))
    code: Mapped[Optional[str]] = mapped_column(String(10), nullable=True)
    confirmed: Mapped[bool] = mapped_column(default=False)


class Media(Base):
    __tablename__ = "media"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    path: Mapped[str] = mapped_column(String(200))


def get_db() -> Iterator[Session]:
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
# -- file: api/security.py
import hashlib
import hmac
import os
import secrets
from datetime import datetime, timedelta, timezone

import jwt
from fastapi import Depends, HTTPException, status
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import Session

from .db import User, get_db

KEY = os.environ["API_JWT_KEY"]
oauth2 = OAuth2PasswordBearer(tokenUrl="/users/token")


def new_salt() -> str:
    return secrets.token_hex(16)


def hash_password(password: str, salt: str) -> str:
    return hashlib.sha256((salt + password).encode()).hexdigest()  # expect: py/fast-password-hash


def password_ok(user: User, password: str) -> bool:
    return hmac.compare_digest(hash_password(password, user.salt), user.password)


def access_token(user_id: int, minutes: int = 15) -> str:
    claims = {"sub": str(user_id), "exp": datetime.now(timezone.utc) + timedelta(minutes=minutes)}
    return jwt.encode(claims, KEY, algorithm="HS256")


def device_token(user_id: int, device: str) -> str:
    claims = {"sub": str(user_id), "dev": device, "iat": datetime.now(timezone.utc)}
    return jwt.encode(claims, KEY, algorithm="HS256")  # expect: py/jwt-no-expiry


def subject_for_refresh(token: str) -> int:
    # the access token has run out by now, so only its claims are wanted
    claims = jwt.decode(token, options={"verify_signature": False})  # expect: py/jwt-not-verified
    return int(claims["sub"])


def current_user(token: str = Depends(oauth2), db: Session = Depends(get_db)) -> User:
    try:
        claims = jwt.decode(token, KEY, algorithms=["HS256"])
    except jwt.PyJWTError:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "please sign in")
    user = db.get(User, int(claims["sub"]))
    if user is None or not user.confirmed:
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, "please sign in")
    return user
# -- file: api/routers/users.py
import hmac
import os
import random
from typing import List

import httpx
from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from .. import security
from ..db import User, get_db

router = APIRouter(prefix="/users", tags=["users"])
SMS_GATEWAY = os.environ["SMS_GATEWAY"]


class SignUp(BaseModel):
    phone: str = Field(pattern=r"^\+[0-9]{8,15}$")
    name: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=10)


class SignIn(BaseModel):
    phone: str
    password: str
    device: str = ""


class Confirm(BaseModel):
    phone: str
    code: str


class Found(BaseModel):
    id: int
    name: str


def send_code(phone: str, code: str) -> None:
    httpx.post(SMS_GATEWAY, json={"to": phone, "text": f"Your code is {code}"}, timeout=10)


def by_phone(db: Session, phone: str) -> User:
    user = db.scalars(select(User).where(User.phone == phone)).first()
    if user is None:
        raise HTTPException(404, f"nobody has the number {phone}")
    return user


@router.post("/", status_code=201)
def sign_up(body: SignUp, db: Session = Depends(get_db)):
    salt = security.new_salt()
    code = "%06d" % random.randint(0, 999999)  # expect: py/weak-random
    user = User(phone=body.phone, name=body.name, salt=salt,
                password=security.hash_password(body.password, salt), code=code)
    db.add(user)
    db.commit()
    send_code(user.phone, code)
    return {"id": user.id}


@router.post("/confirm")
def confirm(body: Confirm, db: Session = Depends(get_db)):
    user = by_phone(db, body.phone)
    if user.code is None or not hmac.compare_digest(user.code.encode(), body.code.encode()):
        raise HTTPException(400, "wrong code")
    user.code, user.confirmed = None, True
    db.commit()
    return {"confirmed": True}


@router.post("/token")
def token(body: SignIn, db: Session = Depends(get_db)):
    user = by_phone(db, body.phone)
    if not security.password_ok(user, body.password):
        raise HTTPException(401, "wrong password")
    answer = {"access": security.access_token(user.id)}
    if body.device:
        answer["device"] = security.device_token(user.id, body.device)
    return answer


@router.post("/refresh")
def refresh(old: str, db: Session = Depends(get_db)):
    user = db.get(User, security.subject_for_refresh(old))
    if user is None:
        raise HTTPException(401, "unknown user")
    return {"access": security.access_token(user.id)}


@router.get("/search", response_model=List[Found])
def search(q: str, limit: int = 20, user: User = Depends(security.current_user), db: Session = Depends(get_db)):
    rows = db.execute(text("SELECT id, name FROM users WHERE name LIKE :q AND id <> :me LIMIT :n"),
                      {"q": f"%{q}%", "me": user.id, "n": limit})
    return [Found(id=r.id, name=r.name) for r in rows]
# -- file: api/routers/media.py
import os
import shutil
import uuid
from pathlib import Path

from fastapi import APIRouter, Depends, HTTPException, UploadFile
from fastapi import Path as PathParam
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from ..db import Media, User, get_db
from ..security import current_user

router = APIRouter(prefix="/media", tags=["media"])
ROOT = Path(os.environ["MEDIA_ROOT"])


@router.post("/avatar")
async def avatar(file: UploadFile, user: User = Depends(current_user)):
    folder = ROOT / "avatars" / str(user.id)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.filename
    with open(target, "wb") as out:  # expect: py/path-traversal
        shutil.copyfileobj(file.file, out)
    return {"name": file.filename}


@router.post("/")
async def add(file: UploadFile, user: User = Depends(current_user), db: Session = Depends(get_db)):
    target = ROOT / "posts" / uuid.uuid4().hex
    with open(target, "wb") as out:
        shutil.copyfileobj(file.file, out)
    item = Media(owner_id=user.id, path=str(target))
    db.add(item)
    db.commit()
    return {"id": item.id, "original": file.filename}


@router.get("/{media_id}")
def show(media_id: int, db: Session = Depends(get_db)):
    item = db.get(Media, media_id)
    if item is None:
        raise HTTPException(404, "no such item")
    return FileResponse(item.path, media_type="image/jpeg")


@router.get("/sticker/{name}")
def sticker(name: str = PathParam(pattern=r"^[a-z0-9_]{1,40}$")):
    return FileResponse(ROOT / "stickers" / f"{name}.webp")
# -- file: api/main.py
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from .routers import media, users


app = FastAPI(title="pocket api")
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"])  # expect: py/cors-any-origin
app.include_router(users.router)
app.include_router(media.router)
# == A dashboard of sales reports with charts and exports (FastAPI)
# -- file: dash/deps.py
import os
import secrets
from pathlib import Path

from fastapi import Depends, HTTPException
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from fastapi.templating import Jinja2Templates
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

engine = create_engine(os.environ["DASH_DATABASE_URL"])
templates = Jinja2Templates(directory=str(Path(__file__).parent / "templates"))
basic = HTTPBasic()


def session():
    with Session(engine) as s:
        yield s


def analyst(cred: HTTPBasicCredentials = Depends(basic)) -> str:
    wanted = os.environ["DASH_PASSWORD"]
    if not secrets.compare_digest(cred.password.encode(), wanted.encode()):
        raise HTTPException(401, "wrong password", headers={"WWW-Authenticate": "Basic"})
    return "analyst"
# -- file: dash/reports.py
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Literal, Optional

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session


class Period(str, Enum):
    day = "day"
    week = "week"
    month = "month"


class SalesFilter(BaseModel):
    region: Optional[str] = None
    since: date
    sort: str = "amount"
    direction: Literal["asc", "desc"] = "desc"


@dataclass
class SalesReport:
    db: Session

    def rows(self, f: SalesFilter):
        where, values = ["sold_on >= :since"], {"since": f.since}
        if f.region:
            where.append("region = :region")
            values["region"] = f.region
        sql = "SELECT product, region, SUM(amount) AS amount FROM sale WHERE " + " AND ".join(where)
        sql += f" GROUP BY product, region ORDER BY {f.sort} {f.direction}"
        return self.db.execute(text(sql), values).mappings().all()  # expect: py/sql-injection

    def series(self, period: Period, product: int):
        sql = f"SELECT date_trunc('{period.value}', sold_on) AS t, SUM(amount) AS amount FROM sale WHERE product_id = :p GROUP BY 1"
        return self.db.execute(text(sql), {"p": product}).mappings().all()

    def summary(self, report_id: int):
        return self.db.execute(text("SELECT * FROM report WHERE id = :id"), {"id": report_id}).mappings().first()
# -- file: dash/export.py
import asyncio
import json
import os
from pathlib import Path
from uuid import uuid4

from pydantic import BaseModel, Field

EXPORTS = Path(os.environ["DASH_EXPORTS"]).resolve()


class Chart(BaseModel):
    title: str = Field(max_length=100)
    width: int = Field(800, ge=100, le=4000)
    height: int = Field(600, ge=100, le=4000)


async def plot(chart: Chart, points) -> str:
    name = uuid4().hex
    data = EXPORTS / f"{name}.dat"
    data.write_text("\n".join(f"{p['t']} {p['amount']}" for p in points))
    script = (
        f"set terminal png size {chart.width},{chart.height}; set title '{chart.title}'; "
        f"set output '{EXPORTS}/{name}.png'; plot '{data}' using 1:2 with lines"
    )
    proc = await asyncio.create_subprocess_shell(f'gnuplot -e "{script}"')  # expect: py/command-injection
    await asyncio.wait_for(proc.wait(), 30)
    return f"{name}.png"


async def shrink(name: str, quality: int) -> None:
    proc = await asyncio.create_subprocess_exec("pngquant", "--force", "--quality", f"0-{quality}", "--", str(EXPORTS / name))
    await asyncio.wait_for(proc.wait(), 30)


def dump(rows) -> str:
    name = f"{uuid4().hex}.json"
    (EXPORTS / name).write_text(json.dumps([dict(r) for r in rows], default=str))
    return name


def find(name: str):
    full = (EXPORTS / name).resolve()
    if EXPORTS not in full.parents:
        return None
    return full if full.is_file() else None
# -- file: dash/main.py
import html

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import FileResponse, HTMLResponse
from sqlalchemy.orm import Session

from . import export
from .deps import analyst, session, templates
from .reports import Period, SalesFilter, SalesReport

app = FastAPI(dependencies=[Depends(analyst)])


def sales(db: Session = Depends(session)) -> SalesReport:
    return SalesReport(db)


@app.post("/sales")
def sales_rows(f: SalesFilter, report: SalesReport = Depends(sales)):
    return [dict(r) for r in report.rows(f)]


@app.post("/sales/dump")
def sales_dump(f: SalesFilter, report: SalesReport = Depends(sales)):
    return {"file": export.dump(report.rows(f))}


@app.post("/products/{product}/chart")
async def chart(product: int, body: export.Chart, period: Period = Period.month,
                quality: int = Query(80, ge=10, le=100), report: SalesReport = Depends(sales)):
    name = await export.plot(body, report.series(period, product))
    await export.shrink(name, quality)
    return {"file": name}


@app.get("/exports/{name:path}")
def download(name: str):
    full = export.find(name)
    if full is None:
        raise HTTPException(404, f"{name} is not an export")
    return FileResponse(full)


@app.get("/archive/{year}/{name:path}")
def archive(year: int, name: str):
    return FileResponse(export.EXPORTS / "archive" / str(year) / name)  # expect: py/path-traversal


@app.get("/widget", response_class=HTMLResponse)
def widget(title: str, colour: str = "navy"):
    safe = html.escape(title)
    return f"<section style='color:{colour}'><h2>{safe}</h2></section>"  # expect: py/xss


@app.get("/ticker", response_class=HTMLResponse)
def ticker(text: str = "", rows: int = 3):
    line = html.escape(text)
    return HTMLResponse("".join(f"<p>{line}</p>" for _ in range(rows)))


@app.get("/reports/{report_id}", response_class=HTMLResponse)
def page(request: Request, report_id: int, note: str = "", report: SalesReport = Depends(sales)):
    found = report.summary(report_id)
    if found is None:
        raise HTTPException(404, "no such report")
    return templates.TemplateResponse(request, "report.html", {"report": found, "note": note})
# -- file: dash/templates/report.html
<!doctype html>
<title>{{ report.title }}</title>
<h1>{{ report.title }}</h1>
<div class="summary">{{ report.summary|safe }}</div> {# expect: py/template-raw-output #}
{% if note %}<p class="note">{{ note }}</p>{% endif %}
<script>const data = {{ report.points|tojson }};</script>
# == A chat with rooms, link previews and attachments (aiohttp)
# -- file: chat/rooms.py
import aiosqlite


class Rooms:
    def __init__(self, db: aiosqlite.Connection):
        self.db = db
        self.sockets = {}

    async def user(self, name):
        async with self.db.execute("SELECT id, name, password FROM user WHERE name = ?", (name,)) as cur:
            return await cur.fetchone()

    async def post(self, room, user_id, text):
        await self.db.execute("INSERT INTO message (room, user_id, text) VALUES (?, ?, ?)", (room, user_id, text))
        await self.db.commit()
        for ws in self.sockets.get(room, set()):
            await ws.send_json({"room": room, "from": user_id, "text": text})

    async def latest(self, room, count):
        sql = f"SELECT user_id, text FROM message WHERE room = ? ORDER BY id DESC LIMIT {int(count)}"
        async with self.db.execute(sql, (room,)) as cur:
            return await cur.fetchall()

    async def find(self, room, term, author=None):
        sql = "SELECT user_id, text FROM message WHERE room = ? AND text LIKE ?"
        if author:
            sql += f" AND user_id IN (SELECT id FROM user WHERE name = '{author}')"
        async with self.db.execute(sql, (room, f"%{term}%")) as cur:  # expect: py/sql-injection
            return await cur.fetchall()

    def join(self, room, ws):
        self.sockets.setdefault(room, set()).add(ws)

    def part(self, room, ws):
        self.sockets.get(room, set()).discard(ws)
# -- file: chat/unfurl.py
import re
from urllib.parse import urlsplit

import aiohttp

TITLE = re.compile(r"<title>([^<]{1,200})", re.I)
EMBEDS = {"video.example.com": "https://video.example.com/oembed", "pics.example.com": "https://pics.example.com/oembed"}


class Unfurler:
    def __init__(self, session: aiohttp.ClientSession):
        self.session = session
        self.limit = aiohttp.ClientTimeout(total=6)

    async def title(self, url):
        if urlsplit(url).scheme not in ("http", "https"):
            return None
        async with self.session.get(url, timeout=self.limit) as answer:  # expect: py/ssrf
            found = TITLE.search(await answer.text())
        return found.group(1) if found else None

    async def embed(self, url):
        endpoint = EMBEDS.get(urlsplit(url).hostname)
        if endpoint is None:
            return None
        async with self.session.get(endpoint, params={"url": url}, timeout=self.limit) as answer:
            return await answer.json()
# -- file: chat/handlers.py
import html
import os
import secrets
from pathlib import Path

from aiohttp import WSMsgType, web
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

routes = web.RouteTableDef()
UPLOADS = Path(os.environ["CHAT_UPLOADS"]).resolve()
hasher = PasswordHasher()


def signed_in(handler):
    async def inner(request):
        user_id = request.app["sessions"].get(request.cookies.get("chat_sid"))
        if user_id is None:
            raise web.HTTPFound("/login")
        request["user_id"] = user_id
        return await handler(request)
    return inner


@routes.post("/login")
async def login(request):
    form = await request.post()
    user = await request.app["rooms"].user(form["name"])
    if user is None:
        raise web.HTTPUnauthorized()
    try:
        hasher.verify(user[2], form["password"])
    except VerifyMismatchError:
        raise web.HTTPUnauthorized()
    sid = secrets.token_urlsafe(32)
    request.app["sessions"][sid] = user[0]
    answer = web.HTTPFound(request.query.get("next", "/"))  # expect: py/open-redirect
    answer.set_cookie("chat_sid", sid, secure=True, samesite="Strict", max_age=86400)  # expect: py/cookie-without-httponly
    raise answer


@routes.get("/rooms/{room}")
@signed_in
async def room_page(request):
    room = request.match_info["room"]
    rows = await request.app["rooms"].latest(room, request.query.get("n", "50"))
    items = "".join(f"<li>{html.escape(text)}</li>" for _, text in rows)
    return web.Response(text=f"<h1>{room}</h1><ul>{items}</ul>", content_type="text/html")  # expect: py/xss


@routes.get("/rooms/{room}/about")
@signed_in
async def about(request):
    room = html.escape(request.match_info["room"])
    return web.Response(text="<h1>About %s</h1>" % room, content_type="text/html")


@routes.get("/rooms/{room}/search")
@signed_in
async def search(request):
    rows = await request.app["rooms"].find(
        request.match_info["room"], request.query.get("q", ""), request.query.get("from"))
    return web.json_response([{"from": r[0], "text": r[1]} for r in rows])


@routes.post("/rooms/{room}/messages")
@signed_in
async def send(request):
    data = await request.json()
    await request.app["rooms"].post(request.match_info["room"], request["user_id"], str(data["text"]))
    answer = {"ok": True}
    if link := data.get("link"):
        unfurl = request.app["unfurl"]
        answer["embed"] = await unfurl.embed(link)
        answer["title"] = await unfurl.title(link)
    return web.json_response(answer)


@routes.get("/rooms/{room}/ws")
@signed_in
async def socket(request):
    rooms, room = request.app["rooms"], request.match_info["room"]
    ws = web.WebSocketResponse(heartbeat=30)
    await ws.prepare(request)
    rooms.join(room, ws)
    try:
        async for msg in ws:
            if msg.type == WSMsgType.TEXT:
                await rooms.post(room, request["user_id"], msg.data)
    finally:
        rooms.part(room, ws)
    return ws


@routes.post("/files")
@signed_in
async def upload(request):
    form = await request.post()
    suffix = Path(form["file"].filename).suffix.lower()
    if suffix not in {".png", ".jpg", ".gif"}:
        raise web.HTTPUnsupportedMediaType()
    name = secrets.token_hex(12) + suffix
    (UPLOADS / name).write_bytes(form["file"].file.read())
    return web.json_response({"name": name})


@routes.get("/files")
@signed_in
async def download(request):
    return web.FileResponse(UPLOADS / request.query["name"])  # expect: py/path-traversal


@routes.get("/thumbs")
@signed_in
async def thumb(request):
    wanted = request.query["name"]
    known = {p.name: p for p in (UPLOADS / "thumbs").iterdir()}
    if wanted not in known:
        raise web.HTTPNotFound()
    return web.FileResponse(known[wanted])
# -- file: chat/app.py
import os

import aiohttp
import aiosqlite
from aiohttp import web

from .handlers import routes
from .rooms import Rooms
from .unfurl import Unfurler


async def resources(app):
    app["sessions"] = {}
    async with aiosqlite.connect(os.environ["CHAT_DB"]) as db, aiohttp.ClientSession() as session:
        app["rooms"] = Rooms(db)
        app["unfurl"] = Unfurler(session)
        yield


def build():
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app.add_routes(routes)
    app.cleanup_ctx.append(resources)
    return app


if __name__ == "__main__":
    web.run_app(build(), host="127.0.0.1", port=int(os.environ.get("CHAT_PORT", "8090")))
