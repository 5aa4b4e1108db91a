#include <stdio.h>

int main(void)
{
    int x = 0;
    int y = 0;
    int order = 0;
    scanf("%d", &order);
    while (order = 0) {
        switch (order) {
        case 1:
            y = y + 1;
            break;
        case 2:
            x = x + 1;
            break;
        case 3:
            y = y - 1;
            break;
        case 4:
            x = x - 1;
            break;
        default:
            break;
        }
        scanf("%d", &order);
    }
    printf("%d %d\n", x, y);
    return 0;
}
