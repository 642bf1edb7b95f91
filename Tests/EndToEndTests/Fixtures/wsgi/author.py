"""An author at work in Wagtail: `author.py PORT COOKIES STEP...`. Steps are `log-in`, `upload`, `write=TITLE`, `dashboard`.

Does what a browser would, with the cookies kept in a file, and prints a line for each step.
"""

import http.cookiejar
import re
import struct
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zlib

root = "http://localhost:%s" % sys.argv[1]
cookies = http.cookiejar.LWPCookieJar(sys.argv[2])
browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))


def open_(target, form=None, files=()):
    """The address that the browser ends up at, and the page there."""
    request = urllib.request.Request(urllib.parse.urljoin(root, target))
    if form is not None:
        request.data, kind = encoded(form, files)
        request.add_header("Content-Type", kind)
        request.add_header("Referer", request.full_url)
    try:
        response = browser.open(request, timeout=120)
    except urllib.error.HTTPError as error:
        sys.exit("%s: %d\n%s" % (target, error.code, error.read().decode("utf-8", "replace")[:2000]))
    return response.geturl(), response.read()


def encoded(form, files):
    if not files:
        return urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"
    boundary, parts = uuid.uuid4().hex, []
    for name, value in form.items():
        parts.append(("name=\"%s\"\r\n\r\n%s" % (name, value)).encode())
    for name, file, kind, content in files:
        head = "name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n" % (name, file, kind)
        parts.append(head.encode() + content)
    body = b"".join(b"--%s\r\nContent-Disposition: form-data; %s\r\n" % (boundary.encode(), part) for part in parts)
    return body + b"--%s--\r\n" % boundary.encode(), "multipart/form-data; boundary=" + boundary


def fields(page):
    """What a page's form sends if nothing is typed into it: of these, what an author's form must have."""
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1].decode()
    return {"csrfmiddlewaretoken": token}


def picture(width, height):
    """A PNG, noisy so that compression does not make it small."""
    state, rows = 1, bytearray()
    for _ in range(height):
        rows.append(0)
        for _ in range(width * 3):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFF
            rows.append(state >> 16 & 255)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b"")


def log_in():
    _, page = open_("/admin/")
    where, page = open_("/admin/login/", dict(fields(page), username="ada", password="anchor", next="/admin/"))
    style = re.search(rb'href="(/static/wagtailadmin/css/[^"]+)"', page)[1].decode()
    return "%s, styles of %d bytes" % (urllib.parse.urlparse(where).path, min(len(open_(style)[1]), 10000))


def dashboard():
    where, page = open_("/admin/")
    return "%s %s" % (urllib.parse.urlparse(where).path, b"/admin/logout/" in page)


def upload():
    _, page = open_("/admin/images/add/")
    image = picture(1000, 900)
    where, page = open_("/admin/images/add/", dict(fields(page), title="Chart", collection="1"),
                        [("file", "chart.png", "image/png", image)])
    shown = re.search(rb'src="(/media/images/chart[^"]+)"', page)[1].decode()
    original = open_(re.sub(r"/images/chart.*", "/original_images/chart.png", shown))[1]
    return "%s, original %s, thumbnail %s" % (
        urllib.parse.urlparse(where).path, original == image, open_(shown)[1][1:4])


def write(title):
    _, page = open_("/admin/pages/3/add_subpage/")
    _, page = open_("/admin/pages/add/home/homepage/3/")
    slug = title.lower().replace(" ", "-")
    form = dict(fields(page), title=title, slug=slug, seo_title="", search_description="")
    form.update({"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "action-publish": "action-publish"})
    open_("/admin/pages/add/home/homepage/3/", form)
    return "%s" % re.search(rb"<title>\s*(.*?)\s*</title>", open_("/%s/" % slug)[1], re.S)[1].decode()


steps = {"log-in": log_in, "upload": upload, "write": write, "dashboard": dashboard}
try:
    cookies.load(ignore_discard=True)
except OSError:
    pass
for step in sys.argv[3:]:
    name, _, argument = step.partition("=")
    print("%s: %s" % (name, steps[name](argument) if argument else steps[name]()), flush=True)
    cookies.save(ignore_discard=True)
