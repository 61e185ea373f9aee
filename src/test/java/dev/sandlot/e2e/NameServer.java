package dev.sandlot.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A name server (RFC 1035) on loopback: all that ends with {@code sandlot.test} has one address, and nothing else is. */
final class NameServer implements BeforeAllCallback, AfterAllCallback {
    static final String ADDRESS = "127.77.0.53";
    static final String ANSWER = "203.0.113.77";

    private static final int PORT = 53;
    private static final int MESSAGE_MAX = 512;
    private static final int HEADER = 12;
    private static final short TYPE_A = 1;
    private static final short ANSWERED = (short) 0x8180;
    private static final short NO_SUCH_NAME = (short) 0x8183;
    /** The question's name, where the answer begins with it. */
    private static final short SAME_NAME = (short) 0xc00c;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private DatagramSocket socket;

    /** The names that somebody has asked for. */
    List<String> asked() {
        return asked;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(ADDRESS, PORT));
        Thread thread = new Thread(this::serve, "name-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        byte[] room = new byte[MESSAGE_MAX];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(room, room.length);
            try {
                socket.receive(packet);
                byte[] answer = answer(room);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private byte[] answer(byte[] message) throws IOException {
        ByteBuffer query = ByteBuffer.wrap(message);
        short id = query.getShort();
        String name = name(query.position(HEADER));
        asked.add(name);
        short type = query.getShort();
        int end = query.position() + Short.BYTES;
        boolean isKnown = name.endsWith("sandlot.test");
        boolean isAddress = isKnown && type == TYPE_A;
        ByteBuffer answer = ByteBuffer.allocate(MESSAGE_MAX)
                .putShort(id)
                .putShort(isKnown ? ANSWERED : NO_SUCH_NAME)
                .putShort((short) 1)
                .putShort((short) (isAddress ? 1 : 0))
                .putInt(0)
                .put(message, HEADER, end - HEADER);
        if (isAddress) {
            byte[] address = InetAddress.getByName(ANSWER).getAddress();
            answer.putShort(SAME_NAME).putShort(TYPE_A).putShort((short) 1).putInt(60);
            answer.putShort((short) address.length).put(address);
        }
        byte[] whole = new byte[answer.position()];
        answer.flip().get(whole);
        return whole;
    }

    private static String name(ByteBuffer query) {
        StringBuilder name = new StringBuilder();
        for (int length = query.get(); length > 0; length = query.get()) {
            byte[] label = new byte[length];
            query.get(label);
            name.append(name.length() == 0 ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        return name.toString();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        socket.close();
    }
}
