/* What clients ask of a keeper, frame by frame, and what it answers. */
#ifndef SANDLOT_REQUESTS_H
#define SANDLOT_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "courier.h"
#include "leftovers.h"
#include "sandbox.h"
#include "tables.h"
#include "tunnel.h"

/* All that a keeper has in hand. */
struct work {
    struct sandbox *sandbox;
    struct tables tables;
    struct leftovers leftovers;
    struct tunnels tunnels;
    struct couriers couriers;
    struct connection *asked_to_end; /* the sandbox; NULL: nobody has */
    uint64_t expires_us; /* when the sandbox has outlived its time */
    uint32_t extended_seconds; /* its newest lifetime, where it has a new one; who takes it sets it to 0 */
};

/* Reads what has come on a connection, and does it; false when it is to be closed. */
bool requests_serve(struct work *work, struct connection *connection);

#endif
