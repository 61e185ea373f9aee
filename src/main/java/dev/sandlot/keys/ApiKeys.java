package dev.sandlot.keys;

import dev.sandlot.auth.ApiKeySecret;
import dev.sandlot.auth.Caller;
import dev.sandlot.auth.KeyCallers;
import dev.sandlot.auth.Role;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.log.ServerLog;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All keys, in memory: whoever sends one that nobody has asks no database, and one that is revoked is so at once. The
 * database is this server's alone. Those that were good are known for a while, so that their holders are told.
 */
@Singleton
public class ApiKeys implements KeyCallers {
    private static final Logger LOG = ServerLog.of(ApiKeys.class);
    private static final Duration KNOWN_AFTER_END = Duration.ofDays(7);
    /** Of one caller, so that nobody fills the memory with them. */
    private static final int KNOWN_AFTER_END_MAX = 20;

    private static final int WRITTEN_AT_ONCE = 1000;

    private final ApiKeyRepository repository;
    private final KeyConfig config;
    private final Clock clock;
    private volatile @Nullable ConcurrentMap<String, HeldKey> loaded;

    @Inject
    ApiKeys(ApiKeyRepository repository, KeyConfig config, Clock clock) {
        this.repository = repository;
        this.config = config;
        this.clock = clock;
    }

    /** A key and its secret, which is told once. */
    record Made(ApiKey key, ApiKeySecret secret) {}

    /** Reads them, once. */
    public void load() {
        byHash();
    }

    private ConcurrentMap<String, HeldKey> byHash() {
        ConcurrentMap<String, HeldKey> known = loaded;
        return known == null ? read() : known;
    }

    private synchronized ConcurrentMap<String, HeldKey> read() {
        ConcurrentMap<String, HeldKey> known = loaded;
        if (known == null) {
            known = new ConcurrentHashMap<>();
            for (HeldKey held : repository.all()) {
                known.put(held.key().secretHash(), held);
            }
            loaded = known;
        }
        return known;
    }

    @Override
    public Caller require(String text) {
        ApiKeySecret secret = ApiKeySecret.parse(text)
                .orElseThrow(() -> refusal(
                        ErrorType.AUTHENTICATION, "X-API-Key takes a key; a token is sent as Authorization: Bearer"));
        HeldKey held = byHash().get(secret.hash());
        if (held == null) {
            throw refusal(ErrorType.AUTHENTICATION, "Authentication failed");
        }
        Instant now = clock.instant();
        if (!held.key().isGood(now)) {
            throw refusal(ErrorType.EXPIRED_TOKEN, "The key has expired or was revoked; make a new one");
        }
        return held.use(now);
    }

    private static ApiException refusal(ErrorType type, String detail) {
        return new ApiException(type, detail)
                .withHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
    }

    /** Makes one; throws CONFLICT when there are as many as there may be. Making one is rare: one at a time. */
    synchronized Made make(Caller maker, WantedKey wanted) {
        Instant now = clock.instant();
        long living = of(maker.subject()).stream()
                .filter(held -> held.key().isGood(now))
                .count();
        if (living >= config.perCaller()) {
            throw new ApiException(
                    ErrorType.CONFLICT, "You have " + config.perCaller() + " keys, as many as may be; revoke one");
        }
        if (byHash().size() >= config.perServer()) {
            throw new ApiException(ErrorType.CONFLICT, "This server has as many keys as it may have");
        }
        Made made = made(maker.subject(), wanted, now);
        change(made.key(), null, now);
        LOG.log(Level.INFO, "Key {0} is made", made.key().id());
        return made;
    }

    private Made made(String subject, WantedKey wanted, Instant now) {
        ApiKeySecret secret = ApiKeySecret.create();
        Instant last = now.plus(config.lifetimeMax());
        Instant expires = wanted.expiresAt().filter(last::isAfter).orElse(last);
        ApiKey key = new ApiKey(
                UUID.randomUUID(),
                subject,
                wanted.name(),
                secret.hash(),
                secret.hint(),
                wanted.grant(),
                wanted.selfRevoke(),
                new ApiKey.Term(now, expires, null));
        return new Made(key, secret);
    }

