/* What happens when the learner's program does what C does not define (clang's -fsanitize=undefined).
   The compiler calls __ubsan_handle_X with the place and the operands; each call ends the program with a fault. */
#include "cordee.h"
#include <stdio.h>

struct type { uint16_t kind, info; char name[1]; };

_Noreturn void cordee_fault(const char *kind, const struct place *place, const char *type, int64_t a, int64_t b, int64_t c)
{
    cordee_tell_fault(kind, place, type, a, b, c);
    __builtin_trap(); /* the host then knows, by the trap's stack, which line called */
}

/* An operand: small ones travel in the word itself, wide ones behind a pointer. */
static int64_t value(const struct type *type, uintptr_t word)
{
    if (type->kind != 0) return 0; /* not an integer */
    unsigned bits = 1u << (type->info >> 1);
    int is_signed = type->info & 1;
    if (bits > 32) return *(const int64_t *)word;
    if (!is_signed) return (int64_t)(uint32_t)word;
    unsigned unused = 32 - bits;
    return bits == 32 ? (int64_t)(int32_t)word : (int64_t)((int32_t)((uint32_t)word << unused) >> unused);
}

#define BOTH_ENDS(name, parameters, arguments) void name##_abort parameters { name arguments; }

struct overflow { struct place place; const struct type *type; };
#define OVERFLOW(handler, kind)                                                                                       \
    void __ubsan_handle_##handler(struct overflow *at, uintptr_t a, uintptr_t b)                                          \
    { cordee_fault(kind, &at->place, at->type->name, value(at->type, a), value(at->type, b), 0); }                     \
    BOTH_ENDS(__ubsan_handle_##handler, (struct overflow *at, uintptr_t a, uintptr_t b), (at, a, b))
OVERFLOW(add_overflow, "add_overflow")
OVERFLOW(sub_overflow, "sub_overflow")
OVERFLOW(mul_overflow, "mul_overflow")
OVERFLOW(divrem_overflow, "division")

void __ubsan_handle_negate_overflow(struct overflow *at, uintptr_t a)
{ cordee_fault("negate_overflow", &at->place, at->type->name, value(at->type, a), 0, 0); }
BOTH_ENDS(__ubsan_handle_negate_overflow, (struct overflow *at, uintptr_t a), (at, a))

struct out_of_bounds { struct place place; const struct type *array, *index; };
void __ubsan_handle_out_of_bounds(struct out_of_bounds *at, uintptr_t index)
{ cordee_fault("out_of_bounds", &at->place, at->array->name, value(at->index, index), 0, 0); }
BOTH_ENDS(__ubsan_handle_out_of_bounds, (struct out_of_bounds *at, uintptr_t index), (at, index))

struct mismatch { struct place place; const struct type *type; unsigned char log2_alignment, access; };
void __ubsan_handle_type_mismatch_v1(struct mismatch *at, uintptr_t address)
{
    /* The first page holds nothing: an address in it is a null pointer, or one a field or an index further. */
    const char *kind = address < 4096 ? "null_pointer" : address & ((1u << at->log2_alignment) - 1) ? "misaligned" : "bad_address";
    cordee_fault(kind, &at->place, at->type->name, (int64_t)address, at->access, 1ll << at->log2_alignment);
}
BOTH_ENDS(__ubsan_handle_type_mismatch_v1, (struct mismatch *at, uintptr_t address), (at, address))

struct shift { struct place place; const struct type *left, *right; };
void __ubsan_handle_shift_out_of_bounds(struct shift *at, uintptr_t a, uintptr_t b)
{ cordee_fault("shift", &at->place, at->left->name, value(at->left, a), value(at->right, b), 0); }
BOTH_ENDS(__ubsan_handle_shift_out_of_bounds, (struct shift *at, uintptr_t a, uintptr_t b), (at, a, b))

#define PLACE_ONLY(name, kind, parameters, arguments)                                                                  \
    void __ubsan_handle_##name parameters { cordee_fault(kind, at, 0, 0, 0, 0); }                                      \
    BOTH_ENDS(__ubsan_handle_##name, parameters, arguments)
PLACE_ONLY(pointer_overflow, "pointer_overflow", (struct place *at, uintptr_t from, uintptr_t to), (at, from, to))
PLACE_ONLY(vla_bound_not_positive, "array_size", (struct place *at, uintptr_t size), (at, size))
PLACE_ONLY(load_invalid_value, "invalid_value", (struct place *at, uintptr_t value), (at, value))
PLACE_ONLY(nonnull_arg, "null_argument", (struct place *at), (at))
PLACE_ONLY(nonnull_return_v1, "null_return", (void *data, struct place *at), (data, at))
PLACE_ONLY(invalid_builtin, "invalid_value", (struct place *at), (at))
PLACE_ONLY(alignment_assumption, "bad_address", (struct place *at, uintptr_t a, uintptr_t b, uintptr_t c), (at, a, b, c))
void __ubsan_handle_builtin_unreachable(struct place *at) { cordee_fault("unreachable", at, 0, 0, 0, 0); }
void __ubsan_handle_missing_return(struct place *at) { cordee_fault("missing_return", at, 0, 0, 0, 0); }

struct conversion { struct place place; const struct type *from, *to; };
void __ubsan_handle_float_cast_overflow(struct conversion *at, uintptr_t word)
{ (void)word; cordee_fault("conversion", &at->place, at->to->name, 0, 0, 0); }
BOTH_ENDS(__ubsan_handle_float_cast_overflow, (struct conversion *at, uintptr_t word), (at, word))

/* -- a program that ends itself: the library's own functions would leave a bare trap, as much else does -------------- */

_Noreturn void cordee_abort(void) { cordee_fault("aborted", 0, 0, 0, 0, 0); }
_Noreturn void cordee___assert_fail(const char *what, const char *file, int line, const char *function)
{
    fprintf(stderr, "Assertion failed: %s (%s: %s: %d)\n", what, file, function, line);
    cordee_abort();
}
