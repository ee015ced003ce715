// The memory of the counters (counters.h), and the file through which others see it. The file's name is the process' id
// in a directory of the user's, so that a process that executes another program replaces its own.
//
// A full file system must not end the program by SIGBUS: pages are populated before they are written, and a refusal
// leaves them as memory of the process.
//
// System calls by the instruction: each name of the C library that a library uses costs every process a microsecond when
// it is loaded, and errno stays as it is.

#define _GNU_SOURCE
#include "counters.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc.h"
#include "system_call.h"

unsigned char *swiftmalloc_live_base;
uint64_t swiftmalloc_call_counts[SWIFTMALLOC_LIVE_CALLS];
__attribute__((section(".bss.late"))) uint64_t swiftmalloc_live_large_taken[SWIFTMALLOC_LIVE_LARGE_BLOCKS / 64];

static intptr_t call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d) {
  return swiftmalloc_system_call(number, a, b, c, d, 0, 0);
}

// /tmp where there is no /dev/shm.
static const char *const folders[] = {"/dev/shm/swiftmalloc-", "/tmp/swiftmalloc-"};
enum { FOLDERS = 2, PATH_BYTES = 64, NAME_BYTES = 24 };

// Appends a text, and a number in decimal digits; the end.
static char *append(char *end, const char *text) {
  while (*text) *end++ = *text++;
  *end = 0;
  return end;
}

static char *append_number(char *end, uint32_t value) {
  char digits[12];
  size_t count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while (value /= 10);
  while (count) *end++ = digits[--count];
  *end = 0;
  return end;
}

uint32_t swiftmalloc_user_id(void) { return (uint32_t)call(SYS_geteuid, 0, 0, 0, 0); }

static uint32_t process_id(void) { return (uint32_t)call(SYS_getpid, 0, 0, 0, 0); }

// Of the process' numbers, as of the file's making; 0: that of the system's first process, or not known.
static uint32_t name_space;

static uint32_t name_space_now(void) {
  struct stat info;
  if (call(SYS_newfstatat, AT_FDCWD, (intptr_t) "/proc/self/ns/pid", (intptr_t)&info, 0)) return 0;
  return info.st_ino == SWIFTMALLOC_LIVE_FIRST_PID_NAMESPACE ? 0 : (uint32_t)info.st_ino;
}

// Containers may share a directory, and each has a process 1.
static char *append_name(char *end) {
  end = append_number(end, process_id());
  return name_space ? append_number(append(end, "."), name_space) : end;
}

// Who the process was when it made its file: it may have become another user since.
static uint32_t file_user;

static int is_ours_alone(const struct stat *info) {
  return S_ISDIR(info->st_mode) && info->st_uid == file_user && !(info->st_mode & 077);
}

