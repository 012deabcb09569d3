import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes a topic of bytes that no codec makes smaller, or reads it whole; prints how much, how fast, and its hash. */
public final class JavaBulk {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(280);
  private static final int NOISE_BYTES = 16 << 20;

  private JavaBulk() {}

  public static void main(String[] args) throws Exception {
    JsonNode order = JSON.readTree(new File(args[0]));
    long began = System.nanoTime();
    WholeTopic topic = new WholeTopic(order.get("partitions").asInt(), order.get("recordsPerPartition").asLong());
    if (order.get("write").asBoolean()) {
      write(order, topic);
    } else {
      read(order, topic);
    }
    var report = JSON.createObjectNode().put("records", topic.records).put("bytes", topic.bytes);
    report.put("sha256", topic.sha256()).put("tookMs", (System.nanoTime() - began) / 1_000_000);
    System.out.println(JSON.writeValueAsString(report));
  }

  private static Properties properties(JsonNode order) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", order.get("bootstrap").asText());
    properties.put("client.id", order.get("clientId").asText());
    return properties;
  }

  private static void write(JsonNode order, WholeTopic topic) throws Exception {
    Properties properties = properties(order);
    properties.put("linger.ms", "10");
    properties.put("batch.size", "524288");
    properties.put("buffer.memory", "67108864");
    int valueBytes = order.get("valueBytes").asInt();
    int partitions = order.get("partitions").asInt();
    SplittableRandom random = new SplittableRandom();
    byte[] noise = new byte[NOISE_BYTES];
    random.nextBytes(noise);
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (long index = 0; index < order.get("recordsPerPartition").asLong() && failure.get() == null; index++) {
        for (int partition = 0; partition < partitions; partition++) {
          int from = random.nextInt(NOISE_BYTES - valueBytes);
          byte[] value = new byte[valueBytes];
          System.arraycopy(noise, from, value, 0, valueBytes);
          ByteBuffer.wrap(value).putLong(index);
          topic.add(partition, value);
          producer.send(new ProducerRecord<>(order.get("topic").asText(), partition, null, value), (sent, error) -> {
            if (error != null) {
              failure.set(error);
            }
          });
        }
      }
    }
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private static void read(JsonNode order, WholeTopic topic) {
    Properties properties = properties(order);
    properties.put("max.poll.records", "100000");
    List<TopicPartition> partitions = IntStream.range(0, order.get("partitions").asInt())
        .mapToObj(each -> new TopicPartition(order.get("topic").asText(), each)).toList();
    try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      topic.readAll(consumer, partitions, TIMEOUT);
    }
  }
}
