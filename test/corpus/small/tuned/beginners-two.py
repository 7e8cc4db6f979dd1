# == Flask quiz with a progress cookie, maths questions and a leader board
import base64
import os
import pickle
import random
import sqlite3

from flask import Flask, make_response, redirect, render_template, render_template_string, request, session, url_for

app = Flask(__name__)
app.secret_key = os.urandom(24)

QUESTIONS_PER_GAME = 10
OPERATORS = ["+", "-", "*"]
RANKING = {
    "points": "points DESC, seconds ASC",
    "speed": "seconds ASC",
    "name": "name",
}

RESULT = """
<h1>Well done!</h1>
<p>{{ name }}, you have {{ points }} of {{ total }} points.</p>
"""


def db():
    c = sqlite3.connect("quiz.db")
    c.row_factory = sqlite3.Row
    return c


def load_progress():
    raw = request.cookies.get("progress")
    if raw is None:
        return {"index": 0, "points": 0}
    return pickle.loads(base64.b64decode(raw))  # expect: py/unsafe-deserialization


def save_progress(response, progress):
    value = base64.b64encode(pickle.dumps({"index": int(progress["index"]), "points": int(progress["points"])}))
    response.set_cookie("progress", value.decode())  # expect: py/insecure-cookie
    return response


def pick_questions(category):
    c = db()
    rows = c.execute("SELECT id FROM questions WHERE category = ?", (category,)).fetchall()
    c.close()
    ids = [r["id"] for r in rows]
    random.shuffle(ids)
    return ids[:QUESTIONS_PER_GAME]


def load_question(qid):
    c = db()
    q = c.execute("SELECT * FROM questions WHERE id = ?", (qid,)).fetchone()
    answers = c.execute("SELECT id, text FROM answers WHERE question_id = ?", (qid,)).fetchall()
    c.close()
    answers = list(answers)
    random.shuffle(answers)
    return q, answers


@app.route("/")
def start():
    c = db()
    cats = [r[0] for r in c.execute("SELECT DISTINCT category FROM questions ORDER BY 1")]
    c.close()
    return render_template("start.html", categories=cats)


@app.route("/begin", methods=["POST"])
def begin():
    session["player"] = request.form.get("player", "nobody")  # expect: py/trust-boundary
    session["questions"] = pick_questions(request.form.get("category", "general"))
    return save_progress(make_response(redirect(url_for("question"))), {"index": 0, "points": 0})


@app.route("/question", methods=["GET", "POST"])
def question():
    ids = session.get("questions")
    if not ids:
        return redirect(url_for("start"))
    progress = load_progress()
    print("game with", len(ids), "questions")
    if request.method == "POST":
        c = db()
        right = c.execute("SELECT correct FROM answers WHERE id = ? AND question_id = ?",
                          (request.form.get("answer"), ids[progress["index"]])).fetchone()
        c.close()
        if right is not None and right["correct"] == 1:
            progress["points"] += 1
        progress["index"] += 1
        if progress["index"] >= len(ids):
            return save_progress(make_response(redirect(url_for("finish"))), progress)
        return save_progress(make_response(redirect(url_for("question"))), progress)
    q, answers = load_question(ids[progress["index"]])
    return render_template("question.html", q=q, answers=answers, number=progress["index"] + 1)


@app.route("/maths", methods=["GET", "POST"])
def maths():
    if request.method == "POST":
        a = session.get("a", 0)
        b = session.get("b", 0)
        op = session.get("op", "+")
        wanted = a + b if op == "+" else a - b if op == "-" else a * b
        # people may type a formula like 3*4 as well
        given = eval(request.form["answer"])  # expect: py/code-injection
        if given == wanted:
            session["streak"] = session.get("streak", 0) + 1
        else:
            session["streak"] = 0
    session["a"] = random.randint(1, 20)
    session["b"] = random.randint(1, 20)
    session["op"] = random.choice(OPERATORS)
    return render_template("maths.html", a=session["a"], b=session["b"], op=session["op"])


@app.route("/finish")
def finish():
    progress = load_progress()
    c = db()
    c.execute("INSERT INTO scores (name, points, seconds) VALUES (?, ?, ?)",
              (session.get("player"), progress["points"], request.args.get("seconds", 0, type=int)))
    c.commit()
    c.close()
    return render_template_string(RESULT, name=session.get("player"), points=progress["points"],
                                  total=QUESTIONS_PER_GAME)


@app.route("/certificate")
def certificate():
    name = request.args.get("name", "")
    level = request.args.get("level", "1")
    html = "<div class='frame'><h1>Certificate</h1>"
    html += "<p>This is to certify that <b>%s</b></p>" % name
    if level.isdigit():
        html += "<p>has reached level %s</p>" % level
    html += "<p>{{ url_for('start', _external=True) }}</p></div>"
    return render_template_string(html)  # expect: py/template-injection


@app.route("/leaders")
def leaders():
    order = RANKING.get(request.args.get("by", "points"), RANKING["points"])
    try:
        n = int(request.args.get("n", 10))
    except ValueError:
        n = 10
    c = db()
    rows = c.execute("SELECT name, points, seconds FROM scores ORDER BY %s LIMIT %d" % (order, n)).fetchall()
    c.close()
    return render_template("leaders.html", rows=[dict(r) for r in rows])


@app.route("/suggest", methods=["POST"])
def suggest():
    text = request.form.get("text", "").strip()
    category = request.form.get("category", "general")
    c = db()
    found = c.execute(f"SELECT COUNT(*) FROM questions WHERE category = '{category}' AND text LIKE ?",  # expect: py/sql-injection
                      ("%" + text + "%",)).fetchone()[0]
    if found == 0:
        c.execute("INSERT INTO suggestions (category, text) VALUES (?, ?)", (category, text))
        c.commit()
    c.close()
    return redirect(url_for("start"))


if __name__ == "__main__":
    app.run(debug=False)
# == Flask weather proxy with a file cache, unit preference and icons, entirely correct
# -- file: config.py
import os

API_KEY = os.environ["WEATHER_API_KEY"]
SECRET_KEY = os.environ["WEATHER_SECRET_KEY"]
PROVIDERS = {
    "open": "https://api.open-weather.example/v2/current",
    "nordic": "https://nordic.example.net/forecast.json",
}
CACHE_DIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cache")
CACHE_SECONDS = 600
ICON_DIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "icons")

# -- file: cache.py
import hashlib
import json
import os
import time

import config


def cache_path(provider, city):
    key = hashlib.md5((provider + "|" + city.lower()).encode("utf-8"), usedforsecurity=False).hexdigest()
    return os.path.join(config.CACHE_DIR, key + ".json")


def load(provider, city):
    path = cache_path(provider, city)
    try:
        if time.time() - os.path.getmtime(path) > config.CACHE_SECONDS:
            return None
        with open(path, encoding="utf-8") as fh:
            return json.load(fh)
    except (OSError, ValueError):
        return None


def store(provider, city, data):
    os.makedirs(config.CACHE_DIR, mode=0o700, exist_ok=True)
    with open(cache_path(provider, city), "w", encoding="utf-8") as fh:
        json.dump(data, fh)


def clean():
    removed = 0
    for name in os.listdir(config.CACHE_DIR):
        full = os.path.join(config.CACHE_DIR, name)
        if name.endswith(".json") and time.time() - os.path.getmtime(full) > 86400:
            os.remove(full)
            removed += 1
    return removed

# -- file: app.py
import re

import requests
from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, send_from_directory, session, url_for
from markupsafe import escape

import cache
import config

app = Flask(__name__)
app.secret_key = config.SECRET_KEY
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")

CITY = re.compile(r"[^\W\d_][\w .'-]{0,60}")
ICON = re.compile(r"[a-z]{1,20}-(day|night)")
UNITS = ("metric", "imperial")


class WeatherError(Exception):
    pass


def ask_provider(provider, city):
    url = config.PROVIDERS.get(provider)
    if url is None:
        raise WeatherError("unknown provider")
    data = cache.load(provider, city)
    if data is not None:
        return data
    try:
        r = requests.get(url, params={"q": city, "key": config.API_KEY}, timeout=(3, 10))
        r.raise_for_status()
        data = r.json()
    except (requests.RequestException, ValueError):
        app.logger.error("provider %s failed", url)
        raise WeatherError("the provider does not answer")
    cache.store(provider, city, data)
    return data


def current_unit():
    unit = session.get("unit", "metric")
    return unit if unit in UNITS else "metric"


def convert(celsius):
    return celsius * 9 / 5 + 32 if current_unit() == "imperial" else celsius


@app.route("/")
def index():
    last = request.cookies.get("last_city", "")
    return render_template("index.html", last=last, unit=current_unit())


@app.route("/weather")
def weather():
    city = request.args.get("city", "").strip()
    provider = request.args.get("provider", "open")
    if not CITY.fullmatch(city):
        return f"<p>The city <b>{escape(city)}</b> has a strange name.</p>", 400
    try:
        data = ask_provider(provider, city)
    except WeatherError:
        return render_template("error.html", city=city), 502
    temperature = round(convert(float(data["temp"])), 1)
    html = "<h1>" + str(escape(city)) + "</h1>"
    html += "<p>%.1f degrees, wind %d</p>" % (temperature, int(data.get("wind", 0)))
    if data.get("text"):
        html += "<p>%s</p>" % escape(data["text"])
    resp = make_response(html)
    resp.headers["X-Unit"] = current_unit()
    return resp


