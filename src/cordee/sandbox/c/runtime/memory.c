/* Which bytes may the learner's program touch? (clang's -fsanitize=address, with this runtime instead of LLVM's.)

   One byte of shadow tells about eight of memory: 0 all may be touched, 1 to 7 only so many, a negative number none.
   Blocks of the heap stand between forbidden strips and stay forbidden for a while once they are freed; the compiler
   puts such strips around arrays on the stack and around global ones. What the C library does itself is not checked,
   so the functions at the end check the arguments that a learner gives to it. The host links the learner's `malloc` to
   `cordee_malloc`, and so on for each name that is defined here. */
#include "cordee.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* SHADOW, where the shadow begins, and MOST_MEMORY are given by toolchain.py. */
#define STRIP 16u
#define KEPT_FREED (1u << 20) /* bytes of freed blocks that are not given out again yet */

enum { STACK_LEFT = 0xf1, STACK_MIDDLE = 0xf2, STACK_RIGHT = 0xf3, STACK_SCOPE = 0xf8, GLOBAL = 0xf9, HEAP = 0xfa, FREED = 0xfd, ALLOCA = 0xca };

struct block {
    struct block *next, *previous; /* of all blocks, living or kept */
    struct block *older;           /* of the freed ones, first freed first */
    uint32_t size, freed, mark;    /* mark: only a block has this word here, made of its own address */
};
#define MARK(block) ((uint32_t)(uintptr_t)(block) ^ 0xb10cb10cu)
#define HEADER ((sizeof(struct block) + STRIP - 1) / STRIP * STRIP + STRIP)

static struct block *blocks, *oldest_freed, *newest_freed;
static uint32_t freed_bytes;
uint32_t cordee_living_blocks, cordee_living_bytes; /* the host reads them at the end */
uint32_t cordee_reads_after_end; /* how often the input was asked for more when it was over */
int cordee_memory_refused; /* malloc has answered NULL, or the stack of the program did not fit */

static unsigned char *shadow(uintptr_t address) { return (unsigned char *)((address >> 3) + SHADOW); }

static void forbid(uintptr_t address, size_t size, unsigned char why) { memset(shadow(address), why, size >> 3); }

/* Allow exactly [address, address + size); address is a multiple of 8. */
static void allow(uintptr_t address, size_t size)
{
    memset(shadow(address), 0, size >> 3);
    if (size & 7) *shadow(address + size) = size & 7;
}

static int is_forbidden(uintptr_t address)
{
    if (address >= MOST_MEMORY) return 1;
    signed char told = (signed char)*shadow(address);
    return told != 0 && (signed char)(address & 7) >= told;
}

static struct block *block_near(uintptr_t address)
{
    struct block *best = 0;
    for (struct block *one = blocks; one; one = one->next) {
        uintptr_t from = (uintptr_t)one + HEADER;
        if (address + HEADER >= from && address < from + one->size + 4096 && (!best || (uintptr_t)best < (uintptr_t)one)) best = one;
    }
    return best;
}

static const char *calling; /* which of the library's functions is looking at what the learner gave it; 0: none */

static _Noreturn void report(uintptr_t address, size_t size, int writes)
{
    char here;
    if ((uintptr_t)&here < 2 * 4096) cordee_fault("stack_overflow", 0, 0, 0, 0, 0); /* the stack is at the bottom */
    if (address < 4096) cordee_fault("null_pointer", 0, 0, (int64_t)address, writes, (int64_t)size);
    if (address >= MOST_MEMORY || address + size > (uintptr_t)__builtin_wasm_memory_size(0) * 65536)
        cordee_fault("bad_address", 0, 0, (int64_t)address, writes, (int64_t)size);
    uintptr_t first = address;
    while (!is_forbidden(first) && first < address + size) first++;
    unsigned char why = *shadow(first);
    if (why < 8) why = *shadow(first + 8); /* the last, partly allowed group: what follows it tells */
    struct block *block = block_near(address);
    if (block && (why == HEAP || why == FREED)) {
        int64_t offset = (int64_t)first - (int64_t)((uintptr_t)block + HEADER);
        cordee_fault(block->freed ? "use_after_free" : "heap_bounds", 0, writes ? "write" : "read", offset, block->size, (int64_t)size);
    }
    const char *kind = why == GLOBAL ? "global_bounds" : why == STACK_SCOPE ? "use_after_scope" : "stack_bounds";
    const char *how = calling ? calling : writes ? "write" : "read";
    cordee_fault(kind, 0, how, (int64_t)address, 0, (int64_t)size);
}

