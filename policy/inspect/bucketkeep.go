package inspect

// IsEmpty is true for what is not set, or holds nothing that is.
func IsEmpty(v Value) bool {
	for _, key := range v.Keys() {
		if !IsEmpty(v.Member(key)) {
			return false
		}
	}
	for _, element := range v.List() {
		if !IsEmpty(element) {
			return false
		}
	}
	return v.Unset() || v.Keys() != nil || v.List() != nil
}