// Opens the user's directory, made if need be; below zero when it is not ours alone.
static int open_directory(const char *folder) {
  char path[PATH_BYTES];
  append_number(append(path, folder), file_user);
  intptr_t result = call(SYS_mkdirat, AT_FDCWD, (intptr_t)path, 0700, 0);
  if (result && result != -EEXIST) return (int)result;
  int directory = (int)call(SYS_openat, AT_FDCWD, (intptr_t)path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
  if (directory < 0) return directory;
  struct stat info;
  result = call(SYS_newfstatat, directory, (intptr_t)"", (intptr_t)&info, AT_EMPTY_PATH);
  if (!result && is_ours_alone(&info)) return directory;
  call(SYS_close, directory, 0, 0, 0);
  // Another user's, or open to others.
  return result ? (int)result : -EPERM;
}

static int create(int directory, const char *name) {
  call(SYS_unlinkat, directory, (intptr_t)name, 0, 0);
  int file = (int)call(SYS_openat, directory, (intptr_t)name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return file;
  // Whatever umask the program has.
  intptr_t result = call(SYS_fchmod, file, 0600, 0, 0);
  if (!result) result = call(SYS_ftruncate, file, SWIFTMALLOC_LIVE_FILE_BYTES, 0, 0);
  if (!result) return file;
  call(SYS_close, file, 0, 0, 0);
  call(SYS_unlinkat, directory, (intptr_t)name, 0, 0);
  return (int)result;
}

// The process' file, or a negated error number.
static int open_file(int is_first) {
  // A longer file than this would be a signal (setrlimit(2), RLIMIT_FSIZE).
  struct rlimit64 limit;
  if (!call(SYS_prlimit64, 0, RLIMIT_FSIZE, 0, (intptr_t)&limit) && limit.rlim_cur < SWIFTMALLOC_LIVE_FILE_BYTES)
    return -EFBIG;
  char name[NAME_BYTES];
  name_space = name_space_now();
  file_user = swiftmalloc_user_id();
  append_name(name);
  int file = -ENOENT;
  for (size_t index = 0; index < FOLDERS && file < 0; index++) {
    int directory = open_directory(folders[index]);
    if (directory >= 0 && is_first) swiftmalloc_live_remove_ended(directory);
    file = directory < 0 ? directory : create(directory, name);
    if (directory >= 0) call(SYS_close, directory, 0, 0, 0);
  }
  return file;
}

static unsigned char *map(int file, void *place, int *problem) {
  int flags = (place ? MAP_FIXED : 0) | (file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED);
  intptr_t start = swiftmalloc_system_call(SYS_mmap, (intptr_t)place, SWIFTMALLOC_LIVE_FILE_BYTES,
                                           PROT_READ | PROT_WRITE, flags, file, 0);
  if (start < 0 && start > -4096) {
    *problem = (int)-start;
    return NULL;
  }
  // A page is touched where a thread or a large block is, and no more is to be resident.
  call(SYS_madvise, start, SWIFTMALLOC_LIVE_FILE_BYTES, MADV_NOHUGEPAGE, 0);
  return (unsigned char *)start;
}

unsigned char *swiftmalloc_live_map(int is_shared, void *place, int *problem) {
  *problem = 0;
  int file = is_shared ? open_file(!place) : -1;
  unsigned char *start = NULL;
  if (is_shared && file < 0)
    *problem = -file;
  else
    start = map(file, place, problem);
  if (file >= 0) call(SYS_close, file, 0, 0, 0);
  if (start && !swiftmalloc_live_populate(start, SWIFTMALLOC_LIVE_THREAD_OFFSET + SWIFTMALLOC_LIVE_THREAD_STRIDE)) {
    *problem = ENOSPC;
    if (!place) call(SYS_munmap, (intptr_t)start, SWIFTMALLOC_LIVE_FILE_BYTES, 0, 0);
    start = NULL;
  }
  // Also that of the program which executed this one.
  if (!start && is_shared) swiftmalloc_live_remove();
  return start;
}

int swiftmalloc_live_populate(void *start, size_t length) {
  // The page's beginning: a row may be shorter than a page.
  const uintptr_t page_size = swiftmalloc_page_size(), end = (uintptr_t)start + length;
  uintptr_t page = (uintptr_t)start & ~(page_size - 1);
  intptr_t result = call(SYS_madvise, (intptr_t)page, (intptr_t)(end - page), MADV_POPULATE_WRITE, 0);
  if (result != -EINVAL) return result == 0;
  // Before Linux 5.14 a zero is read into each, which fails where a write of ours would be a signal. Another thread may use
  // the page of large blocks by now: the first byte of an address, which is a multiple of 65536, is zero anyway.
  int zero = (int)call(SYS_openat, AT_FDCWD, (intptr_t)"/dev/zero", O_RDONLY | O_CLOEXEC, 0);
  int done = zero >= 0;
  for (; done && page < end; page += page_size) done = call(SYS_read, zero, (intptr_t)page, 1, 0) == 1;
  if (zero >= 0) call(SYS_close, zero, 0, 0, 0);
  return done;
}

int swiftmalloc_live_remove(void) {
  int is_gone = 1;
  for (size_t index = 0; index < FOLDERS; index++) {
    char path[PATH_BYTES];
    char *end = append_number(append(path, folders[index]), file_user);
    // Without a descriptor, of which there may be none left. Nobody else can put a link in place of our own directory.
    struct stat info;
    if (call(SYS_newfstatat, AT_FDCWD, (intptr_t)path, (intptr_t)&info, AT_SYMLINK_NOFOLLOW) || !is_ours_alone(&info)) continue;
    append_name(append(end, "/"));
    const intptr_t result = call(SYS_unlinkat, AT_FDCWD, (intptr_t)path, 0, 0);
    if (result && result != -ENOENT) is_gone = 0;
  }
  return is_gone;
}

void swiftmalloc_live_profile_path(char *path) {
  for (size_t index = 0; index < FOLDERS; index++) {
    char *end = append_name(append(append_number(append(path, folders[index]), file_user), "/"));
    struct stat info;
    const intptr_t result = call(SYS_newfstatat, AT_FDCWD, (intptr_t)path, (intptr_t)&info, AT_SYMLINK_NOFOLLOW);
    append(end, ".pprof");
    if (!result && info.st_uid == file_user) return;
  }
}

void swiftmalloc_process_times(uint64_t *user_ns, uint64_t *system_ns) {
  struct rusage usage;
  *user_ns = *system_ns = 0;
  if (call(SYS_getrusage, RUSAGE_SELF, (intptr_t)&usage, 0, 0)) return;
  *user_ns = (uint64_t)usage.ru_utime.tv_sec * 1000000000 + (uint64_t)usage.ru_utime.tv_usec * 1000;
  *system_ns = (uint64_t)usage.ru_stime.tv_sec * 1000000000 + (uint64_t)usage.ru_stime.tv_usec * 1000;
}
