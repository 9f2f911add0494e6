// SPDX-License-Identifier: GPL-2.0-or-later
//
// A machine that runs gVisor's network stack, for tests/lab/rstlab/guest.py.
//
// It obeys calls on standard input, one JSON list a line: name, then arguments. Each answer is one
// line of JSON. No call waits for the network, but for "wait".

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/fdbased"
	"gvisor.dev/gvisor/pkg/tcpip/link/tun"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"gvisor.dev/gvisor/pkg/waiter"
)

const nic = 1

// A call that waits looks this often whether what it waits for has come.
const look = 2 * time.Millisecond
const patience = 5 * time.Second

type machine struct {
	stack *stack.Stack
	held  []tcpip.Endpoint
	queue []*waiter.Queue
}

func (m *machine) keep(endpoint tcpip.Endpoint, queue *waiter.Queue) int {
	m.held = append(m.held, endpoint)
	m.queue = append(m.queue, queue)
	return len(m.held) - 1
}

func (m *machine) socket() (int, tcpip.Endpoint) {
	queue := new(waiter.Queue)
	endpoint, err := m.stack.NewEndpoint(tcp.ProtocolNumber, ipv4.ProtocolNumber, queue)
	if err != nil {
		panic(err)
	}
	return m.keep(endpoint, queue), endpoint
}

func word(err tcpip.Error) interface{} {
	if err == nil {
		return "ok"
	}
	return err.String()
}

func (m *machine) accept(listener tcpip.Endpoint) interface{} {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(look) {
		endpoint, queue, err := listener.Accept(nil)
		if err == nil {
			return m.keep(endpoint, queue)
		}
	}
	return nil
}

// receive reads so many octets, or to the end.
func (m *machine) receive(endpoint tcpip.Endpoint, count int) interface{} {
	got := 0
	for end := time.Now().Add(patience); got < count && time.Now().Before(end); {
		var buffer bytes.Buffer
		writer := tcpip.LimitedWriter{W: &buffer, N: int64(count - got)}
		_, err := endpoint.Read(&writer, tcpip.ReadOptions{})
		got += buffer.Len()
		if err == nil {
			continue
		}
		if _, wait := err.(*tcpip.ErrWouldBlock); !wait {
			break
		}
		time.Sleep(look)
	}
	return got
}

// send writes so many octets as fit.
func send(endpoint tcpip.Endpoint, count int) interface{} {
	taken, err := endpoint.Write(bytes.NewReader(bytes.Repeat([]byte("g"), count)),
		tcpip.WriteOptions{})
	if err != nil {
		return word(err)
	}
	return taken
}

func (m *machine) call(name string, arguments []interface{}) interface{} {
	number := func(at int) int { return int(arguments[at].(float64)) }
	span := func(at int) time.Duration { return time.Duration(number(at)) * time.Millisecond }
	endpoint := func() tcpip.Endpoint { return m.held[number(0)] }
	switch name {
	case "ready":
		return true
	case "listen":
		id, listener := m.socket()
		if err := listener.Bind(tcpip.FullAddress{Port: uint16(number(0))}); err != nil {
			return word(err)
		}
		if err := listener.Listen(number(1)); err != nil {
			return word(err)
		}
		return id
	case "accept":
		return m.accept(endpoint())
	case "connect":
		id, client := m.socket()
		if len(arguments) > 2 {
			if err := client.Bind(tcpip.FullAddress{Port: uint16(number(2))}); err != nil {
				return word(err)
			}
		}
		client.Connect(tcpip.FullAddress{NIC: nic,
			Addr: tcpip.Address(net.ParseIP(arguments[0].(string)).To4()), Port: uint16(number(1))})
		return id
	case "state":
		return tcp.EndpointState(endpoint().State()).String()
	case "receive":
		return m.receive(endpoint(), number(1))
	case "send":
		return send(endpoint(), number(1))
	case "shutdown":
		return word(endpoint().Shutdown(tcpip.ShutdownWrite))
	case "close":
		endpoint().Close()
		return "ok"
	case "abort":
		endpoint().Abort()
		return "ok"
	case "linger":
		endpoint().SocketOptions().SetLinger(tcpip.LingerOption{Enabled: true, Timeout: span(1)})
		return "ok"
	case "keepalive":
		idle, interval := tcpip.KeepaliveIdleOption(span(1)), tcpip.KeepaliveIntervalOption(span(2))
		endpoint().SetSockOpt(&idle)
		endpoint().SetSockOpt(&interval)
		endpoint().SetSockOptInt(tcpip.KeepaliveCountOption, number(3))
		endpoint().SocketOptions().SetKeepAlive(true)
		return "ok"
	case "user_timeout":
		option := tcpip.TCPUserTimeoutOption(span(1))
		return word(endpoint().SetSockOpt(&option))
	case "max_retries":
		option := tcpip.TCPMaxRetriesOption(number(0))
		return word(m.stack.SetTransportProtocolOption(tcp.ProtocolNumber, &option))
	case "syn_retries":
		option := tcpip.TCPSynRetriesOption(number(0))
		return word(m.stack.SetTransportProtocolOption(tcp.ProtocolNumber, &option))
	case "linger_timeout":
		option := tcpip.TCPLingerTimeoutOption(span(0))
		return word(m.stack.SetTransportProtocolOption(tcp.ProtocolNumber, &option))
	case "max_rto":
		option := tcpip.TCPMaxRTOOption(span(0))
		return word(m.stack.SetTransportProtocolOption(tcp.ProtocolNumber, &option))
	case "receive_buffer":
		endpoint().SocketOptions().SetReceiveBufferSize(int64(number(1)), true)
		return "ok"
	}
	return "no such call: " + name
}

func must(err interface{}) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// netstack DEVICE ADDRESS
func main() {
	device, err := tun.Open(os.Args[1])
	must(err)
	link, err := fdbased.New(&fdbased.Options{FDs: []int{device}, MTU: 1500})
	must(err)
	m := &machine{stack: stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})}
	if err := m.stack.CreateNIC(nic, link); err != nil {
		must(err)
	}
	address := tcpip.Address(net.ParseIP(os.Args[2]).To4())
	if err := m.stack.AddProtocolAddress(nic, tcpip.ProtocolAddress{
		Protocol: ipv4.ProtocolNumber, AddressWithPrefix: address.WithPrefix(),
	}, stack.AddressProperties{}); err != nil {
		must(err)
	}
	m.stack.SetRouteTable([]tcpip.Route{{Destination: header.IPv4EmptySubnet, NIC: nic}})
	// As sandboxes set it: runsc has SACK on.
	sack := tcpip.TCPSACKEnabled(true)
	m.stack.SetTransportProtocolOption(tcp.ProtocolNumber, &sack)

	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var call []interface{}
		must(json.Unmarshal(lines.Bytes(), &call))
		answer, _ := json.Marshal(m.call(call[0].(string), call[1:]))
		fmt.Println(string(answer))
	}
}
