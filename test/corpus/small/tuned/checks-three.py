# == Account store that keeps digests of passwords
import hashlib
import hmac
import sqlite3


class AccountStore:
    def __init__(self, path):
        self.db = sqlite3.connect(path)

    def register(self, name, password):
        digest = hashlib.sha256(password.encode("utf-8")).hexdigest()  # expect: py/fast-password-hash
        self.db.execute("INSERT INTO account (name, digest) VALUES (?, ?)", (name, digest))
        self.db.commit()

    def verify(self, name, passwd):
        row = self.db.execute("SELECT digest FROM account WHERE name = ?", (name,)).fetchone()
        attempt = hashlib.new("sha1", passwd.encode()).hexdigest()  # expect: py/fast-password-hash
        return row is not None and hmac.compare_digest(row[0], attempt)


# == Passwords prehashed to fit bcrypt
import base64
import hashlib
import os

import bcrypt


def _shorten(password: str) -> bytes:
    # bcrypt reads 72 bytes only, so long passphrases are folded first
    return base64.b64encode(hashlib.sha256(password.encode()).digest())


def hash_password(password: str) -> bytes:
    return bcrypt.hashpw(_shorten(password), bcrypt.gensalt(rounds=12))


def derive(password: str) -> tuple[bytes, bytes]:
    salt = os.urandom(16)
    return salt, hashlib.scrypt(password.encode(), salt=salt, n=2 ** 15, r=8, p=1, maxmem=64 * 1024 * 1024)


# == Signature of partner callbacks computed over a shared secret
import hashlib as hl
from hmac import compare_digest

checksum = hl.md5


def sign(fields, secret):
    joined = "&".join("%s=%s" % (k, fields[k]) for k in sorted(fields) if k != "sign")
    return checksum((joined + secret).encode()).hexdigest().upper()  # expect: py/weak-hash


def genuine(fields, secret):
    return compare_digest(sign(fields, secret), fields.get("sign", ""))


def update_intact(path, published):
    with open(path, "rb") as fh:
        return hl.new("sha1", fh.read()).hexdigest() == published  # expect: py/weak-hash


# == Entity tags and cache names from content
import hashlib
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=512)
def etag(path: Path) -> str:
    h = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as fh:
        while chunk := fh.read(1 << 16):
            h.update(chunk)
    return f'W/"{h.hexdigest()}"'


def cache_name(*parts) -> str:
    return "v3:" + hashlib.new("sha1", repr(parts).encode(), usedforsecurity=False).hexdigest()


# == Card data sealed with block ciphers of the nineties
from Crypto.Cipher import AES, DES
from Cryptodome.Cipher import ARC4 as StreamCipher
from Crypto.Util.Padding import pad


def seal_pin(key, pin):
    return DES.new(key, DES.MODE_ECB).encrypt(pad(pin, 8))  # expect: py/weak-cipher


def seal_track(key, track):
    engine = AES.new(key, AES.MODE_ECB)  # expect: py/weak-cipher
    return engine.encrypt(pad(track, AES.block_size))


def seal_stream(key, data):
    return StreamCipher.new(key).encrypt(data)  # expect: py/weak-cipher


# == Records sealed by an authenticated mode
from Crypto.Cipher import AES
from Cryptodome.Cipher import ChaCha20_Poly1305 as Chacha


class Sealer:
    MODE = AES.MODE_GCM
    # AES.MODE_ECB was used up to version 2

    def __init__(self, key):
        self._key = key

    def seal(self, data, label=b""):
        box = AES.new(self._key, self.MODE)
        box.update(label)
        body, tag = box.encrypt_and_digest(data)
        return box.nonce + tag + body

    def seal_small(self, data):
        box = Chacha.new(key=self._key)
        body, tag = box.encrypt_and_digest(data)
        return b"".join((box.nonce, tag, body))


# == Legacy export with the hazmat layer
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.algorithms import ARC4


def exporter(key, kind):
    if kind == "ecb":
        return Cipher(algorithms.AES(key), modes.ECB(), backend=default_backend()).encryptor()  # expect: py/weak-cipher
    return Cipher(ARC4(key), mode=None).encryptor()  # expect: py/weak-cipher


# == Backup encrypted in a mode that nobody checks
import os

from Crypto.Cipher import AES
from Crypto.Util.Padding import pad
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms as alg, modes


def lock(key: bytes, blob: bytes) -> bytes:
    iv = os.urandom(16)
    return iv + AES.new(key, AES.MODE_CBC, iv).encrypt(pad(blob, 16))  # expect: py/unauthenticated-encryption


def lock_stream(key: bytes, blob: bytes) -> bytes:
    c = AES.new(key, mode=AES.MODE_CTR)  # expect: py/unauthenticated-encryption
    return c.nonce + c.encrypt(blob)


def lock_feedback(key: bytes, blob: bytes) -> bytes:
    iv = os.urandom(16)
    enc = Cipher(alg.AES(key), modes.CFB(iv)).encryptor()  # expect: py/unauthenticated-encryption
    return iv + enc.update(blob) + enc.finalize()


# == Encrypt, then a MAC over the vector and the text
import hashlib
import hmac
import os

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def protect(enc_key: bytes, mac_key: bytes, plain: bytes) -> bytes:
    iv = os.urandom(16)
    padder = padding.PKCS7(128).padder()
    padded = padder.update(plain) + padder.finalize()
    enc = Cipher(algorithms.AES(enc_key), modes.CBC(iv)).encryptor()
    text = iv + enc.update(padded) + enc.finalize()
    return text + hmac.new(mac_key, text, hashlib.sha256).digest()


# == Nonces that never change
import hashlib

from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = b"\x00" * 12


def store(key, data):
    return AESGCM(key).encrypt(NONCE, data, None)  # expect: py/static-iv


def store_old(key, data, nonce=b"log-2019-0001"):
    return AES.new(key, AES.MODE_EAX, nonce=nonce).encrypt_and_digest(data)  # expect: py/static-iv


def vault_key(passphrase):
    return hashlib.pbkdf2_hmac("sha256", passphrase, b"pepper-and-salt", 600_000)  # expect: py/static-iv


# == Nonces drawn for every message
import os
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

NONCE_LENGTH = 12
EMPTY = b"\x00" * NONCE_LENGTH


def store(key, data):
    nonce = EMPTY
    nonce = os.urandom(len(nonce))
    return nonce + AESGCM(key).encrypt(nonce, data, b"v1")


def ship(key, data):
    nonce = secrets.token_bytes(NONCE_LENGTH)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, data, None)


