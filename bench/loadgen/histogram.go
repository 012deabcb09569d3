package main

import (
	"math/bits"
	"time"
)

// histogram counts durations in microseconds: exact below 64, then 32 steps an octave (an error below 3.2 %).
type histogram struct {
	counts [32 * 40]int64
	total  int64
	max    int64
}

func bucketOf(us int64) int {
	if us < 64 {
		return int(us)
	}
	octave := bits.Len64(uint64(us)) - 6
	bucket := octave*32 + int(us>>octave)
	return min(bucket, 32*40-1)
}

func upperBound(bucket int) int64 {
	if bucket < 64 {
		return int64(bucket)
	}
	octave := bucket/32 - 1
	return int64(bucket%32+33)<<octave - 1
}

func (h *histogram) record(d time.Duration) {
	us := d.Microseconds()
	if us < 0 {
		us = 0
	}
	h.counts[bucketOf(us)]++
	h.total++
	h.max = max(h.max, us)
}

func (h *histogram) add(other *histogram) {
	for index, count := range other.counts {
		h.counts[index] += count
	}
	h.total += other.total
	h.max = max(h.max, other.max)
}

func (h *histogram) quantile(q float64) float64 {
	rank := int64(q * float64(h.total))
	var seen int64
	for bucket, count := range h.counts {
		seen += count
		if seen > rank {
			return float64(min(upperBound(bucket), h.max))
		}
	}
	return float64(h.max)
}
