#include <stdio.h>

int main(void)
{
    int cents = 0;
    scanf("%d", &cents);
    return 0;
}
