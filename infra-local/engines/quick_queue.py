"""MiniStack with a FIFO queue that stays quick while tens of thousands of messages wait.

guarded_endpoint.py installs it. MiniStack walks through all messages several times for each poll, and
through all deduplication ids of five minutes for each send. With 15,000 messages waiting that takes
70 ms of each create, and it makes a long outage longer. The four functions below do what MiniStack's
own do, but look only at what can matter; test/engines/infra-local/quick-queue.test.ts compares both.
They are made for the pinned version: look at them again when that changes.
"""

import json
import time

from ministack.services import sqs

names = ("_prune_dedup", "_expire_retained", "_dlq_sweep", "_collect_fifo")
slow = {name: getattr(sqs, name) for name in names}


def prune_dedup(q):
    """Ids are all kept for the same time, and new ones come last: the expired ones are in front."""
    now = time.time()
    cache = q["dedup_cache"]
    while cache:
        first = next(iter(cache))
        if cache[first]["expire"] > now:
            return
        del cache[first]


def expire_retained(q):
    """A FIFO queue has the oldest message in front: if that one is not too old, none is."""
    first = {"attributes": q["attributes"], "messages": q["messages"][:1]}
    slow["_expire_retained"](first)
    if not q["is_fifo"] or not first["messages"]:
        slow["_expire_retained"](q)


def dlq_sweep(q):
    """Nothing is to be moved unless a message was received often enough."""
    policy = q["attributes"].get("RedrivePolicy")
    if not policy:
        return
    try:
        most = int(json.loads(policy).get("maxReceiveCount", 0))
    except (AttributeError, TypeError, ValueError):
        return slow["_dlq_sweep"](q)
    if any(m["receive_count"] >= most for m in q["messages"]):
        slow["_dlq_sweep"](q)


def collect_fifo(q, most, visibility_timeout, now):
    """It is enough to know which groups are in flight, and the first messages of the others."""
    messages = q["messages"]
    try:
        hidden = [m for m in messages if m["visible_at"] > now]
        busy = {m["group_id"] for m in hidden if m["receive_count"] > 0 and m["group_id"]}
    except KeyError:
        # Another service has put a message in, in a shape that MiniStack's own function completes.
        return slow["_collect_fifo"](q, most, visibility_timeout, now)
    taken = []
    for m in messages:
        if m.get("group_id") in busy or m["visible_at"] > now:
            continue
        taken.append(m)
        if len(taken) == most:
            break
    return slow["_collect_fifo"]({"messages": taken}, most, visibility_timeout, now)


def install():
    sqs._prune_dedup = prune_dedup
    sqs._expire_retained = expire_retained
    sqs._dlq_sweep = dlq_sweep
    sqs._collect_fifo = collect_fifo
