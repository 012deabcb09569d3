"""Does the work order of scenario.ts with confluent-kafka (librdkafka) and prints one JSON line."""
import hashlib
import json
import sys
import threading
import time

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

DEADLINE_S = 45

with open(sys.argv[1], encoding="utf-8") as file:
    ORDER = json.load(file)


def settings(role, **more):
    values = {"bootstrap.servers": ORDER["bootstrap"], "client.id": f"{ORDER['clientId']}-{role}"}
    values.update(more)
    return values


def text(value):
    return "<null>" if value is None else value.decode("utf-8")


def line(message):
    headers = ",".join(f"{name}={text(value)}" for name, value in message.headers() or [])
    return f"{text(message.key())}|{text(message.value())}|{headers}"


def sha256(lines):
    return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8")).hexdigest()


def administer(admin, report):
    names = [ORDER["topic"], ORDER["transactionTopic"], ORDER["scratchTopic"]]
    created = admin.create_topics([NewTopic(name, ORDER["partitions"], ORDER["replicationFactor"]) for name in names])
    for future in created.values():
        future.result()
    cluster = admin.describe_cluster().result()
    report["brokers"] = [f"{node.host}:{node.port}" for node in cluster.nodes]
    deadline = time.monotonic() + DEADLINE_S
    while True:
        topics = admin.list_topics(timeout=10).topics
        led = [name for name in names if name in topics and topics[name].partitions
               and all(each.leader >= 0 for each in topics[name].partitions.values())]
        if len(led) == len(names):
            break
        if time.monotonic() > deadline:
            raise RuntimeError("the topics did not get leaders")
        time.sleep(0.1)
    resource = ConfigResource(ConfigResource.Type.TOPIC, ORDER["topic"])
    configs = admin.describe_configs([resource])[resource].result()
    for future in admin.delete_topics([ORDER["scratchTopic"]]).values():
        future.result()
    return {
        "topics": len(led),
        "partitions": len(topics[ORDER["topic"]].partitions),
        "configsAtLeast20": 1 if len(configs) >= 20 else 0,
        "deleted": 1,
    }


def send_all(producer, topic, records):
    failures = []

    def delivered(error, _message):
        if error is not None:
            failures.append(str(error))

    for record in records:
        headers = [(name, value.encode("utf-8")) for name, value in record["headers"]]
        value = None if record["value"] is None else record["value"].encode("utf-8")
        producer.produce(topic, key=record["key"].encode("utf-8"), value=value, headers=headers, on_delivery=delivered)
    producer.flush(DEADLINE_S)
    if failures:
        raise RuntimeError(f"{len(failures)} records were not delivered: {failures[0]}")
    return len(records)


def produce():
    written = 0
    for batch in ORDER["batches"]:
        options = {"compression.type": batch["codec"], "enable.idempotence": True, "linger.ms": 5}
        producer = Producer(settings("producer", **options))
        written += send_all(producer, ORDER["topic"], batch["records"])
    return written


def produce_transactions(group_metadata):
    producer = Producer(settings("transactions", **{"transactional.id": ORDER["transactionalId"]}))
    producer.init_transactions(DEADLINE_S)
    producer.begin_transaction()
    written = send_all(producer, ORDER["transactionTopic"], ORDER["committed"])
    producer.send_offsets_to_transaction([TopicPartition(ORDER["transactionTopic"], 0, 1)], group_metadata, DEADLINE_S)
    producer.commit_transaction(DEADLINE_S)
    producer.begin_transaction()
    written += send_all(producer, ORDER["transactionTopic"], ORDER["aborted"])
    producer.abort_transaction(DEADLINE_S)
    return written


def reader(isolation):
    return Consumer(settings("consumer", **{
        "group.id": f"{ORDER['transactionalId']}-offsets",
        "isolation.level": isolation,
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "auto.offset.reset": "earliest",
    }))


def read_all(topic, isolation):
    consumer = reader(isolation)
    partitions = list(range(ORDER["partitions"]))
    consumer.assign([TopicPartition(topic, each, 0) for each in partitions])
    lines, ended, deadline = [], set(), time.monotonic() + DEADLINE_S
    while len(ended) < len(partitions):
        if time.monotonic() > deadline:
            raise RuntimeError(f"the end of {topic} was not reached; read {len(lines)}")
        message = consumer.poll(0.2)
        if message is None:
            continue
        if message.error() is None:
            lines.append(line(message))
        elif message.error().code() == KafkaError._PARTITION_EOF:
            ended.add(message.partition())
        else:
            raise KafkaException(message.error())
    consumer.close()
    return lines


class Group:
    """Two members that poll until both hold partitions and every record was seen."""

    def __init__(self, protocol, group_id, expected):
        self.protocol, self.group_id, self.expected = protocol, group_id, expected
        self.seen, self.assigned, self.failures = {}, set(), []
        self.done, self.stop = threading.Event(), threading.Event()

    def member(self, number):
        options = {
            "group.id": self.group_id,
            "group.protocol": self.protocol,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
        if self.protocol == "classic":
            options.update({"heartbeat.interval.ms": 300, "session.timeout.ms": 10000})
        consumer = Consumer(settings(f"{self.protocol}-member-{number}", **options))
        try:
            consumer.subscribe([ORDER["topic"]])
            while not self.stop.is_set():
                for message in consumer.consume(num_messages=50, timeout=0.1):
                    if message.error() is None:
                        self.seen[(message.partition(), message.offset())] = line(message)
                if consumer.assignment():
                    self.assigned.add(number)
                if len(self.assigned) == 2 and len(self.seen) >= self.expected:
                    self.done.set()
            try:
                consumer.commit(asynchronous=False)
            except KafkaException:
                pass  # nothing to commit, or the other member left first
        except Exception as error:  # noqa: BLE001 - carried to the main thread
            self.failures.append(error)
            self.done.set()
        finally:
            consumer.close()

    def run(self, admin):
        threads = [threading.Thread(target=self.member, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        self.done.wait(DEADLINE_S)
        description = admin.describe_consumer_groups([self.group_id])[self.group_id].result()
        self.stop.set()
        for thread in threads:
            thread.join()
        if self.failures:
            raise self.failures[0]
        admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(self.group_id)])[self.group_id].result()
        admin.list_consumer_groups().result()
        admin.delete_consumer_groups([self.group_id])[self.group_id].result()
        return {
            "protocol": self.protocol,
            "members": min(len(description.members), len(self.assigned)),
            "read": len(self.seen),
            "contentSha256": sha256(list(self.seen.values())),
        }


def main():
    report = {"client": ORDER["client"]}
    admin = AdminClient(settings("admin"))
    report["admin"] = administer(admin, report)
    report["written"] = produce()
    read = read_all(ORDER["topic"], "read_uncommitted")
    report.update(read=len(read), contentSha256=sha256(read))
    group_metadata = reader("read_committed").consumer_group_metadata()
    written = produce_transactions(group_metadata)
    committed = read_all(ORDER["transactionTopic"], "read_committed")
    report["transaction"] = {"written": written, "committedRead": len(committed), "contentSha256": sha256(committed)}
    report["groups"] = [Group(each["protocol"], each["groupId"], len(read)).run(admin) for each in ORDER["groups"]]
    print(json.dumps(report))


main()
