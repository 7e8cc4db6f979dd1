# == a small notes app in one file
import hashlib
import os
import sqlite3
from functools import wraps
from flask import Flask, flash, g, redirect, render_template, request, send_file, session, url_for

app = Flask(__name__)
app.secret_key = os.urandom(32)
DATABASE = 'notes.db'


def get_db():
    db = getattr(g, '_database', None)
    if db is None:
        db = g._database = sqlite3.connect(DATABASE)
        db.row_factory = sqlite3.Row
    return db


def query_db(query, args=(), one=False):
    cur = get_db().execute(query, args)  # expect: py/sql-injection
    rv = cur.fetchall()
    cur.close()
    return (rv[0] if rv else None) if one else rv


def login_required(f):
    @wraps(f)
    def decorated(*args, **kwargs):
        if 'user' not in session:
            return redirect(url_for('login', next=request.url))
        return f(*args, **kwargs)
    return decorated


@app.route('/login', methods=['GET', 'POST'])
def login():
    error = None
    if request.method == 'POST':
        user = request.form['username']
        pw = hashlib.md5(request.form['password'].encode()).hexdigest()  # expect: py/fast-password-hash
        row = query_db(f"SELECT * FROM users WHERE name = '{user}' AND pw = '{pw}'", one=True)
        if row is None:
            error = 'Invalid'
        else:
            session['user'] = row['name']
            return redirect(request.args.get('next') or url_for('index'))  # expect: py/open-redirect
    return render_template('login.html', error=error)


@app.route('/')
@login_required
def index():
    notes = query_db('SELECT * FROM notes WHERE owner = ?', [session['user']])
    return render_template('index.html', notes=notes)


@app.route('/note/<int:note_id>')
@login_required
def note(note_id):
    row = query_db('SELECT * FROM notes WHERE id = %s' % note_id, one=True)
    return render_template('note.html', note=row)


@app.route('/search')
@login_required
def search():
    term = request.args.get('q', '')
    sql = "SELECT * FROM notes WHERE body LIKE '%" + term + "%'"
    rows = query_db(sql)
    if not rows:
        return '<h2>Nothing for ' + term + '</h2>'  # expect: py/xss
    return render_template('index.html', notes=rows)


@app.route('/export')
@login_required
def export():
    name = request.args.get('file', 'notes.txt')
    return send_file(os.path.join('exports', name))  # expect: py/path-traversal

# == an uploader with a thumbnail
import os
import subprocess
import uuid
from flask import Blueprint, abort, current_app, jsonify, request
from werkzeug.utils import secure_filename

media = Blueprint('media', __name__)
ALLOWED_EXTENSIONS = {'png', 'jpg', 'gif'}


def allowed_file(filename):
    return '.' in filename and filename.rsplit('.', 1)[1].lower() in ALLOWED_EXTENSIONS


@media.route('/upload', methods=['POST'])
def upload():
    if 'file' not in request.files:
        abort(400)
    file = request.files['file']
    if not allowed_file(file.filename):
        abort(415)
    name = secure_filename(file.filename)
    path = os.path.join(current_app.config['UPLOADS'], name)
    file.save(path)
    size = request.form.get('size', '100x100')
    os.system('convert %s -resize %s %s.thumb' % (path, size, path))  # expect: py/command-injection
    return jsonify({'name': name})


@media.route('/upload-raw', methods=['POST'])
def upload_raw():
    file = request.files['file']
    if not allowed_file(file.filename):
        abort(415)
    file.save(os.path.join('/srv/up', file.filename))  # expect: py/path-traversal
    ext = file.filename.rsplit('.', 1)[1].lower()
    file.save('/srv/up/' + str(uuid.uuid4()))
    return jsonify({'ext': ext})

# == Django app with a template tag and a report
import os
import subprocess
from django import template
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_exempt
from .models import Report

register = template.Library()


@register.filter
def bold(value):
    return mark_safe('<b>%s</b>' % value)


@login_required
def reports(request):
    order = request.GET.get('order', 'created')
    if order not in ('created', 'name'):
        order = 'created'
    with connection.cursor() as cursor:
        cursor.execute('SELECT id, name FROM report ORDER BY ' + order)
        rows = cursor.fetchall()
    return render(request, 'reports.html', {'rows': rows})


