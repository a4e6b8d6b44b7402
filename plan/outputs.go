package plan

import (
	"reflect"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/graph"
)

// outputs are the output properties of a resource type with the Go types of their values.
type outputs map[string]reflect.Type

var (
	outputType  = reflect.TypeFor[pulumi.Output]()
	outputCache sync.Map // reflect.Type of the resource -> outputs; types never change, plans are many
)

// outputsOf reads the outputs from the fields of a resource's Go type.
func outputsOf(res pulumi.Resource) outputs {
	typ := reflect.TypeOf(res).Elem()
	if known, ok := outputCache.Load(typ); ok {
		return known.(outputs)
	}
	found := outputs{}
	for i := range typ.NumField() {
		field := typ.Field(i)
		property := field.Tag.Get("pulumi")
		if property == "" || !field.Type.Implements(outputType) {
			continue
		}
		found[property] = reflect.Zero(field.Type).Interface().(pulumi.Output).ElementType()
	}
	outputCache.Store(typ, found)
	return found
}

// symbolic gives a value for every output of the resource: a reference where text can stand for the value, and
// unknown where it cannot (numbers, booleans, maps). A list becomes its first element, "property[0]": how many
// there are only the cloud knows.
func (o outputs) symbolic(urn string) resource.PropertyMap {
	values := make(resource.PropertyMap, len(o))
	for property, typ := range o {
		value, ok := symbol(graph.Reference{URN: urn, Property: property}, typ)
		if !ok {
			value = resource.MakeComputed(resource.NewProperty(""))
		}
		values[resource.PropertyKey(property)] = value
	}
	return values
}

func symbol(ref graph.Reference, typ reflect.Type) (resource.PropertyValue, bool) {
	switch typ.Kind() {
	case reflect.String:
		return resource.NewProperty(ref.Token()), true
	case reflect.Pointer:
		return symbol(ref, typ.Elem())
	case reflect.Slice:
		first, ok := symbol(graph.Reference{URN: ref.URN, Property: ref.Property + "[0]"}, typ.Elem())
		return resource.NewProperty([]resource.PropertyValue{first}), ok
	case reflect.Struct:
		return symbolicObject(ref, typ)
	default:
		return resource.PropertyValue{}, false
	}
}

// symbolicObject leaves optional members that cannot be symbols unset, and gives up where a required one cannot be:
// its zero value would be an invented one.
func symbolicObject(ref graph.Reference, typ reflect.Type) (resource.PropertyValue, bool) {
	object := resource.PropertyMap{}
	for i := range typ.NumField() {
		field := typ.Field(i)
		property := field.Tag.Get("pulumi")
		if property == "" {
			return resource.PropertyValue{}, false
		}
		value, ok := symbol(graph.Reference{URN: ref.URN, Property: ref.Property + "." + property}, field.Type)
		switch {
		case ok:
			object[resource.PropertyKey(property)] = value
		case field.Type.Kind() != reflect.Pointer && field.Type.Kind() != reflect.Slice && field.Type.Kind() != reflect.Map:
			return resource.PropertyValue{}, false
		}
	}
	return resource.NewProperty(object), true
}
