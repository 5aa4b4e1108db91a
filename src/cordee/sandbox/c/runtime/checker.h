/* For the checker of a task: what the test gave, what was wanted, what the learner's program printed.
   Print the score, a number from 0 to 100, alone on the first line; what follows is said to the learner. */
#ifndef CORDEE_CHECKER_H
#define CORDEE_CHECKER_H
#include <stdio.h>
#include <stdlib.h>

static char *checker_input, *checker_wanted, *checker_output;
static size_t checker_input_size, checker_wanted_size, checker_output_size;

static char *checker_part(size_t size)
{
    char *text = malloc(size + 1);
    if (!text || fread(text, 1, size, stdin) != size) exit(100);
    text[size] = 0;
    return text;
}

__attribute__((constructor)) static void checker_read(void)
{
    if (scanf("%zu %zu %zu", &checker_input_size, &checker_wanted_size, &checker_output_size) != 3) exit(100);
    getchar();
    checker_input = checker_part(checker_input_size);
    checker_wanted = checker_part(checker_wanted_size);
    checker_output = checker_part(checker_output_size);
}
#endif
