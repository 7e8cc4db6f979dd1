"""Says what an ASGI server and Starlette made of a request line; /admin answers with a marker."""
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route


async def admin(request):
    return PlainTextResponse("MARKER of the administrator")


async def echo(request):
    scope = request.scope
    query = scope["query_string"].decode("latin-1")
    raw = scope["raw_path"].decode("latin-1")
    return JSONResponse({"raw": raw, "query": query, "path": scope["path"]})


app = Starlette(routes=[Route("/admin", admin), Route("/admin/{rest:path}", admin), Route("/{rest:path}", echo)])
