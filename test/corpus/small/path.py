# == a download by name
import os
from flask import Flask, request, send_file

app = Flask(__name__)
ROOT = '/srv/files'


@app.route('/get')
def get():
    return send_file(os.path.join(ROOT, request.args['name']))  # expect: py/path-traversal

# == send_from_directory checks by itself
import os
from flask import Flask, request, send_from_directory

app = Flask(__name__)


@app.route('/get/<path:name>')
def get(name):
    return send_from_directory('/srv/files', name)

# == a helper that resolves and raises
import os
from flask import Flask, request, abort

app = Flask(__name__)
ROOT = os.path.realpath('/srv/files')


def inside(name):
    full = os.path.realpath(os.path.join(ROOT, name))
    if not full.startswith(ROOT + os.sep):
        raise PermissionError(name)
    return full


@app.route('/get')
def get():
    with open(inside(request.args['name'])) as handle:
        return {'text': handle.read()}

# == a helper that only joins
import os
from flask import Flask, request

app = Flask(__name__)


def inside(name):
    full = os.path.join('/srv/files', name)
    if not full.startswith('/srv/files'):
        raise PermissionError(name)
    return full


@app.route('/get')
def get():
    with open(inside(request.args['name'])) as handle:  # expect: py/path-traversal
        return {'text': handle.read()}

# == pathlib with relative_to
from pathlib import Path
from flask import Flask, request, abort

app = Flask(__name__)
ROOT = Path('/srv/files').resolve()


@app.route('/get')
def get():
    target = (ROOT / request.args['name']).resolve()
    try:
        target.relative_to(ROOT)
    except ValueError:
        abort(404)
    return {'text': target.read_text()}

# == pathlib with is_relative_to
from pathlib import Path
from flask import Flask, request, abort

app = Flask(__name__)
ROOT = Path('/srv/files').resolve()


@app.route('/get')
def get():
    target = (ROOT / request.args['name']).resolve()
    if not target.is_relative_to(ROOT):
        abort(404)
    return {'text': target.read_text()}

# == pathlib with parents
from pathlib import Path
from flask import Flask, request, abort

app = Flask(__name__)
ROOT = Path('/srv/files').resolve()


@app.route('/get')
def get():
    target = (ROOT / request.args['name']).resolve()
    if ROOT not in target.parents:
        abort(404)
    return {'text': target.read_text()}

# == pathlib without a look at where it leads
from pathlib import Path
from flask import Flask, request

app = Flask(__name__)
ROOT = Path('/srv/files')


@app.route('/get')
def get():
    target = ROOT / 'public' / f"{request.args['name']}.txt"
    if not target.exists():
        return 'no', 404
    return {'text': target.read_text()}  # expect: py/path-traversal

# == common path
import os
from flask import Flask, request, abort

app = Flask(__name__)
ROOT = '/srv/files'


@app.route('/get')
def get():
    target = os.path.abspath(os.path.join(ROOT, request.args['name']))
    if os.path.commonpath([ROOT, target]) != ROOT:
        abort(403)
    return {'text': open(target).read()}

# == dots refused
import os
from flask import Flask, request, abort

app = Flask(__name__)


@app.route('/get')
def get():
    name = request.args.get('name', '')
    if '..' in name or name.startswith('/'):
        abort(400)
    return {'text': open(os.path.join('/srv/files', name)).read()}

# == dots taken out once
import os
from flask import Flask, request

app = Flask(__name__)


@app.route('/get')
def get():
    name = request.args.get('name', '').replace('../', '')
    return {'text': open(os.path.join('/srv/files', name)).read()}  # expect: py/path-traversal

# == upload saved under its own name
import os
from flask import Flask, request

app = Flask(__name__)
app.config['UPLOAD_FOLDER'] = '/srv/up'


@app.route('/up', methods=['POST'])
def up():
    file = request.files['file']
    if file and file.filename:
        file.save(os.path.join(app.config['UPLOAD_FOLDER'], file.filename))  # expect: py/path-traversal
    return 'ok'

