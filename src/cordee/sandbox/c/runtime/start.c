/* The library's own start wants a main; the learner's is linked when the program is run. */
int __main_argc_argv(int count, char **arguments)
{
    (void)count;
    (void)arguments;
    return 0;
}

/* What a main that asks for its arguments is given: a name. */
static char name[] = "program";
char *cordee_arguments[] = { name, 0 };
