# == gethostbyname private, raise
import ipaddress, socket
from urllib.parse import urlparse
import requests
from flask import Flask, request, abort
app = Flask(__name__)

def check(url):
    host = urlparse(url).hostname
    ip = ipaddress.ip_address(socket.gethostbyname(host))
    if ip.is_private or ip.is_loopback:
        raise ValueError("x")

@app.get("/a")
def a():
    url = request.args["url"]
    check(url)
    return {"n": len(requests.get(url).content)}
# == only loopback
import ipaddress, socket
from urllib.parse import urlparse
import requests
from flask import Flask, request, abort
app = Flask(__name__)

def check(url):
    host = urlparse(url).hostname
    ip = ipaddress.ip_address(socket.gethostbyname(host))
    if ip.is_loopback:
        raise ValueError("x")

@app.get("/a")
def a():
    url = request.args["url"]
    check(url)
    return {"n": len(requests.get(url).content)}  # expect: py/ssrf
# == any networks
import ipaddress, socket
from urllib.parse import urlparse
import requests
from flask import Flask, request, abort
app = Flask(__name__)
BLOCKED = [ipaddress.ip_network(n) for n in ("10.0.0.0/8", "127.0.0.0/8", "192.168.0.0/16", "169.254.0.0/16")]

def inside(host):
    for family, _, _, _, sockaddr in socket.getaddrinfo(host, None):
        ip = ipaddress.ip_address(sockaddr[0])
        if any(ip in net for net in BLOCKED):
            return True
    return False

@app.get("/a")
def a():
    url = request.args["url"]
    host = urlparse(url).hostname or ""
    if inside(host):
        abort(400)
    return {"n": len(requests.get(url).content)}
# == resolved but other url fetched
import ipaddress, socket
from urllib.parse import urlparse
import requests
from flask import Flask, request, abort
app = Flask(__name__)

def ok(host):
    return all(ipaddress.ip_address(a[4][0]).is_global for a in socket.getaddrinfo(host, None))

@app.get("/a")
def a():
    url = request.args["url"]
    other = request.args["next"]
    if not ok(urlparse(url).hostname):
        abort(400)
    return {"n": len(requests.get(other).content)}  # expect: py/ssrf
# == any instead of all
import ipaddress, socket
from urllib.parse import urlparse
import requests
from flask import Flask, request, abort
app = Flask(__name__)

def ok(host):
    return any(ipaddress.ip_address(a[4][0]).is_global for a in socket.getaddrinfo(host, None))

@app.get("/a")
def a():
    url = request.args["url"]
    if not ok(urlparse(url).hostname):
        abort(400)
    return {"n": len(requests.get(url).content)}  # expect: py/ssrf
# == chars loop
import os
from flask import Flask, request, abort
app = Flask(__name__)
@app.get("/a")
def a():
    name = request.args["name"]
    for ch in name:
        if not ch.isalnum() and ch not in "-_":
            abort(400)
    os.system("ls /srv/" + name)
    return "ok"
# == all chars
import os
from flask import Flask, request, abort
app = Flask(__name__)
@app.get("/a")
def a():
    name = request.args["name"]
    if not all(c.isalnum() or c in "-_" for c in name):
        abort(400)
    os.system("ls /srv/" + name)
    return "ok"
# == any chars
import os
from flask import Flask, request, abort
app = Flask(__name__)
@app.get("/a")
def a():
    name = request.args["name"]
    if any(c in ";&|" for c in name):
        abort(400)
    os.system("ls /srv/" + name)  # expect: py/command-injection
    return "ok"
# == not all chars, one good is enough
import os
from flask import Flask, request, abort
app = Flask(__name__)
@app.get("/a")
def a():
    name = request.args["name"]
    if not any(c.isalnum() for c in name):
        abort(400)
    os.system("ls /srv/" + name)  # expect: py/command-injection
    return "ok"
