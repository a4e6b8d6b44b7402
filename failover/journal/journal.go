// Package journal records the progress of one operation on a stack (a failover, a failback, a drill). If the process is killed at
// any moment, another process can read from the journal what was done.
//
// A journal is a file of JSON lines, one file per operation, to which lines are only appended. Every line is on the disk before
// Append returns. An incomplete last line, which a crash may leave, is dropped when the file is opened again. Every line has the
// digest of the line before it, so that a later change of the journal is detected: the journal is evidence (45 CFR
// 164.308(a)(7)(ii)(D), 164.316(b)(1)(ii)). Missing last lines are not detected.
package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Kind of a record.
type Kind string

const (
	Begin  Kind = "begin"  // the first record; Data says what the operation was started with
	Start  Kind = "start"  // a step is about to act
	Note   Kind = "note"   // a value that a step remembers under Key
	Done   Kind = "done"   // a step is done and is not run again
	Failed Kind = "failed" // a step failed; a resumed operation runs it again
	Turn   Kind = "turn"   // the operation is being aborted, and can no longer be resumed
	End    Kind = "end"    // the last record; Data is the outcome
)

// Record is one line.
type Record struct {
	Seq      int             `json:"seq"` // from 1, without gaps
	Time     time.Time       `json:"time"`
	Kind     Kind            `json:"kind"`
	Step     string          `json:"step,omitempty"`
	Key      string          `json:"key,omitempty"`
	Data     json.RawMessage `json:"data,omitempty"`
	Error    string          `json:"error,omitempty"`
	Previous string          `json:"previous"` // SHA-256 of the line before, without its newline; "" in the first
}

// Journal is an open journal. It is not safe for concurrent use.
type Journal struct {
	path    string
	file    *os.File
	lock    *os.File
	records []Record
	last    string // digest of the last line
	size    int64  // of the complete lines
}

const (
	extension = ".jsonl"
	stamp     = "20060102t150405z"
)

// NewID returns the id of an operation on a stack: operation-stack-time. Only the stack's name may have hyphens.
func NewID(operation, stack string, at time.Time) string {
	return operation + "-" + stack + "-" + at.UTC().Format(stamp)
}

// partsOf splits an id that NewID returned. It returns false for any other text.
func partsOf(id string) (operation, stack string, ok bool) {
	first, last := strings.Index(id, "-"), strings.LastIndex(id, "-")
	if first == last { // at most one hyphen
		return "", "", false
	}
	_, err := time.Parse(stamp, id[last+1:])
	return id[:first], id[first+1 : last], err == nil
}

// Create creates the journal of a new operation: dir/<id>.jsonl.
func Create(dir, stack, id string) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := acquire(dir, stack)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, id+extension)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	if err := syncDirectory(dir); err != nil {
		return nil, errors.Join(err, file.Close(), lock.Close())
	}
	return &Journal{path: path, file: file, lock: lock}, nil
}

// Open opens the journal at path for more records. An incomplete last line is removed.
func Open(path, stack string) (*Journal, error) {
	lock, err := acquire(filepath.Dir(path), stack)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	j := &Journal{path: path, file: file, lock: lock}
	if err := j.load(); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

func (j *Journal) load() error {
	text, err := os.ReadFile(j.path)
	if err != nil {
		return err
	}
	j.records, j.last, j.size, err = parse(text)
	if err != nil {
		return fmt.Errorf("%s: %w", j.path, err)
	}
	if err := j.file.Truncate(j.size); err != nil {
		return err
	}
	if _, err := j.file.Seek(j.size, 0); err != nil {
		return err
	}
	return j.file.Sync()
}

// Read returns the records of the journal at path without opening it for writing, and without a lock.
func Read(path string) ([]Record, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	records, _, _, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return records, nil
}

// parse reads complete lines. The last line may be incomplete; any other wrong line means that the file was damaged or edited.
func parse(text []byte) (records []Record, last string, size int64, err error) {
	for len(text) > 0 {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		if !whole {
			break // Append has not returned for this line
		}
		var record Record
		if err := json.Unmarshal(line, &record); err != nil {
			if len(rest) == 0 { // the disk may have written the blocks of the last line in any order
				break
			}
			return nil, "", 0, fmt.Errorf("line %d is damaged: %w", len(records)+1, err)
		}
		if record.Seq != len(records)+1 || record.Previous != last {
			return nil, "", 0, fmt.Errorf("line %d does not follow from the line before it: the journal was changed", len(records)+1)
		}
		records, last, size = append(records, record), digest(line), size+int64(len(line))+1
		text = rest
	}
	return records, last, size, nil
}

// Append writes one record, and returns when the record is on the disk. After an error the journal is closed, because it has to be
// read again to know what is on the disk.
func (j *Journal) Append(record Record) error {
	if j.file == nil {
		return errors.New("the journal is closed")
	}
	record.Seq, record.Previous = len(j.records)+1, j.last
	line, err := json.Marshal(record)
	if err != nil {
		return err
	}
	_, err = j.file.Write(append(line, '\n'))
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing the journal %s: %w", j.path, err), j.Close())
	}
	j.records, j.last, j.size = append(j.records, record), digest(line), j.size+int64(len(line))+1
	return nil
}

// Records returns all records so far, oldest first.
func (j *Journal) Records() []Record { return slices.Clone(j.records) }

// Digest returns the digest of the last line. With the digest, a later change of the journal up to this line can be detected.
func (j *Journal) Digest() string { return j.last }

// Path returns the path of the file.
func (j *Journal) Path() string { return j.path }

// ID returns the operation's id.
func (j *Journal) ID() string { return idOf(j.path) }

// Close releases the lock. It may be called again.
func (j *Journal) Close() error {
	if j.file == nil {
		return nil
	}
	err := errors.Join(j.file.Close(), j.lock.Close())
	j.file = nil
	return err
}

// Unfinished returns the paths of the journals in dir that have no End, of an operation ("" for any) on a stack, oldest first. A
// journal without records does not count, because its operation did nothing.
func Unfinished(dir, operation, stack string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*"+extension))
	if err != nil {
		return nil, err
	}
	var unfinished []string
	for _, path := range paths {
		of, on, ok := partsOf(idOf(path))
		if !ok || on != stack || operation != "" && of != operation {
			continue
		}
		records, err := Read(path)
		if err != nil {
			return nil, err
		}
		if len(records) > 0 && records[len(records)-1].Kind != End {
			unfinished = append(unfinished, path)
		}
	}
	slices.Sort(unfinished)
	return unfinished, nil
}

func idOf(path string) string { return strings.TrimSuffix(filepath.Base(path), extension) }

func digest(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

// syncDirectory writes a new file's directory entry to the disk.
func syncDirectory(dir string) error {
	handle, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(handle.Sync(), handle.Close())
}
