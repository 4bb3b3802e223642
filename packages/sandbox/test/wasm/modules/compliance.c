// What every sandbox is tested with (packages/ports/src/compliance/sandbox.ts), chosen by the first argument.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int echo(void) {
  char buffer[65536];
  size_t count = fread(buffer, 1, sizeof buffer, stdin);
  if (count == 0) fputs("hello\n", stderr);
  for (; count > 0; count = fread(buffer, 1, sizeof buffer, stdin)) fwrite(buffer, 1, count, stdout);
  return 0;
}

static int produce(void) {
  if (getchar() == EOF) return 0;
  mkdir("/out/done", 0755);
  FILE *file = fopen("/out/done/result", "w");
  if (file == NULL) return 1;
  fputs("42", file);
  fclose(file);
  puts("{\"done\":true}");
  return 0;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  if (strcmp(what, "echo") == 0) return echo();
  if (strcmp(what, "produce") == 0) return produce();
  if (strcmp(what, "hang") == 0)
    for (volatile int turn = 0;; turn++) {}
  if (strcmp(what, "chatter") == 0)
    for (;;) fputs("blah blah blah\n", stderr);
  fputs("bye\n", stderr);
  return 7;
}
