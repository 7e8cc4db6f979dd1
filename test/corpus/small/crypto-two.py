# == passwords of members hashed by SHA-256 with a salt of their own
import hashlib
import os


class Member:
    def set_password(self, password):
        self.salt = os.urandom(16)
        self.digest = hashlib.sha256(self.salt + password.encode()).hexdigest()  # expect: py/fast-password-hash

    def check_password(self, password):
        return hashlib.sha256(self.salt + password.encode()).hexdigest() == self.digest  # expect: py/fast-password-hash

# == a password fed to a hash in pieces
import hashlib


def stored(user, passwd):
    state = hashlib.sha512()  # expect: py/fast-password-hash
    state.update(user.pepper)
    state.update(passwd.encode('utf-8'))
    return state.hexdigest()

# == the schemes of passlib
from passlib.context import CryptContext
from passlib.hash import argon2, md5_crypt, sha256_crypt

old = CryptContext(schemes=['md5_crypt', 'bcrypt'])  # expect: py/fast-password-hash
good = CryptContext(schemes=['argon2', 'md5_crypt'], deprecated='auto')


def a(word):
    return md5_crypt.hash(word)  # expect: py/fast-password-hash


def b(word):
    return argon2.hash(word)


def c(word):
    return sha256_crypt.using(rounds=600000).hash(word)

# == methods of Werkzeug
from werkzeug.security import check_password_hash, generate_password_hash


def weak(word):
    return generate_password_hash(word, method='md5')  # expect: py/fast-password-hash


def few(word):
    return generate_password_hash(word, method='pbkdf2:sha256:1000')  # expect: py/fast-password-hash


def fine(word):
    return generate_password_hash(word, method='scrypt')


def default(word):
    return generate_password_hash(word)


def many(word):
    return generate_password_hash(word, 'pbkdf2:sha256:600000', salt_length=16)

# == a hasher of Django by name
from django.contrib.auth.hashers import make_password


def imported(rows):
    for row in rows:
        row.password = make_password(row.word, hasher='md5')  # expect: py/fast-password-hash


def fresh(row):
    row.password = make_password(row.word)

# == rounds that are too few
import hashlib
import os
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
import bcrypt


def stretched(word, salt):
    return hashlib.pbkdf2_hmac('sha256', word, salt, 2048)  # expect: py/fast-password-hash


def derived(salt):
    return PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=1000)  # expect: py/fast-password-hash


def well(word, salt):
    return hashlib.pbkdf2_hmac('sha256', word, salt, 600_000)


def well_too(salt):
    return PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=600_000)


def slow(word):
    return bcrypt.hashpw(word, bcrypt.gensalt(rounds=12))


def hasty(word):
    return bcrypt.hashpw(word, bcrypt.gensalt(4))  # expect: py/fast-password-hash

# == the hash only brings a password to the length that bcrypt takes
import base64
import hashlib
import bcrypt


def hash_password(password):
    return bcrypt.hashpw(base64.b64encode(hashlib.sha256(password.encode()).digest()), bcrypt.gensalt())

# == leaked passwords asked for by the head of their hash
import hashlib
import urllib.request


def pwned(password):
    digest = hashlib.sha1(password.encode()).hexdigest().upper()
    with urllib.request.urlopen('https://api.pwnedpasswords.com/range/' + digest[:5], timeout=5) as answer:
        return digest[5:] in answer.read().decode()

# == the answer of digest authentication
import hashlib


def digest_answer(user, realm, password, method, uri, nonce, cnonce):
    ha1 = hashlib.md5(f'{user}:{realm}:{password}'.encode()).hexdigest()
    ha2 = hashlib.md5(f'{method}:{uri}'.encode()).hexdigest()
    return hashlib.md5(f'{ha1}:{nonce}:00000001:{cnonce}:auth:{ha2}'.encode()).hexdigest()

# == the accept key of a web socket
import base64
import hashlib

WS_KEY = b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11'


def accept(sec_key):
    return base64.b64encode(hashlib.sha1(sec_key + WS_KEY).digest()).decode()

# == names of entries, of files and of pictures
import hashlib
import json


def cache_key(args):
    return 'report:' + hashlib.md5(json.dumps(args).encode()).hexdigest()


def etag(body):
    return '"%s"' % hashlib.sha1(body).hexdigest()


def gravatar(email):
    return 'https://www.gravatar.com/avatar/' + hashlib.md5(email.strip().lower().encode()).hexdigest()


def blob_id(data):
    return hashlib.sha1(b'blob %d\0' % len(data) + data).hexdigest()


def file_checksum(path):
    state = hashlib.md5()
    with open(path, 'rb') as handle:
        for block in iter(lambda: handle.read(65536), b''):
            state.update(block)
    return state.hexdigest()


