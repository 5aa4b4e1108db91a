#include <stdio.h>

int main(void)
{
    int width = 0;
    int height = 0;
    scanf("%d", &width);
    scanf("%d", &height);

    for (int row = 0; row < height; row++) {
        for (int col = 0; col < width; col++) {
            if (row == 0 || row == height - 1 || col == 0 || col == width - 1) {
                printf("#");
            } else {
                printf(".");
            }
        }
        printf("\n");
    }
    return 0;
}