@csrf_exempt
def run(request):
    if request.method != 'POST':
        return HttpResponse(status=405)
    name = request.POST.get('name')
    out = subprocess.check_output('run-report ' + name, shell=True)  # expect: py/command-injection
    return HttpResponse(out)


def download(request, report_id):
    report = get_object_or_404(Report, pk=report_id)
    return FileResponse(open(report.path, 'rb'))


def raw(request):
    path = request.GET['path']
    with open(os.path.join('/srv/reports', path)) as handle:  # expect: py/path-traversal
        return HttpResponse(handle.read(), content_type='text/plain')


def goto(request):
    url = request.GET.get('url', '/')
    return redirect(url)  # expect: py/open-redirect


def owner(request):
    name = request.GET.get('name')
    found = Report.objects.filter(owner__name=name).values('id')
    return JsonResponse({'rows': list(found)})

# == FastAPI service with a repository and settings
import logging
import os
import pickle
import sqlite3
from contextlib import contextmanager
from typing import List, Optional
import httpx
from fastapi import APIRouter, Depends, FastAPI, File, Header, HTTPException, UploadFile
from pydantic import BaseModel

app = FastAPI()
router = APIRouter(prefix='/v1')
logger = logging.getLogger(__name__)


@contextmanager
def connect():
    connection = sqlite3.connect(os.environ.get('DB', 'x.db'))
    try:
        yield connection
    finally:
        connection.close()


class Item(BaseModel):
    name: str
    tags: List[str] = []
    price: float = 0.0
    callback: Optional[str] = None


class Repository:
    def __init__(self, connection):
        self.connection = connection

    def add(self, item: Item) -> int:
        cursor = self.connection.cursor()
        cursor.execute('INSERT INTO item (name, price) VALUES (?, ?)', (item.name, item.price))
        for tag in item.tags:
            cursor.execute(f"INSERT INTO tag (name) VALUES ('{tag}')")  # expect: py/sql-injection
        return cursor.lastrowid

    def by_price(self, limit: float):
        return self.connection.execute(f'SELECT * FROM item WHERE price < {limit}').fetchall()


def repository():
    with connect() as connection:
        yield Repository(connection)


@router.post('/items')
async def create(item: Item, repo: Repository = Depends(repository)):
    number = repo.add(item)
    if item.callback:
        async with httpx.AsyncClient() as client:
            await client.post(item.callback, json={'id': number})  # expect: py/ssrf
    return {'id': number}


@router.get('/items')
async def cheap(limit: float = 10.0, repo: Repository = Depends(repository)):
    return repo.by_price(limit)


@router.post('/restore')
async def restore(file: UploadFile = File(...)):
    data = await file.read()
    state = pickle.loads(data)  # expect: py/unsafe-deserialization
    return {'n': len(state)}


app.include_router(router)

# == a service that talks XML
import xml.etree.ElementTree as ET
from flask import Flask, request, Response
from lxml import etree

app = Flask(__name__)
USERS = etree.parse('users.xml')


@app.route('/soap', methods=['POST'])
def soap():
    doc = etree.fromstring(request.data)  # expect: py/xxe
    name = doc.findtext('.//name')
    found = USERS.xpath("//user[@name='%s']" % name)  # expect: py/xpath-injection
    answer = etree.Element('answer')
    answer.text = str(len(found))
    return Response(etree.tostring(answer), mimetype='application/xml')

# == a proxy for images
import re
import socket
import urllib.parse
import requests
from flask import Flask, Response, abort, request

app = Flask(__name__)
HOSTS = ('img.example.com', 'cdn.example.com')


def allowed(url):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != 'https':
        return False
    return parts.hostname in HOSTS


@app.route('/img')
def img():
    url = request.args.get('u', '')
    if not allowed(url):
        abort(403)
    answer = requests.get(url, timeout=5)
    return Response(answer.content, content_type=answer.headers['Content-Type'])


@app.route('/any')
def any_image():
    url = request.args.get('u', '')
    if not url.startswith('http'):
        abort(403)
    return Response(requests.get(url, timeout=5).content, mimetype='image/png')  # expect: py/ssrf

