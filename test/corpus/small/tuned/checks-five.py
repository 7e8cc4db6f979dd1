# == REST client library with session defaults, one branch that turns certificate checks off
import logging
import os

import requests as rq
from requests.adapters import HTTPAdapter

log = logging.getLogger(__name__)


class InventoryApi:
    base = "https://inventory.example.net/v2"

    def __init__(self, token, ca_bundle=None):
        self.http = rq.Session()
        self.http.mount("https://", HTTPAdapter(max_retries=3))
        self.http.headers["Authorization"] = "Bearer " + token
        if ca_bundle:
            self.http.verify = ca_bundle
        else:
            self.http.verify = False  # expect: py/tls-not-verified

    def items(self):
        return self.http.get(f"{self.base}/items", timeout=(3, 20)).json()

    def push(self, rows):
        reply = self.http.post(f"{self.base}/items", json=rows)  # expect: py/no-timeout
        reply.raise_for_status()
        log.info("pushed %d rows", len(rows))


def from_env():
    return InventoryApi(os.environ["INVENTORY_TOKEN"], os.environ.get("CA_BUNDLE"))
# == HTTP helper whose options live in dicts spread into the call
import requests
from requests import get as fetch, request

SAFE = {"timeout": 10, "verify": True}
LAX = {"timeout": 10, "verify": False}
BARE = dict(allow_redirects=False)


def health(node):
    return fetch("https://%s/health" % node, **SAFE).ok


def metrics(node):
    return fetch("https://%s/metrics" % node, **LAX).text  # expect: py/tls-not-verified


def version(node):
    return request("GET", "https://%s/version" % node, **BARE).text  # expect: py/no-timeout


def drain(node):
    opts = dict(LAX, verify="/etc/pki/cluster.pem")
    return requests.post("https://%s/drain" % node, **opts).status_code
# == httpx and aiohttp clients that keep their default timeouts and certificate checks
import ssl

import aiohttp
import certifi
import httpx


def rates(day):
    with httpx.Client(base_url="https://rates.example.org", http2=True) as client:
        return client.get("/daily", params={"d": day}).json()


def one(symbol):
    return httpx.get("https://rates.example.org/s/" + symbol).json()


async def mirror(urls):
    context = ssl.create_default_context(cafile=certifi.where())
    out = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:
        for url in urls:
            async with session.get(url, timeout=aiohttp.ClientTimeout(total=30)) as reply:
                out.append(await reply.read())
    return out
# == asynchronous fetchers that drop timeouts or certificate checks in each library's own way
import aiohttp
import httpx
import urllib3


def slow_export(url):
    with httpx.stream("GET", url, timeout=None) as reply:  # expect: py/no-timeout
        yield from reply.iter_bytes()


async def peek(url):
    async with httpx.AsyncClient(verify=False, timeout=5.0) as client:  # expect: py/tls-not-verified
        return (await client.head(url)).headers


async def grab(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url, ssl=False) as reply:  # expect: py/tls-not-verified
        return await reply.read()


async def grab_checked(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url, ssl=True) as reply:
        return await reply.read()


pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", timeout=urllib3.Timeout(connect=2, read=9))
old_pool = urllib3.PoolManager(cert_reqs="CERT_NONE", timeout=4.0)  # expect: py/tls-not-verified
# == media converter that calls its tools through a shell in some places only
import asyncio
import os
import shlex
import subprocess
from subprocess import PIPE, Popen as spawn, getoutput


def probe(path):
    return getoutput("ffprobe -v quiet -show_format " + path)  # expect: py/shell-call


def probe_list(path):
    return subprocess.check_output(["ffprobe", "-v", "quiet", "-show_format", path], text=True)


def thumbs(path, out, size=320):
    cmd = f"ffmpeg -i {path} -vf scale={size}:-1 {out}"
    proc = spawn(cmd, shell=True, stdout=PIPE)  # expect: py/shell-call
    return proc.communicate()[0]


def thumbs_quoted(path, out):
    cmd = "ffmpeg -i {} -vf scale=320:-1 {}".format(shlex.quote(path), shlex.quote(out))
    return subprocess.run(cmd, shell=True, check=True)


def count():
    return int(subprocess.check_output("ls /srv/media | wc -l", shell=True))


def rename(old, new):
    if os.system("mv '%s' '%s'" % (old, new)):  # expect: py/shell-call
        raise OSError("rename failed")


async def play(path):
    await asyncio.create_subprocess_shell("mpv " + path)  # expect: py/shell-call
# == deploy helpers with partials and keyword dictionaries around subprocess, all without a shell
import subprocess
import sys
from functools import partial

run = partial(subprocess.run, check=True, text=True, capture_output=True)
NO_SHELL = {"shell": False, "cwd": "/srv/app"}


def git(*args):
    return run(["git", *args]).stdout.strip()


def restart(unit):
    subprocess.call(("systemctl", "restart", unit), **NO_SHELL)


def manage(command, *rest):
    argv = [sys.executable, "manage.py"]
    argv.append(command)
    argv += rest
    with subprocess.Popen(argv, stdout=subprocess.PIPE, **NO_SHELL) as proc:
        for line in proc.stdout:
            sys.stdout.buffer.write(line)


def shell_name():
    return git("config", "core.shell") or "sh"
# == file deduplicator that uses fast hashes for cache keys only
import hashlib
import zlib
from hashlib import blake2b, new as new_hash
from pathlib import Path


def etag(body: bytes) -> str:
    return '"%s"' % hashlib.md5(body, usedforsecurity=False).hexdigest()


def cache_key(*parts) -> str:
    h = new_hash("sha1", usedforsecurity=False)
    for part in parts:
        h.update(repr(part).encode())
    return h.hexdigest()


def fingerprint(path: Path) -> str:
    digest = blake2b(digest_size=20)
    with path.open("rb") as fh:
        while chunk := fh.read(1 << 16):
            digest.update(chunk)
    return digest.hexdigest()


def bucket(name: str, n: int) -> int:
    return zlib.crc32(name.encode()) % n
# == release signer that checks downloads with weak digests picked in several ways
import hashlib
import hmac
from functools import partial
from hashlib import sha1 as digest_of

from Crypto.Hash import MD5, SHA256
from Crypto.Signature import pkcs1_15
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

legacy = partial(hashlib.new, "md5")
modern = partial(hashlib.new, "sha256")


def verify_download(blob, expected):
    return hmac.compare_digest(digest_of(blob).hexdigest(), expected)  # expect: py/weak-hash


def verify_modern(blob, expected):
    return hmac.compare_digest(modern(blob).hexdigest(), expected)


def verify_legacy(blob, expected):
    return hmac.compare_digest(legacy(blob).hexdigest(), expected)  # expect: py/weak-hash


def sign_manifest(secret, manifest):
    return hashlib.md5(secret + manifest).hexdigest()  # expect: py/weak-hash


def sign_manifest_v3(secret, manifest):
    return hmac.new(secret, manifest, hashlib.sha256).hexdigest()


