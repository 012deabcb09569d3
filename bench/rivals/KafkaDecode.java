import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * Measures how fast Kafka's own classes read the frames they are given. The commands on standard input and their
 * answers are those of franz-go/main.go beside this file.
 */
public final class KafkaDecode {
    private static final double WARMUP_SHARE = 0.25;
    private static int sink;

    private record Frame(boolean request, short key, short version, byte[] bytes) {
        /** Reads header and body as a broker or client would, into a message of its own. */
        ApiMessage decode(ByteBuffer buffer) {
            ApiMessageType type = ApiMessageType.fromApiKey(key);
            ApiMessage message;
            if (request) {
                RequestHeader.parse(buffer);
                message = type.newRequest();
            } else {
                ResponseHeader.parse(buffer, type.responseHeaderVersion(version));
                message = type.newResponse();
            }
            message.read(new ByteBufferAccessor(buffer), version);
            return message;
        }

        /** Proves that the frame is read whole and rightly before anybody is timed on it. */
        void check() {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            ApiMessage message = decode(buffer);
            if (buffer.hasRemaining()) throw new IllegalStateException(buffer.remaining() + " bytes are left");
            ByteBuffer again = MessageUtil.toByteBufferAccessor(message, version).buffer();
            ByteBuffer body = ByteBuffer.wrap(bytes, bytes.length - again.remaining(), again.remaining());
            if (!again.equals(body)) throw new IllegalStateException("the message encodes to other bytes");
        }

        int body() {
            return decode(ByteBuffer.wrap(bytes)).apiKey();
        }

        int records() {
            ApiMessage message = decode(ByteBuffer.wrap(bytes));
            int count = 0;
            if (message instanceof ProduceRequestData produce) {
                for (var topic : produce.topicData())
                    for (var partition : topic.partitionData()) count += readRecords(partition.records());
            } else if (message instanceof FetchResponseData fetch) {
                for (var topic : fetch.responses())
                    for (var partition : topic.partitions()) count += readRecords(partition.records());
            }
            return count;
        }
    }

    /** Checksum, header, every record, as a consumer that checks checksums reads them. */
    private static int readRecords(BaseRecords records) {
        int count = 0;
        for (MutableRecordBatch batch : ((MemoryRecords) records).batches()) {
            batch.ensureValid();
            for (Record record : batch) {
                sink ^= record.valueSize() ^ record.headers().length;
                count++;
            }
        }
        return count;
    }

    private static double run(Callable<Integer> work, long limitNanos) throws Exception {
        long start = System.nanoTime();
        long runs = 0;
        long batch = 1;
        for (;;) {
            for (long index = 0; index < batch; index++) sink ^= work.call();
            runs += batch;
            long elapsed = System.nanoTime() - start;
            if (elapsed >= limitNanos) return runs / (elapsed / 1e9);
            batch = Math.min(batch * 2, Math.max(1, (long) (runs / (elapsed / 1e9) * 0.005)));
        }
    }

    private static String answer(Map<String, Frame> frames, String[] words) throws Exception {
        if (words.length == 6 && words[0].equals("load")) {
            byte[] bytes = Base64.getDecoder().decode(words[5]);
            Frame frame =
                new Frame(words[2].equals("request"), Short.parseShort(words[3]), Short.parseShort(words[4]), bytes);
            frames.put(words[1], frame);
            frame.check();
            return "ok";
        }
        if (words.length == 4 && words[0].equals("measure")) {
            Frame frame = frames.get(words[1]);
            if (frame == null) throw new IllegalArgumentException("no such frame");
            Callable<Integer> work = words[2].equals("records") ? frame::records : frame::body;
            long nanos = (long) (Double.parseDouble(words[3]) * 1e9);
            run(work, (long) (nanos * WARMUP_SHARE));
            return "rate " + run(work, nanos);
        }
        throw new IllegalArgumentException("not a command");
    }

    public static void main(String[] args) throws Exception {
        Map<String, Frame> frames = new HashMap<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String text;
            try {
                text = answer(frames, line.trim().split(" "));
            } catch (Exception failure) {
                text = "error " + String.valueOf(failure).replace('\n', ' ');
            }
            System.out.println(text);
        }
    }
}
