# == Pyramid views by decorator read every part of the request
import os
import sqlite3
from pyramid.httpexceptions import HTTPFound
from pyramid.response import Response
from pyramid.view import view_config


@view_config(route_name='ping', renderer='json')
def ping(request):
    os.system('ping -c1 ' + request.params['host'])  # expect: py/command-injection
    return {}


@view_config(route_name='user', renderer='json', request_method='POST')
def user(context, request):
    db = sqlite3.connect('x.db')
    db.execute("SELECT * FROM user WHERE name = '%s'" % request.json_body['name'])  # expect: py/sql-injection
    return {'sent': request.matchdict['name']}


@view_config(route_name='hello')
def hello(request):
    return Response('<p>Hello ' + request.GET.get('name', '') + '</p>')  # expect: py/xss


@view_config(route_name='go')
def go(request):
    return HTTPFound(location=request.cookies['next'])  # expect: py/open-redirect


@view_config(route_name='keep')
def keep(request):
    request.session['colour'] = request.POST['colour']  # expect: py/trust-boundary
    return Response('kept')

# == Pyramid views of a class, mounted by the configurator
from pyramid.config import Configurator
from pyramid.response import FileResponse, Response


class Files:
    def __init__(self, request):
        self.request = request

    def show(self):
        return FileResponse('/srv/files/' + self.request.matchdict['name'])  # expect: py/path-traversal


def download(request):
    return FileResponse('/srv/files/' + request.matchdict['name'])  # expect: py/path-traversal


def number(request):
    return Response(str(int(request.matchdict['n'])))


def main(settings):
    config = Configurator(settings=settings)
    config.add_route('download', '/files/{name}')
    config.add_route('number', '/number/{n}')
    config.add_view(download, route_name='download')
    config.add_view(number, route_name='number')
    config.add_view(Files, attr='show', route_name='download')
    return config.make_wsgi_app()

# == Pyramid answers that are no page, and a redirect to a route
import json
from pyramid.httpexceptions import HTTPFound
from pyramid.response import Response
from pyramid.view import view_config


@view_config(route_name='text')
def text(request):
    return Response('you sent ' + request.params['q'], content_type='text/plain')


@view_config(route_name='data')
def data(request):
    return Response(json.dumps({'q': request.params['q']}), content_type='application/json', charset='utf-8')


@view_config(route_name='back')
def back(request):
    return HTTPFound(request.route_url('data', _query={'q': request.params['q']}))


@view_config(route_name='own')
def own(request):
    answer = request.response
    answer.content_type = 'text/plain'
    answer.text = request.params['q']
    return answer

# == Falcon responders take the request apart
import subprocess
import falcon


class Reports:
    def on_get(self, req, resp, name):
        with open('/srv/reports/' + name) as f:  # expect: py/path-traversal
            resp.text = f.read()

    def on_post(self, req, resp, name):
        subprocess.run('report ' + req.get_param('title'), shell=True)  # expect: py/command-injection
        resp.status = falcon.HTTP_201

    def on_put(self, req, resp, name):
        body = req.get_media()
        subprocess.run('report ' + body['title'], shell=True)  # expect: py/command-injection

    def on_delete(self, req, resp, name):
        raise falcon.HTTPFound(req.get_header('Referer'))  # expect: py/open-redirect


class Pages:
    def on_get(self, req, resp):
        resp.content_type = falcon.MEDIA_HTML
        resp.text = '<p>' + req.params['q'] + '</p>'  # expect: py/xss

    def on_post(self, req, resp):
        resp.text = '<p>' + req.media['q'] + '</p>'  # expect: py/xss
        resp.content_type = 'text/html'


def make():
    app = falcon.App()
    app.add_route('/reports/{name}', Reports())
    app.add_route('/pages', Pages())
    return app

# == Falcon answers in JSON and reads numbers
import sqlite3
import falcon


class Search:
    def on_get(self, req, resp, number):
        resp.text = '{"q": "' + req.params.get('q', '') + '"}'
        db = sqlite3.connect('x.db')
        limit = req.get_param_as_int('limit') or 10
        resp.media = db.execute('SELECT * FROM t WHERE n = %s LIMIT %d' % (number, limit)).fetchall()

    def on_post(self, req, resp, number):
        resp.content_type = 'text/plain'
        resp.text = req.bounded_stream.read().decode()

    def on_put(self, req, resp, number):
        resp.location = '/items/%d' % req.get_param_as_int('n')


app = falcon.App()
app.add_route('/search/{number:int}', Search())

# == Falcon resources in a file that does not import falcon
# -- file: shop/items.py
import os


class Items:
    def on_get(self, req, resp):
        os.system('ls ' + req.get_param('folder'))  # expect: py/command-injection


class Queue:
    def on_get(self, req, resp):
        resp.media = sorted(os.listdir('/srv'))
# -- file: shop/app.py
import falcon
from shop.items import Items

app = falcon.App()
app.add_route('/items', Items())

# == Bottle templates made of what came in, and one that is given values
from bottle import route, request, response, SimpleTemplate, template


@route('/a')
def a():
    return SimpleTemplate('<b>' + request.query.name + '</b>').render()  # expect: py/template-injection


@route('/b')
def b():
    page = SimpleTemplate('<b>{{name}}</b>')
    return page.render(name=request.query.name)


@route('/c')
def c():
    return template('<b>{{name}}</b>', name=request.query.name)

# == Bottle answers with a type of their own on one way only
import json
from bottle import Bottle, request, response

app = Bottle()


@app.get('/rows')
def rows():
    if request.query.format == 'json':
        response.content_type = 'application/json'
        return json.dumps({'q': request.query.q})
    return '<p>' + request.query.q + '</p>'  # expect: py/xss


