#include <stdio.h>

int main(void)
{
    int n = 0;
    int people[200] = {0};
    scanf("%d", &n);
    for (int i = 0; i < n; i++) {
        scanf("%d", &people[i]);
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
        sum = sum + people[i];
    }
    double mean = sum / n;
    int count = 0;
    for (int i = 0; i < n; i++) {
        if (people[i] < mean) {
            count++;
        }
    }
    printf("%d\n", count);
    return 0;
}
