package dev.sandlot.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.http.HttpConnection;
import org.apache.http.HttpEntity;
import org.apache.http.entity.HttpEntityWrapper;

/**
 * A response's body that ends with an error where it gets longer than it may. Its connection is cut then: the rest would
 * be read by whoever closes it.
 */
final class BoundedEntity extends HttpEntityWrapper {
    private final int most;
    private final HttpConnection connection;

    BoundedEntity(HttpEntity entity, int most, HttpConnection connection) {
        super(entity);
        this.most = most;
        this.connection = connection;
    }

    @Override
    public InputStream getContent() throws IOException {
        return new Bounded(super.getContent());
    }

    private final class Bounded extends FilterInputStream {
        private int left = most;

        Bounded(InputStream content) {
            super(content);
        }

        @Override
        public int read() throws IOException {
            byte[] single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            left -= Math.max(0, count);
            if (left < 0) {
                connection.shutdown();
                throw new IOException("the registry says more than " + most + " bytes that can be used");
            }
            return count;
        }

        @Override
        public long skip(long count) {
            // Only what is read counts.
            return 0;
        }
    }
}