# == upload saved under a clean name
import os
import uuid
from flask import Flask, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
app.config['UPLOAD_FOLDER'] = '/srv/up'


@app.route('/up', methods=['POST'])
def up():
    for file in request.files.getlist('files'):
        name = secure_filename(file.filename)
        file.save(os.path.join(app.config['UPLOAD_FOLDER'], name))
    other = request.files.get('other')
    other.save('/srv/up/' + uuid.uuid4().hex)
    return 'ok'

# == FastAPI upload
import shutil
from fastapi import FastAPI, UploadFile, File

app = FastAPI()


@app.post('/up')
async def up(file: UploadFile = File(...)):
    with open(f'/srv/up/{file.filename}', 'wb') as out:  # expect: py/path-traversal
        shutil.copyfileobj(file.file, out)
    return {'ok': True}

# == FastAPI path parameter
from fastapi import FastAPI
from fastapi.responses import FileResponse

app = FastAPI()


@app.get('/files/{name:path}')
async def files(name: str):
    return FileResponse('/srv/files/' + name)  # expect: py/path-traversal


@app.get('/reports/{number}')
async def reports(number: int):
    return FileResponse(f'/srv/reports/{number}.pdf')

# == Django file response
import os
from django.conf import settings
from django.http import FileResponse, Http404


def download(request, name):
    path = os.path.join(settings.MEDIA_ROOT, name)
    if os.path.exists(path):
        return FileResponse(open(path, 'rb'))  # expect: py/path-traversal
    raise Http404


def page(request):
    path = os.path.join(settings.MEDIA_ROOT, os.path.basename(request.GET['f']))
    return FileResponse(open(path, 'rb'))

# == a tar archive of a visitor
import io
import tarfile
from flask import Flask, request

app = Flask(__name__)


@app.route('/restore', methods=['POST'])
def restore():
    data = io.BytesIO(request.get_data())
    with tarfile.open(fileobj=data) as archive:
        archive.extractall('/srv/restore')  # expect: py/zip-slip
    return 'ok'


@app.route('/restore-safe', methods=['POST'])
def restore_safe():
    data = io.BytesIO(request.get_data())
    with tarfile.open(fileobj=data) as archive:
        archive.extractall('/srv/restore', filter='data')
    return 'ok'

# == removal and listing
import os
import shutil
from flask import Flask, request

app = Flask(__name__)


@app.delete('/folder/<path:folder>')
def remove(folder):
    shutil.rmtree('/srv/' + folder)  # expect: py/path-traversal
    return 'ok'


@app.get('/folder/<path:folder>')
def listing(folder):
    return {'names': os.listdir(f'/srv/{folder}')}  # expect: py/path-traversal

# == a name out of a table
from flask import Flask, request

app = Flask(__name__)
PAGES = {'home': 'home.html', 'about': 'about.html'}


@app.get('/page')
def page():
    name = PAGES.get(request.args.get('p'))
    if name is None:
        return 'no', 404
    return {'text': open('/srv/pages/' + name).read()}

# == a table that falls back to what was asked for
from flask import Flask, request

app = Flask(__name__)
PAGES = {'home': 'home.html', 'about': 'about.html'}


@app.get('/page')
def page():
    wanted = request.args.get('p')
    name = PAGES.get(wanted, wanted)
    return {'text': open('/srv/pages/' + name).read()}  # expect: py/path-traversal

# == codecs and io
import codecs
import io
from flask import Flask, request

app = Flask(__name__)


@app.get('/a')
def a():
    return {'t': codecs.open(request.args['f'], encoding='utf-8').read()}  # expect: py/path-traversal


@app.get('/b')
def b():
    with io.open('/srv/' + request.args['f']) as handle:  # expect: py/path-traversal
        return {'t': handle.read()}

# == whether a file is there
import os
from flask import Flask, request

app = Flask(__name__)


@app.get('/exists')
def exists():
    return {'there': os.path.exists('/srv/' + request.args['f'])}