void cordee_check(uintptr_t address, size_t size, int writes)
{
    if (!size) return;
    if (address < 4096 || address + size > MOST_MEMORY || address + size < address) report(address, size, writes);
    for (uintptr_t at = address; at < address + size; at = (at | 7) + 1)
        if (*shadow(at)) {
            uintptr_t end = (at | 7) + 1 < address + size ? (at | 7) + 1 : address + size;
            if (is_forbidden(end - 1)) report(address, size, writes);
        }
}

/* -- what compiled code calls ------------------------------------------------------------------------------------- */

/* Of the learner's own code, not of a function that was called last. */
static void report_own(uintptr_t at, size_t size, int writes) { calling = 0; report(at, size, writes); }
static void check_own(uintptr_t at, size_t size, int writes) { calling = 0; cordee_check(at, size, writes); }

#define ACCESS(size)                                                                                                   \
    void __asan_report_load##size(uintptr_t at) { report_own(at, size, 0); }                                           \
    void __asan_report_store##size(uintptr_t at) { report_own(at, size, 1); }                                          \
    void __asan_load##size(uintptr_t at) { check_own(at, size, 0); }                                                   \
    void __asan_store##size(uintptr_t at) { check_own(at, size, 1); }
ACCESS(1) ACCESS(2) ACCESS(4) ACCESS(8) ACCESS(16)
void __asan_report_load_n(uintptr_t at, uintptr_t size) { report_own(at, size, 0); }
void __asan_report_store_n(uintptr_t at, uintptr_t size) { report_own(at, size, 1); }
void __asan_loadN(uintptr_t at, uintptr_t size) { check_own(at, size, 0); }
void __asan_storeN(uintptr_t at, uintptr_t size) { check_own(at, size, 1); }
static void *copied(void *to, const void *from, size_t size)
{ cordee_check((uintptr_t)from, size, 0); cordee_check((uintptr_t)to, size, 1); return memmove(to, from, size); }
static void *filled(void *to, int byte, size_t size) { cordee_check((uintptr_t)to, size, 1); return memset(to, byte, size); }
void *__asan_memcpy(void *to, const void *from, size_t size) { calling = 0; return copied(to, from, size); }
void *__asan_memmove(void *to, const void *from, size_t size) { calling = 0; return copied(to, from, size); }
void *__asan_memset(void *to, int byte, size_t size) { calling = 0; return filled(to, byte, size); }
void __asan_init(void) {}
void __asan_version_mismatch_check_v8(void) {}
void __asan_handle_no_return(void) {}
void __asan_before_dynamic_init(const char *module) { (void)module; }
void __asan_after_dynamic_init(void) {}
#define SET_SHADOW(value) void __asan_set_shadow_##value(uintptr_t at, uintptr_t size) { memset((void *)at, 0x##value, size); }
SET_SHADOW(00) SET_SHADOW(f1) SET_SHADOW(f2) SET_SHADOW(f3) SET_SHADOW(f5) SET_SHADOW(f8)
SET_SHADOW(01) SET_SHADOW(02) SET_SHADOW(03) SET_SHADOW(04) SET_SHADOW(05) SET_SHADOW(06) SET_SHADOW(07)
void __asan_poison_stack_memory(uintptr_t at, uintptr_t size) { forbid(at, (size + 7) & ~7u, STACK_SCOPE); }
void __asan_unpoison_stack_memory(uintptr_t at, uintptr_t size) { allow(at, size); }
void __asan_alloca_poison(uintptr_t at, uintptr_t size)
{
    uintptr_t end = (at + size + 31) & ~31u;
    forbid(at - 32, 32, ALLOCA);
    allow(at, size);
    forbid((at + size + 7) & ~7u, end + 32 - ((at + size + 7) & ~7u), ALLOCA);
}
void __asan_allocas_unpoison(uintptr_t top, uintptr_t bottom) { if (top && top < bottom) forbid(top, bottom - top, 0); }