def sign_rsa(key, message, old=False):
    if old:
        return pkcs1_15.new(key).sign(MD5.new(message))  # expect: py/weak-hash
    return pkcs1_15.new(key).sign(SHA256.new(message))


def sign_hazmat(key, message):
    return key.sign(message, padding.PKCS1v15(), hashes.SHA1())  # expect: py/weak-hash
# == account store in which some users still have fast password hashes
import hashlib
import os
from dataclasses import dataclass

import bcrypt
from argon2 import PasswordHasher


@dataclass
class Account:
    login: str
    digest: str = ""

    def set_password(self, password: str) -> None:
        self.digest = bcrypt.hashpw(password.encode(), bcrypt.gensalt(12)).decode()

    def set_password_argon(self, password: str) -> None:
        self.digest = PasswordHasher().hash(password)

    def set_password_scrypt(self, password: str) -> None:
        salt = os.urandom(16)
        raw = hashlib.scrypt(password.encode(), salt=salt, n=2 ** 14, r=8, p=5)
        self.digest = salt.hex() + "$" + raw.hex()


class ImportedAccount(Account):
    def set_password(self, password):
        salt = os.urandom(8)
        self.digest = salt.hex() + hashlib.sha256(salt + password.encode("utf-8")).hexdigest()  # expect: py/fast-password-hash


def migrate(account, new_pw):
    account.digest = "{SHA512}" + hashlib.sha512(new_pw.encode()).hexdigest()  # expect: py/fast-password-hash
    return account
# == passlib and stdlib key derivation with proper and with fixed salts
import hashlib
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

ROUNDS = 600_000
PEPPER_SALT = b"acme-static-salt"


def key_for(passphrase: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, ROUNDS)


def vault_key(passphrase: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), PEPPER_SALT, ROUNDS)  # expect: py/static-iv


def fresh_key(passphrase: str):
    salt = secrets.token_bytes(16)
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=ROUNDS)
    return salt, kdf.derive(passphrase.encode())


def backup_key(passphrase: str) -> bytes:
    kdf = PBKDF2HMAC(hashes.SHA256(), 32, b"backup", ROUNDS)  # expect: py/static-iv
    return kdf.derive(passphrase.encode())
# == PyCryptodome helper module with old and new ciphers side by side
from Crypto.Cipher import AES, ARC4, DES3
from Crypto.Cipher import ChaCha20_Poly1305 as chacha
from Crypto.Random import get_random_bytes


def seal(key, data):
    cipher = AES.new(key, AES.MODE_GCM)
    body, tag = cipher.encrypt_and_digest(data)
    return cipher.nonce + tag + body


def seal_chacha(key, data):
    nonce = get_random_bytes(12)
    body, tag = chacha.new(key=key, nonce=nonce).encrypt_and_digest(data)
    return nonce + tag + body


def seal_blocks(key, data):
    return AES.new(key, AES.MODE_ECB).encrypt(data)  # expect: py/weak-cipher


def seal_stream(key, data):
    return ARC4.new(key).encrypt(data)  # expect: py/weak-cipher


def seal_card(key, data):
    cipher = DES3.new(key, DES3.MODE_EAX)  # expect: py/weak-cipher
    body, tag = cipher.encrypt_and_digest(data)
    return cipher.nonce + tag + body


class Legacy:
    iv = b"0123456789abcdef"

    def seal(self, key, data):
        return AES.new(key, AES.MODE_CBC, iv=self.iv).encrypt(data)  # expect: py/static-iv, py/unauthenticated-encryption
# == hazmat token sealing with encrypt-then-mac and with AEAD and fresh nonces
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def ring(*keys):
    return MultiFernet([Fernet(k) for k in keys])


def lock(enc_key, mac_key, text):
    pad = padding.PKCS7(128).padder()
    iv = os.urandom(16)
    enc = Cipher(algorithms.AES(enc_key), modes.CBC(iv)).encryptor()
    body = iv + enc.update(pad.update(text) + pad.finalize()) + enc.finalize()
    return body + hmac.new(mac_key, body, hashlib.sha256).digest()


def unlock(enc_key, mac_key, blob):
    body, mac = blob[:-32], blob[-32:]
    if not hmac.compare_digest(hmac.new(mac_key, body, hashlib.sha256).digest(), mac):
        raise InvalidSignature("mac")
    dec = Cipher(algorithms.AES(enc_key), modes.CBC(body[:16])).decryptor()
    return dec.update(body[16:]) + dec.finalize()


def gcm(key, text, context=None):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text, context)
# == hazmat ciphers: Triple DES, ECB, unauthenticated CTR and a constant nonce
import hashlib
import hmac
import os

from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms as alg, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

NONCE = b"\x00" * 12


def old_card(key, mac_key, data):
    iv = os.urandom(8)
    c = Cipher(alg.TripleDES(key), modes.CBC(iv), backend=default_backend())  # expect: py/weak-cipher
    body = iv + c.encryptor().update(data)
    return body + hmac.new(mac_key, body, hashlib.sha256).digest()


def blocks(key, data):
    enc = Cipher(alg.AES(key), modes.ECB()).encryptor()  # expect: py/weak-cipher
    return enc.update(data) + enc.finalize()


def stream(key, data):
    start = os.urandom(16)
    enc = Cipher(alg.AES(key), modes.CTR(start)).encryptor()  # expect: py/unauthenticated-encryption
    return start + enc.update(data) + enc.finalize()


def note(key, data):
    return AESGCM(key).encrypt(NONCE, data, None)  # expect: py/static-iv


def note2(key, data):
    n = os.urandom(12)
    return n + ChaCha20Poly1305(key).encrypt(n, data, None)
# == configuration loader that tries YAML, TOML, JSON and INI in the safe forms only
import ast
import configparser
import json
from pathlib import Path

import yaml
from ruamel.yaml import YAML

try:
    from yaml import CSafeLoader as Loader
except ImportError:
    from yaml import SafeLoader as Loader

READERS = {
    ".yml": lambda fh: yaml.load(fh, Loader=Loader),
    ".yaml": yaml.safe_load,
    ".json": json.load,
    ".lit": lambda fh: ast.literal_eval(fh.read()),
    ".ryml": YAML(typ="safe").load,
}


class IncludeLoader(yaml.SafeLoader):
    pass


IncludeLoader.add_constructor("!include", lambda ld, node: read(Path(ld.construct_scalar(node))))


def read(path: Path):
    if path.suffix == ".ini":
        cp = configparser.ConfigParser()
        cp.read(path)
        return {s: dict(cp[s]) for s in cp.sections()}
    with path.open() as fh:
        return READERS[path.suffix](fh)


def read_many(path):
    return list(yaml.load_all(path.read_text(), IncludeLoader))
# == playbook reader with every unsafe spelling of PyYAML loading
import yaml
from yaml import Loader, UnsafeLoader, load as yload
from yaml import SafeLoader as Safe


class TagLoader(yaml.Loader):
    """understands !env"""


def plays(fh):
    return yload(fh, Loader)  # expect: py/unsafe-load


