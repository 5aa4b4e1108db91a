#include <stdio.h>

int main(void)
{
    int price = 0;
    scanf("%d", &price);

    printf("* MENU *\n");
    printf("1x%d=%d\n", price, price);
    printf("2x%d=%d\n", price, 2 * price);
    printf("3x%d=%d\n", price, 3 * price);
    return 0;
}
