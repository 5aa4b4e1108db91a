#include <stdio.h>

int main(void)
{
    int days = 0;
    scanf("%d", &days);
    int run = 0;
    int best = 0;
    for (int i = 0; i < days; i++) {
        int rain = 0;
        scanf("%d", &rain);
        if (rain == 0) {
            run = run + 1;
        } else {
            run = 0;
        }
        if (run > best) {
            best = run;
        }
    }
    printf("%d\n", best);
    return 0;
}
