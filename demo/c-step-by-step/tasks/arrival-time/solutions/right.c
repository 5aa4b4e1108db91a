#include <stdio.h>

int main(void)
{
    int hour = 0;
    int minute = 0;
    int length = 0;
    scanf("%d", &hour);
    scanf("%d", &minute);
    scanf("%d", &length);

    int total = hour * 60 + minute + length;
    printf("%d h %d\n", total / 60 % 24, total % 60);
    return 0;
}
