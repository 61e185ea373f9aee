/*
 * What of the keeper is a function of its arguments alone, and of which no kernel at hand says all that an older one
 * does.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "calls.h"
#include "filter.h"
#include "membership.h"
#include "seccomp.h"
#include "shell.h"
#include "units.h"

void require(int holds, const char *what)
{
    if (holds)
        return;
    printf("units: %s\n", what);
    exit(1);
}

/* A read(2) ends where its room does: of the last number there may be a part, which is another process's. */
static void a_number_that_is_cut_off_is_no_process(void)
{
    const char *rest = "12\n345\n67";
    require(membership_next(&rest) == 12 && membership_next(&rest) == 345, "whole numbers");
    require(membership_next(&rest) == 0 && membership_next(&rest) == 0, "a number that is cut off");
    const char *none[] = {"", "\n", "x\n", "-5\n", "0\n", "7 8\n"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        rest = none[i];
        require(membership_next(&rest) == 0, "what is no process");
    }
}

static void a_member_is_known_by_the_last_two_names(void)
{
    const char *folder = "/sys/fs/cgroup/unified/sandlot-1/box/run";
    require(membership_is_in("4:memory:/sandlot-1/box\n0::/sandlot-1/box/run\n", folder), "its own group");
    require(membership_is_in("0::/box/run", folder), "its own group, where that is all one sees");
    require(!membership_is_in("0::/sandlot-1/box/run/deeper\n", folder), "a group below");
    require(!membership_is_in("0::/sandlot-1/box/other\n", folder), "a neighbour's group");
    require(!membership_is_in("0::/sandlot-1/otherbox/run\n", folder), "another sandbox's group of that name");
    require(!membership_is_in("0::/run\n", folder), "a group of the host");
    require(!membership_is_in("4:memory:/sandlot-1/box/run\n0::/\n", folder), "another hierarchy");
    require(!membership_is_in("", folder) && !membership_is_in("0::", folder), "nothing");
}

/* Of characters of that many bytes, with one of one byte before: they begin at no round place. */
static void requires_whole_characters(const char *character, uint32_t length)
{
    static char text[FRAME_LIMIT];
    size_t size = strlen(character);
    struct pieces pieces;
    struct failure failure;
    struct exec_spec spec = {.command = text, .command_length = length};
    uint32_t total = 0;
    text[0] = 'x';
    for (size_t i = 1; i < length; i++)
        text[i] = character[(i - 1) % size];
    shell_pieces(&spec, &pieces);
    char **arguments = shell_arguments(&spec, &failure);
    require(arguments && strcmp(arguments[2], "--") == 0, "arguments");
    for (unsigned i = 0; i < pieces.count; i++) {
        char *piece = arguments[SHELL_FIRST_PIECE + i];
        require(pieces.lengths[i] <= SHELL_ARGUMENT_MAX && strlen(piece) == pieces.lengths[i], "a piece's length");
        require(memcmp(piece, text + total, pieces.lengths[i]) == 0, "a piece's text");
        require((piece[0] & 0xc0) != 0x80 || size == 1, "a piece that begins within a character");
        total += pieces.lengths[i];
    }
    require(total == length && pieces.count <= SHELL_PIECES_MAX && !arguments[SHELL_FIRST_PIECE + pieces.count],
            "all of the text");
}

static void a_long_text_is_cut_between_characters(void)
{
    static const char *const characters[] = {"x", "é", "€", "😀", "\x80"};
    static const uint32_t lengths[] = {SHELL_ARGUMENT_MAX + 1, SHELL_ARGUMENT_MAX * 2, SHELL_ARGUMENT_MAX * 2 + 1,
                                       1u << 20, FRAME_LIMIT};
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
        for (size_t j = 0; j < sizeof lengths / sizeof *lengths; j++)
            requires_whole_characters(characters[i], lengths[j]);
}

int main(void)
{
    each_call_is_answered_as_the_table_has_it();
    a_far_step_is_reached();
    what_comes_after_the_end_is_not_read();
    who_is_behind_is_waited_for();
    a_child_is_waited_for_and_no_longer_than_it_may_last();
    a_round_ends_when_it_is_due();
    a_sandbox_outlives_its_lifetime_by_a_minute();
    who_is_about_to_sleep_is_looked_at_soon_again();
    what_is_longer_than_its_room_is_cut_off();
    a_long_text_is_cut_between_characters();
    a_number_that_is_cut_off_is_no_process();
    a_member_is_known_by_the_last_two_names();
    a_page_is_the_first_of_a_million();
    long_paths_make_a_page_short();
    an_errand_needs_what_it_needs();
    nothing_leads_out_of_a_root();
    puts("units: good");
    return 0;
}