def kdf(salt_file):
    with open(salt_file, "rb") as fh:
        salt = fh.read(16)
    return PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=600_000)


# == Key generation for the old appliances
import paramiko
from M2Crypto import RSA
from OpenSSL import crypto


def appliance_key(path):
    pair = RSA.gen_key(1024, 65537)  # expect: py/weak-key-size
    pair.save_key(path, cipher="aes_256_cbc")


def certificate_key():
    pkey = crypto.PKey()
    pkey.generate_key(crypto.TYPE_RSA, 512)  # expect: py/weak-key-size
    return pkey


def host_key(path, *, bits=1024):
    paramiko.RSAKey.generate(bits).write_private_key_file(path)  # expect: py/weak-key-size


# == Key generation with a floor on the size
from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CHUNK = 1024
BITS = {"root": 4096, "leaf": 3072}


def make(kind):
    return RSA.generate(BITS[kind])


def service_key(size=1024):
    size = max(size, 2048)
    return rsa.generate_private_key(public_exponent=65537, key_size=size)


def curve():
    return ec.generate_private_key(ec.SECP256R1())


def chunks(blob):
    for start in range(0, len(blob), CHUNK):
        yield blob[start:start + CHUNK]


# == Inventory client that accepts any certificate
import requests


class Inventory:
    verify = False

    def __init__(self, base):
        self.base = base
        self.http = requests.Session()

    def items(self):
        return self.http.get(self.base + "/items", verify=self.verify, timeout=10).json()  # expect: py/tls-not-verified

    def push(self, item):
        options = {"verify": False, "timeout": (3, 20)}
        return requests.post(self.base + "/items", json=item, **options).ok  # expect: py/tls-not-verified


# == Inventory client with the company's own authority
import os

import httpx
import requests

CA = os.environ.get("CORP_CA", "/etc/ssl/corp/ca.pem")


def session() -> requests.Session:
    s = requests.Session()
    s.verify = CA
    return s


def items(base, verify=False):
    if not verify:
        verify = CA
    return requests.get(f"{base}/items", verify=verify, timeout=10).json()


def count(base):
    with httpx.Client(verify=True) as client:
        return client.get(base + "/count", params={"verify": False}).json()


# == Contexts that check nothing
import http.client
import ssl
import urllib3


def relaxed():
    ctx = ssl.create_default_context()
    ctx.check_hostname = False  # expect: py/tls-not-verified
    ctx.verify_mode = ssl.CERT_NONE  # expect: py/tls-not-verified
    return ctx


def probe(host):
    conn = http.client.HTTPSConnection(host, timeout=5, context=ssl._create_unverified_context())  # expect: py/tls-not-verified
    conn.request("HEAD", "/")
    return conn.getresponse().status


pool = urllib3.PoolManager(timeout=4.0, cert_reqs="CERT_NONE")  # expect: py/tls-not-verified


# == Contexts for server and client, both in order
import ssl


def server_context(cert, key):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.minimum_version = ssl.TLSVersion.TLSv1_2
    ctx.load_cert_chain(cert, key)
    return ctx


def client_context(cafile=None):
    ctx = ssl.create_default_context(cafile=cafile)
    ctx.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    ctx.check_hostname = True
    ctx.verify_mode = ssl.CERT_REQUIRED
    return ctx


def describe(ctx):
    if ctx.verify_mode == ssl.CERT_NONE:
        raise RuntimeError("refusing a context that verifies nothing")
    return ctx.minimum_version.name


# == Gateway for terminals of an old generation
import ssl
from ssl import PROTOCOL_TLSv1 as DIALECT, SSLContext


def listener(cert, key):
    ctx = SSLContext(DIALECT)  # expect: py/weak-tls
    ctx.load_cert_chain(cert, key)
    return ctx


def modern_listener(cert, key):
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.minimum_version = ssl.TLSVersion.TLSv1_1  # expect: py/weak-tls
    ctx.load_cert_chain(cert, key)
    return ctx


# == Remote runner over SSH that takes every host
import paramiko
from paramiko.client import SSHClient
from paramiko import WarningPolicy


def runner(host, user):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key
    client.connect(host, username=user, timeout=10)
    return client


def second(host):
    policy = WarningPolicy
    c = SSHClient()
    c.load_system_host_keys()
    c.set_missing_host_key_policy(policy)  # expect: py/ssh-host-key
    c.connect(hostname=host, timeout=10)
    return c


# == Async shell sessions without known hosts
import asyncio

import asyncssh
import pysftp


async def gather(hosts):
    async def one(h):
        async with asyncssh.connect(h, known_hosts=None, username="probe") as c:  # expect: py/ssh-host-key
            return (await c.run("df -h")).stdout

    return await asyncio.gather(*map(one, hosts))


def fetch(host, user, key, remote):
    opts = pysftp.CnOpts()
    opts.hostkeys = None  # expect: py/ssh-host-key
    with pysftp.Connection(host, username=user, private_key=key, cnopts=opts) as sftp:
        sftp.get(remote)


# == Poller for switches that speak SNMP
import os

from pysnmp.hlapi import (
    CommunityData, ContextData, ObjectIdentity, ObjectType, SnmpEngine, UdpTransportTarget, UsmUserData, getCmd,
)


def old_switch(host):
    return next(getCmd(
        SnmpEngine(),
        CommunityData(os.environ["SNMP_COMMUNITY"], mpModel=0),  # expect: py/snmp-insecure
        UdpTransportTarget((host, 161), timeout=2, retries=1),
        ContextData(),
        ObjectType(ObjectIdentity("SNMPv2-MIB", "sysDescr", 0)),
    ))


def anonymous(user):
    return UsmUserData(user)  # expect: py/snmp-insecure


def readable(user):
    return UsmUserData(user, authKey=os.environ["SNMP_AUTH"])  # expect: py/snmp-insecure


def second_version():
    name = os.environ["SNMP_COMMUNITY"]
    return CommunityData(name)  # expect: py/snmp-insecure


# == Poller that uses version three with privacy
import os

from pysnmp.hlapi import UsmUserData, usmAesCfb128Protocol, usmHMACSHAAuthProtocol


class Community:
    """Not an SNMP community: a group of people."""

    def __init__(self, name, mpModel=0):
        self.name = name


def credentials():
    return UsmUserData(
        os.environ["SNMP_USER"],
        authKey=os.environ["SNMP_AUTH"],
        privKey=os.environ["SNMP_PRIV"],
        authProtocol=usmHMACSHAAuthProtocol,
        privProtocol=usmAesCfb128Protocol,
    )


