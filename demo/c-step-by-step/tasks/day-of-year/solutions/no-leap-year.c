#include <stdio.h>

int days_in(int month)
{
    if (month == 2) {
        return 28;
    }
    if (month == 4 || month == 6 || month == 9 || month == 11) {
        return 30;
    }
    return 31;
}

int main(void)
{
    int day = 0;
    int month = 0;
    int year = 0;
    scanf("%d", &day);
    scanf("%d", &month);
    scanf("%d", &year);

    int rank = day;
    for (int m = 1; m < month; m++) {
        rank = rank + days_in(m);
    }
    printf("%d\n", rank);
    return 0;
}