def hosts(fh):
    return yload(fh, Safe)


def facts(text):
    return yaml.unsafe_load(text)  # expect: py/unsafe-load


def vars_of(fh):
    return list(yaml.load_all(fh, Loader=UnsafeLoader))  # expect: py/unsafe-load


def tagged(fh):
    return yaml.load(fh, Loader=TagLoader)  # expect: py/unsafe-load


def roles(fh):
    return yaml.load(stream=fh, Loader=yaml.CSafeLoader)
# == model cache that reads several serialisation formats
import json
import marshal
import pickle
import shelve
from io import BytesIO

import joblib
import numpy as np
import pandas as pd
import torch


class ModelCache:
    def __init__(self, root):
        self.root = root

    def weights(self, name):
        return torch.load(self.root / name, weights_only=True, map_location="cpu")

    def estimator(self, name):
        return joblib.load(self.root / f"{name}.joblib")  # expect: py/unsafe-load

    def frame(self, name):
        return pd.read_pickle(self.root / f"{name}.pkl")  # expect: py/unsafe-load

    def table(self, name):
        return pd.read_parquet(self.root / f"{name}.parquet")

    def vectors(self, name):
        return np.load(self.root / f"{name}.npy", allow_pickle=False)

    def blob(self, raw):
        return pickle.Unpickler(BytesIO(raw)).load()  # expect: py/unsafe-load

    def store(self, name, obj):
        (self.root / name).write_bytes(pickle.dumps(obj, protocol=5))

    def meta(self, name):
        return json.loads((self.root / f"{name}.json").read_text())
# == fleet tool over paramiko with host keys loaded and unknown hosts refused
import getpass
import os

import paramiko
from paramiko import RejectPolicy, SSHClient


class Node:
    policy = RejectPolicy

    def __init__(self, name):
        self.client = SSHClient()
        self.client.load_system_host_keys()
        self.client.load_host_keys(os.path.expanduser("~/.ssh/fleet_hosts"))
        self.client.set_missing_host_key_policy(self.policy())
        self.client.connect(name, username=getpass.getuser(), allow_agent=True, timeout=10)

    def run(self, command="uptime -p"):
        _, out, _ = self.client.exec_command("uptime -p", timeout=30)
        return out.read().decode()


def add_key_type(line):
    entry = paramiko.hostkeys.HostKeyEntry.from_line(line)
    return entry.key.get_name()
# == fleet tool over paramiko and asyncssh which accepts unknown host keys
import asyncssh
import paramiko
from paramiko.client import AutoAddPolicy, SSHClient as Client, WarningPolicy


def connect(host, user, key):
    c = Client()
    c.set_missing_host_key_policy(AutoAddPolicy())  # expect: py/ssh-host-key
    c.connect(host, username=user, pkey=key)
    return c


def connect_loud(host, user, key):
    c = paramiko.SSHClient()
    c.load_system_host_keys()
    c.set_missing_host_key_policy(WarningPolicy)  # expect: py/ssh-host-key
    c.connect(host, username=user, pkey=key)
    return c


def connect_strict(host, user, key):
    c = paramiko.SSHClient()
    c.load_system_host_keys()
    c.set_missing_host_key_policy(paramiko.RejectPolicy())
    c.connect(host, username=user, pkey=key)
    return c


async def tail(host):
    async with asyncssh.connect(host, known_hosts=None) as conn:  # expect: py/ssh-host-key
        return (await conn.run("tail /var/log/syslog")).stdout


async def head(host):
    async with asyncssh.connect(host, known_hosts="/etc/ssh/ssh_known_hosts") as conn:
        return (await conn.run("head -1 /etc/motd")).stdout
# == queue simulation that uses random for numbers and secrets for the run id
import random
import secrets
import uuid
from random import SystemRandom, choice, expovariate as wait

sysrand = SystemRandom()


def arrivals(rate, n, seed=7):
    rng = random.Random(seed)
    return [rng.expovariate(rate) for _ in range(n)]


def serve(customers):
    random.shuffle(customers)
    return [(c, wait(0.5), choice(("desk-a", "desk-b"))) for c in customers]


def backoff(attempt):
    return min(60, 2 ** attempt) + random.uniform(0, 1)


def invite_code(alphabet="ABCDEFGHJKLMNPQRSTUVWXYZ23456789"):
    return "".join(sysrand.choice(alphabet) for _ in range(20))


def api_token():
    return secrets.token_urlsafe(32)


def run_id():
    return uuid.uuid4().hex
# == user provisioning script that makes passwords and codes with the wrong generator
import random
import secrets
import string
from random import choices, randint as roll

import numpy as np

CHARS = string.ascii_letters + string.digits


def initial_password(n=14):
    return "".join(random.choice(CHARS) for _ in range(n))  # expect: py/weak-random


def better_password(n=14):
    return "".join(secrets.choice(CHARS) for _ in range(n))


def session_token():
    return "".join(choices(CHARS, k=40))  # expect: py/weak-random


def otp():
    return "%06d" % roll(0, 999999)  # expect: py/weak-random


def otp_secure():
    return "%06d" % secrets.randbelow(1_000_000)


def reset_code():
    code = np.random.randint(100000, 999999)  # expect: py/weak-random
    return str(code)


def pick_colour():
    return random.choice(["teal", "plum", "rust"])
# == report builder with temporary files and folders made by the tempfile module
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile as Tmp, TemporaryDirectory, mkstemp


def atomic_write(path: Path, data: bytes):
    fd, name = mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(fd, "wb") as fh:
            fh.write(data)
        os.replace(name, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def render(pages):
    with TemporaryDirectory(prefix="report-") as work:
        for i, page in enumerate(pages):
            Path(work, f"{i:03}.txt").write_text(page)
        return shutil.make_archive("report", "zip", work)


def spool(data):
    with Tmp("w+b", suffix=".bin") as fh:
        fh.write(data)
        fh.flush()
        return os.stat(fh.name).st_size


def scratch():
    return Path(tempfile.mkdtemp())
# == print spooler with guessable and fixed temporary names
import os
import tempfile
from tempfile import mktemp as unique

LOCK = "/run/spooler/spooler.lock"


def spool(doc):
    name = tempfile.mktemp(suffix=".ps")  # expect: py/insecure-temp
    with open(name, "wb") as fh:
        fh.write(doc)
    return name


def spool_many(docs):
    base = unique(".d", "spool")  # expect: py/insecure-temp
    os.mkdir(base, 0o700)
    for n, doc in enumerate(docs):
        with open(os.path.join(base, str(n)), "wb") as fh:
            fh.write(doc)


def dump_state(state):
    with open("/tmp/spooler-state.txt", "w") as fh:  # expect: py/hardcoded-temp
        fh.write(repr(state))


def spool_safe(doc):
    with tempfile.NamedTemporaryFile(delete=False, suffix=".ps") as fh:
        fh.write(doc)
        return fh.name
# == installer that sets modes with octal numbers, stat flags and pathlib
import os
import stat
from os import chmod as setmode
from pathlib import Path

EXEC = stat.S_IRUSR | stat.S_IWUSR | stat.S_IXUSR | stat.S_IRGRP | stat.S_IXGRP
ALL = stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO


def install(src: Path, dest: Path):
    dest.write_bytes(src.read_bytes())
    os.chmod(dest, EXEC)
    (dest.parent / "plugins").mkdir(mode=0o750, exist_ok=True)


def shared_cache(path: Path):
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o777)  # expect: py/loose-permissions


