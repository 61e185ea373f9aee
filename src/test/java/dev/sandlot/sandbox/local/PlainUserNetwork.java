package dev.sandlot.sandbox.local;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The network of sandboxes that a user makes who has no right on the host; see {@link PlainUserNetworkIT}. */
class PlainUserNetwork {
    @RegisterExtension
    static final LocalHost HOST = LocalHost.asItIs();

    @Nested
    class Network extends LocalNetworkSuite {}
}
