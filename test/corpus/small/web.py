# == back to where the visitor came from
from flask import Flask, request, redirect, url_for

app = Flask(__name__)


@app.route('/login', methods=['POST'])
def login():
    target = request.args.get('next')
    return redirect(target or url_for('index'))  # expect: py/open-redirect


@app.route('/')
def index():
    return redirect(url_for('show', name=request.args.get('name')))

# == a check of the host, as many write it
from urllib.parse import urlparse, urljoin
from flask import Flask, request, redirect, abort

app = Flask(__name__)


def is_safe_url(target):
    ref_url = urlparse(request.host_url)
    test_url = urlparse(urljoin(request.host_url, target))
    return test_url.scheme in ('http', 'https') and ref_url.netloc == test_url.netloc


@app.route('/login')
def login():
    target = request.args.get('next')
    if not is_safe_url(target):
        return abort(400)
    return redirect(target)

# == netloc must be empty
from urllib.parse import urlparse
from flask import Flask, request, redirect

app = Flask(__name__)


@app.route('/login')
def login():
    target = request.args.get('next', '')
    parts = urlparse(target)
    if parts.netloc or parts.scheme:
        target = '/'
    return redirect(target)

# == the check looks at the beginning only
from flask import Flask, request, redirect

app = Flask(__name__)


@app.route('/login')
def login():
    target = request.args.get('next', '')
    if not target.startswith('http'):
        return redirect('/')
    return redirect(target)  # expect: py/open-redirect

# == location set by hand
from flask import Flask, request, Response, make_response

app = Flask(__name__)


@app.route('/a')
def a():
    response = make_response('', 302)
    response.headers['Location'] = request.args['to']  # expect: py/open-redirect
    return response


@app.route('/b')
def b():
    return '', 302, {'Location': request.args['to']}  # expect: py/open-redirect


@app.route('/c')
def c():
    return Response('', status=302, headers={'Location': request.args['to']})  # expect: py/open-redirect

# == Django redirects
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View


def a(request):
    return HttpResponseRedirect(request.GET.get('next', '/'))  # expect: py/open-redirect


def b(request):
    target = request.GET.get('next', '/')
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return redirect(target)
    return redirect('/')


class C(View):
    def get(self, request, *args, **kwargs):
        return redirect(request.META.get('HTTP_REFERER'))  # expect: py/open-redirect


def d(request):
    return redirect('profile', request.GET['name'])

# == FastAPI redirects
from fastapi import FastAPI
from fastapi.responses import RedirectResponse

app = FastAPI()
LINKS = {'a': 'https://a.example'}


@app.get('/go')
def go(url: str):
    return RedirectResponse(url)  # expect: py/open-redirect


@app.get('/go/{key}')
def go_key(key: str):
    return RedirectResponse(LINKS[key])


@app.get('/item/{key}')
def item(key: str):
    return RedirectResponse(url=f'/items/{key}', status_code=303)

# == session values
from flask import Flask, request, session

app = Flask(__name__)


@app.route('/a')
def a():
    session['user'] = request.args['user']  # expect: py/trust-boundary
    session[request.args['key']] = 1  # expect: py/trust-boundary
    session['n'] = int(request.args['n'])
    session.update(theme=request.cookies['theme'])  # expect: py/trust-boundary
    session.setdefault('lang', request.args.get('lang'))  # expect: py/trust-boundary
    return 'ok'

# == session of Django
def a(request):
    from django.http import JsonResponse
    request.session['role'] = request.POST['role']  # expect: py/trust-boundary
    request.session['seen'] = True
    return JsonResponse({})

# == cookies in Flask
from flask import Flask, make_response, request

app = Flask(__name__)


@app.route('/a')
def a():
    response = make_response('x')
    response.set_cookie('sid', 'abc')  # expect: py/insecure-cookie
    response.set_cookie('sid', 'abc', secure=True, httponly=True, samesite='Lax')
    response.set_cookie('sid', 'abc', secure=False, httponly=True)  # expect: py/insecure-cookie
    flags = {'secure': True, 'httponly': True, 'samesite': 'Strict'}
    response.set_cookie('sid', 'abc', **flags)
    return response

# == cookies by other ways
import http.cookies
from django.http import HttpResponse
from fastapi import FastAPI, Response

app = FastAPI()


def view(request):
    response = HttpResponse('x')
    response.set_cookie('a', 'b', max_age=10)  # expect: py/insecure-cookie
    response.set_signed_cookie('a', 'b', salt='x', secure=True, httponly=True, samesite='Lax')
    return response


@app.get('/')
def index(response: Response):
    response.set_cookie(key='a', value='b')  # expect: py/insecure-cookie
    response.set_cookie(key='a', value='b', secure=True, httponly=True, samesite='strict')
    return {}

# == fetch what a visitor names
import requests
import httpx
import urllib.request
from urllib.parse import urlparse
from flask import Flask, request, abort

app = Flask(__name__)
HOSTS = {'api.example.com', 'cdn.example.com'}


@app.route('/a')
def a():
    return requests.get(request.args['url'], timeout=3).content  # expect: py/ssrf


@app.route('/b')
def b():
    url = request.args['url']
    if urlparse(url).hostname not in HOSTS:
        abort(400)
    return {'n': len(requests.get(url, timeout=3).content)}


@app.route('/c')
def c():
    return {'n': len(httpx.get('https://' + request.args['host'] + '/status').text)}  # expect: py/ssrf


@app.route('/d')
def d():
    with urllib.request.urlopen(urllib.request.Request(request.form['feed'])) as response:  # expect: py/ssrf
        return {'n': len(response.read())}


@app.route('/e')
def e():
    return {'n': requests.get('https://api.example.com/items', params={'q': request.args['q']}, timeout=3).json()}

# == headers of the answer
from flask import Flask, request, make_response

app = Flask(__name__)


@app.route('/a')
def a():
    response = make_response('x')
    response.headers['X-Name'] = request.args['name']  # expect: py/header-injection
    return response

# == Starlette class-based endpoint
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route


class Home(HTTPEndpoint):
    async def get(self, request):
        return HTMLResponse('<p>' + request.query_params['q'])  # expect: py/xss


async def plain(request):
    return PlainTextResponse(request.query_params['q'])


async def page(request):
    return HTMLResponse(request.path_params['name'])  # expect: py/xss


app = Starlette(routes=[Route('/', Home), Route('/plain', plain), Route('/page/{name}', page)])
