import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Does the cells of cells.ts with the Java client and prints one JSON line for each. */
public final class JavaCells {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long CELL_TIMEOUT_NANOS = Duration.ofSeconds(60).toNanos();

  private JavaCells() {}

  public static void main(String[] args) throws Exception {
    for (JsonNode cell : JSON.readTree(new File(args[0])).get("cells")) {
      System.out.println(JSON.writeValueAsString(run(cell)));
    }
  }

  private static ObjectNode run(JsonNode cell) throws Exception {
    long began = System.nanoTime();
    int written = 0;
    List<String> lines = List.of();
    String failure = null;
    try {
      written = produce(cell);
      lines = consume(cell, written);
    } catch (Exception error) {
      failure = reason(error);
    }
    ObjectNode result = JSON.createObjectNode();
    result.put("name", cell.get("name").asText()).put("written", written).put("read", lines.size());
    result.put("contentSha256", Records.sha256(lines));
    return result.put("tookMs", (System.nanoTime() - began) / 1_000_000).put("error", failure);
  }

  private static String reason(Throwable error) {
    StringBuilder text = new StringBuilder();
    for (Throwable each = error; each != null; each = each.getCause()) {
      text.append(text.isEmpty() ? "" : " < ").append(each);
    }
    return text.substring(0, Math.min(600, text.length()));
  }

  private static Properties properties(JsonNode cell) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", cell.get("bootstrap").asText());
    properties.put("client.id", cell.get("clientId").asText());
    cell.get("settings").properties().forEach(each -> properties.put(each.getKey(), each.getValue().asText()));
    return properties;
  }

  private static int produce(JsonNode cell) throws Exception {
    Properties properties = properties(cell);
    properties.put("compression.type", cell.get("codec").asText());
    properties.putIfAbsent("max.block.ms", "50000");
    try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (JsonNode record : cell.get("records")) {
        sent.add(producer.send(Records.toRecord(cell.get("topic").asText(), record)));
      }
      producer.flush();
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
      return sent.size();
    }
  }

  private static List<String> consume(JsonNode cell, int expected) {
    Properties properties = properties(cell);
    properties.put("group.id", cell.get("groupId").asText());
    properties.put("group.protocol", cell.get("groupProtocol").asText());
    properties.put("auto.offset.reset", "earliest");
    properties.put("fetch.max.wait.ms", "100");
    Map<String, String> seen = new HashMap<>();
    long deadline = System.nanoTime() + CELL_TIMEOUT_NANOS;
    try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(cell.get("topic").asText()));
      while (seen.size() < expected) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("read " + seen.size() + " of " + expected);
        }
        consumer.poll(Duration.ofMillis(100)).forEach(
            record -> seen.put(record.partition() + ":" + record.offset(), Records.line(record)));
      }
    }
    return new ArrayList<>(seen.values());
  }
}
