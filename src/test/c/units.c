/* What of the keeper is a function of text alone, and of which no kernel at hand says all that an older one does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "membership.h"

static void require(int holds, const char *what)
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

int main(void)
{
    a_number_that_is_cut_off_is_no_process();
    a_member_is_known_by_the_last_two_names();
    puts("units: good");
    return 0;
}