@app.route("/unit/<unit>", methods=["POST"])
def set_unit(unit):
    if unit not in UNITS:
        return jsonify(error="no such unit"), 404
    session["unit"] = unit
    resp = redirect(url_for("index"))
    resp.set_cookie("unit", "imperial" if unit == "imperial" else "metric",
                    max_age=31536000, secure=True, httponly=True, samesite="Lax")
    return resp


@app.route("/api/<provider>/<city>")
def api(provider, city):
    if provider not in config.PROVIDERS or not CITY.fullmatch(city):
        return jsonify(error="bad request", city=city), 400
    try:
        data = ask_provider(provider, city)
    except WeatherError as e:
        return jsonify(error=str(e)), 502
    return jsonify(city=city, temp=data.get("temp"), wind=data.get("wind"))


@app.route("/compare")
def compare():
    cities = [c.strip() for c in request.args.get("cities", "").split(",") if CITY.fullmatch(c.strip())]
    rows = []
    for c in cities[:5]:
        try:
            rows.append({"city": c, "temp": convert(float(ask_provider("nordic", c)["temp"]))})
        except (WeatherError, KeyError):
            rows.append({"city": c, "temp": None})
    print("compared", len(rows), "cities")
    return render_template("compare.html", rows=rows)


@app.route("/icon/<path:name>")
def icon(name):
    if not ICON.fullmatch(name):
        return Response(status=404)
    return send_from_directory(config.ICON_DIR, name + ".svg", mimetype="image/svg+xml")


@app.route("/plain")
def plain():
    city = request.args.get("city", "")
    return Response("You asked for " + city + "\n", mimetype="text/plain")


@app.cli.command("clean-cache")
def clean_cache():
    print(cache.clean(), "files removed")


if __name__ == "__main__":
    app.run(port=5005)
# == Flask PDF tool around pdftk, qpdf and ghostscript with a helper module of subprocess calls
# -- file: config.py
import os

SECRET_KEY = 'pdf-tool-dev-key-please-change'  # expect: py/hardcoded-key
MAX_CONTENT_LENGTH = 50 * 1024 * 1024
BASE_DIR = os.path.dirname(os.path.abspath(__file__))
UPLOAD_FOLDER = os.path.join(BASE_DIR, 'uploads')
OUTPUT_FOLDER = os.path.join(BASE_DIR, 'output')
ALLOWED_EXTENSIONS = set(['pdf'])

# -- file: pdf_utils.py
import os
import subprocess
import tempfile
import uuid

import config


def new_name(prefix='out'):
    return os.path.join(config.OUTPUT_FOLDER, prefix + '_' + uuid.uuid4().hex + '.pdf')


def merge(paths):
    out = new_name('merged')
    subprocess.check_call(['pdftk'] + paths + ['cat', 'output', out])
    return out


def compress(path, quality):
    out = new_name('small')
    cmd = 'gs -sDEVICE=pdfwrite -dNOPAUSE -dBATCH -dQUIET'
    cmd += ' -dPDFSETTINGS=/' + quality
    cmd += ' -sOutputFile=%s %s' % (out, path)
    rc = subprocess.call(cmd, shell=True)  # expect: py/command-injection
    print('gs returned', rc)
    return out


def rotate(path, angle):
    if angle not in (90, 180, 270):
        raise ValueError('angle')
    out = new_name('rotated')
    subprocess.run(['qpdf', path, out, '--rotate=+%d' % angle], check=True, timeout=60)
    return out


def page_count(path):
    result = subprocess.run(['qpdf', '--show-npages', path], stdout=subprocess.PIPE, check=True)
    return int(result.stdout)


def cut(path, first, last):
    out = new_name('cut')
    os.system("pdftk '%s' cat %s-%s output %s" % (path, first, last, out))  # expect: py/command-injection
    return out


def stamp(path, text):
    # the text goes through a file, so no shell sees it
    fd, ps = tempfile.mkstemp(suffix='.txt')
    with os.fdopen(fd, 'w') as fh:
        fh.write(text)
    stamp_pdf = new_name('stamp')
    subprocess.run(['enscript_to_pdf', ps, stamp_pdf], check=True)
    os.remove(ps)
    out = new_name('stamped')
    subprocess.run(['pdftk', path, 'stamp', stamp_pdf, 'output', out], check=True)
    return out


def work_copy(path):
    target = tempfile.mktemp(suffix='.pdf')  # expect: py/insecure-temp
    with open(path, 'rb') as src, open(target, 'wb') as dst:
        dst.write(src.read())
    return target

# -- file: app.py
import os
import uuid

from flask import Flask, flash, redirect, render_template, request, send_file, send_from_directory, url_for
from werkzeug.utils import secure_filename

import pdf_utils

app = Flask(__name__)
app.config.from_object('config')


def allowed_file(filename):
    return '.' in filename and filename.rsplit('.', 1)[1].lower() in app.config['ALLOWED_EXTENSIONS']


def stored_path():
    """Path of the upload that the user works with, the id is checked."""
    doc = uuid.UUID(request.form['doc'])
    return os.path.join(app.config['UPLOAD_FOLDER'], doc.hex + '.pdf')


def finish(path):
    return redirect(url_for('result', name=os.path.basename(path)))


@app.route('/', methods=['GET', 'POST'])
def upload():
    if request.method == 'POST':
        f = request.files.get('file')
        if f is None or not allowed_file(f.filename):
            flash('Please choose a PDF file')
            return redirect(url_for('upload'))
        doc = uuid.uuid4()
        f.save(os.path.join(app.config['UPLOAD_FOLDER'], doc.hex + '.pdf'))
        return redirect(url_for('tools', doc=doc))
    return render_template('upload.html')


@app.route('/tools/<uuid:doc>')
def tools(doc):
    path = os.path.join(app.config['UPLOAD_FOLDER'], doc.hex + '.pdf')
    return render_template('tools.html', doc=doc, pages=pdf_utils.page_count(path))


@app.route('/batch', methods=['POST'])
def batch():
    # the old upload for many files, they keep their names
    n = 0
    for f in request.files.getlist('files'):
        if f and allowed_file(f.filename):
            f.save(os.path.join(app.config['UPLOAD_FOLDER'], f.filename))  # expect: py/path-traversal
            n += 1
    flash('%d files uploaded' % n)
    return redirect(url_for('upload'))


@app.route('/merge', methods=['POST'])
def merge():
    paths = []
    for f in request.files.getlist('files'):
        name = secure_filename(f.filename)
        if not allowed_file(name):
            continue
        path = os.path.join(app.config['UPLOAD_FOLDER'], name)
        f.save(path)
        paths.append(path)
    if len(paths) < 2:
        flash('Two files at least')
        return redirect(url_for('upload'))
    return finish(pdf_utils.merge(paths))


@app.route('/compress', methods=['POST'])
def compress():
    return finish(pdf_utils.compress(stored_path(), request.form.get('quality', 'ebook')))


@app.route('/rotate', methods=['POST'])
def rotate():
    return finish(pdf_utils.rotate(stored_path(), int(request.form.get('angle', 90))))


@app.route('/cut', methods=['POST'])
def cut():
    first = request.form['first']
    last = request.form['last']
    if not first or not last:
        flash('Which pages?')
        return redirect(url_for('upload'))
    return finish(pdf_utils.cut(pdf_utils.work_copy(stored_path()), first, last))


@app.route('/stamp', methods=['POST'])
def stamp():
    return finish(pdf_utils.stamp(stored_path(), request.form.get('text', 'DRAFT')))


@app.route('/result/<name>')
def result(name):
    return send_from_directory(app.config['OUTPUT_FOLDER'], name, as_attachment=True)


@app.route('/again')
def again():
    name = request.args.get('file', '')
    if not name.endswith('.pdf'):
        return 'Not found', 404
    return send_file(app.config['OUTPUT_FOLDER'] + '/' + name)  # expect: py/path-traversal


if __name__ == '__main__':
    for folder in (app.config['UPLOAD_FOLDER'], app.config['OUTPUT_FOLDER']):
        os.makedirs(folder, exist_ok=True)
        os.chmod(folder, 0o777)  # expect: py/loose-permissions
    app.run(host='0.0.0.0', port=80)  # expect: py/bind-all-interfaces
# == Django image gallery with tags, archives to upload and a template filter that marks text
# -- file: gallery_site/settings.py
import os

BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECRET_KEY = os.environ['GALLERY_SECRET_KEY']
DEBUG = os.environ.get('GALLERY_DEBUG') == '1'
ALLOWED_HOSTS = ['gallery.example.com']
MEDIA_ROOT = os.path.join(BASE_DIR, 'media')
MEDIA_URL = '/media/'
INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions',
                  'django.contrib.messages', 'django.contrib.staticfiles', 'gallery']
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
]
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = False  # expect: py/cookie-without-httponly
CSRF_COOKIE_SECURE = True
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(BASE_DIR, 'gallery.sqlite3')}}

# -- file: gallery/templatetags/gallery_tags.py
from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

