#!/bin/sh
# Turns the names of syscalls.h into a table that leaves out what the architecture lacks: sh build-syscalls.sh syscalls.h
echo '/* Made by build-syscalls.sh from syscalls.h. */'
grep -o 'ALLOW([a-z0-9_]*)' "$1" | sed 's/ALLOW(\(.*\))/\1/' | sort -u | while read -r name; do
    printf '#ifdef __NR_%s\n    __NR_%s,\n#endif\n' "$name" "$name"
done
