// SPDX-License-Identifier: GPL-2.0-or-later

// A gRPC server without services (golang-google-grpc-dev): grpcserver ADDRESS:PORT.
package main

import (
	"log"
	"net"
	"os"

	"google.golang.org/grpc"
)

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(grpc.NewServer().Serve(listener))
}
