// Package pullrequest runs the scripts of the workflows in .github against a stand-in for GitHub's API on this machine.
package pullrequest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

const (
	scripts = "../../.github/scripts/"
	marker  = "<!-- carebase:diff:careconnect -->"
	head    = "0123456789abcdef0123456789abcdef01234567"
)

// forge is a stand-in for GitHub's API: one pull request with comments, and one artifact.
type forge struct {
	artifact []byte
	size     int // that the API claims; 0 is the true one
	number   int
	headSHA  string
	comments []map[string]any
	requests []string
	plans    []byte // the artifact with the plans of the base
}

func (f *forge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.requests = append(f.requests, r.Method+" "+r.URL.Path)
	answer := func(body any) { _ = json.NewEncoder(w).Encode(body) }
	artifacts := func(content []byte, id int) map[string]any {
		if content == nil {
			return map[string]any{"artifacts": []any{}}
		}
		size := len(content)
		if f.size != 0 {
			size = f.size
		}
		return map[string]any{"artifacts": []any{map[string]any{"id": id, "size_in_bytes": size, "expired": false}}}
	}
	if r.Header.Get("Authorization") != "Bearer token" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	const repository = "/repos/o/r"
	issue := fmt.Sprintf("%s/issues/%d/comments", repository, f.number)
	switch path := r.URL.Path; {
	case path == repository+"/actions/runs/7/artifacts":
		answer(artifacts(f.artifact, 1))
	case path == repository+"/actions/artifacts":
		answer(artifacts(f.plans, 2))
	case path == repository+"/actions/artifacts/1/zip":
		_, _ = w.Write(f.artifact)
	case path == repository+"/actions/artifacts/2/zip":
		_, _ = w.Write(f.plans)
	case path == fmt.Sprintf("%s/pulls/%d", repository, f.number):
		answer(map[string]any{"head": map[string]any{"sha": f.headSHA}})
	case path == issue && r.Method == http.MethodGet:
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		from, to := min((page-1)*100, len(f.comments)), min(page*100, len(f.comments))
		answer(f.comments[from:to])
	case path == issue && r.Method == http.MethodPost:
		f.comments = append(f.comments, comment(len(f.comments)+1, bot, body(r)))
	case strings.HasPrefix(path, repository+"/issues/comments/") && r.Method == http.MethodPatch:
		id, _ := strconv.Atoi(filepath.Base(path))
		f.comments[id-1]["body"] = body(r)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

const bot = "github-actions[bot]"

func comment(id int, author, text string) map[string]any {
	return map[string]any{"id": id, "user": map[string]any{"login": author}, "body": text}
}

func body(r *http.Request) string {
	var decoded struct{ Body string }
	_ = json.NewDecoder(r.Body).Decode(&decoded)
	return decoded.Body
}

func archive(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(f, text)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// run runs a script with nothing but PATH and the given environment.
func run(t *testing.T, f *forge, script string, environment ...string) (string, error) {
	t.Helper()
	server := httptest.NewServer(f)
	defer server.Close()
	command := exec.Command("bash", scripts+script)
	command.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "GITHUB_API_URL=" + server.URL, "GITHUB_REPOSITORY=o/r", "GITHUB_TOKEN=token",
	}, environment...)
	out, err := command.CombinedOutput()
	return string(out), err
}

func runComment(t *testing.T, f *forge) (string, error) {
	t.Helper()
	return run(t, f, "comment.sh", "RUN_ID=7", "HEAD_SHA="+head)
}

func newForge(t *testing.T, text string) *forge {
	return &forge{artifact: archive(t, map[string]string{"comment.md": text, "number": "12\n"}), number: 12, headSHA: head}
}

func TestTheCommentIsCreatedAndUpdated(t *testing.T) {
	f := newForge(t, marker+"\nfirst \"quoted\" é")
	f.comments = []map[string]any{comment(1, "somebody", marker+"\nforged")}
	out, err := runComment(t, f)
	require.NoError(t, err, out)
	require.Len(t, f.comments, 2, "another author's comment was taken for ours")
	assert.Equal(t, marker+"\nfirst \"quoted\" é", f.comments[1]["body"])

	f.artifact = archive(t, map[string]string{"comment.md": marker + "\nsecond", "number": "12"})
	out, err = runComment(t, f)
	require.NoError(t, err, out)
	require.Len(t, f.comments, 2)
	assert.Equal(t, marker+"\nsecond", f.comments[1]["body"])
	assert.Equal(t, marker+"\nforged", f.comments[0]["body"])
}

func TestTheCommentIsFoundOnPageThree(t *testing.T) {
	f := newForge(t, marker+"\nnew")
	for i := range 250 {
		f.comments = append(f.comments, comment(i+1, bot, "something else"))
	}
	f.comments[240]["body"] = marker + "\nold"
	out, err := runComment(t, f)
	require.NoError(t, err, out)
	assert.Len(t, f.comments, 250)
	assert.Equal(t, marker+"\nnew", f.comments[240]["body"])
	assert.Contains(t, strings.Join(f.requests, "\n"), "PATCH /repos/o/r/issues/comments/241")
}

func TestAForgedArtifactIsRefused(t *testing.T) {
	good := marker + "\ntext"
	for name, c := range map[string]struct {
		files  map[string]string
		change func(*forge)
		want   string
	}{
		"another file":         {files: map[string]string{"comment.md": good, "number": "12", "x.sh": "echo"}, want: "other files"},
		"no number":            {files: map[string]string{"comment.md": good}, want: "other files"},
		"a path":               {files: map[string]string{"../comment.md": good, "number": "12"}, want: "other files"},
		"number with a path":   {files: map[string]string{"comment.md": good, "number": "12/../../13"}, want: "number of the pull request"},
		"number with options":  {files: map[string]string{"comment.md": good, "number": "-12"}, want: "number of the pull request"},
		"number of two lines":  {files: map[string]string{"comment.md": good, "number": "12\n13"}, want: "number of the pull request"},
		"empty number":         {files: map[string]string{"comment.md": good, "number": ""}, want: "number of the pull request"},
		"no marker":            {files: map[string]string{"comment.md": "text\n" + good, "number": "12"}, want: "marker"},
		"more in the marker":   {files: map[string]string{"comment.md": marker + " <img>\n", "number": "12"}, want: "marker"},
		"long comment":         {files: map[string]string{"comment.md": good + strings.Repeat("x", 60_001), "number": "12"}, want: "characters"},
		"enormous comment":     {files: map[string]string{"comment.md": good + strings.Repeat("x", 3_000_000), "number": "12"}, want: "too long"},
		"another commit":       {change: func(f *forge) { f.headSHA = strings.Repeat("f", 40) }, want: "latest commit"},
		"another pull request": {files: map[string]string{"comment.md": good, "number": "13"}, want: "404"},
		"large artifact":       {change: func(f *forge) { f.size = 1_000_001 }, want: "too many"},
		"size that lies": {change: func(f *forge) {
			f.artifact = bytes.Repeat([]byte("x"), 2_000_000)
			f.size = 100
		}, want: "larger than it says"},
		"no archive": {change: func(f *forge) { f.artifact = []byte("hello") }, want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForge(t, good)
			if c.files != nil {
				f.artifact = archive(t, c.files)
			}
			if c.change != nil {
				c.change(f)
			}
			out, err := runComment(t, f)
			require.Error(t, err, out)
			assert.Contains(t, out, c.want)
			assert.Empty(t, f.comments, "a comment was written")
		})
	}
}

