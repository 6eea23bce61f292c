"""Keeps MiniStack's state over a full disk.

MiniStack has everything in memory (what was accepted and waits in the queue, too) and writes it at a
good stop, each service by itself. On a full disk that fails with a line in the log, and what was
accepted is gone. So:

- A file keeps as much room as the state may need. It grows with the state, and is removed when the
  state is written.
- While it cannot grow, or little room is left beside it for the other engines, `has_room` is false,
  and the guard responds to writes with 503. That ends by itself when there is room again.
- The state is written whole or not at all: the files replace the older ones when all are written. What
  does not succeed is said, and tried again for as long as this process may live.

Made for the pinned version of MiniStack: look at it again when that changes.
"""

import json
import os
import resource
import time

MEGABYTE = 1024 * 1024
STEP = 16 * MEGABYTE
# What the stores may still write of what was accepted, and what others may write meanwhile.
BESIDE = 64 * MEGABYTE


def say(event, **fields):
    """A line in the form of the functions' events, which the start shows to the person."""
    print(json.dumps({"event": event, **fields}, separators=(",", ":")), flush=True)


def memory():
    """The bytes that this process has in memory: more than its state, which is a part of it."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS: bytes


def free_bytes(folder):
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize


class Keeper:
    """The state below `folder`, and the file that keeps room for it."""

    def __init__(self, folder, beside=BESIDE):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.beside = beside
        self.file = os.path.join(os.path.dirname(folder), "room-for-state")
        self.had = sum(entry.stat().st_size for entry in os.scandir(folder) if entry.is_file())
        self.empty = memory()
        self.kept = 0
        self.closed = False

    def needed(self):
        """The room for a whole new state. In JSON, text that is not ASCII takes twice its bytes."""
        grown = max(0, memory() - self.empty)
        return (STEP + self.had + 2 * grown) // STEP * STEP

    def keep(self):
        """Lets the file grow to what is needed. False: there is no room."""
        needed = self.needed()
        if needed <= self.kept:
            return True
        try:
            with open(self.file, "ab") as file:
                allocate(file, self.kept, needed)
        except OSError:
            return False
        self.kept = needed
        return True

    def has_room(self):
        """Whether what is accepted now could be saved. The first time that this changes, it is said."""
        try:
            free = free_bytes(self.folder)
            # To open again takes more than to close, or it would change with every message.
            room = free > self.beside * (1.25 if self.closed else 1) and self.keep()
        except OSError:
            free, room = 0, False
        if room == self.closed:
            self.closed = not room
            if room:
                say("disk_has_room", writes="are taken again")
            else:
                megabytes = free // MEGABYTE
                say("disk_nearly_full", free_mb=megabytes, writes="get 503 until there is room")
        return room

    def save(self, services, write):
        """`services` are the functions that return the states, by name; `write` writes one to a file."""
        said = False
        while True:
            self.give_room()
            try:
                return self.save_once(services, write)
            except OSError as error:
                if not said:
                    say("state_not_saved", reason=error.strerror, what="free some room: it is tried again")
                said = True
                time.sleep(0.5)

    def give_room(self):
        if os.path.exists(self.file):
            os.remove(self.file)
        self.kept = 0

    def save_once(self, services, write):
        written = []
        try:
            for name, get_state in services.items():
                path = os.path.join(self.folder, f"{name}.json")
                if self.write_one(name, get_state, lambda state: write(name, state, path + ".new")):
                    written.append(path)
            for path in written:
                os.replace(path + ".new", path)
        finally:
            for name in services:
                new = os.path.join(self.folder, f"{name}.json.new")
                if os.path.exists(new):
                    os.remove(new)

    def write_one(self, name, get_state, write):
        """Whether the service has a state. One that cannot be written as JSON is said, and left out."""
        try:
            state = get_state()
            if state is not None:
                write(state)
            return state is not None
        except OSError:
            raise
        except Exception as error:
            say("state_not_saved", service=name, reason=repr(error))
            return False


def allocate(file, start, end):
    """Fills the file with room, which a file with a hole would not have."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), start, end - start)
        return
    for _ in range(start, end, MEGABYTE):
        file.write(bytes(MEGABYTE))
    file.flush()
    os.fsync(file.fileno())


def write_state(persistence):
    """Writes a state as MiniStack's own save_state does, in the form that its load_state reads."""

    def write(name, state, path):
        wrapped = {"__ministack_format__": persistence._state_format_version(name), "payload": state}
        with open(path, "w") as file:
            json.dump(wrapped, file, default=persistence._json_default)

    return write


def install(ministack):
    """Gives the module `ministack` this way to save. Returns the keeper."""
    from ministack.core import persistence

    keeper = Keeper(persistence.STATE_DIR)
    keeper.keep()
    write = write_state(persistence)
    ministack.save_all = lambda services: keeper.save(services, write)
    return keeper
