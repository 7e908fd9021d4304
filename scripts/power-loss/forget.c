/* Makes writes that were never synced forgettable: a power cut for tests, loaded with LD_PRELOAD.
 *
 * For each file whose name ends in `.db`, `.db-wal` or `.db-journal` it keeps a shadow in the folder $FORGET_SHADOWS:
 * what a disk without power would still hold. A write or a truncation reaches the shadow when the file is synced. After
 * SIGKILL the harness puts each shadow in the place of its file (see crates/souk/tests/e2e/power_loss.rs). A shadow is
 * named after the file's path, with `%` for `/`.
 *
 * With FORGET_KEEPS=N, N of 100 blocks that are written reach the shadow at once, as a disk may write what it holds in
 * its cache in any order, whether or not it was asked to.
 *
 * Left out: files written through a memory map (SQLite does so only with `-shm`, which is made anew), removals and
 * renames (they count as durable at once), and several processes on one file: what lies in a file when a process first
 * opens it counts as durable. When the shim itself fails it ends the process, so that no test passes by accident.
 */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 1024
#define FDS 65536
#define BLOCK 4096

struct range {
    off_t from, to;
};

/* A file that is watched, as long as the process lives: SQLite opens one file many times. */
struct file {
    char path[PATH_MAX];
    int shadow;
    struct range *dirty;
    size_t ranges, room;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file files[FILES];
static size_t file_count;
static struct file *by_fd[FDS];
static unsigned long long seed = 0x9e3779b97f4a7c15ULL;

/* libc's own function. */
#define REAL(name)                                                                                                     \
    ({                                                                                                                 \
        static __typeof__(&name) found;                                                                                \
        if (!found) found = (__typeof__(&name))look_up(#name);                                                         \
        found;                                                                                                         \
    })

static void *look_up(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) {
        fprintf(stderr, "forget: there is no `%s`\n", name);
        abort();
    }
    return found;
}

static void fail(const char *what, const char *path) {
    fprintf(stderr, "forget: %s `%s`: %s\n", what, path, strerror(errno));
    abort();
}

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static int is_watched(const char *path) {
    return ends_with(path, ".db") || ends_with(path, ".db-wal") || ends_with(path, ".db-journal");
}

static void shadow_path(const char *path, char *out) {
    const char *folder = getenv("FORGET_SHADOWS");
    if (!folder) {
        fprintf(stderr, "forget: FORGET_SHADOWS is not set\n");
        abort();
    }
    int length = snprintf(out, PATH_MAX, "%s/", folder);
    if (length < 0 || (size_t)length + strlen(path) >= PATH_MAX) fail("too long a path", path);
    for (; *path; path++) out[length++] = *path == '/' ? '%' : *path;
    out[length] = 0;
}

/* Copies a range of the file, as far as the file goes, to its shadow. */
static void copy(struct file *file, int from_fd, off_t from, off_t to) {
    char buffer[1 << 16];
    while (from < to) {
        size_t want = to - from < (off_t)sizeof buffer ? (size_t)(to - from) : sizeof buffer;
        ssize_t got = pread(from_fd, buffer, want, from);
        if (got < 0) fail("reading", file->path);
        if (got == 0) return;
        if (REAL(pwrite)(file->shadow, buffer, got, from) != got) fail("writing the shadow of", file->path);
        from += got;
    }
}

/* The lock is held. */
static struct file *find(const char *path) {
    for (size_t at = 0; at < file_count; at++)
        if (strcmp(files[at].path, path) == 0) return &files[at];
    return NULL;
}

/* The lock is held. What lies in the file now counts as durable. */
static void reset(struct file *file) {
    int fd = REAL(open)(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail("opening", file->path);
    file->ranges = 0;
    if (REAL(ftruncate)(file->shadow, 0) != 0) fail("emptying the shadow of", file->path);
    copy(file, fd, 0, LLONG_MAX);
    REAL(close)(fd);
}

/* The lock is held. `existed`: the file was there before this call to open. */
static void opened(int fd, const char *given, int existed) {
    char path[PATH_MAX], shadow[PATH_MAX];
    if (!realpath(given, path)) fail("resolving", given);
    if (fd >= FDS) fail("too large a descriptor for", path);
    struct file *file = find(path);
    if (!file) {
        if (file_count == FILES) fail("too many files at", path);
        file = &files[file_count++];
        strcpy(file->path, path);
        shadow_path(path, shadow);
        file->shadow = REAL(open)(shadow, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file->shadow < 0) fail("creating the shadow of", path);
        reset(file);
    } else if (!existed) {
        reset(file);
    }
    by_fd[fd] = file;
}

static int open_any(int folder, const char *path, int flags, mode_t mode) {
    if (!is_watched(path)) return REAL(openat)(folder, path, flags, mode);
    if (folder != AT_FDCWD && path[0] != '/') fail("opened below a descriptor:", path);
    pthread_mutex_lock(&lock);
    struct stat before;
    int existed = stat(path, &before) == 0;
    int fd = REAL(openat)(folder, path, flags, mode);
    if (fd >= 0) opened(fd, path, existed);
    pthread_mutex_unlock(&lock);
    return fd;
}

#define MODE(flags, mode)                                                                                              \
    mode_t mode = 0;                                                                                                   \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                                           \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode = va_arg(rest, mode_t);                                                                                   \
        va_end(rest);                                                                                                  \
    }

int open(const char *path, int flags, ...) {
    MODE(flags, mode)
    return open_any(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags, mode)
    return open_any(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int openat(int folder, const char *path, int flags, ...) {
    MODE(flags, mode)
    return open_any(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags, mode)
    return open_any(folder, path, flags | O_LARGEFILE, mode);
}

int close(int fd) {
    if (fd >= 0 && fd < FDS && by_fd[fd]) {
        pthread_mutex_lock(&lock);
        by_fd[fd] = NULL;
        pthread_mutex_unlock(&lock);
    }
    return REAL(close)(fd);
}

static struct file *watched(int fd) {
    return fd >= 0 && fd < FDS ? by_fd[fd] : NULL;
}

/* The lock is held. */
static void mark(struct file *file, off_t from, off_t to) {
    if (file->ranges > 0 && file->dirty[file->ranges - 1].to == from) {
        file->dirty[file->ranges - 1].to = to;
        return;
    }
    if (file->ranges == file->room) {
        file->room = file->room ? 2 * file->room : 64;
        file->dirty = realloc(file->dirty, file->room * sizeof *file->dirty);
        if (!file->dirty) fail("no memory for", file->path);
    }
    file->dirty[file->ranges++] = (struct range){from, to};
}

/* The lock is held. Some blocks reach the disk before anybody asks for it. */
static void keep_some(struct file *file, int fd, off_t from, off_t to) {
    const char *keeps = getenv("FORGET_KEEPS");
    unsigned percent = keeps ? (unsigned)atoi(keeps) : 0;
    while (percent > 0 && from < to) {
        off_t end = (from / BLOCK + 1) * BLOCK;
        if (end > to) end = to;
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        if ((seed >> 33) % 100 < percent) copy(file, fd, from, end);
        from = end;
    }
}

/* The lock is held. */
static void wrote(struct file *file, int fd, off_t at, ssize_t written) {
    if (written <= 0) return;
    mark(file, at, at + written);
    keep_some(file, fd, at, at + written);
}

static ssize_t pwrite_any(int fd, const void *data, size_t size, off_t at) {
    struct file *file = watched(fd);
    if (!file) return REAL(pwrite)(fd, data, size, at);
    pthread_mutex_lock(&lock);
    ssize_t written = REAL(pwrite)(fd, data, size, at);
    wrote(file, fd, at, written);
    pthread_mutex_unlock(&lock);
    return written;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    return pwrite_any(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    return pwrite_any(fd, data, size, at);
}

ssize_t write(int fd, const void *data, size_t size) {
    struct file *file = watched(fd);
    if (!file) return REAL(write)(fd, data, size);
    pthread_mutex_lock(&lock);
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t written = REAL(write)(fd, data, size);
    wrote(file, fd, at, written);
    pthread_mutex_unlock(&lock);
    return written;
}

/* SQLite does not use it; if it ever does, the shim must learn it. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
    struct file *file = watched(fd);
    if (file) fail("writev is not watched:", file->path);
    return REAL(writev)(fd, parts, count);
}

static int ftruncate_any(int fd, off_t length) {
    struct file *file = watched(fd);
    if (!file) return REAL(ftruncate)(fd, length);
    pthread_mutex_lock(&lock);
    struct stat before;
    if (fstat(fd, &before) != 0) fail("looking at", file->path);
    int result = REAL(ftruncate)(fd, length);
    /* Every sync brings the file's length over; what was cut off must not come back when the file grows again. */
    if (result == 0 && length < before.st_size) mark(file, length, before.st_size);
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int fd, off_t length) {
    return ftruncate_any(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    return ftruncate_any(fd, length);
}

/* The file's present content becomes durable. */
static void sync_shadow(int fd) {
    struct file *file = watched(fd);
    if (!file) return;
    pthread_mutex_lock(&lock);
    struct stat now;
    if (fstat(fd, &now) != 0) fail("looking at", file->path);
    for (size_t at = 0; at < file->ranges; at++) copy(file, fd, file->dirty[at].from, file->dirty[at].to);
    if (REAL(ftruncate)(file->shadow, now.st_size) != 0) fail("cutting the shadow of", file->path);
    file->ranges = 0;
    pthread_mutex_unlock(&lock);
}

/* The shadow comes first: what is written while the disk works is not part of this sync. */
int fsync(int fd) {
    sync_shadow(fd);
    return REAL(fsync)(fd);
}

int fdatasync(int fd) {
    sync_shadow(fd);
    return REAL(fdatasync)(fd);
}
