// Package health checks a system through its public address, as users reach it.
package health

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

var client = &http.Client{
	Timeout: 15 * time.Second,
	// A redirection leads to another system.
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Probe returns nil if the URL answers with status 200.
func Probe(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", response.Status)
	}
	return nil
}

// Resolve returns the IP addresses of a host name.
func Resolve(ctx context.Context, host string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return net.DefaultResolver.LookupHost(ctx, host)
}
