"""Handlers in the styles that people write them in; a sink line says what must be found there."""
import os
import sqlite3
import subprocess
import logging

import flask
import requests
from flask import Flask, Blueprint, abort, g, jsonify, redirect, render_template, request, session, url_for
from markupsafe import escape
from werkzeug.utils import secure_filename

app = Flask(__name__)
log = logging.getLogger(__name__)
BASE = os.path.abspath('uploads')
REPORTS = {'daily': 'daily.csv', 'weekly': 'weekly.csv'}


def get_db():
    if 'db' not in g:
        g.db = sqlite3.connect('app.db')
    return g.db


class Store:
    def __init__(self, connection):
        self.connection = connection

    def find(self, name):
        return self.connection.execute(f"SELECT * FROM t WHERE name = '{name}'").fetchall()  # expect: py/sql-injection

    def find_safely(self, name):
        return self.connection.execute('SELECT * FROM t WHERE name = ?', (name,)).fetchall()


@app.route('/a')
def a():
    store = Store(sqlite3.connect('app.db'))
    store.find_safely(request.args['name'])
    return jsonify(store.find(request.args['name']))


@app.route('/greet')
def greet():
    return 'Hello ' + request.args.get('name', 'you')  # expect: py/xss


@app.route('/greet-safely')
def greet_safely():
    return 'Hello ' + escape(request.args.get('name', 'you'))


@app.route('/json')
def as_json():
    return {'name': request.args.get('name')}


@app.route('/number/<int:n>')
def number(n):
    return f'<b>{n}</b>'


@app.route('/text/<kind>')
def text(kind):
    return f'<b>{kind}</b>'  # expect: py/xss


@app.route('/upload', methods=['POST'])
def upload():
    f = request.files['file']
    f.save(os.path.join(BASE, f.filename))  # expect: py/path-traversal
    return 'ok'


@app.route('/upload-safely', methods=['POST'])
def upload_safely():
    f = request.files['file']
    f.save(os.path.join(BASE, secure_filename(f.filename)))
    return 'ok'


@app.route('/report')
def report():
    name = request.args.get('name', '')
    if name not in REPORTS:
        abort(404)
    return flask.send_file(os.path.join(BASE, name))


@app.route('/report-by-table')
def report_by_table():
    return flask.send_file(os.path.join(BASE, REPORTS[request.args['name']]))


@app.route('/ping')
def ping():
    host = request.values['host']
    out = subprocess.check_output('ping -c 1 ' + host, shell=True)  # expect: py/command-injection
    return jsonify(out.decode())


@app.route('/ping-safely')
def ping_safely():
    host = request.values['host']
    subprocess.check_output(['ping', '-c', '1', host])
    return 'done'


@app.route('/next')
def follow():
    target = request.args.get('next')
    if target:
        return redirect(target)  # expect: py/open-redirect
    return redirect(url_for('greet'))


@app.route('/fetch')
def fetch():
    return jsonify(requests.get(request.args['url'], timeout=3).json())  # expect: py/ssrf


@app.before_request
def remember():
    session['lang'] = request.args.get('lang')  # expect: py/trust-boundary


@app.errorhandler(404)
def missing(error):
    log.warning('missing %s', request.path)  # expect: py/log-injection
    return 'nothing', 404


def build(table, column):
    return f'SELECT {column} FROM {table}'


@app.route('/sorted')
def in_order():
    order = 'ASC' if request.args.get('order') == 'up' else 'DESC'
    get_db().execute('SELECT * FROM t ORDER BY name ' + order)
    get_db().execute(build('t', request.args.get('column')))  # expect: py/sql-injection
    return 'ok'


@app.route('/limited')
def limited():
    try:
        limit = int(request.args.get('limit', 10))
    except ValueError:
        limit = 10
    sqlite3.connect('x').execute(f'SELECT * FROM t LIMIT {limit}')
    return 'ok'
