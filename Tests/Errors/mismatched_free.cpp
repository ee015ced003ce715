// A block is freed by another family of functions than it came from, or with another size.
// mismatched-free: HOW=new_free HOW=array_free HOW=new_array HOW=malloc_delete HOW=malloc_array HOW=new_realloc HOW=wrong_size HOW=aligned_plain
#include "error.h"
#include <new>

void by_new_free() { free(hide(new int)); }
void by_array_free() { free(hide(new int[20])); }
void by_new_array() { delete[] (int *)hide(new int); }
void by_malloc_delete() { delete (int *)hide(malloc(sizeof(int))); }
void by_malloc_array() { delete[] (int *)hide(malloc(20 * sizeof(int))); }
void by_new_realloc() { hide(realloc(hide(new int[20]), 400)); }
// As by a class without a virtual destructor that is deleted as its base.
void by_wrong_size() { ::operator delete(hide(::operator new(200)), (size_t)16); }
void by_aligned_plain() { ::operator delete(hide(::operator new(200, std::align_val_t(128)))); }

int main() {
    CHOICE(by_, HOW)();
    return end();
}
