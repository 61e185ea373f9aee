/* A courier's work: errands one after another, for as long as there is somebody who asks. */
#ifndef SANDLOT_ERRANDS_H
#define SANDLOT_ERRANDS_H

/* The process has joined the sandbox, is its user and has nothing open but this socket, which waits. */
void errands_run(int client);

#endif