# == parts dotdot
import os
from flask import Flask, request, abort
app = Flask(__name__)
@app.get("/a")
def a():
    name = request.args["name"]
    for part in name.split("/"):
        if part in ("..", "."):
            abort(400)
    return open("/srv/" + name).read()
# == loop then other origin
import os
from flask import Flask, request, abort
app = Flask(__name__)
@app.get("/a")
def a():
    for part in request.args.getlist("p"):
        if not part.isalnum():
            abort(400)
    return open("/srv/" + request.args["q"]).read()  # expect: py/path-traversal
# == loop body leaves
import os
from flask import Flask, request, abort
app = Flask(__name__)
@app.get("/a")
def a():
    name = request.args["name"]
    for part in name.split(","):
        return {"p": part}
    return open("/srv/" + name).read()  # expect: py/path-traversal
# == whole name compared with dotdot
import os
from flask import Flask, request, abort
app = Flask(__name__)
@app.get("/a")
def a():
    name = request.args["name"]
    if name == "..":
        abort(400)
    return {"x": open("/srv/" + name).read()}  # expect: py/path-traversal
# == any part is dotdot, pathlib
from pathlib import PurePosixPath
from flask import Flask, request, abort
app = Flask(__name__)
@app.get("/a")
def a():
    name = request.args["name"]
    if any(part == ".." for part in PurePosixPath(name).parts):
        abort(400)
    return {"x": open("/srv/" + name).read()}
# == ascii letters
import os, string
from flask import Flask, request, abort
app = Flask(__name__)
OK = string.ascii_letters + string.digits + "-_"
def fine(name):
    return bool(name) and all(c in OK for c in name)
@app.get("/a")
def a():
    name = request.args["name"]
    if not fine(name):
        abort(400)
    os.system("ls /srv/" + name)
    return "ok"
# == ascii letters in set
import os, string
from flask import Flask, request, abort
app = Flask(__name__)
OK = set(string.ascii_letters + string.digits + "-_")
def fine(name):
    for c in name:
        if c not in OK:
            return False
    return True
@app.get("/a")
def a():
    name = request.args["name"]
    if not fine(name):
        abort(400)
    os.system("ls /srv/" + name)
    return "ok"
# == text of bad signs
import os, string
from flask import Flask, request, abort
app = Flask(__name__)
OK = string.ascii_letters + ";$"
@app.get("/a")
def a():
    name = request.args["name"]
    if not all(c in OK for c in name):
        abort(400)
    os.system("ls /srv/" + name)  # expect: py/command-injection
    return "ok"
# == one branch only, index of kept source
from flask import Flask, request
from pymongo import MongoClient
app = Flask(__name__)
db = MongoClient().x
@app.post("/a")
def a():
    body = request.get_json()
    n = 0
    if isinstance(body["x"], str):
        n = len(body["x"])
    return {"n": n, "d": str(db.users.find_one({"x": body["x"]}))}  # expect: py/nosql-injection
# == one branch only, request.json
from flask import Flask, request
from pymongo import MongoClient
app = Flask(__name__)
db = MongoClient().x
@app.post("/a")
def a():
    n = 0
    if isinstance(request.json["x"], str):
        n = 1
    return {"n": n, "d": str(db.users.find_one({"x": request.json["x"]}))}  # expect: py/nosql-injection
# == variable
from flask import Flask, request
from pymongo import MongoClient
app = Flask(__name__)
db = MongoClient().x
@app.post("/a")
def a():
    x = request.json["x"]
    n = 0
    if isinstance(x, str):
        n = 1
    return {"n": n, "d": str(db.users.find_one({"x": x}))}  # expect: py/nosql-injection
# == both leave
from flask import Flask, request, abort
from pymongo import MongoClient
app = Flask(__name__)
db = MongoClient().x
@app.post("/a")
def a():
    body = request.get_json()
    if not isinstance(body["x"], str):
        abort(400)
    return {"d": str(db.users.find_one({"x": body["x"]}))}
