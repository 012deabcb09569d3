"""Writes numbered records and reads them back as a group until its input ends: JavaLoad.java with confluent-kafka."""
import json
import sys
import threading
import time

from confluent_kafka import Consumer, Producer

DRAIN_TIMEOUT_S = 60
RUNNING_RECORDS = 300

with open(sys.argv[1], encoding="utf-8") as file:
    ORDER = json.load(file)
PARTITIONS = ORDER["partitions"]
STOP = threading.Event()


def settings(role, **more):
    return {"bootstrap.servers": ORDER["bootstrap"], "client.id": f"{ORDER['clientId']}-{role}", **more}


class Writer(threading.Thread):
    def __init__(self):
        super().__init__()
        self.sent, self.failed, self.left = 0, 0, 0
        self.acknowledged = [set() for _ in range(PARTITIONS)]
        self.last_ack, self.ack_gap_s = [None] * PARTITIONS, 0.0

    def delivered(self, error, message):
        if error is not None:
            self.failed += 1
            return
        partition, now = message.partition(), time.monotonic()
        if self.last_ack[partition] is not None:
            self.ack_gap_s = max(self.ack_gap_s, now - self.last_ack[partition])
        self.last_ack[partition] = now
        self.acknowledged[partition].add(int(message.value()))

    def run(self):
        producer = Producer(settings("producer", **{"acks": "all", "enable.idempotence": True}))
        number = 0
        while not STOP.is_set():
            for partition in range(PARTITIONS):
                producer.produce(ORDER["topic"], value=str(number), partition=partition, on_delivery=self.delivered)
                self.sent += 1
            number += 1
            producer.poll(ORDER["pauseMs"] / 1000)
        self.left = producer.flush(DRAIN_TIMEOUT_S)


class Reader:
    def __init__(self):
        self.seen = [{} for _ in range(PARTITIONS)]
        self.last_read, self.read_gap_s = None, 0.0

    def lost(self, writer):
        return sum(len(writer.acknowledged[each] - set(self.seen[each].values())) for each in range(PARTITIONS))

    def take(self, message):
        now = time.monotonic()
        if self.last_read is not None:
            self.read_gap_s = max(self.read_gap_s, now - self.last_read)
        self.last_read = now
        self.seen[message.partition()][message.offset()] = int(message.value())

    def run(self, writer):
        consumer = Consumer(settings("consumer", **{"group.id": ORDER["groupId"], "auto.offset.reset": "earliest"}))
        consumer.subscribe([ORDER["topic"]])
        running, deadline = False, None
        while writer.is_alive() or self.lost(writer) > 0:
            if not writer.is_alive():
                deadline = deadline or time.monotonic() + DRAIN_TIMEOUT_S
                if time.monotonic() > deadline:
                    break
            for message in consumer.consume(num_messages=200, timeout=0.1):
                if message.error() is None:
                    self.take(message)
            if not running and sum(map(len, self.seen)) >= RUNNING_RECORDS:
                running = True
                print("running", flush=True)
        consumer.close()


def wait_for_end_of_input():
    while sys.stdin.read(1):
        pass  # only the end counts
    STOP.set()


def main():
    threading.Thread(target=wait_for_end_of_input, daemon=True).start()
    writer, reader = Writer(), Reader()
    writer.start()
    reader.run(writer)
    writer.join()
    print(json.dumps({
        "client": ORDER["client"],
        "sent": writer.sent,
        "acknowledged": [list(each) for each in writer.acknowledged],
        "failed": writer.failed + writer.left,
        "lost": reader.lost(writer),
        "read": sum(map(len, reader.seen)),
        "ackGapMs": round(writer.ack_gap_s * 1000),
        "readGapMs": round(reader.read_gap_s * 1000),
    }), flush=True)


main()
