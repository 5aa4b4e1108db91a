#include <stdio.h>

int main(void)
{
    int cents = 0;
    scanf("%d", &cents);

    printf("%d %d %d\n", cents % 200, cents % 50, cents % 10);
    return 0;
}
