package dev.sandlot.devicelogin;

import dev.sandlot.auth.ProviderTokens;
import dev.sandlot.auth.Sha256;
import dev.sandlot.auth.Stranger;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Bounds;
import dev.sandlot.budget.Budget;
import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.devicelogin.DeviceLogin.Granted;
import dev.sandlot.devicelogin.DeviceLogin.Standing;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The logins that are under way, in memory alone: who is on the way when the server ends begins again. A client has a
 * code of ours for the provider's, so nobody has the provider asked for anything that did not begin here, and nobody can
 * go to the provider with what was overheard. Codes are held as SHA-256.
 */
@Singleton
public class DeviceLogins {
    private static final int CODE_BYTES = 32;
    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final OidcProvider provider;
    private final ProviderTokens tokens;
    private final Clock clock;
    private final Budget places;
    private final ConcurrentMap<String, DeviceLogin> byHash = new ConcurrentHashMap<>();

    @Inject
    DeviceLogins(DeviceLoginConfig config, OidcProvider provider, ProviderTokens tokens, Clock clock) {
        this.provider = provider;
        this.tokens = tokens;
        this.clock = clock;
        this.places = new Budget(
                "device logins under way",
                "end one, or wait until one expires",
                RETRY,
                Bounds.ofServer(config.logins()));
    }

    /** A login's code for its client, and what its user is told. */
    record Begun(String code, DeviceCodes codes) {
        /** Never a code. */
        @Override
        public String toString() {
            return "Begun";
        }
    }

    /** Waits for the provider. Throws RATE_LIMITED when as many are under way as may be; BAD_GATEWAY when it fails. */
    Begun begin(Stranger from) {
        sweep();
        Share place = places.take(Tenant.of(new WorkspaceId("network " + from.network(), "")), 1);
        try {
            DeviceCodes codes = provider.begin();
            String code = code();
            byHash.put(Sha256.of(code), new DeviceLogin(codes, place, clock.instant()));
            return new Begun(code, codes);
        } catch (ProviderException failed) {
            place.close();
            throw failing();
        } catch (RuntimeException fault) {
            place.close();
            throw fault;
        }
    }

    private static String code() {
        byte[] bytes = new byte[CODE_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Throws NOT_FOUND for a code that is none, or has had its answer. */
    private DeviceLogin require(String code) {
        return Optional.ofNullable(byHash.get(Sha256.of(code)))
                .filter(login -> !login.isForgotten(clock.instant()))
                .orElseThrow(() -> ApiException.notFound("login"));
    }

    /** Whether it is the caller's turn to ask the provider, which takes time; then {@link #ask} is to follow. */
    boolean takeTurn(String code) {
        return require(code).takeTurn(clock.instant());
    }

    /** Asks the provider, and waits for what it says. */
    void ask(String code) {
        DeviceLogin login = require(code);
        try {
            hear(login, provider.ask(login.deviceCode()));
        } catch (ProviderException failed) {
            login.hasFailed();
        } finally {
            login.endTurn(clock.instant());
        }
    }

    private void hear(DeviceLogin login, Verdict verdict) {
        Instant now = clock.instant();
        if (verdict instanceof Verdict.Pending pending) {
            login.isPending(pending.slower());
        } else if (verdict instanceof Verdict.Denied) {
            login.isOver(Standing.DENIED, now);
        } else if (verdict instanceof Verdict.Expired) {
            login.isOver(Standing.EXPIRED, now);
        } else if (verdict instanceof Verdict.Approved approved) {
            Optional<String> subject = tokens.subject(approved.token());
            if (subject.isPresent()) {
                login.isGranted(new Granted(approved.token(), subject.get(), now.plus(approved.lifetime())), now);
            } else {
                login.isOver(Standing.UNFIT, now);
            }
        }
    }

    /** What was granted; throws what stands against it: CONFLICT while nobody has decided. */
    Granted requireGranted(String code, Instant now) {
        DeviceLogin login = require(code);
        return switch (login.standing(now)) {
            case WAITING -> throw pending(login.interval());
            case FAILING -> throw failing();
            case DENIED ->
                throw new ApiException(ErrorType.BAD_GATEWAY, "access_denied: the login was refused; begin again");
            case EXPIRED ->
                throw new ApiException(
                        ErrorType.GATEWAY_TIMEOUT, "expired_token: nobody approved the login in time; begin again");
            case UNFIT ->
                throw new ApiException(
                        ErrorType.BAD_GATEWAY,
                        "The identity provider has given a token that this server does not take; tell the operator");
            case APPROVED -> Optional.ofNullable(login.granted()).orElseThrow();
        };
    }

    /** The same, once: who comes second finds nothing. */
    Granted take(String code, Instant now) {
        Granted granted = requireGranted(code, now);
        DeviceLogin login = byHash.remove(Sha256.of(code));
        if (login == null) {
            throw ApiException.notFound("login");
        }
        login.close();
        return granted;
    }

    private static ApiException pending(Duration interval) {
        return new ApiException(
                        ErrorType.CONFLICT, "authorization_pending: nobody has approved the login yet; ask again")
                .withHeader("Retry-After", Long.toString(interval.toSeconds()));
    }

    private static ApiException failing() {
        return new ApiException(
                ErrorType.BAD_GATEWAY, "The identity provider does not answer as it should; try again later");
    }

    /** Forgets those whose time is over. */
    public void sweep() {
        Instant now = clock.instant();
        byHash.forEach((hash, login) -> {
            if (login.isForgotten(now) && byHash.remove(hash, login)) {
                login.close();
            }
        });
    }
}