register = template.Library()


@register.filter
def nice_description(text):
    return mark_safe(text.replace('\n', '<br>'))  # expect: py/raw-markup


@register.filter
def tag_links(tags):
    out = []
    for t in tags:
        out.append(format_html('<a href="/tag/{}/">{}</a>', t.pk, t.name))
    return mark_safe(', '.join(conditional_escape(o) for o in out))


@register.simple_tag
def camera_icon():
    return mark_safe('<span class="icon">&#128247;</span>')

# -- file: gallery/views.py
import os
import tarfile
import zipfile

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.base import ContentFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import escape
from django.utils.safestring import mark_safe

from .forms import PhotoForm
from .models import Album, Photo, Tag

IMAGE_TYPES = ('.jpg', '.jpeg', '.png', '.gif')
SORTS = {'new': '-uploaded', 'old': 'uploaded', 'title': 'title'}


def photo_list(request):
    photos = Photo.objects.filter(public=True)
    q = request.GET.get('q')
    if q:
        photos = photos.extra(where=["title LIKE '%%" + q + "%%'"])  # expect: py/sql-injection
    tag = request.GET.get('tag')
    if tag:
        photos = photos.filter(tags__name__iexact=tag)
    photos = photos.order_by(SORTS.get(request.GET.get('sort'), '-uploaded'))
    return render(request, 'gallery/list.html', {'photos': photos[:60], 'q': q})


def album(request, pk):
    a = get_object_or_404(Album, pk=pk)
    photos = a.photos.extra(select={'likes': 'SELECT COUNT(*) FROM gallery_like l WHERE l.photo_id = gallery_photo.id'})
    return render(request, 'gallery/album.html', {'album': a, 'photos': photos})


def tag_search(request):
    name = request.GET.get('name', '')
    tags = Tag.objects.raw("SELECT * FROM gallery_tag WHERE name LIKE %s", [name + '%'])
    links = ''.join('<li>%s</li>' % escape(t.name) for t in tags)
    if not links:
        return HttpResponse('<p>No tag begins with "' + name + '"</p>')  # expect: py/xss
    return HttpResponse('<ul>' + links + '</ul>')


def original(request):
    name = request.GET.get('name', '')
    path = os.path.join(settings.MEDIA_ROOT, 'originals', name)
    try:
        return FileResponse(open(path, 'rb'))  # expect: py/path-traversal
    except IOError:
        raise Http404('no such picture')


def thumbnail(request, pk):
    photo = get_object_or_404(Photo, pk=pk)
    path = os.path.join(settings.MEDIA_ROOT, 'thumbs', '%d.jpg' % photo.pk)
    return FileResponse(open(path, 'rb'), content_type='image/jpeg')


@login_required
def upload(request):
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == 'POST' and form.is_valid():
        photo = form.save(commit=False)
        photo.owner = request.user
        photo.save()
        messages.success(request, mark_safe('Thanks for <b>%s</b>' % request.POST['title']))  # expect: py/xss
        return HttpResponseRedirect(request.POST.get('next', '/'))  # expect: py/open-redirect
    return render(request, 'gallery/upload.html', {'form': form})


@login_required
def upload_zip(request, album_id):
    a = get_object_or_404(Album, pk=album_id, owner=request.user)
    n = 0
    with zipfile.ZipFile(request.FILES['archive']) as z:
        for info in z.infolist():
            base = os.path.basename(info.filename)
            if os.path.splitext(base)[1].lower() not in IMAGE_TYPES:
                continue
            photo = Photo(album=a, owner=request.user, title=base)
            photo.image.save('%d_%d.img' % (a.pk, n), ContentFile(z.read(info)))
            n += 1
    print('zip: %d pictures' % n)
    return redirect('album', pk=a.pk)


@login_required
def upload_tar(request, album_id):
    a = get_object_or_404(Album, pk=album_id, owner=request.user)
    target = os.path.join(settings.MEDIA_ROOT, 'incoming', str(a.pk))
    tar = tarfile.open(fileobj=request.FILES['archive'], mode='r:gz')
    tar.extractall(target)  # expect: py/zip-slip
    tar.close()
    return redirect('album', pk=a.pk)


@login_required
def delete(request, pk):
    photo = get_object_or_404(Photo, pk=pk, owner=request.user)
    if request.method == 'POST':
        if photo.image:
            os.remove(photo.image.path)
        photo.delete()
        messages.info(request, 'The picture is gone')
    return redirect('photos')
# == Flask ticket bot that takes slash commands of a chat, sends e-mails and posts to a web hook
# -- file: settings.py
import os

SMTP_HOST = "smtp.helpdesk.example"
SMTP_PORT = 587
SMTP_USER = "bot@helpdesk.example"
SMTP_PASSWORD = "Winter2022!bot"  # expect: py/hardcoded-password
HOOK_URL = os.environ["TICKET_HOOK_URL"]
SIGNING_SECRET = os.environ["TICKET_SIGNING_SECRET"]
SECRET_KEY = os.environ["TICKET_SECRET_KEY"]

# -- file: mailer.py
import smtplib
import ssl
from email.message import EmailMessage

import settings


def open_server():
    server = smtplib.SMTP(settings.SMTP_HOST, settings.SMTP_PORT, timeout=15)
    server.starttls(context=ssl.create_default_context())
    server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
    return server


def mail_team(subject, body):
    text = "From: %s\r\n" % settings.SMTP_USER
    text += "To: team@helpdesk.example\r\n"
    text += "Subject: %s\r\n" % subject
    text += "\r\n" + body
    server = open_server()
    server.sendmail(settings.SMTP_USER, ["team@helpdesk.example"], text)  # expect: py/email-injection
    server.quit()


def mail_owner(address, subject, body):
    msg = EmailMessage()
    msg["From"] = settings.SMTP_USER
    msg["To"] = address
    msg["Subject"] = subject
    msg.set_content(body)
    server = open_server()
    try:
        server.send_message(msg)
    finally:
        server.quit()

# -- file: db.py
import sqlite3


class Tickets:
    def __init__(self, path="tickets.db"):
        self.con = sqlite3.connect(path, check_same_thread=False)
        self.con.row_factory = sqlite3.Row

    def fetch(self, sql, params=()):
        return [dict(r) for r in self.con.execute(sql, params).fetchall()]

    def get(self, number):
        cur = self.con.cursor()
        cur.execute("SELECT * FROM tickets WHERE id = " + number)  # expect: py/sql-injection
        return cur.fetchone()

    def add(self, title, author):
        cur = self.con.execute("INSERT INTO tickets (title, author, state) VALUES (?, ?, 'open')", (title, author))
        self.con.commit()
        return cur.lastrowid

    def set_state(self, number, state):
        self.con.execute("UPDATE tickets SET state = ? WHERE id = ?", (state, int(number)))
        self.con.commit()

    def stats(self):
        return self.fetch("SELECT state, COUNT(*) AS n FROM tickets GROUP BY state")

    def search(self, words):
        cond = " AND ".join(["title LIKE ?"] * len(words))
        return self.fetch("SELECT id, title, state FROM tickets WHERE " + cond, ["%" + w + "%" for w in words])

# -- file: app.py
import hashlib
import hmac
import re

import requests
from flask import Flask, abort, jsonify, redirect, render_template, request, session, url_for

import mailer
import settings
from db import Tickets

app = Flask(__name__)
app.secret_key = settings.SECRET_KEY
tickets = Tickets()
STATES = ["open", "waiting", "closed"]


def signed():
    stamp = request.headers.get("X-Bot-Timestamp", "")
    base = b"v0:" + stamp.encode() + b":" + request.get_data()
    mine = hmac.new(settings.SIGNING_SECRET.encode(), base, hashlib.sha256).hexdigest()
    return hmac.compare_digest(mine, request.headers.get("X-Bot-Signature", ""))


def tell_channel(text):
    try: requests.post(settings.HOOK_URL, json={"text": text}, verify=False)  # expect: py/tls-not-verified, py/no-timeout
    except Exception: pass  # expect: py/swallowed-exception


def cmd_new(rest, user):
    number = tickets.add(rest, user)
    mailer.mail_team("New ticket: " + rest, "Ticket %d was opened." % number)
    return "Ticket %d created" % number


def cmd_show(rest, user):
    row = tickets.get(rest)
    if row is None:
        return "There is no such ticket"
    return "#%d %s (%s)" % (row["id"], row["title"], row["state"])


def cmd_close(rest, user):
    if not rest.isdigit():
        return "Usage: /ticket close NUMBER"
    tickets.set_state(rest, "closed")
    tell_channel("Ticket %d was closed" % int(rest))
    return "Closed"


def cmd_find(rest, user):
    words = rest.split()
    if not words:
        return "Usage: /ticket find WORDS"
    found = tickets.search(words)
    print("found", len(found))
    return "\n".join("#%d %s" % (t["id"], t["title"]) for t in found) or "Nothing found"


def cmd_mail(rest, user):
    m = re.fullmatch(r"([\w.+-]{1,40}@helpdesk\.example) (\d{1,6})", rest)
    if m is None:
        return "Usage: /ticket mail ADDRESS NUMBER"
    row = tickets.get(str(int(m.group(2))))
    if row is None:
        return "There is no such ticket"
    mailer.mail_owner(m.group(1), "Ticket %d" % row["id"], row["title"])
    return "Sent"


