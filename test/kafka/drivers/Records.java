import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** The records of scenario.ts: to the Java client's own, back to a line, and their hash. */
final class Records {
  private Records() {}

  static ProducerRecord<String, String> toRecord(String topic, JsonNode record) {
    JsonNode value = record.get("value");
    var result = new ProducerRecord<>(topic, record.get("key").asText(), value.isNull() ? null : value.asText());
    for (JsonNode header : record.get("headers")) {
      result.headers().add(header.get(0).asText(), header.get(1).asText().getBytes(StandardCharsets.UTF_8));
    }
    return result;
  }

  static String line(ConsumerRecord<String, String> record) {
    List<String> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8));
    }
    String key = record.key() == null ? "<null>" : record.key();
    String value = record.value() == null ? "<null>" : record.value();
    return key + "|" + value + "|" + String.join(",", headers);
  }

  static String sha256(List<String> lines) throws Exception {
    List<String> sorted = new ArrayList<>(lines);
    sorted.sort(null);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(String.join("\n", sorted).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }
}
