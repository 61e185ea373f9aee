/* PID 1 of a sandbox: builds what commands will see, reports, then reaps orphans until it is killed. */
#ifndef SANDLOT_INIT_H
#define SANDLOT_INIT_H

#include "spec.h"

/* Runs in the new namespaces; speaks to the keeper over `link`. */
_Noreturn void init_run(const struct sandbox_spec *spec, int link);

#endif