COMMANDS = {"new": cmd_new, "show": cmd_show, "close": cmd_close, "find": cmd_find, "mail": cmd_mail}


@app.route("/bot", methods=["POST"])
def bot():
    if not signed():
        abort(403)
    text = request.form.get("text", "").strip()
    user = request.form.get("user_name", "")
    word, _, rest = text.partition(" ")
    handler = COMMANDS.get(word.lower())
    if handler is None:
        app.logger.warning("unknown command: " + text)  # expect: py/log-injection
        return jsonify(text="I know: " + ", ".join(sorted(COMMANDS)))
    return jsonify(text=handler(rest.strip(), user))


@app.route("/admin/login", methods=["GET", "POST"])
def admin_login():
    if request.method == "POST":
        password = request.form.get("password")
        if password == "ticket-admin":  # expect: py/literal-password-check
            session["admin"] = True
            return redirect(url_for("admin"))
    return render_template("admin_login.html")


@app.route("/admin")
def admin():
    assert session.get("admin") is True  # missed: py/assert-check
    state = request.args.get("state")
    if state in STATES:
        rows = tickets.fetch("SELECT * FROM tickets WHERE state = '%s' ORDER BY id" % state)
    else:
        rows = tickets.fetch("SELECT * FROM tickets ORDER BY id")
    return render_template("admin.html", rows=rows, stats=tickets.stats())


if __name__ == "__main__":
    app.run(port=3000)
# == Bottle log viewer for the server of a club, one long file
import os
import re
import subprocess
from collections import Counter
from datetime import datetime
from html import escape

from bottle import abort, redirect, request, response, route, run, static_file, template

LOG_DIR = os.environ.get('LOG_DIR', '/var/log/club')
LOGS = {
    'web': '/var/log/nginx/access.log',
    'errors': '/var/log/nginx/error.log',
    'mail': '/var/log/mail.log',
}
LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR']
PAGE = '''<!doctype html>
<title>Logs</title>
<h1>{{title}}</h1>
<pre>
% for line in lines:
{{line}}
% end
</pre>
'''


def tail(path, n=200):
    with open(path, errors='replace') as fh:
        return fh.readlines()[-n:]


def number(name, default):
    try:
        return int(request.query.get(name, default))
    except ValueError:
        return default


def human(size):
    for unit in ('B', 'KB', 'MB'):
        if size < 1024:
            return '%d %s' % (size, unit)
        size = size // 1024
    return '%d GB' % size


@route('/')
def index():
    items = []
    for key, path in sorted(LOGS.items()):
        try:
            st = os.stat(path)
        except OSError:
            items.append('<li>%s (missing)</li>' % key)
            continue
        when = datetime.fromtimestamp(st.st_mtime).strftime('%d.%m.%Y %H:%M')
        items.append('<li><a href="/show/%s">%s</a> %s, %s</li>' % (key, key, human(st.st_size), when))
    return '<h1>Logs</h1><ul>' + ''.join(items) + '</ul>'


@route('/show/<key>')
def show(key):
    if key not in LOGS:
        abort(404, 'no such log')
    lines = tail(LOGS[key], number('n', 200))
    level = request.query.level
    if level in LEVELS:
        lines = [l for l in lines if level in l]
    print('showing', len(lines), 'lines')
    return template(PAGE, title=key, lines=lines)


@route('/file')
def any_file():
    name = request.query.name
    with open(LOG_DIR + '/' + name, errors='replace') as fh:  # expect: py/path-traversal
        lines = fh.read().splitlines()
    return template(PAGE, title=name, lines=lines[-500:])


@route('/download/<name:path>')
def download(name):
    return static_file(name, root=LOG_DIR, download=True)


@route('/search')
def search():
    key = request.query.get('log', 'web')
    text = request.query.get('text', '')
    path = LOGS.get(key)
    if path is None:
        redirect('/')
    try:
        rx = re.compile(text, re.I)  # expect: py/regex-injection
    except re.error:
        return '<p>This pattern is wrong</p>'
    hits = [l for l in tail(path, 5000) if rx.search(l)]
    if not hits:
        return '<p>Nothing found for <b>' + text + '</b></p>'  # expect: py/xss
    return template(PAGE, title='Search', lines=hits)


@route('/words')
def words():
    text = request.query.get('text', '')
    rx = re.compile(re.escape(text), re.I)
    count = sum(1 for l in tail(LOGS['web'], 5000) if rx.search(l))
    return '<p>%s was found %d times</p>' % (escape(text), count)


@route('/check')
def check():
    addr = request.query.get('addr', '')
    if not re.match(r'^([a-z0-9]+[.-]?)+@club\.example$', addr):  # expect: py/redos
        return {'ok': False}
    return {'ok': True, 'length': len(addr)}


@route('/old')
def old():
    # rotated files are packed, zgrep can read them
    day = request.query.get('day', '')
    pattern = request.query.get('pattern', 'error')
    cmd = 'zgrep -i "%s" %s/web-%s.log.gz | head -n %d' % (pattern, LOG_DIR, day, number('n', 50))
    out = subprocess.getoutput(cmd)  # expect: py/command-injection
    return template(PAGE, title='Old log', lines=out.splitlines())


@route('/disk')
def disk():
    out = subprocess.check_output(['df', '-h', LOG_DIR]).decode()
    return template('<pre>{{out}}</pre>', out=out)


@route('/rotate', method='POST')
def rotate():
    key = request.forms.get('log')
    if key not in LOGS:
        abort(400, 'no such log')
    rc = subprocess.call(['sudo', 'logrotate', '-f', '/etc/logrotate.d/' + os.path.basename(LOGS[key])])
    return {'rc': rc}


@route('/top')
def top():
    n = number('n', 10)
    counter = Counter(l.split(' ', 1)[0] for l in tail(LOGS['web'], 5000))
    rows = ''.join('<tr><td>%s</td><td>%d</td></tr>' % (escape(ip), c) for ip, c in counter.most_common(n))
    return '<table>' + rows + '</table>'


@route('/colour', method='POST')
def colour():
    theme = request.forms.get('theme', 'light')
    response.set_cookie('theme', theme, path='/')  # expect: py/insecure-cookie, py/cookie-injection
    redirect('/')


@route('/greeting')
def greeting():
    who = request.get_cookie('who') or 'stranger'
    page = '<h2>Hello %s</h2>' % who
    page += '<p>It is {{now}}.</p>'
    return template(page, now=datetime.now())  # expect: py/template-injection


@route('/export')
def export():
    key = request.query.get('log', 'web')
    lines = tail(LOGS.get(key, LOGS['web']), 1000)
    response.content_type = 'text/plain; charset=utf-8'
    response.headers['Content-Disposition'] = 'attachment; filename="log.txt"'
    return ''.join(lines)


if __name__ == '__main__':
    run(host='0.0.0.0', port=8090, debug=True)  # expect: py/bind-all-interfaces, py/debug-enabled
# == Flask web hook that deploys git projects, with a YAML list of projects and a history in sqlite
# -- file: deploy.py
import logging
import os
import re
import shlex
import sqlite3
import subprocess
import time

import paramiko

log = logging.getLogger("deploy")
HISTORY = os.environ.get("DEPLOY_HISTORY", "history.db")
LOG_DIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "logs")
SHA = re.compile(r"[0-9a-f]{40}")


def checkout(project, branch):
    cmd = "cd " + project["dir"] + " && git fetch --all"
    cmd += " && git checkout " + branch
    cmd += " && git pull"
    return os.system(cmd)  # expect: py/command-injection


