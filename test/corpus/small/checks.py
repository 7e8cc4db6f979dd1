# == commands by the shell without a request
import os
import subprocess
import sys


def clean(folder):
    os.system('rm -rf ' + folder)  # expect: py/shell-call
    subprocess.call('ls ' + folder, shell=True)  # expect: py/shell-call
    subprocess.call(['ls', folder])
    subprocess.check_output('git log', shell=False)
    os.popen('du ' + folder).read()  # expect: py/shell-call

# == evaluation and loading without a request
import marshal
import pickle
import shelve
import yaml


def load(path, text):
    with open(path, 'rb') as handle:
        data = pickle.load(handle)  # expect: py/unsafe-load
    with open(path) as handle:
        other = yaml.load(handle)  # expect: py/unsafe-load
        more = yaml.load(handle, Loader=yaml.FullLoader)
        safe = yaml.load(handle, Loader=yaml.SafeLoader)
        safe = yaml.safe_load(handle)
    eval(text)  # expect: py/dangerous-eval
    exec(text)  # expect: py/dangerous-eval
    return marshal.loads(data)  # expect: py/unsafe-load

# == SQL out of text without a request
import sqlite3


def find(connection, name, table):
    cursor = connection.cursor()
    cursor.execute("SELECT * FROM users WHERE name = '%s'" % name)  # expect: py/sql-built-from-text
    cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")  # expect: py/sql-built-from-text
    cursor.execute(f"DELETE FROM users WHERE name = '{name}'")  # expect: py/sql-built-from-text
    cursor.execute("INSERT INTO users VALUES ('{}')".format(name))  # expect: py/sql-built-from-text
    cursor.execute('SELECT * FROM users WHERE name = ?', (name,))
    query = "UPDATE users SET x = '%s'"
    cursor.execute(query % name)  # expect: py/sql-built-from-text

# == debug, hosts and cookies of the framework
from flask import Flask

app = Flask(__name__)
app.config['SESSION_COOKIE_SECURE'] = False  # expect: py/insecure-cookie
app.config['SECRET_KEY'] = 'kj3h4kjh34kjh5kjh'  # expect: py/hardcoded-key

if __name__ == '__main__':
    app.run(host='0.0.0.0', debug=True)  # expect: py/debug-enabled

# == no debug
import os
from flask import Flask

app = Flask(__name__)
app.config['SECRET_KEY'] = os.environ['SECRET_KEY']
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=True)

if __name__ == '__main__':
    app.run(debug=os.environ.get('DEBUG') == '1')

# == passwords in code
import os

PASSWORD = 'hunter2hunter2'  # expect: py/hardcoded-password
password = os.environ['PASSWORD']
DB = {'user': 'app', 'password': 's3cr3t-db-pw'}  # expect: py/hardcoded-password


def connect(user, password='fallback-pw1'):  # expect: py/hardcoded-password
    return user, password


def login(password):
    if password == 'letmein99':  # expect: py/literal-password-check
        return True
    return connect('x', password='inline-pw1')  # expect: py/hardcoded-password


class Config:
    api_key = 'AKq83hf82hf8h2f8h2'  # expect: py/hardcoded-key
    password_field = 'password'
    token_url = 'https://auth.example/token'

# == transport
import ftplib
import ssl
import telnetlib
import urllib.request
import httpx
import paramiko
import requests


def talk(url):
    requests.get(url, verify=False, timeout=3)  # expect: py/tls-not-verified
    requests.post(url, timeout=3)
    httpx.Client(verify=False)  # expect: py/tls-not-verified
    session = requests.Session()
    session.verify = False  # expect: py/tls-not-verified
    ssl._create_default_https_context = ssl._create_unverified_context  # expect: py/tls-not-verified
    urllib.request.urlopen(url, context=ssl._create_unverified_context())  # expect: py/tls-not-verified
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key
    ftplib.FTP('x.example')  # expect: py/clear-text-protocol
    telnetlib.Telnet('x.example')  # expect: py/clear-text-protocol
    context = ssl.SSLContext(ssl.PROTOCOL_SSLv3)  # expect: py/weak-tls
    context.minimum_version = ssl.TLSVersion.TLSv1  # expect: py/weak-tls
    good = ssl.create_default_context()
    good.minimum_version = ssl.TLSVersion.TLSv1_2
    return context

# == files and archives
import os
import stat
import tarfile
import tempfile