def shard_of(name, shards):
    return int(hashlib.md5(name.encode()).hexdigest(), 16) % shards


def seen_before(seen, row):
    dedup_key = hashlib.sha1(repr(row).encode()).digest()
    return dedup_key in seen


def label_colour(label):
    return '#' + hashlib.md5(label.encode()).hexdigest()[:6]

# == signatures by an old hash in a table
import hashlib

ALGORITHMS = {'v1': hashlib.sha1, 'v2': hashlib.sha256}


def sign_link(path, secret):
    return ALGORITHMS['v1'](path.encode() + secret).hexdigest()  # expect: py/weak-hash


def sign_now(path, secret):
    return ALGORITHMS['v2'](path.encode() + secret).hexdigest()

# == a hash by getattr out of a setting
import hashlib

SETTINGS = {'token_digest': 'md5', 'cache_digest': 'sha256'}


def api_token(user):
    return getattr(hashlib, SETTINGS['token_digest'])(user.seed).hexdigest()  # expect: py/weak-hash


def entry(user):
    return getattr(hashlib, SETTINGS['cache_digest'])(user.name).hexdigest()

# == message codes with MD5
import hashlib
import hmac


def tag(key, message):
    return hmac.new(key, message, hashlib.md5).hexdigest()  # expect: py/weak-hash


def tag_by_name(key, message):
    return hmac.new(key, message, digestmod='md5').hexdigest()  # expect: py/weak-hash


def better(key, message):
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def webhook(key, message, given):
    return hmac.compare_digest('sha1=' + hmac.new(key, message, hashlib.sha1).hexdigest(), given)

# == certificates signed with SHA-1
from cryptography import x509
from cryptography.hazmat.primitives import hashes


def issue(builder, key):
    return builder.sign(private_key=key, algorithm=hashes.SHA1())  # expect: py/weak-hash


def issue_now(builder, key):
    return builder.sign(private_key=key, algorithm=hashes.SHA256())


def shown(certificate):
    return certificate.fingerprint(hashes.SHA1()).hex(':')

# == hashes of PyCryptodome
from Crypto.Hash import MD5, SHA256
from Crypto.Signature import pkcs1_15


def signature(key, text):
    state = MD5.new(text)  # expect: py/weak-hash
    return pkcs1_15.new(key).sign(state)


def signature_now(key, text):
    return pkcs1_15.new(key).sign(SHA256.new(text))

# == old ciphers under other names
from Crypto.Cipher import DES3 as Cipher3
from Crypto.Cipher import Blowfish, ARC4, CAST
import Cryptodome.Cipher.DES as des


def a(key, text, iv):
    return Cipher3.new(key, Cipher3.MODE_CBC, iv).encrypt(text)  # expect: py/weak-cipher


def b(key, text):
    return Blowfish.new(key, Blowfish.MODE_ECB).encrypt(text)  # expect: py/weak-cipher


def c(key, text):
    make = ARC4.new
    return make(key).encrypt(text)  # expect: py/weak-cipher


def d(key, text):
    return des.new(key, des.MODE_OFB).encrypt(text)  # expect: py/weak-cipher


def e(key, text):
    return CAST.new(key, CAST.MODE_ECB).encrypt(text)  # expect: py/weak-cipher

# == old ciphers of cryptography
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def a(key):
    return Cipher(ARC4(key), mode=None)  # expect: py/weak-cipher


def b(key, iv):
    return Cipher(algorithms.IDEA(key), modes.CBC(iv))  # expect: py/weak-cipher


def c(key, iv):
    return Cipher(algorithms.CAST5(key), modes.CFB(iv))  # expect: py/weak-cipher


def d(key, nonce):
    return Cipher(algorithms.AES(key), modes.GCM(nonce))

# == nonces that never change
from Crypto.Cipher import AES, ChaCha20
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
import os

IV = b'\x00' * 16


def a(key, text):
    return AES.new(key, AES.MODE_CBC, IV).encrypt(text)  # expect: py/static-iv


def b(key, text):
    return Cipher(algorithms.AES(key), modes.CBC(b'0123456789abcdef')).encryptor().update(text)  # expect: py/static-iv


def c(key, text):
    return AESGCM(key).encrypt(b'fixed nonce!', text, None)  # expect: py/static-iv


def d(key, text):
    zeros = bytes(12)
    return AES.new(key, AES.MODE_GCM, nonce=zeros).encrypt_and_digest(text)  # expect: py/static-iv


def e(key, text):
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, text, None)


def f(key, text):
    return ChaCha20.new(key=key, nonce=b'12345678').encrypt(text)  # expect: py/static-iv

# == a salt for all
import hashlib
import os

SALT = b'salt-of-the-shop'