# == both leave, get
from flask import Flask, request, abort
from pymongo import MongoClient
app = Flask(__name__)
db = MongoClient().x
@app.post("/a")
def a():
    body = request.get_json()
    if not isinstance(body.get("x"), str):
        return {}, 400
    n = 1
    if body.get("y"):
        n = 2
    return {"n": n, "d": str(db.users.find_one({"x": body.get("x")}))}
# == tested in a helper in one branch
from flask import Flask, request, abort
from pymongo import MongoClient
app = Flask(__name__)
db = MongoClient().x
def strict(body):
    if body.get("mode") == "strict":
        if not isinstance(body.get("x"), str):
            abort(400)
    return body
@app.post("/a")
def a():
    body = strict(request.get_json())
    return {"d": str(db.users.find_one({"x": body.get("x")}))}  # expect: py/nosql-injection
# == isdigit in one branch
import os
from flask import Flask, request, abort
app = Flask(__name__)
@app.post("/a")
def a():
    if request.form["fast"]:
        if not request.form["n"].isdigit():
            abort(400)
    os.system("sleep " + request.form["n"])  # expect: py/command-injection
    return "ok"
# == isdigit in both
import os
from flask import Flask, request, abort
app = Flask(__name__)
@app.post("/a")
def a():
    if request.form["fast"]:
        if not request.form["n"].isdigit():
            abort(400)
    elif not request.form["n"].isalnum():
        abort(400)
    os.system("sleep " + request.form["n"])
    return "ok"
# == written in one branch
import os
from flask import Flask, request, g
app = Flask(__name__)
@app.post("/a")
def a():
    if request.form.get("n"):
        g.n = request.form["n"]
    os.system("sleep " + g.n)  # expect: py/command-injection
    return "ok"
# == nested dict tested
from flask import Flask, request
import os
app = Flask(__name__)
@app.post("/a")
def a():
    d = {"n": request.form["n"]}
    if d["n"].isdigit():
        print("number")
    os.system("sleep " + d["n"])  # expect: py/command-injection
    return "ok"
# == isinstance text of a class
from flask import Flask, request
import os
app = Flask(__name__)
class Cmd:
    def __init__(self, text):
        self.text = text
@app.post("/a")
def a():
    c = request.form["c"]
    if isinstance(c, Cmd):
        os.system(c.text)
    elif isinstance(c, str):
        os.system(c)  # expect: py/command-injection
    return "ok"
# == isinstance of the object
from flask import Flask, request
import os
app = Flask(__name__)
class Cmd:
    def __init__(self, text):
        self.text = text
def run(c):
    if isinstance(c, Cmd):
        os.system(c.text)  # expect: py/command-injection
@app.post("/a")
def a():
    run(Cmd(request.form["c"]))
    return "ok"
# == break in a loop
from flask import Flask, request, abort
import os
app = Flask(__name__)
@app.post("/a")
def a():
    name = request.form["c"]
    for ch in name:
        if ch in "abc":
            break
    os.system("ls " + name)  # expect: py/command-injection
    return "ok"
# == continue in a loop
from flask import Flask, request, abort
import os
app = Flask(__name__)
@app.post("/a")
def a():
    name = request.form["c"]
    for ch in name:
        if ch == "-":
            continue
        if not ch.isalnum():
            abort(400)
    os.system("ls " + name)
    return "ok"
# == continue skips the test
from flask import Flask, request, abort
import os
app = Flask(__name__)
@app.post("/a")
def a():
    name = request.form["c"]
    for ch in name:
        if request.form.get("lax"):
            continue
        if not ch.isalnum():
            abort(400)
    os.system("ls " + name)  # expect: py/command-injection
    return "ok"
# == for else
from flask import Flask, request, abort
import os
app = Flask(__name__)
@app.post("/a")
def a():
    name = request.form["c"]
    for ch in name:
        if not ch.isalnum():
            break
    else:
        os.system("ls " + name)
        return "ok"
    os.system("rm " + name)  # expect: py/command-injection
    return "no"
