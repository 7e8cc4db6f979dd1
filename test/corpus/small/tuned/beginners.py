# == Flask library management as a school project, one file with raw sqlite3
from flask import Flask, render_template, request, redirect, url_for, session, flash
import sqlite3
import hashlib
import datetime

app = Flask(__name__)
app.secret_key = "library_management_2021"  # expect: py/hardcoded-key

DATABASE = "library.db"
FINE_PER_DAY = 2
MAX_BOOKS = 3


def get_db():
    conn = sqlite3.connect(DATABASE)
    conn.row_factory = sqlite3.Row
    return conn


def init_db():
    conn = get_db()
    conn.executescript("""
        CREATE TABLE IF NOT EXISTS members (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            username TEXT UNIQUE, password TEXT, fullname TEXT, role TEXT DEFAULT 'member');
        CREATE TABLE IF NOT EXISTS books (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT, author TEXT, isbn TEXT, copies INTEGER);
        CREATE TABLE IF NOT EXISTS issues (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            book_id INTEGER, member_id INTEGER, issued TEXT, due TEXT, returned TEXT);
    """)
    conn.commit()
    conn.close()


@app.route("/")
def home():
    if "user_id" not in session:
        return redirect(url_for("login"))
    conn = get_db()
    total = conn.execute("SELECT COUNT(*) FROM books").fetchone()[0]
    out = conn.execute("SELECT COUNT(*) FROM issues WHERE returned IS NULL").fetchone()[0]
    conn.close()
    print("home page: total", total, "out", out)
    return render_template("home.html", total=total, out=out)


@app.route("/register", methods=["GET", "POST"])
def register():
    if request.method == "POST":
        username = request.form["username"].strip()
        fullname = request.form["fullname"].strip()
        password = request.form["password"]
        if len(password) < 6:
            flash("Password is too short")
            return redirect(url_for("register"))
        hashed = hashlib.md5(password.encode()).hexdigest()  # expect: py/fast-password-hash
        conn = get_db()
        old = conn.execute("SELECT id FROM members WHERE username = ?", (username,)).fetchone()
        if old is not None:
            flash("This user name is taken")
            return redirect(url_for("register"))
        conn.execute("INSERT INTO members (username, password, fullname) VALUES (?, ?, ?)",
                     (username, hashed, fullname))
        conn.commit()
        conn.close()
        flash("You can log in now")
        return redirect(url_for("login"))
    return render_template("register.html")


@app.route("/login", methods=["GET", "POST"])
def login():
    error = None
    if request.method == "POST":
        username = request.form["username"]
        password = hashlib.md5(request.form["password"].encode()).hexdigest()  # expect: py/fast-password-hash
        conn = get_db()
        cur = conn.cursor()
        cur.execute("SELECT * FROM members WHERE username = '" + username + "' AND password = '" + password + "'")  # expect: py/sql-injection
        user = cur.fetchone()
        conn.close()
        if user:
            session["user_id"] = user["id"]
            session["role"] = user["role"]
            return redirect(url_for("home"))
        error = "Invalid user name or password"
    return render_template("login.html", error=error)


@app.route("/logout")
def logout():
    session.clear()
    return redirect(url_for("login"))


@app.route("/books")
def books():
    q = request.args.get("q", "")
    field = request.args.get("field", "title")
    sql = "SELECT * FROM books WHERE 1=1"
    if q:
        sql += " AND " + field + " LIKE '%" + q + "%'"
    if request.args.get("available"):
        sql += " AND copies > 0"
    sql += " ORDER BY title"
    conn = get_db()
    rows = conn.execute(sql).fetchall()  # expect: py/sql-injection
    conn.close()
    return render_template("books.html", books=[dict(r) for r in rows], q=q)


@app.route("/book/<int:book_id>")
def book(book_id):
    conn = get_db()
    row = conn.execute("SELECT * FROM books WHERE id = %d" % book_id).fetchone()
    if row is None:
        return "No such book", 404
    history = conn.execute("SELECT * FROM issues WHERE book_id = ? ORDER BY issued DESC", (book_id,)).fetchall()
    conn.close()
    return render_template("book.html", book=row, history=history)


@app.route("/book/add", methods=["GET", "POST"])
def add_book():
    if session.get("role") != "admin":
        return redirect(url_for("login"))
    if request.method == "POST":
        conn = get_db()
        try:
            copies = int(request.form["copies"])
        except ValueError:
            copies = 1
        conn.execute("INSERT INTO books (title, author, isbn, copies) VALUES (?, ?, ?, ?)",
                     (request.form["title"], request.form["author"], request.form["isbn"], copies))
        conn.commit()
        conn.close()
        return redirect(url_for("books"))
    return render_template("add_book.html")


@app.route("/issue/<int:book_id>", methods=["POST"])
def issue(book_id):
    if "user_id" not in session:
        return redirect(url_for("login"))
    member = session["user_id"]
    conn = get_db()
    count = conn.execute("SELECT COUNT(*) FROM issues WHERE member_id = ? AND returned IS NULL",
                         (member,)).fetchone()[0]
    if count >= MAX_BOOKS:
        flash("You have too many books already")
        return redirect(url_for("books"))
    today = datetime.date.today()
    due = today + datetime.timedelta(days=14)
    conn.execute("INSERT INTO issues (book_id, member_id, issued, due) VALUES (?, ?, ?, ?)",
                 (book_id, member, today.isoformat(), due.isoformat()))
    conn.execute(f"UPDATE books SET copies = copies - 1 WHERE id = {book_id}")
    conn.commit()
    conn.close()
    return redirect(url_for("books"))


@app.route("/return/<int:issue_id>", methods=["POST"])
def give_back(issue_id):
    conn = get_db()
    row = conn.execute("SELECT * FROM issues WHERE id = ?", (issue_id,)).fetchone()
    if not row:
        return redirect(url_for("books"))
    due = datetime.datetime.strptime(row["due"], "%Y-%m-%d").date()
    late = (datetime.date.today() - due).days
    fine = late * FINE_PER_DAY if late > 0 else 0
    conn.execute("UPDATE issues SET returned = date('now') WHERE id = ?", (issue_id,))
    conn.execute("UPDATE books SET copies = copies + 1 WHERE id = ?", (row["book_id"],))
    conn.commit()
    conn.close()
    return render_template("returned.html", fine=fine)


@app.route("/member/delete", methods=["POST"])
def delete_member():
    if session.get("role") != "admin":
        return redirect(url_for("login"))
    conn = get_db()
    conn.execute("DELETE FROM members WHERE id = %s" % request.form["member_id"])  # expect: py/sql-injection
    conn.commit()
    conn.close()
    flash("Member deleted")
    return redirect(url_for("home"))


if __name__ == "__main__":
    init_db()
    app.run(debug=True)  # expect: py/debug-enabled
# == Flask todo list with login, with a query helper in db.py and a stored note shown raw
# -- file: db.py
import os
import sqlite3

from flask import g

DB_PATH = os.path.join(os.path.dirname(__file__), "todo.sqlite3")


def get_conn():
    if "conn" not in g:
        g.conn = sqlite3.connect(DB_PATH)
        g.conn.row_factory = sqlite3.Row
    return g.conn


def query(sql, args=(), one=False):
    cur = get_conn().cursor()
    cur.execute(sql, args)  # expect: py/sql-injection
    rows = cur.fetchall()
    if one:
        return rows[0] if rows else None
    return rows


def change(sql, args=()):
    conn = get_conn()
    cur = conn.execute(sql, args)
    conn.commit()
    return cur.lastrowid


def close_conn(exc=None):
    conn = g.pop("conn", None)
    if conn is not None:
        conn.close()

# -- file: auth.py
import functools
import hashlib
import secrets

from flask import Blueprint, redirect, render_template, request, session, url_for

from db import change, query

bp = Blueprint("auth", __name__)


def login_required(view):
    @functools.wraps(view)
    def wrapped(*args, **kwargs):
        if session.get("uid") is None:
            return redirect(url_for("auth.login", next=request.path))
        return view(*args, **kwargs)
    return wrapped


def hash_password(password, salt):
    return hashlib.sha256((salt + password).encode("utf-8")).hexdigest()  # expect: py/fast-password-hash


@bp.route("/signup", methods=("GET", "POST"))
def signup():
    if request.method == "GET":
        return render_template("signup.html", error=None)
    name = request.form.get("name", "").strip()
    password = request.form.get("password", "")
    if not name or not password:
        return render_template("signup.html", error="Please fill in everything")
    if query("SELECT id FROM users WHERE name = ?", (name,), one=True):
        return render_template("signup.html", error="Name is taken")
    salt = secrets.token_hex(8)
    change("INSERT INTO users (name, salt, pwhash) VALUES (?, ?, ?)",
           (name, salt, hash_password(password, salt)))
    return redirect(url_for("auth.login"))


