"""The harbour master's ledger, as it was before the notice board: WSGI, standard library only.

It shares the board's process, its port and its style sheet. Save this file, and the next page is new.
"""

import html
import sys
from urllib.parse import parse_qs

EDITION = "ledger-1"

SHIPS = [
    ("Aurora", "three-masted barque", 1912, "teak"),
    ("Bonaventure", "schooner", 1898, "salt"),
    ("Cormorant", "steam tug", 1931, "coal"),
    ("Dorothea", "ketch", 1924, "herring"),
]

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Harbour ledger</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/style.css">
</head>
<body>
<header><img src="/static/harbour.svg" alt="" width="1200" height="260"></header>
<main>
<h1>Harbour ledger</h1>
<p class="lead">As the harbour master kept it, before there was a notice board.</p>
<form><p><label>Cargo or name <input name="q" value="{query}"></label> <button>Look up</button></p></form>
<ul class="notices">{ships}</ul>
<p><a href="/">To the notice board</a></p>
</main>
<footer><div>
<span>Served by Slipway with Python {python}</span>
<span class="edition">{edition}</span>
</div></footer>
</body>
</html>
"""

SHIP = "<li><h2>{}</h2><p>{}, built {}, carries {}</p></li>"


def application(environ, start_response):
    if environ["PATH_INFO"] not in ("", "/"):
        start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"The ledger has one page.\n"]
    query = parse_qs(environ["QUERY_STRING"]).get("q", [""])[0]
    found = [ship for ship in SHIPS if query.lower() in " ".join(map(str, ship)).lower()]
    body = PAGE.format(
        query=html.escape(query),
        ships="".join(SHIP.format(*map(html.escape, map(str, ship))) for ship in found),
        python="%d.%d" % sys.version_info[:2],
        edition=EDITION,
    ).encode()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [body]