CREW = Community("operators", mpModel=0)


# == Nightly transfer of reports over old protocols
import ftplib
import telnetlib
from poplib import POP3


def upload(host, user, secret, path):
    with ftplib.FTP(host, user, secret, timeout=30) as ftp, open(path, "rb") as fh:  # expect: py/clear-text-protocol
        ftp.storbinary("STOR report.csv", fh)


def reboot(host):
    tn = telnetlib.Telnet(host, 23, 10)  # expect: py/clear-text-protocol
    tn.write(b"reload\n")
    tn.close()


def inbox(host):
    return POP3(host, timeout=10).stat()  # expect: py/clear-text-protocol


# == Nightly transfer of reports over TLS
import smtplib
import ssl
from ftplib import FTP_TLS
from imaplib import IMAP4_SSL

TLS = ssl.create_default_context()


def upload(host, user, secret, path):
    with FTP_TLS(host, context=TLS, timeout=30) as ftp, open(path, "rb") as fh:
        ftp.login(user, secret)
        ftp.prot_p()
        ftp.storbinary("STOR report.csv", fh)


def unseen(host, user, secret):
    box = IMAP4_SSL(host, ssl_context=TLS, timeout=20)
    box.login(user, secret)
    box.select("INBOX", readonly=True)
    return box.search(None, "UNSEEN")


def mail(host, user, secret, message):
    server = smtplib.SMTP(host, 587, timeout=10)
    try:
        server.starttls(context=TLS)
        server.login(user, secret)
        server.send_message(message)
    finally:
        server.quit()


# == Configuration read by loaders that build objects
import yaml
from yaml import load as load_yaml, Loader
from ruamel.yaml import YAML


def settings(stream):
    return yaml.load(stream, Loader=yaml.UnsafeLoader)  # expect: py/unsafe-load


def playbook(text):
    return load_yaml(text, Loader)  # expect: py/unsafe-load


def all_docs(text):
    return list(yaml.unsafe_load_all(text))  # expect: py/unsafe-load


def manifest(path):
    with open(path) as fh:
        return YAML(typ="unsafe").load(fh)  # expect: py/unsafe-load


# == Configuration read by loaders for plain data
import json
import tomllib

import yaml
from ruamel.yaml import YAML

try:
    from yaml import CSafeLoader as Loader
except ImportError:
    from yaml import SafeLoader as Loader


class Tagged(yaml.SafeLoader):
    pass


Tagged.add_constructor("!env", lambda loader, node: loader.construct_scalar(node).upper())


def settings(stream):
    return yaml.load(stream, Loader=Loader)


def tagged(text):
    return yaml.load(text, Tagged)


READERS = {".json": json.load, ".toml": tomllib.load, ".yml": YAML(typ="safe").load}


def read(path):
    with path.open("rb") as fh:
        return READERS[path.suffix](fh)


# == Model registry that unpickles in several libraries
import joblib
import numpy as np
import pandas as pd
import torch
from cloudpickle import loads as thaw


def weights(path):
    return torch.load(path, map_location="cpu", weights_only=False)  # expect: py/unsafe-load


def vectors(path):
    return np.load(path, allow_pickle=True)["vectors"]  # expect: py/unsafe-load


def frame(path):
    return pd.read_pickle(path)  # expect: py/unsafe-load


def forest(path):
    return joblib.load(path)  # expect: py/unsafe-load


def callback(blob):
    return thaw(blob)  # expect: py/unsafe-load


# == Model registry that stays with plain tensors
import numpy
import pandas
import torch
from safetensors.torch import load_file


def weights(path):
    return torch.load(path, map_location="cpu", weights_only=True)


def adapters(path):
    return load_file(path)


def vectors(path):
    return numpy.load(path, allow_pickle=False)


def frame(path):
    return pandas.read_parquet(path)


def ready(model, path):
    model.load_state_dict(weights(path))
    return model.eval()


# == Queue worker that thaws its jobs
import marshal
import pickle as serializer
import shelve

loads = serializer.loads


class Worker:
    codec = serializer

    def take(self, raw):
        return self.codec.loads(raw)  # expect: py/unsafe-load

    def replay(self, raws):
        return [loads(r) for r in raws]  # expect: py/unsafe-load

    def constants(self, raw):
        return marshal.loads(raw)  # expect: py/unsafe-load

    def notes(self, path):
        with shelve.open(path, "r") as db:  # expect: py/unsafe-load
            return dict(db)


# == Copies and dumps with pickle that read nothing from outside
import copy
import json
import pickle


def deep(obj):
    return pickle.loads(pickle.dumps(obj, protocol=pickle.HIGHEST_PROTOCOL))


def save(obj, path):
    with open(path, "wb") as fh:
        pickle.dump(obj, fh)


class Pickle:
    """A vegetable."""

    def load(self, crate):
        crate.append(self)


def pack(crate, json_text):
    pickle_ = Pickle()
    pickle_.load(crate)
    return copy.copy(crate), json.loads(json_text)


# == Calculator fields of a spreadsheet
import builtins
from math import cos, pi, sin

run = getattr(builtins, "exec")


def cell(formula, names):
    return eval(formula, {"sin": sin, "cos": cos, "pi": pi}, names)  # expect: py/dangerous-eval


def macro(source, names):
    run(source, names)  # expect: py/dangerous-eval


def guard(expr, row):
    # empty builtins do not make a sandbox
    return bool(builtins.eval(expr, {"__builtins__": {}}, row))  # expect: py/dangerous-eval


def plugin(path, space):
    with open(path) as fh:
        exec(compile(fh.read(), path, "exec"), space)  # expect: py/dangerous-eval


# == Evaluations that evaluate no text
import ast
import operator

OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def cell(text):
    return ast.literal_eval(text)


def calc(text):
    def walk(node):
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.BinOp) and type(node.op) in OPS:
            return OPS[type(node.op)](walk(node.left), walk(node.right))
        raise ValueError("unsupported expression")

    return walk(ast.parse(text, mode="eval").body)


def release(redis, key, owner):
    return redis.eval("if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end", 1, key, owner)


def two():
    return eval("1 + 1")


# == Maintenance script with one line commands
import os
import subprocess as sp
from os import popen
from subprocess import check_output, Popen


def free(mount):
    return popen("df -P " + mount).read().splitlines()[-1]  # expect: py/shell-call


def archive(name, folder):
    os.system("tar czf /var/backups/%s.tgz %s" % (name, folder))  # expect: py/shell-call