@bp.route("/login", methods=("GET", "POST"))
def login():
    if request.method == "GET":
        return render_template("login.html", error=None)
    user = query("SELECT * FROM users WHERE name = ?", (request.form.get("name", ""),), one=True)
    if user is None:
        return render_template("login.html", error="Wrong name or password")
    attempt = hash_password(request.form.get("password", ""), user["salt"])
    if not secrets.compare_digest(attempt, user["pwhash"]):
        return render_template("login.html", error="Wrong name or password")
    session.clear()
    session["uid"] = user["id"]
    target = request.args.get("next") or url_for("index")
    resp = redirect(target)  # expect: py/open-redirect
    if request.form.get("remember"):
        token = secrets.token_hex(32)
        change("INSERT INTO remember (user_id, token) VALUES (?, ?)", (user["id"], token))
        resp.set_cookie("remember", token, max_age=30 * 86400)  # expect: py/insecure-cookie
    return resp


@bp.route("/logout", methods=("POST",))
def logout():
    session.clear()
    return redirect(url_for("auth.login"))

# -- file: app.py
import os

from flask import Flask, abort, redirect, render_template, request, session, url_for

import auth
import db
from auth import login_required

app = Flask(__name__)
app.secret_key = os.environ["TODO_SECRET"]
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
app.register_blueprint(auth.bp)
app.teardown_appcontext(db.close_conn)

STATES = ("open", "done", "later")


@app.route("/")
@login_required
def index():
    q = request.args.get("q", "")
    sort = request.args.get("sort", "created")
    sql = "SELECT * FROM todos WHERE user_id = ?"
    args = [session["uid"]]
    if q:
        sql += " AND title LIKE ?"
        args.append("%" + q + "%")
    state = request.args.get("state")
    if state in STATES:
        sql += " AND state = '" + state + "'"
    sql += " ORDER BY " + sort
    todos = db.query(sql, args)
    return render_template("index.html", todos=todos, q=q)


@app.route("/add", methods=["POST"])
@login_required
def add():
    title = request.form.get("title", "").strip()
    if not title:
        abort(400)
    db.change("INSERT INTO todos (user_id, title, note, state) VALUES (?, ?, ?, 'open')",
              (session["uid"], title, request.form.get("note", "")))
    return redirect(url_for("index"))


@app.route("/state/<int:todo_id>/<state>", methods=["POST"])
@login_required
def set_state(todo_id, state):
    if state not in STATES:
        abort(404)
    db.change("UPDATE todos SET state = ? WHERE id = ? AND user_id = ?", (state, todo_id, session["uid"]))
    return redirect(url_for("index", state=state))


@app.route("/delete", methods=["POST"])
@login_required
def delete():
    ids = request.form.getlist("todo")
    if ids:
        marks = ",".join("?" * len(ids))
        db.change("DELETE FROM todos WHERE user_id = ? AND id IN (" + marks + ")", [session["uid"]] + ids)
    return redirect(url_for("index"))


if __name__ == "__main__":
    app.run(port=5001)

# -- file: templates/index.html
<!doctype html>
<title>My todos</title>
<form action="{{ url_for('index') }}">
  <input name="q" value="{{ q }}"> <button>Search</button>
</form>
<ul>
{% for t in todos %}
  <li>
    <b>{{ t['title'] }}</b> ({{ t['state'] }})
    <div class="note">{{ t['note']|safe }}</div> {# expect: py/template-raw-output #}
  </li>
{% endfor %}
</ul>
# == Django hotel booking in the old style with url(), function views, raw() and a pasted settings.py
# -- file: hotel/settings.py
import os

BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

SECRET_KEY = '8w#k2@v!r7q0_hotelsite_z1m4^c$xkq9(l+0b6y'  # expect: py/hardcoded-key

DEBUG = True  # expect: py/debug-enabled

ALLOWED_HOSTS = ['hotel.example.org', 'localhost']

INSTALLED_APPS = [
    'django.contrib.admin',
    'django.contrib.auth',
    'django.contrib.contenttypes',
    'django.contrib.sessions',
    'django.contrib.messages',
    'django.contrib.staticfiles',
    'booking',
]

MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'django.contrib.sessions.middleware.SessionMiddleware',
    'django.middleware.common.CommonMiddleware',
    'django.middleware.csrf.CsrfViewMiddleware',
    'django.contrib.auth.middleware.AuthenticationMiddleware',
    'django.contrib.messages.middleware.MessageMiddleware',
    'django.middleware.clickjacking.XFrameOptionsMiddleware',
]

ROOT_URLCONF = 'hotel.urls'

DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.mysql',
        'NAME': 'hotel',
        'USER': 'hotel',
        'PASSWORD': 'hotel@123',  # expect: py/hardcoded-password
        'HOST': 'localhost',
    }
}

SESSION_COOKIE_SECURE = False  # expect: py/insecure-cookie
CSRF_COOKIE_SECURE = True

EMAIL_HOST = 'smtp.example.org'
EMAIL_USE_TLS = True
EMAIL_HOST_USER = 'frontdesk@example.org'
EMAIL_HOST_PASSWORD = os.environ.get('EMAIL_HOST_PASSWORD')

# -- file: booking/urls.py
from django.conf.urls import url

from . import views

urlpatterns = [
    url(r'^$', views.index, name='index'),
    url(r'^search/$', views.search, name='search'),
    url(r'^hotel/(?P<hotel_id>[0-9]+)/$', views.hotel, name='hotel'),
    url(r'^book/(?P<room_id>[0-9]+)/$', views.book, name='book'),
    url(r'^status/$', views.status, name='status'),
    url(r'^paid/$', views.payment_done, name='paid'),
    url(r'^report/$', views.report, name='report'),
]

# -- file: booking/forms.py
from django import forms

from .models import Booking


class BookingForm(forms.ModelForm):
    class Meta:
        model = Booking
        fields = ['guest_name', 'email', 'check_in', 'check_out']

    def clean(self):
        data = super(BookingForm, self).clean()
        start = data.get('check_in')
        end = data.get('check_out')
        if start and end and end <= start:
            raise forms.ValidationError('The departure must be after the arrival')
        return data

# -- file: booking/views.py
from django.contrib.admin.views.decorators import staff_member_required
from django.core.mail import send_mail
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt

from .forms import BookingForm
from .models import Booking, Hotel, Room


def index(request):
    hotels = Hotel.objects.order_by('name')[:20]
    return render(request, 'booking/index.html', {'hotels': hotels})


def search(request):
    city = request.GET.get('city', '')
    max_price = request.GET.get('max_price')
    sql = ("SELECT r.* FROM booking_room r JOIN booking_hotel h ON h.id = r.hotel_id "
           "WHERE h.city = '%s'" % city)
    if max_price:
        sql += " AND r.price <= %s" % max_price
    if request.GET.get('breakfast') == 'on':
        sql += " AND r.breakfast = 1"
    rooms = Room.objects.raw(sql)  # expect: py/sql-injection
    return render(request, 'booking/search.html', {'rooms': list(rooms), 'city': city})


def hotel(request, hotel_id):
    h = get_object_or_404(Hotel, pk=hotel_id)
    rooms = Room.objects.raw('SELECT * FROM booking_room WHERE hotel_id = %s ORDER BY price', [hotel_id])
    return render(request, 'booking/hotel.html', {'hotel': h, 'rooms': rooms})


def book(request, room_id):
    room = get_object_or_404(Room, pk=room_id)
    if request.method == 'POST':
        form = BookingForm(request.POST)
        if form.is_valid():
            booking = form.save(commit=False)
            booking.room = room
            booking.save()
            send_mail('Your booking', 'Reference: %s' % booking.reference,
                      'frontdesk@example.org', [booking.email])
            return redirect('index')
    else:
        form = BookingForm()
    return render(request, 'booking/book.html', {'form': form, 'room': room})


def status(request):
    ref = request.GET.get('ref', '')
    found = Booking.objects.filter(reference=ref).first()
    if found is None:
        return HttpResponse('<h2>There is no booking %s</h2><a href="/">Back</a>' % ref)  # expect: py/xss
    return HttpResponse('<h2>Booking %s is %s</h2>' % (escape(ref), escape(found.state)))


@csrf_exempt  # expect: py/csrf-off
def payment_done(request):
    ref = request.POST.get('ref', '')
    Booking.objects.filter(reference=ref, user_id=request.user.id).update(confirmed_by_guest=True)
    back = request.POST.get('return_url', '/')
    return HttpResponseRedirect(back)  # expect: py/open-redirect


@staff_member_required
def report(request):
    year = request.GET.get('year', '2019')
    group = request.GET.get('group', 'city')
    cursor = connection.cursor()
    cursor.execute("SELECT h." + group + ", COUNT(*), SUM(b.total) FROM booking_booking b "  # expect: py/sql-injection
                   "JOIN booking_room r ON r.id = b.room_id JOIN booking_hotel h ON h.id = r.hotel_id "
                   "WHERE YEAR(b.check_in) = %s GROUP BY h." + group, [year])
    data = [{'name': row[0], 'count': row[1], 'sum': row[2]} for row in cursor.fetchall()]
    print('report rows', len(data))
    return JsonResponse({'rows': data})
