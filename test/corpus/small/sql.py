# == Flask blueprint and a repository class with a query builder
from flask import Blueprint, request, jsonify
import psycopg2
import psycopg2.extras

bp = Blueprint('orders', __name__, url_prefix='/orders')


class OrderRepository:
    table = 'orders'

    def __init__(self, dsn):
        self._conn = psycopg2.connect(dsn)

    def _rows(self, sql, params=None):
        with self._conn.cursor(cursor_factory=psycopg2.extras.DictCursor) as cur:
            cur.execute(sql, params)  # expect: py/sql-injection
            return cur.fetchall()

    def by_status(self, status):
        return self._rows('SELECT * FROM %s WHERE status = %%s' % self.table, (status,))

    def search(self, needle, limit=20):
        clauses = ['1 = 1']
        if needle:
            clauses.append("title LIKE '%{}%'".format(needle))
        return self._rows('SELECT * FROM orders WHERE ' + ' AND '.join(clauses) + f' LIMIT {limit}')


repo = OrderRepository('dbname=shop')


@bp.get('/search')
def search():
    return jsonify(repo.search(request.args.get('q', '')))


@bp.get('/status/<status>')
def by_status(status):
    return jsonify(repo.by_status(status))

# == the builder with placeholders only
from flask import Blueprint, request, jsonify
import psycopg2

bp = Blueprint('orders', __name__)


def find(filters):
    clauses, params = [], []
    for column in ('status', 'city', 'owner'):
        if column in filters:
            clauses.append(f'{column} = %s')
            params.append(filters[column])
    sql = 'SELECT * FROM orders'
    if clauses:
        sql += ' WHERE ' + ' AND '.join(clauses)
    with psycopg2.connect('dbname=shop') as conn:
        cur = conn.cursor()
        cur.execute(sql, params)
        return cur.fetchall()


@bp.route('/orders')
def orders():
    return jsonify(find(request.args))

# == keys of the request become columns
from flask import Flask, request, jsonify
import sqlite3

app = Flask(__name__)


@app.post('/rows')
def rows():
    payload = request.get_json(force=True)
    columns = ', '.join(payload.keys())
    marks = ', '.join('?' for _ in payload)
    con = sqlite3.connect('rows.db')
    con.execute(f'INSERT INTO rows ({columns}) VALUES ({marks})', list(payload.values()))  # expect: py/sql-injection
    con.commit()
    return jsonify(ok=True)

# == a sort column from a dictionary of known columns
from flask import Flask, request, jsonify
import sqlite3

app = Flask(__name__)
SORTS = {'name': 'name ASC', 'newest': 'created DESC'}


@app.get('/people')
def people():
    order = SORTS.get(request.args.get('sort', 'name'), 'name ASC')
    con = sqlite3.connect('people.db')
    return jsonify(con.execute('SELECT name FROM people ORDER BY ' + order).fetchall())

# == Django function view, cursor of the connection
from django.db import connection
from django.http import JsonResponse


def report(request, year):
    region = request.GET['region']
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(total) FROM sales WHERE region = '%s' AND year = %%s" % region, [year])  # expect: py/sql-injection
        total = cursor.fetchone()
    return JsonResponse({'total': total})

# == Django model manager with raw
from django.db import models
from django.views.generic import ListView


class Invoice(models.Model):
    number = models.CharField(max_length=20)


class InvoiceList(ListView):
    model = Invoice

    def get_queryset(self):
        number = self.request.GET.get('number')
        if not number:
            return Invoice.objects.all()
        return Invoice.objects.raw("SELECT * FROM invoice WHERE number = '" + number + "'")  # expect: py/sql-injection

# == Django model manager with raw and parameters
from django.db import models
from django.views.generic import ListView


class Invoice(models.Model):
    number = models.CharField(max_length=20)


class InvoiceList(ListView):
    model = Invoice

    def get_queryset(self):
        number = self.request.GET.get('number')
        return Invoice.objects.raw('SELECT * FROM invoice WHERE number = %s', [number])

# == Django extra with a where clause
from django.shortcuts import render
from shop.models import Product


def products(request):
    wanted = request.GET.get('colour')
    found = Product.objects.filter(active=True).extra(where=["colour = '%s'" % wanted])  # expect: py/sql-injection
    return render(request, 'products.html', {'products': found})

# == REST framework view set
from rest_framework import viewsets
from rest_framework.response import Response
from rest_framework.decorators import action
from django.db import connection


