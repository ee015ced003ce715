/// C++ over swiftmalloc.h: a heap as an object, as a std::pmr::memory_resource, and as the allocator of a container.
///
///   swiftmalloc::heap parser({.name = "parser", .flags = SWIFTMALLOC_HEAP_LOCAL});
///   std::pmr::vector<int> numbers(&parser);                                  // by a memory resource
///   std::list<int, swiftmalloc::allocator<int>> list(parser);                // by the container's type
///
/// The containers end before their heap, or are not used any more after `free_all`.

#ifndef SWIFTMALLOC_HEAP_HPP
#define SWIFTMALLOC_HEAP_HPP

#include <cstddef>
#include <memory_resource>
#include <new>

#include "swiftmalloc.h"

namespace swiftmalloc {

/// What a heap is to be; see swiftmalloc_heap_options.
struct heap_options {
  const char *name = nullptr;
  std::size_t limit = 0;
  unsigned flags = 0;
};

/// A heap that ends with the object, its blocks included. As a memory resource it throws std::bad_alloc when it is full.
class heap : public std::pmr::memory_resource {
 public:
  /// Throws std::bad_alloc when there is no memory for it, or the options make no sense.
  explicit heap(const heap_options &options = {}) {
    const swiftmalloc_heap_options c = {sizeof c, options.name, options.limit, options.flags};
    handle_ = swiftmalloc_heap_new(&c);
    if (!handle_) throw std::bad_alloc();
  }
  ~heap() override { swiftmalloc_heap_destroy(handle_); }
  heap(const heap &) = delete;
  heap &operator=(const heap &) = delete;

  /// The heap of the C functions.
  swiftmalloc_heap *get() const noexcept { return handle_; }

  /// Every block at once. No destructor runs.
  void free_all() noexcept { swiftmalloc_heap_free_all(handle_); }

 private:
  swiftmalloc_heap *handle_;

  void *do_allocate(std::size_t size, std::size_t alignment) override {
    void *block = alignment <= 16 ? swiftmalloc_heap_malloc(handle_, size)
                                  : swiftmalloc_heap_aligned_alloc(handle_, alignment, size);
    if (!block) throw std::bad_alloc();
    return block;
  }
  void do_deallocate(void *block, std::size_t, std::size_t) override { swiftmalloc_heap_free(handle_, block); }
  bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override { return this == &other; }
};

/// The allocator of a container, which keeps the heap's address.
template <class T>
class allocator {
 public:
  using value_type = T;

  allocator(heap &from) noexcept : handle_(from.get()) {}
  template <class U>
  allocator(const allocator<U> &other) noexcept : handle_(other.get()) {}

  T *allocate(std::size_t count) {
    if (count > static_cast<std::size_t>(-1) / sizeof(T)) throw std::bad_array_new_length();
    void *block = alignof(T) <= 16 ? swiftmalloc_heap_malloc(handle_, count * sizeof(T))
                                   : swiftmalloc_heap_aligned_alloc(handle_, alignof(T), count * sizeof(T));
    if (!block) throw std::bad_alloc();
    return static_cast<T *>(block);
  }
  void deallocate(T *block, std::size_t) noexcept { swiftmalloc_heap_free(handle_, block); }

  swiftmalloc_heap *get() const noexcept { return handle_; }

  template <class U>
  friend bool operator==(const allocator &a, const allocator<U> &b) noexcept { return a.get() == b.get(); }
  template <class U>
  friend bool operator!=(const allocator &a, const allocator<U> &b) noexcept { return a.get() != b.get(); }

 private:
  swiftmalloc_heap *handle_;
};

}  // namespace swiftmalloc

#endif
