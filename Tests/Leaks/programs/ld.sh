# title: ld: a program of two objects
# needs: binutils gcc
prepare() { echo 'int g(int); int main(void) { return g(3); }' | gcc -xc -c -o a.o -; echo 'int g(int x) { return x - 3; }' | gcc -xc -c -o b.o -; }
command=(ld -r a.o b.o -o c.o)
