package engine

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seen is an emulator at that address, as stacks see it.
func seen(t *testing.T, endpoint string) *Emulator {
	t.Helper()
	e := &Emulator{Endpoint: endpoint, Env: []string{"HOME=/", "AWS_ENDPOINT_URL=" + endpoint, "http_proxy=" + endpoint}}
	behind := e.Behind(t, e.Forward(t))
	assert.Equal(t, endpoint, behind.Endpoint, "the test asks the emulator itself")
	assert.NotEqual(t, endpoint, behind.URL())
	assert.Equal(t, []string{"HOME=/", "AWS_ENDPOINT_URL=" + behind.URL(), "http_proxy=" + behind.URL()}, behind.Env)
	return behind
}

// Some clients use the emulator as their proxy, for hosts that no resolver knows.
func TestRequestsToAProxyArePassedOn(t *testing.T) {
	emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s", r.Host, r.URL.Path, text)
	}))
	t.Cleanup(emulator.Close)
	e := seen(t, emulator.URL)
	ask := func(client *http.Client, to string) string {
		response, err := client.Post(to, "text/plain", strings.NewReader("body"))
		require.NoError(t, err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return string(text)
	}
	proxy, err := url.Parse(e.URL())
	require.NoError(t, err)
	assert.Equal(t, proxy.Host+" /x body", ask(http.DefaultClient, e.URL()+"/x"), "signed for this host")
	by := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}
	assert.Equal(t, "123456789012.s3-control.invalid /v20180820/x body", ask(by, "http://123456789012.s3-control.invalid/v20180820/x"))
}

// moto's server sends the head of an answer and its body apart, and closes the connection.
func TestAnswersComeWholeAndConnectionsStay(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	bodies := make(chan string, 2)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = connection.Read(make([]byte, 4096))
			fmt.Fprint(connection, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n")
			fmt.Fprint(connection, <-bodies)
			connection.Close()
		}
	}()
	e := seen(t, "http://"+listener.Addr().String())
	bodies <- "done"
	response, err := http.Get(e.URL())
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, "done", string(text))
	assert.False(t, response.Close, "the connection stays open")

	bodies <- "cut" // one byte short
	response, err = http.Get(e.URL())
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, http.StatusBadGateway, response.StatusCode, "the head waits for the body")
}

// moto's backends are changed by one request while another reads them.
func TestTheEmulatorIsAskedOneThingAtATime(t *testing.T) {
	var mu sync.Mutex
	busy, most := 0, 0
	emulator := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		busy++
		most = max(most, busy)
		mu.Unlock()
		runtime.Gosched()
		mu.Lock()
		busy--
		mu.Unlock()
	}))
	t.Cleanup(emulator.Close)
	e := seen(t, emulator.URL)
	var asking sync.WaitGroup
	for range 200 {
		asking.Go(func() {
			response, err := http.Get(e.URL())
			if assert.NoError(t, err) {
				response.Body.Close()
			}
		})
	}
	asking.Wait()
	assert.Equal(t, 1, most)
}
