package inspect

// SameRegion is the first resource of that type in r's region: a setting of account and region.
func (s *Stack) SameRegion(r *Resource, typ string) *Resource {
	for _, one := range s.Of(typ) {
		if RegionOf(one) == RegionOf(r) {
			return one
		}
	}
	return nil
}
