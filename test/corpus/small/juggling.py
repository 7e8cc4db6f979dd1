# == a helper class with an interface and a factory
import os
from abc import ABC, abstractmethod
from flask import Flask, request

app = Flask(__name__)


class Step(ABC):
    @abstractmethod
    def apply(self, text):
        ...


class Keep(Step):
    def apply(self, text):
        return text


class Constant(Step):
    def apply(self, text):
        return 'ls'


def make(kind) -> Step:
    if kind == 'keep':
        return Keep()
    return Constant()


@app.route('/a')
def a():
    os.system(make('keep').apply(request.args['x']))  # expect: py/command-injection
    return ''


@app.route('/b')
def b():
    os.system(make('other').apply(request.args['x']))
    return ''

# == the type of a parameter is the base class
import os
from flask import Flask, request

app = Flask(__name__)


class Runner:
    def run(self, text):
        raise NotImplementedError


class Shell(Runner):
    def run(self, text):
        os.system(text)  # expect: py/command-injection


class Printer(Runner):
    def run(self, text):
        print(text)


def work(runner: Runner, text):
    runner.run(text)


@app.route('/a')
def a():
    runner: Runner = app.config['RUNNER']
    work(runner, request.args['x'])
    return ''

# == a list shifted about
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    values = []
    values.append('safe')
    values.append(request.form.get('x'))
    values.append('again')
    values.pop(0)
    os.system(values[0])  # expect: py/command-injection
    os.system(values[1])
    return ''

# == a dictionary written twice
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    box = {}
    box['keyA'] = 'a value'
    box['keyB'] = request.headers.get('X-Value')
    box['keyC'] = 'another value'
    value = box['keyB']
    value = box['keyA']
    os.system(value)
    other = box['keyB']
    os.system(other)  # expect: py/command-injection
    return ''

# == a configuration written and read
import configparser
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    conf = configparser.ConfigParser()
    conf.add_section('sec')
    conf.set('sec', 'first', 'fixed')
    conf.set('sec', 'second', request.args['x'])
    os.system(conf.get('sec', 'first'))
    os.system(conf.get('sec', 'second'))  # expect: py/command-injection
    os.system(conf['sec']['first'])
    os.system(conf['sec']['second'])  # expect: py/command-injection
    return ''

# == arithmetic decides
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    num = 86
    x = request.args['x']
    if 7 * 42 - num > 200:
        y = 'never changes'
    else:
        y = x
    os.system(y)
    num = 106
    z = 'stays' if (7 * 18) + num > 200 else x
    os.system(z)
    w = x if (500 / 42) + num > 200 else 'stays'
    os.system(w)
    return ''

# == a letter out of a text decides
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    x = request.args['x']
    guess = 'ABC'
    target = guess[1]
    match target:
        case 'A':
            y = x
        case 'B':
            y = 'bob'
        case 'C' | 'D':
            y = x
        case _:
            y = 'bob'
    os.system(y)
    target = guess[2]
    match target:
        case 'A':
            z = x
        case 'B':
            z = 'bob'
        case 'C' | 'D':
            z = x
        case _:
            z = 'bob'
    os.system(z)  # expect: py/command-injection
    return ''

# == a chain of helpers that change the form
import base64
import os
from flask import Flask, request

app = Flask(__name__)


def first(text):
    return second(text)


def second(text):
    return base64.b64decode(base64.b64encode(text.encode('utf-8'))).decode('utf-8')


@app.route('/a')
def a():
    x = request.args.get('x')
    os.system(first(x))  # expect: py/command-injection
    return ''

# == keys of the request are values too
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a', methods=['POST'])
def a():
    found = ''
    for name in request.form.keys():
        values = request.form.getlist(name)
        if 'wanted' in values:
            found = name
            break
    os.system('echo ' + found)  # expect: py/command-injection
    return ''

# == names of headers
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    param = ''
    for name, value in request.headers.items():
        if name.startswith('X-'):
            param = name
    os.system('echo ' + param)  # expect: py/command-injection
    return ''

# == a wrapper class of the request
import os
import urllib.parse
from flask import Flask, request

app = Flask(__name__)


class Wrapper:
    def __init__(self, req):
        self.req = req

    def cookie(self, name):
        value = self.req.cookies.get(name)
        return urllib.parse.unquote_plus(value) if value else ''

    def fixed(self, name):
        return 'bar'

    def query(self, name):
        return self.req.args.get(name, '')


@app.route('/a')
def a():
    wrapped = Wrapper(request)
    os.system(wrapped.cookie('x'))  # expect: py/command-injection
    os.system(wrapped.fixed('x'))
    os.system(wrapped.query('x'))  # expect: py/command-injection
    return ''

# == the query string by hand with an offset
import os
import urllib.parse
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    query = request.query_string.decode('utf-8')
    loc = query.find('x' + '=')
    if loc == -1:
        return 'missing'
    param = query[loc + len('x') + 1:]
    amp = param.find('&')
    if amp != -1:
        param = param[:amp]
    param = urllib.parse.unquote_plus(param)
    os.system('ls ' + param)  # expect: py/command-injection
    return ''

