package dev.sandlot.sandbox.local;

/** As root, where control groups are out of reach. */
class RootWithoutCgroupsIT extends LocalBackendFixture {
    @Override
    HostAccess access(LocalConfig config) {
        return new HostAccess(true, NO_CGROUPS);
    }
}
