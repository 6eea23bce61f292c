import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestChannel;
import org.opensearch.rest.RestHandler;
import org.opensearch.rest.RestHeaderDefinition;
import org.opensearch.rest.RestRequest;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Keeps the pages of a browser out of the local OpenSearch, which has no password: a page of any
 * site could delete indexes by forms, and read them once its name is rebound to 127.0.0.1. It lets
 * in what names this machine in Host, has no Origin, and no Sec-Fetch-Site of another site; browsers
 * send one of these with each request that a page makes, and no page can change them. Functions in
 * containers have another name for this machine: FUNCTIONS_HOST, here a system property. It is in
 * OpenSearch and not before it, because what is behind a proxy would still listen on a port.
 */
public final class LocalOnly extends Plugin implements ActionPlugin {
    private static final Pattern HOST =
        Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1\\]" + ofFunctions() + ")(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);
    private static final List<String> OWN = List.of("none", "same-origin");

    private static String ofFunctions() {
        String host = System.getProperty("chat.functionsHost", "");
        return host.isEmpty() ? "" : "|" + Pattern.quote(host);
    }

    @Override
    public UnaryOperator<RestHandler> getRestHandlerWrapper(ThreadContext context, Set<RestHeaderDefinition> headers) {
        return Guarded::new;
    }

    private static final class Guarded extends RestHandler.Wrapper {
        Guarded(RestHandler handler) {
            super(handler);
        }

        @Override
        public void handleRequest(RestRequest request, RestChannel channel, NodeClient client) throws Exception {
            if (isOurs(request)) {
                super.handleRequest(request, channel, client);
            } else {
                String refusal = "this is the OpenSearch of a local stack: it is not for web pages";
                channel.sendResponse(new BytesRestResponse(RestStatus.FORBIDDEN, refusal));
            }
        }
    }

    private static boolean isOurs(RestRequest request) {
        List<String> hosts = all(request, "Host");
        return !hosts.isEmpty()
            && hosts.stream().allMatch(host -> HOST.matcher(host).matches())
            && all(request, "Origin").isEmpty()
            && all(request, "Sec-Fetch-Site").stream().allMatch(OWN::contains);
    }

    private static List<String> all(RestRequest request, String header) {
        List<String> values = request.getAllHeaderValues(header);
        return values == null ? List.of() : values;
    }
}
