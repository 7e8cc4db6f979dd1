# == LDAP with python-ldap
import ldap
from flask import Flask, request

app = Flask(__name__)


def directory():
    connection = ldap.initialize('ldap://directory')
    connection.simple_bind_s('cn=app', 'x')
    return connection


@app.route('/who')
def who():
    uid = request.args['uid']
    base = 'ou=people,dc=example,dc=test'
    found = directory().search_s(base, ldap.SCOPE_SUBTREE, '(&(objectClass=person)(uid=' + uid + '))')  # expect: py/ldap-injection
    return {'n': len(found)}

# == LDAP with python-ldap, escaped
import ldap
import ldap.filter
from flask import Flask, request

app = Flask(__name__)


@app.route('/who')
def who():
    connection = ldap.initialize('ldap://directory')
    wanted = ldap.filter.filter_format('(uid=%s)', [request.args['uid']])
    found = connection.search_s('dc=example', ldap.SCOPE_SUBTREE, wanted)
    other = connection.search_s('dc=example', ldap.SCOPE_SUBTREE, '(cn=%s)' % ldap.filter.escape_filter_chars(request.args['cn']))
    return {'n': len(found) + len(other)}

# == LDAP with ldap3
from ldap3 import Connection, Server, ALL, SUBTREE
from flask import Flask, request

app = Flask(__name__)


@app.route('/who')
def who():
    server = Server('directory', get_info=ALL)
    with Connection(server, auto_bind=True) as conn:
        conn.search('dc=example', f"(uid={request.args['uid']})", search_scope=SUBTREE, attributes=['cn'])  # expect: py/ldap-injection
        return {'n': [str(e.cn) for e in conn.entries]}

# == LDAP with ldap3, escaped, in a class
import ldap3
from ldap3.utils.conv import escape_filter_chars
from flask import Flask, request

app = Flask(__name__)


class Directory:
    def __init__(self, url):
        self.conn = ldap3.Connection(ldap3.Server(url))

    def by_mail(self, mail):
        self.conn.search(search_base='dc=example', search_filter='(mail={})'.format(escape_filter_chars(mail)))
        return self.conn.entries

    def by_dn(self, unit):
        self.conn.search(search_base='ou=%s,dc=example' % unit, search_filter='(objectClass=*)')  # expect: py/ldap-injection
        return self.conn.entries


@app.route('/who')
def who():
    directory = Directory('ldap://x')
    directory.by_dn(request.args['unit'])
    return {'n': len(directory.by_mail(request.args['mail']))}

# == XPath in lxml
from lxml import etree
from flask import Flask, request

app = Flask(__name__)
tree = etree.parse('users.xml')


@app.route('/who')
def who():
    name, password = request.form['name'], request.form['password']
    found = tree.xpath("//user[name='" + name + "' and password='" + password + "']")  # expect: py/xpath-injection
    return {'n': len(found)}


@app.route('/who-safe')
def who_safe():
    found = tree.xpath('//user[name=$name]', name=request.form['name'])
    return {'n': len(found)}

# == XPath in ElementTree, in a root of its own
import xml.etree.ElementTree as ET
from flask import Flask, request

app = Flask(__name__)


@app.route('/who')
def who():
    root = ET.parse('users.xml').getroot()
    user = root.find(f".//user[@id='{request.args['id']}']")  # expect: py/xpath-injection
    return {'found': user is not None}


@app.route('/who-safe')
def who_safe():
    root = ET.parse('users.xml').getroot()
    wanted = request.args['id']
    return {'found': [u.text for u in root.findall('user') if u.get('id') == wanted]}

# == XPath compiled, quotes refused
import lxml.etree
from flask import Flask, request, abort

app = Flask(__name__)


@app.route('/who')
def who():
    doc = lxml.etree.parse('users.xml')
    name = request.args['name']
    if "'" in name or '"' in name:
        abort(400)
    return {'n': len(doc.xpath("/users/user[name='%s']" % name))}


@app.route('/which')
def which():
    doc = lxml.etree.parse('users.xml')
    query = lxml.etree.XPath("/users/user[name='%s']" % request.args['name'])  # expect: py/xpath-injection
    return {'n': len(query(doc))}

