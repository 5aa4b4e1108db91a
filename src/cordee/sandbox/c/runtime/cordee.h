/* What the runtime tells its host: which fault ended the program, where, with which values. */
#ifndef CORDEE_H
#define CORDEE_H
#include <stddef.h>
#include <stdint.h>

/* Where the compiler says that a check stands in the learner's source. */
struct place { const char *file; uint32_t line, column; };

/* kind, place and type may be absent (0); the meaning of a, b and c is the kind's: see faults.py. */
__attribute__((import_module("cordee"), import_name("fault")))
void cordee_tell_fault(const char *kind, const struct place *place, const char *type, int64_t a, int64_t b, int64_t c);

_Noreturn void cordee_fault(const char *kind, const struct place *place, const char *type, int64_t a, int64_t b, int64_t c);

/* Ends the program when [address, address + size) may not be read (or written). */
void cordee_check(uintptr_t address, size_t size, int writes);
#endif
