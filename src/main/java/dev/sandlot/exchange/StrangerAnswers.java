package dev.sandlot.exchange;

import dev.sandlot.errors.ApiException;
import dev.sandlot.errors.ErrorType;
import dev.sandlot.http.AnswerMeter;
import dev.sandlot.http.Envelopes;
import dev.sandlot.http.RefusalWitness;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * Answers whom nobody knows, without going further: who has nothing to show costs no more than it takes to say so. The
 * connection is closed, so that nothing is read of a body.
 */
@Singleton
class StrangerAnswers {
    private final RefusalWitness witness;
    private final RefusalPace pace;

    @Inject
    StrangerAnswers(RefusalWitness witness, RefusalPace pace) {
        this.witness = witness;
        this.pace = pace;
    }

    void send(ApiException refusal, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Envelopes.write(refusal, response);
        response.setHeader("Connection", "close");
        AnswerMeter.answeredByFilter(request, response.getStatus());
        written(request, response);
    }

    /** What somebody is told, whoever wrote it: the audit hears of a refusal, and then it is sent when its turn has come. */
    void written(HttpServletRequest request, HttpServletResponse response) {
        witness.refused(request, response.getStatus());
        if (ErrorType.isRefusal(response.getStatus()) && request.isAsyncSupported() && !response.isCommitted()) {
            pace(request);
        }
    }

    private void pace(HttpServletRequest request) {
        OptionalLong turn = pace.takeTurn(RefusalPace.STRANGERS);
        if (turn.isPresent()) {
            AsyncContext context = request.startAsync();
            context.setTimeout(0);
            pace.send(turn.getAsLong(), context::complete);
        }
    }
}
