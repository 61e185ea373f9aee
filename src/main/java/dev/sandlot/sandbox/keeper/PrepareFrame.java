package dev.sandlot.sandbox.keeper;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What a keeper is told that is to stand ready before anybody knows of which sandbox (frame.h). */
public final class PrepareFrame {
    private PrepareFrame() {}

    /** The whole frame; {@code groups} are folders of version 1 by their controllers, which the keeper joins ahead. */
    public static byte[] of(Map<String, Path> groups) {
        FrameWriter frame = new FrameWriter(FrameType.PREPARE);
        new TreeMap<>(groups)
                .forEach((controller, folder) -> frame.text(Tag.SANDBOX_CGROUP1, controller + "=" + folder));
        return frame.toBytes();
    }
}
