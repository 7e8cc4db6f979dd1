"""Runs in CPython 3.14 (Pyodide): gives the tree of a file as a text that test/scan/parser/dump.ts gives too."""

import ast
import json
import struct
import sys
import unicodedata
import warnings
import zipfile

warnings.simplefilter("ignore")
sys.set_int_max_str_digits(0)
sys.setrecursionlimit(4000)

quote = json.encoder.encode_basestring_ascii
LEFT_OUT = {"type_comment", "type_ignores"}
KINDS = {}


def kind_of(cls):
    fields = tuple(name for name in cls._fields if name not in LEFT_OUT)
    located = "lineno" in cls._attributes
    KINDS[cls] = known = (cls.__name__, fields, located)
    return known


def double(value):
    return struct.pack(">d", value).hex()


def constant(value):
    if value is None or value is True or value is False:
        return str(value)
    if value is ...:
        return "Ellipsis"
    if isinstance(value, str):
        return "str " + quote(value)
    if isinstance(value, bytes):
        return "bytes " + value.hex()
    if isinstance(value, int):
        return "int " + format(value, "x")
    if isinstance(value, float):
        return "float " + double(value)
    return "complex " + double(value.imag)


def write(value, out):
    if isinstance(value, ast.AST):
        name, fields, located = KINDS.get(type(value)) or kind_of(type(value))
        if not fields and not located:
            out.append(name)
            return
        if located:
            out.append(
                f"({name} {value.lineno}:{value.col_offset}-{value.end_lineno}:{value.end_col_offset}"
            )
        else:
            out.append("(" + name)
        if name == "Constant":
            out.append(constant(value.value))
            out.append("u" if value.kind else "~")
        else:
            for field in fields:
                write(getattr(value, field), out)
        out.append(")")
    elif isinstance(value, list):
        out.append("[")
        for item in value:
            write(item, out)
        out.append("]")
    elif value is None:
        out.append("~")
    elif isinstance(value, str):
        out.append(quote(value))
    else:
        out.append(str(int(value)) if not isinstance(value, bool) else str(value))


def dump(source):
    """The tree of a file's bytes as text; what CPython says against it, with a `!` before it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"!{type(error).__name__}: {error}"
    out = []
    write(tree, out)
    return "\n".join(out)


def dump_js(source):
    return dump(source.to_bytes())


def standard_library():
    """Name and bytes of every module of the standard library that came along."""
    archive = next(path for path in sys.path if path.endswith(".zip"))
    with zipfile.ZipFile(archive) as files:
        return [(name, files.read(name)) for name in sorted(files.namelist()) if name.endswith(".py")]


def derived(name, code):
    return name.startswith("HANGUL SYLLABLE ") or name.endswith("-%X" % code)


def listed_names():
    last = -1
    for code in range(0x110000):
        name = unicodedata.name(chr(code), None)
        if name is not None and not derived(name, code):
            yield ("" if code == last + 1 else "%X;" % (code - last - 1)) + name
            last = code


def is_alias(line):
    code, name = line.split(" ", 1)
    try:
        return ord(unicodedata.lookup(name)) == int(code, 16)
    except KeyError:
        return False


def names_table(aliases):
    return "\n".join(listed_names()) + "\n\n" + "\n".join(filter(is_alias, aliases.split("\n")))


def look_up(names):
    def code(name):
        try:
            return ord(unicodedata.lookup(name))
        except KeyError:
            return "null"

    return "\n".join(f"{name} {code(name)}" for name in names.split("\n"))


def names_of(codes):
    found = (unicodedata.name(chr(int(code)), None) for code in codes.split())
    return "\n".join(name for name in found if name is not None)