def socket_dir(path):
    os.makedirs(path, exist_ok=True)
    setmode(path, ALL)  # expect: py/loose-permissions


def log_file(path):
    open(path, "a").close()
    os.chmod(path, mode=0o666)  # expect: py/loose-permissions


def key_file(path, data):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as fh:
        fh.write(data)
# == archive unpackers with member filters and with names checked by hand
import os
import tarfile
import zipfile
from pathlib import Path


def unpack(src, dest):
    with tarfile.open(src) as tar:
        tar.extractall(dest, filter="data")


def unpack_old_python(src, dest):
    root = Path(dest).resolve()
    with tarfile.open(src, "r:gz") as tar:
        for m in tar:
            if not m.isfile():
                continue
            target = (root / m.name).resolve()
            if not target.is_relative_to(root):
                raise ValueError("bad member " + m.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            with tar.extractfile(m) as fin, open(target, "wb") as fout:
                fout.write(fin.read())


def titles(src):
    with zipfile.ZipFile(src) as z:
        return [os.path.basename(n) for n in z.namelist()]


def readme(src):
    with zipfile.ZipFile(src) as z:
        return z.read("README.md").decode()
# == plugin installer that extracts tar files whole
import tarfile
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit


def download(url, dest):
    urllib.request.urlretrieve(url, dest)  # expect: py/url-open
    return dest


def peek(url):
    req = urllib.request.Request(url, headers={"User-Agent": "plugins/1"})
    return urllib.request.urlopen(req, timeout=10).read()  # expect: py/url-open


def download_https(url, dest):
    if urlsplit(url).scheme != "https":
        raise ValueError("https only")
    with urllib.request.urlopen(url, timeout=30) as reply:
        Path(dest).write_bytes(reply.read())


def install(archive, plugins):
    tar = tarfile.open(archive)
    try:
        tar.extractall(path=plugins)  # expect: py/unchecked-extract
    finally:
        tar.close()


def install_trusting(archive, plugins):
    with tarfile.TarFile.open(archive, "r:xz") as tf:
        tf.extractall(plugins, filter="fully_trusted")  # expect: py/unchecked-extract


def install_filtered(archive, plugins):
    with tarfile.open(archive) as tf:
        tf.extraction_filter = tarfile.data_filter
        tf.extractall(plugins, filter=tarfile.data_filter)
# == token service with expiry, audience and pinned algorithms
import os
import time
from datetime import datetime, timedelta, timezone

import jwt
from jose import jwt as jose_jwt

KEY = os.environ["TOKEN_KEY"]


def issue(user_id, minutes=15):
    now = datetime.now(timezone.utc)
    claims = {"sub": str(user_id), "iat": now, "exp": now + timedelta(minutes=minutes)}
    return jwt.encode(claims, KEY, algorithm="HS256")


def issue_refresh(user_id):
    body = dict(sub=str(user_id), typ="refresh")
    body["exp"] = int(time.time()) + 86400
    return jwt.encode(payload=body, key=KEY)


def read(token):
    return jwt.decode(token, KEY, algorithms=["HS256"], options={"require": ["exp"], "verify_aud": False})


def read_jose(token):
    return jose_jwt.decode(token, KEY, algorithms=["HS256"])
# == token tools in which the checks are turned off the old way and the new way, and a leaking invitation
import os
import time

import jwt
from jose import jwt as jose
from jwt import decode as jdecode

SECRET = os.environ["SSO_SECRET"]
NO_CHECK = {"verify_signature": False}


def who(token):
    return jwt.decode(token, options=NO_CHECK)["sub"]  # expect: py/jwt-not-verified


def who_v1(token):
    return jdecode(token, SECRET, verify=False)["sub"]  # expect: py/jwt-not-verified


def who_jose(token):
    return jose.get_unverified_claims(token)["sub"]  # expect: py/jwt-not-verified


def who_checked(token):
    return jdecode(token, SECRET, algorithms=["HS256"])["sub"]


def service_token(name):
    return jwt.encode({"sub": name, "scope": "sync"}, SECRET, algorithm="HS256")  # expect: py/jwt-no-expiry


def invite(user, password):
    claims = {"sub": user.email, "password": password, "exp": time.time() + 3600}
    return jwt.encode(claims, SECRET, algorithm="HS256")  # expect: py/jwt-secret-claim


def signed_with_literal(user):
    return jwt.encode({"sub": user.email, "exp": time.time() + 60}, "kJ8s-Pq71-link-signer", "HS256")  # expect: py/hardcoded-key
# == key factory with short keys given by position, keyword and constant
from Crypto.PublicKey import RSA as RSAKey
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as gen

SHORT = 1024


def device_key():
    return rsa.generate_private_key(65537, SHORT)  # expect: py/weak-key-size


def test_rig_key():
    return gen(public_exponent=65537, key_size=512)  # expect: py/weak-key-size


def gateway_key():
    return gen(public_exponent=65537, key_size=2 * SHORT)


def firmware_key():
    return RSAKey.generate(bits=1024)  # expect: py/weak-key-size


def sensor_key():
    return ec.generate_private_key(ec.SECP192R1())  # expect: py/weak-key-size


def broker_key():
    return ec.generate_private_key(ec.SECP256R1())


def old_dsa():
    return dsa.generate_private_key(key_size=1024)  # expect: py/weak-key-size
# == TLS server and client contexts set to modern versions
import socket
import ssl
from ssl import SSLContext, TLSVersion


def server(cert, key):
    ctx = SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.minimum_version = TLSVersion.TLSv1_2
    ctx.options |= ssl.OP_NO_TLSv1 | ssl.OP_NO_TLSv1_1
    ctx.load_cert_chain(cert, key)
    return ctx


def client(host, port=443):
    ctx = ssl.create_default_context()
    ctx.minimum_version = ssl.TLSVersion.TLSv1_3
    raw = socket.create_connection((host, port), timeout=5)
    return ctx.wrap_socket(raw, server_hostname=host)


def mutual(host, ca):
    ctx = SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ctx.verify_mode = ssl.CERT_REQUIRED
    ctx.check_hostname = True
    ctx.load_verify_locations(ca)
    return ctx.wrap_socket(socket.create_connection((host, 8443), timeout=5), server_hostname=host)


def describe(conn):
    return {"TLSv1": "old", "TLSv1.1": "old", "SSLv3": "ancient"}.get(conn.version(), "fine")
# == device poller that lowers TLS for ancient appliances
import socket
import ssl
from http.client import HTTPSConnection

from OpenSSL import SSL


def old_context():
    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # expect: py/weak-tls


def lowered():
    ctx = ssl.create_default_context()
    ctx.minimum_version = ssl.TLSVersion.TLSv1  # expect: py/weak-tls
    return ctx


def openssl_context():
    return SSL.Context(SSL.TLSv1_1_METHOD)  # expect: py/weak-tls


def status(host):
    ctx = ssl._create_unverified_context()  # expect: py/tls-not-verified
    conn = HTTPSConnection(host, context=ctx, timeout=8)
    conn.request("GET", "/status")
    return conn.getresponse().status


def lax_context():
    ctx = ssl.create_default_context()
    ctx.check_hostname, ctx.verify_mode = False, ssl.CERT_NONE  # expect: py/tls-not-verified
    return ctx


def status_checked(host):
    conn = HTTPSConnection(host, context=ssl.create_default_context(), timeout=8)
    conn.request("GET", "/status")
    return conn.getresponse().status
# == backup uploader over FTPS, SFTP and encrypted mail
import os
import smtplib
import ssl
from email.message import EmailMessage
from ftplib import FTP_TLS

import imaplib


def upload(path, host):
    with FTP_TLS(host, context=ssl.create_default_context(), timeout=30) as ftp:
        ftp.login(os.environ["FTP_USER"], os.environ["FTP_PASS"])
        ftp.prot_p()
        with open(path, "rb") as fh:
            ftp.storbinary("STOR backup.tar", fh)


def report(to, text):
    msg = EmailMessage()
    msg["Subject"], msg["To"] = "Backup finished", to
    msg.set_content(text)
    with smtplib.SMTP("mail.example.com", 587, timeout=20) as smtp:
        smtp.starttls(context=ssl.create_default_context())
        smtp.login(os.environ["MAIL_USER"], os.environ["MAIL_PASS"])
        smtp.send_message(msg)


def unread():
    with imaplib.IMAP4_SSL("mail.example.com", ssl_context=ssl.create_default_context(), timeout=20) as box:
        box.login(os.environ["MAIL_USER"], os.environ["MAIL_PASS"])
        box.select("INBOX", readonly=True)
        return box.search(None, "UNSEEN")[1]
# == switch configurator over telnet, plain FTP and readable SNMP
import ftplib
import os
import telnetlib
from ftplib import FTP_TLS

from pysnmp.hlapi import CommunityData, UsmUserData
from pysnmp.hlapi import usmAesCfb128Protocol, usmHMAC192SHA256AuthProtocol


def banner(host):
    tn = telnetlib.Telnet(host, 23, timeout=5)  # expect: py/clear-text-protocol
    return tn.read_until(b"login: ", 5)


def pull_config(host):
    ftp = ftplib.FTP(host, timeout=10)  # expect: py/clear-text-protocol
    ftp.login(os.environ["SW_USER"], os.environ["SW_PASS"])
    return ftp.nlst()


def pull_config_tls(host):
    ftp = FTP_TLS(host, timeout=10)
    ftp.login(os.environ["SW_USER"], os.environ["SW_PASS"])
    ftp.prot_p()
    return ftp.nlst()


def auth_v2():
    return CommunityData(os.environ["SNMP_COMMUNITY"], mpModel=1)  # expect: py/snmp-insecure


def auth_v3_plain(user):
    return UsmUserData(user)  # expect: py/snmp-insecure


def auth_v3(user):
    return UsmUserData(
        user, os.environ["SNMP_AUTH"], os.environ["SNMP_PRIV"],
        authProtocol=usmHMAC192SHA256AuthProtocol, privProtocol=usmAesCfb128Protocol,
    )
# == repository layer with bound values, generated placeholders and composed identifiers
import sqlite3

import psycopg2
from psycopg2 import sql
from sqlalchemy import bindparam, select, text

COLUMNS = ("id", "name", "price")
BASE = "SELECT " + ", ".join(COLUMNS) + " FROM goods"


def by_ids(con: sqlite3.Connection, ids):
    marks = ",".join("?" * len(ids))
    return con.execute(f"{BASE} WHERE id IN ({marks})", list(ids)).fetchall()


def by_name(con, name):
    return con.execute(BASE + " WHERE name = :name", {"name": name}).fetchone()


def copy_table(cur, table, limit):
    q = sql.SQL("SELECT * FROM {} LIMIT %s").format(sql.Identifier(table))
    cur.execute(q, (limit,))
    return cur.fetchall()


def cheap(session, limit):
    stmt = text("SELECT id FROM goods WHERE price < :p").bindparams(bindparam("p", limit))
    return session.execute(stmt).scalars().all()


def names(session, goods, prefix):
    return session.scalars(select(goods.c.name).where(goods.c.name.startswith(prefix))).all()


def insert_many(dsn, rows):
    with psycopg2.connect(dsn) as con, con.cursor() as cur:
        cur.executemany("INSERT INTO goods(name, price) VALUES (%s, %s)", rows)
# == warehouse queries written with every kind of string building
import pandas as pd
from sqlalchemy import text


class Warehouse:
    table = "stock"

    def __init__(self, con, engine):
        self.con, self.engine = con, engine

    def find(self, sku):
        cur = self.con.cursor()
        cur.execute("SELECT * FROM stock WHERE sku = '%s'" % sku)  # expect: py/sql-built-from-text
        return cur.fetchone()

    def find_bound(self, sku):
        cur = self.con.cursor()
        cur.execute("SELECT * FROM stock WHERE sku = %s", (sku,))
        return cur.fetchone()

    def rename(self, sku, name):
        query = "UPDATE stock SET name = '{}' WHERE sku = %s".format(name)
        self.con.cursor().execute(query, [sku])  # expect: py/sql-built-from-text

    def frame(self, where):
        return pd.read_sql("SELECT * FROM stock WHERE " + where, self.engine)  # expect: py/sql-built-from-text

    def total(self, site):
        with self.engine.connect() as c:
            return c.execute(text(f"SELECT SUM(n) FROM stock WHERE site = '{site}'")).scalar()  # expect: py/sql-built-from-text

    def count(self):
        return self.con.cursor().execute("SELECT COUNT(*) FROM " + "stock")
# == feed importer built on defusedxml and a hardened lxml parser
import defusedxml.ElementTree as ET
from defusedxml import minidom, sax
from lxml import etree
from xml.etree.ElementTree import Element, SubElement, tostring

PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def entries(path):
    return [e.findtext("title") for e in ET.parse(path).getroot().iter("item")]


def first(text):
    return minidom.parseString(text).documentElement.firstChild


def stream(path, handler):
    sax.parse(path, handler)


def strict(data):
    return etree.fromstring(data, parser=PARSER)


def build(titles):
    root = Element("feed")
    for t in titles:
        SubElement(root, "item").text = t
    return tostring(root)
# == invoice reader that picks entity-expanding XML parsers
import xml.sax
from xml.dom import minidom as dom
from xml.sax.handler import feature_external_ges

import defusedxml.ElementTree as safe_et
from lxml import etree


def totals(path):
    return dom.parse(path).getElementsByTagName("total")  # expect: py/unsafe-xml


def lines(data):
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)  # expect: py/unsafe-xml
    return etree.fromstring(data, parser).findall("line")


