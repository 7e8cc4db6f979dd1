# == a session that verifies nothing
import requests
import httpx

session = requests.Session()
session.verify = False  # expect: py/tls-not-verified


def fetch(url):
    return session.get(url, timeout=5)


def other(url):
    with requests.Session() as web:
        return web.post(url, verify=False, timeout=5)  # expect: py/tls-not-verified


async def third(url):
    async with httpx.AsyncClient(verify=False) as web:  # expect: py/tls-not-verified
        return await web.get(url)


def well(url):
    return requests.get(url, verify='/etc/ssl/company.pem', timeout=5)

# == certificates of aiohttp
import aiohttp


async def a(url):
    async with aiohttp.ClientSession() as session:
        async with session.get(url, ssl=False) as answer:  # expect: py/tls-not-verified
            return await answer.text()


async def b(url):
    connector = aiohttp.TCPConnector(verify_ssl=False)  # expect: py/tls-not-verified
    async with aiohttp.ClientSession(connector=connector) as session:
        return await session.get(url)


async def c(url):
    async with aiohttp.ClientSession() as session:
        return await session.get(url)

# == pools and stores without certificates
import ssl
import pymongo
import redis
import urllib3
from elasticsearch import Elasticsearch

pool = urllib3.PoolManager(cert_reqs='CERT_NONE')  # expect: py/tls-not-verified
named = urllib3.PoolManager(cert_reqs=ssl.CERT_NONE)  # expect: py/tls-not-verified
good = urllib3.PoolManager(cert_reqs='CERT_REQUIRED')
cache = redis.Redis(host='cache', ssl=True, ssl_cert_reqs='none')  # expect: py/tls-not-verified
docs = pymongo.MongoClient('mongodb://docs/', tls=True, tlsAllowInvalidCertificates=True)  # expect: py/tls-not-verified
index = Elasticsearch('https://index:9200', verify_certs=False)  # expect: py/tls-not-verified
index_too = Elasticsearch('https://index:9200', verify_certs=True)

# == a context that verifies nothing, made in a function of its own
import ssl
import urllib.request


def lenient():
    context = ssl.create_default_context()
    context.check_hostname = False  # expect: py/tls-not-verified
    context.verify_mode = ssl.CERT_NONE  # expect: py/tls-not-verified
    return context


def fetch(url):
    return urllib.request.urlopen('https://' + url, context=ssl._create_unverified_context()).read()  # expect: py/tls-not-verified

# == whether certificates are verified is left to the caller, who verifies unless told
import ssl


class Client:
    def __init__(self, host, validate_certs=True):
        self.host = host
        self.validate_certs = validate_certs

    def context(self):
        context = ssl.create_default_context()
        if not self.validate_certs:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def options(insecure):
    context = ssl.create_default_context()
    context.check_hostname = not insecure
    context.verify_mode = ssl.CERT_NONE if insecure else ssl.CERT_REQUIRED
    return context

# == old versions and suites of TLS
import ssl


def a():
    return ssl.SSLContext(ssl.PROTOCOL_SSLv3)  # expect: py/weak-tls


def b():
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_1  # expect: py/weak-tls
    return context


def c():
    context = ssl.create_default_context()
    context.set_ciphers('RC4-SHA:AES128-SHA')  # expect: py/weak-tls
    return context


def d():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers('ECDHE+AESGCM:!aNULL:!MD5:!RC4')
    return context

# == host keys of SSH
import asyncssh
import paramiko
import subprocess


def a(host):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy)  # expect: py/ssh-host-key
    client.connect(host)


def b(host):
    client = paramiko.client.SSHClient()
    client.set_missing_host_key_policy(paramiko.client.WarningPolicy())  # expect: py/ssh-host-key
    client.connect(host)


async def c(host):
    return await asyncssh.connect(host, known_hosts=None)  # expect: py/ssh-host-key


def d(host):
    subprocess.run(['ssh', '-o', 'StrictHostKeyChecking=no', host, 'uptime'])  # expect: py/ssh-host-key


def e(host):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect(host)