def owner(path):
    return check_output(f"stat -c %U {path}", shell=True, text=True).strip()  # expect: py/shell-call


def follow(path):
    return Popen("tail -f {} | grep ERROR".format(path), shell=True, stdout=sp.PIPE)  # expect: py/shell-call


def usage(user):
    return sp.getoutput("du -sh ~" + user)  # expect: py/shell-call


# == Maintenance script without a shell
import os
import shlex
import subprocess

CLEAR = "clear"


def free(mount):
    return subprocess.check_output(["df", "-P", "--", mount], text=True).splitlines()[-1]


def wipe():
    os.system(CLEAR)


def kernel():
    return subprocess.run("uname -r | cut -d- -f1", shell=True, capture_output=True, text=True, check=False).stdout


def run(line, shell=False):
    return subprocess.call(shlex.split(line), shell=shell)


def count(path):
    return subprocess.getoutput("wc -l < " + shlex.quote(path))


# == Commands through helpers of old and of async libraries
import asyncio
import commands
import popen2
import pty


def revision(folder):
    status, text = commands.getstatusoutput("cd %s && git rev-parse HEAD" % folder)  # expect: py/shell-call
    return text if status == 0 else None


def talk(program):
    out, inp = popen2.popen2(program + " 2>/dev/null")  # expect: py/shell-call
    inp.close()
    return out.read()


async def convert(src, dst):
    proc = await asyncio.create_subprocess_shell(f"ffmpeg -i {src} {dst}")  # expect: py/shell-call
    return await proc.wait()


def record(command):
    pty.spawn(["/bin/sh", "-c", command])  # expect: py/shell-call


# == Stars in commands, expanded or not
import glob
import subprocess
from os import system


def bundle():
    system("tar czf /var/backups/all.tgz *")  # expect: py/shell-call


def give():
    subprocess.Popen("chown -R www-data:www-data *", shell=True, cwd="/srv/upload").wait()  # expect: py/shell-call


def literal_star():
    subprocess.run(["chown", "root", "*"], check=True)


def own_expansion(pattern):
    names = ["./" + n for n in glob.glob(pattern)]
    return subprocess.run(["tar", "czf", "/var/backups/some.tgz", "--", *names], check=True)


# == Reports whose SQL is put together from names
import sqlite3


def rows(db: sqlite3.Connection, table: str, column: str, wanted):
    cur = db.cursor()
    cur.execute(f"SELECT * FROM {table} WHERE {column} = ?", (wanted,))  # expect: py/sql-built-from-text
    return cur.fetchall()


def trim(db, table, keep):
    sql = "DELETE FROM " + table
    sql += " WHERE id NOT IN (SELECT id FROM %s ORDER BY id DESC LIMIT %d)" % (table, keep)
    db.execute(sql)  # expect: py/sql-built-from-text


def rename(db, old, new):
    db.executescript("ALTER TABLE {0} RENAME TO {1};".format(old, new))  # expect: py/sql-built-from-text


# == Reports whose SQL has only places to fill
import sqlite3
from typing import Iterable

COLUMNS = ("id", "title", "created")
TABLES = frozenset({"invoice", "receipt"})


def some(db: sqlite3.Connection, ids: Iterable[int]):
    ids = list(ids)
    marks = ", ".join("?" * len(ids))
    return db.execute(f"SELECT {', '.join(COLUMNS)} FROM invoice WHERE id IN ({marks})", ids).fetchall()


def rows(db, table):
    if table not in TABLES:
        raise ValueError(table)
    return db.execute("SELECT * FROM " + table).fetchall()


def page(db, size, number):
    return db.execute("SELECT * FROM receipt LIMIT %d OFFSET %d" % (int(size), int(size) * int(number))).fetchall()


# == Postgres helpers with composed identifiers
from psycopg2 import sql
from psycopg2.extras import execute_values
from sqlalchemy import MetaData, Table, select, text


def by_mail(conn, table, mail):
    with conn.cursor() as cur:
        cur.execute(
            sql.SQL("SELECT id FROM {} WHERE mail = %s").format(sql.Identifier(table)),
            (mail,),
        )
        return cur.fetchone()


def bulk(cur, pairs):
    execute_values(cur, "INSERT INTO pair (a, b) VALUES %s", pairs)


def reflected(engine, name, key):
    table = Table(name, MetaData(), autoload_with=engine)
    stmt = select(table).where(table.c.id == key)
    with engine.connect() as c:
        c.execute(text("SET statement_timeout = :ms").bindparams(ms=2000))
        return c.execute(stmt).all()


# == Feed reader built on the standard parsers
import xml.dom.minidom
import xml.etree.ElementTree as ET
from xml.dom import pulldom
from xml.sax import parseString as sax_parse


def titles(body: bytes):
    return [e.text for e in ET.fromstring(body).iter("title")]  # expect: py/unsafe-xml


def pretty(body):
    return xml.dom.minidom.parseString(body).toprettyxml()  # expect: py/unsafe-xml


def walk(path):
    for event, node in pulldom.parse(path):  # expect: py/unsafe-xml
        if event == pulldom.START_ELEMENT:
            yield node.tagName


def feed(body, handler):
    sax_parse(body, handler)  # expect: py/unsafe-xml


# == Feed reader built on defused parsers
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import defusedxml.ElementTree as ET
from defusedxml.minidom import parseString
from lxml import etree

STRICT = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def titles(body: bytes):
    return [e.text for e in ET.fromstring(body).iter("title")]


def pretty(body):
    return parseString(body).toprettyxml()


def schema(body):
    return etree.fromstring(body, parser=STRICT)


def build(names):
    root = ElementTree.Element("names")
    for n in names:
        ElementTree.SubElement(root, "name").text = n
    return ElementTree.tostring(root)


def snippet(name):
    return "<name>%s</name>" % escape(name)


# == Token mint with predictable dice
import random
import string
import time
from random import choice, randint
from uuid import uuid1


def reset_token(length=32):
    return "".join(choice(string.ascii_letters) for _ in range(length))  # expect: py/weak-random


def one_time_code():
    return f"{randint(0, 999999):06d}"  # expect: py/weak-random


def session_id():
    return uuid1().hex  # expect: py/weak-random


def api_secret():
    rng = random.Random(time.time_ns())
    return "%032x" % rng.getrandbits(128)  # expect: py/weak-random


# == Token mint with the system's dice
import random
import secrets
import string
from random import SystemRandom as Dice
from uuid import uuid4

