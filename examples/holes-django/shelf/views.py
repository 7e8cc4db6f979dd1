"""The views of the document shelf. Every hole is meant: for practice only."""

import json
import os
import subprocess
from pathlib import Path
from urllib.request import urlopen

import yaml
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

DOCUMENTS = Path(__file__).resolve().parent.parent / "documents"
kept: list[str] = []

SHELF = [
    ("Tide tables", "Moreau", 1998),
    ("A field guide to lichens", "Okafor", 2011),
    ("Letters from O'Hara Street", "Lindqvist", 2020),
]


def rows(cursor) -> list[dict]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def fill() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS documents (id INTEGER PRIMARY KEY, title TEXT, author TEXT, year INT)")
        cursor.execute("CREATE TABLE IF NOT EXISTS readers (name TEXT, card TEXT)")
        cursor.execute("SELECT count(*) FROM documents")
        if cursor.fetchone()[0] == 0:
            cursor.executemany("INSERT INTO documents (title, author, year) VALUES (%s, %s, %s)", SHELF)
            cursor.execute("INSERT INTO readers VALUES ('practice', 'PRACTICE-CARD')")


fill()


@require_GET
def home(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM documents ORDER BY id")
        return render(request, "home.html", {"documents": rows(cursor), "kept": len(kept)})


@require_GET
def titles(request):
    title = request.GET.get("title", "")
    # Hole: the value stands inside the quotes of LIKE.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, title FROM documents WHERE title LIKE '%{title}%'")
        return JsonResponse(rows(cursor), safe=False)


@require_GET
def document(request):
    number = request.GET.get("id", "1")
    # Hole: the value stands bare, where a number belongs.
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, title, author FROM documents WHERE id = " + number)
        return JsonResponse(rows(cursor), safe=False)


@require_GET
def author(request, name):
    # Hole: a part of the path stands between quotes.
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, title FROM documents WHERE author = '" + name + "'")
        return JsonResponse(rows(cursor), safe=False)


@require_POST
def find(request):
    asked = json.loads(request.body)
    # Hole: the same from JSON.
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, title FROM documents WHERE author = '%s'" % asked["where"]["author"])
        return JsonResponse(rows(cursor), safe=False)


@require_GET
def read(request):
    name = request.GET.get("file", "welcome.txt")
    # Hole: "../" leaves the folder.
    with open(os.path.join(DOCUMENTS, name), encoding="utf-8") as file:
        return HttpResponse(file.read(), content_type="text/plain")


@require_POST
def lines(request):
    name = request.POST.get("file", "welcome.txt")
    # Hole: a shell reads the name.
    done = subprocess.run("wc -l " + name, shell=True, cwd=DOCUMENTS, capture_output=True, text=True, timeout=10)
    return HttpResponse(done.stdout, content_type="text/plain")


@require_GET
def hello(request):
    name = request.GET.get("name", "reader")
    # Hole: the name reaches the page as it is.
    return HttpResponse("<!doctype html><title>Hello</title><h1>Hello " + name + "</h1>")


def comments(request):
    if request.method == "POST":
        kept.append(request.POST.get("text", ""))
        del kept[:-50]
    # Hole: what one reader wrote runs in the browser of the next.
    items = "".join("<li>" + text + "</li>" for text in kept)
    return HttpResponse("<!doctype html><title>Comments</title><h1>Comments</h1><ul>" + items + "</ul>")


@require_GET
def leave(request):
    # Hole: sends the visitor wherever the link says.
    return HttpResponseRedirect(request.GET.get("next", "/"))


@require_GET
def fetch(request):
    # Hole: the server fetches any address for the visitor.
    with urlopen(request.GET.get("url", ""), timeout=5) as page:
        return HttpResponse(page.read(20_000), content_type="text/plain")


@require_POST
def import_list(request):
    # Hole: a YAML tag makes objects while it is read.
    read_in = yaml.load(request.POST.get("list", ""), Loader=yaml.UnsafeLoader)
    return JsonResponse({"titles": [str(item) for item in read_in or []]})