struct global { uintptr_t at, size, size_with_strip; const char *name, *module; uintptr_t dynamic, place, odr; };
void __asan_register_globals(struct global *globals, uintptr_t count)
{
    for (struct global *one = globals; one < globals + count; one++) {
        forbid(one->at, one->size_with_strip, GLOBAL);
        allow(one->at, one->size);
    }
}
void __asan_unregister_globals(struct global *globals, uintptr_t count) { (void)globals; (void)count; }

/* -- the heap ------------------------------------------------------------------------------------------------------ */

static void take_out(struct block *one)
{
    if (one->previous) one->previous->next = one->next; else blocks = one->next;
    if (one->next) one->next->previous = one->previous;
}

static void give_up_oldest(void)
{
    struct block *one = oldest_freed;
    if (!(oldest_freed = one->older)) newest_freed = 0;
    freed_bytes -= one->size;
    one->mark = 0;
    take_out(one);
    allow((uintptr_t)one + sizeof *one, HEADER - sizeof *one + ((one->size + 7) & ~7u) + STRIP);
    free(one);
}

static struct block *block_of(void *given)
{
    struct block *one = (struct block *)((uintptr_t)given - HEADER);
    if (((uintptr_t)given & 7) || (uintptr_t)given < HEADER || (uintptr_t)given >= MOST_MEMORY) return 0;
    return one->mark == MARK(one) ? one : 0;
}

void *cordee_malloc(size_t size)
{
    struct block *one = 0;
    if (size < MOST_MEMORY) {
        size_t whole = HEADER + ((size + 7) & ~(size_t)7) + STRIP;
        while (!(one = malloc(whole)) && oldest_freed) give_up_oldest();
    }
    if (!one) { cordee_memory_refused = 1; return 0; }
    *one = (struct block){ blocks, 0, 0, (uint32_t)size, 0, MARK(one) };
    if (blocks) blocks->previous = one;
    blocks = one;
    cordee_living_blocks++, cordee_living_bytes += size;
    uintptr_t at = (uintptr_t)one + HEADER;
    forbid((uintptr_t)one + sizeof *one, HEADER - sizeof *one, HEAP);
    forbid(at, ((size + 7) & ~(size_t)7) + STRIP, HEAP);
    allow(at, size);
    memset((void *)at, 0xbe, size); /* what nobody has written is nothing: not zero, and always the same */
    return (void *)at;
}

/* Ends the program unless the address may be a block that the C library made for itself (by getline, for instance). */
static void bad_free(uintptr_t given)
{
    extern unsigned char __heap_base;
    struct block *near = block_near(given);
    if (near) cordee_fault("bad_free", 0, 0, (int64_t)given - (int64_t)((uintptr_t)near + HEADER), near->size, 1);
    if (given < (uintptr_t)&__heap_base || (given & 7) || given >= MOST_MEMORY) cordee_fault("bad_free", 0, 0, 0, 0, 0);
}

void cordee_free(void *given)
{
    if (!given) return;
    struct block *one = block_of(given);
    if (!one) {
        bad_free((uintptr_t)given);
        free(given);
        return;
    }
    if (one->freed) cordee_fault("double_free", 0, 0, 0, one->size, 0);
    one->freed = 1;
    cordee_living_blocks--, cordee_living_bytes -= one->size;
    forbid((uintptr_t)given, (one->size + 7) & ~7u, FREED);
    if (newest_freed) newest_freed->older = one; else oldest_freed = one;
    newest_freed = one;
    freed_bytes += one->size;
    while (freed_bytes > KEPT_FREED) give_up_oldest();
}

