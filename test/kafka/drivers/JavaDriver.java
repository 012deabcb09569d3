import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Does the work order of scenario.ts with the Java client and prints one JSON line. With "audit" as first argument it
 * only reads: the topics that other clients wrote, straight from the brokers.
 */
public final class JavaDriver {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long DEADLINE_MS = 45_000;

  private final JsonNode scenario;
  private final String clientId;

  private JavaDriver(JsonNode scenario) {
    this.scenario = scenario;
    this.clientId = scenario.get("clientId").asText();
  }

  public static void main(String[] args) throws Exception {
    if (args[0].equals("audit")) {
      System.out.println(JSON.writeValueAsString(audit(JSON.readTree(new File(args[1])))));
    } else {
      System.out.println(JSON.writeValueAsString(new JavaDriver(JSON.readTree(new File(args[0]))).run()));
    }
  }

  private ObjectNode run() throws Exception {
    ObjectNode report = JSON.createObjectNode();
    report.put("client", scenario.get("client").asText());
    String topic = scenario.get("topic").asText();
    String transactionTopic = scenario.get("transactionTopic").asText();
    try (Admin admin = Admin.create(clientProperties("admin"))) {
      report.set("admin", administer(admin, report));
      int written = 0;
      for (JsonNode batch : scenario.get("batches")) {
        written += produce(topic, batch);
      }
      report.put("written", written);
      List<String> read = readAll(topic, "read_uncommitted");
      report.put("read", read.size()).put("contentSha256", Records.sha256(read));
      ObjectNode transaction = report.putObject("transaction");
      transaction.put("written", produceTransactions(transactionTopic));
      List<String> committed = readAll(transactionTopic, "read_committed");
      transaction.put("committedRead", committed.size()).put("contentSha256", Records.sha256(committed));
      ArrayNode groups = report.putArray("groups");
      for (JsonNode group : scenario.get("groups")) {
        groups.add(consumeAsGroup(admin, topic, group, written));
      }
    }
    return report;
  }

