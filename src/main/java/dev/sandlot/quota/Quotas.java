package dev.sandlot.quota;

import dev.sandlot.auth.WorkspaceId;
import dev.sandlot.budget.Ceilings;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The quotas in force. They are in memory, and to look one up takes no lock: each request does. */
@Singleton
public class Quotas {
    private volatile Map<Allowance, Limits> inForce = limits(Map.of());

    /** For one allowance. */
    private record Limits(Map<WorkspaceId, Long> workspaces, Map<String, Long> organizations) {}

    private static Map<Allowance, Limits> limits(Map<QuotaOwner, Quota> quotas) {
        Map<Allowance, Limits> limits = new EnumMap<>(Allowance.class);
        for (Allowance allowance : Allowance.values()) {
            Map<WorkspaceId, Long> workspaces = new HashMap<>();
            Map<String, Long> organizations = new HashMap<>();
            quotas.forEach((owner, quota) -> quota.of(allowance)
                    .ifPresent(most -> owner.workspace()
                            .ifPresentOrElse(
                                    workspace -> workspaces.put(new WorkspaceId(owner.org(), workspace), most),
                                    () -> organizations.put(owner.org(), most))));
            limits.put(allowance, new Limits(Map.copyOf(workspaces), Map.copyOf(organizations)));
        }
        return limits;
    }

    /** These hold from now on, and no others. */
    void enforce(Map<QuotaOwner, Quota> quotas) {
        inForce = limits(quotas);
    }

    /** What tenants may have of that, as it is at each call. */
    public Ceilings of(Allowance allowance) {
        return new Ceilings() {
            @Override
            public long ofWorkspace(WorkspaceId workspace, long usual) {
                return limits().workspaces().getOrDefault(workspace, usual);
            }

            @Override
            public long ofOrganization(String org, long usual) {
                return limits().organizations().getOrDefault(org, usual);
            }

            private Limits limits() {
                Limits limits = inForce.get(allowance);
                if (limits == null) {
                    throw new IllegalStateException("no limits of " + allowance);
                }
                return limits;
            }
        };
    }
}