class DeviceViewSet(viewsets.ViewSet):
    def list(self, request):
        q = request.query_params.get('q', '')
        cursor = connection.cursor()
        cursor.execute("SELECT id FROM device WHERE serial = '{0}'".format(q))  # expect: py/sql-injection
        return Response([row[0] for row in cursor.fetchall()])

    @action(detail=True, methods=['post'])
    def rename(self, request, pk=None):
        cursor = connection.cursor()
        cursor.execute('UPDATE device SET name = %s WHERE id = %s', [request.data['name'], pk])
        return Response({'ok': True})

# == REST framework function view
from rest_framework.decorators import api_view
from rest_framework.response import Response
from django.db import connection


@api_view(['GET'])
def devices(request):
    with connection.cursor() as c:
        c.execute('SELECT id FROM device WHERE owner = ' + request.query_params['owner'])  # expect: py/sql-injection
        return Response(c.fetchall())

# == FastAPI with a session that is injected
from fastapi import APIRouter, Depends
from sqlalchemy import text
from sqlalchemy.orm import Session
from .database import get_db

router = APIRouter(prefix='/items')


@router.get('/')
def list_items(category: str, db: Session = Depends(get_db)):
    return db.execute(text(f"SELECT * FROM items WHERE category = '{category}'")).all()  # expect: py/sql-injection


@router.get('/safe')
def list_items_safely(category: str, db: Session = Depends(get_db)):
    return db.execute(text('SELECT * FROM items WHERE category = :c'), {'c': category}).all()

# == FastAPI pydantic body and a service
from fastapi import FastAPI
from pydantic import BaseModel
import asyncpg

app = FastAPI()


class Search(BaseModel):
    term: str
    page: int = 1


class Catalogue:
    def __init__(self, pool):
        self.pool = pool

    async def find(self, search: Search):
        offset = (search.page - 1) * 20
        query = "SELECT * FROM book WHERE title ILIKE '%" + search.term + "%' OFFSET " + str(offset)
        async with self.pool.acquire() as conn:
            return await conn.fetch(query)  # expect: py/sql-injection

    async def page(self, search: Search):
        async with self.pool.acquire() as conn:
            return await conn.fetch('SELECT * FROM book OFFSET ' + str(search.page * 20))


@app.post('/search')
async def search(body: Search):
    catalogue = Catalogue(await asyncpg.create_pool('postgres://'))
    await catalogue.page(body)
    return await catalogue.find(body)

# == a decorator that opens the connection
import functools
import sqlite3
from flask import Flask, request

app = Flask(__name__)


def with_cursor(view):
    @functools.wraps(view)
    def inner(*args, **kwargs):
        connection = sqlite3.connect('data.db')
        try:
            return view(connection.cursor(), *args, **kwargs)
        finally:
            connection.close()
    return inner


@app.route('/user/<name>')
@with_cursor
def user(cursor, name):
    cursor.execute("SELECT * FROM user WHERE name = '%s'" % (name,))  # expect: py/sql-injection
    return {'user': cursor.fetchone()}

# == a cookie that is decoded
import base64
import json
import sqlite3
from flask import Flask, request

app = Flask(__name__)


def current_profile():
    raw = request.cookies.get('profile')
    if raw is None:
        return {}
    return json.loads(base64.b64decode(raw.encode()).decode('utf-8'))


@app.route('/me')
def me():
    profile = current_profile()
    db = sqlite3.connect('x.db')
    row = db.execute('SELECT * FROM account WHERE id = ' + profile['id']).fetchone()  # expect: py/sql-injection
    return {'row': row}

# == a query string taken apart by hand
import sqlite3
from urllib.parse import parse_qs, urlsplit
from flask import Flask, request

app = Flask(__name__)


@app.route('/raw')
def raw():
    fields = parse_qs(urlsplit(request.url).query)
    wanted = fields.get('name', [''])[0]
    db = sqlite3.connect('x.db')
    cur = db.cursor()
    cur.execute('SELECT * FROM t WHERE name = "' + wanted + '"')  # expect: py/sql-injection
    return {'rows': cur.fetchall()}

# == split by hand
import sqlite3
from urllib.parse import unquote_plus
from flask import Flask, request

app = Flask(__name__)


@app.route('/raw')
def raw():
    text = request.query_string.decode('utf-8')
    at = text.find('user=')
    if at < 0:
        return 'no user', 400
    end = text.find('&', at)
    user = text[at + 5:end] if end > 0 else text[at + 5:]
    user = unquote_plus(user)
    con = sqlite3.connect('x.db')
    con.executescript("UPDATE seen SET n = n + 1 WHERE user = '" + user + "';")  # expect: py/sql-injection
    return 'ok'

