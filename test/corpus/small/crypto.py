# == hashes for passwords and for caches
import hashlib
from flask import Flask, request

app = Flask(__name__)


def store(password):
    return hashlib.md5(password.encode()).hexdigest()  # expect: py/fast-password-hash


def cache_key(url):
    return hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()


def sign(data):
    return hashlib.sha1(data).hexdigest()  # expect: py/weak-hash


def strong(data):
    return hashlib.sha256(data).hexdigest()

# == a hash by its name
import hashlib

ALGORITHM = 'md5'


def digest(data):
    h = hashlib.new(ALGORITHM)  # expect: py/weak-hash
    h.update(data)
    return h.hexdigest()


def better(data):
    return hashlib.new('sha3_512', data).hexdigest()


def chosen(data, config):
    algorithm = 'sha1' if 7 * 6 == 42 else 'sha256'
    return hashlib.new(algorithm, data).digest()  # expect: py/weak-hash


def not_chosen(data):
    algorithm = 'sha1' if 7 * 6 != 42 else 'sha256'
    return hashlib.new(algorithm, data).digest()

# == a hash by getattr and by a table
import hashlib

HASHES = {'old': hashlib.md5, 'new': hashlib.sha256}


def a(data):
    return HASHES['old'](data).hexdigest()  # expect: py/weak-hash


def b(data):
    return HASHES['new'](data).hexdigest()


def c(data):
    return getattr(hashlib, 'sha1')(data).hexdigest()  # expect: py/weak-hash

# == ciphers of PyCryptodome
import os
from Crypto.Cipher import AES, DES, DES3, ARC4
from Crypto.Random import get_random_bytes


def a(key, text):
    return DES.new(key, DES.MODE_ECB).encrypt(text)  # expect: py/weak-cipher


def b(key, text):
    return AES.new(key, AES.MODE_ECB).encrypt(text)  # expect: py/weak-cipher


def c(key, text):
    cipher = AES.new(key, AES.MODE_GCM, nonce=get_random_bytes(12))
    return cipher.encrypt_and_digest(text)


def d(key, text):
    return ARC4.new(key).encrypt(text)  # expect: py/weak-cipher

# == ciphers of cryptography
import os
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.backends import default_backend


def a(key, text):
    cipher = Cipher(algorithms.TripleDES(key), modes.CBC(os.urandom(8)), backend=default_backend())  # expect: py/weak-cipher, py/unauthenticated-encryption
    return cipher.encryptor().update(text)


def b(key, text):
    cipher = Cipher(algorithms.AES(key), modes.ECB())  # expect: py/weak-cipher
    return cipher.encryptor().update(text)


def c(key, text):
    return AESGCM(key).encrypt(os.urandom(12), text, None)


def d(key, text):
    return Cipher(algorithms.AES(key), modes.GCM(os.urandom(12))).encryptor().update(text)

# == numbers for secrets
import random
import secrets
import string
from flask import Flask

app = Flask(__name__)


def new_token():
    return ''.join(random.choice(string.ascii_letters) for _ in range(32))  # expect: py/weak-random


def session_id():
    return str(random.randint(10 ** 9, 10 ** 10))  # expect: py/weak-random


def better():
    return secrets.token_urlsafe(32)


def system():
    return random.SystemRandom().choice(string.ascii_letters)


def password_reset_code():
    code = random.random()  # expect: py/weak-random
    return str(code)[2:8]

# == a remember-me cookie out of random
import random
from flask import Flask, make_response

app = Flask(__name__)


@app.route('/remember')
def remember():
    number = str(random.random())[2:]  # expect: py/weak-random
    response = make_response('ok')
    response.set_cookie('rememberMe', number, secure=True, httponly=True)
    return response

# == keys and parameters
from cryptography.hazmat.primitives.asymmetric import rsa, dsa, ec
import hashlib
import ssl
import requests
import jwt


def keys():
    rsa.generate_private_key(public_exponent=65537, key_size=1024)  # expect: py/weak-key-size
    rsa.generate_private_key(public_exponent=65537, key_size=3072)
    dsa.generate_private_key(key_size=1024)  # expect: py/weak-key-size
    ec.generate_private_key(ec.SECP256R1())
    ec.generate_private_key(ec.SECT163K1())  # expect: py/weak-key-size


def tls():
    requests.get('https://x.example', verify=False, timeout=2)  # expect: py/tls-not-verified
    context = ssl.create_default_context()
    context.check_hostname = False  # expect: py/tls-not-verified
    context.verify_mode = ssl.CERT_NONE  # expect: py/tls-not-verified
    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)  # expect: py/weak-tls


def tokens(token, key):
    jwt.decode(token, key, algorithms=['HS256'])
    jwt.decode(token, options={'verify_signature': False})  # expect: py/jwt-not-verified
    return hashlib.pbkdf2_hmac('sha256', b'x', b'y' * 0, 1000)  # expect: py/fast-password-hash
