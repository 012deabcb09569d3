// Command gopacket-decode reads a pcap the way one would in Go: gopacket puts TCP in order, franz-go's kmsg decodes
// every request and response. It prints what it found, so that a fast wrong answer shows.
//
//	gopacket-decode [-records] -port PORT FILE
//
// With -records it also decompresses every batch and decodes every record.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
	"github.com/google/gopacket/tcpassembly"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	frameMax       = 100 << 20
	apiVersionsKey = 18
	batchOverhead  = 12
	batchHeader    = 61
	readAhead      = 1 << 20
)

type counts struct {
	packets, requests, responses, records, failed int
}

type asked struct{ key, version int16 }

// decoder is everything that outlives a packet; there is one goroutine, since a capture is in order already.
type decoder struct {
	counts
	port        layers.TCPPort
	withRecords bool
	waiting     map[connection]map[int32]asked
	zstd        *zstd.Decoder
	gzip        *gzip.Reader
	lz4         *lz4.Reader
	plain       []byte
}

// connection names both ends, the client's first.
type connection struct{ network, transport gopacket.Flow }

// stream is one direction; bytes of a frame that is not whole yet wait in partial.
type stream struct {
	owner    *decoder
	toBroker bool
	waiting  map[int32]asked
	partial  []byte
	lost     bool
}

// New is called for the first segment of each direction.
func (d *decoder) New(network, transport gopacket.Flow) tcpassembly.Stream {
	toBroker := transport.Dst() == layers.NewTCPPortEndpoint(d.port)
	name := connection{network, transport}
	if !toBroker {
		name = connection{network.Reverse(), transport.Reverse()}
	}
	waiting := d.waiting[name]
	if waiting == nil {
		waiting = map[int32]asked{}
		d.waiting[name] = waiting
	}
	return &stream{owner: d, toBroker: toBroker, waiting: waiting}
}

// Reassembled cuts frames where they lie; only one that spans segments is copied.
func (s *stream) Reassembled(pieces []tcpassembly.Reassembly) {
	for _, piece := range pieces {
		if piece.Skip > 0 {
			s.lost = true
		}
		if s.lost {
			continue
		}
		rest := piece.Bytes
		for len(rest) > 0 {
			if len(s.partial) > 0 {
				rest = s.fill(rest)
				continue
			}
			size := sizeOf(rest)
			if size < 0 || len(rest) < size {
				s.partial = append(s.partial, rest...)
				break
			}
			s.frame(rest[4:size])
			rest = rest[size:]
		}
	}
}

// fill completes the partial frame as far as rest goes and returns what is left of rest.
func (s *stream) fill(rest []byte) []byte {
	if size := sizeOf(s.partial); size < 0 {
		taken := min(4-len(s.partial), len(rest))
		s.partial = append(s.partial, rest[:taken]...)
		return rest[taken:]
	} else {
		taken := min(size-len(s.partial), len(rest))
		s.partial = append(s.partial, rest[:taken]...)
		if len(s.partial) == size {
			s.frame(s.partial[4:])
			s.partial = s.partial[:0]
		}
		return rest[taken:]
	}
}

// ReassemblyComplete has nothing to do.
func (s *stream) ReassemblyComplete() {}

// sizeOf is the size of the frame with its prefix; -1 when the prefix is not there or no size.
func sizeOf(b []byte) int {
	if len(b) < 4 {
		return -1
	}
	size := int(int32(binary.BigEndian.Uint32(b)))
	if size < 0 || size > frameMax {
		return -1
	}
	return 4 + size
}

func (s *stream) frame(b []byte) {
	var err error
	if s.toBroker {
		err = s.request(b)
	} else {
		err = s.response(b)
	}
	if err != nil {
		s.owner.failed++
	}
}

