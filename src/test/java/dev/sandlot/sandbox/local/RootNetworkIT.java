package dev.sandlot.sandbox.local;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The network of sandboxes that root makes. */
@Tag("alone")
class RootNetworkIT {
    @RegisterExtension
    @Order(1)
    static final TestInternet INTERNET = new TestInternet();

    @RegisterExtension
    @Order(2)
    static final LocalHost HOST = LocalHost.asItIs();

    @Nested
    class Network extends LocalNetworkSuite {}
}
