package report

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// The picture is a grid: the internet above the edge, the edge above a region, in a region the tiers of the network one above the
// other with a column for each zone, and beside them the buckets and the managed services. Measures are in pixels.
const (
	width      = 1180
	sideWidth  = 330 // of the column with buckets and services
	gap        = 14  // between boxes
	rowGap     = 46  // between rows that connections pass between
	padding    = 12  // within a box with boxes
	title      = 24  // height of such a box's title
	lineHeight = 16
	nodeWidth  = 172
	nodePad    = 9
)

// A place is where a box is drawn.
type place struct{ x, y, w, h float64 }

func (p place) middle() float64 { return p.x + p.w/2 }

func (p place) bottom() float64 { return p.y + p.h }

// drawing collects the elements of a picture.
type drawing struct {
	picture *Picture
	places  map[*Box]place
	order   []*Box // in the order of drawing: outer boxes first
}

// SVG returns the picture as one SVG element. It asks for no other file, and has colours for light and dark mode.
func (p *Picture) SVG() string {
	d := &drawing{picture: p, places: map[*Box]place{}}
	height := d.layOut()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="architecture" viewBox="0 0 %d %.0f" role="img" aria-labelledby="architecture-title">`+"\n",
		width, height)
	fmt.Fprintf(&b, "<title id=\"architecture-title\">Architecture of %s</title>\n<style>%s</style>\n", html.EscapeString(p.Title), colours)
	b.WriteString(`<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">` +
		`<path class="head" d="M0 0L8 4L0 8z"/></marker></defs>` + "\n")
	fmt.Fprintf(&b, "<rect class=\"ground\" width=\"%d\" height=\"%.0f\"/>\n", width, height)
	for _, box := range d.order {
		d.box(&b, box)
	}
	d.edges(&b)
	d.legend(&b, height)
	b.WriteString("</svg>\n")
	return b.String()
}

// colours is the style sheet of a picture.
const colours = `
.architecture{font:13px system-ui,sans-serif}
.architecture .ground{fill:#fff}
.architecture text{fill:#1c2733}
.architecture .group>rect{fill:#2f6fb00d;stroke:#6b8299;stroke-width:1}
.architecture .group>text{font-weight:600}
.architecture .zone>rect{fill:none;stroke:#6b8299;stroke-dasharray:3 3}
.architecture .node>rect,.architecture .node>path{fill:#f4f7fa;stroke:#40566b}
.architecture .node text:first-of-type{font-weight:600}
.architecture .phi>rect,.architecture .phi>path{fill:#fbe3e1;stroke:#b3261e;stroke-width:2}
.architecture .outside>rect{stroke-dasharray:5 3}
.architecture .edge{fill:none;stroke:#1c5d99;stroke-width:1.5}
.architecture .copy{stroke:#7a4b9e;stroke-dasharray:6 4}
.architecture .head{fill:context-stroke}
.architecture .label{font-size:12px;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}
@media (prefers-color-scheme:dark){
.architecture .ground{fill:#12181f}
.architecture text{fill:#e4ebf2}
.architecture .group>rect{fill:#7fb2e60f;stroke:#7d93a8}
.architecture .zone>rect{stroke:#7d93a8}
.architecture .node>rect,.architecture .node>path{fill:#1d2731;stroke:#93a9be}
.architecture .phi>rect,.architecture .phi>path{fill:#4a1d1a;stroke:#f2867f}
.architecture .edge{stroke:#7db7ee}
.architecture .copy{stroke:#c79be8}
.architecture .label{stroke:#12181f}
}
@media print{.architecture .ground{fill:#fff}.architecture text{fill:#000}}
`

