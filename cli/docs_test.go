package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// others are commands whose flags the guides name by themselves.
var others = map[string]string{
	"--skip-preview": "pulumi destroy", "--stack": "pulumi", "--config-file": "pulumi",
}

// Every command line of carebase in the guides is one that the program takes: commands, flags, codes, arguments.
func TestGuidesShowCommandsThatExist(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "docs", "*.md"))
	require.NoError(t, err)
	line := regexp.MustCompile("(?:^|[ `(\"'])(?:carebase|go run \\./cmd/carebase) ([^`|\n]+)")
	checked := 0
	for _, file := range append(files, filepath.Join("..", "README.md")) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		block := false
		for number, content := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(strings.TrimSpace(content), "```") {
				block = !block
				continue
			}
			var shown []string
			if block {
				shown = []string{content}
			} else {
				for _, match := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(content, -1) {
					shown = append(shown, match[1])
				}
			}
			for _, span := range shown {
				if match := line.FindStringSubmatch(" " + strings.TrimSpace(span)); match != nil {
					checked++
					assert.NoErrorf(t, takes(match[1], block), "%s:%d: %s", file, number+1, span)
				} else if flag, _, _ := strings.Cut(span, " "); strings.HasPrefix(flag, "--") && !block && others[flag] == "" {
					checked++
					assert.Truef(t, anyTakes(flag), "%s:%d: no command of carebase has a flag %s", file, number+1, flag)
				}
			}
		}
	}
	assert.Greater(t, checked, 50)
}

// takes is nil for arguments that the program accepts. A sentence may name a command without its arguments; a whole line has
// them.
func takes(text string, whole bool) error {
	text, _, _ = strings.Cut(text, " #")
	text, _, _ = strings.Cut(text, "…")
	root := Program{}.rootCommand()
	command, rest, err := root.Find(strings.Fields(text))
	if err != nil {
		return err
	}
	if err := command.ParseFlags(rest); err != nil {
		return err
	}
	if command.Args == nil || !whole && len(command.Flags().Args()) == 0 {
		return nil
	}
	return command.Args(command, command.Flags().Args())
}

func anyTakes(flag string) bool {
	var has func(*cobra.Command) bool
	has = func(c *cobra.Command) bool {
		if c.Flags().Lookup(strings.TrimPrefix(flag, "--")) != nil {
			return true
		}
		for _, sub := range c.Commands() {
			if has(sub) {
				return true
			}
		}
		return false
	}
	return has(Program{}.rootCommand())
}

// The test above refuses what the program would.
func TestGuidesTestRefuses(t *testing.T) {
	for _, wrong := range []string{"dr failovr dr", "dr failover dr --acept lag", "dr failover dr --accept nothing", "dr failback", "plan prod --in-puts", "dr drill dr --resume --clean"} {
		assert.Error(t, takes(wrong, true), wrong)
	}
	assert.NoError(t, takes("dr failback", false), "named in a sentence")
	assert.False(t, anyTakes("--nothing"))
}
