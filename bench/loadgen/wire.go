package main

import (
	"encoding/binary"
	"hash/crc32"
)

// writer appends Kafka's primitives. flexible switches lengths to compact form and struct ends to a tag section.
type writer struct {
	out      []byte
	flexible bool
}

func (w *writer) int8(v int8)   { w.out = append(w.out, byte(v)) }
func (w *writer) int16(v int16) { w.out = binary.BigEndian.AppendUint16(w.out, uint16(v)) }
func (w *writer) int32(v int32) { w.out = binary.BigEndian.AppendUint32(w.out, uint32(v)) }
func (w *writer) int64(v int64) { w.out = binary.BigEndian.AppendUint64(w.out, uint64(v)) }

func (w *writer) uvarint(v int) { w.out = binary.AppendUvarint(w.out, uint64(v)) }
func (w *writer) varint(v int)  { w.out = binary.AppendVarint(w.out, int64(v)) }

// count writes the length of an array or of bytes; -1 is null.
func (w *writer) count(n int) {
	if w.flexible {
		w.uvarint(n + 1)
	} else {
		w.int32(int32(n))
	}
}

func (w *writer) stringLength(n int) {
	if w.flexible {
		w.uvarint(n + 1)
	} else {
		w.int16(int16(n))
	}
}

func (w *writer) string(s string) {
	w.stringLength(len(s))
	w.out = append(w.out, s...)
}

func (w *writer) bytes(b []byte) {
	w.count(len(b))
	w.out = append(w.out, b...)
}

// end closes a struct that carries no tagged field.
func (w *writer) end() {
	if w.flexible {
		w.uvarint(0)
	}
}

// endWith closes a struct that carries one tagged field.
func (w *writer) endWith(tag int, field []byte) {
	w.uvarint(1)
	w.uvarint(tag)
	w.uvarint(len(field))
	w.out = append(w.out, field...)
}

// framed puts the size prefix before what was written.
func (w *writer) framed() []byte {
	frame := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(w.out)), uint32(len(w.out)))
	return append(frame, w.out...)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// recordBatch is one magic-2 batch without compression whose checksum is right, so that any decoder accepts it.
func recordBatch(records, valueBytes int) []byte {
	const firstTimestampMs = 1_790_000_000_000
	var body writer
	for index := 0; index < records; index++ {
		var record writer
		record.int8(0)
		record.varint(index) // timestamp delta
		record.varint(index) // offset delta
		key := paddedNumber("order-", index, 16)
		record.varint(len(key))
		record.out = append(record.out, key...)
		record.varint(valueBytes)
		record.out = append(record.out, textValue(index, valueBytes)...)
		record.varint(1)
		record.varint(len("trace"))
		record.out = append(record.out, "trace"...)
		record.varint(len("4bf92f35"))
		record.out = append(record.out, "4bf92f35"...)
		body.varint(len(record.out))
		body.out = append(body.out, record.out...)
	}
	var checked writer
	checked.int16(0) // attributes
	checked.int32(int32(records - 1))
	checked.int64(firstTimestampMs)
	checked.int64(firstTimestampMs + int64(records) - 1)
	checked.int64(-1) // producer id
	checked.int16(-1)
	checked.int32(-1)
	checked.int32(int32(records))
	checked.out = append(checked.out, body.out...)
	var batch writer
	batch.int64(0)
	batch.int32(int32(len(checked.out) + 9))
	batch.int32(0) // partition leader epoch
	batch.int8(2)
	batch.int32(int32(crc32.Checksum(checked.out, castagnoli)))
	batch.out = append(batch.out, checked.out...)
	return batch.out
}

func paddedNumber(prefix string, number, width int) []byte {
	text := []byte(prefix)
	for len(text) < width {
		text = append(text, '0')
	}
	for at := width - 1; number > 0; at-- {
		text[at] = byte('0' + number%10)
		number /= 10
	}
	return text
}

// textValue looks like the JSON people send: a few words in changing order, neither constant nor random.
func textValue(seed, length int) []byte {
	words := []string{`{"order":`, `"customer":`, `"amount":17.5,`, `"currency":"EUR",`, `"note":"none",`, `"items":[1,2,3],`}
	value := make([]byte, 0, length+20)
	state := uint32(seed)*2654435761 + 1
	for len(value) < length {
		state = state*1664525 + 1013904223
		value = append(value, words[state>>16%uint32(len(words))%uint32(len(words))]...)
	}
	return value[:length]
}