# == copied and replaced
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    x = request.args['x']
    text = 'This is a fixed text, %s'
    y = text.replace('fixed', 'other')
    os.system(y)
    z = x.split(' ')[0]
    os.system(z)  # expect: py/command-injection
    w = ''
    if x:
        w = x.split(' ')[0]
        w = w[:-1] + 'Z'
    os.system(w)  # expect: py/command-injection
    return ''

# == global state of the module
import os
from flask import Flask, request

app = Flask(__name__)
last = None


def remember(value):
    global last
    last = value


@app.route('/a')
def a():
    remember(request.args['x'])
    os.system(last)  # expect: py/command-injection
    return ''

# == the request object g
import os
from flask import Flask, g, request

app = Flask(__name__)


@app.before_request
def load():
    g.user = request.headers.get('X-User')
    g.flag = 'fixed'


@app.route('/a')
def a():
    os.system('id ' + g.user)  # expect: py/command-injection
    os.system('id ' + g.flag)
    return ''

# == a generator and a context manager
import contextlib
import os
from flask import Flask, request

app = Flask(__name__)


@contextlib.contextmanager
def opened(name):
    yield name.upper()


def words(text):
    for word in text.split():
        yield word


@app.route('/a')
def a():
    with opened(request.args['x']) as value:
        os.system(value)  # expect: py/command-injection
    for word in words(request.args['y']):
        os.system(word)  # expect: py/command-injection
    for word in words('a b c'):
        os.system(word)
    return ''

# == a class with __call__ and __getitem__
import os
from flask import Flask, request

app = Flask(__name__)


class Box:
    def __init__(self):
        self._items = {}

    def __setitem__(self, key, value):
        self._items[key] = value

    def __getitem__(self, key):
        return self._items[key]

    def __call__(self, key):
        return self._items.get(key, '')

    def __contains__(self, key):
        return key in self._items


@app.route('/a')
def a():
    box = Box()
    box['a'] = request.args['x']
    box['b'] = 'fixed'
    os.system(box['a'])  # expect: py/command-injection
    os.system(box['b'])
    os.system(box('a'))  # expect: py/command-injection
    return ''

# == pydantic and dataclasses
import dataclasses
import os
from typing import Optional
from fastapi import FastAPI
from pydantic import BaseModel, Field, constr

app = FastAPI()


class Inner(BaseModel):
    command: str
    count: int = 0


class Outer(BaseModel):
    inner: Inner
    note: Optional[str] = None


@dataclasses.dataclass
class Job:
    name: str
    command: str = 'ls'


@app.post('/a')
def a(outer: Outer):
    os.system(outer.inner.command)  # expect: py/command-injection
    os.system('echo %d' % outer.inner.count)
    os.system(f'echo {outer.inner.count}')
    data = outer.dict()
    os.system(data['note'])  # expect: py/command-injection
    job = Job(outer.note)
    os.system(job.command)
    os.system(dataclasses.replace(job, command=outer.note).command)  # expect: py/command-injection
    return {}

# == reduce, map, filter, zip, sorted and friends
import functools
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    parts = request.args.getlist('p')
    os.system(functools.reduce(lambda x, y: x + ' ' + y, parts))  # expect: py/command-injection
    os.system(' '.join(map(str.strip, parts)))  # expect: py/command-injection
    os.system(' '.join(str(int(p)) for p in parts))
    os.system(' '.join(sorted(set(parts))))  # expect: py/command-injection
    os.system(max(parts, key=len))  # expect: py/command-injection
    for i, (p, q) in enumerate(zip(parts, ['a', 'b'])):
        os.system(q)
        os.system(p)  # expect: py/command-injection
    os.system(next(iter(parts), ''))  # expect: py/command-injection
    return ''

# == star expressions, unpacking and swaps
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    x, y = request.args['x'], 'fixed'
    x, y = y, x
    os.system(x)
    os.system(y)  # expect: py/command-injection
    first, *rest = ['fixed', y, 'other']
    os.system(first)
    os.system(rest[0])  # expect: py/command-injection
    merged = {**{'a': 'fixed'}, **{'b': y}}
    os.system(merged['a'])
    os.system(merged['b'])  # expect: py/command-injection
    return ''

# == a thread pool and asyncio
import asyncio
import concurrent.futures
import os
from flask import Flask, request

app = Flask(__name__)


def work(text):
    os.system(text)  # expect: py/command-injection
    return text


async def later(text):
    os.system('echo ' + text)  # expect: py/command-injection


@app.route('/a')
def a():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(work, request.args['x'])
        list(pool.map(work, request.args.getlist('y')))
    asyncio.run(later(request.args['z']))
    return ''

# == results of a future
import concurrent.futures
import os
from flask import Flask, request

app = Flask(__name__)


def work(text):
    return text.lower()


@app.route('/a')
def a():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        future = pool.submit(work, request.args['x'])
        os.system(future.result())  # expect: py/command-injection
    return ''

