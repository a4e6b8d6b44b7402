package inspect

// An Event of the trail, by the paths of its members: "userIdentity.type".
type Event map[string]string
