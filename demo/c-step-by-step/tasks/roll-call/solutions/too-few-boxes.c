#include <stdio.h>
#include <string.h>

int main(void)
{
    char name[20] = "";
    char word[20] = "";
    int calls = 0;
    int first = 0;
    int rank = 0;
    scanf("%s", name);
    scanf("%s", word);
    while (strcmp(word, "stop") != 0) {
        rank++;
        if (strcmp(word, name) == 0) {
            calls++;
            if (first == 0) {
                first = rank;
            }
        }
        scanf("%s", word);
    }
    printf("%d %d\n", calls, first);
    return 0;
}