async def f(host):
    return await asyncssh.connect(host)

# == protocols without encryption
import ftplib
import smtplib
import telnetlib


def a(host, user, word):
    with ftplib.FTP(host) as ftp:  # expect: py/clear-text-protocol
        ftp.login(user, word)


def b(host):
    return telnetlib.Telnet(host, 23)  # expect: py/clear-text-protocol


def c(host, user, word):
    mail = smtplib.SMTP(host, 25)
    mail.login(user, word)  # expect: py/clear-text-protocol


def d(host, user, word):
    with ftplib.FTP_TLS(host) as ftp:
        ftp.login(user, word)

# == mail that asks for TLS before it logs in
import smtplib
import ssl


class Mailer:
    def open(self, host):
        self.server = smtplib.SMTP(host, 587)
        self.server.starttls(context=ssl.create_default_context())

    def send(self, user, word, text):
        server = smtplib.SMTP(self.host, 587)
        server.starttls()
        server.login(user, word)
        server.sendmail(user, user, text)

# == a public mirror by FTP, without a name
import ftplib


def mirror():
    ftp = ftplib.FTP('ftp.mirror.example')
    ftp.login()
    return ftp.nlst()

# == communities of SNMP
import os
from pysnmp.hlapi import CommunityData, UsmUserData, usmNoPrivProtocol

KEY = os.environ['SNMP_KEY']

old = CommunityData('public', mpModel=0)  # expect: py/snmp-insecure
plain = UsmUserData('reader', authKey=KEY, privProtocol=usmNoPrivProtocol)  # expect: py/snmp-insecure

# == debug switches of Flask
from flask import Flask

app = Flask(__name__)
app.debug = True  # expect: py/debug-enabled
app.config['DEBUG'] = True  # expect: py/debug-enabled
app.config.update(
    DEBUG=True,  # expect: py/debug-enabled
    TESTING=False,
)
app.config.from_mapping(WTF_CSRF_ENABLED=False)  # expect: py/csrf-off

# == debug by the environment
import os
from flask import Flask

app = Flask(__name__)
app.config['DEBUG'] = os.environ.get('DEBUG') == '1'
app.debug = bool(os.environ.get('DEBUG'))


def main(args):
    if args.debug:
        app.run(debug=True)
    else:
        app.run()


if __name__ == '__main__':
    app.run(debug=os.environ.get('DEBUG', '') == 'yes')

# == debug switches of other frameworks
import bottle
import tornado.web
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from werkzeug.serving import run_simple

api = FastAPI(debug=True)  # expect: py/debug-enabled
star = Starlette(debug=True)  # expect: py/debug-enabled
settings = {'debug': True, 'autoreload': True}
site = tornado.web.Application([], **settings)  # expect: py/debug-enabled
bottle.debug(True)  # expect: py/debug-enabled
run_simple('127.0.0.1', 5000, star, use_debugger=True)  # expect: py/debug-enabled
uvicorn.run(api, reload=True)

# == the classes of a configuration
import os
from flask import Flask


class Config:
    SECRET_KEY = 'q8Zr3-frost-line-77'  # expect: py/hardcoded-key
    WTF_CSRF_ENABLED = False  # expect: py/csrf-off
    SESSION_COOKIE_HTTPONLY = False  # expect: py/cookie-without-httponly
    SQLALCHEMY_DATABASE_URI = 'postgresql://shop:b1ue-Heron@db.internal/shop'  # expect: py/hardcoded-password


class ProductionConfig(Config):
    SECRET_KEY = os.environ.get('SECRET_KEY')
    WTF_CSRF_ENABLED = True
    SESSION_COOKIE_HTTPONLY = True


class TestingConfig(Config):
    TESTING = True
    DEBUG = True
    WTF_CSRF_ENABLED = False
    SQLALCHEMY_DATABASE_URI = 'sqlite://'


app = Flask(__name__)
app.config.from_object(ProductionConfig)

