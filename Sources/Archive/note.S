// What readers outside find the library by in a program that it is linked into, whose dynamic symbols need not name it: an ELF
// note, which linkers keep and strip(1) leaves. Numbers are distances from where they stand (docs/design/layout.md).

  .section .note.swiftmalloc, "a", %note
  .balign 4
  .long name_end - name
  .long contents_end - contents
  .long 1
name:
  .asciz "swiftmalloc"
name_end:
  .balign 4
contents:
  .quad swiftmalloc_layout - .
  .quad swiftmalloc_data_start - .
  .quad swiftmalloc_data_end - .
  .quad swiftmalloc_bss_start - .
  .quad swiftmalloc_bss_end - .
contents_end:

// A static program has only what somebody needs. Both C libraries have these two, and glibc's bring the functions that the
// library looks for (__register_atfork, __cxa_at_quick_exit: CShims/libc).
  .reloc name, BFD_RELOC_NONE, pthread_atfork
  .reloc name, BFD_RELOC_NONE, at_quick_exit

// gold with --gc-sections leaves out what our probes' notes are relative to, and then fails, unless data asks for it.
  .section .data.probes, "aw", %progbits
  .balign 4
  .hidden _.stapsdt.base
  .long _.stapsdt.base - .

  .section .note.GNU-stack, "", %progbits