@app.get('/plain')
def plain():
    response.set_header('Content-Type', 'text/plain; charset=utf-8')
    return 'you sent ' + request.query.q


@app.get('/csv')
def csv():
    response.headers['Content-Type'] = 'text/csv'
    return 'name\n' + request.query.q

# == Bottle uploads: the cleaned name of the file and the raw one
import os
from bottle import post, request


@post('/clean')
def clean():
    upload = request.files.get('file')
    with open(os.path.join('/srv/files', upload.filename), 'wb') as out:
        out.write(upload.file.read())
    return 'ok'


@post('/raw')
def raw():
    upload = request.files.get('file')
    with open(os.path.join('/srv/files', upload.raw_filename), 'wb') as out:  # expect: py/path-traversal
        out.write(upload.file.read())
    return 'ok'

# == CherryPy: session, redirect, served file
import cherrypy
from cherrypy.lib.static import serve_file


class Root:
    @cherrypy.expose
    def name(self, nick='x'):
        cherrypy.session['nick'] = nick  # expect: py/trust-boundary
        return 'ok'

    @cherrypy.expose
    def go(self, target='/'):
        raise cherrypy.HTTPRedirect(target)  # expect: py/open-redirect

    @cherrypy.expose
    def get(self, path):
        return serve_file('/srv/' + path)  # expect: py/path-traversal

    @cherrypy.expose
    def page(self, q=''):
        return '<p>' + q + '</p>'  # expect: py/xss


@cherrypy.expose
class Api:
    def GET(self, q=''):
        return '<p>' + q + '</p>'  # expect: py/xss

# == CherryPy answers that are no pages
import json
import cherrypy


class Root:
    @cherrypy.expose
    def plain(self, q=''):
        cherrypy.response.headers['Content-Type'] = 'text/plain'
        return 'you sent ' + q

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def data(self, q=''):
        return q

    @cherrypy.expose
    def text(self, q=''):
        cherrypy.response.headers['Content-Type'] = 'application/json'
        return json.dumps({'q': q})

    @cherrypy.expose
    def count(self, n='1'):
        raise cherrypy.HTTPRedirect('/page/%d' % int(n))

# == Tornado answers: types before and after, on one way only, and for a whole class
import tornado.web


class Before(tornado.web.RequestHandler):
    def get(self):
        self.set_header('Content-Type', 'text/plain')
        self.write('you sent ' + self.get_argument('q'))

    def post(self):
        self.write('you sent ' + self.get_argument('q'))
        self.set_header('Content-Type', 'application/json; charset=utf-8')


class OneWay(tornado.web.RequestHandler):
    def get(self):
        if self.get_argument('raw', ''):
            self.set_header('Content-Type', 'text/plain')
            self.finish(self.get_argument('q'))
        else:
            self.finish('<p>' + self.get_argument('q') + '</p>')  # expect: py/xss


class Api(tornado.web.RequestHandler):
    def set_default_headers(self):
        self.set_header('Content-Type', 'application/json')


class Search(Api):
    def get(self):
        self.write('{"q": "' + self.get_argument('q') + '"}')


class Echo(tornado.web.RequestHandler):
    def plain(self, text):
        self.set_header('Content-Type', 'text/plain')
        self.write(text)

    def get(self):
        self.plain(self.get_argument('q'))

# == Tornado routes whose groups let only letters and digits through
import os
import tornado.web


class Show(tornado.web.RequestHandler):
    def get(self, name, rest):
        os.system('ls ' + name)
        os.system('ls ' + rest)  # expect: py/command-injection


class Named(tornado.web.RequestHandler):
    def get(self, year, title):
        os.system('ls ' + year)
        os.system('ls ' + title)  # expect: py/command-injection


app = tornado.web.Application([
    (r'/show/(\w+)/(.*)', Show),
    (r'/named/(?P<year>\d{4})/(?P<title>[^/]+)', Named),
])

# == Tornado web socket and the store that the application keeps
# -- file: chat/store.py
import os


class Store:
    def __init__(self, root):
        self.root = root

    def read(self, name):
        with open(os.path.join('/srv', name)) as f:  # expect: py/path-traversal
            return f.read()

    def own(self, name):
        with open('/srv/own.txt') as f:
            return f.read()
# -- file: chat/handlers.py
import tornado.web
import tornado.websocket


class Base(tornado.web.RequestHandler):
    @property
    def store(self):
        return self.application.settings['store']


class Read(Base):
    def get(self):
        self.write({'text': self.store.read(self.get_argument('name'))})

    def post(self):
        self.write({'text': self.store.own(self.get_argument('name'))})


class Chat(tornado.websocket.WebSocketHandler):
    def on_message(self, message):
        eval(message)  # expect: py/code-injection
# -- file: chat/app.py
import tornado.web
from chat.handlers import Chat, Read
from chat.store import Store


def make():
    return tornado.web.Application([('/read', Read), ('/chat', Chat)], store=Store('/srv'))

# == AWS Lambda answers: a page by its headers, and JSON
import json
import os


def respond(code, body, kind):
    return {'statusCode': code, 'headers': {'Content-Type': kind}, 'body': body}


def handler(event, context):
    name = (event.get('queryStringParameters') or {}).get('name', '')
    if event.get('path') == '/page':
        return {'statusCode': 200, 'headers': {'content-type': 'text/html; charset=utf-8'}, 'body': '<p>' + name}  # expect: py/xss
    if event.get('path') == '/json':
        return {'statusCode': 200, 'headers': {'Content-Type': 'application/json'}, 'body': json.dumps({'n': name})}
    if event.get('path') == '/bare':
        return {'statusCode': 200, 'body': '<p>' + name}
    if event.get('path') == '/go':
        return {'statusCode': 302, 'headers': {'Location': name}}  # expect: py/open-redirect
    return respond(200, '<p>' + name, 'text/plain')