# == changed in the loop
from flask import Flask, request, abort
import os
app = Flask(__name__)
@app.post("/a")
def a():
    name = request.form["c"]
    n = 0
    for ch in name:
        ch = ord(ch)
        n += ch
    os.system("ls " + name)  # expect: py/command-injection
    return "ok"
# == module list tested
from flask import Flask, request, abort
import os
app = Flask(__name__)
BAD = [";", "&", "|"]
@app.post("/a")
def a():
    name = request.form["c"]
    for bad in BAD:
        if bad in name:
            abort(400)
    os.system("ls " + name)  # expect: py/command-injection
    return "ok"
# == quote in a loop over constants
from flask import Flask, request, abort
import sqlite3
app = Flask(__name__)
@app.post("/a")
def a():
    name = request.form["c"]
    for bad in ("'", ";"):
        if bad in name:
            abort(400)
    return {"r": sqlite3.connect("x").execute("select * from t where a = '" + name + "'").fetchall()}
# == code after a loop that always leaves
from flask import Flask, request, abort
import os
app = Flask(__name__)
ALL = [1, 2]
def first():
    for one in load():
        if one:
            raise KeyError(one)
        raise ValueError(one)
    os.system(request.form["c"])  # expect: py/command-injection
@app.post("/a")
def a():
    first()
    return "ok"
# == all over pairs
from flask import Flask, request, abort
import os
app = Flask(__name__)
@app.post("/a")
def a():
    words = request.form.getlist("w")
    if not all(w.isalnum() for w in words):
        abort(400)
    os.system("echo " + " ".join(words))
    return "ok"
# == all over json list
from flask import Flask, request, abort
import os
app = Flask(__name__)
@app.post("/a")
def a():
    words = request.get_json()["words"]
    if not isinstance(words, list) or any(not w.isalnum() for w in words):
        abort(400)
    os.system("echo " + " ".join(words))
    return "ok"
# == is_private on the literal only
import ipaddress
from urllib.parse import urlparse
import requests
from flask import Flask, request, abort
app = Flask(__name__)
def private(host):
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False
@app.get("/a")
def a():
    url = request.args["url"]
    if private(urlparse(url).hostname):
        abort(400)
    return {"n": len(requests.get(url).content)}  # expect: py/ssrf
# == httpx with async resolve
import asyncio, ipaddress, socket
from urllib.parse import urlsplit
import httpx
from fastapi import FastAPI, HTTPException
app = FastAPI()
async def resolved(host):
    loop = asyncio.get_event_loop()
    infos = await loop.run_in_executor(None, socket.getaddrinfo, host, 443)
    return [ipaddress.ip_address(info[4][0]) for info in infos]
@app.get("/a")
async def a(url: str):
    ips = await resolved(urlsplit(url).hostname)
    if not ips or any(ip.is_private or ip.is_link_local or ip.is_loopback for ip in ips):
        raise HTTPException(400)
    async with httpx.AsyncClient() as c:
        return (await c.get(url)).text
# == no step of a path leads up, and it does not begin at the root
# -- file: store/checks.py
import pathlib
from urllib.parse import unquote


class Refused(Exception):
    pass


def demand_inside(name):
    name = unquote(name)
    if ".." in name.split("/") or pathlib.PurePosixPath(name).is_absolute():
        raise Refused(name)
# -- file: store/web.py
from flask import Flask, request, send_file

from store.checks import demand_inside

app = Flask(__name__)


@app.get("/file")
def file():
    name = request.args["name"]
    demand_inside(name)
    return send_file("/srv/store/" + name)
# == steps of a path are told apart by either slash
import re

from flask import Flask, abort, request, send_file

app = Flask(__name__)


