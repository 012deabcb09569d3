import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** Moves the leaders of a topic from broker to broker, one partition after the other, and prints how many moved. */
public final class JavaMoves {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JavaMoves() {}

  public static void main(String[] args) throws Exception {
    JsonNode order = JSON.readTree(new File(args[0]));
    Properties properties = new Properties();
    properties.put("bootstrap.servers", order.get("bootstrap").asText());
    properties.put("client.id", "mover");
    int moved = 0;
    try (Admin admin = Admin.create(properties)) {
      String topic = order.get("topic").asText();
      for (int move = 0; move < order.get("moves").asInt(); move++) {
        if (moveLeader(admin, topic, move % order.get("partitions").asInt())) {
          moved += 1;
        }
        Thread.sleep(order.get("pauseMs").asInt());
      }
    }
    System.out.println(JSON.writeValueAsString(JSON.createObjectNode().put("moved", moved)));
  }

  /** Puts the first replica last, which makes the second the preferred leader, and has that one elected. */
  private static boolean moveLeader(Admin admin, String topic, int number) throws Exception {
    TopicPartition partition = new TopicPartition(topic, number);
    TopicPartitionInfo before = info(admin, topic, number);
    List<Integer> replicas = new ArrayList<>(before.replicas().stream().map(Node::id).toList());
    replicas.add(replicas.remove(0));
    admin.alterPartitionReassignments(Map.of(partition, Optional.of(new NewPartitionReassignment(replicas)))).all().get();
    var failure = admin.electLeaders(ElectionType.PREFERRED, Set.of(partition)).partitions().get().get(partition);
    return failure == null || failure.isEmpty();
  }

  private static TopicPartitionInfo info(Admin admin, String topic, int number) throws Exception {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().get(number);
  }
}