  private Properties clientProperties(String role) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", scenario.get("bootstrap").asText());
    properties.put("client.id", clientId + "-" + role);
    return properties;
  }

  private ObjectNode administer(Admin admin, ObjectNode report) throws Exception {
    int partitions = scenario.get("partitions").asInt();
    short replication = (short) scenario.get("replicationFactor").asInt();
    String topic = scenario.get("topic").asText();
    String scratch = scenario.get("scratchTopic").asText();
    List<String> names = List.of(topic, scenario.get("transactionTopic").asText(), scratch);
    admin.createTopics(names.stream().map(name -> new NewTopic(name, partitions, replication)).toList()).all().get();
    var cluster = admin.describeCluster();
    ArrayNode brokers = report.putArray("brokers");
    cluster.nodes().get().forEach(node -> brokers.add(node.host() + ":" + node.port()));
    cluster.controller().get();
    awaitTopics(admin, names);
    ObjectNode facts = JSON.createObjectNode();
    facts.put("topics", (int) admin.listTopics().names().get().stream().filter(names::contains).count());
    facts.put("partitions", admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size());
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var configs = admin.describeConfigs(List.of(resource)).all().get().get(resource);
    facts.put("configsAtLeast20", configs.entries().size() >= 20 ? 1 : 0);
    admin.deleteTopics(List.of(scratch)).all().get();
    facts.put("deleted", 1);
    return facts;
  }

  /** Topic creation returns before every broker has the metadata; the wait keeps retries out of the record counts. */
  private static void awaitTopics(Admin admin, Collection<String> names) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MS);
    while (true) {
      try {
        boolean led = admin.describeTopics(names).allTopicNames().get().values().stream()
            .allMatch(each -> each.partitions().stream().allMatch(partition -> partition.leader() != null));
        if (led) {
          return;
        }
      } catch (java.util.concurrent.ExecutionException error) {
        if (System.nanoTime() > deadline) {
          throw error;
        }
      }
      Thread.sleep(100);
    }
  }

  private int produce(String topic, JsonNode batch) throws Exception {
    Properties properties = clientProperties("producer");
    properties.put("compression.type", batch.get("codec").asText());
    properties.put("enable.idempotence", "true");
    properties.put("linger.ms", "5");
    return sendAll(topic, batch.get("records"), new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer()), true);
  }

  private static int sendAll(String topic, JsonNode records, KafkaProducer<String, String> producer, boolean close) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (JsonNode record : records) {
      sent.add(producer.send(Records.toRecord(topic, record)));
    }
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
    if (close) {
      producer.close();
    }
    return sent.size();
  }

  private int produceTransactions(String topic) throws Exception {
    Properties properties = clientProperties("transactions");
    properties.put("transactional.id", scenario.get("transactionalId").asText());
    int written = 0;
    try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      written += sendAll(topic, scenario.get("committed"), producer, false);
      producer.sendOffsetsToTransaction(
          Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)),
          new ConsumerGroupMetadata(scenario.get("transactionalId").asText() + "-offsets"));
      producer.commitTransaction();
      producer.beginTransaction();
      written += sendAll(topic, scenario.get("aborted"), producer, false);
      producer.abortTransaction();
    }
    return written;
  }

  private List<String> readAll(String topic, String isolation) {
    Properties properties = clientProperties("consumer");
    properties.put("isolation.level", isolation);
    return readTopic(properties, topic);
  }

  private static List<String> readTopic(Properties properties, String topic) {
    properties.put("enable.auto.commit", "false");
    List<String> lines = new ArrayList<>();
    try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
          .map(each -> new TopicPartition(topic, each.partition())).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DEADLINE_MS);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the end of " + topic + " was not reached; read " + lines.size());
        }
        consumer.poll(Duration.ofMillis(200)).forEach(record -> lines.add(Records.line(record)));
      }
    }
    return lines;
  }

  private ObjectNode consumeAsGroup(Admin admin, String topic, JsonNode group, int expected) throws Exception {
    String protocol = group.get("protocol").asText();
    String groupId = group.get("groupId").asText();
    Map<String, String> seen = new ConcurrentHashMap<>();
    Set<Integer> assignedMembers = ConcurrentHashMap.newKeySet();
    CountDownLatch done = new CountDownLatch(2);
    List<Thread> members = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int member = 0; member < 2; member++) {
      int number = member;
      Thread thread = new Thread(() -> {
        try {
          runMember(topic, protocol, groupId, number, seen, assignedMembers, expected, done);
        } catch (Throwable error) {
          synchronized (failures) {
            failures.add(error);
          }
          done.countDown();
        }
      });
      members.add(thread);
      thread.start();
    }
    done.await(DEADLINE_MS, TimeUnit.MILLISECONDS);
    int known = protocol.equals("classic")
        ? admin.describeClassicGroups(List.of(groupId)).all().get().get(groupId).members().size()
        : admin.describeConsumerGroups(List.of(groupId)).all().get().get(groupId).members().size();
    members.forEach(Thread::interrupt);
    for (Thread thread : members) {
      thread.join();
    }
    for (Throwable failure : failures) {
      throw new IllegalStateException("a member of " + groupId + " failed", failure);
    }
    admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata().get();
    admin.listGroups().all().get();
    admin.deleteConsumerGroups(List.of(groupId)).all().get();
    ObjectNode facts = JSON.createObjectNode();
    facts.put("protocol", protocol).put("members", Math.min(known, assignedMembers.size()));
    return facts.put("read", seen.size()).put("contentSha256", Records.sha256(new ArrayList<>(seen.values())));
  }

  /** Polls until both members hold partitions and every record was seen, then stays a member until interrupted. */
  private void runMember(String topic, String protocol, String groupId, int number, Map<String, String> seen,
      Set<Integer> assignedMembers, int expected, CountDownLatch done) {
    Properties properties = clientProperties(protocol + "-member-" + number);
    properties.put("group.id", groupId);
    properties.put("group.protocol", protocol);
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    if (protocol.equals("classic")) {
      properties.put("heartbeat.interval.ms", "300");
      properties.put("session.timeout.ms", "10000");
    }
    try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      boolean announced = false;
      while (!Thread.currentThread().isInterrupted()) {
        try {
          consumer.poll(Duration.ofMillis(100)).forEach(
              record -> seen.put(record.partition() + ":" + record.offset(), Records.line(record)));
          if (!consumer.assignment().isEmpty()) {
            assignedMembers.add(number);
            consumer.commitSync();
          }
        } catch (org.apache.kafka.clients.consumer.CommitFailedException
            | org.apache.kafka.common.errors.RebalanceInProgressException rebalance) {
          continue;
        } catch (org.apache.kafka.common.errors.InterruptException stop) {
          Thread.interrupted();
          break;
        }
        if (!announced && assignedMembers.size() == 2 && seen.size() >= expected) {
          announced = true;
          done.countDown();
        }
      }
    }
  }

  /** {bootstrap, topics:[{topic, isolation}]} → {topic: {read, contentSha256}}. */
  private static ObjectNode audit(JsonNode order) throws Exception {
    ObjectNode result = JSON.createObjectNode();
    for (JsonNode each : order.get("topics")) {
      Properties properties = new Properties();
      properties.put("bootstrap.servers", order.get("bootstrap").asText());
      properties.put("client.id", "auditor");
      properties.put("isolation.level", each.get("isolation").asText());
      List<String> lines = readTopic(properties, each.get("topic").asText());
      result.putObject(each.get("topic").asText()).put("read", lines.size()).put("contentSha256", Records.sha256(lines));
    }
    return result;
  }
}
