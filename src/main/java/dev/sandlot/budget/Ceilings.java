package dev.sandlot.budget;

import dev.sandlot.auth.WorkspaceId;
import java.util.function.LongUnaryOperator;

/** What single tenants may take, where that is not what all may. It may be another at each call. */
public interface Ceilings {
    /** All tenants may take the same. */
    Ceilings NONE = new Ceilings() {
        @Override
        public long ofWorkspace(WorkspaceId workspace, long usual) {
            return usual;
        }

        @Override
        public long ofOrganization(String org, long usual) {
            return usual;
        }
    };

    /** The most that a workspace may take; {@code usual} where nothing is said of it. */
    long ofWorkspace(WorkspaceId workspace, long usual);

    /** The most that an organization may take; {@code usual} where nothing is said of it. */
    long ofOrganization(String org, long usual);

    /** The same in another unit; {@code usual} is in that one. */
    default Ceilings in(LongUnaryOperator unit) {
        return new Ceilings() {
            @Override
            public long ofWorkspace(WorkspaceId workspace, long usual) {
                long most = Ceilings.this.ofWorkspace(workspace, Long.MIN_VALUE);
                return most == Long.MIN_VALUE ? usual : unit.applyAsLong(most);
            }

            @Override
            public long ofOrganization(String org, long usual) {
                long most = Ceilings.this.ofOrganization(org, Long.MIN_VALUE);
                return most == Long.MIN_VALUE ? usual : unit.applyAsLong(most);
            }
        };
    }
}
