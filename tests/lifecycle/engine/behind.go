package engine

import "strings"

// Behind is the same emulator as seen by programs that ask it at another address, such as a proxy's.
func (e *Emulator) Behind(endpoint string) *Emulator {
	behind := &Emulator{Endpoint: e.Endpoint, Account: e.Account}
	for _, entry := range e.Env {
		name, value, _ := strings.Cut(entry, "=")
		if value == e.Endpoint {
			value = endpoint
		}
		behind.Env = append(behind.Env, name+"="+value)
	}
	return behind
}
