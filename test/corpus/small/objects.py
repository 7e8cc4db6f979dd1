# == what prepare() leaves: a value
import os, json
import tornado.web
class Base(tornado.web.RequestHandler):
    def prepare(self):
        self.low = json.loads(self.request.body)
class Run(Base):
    def post(self):
        os.system("cp " + self.low["x"])  # expect: py/command-injection
# == what prepare() leaves in one branch
import os, json
import tornado.web
class Base(tornado.web.RequestHandler):
    def prepare(self):
        self.low = []
        if self.request.headers.get("X"):
            self.low = json.loads(self.request.body)
class Run(Base):
    def post(self):
        for c in self.low:
            os.system("cp " + c["x"])  # expect: py/command-injection
# == what prepare() leaves: a list
import os, json
import tornado.web
class Base(tornado.web.RequestHandler):
    def prepare(self):
        self.low = [json.loads(self.request.body)]
class Run(Base):
    def post(self):
        for c in self.low:
            os.system("cp " + c["x"])  # expect: py/command-injection
# == a list or one of it
import os, json
import tornado.web
class Run(tornado.web.RequestHandler):
    def post(self):
        data = json.loads(self.request.body)
        low = data if isinstance(data, list) else [data]
        for c in low:
            os.system("cp " + c["x"])  # expect: py/command-injection
# == a class out of a table, called with what came in
import os
from flask import Flask, request
app = Flask(__name__)
class A:
    def __init__(self, opts):
        self.opts = opts
    def run(self, tgt="", fun="x", **kwargs):
        host = self.opts["roster"].get(tgt)
        if host is None:
            return {"error": "no"}
        priv = kwargs.get("ssh_priv", self.opts["default_key"])
        os.system("cp " + priv)  # expect: py/command-injection
class B:
    def __init__(self, opts):
        self.opts = opts
    def run(self, tgt="*", fun="x", arg=(), **_):
        return {"a": list(arg)}
CLIENTS = {"a": A, "b": B}
@app.post("/x")
def x():
    out = []
    for chunk in request.get_json():
        client = chunk.get("client")
        if client not in CLIENTS:
            return {}
        out.append(CLIENTS[client]({}).run(**chunk))
    return {"r": out}
# == what prepare() leaves, made a list
import os, json
import tornado.web
class Base(tornado.web.RequestHandler):
    def initialize(self, opts):
        self.opts = opts
    def prepare(self):
        self.low = []
        if self.request.headers.get("Content-Type", "").startswith("application/json"):
            data = json.loads(self.request.body or b"[]")
            self.low = data if isinstance(data, list) else [data]
class Run(Base):
    def post(self):
        for chunk in self.low:
            os.system("cp " + chunk["x"])  # expect: py/command-injection
# == namesake with self
import smtplib
from flask import Flask, request, current_app
app = Flask(__name__)
class Mailer:
    def __init__(self, host):
        self.host = host
    def _connect(self):
        return smtplib.SMTP(self.host, 587)
    def send_test(self, to, subject):
        head = "\r\n".join(["From: a@x", "To: " + to, "Subject: " + subject])
        with self._connect() as smtp:
            smtp.sendmail("a@x", [to], head + "\r\n\r\nhello")  # expect: py/email-injection
@app.post("/t")
def t():
    current_app.extensions["mailer"].send_test("b@x", request.form["s"])
    return "ok"
# == body only
import smtplib
from flask import Flask, request, current_app
app = Flask(__name__)
@app.post("/t")
def t():
    with smtplib.SMTP("h") as smtp:
        smtp.sendmail("a@x", ["b@x"], "Subject: hello\r\n\r\n" + request.form["s"])
    return "ok"
# == attribute of the app
import re
from flask import Flask, request, current_app
class Tail:
    def __init__(self, path):
        self.path = path
    def grep(self, pattern, flags):
        return re.compile(pattern, flags)  # expect: py/regex-injection
app = Flask(__name__)
@app.post("/t")
def t():
    return {"x": str(current_app.syslog.grep(request.form["s"], 0))}