# == Flask online shop with flask_mysqldb, as in a video course, most queries formatted by hand
# -- file: config.py
class Config(object):
    SECRET_KEY = 'myshop-super-secret'  # expect: py/hardcoded-key
    MYSQL_HOST = 'localhost'
    MYSQL_USER = 'root'
    MYSQL_PASSWORD = 'toor1234'  # expect: py/hardcoded-password
    MYSQL_DB = 'myshop'
    MYSQL_CURSORCLASS = 'DictCursor'
    SESSION_COOKIE_SAMESITE = 'Lax'

# -- file: app.py
from functools import wraps

from flask import Flask, flash, jsonify, make_response, redirect, render_template, request, session, url_for
from flask_mysqldb import MySQL
from werkzeug.security import check_password_hash, generate_password_hash

from config import Config

app = Flask(__name__)
app.config.from_object(Config)
mysql = MySQL(app)


def is_logged_in(f):
    @wraps(f)
    def wrap(*args, **kwargs):
        if 'logged_in' in session:
            return f(*args, **kwargs)
        flash('Please log in', 'danger')
        return redirect(url_for('login'))
    return wrap


@app.route('/')
def index():
    category = request.args.get('category')
    low = request.args.get('min', type=float)
    high = request.args.get('max', type=float)
    sort = request.args.get('sort', 'new')
    sql = 'SELECT * FROM products WHERE active = 1'
    if category:
        sql += " AND category = '%s'" % category
    if low is not None:
        sql += ' AND price >= %f' % low
    if high is not None:
        sql += ' AND price <= %f' % high
    if sort == 'cheap':
        sql += ' ORDER BY price ASC'
    elif sort == 'expensive':
        sql += ' ORDER BY price DESC'
    else:
        sql += ' ORDER BY id DESC'
    cur = mysql.connection.cursor()
    cur.execute(sql)  # expect: py/sql-injection
    products = cur.fetchall()
    cur.close()
    return render_template('index.html', products=products, category=category)


@app.route('/product/<int:pid>')
def product(pid):
    cur = mysql.connection.cursor()
    result = cur.execute('SELECT * FROM products WHERE id = {}'.format(pid))
    if result == 0:
        return render_template('404.html'), 404
    item = cur.fetchone()
    cur.execute('SELECT * FROM reviews WHERE product_id = %s', [pid])
    reviews = cur.fetchall()
    cur.close()
    resp = make_response(render_template('product.html', item=item, reviews=reviews))
    resp.set_cookie('last_seen', str(pid))  # expect: py/insecure-cookie
    return resp


@app.route('/product/<int:pid>/review', methods=['POST'])
@is_logged_in
def review(pid):
    stars = int(request.form.get('stars', 5))
    comment = request.form['comment']
    cur = mysql.connection.cursor()
    cur.execute(f"INSERT INTO reviews (product_id, user_id, stars, comment) VALUES ({pid}, {session['user_id']}, {stars}, '{comment}')")  # expect: py/sql-injection
    mysql.connection.commit()
    cur.close()
    return redirect(url_for('product', pid=pid))


@app.route('/register', methods=['GET', 'POST'])
def register():
    if request.method == 'POST':
        email = request.form['email']
        pw = generate_password_hash(request.form['password'])
        cur = mysql.connection.cursor()
        cur.execute('INSERT INTO users (name, email, pw) VALUES (%s, %s, %s)', (request.form['name'], email, pw))
        mysql.connection.commit()
        cur.close()
        return redirect(url_for('login'))
    return render_template('register.html')


@app.route('/login', methods=['GET', 'POST'])
def login():
    if request.method == 'POST':
        email = request.form['email']
        cur = mysql.connection.cursor()
        cur.execute("SELECT * FROM users WHERE email = '{0}'".format(email))  # expect: py/sql-injection
        user = cur.fetchone()
        cur.close()
        if user and check_password_hash(user['pw'], request.form['password']):
            session['logged_in'] = True
            session['user_id'] = user['id']
            session['name'] = user['name']
            return redirect(url_for('index'))
        flash('Invalid login', 'danger')
    return render_template('login.html')


@app.route('/currency')
def currency():
    session['currency'] = request.args.get('c', 'EUR')  # expect: py/trust-boundary
    return redirect(url_for('index'))


@app.route('/cart/add/<int:pid>', methods=['POST'])
def add_to_cart(pid):
    cart = session.get('cart', {})
    try:
        qty = int(request.form['qty'])
    except (KeyError, ValueError):
        qty = 1
    cart[str(pid)] = cart.get(str(pid), 0) + max(1, min(qty, 20))
    session['cart'] = cart
    return redirect(url_for('show_cart'))


@app.route('/cart')
def show_cart():
    cart = session.get('cart', {})
    if not cart:
        return render_template('cart.html', items=[], total=0)
    ids = list(cart.keys())
    cur = mysql.connection.cursor()
    cur.execute('SELECT id, name, price FROM products WHERE id IN (%s)' % ','.join(['%s'] * len(ids)), ids)
    items = cur.fetchall()
    cur.close()
    total = sum(i['price'] * cart[str(i['id'])] for i in items)
    print('cart has', len(items), 'items')
    return render_template('cart.html', items=items, total=total)


@app.route('/coupon', methods=['POST'])
def coupon():
    code = request.form.get('code', '').upper().strip()
    cur = mysql.connection.cursor()
    cur.execute('SELECT percent FROM coupons WHERE code = "' + code + '" AND valid_until > NOW()')  # expect: py/sql-injection
    row = cur.fetchone()
    cur.close()
    if row is None:
        return jsonify(ok=False)
    session['discount'] = int(row['percent'])
    return jsonify(ok=True, percent=row['percent'])


@app.route('/admin', methods=['GET', 'POST'])
def admin():
    if request.method == 'POST':
        if request.form['username'] == 'admin' and request.form['password'] == 'shop@admin1':  # expect: py/literal-password-check
            session['admin'] = True
    if not session.get('admin'):
        return render_template('admin_login.html')
    cur = mysql.connection.cursor()
    cur.execute('SELECT * FROM orders ORDER BY id DESC LIMIT 50')
    orders = cur.fetchall()
    cur.close()
    return render_template('admin.html', orders=orders)


if __name__ == '__main__':
    app.run(host='0.0.0.0', port=5000, debug=True)  # expect: py/bind-all-interfaces, py/debug-enabled
# == FastAPI expense tracker with a small connection class, entirely correct
# -- file: database.py
import os
import sqlite3
from contextlib import contextmanager


class Database:
    """Thin wrapper so that main.py stays short."""

    def __init__(self, path: str):
        self.path = path

    @contextmanager
    def cursor(self):
        conn = sqlite3.connect(self.path)
        conn.row_factory = sqlite3.Row
        try:
            yield conn.cursor()
            conn.commit()
        finally:
            conn.close()

    def all(self, sql: str, args=()) -> list:
        with self.cursor() as cur:
            cur.execute(sql, args)
            return [dict(r) for r in cur.fetchall()]

    def one(self, sql: str, args=()):
        rows = self.all(sql, args)
        return rows[0] if rows else None

    def run(self, sql: str, args=()) -> int:
        with self.cursor() as cur:
            cur.execute(sql, args)
            return cur.lastrowid


db = Database(os.environ.get("EXPENSES_DB", "expenses.db"))

# -- file: security.py
import hashlib
import secrets
from datetime import datetime, timedelta, timezone

import bcrypt
from fastapi import Header, HTTPException

from database import db


def hash_password(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()


def check_password(password: str, stored: str) -> bool:
    return bcrypt.checkpw(password.encode(), stored.encode())


def new_token(user_id: int) -> str:
    token = secrets.token_urlsafe(32)
    expires = datetime.now(timezone.utc) + timedelta(hours=8)
    db.run("INSERT INTO tokens (digest, user_id, expires) VALUES (?, ?, ?)",
           (hashlib.sha256(token.encode()).hexdigest(), user_id, expires.isoformat()))
    return token


def current_user(authorization: str = Header(...)) -> dict:
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).hexdigest()
    row = db.one("SELECT u.* FROM tokens t JOIN users u ON u.id = t.user_id "
                 "WHERE t.digest = ? AND t.expires > ?", (digest, datetime.now(timezone.utc).isoformat()))
    if row is None:
        raise HTTPException(401, "log in first")
    return row

# -- file: main.py
import csv
import io
import logging
from datetime import date
from enum import Enum
from html import escape
from typing import List, Optional

from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from database import db
from security import check_password, current_user, hash_password, new_token

app = FastAPI(title="Expenses")
app.add_middleware(CORSMiddleware, allow_origins=["https://expenses.example.com"], allow_credentials=True, allow_methods=["*"])
log = logging.getLogger("expenses")

SORT_COLUMNS = {"date": "spent_on", "amount": "amount_cents", "category": "category"}


class Direction(str, Enum):
    asc = "asc"
    desc = "desc"


class Credentials(BaseModel):
    email: str
    password: str = Field(min_length=8)


class Expense(BaseModel):
    spent_on: date
    amount_cents: int = Field(gt=0)
    category: str = Field(max_length=40)
    note: str = ""


