// Command loadgen loads a Kafka-protocol proxy without a broker in the way.
//
//	loadgen serve -listen 127.0.0.1:0          answers Produce, Fetch, Metadata and ApiVersions with canned frames
//	loadgen load -address HOST:PORT -kind fetch sends valid requests and prints one JSON line of what came back
//
// Every frame is a whole and valid Kafka message with a right CRC-32C, so a proxy that decodes finds something to decode.
package main

import (
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("usage: loadgen serve|load [flags]; -h after it lists them")
	}
	var err error
	switch command := os.Args[1]; command {
	case "serve":
		err = serve(os.Args[2:])
	case "load":
		err = load(os.Args[2:])
	default:
		log.Fatalf("loadgen: %q is neither serve nor load", command)
	}
	if err != nil {
		log.Fatal("loadgen: ", err)
	}
}
