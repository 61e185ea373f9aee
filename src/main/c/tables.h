/*
 * The executions and connections of one keeper: places of a fixed number, so that nothing is allocated for a command.
 */
#ifndef SANDLOT_TABLES_H
#define SANDLOT_TABLES_H

#include <poll.h>
#include <stdbool.h>

#include "connection.h"
#include "execution.h"
#include "failure.h"
#include "places.h"

struct tables {
    struct execution executions[EXECUTIONS_MAX];
    struct connection connections[CONNECTIONS_MAX];
    /*
     * So many were ever in use. What is behind them is not looked at: memory that nobody has touched is none, and most
     * sandboxes have few of each.
     */
    unsigned executions_used, connections_used;
    uint8_t *room; /* for the output of all executions, the first one's first */
};

/* `tables` is all zero. */
int tables_open(struct tables *tables, struct failure *failure);

/* Closes every connection. */
void tables_close(struct tables *tables);

/* The connection that is attached to it, or NULL. */
struct connection *tables_reader(struct tables *tables, const struct execution *execution);

/* The execution of that process which has not ended, or NULL. */
struct execution *tables_find_process(struct tables *tables, pid_t pid);

/* The execution of that id, or NULL. */
struct execution *tables_find(struct tables *tables, const char *id);

/* Adds what is to be looked at; returns how many. */
nfds_t tables_polls(struct tables *tables, struct pollfd *polls);

/* When one of them is to be looked at though nothing has come, or NEVER. */
uint64_t tables_deadline(const struct tables *tables, uint64_t now_us);

/* A free place; else that of the ending which nobody has fetched for longest. NULL: all are running. */
struct execution *tables_take(struct tables *tables);

bool tables_have_place(const struct tables *tables);

/* A place that is free, or NULL. */
struct connection *tables_place(struct tables *tables);

#endif