// layOut gives every box its place and returns the height of the picture.
func (d *drawing) layOut() float64 {
	y := float64(gap)
	var outside, edge, regions []*Box
	for _, box := range d.picture.Root.Boxes {
		switch {
		case box.Outside:
			outside = append(outside, box)
		case box.ID == "edge":
			edge = append(edge, box)
		default:
			regions = append(regions, box)
		}
	}
	if len(outside) > 0 {
		y += d.row(outside, place{x: gap, y: y, w: width - sideWidth - 3*gap}) + rowGap
	}
	for _, box := range edge {
		y += d.group(box, place{x: gap, y: y, w: width - sideWidth - 3*gap}) + rowGap
	}
	for _, box := range regions {
		y += d.region(box, y) + rowGap
	}
	return y - rowGap + gap + 2*lineHeight // the legend
}

// region places a region: on the left its networks, or its services where it has no network; on the right the rest.
func (d *drawing) region(box *Box, y float64) float64 {
	d.order = append(d.order, box)
	left, right := place{x: gap + padding, y: y + title, w: width - sideWidth - 3*gap - padding}, place{x: width - gap - padding - sideWidth + 2*padding, y: y + title, w: sideWidth - 2*padding}
	hasNetwork := slices.ContainsFunc(box.Boxes, isNetwork)
	for _, inner := range box.Boxes {
		switch {
		case isNetwork(inner):
			left.y += d.network(inner, left) + gap
		case inner.ID == "services" && !hasNetwork:
			left.y += d.group(inner, left) + gap
		default:
			right.y += d.group(inner, right) + gap
		}
	}
	h := max(left.y, right.y) - y - gap + padding
	d.places[box] = place{x: gap, y: y, w: width - 2*gap, h: h}
	return h
}

func isNetwork(b *Box) bool { return len(b.Lines) > 0 && strings.HasPrefix(b.Lines[0], "VPC ") }

// network places a network: its tiers one above the other.
func (d *drawing) network(box *Box, at place) float64 {
	d.order = append(d.order, box)
	y := at.y + title
	for _, tier := range box.Boxes {
		inner := place{x: at.x + padding, y: y, w: at.w - 2*padding}
		if len(tier.Boxes) == 0 {
			y += d.row([]*Box{tier}, inner) + rowGap
			continue
		}
		y += d.tier(tier, inner) + rowGap
	}
	h := y - rowGap + padding - at.y
	d.places[box] = place{x: at.x, y: at.y, w: at.w, h: h}
	return h
}

// tier places a tier: the zones in a row, and below them what is in all zones.
func (d *drawing) tier(box *Box, at place) float64 {
	d.order = append(d.order, box)
	y := at.y + title
	var nodes []*Box
	for _, inner := range box.Boxes {
		if !inner.Zones {
			nodes = append(nodes, inner)
			continue
		}
		d.places[inner] = place{x: at.x + padding, y: y, w: at.w - 2*padding, h: d.zones(inner.Boxes, place{x: at.x + padding, y: y, w: at.w - 2*padding})}
		y += d.places[inner].h + gap
	}
	if len(nodes) > 0 {
		y += d.row(nodes, place{x: at.x + padding, y: y, w: at.w - 2*padding}) + gap
	}
	h := y - gap + padding - at.y
	d.places[box] = place{x: at.x, y: at.y, w: at.w, h: h}
	return h
}

// zones places boxes side by side, all of the same width.
func (d *drawing) zones(boxes []*Box, at place) float64 {
	h, w := 0.0, (at.w-gap*float64(len(boxes)-1))/float64(max(len(boxes), 1))
	for _, box := range boxes {
		h = max(h, nodeHeight(box))
	}
	for i, box := range boxes {
		d.order = append(d.order, box)
		d.places[box] = place{x: at.x + float64(i)*(w+gap), y: at.y, w: w, h: h}
	}
	return h
}

// group places a box with a title and its boxes in rows.
func (d *drawing) group(box *Box, at place) float64 {
	d.order = append(d.order, box)
	h := title + d.row(box.Boxes, place{x: at.x + padding, y: at.y + title, w: at.w - 2*padding}) + padding
	d.places[box] = place{x: at.x, y: at.y, w: at.w, h: h}
	return h
}

