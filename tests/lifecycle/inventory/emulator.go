package inventory

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// emulator answers for every service at one address; the credential's scope tells which one is meant.
type emulator struct{ endpoint, region string }

// item is one element of an answer, XML or JSON alike.
type item = map[string]any

// list asks for all pages of a listing.
func (e emulator) list(ctx context.Context, l listing, parent string) ([]item, error) {
	var found []item
	token := ""
	for {
		answer, err := e.ask(ctx, l, parent, token)
		if err != nil {
			return nil, err
		}
		for _, v := range at(answer, strings.Split(l.items, "/")) {
			switch v := v.(type) {
			case item:
				found = append(found, v)
			default:
				found = append(found, item{"": v})
			}
		}
		next := ""
		for _, name := range []string{"NextToken", "nextToken", "NextMarker", "Marker"} {
			for _, v := range anywhere(answer, name) {
				next = v
			}
		}
		if next == "" || next == token {
			return found, nil
		}
		token = next
	}
}

// ask sends one request.
func (e emulator) ask(ctx context.Context, l listing, parent, token string) (any, error) {
	fill := strings.NewReplacer("{}", parent, "{name}", parent[strings.LastIndex(parent, "/")+1:])
	method, path, body, contentType := http.MethodGet, "/", "", ""
	switch {
	case l.query != "": // the protocol of EC2, IAM and others of their age
		method, contentType = http.MethodPost, "application/x-www-form-urlencoded"
		form, err := url.ParseQuery(fill.Replace(l.query))
		if err != nil {
			return nil, err
		}
		if token != "" {
			form.Set("NextToken", token)
			form.Set("Marker", token)
		}
		body = form.Encode()
	case l.target != "": // JSON with the operation in a header
		method, contentType = http.MethodPost, "application/x-amz-json-1.1"
		request := item{}
		if l.body != "" {
			if err := json.Unmarshal([]byte(fill.Replace(l.body)), &request); err != nil {
				return nil, err
			}
		}
		if token != "" {
			request[l.tokenName()] = token
		}
		text, err := json.Marshal(request)
		if err != nil {
			return nil, err
		}
		body = string(text)
	default:
		path = fill.Replace(l.path)
		if l.body != "" {
			method, body, contentType = http.MethodPost, l.body, "application/json"
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, e.endpoint+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+e.region+"/"+l.service+
		"/aws4_request, SignedHeaders=host, Signature=none")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if l.target != "" {
		request.Header.Set("X-Amz-Target", l.target)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s %s%s: %s: %.300s", l.service, l.query, l.target+path, response.Status, text)
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("<")) {
		return readXML(text)
	}
	var answer any
	return answer, json.Unmarshal(text, &answer)
}

// readXML makes the root element of a document an item: elements by name, several of one name as a list.
func readXML(text []byte) (any, error) {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		if start, ok := token.(xml.StartElement); ok {
			return element(decoder, start)
		}
	}
}

func element(decoder *xml.Decoder, _ xml.StartElement) (any, error) {
	children := item{}
	var content strings.Builder
	for {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			value, err := element(decoder, token)
			if err != nil {
				return nil, err
			}
			name := token.Name.Local
			switch old := children[name].(type) {
			case nil:
				children[name] = value
			case []any:
				children[name] = append(old, value)
			default:
				children[name] = []any{old, value}
			}
		case xml.CharData:
			content.Write(token)
		case xml.EndElement:
			if len(children) == 0 {
				return strings.TrimSpace(content.String()), nil
			}
			return children, nil
		}
	}
}

// at is everything at a path; lists on the way are gone through.
func at(v any, path []string) []any {
	if l, ok := v.([]any); ok {
		var found []any
		for _, each := range l {
			found = append(found, at(each, path)...)
		}
		return found
	}
	if len(path) == 0 {
		if v == nil || v == "" {
			return nil
		}
		return []any{v}
	}
	m, ok := v.(item)
	if !ok {
		return nil
	}
	return at(m[path[0]], path[1:])
}

// anywhere are the texts of that name at the top of an answer or in what wraps it.
func anywhere(v any, name string) []string {
	var found []string
	if m, ok := v.(item); ok {
		if s, ok := m[name].(string); ok && s != "" {
			found = append(found, s)
		}
		for _, wrapped := range m {
			if inner, ok := wrapped.(item); ok {
				if s, ok := inner[name].(string); ok && s != "" {
					found = append(found, s)
				}
			}
		}
	}
	return found
}

// text is one value at a path of an item.
func text(i item, path string) string {
	if path == "" {
		return fmt.Sprint(i[""])
	}
	for _, v := range at(i, strings.Split(path, "/")) {
		return fmt.Sprint(v)
	}
	return ""
}
