# == Password schemes of a portal through passlib
import crypt

from passlib.context import CryptContext
from passlib.hash import hex_sha1 as scheme

contexts = CryptContext(schemes=["hex_md5"])  # expect: py/fast-password-hash


def store_password(user, password):
    user.secret = scheme.hash(password)  # expect: py/fast-password-hash
    return user


def unix_password(password):
    return crypt.crypt(password, crypt.mksalt(crypt.METHOD_MD5))  # expect: py/fast-password-hash


# == Password schemes that are slow, and a look into a list of leaks
import hashlib

import requests
from passlib.context import CryptContext
from passlib.hash import argon2

ctx = CryptContext(schemes=["argon2", "bcrypt"], deprecated="auto")


def store_password(user, password):
    user.secret = argon2.using(rounds=4).hash(password)
    return user


def check(user, password):
    ok, new = ctx.verify_and_update(password, user.secret)
    if new:
        user.secret = new
    return ok


def leaked(word: str) -> bool:
    # the service speaks SHA-1: only five digits of it leave the house, nothing is stored
    digest = hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper()
    r = requests.get(f"https://api.pwnedpasswords.com/range/{digest[:5]}", timeout=5)
    return digest[5:] in r.text


# == Remote runner that knows its hosts
import asyncssh
import paramiko


def runner(host, user, known):
    client = paramiko.SSHClient()
    client.load_host_keys(known)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect(host, username=user, timeout=10)
    return client


async def uptime(host, known):
    async with asyncssh.connect(host, known_hosts=known) as conn:
        done = await conn.run("uptime", check=True)
        return done.stdout


# == Integrity of releases by digests that collide
import hashlib

from Crypto.Hash import MD5
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding


def release_ok(blob, expected_signature_digest):
    return MD5.new(blob).hexdigest() == expected_signature_digest  # expect: py/weak-hash


def sign_release(key, blob):
    return key.sign(blob, padding.PKCS1v15(), hashes.SHA1())  # expect: py/weak-hash


def licence_token(owner, secret):
    digest = getattr(hashlib, "md5")
    return digest(f"{owner}:{secret}".encode()).hexdigest()  # expect: py/weak-hash


def fingerprint(certificate):
    return certificate.fingerprint(hashes.SHA256())


# == Monitoring probes that trust every certificate
import functools
import ssl
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import ldap
import requests

ssl._create_default_https_context = ssl._create_unverified_context  # expect: py/tls-not-verified
ldap.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)  # expect: py/tls-not-verified


async def alive(url):
    async with aiohttp.ClientSession() as s:
        async with s.get(url, ssl=False) as r:  # expect: py/tls-not-verified
            return r.status < 500


def sweep(urls):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(functools.partial(requests.head, verify=False, timeout=4), urls))  # expect: py/tls-not-verified


# == Async converter that passes a list of words
import asyncio
import sys
from functools import partial
from subprocess import PIPE, run

quiet = partial(run, stdout=PIPE, stderr=PIPE, shell=False, check=True)


async def convert(src, dst):
    proc = await asyncio.create_subprocess_exec("ffmpeg", "-i", src, dst)
    return await proc.wait()


def thumbs(src):
    return quiet(["convert", src, "-resize", "120x", "png:-"]).stdout


def child(module):
    # the word shell=True stands in a comment and in a message only
    print("never shell=True here", file=sys.stderr)
    return quiet([sys.executable, "-m", module]).returncode


# == Options corrected before they count
import ssl
import subprocess

import requests

OPTIONS = {"verify": False, "timeout": 5}
OPTIONS["verify"] = True
RELAX = False


def fetch(url):
    return requests.get(url, **OPTIONS)


def fetch_with_file(url, ca):
    return requests.get(url, **{**OPTIONS, "verify": ca})


def context():
    ctx = ssl.create_default_context()
    if RELAX:
        ctx.check_hostname = False
        ctx.verify_mode = ssl.CERT_NONE
    return ctx


def listing(folder):
    kw = dict(shell=True, check=True)
    kw.update(shell=False)
    return subprocess.run(["ls", "-l", "--", folder], **kw)


# == Deployment that shouts over the wire to anybody
import subprocess

import fabric.api
from netmiko import ConnectHandler
from paramiko import client as ssh

fabric.api.env.disable_known_hosts = True  # expect: py/ssh-host-key