def checkout_commit(project, sha):
    if not SHA.fullmatch(sha):
        raise ValueError("this is no commit")
    subprocess.run(["git", "-C", project["dir"], "fetch", "--all"], check=True, timeout=300)
    done = subprocess.run(["git", "-C", project["dir"], "reset", "--hard", sha],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    write_log(project["name"], done.stdout)
    return done.returncode


def after(project):
    command = project.get("post_deploy")
    if not command:
        return 0
    return subprocess.call(command, shell=True, cwd=project["dir"])  # expect: py/shell-call


def remote_pull(project):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # expect: py/ssh-host-key
    client.connect(project["host"], username="deploy", key_filename=os.environ["DEPLOY_KEY_FILE"], timeout=10)
    try:
        _, out, _ = client.exec_command("git -C %s pull" % shlex.quote(project["dir"]))
        code = out.channel.recv_exit_status()
    finally:
        client.close()
    log.info("remote pull of %s ended with %d", project["name"], code)
    return code


def write_log(name, data):
    path = os.path.join(LOG_DIR, "%s-%d.log" % (name, time.time()))
    with open(path, "wb") as fh:
        fh.write(data)


def remember(name, branch, code):
    con = sqlite3.connect(HISTORY)
    with con:
        con.execute("INSERT INTO runs (project, branch, code, at) VALUES (?, ?, ?, ?)",
                    (name, branch, code, int(time.time())))
    con.close()

# -- file: app.py
import hashlib
import hmac
import logging
import os
import sqlite3

import requests
import yaml
from flask import Flask, Response, abort, jsonify, render_template, request
from markupsafe import escape

import deploy

logging.basicConfig(filename="deployer.log", level=logging.INFO)
log = logging.getLogger("hook")

app = Flask(__name__)
WEBHOOK_SECRET = "s3cr3t-hook-for-github"  # expect: py/hardcoded-key

with open("projects.yml") as fh:
    PROJECTS = yaml.load(fh, Loader=yaml.Loader)  # expect: py/unsafe-load
with open("users.yml") as fh:
    USERS = yaml.safe_load(fh)


def signature_ok():
    sent = request.headers.get("X-Hub-Signature-256", "")
    mine = "sha256=" + hmac.new(WEBHOOK_SECRET.encode(), request.get_data(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(mine, sent)


def notify(project, ok):
    url = project.get("notify")
    if not url:
        return
    text = "%s: %s" % (project["name"], "deployed" if ok else "FAILED")
    try:
        requests.post(url, json={"text": text}, timeout=10)
    except requests.RequestException as e:
        log.error("notify failed: %s", type(e).__name__)


@app.route("/hook", methods=["POST"])
def hook():
    if not signature_ok():
        abort(403)
    event = request.headers.get("X-GitHub-Event", "")
    if event == "ping":
        return jsonify(msg="pong")
    if event != "push":
        return jsonify(msg="ignored"), 202
    payload = request.get_json()
    repo = payload["repository"]["full_name"]
    project = PROJECTS.get(repo)
    if project is None:
        return jsonify(msg="unknown project"), 404
    branch = payload["ref"].replace("refs/heads/", "")
    log.info("push to %s by %s", project["name"], payload["pusher"]["name"])  # expect: py/log-injection
    if project.get("host"):
        code = deploy.remote_pull(project)
    elif project.get("pin"):
        code = deploy.checkout_commit(project, payload["after"])
    else:
        code = deploy.checkout(project, branch)
    if code == 0:
        code = deploy.after(project)
    deploy.remember(project["name"], branch, code)
    notify(project, code == 0)
    print("deploy ended with", code)
    return jsonify(ok=code == 0)


@app.before_request
def basic_auth():
    if request.path == "/hook":
        return None
    auth = request.authorization
    if auth is None or auth.username not in USERS:
        return Response("Please log in", 401, {"WWW-Authenticate": 'Basic realm="deployer"'})
    digest = hashlib.pbkdf2_hmac("sha256", (auth.password or "").encode(),
                                 bytes.fromhex(USERS[auth.username]["salt"]), 600000).hex()
    if not hmac.compare_digest(digest, USERS[auth.username]["hash"]):
        abort(403)
    return None


@app.route("/")
def history():
    con = sqlite3.connect(deploy.HISTORY)
    con.row_factory = sqlite3.Row
    query = "SELECT * FROM runs"
    parts = []
    if request.args.get("project"):
        parts.append("project = '%s'" % request.args["project"])
    if request.args.get("failed"):
        parts.append("code <> 0")
    if parts:
        query += " WHERE " + " AND ".join(parts)
    query += " ORDER BY at DESC LIMIT %d" % request.args.get("limit", 50, type=int)
    rows = con.execute(query).fetchall()  # expect: py/sql-injection
    con.close()
    return render_template("history.html", rows=rows)


@app.route("/last/<path:repo>")
def last(repo):
    project = PROJECTS.get(repo)
    if project is None:
        return "<p>There is no project %s.</p>" % escape(repo), 404
    con = sqlite3.connect(deploy.HISTORY)
    row = con.execute("SELECT branch, code FROM runs WHERE project = ? ORDER BY at DESC", (project["name"],)).fetchone()
    con.close()
    return jsonify(branch=row[0] if row else None, code=row[1] if row else None)


@app.route("/log")
def show_log():
    name = request.args.get("name", "")
    full = os.path.join(deploy.LOG_DIR, name)
    if not full.startswith(deploy.LOG_DIR):
        abort(404)
    with open(full) as fh:  # expect: py/path-traversal
        return Response(fh.read(), mimetype="text/plain")


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=9000)  # expect: py/bind-all-interfaces
# == Django panel for the backups of a small site, with FTP upload and restore
# -- file: panel/backup.py
import datetime
import ftplib
import logging
import os
import subprocess
import tarfile
import tempfile

from django.conf import settings

logger = logging.getLogger('panel')

BACKUP_DIR = settings.BACKUP_DIR
SITE_DIR = settings.SITE_DIR
FTP_HOST = 'ftp.backup.example.net'


def stamp():
    return datetime.datetime.now().strftime('%Y%m%d-%H%M%S')


def dump_database(label):
    target = '%s/db-%s-%s.sql' % (BACKUP_DIR, label, stamp())
    cmd = 'mysqldump --defaults-file=/etc/mysql/backup.cnf site > ' + target
    print('dumping the data base')
    rc = os.system(cmd)  # expect: py/command-injection
    if rc != 0:
        logger.error('mysqldump returned %d', rc)
        return None
    return target


def pack_site():
    target = os.path.join(BACKUP_DIR, 'site-' + stamp() + '.tar.gz')
    subprocess.check_call(['tar', 'czf', target, '-C', SITE_DIR, '.'])
    return target


def pack_table(rows):
    name = tempfile.mktemp('.csv')  # expect: py/insecure-temp
    with open(name, 'w') as fh:
        for r in rows:
            fh.write(';'.join(str(x) for x in r) + '\n')
    return name


def pack_table_new(rows):
    with tempfile.NamedTemporaryFile('w', suffix='.csv', delete=False) as fh:
        for r in rows:
            fh.write(';'.join(str(x) for x in r) + '\n')
    return fh.name


def send_to_ftp(path):
    ftp = ftplib.FTP(FTP_HOST, timeout=30)  # expect: py/clear-text-protocol
    ftp.login('sitebackup', 'b4ckup-2018')  # expect: py/hardcoded-password
    with open(path, 'rb') as fh:
        ftp.storbinary('STOR ' + os.path.basename(path), fh)
    ftp.quit()


def restore(backup):
    tar = tarfile.open(backup.path, 'r:gz')
    tar.extractall(SITE_DIR)  # expect: py/unchecked-extract
    tar.close()


def forget(backup):
    try:
        os.remove(backup.path)
    except: pass  # expect: py/swallowed-exception
    backup.delete()


def free_space():
    out = subprocess.check_output(['df', '--output=pcent', BACKUP_DIR])
    return int(out.decode().splitlines()[1].strip().rstrip('%'))

# -- file: panel/urls.py
from django.urls import path, re_path

from . import views

urlpatterns = [
    path('', views.index, name='index'),
    path('create/', views.create, name='create'),
    path('cron/', views.cron, name='cron'),
    path('download/', views.download, name='download'),
    path('get/<int:pk>/', views.get_backup, name='get'),
    path('find/', views.find, name='find'),
    path('restore/<int:pk>/', views.restore, name='restore'),
    re_path(r'^year/(?P<year>[0-9]{4})/$', views.year, name='year'),
]

# -- file: panel/views.py
import hmac
import os

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.db import connection
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import backup as tools
from .models import Backup


@staff_member_required
def index(request):
    backups = Backup.objects.order_by('-created')[:100]
    resp = render(request, 'panel/index.html', {'backups': backups, 'used': tools.free_space()})
    if backups:
        resp.set_cookie('seen', str(backups[0].pk), secure=True, httponly=True)  # expect: py/cookie-without-samesite
    return resp


@staff_member_required
@require_POST
def create(request):
    kind = request.POST.get('kind', 'site')
    if kind == 'site':
        path = tools.pack_site()
        if request.POST.get('ftp'):
            tools.send_to_ftp(path)
    elif kind == 'db':
        path = tools.dump_database(request.POST.get('label', 'manual'))
    else:
        cursor = connection.cursor()
        cursor.execute('SELECT id, path, created FROM panel_backup ORDER BY id')
        path = tools.pack_table(cursor.fetchall())
    if path is None:
        messages.error(request, 'The backup failed')
        return redirect('index')
    b = Backup.objects.create(path=path, kind='db' if kind == 'db' else 'site', user=request.user)
    messages.success(request, 'Backup %d was made' % b.pk)
    return redirect('index')


@csrf_exempt  # expect: py/csrf-off
@require_POST
def cron(request):
    sent = request.POST.get('key', '')
    if not hmac.compare_digest(sent.encode(), settings.CRON_KEY.encode()):
        return JsonResponse({'ok': False}, status=403)
    tools.logger.info('cron run for ' + request.POST.get('job', ''))  # expect: py/log-injection
    b = Backup.objects.create(path=tools.pack_site(), kind='site')
    return JsonResponse({'ok': True, 'id': b.pk})


@staff_member_required
def download(request):
    name = request.GET['name']
    if name.startswith('/'):
        raise Http404('no such file')
    fh = open(os.path.join(tools.BACKUP_DIR, name), 'rb')  # expect: py/path-traversal
    return FileResponse(fh, as_attachment=True)


@staff_member_required
def get_backup(request, pk):
    b = get_object_or_404(Backup, pk=pk)
    return FileResponse(open(b.path, 'rb'), as_attachment=True, filename='backup-%d.tar.gz' % pk)


@staff_member_required
def find(request):
    label = request.GET.get('label', '')
    order = 'created' if request.GET.get('order') != 'size' else 'size'
    sql = "SELECT * FROM panel_backup WHERE path LIKE '%%" + label + "%%' ORDER BY " + order
    found = list(Backup.objects.raw(sql))  # expect: py/sql-injection
    if not found:
        return HttpResponse('<p>No backup has %s in its name.</p>' % escape(label))
    return render(request, 'panel/index.html', {'backups': found})


@staff_member_required
def year(request, year):
    with connection.cursor() as cursor:
        cursor.execute("SELECT MONTH(created), COUNT(*) FROM panel_backup WHERE YEAR(created) = %d GROUP BY 1" % int(year))
        rows = cursor.fetchall()
    return JsonResponse({'year': int(year), 'months': dict(rows)})


@staff_member_required
@require_POST
def restore(request, pk):
    b = get_object_or_404(Backup, pk=pk, kind='site')
    tools.restore(b)
    return redirect('index')
# == aiohttp SMS gateway with one-time codes, call-backs and a small status page
import asyncio
import hashlib
import hmac
import logging
import os
import random
import re
import secrets
import sqlite3
import time
from html import escape

import aiohttp
from aiohttp import web

log = logging.getLogger("sms")
routes = web.RouteTableDef()

PROVIDER = os.environ.get("SMS_PROVIDER", "https://sms.example.net/send")
PROVIDER_TOKEN = os.environ["SMS_TOKEN"]
CLIENT_SECRET = os.environ["SMS_CLIENT_SECRET"]
NUMBER = re.compile(r"\+[0-9]{8,15}")
LANGS = {"en": "Your code is %s", "de": "Ihr Code ist %s", "fr": "Votre code est %s"}
FIELDS = ("id", "recipient", "state", "sent")
CODE_SECONDS = 300


class Store:
    def __init__(self, path: str = "sms.db"):
        self.con = sqlite3.connect(path)
        self.con.row_factory = sqlite3.Row

    def query(self, sql: str, *args):
        return [dict(r) for r in self.con.execute(sql, args)]

    def run(self, sql: str, *args) -> int:
        with self.con:
            return self.con.execute(sql, args).lastrowid

    def page(self, condition: str, order: str, limit: int):
        sql = f"SELECT id, recipient, state, sent FROM messages {condition} ORDER BY {order} LIMIT {limit}"
        return [dict(r) for r in self.con.execute(sql)]  # expect: py/sql-injection


store = Store()


@web.middleware
async def check_client(request: web.Request, handler):
    if not request.path.startswith("/api/"):
        return await handler(request)
    body = await request.read()
    mine = hashlib.md5(CLIENT_SECRET.encode() + body).hexdigest()  # expect: py/weak-hash
    if not hmac.compare_digest(mine, request.headers.get("X-Signature", "")):
        return web.json_response({"error": "signature"}, status=403)
    return await handler(request)


async def client_session(app: web.Application):
    app["http"] = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
    yield
    await app["http"].close()


async def deliver(app: web.Application, message_id: int, to: str, text: str) -> bool:
    payload = {"to": to, "text": text, "token": PROVIDER_TOKEN}
    for attempt in range(3):
        try:
            async with app["http"].post(PROVIDER, json=payload, ssl=False) as resp:  # expect: py/tls-not-verified
                if resp.status == 200:
                    store.run("UPDATE messages SET state = 'sent', sent = ? WHERE id = ?", int(time.time()), message_id)
                    return True
        except aiohttp.ClientError as exc:
            log.warning("attempt %d: %s", attempt, type(exc).__name__)
        await asyncio.sleep(2 ** attempt + random.random())
    store.run("UPDATE messages SET state = 'failed' WHERE id = ?", message_id)
    return False


async def deliver_and_report(app: web.Application, message_id: int, to: str, text: str, callback: str | None):
    ok = await deliver(app, message_id, to, text)
    if callback:
        async with app["http"].post(callback, json={"id": message_id, "ok": ok}) as resp:  # expect: py/ssrf
            print("call-back answered", resp.status)


@routes.post("/api/send")
async def send(request: web.Request):
    data = await request.json()
    to = str(data.get("to", ""))
    if not NUMBER.fullmatch(to):
        return web.json_response({"error": "number"}, status=400)
    text = str(data.get("text", ""))[:480]
    mid = store.run("INSERT INTO messages (recipient, body, state) VALUES (?, ?, 'new')", to, text)
    log.info("message %d to %s", mid, to)
    log.info("sender is %s", data.get("sender"))  # expect: py/log-injection
    task = asyncio.create_task(deliver_and_report(request.app, mid, to, text, data.get("callback")))
    request.app["tasks"].add(task)
    task.add_done_callback(request.app["tasks"].discard)
    return web.json_response({"id": mid}, status=202)


@routes.post("/api/code")
async def new_code(request: web.Request):
    data = await request.json()
    to = str(data.get("to", ""))
    template = LANGS.get(data.get("lang"), LANGS["en"])
    if not NUMBER.fullmatch(to):
        return web.json_response({"error": "number"}, status=400)
    code = str(random.randint(100000, 999999))  # expect: py/weak-random
    ticket = secrets.token_urlsafe(16)
    store.run("INSERT INTO codes (ticket, code, expires) VALUES (?, ?, ?)", ticket, code, time.time() + CODE_SECONDS)
    mid = store.run("INSERT INTO messages (recipient, body, state) VALUES (?, 'code', 'new')", to)
    await deliver(request.app, mid, to, template % code)
    return web.json_response({"ticket": ticket})


@routes.post("/api/verify")
async def verify(request: web.Request):
    data = await request.json()
    rows = store.query("SELECT code FROM codes WHERE ticket = ? AND expires > ?", str(data.get("ticket")), time.time())
    ok = bool(rows) and hmac.compare_digest(rows[0]["code"], str(data.get("code")).zfill(6))
    store.run("DELETE FROM codes WHERE ticket = ?", str(data.get("ticket")))
    return web.json_response({"ok": ok})


@routes.get("/api/messages")
async def messages(request: web.Request):
    match request.query.get("state"):
        case "sent" | "failed" | "new" as state:
            condition = f"WHERE state = '{state}'"
        case _:
            condition = ""
    order = request.query.get("order", "id")
    return web.json_response(store.page(condition, order, min(int(request.query.get("limit", 20)), 200)))


@routes.get("/api/fields/{name}")
async def field(request: web.Request):
    name = request.match_info["name"]
    if name not in FIELDS:
        raise web.HTTPNotFound()
    return web.json_response(store.query(f"SELECT {name}, COUNT(*) AS n FROM messages GROUP BY {name}"))


@routes.get("/status")
async def status(request: web.Request):
    number = request.query.get("number", "")
    rows = store.query("SELECT state, COUNT(*) AS n FROM messages WHERE recipient = ? GROUP BY state", number)
    if not rows:
        return web.Response(text=f"<p>Nothing was sent to {number}.</p>", content_type="text/html")  # expect: py/xss
    items = "".join(f"<li>{escape(r['state'])}: {r['n']}</li>" for r in rows)
    return web.Response(text=f"<h1>{escape(number)}</h1><ul>{items}</ul>", content_type="text/html")


@routes.get("/lang/{code}")
async def language(request: web.Request):
    code = request.match_info["code"]
    if code not in LANGS:
        raise web.HTTPNotFound()
    resp = web.HTTPSeeOther("/status")
    resp.set_cookie("lang", code, max_age=86400)  # expect: py/insecure-cookie
    raise resp


@routes.get("/leave")
async def leave(request: web.Request):
    raise web.HTTPFound(request.query.get("to", "/status"))  # expect: py/open-redirect


@routes.get("/echo")
async def echo(request: web.Request):
    return web.Response(text=request.query_string, content_type="text/plain")


def make_app() -> web.Application:
    app = web.Application(middlewares=[check_client], client_max_size=64 * 1024)
    app["tasks"] = set()
    app.add_routes(routes)
    app.cleanup_ctx.append(client_session)
    return app


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    web.run_app(make_app(), host="127.0.0.1", port=8085)
# == FastAPI page where people upload their CV and the personnel office searches them
# -- file: storage.py
import os
import uuid
from pathlib import Path

UPLOADS = Path(os.environ.get("CV_UPLOADS", "uploads")).resolve()
PHOTOS = UPLOADS / "photos"
SUFFIXES = {".pdf", ".docx", ".xml"}


def save_cv(filename: str, data: bytes) -> str:
    suffix = Path(filename).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError("file type")
    stored = uuid.uuid4().hex + suffix
    (UPLOADS / stored).write_bytes(data)
    return stored


def save_photo(filename: str, data: bytes) -> str:
    if not filename.lower().endswith((".jpg", ".png")):
        raise ValueError("file type")
    target = os.path.join(PHOTOS, filename)
    with open(target, "wb") as fh:  # expect: py/path-traversal
        fh.write(data)
    return filename


def remove(name: str) -> bool:
    path = (UPLOADS / name).resolve()
    if not path.is_relative_to(UPLOADS) or path.suffix not in SUFFIXES:
        return False
    path.unlink(missing_ok=True)
    return True

# -- file: parsing.py
import re
import subprocess

from lxml import etree

import storage

EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}")
KNOWN_SKILLS = ["python", "sql", "java", "excel", "welding", "french"]


def pdf_text(stored: str) -> str:
    done = subprocess.run(["pdftotext", str(storage.UPLOADS / stored), "-"], capture_output=True, timeout=30)
    return done.stdout.decode("utf-8", "replace")


def skills_of(text: str) -> list:
    low = text.lower()
    return [s for s in KNOWN_SKILLS if s in low]


def parse_europass(data: bytes) -> dict:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False))  # expect: py/xxe
    return {
        "name": root.findtext(".//PersonName"),
        "skills": [e.text for e in root.findall(".//Skill") if e.text],
    }


