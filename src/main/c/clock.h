#ifndef SANDLOT_CLOCK_H
#define SANDLOT_CLOCK_H

#include <stdint.h>

/* Time that only goes on, in microseconds (CLOCK_MONOTONIC, clock_gettime(2)). */
uint64_t monotonic_us(void);

#endif
