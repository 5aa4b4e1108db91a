#include <stdio.h>

int main(void)
{
    int age = 0;
    int day = 0;
    scanf("%d", &age);
    scanf("%d", &day);

    int price = 0;
    if (age < 4 || (age < 18 && day == 3)) {
        price = 0;
    } else if (age < 18) {
        price = 3;
    } else if (age < 65) {
        price = 5;
    } else {
        price = 4;
    }
    printf("%d\n", price);
    return 0;
}
