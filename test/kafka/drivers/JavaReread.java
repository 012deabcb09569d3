import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic again and again until its standard input ends, and prints what it read and the hash of each pass. */
public final class JavaReread {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PASS_TIMEOUT = Duration.ofSeconds(180);

  private JavaReread() {}

  public static void main(String[] args) throws Exception {
    JsonNode order = JSON.readTree(new File(args[0]));
    AtomicBoolean stop = stopAtEndOfInput();
    Properties properties = new Properties();
    properties.put("bootstrap.servers", order.get("bootstrap").asText());
    properties.put("client.id", order.get("clientId").asText());
    properties.put("fetch.max.wait.ms", "100");
    // All that is buffered leaves with one poll, so that the next Fetch names every partition of its broker again.
    properties.put("max.poll.records", "1000000");
    int count = order.get("partitions").asInt();
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(each -> new TopicPartition(order.get("topic").asText(), each)).toList();
    ObjectNode report = JSON.createObjectNode().put("client", order.get("client").asText());
    ArrayNode hashes = JSON.createArrayNode();
    long records = 0;
    long bytes = 0;
    try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      while (!stop.get()) {
        WholeTopic pass = new WholeTopic(count, order.get("recordsPerPartition").asLong());
        pass.readAll(consumer, partitions, PASS_TIMEOUT);
        records += pass.records;
        bytes += pass.bytes;
        hashes.add(pass.sha256());
        if (hashes.size() == 1) {
          System.out.println("running");
        }
      }
    }
    report.put("passes", hashes.size()).put("records", records).put("bytes", bytes).set("hashes", hashes);
    System.out.println(JSON.writeValueAsString(report));
  }

  /** True once whoever started this program has closed its standard input. */
  static AtomicBoolean stopAtEndOfInput() {
    AtomicBoolean stop = new AtomicBoolean();
    Thread watcher = new Thread(() -> {
      try {
        while (System.in.read() >= 0) {
          // only the end counts
        }
      } catch (IOException error) {
        // an input that cannot be read has ended
      }
      stop.set(true);
    });
    watcher.setDaemon(true);
    watcher.start();
    return stop;
  }
}
