// Reads dashboards as Grafana's own types do: a field or an option that they do not know, or of another type, is an error.
//
//	go run . FILE.json …        (prints a line for each file, exits with 1 when one is refused)
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

func main() {
	runtime := cog.NewRuntime()
	runtime.RegisterPanelcfgVariant(heatmap.VariantConfig())
	runtime.RegisterPanelcfgVariant(stat.VariantConfig())
	runtime.RegisterPanelcfgVariant(table.VariantConfig())
	runtime.RegisterPanelcfgVariant(timeseries.VariantConfig())
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "name the dashboards to read")
		os.Exit(2)
	}
	failed := false
	for _, path := range os.Args[1:] {
		panels, err := check(path)
		if err != nil {
			failed = true
			fmt.Printf("%s: refused\n%v\n", path, err)
			continue
		}
		fmt.Printf("%s: %d panels and rows\n", path, panels)
	}
	if failed {
		os.Exit(1)
	}
}

func check(path string) (int, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	board := dashboard.NewDashboard()
	if err := found(board.UnmarshalJSONStrict(raw)); err != nil {
		return 0, err
	}
	return len(board.Panels), found(board.Validate())
}

// The generated code returns an empty list of errors, which is not nil, where it found none.
func found(err error) error {
	var list cog.BuildErrors
	if errors.As(err, &list) && len(list) == 0 {
		return nil
	}
	return err
}
