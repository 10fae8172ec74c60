#include "tools/web/html_tree.hpp"

#include <algorithm>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <new>

namespace executus::tools {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;
constexpr std::size_t kMostPartsOfATag = 20'000;  // each attribute is compared with those before it

// Work that no count of bytes bounds: of a deep document each tag looks at all that is open.
constexpr std::int64_t kMostNanoseconds = 3'000'000'000;  // of this thread's processor time
constexpr unsigned kLookAtClock = 64;                     // allocations between two looks

std::int64_t processor_time() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
}

struct Parse {
  Arena& arena;
  std::int64_t until = processor_time() + kMostNanoseconds;
  unsigned taken = 0;
  std::jmp_buf give_up = {};

  [[nodiscard]] void* take(std::size_t bytes) {
    bool is_late = ++taken % kLookAtClock == 0 && processor_time() > until;
    return is_late ? nullptr : arena.take(bytes);
  }
};

// Called by gumbo, which does not expect a null: the way out of it is a jump over C frames alone.
void* take_from(void* userdata, std::size_t bytes) {
  auto& parse = *static_cast<Parse*>(userdata);
  void* memory = parse.take(bytes);
  if (!memory) std::longjmp(parse.give_up, 1);
  return memory;
}
void leave(void*, void*) {}

// Nothing with a destructor lives here.
GumboOutput* parsed(std::string_view html, Parse& parse) {
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &take_from;
  options.deallocator = &leave;
  options.userdata = &parse;
  options.max_errors = 0;
  if (setjmp(parse.give_up) != 0) return nullptr;
  return gumbo_parse_with_options(&options, html.data(), html.size());
}

bool has_endless_tag(std::string_view html) {
  std::size_t parts = 0;
  bool inside = false;
  for (char c : html) {
    if (c == '<') inside = true, parts = 0;
    if (c == '>') inside = false;
    bool separates = c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '/' || c == '"' || c == '\'';
    if (inside && separates && ++parts > kMostPartsOfATag) return true;
  }
  return false;
}

}  // namespace

void* Arena::take(std::size_t bytes) {
  constexpr std::size_t kAligned = alignof(std::max_align_t);
  bytes = (std::max<std::size_t>(bytes, 1) + kAligned - 1) / kAligned * kAligned;
  if (bytes > room_) {
    auto size = std::max(bytes, kBlock);
    if (size > left_) return nullptr;
    std::unique_ptr<std::byte[]> block(new (std::nothrow) std::byte[size]);
    if (!block) return nullptr;
    left_ -= size;
    at_ = block.get();
    room_ = size;
    blocks_.push_back(std::move(block));
  }
  void* memory = at_;
  at_ += bytes;
  room_ -= bytes;
  return memory;
}

HtmlTree::HtmlTree(std::string_view html, std::size_t most_memory) : arena_(most_memory) {
  if (has_endless_tag(html)) return;
  Parse parse{arena_};
  output_ = parsed(html, parse);
}

}  // namespace executus::tools
