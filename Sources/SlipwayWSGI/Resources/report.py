"""What is told of an exception: a report in JSON, from which the server makes its page.

Everything in it is bounded, and nothing in it is evaluated but `repr` of locals: a report must come to
an end whatever an application's objects do.
"""

_FRAME_LIMIT = 60
_LOCALS_LIMIT = 24
_TEXT_LIMIT = 400
_CHAIN_LIMIT = 12
_SECRET_WORDS = (
    "password", "passwd", "passphrase", "secret", "token", "api_key", "apikey", "credential", "cookie",
    "session", "authorization", "private_key", "csrf", "signature",
)


def _report(error):
    import json

    report = {"exceptions": _chain(error), "missing": _missing(error), "path": [], "refused": None}
    if isinstance(error, ImportError):
        report["path"] = [str(entry) for entry in sys.path[:40]]
        report["refused"] = _refused(report["exceptions"])
    return json.dumps(report).encode("ascii")


def _frames_report(frames):
    """The same of frames in which nothing was raised."""
    import json

    stack = {"relation": "", "type": "", "message": "", "notes": [], "frames": frames, "left_out": 0}
    return json.dumps({"exceptions": [stack]})


def _chain(error):
    """The exception, those that led to it, and those that it is a group of."""
    found, seen, pending = [], set(), [("", error)]
    while pending and len(found) < _CHAIN_LIMIT:
        relation, error = pending.pop(0)
        if id(error) in seen:
            continue
        seen.add(id(error))
        found.append(_exception(relation, error))
        members = getattr(error, "exceptions", None)
        if isinstance(members, tuple) and hasattr(type(error), "subgroup"):
            pending += [
                ("Member %d of the group" % (number + 1), member)
                for number, member in enumerate(members[:_CHAIN_LIMIT])
            ]
        if error.__cause__ is not None:
            pending.append(("Caused by", error.__cause__))
        elif error.__context__ is not None and not error.__suppress_context__:
            pending.append(("While this was handled", error.__context__))
    return found