def walk(path, handler):
    reader = xml.sax.make_parser()
    reader.setFeature(feature_external_ges, True)  # expect: py/unsafe-xml
    reader.setContentHandler(handler)
    reader.parse(path)


def head(path):
    return safe_et.parse(path).find("head")
# == calculator and model code in which eval is a harmless method or literal parser
import ast
import operator
import re

import torch
from torch import nn

OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def evaluate(node):
    match node:
        case ast.Expression(body=b):
            return evaluate(b)
        case ast.Constant(value=int() | float() as v):
            return v
        case ast.BinOp(left=l, op=o, right=r) if type(o) in OPS:
            return OPS[type(o)](evaluate(l), evaluate(r))
    raise ValueError("not allowed")


def calc(text):
    return evaluate(ast.parse(text, mode="eval"))


def predict(model: nn.Module, batch):
    model.eval()
    with torch.no_grad():
        return model(batch)


def options(text):
    return ast.literal_eval(text)


NUMBER = re.compile(r"^\d+(\.\d+)?$")
code = compile(r"1 + 1", "<const>", "eval")
# == rule engine that runs text as code in four forms
import ast
import builtins


class Rule:
    def __init__(self, name, condition, action):
        self.name, self.condition, self.action = name, condition, action

    def matches(self, row):
        return eval(self.condition, {"__builtins__": {}}, {"row": row})  # expect: py/dangerous-eval

    def apply(self, row):
        scope = {"row": row}
        exec(compile(self.action, self.name, "exec"), scope)  # expect: py/dangerous-eval
        return scope["row"]