@app.get("/sheet")
def sheet():
    wanted = request.args["sheet"]
    if ".." in re.split(r"[/\\]", wanted):
        abort(404)
    return send_file(f"/srv/sheets/{wanted}.csv")
# == the words of a list are looked at, not the steps of the path
from flask import Flask, abort, request, send_file

app = Flask(__name__)


@app.get("/scan")
def scan():
    wanted = request.args["scan"]
    if ".." in wanted.split(","):
        abort(404)
    return send_file("/srv/scans/" + wanted)  # expect: py/path-traversal
# == a schema finds no fault with a body, whose parts may still be anything
import os

from flask import Flask, abort, request
from forms import problems

app = Flask(__name__)


@app.post("/run")
def run():
    body = request.get_json()
    for problem in problems(body):
        abort(400)
    os.system("echo " + body["name"])  # expect: py/command-injection
    return "ok"
# == no option was picked out of a command, which is still whatever came in
import os

from flask import Flask, abort, request

app = Flask(__name__)


@app.post("/echo")
def echo():
    text = request.form["text"]
    for option in [word for word in text.split() if word.startswith("-")]:
        abort(400)
    os.system("echo " + text)  # expect: py/command-injection
    return "ok"
# == a generator of complaints that names none
import os

from flask import Flask, abort, request

app = Flask(__name__)


def complaints(fields):
    for name in fields:
        if len(name) > 20:
            yield name


@app.post("/keep")
def keep():
    fields = request.get_json()
    for complaint in complaints(fields):
        abort(400)
    os.system("logger " + fields["note"])  # expect: py/command-injection
    return "ok"
# == a host that has no address is still part of a command
import os
import socket

from flask import Flask, abort, request

app = Flask(__name__)


@app.get("/lookup")
def lookup():
    host = request.args["host"]
    for address in socket.getaddrinfo(host, None):
        abort(400)
    os.system("nslookup " + host)  # expect: py/command-injection
    return "ok"
# == parts between commas are no steps of a path
from flask import Flask, abort, request, send_file

app = Flask(__name__)


@app.get("/page")
def page():
    wanted = request.args["page"]
    for part in wanted.split(","):
        if part == "..":
            abort(400)
    return send_file("/srv/pages/" + wanted)  # expect: py/path-traversal
# == each field is no single step up, and may still hold several
import os

from flask import Flask, abort, request, send_file

app = Flask(__name__)


@app.get("/book")
def book():
    parts = request.args.getlist("part")
    if any(part in ("", ".", "..") for part in parts):
        abort(400)
    return send_file(os.path.join("/srv/books", *parts))  # expect: py/path-traversal
# == steps are told apart by the separator of the system
import os

from flask import Flask, abort, request, send_file

app = Flask(__name__)


@app.get("/map")
def map_of():
    wanted = request.args["map"]
    for step in wanted.split(os.sep):
        if step in (".", ".."):
            abort(400)
    return send_file("/srv/maps/" + wanted)
# == a repository that calls itself private is no address
import requests
from flask import Flask, abort, request

app = Flask(__name__)


@app.post("/mirror")
def mirror():
    wanted = request.get_json()
    kind = lookup(wanted["url"])
    if kind.is_private:
        abort(400)
    return {"size": len(requests.get(wanted["url"], timeout=5).content)}  # expect: py/ssrf


def lookup(url):
    from hosting import describe

    return describe(url)
# == form of a text: allow list on g
import subprocess
from flask import Flask, abort, g, request
app = Flask(__name__)

@app.get("/a")
def a():
    g.host = request.args["host"]
    if g.host not in ("a", "b"):
        abort(400)
    subprocess.run("ping -c 1 " + g.host, shell=True)
    return g.lang
# == form of a text: isdigit on g
import subprocess
from flask import Flask, abort, g, request
app = Flask(__name__)

@app.get("/a")
def a():
    g.host = request.args["host"]
    if not g.host.isdigit():
        abort(400)
    subprocess.run("ping -c 1 " + g.host, shell=True)
    return g.lang