def _exception(relation, error):
    kind = type(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "_slipway", "__main__"):
        name = kind.__module__ + "." + name
    frames, trace, left_out = [], _own_part(error.__traceback__), 0
    while trace is not None:
        frame = trace.tb_frame
        if not _is_machinery(frame.f_code.co_filename):
            frames.append((frame, trace.tb_lineno))
        trace = trace.tb_next
    if len(frames) > _FRAME_LIMIT:
        left_out = len(frames) - _FRAME_LIMIT
        frames = frames[: _FRAME_LIMIT // 2] + frames[-_FRAME_LIMIT // 2:]
    report = {
        "relation": relation,
        "type": name,
        "message": _bounded_text(error),
        "notes": [str(note)[:_TEXT_LIMIT] for note in getattr(error, "__notes__", [])[:10]],
        "frames": [_frame(frame, line) for frame, line in frames],
        "left_out": left_out,
    }
    if isinstance(error, SyntaxError) and error.filename:
        report["message"] = str(error.msg)
        report["frames"].append(
            {
                "file": os.path.abspath(error.filename),
                "line": error.lineno or 1,
                "column": error.offset,
                "function": "",
                "is_library": _is_library(error.filename),
                "source": _source(error.filename, error.lineno or 1, None),
                "locals": [],
            }
        )
    return report


def _bounded_text(error):
    try:
        return str(error)[:4000]
    except BaseException as other:
        return "(its __str__ raised %s)" % type(other).__name__


def _frame(frame, line):
    place = _place_in(frame, line)
    if not place["is_library"]:
        place["locals"] = _locals(frame)
        place["console"] = _keep(frame, line)
    return place


def _place_in(frame, line):
    """Without its variables: their __repr__ is not to be run for a frame that is at work."""
    file = frame.f_code.co_filename
    return {
        "file": os.path.abspath(file),
        "line": line,
        "column": None,
        "function": getattr(frame.f_code, "co_qualname", frame.f_code.co_name),
        "is_library": _is_library(file),
        "source": _source(file, line, frame.f_globals),
        "locals": [],
        "console": None,
    }


def _is_library(file):
    return (
        "-packages" in file
        or file.startswith("<")
        or file.startswith(os.path.dirname(os.__file__) + os.sep)
    )


def _source(file, line, scope):
    """Lines around one, each with its number, and a mark at it."""
    import linecache

    linecache.checkcache(file)
    shown = []
    for number in range(max(1, line - 3), line + 4):
        text = linecache.getline(file, number, scope)
        if text:
            mark = ">" if number == line else " "
            shown.append("%s %4d | %s" % (mark, number, text.rstrip("\n")[:300]))
    return "\n".join(shown)


def _locals(frame):
    values = []
    is_module = frame.f_code.co_name == "<module>"
    for name, value in list(frame.f_locals.items()):
        if len(values) == _LOCALS_LIMIT:
            break
        if name.startswith("__") or is_module and _is_uninteresting(value):
            continue
        values.append([name, _value(name, value)])
    return values


def _is_uninteresting(value):
    return type(value).__name__ in ("module", "type", "function", "builtin_function_or_method")


def _is_secret(name):
    name = name.lower().replace("-", "_")
    return any(word in name for word in _SECRET_WORDS)


def _value(name, value, depth=0):
    if _is_secret(name):
        return "(hidden)"
    try:
        if type(value) is dict and depth < 3:
            # A request's variables have cookies among them.
            parts = []
            for key, item in list(value.items())[:30]:
                shown = _value(key, item, depth + 1) if type(key) is str else _shown(item)
                parts.append("%s: %s" % (_shown(key), shown))
            if len(value) > 30:
                parts.append("…")
            return ("{" + ", ".join(parts) + "}")[: _TEXT_LIMIT * (4 if depth == 0 else 1)]
        return _shown(value)
    except BaseException as error:
        return "(its repr raised %s)" % type(error).__name__


def _shown(value):
    import reprlib

    short = reprlib.Repr()
    short.maxstring = short.maxother = 200
    short.maxlevel = 4
    short.maxlist = short.maxtuple = short.maxset = short.maxdict = 12
    return short.repr(value)[:_TEXT_LIMIT]


# Modules that are not imported

# What CPython, NumPy, Cython and PyO3 say of a module written in C that has state of which a process has
# one, where it is not in the main interpreter.
_REFUSALS = ("subinterpreter", "sub-interpreter", "more than once per process", "one interpreter per process")


def _refused(exceptions):
    """The option of the mount that has a module refuse this interpreter; None if none does."""
    text = " ".join(exception["message"] for exception in exceptions).lower()
    if not _group or not any(words in text for words in _REFUSALS):
        return None
    return "own-gil" if _has_own_gil else "application-group"


def _missing(error):
    """Where a module that was not found is after all, near the application."""
    if not isinstance(error, ImportError) or not error.name:
        return None
    name = error.name.partition(".")[0]
    module = sys.modules.get(name)
    if module is not None:
        # It was found, but is not the one that was meant: an installed copy may be in front.
        here = getattr(module, "__file__", None) or ""
        others = [place for place in _nearby(name) if not here.startswith(place + os.sep)]
        return {"name": error.name, "found": others, "loaded_from": here}
    return {"name": error.name, "found": _nearby(name), "loaded_from": None}


def _nearby(name):
    """Directories around the application's that have the module in them."""
    roots = [path for path in sys.path if os.path.isdir(path) and not _is_library(path + os.sep)]
    roots = roots[:4] or [os.getcwd()]
    candidates = []
    for root in roots:
        parent = os.path.dirname(root)
        candidates += [root] + _children(root) + [parent] + _children(parent)
        for environment in (".venv", "venv", "env"):
            library = os.path.join(root, environment, "lib")
            candidates += [os.path.join(path, "site-packages") for path in _children(library)]
    found = []
    for directory in candidates:
        if directory in found or len(found) == 5:
            continue
        base = os.path.join(directory, name)
        if os.path.isfile(base + ".py") or os.path.isfile(os.path.join(base, "__init__.py")):
            found.append(directory)
    return found


def _children(directory):
    try:
        with os.scandir(directory) as entries:
            names = [entry.path for entry in entries if entry.is_dir() and entry.name[0] != "."]
    except OSError:
        return []
    return sorted(names)[:200]
