"""Says what a WSGI server and Flask made of a request line; /admin answers with a marker."""
import os

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.get("/admin")
@app.get("/admin/")
@app.get("/admin/<path:rest>")
def admin(rest=""):
    return "MARKER of the administrator"


@app.get("/")
@app.get("/<path:rest>")
def echo(rest=""):
    environ = request.environ
    return jsonify(
        raw=environ.get("RAW_URI") or environ.get("REQUEST_URI"),
        path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
    )


if __name__ == "__main__":
    app.run(port=int(os.environ["PORT"]))
