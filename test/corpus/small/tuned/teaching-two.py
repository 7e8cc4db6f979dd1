# == Crema, a Flask coffee loyalty card whose lessons register themselves in a table of levels
# -- file: crema.py
import os

from flask import Flask, abort, render_template

import lessons_data  # noqa: F401  (registers)
import lessons_shell  # noqa: F401
import lessons_web  # noqa: F401
from bar import catalogue, pick

app = Flask(__name__)
app.secret_key = os.environ["CREMA_KEY"].encode()
app.config["SESSION_COOKIE_SECURE"] = app.config["SESSION_COOKIE_HTTPONLY"] = True
app.config["SESSION_COOKIE_SAMESITE"] = None  # expect: py/cookie-without-samesite


@app.route("/")
def overview():
    return render_template("overview.html", lessons=catalogue())


@app.route("/lesson/<topic>/<int:level>", methods=["GET", "POST"])
def lesson(topic, level):
    chosen = pick(topic, level)
    if chosen is None:
        abort(404)
    return chosen()


if __name__ == "__main__":
    app.run(host="0.0.0.0")  # expect: py/bind-all-interfaces
# -- file: bar.py
"""Behind the counter: the table of lessons and the table of members."""
import os
import sqlite3
from contextlib import closing

FILE = os.environ.get("CREMA_DB", "crema.sqlite")
_table = {}


def teaches(topic, level):
    def register(function):
        _table[topic, level] = function
        return function

    return register


def pick(topic, level):
    return _table.get((topic, level))


def catalogue():
    return sorted((topic, level, (fn.__doc__ or "").strip()) for (topic, level), fn in _table.items())


def one(sql, *values):
    with closing(sqlite3.connect(FILE)) as conn:
        return conn.execute(sql, values).fetchone()  # expect: py/sql-injection


def member(card_number: int):
    with closing(sqlite3.connect(FILE)) as conn:
        return conn.execute("SELECT name, beans FROM member WHERE card = ?", (card_number,)).fetchone()


def member_by_name(name):
    with closing(sqlite3.connect(FILE)) as conn:
        found = conn.execute("SELECT card, secret FROM member WHERE name = :name", {"name": name})
        return found.fetchone()
# -- file: lessons_data.py
import base64
import json
import os
import pickle

from flask import abort, jsonify, request
from itsdangerous import BadSignature, URLSafeSerializer

import bar
from bar import teaches


@teaches("beans", 1)
def beans_open():
    """How many beans has this card collected?"""
    row = bar.one("SELECT name, beans FROM member WHERE card = " + request.args.get("card", "0"))
    return jsonify(member=row)


@teaches("beans", 2)
def beans_checked():
    """The card number is checked, but who looks at the answer?"""
    card = request.args.get("card", "0")
    card.isdigit()
    return jsonify(member=bar.one(f"SELECT name, beans FROM member WHERE card = {card}"))


@teaches("beans", 3)
def beans_closed():
    """Only numbers reach the database."""
    card = request.args.get("card", default=0, type=int)
    return jsonify(member=bar.member(card))


@teaches("order", 1)
def order_open():
    """The last order travels in a cookie."""
    cookie = request.cookies.get("order")
    if not cookie:
        abort(400)
    order = pickle.loads(base64.b64decode(cookie))  # expect: py/unsafe-deserialization
    return jsonify(cups=len(order))


@teaches("order", 2)
def order_searched():
    """Pickles that mention the os module are thrown away."""
    data = base64.b64decode(request.cookies.get("order", ""))
    if b"posix" in data or b"system" in data:
        abort(400)
    return jsonify(cups=len(pickle.loads(data)))  # expect: py/unsafe-deserialization


@teaches("order", 3)
def order_closed():
    """Signed JSON."""
    signer = URLSafeSerializer(os.environ["CREMA_KEY"], salt="order")
    try:
        order = signer.loads(request.cookies.get("order", ""))
    except BadSignature:
        abort(400)
    return jsonify(cups=len(order))


@teaches("menu", 1)
def menu_open():
    """Menus are read from the disk, in any language."""
    lang = request.args.get("lang", "en")
    with open("menus/%s.json" % lang) as fh:  # expect: py/path-traversal
        return jsonify(json.load(fh))


@teaches("menu", 2)
def menu_prefixed():
    """Level 2 checks where the path begins."""
    path = os.path.join(os.getcwd(), "menus", request.args.get("lang", "en") + ".json")
    if not path.startswith(os.path.join(os.getcwd(), "menus")):
        abort(403)
    with open(path) as fh:  # expect: py/path-traversal
        return jsonify(json.load(fh))


@teaches("menu", 3)
def menu_closed():
    """Two languages are spoken here."""
    match request.args.get("lang"):
        case "it":
            name = "it"
        case _:
            name = "en"
    with open("menus/%s.json" % name) as fh:
        return jsonify(json.load(fh))
# -- file: lessons_shell.py
import re
import shlex
import subprocess

from flask import Response, abort, request

from bar import teaches


def as_text(output):
    return Response(output, mimetype="text/plain")


@teaches("grinder", 1)
def grinder_open():
    """Is the grinder on line?"""
    grinder = request.values.get("grinder", "")
    return as_text(subprocess.check_output("fping " + grinder, shell=True))  # expect: py/command-injection


@teaches("grinder", 2)
def grinder_anchored():
    """Names of grinders begin with the letter g and digits."""
    grinder = request.values.get("grinder", "")
    if re.match(r"^g[0-9]+", grinder) is None:
        abort(400)
    return as_text(subprocess.check_output(f"fping {grinder}.lan", shell=True))  # expect: py/command-injection


@teaches("grinder", 3)
def grinder_closed():
    """The whole name has to match and no shell is used."""
    grinder = request.values.get("grinder", "")
    if re.fullmatch(r"g[0-9]{1,4}", grinder) is None:
        abort(400)
    return as_text(subprocess.check_output(["fping", grinder + ".lan"], timeout=5))


@teaches("count", 3)
def count_quoted():
    """Sometimes a pipe is needed: quoting does it."""
    word = shlex.quote(request.values.get("word", ""))
    return as_text(subprocess.check_output(f"cat orders.txt | grep -cF -e {word} || true", shell=True))
# -- file: lessons_web.py
import ast
import hashlib

import bcrypt
from flask import abort, jsonify, make_response, redirect, render_template, request, session

import bar
from bar import teaches

PLACES = {"home": "/", "beans": "/lesson/beans/3"}


@teaches("thanks", 1)
def thanks_open():
    """A thank-you page."""
    return make_response("<p>Thanks, {name}!</p>".format(name=request.args.get("name", "")))  # expect: py/xss


@teaches("thanks", 2)
def thanks_half():
    """Jinja escapes everything. Does it?"""
    return render_template("thanks_old.html", name=request.args.get("name", ""))  # expect: py/template-autoescape


@teaches("thanks", 3)
def thanks_closed():
    """Jinja escapes everything."""
    return render_template("thanks.html", name=request.args.get("name", ""))


@teaches("split", 1)
def split_open():
    """Who pays how much?"""
    return jsonify(share=eval(request.args["bill"]) / 2)  # expect: py/code-injection


@teaches("split", 3)
def split_closed():
    """A literal is no program."""
    bill = ast.literal_eval(request.args["bill"])
    if not isinstance(bill, (int, float)):
        abort(400)
    return jsonify(share=bill / 2)


@teaches("login", 1)
def login_open():
    """Staff door with the key under the mat."""
    pin, name = request.form["password"], request.form["name"]
    hashed = hashlib.sha256(pin.encode()).hexdigest()  # expect: py/fast-password-hash
    row = bar.member_by_name(name)
    if row is None or hashed != row[1]:
        abort(401)
    session["member"] = row[0]
    session["usual"] = request.form.get("usual")  # expect: py/trust-boundary
    return redirect(request.form["next"])  # expect: py/open-redirect


