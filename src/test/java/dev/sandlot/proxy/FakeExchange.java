package dev.sandlot.proxy;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request and its answer, as far as the proxy looks at them; what it asks besides fails. */
final class FakeExchange {
    private final String method;
    private final String path;
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private final Map<String, List<String>> answerHeaders = new LinkedHashMap<>();
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final PrintWriter writer = new PrintWriter(answer, true, StandardCharsets.UTF_8);
    private @Nullable String query;
    private String address = "192.0.2.7";
    private byte[] body = new byte[0];
    private long length = -1;
    private int status;
    private boolean committed;
    private boolean async;
    private int completed;
    private boolean broken;

    FakeExchange(String method, String path) {
        this.method = method;
        this.path = path;
    }

    FakeExchange with(String name, String... values) {
        headers.put(name, List.of(values));
        return this;
    }

    FakeExchange query(String text) {
        query = text;
        return this;
    }

    FakeExchange from(String remote) {
        address = remote;
        return this;
    }

    /** With a body of a length that is told. */
    FakeExchange sending(String text) {
        body = text.getBytes(StandardCharsets.UTF_8);
        length = body.length;
        return this;
    }

    /** With a body that comes in pieces. */
    FakeExchange sendingPieces(String text) {
        sending(text);
        length = -1;
        return with("Transfer-Encoding", "chunked");
    }

    /** Its client is gone: what is written fails. */
    FakeExchange broken() {
        broken = true;
        return this;
    }

    int status() {
        return status;
    }

    String text() {
        writer.flush();
        return answer.toString(StandardCharsets.UTF_8);
    }

    List<String> header(String name) {
        return answerHeaders.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    boolean isAsync() {
        return async;
    }

    /** How often it was said that this is all. */
    int completed() {
        return completed;
    }

    boolean isCommitted() {
        return committed;
    }

    HttpServletRequest request() {
        return proxy(HttpServletRequest.class, (self, called, arguments) -> switch (called.getName()) {
            case "getMethod" -> method;
            case "getRequestURI" -> path;
            case "getQueryString" -> query;
            case "getRemoteAddr" -> address;
            case "getScheme" -> "https";
            case "getServerName" -> "sandlot.example";
            case "getServerPort" -> 443;
            case "getContentLengthLong" -> length;
            case "getInputStream" -> input();
            case "getHeaderNames" -> Collections.enumeration(headers.keySet());
            case "getHeaders" -> Collections.enumeration(all((String) arguments[0]));
            case "getHeader" -> all((String) arguments[0]).stream().findFirst().orElse(null);
            case "startAsync" -> {
                async = true;
                yield context();
            }
            case "isAsyncStarted" -> async && completed == 0;
            case "getAsyncContext" -> context();
            default -> throw new AssertionError("nobody expects " + called);
        });
    }

    private List<String> all(String name) {
        List<String> values = new ArrayList<>();
        headers.forEach((key, some) -> {
            if (key.equalsIgnoreCase(name)) {
                values.addAll(some);
            }
        });
        return values;
    }

    private AsyncContext context() {
        return proxy(AsyncContext.class, (self, called, arguments) -> switch (called.getName()) {
            case "setTimeout" -> null;
            case "getRequest" -> request();
            case "getResponse" -> response();
            case "complete" -> {
                completed++;
                yield null;
            }
            default -> throw new AssertionError("nobody expects " + called);
        });
    }

    HttpServletResponse response() {
        return proxy(HttpServletResponse.class, (self, called, arguments) -> {
            switch (called.getName()) {
                case "setStatus" -> status = (Integer) arguments[0];
                case "setHeader" ->
                    answerHeaders.put(lower(arguments[0]), new ArrayList<>(List.of((String) arguments[1])));
                case "addHeader" ->
                    answerHeaders
                            .computeIfAbsent(lower(arguments[0]), name -> new ArrayList<>())
                            .add((String) arguments[1]);
                case "getHeader" -> {
                    return answerHeaders.getOrDefault(lower(arguments[0]), List.of()).stream()
                            .findFirst()
                            .orElse(null);
                }
                case "setContentLengthLong" ->
                    answerHeaders.put("content-length", List.of(String.valueOf(arguments[0])));
                case "setContentType" -> answerHeaders.put("content-type", List.of((String) arguments[0]));
                case "setCharacterEncoding" -> {}
                case "reset" -> answerHeaders.clear();
                case "isCommitted" -> {
                    return committed;
                }
                case "getWriter" -> {
                    return writer;
                }
                case "getOutputStream" -> {
                    return output();
                }
                default -> throw new AssertionError("nobody expects " + called);
            }
            return null;
        });
    }

    private static String lower(Object name) {
        return ((String) name).toLowerCase(Locale.ROOT);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(FakeExchange.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private ServletInputStream input() {
        InputStream bytes = new ByteArrayInputStream(body);
        return new ServletInputStream() {
            @Override
            public int read() throws IOException {
                return bytes.read();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return bytes.read(into, offset, length);
            }

            @Override
            public boolean isFinished() {
                return false;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new UnsupportedOperationException("it is read by waiting");
            }
        };
    }

    private ServletOutputStream output() {
        return new ServletOutputStream() {
            @Override
            public void write(int one) throws IOException {
                if (broken) {
                    throw new IOException("the client is gone");
                }
                answer.write(one);
            }

            @Override
            public void flush() {
                committed = true;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new UnsupportedOperationException("it is written by waiting");
            }
        };
    }
}
