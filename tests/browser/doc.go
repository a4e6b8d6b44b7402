// Package browser opens pages in chromium with the very headers that a stack's plan sends, to prove that the front end works
// under them and that what should be refused is. Its tests have the build tag browser and need chromium on PATH:
//
//	go test -tags browser ./tests/browser/...
package browser