# == settings of Django as they are on many machines
DEBUG = True  # expect: py/debug-enabled
SECRET_KEY = 'django-insecure-(8w#h+z)k4^v0!p$x3@m7&n2*q9%r6-e5_y1=t'  # expect: py/hardcoded-key
ALLOWED_HOSTS = ['*']  # expect: py/any-host-allowed
INSTALLED_APPS = ['django.contrib.admin', 'django.contrib.auth']
MIDDLEWARE = [  # expect: py/csrf-off, py/missing-security-headers
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
]
DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.mysql',
        'USER': 'shop',
        'PASSWORD': 'r0b1n-and-wren',  # expect: py/hardcoded-password
        'HOST': 'db',
    }
}
PASSWORD_HASHERS = [  # expect: py/fast-password-hash
    'django.contrib.auth.hashers.UnsaltedMD5PasswordHasher',
    'django.contrib.auth.hashers.PBKDF2PasswordHasher',
]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False  # expect: py/insecure-cookie
SESSION_COOKIE_HTTPONLY = False  # expect: py/cookie-without-httponly
SECURE_SSL_REDIRECT = False  # expect: py/clear-text-protocol
CORS_ALLOW_ALL_ORIGINS = True  # expect: py/cors-any-origin
CORS_ALLOW_CREDENTIALS = True
EMAIL_HOST_PASSWORD = 'x7-Kestrel-0912'  # expect: py/hardcoded-password
SESSION_SERIALIZER = 'django.contrib.sessions.serializers.PickleSerializer'  # expect: py/unsafe-load

# == settings of Django as they should be
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
DEBUG = os.environ.get('DEBUG') == '1'
SECRET_KEY = os.environ['SECRET_KEY']
ALLOWED_HOSTS = ['shop.example.org']
INSTALLED_APPS = ['django.contrib.admin']
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
]
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db', 'PASSWORD': ''}}
AUTH_PASSWORD_VALIDATORS = [{'NAME': 'django.contrib.auth.password_validation.MinimumLengthValidator'}]
PASSWORD_HASHERS = [
    'django.contrib.auth.hashers.Argon2PasswordHasher',
    'django.contrib.auth.hashers.MD5PasswordHasher',
]
PASSWORD_RESET_TIMEOUT = 3600
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_CREDENTIALS = False

# == settings for the machine of a developer, over those of the shop
# -- file: shop/settings/base.py
import os

SECRET_KEY = os.environ.get('SECRET_KEY')
INSTALLED_APPS = ['shop']
ROOT_URLCONF = 'shop.urls'
DEBUG = False
# -- file: shop/settings/local.py
from .base import *  # noqa

DEBUG = True
SESSION_COOKIE_SECURE = False
INSTALLED_APPS = ['shop', 'debug_toolbar']
PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']

# == settings over others that nothing shows to be for development, whatever they are called
# -- file: shop/settings/base.py
import os

SECRET_KEY = os.environ.get('SECRET_KEY')
INSTALLED_APPS = ['shop']
ROOT_URLCONF = 'shop.urls'
DEBUG = False
# -- file: shop/settings/local.py
from .base import *  # noqa

INSTALLED_APPS = ['shop', 'shop.orders']
DEBUG = True  # expect: py/debug-enabled

# == settings that are laid over nothing, with mail that goes nowhere
# -- file: shop/settings/dev.py
SECRET_KEY = open('/run/secrets/key').read()
INSTALLED_APPS = ['shop', 'debug_toolbar']
EMAIL_BACKEND = 'django.core.mail.backends.console.EmailBackend'
DEBUG = True  # expect: py/debug-enabled

# == views that leave the check for forgery out
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from flask_wtf import CSRFProtect

csrf = CSRFProtect()


@csrf_exempt  # expect: py/csrf-off
def hook(request):
    return HttpResponse('ok')


@method_decorator(csrf_exempt, name='dispatch')  # expect: py/csrf-off
class Hook(View):
    def post(self, request):
        return HttpResponse('ok')


@csrf.exempt  # expect: py/csrf-off
def third():
    return 'ok'


@csrf_protect
def fine(request):
    return HttpResponse('ok')

# == any origin with cookies
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask
from flask_cors import CORS, cross_origin
from starlette.middleware import Middleware

api = FastAPI()
api.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)  # expect: py/cors-any-origin
api.add_middleware(CORSMiddleware, allow_origin_regex='.*', allow_credentials=True)  # expect: py/cors-any-origin
listed = [Middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)]  # expect: py/cors-any-origin
app = Flask(__name__)
CORS(app, supports_credentials=True)  # expect: py/cors-any-origin
CORS(app, resources={r'/api/*': {'origins': '*'}}, supports_credentials=True)  # expect: py/cors-any-origin


@app.route('/me')
@cross_origin(supports_credentials=True, origins='*')  # expect: py/cors-any-origin
def me():
    return {}

# == origins that are listed, or open without cookies
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from flask import Flask
from flask_cors import CORS

api = FastAPI()
api.add_middleware(CORSMiddleware, allow_origins=['https://shop.example'], allow_credentials=True)
api.add_middleware(CORSMiddleware, allow_origins=['*'])
app = Flask(__name__)
CORS(app)
CORS(app, resources={r'/api/*': {'origins': ['https://shop.example']}}, supports_credentials=True)

# == origins of aiohttp
import aiohttp_cors
from aiohttp import web

app = web.Application()
cors = aiohttp_cors.setup(app, defaults={'*': aiohttp_cors.ResourceOptions(allow_credentials=True, expose_headers='*')})  # expect: py/cors-any-origin
open_cors = aiohttp_cors.setup(app, defaults={'*': aiohttp_cors.ResourceOptions(expose_headers='*')})

# == connections with a password in them
import psycopg2
from sqlalchemy import create_engine

engine = create_engine('mysql+pymysql://app:Gr4ss-hopper@db.shop.internal:3306/shop')  # expect: py/hardcoded-password
queue = 'amqp://worker:5wift-Tern@mq.internal/'  # expect: py/hardcoded-password


def connect():
    return psycopg2.connect(
        host='db',
        user='app',
        password='n1ght-jar',  # expect: py/hardcoded-password
    )


def login(client):
    client.login('admin', 'Wax-wing-42')  # expect: py/hardcoded-password

# == addresses without a password of their own
import os
from sqlalchemy import create_engine

a = create_engine('sqlite:///shop.db')
b = create_engine('postgresql://app@db/shop')
c = create_engine(f"postgresql://app:{os.environ['DB_PASSWORD']}@db/shop")
d = create_engine('postgresql://%s:%s@%s/%s' % ('app', os.environ['PW'], 'db', 'shop'))
e = create_engine('postgresql://user:password@localhost/dbname')
f = 'amqp://guest:guest@localhost//'
g = 'redis://:${REDIS_PASSWORD}@cache:6379/0'

# == keys by their form
AWS = {'key': 'AKIAQX7PL2MZR4TW6YBN'}  # expect: py/hardcoded-key
hook = 'https://hooks.slack.com/services/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'  # expect: py/hardcoded-key
PEM = (  # a key of nobody
    '-----BEGIN RSA PRIVATE KEY-----\n'  # expect: py/hardcoded-key
    'MIIEpAIBAAKCAQEAx3Vq0mWn8b5kTf2LrGh7yUe9sZd4oPcQ1jXaMvB6nKwHtRgS\n'
    'uEiD8fYzC3lNpJqWxOb5rTmA7kVhG2sQ9eLyUcPdZoXwBnKjHvFgStMiRa4uEqDY\n'
    '-----END RSA PRIVATE KEY-----'
)
headers = {'Authorization': 'Bearer 9f8a7c6b5d4e3f2a1b0c9d8e7f6a5b4c'}  # expect: py/hardcoded-key

# == texts that only have the form
import re

DOCUMENTED = 'AKIAIOSFODNN7EXAMPLE'
BEGIN = '-----BEGIN RSA PRIVATE KEY-----'
PATTERN = re.compile(r'AKIA[0-9A-Z]{16}')
headers = {'Authorization': 'Bearer <token>'}


def header(token):
    return {'Authorization': 'Bearer ' + token}

