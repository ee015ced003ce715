// The memory of the counters (counters.h), and the file through which others see it. The file's name is the process' id
// in a directory of the user's, so that a process that executes another program replaces its own.
//
// A full file system must not end the program by SIGBUS: pages are populated before they are written, and a refusal
// leaves them as memory of the process.

#define _GNU_SOURCE
#include "counters.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

unsigned char *swiftmalloc_live_base;
uint64_t swiftmalloc_call_counts[SWIFTMALLOC_LIVE_CALLS];
uint64_t swiftmalloc_live_large_taken[SWIFTMALLOC_LIVE_LARGE_BLOCKS / 64];

// /tmp where there is no /dev/shm.
static const char *const folders[] = {"/dev/shm", "/tmp"};

static char *append(char *end, unsigned long value) {
  char digits[24];
  size_t count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while (value /= 10);
  while (count) *end++ = digits[--count];
  *end = 0;
  return end;
}

static int is_ours_alone(const struct stat *info) {
  return S_ISDIR(info->st_mode) && info->st_uid == geteuid() && !(info->st_mode & 077);
}

// Opens the user's directory in `folder`, made if need be; -1 when it is not ours alone.
static int open_directory(const char *folder) {
  char path[64];
  append(stpcpy(stpcpy(path, folder), "/swiftmalloc-"), geteuid());
  if (mkdir(path, 0700) && errno != EEXIST) return -1;
  int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct stat info;
  if (directory < 0) return -1;
  if (!fstat(directory, &info) && is_ours_alone(&info)) return directory;
  close(directory);
  errno = EACCES;
  return -1;
}

static int open_file(int *problem) {
  // A longer file than this would be a signal (setrlimit(2), RLIMIT_FSIZE).
  struct rlimit limit;
  if (!getrlimit(RLIMIT_FSIZE, &limit) && limit.rlim_cur < SWIFTMALLOC_LIVE_FILE_BYTES) {
    *problem = EFBIG;
    return -1;
  }
  char name[24];
  append(name, (unsigned long)getpid());
  for (size_t index = 0; index < sizeof folders / sizeof *folders; index++) {
    int directory = open_directory(folders[index]);
    if (directory < 0) *problem = errno;
    if (directory < 0) continue;
    unlinkat(directory, name, 0);
    int file = openat(directory, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file >= 0 && !fchmod(file, 0600) && !ftruncate(file, SWIFTMALLOC_LIVE_FILE_BYTES)) {
      close(directory);
      *problem = 0;
      return file;
    }
    *problem = errno;
    if (file >= 0) close(file);
    unlinkat(directory, name, 0);
    close(directory);
  }
  return -1;
}

static unsigned char *map(int file, void *place) {
  int flags = (place ? MAP_FIXED : 0) | (file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE : MAP_SHARED);
  void *start = mmap(place, SWIFTMALLOC_LIVE_FILE_BYTES, PROT_READ | PROT_WRITE, flags, file, 0);
  if (start == MAP_FAILED) return NULL;
  // A page is touched where a thread or a large block is, and no more is to be resident.
  madvise(start, SWIFTMALLOC_LIVE_FILE_BYTES, MADV_NOHUGEPAGE);
  return start;
}

unsigned char *swiftmalloc_live_map(int is_shared, void *place, int *problem) {
  int error = errno;
  *problem = 0;
  int file = is_shared ? open_file(problem) : -1;
  unsigned char *start = NULL;
  if (file >= 0 || !is_shared) start = map(file, place);
  if (!start && !*problem) *problem = errno;
  if (file >= 0) close(file);
  if (start && !swiftmalloc_live_populate(start, SWIFTMALLOC_LIVE_THREAD_OFFSET + SWIFTMALLOC_LIVE_THREAD_STRIDE)) {
    *problem = ENOSPC;
    if (!place) munmap(start, SWIFTMALLOC_LIVE_FILE_BYTES);
    start = NULL;
  }
  // Also that of the program which executed this one.
  if (!start && is_shared) swiftmalloc_live_remove();
  errno = error;
  return start;
}

int swiftmalloc_live_populate(void *start, size_t length) {
  int error = errno;
  // The page's beginning: a row may be shorter than a page.
  const uintptr_t page_size = (uintptr_t)sysconf(_SC_PAGESIZE), end = (uintptr_t)start + length;
  uintptr_t page = (uintptr_t)start & ~(page_size - 1);
  int done = !madvise((void *)page, end - page, MADV_POPULATE_WRITE);
  // Before Linux 5.14 a zero is read into each, which fails where a write of ours would be a signal. Another thread may use
  // the page of large blocks by now: the first byte of an address, which is a multiple of 65536, is zero anyway.
  if (!done && errno == EINVAL) {
    int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    for (done = zero >= 0; done && page < end; page += page_size) done = read(zero, (void *)page, 1) == 1;
    if (zero >= 0) close(zero);
  }
  errno = error;
  return done;
}

void swiftmalloc_live_remove(void) {
  int error = errno;
  char name[24];
  append(name, (unsigned long)getpid());
  for (size_t index = 0; index < sizeof folders / sizeof *folders; index++) {
    char path[96];
    char *end = append(stpcpy(stpcpy(path, folders[index]), "/swiftmalloc-"), geteuid());
    // Without a descriptor, of which there may be none left. Nobody else can put a link in place of our own directory.
    struct stat info;
    if (lstat(path, &info) || !is_ours_alone(&info)) continue;
    stpcpy(stpcpy(end, "/"), name);
    unlink(path);
  }
  errno = error;
}

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now)) return 0;
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

uint64_t swiftmalloc_boot_ns(void) { return nanoseconds(CLOCK_BOOTTIME); }
uint64_t swiftmalloc_realtime_ns(void) { return nanoseconds(CLOCK_REALTIME); }

void swiftmalloc_process_times(uint64_t *user_ns, uint64_t *system_ns) {
  struct rusage usage;
  *user_ns = *system_ns = 0;
  if (getrusage(RUSAGE_SELF, &usage)) return;
  *user_ns = (uint64_t)usage.ru_utime.tv_sec * 1000000000 + (uint64_t)usage.ru_utime.tv_usec * 1000;
  *system_ns = (uint64_t)usage.ru_stime.tv_sec * 1000000000 + (uint64_t)usage.ru_stime.tv_usec * 1000;
}

intptr_t swiftmalloc_peak_resident(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) ? 0 : usage.ru_maxrss * 1024;
}

uint32_t swiftmalloc_user_id(void) { return geteuid(); }