def keep(path, archive):
    os.chmod(path, 0o777)  # expect: py/loose-permissions
    os.chmod(path, 0o600)
    name = tempfile.mktemp()  # expect: py/insecure-temp
    with tempfile.NamedTemporaryFile() as handle:
        handle.write(b'x')
    with tarfile.open(archive) as tar:
        tar.extractall('/srv')  # expect: py/unchecked-extract
        tar.extractall('/srv', filter='data')

# == templates without escaping
import jinja2
from jinja2 import Environment, FileSystemLoader, select_autoescape
from mako.template import Template

a = jinja2.Environment(loader=FileSystemLoader('x'))  # expect: py/autoescape-off
b = Environment(autoescape=False)  # expect: py/autoescape-off
c = Environment(autoescape=True)
d = Environment(autoescape=select_autoescape())
e = Environment(autoescape=select_autoescape(['html']))

# == XML parsers of their own
import xml.sax
import lxml.etree
from defusedxml.ElementTree import parse


def read(path):
    parser = lxml.etree.XMLParser(resolve_entities=True)  # expect: py/unsafe-xml
    strict = lxml.etree.XMLParser(resolve_entities=False, no_network=True)
    lxml.etree.parse(path, strict)
    return parse(path)

# == JWT
import datetime
import jwt
import os

KEY = os.environ['KEY']


def make(user):
    claims = {'sub': user.id, 'password': user.password, 'exp': datetime.datetime.utcnow()}
    jwt.encode(claims, KEY, algorithm='HS256')  # expect: py/jwt-secret-claim
    jwt.encode({'sub': user.id, 'exp': 1}, 'a-literal-key-of-ours', algorithm='HS256')  # expect: py/hardcoded-key
    jwt.encode({'sub': user.id, 'exp': 1}, KEY, algorithm='none')  # expect: py/jwt-not-verified
    return jwt.encode({'sub': user.id, 'exp': 1}, KEY, algorithm='HS256')


def read(token):
    jwt.decode(token, KEY, algorithms=['HS256', 'none'])  # expect: py/jwt-not-verified
    jwt.decode(token, KEY, options={'verify_signature': False})  # expect: py/jwt-not-verified
    return jwt.decode(token, KEY, algorithms=['HS256'])

# == Django settings
DEBUG = True  # expect: py/debug-enabled
SECRET_KEY = 'django-insecure-6f8a9s7d6f8a7s6df87as6d'  # expect: py/hardcoded-key
ALLOWED_HOSTS = ['*']
INSTALLED_APPS = ['django.contrib.admin', 'django.contrib.auth']
MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']
SESSION_COOKIE_SECURE = False  # expect: py/insecure-cookie
CSRF_COOKIE_SECURE = False  # expect: py/insecure-cookie

# == random numbers that are no secrets
import random
import time


def wait():
    time.sleep(random.uniform(0.1, 0.5))


def colours(items):
    random.shuffle(items)
    return random.choice(items)


def api_key():
    return '%032x' % random.getrandbits(128)  # expect: py/weak-random

# == the same function under other names
import hashlib as h
from hashlib import md5 as fast, new
from os import system as run
from subprocess import Popen, PIPE
import pickle as p


def a(data, password):
    fast(password).hexdigest()  # expect: py/fast-password-hash
    h.sha1(data + b'signature').hexdigest()  # expect: py/weak-hash
    new('md5', data)  # expect: py/weak-hash
    run('ls ' + data)  # expect: py/shell-call
    Popen('ls ' + data, shell=True, stdout=PIPE)  # expect: py/shell-call
    return p.loads(data)  # expect: py/unsafe-load

# == ciphers with fixed values
from Crypto.Cipher import AES
from cryptography.fernet import Fernet
import os


def a(data, key):
    AES.new(b'0123456789abcdef', AES.MODE_GCM)  # expect: py/hardcoded-key
    AES.new(key, AES.MODE_CBC, b'0000000000000000')  # expect: py/static-iv
    AES.new(key, AES.MODE_CBC, os.urandom(16))  # expect: py/unauthenticated-encryption
    Fernet('c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=')  # expect: py/hardcoded-key
    return Fernet(os.environ['KEY']).encrypt(data)

# == words that only look like secrets and rights
import functools
import subprocess
import yaml

load = functools.partial(yaml.load, Loader=yaml.SafeLoader)
unsafe = functools.partial(yaml.load, Loader=yaml.Loader)
NEED_PASS = '331.1'


def read(path, update_password, signature):
    assert 'x' in signature.parameters
    subprocess.Popen('less --version', shell=True, stdout=subprocess.PIPE)
    if update_password == 'always':
        return load(path)
    return unsafe(path)  # expect: py/unsafe-load