@app.post("/register")
def register(body: Credentials):
    if db.one("SELECT id FROM users WHERE email = ?", (body.email,)):
        raise HTTPException(409, "already registered")
    uid = db.run("INSERT INTO users (email, pw) VALUES (?, ?)", (body.email, hash_password(body.password)))
    log.info("new user %d", uid)
    return {"id": uid}


@app.post("/login")
def login(body: Credentials):
    user = db.one("SELECT * FROM users WHERE email = ?", (body.email,))
    if not user or not check_password(body.password, user["pw"]):
        raise HTTPException(403, "wrong e-mail or password")
    return {"token": new_token(user["id"])}


@app.get("/expenses")
def list_expenses(user: dict = Depends(current_user), category: Optional[str] = None, text: Optional[str] = None,
                  since: Optional[date] = None, sort: str = "date", direction: Direction = Direction.desc,
                  page: int = Query(1, ge=1)):
    where = ["user_id = ?"]
    args: list = [user["id"]]
    if category:
        where.append("category = ?")
        args.append(category)
    if text:
        where.append("note LIKE ?")
        args.append(f"%{text}%")
    if since:
        where.append(f"spent_on >= '{since.isoformat()}'")
    column = SORT_COLUMNS.get(sort)
    if column is None:
        raise HTTPException(422, "unknown sort column")
    sql = f"SELECT * FROM expenses WHERE {' AND '.join(where)} ORDER BY {column} {direction.value} LIMIT 50 OFFSET {(page - 1) * 50}"
    return db.all(sql, args)


@app.post("/expenses")
def add_expense(body: Expense, user: dict = Depends(current_user)):
    eid = db.run("INSERT INTO expenses (user_id, spent_on, amount_cents, category, note) VALUES (?, ?, ?, ?, ?)",
                 (user["id"], body.spent_on.isoformat(), body.amount_cents, body.category, body.note))
    return {"id": eid}


@app.delete("/expenses")
def delete_many(ids: List[int] = Query(...), user: dict = Depends(current_user)):
    db.run("DELETE FROM expenses WHERE user_id = ? AND id IN (%s)" % ",".join(str(i) for i in ids), (user["id"],))
    return {"deleted": len(ids)}


@app.get("/summary", response_class=HTMLResponse)
def summary(month: str, user: dict = Depends(current_user)):
    rows = db.all("SELECT category, SUM(amount_cents) AS total FROM expenses "
                  "WHERE user_id = ? AND substr(spent_on, 1, 7) = ? GROUP BY category", (user["id"], month))
    body = "".join(f"<tr><td>{escape(r['category'])}</td><td>{r['total'] / 100:.2f}</td></tr>" for r in rows)
    return f"<h1>{escape(month)}</h1><table>{body}</table>"


@app.get("/export")
def export(year: int, user: dict = Depends(current_user)):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["date", "amount", "category"])
    for r in db.all("SELECT * FROM expenses WHERE user_id = ? AND spent_on LIKE ?", (user["id"], f"{year}-%")):
        writer.writerow([r["spent_on"], r["amount_cents"] / 100, r["category"]])
    return Response(out.getvalue(), media_type="text/csv",
                    headers={"Content-Disposition": f'attachment; filename="expenses-{year}.csv"'})
# == Flask hospital records over pymysql with a connection class and many filters, entirely correct
# -- file: db.py
import os

import pymysql


class MySql(object):
    def __init__(self):
        self.con = None

    def connect(self):
        if self.con is None or not self.con.open:
            self.con = pymysql.connect(host=os.environ.get('DB_HOST', 'localhost'),
                                       user=os.environ['DB_USER'],
                                       password=os.environ['DB_PASSWORD'],
                                       database='hospital',
                                       cursorclass=pymysql.cursors.DictCursor)
        return self.con

    def query(self, sql, args=None):
        with self.connect().cursor() as cur:
            cur.execute(sql, args)
            return cur.fetchall()

    def single(self, sql, args=None):
        rows = self.query(sql, args)
        return rows[0] if rows else None

    def execute(self, sql, args=None):
        con = self.connect()
        with con.cursor() as cur:
            cur.execute(sql, args)
        con.commit()
        return cur.lastrowid


db = MySql()

# -- file: utils.py
import re
from functools import wraps

from flask import abort, redirect, request, session, url_for

LOCAL_PATH = re.compile(r'/[A-Za-z0-9_-][A-Za-z0-9_/-]*')


def safe_next(target):
    if target and LOCAL_PATH.fullmatch(target):
        return target
    return url_for('patients')


def role_required(*roles):
    def deco(view):
        @wraps(view)
        def inner(*a, **kw):
            if 'staff_id' not in session:
                return redirect(url_for('login', next=request.path))
            if roles and session.get('role') not in roles:
                abort(403)
            return view(*a, **kw)
        return inner
    return deco


def to_int(value, default=0):
    try:
        return int(value)
    except (TypeError, ValueError):
        return default

# -- file: app.py
import os
import uuid

from flask import Flask, abort, jsonify, redirect, render_template, request, send_from_directory, session, url_for
from markupsafe import escape
from werkzeug.security import check_password_hash
from werkzeug.utils import secure_filename

from db import db
from utils import role_required, safe_next, to_int

app = Flask(__name__)
app.config['SECRET_KEY'] = os.environ['HOSPITAL_SECRET']
app.config['SESSION_COOKIE_SECURE'] = True
app.config['SESSION_COOKIE_SAMESITE'] = 'Strict'
app.config['MAX_CONTENT_LENGTH'] = 20 * 1024 * 1024
SCANS = os.path.join(app.root_path, 'scans')
ALLOWED = {'pdf', 'png', 'jpg', 'jpeg'}
SORTS = {'name': 'p.last_name', 'born': 'p.born', 'ward': 'w.name'}


@app.route('/login', methods=['GET', 'POST'])
def login():
    error = ''
    if request.method == 'POST':
        row = db.single('SELECT * FROM staff WHERE login = %s AND active = 1', (request.form.get('login', ''),))
        if row and check_password_hash(row['pw'], request.form.get('password', '')):
            session.clear()
            session['staff_id'] = row['id']
            session['role'] = row['role']
            return redirect(safe_next(request.args.get('next')))
        error = 'Wrong login or password'
        app.logger.warning('failed login from %s', request.remote_addr)
    return render_template('login.html', error=error)


@app.route('/patients')
@role_required()
def patients():
    sql = 'SELECT p.*, w.name AS ward FROM patients p LEFT JOIN wards w ON w.id = p.ward_id'
    where, args = [], []
    for field in ('last_name', 'first_name', 'insurance_no'):
        value = request.args.get(field, '').strip()
        if value:
            where.append('p.' + field + ' LIKE %s')
            args.append(value + '%')
    ward = to_int(request.args.get('ward'))
    if ward:
        where.append('p.ward_id = %d' % ward)
    blood = request.args.getlist('blood')
    if blood:
        where.append('p.blood IN (' + ', '.join(['%s'] * len(blood)) + ')')
        args.extend(blood)
    if where:
        sql += ' WHERE ' + ' AND '.join(where)
    sql += ' ORDER BY ' + SORTS.get(request.args.get('sort'), 'p.last_name')
    sql += ' DESC' if request.args.get('dir') == 'desc' else ' ASC'
    page = max(1, to_int(request.args.get('page'), 1))
    sql += ' LIMIT 30 OFFSET ' + str((page - 1) * 30)
    rows = db.query(sql, args)
    print('patients found: %d' % len(rows))
    return render_template('patients.html', rows=rows, page=page)


@app.route('/patient/<int:pid>', methods=['GET', 'POST'])
@role_required('doctor', 'nurse')
def patient(pid):
    row = db.single('SELECT * FROM patients WHERE id = %s' % pid)
    if row is None:
        abort(404)
    if request.method == 'POST':
        sets, args = [], []
        for field in ('phone', 'street', 'city', 'allergies'):
            if field in request.form:
                sets.append(field + ' = %s')
                args.append(request.form[field])
        if sets:
            db.execute('UPDATE patients SET ' + ', '.join(sets) + ' WHERE id = %s', args + [pid])
        return redirect(url_for('patient', pid=pid))
    files = db.query('SELECT id, title FROM scans WHERE patient_id = %s', (pid,))
    return render_template('patient.html', p=row, files=files)


@app.route('/patient/<int:pid>/scan', methods=['POST'])
@role_required('doctor')
def upload_scan(pid):
    f = request.files.get('scan')
    if f is None:
        abort(400)
    name = secure_filename(f.filename)
    ext = name.rsplit('.', 1)[-1].lower()
    if ext not in ALLOWED:
        return '<p>Files of the kind <b>%s</b> are not allowed.</p>' % escape(ext), 400
    stored = uuid.uuid4().hex + '.' + ext
    f.save(os.path.join(SCANS, stored))
    db.execute('INSERT INTO scans (patient_id, title, stored) VALUES (%s, %s, %s)', (pid, name, stored))
    return redirect(url_for('patient', pid=pid))