# == names that only speak of passwords
from dataclasses import dataclass
from enum import Enum

PASSWORD_FIELD = 'password'
PASSWORD = 'password'
FIELD_PASSWORD = 'user_password'
TOKEN_URL = 'https://id.example/token'
PASSWORD_PATTERN = r'^(?=.*\d)[a-z\d]{8,}$'
password_help = 'At least eight characters.'
SECRET_KEY_FILE = '/etc/shop/secret'
private_key = 'server.pem'
api_key = 'YOUR_API_KEY'
auth_token = '<token>'
password = ''
secret = None
client_secret = '********'
csrf_token = 'csrf_token'
password_validator = 'shop.validators.Strong'


class Kind(Enum):
    PASSWORD = 'password'
    SECRET = 'secret'


@dataclass
class Column:
    password: str = 'passwd'


ARGUMENTS = {'user': 'username', 'password': 'passwd', 'pass': 'password'}
SCHEMA = {'example': {'name': 'anna', 'api_key': 'a81bc81b-dead-4e5d'}}


def redacted(row):
    row['password'] = 'XXX-REDACTED-XXX'
    row['token'] = '***'
    return row


def prompt(password_prompt='Password:'):
    return input(password_prompt)

# == data of a test
import unittest


class Login(unittest.TestCase):
    PASSWORD = 'kingfisher-81'

    def test_login(self):
        self.client.login(username='anna', password='kingfisher-81')
        assert self.current_user.is_admin

# == passwords that come to a function by default
def connect(host, user='root', password='s3a-Eagle'):  # expect: py/hardcoded-password
    return host, user, password


def opened(host, password=None, token=''):
    return host, password, token


class Backup:
    api_key = 'c0ffee3d81b54a7f9e20'  # expect: py/hardcoded-key

    def __init__(self, passphrase='0sprey-nest'):  # expect: py/hardcoded-password
        self.passphrase = passphrase

# == a key for when the environment has none
import os
from flask import Flask

app = Flask(__name__)
app.config['SECRET_KEY'] = os.environ.get('SECRET_KEY', 'f9bf78b9a18ce6d46a0cd2b0b86df9da')  # expect: py/hardcoded-key
app.secret_key = os.getenv('SECRET_KEY') or 'super secret key'  # expect: py/hardcoded-key

# == the key of sessions
from flask import Flask
import os

app = Flask(__name__)
app.secret_key = 'super secret key'  # expect: py/hardcoded-key
other = Flask('other')
other.secret_key = os.urandom(32)

# == passwords compared with a literal
from flask import Flask, request

app = Flask(__name__)


@app.post('/admin')
def admin():
    if request.form['password'] == 'lapw1ng':  # expect: py/literal-password-check
        return 'in'
    return 'out'


def root(password):
    return password != 'g00sander'  # expect: py/literal-password-check


def kind(auth):
    return auth.method == 'password'


def empty(password):
    return password == ''


def grant(password_type):
    return password_type == 'plain'

# == data that is loaded as objects
import cloudpickle
import dill
import joblib
import numpy as np
import pickle
import torch


def a(path):
    with open(path, 'rb') as handle:
        return dill.load(handle)  # expect: py/unsafe-load


def b(data):
    return cloudpickle.loads(data)  # expect: py/unsafe-load


def c(path):
    return np.load(path, allow_pickle=True)  # expect: py/unsafe-load


def d(path):
    return torch.load(path)  # expect: py/unsafe-load


def e(handle):
    return pickle.Unpickler(handle).load()  # expect: py/unsafe-load


def f(path):
    return joblib.load(path)  # expect: py/unsafe-load


def g(path):
    return np.load(path)


def h(path):
    return torch.load(path, weights_only=True)

# == loaders of YAML
import yaml
from yaml import CSafeLoader, UnsafeLoader


class Own(yaml.SafeLoader):
    pass


def a(text):
    return yaml.load(text, UnsafeLoader)  # expect: py/unsafe-load


def b(text):
    return yaml.load(text, Loader=Own)