// row places boxes side by side, in as many rows as they need, each row in the middle.
func (d *drawing) row(boxes []*Box, at place) float64 {
	columns := max(1, int((at.w+gap)/(nodeWidth+gap)))
	w := float64(nodeWidth)
	if columns == 1 && len(boxes) > 1 { // a narrow column: two beside each other
		columns, w = 2, (at.w-gap)/2
	}
	y := at.y
	for part := range slices.Chunk(boxes, columns) {
		spread := gap + max(0, (at.w-float64(len(part))*(w+gap))/float64(len(part)+1))
		if w < nodeWidth {
			spread = gap
		}
		h := 0.0
		for _, box := range part {
			h = max(h, nodeHeight(box))
		}
		x := at.x + (at.w-float64(len(part))*w-float64(len(part)-1)*spread)/2
		for _, box := range part {
			d.order = append(d.order, box)
			d.places[box] = place{x: x, y: y, w: w, h: h}
			x += w + spread
		}
		y += h + gap
	}
	return y - gap - at.y
}

func nodeHeight(b *Box) float64 {
	h := float64(len(b.Lines)*lineHeight + 2*nodePad)
	if b.Data {
		h += nodePad
	}
	return h
}

// box writes one box.
func (d *drawing) box(out *strings.Builder, box *Box) {
	p := d.places[box]
	switch {
	case len(box.Boxes) > 0:
		fmt.Fprintf(out, `<g class="group"><rect x="%s" y="%s" width="%s" height="%s" rx="6"/>`, n(p.x), n(p.y), n(p.w), n(p.h))
		fmt.Fprintf(out, `<text x="%s" y="%s">%s</text></g>`+"\n", n(p.x+padding), n(p.y+17), html.EscapeString(strings.Join(box.Lines, " ")))
		return
	case box.Zones:
		return
	}
	class := "node"
	if box.parent.Zones {
		class = "zone"
	}
	if box.PHI {
		class += " phi"
	}
	if box.Outside {
		class += " outside"
	}
	fmt.Fprintf(out, `<g class="%s">`, class)
	top := p.y
	if box.Data {
		ry := float64(nodePad)
		fmt.Fprintf(out, `<path d="M%[1]s %[2]sv%[3]sa%[4]s %[5]s 0 0 0 %[6]s 0v-%[3]sa%[4]s %[5]s 0 0 0 -%[6]s 0a%[4]s %[5]s 0 0 0 %[6]s 0"/>`,
			n(p.x), n(p.y+ry), n(p.h-2*ry), n(p.w/2), n(ry), n(p.w))
		top += ry
	} else {
		fmt.Fprintf(out, `<rect x="%s" y="%s" width="%s" height="%s" rx="4"/>`, n(p.x), n(p.y), n(p.w), n(p.h))
	}
	for i, line := range box.Lines {
		fmt.Fprintf(out, `<text text-anchor="middle" x="%s" y="%s"`, n(p.middle()), n(top+nodePad+float64(i)*lineHeight+12))
		if fits := p.w - 8; float64(len([]rune(line)))*6.9 > fits {
			fmt.Fprintf(out, ` textLength="%s" lengthAdjust="spacingAndGlyphs"`, n(fits))
		}
		fmt.Fprintf(out, `>%s</text>`, html.EscapeString(line))
	}
	out.WriteString("</g>\n")
}

// A line is a connection on the picture.
type line struct {
	Edge
	down bool // from the bottom of the upper box to the top of the lower
	x1   float64
	x2   float64
}