# == an integer is forced
import sqlite3
from flask import Flask, request, abort

app = Flask(__name__)


@app.route('/by-id')
def by_id():
    try:
        number = int(request.args['id'])
    except (KeyError, ValueError):
        abort(400)
    con = sqlite3.connect('x.db')
    return {'row': con.execute(f'SELECT * FROM t WHERE id = {number}').fetchone()}

# == type of the getter
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route('/page')
def page():
    offset = request.args.get('offset', 0, type=int)
    con = sqlite3.connect('x.db')
    return {'rows': con.execute('SELECT * FROM t LIMIT 10 OFFSET %d' % offset).fetchall()}

# == percent d turns into a number or fails
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route('/page')
def page():
    con = sqlite3.connect('x.db')
    return {'rows': con.execute('SELECT * FROM t LIMIT %d' % request.args['n']).fetchall()}

# == values through a list of tuples
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route('/bulk', methods=['POST'])
def bulk():
    lines = request.get_data(as_text=True).splitlines()
    records = [tuple(line.split(';')) for line in lines if line]
    con = sqlite3.connect('x.db')
    con.executemany('INSERT INTO t VALUES (?, ?)', records)
    for name, value in records:
        con.execute("INSERT INTO log VALUES ('" + name + "')")  # expect: py/sql-injection
    return 'ok'

# == SQLAlchemy core with bound parameters and an ORM filter
from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

app = Flask(__name__)
db = SQLAlchemy(app)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80))


@app.route('/users')
def users():
    name = request.args.get('name')
    found = User.query.filter_by(name=name).all()
    found += User.query.filter(User.name == name).all()
    found += db.session.execute(text('SELECT * FROM user WHERE name = :n').bindparams(n=name)).all()
    return {'n': len(found)}


@app.route('/unsafe')
def unsafe():
    name = request.args.get('name')
    return {'n': len(User.query.filter(text("name = '%s'" % name)).all())}  # expect: py/sql-injection


@app.route('/order')
def order():
    return {'n': User.query.order_by(text(request.args['by'])).count()}  # expect: py/sql-injection

# == pandas reads a query
import pandas as pd
import sqlalchemy
from flask import Flask, request

app = Flask(__name__)
engine = sqlalchemy.create_engine('sqlite://')


@app.route('/table')
def table():
    frame = pd.read_sql_query("select * from t where k = '" + request.args['k'] + "'", engine)  # expect: py/sql-injection
    return frame.to_json()


@app.route('/table-safe')
def table_safe():
    frame = pd.read_sql_query('select * from t where k = :k', engine, params={'k': request.args['k']})
    return frame.to_json()

# == mysql connector with a dictionary cursor
import mysql.connector
from flask import Flask, request, jsonify

app = Flask(__name__)
config = {'user': 'app', 'host': 'db', 'database': 'shop'}


def query(statement, *values, many=True):
    cnx = mysql.connector.connect(**config)
    cursor = cnx.cursor(dictionary=True)
    cursor.execute(statement, values)  # expect: py/sql-injection
    return cursor.fetchall() if many else cursor.fetchone()


@app.route('/login', methods=['POST'])
def login():
    user = request.form['user']
    password = request.form['password']
    statement = "SELECT * FROM users WHERE user = '" + user + "' AND password = '" + password + "'"
    return jsonify(query(statement, many=False))


@app.route('/safe')
def safe():
    return jsonify(query('SELECT * FROM users WHERE user = %s', request.args['u']))

# == Tornado with a pool on the application
import tornado.web
import psycopg2


class Base(tornado.web.RequestHandler):
    @property
    def db(self):
        return self.application.db


class Article(Base):
    def get(self, slug):
        cur = self.db.cursor()
        cur.execute("SELECT * FROM article WHERE slug = '%s'" % slug)  # expect: py/sql-injection
        self.write({'article': cur.fetchone()})


class Comment(Base):
    def post(self):
        cur = self.db.cursor()
        text = self.get_body_argument('text')
        cur.execute('INSERT INTO comment (text) VALUES (%s)', (text,))
        self.write({'ok': True})


app = tornado.web.Application([(r'/article/(.*)', Article), (r'/comment', Comment)])
app.db = psycopg2.connect('dbname=blog')

# == aiohttp with a connection in the application
from aiohttp import web


