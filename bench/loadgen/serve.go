package main

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
)

const bufferBytes = 256 << 10

type server struct {
	host      string
	port      int
	batch     []byte // of every Fetch answer
	records   int
	endpoints bool // answers name the brokers (Produce 10, Fetch 16 and newer)
}

func serve(arguments []string) error {
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	listen := flags.String("listen", "127.0.0.1:0", "where to listen")
	records := flags.Int("records", 100, "records in a Fetch answer")
	valueBytes := flags.Int("value-bytes", 1024, "bytes of each record's value")
	endpoints := flags.Bool("node-endpoints", false, "name the brokers in answers whose version can")
	certificate := flags.String("tls-cert", "", "speak TLS with this certificate (PEM)")
	key := flags.String("tls-key", "", "its private key (PEM)")
	flags.Parse(arguments)
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	address := listener.Addr().(*net.TCPAddr)
	s := &server{host: address.IP.String(), port: address.Port, batch: recordBatch(*records, *valueBytes), records: *records, endpoints: *endpoints}
	if *certificate != "" {
		pair, err := tls.LoadX509KeyPair(*certificate, *key)
		if err != nil {
			return err
		}
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}})
	}
	fmt.Printf("listening %s\n", address)
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer connection.Close()
			err := s.answerAll(connection)
			if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
				log.Printf("%s: %v", connection.RemoteAddr(), err)
			}
		}()
	}
}

// answerAll reads frames and answers them in order. Answers are held back only while more whole requests are here.
func (s *server) answerAll(connection net.Conn) error {
	in := bufio.NewReaderSize(connection, bufferBytes)
	out := bufio.NewWriterSize(connection, bufferBytes)
	answers := map[uint32][]byte{} // by key and version
	for {
		if in.Buffered() < 12 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		head, err := in.Peek(12)
		if err != nil {
			return err
		}
		frameBytes := 4 + int(binary.BigEndian.Uint32(head))
		keyAndVersion := binary.BigEndian.Uint32(head[4:])
		correlation := binary.BigEndian.Uint32(head[8:])
		answer, known := answers[keyAndVersion]
		if !known {
			answer, err = s.answerTo(int16(keyAndVersion>>16), int16(keyAndVersion))
			if err != nil {
				return err
			}
			answers[keyAndVersion] = answer
		}
		if in.Buffered() < frameBytes {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		if _, err := in.Discard(frameBytes); err != nil {
			return err
		}
		setCorrelation(answer, responseCorrelationAt, correlation)
		if _, err := out.Write(answer); err != nil {
			return err
		}
	}
}