# == form of a text: fullmatch on args
import subprocess, re
from flask import Flask, abort, g, request
app = Flask(__name__)

@app.get("/a")
def a():
    if not re.fullmatch(r"[a-z0-9.]{1,60}", request.args["host"]):
        abort(400)
    subprocess.run("ping -c 1 " + request.args["host"], shell=True)
    return g.lang
# == form of a text: name tested, content dangerous
import re, pickle
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    sent = request.files.get("bundle")
    if not re.fullmatch(r"[\w-]+", sent.filename):
        return "no"
    return str(pickle.loads(sent.read()))  # expect: py/unsafe-deserialization
# == form of a text: name tested, name used
import re, subprocess
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    sent = request.files.get("bundle")
    if not re.fullmatch(r"[\w.-]+", sent.filename):
        return "no"
    return subprocess.getoutput("file " + sent.filename)
# == form of a text: name tested in a variable, name used
import re, subprocess
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    sent = request.files["bundle"]
    name = sent.filename
    if not re.fullmatch(r"[\w.-]+", name):
        return "no"
    return subprocess.getoutput("file " + name)
# == form of a text: match in a variable, content dangerous
import re, pickle
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    sent = request.files.get("bundle")
    m = re.fullmatch(r"[\w-]+", sent.filename)
    if not m:
        return "no"
    return str(pickle.loads(sent.read()))  # expect: py/unsafe-deserialization
# == form of a text: match in a variable, name used
import re, subprocess
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    sent = request.files.get("bundle")
    m = re.fullmatch(r"[\w-]+\.tgz", sent.filename)
    if not m:
        return "no"
    return subprocess.getoutput("file " + sent.filename)
# == form of a text: dots, path
import re
from flask import Flask, request, send_file
app = Flask(__name__)

@app.get("/a")
def a():
    name = request.args["name"]
    if re.fullmatch(r"[\w.-]+", name) is None:
        return "no", 400
    return open("/srv/reports/" + name + "/index.txt").read()  # expect: py/path-traversal
# == form of a text: one dot, path
import re
from flask import Flask, request, send_file
app = Flask(__name__)
NAME = re.compile(r"\w+\.(txt|csv)")

@app.get("/a")
def a():
    name = request.args["name"]
    if NAME.fullmatch(name) is None:
        return "no", 400
    return open("/srv/reports/" + name).read()
# == form of a text: dots, host
import re
import requests
from flask import Flask, request
app = Flask(__name__)

@app.get("/a")
def a():
    host = request.args["host"]
    if not re.match(r"^[a-z0-9.-]+$", host):
        return "no", 400
    return requests.get("http://" + host + "/status").text  # expect: py/ssrf
# == form of a text: alternatives without brackets
import re, subprocess
from flask import Flask, request
app = Flask(__name__)

@app.get("/a")
def a():
    host = request.args["host"]
    if not re.match(r"^[a-z]+|[0-9]+$", host):
        return "no", 400
    return subprocess.getoutput("ping " + host)  # expect: py/command-injection
# == form of a text: lines
import re, subprocess
from flask import Flask, request
app = Flask(__name__)

@app.get("/a")
def a():
    host = request.args["host"]
    if not re.match(r"^[a-z]+$", host, re.MULTILINE):
        return "no", 400
    return subprocess.getoutput("ping " + host)  # expect: py/command-injection
# == form of a text: lines, compiled
import re, subprocess
from flask import Flask, request
app = Flask(__name__)
HOST = re.compile(r"^[a-z]+$", re.M | re.I)

@app.get("/a")
def a():
    host = request.args["host"]
    if not HOST.match(host):
        return "no", 400
    return subprocess.getoutput("ping " + host)  # expect: py/command-injection
# == form of a text: only case ignored
import re, subprocess
from flask import Flask, request
app = Flask(__name__)
HOST = re.compile(r"^[a-z]+$", re.I)