def default(text):
    return ast.literal_eval(text)


def convert(kind, text):
    plain = {"int": int, "float": float}.get(kind)
    if plain is not None:
        return plain(text)
    return builtins.eval(f"{kind}({text!r})")  # expect: py/dangerous-eval


def threshold():
    return eval("2 ** 10")
# == lexer with patterns that look nested but cannot blow up
import re
from re import compile as rx

IDENT = rx(r"[A-Za-z_][A-Za-z0-9_]*")
DOTTED = re.compile(r"^\w+(?:\.\w+)*$")
CSV = re.compile(r"^[^,\n]*(?:,[^,\n]*)*$")
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def tokens(text):
    pos = 0
    while pos < len(text):
        m = IDENT.match(text, pos) or STRING.match(text, pos)
        if m is None:
            pos += 1
            continue
        yield m.group()
        pos = m.end()


def highlight(text, word):
    return re.sub(re.escape(word), lambda m: "*" + m.group() + "*", text)


def is_module(name):
    return DOTTED.fullmatch(name) is not None and len(name) < 200
# == validators with catastrophic patterns in constants, class attributes and calls
import re


class Patterns:
    slug = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
    words = re.compile(r"^(\w+\s?)+$")  # expect: py/redos
    zip_code = re.compile(r"^\d{5}(-\d{4})?$")


def is_list(text):
    return bool(re.match(r"^([a-z]+)*,$", text))  # expect: py/redos


def is_path(text):
    return re.fullmatch(r"(/[a-z]+)+/?", text) is not None


def is_number(text):
    return re.search("^(([0-9])+)+x$", text) is not None  # expect: py/redos


def check(form):
    try:
        return Patterns.slug.match(form["slug"]) and Patterns.zip_code.match(form["zip"])
    except KeyError:
        return False
# == cleanup daemon with exceptions swallowed and exceptions handled
import contextlib
import logging
import os
import shutil

log = logging.getLogger("cleanup")


def remove(path):
    try:
        os.remove(path)
    except:  # expect: py/swallowed-exception
        pass


def remove_logged(path):
    try:
        os.remove(path)
    except OSError as exc:
        log.warning("cannot remove %s: %s", path, exc)


def remove_quiet(path):
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)


def sweep(paths):
    for p in paths:
        try:
            shutil.rmtree(p)
        except Exception:  # expect: py/swallowed-exception
            continue


def size(paths):
    total = 0
    for p in paths:
        try:
            total += os.path.getsize(p)
        except Exception:
            log.exception("size of %s", p)
            raise
    return total
# == permission library that guards with assert and with real errors
from functools import wraps


class Forbidden(Exception):
    pass


def delete_user(actor, user):
    assert actor.is_admin, "admins only"  # expect: py/assert-check
    user.delete()


def delete_group(actor, group):
    if not actor.is_admin:
        raise Forbidden("admins only")
    group.delete()


def owner_only(fn):
    @wraps(fn)
    def inner(actor, doc, *args):
        assert doc.owner_id == actor.id  # expect: py/assert-check
        return fn(actor, doc, *args)
    return inner


def unlock(vault, password):
    if password == "0pen-Ses4me!":  # expect: py/literal-password-check
        return vault.open()
    if vault.check(password):
        return vault.open()
    raise Forbidden
# == test case class with assert methods, compare_digest and empty password checks
import hmac
import os
import unittest


def password_ok(given: str) -> bool:
    if given == "" or given is None:
        return False
    return hmac.compare_digest(given.encode(), os.environ["ADMIN_PASSWORD"].encode())


def prompt_kind(field):
    if field.type == "password":
        return "hidden"
    if field.name != "password_hint":
        return "plain"
    return "hint"


class PasswordTest(unittest.TestCase):
    def setUp(self):
        self.before = dict(os.environ)
        os.environ["ADMIN_PASSWORD"] = os.urandom(8).hex()

    def tearDown(self):
        os.environ.clear()
        os.environ.update(self.before)

    def test_empty(self):
        self.assertFalse(password_ok(""))

    def test_right(self):
        self.assertTrue(password_ok(os.environ["ADMIN_PASSWORD"]))
# == Django production settings module read from the environment
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["DJANGO_SECRET_KEY"]
DEBUG = os.environ.get("DJANGO_DEBUG", "") == "1"
ALLOWED_HOSTS = ["shop.example.com"]
MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": "shop",
        "PASSWORD": os.environ["DB_PASSWORD"],
        "HOST": "db.internal",
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = True
CORS_ALLOWED_ORIGINS = ["https://www.example.com"]
CORS_ALLOW_CREDENTIALS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]
# == Django settings module with defaults left over from development
from datetime import timedelta

SECRET_KEY = "django-insecure-9v&2k!xq0p$w7z^e1r@t5y"  # expect: py/hardcoded-key
DEBUG = True  # expect: py/debug-enabled
ALLOWED_HOSTS = ["intranet.example.com"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.mysql",
        "NAME": "intranet",
        "USER": "intranet",
        "PASSWORD": "Tr0ub4dor&3",  # expect: py/hardcoded-password
    },
    "archive": {"ENGINE": "django.db.backends.sqlite3", "NAME": "archive.db", "PASSWORD": ""},
}

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
SESSION_COOKIE_SECURE = False  # expect: py/insecure-cookie
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = True
PASSWORD_RESET_TIMEOUT = timedelta(hours=1).total_seconds()
PASSWORD_RESET_URL_NAME = "password_reset_confirm"
# == Flask settings package of base, development and production classes
# -- file: settings/__init__.py
import os

