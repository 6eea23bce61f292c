"""A conversation by the client of openapi-python-client. Arguments: the folder above its package
chat_client, the base address."""

import sys
import uuid

folder, url = sys.argv[1:]
sys.path.insert(0, folder)

from chat_client import Client, models  # noqa: E402
from chat_client.api.applications import create_application  # noqa: E402
from chat_client.api.chats import create_chat  # noqa: E402
from chat_client.api.messages import (  # noqa: E402
    create_message,
    create_messages,
    delete_message,
    list_messages,
    search_messages,
    show_message,
    update_message,
)
from chat_client.types import UNSET  # noqa: E402

client = Client(base_url=url)
name = models.ApplicationCreate(name="Made")
token = create_application.sync(client=client, body=name).token
chat = create_chat.sync(token, client=client, body=models.ChatCreate(title="Lunch")).number

soup = models.MessageCreate(body="Soup?")
created = create_message.sync_detailed(token, chat, client=client, body=soup)
first = created.parsed
assert (first.number, first.sender, first.metadata) == (1, None, None), first
assert created.headers["Location"] == "messages/1", created.headers
batch = models.MessageBatch(messages=[models.MessageCreate(body=f"m{n}") for n in range(2, 6)])
key = str(uuid.uuid4())
for _ in "sent", "sent again":
    made = create_messages.sync(token, chat, client=client, body=batch, idempotency_key=key)
    assert [each.number for each in made.data] == [2, 3, 4, 5], made

seen, after = [], UNSET
while True:
    page = list_messages.sync(token, chat, client=client, after=after, limit=2)
    seen += [each.number for each in page.data]
    after = page.page.after
    if after is None:
        break
assert seen == [1, 2, 3, 4, 5], seen

found = search_messages.sync(token, chat, client=client, q="oup")
assert (found.page.total, found.data[0].highlights[0].start) == (1, 1), found

etag = show_message.sync_detailed(token, chat, 1, client=client).headers["ETag"]
salad = models.MessageUpdate(body="Salad?")
edit = {"client": client, "body": salad, "if_match": etag}
assert update_message.sync(token, chat, 1, **edit).body == "Salad?"
changed = update_message.sync(token, chat, 1, **edit)
assert (changed.status, changed.type_) == (412, "/docs/problems#precondition-failed"), changed
blank = models.MessageCreate(body=" ")
wrong = create_message.sync(token, chat, client=client, body=blank)
assert (wrong.status, wrong.errors[0].pointer) == (422, "/body"), wrong

assert delete_message.sync_detailed(token, chat, 1, client=client).status_code == 204
missing = show_message.sync(token, chat, 1, client=client)
assert (missing.status, missing.type_) == (404, "/docs/problems#not-found"), missing
