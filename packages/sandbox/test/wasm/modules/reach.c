// Ways out of a WASI sandbox, chosen by the first argument. Exits with 42 where it got what it wanted; prints what stopped it.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define GOT 42

static int stopped(void) { return printf("%s\n", strerror(errno)), 1; }

static int read_file(const char *path) {
  int fd = open(path, O_RDONLY);
  char byte;
  if (fd < 0) return stopped();
  return read(fd, &byte, 1) == 1 ? GOT : stopped();
}

static int write_file(const char *path, size_t bytes) {
  static char block[1 << 16];
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0) return stopped();
  for (size_t written = 0; written < bytes;) {
    ssize_t count = write(fd, block, bytes - written < sizeof block ? bytes - written : sizeof block);
    if (count <= 0) return stopped();
    written += (size_t)count;
  }
  return GOT;
}

static int by_link(const char *target) {
  if (symlink(target, "/out/link") != 0) return stopped();
  return write_file("/out/link", 4);
}

static int sparse(void) {
  int fd = open("/out/sparse", O_WRONLY | O_CREAT, 0644);
  if (fd < 0 || ftruncate(fd, 1ll << 38) != 0) return stopped();
  return GOT;
}

static int many_files(void) {
  char path[64];
  for (int number = 0; number < 3000; number++) {
    snprintf(path, sizeof path, "/out/%d", number);
    int fd = open(path, O_WRONLY | O_CREAT, 0644);
    if (fd < 0) return stopped();
    close(fd);
  }
  return GOT;
}

static int deep_folders(void) {
  static char path[4000] = "/out";
  for (int depth = 0; depth < 200; depth++) {
    strcat(path, "/d");
    if (mkdir(path, 0755) != 0) return stopped();
  }
  return GOT;
}

static int many_descriptors(void) {
  for (int count = 0; count < 5000; count++)
    if (open("/in/given", O_RDONLY) < 0) return stopped();
  return GOT;
}

static int leave(const char *path) {
  if (access(path, F_OK) == 0) return GOT;
  write_file(path, 4);
  return stopped();
}

// The clock of the machine tells a time after this was written.
static int clock_of_host(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec > 1700000000 ? GOT : (printf("it is %lld\n", (long long)now.tv_sec), 1);
}

// Two loops of which one is a hundred times as long take the same time by a clock that is none.
static int stopwatch(void) {
  uint64_t took[2];
  for (int turn = 0; turn < 2; turn++) {
    struct timespec from, until;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (volatile int step = 0; step < (turn == 0 ? 100000 : 10000000); step++) {}
    clock_gettime(CLOCK_MONOTONIC, &until);
    took[turn] = (uint64_t)(until.tv_sec - from.tv_sec) * 1000000000ull + (uint64_t)(until.tv_nsec - from.tv_nsec);
  }
  return took[1] > 5 * took[0] ? GOT : (puts("both took as long"), 1);
}

static int chance_of_host(const char *path) {
  unsigned char drawn[16], before[16];
  getentropy(drawn, sizeof drawn);
  int fd = open(path, O_RDONLY);
  if (fd >= 0 && read(fd, before, sizeof before) == sizeof before)
    return memcmp(drawn, before, sizeof drawn) != 0 ? GOT : (puts("drew the same again"), 1);
  fd = open("/out/drawn", O_WRONLY | O_CREAT, 0644);
  write(fd, drawn, sizeof drawn);
  return 0;
}

static int name_with_line_end(void) {
  int fd = open("/out/a\nb", O_WRONLY | O_CREAT, 0644);
  return fd < 0 ? stopped() : GOT;
}

static int broken_name(void) {
  int fd = open("/out/\xff\xfe", O_WRONLY | O_CREAT, 0644);
  return fd < 0 ? stopped() : GOT;
}

static int print_for_ever(FILE *to) {
  for (int line = 0; line < 10000000; line++)
    if (fputs("once more, and once more, and once more\n", to) == EOF) return stopped();
  return GOT;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  const char *path = argc > 2 ? argv[2] : "";
  if (strcmp(what, "read") == 0) return read_file(path);
  if (strcmp(what, "write") == 0) return write_file(path, 4);
  if (strcmp(what, "fill") == 0) return write_file(path, 48u << 20);
  if (strcmp(what, "by-link") == 0) return by_link(path);
  if (strcmp(what, "hard-link") == 0) return link(path, "/out/second") == 0 ? GOT : stopped();
  if (strcmp(what, "rename") == 0) return rename(path, "/out/moved") == 0 ? GOT : stopped();
  if (strcmp(what, "remove") == 0) return unlink(path) == 0 ? GOT : stopped();
  if (strcmp(what, "sparse") == 0) return sparse();
  if (strcmp(what, "many-files") == 0) return many_files();
  if (strcmp(what, "deep") == 0) return deep_folders();
  if (strcmp(what, "descriptors") == 0) return many_descriptors();
  if (strcmp(what, "leave") == 0) return leave(path);
  if (strcmp(what, "clock") == 0) return clock_of_host();
  if (strcmp(what, "stopwatch") == 0) return stopwatch();
  if (strcmp(what, "chance") == 0) return chance_of_host(path);
  if (strcmp(what, "sleep") == 0) return sleep(600), puts("returned at once"), 1;
  if (strcmp(what, "line-end") == 0) return name_with_line_end();
  if (strcmp(what, "broken-name") == 0) return broken_name();
  if (strcmp(what, "print") == 0) return print_for_ever(stdout);
  if (strcmp(what, "log") == 0) return print_for_ever(stderr);
  return 1;
}