# == XML of a visitor with lxml, entities on
from lxml import etree
from flask import Flask, request

app = Flask(__name__)


@app.route('/xml', methods=['POST'])
def xml():
    parser = etree.XMLParser(resolve_entities=True, no_network=False)
    doc = etree.fromstring(request.data, parser)  # expect: py/xxe
    return {'root': doc.tag}

# == XML of a visitor with lxml, entities off
from lxml import etree
from flask import Flask, request

app = Flask(__name__)


@app.route('/xml', methods=['POST'])
def xml():
    parser = etree.XMLParser(resolve_entities=False, no_network=True, dtd_validation=False)
    doc = etree.fromstring(request.data, parser=parser)
    return {'root': doc.tag}

# == XML of a visitor with defusedxml
import defusedxml.ElementTree as ET
from defusedxml import minidom
from flask import Flask, request

app = Flask(__name__)


@app.route('/xml', methods=['POST'])
def xml():
    root = ET.fromstring(request.data)
    other = minidom.parseString(request.data)
    return {'root': root.tag}

# == SAX with external entities
import io
import xml.sax
import xml.sax.handler
from flask import Flask, request

app = Flask(__name__)


@app.route('/xml', methods=['POST'])
def read():
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    parser.setContentHandler(xml.sax.handler.ContentHandler())
    parser.parse(io.StringIO(request.form['doc']))  # expect: py/xxe
    return 'ok'


@app.route('/xml2', methods=['POST'])
def read2():
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    parser.parse(io.StringIO(request.form['doc']))
    return 'ok'

# == pickle in a cookie
import base64
import pickle
from flask import Flask, request

app = Flask(__name__)


@app.route('/cart')
def cart():
    raw = request.cookies.get('cart', '')
    items = pickle.loads(base64.urlsafe_b64decode(raw))  # expect: py/unsafe-deserialization
    return {'items': items}

# == a signed pickle
import hashlib
import hmac
import pickle
from flask import Flask, request, abort, current_app

app = Flask(__name__)


