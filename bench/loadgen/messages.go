package main

import (
	"encoding/binary"
	"fmt"
)

const (
	keyProduce     = 0
	keyFetch       = 1
	keyMetadata    = 3
	keyApiVersions = 18
)

const (
	brokerID  = 1
	topicName = "orders"
)

var topicID = []byte("orders-topic-id!")

// Where a frame, size prefix included, holds its correlation id.
const (
	requestCorrelationAt  = 8
	responseCorrelationAt = 4
)

func startRequest(key, version int16) *writer {
	w := &writer{}
	w.int16(key)
	w.int16(version)
	w.int32(0)          // correlation id, set for each send
	w.string("loadgen") // never compact, not even in header v2
	w.flexible = true
	w.end()
	return w
}

func startResponse(flexible bool) *writer {
	w := &writer{flexible: flexible}
	w.int32(0) // correlation id, set for each answer
	w.end()
	return w
}

// topic writes the topic's name, or its id from version byID on.
func (w *writer) topic(version, byID int16) {
	if version >= byID {
		w.out = append(w.out, topicID...)
	} else {
		w.string(topicName)
	}
}

func produceRequest(version int16, records, valueBytes int) []byte {
	w := startRequest(keyProduce, version)
	w.stringLength(-1) // transactional id
	w.int16(1)         // acks
	w.int32(30_000)    // timeout
	w.count(1)
	w.topic(version, 13)
	w.count(1)
	w.int32(0) // partition
	w.bytes(recordBatch(records, valueBytes))
	w.end()
	w.end()
	w.end()
	return w.framed()
}

// nodeEndpoints is the tagged field 0 of newer Produce and Fetch answers: where the brokers are (KIP-951).
func (s *server) nodeEndpoints() []byte {
	w := &writer{flexible: true}
	w.count(1)
	w.int32(brokerID)
	w.string(s.host)
	w.int32(int32(s.port))
	w.stringLength(-1) // rack
	w.end()
	return w.out
}

// endAnswer closes an answer, with the addresses of brokers where asked for and known to its version.
func (s *server) endAnswer(w *writer, version, endpointsSince int16) {
	if s.endpoints && version >= endpointsSince {
		w.endWith(0, s.nodeEndpoints())
	} else {
		w.end()
	}
}

func (s *server) produceResponse(version int16) []byte {
	w := startResponse(true)
	w.count(1)
	w.topic(version, 13)
	w.count(1)
	w.int32(0)         // partition
	w.int16(0)         // no error
	w.int64(0)         // base offset
	w.int64(-1)        // log append time
	w.int64(0)         // log start offset
	w.count(0)         // record errors
	w.stringLength(-1) // error message
	w.end()
	w.end()
	w.int32(0) // throttle
	s.endAnswer(w, version, 10)
	return w.framed()
}

func fetchRequest(version int16) []byte {
	w := startRequest(keyFetch, version)
	if version < 15 {
		w.int32(-1) // replica id
	}
	w.int32(500)        // max wait
	w.int32(1)          // min bytes
	w.int32(52_428_800) // max bytes
	w.int8(0)           // isolation
	w.int32(0)          // session
	w.int32(-1)         // session epoch
	w.count(1)
	w.topic(version, 13)
	w.count(1)
	w.int32(0)  // partition
	w.int32(0)  // leader epoch
	w.int64(0)  // offset
	w.int32(-1) // last fetched epoch
	w.int64(-1) // log start offset
	w.int32(1_048_576)
	w.end()
	w.end()
	w.count(0)   // forgotten topics
	w.string("") // rack
	w.end()
	return w.framed()
}

func (s *server) fetchResponse(version int16) []byte {
	w := startResponse(true)
	w.int32(0) // throttle
	w.int16(0) // no error
	w.int32(0) // session
	w.count(1)
	w.topic(version, 13)
	w.count(1)
	w.int32(0)                // partition
	w.int16(0)                // no error
	w.int64(int64(s.records)) // high watermark
	w.int64(int64(s.records)) // last stable offset
	w.int64(0)                // log start offset
	w.count(-1)               // aborted transactions
	w.int32(-1)               // preferred read replica
	w.bytes(s.batch)
	w.end()
	w.end()
	s.endAnswer(w, version, 16)
	return w.framed()
}

// served is what the server answers: api key, lowest and highest version.
var served = [][3]int16{{keyProduce, 9, 13}, {keyFetch, 12, 17}, {keyMetadata, 0, 13}, {keyApiVersions, 0, 4}}

func apiVersionsRequest() []byte {
	w := startRequest(keyApiVersions, 3)
	w.string("loadgen")
	w.string("1")
	w.end()
	return w.framed()
}

func apiVersionsResponse(version int16) []byte {
	errorCode := int16(0)
	if version > 4 {
		version, errorCode = 0, 35 // UNSUPPORTED_VERSION is always answered in v0
	}
	w := startResponse(false)
	w.flexible = version >= 3
	w.int16(errorCode)
	w.count(len(served))
	for _, api := range served {
		w.int16(api[0])
		w.int16(api[1])
		w.int16(api[2])
		w.end()
	}
	if version >= 1 {
		w.int32(0)
	}
	w.end()
	return w.framed()
}

// metadataResponse names this server as the only broker, so that a proxy which asks gets an address to rewrite.
func metadataResponse(version int16, host string, port int) []byte {
	const operationsNotAsked = -2147483648
	w := startResponse(version >= 9)
	if version >= 3 {
		w.int32(0) // throttle
	}
	w.count(1)
	w.int32(brokerID)
	w.string(host)
	w.int32(int32(port))
	if version >= 1 {
		w.stringLength(-1) // rack
	}
	w.end()
	if version >= 2 {
		w.string("loadgen-cluster")
	}
	if version >= 1 {
		w.int32(brokerID) // controller
	}
	w.count(1)
	w.int16(0)
	w.string(topicName)
	if version >= 10 {
		w.out = append(w.out, topicID...)
	}
	if version >= 1 {
		w.int8(0) // internal
	}
	w.count(1)
	w.int16(0)
	w.int32(0)        // partition
	w.int32(brokerID) // leader
	if version >= 7 {
		w.int32(0) // leader epoch
	}
	w.count(1)
	w.int32(brokerID)
	w.count(1)
	w.int32(brokerID)
	if version >= 5 {
		w.count(0) // offline replicas
	}
	w.end()
	if version >= 8 {
		w.int32(operationsNotAsked)
	}
	w.end()
	if version >= 8 && version <= 10 {
		w.int32(operationsNotAsked)
	}
	if version >= 13 {
		w.int16(0)
	}
	w.end()
	return w.framed()
}

// answerTo is the response to a request of this key and version, with a correlation id to be set.
func (s *server) answerTo(key, version int16) ([]byte, error) {
	for _, api := range served {
		if api[0] != key {
			continue
		}
		if key == keyApiVersions {
			return apiVersionsResponse(version), nil
		}
		if version < api[1] || version > api[2] {
			break
		}
		switch key {
		case keyProduce:
			return s.produceResponse(version), nil
		case keyFetch:
			return s.fetchResponse(version), nil
		case keyMetadata:
			return metadataResponse(version, s.host, s.port), nil
		}
	}
	return nil, fmt.Errorf("api key %d version %d has no answer here", key, version)
}

func setCorrelation(frame []byte, at int, id uint32) { binary.BigEndian.PutUint32(frame[at:], id) }
