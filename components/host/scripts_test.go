package host

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A machine runs the scripts of a host below a directory, with stand-ins for the programs that are not there.
type machine struct {
	t    *testing.T
	root string
}

// The stand-in for Docker writes what it is asked to log, and fails where a file of the name fail-<command>-<tag> exists. Curl answers
// for the tag that is up unless a file unhealthy-<tag> exists.
const (
	fakeDocker = `#!/bin/bash
if [ "$1" != compose ]; then echo "$*" >>"$ROOT/log"; [ "$1" != login ] || { cat >"$ROOT/password"; }; exit 0; fi
env=; command=
while [ $# -gt 0 ]; do
  case $1 in
    --env-file) env=$2; shift ;;
    up|pull|run) command=$1; break ;;
  esac
  shift
done
. "$env"
echo "$command $TAG" >>"$ROOT/log"
[ ! -e "$ROOT/fail-$command-$TAG" ] || exit 1
[ "$command" != up ] || echo "$TAG" >"$ROOT/running"
`
	fakeCurl = `#!/bin/bash
[ -e "$ROOT/running" ] && [ ! -e "$ROOT/unhealthy-$(cat "$ROOT/running")" ]
`
	fakeAWS = `#!/bin/bash
while [ $# -gt 0 ]; do [ "$1" != --secret-id ] || arn=$2; shift; done
cat "$ROOT/vault/$arn"
`
	composeScript = `#!/bin/bash
exec docker compose --project-name app --project-directory "$1" --env-file "$1/release.env" --file "$1/compose.yaml" "${@:2}"
`
)

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t, t.TempDir()}
	m.write("bin/docker", fakeDocker, 0o755)
	m.write("bin/curl", fakeCurl, 0o755)
	m.write("bin/aws", fakeAWS, 0o755)
	m.write("usr/local/sbin/carebase-compose", composeScript, 0o755)
	m.write("run/carebase/secrets/GHCR_TOKEN", "token", 0o600)
	return m
}

func (m *machine) write(name, text string, mode os.FileMode) {
	m.t.Helper()
	path := filepath.Join(m.root, name)
	require.NoError(m.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(m.t, os.WriteFile(path, []byte(text), mode))
}

func (m *machine) read(name string) string {
	m.t.Helper()
	text, err := os.ReadFile(filepath.Join(m.root, name))
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(m.t, err)
	return string(text)
}

// run returns what the script writes, and whether it succeeds.
func (m *machine) run(script string) (string, bool) {
	m.t.Helper()
	cmd := exec.Command("bash", "-c", script)
	cmd.Env = []string{"ROOT=" + m.root, "PATH=" + filepath.Join(m.root, "bin") + ":" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

func (m *machine) deploy(tag string, change ...func(*release)) (string, bool) {
	m.t.Helper()
	r := (&Args{Compose: &Compose{
		File: "image: backend:${TAG}\n", HealthURL: "http://localhost/health/", HealthSeconds: 1, Migration: "backend migrate",
		Registry: &Registry{Server: "ghcr.io", Username: "deploy", Secret: "GHCR_TOKEN"},
	}}).release()
	r.Root, r.Tag, r.PollSeconds, r.Environment = m.root, tag, "0.1", []string{"BUCKET='files'"}
	for _, one := range change {
		one(r)
	}
	script, err := r.render()
	require.NoError(m.t, err)
	return m.run(script)
}

func (m *machine) current() string { return m.read("var/lib/carebase/releases/current/release.env") }

func TestDeploymentPullsMigratesStartsAndWaits(t *testing.T) {
	m := newMachine(t)
	out, ok := m.deploy("1.0.0")
	require.True(t, ok, out)
	assert.Equal(t, []string{
		"login --username deploy --password-stdin ghcr.io", "pull 1.0.0", "run 1.0.0", "up 1.0.0",
		"image prune --all --force --filter until=336h", "logout ghcr.io",
	}, strings.Split(strings.TrimSpace(m.read("log")), "\n"))
	assert.Equal(t, "token", m.read("password"), "by standard input: arguments of a process are no secret")
	assert.Equal(t, "TAG='1.0.0'\nBUCKET='files'\n", m.current())
	assert.Equal(t, "image: backend:${TAG}\n", m.read("var/lib/carebase/releases/current/compose.yaml"))

	out, ok = m.deploy("1.1.0")
	require.True(t, ok, out)
	assert.Contains(t, m.current(), "TAG='1.1.0'")
	assert.Contains(t, m.read("var/lib/carebase/releases/previous/release.env"), "TAG='1.0.0'")
}

func TestUnhealthyReleaseIsRolledBack(t *testing.T) {
	for name, broken := range map[string]string{"containers": "fail-up-1.1.0", "health URL": "unhealthy-1.1.0"} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			out, ok := m.deploy("1.0.0")
			require.True(t, ok, out)
			m.write(broken, "", 0o644)
			out, ok = m.deploy("1.1.0")
			assert.False(t, ok)
			assert.Contains(t, out, "1.1.0 is not healthy: rolling back to TAG='1.0.0'")
			assert.Equal(t, "1.0.0\n", m.read("running"))
			assert.Contains(t, m.current(), "TAG='1.0.0'")

			out, ok = m.deploy("1.2.0")
			require.True(t, ok, "the next release is not held up: %s", out)
			assert.Contains(t, m.current(), "TAG='1.2.0'")
		})
	}
}

