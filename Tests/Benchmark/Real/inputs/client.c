/* The load for the Swift server: keep-alive connections, each with its next request as soon as the last is answered.
   Arguments: port, connections, requests of each connection. Ends with status 0 when all were answered. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 64, ITEMS = 6000 };

static struct connection {
    unsigned seed;
    int left;
    size_t got;
    char answer[65536];
} connections[MOST];
static struct pollfd sockets[MOST];

static unsigned number(struct connection *c, unsigned below) {
    c->seed = (unsigned)((unsigned long)c->seed * 16807 % 2147483647);
    return c->seed % below;
}

static int request(struct connection *c, int socket) {
    static const char *const head = "Host: localhost\r\nUser-Agent: load of the benchmark\r\nAccept: application/json\r\n"
                                    "Accept-Language: en, de\r\nConnection: keep-alive\r\n";
    char body[2048], text[4096];
    int length = 0;
    unsigned id = number(c, ITEMS), kind = number(c, 10);
    if (kind < 4) {
        int used = snprintf(body, sizeof body, "{\"name\": \"item number %u of the store\", \"tags\": [\"tag%u\", \"tag%u\"], "
                            "\"properties\": {\"weight\": %u, \"colour\": \"%s\", \"text\": \"%.*s\", \"list\": [1, 2.5, %u, null, true]}}",
                            id, number(c, 100), number(c, 1000), number(c, 1000), number(c, 2) ? "red" : "a rather long blue",
                            (int)number(c, 300), "a text of some length, a text of some length, a text of some length, a text of some "
                            "length, a text of some length, a text of some length, a text of some length, a text of some length, a "
                            "text of some length, a text of some length, a text of some length, a text of some length", id);
        length = snprintf(text, sizeof text, "POST /item?id=%u HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s", id, head, used, body);
    } else if (kind < 8) {
        length = snprintf(text, sizeof text, "GET /item?id=%u&full=yes HTTP/1.1\r\n%s\r\n", id, head);
    } else if (kind < 9) {
        length = snprintf(text, sizeof text, "GET /list?tag=tag%u HTTP/1.1\r\n%s\r\n", number(c, 100), head);
    } else {
        length = snprintf(text, sizeof text, "DELETE /item?id=%u HTTP/1.1\r\n%s\r\n", id, head);
    }
    c->left--;
    c->got = 0;
    return write(socket, text, (size_t)length) == length;
}

/* whole: an answer has come to its end. */
static int whole(struct connection *c) {
    c->answer[c->got] = 0;
    char *end = strstr(c->answer, "\r\n\r\n"), *length = strstr(c->answer, "Content-Length: ");
    return end && length && c->got >= (size_t)(end + 4 - c->answer) + strtoul(length + 16, NULL, 10);
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    int count = atoi(argv[2]), open = count;
    unsigned long bytes = 0, answers = 0;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < count; i++) {
        int yes = 1, s = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(s, (struct sockaddr *)&address, sizeof address) != 0) return perror("connect"), 1;
        setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        sockets[i] = (struct pollfd){.fd = s, .events = POLLIN};
        connections[i].seed = (unsigned)i + 1;
        connections[i].left = atoi(argv[3]);
        if (!request(&connections[i], s)) return perror("write"), 1;
    }
    while (open > 0) {
        if (poll(sockets, (nfds_t)count, 20000) <= 0) return fputs("no answer for 20 seconds\n", stderr), 1;
        for (int i = 0; i < count; i++) {
            struct connection *c = &connections[i];
            if (!sockets[i].revents) continue;
            ssize_t part = read(sockets[i].fd, c->answer + c->got, sizeof c->answer - 1 - c->got);
            if (part <= 0) return fputs("the server hung up\n", stderr), 1;
            c->got += (size_t)part;
            bytes += (size_t)part;
            if (!whole(c)) continue;
            answers++;
            if (c->left == 0) {
                close(sockets[i].fd);
                sockets[i].fd = -1;
                open--;
            } else if (!request(c, sockets[i].fd)) {
                return perror("write"), 1;
            }
        }
    }
    printf("answers %lu bytes %lu\n", answers, bytes);
    return 0;
}
