#include <stdio.h>

int is_leap(int year)
{
    if (year % 400 == 0) {
        return 1;
    }
    return year % 4 == 0 && year % 100 != 0;
}

int days_in(int month, int year)
{
    if (month == 2) {
        return 28 + is_leap(year);
    }
    if (month == 4 || month == 6 || month == 9 || month == 11) {
        return 30;
    }
    return 31;
}

void add(int rank, int days)
{
    rank = rank + days;
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
        add(rank, days_in(m, year));
    }
    printf("%d\n", rank);
    return 0;
}