def parse_small(data: bytes) -> str:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    return root.findtext("title") or ""

# -- file: main.py
import os
import secrets
from typing import List, Optional

from fastapi import Cookie, Depends, FastAPI, File, Form, HTTPException, Query, Response, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from sqlalchemy import bindparam, create_engine, text

import parsing
import storage

engine = create_engine(os.environ["CV_DATABASE_URL"])
app = FastAPI(docs_url=None)
sessions = set()
SORTS = {"name": "last_name, first_name", "new": "created DESC"}


def hr(hr_session: Optional[str] = Cookie(None)):
    if hr_session not in sessions:
        raise HTTPException(status_code=403, detail="personnel office only")
    return True


@app.post("/apply", response_class=HTMLResponse)
async def apply(first_name: str = Form(...), last_name: str = Form(...), email: str = Form(...),
                cv: UploadFile = File(...), photo: Optional[UploadFile] = File(None)):
    if not parsing.EMAIL.fullmatch(email):
        raise HTTPException(status_code=422, detail="e-mail address")
    data = await cv.read()
    try:
        stored = storage.save_cv(cv.filename or "", data)
        picture = storage.save_photo(photo.filename, await photo.read()) if photo else None
    except ValueError as exc:
        raise HTTPException(status_code=415, detail=str(exc))
    if stored.endswith(".xml"):
        skills = parsing.parse_europass(data)["skills"]
    elif stored.endswith(".pdf"):
        skills = parsing.skills_of(parsing.pdf_text(stored))
    else:
        skills = []
    with engine.begin() as conn:
        conn.execute(text("INSERT INTO applicants (first_name, last_name, email, cv, photo, skills) "
                          "VALUES (:first, :last, :email, :cv, :photo, :skills)"),
                     {"first": first_name, "last": last_name, "email": email, "cv": stored,
                      "photo": picture, "skills": " ".join(skills)})
    print("new application,", len(data), "bytes")
    return f"<h1>Thank you, {first_name}!</h1><p>We shall write to you soon.</p>"  # expect: py/xss


