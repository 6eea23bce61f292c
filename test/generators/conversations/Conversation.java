import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.*;
import org.openapitools.client.model.*;

/** A conversation by the client of openapi-generator's java (native). Argument: the base address. */
public class Conversation {
  static void same(String what, Object got, Object wanted) {
    if (!Objects.equals(got, wanted)) throw new AssertionError(what + ": " + got + ", not " + wanted);
  }

  interface Call {
    void run() throws ApiException;
  }

  static Problem problemOf(Call call) throws Exception {
    try {
      call.run();
    } catch (ApiException error) {
      return ApiClient.createDefaultObjectMapper().readValue(error.getResponseBody(), Problem.class);
    }
    throw new AssertionError("was not refused");
  }

  public static void main(String[] args) throws Exception {
    var client = new ApiClient();
    client.updateBaseUri(args[0]);
    var messages = new MessagesApi(client);

    var application = new ApplicationCreate().name("Made");
    var token = new ApplicationsApi(client).createApplication(application, null).getToken();
    var chat = new ChatsApi(client).createChat(token, null, null).getNumber();

    var created = messages.createMessageWithHttpInfo(token, chat, new MessageCreate().body("Soup?"), null);
    same("the first", created.getData().getNumber(), 1L);
    same("its sender", created.getData().getSender(), null);
    same("its place", created.getHeaders().get("location"), List.of("messages/1"));
    var batch = new MessageBatch();
    for (int n = 2; n <= 5; n++)
      batch.addMessagesItem(new MessageCreate().body("m" + n).metadata(Map.of("n", n)));
    for (int times = 0; times < 2; times++)
      same("the batch", messages.createMessages(token, chat, batch, "a key of it").getData().get(3).getNumber(), 5L);

    var seen = new ArrayList<Long>();
    for (Long after = 0L; after != null; ) {
      var page = messages.listMessages(token, chat, after, null, null, null, 2);
      page.getData().forEach(each -> seen.add(each.getNumber()));
      after = page.getPage().getAfter();
    }
    same("the list", seen, List.of(1L, 2L, 3L, 4L, 5L));

    var found = messages.searchMessages(token, chat, "oup", null, null, null, null, null, null, null);
    same("the search", found.getPage().getTotal(), 1L);

    var etag = messages.showMessageWithHttpInfo(token, chat, 1L, null).getHeaders().get("etag").get(0);
    var edit = new MessageUpdate().body("Salad?");
    same("the edit", messages.updateMessage(token, chat, 1L, edit, etag).getBody(), "Salad?");
    var changed = problemOf(() -> messages.updateMessage(token, chat, 1L, edit, etag));
    same("an edit of what has changed", changed.getStatus(), 412);
    var wrong = problemOf(() -> messages.createMessage(token, chat, new MessageCreate().body(" "), null));
    same("a blank body", wrong.getErrors().get(0).getPointer(), "/body");

    messages.deleteMessage(token, chat, 1L, null);
    var missing = problemOf(() -> messages.showMessage(token, chat, 1L, null));
    same("what is deleted", missing.getType().toString(), "/docs/problems#not-found");
  }
}
