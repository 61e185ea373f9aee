package dev.sandlot.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandlot.auth.Caller;
import dev.sandlot.auth.Stranger;
import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Share;
import dev.sandlot.budget.Tenant;
import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnderwayTest {
    private static final Tenant ACME = Tenant.of(new WorkspaceId("acme", ""));
    private static final Tenant ZETA = Tenant.of(new WorkspaceId("zeta", ""));

    private final Underway underway = new Underway(new ExchangeConfig(3, 8, 32 << 20, 0));

    private static Caller caller(String subject) {
        return new Caller(subject, Set.of(), Set.of());
    }

    private void assertRefused(String subject, Tenant tenant, String words) {
        assertThatThrownBy(() -> underway.take(caller(subject), tenant))
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.type()).isEqualTo(ErrorType.RATE_LIMITED);
                    assertThat(refused.detail()).contains(words);
                    assertThat(refused.headers()).containsKey("Retry-After");
                });
    }

    @Test
    void aCallerHasSoManyRequestsUnderWay() {
        List<Share> places = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            places.add(underway.take(caller("busy"), ACME));
        }

        assertRefused("busy", ACME, "this caller");
        places.get(0).close();
        places.get(0).close();

        places.add(underway.take(caller("busy"), ACME));
        assertRefused("busy", ACME, "this caller");
        assertThat(underway.requests()).isEqualTo(3);
    }

    @Test
    void anOrganizationLeavesPlacesForTheOthers() {
        for (int i = 0; i < 4; i++) {
            underway.take(caller("one of acme's " + i), ACME);
        }

        assertRefused("another of acme's", ACME, "share");
        underway.take(caller("victim"), ZETA);
        assertThat(underway.requests()).isEqualTo(5);
    }

    @Test
    void whoIsRefusedForTheOrganizationsSakeHoldsNothing() {
        for (int i = 0; i < 4; i++) {
            underway.take(caller("one of acme's " + i), ACME);
        }
        for (int i = 0; i < 5; i++) {
            assertRefused("victim", ACME, "share");
        }

        assertThat(underway.take(caller("victim"), ZETA)).isNotNull();
    }

    /** However many addresses they have. */
    @Test
    void strangersLeavePlacesForCallers() {
        for (int i = 0; i < 4; i++) {
            underway.take(Stranger.at("192.0.2." + i));
        }

        assertThatThrownBy(() -> underway.take(Stranger.at("192.0.2.9")))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.type()).isEqualTo(ErrorType.RATE_LIMITED));
        assertThat(underway.take(caller("somebody"), ACME)).isNotNull();
    }

    @Test
    void noNetworkTakesAllThatStrangersMayHave() {
        Underway large = new Underway(new ExchangeConfig(3, 2048, 1L << 30, 0));
        List<Share> places = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            places.add(large.take(Stranger.at("2001:db8::" + i)));
        }

        assertThatThrownBy(() -> large.take(Stranger.at("2001:db8::ffff"))).isInstanceOf(ApiException.class);
        assertThat(large.take(Stranger.at("192.0.2.1"))).isNotNull();
        places.forEach(Share::close);
        assertThat(large.take(Stranger.at("2001:db8::ffff"))).isNotNull();
        assertThat(large.requests()).isEqualTo(2);
    }
}
