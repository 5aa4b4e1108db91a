#include <stdio.h>

int main(void)
{
    int price = 0;
    scanf("%d", &price);

    printf("* MENU *\n");
    printf("1 x price = 1 * price\n");
    printf("2 x price = 2 * price\n");
    printf("3 x price = 3 * price\n");
    return 0;
}
