package dev.sandlot.filetransfer;

import dev.sandlot.auth.ExecuteToken;
import dev.sandlot.auth.WorkspaceId;
import jakarta.servlet.ServletRequest;
import java.util.Optional;
import java.util.UUID;

/**
 * Who wants something of an environment's files, and what they show for it.
 *
 * @param exchange their request, until whose end they have what they are given
 * @param user whose rights are to count; empty: those of the task's
 * @param part of the request that says what they want: query or body
 */
public record FileAccess(
        ServletRequest exchange,
        WorkspaceId workspace,
        UUID environment,
        ExecuteToken token,
        Optional<String> user,
        String part) {}
