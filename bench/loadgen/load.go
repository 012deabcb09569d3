package main

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// outcome is the line `load` prints. Requests and bytes are those of the measured time; the total ones include the
// warm-up, for costs that are read from outside over the whole run.
type outcome struct {
	RequestBytes      int     `json:"requestBytes"`
	ResponseBytes     int     `json:"responseBytes"`
	Requests          int64   `json:"requests"`
	TotalRequests     int64   `json:"totalRequests"`
	RequestsPerSecond float64 `json:"requestsPerSecond"`
	MegabytesPerSec   float64 `json:"megabytesPerSecond"`
	TotalMegabytes    float64 `json:"totalMegabytes"`
	P50Us             float64 `json:"p50Us"`
	P99Us             float64 `json:"p99Us"`
	P999Us            float64 `json:"p999Us"`
	MaxUs             float64 `json:"maxUs"`
	LateP99Us         float64 `json:"lateP99Us"`
	// With -count-failures: requests that got no answer, connections that broke, and why the first did.
	Lost              int64  `json:"lost"`
	FailedConnections int    `json:"failedConnections"`
	FirstFailure      string `json:"firstFailure"`
}

// answerGrace is how long after the last request its answer may come.
const answerGrace = 20 * time.Second

// pacedInFlightMax bounds what a paced connection remembers: a proxy this far behind has lost.
const pacedInFlightMax = 1 << 16

type settings struct {
	address           string
	kind              string
	version           int
	connections       int
	depth             int
	records           int
	valueBytes        int
	ratePerSecond     float64
	tls               bool
	countFailures     bool
	duration, warmup  time.Duration
	measureAt, stopAt time.Time
}

