"""Does the cells of cells.ts with confluent-kafka (librdkafka) and prints one JSON line for each."""
import hashlib
import json
import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer

CELL_TIMEOUT_S = 60


def text(value):
    return "<null>" if value is None else value.decode("utf-8")


def line(message):
    headers = ",".join(f"{name}={text(value)}" for name, value in message.headers() or [])
    return f"{text(message.key())}|{text(message.value())}|{headers}"


def sha256(lines):
    return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8")).hexdigest()


def settings(cell, **more):
    return {"bootstrap.servers": cell["bootstrap"], "client.id": cell["clientId"], **cell["settings"], **more}


def produce(cell):
    failures = []

    def delivered(error, _message):
        if error is not None:
            failures.append(str(error))

    producer = Producer(settings(cell, **{"compression.type": cell["codec"], "enable.idempotence": True}))
    for record in cell["records"]:
        headers = [(name, value.encode("utf-8")) for name, value in record["headers"]]
        value = None if record["value"] is None else record["value"].encode("utf-8")
        producer.produce(cell["topic"], key=record["key"].encode("utf-8"), value=value, headers=headers,
                         on_delivery=delivered)
    left = producer.flush(CELL_TIMEOUT_S)
    if left or failures:
        raise RuntimeError(f"{left} records left, {len(failures)} failed: {failures[:1]}")
    return len(cell["records"])


def consume(cell, expected):
    errors = []
    consumer = Consumer(settings(cell, **{
        "group.id": cell["groupId"],
        "group.protocol": cell["groupProtocol"],
        "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 100,
        "error_cb": lambda error: errors.append(str(error)),
    }))
    seen, deadline = {}, time.monotonic() + CELL_TIMEOUT_S
    try:
        consumer.subscribe([cell["topic"]])
        while len(seen) < expected:
            if time.monotonic() > deadline:
                raise RuntimeError(f"read {len(seen)} of {expected}; {errors[-1:]}")
            for message in consumer.consume(num_messages=100, timeout=0.1):
                if message.error() is not None:
                    raise KafkaException(message.error())
                seen[(message.partition(), message.offset())] = line(message)
    finally:
        consumer.close()
    return list(seen.values())


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        order = json.load(file)
    for cell in order["cells"]:
        began, written, lines, failure = time.monotonic(), 0, [], None
        try:
            written = produce(cell)
            lines = consume(cell, written)
        except Exception as error:  # noqa: BLE001 - a failed cell is a result
            failure = f"{type(error).__name__}: {error}"[:600]
        took = round((time.monotonic() - began) * 1000)
        print(json.dumps({"name": cell["name"], "written": written, "read": len(lines), "contentSha256": sha256(lines),
                          "tookMs": took, "error": failure}), flush=True)


main()
