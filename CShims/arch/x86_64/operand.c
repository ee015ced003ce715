// The address that an instruction used. The processor tells it of a page that is not there, but not of what is no address
// (not canonical): then the instruction's bytes say which registers it was made of.
//
//   prefixes | REX or VEX | opcode, one to three bytes | ModRM | SIB | displacement | …      (Intel's manual, volume 2, chapter 2)

#if defined(__x86_64__)

#define _GNU_SOURCE
#include "crash.h"

#include <string.h>
#include <ucontext.h>

// The registers by the processor's numbers.
static const int places[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                             REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

struct instruction {
  const unsigned char *next;
  unsigned rex;     // as in a REX prefix: B 1, X 2, R 4, W 8
  int map, opcode;  // map 1: one byte; 2: behind 0f; 3: behind 0f 38 or 0f 3a
  int has_segment;
};

static int is_prefix(unsigned char byte) {
  return byte == 0x66 || byte == 0x67 || byte == 0xf0 || byte == 0xf2 || byte == 0xf3 || byte == 0x2e || byte == 0x36 ||
         byte == 0x3e || byte == 0x26 || byte == 0x64 || byte == 0x65;
}

static void decode(struct instruction *it) {
  while (is_prefix(*it->next)) it->has_segment |= (*it->next++ & 0xfe) == 0x64;
  if ((*it->next & 0xf0) == 0x40) it->rex = *it->next++;
  if (*it->next == 0xc5 || *it->next == 0xc4) {
    // The bits of VEX are inverted.
    const int is_long = *it->next++ == 0xc4;
    it->rex = (unsigned)~*it->next >> 5 & (is_long ? 7 : 4);
    it->map = is_long && (*it->next & 31) > 1 ? 3 : 2;
    it->next += is_long ? 2 : 1;
    it->opcode = *it->next++;
    return;
  }
  it->map = 1;
  if (*it->next == 0x0f) {
    it->map = 2;
    it->next++;
    if (*it->next == 0x38 || *it->next == 0x3a) it->map = 3, it->next++;
  }
  it->opcode = *it->next++;
}

static int has_modrm(const struct instruction *it) {
  const int op = it->opcode;
  if (it->map == 3) return 1;
  if (it->map == 2)
    return !((op >= 0x05 && op <= 0x0b) || (op >= 0x30 && op <= 0x37) || op == 0x77 || (op >= 0x80 && op <= 0x8f) ||
             (op >= 0xa0 && op <= 0xa2) || (op >= 0xa8 && op <= 0xaa) || op >= 0xff || (op >= 0xc8 && op <= 0xcf));
  return (op < 0x40 && (op & 7) < 4) || op == 0x63 || op == 0x69 || op == 0x6b || (op >= 0x80 && op <= 0x8f) ||
         op == 0xc0 || op == 0xc1 || op == 0xc6 || op == 0xc7 || (op >= 0xd0 && op <= 0xd3) ||
         (op >= 0xd8 && op <= 0xdf) || op == 0xf6 || op == 0xf7 || op >= 0xfe;
}

static int is_canonical(uintptr_t address) { return (uintptr_t)((intptr_t)(address << 16) >> 16) == address; }

// What ModRM, SIB and displacement make; 0 for what is relative to the instruction, which is never no address.
static int effective_address(struct instruction *it, const greg_t *registers, uintptr_t *address) {
  const unsigned modrm = *it->next++, mode = modrm >> 6;
  unsigned base = (modrm & 7) | (it->rex & 1) << 3;
  uintptr_t sum = 0;
  int has_base = 1;
  if ((modrm & 7) == 4) {
    const unsigned sib = *it->next++, index = (sib >> 3 & 7) | (it->rex & 2) << 2;
    base = (sib & 7) | (it->rex & 1) << 3;
    if (index != 4) sum = (uintptr_t)registers[places[index]] << (sib >> 6);
    has_base = mode != 0 || (sib & 7) != 5;
  } else if (mode == 0 && (modrm & 7) == 5) {
    return 0;
  }
  if (has_base) sum += (uintptr_t)registers[places[base]];
  int32_t distance = 0;
  if (mode == 1) distance = (int8_t)*it->next;
  if (mode == 2 || !has_base) memcpy(&distance, it->next, sizeof distance);
  *address = sum + (uintptr_t)(intptr_t)distance;
  return 1;
}

int swiftmalloc_context_operand(const void *context, uintptr_t *address) {
  const greg_t *registers = ((const ucontext_t *)context)->uc_mcontext.gregs;
  struct instruction it = {.next = (const unsigned char *)registers[REG_RIP]};
  decode(&it);
  const int is_plain = it.map == 1;
  if (is_plain && (it.opcode == 0xc3 || it.opcode == 0xc2)) {
    *address = *(const uintptr_t *)registers[REG_RSP];
    return is_canonical(*address) ? -1 : SWIFTMALLOC_ACCESS_JUMP;
  }
  if (is_plain && ((it.opcode >= 0xa4 && it.opcode <= 0xa7) || (it.opcode >= 0xaa && it.opcode <= 0xaf))) {
    const uintptr_t from = (uintptr_t)registers[REG_RSI], to = (uintptr_t)registers[REG_RDI];
    const int only_to = it.opcode == 0xaa || it.opcode == 0xab || it.opcode >= 0xae;
    *address = only_to || is_canonical(from) ? to : from;
    return is_canonical(*address) ? -1 : SWIFTMALLOC_ACCESS_UNKNOWN;
  }
  // The bases of segments stand in no register that is told.
  if (it.has_segment || !has_modrm(&it)) return -1;
  const unsigned modrm = *it.next;
  const int is_jump = is_plain && it.opcode == 0xff && ((modrm >> 3 & 7) == 2 || (modrm >> 3 & 7) == 4);
  if (modrm >> 6 == 3) {
    *address = (uintptr_t)registers[places[(modrm & 7) | (it.rex & 1) << 3]];
    return is_jump && !is_canonical(*address) ? SWIFTMALLOC_ACCESS_JUMP : -1;
  }
  if (!effective_address(&it, registers, address)) return -1;
  if (!is_canonical(*address)) return SWIFTMALLOC_ACCESS_UNKNOWN;
  if (!is_jump) return -1;
  *address = *(const uintptr_t *)*address;
  return is_canonical(*address) ? -1 : SWIFTMALLOC_ACCESS_JUMP;
}

#endif
