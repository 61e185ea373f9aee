/* What keeper and PID 1 tell each other while the sandbox is built: descriptors, or a failure (unix(7), SCM_RIGHTS). */
#ifndef SANDLOT_PASSING_H
#define SANDLOT_PASSING_H

#include "failure.h"
#include "rootfs.h"

int passing_send_sources(int link, const struct sources *sources, struct failure *failure);
int passing_receive_sources(int link, struct sources *sources, struct failure *failure);

/* PID 1's last word: the descriptors of its namespaces, or, with `namespaces` NULL, why there are none. */
int passing_send_namespaces(int link, const int *namespaces, const struct failure *failure);
int passing_receive_namespaces(int link, int *namespaces, struct failure *failure);

#endif
