package address

import (
	"fmt"
	"regexp"
)

// ZoneRule says in words what ParseZone accepts.
const ZoneRule = "the name of an Availability Zone: a region and a letter a to f, e.g. us-east-1a"

// No region has a zone past f. Local and Wavelength Zones (us-west-2-lax-1a) are refused: not every service
// that carries health records runs there.
var zonePattern = regexp.MustCompile(`^([a-z]{2}(?:-[a-z]+)+-[0-9])([a-f])$`)

// A Zone is an Availability Zone and its slot in every plan. Make it with ParseZone.
type Zone struct {
	region string
	letter string
	slot   int
}

// ParseZone reads a zone's name; ZoneRule says which it accepts.
func ParseZone(name string) (Zone, error) {
	parts := zonePattern.FindStringSubmatch(name)
	if parts == nil {
		return Zone{}, fmt.Errorf("zone %q: allowed is %s", name, ZoneRule)
	}
	return Zone{region: parts[1], letter: parts[2], slot: int(parts[2][0] - 'a')}, nil
}

// String is the zone's name.
func (z Zone) String() string { return z.region + z.letter }

// Region is the region the zone belongs to.
func (z Zone) Region() string { return z.region }
