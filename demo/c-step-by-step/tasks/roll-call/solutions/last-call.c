#include <stdio.h>
#include <string.h>

int main(void)
{
    char name[21] = "";
    char word[21] = "";
    int calls = 0;
    int first = 0;
    int rank = 0;
    scanf("%20s", name);
    scanf("%20s", word);
    while (strcmp(word, "stop") != 0) {
        rank++;
        if (strcmp(word, name) == 0) {
            calls++;
            first = rank;
        }
        scanf("%20s", word);
    }
    printf("%d %d\n", calls, first);
    return 0;
}
