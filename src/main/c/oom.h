/* Whom the kernel kills for want of memory, and whom never (oom_score_adj, proc_pid_oom_score_adj(5)). */
#ifndef SANDLOT_OOM_H
#define SANDLOT_OOM_H

/* Not the caller, nor its children until they say otherwise. Where the host does not allow that it stays as it is. */
void oom_protect(void);

/* As if the caller had never been protected: for whatever is not the keeper's own. */
void oom_unprotect(void);

/* Any command before all others; raising needs no right. */
void oom_offer(void);

#endif
