// An object, an array, or what a copied owner owns is deleted twice.
// double-free: HOW=object HOW=array HOW=copy
#include "error.h"

struct Owner {
    int *numbers = new int[20]();
    ~Owner() { delete[] numbers; }
};

void twice_object() {
    long *object = (long *)hide(new long(1));
    delete object;
    delete (long *)hide(object);
}
void twice_array() {
    long *array = (long *)hide(new long[50]);
    delete[] array;
    delete[] (long *)hide(array);
}
// The class has no copy constructor of its own: both copies own the array.
void twice_copy() {
    Owner first;
    Owner second = first;
    hide(&second);
}

int main() {
    CHOICE(twice_, HOW)();
    return end();
}
