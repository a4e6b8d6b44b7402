// Instanceprices writes cost/instances.csv: the on-demand prices of instance classes, from the data of the Go module
// github.com/cristim/ec2-instances-info (MIT License), which copies AWS's Price List.
//
// Run it in the directory tools: go run ./instanceprices. With -check it writes nothing and fails if the file differs.
package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	_ "github.com/LeanerCloud/ec2-instances-info" // the data files are read from the module's directory
)

const (
	module = "github.com/LeanerCloud/ec2-instances-info"
	output = "../cost/instances.csv"
	// published is the day of the module's data, from its version.
	published = "2025-05-28"
	page      = "https://github.com/cristim/ec2-instances-info"
)

var (
	regions  = []string{"us-east-1", "us-west-2", "eu-west-2"}
	families = []string{"t3", "t4g", "m6g", "m7g", "r6g", "r7g"}
)

// data describes a file of the module and the engines to take from it. Aurora is left out: the module's Aurora rows
// contradict each other (the same class has two prices under two names of an engine).
var data = []struct {
	service, file, prefix string
	engines               []string
}{
	{service: "EC2", file: "instances.json", engines: []string{"linux"}},
	{service: "ElastiCache", file: "elasticache-instances.json", prefix: "cache.", engines: []string{"Redis", "Valkey"}},
	{service: "RDS", file: "rds-instances.json", prefix: "db.", engines: []string{"PostgreSQL"}},
}

func main() {
	check := flag.Bool("check", false, "fail if "+output+" is not what would be written")
	flag.Parse()
	if err := run(*check); err != nil {
		log.Fatal(err)
	}
}

func run(check bool) error {
	text, err := table()
	if err != nil {
		return err
	}
	if !check {
		return os.WriteFile(output, text, 0o644)
	}
	have, err := os.ReadFile(output)
	if err == nil && !bytes.Equal(have, text) {
		err = errors.New(output + " differs: run `go run ./instanceprices` in the directory tools")
	}
	return err
}

// table returns the file: one line for each class, engine and region.
func table() ([]byte, error) {
	directory, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", module, err)
	}
	var lines [][]string
	for _, source := range data {
		classes, err := read(filepath.Join(strings.TrimSpace(string(directory)), "data", source.file))
		if err != nil {
			return nil, err
		}
		for _, class := range classes {
			name, found := strings.CutPrefix(class.Name, source.prefix)
			if family, _, _ := strings.Cut(name, "."); !found || !slices.Contains(families, family) {
				continue
			}
			for _, engine := range source.engines {
				for _, region := range regions {
					if price := class.price(region, engine); price > 0 {
						lines = append(lines, []string{
							source.service, class.Name, engine, region, strconv.FormatFloat(price, 'f', -1, 64),
							strings.Trim(string(class.VCPU), `"`), page, published,
						})
					}
				}
			}
		}
	}
	slices.SortFunc(lines, slices.Compare)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	header := []string{"service", "class", "engine", "region", "usd", "vcpu", "page", "published"}
	if err := w.WriteAll(append([][]string{header}, lines...)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// class is an instance class in the module's data. Prices are by region and engine; a price is a number or text.
type class struct {
	Name    string                                `json:"instance_type"`
	VCPU    json.RawMessage                       `json:"vcpu"`
	Pricing map[string]map[string]json.RawMessage `json:"pricing"`
}

func read(path string) ([]class, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var classes []class
	if err := json.Unmarshal(text, &classes); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return classes, nil
}

// price returns the on-demand price per hour in USD, or 0 where the data has none.
func (c class) price(region, engine string) float64 {
	var terms struct {
		OnDemand json.RawMessage `json:"ondemand"`
	}
	if json.Unmarshal(c.Pricing[region][engine], &terms) != nil {
		return 0
	}
	price, err := strconv.ParseFloat(strings.Trim(string(terms.OnDemand), `"`), 64)
	if err != nil {
		return 0
	}
	return price
}