async def item(request):
    db = request.app['db']
    key = request.match_info['key']
    async with db.execute(f"SELECT * FROM item WHERE key = '{key}'") as cursor:  # expect: py/sql-injection
        row = await cursor.fetchone()
    return web.json_response(row)


app = web.Application()
app.add_routes([web.get('/item/{key}', item)])

# == quotes doubled by hand
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route('/q')
def q():
    name = request.args['name'].replace("'", "''")
    con = sqlite3.connect('x.db')
    return {'r': con.execute("SELECT * FROM t WHERE name = '" + name + "'").fetchall()}

# == a constant wins in the end
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route('/q')
def q():
    table = request.args.get('table')
    for candidate in ('a', 'b', 'c'):
        if candidate == table:
            break
    else:
        candidate = 'a'
    con = sqlite3.connect('x.db')
    return {'r': con.execute('SELECT * FROM ' + candidate).fetchall()}

# == an Enum decides
import enum
import sqlite3
from flask import Flask, request

app = Flask(__name__)


class Table(enum.Enum):
    USERS = 'users'
    ORDERS = 'orders'


@app.route('/q')
def q():
    table = Table(request.args['table'])
    con = sqlite3.connect('x.db')
    return {'r': con.execute('SELECT * FROM ' + table.value).fetchall()}

# == a template of string.Template
import sqlite3
import string
from flask import Flask, request

app = Flask(__name__)
QUERY = string.Template("SELECT * FROM t WHERE name = '$name'")


@app.route('/q')
def q():
    con = sqlite3.connect('x.db')
    sql = QUERY.substitute(name=request.args['name'])
    return {'r': con.execute(sql).fetchall()}  # expect: py/sql-injection

# == a module constant with format_map
import sqlite3
from flask import Flask, request

app = Flask(__name__)
QUERIES = {
    'by_name': "SELECT * FROM t WHERE name = '{name}'",
    'all': 'SELECT * FROM t',
}


@app.route('/q')
def q():
    con = sqlite3.connect('x.db')
    statement = QUERIES['by_name'].format_map({'name': request.args['name']})
    return {'r': con.execute(statement).fetchall(), 'all': con.execute(QUERIES['all']).fetchall()}  # expect: py/sql-injection

# == a thread runs the query
import sqlite3
import threading
from flask import Flask, request

app = Flask(__name__)


def record(visitor):
    con = sqlite3.connect('x.db')
    con.execute("INSERT INTO visits VALUES ('" + visitor + "')")  # expect: py/sql-injection


@app.route('/visit')
def visit():
    worker = threading.Thread(target=record, args=(request.headers.get('X-Visitor'),))
    worker.start()
    return 'ok'

# == stored in a queue and fetched
import queue
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route('/q')
def q():
    jobs = queue.Queue()
    jobs.put(request.args.get('a'))
    wanted = jobs.get()
    con = sqlite3.connect('x.db')
    con.execute("DELETE FROM t WHERE a = '" + wanted + "'")  # expect: py/sql-injection
    return 'ok'

# == the loop keeps only harmless letters
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route('/q')
def q():
    name = ''.join(ch for ch in request.args['name'] if ch.isalnum() or ch == '_')
    con = sqlite3.connect('x.db')
    return {'r': con.execute(f"SELECT * FROM {name}").fetchall()}

# == the loop keeps everything
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route('/q')
def q():
    name = ''.join(ch for ch in request.args['name'])
    con = sqlite3.connect('x.db')
    return {'r': con.execute(f"SELECT * FROM {name}").fetchall()}  # expect: py/sql-injection

# == re.sub takes everything away that means something
import re
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route('/q')
def q():
    name = re.sub(r'[^A-Za-z0-9_]', '', request.args['name'])
    con = sqlite3.connect('x.db')
    return {'r': con.execute(f"SELECT * FROM {name}").fetchall()}

# == re.sub takes only blanks away
import re
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route('/q')
def q():
    name = re.sub(r'\s+', ' ', request.args['name'])
    con = sqlite3.connect('x.db')
    return {'r': con.execute("SELECT * FROM t WHERE n = '%s'" % name).fetchall()}  # expect: py/sql-injection

# == WSGI by hand
import sqlite3
from urllib.parse import parse_qs


def application(environ, start_response):
    fields = parse_qs(environ['QUERY_STRING'])
    name = fields.get('name', ['x'])[0]
    rows = sqlite3.connect('x.db').execute("SELECT * FROM t WHERE name = '" + name + "'").fetchall()  # expect: py/sql-injection
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [str(len(rows)).encode()]
