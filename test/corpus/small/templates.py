# == a greeting that the template marks as safe, in a loop and through an include
# -- file: app.py
from flask import Flask, render_template, request

app = Flask(__name__)


@app.get('/board')
def board():
    notes = [request.args.get('note', ''), 'welcome']
    return render_template('board.html', notes=notes, title=request.args.get('title'))  # expect: py/template-autoescape


@app.get('/quiet')
def quiet():
    return render_template('quiet.html', title=request.args.get('title'), count=int(request.args.get('n', 1)))
# -- file: templates/board.html
{% extends "base.html" %}
{% for note in notes %}{% include "note.html" %}{% endfor %}
<h1>{{ title }}</h1>
{% for note in notes %}<p>{{ note|safe }}</p>{% endfor %}
# -- file: templates/base.html
<title>{{ title }}</title>
# -- file: templates/note.html
<i>{{ note }}</i>
# -- file: templates/quiet.html
<h1>{{ title }}</h1><script>let n = {{ count }}; let t = {{ title|tojson }};</script>
# == what was stored comes out of a template as it is
# -- file: shop/views.py
from django.shortcuts import get_object_or_404, render

from shop.models import Review


def reviews(request, product_id):
    return render(request, 'shop/reviews.html', {'reviews': Review.objects.filter(product_id=product_id)})
# -- file: shop/templates/shop/reviews.html
{% for review in reviews %}
<b>{{ review.author }}</b>
<div>{{ review.text|safe }}</div>  {# expect: py/template-raw-output #}
<div>{{ review.text|linebreaks }}</div>
{{ form.as_p|safe }}
{% endfor %}
{% autoescape off %}{{ banner }}{% endautoescape %}  {# expect: py/template-raw-output #}
# == a template of an environment that escapes, rendered by name
# -- file: card.py
from flask import Flask, request
from jinja2 import Environment, FileSystemLoader, select_autoescape

app = Flask(__name__)
env = Environment(loader=FileSystemLoader('templates'), autoescape=select_autoescape())


@app.get('/card')
def card():
    page = env.get_template('card.html')
    return page.render(name=request.args['name'], job=request.args['job'])  # expect: py/template-autoescape


@app.get('/plain')
def plain():
    return env.get_template('plain.html').render({'name': request.args['name']})
# -- file: templates/card.html
<h1>{{ name }}</h1>{% set text = job %}<p>{{ text|safe }}</p>
# -- file: templates/plain.html
<h1>{{ name }}</h1>
# == templates of FastAPI, older and newer form
# -- file: main.py
from fastapi import FastAPI, Request
from fastapi.templating import Jinja2Templates

app = FastAPI()
templates = Jinja2Templates(directory='templates')


@app.get('/new')
def new(request: Request, bio: str = ''):
    return templates.TemplateResponse(request, 'profile.html', {'bio': bio})  # expect: py/template-autoescape


@app.get('/old')
def old(request: Request, bio: str = ''):
    return templates.TemplateResponse('profile.html', {'request': request, 'bio': bio})  # expect: py/template-autoescape


@app.get('/kept')
def kept(request: Request, bio: str = ''):
    return templates.TemplateResponse(request=request, name='kept.html', context={'bio': bio})
# -- file: templates/profile.html
<p>{% autoescape false %}{{ bio }}{% endautoescape %}</p>
# -- file: templates/kept.html
<p>{{ bio }}</p>
# == an unquoted value in a script
# -- file: app.py
from flask import Flask, render_template_string, request

app = Flask(__name__)


@app.get('/chart')
def chart():
    return render_template_string('<script>draw({{ points }})</script>', points=request.args['points'])  # expect: py/xss


@app.get('/label')
def label():
    return render_template_string('<script>draw("{{ label }}")</script>', label=request.args['label'])
