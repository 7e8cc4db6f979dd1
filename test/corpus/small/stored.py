# == comments kept in a list of the module, one page escapes them and one does not
from flask import Flask, jsonify, request
from markupsafe import escape

app = Flask(__name__)
COMMENTS = []
TITLES = {'home': 'Welcome'}


@app.get('/')
def show():
    return '<ul>' + ''.join('<li>' + each['text'] + '</li>' for each in COMMENTS) + '</ul>'  # expect: py/xss


@app.get('/safe')
def show_safe():
    return '<ul>' + ''.join('<li>%s</li>' % escape(each['text']) for each in COMMENTS) + '</ul>'


@app.get('/title')
def title():
    return '<h1>' + TITLES['home'] + '</h1>'


@app.post('/comments')
def add():
    COMMENTS.append({'text': request.form['text']})
    TITLES[request.form['page']] = 'Page'
    return jsonify(ok=True)
# == a repository that a hook keeps on g
import sqlite3

from flask import Flask, g, jsonify, request

app = Flask(__name__)


class Notes:
    def __init__(self):
        self.db = sqlite3.connect('/srv/notes.db')

    def named(self, name):
        return self.db.execute("SELECT * FROM note WHERE name = '%s'" % name).fetchall()  # expect: py/sql-injection

    def numbered(self, number):
        return self.db.execute('SELECT * FROM note WHERE id = %d' % number).fetchall()


@app.before_request
def connect():
    g.notes = Notes()


@app.get('/named')
def named():
    return jsonify(g.notes.named(request.args['name']))


@app.get('/numbered/<int:number>')
def numbered(number):
    return jsonify(g.notes.numbered(number))
# == what a session keeps of a visitor, read by another view above the one that sets it
import sqlite3

from flask import Flask, jsonify, redirect, request, session

app = Flask(__name__)


@app.get('/orders')
def orders():
    db = sqlite3.connect('/srv/shop.db')
    rows = db.execute("SELECT * FROM orders WHERE customer = '" + session['customer'] + "'")  # expect: py/sql-injection
    return jsonify(rows.fetchall())


@app.get('/mine')
def mine():
    db = sqlite3.connect('/srv/shop.db')
    return jsonify(db.execute('SELECT * FROM orders WHERE customer = ?', (session['customer'],)).fetchall())


@app.post('/sign-in')
def sign_in():
    session['customer'] = request.form['customer']  # expect: py/trust-boundary
    return redirect('/orders')
# == a client that the application of Starlette keeps in its state
import os

import httpx
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


class Fetcher:
    def __init__(self, client):
        self.client = client

    async def page(self, address):
        return await self.client.get(address)  # expect: py/ssrf


async def preview(request):
    answer = await request.app.state.fetcher.page(request.query_params['url'])
    return JSONResponse({'status': answer.status_code})


app = Starlette(routes=[Route('/preview', preview)])
app.state.fetcher = Fetcher(httpx.AsyncClient(timeout=5))
# == services that are made when the module runs, and work with what their constructors were given
import sqlite3

from flask import Flask, jsonify, request

app = Flask(__name__)


class Database:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)

    def rows(self, sql, values=()):
        return self.connection.execute(sql, values).fetchall()  # expect: py/sql-injection


class Orders:
    def __init__(self, database):
        self.database = database

    def of(self, customer):
        return self.database.rows("SELECT * FROM orders WHERE customer = '%s'" % customer)

    def number(self, number):
        return self.database.rows('SELECT * FROM orders WHERE id = ?', (number,))


orders = Orders(Database('/srv/shop.db'))


@app.get('/orders')
def listing():
    return jsonify(orders.of(request.args['customer']))


@app.get('/order')
def order():
    return jsonify(orders.number(request.args['number']))
