package engine

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
)

// securityHubControls answers the two operations by which controls of a Security Hub standard are switched off, and hands
// every other request on. Emulators know the standards and not their controls.
//
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateStandardsControlAssociations.html
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_ListStandardsControlAssociations.html
type securityHubControls struct {
	next http.Handler

	mu    sync.Mutex
	known map[string]map[string]string // association by region, control and standard
}

const associationsPath = "/associations"

func (s *securityHubControls) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	region, ours := securityHubRegion(r)
	switch {
	case ours && r.URL.Path == associationsPath && r.Method == http.MethodPatch:
		s.update(w, r, region)
	case ours && r.URL.Path == associationsPath && r.Method == http.MethodGet:
		s.list(w, r, region)
	default:
		s.next.ServeHTTP(w, r)
	}
}

// securityHubRegion is the region of a request that is signed for Security Hub.
func securityHubRegion(r *http.Request) (string, bool) {
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	parts := strings.Split(scope, "/") // key, day, region, service, …
	if len(parts) < 4 || parts[3] != "securityhub" {
		return "", false
	}
	return parts[2], true
}

func (s *securityHubControls) update(w http.ResponseWriter, r *http.Request, region string) {
	var request struct {
		Updates []map[string]string `json:"StandardsControlAssociationUpdates"`
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil || len(request.Updates) == 0 {
		w.Header().Set("X-Amzn-ErrorType", "InvalidInputException")
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[string]map[string]string{}
	}
	for _, update := range request.Updates {
		update["SecurityControlArn"] = "arn:aws:securityhub:" + region + ":123456789012:security-control/" + update["SecurityControlId"]
		s.known[strings.Join([]string{region, update["SecurityControlId"], update["StandardsArn"]}, "\n")] = update
	}
	answer(w, map[string]any{"UnprocessedAssociationUpdates": []any{}})
}

func (s *securityHubControls) list(w http.ResponseWriter, r *http.Request, region string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []map[string]string{}
	for key, association := range s.known {
		if strings.HasPrefix(key, region+"\n"+r.URL.Query().Get("SecurityControlId")+"\n") {
			found = append(found, association)
		}
	}
	answer(w, map[string]any{"StandardsControlAssociationSummaries": found})
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // a client that has gone needs no answer
}
