// Does the work order of leader-moves.ts with franz-go: reads a topic again and again until its standard input ends,
// and prints one JSON line with what it read and the hashes of its passes.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type order struct {
	Client              string `json:"client"`
	Bootstrap           string `json:"bootstrap"`
	ClientID            string `json:"clientId"`
	Topic               string `json:"topic"`
	Partitions          int32  `json:"partitions"`
	RecordsPerPartition int64  `json:"recordsPerPartition"`
}

type report struct {
	Client  string   `json:"client"`
	Passes  int      `json:"passes"`
	Records int64    `json:"records"`
	Bytes   int64    `json:"bytes"`
	Hashes  []string `json:"hashes"`
}

// Longest time one pass may take: moves of leaders delay it, they must not stop it.
const passTimeout = 180 * time.Second

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func startsOf(work order) map[string]map[int32]kgo.Offset {
	starts := make(map[int32]kgo.Offset)
	for partition := int32(0); partition < work.Partitions; partition++ {
		starts[partition] = kgo.NewOffset().At(0)
	}
	return map[string]map[int32]kgo.Offset{work.Topic: starts}
}

// rewind goes back to the start without asking for metadata, which would tell of a moved leader too early.
func rewind(client *kgo.Client, work order) {
	starts := make(map[int32]kgo.EpochOffset)
	for partition := int32(0); partition < work.Partitions; partition++ {
		starts[partition] = kgo.EpochOffset{Epoch: -1, Offset: 0}
	}
	client.SetOffsets(map[string]map[int32]kgo.EpochOffset{work.Topic: starts})
}

// onePass reads every partition from its start to its known end; the hash is that of test/kafka's other drivers.
func onePass(client *kgo.Client, work order, result *report) error {
	ctx, cancel := context.WithTimeout(context.Background(), passTimeout)
	defer cancel()
	digests := make([]hash.Hash, work.Partitions)
	next := make([]int64, work.Partitions)
	for partition := range digests {
		digests[partition] = sha256.New()
	}
	left := work.RecordsPerPartition * int64(work.Partitions)
	for left > 0 {
		fetches := client.PollFetches(ctx)
		if ctx.Err() != nil {
			return fmt.Errorf("a pass was not over after %s: %d records left", passTimeout, left)
		}
		var problem error
		fetches.EachRecord(func(record *kgo.Record) {
			if record.Offset != next[record.Partition] {
				problem = fmt.Errorf("partition %d: offset %d where %d was due", record.Partition, record.Offset, next[record.Partition])
			}
			next[record.Partition]++
			digests[record.Partition].Write(record.Value)
			result.Records++
			result.Bytes += int64(len(record.Value))
			left--
		})
		if problem != nil {
			return problem
		}
	}
	lines := make([]string, 0, work.Partitions)
	for _, digest := range digests {
		lines = append(lines, hex.EncodeToString(digest.Sum(nil)))
	}
	whole := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	result.Hashes = append(result.Hashes, hex.EncodeToString(whole[:]))
	result.Passes++
	return nil
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	var work order
	if err := json.Unmarshal(text, &work); err != nil {
		fail(err)
	}
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(work.Bootstrap, ",")...),
		kgo.ClientID(work.ClientID),
		kgo.FetchMaxWait(100*time.Millisecond),
		kgo.ConsumePartitions(startsOf(work)),
	)
	if err != nil {
		fail(err)
	}
	var stop atomic.Bool
	go func() {
		_, _ = io.Copy(io.Discard, bufio.NewReader(os.Stdin))
		stop.Store(true)
	}()
	result := report{Client: work.Client}
	for !stop.Load() {
		if err := onePass(client, work, &result); err != nil {
			fail(err)
		}
		if result.Passes == 1 {
			fmt.Println("running")
		}
		rewind(client, work)
	}
	client.Close()
	line, _ := json.Marshal(result)
	fmt.Println(string(line))
}
