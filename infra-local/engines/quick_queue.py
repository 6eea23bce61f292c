"""MiniStack with a FIFO queue that stays quick while tens of thousands of messages wait: python quick_queue.py.

MiniStack walks through all messages several times for each poll, and through all deduplication ids of five minutes for
each send. With 15,000 messages waiting a create takes 70 ms of that, and an outage is as long as it is because of it.
These four do what MiniStack's own do, by looking only at what can matter; test/engines/infra-local/quick-queue.test.ts
holds both against each other. They are of the pinned version: look again when that changes.
"""

import json
import time

from ministack.services import sqs

slow = {name: getattr(sqs, name) for name in ("_prune_dedup", "_expire_retained", "_dlq_sweep", "_collect_fifo")}


def prune_dedup(q):
    """Every id is kept for the same time and added behind the others, so what has expired is at the front."""
    now = time.time()
    cache = q["dedup_cache"]
    while cache:
        first = next(iter(cache))
        if cache[first]["expire"] > now:
            return
        del cache[first]


def expire_retained(q):
    """A FIFO queue's messages stand in the order of their coming: if the first is not too old, none is."""
    first = {"attributes": q["attributes"], "messages": q["messages"][:1]}
    slow["_expire_retained"](first)
    if not q["is_fifo"] or not first["messages"]:
        slow["_expire_retained"](q)


def dlq_sweep(q):
    """Only messages that were received often enough are moved."""
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
    """The groups that have a message in flight are all that must be known of the others."""
    messages = q["messages"]
    try:
        hidden = [m for m in messages if m["visible_at"] > now]
        busy = {m["group_id"] for m in hidden if m["receive_count"] > 0 and m["group_id"]}
    except KeyError:
        # Put in by another service, in a shape that MiniStack's own completes.
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


if __name__ == "__main__":
    from ministack.app import main

    install()
    main()
