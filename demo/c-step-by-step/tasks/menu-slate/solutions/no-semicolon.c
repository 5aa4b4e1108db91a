#include <stdio.h>

int main(void)
{
    int price = 0;
    scanf("%d", &price);

    printf("* MENU *\n")
    printf("1 x %d = %d\n", price, price);
    printf("2 x %d = %d\n", price, 2 * price);
    printf("3 x %d = %d\n", price, 3 * price);
    return 0;
}
