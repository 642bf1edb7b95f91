"""The tide table, in Flask."""

from flask import Flask, abort, render_template

app = Flask(__name__)

TIDES = {"aurora-bay": [("04:12", 3.1), ("10:31", 0.6), ("16:40", 3.3)], "salt-creek": [("05:02", 1.9)]}


@app.get("/")
def harbours():
    return render_template("tides.html", tides=TIDES)


@app.get("/<harbour>")
def harbour(harbour):
    if harbour not in TIDES:
        abort(404)
    return {"harbour": harbour, "tides": TIDES[harbour]}
