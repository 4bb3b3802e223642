/*
 * A cable between two network namespaces, with a delay and a loss that can be changed while it runs: the kernel's own
 * netem is not everywhere. It makes one TAP interface at each end and carries frames from one to the other.
 *
 *   wire NAMESPACE INTERFACE NAMESPACE INTERFACE
 *
 * prints "ready" once both interfaces exist. A line "DELAY_US LOSS_PPM" on standard input changes it; at the end of
 * standard input it ends, and the interfaces with it. Each direction delays and loses for itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define FRAME_BYTES 2048
/* 4096 frames of 1500 bytes at 50 ms are about 120 MB/s. */
#define QUEUED 4096

typedef struct {
  uint64_t due_us;
  int length;
  unsigned char bytes[FRAME_BYTES];
} frame;

typedef struct {
  int from, to;
  frame *queue;
  unsigned head, count;
} direction;

static void fail(const char *what) {
  fprintf(stderr, "wire: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now_us(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (uint64_t)at.tv_sec * 1000000 + (uint64_t)at.tv_nsec / 1000;
}

static int open_tap(const char *namespace, const char *interface) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", namespace);
  int place = open(path, O_RDONLY | O_CLOEXEC);
  if (place < 0 || setns(place, CLONE_NEWNET) < 0) fail(path);
  close(place);
  int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tap < 0) fail("/dev/net/tun");
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  snprintf(request.ifr_name, IFNAMSIZ, "%s", interface);
  if (ioctl(tap, TUNSETIFF, &request) < 0) fail(interface);
  return tap;
}

static void take_in(direction *way, uint64_t delay_us, unsigned loss_ppm) {
  for (;;) {
    static unsigned char spilled[FRAME_BYTES];
    int is_lost = way->count == QUEUED || (unsigned)(random() % 1000000) < loss_ppm;
    frame *slot = &way->queue[(way->head + way->count) % QUEUED];
    int length = (int)read(way->from, is_lost ? spilled : slot->bytes, FRAME_BYTES);
    if (length <= 0) return;
    if (is_lost) continue;
    slot->length = length;
    slot->due_us = now_us() + delay_us;
    way->count++;
  }
}

static void give_out(direction *way, uint64_t at_us) {
  while (way->count > 0 && way->queue[way->head].due_us <= at_us) {
    frame *slot = &way->queue[way->head];
    /* A frame that the other end has no room for is lost, as on any cable. */
    if (write(way->to, slot->bytes, slot->length) < 0 && errno != EAGAIN && errno != EIO) fail("write");
    way->head = (way->head + 1) % QUEUED;
    way->count--;
  }
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "wire NAMESPACE INTERFACE NAMESPACE INTERFACE\n");
    return 2;
  }
  int a = open_tap(argv[1], argv[2]), b = open_tap(argv[3], argv[4]);
  direction ways[2] = {{.from = a, .to = b}, {.from = b, .to = a}};
  for (int i = 0; i < 2; i++)
    if (!(ways[i].queue = calloc(QUEUED, sizeof(frame)))) fail("memory");
  unsigned long delay_us = 0;
  unsigned loss_ppm = 0;
  puts("ready");
  fflush(stdout);
  for (;;) {
    uint64_t at_us = now_us(), next_us = UINT64_MAX;
    for (int i = 0; i < 2; i++) {
      give_out(&ways[i], at_us);
      if (ways[i].count > 0 && ways[i].queue[ways[i].head].due_us < next_us) next_us = ways[i].queue[ways[i].head].due_us;
    }
    struct timespec wait = {0, 0};
    if (next_us != UINT64_MAX && next_us > at_us) {
      wait.tv_sec = (time_t)((next_us - at_us) / 1000000);
      wait.tv_nsec = (long)((next_us - at_us) % 1000000) * 1000;
    }
    struct pollfd watched[3] = {{a, POLLIN, 0}, {b, POLLIN, 0}, {0, POLLIN, 0}};
    if (ppoll(watched, 3, next_us == UINT64_MAX ? NULL : &wait, NULL) < 0 && errno != EINTR) fail("poll");
    if (watched[0].revents) take_in(&ways[0], delay_us, loss_ppm);
    if (watched[1].revents) take_in(&ways[1], delay_us, loss_ppm);
    if (watched[2].revents) {
      char line[64];
      ssize_t length = read(0, line, sizeof line - 1);
      if (length <= 0) return 0;
      line[length] = 0;
      sscanf(line, "%lu %u", &delay_us, &loss_ppm);
    }
  }
}
