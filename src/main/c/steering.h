/* What a running command is told: input, and signals. */
#ifndef SANDLOT_STEERING_H
#define SANDLOT_STEERING_H

#include <stddef.h>

#include "execution.h"
#include "failure.h"
#include "spec.h"

/* Gives it as much input as fits now, and its end where all of it has been taken. */
int steering_input(struct execution *execution, const struct input_spec *spec, size_t *taken, struct failure *failure);

/* Nothing more comes. */
void steering_end_input(struct execution *execution);

/* Nothing more comes, and what nobody has read of it goes: no process of the sandbox's accounts for it. */
void steering_drop_input(struct execution *execution);

/* Sends a signal to its process and to those of the same group, as a terminal does. */
int steering_signal(const struct execution *execution, int number, struct failure *failure);

#endif
