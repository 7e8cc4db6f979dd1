# == Flask rule table with a function
import os
from flask import Flask, request


def show(name):
    os.system('echo ' + name)  # expect: py/command-injection
    return ''


def create_app():
    app = Flask(__name__)
    app.add_url_rule('/show/<name>', 'show', show, methods=['POST'])
    return app

# == Flask rule with a number in the path
import os
from flask import Flask


def show(number):
    os.system('echo ' + str(number))
    return ''


app = Flask(__name__)
app.add_url_rule('/show/<int:number>', view_func=show)

# == Flask-RESTful resources
import sqlite3
from flask import Flask, request
from flask_restful import Api, Resource, reqparse

app = Flask(__name__)
api = Api(app)
parser = reqparse.RequestParser()
parser.add_argument('name', type=str)


class Users(Resource):
    def get(self, name):
        db = sqlite3.connect('x.db')
        return db.execute("SELECT * FROM user WHERE name = '%s'" % name).fetchall()  # expect: py/sql-injection

    def post(self):
        args = parser.parse_args()
        db = sqlite3.connect('x.db')
        db.execute("INSERT INTO user VALUES ('" + args['name'] + "')")  # expect: py/sql-injection
        db.execute('INSERT INTO user VALUES (?)', (args['name'],))
        return {}


api.add_resource(Users, '/users/<string:name>', '/users')

# == Django urls and views in one file
from django.db import connection
from django.http import HttpResponse
from django.urls import path, re_path
from django.views import View


def show(request, title):
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM page WHERE title = '%s'" % title)  # expect: py/sql-injection
        return HttpResponse(cursor.fetchone()[0])


def number(request, pk):
    with connection.cursor() as cursor:
        cursor.execute('SELECT body FROM page WHERE id = %s' % pk)
        return HttpResponse(str(cursor.fetchone()[0]))


class Page(View):
    def get(self, request, name):
        return HttpResponse('<p>' + name + '</p>')  # expect: py/xss


def helper(request, table):
    with connection.cursor() as cursor:
        cursor.execute('SELECT count(*) FROM ' + table)


urlpatterns = [
    path('show/<str:title>', show),
    path('number/<int:pk>', number),
    re_path(r'^page/(?P<name>.+)$', Page.as_view()),
]

# == aiohttp with add_routes and a class
import os
from aiohttp import web


async def ping(request):
    os.system('ping ' + request.match_info['host'])  # expect: py/command-injection
    return web.Response(text='ok')


class Item(web.View):
    async def get(self):
        os.system('ls ' + self.request.query['d'])  # expect: py/command-injection
        return web.Response()

    async def post(self):
        data = await self.request.post()
        os.system('ls ' + data['d'])  # expect: py/command-injection
        return web.Response()


def main():
    app = web.Application()
    app.router.add_get('/ping/{host}', ping)
    app.add_routes([web.view('/item', Item)])
    web.run_app(app)

# == Tornado table with groups
import tornado.web
import subprocess


class Show(tornado.web.RequestHandler):
    def initialize(self, root):
        self.root = root

    def get(self, name):
        subprocess.call('ls ' + name, shell=True)  # expect: py/command-injection
        subprocess.call('ls ' + self.root, shell=True)

    def post(self, name):
        data = tornado.escape.json_decode(self.request.body)
        subprocess.call('ls ' + data['x'], shell=True)  # expect: py/command-injection


def make():
    return tornado.web.Application([tornado.web.url(r'/show/(.+)', Show, dict(root='/srv'))])

# == Bottle with an application object
import os
from bottle import Bottle, request, response

app = Bottle()


@app.get('/a/<name>')
def a(name):
    os.system('echo ' + name)  # expect: py/command-injection
    return ''


@app.post('/b')
def b():
    os.system('echo ' + request.forms.get('x'))  # expect: py/command-injection
    os.system('echo ' + request.json['x'])  # expect: py/command-injection
    return ''


def c(name):
    os.system('echo ' + name)  # expect: py/command-injection


app.route('/c/<name>', 'GET', c)

# == FastAPI dependencies
import os
from typing import Annotated
from fastapi import Body, Cookie, Depends, FastAPI, Form, Header, Path, Query

app = FastAPI()


def paging(q: str = '', limit: int = 10):
    return {'q': q, 'limit': limit}


