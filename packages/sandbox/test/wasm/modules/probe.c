// Does what its first argument says, so that tests can see what a program sees.
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static int counter = 0;
static void *chain = NULL;

static int cat(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) return printf("%s: %s\n", path, strerror(errno)), 1;
  for (int c = getc(file); c != EOF; c = getc(file)) putchar(c);
  fclose(file);
  return 0;
}

static int fill(const char *path, long bytes) {
  FILE *file = fopen(path, "w");
  if (file == NULL) return printf("%s: %s\n", path, strerror(errno)), 1;
  for (long written = 0; written < bytes; written++)
    if (putc('x', file) == EOF) return printf("%s after %ld\n", strerror(errno), written), 1;
  return fclose(file) == 0 ? 0 : (printf("%s\n", strerror(errno)), 1);
}

static int list(const char *path) {
  DIR *folder = opendir(path);
  if (folder == NULL) return printf("%s: %s\n", path, strerror(errno)), 1;
  for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    char below[4096];
    struct stat found;
    snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
    stat(below, &found);
    printf("%s %d %ld %ld\n", entry->d_name, S_ISDIR(found.st_mode), (long)found.st_size, (long)found.st_ino);
  }
  closedir(folder);
  return 0;
}

static int grow(void) {
  long chunks = 0;
  for (; chunks < 100000; chunks++) {
    char *chunk = malloc(1 << 20);
    if (chunk == NULL) break;
    memset(chunk, 1, 1 << 20);
    *(void **)chunk = chain;
    chain = chunk;
  }
  printf("%ld %d\n", chunks, chain != NULL);
  return 0;
}

__attribute__((noinline)) static int deeper(volatile int depth) {
  volatile char room[256];
  room[depth & 255] = (char)depth;
  return depth < 0 ? 0 : deeper(depth + 1) + room[0];
}

// Whatever could differ between machines, engines or runs.
static int transcript(void) {
  volatile double zero = 0;
  volatile float zerof = 0;
  double nan = zero / zero;
  float nanf32 = zerof / zerof;
  uint64_t bits;
  uint32_t bits32;
  memcpy(&bits, &nan, 8);
  memcpy(&bits32, &nanf32, 4);
  printf("nan %016llx %08x %f\n", (unsigned long long)bits, bits32, sqrt(-1.0 - zero));
  double sum = 0;
  for (int i = 1; i < 20000; i++) sum += sin(i) * exp(-i / 7000.0) / sqrt(i) + pow(i, 0.3) * log(i) + fmod(i, 0.7);
  printf("sum %.17g %a\n", sum, sum);
  float sumf = 0;
  for (int i = 1; i < 20000; i++) sumf += sinf(i) / (float)i;
  printf("sumf %.9g\n", sumf);
  uint8_t chance[16];
  getentropy(chance, sizeof chance);
  for (int i = 0; i < 16; i++) printf("%02x", chance[i]);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  printf("\ntime %lld.%09ld\n", (long long)now.tv_sec, now.tv_nsec);
  usleep(1500000);
  clock_gettime(CLOCK_MONOTONIC, &now);
  printf("later %lld.%09ld\n", (long long)now.tv_sec, now.tv_nsec);
  mkdir("/out/deep", 0755);
  fill("/out/deep/b", 1000);
  fill("/out/a", 10);
  fill("/tmp/scratch", 10);
  list("/");
  list("/out");
  printf("none %d\n", cat("/in/none"));
  printf("up %d\n", cat("/../etc/passwd"));
  uint64_t hash = 14695981039346656037ull;
  for (uint64_t i = 0; i < 2000000; i++) hash = (hash ^ (i * i)) * 1099511628211ull;
  printf("hash %016llx\n", (unsigned long long)hash);
  return 0;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  const char *path = argc > 2 ? argv[2] : "";
  if (strcmp(what, "count") == 0) return printf("%d\n", ++counter), 0;
  if (strcmp(what, "cat") == 0) return cat(path);
  if (strcmp(what, "fill") == 0) return fill(path, argc > 3 ? atol(argv[3]) : 0);
  if (strcmp(what, "list") == 0) return list(path);
  if (strcmp(what, "grow") == 0) return grow();
  if (strcmp(what, "deep") == 0) return deeper(0);
  if (strcmp(what, "trap") == 0) __builtin_trap();
  if (strcmp(what, "exit") == 0) return fprintf(stderr, "it failed\n"), atoi(path);
  if (strcmp(what, "bytes") == 0) return fwrite("\xff\x00\xfe", 1, 3, stdout), 0;
  if (strcmp(what, "many") == 0)
    for (long left = atol(path); left > 0; left--) putchar('x');
  if (strcmp(what, "stdin") == 0)
    for (int c = getchar(); c != EOF; c = getchar()) putchar(c);
  if (strcmp(what, "random") == 0) {
    uint32_t drawn;
    getentropy(&drawn, sizeof drawn);
    printf("%08x\n", drawn);
  }
  if (strcmp(what, "environment") == 0) {
    for (int i = 1; i < argc; i++) printf("%s\n", argv[i]);
    for (char **entry = environ; *entry != NULL; entry++) printf("%s\n", *entry);
  }
  if (strcmp(what, "transcript") == 0) return transcript();
  return 0;
}