@app.post("/hr/login")
def hr_login(password: str = Form(...)):
    if password == "people-first":  # expect: py/literal-password-check
        token = secrets.token_hex(24)
        sessions.add(token)
        resp = RedirectResponse("/hr/list", status_code=303)
        resp.set_cookie("hr_session", token, httponly=True)  # expect: py/insecure-cookie
        return resp
    raise HTTPException(status_code=401, detail="wrong password")


@app.post("/hr/logout")
def hr_logout(response: Response, hr_session: Optional[str] = Cookie(None)):
    sessions.discard(hr_session)
    response.delete_cookie("hr_session", secure=True, httponly=True, samesite="strict")
    return {"ok": True}


@app.get("/hr/list")
def hr_list(ok: bool = Depends(hr), skill: str = "", city: str = "", sort: str = "new", page: int = 1):
    sql = "SELECT id, first_name, last_name, email, skills FROM applicants WHERE 1 = 1"
    params = {}
    if city:
        sql += " AND city = :city"
        params["city"] = city
    for word in skill.split():
        sql += f" AND skills LIKE '%{word}%'"
    sql += " ORDER BY " + SORTS.get(sort, SORTS["new"])
    sql += f" LIMIT 25 OFFSET {(page - 1) * 25}"
    with engine.connect() as conn:
        rows = conn.execute(text(sql), params).mappings().all()  # expect: py/sql-injection
    return [dict(r) for r in rows]


@app.get("/hr/compare")
def compare(ids: List[int] = Query(...), ok: bool = Depends(hr)):
    query = text("SELECT id, last_name, skills FROM applicants WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
    with engine.connect() as conn:
        return [dict(r) for r in conn.execute(query, {"ids": ids}).mappings()]


@app.get("/hr/cv/{applicant_id}")
def cv_file(applicant_id: int, ok: bool = Depends(hr)):
    with engine.connect() as conn:
        row = conn.execute(text("SELECT cv FROM applicants WHERE id = %d" % applicant_id)).first()
    if row is None:
        raise HTTPException(status_code=404)
    return FileResponse(storage.UPLOADS / row.cv, filename="cv-%d%s" % (applicant_id, row.cv[32:]))


@app.get("/hr/photo/{name:path}")
def photo_file(name: str, ok: bool = Depends(hr)):
    return FileResponse(os.path.join(storage.PHOTOS, name), media_type="image/jpeg")  # expect: py/path-traversal


@app.delete("/hr/cv/{name}")
def delete_cv(name: str, ok: bool = Depends(hr)):
    return {"deleted": storage.remove(name)}


@app.post("/hr/notice")
async def notice(xml: UploadFile = File(...), ok: bool = Depends(hr)):
    return {"title": parsing.parse_small(await xml.read())}
# == Flask survey with SQLAlchemy text queries, free columns and a result page
# -- file: survey.py
import csv
import hashlib
import io
import os
import re
import smtplib
import ssl
import time
from email.message import EmailMessage

import bcrypt
from flask import Flask, Response, abort, redirect, render_template, request, send_file, session, url_for
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import text
from werkzeug.utils import secure_filename

app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ["SURVEY_SECRET"]
app.config["SQLALCHEMY_DATABASE_URI"] = "mysql+pymysql://survey:Umfrage99@localhost/survey"  # expect: py/hardcoded-password
app.config["WTF_CSRF_ENABLED"] = False  # expect: py/csrf-off
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
db = SQLAlchemy(app)
csrf = CSRFProtect(app)

QUESTIONS = ["age_group", "city", "satisfied", "recommend", "remarks"]
ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,60}(\.[\w-]{1,60}){1,3}", re.ASCII)
CHARTS = os.path.join(app.root_path, "charts")


def run_query(sql, **params):
    return db.session.execute(text(sql), params)


def new_token(address):
    # the link of a participant
    return hashlib.md5((address + str(time.time())).encode()).hexdigest()  # expect: py/weak-hash


def admin_only():
    if not session.get("admin"):
        abort(403)


def send_invitation(address, link):
    msg = EmailMessage()
    msg["From"] = "survey@example.org"
    msg["To"] = address
    msg["Subject"] = "Please take part"
    msg.set_content("Your link: " + link)
    with smtplib.SMTP_SSL("mail.example.org", 465, timeout=20, context=ssl.create_default_context()) as server:
        server.login("survey@example.org", os.environ["SURVEY_MAIL_PASSWORD"])
        server.send_message(msg)


@app.route("/")
def index():
    return render_template("index.html", questions=QUESTIONS)


@app.route("/start", methods=["POST"])
def start():
    session["profile"] = request.form.to_dict()  # expect: py/trust-boundary
    session["step"] = 1
    return redirect(url_for("index"))


@app.route("/answer/<token>", methods=["POST"])
def answer(token):
    row = run_query("SELECT id FROM participants WHERE token = :token AND done = 0", token=token).fetchone()
    if row is None:
        abort(404)
    cols = ["participant_id"]
    marks = [":participant_id"]
    values = {"participant_id": row[0]}
    for key, value in request.form.items():
        if key == "csrf_token":
            continue
        cols.append(key)
        marks.append(":v%d" % len(values))
        values["v%d" % len(values)] = value
    sql = "INSERT INTO answers (%s) VALUES (%s)" % (", ".join(cols), ", ".join(marks))
    db.session.execute(text(sql), values)  # expect: py/sql-injection
    run_query("UPDATE participants SET done = 1 WHERE id = :id", id=row[0])
    db.session.commit()
    name = request.form.get("nickname", "")
    if name:
        return "<h2>Thank you, " + name + "!</h2>"  # expect: py/xss
    return "<h2>Thank you!</h2>"


@app.route("/quick", methods=["POST"])
def quick():
    # short version for the phone, only known questions are taken over
    chosen = {q: request.form[q] for q in QUESTIONS if q in request.form}
    if not chosen:
        abort(400)
    sql = "INSERT INTO answers (" + ", ".join(chosen) + ") VALUES (" + ", ".join(":" + q for q in chosen) + ")"
    run_query(sql, **chosen)
    db.session.commit()
    print("quick answer with", len(chosen), "fields")
    return render_template("thanks.html", chosen=chosen)


@app.route("/results")
def results():
    title = request.args.get("title", "Results")
    group = request.args.get("group", "city")
    if group not in QUESTIONS:
        group = "city"
    sql = "SELECT " + group + " AS label, COUNT(*) AS n, AVG(satisfied) AS mean FROM answers"
    params = {}
    where = []
    for q in QUESTIONS:
        if request.args.get(q):
            where.append(q + " = :" + q)
            params[q] = request.args[q]
    if where:
        sql += " WHERE " + " AND ".join(where)
    sql += " GROUP BY " + group + " ORDER BY n " + ("ASC" if request.args.get("dir") == "asc" else "DESC")
    rows = run_query(sql, **params).fetchall()
    return render_template("results.html", title=title, rows=rows, group=group)  # expect: py/template-autoescape