from settings.base import Production
from settings.dev import Development

active = {"dev": Development, "prod": Production}[os.environ.get("APP_ENV", "prod")]
# -- file: settings/base.py
import os


class Base:
    SECRET_KEY = os.environ["APP_KEY"]
    DEBUG = False
    TESTING = False
    WTF_CSRF_ENABLED = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Strict"


class Production(Base):
    SQLALCHEMY_DATABASE_URI = os.environ["DATABASE_URL"]
# -- file: settings/dev.py
from settings.base import Base


class Development(Base):
    SECRET_KEY = "e3b5-dev-but-deployed-too-77aa"  # expect: py/hardcoded-key
    WTF_CSRF_ENABLED = False  # expect: py/csrf-off
    SESSION_COOKIE_SAMESITE = None  # expect: py/cookie-without-samesite
    REMEMBER_COOKIE_HTTPONLY = True
    REMEMBER_COOKIE_SECURE = True
    SQLALCHEMY_ECHO = True
    SQLALCHEMY_DATABASE_URI = "sqlite:///dev.db"
# == pydantic settings with secrets that have no default
from functools import lru_cache
from typing import Optional

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_", env_file=".env")

    secret_key: SecretStr
    db_password: SecretStr = Field(..., alias="DB_PASSWORD")
    smtp_password: Optional[SecretStr] = None
    token_url: str = "https://id.example.com/oauth/token"
    password_min_length: int = 12
    debug: bool = False
    host: str = "127.0.0.1"
    port: int = 8080


@lru_cache
def settings() -> Settings:
    return Settings()


def dsn(s: Settings) -> dict:
    return {"user": "shop", "password": s.db_password.get_secret_value(), "host": "db"}
# == database connectors with passwords in keywords, positions, defaults and URLs
import os

import psycopg2
import pymysql
import redis
from sqlalchemy import create_engine

PG = dict(host="db1", user="etl", password="etl-Summer2021", dbname="dwh")  # expect: py/hardcoded-password


def warehouse():
    return psycopg2.connect(**PG, connect_timeout=5)


def legacy():
    return pymysql.connect(host="db2", user="root", passwd="r00t!db2", connect_timeout=5)  # expect: py/hardcoded-password


def cache(password=None):
    return redis.Redis(host="cache", password=password or os.environ["REDIS_PASSWORD"], ssl=True)


def engine():
    return create_engine("postgresql://etl:%s@db1/dwh" % os.environ["ETL_PW"])


def ask(prompt="Password: ", password_field="password"):
    return {password_field: input(prompt)}
# == small credential helpers that only talk about passwords
import getpass
import os

import keyring

PASSWORD_ENV = "BACKUP_PASSWORD"
SECRET_NAME = "prod/backup/password"
TOKEN_HEADER = "X-Auth-Token"
DEFAULT_PASSWORD = None


def secret(client):
    return client.get_secret_value(SecretId=SECRET_NAME)["SecretString"]


def password(user):
    value = os.environ.get(PASSWORD_ENV, "") or keyring.get_password("backup", user)
    if not value:
        value = getpass.getpass(prompt="Password for %s: " % user)
    return value


def login(session, user):
    session.headers[TOKEN_HEADER] = session.login(username=user, password=password(user))


def add_arguments(parser):
    parser.add_argument("--password", default="", help="password (prefer the environment)")
    parser.add_argument("--password-file", type=open)
# == development servers that listen everywhere or in debug mode
import asyncio
import socket
from http.server import HTTPServer, SimpleHTTPRequestHandler, ThreadingHTTPServer

import uvicorn
from flask import Flask

ANY = "0.0.0.0"
LOOPBACK = "127.0.0.1"


def files(port):
    ThreadingHTTPServer((ANY, port), SimpleHTTPRequestHandler).serve_forever()  # expect: py/bind-all-interfaces


def files_local(port):
    HTTPServer((LOOPBACK, port), SimpleHTTPRequestHandler).serve_forever()


def udp(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("", port))  # expect: py/bind-all-interfaces
    return s


async def echo(handler):
    return await asyncio.start_server(handler, host="localhost", port=7007)


def api():
    uvicorn.run("api:app", host="0.0.0.0", port=8000)  # expect: py/bind-all-interfaces


def admin():
    app = Flask("admin")
    app.run(host=LOOPBACK, debug=True)  # expect: py/debug-enabled
# == service launcher whose addresses and debug flags stay local
import argparse
import logging
import os
import socket

import uvicorn
from flask import Flask

ANY_ADDRESS = "0.0.0.0"


def is_any(addr):
    return addr in (ANY_ADDRESS, "::")


def launch(app: Flask, opts):
    if is_any(os.environ.get("HOST", "127.0.0.1")):
        raise SystemExit("refusing to listen on every interface")
    logging.basicConfig(level=logging.DEBUG if os.environ.get("VERBOSE") else logging.INFO)
    app.run(host="127.0.0.1", port=opts.port, debug=False)


def asgi(port):
    uvicorn.run("svc:app", uds="/run/svc/svc.sock", log_level="debug")


def control():
    s = socket.socket(socket.AF_UNIX)
    s.bind("/run/svc/control.sock")
    return s


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8080")))
    return p.parse_args()
# == FastAPI application factory with named origins and a checked session cookie
import os

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.sessions import SessionMiddleware

ORIGINS = os.environ.get("ORIGINS", "https://app.example.com").split(",")


def create_app() -> FastAPI:
    app = FastAPI(
        debug=False,
        middleware=[
            Middleware(CORSMiddleware, allow_origins=ORIGINS, allow_credentials=True, allow_methods=["GET"]),
            Middleware(
                SessionMiddleware,
                secret_key=os.environ["SESSION_KEY"],
                https_only=True,
                same_site="strict",
            ),
        ],
    )
    return app


def create_public() -> FastAPI:
    app = FastAPI(title="open data")
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=False)
    return app
# == ASGI and WSGI factories with any origin plus credentials and a literal session key
import os

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware as Cors
from flask import Flask
from flask_cors import CORS
from starlette.middleware.sessions import SessionMiddleware

OPEN = {"allow_origin_regex": ".*", "allow_credentials": True}


def partner_api():
    app = FastAPI()
    app.add_middleware(Cors, **OPEN)  # expect: py/cors-any-origin
    app.add_middleware(SessionMiddleware, secret_key="partner-session-4471-zx", https_only=True, same_site="lax")  # expect: py/hardcoded-key
    return app


def staff_api():
    app = FastAPI(debug=True)  # expect: py/debug-enabled
    app.add_middleware(Cors, allow_origins=["https://staff.example.com"], allow_credentials=True)
    return app


def old_api():
    app = Flask(__name__)
    app.secret_key = os.environ["OLD_API_KEY"]
    app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    CORS(app, origins="*", supports_credentials=True)  # expect: py/cors-any-origin
    return app
