//go:build everyday

package everyday

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

const repository = "../.."

// emulated is the stack on an emulator of AWS. Its account is the emulator's, so no team has an account of its own there.
const emulated = "local"

var packages = flag.String("packages", "./...", "the packages whose tests run after each change, separated by spaces")

// updates write the generated files that depend on the settings.
var updates = [][]string{
	{"test", "-count", "1", "./tests", "-run", "TestGoldenPlans|TestControlMatrix|TestExamples", "-update"},
	{"test", "-count", "1", "./stacks/settings", "-run", "Reference", "-update"},
}

// stackFiles has the parsed Pulumi.<stack>.yaml of every stack, by stack.
type stackFiles map[string]*yaml.Node

// changes are the everyday changes, each of the settings as they are in the repository.
var changes = []struct {
	name string
	make func(t *testing.T, files stackFiles)
}{
	{"own values in every stack", ownValues},
	{"size of a task", taskSize},
	{"release", release},
	{"second and third service", moreServices},
	{"environment", environment},
	{"argument of a component", componentArgument},
	{"all together", func(t *testing.T, files stackFiles) {
		for _, change := range []func(*testing.T, stackFiles){ownValues, taskSize, release, moreServices, environment, componentArgument} {
			change(t, files)
		}
	}},
}

func TestSuitePassesAfterEverydayChanges(t *testing.T) {
	dir := t.TempDir()
	copyRepository(t, dir)
	for _, change := range changes {
		t.Run(change.name, func(t *testing.T) {
			git(t, dir, "reset", "--quiet", "--hard")
			git(t, dir, "clean", "--quiet", "--force", "-d")
			files := readStacks(t, dir)
			change.make(t, files)
			files.write(t, dir)
			require.NotEmpty(t, git(t, dir, "status", "--porcelain"), "the change changed no file")
			for _, update := range updates {
				run(t, dir, "go", update...)
			}
			run(t, dir, "go", append([]string{"test"}, strings.Fields(*packages)...)...)
		})
	}
}

// copyRepository copies the files that git knows or would add, and commits them in the copy. The copy is a repository because
// tests read commits and lists of files.
func copyRepository(t *testing.T, dir string) {
	t.Helper()
	listed := git(t, repository, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for name := range strings.SplitSeq(strings.TrimSuffix(listed, "\x00"), "\x00") {
		from, to := filepath.Join(repository, name), filepath.Join(dir, name)
		info, err := os.Stat(from)
		if os.IsNotExist(err) {
			continue // deleted, and the deletion is not committed
		}
		require.NoError(t, err)
		text, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.WriteFile(to, text, info.Mode().Perm()))
	}
	git(t, dir, "init", "--quiet")
	git(t, dir, "add", "--all")
	git(t, dir, "-c", "user.name=everyday", "-c", "user.email=everyday@example.com", "commit", "--quiet", "--message", "copy")
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	return run(t, dir, "git", args...)
}

// run runs a command in dir and returns what it prints. A command that fails ends the test with its output.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	require.NoErrorf(t, err, "%s %s\n%s", name, strings.Join(args, " "), output)
	return string(output)
}

func readStacks(t *testing.T, dir string) stackFiles {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "Pulumi.*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	files := stackFiles{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var file yaml.Node
		require.NoError(t, yaml.Unmarshal(text, &file), path)
		files[strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "Pulumi."), ".yaml")] = &file
	}
	return files
}

func (f stackFiles) write(t *testing.T, dir string) {
	t.Helper()
	for stack, file := range f {
		var text bytes.Buffer
		encoder := yaml.NewEncoder(&text)
		encoder.SetIndent(2) // as people write it
		require.NoError(t, encoder.Encode(file))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi."+stack+".yaml"), text.Bytes(), 0o600))
	}
}