    /** Another in place of one, with what its maker still has of its grant; that one ends. */
    synchronized Made rotate(Caller maker, UUID id) {
        Instant now = clock.instant();
        ApiKey old = own(maker, id).filter(key -> key.isGood(now)).orElseThrow(ApiKeys::none);
        Duration length = Duration.between(old.term().createdAt(), old.term().expiresAt());
        WantedKey same = new WantedKey(
                old.name(), old.grant().withinThatOf(maker), old.selfRevoke(), Optional.of(now.plus(length)));
        Made made = made(maker.subject(), same, now);
        change(made.key(), old.ended(now), now);
        LOG.log(Level.INFO, "Key {0} is made in place of {1}", new Object[] {
            made.key().id(), id
        });
        return made;
    }

    /** Revokes one of the caller's own; whose every organization is may revoke anybody's. */
    synchronized void revoke(Caller caller, UUID id) {
        boolean isOperator = caller.isMemberOfAll() && caller.roles().contains(Role.ADMIN);
        ApiKey key = (isOperator ? find(id) : own(caller, id)).orElseThrow(ApiKeys::none);
        end(key);
    }

    /** Revokes that with which its holder has come. */
    synchronized void revokeSelf(Caller holder) {
        ApiKey key = holder.key().flatMap(this::find).orElseThrow(ApiKeys::none);
        if (!key.selfRevoke()) {
            throw ApiException.forbidden();
        }
        end(key);
    }

    private void end(ApiKey key) {
        Instant now = clock.instant();
        if (key.isGood(now)) {
            change(null, key.ended(now), now);
            LOG.log(Level.INFO, "Key {0} is revoked", key.id());
        }
    }

    private static ApiException none() {
        return ApiException.notFound("key");
    }

    /** The good ones of a caller, newest first. */
    List<HeldKey> list(Caller caller) {
        Instant now = clock.instant();
        return of(caller.subject()).stream()
                .filter(held -> held.key().isGood(now))
                .sorted(newestFirst())
                .toList();
    }

    private static Comparator<HeldKey> newestFirst() {
        return Comparator.comparing((HeldKey held) -> held.key().term().createdAt())
                .reversed();
    }

    private List<HeldKey> of(String subject) {
        return byHash().values().stream()
                .filter(held -> held.key().subject().equals(subject))
                .toList();
    }

    private Optional<ApiKey> find(UUID id) {
        return byHash().values().stream()
                .map(HeldKey::key)
                .filter(key -> key.id().equals(id))
                .findFirst();
    }

    private Optional<ApiKey> own(Caller caller, UUID id) {
        return find(id).filter(key -> key.subject().equals(caller.subject()));
    }

    /** In the database first: what it does not have must not be good here, nor the other way round after a restart. */
    private void change(@Nullable ApiKey added, @Nullable ApiKey ended, Instant now) {
        List<ApiKey> more = Optional.ofNullable(added).stream().toList();
        List<ApiKey> less = Optional.ofNullable(ended).stream().toList();
        String subject = (added == null ? less.get(0) : added).subject();
        List<HeldKey> surplus = of(subject).stream()
                .filter(held -> !held.key().isGood(now))
                .sorted(newestFirst())
                .skip(KNOWN_AFTER_END_MAX)
                .toList();
        repository.change(more, less, ids(surplus));
        less.forEach(key -> put(key, now));
        more.forEach(key -> put(key, null));
        forget(surplus);
    }

    private void put(ApiKey key, @Nullable Instant used) {
        byHash().put(key.secretHash(), new HeldKey(key, used));
    }

    private static List<UUID> ids(Collection<HeldKey> keys) {
        return keys.stream().map(held -> held.key().id()).toList();
    }

    private void forget(Collection<HeldKey> keys) {
        keys.forEach(held -> byHash().remove(held.key().secretHash()));
    }

    /** Writes down which were used, some of them at a time, and forgets those that ended long ago. Called every minute. */
    public void sweep() {
        List<HeldKey> used = byHash().values().stream()
                .filter(HeldKey::takeUnwritten)
                .limit(WRITTEN_AT_ONCE)
                .toList();
        try {
            if (!used.isEmpty()) {
                repository.used(used);
            }
        } catch (RuntimeException notNow) {
            used.forEach(HeldKey::putBack);
            throw notNow;
        }
        forgetOld();
    }

    private synchronized void forgetOld() {
        Instant since = clock.instant().minus(KNOWN_AFTER_END);
        List<HeldKey> old = byHash().values().stream()
                .filter(held -> !held.key().isGood(since))
                .toList();
        if (!old.isEmpty()) {
            repository.change(List.of(), List.of(), ids(old));
            forget(old);
        }
    }
}
