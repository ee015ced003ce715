// The machine is a computer of its own. qemu loads the image as a kernel and jumps to its entry in 32-bit mode without paging, as the
// PVH boot protocol says (Xen's documentation, "x86/HVM direct boot ABI"); the way to 64 bits is in AMD's and Intel's manuals,
// "long mode". It shows bytes through port 0xe9 (qemu's debug console), and ends through port 0xf4 (isa-debug-exit).

        .section .note.boot, "a", @note
        .long   4, 4, 18                // lengths of name and value; XEN_ELFNOTE_PHYS32_ENTRY
        .asciz  "Xen"
        .long   _start

        .section .text.boot, "ax"
        .code32
        .globl  _start
_start: cli
        // One table for each level maps the first gigabyte as it is, in pages of 2 MiB.
        movl    $level3 + 3, level4
        movl    $level2 + 3, level3
        movl    $level2, %edi
        movl    $0x83, %eax             // present, writable, a long page
        movl    $512, %ecx
1:      movl    %eax, (%edi)
        addl    $0x200000, %eax
        addl    $8, %edi
        loop    1b
        movl    $level4, %eax
        movl    %eax, %cr3
        movl    $0x620, %eax            // PAE; SSE and its exceptions
        movl    %eax, %cr4
        movl    $0xc0000080, %ecx       // EFER
        rdmsr
        orl     $0x100, %eax            // long mode
        wrmsr
        movl    $0x80000013, %eax       // paging, protection; a floating-point unit that is there
        movl    %eax, %cr0
        lgdt    descriptors_place
        ljmp    $8, $long

        .code64
long:   movl    $0, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %ss
        leaq    stack_end(%rip), %rsp
        call    machine_make_thread
        movq    %rax, %rdx
        shrq    $32, %rdx
        movl    $0xc0000100, %ecx       // FS.base
        wrmsr
        call    self_test
        xorl    %edi, %edi
        call    machine_end

        .text
        .globl  machine_print
machine_print:                          // (bytes, count)
        movq    %rsi, %rcx
        movq    %rdi, %rsi
        movl    $0xe9, %edx
        rep outsb
        ret

        .globl  machine_end
machine_end:                            // (status): 0 becomes 16, which is no status of qemu's own
        leal    16(%rdi), %eax
        movl    $0xf4, %edx
        outb    %al, %dx
2:      hlt
        jmp     2b

        .section .rodata
        .balign 8
descriptors:
        .quad   0
        .quad   0x00209a0000000000      // 64-bit code
descriptors_end:
descriptors_place:
        .word   descriptors_end - descriptors - 1
        .long   descriptors

        .bss
        .balign 4096
level4: .skip   4096
level3: .skip   4096
level2: .skip   4096
        .skip   65536
stack_end:
