package dev.sandlot.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.message.BasicNameValuePair;
import org.apache.hc.core5.net.WWWFormCodec;

/** As much of a browser as a login takes: cookies, redirects, and the one form of a page. */
final class Browser {
    private static final int REDIRECTS_MAX = 10;
    private static final Pattern FORM = Pattern.compile("<form[^>]* action=\"([^\"]+)\"");
    private static final Pattern HIDDEN =
            Pattern.compile("<input[^>]*type=\"hidden\"[^>]*name=\"([^\"]+)\"[^>]*value=\"([^\"]*)\"");

    private final Map<String, String> cookies = new LinkedHashMap<>();
    private URI at;
    private String page = "";

    Browser(URI start) throws IOException, InterruptedException {
        at = start;
        follow(HttpRequest.newBuilder(start));
    }

    /** What it shows. */
    String page() {
        return page;
    }

    /** Fills the page's form and sends it. */
    void submit(Map<String, String> filled) throws IOException, InterruptedException {
        Matcher form = FORM.matcher(page);
        assertThat(form.find()).as("a form in " + page).isTrue();
        Map<String, String> values = new LinkedHashMap<>();
        HIDDEN.matcher(page).results().forEach(field -> values.put(field.group(1), field.group(2)));
        values.putAll(filled);
        List<NameValuePair> fields = new ArrayList<>();
        values.forEach((name, value) -> fields.add(new BasicNameValuePair(name, value)));
        at = at.resolve(form.group(1).replace("&amp;", "&"));
        follow(HttpRequest.newBuilder(at)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(WWWFormCodec.format(fields, StandardCharsets.UTF_8))));
    }

    private void follow(HttpRequest.Builder first) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(first);
        for (int i = 0; i < REDIRECTS_MAX && answer.statusCode() / 100 == 3; i++) {
            at = at.resolve(answer.headers().firstValue("Location").orElseThrow());
            answer = send(HttpRequest.newBuilder(at));
        }
        page = answer.body();
        assertThat(answer.statusCode()).as(page).isEqualTo(200);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        StringBuilder known = new StringBuilder();
        cookies.forEach(
                (name, value) -> known.append(name).append('=').append(value).append("; "));
        if (!known.isEmpty()) {
            request.header("Cookie", known.substring(0, known.length() - 2));
        }
        HttpResponse<String> answer = Api.CLIENT.send(request.build(), BodyHandlers.ofString());
        for (String cookie : answer.headers().allValues("Set-Cookie")) {
            String[] pair = cookie.split(";", 2)[0].split("=", 2);
            cookies.put(pair[0], pair[1]);
        }
        return answer;
    }
}
