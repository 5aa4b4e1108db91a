#include <stdio.h>

int main(void)
{
    int price = 0;
    scanf("%d", &price);

    printf("* MENU *");
    printf("1 x %d = %d", price, price);
    printf("2 x %d = %d", price, 2 * price);
    printf("3 x %d = %d", price, 3 * price);
    return 0;
}
