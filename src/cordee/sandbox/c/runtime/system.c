/* What a program may ask of the world outside it: nothing. These functions stand in the place of the system's (WASI
   preview 1), inside the program's own memory: its input lies there when it starts, its output is read there when it
   ends, the clock is moved by sleeping alone, and chance comes from a seed. Whatever else there is does not exist. So
   no call leaves the program but two, `fault` and `exit`, and every instruction costs fuel as any other does. */
#include "cordee.h"

#define STDIN 0
#define STDOUT 1
#define STDERR 2
#define BEGINNING 1700000000000000000ll /* what the clock shows when a program starts, in ns */

enum { OK = 0, BAD_FILE = 8, INVALID = 28, NO_ENTRY = 44, NO_CALL = 52, IS_PIPE = 70 };
enum { REGULAR_FILE = 4 }; /* so that the library gathers output in a buffer */

__attribute__((import_module("cordee"), import_name("exit"))) _Noreturn void cordee_tell_exit(int32_t code);

/* The host writes these before the start, and reads the sizes at the end. */
unsigned char cordee_input[MOST_INPUT], cordee_output[MOST_OUTPUT], cordee_errors[MOST_ERRORS];
uint32_t cordee_input_size, cordee_output_size, cordee_errors_size;
uint32_t cordee_output_limit = MOST_OUTPUT, cordee_errors_limit = MOST_ERRORS;
static uint32_t input_read;
static int64_t slept;
static uint64_t chance = 0x9e3779b97f4a7c15ull;

struct vector { unsigned char *at; uint32_t size; };

static void put(unsigned char *all, uint32_t *held, uint32_t limit, const struct vector *one)
{
    for (uint32_t n = 0; n < one->size; n++) {
        if (*held >= limit) cordee_fault("output_limit", 0, 0, 0, 0, 0);
        all[(*held)++] = one->at[n];
    }
}

/* The linker gives these to whoever calls the system's: --wrap, in toolchain.py. */
#define CALL(name) __wrap___imported_wasi_snapshot_preview1_##name
int32_t CALL(fd_write)(int32_t stream, const struct vector *vectors, int32_t count, uint32_t *done)
{
    if (stream != STDOUT && stream != STDERR) return BAD_FILE;
    *done = 0;
    for (int32_t n = 0; n < count; n++) {
        if (stream == STDOUT) put(cordee_output, &cordee_output_size, cordee_output_limit, &vectors[n]);
        else put(cordee_errors, &cordee_errors_size, cordee_errors_limit, &vectors[n]);
        *done += vectors[n].size;
    }
    return OK;
}

int32_t CALL(fd_read)(int32_t stream, const struct vector *vectors, int32_t count, uint32_t *done)
{
    if (stream != STDIN) return BAD_FILE;
    *done = 0;
    for (int32_t n = 0; n < count; n++)
        for (uint32_t byte = 0; byte < vectors[n].size && input_read < cordee_input_size; byte++) {
            vectors[n].at[byte] = cordee_input[input_read++];
            (*done)++;
        }
    return OK;
}

static int is_standard(int32_t stream) { return stream >= STDIN && stream <= STDERR; }

int32_t CALL(fd_fdstat_get)(int32_t stream, unsigned char *at)
{
    if (!is_standard(stream)) return BAD_FILE;
    for (int n = 0; n < 24; n++) at[n] = n < 8 ? 0 : 0xff;
    at[0] = REGULAR_FILE;
    return OK;
}

int32_t CALL(fd_seek)(int32_t stream, int64_t offset, int32_t whence, int32_t at)
{ return is_standard(stream) ? IS_PIPE : BAD_FILE; }
int32_t CALL(fd_close)(int32_t stream) { return is_standard(stream) ? OK : BAD_FILE; }
/* The part of the library that is written in Zig calls by another name. */
int32_t close_in_zig(int32_t stream) __asm__("__wrap_fd_close|wasi_snapshot_preview1");
int32_t close_in_zig(int32_t stream) { return CALL(fd_close)(stream); }

/* argv is {"program"}, put together by start.c; there is no environment. */
int32_t CALL(args_sizes_get)(uint32_t *count, uint32_t *size) { *count = *size = 0; return OK; }
int32_t CALL(args_get)(int32_t pointers, int32_t texts) { return OK; }
int32_t CALL(environ_sizes_get)(uint32_t *count, uint32_t *size) { *count = *size = 0; return OK; }
int32_t CALL(environ_get)(int32_t pointers, int32_t texts) { return OK; }

