"""Runs MiniStack behind a guard that keeps web pages out: `python guarded_endpoint.py`.

MiniStack is an open door to the machine: it takes unsigned calls from every origin, and runs the
functions that a caller creates as processes of this user. So any page in the developer's browser
could run code. What comes here is refused with 403 and without a CORS header, unless all of this
holds:

- Host is this machine by a name that no DNS server decides about. A page whose name was rebound to
  127.0.0.1 is of the same origin for its browser, but Host still has that name. Any port will do: a
  tunnel or a proxy has another one, and the port is not what such a page could choose.
- There is no Origin, and Sec-Fetch-Site, if any, is not that of another site. Browsers send the
  first with preflights, forms and WebSockets, the second with every request to loopback, and no
  page can remove them. None of our clients is a page.
- It carries the access key of this start. The key has 128 random bits, which nobody outside of this
  user's processes sees, so knowing it is the proof; signatures are not checked. It comes as the
  credential of a signature, in the header or the query, or alone in X-Local-Key. What AssumeRole
  has given out to such a caller counts with its session token.

Requests to the deployed API go to MiniStack's own gateway function, past the rest of its routing:
that looks at Authorization, X-Amz-Credential, Content-Encoding and others, which belong to the
API's client.

Writes to the API get 503 while the disk has too little room for the state (kept_state.py).

With CHAT_QUICK_QUEUE=on the FIFO queue is replaced, too (quick_queue.py). All of this is made for
the pinned version of MiniStack: look at it again when that changes.
"""

import hmac
import json
import os
import re
import uuid
from urllib.parse import parse_qs

import kept_state

HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
CREDENTIAL = re.compile(r"AWS4-HMAC-SHA256 +(?:[^ ]+, *)*Credential=([^/, ]+)/")
API = re.compile(r"/restapis/([^/]+)/([^/]+)/_user_request_(/.*)?", re.DOTALL)
KEY_HEADER = "x-local-key"
NO_ROOM_HEADER = "x-local-no-room"
REFUSAL = json.dumps(
    {
        "__type": "AccessDeniedException",
        "message": "this local stack takes calls with the credentials of its aws.config only",
    }
).encode()


def values(headers, name):
    lines = [(key.decode("latin-1").lower(), value.decode("latin-1")) for key, value in headers]
    return [value for key, value in lines if key == name]


def is_ours(headers):
    """Whether the request names this machine, and no page of a browser has sent it."""
    hosts = values(headers, "host")
    if not hosts or not all(HOST.fullmatch(host) for host in hosts) or values(headers, "origin"):
        return False
    return all(site in ("none", "same-origin") for site in values(headers, "sec-fetch-site"))


def presented(headers, query):
    """The access key ids that a request comes with, each as (id, session token)."""
    found = [(key, "") for key in values(headers, KEY_HEADER)]
    for authorization in values(headers, "authorization"):
        match = CREDENTIAL.match(authorization)
        if match:
            tokens = values(headers, "x-amz-security-token") or [""]
            found += [(match.group(1), token) for token in tokens]
    for credential in query.get("X-Amz-Credential", []):
        token = query.get("X-Amz-Security-Token", [""])[0]
        found.append((credential.split("/")[0], token))
    return found


def equal(a, b):
    return hmac.compare_digest(a.encode(), b.encode())


def is_allowed(headers, query, key, sessions):
    """Whether one of the keys is that of this start, or of a session that was given out for it."""
    for found, token in presented(headers, query):
        if equal(found, key):
            return True
        session = sessions.get(found)
        if session and session.get("SessionToken") and equal(session["SessionToken"], token):
            return True
    return False


def joined(headers, decode):
    """Header values by small names; those of one name are one list (RFC 9110, 5.2)."""
    found = {}
    for name, value in headers:
        name, value = name.decode("latin-1").lower(), decode(value)
        if name != KEY_HEADER:
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found


async def body_of(receive):
    """The whole body; None if the client went away before its end."""
    chunks = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


async def refuse(scope, send):
    """403 without a word about origins, so that a browser keeps it from its page."""
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008})
    length = str(len(REFUSAL)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": REFUSAL})


async def refuse_for_room(send):
    """503; the header tells the front to respond with a problem of its own."""
    headers = [(b"retry-after", b"5"), (b"content-length", b"0"), (NO_ROOM_HEADER.encode(), b"1")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body"})


def guarded(app, key, ministack, has_room):
    """
    The ASGI application `app` of the module `ministack`, behind the guard. `has_room` says whether
    what is written now could be saved.
    """
    from ministack.services import apigateway_v1, sts

    async def call_api(scope, receive, send, api, query):
        body = await body_of(receive)
        if body is None:
            return
        if scope["method"] in ("POST", "PUT", "PATCH", "DELETE") and not has_room():
            return await refuse_for_room(send)
        headers = joined(scope["headers"], ministack.decode_header_value)
        api_id, stage, path = api.groups()
        response = await apigateway_v1.handle_execute(
            api_id, stage, scope["method"], path or "/", headers, body, query
        )
        status, headers, body = ministack._with_data_plane_headers(
            response, str(uuid.uuid4()), wildcard_cors=False
        )
        await ministack._send_response(ministack._with_date_header(send), status, headers, body)

    async def guard(scope, receive, send):
        if scope["type"] == "lifespan":
            return await app(scope, receive, send)
        headers = scope["headers"]
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        if not is_ours(headers) or not is_allowed(headers, query, key, sts._sessions):
            return await refuse(scope, send)
        api = API.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if api:
            return await call_api(scope, receive, send, api, query)
        await app(scope, receive, send)

    return guard


def give_functions(key):
    """MiniStack would give a function the account's number as its access key."""
    from ministack.core import lambda_runtime

    credentials = {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": os.environ["AWS_SECRET_ACCESS_KEY"],
        "AWS_SESSION_TOKEN": "",
    }
    lambda_runtime.execution_credentials = lambda config: dict(credentials)


if __name__ == "__main__":
    key = os.environ["AWS_ACCESS_KEY_ID"]
    # Before lambda_svc is loaded, which takes the function by its name.
    give_functions(key)
    from ministack import app as ministack

    if os.environ.get("CHAT_QUICK_QUEUE") == "on":
        import quick_queue

        quick_queue.install()
    keeper = kept_state.install(ministack)
    ministack.app = guarded(ministack.app, key, ministack, keeper.has_room)
    ministack.main()
