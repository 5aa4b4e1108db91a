/* Read before every source of a learner. clang knows these functions, and looks at their formats and sizes, but calls
   ours (memory.c) by a name of which it knows nothing: it puts no stores of its own in place of a call. */
#pragma redefine_extname sprintf cordee_sprintf
#pragma redefine_extname snprintf cordee_snprintf
