import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** {bootstrap, topics, partitions} → {topic: the numbers stored in each partition, in the order of their offsets}. */
public final class JavaNumbers {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(180);

  private JavaNumbers() {}

  public static void main(String[] args) throws Exception {
    JsonNode order = JSON.readTree(new File(args[0]));
    Properties properties = new Properties();
    properties.put("bootstrap.servers", order.get("bootstrap").asText());
    properties.put("client.id", "auditor");
    ObjectNode report = JSON.createObjectNode();
    try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      for (JsonNode topic : order.get("topics")) {
        read(consumer, topic.asText(), order.get("partitions").asInt(), report.putArray(topic.asText()));
      }
    }
    System.out.println(JSON.writeValueAsString(report));
  }

  private static void read(KafkaConsumer<String, String> consumer, String topic, int count, ArrayNode report) {
    List<TopicPartition> partitions =
        IntStream.range(0, count).mapToObj(each -> new TopicPartition(topic, each)).toList();
    List<ArrayNode> numbers = new ArrayList<>();
    partitions.forEach(each -> numbers.add(report.addArray()));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the end of " + topic + " was not reached within " + TIMEOUT);
      }
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
        numbers.get(record.partition()).add(Integer.parseInt(record.value()));
      }
    }
  }
}
