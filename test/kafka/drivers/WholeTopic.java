import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * One reading of a topic from its start to its known end. The hash is SHA-256 over the hashes of the partitions (hex,
 * joined by newlines), each over its values in the order of their offsets.
 */
final class WholeTopic {
  private final List<MessageDigest> digests = new ArrayList<>();
  private final long[] next;
  private long left;
  long records;
  long bytes;

  WholeTopic(int partitions, long recordsPerPartition) throws Exception {
    for (int partition = 0; partition < partitions; partition++) {
      digests.add(MessageDigest.getInstance("SHA-256"));
    }
    next = new long[partitions];
    left = partitions * recordsPerPartition;
  }

  void add(int partition, byte[] value) {
    digests.get(partition).update(value);
    next[partition] += 1;
    left -= 1;
    records += 1;
    bytes += value.length;
  }

  String sha256() throws Exception {
    List<String> lines = digests.stream().map(digest -> HexFormat.of().formatHex(digest.digest())).toList();
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(String.join("\n", lines).getBytes()));
  }

  /** Reads from the start of every partition until all records came, in order and without a gap. */
  void readAll(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Duration timeout) {
    consumer.seekToBeginning(partitions);
    long deadline = System.nanoTime() + timeout.toNanos();
    while (left > 0) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("a reading was not over after " + timeout + ": " + left + " records left");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        if (record.offset() != next[record.partition()]) {
          throw new IllegalStateException("partition " + record.partition() + ": offset " + record.offset()
              + " where " + next[record.partition()] + " was due");
        }
        add(record.partition(), record.value());
      }
    }
  }
}