int32_t CALL(clock_time_get)(int32_t clock, int64_t precision, int64_t *at) { *at = BEGINNING + slept; return OK; }
int32_t CALL(clock_res_get)(int32_t clock, int64_t *at) { *at = 1; return OK; }

int32_t CALL(random_get)(unsigned char *at, uint32_t size)
{
    for (uint32_t n = 0; n < size; n++) { /* splitmix64 */
        uint64_t z = chance += 0x9e3779b97f4a7c15ull;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ z >> 27) * 0x94d049bb133111ebull;
        at[n] = (unsigned char)(z ^ z >> 31);
    }
    return OK;
}

struct subscription { uint64_t told; uint8_t kind, unused[7]; uint32_t clock; int64_t timeout, precision; uint16_t flags; };
struct event { uint64_t told; uint16_t error; uint8_t kind; uint64_t bytes; uint16_t flags; };

/* Sleeping takes no time and moves the clock; a stream is always ready. */
int32_t CALL(poll_oneoff)(const struct subscription *asked, struct event *events, int32_t count, uint32_t *done)
{
    if (count <= 0) return INVALID;
    int64_t soonest = -1;
    for (int32_t n = 0; n < count; n++) {
        events[n] = (struct event){ .told = asked[n].told, .kind = asked[n].kind };
        if (asked[n].kind != 0) continue;
        int64_t wait = asked[n].flags & 1 ? asked[n].timeout - BEGINNING - slept : asked[n].timeout;
        if (wait < 0) wait = 0;
        if (soonest < 0 || wait < soonest) soonest = wait;
    }
    if (soonest > 0 && __builtin_add_overflow(slept, soonest, &slept)) slept = INT64_MAX - BEGINNING;
    if (slept > INT64_MAX - BEGINNING) slept = INT64_MAX - BEGINNING;
    *done = (uint32_t)count;
    return OK;
}

int32_t CALL(sched_yield)(void) { return OK; }
_Noreturn void CALL(proc_exit)(int32_t code) { cordee_tell_exit(code); }

/* No file but the three streams, and nothing that a path could lead to: not allowed and not there read the same. */
#define I int32_t
#define L int64_t
#define NONE(name, answer, ...) int32_t CALL(name)(__VA_ARGS__) { return answer; }
NONE(fd_advise, BAD_FILE, I a, L b, L c, I d)
NONE(fd_allocate, BAD_FILE, I a, L b, L c)
NONE(fd_datasync, BAD_FILE, I a)
NONE(fd_fdstat_set_flags, BAD_FILE, I a, I b)
NONE(fd_filestat_get, BAD_FILE, I a, I b)
NONE(fd_filestat_set_size, BAD_FILE, I a, L b)
NONE(fd_filestat_set_times, BAD_FILE, I a, L b, L c, I d)
NONE(fd_pread, BAD_FILE, I a, I b, I c, L d, I e)
NONE(fd_prestat_dir_name, BAD_FILE, I a, I b, I c)
NONE(fd_prestat_get, BAD_FILE, I a, I b)
NONE(fd_pwrite, BAD_FILE, I a, I b, I c, L d, I e)
NONE(fd_readdir, BAD_FILE, I a, I b, I c, L d, I e)
NONE(fd_renumber, BAD_FILE, I a, I b)
NONE(fd_sync, BAD_FILE, I a)
NONE(fd_tell, BAD_FILE, I a, I b)
NONE(path_create_directory, NO_ENTRY, I a, I b, I c)
NONE(path_filestat_get, NO_ENTRY, I a, I b, I c, I d, I e)
NONE(path_filestat_set_times, NO_ENTRY, I a, I b, I c, I d, L e, L f, I g)
NONE(path_link, NO_ENTRY, I a, I b, I c, I d, I e, I f, I g)
NONE(path_open, NO_ENTRY, I a, I b, I c, I d, I e, L f, L g, I h, I i)
NONE(path_readlink, NO_ENTRY, I a, I b, I c, I d, I e, I f)
NONE(path_remove_directory, NO_ENTRY, I a, I b, I c)
NONE(path_rename, NO_ENTRY, I a, I b, I c, I d, I e, I f)
NONE(path_symlink, NO_ENTRY, I a, I b, I c, I d, I e)
NONE(path_unlink_file, NO_ENTRY, I a, I b, I c)
NONE(sock_accept, NO_CALL, I a, I b, I c)
NONE(sock_recv, NO_CALL, I a, I b, I c, I d, I e, I f)
NONE(sock_send, NO_CALL, I a, I b, I c, I d, I e)
NONE(sock_shutdown, NO_CALL, I a, I b)
