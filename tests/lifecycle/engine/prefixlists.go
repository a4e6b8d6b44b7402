package engine

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// supplyHealthCheckers gives the emulator the lists of Route 53's health checkers, which AWS keeps in every region and a
// protected stack's load balancer admits. moto has AWS's lists of S3 and DynamoDB alone.
func (e *Emulator) supplyHealthCheckers(t testing.TB, regions ...string) {
	t.Helper()
	for _, region := range regions {
		client := ec2.NewFromConfig(e.Config(region))
		name := "com.amazonaws." + region + ".route53-healthchecks"
		lists, err := client.DescribeManagedPrefixLists(t.Context(), &ec2.DescribeManagedPrefixListsInput{
			Filters: []types.Filter{{Name: aws.String("prefix-list-name"), Values: []string{name}}},
		})
		if err == nil && len(lists.PrefixLists) == 0 {
			_, err = client.CreateManagedPrefixList(t.Context(), &ec2.CreateManagedPrefixListInput{
				PrefixListName: &name, AddressFamily: aws.String("IPv4"), MaxEntries: aws.Int32(25),
				Entries: []types.AddPrefixListEntry{{Cidr: aws.String("15.177.0.0/18")}},
			})
		}
		if err != nil {
			t.Fatalf("the emulator's prefix list %s: %v", name, err)
		}
	}
}