void *cordee_calloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) { cordee_memory_refused = 1; return 0; }
    void *made = cordee_malloc(bytes);
    return made ? memset(made, 0, bytes) : 0;
}

void *cordee_realloc(void *given, size_t size)
{
    if (!given) return cordee_malloc(size);
    struct block *one = block_of(given);
    if (!one) { /* of the C library's own */
        bad_free((uintptr_t)given);
        return realloc(given, size);
    }
    if (one->freed) cordee_fault("use_after_free", 0, "realloc", 0, one->size, 0);
    void *made = cordee_malloc(size);
    if (!made) return 0;
    memcpy(made, given, one->size < size ? one->size : size);
    cordee_free(given);
    return made;
}

/* -- the C library's functions that write where the learner says --------------------------------------------------- */

static size_t checked_length(const char *text)
{
    cordee_check((uintptr_t)text, 1, 0);
    size_t length = 0;
    while (text[length]) {
        uintptr_t at = (uintptr_t)text + ++length;
        if (*shadow(at)) cordee_check(at, 1, 0);
    }
    return length;
}

size_t cordee_strlen(const char *text) { calling = "strlen"; return checked_length(text); }
void *cordee_memcpy(void *to, const void *from, size_t size) { calling = "memcpy"; return copied(to, from, size); }
void *cordee_memmove(void *to, const void *from, size_t size) { calling = "memmove"; return copied(to, from, size); }
void *cordee_memset(void *to, int byte, size_t size) { calling = "memset"; return filled(to, byte, size); }
char *cordee_strcpy(char *to, const char *from) { calling = "strcpy"; return copied(to, from, checked_length(from) + 1); }
char *cordee_strcat(char *to, const char *from)
{ calling = "strcat"; copied(to + checked_length(to), from, checked_length(from) + 1); return to; }
char *cordee_strncpy(char *to, const char *from, size_t size)
{ calling = "strncpy"; cordee_check((uintptr_t)to, size, 1); return strncpy(to, from, size); }
char *cordee_strncat(char *to, const char *from, size_t most)
{
    calling = "strncat";
    size_t length = 0;
    while (length < most) {
        cordee_check((uintptr_t)(from + length), 1, 0);
        if (!from[length]) break;
        length++;
    }
    char *end = to + checked_length(to);
    cordee_check((uintptr_t)end, length + 1, 1);
    memmove(end, from, length);
    end[length] = 0;
    return to;
}
int cordee_strcmp(const char *a, const char *b) { calling = "strcmp"; checked_length(a); checked_length(b); return strcmp(a, b); }
char *cordee_strdup(const char *from)
{
    calling = "strdup";
    size_t size = checked_length(from) + 1;
    char *made = cordee_malloc(size);
    return made ? memcpy(made, from, size) : 0;
}
char *cordee_fgets(char *to, int size, FILE *from)
{
    calling = "fgets";
    if (size > 0) cordee_check((uintptr_t)to, (size_t)size, 1);
    char *read = fgets(to, size, from);
    if (!read) cordee_reads_after_end++;
    return read;
}
static int counted(int read)
{
    if (read == EOF) cordee_reads_after_end++;
    return read;
}
int cordee_getchar(void) { return counted(getchar()); }
int cordee_getc(FILE *from) { return counted(getc(from)); }
int cordee_fgetc(FILE *from) { return counted(fgetc(from)); }
/* The compiler makes a puts of a printf that writes one text and a line's end. */
int cordee_puts(const char *text) { calling = "printf / puts"; checked_length(text); return puts(text); }

