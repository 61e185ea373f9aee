/*
 * Streams of bytes between the server and what listens on a port of the sandbox's own loopback. The keeper must be in
 * the sandbox's network namespace. A tunnel lasts until both sides have ended, or either is gone.
 */
#ifndef SANDLOT_TUNNEL_H
#define SANDLOT_TUNNEL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

#define TUNNELS_MAX 64
#define TUNNEL_POLLS_MAX (2 * TUNNELS_MAX)

/* What one side has sent and the other has not taken yet. */
struct flow {
    uint8_t *bytes;
    size_t start, length;
    bool ended; /* nothing more comes */
    bool passed_on; /* and the other side knows */
};

struct tunnel {
    int client; /* -1: this place is free */
    int service;
    uint32_t channel; /* of a trunk, by which the client came; 0: it came by itself */
    bool client_is_gone;
    uint16_t port;
    bool connecting, second; /* IPv6 is what is tried second */
    uint64_t deadline_us; /* of the connecting */
    struct flow up, down; /* to the service, to the client */
    struct pollfd *polls; /* its two, in the last round */
};

struct tunnels {
    struct tunnel all[TUNNELS_MAX];
};

/* `tunnels` is all zero. */
void tunnels_open(struct tunnels *tunnels);

/*
 * Begins to connect, and takes `client` over: CONNECTED or FAILED comes on it within 5 s, and behind CONNECTED the
 * service's bytes. Fails, and leaves `client` alone, when there is no place or no socket.
 */
int tunnels_connect(struct tunnels *tunnels, int client, uint32_t channel, uint16_t port, uint64_t now_us,
                    struct failure *failure);

/* The client behind that channel will read no answer; not every kernel shows it at the client's descriptor. */
void tunnels_leave(struct tunnels *tunnels, uint32_t channel);

/* Adds what is to be looked at; returns how many. They stay where they are until tunnels_serve. */
nfds_t tunnels_polls(struct tunnels *tunnels, struct pollfd *polls);

/* Moves what can be moved. */
void tunnels_serve(struct tunnels *tunnels, uint64_t now_us);

/* When one stops to wait for its service, or NEVER. */
uint64_t tunnels_deadline(const struct tunnels *tunnels);

void tunnels_close(struct tunnels *tunnels);

#endif
