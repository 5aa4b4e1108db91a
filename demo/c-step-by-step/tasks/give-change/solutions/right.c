#include <stdio.h>

int main(void)
{
    int cents = 0;
    scanf("%d", &cents);

    int large = cents / 200;
    int left = cents % 200;
    printf("%d %d %d\n", large, left / 50, left % 50 / 10);
    return 0;
}