class Filters:
    def __init__(self, colour: str = Query(None), size: int = 3):
        self.colour = colour
        self.size = size


@app.get('/a')
def a(common: dict = Depends(paging)):
    os.system('echo ' + common['q'])  # expect: py/command-injection
    os.system('echo %d' % common['limit'])
    return {}


@app.get('/b')
def b(filters: Filters = Depends(Filters)):
    os.system('echo ' + filters.colour)  # expect: py/command-injection
    os.system('echo ' + str(filters.size))
    return {}


@app.post('/c')
def c(
    x: Annotated[str, Form()],
    y: Annotated[int, Form()],
    agent: Annotated[str | None, Header()] = None,
    sid: str = Cookie(default=''),
):
    os.system('echo ' + x)  # expect: py/command-injection
    os.system('echo ' + str(y))
    os.system('echo ' + agent)  # expect: py/command-injection
    os.system('echo ' + sid)  # expect: py/command-injection
    return {}


@app.post('/d')
def d(payload: dict = Body(...)):
    os.system('echo ' + payload['x'])  # expect: py/command-injection
    return {}

# == FastAPI with enumerations and patterns
import enum
import os
from typing import Literal
from uuid import UUID
from fastapi import FastAPI, Path, Query

app = FastAPI()


class Kind(str, enum.Enum):
    A = 'a'
    B = 'b'


@app.get('/a/{kind}')
def a(kind: Kind, word: Literal['x', 'y'] = 'x', number: UUID = None):
    os.system('echo ' + kind.value)
    os.system('echo ' + kind)
    os.system('echo ' + word)
    os.system(f'echo {number}')
    return {}


@app.get('/b')
def b(name: str = Query(..., pattern='^[a-z]+$'), other: str = Query(..., regex='^[a-z]+')):
    os.system('echo ' + name)
    os.system('echo ' + other)  # expect: py/command-injection
    return {}

# == FastAPI websockets and requests
import os
from fastapi import APIRouter, Request, WebSocket

router = APIRouter()


@router.websocket('/ws')
async def ws(websocket: WebSocket):
    await websocket.accept()
    while True:
        text = await websocket.receive_text()
        os.system('echo ' + text)  # expect: py/command-injection


@router.post('/raw')
async def raw(request: Request):
    form = await request.form()
    body = await request.json()
    os.system('echo ' + form['x'])  # expect: py/command-injection
    os.system('echo ' + body.get('x'))  # expect: py/command-injection
    os.system('echo ' + request.headers.get('x-y'))  # expect: py/command-injection
    os.system('echo ' + request.path_params['z'])  # expect: py/command-injection
    os.system('echo ' + str(request.client.port))
    return {}

# == Streamlit
import sqlite3
import streamlit as st

conn = sqlite3.connect('x.db')
name = st.text_input('Name')
limit = st.number_input('Limit', value=10)
kind = st.selectbox('Kind', ['a', 'b'])
st.sidebar.title('Filters')
with st.sidebar:
    city = st.text_input('City')
rows = conn.execute(f"SELECT * FROM t WHERE name = '{name}'")  # expect: py/sql-injection
rows = conn.execute(f"SELECT * FROM t WHERE city = '{city}'")  # expect: py/sql-injection
rows = conn.execute('SELECT * FROM t LIMIT %s' % limit)
rows = conn.execute(f"SELECT * FROM t WHERE kind = '{kind}'")
st.markdown('<b>' + name + '</b>', unsafe_allow_html=True)  # expect: py/xss
st.markdown('**' + name + '**')

# == Dash
import dash
from dash import Input, Output, State, dcc, html, callback
import sqlite3

app = dash.Dash(__name__)


@app.callback(Output('out', 'children'), Input('name', 'value'))
def update(name):
    con = sqlite3.connect('x.db')
    return str(con.execute("SELECT * FROM t WHERE n = '" + name + "'").fetchall())  # expect: py/sql-injection


@callback(Output('out2', 'children'), [Input('go', 'n_clicks'), State('q', 'value')])
def go(n, q):
    con = sqlite3.connect('x.db')
    return str(con.execute('SELECT * FROM t WHERE n = ?', (q,)).fetchall())

# == Gradio
import os
import gradio as gr


def greet(name):
    os.system('echo ' + name)  # expect: py/command-injection
    return 'hello'