dice = Dice()


def reset_token(length=32):
    return "".join(dice.choice(string.ascii_letters) for _ in range(length))


def one_time_code():
    return f"{secrets.randbelow(10 ** 6):06d}"


def session_id():
    return uuid4().hex


def password(n=20):
    return "".join(random.SystemRandom().choices(string.printable[:94], k=n))


# == Exchange rates fetched without patience limits
import urllib.request

import httpx
import requests


def rates(day):
    return requests.get("https://rates.example.com/v1/" + day).json()  # expect: py/no-timeout


def publish(doc):
    s = requests.Session()
    s.headers["Accept"] = "application/json"
    r = s.post("https://rates.example.com/v1", json=doc)  # expect: py/no-timeout
    r.raise_for_status()


def everything():
    return urllib.request.urlopen("https://rates.example.com/v1/all").read()  # expect: py/no-timeout


def stream():
    with httpx.stream("GET", "https://rates.example.com/live", timeout=None) as r:  # expect: py/no-timeout
        yield from r.iter_lines()


def delete(day):
    return requests.request("DELETE", f"https://rates.example.com/v1/{day}", timeout=None)  # expect: py/no-timeout


# == Exchange rates fetched with limits set in many ways
from functools import partial

import aiohttp
import httpx
import requests

get = partial(requests.get, timeout=5)
DEFAULTS = {"timeout": (3.05, 27), "headers": {"Accept": "application/json"}}


class Patient(requests.Session):
    def request(self, method, url, **kw):
        kw.setdefault("timeout", 8)
        return super().request(method, url, **kw)


def rates(day):
    return get("https://rates.example.com/v1/" + day).json()


def publish(doc):
    return requests.post("https://rates.example.com/v1", json=doc, **DEFAULTS)


def newest():
    return Patient().get("https://rates.example.com/v1/newest").json()


def head():
    return httpx.head("https://rates.example.com/v1")  # five seconds by default


async def tick():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=9)) as s:
        async with s.get("https://rates.example.com/tick") as r:
            return await r.json()


# == Mirror that opens what the list names
from urllib import request as ureq
from urllib.request import Request, urlopen, urlretrieve


def size(url):
    with urlopen(url, timeout=10) as r:  # expect: py/url-open
        return int(r.headers["Content-Length"])


def keep(url, path):
    urlretrieve(url, path)  # expect: py/url-open


def conditional(url, stamp):
    req = Request(url, headers={"If-Modified-Since": stamp})
    opener = ureq.build_opener()
    return opener.open(req, timeout=10).read()  # expect: py/url-open


# == Mirror that looks at the scheme first
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

BASE = "https://mirror.example.org/pool/"


def index():
    with urlopen("https://mirror.example.org/index.json", timeout=10) as r:
        return r.read()


def package(name):
    with urlopen(BASE + name, timeout=10) as r:
        return r.read()


def anything(url):
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("only http and https, not %r" % url)
    return urlopen(Request(url), timeout=10).read()


# == Unpacking of plugin archives
import shutil
import tarfile
from tarfile import open as topen


def install(path, dest):
    with tarfile.open(path) as tar:
        tar.extractall(dest)  # expect: py/unchecked-extract


def install_gz(fileobj, dest):
    t = topen(fileobj=fileobj, mode="r:gz")
    try:
        t.extractall(path=dest, members=t.getmembers())  # expect: py/unchecked-extract
    finally:
        t.close()


def trusted_name(path, dest):
    with tarfile.open(path) as tar:
        tar.extractall(dest, filter="fully_trusted")  # expect: py/unchecked-extract


def any_kind(path, dest):
    shutil.unpack_archive(path, dest, format="gztar")  # expect: py/unchecked-extract


# == Unpacking with a filter or a look at every member
import os
import shutil
import tarfile


def install(path, dest):
    with tarfile.open(path) as tar:
        tar.extractall(dest, filter="data")


def inside(members, dest):
    root = os.path.realpath(dest)
    for m in members:
        target = os.path.realpath(os.path.join(root, m.name))
        if os.path.commonpath([root, target]) != root or m.issym() or m.islnk() or m.isdev():
            raise ValueError("member leaves the folder: " + m.name)
        yield m


def install_old(path, dest):
    with tarfile.open(path) as tar:
        tar.extractall(dest, members=list(inside(tar, dest)))


def unpack(path, dest):
    shutil.unpack_archive(path, dest, filter=tarfile.data_filter)


def readme(path):
    with tarfile.open(path) as tar:
        return tar.extractfile("README").read()


# == Spool folder everybody may write to
import os
import stat
from os import chmod as set_mode
from pathlib import Path


def prepare(spool):
    os.makedirs(spool, mode=0o777, exist_ok=True)  # expect: py/loose-permissions
    os.chmod(spool, stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)  # expect: py/loose-permissions


def drop(spool, name, data):
    target = Path(spool, name)
    target.write_bytes(data)
    target.chmod(0o666)  # expect: py/loose-permissions


def open_script(path):
    set_mode(path, 511)  # expect: py/loose-permissions


def daemonize():
    os.umask(0)  # expect: py/loose-permissions


# == Scratch files in the shared folder
import os
import tempfile
from tempfile import mktemp as scratch


def render(svg):
    name = tempfile.mktemp(suffix=".svg")  # expect: py/insecure-temp
    with open(name, "w") as fh:
        fh.write(svg)
    return name


def fifo():
    path = scratch(".pipe")  # expect: py/insecure-temp
    os.mkfifo(path, 0o600)
    return path


def log(line):
    with open("/tmp/render.log", "a") as fh:  # expect: py/hardcoded-temp
        fh.write(line + "\n")


# == Scratch files that tempfile makes itself
import os
import tempfile
from contextlib import contextmanager

PREFIX = "render-"


@contextmanager
def workdir():
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        yield folder


def render(svg):
    fd, name = tempfile.mkstemp(suffix=".svg")
    with os.fdopen(fd, "w") as fh:
        fh.write(svg)
    return name


def job(svg):
    with workdir() as folder:
        path = os.path.join(folder, "in.svg")
        with open(path, "w") as fh:
            fh.write(svg)
        return os.path.getsize(path)


def under_tmp(path):
    return os.path.realpath(path).startswith("/tmp/")


# == Servers that listen for everybody
import asyncio
import socket
from http.server import HTTPServer, SimpleHTTPRequestHandler

ANY = "0.0.0.0"


def files(port):
    HTTPServer(("", port), SimpleHTTPRequestHandler).serve_forever()  # expect: py/bind-all-interfaces