@teaches("login", 3)
def login_closed():
    """Slow hash, own identifier, known places."""
    row = bar.member_by_name(request.form["name"])
    if row is None or not bcrypt.checkpw(request.form["password"].encode(), row[1]):
        abort(401)
    session["member"] = row[0]
    return redirect(PLACES.get(request.form.get("next"), "/"))
# -- file: templates/overview.html
<ul>{% for topic, level, text in lessons %}
  <li><a href="/lesson/{{ topic }}/{{ level }}">{{ topic }} {{ level }}</a> {{ text }}</li>
{% endfor %}</ul>
# -- file: templates/thanks.html
<p>Thanks, {{ name }}!</p>
# -- file: templates/thanks_old.html
<p>Thanks, {{ name|safe }}!</p>
# == Wax Museum, a Flask guestbook and archive in the old style, with guarded twins of each page
# -- file: museum.py
# -*- coding: utf-8 -*-
import os
import logging
import smtplib
import ssl
from email.message import EmailMessage

from flask import (Flask, request, session, redirect, render_template, render_template_string,
                   url_for, abort, jsonify)

import archive
import guests

app = Flask(__name__)
app.config['SECRET_KEY'] = 'madame-t'  # expect: py/hardcoded-key
app.config['SESSION_COOKIE_SECURE'] = True
app.config['SESSION_COOKIE_HTTPONLY'] = False  # expect: py/cookie-without-httponly
app.config['SESSION_COOKIE_SAMESITE'] = 'Lax'
app.register_blueprint(archive.pages)
log = logging.getLogger('museum')


@app.route('/')
def hall():
    return render_template('hall.html', entries=guests.entries(), lang=session.get('lang', 'en'))


@app.route('/guarded')
def hall_guarded():
    return render_template('hall_guarded.html', entries=guests.entries(), lang=session.get('lang', 'en'))


@app.route('/sign', methods=['POST'])
def sign():
    guests.add(request.form['author'], request.form['text'])
    log.info('guestbook signed by %s' % request.form['author'])  # expect: py/log-injection
    return redirect(url_for('hall'))


@app.route('/guarded/sign', methods=['POST'])
def sign_guarded():
    number = guests.add(request.form['author'], request.form['text'])
    log.info('guestbook entry %d written', number)
    return redirect(url_for('hall_guarded'))


@app.route('/lang')
def lang():
    session['lang'] = request.args['lang']  # expect: py/trust-boundary
    return redirect(url_for('hall'))


@app.route('/guarded/lang')
def lang_guarded():
    wanted = request.args['lang']
    if wanted not in ('en', 'fr', 'de'):
        abort(400)
    session['lang'] = wanted
    return redirect(url_for('hall_guarded'))


@app.route('/figure')
def figure():
    page = '''
      <h1>%s</h1>
      <p>No wax figure of that name.</p>
    ''' % request.args.get('name', '')
    return render_template_string(page)  # expect: py/template-injection


@app.route('/guarded/figure')
def figure_guarded():
    page = '''
      <h1>{{ name }}</h1>
      <p>No wax figure of that name.</p>
    '''
    return render_template_string(page, name=request.args.get('name', ''))


@app.route('/curator')
def curator():
    assert session.get('role') == 'curator'  # expect: py/assert-check
    return jsonify(visitors=guests.count())


@app.route('/guarded/curator')
def curator_guarded():
    if session.get('role') != 'curator':
        abort(403)
    return jsonify(visitors=guests.count())


@app.route('/contact', methods=['POST'])
def contact():
    desk = os.environ['MUSEUM_DESK']
    letter = 'From: %s\r\nTo: %s\r\nSubject: %s\r\n\r\n%s' % (
        desk, desk, request.form['subject'], request.form['text'])
    with smtplib.SMTP_SSL(os.environ['MUSEUM_SMTP'], timeout=10, context=ssl.create_default_context()) as smtp:
        smtp.sendmail(desk, [desk], letter)  # expect: py/email-injection
    return jsonify(sent=True)


@app.route('/guarded/contact', methods=['POST'])
def contact_guarded():
    desk = os.environ['MUSEUM_DESK']
    letter = EmailMessage()
    letter['From'] = letter['To'] = desk
    letter['Subject'] = 'Message from the website'
    letter.set_content(request.form['text'])
    with smtplib.SMTP_SSL(os.environ['MUSEUM_SMTP'], timeout=10, context=ssl.create_default_context()) as smtp:
        smtp.send_message(letter)
    return jsonify(sent=True)


if __name__ == '__main__':
    app.run('127.0.0.1', 8001, debug=True)  # expect: py/debug-enabled
# -- file: guests.py
# -*- coding: utf-8 -*-
import os
import sqlite3


def _open():
    conn = sqlite3.connect(os.environ.get('MUSEUM_DB', 'museum.db'))
    conn.row_factory = sqlite3.Row
    return conn


def entries():
    conn = _open()
    try:
        return conn.execute('SELECT author, text FROM guest ORDER BY id DESC').fetchall()
    finally:
        conn.close()


def add(author, text):
    conn = _open()
    try:
        number = conn.execute('INSERT INTO guest (author, text) VALUES (?, ?)', (author, text)).lastrowid
        conn.commit()
        return number
    finally:
        conn.close()


def count():
    conn = _open()
    try:
        return conn.execute('SELECT count(*) FROM guest').fetchone()[0]
    finally:
        conn.close()


def search_unsafe(words):
    conn = _open()
    clauses = ["text LIKE '%" + w + "%'" for w in words]
    try:
        return conn.execute('SELECT author FROM guest WHERE ' + ' AND '.join(clauses)).fetchall()  # expect: py/sql-injection
    finally:
        conn.close()


def search_safe(words):
    conn = _open()
    clauses = ' AND '.join(['text LIKE ?'] * len(words))
    try:
        return conn.execute('SELECT author FROM guest WHERE ' + clauses, ['%' + w + '%' for w in words]).fetchall()
    finally:
        conn.close()
# -- file: archive.py
# -*- coding: utf-8 -*-
import os
import re
import zipfile
from urllib.request import urlopen
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, send_file, send_from_directory, abort, jsonify
from werkzeug.utils import secure_filename

import guests

pages = Blueprint('archive', __name__)
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'archive')
PARTNERS = ('images.waxmuseum.example', 'iiif.waxmuseum.example')


@pages.route('/search')
def search():
    rows = guests.search_unsafe(request.args.get('q', '').split())
    return jsonify(authors=[r['author'] for r in rows])


@pages.route('/guarded/search')
def search_guarded():
    words = request.args.get('q', '').split()[:5]
    if not words:
        return jsonify(authors=[])
    return jsonify(authors=[r['author'] for r in guests.search_safe(words)])


@pages.route('/file')
def download():
    name = request.args['name']
    while name.startswith('/'):
        name = name[1:]
    return send_file(os.path.join(ROOT, name))  # expect: py/path-traversal


@pages.route('/guarded/file')
def download_guarded():
    return send_from_directory(ROOT, request.args['name'], as_attachment=True)


@pages.route('/remove', methods=['POST'])
def remove():
    os.remove(ROOT + '/' + request.form['name'])  # expect: py/path-traversal
    return jsonify(removed=True)


@pages.route('/guarded/remove', methods=['POST'])
def remove_guarded():
    name = os.path.basename(request.form['name'])
    if not re.fullmatch(r'[a-z0-9]+\.(?:png|txt)', name):
        abort(400)
    os.remove(os.path.join(ROOT, name))
    return jsonify(removed=True)


@pages.route('/bundle', methods=['POST'])
def bundle():
    bundle_file = zipfile.ZipFile(request.files['bundle'])
    for member in bundle_file.namelist():
        with open(os.path.join(ROOT, member), 'wb') as out:  # expect: py/zip-slip
            out.write(bundle_file.read(member))
    return jsonify(members=len(bundle_file.namelist()))


