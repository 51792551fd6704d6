package cli

import (
	"math"
	"strconv"
)

// exactPowers are the powers of ten that float64 holds exactly.
var exactPowers = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
	1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// maxMantissa bounds the integers that float64 holds exactly.
const maxMantissa = 1 << 53

// parseDecimal reads the decimal number that text begins with and returns it, rounded to nearest as
// by strconv.ParseFloat, and its length in bytes: 0 if there is no finite decimal number. Few digits
// need one exact operation (Clinger 1990).
func parseDecimal(text []byte) (float64, int) {
	i := 0
	negative := len(text) > 0 && text[0] == '-'
	if negative || len(text) > 0 && text[0] == '+' {
		i++
	}
	var mantissa uint64
	digits, power := 0, 0 // significant digits; the number is mantissa·10^power
	start, point := i, -1
	for ; i < len(text); i++ {
		digit := text[i] - '0'
		if digit > 9 {
			if text[i] != '.' || point >= 0 {
				break
			}
			point = i
			continue
		}
		if mantissa > 0 || digit > 0 {
			digits++
		}
		if digits <= 19 {
			mantissa = 10*mantissa + uint64(digit)
		}
	}
	switch {
	case point < 0 && i == start, point >= 0 && i == start+1:
		return 0, 0
	case point >= 0:
		power = point + 1 - i
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		exponent, n := parseExponent(text[i+1:])
		if n == 0 {
			return 0, 0
		}
		power += exponent
		i += 1 + n
	}
	if digits > 19 || mantissa > maxMantissa || power < -22 || power > 22 {
		v, err := strconv.ParseFloat(string(text[:i]), 64)
		if err != nil || math.IsInf(v, 0) {
			return 0, 0
		}
		return v, i
	}
	v := float64(mantissa)
	if negative {
		v = -v
	}
	if power < 0 {
		return v / exactPowers[-power], i
	}
	return v * exactPowers[power], i
}

// parseExponent reads a decimal integer with or without sign, cut at ±100,000, and returns its
// length in bytes, 0 if there is none.
func parseExponent(text []byte) (exponent, length int) {
	i := 0
	negative := len(text) > 0 && text[0] == '-'
	if negative || len(text) > 0 && text[0] == '+' {
		i++
	}
	start := i
	for ; i < len(text) && text[i]-'0' <= 9; i++ {
		exponent = min(10*exponent+int(text[i]-'0'), 100_000)
	}
	if i == start {
		return 0, 0
	}
	if negative {
		exponent = -exponent
	}
	return exponent, i
}