def shout(text):
    os.system('echo ' + text)  # expect: py/command-injection
    return text.upper()


demo = gr.Interface(fn=greet, inputs='text', outputs='text')
with gr.Blocks() as blocks:
    box = gr.Textbox()
    button = gr.Button('go')
    button.click(shout, inputs=box, outputs=box)
demo.launch()

# == CherryPy
import os
import cherrypy


class Root:
    @cherrypy.expose
    def index(self, name='x'):
        os.system('echo ' + name)  # expect: py/command-injection
        return '<p>' + name + '</p>'  # expect: py/xss

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def data(self, key):
        return {'key': key}

# == AWS Lambda
import json
import os


def handler(event, context):
    body = json.loads(event['body'])
    name = event['queryStringParameters']['name']
    os.system('echo ' + name)  # expect: py/command-injection
    os.system('echo ' + body['x'])  # expect: py/command-injection
    return {'statusCode': 200, 'body': json.dumps({'n': name})}

# == Sanic and Quart
import os
from sanic import Sanic, response
from sanic.response import html, json as as_json

app = Sanic('x')


@app.get('/a/<name>')
async def a(request, name):
    os.system('echo ' + name)  # expect: py/command-injection
    return html('<p>' + request.args.get('q') + '</p>')  # expect: py/xss


@app.post('/b')
async def b(request):
    return as_json({'q': request.json['q']})

# == Quart
from quart import Quart, request
import os

app = Quart(__name__)


@app.post('/a')
async def a():
    form = await request.form
    data = await request.get_json()
    os.system('echo ' + form['x'])  # expect: py/command-injection
    os.system('echo ' + data['x'])  # expect: py/command-injection
    return ''

# == Django REST framework serializer
from rest_framework import serializers
from rest_framework.views import APIView
from rest_framework.response import Response
from django.db import connection


class Search(serializers.Serializer):
    q = serializers.CharField(max_length=50)
    page = serializers.IntegerField(default=1)


class SearchView(APIView):
    def post(self, request):
        serializer = Search(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM t WHERE n LIKE '%%%s%%'" % data['q'])  # expect: py/sql-injection
            cursor.execute('SELECT * FROM t LIMIT 10 OFFSET %d' % (data['page'] * 10))
            return Response(cursor.fetchall())

# == Flask forms of WTForms
import os
from flask import Flask, render_template
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired

app = Flask(__name__)


class Host(FlaskForm):
    host = StringField('host', validators=[DataRequired()])
    count = IntegerField('count')


@app.route('/ping', methods=['GET', 'POST'])
def ping():
    form = Host()
    if form.validate_on_submit():
        os.system('ping ' + form.host.data)  # expect: py/command-injection
        os.system('ping -c %s localhost' % form.count.data)
    return render_template('ping.html', form=form)

# == GraphQL resolvers
import graphene
import sqlite3


class Query(graphene.ObjectType):
    user = graphene.String(name=graphene.String())

    def resolve_user(self, info, name):
        con = sqlite3.connect('x.db')
        return con.execute("SELECT * FROM u WHERE n = '" + name + "'").fetchone()  # expect: py/sql-injection

# == a response that is a parameter
from fastapi import FastAPI, Response

app = FastAPI()


@app.get('/a')
def a(response: Response, name: str):
    response.headers['X-Name'] = name  # expect: py/header-injection
    response.headers['Location'] = name  # expect: py/open-redirect
    response.set_cookie('a', 'b', secure=True, httponly=True)
    return {}

# == a pattern of the app that backtracks over what comes in
import re
from flask import Flask, request

app = Flask(__name__)
SLOW = re.compile(r'^(a+)+$')
FAST = re.compile(r'^a+$')


@app.route('/a')
def a():
    text = request.args['x']
    SLOW.match(text)  # expect: py/redos
    FAST.match(text)
    re.search(r'(\w+\s?)*$', text)  # expect: py/redos
    re.search(r'\w+\s', text)
    return ''

# == permissions by assert
from flask import Flask, request, session, g

app = Flask(__name__)


@app.route('/admin/delete', methods=['POST'])
def delete():
    assert session.get('role') == 'admin'  # expect: py/assert-check
    return 'deleted'


def mean(values):
    assert len(values) > 0
    return sum(values) / len(values)
