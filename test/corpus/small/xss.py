# == a page put together by hand
from flask import Flask, request, make_response

app = Flask(__name__)


def layout(title, body):
    return f'<html><head><title>{title}</title></head><body>{body}</body></html>'


@app.route('/hello')
def hello():
    name = request.args.get('name', 'World')
    return layout('Hello', '<h1>Hello ' + name + '</h1>')  # expect: py/xss


@app.route('/hello-safe')
def hello_safe():
    import html
    name = html.escape(request.args.get('name', 'World'))
    return layout('Hello', '<h1>Hello ' + name + '</h1>')

# == a response with a list of rows
from flask import Flask, request, Response

app = Flask(__name__)


@app.route('/rows', methods=['POST'])
def rows():
    out = ['<ul>']
    for key, value in request.form.items():
        out.append('<li>%s = %s</li>' % (key, value))
    out.append('</ul>')
    return Response('\n'.join(out), mimetype='text/html')  # expect: py/xss

# == plain text is no page
from flask import Flask, request, Response, jsonify, make_response

app = Flask(__name__)


@app.route('/a')
def a():
    return Response(request.args['x'], mimetype='text/plain')


@app.route('/b')
def b():
    response = make_response(request.args['x'])
    response.headers['Content-Type'] = 'text/plain'
    return response


@app.route('/c')
def c():
    return jsonify(request.args['x'])


@app.route('/d')
def d():
    return request.args['x'], 200, {'Content-Type': 'text/plain'}

# == status and headers beside the page
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    return '<p>' + request.headers.get('User-Agent', '') + '</p>', 404  # expect: py/xss

# == the referrer
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    back = request.referrer or '/'
    return f'<a href="{back}">back</a>'  # expect: py/xss

# == a template that is given the value
from flask import Flask, request, render_template, render_template_string

app = Flask(__name__)


@app.route('/a')
def a():
    return render_template('a.html', name=request.args['name'])


@app.route('/b')
def b():
    return render_template_string('<p>{{ name }}</p>', name=request.args['name'])

# == a template that is made of the value
from flask import Flask, request, render_template_string

app = Flask(__name__)


@app.errorhandler(404)
def missing(error):
    page = '''<h1>Not found</h1><p>%s</p>''' % request.url
    return render_template_string(page), 404  # expect: py/template-injection

# == a value marked safe in the template
from flask import Flask, request, render_template_string

app = Flask(__name__)


@app.route('/b')
def b():
    return render_template_string('<p>{{ name|safe }}</p>', name=request.args['name'])  # expect: py/xss

# == Markup around a formatted text
from flask import Flask, request, render_template
from markupsafe import Markup, escape

app = Flask(__name__)


@app.route('/b')
def b():
    bio = Markup('<b>%s</b>' % request.args['bio'])  # expect: py/xss
    return render_template('b.html', bio=bio)


@app.route('/c')
def c():
    bio = Markup('<b>%s</b>') % request.args['bio']
    return render_template('b.html', bio=bio)


@app.route('/d')
def d():
    bio = Markup('<b>{}</b>').format(request.args['bio'])
    other = Markup('<b>') + request.args['bio'] + Markup('</b>')
    return render_template('b.html', bio=bio, other=other)


@app.route('/e')
def e():
    return render_template('b.html', bio=Markup('<b>') + escape(request.args['bio']))

# == Django pages
from django.http import HttpResponse, JsonResponse
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.shortcuts import render


def a(request):
    return HttpResponse('<p>' + request.GET.get('q', '') + '</p>')  # expect: py/xss


def b(request):
    return HttpResponse('<p>%s</p>' % escape(request.GET.get('q', '')))


def c(request):
    return HttpResponse(format_html('<p>{}</p>', request.GET.get('q', '')))


def d(request):
    return render(request, 'd.html', {'q': mark_safe(request.GET['q'])})  # expect: py/xss


def e(request):
    return HttpResponse(request.GET['q'], content_type='text/plain')


def f(request):
    return HttpResponse(format_html('<p>' + request.GET['q'] + '</p>'))  # expect: py/xss

