# title: g++'s cc1plus: one small C++ file at -O1
# needs: g++
prepare() { printf '%s\n' 'template <class T> struct list { T *first = nullptr; list *next = nullptr; int count() const { return next ? 1 + next->count() : 1; } };' \
    'int main() { list<int> a; list<int> b; a.next = &b; auto f = [&](auto x) { return x + a.count(); }; return f(2) + (int)f(2.5); }' >work.cpp; }
command=("$(g++ -print-prog-name=cc1plus)" -quiet -O1 work.cpp -o work.s)
