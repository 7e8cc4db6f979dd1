# == an address of a page with a fixed beginning
from flask import Flask, redirect, request

app = Flask(__name__)


@app.route('/a')
def a():
    return redirect('/items/' + request.args['id'])


@app.route('/b')
def b():
    return redirect('https://shop.example/items?' + request.query_string.decode())


@app.route('/c')
def c():
    return redirect('https://' + request.args['host'] + '/login')  # expect: py/open-redirect


@app.route('/d')
def d():
    return redirect(request.args['scheme'] + '://shop.example/')  # expect: py/open-redirect


@app.route('/e')
def e():
    return redirect('//' + request.args['host'])  # expect: py/open-redirect

# == a target out of a table or checked by a regular expression
import re
from flask import Flask, redirect, request

app = Flask(__name__)
TARGETS = {'home': '/', 'shop': 'https://shop.example/'}


@app.route('/a')
def a():
    return redirect(TARGETS.get(request.args.get('t'), '/'))


@app.route('/b')
def b():
    target = request.args['t']
    if not re.match(r'^/[a-z0-9/]*$', target):
        target = '/'
    return redirect(target)  # expect: py/open-redirect


@app.route('/c')
def c():
    target = request.args['t']
    if not target.startswith('https://shop.example/'):
        return redirect('/')
    return redirect(target)


@app.route('/d')
def d():
    target = request.args['t']
    return redirect(target) if target in TARGETS.values() else redirect('/')

# == a session that is filled in several ways
from flask import Flask, request, session

app = Flask(__name__)


@app.route('/a', methods=['POST'])
def a():
    name = request.form.get('name')
    key = 'fixed'
    session[key] = name  # expect: py/trust-boundary
    session['count'] = len(name)
    session['known'] = name if name in ('a', 'b') else 'a'
    data = {'name': name, 'fixed': 'x'}
    session['x'] = data['fixed']
    session['y'] = data['name']  # expect: py/trust-boundary
    return 'ok'

# == the user's digest by an algorithm out of a configuration
import configparser
import hashlib
from flask import Flask, request

app = Flask(__name__)
parser = configparser.ConfigParser()
parser.read_dict({'hash': {'old': 'md5', 'new': 'sha512'}})


@app.route('/a')
def a():
    digest = hashlib.sha512()
    digest.update(request.args['x'].encode())
    return {'d': digest.hexdigest()}


@app.route('/b')
def b():
    digest = hashlib.new('sha1')  # expect: py/weak-hash
    digest.update(request.args['x'].encode())
    return {'d': digest.hexdigest()}

# == secrets, system randomness and numpy
import random
import secrets
import uuid
from flask import Flask, session

app = Flask(__name__)


@app.route('/a')
def a():
    session['token'] = secrets.token_hex(16)
    session['id'] = str(uuid.uuid4())
    session['pin'] = str(random.SystemRandom().randint(1000, 9999))
    generator = random.SystemRandom()
    session['otp'] = generator.randrange(10 ** 6)
    return 'ok'


@app.route('/b')
def b():
    session['token'] = str(random.randint(0, 10 ** 9))  # expect: py/weak-random
    rng = random.Random()
    session['otp'] = rng.randrange(10 ** 6)  # expect: py/weak-random
    return 'ok'

# == cookies by headers and by a simple cookie
from http.cookies import SimpleCookie
from flask import Flask, make_response, request

app = Flask(__name__)


@app.route('/a')
def a():
    response = make_response('x')
    response.set_cookie('a', 'b', max_age=60, secure=True, httponly=True, path=request.path)
    secure = True
    response.set_cookie('c', 'd', secure=secure, httponly=not False)
    response.set_cookie('e', 'f', None, None, '/', None, False, True)  # expect: py/insecure-cookie
    response.set_cookie('g', 'h', secure=1 > 2, httponly=True)  # expect: py/insecure-cookie
    return response

# == XML in several ways
import io
import xml.dom.minidom
import xml.etree.ElementTree as ET
import xml.sax
import lxml.etree
from flask import Flask, request

app = Flask(__name__)


@app.route('/a', methods=['POST'])
def a():
    tree = lxml.etree.parse(io.BytesIO(request.data))  # expect: py/xxe
    return {'n': len(tree.getroot())}


