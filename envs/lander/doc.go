// Package lander holds the lunar landers. Importing it registers them.
package lander
