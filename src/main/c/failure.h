/* One failure: what was tried, on what, and the kernel's reason. It travels in a FAILED frame. */
#ifndef SANDLOT_FAILURE_H
#define SANDLOT_FAILURE_H

struct failure {
    char what[48];
    char on[160];
    int error;
};

/* Records errno with what was tried; always returns -1, so that callers can `return failed(...)`. */
int failed(struct failure *failure, const char *what, const char *on);

/* The same with an error number of the caller's own. */
int failed_with(struct failure *failure, const char *what, const char *on, int error);

#endif