def push(host, src):
    return subprocess.check_call(["scp", "-o", "StrictHostKeyChecking=no", src, host + ":"])  # expect: py/ssh-host-key


class Deploy:
    policy = ssh.AutoAddPolicy

    def __init__(self, host):
        self.c = ssh.SSHClient()
        self.c.load_system_host_keys()
        self.c.set_missing_host_key_policy(self.policy())  # expect: py/ssh-host-key
        self.c.connect(host, timeout=15)


def switch(host, user, key):
    return ConnectHandler(device_type="cisco_ios", host=host, username=user, use_keys=True, key_file=key, ssh_strict=True)


# == Invoices parsed with entities resolved
import xml.sax
import xml.sax.handler
from lxml import etree as E
from xml.parsers import expat


def well_formed(body):
    return expat.ParserCreate().Parse(body, True) == 1  # expect: py/unsafe-xml


def invoice(body):
    return E.fromstring(body, E.XMLParser(load_dtd=True, resolve_entities=True, no_network=False))  # expect: py/unsafe-xml


def external(source, handler):
    reader = xml.sax.make_parser()
    reader.setContentHandler(handler)
    reader.setFeature(xml.sax.handler.feature_external_ges, True)  # expect: py/unsafe-xml
    reader.parse(source)


# == Snapshots of an experiment read back
import functools
import pickle

import dill
import jsonpickle
import yaml

DECODERS = {"dill": dill.loads, "json": jsonpickle.decode}


class Thaw(pickle.Unpickler):
    def persistent_load(self, pid):
        return pid


def session(path):
    dill.load_session(path)  # expect: py/unsafe-load


def snapshot(text):
    return jsonpickle.decode(text, keys=True)  # expect: py/unsafe-load


def named(kind, data):
    decode = DECODERS[kind]
    return decode(data)  # expect: py/unsafe-load


def object_of(fh):
    return Thaw(fh).load()  # expect: py/unsafe-load


def plans(streams):
    return list(map(functools.partial(yaml.load, Loader=yaml.UnsafeLoader), streams))  # expect: py/unsafe-load


# == Snapshots limited to a few classes
import io
import pickle
from collections import OrderedDict
from datetime import date

import jsonpickle

ALLOWED = {("collections", "OrderedDict"): OrderedDict, ("datetime", "date"): date}


class Limited(pickle.Unpickler):
    def find_class(self, module, name):
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed") from None


def thaw(blob: bytes):
    return Limited(io.BytesIO(blob)).load()


def freeze(obj) -> bytes:
    return pickle.dumps(obj)


def readable(obj) -> str:
    return jsonpickle.encode(obj, unpicklable=False)


# == Simulation and shuffling with the ordinary generator
import random
import time
import uuid

import numpy as np


class Market:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.np = np.random.default_rng(seed)

    def step(self, price):
        return price * (1 + self.rng.gauss(0, 0.01)) + self.np.normal(scale=0.1)


def playlist(songs):
    songs = list(songs)
    random.shuffle(songs)
    return songs


def backoff(attempt):
    time.sleep(min(60, 2 ** attempt) + random.random())


def row_id():
    # time ordered for the index of the measurement table
    return uuid.uuid1()


# == Adapters that speak with servers of the past
import ssl

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.poolmanager import PoolManager


class OldServers(HTTPAdapter):
    def init_poolmanager(self, connections, maxsize, block=False, **kw):
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, ssl_version=ssl.PROTOCOL_TLSv1)  # expect: py/weak-tls


def context():
    ctx = ssl.create_default_context()
    setattr(ctx, "minimum_version", ssl.TLSVersion.SSLv3)  # expect: py/weak-tls
    return ctx


def legacy(sock, ca):
    return ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_SSLv3, cert_reqs=ssl.CERT_REQUIRED, ca_certs=ca)  # expect: py/weak-tls


def pool():
    return urllib3.PoolManager(timeout=urllib3.Timeout(4), ssl_minimum_version=ssl.TLSVersion.TLSv1_2)


# == Development servers left running
# -- file: panel/settings.py
CORS_ALLOW_ALL_ORIGINS = True  # expect: py/cors-any-origin
CORS_ALLOW_CREDENTIALS = True
# -- file: panel/run.py
import bottle
import tornado.web
from werkzeug.serving import run_simple


class Home(tornado.web.RequestHandler):
    def get(self):
        self.finish({"ok": True})