def c(text):
    return yaml.load(text, CSafeLoader)


def d(text):
    return yaml.unsafe_load(text)  # expect: py/unsafe-load

# == archives
import shutil
import tarfile
import zipfile


def a(path, folder):
    with tarfile.open(path) as tar:
        tar.extractall(folder)  # expect: py/unchecked-extract


def b(path, folder):
    with tarfile.open(path) as tar:
        tar.extractall(folder, filter='data')


def c(path, folder):
    shutil.unpack_archive(path, folder)  # expect: py/unchecked-extract


def d(path, folder):
    zipfile.ZipFile(path).extractall(folder)

# == shells that are given a command put together
import asyncio
import os
import shlex
import subprocess


def a(name):
    subprocess.Popen(f'tar cf {name}.tar {name}', shell=True)  # expect: py/shell-call


def b(name):
    subprocess.run(['/bin/sh', '-c', 'du -s ' + name])  # expect: py/shell-call


async def c(name):
    return await asyncio.create_subprocess_shell('file %s' % name)  # expect: py/shell-call


def d(name):
    command = ' '.join(['file', shlex.quote(name)])
    subprocess.check_call(command, shell=True)


def e(name):
    subprocess.run(['/bin/sh', '/opt/clean.sh', name])


def f():
    subprocess.run('ls | wc -l', shell=True)


def g(command, use_shell=False):
    subprocess.run(command, shell=use_shell)

# == files that others may write
import os
import stat
import tempfile
from pathlib import Path


def a(path):
    os.chmod(path, 0o777)  # expect: py/loose-permissions


def b(path):
    Path(path).chmod(stat.S_IRWXU | stat.S_IRWXO)  # expect: py/loose-permissions


def c():
    os.umask(0)  # expect: py/loose-permissions


def d():
    return tempfile.mktemp('.csv')  # expect: py/insecure-temp


def e():
    with open('/tmp/report.csv', 'w') as handle:  # expect: py/hardcoded-temp
        handle.write('x')


def f(path):
    os.chmod(path, 0o640)
    os.umask(0o077)
    return tempfile.mkstemp()


def g(path):
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)

# == checks by assert
def remove(user, post):
    assert user.is_admin  # expect: py/assert-check
    post.delete()


def change(request, post):
    assert request.user.has_perm('change_post'), 'no right'  # expect: py/assert-check
    post.save()


def typed(request, size):
    assert request.user is not None
    assert isinstance(size, int)
    assert size > 0

# == templates without escaping
from jinja2 import Environment, FileSystemLoader, select_autoescape
from mako.template import Template

pages = Environment(loader=FileSystemLoader('pages'), autoescape=False)  # expect: py/autoescape-off
mails = Environment(loader=FileSystemLoader('mails'))  # expect: py/autoescape-off
safe = Environment(loader=FileSystemLoader('pages'), autoescape=select_autoescape())
old = Template('<p>${name}</p>')  # expect: py/autoescape-off
new = Template('<p>${name}</p>', default_filters=['h'])


def page(name):
    return pages.get_template('index.html').render(name=name)

# == templates of settings, which nothing escapes
from jinja2 import Environment

TEXT = Environment(trim_blocks=True)


def interface(device):
    return TEXT.from_string('iface {{ device }} inet dhcp').render(device=device)

# == text marked as safe
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from markupsafe import Markup


def a(name):
    return mark_safe('<b>%s</b>' % name)  # expect: py/raw-markup


def b(name):
    return Markup('<b>' + name + '</b>')  # expect: py/raw-markup


def c(name):
    return format_html('<b>{}</b>', name)


def d():
    return mark_safe('<hr>')


def e(name):
    return Markup('<b>{}</b>').format(name)

# == parsers that resolve entities
import xml.sax
from xml.dom import minidom
from lxml import etree


def a(data):
    parser = etree.XMLParser(resolve_entities=True, no_network=False)  # expect: py/unsafe-xml
    return etree.fromstring(data, parser)


def b(path):
    return minidom.parse(path)  # expect: py/unsafe-xml