# == an admin tool with a dispatcher
import json
import subprocess
from flask import Flask, jsonify, request

app = Flask(__name__)


class Command:
    name = ''

    def execute(self, params):
        raise NotImplementedError


class Ping(Command):
    name = 'ping'

    def execute(self, params):
        host = params.get('host')
        return subprocess.getoutput('ping -c 1 ' + host)  # expect: py/command-injection


class Uptime(Command):
    name = 'uptime'

    def execute(self, params):
        return subprocess.getoutput('uptime')


REGISTRY = {cls.name: cls() for cls in (Ping, Uptime)}


@app.route('/run', methods=['POST'])
def run():
    payload = json.loads(request.data)
    command = REGISTRY.get(payload['command'])
    if command is None:
        return jsonify(error='unknown'), 404
    return jsonify(out=command.execute(payload.get('params', {})))

# == a profile page with several parameters
from flask import Flask, make_response, render_template_string, request
from markupsafe import escape

app = Flask(__name__)
PAGE = '<h1>{}</h1><p>{}</p>'


@app.route('/profile')
def profile():
    name = escape(request.args.get('name', ''))
    bio = request.args.get('bio', '')
    response = make_response(PAGE.format(name, escape(bio)))
    response.set_cookie('seen', '1', secure=True, httponly=True, samesite='Lax')
    return response


@app.route('/profile-raw')
def profile_raw():
    name = escape(request.args.get('name', ''))
    bio = request.args.get('bio', '')
    return make_response(PAGE.format(name, bio))  # expect: py/xss


@app.route('/card')
def card():
    title = request.args.get('title', 'Card')
    return render_template_string('<div>' + title + '</div>')  # expect: py/template-injection

# == LDAP login with a bind
import ldap3
from flask import Flask, request, session, redirect
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

app = Flask(__name__)


@app.route('/login', methods=['POST'])
def login():
    user = request.form['user']
    server = ldap3.Server('ldap.example')
    conn = ldap3.Connection(server, 'uid=%s,ou=people' % escape_rdn(user), request.form['pw'])
    if not conn.bind():
        return 'no', 403
    conn.search('ou=people', '(uid=%s)' % user)  # expect: py/ldap-injection
    conn.search('ou=people', '(uid=%s)' % escape_filter_chars(user))
    return redirect('/')

# == the standard library's server with a database
import json
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse


class Api(BaseHTTPRequestHandler):
    def _fields(self):
        return {key: value[0] for key, value in parse_qs(urlparse(self.path).query).items()}

    def _answer(self, data):
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def do_GET(self):
        fields = self._fields()
        con = sqlite3.connect('x.db')
        self._answer(con.execute("SELECT * FROM t WHERE k = '%s'" % fields['k']).fetchall())  # expect: py/sql-injection

    def do_POST(self):
        size = int(self.headers.get('Content-Length', 0))
        data = json.loads(self.rfile.read(size))
        con = sqlite3.connect('x.db')
        con.execute('INSERT INTO t VALUES (?)', (data['k'],))
        con.execute('DELETE FROM t WHERE k = ' + data['old'])  # expect: py/sql-injection
        self._answer({})

# == sockets without a framework
import os
import socketserver


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        data = self.request.recv(1024).strip()
        os.system('echo ' + data.decode())  # expect: py/command-injection

# == code in a formula of a report
from flask import Flask, request
import ast
import math
import numpy as np
import pandas as pd

app = Flask(__name__)
SAFE = {name: getattr(math, name) for name in ('sin', 'cos')}


@app.route('/plot')
def plot():
    formula = request.args['f']
    frame = pd.DataFrame({'x': np.arange(10)})
    frame['y'] = eval(formula, {'__builtins__': None}, {**SAFE, 'x': frame['x']})  # expect: py/code-injection
    frame['z'] = frame.eval(formula)  # expect: py/code-injection
    return frame.query(request.args['q']).to_json()  # expect: py/code-injection


@app.route('/points')
def points():
    values = ast.literal_eval(request.args['v'])
    return {'mean': sum(values) / len(values)}