func TestARunWithoutACommentIsNoFailure(t *testing.T) {
	f := &forge{number: 12, headSHA: head}
	out, err := runComment(t, f)
	require.NoError(t, err, out)
	assert.Empty(t, f.comments)
}

// fakeCarebase records how it was called and writes what it is asked to write.
const fakeCarebase = `#!/usr/bin/env bash
echo "$*" >>"$CALLS"
while [[ $# -gt 0 ]]; do
  [[ $1 != --output ]] || echo "report" >"$2"
  shift
done
`

func compared(t *testing.T, f *forge, environment ...string) (calls string, out string) {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "carebase")
	require.NoError(t, os.WriteFile(binary, []byte(fakeCarebase), 0o700))
	out = filepath.Join(dir, "out")
	printed, err := run(t, f, "compare.sh", append([]string{
		"CAREBASE=" + binary, "CALLS=" + filepath.Join(dir, "calls"), "STACKS=dev prod", "BASE_SHA=" + head, "PR_NUMBER=12", "OUT=" + out,
	}, environment...)...)
	require.NoError(t, err, printed)
	text, err := os.ReadFile(filepath.Join(dir, "calls"))
	require.NoError(t, err)
	return string(text), out
}

func TestThePullRequestIsComparedWithThePublishedPlans(t *testing.T) {
	calls, out := compared(t, &forge{plans: archive(t, map[string]string{"plan-dev.json": "{}", "plan-prod.json": "{}"})})
	assert.Regexp(t, `(?m)^diff dev prod --base \S+/plan-\{stack\}\.json --format markdown .*comment\.md$`, calls)
	assert.Contains(t, calls, "audit prod --format sarif")
	number, err := os.ReadFile(filepath.Join(out, "number"))
	require.NoError(t, err)
	assert.Equal(t, "12\n", string(number))
	for _, name := range []string{"comment.md", "full.txt", "diff.json", "dev.sarif", "prod.sarif"} {
		assert.FileExists(t, filepath.Join(out, name))
	}
}

