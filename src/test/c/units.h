/* The unit tests of what needs no sandbox: each file tells what must hold, and units.c runs all. */
#ifndef SANDLOT_UNITS_H
#define SANDLOT_UNITS_H

/* Ends all with this word where it does not hold. */
void require(int holds, const char *what);

/* filters.c */
void each_call_is_answered_as_the_table_has_it(void);
void a_far_step_is_reached(void);

#endif
