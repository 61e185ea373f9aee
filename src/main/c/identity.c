#include "identity.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The files are the sandbox's, and so is their length: no more than this is read of one, and looked at of a line. */
#define FILE_MAX (1024u * 1024)
#define LINE_MAX_LENGTH 1024u
#define PASSWD_FIELDS 7u
#define GROUP_FIELDS 4u

struct lines {
    int fd;
    size_t total, at, length;
    char bytes[4096];
    char line[LINE_MAX_LENGTH];
};

/* No file is an empty one. What is no file, such as a pipe that nobody writes, is not waited for. */
static int open_lines(struct lines *lines, const char *path, struct failure *failure)
{
    struct stat status;
    lines->total = lines->at = lines->length = 0;
    lines->fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (lines->fd < 0)
        return errno == ENOENT ? 0 : failed(failure, "read", path);
    if (fstat(lines->fd, &status) == 0 && S_ISREG(status.st_mode))
        return 0;
    close(lines->fd);
    return failed_with(failure, "read", path, EINVAL);
}

static void close_lines(const struct lines *lines)
{
    if (lines->fd >= 0)
        close(lines->fd);
}

/* -1: there is none. */
static int next_byte(struct lines *lines)
{
    if (lines->at == lines->length) {
        ssize_t length =
            lines->fd < 0 || lines->total >= FILE_MAX ? 0 : read(lines->fd, lines->bytes, sizeof lines->bytes);
        lines->at = 0;
        lines->length = length > 0 ? (size_t)length : 0;
        lines->total += lines->length;
    }
    return lines->at < lines->length ? (unsigned char)lines->bytes[lines->at++] : -1;
}

/* The first part of a long one. */
static bool next_line(struct lines *lines)
{
    size_t length = 0;
    int byte = next_byte(lines);
    if (byte < 0)
        return false;
    for (; byte >= 0 && byte != '\n'; byte = next_byte(lines))
        if (length < sizeof lines->line - 1)
            lines->line[length++] = (char)byte;
    lines->line[length] = 0;
    return true;
}

/* "name:password:number:…" in its place; false when it has fewer fields than that. */
static bool split(char *line, char **fields, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!line)
            return false;
        fields[i] = line;
        line = strchr(line, ':');
        if (line)
            *line++ = 0;
    }
    return true;
}

static bool is_number(const char *text)
{
    return *text && strspn(text, "0123456789") == strlen(text);
}

/* The sandbox's ids end somewhere; (uid_t)-1 is none anywhere, but "leave it as it is" to setresuid(2). */
static bool to_id(const char *text, uint32_t ids, uint32_t *id)
{
    if (!is_number(text) || strlen(text) > 10)
        return false;
    unsigned long long number = strtoull(text, NULL, 10);
    *id = (uint32_t)number;
    return number < ids && number < UINT32_MAX;
}

/* An entry of one of the files: that of a name, or that of a number. */
struct search {
    const char *path;
    const char *name;
    bool by_number;
    uint32_t number;
    uint32_t ids;
    unsigned field_count;
};

static bool matches(const struct search *search, char **fields)
{
    uint32_t id;
    if (!search->by_number)
        return strcmp(fields[0], search->name) == 0;
    return to_id(fields[2], search->ids, &id) && id == search->number;
}

/* 1: its fields are in `lines`; 0: there is none; -1: the file can't be read. */
static int find_entry(const struct search *search, struct lines *lines, char **fields, struct failure *failure)
{
    bool found = false;
    if (open_lines(lines, search->path, failure) < 0)
        return -1;
    while (!found && next_line(lines))
        found = split(lines->line, fields, search->field_count) && matches(search, fields);
    bool whole = lines->total < FILE_MAX;
    close_lines(lines);
    if (!found && !whole)
        return failed_with(failure, "read", search->path, EFBIG);
    return found;
}

static int refuse(const char *what, struct failure *failure)
{
    return failed_with(failure, "become", what, ERANGE);
}

static int find_user(const char *user, uint32_t ids, struct identity *identity, struct failure *failure)
{
    struct search search = {
        .path = "/etc/passwd", .name = user, .by_number = is_number(user), .ids = ids, .field_count = PASSWD_FIELDS};
    struct lines lines;
    char *fields[PASSWD_FIELDS];
    if (search.by_number && !to_id(user, ids, &search.number))
        return refuse(user, failure);
    int found = find_entry(&search, &lines, fields, failure);
    if (found < 0)
        return -1;
    if (!found && !search.by_number)
        return failed_with(failure, "find the user", user, ENOENT);
    if (!found) {
        *identity = (struct identity){.uid = search.number, .gid = search.number, .home = "/"};
        return 0;
    }
    if (!to_id(fields[2], ids, &identity->uid) || !to_id(fields[3], ids, &identity->gid))
        return refuse(user, failure);
    snprintf(identity->home, sizeof identity->home, "%s", fields[5]);
    return 0;
}

static int find_group(const char *group, uint32_t ids, struct identity *identity, struct failure *failure)
{
    struct search search = {.path = "/etc/group", .name = group, .ids = ids, .field_count = GROUP_FIELDS};
    struct lines lines;
    char *fields[GROUP_FIELDS];
    int found = find_entry(&search, &lines, fields, failure);
    if (found < 0)
        return -1;
    if (!found && !is_number(group))
        return failed_with(failure, "find the group", group, ENOENT);
    return to_id(found ? fields[2] : group, ids, &identity->gid) ? 0 : refuse(group, failure);
}

int identity_find(const char *wanted, uint32_t ids, struct identity *identity, struct failure *failure)
{
    char user[256];
    *identity = (struct identity){.home = "/root"};
    if (!wanted || strcmp(wanted, "root") == 0 || strcmp(wanted, "0") == 0)
        return 0;
    snprintf(user, sizeof user, "%s", wanted);
    char *group = strchr(user, ':');
    if (group)
        *group++ = 0;
    if (find_user(user, ids, identity, failure) < 0)
        return -1;
    return group ? find_group(group, ids, identity, failure) : 0;
}

/* All three of each: a call that succeeds has not always done something (setresuid(2)). */
static bool is(uid_t uid, gid_t gid)
{
    uid_t uids[3];
    gid_t gids[3];
    if (getresuid(&uids[0], &uids[1], &uids[2]) < 0 || getresgid(&gids[0], &gids[1], &gids[2]) < 0)
        return false;
    for (unsigned i = 0; i < 3; i++)
        if (uids[i] != uid || gids[i] != gid)
            return false;
    return true;
}

static int become(uid_t uid, gid_t gid, const char *whom, struct failure *failure)
{
    if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
        return failed(failure, "become", whom);
    /* A change of ids lets others look, where the host has set it so (fs.suid_dumpable, proc_sys_fs(5)). */
    if (prctl(PR_SET_DUMPABLE, 0) < 0)
        return failed(failure, "hide", whom);
    return is(uid, gid) ? 0 : failed_with(failure, "become", whom, EPERM);
}

int identity_become_root(bool groups, struct failure *failure)
{
    if (groups && setgroups(0, NULL) < 0)
        return failed(failure, "drop", "the groups");
    return become(0, 0, "the sandbox's root", failure);
}

int identity_take(const struct identity *identity, struct failure *failure)
{
    return become(identity->uid, identity->gid, "the command's user", failure);
}