@app.route('/b', methods=['POST'])
def b():
    parser = lxml.etree.XMLParser(resolve_entities=False)
    tree = lxml.etree.parse(io.BytesIO(request.data), parser)
    return {'n': len(tree.getroot())}


@app.route('/c', methods=['POST'])
def c():
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    doc = xml.dom.minidom.parse(io.BytesIO(request.data), parser)  # expect: py/xxe
    return {'n': len(doc.childNodes)}

# == deserialisation after a check of the type
import base64
import json
import pickle
import yaml
from flask import Flask, request

app = Flask(__name__)
KNOWN = {'a': b'\x80\x04K\x01.'}


@app.route('/a')
def a():
    return {'n': pickle.loads(KNOWN[request.args['k']])}


@app.route('/b')
def b():
    text = request.args['x']
    return {'n': json.loads(base64.b64decode(text))}


@app.route('/c')
def c():
    text = request.args['x']
    return {'n': yaml.load(text, Loader=yaml.CSafeLoader)}


@app.route('/d')
def d():
    blob = bytes(request.args['x'], 'latin-1')
    return {'n': pickle.loads(blob)}  # expect: py/unsafe-deserialization

# == LDAP and XPath with values that are checked
import re
import ldap3
from lxml import etree
from flask import Flask, request, abort

app = Flask(__name__)


@app.route('/a')
def a():
    name = request.args['n']
    if not name.isalnum():
        abort(400)
    conn = ldap3.Connection('x')
    conn.search('dc=x', '(cn=' + name + ')')
    return {'n': len(etree.parse('x.xml').xpath('//u[@n="' + name + '"]'))}


@app.route('/b')
def b():
    name = request.args['n'].replace('*', '')
    conn = ldap3.Connection('x')
    conn.search('dc=x', '(cn=' + name + ')')  # expect: py/ldap-injection
    name = request.args['n'].replace("'", '&apos;')
    return {'n': len(etree.parse('x.xml').xpath("//u[@n='" + name + "']"))}

# == a try block with a fall-back
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    try:
        number = int(request.args['n'])
    except ValueError:
        number = 1
    os.system('sleep %s' % number)
    return ''


@app.route('/b')
def b():
    value = request.args['n']
    try:
        int(value)
    except ValueError:
        pass
    os.system('sleep ' + value)  # expect: py/command-injection
    return ''

# == while, break, continue and else
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    out = ''
    i = 0
    while True:
        if i > 3:
            break
        i += 1
        if i == 2:
            continue
        out += request.args.get('p%d' % i, '')
    os.system(out)  # expect: py/command-injection
    for word in ('a', 'b'):
        if word == request.args.get('w'):
            chosen = word
            break
    else:
        chosen = 'none'
    os.system(chosen)
    return ''

# == nested functions with state
import os
from flask import Flask, request

app = Flask(__name__)


def collector():
    kept = []

    def add(value):
        kept.append(value)
        return add

    def text():
        return ' '.join(kept)

    add.text = text
    return add, text


@app.route('/a')
def a():
    add, text = collector()
    add('echo')
    add(request.args['x'])
    os.system(text())  # expect: py/command-injection
    return ''

# == builder with chained calls
import os
from flask import Flask, request

app = Flask(__name__)


class Builder:
    def __init__(self):
        self.parts = []
        self.options = {}

    def add(self, part):
        self.parts.append(part)
        return self

    def option(self, name, value):
        self.options[name] = value
        return self

    def build(self):
        return ' '.join(self.parts)


@app.route('/a')
def a():
    os.system(Builder().add('ls').add(request.args['x']).build())  # expect: py/command-injection
    os.system(Builder().add('ls').option('x', request.args['x']).build())
    return ''

# == properties, slots and descriptors
import os
from flask import Flask, request

app = Flask(__name__)


class Command:
    __slots__ = ('_text', 'label')

    def __init__(self, text, label):
        self._text = text
        self.label = label

    @property
    def text(self):
        return self._text

    @text.setter
    def text(self, value):
        self._text = value

    def __str__(self):
        return self._text