func TestWithoutPublishedPlansTheBaseIsBuilt(t *testing.T) {
	calls, _ := compared(t, &forge{})
	assert.Contains(t, calls, "diff dev prod --base "+head+" --format markdown")
	calls, _ = compared(t, &forge{plans: archive(t, map[string]string{"plan-dev.json": "{}"})})
	assert.Contains(t, calls, "diff dev prod --base "+head, "a plan is missing from the artifact")
	calls, _ = compared(t, &forge{}, "GITHUB_TOKEN=", "FAIL_ON=data")
	assert.Contains(t, calls, "--fail-on data")
}

// workflow is what the test reads of a workflow.
type workflow struct {
	On   map[string]any `yaml:"on"`
	Jobs map[string]struct {
		Permissions map[string]string
		Steps       []struct {
			Uses, Run string
			With      map[string]any
		}
	}
	Permissions map[string]string
}

func TestTheWorkflowsAreSafe(t *testing.T) {
	files, err := filepath.Glob("../../.github/workflows/*.yml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 4)
	pinned := regexp.MustCompile(`uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.NotContains(t, string(text), "pull_request_target", file)
		assert.NotContains(t, string(text), "secrets.", file)
		assert.Len(t, pinned.FindAll(text, -1), strings.Count(string(text), "uses: "), "%s: an action is not pinned by its commit and version", file)
		var w workflow
		require.NoError(t, yaml.Unmarshal(text, &w), file)
		assert.Empty(t, w.Permissions, file)
		for name, job := range w.Jobs {
			writes := false
			for _, level := range job.Permissions {
				writes = writes || level == "write"
			}
			for _, step := range job.Steps {
				if strings.HasPrefix(step.Uses, "actions/checkout@") {
					assert.Equal(t, false, step.With["persist-credentials"], "%s %s", file, name)
					if _, fork := w.On["pull_request"]; fork {
						assert.False(t, writes, "%s %s: runs code of the pull request and may write", file, name)
					}
					if _, after := w.On["workflow_run"]; after {
						assert.Equal(t, "${{ github.event.repository.default_branch }}", step.With["ref"], "%s %s", file, name)
					}
				}
				assert.NotContains(t, step.Run, "${{", "%s %s: text of an event in a shell", file, name)
			}
		}
	}
}
