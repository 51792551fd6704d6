package preference

import (
	"context"
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"
)

// minimise returns where BFGS finds a smooth function to be lowest, L-BFGS where there are many parameters. at writes the
// gradient and returns the value. step is told each value, before the step.
func minimise(ctx context.Context, start []float64, at func(x, gradient []float64) float64, step func(value float64)) ([]float64, error) {
	last, slope, value := make([]float64, len(start)), make([]float64, len(start)), math.NaN()
	evaluate := func(x []float64) {
		if math.IsNaN(value) || !slices.Equal(x, last) {
			copy(last, x)
			value = at(x, slope)
		}
	}
	problem := optimize.Problem{
		Func: func(x []float64) float64 {
			evaluate(x)
			return value
		},
		Grad: func(gradient, x []float64) {
			evaluate(x)
			copy(gradient, slope)
		},
		Status: func() (optimize.Status, error) {
			if err := ctx.Err(); err != nil {
				return optimize.Failure, err
			}
			return optimize.NotTerminated, nil
		},
	}
	settings := &optimize.Settings{GradientThreshold: 1e-11, MajorIterations: 5000, Converger: &optimize.FunctionConverge{Absolute: 1e-16, Iterations: 20}, Recorder: recorderOf(step)}
	var method optimize.Method = &optimize.BFGS{}
	if len(start) > 100 {
		method = &optimize.LBFGS{Store: 20}
	}
	result, err := optimize.Minimize(problem, start, settings, method)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if result == nil {
		return nil, err
	}
	for _, v := range result.X {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errors.New("the answers do not determine finite weights; raise the regularisation l₂")
		}
	}
	return result.X, nil // a line search that cannot improve any more is no failure
}

// recorderOf tells a function the value of each major iteration.
type recorderOf func(value float64)

func (recorderOf) Init() error { return nil }

func (f recorderOf) Record(l *optimize.Location, op optimize.Operation, _ *optimize.Stats) error {
	if op == optimize.MajorIteration {
		f(l.F)
	}
	return nil
}
