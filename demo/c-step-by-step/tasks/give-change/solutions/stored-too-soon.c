#include <stdio.h>

int main(void)
{
    int cents = 0;
    scanf("%d", &cents);

    cents = cents % 200;
    int large = cents / 200;
    int middle = cents / 50;
    int small = cents % 50 / 10;
    printf("%d %d %d\n", large, middle, small);
    return 0;
}