@app.route('/a')
def a():
    command = Command('ls', request.args['l'])
    os.system(command.text)
    command.text = request.args['x']
    os.system(command.text)  # expect: py/command-injection
    os.system(str(command))  # expect: py/command-injection
    os.system(f'{command}')  # expect: py/command-injection
    return ''

# == operators of a class
import os
from flask import Flask, request

app = Flask(__name__)


class Text:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        return Text(self.value + str(other))

    def __len__(self):
        return len(self.value)


@app.route('/a')
def a():
    text = Text('ls ') + request.args['x']
    os.system(text.value)  # expect: py/command-injection
    return ''

# == async generators and gather
import asyncio
import os
from fastapi import FastAPI

app = FastAPI()


async def words(text):
    for word in text.split():
        yield word


async def fetch(text):
    return text


@app.get('/a')
async def a(x: str):
    async for word in words(x):
        os.system(word)  # expect: py/command-injection
    first, second = await asyncio.gather(fetch(x), fetch('ls'))
    os.system(first)  # expect: py/command-injection
    task = asyncio.create_task(fetch(x))
    os.system(await task)  # expect: py/command-injection
    return {}

# == an f-string with format and nested parts
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    x = request.args['x']
    n = 7
    os.system(f'echo {x!s:>{n}}')  # expect: py/command-injection
    os.system(f"echo {'a' if x else 'b'}")
    os.system(f'echo {n:03d}')
    os.system(f'echo {len(x)} {x.count("a")}')
    os.system(f'echo {x == "a"}')
    os.system('echo ' + ('yes' if x == 'a' else 'no'))
    os.system('echo ' + (x or 'nothing'))  # expect: py/command-injection
    os.system('echo ' + (x and 'something'))
    return ''

# == dictionary methods
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    box = dict(a='fixed', b=request.args['x'])
    os.system(box.get('a'))
    os.system(box.pop('b'))  # expect: py/command-injection
    box.update({'c': request.args['y']})
    os.system(box.setdefault('a', 'z'))
    os.system(box['c'])  # expect: py/command-injection
    copy = {key: value for key, value in box.items()}
    os.system(copy['c'])  # expect: py/command-injection
    os.system(' '.join(box.keys()))
    os.system(' '.join(box.values()))  # expect: py/command-injection
    other = box | {'d': 'fixed'}
    os.system(other['d'])
    os.system(other['c'])  # expect: py/command-injection
    del other['c']
    return ''

# == values that only choose
import os
from flask import Flask, request

app = Flask(__name__)


def choose(name):
    if name == 'disk':
        return 'df'
    elif name == 'memory':
        return 'free'
    return 'uptime'


@app.route('/a')
def a():
    os.system(choose(request.args['what']))
    index = int(request.args.get('i', 0)) % 2
    os.system(['df', 'free'][index])
    os.system({'d': 'df'}.get(request.args['what'], 'free'))
    flag = '-h' if request.args.get('human') else ''
    os.system('df ' + flag)
    return ''

# == a literal of text is all that is evaluated
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    text = request.args['x']
    if not text.startswith("'") or not text.endswith("'") or "'" in text[1:-1]:
        return 'only a text', 400
    return {'r': eval(text)}


@app.route('/b')
def b():
    text = request.args['x']
    if not text.startswith("'") or not text.endswith("'"):
        return 'only a text', 400
    return {'r': eval(text)}  # expect: py/code-injection

# == a directory that somebody else opened
from flask import Flask, current_app, request

app = Flask(__name__)


@app.route('/a')
def a():
    conn = current_app.extensions['directory']
    conn.search('dc=x', '(uid=' + request.args['uid'] + ')')  # expect: py/ldap-injection
    return {'n': len(conn.entries), 's': current_app.extensions['index'].search('all', request.args['q'])}

# == a shell in a list that grows
import platform
import subprocess
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    args = []
    if platform.system() == 'Windows':
        args.append('cmd.exe')
        args.append('-c')
    else:
        args.append('sh')
        args.append('-c')
    args.append('echo ' + request.args['x'])
    subprocess.run(args, capture_output=True)  # expect: py/command-injection
    plain = ['echo']
    plain.append(request.args['x'])
    return {'o': subprocess.run(plain, capture_output=True).stdout.decode()}
