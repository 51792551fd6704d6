package pareto

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// ApproxOptions are the settings of [HypervolumeApprox]. The zero value works.
type ApproxOptions struct {
	// RelErr is the half width of the interval, relative to the value, at which sampling ends;
	// default 0.01.
	RelErr float64
	// MaxSamples bounds the samples; default 1<<20. At least 2048 are taken.
	MaxSamples int
	// Seed fixes the random shifts: the same seed gives the same result.
	Seed uint64
}

// Approx is an estimate of a hypervolume.
type Approx struct {
	Value   float64
	StdErr  float64 // of Value, from 16 independent shifts
	Lo, Hi  float64 // 95 % confidence interval
	Samples int
	// Polar says that directions were sampled, not points in the box between ideal and reference
	// point; a pilot chooses what varies less.
	Polar bool
}

const (
	shifts       = 16
	studentT15   = 2.131 // two-sided 95 % quantile for 15 degrees of freedom
	pilotSamples = 1024
)

// HypervolumeApprox estimates the hypervolume of f above ref by randomised quasi-Monte-Carlo, with a
// confidence interval. It samples either points in the box between the ideal and the reference
// point, or directions w, uniform on the positive part of the sphere (Deng & Zhang 2019):
//
//	HV = π^{m/2} / (Γ(m/2)·m·2^{m-1}) · mean over w of max over y of min over j of ((y_j - r_j)/w_j)^m.
//
// Both follow a generalised golden-ratio sequence under 16 random shifts; the deviation of the shifts
// gives the interval, the number of samples doubles until that is narrow enough.
//
// Expect two to three digits. While the standard error is above a tenth of the value, the samples are
// so skewed that the interval covers the truth less often than it says. The exact value is usually cheaper up to nine objectives, and
// [HypervolumeBracket] is certain; sampling is for what both cannot reach. Up to 64 objectives.
//
// Errors as [Hypervolume], and ErrInf if a distance from ref exceeds float64; ErrRange for negative
// settings. Cost: samples·n·m. Options.Workers
// share the shifts.
func HypervolumeApprox(f Front, ref []float64, a ApproxOptions, o ...Options) (Approx, error) {
	opt, err := option(o)
	if err != nil {
		return Approx{}, err
	}
	if !(a.RelErr >= 0) {
		return Approx{}, errRange("relative error", a.RelErr, "give a number such as 0.01, or 0 for the default")
	}
	if a.MaxSamples < 0 {
		return Approx{}, errRange("largest number of samples", a.MaxSamples, "give a positive number, or 0 for the default")
	}
	if a.RelErr == 0 {
		a.RelErr = 0.01
	}
	if a.MaxSamples == 0 {
		a.MaxSamples = 1 << 20
	}
	s, err := newSampler(f, ref, &opt)
	if err != nil || len(s.sides) == 0 {
		return Approx{}, err
	}
	return s.estimate(a, &opt)
}

// sampler is a set of boxes that share the corner 0, scaled to the unit box.
type sampler struct {
	m     int
	sides []float64 // per row and objective: in (0, 1]
	box   product   // volume of the box between ideal and reference point
	step  []float64 // of the sequence, per objective
	polar bool
	// sphere is the volume of the positive part of the unit ball.
	sphere float64
}

// newSampler checks the input and loads the rows that count.
func newSampler(f Front, ref []float64, opt *Options) (*sampler, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	m := f.M
	if m == 0 {
		m = len(ref)
	}
	if err := checkMaxObjectives("hypervolume", m, maxObjectives); err != nil {
		return nil, err
	}
	if err := checkLength("reference point", -1, len(ref), m); err != nil {
		return nil, err
	}
	if err := checkFinite("reference point", -1, ref); err != nil {
		return nil, err
	}
	if err := opt.checkDir(m); err != nil {
		return nil, err
	}
	s := &sampler{m: m, box: one}
	longest := make([]float64, m)
	for i := range f.Len() {
		start := len(s.sides)
		for j, v := range f.Row(i) {
			side := opt.minimised(j, ref[j]) - opt.minimised(j, v)
			if side <= 0 {
				s.sides = s.sides[:start]
				break
			}
			s.sides = append(s.sides, side)
		}
		for j, side := range s.sides[start:] {
			longest[j] = max(longest[j], side)
		}
	}
	if len(s.sides) == 0 {
		return s, nil
	}
	for _, side := range longest {
		if _, err := finite("distance from the reference point", side); err != nil {
			return nil, err
		}
		s.box = s.box.times(side)
	}
	for k := range s.sides {
		s.sides[k] /= longest[k%m]
	}
	logGamma, _ := math.Lgamma(float64(m) / 2)
	s.sphere = math.Exp(float64(m)/2*math.Log(math.Pi)-logGamma-float64(m-1)*math.Ln2) / float64(m)
	// φ^{m+1} = φ + 1, by iteration; the steps are φ^{-1}, …, φ^{-m} (Roberts 2018).
	phi := 1.5
	for range 64 {
		phi = math.Pow(1+phi, 1/float64(m+1))
	}
	for j := range m {
		s.step = append(s.step, math.Pow(phi, -float64(j+1)))
	}
	return s, nil
}

