package cli

import (
	"errors"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paretolab/paretolab/experiments"
	"github.com/paretolab/paretolab/experiments/export"
	"github.com/paretolab/paretolab/internal/didyoumean"
)

// exporters write runs below a directory, by the name of their format.
var exporters = map[string]func(runs []*experiments.Run, dir string) ([]string, error){
	"csv": export.CSV, "parquet": export.Parquet, "tensorboard": export.TensorBoard, "mlflow": export.MLflow,
	"onnx": func(runs []*experiments.Run, dir string) ([]string, error) { return export.Policies(runs, dir, "onnx") },
	"safetensors": func(runs []*experiments.Run, dir string) ([]string, error) {
		return export.Policies(runs, dir, "safetensors")
	},
}

var exportFormats = []string{"csv", "parquet", "tensorboard", "mlflow", "onnx", "safetensors"}

func (a *app) exportCommand() *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use:   "export DIR... --format FORMAT",
		Short: "Write runs for other programs: tables, TensorBoard, MLflow, policies",
		Long: `export writes the runs in or below the directories for other programs:

  csv, parquet   long tables over all runs: metrics, evaluations, fronts and archives, with columns
                 experiment, algorithm, environment, seed and item
  tensorboard    one event file per run: tensorboard --logdir OUT
  mlflow         the layout of a file store: mlflow ui --backend-store-uri OUT
  onnx           policies of the fronts as ONNX models, from observations to actions, with front.csv
  safetensors    policies of the fronts as in the run directory, with front.csv: small, enough to act`,
		Example: "  paretolab export runs/quickstart --format csv\n  paretolab export runs --format tensorboard --out logs",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("export needs a DIR that holds runs; see `paretolab export --help`")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(c *cobra.Command, args []string) error {
			write, ok := exporters[format]
			if !ok {
				return usagef("--format is %q; it is one of %s%s", format, strings.Join(exportFormats, ", "),
					didyoumean.Question(didyoumean.Nearest(format, exportFormats), ""))
			}
			runs, err := a.loadRuns(c.Context(), args)
			if err != nil {
				return err
			}
			if out == "" {
				out = filepath.Join(args[0], "export", format)
			}
			files, err := write(runs, out)
			if err != nil {
				return exportError(out, err)
			}
			return a.printFiles(files)
		},
	}
	c.Flags().StringVar(&format, "format", "csv", "one of "+strings.Join(exportFormats, ", "))
	c.Flags().StringVar(&out, "out", "", "directory to write to (default: export/FORMAT in the first DIR)")
	_ = c.MarkFlagDirname("out") // fails only for a flag that does not exist
	return c
}

// exportError is that of a policy without the format, of data, or of the file system.
func exportError(out string, err error) error {
	var form *export.NotExportableError
	switch {
	case errors.As(err, &form):
		return withCode(exitUsage, err)
	case isDataError(err):
		return withCode(exitData, err)
	}
	return writing(out, err)
}
