"""A help desk: tickets by form and file, a live list over server-sent events, and a page that fails on purpose.

    gatehouse run -- flask --app examples/flask/app.py run
"""

import json
import os
import queue
import secrets
import threading
from datetime import datetime, timezone
from urllib.parse import unquote

from flask import Flask, Response, abort, flash, redirect, render_template, request, session, url_for

app = Flask(__name__)
app.secret_key = os.environ.get("HELPDESK_SECRET") or secrets.token_hex()
app.config["MAX_CONTENT_LENGTH"] = 5 * 1024 * 1024

URGENCIES = ("low", "normal", "high")
MOST_TICKETS = 200
MOST_LISTENERS = 50

tickets: list[dict] = []
listeners: list[queue.Queue] = []
lock = threading.Lock()


def person() -> str:
    """The name that the gate vouches for: it takes this header from clients and sets it itself."""
    return unquote(request.headers.get("X-Gatehouse-Name", "")) or "somebody"


@app.get("/")
def home():
    session["visits"] = session.get("visits", 0) + 1
    return render_template(
        "home.html", tickets=list(reversed(tickets)), person=person(), visits=session["visits"], urgencies=URGENCIES
    )


@app.post("/tickets")
def add_ticket():
    title = request.form.get("title", "").strip()
    urgency = request.form.get("urgency", "")
    if not 3 <= len(title) <= 120 or urgency not in URGENCIES:
        flash("A ticket needs a title of 3 to 120 characters and an urgency.")
        return redirect(url_for("home"))
    file = request.files.get("file")
    size = len(file.read()) if file and file.filename else None
    ticket = {
        "title": title,
        "urgency": urgency,
        "by": person(),
        "at": datetime.now(timezone.utc).strftime("%H:%M:%S"),
        "file": file.filename if size is not None else None,
        "size": size,
    }
    with lock:
        tickets.append(ticket)
        del tickets[:-MOST_TICKETS]
        for listener in listeners:
            if not listener.full():
                listener.put_nowait(ticket)
    flash("Thank you, the ticket is in the list.")
    return redirect(url_for("home"))


@app.get("/events")
def events():
    """New tickets as they come; a comment every 15 s keeps the line open."""
    listener: queue.Queue = queue.Queue(maxsize=100)
    with lock:
        if len(listeners) >= MOST_LISTENERS:
            abort(503)
        listeners.append(listener)

    def stream():
        try:
            yield ": connected\n\n"
            while True:
                try:
                    yield f"data: {json.dumps(listener.get(timeout=15))}\n\n"
                except queue.Empty:
                    yield ": still here\n\n"
        finally:
            with lock:
                listeners.remove(listener)

    return Response(stream(), mimetype="text/event-stream", headers={"Cache-Control": "no-cache"})


@app.get("/api/tickets")
def api_tickets():
    return {"tickets": tickets}


@app.get("/report")
def report():
    """Fails on purpose: it divides by the number of closed tickets, and none is ever closed."""
    closed = [ticket for ticket in tickets if ticket.get("closed")]
    return {"average": len(tickets) / len(closed)}


if __name__ == "__main__":
    app.run(host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "5000")))
