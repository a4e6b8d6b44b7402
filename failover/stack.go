package failover

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Stack is a stack of the engine's. It is package engine's over Pulumi's Automation API, and a simulation's in the tests.
type Stack interface {
	Name() string
	// Activation as the stack's settings have it.
	Activation(ctx context.Context) (Activation, error)
	// Activate writes it into the stack's settings, all or nothing.
	Activate(ctx context.Context, to Activation) error
	Outputs(ctx context.Context) (map[string]any, error)
	// Dependencies are reasons why the engine could not work without a region. Home is a region that can be asked.
	Dependencies(ctx context.Context, region, home, primaryStack string) []Reason
	// Up makes the cloud what the settings say. After one that was killed it waits for, or breaks, the lock that was left.
	Up(ctx context.Context, tell func(string)) error
	// Refresh reads the database of that identifier, and nothing else, from the cloud into the state.
	Refresh(ctx context.Context, identifier string) error
	// ReleaseCache lets the engine take the cache away, which is protected while the stack serves. Without one it does nothing.
	ReleaseCache(ctx context.Context) error
	// Adopt makes the state's database of that identifier the one with that resource id, and reads it from the cloud.
	Adopt(ctx context.Context, identifier, resourceID string) error
}

// Activation is the part of clinic:recovery that an operation writes.
type Activation struct {
	Active      bool
	ActivatedAt string // RFC 3339, "" never. With Active false it is refused: the data has diverged
	Promoted    bool   // turns Multi-AZ on
}

// Site is both sides as the recovery stack's last update knew them. It comes from the state, so it can be read without
// either region.
type Site struct {
	Region, PrimaryRegion          string
	Database, PrimaryDatabase      string
	Cluster, PrimaryCluster        string
	Services, PrimaryServices      map[string]string // name in the settings to ECS's
	Counts                         map[string]int    // tasks once active, by name in the settings
	PrimaryCounts                  map[string]int    // the same of the primary; from its settings
	Switch                         Switch
	Images                         []string
	CertificateArn                 string
	SecretArns                     []string
	Vault                          string
	FilesBucket                    string // in the recovery region
	HealthURL                      string
	OriginName, RecoveryOriginName string
	RTOMinutes, RPOMinutes         int     // from the settings
	FargateVCPUs                   float64 // once active, at most; from the settings, the state does not have it
	PrimaryDatabaseArn             string
	PrimaryStack                   string
}

// ReadSite reads the outputs of a recovery stack. Everything that is missing is reported at once.
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

// values in a stable order.
func values(table map[string]string) []string {
	list := make([]string, 0, len(table))
	for _, value := range table {
		list = append(list, value)
	}
	slices.Sort(list)
	return list
}