// stacks returns the names of the stacks in order, without those to leave out.
func (f stackFiles) stacks(without ...string) []string {
	var names []string
	for name := range f {
		if !slices.Contains(without, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// setting returns the value of a setting of the stack by its path, such as network.cidr, or nil.
func (f stackFiles) setting(stack, path string) *yaml.Node {
	section, rest, nested := strings.Cut(path, ".")
	config := member(f[stack].Content[0], "config")
	for i := 0; config != nil && i+1 < len(config.Content); i += 2 {
		_, name, _ := strings.Cut(config.Content[i].Value, ":")
		if name != section {
			continue
		}
		found := config.Content[i+1]
		if nested {
			for key := range strings.SplitSeq(rest, ".") {
				found = member(found, key)
			}
		}
		return found
	}
	return nil
}

// member returns the value of a key of a mapping, or nil.
func member(mapping *yaml.Node, key string) *yaml.Node {
	if mapping == nil {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// setText gives a scalar setting another text, and leaves its quotes as they are.
func setText(t *testing.T, node *yaml.Node, text string) {
	t.Helper()
	require.NotNil(t, node, text)
	require.Equal(t, yaml.ScalarNode, node.Kind, text)
	node.Value = text
}

// firstService returns the stack's first service. Every stack has one.
func (f stackFiles) firstService(t *testing.T, stack string) *yaml.Node {
	t.Helper()
	services := f.setting(stack, "services")
	require.NotNil(t, services, stack)
	require.NotEmpty(t, services.Content, stack)
	return services.Content[0]
}

// ownValues gives every stack the account, domain, owner and e-mail address of another team. Stacks that share an account or a
// domain still share it.
func ownValues(t *testing.T, files stackFiles) {
	accounts, domains := map[string]string{}, map[string]string{}
	for _, stack := range files.stacks() {
		if account := files.setting(stack, "accountId"); stack != emulated {
			if accounts[account.Value] == "" {
				accounts[account.Value] = fmt.Sprint(777700000001 + len(accounts))
			}
			setText(t, account, accounts[account.Value])
		}
		domain := files.setting(stack, "domain")
		if domains[domain.Value] == "" {
			domains[domain.Value] = fmt.Sprintf("site%d.clinic.example.org", len(domains)+1)
		}
		setText(t, domain, domains[domain.Value])
		setText(t, files.setting(stack, "owner"), "clinic-infrastructure")
		for i, email := range files.setting(stack, "alerts.emails").Content {
			setText(t, email, fmt.Sprintf("oncall%d@clinic.example.org", i+1))
		}
	}
}

// taskSize doubles CPU and memory of the first service of every stack with patients' data: Fargate has every such size up to 8 vCPU.
func taskSize(t *testing.T, files stackFiles) {
	for _, stack := range files.stacks() {
		if files.setting(stack, "phi").Value != "true" {
			continue
		}
		for _, key := range []string{"cpu", "memoryMiB"} {
			size := member(files.firstService(t, stack), key)
			setText(t, size, strconv.Itoa(2*number(t, size)))
		}
	}
}

func number(t *testing.T, node *yaml.Node) int {
	t.Helper()
	require.NotNil(t, node)
	value, err := strconv.Atoi(node.Value)
	require.NoError(t, err)
	return value
}

// release gives the first service of every stack the next image.
func release(t *testing.T, files stackFiles) {
	for _, stack := range files.stacks() {
		setText(t, member(files.firstService(t, stack), "imageTag"), "1.999.0")
	}
}

// moreServices adds two services like the first one to every stack: each has its own path below the first path of the first
// service, a lower priority, and the exceptions that the first one has.
func moreServices(t *testing.T, files stackFiles) {
	for _, stack := range files.stacks() {
		first := files.firstService(t, stack)
		name, prefix := member(first, "name").Value, strings.TrimSuffix(member(first, "paths").Content[0].Value, "*")
		services := files.setting(stack, "services")
		for i, added := range []string{"everyday-second", "everyday-third"} {
			service := clone(first)
			setText(t, member(service, "name"), added)
			setText(t, member(service, "priority"), strconv.Itoa(number(t, member(first, "priority"))-2+i))
			paths := member(service, "paths")
			paths.Content = paths.Content[:1]
			setText(t, paths.Content[0], prefix+added+"/*")
			services.Content = append(services.Content, service)

			exceptions := files.setting(stack, "exceptions")
			if exceptions == nil {
				continue
			}
			for _, exception := range slices.Clone(exceptions.Content) {
				if rest, its := strings.CutPrefix(member(exception, "resource").Value, name+"-"); its {
					accepted := clone(exception)
					setText(t, member(accepted, "resource"), added+"-"+rest)
					exceptions.Content = append(exceptions.Content, accepted)
				}
			}
		}
	}
}

func clone(node *yaml.Node) *yaml.Node {
	copied := *node
	copied.Content = nil
	for _, child := range node.Content {
		copied.Content = append(copied.Content, clone(child))
	}
	return &copied
}

// environment adds the stack qa, a copy of staging with its own environment, account, address range and domain. The other
// stacks reserve its range.
func environment(t *testing.T, files stackFiles) {
	const source, added, cidr = "staging", "qa", "10.77.0.0/16"
	files[added] = clone(files[source])
	setText(t, files.setting(added, "environment"), added)
	setText(t, files.setting(added, "accountId"), "555500000005")
	setText(t, files.setting(added, "domain"), added+".clinic.example.org")
	setText(t, files.setting(added, "network.cidr"), cidr)
	reserve := func(stack, other string) {
		reserved := files.setting(stack, "network.reservedCidrs")
		reserved.Content = append(reserved.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: other})
	}
	reserve(added, files.setting(source, "network.cidr").Value)
	for _, stack := range files.stacks(added, emulated) {
		reserve(stack, cidr)
	}
}

// componentArgument keeps the logs of the stacks with patients' data for 400 days.
func componentArgument(t *testing.T, files stackFiles) {
	for _, stack := range files.stacks() {
		if files.setting(stack, "phi").Value == "true" {
			setText(t, files.setting(stack, "logs.retentionDays"), "400")
		}
	}
}
