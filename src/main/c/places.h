/* How many things of a kind a keeper has places for. */
#ifndef SANDLOT_PLACES_H
#define SANDLOT_PLACES_H

/* Commands that run or whose ending is held. */
#define EXECUTIONS_MAX 128
/* Who carries files. */
#define COURIERS_MAX 16
/* Clients, and channels of a trunk: none that the gate of a container lets in is turned away by the keeper inside. */
#define CONNECTIONS_MAX 160

#endif
