/* The unit tests of what needs no sandbox: each file tells what must hold, and units.c runs all. */
#ifndef SANDLOT_UNITS_H
#define SANDLOT_UNITS_H

/* Ends all with this word where it does not hold. */
void require(int holds, const char *what);

/* filters.c */
void each_call_is_answered_as_the_table_has_it(void);
void a_far_step_is_reached(void);

/* times.c */
void a_child_is_waited_for_and_no_longer_than_it_may_last(void);
void a_round_ends_when_it_is_due(void);
void a_sandbox_outlives_its_lifetime_by_a_minute(void);
void who_is_about_to_sleep_is_looked_at_soon_again(void);
void what_is_longer_than_its_room_is_cut_off(void);

/* streams.c */
void what_comes_after_the_end_is_not_read(void);
void who_is_behind_is_waited_for(void);

/* files.c */
void a_page_is_the_first_of_a_million(void);
void long_paths_make_a_page_short(void);
void an_errand_needs_what_it_needs(void);
void nothing_leads_out_of_a_root(void);

#endif
