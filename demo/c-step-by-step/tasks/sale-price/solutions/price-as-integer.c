#include <stdio.h>

int main(void)
{
    int price = 0;
    int percent = 0;
    scanf("%d", &price);
    scanf("%d", &percent);
    double paid = price * (100 - percent) / 100.0;
    printf("%.2f\n", paid);
    return 0;
}