// estimate chooses a way of sampling and doubles the samples until the interval is narrow.
func (s *sampler) estimate(a ApproxOptions, opt *Options) (Approx, error) {
	random := rand.New(rand.NewPCG(a.Seed, 0))
	shift := make([][]float64, shifts)
	for i := range shift {
		for range s.m {
			shift[i] = append(shift[i], random.Float64())
		}
	}
	if err := s.pilot(random, opt.Ctx); err != nil {
		return Approx{}, err
	}
	sums := make([]float64, shifts)
	taken, more := 0, pilotSamples/shifts // per shift
	for {
		if err := s.sample(shift, taken, more, sums, opt); err != nil {
			return Approx{}, err
		}
		taken += more
		mean, squares := 0.0, 0.0
		for _, sum := range sums {
			mean += sum / float64(taken) / shifts
		}
		for _, sum := range sums {
			d := sum/float64(taken) - mean
			squares += d * d
		}
		stderr := math.Sqrt(squares / (shifts - 1) / shifts)
		half := studentT15 * stderr
		if half <= a.RelErr*mean && taken > more || 2*taken*shifts > a.MaxSamples && taken > more {
			hi, err := finite("hypervolume", s.box.share(mean+half))
			if err != nil {
				return Approx{}, err
			}
			return Approx{
				Value: s.box.share(mean), StdErr: s.box.share(stderr),
				Lo: s.box.share(max(0, mean-half)), Hi: hi,
				Samples: taken * shifts, Polar: s.polar,
			}, nil
		}
		more = taken
	}
}

// pilot finds out whether directions or points vary less.
func (s *sampler) pilot(random *rand.Rand, ctx context.Context) error {
	u := make([]float64, s.m)
	inverse := make([]float64, s.m)
	mean, squares := 0.0, 0.0
	for k := range pilotSamples {
		if err := s.cancelled(ctx, k); err != nil {
			return err
		}
		for j := range u {
			u[j] = random.Float64()
		}
		v := s.reach(u, inverse)
		d := v - mean
		mean += d / float64(k+1)
		squares += d * (v - mean)
	}
	share := min(mean, 1)
	s.polar = squares/(pilotSamples-1) <= share*(1-share)
	return nil
}

// sample adds to the sum of each shift its samples from number from on.
func (s *sampler) sample(shift [][]float64, from, n int, sums []float64, opt *Options) error {
	var next atomic.Int64
	errs := make([]error, shifts)
	work := func() {
		u, inverse := make([]float64, s.m), make([]float64, s.m)
		for {
			i := int(next.Add(1)) - 1
			if i >= shifts {
				return
			}
			for k := from; k < from+n && errs[i] == nil; k++ {
				for j, start := range shift[i] {
					_, u[j] = math.Modf(start + float64(k+1)*s.step[j])
				}
				if s.polar {
					sums[i] += s.reach(u, inverse)
				} else {
					sums[i] += s.hit(u)
				}
				errs[i] = s.cancelled(opt.Ctx, k)
			}
		}
	}
	var done sync.WaitGroup
	for range min(opt.Workers, shifts) - 1 {
		done.Go(work)
	}
	work()
	done.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// cancelled returns the error of the context: with many rows every time, else every 256th.
func (s *sampler) cancelled(ctx context.Context, k int) error {
	if len(s.sides) > 1<<12 {
		k = 0
	}
	return cancelled(ctx, k)
}

// cancelled returns the error of the context, every 256th time.
func cancelled(ctx context.Context, k int) error {
	if ctx == nil || k&255 != 0 {
		return nil
	}
	return ctx.Err()
}

// hit returns 1 if the point u is in one of the boxes, else 0.
func (s *sampler) hit(u []float64) float64 {
rows:
	for p := s.sides; len(p) > 0; p = p[s.m:] {
		for j, v := range u {
			if p[j] < v {
				continue rows
			}
		}
		return 1
	}
	return 0
}

// reach returns the sample of the direction that u, uniform in the unit cube, stands for. inverse is
// memory.
func (s *sampler) reach(u, inverse []float64) float64 {
	norm := 0.0
	for j, v := range u {
		g := math.Erfinv(max(v, 0x1p-60)) // half normal, but for a factor
		norm += g * g
		inverse[j] = 1 / g
	}
	norm = math.Sqrt(norm)
	best := 0.0 // distance to the boundary of the union
rows:
	for p := s.sides; len(p) > 0; p = p[s.m:] {
		least := math.Inf(1)
		for j, v := range inverse {
			if d := p[j] * v; d < least {
				if d <= best {
					continue rows
				}
				least = d
			}
		}
		best = least
	}
	return s.sphere * math.Pow(best*norm, float64(s.m))
}