def c(path, handler):
    xml.sax.parse(path, handler)  # expect: py/unsafe-xml


def d(data):
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))

# == parsers of defusedxml under the old names
import defusedxml.ElementTree as ET
from defusedxml import minidom


def a(data):
    return ET.fromstring(data), minidom.parseString(data)

# == statements put together outside of requests
import sqlite3


def a(connection, table, day):
    connection.execute(f"DELETE FROM visits WHERE day < '{day}'")  # expect: py/sql-built-from-text
    statement = "SELECT name FROM users WHERE mail = '{}'".format(day)
    return connection.cursor().execute(statement).fetchall()  # expect: py/sql-built-from-text


def b(connection, days):
    marks = ', '.join('?' for _ in days)
    connection.execute('DELETE FROM visits WHERE day < ?', (days[0],))
    return connection.execute('SELECT 1 FROM visits WHERE day IN (?, ?)', days[:2])

# == code out of text
import ast


def a(text):
    return eval(text, {})  # expect: py/dangerous-eval


def b(text):
    exec(compile(text, 'rules', 'exec'))  # expect: py/dangerous-eval


def c(text):
    return ast.literal_eval(text)


def d():
    return eval('1 + 1')

# == exceptions that nobody sees
def a(call):
    try:
        call()
    except Exception:  # expect: py/swallowed-exception
        pass


def b(call, log):
    try:
        call()
    except Exception as error:
        log.warning('failed: %s', error)


def c(rows, key):
    try:
        return rows[key]
    except KeyError:
        pass
    return None

# == requests that wait for ever
import requests


def a(url):
    return requests.get(url)  # expect: py/no-timeout


def b(url):
    return requests.get(url, timeout=(3, 10))

# == cookies of a handler of Tornado
import tornado.web


class Base(tornado.web.RequestHandler):
    def remember(self, name):
        self.set_cookie('last', name)  # expect: py/insecure-cookie
        self.set_cookie('theme', 'dark', secure=True, httponly=True, samesite='Lax')

# == listening on every interface
import socket
import uvicorn


def a(app):
    uvicorn.run(app, host='0.0.0.0')  # expect: py/bind-all-interfaces


def b():
    server = socket.socket()
    server.bind(('', 9000))  # expect: py/bind-all-interfaces


def c(app):
    uvicorn.run(app, host='127.0.0.1')

# == an app is made with its settings
from flask import Flask

def create_app(test_config=None):
    app = Flask(__name__, instance_relative_config=True)
    app.config.from_mapping(
        SECRET_KEY='dev-9d8f7s6d5f',  # expect: py/hardcoded-key
        SESSION_COOKIE_SECURE=False,  # expect: py/insecure-cookie
    )
    app.config |= {'SESSION_COOKIE_HTTPONLY': False}  # expect: py/cookie-without-httponly
    return app

# == a client that keeps a session
import requests
from requests.sessions import Session

class Api:
    def __init__(self, host):
        self.http = Session()
        self.http.verify = False  # expect: py/tls-not-verified
        self.base = host

    def get(self, path):
        return self.http.get(self.base + path, verify=False, timeout=3)  # expect: py/tls-not-verified

# == options of requests in a table
import requests
OPTIONS = {'verify': False, 'timeout': 5}

def fetch(url):
    return requests.get(url, **OPTIONS)  # expect: py/tls-not-verified

# == an old hash chosen by a version
import hashlib

def sign(data, secret, algorithm):
    if algorithm == 'md5':
        fn = hashlib.md5
    else:
        fn = hashlib.sha256
    return fn(secret + data).hexdigest()  # expect: py/weak-hash

# == an old hash by partial and by another name
from functools import partial
from hashlib import md5 as fast
import hashlib

digest = partial(hashlib.new, 'md5')

def token_for(user):
    return fast(user.name.encode()).hexdigest()  # expect: py/weak-hash

def token_too(user):
    return digest(user.name.encode()).hexdigest()  # expect: py/weak-hash

# == a key of a class
from Crypto.Cipher import AES