func (s *stream) request(b []byte) error {
	s.owner.requests++
	if len(b) < 10 {
		return io.ErrUnexpectedEOF
	}
	key, version := int16(binary.BigEndian.Uint16(b)), int16(binary.BigEndian.Uint16(b[2:]))
	s.waiting[int32(binary.BigEndian.Uint32(b[4:]))] = asked{key, version}
	request := kmsg.RequestForKey(key)
	if request == nil {
		return fmt.Errorf("key %d", key)
	}
	request.SetVersion(version)
	at := 10 + max(0, int(int16(binary.BigEndian.Uint16(b[8:]))))
	if request.IsFlexible() {
		at++
	}
	if at > len(b) {
		return io.ErrUnexpectedEOF
	}
	if err := request.ReadFrom(b[at:]); err != nil {
		return err
	}
	if produce, ok := request.(*kmsg.ProduceRequest); ok && s.owner.withRecords {
		for _, topic := range produce.Topics {
			for _, partition := range topic.Partitions {
				if err := s.owner.batches(partition.Records); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *stream) response(b []byte) error {
	s.owner.responses++
	if len(b) < 4 {
		return io.ErrUnexpectedEOF
	}
	id := int32(binary.BigEndian.Uint32(b))
	asked, found := s.waiting[id]
	if !found {
		return fmt.Errorf("nobody asked %d", id)
	}
	delete(s.waiting, id)
	response := kmsg.ResponseForKey(asked.key)
	response.SetVersion(asked.version)
	at := 4
	if response.IsFlexible() && asked.key != apiVersionsKey {
		at++
	}
	if err := response.ReadFrom(b[at:]); err != nil {
		return err
	}
	if fetch, ok := response.(*kmsg.FetchResponse); ok && s.owner.withRecords {
		for _, topic := range fetch.Topics {
			for _, partition := range topic.Partitions {
				if err := s.owner.batches(partition.RecordBatches); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (d *decoder) batches(b []byte) error {
	for len(b) >= batchHeader {
		size := batchOverhead + int(binary.BigEndian.Uint32(b[8:]))
		if size > len(b) {
			return nil // a fetch may end inside a batch
		}
		var batch kmsg.RecordBatch
		if err := batch.ReadFrom(b[:size]); err != nil {
			return err
		}
		b = b[size:]
		records, err := d.decompressed(batch.Attributes&7, batch.Records)
		if err != nil {
			return err
		}
		for range batch.NumRecords {
			length, width := binary.Varint(records)
			end := width + int(length)
			if width <= 0 || end < width || end > len(records) {
				return io.ErrUnexpectedEOF
			}
			var record kmsg.Record
			if err := record.ReadFrom(records[:end]); err != nil {
				return err
			}
			d.records++
			records = records[end:]
		}
	}
	return nil
}

func (d *decoder) decompressed(codec int16, b []byte) ([]byte, error) {
	var err error
	switch codec {
	case 0:
		return b, nil
	case 1:
		if err = d.gzip.Reset(bytes.NewReader(b)); err == nil {
			err = d.readAll(d.gzip)
		}
	case 2:
		d.plain, err = s2.Decode(d.plain[:cap(d.plain)], b)
	case 3:
		d.lz4.Reset(bytes.NewReader(b))
		err = d.readAll(d.lz4)
	case 4:
		d.plain, err = d.zstd.DecodeAll(b, d.plain[:0])
	default:
		err = fmt.Errorf("codec %d", codec)
	}
	return d.plain, err
}

func (d *decoder) readAll(r io.Reader) error {
	out := bytes.NewBuffer(d.plain[:0])
	_, err := out.ReadFrom(r)
	d.plain = out.Bytes()
	return err
}

func run(path string, d *decoder) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	reader, err := pcapgo.NewReader(bufio.NewReaderSize(file, readAhead))
	if err != nil {
		return err
	}
	assembler := tcpassembly.NewAssembler(tcpassembly.NewStreamPool(d))
	var ethernet layers.Ethernet
	var ipv4 layers.IPv4
	var tcp layers.TCP
	var payload gopacket.Payload
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &ethernet, &ipv4, &tcp, &payload)
	var found []gopacket.LayerType
	for {
		packet, info, err := reader.ReadPacketData()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		d.packets++
		_ = parser.DecodeLayers(packet, &found)
		if len(found) < 3 || found[2] != layers.LayerTypeTCP {
			continue
		}
		assembler.AssembleWithTimestamp(ipv4.NetworkFlow(), &tcp, info.Timestamp)
	}
	assembler.FlushAll()
	return nil
}

func main() {
	port := flag.Int("port", 9092, "the broker's port")
	withRecords := flag.Bool("records", false, "decode records too")
	flag.Parse()
	zstdReader, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err == nil {
		d := &decoder{
			port:        layers.TCPPort(*port),
			withRecords: *withRecords,
			waiting:     map[connection]map[int32]asked{},
			zstd:        zstdReader,
			gzip:        new(gzip.Reader),
			lz4:         lz4.NewReader(nil),
		}
		err = run(flag.Arg(0), d)
		fmt.Printf("{\"packets\":%d,\"requests\":%d,\"responses\":%d,\"records\":%d,\"failed\":%d}\n",
			d.packets, d.requests, d.responses, d.records, d.failed)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
