// usage: load tcp:PORT|unix:PATH TARGET CONNECTIONS SECONDS
//
// Asks one server for TARGET over keep-alive connections, one request at a time on each, from one thread. Prints:
// responses with status 200 a second, other responses, connections that ended, connections served at the end, and the
// median and 99th percentile of the latency in microseconds.
//
// A connection that is refused or told to go is opened again 100 ms later.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 65536, MOST_LATENCY = 1000000 };

struct connection {
    int fd;
    int served;
    int64_t sent, retry_at;
    size_t filled, skip;
    int head_done, status;
    char *buffer;
};

static int epoll, connections;
static struct connection *all;
static char request[512];
static size_t request_size;
static union {
    struct sockaddr any;
    struct sockaddr_in inet;
    struct sockaddr_un unix_path;
} address;
static socklen_t address_size;
static long good, other, ended;
static uint32_t *latencies;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void parse_address(const char *text) {
    if (strncmp(text, "unix:", 5) == 0) {
        address.unix_path.sun_family = AF_UNIX;
        strncpy(address.unix_path.sun_path, text + 5, sizeof(address.unix_path.sun_path) - 1);
        address_size = sizeof(address.unix_path);
    } else {
        address.inet.sin_family = AF_INET;
        address.inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.inet.sin_port = htons((uint16_t)atoi(text + 4));
        address_size = sizeof(address.inet);
    }
}

static void end(struct connection *connection) {
    if (connection->fd >= 0) close(connection->fd);
    connection->fd = -1;
    connection->served = 0;
    connection->retry_at = now() + 100000000LL;
    ended++;
}

static void ask(struct connection *connection) {
    connection->sent = now();
    connection->filled = connection->skip = 0;
    connection->head_done = 0;
    if (send(connection->fd, request, request_size, MSG_NOSIGNAL) != (ssize_t)request_size) end(connection);
}

static void open_connection(struct connection *connection) {
    connection->fd = socket(address.any.sa_family, SOCK_STREAM, 0);
    // Blocking: the listener's queue answers for it.
    if (connection->fd < 0 || connect(connection->fd, &address.any, address_size) < 0) {
        end(connection);
        return;
    }
    int one = 1;
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event);
    ask(connection);
}

// Whether the response is complete; `skip` is what remains of its body.
static int read_head(struct connection *connection) {
    char *stop = memmem(connection->buffer, connection->filled, "\r\n\r\n", 4);
    if (!stop) return 0;
    connection->head_done = 1;
    connection->status = atoi(connection->buffer + 9);
    size_t head = (size_t)(stop + 4 - connection->buffer), length = 0;
    for (char *line = connection->buffer; line < stop;) {
        char *next = memmem(line, (size_t)(stop + 2 - line), "\r\n", 2);
        if (strncasecmp(line, "content-length:", 15) == 0) length = strtoul(line + 15, NULL, 10);
        line = next + 2;
    }
    size_t body = connection->filled - head;
    connection->skip = length > body ? length - body : 0;
    return 1;
}

static void take(struct connection *connection) {
    char *place = connection->head_done ? connection->buffer : connection->buffer + connection->filled;
    size_t room = connection->head_done ? BUFFER : BUFFER - connection->filled;
    ssize_t count = recv(connection->fd, place, room, 0);
    if (count <= 0) {
        end(connection);
        return;
    }
    if (connection->head_done) {
        connection->skip -= (size_t)count < connection->skip ? (size_t)count : connection->skip;
    } else {
        connection->filled += (size_t)count;
        if (!read_head(connection)) return;
    }
    if (connection->skip > 0) return;
    if (connection->status != 200) {
        other++;
        end(connection);
        return;
    }
    int64_t latency = (now() - connection->sent) / 1000;
    latencies[latency < MOST_LATENCY ? latency : MOST_LATENCY - 1]++;
    good++;
    connection->served = 1;
    ask(connection);
}

static void turn(void) {
    struct epoll_event events[512];
    int count = epoll_wait(epoll, events, 512, 50);
    for (int index = 0; index < count; index++) {
        struct connection *connection = events[index].data.ptr;
        if (connection->fd >= 0) take(connection);
    }
    if (ended == 0) return;
    int64_t time = now();
    for (int index = 0; index < connections; index++)
        if (all[index].fd < 0 && all[index].retry_at <= time) open_connection(&all[index]);
}

static long percentile(double part) {
    long rest = (long)((double)good * part);
    for (long latency = 0; latency < MOST_LATENCY; latency++) {
        rest -= latencies[latency];
        if (rest < 0) return latency;
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    parse_address(argv[1]);
    request_size = (size_t)snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", argv[2]);
    connections = atoi(argv[3]);
    epoll = epoll_create1(0);
    all = calloc((size_t)connections, sizeof(*all));
    latencies = calloc(MOST_LATENCY, sizeof(*latencies));
    for (int index = 0; index < connections; index++) {
        all[index].buffer = malloc(BUFFER);
        open_connection(&all[index]);
    }
    // Half a second to settle is not counted.
    int64_t start = now() + 500000000LL;
    while (now() < start) turn();
    good = other = 0;
    memset(latencies, 0, MOST_LATENCY * sizeof(*latencies));
    start = now();
    int64_t deadline = start + (int64_t)(atof(argv[4]) * 1e9);
    while (now() < deadline) turn();
    double seconds = (double)(now() - start) / 1e9;
    int served = 0;
    for (int index = 0; index < connections; index++) served += all[index].served;
    printf("%.0f %ld %ld %d %ld %ld\n", (double)good / seconds, other, ended, served, percentile(0.5), percentile(0.99));
    return 0;
}