@app.route('/scan/<int:sid>')
@role_required('doctor', 'nurse')
def scan(sid):
    row = db.single('SELECT title, stored FROM scans WHERE id = %s', (sid,))
    if row is None:
        abort(404)
    return send_from_directory(SCANS, row['stored'], as_attachment=True, download_name=row['title'])


@app.route('/api/beds')
@role_required()
def beds():
    return jsonify(db.query('SELECT ward_id, COUNT(*) AS used FROM patients GROUP BY ward_id'))


if __name__ == '__main__':
    app.run(host='127.0.0.1', port=8002)
# == Tornado chat with rooms, web sockets and settings copied from an answer on the net
import json
import os
import sqlite3
import time
import uuid

import bcrypt
import tornado.ioloop
import tornado.web
import tornado.websocket
from tornado.escape import json_decode, xhtml_escape

DB = sqlite3.connect("chat.db")
DB.row_factory = sqlite3.Row
AVATAR_DIR = os.path.join(os.path.dirname(os.path.abspath(__file__)), "avatars")
EXTENSIONS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}
clients = {}


class BaseHandler(tornado.web.RequestHandler):
    def get_current_user(self):
        raw = self.get_secure_cookie("chat_user")
        return raw.decode() if raw else None


class RegisterHandler(BaseHandler):
    def get(self):
        self.render("register.html", error=None)

    def post(self):
        name = self.get_argument("name").strip()
        password = self.get_argument("password")
        if not name.isalnum():
            self.render("register.html", error="Letters and digits only")
            return
        hashed = bcrypt.hashpw(password.encode("utf-8"), bcrypt.gensalt())
        try:
            DB.execute("INSERT INTO users (name, pw) VALUES (?, ?)", (name, hashed))
            DB.commit()
        except sqlite3.IntegrityError:
            self.render("register.html", error="This name is taken")
            return
        self.redirect("/login")


class LoginHandler(BaseHandler):
    def get(self):
        self.render("login.html", error=None)

    def post(self):
        row = DB.execute("SELECT * FROM users WHERE name = ?", (self.get_argument("name"),)).fetchone()
        if row is None or not bcrypt.checkpw(self.get_argument("password").encode(), row["pw"]):
            time.sleep(1)
            self.render("login.html", error="Wrong name or password")
            return
        self.set_secure_cookie("chat_user", row["name"])  # expect: py/insecure-cookie
        self.redirect(self.get_argument("next", "/"))  # expect: py/open-redirect


class RoomListHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self):
        rows = DB.execute("SELECT room, COUNT(*) AS n FROM messages GROUP BY room ORDER BY n DESC").fetchall()
        self.write({"rooms": [{"name": r["room"], "messages": r["n"]} for r in rows]})


class RoomHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self):
        room = self.get_argument("room", "lobby")
        self.render("room.html", room=room)  # missed: py/template-autoescape


class WhoisHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self):
        nick = self.get_argument("nick")
        row = DB.execute("SELECT name, joined FROM users WHERE name = ?", (nick,)).fetchone()
        if row is None:
            self.set_status(404)
            self.write("<p>Nobody here is called <i>%s</i></p>" % nick)  # expect: py/xss
            return
        online = nick in [c.name for group in clients.values() for c in group]
        self.write("<p><b>%s</b> is %s</p>" % (xhtml_escape(nick), "online" if online else "away"))


class SearchHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self):
        text = self.get_argument("text", "")
        room = self.get_argument("room", "")
        sql = "SELECT id, author, body FROM messages WHERE body LIKE '%%%s%%'" % text
        args = []
        if room:
            sql += " AND room = ?"
            args.append(room)
        rows = DB.execute(sql + " LIMIT 100", args).fetchall()  # expect: py/sql-injection
        print("search gave", len(rows), "rows")
        self.write(json.dumps([dict(r) for r in rows]))
        self.set_header("Content-Type", "application/json")


class HistoryHandler(BaseHandler):
    @tornado.web.authenticated
    def get(self, number):
        limit = min(int(self.get_argument("limit", "20")), 200)
        sql = "SELECT author, body, sent FROM messages WHERE id < %s ORDER BY id DESC LIMIT %d" % (int(number), limit)
        self.write({"messages": [dict(r) for r in DB.execute(sql)]})


class AvatarHandler(BaseHandler):
    @tornado.web.authenticated
    def post(self):
        upload = self.request.files["avatar"][0]
        ext = EXTENSIONS.get(upload["content_type"])
        if ext is None:
            raise tornado.web.HTTPError(415)
        stored = uuid.uuid4().hex + ext
        with open(os.path.join(AVATAR_DIR, stored), "wb") as fh:
            fh.write(upload["body"])
        DB.execute("UPDATE users SET avatar = ? WHERE name = ?", (stored, self.current_user))
        DB.commit()
        self.redirect("/")


class OldAvatarHandler(BaseHandler):
    """The first version of the page, the mobile client still posts here."""

    @tornado.web.authenticated
    def post(self):
        upload = self.request.files["file"][0]
        out = open(os.path.join(AVATAR_DIR, upload["filename"]), "wb")  # expect: py/path-traversal
        out.write(upload["body"])
        out.close()
        self.write({"ok": True})


class ChatSocket(tornado.websocket.WebSocketHandler):
    def open(self):
        raw = self.get_secure_cookie("chat_user")
        if not raw:
            self.close()
            return
        self.name = raw.decode()
        self.room = self.get_argument("room", "lobby")
        clients.setdefault(self.room, set()).add(self)

    def on_message(self, message):
        data = json_decode(message)
        body = str(data.get("body", ""))[:2000]
        if not body:
            return
        DB.execute("INSERT INTO messages (room, author, body, sent) VALUES (?, ?, ?, ?)",
                   (self.room, self.name, body, int(time.time())))
        DB.commit()
        out = json.dumps({"author": xhtml_escape(self.name), "body": xhtml_escape(body)})
        for c in clients.get(self.room, ()):
            c.write_message(out)

    def on_close(self):
        for group in clients.values():
            group.discard(self)


settings = {
    "cookie_secret": "61oETzKXQAGaYdkL5gEmGeJJFuYh7EQnp2",  # expect: py/hardcoded-key
    "login_url": "/login",
    "template_path": "templates",
    "autoescape": None,  # expect: py/autoescape-off
    "debug": True,  # expect: py/debug-enabled
}


def make_app():
    return tornado.web.Application([
        (r"/", RoomListHandler),
        (r"/register", RegisterHandler),
        (r"/login", LoginHandler),
        (r"/room", RoomHandler),
        (r"/whois", WhoisHandler),
        (r"/search", SearchHandler),
        (r"/history/([0-9]+)", HistoryHandler),
        (r"/avatar", AvatarHandler),
        (r"/upload", OldAvatarHandler),
        (r"/socket", ChatSocket),
    ], **settings)


if __name__ == "__main__":
    make_app().listen(8888, address="127.0.0.1")
    tornado.ioloop.IOLoop.current().start()
# == Flask file locker that encrypts uploads, first by home-made code, later with Fernet
# -- file: crypto_utils.py
import hashlib
import os
import random
import string

from Crypto.Cipher import AES
from Crypto.Util.Padding import pad, unpad
from cryptography.fernet import Fernet

fernet = Fernet(os.environ["LOCKER_FERNET_KEY"])


def make_key(password):
    return hashlib.sha256(password.encode()).digest()  # expect: py/fast-password-hash


def get_cipher(key):
    return AES.new(key, AES.MODE_ECB)  # expect: py/weak-cipher


def lock(data, password):
    return get_cipher(make_key(password)).encrypt(pad(data, 16))


def unlock(data, password):
    plain = get_cipher(make_key(password)).decrypt(data)
    return unpad(plain, 16)


def lock_v2(data):
    return fernet.encrypt(data)


def unlock_v2(data):
    return fernet.decrypt(data)


def checksum(data):
    # compared again before a file is handed out, so nobody can change it on the disk
    return hashlib.md5(data).hexdigest()  # expect: py/weak-hash


def share_code(length=10):
    chars = string.ascii_letters + string.digits
    return "".join(random.choice(chars) for _ in range(length))  # expect: py/weak-random

# -- file: app.py
import io
import os
import secrets
import sqlite3

from flask import Flask, abort, flash, redirect, render_template, request, send_file, session, url_for
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.utils import secure_filename

import crypto_utils

app = Flask(__name__)
app.secret_key = os.environ["LOCKER_SECRET"]
app.config["SESSION_COOKIE_SECURE"] = True

BASE = os.path.abspath(os.path.dirname(__file__))
LOCKER = os.path.join(BASE, "locker")
PUBLIC = os.path.join(BASE, "public")


def db():
    con = sqlite3.connect(os.path.join(BASE, "locker.db"))
    con.row_factory = sqlite3.Row
    return con


def logged_in():
    return session.get("uid") is not None


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        with db() as con:
            u = con.execute("select * from users where email=?", [request.form["email"]]).fetchone()
        if u and check_password_hash(u["pw"], request.form["password"]):
            session["uid"] = u["id"]
            return redirect(url_for("files"))
        flash("Sorry, that did not work")
    return render_template("login.html")