# == Azure Functions: pages by type, plain text by default
import os
import azure.functions as func

app = func.FunctionApp()


@app.route(route='hello')
def hello(req: func.HttpRequest) -> func.HttpResponse:
    name = req.params.get('name')
    os.system('echo ' + req.get_json()['cmd'])  # expect: py/command-injection
    return func.HttpResponse('<p>' + name, mimetype='text/html')  # expect: py/xss


@app.route(route='plain')
def plain(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse('Hello ' + req.params.get('name'))


def main(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse('<p>' + req.params.get('x'), headers={'Content-Type': 'text/html'})  # expect: py/xss

# == Google Cloud Functions answer like Flask
import json
import functions_framework
from flask import make_response


@functions_framework.http
def hello(request):
    return '<p>Hello ' + request.args.get('name', '') + '</p>'  # expect: py/xss


@functions_framework.http
def data(request):
    return json.dumps({'name': request.args.get('name')}), 200, {'Content-Type': 'application/json'}


@functions_framework.http
def ok(request):
    return {'name': request.args.get('name')}

# == webargs: words, numbers and choices that come in as arguments
import sqlite3
from flask import Flask
from marshmallow import Schema
from webargs import fields
from webargs.flaskparser import use_args, use_kwargs

app = Flask(__name__)


class Filter(Schema):
    word = fields.Str(required=True)
    limit = fields.Int()
    since = fields.DateTime()


@app.get('/a')
@use_args(Filter, location='query')
def a(args):
    db = sqlite3.connect('x.db')
    db.execute('SELECT * FROM t LIMIT %d' % args['limit'])
    db.execute("SELECT * FROM t WHERE day > '%s'" % args['since'])
    db.execute("SELECT * FROM t WHERE a = '%s'" % args['word'])  # expect: py/sql-injection
    return {}


@app.post('/b/<int:number>')
@use_kwargs({'word': fields.Str(), 'limit': fields.Int()}, location='form')
def b(number, word, limit):
    db = sqlite3.connect('x.db')
    db.execute('SELECT * FROM t WHERE n = %s LIMIT %s' % (number, limit))
    db.execute("SELECT * FROM t WHERE a = '" + word + "'")  # expect: py/sql-injection
    return {}


@app.post('/c/<int:number>')
@use_args({'word': fields.Str(), 'flag': fields.Bool()})
def c(args, number):
    db = sqlite3.connect('x.db')
    db.execute('SELECT * FROM t WHERE n = ?', (args['word'],))
    db.execute('SELECT * FROM t WHERE n = %s AND f = %s' % (number, args['flag']))
    return {}

# == marshmallow takes a body apart, flask-smorest hands it over
import os
from flask import Flask, request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

app = Flask(__name__)
blp = Blueprint('b', __name__)


class Job(Schema):
    name = fields.String()
    size = fields.Integer()


@app.post('/job')
def job():
    data = Job().load(request.get_json())
    os.system('run --size %s' % data['size'])
    os.system('run ' + data['name'])  # expect: py/command-injection
    for each in Job(many=True).load(request.get_json(), many=True):
        os.system('run --size %s' % each['size'])
    return {}


@blp.route('/jobs')
class Jobs(MethodView):
    @blp.arguments(Job)
    def post(self, data):
        os.system('run --size %s' % data['size'])
        os.system('run ' + data['name'])  # expect: py/command-injection
        return {}

# == Django path converters: letters, digits and hyphens do no harm
from django.db import connection
from django.http import HttpResponse
from django.urls import path, re_path


def by_slug(request, slug):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM page WHERE slug = '%s'" % slug)
    with open('/srv/' + slug) as f:
        return HttpResponse(f.read())


def by_year(request, year, name):
    with connection.cursor() as cursor:
        cursor.execute('SELECT 1 FROM page WHERE year = %s' % year)
        cursor.execute("SELECT 1 FROM page WHERE name = '%s'" % name)  # expect: py/sql-injection
    return HttpResponse('ok')


def by_path(request, rest):
    with open('/srv/' + rest) as f:  # expect: py/path-traversal
        return HttpResponse(f.read())


urlpatterns = [
    path('a/<slug:slug>/', by_slug),
    re_path(r'^b/(?P<year>[0-9]{4})/(?P<name>.+)/$', by_year),
    path('c/<path:rest>', by_path),
]

# == Django answers that are no pages
import csv
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse


def text(request):
    return HttpResponse('you sent ' + request.GET['q'], content_type='text/plain')


def data(request):
    return HttpResponse('{"q": "%s"}' % request.GET['q'], 'application/json')


def header(request):
    return HttpResponse('you sent ' + request.GET['q'], headers={'Content-Type': 'text/plain'})


def later(request):
    response = HttpResponse('you sent ' + request.GET['q'])
    response['Content-Type'] = 'text/plain'
    return response


def wrong(request):
    return HttpResponseBadRequest('<p>' + request.GET['q'] + '</p>')  # expect: py/xss


def wrong_plain(request):
    return HttpResponseBadRequest('no ' + request.GET['q'], content_type='text/plain')


def answer(request):
    return JsonResponse({'q': '<p>' + request.GET['q']})

# == Django middleware and a view behind mixins
# -- file: site/middleware.py
import subprocess


class Tracking:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        subprocess.run('track ' + request.GET['from'], shell=True)  # expect: py/command-injection
        return self.get_response(request)


def simple(get_response):
    def middleware(request):
        subprocess.run('track ' + request.META['HTTP_REFERER'], shell=True)  # expect: py/command-injection
        return get_response(request)
    return middleware
# -- file: site/views.py
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView, View


class Show(LoginRequiredMixin, View):
    def title(self):
        return self.request.GET['title']

    def get(self, request):
        return HttpResponse('<h1>' + self.title() + '</h1>')  # expect: py/xss


class Onward(RedirectView):
    def get_redirect_url(self, *args, **kwargs):
        return self.request.GET['next']  # expect: py/open-redirect


@method_decorator(csrf_exempt, name='dispatch')  # expect: py/csrf-off
class Hook(View):
    def post(self, request):
        return HttpResponse('ok')


class Other(View):
    @method_decorator(csrf_exempt)  # expect: py/csrf-off
    def dispatch(self, *args, **kwargs):
        return super().dispatch(*args, **kwargs)


@csrf_exempt  # expect: py/csrf-off
def hook(request):
    return HttpResponse('ok')
# -- file: site/urls.py
from django.urls import path
from site.views import Hook, Onward, Other, Show, hook

urlpatterns = [
    path('show', Show.as_view()),
    path('onward', Onward.as_view()),
    path('hook', Hook.as_view()),
    path('other', Other.as_view()),
    path('plain', hook),
]

# == REST framework: renderers decide what an answer is, serializers check their fields
from urllib.parse import urlsplit
import requests
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer, StaticHTMLRenderer
from rest_framework.response import Response

HOSTS = {'a.example', 'b.example'}


class Checked(serializers.Serializer):
    url = serializers.URLField()

    def validate_url(self, value):
        if urlsplit(value).hostname not in HOSTS:
            raise serializers.ValidationError('no')
        return value


class Unchecked(serializers.Serializer):
    url = serializers.URLField()


class Things(viewsets.ViewSet):
    @action(detail=False, renderer_classes=[StaticHTMLRenderer])
    def page(self, request):
        return Response('<p>' + request.query_params['q'])  # expect: py/xss

    @action(detail=False, renderer_classes=[JSONRenderer])
    def data(self, request):
        return Response('<p>' + request.query_params['q'])

    @action(detail=False, methods=['post'])
    def checked(self, request):
        form = Checked(data=request.data)
        form.is_valid(raise_exception=True)
        requests.get(form.validated_data['url'], timeout=5)
        return Response({})

    @action(detail=False, methods=['post'])
    def unchecked(self, request):
        form = Unchecked(data=request.data)
        form.is_valid(raise_exception=True)
        requests.get(form.validated_data['url'], timeout=5)  # expect: py/ssrf
        return Response({})

# == Starlette answers of every kind
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint, WebSocketEndpoint
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute


async def page(request):
    return HTMLResponse('<p>' + request.query_params['q'])  # expect: py/xss


async def typed(request):
    return Response('<p>' + request.query_params['q'], media_type='text/html')  # expect: py/xss


async def headed(request):
    return Response('<p>' + request.query_params['q'], headers={'content-type': 'text/html'})  # expect: py/xss


async def plain(request):
    return PlainTextResponse('you sent ' + request.query_params['q'])


async def data(request):
    return JSONResponse({'q': '<p>' + request.query_params['q']})


async def bare(request):
    return Response('<p>' + request.query_params['q'])


class Socket(WebSocketEndpoint):
    async def on_receive(self, websocket, data):
        eval(data)  # expect: py/code-injection


app = Starlette(routes=[
    Route('/page', page),
    Route('/typed', typed),
    Route('/headed', headed),
    Route('/plain', plain),
    Route('/data', data),
    Route('/bare', bare),
    WebSocketRoute('/socket', Socket),
])

# == FastAPI: a repository that depends on a session, kept on the app, and number parameters
# -- file: api/store.py
from sqlalchemy import text


class Items:
    def __init__(self, db):
        self.db = db

    def named(self, name):
        return self.db.execute(text("SELECT * FROM item WHERE name = '" + name + "'"))  # expect: py/sql-injection

    def first(self, n):
        return self.db.execute(text('SELECT * FROM item LIMIT %d' % n))
# -- file: api/main.py
from typing import Annotated
from uuid import UUID
from fastapi import Depends, FastAPI, Query, Request
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from api.store import Items

Session = sessionmaker(bind=create_engine('sqlite://'))
app = FastAPI()


def store():
    return Items(Session())


Store = Annotated[Items, Depends(store)]


@app.get('/named')
def named(items: Store, name: str):
    return list(items.named(name))


@app.get('/first')
def first(items: Store, n: Annotated[int, Query(le=50)] = 5):
    return list(items.first(n))


@app.get('/one/{key}')
def one(items: Store, key: UUID):
    return list(items.first(1))

# == Django Ninja: query, path and schema
import os
from ninja import NinjaAPI, Schema

api = NinjaAPI()


class Job(Schema):
    name: str
    size: int


@api.get('/list/{folder}')
def show(request, folder: str, size: int = 1):
    os.system('ls --size %d' % size)
    os.system('ls ' + folder)  # expect: py/command-injection
    return {}


@api.post('/job')
def job(request, data: Job):
    os.system('run --size %d' % data.size)
    os.system('run ' + data.name)  # expect: py/command-injection
    os.system('run ' + request.GET['x'])  # expect: py/command-injection
    return {}

# == Litestar: pages by media type, path and body
import os
from dataclasses import dataclass
from litestar import Controller, Litestar, MediaType, get, post


@dataclass
class Job:
    name: str
    size: int


@get('/page', media_type=MediaType.HTML)
async def page(q: str) -> str:
    return '<p>' + q  # expect: py/xss


@get('/text')
async def text(q: str) -> str:
    return '<p>' + q


@get('/number/{n:int}')
async def number(n: int) -> str:
    os.system('ls %d' % n)
    return 'ok'


class Jobs(Controller):
    path = '/jobs'

    @post()
    async def make(self, data: Job) -> None:
        os.system('run --size %d' % data.size)
        os.system('run ' + data.name)  # expect: py/command-injection


app = Litestar([page, text, number, Jobs])

# == Sanic: functions of its package, blueprints and class views
from sanic import Blueprint, Sanic, html, json, redirect, text
from sanic.response import file
from sanic.views import HTTPMethodView

app = Sanic('x')
bp = Blueprint('b', url_prefix='/b')


@bp.get('/page')
async def page(request):
    return html('<p>' + request.args.get('q'))  # expect: py/xss


@bp.get('/text')
async def plain(request):
    return text('<p>' + request.args.get('q'))


@bp.get('/data')
async def data(request):
    return json({'q': '<p>' + request.args.get('q')})


@bp.get('/go')
async def go(request):
    return redirect(request.args.get('to'))  # expect: py/open-redirect


class Files(HTTPMethodView):
    async def get(self, request, name):
        return await file('/srv/' + name)  # expect: py/path-traversal

    async def post(self, request, name):
        return text('posted ' + str(len(request.body)))


app.add_route(Files.as_view(), '/files/<name:path>')
app.blueprint(bp)

# == aiohttp: pages by headers, a session, and a client kept on the application
import aiohttp
from aiohttp import web
from aiohttp_session import get_session

routes = web.RouteTableDef()


@routes.get('/page')
async def page(request):
    return web.Response(body='<p>' + request.query['q'], headers={'Content-Type': 'text/html'})  # expect: py/xss


@routes.get('/plain')
async def plain(request):
    return web.Response(text='<p>' + request.query['q'])


@routes.get(r'/number/{n:\d+}/{name}')
async def number(request):
    session = await get_session(request)
    session['name'] = request.match_info['name']  # expect: py/trust-boundary
    return web.Response(text='ok')


@routes.get('/fetch')
async def fetch(request):
    async with request.app['client'].get(request.query['url']) as answer:  # expect: py/ssrf
        return web.json_response(await answer.json())


@routes.get('/fixed')
async def fixed(request):
    async with request.app['client'].get('https://example.org/') as answer:
        return web.json_response(await answer.json())


async def start(app):
    app['client'] = aiohttp.ClientSession()


def main():
    app = web.Application()
    app.on_startup.append(start)
    app.add_routes(routes)
    return app

# == Django Channels: what comes over the socket
import sqlite3
from channels.generic.websocket import AsyncJsonWebsocketConsumer, WebsocketConsumer


class Chat(WebsocketConsumer):
    def connect(self):
        sqlite3.connect('x.db').execute("SELECT '" + self.scope['query_string'].decode() + "'")  # expect: py/sql-injection
        sqlite3.connect('x.db').execute("SELECT %d" % self.scope['user'].pk)
        self.accept()

    def receive(self, text_data=None, bytes_data=None):
        sqlite3.connect('x.db').execute("INSERT INTO m VALUES ('" + text_data + "')")  # expect: py/sql-injection
        sqlite3.connect('x.db').execute('INSERT INTO m VALUES (?)', (text_data,))


class Json(AsyncJsonWebsocketConsumer):
    async def receive_json(self, content, **kwargs):
        eval(content['expression'])  # expect: py/code-injection

# == Sockets: websockets, Socket.IO and streams of asyncio
import asyncio
import os
import socketio
import websockets
from flask import Flask
from flask_socketio import SocketIO

sio = socketio.AsyncServer()
socketio_app = SocketIO(Flask(__name__))


@sio.event
async def message(sid, data):
    os.system('echo ' + data['text'])  # expect: py/command-injection
    os.system('echo ' + sid)


@socketio_app.on('run')
def run(data):
    os.system('echo ' + data)  # expect: py/command-injection


async def serve(websocket):
    async for word in websocket:
        os.system('echo ' + word)  # expect: py/command-injection


async def stream(reader, writer):
    line = await reader.readline()
    os.system('echo ' + line.decode())  # expect: py/command-injection


async def unused(reader, writer):
    line = await reader.readline()
    os.system('echo ' + line.decode())  # expect: py/shell-call


async def main():
    await asyncio.start_server(stream, '127.0.0.1', 8000)
    async with websockets.serve(serve, '127.0.0.1', 8001):
        await asyncio.Future()

# == Servers of bytes: protocols, UDP, RPC
import asyncio
import pickle
import socketserver
from xmlrpc.server import SimpleXMLRPCServer


class Line(asyncio.Protocol):
    def data_received(self, data):
        pickle.loads(data)  # expect: py/unsafe-deserialization

    def connection_made(self, transport):
        self.transport = transport


class Datagram(socketserver.BaseRequestHandler):
    def handle(self):
        pickle.loads(self.request[0])  # expect: py/unsafe-deserialization


def evaluate(text):
    return eval(text)  # expect: py/code-injection


def double(number: int):
    return eval('2 * %d' % number)


server = SimpleXMLRPCServer(('127.0.0.1', 8000))
server.register_function(evaluate, 'evaluate')
server.register_function(double, 'double')

# == Celery tasks trust what they are given, until someone hands them a request
import os
import subprocess
from celery import shared_task
from flask import Flask, request

app = Flask(__name__)


@shared_task
def convert(name):
    os.system('convert ' + name)  # expect: py/command-injection


@shared_task
def shrink(name, size):
    subprocess.run(['shrink', '--size', str(size), name], check=True)


@app.post('/convert')
def start():
    convert.delay(request.form['name'])
    shrink.delay(request.form['name'], int(request.form['size']))
    convert.apply_async(args=['logo.png'])
    return 'started'

# == CGI script that prints a page
import cgi
import html
import os

form = cgi.FieldStorage()
print('Content-Type: text/html\n')
print('<p>' + form.getvalue('name') + '</p>')  # expect: py/xss
print('<p>' + html.escape(form.getvalue('name')) + '</p>')
print('<p>Bye</p>')

# == WSGI applications: a page by its headers, and plain text
from urllib.parse import parse_qs


def page(environ, start_response):
    name = parse_qs(environ['QUERY_STRING'])['name'][0]
    start_response('200 OK', [('Content-Type', 'text/html')])
    return [('<p>' + name).encode()]  # expect: py/xss


def plain(environ, start_response):
    name = parse_qs(environ['QUERY_STRING'])['name'][0]
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [('you sent ' + name).encode()]


def onward(environ, start_response):
    name = parse_qs(environ['QUERY_STRING'])['to'][0]
    start_response('302 Found', [('Location', name)])  # expect: py/open-redirect
    return [b'']

# == Twisted Web: pages and plain text
from twisted.web.resource import Resource


class Page(Resource):
    def render_GET(self, request):
        return b'<p>' + request.args[b'q'][0]  # expect: py/xss

    def render_POST(self, request):
        request.setHeader(b'Content-Type', b'text/plain')
        return b'you sent ' + request.args[b'q'][0]

# == Dashboards: NiceGUI and Panel put raw markup into the page
import panel as pn
from nicegui import ui

name = ui.input('Name')


def show():
    ui.html('<p>' + name.value + '</p>')  # expect: py/xss
    ui.label('Hello ' + name.value)


@ui.page('/hello/{who}')
def hello(who: str):
    ui.html('<p>' + who + '</p>')  # expect: py/xss
    ui.markdown('**hello**')


text = pn.widgets.TextInput(name='Text')


def draw(value):
    return pn.pane.HTML('<p>' + value + '</p>')  # expect: py/xss


pn.bind(draw, text)
pn.pane.Markdown('hello').servable()

# == Tools of a model: what it asks for comes from outside
import subprocess
from mcp.server.fastmcp import FastMCP

mcp = FastMCP('tools')


@mcp.tool()
def run(command: str) -> str:
    return subprocess.check_output(command, shell=True, text=True)  # expect: py/command-injection


@mcp.tool()
def wait(seconds: int) -> str:
    return subprocess.check_output('sleep %d' % seconds, shell=True, text=True)

# == Settings and jobs are no requests
import os
from fastapi import Depends, FastAPI
from pydantic_settings import BaseSettings

app = FastAPI()


class Settings(BaseSettings):
    command: str = 'ls'


def settings() -> Settings:
    return Settings()


@app.get('/run')
def run(own: Settings = Depends(settings)):
    os.system(own.command)
    return {}

# == Chalice and Robyn
import subprocess
from chalice import Chalice, Response
from robyn import Robyn

app = Chalice(app_name='x')
other = Robyn(__file__)


@app.route('/page')
def page():
    name = app.current_request.query_params['name']
    return Response(body='<p>' + name, headers={'Content-Type': 'text/html'})  # expect: py/xss


@app.route('/data')
def data():
    return Response(body={'name': app.current_request.query_params['name']}, headers={'Content-Type': 'application/json'})


@other.get('/list')
async def folder(request):
    subprocess.run('ls ' + request.query_params.get('folder'), shell=True)  # expect: py/command-injection
    return 'ok'

# == Pyramid with bound values, a renderer and checked names
import sqlite3
from pyramid.view import view_config
from werkzeug.utils import secure_filename


@view_config(route_name='find', renderer='json')
def find(request):
    db = sqlite3.connect('x.db')
    rows = db.execute('SELECT * FROM user WHERE name = ?', (request.params['name'],)).fetchall()
    return {'rows': rows, 'name': request.params['name']}


@view_config(route_name='read', renderer='templates/read.jinja2')
def read(request):
    with open('/srv/' + secure_filename(request.matchdict['name'])) as f:
        return {'text': f.read()}

# == Falcon with media only
import sqlite3
import falcon


class Users:
    def on_get(self, req, resp):
        db = sqlite3.connect('x.db')
        rows = db.execute('SELECT * FROM user WHERE name = ?', (req.get_param('name'),)).fetchall()
        resp.media = {'rows': rows, 'name': req.get_param('name')}

    def on_post(self, req, resp):
        name = req.media.get('name')
        if name not in ('a', 'b'):
            raise falcon.HTTPBadRequest(title='no such name')
        raise falcon.HTTPSeeOther('/users/' + name)


app = falcon.App()
app.add_route('/users', Users())

# == CherryPy with a table of targets and escaped text
import html
import cherrypy

TARGETS = {'home': '/', 'help': '/help'}


class Root:
    @cherrypy.expose
    def go(self, to='home'):
        raise cherrypy.HTTPRedirect(TARGETS.get(to, '/'))

    @cherrypy.expose
    def hello(self, name=''):
        return '<p>Hello ' + html.escape(name) + '</p>'

    def helper(self, name):
        return '<p>' + name + '</p>'

# == Tornado with dicts, escaped text and signed cookies
from tornado.escape import xhtml_escape
import tornado.web


class Hello(tornado.web.RequestHandler):
    def prepare(self):
        self.user = self.get_signed_cookie('user')

    def get(self):
        self.write('<p>Hello ' + xhtml_escape(self.get_argument('name')) + '</p>')

    def post(self):
        self.write({'name': self.get_argument('name')})

    def put(self):
        self.set_header('Content-Type', 'text/csv')
        self.write('name\r\n' + self.get_argument('name'))

# == AWS Lambda behind a gateway, with a type of its own for errors
import json
import sqlite3


def failed(text):
    return {'statusCode': 400, 'headers': {'Content-Type': 'text/plain'}, 'body': text}


def lambda_handler(event, context):
    name = json.loads(event['body'])['name']
    if not name:
        return failed('no name in ' + event['body'])
    rows = sqlite3.connect('/tmp/x.db').execute('SELECT * FROM t WHERE name = ?', (name,)).fetchall()
    return {'statusCode': 200, 'headers': {'Content-Type': 'application/json'}, 'body': json.dumps(rows)}

# == Azure Functions that answer JSON
import json
import azure.functions as func

app = func.FunctionApp()


@app.route(route='echo')
def echo(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(req.get_json()), mimetype='application/json')


@app.route(route='text')
def text(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.params['q'], headers={'Content-Type': 'text/plain'})

# == Sanic with text, JSON and files of a fixed folder
from pathlib import Path
from sanic import Sanic, file, json, text
from sanic.exceptions import NotFound

app = Sanic('x')
ROOT = Path('/srv').resolve()


@app.get('/text/<word>')
async def plain(request, word):
    return text(word)


@app.get('/files/<name:path>')
async def files(request, name):
    path = (ROOT / name).resolve()
    if not path.is_relative_to(ROOT):
        raise NotFound()
    return await file(path)


@app.post('/data')
async def data(request):
    return json(request.json)

# == Litestar with numbers, choices and JSON
import os
from enum import Enum
from litestar import Litestar, get
from litestar.params import Parameter


class Kind(str, Enum):
    a = 'a'
    b = 'b'


@get('/count')
async def count(n: int, kind: Kind) -> dict:
    os.system('count %d' % n)
    return {'n': n, 'kind': kind}


@get('/echo')
async def echo(q: str) -> dict:
    return {'q': '<p>' + q}


app = Litestar([count, echo])

# == Django Ninja with bound values
from django.db import connection
from ninja import NinjaAPI, Schema

api = NinjaAPI()


class Word(Schema):
    text: str
    count: int


@api.post('/words')
def words(request, word: Word):
    with connection.cursor() as cursor:
        cursor.execute('SELECT * FROM word WHERE text = %s', [word.text])
        cursor.execute('SELECT * FROM word LIMIT %d' % word.count)
        return {'text': word.text}

# == webargs with numbers and choices alone
import sqlite3
from flask import Flask
from marshmallow import Schema, fields
from webargs.flaskparser import parser, use_kwargs

app = Flask(__name__)


class Page(Schema):
    number = fields.Integer(load_default=1)
    size = fields.Integer(load_default=10)
    key = fields.UUID()


class Words(Page):
    word = fields.String()


@app.get('/pages')
@use_kwargs(Words, location='query')
def pages(number, size, key, word=''):
    db = sqlite3.connect('x.db')
    return db.execute("SELECT * FROM t WHERE k = '%s' LIMIT %d OFFSET %d" % (key, size, number * size)).fetchall()


@app.post('/pages')
def make():
    data = Page().load(app.json.loads('{}'))
    sqlite3.connect('x.db').execute('DELETE FROM t WHERE n = %d' % data['number'])
    return {}

# == aiohttp with texts, JSON and numbers in the route
import sqlite3
from aiohttp import web

routes = web.RouteTableDef()


@routes.get(r'/rows/{n:\d+}')
async def rows(request):
    db = sqlite3.connect('x.db')
    found = db.execute('SELECT * FROM t WHERE n = ?', (request.match_info['n'],)).fetchall()
    return web.json_response(found)


@routes.get('/echo')
async def echo(request):
    return web.Response(text='<p>' + request.query['q'])


@routes.post('/echo')
async def echo_json(request):
    data = await request.json()
    return web.Response(text=data['q'], headers={'Content-Type': 'text/plain'})


app = web.Application()
app.add_routes(routes)

# == Channels that only hand on what comes in
import json
from channels.generic.websocket import AsyncWebsocketConsumer
from app.models import Message


class Chat(AsyncWebsocketConsumer):
    async def connect(self):
        self.room = self.scope['url_route']['kwargs']['room']
        await self.channel_layer.group_add('chat', self.channel_name)
        await self.accept()

    async def receive(self, text_data=None, bytes_data=None):
        data = json.loads(text_data)
        await Message.objects.acreate(room=self.room, text=data['text'], user=self.scope['user'])
        await self.channel_layer.group_send('chat', {'type': 'chat.message', 'text': data['text']})

# == Sockets that parse numbers and JSON
import asyncio
import json
import websockets


async def serve(websocket):
    async for word in websocket:
        data = json.loads(word)
        await websocket.send(json.dumps({'sum': data['a'] + data['b']}))


async def stream(reader, writer):
    line = await reader.readline()
    writer.write(str(int(line) * 2).encode())
    await writer.drain()


async def main():
    await asyncio.start_server(stream, '127.0.0.1', 8000)
    async with websockets.serve(serve, '127.0.0.1', 8001):
        await asyncio.Future()

# == WSGI with escaped text and a fixed way on
from html import escape
from urllib.parse import parse_qs


def application(environ, start_response):
    name = parse_qs(environ.get('QUERY_STRING', '')).get('name', [''])[0]
    if not name:
        start_response('302 Found', [('Location', '/start')])
        return [b'']
    start_response('200 OK', [('Content-Type', 'text/html')])
    return [('<p>Hello ' + escape(name)).encode()]

# == Twisted Web with JSON
import json
from twisted.web.resource import Resource


class Api(Resource):
    isLeaf = True

    def render_GET(self, request):
        request.setHeader('Content-Type', 'application/json')
        return json.dumps({'q': request.args[b'q'][0].decode()}).encode()

# == Dashboards with labels and tables
import html
import panel as pn
from nicegui import ui

name = ui.input('Name')
ui.button('Hello', on_click=lambda: ui.notify('Hello ' + name.value))
ui.html('<p>' + html.escape(name.value) + '</p>')


def square(number: int):
    return pn.pane.HTML('<p>%d</p>' % (number * number))


pn.bind(square, pn.widgets.IntSlider(name='Number'))

# == CGI script that answers plain text
import cgi

form = cgi.FieldStorage()
print('Content-Type: text/plain\n')
print('you sent ' + form.getvalue('name'))

# == FastAPI: keys, numbers, choices and answers in JSON
from enum import Enum
from typing import Annotated, Literal
from uuid import UUID
import sqlite3
from fastapi import APIRouter, FastAPI, Path, Query
from fastapi.responses import JSONResponse, PlainTextResponse

router = APIRouter(prefix='/rows')


class Order(str, Enum):
    up = 'ASC'
    down = 'DESC'


Column = Annotated[str, Query(pattern=r'^[a-z_]+$')]


@router.get('/{key}')
def row(key: UUID, order: Order, column: Column, kind: Literal['a', 'b'], sizes: Annotated[list[int], Query()]):
    db = sqlite3.connect('x.db')
    db.execute(f"SELECT {column} FROM t WHERE k = '{key}' AND kind = '{kind}' ORDER BY {column} {order.value}")
    db.execute('SELECT * FROM t LIMIT %s' % sizes[0])
    return JSONResponse({'key': str(key)})


@router.get('/echo/{word}')
def echo(word: str):
    return PlainTextResponse('<p>' + word)


app = FastAPI()
app.include_router(router)

# == Bottle with tables of routes and answers that are dicts
from bottle import Bottle, abort, redirect, request, static_file, template

app = Bottle()
PAGES = {'home': '/', 'help': '/help'}


@app.get('/go/<name>')
def go(name):
    if name not in PAGES:
        abort(404)
    redirect(PAGES[name])


@app.get('/number/<n:re:[0-9]+>')
def number(n):
    return '<p>' + n + '</p>'


@app.get('/show')
def show():
    return template('show', text=request.query.text)


@app.get('/data')
def data():
    return {'text': request.query.text}


@app.get('/files/<name:path>')
def files(name):
    return static_file(name, root='/srv/files')

# == XML-RPC with numbers
from xmlrpc.server import SimpleXMLRPCServer


def double(number):
    return int(number) * 2


server = SimpleXMLRPCServer(('127.0.0.1', 8000))
server.register_function(double, 'double')
server.serve_forever()

# == Tools of a model with fixed commands
import subprocess
from mcp.server.fastmcp import Context, FastMCP

mcp = FastMCP('tools')


@mcp.tool()
def uptime(ctx: Context) -> str:
    return subprocess.check_output(['uptime'], text=True)


@mcp.tool()
def count(word: str) -> int:
    return len(word)

# == Celery task with a bound value
import sqlite3
from celery import shared_task
from flask import Flask, request

app = Flask(__name__)


@shared_task
def store(name):
    sqlite3.connect('x.db').execute('INSERT INTO t VALUES (?)', (name,))


@app.post('/store')
def start():
    store.delay(request.form['name'])
    return 'started'

# == marshmallow with dates, and a schema that is dumped
import sqlite3
from flask import Flask, jsonify, request
from marshmallow import Schema, fields

app = Flask(__name__)


class Span(Schema):
    since = fields.Date()
    until = fields.Date()


@app.get('/span')
def span():
    data = Span().load(request.args)
    rows = sqlite3.connect('x.db').execute("SELECT * FROM t WHERE d > '%s'" % data['since'])
    return jsonify(Span(many=True).dump(rows))

# == Google Cloud Function that escapes
import html
import functions_framework


@functions_framework.http
def hello(request):
    return '<p>Hello ' + html.escape(request.args.get('name', '')) + '</p>'

# == Robyn with a list of arguments
import subprocess
from robyn import Robyn

app = Robyn(__file__)


@app.get('/list')
async def folder(request):
    return subprocess.check_output(['ls', '--', '/srv'], text=True)


@app.post('/echo')
async def echo(request):
    return {'body': request.body}

# == Django middleware that only looks
class Language:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = request.GET.get('lang')
        request.language = language if language in ('de', 'en') else 'en'
        response = self.get_response(request)
        response['Content-Language'] = request.language
        return response

# == REST framework that answers JSON
from rest_framework import generics, serializers
from rest_framework.response import Response
from app.models import Item


class ItemSerializer(serializers.ModelSerializer):
    class Meta:
        model = Item
        fields = ['id', 'name']


class Items(generics.ListCreateAPIView):
    serializer_class = ItemSerializer

    def get_queryset(self):
        return Item.objects.filter(name__icontains=self.request.query_params.get('q', ''))

    def post(self, request):
        form = ItemSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        form.save()
        return Response({'name': '<p>' + form.validated_data['name']})

# == Starlette with checked session values and JSON
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

THEMES = ('light', 'dark')


async def theme(request):
    form = await request.form()
    chosen = form['theme']
    if chosen in THEMES:
        request.session['theme'] = chosen
    return RedirectResponse('/settings')


async def echo(request):
    return JSONResponse(await request.json())


app = Starlette(routes=[Route('/theme', theme, methods=['POST']), Route('/echo', echo, methods=['POST'])])

# == Protocol that echoes
import asyncio


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)

# == Socket.IO that hands messages on
import socketio

sio = socketio.AsyncServer()


@sio.event
async def message(sid, data):
    await sio.emit('message', {'text': data['text'], 'from': sid}, room='chat')

# == Telegram bot that echoes
from telegram.ext import Application, CommandHandler


async def start(update, context):
    await update.message.reply_text('Hello ' + update.message.text)


bot = Application.builder().token('x').build()
bot.add_handler(CommandHandler('start', start))

# == Django views of a class behind numbers
from django.db import connection
from django.http import JsonResponse
from django.urls import path
from django.views import View


class Row(View):
    def get(self, request, number, slug):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM t WHERE n = %s AND s = '%s'" % (number, slug))
            return JsonResponse({'rows': cursor.fetchall(), 'q': request.GET.get('q')})


urlpatterns = [path('row/<int:number>/<slug:slug>/', Row.as_view())]