# == Django response written to
from django.http import HttpResponse


def a(request):
    response = HttpResponse()
    response.write('<p>')
    response.write(request.POST['comment'])  # expect: py/xss
    return response


def b(request):
    response = HttpResponse(content_type='text/csv')
    response.write(request.POST['comment'])
    return response

# == FastAPI pages
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
import html

app = FastAPI()


@app.get('/a', response_class=HTMLResponse)
async def a(name: str):
    return f'<p>{name}</p>'  # expect: py/xss


@app.get('/b')
async def b(name: str):
    return HTMLResponse('<p>' + name + '</p>')  # expect: py/xss


@app.get('/c')
async def c(name: str):
    return {'name': name}


@app.get('/d')
async def d(request: Request):
    return HTMLResponse(f'<p>{html.escape(request.query_params["n"])}</p>')


@app.get('/e')
async def e(name: str):
    return PlainTextResponse(name)

# == Tornado and Bottle and aiohttp
import html
import tornado.web
import tornado.escape


class A(tornado.web.RequestHandler):
    def get(self):
        self.write('<p>' + self.get_argument('q') + '</p>')  # expect: py/xss

    def post(self):
        self.write('<p>' + tornado.escape.xhtml_escape(self.get_argument('q')) + '</p>')

    def put(self):
        self.write({'q': self.get_argument('q')})

# == Bottle
from bottle import route, request, template, run, html_escape, response


@route('/a')
def a():
    return '<p>' + request.query.q + '</p>'  # expect: py/xss


@route('/b')
def b():
    return template('<p>{{q}}</p>', q=request.query.q)


@route('/c')
def c():
    return '<p>%s</p>' % html_escape(request.query.get('q'))


@route('/d/<name>')
def d(name):
    return f'<p>{name}</p>'  # expect: py/xss

# == aiohttp
from aiohttp import web
import html

routes = web.RouteTableDef()


@routes.get('/a')
async def a(request):
    return web.Response(text='<p>' + request.query['q'] + '</p>', content_type='text/html')  # expect: py/xss


@routes.get('/b')
async def b(request):
    return web.Response(text=request.query['q'])


@routes.post('/c')
async def c(request):
    form = await request.post()
    return web.Response(body=('<p>' + html.escape(form['q'])).encode(), content_type='text/html')

# == the standard library's server
import html
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlparse, parse_qs


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlparse(self.path).query)
        self.send_response(200)
        self.send_header('Content-Type', 'text/html')
        self.end_headers()
        self.wfile.write(('<p>' + query['q'][0] + '</p>').encode())  # expect: py/xss

    def do_POST(self):
        size = int(self.headers['Content-Length'])
        body = self.rfile.read(size).decode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(html.escape(body).encode())

# == an exception text
from flask import Flask, request

app = Flask(__name__)


@app.route('/n')
def n():
    value = request.args['n']
    try:
        return str(int(value) * 2)
    except ValueError:
        return 'not a number: ' + value, 400  # expect: py/xss

# == Jinja environment of its own
from flask import Flask, request
from jinja2 import Environment, select_autoescape

app = Flask(__name__)
loud = Environment()  # expect: py/autoescape-off
quiet = Environment(autoescape=True)


@app.route('/n')
def n():
    return loud.from_string('<p>{{ n }}</p>').render(n=request.args['n'])  # expect: py/xss


@app.route('/m')
def m():
    return quiet.from_string('<p>{{ n }}</p>').render(n=request.args['n'])

# == a stream of pieces
from flask import Flask, request, Response, stream_with_context

app = Flask(__name__)


@app.route('/s')
def s():
    name = request.args['n']

    def pieces():
        yield '<html>'
        yield '<p>' + name + '</p>'
        yield '</html>'
    return Response(stream_with_context(pieces()))  # expect: py/xss

# == a method view
from flask import Flask, request, views

app = Flask(__name__)


class Show(views.MethodView):
    def get(self, name):
        return '<p>' + name + '</p>'  # expect: py/xss

    def post(self):
        return {'x': request.form['x']}


app.add_url_rule('/show/<name>', view_func=Show.as_view('show'))
