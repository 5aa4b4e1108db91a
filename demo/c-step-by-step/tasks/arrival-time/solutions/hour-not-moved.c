#include <stdio.h>

int main(void)
{
    int hour = 0;
    int minute = 0;
    int length = 0;
    scanf("%d", &hour);
    scanf("%d", &minute);
    scanf("%d", &length);

    printf("%d h %d\n", (hour + length / 60) % 24, (minute + length) % 60);
    return 0;
}