# == replaced constant
import html
from flask import Flask, request
app = Flask(__name__)
PAGE = "<p class='@@'>Hello @@</p>"
@app.get("/a")
def a():
    return PAGE.replace("@@", html.escape(request.args["n"]))
# == replaced constant raw
import html
from flask import Flask, request
app = Flask(__name__)
PAGE = "<p class='@@'>Hello @@</p>"
@app.get("/a")
def a():
    return PAGE.replace("@@", request.args["n"])  # expect: py/xss
# == replaced twice, script
import html
from flask import Flask, request
app = Flask(__name__)
PAGE = "<h1>TITLE</h1><script>var u = 'USER';</script>"
@app.get("/a")
def a():
    page = PAGE.replace("TITLE", "Hello").replace("USER", html.escape(request.args["n"], quote=False))
    return page  # expect: py/xss
# == executor
import asyncio, subprocess
from fastapi import FastAPI
app = FastAPI()
@app.get("/a")
async def a(host: str):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, subprocess.getoutput, "ping " + host)  # expect: py/command-injection
# == to_thread
import asyncio, subprocess
from fastapi import FastAPI
app = FastAPI()
@app.get("/a")
async def a(host: str):
    done = await asyncio.to_thread(subprocess.run, "ping " + host, shell=True)  # expect: py/command-injection
    return {"r": done.returncode}
# == to_thread list
import asyncio, subprocess
from fastapi import FastAPI
app = FastAPI()
@app.get("/a")
async def a(host: str):
    done = await asyncio.to_thread(subprocess.run, ["ping", "--", host], check=True)
    return {"r": done.returncode}
# == thread target
import threading, os
from flask import Flask, request
app = Flask(__name__)
@app.get("/a")
def a():
    threading.Thread(target=os.system, args=("ping " + request.args["h"],)).start()  # expect: py/command-injection
    return "ok"
# == prefix base
from flask import Flask, request, current_app
import requests
app = Flask(__name__)
@app.get("/a")
def a():
    base = current_app.config["API"]
    r = requests.get(f"{base}/users/{request.args['u']}", timeout=4)
    return {"r": r.status_code}
# == prefix base is tainted
from flask import Flask, request, current_app
import requests
app = Flask(__name__)
@app.get("/a")
def a():
    base = request.args["b"]
    r = requests.get(f"{base}/users/{request.args['u']}", timeout=4)  # expect: py/ssrf
    return {"r": r.status_code}
# == base without slash
from flask import Flask, request, current_app
import requests
app = Flask(__name__)
@app.get("/a")
def a():
    base = current_app.config["API"]
    r = requests.get(base + request.args["u"], timeout=4)  # expect: py/ssrf
    return {"r": r.status_code}
# == orm object
from flask import Flask, request
import os
app = Flask(__name__)
def store(): ...
@app.post("/a")
def a():
    job = load_job(request.form["id2"] and 1)
    job.command = request.form["c"]
    run(job)
    return "ok"
def run(job):
    os.system("sh " + job.command)  # expect: py/command-injection
# == orm object other attribute
from flask import Flask, request
import os
app = Flask(__name__)
@app.post("/a")
def a():
    job = load_job(1)
    job.title = request.form["c"]
    os.system("sh " + job.command)
    return "ok"
# == orm object overwritten by number
from flask import Flask, request
import os
app = Flask(__name__)
@app.post("/a")
def a():
    job = load_job(1)
    job.command = request.form["c"]
    job.command = int(job.command)
    os.system("sh " + str(job.command))
    return "ok"
# == orm object in loop
from flask import Flask, request
import os
app = Flask(__name__)
@app.post("/a")
def a():
    for job in load_jobs():
        job.command = request.form["c"]
        job.save()
    return "ok"
# == pandas typed
import pandas as pd
from flask import Flask, request
app = Flask(__name__)
@app.post("/a")
def a():
    df = pd.read_sql_table("x", con=None).dropna()
    return df.head(4).query(request.form["q"]).to_json()  # expect: py/code-injection