def raw(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.bind((ANY, port))  # expect: py/bind-all-interfaces
    s.listen(5)
    return s


async def lines(handler):
    server = await asyncio.start_server(handler, host="::", port=7000)  # expect: py/bind-all-interfaces
    async with server:
        await server.serve_forever()


# == Servers that listen at home
import ipaddress
import os
import socket
import socketserver

import uvicorn

DEFAULT_ROUTE = "0.0.0.0/0"


def raw(port):
    s = socket.socket()
    s.bind(("127.0.0.1", port))
    return s


def serve(app):
    host = os.environ.get("BIND", "127.0.0.1")
    if host in ("0.0.0.0", "::"):
        raise SystemExit("set BIND to one address")
    uvicorn.run(app, host=host, port=8080)


def is_default(route):
    return ipaddress.ip_network(route) == ipaddress.ip_network(DEFAULT_ROUTE)


def unix(path, handler):
    return socketserver.UnixStreamServer(path, handler)


# == Administration of a shop with everything switched on
# -- file: shop/settings.py
import os

DEBUG = True  # expect: py/debug-enabled
SECRET_KEY = "q8$k2v!m0a9s7d6f5g4h3j2k1l0zxcvbnm"  # expect: py/hardcoded-key
ALLOWED_HOSTS = ["shop.example.com"]
SESSION_COOKIE_SECURE = False  # expect: py/insecure-cookie
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # expect: py/fast-password-hash
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "shop",
        "PASSWORD": "Winter-2021!",  # expect: py/hardcoded-password
        "HOST": os.environ.get("DB_HOST", "localhost"),
    }
}
# -- file: shop/views.py
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt  # expect: py/csrf-off
def empty_basket(request):
    request.user.basket.clear()
    return JsonResponse({"ok": True})


# == Settings of a site that is in order
# -- file: site/settings.py
import os

DEBUG = os.environ.get("SITE_DEBUG") == "1"
SECRET_KEY = os.environ["SITE_SECRET_KEY"]
ALLOWED_HOSTS = os.environ["SITE_HOSTS"].split(",")
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
PASSWORD_RESET_TIMEOUT = 3600
KEY_PREFIX = "site"
# -- file: site/views.py
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie


@csrf_protect
@ensure_csrf_cookie
def ping(request):
    return JsonResponse({"ok": True})


# == Small Flask service started by hand
from datetime import timedelta

from flask import Flask, jsonify
from flask_cors import CORS
from flask_wtf import FlaskForm
from wtforms import StringField

app = Flask(__name__)
app.config.update(SECRET_KEY="dev-secret-please", PERMANENT_SESSION_LIFETIME=timedelta(hours=1))  # expect: py/hardcoded-key
app.config["WTF_CSRF_ENABLED"] = False  # expect: py/csrf-off
CORS(app, origins="*", supports_credentials=True)  # expect: py/cors-any-origin


class NoteForm(FlaskForm):
    text = StringField("Text")


@app.route("/ping")
def ping():
    return jsonify(ok=True)


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000, debug=True)  # expect: py/bind-all-interfaces, py/debug-enabled


# == Small Flask service with its switches in the right place
import logging
import os

from flask import Flask, jsonify
from flask_cors import CORS
from flask_wtf.csrf import CSRFProtect

logging.basicConfig(level=logging.DEBUG)


class TestingConfig:
    TESTING = True
    SECRET_KEY = os.urandom(32)


def create_app():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["APP_SECRET"]
    app.config.update(
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_ENABLED=True,
    )
    CSRFProtect(app)
    CORS(app, origins=["https://app.example.com"], supports_credentials=True)

    @app.get("/ping")
    def ping():
        app.logger.debug("ping", extra={"debug": True})
        return jsonify(ok=True)

    return app


if __name__ == "__main__":
    create_app().run(host="localhost", debug=False)


# == FastAPI service with a wide door
import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
import secrets

app = FastAPI(title="quotes", debug=True)  # expect: py/debug-enabled

ORIGINS = ["*"]
app.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_methods=["GET"], allow_credentials=True)  # expect: py/cors-any-origin


@app.get("/start")
async def start():
    answer = JSONResponse({"ok": True})
    answer.set_cookie("sid", secrets.token_urlsafe(32))  # expect: py/insecure-cookie
    return answer


if __name__ == "__main__":
    uvicorn.run("quotes:app", host="127.0.0.1", port=8000)


# == FastAPI service whose door fits
import asyncio
import secrets

from fastapi import FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI(title="quotes")
public = FastAPI(title="quotes, public and without cookies")

COOKIE = dict(secure=True, httponly=True, samesite="strict", max_age=3600)

app.add_middleware(CORSMiddleware, allow_origins=["https://quotes.example.com"], allow_credentials=True)
public.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=False)


@app.get("/start")
async def start(response: Response):
    response.set_cookie("sid", secrets.token_urlsafe(32), **COOKIE)
    return {"ok": True}


@app.get("/stop")
async def stop(response: Response):
    response.delete_cookie("sid", secure=True, httponly=True, samesite="strict")
    return {"ok": True}


async def warm_up():
    await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(warm_up(), debug=True)


# == Cookies of a login in three flavours
import secrets
from http import cookies

from django.http import HttpResponse
from starlette.responses import Response

FLAGS = {"secure": True, "httponly": False, "samesite": "lax"}


def plain():
    resp = HttpResponse("welcome")
    resp.set_cookie("auth", secrets.token_hex(24), max_age=600, httponly=True, samesite="Lax")  # expect: py/insecure-cookie
    return resp


def script_readable():
    resp = HttpResponse("welcome")
    resp.set_cookie("auth", secrets.token_hex(24), secure=True, samesite="Lax")  # expect: py/cookie-without-httponly
    return resp


def cross_site():
    resp = HttpResponse("welcome")
    resp.set_cookie("auth", secrets.token_hex(24), secure=True, httponly=True, samesite="None")  # expect: py/cookie-without-samesite
    return resp


def by_options():
    resp = Response(status_code=204)
    resp.set_cookie("auth", secrets.token_hex(24), **FLAGS)  # expect: py/cookie-without-httponly
    return resp


def by_hand():
    jar = cookies.SimpleCookie()
    jar["auth"] = secrets.token_hex(24)
    jar["auth"]["secure"] = True
    jar["auth"]["httponly"] = True
    jar["auth"]["samesite"] = "Lax"
    return jar.output()


# == Token service that forgets the end of a token
import datetime as dt
import os

