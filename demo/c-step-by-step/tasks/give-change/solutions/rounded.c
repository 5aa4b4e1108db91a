#include <stdio.h>

int main(void)
{
    int cents = 0;
    scanf("%d", &cents);

    double large = cents / 200.0;
    double middle = cents % 200 / 50.0;
    double small = cents % 50 / 10.0;
    printf("%.0f %.0f %.0f\n", large, middle, small);
    return 0;
}
