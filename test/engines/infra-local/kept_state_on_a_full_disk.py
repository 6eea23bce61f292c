"""Saves a state of MiniStack where files may have a few bytes only; prints what was seen."""

import json
import os
import resource
import sys
import tempfile
import threading
import time

sys.path.insert(0, sys.argv[1])
import kept_state  # noqa: E402
from ministack.core import persistence  # noqa: E402

folder = os.path.join(tempfile.mkdtemp(), "state")
write = kept_state.write_state(persistence)
persistence.PERSIST_STATE, persistence.STATE_DIR = True, folder
seen = {"events": []}
kept_state.say = lambda event, **fields: seen["events"].append(event)
free = [10**9]
kept_state.free_bytes = lambda folder: free[0]
keeper = kept_state.Keeper(folder)


def limit(size):
    """No file may be larger: a write beyond that fails, as on a full disk."""
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def states(text):
    kept = {"sqs": lambda: {"queue": text}, "dynamodb": lambda: {"table": text}}
    return {**kept, "none": lambda: None, "odd": lambda: object()}


def saved():
    return [persistence.load_state(name) for name in ("sqs", "dynamodb")]


seen["room"] = [keeper.has_room()]
seen["kept"] = os.stat(keeper.file).st_blocks * 512 // kept_state.MEGABYTE
keeper.save(states("old"), write)
seen["kept_after_save"] = os.path.exists(keeper.file)
seen["old"] = saved()

# Little room beside the file, then enough again; a little more than too little is not enough.
for megabytes in (63, 70, 90):
    free[0] = megabytes * kept_state.MEGABYTE
    seen["room"].append(keeper.has_room())
# There is room, but the file cannot grow.
keeper.give_room()
limit(8 * kept_state.MEGABYTE)
seen["room"].append(keeper.has_room())
limit(resource.RLIM_INFINITY)
seen["room"].append(keeper.has_room())

# The second of two states cannot be written; then there is room again.
limit(200)
large = states("new" * 10)
large["dynamodb"] = lambda: {"table": "x" * 500}
thread = threading.Thread(target=keeper.save, args=(large, write))
thread.start()
while "state_not_saved" not in seen["events"][-1:]:
    time.sleep(0.01)
time.sleep(0.1)
seen["meanwhile"] = saved()
limit(resource.RLIM_INFINITY)
thread.join()
seen["new"] = [json.dumps(state)[:20] for state in saved()]
seen["files"] = sorted(os.listdir(folder))
print(json.dumps(seen))
