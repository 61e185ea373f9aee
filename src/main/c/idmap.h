/* Which users of the host those of a sandbox are (user_namespaces(7)). */
#ifndef SANDLOT_IDMAP_H
#define SANDLOT_IDMAP_H

#include <sys/types.h>

#include "failure.h"
#include "spec.h"

/* Sets the maps of the user namespace that process `pid` has just been born into. */
int idmap_set(const struct sandbox_spec *spec, pid_t pid, struct failure *failure);

#endif
