#include <stdio.h>

int main(void)
{
    double price = 0;
    int percent = 0;
    scanf("%f", &price);
    scanf("%d", &percent);

    double paid = price * (100 - percent) / 100;
    printf("%.2f\n", paid);
    return 0;
}