def tornado_app():
    settings = {"xsrf_cookies": True, "debug": True}
    return tornado.web.Application([("/", Home)], **settings)  # expect: py/debug-enabled


def wsgi(app):
    run_simple("127.0.0.1", 4000, app, use_reloader=True, use_debugger=True)  # expect: py/debug-enabled


def little():
    bottle.debug(True)  # expect: py/debug-enabled
    bottle.run(host="127.0.0.1", port=8081)


# == Spool folder for one account
import os
import stat
from pathlib import Path

PRIVATE = stat.S_IRUSR | stat.S_IWUSR


def prepare(spool):
    os.umask(0o077)
    os.makedirs(spool, mode=0o700, exist_ok=True)


def drop(spool, name, data):
    fd = os.open(os.path.join(spool, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as fh:
        fh.write(data)


def tighten(path: Path):
    mode = path.stat().st_mode
    if mode & 0o777 != PRIVATE:
        path.chmod(PRIVATE)
    os.chmod(path.parent, mode & 0o777 & ~0o077)


# == Servers whose debugging stays off outside of a developer's desk
import argparse
import logging

import aiohttp_cors
import tornado.web
from aiohttp import web


class Build:
    def __init__(self, target, debug=False):
        self.target, self.debug = target, debug


def app():
    a = web.Application()
    route = a.router.add_get("/status", lambda request: web.json_response({"up": True}))
    cors = aiohttp_cors.setup(a)
    cors.add(route, {"*": aiohttp_cors.ResourceOptions(allow_credentials=False, allow_methods=["GET"])})
    return a


def tornado_app(handlers, debug=True):
    debug = False
    return tornado.web.Application(handlers, debug=debug, xsrf_cookies=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    logging.basicConfig(level=logging.DEBUG if args.verbose else logging.INFO)
    Build("wheel", debug=True)
    web.run_app(app(), host="127.0.0.1", port=8080)


# == Statistics with raw queries in several layers
import pandas as pd
from django.db import connection
from django.db.models.expressions import RawSQL

from .models import Visit


def top(field, limit):
    return Visit.objects.raw("SELECT * FROM visit ORDER BY " + field + " LIMIT %s", [limit])  # expect: py/sql-built-from-text


def frame(engine, day):
    return pd.read_sql(f"SELECT * FROM visit WHERE day = '{day}'", engine)  # expect: py/sql-built-from-text


def annotated(column):
    return Visit.objects.annotate(n=RawSQL("COUNT({})".format(column), ()))  # expect: py/sql-built-from-text


async def recent(pool, names):
    listed = ", ".join("'%s'" % n for n in names)
    return await pool.fetch(f"SELECT * FROM visit WHERE name IN ({listed})")  # expect: py/sql-built-from-text


def total():
    with connection.cursor() as cur:
        cur.execute("SELECT COUNT(*) FROM visit")
        return cur.fetchone()[0]


# == Lock and state files with fixed names
import json
import shutil
from pathlib import Path

STATE = Path("/var/tmp/syncer-state.json")  # expect: py/hardcoded-temp


def save(state):
    STATE.write_text(json.dumps(state))


def stage(src):
    return shutil.copy(src, "/dev/shm/stage.bin")  # expect: py/hardcoded-temp


def cached():
    path = Path("/var/cache/syncer/state.json")
    return json.loads(path.read_text()) if path.exists() else {}


# == Statistics whose columns are an enumeration
import enum

import pandas as pd
from sqlalchemy import text


class Order(enum.Enum):
    NEWEST = "created DESC"
    OLDEST = "created ASC"


QUERIES = {
    "day": "SELECT day, COUNT(*) FROM visit GROUP BY day",
    "week": "SELECT week, COUNT(*) FROM visit GROUP BY week",
}


def listing(db, order: str):
    return db.execute(f"SELECT * FROM visit ORDER BY {Order[order].value}").fetchall()


def grouped(engine, period):
    return pd.read_sql(QUERIES[period], engine)


def frame(engine, day):
    return pd.read_sql(text("SELECT * FROM visit WHERE day = :d"), engine, params={"d": day})


async def recent(pool, names):
    return await pool.fetch("SELECT * FROM visit WHERE name = ANY($1::text[])", names)


# == Newsletter rendered from stored articles
# -- file: letters/render.py
import sqlite3

from jinja2 import Environment, FileSystemLoader

env = Environment(loader=FileSystemLoader("templates"), autoescape=True)


def letter(path):
    db = sqlite3.connect(path)
    rows = db.execute("SELECT title, body FROM article ORDER BY id DESC LIMIT 5").fetchall()
    return env.get_template("letter.html").render(rows=rows, year=2024)
# -- file: templates/letter.html
<!doctype html>
<html>
<body>
{% for title, body in rows %}
  <h2>{{ title }}</h2>
  <div>{{ body|safe }}</div> {# expect: py/template-raw-output #}
{% endfor %}
<p>{{ year }}, {{ "&copy; us"|safe }}</p>
</body>
</html>


# == Rights raised, and asserts of a test
# -- file: documents.py
class Forbidden(Exception):
    pass


class Documents:
    def __init__(self, store, user):
        self.store = store
        self.user = user

    def remove(self, doc_id):
        if not self.user.is_admin:
            raise Forbidden("administrators only")
        self.store.delete(doc_id)
# -- file: tests/test_documents.py
import unittest.mock as mock

import pytest

from documents import Documents, Forbidden


def test_remove_needs_admin():
    user = mock.Mock(is_admin=False)
    store = mock.Mock()
    with pytest.raises(Forbidden):
        Documents(store, user).remove(3)
    assert store.delete.call_count == 0


def test_admin_removes():
    store = mock.Mock()
    Documents(store, mock.Mock(is_admin=True)).remove(3)
    assert store.delete.called


# == Directory and mail tools from before TLS
import imaplib
import smtplib
from nntplib import NNTP as News


def unseen(host, user, secret):
    box = getattr(imaplib, "IMAP4")(host)
    box.login(user, secret)  # expect: py/clear-text-protocol
    return box.search(None, "UNSEEN")


def send(host, user, secret, sender, to, text):
    with smtplib.SMTP(host, 25, timeout=10) as s:
        s.login(user, secret)  # expect: py/clear-text-protocol
        s.sendmail(sender, [to], text)


def group(host, name):
    with News(host, timeout=20) as n:  # expect: py/clear-text-protocol
        return n.group(name)


# == Names of old protocols that open no connection
import smtplib
import ssl
import sys

import ldap3
from lxml import etree

XHTML = "http://www.w3.org/1999/xhtml"
PORTS = {"ftp": 21, "telnet": 23, "imap": 143}


class Telnet:
    """Notes about an option of the old protocol."""

    def __init__(self, code):
        self.code = code


def options():
    return [Telnet(1), Telnet(3), Telnet(31)]


def directory(host, user, secret):
    server = ldap3.Server(host, use_ssl=True, tls=ldap3.Tls(validate=ssl.CERT_REQUIRED), connect_timeout=5)
    return ldap3.Connection(server, user, secret, auto_bind=True)


def paragraphs(tree: etree._Element):
    return tree.findall("{%s}p" % XHTML)


def mail(host, user, secret, message):
    with smtplib.SMTP_SSL(host, context=ssl.create_default_context(), timeout=10) as s:
        s.login(user, secret)
        s.send_message(message)


if __name__ == "__main__":
    print(PORTS.get(sys.argv[1], "unknown"))


# == Voucher codes from generators made for games
import os
import random
import string
from functools import partial

import numpy as np

ALPHABET = string.ascii_uppercase + string.digits
draw = partial(random.choices, ALPHABET)


def access_code(k=10):
    return "".join(draw(k=k))  # expect: py/weak-random


def password_for(account):
    account.password = "".join(np.random.choice(list(ALPHABET), 12))  # expect: py/weak-random
    return account


def csrf_token():
    letters = list(ALPHABET)
    random.shuffle(letters)  # expect: py/weak-random
    return "".join(letters)


def workfile():
    return os.tempnam("/srv/work", "job")  # expect: py/insecure-temp


# == Classes whose methods share the names of dangerous ones
import logging
import re


class System:
    def __init__(self):
        self.log = logging.getLogger("system")

    def system(self, text):
        self.log.info("asked for %s", text)

    def eval(self, score):
        return score * 2

    def exec(self, plan):
        return [step for step in plan]

    def mktemp(self, degrees):
        return {"temp": degrees}


class Loader:
    def load(self, truck):
        truck.full = True

    def extractall(self, lorry):
        return lorry.goods


def day(truck, plan):
    os = System()
    pickle = Loader()
    os.system("start")
    pickle.load(truck)
    compiled = re.compile(r"^\d{4}-\d{2}$")
    return os.eval(3), os.exec(plan), os.mktemp(21), compiled, pickle.extractall(truck)


# == Forms and views excused from the check
# -- file: portal/forms.py
import wtforms
from flask_wtf import FlaskForm


class Transfer(FlaskForm):
    amount = wtforms.DecimalField("Amount")

    class Meta:
        csrf = False  # expect: py/csrf-off


class Search(FlaskForm):
    words = wtforms.StringField("Words")

    class Meta:
        csrf = True
# -- file: portal/views.py
from django.http import JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from .models import Account


@method_decorator(csrf_exempt, name="dispatch")  # expect: py/csrf-off
class Close(View):
    def post(self, request):
        Account.objects.filter(owner=request.user).delete()
        return JsonResponse({"closed": True})


def reopen(request):
    Account.objects.create(owner=request.user)
    return JsonResponse({"open": True})


reopen = csrf_exempt(reopen)  # expect: py/csrf-off


# == Task runner with a shell behind every door
import os
import shlex
import subprocess
from dataclasses import dataclass
from functools import partial

sh = partial(subprocess.run, shell=True, check=True, text=True)
ACTIONS = {"run": subprocess.call}


@dataclass
class Task:
    line: str
    shell: bool = True

    def start(self):
        return subprocess.Popen(self.line, shell=self.shell)  # expect: py/shell-call


def compress(path):
    return sh(f"gzip -9 {path}")  # expect: py/shell-call


def search(word, folder):
    # quoted twice, so the outer quotes close before the word
    return os.popen("grep -r '%s' %s" % (shlex.quote(word), shlex.quote(folder))).read()  # expect: py/shell-call


def remote(host, command):
    opts = {"shell": True}
    return ACTIONS["run"]("ssh " + host + " " + command, **opts)  # expect: py/shell-call


# == Task runner that picks from a table
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field

COMMANDS = {"disk": "df -h | sort -k5", "who": "who | wc -l"}


@dataclass
class Task:
    words: list = field(default_factory=list)
    shell: bool = False

    def start(self):
        return subprocess.Popen(self.words, shell=self.shell)


def known(name):
    return subprocess.check_output(COMMANDS[name], shell=True, text=True)


def numbered(pid):
    return os.popen("ps -o rss= -p %d" % int(pid)).read().strip()


def screen():
    os.system("cls" if sys.platform == "win32" else "clear")


def shown(words):
    print("+", shlex.join(words))
    return os.spawnvp(os.P_WAIT, words[0], words)


# == Vault of a desktop program in several files
# -- file: vault/constants.py
from Crypto.Cipher import Blowfish

CIPHER = Blowfish
IV = bytes(12)
SALT = b"vault-1"
# -- file: vault/box.py
import bcrypt
from Crypto.Cipher import AES
from Crypto.Protocol.KDF import scrypt

from . import constants
from .constants import CIPHER as cipher, IV


def lock(key, data):
    return AES.new(key, AES.MODE_GCM, IV).encrypt_and_digest(data)  # expect: py/static-iv


def lock_old(key, data):
    return cipher.new(key, cipher.MODE_EAX).encrypt_and_digest(data)  # expect: py/weak-cipher


def key_of(phrase):
    return scrypt(phrase, constants.SALT, 32, N=2 ** 17, r=8, p=1)  # expect: py/static-iv


def check_word(phrase):
    return bcrypt.hashpw(phrase, b"$2b$12$abcdefghijklmnopqrstuv")  # expect: py/static-iv


# == Key exchange and signatures with short numbers
from functools import partial

import asyncssh
from Cryptodome.PublicKey import DSA
from cryptography.hazmat.primitives.asymmetric import dh, dsa, ec, rsa

SIZES = {"fast": 768, "good": 3072}
generate = partial(rsa.generate_private_key, public_exponent=65537)


def parameters():
    return dh.generate_parameters(generator=2, key_size=512)  # expect: py/weak-key-size


def quick():
    return generate(key_size=1024)  # expect: py/weak-key-size


def tiny():
    return ec.generate_private_key(ec.SECP192R1())  # expect: py/weak-key-size


def user_key():
    return asyncssh.generate_private_key("ssh-rsa", key_size=SIZES["fast"])  # expect: py/weak-key-size


def old_style():
    return DSA.generate(1024), dsa.generate_private_key(SIZES["good"])  # expect: py/weak-key-size
