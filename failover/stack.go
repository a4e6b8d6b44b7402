package failover

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Stack is a Pulumi stack. Package engine implements it with the Pulumi CLI, the tests with a simulation.
type Stack interface {
	Name() string
	// Activation reads the stack's settings.
	Activation(ctx context.Context) (Activation, error)
	// Activate writes the stack's settings, all three values or none.
	Activate(ctx context.Context, to Activation) error
	// Outputs returns the outputs of the last update.
	Outputs(ctx context.Context) (map[string]any, error)
	// Dependencies returns reasons why the engine could not work without a region. home is a region that can be asked.
	Dependencies(ctx context.Context, region, home, primaryStack string) []Reason
	// Up updates the stack to what its settings say. If an earlier update was killed, Up waits for its lock or breaks it.
	Up(ctx context.Context, tell func(string)) error
	// Refresh reads one database from AWS into the state.
	Refresh(ctx context.Context, identifier string) error
	// ReleaseCache lets the engine delete the cache, which is protected while the stack serves. Without a cache it does nothing.
	ReleaseCache(ctx context.Context) error
	// Adopt replaces the id of a database in the state, and reads the database with the new id from AWS.
	Adopt(ctx context.Context, identifier, resourceID string) error
}

// Activation is the part of the setting `recovery` that operations write.
type Activation struct {
	Active      bool
	ActivatedAt string // RFC 3339, "" if never. The settings refuse it without Active, because the data has diverged
	Promoted    bool   // turns Multi-AZ on
}

// Settings are the values of the two stacks' settings files that an operation needs.
type Settings struct {
	AccountID      string  // AWS account of the recovery stack
	RTOMinutes     int     // recovery time objective
	RPOMinutes     int     // recovery point objective
	DatabaseMaxGiB int     // largest size that the database may grow to; restoring a copy takes time by this size
	FargateVCPUs   float64 // most vCPUs that the active recovery stack runs
	// PrimaryCounts are the desired task counts of the primary's services, by the service's name in the settings. The map is
	// empty if the primary's settings cannot be read.
	PrimaryCounts map[string]int
}

// Site describes both regions as of the recovery stack's last update. ReadSite reads the description from the state, so it is
// available while either region is down.
type Site struct {
	Settings
	Region, PrimaryRegion          string
	Database, PrimaryDatabase      string
	Cluster, PrimaryCluster        string
	Services, PrimaryServices      map[string]string // names of ECS services, by name in the settings
	Counts                         map[string]int    // desired task counts once active, by name in the settings
	Switch                         Switch
	Images                         []string
	CertificateArn                 string
	SecretArns                     []string
	Vault                          string
	FilesBucket                    string // in the recovery region
	HealthURL                      string
	OriginName, RecoveryOriginName string
	PrimaryDatabaseArn             string
	PrimaryStack                   string
}

// ReadSite reads the outputs of a recovery stack. The error names every output that is missing.
func ReadSite(outputs map[string]any) (Site, error) {
	o := reader{outputs: outputs}
	s := Site{
		Region: o.text("region"), PrimaryRegion: o.text("primaryRegion"), PrimaryStack: o.text("primaryStack"),
		Database: o.text("databaseInstanceIdentifier"), PrimaryDatabase: o.text("primaryDatabaseInstanceIdentifier"),
		PrimaryDatabaseArn: o.text("primaryDatabaseInstanceArn"),
		Cluster:            o.text("clusterName"), PrimaryCluster: o.text("primaryClusterName"),
		Services: texts(o.table("services")), PrimaryServices: texts(o.table("primaryServices")),
		Counts: numbers(o.table("serviceCounts")),
		Switch: Switch{
			Namespace: o.text("switchNamespace"), Metric: o.text("switchMetric"),
			Stack: o.text("switchStack"), Alarm: o.text("switchAlarmName"),
		},
		Images: values(texts(o.table("images"))), CertificateArn: o.text("certificateArn"),
		SecretArns: values(texts(o.table("secretArns"))), Vault: o.text("vaultName"), FilesBucket: o.text("filesBucket"),
		HealthURL: o.text("healthUrl"), OriginName: o.text("originName"), RecoveryOriginName: o.text("recoveryOriginName"),
	}
	if len(o.missing) > 0 {
		slices.Sort(o.missing)
		return Site{}, fmt.Errorf("the state lacks the outputs %s: is this a recovery stack, and was its last `pulumi up` run to its end?",
			strings.Join(slices.Compact(o.missing), ", "))
	}
	return s, nil
}

type reader struct {
	outputs map[string]any
	missing []string
}

func (r *reader) text(name string) string {
	text, _ := r.outputs[name].(string)
	if text == "" {
		r.missing = append(r.missing, name)
	}
	return text
}

func (r *reader) table(name string) map[string]any {
	table, _ := r.outputs[name].(map[string]any)
	if len(table) == 0 {
		r.missing = append(r.missing, name)
	}
	return table
}

func texts(table map[string]any) map[string]string {
	made := make(map[string]string, len(table))
	for name, value := range table {
		made[name], _ = value.(string)
	}
	return made
}

func numbers(table map[string]any) map[string]int {
	made := make(map[string]int, len(table))
	for name, value := range table {
		number, _ := value.(float64)
		made[name] = int(number)
	}
	return made
}

// values returns the values of a table, sorted.
func values(table map[string]string) []string {
	list := make([]string, 0, len(table))
	for _, value := range table {
		list = append(list, value)
	}
	slices.Sort(list)
	return list
}