func load(arguments []string) error {
	var s settings
	flags := flag.NewFlagSet("load", flag.ExitOnError)
	flags.StringVar(&s.address, "address", "", "whom to load")
	flags.StringVar(&s.kind, "kind", "produce", "produce or fetch")
	flags.IntVar(&s.version, "version", 0, "version of the request (default: produce 9, fetch 12)")
	flags.IntVar(&s.connections, "connections", 1, "connections")
	flags.IntVar(&s.depth, "depth", 1, "requests in flight on each")
	flags.IntVar(&s.records, "records", 100, "records of a Produce request")
	flags.IntVar(&s.valueBytes, "value-bytes", 1024, "bytes of each value")
	flags.Float64Var(&s.ratePerSecond, "rate", 0, "requests a second over all connections; 0 = as many as are answered")
	flags.BoolVar(&s.tls, "tls", false, "speak TLS, without verifying the certificate")
	flags.BoolVar(&s.countFailures, "count-failures", false, "count connections that break instead of ending at the first")
	flags.DurationVar(&s.duration, "duration", 2*time.Second, "measured time")
	flags.DurationVar(&s.warmup, "warmup", 300*time.Millisecond, "time before it")
	flags.Parse(arguments)
	request, err := s.request()
	if err != nil {
		return err
	}
	clients := make([]*client, s.connections)
	for index := range clients {
		if clients[index], err = connect(&s, request); err != nil {
			return err
		}
	}
	start := time.Now()
	s.measureAt, s.stopAt = start.Add(s.warmup), start.Add(s.warmup+s.duration)
	var all sync.WaitGroup
	failures := make([]error, len(clients))
	for index, each := range clients {
		each.connection.SetDeadline(s.stopAt.Add(answerGrace))
		all.Add(1)
		go func(index int, each *client) {
			defer all.Done()
			if s.ratePerSecond > 0 {
				failures[index] = each.paced(&s, start, index)
			} else {
				failures[index] = each.flatOut(&s)
			}
			each.connection.Close()
		}(index, each)
	}
	all.Wait()
	result := summarize(&s, clients, len(request))
	for _, failure := range failures {
		if failure == nil {
			continue
		}
		if !s.countFailures {
			return failure
		}
		if result.FailedConnections++; result.FirstFailure == "" {
			result.FirstFailure = failure.Error()
		}
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

func (s *settings) request() ([]byte, error) {
	switch s.kind {
	case "produce":
		if s.version == 0 {
			s.version = 9
		}
		return produceRequest(int16(s.version), s.records, s.valueBytes), nil
	case "fetch":
		if s.version == 0 {
			s.version = 12
		}
		return fetchRequest(int16(s.version)), nil
	}
	return nil, fmt.Errorf("-kind %q is neither produce nor fetch", s.kind)
}

func summarize(s *settings, clients []*client, requestBytes int) outcome {
	var latency, late histogram
	result := outcome{RequestBytes: requestBytes}
	var measuredBytes, totalBytes int64
	for _, each := range clients {
		latency.add(&each.latency)
		late.add(&each.late)
		result.Requests += each.measured
		result.TotalRequests += each.total
		result.Lost += int64(each.sent) - each.total
		measuredBytes += each.measuredBytes
		totalBytes += each.totalBytes
		result.ResponseBytes = each.responseBytes
	}
	result.RequestsPerSecond = float64(result.Requests) / s.duration.Seconds()
	result.MegabytesPerSec = float64(measuredBytes) / 1e6 / s.duration.Seconds()
	result.TotalMegabytes = float64(totalBytes) / 1e6
	result.P50Us, result.P99Us = latency.quantile(0.5), latency.quantile(0.99)
	result.P999Us, result.MaxUs = latency.quantile(0.999), latency.quantile(1)
	result.LateP99Us = late.quantile(0.99)
	return result
}

type client struct {
	connection    net.Conn
	in            *bufio.Reader
	burst         []byte // `depth` copies of the request, so that several leave in one write
	requestBytes  int
	depth         int
	sent          uint32 // correlation id of the next request
	received      uint32 // correlation id of the next answer
	sentAt        []time.Time
	latency, late histogram
	measured      int64
	total         int64
	measuredBytes int64
	totalBytes    int64
	responseBytes int
}

// connect opens one connection and does what every client does first: ApiVersions.
func connect(s *settings, request []byte) (*client, error) {
	connection, err := net.Dial("tcp", s.address)
	if err != nil {
		return nil, err
	}
	if s.tls {
		connection = tls.Client(connection, &tls.Config{InsecureSkipVerify: true})
	}
	depth := s.depth
	c := &client{connection: connection, in: bufio.NewReaderSize(connection, bufferBytes), requestBytes: len(request), depth: depth}
	for copies := 0; copies < depth; copies++ {
		c.burst = append(c.burst, request...)
	}
	if _, err := connection.Write(apiVersionsRequest()); err != nil {
		return nil, err
	}
	connection.SetReadDeadline(time.Now().Add(10 * time.Second))
	if _, _, err := c.readAnswer(); err != nil {
		return nil, fmt.Errorf("no answer to ApiVersions: %w", err)
	}
	connection.SetReadDeadline(time.Time{})
	return c, nil
}

// send writes `count` requests in one piece; now is remembered for each.
func (c *client) send(count int) error {
	now := time.Now()
	for index := 0; index < count; index++ {
		setCorrelation(c.burst[index*c.requestBytes:], requestCorrelationAt, c.sent)
		c.sentAt[int(c.sent)%len(c.sentAt)] = now
		c.sent++
	}
	_, err := c.connection.Write(c.burst[:count*c.requestBytes])
	return err
}

// readAnswer takes one response off the stream and gives its correlation id and length.
func (c *client) readAnswer() (uint32, int, error) {
	head, err := c.in.Peek(8)
	if err != nil {
		return 0, 0, err
	}
	frameBytes := 4 + int(binary.BigEndian.Uint32(head))
	correlation := binary.BigEndian.Uint32(head[responseCorrelationAt:])
	_, err = c.in.Discard(frameBytes)
	return correlation, frameBytes, err
}

// takeAnswer reads the next answer, which must be the next one in order, and counts it.
func (c *client) takeAnswer(s *settings) error {
	correlation, frameBytes, err := c.readAnswer()
	if err != nil {
		return err
	}
	if correlation != c.received {
		return fmt.Errorf("answer %d came where %d was due", correlation, c.received)
	}
	now := time.Now()
	waited := now.Sub(c.sentAt[int(correlation)%len(c.sentAt)])
	c.received++
	c.responseBytes = frameBytes
	exchangeBytes := int64(c.requestBytes + frameBytes)
	c.total++
	c.totalBytes += exchangeBytes
	if now.After(s.measureAt) && now.Before(s.stopAt) {
		c.measured++
		c.measuredBytes += exchangeBytes
		c.latency.record(waited)
	}
	return nil
}

// flatOut keeps `depth` requests in flight until the time is over, then takes the answers still due.
func (c *client) flatOut(s *settings) error {
	c.sentAt = make([]time.Time, c.depth)
	if err := c.send(c.depth); err != nil {
		return err
	}
	for time.Now().Before(s.stopAt) {
		if err := c.takeAnswer(s); err != nil {
			return err
		}
		answered := 1
		for answered < c.depth && c.wholeAnswerBuffered() {
			if err := c.takeAnswer(s); err != nil {
				return err
			}
			answered++
		}
		if err := c.send(answered); err != nil {
			return err
		}
	}
	for c.received != c.sent {
		if err := c.takeAnswer(s); err != nil {
			return err
		}
	}
	return nil
}

func (c *client) wholeAnswerBuffered() bool {
	if c.in.Buffered() < 8 {
		return false
	}
	head, err := c.in.Peek(4)
	return err == nil && c.in.Buffered() >= 4+int(binary.BigEndian.Uint32(head))
}

// paced sends at fixed times, whatever the answers do, and notes how late each left.
func (c *client) paced(s *settings, start time.Time, index int) error {
	interval := time.Duration(float64(s.connections) / s.ratePerSecond * float64(time.Second))
	due := start.Add(interval * time.Duration(index) / time.Duration(s.connections))
	count := max(0, int64(s.stopAt.Sub(due)+interval-1)/int64(interval))
	c.sentAt = make([]time.Time, min(count+1, pacedInFlightMax))
	var answered atomic.Int64
	reading := make(chan error, 1)
	go func() {
		for answered.Load() < count {
			if err := c.takeAnswer(s); err != nil {
				c.connection.Close() // so that the sending side stops too
				reading <- err
				return
			}
			answered.Add(1)
		}
		reading <- nil
	}()
	sending := c.sendPaced(s, due, interval, count, &answered)
	if sending != nil {
		c.connection.Close()
	}
	if err := <-reading; err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return sending
}

func (c *client) sendPaced(s *settings, due time.Time, interval time.Duration, count int64, answered *atomic.Int64) error {
	for sent := int64(0); sent < count; sent++ {
		if sent-answered.Load() >= int64(len(c.sentAt)) {
			return fmt.Errorf("%d requests wait for their answers", len(c.sentAt))
		}
		time.Sleep(time.Until(due))
		c.late.record(time.Since(due))
		if err := c.send(1); err != nil {
			return err
		}
		due = due.Add(interval)
	}
	return nil
}