/* The addresses that scanf is given: before the reading for numbers, after it for texts, whose length nobody knew. */
static void check_scanned(const char *format, va_list given, int read, int after)
{
    int number = 0;
    for (const char *at = format; *at; at++) {
        if (*at != '%') continue;
        if (*++at == '%') continue;
        int skipped = *at == '*', width = 0;
        if (skipped) at++;
        while (*at >= '0' && *at <= '9') width = width * 10 + (*at++ - '0');
        size_t size = 4;
        if (*at == 'h') { size = at[1] == 'h' ? 1 : 2; at += at[1] == 'h' ? 2 : 1; }
        else if (*at == 'l') { size = at[1] == 'l' ? 8 : 4; at += at[1] == 'l' ? 2 : 1; if (*at == 'f' || *at == 'e' || *at == 'g') size = 8; }
        else if (*at == 'L') { size = 16; at++; }
        else if (*at == 'j') { size = 8; at++; }
        else if (*at == 'z' || *at == 't') at++;
        if (!*at) return;
        int text = *at == 's' || *at == '[';
        if (*at == '[') { at++; if (*at == '^') at++; if (*at == ']') at++; while (*at && *at != ']') at++; if (!*at) return; }
        if (skipped) continue;
        char *to = va_arg(given, char *);
        if (*at == 'c') size = width ? (size_t)width : 1;
        if (!text) { if (!after) cordee_check((uintptr_t)to, size, 1); }
        else if (!after) cordee_check((uintptr_t)to, width ? (size_t)width + 1 : 1, 1);
        else if (number < read) cordee_check((uintptr_t)to, strlen(to) + 1, 1);
        if (*at != 'n') number++;
    }
}

#define SCANNED(call)                                                                                                  \
    va_list given, again;                                                                                              \
    va_start(given, format);                                                                                           \
    va_copy(again, given); check_scanned(format, again, 0, 0); va_end(again);                                          \
    va_copy(again, given); int read = call; va_end(again);                                                             \
    check_scanned(format, given, read, 1);                                                                             \
    va_end(given);                                                                                                     \
    return read;
int cordee_scanf(const char *format, ...) { calling = "scanf"; SCANNED(counted(vscanf(format, again))) }
int cordee_fscanf(FILE *from, const char *format, ...) { calling = "fscanf"; SCANNED(counted(vfscanf(from, format, again))) }
int cordee_sscanf(const char *from, const char *format, ...) { calling = "sscanf"; checked_length(from); SCANNED(vsscanf(from, format, again)) }

int cordee_sprintf(char *to, const char *format, ...)
{
    calling = "sprintf";
    va_list given, again;
    va_start(given, format);
    va_copy(again, given);
    int size = vsnprintf(0, 0, format, again);
    va_end(again);
    if (size >= 0) { cordee_check((uintptr_t)to, (size_t)size + 1, 1); vsprintf(to, format, given); }
    va_end(given);
    return size;
}

int cordee_snprintf(char *to, size_t most, const char *format, ...)
{
    calling = "snprintf";
    va_list given, again;
    va_start(given, format);
    va_copy(again, given);
    int size = vsnprintf(0, 0, format, again);
    va_end(again);
    if (size >= 0 && most) {
        cordee_check((uintptr_t)to, (size_t)size < most ? (size_t)size + 1 : most, 1);
        vsnprintf(to, most, format, given);
    }
    va_end(given);
    return size;
}

/* -- how a program begins and ends, in one call each: a call from outside costs more than what it does ---------------- */

void __wasm_call_ctors(void);
void __wasm_call_dtors(void);

/* Room for the learner's own data: zeroed, aligned; 0 when there is none. */
void *cordee_begin(size_t size, size_t alignment)
{
    __wasm_call_ctors();
    size_t whole = size + alignment;
    char *room = whole < MOST_MEMORY ? malloc(whole) : 0;
    if (!room) return 0;
    room = (char *)(((uintptr_t)room + alignment - 1) / alignment * alignment);
    return memset(room, 0, size);
}

/* What `exit` does, without leaving: the functions given to atexit, then what the streams still hold. */
void cordee_end(void) { __wasm_call_dtors(); }
