"""Drives random FIFO queues through MiniStack's functions and ours; prints where they differed."""

import copy
import json
import random
import sys
import time

sys.path.insert(0, sys.argv[1])
import quick_queue  # noqa: E402
from ministack.services import sqs  # noqa: E402

quick = {
    "_prune_dedup": quick_queue.prune_dedup,
    "_expire_retained": quick_queue.expire_retained,
    "_dlq_sweep": quick_queue.dlq_sweep,
    "_collect_fifo": quick_queue.collect_fifo,
}
RETENTION, WINDOW, MOST = 600, 300, 3
clock = [1_000_000.0]
time.time = lambda: clock[0]
names = [0]
dead = {}
sqs._queue_by_arn = lambda arn: dead["queue"]


def new_uuid():
    names[0] += 1
    return str(names[0])


sqs.new_uuid = new_uuid


def queue(redrives):
    attributes = {"MessageRetentionPeriod": str(RETENTION), "QueueArn": "arn"}
    if redrives:
        policy = {"deadLetterTargetArn": "dead", "maxReceiveCount": MOST}
        attributes["RedrivePolicy"] = json.dumps(policy)
    dead_letters = {"is_fifo": True, "messages": []}
    q = {"is_fifo": True, "attributes": attributes, "messages": [], "dedup_cache": {}}
    return q | {"dead": dead_letters}


def send(q, number, group, bare):
    now = time.time()
    # A message that another service puts in has fewer fields than one of SendMessage.
    message = {"id": str(number), "body": "x", "group_id": group, "sent_at": now}
    if not bare:
        message |= {"md5_body": "", "md5_attrs": None, "message_attributes": {}, "sys": {}}
        message |= {"seq": str(number)}
        message |= {"visible_at": now, "receive_count": 0, "receipt_handle": None}
        message |= {"first_receive_at": None, "dedup_id": str(number)}
    q["messages"].append(message)
    q["dedup_cache"][str(number)] = {"expire": now + WINDOW, "id": str(number)}


def step(q, functions, seed, number):
    """One random step; equal seeds make equal steps."""
    choice = random.Random(seed)
    dead["queue"] = q["dead"]
    names[0] = number * 1000
    kind = choice.choice(["send"] * 4 + ["receive"] * 3 + ["delete", "return", "prune"])
    if kind == "send":
        functions["_prune_dedup"](q)
        send(q, number, choice.choice("abc"), choice.random() < 0.05)
    elif kind == "receive":
        functions["_expire_retained"](q)
        functions["_dlq_sweep"](q) if all("receive_count" in m for m in q["messages"]) else None
        most, timeout = choice.randint(1, 10), choice.choice([0, 5, 120])
        return functions["_collect_fifo"](q, most, timeout, time.time())
    elif kind == "prune":
        functions["_prune_dedup"](q)
    elif q["messages"]:
        at = choice.randrange(len(q["messages"]))
        if kind == "delete":
            del q["messages"][at]
        elif "receipt_handle" in q["messages"][at]:
            q["messages"][at]["visible_at"] = time.time() + choice.choice([0, 1, 64])
    return None


def compare(seed):
    theirs, ours = queue(seed % 4 > 0), queue(seed % 4 > 0)
    choice = random.Random(seed)
    for number in range(1, 120):
        clock[0] += choice.choice([0, 1, 4, 30, 150])
        at = choice.random()
        before = copy.deepcopy(theirs)
        answers = step(theirs, quick_queue.slow, at, number), step(ours, quick, at, number)
        order = list(theirs["dedup_cache"]) == list(ours["dedup_cache"])
        if answers[0] != answers[1] or theirs != ours or not order:
            return {"seed": seed, "step": number, "before": before, "theirs": theirs, "ours": ours}
        received.append(len(answers[0] or []))
    moved.append(len(theirs["dead"]["messages"]))
    return None


received, moved = [], []
different = [found for found in map(compare, range(200)) if found]
print(json.dumps({"received": sum(received), "moved": sum(moved), "different": different[:1]}))