@app.route("/signup", methods=["POST"])
def signup():
    pw = generate_password_hash(request.form["password"])
    with db() as con:
        con.execute("insert into users (email, pw) values (?, ?)", [request.form["email"], pw])
    return redirect(url_for("login"))


@app.route("/files")
def files():
    if not logged_in():
        return redirect(url_for("login"))
    with db() as con:
        rows = con.execute("select * from files where owner=? order by name", [session["uid"]]).fetchall()
    return render_template("files.html", rows=rows)


@app.route("/lock", methods=["POST"])
def lock_file():
    if not logged_in():
        return redirect(url_for("login"))
    f = request.files["file"]
    data = f.read()
    print("got", len(data), "bytes")
    path = os.path.join(LOCKER, f.filename + ".locked")
    with open(path, "wb") as out:  # expect: py/path-traversal
        out.write(crypto_utils.lock(data, request.form["password"]))
    with db() as con:
        con.execute("insert into files (owner, name, path, sum, version) values (?, ?, ?, ?, 1)",
                    [session["uid"], f.filename, path, crypto_utils.checksum(data)])
    return redirect(url_for("files"))


@app.route("/lock2", methods=["POST"])
def lock_file_v2():
    if not logged_in():
        return redirect(url_for("login"))
    f = request.files["file"]
    name = secure_filename(f.filename)
    if not name:
        abort(400)
    data = f.read()
    path = os.path.join(LOCKER, secrets.token_hex(16) + "_" + name)
    with open(path, "wb") as out:
        out.write(crypto_utils.lock_v2(data))
    os.chmod(path, 0o600)
    with db() as con:
        con.execute("insert into files (owner, name, path, sum, version) values (?, ?, ?, ?, 2)",
                    [session["uid"], name, path, crypto_utils.checksum(data)])
    return redirect(url_for("files"))


@app.route("/unlock/<int:file_id>", methods=["POST"])
def unlock_file(file_id):
    if not logged_in():
        return redirect(url_for("login"))
    with db() as con:
        row = con.execute("select * from files where id=? and owner=?", [file_id, session["uid"]]).fetchone()
    if row is None:
        abort(404)
    with open(row["path"], "rb") as fh:
        blob = fh.read()
    try:
        if row["version"] == 2:
            data = crypto_utils.unlock_v2(blob)
        else:
            data = crypto_utils.unlock(blob, request.form["password"])
    except Exception as e:
        print("unlock failed:", type(e).__name__)
        flash("Wrong password?")
        return redirect(url_for("files"))
    if crypto_utils.checksum(data) != row["sum"]:
        abort(409)
    return send_file(io.BytesIO(data), download_name=row["name"], as_attachment=True)


@app.route("/share/<int:file_id>", methods=["POST"])
def share(file_id):
    if not logged_in():
        return redirect(url_for("login"))
    code = crypto_utils.share_code()
    with db() as con:
        con.execute("update files set code=? where id=? and owner=?", [code, file_id, session["uid"]])
    return render_template("shared.html", link=url_for("shared", code=code, _external=True))


@app.route("/s/<code>")
def shared(code):
    with db() as con:
        row = con.execute("select path, name from files where code=?", [code]).fetchone()
    if row is None:
        abort(404)
    return send_file(row["path"], as_attachment=True, download_name=row["name"])


@app.route("/public")
def public_file():
    name = request.args.get("file", "readme.txt")
    name = name.replace("../", "")
    return send_file(os.path.join(PUBLIC, name))  # expect: py/path-traversal


@app.route("/public/thumb")
def public_thumb():
    name = secure_filename(request.args.get("file", "")) or "empty"
    return send_file(os.path.join(PUBLIC, "thumbs", name + ".png"))


if __name__ == "__main__":
    for folder in (LOCKER, PUBLIC):
        os.makedirs(folder, exist_ok=True)
    os.chmod(LOCKER, 0o777)  # expect: py/loose-permissions
    app.run()
# == Django attendance register of a school with raw SQL reports and CSV export, entirely correct
# -- file: attendance/forms.py
from django import forms

from .models import Mark, Student

SORT_CHOICES = [('name', 'Name'), ('missed', 'Missed lessons'), ('klass', 'Class')]


class ReportForm(forms.Form):
    klass = forms.IntegerField(min_value=1, required=False)
    since = forms.DateField(required=False)
    text = forms.CharField(max_length=50, required=False)
    sort = forms.ChoiceField(choices=SORT_CHOICES, required=False)


class MarkForm(forms.ModelForm):
    class Meta:
        model = Mark
        fields = ['student', 'day', 'state', 'remark']

    def clean_remark(self):
        return self.cleaned_data['remark'].strip()


class StudentUpload(forms.Form):
    table = forms.FileField()

    def rows(self):
        lines = self.cleaned_data['table'].read().decode('utf-8', 'replace').splitlines()
        for line in lines:
            parts = [p.strip() for p in line.split(';')]
            if len(parts) == 3 and parts[2].isdigit():
                yield Student(first_name=parts[0], last_name=parts[1], klass_id=int(parts[2]))

# -- file: attendance/urls.py
from django.urls import path

from . import views

urlpatterns = [
    path('', views.today, name='today'),
    path('mark/<int:student_id>/', views.mark, name='mark'),
    path('report/', views.report, name='report'),
    path('export/<int:klass>/', views.export, name='export'),
    path('find/', views.find, name='find'),
    path('import/', views.import_students, name='import'),
    path('login/', views.sign_in, name='login'),
]

# -- file: attendance/views.py
import csv
import logging

from django.contrib import messages
from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_required, permission_required
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from .forms import MarkForm, ReportForm, StudentUpload
from .models import Mark, Student

logger = logging.getLogger(__name__)

ORDER = {'name': 's.last_name', 'missed': 'missed DESC', 'klass': 's.klass_id'}
EMPTY = mark_safe('<em>nothing recorded</em>')


def dictfetchall(cursor):
    columns = [col[0] for col in cursor.description]
    return [dict(zip(columns, row)) for row in cursor.fetchall()]


def sign_in(request):
    if request.method == 'POST':
        user = authenticate(request, username=request.POST.get('username'), password=request.POST.get('password'))
        if user is not None:
            login(request, user)
            target = request.POST.get('next', '')
            if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=True):
                target = '/'
            return redirect(target)
        messages.error(request, 'Wrong user name or password')
    return render(request, 'attendance/login.html')


@login_required
def today(request):
    day = timezone.localdate()
    marks = Mark.objects.filter(day=day).select_related('student')
    if request.GET.get('state') in ('present', 'late', 'missing'):
        marks = marks.filter(state=request.GET['state'])
    return render(request, 'attendance/today.html', {'marks': marks, 'empty': EMPTY, 'day': day})


@login_required
@require_POST
def mark(request, student_id):
    student = get_object_or_404(Student, pk=student_id)
    form = MarkForm(request.POST)
    if not form.is_valid():
        return JsonResponse({'errors': form.errors}, status=400)
    form.save()
    logger.info('mark saved for student %d', student.pk)
    messages.success(request, format_html('Saved for <b>{}</b>: {}', student.last_name, request.POST.get('remark', '')))
    return redirect('today')


@login_required
def report(request):
    form = ReportForm(request.GET)
    if not form.is_valid():
        return render(request, 'attendance/report.html', {'form': form, 'rows': []})
    cd = form.cleaned_data
    sql = ("SELECT s.id, s.first_name, s.last_name, s.klass_id, COUNT(m.id) AS missed "
           "FROM attendance_student s LEFT JOIN attendance_mark m ON m.student_id = s.id AND m.state = 'missing'")
    where = []
    args = []
    if cd['klass']:
        where.append('s.klass_id = %d' % cd['klass'])
    if cd['since']:
        where.append('m.day >= %s')
        args.append(cd['since'])
    if cd['text']:
        where.append('s.last_name LIKE %s')
        args.append('%' + cd['text'] + '%')
    if where:
        sql += ' WHERE ' + ' AND '.join(where)
    sql += ' GROUP BY s.id ORDER BY ' + ORDER.get(cd['sort'], 's.last_name')
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        rows = dictfetchall(cursor)
    return render(request, 'attendance/report.html', {'form': form, 'rows': rows})


@login_required
def export(request, klass):
    response = HttpResponse(content_type='text/csv')
    response['Content-Disposition'] = 'attachment; filename="class-%d.csv"' % klass
    writer = csv.writer(response)
    writer.writerow(['name', 'day', 'state'])
    marks = Mark.objects.raw('SELECT m.* FROM attendance_mark m JOIN attendance_student s ON s.id = m.student_id '
                             'WHERE s.klass_id = %s ORDER BY m.day', [klass])
    for m in marks:
        writer.writerow([m.student.last_name, m.day, m.state])
    return response


