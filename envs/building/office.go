package building

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// officeJSON holds the numbers of the building, its weather and its prices; what made them says its
// field "source".
//
//go:embed officelarge.json
var officeJSON []byte

const (
	zones = 23
	// Inputs of the linear model that matter: the zone temperatures, ground and outdoor
	// temperature, the actions, and the sun's irradiance. (Column 0 of B, occupancy, is zero.)
	inputs = zones + 2 + zones + 1
	// block zones are computed side by side: as many as have their sums and products in registers.
	block  = 6
	blocks = (zones + block - 1) / block
)

// Observed beside the zone temperatures.
const (
	seesOutdoor = zones + iota
	seesSun
	seesGround
	seesOccupancy
	seesCarbon
	seesPrice
	observed
)

// office is the immutable large office building with its surroundings.
type office struct {
	zoneNames    []string
	coefs        [blocks][inputs][block]float64 // temperature of a zone per unit of an input
	outdoor, sun []float64                      // °C, and irradiance, per hour
	ground       []float64                      // °C
	carbon       []float64                      // of the grid's electricity, per hour of the day
	price        []float64                      // likewise
	priceMax     float64
	occupancy    [8]float64 // coefficients of the occupants' power
	activity     float64    // W
	low, high    [observed]float64
}

// readOffice parses the embedded data once.
var readOffice = sync.OnceValues(func() (*office, error) {
	var data struct {
		Zones     []string
		A, B      [][]float64
		OutTemp   []float64 `json:"out_temp"`
		GHI       []float64
		Ground    []float64         `json:"ground_temp_cycle12"`
		Carbon    []float64         `json:"carbon_cycle24"`
		Price     []float64         `json:"price_cycle24"`
		PriceMax  float64           `json:"price_max"`
		Activity  float64           `json:"occupancy_activity_W"`
		Occupancy [8]float64        `json:"occupancy_coefs"`
		Low       [observed]float64 `json:"obs_low"`
		High      [observed]float64 `json:"obs_high"`
	}
	if err := json.Unmarshal(officeJSON, &data); err != nil {
		return nil, fmt.Errorf("embedded building: %w", err)
	}
	if len(data.Zones) != zones || len(data.A) != zones || len(data.B) != zones || len(data.OutTemp) != len(data.GHI) {
		return nil, fmt.Errorf("embedded building: %d zones, %d and %d rows, %d and %d hours", len(data.Zones), len(data.A), len(data.B), len(data.OutTemp), len(data.GHI))
	}
	o := &office{
		outdoor: data.OutTemp, sun: data.GHI, ground: data.Ground, carbon: data.Carbon, price: data.Price,
		priceMax: data.PriceMax, occupancy: data.Occupancy, activity: data.Activity, low: data.Low, high: data.High,
	}
	for i, name := range data.Zones {
		o.zoneNames = append(o.zoneNames, strings.ToLower(name))
		if len(data.A[i]) != zones || len(data.B[i]) != inputs-zones+1 {
			return nil, fmt.Errorf("embedded building: %d and %d columns in row %d", len(data.A[i]), len(data.B[i]), i)
		}
		for k, c := range append(data.A[i], data.B[i][1:]...) {
			o.coefs[i/block][k][i%block] = c
		}
	}
	return o, nil
})

// next writes the zone temperatures one hour after the inputs u: x′ = A x + B u. Products are
// rounded before they are added, so that every processor gives the same temperatures.
func (o *office) next(u *[inputs]float64, x *[blocks * block]float64) {
	for b := range o.coefs {
		c := &o.coefs[b]
		var s0, s1, s2, s3, s4, s5 float64
		for k, v := range u {
			s0 += float64(c[k][0] * v)
			s1 += float64(c[k][1] * v)
			s2 += float64(c[k][2] * v)
			s3 += float64(c[k][3] * v)
			s4 += float64(c[k][4] * v)
			s5 += float64(c[k][5] * v)
		}
		*(*[block]float64)(x[b*block:]) = [block]float64{s0, s1, s2, s3, s4, s5}
	}
}

// occupants is the power, in W, that people give off at a mean temperature t.
func (o *office) occupants(t float64) float64 {
	c, m := &o.occupancy, o.activity
	return c[0] + float64(c[1]*m) + float64(c[2]*m*m) - float64(c[3]*t*m) + float64(c[4]*t*m*m) -
		float64(c[5]*t*t) + float64(c[6]*t*t*m) - float64(c[7]*t*t*m*m)
}