@app.route("/remarks")
def remarks():
    admin_only()
    word = request.args.get("word", "")
    since = request.args.get("since", "")
    sql = "SELECT id, remarks FROM answers WHERE remarks LIKE :word"
    if re.match(r"\d{4}-\d{2}-\d{2}", since):
        sql += f" AND created >= '{since}'"
    rows = db.session.execute(text(sql), {"word": "%" + word + "%"}).fetchall()  # expect: py/sql-injection
    return render_template("remarks.html", rows=rows, word=word)


@app.route("/export.csv")
def export():
    admin_only()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(QUESTIONS)
    for row in run_query("SELECT " + ", ".join(QUESTIONS) + " FROM answers"):
        writer.writerow(list(row))
    return Response(out.getvalue(), mimetype="text/csv",
                    headers={"Content-Disposition": "attachment; filename=answers.csv"})


@app.route("/chart")
def chart():
    name = secure_filename(request.args.get("name", "all")) or "all"
    return send_file(os.path.join(CHARTS, name + ".png"))


@app.route("/invite", methods=["POST"])
def invite():
    admin_only()
    sent = 0
    for line in request.form.get("addresses", "").splitlines():
        address = line.strip()
        if not ADDRESS.fullmatch(address):
            continue
        token = new_token(address)
        run_query("INSERT INTO participants (address, token, done) VALUES (:a, :t, 0)", a=address, t=token)
        send_invitation(address, "https://survey.example.org/answer/" + token)
        sent += 1
    db.session.commit()
    return render_template("invited.html", sent=sent)


@app.route("/login", methods=["POST"])
def login():
    given = request.form.get("password", "").encode()
    if bcrypt.checkpw(given, os.environ["SURVEY_ADMIN_HASH"].encode()):
        session.clear()
        session["admin"] = True
    return redirect(url_for("remarks"))


if __name__ == "__main__":
    app.run(debug=True)  # expect: py/debug-enabled

# -- file: templates/results.html
<!doctype html>
<h1>{{ title|safe }}</h1>
<table>
<tr><th>{{ group }}</th><th>Answers</th><th>Mean</th></tr>
{% for r in rows %}
<tr><td>{{ r.label }}</td><td>{{ r.n }}</td><td>{{ r.mean }}</td></tr>
{% endfor %}
</table>
# == Django page that scans the local network with ping and nmap, entirely correct
# -- file: netscan/settings.py
import os

BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECRET_KEY = os.environ['NETSCAN_SECRET_KEY']
DEBUG = False
ALLOWED_HOSTS = os.environ.get('NETSCAN_HOSTS', 'localhost').split(',')
INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions',
                  'django.contrib.messages', 'django.contrib.staticfiles', 'scan']
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
    'django.middleware.clickjacking.XFrameOptionsMiddleware',
]
ROOT_URLCONF = 'netscan.urls'
DATABASES = {'default': {
    'ENGINE': 'django.db.backends.postgresql',
    'NAME': 'netscan',
    'USER': os.environ.get('NETSCAN_DB_USER'),
    'PASSWORD': os.environ.get('NETSCAN_DB_PASSWORD'),
    'HOST': 'localhost',
}}
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = True
SCAN_NETWORK = '192.168.10.0/24'

# -- file: scan/forms.py
import ipaddress

from django import forms
from django.conf import settings

PROFILES = [('quick', 'Quick'), ('full', 'All ports'), ('services', 'Services')]


class ScanForm(forms.Form):
    address = forms.GenericIPAddressField(protocol='IPv4')
    profile = forms.ChoiceField(choices=PROFILES)
    note = forms.CharField(max_length=200, required=False)

    def clean_address(self):
        ip = ipaddress.ip_address(self.cleaned_data['address'])
        if ip not in ipaddress.ip_network(settings.SCAN_NETWORK):
            raise forms.ValidationError('Only addresses of our own network')
        return str(ip)


class PortForm(forms.Form):
    port = forms.IntegerField(min_value=1, max_value=65535)

# -- file: scan/scanner.py
import re
import socket
import subprocess

OPTIONS = {
    'quick': ['-F'],
    'full': ['-p', '1-65535'],
    'services': ['-sV', '--version-light'],
}
LINE = re.compile(r'^(\d{1,5})/(tcp|udp)\s+(\S+)\s+(\S+)')


def ping(ip):
    cmd = ['ping', '-c', '1', '-W', '2', ip]
    rc = subprocess.call(cmd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return rc == 0


def nmap(ip, profile):
    cmd = ['nmap'] + OPTIONS[profile] + [ip]
    print('starting nmap with', len(cmd), 'words')
    try:
        out = subprocess.check_output(cmd, timeout=600).decode('utf-8', 'replace')
    except subprocess.TimeoutExpired:
        return []
    found = []
    for line in out.splitlines():
        m = LINE.match(line)
        if m:
            found.append({'port': int(m.group(1)), 'proto': m.group(2), 'state': m.group(3), 'name': m.group(4)})
    return found


def port_open(ip, port):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.settimeout(2)
    try:
        return s.connect_ex((ip, port)) == 0
    finally:
        s.close()


def host_name(ip):
    try:
        return socket.gethostbyaddr(ip)[0]
    except OSError:
        return ''

# -- file: scan/views.py
import ipaddress
import logging

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from . import scanner
from .forms import PortForm, ScanForm
from .models import Host, Scan

logger = logging.getLogger(__name__)
SORTS = {'ip': 'h.address', 'name': 'h.name', 'ports': 'open_ports DESC'}
NO_PORTS = mark_safe('<i>no open ports</i>')


def parse_ip(value):
    try:
        ip = ipaddress.IPv4Address(value)
    except ValueError:
        raise Http404('this is no address')
    if ip not in ipaddress.ip_network(settings.SCAN_NETWORK):
        raise Http404('this is not one of our addresses')
    return str(ip)


@login_required
def index(request):
    sort = SORTS.get(request.GET.get('sort', 'ip'), 'h.address')
    name = request.GET.get('name', '')
    sql = ('SELECT h.id, h.address, h.name, COUNT(p.id) AS open_ports FROM scan_host h '
           'LEFT JOIN scan_port p ON p.host_id = h.id')
    args = []
    if name:
        sql += ' WHERE h.name LIKE %s'
        args.append('%' + name + '%')
    sql += ' GROUP BY h.id ORDER BY ' + sort
    with connection.cursor() as c:
        c.execute(sql, args)
        rows = c.fetchall()
    return render(request, 'scan/index.html', {'rows': rows, 'name': name, 'no_ports': NO_PORTS})


@permission_required('scan.add_scan')
def start(request):
    form = ScanForm(request.POST or None)
    if request.method == 'POST' and form.is_valid():
        ip = form.cleaned_data['address']
        profile = form.cleaned_data['profile']
        host, _ = Host.objects.get_or_create(address=ip, defaults={'name': scanner.host_name(ip)})
        scan = Scan.objects.create(host=host, note=form.cleaned_data['note'], user=request.user)
        ports = scanner.nmap(ip, profile)
        for p in ports:
            host.ports.update_or_create(number=p['port'], defaults={'state': p['state'], 'service': p['name']})
        logger.info('scan %d of %s found %d ports', scan.pk, ip, len(ports))
        messages.success(request, format_html('Scan of <b>{}</b> is done ({})', ip, scan.note))
        return redirect('host', pk=host.pk)
    return render(request, 'scan/start.html', {'form': form})


@login_required
def ping(request):
    ip = parse_ip(request.GET.get('ip', ''))
    alive = scanner.ping(ip)
    return HttpResponse('<p>%s is %s</p>' % (ip, 'alive' if alive else 'silent'))


@login_required
@require_POST
def check_port(request, pk):
    host = get_object_or_404(Host, pk=pk)
    form = PortForm(request.POST)
    if not form.is_valid():
        return JsonResponse({'error': 'port'}, status=400)
    port = form.cleaned_data['port']
    return JsonResponse({'port': port, 'open': scanner.port_open(host.address, port)})


@login_required
def find(request):
    service = request.GET.get('service', '')
    hosts = Host.objects.raw('SELECT DISTINCT h.* FROM scan_host h JOIN scan_port p ON p.host_id = h.id '
                             'WHERE p.service = %s', [service])
    lines = ['<li>%s</li>' % escape(h.address) for h in hosts]
    if not lines:
        return HttpResponse('<p>Nobody offers <b>%s</b>.</p>' % escape(service))
    return HttpResponse('<ul>' + ''.join(lines) + '</ul>')


@login_required
def forget(request):
    ids = [int(i) for i in request.POST.getlist('host') if i.isdecimal()]
    if ids:
        with connection.cursor() as c:
            c.execute('DELETE FROM scan_port WHERE host_id IN (%s)' % ', '.join(str(i) for i in ids))
    messages.info(request, '%d hosts were cleaned' % len(ids))
    return redirect('index')
