#include <stdio.h>

int main(void)
{
    int price = 0;
    scanf("%d", &price);
    return 0;
}