# == pandas with local variable
import pandas as pd
from flask import Flask, request
app = Flask(__name__)
@app.post("/a")
def a():
    df = pd.read_csv("/srv/x.csv")
    wanted = request.form["q"]
    return df.query("name == @wanted", local_dict={"wanted": wanted}).to_json()
# == sqlalchemy query is no code
from flask import Flask, request
app = Flask(__name__)
@app.post("/a")
def a():
    s = get_session()
    return {"r": str(s.query(request.form["q"]))}
# == operators: a query builder
from flask import Flask, request
import sqlite3
app = Flask(__name__)
class Sql:
    def __init__(self, text):
        self.text = text
    def __add__(self, other):
        return Sql(self.text + str(other))
    def __iadd__(self, other):
        self.text += other
        return self
    def __str__(self):
        return self.text
@app.post("/a")
def a():
    q = Sql("select * from t where name = '") + request.form["n"]
    q += "'"
    return {"r": sqlite3.connect("x").execute(str(q)).fetchall()}  # expect: py/sql-injection
# == operators: a path that checks
from pathlib import Path
from flask import Flask, request, abort
app = Flask(__name__)
class Box:
    def __init__(self, root):
        self.root = Path(root).resolve()
    def __truediv__(self, name):
        full = (self.root / name).resolve()
        if not full.is_relative_to(self.root):
            abort(403)
        return full
    def __getitem__(self, name):
        return self.root / name
BOX = Box("/srv/x")
@app.get("/a")
def a():
    return {"t": (BOX / request.args["n"]).read_text()}
@app.get("/b")
def b():
    return {"t": BOX[request.args["n"]].read_text()}  # expect: py/path-traversal
# == sandbox that asks its parent
from flask import Flask, request
from jinja2.sandbox import SandboxedEnvironment
app = Flask(__name__)
class Strict(SandboxedEnvironment):
    def is_safe_attribute(self, obj, attr, value):
        return super().is_safe_attribute(obj, attr, value) and not attr.startswith("x")
@app.get("/a")
def a():
    return {"t": Strict().from_string(request.args["n"]).render()}
# == werkzeug app
from werkzeug.wrappers import Request, Response
import os
@Request.application
def app(request):
    os.system("ls " + request.args["x"])  # expect: py/command-injection
    return Response("hello " + request.args["y"])
# == werkzeug app, page
from werkzeug.wrappers import Request, Response
@Request.application
def app(request):
    return Response("<b>" + request.args["y"], mimetype="text/html")  # expect: py/xss
# == typed union
from fastapi import FastAPI
from pydantic import BaseModel
from pymongo import MongoClient
app = FastAPI()
db = MongoClient().x
class A(BaseModel):
    name: str | dict
    other: str | None = None
    n: int | str = 1
@app.post("/a")
def a(body: A):
    db.u.find_one({"a": body.other})
    db.u.find_one({"a": body.n})
    return str(db.u.find_one({"a": body.name}))  # expect: py/nosql-injection
# == twisted header and redirect
from twisted.web.resource import Resource
from twisted.web.util import redirectTo
class Go(Resource):
    isLeaf = True
    def render_GET(self, request):
        to = request.args[b"to"][0]
        request.redirect(to)  # expect: py/open-redirect
        request.finish()
        return 1
# == twisted redirectTo
from twisted.web.resource import Resource
from twisted.web.util import redirectTo
class Go(Resource):
    isLeaf = True
    def render_GET(self, request):
        return redirectTo(request.args[b"to"][0], request)  # expect: py/open-redirect
# == twisted Redirect resource
from twisted.web.resource import Resource
from twisted.web.util import Redirect
class Go(Resource):
    def getChild(self, name, request):
        return Redirect(request.args[b"to"][0])  # expect: py/open-redirect
# == twisted location header
from twisted.web.resource import Resource
class Go(Resource):
    isLeaf = True
    def render_GET(self, request):
        request.setResponseCode(302)
        request.setHeader(b"Location", request.args[b"to"][0])  # expect: py/open-redirect
        return b""
