"""Publishes an edition to servers of others: moto for Amazon S3 and, as the interfaces that are asked
are alike, for Google Cloud Storage; Azurite for Azure Blob Storage. The first run sends every file; the second none; one after a brief was edited what that changed; and the
list of the site is what the bucket then has.

    publish.py TEARLINE SITE MOTO_SERVER AZURITE_BLOB WORK
"""

import base64
import contextlib
import hashlib
import hmac
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime, timezone
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

# An account of Azurite, made for the run.
ACCOUNT = "example"
KEY = base64.b64encode(b"of an example").decode()
# An account that asks nobody for a token.
NO_OAUTH = '{"disable_oauth": true, "client_email": "", "private_key": "", "private_key_id": ""}'
# moto asks who it is, and checks nothing.
ANY_AWS = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=a"
TARGETS = ("s3", "azure", "google")
SENT = re.compile(r": (\d+) sent .*, (\d+) unchanged, (\d+) deleted")


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def server(port, *command):
    environment = dict(os.environ, AZURITE_ACCOUNTS=f"{ACCOUNT}:{KEY}")
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert process.poll() is None, command
            time.sleep(0.1)  # until it listens
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def google(store):
    """Passes on what is asked in Google's way to a store of the other protocol, in whose words it says
    who asks."""
    host, port = store.removeprefix("http://").split(":")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            headers["authorization"] = ANY_AWS
            connection = HTTPConnection(host, int(port))
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                    self.send_header(name, value)
            length = answer.getheader("Content-Length") if self.command == "HEAD" else len(content)
            self.send_header("Content-Length", length or 0)
            self.send_header("x-goog-generation", "1")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = forward

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def make_bucket(address):
    urlopen(Request(f"{address}/briefs", method="PUT")).close()


def make_container(address):
    date = datetime.now(timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")
    text = f"PUT{chr(10) * 12}x-ms-date:{date}\nx-ms-version:2021-08-06\n/{ACCOUNT}/{ACCOUNT}/briefs\nrestype:container"
    mac = hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()
    headers = {
        "x-ms-date": date,
        "x-ms-version": "2021-08-06",
        "Authorization": f"SharedKey {ACCOUNT}:{base64.b64encode(mac).decode()}",
    }
    url = f"{address}/{ACCOUNT}/briefs?restype=container"
    urlopen(Request(url, method="PUT", headers=headers)).close()


def main(tearline, site, moto, azurite, work):
    tearline, site, work = Path(tearline).resolve(), Path(site), Path(work)
    work.mkdir()
    for part in ("content", "data", "static", "templates"):
        shutil.copytree(site / part, work / part)
    settings = (site / "tearline.toml").read_text()
    environment = dict(
        os.environ,
        AWS_ACCESS_KEY_ID="example",
        AWS_SECRET_ACCESS_KEY="example",
        AZURE_STORAGE_ACCOUNT_KEY=KEY,
        GOOGLE_SERVICE_ACCOUNT_KEY=NO_OAUTH,
    )

    def run(*arguments):
        command = [tearline, "--root", work, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def publish(target):
        counts = SENT.search(run("publish", target))
        return tuple(int(number) for number in counts.groups())

    s3, azure = free_port(), free_port()
    azurite_options = ["--silent", "--disableTelemetry", "--skipApiVersionCheck", "--inMemoryPersistence"]
    with (
        server(s3, moto, "-H", "127.0.0.1", "-p", str(s3)) as s3,
        server(azure, azurite, *azurite_options, "--blobPort", str(azure)) as azure,
        google(s3) as gcs,
    ):
        make_bucket(s3)
        make_container(azure)
        (work / "tearline.toml").write_text(
            f"""{settings}
[publish.s3]
url = "s3://briefs/team"
region = "us-east-1"
endpoint = "{s3}"
edition = "public"
public = true

[publish.azure]
url = "az://briefs/team"
account = "{ACCOUNT}"
endpoint = "{azure}/{ACCOUNT}"
edition = "public"
public = true

[publish.google]
url = "gs://briefs/google"
endpoint = "{gcs}"
edition = "public"
public = true
"""
        )
        run("build", "--edition", "public", "--as-of", "2026-01-01")
        whole = {}
        for target in TARGETS:
            whole[target], unchanged, deleted = publish(target)
            assert whole[target] > 1000 and (unchanged, deleted) == (0, 0), (target, whole)
            assert publish(target) == (0, whole[target], 0), f"{target}: an unchanged site is sent"
        brief = next(iter(sorted((work / "content/briefs").glob("*.md"))))
        brief.write_text(brief.read_text() + "\nOne more sentence.\n")
        run("build", "--edition", "public", "--as-of", "2026-01-01")
        for target in TARGETS:
            sent, unchanged, deleted = publish(target)
            assert 0 < sent < 60 and sent + unchanged == whole[target] and deleted == 0, (target, sent)
            print(f"{target}: {whole[target]} files sent, then none, then {sent} of an edited brief")


if __name__ == "__main__":
    main(*sys.argv[1:])