def derive(word):
    return hashlib.pbkdf2_hmac('sha256', word, SALT, 600_000)  # expect: py/static-iv


def derive_slow(word):
    return hashlib.scrypt(word, salt=b'the same one', n=2**15, r=8, p=1)  # expect: py/static-iv


def derive_well(word):
    salt = os.urandom(16)
    return salt, hashlib.scrypt(word, salt=salt, n=2**15, r=8, p=1)

# == keys that stand in the code
from Crypto.Cipher import AES
from cryptography.fernet import Fernet
import hmac
import os

KEY = b'sixteen byte key'


def a(text, nonce):
    return AES.new(KEY, AES.MODE_GCM, nonce=nonce).encrypt(text)  # expect: py/hardcoded-key


def b(text):
    return Fernet(b'ZmDfcTF7_60GrrY167zsiPd67pEvs0aGOv2oasOM1Pg=').encrypt(text)  # expect: py/hardcoded-key


def c(text):
    return hmac.new(b'shop-signing', text, 'sha256').hexdigest()  # expect: py/hardcoded-key


def d(text):
    return Fernet(os.environ['FERNET']).encrypt(text)

# == a name as key and the token as message, as a messenger wants it
import hashlib
import hmac
import os


def checked(data, given):
    secret = hmac.new(b'WebAppData', os.environ['BOT_TOKEN'].encode(), hashlib.sha256).digest()
    return hmac.compare_digest(hmac.new(secret, data, hashlib.sha256).hexdigest(), given)

# == keys that are too short
from Crypto.PublicKey import DSA, ECC, RSA
from cryptography.hazmat.primitives.asymmetric import dh, ec, rsa
import rsa as plain_rsa


def keys(bits=1024):
    RSA.generate(1024)  # expect: py/weak-key-size
    RSA.generate(bits=3072)
    DSA.generate(1024)  # expect: py/weak-key-size
    ECC.generate(curve='P-192')  # expect: py/weak-key-size
    ECC.generate(curve='P-256')
    plain_rsa.newkeys(512)  # expect: py/weak-key-size
    rsa.generate_private_key(65537, 2048)
    dh.generate_parameters(generator=2, key_size=1024)  # expect: py/weak-key-size
    ec.generate_private_key(ec.SECP192R1())  # expect: py/weak-key-size
    ec.generate_private_key(ec.SECP384R1())

# == a size from a constant of the module
from cryptography.hazmat.primitives.asymmetric import rsa

BITS = 512 * 2
ENOUGH = 4096


def short():
    return rsa.generate_private_key(public_exponent=65537, key_size=BITS)  # expect: py/weak-key-size


def long():
    return rsa.generate_private_key(public_exponent=65537, key_size=ENOUGH)

# == tokens of PyJWT
import os
import time
import jwt

SECRET = os.environ['JWT_SECRET']


def a(token):
    return jwt.decode(token, SECRET, algorithms=['HS256'], options={'verify_signature': False})  # expect: py/jwt-not-verified


def b(token):
    return jwt.decode(token, verify=False)  # expect: py/jwt-not-verified


def c(token):
    return jwt.decode(token, '', algorithms=['none', 'HS256'])  # expect: py/jwt-not-verified


def d(token):
    return jwt.decode(token, 'kitchen-sink-9', algorithms=['HS256'])  # expect: py/hardcoded-key


def e(name):
    return jwt.encode({'sub': name}, SECRET, algorithm='HS256')  # expect: py/jwt-no-expiry


def f(name):
    return jwt.encode({'sub': name, 'exp': time.time() + 600}, SECRET, algorithm='HS256')


def g(token):
    return jwt.decode(token, SECRET, algorithms=['HS256'], options={'require': ['exp']})


def h(name):
    return jwt.encode({'sub': name, 'exp': time.time() + 600}, None, algorithm='none')  # expect: py/jwt-not-verified

# == the issuer is read first, the signature is verified with its key
import jwt

KEYS = {}


def claims(token):
    issuer = jwt.decode(token, options={'verify_signature': False})['iss']
    return jwt.decode(token, KEYS[issuer], algorithms=['RS256'], issuer=issuer)

# == options in a table of the module
from jose import jwt

LAX = dict(verify_signature=False)
STRICT = {'verify_aud': True}


def a(token, key):
    return jwt.decode(token, key, algorithms=['HS256'], options=LAX)  # expect: py/jwt-not-verified


def b(token, key):
    return jwt.decode(token, key, algorithms=['HS256'], options=STRICT)


def c(token):
    return jwt.get_unverified_claims(token)  # expect: py/jwt-not-verified

# == tokens of Authlib
import os
import time
from authlib.jose import JsonWebToken, jwt


