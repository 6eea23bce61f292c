"""Corrects what schemathesis makes up: see schemathesis.toml. FUZZ_URL is the API's base address."""

import os
import zlib
from decimal import Decimal
from uuid import uuid4

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

URL = os.environ["FUZZ_URL"]
CHATS, MESSAGES = 3, 20


def create(path, json):
    answer = requests.post(f"{URL}{path}", json=json, timeout=30)
    answer.raise_for_status()
    return answer.json()


def new_application():
    return create("/applications", {"name": "fuzz"})["token"]


def new_chat(token):
    number = create(f"/applications/{token}/chats", {"title": "fuzz"})["number"]
    messages = [
        {"body": f"hello {n}", "sender": "ann", "metadata": {"n": n}}
        for n in range(1, MESSAGES + 1)
    ]
    create(f"/applications/{token}/chats/{number}/messages", {"messages": messages})
    return number


KEPT = new_application()
for _ in range(CHATS):
    new_chat(KEPT)


def new_things(names):
    """Makes the things that a delete is about to delete, so that the kept ones stay."""
    if names == {"token"}:
        return {"token": new_application()}
    return {"token": KEPT, "chat": new_chat(KEPT), "message": 1}


def name_real_things(case):
    """Puts things that exist in the place of made-up ones, with which every response would be 404.

    While fuzzing, one request in four keeps what is made up.
    """
    names = set(case.path_parameters or {})
    if "token" not in names or case.meta is None:
        return
    if case.meta.is_negative_at(ParameterLocation.PATH):
        return
    chance = zlib.crc32(repr(sorted(case.path_parameters.items())).encode())
    token, phase = case.path_parameters["token"], case.meta.phase.name
    deletes = case.method.upper() == "DELETE"
    # In scenarios the links of earlier responses name what exists; these learn of the kept
    # application, too, and must not delete it.
    linked = phase is TestPhase.STATEFUL and not (deletes and token == KEPT)
    made_up = phase is TestPhase.FUZZING and chance % 4 == 0 and token != KEPT
    if linked or made_up:
        return
    kept = {"token": KEPT, "chat": 1 + chance % CHATS, "message": 1 + chance % MESSAGES}
    known = new_things(names) if deletes else kept
    case.path_parameters = {name: known[name] for name in names}


def exact(value):
    """Replaces numbers that a double does not hold, such as -0.0 and 2**70.

    The API refuses them rightly, but no JSON Schema can say so.
    """
    if isinstance(value, dict):
        return {name: exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    if isinstance(value, float):
        return value + 0.0
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return value if Decimal(repr(float(value))) == value else 0
        except OverflowError:
            return 0
    return value


def possible_query(path, query):
    """Drops parameters that do not go together.

    No schema of a single parameter can say that a cursor comes from an earlier response, or that
    `around` goes without `after` and `before`.
    """
    by_number = path.endswith(("/chats", "/messages"))
    dropped = ("after", "before") if "around" in query or not by_number else ()
    return {name: value for name, value in query.items() if name not in dropped}


@schemathesis.hook
def before_call(context, case, kwargs):
    name_real_things(case)
    # A chat needs no body, and null stands for none, which the document does not say.
    if case.body is None and case.path.endswith("/chats"):
        case.body = []
    if not (case.meta and case.meta.generation.mode.is_positive):
        return
    headers = case.headers or {}
    if isinstance(case.body, dict):
        case.body = exact(case.body)
    if case.query:
        case.query = possible_query(case.path, case.query)
    # The coverage phase sends 0, which the parameter's pattern does not allow, and calls it valid.
    if headers.get("If-Match") == "0":
        del headers["If-Match"]
    # schemathesis sends one key with many payloads, also in the next run; that is 422 by design.
    if "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = str(uuid4())
