import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes numbered records with acks=all and reads them back as a group, both at once, until standard input ends; then
 * reads on until every acknowledged record came. Prints `running` when both ways flow, and at the end the report of
 * broker-crash.ts.
 */
public final class JavaLoad {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long DRAIN_TIMEOUT_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int RUNNING_RECORDS = 300;

  private final JsonNode order;
  private final String topic;
  private final int partitions;
  private final AtomicBoolean stop = JavaReread.stopAtEndOfInput();
  private final AtomicInteger failed = new AtomicInteger();
  private final List<Map<Integer, Boolean>> acknowledged = new ArrayList<>();
  private final long[] lastAckNanos;
  private final long[] ackGapNanos;
  /** Offset → number, by partition. */
  private final List<Map<Long, Integer>> seen = new ArrayList<>();
  private int sent;
  private long lastReadNanos;
  private long readGapNanos;

  private JavaLoad(JsonNode order) {
    this.order = order;
    topic = order.get("topic").asText();
    partitions = order.get("partitions").asInt();
    lastAckNanos = new long[partitions];
    ackGapNanos = new long[partitions];
    for (int partition = 0; partition < partitions; partition++) {
      acknowledged.add(new ConcurrentHashMap<>());
      seen.add(new HashMap<>());
    }
  }

  public static void main(String[] args) throws Exception {
    System.out.println(JSON.writeValueAsString(new JavaLoad(JSON.readTree(new File(args[0]))).run()));
  }

  private ObjectNode run() throws Exception {
    Thread writer = new Thread(this::write);
    writer.start();
    read(writer);
    writer.join();
    return report();
  }

  private Properties properties(String role) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", order.get("bootstrap").asText());
    properties.put("client.id", order.get("clientId").asText() + "-" + role);
    if (order.has("settings")) {
      order.get("settings").properties().forEach(each -> properties.put(each.getKey(), each.getValue().asText()));
    }
    return properties;
  }

  private void write() {
    Properties properties = properties("producer");
    properties.put("acks", "all");
    try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
      for (int number = 0; !stop.get(); number++) {
        for (int partition = 0; partition < partitions; partition++) {
          send(producer, partition, number);
        }
        Thread.sleep(order.get("pauseMs").asInt());
      }
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(KafkaProducer<String, String> producer, int partition, int number) {
    sent += 1;
    producer.send(new ProducerRecord<>(topic, partition, null, Integer.toString(number)), (metadata, error) -> {
      if (error != null) {
        failed.incrementAndGet();
        return;
      }
      long now = System.nanoTime();
      if (lastAckNanos[partition] != 0) {
        ackGapNanos[partition] = Math.max(ackGapNanos[partition], now - lastAckNanos[partition]);
      }
      lastAckNanos[partition] = now;
      acknowledged.get(partition).put(number, true);
    });
  }

  private void read(Thread writer) {
    Properties properties = properties("consumer");
    properties.put("group.id", order.get("groupId").asText());
    properties.put("auto.offset.reset", "earliest");
    boolean running = false;
    long deadline = Long.MAX_VALUE;
    try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (writer.isAlive() || lost() > 0) {
        if (!writer.isAlive() && deadline == Long.MAX_VALUE) {
          deadline = System.nanoTime() + DRAIN_TIMEOUT_NANOS;
        }
        if (System.nanoTime() > deadline) {
          return;
        }
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          take(record);
        }
        if (!running && seen.stream().mapToInt(Map::size).sum() >= RUNNING_RECORDS) {
          running = true;
          System.out.println("running");
        }
      }
    }
  }

  private void take(ConsumerRecord<String, String> record) {
    long now = System.nanoTime();
    if (lastReadNanos != 0) {
      readGapNanos = Math.max(readGapNanos, now - lastReadNanos);
    }
    lastReadNanos = now;
    seen.get(record.partition()).put(record.offset(), Integer.parseInt(record.value()));
  }

  /** How many acknowledged records were not read yet. */
  private int lost() {
    int lost = 0;
    for (int partition = 0; partition < partitions; partition++) {
      var numbers = new java.util.HashSet<>(seen.get(partition).values());
      for (int number : acknowledged.get(partition).keySet()) {
        lost += numbers.contains(number) ? 0 : 1;
      }
    }
    return lost;
  }

  private ObjectNode report() {
    ObjectNode report = JSON.createObjectNode().put("client", order.get("client").asText()).put("sent", sent);
    report.put("failed", failed.get()).put("lost", lost());
    ArrayNode acks = report.putArray("acknowledged");
    for (Map<Integer, Boolean> each : acknowledged) {
      ArrayNode numbers = acks.addArray();
      each.keySet().forEach(numbers::add);
    }
    long gap = 0;
    for (long each : ackGapNanos) {
      gap = Math.max(gap, each);
    }
    int read = seen.stream().mapToInt(Map::size).sum();
    report.put("read", read).put("ackGapMs", gap / 1_000_000).put("readGapMs", readGapNanos / 1_000_000);
    return report;
  }
}