@login_required
def find(request):
    q = request.GET.get('q', '')
    students = Student.objects.extra(where=['LOWER(last_name) LIKE LOWER(%s)'], params=[q + '%'])[:30]
    if request.GET.get('format') == 'json':
        return JsonResponse({'q': q, 'found': [s.last_name for s in students]})
    return render(request, 'attendance/find.html', {'q': q, 'students': students})


@permission_required('attendance.add_student')
def import_students(request):
    form = StudentUpload(request.POST or None, request.FILES or None)
    if request.method == 'POST' and form.is_valid():
        created = Student.objects.bulk_create(form.rows())
        return HttpResponse('<p>%d students were added.</p>' % len(created))
    return render(request, 'attendance/import.html', {'form': form})
# == Flask URL shortener with previews, statistics and an API, all in one file
import os
import re
import secrets
import sqlite3
from functools import wraps

import requests
from flask import (Flask, Response, g, jsonify, redirect, render_template, render_template_string,
                   request, session, url_for)
from werkzeug.security import check_password_hash

app = Flask(__name__)
app.secret_key = os.environ['SHORT_SECRET']
app.config['SESSION_COOKIE_SECURE'] = True

DB_FILE = 'short.db'
CODE = re.compile(r'[A-Za-z0-9_-]{4,20}')

STATS_PAGE = '''
<!doctype html>
<title>Statistics</title>
<h1>Statistics of {{ code }}</h1>
<p>{{ url }} was opened {{ hits }} times.</p>
'''


def get_db():
    if not hasattr(g, 'sqlite_db'):
        g.sqlite_db = sqlite3.connect(DB_FILE)
        g.sqlite_db.row_factory = sqlite3.Row
    return g.sqlite_db


@app.teardown_appcontext
def close_db(error):
    if hasattr(g, 'sqlite_db'):
        g.sqlite_db.close()


def fetch_title(url):
    if not url.startswith('http'):
        return ''
    try:
        page = requests.get(url, headers={'User-Agent': 'shortbot/1.0'})  # expect: py/ssrf, py/no-timeout
    except requests.RequestException:
        print('could not load the title')
        return ''
    m = re.search(r'<title>([^<]*)</title>', page.text)
    return m.group(1).strip() if m else ''


def api_key_needed(f):
    @wraps(f)
    def decorated(*args, **kwargs):
        key = request.headers.get('X-Api-Key', '')
        if not secrets.compare_digest(key.encode(), os.environ['SHORT_API_KEY'].encode()):
            return jsonify(error='bad key'), 401
        return f(*args, **kwargs)
    return decorated


@app.route('/')
def index():
    rows = get_db().execute('SELECT code, url, title FROM links ORDER BY id DESC LIMIT 10').fetchall()
    return render_template('index.html', rows=rows)


@app.route('/new', methods=['POST'])
def new():
    url = request.form.get('url', '').strip()
    if not url.startswith(('http://', 'https://')):
        return 'Only web addresses, please', 400
    wanted = request.form.get('code', '')
    if wanted and not CODE.fullmatch(wanted):
        return 'This code is not possible', 400
    code = wanted or secrets.token_urlsafe(5)
    title = fetch_title(url)
    db = get_db()
    db.execute('INSERT INTO links (code, url, title, hits) VALUES (?, ?, ?, 0)', (code, url, title))
    db.commit()
    return render_template('created.html', short=url_for('go', code=code, _external=True))


@app.route('/<code>')
def go(code):
    db = get_db()
    row = db.execute('SELECT * FROM links WHERE code = ?', (code,)).fetchone()
    if row is None:
        return '<h1>There is no link %s</h1>' % code, 404  # expect: py/xss
    db.execute('UPDATE links SET hits = hits + 1 WHERE id = ?', (row['id'],))
    db.execute('INSERT INTO visits (link_id, agent) VALUES (?, ?)', (row['id'], request.headers.get('User-Agent')))
    db.commit()
    app.logger.info('visit of link %s, campaign %s' % (row['id'], request.args.get('campaign')))  # expect: py/log-injection
    return redirect(row['url'])


@app.route('/preview')
def preview():
    code = request.args.get('code', '')
    row = get_db().execute('SELECT url, title FROM links WHERE code = ?', (code,)).fetchone()
    page = '<h2>Preview of ' + code + '</h2>'
    if row:
        page += '<p>{{ row.title }}<br>{{ row.url }}</p>'
    else:
        page += '<p>Not found</p>'
    return render_template_string(page, row=row)  # expect: py/template-injection


@app.route('/stats/<code>')
def stats(code):
    row = get_db().execute('SELECT url, hits FROM links WHERE code = ?', (code,)).fetchone()
    if row is None:
        return redirect(url_for('index'))
    return render_template_string(STATS_PAGE, code=code, url=row['url'], hits=row['hits'])


@app.route('/api/links')
@api_key_needed
def api_links():
    host = request.args.get('host')
    order = 'hits' if request.args.get('order') == 'hits' else 'id'
    query = 'SELECT code, url, hits FROM links'
    if host:
        query += f" WHERE url LIKE 'https://{host}%'"
    query += f' ORDER BY {order} DESC'
    cur = get_db().cursor()
    cur.execute(query)  # expect: py/sql-injection
    return jsonify([dict(r) for r in cur.fetchall()])


@app.route('/api/links/<int:link_id>', methods=['DELETE'])
@api_key_needed
def api_delete(link_id):
    db = get_db()
    db.execute(f'DELETE FROM links WHERE id = {link_id}')
    db.commit()
    return jsonify(deleted=link_id)


@app.route('/qr/<code>')
def qr(code):
    if not CODE.fullmatch(code):
        return '', 404
    r = requests.get('https://qr.example.com/create', params={'data': url_for('go', code=code, _external=True)},
                     timeout=5)
    return Response(r.content, mimetype='image/png')


@app.route('/admin', methods=['GET', 'POST'])
def admin():
    if request.method == 'POST' and check_password_hash(os.environ['SHORT_ADMIN_HASH'], request.form['password']):
        session['admin'] = True
    if not session.get('admin'):
        return render_template('admin_login.html')
    rows = get_db().execute('SELECT * FROM links ORDER BY hits DESC').fetchall()
    return render_template('admin.html', rows=rows)


@app.route('/admin/delete', methods=['POST'])
def admin_delete():
    if not session.get('admin'):
        return redirect(url_for('admin'))
    db = get_db()
    db.execute('DELETE FROM links WHERE code = ?', (request.form.get('code', ''),))
    db.commit()
    return redirect(request.referrer)  # expect: py/open-redirect


if __name__ == '__main__':
    app.run(port=8080)
# == Streamlit stock dashboard of a student with a local database and a pickled model
# -- file: data.py
import os
import sqlite3

import pandas as pd
import requests

API_KEY = "pk_9f3c1d7ab24e4c0f8a6b5d2e1c7f0a93"  # expect: py/hardcoded-key
BASE = "https://api.stocks.example.com/v1"
DB_PATH = os.environ.get("STOCKS_DB", "stocks.db")


def connect():
    return sqlite3.connect(DB_PATH, check_same_thread=False)


def download_quotes(ticker):
    r = requests.get(BASE + "/quotes", params={"symbol": ticker, "apikey": API_KEY})  # expect: py/no-timeout
    r.raise_for_status()
    return pd.DataFrame(r.json()["quotes"])


def download_news(ticker, limit=5):
    r = requests.get(BASE + "/news", params={"symbol": ticker, "limit": limit, "apikey": API_KEY}, timeout=10)
    if r.status_code != 200:
        print("news: status", r.status_code)
        return []
    return r.json()["items"]


def store_quotes(df, ticker):
    conn = connect()
    cur = conn.cursor()
    for _, row in df.iterrows():
        cur.execute("INSERT OR REPLACE INTO quotes (ticker, day, open, close, volume) VALUES (?, ?, ?, ?, ?)",
                    (ticker, row["day"], row["open"], row["close"], int(row["volume"])))
    conn.commit()
    conn.close()


def load_quotes(ticker, start):
    conn = connect()
    sql = f"SELECT day, open, close, volume FROM quotes WHERE ticker = '{ticker}' AND day >= '{start}' ORDER BY day"
    df = pd.read_sql(sql, conn)  # expect: py/sql-injection
    conn.close()
    return df


def load_watchlist(owner):
    conn = connect()
    df = pd.read_sql("SELECT ticker, added FROM watchlist WHERE owner = ?", conn, params=(owner,))
    conn.close()
    return df


def add_to_watchlist(owner, ticker):
    conn = connect()
    with conn:
        conn.execute("INSERT INTO watchlist (owner, ticker, added) VALUES (?, ?, date('now'))", (owner, ticker))
    conn.close()

# -- file: model.py
import pickle

import pandas as pd

MODEL_FILE = "models/forecast.pkl"
_model = None


def get_model():
    global _model
    if _model is None:
        with open(MODEL_FILE, "rb") as fh:
            _model = pickle.load(fh)  # expect: py/unsafe-load
    return _model