func TestReleaseThatCannotStartLeavesTheOldOneAlone(t *testing.T) {
	for _, broken := range []string{"fail-pull-1.1.0", "fail-run-1.1.0"} {
		m := newMachine(t)
		out, ok := m.deploy("1.0.0")
		require.True(t, ok, out)
		m.write("log", "", 0o644)
		m.write(broken, "", 0o644)
		_, ok = m.deploy("1.1.0")
		assert.False(t, ok)
		assert.NotContains(t, m.read("log"), "up ")
		assert.Contains(t, m.current(), "TAG='1.0.0'")
		assert.Contains(t, m.read("log"), "logout ghcr.io")
	}
}

func TestDeploymentsThatAreRefused(t *testing.T) {
	m := newMachine(t)
	out, ok := m.deploy("Latest")
	assert.False(t, ok)
	assert.Contains(t, out, "latest is no release")

	m.write("unhealthy-1.0.0", "", 0o644)
	out, ok = m.deploy("1.0.0")
	assert.False(t, ok)
	assert.Contains(t, out, "there is no earlier release")

	// Another deployment has the lock.
	out, ok = m.run(`mkdir -p "$ROOT/run/carebase"; exec 8>"$ROOT/run/carebase/deploy.lock"; flock 8; exec 9>"$ROOT/run/carebase/deploy.lock"; flock --nonblock 9`)
	assert.False(t, ok, out)
	script, err := (&release{Root: m.root, Releases: "/releases", Tag: "2.0.0", End: endOfFile, HealthSeconds: 1, PollSeconds: "0.1"}).render()
	require.NoError(t, err)
	out, ok = m.run(`exec 8>"$ROOT/run/carebase/deploy.lock"; flock 8; bash -c "$(cat <<'SCRIPT'` + "\n" + script + "\nSCRIPT\n)\"")
	assert.False(t, ok)
	assert.Contains(t, out, "another deployment is running")
}

func (m *machine) secrets() (string, bool) {
	m.t.Helper()
	s := &setup{Root: m.root, Region: "us-east-1", FileOnly: "GHCR_TOKEN"}
	_, err := s.render()
	require.NoError(m.t, err)
	return m.run(s.SecretsScript)
}

func TestSecretsAreReadIntoMemory(t *testing.T) {
	m := newMachine(t)
	m.write("etc/carebase/secrets", "DATABASE_URL|database|url\nGHCR_TOKEN|token|\nORIGIN_KEY|key|\nSECRET_KEY|signing|\n", 0o644)
	m.write("vault/database", `{"url": "postgres://app:p'w$1\\@db/care", "username": "app"}`+"\n", 0o644)
	m.write("vault/token", "ghp\n", 0o644)
	m.write("vault/key", "-----BEGIN\nKEY-----\n", 0o644)
	m.write("vault/signing", "a=b c\n", 0o644)
	out, ok := m.secrets()
	require.True(t, ok, out)
	assert.Empty(t, out, "no value is printed")
	assert.Equal(t, "DATABASE_URL=postgres://app:p'w$1\\@db/care\nSECRET_KEY=a=b c\n", m.read("run/carebase/env"))
	for name, want := range map[string]string{
		"DATABASE_URL": `postgres://app:p'w$1\@db/care`, "GHCR_TOKEN": "ghp", "ORIGIN_KEY": "-----BEGIN\nKEY-----", "SECRET_KEY": "a=b c",
	} {
		assert.Equal(t, want, m.read("run/carebase/secrets/"+name))
		info, err := os.Stat(filepath.Join(m.root, "run/carebase/secrets", name))
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}

	// A secret that cannot be read leaves the files of before.
	require.NoError(t, os.Remove(filepath.Join(m.root, "vault/signing")))
	m.write("vault/token", "other\n", 0o644)
	_, ok = m.secrets()
	assert.False(t, ok)
	assert.Equal(t, "ghp", m.read("run/carebase/secrets/GHCR_TOKEN"))
	assert.Contains(t, m.read("run/carebase/env"), "SECRET_KEY=a=b c")
}

// The stand-ins of a first start write what they are asked to log. The device has a file system if a file formatted exists.
func newHost(t *testing.T) *machine {
	t.Helper()
	m := &machine{t, t.TempDir()}
	const logs = "#!/bin/bash\n" + `echo "$(basename "$0") $*" >>"$ROOT/log"` + "\n"
	for _, name := range []string{
		"bin/dnf", "bin/systemctl", "bin/mkfs.xfs", "bin/mount", "opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl",
	} {
		m.write(name, logs, 0o755)
	}
	m.write("bin/blkid", "#!/bin/bash\n[ -e \"$ROOT/formatted\" ]\n", 0o755)
	m.write("bin/curl", logs+`while [ "$1" != --output ]; do shift; done; printf plugin >"$2"`+"\n", 0o755)
	m.write("dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123", "", 0o644)
	return m
}

