// Command franz-go-decode measures how fast franz-go's generated decoders read the frames it is given.
//
// It reads commands from standard input, one a line, and answers each with one line:
//
//	load NAME request|response KEY VERSION BASE64   ok, once the frame was read and encodes to the same bytes
//	measure NAME body|records SECONDS               rate N, in messages a second
//
// Whatever goes wrong is answered with "error" and the reason.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	warmupShare    = 0.25
	apiVersionsKey = 18
	batchOverhead  = 12
	batchHeader    = 61
	crcCoversFrom  = 21
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

type frame struct {
	request bool
	key     int16
	version int16
	bytes   []byte
}

// decode reads header and body as a broker or client would, into a message of its own.
func (f *frame) decode() (kmsg.Request, kmsg.Response, []byte, error) {
	b := f.bytes
	if !f.request {
		response := kmsg.ResponseForKey(f.key)
		response.SetVersion(f.version)
		at := 4
		if response.IsFlexible() && f.key != apiVersionsKey {
			if b[at] != 0 {
				return nil, nil, nil, errors.New("header tags")
			}
			at++
		}
		return nil, response, b[at:], response.ReadFrom(b[at:])
	}
	request := kmsg.RequestForKey(int16(binary.BigEndian.Uint16(b)))
	request.SetVersion(int16(binary.BigEndian.Uint16(b[2:])))
	at := 10
	if length := int(int16(binary.BigEndian.Uint16(b[8:]))); length >= 0 {
		clientID := string(b[at : at+length])
		at += len(clientID)
	}
	if request.IsFlexible() {
		if b[at] != 0 {
			return nil, nil, nil, errors.New("header tags")
		}
		at++
	}
	return request, nil, b[at:], request.ReadFrom(b[at:])
}

// check proves that a frame is read whole and rightly before anybody is timed on it.
func (f *frame) check() error {
	request, response, body, err := f.decode()
	if err != nil {
		return err
	}
	var again []byte
	if request != nil {
		again = request.AppendTo(nil)
	} else {
		again = response.AppendTo(nil)
	}
	if !bytes.Equal(again, body) {
		return errors.New("the message encodes to other bytes")
	}
	return nil
}

func (f *frame) body() (int, error) {
	request, response, _, err := f.decode()
	if err != nil {
		return 0, err
	}
	if request != nil {
		return int(request.Key()), nil
	}
	return int(response.Key()), nil
}

func (f *frame) records() (int, error) {
	request, response, _, err := f.decode()
	if err != nil {
		return 0, err
	}
	count := 0
	if produce, ok := request.(*kmsg.ProduceRequest); ok {
		for _, topic := range produce.Topics {
			for _, partition := range topic.Partitions {
				n, err := readRecords(partition.Records)
				if err != nil {
					return 0, err
				}
				count += n
			}
		}
	}
	if fetch, ok := response.(*kmsg.FetchResponse); ok {
		for _, topic := range fetch.Topics {
			for _, partition := range topic.Partitions {
				n, err := readRecords(partition.RecordBatches)
				if err != nil {
					return 0, err
				}
				count += n
			}
		}
	}
	return count, nil
}

// readRecords reads uncompressed batches: checksum, header, every record. The client of franz-go does no less.
func readRecords(b []byte) (int, error) {
	count := 0
	for len(b) >= batchHeader {
		size := int(binary.BigEndian.Uint32(b[8:])) + batchOverhead
		if size > len(b) {
			break
		}
		var batch kmsg.RecordBatch
		if err := batch.ReadFrom(b[:size]); err != nil {
			return 0, err
		}
		if crc32.Checksum(b[crcCoversFrom:size], castagnoli) != uint32(batch.CRC) {
			return 0, errors.New("a checksum differs")
		}
		raw := batch.Records
		records := make([]kmsg.Record, batch.NumRecords)
		for i := range records {
			length, width := binary.Varint(raw)
			end := width + int(length)
			if err := records[i].ReadFrom(raw[:end]); err != nil {
				return 0, err
			}
			raw = raw[end:]
		}
		if len(raw) != 0 {
			return 0, errors.New("bytes behind the last record")
		}
		count += len(records)
		b = b[size:]
	}
	return count, nil
}

var sink int

func rate(work func() (int, error), seconds float64) (float64, error) {
	run := func(limit time.Duration) (float64, error) {
		start := time.Now()
		runs, batch := 0, 1
		for {
			for i := 0; i < batch; i++ {
				n, err := work()
				if err != nil {
					return 0, err
				}
				sink ^= n
			}
			runs += batch
			elapsed := time.Since(start)
			if elapsed >= limit {
				return float64(runs) / elapsed.Seconds(), nil
			}
			batch = min(batch*2, max(1, int(float64(runs)/elapsed.Seconds()*0.005)))
		}
	}
	whole := time.Duration(seconds * float64(time.Second))
	if _, err := run(time.Duration(float64(whole) * warmupShare)); err != nil {
		return 0, err
	}
	return run(whole)
}

func answer(frames map[string]*frame, words []string) (string, error) {
	switch {
	case len(words) == 6 && words[0] == "load":
		key, err := strconv.ParseInt(words[3], 10, 16)
		if err != nil {
			return "", err
		}
		version, err := strconv.ParseInt(words[4], 10, 16)
		if err != nil {
			return "", err
		}
		payload, err := base64.StdEncoding.DecodeString(words[5])
		if err != nil {
			return "", err
		}
		f := &frame{words[2] == "request", int16(key), int16(version), payload}
		frames[words[1]] = f
		return "ok", f.check()
	case len(words) == 4 && words[0] == "measure":
		f := frames[words[1]]
		if f == nil {
			return "", errors.New("no such frame")
		}
		seconds, err := strconv.ParseFloat(words[3], 64)
		if err != nil {
			return "", err
		}
		work := f.body
		if words[2] == "records" {
			work = f.records
		}
		perSecond, err := rate(work, seconds)
		return fmt.Sprintf("rate %f", perSecond), err
	default:
		return "", errors.New("not a command")
	}
}

func main() {
	frames := map[string]*frame{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		text, err := answer(frames, strings.Fields(lines.Text()))
		if err != nil {
			text = "error " + strings.ReplaceAll(err.Error(), "\n", " ")
		}
		fmt.Println(text)
	}
}
