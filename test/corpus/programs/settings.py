"""Calls and settings that are a hole by themselves, and their harmless neighbours."""
import hashlib
import os
import random
import secrets
import ssl
import subprocess
import tarfile
import tempfile

import jinja2
import jwt
import paramiko
import requests
import yaml
from Crypto.Cipher import AES, DES
from Crypto.PublicKey import RSA
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, make_response

app = Flask(__name__)
app.secret_key = 'a8f5f167f44f4964e6c998dee827110c'  # expect: py/hardcoded-key
app.config['SESSION_COOKIE_SECURE'] = False  # expect: py/insecure-cookie
DB_PASSWORD = 'Tr0ub4dor&3'  # expect: py/hardcoded-password
PASSWORD_FIELD = 'password'
API_KEY = os.environ['API_KEY']


def store(password, blob):
    weak = hashlib.md5(password.encode()).hexdigest()  # expect: py/fast-password-hash
    etag = hashlib.md5(blob).hexdigest()
    good = hashlib.sha256(blob).hexdigest()
    quiet = hashlib.md5(blob, usedforsecurity=False)
    signature = hashlib.sha1(blob).hexdigest()  # expect: py/weak-hash
    return weak, etag, good, quiet, signature


def encrypt(key, data):
    DES.new(key, DES.MODE_CBC)  # expect: py/weak-cipher
    AES.new(key, AES.MODE_ECB)  # expect: py/weak-cipher
    AES.new(key, AES.MODE_GCM)
    AES.new(b'0123456789abcdef', AES.MODE_GCM)  # expect: py/hardcoded-key
    RSA.generate(1024)  # expect: py/weak-key-size
    rsa.generate_private_key(public_exponent=65537, key_size=1024)  # expect: py/weak-key-size
    rsa.generate_private_key(public_exponent=65537, key_size=4096)


def token():
    reset_token = random.randint(0, 999999)  # expect: py/weak-random
    good = secrets.token_hex()
    return reset_token, good


def connect(url):
    requests.get(url, verify=False, timeout=1)  # expect: py/tls-not-verified
    requests.get(url, verify='/etc/ca.pem', timeout=1)
    ssl._create_unverified_context()  # expect: py/tls-not-verified
    ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # expect: py/weak-tls
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key


def claims(user, text):
    jwt.decode(text, options={'verify_signature': False})  # expect: py/jwt-not-verified
    jwt.decode(text, API_KEY, algorithms=['HS256'])
    jwt.encode({'sub': user, 'password': 'x', 'exp': 1}, API_KEY)  # expect: py/jwt-secret-claim


def login(password):
    return password == 'letmein123'  # expect: py/literal-password-check


def files(archive, path):
    os.chmod(path, 0o777)  # expect: py/loose-permissions
    os.chmod(path, 0o600)
    tempfile.mktemp()  # expect: py/insecure-temp
    tarfile.open(archive).extractall('/srv')  # expect: py/unchecked-extract
    tarfile.open(archive).extractall('/srv', filter='data')


def page():
    jinja2.Environment(autoescape=False)  # expect: py/autoescape-off
    jinja2.Environment(autoescape=True)
    response = make_response('ok')
    response.set_cookie('sid', 'x')  # expect: py/insecure-cookie
    response.set_cookie('sid', 'x', secure=True, httponly=True, samesite='Lax')
    yaml.load(open('x'), Loader=yaml.SafeLoader)
    yaml.load(open('x'))  # expect: py/unsafe-load
    subprocess.call(['ls'])
    return response


if __name__ == '__main__':
    app.run(debug=True)  # expect: py/debug-enabled