// edges writes the connections. Those that leave or reach a box at the same side are spread over it, in the order of where they
// lead, so that few cross.
func (d *drawing) edges(out *strings.Builder) {
	lines := make([]*line, 0, len(d.picture.Edges))
	type side struct {
		box *Box
		top bool
	}
	ends := map[side][]*line{}
	for _, edge := range d.picture.Edges {
		from, to := d.places[edge.From], d.places[edge.To]
		l := &line{Edge: edge, down: to.y >= from.bottom()}
		lines = append(lines, l)
		if beside(from, to) {
			ends[side{edge.From, false}] = append(ends[side{edge.From, false}], l)
			ends[side{edge.To, false}] = append(ends[side{edge.To, false}], l)
			continue
		}
		ends[side{edge.From, !l.down}] = append(ends[side{edge.From, !l.down}], l)
		ends[side{edge.To, l.down}] = append(ends[side{edge.To, l.down}], l)
	}
	for end, at := range ends {
		other := func(l *line) float64 {
			if l.From == end.box {
				return d.places[l.To].middle()
			}
			return d.places[l.From].middle()
		}
		slices.SortStableFunc(at, func(x, y *line) int { return cmp.Compare(other(x), other(y)) })
		p := d.places[end.box]
		for i, l := range at {
			x := p.x + p.w*float64(i+1)/float64(len(at)+1)
			if l.From == end.box {
				l.x1 = x
			} else {
				l.x2 = x
			}
		}
	}
	var labels strings.Builder
	for _, l := range lines {
		d.edge(out, &labels, l)
	}
	out.WriteString(labels.String())
}

// beside is true for boxes in the same row.
func beside(a, b place) bool { return a.y < b.bottom() && b.y < a.bottom() }

// edge writes one connection and, to labels, its label.
func (d *drawing) edge(out, labels *strings.Builder, l *line) {
	from, to := d.places[l.From], d.places[l.To]
	y1, y2 := from.bottom(), to.y
	bend := 0.0
	switch {
	case beside(from, to): // an arc below both
		y1, y2 = from.bottom(), to.bottom()
		bend = rowGap * 0.62
	case l.down:
		bend = max(18, (y2-y1)/2)
	default:
		y1, y2 = from.y, to.bottom()
		bend = -max(18, (y1-y2)/2)
	}
	c1, c2 := y1+bend, y2-bend
	if beside(from, to) {
		c2 = y2 + bend
	}
	class := "edge"
	if l.Copy {
		class += " copy"
	}
	fmt.Fprintf(out, `<path class="%s" marker-end="url(#head)" d="M%s %sC%s %s %s %s %s %s"><title>%s</title></path>`+"\n", class,
		n(l.x1), n(y1), n(l.x1), n(c1), n(l.x2), n(c2), n(l.x2), n(y2), html.EscapeString(l.From.place()+" → "+l.To.place()+" "+l.Label))
	// The label stands at a third of the way from the end, where lines of one source are apart.
	const t = 0.72
	point := func(a, b, c, e float64) float64 {
		u := 1 - t
		return u*u*u*a + 3*u*u*t*b + 3*u*t*t*c + t*t*t*e
	}
	fmt.Fprintf(labels, `<text class="label" text-anchor="middle" x="%s" y="%s">%s</text>`+"\n",
		n(point(l.x1, l.x1, l.x2, l.x2)), n(point(y1, c1, c2, y2)+4), html.EscapeString(l.Label))
}

func (d *drawing) legend(out *strings.Builder, height float64) {
	y := height - lineHeight
	if len(d.picture.Sensitive()) > 0 {
		fmt.Fprintf(out, `<g class="node phi"><rect x="%d" y="%s" width="22" height="14" rx="3"/></g><text x="%d" y="%s">stores or processes patients' data</text>`+"\n",
			gap, n(y-12), gap+30, n(y))
	}
	fmt.Fprintf(out, `<path class="edge" d="M300 %[1]sh30"/><text x="340" y="%[2]s">may talk to (port)</text>`+
		`<path class="edge copy" d="M500 %[1]sh30"/><text x="540" y="%[2]s">is copied to</text>`+"\n", n(y-5), n(y))
}

// n writes a coordinate with at most one decimal.
func n(value float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", math.Round(value*10)/10), ".0")
}