@app.get("/a")
def a():
    host = request.args["host"]
    if not HOST.match(host):
        return "no", 400
    return subprocess.getoutput("ping " + host)
# == form of a text: spaces in a page
import re
from flask import Flask, request
app = Flask(__name__)

@app.get("/a")
def a():
    name = request.args["name"]
    if not re.fullmatch(r"[A-Za-z .'-]{1,60}", name):
        return "no", 400
    if not re.fullmatch(r"[A-Za-z .-]{1,60}", name):
        return "no", 400
    return "<p>Hello " + name + "</p>"
# == form of a text: spaces in a command
import re, subprocess
from flask import Flask, request
app = Flask(__name__)

@app.get("/a")
def a():
    name = request.args["name"]
    if not re.fullmatch(r"[A-Za-z .-]{1,60}", name):
        return "no", 400
    return subprocess.getoutput("finger " + name)  # expect: py/command-injection
# == form of a text: what is left after a substitution
import re
from flask import Flask, request
app = Flask(__name__)

@app.get("/a")
def a():
    name = re.sub(r"[^\w.-]", "_", request.args["name"])
    data = open("/srv/uploads/" + name + "/meta").read()  # expect: py/path-traversal
    return "<p>" + name + "</p>"
# == form of a text: archive sent, name tested
import re, tarfile
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    sent = request.files.get("bundle")
    if not re.fullmatch(r"[\w-]+", sent.filename):
        return "no"
    with tarfile.open(fileobj=sent.stream) as b:
        b.extractall("/srv/x")  # expect: py/zip-slip
    return "x"
# == form of a text: archive sent, there and name tested
import re, tarfile
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    sent = request.files.get("bundle")
    if sent is None or not re.fullmatch(r"[\w-]+", sent.filename):
        return "no"
    with tarfile.open(fileobj=sent.stream) as b:
        b.extractall("/srv/x")  # expect: py/zip-slip
    return "x"
# == form of a text: pickle sent, name with dots tested
import re, pickle
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    sent = request.files.get("bundle")
    if sent is None or not re.fullmatch(r"[\w.-]+", sent.filename):
        return "no"
    return str(pickle.loads(sent.read()))  # expect: py/unsafe-deserialization
# == form of a text: one of two files tested, the other used
import re, subprocess
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    one = request.files["one"]
    two = request.files["two"]
    if not re.fullmatch(r"[\w.-]+", one.filename):
        return "no"
    return subprocess.getoutput("file " + two.filename)  # expect: py/command-injection
# == form of a text: a class that begins with its bracket
import re, subprocess
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    name = request.form["name"]
    if not re.fullmatch(r"[];|a-z]+", name):
        return "no"
    return subprocess.getoutput("file " + name)  # expect: py/command-injection
# == form of a text: only the first is put in the place of
import re, subprocess
from flask import Flask, request
app = Flask(__name__)

@app.post("/a")
def a():
    name = re.sub(r"[^a-z]", "", request.form["name"], count=1)
    return subprocess.getoutput("file " + name)  # expect: py/command-injection
# == form of a text: a model's pattern with dots
import subprocess
from fastapi import FastAPI
from pydantic import BaseModel, Field
app = FastAPI()

class Job(BaseModel):
    name: str = Field(pattern=r"^[\w.-]{1,60}$")

@app.post("/a")
def a(job: Job):
    subprocess.getoutput("file " + job.name)
    return {"text": open("/srv/jobs/" + job.name + "/log").read()}  # expect: py/path-traversal
# == form of a text: a parameter's pattern with dots
import subprocess
from fastapi import FastAPI, Query
app = FastAPI()

@app.get("/a")
def a(name: str = Query(pattern=r"^[\w.-]{1,60}$")):
    subprocess.getoutput("file " + name)
    return {"text": open("/srv/jobs/" + name + "/log").read()}  # expect: py/path-traversal
