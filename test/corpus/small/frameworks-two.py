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
