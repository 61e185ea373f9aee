package dev.sandlot.filetransfer;

/** What of an archive was put below a directory: files and links, directories, and bytes of files. */
public record ArchiveView(long files, long directories, long bytes) {}