# == twisted location header, other object
from twisted.web.resource import Resource
class Go(Resource):
    isLeaf = True
    def render_GET(self, request):
        request.setResponseCode(302)
        request.responseHeaders.addRawHeader(b"location", request.args[b"to"][0])  # expect: py/open-redirect
        return b""
# == starlette middleware redirect
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import RedirectResponse
class Slash(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        if request.url.path.endswith("//"):
            return RedirectResponse(request.query_params["next"])  # expect: py/open-redirect
        return await call_next(request)
# == flask before_request redirect
from flask import Flask, request, redirect
app = Flask(__name__)
@app.before_request
def upper():
    if "go" in request.args:
        return redirect(request.args["go"])  # expect: py/open-redirect
# == django middleware redirect
from django.http import HttpResponseRedirect
class Old:
    def __init__(self, get_response):
        self.get_response = get_response
    def __call__(self, request):
        if "go" in request.GET:
            return HttpResponseRedirect(request.GET["go"])  # expect: py/open-redirect
        return self.get_response(request)
# == storage class that raises
from pathlib import Path
from flask import Flask, request
app = Flask(__name__)
class Storage:
    def __init__(self, root):
        self.root = Path(root).resolve()
    def _at(self, name):
        full = (self.root / name).resolve()
        if not full.is_relative_to(self.root):
            raise PermissionError(name)
        return full
    def read(self, name):
        return self._at(name).read_bytes()
    def raw(self, name):
        return (self.root / name).read_bytes()  # expect: py/path-traversal
STORE = Storage("/srv/x")
@app.get("/a")
def a():
    return {"n": len(STORE.read(request.args["n"]))}
@app.get("/b")
def b():
    return {"n": len(STORE.raw(request.args["n"]))}
# == storage, protocol and injection
from typing import Protocol, Annotated
from pathlib import Path
from fastapi import FastAPI, Depends
class Cleaner(Protocol):
    def clean(self, name: str) -> str: ...
class Names:
    def clean(self, name: str) -> str:
        if not name.isalnum():
            raise ValueError(name)
        return name
class Reader:
    def __init__(self, cleaner: Cleaner):
        self.cleaner = cleaner
    def read(self, name):
        return open("/srv/" + self.cleaner.clean(name)).read()
    def other(self, name):
        return open("/srv/" + name).read()  # expect: py/path-traversal
def reader():
    return Reader(Names())
app = FastAPI()
@app.get("/a/{name:path}")
def a(name: str, r: Annotated[Reader, Depends(reader)]):
    return r.read(name)
@app.get("/b/{name:path}")
def b(name: str, r: Annotated[Reader, Depends(reader)]):
    return r.other(name)
# == commonpath raise
import os
from flask import Flask, request
app = Flask(__name__)
ROOT = "/srv/x"
def inside(p):
    p = os.path.realpath(os.path.join(ROOT, p))
    if os.path.commonpath([ROOT, p]) != ROOT:
        raise ValueError(p)
    return p
@app.get("/a")
def a():
    return {"n": open(inside(request.args["n"])).read()}
# == mail with a subject checked
import smtplib
from flask import Flask, request, abort
app = Flask(__name__)
@app.post("/t")
def t():
    s = request.form["s"]
    if "\n" in s or "\r" in s:
        abort(400)
    with smtplib.SMTP("h") as smtp:
        smtp.sendmail("a@x", ["b@x"], "Subject: " + s + "\r\n\r\nhello")
    return "ok"
# == mail by f-string
import smtplib
from flask import Flask, request, abort
app = Flask(__name__)
@app.post("/t")
def t():
    s = request.form["s"]
    server = smtplib.SMTP_SSL("h")
    server.sendmail("a@x", "b@x", msg=f"Subject: {s}\n\nhello")  # expect: py/email-injection
    return "ok"
# == motor with dict body
from fastapi import FastAPI, Request
from motor.motor_asyncio import AsyncIOMotorClient
client = AsyncIOMotorClient("mongodb://x")
app = FastAPI()
@app.post("/a")
async def a(request: Request):
    body = await request.json()
    return await client.desk.t.find_one({"code": body["code"]})  # expect: py/nosql-injection
@app.post("/b")
async def b(request: Request):
    body = await request.json()
    return await client.desk.t.find_one({"code": str(body["code"])})
@app.post("/c")
async def c(request: Request):
    body = await request.json()
    return await client.desk.t.replace_one({"code": body["code"]}, {})  # expect: py/nosql-injection
@app.post("/d")
async def d(request: Request):
    body = await request.json()
    return await client.desk.t.distinct("x", {"code": body["code"]})  # expect: py/nosql-injection
# == mail with line breaks taken out
import smtplib, re
from flask import Flask, request, abort
app = Flask(__name__)
BREAKS = re.compile(r"[\r\n]+")
@app.post("/t")
def t():
    s = BREAKS.sub(" ", request.form["s"])
    t = re.sub(r"\s+", " ", request.form["t"])
    u = re.sub(r"[\n]", " ", request.form["u"])
    with smtplib.SMTP("h") as smtp:
        smtp.sendmail("a@x", ["b@x"], "Subject: " + s + "\r\n\r\nhello")
        smtp.sendmail("a@x", ["b@x"], "Subject: " + t + "\r\n\r\nhello")
        smtp.sendmail("a@x", ["b@x"], "Subject: " + u + "\r\n\r\nhello")  # expect: py/email-injection
    return "ok"
# == mongo by keyword
from flask import Flask, request
from pymongo import MongoClient
app = Flask(__name__)
db = MongoClient().x
@app.post("/a")
def a():
    b = request.get_json()
    db.u.find_one(filter={"a": b["a"]})  # expect: py/nosql-injection
    db.u.update_one(filter={"a": str(b["a"])}, update={"$set": {"b": b["c"]}})
    return {}
# == kept on g, another field set by what is called
import subprocess
from flask import Flask, g, request
app = Flask(__name__)

def remember(lang):
    g.lang = lang

@app.get("/a")
def a():
    g.host = request.args["host"]
    remember("en")
    subprocess.run("ping -c 1 " + g.host, shell=True)  # expect: py/command-injection
    return g.lang
# == kept on g, checked, another field set by what is called
import re
import subprocess
from flask import Flask, abort, g, request
app = Flask(__name__)

def remember(lang):
    g.lang = lang

@app.get("/a")
def a():
    g.host = request.args["host"]
    if not re.fullmatch(r"[a-z0-9.]{1,60}", g.host):
        abort(400)
    remember("en")
    subprocess.run("ping -c 1 " + g.host, shell=True)
    return g.lang
# == a helper replaces what is kept on g
import subprocess
from flask import Flask, g, request
app = Flask(__name__)

def settle():
    g.host = "localhost"

@app.get("/a")
def a():
    g.host = request.args["host"]
    settle()
    subprocess.run("ping -c 1 " + g.host, shell=True)
    return "ok"
# == the same helper called with many constants, then with input
import subprocess
from flask import Flask, request
app = Flask(__name__)

def tool(name, target):
    line = {"p": "ping -c 1 ", "h": "host ", "t": "traceroute "}.get(name, name)
    return line + target

def run(line):
    return subprocess.run(line, shell=True, capture_output=True).stdout  # expect: py/command-injection

@app.get("/a")
def a():
    out = [
        tool("p", "a.example"),
        tool("h", "b.example"),
        tool("t", "c.example"),
        tool("x", "d.example"),
        tool("y", "e.example"),
        tool("z", "f.example"),
    ]
    return b"".join(run(tool(name, request.args["t"])) for name in ("p", "h")), 200, {"X-Count": str(len(out))}
# == two dicts of a helper that is called in a loop, with something else each time
import sqlite3
from flask import Flask, request
app = Flask(__name__)

def step(previous):
    fixed = {"value": "users"}
    asked = {"value": request.args["name"]}
    return fixed, asked

@app.get("/list")
def listed():
    previous = None
    for _ in range(3):
        fixed, asked = step(previous)
        previous = [1]
    rows = sqlite3.connect("a.db").execute("SELECT * FROM " + fixed["value"]).fetchall()
    return {"rows": rows, "asked": asked["value"]}

@app.get("/named")
def named():
    previous = None
    for _ in range(3):
        fixed, asked = step(previous)
        previous = [1]
    db = sqlite3.connect("a.db")
    return {"rows": db.execute("SELECT * FROM " + asked["value"]).fetchall()}  # expect: py/sql-injection
# == the last of many parts of what a helper gives
import os
from flask import request

def load():
    return {
        "part0": {"value": "0"},
        "part1": {"value": "1"},
        "part2": {"value": "2"},
        "part3": {"value": "3"},
        "part4": {"value": "4"},
        "part5": {"value": "5"},
        "part6": {"value": "6"},
        "part7": {"value": "7"},
        "part8": {"value": "8"},
        "part9": {"value": "9"},
        "part10": {"value": "10"},
        "part11": {"value": "11"},
        "part12": {"value": "12"},
        "part13": {"value": "13"},
        "part14": {"value": "14"},
        "part15": {"value": "15"},
        "part16": {"value": "16"},
        "part17": {"value": "17"},
        "part18": {"value": "18"},
        "part19": {"value": "19"},
        "part20": {"value": "20"},
        "part21": {"value": "21"},
        "part22": {"value": "22"},
        "part23": {"value": "23"},
        "part24": {"value": "24"},
        "part25": {"value": "25"},
        "part26": {"value": "26"},
        "part27": {"value": "27"},
        "part28": {"value": "28"},
        "part29": {"value": "29"},
        "part30": {"value": "30"},
        "part31": {"value": "31"},
        "part32": {"value": "32"},
        "part33": {"value": "33"},
        "part34": {"value": "34"},
        "part35": {"value": "35"},
        "part36": {"value": "36"},
        "part37": {"value": "37"},
        "part38": {"value": "38"},
        "part39": {"value": "39"},
        "part40": {"value": "40"},
        "part41": {"value": "41"},
        "part42": {"value": "42"},
        "part43": {"value": "43"},
        "part44": {"value": "44"},
        "part45": {"value": "45"},
        "part46": {"value": "46"},
        "part47": {"value": "47"},
        "part48": {"value": "48"},
        "part49": {"value": "49"},
        "part50": {"value": "50"},
        "part51": {"value": "51"},
        "part52": {"value": "52"},
        "part53": {"value": "53"},
        "part54": {"value": "54"},
        "part55": {"value": "55"},
        "part56": {"value": "56"},
        "part57": {"value": "57"},
        "part58": {"value": "58"},
        "part59": {"value": "59"},
        "part60": {"value": "60"},
        "part61": {"value": "61"},
        "part62": {"value": "62"},
        "part63": {"value": "63"},
        "part64": {"value": "64"},
        "part65": {"value": "65"},
        "part66": {"value": "66"},
        "part67": {"value": "67"},
        "part68": {"value": "68"},
        "part69": {"value": "69"},
        "last": {"value": request.args["q"]},
    }

def main():
    parts = load()
    os.system("ls " + parts["part3"]["value"])
    os.system("ls " + parts["last"]["value"])  # expect: py/command-injection

main()
# == a method changes what a field leads to, deep within
import os
from flask import request

class Jobs:
    def __init__(self):
        self.store = {"lines": [], "names": []}

    def add(self):
        self.store["lines"].append(request.args["line"])

    def touch(self):
        self.touched = True

def added():
    jobs = Jobs()
    jobs.touch()
    jobs.add()
    jobs.touch()
    for line in jobs.store["lines"]:
        os.system("ls " + line)  # expect: py/command-injection

def touched():
    jobs = Jobs()
    jobs.store["names"].append("a.txt")
    jobs.touch()
    for name in jobs.store["names"]:
        os.system("ls " + name)

added()
touched()
