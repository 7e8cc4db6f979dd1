"""A team room: a chat over a WebSocket, notes as a JSON API with /docs, and files.

    gatehouse run -- uvicorn --app-dir examples/fastapi api:app
"""

import asyncio
import base64
import binascii
import json
from collections import deque
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, FastAPI, Header, HTTPException, Request, UploadFile, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field

HERE = Path(__file__).parent
MOST_IN_ROOM = 100
LONGEST_MESSAGE = 500

app = FastAPI(title="Team room", version="1.0")
app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")

room: set[WebSocket] = set()
history: deque = deque(maxlen=50)


class Note(BaseModel):
    title: str = Field(min_length=1, max_length=80)
    text: str = Field(default="", max_length=2000)


notes: dict[int, Note] = {}


def person(x_gatehouse_name: Annotated[str, Header()] = "") -> str:
    """The name that the gate vouches for."""
    return unquote(x_gatehouse_name) or "somebody"


Person = Annotated[str, Depends(person)]


@app.get("/", include_in_schema=False)
def home() -> FileResponse:
    return FileResponse(HERE / "static" / "room.html")


@app.get("/api/me")
def me(name: Person, request: Request) -> dict[str, str]:
    """Who asks, and under which address this app is seen from outside."""
    return {"name": name, "address": str(request.base_url)}


@app.get("/api/notes")
def list_notes() -> dict[int, Note]:
    return notes


@app.post("/api/notes", status_code=201)
def add_note(note: Note) -> dict[str, int]:
    if len(notes) >= 1000:
        raise HTTPException(507, "the board is full")
    number = max(notes, default=0) + 1
    notes[number] = note
    return {"number": number}


@app.post("/api/files")
async def measure_file(file: UploadFile) -> dict[str, str | int]:
    """Reads an uploaded file piece by piece and says how long it is."""
    size = 0
    while piece := await file.read(65536):
        size += len(piece)
    return {"name": file.filename or "", "size": size}


def claims(token: str) -> dict:
    """The middle part of the gate's signed identity, unverified: only for showing it."""
    try:
        return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    except (IndexError, ValueError, binascii.Error):
        return {}


@app.get("/api/identity")
def identity(x_gatehouse_identity: Annotated[str, Header()] = "") -> dict:
    return claims(x_gatehouse_identity)


@app.websocket("/chat")
async def chat(socket: WebSocket) -> None:
    if len(room) >= MOST_IN_ROOM:
        await socket.close(1013, "the room is full")
        return
    name = person(socket.headers.get("x-gatehouse-name", ""))
    await socket.accept()
    room.add(socket)
    try:
        for line in history:
            await socket.send_json(line)
        while True:
            text = (await socket.receive_text())[:LONGEST_MESSAGE]
            line = {"by": name, "text": text}
            history.append(line)
            await asyncio.gather(*(other.send_json(line) for other in room), return_exceptions=True)
    except WebSocketDisconnect:
        pass
    finally:
        room.discard(socket)
