#include "filter.h"

/* A condition leads no further than its 8 bits, and another step may come between. */
#define FAR (UINT8_MAX - 2u)

void filter_begin(struct filter *filter)
{
    filter->first = FILTER_MAX;
    filter->overflow = false;
}

static step put(struct filter *filter, struct sock_filter one)
{
    if (filter->first == 0) {
        filter->overflow = true;
        return 0;
    }
    filter->steps[--filter->first] = one;
    return filter->first;
}

/* A way to it that a condition can take. */
static step near(struct filter *filter, step to)
{
    if (to - filter->first < FAR)
        return to;
    return put(filter, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, to - filter->first));
}

static step put_condition(struct filter *filter, uint16_t condition, uint32_t number, step then, step otherwise)
{
    step yes = near(filter, then), no = near(filter, otherwise);
    return put(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_K | condition, number, (uint8_t)(yes - filter->first),
                                                    (uint8_t)(no - filter->first)));
}

step filter_answer(struct filter *filter, uint32_t action)
{
    return put(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

step filter_if_equal(struct filter *filter, uint32_t number, step then, step otherwise)
{
    return put_condition(filter, BPF_JEQ, number, then, otherwise);
}

step filter_if_at_least(struct filter *filter, uint32_t number, step then, step otherwise)
{
    return put_condition(filter, BPF_JGE, number, then, otherwise);
}

step filter_if_any(struct filter *filter, uint32_t bits, step then, step otherwise)
{
    return put_condition(filter, BPF_JSET, bits, then, otherwise);
}

step filter_load(struct filter *filter, size_t offset)
{
    return put(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}