class Vault:
    KEY = b'0123456789abcdef'

    def seal(self, text, nonce):
        return AES.new(self.KEY, AES.MODE_GCM, nonce=nonce).encrypt(text)  # expect: py/hardcoded-key

# == a helper that hashes text, and a caller who gives it a password
import hashlib

def md5_hex(text):
    return hashlib.md5(text.encode()).hexdigest()  # expect: py/weak-hash

def register(db, name, password):
    db.add(name, md5_hex(password))

# == a mode in a variable
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
mode = modes.ECB()  # expect: py/weak-cipher

def enc(key, data):
    return Cipher(algorithms.AES(key), mode).encryptor().update(data)

# == passwords and codes drawn by random
import random, string

def generate_password(length=12):
    chars = string.ascii_letters + string.digits
    return ''.join(random.choice(chars) for i in range(length))  # expect: py/weak-random

def generate_api_key():
    return ''.join(random.sample(string.hexdigits, 16))  # expect: py/weak-random

def otp():
    return random.randint(100000, 999999)  # expect: py/weak-random

# == tokens signed with a key of the module
from datetime import datetime, timedelta
import jwt
SECRET_KEY = '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'  # expect: py/hardcoded-key
ALGORITHM = 'HS256'

def make(data: dict):
    to_encode = data.copy()
    to_encode.update({'exp': datetime.utcnow() + timedelta(minutes=5)})
    return jwt.encode(to_encode, SECRET_KEY, algorithm=ALGORITHM)

# == keys of a cloud
import boto3
client = boto3.client('s3', aws_access_key_id='AKIAQX7PL2MZR4TW6YBN', aws_secret_access_key='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')  # expect: py/hardcoded-key

# == a password like the name of the user
import mysql.connector
db = mysql.connector.connect(host='localhost', user='root', passwd='root', database='shop')  # expect: py/hardcoded-password

# == a password among other words of a connection
import psycopg2
conn = psycopg2.connect("dbname=shop user=app password=5ecret-Owl host=db")  # expect: py/hardcoded-password

# == secrets from outside
import os
password = os.environ.get('DB_PASSWORD', '')
api_token = os.getenv('API_TOKEN')
secret_key = open('/run/secrets/key').read().strip()

# == several names at once
user, password = 'admin', 'Plover-77'  # expect: py/hardcoded-password
a = b_password = 'Dunnock-12'  # expect: py/hardcoded-password

# == annotated and global names
password: str = 'Siskin-4711'  # expect: py/hardcoded-password

def configure():
    global DB_PASSWORD
    DB_PASSWORD = 'Crossbill-5'  # expect: py/hardcoded-password

# == a key that is encoded first
import hmac, hashlib
SIGNING_KEY = 'alpha-brav0-charlie'.encode()  # expect: py/hardcoded-key

def sig(m):
    return hmac.new(SIGNING_KEY, m, hashlib.sha256).digest()

# == a server with an old version of TLS
import http.server, ssl
server = http.server.HTTPServer(('0.0.0.0', 443), http.server.SimpleHTTPRequestHandler)  # expect: py/bind-all-interfaces
server.socket = ssl.wrap_socket(server.socket, certfile='c.pem', server_side=True, ssl_version=ssl.PROTOCOL_TLSv1)  # expect: py/weak-tls

# == the secret of cookies of Tornado
import tornado.web
app = tornado.web.Application([], cookie_secret='61oETzKXQAGaYdkL5gEmGeJJFuYh7EQn', debug=True)  # expect: py/hardcoded-key, py/debug-enabled

# == mail over TLS from the first byte
import smtplib
def send(user, pw):
    s = smtplib.SMTP_SSL('mail', 465)
    s.login(user, pw)

# == words drawn for a pass phrase, and a greeting
import random

WORDS = ("correct", "horse", "battery", "staple", "violin", "meadow")
GREETINGS = ("Hello", "Good day", "Welcome")


def new_passphrase():
    return "-".join(random.choice(WORDS) for _ in range(5))  # expect: py/weak-random


def invite(name):
    return f"{random.choice(GREETINGS)} {name}"
