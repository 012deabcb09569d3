"""Reads a topic again and again until its input ends: JavaReread.java with confluent-kafka (librdkafka)."""
import hashlib
import json
import sys
import threading
import time

from confluent_kafka import Consumer, TopicPartition

PASS_TIMEOUT_S = 180

with open(sys.argv[1], encoding="utf-8") as file:
    ORDER = json.load(file)
PARTITIONS = ORDER["partitions"]
STOP = threading.Event()


def one_pass(consumer, report):
    consumer.assign([TopicPartition(ORDER["topic"], each, 0) for each in range(PARTITIONS)])
    digests, due = [hashlib.sha256() for _ in range(PARTITIONS)], [0] * PARTITIONS
    left, deadline = ORDER["recordsPerPartition"] * PARTITIONS, time.monotonic() + PASS_TIMEOUT_S
    while left > 0:
        if time.monotonic() > deadline:
            raise RuntimeError(f"a pass was not over after {PASS_TIMEOUT_S} s: {left} records left")
        for message in consumer.consume(num_messages=1000, timeout=0.1):
            if message.error() is not None:
                continue  # librdkafka tries again by itself; what it does not get is missed in the count
            partition = message.partition()
            if message.offset() != due[partition]:
                raise RuntimeError(f"partition {partition}: offset {message.offset()} where {due[partition]} was due")
            due[partition] += 1
            digests[partition].update(message.value())
            report["records"] += 1
            report["bytes"] += len(message.value())
            left -= 1
    lines = "\n".join(digest.hexdigest() for digest in digests)
    report["hashes"].append(hashlib.sha256(lines.encode("ascii")).hexdigest())
    report["passes"] += 1


def wait_for_end_of_input():
    while sys.stdin.read(1):
        pass  # only the end counts
    STOP.set()


def main():
    threading.Thread(target=wait_for_end_of_input, daemon=True).start()
    consumer = Consumer({
        "bootstrap.servers": ORDER["bootstrap"],
        "client.id": ORDER["clientId"],
        "group.id": ORDER["clientId"],
        "enable.auto.commit": False,
        "fetch.wait.max.ms": 100,
    })
    report = {"client": ORDER["client"], "passes": 0, "records": 0, "bytes": 0, "hashes": []}
    while not STOP.is_set():
        one_pass(consumer, report)
        if report["passes"] == 1:
            print("running", flush=True)
    consumer.close()
    print(json.dumps(report), flush=True)


main()
