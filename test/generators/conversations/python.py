"""A conversation by the client of openapi-generator's python. Arguments: its folder, the base address."""

import sys
import uuid

folder, url = sys.argv[1:]
sys.path.insert(0, folder)

import openapi_client as api  # noqa: E402

client = api.ApiClient(api.Configuration(host=url))
applications, chats = api.ApplicationsApi(client), api.ChatsApi(client)
messages = api.MessagesApi(client)

token = applications.create_application(api.ApplicationCreate(name="Made")).token
chat = chats.create_chat(token, chat_create=api.ChatCreate(title="Lunch")).number
created = messages.create_message_with_http_info(token, chat, api.MessageCreate(body="Soup?"))
first = created.data
assert (first.number, first.sender, first.metadata) == (1, None, None), first
assert created.headers["Location"] == "messages/1", created.headers
batch = api.MessageBatch(
    messages=[api.MessageCreate(body=f"m{n}", metadata={"n": n}) for n in range(2, 6)]
)
key = str(uuid.uuid4())
for _ in "sent", "sent again":
    made = messages.create_messages(token, chat, batch, idempotency_key=key).data
    assert [(each.number, each.metadata) for each in made] == [
        (n, {"n": n}) for n in range(2, 6)
    ], made

seen, after = [], None
while True:
    page = messages.list_messages(token, chat, after=after, limit=2)
    seen += [each.number for each in page.data]
    after = page.page.after
    if after is None:
        break
assert seen == [1, 2, 3, 4, 5], seen

found = messages.search_messages(token, chat, "oup")
assert (found.page.total, found.data[0].highlights[0].start) == (1, 1), found

etag = messages.show_message_with_http_info(token, chat, 1).headers["ETag"]
edit = api.MessageUpdate(body="Salad?")
assert messages.update_message(token, chat, 1, edit, if_match=etag).body == "Salad?"


def problem_of(call):
    try:
        call()
    except api.ApiException as error:
        return api.Problem.from_json(error.body)
    raise SystemExit("was not refused")


changed = problem_of(lambda: messages.update_message(token, chat, 1, edit, if_match=etag))
assert (changed.status, changed.type) == (412, "/docs/problems#precondition-failed"), changed
# The client itself refuses what the document's pattern does: this is about what only the API can.
long = api.MessageCreate(body="é" * 9000)
wrong = problem_of(lambda: messages.create_message(token, chat, long))
assert (wrong.status, wrong.errors[0].pointer) == (422, "/body"), wrong

messages.delete_message(token, chat, 1)
missing = problem_of(lambda: messages.show_message(token, chat, 1))
assert (missing.status, missing.type) == (404, "/docs/problems#not-found"), missing