@pages.route('/guarded/bundle', methods=['POST'])
def bundle_guarded():
    written = 0
    with zipfile.ZipFile(request.files['bundle']) as bundle_file:
        for info in bundle_file.infolist():
            name = secure_filename(os.path.basename(info.filename))
            if info.is_dir() or not name or info.file_size > 1000000:
                continue
            with open(os.path.join(ROOT, name), 'wb') as out:
                out.write(bundle_file.read(info))
            written += 1
    return jsonify(members=written)


@pages.route('/portrait')
def portrait():
    picture = urlopen(request.args['url'], timeout=5).read()  # expect: py/ssrf
    return Response(picture, mimetype='image/png')


@pages.route('/guarded/portrait')
def portrait_guarded():
    parts = urlsplit(request.args['url'])
    if parts.scheme != 'https' or parts.netloc not in PARTNERS:
        abort(400)
    picture = urlopen('https://%s/portrait.png' % PARTNERS[PARTNERS.index(parts.netloc)], timeout=5).read()
    return Response(picture, mimetype='image/png')


@pages.route('/inventory')
def inventory():
    number = request.args.get('number', '')
    if not re.match(r'^(([a-z])+[0-9]*)+$', number):  # expect: py/redos
        abort(400)
    return jsonify(valid=True)


@pages.route('/guarded/inventory')
def inventory_guarded():
    number = request.args.get('number', '')
    if not re.fullmatch(r'[a-z0-9]{1,20}', number):
        abort(400)
    return jsonify(valid=True)
