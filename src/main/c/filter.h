/*
 * A filter of system calls as a decision tree (seccomp(2)). The kernel's program for it jumps forward only, so the tree
 * grows from its leaves: each step names the steps that follow it, and the last one that is put is where the program
 * begins.
 */
#ifndef SANDLOT_FILTER_H
#define SANDLOT_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILTER_MAX 1024u

struct filter {
    struct sock_filter steps[FILTER_MAX]; /* from `first` on */
    unsigned first;
    bool overflow; /* there was no room for all, and it is good for nothing */
};

/* Which step it is, for who comes before. */
typedef unsigned step;

void filter_begin(struct filter *filter);

/* Ends with this action. */
step filter_answer(struct filter *filter, uint32_t action);

/* What is looked at is this number, is not less than it, or has one of its bits. */
step filter_if_equal(struct filter *filter, uint32_t number, step then, step otherwise);
step filter_if_at_least(struct filter *filter, uint32_t number, step then, step otherwise);
step filter_if_any(struct filter *filter, uint32_t bits, step then, step otherwise);

/*
 * What is looked at from here on is 4 bytes of the call's description (struct seccomp_data), and then what was put
 * last.
 */
step filter_load(struct filter *filter, size_t offset);

#endif
