package example;

import example.SandlotClient.Command;
import example.SandlotClient.Environment;
import example.SandlotClient.Refused;
import example.SandlotClient.Result;
import example.SandlotClient.Wanted;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * An application that uses it: {@code POST /run?command=…} runs that in an environment of its own, in which the body is
 * the file {@code input}, and answers what is then in the file {@code output}.
 */
@WebServlet("/run")
public class RunServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Inject
    @RestClient
    private transient SandlotClient sandlot;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] input = request.getInputStream().readAllBytes();
        try {
            Environment environment = sandlot.provision(new Wanted("shell", 600));
            try {
                response.getOutputStream().write(run(environment, request.getParameter("command"), input));
            } finally {
                sandlot.end(environment.id());
            }
        } catch (Refused refused) {
            response.setStatus(refused.status());
            response.getOutputStream().write(refused.getMessage().getBytes(StandardCharsets.UTF_8));
        }
    }

    private byte[] run(Environment environment, String command, byte[] input) {
        sandlot.write(environment.id(), environment.token(), "input", input);
        Result ran = sandlot.execute(environment.id(), environment.token(), new Command(command, 30));
        return ran.exitCode() == 0
                ? sandlot.read(environment.id(), environment.token(), "output")
                : ("exit code " + ran.exitCode() + ": " + ran.output()).getBytes(StandardCharsets.UTF_8);
    }
}
