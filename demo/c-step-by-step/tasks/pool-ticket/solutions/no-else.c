#include <stdio.h>

int main(void)
{
    int age = 0;
    int day = 0;
    scanf("%d", &age);
    scanf("%d", &day);

    if (age < 4 || (age < 18 && day == 3)) {
        printf("0\n");
    }
    if (age < 18) {
        printf("3\n");
    }
    if (age < 65) {
        printf("5\n");
    } else {
        printf("4\n");
    }
    return 0;
}