# == link checker that admits web schemes only before it opens anything
import sys
from urllib import request as urlreq
from urllib.error import URLError
from urllib.parse import urlparse
from urllib.request import Request, build_opener, HTTPSHandler

FEED = "https://status.example.org/feed.json"
ALLOWED = frozenset({"https"})


def feed():
    return urlreq.urlopen(FEED, timeout=10).read()


def check(url):
    if not url.startswith("https://"):
        raise ValueError(url)
    try:
        with urlreq.urlopen(url, timeout=10) as reply:
            return reply.status
    except URLError as exc:
        print(exc, file=sys.stderr)
        return None


def page(number: int):
    req = Request(f"https://status.example.org/pages/{number:d}", headers={"Accept": "text/html"})
    return urlreq.urlopen(req, timeout=10).read()


def parsed(url):
    parts = urlparse(url)
    if parts.scheme not in ALLOWED:
        return None
    return build_opener(HTTPSHandler()).open(url, timeout=5).read()
# == HTML helper library that escapes or formats before marking
import html
from string import Template

import jinja2
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape

env = Environment(loader=PackageLoader("site"), autoescape=select_autoescape(["html", "xml"]))
strict = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
BR = mark_safe("<br>")


def bold(value):
    return Markup("<b>%s</b>") % value


def link(href, label):
    return format_html('<a href="{}" rel="nofollow">{}</a>', href, label)


def rows(items):
    return format_html_join("\n", "<li>{}</li>", ((i,) for i in items))


def lines(text):
    return Markup("<br>").join(escape(part) for part in text.splitlines())


def heading(text):
    return mark_safe("<h2>" + conditional_escape(text) + "</h2>")


def plain(text):
    return Template("<p>$t</p>").substitute(t=html.escape(text))
# == template tag module that marks unescaped text as safe HTML
import jinja2
from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment as Env, FileSystemLoader
from markupsafe import Markup

register = template.Library()
ENV_OPTS = {"trim_blocks": True, "autoescape": False}
pages = Env(loader=FileSystemLoader("pages"), **ENV_OPTS)  # expect: py/autoescape-off
mails = Env(loader=FileSystemLoader("mails"), autoescape=True)


@register.filter
def badge(label):
    return mark_safe('<span class="badge">%s</span>' % label)  # expect: py/raw-markup


@register.filter
def badge_ok(label):
    return format_html('<span class="badge">{}</span>', label)


@register.simple_tag
def caption(text):
    return SafeString(f"<figcaption>{text}</figcaption>")  # expect: py/raw-markup


def note(text):
    return Markup("<em>" + text + "</em>")  # expect: py/raw-markup


def note_ok(text):
    return Markup("<em>{}</em>").format(text)


def upper(text):
    return mark_safe("<b>" + escape(text.upper()) + "</b>")
# == license module with keys embedded in the code beside keys that are read
import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.fernet import Fernet
from itsdangerous import URLSafeTimedSerializer as Serializer

_K = b"q3Zx-81Lm-77Pd-signing"
PUBLIC_PREFIX = b"lic1:"


def sign(body):
    return hmac.new(_K, PUBLIC_PREFIX + body, hashlib.sha256).hexdigest()  # expect: py/hardcoded-key


def sign_env(body):
    return hmac.new(os.environb[b"LICENSE_KEY"], PUBLIC_PREFIX + body, hashlib.sha256).hexdigest()


def box():
    return Fernet(b"3qmQ0w7kZy3m1WnJm3v1bYp8o7qC0l5m2n4xXkR9s1A=")  # expect: py/hardcoded-key


def box_file(path="/etc/app/fernet.key"):
    return Fernet(Path(path).read_bytes().strip())


def links():
    return Serializer(os.environ["LINK_KEY"], salt="download-links")


def derived(master):
    return Fernet(base64.urlsafe_b64encode(hashlib.blake2b(master, digest_size=32).digest()))
# == key handling that looks literal but is generated, loaded or only a label
import os
import secrets
import sys

import boto3
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

KEY_ID = "alias/customer-data"
API_KEY_HEADER = "X-Api-Key"
SECRET_KEY_FILE = "/var/lib/app/secret.key"


def load_or_create():
    try:
        with open(SECRET_KEY_FILE, "rb") as fh:
            return fh.read()
    except FileNotFoundError:
        key = Fernet.generate_key()
        fd = os.open(SECRET_KEY_FILE, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as fh:
            fh.write(key)
        return key


def data_key():
    kms = boto3.client("kms")
    return kms.generate_data_key(KeyId=KEY_ID, KeySpec="AES_256")["Plaintext"]


def seal(data):
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(data_key()).encrypt(nonce, data, KEY_ID.encode())


def main():
    sys.stdout.write(Fernet(load_or_create()).encrypt(b"hello").decode())
    secret_key = os.environ.get("APP_SECRET_KEY")
    if secret_key in (None, "", "changeme"):
        raise SystemExit("set APP_SECRET_KEY")
    return AESSIV(AESSIV.generate_key(bit_length=512))
# == settings values that are overwritten or only compared before use
import os
import ssl

import requests

VERIFY = False
VERIFY = os.environ.get("CA_BUNDLE", True)
TIMEOUT = None
TIMEOUT = float(os.environ.get("HTTP_TIMEOUT", "10"))
DEBUG_TRUE = ("1", "true", "yes")


class Options(dict):
    def __init__(self, **kw):
        super().__init__(timeout=TIMEOUT, verify=VERIFY)
        self.update(kw)


def ping(url):
    kw = {"verify": False, "timeout": None}
    kw["verify"] = True
    kw["timeout"] = 3
    return requests.get(url, **kw).ok


def fetch(url):
    return requests.get(url, timeout=TIMEOUT, verify=VERIFY).content


def describe(ctx: ssl.SSLContext):
    if ctx.verify_mode == ssl.CERT_NONE or ctx.check_hostname is False:
        return "unverified"
    return "verified, minimum %s" % ctx.minimum_version.name


def debug_wanted():
    return os.environ.get("DEBUG", "").lower() in DEBUG_TRUE
# == local classes that carry dangerous names without the danger
import os
from dataclasses import dataclass, field


class Telnet:
    """Name of a message type in the log format."""

    def __init__(self, host, port=23):
        self.host, self.port = host, port


class pickle:
    """A jar of vegetables."""

    @staticmethod
    def loads(weight):
        return [weight / n for n in range(1, 4)]


@dataclass
class DES:
    """Discrete event simulation."""
    clock: float = 0.0
    agenda: list = field(default_factory=list)

    @classmethod
    def new(cls, events):
        return cls(agenda=sorted(events))

    def system(self, event):
        self.agenda.append(event)


def demo(events):
    sim = DES.new(events)
    sim.system(("stop", 9.5))
    print(Telnet("log").port, pickle.loads(12), os.getpid())
    return sim


def md5(text):
    return text[:5]


print(md5("hello world"))
