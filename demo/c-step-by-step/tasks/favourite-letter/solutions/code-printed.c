#include <stdio.h>

int main(void)
{
    char word[41] = "";
    int count[26] = {0};
    scanf("%40s", word);
    for (int i = 0; word[i] != '\0'; i++) {
        count[word[i] - 'a']++;
    }
    int best = 0;
    for (int i = 1; i < 26; i++) {
        if (count[i] > count[best]) {
            best = i;
        }
    }
    printf("%d %d\n", 'a' + best, count[best]);
    return 0;
}
