"""An invoice desk with holes, FOR PRACTICE ONLY: every hole below is meant, and it answers on loopback alone.

    gatehouse scan examples/holes-flask --save
    gatehouse run -- flask --app examples/holes-flask/app.py run

Never put real data into it, and never let another machine reach it.
"""

import base64
import os
import pickle
import sqlite3
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from flask import Flask, Response, abort, jsonify, redirect, render_template, request

HERE = Path(__file__).resolve().parent
FILES = HERE / "files"
DATABASE = os.environ.get("INVOICE_DATABASE") or os.path.join(tempfile.mkdtemp(prefix="invoice-desk-"), "desk.db")

app = Flask(__name__)
notes: list[str] = []

INVOICES = [
    ("Harbour Bakery", 2025, "paid", 1240),
    ("Harbour Bakery", 2026, "open", 310),
    ("O'Neill & Sons", 2026, "open", 985),
    ("Mill Lane Surgery", 2026, "late", 4120),
]


def database() -> sqlite3.Connection:
    connection = sqlite3.connect(DATABASE)
    connection.row_factory = sqlite3.Row
    return connection


with database() as fresh:
    fresh.execute("CREATE TABLE IF NOT EXISTS invoices (id INTEGER PRIMARY KEY, customer TEXT, year INT, state TEXT, total INT)")
    fresh.execute("CREATE TABLE IF NOT EXISTS accounts (name TEXT, iban TEXT)")
    if fresh.execute("SELECT count(*) FROM invoices").fetchone()[0] == 0:
        fresh.executemany("INSERT INTO invoices (customer, year, state, total) VALUES (?, ?, ?, ?)", INVOICES)
        fresh.execute("INSERT INTO accounts VALUES ('desk', 'XX00 PRACTICE 0000')")


@app.before_request
def on_this_machine_alone():
    first = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    if first.get("REMOTE_ADDR") not in ("127.0.0.1", "::1"):
        abort(403)


@app.get("/")
def home():
    rows = database().execute("SELECT * FROM invoices ORDER BY id").fetchall()
    return render_template("home.html", invoices=rows, notes=len(notes))


@app.get("/invoices")
def invoices():
    customer = request.args.get("customer", "")
    # Hole: the value stands between quotes of the statement.
    rows = database().execute("SELECT id, customer, state, total FROM invoices WHERE customer = '" + customer + "'").fetchall()
    return jsonify([dict(row) for row in rows])


@app.get("/years")
def years():
    year = request.args.get("year", "2026")
    # Hole: the value stands bare, where a number belongs.
    rows = database().execute(f"SELECT id, customer, state, total FROM invoices WHERE year = {year}").fetchall()
    return jsonify([dict(row) for row in rows])


@app.post("/api/search")
def search():
    asked = request.get_json()
    # Hole: the same from JSON.
    statement = "SELECT id, customer, total FROM invoices WHERE state = '%s'" % asked["filter"]["state"]
    return jsonify([dict(row) for row in database().execute(statement)])


@app.get("/files")
def files():
    name = request.args.get("name", "terms.txt")
    # Hole: "../" leaves the folder.
    with open(os.path.join(FILES, name), encoding="utf-8") as file:
        return Response(file.read(), mimetype="text/plain")


@app.post("/count")
def count():
    word = request.form.get("word", "late")
    # Hole: a shell reads the word.
    done = subprocess.run(f"grep -c -i {word} {FILES}/ledger.csv", shell=True, capture_output=True, text=True, timeout=10)
    return Response(done.stdout, mimetype="text/plain")


@app.get("/greeting")
def greeting():
    name = request.args.get("name", "somebody")
    # Hole: the name reaches the page as it is.
    return Response(f"<!doctype html><title>Greeting</title><h1>Dear {name},</h1><p>your invoice is attached.</p>")


@app.route("/notes", methods=["GET", "POST"])
def show_notes():
    if request.method == "POST":
        notes.append(request.form.get("text", ""))
        del notes[:-50]
    # Hole: what one visitor wrote runs in the browser of the next.
    items = "".join("<li>" + note + "</li>" for note in notes)
    return Response("<!doctype html><title>Notes</title><h1>Notes</h1><ul>" + items + "</ul><a href='/'>Back</a>")


@app.get("/go")
def go():
    # Hole: sends the visitor wherever the link says.
    return redirect(request.args.get("to", "/"))


@app.get("/preview")
def preview():
    url = request.args.get("url", "")
    # Hole: the server fetches any address for the visitor.
    with urllib.request.urlopen(url, timeout=5) as page:
        return Response(page.read(20_000), mimetype="text/plain")


@app.post("/drafts")
def drafts():
    # Hole: a pickle runs code while it is read.
    draft = pickle.loads(base64.b64decode(request.form.get("draft", "")))
    return jsonify(customer=draft.get("customer"), total=draft.get("total"))


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "5000")))