import jwt
from authlib.jose import jwt as authlib_jwt
from jose import jwt as jose_jwt

KEY = os.environ["TOKEN_KEY"]


def issue(user_id):
    return jwt.encode({"sub": user_id, "iat": dt.datetime.now(dt.timezone.utc)}, KEY, algorithm="HS256")  # expect: py/jwt-no-expiry


def issue_jose(user_id):
    claims = {"sub": user_id}
    claims["scope"] = "read"
    return jose_jwt.encode(claims, KEY, "HS256")  # expect: py/jwt-no-expiry


def issue_authlib(user_id, private):
    return authlib_jwt.encode({"alg": "RS256"}, {"sub": user_id, "iss": "us"}, private)  # expect: py/jwt-no-expiry


def issue_with_end(user_id):
    claims = dict(sub=user_id)
    claims.update(exp=dt.datetime.now(dt.timezone.utc) + dt.timedelta(minutes=15))
    return jwt.encode(claims, KEY, algorithm="HS256")


# == Tokens read without looking at the signature
import jwt
from jose import jwt as jose_jwt
from jose.jwt import get_unverified_claims


def subject(token):
    return jwt.decode(token, options={"verify_signature": False})["sub"]  # expect: py/jwt-not-verified


def subject_old(token, key):
    return jwt.decode(token, key, verify=False)["sub"]  # expect: py/jwt-not-verified


def subject_jose(token, key):
    return jose_jwt.decode(token, key, options={"verify_signature": False})["sub"]  # expect: py/jwt-not-verified


def role(token):
    return get_unverified_claims(token).get("role")  # expect: py/jwt-not-verified


def tenant(token):
    settings = dict(verify_signature=False, verify_exp=True)
    payload = jwt.decode(jwt=token, algorithms=["HS256"], options=settings)  # expect: py/jwt-not-verified
    return payload["tenant"]


# == Tokens read after the signature held
import time

import jwt
from authlib.jose import JsonWebToken
from jwt import PyJWKClient

STRICT = {"verify_signature": True, "require": ["exp", "sub"]}


def by_kid(token, keys):
    kid = jwt.get_unverified_header(token)["kid"]
    return jwt.decode(token, keys[kid], algorithms=["RS256"], options=STRICT)


def by_jwks(token, url):
    key = PyJWKClient(url).get_signing_key_from_jwt(token).key
    return jwt.decode(token, key, audience="api", algorithms=["ES256"])


def by_authlib(token, key):
    claims = JsonWebToken(["RS256"]).decode(token, key)
    claims.validate()
    return claims


def issue(user_id, key):
    header = {"alg": "RS256"}
    return JsonWebToken(["RS256"]).encode(header, {"sub": user_id, "exp": int(time.time()) + 900}, key)


# == Login tokens that carry too much
import os
import time

import jwt


def login_token(user):
    body = {
        "sub": user.id,
        "exp": int(time.time()) + 3600,
        "password": user.password,
    }
    return jwt.encode(body, os.environ["JWT_KEY"], algorithm="HS256")  # expect: py/jwt-secret-claim


def partner_token(partner):
    return jwt.encode({"iss": "us", "exp": int(time.time()) + 60, "api_key": partner.api_key}, "partner-signing-key-1", "HS256")  # expect: py/jwt-secret-claim, py/hardcoded-key


def short_token(user):
    return jwt.encode({"sub": user.id, "pwd_changed": user.pwd_changed, "exp": int(time.time()) + 60}, os.environ["JWT_KEY"], "HS256")


# == Keys for signing and sealing written into the module
import hashlib
import hmac
import os

from cryptography.fernet import Fernet
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer
from Crypto.Cipher import AES

links = URLSafeTimedSerializer("4f9a-confirm-mail-links")  # expect: py/hardcoded-key


def fallback():
    return URLSafeSerializer(os.environ.get("LINK_KEY", "links-dev-key-77"))  # expect: py/hardcoded-key


def box():
    return Fernet(b"mH2qv0v4lE0iY0nF1cQv8J2m3r4t5y6u7i8o9p0a1s0=")  # expect: py/hardcoded-key


def tag(body: bytes) -> str:
    return hmac.new(b"webhook-shared-9921", body, hashlib.sha256).hexdigest()  # expect: py/hardcoded-key


def seal(data):
    return AES.new(b"0123456789abcdef", AES.MODE_GCM).encrypt_and_digest(data)  # expect: py/hardcoded-key


# == Keys that come from outside and names that only sound like keys
import hashlib
import hmac
import os
import secrets

from cryptography.fernet import Fernet
from itsdangerous import URLSafeTimedSerializer

PRIMARY_KEY = "id"
CACHE_KEY = "user-profile:%s"
SECRET_NAME = "prod/app/signing"
TOKEN_URL = "https://auth.example.com/oauth/token"
API_KEY_HEADER = "X-Api-Key"
SALT_PURPOSE = "confirm-mail"


def links():
    return URLSafeTimedSerializer(os.environ["LINK_KEY"], salt=SALT_PURPOSE)


def box(path):
    with open(path, "rb") as fh:
        return Fernet(fh.read().strip())


def fresh():
    return {"key": Fernet.generate_key(), "secret": secrets.token_bytes(32)}


def tag(body, vault):
    return hmac.new(vault.read(SECRET_NAME), body, hashlib.sha256).hexdigest()


# == Database connections with the password at hand
import psycopg2
import pymysql
import requests
from redis import Redis

OPTIONS = {"host": "db1", "user": "batch", "password": "b4tch-j0bs"}  # expect: py/hardcoded-password


def warehouse():
    return psycopg2.connect(host="db2", user="etl", password="Tr0ub4dor&3", connect_timeout=5)  # expect: py/hardcoded-password


def mysql(password="s3cr3t-root"):  # expect: py/hardcoded-password
    return pymysql.connect(host="db3", user="root", passwd=password)


def archive(name):
    return requests.get("https://archive.example.com/" + name, auth=("svc-batch", "Arch1ve!Pull"), timeout=9)  # expect: py/hardcoded-password


class Cache:
    password = "r3d1s-pass"  # expect: py/hardcoded-password

    def client(self):
        return Redis(host="cache", password=self.password)


# == Database connections whose password is asked for
import getpass
import os

import psycopg2
from redis import Redis

PASSWORD_ENV = "WAREHOUSE_PASSWORD"
password_prompt = "Password: "
PASSWORD_FIELD = "password"
PASSWORD_MIN_LENGTH = 12