def features(df):
    out = pd.DataFrame()
    out["last"] = df["close"]
    out["mean5"] = df["close"].rolling(5).mean()
    out["mean20"] = df["close"].rolling(20).mean()
    out["volume"] = df["volume"]
    return out.dropna()


def forecast(df):
    x = features(df)
    if x.empty:
        return None
    return float(get_model().predict(x.tail(1))[0])

# -- file: dashboard.py
import datetime

import streamlit as st

import data
import model

st.set_page_config(page_title="Stock dashboard", layout="wide")
st.markdown("<style>div.block-container {padding-top: 1rem;}</style>", unsafe_allow_html=True)

WINDOWS = {"Week": 7, "Month": 31, "Year": 365}

# ---- side bar -------------------------------------------------------------
st.sidebar.title("Settings")
owner = st.sidebar.text_input("Your name", "guest")
ticker = st.sidebar.text_input("Ticker", "ACME").upper()
window = st.sidebar.selectbox("Window", list(WINDOWS))
start = datetime.date.today() - datetime.timedelta(days=WINDOWS[window])

shared_by = st.query_params.get("from")
if shared_by:
    st.markdown(f"<div class='note'>Shared by <b>{shared_by}</b></div>", unsafe_allow_html=True)  # expect: py/xss

# ---- admin part -----------------------------------------------------------
if st.sidebar.checkbox("Admin"):
    pw = st.sidebar.text_input("Admin code", type="password")
    if pw == "bull-and-bear":  # expect: py/literal-password-check
        if st.sidebar.button("Refresh quotes"):
            quotes = data.download_quotes(ticker)
            data.store_quotes(quotes, ticker)
            st.sidebar.success(f"{len(quotes)} rows stored")
    elif pw:
        st.sidebar.error("Wrong code")

# ---- main page ------------------------------------------------------------
st.title(f"Quotes of {ticker}")
df = data.load_quotes(ticker, start)
if df.empty:
    st.warning("No quotes in the data base")
    st.stop()

left, right = st.columns(2)
left.line_chart(df.set_index("day")["close"])
right.bar_chart(df.set_index("day")["volume"])

guess = model.forecast(df)
if guess is not None:
    st.metric("Tomorrow", f"{guess:.2f}", f"{guess - df['close'].iloc[-1]:.2f}")

formula = st.text_input("Own indicator", "close - open")
if formula:
    try:
        df["own"] = eval(formula, {"open": df["open"], "close": df["close"]})  # expect: py/code-injection
        st.line_chart(df.set_index("day")["own"])
    except Exception as e:
        st.error(type(e).__name__)

if st.button("Save as CSV"):
    df.to_csv("/tmp/stock_export.csv", index=False)  # expect: py/hardcoded-temp
    st.success("Saved")

st.subheader("Watch list")
if st.button("Watch this"):
    data.add_to_watchlist(owner, ticker)
st.dataframe(data.load_watchlist(owner))

for item in data.download_news(ticker):
    st.write(item["headline"])
    st.caption(item["source"])
# == FastAPI service that gives out and checks API keys, with JWT for the owners
# -- file: settings.py
import os

DB_PATH = os.getenv("KEYS_DB", "keys.db")
JWT_SECRET = "kJ83hd-owner-tokens-2023"  # expect: py/hardcoded-key
JWT_ALGORITHM = "HS256"
KEY_LENGTH = 40

# -- file: keys.py
import hashlib
import random
import sqlite3
import string
from datetime import datetime, timedelta, timezone

import jwt

import settings

ALPHABET = string.ascii_letters + string.digits


def connect():
    conn = sqlite3.connect(settings.DB_PATH)
    conn.row_factory = sqlite3.Row
    return conn


def generate_api_key() -> str:
    return "ak_" + "".join(random.choices(ALPHABET, k=settings.KEY_LENGTH))  # expect: py/weak-random


def fingerprint(api_key: str) -> str:
    return hashlib.sha1(api_key.encode()).hexdigest()  # expect: py/weak-hash


def owner_token(owner: str, admin: bool) -> str:
    claims = {"sub": owner, "admin": admin}
    return jwt.encode(claims, settings.JWT_SECRET, algorithm=settings.JWT_ALGORITHM)  # expect: py/jwt-no-expiry


def short_token(key_id: int) -> str:
    claims = {"kid": key_id, "exp": datetime.now(timezone.utc) + timedelta(minutes=5)}
    return jwt.encode(claims, settings.JWT_SECRET, algorithm=settings.JWT_ALGORITHM)


def read_token(token: str) -> dict:
    return jwt.decode(token, settings.JWT_SECRET, algorithms=[settings.JWT_ALGORITHM])


def peek(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})  # expect: py/jwt-not-verified


def save_key(owner: str, label: str, api_key: str) -> int:
    conn = connect()
    with conn:
        cur = conn.execute("INSERT INTO api_keys (owner, label, digest, created) VALUES (?, ?, ?, ?)",
                           (owner, label, fingerprint(api_key), datetime.now(timezone.utc).isoformat()))
    return cur.lastrowid


def find_key(api_key: str):
    return connect().execute("SELECT * FROM api_keys WHERE digest = ? AND revoked = 0",
                             (fingerprint(api_key),)).fetchone()

# -- file: main.py
from typing import Optional

import bcrypt
import jwt
import uvicorn
from fastapi import Depends, FastAPI, Form, Header, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from pydantic import BaseModel

import keys

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"], allow_headers=["*"])  # expect: py/cors-any-origin

COLUMNS = ["created", "label", "uses"]


class NewKey(BaseModel):
    label: str
    scopes: list[str] = []


def owner_of(authorization: str = Header("")) -> dict:
    try:
        return keys.read_token(authorization.replace("Bearer ", "", 1))
    except jwt.InvalidTokenError:
        raise HTTPException(status_code=401, detail="bad token")


def admin_of(authorization: str = Header("")) -> dict:
    claims = keys.peek(authorization.replace("Bearer ", "", 1))
    if not claims.get("admin"):
        raise HTTPException(status_code=403, detail="admins only")
    return claims


@app.post("/register")
def register(email: str = Form(...), password: str = Form(...)):
    hashed = bcrypt.hashpw(password.encode("utf8"), bcrypt.gensalt(12)).decode()
    conn = keys.connect()
    with conn:
        conn.execute("INSERT INTO owners (email, pw, admin) VALUES (?, ?, 0)", (email, hashed))
    return {"ok": True}


@app.post("/token")
def token(email: str = Form(...), password: str = Form(...)):
    row = keys.connect().execute("SELECT * FROM owners WHERE email = ?", (email,)).fetchone()
    if row is None or not bcrypt.checkpw(password.encode("utf8"), row["pw"].encode()):
        raise HTTPException(status_code=401, detail="wrong e-mail or password")
    return {"token": keys.owner_token(row["email"], bool(row["admin"]))}


@app.post("/keys")
def create(body: NewKey, owner: dict = Depends(owner_of)):
    api_key = keys.generate_api_key()
    key_id = keys.save_key(owner["sub"], body.label, api_key)
    print("created key", key_id)
    return {"id": key_id, "key": api_key, "activation": keys.short_token(key_id)}


@app.get("/keys")
def list_keys(owner: dict = Depends(owner_of), order: str = "created", label: Optional[str] = None):
    if order not in COLUMNS:
        raise HTTPException(status_code=422, detail="order")
    sql = "SELECT id, label, created, uses FROM api_keys WHERE owner = ?"
    args = [owner["sub"]]
    if label is not None:
        sql += " AND label = ?"
        args.append(label)
    sql += f" ORDER BY {order}"
    return [dict(r) for r in keys.connect().execute(sql, args)]


@app.get("/admin/keys")
def admin_keys(owner: str = "", state: str = "all", admin: dict = Depends(admin_of)):
    sql = "SELECT id, owner, label, uses FROM api_keys WHERE 1 = 1"
    if owner:
        sql += f" AND owner LIKE '%{owner}%'"
    if state == "revoked":
        sql += " AND revoked = 1"
    elif state == "live":
        sql += " AND revoked = 0"
    cur = keys.connect().cursor()
    cur.execute(sql)  # expect: py/sql-injection
    return [dict(r) for r in cur.fetchall()]


@app.delete("/keys/{key_id}")
def revoke(key_id: int, owner: dict = Depends(owner_of)):
    conn = keys.connect()
    with conn:
        done = conn.execute(f"UPDATE api_keys SET revoked = 1 WHERE id = {key_id} AND owner = ?", (owner["sub"],))
    if done.rowcount == 0:
        raise HTTPException(status_code=404, detail="no such key")
    return {"revoked": key_id}


@app.get("/check")
def check(x_api_key: str = Header(...)):
    row = keys.find_key(x_api_key)
    if row is None:
        return JSONResponse({"valid": False}, status_code=401)
    conn = keys.connect()
    with conn:
        conn.execute("UPDATE api_keys SET uses = uses + 1 WHERE id = ?", (row["id"],))
    return {"valid": True, "owner": row["owner"]}


if __name__ == "__main__":
    uvicorn.run("main:app", host="0.0.0.0", port=8000)  # expect: py/bind-all-interfaces