# == exceptions carry it
import os
from flask import Flask, request

app = Flask(__name__)


class Refused(Exception):
    def __init__(self, value):
        super().__init__(value)
        self.value = value


def check(value):
    if len(value) > 3:
        raise Refused(value)


@app.route('/a')
def a():
    value = request.args['x']
    try:
        check(value)
    except Refused as error:
        os.system('echo ' + value)  # expect: py/command-injection
    return ''

# == nested functions and decorators with arguments
import functools
import os
from flask import Flask, request

app = Flask(__name__)


def with_parameter(name):
    def decorate(view):
        @functools.wraps(view)
        def inner():
            return view(request.args.get(name))
        return inner
    return decorate


@app.route('/a')
@with_parameter('x')
def a(value):
    os.system('echo ' + value)  # expect: py/command-injection
    return ''

# == inherited state and super
import os
from flask import Flask, request
from flask.views import MethodView

app = Flask(__name__)


class Base(MethodView):
    decorators = []

    def parameter(self):
        return request.values.get('x')

    def command(self):
        return 'ls'


class Child(Base):
    def command(self):
        return super().command() + ' ' + self.parameter()

    def get(self):
        os.system(self.command())  # expect: py/command-injection
        return ''

    def post(self):
        os.system(super().command())
        return ''


app.add_url_rule('/c', view_func=Child.as_view('c'))

# == class attributes and class methods
import os
from flask import Flask, request

app = Flask(__name__)


class Settings:
    command = 'ls'
    _value = None

    @classmethod
    def store(cls, value):
        cls._value = value

    @classmethod
    def load(cls):
        return cls._value

    @staticmethod
    def glue(left, right):
        return left + ' ' + right


@app.route('/a')
def a():
    Settings.store(request.args['x'])
    os.system(Settings.load())  # expect: py/command-injection
    os.system(Settings.command)
    os.system(Settings.glue('ls', request.args['y']))  # expect: py/command-injection
    return ''

# == bytes, encode, hex and slices
import binascii
import codecs
import os
import zlib
from flask import Flask, request

app = Flask(__name__)


@app.route('/a', methods=['POST'])
def a():
    raw = request.get_data()
    os.system(raw.decode('ascii', 'ignore')[2:-2])  # expect: py/command-injection
    os.system(codecs.decode(raw, 'rot13'))  # expect: py/command-injection
    os.system(str(raw, 'utf-8'))  # expect: py/command-injection
    os.system(zlib.decompress(raw).decode())  # expect: py/command-injection
    os.system(binascii.hexlify(raw).decode())  # expect: py/command-injection
    os.system(str(len(raw)))
    os.system(str(raw.count(b'x')))
    return ''

# == a validator object
import os
import re
from flask import Flask, request, abort

app = Flask(__name__)
NAME = re.compile(r'^[a-z0-9_]{1,30}$')


class Validator:
    def __init__(self, pattern):
        self.pattern = pattern

    def valid(self, text):
        return self.pattern.fullmatch(text) is not None


def checked(text):
    if not NAME.match(text):
        raise ValueError(text)
    return text


@app.route('/a')
def a():
    os.system(checked(request.args['x']))
    return ''


@app.route('/b')
def b():
    text = request.args['x']
    if not Validator(re.compile('[a-z]+')).valid(text):
        abort(400)
    os.system(text)
    return ''

# == length is not a check
import os
from flask import Flask, request, abort

app = Flask(__name__)


@app.route('/a')
def a():
    text = request.args.get('x', '')
    if not text or len(text) > 20 or text.isspace():
        abort(400)
    os.system(text)  # expect: py/command-injection
    return ''

# == a flag variable is tested later
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    text = request.args.get('x', '')
    known = text in ('a', 'b', 'c')
    if not known:
        return 'no', 400
    os.system(text)
    return ''

# == a mapping of functions
import os
from flask import Flask, request

app = Flask(__name__)


def upper(text):
    return text.upper()


def fixed(text):
    return 'fixed'


STEPS = {'up': upper, 'fix': fixed}


@app.route('/a')
def a():
    os.system(STEPS['up'](request.args['x']))  # expect: py/command-injection
    os.system(STEPS['fix'](request.args['x']))
    os.system(STEPS[request.args['step']](request.args['x']))  # expect: py/command-injection
    return ''

# == text out of a template of Python
import os
import textwrap
from flask import Flask, request

app = Flask(__name__)


@app.route('/a')
def a():
    x = request.args['x']
    os.system(textwrap.dedent(f'''  # expect: py/command-injection
        echo {x}
    '''))
    os.system('echo {0!r:>10}'.format(x))  # expect: py/command-injection
    os.system('echo {n:d}'.format(n=int(request.args['n'])))
    os.system('%(cmd)s -v' % {'cmd': x})  # expect: py/command-injection
    os.system('%(cmd)s -v' % {'cmd': 'ls', 'other': x})
    os.system(''.join(['echo', ' ', x]))  # expect: py/command-injection
    os.system('echo ' * 2 + x[::-1])  # expect: py/command-injection
    return ''