def warehouse(password=None):
    if password is None:
        password = os.environ.get(PASSWORD_ENV) or getpass.getpass(password_prompt)
    return psycopg2.connect(host="db2", user="etl", password=password, connect_timeout=5)


def cache(options):
    return Redis(host="cache", password=options[PASSWORD_FIELD])


def problems(form):
    errors = {}
    if len(form[PASSWORD_FIELD]) < PASSWORD_MIN_LENGTH:
        errors["password"] = "too short"
    return errors


# == Console that knows its master word
import hmac
import sys
from getpass import getpass


def unlock():
    password = getpass()
    if password == "open-sesame-77":  # expect: py/literal-password-check
        return True
    print("no", file=sys.stderr)
    return False


class Gate:
    def admit(self, user, passwd):
        return user == "admin" and "changeme!" == passwd  # expect: py/literal-password-check

    def admit_slowly(self, password):
        return hmac.compare_digest(password, "tea-for-two-22")  # expect: py/literal-password-check


# == Console that compares with what is stored
import hmac
import os
from getpass import getpass


def unlock():
    password = getpass()
    if password == "":
        raise SystemExit("nothing typed")
    return hmac.compare_digest(password.encode(), os.environ["CONSOLE_PASSWORD"].encode())


def kind(password_type):
    match password_type:
        case "plain":
            return 1
        case "sealed":
            return 2
    if password_type == "external":
        return 3
    return 0


# == Rights asserted in a library of documents
class Documents:
    def __init__(self, store, user):
        self.store = store
        self.user = user

    def remove(self, doc_id):
        assert self.user.is_admin, "administrators only"  # expect: py/assert-check
        self.store.delete(doc_id)

    def read(self, doc_id):
        doc = self.store.get(doc_id)
        assert doc.owner_id == self.user.id or doc.public  # expect: py/assert-check
        return doc.body


def pay(account, amount):
    assert amount > 0 and account.balance >= amount, "bad amount"  # expect: py/assert-check
    account.balance -= amount


# == Sweeper that says nothing about failures
import os
from contextlib import suppress


def sweep(paths):
    for path in paths:
        try:
            os.remove(path)
        except Exception:  # expect: py/swallowed-exception
            continue


def notify(bus, text):
    try:
        bus.send(text)
    except:  # expect: py/swallowed-exception
        pass


def close(conn):
    try:
        conn.close()
    except BaseException:  # expect: py/swallowed-exception
        ...


def flush(sinks):
    for sink in sinks:
        with suppress(Exception):  # expect: py/swallowed-exception
            sink.flush()


# == Sweeper that answers for its failures
import contextlib
import logging
import os

log = logging.getLogger(__name__)


def sweep(paths):
    failed = []
    for path in paths:
        try:
            os.remove(path)
        except FileNotFoundError:
            pass
        except Exception:
            log.exception("cannot remove %s", path)
            failed.append(path)
    return failed


def quiet_remove(path):
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)


def number(text, default=0):
    try:
        return int(text)
    except ValueError:
        return default


# == Patterns that explode
import re

NAME = re.compile(r"^([a-zA-Z]+\s?)+$")  # expect: py/redos


class Lexer:
    words = re.compile(r"(\w+|\d+)*;")  # expect: py/redos

    def split(self, text):
        return self.words.findall(text)


def is_list(text):
    return re.fullmatch(r"(?:a*,?)*b", text) is not None  # expect: py/redos


def trimmed(text):
    return re.sub(r"(\s*\n*)+$", "", text)  # expect: py/redos


# == Patterns that look nested and run straight
import re

DOTTED = re.compile(r"^[a-z]+(?:\.[a-z]+)*$")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
PLUS = re.compile(r"\(a\+\)\+")
SHORT = re.compile(r"^(?:\d{1,3}\.){3}\d{1,3}$")


def version(text):
    return re.match(r"v(\d+)\.(\d+)(?:-([a-z]+))?$", text)


def strip_tags(text):
    return re.sub(r"<[^<>]*>", "", text)


# == Templates of a mail sender, escaping forgotten
import jinja2
from jinja2 import Environment, FileSystemLoader
from mako.template import Template
from tornado import template as tt


class Mailer:
    def __init__(self, folder):
        self.env = Environment(loader=FileSystemLoader(folder), trim_blocks=True)  # expect: py/autoescape-off

    def html(self, name, **values):
        return self.env.get_template(name + ".html").render(values)


def preview_env(folder):
    options = {"autoescape": False, "loader": FileSystemLoader(folder)}
    return jinja2.Environment(**options)  # expect: py/autoescape-off


def mako_page(path):
    return Template(filename=path, input_encoding="utf-8")  # expect: py/autoescape-off


def tornado_loader(folder):
    return tt.Loader(folder, autoescape=None)  # expect: py/autoescape-off


# == Templates of a mail sender with escaping
import jinja2.sandbox
from django.template import Engine
from jinja2 import Environment, FileSystemLoader, select_autoescape
from mako.lookup import TemplateLookup


def mailer(folder):
    return Environment(loader=FileSystemLoader(folder), autoescape=select_autoescape(["html", "xml"]))


def sandboxed():
    return jinja2.sandbox.SandboxedEnvironment(autoescape=True)


def django_engine(folder):
    return Engine(dirs=[folder], autoescape=True, debug=False)


def lookup(folder):
    return TemplateLookup(directories=[folder], default_filters=["h"])


# == Badges made of text that is called safe
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markupsafe import Markup


def badge(user):
    return mark_safe('<span class="badge">%s</span>' % user.display_name)  # expect: py/raw-markup


def link(item):
    return Markup(f"<a href='/item/{item.pk}'>{item.title}</a>")  # expect: py/raw-markup


def teaser(article):
    return SafeString(article.summary_html)  # expect: py/raw-markup


def unquoted(item):
    return mark_safe("<input value=%s>" % escape(item.title))  # expect: py/raw-markup


# == Badges put together by the library
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from markupsafe import Markup, escape as esc

RULE = mark_safe("<hr>")


def badge(user):
    return format_html('<span class="badge">{}</span>', user.display_name)


def link(item):
    return Markup("<a href='/item/{}'>{}</a>").format(int(item.pk), item.title)


def rows(items):
    return format_html_join(RULE, "<li>{}</li>", ((i.title,) for i in items))


def bold(text):
    return mark_safe("<b>" + escape(text) + "</b>")


def strong(text):
    return Markup("<strong>%s</strong>") % text


def both(a, b):
    return esc(a) + Markup("<br>") + esc(b)
