package dev.sandlot.devicelogin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.Logged;
import dev.sandlot.LoginProvider;
import dev.sandlot.LoginProvider.Answer;
import dev.sandlot.MutableClock;
import dev.sandlot.auth.IdentityConfig;
import dev.sandlot.auth.ProviderKeys;
import dev.sandlot.auth.ProviderTokens;
import dev.sandlot.auth.Stranger;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.worker.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logins by way of a provider that does whatever a provider may do. */
class DeviceLoginsTest {
    private static final Stranger HERE = Stranger.at("192.0.2.1");
    private static final Duration TURN = Duration.ofSeconds(5);
    private static final RsaJsonWebKey KEY = key();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final MutableClock clock = new MutableClock(Instant.now());
    private LoginProvider provider;
    private DeviceLogins logins;

    private static RsaJsonWebKey key() {
        try {
            return RsaJwkGenerator.generateJwk(2048);
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @BeforeEach
    void begin() throws Exception {
        provider = new LoginProvider();
        logins = logins(Optional.empty(), 4);
    }

    @AfterEach
    void end() {
        provider.close();
        threads.shutdownNow();
    }

    private DeviceLogins logins(Optional<String> secret, int most) {
        ProviderClient client = new ProviderClient("cli", secret, "openid", provider.issuer(), Optional.empty());
        IdentityConfig identity = new IdentityConfig(
                KEY.toJson(OutputControlLevel.PUBLIC_ONLY), "issuer", List.of("sandlot"), "upn", "workspaces");
        DeviceLoginConfig config = new DeviceLoginConfig(Optional.of(client), most);
        ProviderConnection connection = new ProviderConnection(new Workers(threads), Duration.ofSeconds(5));
        return new DeviceLogins(
                config,
                new OidcProvider(config, connection, clock),
                new ProviderTokens(identity, new ProviderKeys(identity, clock)),
                clock);
    }

    private static String token(String audience) throws Exception {
        return token(audience, "upn");
    }

    /** The name stands in that claim. */
    private static String token(String audience, String claim) throws Exception {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer("issuer");
        claims.setAudience(audience);
        claims.setSubject("id-of-alice");
        claims.setStringClaim(claim, "alice");
        claims.setExpirationTimeMinutesInTheFuture(5);
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKey(KEY.getPrivateKey());
        signature.setAlgorithmHeaderValue("RS256");
        return signature.getCompactSerialization();
    }

    /** What a client that polls after that time is told. */
    private DeviceLogin.Granted poll(String code, Duration after) {
        clock.advance(after);
        if (logins.takeTurn(code)) {
            logins.ask(code);
        }
        return logins.requireGranted(code, clock.instant());
    }

    private static void isRefused(ThrowingCallable call, ErrorType type, String words) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.type()).isEqualTo(type);
            assertThat(refused.detail()).contains(words).doesNotContain("127.0.0.1", "of the provider", "html");
        });
    }

    private void isPending(String code, Duration after) {
        isRefused(() -> poll(code, after), ErrorType.CONFLICT, "authorization_pending");
    }

    @Test
    void aClientHasACodeOfOursAndNotTheProviders() {
        DeviceLogins.Begun begun = logins.begin(HERE);

        assertThat(begun.code()).matches("[\\w-]{43}");
        assertThat(begun.codes().userCode()).isEqualTo("ABCD-EFGH");
        assertThat(DeviceCodeView.of(begun).verificationUrl().toString())
                .isEqualTo(provider.issuer() + "/device?user_code=ABCD-EFGH");
        assertThat(provider.asked(LoginProvider.CODES))
                .singleElement()
                .satisfies(asked ->
                        assertThat(asked.form().split("&")).containsExactlyInAnyOrder("scope=openid", "client_id=cli"));
    }

    @Test
    void whatWasApprovedIsHadOnce() throws Exception {
        String code = logins.begin(HERE).code();
        String token = token("sandlot");
        provider.next(LoginProvider.TOKENS, LoginProvider.token(token));

        assertThat(poll(code, TURN).subject()).isEqualTo("alice");
        assertThat(poll(code, TURN).token()).isEqualTo(token);
        assertThat(logins.take(code, clock.instant()).token()).isEqualTo(token);

        isRefused(() -> logins.take(code, clock.instant()), ErrorType.NOT_FOUND, "login");
        isRefused(() -> poll(code, TURN), ErrorType.NOT_FOUND, "login");
        assertThat(provider.asked(LoginProvider.TOKENS))
                .singleElement()
                .satisfies(asked -> assertThat(asked.form())
                        .contains("device_code=of+the+provider", "client_id=cli", "grant-type%3Adevice_code"));
    }

    @Test
    void whatNobodyFetchesIsForgotten() throws Exception {
        String code = logins.begin(HERE).code();
        provider.next(LoginProvider.TOKENS, LoginProvider.token(token("sandlot")));
        poll(code, TURN);

        clock.advance(DeviceLogin.KEPT);

        isRefused(() -> logins.take(code, clock.instant()), ErrorType.NOT_FOUND, "login");
    }

    @Test
    void theProviderIsAskedAsOftenAsItWants() {
        String code = logins.begin(HERE).code();
        isPending(code, Duration.ofSeconds(2));
        isPending(code, Duration.ofSeconds(2));
        assertThat(provider.asked(LoginProvider.TOKENS)).isEmpty();

        provider.next(LoginProvider.TOKENS, LoginProvider.error("slow_down"));
        isPending(code, Duration.ofSeconds(2));
        isPending(code, Duration.ofSeconds(9));
        assertThat(provider.asked(LoginProvider.TOKENS)).hasSize(1);

        isPending(code, Duration.ofSeconds(1));
        assertThat(provider.asked(LoginProvider.TOKENS)).hasSize(2);
    }

    @Test
    void oneAtATimeAsks() {
        String code = logins.begin(HERE).code();
        clock.advance(TURN);

        assertThat(logins.takeTurn(code)).isTrue();
        assertThat(logins.takeTurn(code)).isFalse();
        logins.ask(code);
        clock.advance(TURN);
        assertThat(logins.takeTurn(code)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "access_denied,BAD_GATEWAY,access_denied",
        "expired_token,GATEWAY_TIMEOUT,expired_token",
        "invalid_grant,GATEWAY_TIMEOUT,expired_token"
    })
    void anEndIsTold(String word, ErrorType type, String words) {
        String code = logins.begin(HERE).code();
        provider.next(LoginProvider.TOKENS, LoginProvider.error(word));

        isRefused(() -> poll(code, TURN), type, words);
        isRefused(() -> poll(code, TURN), type, words);
        assertThat(provider.asked(LoginProvider.TOKENS)).hasSize(1);
        isRefused(() -> poll(code, DeviceLogin.KEPT), ErrorType.NOT_FOUND, "login");
    }

    @Test
    void whatNobodyApprovesExpiresWhateverTheProviderSays() {
        String code = logins.begin(HERE).code();

        isRefused(() -> poll(code, Duration.ofMinutes(10)), ErrorType.GATEWAY_TIMEOUT, "expired_token");
        assertThat(provider.asked(LoginProvider.TOKENS)).isEmpty();
    }

    @Test
    void aProviderThatFailsNowAndThenIsBorne() throws Exception {
        String code = logins.begin(HERE).code();
        provider.next(LoginProvider.TOKENS, new Answer(503, "<html>of the provider</html>"));
        provider.next(LoginProvider.TOKENS, new Answer(0, ""));
        isPending(code, Duration.ofMinutes(1));
        isPending(code, Duration.ofMinutes(1));
        provider.next(LoginProvider.TOKENS, new Answer(302, ""));
        provider.next(LoginProvider.TOKENS, LoginProvider.error("invalid_client"));

        isRefused(() -> poll(code, Duration.ofMinutes(1)), ErrorType.BAD_GATEWAY, "identity provider");
        isRefused(() -> poll(code, Duration.ofMinutes(1)), ErrorType.BAD_GATEWAY, "identity provider");
        assertThat(provider.asked(LoginProvider.TOKENS))
                .as("no redirect is followed")
                .hasSize(4);
        isPending(code, Duration.ofMinutes(1));
        provider.next(LoginProvider.TOKENS, LoginProvider.token(token("sandlot")));
        assertThat(poll(code, Duration.ofMinutes(1)).subject()).isEqualTo("alice");
    }

    /** What the operator has to mend is in the log; the token is nowhere. */
    @Test
    void aTokenThatThisServerDoesNotTakeIsAnEnd() throws Exception {
        String code = logins.begin(HERE).code();
        String token = token("account");
        provider.next(LoginProvider.TOKENS, LoginProvider.token(token));

        try (Logged log = new Logged()) {
            isRefused(() -> poll(code, TURN), ErrorType.BAD_GATEWAY, "does not take");
            isRefused(() -> logins.take(code, clock.instant()), ErrorType.BAD_GATEWAY, "does not take");

            assertThat(log.text())
                    .contains("its audience is none of MP_JWT_VERIFY_AUDIENCES")
                    .doesNotContain(token, "alice");
        }
    }

    /** The container would take nobody by it. */
    @Test
    void aTokenWithoutAUserPrincipalNameIsAnEnd() throws Exception {
        String code = logins.begin(HERE).code();
        provider.next(LoginProvider.TOKENS, LoginProvider.token(token("sandlot", "preferred_username")));

        try (Logged log = new Logged()) {
            isRefused(() -> poll(code, TURN), ErrorType.BAD_GATEWAY, "does not take");
            assertThat(log.text()).contains("it has no claim upn").doesNotContain("alice");
        }
    }

    @Test
    void aTokenOfAnyOtherFormIsAnEnd() {
        for (String unfit : List.of("opaque", "a.b.c", "x".repeat(20_000))) {
            String code = logins.begin(HERE).code();
            provider.next(LoginProvider.TOKENS, LoginProvider.token(unfit));

            isRefused(() -> poll(code, TURN), ErrorType.BAD_GATEWAY, "does not take");
            clock.advance(DeviceLogin.KEPT);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500|{}",
                "400|{\"error\":\"unauthorized_client\"}",
                "200|<html>of the provider</html>",
                "200|{\"device_code\":\"d\",\"user_code\":\"u\"}",
                "200|{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"javascript:alert(1)\"}",
                "200|{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"file:///etc/passwd\"}",
                "200|{\"device_code\":\"\",\"user_code\":\"u\",\"verification_uri\":\"https://idp.example/\"}",
                "200|{\"device_code\":7,\"user_code\":\"u\",\"verification_uri\":\"https://idp.example/\"}",
                "302|{}",
                "0|{}",
            })
    void aProviderThatBeginsNothingIsLeftAloneForAMoment(int status, String body) {
        provider.next(LoginProvider.CODES, new Answer(status, body));

        try (Logged log = new Logged()) {
            isRefused(() -> logins.begin(HERE), ErrorType.BAD_GATEWAY, "identity provider");
            isRefused(() -> logins.begin(HERE), ErrorType.BAD_GATEWAY, "identity provider");
            assertThat(log.text()).containsOnlyOnce("Device logins fail").doesNotContain("of the provider");
        }
        assertThat(provider.asked(LoginProvider.CODES)).hasSize(1);
        clock.advance(TURN);
        assertThat(logins.begin(HERE).code()).isNotEmpty();
    }

    @Test
    void anAnswerWithoutEndIsCut() {
        provider.next(LoginProvider.CODES, new Answer(200, "{\"user_code\":\"" + "x".repeat(1 << 20) + "\"}"));

        isRefused(() -> logins.begin(HERE), ErrorType.BAD_GATEWAY, "identity provider");
    }

    @Test
    void aCodeThatNobodyHasAsksNobody() {
        for (String code : List.of("", "x", "A".repeat(43), "of the provider")) {
            isRefused(() -> logins.takeTurn(code), ErrorType.NOT_FOUND, "login");
        }
        assertThat(provider.asked(LoginProvider.TOKENS)).isEmpty();
    }

    @Test
    void oneNetworkLeavesPlacesForTheOthers() {
        logins.begin(HERE);
        logins.begin(HERE);

        isRefused(() -> logins.begin(HERE), ErrorType.RATE_LIMITED, "share");
        assertThat(logins.begin(Stranger.at("192.0.2.2")).code()).isNotEmpty();
        assertThat(provider.asked(LoginProvider.CODES)).hasSize(3);

        clock.advance(Duration.ofMinutes(12));
        logins.sweep();
        assertThat(logins.begin(HERE).code()).isNotEmpty();
    }

    @Test
    void whatDidNotBeginHoldsNoPlace() {
        for (int i = 0; i < 8; i++) {
            provider.next(LoginProvider.CODES, new Answer(500, "{}"));
            isRefused(() -> logins.begin(HERE), ErrorType.BAD_GATEWAY, "identity provider");
            clock.advance(TURN);
        }

        assertThat(logins.begin(HERE).code()).isNotEmpty();
    }

    @Test
    void aSecretIsShownAsTheProviderTakesIt() {
        logins(Optional.of("a b:c"), 4).begin(HERE);
        assertThat(provider.asked(LoginProvider.CODES).get(0).authorization()).isEqualTo("Basic Y2xpOmErYiUzQWM=");
        assertThat(provider.asked(LoginProvider.CODES).get(0).form()).doesNotContain("secret");

        String bodyAlone = provider.description(",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\"]");
        provider.usually(LoginProvider.DESCRIPTION, () -> new Answer(200, bodyAlone));
        logins(Optional.of("a b:c"), 4).begin(HERE);
        assertThat(provider.asked(LoginProvider.CODES).get(1).authorization()).isEmpty();
        assertThat(provider.asked(LoginProvider.CODES).get(1).form()).contains("client_secret=a+b%3Ac");
    }

    @Test
    void aDescriptionOfAnotherOrOfWhatIsNotSafeIsNotFollowed() {
        for (String description : List.of(
                provider.description("").replaceFirst("\"issuer\":\"[^\"]+", "\"issuer\":\"https://other.example"),
                provider.description("")
                        .replaceFirst("\"token_endpoint\":\"[^\"]+", "\"token_endpoint\":\"http://10.0.0.1/t"),
                "{\"issuer\":\"" + provider.issuer() + "\"}",
                "[]")) {
            provider.usually(LoginProvider.DESCRIPTION, () -> new Answer(200, description));

            isRefused(() -> logins.begin(HERE), ErrorType.BAD_GATEWAY, "identity provider");
            clock.advance(TURN);
        }
        assertThat(provider.asked(LoginProvider.CODES)).isEmpty();
    }

    @Test
    void whatTheProviderSaidOfItselfHoldsWhileItSaysNothing() {
        logins.begin(HERE);
        provider.usually(LoginProvider.DESCRIPTION, () -> new Answer(503, ""));
        clock.advance(Duration.ofMinutes(20));

        assertThat(logins.begin(HERE).code()).isNotEmpty();
        assertThat(logins.begin(Stranger.at("192.0.2.2")).code()).isNotEmpty();
        assertThat(provider.asked(LoginProvider.DESCRIPTION)).hasSize(2);
    }
}
