#include <stdio.h>

int main(void)
{
    int n = 0;
    int people[200] = {0};
    scanf("%d", &n);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < n; i++) {
        scanf("%d", &people[i]);
        sum = sum + people[i];
        if (people[i] < sum / n) {
            count++;
        }
    }
    printf("%d\n", count);
    return 0;
}