# -- file: templates/hall.html
<!doctype html>
<html lang="{{ lang }}">
<h1>Guestbook</h1>
{% for entry in entries %}
<p>{{ entry.text | safe }} <i>{{ entry.author }}</i></p>  {# expect: py/template-raw-output #}
{% endfor %}
</html>
# -- file: templates/hall_guarded.html
<!doctype html>
<html lang="{{ lang }}">
<h1>Guestbook</h1>
{% for entry in entries %}
<p>{{ entry.text }} <i>{{ entry.author }}</i></p>
{% endfor %}
</html>
# == Piggybank, a typed Flask bank with services and repositories, vulnerable and reviewed side by side
# -- file: piggybank/web.py
from __future__ import annotations

import os

from flask import Flask, abort, g, jsonify, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from .crypto import ReviewedVault, SchoolVault, reset_code, reviewed_reset_code
from .repository import AccountRepository, ReviewedAccountRepository
from .services import RateService, ReviewedRateService, StatementService, read_transfers, read_transfers_reviewed

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ.get("PIGGY_SECRET", "oink-oink-oink")  # expect: py/hardcoded-key
app.config["SESSION_COOKIE_SECURE"] = True
app.config["SESSION_COOKIE_HTTPONLY"] = True
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"

DATABASE = os.environ.get("PIGGY_DB", "piggy.db")


@app.before_request
def prepare() -> None:
    g.reviewed = request.path.startswith("/reviewed/")
    g.accounts = ReviewedAccountRepository(DATABASE) if g.reviewed else AccountRepository(DATABASE)


@app.post("/login")
@app.post("/reviewed/login")
def login() -> Response:
    account = g.accounts.by_credentials(request.form["holder"], request.form["password"])
    if account is None:
        abort(401)
    session["account"] = account.number
    return redirect(url_for("overview"))


@app.get("/overview")
def overview() -> str:
    account = g.accounts.by_number(int(session.get("account", 0)))
    return render_template("overview.html", account=account)


@app.get("/exists/<number>")
@app.get("/reviewed/exists/<number>")
def exists(number: str) -> Response:
    return jsonify(exists=g.accounts.exists(number))


@app.get("/history")
@app.get("/reviewed/history")
def history() -> Response:
    number = int(session.get("account", 0))
    return jsonify(rows=g.accounts.history(number, request.args.get("order", "booked")))


@app.post("/transfers")
def transfers() -> Response:
    return jsonify(count=len(read_transfers(request.get_data())))


@app.post("/reviewed/transfers")
def transfers_reviewed() -> Response:
    return jsonify(count=len(read_transfers_reviewed(request.get_data())))


@app.get("/rate")
def rate() -> Response:
    return jsonify(rate=RateService().fetch(request.args.get("feed", "")))


@app.get("/reviewed/rate")
def rate_reviewed() -> Response:
    return jsonify(rate=ReviewedRateService().fetch(request.args.get("currency", "")))


@app.get("/statement/<path:name>")
def statement(name: str) -> Response:
    return StatementService("statements").send(name)


@app.get("/reviewed/statement/<int:year>/<int:month>")
def statement_reviewed(year: int, month: int) -> Response:
    return StatementService("statements").send_month(year, month)


@app.post("/interest")
def interest() -> Response:
    scope: dict[str, object] = {"balance": 1000}
    exec("result = " + request.form["formula"], scope)  # expect: py/code-injection
    return jsonify(result=scope["result"])


@app.post("/forgot")
@app.post("/reviewed/forgot")
def forgot() -> Response:
    g.accounts.set_code(request.form["holder"], reviewed_reset_code() if g.reviewed else reset_code())
    return jsonify(sent=True)


@app.post("/remember")
def remember() -> Response:
    answer = make_response(jsonify(saved=True))
    sealed = SchoolVault().seal(str(session.get("account", 0)).encode())
    answer.set_cookie("remember", sealed.hex(), httponly=True, samesite="Lax")  # expect: py/insecure-cookie
    return answer


@app.post("/reviewed/remember")
def remember_reviewed() -> Response:
    answer = make_response(jsonify(saved=True))
    sealed = ReviewedVault().seal(str(session.get("account", 0)).encode())
    answer.set_cookie("remember", sealed.hex(), secure=True, httponly=True, samesite="Strict")
    return answer


@app.get("/advice")
def advice() -> str:
    topic = request.args.get("topic", "saving")
    return "<p>We have no advice on " + topic + ".</p>"  # expect: py/xss


@app.get("/reviewed/advice")
def advice_reviewed() -> str:
    return render_template("advice.html", topic=request.args.get("topic", "saving"))
# -- file: piggybank/repository.py
from __future__ import annotations

import hashlib
import hmac
import sqlite3
from dataclasses import dataclass
from typing import Any, Iterable, Optional


@dataclass(frozen=True)
class Account:
    number: int
    holder: str
    cents: int


class BaseRepository:
    def __init__(self, path: str) -> None:
        self._path = path

    def _run(self, statement: str, values: Iterable[Any]) -> list[tuple]:
        with sqlite3.connect(self._path) as conn:
            return conn.execute(statement, tuple(values)).fetchall()

    def by_number(self, number: int) -> Optional[Account]:
        rows = self._run("SELECT number, holder, cents FROM account WHERE number = ?", [number])
        return Account(*rows[0]) if rows else None

    def set_code(self, holder: str, code: str) -> None:
        self._run("UPDATE account SET code = ? WHERE holder = ?", [code, holder])


class AccountRepository(BaseRepository):
    """The school edition."""

    def _run_text(self, statement: str) -> list[tuple]:
        with sqlite3.connect(self._path) as conn:
            return conn.execute(statement).fetchall()  # expect: py/sql-injection

    def by_credentials(self, holder: str, password: str) -> Optional[Account]:
        hashed = hashlib.sha1(password.encode()).hexdigest()  # expect: py/fast-password-hash
        rows = self._run_text(
            f"SELECT number, holder, cents FROM account WHERE holder = '{holder}' AND hash = '{hashed}'"
        )
        return Account(*rows[0]) if rows else None

    def exists(self, number: str) -> bool:
        return bool(self._run_text("SELECT 1 FROM account WHERE number = " + number))

    def history(self, number: int, order: str) -> list[tuple]:
        return self._run_text(f'SELECT booked, cents FROM booking WHERE account = {number} ORDER BY "{order}"')


class ReviewedAccountRepository(BaseRepository):
    ORDERS = {"booked": "booked DESC", "amount": "cents DESC"}

    def by_credentials(self, holder: str, password: str) -> Optional[Account]:
        rows = self._run("SELECT number, holder, cents, salt, hash FROM account WHERE holder = ?", [holder])
        if not rows:
            return None
        *fields, salt, stored = rows[0]
        attempt = hashlib.scrypt(password.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26)
        return Account(*fields) if hmac.compare_digest(attempt, stored) else None

    def exists(self, number: str) -> bool:
        return bool(self._run("SELECT 1 FROM account WHERE number = ?", (number,)))

    def history(self, number: int, order: str) -> list[tuple]:
        clause = self.ORDERS.get(order, "booked DESC")
        return self._run(f"SELECT booked, cents FROM booking WHERE account = ? ORDER BY {clause}", [number])
# -- file: piggybank/services.py
from __future__ import annotations

import os
from pathlib import Path
from xml.sax import ContentHandler, make_parser
from xml.sax.handler import feature_external_ges
from io import BytesIO

import defusedxml.sax
import requests
from flask import send_file, send_from_directory
from werkzeug.wrappers import Response

FEEDS = {"EUR": "https://rates.piggy.example/eur", "CHF": "https://rates.piggy.example/chf"}


class TransferHandler(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.amounts: list[str] = []

    def startElement(self, name, attrs):
        if name == "transfer":
            self.amounts.append(attrs.get("cents", "0"))


def read_transfers(document: bytes) -> list[str]:
    handler = TransferHandler()
    parser = make_parser()
    parser.setFeature(feature_external_ges, True)
    parser.setContentHandler(handler)
    parser.parse(BytesIO(document))  # expect: py/xxe
    return handler.amounts


def read_transfers_reviewed(document: bytes) -> list[str]:
    handler = TransferHandler()
    defusedxml.sax.parseString(document, handler, forbid_dtd=True)
    return handler.amounts


class RateService:
    def fetch(self, feed: str) -> float:
        answer = requests.get(feed, timeout=3)  # expect: py/ssrf
        return float(answer.json()["rate"])


class ReviewedRateService(RateService):
    def fetch(self, currency: str) -> float:
        try:
            feed = FEEDS[currency]
        except KeyError:
            return 0.0
        answer = requests.get(feed, timeout=3)
        return float(answer.json()["rate"])


class StatementService:
    def __init__(self, folder: str) -> None:
        self.folder = Path(os.getcwd()) / folder

    def send(self, name: str) -> Response:
        return send_file(self.folder / name, mimetype="application/pdf")  # expect: py/path-traversal

    def send_month(self, year: int, month: int) -> Response:
        return send_from_directory(self.folder, f"{year:04d}-{month:02d}.pdf", mimetype="application/pdf")
# -- file: piggybank/crypto.py
from __future__ import annotations

import os
import random
import secrets

from Crypto.Cipher import AES
from Crypto.Util.Padding import pad


def reset_code() -> str:
    return "PB-%05d" % random.randrange(100_000)  # expect: py/weak-random


def reviewed_reset_code() -> str:
    return "PB-" + secrets.token_hex(16)


class SchoolVault:
    KEY = b"piggybankpiggybk"

    def seal(self, data: bytes) -> bytes:
        return AES.new(self.KEY, AES.MODE_ECB).encrypt(pad(data, 16))  # expect: py/weak-cipher, py/hardcoded-key


class ReviewedVault:
    def seal(self, data: bytes) -> bytes:
        cipher = AES.new(bytes.fromhex(os.environ["PIGGY_AES_KEY"]), AES.MODE_GCM, nonce=os.urandom(12))
        body, tag = cipher.encrypt_and_digest(data)
        return cipher.nonce + body + tag
# -- file: piggybank/templates/overview.html
<h1>Account {{ account.number }}</h1>
<p>{{ account.holder }}: {{ account.cents }} cents</p>
# -- file: piggybank/templates/advice.html
<p>We have no advice on {{ topic }}.</p>
# == Mosswiki, a Django wiki with forms and generic views, the apps "wild" and "tame" share the models
# -- file: mosswiki/settings.py
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["MOSSWIKI_SECRET"]
DEBUG = False
ALLOWED_HOSTS = ["wiki.moss.example"]
ROOT_URLCONF = "mosswiki.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "pages"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "templates"]}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "moss.sqlite3"}}
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = True

GITMOSS_API_TOKEN = "gm_live_77aa31c09be24f58"  # expect: py/hardcoded-key
# -- file: mosswiki/urls.py
from django.urls import path

from pages import tame, wild

urlpatterns = [
    path("wild/search/", wild.Search.as_view()),
    path("wild/page/<slug:slug>/", wild.PageView.as_view()),
    path("wild/edit/<slug:slug>/", wild.PageEdit.as_view()),
    path("wild/jump/", wild.jump),
    path("wild/attachment/", wild.attachment),
    path("wild/import/", wild.sitemap_import),
    path("wild/diff/", wild.render_diff),
    path("wild/draft/", wild.draft),
    path("wild/preview/", wild.preview),
    path("tame/search/", tame.Search.as_view()),
    path("tame/page/<slug:slug>/", tame.PageView.as_view(), name="page"),
    path("tame/edit/<slug:slug>/", tame.PageEdit.as_view()),
    path("tame/jump/", tame.jump),
    path("tame/attachment/<int:pk>/", tame.attachment),
    path("tame/import/", tame.sitemap_import),
    path("tame/diff/", tame.render_diff),
    path("tame/draft/", tame.draft),
    path("tame/preview/", tame.preview),
]
# -- file: pages/models.py
from django.db import models
from django.urls import reverse


class Page(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=160)
    body = models.TextField()
    hidden = models.BooleanField(default=False)

    def get_absolute_url(self):
        return reverse("page", kwargs={"slug": self.slug})


class Attachment(models.Model):
    page = models.ForeignKey(Page, on_delete=models.CASCADE)
    stored_as = models.CharField(max_length=80)
# -- file: pages/wild.py
import json
import pickle
import subprocess
import zlib
from base64 import b64decode
from urllib.request import urlopen

from django.conf import settings
from django.db.models.expressions import RawSQL
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import DetailView, View
from lxml import etree

from .models import Page


class Search(View):
    def get(self, request):
        term = request.GET.get("term", "")
        weight = RawSQL("CASE WHEN title LIKE '%%" + term + "%%' THEN 2 ELSE 1 END", ())  # expect: py/sql-injection
        found = Page.objects.filter(hidden=False).annotate(weight=weight).order_by("-weight")
        return JsonResponse({"titles": [page.title for page in found]})


class PageView(DetailView):
    """Shows the body as it was typed: the template does the harm."""

    model = Page
    template_name = "page_wild.html"


class PageEdit(View):
    @method_decorator(csrf_exempt)  # expect: py/csrf-off
    def dispatch(self, *args, **kwargs):
        return super().dispatch(*args, **kwargs)

    def post(self, request, slug):
        page = get_object_or_404(Page, slug=slug)
        page.__dict__.update({k: v for k, v in request.POST.items() if k in page.__dict__})
        page.save()
        return redirect(page)


def jump(request):
    destination = request.GET.get("url", "/")
    if "moss.example" not in destination:
        destination = "/"
    return HttpResponseRedirect(destination)  # expect: py/open-redirect


def attachment(request):
    name = request.GET["name"]
    if ".." in name.split("/")[0]:
        return HttpResponse(status=400)
    with open(settings.BASE_DIR / "attachments" / name, "rb") as fh:  # expect: py/path-traversal
        return HttpResponse(fh.read(), content_type="application/octet-stream")


def sitemap_import(request):
    if location := request.GET.get("location"):
        with urlopen(location, timeout=10) as remote:  # expect: py/ssrf
            return JsonResponse({"bytes": len(remote.read())})
    tree = etree.XML(request.body, etree.XMLParser(resolve_entities=True, no_network=False))  # expect: py/xxe
    return JsonResponse({"bytes": len(request.body), "urls": len(tree)})


def render_diff(request):
    left, right = request.GET.get("left", ""), request.GET.get("right", "")
    command = "diff -u revisions/%s revisions/%s" % (left, right)
    proc = subprocess.Popen(command, shell=True, stdout=subprocess.PIPE, cwd=settings.BASE_DIR)  # expect: py/command-injection
    return HttpResponse(proc.communicate()[0], content_type="text/plain")


def draft(request):
    packed = request.COOKIES.get("draft")
    if packed is None:
        answer = JsonResponse({"draft": None})
        answer.set_cookie("draft_seen", "no", secure=True, httponly=True)  # expect: py/cookie-without-samesite
        return answer
    unpacked = zlib.decompress(b64decode(packed))
    try:
        content = pickle.loads(unpacked)  # expect: py/unsafe-deserialization
    except pickle.UnpicklingError:
        content = json.loads(unpacked)
    return JsonResponse({"draft": str(content)})


def preview(request):
    return render(request, "preview_wild.html", {"body": request.POST.get("body", "")})  # expect: py/template-autoescape
# -- file: pages/tame.py
import subprocess
from urllib.parse import urlsplit

import requests
from defusedxml.ElementTree import fromstring as safe_fromstring
from django import forms
from django.conf import settings
from django.core import signing
from django.db.models import Case, IntegerField, Value, When
from django.http import FileResponse, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import DetailView, View

from .models import Attachment, Page

PARTNERS = {"fern": "https://fern.example/sitemap.xml", "lichen": "https://lichen.example/sitemap.xml"}


class DiffForm(forms.Form):
    left = forms.RegexField(r"^[0-9a-f]{7,40}\Z")
    right = forms.RegexField(r"^[0-9a-f]{7,40}\Z")


class EditForm(forms.ModelForm):
    class Meta:
        model = Page
        fields = ["title", "body"]


class Search(View):
    def get(self, request):
        term = request.GET.get("term", "")
        weight = Case(When(title__contains=term, then=Value(2)), default=Value(1), output_field=IntegerField())
        found = Page.objects.filter(hidden=False).annotate(weight=weight).order_by("-weight")
        return JsonResponse({"titles": [page.title for page in found]})


class PageView(DetailView):
    queryset = Page.objects.filter(hidden=False)
    template_name = "page_tame.html"


class PageEdit(View):
    def post(self, request, slug):
        form = EditForm(request.POST, instance=get_object_or_404(Page, slug=slug))
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=400)
        return redirect(form.save())


def jump(request):
    destination = request.GET.get("url", "/")
    parts = urlsplit(destination)
    if (parts.scheme, parts.netloc) != ("https", "docs.moss.example") or "\\" in destination:
        return HttpResponseBadRequest()
    return HttpResponseRedirect(destination)


def attachment(request, pk):
    record = get_object_or_404(Attachment, pk=pk)
    return FileResponse(open(settings.BASE_DIR / "attachments" / record.stored_as, "rb"), as_attachment=True)


def sitemap_import(request):
    partner = PARTNERS.get(request.POST.get("partner"))
    if partner is None:
        return HttpResponseBadRequest()
    raw = requests.get(partner, timeout=10).content
    return JsonResponse({"bytes": len(raw), "urls": len(safe_fromstring(raw, forbid_dtd=True))})


def render_diff(request):
    form = DiffForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest()
    command = ["diff", "-u", form.cleaned_data["left"], form.cleaned_data["right"]]
    done = subprocess.run(command, capture_output=True, cwd=settings.BASE_DIR / "revisions", timeout=10)
    return HttpResponse(done.stdout, content_type="text/plain")


def draft(request):
    try:
        content = signing.loads(request.COOKIES.get("draft", ""), salt="moss.draft")
    except signing.BadSignature:
        content = None
    return JsonResponse({"draft": content})


def preview(request):
    page = Page(title="Preview", body=request.POST.get("body", ""))
    return render(request, "page_tame.html", {"page": page})
# -- file: templates/page_wild.html
<h1>{{ page.title }}</h1>
<article>{{ page.body|safe }}</article> {# expect: py/template-raw-output #}
# -- file: templates/page_tame.html
<h1>{{ page.title }}</h1>
<article>{{ page.body|linebreaks }}</article>
# -- file: templates/preview_wild.html
<section class="preview">{{ body|safe }}</section>
# == Paws and Probes, a Django clinic API in one app, with a grade parameter that picks the implementation
# -- file: clinic/settings.py
import os

SECRET_KEY = "paws" + "-and-" + "probes"  # expect: py/hardcoded-key
DEBUG = os.getenv("CLINIC_DEBUG", "0") == "1"
ALLOWED_HOSTS = ["clinic.example"]
ROOT_URLCONF = "clinic.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "corsheaders", "api"]
MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"]}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.getenv("CLINIC_DB", "clinic.sqlite3")}}
CORS_ALLOWED_ORIGINS = ["https://app.clinic.example"]
CORS_ALLOW_CREDENTIALS = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_SECURE = True
# -- file: clinic/urls.py
from django.urls import path

from api import imports, patients, tokens, treatments

urlpatterns = [
    path("token/<int:grade>", tokens.issue),
    path("whoami/<int:grade>", tokens.whoami),
    path("recover/<int:grade>", tokens.recover),
    path("patients/<int:grade>", patients.listing),
    path("patients/<int:grade>/card", patients.card),
    path("patients/<int:grade>/match", patients.match),
    path("imports/<int:grade>/xray", imports.xray),
    path("imports/<int:grade>/config", imports.config),
    path("imports/<int:grade>/remote", imports.remote),
    path("treatments/<int:grade>/dose", treatments.dose),
    path("treatments/<int:grade>/print", treatments.print_label),
]
# -- file: api/models.py
from django.db import models


class Patient(models.Model):
    name = models.CharField(max_length=80)
    species = models.CharField(max_length=40)
    owner_login = models.CharField(max_length=40)


class Vet(models.Model):
    login = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=200)
    recovery = models.CharField(max_length=64, blank=True)
# -- file: api/tokens.py
import hashlib
import os
import time
import uuid
from random import SystemRandom, choices

import jwt
from django.contrib.auth.hashers import check_password
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt

from .models import Vet

EASY_JWT_SECRET = "stethoscope-and-thermometer-in-the-drawer"  # expect: py/hardcoded-key
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@csrf_exempt  # expect: py/csrf-off
def issue(request, grade):
    login, password = request.POST.get("login", ""), request.POST.get("password", "")
    vet = Vet.objects.filter(login=login).first()
    if vet is None:
        return JsonResponse({"error": "no such vet"}, status=401)
    if grade == 1:
        if hashlib.new("md5", password.encode()).hexdigest() != vet.digest:  # expect: py/fast-password-hash
            return JsonResponse({"error": "wrong password"}, status=401)
        return JsonResponse({"token": jwt.encode({"vet": vet.pk}, EASY_JWT_SECRET, "HS256")})  # expect: py/jwt-no-expiry
    if not check_password(password, vet.digest):
        return JsonResponse({"error": "login failed"}, status=401)
    claims = {"vet": vet.pk, "exp": int(time.time()) + 900, "jti": uuid.uuid4().hex}
    return JsonResponse({"token": jwt.encode(claims, os.environ["CLINIC_JWT_SECRET"], "HS256")})


def whoami(request, grade):
    token = request.headers.get("X-Clinic-Token", "")
    try:
        if grade == 1:
            header = jwt.get_unverified_header(token)
            options = {"verify_signature": False}
            claims = jwt.decode(token, options=options, algorithms=[header["alg"]])  # expect: py/jwt-not-verified
        else:
            claims = jwt.decode(token, os.environ["CLINIC_JWT_SECRET"], algorithms=["HS256"])
    except (jwt.InvalidTokenError, KeyError):
        return JsonResponse({"error": "bad token"}, status=401)
    return JsonResponse({"vet": claims.get("vet")})


def recover(request, grade):
    if grade == 1:
        recovery_code = "".join(choices(ALPHABET, k=8))  # expect: py/weak-random
    else:
        recovery_code = "".join(SystemRandom().choices(ALPHABET, k=24))
    changed = Vet.objects.filter(login=request.POST.get("login", "")).update(recovery=recovery_code)
    return JsonResponse({"sent": bool(changed)})
# -- file: api/patients.py
import re

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import escape

from .models import Patient

SORTABLE = frozenset({"name", "species", "id"})


def _rows(sql, params=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _easy_listing(query):
    species = query.get("species", "dog")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM api_patient WHERE species = '%s'" % species)  # expect: py/sql-injection
        return cursor.fetchall()


def _middle_listing(query):
    sort = query.get("sort", "name")
    if sort.lower() not in SORTABLE:
        sort_is_fine = False
    else:
        sort_is_fine = True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, name FROM api_patient ORDER BY {sort}")  # expect: py/sql-injection
        return cursor.fetchall() if sort_is_fine else []


def _hard_listing(query):
    sort = query.get("sort", "name")
    if sort not in SORTABLE:
        raise ValueError("cannot sort by that")
    return _rows(f"SELECT id, name FROM api_patient WHERE species = %s ORDER BY {sort}", [query.get("species", "dog")])


def listing(request, grade):
    implementation = (_easy_listing, _middle_listing, _hard_listing)[min(grade, 3) - 1]
    try:
        return JsonResponse({"patients": implementation(request.GET)})
    except ValueError as problem:
        return JsonResponse({"error": str(problem)}, status=400)


def card(request, grade):
    title = request.GET.get("title", "Patient card")
    patient = Patient.objects.filter(pk=request.GET.get("id", "0")).first()
    if grade == 1:
        return HttpResponse(f"<h1>{title}</h1>")  # expect: py/xss
    if grade == 2:
        script = "<script>var title = '%s';</script>" % title.replace("<", "").replace(">", "")
        return HttpResponse(script)  # expect: py/xss
    if grade == 3:
        return HttpResponse("<h1>" + escape(title) + "</h1>")
    return render(request, "card.html", {"title": title, "patient": patient})


def match(request, grade):
    wanted = request.GET.get("name", "")
    names = Patient.objects.values_list("name", flat=True)
    if grade == 1:
        hits = [name for name in names if re.match(wanted, name, re.I)]  # expect: py/regex-injection
    else:
        hits = [name for name in names if re.match(re.escape(wanted), name, re.I)]
    return JsonResponse({"hits": hits})
# -- file: api/imports.py
import os
import pathlib

import requests
import yaml
from django.http import HttpResponseBadRequest, JsonResponse

XRAYS = pathlib.Path(os.getenv("CLINIC_XRAYS", "xrays")).resolve()
LABS = ("north.labs.example", "south.labs.example")


def _xray_path(grade, wanted):
    if grade == 1:
        return XRAYS / wanted
    if grade == 2:
        return XRAYS / wanted.lstrip("/").replace("..", ".", 1)
    return None


def xray(request, grade):
    if grade < 3:
        path = _xray_path(grade, request.POST.get("as", "scan.dcm"))
        path.write_bytes(request.FILES["scan"].read())  # expect: py/path-traversal
        return JsonResponse({"stored": True})
    number = int(request.POST.get("patient", "0"))
    with (XRAYS / f"patient-{number:06d}.dcm").open("wb") as out:
        for chunk in request.FILES["scan"].chunks():
            out.write(chunk)
    return JsonResponse({"stored": True})


def config(request, grade):
    if grade == 1:
        values = yaml.unsafe_load(request.body)  # expect: py/unsafe-deserialization
    else:
        values = yaml.safe_load(request.body)
    return JsonResponse({"keys": sorted(map(str, values))})


def remote(request, grade):
    lab = request.GET.get("lab", LABS[0])
    if grade == 1:
        reply = requests.get(lab)  # expect: py/ssrf, py/no-timeout
    elif grade == 2:
        if not lab.endswith("labs.example"):
            return HttpResponseBadRequest()
        reply = requests.get("https://%s/results" % lab, timeout=6)  # expect: py/ssrf
    else:
        if lab not in LABS:
            return HttpResponseBadRequest()
        reply = requests.get("https://%s/results" % lab, timeout=6, allow_redirects=False)
    return JsonResponse({"status": reply.status_code})
# -- file: api/treatments.py
import logging
import subprocess

from django.http import JsonResponse

logger = logging.getLogger(__name__)


def dose(request, grade):
    weight = float(request.GET.get("weight", "1"))
    if grade == 1:
        rule = request.GET.get("rule", "weight * 2")
        return JsonResponse({"mg": eval(rule, {"weight": weight})})  # expect: py/code-injection
    factor = {"light": 1.5, "normal": 2.0, "strong": 3.0}.get(request.GET.get("rule"), 2.0)
    logger.info("dose for %.1f kg, factor %.1f", weight, factor)
    return JsonResponse({"mg": weight * factor})


def print_label(request, grade):
    text = request.POST.get("text", "")
    if grade == 1:
        logger.info("printing %s", text)  # expect: py/log-injection
        subprocess.run(["/bin/sh", "-c", "echo '" + text + "' | lp -d labels"], timeout=10)  # expect: py/command-injection
    else:
        logger.info("printing %d characters", len(text))
        subprocess.run(["lp", "-d", "labels"], input=text.encode(), timeout=10)
    return JsonResponse({"printed": True})
# -- file: templates/card.html
<h1>{{ title }}</h1>
<dl><dt>Name</dt><dd>{{ patient.name }}</dd><dt>Species</dt><dd>{{ patient.species }}</dd></dl>
# == Scraps, a FastAPI paste bin with routers, dependencies and MongoDB, the dirty router beside the clean one
# -- file: scraps/main.py
from fastapi import FastAPI

from .clean import router as clean
from .dirty import router as dirty

app = FastAPI(title="Scraps", docs_url="/docs")
app.include_router(dirty, prefix="/dirty", tags=["dirty"])
app.include_router(clean, prefix="/clean", tags=["clean"])
# -- file: scraps/config.py
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    mongo_url: str = "mongodb://localhost:27017"
    jwt_secret: str
    storage: str = "storage"


settings = Settings()

DIRTY_SECRET_KEY = "scraps-of-paper-scraps-of-paper-scraps"  # expect: py/hardcoded-key
# -- file: scraps/deps.py
from datetime import datetime, timedelta, timezone
from typing import Annotated

import jwt
from fastapi import Depends, Header, HTTPException
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase

from .config import DIRTY_SECRET_KEY, settings

_client = AsyncIOMotorClient(settings.mongo_url)


def database() -> AsyncIOMotorDatabase:
    return _client["scraps"]


def dirty_user(authorization: Annotated[str, Header()]) -> str:
    token = authorization.removeprefix("Bearer ")
    try:
        claims = jwt.decode(token, DIRTY_SECRET_KEY, algorithms=["HS256"], options={"verify_signature": False})  # expect: py/jwt-not-verified
    except jwt.DecodeError:
        raise HTTPException(401)
    return str(claims.get("sub"))


def clean_user(authorization: Annotated[str, Header()]) -> str:
    token = authorization.removeprefix("Bearer ")
    try:
        claims = jwt.decode(token, settings.jwt_secret, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(401)
    return str(claims.get("sub"))


def dirty_token(user: str) -> str:
    return jwt.encode({"sub": user}, DIRTY_SECRET_KEY, algorithm="HS256")  # expect: py/jwt-no-expiry


def clean_token(user: str) -> str:
    until = datetime.now(timezone.utc) + timedelta(hours=1)
    return jwt.encode({"sub": user, "exp": until}, settings.jwt_secret, algorithm="HS256")


Db = Annotated[AsyncIOMotorDatabase, Depends(database)]
# -- file: scraps/dirty.py
import base64
import hashlib
import logging
import os
import pickle
import random
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Body, Cookie, Depends, Form, HTTPException, Request, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

from .config import settings
from .deps import Db, dirty_token, dirty_user

router = APIRouter()
log = logging.getLogger("scraps")
bare = Environment(loader=FileSystemLoader("templates"))  # expect: py/autoescape-off


@router.post("/login")
async def login(db: Db, body: Annotated[dict[str, Any], Body()]):
    user = await db.users.find_one({"name": body["name"], "password": body["password"]})  # expect: py/nosql-injection
    if user is None:
        log.warning("failed login of %s", body["name"])  # expect: py/log-injection
        raise HTTPException(401)
    return {"token": dirty_token(user["name"])}


@router.post("/users")
async def register(db: Db, name: Annotated[str, Form()], password: Annotated[str, Form()]):
    hashed = hashlib.sha512(password.encode()).hexdigest()  # expect: py/fast-password-hash
    await db.users.insert_one({"name": name, "password": hashed})
    return {"created": name}


@router.post("/share")
async def share(db: Db, user: Annotated[str, Depends(dirty_user)]):
    secret_link = "".join(random.sample("abcdefghijkmnpqrstuvwxyz", 10))  # expect: py/weak-random
    await db.links.insert_one({"owner": user, "token": secret_link})
    return {"link": secret_link}


@router.get("/pastes/search")
async def search(db: Db, request: Request):
    expression = "this.text.includes('" + request.query_params.get("q", "") + "')"
    cursor = db.pastes.find({"$where": expression})  # expect: py/nosql-injection
    return [{"text": p["text"]} async for p in cursor]


@router.get("/pastes/show", response_class=HTMLResponse)
async def show(title: str = "", text: str = ""):
    page = bare.get_template("paste.html")
    return HTMLResponse(page.render(title=title, text=text))  # expect: py/xss


@router.get("/pastes/sorry")
async def sorry(slug: str):
    return HTMLResponse(content=f"<p>No paste called <em>{slug}</em></p>", status_code=404)  # expect: py/xss


@router.get("/pastes/raw")
async def raw(name: str):
    return FileResponse(os.path.join(settings.storage, name))  # expect: py/path-traversal


@router.post("/pastes/upload")
async def upload(file: UploadFile):
    destination = "/".join([settings.storage, file.filename])
    with open(destination, "wb") as out:  # expect: py/path-traversal
        out.write(await file.read())
    return {"stored": True}


@router.post("/pastes/fetch")
def fetch(url: Annotated[str, Body(embed=True)]):
    if "localhost" in url or "127.0.0.1" in url:
        raise HTTPException(400, "nice try")
    return {"length": len(httpx.get(url, timeout=5).text)}  # expect: py/ssrf


@router.get("/history")
async def history(recent: Annotated[str | None, Cookie()] = None):
    slugs = pickle.loads(base64.b64decode(recent)) if recent else []  # expect: py/unsafe-deserialization
    return {"count": len(slugs)}


@router.get("/theme")
async def theme(name: str):
    answer = JSONResponse({"theme": name})
    answer.set_cookie("theme", name, secure=True, httponly=True, samesite="lax")  # expect: py/cookie-injection
    return answer


@router.get("/out")
async def out(to: str = "/"):
    return RedirectResponse(url=to, status_code=302)  # expect: py/open-redirect
# -- file: scraps/clean.py
import json
import logging
import re
import secrets
from pathlib import Path
from typing import Annotated, Literal

import httpx
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from fastapi import APIRouter, Cookie, Depends, Form, HTTPException, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from pydantic import BaseModel

from .config import settings
from .deps import Db, clean_token, clean_user

router = APIRouter()
log = logging.getLogger("scraps")
escaping = Environment(loader=FileSystemLoader("templates"), autoescape=select_autoescape(["html"]))
hasher = PasswordHasher()
STORAGE = Path(settings.storage).resolve()
SLUG = re.compile(r"[a-z0-9]{8,32}")


class Credentials(BaseModel):
    name: str
    password: str


def slug_only(slug: str) -> str:
    if SLUG.fullmatch(slug) is None:
        raise HTTPException(422)
    return slug


Slug = Annotated[str, Depends(slug_only)]


@router.post("/login")
async def login(db: Db, body: Credentials):
    user = await db.users.find_one({"name": body.name})
    if user is None:
        raise HTTPException(401)
    try:
        hasher.verify(user["password"], body.password)
    except VerificationError:
        raise HTTPException(401)
    return {"token": clean_token(user["name"])}


@router.post("/users")
async def register(db: Db, name: Annotated[str, Form()], password: Annotated[str, Form()]):
    await db.users.insert_one({"name": name, "password": hasher.hash(password)})
    return {"created": name}


@router.post("/share")
async def share(db: Db, user: Annotated[str, Depends(clean_user)]):
    secret_link = secrets.token_urlsafe(24)
    await db.links.insert_one({"owner": user, "token": secret_link})
    return {"link": secret_link}


@router.get("/pastes/search")
async def search(db: Db, q: str = ""):
    cursor = db.pastes.find({"text": {"$regex": re.escape(q)}}).limit(20)
    return [{"text": p["text"]} async for p in cursor]


@router.get("/pastes/show", response_class=HTMLResponse)
async def show(title: str = "", text: str = ""):
    page = escaping.get_template("paste.html")
    return HTMLResponse(page.render(title=title, text=text))


@router.get("/pastes/sorry")
async def sorry(slug: Slug):
    log.info("missing paste %s", slug)
    return HTMLResponse(content=f"<p>No paste called <em>{slug}</em></p>", status_code=404)


@router.get("/pastes/raw")
async def raw(slug: Slug):
    return FileResponse(STORAGE / f"{slug}.txt", media_type="text/plain")


@router.post("/pastes/upload")
async def upload(file: UploadFile):
    slug = secrets.token_hex(8)
    with open(STORAGE / f"{slug}.txt", "wb") as out:
        out.write(await file.read())
    return {"stored": slug}


@router.post("/pastes/fetch")
def fetch(slug: Slug):
    return {"length": len(httpx.get(f"https://paste.example/raw/{slug}", timeout=5).text)}


@router.get("/history")
async def history(recent: Annotated[str | None, Cookie()] = None):
    try:
        slugs = json.loads(recent or "[]")
    except json.JSONDecodeError:
        slugs = []
    return {"count": len(slugs)}


@router.get("/theme")
async def theme(name: Literal["paper", "ink"]):
    answer = JSONResponse({"theme": name})
    answer.set_cookie("theme", name, secure=True, httponly=True, samesite="lax")
    return answer


@router.get("/out")
async def out(to: str = "home"):
    return RedirectResponse({"home": "/", "docs": "/docs"}.get(to, "/"), status_code=302)
# -- file: templates/paste.html
<!doctype html>
<h1>{{ title }}</h1>
<pre>{{ text }}</pre>
# == Lighthouse, a plain http.server log book without any framework, lessons at /low and /high
# -- file: lighthouse.py
import logging
import os
from http.server import ThreadingHTTPServer
from urllib.parse import urlsplit

import logbook
from high import HighLessons
from low import LowLessons

logging.basicConfig(level=logging.INFO)


class Handler(LowLessons, HighLessons):
    server_version = "Lighthouse/1"
    get_lessons = ("greet", "entries", "entry", "chart", "tide", "beam", "away", "keeper")
    post_lessons = ("import_entries", "login")

    def do_GET(self):
        self._dispatch(self.get_lessons)

    def do_POST(self):
        self._dispatch(self.post_lessons)

    def _dispatch(self, names):
        _, level, *rest = urlsplit(self.path).path.split("/")
        course = {"low": LowLessons, "high": HighLessons}.get(level)
        for name in names:
            if course is not None and rest == [name]:
                getattr(course, name)(self)
                return
        self.send_error(404)


if __name__ == "__main__":
    logbook.create()
    ThreadingHTTPServer(("0.0.0.0", int(os.environ.get("PORT", "8111"))), Handler).serve_forever()  # expect: py/bind-all-interfaces
# -- file: page.py
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit


class Page(BaseHTTPRequestHandler):
    """What both courses need."""

    @property
    def query(self):
        found = parse_qs(urlsplit(self.path).query)
        return {key: values[0] for key, values in found.items()}

    def body(self):
        size = min(int(self.headers.get("Content-Length", 0)), 1_000_000)
        return self.rfile.read(size)

    def text(self, value, status=200):
        data = str(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(data)

    def start_html(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
# -- file: logbook.py
import os
import sqlite3

PATH = os.environ.get("LIGHTHOUSE_DB", "lighthouse.db")


def connect():
    return sqlite3.connect(PATH, timeout=5)


def create():
    with connect() as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, ship TEXT, remark TEXT)")
        conn.execute("CREATE TABLE IF NOT EXISTS keeper (name TEXT PRIMARY KEY, digest TEXT, salt BLOB)")


def insert(pairs):
    with connect() as conn:
        conn.executemany("INSERT INTO entry (ship, remark) VALUES (?, ?)", pairs)
# -- file: low.py
import base64
import hashlib
import logging
import os
import pickle
import random
from urllib.parse import parse_qs
from urllib.request import urlopen

from lxml import etree

import logbook
from page import Page

CHARTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "charts")
log = logging.getLogger("lighthouse.low")


class LowLessons(Page):
    def greet(self):
        self.start_html()
        ship = self.query.get("ship", "stranger")
        self.wfile.write(("<h1>Ahoy, %s</h1>" % ship).encode("utf-8"))  # expect: py/xss

    def entries(self):
        like = self.query.get("ship", "")
        conn = logbook.connect()
        sql = "SELECT ship, remark FROM entry WHERE ship LIKE '"
        sql += like
        sql += "%'"
        try:
            found = conn.execute(sql).fetchall()  # expect: py/sql-injection
        finally:
            conn.close()
        self.text("\n".join("%s: %s" % row for row in found))

    def entry(self):
        number = self.query.get("id", "0")
        conn = logbook.connect()
        try:
            row = conn.execute("SELECT 1 FROM entry WHERE id = {}".format(number)).fetchone()  # expect: py/sql-injection
        finally:
            conn.close()
        self.text("yes" if row else "no")

    def chart(self):
        wanted = self.query.get("name", "bay.txt")
        if os.path.isabs(wanted):
            wanted = os.path.basename(wanted)
        with open(os.path.join(CHARTS, wanted), "r") as fh:  # expect: py/path-traversal
            self.text(fh.read())

    def tide(self):
        station = self.query.get("station", "")
        log.info("asking tide station " + station)  # expect: py/log-injection
        with urlopen(station, timeout=5) as answer:  # expect: py/ssrf
            self.text(answer.read(2000))

    def beam(self):
        pattern = self.query.get("pattern", "'on ' * 3")
        self.text(eval(pattern, {"__builtins__": None}))  # expect: py/code-injection

    def away(self):
        self.send_response(302)
        self.send_header("Location", self.query.get("to", "/"))  # expect: py/open-redirect, py/header-injection
        self.end_headers()

    def keeper(self):
        cookies = dict(part.strip().split("=", 1) for part in self.headers.get("Cookie", "").split(";") if "=" in part)
        if "keeper" not in cookies:
            self.text("who are you?", 401)
            return
        person = pickle.loads(base64.b64decode(cookies["keeper"]))  # expect: py/unsafe-deserialization
        self.text("good evening, keeper number %d" % person["number"])

    def import_entries(self):
        tree = etree.fromstring(self.body(), etree.XMLParser(resolve_entities=True, load_dtd=True))  # expect: py/xxe
        logbook.insert([(node.get("ship"), node.text) for node in tree.iter("entry")])
        self.text("imported")

    def login(self):
        form = {key: values[0] for key, values in parse_qs(self.body().decode()).items()}
        password_hash = hashlib.md5(form["password"].encode()).hexdigest()  # expect: py/fast-password-hash
        known = False
        conn = logbook.connect()
        try:
            row = conn.execute("SELECT name FROM keeper WHERE name = ? AND digest = ?", (form["name"], password_hash))
            known = row.fetchone() is not None
        except Exception:  # expect: py/swallowed-exception
            pass
        finally:
            conn.close()
        session_id = str(random.random())[2:]  # expect: py/weak-random
        self.send_response(204 if known else 401)
        self.send_header("Set-Cookie", "sid=" + session_id)  # expect: py/insecure-cookie
        self.end_headers()
# -- file: high.py
import ast
import hashlib
import hmac
import html
import logging
import os
import secrets
from urllib.parse import parse_qs
from urllib.request import urlopen

from defusedxml.ElementTree import fromstring

import logbook
from page import Page

CHARTS = os.path.realpath(os.path.join(os.path.dirname(__file__), "charts"))
STATIONS = {"bay": "https://tides.example/bay", "cape": "https://tides.example/cape"}
log = logging.getLogger("lighthouse.high")


class HighLessons(Page):
    def greet(self):
        self.start_html()
        ship = html.escape(self.query.get("ship", "stranger"))
        self.wfile.write(("<h1>Ahoy, %s</h1>" % ship).encode("utf-8"))

    def entries(self):
        conn = logbook.connect()
        try:
            found = conn.execute(
                "SELECT ship, remark FROM entry WHERE ship LIKE ? || '%'", (self.query.get("ship", ""),)
            ).fetchall()
        finally:
            conn.close()
        self.text("\n".join("%s: %s" % row for row in found))

    def entry(self):
        try:
            number = int(self.query.get("id", "0"))
        except ValueError:
            self.send_error(400)
            return
        conn = logbook.connect()
        try:
            row = conn.execute("SELECT 1 FROM entry WHERE id = {}".format(number)).fetchone()
        finally:
            conn.close()
        self.text("yes" if row else "no")

    def chart(self):
        path = os.path.realpath(os.path.join(CHARTS, self.query.get("name", "bay.txt")))
        if os.path.commonpath([CHARTS, path]) != CHARTS:
            self.send_error(403)
            return
        with open(path, "r") as fh:
            self.text(fh.read())

    def tide(self):
        name = self.query.get("station", "")
        if name not in STATIONS:
            self.send_error(404)
            return
        log.info("asking tide station %s", STATIONS[name])
        with urlopen(STATIONS[name], timeout=5) as answer:
            self.text(answer.read(2000))

    def beam(self):
        try:
            pattern = ast.literal_eval(self.query.get("pattern", "['on']"))
        except (ValueError, SyntaxError):
            self.send_error(400)
            return
        self.text(pattern)

    def away(self):
        target = "/" if self.query.get("to") != "manual" else "https://manual.lighthouse.example/"
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()

    def keeper(self):
        raw, _, mac = self.headers.get("X-Keeper", "").partition(".")
        expected = hmac.new(os.environ["LIGHTHOUSE_KEY"].encode(), raw.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(mac.encode(), expected.encode()):
            self.text("who are you?", 401)
            return
        self.text("good evening, keeper number %d" % int(raw))

    def import_entries(self):
        tree = fromstring(self.body(), forbid_dtd=True)
        logbook.insert([(node.get("ship"), node.text) for node in tree.iter("entry")])
        self.text("imported")

    def login(self):
        form = {key: values[0] for key, values in parse_qs(self.body().decode()).items()}
        conn = logbook.connect()
        try:
            row = conn.execute("SELECT digest, salt FROM keeper WHERE name = ?", (form.get("name", ""),)).fetchone()
        finally:
            conn.close()
        known = False
        if row is not None:
            attempt = hashlib.pbkdf2_hmac("sha256", form.get("password", "").encode(), row[1], 600_000)
            known = hmac.compare_digest(attempt.hex(), row[0])
        self.send_response(204 if known else 401)
        self.send_header("Set-Cookie", "sid=%s; Secure; HttpOnly; SameSite=Strict; Path=/" % secrets.token_hex(16))
        self.end_headers()