// pluginSum is the SHA-256 of what curl writes: printf plugin | sha256sum.
const pluginSum = "5e689e2b01672bf33996e75d5e372ff60c536ce1599a1458e867cd8f4bef5160"

func (m *machine) start(sum string, dataGiB int) (string, bool) {
	m.t.Helper()
	args := &Args{
		HostName: "app", DataGiB: dataGiB, Packages: []string{"postgresql15"},
		Compose: &Compose{File: "${TAG}", Version: "2.39.4", SHA256: sum},
	}
	volume := ""
	if dataGiB > 0 {
		volume = "vol-0123"
	}
	s := args.setup("us-east-1", volume)
	s.Root, s.Secrets = m.root, []string{"NAME|arn|", "OTHER|arn|key"}
	text, err := s.render()
	require.NoError(m.t, err)
	require.True(m.t, strings.HasPrefix(text, "#!/bin/bash\n"), "cloud-init runs a script by its first line")
	return m.run(text)
}

func TestFirstStartOfAHost(t *testing.T) {
	m := newHost(t)
	out, ok := m.start(pluginSum, 10)
	require.True(t, ok, out)
	assert.Equal(t, []string{
		"dnf install --assumeyes amazon-cloudwatch-agent postgresql15",
		"mkfs.xfs -L data " + m.root + "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123",
		"mount /data",
		"systemctl enable --now carebase-secrets.service",
		"dnf install --assumeyes docker",
		"curl --fail --silent --show-error --location --output " + m.root + "/usr/local/lib/docker/cli-plugins/docker-compose " +
			"https://github.com/docker/compose/releases/download/v2.39.4/docker-compose-linux-aarch64",
		"systemctl daemon-reload",
		"systemctl enable --now docker.service",
		"systemctl enable --now carebase-app.service",
		"amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:/etc/carebase/cloudwatch.json",
	}, strings.Split(strings.TrimSpace(m.read("log")), "\n"))
	assert.Equal(t, "NAME|arn|\nOTHER|arn|key\n", m.read("etc/carebase/secrets"))
	assert.Contains(t, m.read("etc/systemd/system/docker.service.d/carebase.conf"), "RequiresMountsFor=/data\nRequires=carebase-secrets.service\n")
	assert.Contains(t, m.read("etc/systemd/system/carebase-app.service"), "ConditionPathExists=/data/releases/current\n")
	assert.Equal(t, composeScript, m.read("usr/local/sbin/carebase-compose"))

	var daemon, agent map[string]any
	require.NoError(t, json.Unmarshal([]byte(m.read("etc/docker/daemon.json")), &daemon))
	assert.Equal(t, map[string]any{
		"live-restore": true, "data-root": "/data/docker", "log-driver": "awslogs", "log-opts": map[string]any{
			"awslogs-region": "us-east-1", "awslogs-group": "/host/app/containers", "tag": "{{.Name}}/{{.ID}}",
		},
	}, daemon)
	require.NoError(t, json.Unmarshal([]byte(m.read("etc/carebase/cloudwatch.json")), &agent))
	assert.Equal(t, map[string]any{
		"namespace": "CWAgent", "append_dimensions": map[string]any{"InstanceId": "${aws:InstanceId}"},
		"metrics_collected": map[string]any{
			"mem":  map[string]any{"measurement": []any{"mem_used_percent"}},
			"disk": map[string]any{"measurement": []any{"used_percent"}, "resources": []any{"/", "/data"}, "drop_device": true},
		},
	}, agent["metrics"])
	for _, name := range []string{"carebase-secrets", "carebase-compose"} {
		out, err := exec.Command("bash", "-n", filepath.Join(m.root, "usr/local/sbin", name)).CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
}

// The data of the host before must outlast the start of the next host.
func TestDataVolumeIsFormattedOnce(t *testing.T) {
	m := newHost(t)
	m.write("formatted", "", 0o644)
	out, ok := m.start(pluginSum, 10)
	require.True(t, ok, out)
	assert.NotContains(t, m.read("log"), "mkfs")
	assert.Contains(t, m.read("log"), "mount /data")

	m = newHost(t)
	out, ok = m.start(pluginSum, 0)
	require.True(t, ok, out)
	assert.NotContains(t, m.read("log"), "mount")
	assert.Contains(t, m.read("etc/systemd/system/carebase-app.service"), "ConditionPathExists=/var/lib/carebase/releases/current\n")
}

func TestPluginOfAnotherChecksumIsNotRun(t *testing.T) {
	m := newHost(t)
	_, ok := m.start(strings.Repeat("0", 64), 10)
	assert.False(t, ok)
	assert.NotContains(t, m.read("log"), "docker.service")
}
