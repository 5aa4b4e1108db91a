#include <stdio.h>

int days_in(int month, int year)
{
    return 0;
}

int main(void)
{
    int day = 0;
    int month = 0;
    int year = 0;
    scanf("%d", &day);
    scanf("%d", &month);
    scanf("%d", &year);

    printf("%d\n", days_in(month, year));
    return 0;
}