@app.route('/cart', methods=['POST'])
def cart():
    blob = request.get_data()
    given = request.headers.get('X-Signature', '')
    wanted = hmac.new(current_app.secret_key, blob, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(given, wanted):
        abort(403)
    return {'n': len(pickle.loads(blob))}

# == yaml in several ways
import yaml
from flask import Flask, request

app = Flask(__name__)


@app.route('/a', methods=['POST'])
def a():
    return {'n': yaml.load(request.data, Loader=yaml.Loader)}  # expect: py/unsafe-deserialization


@app.route('/b', methods=['POST'])
def b():
    return {'n': yaml.load(request.data, Loader=yaml.SafeLoader)}


@app.route('/c', methods=['POST'])
def c():
    return {'n': yaml.load(request.files['f'], yaml.UnsafeLoader)}  # expect: py/unsafe-deserialization


@app.route('/d', methods=['POST'])
def d():
    return {'n': list(yaml.safe_load_all(request.data))}

# == other serialisers
import marshal
import jsonpickle
import shelve
import dill
from flask import Flask, request

app = Flask(__name__)


@app.route('/a', methods=['POST'])
def a():
    return {'n': jsonpickle.decode(request.json['state'])}  # expect: py/unsafe-deserialization


@app.route('/b', methods=['POST'])
def b():
    return {'n': marshal.loads(bytes.fromhex(request.form['code']))}  # expect: py/unsafe-deserialization


@app.route('/c', methods=['POST'])
def c():
    return {'n': dill.loads(request.stream.read())}  # expect: py/unsafe-deserialization

# == an unpickler over the body
import io
import pickle
from flask import Flask, request

app = Flask(__name__)


class Careful(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError(name)


@app.route('/a', methods=['POST'])
def a():
    return {'n': pickle.Unpickler(io.BytesIO(request.data)).load()}  # expect: py/unsafe-deserialization


@app.route('/b', methods=['POST'])
def b():
    return {'n': Careful(io.BytesIO(request.data)).load()}

# == a calculator
import ast
import operator
from flask import Flask, request

app = Flask(__name__)


@app.route('/calc')
def calc():
    return {'r': eval(request.args['e'], {'__builtins__': {}})}  # expect: py/code-injection


@app.route('/calc-safe')
def calc_safe():
    return {'r': ast.literal_eval(request.args['e'])}


OPS = {'+': operator.add, '-': operator.sub}


@app.route('/calc-ops')
def calc_ops():
    op = OPS[request.args['op']]
    return {'r': op(float(request.args['a']), float(request.args['b']))}

# == compiled first
from flask import Flask, request

app = Flask(__name__)


@app.route('/run', methods=['POST'])
def run():
    code = compile(request.json['code'], '<x>', 'exec')
    scope = {}
    exec(code, scope)  # expect: py/code-injection
    return {'r': str(scope.get('result'))}

# == a module by name
import importlib
from flask import Flask, request

app = Flask(__name__)


@app.route('/plugin/<name>')
def plugin(name):
    module = importlib.import_module('plugins.' + name)  # expect: py/code-injection
    return {'r': module.run()}

# == exec of a formatted text
from flask import Flask, request

app = Flask(__name__)


@app.route('/run')
def run():
    exec("result = %s" % request.args['x'])  # expect: py/code-injection
    exec(f"result = {int(request.args['y'])}")
    return 'ok'

# == eval of a fixed text with a value as a variable
from flask import Flask, request

app = Flask(__name__)


@app.route('/run')
def run():
    return {'r': eval('x * 2', {'x': request.args['x']})}

# == logs with line breaks
import logging
from flask import Flask, request

app = Flask(__name__)
log = logging.getLogger('app')


@app.route('/l')
def l():
    log.info('user %s came', request.args['user'])  # expect: py/log-injection
    log.info('user %s came', request.args['user'].replace('\n', ' ').replace('\r', ' '))
    log.info('user %r came', request.args['user'])
    return 'ok'

# == MongoDB
import pymongo
from flask import Flask, request

app = Flask(__name__)
db = pymongo.MongoClient().shop


@app.route('/m', methods=['POST'])
def m():
    db.users.find_one(request.get_json())  # expect: py/nosql-injection
    db.users.find_one({'name': request.json['name']})  # expect: py/nosql-injection
    db.users.find_one({'name': str(request.json['name'])})
    db.users.find_one({'name': request.form['name']})
    db.users.find({'$where': 'this.name == "' + request.form['name'] + '"'})  # expect: py/nosql-injection
    return 'ok'
# == a formula from a form goes through the evaluator of an image library
from flask import Flask, request, send_file
from PIL import Image, ImageMath

app = Flask(__name__)


@app.post("/blend")
def blend():
    first = Image.open(request.files["first"])
    out = ImageMath.eval(request.form["formula"], a=first)  # expect: py/code-injection
    out.save("/srv/out/blend.png")
    return send_file("/srv/out/blend.png")
# == the formula is one of a table, the form only names it
from flask import Flask, abort, request, send_file
from PIL import Image, ImageMath

FORMULAS = {"half": "a / 2", "double": "a * 2"}
app = Flask(__name__)


@app.post("/blend")
def blend():
    formula = FORMULAS.get(request.form["formula"])
    if formula is None:
        abort(400)
    out = ImageMath.unsafe_eval(formula, a=Image.open(request.files["first"]))
    out.save("/srv/out/blend.png")
    return send_file("/srv/out/blend.png")
# == how long a statement of the visitor takes is measured by running it
import cProfile
import timeit

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.post("/measure")
def measure():
    statement = request.get_json()["statement"]
    took = timeit.timeit(statement, number=10)  # expect: py/code-injection
    cProfile.run(statement)  # expect: py/code-injection
    return jsonify(took=took)
# == what the visitor says is counted while a fixed statement is measured
import timeit

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.post("/measure")
def measure():
    times = int(request.get_json()["times"])
    return jsonify(took=timeit.timeit("sorted(range(100))", number=min(times, 1000)))
