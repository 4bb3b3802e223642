// What the application does to files, in the sandbox like everything that touches a stranger's bytes:
//   count FILE           prints how many lines it has
//   store NAME           writes its input to /out/NAME
//   copy FOLDER NAME     copies a folder to /out/NAME and prints the files' paths below /out
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_BYTES 4096

static char buffer[65536];

static int pour(FILE *from, FILE *to) {
  size_t count;
  while ((count = fread(buffer, 1, sizeof buffer, from)) > 0)
    if (fwrite(buffer, 1, count, to) != count) return 1;
  return ferror(from);
}

static int count_lines(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) return 1;
  long lines = 0;
  char last = '\n';
  for (size_t count; (count = fread(buffer, 1, sizeof buffer, file)) > 0; last = buffer[count - 1])
    for (size_t at = 0; at < count; at++) lines += buffer[at] == '\n';
  fclose(file);
  return printf("%ld\n", lines + (last != '\n')) < 0;
}

static int write_file(FILE *from, const char *name) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "/out/%s", name);
  FILE *file = fopen(path, "w");
  if (file == NULL) return 1;
  int failed = pour(from, file);
  return fclose(file) != 0 || failed;
}

static void make_folders(const char *name) {
  char path[PATH_BYTES];
  snprintf(path, sizeof path, "/out/%s", name);
  for (char *at = strchr(path + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
    *at = '\0';
    mkdir(path, 0755);
    *at = '/';
  }
  mkdir(path, 0755);
}

static int copy_folder(const char *source, const char *name) {
  char from[PATH_BYTES], to[PATH_BYTES];
  make_folders(name);
  DIR *folder = opendir(source);
  if (folder == NULL) return 1;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    struct stat found;
    snprintf(from, sizeof from, "%s/%s", source, entry->d_name);
    snprintf(to, sizeof to, "%s/%s", name, entry->d_name);
    if (stat(from, &found) != 0) return 1;
    if (S_ISDIR(found.st_mode)) {
      if (copy_folder(from, to) != 0) return 1;
      continue;
    }
    FILE *file = fopen(from, "r");
    if (file == NULL || write_file(file, to) != 0) return 1;
    fclose(file);
    puts(to);
  }
  closedir(folder);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "count") == 0) return count_lines(argv[2]);
  if (argc == 3 && strcmp(argv[1], "store") == 0) return write_file(stdin, argv[2]);
  if (argc == 4 && strcmp(argv[1], "copy") == 0) return copy_folder(argv[2], argv[3]);
  return 64;
}
