#include <stdio.h>

int is_leap(int year)
{
    if (year % 400 == 0) {
        return 1;
    }
    return year % 4 == 0 && year % 100 != 0;
}

int main(void)
{
    int day = 0;
    int month = 0;
    int year = 0;
    scanf("%d", &day);
    scanf("%d", &month);
    scanf("%d", &year);

    int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    days[1] = 28 + is_leap(year);
    int rank = day;
    for (int m = 1; m <= month; m++) {
        rank = rank + days[m];
    }
    printf("%d\n", rank);
    return 0;
}
