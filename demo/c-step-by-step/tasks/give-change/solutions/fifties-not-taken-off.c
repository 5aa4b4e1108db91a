#include <stdio.h>

int main(void)
{
    int cents = 0;
    scanf("%d", &cents);

    int left = cents % 200;
    printf("%d %d %d\n", cents / 200, left / 50, left / 10);
    return 0;
}
