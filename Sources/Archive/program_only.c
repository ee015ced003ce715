// Keeps the library out of shared libraries, whose malloc the rest of the process would not have. A thread-local variable of
// the model local-exec can be in a program alone: linkers refuse a shared library that has one, and name it. (gold names only
// those that are no object's own.)

__attribute__((tls_model("local-exec"), visibility("hidden"))) __thread char
    swiftmalloc_is_for_programs_and_cannot_be_linked_into_a_shared_library;

// What has to be there for them to look at: the archive's script asks for it.
char *swiftmalloc_program_only(void) { return &swiftmalloc_is_for_programs_and_cannot_be_linked_into_a_shared_library; }
