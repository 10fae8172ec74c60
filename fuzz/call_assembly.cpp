// Tool calls that were sent in pieces: whatever the split, the order and the scheme of indices, ids and names, the same
// calls come out, or none; and whatever is sent, what comes out has every name and argument from what was sent.
#include <set>

#include "fuzz/property.hpp"
#include "llm/call_scenarios_test.hpp"

namespace executus::fuzz {
namespace {

// The bytes decide; when they are used up, the first of the choices is taken.
llm::Pick by_bytes(std::string_view& bytes) {
  return [&bytes](std::size_t limit) -> std::size_t {
    if (bytes.empty()) return 0;
    auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    return byte % limit;
  };
}

std::size_t letters_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](unsigned char c) { return c > ' '; }));
}

// Fragments of random bytes.
void check_rubble(std::string_view bytes) {
  auto pick = by_bytes(bytes);
  llm::CallAssembly assembly;
  std::size_t sent = 0;
  bool may_repeat = false;  // a call that is said again counts once
  std::set<std::string> ids;
  while (!bytes.empty()) {
    llm::CallFragment fragment;
    if (pick(2) == 1) fragment.index = std::to_string(pick(3));
    if (pick(2) == 1) fragment.id = std::string(1, static_cast<char>('a' + pick(3)));
    if (pick(2) == 1) fragment.name = std::string(1, static_cast<char>('f' + pick(3)));
    auto length = pick(4);
    fragment.arguments = bytes.substr(0, length);
    bytes.remove_prefix(std::min<std::size_t>(length, bytes.size()));
    sent += letters_in(fragment.arguments);
    bool known = !fragment.id.empty() && !ids.insert(fragment.id).second;
    may_repeat = may_repeat || (known && !fragment.name.empty());
    (void)assembly.add(fragment);
  }
  auto calls = std::move(assembly).finish(llm::CallAssembly::End::complete);
  if (!calls) return;
  std::size_t made = 0;
  for (const auto& call : calls->calls) made += letters_in(call.arguments);
  bool fits = may_repeat ? made <= sent : made == sent;
  expect(fits || calls->calls.empty(), "no piece is lost, and none is used twice");
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  auto bytes = fuzz::text_of(data, size);
  fuzz::check_rubble(bytes);
  while (!bytes.empty()) {
    auto scenario = llm::make_call_scenario(fuzz::by_bytes(bytes));
    auto difference = llm::difference(scenario);
    fuzz::expect(difference.empty(), "the calls are those that were sent, or none", difference);
  }
  return 0;
}