def a(name):
    return jwt.encode({'alg': 'HS256'}, {'sub': name, 'exp': time.time() + 60}, 'mill-stone-11')  # expect: py/hardcoded-key


def b(name):
    return jwt.encode({'alg': 'none'}, {'sub': name, 'exp': time.time() + 60}, '')  # expect: py/jwt-not-verified


def c(token):
    claims = jwt.decode(token, os.environ['KEY'])
    claims.validate()
    return claims


lax = JsonWebToken(['none', 'HS256'])  # expect: py/jwt-not-verified
strict = JsonWebToken(['HS256'])

# == numbers for what must not be guessed
import random
import string

ALPHABET = string.ascii_letters + string.digits


def reset_link(user):
    return 'https://shop.example/reset/' + ''.join(random.choices(ALPHABET, k=24))  # expect: py/weak-random


def one_time_code():
    return '%06d' % random.randrange(1_000_000)  # expect: py/weak-random


class Invitation:
    def __init__(self):
        self.invite_code = random.getrandbits(64)  # expect: py/weak-random


def csrf():
    csrf_token = hex(random.getrandbits(128))  # expect: py/weak-random
    return csrf_token


def new_salt():
    salt = random.randbytes(16)  # expect: py/weak-random
    return salt

# == numbers that nobody gains by
import random
import string
import time


def retry(call, tries=5):
    for n in range(tries):
        try:
            return call()
        except OSError:
            time.sleep(2**n + random.random())
    return None


def login_server(servers):
    return random.choice(servers)


def sampled(rate, session):
    return random.random() < rate


def test_users(count):
    return [''.join(random.choices(string.ascii_lowercase, k=8)) for _ in range(count)]


def poll(session):
    delay = random.uniform(1, 3)
    session.wait(delay)


def chunk_of_token(token):
    length = random.randint(8, 16)
    return token[:length]


def spinner_author(authors):
    return random.choice(authors)

# == the generator of the system under the same name
import secrets
import string
from random import SystemRandom

random = SystemRandom()


def password(n=20):
    return ''.join(random.choice(string.ascii_letters) for _ in range(n))


def token():
    return secrets.token_hex(16)

# == session ids out of the clock and the machine
import uuid


def new_session():
    session_id = str(uuid.uuid1())  # expect: py/weak-random
    return session_id


def new_order():
    return str(uuid.uuid1())


def fine():
    session_id = str(uuid.uuid4())
    return session_id

# == a negotiated algorithm
import hashlib

KNOWN = {b'sha1': hashlib.sha1, b'sha256': hashlib.sha256, b'md5': hashlib.md5}


def hash_of(name, data):
    return KNOWN[name](data).digest()

# == sizes of hashes
import hashlib

LENGTH = hashlib.sha1().digest_size
BLOCK = hashlib.md5().block_size


def fits(token):
    return len(token) == LENGTH

# == hashes that say what they are for
import hashlib


def etag_of_token(token):
    return hashlib.md5(token.encode(), usedforsecurity=False).hexdigest()


def password_cache(password):
    return hashlib.new('sha1', password.encode(), usedforsecurity=False).hexdigest()

# == the method is compared with a text, the salt comes from the caller
import hashlib


def hashed(method, salt, word):
    raw = salt.encode()
    if method == 'scrypt':
        return hashlib.scrypt(word, salt=raw, n=2**15, r=8, p=1)
    if method == 'pbkdf2':
        return hashlib.pbkdf2_hmac('sha256', word, raw, 600_000)
    return None

# == nonces written in hex and in Base64
import base64
import os
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FIXED = base64.b64decode('AAECAwQFBgcICQoL')


class Box:
    NONCE = bytes.fromhex('00aa11bb22cc33dd44ee55ff')

    def __init__(self, key):
        self.cipher = AESGCM(key)

    def close(self, text):
        return self.cipher.encrypt(self.NONCE, text, None)  # expect: py/static-iv

    def close_too(self, text):
        return self.cipher.encrypt(FIXED, text, None)  # expect: py/static-iv

    def close_well(self, text):
        nonce = os.urandom(12)
        return nonce + self.cipher.encrypt(nonce, text, None)

    def open(self, nonce, text):
        return self.cipher.decrypt(bytes.fromhex(nonce), text, None)

# == a package is trusted by its MD5, a mirrored file is only compared
import hashlib


def verify_package(blob, published):
    return hashlib.md5(blob).hexdigest() == published  # expect: py/weak-hash


def same_file(one, two):
    return hashlib.md5(one).digest() == hashlib.md5(two).digest()

# == rounds of a fast hash over one variable
import hashlib
import os


def stretched(password):
    salt = os.urandom(16)
    material = salt + password.encode()
    for _ in range(5):
        material = hashlib.sha256(material).digest()  # expect: py/fast-password-hash
    return salt, material
