package dev.sandlot.auth;

import jakarta.inject.Singleton;
import java.util.Hashtable;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;

/**
 * Whether the container can let anybody in. After it has verified a token it logs the caller in, and where its own
 * settings are wrong that fails for each, with nothing but a 401 to be seen.
 */
@Singleton
public class ContainerLogin {
    private static final String CONTEXT = "system.DEFAULT";
    private static final String NOBODY = "sandlot-self-test";
    /** What it is told of a caller whose token was good. */
    private static final Map<String, Object> CALLER = Map.of(
            "com.ibm.wsspi.security.cred.realm",
            NOBODY,
            "com.ibm.wsspi.security.cred.uniqueId",
            "user:" + NOBODY + "/" + NOBODY,
            "com.ibm.wsspi.security.cred.securityName",
            NOBODY,
            "com.ibm.ws.authentication.internal.assertion",
            true);

    private volatile boolean succeeded;

    /**
     * Logs somebody in who has no rights and is forgotten at once; does nothing once that has succeeded.
     *
     * @throws LoginException with the container's reason
     */
    @SuppressWarnings("JdkObsolete") // The container looks for a Hashtable.
    public void require() throws LoginException {
        if (succeeded) {
            return;
        }
        Subject nobody = new Subject();
        nobody.getPublicCredentials().add(new Hashtable<>(CALLER));
        new LoginContext(CONTEXT, nobody).login();
        succeeded = true;
    }
}
